//! The vocabulary of searches as officers keep it: entries beside the built-in groups, and switches for those.

pub mod candidates;
pub mod catalogue;
pub mod edition;
pub mod effect;
pub mod learn;
mod parse;
pub mod preview;

use jiff::civil::Date;
use search_index::{GroupId, Vocabulary};
use serde_json::Value;

use self::edition::{Edition, VocabularySlot};
use self::parse::parse;
use super::audit::state;
use super::context::{Caller, Work};
use super::json_mistakes;
use super::slot::Edition as _;
use super::versions::require_version;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Permit, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::drafts::merge_patch;
use crate::domain::fields::Violation;
use crate::domain::ids::VocabularyEntryId;
use crate::domain::vocabulary::{MAX_ENTRIES, Standing, VocabularyChange, Words, WordsDraft};
use crate::store::audit::Change;
use crate::store::vocabulary;

fn permitted(work: &mut Work<'_, '_>, caller: &Caller) -> Result<Permit> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    Ok(decide(&actor, Action::ManageVocabulary, &Resource::None)?)
}

/// What a new entry says; else all that is wrong with it.
pub fn parsed(draft: &WordsDraft) -> Result<Words> {
    parse(draft, None).map_err(Error::fields)
}

/// Adds an entry.
pub fn add(
    work: &mut Work<'_, '_>,
    slot: &VocabularySlot,
    caller: &Caller,
    draft: &WordsDraft,
) -> Result<VocabularyChange> {
    let permit = permitted(work, caller)?;
    let words = parsed(draft)?;
    let edition = slot.at_hand().or_present(work.conn())?;
    let kept = edition.entries().filter(|entry| !entry.change.is_withdrawn);
    if kept.count() >= MAX_ENTRIES {
        return Err(ErrorCode::LimitReached.into());
    }
    require_new(&edition, &words, None, day_of(work.now))?;
    let change = VocabularyChange {
        edition: edition.number + 1,
        entry: VocabularyEntryId(work.next_id()),
        version: 1,
        words,
        is_withdrawn: false,
        changed_by: permit.actor().account(),
        changed_at: work.now,
    };
    vocabulary::add(work.uow, &permit, &change)?;
    failpoint!("vocabulary.added", Error::busy);
    let made = Change::made(state::of_vocabulary_entry(&change)?);
    let subject = ("vocabulary_entry", change.entry.0);
    work.remember_change(&permit, Deed::VocabularyEntryAdded, subject, None, made)?;
    Ok(change)
}

/// Changes an entry. `patch` is a JSON merge patch onto [`WordsDraft`]. What changes nothing makes no version.
pub fn edit(
    work: &mut Work<'_, '_>,
    slot: &VocabularySlot,
    caller: &Caller,
    (id, seen): (VocabularyEntryId, i64),
    patch: &Value,
) -> Result<VocabularyChange> {
    let permit = permitted(work, caller)?;
    let edition = slot.at_hand().or_present(work.conn())?;
    let present = open(&edition, id, seen)?;
    let mut draft = serde_json::to_value(WordsDraft::from(&present.words)).map_err(Error::internal)?;
    merge_patch(&mut draft, patch);
    let words = json_mistakes::made(&draft, |draft: WordsDraft| parse(&draft, Some(&present.words)))?;
    if words == present.words {
        return Ok(present);
    }
    require_new(&edition, &words, Some(id), day_of(work.now))?;
    let next = VocabularyChange {
        words,
        ..present.clone()
    };
    go_on(work, &permit, &edition, (&present, next), Deed::VocabularyEntryChanged)
}

/// Withdraws an entry: searches do without it, and a group that it switched off is used again.
pub fn withdraw(
    work: &mut Work<'_, '_>,
    slot: &VocabularySlot,
    caller: &Caller,
    (id, seen): (VocabularyEntryId, i64),
) -> Result<VocabularyChange> {
    let permit = permitted(work, caller)?;
    let edition = slot.at_hand().or_present(work.conn())?;
    let present = open(&edition, id, seen)?;
    let next = VocabularyChange {
        is_withdrawn: true,
        ..present.clone()
    };
    go_on(
        work,
        &permit,
        &edition,
        (&present, next),
        Deed::VocabularyEntryWithdrawn,
    )
}

/// The entry in the version that was seen, if something may still become of it.
fn open(edition: &Edition, id: VocabularyEntryId, seen: i64) -> Result<VocabularyChange> {
    let present = &edition.get(id)?.change;
    if present.is_withdrawn {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    require_version(seen, present.version)?;
    Ok(present.clone())
}

/// Keeps the next version.
fn go_on(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    edition: &Edition,
    (present, next): (&VocabularyChange, VocabularyChange),
    deed: Deed,
) -> Result<VocabularyChange> {
    let next = VocabularyChange {
        edition: edition.number + 1,
        version: present.version + 1,
        changed_by: permit.actor().account(),
        changed_at: work.now,
        ..next
    };
    vocabulary::add(work.uow, permit, &next)?;
    let before = state::of_vocabulary_entry(present)?;
    let change = Change::between(before, state::of_vocabulary_entry(&next)?);
    let subject = ("vocabulary_entry", next.entry.0);
    work.remember_change(permit, deed, subject, None, change)?;
    Ok(next)
}

/// Refuses what is there already: as another entry that has not ended, or as a built-in group that stays in use.
fn require_new(edition: &Edition, words: &Words, own: Option<VocabularyEntryId>, today: Date) -> Result<()> {
    let taken = |pointer: &str| Error::field(pointer, Violation::Taken);
    let others = edition.entries().filter(|entry| {
        let is_over = matches!(entry.standing(today), Standing::Withdrawn | Standing::Ended);
        !is_over && Some(entry.change.entry) != own
    });
    let group = edition::ready(words).ok().map(|group| group.id());
    for other in others {
        if group.is_some() && other.group.as_ref().map(|group| group.id()) == group {
            return Err(taken("/members"));
        }
        if words.switches_off.is_some() && other.change.words.switches_off == words.switches_off {
            return Err(taken("/switches_off"));
        }
    }
    let stays = |id: &str| words.switches_off.as_deref() != Some(id);
    let is_built_in = |id: GroupId| Vocabulary::built_in_groups().iter().any(|group| group.id == id);
    if group.is_some_and(|id| is_built_in(id) && stays(&id.to_string())) {
        return Err(taken("/members"));
    }
    Ok(())
}
