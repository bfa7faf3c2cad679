//! The appraisal of a project because of which a transfer needs no approval (Luật CGCN Đ.28.2.a): where its number is one of the
//! register of opinions, it is what was given then.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;
use jiff::civil::Date;

use super::following::is_of_an_approval;
use crate::domain::access::{Action, Actor, decide};
use crate::domain::calendar::day_of;
use crate::domain::dossier::{Dossier, DossierContent};
use crate::domain::fields::{FieldErrors, LawFault};
use crate::domain::procedure::{AuthorityDraft, Event, Procedure};
use crate::domain::text::fold;
use crate::service::Result;
use crate::service::dossiers::{Opened, resource, rules_of};
use crate::service::periodic_reports::counting;
use crate::service::procedures::RuleSet;
use crate::store::dossiers::opinions::{self as rows, Done};
use crate::store::{AnyConn, dossiers};

/// Where a dossier tells the number of the appraisal.
const NUMBER: &str = "/project/appraisal_number";
/// What lets it stand for an approval.
const BASIS: &str = "Luật CGCN Đ.28.2.a";
/// Outcomes of opinions that are no yes.
const NO_YES: [&str; 2] = ["DISAGREE", "NEED_MORE_INFO"];
/// Most letters of one number that are looked at: the numbers begin anew each year.
const MOST: i64 = 100;

/// Whether an event is the one with which the appraisal is asked for.
fn asks(rules: &Procedure, event: &str) -> bool {
    let mut items = rules.text.checklist.iter().filter(|item| item.member == NUMBER);
    items.any(|item| item.only_with.as_deref() == Some(event))
}

/// Holds the appraisal that is told against the opinion of the register that has its number: its day, that it was a yes, and that it was on
/// this technology. One of another year is another letter. What it says is told to whoever may read its dossier.
pub(super) fn hold(
    conn: &mut AnyConn,
    (actor, dossier): (&Actor, &Dossier),
    (rules, event): (&Procedure, &Event),
    errors: &mut FieldErrors,
    today: Date,
) -> Result<()> {
    if !asks(rules, &event.code) {
        return Ok(());
    }
    let content = &dossier.content;
    let mut known = of_register(conn, content, today)?;
    known.retain(|done| is_of_its_year(content, done));
    let differing = known.iter().map(|done| unlike(content, done, may_read(actor, done)));
    for (member, words) in differing.min_by_key(Vec::len).unwrap_or_default() {
        errors.add(format!("/content{member}"), LawFault::of(words, BASIS));
    }
    Ok(())
}

/// Where a licence tells what it follows.
const APPROVAL: &str = "/approval/number";

/// That the number of the appraisal because of which a dossier needed no approval is not in the register of opinions, or is that of a letter
/// of another year: where it is, and what to do, in both languages. Whoever decides on the licence that follows is told the same.
pub(in crate::service::dossiers) fn unknown(
    conn: &mut AnyConn,
    opened: &Opened,
    now: Timestamp,
) -> Result<Option<(&'static str, String, String)>> {
    let (dossier, rules, today) = (&opened.dossier, &opened.set.rules, day_of(now));
    let told = unknown_of(conn, (&opened.actor, dossier, rules), today)?;
    if let Some((vi, en)) = told {
        return Ok(Some((NUMBER, vi, en)));
    }
    let state = rules.state(&dossier.standing.state);
    let is_decided = state.is_some_and(|state| state.is_decided || state.is_final);
    let Some(before) = dossier.follows.filter(|_| is_of_an_approval(rules) && !is_decided) else {
        return Ok(None);
    };
    let before = dossiers::find(conn, before)?;
    let set = rules_of(conn, &before, today)?;
    let told = unknown_of(conn, (&opened.actor, &before, &set.rules), today)?;
    Ok(told.map(|(vi, en)| (APPROVAL, vi, en)))
}

/// The same of one dossier, in both languages.
fn unknown_of(
    conn: &mut AnyConn,
    (actor, dossier, rules): (&Actor, &Dossier, &Procedure),
    today: Date,
) -> Result<Option<(String, String)>> {
    let Some(number) = dossier.content.draft().project.appraisal_number.as_deref() else {
        return Ok(None);
    };
    let first = dossiers::events(conn, dossier.id, 0, 1)?;
    if !first.iter().any(|event| asks(rules, &event.event)) {
        return Ok(None);
    }
    let known = of_register(conn, &dossier.content, today)?;
    if known.iter().any(|done| is_of_its_year(&dossier.content, done)) {
        return Ok(None);
    }
    let (vi, en) = match known.iter().find(|done| may_read(actor, done)) {
        Some(done) => of_another_year(conn, &dossier.content, done, today)?,
        None => (
            format!("Sổ ý kiến về công nghệ dự án trên Sàn không có văn bản số {number} của năm đã ghi"),
            format!("The register of opinions has no letter {number} of the year that is told"),
        ),
    };
    Ok(Some((
        format!("{vi}; xin đối chiếu với văn bản gốc ({BASIS})."),
        format!("{en}; hold it against the original ({BASIS})."),
    )))
}

/// What the register has by the number that is told: of another year, and where another authority is named, perhaps of another one.
fn of_another_year(conn: &mut AnyConn, content: &DossierContent, done: &Done, today: Date) -> Result<(String, String)> {
    let set = rules_of(conn, &done.dossier, today)?;
    let by = content.draft().project.appraised_by.as_deref();
    let elsewhere = by.filter(|by| !is_of_here(&set.rules.text.authorities, by));
    let number = done.event.letter_number.as_deref().unwrap_or_default();
    let on = done.event.letter_on.unwrap_or_else(|| day_of(done.event.at));
    let technology = done.subject().technology.unwrap_or_default();
    let vi = format!(
        "Sổ ý kiến về công nghệ dự án trên Sàn có văn bản số {number} ngày {} về công nghệ “{technology}”",
        on.strftime("%d/%m/%Y")
    );
    let en = format!("The register of opinions has letter {number} of {on} on the technology “{technology}”");
    Ok(match elsewhere {
        Some(by) => (
            format!("{vi}, không phải văn bản của “{by}” trong năm đã ghi"),
            format!("{en}, and none of “{by}” of the year that is told"),
        ),
        None => (
            format!("{vi}, không phải của năm đã ghi"),
            format!("{en}, and none of the year that is told"),
        ),
    })
}

/// The opinions of the register by letters of the number that is told, the newest first.
fn of_register(conn: &mut AnyConn, content: &DossierContent, today: Date) -> Result<Vec<Done>> {
    let Some(number) = content.draft().project.appraisal_number.as_deref() else {
        return Ok(Vec::new());
    };
    // Most are under the same rules, which are read once.
    let mut read: HashMap<(String, Option<i64>, String), RuleSet> = HashMap::new();
    let mut found = Vec::new();
    for done in rows::by_letter(conn, number, MOST)? {
        let dossier = &done.dossier;
        let state = dossier.standing.state.clone();
        let set = match read.entry((dossier.procedure.clone(), dossier.rule_version, state)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(rules_of(conn, dossier, today)?),
        };
        if counting::is_opinion(set, &done.event.event) {
            found.push(done);
        }
    }
    Ok(found)
}

/// Whether a letter can be the one that is told: the numbers begin anew each year.
fn is_of_its_year(content: &DossierContent, done: &Done) -> bool {
    let told = content.day("/project/appraised_on");
    let days = told.zip(done.event.letter_on);
    days.is_none_or(|(told, on)| told.year() == on.year())
}

/// Whether what an opinion says may be told to somebody.
fn may_read(actor: &Actor, done: &Done) -> bool {
    decide(actor, Action::ReadDossier, &resource(&done.dossier)).is_ok()
}

/// Whether a name is that of an authority that decides here, or of one whose place it took.
fn is_of_here(authorities: &[AuthorityDraft], name: &str) -> bool {
    let here = authorities.iter().filter(|authority| !authority.is_elsewhere);
    let mut names = here.flat_map(|authority| {
        let before = authority.succeeds.iter().map(|before| &before.name_vi);
        std::iter::once(&authority.name_vi).chain(before)
    });
    names.any(|known| fold(known) == fold(name))
}

/// What of an opinion is otherwise than the dossier tells it: where, and in which words; without what it says for who may not read it.
fn unlike(content: &DossierContent, done: &Done, may_read: bool) -> Vec<(&'static str, (String, String))> {
    let mut wrong = Vec::new();
    let event = &done.event;
    let number = event.letter_number.as_deref().unwrap_or_default();
    let mut add = |member: &'static str, (vi, en): (&str, &str), words: (String, String)| {
        let hidden = (
            format!("Văn bản số {number} trong sổ ý kiến có {vi} khác với hồ sơ này"),
            format!("Letter {number} of the register of opinions has another {en} than this dossier"),
        );
        wrong.push((member, if may_read { words } else { hidden }));
    };
    if let Some(ground) = event.ground.as_deref().filter(|ground| NO_YES.contains(ground)) {
        let words = (
            format!(
                "Văn bản số {number} trong sổ ý kiến không thống nhất về công nghệ ({ground}) nên không thay được văn bản chấp thuận"
            ),
            format!(
                "Letter {number} of the register of opinions does not agree ({ground}), and stands for no approval"
            ),
        );
        add(NUMBER, ("kết luận", "outcome"), words);
    }
    if let Some(on) = event
        .letter_on
        .filter(|on| content.day("/project/appraised_on") != Some(*on))
    {
        let words = (
            format!(
                "Văn bản số {number} trong sổ ý kiến là ngày {}",
                on.strftime("%d/%m/%Y")
            ),
            format!("Letter {number} of the register of opinions is of {on}"),
        );
        add("/project/appraised_on", ("ngày", "day"), words);
    }
    let told = content.draft().technology.name.as_deref().unwrap_or_default();
    let technology = done.subject().technology;
    if let Some(known) = technology.filter(|known| fold(known) != fold(told)) {
        let words = (
            format!("Văn bản số {number} trong sổ ý kiến là về công nghệ “{known}”, hồ sơ này ghi “{told}”"),
            format!(
                "Letter {number} of the register of opinions is on the technology “{known}”, this dossier tells “{told}”"
            ),
        );
        add("/technology/name", ("công nghệ", "technology"), words);
    }
    wrong
}
