//! The letter that officers get in the morning of working days about what waits for them (thư nhắc hồ sơ, tin chờ duyệt): one to
//! each, about what the officer may decide on, where something of it waits longer than the operator allows. Once a day, whichever
//! node is first.

mod registers;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;

use super::queue::{Sees, Waiting};
use super::reading::Reading;
use super::reviewer;
use crate::domain::access::{Action, decide};
use crate::domain::account::Account;
use crate::domain::audit::Deed;
use crate::domain::calendar::{day_of, local};
use crate::domain::enterprise::Enterprise;
use crate::domain::ids::{AccountId, EnterpriseId, JoinRequestId};
use crate::domain::letter::{Digest, DigestLine, Letter};
use crate::domain::review::backlog::BacklogKind;
use crate::service::context::{App, Caller, Work};
use crate::service::enterprises::resource;
use crate::service::letters::Recipient;
use crate::service::officers_at_work::{Officer, officers};
use crate::service::{Error, ErrorCode, Result};
use crate::store::join_requests::{self as requests, JoinRequest};
use crate::store::listings::Waits;
use crate::store::{AnyConn, enterprises, officer_letters as rows};

/// The hour of Việt Nam from which on the letter goes.
const MORNING: i8 = 7;
/// Entries that are looked at in one read.
const AT_ONCE: usize = 200;

/// What waits too long of a sort.
struct Lot {
    /// How many.
    count: u64,
    /// Since when the first of them does.
    oldest: Timestamp,
    /// Of how many the term is over within which the exchange promises to look at them.
    overdue: u64,
}

/// The same of each sort.
type Late = BTreeMap<BacklogKind, Lot>;
/// The same for each officer.
type LateOf = BTreeMap<AccountId, Late>;

/// Whether I am told in the morning of what waits.
pub fn is_wanted(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<bool> {
    let actor = caller.actor(conn, now)?;
    reviewer(&actor)?;
    Ok(rows::wants_digest(conn, actor.account().ok_or(ErrorCode::Forbidden)?)?)
}

/// Says whether I want to be told.
pub fn set_wanted(work: &mut Work<'_, '_>, caller: &Caller, is_wanted: bool) -> Result<()> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = reviewer(&actor)?;
    let account = actor.account().ok_or(ErrorCode::Forbidden)?;
    if rows::set_digest_wanted(work.uow, &permit, account, is_wanted, now)? {
        work.remember(&permit, Deed::AccountEdited, "account", account.0, None)?;
    }
    Ok(())
}

/// Sends the letters of the day when their time has come; gives how many went. When it `is_stopped` meanwhile nothing is told, and
/// the next look begins anew.
pub fn run(app: &App, is_stopped: impl Fn() -> bool) -> Result<usize> {
    let now = app.clock.now();
    let today = day_of(now);
    if local(now).hour() < MORNING {
        return Ok(0);
    }
    let Some(readers) = app.db.read(|conn| readers(app, conn, today, now))? else {
        return Ok(0);
    };
    let until = now
        .checked_sub(app.review_rules.digest_after)
        .map_err(Error::internal)?;
    let Some(late) = late(app, &readers, until, &is_stopped)? else {
        return Ok(0);
    };
    let hours = app.review_rules.digest_after.as_hours();
    let accounts: Vec<Account> = readers.into_iter().map(|officer| officer.account).collect();
    app.write_blocking(move |work| tell(work, today, hours, &accounts, &late))
}

/// Whom the letter of a day goes to; none where that is no working day, or it went.
fn readers(app: &App, conn: &mut AnyConn, today: Date, now: Timestamp) -> Result<Option<Vec<Officer>>> {
    let edition = app.calendars.present(conn)?;
    if !edition.calendar.is_working_day(today) || rows::has_digest_of(conn, today)? {
        return Ok(None);
    }
    let refused = rows::digest_refusals(conn)?;
    let mut readers = officers(conn, now)?;
    readers.retain(|officer| !refused.contains(&officer.account.id) && reviewer(&officer.actor).is_ok());
    Ok(Some(readers))
}

/// What waits since then or longer, for each of the officers; nothing when it is stopped before the last.
fn late(app: &App, readers: &[Officer], until: Timestamp, is_stopped: &dyn Fn() -> bool) -> Result<Option<LateOf>> {
    let mut late = LateOf::new();
    let is_whole = add_entries(app, readers, until, is_stopped, &mut late)?
        && add_join_requests(app, readers, until, is_stopped, &mut late)?
        && registers::add_notices(app, readers, until, is_stopped, &mut late)?
        && registers::add_complaints(app, readers, until, is_stopped, &mut late)?;
    Ok(is_whole.then_some(late))
}

/// One more that waits for an officer, since when, and whether its term is over.
fn add(late: &mut LateOf, officer: &Officer, kind: BacklogKind, (since, is_overdue): (Timestamp, bool)) {
    let of_officer = late.entry(officer.account.id).or_default();
    let lot = of_officer.entry(kind).or_insert(Lot {
        count: 0,
        oldest: since,
        overdue: 0,
    });
    lot.count += 1;
    lot.oldest = since.min(lot.oldest);
    lot.overdue += u64::from(is_overdue);
}

/// Entries of the queue; whether all were looked at.
fn add_entries(
    app: &App,
    readers: &[Officer],
    until: Timestamp,
    is_stopped: &dyn Fn() -> bool,
    late: &mut LateOf,
) -> Result<bool> {
    let now = app.clock.now();
    let mut after = None;
    loop {
        if is_stopped() {
            return Ok(false);
        }
        let batch = app
            .db
            .read(|conn| Reading::begin(Sees::ALL, after).next(conn, &Waits::default(), AT_ONCE))?;
        for entry in batch.iter().filter(|entry| !entry.rests(now)) {
            let (since, _) = entry.place();
            if since > until {
                return Ok(true);
            }
            for officer in readers.iter().filter(|officer| entry.is_for(&officer.actor)) {
                add(late, officer, entry.subject().0.into(), (since, false));
            }
        }
        match batch.last().map(Waiting::place) {
            Some(last) => after = Some(last),
            None => return Ok(true),
        }
    }
}

/// Requests to join enterprises that have no owner, on which officers decide beside the queue; whether all were looked at.
fn add_join_requests(
    app: &App,
    readers: &[Officer],
    until: Timestamp,
    is_stopped: &dyn Fn() -> bool,
    late: &mut LateOf,
) -> Result<bool> {
    let read = |after| app.db.read(|conn| join_requests(conn, after));
    each_of_all(is_stopped, read, |(request, enterprise)| {
        if request.created_at > until {
            return;
        }
        let about = resource(&enterprise);
        let admits = |officer: &&Officer| decide(&officer.actor, Action::AdmitOwner, &about).is_ok();
        for officer in readers.iter().filter(admits) {
            add(late, officer, BacklogKind::JoinRequest, (request.created_at, false));
        }
    })
}

/// Does something with each of what waits, a part after the other, each read behind the last of the one before; whether that was all.
fn each_of_all<T, K>(
    is_stopped: &dyn Fn() -> bool,
    read: impl Fn(Option<K>) -> Result<(Vec<T>, Option<K>)>,
    mut each: impl FnMut(T),
) -> Result<bool> {
    let mut after = None;
    loop {
        if is_stopped() {
            return Ok(false);
        }
        let (batch, last) = read(after)?;
        batch.into_iter().for_each(&mut each);
        if last.is_none() {
            return Ok(true);
        }
        after = last;
    }
}

/// Requests, each with the enterprise, and the last that was looked at.
type Requests = (Vec<(JoinRequest, Enterprise)>, Option<JoinRequestId>);

/// The next of them. What asks to join an enterprise that became part of another one waits for nobody, and keeps no letter.
fn join_requests(conn: &mut AnyConn, after: Option<JoinRequestId>) -> Result<Requests> {
    let limit = i64::try_from(AT_ONCE).map_err(Error::internal)?;
    let rows = requests::pending_at_ownerless(conn, after, limit)?;
    let last = rows.last().map(|request| request.id);
    let mut ids: Vec<EnterpriseId> = rows.iter().map(|request| request.enterprise).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut known = enterprises::find_many(conn, &ids)?;
    known.retain(|enterprise| enterprise.merged_into.is_none());
    let known: HashMap<EnterpriseId, Enterprise> = known.into_iter().map(|one| (one.id, one)).collect();
    let found = rows.into_iter().filter_map(|request| {
        let enterprise = known.get(&request.enterprise)?.clone();
        Some((request, enterprise))
    });
    Ok((found.collect(), last))
}

/// Takes the day, and puts a letter to each officer for whom something waits into the queue.
fn tell(work: &mut Work<'_, '_>, today: Date, hours: i64, readers: &[Account], late: &LateOf) -> Result<usize> {
    let now = work.now;
    if !rows::claim_digest(work.uow, today, now)? {
        return Ok(0);
    }
    let mut sent = 0;
    for officer in readers {
        let Some(late) = late.get(&officer.id) else { continue };
        let lines = late.iter().map(|(kind, lot)| DigestLine {
            about: kind.as_str().to_owned(),
            count: lot.count,
            oldest: lot.oldest,
            overdue: lot.overdue,
        });
        let letter = Letter::ReviewDigest(Digest {
            hours,
            lines: lines.collect(),
        });
        work.send(&Recipient::of(officer), &letter)?;
        sent += 1;
    }
    Ok(sent)
}
