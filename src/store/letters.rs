//! Rows of letters that are to be sent. What they say is sealed before it comes here.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::letters;
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, MAX_IDS, Result, Uow};
use crate::domain::access::Permit;
use crate::domain::account::Language;
use crate::domain::ids::{AccountId, LetterId};
use crate::domain::text_enum;

text_enum! {
    /// What became of a letter so far.
    pub enum LetterState {
        /// To be sent, or tried again.
        Waiting => "waiting",
        /// Sent; what it said is forgotten.
        Sent => "sent",
        /// Given up; an officer may have it tried again.
        Dead => "dead",
    }
}

/// A letter to be sent.
#[derive(Clone, Debug)]
pub struct NewLetter<'a> {
    /// Identifier.
    pub id: LetterId,
    /// Stable name of what it is about.
    pub kind: &'static str,
    /// Language.
    pub language: Language,
    /// To whom, if to an account.
    pub account: Option<AccountId>,
    /// Address and facts, sealed.
    pub sealed_content: &'a [u8],
}

/// Puts a letter into the queue, in the unit of work of what it tells of.
pub fn push(uow: &mut Uow<'_>, letter: &NewLetter<'_>, now: Timestamp) -> Result<()> {
    diesel::insert_into(letters::table)
        .values((
            letters::id.eq(DbId(letter.id.0)),
            letters::kind.eq(letter.kind),
            letters::language.eq(letter.language.as_str()),
            letters::account_id.eq(letter.account.map(|account| DbId(account.0))),
            letters::sealed_content.eq(letter.sealed_content),
            letters::state.eq("waiting"),
            letters::attempts.eq(0),
            letters::next_try_at.eq(DbTs(now)),
            letters::created_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// How many letters of a kind were written to an account since an instant.
pub fn count_since(conn: &mut AnyConn, account: AccountId, kind: &str, since: Timestamp) -> Result<i64> {
    Ok(letters::table
        .filter(letters::account_id.eq(DbId(account.0)))
        .filter(letters::kind.eq(kind))
        .filter(letters::created_at.ge(DbTs(since)))
        .count()
        .get_result(conn)?)
}

/// The newest letters that still wait, newest first, sealed as they are.
pub fn waiting(conn: &mut AnyConn, limit: i64) -> Result<Vec<(LetterId, Vec<u8>)>> {
    let rows: Vec<(DbId, Vec<u8>)> = letters::table
        .filter(letters::state.eq("waiting"))
        .order((letters::created_at.desc(), letters::id.desc()))
        .select((letters::id, letters::sealed_content))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, sealed)| (LetterId(id.0), sealed)).collect())
}

/// A letter that is to be sent now.
#[derive(Clone, Debug)]
pub struct Due {
    /// Identifier.
    pub id: LetterId,
    /// Language.
    pub language: Language,
    /// How often it was tried.
    pub attempts: i64,
    /// Address and facts, sealed.
    pub sealed_content: Vec<u8>,
}

/// What officers see of a letter: neither address nor content.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Identifier.
    pub id: LetterId,
    /// Stable name of what it is about.
    pub kind: String,
    /// Language.
    pub language: Language,
    /// What became of it.
    pub state: LetterState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub next_try_at: Timestamp,
    /// Why it was not sent, without address and secrets.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Letters whose time has come, longest first; whoever wants to send one [claims](claim) it.
pub fn due(conn: &mut AnyConn, now: Timestamp, limit: i64) -> Result<Vec<LetterId>> {
    let ids: Vec<DbId> = letters::table
        .filter(letters::state.eq(LetterState::Waiting.as_str()))
        .filter(letters::next_try_at.le(DbTs(now)))
        .filter(letters::leased_until.is_null().or(letters::leased_until.le(DbTs(now))))
        .order((letters::next_try_at.asc(), letters::id.asc()))
        .select(letters::id)
        .limit(limit)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| LetterId(id.0)).collect())
}

/// Takes a letter for oneself until an instant; nothing when somebody else has it, or it was sent.
///
/// One conditional update, which of two nodes only one does: on PostgreSQL the loser's transaction is done again and
/// then finds the lease.
pub fn claim(uow: &mut Uow<'_>, id: LetterId, now: Timestamp, until: Timestamp) -> Result<Option<Due>> {
    let row = letters::table
        .filter(letters::id.eq(DbId(id.0)))
        .filter(letters::state.eq(LetterState::Waiting.as_str()))
        .filter(letters::next_try_at.le(DbTs(now)))
        .filter(letters::leased_until.is_null().or(letters::leased_until.le(DbTs(now))));
    let count = diesel::update(row)
        .set(letters::leased_until.eq(DbTs(until)))
        .execute(uow.conn())?;
    if count == 0 {
        return Ok(None);
    }
    let (language, attempts, sealed_content): (String, i64, Vec<u8>) = letters::table
        .filter(letters::id.eq(DbId(id.0)))
        .select((letters::language, letters::attempts, letters::sealed_content))
        .first(uow.conn())?;
    Ok(Some(Due {
        id,
        language: language.parse()?,
        attempts,
        sealed_content,
    }))
}

/// Notes that a claimed letter was sent, and forgets what it said. False when the lease was lost meanwhile.
pub fn mark_sent(uow: &mut Uow<'_>, id: LetterId, lease: Timestamp, now: Timestamp) -> Result<bool> {
    let row = letters::table
        .filter(letters::id.eq(DbId(id.0)))
        .filter(letters::leased_until.eq(DbTs(lease)));
    let count = diesel::update(row)
        .set((
            letters::state.eq(LetterState::Sent.as_str()),
            letters::sealed_content.eq(Vec::<u8>::new()),
            letters::attempts.eq(letters::attempts + 1),
            letters::leased_until.eq(None::<DbTs>),
            letters::last_error.eq(None::<String>),
            letters::sent_at.eq(DbTs(now)),
            // Sent letters are found by this when they are old: the index begins with state and this column.
            letters::next_try_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(count > 0)
}

/// What becomes of a claimed letter that could not be sent.
#[derive(Clone, Debug)]
pub struct Miss<'a> {
    /// Which.
    pub id: LetterId,
    /// The lease under which it was tried.
    pub lease: Timestamp,
    /// When it is tried again; never when absent.
    pub next_try_at: Option<Timestamp>,
    /// Why, without address and secrets.
    pub error: &'a str,
}

/// Notes that a claimed letter could not be sent. False when the lease was lost meanwhile.
pub fn mark_missed(uow: &mut Uow<'_>, miss: &Miss<'_>, now: Timestamp) -> Result<bool> {
    let state = miss.next_try_at.map_or(LetterState::Dead, |_| LetterState::Waiting);
    let row = letters::table
        .filter(letters::id.eq(DbId(miss.id.0)))
        .filter(letters::leased_until.eq(DbTs(miss.lease)));
    let count = diesel::update(row)
        .set((
            letters::state.eq(state.as_str()),
            letters::attempts.eq(letters::attempts + 1),
            letters::leased_until.eq(None::<DbTs>),
            letters::last_error.eq(miss.error),
            letters::next_try_at.eq(DbTs(miss.next_try_at.unwrap_or(now))),
        ))
        .execute(uow.conn())?;
    Ok(count > 0)
}

/// How many letters wait.
pub fn count_waiting(conn: &mut AnyConn) -> Result<i64> {
    Ok(letters::table
        .filter(letters::state.eq(LetterState::Waiting.as_str()))
        .count()
        .get_result(conn)?)
}

type OutlineRow = (DbId, String, String, String, i64, DbTs, Option<String>, DbTs);

fn into_outline((id, kind, language, state, attempts, next, last_error, created): OutlineRow) -> Result<Outline> {
    Ok(Outline {
        id: LetterId(id.0),
        kind,
        language: language.parse()?,
        state: state.parse()?,
        attempts,
        next_try_at: next.0,
        last_error,
        created_at: created.0,
    })
}

macro_rules! outline_columns {
    () => {
        (
            letters::id,
            letters::kind,
            letters::language,
            letters::state,
            letters::attempts,
            letters::next_try_at,
            letters::last_error,
            letters::created_at,
        )
    };
}

/// A page of letters in a state, oldest first, after a place.
pub fn page(
    conn: &mut AnyConn,
    _permit: &Permit,
    state: LetterState,
    after: Option<(Timestamp, LetterId)>,
    limit: i64,
) -> Result<Vec<Outline>> {
    let (at, id) = after.unwrap_or((Timestamp::MIN, LetterId(uuid::Uuid::nil())));
    // Before 1970 was no letter, and neither database keeps the first instant that jiff knows.
    let at = DbTs(at.max(Timestamp::UNIX_EPOCH));
    let rows: Vec<OutlineRow> = letters::table
        .filter(letters::state.eq(state.as_str()))
        .filter(
            letters::created_at
                .gt(at)
                .or(letters::created_at.eq(at).and(letters::id.gt(DbId(id.0)))),
        )
        .order((letters::created_at.asc(), letters::id.asc()))
        .select(outline_columns!())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(into_outline).collect()
}

/// One letter; [`Error::NotFound`] when there is none.
pub fn outline(conn: &mut AnyConn, _permit: &Permit, id: LetterId) -> Result<Outline> {
    let row: OutlineRow = letters::table
        .filter(letters::id.eq(DbId(id.0)))
        .select(outline_columns!())
        .first(conn)?;
    into_outline(row)
}

/// Has a letter that was given up tried again, from the first attempt; [`Error::Stale`] when it is not given up.
pub fn retry(uow: &mut Uow<'_>, _permit: &Permit, id: LetterId, now: Timestamp) -> Result<()> {
    let row = letters::table
        .filter(letters::id.eq(DbId(id.0)))
        .filter(letters::state.eq(LetterState::Dead.as_str()));
    let count = diesel::update(row)
        .set((
            letters::state.eq(LetterState::Waiting.as_str()),
            letters::attempts.eq(0),
            letters::next_try_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Forgets letters that came to an end before an instant, sent or given up, at most `limit` of them; gives how many.
pub fn forget_ended_before(uow: &mut Uow<'_>, state: LetterState, before: Timestamp, limit: i64) -> Result<usize> {
    let ids: Vec<DbId> = letters::table
        .filter(letters::state.eq(state.as_str()))
        .filter(letters::next_try_at.lt(DbTs(before)))
        .order(letters::next_try_at.asc())
        .select(letters::id)
        .limit(limit)
        .load(uow.conn())?;
    let mut count = 0;
    for part in ids.chunks(MAX_IDS) {
        count += diesel::delete(letters::table.filter(letters::id.eq_any(part))).execute(uow.conn())?;
    }
    Ok(count)
}
