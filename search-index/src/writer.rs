//! Opening and writing an index.

use std::io::{self, ErrorKind};
use std::path::Path;

use serde::{Deserialize, Serialize};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyError, Term, index::SegmentId};

use crate::{
    Change, Error, Reader, Result, Watermark, format_id, hash_of,
    merging::{Merging, may_be_one},
    schema::{Layout, register_tokenizers},
    terms::tantivy_document,
};

/// The engine accepts no less memory for its one indexing thread.
const LEAST_MEMORY: usize = 15_000_000;
const MOST_MEMORY: usize = 4_000_000_000;

/// Where a fault drill makes the writer fail. Documents are named by [`crate::hash_of`] their id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Before any change is staged: nothing is written.
    BeforeApply,
    /// After staging, before the commit: nothing is written, the staged changes are dropped.
    BeforeCommit,
    /// After the commit, before the reader sees it: the changes and the watermark are written.
    AfterCommit,
    /// The next so many commits fail as on a full disk: nothing is written, the staged changes are dropped.
    Commit(u32),
    /// The engine fails the next so many times that this document is put: what is staged is dropped.
    Refuse {
        /// The document.
        document: u64,
        /// How often.
        times: u32,
    },
    /// Putting this document panics.
    Panic {
        /// The document.
        document: u64,
    },
}

/// Opens indexes.
#[derive(Debug)]
pub struct SearchIndex;

/// The one writer of an index; holds the directory's lock while it lives.
pub struct Writer {
    engine: IndexWriter,
    layout: Layout,
    reader: Reader,
    watermark: Option<Watermark>,
    merging: Merging,
    /// Segments that are to become one, and may not have yet.
    loaded: Vec<SegmentId>,
    fault: Option<Fault>,
    usable: bool,
}

/// What a commit carries besides documents, as JSON in the engine's own commit record: the
/// documents and the progress are written in one step.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    format: String,
    watermark: Option<Watermark>,
}

impl SearchIndex {
    /// Opens the index in `dir`, or creates it when `dir` is absent or empty.
    ///
    /// `writer_memory` (bytes, at least 15 MB is used) bounds what is buffered before a segment
    /// is written. All files are read once to verify their checksums.
    ///
    /// # Errors
    /// [`Error::Incompatible`] and [`Error::Corrupt`]: delete the directory and rebuild.
    /// [`Error::Locked`]: another writer has it. [`Error::Io`]: the system refuses, perhaps only now: try again.
    pub fn open(dir: &Path, writer_memory: usize) -> Result<(Writer, Reader)> {
        std::fs::create_dir_all(dir)?;
        let fresh = std::fs::read_dir(dir)?.next().is_none();
        let layout = Layout::new();
        if fresh {
            let index = Index::create_in_dir(dir, layout.schema.clone())?;
            return Writer::create(index, layout, writer_memory);
        }
        // Damaged files can trip assertions inside the engine; a panic is damage too.
        let opened = std::panic::catch_unwind(|| {
            let index = Index::open_in_dir(dir).map_err(unreadable)?;
            let watermark = verify(dir, &index, &layout)?;
            Writer::new(index, layout, watermark, writer_memory).map_err(unreadable_error)
        });
        opened.unwrap_or_else(|_panic| Err(Error::Corrupt("the engine panicked".to_owned())))
    }

    /// The outbox position of the last commit in `dir`, beside whoever writes there: nothing is locked, changed or
    /// verified. None in an index that was left before its first commit with one.
    ///
    /// # Errors
    /// [`Error::Incompatible`], [`Error::Corrupt`]: no index of this format can be read there.
    pub fn committed(dir: &Path) -> Result<Option<Watermark>> {
        payload(&Index::open_in_dir(dir).map_err(unreadable)?)
    }

    /// An index without a directory, for tests.
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine cannot start its thread.
    pub fn in_memory() -> Result<(Writer, Reader)> {
        let layout = Layout::new();
        let index = Index::create_in_ram(layout.schema.clone());
        Writer::create(index, layout, LEAST_MEMORY)
    }
}

/// Checks the format of the last commit; yields its watermark.
fn payload(index: &Index) -> Result<Option<Watermark>> {
    let found = index.load_metas().map_err(unreadable)?.payload.unwrap_or_default();
    let expected = format_id();
    let payload: Option<Payload> = serde_json::from_str(&found).ok();
    match payload.filter(|payload| payload.format == expected) {
        Some(payload) => Ok(payload.watermark),
        None => Err(Error::Incompatible { found, expected }),
    }
}

/// Checks format and checksums; yields the committed watermark.
fn verify(dir: &Path, index: &Index, layout: &Layout) -> Result<Option<Watermark>> {
    let watermark = payload(index)?;
    if index.schema() != layout.schema {
        return Err(Error::Corrupt("schema differs from its format".to_owned()));
    }
    // The engine only verifies, and clears up, the files on its own list.
    let listed = index.directory().list_managed_files();
    for file in std::fs::read_dir(dir)? {
        let name = file?.file_name();
        if !name.to_string_lossy().starts_with('.') && !listed.contains(Path::new(&name)) {
            return Err(Error::Corrupt(format!("unlisted file {}", name.display())));
        }
    }
    let damaged = index.validate_checksum().map_err(unreadable)?;
    if let Some(file) = damaged.iter().next() {
        return Err(Error::Corrupt(format!("checksum of {}", file.display())));
    }
    Ok(watermark)
}

/// An error of the engine while opening what is there.
fn unreadable(error: TantivyError) -> Error {
    match error {
        TantivyError::IncompatibleIndex(found) => Error::Incompatible {
            found: format!("{found:?}"),
            expected: format_id(),
        },
        other => unreadable_error(other.into()),
    }
}

/// A healthy index must not be thrown away because the system is short of something for a moment: what the system
/// refused may be there when it is asked again, what the engine cannot read never will.
fn unreadable_error(error: Error) -> Error {
    match error {
        Error::Io(error) if error.kind() == ErrorKind::NotFound || error.raw_os_error().is_none() => {
            Error::Corrupt(error.to_string())
        }
        Error::Engine(error) => Error::Corrupt(error.to_string()),
        other => other,
    }
}

impl Writer {
    fn create(index: Index, layout: Layout, memory: usize) -> Result<(Self, Reader)> {
        let (mut writer, reader) = Self::new(index, layout, None, memory)?;
        // An index without a format in its commit record would be refused.
        writer.write(None)?;
        Ok((writer, reader))
    }

    fn new(index: Index, layout: Layout, watermark: Option<Watermark>, memory: usize) -> Result<(Self, Reader)> {
        register_tokenizers(&index);
        let memory = memory.clamp(LEAST_MEMORY, MOST_MEMORY);
        let engine: IndexWriter = index.writer_with_num_threads(1, memory)?;
        let merging = Merging::default();
        engine.set_merge_policy(Box::new(merging.clone()));
        let visible: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let reader = Reader::new(visible, layout.clone(), watermark)?;
        let writer = Self {
            engine,
            layout,
            reader: reader.clone(),
            watermark,
            merging,
            loaded: Vec::new(),
            fault: None,
            usable: true,
        };
        Ok((writer, reader))
    }

    /// Applies changes in order, commits them with the watermark, and makes them visible:
    /// readers see them when this returns.
    ///
    /// # Errors
    /// [`Error::Engine`], [`Error::Io`]: nothing of this call is visible, and what was staged is dropped;
    /// apply it again (unless [`Writer::watermark`] has advanced: then the commit is done and only
    /// its showing failed). [`Error::Unusable`]: open the index again. [`Error::Injected`] in a drill.
    pub fn apply(&mut self, changes: &[Change], watermark: Watermark) -> Result<()> {
        self.stage(changes)?;
        self.commit(watermark)
    }

    /// Stages changes without committing, for bulk loads; see [`Writer::commit`].
    ///
    /// # Errors
    /// [`Error::Engine`], [`Error::Io`]: everything staged since the last commit is dropped.
    pub fn stage(&mut self, changes: &[Change]) -> Result<()> {
        self.fail_at(Fault::BeforeApply)?;
        for change in changes {
            self.engine
                .delete_term(Term::from_field_text(self.layout.id, change.id()));
            if let Change::Put(document) = change {
                self.fail_for(&document.id)?;
                let document = tantivy_document(&self.layout, document);
                if let Err(error) = self.engine.add_document(document) {
                    self.drop_staged();
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    /// Commits what was staged together with the watermark and makes it visible.
    ///
    /// # Errors
    /// [`Error::Engine`], [`Error::Io`]: everything staged since the last commit is dropped.
    /// [`Error::Injected`] in a drill.
    pub fn commit(&mut self, watermark: Watermark) -> Result<()> {
        self.merging.ask_for_one_segment(false);
        self.commit_staged(watermark)
    }

    /// The same at the end of a bulk load: until the next commit all segments are merged into one, unless the index is large,
    /// beside the searches, which open every list once for each segment. [`Writer::show_merged`] has them see it.
    ///
    /// # Errors
    /// As [`Writer::commit`].
    pub fn commit_load(&mut self, watermark: Watermark) -> Result<()> {
        self.merging.ask_for_one_segment(true);
        self.commit_staged(watermark)?;
        self.loaded = self.engine.index().searchable_segment_ids()?;
        Ok(())
    }

    /// Begins to merge all segments into one, as [`Writer::commit_load`] does, of an index that was opened: the program of a load
    /// may have ended before that was done. Nothing is merged where there is one already, or the index is large.
    ///
    /// # Errors
    /// [`Error::Engine`], [`Error::Io`]: the segments stay as they are.
    pub fn merge_all(&mut self) -> Result<()> {
        let segments = self.engine.index().searchable_segment_metas()?;
        if may_be_one(&segments) {
            self.loaded = segments.iter().map(|segment| segment.id()).collect();
            // It runs beside; what becomes of it is seen by the segments that there are.
            drop(self.engine.merge(&self.loaded));
        }
        Ok(())
    }

    /// Waits for all merging, and ends; who drops the writer ends what is being merged, too.
    ///
    /// # Errors
    /// [`Error::Engine`]: what was committed stays, in the segments that there are.
    pub fn finish(self) -> Result<()> {
        Ok(self.engine.wait_merging_threads()?)
    }

    /// Makes visible what was merged since the last commit, which changes nothing that is found; gives whether there was
    /// anything.
    ///
    /// # Errors
    /// [`Error::Engine`], [`Error::Io`]: searches go on with the segments of before.
    pub fn show_merged(&mut self) -> Result<bool> {
        let present = self.engine.index().searchable_segment_ids()?;
        let is_other = !self.reader.snapshot().has_segments(&present);
        if is_other {
            self.reader.refresh(self.watermark)?;
        }
        Ok(is_other)
    }

    fn commit_staged(&mut self, watermark: Watermark) -> Result<()> {
        if let Err(fault) = self.fail_at(Fault::BeforeCommit) {
            self.drop_staged();
            return Err(fault);
        }
        if let Some(Fault::Commit(times @ 1..)) = self.fault {
            self.fault = Some(Fault::Commit(times - 1));
            self.drop_staged();
            return Err(io::Error::new(ErrorKind::StorageFull, "injected").into());
        }
        self.write(Some(watermark))
    }

    fn write(&mut self, watermark: Option<Watermark>) -> Result<()> {
        let payload = Payload {
            format: format_id(),
            watermark,
        };
        let payload = serde_json::to_string(&payload).map_err(io::Error::from)?;
        let committed = self.engine.prepare_commit().and_then(|mut commit| {
            commit.set_payload(&payload);
            commit.commit()
        });
        if let Err(error) = committed {
            self.drop_staged();
            return Err(error.into());
        }
        self.watermark = watermark;
        self.fail_at(Fault::AfterCommit)?;
        self.reader.refresh(watermark)
    }

    fn drop_staged(&mut self) {
        // A rollback that fails, or panics, leaves the engine without its lock: nothing more can be asked of it.
        self.usable = false;
        if self.engine.rollback().is_ok() {
            // The engine starts anew with its own policy.
            self.engine.set_merge_policy(Box::new(self.merging.clone()));
            self.usable = true;
            self.merge_again();
        }
    }

    /// A rollback ends what is being merged. What a load began is begun once more, and not again at every failure: whatever fails,
    /// as a full disk does, is not to be written to without end.
    fn merge_again(&mut self) {
        let loaded = std::mem::take(&mut self.loaded);
        let segments = self.engine.index().searchable_segment_metas().unwrap_or_default();
        let left = segments.iter().filter(|segment| loaded.contains(&segment.id()));
        if left.count() > 1 && may_be_one(&segments) {
            let all: Vec<SegmentId> = segments.iter().map(|segment| segment.id()).collect();
            drop(self.engine.merge(&all));
        }
    }

    /// Outbox position of the last commit.
    #[must_use]
    pub fn watermark(&self) -> Option<Watermark> {
        self.watermark
    }

    /// For fault drills: calls fail at this point, until another is set or it has struck often enough.
    pub fn inject(&mut self, fault: Option<Fault>) {
        self.fault = fault;
    }

    /// What is left of the fault that was set.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// The faults of single documents.
    fn fail_for(&mut self, id: &str) -> Result<()> {
        match self.fault {
            Some(Fault::Panic { document }) if document == hash_of([id]) => panic!("injected"),
            Some(Fault::Refuse {
                document,
                times: times @ 1..,
            }) if document == hash_of([id]) => {
                self.fault = Some(Fault::Refuse {
                    document,
                    times: times - 1,
                });
                self.drop_staged();
                Err(TantivyError::ErrorInThread("injected".to_owned()).into())
            }
            _ => Ok(()),
        }
    }

    fn fail_at(&self, point: Fault) -> Result<()> {
        if !self.usable {
            return Err(Error::Unusable);
        }
        if self.fault == Some(point) {
            Err(Error::Injected(point))
        } else {
            Ok(())
        }
    }
}
