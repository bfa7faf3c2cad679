//! What can go wrong with the index.

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
    /// The query text has more than [`crate::MAX_QUERY_CHARS`] characters or
    /// [`crate::MAX_QUERY_TOKENS`] syllables.
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
    /// The engine failed, normally because of the file system.
    #[error("search engine failed")]
    Engine(#[from] tantivy::TantivyError),
    /// Reading or writing the directory failed.
    #[error("search index input or output failed")]
    Io(#[from] std::io::Error),
}
