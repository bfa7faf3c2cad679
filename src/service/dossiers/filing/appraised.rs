//! The appraisal of a project because of which a transfer needs no approval (Luật CGCN Đ.28.2.a): where its number is one of the
//! register of opinions, it is what was given then.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::calendar::day_of;
use crate::domain::dossier::{Dossier, DossierContent};
use crate::domain::fields::{FieldErrors, LawFault};
use crate::domain::procedure::{AuthorityDraft, Event, Procedure};
use crate::domain::text::fold;
use crate::service::Result;
use crate::service::dossiers::{Opened, rules_of};
use crate::service::periodic_reports::counting;
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
/// this technology.
pub(super) fn hold(
    conn: &mut AnyConn,
    dossier: &Dossier,
    (rules, event): (&Procedure, &Event),
    errors: &mut FieldErrors,
    today: Date,
) -> Result<()> {
    if !asks(rules, &event.code) {
        return Ok(());
    }
    let known = of_register(conn, &dossier.content, today)?.into_iter();
    let nearest = known.map(|done| unlike(&dossier.content, &done)).min_by_key(Vec::len);
    for (member, words) in nearest.unwrap_or_default() {
        errors.add(format!("/content{member}"), LawFault::of(words, BASIS));
    }
    Ok(())
}

/// That the number of the appraisal because of which a dossier needed no approval is not in the register of opinions: where it is, and what to
/// do, in both languages.
pub(in crate::service::dossiers) fn unknown(
    conn: &mut AnyConn,
    opened: &Opened,
    now: Timestamp,
) -> Result<Option<(&'static str, String, String)>> {
    let (dossier, rules) = (&opened.dossier, &opened.set.rules);
    let Some(number) = dossier.content.draft().project.appraisal_number.as_deref() else {
        return Ok(None);
    };
    let first = dossiers::events(conn, dossier.id, 0, 1)?;
    if !first.iter().any(|event| asks(rules, &event.event)) {
        return Ok(None);
    }
    let known = of_register(conn, &dossier.content, day_of(now))?;
    Ok(known.is_empty().then(|| {
        (
            NUMBER,
            format!(
                "Sổ ý kiến về công nghệ dự án trên Sàn không có văn bản số {number}; xin đối chiếu với văn bản gốc ({BASIS})."
            ),
            format!(
                "The register of opinions has no letter {number}; hold it against the original ({BASIS})."
            ),
        )
    }))
}

/// The opinions of the register by letters of the number that is told: of its day, or of whatever day where no other authority is named.
fn of_register(conn: &mut AnyConn, content: &DossierContent, today: Date) -> Result<Vec<Done>> {
    let project = &content.draft().project;
    let Some(number) = project.appraisal_number.as_deref() else {
        return Ok(Vec::new());
    };
    let by = project.appraised_by.as_deref();
    let on = content.day("/project/appraised_on");
    let mut found = Vec::new();
    for done in rows::by_letter(conn, number, MOST)? {
        let set = rules_of(conn, &done.dossier, today)?;
        let is_ours = by.is_none_or(|by| is_of_here(&set.rules.text.authorities, by));
        let is_its = is_ours || done.event.letter_on == on;
        if is_its && counting::is_opinion(&set, &done.event.event) {
            found.push(done);
        }
    }
    Ok(found)
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

/// What of an opinion is otherwise than the dossier tells it: where, and in which words.
fn unlike(content: &DossierContent, done: &Done) -> Vec<(&'static str, (String, String))> {
    let mut wrong = Vec::new();
    let event = &done.event;
    let number = event.letter_number.as_deref().unwrap_or_default();
    if let Some(ground) = event.ground.as_deref().filter(|ground| NO_YES.contains(ground)) {
        let words = (
            format!(
                "Văn bản số {number} trong sổ ý kiến không thống nhất về công nghệ ({ground}) nên không thay được văn bản chấp thuận"
            ),
            format!(
                "Letter {number} of the register of opinions does not agree ({ground}), and stands for no approval"
            ),
        );
        wrong.push((NUMBER, words));
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
        wrong.push(("/project/appraised_on", words));
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
        wrong.push(("/technology/name", words));
    }
    wrong
}
