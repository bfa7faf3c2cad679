//! What must be there when a dossier is handed in: the content and papers that the law asks for, by the party that the law
//! names, under a procedure that is the right one. All that is wrong is told at once.

use jiff::civil::Date;

use super::super::context::Work;
use super::super::procedures::{self, RuleSet};
use super::super::{Error, ErrorCode, Result};
use crate::domain::dossier::{Dossier, Duty, obligation};
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::procedure::{ChecklistDraft, DocumentDraft, Event, Issues, Procedure};
use crate::store::enterprises;

/// What of the rule set's checklist a dossier still lacks.
pub fn missing<'a>(dossier: &Dossier, rules: &'a Procedure) -> Vec<&'a ChecklistDraft> {
    let applies = |item: &&ChecklistDraft| {
        item.only_if
            .as_deref()
            .is_none_or(|member| dossier.content.says(member))
    };
    let items: Vec<&ChecklistDraft> = rules.text.checklist.iter().filter(applies).collect();
    let missing = dossier.content.missing(items.iter().map(|item| item.member.as_str()));
    items
        .into_iter()
        .filter(|item| missing.contains(&item.member.as_str()))
        .collect()
}

/// Which papers that an event needs a dossier still lacks. Handed in again, it needs those of the first time.
pub fn missing_papers<'a>(dossier: &Dossier, rules: &'a Procedure, event: &Event) -> Vec<&'a DocumentDraft> {
    let names_some = |event: &&Event| event.hands_in && !event.documents.is_empty();
    let again = event.hands_in && event.documents.is_empty();
    let event = rules.events.iter().find(names_some).filter(|_| again).unwrap_or(event);
    let attached = |code: &str| {
        let attachments = &dossier.content.draft().attachments;
        attachments
            .iter()
            .any(|attachment| attachment.document.as_deref() == Some(code))
    };
    let is_missing = |document: &&DocumentDraft| {
        document.is_required && event.documents.contains(&document.code) && !attached(&document.code)
    };
    rules.text.documents.iter().filter(is_missing).collect()
}

/// Checks what is handed in with an event, and gives the dossier its version of the rules and its number the first time.
pub(super) fn hand_in(
    work: &mut Work<'_, '_>,
    permit: &crate::domain::access::Permit,
    dossier: &mut Dossier,
    (set, event): (&RuleSet, &Event),
    today: Date,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    for item in missing(dossier, &set.rules) {
        let (vi, en) = (item.name_vi.clone(), item.name_en.clone());
        let basis = item.legal_basis.clone();
        errors.add(
            format!("/content{}", item.member),
            Violation::RequiredByLaw { vi, en, basis },
        );
    }
    for paper in missing_papers(dossier, &set.rules, event) {
        let (vi, en) = (paper.name_vi.clone(), paper.name_en.clone());
        let basis = paper.legal_basis.clone();
        errors.add("/content/attachments", Violation::RequiredByLaw { vi, en, basis });
    }
    let filer = active_filer(work, dossier)?;
    if registers(&set.rules) {
        check_duty(filer.as_ref(), dossier, &mut errors);
    }
    errors.finish(Some(())).map_err(Error::fields)?;
    if dossier.handed_in_at.is_some() {
        return Ok(());
    }
    if procedures::in_force(work.conn(), &set.code, today)?.map(|present| present.version) != Some(set.version) {
        return Err(ErrorCode::ProcedureNotInForce.into());
    }
    dossier.rule_version = Some(set.version);
    dossier.handed_in_at = Some(work.now);
    let series = format!("HS-{}", set.code);
    let number = crate::store::dossiers::next_number(work.uow, permit, &series, today.year())?;
    dossier.number = Some(format!("{series}-{}-{number:05}", today.year()));
    Ok(())
}

fn registers(rules: &Procedure) -> bool {
    let issues = |event: &Event| matches!(event.issues, Some(Issues::Registration | Issues::Amendment));
    rules.events.iter().any(issues)
}

/// The enterprise that files, which must be active; none where it came on paper.
fn active_filer(work: &mut Work<'_, '_>, dossier: &Dossier) -> Result<Option<Enterprise>> {
    let Some(enterprise) = dossier.enterprise else {
        return Ok(None);
    };
    let enterprise = enterprises::find(work.conn(), enterprise)?;
    if enterprise.status != EnterpriseStatus::Active {
        return Err(ErrorCode::EnterpriseNotActive.into());
    }
    Ok(Some(enterprise))
}

/// What is prohibited or licensed is not registered, and who files is who must.
fn check_duty(filer: Option<&Enterprise>, dossier: &Dossier, errors: &mut FieldErrors) {
    let Some(obligation) = obligation(&dossier.content) else {
        return;
    };
    match obligation.duty {
        Duty::Forbidden => errors.add("/content/technology_status", Violation::Prohibited),
        Duty::Licence => {
            let restricted = Violation::Malformed {
                what: "restricted_technology",
            };
            errors.add("/content/technology_status", restricted);
        }
        Duty::Mandatory | Duty::Voluntary => {}
    }
    let Some(enterprise) = filer else { return };
    let draft = dossier.content.draft();
    let filer = if obligation.filer == "transferor" {
        &draft.transferor
    } else {
        &draft.transferee
    };
    let own = enterprise
        .profile
        .identity
        .tax_code()
        .map(|code| code.as_str().to_owned());
    // Left out, it would be anybody's.
    if own.is_some() && filer.tax_code != own {
        let place = format!("/content/{}/tax_code", obligation.filer);
        errors.add(place, Violation::Malformed { what: "filer" });
    }
}
