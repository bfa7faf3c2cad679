//! Builds the index anew from the database, beside the one that is in use.

use std::fs;
use std::path::{Path, PathBuf};

use search_index::{Change, Reader, SearchIndex, Writer};
use tracing::warn;

use super::changes::{UNFINISHED, public_page, put_through, puts, stage};
use super::history::watermark_at;
use super::indexer::{IndexerError, Result};
use super::{Controls, Directory};
use crate::service::search::{IndexSlot, in_full};
use crate::store::outbox::{self, Position};
use crate::store::{Database, listings, reference};

/// An open index.
pub(super) struct Open {
    pub(super) writer: Writer,
    pub(super) reader: Reader,
    pub(super) path: PathBuf,
}

/// Builds the index from the database.
pub(super) struct Build<'a> {
    pub(super) db: &'a Database,
    pub(super) slot: &'a IndexSlot,
    pub(super) memory: usize,
    pub(super) controls: &'a Controls,
}

impl Build<'_> {
    pub(super) fn run(&self, directory: &Directory, progress: &mut dyn FnMut(u64, u64)) -> Result<Open> {
        match self.attempt(directory, false, progress) {
            // Perhaps one document is more than the engine can bear: find out which, at the price of many commits.
            Err(IndexerError::Index(error)) if error.may_blame_document() => {
                warn!(
                    error = in_full(&error),
                    "the search index could not be built; trying with care"
                );
                self.attempt(directory, true, progress)
            }
            other => other,
        }
    }

    fn attempt(&self, directory: &Directory, with_care: bool, progress: &mut dyn FnMut(u64, u64)) -> Result<Open> {
        let path = directory.fresh()?;
        let filled = self.fill(&path, with_care, progress);
        if filled.is_err() {
            // Half an index is refused later all the same; this only saves the room.
            fs::remove_dir_all(&path).unwrap_or_else(|error| warn!(%error, "remains of an index stay"));
        }
        let (writer, reader) = filled?;
        Ok(Open { writer, reader, path })
    }

    fn fill(&self, path: &Path, with_care: bool, progress: &mut dyn FnMut(u64, u64)) -> Result<(Writer, Reader)> {
        // Before the scan: what changes during it is then met twice, not never.
        let start = self.db.read(|conn| {
            let last = outbox::ends(conn)?.map_or_else(Position::default, |(_, last)| last);
            watermark_at(conn, last)
        })?;
        let total = u64::try_from(self.db.read(listings::count_public)?).unwrap_or(0);
        let (mut writer, reader) = SearchIndex::open(path, self.memory)?;
        let lists = self.db.read(reference::lists)?;
        let (mut after, mut done) = (None, 0);
        progress(done, total);
        loop {
            self.controls.go_on()?;
            let (rows, last, broken) = self.db.read(|conn| public_page(conn, after))?;
            let (changes, unfit): (Vec<Change>, u64) = puts(&lists, &rows);
            let poison = self.controls.with_fault(&mut writer, |writer| {
                if with_care {
                    put_through(writer, &changes, UNFINISHED)
                } else {
                    stage(writer, &changes)
                }
            })?;
            self.slot.add_poison(broken + unfit + poison);
            done += u64::try_from(rows.len()).unwrap_or(0);
            progress(done, total.max(done));
            failpoint!("index.build.page", std::io::Error::other);
            after = last;
            if after.is_none() {
                break;
            }
        }
        failpoint!("index.build.filled", std::io::Error::other);
        self.controls
            .with_fault(&mut writer, |writer| writer.commit_load(start))?;
        Ok((writer, reader))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::samples::{database, publish};
    use search_index::{Fault, hash_of};
    use std::sync::PoisonError;
    use uuid::Uuid;

    /// Builds an index of nine listings, of which the fifth meets the fault; gives how many it holds and how many were
    /// skipped.
    fn built_with(fault: Fault) -> Result<(u64, u64)> {
        let dir = tempfile::tempdir().unwrap();
        let db = database(dir.path());
        publish(&db, 1..=9);
        let (slot, controls) = (IndexSlot::default(), Controls::default());
        *controls.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
        let build = Build {
            db: &db,
            slot: &slot,
            memory: 15_000_000,
            controls: &controls,
        };
        let directory = Directory::open(&dir.path().join("index"))?;
        let built = build.run(&directory, &mut |_, _| {})?;
        let found = built.reader.view().search(&search_index::SearchRequest {
            limit: 1,
            ..Default::default()
        })?;
        assert_eq!(found.total, built.reader.len());
        // What was tried before is cleared away, or the half of it would be found at the next start.
        assert_eq!(directory.of_this_format()?, [built.path]);
        Ok((built.reader.len(), slot.status().poison))
    }

    #[test]
    fn one_listing_that_the_engine_refuses_is_left_out() {
        let document = hash_of([Uuid::from_u128(5).to_string().as_str()]);
        assert_eq!(built_with(Fault::Refuse { document, times: 100 }).unwrap(), (8, 1));
        assert_eq!(built_with(Fault::Refuse { document, times: 1 }).unwrap(), (9, 0));
        assert_eq!(built_with(Fault::Panic { document }).unwrap(), (8, 1));
    }

    #[test]
    fn a_full_disk_ends_the_build() {
        let failed = built_with(Fault::Commit(1));
        assert!(
            matches!(failed, Err(IndexerError::Index(search_index::Error::Io(_)))),
            "{failed:?}"
        );
    }
}
