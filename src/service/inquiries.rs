//! Inquiries about listings: sent by enterprises to the owners of listings, read by both sides, and by officers as far as who asked
//! whom and where it stands. What both sides do with them is in [`steps`].

pub(super) mod mergers;
pub mod steps;
pub mod terms;

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::{hide, permitted};
use super::listings::{OwnerCard, gone, public_name, resource};
use super::members::tell_owners_about;
use super::paging::{cut, rows_for};
use super::{Error, ErrorCode, Result, exports, screening};
use crate::domain::access::{
    Action, Actor, InquiryStanding, Permit, Place as Scoped, Refusal, Refused, Resource, decide,
};
use crate::domain::audit::Deed;
use crate::domain::calendar::{day_of, deadline_of};
use crate::domain::ids::{AccountId, EnterpriseId, InquiryId, ListingId};
use crate::domain::inquiry::{
    Inquiry, InquiryContent, InquiryDraft, InquiryMessage, InquirySide, InquiryState, InquiryStep, WrongStep,
};
use crate::domain::letter::{InquiryNews, Letter};
use crate::domain::listing::Listing;
use crate::store::audit::Change;
use crate::store::audit_chain::Hash;
pub use crate::store::inquiries::Place;
use crate::store::{AnyConn, inquiries as rows, listings};

/// Most that an enterprise sends in a day.
const OF_ENTERPRISE_A_DAY: i64 = 50;
/// Most that one of its people does: nobody uses up what the others have.
const OF_ACCOUNT_A_DAY: i64 = 20;

/// An inquiry as somebody reads it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The inquiry.
    pub inquiry: Inquiry,
    /// On which side the reader stands; nobody's of officers, who read nothing of what was written.
    pub side: Option<InquirySide>,
    /// What the listing is called.
    pub title: String,
    /// Its code.
    pub code: Option<String>,
    /// What whoever asked is called.
    pub asker: String,
    /// What the owner is called.
    pub owner: String,
    /// What the reader may do with it now.
    pub possible: Vec<InquiryStep>,
}

/// The side on which somebody stands.
fn side_of(actor: &Actor, inquiry: &Inquiry) -> Option<InquirySide> {
    let (enterprise, _) = actor.enterprise()?;
    inquiry.side_of(enterprise)
}

fn standing<'a>(inquiry: &Inquiry, listing: &'a Listing, owner: &'a OwnerCard) -> Resource<'a> {
    Resource::Inquiry(InquiryStanding {
        asker: inquiry.asker,
        owner: inquiry.owner,
        place: Scoped {
            commune: &owner.commune_code,
            fields: &listing.content.field_codes,
        },
    })
}

/// An inquiry to which the caller may do this.
fn found(
    conn: &mut AnyConn,
    caller: &Caller,
    id: InquiryId,
    action: Action,
    now: Timestamp,
) -> Result<(Actor, Permit, Inquiry)> {
    let actor = caller.actor(conn, now)?;
    let inquiry = rows::find(conn, id).map_err(|error| hide(&actor, error))?;
    let (listing, owner) = listings::find(conn, inquiry.listing)?;
    let permit = decide(&actor, action, &standing(&inquiry, &listing, &owner))?;
    Ok((actor, permit, inquiry))
}

fn wrong_state(wrong: WrongStep) -> Error {
    Error {
        log: Some(wrong.to_string()),
        ..ErrorCode::InquiryWrongState.into()
    }
}

/// Hash of an inquiry, without when it was first read, which is no change of it.
pub(super) fn state_of(inquiry: &Inquiry) -> Result<Hash> {
    let proposal = inquiry
        .proposal
        .as_ref()
        .map(|proposal| json!({"at": proposal.at, "by": proposal.by.as_str(), "outcome": proposal.outcome}));
    state::of_document(&json!({
        "asker_id": inquiry.asker.0,
        "content": InquiryDraft::from(&inquiry.content),
        "created_at": inquiry.created_at,
        "created_by": inquiry.created_by.map(|account| account.0),
        "decline_reason": inquiry.decline_reason.map(|reason| reason.as_str()),
        "end_note": inquiry.end_note.as_ref().map(|note| note.as_str()),
        "ended_at": inquiry.ended_at,
        "ended_by": inquiry.ended_by.map(InquirySide::as_str),
        "first_reply_at": inquiry.first_reply_at,
        "id": inquiry.id.0,
        "listing_id": inquiry.listing.0,
        "message_count": inquiry.message_count,
        "outcome": inquiry.outcome,
        "owner_id": inquiry.owner.0,
        "proposal": proposal,
        "respond_by": inquiry.respond_by,
        "state": inquiry.state.as_str(),
        "updated_at": inquiry.updated_at,
        "version": inquiry.version,
    }))
}

/// Why somebody who sees a listing cannot ask about it.
fn not_an_asker(actor: &Actor, refused: Refused, listing: &Listing) -> Error {
    let error: Error = match actor.enterprise() {
        Some((own, _)) if own == listing.enterprise_id => ErrorCode::OwnListing.into(),
        Some(_) => ErrorCode::Forbidden.into(),
        None => Error::new(
            ErrorCode::Forbidden,
            "Phiếu bày tỏ quan tâm do doanh nghiệp gửi; tài khoản cán bộ và tài khoản chưa thuộc doanh nghiệp nào không gửi được.",
            "Inquiries are sent by enterprises; officers and accounts that belong to none do not send them.",
        ),
    };
    Error {
        refused: Some(refused.action),
        ..error
    }
}

/// Sends one to the owner of a listing, who is told.
pub fn send(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, content: &InquiryContent) -> Result<Seen> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let (listing, owner) = listings::find_at(work.conn(), id, now).map_err(|error| hide(&actor, error))?;
    let permit = match decide(&actor, Action::SendInquiry, &resource(&listing, &owner)) {
        Ok(permit) => permit,
        Err(refused) if refused.why == Refusal::Forbidden => return Err(not_an_asker(&actor, refused, &listing)),
        Err(refused) => return Err(gone(work.conn(), refused, &listing, &owner)?),
    };
    // Whoever sees a listing of somebody else's sees it in public, so that nothing else has to be asked of it.
    if !listing.audience.open_for_inquiry {
        return Err(ErrorCode::InquiriesClosed.into());
    }
    let (asker, _) = actor.enterprise().ok_or(ErrorCode::Forbidden)?;
    let account = actor.account().ok_or(ErrorCode::Forbidden)?;
    require_clean(work.conn(), content)?;
    if rows::has_open(work.conn(), id, asker)? {
        return Err(ErrorCode::AlreadyThere.into());
    }
    refuse_flood(work, asker, account)?;
    let until = now.checked_add(work.terms.answer).map_err(Error::internal)?;
    let inquiry = Inquiry {
        id: InquiryId(work.next_id()),
        listing: id,
        asker,
        owner: listing.enterprise_id,
        created_by: Some(account),
        content: content.clone(),
        state: InquiryState::Submitted,
        decline_reason: None,
        end_note: None,
        ended_by: None,
        proposal: None,
        outcome: None,
        message_count: 0,
        respond_by: deadline_of(day_of(until)),
        first_viewed_at: None,
        first_reply_at: None,
        created_at: now,
        updated_at: now,
        ended_at: None,
        version: 1,
    };
    rows::insert(work.uow, &permit, &inquiry)?;
    failpoint!("inquiries.inserted", Error::busy);
    let made = Change::made(state_of(&inquiry)?);
    work.remember_change(&permit, Deed::InquirySent, ("inquiry", inquiry.id.0), None, made)?;
    tell(work, &inquiry, "sent", InquirySide::Owner)?;
    seen(work.conn(), &actor, inquiry, now)
}

/// Refuses words that are not published on the exchange either.
fn require_clean(conn: &mut AnyConn, content: &InquiryContent) -> Result<()> {
    let written = json!({
        "message": content.message.as_str(),
        "quantity": content.quantity.as_ref().map(|text| text.as_str()),
        "timeframe": content.timeframe.as_ref().map(|text| text.as_str()),
    });
    screening::require_clean_words(conn, &written)
}

fn refuse_flood(work: &mut Work<'_, '_>, asker: EnterpriseId, account: AccountId) -> Result<()> {
    let since = work.now.checked_sub(SignedDuration::from_hours(24));
    let since = since.map_err(Error::internal)?;
    let (of_enterprise, of_account) = rows::sent_since(work.conn(), asker, account, since)?;
    if of_enterprise >= OF_ENTERPRISE_A_DAY || of_account >= OF_ACCOUNT_A_DAY {
        return Err(Error {
            retry_after: Some(3_600),
            ..ErrorCode::TooManyRequests.into()
        });
    }
    Ok(())
}

/// Tells one side what was done.
fn tell(work: &mut Work<'_, '_>, inquiry: &Inquiry, step: &str, to: InquirySide) -> Result<()> {
    let now = work.now;
    let (listing, _) = listings::find_at(work.conn(), inquiry.listing, now)?;
    let other = rows::names(work.conn(), &[inquiry.on(to.other())])?;
    let letter = Letter::Inquiry(InquiryNews {
        step: step.to_owned(),
        title: public_name(&listing),
        other: other.into_values().next().unwrap_or_default(),
        respond_by: (step == "sent").then_some(inquiry.respond_by),
    });
    tell_owners_about(work, inquiry.on(to), Some(inquiry.listing), &letter)
}

/// What somebody wants to know beside inquiries.
fn many(conn: &mut AnyConn, actor: &Actor, inquiries: Vec<Inquiry>, now: Timestamp) -> Result<Vec<Seen>> {
    let parties: BTreeSet<EnterpriseId> = inquiries.iter().flat_map(|one| [one.asker, one.owner]).collect();
    let names = rows::names(conn, &parties.into_iter().collect::<Vec<_>>())?;
    let name = |id: &EnterpriseId| names.get(id).cloned().unwrap_or_default();
    let about: BTreeSet<ListingId> = inquiries.iter().map(|one| one.listing).collect();
    let about = listings::find_many(conn, &about.into_iter().collect::<Vec<_>>())?;
    let about: HashMap<ListingId, _> = about.into_iter().map(|row| (row.0.id, row)).collect();
    let told = |inquiry: Inquiry| -> Result<Seen> {
        let (listing, owner) = about.get(&inquiry.listing).ok_or(ErrorCode::NotFound)?;
        let mut listing = listing.clone();
        listing.lapse(now);
        let side = side_of(actor, &inquiry);
        let may = decide(actor, Action::AnswerInquiry, &standing(&inquiry, &listing, owner)).is_ok();
        let is_possible = |step: &InquiryStep| side.is_some() && inquiry.state.after(*step, side).is_ok();
        let possible = InquiryStep::ALL.iter().copied().filter(|step| may && is_possible(step));
        Ok(Seen {
            side,
            possible: possible.collect(),
            title: public_name(&listing),
            code: listing.code.map(|code| code.to_string()),
            asker: name(&inquiry.asker),
            owner: name(&inquiry.owner),
            inquiry,
        })
    };
    inquiries.into_iter().map(told).collect()
}

fn seen(conn: &mut AnyConn, actor: &Actor, inquiry: Inquiry, now: Timestamp) -> Result<Seen> {
    let found = many(conn, actor, vec![inquiry], now)?.pop();
    found.ok_or_else(|| ErrorCode::NotFound.into())
}

/// Reads one. The first reading of the owner's side is noted, and every one of an officer's is in the trail.
pub fn read(work: &mut Work<'_, '_>, caller: &Caller, id: InquiryId) -> Result<Seen> {
    let now = work.now;
    let (actor, permit, mut inquiry) = found(work.conn(), caller, id, Action::ReadInquiry, now)?;
    if matches!(actor, Actor::Officer { .. }) {
        work.remember(&permit, Deed::InquiryInspected, "inquiry", id.0, None)?;
    } else if side_of(&actor, &inquiry) == Some(InquirySide::Owner)
        && inquiry.first_viewed_at.is_none()
        && rows::mark_viewed(work.uow, &permit, id, now)?
    {
        inquiry.first_viewed_at = Some(now);
        work.remember(&permit, Deed::InquiryViewed, "inquiry", id.0, None)?;
    }
    seen(work.conn(), &actor, inquiry, now)
}

/// A page of what was written in one, in its order, for both sides.
pub fn messages(
    conn: &mut AnyConn,
    caller: &Caller,
    id: InquiryId,
    (after, limit): (i64, u32),
    now: Timestamp,
) -> Result<(Vec<InquiryMessage>, Option<i64>)> {
    found(conn, caller, id, Action::ReadInquiryMessages, now)?;
    let messages = rows::messages(conn, id, after, rows_for(limit))?;
    Ok(cut(messages, limit, |message| message.number))
}

/// Which inquiries of an enterprise are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Whose.
    pub enterprise: EnterpriseId,
    /// Those that it got, as the owner, or those that it sent.
    pub side: InquirySide,
    /// In this state.
    pub state: Option<InquiryState>,
}

/// A page of the inquiries of an enterprise, the newest first: for its members, and for officers, of whom the trail tells by which
/// `filter`.
pub fn list(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (wanted, filter): (Wanted, &str),
    after: Option<Place>,
    limit: u32,
) -> Result<(Vec<Seen>, Option<Place>)> {
    let now = work.now;
    let (permit, _) = permitted(work.conn(), caller, wanted.enterprise, Action::ReadInquiry, now)?;
    let whose = (wanted.enterprise, wanted.side);
    let page = rows::page(work.conn(), whose, wanted.state, after, rows_for(limit))?;
    let (page, next) = cut(page, limit, |row| (row.created_at, row.id));
    if matches!(permit.actor(), Actor::Officer { .. }) {
        exports::remember_page(work, &permit, Deed::InquiriesListed, (filter, page.len()))?;
    }
    Ok((many(work.conn(), permit.actor(), page, now)?, next))
}
