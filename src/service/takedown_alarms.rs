//! Warnings about the 24 hours within which an authority's request to take a listing down is carried out: officers who may do so
//! get a letter some hours before they are over, and one when they are. Each goes out once, whichever node is first, because what
//! was sent is kept in the unit of work that puts the letters into the queue.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tracing::warn;

use super::Result;
use super::context::{App, Work};
use super::letters::Recipient;
use super::listings::resource;
use super::officers_at_work::officers;
use crate::domain::access::{Action, decide};
use crate::domain::ids::{AccountId, TakedownId};
use crate::domain::letter::{Letter, TakedownLine};
use crate::domain::takedown::{TakedownAlarm, WARNING};
use crate::store::{AnyConn, listings, officer_letters as rows, takedowns};

/// Most requests that one letter tells of.
const IN_A_LETTER: usize = 50;

/// Looks at the terms of all open requests, and sends the warnings that are due; gives how many.
pub fn run(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let due = app.db.read(|conn| due(conn, now))?;
    let mut raised = 0;
    for part in due.chunks(IN_A_LETTER) {
        let part = part.to_vec();
        raised += app.write_blocking(move |work| raise(work, &part))?;
    }
    Ok(raised)
}

/// Requests of which a warning is due that was not sent yet.
fn due(conn: &mut AnyConn, now: Timestamp) -> Result<Vec<TakedownId>> {
    let until = now.saturating_add(WARNING).unwrap_or(Timestamp::MAX);
    let mut due = Vec::new();
    for id in rows::takedowns_due(conn, until)? {
        if let Some(alarm) = takedowns::find(conn, id)?.alarm(now)
            && !rows::is_takedown_alarm_raised(conn, id, alarm)?
        {
            due.push(id);
        }
    }
    Ok(due)
}

/// Tells of some requests everybody who may carry them out, in one letter to each; gives of how many. While there is nobody for
/// one, it does not count as told.
fn raise(work: &mut Work<'_, '_>, requests: &[TakedownId]) -> Result<usize> {
    let now = work.now;
    let officers = officers(work.conn(), now)?;
    let mut letters: BTreeMap<AccountId, Vec<TakedownLine>> = BTreeMap::new();
    let mut told = 0;
    for id in requests {
        // Read again: somebody may have carried it out since.
        let takedown = takedowns::find(work.conn(), *id)?;
        let Some(alarm) = takedown.alarm(now) else { continue };
        let (listing, owner) = listings::find(work.conn(), takedown.order.listing)?;
        let about = resource(&listing, &owner);
        let able = officers
            .iter()
            .filter(|officer| decide(&officer.actor, Action::HandleTakedowns, &about).is_ok());
        let readers: Vec<AccountId> = able.map(|officer| officer.account.id).collect();
        if readers.is_empty() {
            warn!(takedown = %id.0, "the term of a request to take a listing down ends, and no officer may carry it out");
            continue;
        }
        if !rows::claim_takedown_alarm(work.uow, *id, alarm, now)? {
            continue;
        }
        told += 1;
        let line = TakedownLine {
            title: listing.content.title.vi.to_string(),
            code: listing.code.as_ref().map(ToString::to_string),
            authority: takedown.order.authority.to_string(),
            reference: takedown.order.reference.to_string(),
            due_at: takedown.due_at,
            is_missed: alarm == TakedownAlarm::Missed,
        };
        for reader in readers {
            letters.entry(reader).or_default().push(line.clone());
        }
    }
    for officer in &officers {
        if let Some(lines) = letters.remove(&officer.account.id) {
            work.send(&Recipient::of(&officer.account), &Letter::TakedownsDue { lines })?;
        }
    }
    Ok(told)
}
