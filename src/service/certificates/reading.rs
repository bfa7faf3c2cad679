//! Reading certificates: the parties and officers whole, everybody who has number and code what the law lets be public.

use jiff::Timestamp;
use jiff::civil::Date;

use super::genuine::{damaged, is_genuine, is_in_its_place, own_signer, signer};
use super::keys;
use super::party::Party;
use super::printed;
use super::signing::{self, NotGenuine, PublicKey};
use crate::domain::access::{Action, Actor, DossierStanding, Permit, Place, Refusal, Refused, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::certificate::code::VerificationCode;
use crate::domain::certificate::number::in_address;
use crate::domain::certificate::proof::Proof;
use crate::domain::certificate::record::{CertificateRecord, RecordDuplicate};
use crate::domain::certificate::{Certificate, Duplicate, Validity, validity};
use crate::domain::ids::{CertificateId, EnterpriseId};
use crate::domain::taxonomy::is_within;
use crate::print;
use crate::service::audit::proof;
use crate::service::context::{Caller, Work};
use crate::service::enterprises::hide;
use crate::service::exports;
use crate::service::paging::{LOOKED_THROUGH, Register, cut, rows_for, within_scope};
use crate::service::vault::Vault;
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit_chain::sha256;
use crate::store::certificates as rows;
pub use crate::store::certificates::{Place as PageAt, Wanted};
use crate::store::{AnyConn, certificate_duplicates, certificate_origins, certificate_proofs};

/// A certificate with its chain.
#[derive(Clone, Debug)]
pub struct Held {
    /// The certificate.
    pub certificate: Certificate,
    /// The chain that it is part of, in its order; for a party up to the last one of which it is one: who left by an amendment
    /// reads nothing of what came after.
    pub chain: Vec<Certificate>,
    /// The licence that replaced it.
    pub replaced_by: Option<Certificate>,
    /// What holds of it today.
    pub validity: Validity,
    /// The duplicates that were issued of it.
    pub duplicates: Vec<Duplicate>,
    /// Whether the register's own record of it is what was signed when it was issued; nothing of what was not issued here.
    pub is_genuine: Option<bool>,
    /// The same of the last one of the chain, by which it holds.
    pub is_effective_genuine: Option<bool>,
}

impl Held {
    fn of(conn: &mut AnyConn, certificate: Certificate, today: Date) -> Result<Self> {
        let chain = rows::chain(conn, certificate.chain())?;
        let replaced_by = match certificate.replaced_by {
            Some(other) => Some(rows::find(conn, other)?),
            None => None,
        };
        Ok(Self {
            replaced_by,
            validity: validity(&chain, certificate.position, today),
            duplicates: certificate_duplicates::of_certificate(conn, certificate.id)?,
            is_genuine: None,
            is_effective_genuine: None,
            certificate,
            chain,
        })
    }

    /// Held against what was signed.
    fn vouched(mut self, conn: &mut AnyConn, keys: &[PublicKey]) -> Result<Self> {
        vouch(conn, std::slice::from_mut(&mut self), keys)?;
        Ok(self)
    }

    /// The last one of the chain, by which it holds.
    fn last(&self) -> &Certificate {
        self.chain.last().unwrap_or(&self.certificate)
    }

    /// Refuses a duplicate of which the reader is not told: it does not exist.
    pub(super) fn require_duplicate(&self, ordinal: i64) -> Result<()> {
        let is_told = self
            .duplicates
            .iter()
            .any(|duplicate| duplicate.mark.ordinal == ordinal);
        if is_told {
            Ok(())
        } else {
            Err(ErrorCode::NotFound.into())
        }
    }

    /// As somebody may read it who may read the certificate: officers whole, a party up to the last one that it is a party of.
    fn for_reader(mut self, own: Option<&Party>, actor: &Actor) -> Self {
        let Some(party) = own else {
            return self;
        };
        let is_party = |one: &Certificate| decided_for(own, actor, one).is_ok() || party.is_named_by(&one.record);
        let last = last_read(&self.chain, is_party).unwrap_or(self.certificate.position);
        // What was asked for after somebody left is told of by whoever was a party then.
        let left = self.chain.iter().find(|one| one.position > last);
        if let Some(left_at) = left.map(|one| one.created_at) {
            self.duplicates.retain(|duplicate| duplicate.created_at < left_at);
        }
        self.chain.retain(|one| one.position <= last);
        self.replaced_by = self.replaced_by.filter(is_party);
        self
    }
}

/// Holds some against what was signed: what is shown is not to be relied on where it was changed in the database.
fn vouch(conn: &mut AnyConn, all: &mut [Held], keys: &[PublicKey]) -> Result<()> {
    let looked_at: Vec<&Certificate> = all.iter().flat_map(|held| [&held.certificate, held.last()]).collect();
    let issued = certificate_origins::among(conn, &looked_at)?;
    for held in all {
        let in_place = |one: &Certificate| {
            let is_signed = is_genuine(one, &issued, keys);
            is_signed.map(|is| is && is_in_its_place(one, &held.chain))
        };
        let told = (in_place(&held.certificate), in_place(held.last()));
        (held.is_genuine, held.is_effective_genuine) = told;
    }
    Ok(())
}

pub(super) fn decided(actor: &Actor, action: Action, certificate: &Certificate) -> Result<Permit> {
    decided_of(actor, action, certificate, certificate.counterparty)
}

fn decided_of(
    actor: &Actor,
    action: Action,
    certificate: &Certificate,
    counterparty: Option<EnterpriseId>,
) -> Result<Permit> {
    let fields = certificate.fields();
    let resource = Resource::Dossier(DossierStanding {
        filer: certificate.enterprise,
        counterparty,
        is_paper: false,
        is_with_officers: true,
        is_with_parties: true,
        place: Place {
            commune: &certificate.commune,
            fields: &fields,
        },
    });
    Ok(decide(actor, action, &resource)?)
}

/// Whether somebody is an officer or a party of one certificate: the enterprise that it names is, whenever it came to the exchange.
/// Whether that was looked at is for the decision to ask.
fn decided_for(own: Option<&Party>, actor: &Actor, certificate: &Certificate) -> Result<Permit> {
    let named = own.filter(|own| own.is_named_by(&certificate.record));
    let counterparty = named.map_or(certificate.counterparty, |own| Some(own.enterprise.id));
    decided_of(actor, Action::ReadDossier, certificate, counterparty)
}

/// Up to which place of a chain a party reads: what holds for it rests on all that was certified of the contract before, also
/// before it came into it.
fn last_read(chain: &[Certificate], is_party: impl Fn(&Certificate) -> bool) -> Option<i64> {
    let last = chain.iter().rfind(|one| is_party(one));
    last.map(|last| last.position)
}

/// The right to read a certificate: of an officer, or a party of it or of what came after it in its chain.
fn readable(conn: &mut AnyConn, own: Option<&Party>, actor: &Actor, certificate: &Certificate) -> Result<Permit> {
    let refused = match decided_for(own, actor, certificate) {
        Err(refused) if own.is_some() => refused,
        decided => return decided,
    };
    let chain = rows::chain(conn, certificate.chain())?;
    let mut later = chain.iter().filter(|one| one.position > certificate.position);
    later.find_map(|one| decided_for(own, actor, one).ok()).ok_or(refused)
}

pub(super) fn found(
    (conn, vault): (&mut AnyConn, &Vault),
    caller: &Caller,
    id: CertificateId,
    now: Timestamp,
) -> Result<(Actor, Permit, Held)> {
    let actor = caller.actor(conn, now)?;
    let certificate = rows::find(conn, id).map_err(|error| hide(&actor, error))?;
    let own = Party::of_actor(conn, &actor)?;
    let permit = readable(conn, own.as_ref(), &actor, &certificate)?;
    let held = Held::of(conn, certificate, day_of(now))?.for_reader(own.as_ref(), &actor);
    let keys = keys::that_open(conn, vault)?;
    let held = held.vouched(conn, &keys)?;
    Ok((actor, permit, held))
}

/// Reads a certificate. Readings by officers are remembered.
pub fn read(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId) -> Result<Held> {
    let (now, vault) = (work.now, work.vault);
    let (actor, permit, held) = found((work.conn(), vault), caller, id, now)?;
    if matches!(actor, Actor::Officer { .. }) {
        work.remember(&permit, Deed::CertificateRead, "certificate", id.0, None)?;
    }
    Ok(held)
}

/// The document of a certificate, as it was issued (PDF); nothing of what was not issued here.
pub fn document(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId) -> Result<(Held, Vec<u8>)> {
    let held = read(work, caller, id)?;
    let kept = rows::document(work.conn(), id)?;
    let vault = work.vault;
    let content = whole((work.conn(), vault), &held.certificate, None, kept)?;
    Ok((held, content))
}

/// A document as it was issued: what its SHA-256 says, printed of the record that was signed for this very certificate or duplicate of
/// it. What was changed or exchanged in the database, also together with the record or around it, is not given out as what was issued.
pub(super) fn whole(
    (conn, vault): (&mut AnyConn, &Vault),
    certificate: &Certificate,
    duplicate: Option<i64>,
    kept: Option<rows::Kept>,
) -> Result<Vec<u8>> {
    require_issued_here(conn, certificate)?;
    let keys = keys::public(conn, vault)?;
    kept.and_then(|kept| as_issued(certificate, duplicate, kept, &keys))
        .ok_or_else(|| damaged(certificate))
}

/// What was not issued here has neither document nor signed record.
fn require_issued_here(conn: &mut AnyConn, certificate: &Certificate) -> Result<()> {
    if certificate_origins::was_issued_here(conn, certificate)? {
        Ok(())
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

/// The content of a document, where it is what was issued.
pub(super) fn as_issued(
    certificate: &Certificate,
    duplicate: Option<i64>,
    (digest, content): rows::Kept,
    keys: &[PublicKey],
) -> Option<Vec<u8>> {
    let is_whole = digest == sha256(&content) && is_of(certificate, duplicate, &content, keys);
    is_whole.then_some(content)
}

/// Whether a document is the one that was printed of the record of a certificate, or of a duplicate of it, as it was signed.
fn is_of(certificate: &Certificate, duplicate: Option<i64>, document: &[u8], keys: &[PublicKey]) -> bool {
    printed::open(document, keys).is_ok_and(|said| {
        let is_its_own = signer(certificate, (&said.record, &said.jws), keys).is_ok();
        let ordinal = said.record.duplicate.as_ref().map(|mark| mark.ordinal);
        let first = CertificateRecord {
            duplicate: None,
            ..said.record
        };
        is_its_own && ordinal == duplicate && first == certificate.record
    })
}

/// The record of a certificate, or of a duplicate of it, with its signature, as a file; nothing of what was not issued here.
pub fn signed_file(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: CertificateId,
    duplicate: Option<i64>,
) -> Result<(Held, Vec<u8>)> {
    let held = read(work, caller, id)?;
    if let Some(ordinal) = duplicate {
        held.require_duplicate(ordinal)?;
    }
    let vault = work.vault;
    let file = signed((work.conn(), vault), &held.certificate, duplicate)?;
    Ok((held, file))
}

fn signed((conn, vault): (&mut AnyConn, &Vault), certificate: &Certificate, duplicate: Option<i64>) -> Result<Vec<u8>> {
    if let Some(ordinal) = duplicate {
        let kept = certificate_duplicates::document(conn, certificate.id, ordinal)?;
        let document = whole((conn, vault), certificate, Some(ordinal), kept)?;
        return print::attachment(&document).ok_or_else(|| Error::internal("a document without its record"));
    }
    require_issued_here(conn, certificate)?;
    let is_own = own_signer(certificate, &keys::public(conn, vault)?).is_ok();
    let jws = certificate.jws.as_deref().filter(|_| is_own);
    signing::file(&certificate.record, jws.ok_or_else(|| damaged(certificate))?)
}

/// The proof that the signed record of a certificate, or of a duplicate of it, is in the audit trail; nothing of what was not
/// issued here, or before there were proofs. Until a checkpoint covers it, there is none yet.
pub fn proof(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: CertificateId,
    duplicate: Option<i64>,
) -> Result<(Held, Proof)> {
    let (held, file) = signed_file(work, caller, id, duplicate)?;
    let hash = sha256(&file);
    if let Some((row, path, checkpoint)) = certificate_proofs::find(work.conn(), id, &hash)? {
        return Ok((held, proof::of(&row, &path, checkpoint)?));
    }
    if certificate_proofs::is_recorded(work.conn(), id, &hash)? {
        return Err(ErrorCode::ProofPending.into());
    }
    Err(ErrorCode::NotFound.into())
}

/// A page of the register that is the officer's business, the newest first.
pub fn list(
    (conn, vault): (&mut AnyConn, &Vault),
    caller: &Caller,
    wanted: &Wanted,
    (field, after, limit): (Option<&str>, Option<PageAt>, u32),
    now: Timestamp,
) -> Result<Register<Held, PageAt>> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleDossier, &Resource::None)?;
    let page = rows::page(conn, wanted, after, LOOKED_THROUGH)?;
    let keys = keys::that_open(conn, vault)?;
    let mut page = within_scope(
        page,
        limit,
        |row| (row.record.issued_on.to_string(), row.id),
        |row| {
            decided(&actor, Action::ReadDossier, &row)?;
            // Fields are in the record, where the database does not look.
            if field.is_some_and(|field| !row.fields().iter().any(|code| is_within(code, field))) {
                let why = Refusal::Hidden;
                return Err(Refused {
                    action: Action::ReadDossier,
                    why,
                }
                .into());
            }
            Held::of(conn, row, day_of(now))
        },
    )?;
    vouch(conn, &mut page.entries, &keys)?;
    Ok(page)
}

/// The same, of which the trail tells.
pub fn show_list(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (wanted, filter): (&Wanted, &str),
    page: (Option<&str>, Option<PageAt>, u32),
) -> Result<Register<Held, PageAt>> {
    let (now, vault) = (work.now, work.vault);
    let page = list((work.conn(), vault), caller, wanted, page, now)?;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::HandleDossier, &Resource::None)?;
    exports::remember_page(work, &permit, Deed::CertificatesListed, (filter, page.entries.len()))?;
    Ok(page)
}

/// A page of the certificates whose party the caller's enterprise is: those that it was linked to when they were issued, and
/// those that name its tax code, or that of one that became part of it.
pub fn mine(
    (conn, vault): (&mut AnyConn, &Vault),
    caller: &Caller,
    wanted: &Wanted,
    after: Option<PageAt>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Held>, Option<PageAt>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ReadDossier, &Resource::None)?;
    let own = Party::of_actor(conn, &actor)?.ok_or_else(|| Error::from(ErrorCode::Forbidden))?;
    let wanted = Wanted {
        enterprise: Some((own.enterprise.id, own.code().map(str::to_owned))),
        ..wanted.clone()
    };
    let page = rows::page(conn, &wanted, after, rows_for(limit))?;
    let (page, next) = cut(page, limit, |row| (row.record.issued_on.to_string(), row.id));
    let keys = keys::that_open(conn, vault)?;
    let mut held = Vec::with_capacity(page.len());
    for row in page {
        // A party that was not looked at yet is none.
        if decided_for(Some(&own), &actor, &row).is_ok() {
            held.push(Held::of(conn, row, day_of(now))?.for_reader(Some(&own), &actor));
        }
    }
    vouch(conn, &mut held, &keys)?;
    Ok((held, next))
}

/// Most licences, each in the place of the one before, that are looked through for the newest one.
const MOST_REPLACED: usize = 100;

/// The last one of the licences that took the place of one, one after the other; none of what was not replaced.
fn newest_licence(conn: &mut AnyConn, certificate: &Certificate) -> Result<Option<Certificate>> {
    let mut newest = None;
    let mut next = certificate.replaced_by;
    for _ in 0..MOST_REPLACED {
        let Some(id) = next else { break };
        let licence = rows::find(conn, id)?;
        next = licence.replaced_by;
        newest = Some(licence);
    }
    Ok(newest)
}

/// What everybody learns who has a certificate's number and code.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The certificate with its chain.
    pub held: Held,
    /// The licence in force in its place, or the last one that was: one that replaced it may have been replaced itself.
    pub newest_licence: Option<Certificate>,
    /// What holds today of the newest paper of its contract, where that is another one.
    pub newest_validity: Option<Validity>,
    /// The key that signed it, or why the register's own copy is not what was signed.
    pub signature: std::result::Result<String, NotGenuine>,
    /// The day for which this holds.
    pub today: Date,
}

impl Verified {
    /// The paper that holds in the place of this one, or the last one that did.
    pub fn newest(&self) -> Option<&Certificate> {
        let last = self.held.chain.last();
        let later = last.filter(|last| last.id != self.held.certificate.id);
        self.newest_licence.as_ref().or(later)
    }

    /// Whether a paper that was signed says what the register has under its number and code; of a duplicate also whether the register
    /// knows of it.
    pub fn has(&self, signed: &CertificateRecord) -> bool {
        let first = CertificateRecord {
            duplicate: None,
            ..signed.clone()
        };
        let is_told = |mark: &RecordDuplicate| self.held.duplicates.iter().any(|told| told.mark == *mark);
        first == self.held.certificate.record && signed.duplicate.as_ref().is_none_or(is_told)
    }
}

/// Verifies a certificate by what is printed on it.
pub fn verify((conn, vault): (&mut AnyConn, &Vault), (number, code): (&str, &str), now: Timestamp) -> Result<Verified> {
    let today = day_of(now);
    let code = VerificationCode::parse(code).ok_or_else(|| Error::from(ErrorCode::NotFound))?;
    let found = rows::find_by_code(conn, &code)?;
    let certificate = found.filter(|found| in_address(&found.record.number) == in_address(number));
    let certificate = certificate.ok_or_else(|| Error::from(ErrorCode::NotFound))?;
    let keys = keys::public(conn, vault)?;
    let newest_licence = newest_licence(conn, &certificate)?;
    let signature = own_signer(&certificate, &keys);
    let held = Held::of(conn, certificate, today)?.vouched(conn, &keys)?;
    // Signed, and hung behind another certificate: behind this one by whoever has it read as amended, too.
    let is_hung = |one: &Certificate| own_signer(one, &keys).is_ok() && !is_in_its_place(one, &held.chain);
    let signature = if is_hung(&held.certificate) || is_hung(held.last()) {
        Err(NotGenuine::Record)
    } else {
        signature
    };
    let newest_validity = match (&newest_licence, held.chain.last()) {
        (Some(newest), _) => Some(validity(std::slice::from_ref(newest), newest.position, today)),
        (None, Some(last)) if last.id != held.certificate.id => Some(validity(&held.chain, last.position, today)),
        (None, _) => None,
    };
    Ok(Verified {
        newest_licence,
        newest_validity,
        signature,
        held,
        today,
    })
}
