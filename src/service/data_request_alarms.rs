//! Warnings about the terms of data requests: the officers who handle them get a letter on the working day before the last
//! day of a term, and one when it is over. Each goes out once, whichever node is first and however often it restarts,
//! because what was sent is kept in the unit of work that puts the letters into the queue.

use tracing::warn;

use super::Result;
use super::context::{App, Work};
use super::letters::Recipient;
use super::paging::{cut, rows_for};
use super::policies::LISTED;
use crate::domain::account::{Account, AccountStatus, Permission, Standing};
use crate::domain::calendar::Calendar;
use crate::domain::ids::DataRequestId;
use crate::domain::letter::{DueLine, Letter};
use crate::domain::privacy::Stage;
use crate::store::data_request_alarms as rows;
use crate::store::{AnyConn, accounts, privacy};

/// Most requests that one letter tells of.
const IN_A_LETTER: usize = 50;
/// Accounts of officers that are looked at at once.
const AT_ONCE: u32 = 100;

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Requests about which something is still to be done.
    pub open: usize,
    /// Those of them of which a term was missed.
    pub overdue: usize,
    /// Warnings that were sent.
    pub raised: usize,
}

/// Looks at the terms of all open requests, and sends the warnings that are due.
pub fn run(app: &App) -> Result<Found> {
    let mut found = Found::default();
    let due = app.db.read(|conn| {
        let edition = app.calendars.present(conn)?;
        due(conn, &mut found, &edition.calendar, app.clock.now())
    })?;
    for part in due.chunks(IN_A_LETTER) {
        let part = part.to_vec();
        found.raised += app.write_blocking(move |work| raise(work, &part))?;
    }
    metrics::gauge!("vptex_data_requests_open").set(gauge(found.open));
    metrics::gauge!("vptex_data_requests_overdue").set(gauge(found.overdue));
    metrics::counter!("vptex_data_request_alarms_total").increment(u64::try_from(found.raised).unwrap_or(u64::MAX));
    Ok(found)
}

fn gauge(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Requests of which a warning is due that was not sent yet.
fn due(conn: &mut AnyConn, found: &mut Found, calendar: &Calendar, now: jiff::Timestamp) -> Result<Vec<DataRequestId>> {
    let (mut due, mut after) = (Vec::new(), None);
    loop {
        let page = privacy::open_requests(conn, after, LISTED)?;
        let Some(last) = page.last() else {
            return Ok(due);
        };
        after = Some(last.id);
        for request in &page {
            found.open += 1;
            found.overdue += usize::from(request.is_overdue(now));
            for alarm in request.alarms(calendar, now) {
                if !rows::is_raised(conn, request.id, &alarm)? {
                    due.push(request.id);
                    break;
                }
            }
        }
    }
}

/// Sends one letter about some requests to everybody who handles them; gives how many warnings it holds. While there is
/// nobody, nothing counts as sent.
fn raise(work: &mut Work<'_, '_>, requests: &[DataRequestId]) -> Result<usize> {
    let now = work.now;
    let officers = handlers(work.conn())?;
    if officers.is_empty() {
        warn!("terms of data requests end, and no officer has the right to handle them");
        return Ok(0);
    }
    let edition = work.calendar()?;
    let mut lines = Vec::new();
    for id in requests {
        // Read again: somebody may have dealt with it since.
        let request = privacy::request(work.conn(), *id)?;
        for alarm in request.alarms(&edition.calendar, now) {
            if rows::claim(work.uow, *id, &alarm, now)? {
                lines.push(DueLine {
                    request: request.kind.as_str().to_owned(),
                    step: alarm.step.as_str().to_owned(),
                    is_missed: alarm.stage == Stage::Missed,
                    received_at: request.received_at,
                    deadline: alarm.deadline,
                });
            }
        }
    }
    let count = lines.len();
    if count > 0 {
        let letter = Letter::DataRequestsDue { lines };
        for officer in &officers {
            work.send(&Recipient::of(officer), &letter)?;
        }
    }
    Ok(count)
}

/// Officers who may handle data requests.
fn handlers(conn: &mut AnyConn) -> Result<Vec<Account>> {
    let (mut handlers, mut after) = (Vec::new(), None);
    loop {
        let (ids, next) = cut(accounts::officers(conn, after, rows_for(AT_ONCE))?, AT_ONCE, |id| *id);
        for id in ids {
            let officer = accounts::find(conn, id)?;
            let handles = matches!(&officer.standing, Standing::Officer { permissions, .. }
                if permissions.contains(&Permission::HandleDataRequests));
            if handles && officer.status == AccountStatus::Active {
                handlers.push(officer);
            }
        }
        if next.is_none() {
            return Ok(handlers);
        }
        after = next;
    }
}
