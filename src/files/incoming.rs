//! A file on its way in: written to a temporary file as it comes, so that slow clients hold no memory.

use std::fs;
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use uuid::Uuid;

use super::finish;
use crate::domain::file::Digest;

/// A file on its way in. Its temporary file goes when this is dropped; after a crash the collector removes it.
pub struct Incoming {
    path: PathBuf,
    file: File,
    hash: digest::Context,
    size: u64,
}

/// A file that has come in whole.
pub struct Arrived {
    /// The bytes, from the first.
    pub file: fs::File,
    /// SHA-256 of them.
    pub digest: Digest,
    /// How many.
    pub size: u64,
}

impl Incoming {
    /// Begins one under a name of our own.
    pub(super) async fn begin(folder: &Path, id: Uuid) -> io::Result<Self> {
        let path = folder.join(id.simple().to_string());
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .await?;
        Ok(Self {
            path,
            file,
            hash: digest::Context::new(&digest::SHA256),
            size: 0,
        })
    }

    /// How many bytes have come.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        failpoint!("files.incoming.write", io::Error::other);
        self.hash.update(bytes);
        self.file.write_all(bytes).await?;
        self.size = self.size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Ends it. The file has no name any more, so that nothing is left behind however the process ends.
    pub async fn finish(mut self) -> io::Result<Arrived> {
        self.file.flush().await?;
        self.file.seek(SeekFrom::Start(0)).await?;
        Ok(Arrived {
            file: self.file.try_clone().await?.into_std().await,
            digest: finish(self.hash.clone()),
            size: self.size,
        })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // What cannot be removed now is old in an hour, and the collector's.
        drop(fs::remove_file(&self.path));
    }
}
