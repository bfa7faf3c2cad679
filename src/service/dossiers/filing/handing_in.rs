//! What must be there when a dossier is handed in: the content and papers that the law asks for, by the party that the law
//! names, under a procedure that is the right one. All that is wrong is told at once.

use std::collections::BTreeSet;
use std::iter;

use jiff::civil::Date;

use super::printing::{not_printable, unprintable};
use super::{appraised, following, slips};
use crate::domain::calendar::day_of;
use crate::domain::certificate::record::RecordKind;
use crate::domain::certificate::{Validity, validity};
use crate::domain::dossier::price::Price;
use crate::domain::dossier::{self, Dossier, DossierContent, TechnologyStatus, sense};
use crate::domain::enterprise::Enterprise;
use crate::domain::fields::{FieldErrors, LawFault, Violation};
use crate::domain::procedure::{ChecklistDraft, DocumentDraft, Event, Issues, Procedure, engine};
use crate::service::certificates::genuine::Genuine;
use crate::service::certificates::issuing::{not_in_force, require_here};
use crate::service::certificates::party::Party;
use crate::service::certificates::{replacing, succession};
use crate::service::context::Work;
use crate::service::dossiers::amendment::holding::{active_filer, is_holder};
use crate::service::dossiers::amendment::{amending, heirs};
use crate::service::dossiers::find_parties;
use crate::service::dossiers::handling::screening;
use crate::service::dossiers::paperwork::papers;
use crate::service::dossiers::paperwork::receipt;
use crate::service::procedures::{self, RuleSet};
use crate::service::{Error, ErrorCode, Result};
use crate::store::{certificates, dossier_files, dossiers as rows};

/// Where a dossier says what the technology is by the lists of the decree.
const STATUS: &str = "/technology_status";

/// What of the rule set's checklist a dossier still lacks, or tells otherwise than it may be. What is asked for at the first handing in
/// only is not asked of what was handed in before, and what is asked for with one event only is of that one, but for some of its outcomes, or
/// of those that are possible now where none is named.
pub fn missing<'a>(
    dossier: &Dossier,
    rules: &'a Procedure,
    with: Option<(&Event, Option<&str>)>,
) -> Vec<&'a ChecklistDraft> {
    let is_first = dossier.handed_in_at.is_none();
    let is_of = |code: &str| match with {
        Some((event, _)) => event.code == code,
        None => engine::possible(rules, &dossier.standing).any(|event| event.code == code),
    };
    let ground = with.and_then(|(_, ground)| ground);
    let is_spared =
        |item: &ChecklistDraft| ground.is_some_and(|ground| item.unless_ground.iter().any(|one| one == ground));
    lacking(&dossier.content, rules, |item| {
        (is_first || !item.at_first) && item.only_with.as_deref().is_none_or(is_of) && !is_spared(item)
    })
}

/// What was asked for at the first handing in and told then, and is left out now.
fn given_up<'a>(content: &DossierContent, before: &DossierContent, rules: &'a Procedure) -> Vec<&'a ChecklistDraft> {
    lacking(content, rules, |item| {
        item.at_first && before.missing([item.member.as_str()]).is_empty()
    })
}

fn lacking<'a>(
    content: &DossierContent,
    rules: &'a Procedure,
    counts: impl Fn(&ChecklistDraft) -> bool,
) -> Vec<&'a ChecklistDraft> {
    let applies = |item: &&ChecklistDraft| counts(item) && content.is_asked_for(item);
    let items: Vec<&ChecklistDraft> = rules.text.checklist.iter().filter(applies).collect();
    let missing = content.missing(items.iter().map(|item| item.member.as_str()));
    let mut seen = BTreeSet::new();
    items
        .into_iter()
        .filter(|item| missing.contains(&item.member.as_str()) || content.is_none_of(item))
        // What is asked for because of several things is missing once.
        .filter(|item| seen.insert(item.member.as_str()))
        .collect()
}

/// Which papers that an event needs a dossier still lacks. Handed in again, it needs those of the first time.
pub fn missing_papers<'a>(dossier: &Dossier, rules: &'a Procedure, event: &Event) -> Vec<&'a DocumentDraft> {
    let names_some = |event: &&Event| event.hands_in && !event.documents.is_empty();
    let again = event.hands_in && event.documents.is_empty() && !event.without_papers;
    let event = rules.events.iter().find(names_some).filter(|_| again).unwrap_or(event);
    let content = &dossier.content;
    let is_missing = |paper: &&DocumentDraft| {
        event.documents.contains(&paper.code) && content.needs_paper(paper) && !content.has_paper(paper)
    };
    rules.text.documents.iter().filter(is_missing).collect()
}

/// Checks what is handed in with an event, and gives the dossier its version of the rules and its number the first time. `before` is
/// what was handed in last.
pub(in crate::service::dossiers) fn hand_in(
    work: &mut Work<'_, '_>,
    permit: &crate::domain::access::Permit,
    (dossier, before): (&mut Dossier, Option<&DossierContent>),
    (set, event): (&RuleSet, &Event),
    (today, received): (Date, Option<Date>),
) -> Result<()> {
    let mut errors = FieldErrors::default();
    let mut lacks = missing(dossier, &set.rules, Some((event, None)));
    for item in before.map_or_else(Vec::new, |before| given_up(&dossier.content, before, &set.rules)) {
        if lacks.iter().all(|known| known.member != item.member) {
            lacks.push(item);
        }
    }
    let is_told = lacks.is_empty();
    for item in lacks {
        let violation = lack(&dossier.content, item);
        // That it is prohibited says it all.
        if item.member != STATUS || !dossier.content.is_prohibited() {
            errors.add(format!("/content{}", item.member), violation);
        }
    }
    check_sense(work, dossier, (set, event), &mut errors)?;
    if following::is_of_an_approval(&set.rules) {
        following::hold_approval(work.conn(), dossier, &mut errors)?;
    }
    let told = (permit.actor(), &*dossier);
    appraised::hold(work.conn(), told, (&set.rules, event), &mut errors, today)?;
    screening::check_declared(work, dossier, &mut errors)?;
    for paper in missing_papers(dossier, &set.rules, event) {
        add_paper(&dossier.content, paper, &mut errors);
    }
    match papers::agreed(work.conn(), (dossier.id, dossier.is_paper), dossier.content.clone())? {
        Ok(content) => dossier.content = content,
        Err(wrong) => wrong
            .into_iter()
            .for_each(|wrong| errors.add(format!("/content{}", wrong.pointer), wrong.violation)),
    }
    let filer = active_filer(work.conn(), dossier)?;
    if [Issues::Registration, Issues::Amendment]
        .iter()
        .any(|what| issues(&set.rules, *what))
    {
        refuse_restricted(dossier, &mut errors);
    }
    // Where the rules ask from where to where, they ask by whom.
    let asked = set.rules.text.checklist.iter().find(|item| item.member == "/direction");
    if let Some(asked) = asked {
        let enterprise = filer.as_ref().map(|filer| &filer.enterprise);
        check_duty((enterprise, before), &dossier.content, &asked.legal_basis, &mut errors);
    }
    // That a contract ended after something was asked for is not the filer's fault.
    let asked_on = receipt::first_day(work.conn(), dossier)?;
    let asked_on = asked_on.or(received).unwrap_or(today);
    let all = procedures::all(work.conn())?;
    // What is told of one contract may name papers of several procedures, and none that nobody knows.
    let documents = iter::once(set).chain(&all).flat_map(|set| &set.rules.text.documents);
    let known: BTreeSet<&str> = documents.map(|document| document.code.as_str()).collect();
    for at in dossier.content.unknown_papers(&known) {
        let what = "rule_document";
        errors.add(
            format!("/content/attachments/{at}/document"),
            Violation::Malformed { what },
        );
    }
    // Of what an amendment tells, the procedures know since when it can be that ask for it at first.
    let others = all.iter().filter(|_| amending::amends(&set.rules));
    let checklists = iter::once(set).chain(others).flat_map(|set| &set.rules.text.checklist);
    for (member, wrong) in dossier::not_yet(&dossier.content, checklists, asked_on) {
        errors.add(format!("/content{member}"), wrong);
    }
    if issues(&set.rules, Issues::Amendment) {
        let is_found = find_certificate(work, (&mut *dossier, set), (filer.as_ref(), asked_on), &mut errors)?;
        // Of what is not whole nobody can say what it changes, and who is a party no more is told nothing of what holds.
        if is_told && is_found {
            amending::check(work, dossier, &mut errors)?;
        }
    }
    errors.finish(Some(())).map_err(Error::fields)?;
    if issues(&set.rules, Issues::Licence) {
        replacing::check(work, (&*dossier, set), asked_on)?;
    }
    // What comes before another authority is not taken here, so that no term runs for nothing. What came on paper is under the rules of the
    // day on which it came, in this, too.
    if received.is_some() && dossier.handed_in_at.is_none() {
        require_here(&set.rules, dossier)?;
    } else {
        require_still_here(work, (&*dossier, set), today)?;
    }
    find_parties(work.conn(), dossier)?;
    if dossier.handed_in_at.is_some() {
        return Ok(());
    }
    // What came on paper is under the rules of the day on which it came.
    let filed_on = received.unwrap_or(today);
    if procedures::in_force(work.conn(), &set.code, filed_on)?.map(|present| present.version) != Some(set.version) {
        return Err(ErrorCode::ProcedureNotInForce.into());
    }
    dossier.rule_version = Some(set.version);
    dossier.handed_in_at = Some(work.now);
    let series = format!("HS-{}", set.code);
    let number = crate::store::dossiers::next_number(work.uow, permit, &series, today.year())?;
    dossier.number = Some(format!("{series}-{}-{number:05}", today.year()));
    Ok(())
}

/// Refuses what comes before another authority by the rules of a day.
fn require_still_here(work: &mut Work<'_, '_>, (dossier, set): (&Dossier, &RuleSet), today: Date) -> Result<()> {
    let present = succession::rules_for(work, (dossier, set), today)?;
    require_here(&present.rules, dossier)
}

/// That a member is not told, or otherwise than it may be.
fn lack(content: &DossierContent, item: &ChecklistDraft) -> Violation {
    if content.is_none_of(item) {
        return not_taken(item);
    }
    Violation::RequiredByLaw {
        vi: item.name_vi.clone(),
        en: item.name_en.clone(),
        basis: item.legal_basis.clone(),
    }
}

fn add_paper(content: &DossierContent, paper: &DocumentDraft, errors: &mut FieldErrors) {
    let missing = Violation::RequiredByLaw {
        vi: paper.name_vi.clone(),
        en: paper.name_en.clone(),
        basis: paper.legal_basis.clone(),
    };
    errors.add(format!("/content{}", content.place_of(paper)), missing);
}

/// Asks for the papers that come with an event by which nothing is handed in: of a dossier that was filed, or is the case of a certificate,
/// those are sent for it, each time anew. What officers enter they change until it is answered, so that it is asked then, too, for what was
/// asked at first, and before whom it comes.
pub(in crate::service::dossiers) fn require_papers(
    work: &mut Work<'_, '_>,
    dossier: &Dossier,
    (set, event): (&RuleSet, &Event),
    ground: Option<&str>,
) -> Result<()> {
    let (rules, today) = (&set.rules, day_of(work.now));
    let mut errors = FieldErrors::default();
    if !rules.is_entered() {
        let needed =
            |paper: &&DocumentDraft| event.documents.contains(&paper.code) && dossier.content.needs_paper(paper);
        let needed: Vec<&DocumentDraft> = rules.text.documents.iter().filter(needed).collect();
        let files = if needed.is_empty() {
            Vec::new()
        } else {
            dossier_files::of_dossier(work.conn(), dossier.id)?
        };
        let is_sent = |paper: &DocumentDraft| {
            let mut new = files.iter().filter(|file| file.handed_in_at.is_none());
            new.any(|file| file.paper.document == paper.code)
        };
        for paper in needed.into_iter().filter(|paper| !is_sent(paper)) {
            add_paper(&dossier.content, paper, &mut errors);
        }
    } else {
        let lacks = if event.needs_letter {
            missing(dossier, rules, Some((event, ground)))
        } else {
            Vec::new()
        };
        for item in lacks {
            errors.add(format!("/content{}", item.member), lack(&dossier.content, item));
        }
        for paper in missing_papers(dossier, rules, event) {
            add_paper(&dossier.content, paper, &mut errors);
        }
    }
    errors.finish(Some(())).map_err(Error::fields)?;
    if rules.is_entered() {
        require_still_here(work, (dossier, set), today)?;
    }
    Ok(())
}

/// A value that the procedure does not take.
fn not_taken(item: &ChecklistDraft) -> Violation {
    let values = item.one_of.join(", ");
    let words = (
        format!("{} phải là: {values}", item.name_vi),
        format!("{} must be: {values}", item.name_en),
    );
    LawFault::of(words, &item.legal_basis)
}

/// What no dossier of a transfer may say: a technology that nobody transfers, parties that are one or stand elsewhere than the
/// direction says, a contract that is over before it begins, a price of nothing, and something else than what was approved.
fn check_sense(
    work: &mut Work<'_, '_>,
    dossier: &Dossier,
    (set, event): (&RuleSet, &Event),
    errors: &mut FieldErrors,
) -> Result<()> {
    let (rules, content) = (&set.rules, &dossier.content);
    let asks = |member: &str| rules.text.checklist.iter().any(|item| item.member == member);
    let is_settled = rules.events.iter().any(|event| event.issues.is_some());
    if content.is_prohibited() && (is_settled || asks(STATUS)) {
        errors.add(format!("/content{STATUS}"), Violation::Prohibited);
    }
    let mut faults = sense::ends(content, rules, event, &dossier.standing.marks);
    faults.extend(sense::contradictions(content, rules));
    faults.extend(sense::letters(content, day_of(work.now)));
    let signed = sense::signed_on(&dossier.standing.marks);
    faults.extend(sense::copies(content, signed, day_of(work.now)));
    // Elsewhere parties are beside the point.
    if asks("/transferor/country") && asks("/transferee/country") {
        if amending::amends(rules) {
            // That the parties are two is asked of what would be certified: what was issued was issued.
            faults.extend(sense::told_direction(content));
        } else {
            faults.extend(sense::parties(content));
            let draft = content.draft();
            let codes = (draft.transferor.tax_code.as_ref(), draft.transferee.tax_code.as_ref());
            faults.extend(slips::one_enterprise(work.conn(), codes)?);
        }
    }
    let checklist = &rules.text.checklist;
    if checklist.iter().any(|item| item.member.starts_with("/money/")) {
        faults.extend(sense::money(content, checklist, day_of(work.now)));
        // What an amendment tells is held against what it amends.
        if !amending::amends(rules) {
            let (price, money) = (Price::of(content), &content.draft().money);
            let ways = money.payment_methods.iter().map(String::as_str);
            let mut wrong = price.untold(ways, (money.payment_terms.as_deref(), !money.shares.is_empty()));
            wrong.extend(price.fault());
            faults.extend(wrong.into_iter().map(|(member, wrong)| (member.to_owned(), wrong)));
        }
    }
    faults.extend(unlike(work, dossier, rules)?);
    for (member, violation) in faults {
        errors.add(format!("/content{member}"), violation);
    }
    for (member, letter) in unprintable(dossier, rules) {
        errors.add(format!("/content{member}"), not_printable(letter));
    }
    Ok(())
}

/// What a dossier tells otherwise than the one that it follows, where the rules want it alike.
fn unlike(work: &mut Work<'_, '_>, dossier: &Dossier, rules: &Procedure) -> Result<Vec<sense::Fault>> {
    let Some(id) = dossier.follows else {
        return Ok(Vec::new());
    };
    let before = rows::find(work.conn(), id)?;
    let mut faults = Vec::new();
    for opening in rules.openings() {
        let follows = opening
            .follows
            .as_ref()
            .filter(|follows| follows.procedure == before.procedure);
        for member in follows.into_iter().flat_map(|follows| &follows.same) {
            let told = |dossier: &Dossier| dossier.content.texts(member).join(", ");
            let (old, new) = (told(&before), told(dossier));
            if !old.is_empty() && !new.is_empty() && old.to_lowercase() != new.to_lowercase() {
                let words = (
                    format!("Hồ sơ trước ghi “{old}”, hồ sơ này ghi “{new}”"),
                    format!("The dossier before tells “{old}”, this one “{new}”"),
                );
                faults.push((member.clone(), LawFault::of(words, &opening.legal_basis)));
            }
        }
    }
    Ok(faults)
}

fn issues(rules: &Procedure, what: Issues) -> bool {
    rules.events.iter().any(|event| event.issues == Some(what))
}

/// The certificate that is to be amended: in force on the day on which that is asked for, and the filer's (Luật CGCN Đ.33.1).
/// Whether it is there.
fn find_certificate(
    work: &mut Work<'_, '_>,
    (dossier, set): (&mut Dossier, &RuleSet),
    (filer, asked_on): (Option<&Party>, Date),
    errors: &mut FieldErrors,
) -> Result<bool> {
    let Some(number) = dossier.content.draft().amendment.certificate_number.clone() else {
        return Ok(false);
    };
    let (mut over, mut fitting, mut heir_of) = (None, Vec::new(), None);
    for found in certificates::find_by_number(work.conn(), &number)? {
        let chain = certificates::chain(work.conn(), found.chain())?;
        let (Some(first), Some(last)) = (chain.first(), chain.last()) else {
            continue;
        };
        if first.record.kind == RecordKind::Licence {
            continue;
        }
        if !is_holder(dossier, filer, last) {
            heir_of = heir_of.or_else(|| heirs::unnamed(filer, last));
            continue;
        }
        match validity(&chain, 0, asked_on) {
            Validity::Valid | Validity::Amended => fitting.push(chain),
            ended => over = Some(not_in_force(&chain, ended)),
        }
    }
    let only = fitting.pop();
    if !fitting.is_empty() {
        let several = Violation::Malformed {
            what: "ambiguous_certificate",
        };
        errors.add("/content/amendment/certificate_number", several);
        return Ok(false);
    }
    if let Some(only) = only {
        let today = day_of(work.now);
        let chain = Genuine::all(work, only)?;
        let first = chain
            .first()
            .ok_or_else(|| Error::internal("a chain without its first"))?;
        succession::require(work, (&*dossier, set), first, today)?;
        dossier.certificate = Some(first.id);
        return Ok(true);
    }
    match (over, heir_of) {
        (Some(error), _) => Err(error),
        (None, Some(unnamed)) => {
            errors.add("/content/amendment/succeeded_party", unnamed);
            Ok(false)
        }
        (None, None) => {
            let unknown = Violation::Malformed {
                what: "certificate_number",
            };
            errors.add("/content/amendment/certificate_number", unknown);
            Ok(false)
        }
    }
}

/// What is licensed is not registered, and does not become registered by an amendment.
fn refuse_restricted(dossier: &Dossier, errors: &mut FieldErrors) {
    let draft = dossier.content.draft();
    if draft.technology_status.as_deref() == Some(TechnologyStatus::Restricted.as_str()) {
        errors.add("/content/technology_status", dossier::licensed_not_registered());
    }
}

/// Who files is who must: by the direction, or as the parties of a restricted technology agreed. That was looked at when it was handed in
/// first; what was taken in before it was asked is not refused for it afterwards, as long as it names the same one.
fn check_duty(
    (filer, before): (Option<&Enterprise>, Option<&DossierContent>),
    content: &DossierContent,
    basis: &str,
    errors: &mut FieldErrors,
) {
    let draft = content.draft();
    if draft.agreed_filer.is_some() && dossier::agreed_filer(content).is_none() {
        let words = (
            "Chỉ với công nghệ hạn chế chuyển giao các bên mới thỏa thuận được bên nộp hồ sơ".to_owned(),
            "Only of a restricted technology the parties agree on who files".to_owned(),
        );
        let place = "/content/agreed_filer";
        errors.add(place, LawFault::of(words, dossier::AGREED_FILER));
    }
    let Some((enterprise, side)) = filer.zip(dossier::filer(content)) else {
        return;
    };
    if before.is_some_and(|before| names_same_filer(side, content, before)) {
        return;
    }
    let own = enterprise.profile.identity.tax_code().map(|code| code.as_str());
    // Left out, it would be anybody's, and who has none is nobody that has one.
    if tax_code_of(content, side) != own {
        let place = format!("/content/{side}/tax_code");
        let wrong = Violation::Malformed { what: "filer" };
        errors.add(place, LawFault::citing(&wrong, basis));
    }
}

fn tax_code_of<'a>(content: &'a DossierContent, side: &str) -> Option<&'a str> {
    let draft = content.draft();
    let party = if side == "transferor" {
        &draft.transferor
    } else {
        &draft.transferee
    };
    party.tax_code.as_deref()
}

/// Whether the party on that side, which files, did so in what was handed in before; where that did not tell who files, whether it was
/// named there with the same tax code.
fn names_same_filer(side: &str, content: &DossierContent, before: &DossierContent) -> bool {
    dossier::filer(before).is_none_or(|was| was == side) && tax_code_of(content, side) == tax_code_of(before, side)
}
