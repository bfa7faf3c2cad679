//! Rows of decisions: what officers decided about what was handed in, and what they saw when they did.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::review_claims::Subject;
use super::schema::{accounts, review_decisions};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::review::decision::{Decided, Note, ReviewOutcome};
use crate::domain::review::figures::Fact;
use crate::domain::review::{Endorsement, EntryKind};

/// A place in a conversation: when, and the identifier of what was written or decided.
pub type Place = (Timestamp, Uuid);

#[derive(Queryable, Selectable)]
#[diesel(table_name = review_decisions)]
struct Row {
    id: DbId,
    kind: String,
    subject_id: DbId,
    judged_id: DbId,
    enterprise_id: DbId,
    listing_kind: Option<String>,
    verdict: String,
    version: i64,
    reason_code: Option<String>,
    reason_text: Option<String>,
    notes: DbJson,
    officer_id: DbId,
    waiting_since: DbTs,
    decided_at: DbTs,
    checklist: Option<DbJson>,
}

impl Row {
    fn into_domain(self) -> Result<Decided> {
        Ok(Decided {
            id: self.id.0,
            kind: self.kind.parse()?,
            subject: self.subject_id.0,
            judged: self.judged_id.0,
            enterprise: EnterpriseId(self.enterprise_id.0),
            listing_kind: self.listing_kind.as_deref().map(str::parse).transpose()?,
            outcome: self.verdict.parse()?,
            version: self.version,
            reason: self.reason_code.zip(self.reason_text),
            notes: self.notes.read()?,
            checklist: self.checklist.map(|ticks| ticks.read()).transpose()?,
            officer: AccountId(self.officer_id.0),
            waiting_since: self.waiting_since.0,
            at: self.decided_at.0,
        })
    }
}

macro_rules! about {
    ($subject:expr) => {
        review_decisions::table
            .filter(review_decisions::subject_id.eq(DbId($subject.1)))
            .filter(review_decisions::kind.eq($subject.0.as_str()))
    };
}

/// Decisions about a thing, in the order in which they were made; the endorsements of a first officer if `with_endorsed`.
pub fn page(
    conn: &mut AnyConn,
    subject: Subject,
    with_endorsed: bool,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Decided>> {
    let mut query = about!(subject).select(Row::as_select()).into_boxed();
    if !with_endorsed {
        query = query.filter(review_decisions::verdict.ne(ReviewOutcome::Endorsed.as_str()));
    }
    if let Some((at, id)) = after {
        let later = review_decisions::decided_at.gt(DbTs(at));
        let same = review_decisions::decided_at.eq(DbTs(at));
        query = query.filter(later.or(same.and(review_decisions::id.gt(DbId(id)))));
    }
    let rows: Vec<Row> = query
        .order((review_decisions::decided_at.asc(), review_decisions::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// The newest decision about a thing, but for endorsements.
pub fn last(conn: &mut AnyConn, subject: Subject) -> Result<Option<Decided>> {
    let row: Option<Row> = about!(subject)
        .filter(review_decisions::verdict.ne(ReviewOutcome::Endorsed.as_str()))
        .order((review_decisions::decided_at.desc(), review_decisions::id.desc()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(Row::into_domain).transpose()
}

/// The newest decision about a thing with what its officer saw, sealed. Of a listing, a revision that was approved is what
/// an officer saw last; of a revision, `judged` tells which.
pub fn last_seen(conn: &mut AnyConn, (kind, id): Subject, judged: Option<Uuid>) -> Result<Option<(Decided, Vec<u8>)>> {
    let of_kind = review_decisions::kind.eq(kind.as_str());
    let mut query = review_decisions::table
        .filter(review_decisions::subject_id.eq(DbId(id)))
        .filter(review_decisions::seen.is_not_null())
        .select((Row::as_select(), review_decisions::seen))
        .into_boxed();
    query = match kind {
        EntryKind::Listing => {
            let revised = review_decisions::kind.eq(EntryKind::Revision.as_str());
            let approved = review_decisions::verdict.eq(ReviewOutcome::Approved.as_str());
            query.filter(of_kind.or(revised.and(approved)))
        }
        _ => query.filter(of_kind),
    };
    if let Some(judged) = judged {
        query = query.filter(review_decisions::judged_id.eq(DbId(judged)));
    }
    let row: Option<(Row, Option<Vec<u8>>)> = query
        .order((review_decisions::decided_at.desc(), review_decisions::id.desc()))
        .first(conn)
        .optional()?;
    let Some((row, Some(seen))) = row else { return Ok(None) };
    Ok(Some((row.into_domain()?, seen)))
}

/// The first officers' approvals of some enterprises and listings, oldest first; each with the sort and identifier of what
/// was judged, a revision's its own, and the version.
pub fn endorsements(conn: &mut AnyConn, subjects: &[Uuid]) -> Result<Vec<(Subject, i64, Endorsement)>> {
    type Endorsed = (String, DbId, i64, DbId, String, DbTs);
    let mut found = Vec::new();
    for some in subjects.chunks(MAX_IDS) {
        let ids: Vec<DbId> = some.iter().copied().map(DbId).collect();
        let rows: Vec<Endorsed> = review_decisions::table
            .inner_join(accounts::table)
            .filter(review_decisions::subject_id.eq_any(ids))
            .filter(review_decisions::verdict.eq(ReviewOutcome::Endorsed.as_str()))
            .order((review_decisions::decided_at.asc(), review_decisions::id.asc()))
            .select((
                review_decisions::kind,
                review_decisions::judged_id,
                review_decisions::version,
                review_decisions::officer_id,
                accounts::display_name,
                review_decisions::decided_at,
            ))
            .load(conn)?;
        for (kind, judged, version, officer, officer_name, at) in rows {
            let endorsement = Endorsement {
                officer: AccountId(officer.0),
                officer_name,
                at: at.0,
            };
            found.push(((kind.parse()?, judged.0), version, endorsement));
        }
    }
    Ok(found)
}

/// A text that first officers approved has another version, and is the same.
pub fn carry_endorsements(
    uow: &mut Uow<'_>,
    _permit: &Permit,
    (subject, judged): (Uuid, Uuid),
    (from, to): (i64, i64),
) -> Result<()> {
    let rows = review_decisions::table
        .filter(review_decisions::subject_id.eq(DbId(subject)))
        .filter(review_decisions::judged_id.eq(DbId(judged)))
        .filter(review_decisions::version.eq(from))
        .filter(review_decisions::verdict.eq(ReviewOutcome::Endorsed.as_str()));
    diesel::update(rows)
        .set(review_decisions::version.eq(to))
        .execute(uow.conn())?;
    Ok(())
}

/// What was decided from an instant on and before another.
pub fn facts(conn: &mut AnyConn, (from, to): (Timestamp, Timestamp)) -> Result<Vec<Fact>> {
    type Row = (String, Option<String>, DbId, String, Option<String>, DbTs, DbTs);
    let rows: Vec<Row> = review_decisions::table
        .filter(review_decisions::decided_at.ge(DbTs(from)))
        .filter(review_decisions::decided_at.lt(DbTs(to)))
        .select((
            review_decisions::kind,
            review_decisions::listing_kind,
            review_decisions::officer_id,
            review_decisions::verdict,
            review_decisions::reason_code,
            review_decisions::waiting_since,
            review_decisions::decided_at,
        ))
        .load(conn)?;
    let fact = |(kind, listing_kind, officer, outcome, reason, since, at): Row| {
        Ok(Fact {
            kind: kind.parse()?,
            listing_kind: listing_kind.as_deref().map(str::parse).transpose()?,
            officer: AccountId(officer.0),
            outcome: outcome.parse()?,
            reason,
            waiting_since: since.0,
            at: at.0,
        })
    };
    rows.into_iter().map(fact).collect()
}

/// The notes that came with decisions that the audit trail tells of, by what was decided on and when.
pub fn notes_of(conn: &mut AnyConn, judged: &[Uuid]) -> Result<HashMap<(Uuid, Timestamp), Vec<Note>>> {
    let mut found = HashMap::new();
    for some in judged.chunks(MAX_IDS) {
        let ids: Vec<DbId> = some.iter().copied().map(DbId).collect();
        let rows: Vec<(DbId, DbTs, DbJson)> = review_decisions::table
            .filter(review_decisions::judged_id.eq_any(ids))
            .filter(review_decisions::reason_code.is_not_null())
            .select((
                review_decisions::judged_id,
                review_decisions::decided_at,
                review_decisions::notes,
            ))
            .load(conn)?;
        for (judged, at, notes) in rows {
            found.insert((judged.0, at.0), notes.read()?);
        }
    }
    Ok(found)
}

/// Keeps a decision, and what its officer saw, sealed.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, decided: &Decided, seen: Option<&[u8]>) -> Result<()> {
    demand(permit, &[Action::ReviewEnterprise, Action::ReviewListing])?;
    let (code, text) = decided.reason.as_ref().map(|(code, text)| (code, text)).unzip();
    diesel::insert_into(review_decisions::table)
        .values((
            review_decisions::id.eq(DbId(decided.id)),
            review_decisions::kind.eq(decided.kind.as_str()),
            review_decisions::subject_id.eq(DbId(decided.subject)),
            review_decisions::judged_id.eq(DbId(decided.judged)),
            review_decisions::enterprise_id.eq(DbId(decided.enterprise.0)),
            review_decisions::listing_kind.eq(decided.listing_kind.map(|kind| kind.as_str())),
            review_decisions::verdict.eq(decided.outcome.as_str()),
            review_decisions::version.eq(decided.version),
            review_decisions::reason_code.eq(code),
            review_decisions::reason_text.eq(text),
            review_decisions::notes.eq(DbJson::of(&decided.notes)?),
            review_decisions::seen.eq(seen),
            review_decisions::officer_id.eq(DbId(decided.officer.0)),
            review_decisions::waiting_since.eq(DbTs(decided.waiting_since)),
            review_decisions::decided_at.eq(DbTs(decided.at)),
            review_decisions::checklist.eq(decided.checklist.as_ref().map(DbJson::of).transpose()?),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Forgets what officers saw of a thing before, of this kind only where one is named.
pub fn forget_seen(uow: &mut Uow<'_>, permit: &Permit, subject: Uuid, kind: Option<EntryKind>) -> Result<()> {
    demand(permit, &[Action::ReviewEnterprise, Action::ReviewListing])?;
    let of_subject = review_decisions::subject_id.eq(DbId(subject));
    let nothing = review_decisions::seen.eq(None::<Vec<u8>>);
    match kind {
        Some(kind) => diesel::update(review_decisions::table)
            .filter(of_subject)
            .filter(review_decisions::kind.eq(kind.as_str()))
            .set(nothing)
            .execute(uow.conn())?,
        None => diesel::update(review_decisions::table)
            .filter(of_subject)
            .set(nothing)
            .execute(uow.conn())?,
    };
    Ok(())
}

/// Forgets what officers saw of an enterprise, whose contact person is erased.
pub fn erase_seen(uow: &mut Uow<'_>, _permit: &Permit, enterprise: EnterpriseId) -> Result<()> {
    diesel::update(review_decisions::table)
        .filter(review_decisions::subject_id.eq(DbId(enterprise.0)))
        .set(review_decisions::seen.eq(None::<Vec<u8>>))
        .execute(uow.conn())?;
    Ok(())
}
