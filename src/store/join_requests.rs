//! Rows of requests to be admitted to an enterprise.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;

use super::backlog::Counted;
use super::schema::{accounts, enterprises, join_requests, memberships};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, MAX_IDS, Result, Uow};
use crate::domain::access::Permit;
use crate::domain::account::{Email, Role};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::{AccountId, EnterpriseId, JoinRequestId};
use crate::domain::text::{Line, Prose};
use crate::domain::text_enum;

text_enum! {
    /// What became of a request (trạng thái yêu cầu tham gia).
    pub enum JoinState {
        /// Waits for an owner.
        Pending => "pending",
        /// The person was admitted.
        Approved => "approved",
        /// The person was not admitted.
        Rejected => "rejected",
        /// The person took it back, or joined otherwise.
        Withdrawn => "withdrawn",
    }
}

/// A request, with who asks and where.
#[derive(Clone, Debug)]
pub struct JoinRequest {
    /// Identifier.
    pub id: JoinRequestId,
    /// Where to.
    pub enterprise: EnterpriseId,
    /// Its legal name.
    pub enterprise_name: String,
    /// Who asks.
    pub account: AccountId,
    /// The person's name.
    pub person: Line<100>,
    /// The person's address.
    pub email: Email,
    /// What the person says.
    pub message: Option<Prose<500>>,
    /// What became of it.
    pub state: JoinState,
    /// As what the person was admitted.
    pub role: Option<Role>,
    /// When.
    pub created_at: Timestamp,
    /// When it was decided or taken back.
    pub decided_at: Option<Timestamp>,
}

type Row = (
    (DbId, DbId, String, DbId, String, String),
    (Option<String>, String, Option<String>, DbTs, Option<DbTs>),
);

macro_rules! columns {
    () => {
        (
            (
                join_requests::id,
                join_requests::enterprise_id,
                enterprises::legal_name,
                join_requests::account_id,
                accounts::display_name,
                accounts::email,
            ),
            (
                join_requests::message,
                join_requests::state,
                join_requests::role,
                join_requests::created_at,
                join_requests::decided_at,
            ),
        )
    };
}

macro_rules! rows {
    () => {
        join_requests::table
            .inner_join(enterprises::table)
            .inner_join(accounts::table)
            .select(columns!())
    };
}

fn into_request(row: Row) -> Result<JoinRequest> {
    let ((id, enterprise, enterprise_name, account, person, email), (message, state, role, created_at, decided_at)) =
        row;
    Ok(JoinRequest {
        id: JoinRequestId(id.0),
        enterprise: EnterpriseId(enterprise.0),
        enterprise_name,
        account: AccountId(account.0),
        person: Line::stored(person),
        email: Email::stored(email),
        message: message.map(Prose::stored),
        state: state.parse()?,
        role: role.map(|role| role.parse()).transpose()?,
        created_at: created_at.0,
        decided_at: decided_at.map(|at| at.0),
    })
}

/// Writes a new one, which waits.
pub fn insert(
    uow: &mut Uow<'_>,
    _permit: &Permit,
    id: JoinRequestId,
    (enterprise, account): (EnterpriseId, AccountId),
    message: Option<&Prose<500>>,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(join_requests::table)
        .values((
            join_requests::id.eq(DbId(id.0)),
            join_requests::enterprise_id.eq(DbId(enterprise.0)),
            join_requests::account_id.eq(DbId(account.0)),
            join_requests::message.eq(message.map(Prose::as_str)),
            join_requests::state.eq(JoinState::Pending.as_str()),
            join_requests::created_at.eq(DbTs(now)),
            join_requests::version.eq(1),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Finds one; [`Error::NotFound`] when there is none.
pub fn find(conn: &mut AnyConn, id: JoinRequestId) -> Result<JoinRequest> {
    let row: Row = rows!().filter(join_requests::id.eq(DbId(id.0))).first(conn)?;
    into_request(row)
}

/// The newest one of an account, whatever became of it.
pub fn newest_of(conn: &mut AnyConn, account: AccountId) -> Result<Option<JoinRequest>> {
    let row: Option<Row> = rows!()
        .filter(join_requests::account_id.eq(DbId(account.0)))
        .order((join_requests::created_at.desc(), join_requests::id.desc()))
        .first(conn)
        .optional()?;
    row.map(into_request).transpose()
}

/// The one of an account that waits.
pub fn pending_of(conn: &mut AnyConn, account: AccountId) -> Result<Option<JoinRequest>> {
    let row: Option<Row> = rows!()
        .filter(join_requests::account_id.eq(DbId(account.0)))
        .filter(join_requests::state.eq(JoinState::Pending.as_str()))
        .first(conn)
        .optional()?;
    row.map(into_request).transpose()
}

/// How many an account made since an instant.
pub fn count_since(conn: &mut AnyConn, account: AccountId, since: Timestamp) -> Result<i64> {
    Ok(join_requests::table
        .filter(join_requests::account_id.eq(DbId(account.0)))
        .filter(join_requests::created_at.ge(DbTs(since)))
        .count()
        .get_result(conn)?)
}

/// Requests to an enterprise, newest first, before one of them.
pub fn of_enterprise(
    conn: &mut AnyConn,
    enterprise: EnterpriseId,
    before: Option<JoinRequestId>,
    limit: i64,
) -> Result<Vec<JoinRequest>> {
    let before = DbId(before.map_or(uuid::Uuid::max(), |before| before.0));
    let rows: Vec<Row> = rows!()
        .filter(join_requests::enterprise_id.eq(DbId(enterprise.0)))
        .filter(join_requests::id.lt(before))
        .order(join_requests::id.desc())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(into_request).collect()
}

/// All that wait at an enterprise.
pub fn pending_at(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<Vec<JoinRequest>> {
    let rows: Vec<Row> = rows!()
        .filter(join_requests::enterprise_id.eq(DbId(enterprise.0)))
        .filter(join_requests::state.eq(JoinState::Pending.as_str()))
        .order(join_requests::id.asc())
        .load(conn)?;
    rows.into_iter().map(into_request).collect()
}

/// Those that wait at active enterprises which have no owner to decide.
macro_rules! at_ownerless {
    () => {{
        let owners = memberships::table
            .filter(memberships::enterprise_id.eq(join_requests::enterprise_id))
            .filter(memberships::role.eq(Role::Owner.as_str()));
        let active = enterprises::table
            .filter(enterprises::id.eq(join_requests::enterprise_id))
            .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()));
        join_requests::table
            .filter(join_requests::state.eq(JoinState::Pending.as_str()))
            .filter(exists(active))
            .filter(not(exists(owners)))
    }};
}

/// How many wait where officers decide, and since when the first of them.
pub(super) fn waiting_at_ownerless(conn: &mut AnyConn) -> Result<Counted> {
    let count: i64 = at_ownerless!().count().get_result(conn)?;
    let since = join_requests::created_at;
    let oldest: Option<DbTs> = at_ownerless!()
        .select(since)
        .order(since.asc())
        .first(conn)
        .optional()?;
    Ok((count, oldest.map(|at| at.0)))
}

/// Those that wait where officers decide, longest first, after one of them.
pub fn pending_at_ownerless(conn: &mut AnyConn, after: Option<JoinRequestId>, limit: i64) -> Result<Vec<JoinRequest>> {
    let after = DbId(after.map_or(uuid::Uuid::nil(), |after| after.0));
    let ids: Vec<DbId> = at_ownerless!()
        .filter(join_requests::id.gt(after))
        .order(join_requests::id.asc())
        .limit(limit)
        .select(join_requests::id)
        .load(conn)?;
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(MAX_IDS) {
        let rows: Vec<Row> = rows!()
            .filter(join_requests::id.eq_any(some.to_vec()))
            .order(join_requests::id.asc())
            .load(conn)?;
        for row in rows {
            found.push(into_request(row)?);
        }
    }
    Ok(found)
}

/// What is decided on a request.
#[derive(Clone, Copy, Debug)]
pub struct Decided {
    /// What became of it.
    pub state: JoinState,
    /// As what the person was admitted.
    pub role: Option<Role>,
    /// By whom.
    pub by: Option<AccountId>,
}

/// Ends one that waits; [`Error::Stale`] when somebody else was faster.
pub fn decide(uow: &mut Uow<'_>, _permit: &Permit, id: JoinRequestId, decided: Decided, now: Timestamp) -> Result<()> {
    let row = join_requests::table
        .filter(join_requests::id.eq(DbId(id.0)))
        .filter(join_requests::state.eq(JoinState::Pending.as_str()));
    let count = diesel::update(row)
        .set((
            join_requests::state.eq(decided.state.as_str()),
            join_requests::role.eq(decided.role.map(Role::as_str)),
            join_requests::decided_by.eq(decided.by.map(|by| DbId(by.0))),
            join_requests::decided_at.eq(DbTs(now)),
            join_requests::version.eq(join_requests::version + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}
