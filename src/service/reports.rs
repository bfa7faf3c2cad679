//! Reports of abuse: what anybody says is wrong with a public listing, and what officers decide about it. A decision
//! does nothing to the listing: it is suspended or taken down by itself.

use jiff::Timestamp;

use super::context::{Caller, Work};
use super::enterprises::hide;
use super::holds;
use super::letters::Recipient;
use super::listings::{self as posts, resource, wrong_status};
use super::paging::{LOOKED_THROUGH, Register, within_scope};
use super::review::claims;
use super::versions::require_version_if_named;
use super::{ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Resource, decide, is_public_listing};
use crate::domain::account::{Email, Language};
use crate::domain::audit::Deed;
use crate::domain::ids::{ListingId, ReportId};
use crate::domain::letter::Letter;
use crate::domain::listing::Listing;
use crate::domain::report::{MAX_WAITING, Report, ReportGround, ReportState};
use crate::domain::review::EntryKind;
use crate::domain::text::Prose;
use crate::store::listings::OwnerCard;
pub use crate::store::reports::{Place, Wanted};
use crate::store::{AnyConn, listings, reports};

/// What somebody tells.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// What is wrong.
    pub ground: ReportGround,
    /// In the reader's words.
    pub details: Prose<2_000>,
    /// Where the answer goes.
    pub contact: Option<Email>,
    /// In which language.
    pub language: Language,
}

/// A report as officers see it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The report.
    pub report: Report,
    /// The listing.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
}

/// Takes a report in.
pub fn take(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, new: &NewReport) -> Result<Report> {
    let now = work.now;
    let (permit, listing, owner) = posts::readable(work.conn(), caller, id, now)?;
    // What only its owner and officers see needs no report.
    holds::require_not_held(&listing)?;
    if !is_public_listing(listing.status, listing.hold, owner.status) {
        return Err(wrong_status(listing.status));
    }
    if reports::waiting(work.conn(), id)? >= MAX_WAITING {
        return Err(ErrorCode::LimitReached.into());
    }
    let edition = work.calendar()?;
    let report = Report {
        id: ReportId(work.next_id()),
        listing: id,
        ground: new.ground,
        details: new.details.clone(),
        contact: new.contact.clone(),
        language: new.language,
        state: ReportState::Received,
        received_at: now,
        due_at: Report::due(&edition.calendar, now),
        decided_at: None,
        answer: None,
        version: 1,
    };
    reports::insert(work.uow, &permit, &report)?;
    failpoint!("reports.inserted", super::Error::busy);
    work.remember(&permit, Deed::ListingReported, "report", report.id.0, None)?;
    Ok(report)
}

fn found(conn: &mut AnyConn, actor: &Actor, report: Report, now: Timestamp) -> Result<(Permit, Entry)> {
    let (listing, owner) = listings::find_at(conn, report.listing, now)?;
    let permit = decide(actor, Action::HandleReports, &resource(&listing, &owner))?;
    Ok((permit, Entry { report, listing, owner }))
}

/// A page of reports that are the officer's business, the most urgent first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: Wanted,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<Register<Entry, Place>> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleReports, &Resource::None)?;
    let rows = reports::page(conn, wanted, after, LOOKED_THROUGH, now)?;
    within_scope(
        rows,
        limit,
        |row| (row.due_at, row.id),
        |row| Ok(found(conn, &actor, row, now)?.1),
    )
}

/// One report.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: ReportId, now: Timestamp) -> Result<Entry> {
    let actor = caller.actor(conn, now)?;
    let report = reports::find(conn, id).map_err(|error| hide(&actor, error))?;
    Ok(found(conn, &actor, report, now)?.1)
}

/// Decides on a report. Whoever gave an address is told, and the address is forgotten.
pub fn decide_on(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ReportId,
    seen: Option<i64>,
    is_right: bool,
    answer: &Prose<2_000>,
) -> Result<Entry> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let report = reports::find(work.conn(), id).map_err(|error| hide(&actor, error))?;
    let (permit, mut entry) = found(work.conn(), &actor, report, now)?;
    let report = &mut entry.report;
    require_version_if_named(seen, report.version)?;
    let decided = report.state.decide(is_right);
    report.state = decided.map_err(|_decided| ErrorCode::AlreadyDecided)?;
    claims::settle(work, &permit, (EntryKind::Report, id.0))?;
    report.decided_at = Some(now);
    report.answer = Some(answer.clone());
    let contact = report.contact.take();
    let language = report.language;
    reports::update(work.uow, &permit, report)?;
    let deed = if is_right {
        Deed::ReportUpheld
    } else {
        Deed::ReportDismissed
    };
    work.remember(&permit, deed, "report", id.0, None)?;
    if let Some(email) = contact {
        let letter = Letter::ReportAnswered {
            title: posts::public_name(&entry.listing),
            upheld: is_right,
            answer: answer.as_str().to_owned(),
        };
        let recipient = Recipient {
            email: &email,
            name: None,
            language,
            account: None,
        };
        work.send_about(&recipient, Some(entry.listing.id), &letter)?;
    }
    Ok(entry)
}
