//! Rows of letters that are to be sent. What they say is sealed before it comes here.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::letters;
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::account::Language;
use crate::domain::ids::{AccountId, LetterId};

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
