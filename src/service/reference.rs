//! The reference lists as they are now: what is compiled in, and what officers changed since.

mod moved;

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use jiff::civil::Date;

pub use self::moved::{Moved, MovedCommune};
use super::audit::state;
use super::context::{App, Caller, Work};
use super::json_mistakes;
use super::regulated::Watch;
use super::search::{Filters, SearchQuery, search};
use super::slot::{self, Edition as _, Slot};
use super::versions::require_version;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::account::Scope;
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::drafts::merge_patch;
use crate::domain::fields::FieldError;
use crate::domain::listing::regulation::RegulatedList;
use crate::domain::taxonomy::{
    Editing, EntryChange, EntryCorrespondence, EntryPatch, EntryRegulation, EntryText, InForce, NewEntry, Proposal,
    Taxonomies, TaxonomyItem, TaxonomyName,
};
use crate::store::audit::Change;
use crate::store::{AnyConn, reference};

/// A list as it is sent, with its entity tag.
pub type Written = (String, Arc<[u8]>);

/// All lists as they are sent on a day: communes follow their province when it ends.
#[derive(Debug)]
pub struct WrittenLists {
    day: Date,
    /// Each list.
    pub lists: BTreeMap<TaxonomyName, Written>,
}

/// The lists after a number of changes; never altered.
#[derive(Debug)]
pub struct Edition {
    /// Number of the last change; 0 for what is compiled in.
    pub number: i64,
    /// The lists.
    pub lists: Arc<Taxonomies>,
    /// Every change.
    pub changes: Vec<EntryChange>,
    written: ArcSwapOption<WrittenLists>,
    watch: ArcSwapOption<Watch>,
}

impl Edition {
    fn of(changes: Vec<EntryChange>) -> Self {
        let compiled = Taxonomies::embedded();
        Self {
            number: changes.last().map_or(0, |last| last.edition),
            lists: if changes.is_empty() {
                compiled.clone()
            } else {
                Arc::new(compiled.with(&changes))
            },
            changes,
            written: ArcSwapOption::empty(),
            watch: ArcSwapOption::empty(),
        }
    }

    /// What is compiled in.
    pub fn compiled() -> Arc<Self> {
        Arc::default()
    }

    /// The lists on the day of an instant.
    pub fn on(&self, now: Timestamp) -> InForce {
        InForce::on(self.lists.clone(), day_of(now))
    }

    /// The lists as they are sent on a day, written once for it.
    pub fn written(&self, day: Date, write: impl FnOnce() -> BTreeMap<TaxonomyName, Written>) -> Arc<WrittenLists> {
        if let Some(kept) = self.written.load_full().filter(|kept| kept.day == day) {
            return kept;
        }
        let written = Arc::new(WrittenLists { day, lists: write() });
        self.written.store(Some(written.clone()));
        written
    }

    /// The list of regulated technologies on the day of an instant with what hints at its entries, made ready once for that day.
    pub(super) fn watch(&self, now: Timestamp) -> Arc<Watch> {
        let day = day_of(now);
        if let Some(kept) = self.watch.load_full().filter(|kept| kept.list().today() == day) {
            return kept;
        }
        let items = self.lists.items(TaxonomyName::RegulatedTechnologies, None);
        let watch = Arc::new(Watch::of(RegulatedList::on(day, items.cloned())));
        self.watch.store(Some(watch.clone()));
        watch
    }

    /// What officers changed of an entry.
    pub fn changes_of<'a>(&'a self, list: TaxonomyName, code: &'a str) -> impl Iterator<Item = &'a EntryChange> {
        self.changes
            .iter()
            .filter(move |change| change.list == list && change.code == code)
    }
}

impl Default for Edition {
    fn default() -> Self {
        Self::of(Vec::new())
    }
}

impl slot::Edition for Edition {
    fn number(&self) -> i64 {
        self.number
    }

    fn or_present(self: &Arc<Self>, conn: &mut AnyConn) -> Result<Arc<Self>> {
        if reference::edition(conn)? == self.number {
            return Ok(self.clone());
        }
        Ok(Arc::new(Self::of(reference::changes(conn)?)))
    }
}

/// The newest lists that this process has seen.
pub type EditionSlot = Slot<Edition>;

impl App {
    /// The present edition of the lists.
    pub async fn edition(&self) -> Result<Arc<Edition>> {
        let slot = self.editions.clone();
        self.read_by_key(move |conn, _| slot.present(conn)).await
    }

    /// The lists as they stand today, for what is parsed before its unit of work begins.
    pub async fn in_force(&self) -> Result<InForce> {
        Ok(self.edition().await?.on(self.clock.now()))
    }

    /// The same without asking the database; at most a second behind what other nodes did.
    pub fn in_force_at_hand(&self) -> InForce {
        self.editions.at_hand().on(self.clock.now())
    }
}

impl Work<'_, '_> {
    /// The lists as they stand in this unit of work.
    pub fn in_force(&mut self) -> Result<InForce> {
        let now = self.now;
        Ok(self.edition()?.on(now))
    }

    /// The edition of the lists that this unit of work sees. It is not shown to others: the unit may yet be undone.
    pub(super) fn edition(&mut self) -> Result<Arc<Edition>> {
        if let Some(edition) = &self.bound_to {
            return Ok(edition.clone());
        }
        let known = self.edition_at_hand.clone();
        known.or_present(self.conn())
    }

    /// Has this unit of work go by an edition, which the units before it went by: all rows of a file that are loaded without a break are
    /// judged by one. An import that is taken up again goes on by the edition of then.
    pub(super) fn go_by(&mut self, edition: Arc<Edition>) {
        self.bound_to = Some(edition);
    }
}

/// An entry with its history.
#[derive(Clone, Debug)]
pub struct KnownEntry {
    /// As it is.
    pub item: TaxonomyItem,
    /// Code of what stands above it today.
    pub parent: Option<String>,
    /// The changes that made it so.
    pub history: Vec<EntryChange>,
    /// What the edit did to the communes of a province.
    pub moved: Moved,
}

/// One entry; lists are public.
pub fn get(edition: &Edition, list: TaxonomyName, code: &str, now: Timestamp) -> Result<KnownEntry> {
    let item = edition.lists.get(list, code).ok_or(ErrorCode::NotFound)?;
    Ok(KnownEntry {
        item: item.clone(),
        parent: edition.lists.parent_on(list, item, day_of(now)),
        history: edition.changes_of(list, code).cloned().collect(),
        moved: Moved::default(),
    })
}

/// Whoever may change a list so far.
pub(super) fn permitted_at(
    conn: &mut AnyConn,
    caller: &Caller,
    list: TaxonomyName,
    needed: Editing,
    now: Timestamp,
) -> Result<Permit> {
    let actor = caller.actor(conn, now)?;
    let permit = decide(&actor, Action::ManageReferenceData, &Resource::None)?;
    let allowed = list.editing();
    if allowed == Editing::Open || allowed == needed {
        Ok(permit)
    } else {
        Err(ErrorCode::ListNotEditable.into())
    }
}

pub(super) fn permitted(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    list: TaxonomyName,
    needed: Editing,
) -> Result<Permit> {
    let now = work.now;
    permitted_at(work.conn(), caller, list, needed, now)
}

/// What takes the place of a code widens the scope of those who have the other: nobody whom a scope limits says it, or the
/// own one would be as wide as one likes.
fn refuse_scoped(permit: &Permit) -> Result<()> {
    match permit.actor() {
        Actor::Officer { scope, .. } if *scope != Scope::default() => Err(Error {
            refused: Some(permit.action()),
            ..ErrorCode::Forbidden.into()
        }),
        _ => Ok(()),
    }
}

/// Refuses a step that widens the scope of whoever takes it, whether it is taken or only tried.
pub(super) fn require_in_scope(permit: &Permit, step: &Step) -> Result<()> {
    if step.before.as_ref().map_or(&[][..], |before| &before.successors) == step.text.successors {
        return Ok(());
    }
    refuse_scoped(permit)
}

/// What becomes of an entry: its next version, and what it said before.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The code.
    pub code: String,
    /// The version that it becomes.
    pub version: i64,
    /// What it says from then on.
    pub text: EntryText,
    /// What it said; nothing where it is new.
    pub before: Option<EntryText>,
}

/// What a new entry is to say, with an end where it has one already.
pub(super) fn first_step(
    lists: &Arc<Taxonomies>,
    list: TaxonomyName,
    new: &NewEntry,
    (valid_to, successors): (Option<Date>, Vec<String>),
    today: Date,
) -> std::result::Result<Step, Vec<FieldError>> {
    let text = EntryText {
        parent: new.parent.clone(),
        name_vi: new.name_vi.clone(),
        name_en: new.name_en.clone(),
        valid_from: Some(new.valid_from.unwrap_or(today)),
        valid_to,
        successors,
        attributes: None,
    };
    let proposal = Proposal {
        lists,
        list,
        code: &new.code,
        text: &text,
        regulation: new.regulation.as_ref(),
        correspondence: new.correspondence.as_ref(),
        today,
    };
    Ok(Step {
        code: new.code.clone(),
        version: 1,
        text: proposal.parse(true)?,
        before: None,
    })
}

/// What an entry says that is changed.
pub(super) fn present_text(list: TaxonomyName, item: &TaxonomyItem) -> EntryText {
    let says_more = matches!(
        list,
        TaxonomyName::RegulatedTechnologies | TaxonomyName::Correspondences
    );
    EntryText {
        attributes: says_more.then(|| item.attributes.clone()),
        ..EntryText::from(item)
    }
}

/// An entry as it may be changed.
pub(super) fn patch_of(list: TaxonomyName, item: &TaxonomyItem) -> EntryPatch {
    EntryPatch {
        name_vi: item.name_vi.clone(),
        name_en: item.name_en.clone(),
        valid_to: item.valid_to,
        successors: item.successors.clone(),
        parent: item.parent.clone().filter(|_| list == TaxonomyName::Communes),
        regulation: (list == TaxonomyName::RegulatedTechnologies).then(|| EntryRegulation::of(item)),
        correspondence: (list == TaxonomyName::Correspondences).then(|| EntryCorrespondence::of(item)),
    }
}

/// What an entry is to say after a change; nothing where it says so already.
pub(super) fn next_step(
    lists: &Arc<Taxonomies>,
    list: TaxonomyName,
    item: &TaxonomyItem,
    draft: EntryPatch,
    today: Date,
) -> std::result::Result<Option<Step>, Vec<FieldError>> {
    let before = present_text(list, item);
    // Whoever tells again where it lies says nothing new.
    let is_there = draft.parent.is_some() && draft.parent == lists.parent_on(list, item, today);
    let text = EntryText {
        parent: draft.parent.filter(|_| !is_there).or_else(|| before.parent.clone()),
        name_vi: draft.name_vi,
        name_en: draft.name_en,
        valid_to: draft.valid_to,
        successors: draft.successors,
        ..before.clone()
    };
    let proposal = Proposal {
        lists,
        list,
        code: &item.code,
        text: &text,
        regulation: draft.regulation.as_ref(),
        correspondence: draft.correspondence.as_ref(),
        today,
    };
    let text = proposal.parse(false)?;
    Ok((text != before).then(|| Step {
        code: item.code.clone(),
        version: item.version + 1,
        text,
        before: Some(before),
    }))
}

/// Writes the next change of a list, which is the last one of `edition`.
pub(super) fn keep(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    edition: &Edition,
    list: TaxonomyName,
    number: i64,
    step: Step,
) -> Result<()> {
    require_in_scope(permit, &step)?;
    let first = edition.changes_of(list, &step.code).next().map(|first| first.entry);
    let change = EntryChange {
        edition: number,
        entry: first.unwrap_or_else(|| work.next_id()),
        list,
        code: step.code,
        version: step.version,
        text: step.text,
        changed_at: work.now,
    };
    reference::add(work.uow, permit, &change)?;
    failpoint!("reference.added", Error::busy);
    let after = state::of_entry(list, &change.code, change.version, &change.text)?;
    let (deed, hashes) = match &step.before {
        None => (Deed::ReferenceEntryAdded, Change::made(after)),
        Some(before) => {
            // A division that was changed since moved the commune without a version of its own.
            let last = edition.changes_of(list, &change.code).last();
            let before = EntryText {
                parent: last.map_or_else(|| before.parent.clone(), |last| last.text.parent.clone()),
                ..before.clone()
            };
            let before = state::of_entry(list, &change.code, change.version - 1, &before)?;
            (Deed::ReferenceEntryChanged, Change::between(before, after))
        }
    };
    work.remember_change(permit, deed, ("reference_entry", change.entry), None, hashes)
}

/// What is wrong with a new entry.
pub fn judge(edition: &Edition, list: TaxonomyName, new: &NewEntry, now: Timestamp) -> Result<()> {
    let step = first_step(&edition.lists, list, new, (None, Vec::new()), day_of(now));
    step.map(drop).map_err(Error::fields)
}

/// Adds an entry to a list.
pub fn add(work: &mut Work<'_, '_>, caller: &Caller, list: TaxonomyName, new: &NewEntry) -> Result<KnownEntry> {
    let permit = permitted(work, caller, list, Editing::Open)?;
    let edition = work.edition()?;
    let step = first_step(&edition.lists, list, new, (None, Vec::new()), day_of(work.now)).map_err(Error::fields)?;
    keep(work, &permit, &edition, list, edition.number + 1, step)?;
    let edition = work.edition()?;
    get(&edition, list, &new.code, work.now)
}

/// Changes names or the end of an entry. `patch` is a JSON merge patch onto [`EntryPatch`]. What changes nothing makes no
/// version.
pub fn edit(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (list, code): (TaxonomyName, &str),
    seen: i64,
    patch: &serde_json::Value,
) -> Result<KnownEntry> {
    let permit = permitted(work, caller, list, Editing::Existing)?;
    let edition = work.edition()?;
    let present = get(&edition, list, code, work.now)?;
    require_version(seen, present.item.version)?;
    let today = day_of(work.now);
    let mut draft = serde_json::to_value(patch_of(list, &present.item)).map_err(Error::internal)?;
    merge_patch(&mut draft, patch);
    let step = json_mistakes::made(&draft, |wanted: EntryPatch| {
        next_step(&edition.lists, list, &present.item, wanted, today)
    })?;
    let Some(step) = step else { return Ok(present) };
    keep(work, &permit, &edition, list, edition.number + 1, step)?;
    let after = work.edition()?;
    let moved = match list {
        TaxonomyName::Provinces => Moved::between(&edition.lists, &after.lists, code),
        _ => Moved::default(),
    };
    Ok(KnownEntry {
        moved,
        ..get(&after, list, code, work.now)?
    })
}

/// How many public listings name a field, one below it, or one that led there, that ends with nothing in its place: they keep it, and
/// whoever looks for fields that there are does not find them. Of other ends, and where the index cannot tell, none. Blocks, as
/// searches do.
pub fn left_behind(app: &App, edition: &Edition, list: TaxonomyName, item: &TaxonomyItem) -> Option<u64> {
    let end = item
        .valid_to
        .filter(|_| list == TaxonomyName::Fields && item.successors.is_empty())?;
    let then = InForce::on(edition.lists.clone(), end.max(day_of(app.clock.now())));
    let filters = Filters {
        fields: then.left_with(list, &item.code),
        ..Filters::default()
    };
    let query = SearchQuery {
        filters,
        limit: 1,
        ..SearchQuery::default()
    };
    search(app, query).ok()?.total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hints_at_regulated_technologies_is_made_ready_once_a_day() {
        let (edition, now) = (Edition::default(), Timestamp::UNIX_EPOCH);
        let first = edition.watch(now);
        assert!(Arc::ptr_eq(&first, &edition.watch(now)));
        let later = now + jiff::SignedDuration::from_hours(48);
        assert_eq!(edition.watch(later).list().today(), day_of(later));
        assert_ne!(day_of(later), first.list().today());
    }
}
