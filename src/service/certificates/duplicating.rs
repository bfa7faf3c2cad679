//! Duplicates for papers that were lost or spoilt: an event of the house, of which the register tells. A duplicate says what the
//! certificate says and that it is the so manieth duplicate, is signed anew, and verified at the same address. One officer
//! prepares it and another one signs, as with the certificate, and its record is in the audit trail like that one's.

use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::genuine::Genuine;
use super::issuing::{self, not_in_force, printed};
use super::reading::{self, Held, decided, found};
use super::{keys, signing, succession, titles};
use crate::domain::access::{Action, Permit};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::certificate::names::InVietnamese as _;
use crate::domain::certificate::record::{CertificateRecord, Named, RecordDuplicate, Signer};
use crate::domain::certificate::{Certificate, Duplicate, DuplicateCause, DuplicateProposal, Validity};
use crate::domain::dossier::Dossier;
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, CertificateId};
use crate::domain::procedure::AuthorityDraft;
use crate::domain::text::{Line, Prose};
use crate::service::audit::proof::SUBJECT;
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::dossiers::notices;
use crate::service::procedures::{self, RuleSet};
use crate::service::{Error, ErrorCode, Result};
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
    /// What became of the paper.
    pub cause: DuplicateCause,
    /// Why: how that came about.
    pub reason: Prose<2_000>,
}

/// What is signed.
#[derive(Clone, Debug)]
pub struct Signed {
    /// What the signer read.
    pub proposal: Uuid,
    /// As what the signer signs; as the head of the authority of today when absent.
    pub signed_as: Option<Line<100>>,
}

/// Prepares a duplicate of a certificate that was issued here. What would be refused when it is signed is refused now.
pub fn propose(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: CertificateId,
    asked: &Asked,
) -> Result<DuplicateProposal> {
    let (now, vault, today) = (work.now, work.vault, day_of(work.now));
    let (actor, _, held) = found((work.conn(), vault), caller, id, now)?;
    let permit = decided(&actor, Action::HandleDossier, &held.certificate)?;
    let certificate = require_document(work, &held)?;
    let from = require_competent(work, &certificate, today)?;
    if asked.on > today {
        return Err(Error::field("/asked_on", Violation::Malformed { what: "past_day" }));
    }
    if asked.on < certificate.record.issued_on {
        return Err(Error::field("/asked_on", Violation::Conflicts { with: "issued_on" }));
    }
    next_ordinal(work, id)?;
    if rows::proposal(work.conn(), id)?.is_some() {
        return Err(Error::new(
            ErrorCode::AlreadyThere,
            "Đã có bản cấp lại đang trình ký; hãy ký hoặc rút lại trước.",
            "A duplicate waits for a signature already; sign it or take it back first.",
        ));
    }
    let proposal = DuplicateProposal {
        id: work.next_id(),
        certificate: id,
        asked_by: asked.by.as_str().to_owned(),
        asked_on: asked.on,
        cause: Some(asked.cause),
        reason: asked.reason.as_str().to_owned(),
        proposed_by: actor.account().ok_or_else(|| Error::internal("nobody prepares"))?,
        proposed_at: now,
    };
    rows::insert_proposal(work.uow, &permit, &proposal)?;
    let made = Change::made(state::of_document(&text_of(&proposal))?);
    work.remember_change(&permit, Deed::CertificateDuplicateProposed, (SUBJECT, id.0), None, made)?;
    let number = &certificate.record.number;
    notices::duplicate_proposed(work, (&from.dossier, proposal.proposed_by), &from.set, number)?;
    Ok(proposal)
}

/// What was asked for, as the trail vouches for it.
fn text_of(proposal: &DuplicateProposal) -> Value {
    let mut text = json!({
        "asked_by": proposal.asked_by,
        "asked_on": proposal.asked_on.to_string(),
        "certificate_id": proposal.certificate.0,
        "proposal_id": proposal.id,
        "reason": proposal.reason,
    });
    if let Some((cause, members)) = proposal.cause.zip(text.as_object_mut()) {
        members.insert("cause".to_owned(), json!(cause.as_str()));
    }
    text
}

/// What is prepared: for officers. A reading, as of the certificate itself.
pub fn proposal(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId) -> Result<DuplicateProposal> {
    let (now, vault) = (work.now, work.vault);
    let (actor, _, held) = found((work.conn(), vault), caller, id, now)?;
    decided(&actor, Action::HandleDossier, &held.certificate)?;
    reading::read(work, caller, id)?;
    require_proposal(work, id)
}

/// Takes it back, or refuses to sign it; `seen` is the one that was read.
pub fn withdraw(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId, seen: Option<Uuid>) -> Result<()> {
    let (now, vault) = (work.now, work.vault);
    let (actor, _, held) = found((work.conn(), vault), caller, id, now)?;
    let permit = decided(&actor, Action::HandleDossier, &held.certificate)?;
    let proposal = require_proposal(work, id)?;
    if seen.is_some_and(|seen| seen != proposal.id) {
        return Err(ErrorCode::ProposalOutdated.into());
    }
    rows::delete_proposal(work.uow, &permit, id)?;
    let left = json!({"certificate_id": id.0, "proposal_id": null});
    let change = Change::between(state::of_document(&text_of(&proposal))?, state::of_document(&left)?);
    work.remember_change(
        &permit,
        Deed::CertificateDuplicateWithdrawn,
        (SUBJECT, id.0),
        None,
        change,
    )
}

fn require_proposal(work: &mut Work<'_, '_>, id: CertificateId) -> Result<DuplicateProposal> {
    rows::proposal(work.conn(), id)?.ok_or_else(|| {
        Error::new(
            ErrorCode::NotProposed,
            "Chưa có cán bộ nào trình cấp lại; hãy trình trước (POST …/duplicate-proposal), cán bộ khác ký.",
            "No officer prepared a duplicate; do that first (POST …/duplicate-proposal), another officer signs.",
        )
    })
}

/// The number of the next one.
fn next_ordinal(work: &mut Work<'_, '_>, id: CertificateId) -> Result<i64> {
    let ordinal = rows::next(work.uow, id)?;
    if ordinal > MOST {
        return Err(Error::new(
            ErrorCode::LimitReached,
            format!("Mỗi giấy được cấp lại tối đa {MOST} lần."),
            format!("At most {MOST} duplicates are issued of a certificate."),
        ));
    }
    Ok(ordinal)
}

/// Signs what another officer prepared.
pub fn issue(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId, signed: &Signed) -> Result<Duplicate> {
    let (now, vault, today) = (work.now, work.vault, day_of(work.now));
    let (actor, _, held) = found((work.conn(), vault), caller, id, now)?;
    let permit = decided(&actor, Action::SignCertificate, &held.certificate)?;
    caller.require_fresh(work.conn(), now)?;
    let proposal = require_proposal(work, id)?;
    if actor.account() == Some(proposal.proposed_by) {
        return Err(ErrorCode::SecondPersonRequired.into());
    }
    // What is signed is what was read.
    if proposal.id != signed.proposal {
        return Err(ErrorCode::ProposalOutdated.into());
    }
    let certificate = require_document(work, &held)?;
    let from = require_competent(work, &certificate, today)?;
    let signer = actor.account().ok_or_else(|| Error::internal("nobody signs"))?;
    let account = accounts::find(work.conn(), signer)?;
    let title = titles::title_for(signed.signed_as.as_ref().map(|title| title.as_str()), &from.authority)?;
    // What was prepared before that was asked for is prepared anew: the paper says it.
    let cause = proposal.cause.ok_or_else(|| Error::from(ErrorCode::ProposalOutdated))?;
    let mark = RecordDuplicate {
        ordinal: next_ordinal(work, id)?,
        issued_on: today,
        cause: Some(Named {
            code: cause.as_str().to_owned(),
            name: cause.in_vietnamese().to_owned(),
        }),
        signer: Signer {
            name: account.display_name.into_string(),
            title,
        },
    };
    rows::delete_proposal(work.uow, &permit, id)?;
    sign(work, &permit, (&certificate, signer), (mark, proposal))
}

/// Makes the record, its signature and its document, and tells the trail of both.
fn sign(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    (certificate, signer): (&Genuine<Certificate>, AccountId),
    (mark, proposal): (RecordDuplicate, DuplicateProposal),
) -> Result<Duplicate> {
    let record = CertificateRecord {
        duplicate: Some(mark.clone()),
        ..certificate.record.clone()
    };
    let (kid, key) = keys::signing(work)?;
    let jws = signing::sign(&record, &kid, &key)?;
    let file = signing::file(&record, &jws)?;
    let document = printed(&record, &file)?;
    let duplicate = Duplicate {
        certificate: proposal.certificate,
        asked_by: proposal.asked_by,
        asked_on: proposal.asked_on,
        reason: proposal.reason,
        mark,
        prepared_by: Some(proposal.proposed_by),
        issued_by: Some(signer),
        created_at: work.now,
    };
    let digest = sha256(&document);
    rows::insert(work.uow, permit, &duplicate, (&digest, &document))?;
    failpoint!("certificates.duplicate.inserted", Error::busy);
    let subject = (SUBJECT, duplicate.certificate.0);
    let made = Change::made(state::of_document(&json!({
        "asked_by": duplicate.asked_by,
        "asked_on": duplicate.asked_on.to_string(),
        "cause": duplicate.mark.cause.as_ref().map(|cause| &cause.code),
        "certificate_id": duplicate.certificate.0,
        "document_sha256": state::hex(&digest),
        "ordinal": duplicate.mark.ordinal,
        "reason": duplicate.reason,
    }))?);
    work.remember_change(permit, Deed::CertificateDuplicated, subject, None, made)?;
    work.remember_openly(Deed::CertificateRecorded, subject, sha256(&file))?;
    Ok(duplicate)
}

/// Whose it is to issue a duplicate.
struct Competent {
    dossier: Dossier,
    set: RuleSet,
    authority: AuthorityDraft,
}

/// The authority that issued it, or the one that took its place: that of today.
fn require_competent(work: &mut Work<'_, '_>, certificate: &Genuine<Certificate>, today: Date) -> Result<Competent> {
    let id = certificate.dossier;
    let id = id.ok_or_else(|| Error::internal("a certificate that was issued without a dossier"))?;
    let dossier = dossiers::find(work.conn(), id)?;
    let set = procedures::newest(work.conn(), &dossier.procedure)?;
    succession::require(work, (&dossier, &set), certificate, today)?;
    let present = succession::rules_of_today(work, &set, today)?;
    let authority = issuing::authority(&present.rules, &dossier).cloned();
    Ok(Competent {
        authority: authority.ok_or_else(|| Error::internal("a rule set without an authority"))?,
        dossier,
        set,
    })
}

/// There is a document of it, and it was neither annulled nor replaced: who lost what another paper took the place of needs that one,
/// and a copy of today would be taken for it. That of a contract that is over proves what was. Gives what the duplicate is to say.
fn require_document(work: &mut Work<'_, '_>, held: &Held) -> Result<Genuine<Certificate>> {
    if held.is_genuine.is_none() {
        return Err(Error::new(
            ErrorCode::NotCompetent,
            "Giấy này không cấp trên Sàn nên không có bản để cấp lại; cơ quan đã cấp lưu bản gốc.".to_owned(),
            "This was not issued here, and there is no document of it: whoever issued it keeps one.".to_owned(),
        ));
    }
    match held.validity {
        Validity::Annulled | Validity::Superseded => {
            Err(not_in_force(std::slice::from_ref(&held.certificate), held.validity))
        }
        Validity::Valid | Validity::Amended | Validity::Expired => Genuine::one(work, held.certificate.clone()),
    }
}

/// The document of a duplicate, with its certificate.
pub fn document(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId, ordinal: i64) -> Result<(Held, Vec<u8>)> {
    let held = reading::read(work, caller, id)?;
    held.require_duplicate(ordinal)?;
    let kept = rows::document(work.conn(), id, ordinal)?;
    let vault = work.vault;
    let content = reading::whole((work.conn(), vault), &held.certificate, Some(ordinal), kept)?;
    Ok((held, content))
}
