//! Documents of duplicates put back (bản cấp lại): each has a signed record of its own, which says what the certificate says, and which duplicate it
//! is. It is within the document, and in the file that a holder downloaded.

use serde_json::{Value, json};

use super::{Found, is_proven, refusals};
use crate::domain::access::Permit;
use crate::domain::audit::{Deed, Reason};
use crate::domain::certificate::Certificate;
use crate::domain::certificate::record::{CertificateRecord, RecordDuplicate};
use crate::domain::certificate::restoration::RestorationSource;
use crate::domain::ids::CertificateId;
use crate::service::audit::proof::SUBJECT;
use crate::service::audit::state;
use crate::service::certificates::genuine::{Genuine, signer};
use crate::service::certificates::issuing::printed;
use crate::service::certificates::keys;
use crate::service::certificates::reading::as_issued;
use crate::service::certificates::signing::{self, SignedFile};
use crate::service::context::Work;
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::audit_chain::sha256;
use crate::store::{self, certificate_duplicates as rows, certificate_restorations, certificates};

/// What was signed for a duplicate: in the file that somebody brought, or within the document that the register keeps.
pub(super) fn find(work: &mut Work<'_, '_>, id: CertificateId, ordinal: i64, brought: Option<&[u8]>) -> Result<Found> {
    if !rows::ordinals(work.conn(), id)?.contains(&ordinal) {
        return Err(ErrorCode::NotFound.into());
    }
    let vault = work.vault;
    let keys = keys::that_open(work.conn(), vault)?;
    let (source, signed) = match brought {
        Some(brought) => {
            let signed = signing::open(brought, &keys).map_err(|why| refusals::not_genuine(&why))?;
            (RestorationSource::Upload, signed)
        }
        None => {
            let kept = rows::document(work.conn(), id, ordinal)?;
            let within = kept.and_then(|(_digest, content)| signing::open_within(&content, &keys).ok());
            let (signed, _file) = within.ok_or_else(refusals::nothing_left)?;
            (RestorationSource::Document, signed)
        }
    };
    let found = own(work, id, signed, source)?;
    let is_asked = |found: &Found| found.duplicate.as_ref().is_some_and(|mark| mark.ordinal == ordinal);
    found.filter(is_asked).ok_or_else(refusals::of_another)
}

/// A signed record as that of a duplicate of this very certificate, which is whole itself: what is damaged is put back first.
pub(super) fn own(
    work: &mut Work<'_, '_>,
    id: CertificateId,
    signed: SignedFile,
    source: RestorationSource,
) -> Result<Option<Found>> {
    let Some(mark) = signed.record.duplicate.clone() else {
        return Ok(None);
    };
    let certificate = match certificates::find(work.conn(), id) {
        // A row that does not read was changed.
        Err(store::Error::Row(_)) => return Err(ErrorCode::CertificateDamaged.into()),
        found => Genuine::one(work, found?)?.into_inner(),
    };
    let vault = work.vault;
    let keys = keys::that_open(work.conn(), vault)?;
    let is_signed = signer(&certificate, (&signed.record, &signed.jws), &keys).is_ok();
    let file = signing::file(&signed.record, &signed.jws)?;
    if !is_signed || signed.record != record_of(&certificate, &mark) || !is_proven(work, id, &file, true)? {
        return Ok(None);
    }
    Ok(Some(Found {
        certificate,
        file,
        source,
        duplicate: Some(mark),
    }))
}

/// What a duplicate of a certificate says.
pub(super) fn record_of(certificate: &Certificate, mark: &RecordDuplicate) -> CertificateRecord {
    CertificateRecord {
        duplicate: Some(mark.clone()),
        ..certificate.record.clone()
    }
}

/// The record of a duplicate as the register has it: that of the certificate, with the mark of the duplicate's row.
pub(super) fn kept(work: &mut Work<'_, '_>, certificate: &Certificate, ordinal: i64) -> Result<Value> {
    let mut record = serde_json::to_value(&certificate.record).map_err(Error::internal)?;
    let mark = rows::mark(work.conn(), certificate.id, ordinal)?;
    let mark = serde_json::from_str(&mark).unwrap_or_else(|_wrong| json!(mark));
    if let Some(members) = record.as_object_mut() {
        members.insert("duplicate".to_owned(), mark);
    }
    Ok(record)
}

/// Whether mark and document of a duplicate are what was signed.
pub(super) fn is_intact(work: &mut Work<'_, '_>, certificate: &Certificate, mark: &RecordDuplicate) -> Result<bool> {
    let vault = work.vault;
    let keys = keys::that_open(work.conn(), vault)?;
    let kept_mark = rows::mark(work.conn(), certificate.id, mark.ordinal)?;
    let is_marked = serde_json::from_str::<RecordDuplicate>(&kept_mark).is_ok_and(|kept| kept == *mark);
    let document = rows::document(work.conn(), certificate.id, mark.ordinal)?;
    let is_whole = document.is_some_and(|kept| as_issued(certificate, Some(mark.ordinal), kept, &keys).is_some());
    Ok(is_marked && is_whole)
}

/// Writes mark and document as they were issued.
pub(super) fn put_back(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    (certificate, mark, file): (&Certificate, &RecordDuplicate, &[u8]),
    why: &Reason,
) -> Result<()> {
    let id = certificate.id;
    let document = printed(&record_of(certificate, mark), file)?;
    let digest = sha256(&document);
    let before = rows::document(work.conn(), id, mark.ordinal)?;
    rows::restore(work.uow, permit, (id, mark), (&digest, &document))?;
    certificate_restorations::delete_proposal(work.uow, permit, id)?;
    let told =
        |digest: Option<String>| json!({"certificate_id": id.0, "document_sha256": digest, "ordinal": mark.ordinal});
    let before = told(before.map(|(_told, content)| state::hex(&sha256(&content))));
    let after = told(Some(state::hex(&digest)));
    let change = Change::between(state::of_document(&before)?, state::of_document(&after)?);
    work.remember_change(permit, Deed::CertificateRestored, (SUBJECT, id.0), Some(why), change)
}
