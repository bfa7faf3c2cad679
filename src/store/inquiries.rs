//! Rows of inquiries about listings, and of what both sides wrote.

mod messages;

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use jiff::Timestamp;

pub use messages::{add_message, messages, said_since, written_by};

use super::schema::{enterprises, inquiries};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{AccountId, EnterpriseId, InquiryId, ListingId};
use crate::domain::inquiry::{Inquiry, InquiryContent, InquirySide, InquiryState, Proposal};
use crate::domain::text::{Line, Prose};

#[derive(Queryable)]
struct Row {
    id: DbId,
    listing_id: DbId,
    asker_id: DbId,
    owner_id: DbId,
    created_by: Option<DbId>,
    interest: String,
    message: String,
    quantity: Option<String>,
    budget: Option<DbJson>,
    timeframe: Option<String>,
    state: String,
    decline_reason: Option<String>,
    end_note: Option<String>,
    ended_by: Option<String>,
    proposed_by: Option<String>,
    proposed_outcome: Option<DbJson>,
    proposed_at: Option<DbTs>,
    outcome: Option<DbJson>,
    message_count: i64,
    respond_by: DbTs,
    first_viewed_at: Option<DbTs>,
    first_reply_at: Option<DbTs>,
    created_at: DbTs,
    updated_at: DbTs,
    ended_at: Option<DbTs>,
    version: i64,
}

impl Row {
    fn into_domain(self) -> Result<Inquiry> {
        let proposal = match (self.proposed_by, self.proposed_outcome, self.proposed_at) {
            (Some(by), Some(outcome), Some(at)) => Some(Proposal {
                by: by.parse()?,
                outcome: outcome.read_known()?,
                at: at.0,
            }),
            _ => None,
        };
        Ok(Inquiry {
            id: InquiryId(self.id.0),
            listing: ListingId(self.listing_id.0),
            asker: EnterpriseId(self.asker_id.0),
            owner: EnterpriseId(self.owner_id.0),
            created_by: self.created_by.map(|id| AccountId(id.0)),
            content: InquiryContent {
                interest: self.interest.parse()?,
                message: Prose::stored(self.message),
                quantity: self.quantity.map(Line::stored),
                budget: self.budget.map(|budget| budget.read_known()).transpose()?,
                timeframe: self.timeframe.map(Line::stored),
            },
            state: self.state.parse()?,
            decline_reason: self.decline_reason.map(|reason| reason.parse()).transpose()?,
            end_note: self.end_note.map(Prose::stored),
            ended_by: self.ended_by.map(|side| side.parse()).transpose()?,
            proposal,
            outcome: self.outcome.map(|outcome| outcome.read_known()).transpose()?,
            message_count: self.message_count,
            respond_by: self.respond_by.0,
            first_viewed_at: self.first_viewed_at.map(|at| at.0),
            first_reply_at: self.first_reply_at.map(|at| at.0),
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            ended_at: self.ended_at.map(|at| at.0),
            version: self.version,
        })
    }
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: InquiryId) -> Result<Inquiry> {
    let row: Row = inquiries::table.find(DbId(id.0)).first(conn)?;
    row.into_domain()
}

/// Where a page goes on: after the inquiry that was sent then.
pub type Place = (Timestamp, InquiryId);

/// A page of those that an enterprise got or sent, the newest first.
pub fn page(
    conn: &mut AnyConn,
    (enterprise, side): (EnterpriseId, InquirySide),
    state: Option<InquiryState>,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Inquiry>> {
    let id = DbId(enterprise.0);
    let mut query = inquiries::table.into_boxed();
    query = match side {
        InquirySide::Owner => query.filter(inquiries::owner_id.eq(id)),
        InquirySide::Asker => query.filter(inquiries::asker_id.eq(id)),
    };
    if let Some(state) = state {
        query = query.filter(inquiries::state.eq(state.as_str()));
    }
    if let Some((at, id)) = after {
        let at = DbTs(at);
        let is_older = inquiries::created_at.lt(at);
        query = query.filter(is_older.or(inquiries::created_at.eq(at).and(inquiries::id.lt(DbId(id.0)))));
    }
    let rows: Vec<Row> = query
        .order((inquiries::created_at.desc(), inquiries::id.desc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Whether an enterprise has an inquiry about a listing that goes on.
pub fn has_open(conn: &mut AnyConn, listing: ListingId, asker: EnterpriseId) -> Result<bool> {
    let open = inquiries::table
        .filter(inquiries::listing_id.eq(DbId(listing.0)))
        .filter(inquiries::asker_id.eq(DbId(asker.0)))
        .filter(inquiries::ended_at.is_null());
    Ok(diesel::select(exists(open)).get_result(conn)?)
}

/// Those that somebody sent, newest first, `limit` at most.
pub fn sent_by(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<Inquiry>> {
    let rows: Vec<Row> = inquiries::table
        .filter(inquiries::created_by.eq(DbId(account.0)))
        .order((inquiries::created_at.desc(), inquiries::id.desc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// How many an enterprise and one of its people sent since an instant.
pub fn sent_since(conn: &mut AnyConn, asker: EnterpriseId, account: AccountId, since: Timestamp) -> Result<(i64, i64)> {
    let of_enterprise = inquiries::table
        .filter(inquiries::asker_id.eq(DbId(asker.0)))
        .filter(inquiries::created_at.ge(DbTs(since)))
        .count()
        .get_result(conn)?;
    let of_account = inquiries::table
        .filter(inquiries::created_by.eq(DbId(account.0)))
        .filter(inquiries::created_at.ge(DbTs(since)))
        .count()
        .get_result(conn)?;
    Ok((of_enterprise, of_account))
}

/// How many there were about listings; nothing of those about which nobody asked.
pub fn counts(conn: &mut AnyConn, listings: &[ListingId]) -> Result<HashMap<ListingId, i64>> {
    let mut found = HashMap::new();
    for some in listings.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<(DbId, i64)> = inquiries::table
            .filter(inquiries::listing_id.eq_any(keys))
            .group_by(inquiries::listing_id)
            .select((inquiries::listing_id, diesel::dsl::count_star()))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, count)| (ListingId(id.0), count)));
    }
    Ok(found)
}

/// Those that nobody answered until an instant, by their identifiers.
pub fn unanswered(conn: &mut AnyConn, now: Timestamp, after: Option<InquiryId>, limit: i64) -> Result<Vec<InquiryId>> {
    let after = DbId(after.map_or(uuid::Uuid::nil(), |id| id.0));
    let ids: Vec<DbId> = inquiries::table
        .filter(inquiries::ended_at.is_null())
        .filter(inquiries::state.eq(InquiryState::Submitted.as_str()))
        .filter(inquiries::respond_by.le(DbTs(now)))
        .filter(inquiries::id.gt(after))
        .order(inquiries::id.asc())
        .select(inquiries::id)
        .limit(limit)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| InquiryId(id.0)).collect())
}

/// Those that go on while one of both sides takes part no more, by their identifiers.
pub fn left(conn: &mut AnyConn, after: Option<InquiryId>, limit: i64) -> Result<Vec<InquiryId>> {
    let after = DbId(after.map_or(uuid::Uuid::nil(), |id| id.0));
    let is_side = enterprises::id
        .eq(inquiries::asker_id)
        .or(enterprises::id.eq(inquiries::owner_id));
    let closed = enterprises::table
        .filter(enterprises::closed_at.is_not_null())
        .filter(is_side);
    let ids: Vec<DbId> = inquiries::table
        .filter(inquiries::ended_at.is_null())
        .filter(exists(closed))
        .filter(inquiries::id.gt(after))
        .order(inquiries::id.asc())
        .select(inquiries::id)
        .limit(limit)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| InquiryId(id.0)).collect())
}

/// Those of two enterprises with each other that go on.
pub fn open_between(conn: &mut AnyConn, one: EnterpriseId, other: EnterpriseId) -> Result<Vec<Inquiry>> {
    let both = vec![DbId(one.0), DbId(other.0)];
    let rows: Vec<Row> = inquiries::table
        .filter(inquiries::ended_at.is_null())
        .filter(inquiries::asker_id.eq_any(both.clone()))
        .filter(inquiries::owner_id.eq_any(both))
        .order(inquiries::id.asc())
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Sends one.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, inquiry: &Inquiry) -> Result<()> {
    demand(permit, &[Action::SendInquiry])?;
    let content = &inquiry.content;
    diesel::insert_into(inquiries::table)
        .values((
            inquiries::id.eq(DbId(inquiry.id.0)),
            inquiries::listing_id.eq(DbId(inquiry.listing.0)),
            inquiries::asker_id.eq(DbId(inquiry.asker.0)),
            inquiries::owner_id.eq(DbId(inquiry.owner.0)),
            inquiries::created_by.eq(inquiry.created_by.map(|id| DbId(id.0))),
            inquiries::interest.eq(content.interest.as_str()),
            inquiries::message.eq(content.message.as_str()),
            inquiries::quantity.eq(content.quantity.as_ref().map(Line::as_str)),
            inquiries::budget.eq(content.budget.as_ref().map(DbJson::of).transpose()?),
            inquiries::timeframe.eq(content.timeframe.as_ref().map(Line::as_str)),
            inquiries::state.eq(inquiry.state.as_str()),
            inquiries::message_count.eq(inquiry.message_count),
            inquiries::respond_by.eq(DbTs(inquiry.respond_by)),
            inquiries::created_at.eq(DbTs(inquiry.created_at)),
            inquiries::updated_at.eq(DbTs(inquiry.updated_at)),
            inquiries::version.eq(inquiry.version),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes where one stands, and counts the version; [`Error::Stale`] when somebody else was faster.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, inquiry: &mut Inquiry) -> Result<()> {
    demand(
        permit,
        &[Action::AnswerInquiry, Action::EndInquiries, Action::MergeEnterprises],
    )?;
    let row = inquiries::table
        .filter(inquiries::id.eq(DbId(inquiry.id.0)))
        .filter(inquiries::version.eq(inquiry.version));
    let proposal = inquiry.proposal.as_ref();
    let proposed = proposal.map(|proposal| DbJson::of(&proposal.outcome)).transpose()?;
    let count = diesel::update(row)
        .set((
            inquiries::state.eq(inquiry.state.as_str()),
            inquiries::decline_reason.eq(inquiry.decline_reason.map(|reason| reason.as_str())),
            inquiries::end_note.eq(inquiry.end_note.as_ref().map(Prose::as_str)),
            inquiries::ended_by.eq(inquiry.ended_by.map(InquirySide::as_str)),
            inquiries::proposed_by.eq(proposal.map(|proposal| proposal.by.as_str())),
            inquiries::proposed_outcome.eq(proposed),
            inquiries::proposed_at.eq(proposal.map(|proposal| DbTs(proposal.at))),
            inquiries::outcome.eq(inquiry.outcome.as_ref().map(DbJson::of).transpose()?),
            inquiries::message_count.eq(inquiry.message_count),
            inquiries::first_reply_at.eq(inquiry.first_reply_at.map(DbTs)),
            inquiries::updated_at.eq(DbTs(inquiry.updated_at)),
            inquiries::ended_at.eq(inquiry.ended_at.map(DbTs)),
            inquiries::version.eq(inquiry.version + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    inquiry.version += 1;
    Ok(())
}

/// Notes that the owner's side read one, unless it did before; gives whether it did not. That is no change of what both see.
pub fn mark_viewed(uow: &mut Uow<'_>, permit: &Permit, id: InquiryId, now: Timestamp) -> Result<bool> {
    demand(permit, &[Action::ReadInquiry])?;
    let unseen = inquiries::table
        .filter(inquiries::id.eq(DbId(id.0)))
        .filter(inquiries::first_viewed_at.is_null());
    let count = diesel::update(unseen)
        .set(inquiries::first_viewed_at.eq(DbTs(now)))
        .execute(uow.conn())?;
    Ok(count > 0)
}

/// What enterprises are called, those too that became part of another one.
pub fn names(conn: &mut AnyConn, ids: &[EnterpriseId]) -> Result<HashMap<EnterpriseId, String>> {
    let mut found = HashMap::new();
    for some in ids.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<(DbId, String)> = enterprises::table
            .filter(enterprises::id.eq_any(keys))
            .select((enterprises::id, enterprises::legal_name))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, name)| (EnterpriseId(id.0), name)));
    }
    Ok(found)
}
