//! What became of a thing and why, as the trail tells its owner and officers.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::audit::Deed;
use crate::domain::review::decision::Note;
use crate::store::schema::audit_log;
use crate::store::types::{DbId, DbTs};
use crate::store::{AnyConn, MAX_IDS, Result, review_decisions};

/// The last decision about a thing that carried a reason: what its owner has to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Name of the deed.
    pub deed: String,
    /// When.
    pub at: Timestamp,
    /// Code of the reason.
    pub reason_code: String,
    /// Words of the reason.
    pub reason_text: String,
    /// What is to be mended where.
    pub notes: Vec<Note>,
}

/// What was done to a thing and why, newest first.
macro_rules! told {
    ($subject:expr) => {
        audit_log::table
            .filter(audit_log::subject_id.eq(DbId($subject)))
            .order(audit_log::seq.desc())
            .select((
                audit_log::deed,
                audit_log::at,
                audit_log::reason_code,
                audit_log::reason_text,
            ))
    };
}

/// Finds the newest row of a subject that carries a reason.
pub fn last_decision(conn: &mut AnyConn, subject: Uuid) -> Result<Option<Decision>> {
    let row = told!(subject).filter(audit_log::reason_code.is_not_null());
    let row = row.first(conn).optional()?;
    decision(conn, subject, row)
}

/// Finds the newest of some deeds that were done to a thing, with its reason if it carries one.
pub fn newest_of(conn: &mut AnyConn, subject: Uuid, deeds: &[Deed]) -> Result<Option<Decision>> {
    let names = deeds.iter().map(|deed| deed.as_str());
    let row = told!(subject).filter(audit_log::deed.eq_any(names));
    let row = row.first(conn).optional()?;
    decision(conn, subject, row)
}

type Told = (String, DbTs, Option<String>, Option<String>);

fn decision(conn: &mut AnyConn, subject: Uuid, row: Option<Told>) -> Result<Option<Decision>> {
    let Some((deed, at, code, text)) = row else {
        return Ok(None);
    };
    Ok(Some(Decision {
        deed,
        at: at.0,
        reason_code: code.unwrap_or_default(),
        reason_text: text.unwrap_or_default(),
        notes: review_decisions::notes_of(conn, &[subject])?
            .remove(&(subject, at.0))
            .unwrap_or_default(),
    }))
}

/// What became of a thing, as its history tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Identifier of the row.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Name of the deed.
    pub deed: String,
    /// What sort of actor did it.
    pub actor_kind: String,
    /// Who.
    pub actor: Option<Uuid>,
    /// Why, as code and words.
    pub reason: Option<(String, String)>,
}

/// Some sorts of deeds that were done to a thing, in their order, after a place.
pub fn steps(
    conn: &mut AnyConn,
    subject: Uuid,
    deeds: &[Deed],
    after: Option<review_decisions::Place>,
    limit: i64,
) -> Result<Vec<Step>> {
    type Found = (DbId, DbTs, String, String, Option<DbId>, Option<String>, Option<String>);
    let mut rows = audit_log::table
        .filter(audit_log::subject_id.eq(DbId(subject)))
        .filter(audit_log::deed.eq_any(deeds.iter().map(|deed| deed.as_str())))
        .select((
            audit_log::id,
            audit_log::at,
            audit_log::deed,
            audit_log::actor_kind,
            audit_log::actor_id,
            audit_log::reason_code,
            audit_log::reason_text,
        ))
        .into_boxed();
    if let Some((at, id)) = after {
        // The first says nothing new, but is what lets the index be entered at the right place.
        rows = rows
            .filter(audit_log::at.ge(DbTs(at)))
            .filter(audit_log::at.gt(DbTs(at)).or(audit_log::id.gt(DbId(id))));
    }
    let rows: Vec<Found> = rows
        .order((audit_log::at.asc(), audit_log::id.asc()))
        .limit(limit)
        .load(conn)?;
    let steps = rows
        .into_iter()
        .map(|(id, at, deed, actor_kind, actor, code, text)| Step {
            id: id.0,
            at: at.0,
            deed,
            actor_kind,
            actor: actor.map(|actor| actor.0),
            reason: code.zip(text),
        });
    Ok(steps.collect())
}

type DecisionRow = (DbId, String, DbTs, Option<String>, Option<String>);

/// The same for some subjects at once; those without a decision are left out.
pub fn last_decisions(conn: &mut AnyConn, subjects: &[Uuid]) -> Result<HashMap<Uuid, Decision>> {
    let ids: Vec<DbId> = subjects.iter().copied().map(DbId).collect();
    let rows: Vec<DecisionRow> = audit_log::table
        .filter(audit_log::subject_id.eq_any(ids))
        .filter(audit_log::reason_code.is_not_null())
        .order(audit_log::seq.asc())
        .select((
            audit_log::subject_id,
            audit_log::deed,
            audit_log::at,
            audit_log::reason_code,
            audit_log::reason_text,
        ))
        .load(conn)?;
    let mut notes = review_decisions::notes_of(conn, subjects)?;
    // Ascending, so that the newest of a subject is what stays.
    let decisions = rows.into_iter().map(|(subject, deed, at, code, text)| {
        let decision = Decision {
            deed,
            at: at.0,
            reason_code: code.unwrap_or_default(),
            reason_text: text.unwrap_or_default(),
            notes: notes.remove(&(subject.0, at.0)).unwrap_or_default(),
        };
        (subject.0, decision)
    });
    Ok(decisions.collect())
}

/// Which of some deeds were done to some subjects, each as often as it was.
pub fn deeds_among(conn: &mut AnyConn, subjects: &[Uuid], deeds: &[Deed]) -> Result<Vec<(Uuid, String)>> {
    let names: Vec<&str> = deeds.iter().map(|deed| deed.as_str()).collect();
    let mut found = Vec::new();
    for some in subjects.chunks(MAX_IDS) {
        let ids: Vec<DbId> = some.iter().copied().map(DbId).collect();
        let rows: Vec<(DbId, String)> = audit_log::table
            .filter(audit_log::subject_id.eq_any(ids))
            .filter(audit_log::deed.eq_any(&names))
            .select((audit_log::subject_id, audit_log::deed))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(subject, deed)| (subject.0, deed)));
    }
    Ok(found)
}
