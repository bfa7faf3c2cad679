//! Reports of abuse: what anybody says is wrong with a public listing, and what officers decide about it. A decision
//! does nothing to the listing: it is suspended or taken down by itself.

use jiff::Timestamp;

use super::context::{Caller, Work};
use super::enterprises::hide;
use super::letters::Recipient;
use super::listings::{self as posts, resource, wrong_status};
use super::{ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Resource, decide, is_public_listing};
use crate::domain::account::{Email, Language};
use crate::domain::audit::Deed;
use crate::domain::ids::{ListingId, ReportId};
use crate::domain::letter::Letter;
use crate::domain::listing::Listing;
use crate::domain::report::{Report, ReportGround, ReportState};
use crate::domain::text::Prose;
use crate::store::listings::OwnerCard;
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
    if !is_public_listing(listing.status, listing.hold, owner.status) {
        return Err(wrong_status(listing.status));
    }
    let report = Report {
        id: ReportId(work.next_id()),
        listing: id,
        ground: new.ground,
        details: new.details.clone(),
        contact: new.contact.clone(),
        language: new.language,
        state: ReportState::Received,
        received_at: now,
        decided_at: None,
        answer: None,
        version: 1,
    };
    reports::insert(work.uow, &permit, &report)?;
    work.remember(&permit, Deed::ListingReported, "report", report.id.0, None)?;
    Ok(report)
}

fn found(conn: &mut AnyConn, actor: &Actor, report: Report, now: Timestamp) -> Result<(Permit, Entry)> {
    let (listing, owner) = listings::find_at(conn, report.listing, now)?;
    let permit = decide(actor, Action::HandleReports, &resource(&listing, &owner))?;
    Ok((permit, Entry { report, listing, owner }))
}

/// Looked at for one page at the most, where a scope leaves gaps.
const LOOKED_THROUGH: i64 = 1_000;

/// A page of reports that are the officer's business, oldest first, and where the next one begins. It may be short and
/// have a next one.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    state: Option<ReportState>,
    after: Option<(Timestamp, ReportId)>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Entry>, Option<(Timestamp, ReportId)>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleReports, &Resource::None)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let rows = reports::page(conn, state, after, LOOKED_THROUGH)?;
    let is_last = i64::try_from(rows.len()).is_ok_and(|count| count < LOOKED_THROUGH);
    let (mut entries, mut place) = (Vec::new(), None);
    for report in rows {
        let seen_to = (report.received_at, report.id);
        match found(conn, &actor, report, now) {
            Ok(_) if entries.len() == limit => return Ok((entries, place)),
            Ok((_, entry)) => entries.push(entry),
            Err(error) if error.refused.is_some() => {}
            Err(error) => return Err(error),
        }
        place = Some(seen_to);
    }
    Ok((entries, place.filter(|_| !is_last)))
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
    if seen.is_some_and(|seen| seen != report.version) {
        return Err(ErrorCode::StaleVersion.into());
    }
    let decided = report.state.decide(is_right);
    report.state = decided.map_err(|_decided| ErrorCode::AlreadyDecided)?;
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
            title: entry.listing.content.title.vi.to_string(),
            upheld: is_right,
            answer: answer.as_str().to_owned(),
        };
        let recipient = Recipient {
            email: &email,
            name: None,
            language,
            account: None,
        };
        work.send(&recipient, &letter)?;
    }
    Ok(entry)
}
