//! Terms by the group of the project (nhóm dự án, Luật CGCN Đ.18.1.d), where an officer corrects the group.

use crate::domain::calendar::day_of;
use crate::domain::dossier::{Dossier, DossierEvent};
use crate::domain::ids::DossierId;
use crate::domain::procedure::engine::{self, Happened};
use crate::service::Result;
use crate::service::context::Work;
use crate::service::procedures::RuleSet;
use crate::store::{AnyConn, dossiers as rows};

/// Most events that are looked through: a dossier that may still be written has few.
const MOST: i64 = 1_000;

/// Counts the marks anew that are counted by the group: what the group is, it was when they were set.
pub(in crate::service::dossiers) fn regroup(
    work: &mut Work<'_, '_>,
    dossier: &mut Dossier,
    set: &RuleSet,
) -> Result<()> {
    if !engine::has_groups(&set.rules) {
        return Ok(());
    }
    let happened = happened(work.conn(), dossier.id)?;
    let calendar = work.calendar()?;
    let marks = engine::grouped(&set.rules, &happened, dossier.group(), &calendar.calendar);
    dossier.standing.marks.extend(marks);
    Ok(())
}

/// What happened to a dossier, as its terms are counted from it; nothing of more than is looked through, of which half would count
/// otherwise than the whole.
pub(crate) fn happened(conn: &mut AnyConn, id: DossierId) -> Result<Vec<Happened>> {
    let mut events = rows::events(conn, id, 0, MOST + 1)?;
    if i64::try_from(events.len()).is_ok_and(|count| count > MOST) {
        events.clear();
    }
    let happened = |event: DossierEvent| Happened {
        day: event.received_on.unwrap_or_else(|| day_of(event.at)),
        given: event.given_on,
        event: event.event,
    };
    Ok(events.into_iter().map(happened).collect())
}
