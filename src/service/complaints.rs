//! Complaints about enterprises and their listings: taken in from anybody, acknowledged and answered by officers within
//! their terms, and looked into once more when whoever complained is not content.

use jiff::Timestamp;

use super::context::{Caller, Work};
use super::enterprises::{hide, refused_or_closed, resource};
use super::letters::Recipient;
use super::members::tell_owners_about;
use super::paging::{LOOKED_THROUGH, Register, within_scope};
use super::versions::require_version_if_named;
use super::{ErrorCode, Result, listings as posts};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::account::{Email, Language};
use crate::domain::audit::{Deed, Reason};
use crate::domain::complaint::{Complaint, ComplaintGround, ComplaintState, ComplaintStep, MAX_WAITING, WrongState};
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::ids::{ComplaintId, EnterpriseId, ListingId};
use crate::domain::letter::{ComplaintNews, Letter};
use crate::domain::text::Prose;
pub use crate::store::complaints::{Place, Wanted};
use crate::store::{AnyConn, complaints, enterprises};

/// What somebody complains about.
#[derive(Clone, Debug)]
pub struct NewComplaint {
    /// What it is.
    pub ground: ComplaintGround,
    /// In the words of whoever complains.
    pub details: Prose<4_000>,
    /// Where letters go.
    pub contact: Email,
    /// In which language.
    pub language: Language,
}

/// About whom or what.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// An enterprise.
    Enterprise(EnterpriseId),
    /// A listing, and its enterprise.
    Listing(ListingId),
}

/// What an officer does with a complaint.
#[derive(Clone, Debug)]
pub enum Step {
    /// Takes it up.
    Acknowledge,
    /// Finds it right or wrong.
    Decide {
        /// Whether it is right.
        is_right: bool,
        /// What both sides are told.
        answer: Prose<4_000>,
    },
    /// Looks once more, because whoever complained asked for it.
    Reopen {
        /// Why.
        reason: Reason,
        /// Where letters go from now on.
        contact: Email,
    },
}

/// A complaint as officers see it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The complaint.
    pub complaint: Complaint,
    /// About whom.
    pub enterprise: Enterprise,
}

/// Takes a complaint in.
pub fn take(work: &mut Work<'_, '_>, caller: &Caller, about: About, new: &NewComplaint) -> Result<Complaint> {
    let now = work.now;
    let (permit, enterprise, listing) = match about {
        About::Listing(id) => {
            let (permit, listing, _) = posts::readable(work.conn(), caller, id, now)?;
            (permit, listing.enterprise_id, Some(id))
        }
        About::Enterprise(id) => {
            let actor = caller.actor(work.conn(), now)?;
            let enterprise = enterprises::find(work.conn(), id)?;
            let permit = decide(&actor, Action::ReadEnterprise, &resource(&enterprise))
                .map_err(|refused| refused_or_closed(&enterprise, refused))?;
            // What nobody else sees has done nothing to anybody yet.
            if enterprise.status != EnterpriseStatus::Active {
                return Err(ErrorCode::EnterpriseWrongStatus.into());
            }
            (permit, id, None)
        }
    };
    if complaints::waiting(work.conn(), enterprise)? >= MAX_WAITING {
        return Err(ErrorCode::LimitReached.into());
    }
    let edition = work.calendar()?;
    let complaint = Complaint {
        id: ComplaintId(work.next_id()),
        enterprise,
        listing,
        ground: new.ground,
        details: new.details.clone(),
        contact: Some(new.contact.clone()),
        language: new.language,
        state: ComplaintState::Received,
        received_at: now,
        due_at: Complaint::acknowledge_by(&edition.calendar, now),
        acknowledged_at: None,
        reopened_at: None,
        decided_at: None,
        answer: None,
        former: Vec::new(),
        version: 1,
    };
    complaints::insert(work.uow, &permit, &complaint)?;
    work.remember(&permit, Deed::ComplaintReceived, "complaint", complaint.id.0, None)?;
    Ok(complaint)
}

fn found(conn: &mut AnyConn, actor: &Actor, complaint: Complaint) -> Result<(Permit, Entry)> {
    // A complaint goes along when its enterprise becomes part of another one; nothing that went wrong there may keep
    // officers from all the others.
    let enterprise = enterprises::find_even_merged(conn, complaint.enterprise)?;
    let permit = decide(actor, Action::HandleComplaints, &resource(&enterprise))?;
    Ok((permit, Entry { complaint, enterprise }))
}

/// A page of complaints that are the officer's business, the most urgent first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: Wanted,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<Register<Entry, Place>> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleComplaints, &Resource::None)?;
    let rows = complaints::page(conn, wanted, after, LOOKED_THROUGH, now)?;
    within_scope(
        rows,
        limit,
        |row| (row.due_at, row.id),
        |row| Ok(found(conn, &actor, row)?.1),
    )
}

/// One complaint.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: ComplaintId, now: Timestamp) -> Result<Entry> {
    let actor = caller.actor(conn, now)?;
    let complaint = complaints::find(conn, id).map_err(|error| hide(&actor, error))?;
    Ok(found(conn, &actor, complaint)?.1)
}

/// Does a step with a complaint. Both sides are told; whoever complained stays unnamed, and the address is forgotten
/// with the answer.
pub fn handle(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ComplaintId,
    seen: Option<i64>,
    step: &Step,
) -> Result<Entry> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let complaint = complaints::find(work.conn(), id).map_err(|error| hide(&actor, error))?;
    let (permit, mut entry) = found(work.conn(), &actor, complaint)?;
    let complaint = &mut entry.complaint;
    require_version_if_named(seen, complaint.version)?;
    let (kind, deed, reason) = match step {
        Step::Acknowledge => (ComplaintStep::Acknowledge, Deed::ComplaintAcknowledged, None),
        Step::Decide { is_right: true, .. } => (ComplaintStep::Resolve, Deed::ComplaintResolved, None),
        Step::Decide { .. } => (ComplaintStep::Reject, Deed::ComplaintRejected, None),
        Step::Reopen { reason, .. } => (ComplaintStep::Reopen, Deed::ComplaintReopened, Some(reason)),
    };
    let edition = work.calendar()?;
    complaint
        .step(kind, &edition.calendar, now)
        .map_err(|WrongState(state)| match (state, kind) {
            (ComplaintState::Received, _) | (_, ComplaintStep::Reopen) => ErrorCode::TooEarly,
            _ => ErrorCode::AlreadyDecided,
        })?;
    let contact = match step {
        Step::Acknowledge => complaint.contact.clone(),
        Step::Decide { answer, .. } => {
            complaint.answer = Some(answer.clone());
            complaint.contact.take()
        }
        Step::Reopen { contact, .. } => {
            complaint.contact = Some(contact.clone());
            Some(contact.clone())
        }
    };
    complaints::update(work.uow, &permit, complaint)?;
    work.remember(&permit, deed, "complaint", id.0, reason)?;
    tell(work, &entry, contact, step)?;
    Ok(entry)
}

fn tell(work: &mut Work<'_, '_>, entry: &Entry, contact: Option<Email>, step: &Step) -> Result<()> {
    let complaint = &entry.complaint;
    let news = |step: &str, text: Option<&str>| {
        Letter::Complaint(ComplaintNews {
            step: step.to_owned(),
            enterprise: entry.enterprise.profile.legal_name.to_string(),
            text: text.map(str::to_owned),
            due_at: complaint.due_at,
        })
    };
    let state = complaint.state.as_str();
    let (to_complainant, to_owners) = match step {
        Step::Acknowledge => (news(state, None), news("forwarded", Some(complaint.details.as_str()))),
        Step::Decide { answer, .. } => (news(state, Some(answer.as_str())), news(state, Some(answer.as_str()))),
        Step::Reopen { reason, .. } => {
            let letter = news(state, Some(reason.text.as_str()));
            (letter.clone(), letter)
        }
    };
    if let Some(email) = contact {
        let recipient = Recipient {
            email: &email,
            name: None,
            language: complaint.language,
            account: None,
        };
        work.send_about(&recipient, complaint.listing, &to_complainant)?;
    }
    tell_owners_about(work, complaint.enterprise, complaint.listing, &to_owners)
}
