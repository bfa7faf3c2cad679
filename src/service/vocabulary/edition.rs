//! The Department's entries after a number of changes, made ready for searches.

use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use search_index::{AddedGroup, GroupId};
use tracing::warn;

use super::catalogue::spelled;
use crate::domain::ids::VocabularyEntryId;
use crate::domain::vocabulary::{Standing, VocabularyChange, Words};
use crate::service::slot::{self, Slot};
use crate::service::{ErrorCode, Result};
use crate::store::{AnyConn, vocabulary};

/// An entry in its newest version.
#[derive(Debug)]
pub struct Entry {
    /// What it says, and since when.
    pub change: VocabularyChange,
    /// Its members made ready; none where there are none, or they cannot be used.
    pub(super) group: Option<AddedGroup>,
    /// The built-in group that it switches off.
    pub(super) off: Option<GroupId>,
    /// Its members as the list is searched by.
    pub(super) spelled: String,
    is_usable: bool,
}

impl Entry {
    fn of(change: VocabularyChange) -> Self {
        let words = &change.words;
        let off = words.switches_off.as_deref().map(str::parse::<GroupId>).transpose();
        let group = (!words.members.is_empty()).then(|| ready(words)).transpose();
        let is_usable = off.is_ok() && group.is_ok();
        if !is_usable {
            warn!(entry = %change.entry, version = change.version, "an entry of the vocabulary cannot be used");
        }
        Self {
            spelled: spelled(words.members.iter().map(String::as_str)),
            off: off.unwrap_or_default(),
            group: group.unwrap_or_default(),
            is_usable,
            change,
        }
    }

    /// Where it stands on a day.
    pub fn standing(&self, day: Date) -> Standing {
        match self.change.standing(day) {
            Standing::InForce if !self.is_usable => Standing::Unusable,
            standing => standing,
        }
    }
}

/// That an entry cannot be used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unusable;

/// Entries were looked at when they were written, but the analysis of today may find otherwise. One that cannot be used
/// takes no other with it.
pub(super) fn ready(words: &Words) -> std::result::Result<AddedGroup, Unusable> {
    let compile = || {
        let relation = search_index::Relation::from_code(words.relation?.as_str())?;
        let source = search_index::SourceClass::from_code(words.source.as_str())?;
        AddedGroup::new(relation, source, words.weight, words.members.iter().map(String::as_str)).ok()
    };
    catch_unwind(AssertUnwindSafe(compile)).ok().flatten().ok_or(Unusable)
}

/// The entries after a number of changes; never altered.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    /// Number of the last change.
    pub number: i64,
    entries: BTreeMap<VocabularyEntryId, Arc<Entry>>,
}

/// What searches use of the entries on a day.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// Which entries, and their versions.
    pub entries: Vec<(VocabularyEntryId, i64)>,
    /// Built-in groups that are switched off.
    pub off: HashSet<GroupId>,
    /// Groups beside the built-in ones.
    pub added: Vec<AddedGroup>,
}

impl Edition {
    fn with(mut self, changes: Vec<vocabulary::Read>) -> Self {
        for change in changes {
            match change {
                Ok(change) => {
                    self.number = change.edition;
                    self.entries.insert(change.entry, Arc::new(Entry::of(change)));
                }
                Err((number, error)) => {
                    warn!(number, %error, "a change of the vocabulary cannot be read");
                    self.number = number;
                }
            }
        }
        self
    }

    /// An entry.
    pub fn get(&self, id: VocabularyEntryId) -> Result<&Arc<Entry>> {
        Ok(self.entries.get(&id).ok_or(ErrorCode::NotFound)?)
    }

    /// Every entry, in the order of their making.
    pub(super) fn entries(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    /// What searches use on a day, but for one of the entries.
    pub(super) fn used_on(&self, day: Date, without: Option<VocabularyEntryId>) -> Used {
        let mut used = Used::default();
        let in_force = self.entries().filter(|entry| entry.standing(day) == Standing::InForce);
        for entry in in_force.filter(|entry| Some(entry.change.entry) != without) {
            used.entries.push((entry.change.entry, entry.change.version));
            used.off.extend(entry.off);
            used.added.extend(entry.group.clone());
        }
        used
    }

    /// How many entries are valid on a day and cannot be used.
    pub(super) fn unusable_on(&self, day: Date) -> usize {
        let unusable = self.entries().filter(|entry| entry.standing(day) == Standing::Unusable);
        unusable.count()
    }
}

impl slot::Edition for Edition {
    fn number(&self) -> i64 {
        self.number
    }

    fn or_present(self: &Arc<Self>, conn: &mut AnyConn) -> Result<Arc<Self>> {
        let number = vocabulary::edition(conn)?;
        if number == self.number {
            return Ok(self.clone());
        }
        // A database that was restored may know less.
        let known = if number > self.number {
            Self::clone(self)
        } else {
            Self::default()
        };
        let changes = vocabulary::changes_after(conn, known.number)?;
        Ok(Arc::new(known.with(changes)))
    }
}

/// The newest edition that this process has seen.
#[derive(Debug, Default)]
pub struct VocabularySlot {
    newest: Slot<Edition>,
    /// Whether this process itself made a change since somebody looked.
    is_changed: AtomicBool,
}

impl VocabularySlot {
    /// The newest that was seen.
    pub fn at_hand(&self) -> Arc<Edition> {
        self.newest.at_hand()
    }

    /// The present one of the database.
    pub fn present(&self, conn: &mut AnyConn) -> Result<Arc<Edition>> {
        self.newest.present(conn)
    }

    /// Tells that this process made a change.
    pub(super) fn tell_change(&self) {
        self.is_changed.store(true, Ordering::SeqCst);
    }

    /// Whether this process made a change since this was asked last.
    pub fn take_change(&self) -> bool {
        self.is_changed.swap(false, Ordering::SeqCst)
    }
}
