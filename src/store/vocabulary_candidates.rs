//! Rows of what was learned for the vocabulary of searches, and what officers made of it.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::vocabulary_candidates::{self, dsl};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{AccountId, VocabularyCandidateId, VocabularyEntryId};
use crate::domain::vocabulary::{Candidate, CandidateStatus, KeptCandidate};

type Row = (
    (DbId, String, DbJson, String),
    (i64, i64, DbJson, String),
    (DbTs, Option<DbId>, Option<DbTs>, Option<DbId>),
);

macro_rules! columns {
    () => {
        (
            (dsl::id, dsl::relation, dsl::members, dsl::method),
            (dsl::support, dsl::score, dsl::examples, dsl::status),
            (dsl::found_at, dsl::decided_by, dsl::decided_at, dsl::entry_id),
        )
    };
}

fn kept(row: Row) -> Result<KeptCandidate> {
    let (
        (id, relation, members, method),
        (support, score, examples, status),
        (found_at, decided_by, decided_at, entry),
    ) = row;
    Ok(KeptCandidate {
        id: VocabularyCandidateId(id.0),
        candidate: Candidate {
            relation: relation.parse().map_err(unreadable)?,
            members: members.read()?,
            method: method.parse().map_err(unreadable)?,
            support: u32::try_from(support).map_err(unreadable)?,
            score,
            examples: examples.read()?,
        },
        status: status.parse().map_err(unreadable)?,
        found_at: found_at.0,
        decided_by: decided_by.map(|account| AccountId(account.0)),
        decided_at: decided_at.map(|at| at.0),
        entry: entry.map(|entry| VocabularyEntryId(entry.0)),
    })
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Row(error.to_string())
}

/// A page, the newest first.
pub fn page(
    conn: &mut AnyConn,
    status: CandidateStatus,
    before: Option<VocabularyCandidateId>,
    limit: i64,
) -> Result<Vec<KeptCandidate>> {
    let mut query = vocabulary_candidates::table
        .filter(dsl::status.eq(status.as_str()))
        .select(columns!())
        .into_boxed();
    if let Some(id) = before {
        query = query.filter(dsl::id.lt(DbId(id.0)));
    }
    let rows: Vec<Row> = query.order(dsl::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(kept).collect()
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: VocabularyCandidateId) -> Result<KeptCandidate> {
    let row: Option<Row> = dsl::vocabulary_candidates
        .find(DbId(id.0))
        .select(columns!())
        .first(conn)
        .optional()?;
    row.map_or(Err(Error::NotFound), kept)
}

/// Whether the same was learned before, whatever became of it.
pub fn is_known(conn: &mut AnyConn, key: &str) -> Result<bool> {
    let same = dsl::vocabulary_candidates.filter(dsl::candidate_key.eq(key));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn)?)
}

/// Puts one into the queue; `key` is what is compared when the same is learned again.
pub fn insert(
    uow: &mut Uow<'_>,
    (id, key): (VocabularyCandidateId, &str),
    candidate: &Candidate,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(vocabulary_candidates::table)
        .values((
            dsl::id.eq(DbId(id.0)),
            dsl::candidate_key.eq(key),
            dsl::relation.eq(candidate.relation.as_str()),
            dsl::members.eq(DbJson::of(&candidate.members)?),
            dsl::method.eq(candidate.method.as_str()),
            dsl::support.eq(i64::from(candidate.support)),
            dsl::score.eq(candidate.score),
            dsl::examples.eq(DbJson::of(&candidate.examples)?),
            dsl::status.eq(CandidateStatus::Waiting.as_str()),
            dsl::found_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Keeps what was decided about one that waits; gives whether it did.
pub fn decide(uow: &mut Uow<'_>, permit: &Permit, decided: &KeptCandidate) -> Result<bool> {
    demand(permit, &[Action::ManageVocabulary])?;
    let waiting = dsl::vocabulary_candidates
        .find(DbId(decided.id.0))
        .filter(dsl::status.eq(CandidateStatus::Waiting.as_str()));
    let changed = diesel::update(waiting)
        .set((
            dsl::status.eq(decided.status.as_str()),
            dsl::decided_by.eq(decided.decided_by.map(|account| DbId(account.0))),
            dsl::decided_at.eq(decided.decided_at.map(DbTs)),
            dsl::entry_id.eq(decided.entry.map(|entry| DbId(entry.0))),
        ))
        .execute(uow.conn())?;
    Ok(changed > 0)
}
