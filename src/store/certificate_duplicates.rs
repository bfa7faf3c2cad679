//! Rows of the duplicates of certificates, and of what one officer prepared and another one is to sign.

use diesel::dsl::max;
use diesel::prelude::*;

use super::certificates::Kept;
use super::schema::certificate_duplicate_proposals as proposals;
use super::schema::certificate_duplicates::{self, dsl};
use super::types::{DbId, DbJson, DbTs};
use super::waiting_proposals::one_waiting;
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::certificate::record::RecordDuplicate;
use crate::domain::certificate::{Duplicate, DuplicateCause, DuplicateProposal};
use crate::domain::ids::{AccountId, CertificateId};

type Row = (DbId, String, String, String, DbJson, Option<DbId>, Option<DbId>, DbTs);
type ProposalRow = (DbId, DbId, String, String, String, DbId, DbTs, Option<String>);

/// Those of a certificate, in their order.
pub fn of_certificate(conn: &mut AnyConn, id: CertificateId) -> Result<Vec<Duplicate>> {
    let rows: Vec<Row> = certificate_duplicates::table
        .filter(dsl::certificate_id.eq(DbId(id.0)))
        .order(dsl::ordinal)
        .select((
            dsl::certificate_id,
            dsl::asked_by,
            dsl::asked_on,
            dsl::reason,
            dsl::mark,
            dsl::prepared_by,
            dsl::issued_by,
            dsl::created_at,
        ))
        .load(conn)?;
    let duplicates = rows.into_iter().map(|row| {
        let (certificate, asked_by, asked_on, reason, mark, prepared_by, issued_by, created_at) = row;
        let asked_on = asked_on.parse();
        Ok(Duplicate {
            certificate: CertificateId(certificate.0),
            asked_by,
            asked_on: asked_on.map_err(|_unreadable| Error::Row("asked_on is no day".into()))?,
            reason,
            mark: mark.read()?,
            prepared_by: prepared_by.map(|id| AccountId(id.0)),
            issued_by: issued_by.map(|id| AccountId(id.0)),
            created_at: created_at.0,
        })
    });
    duplicates.collect()
}

/// The numbers of those of a certificate, in their order.
pub fn ordinals(conn: &mut AnyConn, id: CertificateId) -> Result<Vec<i64>> {
    Ok(certificate_duplicates::table
        .filter(dsl::certificate_id.eq(DbId(id.0)))
        .order(dsl::ordinal)
        .select(dsl::ordinal)
        .load(conn)?)
}

/// The number of the next one. To be asked in the unit that issues it, one after the other.
pub fn next(uow: &mut Uow<'_>, id: CertificateId) -> Result<i64> {
    uow.take_turn()?;
    let last: Option<i64> = certificate_duplicates::table
        .filter(dsl::certificate_id.eq(DbId(id.0)))
        .select(max(dsl::ordinal))
        .first(uow.conn())?;
    Ok(last.unwrap_or_default() + 1)
}

/// Writes one with its document.
pub fn insert(
    uow: &mut Uow<'_>,
    permit: &Permit,
    duplicate: &Duplicate,
    (sha256, content): (&[u8], &[u8]),
) -> Result<()> {
    demand(permit, &[Action::SignCertificate])?;
    diesel::insert_into(certificate_duplicates::table)
        .values((
            dsl::certificate_id.eq(DbId(duplicate.certificate.0)),
            dsl::ordinal.eq(duplicate.mark.ordinal),
            dsl::asked_by.eq(&duplicate.asked_by),
            dsl::asked_on.eq(duplicate.asked_on.to_string()),
            dsl::reason.eq(&duplicate.reason),
            dsl::mark.eq(DbJson::of(&duplicate.mark)?),
            dsl::sha256.eq(sha256),
            dsl::content.eq(content),
            dsl::prepared_by.eq(duplicate.prepared_by.map(|id| DbId(id.0))),
            dsl::issued_by.eq(duplicate.issued_by.map(|id| DbId(id.0))),
            dsl::created_at.eq(DbTs(duplicate.created_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// The document of one, where there is one.
pub fn document(conn: &mut AnyConn, id: CertificateId, ordinal: i64) -> Result<Option<Kept>> {
    Ok(certificate_duplicates::table
        .filter(dsl::certificate_id.eq(DbId(id.0)))
        .filter(dsl::ordinal.eq(ordinal))
        .select((dsl::sha256, dsl::content))
        .first(conn)
        .optional()?)
}

/// The mark of one, as its row has it, whether it reads or not.
pub fn mark(conn: &mut AnyConn, id: CertificateId, ordinal: i64) -> Result<String> {
    let mark: DbJson = certificate_duplicates::table
        .filter(dsl::certificate_id.eq(DbId(id.0)))
        .filter(dsl::ordinal.eq(ordinal))
        .select(dsl::mark)
        .first(conn)?;
    Ok(mark.0)
}

/// Writes mark and document of one as they were issued in the place of what is there.
pub fn restore(
    uow: &mut Uow<'_>,
    permit: &Permit,
    (id, mark): (CertificateId, &RecordDuplicate),
    (sha256, content): (&[u8], &[u8]),
) -> Result<()> {
    demand(permit, &[Action::SignCertificate])?;
    let row = certificate_duplicates::table
        .filter(dsl::certificate_id.eq(DbId(id.0)))
        .filter(dsl::ordinal.eq(mark.ordinal));
    let count = diesel::update(row)
        .set((
            dsl::mark.eq(DbJson::of(mark)?),
            dsl::sha256.eq(sha256),
            dsl::content.eq(content),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}

fn prepared(row: ProposalRow) -> Result<DuplicateProposal> {
    let (certificate, id, asked_by, asked_on, reason, proposed_by, proposed_at, cause) = row;
    let day = asked_on.parse();
    let cause = cause.map(|cause| cause.parse()).transpose();
    Ok(DuplicateProposal {
        id: id.0,
        certificate: CertificateId(certificate.0),
        asked_by,
        asked_on: day.map_err(|_unreadable| Error::Row("asked_on is no day".into()))?,
        cause: cause.map_err(|_unknown| Error::Row("the cause of a duplicate".into()))?,
        reason,
        proposed_by: AccountId(proposed_by.0),
        proposed_at: proposed_at.0,
    })
}

one_waiting!(proposals, ProposalRow => DuplicateProposal, prepared);

/// Keeps what was prepared.
pub fn insert_proposal(uow: &mut Uow<'_>, permit: &Permit, proposal: &DuplicateProposal) -> Result<()> {
    demand(permit, &[Action::HandleDossier])?;
    diesel::insert_into(proposals::table)
        .values((
            proposals::certificate_id.eq(DbId(proposal.certificate.0)),
            proposals::id.eq(DbId(proposal.id)),
            proposals::asked_by.eq(&proposal.asked_by),
            proposals::asked_on.eq(proposal.asked_on.to_string()),
            proposals::reason.eq(&proposal.reason),
            proposals::cause.eq(proposal.cause.map(DuplicateCause::as_str)),
            proposals::proposed_by.eq(DbId(proposal.proposed_by.0)),
            proposals::proposed_at.eq(DbTs(proposal.proposed_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
