//! What officers should know of a dossier: a certificate of the same contract that is there already, or another dossier of it that
//! is open; and, with whoever files, what of the parties does not fit together. Nothing is refused for it; two contracts of one day may be
//! alike.

use jiff::Timestamp;

use crate::domain::access::{Action, decide};
use crate::domain::certificate::Certificate;
use crate::domain::certificate::record::{CertificateRecord, RecordParty};
use crate::domain::dossier::{Dossier, DossierDraft, HOME, PartyDraft};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::EnterpriseId;
use crate::domain::procedure::Issues;
use crate::domain::tax_code::TaxCode;
use crate::domain::text::fold;
use crate::service::Result;
use crate::service::dossiers::amendment::value;
use crate::service::dossiers::filing::appraised;
use crate::service::dossiers::{Opened, resource};
use crate::store::{AnyConn, certificates, dossiers, enterprises};

/// Most certificates that are looked at.
pub(crate) const MOST: i64 = 200;
/// Most that are told.
const TOLD: usize = 5;

/// The day on which a contract was signed, in rule sets.
const SIGNED: &str = "contract_signed_on";

/// First certificates of a contract of the same parties, on the same technology and of the same day, the newest first; for
/// officers only, of what issues such a one.
pub fn earlier(conn: &mut AnyConn, opened: &Opened) -> Result<Vec<Certificate>> {
    let dossier = &opened.dossier;
    let issues =
        |event: &crate::domain::procedure::Event| matches!(event.issues, Some(Issues::Registration | Issues::Licence));
    let is_first = opened.set.rules.events.iter().any(issues);
    let signed = dossier.standing.marks.get(SIGNED).copied();
    let draft = dossier.content.draft();
    let codes = [&draft.transferor.tax_code, &draft.transferee.tax_code];
    let code = codes.into_iter().flatten().next();
    let (Some(signed), Some(code)) = (signed, code) else {
        return Ok(Vec::new());
    };
    if !opened.is_for_officer || !is_first {
        return Ok(Vec::new());
    }
    let own = opened.certificate.as_ref().map(|own| own.id);
    let found = certificates::first_of_party(conn, code, MOST)?;
    let same = found
        .into_iter()
        .filter(|one| Some(one.id) != own && one.record.contract.signed_on == Some(signed))
        .filter(|one| is_same(&one.record, draft));
    Ok(same.take(TOLD).collect())
}

/// Other dossiers of the same procedure that were handed in and are open, of a contract of the same parties, on the same technology
/// and of the same day, the newest first; for officers only, of those that they read. Looked for among those of the parties that are on
/// the exchange: of a paper none of whose parties is, nothing is told.
pub fn twins(conn: &mut AnyConn, opened: &Opened) -> Result<Vec<Dossier>> {
    let dossier = &opened.dossier;
    let parties: Vec<EnterpriseId> = [dossier.enterprise, dossier.counterparty]
        .into_iter()
        .flatten()
        .collect();
    let signed = |dossier: &Dossier| dossier.standing.marks.get(SIGNED).copied();
    if !opened.is_for_officer || dossier.closed_at.is_some() || signed(dossier).is_none() || parties.is_empty() {
        return Ok(Vec::new());
    }
    let found = dossiers::open_of(conn, &dossier.procedure, &parties, MOST)?.into_iter();
    let same = found.filter(|one| {
        one.id != dossier.id
            && signed(one) == signed(dossier)
            && are_alike(one.content.draft(), dossier.content.draft())
            && decide(&opened.actor, Action::ReadDossier, &resource(one)).is_ok()
    });
    Ok(same.take(TOLD).collect())
}

/// Something about a party, the appraisal of a project, or the value of a contract, that whoever files, and officers, should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyHint {
    /// Where, as a JSON pointer into the content.
    pub member: String,
    /// What.
    pub text_vi: String,
    /// The same in English.
    pub text_en: String,
}

/// That the appraisal because of which no approval was needed is not in the register of opinions, of the licence that follows, too: for
/// officers and whoever files.
pub fn appraisal(conn: &mut AnyConn, opened: &Opened, now: Timestamp) -> Result<Option<PartyHint>> {
    if !(opened.is_for_officer || opened.is_filers) {
        return Ok(None);
    }
    let unknown = appraised::unknown(conn, opened, now)?;
    Ok(unknown.map(|(member, text_vi, text_en)| PartyHint {
        member: member.to_owned(),
        text_vi,
        text_en,
    }))
}

/// That nobody but the parties says by how much an amendment changes the value of its contract: for officers and whoever files.
pub fn value(conn: &mut AnyConn, opened: &Opened) -> Result<Option<PartyHint>> {
    let unfounded = value::unfounded(conn, opened)?;
    Ok(unfounded.map(|(member, text_vi, text_en)| PartyHint {
        member: member.to_owned(),
        text_vi,
        text_en,
    }))
}

/// What does not fit together of what is told about the parties, or would be missing on their certificate, as long as that can be changed:
/// for officers and whoever files.
pub fn parties(conn: &mut AnyConn, opened: &Opened) -> Result<Vec<PartyHint>> {
    let (dossier, rules) = (&opened.dossier, &opened.set.rules);
    let state = rules.state(&dossier.standing.state);
    let is_decided = state.is_some_and(|state| state.is_decided || state.is_final);
    if rules.text.is_derived || is_decided || !(opened.is_for_officer || opened.is_filers) {
        return Ok(Vec::new());
    }
    let is_first = rules
        .events
        .iter()
        .any(|event| matches!(event.issues, Some(Issues::Registration | Issues::Licence)));
    let draft = dossier.content.draft();
    let mut hints = Vec::new();
    for (side, party) in [("transferor", &draft.transferor), ("transferee", &draft.transferee)] {
        hints.extend(other_name(conn, side, party)?);
        // What an amendment does not tell of it stays as it was certified.
        hints.extend(no_commune(side, party).filter(|_hint| is_first));
    }
    Ok(hints)
}

/// That the tax code of a party is that of an enterprise on the exchange which is called otherwise. A name is written in many ways, and is
/// changed: nothing is refused for it.
fn other_name(conn: &mut AnyConn, side: &str, party: &PartyDraft) -> Result<Option<PartyHint>> {
    let code = party.tax_code.as_deref().and_then(|code| code.parse::<TaxCode>().ok());
    let (Some(code), Some(name)) = (code, &party.name) else {
        return Ok(None);
    };
    let known = enterprises::find_by_tax_code(conn, &code)?;
    let known = known.filter(|enterprise| enterprise.status == EnterpriseStatus::Active);
    let known = known.map(|enterprise| enterprise.profile.legal_name.to_string());
    Ok(known.filter(|own| fold(own) != fold(name)).map(|own| PartyHint {
        member: format!("/{side}/name"),
        text_vi: format!(
            "Trên Sàn, doanh nghiệp có mã số thuế này tên là “{own}”; xin kiểm tra lại tên và mã số thuế."
        ),
        text_en: format!(
            "The enterprise on the exchange with this tax code is called “{own}”; check the name and the tax code."
        ),
    }))
}

/// That of a party of Việt Nam nobody told in which commune it is: its certificate would name neither that nor the province.
fn no_commune(side: &str, party: &PartyDraft) -> Option<PartyHint> {
    let is_missing = party.country.as_deref() == Some(HOME) && party.commune_code.is_none();
    is_missing.then(|| PartyHint {
        member: format!("/{side}/commune_code"),
        text_vi: "Chưa ghi mã xã, phường: Giấy chứng nhận, Giấy phép sẽ chỉ in địa chỉ như đã khai, không kèm xã, phường và tỉnh.".to_owned(),
        text_en: "No commune is told: the certificate or licence would have the address as it is written, without commune and province.".to_owned(),
    })
}

/// Whether two dossiers are of the same parties, on the same technology.
fn are_alike(one: &DossierDraft, other: &DossierDraft) -> bool {
    let is_told = |one: &Option<String>, other: &Option<String>| {
        one.as_deref().is_some_and(|name| is_named(name, other.as_ref()))
    };
    let are_same = |one: &PartyDraft, other: &PartyDraft| match (&one.tax_code, &other.tax_code) {
        (Some(one), Some(other)) => one == other,
        _ => is_told(&one.name, &other.name),
    };
    is_told(&one.technology.name, &other.technology.name)
        && are_same(&one.transferor, &other.transferor)
        && are_same(&one.transferee, &other.transferee)
}

fn is_named(name: &str, told: Option<&String>) -> bool {
    told.is_some_and(|told| fold(told) == fold(name))
}

/// Whether a party that a dossier tells is one that is certified: by their tax codes, by their names where one has none.
pub(crate) fn is_party(certified: &RecordParty, told: &PartyDraft) -> bool {
    match (&certified.tax_code, &told.tax_code) {
        (Some(certified), Some(told)) => certified == told,
        _ => is_named(&certified.name, told.name.as_ref()),
    }
}

/// Whether the technology that a dossier tells is the one that is certified.
pub(crate) fn is_technology(record: &CertificateRecord, draft: &DossierDraft) -> bool {
    is_named(&record.technology.name, draft.technology.name.as_ref())
}

/// Whether a dossier is of the same parties, on the same technology.
pub(crate) fn is_same(record: &CertificateRecord, draft: &DossierDraft) -> bool {
    is_technology(record, draft)
        && is_party(&record.transferor, &draft.transferor)
        && is_party(&record.transferee, &draft.transferee)
}
