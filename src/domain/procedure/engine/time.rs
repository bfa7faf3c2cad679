//! What comes of terms that are over, without anybody's doing.

use jiff::civil::Date;

use super::{Due, Standing, is_open, term_of};
use crate::domain::calendar::{Calendar, Term};
use crate::domain::procedure::{Event, IfMissed, MarkFrom, Procedure, Side};

/// What comes of a term that is over: the end of a contract, that a dossier of which nobody said in time that something was missing
/// is taken for complete, and the refusal of what was not corrected in time.
pub fn comes_of_time<'a>(
    procedure: &'a Procedure,
    standing: &Standing,
    group: Option<&str>,
    calendar: &Calendar,
    today: Date,
) -> Option<&'a Event> {
    let is_over = |event: &Event| term_of(event, standing, group, calendar).is_some_and(|(_, due_on)| due_on < today);
    let is_refused = |event: &Event| {
        let day = refusal_day((procedure, event), standing, group, calendar);
        day.is_some_and(|day| day <= today)
    };
    let mut open = procedure.events.iter().filter(|event| is_open(event, standing));
    open.find(|event| event.comes_of_time() && is_over(event) || is_refused(event))
}

/// The day on which the exchange refuses a dossier by an event because nobody corrected it in time (LTT 30.4): the first working day
/// after the last one. Nothing of other events.
pub fn refusal_day(
    (procedure, event): (&Procedure, &Event),
    standing: &Standing,
    group: Option<&str>,
    calendar: &Calendar,
) -> Option<Date> {
    if !refuses(procedure, event) {
        return None;
    }
    let (_, due_on) = term_of(event, standing, group, calendar)?;
    Some(calendar.due(due_on, Term::WorkingDays(1)))
}

/// Whether the exchange does an event without anybody's doing, or an issue brings it about. What of `system` is none of these waits for what
/// somebody has to say, and an officer does it.
pub fn needs_nobody(procedure: &Procedure, event: &Event) -> bool {
    let comes_by_itself = event.comes_at_once() || event.comes_of_time() || refuses(procedure, event);
    comes_by_itself || event.comes_of.is_some()
}

/// Whether an event is what comes of a term that ends a possibility (`auto_refuse`): it waits for the end of the same term, ends the
/// dossier, and is an official's who has nothing to say.
fn refuses(procedure: &Procedure, event: &Event) -> bool {
    let runs_from = |event: &Event| event.term.as_ref().map(|term| term.runs_from.clone());
    let ends = |other: &Event| {
        let meet = other.from.iter().any(|state| event.from.contains(state));
        other.missed() == Some(IfMissed::AutoRefuse) && meet && runs_from(other) == runs_from(event)
    };
    let waits = event.only_after_term && event.is_silent() && event.actor.side() == Side::Officer;
    waits && procedure.is_final(&event.to) && procedure.events.iter().any(ends)
}

/// Whether an event cannot be done any more on a day: its term is over, and with that the possibility (`auto_refuse`, `bars`).
pub fn is_barred(event: &Event, standing: &Standing, group: Option<&str>, calendar: &Calendar, today: Date) -> bool {
    let bars = event.missed().is_some_and(IfMissed::bars);
    bars && term_of(event, standing, group, calendar).is_some_and(|(_, due_on)| due_on < today)
}

/// The letter of apology that is owed because a term was missed (thư xin lỗi), until it is recorded: an event that promises another day
/// once its term is over, and was not done since.
pub fn owed<'a>(
    procedure: &'a Procedure,
    standing: &Standing,
    group: Option<&str>,
    calendar: &Calendar,
    today: Date,
) -> Option<Due<'a>> {
    let promises = |event: &&Event| event.promises_day && event.only_after_term && is_open(event, standing);
    procedure.events.iter().filter(promises).find_map(|event| {
        let (since, due_on) = term_of(event, standing, group, calendar)?;
        let is_owed = due_on < today && done_on(event, standing).is_none_or(|done| done <= due_on);
        is_owed.then_some(Due { event, since, due_on })
    })
}

/// When an event was done last, as far as it wrote that down.
fn done_on(event: &Event, standing: &Standing) -> Option<Date> {
    let own = event
        .marks
        .iter()
        .filter(|mark| mark.from == MarkFrom::Today && mark.plus.is_none());
    own.filter_map(|mark| standing.marks.get(&mark.code)).max().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::procedure::shipped;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn at(state: &str, marks: &[(&str, &str)]) -> Standing {
        Standing {
            state: state.into(),
            marks: marks.iter().map(|(mark, day)| ((*mark).into(), date(day))).collect(),
            ..Standing::default()
        }
    }

    fn by_time(code: &str, standing: &Standing, today: &str) -> Option<&'static str> {
        let event = comes_of_time(&shipped()[code], standing, None, Calendar::shipped(), date(today));
        event.map(|event| event.code.as_str())
    }

    /// Refused on the first working day after the last one, and not on a rest day.
    #[test]
    fn what_was_not_corrected_in_time_is_refused_on_the_next_working_day() {
        // A Friday.
        let asked = at("awaiting_amendment", &[("period_end", "2026-05-08")]);
        for (today, comes) in [
            ("2026-05-08", None),
            ("2026-05-09", None),
            ("2026-05-10", None),
            ("2026-05-11", Some("timeout")),
            ("2026-06-01", Some("timeout")),
        ] {
            assert_eq!(by_time("LIC", &asked, today), comes, "{today}");
        }
        // What was handed in again is with the authority.
        let corrected = at(
            "submitted",
            &[("period_end", "2026-05-08"), ("submitted_on", "2026-05-08")],
        );
        assert_eq!(by_time("LIC", &corrected, "2026-06-01"), None);
        // What the law lets come late is not refused.
        let signed = at("signed", &[("contract_signed_on", "2026-01-05")]);
        assert_eq!(by_time("LIC", &signed, "2026-12-01"), None);
    }

    /// 20 working days after the demand (NĐ 76/2018 Đ.7.3).
    #[test]
    fn what_was_not_repaid_in_time_is_marked_for_enforcement() {
        let demanded = at("repayment_due", &[("repayment_notice_received_on", "2026-05-11")]);
        for code in ["CERT", "LIC"] {
            assert_eq!(by_time(code, &demanded, "2026-06-08"), None, "{code}");
            assert_eq!(
                by_time(code, &demanded, "2026-06-09"),
                Some("mark_enforcement"),
                "{code}"
            );
        }
    }

    /// Once the five working days are over, until it is recorded; another term is missed anew.
    #[test]
    fn an_apology_is_owed_for_each_term_that_was_missed() {
        let owes = |marks: &[(&str, &str)], today: &str| {
            let standing = at("under_review", marks);
            owed(&shipped()["REG"], &standing, None, Calendar::shipped(), date(today)).map(|due| due.due_on)
        };
        let complete = ("complete_dossier_on", "2026-05-04");
        assert_eq!(owes(&[complete], "2026-05-11"), None);
        assert_eq!(owes(&[complete], "2026-05-12"), Some(date("2026-05-11")));
        assert_eq!(owes(&[complete, ("apologised_on", "2026-05-12")], "2026-05-20"), None);
        let anew = ("complete_dossier_on", "2026-06-01");
        assert_eq!(
            owes(&[anew, ("apologised_on", "2026-05-12")], "2026-06-10"),
            Some(date("2026-06-08"))
        );
    }
}
