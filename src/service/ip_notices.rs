//! Notices of rights holders that a listing infringes intellectual property, and what its owner answers. While a notice
//! holds, the listing is hidden; it comes back when the last one is lifted.

use jiff::Timestamp;

use super::context::{Caller, Work};
use super::enterprises::hide;
use super::holds;
use super::letters::Recipient;
use super::listings::{self as posts, resource, wrong_status};
use super::members::tell_owners_about;
use super::paging::{LOOKED_THROUGH, Register, within_scope};
use super::versions::require_version_if_named;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Resource, decide, is_public_listing};
use crate::domain::account::Email;
use crate::domain::audit::{Deed, Reason};
use crate::domain::calendar;
use crate::domain::ids::{IpNoticeId, ListingId};
use crate::domain::ip_notice::{Claimed, IpNotice, IpNoticeState, IpNoticeStep, MAX_OPEN, NotNow, WrongState};
use crate::domain::letter::{Letter, NoticeNews};
use crate::domain::listing::Listing;
use crate::domain::listing::hold::HoldKind;
use crate::domain::text::Prose;
pub use crate::store::ip_notices::{Place, Wanted};
use crate::store::listings::OwnerCard;
use crate::store::{AnyConn, ip_notices, listings};

/// What somebody does with a notice.
#[derive(Clone, Debug)]
pub enum Step {
    /// An officer holds the listing.
    Accept,
    /// An officer refuses the notice.
    Reject(Reason),
    /// The owner answers.
    Counter(Prose<4_000>),
    /// An officer lets it hold for good.
    Uphold(Reason),
    /// An officer lets the listing go on.
    Restore(Reason),
}

impl Step {
    fn kind(&self) -> IpNoticeStep {
        match self {
            Self::Accept => IpNoticeStep::Accept,
            Self::Reject(_) => IpNoticeStep::Reject,
            Self::Counter(_) => IpNoticeStep::Counter,
            Self::Uphold(_) => IpNoticeStep::Uphold,
            Self::Restore(_) => IpNoticeStep::Restore,
        }
    }

    fn action(&self) -> Action {
        match self {
            Self::Counter(_) => Action::EditListing,
            _ => Action::HandleIpNotices,
        }
    }

    fn deed(&self) -> Deed {
        match self {
            Self::Accept => Deed::IpNoticeAccepted,
            Self::Reject(_) => Deed::IpNoticeRejected,
            Self::Counter(_) => Deed::IpNoticeCountered,
            Self::Uphold(_) => Deed::IpNoticeUpheld,
            Self::Restore(_) => Deed::IpNoticeRestored,
        }
    }

    fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Reject(reason) | Self::Uphold(reason) | Self::Restore(reason) => Some(reason),
            Self::Accept | Self::Counter(_) => None,
        }
    }
}

/// A notice as officers and the owner of the listing see it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The notice.
    pub notice: IpNotice,
    /// The listing.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// Whether the address of the claimant is shown: to officers.
    pub shows_contact: bool,
}

/// Takes a notice in.
pub fn take(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, claimed: &Claimed) -> Result<IpNotice> {
    let now = work.now;
    let (permit, listing, owner) = posts::readable(work.conn(), caller, id, now)?;
    holds::require_not_held(&listing)?;
    if !is_public_listing(listing.status, listing.hold, owner.status) {
        return Err(wrong_status(listing.status));
    }
    if ip_notices::waiting(work.conn(), id)? >= MAX_OPEN {
        return Err(ErrorCode::LimitReached.into());
    }
    let (id_of_notice, edition) = (IpNoticeId(work.next_id()), work.calendar()?);
    let notice = IpNotice::new(id_of_notice, id, claimed.clone(), &edition.calendar, now);
    ip_notices::insert(work.uow, &permit, &notice)?;
    work.remember(&permit, Deed::IpNoticeReceived, "ip_notice", notice.id.0, None)?;
    Ok(notice)
}

fn found(
    conn: &mut AnyConn,
    actor: &Actor,
    action: Action,
    notice: IpNotice,
    now: Timestamp,
) -> Result<(Permit, Entry)> {
    let (listing, owner) = listings::find_at(conn, notice.listing, now)?;
    let permit = decide(actor, action, &resource(&listing, &owner))?;
    let shows_contact = decide(actor, Action::HandleIpNotices, &resource(&listing, &owner)).is_ok();
    Ok((
        permit,
        Entry {
            notice,
            listing,
            owner,
            shows_contact,
        },
    ))
}

/// A page of notices that are the officer's business, the most urgent first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: Wanted,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<Register<Entry, Place>> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleIpNotices, &Resource::None)?;
    let rows = ip_notices::page(conn, wanted, after, LOOKED_THROUGH, now)?;
    within_scope(
        rows,
        limit,
        |row| (row.due_at, row.id),
        |row| Ok(found(conn, &actor, Action::HandleIpNotices, row, now)?.1),
    )
}

/// One notice, for officers and for whoever may see what is kept from the public about the listing.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: IpNoticeId, now: Timestamp) -> Result<Entry> {
    let actor = caller.actor(conn, now)?;
    let notice = ip_notices::find(conn, id).map_err(|error| hide(&actor, error))?;
    let (_, entry) = found(conn, &actor, Action::ReadRevision, notice, now)?;
    // What nobody looked at, or what was refused, is no business of the owner's.
    if !entry.shows_contact && entry.notice.accepted_at.is_none() {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(entry)
}

/// Does a step with a notice.
pub fn handle(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: IpNoticeId,
    seen: Option<i64>,
    step: &Step,
) -> Result<Entry> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let notice = ip_notices::find(work.conn(), id).map_err(|error| hide(&actor, error))?;
    let (permit, mut entry) = found(work.conn(), &actor, step.action(), notice, now)?;
    if step.action() == Action::HandleIpNotices {
        caller.require_fresh(work.conn(), now)?;
    } else if entry.notice.accepted_at.is_none() {
        return Err(ErrorCode::NotFound.into());
    }
    let notice = &mut entry.notice;
    require_version_if_named(seen, notice.version)?;
    let edition = work.calendar()?;
    notice.step(step.kind(), &edition.calendar, now).map_err(not_now)?;
    if let Step::Counter(statement) = step {
        notice.counter = Some((statement.clone(), now));
    }
    let contact = notice.claimed.contact.clone();
    // It was refused or lifted: nobody writes there any more.
    if matches!(step, Step::Reject(_) | Step::Restore(_)) {
        notice.claimed.contact = None;
    }
    ip_notices::update(work.uow, &permit, notice)?;
    work.remember(&permit, step.deed(), "ip_notice", id.0, step.reason())?;
    put_hold(work, &permit, &mut entry, step)?;
    tell(work, &entry, contact, step)?;
    Ok(entry)
}

fn not_now(why: NotNow) -> Error {
    match why {
        NotNow::State(WrongState(IpNoticeState::Received)) => Error::new(
            ErrorCode::TooEarly,
            "Thông báo chưa được xem xét: trước hết phải chấp nhận (`acceptance`) hoặc từ chối (`rejection`).",
            "The notice was not accepted yet: accept it (`acceptance`) or reject it (`rejection`) first.",
        ),
        NotNow::State(_) => ErrorCode::AlreadyDecided.into(),
        NotNow::OwnersTurn(until) => {
            let day = calendar::day_of(until);
            Error::new(
                ErrorCode::TooEarly,
                format!(
                    "Chủ tin còn thời hạn phản thông báo; nếu chưa có phản thông báo thì chỉ giữ nguyên việc gỡ được từ ngày {}.",
                    day.strftime("%d/%m/%Y")
                ),
                format!("The owner may still answer; without an answer the notice can be upheld from {day} on."),
            )
        }
    }
}

/// Holds the listing, or lets it go on when no other notice holds it.
fn put_hold(work: &mut Work<'_, '_>, permit: &Permit, entry: &mut Entry, step: &Step) -> Result<()> {
    let listing = &mut entry.listing;
    let (hold, deed) = match step {
        Step::Accept => (listing.hold.with(HoldKind::IpNotice), Deed::ListingIpHeld),
        Step::Restore(_) if ip_notices::holding(work.conn(), listing.id)?.is_empty() => {
            (listing.hold.without(HoldKind::IpNotice), Deed::ListingIpReleased)
        }
        _ => return Ok(()),
    };
    holds::put(work, permit, listing, hold, (deed, step.reason()))
}

/// Tells the claimant and the owners.
fn tell(work: &mut Work<'_, '_>, entry: &Entry, contact: Option<Email>, step: &Step) -> Result<()> {
    let notice = &entry.notice;
    let news = |step: &str, text: Option<&str>| {
        Letter::IpNotice(NoticeNews {
            step: step.to_owned(),
            title: posts::public_name(&entry.listing),
            notice: notice.id.to_string(),
            claimant: (step == "held").then(|| notice.claimed.claimant.to_string()),
            text: text.map(str::to_owned),
            due_at: notice.due_at,
        })
    };
    let state = notice.state.as_str();
    let (to_claimant, to_owners) = match step {
        Step::Accept => (
            news(state, None),
            Some(news("held", Some(notice.claimed.statement.as_str()))),
        ),
        Step::Reject(reason) => (news(state, Some(reason.text.as_str())), None),
        Step::Counter(statement) => (news(state, Some(statement.as_str())), None),
        Step::Uphold(reason) | Step::Restore(reason) => {
            let letter = news(state, Some(reason.text.as_str()));
            (letter.clone(), Some(letter))
        }
    };
    if let Some(email) = contact {
        let recipient = Recipient {
            email: &email,
            name: None,
            language: notice.claimed.language,
            account: None,
        };
        work.send_about(&recipient, Some(entry.listing.id), &to_claimant)?;
    }
    match to_owners {
        Some(letter) => tell_owners_about(work, entry.listing.enterprise_id, Some(entry.listing.id), &letter),
        None => Ok(()),
    }
}
