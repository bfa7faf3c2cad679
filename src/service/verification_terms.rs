//! The terms of verifications: owners are told before the end and at it. Nothing else happens by itself; what is live stays
//! live, shown with a verification that is over.

use jiff::{SignedDuration, Timestamp};
use tracing::error;

use super::Result;
use super::context::{App, Work};
use super::members::tell_owners;
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::letter::Letter;
use crate::domain::listing::term::{FIRST_NOTICE, notice_due};
use crate::store::verification_terms::{self as rows, End};
use crate::store::{AnyConn, enterprises};

/// What the job did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Notices that were sent before the end.
    pub told: usize,
    /// Verifications that ended.
    pub expired: usize,
}

/// Terms that are looked at at once.
const AT_ONCE: i64 = 500;
/// Nobody who was not running for so long is told of what ended before.
const LATEST_NOTICE: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Tells owners of verifications that end or ended. Each notice goes out once, whichever node is first and however often
/// it restarts, because what was sent is kept in the unit of work that puts the letter into the queue.
pub fn run(app: &App) -> Result<Done> {
    let mut done = Done::default();
    let now = app.clock.now();
    let from = now.saturating_sub(LATEST_NOTICE).unwrap_or(Timestamp::MIN);
    let until = now.saturating_add(FIRST_NOTICE).unwrap_or(Timestamp::MAX);
    let mut after = None;
    loop {
        let page = app
            .db
            .read(|conn| Ok::<_, super::Error>(rows::ending(conn, (from, until), after, AT_ONCE)?))?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        for end in app.db.read(|conn| untold(conn, &page, now))? {
            match app.write_blocking(move |work| tell(work, end)) {
                Ok(None) => {}
                Ok(Some(0)) => done.expired += 1,
                Ok(Some(_)) => done.told += 1,
                // Of the exchange, not of one enterprise: to be tried again as a whole.
                Err(failure) if failure.code.status() == 503 => return Err(failure),
                // Whatever is amiss with one keeps nothing from the others.
                Err(failure) => {
                    error!(enterprise = %end.1, %failure, "owners cannot be told of the end of a verification")
                }
            }
        }
    }
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    metrics::counter!("vptex_verification_notices_total").increment(count(done.told));
    metrics::counter!("vptex_verifications_expired_total").increment(count(done.expired));
    Ok(done)
}

/// Those of which something is due to be told that was not told yet.
fn untold(conn: &mut AnyConn, ends: &[End], now: Timestamp) -> Result<Vec<End>> {
    let told = rows::told(conn, ends)?;
    let is_due = |end: &End| notice_due(end.0, now).is_some_and(|days| !told.contains(&(*end, i64::from(days))));
    Ok(ends.iter().copied().filter(is_due).collect())
}

/// Tells the owners of one enterprise what is due; gives how many days before the end, if they were told.
fn tell(work: &mut Work<'_, '_>, (expires_at, id): End) -> Result<Option<u16>> {
    let now = work.now;
    let enterprise = enterprises::find(work.conn(), id)?;
    // Renewed or halted since it was looked at.
    if enterprise.status != EnterpriseStatus::Active || enterprise.verification.until != Some(expires_at) {
        return Ok(None);
    }
    let Some(days) = notice_due(expires_at, now) else {
        return Ok(None);
    };
    if !rows::claim(work.uow, (expires_at, id), days, now)? {
        return Ok(None);
    }
    let enterprise = enterprise.profile.legal_name.to_string();
    let letter = if days > 0 {
        Letter::VerificationEnds { enterprise, expires_at }
    } else {
        let permit = decide(&Actor::System, Action::ExpireListings, &Resource::None)?;
        work.remember(&permit, Deed::VerificationExpired, "enterprise", id.0, None)?;
        Letter::VerificationExpired { enterprise, expires_at }
    };
    tell_owners(work, id, &letter)?;
    Ok(Some(days))
}
