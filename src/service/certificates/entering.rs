//! Entering certificates that were issued before the exchange was there, or by an authority that the Department succeeded
//! (Vĩnh Phúc, Hòa Bình): with their own numbers, without signature and document, as what later ones amend.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::genuine::Genuine;
use super::issuing::bring_about;
use super::reading::{Held, decided};
use super::writing::{self, Heading};
use super::{sides, succession};
use crate::domain::access::{Action, Actor, Permit, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::certificate::number::in_address;
use crate::domain::certificate::record::{RecordKind, Signer};
use crate::domain::certificate::{Certificate, validity};
use crate::domain::dossier::{Dossier, DossierContent, DossierDraft, TechnologyStatus, TransferDirection, WorkingCopy};
use crate::domain::dossier::{licensed_not_registered, not_yet, sense};
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::ids::{CertificateId, DossierId};
use crate::domain::procedure::engine::Standing;
use crate::domain::procedure::{AuthorityDraft, Issues, MarkFrom, Procedure, Until};
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::dossiers::events::settle;
use crate::service::dossiers::{find_parties, resource, under_content};
use crate::service::periodic_reports::gathering::performer;
use crate::service::procedures::{self, RuleSet};
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::certificate_statistics::{self, Statistics};
use crate::store::{certificates as rows, dossiers};

/// A certificate as its paper has it.
#[derive(Clone, Debug)]
pub struct Paper {
    /// Which it is.
    pub kind: RecordKind,
    /// Code of the authority.
    pub authority_code: String,
    /// Its name.
    pub authority_name: String,
    /// Where it signed.
    pub place: String,
    /// Number.
    pub number: String,
    /// When it was issued.
    pub issued_on: Date,
    /// When the contract was signed.
    pub contract_signed_on: Option<Date>,
    /// When it was last reported on; of a licence.
    pub last_report_on: Option<Date>,
    /// The first one of the chain; of an amendment.
    pub amends: Option<CertificateId>,
    /// Who signed.
    pub signer: Signer,
    /// What it says.
    pub content: DossierDraft,
}

fn authority(paper: &Paper) -> AuthorityDraft {
    AuthorityDraft {
        code: paper.authority_code.clone(),
        name_vi: paper.authority_name.clone(),
        name_en: paper.authority_name.clone(),
        form: None,
        direction: None,
        decided_by: None,
        duty: None,
        when: Vec::new(),
        is_elsewhere: false,
        superior_vi: None,
        head_vi: None,
        place: Some(paper.place.clone()),
        number_template: None,
        succeeds: Vec::new(),
        legal_basis: String::new(),
        verification: None,
    }
}

/// The chain that a paper amends, in its order.
fn amended(work: &mut Work<'_, '_>, actor: &Actor, paper: &Paper) -> Result<Genuine<Vec<Certificate>>> {
    let wrong = || {
        Error::field(
            "/amends",
            Violation::Malformed {
                what: "amended_certificate",
            },
        )
    };
    match (paper.kind, paper.amends) {
        (RecordKind::Amendment, None) => Err(Error::field("/amends", Violation::Required)),
        (RecordKind::Amendment, Some(root)) => {
            let chain = Genuine::chain(work, root)?;
            let last = chain.last().ok_or_else(wrong)?;
            // What was issued here is amended here, by a dossier and two officers.
            let is_old = |one: &Certificate| one.annulled_on.is_none() && !one.is_issued_here();
            let fits = chain
                .first()
                .is_some_and(|first| first.root.is_none() && decided(actor, Action::EnterCertificate, first).is_ok())
                && chain.iter().all(is_old)
                && last.record.issued_on <= paper.issued_on;
            if fits { Ok(chain) } else { Err(wrong()) }
        }
        (_, Some(_)) => Err(Error::field("/amends", Violation::Conflicts { with: "kind" })),
        (_, None) => Ok(Genuine::none()),
    }
}

/// From the day on which an authority issues here, nothing of its is entered by hand.
fn require_older(work: &mut Work<'_, '_>, paper: &Paper) -> Result<()> {
    let first = rows::first_issued_here(work.conn(), &paper.authority_code)?;
    if first.is_some_and(|first| paper.issued_on >= first) {
        return Err(Error::field("/issued_on", Violation::Conflicts { with: "authority" }));
    }
    Ok(())
}

/// Refuses a paper of a kind that its authority does not issue, as far as the rules know it: who issues here, or issued before one of
/// those took its place, licences or what registers, and not the other (Luật CGCN Đ.30, 31, 33). Of others nobody knows here.
fn require_issuer(work: &mut Work<'_, '_>, paper: &Paper) -> Result<()> {
    let is_licence = paper.kind == RecordKind::Licence;
    let (mut issues_such, mut issues_others) = (false, false);
    let today = day_of(work.now);
    for set in procedures::all_on(work.conn(), today)? {
        let issued = set.rules.events.iter().filter_map(|event| event.issues);
        for issues in issued {
            let here = set.rules.text.authorities.iter().filter(|row| row.place.is_some());
            let is_there = here
                .flat_map(|row| std::iter::once(&row.code).chain(row.succeeds.iter().map(|before| &before.code)))
                .any(|code| *code == paper.authority_code);
            if (issues == Issues::Licence) == is_licence {
                issues_such |= is_there;
            } else {
                issues_others |= is_there;
            }
        }
    }
    if issues_others && !issues_such {
        let what = "authority_of_kind";
        return Err(Error::field("/authority", Violation::Malformed { what }));
    }
    Ok(())
}

/// What is licensed is not registered (Luật CGCN Đ.31.6.a), what is not restricted needs no licence (Đ.28), and what is prohibited
/// nobody transfers (Đ.11).
fn technology_fits(kind: RecordKind, content: &DossierContent) -> Option<Violation> {
    let status = content.draft().technology_status.as_deref();
    let status: TechnologyStatus = status?.parse().ok()?;
    match (status, kind == RecordKind::Licence) {
        (TechnologyStatus::Prohibited, _) => Some(Violation::Prohibited),
        (TechnologyStatus::Restricted, false) => Some(licensed_not_registered()),
        (TechnologyStatus::Restricted, true) => None,
        (_, true) => Some(Violation::Conflicts { with: "kind" }),
        (_, false) => None,
    }
}

/// The days of the paper make sense beside each other.
fn in_order(paper: &Paper, content: &DossierContent, today: Date) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (pointer, wrong) in sense::paper_days(content, (paper.contract_signed_on, paper.issued_on)) {
        errors.add(pointer, wrong);
    }
    let (first, last) = (paper.issued_on, today);
    match paper.last_report_on {
        Some(_) if paper.kind != RecordKind::Licence => {
            errors.add("/last_report_on", Violation::Conflicts { with: "kind" });
        }
        Some(day) if !(first..=last).contains(&day) => {
            errors.add("/last_report_on", Violation::DayOutside { first, last });
        }
        _ => {}
    }
    errors.finish(Some(())).map_err(Error::fields)
}

/// What of a paper nobody means: one party in both places, a price of nothing, a rate of a day to come, a technology of which no such
/// paper is issued, what the law did not know yet when it was. Parties that became one since were two when it was issued.
fn refuse_slips(paper: &Paper, sets: &[RuleSet], content: &DossierContent, today: Date) -> Result<()> {
    let mut faults: Vec<sense::Fault> = sense::are_two(content).into_iter().collect();
    faults.extend(sense::money(content, &[], today));
    // Procedures that ask for them know since when, whichever issued this one.
    let checklists = sets.iter().flat_map(|set| &set.rules.text.checklist);
    faults.extend(not_yet(content, checklists, paper.issued_on));
    let mut errors = FieldErrors::default();
    for (member, wrong) in faults {
        errors.add(format!("/content{member}"), wrong);
    }
    if let Some(wrong) = technology_fits(paper.kind, content) {
        errors.add("/content/technology_status", wrong);
    }
    errors.finish(Some(())).map_err(Error::fields)
}

/// The marks from which terms run in a state that end with years: those of reports.
fn yearly<'a>(rules: &'a Procedure, state: &str) -> Vec<&'a str> {
    let open = rules
        .events
        .iter()
        .filter(|event| event.from.iter().any(|from| from == state));
    let terms = open.filter_map(|event| event.term.as_ref());
    let yearly = terms.filter(|term| matches!(term.until, Until::DayOfYear(..)));
    yearly.map(|term| term.runs_from.as_str()).collect()
}

/// The dossier in which an entered licence goes on: where it would stand had it been issued here, so that it is reported on
/// and annulled like others. It has no number of its own before that, and no papers.
fn licensed(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    (mut told, set): (Dossier, &RuleSet),
    paper: &Paper,
) -> Result<DossierId> {
    let issue = set
        .rules
        .events
        .iter()
        .find(|event| event.issues == Some(paper.kind.issues()));
    let issue = issue.ok_or_else(|| Error::internal("rules that issue nothing"))?;
    let today = day_of(work.now);
    let series = format!("HS-{}", set.code);
    let number = dossiers::next_number(work.uow, permit, &series, today.year())?;
    told.procedure = set.code.clone();
    told.rule_version = Some(set.version);
    told.number = Some(format!("{series}-{}-{number:05}", today.year()));
    told.handed_in_at = Some(work.now);
    told.standing.state.clone_from(&issue.to);
    // Whatever the issue would have written down, it did on the day of the paper.
    for mark in issue.marks.iter().filter(|mark| mark.plus.is_none()) {
        let day = match &mark.from {
            MarkFrom::Member(pointer) => told.content.day(pointer),
            _ => Some(paper.issued_on),
        };
        if let Some(day) = day {
            told.standing.marks.insert(mark.code.clone(), day);
        }
    }
    if let Some(reported) = paper.last_report_on {
        for mark in yearly(&set.rules, &issue.to) {
            told.standing.marks.insert(mark.to_owned(), reported);
        }
    }
    told.due_at = told.due_by(&set.rules, &work.calendar()?.calendar);
    told.closed_at = set.rules.is_final(&told.standing.state).then_some(work.now);
    dossiers::insert(work.uow, permit, &told)?;
    // A contract of years ago may be over by now.
    settle(work, permit, &mut told, set, None)?;
    if told.standing.state != issue.to {
        dossiers::update(work.uow, permit, &mut told)?;
    }
    let change = Change::made(state::of_dossier(&told)?);
    work.remember_change(permit, Deed::DossierOpened, ("dossier", told.id.0), None, change)?;
    Ok(told.id)
}

/// What a paper tells for the statistics and no certificate says.
fn statistics(draft: &DossierDraft, certificate: &Certificate) -> Statistics {
    let direction = certificate.record.direction.as_ref();
    let direction: Option<TransferDirection> = direction.and_then(|direction| direction.code.parse().ok());
    let economic_type = direction.and_then(|direction| performer(draft, direction).economic_type.as_ref());
    Statistics {
        economic_type: economic_type.and_then(|text| text.parse().ok()),
        partner: draft.partner_type.as_ref().and_then(|text| text.parse().ok()),
    }
}

/// Enters a certificate.
pub fn enter(work: &mut Work<'_, '_>, caller: &Caller, paper: &Paper) -> Result<Held> {
    let (now, today) = (work.now, day_of(work.now));
    let actor = caller.actor(work.conn(), now)?;
    decide(&actor, Action::EnterCertificate, &crate::domain::access::Resource::None)?;
    caller.require_fresh(work.conn(), now)?;
    if paper.issued_on > today {
        return Err(Error::field("/issued_on", Violation::Malformed { what: "past_day" }));
    }
    let lists = work.in_force()?;
    let content = paper.content.clone().parse(&lists).map_err(under_content)?;
    in_order(paper, &content, today)?;
    let sets = procedures::all_on(work.conn(), paper.issued_on)?;
    refuse_slips(paper, &sets, &content, today)?;
    let marks: BTreeMap<String, Date> = paper
        .contract_signed_on
        .map(|day| ("contract_signed_on".to_owned(), day))
        .into_iter()
        .collect();
    // As if it had been a dossier, which is not kept.
    let mut told = Dossier {
        id: DossierId(work.next_id()),
        procedure: String::new(),
        rule_version: None,
        enterprise: None,
        counterparty: None,
        is_paper: true,
        number: None,
        follows: None,
        certificate: None,
        listing: None,
        inquiry: None,
        content,
        working: WorkingCopy::default(),
        standing: Standing {
            marks,
            ..Standing::default()
        },
        handler: None,
        handed_in_at: None,
        due_at: None,
        closed_at: None,
        created_by: actor.account(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    find_parties(work.conn(), &mut told)?;
    let permit = decide(&actor, Action::EnterCertificate, &resource(&told))?;
    let chain = amended(work, &actor, paper)?;
    require_issuer(work, paper)?;
    if let Some(base) = chain.first() {
        succession::require_amender(work, &paper.authority_code, &base.record, paper.issued_on)?;
    }
    require_older(work, paper)?;
    succession::require_still_there(work, &paper.authority_code, paper.issued_on)?;
    let taken = rows::find_by_number(work.conn(), &paper.number)?;
    let is_same = |one: &&Certificate| {
        one.record.issuer.code == paper.authority_code && in_address(&one.record.number) == in_address(&paper.number)
    };
    if taken.iter().any(|one| is_same(&one)) {
        return Err(ErrorCode::AlreadyThere.into());
    }
    let issues = paper.kind.issues();
    let of_kind = sets
        .iter()
        .find(|set| set.rules.events.iter().any(|event| event.issues == Some(issues)));
    let rules = of_kind.ok_or_else(|| Error::field("/kind", Violation::Malformed { what: "choice" }))?;
    let authority = authority(paper);
    let heading = Heading {
        kind: paper.kind,
        approval: None,
        replaces: None,
        number: paper.number.clone(),
        authority: &authority,
        place: paper.place.clone(),
        issued_on: paper.issued_on,
        signer: paper.signer.clone(),
        verify_at: String::new(),
    };
    let mut record = writing::record(heading, &told, &rules.rules, &chain, lists.lists())?;
    // By which laws and which procedure it was issued is on the paper, not in the rules of today.
    record.legal_bases.clear();
    record.procedure_code = None;
    // What an old paper does not tell nobody knows.
    record.edition = None;
    // Of an amendment who stays need not be told again.
    let before = chain.last().map(|last| &last.record);
    (told.enterprise, told.counterparty) = sides::of_record(work.conn(), &told, &record, before)?;
    let mut certificate = Certificate {
        id: CertificateId(work.next_id()),
        root: chain.first().map(|first| first.id),
        position: chain.last().map_or(0, |last| last.position + 1),
        dossier: None,
        case: None,
        enterprise: told.enterprise,
        counterparty: told.counterparty,
        expires_on: record.contract.ends_on,
        record,
        code: None,
        jws: None,
        annulled_on: None,
        replaced_by: None,
        commune: told.commune().to_owned(),
        prepared_by: None,
        signed_by: actor.account(),
        created_at: now,
    };
    if paper.kind == RecordKind::Licence {
        // It goes on by the rules of its day.
        let own = procedures::of_day(work.conn(), &rules.code, (paper.issued_on, today))?;
        let own = own.as_ref().unwrap_or(rules);
        certificate.dossier = Some(licensed(work, &permit, (told.clone(), own), paper)?);
    }
    bring_about(work, &permit, (&told, &mut certificate), (issues, chain.as_slice()))?;
    rows::insert(work.uow, &permit, &certificate)?;
    // A licence goes on in a dossier, which tells it.
    let told = statistics(told.content.draft(), &certificate);
    if certificate.dossier.is_none() && told != Statistics::default() {
        certificate_statistics::insert(work.uow, &permit, certificate.id, &told)?;
    }
    let change = Change::made(state::of_certificate(&certificate)?);
    work.remember_change(
        &permit,
        Deed::CertificateEntered,
        ("certificate", certificate.id.0),
        None,
        change,
    )?;
    let chain = rows::chain(work.conn(), certificate.chain())?;
    Ok(Held {
        validity: validity(&chain, certificate.position, today),
        replaced_by: None,
        duplicates: Vec::new(),
        is_genuine: None,
        is_effective_genuine: None,
        certificate,
        chain,
    })
}
