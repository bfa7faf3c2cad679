//! The day on which a paper filing came (ngày tiếp nhận hồ sơ giấy): whoever enters it later tells it, and terms run from it.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::domain::calendar::day_of;
use crate::domain::dossier::Dossier;
use crate::domain::fields::Violation;
use crate::service::{Error, Result};
use crate::store::{AnyConn, dossiers as rows};

/// The most days after which a paper is entered.
const LATEST: i64 = 60;

/// Checks it: of what is handed in on paper only, not after today, and after what was before: the contract, and what was
/// asked back. Days to come, until which something lasts, are none of those.
pub(super) fn check(dossier: &Dossier, hands_in: bool, day: Date, today: Date) -> Result<()> {
    if !hands_in || !dossier.is_paper {
        return Err(Error::field("/received_on", Violation::Conflicts { with: "event" }));
    }
    let past = dossier.standing.marks.values().filter(|mark| **mark <= today);
    let before = past.max().copied();
    let earliest = today.saturating_sub(LATEST.days());
    if day > today || day < earliest || before.is_some_and(|before| day < before) {
        let what = "receipt_day";
        return Err(Error::field("/received_on", Violation::Malformed { what }));
    }
    Ok(())
}

/// The day on which a dossier was first handed in; of a paper the one on which that came. Nothing of one that never was. What
/// is asked back and handed in anew was asked for on this day.
pub fn first_day(conn: &mut AnyConn, dossier: &Dossier) -> Result<Option<Date>> {
    let Some(handed_in) = dossier.handed_in_at.map(day_of) else {
        return Ok(None);
    };
    // Nothing that comes later comes before it.
    let came = rows::received_on(conn, dossier.id)?.into_iter().min();
    Ok(Some(came.map_or(handed_in, |came| came.min(handed_in))))
}
