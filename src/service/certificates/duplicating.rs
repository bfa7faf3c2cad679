//! Duplicates for papers that were lost: an event of the house, of which the register tells. A duplicate says what the
//! certificate says and that it is the so manieth duplicate, is signed anew, and verified at the same address.

use jiff::civil::Date;
use serde_json::json;

use super::issuing::{self, not_in_force, printed};
use super::reading::{Held, decided, found};
use super::{keys, signing, succession, titles};
use crate::domain::access::Action;
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::certificate::record::{CertificateRecord, RecordDuplicate, Signer};
use crate::domain::certificate::{Duplicate, Validity};
use crate::domain::fields::Violation;
use crate::domain::ids::CertificateId;
use crate::domain::procedure::AuthorityDraft;
use crate::domain::text::{Line, Prose};
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::{Error, ErrorCode, Result, procedures};
use crate::store::audit::Change;
use crate::store::audit_chain::sha256;
use crate::store::{accounts, certificate_duplicates as rows, dossiers};

/// Most duplicates of one certificate: who lost more is not helped by another one.
const MOST: i64 = 20;

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// By whom.
    pub by: Line<300>,
    /// When.
    pub on: Date,
    /// Why: how the paper was lost.
    pub reason: Prose<2_000>,
    /// As what the signer signs; as the head of the authority of today when absent.
    pub signed_as: Option<Line<100>>,
}

/// Issues a duplicate of a certificate that was issued here.
pub fn issue(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId, asked: &Asked) -> Result<Duplicate> {
    let (now, today) = (work.now, day_of(work.now));
    let (actor, _, held) = found(work.conn(), caller, id, now)?;
    let permit = decided(&actor, Action::SignCertificate, &held.certificate)?;
    caller.require_fresh(work.conn(), now)?;
    require_document(&held)?;
    let authority = require_competent(work, &held, today)?;
    if asked.on > today {
        return Err(Error::field("/asked_on", Violation::Malformed { what: "past_day" }));
    }
    if asked.on < held.certificate.record.issued_on {
        return Err(Error::field("/asked_on", Violation::Conflicts { with: "issued_on" }));
    }
    let signer = actor.account().ok_or_else(|| Error::internal("nobody signs"))?;
    let account = accounts::find(work.conn(), signer)?;
    let title = titles::title_for(asked.signed_as.as_ref().map(|title| title.as_str()), &authority)?;
    let ordinal = rows::next(work.uow, id)?;
    if ordinal > MOST {
        return Err(Error::new(
            ErrorCode::LimitReached,
            format!("Mỗi giấy được cấp lại tối đa {MOST} lần."),
            format!("At most {MOST} duplicates are issued of a certificate."),
        ));
    }
    let mark = RecordDuplicate {
        ordinal,
        issued_on: today,
        signer: Signer {
            name: account.display_name.into_string(),
            title,
        },
    };
    let record = CertificateRecord {
        duplicate: Some(mark.clone()),
        ..held.certificate.record.clone()
    };
    let (kid, key) = keys::signing(work)?;
    let jws = signing::sign(&record, &kid, &key)?;
    let document = printed(&record, &signing::file(&record, &jws)?)?;
    let duplicate = Duplicate {
        certificate: id,
        asked_by: asked.by.as_str().to_owned(),
        asked_on: asked.on,
        reason: asked.reason.as_str().to_owned(),
        mark,
        issued_by: Some(signer),
        created_at: now,
    };
    let digest = sha256(&document);
    rows::insert(work.uow, &permit, &duplicate, (&digest, &document))?;
    let made = Change::made(state::of_document(&json!({
        "asked_by": duplicate.asked_by,
        "asked_on": duplicate.asked_on.to_string(),
        "certificate_id": id.0,
        "document_sha256": state::hex(&digest),
        "ordinal": duplicate.mark.ordinal,
        "reason": duplicate.reason,
    }))?);
    work.remember_change(&permit, Deed::CertificateDuplicated, ("certificate", id.0), None, made)?;
    Ok(duplicate)
}

/// The authority that issued it, or the one that took its place: that of today.
fn require_competent(work: &mut Work<'_, '_>, held: &Held, today: Date) -> Result<AuthorityDraft> {
    let id = held.certificate.dossier;
    let id = id.ok_or_else(|| Error::internal("a certificate that was issued without a dossier"))?;
    let dossier = dossiers::find(work.conn(), id)?;
    let newest = procedures::newest(work.conn(), &dossier.procedure)?;
    succession::require(work, (&dossier, &newest), &held.certificate, today)?;
    let present = succession::rules_of_today(work, &newest, today)?;
    let authority = issuing::authority(&present.rules, &dossier).cloned();
    authority.ok_or_else(|| Error::internal("a rule set without an authority"))
}

/// There is a document of it, and it was not annulled: who lost what holds no more needs no other one.
fn require_document(held: &Held) -> Result<()> {
    if held.certificate.jws.is_none() {
        return Err(Error::new(
            ErrorCode::NotCompetent,
            "Giấy này không cấp trên Sàn nên không có bản để cấp lại; cơ quan đã cấp lưu bản gốc.".to_owned(),
            "This was not issued here, and there is no document of it: whoever issued it keeps one.".to_owned(),
        ));
    }
    match held.validity {
        Validity::Annulled => Err(not_in_force(std::slice::from_ref(&held.certificate), held.validity)),
        Validity::Valid | Validity::Amended | Validity::Expired | Validity::Superseded => Ok(()),
    }
}

/// The document of a duplicate, with its certificate.
pub fn document(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId, ordinal: i64) -> Result<(Held, Vec<u8>)> {
    let held = super::reading::read(work, caller, id)?;
    let content = rows::document(work.conn(), id, ordinal)?;
    Ok((held, content))
}
