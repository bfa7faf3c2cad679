//! Ends of terms that events wrote down as days which they counted themselves (marks with `plus`): what they would be by another
//! calendar than that of then.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::engine::{Happened, Standing, is_open, replayed};
use super::{Event, Mark, MarkFrom, Procedure};
use crate::domain::calendar::Calendar;

fn marks(procedure: &Procedure) -> impl Iterator<Item = (&Event, &Mark)> {
    let events = procedure.events.iter();
    events.flat_map(|event| event.marks.iter().map(move |mark| (event, mark)))
}

/// Whether events of a procedure write down days that they count.
pub fn has_any(procedure: &Procedure) -> bool {
    marks(procedure).any(|(_, mark)| mark.plus.is_some())
}

/// The marks whose days are not in the history: those that the dossier tells, and what is counted from them.
fn told(procedure: &Procedure) -> BTreeSet<&str> {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = told.len();
        for (event, mark) in marks(procedure) {
            let is_told = match &mark.from {
                MarkFrom::Today | MarkFrom::Given => false,
                MarkFrom::Due => event
                    .term
                    .as_ref()
                    .is_some_and(|term| told.contains(term.runs_from.as_str())),
                MarkFrom::Mark(other) => told.contains(other.as_str()),
                MarkFrom::Member(_) => true,
            };
            if is_told {
                told.insert(mark.code.as_str());
            }
        }
        if told.len() == before {
            return told;
        }
    }
}

/// Of the counted marks from which terms run that are open now those that are other days by a calendar, counted anew from all that
/// happened. What is over stands as it was counted, and so does what the history does not tell.
pub fn moved(
    procedure: &Procedure,
    (standing, happened): (&Standing, &[Happened]),
    group: Option<&str>,
    calendar: &Calendar,
) -> BTreeMap<String, Date> {
    let open = procedure.events.iter().filter(|event| is_open(event, standing));
    let runs_from: BTreeSet<&str> = open
        .filter_map(|event| event.term.as_ref())
        .map(|term| term.runs_from.as_str())
        .collect();
    let told = told(procedure);
    let ends: BTreeSet<&str> = marks(procedure)
        .filter(|(_, mark)| mark.plus.is_some())
        .map(|(_, mark)| mark.code.as_str())
        .filter(|code| runs_from.contains(code) && !told.contains(code))
        .collect();
    if ends.is_empty() {
        return BTreeMap::new();
    }
    let mut moved = replayed(procedure, happened, group, calendar).marks;
    let is_another = |code: &String, day: &Date| standing.marks.get(code).is_some_and(|before| before != day);
    moved.retain(|code, day| ends.contains(code.as_str()) && is_another(code, day));
    moved
}

#[cfg(test)]
mod tests {
    use super::super::shipped;
    use super::*;

    #[test]
    fn what_a_dossier_tells_is_not_counted_from_what_happened_to_it() {
        let counting = shipped().iter().filter(|(_, rules)| has_any(rules));
        let told_of = counting.map(|(code, rules)| (code.as_str(), told(rules).into_iter().collect::<Vec<&str>>()));
        assert_eq!(
            told_of.collect::<Vec<_>>(),
            [("LIC", vec!["contract_expires_on"]), ("OPN_DECISION", vec![])]
        );
    }
}
