//! Certificates whose record, columns or document somebody changed in the database, put back as they were signed: one officer proposes,
//! another one confirms. What is put back is never taken on trust. A key of the exchange signed it, the trail vouches that it was issued as
//! this very certificate, and where a checkpoint covers that, the proof holds. All else is refused, whoever brings it.

mod copies;
mod refusals;

use serde_json::{Value, json};
use uuid::Uuid;

use super::genuine::own_signer;
use super::issuing::printed;
use super::reading::{as_issued, decided};
use super::signing::{self, SignedFile};
use super::{beside, keys, place};
use crate::domain::access::{Action, Actor, DossierStanding, Permit, Place, Resource, decide};
use crate::domain::audit::{Deed, Reason, ReasonCode};
use crate::domain::certificate::Certificate;
use crate::domain::certificate::number::in_address;
use crate::domain::certificate::record::{CertificateRecord, RecordDuplicate};
use crate::domain::certificate::restoration::{Changed, RestorationProposal, RestorationSource, changes};
use crate::domain::ids::{AccountId, CertificateId};
use crate::domain::text::Prose;
use crate::service::audit::proof::SUBJECT;
use crate::service::audit::{key, proof, state};
use crate::service::context::{Caller, Work};
use crate::service::dossiers::notices;
use crate::service::enterprises::hide;
use crate::service::procedures;
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::audit_chain::sha256;
use crate::store::certificate_restorations::{self as rows, Said};
use crate::store::{self, certificate_origins, certificate_proofs, certificate_trail, certificates, dossiers};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Why: what was found, and how.
    pub reason: Prose<2_000>,
    /// A file that somebody has who holds the certificate; what the register itself keeps is looked through when absent.
    pub file: Option<Vec<u8>>,
    /// The duplicate with this number; the certificate itself when absent.
    pub duplicate: Option<i64>,
}

/// What is proposed, as it is shown to whoever confirms it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The proposal.
    pub proposal: RestorationProposal,
    /// What was signed.
    pub record: CertificateRecord,
    /// In what the register's record says something else.
    pub changes: Vec<Changed>,
    /// Which columns beside the record have something else.
    pub columns: Vec<Changed>,
}

/// What was put back.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Of which certificate.
    pub certificate: CertificateId,
    /// Its number, as it was signed.
    pub number: String,
    /// Where what was signed was found.
    pub source: RestorationSource,
    /// Which duplicate of it, where it was one.
    pub duplicate: Option<i64>,
}

/// What was signed for a certificate or for a duplicate of it, found again.
struct Found {
    certificate: Certificate,
    file: Vec<u8>,
    source: RestorationSource,
    duplicate: Option<RecordDuplicate>,
}

/// Proposes to put one back. What would be refused when it is confirmed is refused now.
pub fn propose(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId, asked: &Asked) -> Result<Seen> {
    let (actor, said) = standing(work, caller, id)?;
    may(&actor, Action::HandleDossier, &said)?;
    require_signed(work, id)?;
    let brought = asked.file.as_deref();
    let found = match asked.duplicate {
        Some(ordinal) => copies::find(work, id, ordinal, brought)?,
        None => find(work, id, &said, brought)?,
    };
    let permit = decided(&actor, Action::HandleDossier, &found.certificate)?;
    require_damage(work, &found)?;
    if rows::proposal(work.conn(), id)?.is_some() {
        return Err(Error::new(
            ErrorCode::AlreadyThere,
            "Đã có đề xuất khôi phục đang chờ xác nhận; hãy xác nhận hoặc rút lại trước.",
            "A restoration waits to be confirmed already; confirm it or take it back first.",
        ));
    }
    let proposal = RestorationProposal {
        id: work.next_id(),
        certificate: id,
        source: found.source,
        reason: asked.reason.as_str().to_owned(),
        file: found.file.clone(),
        proposed_by: actor.account().ok_or_else(|| Error::internal("nobody proposes"))?,
        proposed_at: work.now,
    };
    rows::insert_proposal(work.uow, &permit, &proposal)?;
    let made = Change::made(state::of_document(&text_of(&proposal))?);
    let subject = (SUBJECT, id.0);
    let why = reason(&proposal);
    work.remember_change(&permit, Deed::CertificateRestorationProposed, subject, Some(&why), made)?;
    tell_signers(work, &found.certificate, proposal.proposed_by)?;
    seen(work, proposal, found, &said)
}

/// What waits to be confirmed: for officers, a reading of the certificate.
pub fn proposal(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId) -> Result<Seen> {
    let (actor, said) = standing(work, caller, id)?;
    may(&actor, Action::HandleDossier, &said)?;
    let proposal = require_proposal(work, id)?;
    let found = again(work, &proposal)?;
    let permit = decided(&actor, Action::HandleDossier, &found.certificate)?;
    work.remember(&permit, Deed::CertificateRead, SUBJECT, id.0, None)?;
    seen(work, proposal, found, &said)
}

/// Takes it back, or refuses to confirm it; `read` is the one that was read.
pub fn withdraw(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId, read: Option<Uuid>) -> Result<()> {
    let (actor, said) = standing(work, caller, id)?;
    let permit = may(&actor, Action::HandleDossier, &said)?;
    let proposal = require_proposal(work, id)?;
    if read.is_some_and(|read| read != proposal.id) {
        return Err(refusals::outdated());
    }
    rows::delete_proposal(work.uow, &permit, id)?;
    let left = json!({"certificate_id": id.0, "proposal_id": null});
    let change = Change::between(state::of_document(&text_of(&proposal))?, state::of_document(&left)?);
    let subject = (SUBJECT, id.0);
    work.remember_change(&permit, Deed::CertificateRestorationWithdrawn, subject, None, change)
}

/// Confirms what another officer proposed: record, columns and document are what was signed again. What became of the certificate since,
/// such as its annulment, is as the trail tells it.
pub fn confirm(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId, read: Uuid) -> Result<Restored> {
    let now = work.now;
    let (actor, said) = standing(work, caller, id)?;
    may(&actor, Action::SignCertificate, &said)?;
    caller.require_fresh(work.conn(), now)?;
    let proposal = require_proposal(work, id)?;
    if actor.account() == Some(proposal.proposed_by) {
        return Err(ErrorCode::SecondPersonRequired.into());
    }
    // What is put back is what was read.
    if proposal.id != read {
        return Err(refusals::outdated());
    }
    let found = again(work, &proposal)?;
    let permit = decided(&actor, Action::SignCertificate, &found.certificate)?;
    require_damage(work, &found)?;
    let why = reason(&proposal);
    match &found.duplicate {
        Some(mark) => copies::put_back(work, &permit, (&found.certificate, mark, &found.file), &why)?,
        None => put_back(work, &permit, &said, (&found, &why))?,
    }
    Ok(Restored {
        certificate: id,
        number: found.certificate.record.number,
        source: proposal.source,
        duplicate: found.duplicate.map(|mark| mark.ordinal),
    })
}

fn put_back(work: &mut Work<'_, '_>, permit: &Permit, said: &Said, (found, why): (&Found, &Reason)) -> Result<()> {
    let certificate = &found.certificate;
    for double in rows::doubles(work.conn(), certificate)? {
        make_room(work, permit, double, certificate)?;
    }
    let document = printed(&certificate.record, &found.file)?;
    rows::restore(work.uow, permit, certificate, (&sha256(&document), &document))?;
    rows::delete_proposal(work.uow, permit, certificate.id)?;
    let restored = certificates::find(work.conn(), certificate.id)?;
    let change = Change::between(state::of_document(&kept(said))?, state::of_certificate(&restored)?);
    let subject = (SUBJECT, certificate.id.0);
    work.remember_change(permit, Deed::CertificateRestored, subject, Some(why), change)
}

/// Takes number, code and place in the chain of a certificate from another row that has them, where something else was signed for that one: it
/// is put back in turn.
fn make_room(work: &mut Work<'_, '_>, permit: &Permit, double: CertificateId, certificate: &Certificate) -> Result<()> {
    let said = rows::said(work.conn(), double)?;
    let own = kept_of(work, double, &said)?.map(|found| found.certificate);
    if own.is_none_or(|own| is_alike(&own, certificate)) {
        return Err(Error::new(
            ErrorCode::AlreadyThere,
            "Bản ghi khác trong sổ đang mang số hoặc mã kiểm tra này; hãy khôi phục bản ghi đó trước.",
            "Another record of the register has this number or code; put that one back first.",
        ));
    }
    rows::set_aside(work.uow, permit, double, certificate)?;
    let left = json!({"certificate_id": double.0, "made_room_for": certificate.id.0});
    let change = Change::between(state::of_document(&kept(&said))?, state::of_document(&left)?);
    work.remember_change(permit, Deed::CertificateSetAside, (SUBJECT, double.0), None, change)
}

/// Whether two certificates have a number, a code or a place in a chain in common.
fn is_alike(one: &Certificate, other: &Certificate) -> bool {
    let number = |certificate: &Certificate| {
        let record = &certificate.record;
        (record.issuer.code.clone(), in_address(&record.number))
    };
    let place = |certificate: &Certificate| (certificate.chain(), certificate.position);
    one.code == other.code || number(one) == number(other) || place(one) == place(other)
}

/// Who asks, and what the row has, whether it reads as a certificate or not. Where the filer is its dossier tells: the row may have been
/// changed.
fn standing(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId) -> Result<(Actor, Said)> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let mut said = rows::said(work.conn(), id).map_err(|error| hide(&actor, error))?;
    if let Some(dossier) = said.dossier {
        dossiers::find(work.conn(), dossier)?
            .commune()
            .clone_into(&mut said.commune);
    }
    Ok((actor, said))
}

/// The right to it by what the row tells. That may have been changed, too: once what was signed is found, that one counts.
fn may(actor: &Actor, action: Action, said: &Said) -> Result<Permit> {
    let fields = fields_of(said);
    let resource = Resource::Dossier(DossierStanding {
        filer: said.enterprise,
        counterparty: said.counterparty,
        is_paper: false,
        is_with_officers: true,
        is_with_parties: true,
        place: Place {
            commune: &said.commune,
            fields: &fields,
        },
    });
    Ok(decide(actor, action, &resource)?)
}

fn fields_of(said: &Said) -> Vec<String> {
    let record = record_of(said);
    let fields = record.pointer("/technology/fields").and_then(Value::as_array);
    let codes = fields
        .into_iter()
        .flatten()
        .filter_map(|field| field.get("code")?.as_str());
    codes.map(str::to_owned).collect()
}

/// The record that the row has; as text where it is no JSON.
fn record_of(said: &Said) -> Value {
    serde_json::from_str(&said.record).unwrap_or_else(|_wrong| json!(said.record))
}

/// What the row had, as the trail vouches for it.
fn kept(said: &Said) -> Value {
    json!({"code": said.code, "jws": said.jws, "record": record_of(said)})
}

/// What is proposed, as the trail vouches for it.
fn text_of(proposal: &RestorationProposal) -> Value {
    json!({
        "certificate_id": proposal.certificate.0,
        "proposal_id": proposal.id,
        "reason": proposal.reason,
        "record_sha256": state::hex(&sha256(&proposal.file)),
        "source": proposal.source.as_str(),
    })
}

/// Why it is put back, as whoever proposed it told it.
fn reason(proposal: &RestorationProposal) -> Reason {
    Reason {
        code: ReasonCode::Other,
        text: Prose::stored(proposal.reason.clone()),
    }
}

fn seen(work: &mut Work<'_, '_>, proposal: RestorationProposal, found: Found, said: &Said) -> Result<Seen> {
    let certificate = found.certificate;
    if let Some(mark) = found.duplicate {
        let record = copies::record_of(&certificate, &mark);
        let signed = serde_json::to_value(&record).map_err(Error::internal)?;
        return Ok(Seen {
            changes: changes(&copies::kept(work, &certificate, mark.ordinal)?, &signed),
            columns: Vec::new(),
            proposal,
            record,
        });
    }
    let columns = rows::other_columns(work.conn(), &certificate)?.into_iter();
    let columns = columns.map(|(name, kept, signed)| Changed::of(name, kept, signed));
    let signed = serde_json::to_value(&certificate.record).map_err(Error::internal)?;
    Ok(Seen {
        changes: changes(&record_of(said), &signed),
        columns: columns.collect(),
        proposal,
        record: certificate.record,
    })
}

/// Nothing is put back of a paper that was entered: nobody signed a record of it here.
fn require_signed(work: &mut Work<'_, '_>, id: CertificateId) -> Result<()> {
    let row = match certificates::find(work.conn(), id) {
        Ok(row) => row,
        // What does not read was changed; whether it was signed what is found tells.
        Err(store::Error::Row(_)) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if certificate_origins::was_issued_here(work.conn(), &row)? {
        return Ok(());
    }
    Err(refusals::never_signed())
}

fn require_proposal(work: &mut Work<'_, '_>, id: CertificateId) -> Result<RestorationProposal> {
    rows::proposal(work.conn(), id)?.ok_or_else(|| {
        Error::new(
            ErrorCode::NotProposed,
            "Chưa có cán bộ nào đề xuất khôi phục; hãy đề xuất trước (POST …/restoration-proposal), cán bộ khác xác nhận.",
            "No officer proposed a restoration; do that first (POST …/restoration-proposal), another officer confirms.",
        )
    })
}

/// What was signed: in the file that somebody brought, or in what the register keeps beside the record.
fn find(work: &mut Work<'_, '_>, id: CertificateId, said: &Said, brought: Option<&[u8]>) -> Result<Found> {
    if let Some(brought) = brought {
        let vault = work.vault;
        let keys = keys::that_open(work.conn(), vault)?;
        let signed = signing::open(brought, &keys).map_err(|why| refusals::not_genuine(&why))?;
        if is_moved(work, id, &signed)? {
            return Err(refusals::moved());
        }
        return own(work, id, signed, RestorationSource::Upload)?.ok_or_else(refusals::of_another);
    }
    if let Some(found) = kept_of(work, id, said)? {
        return Ok(found);
    }
    // Its record is there, and no file of a holder's says more than that.
    for (_, signed) in kept_signed(work, id, said)? {
        if is_moved(work, id, &signed)? {
            return Err(refusals::moved());
        }
    }
    Err(refusals::nothing_left())
}

/// What was signed, in what the register keeps beside the record; nothing where none of that is.
fn kept_of(work: &mut Work<'_, '_>, id: CertificateId, said: &Said) -> Result<Option<Found>> {
    for (source, signed) in kept_signed(work, id, said)? {
        if let Some(found) = own(work, id, signed, source)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The signed records that the register keeps beside the record, whosever they are.
fn kept_signed(
    work: &mut Work<'_, '_>,
    id: CertificateId,
    said: &Said,
) -> Result<Vec<(RestorationSource, SignedFile)>> {
    let vault = work.vault;
    let keys = keys::that_open(work.conn(), vault)?;
    let beside = said.jws.as_deref().and_then(|jws| signing::within(jws, &keys).ok());
    let document = certificates::document(work.conn(), id)?;
    let within = document.and_then(|(_digest, content)| signing::open_within(&content, &keys).ok());
    let kept = [
        (RestorationSource::Signature, beside),
        (RestorationSource::Document, within.map(|(signed, _file)| signed)),
    ];
    let kept = kept.into_iter();
    Ok(kept.filter_map(|(source, signed)| Some((source, signed?))).collect())
}

/// Whether a signed record is this very certificate's, by the trail, and what the row tells of chain, dossier or case is another one than it
/// was issued with.
fn is_moved(work: &mut Work<'_, '_>, id: CertificateId, signed: &SignedFile) -> Result<bool> {
    let file = signing::file(&signed.record, &signed.jws)?;
    let is_own = signed.record.duplicate.is_none() && certificate_proofs::is_recorded(work.conn(), id, &sha256(&file))?;
    if !is_own || certificate_trail::issued_as(work.conn(), id)?.is_none() {
        return Ok(false);
    }
    let certificate = rows::as_issued(work.conn(), id, signed.record.clone(), signed.jws.clone())?;
    Ok(!place::is_as_issued(work.conn(), &certificate)?)
}

/// The same of what was proposed, looked at anew: it lay in the database meanwhile.
fn again(work: &mut Work<'_, '_>, proposal: &RestorationProposal) -> Result<Found> {
    let vault = work.vault;
    let keys = keys::that_open(work.conn(), vault)?;
    let signed = signing::open(&proposal.file, &keys).map_err(|why| refusals::not_genuine(&why))?;
    let (id, source) = (proposal.certificate, proposal.source);
    let found = match signed.record.duplicate {
        Some(_) => copies::own(work, id, signed, source)?,
        None => own(work, id, signed, source)?,
    };
    found.ok_or_else(refusals::of_another)
}

/// What was signed, where the trail has its issue as this very certificate. A duplicate's record is another one, and so is that of another
/// certificate, though keys of the exchange signed both.
fn own(
    work: &mut Work<'_, '_>,
    id: CertificateId,
    signed: SignedFile,
    source: RestorationSource,
) -> Result<Option<Found>> {
    let file = signing::file(&signed.record, &signed.jws)?;
    let certificate = rows::as_issued(work.conn(), id, signed.record, signed.jws)?;
    if !place::is_as_issued(work.conn(), &certificate)? || !is_proven(work, id, &file, false)? {
        return Ok(None);
    }
    if !beside::is_told(work.conn(), id)? {
        return Err(refusals::end_unknown());
    }
    // What was not signed was changed, too, perhaps.
    let certificate = beside::as_told(work.conn(), certificate)?;
    Ok(Some(Found {
        certificate,
        file,
        source,
        duplicate: None,
    }))
}

/// Whether the file is in the trail, and the proof of that holds where a checkpoint covers it already. A checkpoint covers the certificate
/// no later than a duplicate: where it covers any, and not the certificate's own file, the row in the trail was changed since.
fn is_proven(work: &mut Work<'_, '_>, id: CertificateId, file: &[u8], is_duplicate: bool) -> Result<bool> {
    let (vault, hash) = (work.vault, sha256(file));
    if !certificate_proofs::is_recorded(work.conn(), id, &hash)? {
        return Ok(false);
    }
    let Some((row, path, checkpoint)) = certificate_proofs::find(work.conn(), id, &hash)? else {
        return Ok(is_duplicate || !certificate_proofs::is_covered(work.conn(), id)?);
    };
    let proof = proof::of(&row, &path, checkpoint)?;
    let keys = key::opened(work.conn(), vault)?;
    let keys: Vec<Vec<u8>> = keys.iter().map(key::public_half).collect();
    Ok(proof.row.subject_id == id.0 && proof::check(&proof, file, &keys).is_ok())
}

/// There is something to put back.
fn require_damage(work: &mut Work<'_, '_>, found: &Found) -> Result<()> {
    if is_intact(work, found)? {
        return Err(ErrorCode::CertificateIntact.into());
    }
    Ok(())
}

fn is_intact(work: &mut Work<'_, '_>, found: &Found) -> Result<bool> {
    if let Some(mark) = &found.duplicate {
        return copies::is_intact(work, &found.certificate, mark);
    }
    let (id, vault) = (found.certificate.id, work.vault);
    let keys = keys::that_open(work.conn(), vault)?;
    let row = match certificates::find(work.conn(), id) {
        Ok(row) => row,
        // A row that does not read was changed.
        Err(store::Error::Row(_)) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    if own_signer(&row, &keys).is_err() || !rows::has_columns_of(work.conn(), &found.certificate)? {
        return Ok(false);
    }
    let document = certificates::document(work.conn(), id)?;
    Ok(document.is_some_and(|kept| as_issued(&found.certificate, None, kept, &keys).is_some()))
}

/// Whoever may confirm gets a letter.
fn tell_signers(work: &mut Work<'_, '_>, certificate: &Certificate, proposer: AccountId) -> Result<()> {
    let dossier = certificate
        .dossier
        .ok_or_else(|| Error::internal("a certificate that was issued without a dossier"))?;
    let dossier = dossiers::find(work.conn(), dossier)?;
    let set = procedures::newest(work.conn(), &dossier.procedure)?;
    notices::restoration_proposed(work, (&dossier, proposer), &set, &certificate.record.number)
}
