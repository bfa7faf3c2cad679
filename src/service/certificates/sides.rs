//! Whose a certificate is, by what it says: the enterprise that holds it and the other party, of which its case follows suit.

use crate::domain::certificate::Certificate;
use crate::domain::certificate::record::{CertificateRecord, RecordParty};
use crate::domain::dossier::{ContractParty, Dossier, DossierContent, TransferDirection};
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::ids::EnterpriseId;
use crate::domain::tax_code::TaxCode;
use crate::service::Result;
use crate::store::{AnyConn, enterprises};

/// The holder and the other party, as far as they are on the exchange.
type Sides = (Option<EnterpriseId>, Option<EnterpriseId>);

/// Which party holds, by the direction of the transfer.
pub(super) fn holder(record: &CertificateRecord) -> ContractParty {
    let direction = record.direction.as_ref().map(|direction| direction.code.as_str());
    if direction == Some(TransferDirection::Outbound.as_str()) {
        ContractParty::Transferor
    } else {
        ContractParty::Transferee
    }
}

/// The other party.
pub(super) const fn opposite(side: ContractParty) -> ContractParty {
    match side {
        ContractParty::Transferor => ContractParty::Transferee,
        ContractParty::Transferee => ContractParty::Transferor,
    }
}

/// A party, by its side.
pub(super) const fn party(record: &CertificateRecord, side: ContractParty) -> &RecordParty {
    match side {
        ContractParty::Transferor => &record.transferor,
        ContractParty::Transferee => &record.transferee,
    }
}

/// The enterprise that a party is: an active one, or one that a dossier is of already, whatever became of it since.
fn named(conn: &mut AnyConn, party: &RecordParty, dossier: &Dossier) -> Result<Option<EnterpriseId>> {
    let Some(code) = party.tax_code.as_ref().and_then(|code| code.parse::<TaxCode>().ok()) else {
        return Ok(None);
    };
    let known = enterprises::find_by_tax_code(conn, &code)?;
    let is_there = |one: &Enterprise| {
        one.status == EnterpriseStatus::Active || [dossier.enterprise, dossier.counterparty].contains(&Some(one.id))
    };
    Ok(known.filter(is_there).map(|one| one.id))
}

fn has_tax_code(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<bool> {
    let enterprise = enterprises::find(conn, enterprise)?;
    Ok(enterprise.profile.identity.tax_code().is_some())
}

/// Whose certificate it is, the holder's first: the parties that it names, whoever filed. A dossier of an amendment need not tell
/// again who stays, and who files one may leave by it. Who filed holds what names no tax code there, unless it has one itself and
/// `before`, which is amended, names somebody else.
pub(super) fn of_record(
    conn: &mut AnyConn,
    dossier: &Dossier,
    record: &CertificateRecord,
    before: Option<&CertificateRecord>,
) -> Result<Sides> {
    let filer = dossier.enterprise;
    let side = holder(record);
    let (first, second) = (party(record, side), party(record, opposite(side)));
    let (mut own, mut other) = (named(conn, first, dossier)?, named(conn, second, dossier)?);
    // Of old ones without a direction either party is the filer.
    if record.direction.is_none() && filer.is_some() && other == filer {
        (own, other) = (other, own);
    } else if let Some(filer) = filer.filter(|_| own.is_none() && first.tax_code.is_none() && other != filer) {
        let is_same = before.is_none_or(|before| !first.is_another(party(before, side)));
        own = (is_same || !has_tax_code(conn, filer)?).then_some(filer);
    }
    Ok((own, other.filter(|other| Some(*other) != own)))
}

/// The life of a certificate is that of its parties of now: who left reads no further, and who came reads who it is. Who stays
/// is not asked for again: it may be suspended just then.
pub(super) fn follow(case: &mut Dossier, before: &CertificateRecord, (dossier, now): (&Dossier, &Certificate)) {
    let side = holder(&now.record);
    let came = |side| party(&now.record, side).is_another(party(before, side));
    let has_turned = side != holder(before);
    // Without a direction nobody knows who of them is which.
    let is_anybody = now.record.direction.is_none() && ContractParty::ALL.iter().copied().any(came);
    let moves = |side| has_turned || is_anybody || came(side);
    if moves(side) || case.enterprise.is_none() {
        case.enterprise = now.enterprise;
        case.is_paper = case.enterprise.is_none() || dossier.is_paper;
    }
    if moves(opposite(side)) || case.counterparty.is_none() {
        case.counterparty = now.counterparty;
    }
    case.counterparty = case.counterparty.filter(|other| Some(*other) != case.enterprise);
    let (mut text, told) = (case.content.draft().clone(), dossier.content.draft());
    if came(ContractParty::Transferor) {
        text.transferor.clone_from(&told.transferor);
    }
    if came(ContractParty::Transferee) {
        text.transferee.clone_from(&told.transferee);
    }
    case.content = DossierContent::stored(text);
}
