//! The entries and the built-in groups as officers look through them.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::Date;
use search_index::{BuiltInGroup, GroupId, Vocabulary, analyze};
use uuid::Uuid;

use super::edition::{Edition, Entry, VocabularySlot};
use crate::domain::access::{Action, Resource, decide};
use crate::domain::calendar::day_of;
use crate::domain::ids::VocabularyEntryId;
use crate::domain::vocabulary::{Relation, SourceClass, Standing, VocabularyChange, Words};
use crate::service::context::Caller;
use crate::service::paging::cut;
use crate::service::{ErrorCode, Result};
use crate::store::{AnyConn, vocabulary};

/// Which of them.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Those with this in a member, as [`phrase`] gives it.
    pub phrase: Option<String>,
    /// Those whose members belong together so.
    pub relation: Option<Relation>,
    /// Those that were taken from there.
    pub source: Option<SourceClass>,
    /// Those that stand so today.
    pub standing: Option<Standing>,
    /// The built-in ones or the Department's.
    pub is_built_in: Option<bool>,
}

/// An entry or a built-in group.
#[derive(Clone, Debug)]
pub enum Listed {
    /// What the Department keeps, and where it stands today.
    Kept(Arc<Entry>, Standing),
    /// What the program brings along, and the entry in force that switches it off.
    BuiltIn(&'static BuiltInGroup, Option<VocabularyEntryId>),
}

/// A position in the list: after an entry, or after so many built-in groups.
pub type Place = (Option<Uuid>, usize);

/// A page of the list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What is on it.
    pub items: Vec<Listed>,
    /// Where the next one begins.
    pub next: Option<Place>,
    /// How many there are on all pages.
    pub total: usize,
}

/// Words as members are searched by, without diacritics; none where nothing is searched for.
pub fn phrase(text: &str) -> Option<String> {
    let syllables = analyze(text).syllables;
    let folded: Vec<&str> = syllables.iter().map(|syllable| syllable.folded.as_str()).collect();
    (!folded.is_empty()).then(|| format!(" {} ", folded.join(" ")))
}

/// The same of all members of a group.
pub(super) fn spelled<'m>(members: impl IntoIterator<Item = &'m str>) -> String {
    let members: Vec<String> = members.into_iter().filter_map(phrase).collect();
    members.join("\n")
}

/// A page of the entries, newest first, then of the built-in groups.
pub fn list(
    conn: &mut AnyConn,
    slot: &VocabularySlot,
    caller: &Caller,
    wanted: &Wanted,
    (after, limit): (Option<Place>, u32),
    now: Timestamp,
) -> Result<Listing> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ManageVocabulary, &Resource::None)?;
    let edition = slot.present(conn)?;
    let all = wanted.of(&edition, day_of(now));
    let total = all.len();
    let rest: Vec<_> = all.into_iter().filter(|(place, _)| is_after(*place, after)).collect();
    let (page, next) = cut(rest, limit, |(place, _)| *place);
    Ok(Listing {
        items: page.into_iter().map(|(_, listed)| listed).collect(),
        next,
        total,
    })
}

/// Entries come before built-in groups, the newest first.
fn is_after(place: Place, seen: Option<Place>) -> bool {
    match (place, seen) {
        (_, None) | ((None, _), Some((Some(_), _))) => true,
        ((Some(entry), _), Some((Some(seen), _))) => entry < seen,
        ((Some(_), _), Some((None, _))) => false,
        ((None, number), Some((None, seen))) => number > seen,
    }
}

impl Wanted {
    fn of(&self, edition: &Edition, today: Date) -> Vec<(Place, Listed)> {
        let kept = edition.entries().rev().filter_map(|entry| {
            let standing = entry.standing(today);
            let words = &entry.change.words;
            let fits = self.fits(false, words.relation, words.source, standing) && self.is_said(&entry.spelled);
            let place = (Some(entry.change.entry.0), 0);
            fits.then(|| (place, Listed::Kept(entry.clone(), standing)))
        });
        let off = switched_off(edition, today);
        let groups = Vocabulary::built_in_groups().iter().zip(built_in_spelled()).zip(1..);
        let built_in = groups.filter_map(|((group, spelled), number)| {
            let switch = off.get(&group.id).copied();
            let relation: Option<Relation> = group.relation.code().parse().ok();
            let source: SourceClass = group.source.code().parse().ok()?;
            let fits = self.fits(true, relation, source, standing_of(switch)) && self.is_said(spelled);
            fits.then_some(((None, number), Listed::BuiltIn(group, switch)))
        });
        kept.chain(built_in).collect()
    }

    fn fits(&self, is_built_in: bool, relation: Option<Relation>, source: SourceClass, standing: Standing) -> bool {
        self.is_built_in.is_none_or(|wanted| wanted == is_built_in)
            && self.relation.is_none_or(|wanted| relation == Some(wanted))
            && self.source.is_none_or(|wanted| source == wanted)
            && self.standing.is_none_or(|wanted| standing == wanted)
    }

    fn is_said(&self, spelled: &str) -> bool {
        self.phrase.as_ref().is_none_or(|phrase| spelled.contains(phrase))
    }
}

/// Percent of what was typed that another member of an entry is worth.
pub fn effective_weight(words: &Words) -> Option<u8> {
    let known = |relation: Relation| search_index::Relation::from_code(relation.as_str());
    let usual = || known(words.relation?).map(|relation| relation.usual_weight());
    words.weight.or_else(usual)
}

/// Where a built-in group stands.
pub fn standing_of(switch: Option<VocabularyEntryId>) -> Standing {
    switch.map_or(Standing::InForce, |_| Standing::SwitchedOff)
}

fn switched_off(edition: &Edition, today: Date) -> HashMap<GroupId, VocabularyEntryId> {
    let in_force = edition
        .entries()
        .filter(|entry| entry.standing(today) == Standing::InForce);
    in_force
        .filter_map(|entry| Some((entry.off?, entry.change.entry)))
        .collect()
}

/// The members of the built-in groups, in their order; written once somebody asks.
fn built_in_spelled() -> &'static [String] {
    static SPELLED: LazyLock<Vec<String>> = LazyLock::new(|| {
        let groups = Vocabulary::built_in_groups().iter();
        groups.map(|group| spelled(group.members.iter().copied())).collect()
    });
    &SPELLED
}

/// An entry or a built-in group by its identifier, with every version of an entry, oldest first.
pub fn get(
    conn: &mut AnyConn,
    slot: &VocabularySlot,
    caller: &Caller,
    id: &str,
    now: Timestamp,
) -> Result<(Listed, Vec<VocabularyChange>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ManageVocabulary, &Resource::None)?;
    let (edition, today) = (slot.present(conn)?, day_of(now));
    if let Ok(id) = id.parse::<GroupId>() {
        let group = Vocabulary::built_in_groups().iter().find(|group| group.id == id);
        let switch = switched_off(&edition, today).get(&id).copied();
        return Ok((Listed::BuiltIn(group.ok_or(ErrorCode::NotFound)?, switch), Vec::new()));
    }
    let id = id.parse::<VocabularyEntryId>().map_err(|_no_id| ErrorCode::NotFound)?;
    let entry = edition.get(id)?.clone();
    let standing = entry.standing(today);
    Ok((Listed::Kept(entry, standing), vocabulary::history(conn, id)?))
}
