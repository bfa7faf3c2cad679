//! What a dossier follows: the licence follows the approval (Luật CGCN Đ.30.2).

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::dossier::Dossier;
use crate::domain::dossier::letter_number::is_same_number;
use crate::domain::fields::{FieldErrors, LawFault, Violation};
use crate::domain::ids::DossierId;
use crate::domain::procedure::{Event, Procedure};
use crate::service::context::Caller;
use crate::service::dossiers::{NewDossier, found};
use crate::service::{Error, ErrorCode, Result};
use crate::store::{AnyConn, dossiers as rows};

/// Most events that are looked through.
const MOST: i64 = 1_000;
/// The procedure by which approvals are given.
const APPROVALS: &str = "APR";
/// What says that an approval is written, and that none is needed of a project that was appraised.
const APPROVAL: &str = "Luật CGCN Đ.28.2.a, 29.4";

/// The dossier that comes before, where one must or does.
pub(in crate::service::dossiers) fn followed(
    conn: &mut AnyConn,
    caller: &Caller,
    new: &NewDossier,
    opening: &Event,
    now: Timestamp,
) -> Result<Option<DossierId>> {
    let needed = opening.follows.as_ref();
    let wrong = || {
        Error::field(
            "/follows",
            Violation::Malformed {
                what: "followed_dossier",
            },
        )
    };
    let Some(id) = new.follows else {
        return if needed.is_some() {
            Err(Error::field("/follows", Violation::Required))
        } else {
            Ok(None)
        };
    };
    let (_, _, before) = found(conn, caller, id, now).map_err(|error| match error.code {
        ErrorCode::NotFound => wrong(),
        _ => error,
    })?;
    let fits =
        needed.is_none_or(|follows| before.procedure == follows.procedure && before.standing.state == follows.state);
    if !fits {
        return Err(wrong());
    }
    let mark = needed.and_then(|follows| follows.not_before.as_ref());
    let first = mark.and_then(|mark| before.standing.marks.get(mark)).copied();
    match first.zip(new.given.given_on) {
        Some((first, given)) if given < first => Err(Error::field("/given_on", before_outcome(first, opening))),
        _ => Ok(Some(id)),
    }
}

/// That something was done before the outcome that it needs was there.
fn before_outcome(first: Date, opening: &Event) -> Violation {
    let words = (
        format!(
            "“{}” không được trước kết quả của hồ sơ trước, ngày {}",
            opening.name_vi,
            first.strftime("%d/%m/%Y")
        ),
        format!(
            "“{}” is not before the outcome of the dossier before, of {first}",
            opening.name_en
        ),
    );
    LawFault::of(words, &opening.legal_basis)
}

/// The written outcome of a dossier for approval: its number, and its day where that is told.
#[derive(Clone, Debug)]
pub(in crate::service) enum Outcome {
    /// The letter by which the approval was given (văn bản chấp thuận).
    Letter(String, Option<Date>),
    /// The appraisal of the project because of which none was needed (Luật CGCN Đ.28.2.a).
    Appraisal(String, Option<Date>),
}

/// That of a dossier: the letter by which it came to where it stands, or the appraisal with which it was opened there. Nothing of what was
/// decided before letters were told, whatever appraisal it tells.
pub(in crate::service) fn outcome(conn: &mut AnyConn, before: &Dossier) -> Result<Option<Outcome>> {
    let mut events = rows::events(conn, before.id, 0, MOST)?;
    events.retain(|event| event.to_state == before.standing.state);
    let is_opened_so = events.iter().any(|event| event.from_state.is_empty());
    let mut led = events.into_iter().rev();
    if let Some(letter) = led.find_map(|event| Some(Outcome::Letter(event.letter_number?, event.letter_on))) {
        return Ok(Some(letter));
    }
    let number = before.content.draft().project.appraisal_number.clone();
    let number = number.filter(|_| is_opened_so);
    Ok(number.map(|number| Outcome::Appraisal(number, before.content.day("/project/appraised_on"))))
}

/// A day as it is written in Vietnamese; a number as it is.
fn in_vietnamese(told: &str) -> String {
    match told.parse::<Date>() {
        Ok(day) => day.strftime("%d/%m/%Y").to_string(),
        Err(_number) => told.to_owned(),
    }
}

/// Whether two texts are one day, however it is written; what is no day is none.
fn is_same_day(one: &str, other: &str) -> bool {
    let (one, other) = (one.parse::<Date>(), other.parse::<Date>());
    matches!((one, other), (Ok(one), Ok(other)) if one == other)
}

/// Whether dossiers tell an approval: the checklist asks for it, or they follow one. What follows something else has none to hold.
pub(super) fn is_of_an_approval(rules: &Procedure) -> bool {
    let mut follows = rules.openings().filter_map(|opening| opening.follows.as_ref());
    let mut checklist = rules.text.checklist.iter();
    follows.any(|follows| follows.procedure == APPROVALS) || checklist.any(|item| item.member.starts_with("/approval"))
}

/// A member, what is told of it and what is known, and whether these are the same.
type Pair<'a> = (&'static str, Option<&'a str>, Option<&'a str>, fn(&str, &str) -> bool);

/// Holds the approval that a licence follows: what it tells of that is what was written, in capitals or not and with zeros before it or
/// without, and it is kept as it was written there.
pub(super) fn hold_approval(conn: &mut AnyConn, dossier: &mut Dossier, errors: &mut FieldErrors) -> Result<()> {
    let Some(id) = dossier.follows else {
        return Ok(());
    };
    let before = rows::find(conn, id)?;
    let Some(Outcome::Letter(number, on) | Outcome::Appraisal(number, on)) = outcome(conn, &before)? else {
        return Ok(());
    };
    let told = &dossier.content.draft().approval;
    let day = on.map(|day| day.to_string());
    let pairs: [Pair<'_>; 2] = [
        ("number", told.number.as_deref(), Some(number.as_str()), is_same_number),
        ("approved_on", told.approved_on.as_deref(), day.as_deref(), is_same_day),
    ];
    for (member, told, known, is_same) in pairs {
        if let Some((told, known)) = told.zip(known)
            && !is_same(told, known)
        {
            let (known_vi, told_vi) = (in_vietnamese(known), in_vietnamese(told));
            let words = (
                format!("Văn bản chấp thuận ghi “{known_vi}”, hồ sơ này ghi “{told_vi}”"),
                format!("The approval tells “{known}”, this dossier “{told}”"),
            );
            errors.add(format!("/content/approval/{member}"), LawFault::of(words, APPROVAL));
        }
    }
    dossier.content = dossier.content.clone().following(&number, on);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_same_day;

    #[test]
    fn days_are_compared_as_days() {
        assert!(is_same_day("2026-03-02", "2026-03-02") && is_same_day("20260302", "2026-03-02"));
        // As numbers of letters these would be one.
        assert!(!is_same_day("02026-03-02", "2026-03-02") && !is_same_day("x", "X"));
        assert!(!is_same_day("2026-03-02", "2026-02-03"));
    }
}
