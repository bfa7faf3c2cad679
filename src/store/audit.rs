//! The audit trail: append-only rows, each written in the unit of work of the deed it records.

use diesel::prelude::*;
use jiff::Timestamp;
use std::collections::HashMap;
use uuid::Uuid;

use super::schema::audit_log;
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::audit::{Deed, Doer, Reason};
use crate::domain::ids::SessionId;

/// What is to be remembered.
pub struct Entry<'a> {
    /// Identifier of the row.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub doer: Doer,
    /// Did what.
    pub deed: Deed,
    /// To what sort of thing (`enterprise`, `listing`, `account`, `session`).
    pub subject_kind: &'static str,
    /// To which.
    pub subject: Uuid,
    /// In which version, where the deed is a judgement of what it says.
    pub version: Option<i64>,
    /// Why.
    pub reason: Option<&'a Reason>,
    /// Through which session.
    pub session: Option<SessionId>,
    /// In which request, from where.
    pub request: Option<Uuid>,
    /// Address of the client.
    pub ip: Option<String>,
    /// Its port.
    pub port: Option<u16>,
}

/// Appends a row.
pub fn append(uow: &mut Uow<'_>, entry: &Entry<'_>) -> Result<()> {
    diesel::insert_into(audit_log::table)
        .values((
            audit_log::id.eq(DbId(entry.id)),
            audit_log::at.eq(DbTs(entry.at)),
            audit_log::actor_kind.eq(entry.doer.kind),
            audit_log::actor_id.eq(entry.doer.account.map(|account| DbId(account.0))),
            audit_log::deed.eq(entry.deed.as_str()),
            audit_log::subject_kind.eq(entry.subject_kind),
            audit_log::subject_id.eq(DbId(entry.subject)),
            audit_log::subject_version.eq(entry.version),
            audit_log::reason_code.eq(entry.reason.map(|reason| reason.code.as_str())),
            audit_log::reason_text.eq(entry.reason.map(|reason| reason.text.as_str())),
            audit_log::request_id.eq(entry.request.map(DbId)),
            audit_log::session_id.eq(entry.session.map(|session| DbId(session.0))),
            audit_log::ip.eq(entry.ip.as_deref()),
            audit_log::port.eq(entry.port.map(i64::from)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

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
}

/// Finds the newest row of a subject that carries a reason.
pub fn last_decision(conn: &mut AnyConn, subject: Uuid) -> Result<Option<Decision>> {
    let row: Option<(String, DbTs, Option<String>, Option<String>)> = audit_log::table
        .filter(audit_log::subject_id.eq(DbId(subject)))
        .filter(audit_log::reason_code.is_not_null())
        .order(audit_log::seq.desc())
        .select((
            audit_log::deed,
            audit_log::at,
            audit_log::reason_code,
            audit_log::reason_text,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(deed, at, code, text)| Decision {
        deed,
        at: at.0,
        reason_code: code.unwrap_or_default(),
        reason_text: text.unwrap_or_default(),
    }))
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
    // Ascending, so that the newest of a subject is what stays.
    let decisions = rows.into_iter().map(|(subject, deed, at, code, text)| {
        let decision = Decision {
            deed,
            at: at.0,
            reason_code: code.unwrap_or_default(),
            reason_text: text.unwrap_or_default(),
        };
        (subject.0, decision)
    });
    Ok(decisions.collect())
}
