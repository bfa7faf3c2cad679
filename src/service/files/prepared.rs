//! Bytes that somebody sent, looked into and kept before a row refers to them; and how they are read again.

use std::ops::Range;

use jiff::Timestamp;

use crate::domain::fields::Violation;
use crate::domain::file::{Content, Digest, EDGES, FileFault, MediaType};
use crate::files::contents::{ByteStream, ContentError};
use crate::files::incoming::Arrived;
use crate::files::sandbox::{Failure, Kept, Version};
use crate::service::certificates::keys;
use crate::service::{App, Error, ErrorCode, Result, scans};

/// A file whose bytes are kept, and which belongs to nothing yet.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(in crate::service) content: Content,
    pub(in crate::service) pages: Option<i64>,
    pub(in crate::service) thumbnails: Vec<(i64, Content)>,
    /// An instant before any of it was put into the store.
    pub(in crate::service) put_at: Timestamp,
}

impl From<ContentError> for Error {
    fn from(error: ContentError) -> Self {
        let code = match error {
            ContentError::Damaged(_) | ContentError::Missing(_) => ErrorCode::ContentDamaged,
            ContentError::Store(_) | ContentError::Io(_) | ContentError::Looked(_) => ErrorCode::StorageUnavailable,
        };
        Self {
            log: Some(error.to_string()),
            ..code.into()
        }
    }
}

/// What becomes of the small versions of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Small {
    Kept,
    Left,
}

fn refused(fault: FileFault) -> Error {
    Error::field("content", Violation::File(fault))
}

impl App {
    /// Looks into what was sent and keeps its bytes, those of a picture made anew. If nothing comes to refer to them,
    /// the collector takes them.
    pub async fn prepare_file(&self, arrived: Arrived, declared: MediaType) -> Result<Prepared> {
        self.prepare(arrived, declared, Small::Kept).await
    }

    /// The same of what is shown as it is only, so that nothing would refer to small versions of it: a paper.
    pub async fn prepare_paper(&self, arrived: Arrived, declared: MediaType) -> Result<Prepared> {
        self.prepare(arrived, declared, Small::Left).await
    }

    async fn prepare(&self, arrived: Arrived, declared: MediaType, small: Small) -> Result<Prepared> {
        if arrived.size == 0 {
            return Err(refused(FileFault::Empty));
        }
        scans::require_clean(self, &arrived).await?;
        let original = arrived.file.try_clone().map_err(ContentError::Io)?;
        let found = self.files.decoder.look(arrived.file).await;
        let found = found.map_err(|failure| match failure {
            Failure::File(fault) => refused(fault),
            Failure::Busy(cause) => Error::busy(cause),
            Failure::Ours(cause) => Error::internal(cause),
        })?;
        if found.media_type != declared.as_str() {
            return Err(refused(FileFault::OtherType));
        }
        let put_at = self.clock.now();
        match found.kept {
            Kept::Versions(versions) => self.keep_versions(versions, small, put_at).await,
            Kept::AsItCame { pages, certificate } => {
                // Anybody prints a certificate with this program.
                if let Some(file) = certificate
                    && !keys::have_signed(self, file).await?
                {
                    return Err(refused(FileFault::NotOwnCertificate));
                }
                let digest = self.files.contents.put_file(original).await?;
                if digest != arrived.digest {
                    return Err(Error::internal("a file has changed since it came"));
                }
                let content = Content {
                    media_type: declared,
                    digest,
                    size: i64::try_from(arrived.size).map_err(Error::internal)?,
                    width: None,
                    height: None,
                };
                Ok(Prepared {
                    content,
                    pages: pages.map(i64::from),
                    thumbnails: Vec::new(),
                    put_at,
                })
            }
        }
    }

    async fn keep_versions(&self, mut versions: Vec<Version>, small: Small, put_at: Timestamp) -> Result<Prepared> {
        let (mut content, mut thumbnails) = (None, Vec::new());
        versions.retain(|version| small == Small::Kept || version.edge.is_none());
        for version in versions {
            let edge = version.edge;
            let kept = self.keep(version).await?;
            match edge {
                None => content = Some(kept),
                Some(edge) => thumbnails.push((i64::from(edge), kept)),
            }
        }
        thumbnails.sort_by_key(|(edge, _)| *edge);
        let edges = thumbnails.iter().map(|(edge, _)| *edge);
        match content {
            Some(content) if small == Small::Left || edges.eq(EDGES.map(i64::from)) => Ok(Prepared {
                content,
                pages: None,
                thumbnails,
                put_at,
            }),
            _ => Err(Error::internal("the decoder did not make every version")),
        }
    }

    async fn keep(&self, version: Version) -> Result<Content> {
        Ok(Content {
            media_type: version.media_type.parse().map_err(Error::internal)?,
            size: i64::try_from(version.bytes.len()).map_err(Error::internal)?,
            width: Some(version.width.into()),
            height: Some(version.height.into()),
            digest: self.files.contents.put(version.bytes).await?,
        })
    }

    /// The bytes of a content of so many bytes, from one to another. Nothing of what is not what was kept.
    pub async fn read_content(&self, content: (&Digest, u64), range: Range<u64>) -> Result<ByteStream> {
        Ok(self.files.contents.read(content, range, &self.clock).await?)
    }

    /// Refuses a content that is not there or known to be damaged, as reading it would.
    pub async fn require_content(&self, content: (&Digest, u64)) -> Result<()> {
        Ok(self.files.contents.require_there(content, &*self.clock).await?)
    }
}
