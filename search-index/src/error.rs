//! What can go wrong with the index.

use std::{io, sync::Arc};

use tantivy::{
    TantivyError,
    directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError},
};

use crate::Fault;

/// Result of an index operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an index operation failed.
///
/// [`Error::Incompatible`] and [`Error::Corrupt`] ask for a rebuild; [`Error::QueryTooLong`],
/// [`Error::Limit`] and [`Error::Cursor`] are the searcher's own mistakes; the rest are faults.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The directory holds an index of another format: delete it and rebuild.
    #[error("search index has format {found}, this program needs {expected}")]
    Incompatible {
        /// Format stored in the index (empty when it was never committed).
        found: String,
        /// [`crate::format_id`] of this program.
        expected: String,
    },
    /// The directory is damaged or not an index: delete it and rebuild.
    #[error("search index is damaged: {0}")]
    Corrupt(String),
    /// Another writer holds the directory.
    #[error("search index is open for writing elsewhere")]
    Locked,
    /// The query text has more than [`crate::MAX_QUERY_CHARS`] characters.
    #[error("query too long")]
    QueryTooLong,
    /// The page size is not within `1..=`[`crate::MAX_LIMIT`].
    #[error("page size out of range")]
    Limit,
    /// The cursor is not one of ours or belongs to another query.
    #[error("cursor does not belong to this query")]
    Cursor,
    /// A fault asked for with [`crate::Writer::inject`].
    #[error("injected fault {0:?}")]
    Injected(Fault),
    /// The writer could not undo a failed write, or a panic left it undone: open it again.
    #[error("search index writer is unusable")]
    Unusable,
    /// The engine failed, for another reason than input and output.
    #[error("search engine failed")]
    Engine(#[source] TantivyError),
    /// Reading or writing the directory failed.
    #[error("search index input or output failed")]
    Io(#[from] io::Error),
}

impl Error {
    /// Whether a document that was being indexed can be the cause.
    #[must_use]
    pub fn may_blame_document(&self) -> bool {
        matches!(
            self,
            Self::Engine(TantivyError::ErrorInThread(_) | TantivyError::InvalidArgument(_))
        )
    }
}

impl From<TantivyError> for Error {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::IoError(error)
            | TantivyError::OpenReadError(OpenReadError::IoError { io_error: error, .. })
            | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: error, .. })
            | TantivyError::OpenDirectoryError(
                OpenDirectoryError::IoError { io_error: error, .. } | OpenDirectoryError::FailedToCreateTempDir(error),
            )
            | TantivyError::LockFailure(LockError::IoError(error), _) => Self::Io(own(error)),
            TantivyError::LockFailure(LockError::LockBusy, _) => Self::Locked,
            other => Self::Engine(other),
        }
    }
}

/// The engine shares its errors; the system's number, which tells its refusals from damage, is kept.
fn own(error: Arc<io::Error>) -> io::Error {
    match error.raw_os_error() {
        Some(number) => io::Error::from_raw_os_error(number),
        None => io::Error::new(error.kind(), error),
    }
}
