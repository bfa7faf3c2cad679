//! Terms by the group of the project (nhóm dự án, Luật CGCN Đ.18.1.d), where an officer corrects the group.

use crate::domain::calendar::day_of;
use crate::domain::dossier::{Dossier, DossierEvent};
use crate::domain::procedure::engine::{self, Happened};
use crate::service::Result;
use crate::service::context::Work;
use crate::service::procedures::RuleSet;
use crate::store::dossiers as rows;

/// Most events that are looked through: a dossier that may still be written has few.
const MOST: i64 = 1_000;

/// Counts the marks anew that are counted by the group: what the group is, it was when they were set.
pub(super) fn regroup(work: &mut Work<'_, '_>, dossier: &mut Dossier, set: &RuleSet) -> Result<()> {
    if !engine::has_groups(&set.rules) {
        return Ok(());
    }
    let events = rows::events(work.conn(), dossier.id, 0, MOST)?;
    let happened = |event: &DossierEvent| Happened {
        event: event.event.clone(),
        day: event.received_on.unwrap_or_else(|| day_of(event.at)),
        given: event.given_on,
    };
    let happened: Vec<Happened> = events.iter().map(happened).collect();
    let calendar = work.calendar()?;
    let marks = engine::grouped(&set.rules, &happened, dossier.group(), &calendar.calendar);
    dossier.standing.marks.extend(marks);
    Ok(())
}
