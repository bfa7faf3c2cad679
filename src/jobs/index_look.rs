//! How the search index on disk stands to the database, for whoever looks from outside: a server may be at work on it.

use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;
use search_index::SearchIndex;

use super::changes::UNFINISHED;
use super::history::{leads_to_now, watermark_at};
use super::indexer::IndexerError;
use super::{Directory, cleanup};
use crate::service::search::position;
use crate::store::outbox;
use crate::store::{self, AnyConn};

/// What somebody sees of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexLook {
    /// There is none in this program's format, or it is being built.
    Absent,
    /// There is one that cannot be read.
    Unreadable(String),
    /// The outbox does not lead from it to the present, as after a restore.
    Astray,
    /// It follows the database, so many changes behind.
    Follows(i64),
}

/// Looks at the newest index in the directory.
pub fn look(root: &Path, conn: &mut AnyConn, now: Timestamp) -> store::Result<IndexLook> {
    let newest = match Directory::of_this_format_in(root) {
        Ok(all) => all.into_iter().next(),
        Err(IndexerError::Io(error)) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Ok(IndexLook::Unreadable(error.to_string())),
    };
    let Some(newest) = newest else {
        return Ok(IndexLook::Absent);
    };
    // Before the database is asked, which the index is never ahead of.
    let watermark = match SearchIndex::committed(&newest) {
        Ok(None | Some(UNFINISHED)) => return Ok(IndexLook::Absent),
        Ok(Some(watermark)) => watermark,
        Err(error) => return Ok(IndexLook::Unreadable(error.to_string())),
    };
    let place = position(watermark);
    let (there, ends) = (watermark_at(conn, place)?, outbox::ends(conn)?);
    let forgotten = cleanup::before(now, cleanup::OUTBOX);
    if !leads_to_now(watermark, there, ends, forgotten) {
        return Ok(IndexLook::Astray);
    }
    Ok(IndexLook::Follows(outbox::lag(conn, place)?))
}
