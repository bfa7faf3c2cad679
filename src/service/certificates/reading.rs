//! Reading certificates: the parties and officers whole, everybody who has number and code what the law lets be public.

use jiff::Timestamp;
use jiff::civil::Date;

use super::keys;
use super::signing::{self, NotGenuine};
use crate::domain::access::{Action, Actor, DossierStanding, Permit, Place, Refusal, Refused, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::certificate::code::VerificationCode;
use crate::domain::certificate::number::in_address;
use crate::domain::certificate::proof::Proof;
use crate::domain::certificate::record::RecordParty;
use crate::domain::certificate::{Certificate, Duplicate, Validity, validity};
use crate::domain::ids::CertificateId;
use crate::service::audit::proof;
use crate::service::context::{Caller, Work};
use crate::service::enterprises::hide;
use crate::service::exports;
use crate::service::paging::{LOOKED_THROUGH, Register, cut, rows_for, within_scope};
use crate::service::{Error, ErrorCode, Result};
use crate::store::certificates as rows;
pub use crate::store::certificates::{Place as PageAt, Wanted};
use crate::store::{AnyConn, audit, certificate_duplicates, certificate_proofs, enterprises};

/// A certificate with its chain.
#[derive(Clone, Debug)]
pub struct Held {
    /// The certificate.
    pub certificate: Certificate,
    /// The chain that it is part of, in its order; for a party as far as it is one: who left by an amendment reads nothing of
    /// what came after.
    pub chain: Vec<Certificate>,
    /// The licence that replaced it.
    pub replaced_by: Option<Certificate>,
    /// What holds of it today.
    pub validity: Validity,
    /// The duplicates that were issued of it.
    pub duplicates: Vec<Duplicate>,
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
            certificate,
            chain,
        })
    }

    /// As somebody may read it who may read the certificate.
    fn for_reader(mut self, conn: &mut AnyConn, actor: &Actor) -> Result<Self> {
        let Some((own, _)) = actor.enterprise() else {
            return Ok(self);
        };
        let enterprise = enterprises::find(conn, own)?;
        let code = enterprise
            .profile
            .identity
            .tax_code()
            .map(|code| code.as_str().to_owned());
        let is_named = |party: &RecordParty| code.is_some() && party.tax_code == code;
        let is_party = |one: &Certificate| {
            let record = &one.record;
            decided(actor, Action::ReadDossier, one).is_ok()
                || is_named(&record.transferor)
                || is_named(&record.transferee)
        };
        let position = self.certificate.position;
        self.chain.retain(|one| one.position <= position || is_party(one));
        self.replaced_by = self.replaced_by.filter(is_party);
        Ok(self)
    }
}

pub(super) fn decided(actor: &Actor, action: Action, certificate: &Certificate) -> Result<Permit> {
    let fields = certificate.fields();
    let resource = Resource::Dossier(DossierStanding {
        filer: certificate.enterprise,
        counterparty: certificate.counterparty,
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

pub(super) fn found(
    conn: &mut AnyConn,
    caller: &Caller,
    id: CertificateId,
    now: Timestamp,
) -> Result<(Actor, Permit, Held)> {
    let actor = caller.actor(conn, now)?;
    let certificate = rows::find(conn, id).map_err(|error| hide(&actor, error))?;
    let permit = decided(&actor, Action::ReadDossier, &certificate)?;
    let held = Held::of(conn, certificate, day_of(now))?.for_reader(conn, &actor)?;
    Ok((actor, permit, held))
}

/// Reads a certificate. Readings by officers are remembered.
pub fn read(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId) -> Result<Held> {
    let now = work.now;
    let (actor, permit, held) = found(work.conn(), caller, id, now)?;
    if matches!(actor, Actor::Officer { .. }) {
        work.remember(&permit, Deed::CertificateRead, "certificate", id.0, None)?;
    }
    Ok(held)
}

/// The document of a certificate, as it was issued (PDF); nothing of what was not issued here.
pub fn document(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId) -> Result<(Held, Vec<u8>)> {
    let held = read(work, caller, id)?;
    let (_, content) = rows::document(work.conn(), id)?;
    Ok((held, content))
}

/// The record of a certificate with its signature, as a file; nothing of what was not issued here.
pub fn signed_file(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId) -> Result<(Held, Vec<u8>)> {
    let held = read(work, caller, id)?;
    let jws = held.certificate.jws.as_deref();
    let jws = jws.ok_or_else(|| Error::from(ErrorCode::NotFound))?;
    let file = signing::file(&held.certificate.record, jws)?;
    Ok((held, file))
}

/// The proof that the signed record of a certificate is in the audit trail; nothing of what was not issued here, or before
/// there were proofs. Until a checkpoint covers it, there is none yet.
pub fn proof(work: &mut Work<'_, '_>, caller: &Caller, id: CertificateId) -> Result<(Held, Proof)> {
    let held = read(work, caller, id)?;
    if let Some((row, path, checkpoint)) = certificate_proofs::find(work.conn(), id)? {
        return Ok((held, proof::of(&row, &path, checkpoint)?));
    }
    let recorded = audit::deeds_among(work.conn(), &[id.0], &[Deed::CertificateRecorded])?;
    if recorded.is_empty() {
        return Err(ErrorCode::NotFound.into());
    }
    Err(ErrorCode::ProofPending.into())
}

/// A page of the register that is the officer's business, the newest first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: &Wanted,
    (field, after, limit): (Option<&str>, Option<PageAt>, u32),
    now: Timestamp,
) -> Result<Register<Held, PageAt>> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleDossier, &Resource::None)?;
    let page = rows::page(conn, wanted, after, LOOKED_THROUGH)?;
    within_scope(
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
    )
}

/// The same, of which the trail tells.
pub fn show_list(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (wanted, filter): (&Wanted, &str),
    page: (Option<&str>, Option<PageAt>, u32),
) -> Result<Register<Held, PageAt>> {
    let now = work.now;
    let page = list(work.conn(), caller, wanted, page, now)?;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::HandleDossier, &Resource::None)?;
    exports::remember_page(work, &permit, Deed::CertificatesListed, (filter, page.entries.len()))?;
    Ok(page)
}

/// Whether a field is another one, or one of its parts.
fn is_within(code: &str, field: &str) -> bool {
    code.strip_prefix(field)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A page of the certificates whose party the caller's enterprise is.
pub fn mine(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: &Wanted,
    after: Option<PageAt>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Held>, Option<PageAt>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ReadDossier, &Resource::None)?;
    let own = actor.enterprise().map(|(enterprise, _)| enterprise);
    let wanted = Wanted {
        enterprise: Some(own.ok_or_else(|| Error::from(ErrorCode::Forbidden))?),
        ..wanted.clone()
    };
    let page = rows::page(conn, &wanted, after, rows_for(limit))?;
    let (page, next) = cut(page, limit, |row| (row.record.issued_on.to_string(), row.id));
    let mut held = Vec::with_capacity(page.len());
    for row in page {
        // A party that was not looked at yet is none.
        if decided(&actor, Action::ReadDossier, &row).is_ok() {
            held.push(Held::of(conn, row, day_of(now))?.for_reader(conn, &actor)?);
        }
    }
    Ok((held, next))
}

/// What everybody learns who has a certificate's number and code.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The certificate with its chain.
    pub held: Held,
    /// The key that signed it, or why the register's own copy is not what was signed.
    pub signature: std::result::Result<String, NotGenuine>,
    /// The day for which this holds.
    pub today: Date,
}

/// Verifies a certificate by what is printed on it.
pub fn verify(conn: &mut AnyConn, number: &str, code: &str, now: Timestamp) -> Result<Verified> {
    let today = day_of(now);
    let code = VerificationCode::parse(code).ok_or_else(|| Error::from(ErrorCode::NotFound))?;
    let found = rows::find_by_code(conn, &code)?;
    let certificate = found.filter(|found| in_address(&found.record.number) == in_address(number));
    let certificate = certificate.ok_or_else(|| Error::from(ErrorCode::NotFound))?;
    let keys = keys::public(conn)?;
    let jws = certificate.jws.as_deref().unwrap_or_default();
    Ok(Verified {
        signature: signing::check(&certificate.record, jws, &keys),
        held: Held::of(conn, certificate, today)?,
        today,
    })
}
