//! What the audit trail tells of certificates: how they were issued, and what became of them. Only by rows that are as they were written, and that
//! the chain holds: whoever can write rows writes such that hash to what they say.

use diesel::prelude::*;
use jiff::Timestamp;

use super::audit::Row;
use super::audit_chain::NOTHING;
use super::schema::audit_log;
use super::types::DbId;
use super::{AnyConn, Result};
use crate::domain::audit::Deed;
use crate::domain::ids::{AccountId, CertificateId, DossierId};

/// What the trail tells of something that became of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told<T> {
    /// Nothing: no row speaks of it.
    Nothing,
    /// This, by a row that the chain holds.
    Said(T),
    /// Rows speak of it, and the chain holds none of them: somebody changed the trail, and what became of it nobody can tell.
    Broken,
}

impl<T> Told<T> {
    /// What was said, in another form.
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> Told<U> {
        match self {
            Self::Nothing => Told::Nothing,
            Self::Said(said) => Told::Said(form(said)),
            Self::Broken => Told::Broken,
        }
    }

    /// What was said; what is known otherwise where nobody can tell.
    pub fn or_known(self, known: Option<T>) -> Option<T> {
        match self {
            Self::Nothing => None,
            Self::Said(said) => Some(said),
            Self::Broken => known,
        }
    }
}

/// The first row of a deed that was done to a certificate, of those that the chain holds. Each is written with others in one unit of work, so that
/// one that stands in a lane alone is none.
fn held(conn: &mut AnyConn, id: CertificateId, deed: Deed) -> Result<Told<Row>> {
    let rows: Vec<Row> = audit_log::table
        .filter(audit_log::subject_id.eq(DbId(id.0)))
        .filter(audit_log::deed.eq(deed.as_str()))
        .order(audit_log::seq)
        .load(conn)?;
    let mut told = Told::Nothing;
    for row in rows {
        let around = around(conn, &row)?;
        if row.is_as_hashed() && around.len() > 1 && is_chained(&row, &around) {
            return Ok(Told::Said(row));
        }
        told = Told::Broken;
    }
    Ok(told)
}

/// The row of the issue of a certificate: the one right behind which the record that was signed is written, in the same unit of work. Whoever can
/// write rows writes others that hash to what they say: those have no such row behind them, and where two have, neither is believed.
fn issued(conn: &mut AnyConn, id: CertificateId) -> Result<Option<Row>> {
    let rows: Vec<Row> = audit_log::table
        .filter(audit_log::subject_id.eq(DbId(id.0)))
        .filter(audit_log::deed.eq_any([Deed::CertificateIssued.as_str(), Deed::CertificateRecorded.as_str()]))
        .order(audit_log::seq)
        .load(conn)?;
    let whole: Vec<Row> = rows.into_iter().filter(Row::is_as_hashed).collect();
    let is_issue = |row: &Row| row.deed == Deed::CertificateIssued.as_str();
    let is_recorded = |issue: &Row| whole.iter().any(|row| !is_issue(row) && is_behind(row, issue));
    let mut issues = whole.iter().filter(|row| is_issue(row) && is_recorded(row));
    let issue = issues.next().cloned();
    Ok(issue.filter(|_| issues.next().is_none()))
}

/// Whether a row is the next one of its lane behind another, and chained to it.
fn is_behind(row: &Row, before: &Row) -> bool {
    let place = before.lane.zip(before.link.and_then(|link| link.checked_add(1)));
    place.is_some() && row.lane.zip(row.link) == place && row.seq > before.seq && row.prev_hash == before.hash
}

/// A row of a lane with the ones right before and behind it; nothing of a row without a place.
fn around(conn: &mut AnyConn, row: &Row) -> Result<Vec<Row>> {
    let Some((lane, link)) = row.lane.zip(row.link) else {
        return Ok(Vec::new());
    };
    Ok(audit_log::table
        .filter(audit_log::lane.eq(lane))
        .filter(audit_log::link.ge(link.saturating_sub(1)))
        .filter(audit_log::link.le(link.saturating_add(1)))
        .load(conn)?)
}

/// Whether a row is chained to those around it. The last of a lane has none behind it.
fn is_chained(row: &Row, around: &[Row]) -> bool {
    let is_first = row.link == Some(1) && row.prev_hash.as_deref() == Some(NOTHING.as_slice());
    let is_behind_one = is_first || around.iter().any(|before| is_behind(row, before));
    let mut later = around.iter().filter(|other| other.link > row.link);
    is_behind_one && later.all(|other| is_behind(other, row))
}

/// Whether a row is as it was written, and stands in its lane between the rows to which it is chained.
fn is_in_its_lane(conn: &mut AnyConn, row: &Row) -> Result<bool> {
    let around = around(conn, row)?;
    Ok(row.is_as_hashed() && is_chained(row, &around))
}

/// The hash of the row of a certificate as it was issued.
pub fn issued_as(conn: &mut AnyConn, id: CertificateId) -> Result<Option<Vec<u8>>> {
    Ok(issued(conn, id)?.and_then(|row| row.after_hash))
}

/// What the trail tells of an issue beside what was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issue {
    /// When.
    pub at: Timestamp,
    /// Who signed.
    pub signed_by: Option<AccountId>,
    /// Who had proposed it last; nothing where nobody had, before there were two officers.
    pub prepared_by: Option<AccountId>,
}

/// By whom and when a certificate was issued that came of a dossier.
pub fn issue(conn: &mut AnyConn, id: CertificateId, dossier: Option<DossierId>) -> Result<Option<Issue>> {
    let Some(row) = issued(conn, id)? else {
        return Ok(None);
    };
    let proposed: Option<Row> = match dossier {
        Some(dossier) => audit_log::table
            .filter(audit_log::subject_id.eq(DbId(dossier.0)))
            .filter(audit_log::deed.eq(Deed::DossierProposed.as_str()))
            .filter(audit_log::seq.lt(row.seq))
            .order(audit_log::seq.desc())
            .first(conn)
            .optional()?,
        None => None,
    };
    let by = |row: &Row| row.actor_id.map(|id| AccountId(id.0));
    let proposed = match proposed {
        Some(proposed) if is_in_its_lane(conn, &proposed)? => Some(proposed),
        _ => None,
    };
    Ok(Some(Issue {
        at: row.at.0,
        signed_by: by(&row),
        prepared_by: proposed.as_ref().and_then(by),
    }))
}

/// When it was annulled.
pub fn annulled_at(conn: &mut AnyConn, id: CertificateId) -> Result<Told<Timestamp>> {
    Ok(held(conn, id, Deed::CertificateAnnulled)?.map(|row| row.at.0))
}

/// The licence that took its place: the one that was issued next in the same lane, in the same instant.
pub fn replaced_by(conn: &mut AnyConn, id: CertificateId) -> Result<Told<CertificateId>> {
    let replaced = match held(conn, id, Deed::CertificateReplaced)? {
        Told::Said(replaced) => replaced,
        Told::Nothing => return Ok(Told::Nothing),
        Told::Broken => return Ok(Told::Broken),
    };
    let next: Option<Row> = audit_log::table
        .filter(audit_log::lane.eq(replaced.lane))
        .filter(audit_log::link.gt(replaced.link))
        .filter(audit_log::deed.eq(Deed::CertificateIssued.as_str()))
        .order(audit_log::link)
        .first(conn)
        .optional()?;
    Ok(match next {
        Some(next) if next.at.0 == replaced.at.0 && is_in_its_lane(conn, &next)? => {
            Told::Said(CertificateId(next.subject_id.0))
        }
        _ => Told::Broken,
    })
}
