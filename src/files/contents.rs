//! What is kept, each content under its SHA-256: the same bytes lie there once, and a name can never be chosen by
//! whoever sends them.

use std::fs;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, PutPayload};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::runtime::{Builder, Handle};
use uuid::Uuid;

use super::digest_of;
use super::incoming::Incoming;
use crate::domain::file::Digest;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The store's own words.
    #[error("file store: {0}")]
    Store(#[from] object_store::Error),
    /// A temporary file or a directory.
    #[error("file store: {0}")]
    Io(#[from] io::Error),
}

/// What this room answers.
pub type Result<T> = std::result::Result<T, ContentError>;

/// Bytes as they are read.
pub type ByteStream = BoxStream<'static, object_store::Result<Bytes>>;

/// The file store: a folder of this machine's.
pub struct Contents {
    store: LocalFileSystem,
    kept: PathBuf,
    incoming: PathBuf,
}

/// A content that lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub digest: Digest,
    /// Bytes.
    pub size: u64,
    /// When it was last put there.
    pub put_at: Timestamp,
}

/// `ab/abcdef…`: no folder gets too many entries.
fn key(digest: &Digest) -> Key {
    let name = digest.to_string();
    let (folder, _) = name.split_at(2);
    Key::from_iter([folder, name.as_str()])
}

/// Waits for something of the store's. Not for async threads.
fn wait_for<T>(work: impl Future<Output = object_store::Result<T>>) -> Result<T> {
    match Handle::try_current() {
        Ok(runtime) => Ok(runtime.block_on(work)?),
        Err(_no_runtime) => Ok(Builder::new_current_thread().build()?.block_on(work)?),
    }
}

impl Contents {
    /// Opens the store, and makes its folders, which nobody else may enter.
    pub fn open(root: &Path) -> Result<Self> {
        let (kept, incoming) = (root.join("kept"), root.join("incoming"));
        for folder in [&kept, &incoming] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        Ok(Self {
            store: LocalFileSystem::new_with_prefix(&kept)?.with_fsync(true),
            kept,
            incoming,
        })
    }

    /// Begins to take a file in; the identifier names its temporary file.
    pub async fn begin(&self, id: Uuid) -> Result<Incoming> {
        Ok(Incoming::begin(&self.incoming, id).await?)
    }

    /// Keeps a content: durable under its name when this answers, whole or not at all. What lies there already is
    /// written again, so that the collector sees it as new.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Digest> {
        let digest = digest_of(&bytes);
        self.store.put(&key(&digest), PutPayload::from(bytes)).await?;
        Ok(digest)
    }

    /// Keeps a file as it came, from its first byte.
    pub async fn put_file(&self, file: fs::File) -> Result<Digest> {
        let mut file = tokio::fs::File::from_std(file);
        file.seek(SeekFrom::Start(0)).await?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).await?;
        self.put(bytes).await
    }

    /// Reads a part of a content.
    pub async fn read(&self, digest: &Digest, range: Range<u64>) -> Result<ByteStream> {
        let options = GetOptions::new().with_range(Some(range));
        Ok(self.store.get_opts(&key(digest), options).await?.into_stream())
    }

    /// Reads all of a content; nothing when it is not there. Not for async threads.
    pub fn load(&self, digest: &Digest) -> Result<Option<Bytes>> {
        let read = async { self.store.get(&key(digest)).await?.bytes().await };
        match wait_for(read) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ContentError::Store(object_store::Error::NotFound { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Looks for a content.
    pub fn find(&self, digest: &Digest) -> Result<Option<Kept>> {
        match wait_for(self.store.head(&key(digest))) {
            Ok(found) => Ok(Some(Kept {
                digest: *digest,
                size: found.size,
                put_at: Timestamp::from_second(found.last_modified.timestamp()).unwrap_or(Timestamp::MAX),
            })),
            Err(ContentError::Store(object_store::Error::NotFound { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Everything that lies there.
    pub fn all(&self) -> Result<Vec<Kept>> {
        let listed = self.store.list(None).map_ok(|found| {
            let digest = found.location.filename().and_then(Digest::parse)?;
            Some(Kept {
                digest,
                size: found.size,
                put_at: Timestamp::from_second(found.last_modified.timestamp()).unwrap_or(Timestamp::MAX),
            })
        });
        let found: Vec<Option<Kept>> = wait_for(listed.boxed().try_collect())?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Removes a content. One that is not there is none the less gone.
    pub fn remove(&self, digest: &Digest) -> Result<()> {
        match wait_for(self.store.delete(&key(digest))) {
            Err(ContentError::Store(object_store::Error::NotFound { .. })) => Ok(()),
            other => other,
        }
    }

    /// Temporary files that nobody has touched since an instant: of uploads, and of contents that were being put.
    pub fn leftovers(&self, before: Timestamp) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let folders = fs::read_dir(&self.kept)?.collect::<io::Result<Vec<_>>>()?;
        let folders = folders.iter().map(fs::DirEntry::path).filter(|path| path.is_dir());
        for folder in folders.chain([self.incoming.clone()]) {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                // The store writes to `NAME#1` and renames.
                let is_temporary = folder == self.incoming || entry.file_name().to_string_lossy().contains('#');
                if is_temporary && changed_at(&entry)?.is_some_and(|at| at < before) {
                    found.push(entry.path());
                }
            }
        }
        Ok(found)
    }
}

/// When a file was changed; nothing when it is gone: its upload has come to its end.
fn changed_at(entry: &fs::DirEntry) -> io::Result<Option<Timestamp>> {
    let modified = match entry.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found?.modified()?,
    };
    let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    Ok(Some(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)))
}
