//! Parties that came to the exchange after their certificate was issued or entered: how it goes on with it (annulment, repayment, the end
//! of the contract) is their business as much as the certificate, which they read. Of what was handed in before they came they read what
//! the certificate says.

use crate::domain::access::{Action, Actor, Permit, decide};
use crate::domain::dossier::{Dossier, DossierContent, DossierDraft, PartyDraft, TechnologyDraft};
use crate::domain::ids::EnterpriseId;
use crate::service::Result;
use crate::service::certificates::party::Party;
use crate::service::dossiers::{Opened, resource};
use crate::store::{AnyConn, certificates};

/// The right to read a dossier, or the case of a certificate of which the caller's enterprise is a party by now.
pub(in crate::service::dossiers) fn readable(conn: &mut AnyConn, actor: &Actor, dossier: &Dossier) -> Result<Permit> {
    let refused = match decide(actor, Action::ReadDossier, &resource(dossier)) {
        Ok(permit) => return Ok(permit),
        Err(refused) => refused,
    };
    let Some(party) = party_of(conn, actor, dossier)? else {
        return Err(refused.into());
    };
    let as_party = Dossier {
        counterparty: Some(party),
        ..dossier.clone()
    };
    Ok(decide(actor, Action::ReadDossier, &resource(&as_party))?)
}

/// The caller's enterprise, where the last certificate of the chain whose life a case follows names it.
fn party_of(conn: &mut AnyConn, actor: &Actor, dossier: &Dossier) -> Result<Option<EnterpriseId>> {
    let Some(party) = Party::of_actor(conn, actor)? else {
        return Ok(None);
    };
    let Some(first) = certificates::find_by_case(conn, dossier.id)? else {
        return Ok(None);
    };
    let chain = certificates::chain(conn, first.chain())?;
    let is_named = chain.last().is_some_and(|last| party.is_named_by(&last.record));
    Ok(is_named.then_some(party.enterprise.id))
}

/// What whoever reads only by the certificate is shown of a case.
pub(in crate::service::dossiers) fn shown(mut opened: Opened) -> Opened {
    if decide(&opened.actor, Action::ReadDossier, &resource(&opened.dossier)).is_err() {
        opened.dossier.content = DossierContent::stored(certified(opened.dossier.content.draft()));
    }
    opened
}

/// What of a dossier the certificate says in any case: between whom, of what, and what makes out the authority.
fn certified(draft: &DossierDraft) -> DossierDraft {
    let party = |party: &PartyDraft| PartyDraft {
        name: party.name.clone(),
        tax_code: party.tax_code.clone(),
        country: party.country.clone(),
        ..PartyDraft::default()
    };
    DossierDraft {
        transferor: party(&draft.transferor),
        transferee: party(&draft.transferee),
        direction: draft.direction.clone(),
        form: draft.form.clone(),
        decided_by: draft.decided_by.clone(),
        technology: TechnologyDraft {
            name: draft.technology.name.clone(),
            fields: draft.technology.fields.clone(),
            ..TechnologyDraft::default()
        },
        ..DossierDraft::default()
    }
}
