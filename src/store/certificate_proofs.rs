//! Where the signed records of certificates are in the audit trail, and the ways from there to the roots of their lanes: written
//! with the first checkpoint that covers them.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::schema::{audit_checkpoints, audit_log, certificate_proofs};
use super::types::DbId;
use super::{AnyConn, Result, Uow};
use crate::domain::audit::Deed;
use crate::domain::ids::CertificateId;
use crate::store::audit::Row;

/// A way to a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What it begins at: the certificate's row, in this lane.
    pub certificate: CertificateId,
    /// Which lane.
    pub lane: i64,
    /// Which place in it.
    pub link: i64,
    /// The hashes beside the way, the nearest first.
    pub path: Vec<u8>,
}

/// Keeps the ways that a checkpoint makes known.
pub fn insert(uow: &mut Uow<'_>, checkpoint: i64, ways: &[Way]) -> Result<()> {
    for way in ways {
        diesel::insert_into(certificate_proofs::table)
            .values((
                certificate_proofs::lane.eq(way.lane),
                certificate_proofs::link.eq(way.link),
                certificate_proofs::certificate_id.eq(DbId(way.certificate.0)),
                certificate_proofs::checkpoint_seq.eq(checkpoint),
                certificate_proofs::path.eq(&way.path),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}

/// The row of one of a certificate's signed records, by its hash, the row's way, and the checkpoint; nothing as long as none
/// covers it. A certificate has a record of its own, and one for each duplicate.
pub fn find(conn: &mut AnyConn, id: CertificateId, hash: &[u8]) -> Result<Option<(Row, Vec<u8>, String)>> {
    let ways: Vec<(i64, i64, i64, Vec<u8>)> = certificate_proofs::table
        .filter(certificate_proofs::certificate_id.eq(DbId(id.0)))
        .order((
            certificate_proofs::checkpoint_seq,
            certificate_proofs::lane,
            certificate_proofs::link,
        ))
        .select((
            certificate_proofs::checkpoint_seq,
            certificate_proofs::lane,
            certificate_proofs::link,
            certificate_proofs::path,
        ))
        .load(conn)?;
    for (checkpoint, lane, link, path) in ways {
        let row: Row = audit_log::table
            .filter(audit_log::lane.eq(lane))
            .filter(audit_log::link.eq(link))
            .first(conn)?;
        if row.after_hash.as_deref() != Some(hash) {
            continue;
        }
        let note: String = audit_checkpoints::table
            .filter(audit_checkpoints::seq.eq(checkpoint))
            .select(audit_checkpoints::note)
            .first(conn)?;
        return Ok(Some((row, path, note)));
    }
    Ok(None)
}

/// Whether a signed record of a certificate is in the trail, in a row that is as it was written, whether a checkpoint covers it or not.
pub fn is_recorded(conn: &mut AnyConn, id: CertificateId, hash: &[u8]) -> Result<bool> {
    let rows: Vec<Row> = audit_log::table
        .filter(audit_log::subject_id.eq(DbId(id.0)))
        .filter(audit_log::deed.eq(Deed::CertificateRecorded.as_str()))
        .load(conn)?;
    let has_it = |row: &Row| row.after_hash.as_deref() == Some(hash) && row.is_as_hashed();
    Ok(rows.iter().any(has_it))
}

/// Whether a checkpoint covers any signed record of a certificate.
pub fn is_covered(conn: &mut AnyConn, id: CertificateId) -> Result<bool> {
    let ways = certificate_proofs::table.filter(certificate_proofs::certificate_id.eq(DbId(id.0)));
    Ok(diesel::select(exists(ways)).get_result(conn)?)
}
