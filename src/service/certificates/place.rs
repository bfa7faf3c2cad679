//! Where a certificate hangs: the dossier that it came of, the case in which its life goes on, the certificate that it amends. Its record does not
//! tell them; the trail has them with its issue, as a hash.

use super::checking::Part;
use crate::domain::certificate::Certificate;
use crate::domain::certificate::record::RecordKind;
use crate::service::Result;
use crate::service::audit::state;
use crate::store::{self, AnyConn, certificate_trail, certificates as rows, dossiers};

/// Whether it hangs where it did when it was issued, by the trail.
pub(super) fn is_as_issued(conn: &mut AnyConn, certificate: &Certificate) -> Result<bool> {
    let issued = Certificate {
        expires_on: certificate.record.contract.ends_on,
        annulled_on: None,
        replaced_by: None,
        ..certificate.clone()
    };
    let issued_as = certificate_trail::issued_as(conn, certificate.id)?;
    Ok(issued_as == Some(state::of_certificate(&issued)?.to_vec()))
}

/// What of that is another one, of a certificate whose record is what was signed; where nothing tells which, the trail's own row is.
pub(super) fn misplaced(conn: &mut AnyConn, certificate: &Certificate) -> Result<Vec<Part>> {
    if is_as_issued(conn, certificate)? {
        return Ok(Vec::new());
    }
    let is_elsewhere = [
        (Part::Dossier, !has_its_dossier(conn, certificate)?),
        (Part::Case, !has_its_case(conn, certificate)?),
        (Part::Chain, !has_its_chain(conn, certificate)?),
    ];
    let found = is_elsewhere.into_iter().filter(|(_, is)| *is);
    let mut parts: Vec<Part> = found.map(|(part, _)| part).collect();
    if parts.is_empty() {
        parts.push(Part::Trail);
    }
    Ok(parts)
}

fn has_its_dossier(conn: &mut AnyConn, certificate: &Certificate) -> Result<bool> {
    let Some(dossier) = certificate.dossier else {
        return Ok(false);
    };
    Ok(dossiers::find(conn, dossier)?.number == certificate.record.dossier_number)
}

/// The first certificate of a chain has a case; an amendment goes on in that one, and a licence in its dossier.
fn has_its_case(conn: &mut AnyConn, certificate: &Certificate) -> Result<bool> {
    let record = &certificate.record;
    let has_own = record.amendment.is_none() && record.kind != RecordKind::Licence;
    let Some(case) = certificate.case else {
        return Ok(!has_own);
    };
    let follows = dossiers::find(conn, case)?.follows;
    Ok(has_own && (certificate.dossier.is_none() || follows == certificate.dossier))
}

fn has_its_chain(conn: &mut AnyConn, certificate: &Certificate) -> Result<bool> {
    match (&certificate.record.amendment, certificate.root) {
        (None, None) => Ok(true),
        (Some(amendment), Some(root)) => match rows::find(conn, root) {
            Ok(first) => Ok(first.record.number == amendment.original_number),
            // What does not read as a certificate was changed, and is told of itself.
            Err(store::Error::Row(_)) => Ok(true),
            Err(error) => Err(error.into()),
        },
        _ => Ok(false),
    }
}
