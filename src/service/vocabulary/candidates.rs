//! What was learned for the vocabulary: it waits until an officer takes it or refuses it, and what was refused is never
//! proposed again.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use search_index::{AddedGroup, Vocabulary};

use super::catalogue::phrase;
use super::edition::{VocabularySlot, ready};
use super::permitted;
use crate::domain::access::{Action, Resource, decide, is_in_search};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::ids::{ListingId, VocabularyCandidateId, VocabularyEntryId};
use crate::domain::vocabulary::{
    Candidate, CandidateStatus, KeptCandidate, SourceClass, VocabularyChange, Words, WordsDraft,
};
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::paging::{cut, rows_for};
use crate::service::search::readable;
use crate::service::{App, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::{AnyConn, vocabulary_candidates};

/// Most candidates that one run puts into the queue: more would not be looked at.
const MOST: usize = 500;

/// What is said of an entry that was learned.
const LEARNED: &str = "Học từ tin đang đăng (learned from listings).";

fn words(candidate: &Candidate) -> Words {
    Words {
        relation: Some(candidate.relation),
        members: candidate.members.clone(),
        switches_off: None,
        source: SourceClass::Trade,
        weight: None,
        note: Some(LEARNED.to_owned()),
        valid_from: None,
        valid_to: None,
    }
}

/// Puts into the queue what is neither known to searches nor was learned before; gives how many.
pub fn propose(app: &App, learned: &[Candidate]) -> Result<usize> {
    let edition = app.db.read(|conn| app.index.vocabulary.present(conn))?;
    let used = edition.used_on(day_of(app.clock.now()), None);
    let vocabulary = Vocabulary::built_in().amended(&used.off, &used.added);
    let new = learned.iter().filter(|candidate| !says(&vocabulary, candidate));
    let new = new.filter_map(|candidate| Some((ready(&words(candidate)).ok()?, candidate.clone())));
    let mut queued = 0;
    for (group, candidate) in new {
        if queued == MOST {
            break;
        }
        queued += usize::from(queue(app, &group, candidate)?);
    }
    Ok(queued)
}

fn queue(app: &App, group: &AddedGroup, candidate: Candidate) -> Result<bool> {
    let key = group.id().to_string();
    app.write_blocking(move |work| {
        if vocabulary_candidates::is_known(work.conn(), &key)? {
            return Ok(false);
        }
        let (id, now) = (VocabularyCandidateId(work.next_id()), work.now);
        vocabulary_candidates::insert(work.uow, (id, &key), &candidate, now)?;
        Ok(true)
    })
}

/// Whether searches take the first member for the others already.
fn says(vocabulary: &Vocabulary, candidate: &Candidate) -> bool {
    let Some((first, others)) = candidate.members.split_first() else {
        return true;
    };
    let named = vocabulary.other_names(first);
    let whole = named.iter().filter(|other| other.range == (0..first.len()));
    let names: Vec<Option<String>> = whole
        .flat_map(|other| &other.names)
        .map(|(name, _)| phrase(name))
        .collect();
    others.iter().all(|other| names.contains(&phrase(other)))
}

/// A page of candidates, the newest first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    status: CandidateStatus,
    (before, limit): (Option<VocabularyCandidateId>, u32),
    now: Timestamp,
) -> Result<(Vec<KeptCandidate>, Option<VocabularyCandidateId>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ManageVocabulary, &Resource::None)?;
    let rows = vocabulary_candidates::page(conn, status, before, rows_for(limit))?;
    let (mut kept, next) = cut(rows, limit, |kept| kept.id);
    hide_what_went(conn, &mut kept, now)?;
    Ok((kept, next))
}

/// Takes the words of listings away that are not public any more: they were seen there, and may be somebody's secret now.
fn hide_what_went(conn: &mut AnyConn, kept: &mut [KeptCandidate], now: Timestamp) -> Result<()> {
    let seen_in = kept.iter().flat_map(|kept| &kept.candidate.examples);
    let ids: BTreeSet<ListingId> = seen_in.map(|example| example.listing).collect();
    let ids: Vec<ListingId> = ids.into_iter().collect();
    let (rows, _broken) = readable(conn, &ids)?;
    let public = rows.into_iter().filter_map(|(mut listing, owner)| {
        listing.lapse(now);
        is_in_search(&listing, owner.status).then_some(listing.id)
    });
    let public: HashSet<ListingId> = public.collect();
    let examples = kept.iter_mut().flat_map(|kept| &mut kept.candidate.examples);
    for example in examples.filter(|example| !public.contains(&example.listing)) {
        example.text = None;
    }
    Ok(())
}

/// Makes a candidate an entry, in force at once.
pub fn accept(
    work: &mut Work<'_, '_>,
    slot: &VocabularySlot,
    caller: &Caller,
    id: VocabularyCandidateId,
) -> Result<KeptCandidate> {
    permitted(work, caller)?;
    let waiting = waiting(work, id)?;
    let draft = WordsDraft::from(&words(&waiting.candidate));
    let VocabularyChange { entry, .. } = super::add(work, slot, caller, &draft)?;
    settle(work, caller, waiting, Some(entry))
}

/// Refuses a candidate for good.
pub fn reject(work: &mut Work<'_, '_>, caller: &Caller, id: VocabularyCandidateId) -> Result<KeptCandidate> {
    permitted(work, caller)?;
    let waiting = waiting(work, id)?;
    settle(work, caller, waiting, None)
}

fn waiting(work: &mut Work<'_, '_>, id: VocabularyCandidateId) -> Result<KeptCandidate> {
    let kept = vocabulary_candidates::find(work.conn(), id)?;
    if kept.status == CandidateStatus::Waiting {
        Ok(kept)
    } else {
        Err(ErrorCode::AlreadyDecided.into())
    }
}

fn settle(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    waiting: KeptCandidate,
    entry: Option<VocabularyEntryId>,
) -> Result<KeptCandidate> {
    let permit = permitted(work, caller)?;
    let (status, deed) = match entry {
        Some(_) => (CandidateStatus::Accepted, Deed::VocabularyCandidateAccepted),
        None => (CandidateStatus::Rejected, Deed::VocabularyCandidateRejected),
    };
    let before = state::of_vocabulary_candidate(&waiting)?;
    let decided = KeptCandidate {
        status,
        entry,
        decided_by: permit.actor().account(),
        decided_at: Some(work.now),
        ..waiting
    };
    if !vocabulary_candidates::decide(work.uow, &permit, &decided)? {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    let change = Change::between(before, state::of_vocabulary_candidate(&decided)?);
    let subject = ("vocabulary_candidate", decided.id.0);
    work.remember_change(&permit, deed, subject, None, change)?;
    let (now, mut told) = (work.now, [decided]);
    hide_what_went(work.conn(), &mut told, now)?;
    let [decided] = told;
    Ok(decided)
}
