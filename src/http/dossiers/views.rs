//! Dossiers as they are told.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::beside::{DossierAuthority, DossierCertificate, DossierPartyHint, DossierTwin};
use super::missing::{DossierMissing, missing_of};
use super::screening::{DossierScreening, TechnologyHintView, screening_of};
use crate::domain::calendar::Calendar;
use crate::domain::certificate::Certificate;
use crate::domain::certificate::difference::RecordDifference;
use crate::domain::dossier::sense::Fault;
use crate::domain::dossier::{Dossier, DossierContent, DossierDraft, Duty, obligation};
use crate::domain::procedure::engine::{self, Standing};
use crate::domain::procedure::{Actor, AuthorityDraft, Event, Side};
use crate::http::proposals::ProposalView;
use crate::service::dossiers::Opened;
use crate::service::dossiers::hints::PartyHint;
use crate::service::dossiers::screening::{Known, strictest, words};

/// A code with its names.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleName {
    /// Code.
    #[schema(max_length = 40)]
    pub code: String,
    /// What people call it.
    pub name_vi: String,
    /// The same in English.
    pub name_en: String,
}

/// What the law asks for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObligationView {
    /// What.
    #[schema(value_type = Duty, example = "mandatory")]
    pub duty: &'static str,
    /// Why.
    pub reason_vi: &'static str,
    /// The same in English.
    pub reason_en: &'static str,
    /// The article.
    pub legal_basis: &'static str,
    /// Who files: `transferor` or `transferee`.
    #[schema(example = "transferee")]
    pub filer: &'static str,
    /// What hints at a stricter class of the technology, under which the law would ask for something else: the strictest of
    /// `technology_hints`, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caution_vi: Option<String>,
    /// The same in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caution_en: Option<String>,
}

/// Something that is due.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierDue {
    /// Which event.
    pub event: RuleName,
    /// By whom.
    #[schema(value_type = Actor, example = "authority")]
    pub by: &'static str,
    /// On which side of the counter that is; null of what the exchange does by itself.
    #[schema(required, value_type = Option<Side>, example = "officer")]
    pub side: Option<&'static str>,
    /// Of a report, the year that it is about if it is made now, as in `possible`: the oldest one that is missing, else the present one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2026)]
    pub year: Option<i16>,
    /// From which mark the term runs.
    #[schema(example = "submitted_on")]
    pub runs_from: String,
    /// The day on which the term began: that of the mark, or, where the mark is the last day itself, that on which it was counted first.
    pub since: Date,
    /// The last day.
    pub due_on: Date,
    /// Whether that is over.
    pub is_overdue: bool,
    /// What comes of missing it.
    #[schema(required, example = "escalate")]
    pub if_missed: Option<&'static str>,
    /// The article.
    pub legal_basis: String,
    /// Whether the rule was held against a text of the law.
    #[schema(example = "verified")]
    pub verification: &'static str,
}

/// Something that can be done now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierPossible {
    /// Which event.
    pub event: RuleName,
    /// By whom.
    #[schema(value_type = Actor, example = "applicant")]
    pub by: &'static str,
    /// On which side of the counter that is.
    #[schema(value_type = Side, example = "filer")]
    pub side: &'static str,
    /// The first day on which it can be done, of what waits for the end of a term; absent once it can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-01")]
    pub possible_from: Option<Date>,
    /// Whether the caller may do it now, which nobody may once the term is over with which it ends: what came on paper is done for its parties
    /// by officers, who tell when it came. Of what two officers do, whether the caller may sign it now: another one proposed it.
    pub may_do: bool,
    /// Whether the caller may propose it, of what two officers do.
    pub may_propose: bool,
    /// Whether a day comes with it (`given_on`).
    pub takes_day: bool,
    /// Of a report, the year that it is about (`year`), as in `due`: the oldest one that is missing, else the present one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2026)]
    pub year: Option<i16>,
    /// Whether words come with it (`note`).
    pub needs_note: bool,
    /// Whether number and day of the authority's own letter must come with it (`letter_number`, `letter_on`).
    pub needs_letter: bool,
    /// Whether they may.
    pub takes_letter: bool,
    /// Whether it is told to addressees who are named with it (`addressees`).
    pub needs_addressees: bool,
    /// Whether a day to come is promised with it (`promised_on`).
    pub promises_day: bool,
    /// Of what says yes to a transfer, whether its technology was held against the list of regulated technologies: `done`; `required` where
    /// something hints at a stricter class than is declared and it is refused before; else `advised`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10, example = "advised")]
    pub screening: Option<&'static str>,
    /// Whether one officer proposes it and another signs.
    pub needs_two: bool,
    /// The grounds or outcomes of which one is named (`ground`).
    #[schema(max_items = 20)]
    pub grounds: Vec<String>,
}

fn named(event: &Event) -> RuleName {
    RuleName {
        code: event.code.clone(),
        name_vi: event.name_vi.clone(),
        name_en: event.name_en.clone(),
    }
}

/// A dossier, in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierSummary {
    /// Identifier.
    pub id: Uuid,
    /// Its number; null until it is handed in.
    #[schema(required, example = "HS-REG-2026-00007")]
    pub number: Option<String>,
    /// The procedure.
    pub procedure: RuleName,
    /// Version of the procedure's rules: that of today while it was not handed in.
    pub rule_version: i64,
    /// Where it stands.
    pub state: RuleName,
    /// The enterprise that files; null where nobody on the exchange does.
    #[schema(required)]
    pub enterprise_id: Option<Uuid>,
    /// Whether an officer entered it.
    pub is_paper: bool,
    /// What is transferred, or the project or product that it is about.
    #[schema(required)]
    pub subject: Option<String>,
    /// The officer who handles it; of interest to officers, and told to nobody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler_id: Option<Uuid>,
    /// What one officer proposed and another is to sign; told to officers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<ProposalView>,
    /// When it was handed in first.
    #[schema(required)]
    pub handed_in_at: Option<Timestamp>,
    /// The end of the term that is due next.
    #[schema(required)]
    pub due_at: Option<Timestamp>,
    /// Whether that is over.
    pub is_overdue: bool,
    /// Whether it was handed in after the term for that.
    pub is_late: bool,
    /// When it came to its end.
    #[schema(required)]
    pub closed_at: Option<Timestamp>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Whether whoever files has written something that was not handed in yet: told to that side, which reads it as `content`; all
    /// others read what was handed in last.
    pub has_unfiled_changes: bool,
    /// Version, also in `ETag`.
    pub version: i64,
}

impl DossierSummary {
    /// As the caller may see it.
    pub(super) fn of(opened: &Opened, now: Timestamp) -> Self {
        let (dossier, text) = (&opened.dossier, &opened.set.rules.text);
        let draft = dossier.content.draft();
        let subject = [&draft.technology.name, &draft.project.name, &draft.support.product];
        let state = &dossier.standing.state;
        let known = opened.set.rules.state(state);
        let written_at = dossier.working.at.filter(|_| opened.is_writers).unwrap_or_default();
        Self {
            id: dossier.id.0,
            number: dossier.number.clone(),
            procedure: RuleName {
                code: opened.set.code.clone(),
                name_vi: text.name_vi.clone(),
                name_en: text.name_en.clone(),
            },
            rule_version: opened.set.version,
            state: RuleName {
                code: state.clone(),
                name_vi: known.map_or_else(|| state.clone(), |known| known.name_vi.clone()),
                name_en: known.map_or_else(|| state.clone(), |known| known.name_en.clone()),
            },
            enterprise_id: dossier.enterprise.map(|id| id.0),
            is_paper: dossier.is_paper,
            subject: subject.into_iter().flatten().next().cloned(),
            handler_id: dossier.handler.filter(|_| opened.is_for_officer).map(|id| id.0),
            proposal: opened.proposal.as_ref().map(ProposalView::from),
            handed_in_at: dossier.handed_in_at,
            due_at: dossier.due_at,
            is_overdue: dossier.due_at.is_some_and(|due| due <= now),
            is_late: opened.is_late,
            closed_at: dossier.closed_at,
            created_at: dossier.created_at,
            updated_at: dossier.updated_at.max(written_at),
            has_unfiled_changes: opened.handed_in.is_some(),
            version: opened.version(),
        }
    }
}

/// A dossier.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierView {
    /// As in lists.
    #[serde(flatten)]
    pub summary: DossierSummary,
    /// The dossier that it follows.
    #[schema(required)]
    pub follows: Option<Uuid>,
    /// The listing from which it was begun.
    #[schema(required)]
    pub listing_id: Option<Uuid>,
    /// The inquiry of which it came.
    #[schema(required)]
    pub inquiry_id: Option<Uuid>,
    /// The certificate that came of it, or whose life it follows.
    #[schema(required)]
    pub certificate: Option<DossierCertificate>,
    /// Certificates of a contract of the same parties, technology and day that are there already, the newest first; a hint,
    /// told to officers only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub earlier_certificates: Vec<DossierCertificate>,
    /// Other dossiers of the procedure that were handed in and are open, of a contract of the same parties, technology and day, the newest
    /// first; a hint, told to officers only, of those that they read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub twin_dossiers: Vec<DossierTwin>,
    /// What of the parties should be looked at before it is decided; that the appraisal because of which no approval was needed is not in
    /// the register of opinions, of the licence that follows, too; and that only the parties say by how much a contract is worth more or
    /// less. Told to officers and to whoever files, and nothing is refused for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub party_hints: Vec<DossierPartyHint>,
    /// What hints at a stricter class of the list of regulated technologies than is declared, by the matching that listings are looked
    /// through with; once an officer looked at the same technology by the same entries in force only the listing from which the dossier was
    /// begun, where it says something stricter since.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub technology_hints: Vec<TechnologyHintView>,
    /// What an officer found last when the technology was held against that list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screening: Option<DossierScreening>,
    /// What an amendment makes different from what is certified now, old beside new, whatever it calls it; of one that was
    /// certified what it made different. Told to officers and to whoever files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 60)]
    pub differences: Vec<RecordDifference>,
    /// What it says: to whoever files as it is written now, to all others as it was handed in last. What else is here is counted
    /// from it. What the Department says of the technology of a project (`appraisal`) is told to officers only until the opinion is given.
    pub content: DossierDraft,
    /// What was handed in last and all others read, where `content` is another one by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_in_content: Option<DossierDraft>,
    /// Whether the caller may change that now.
    pub may_edit: bool,
    /// What the law asks for, and why; null while the dossier does not tell enough.
    #[schema(required)]
    pub obligation: Option<ObligationView>,
    /// The authority before which it comes; null while the dossier does not tell enough.
    #[schema(required)]
    pub authority: Option<DossierAuthority>,
    /// The fee in đồng; null while it is not known, and of a draft that amends what holds no more.
    #[schema(required, example = 5_000_000)]
    pub fee: Option<i64>,
    /// What is still missing before it can be handed in, or is told as it cannot be: a value that is not taken, what contradicts
    /// something else that is told, a certificate that holds no more, a letter that cannot be printed. Of what nobody files, such as
    /// opinions, told to officers only.
    #[schema(max_items = 200)]
    pub missing: Vec<DossierMissing>,
    /// What is due, by whom, when and why; the most urgent first.
    #[schema(max_items = 60)]
    pub due: Vec<DossierDue>,
    /// The years whose report is missing after its last day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    pub missing_reports: Vec<i16>,
    /// What can be done now, by whom, and whether that is the caller.
    #[schema(max_items = 60)]
    pub possible: Vec<DossierPossible>,
}

/// Why what is asked for cannot be any more, and what of the content contradicts itself or what is amended.
type Faults<'a> = (Option<&'a Fault>, &'a [Fault]);

impl DossierView {
    /// As the caller may see it.
    pub(super) fn of(
        opened: &Opened,
        (calendar, now): (&Calendar, Timestamp),
        (authority, differences, (over, wrong)): (Option<&AuthorityDraft>, Vec<RecordDifference>, Faults<'_>),
        (earlier, twins, parties, known): (&[Certificate], &[Dossier], &[PartyHint], &Known),
    ) -> Self {
        let (dossier, rules) = (&opened.dossier, &opened.set.rules);
        let (caution_vi, caution_en) = strictest(known).map(words).unzip();
        let obligation = obligation(&dossier.content, known.class).map(|obligation| ObligationView {
            duty: obligation.duty.as_str(),
            reason_vi: obligation.reason.vi,
            reason_en: obligation.reason.en,
            legal_basis: obligation.reason.legal_basis,
            filer: obligation.filer,
            caution_vi,
            caution_en,
        });
        let authority = authority.map(|authority| DossierAuthority::of(authority, rules));
        Self {
            summary: DossierSummary::of(opened, now),
            follows: dossier.follows.map(|id| id.0),
            listing_id: dossier.listing.map(|id| id.0),
            inquiry_id: dossier.inquiry.map(|id| id.0),
            certificate: opened.certificate.as_ref().map(DossierCertificate::from),
            earlier_certificates: earlier.iter().map(DossierCertificate::from).collect(),
            twin_dossiers: twins.iter().map(DossierTwin::from).collect(),
            party_hints: parties.iter().map(DossierPartyHint::from).collect(),
            technology_hints: known.hints.iter().map(TechnologyHintView::from).collect(),
            screening: known
                .screening
                .as_ref()
                .map(|made| DossierScreening::of(made, opened.is_for_officer)),
            differences,
            content: dossier.content.draft().clone(),
            handed_in_content: opened.handed_in.as_ref().map(DossierContent::draft).cloned(),
            may_edit: opened.may_edit,
            obligation,
            authority,
            fee: opened.fee().filter(|_| over.is_none()),
            missing: missing_of(opened, (over, wrong)),
            due: opened
                .due(calendar)
                .iter()
                .map(|due| due_of(due, &dossier.standing, opened.today))
                .collect(),
            missing_reports: engine::missing_years(rules, &dossier.standing, opened.today),
            possible: engine::possible(rules, &dossier.standing)
                .map(|event| possible_of(event, opened, (calendar, known)))
                .collect(),
        }
    }
}

fn due_of(due: &engine::Due<'_>, standing: &Standing, today: Date) -> DossierDue {
    let term = due.event.term.as_ref();
    DossierDue {
        event: named(due.event),
        by: due.event.actor.as_str(),
        side: Some(due.event.actor)
            .filter(|actor| *actor != Actor::System)
            .map(|actor| actor.side().as_str()),
        year: engine::report_year(due.event, standing, today),
        runs_from: term.map(|term| term.runs_from.clone()).unwrap_or_default(),
        since: due.since,
        due_on: due.due_on,
        is_overdue: today > due.due_on,
        if_missed: term.and_then(|term| term.if_missed).map(|missed| missed.as_str()),
        legal_basis: due.event.legal_basis.clone(),
        verification: due.event.verification.as_str(),
    }
}

fn possible_of(event: &Event, opened: &Opened, (calendar, known): (&Calendar, &Known)) -> DossierPossible {
    let (dossier, today) = (&opened.dossier, opened.today);
    let (standing, group) = (&dossier.standing, dossier.group());
    let (waits, possible_from) = engine::waits(event, standing, group, calendar, today);
    // What came on paper in time is entered after its term, too.
    let is_entered = dossier.is_paper && event.actor.side() == Side::Filer;
    let is_over = !is_entered && engine::is_barred(event, standing, group, calendar, today);
    let is_now = !waits && !is_over;
    DossierPossible {
        event: named(event),
        by: event.actor.as_str(),
        side: event.actor.side().as_str(),
        possible_from,
        may_do: is_now && opened.may_do(event),
        may_propose: is_now && event.needs_two() && opened.may_handle,
        takes_day: event.takes_day(),
        year: engine::report_year(event, standing, today),
        needs_note: event.needs_note,
        needs_letter: event.needs_letter,
        needs_addressees: event.needs_addressees,
        promises_day: event.promises_day,
        takes_letter: event.takes_letter,
        screening: screening_of(event, known),
        needs_two: event.needs_two(),
        grounds: event.grounds.clone(),
    }
}
