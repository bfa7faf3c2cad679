//! Rows of sessions.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;

use super::conn::each;
use super::schema::{accounts, memberships, sessions};
use super::types::{DbId, DbTs, UtcTs};
use super::{AnyConn, Error, Result, Uow};
use crate::domain::ids::{AccountId, EnterpriseId, SessionId};
use crate::domain::text_enum;

/// A session as stored.
#[derive(Clone, Debug)]
pub struct Session {
    /// Identifier, `sid` of its tokens.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// Key of its refresh tokens, 32 bytes.
    pub refresh_seed: Vec<u8>,
    /// How often it was refreshed.
    pub refresh_counter: i64,
    /// When it was last refreshed.
    pub rotated_at: Timestamp,
    /// Ends unless refreshed before.
    pub idle_until: Timestamp,
    /// Ends at the latest.
    pub absolute_until: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Officers have shorter sessions.
    pub is_officer: bool,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// From where it was last refreshed.
    pub ip: Option<String>,
    /// When the person last showed a password or code on it.
    pub authenticated_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
}

text_enum! {
    /// Why a session ended (lý do kết thúc phiên).
    pub enum EndReason {
        /// Its owner signed out.
        SignedOut => "signed_out",
        /// Its owner ended it from another session.
        EndedElsewhere => "ended_elsewhere",
        /// A refresh token came a second time.
        Replayed => "replayed",
        /// The password was changed or reset.
        PasswordChanged => "password_changed",
        /// The address was changed.
        EmailChanged => "email_changed",
        /// The second factor was set up, removed or reset.
        FactorChanged => "factor_changed",
        /// Role, enterprise or rights were changed.
        RoleChanged => "role_changed",
        /// The account was closed.
        AccountClosed => "account_closed",
        /// The enterprise was suspended.
        EnterpriseSuspended => "enterprise_suspended",
        /// The account has so many that a new one took its place.
        TooMany => "too_many",
    }
}

type Row = (
    (DbId, DbId, Vec<u8>, i64, DbTs, DbTs, DbTs, Option<DbTs>),
    (bool, Option<String>, Option<String>, Option<DbTs>, DbTs),
);

macro_rules! columns {
    () => {
        (
            (
                sessions::id,
                sessions::account_id,
                sessions::refresh_key,
                sessions::refresh_counter,
                sessions::rotated_at,
                sessions::idle_until,
                sessions::absolute_until,
                sessions::ended_at,
            ),
            (
                accounts::is_officer,
                sessions::user_agent,
                sessions::ip,
                sessions::authenticated_at,
                sessions::created_at,
            ),
        )
    };
}

fn into_session(row: Row) -> Session {
    let (
        (id, account, refresh_seed, refresh_counter, rotated_at, idle, absolute, ended_at),
        (is_officer, user_agent, ip, authenticated_at, created_at),
    ) = row;
    Session {
        id: SessionId(id.0),
        account: AccountId(account.0),
        refresh_seed,
        refresh_counter,
        rotated_at: rotated_at.0,
        idle_until: idle.0,
        absolute_until: absolute.0,
        ended_at: ended_at.map(|at| at.0),
        is_officer,
        user_agent,
        ip,
        authenticated_at: authenticated_at.map(|at| at.0),
        created_at: created_at.0,
    }
}

/// Finds a session whose account may act.
pub fn find(conn: &mut AnyConn, id: SessionId) -> Result<Option<Session>> {
    let row: Option<Row> = sessions::table
        .inner_join(accounts::table)
        .filter(sessions::id.eq(DbId(id.0)))
        .filter(accounts::status.eq("active"))
        .select(columns!())
        .first(conn)
        .optional()?;
    Ok(row.map(into_session))
}

/// Most sessions of one account that are listed.
const LISTED: i64 = 100;

/// The sessions of an account that still run, most lately used first.
pub fn of_account(conn: &mut AnyConn, account: AccountId, now: Timestamp) -> Result<Vec<Session>> {
    let rows: Vec<Row> = sessions::table
        .inner_join(accounts::table)
        .filter(sessions::account_id.eq(DbId(account.0)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::absolute_until.gt(DbTs(now)))
        .filter(sessions::idle_until.gt(DbTs(now)))
        .order((sessions::rotated_at.desc(), sessions::id.desc()))
        .select(columns!())
        .limit(LISTED)
        .load(conn)?;
    Ok(rows.into_iter().map(into_session).collect())
}

/// The running sessions of an account beyond so many, which were used more lately than each of these.
pub fn beyond(conn: &mut AnyConn, account: AccountId, kept: u32, now: Timestamp) -> Result<Vec<SessionId>> {
    let ids: Vec<DbId> = each!(conn, |c| sessions::table
        .filter(sessions::account_id.eq(DbId(account.0)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::absolute_until.gt(DbTs(now)))
        .filter(sessions::idle_until.gt(DbTs(now)))
        .order((sessions::rotated_at.desc(), sessions::id.desc()))
        .select(sessions::id)
        .offset(i64::from(kept))
        .limit(LISTED)
        .load(c))?;
    Ok(ids.into_iter().map(|id| SessionId(id.0)).collect())
}

/// When the sign-in of an account began that has so many after it, between an instant and another one; what a clock that went
/// ahead wrote is in none.
pub fn begun_before_last(
    conn: &mut AnyConn,
    account: AccountId,
    later: u32,
    (since, until): (Timestamp, Timestamp),
) -> Result<Option<Timestamp>> {
    let at: Option<DbTs> = each!(conn, |c| sessions::table
        .filter(sessions::account_id.eq(DbId(account.0)))
        .filter(sessions::created_at.gt(DbTs(since)))
        .filter(sessions::created_at.le(DbTs(until)))
        .order(sessions::created_at.desc())
        .select(sessions::created_at)
        .offset(i64::from(later))
        .first(c)
        .optional())?;
    Ok(at.map(|at| at.0))
}

/// When the person last showed a password or code on a session.
pub fn authenticated_at(conn: &mut AnyConn, id: SessionId) -> Result<Option<Timestamp>> {
    let at: Option<Option<DbTs>> = each!(conn, |c| sessions::table
        .filter(sessions::id.eq(DbId(id.0)))
        .select(sessions::authenticated_at)
        .first(c)
        .optional())?;
    Ok(at.flatten().map(|at| at.0))
}

/// Notes that the person showed a password or code.
pub fn set_authenticated(uow: &mut Uow<'_>, id: SessionId, now: Timestamp) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::id.eq(DbId(id.0))))
        .set(sessions::authenticated_at.eq(DbTs(now)))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes a new session.
pub fn insert(uow: &mut Uow<'_>, session: &Session) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(DbId(session.id.0)),
            sessions::account_id.eq(DbId(session.account.0)),
            sessions::refresh_key.eq(&session.refresh_seed),
            sessions::refresh_counter.eq(session.refresh_counter),
            sessions::rotated_at.eq(DbTs(session.rotated_at)),
            sessions::idle_until.eq(DbTs(session.idle_until)),
            sessions::absolute_until.eq(DbTs(session.absolute_until)),
            sessions::created_at.eq(DbTs(session.created_at)),
            sessions::user_agent.eq(&session.user_agent),
            sessions::ip.eq(&session.ip),
            sessions::authenticated_at.eq(session.authenticated_at.map(DbTs)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Counts a refresh; [`Error::Stale`] when another one came first.
pub fn rotate(uow: &mut Uow<'_>, session: &Session, now: Timestamp, idle_until: Timestamp) -> Result<()> {
    let row = sessions::table
        .filter(sessions::id.eq(DbId(session.id.0)))
        .filter(sessions::refresh_counter.eq(session.refresh_counter));
    let count = diesel::update(row)
        .set((
            sessions::refresh_counter.eq(session.refresh_counter + 1),
            sessions::rotated_at.eq(DbTs(now)),
            sessions::idle_until.eq(DbTs(idle_until)),
            sessions::ip.eq(&session.ip),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Ends a session. Ending an ended one changes nothing; gives whether it still ran.
pub fn end(uow: &mut Uow<'_>, id: SessionId, why: EndReason, now: Timestamp) -> Result<bool> {
    let row = sessions::table
        .filter(sessions::id.eq(DbId(id.0)))
        .filter(sessions::ended_at.is_null());
    Ok(diesel::update(row)
        .set((sessions::ended_at.eq(DbTs(now)), sessions::ended_why.eq(why.as_str())))
        .execute(uow.conn())?
        > 0)
}

/// Ends every session of an account, but for one if that is named; gives how many still ran.
pub fn end_all(
    uow: &mut Uow<'_>,
    account: AccountId,
    except: Option<SessionId>,
    why: EndReason,
    now: Timestamp,
) -> Result<usize> {
    let kept = DbId(except.map_or(uuid::Uuid::nil(), |session| session.0));
    let rows = sessions::table
        .filter(sessions::account_id.eq(DbId(account.0)))
        .filter(sessions::id.ne(kept))
        .filter(sessions::ended_at.is_null());
    Ok(diesel::update(rows)
        .set((sessions::ended_at.eq(DbTs(now)), sessions::ended_why.eq(why.as_str())))
        .execute(uow.conn())?)
}

/// Ends every session of every member of an enterprise; gives how many still ran.
pub fn end_all_of(uow: &mut Uow<'_>, enterprise: EnterpriseId, why: EndReason, now: Timestamp) -> Result<usize> {
    let members = memberships::table
        .filter(memberships::enterprise_id.eq(DbId(enterprise.0)))
        .select(memberships::account_id);
    let rows = sessions::table
        .filter(sessions::account_id.eq_any(members))
        .filter(sessions::ended_at.is_null());
    Ok(diesel::update(rows)
        .set((sessions::ended_at.eq(DbTs(now)), sessions::ended_why.eq(why.as_str())))
        .execute(uow.conn())?)
}

/// Forgets sessions that were over before an instant, the oldest first and at most `limit`, so that other writers wait
/// little; gives how many.
pub fn forget_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let delete = diesel::sql_query(
        "DELETE FROM sessions WHERE id IN
         (SELECT id FROM sessions WHERE absolute_until < $1 ORDER BY absolute_until LIMIT $2)",
    );
    let delete = delete.bind::<UtcTs, _>(DbTs(before)).bind::<BigInt, _>(limit);
    Ok(each!(uow.conn(), |c| delete.execute(c))?)
}
