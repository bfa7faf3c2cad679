//! What owners are told of dossiers: those of the enterprise that filed of everything that officers do or time brings, and from the
//! certificate on both parties of the contract.

use super::events::Given;
use crate::domain::calendar::{day_of, deadline_of};
use crate::domain::certificate::Certificate;
use crate::domain::dossier::Dossier;
use crate::domain::ids::EnterpriseId;
use crate::domain::letter::{DossierNews, DossierTurn, Letter};
use crate::domain::procedure::{Actor, Event, IfMissed, Procedure, Side, engine, ground_name};
use crate::service::Result;
use crate::service::certificates::party::Party;
use crate::service::context::Work;
use crate::service::dossiers::active;
use crate::service::members::tell_owners;
use crate::store::{AnyConn, certificates, enterprises};

/// Owners are told what was done, in words of the rule set. Once there is a certificate, what becomes of it is both parties' business:
/// that it was issued, amended, annulled, and what comes of that.
pub(in crate::service::dossiers) fn tell(
    work: &mut Work<'_, '_>,
    dossier: &Dossier,
    rules: &Procedure,
    event: &Event,
    given: &Given,
) -> Result<()> {
    let certificate = certificate_of(work.conn(), dossier, rules)?;
    if let Some(filer) = dossier.enterprise {
        let letter = news(work, (dossier, certificate.as_ref()), (rules, event), (given, true))?;
        tell_owners(work, filer, &letter)?;
    }
    let Some(certificate) = &certificate else {
        return Ok(());
    };
    let ground_alone = Given {
        ground: given.ground.clone(),
        ..Given::default()
    };
    for other in others(work.conn(), dossier, certificate)? {
        // Who reads the certificate alone is told no words of the dossier.
        let reads = rules.text.is_derived || dossier.counterparty == Some(other);
        let told = if reads { given } else { &ground_alone };
        let letter = news(work, (dossier, Some(certificate)), (rules, event), (told, false))?;
        tell_owners(work, other, &letter)?;
    }
    Ok(())
}

/// The other party is told of a dossier that it sees from now on.
pub(super) fn tell_newcomer(
    work: &mut Work<'_, '_>,
    (dossier, other): (&Dossier, EnterpriseId),
    rules: &Procedure,
    event: &Event,
) -> Result<()> {
    let certificate = certificate_of(work.conn(), dossier, rules)?;
    let known = (dossier, certificate.as_ref());
    let letter = news(work, known, (rules, event), (&Given::default(), false))?;
    tell_owners(work, other, &letter)
}

/// The certificate that came of a dossier, or whose life it follows: its own number says nothing to whoever has the paper.
pub(in crate::service::dossiers) fn certificate_of(
    conn: &mut AnyConn,
    dossier: &Dossier,
    rules: &Procedure,
) -> Result<Option<Certificate>> {
    if rules.text.is_derived {
        return Ok(certificates::find_by_case(conn, dossier.id)?);
    }
    if rules.events.iter().all(|event| event.issues.is_none()) {
        return Ok(None);
    }
    Ok(certificates::find_by_dossier(conn, dossier.id)?)
}

/// The parties on the exchange that did not file: the one that the dossier knows, and whom the certificate that holds names by now, or
/// whoever took the place of such a one. They are those who read it, and nobody else.
fn others(conn: &mut AnyConn, dossier: &Dossier, certificate: &Certificate) -> Result<Vec<EnterpriseId>> {
    let chain = certificates::chain(conn, certificate.chain())?;
    let record = &chain.last().unwrap_or(certificate).record;
    let mut others: Vec<EnterpriseId> = dossier.counterparty.into_iter().collect();
    for party in [&record.transferor, &record.transferee] {
        let named = active(conn, party.tax_code.as_ref())?;
        let is_new = |named: &EnterpriseId| Some(*named) != dossier.enterprise && !others.contains(named);
        let Some(named) = named.filter(is_new) else {
            continue;
        };
        // What was never verified brings nothing along to the one that it became part of.
        let enterprise = enterprises::find(conn, named)?;
        if Party::of(conn, enterprise)?.is_named_by(record) {
            others.push(named);
        }
    }
    Ok(others)
}

/// What they are told: the side that files of its own next step, the other party, and where there is none, whose turn it is. What the
/// exchange does by itself is nobody's.
fn news(
    work: &mut Work<'_, '_>,
    (dossier, certificate): (&Dossier, Option<&Certificate>),
    (rules, event): (&Procedure, &Event),
    (given, is_filers): (&Given, bool),
) -> Result<Letter> {
    let calendar = work.calendar()?;
    let due = engine::due(rules, &dossier.standing, dossier.group(), &calendar.calendar);
    let is_own = |due: &&engine::Due<'_>| is_filers && due.event.actor.side() == Side::Filer;
    let own = due.iter().find(is_own);
    let today = day_of(work.now);
    let next = due
        .iter()
        .find(|due| due.event.actor != Actor::System && due.due_on >= today);
    let turn = next.filter(|_| own.is_none()).map(|due| {
        let (by_vi, by_en) = due.event.actor.name();
        DossierTurn {
            by_vi: by_vi.to_owned(),
            by_en: by_en.to_owned(),
            due_at: deadline_of(due.due_on),
        }
    });
    let ground = given.ground.as_deref().and_then(ground_name);
    let (ground_vi, ground_en) = ground
        .map(|(vi, en, basis)| (format!("{vi} ({basis})"), format!("{en} ({basis})")))
        .unzip();
    // What was refused because a term ended names no ground: the article is one.
    let refuses = |event: &Event| {
        let days = engine::refusal_day((rules, event), &dossier.standing, dossier.group(), &calendar.calendar);
        days.map(|_day| event.legal_basis.clone())
    };
    let by_time = refuses(event);
    let mut open = rules
        .events
        .iter()
        .filter(|open| open.from.contains(&dossier.standing.state));
    let missed = own.and_then(|due| due.event.term.as_ref()?.if_missed);
    let refused_by = missed
        .filter(|missed| *missed == IfMissed::AutoRefuse)
        .and_then(|_missed| open.find_map(refuses));
    Ok(Letter::Dossier(DossierNews {
        number: dossier.number.clone().unwrap_or_default(),
        certificate: certificate.map(|certificate| certificate.record.number.clone()),
        procedure_vi: rules.text.name_vi.clone(),
        procedure_en: rules.text.name_en.clone(),
        event_vi: event.name_vi.clone(),
        event_en: event.name_en.clone(),
        ground_vi: ground_vi.or_else(|| by_time.clone()),
        ground_en: ground_en.or(by_time),
        note: given.note.as_ref().map(|note| note.as_str().to_owned()),
        letter_number: given.letter_number.as_ref().map(|number| number.as_str().to_owned()),
        letter_on: given.letter_on,
        promised_on: given.promised_on,
        due_at: own.map(|due| deadline_of(due.due_on)),
        step_vi: own.map(|due| due.event.name_vi.clone()),
        step_en: own.map(|due| due.event.name_en.clone()),
        refused_by,
        turn,
    }))
}
