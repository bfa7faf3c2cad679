//! What has to come with an event.

use jiff::civil::Date;

use super::{Need, Standing, Step};
use crate::domain::procedure::Event;

/// All that an event needs and what comes with it lacks, or what it takes none of, in the order of its day, its ground and its words.
pub fn lacks(event: &Event, standing: &Standing, step: &Step<'_>, today: Date) -> Vec<Need> {
    let words = (event.needs_note && !step.has_note).then_some(Need::Note);
    let day = day(event, step, begun(event, standing), today);
    day.into_iter().chain(ground(event, step)).chain(words).collect()
}

/// The day from which the term of an event runs, before which it cannot have come: nothing is repaid before it was demanded.
fn begun(event: &Event, standing: &Standing) -> Option<Date> {
    let term = event.term.as_ref()?;
    standing.marks.get(&term.runs_from).copied()
}

fn day(event: &Event, step: &Step<'_>, begun: Option<Date>, today: Date) -> Option<Need> {
    let earliest = event.marks.iter().filter_map(|mark| mark.earliest).chain(begun).max();
    match (event.takes_day(), step.given) {
        (true, None) => Some(Need::AnyDay),
        (true, Some(day)) if day > today => Some(Need::Day),
        (true, Some(day)) => earliest.filter(|first| day < *first).map(Need::DayFrom),
        (false, Some(_)) => Some(Need::NoDay),
        (false, None) => None,
    }
}

fn ground(event: &Event, step: &Step<'_>) -> Option<Need> {
    match step.ground {
        None => (!event.grounds.is_empty()).then_some(Need::Ground),
        Some(_) if event.grounds.is_empty() => Some(Need::NoGround),
        Some(ground) => {
            let is_known = event.grounds.iter().any(|known| known == ground);
            (!is_known).then_some(Need::Ground)
        }
    }
}
