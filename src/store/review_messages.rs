//! Rows of messages: what owners and officers wrote to each other about what was handed in.

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::review_claims::Subject;
use super::review_decisions::Place;
use super::schema::{accounts, review_messages};
use super::types::{DbId, DbTs};
use super::{AnyConn, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::text::Prose;

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Identifier.
    pub id: Uuid,
    /// About what.
    pub subject: Subject,
    /// Whose that is.
    pub enterprise: EnterpriseId,
    /// Who wrote it.
    pub author: AccountId,
    /// Whether as an officer.
    pub is_officer: bool,
    /// What it says.
    pub body: Prose<4000>,
    /// When.
    pub at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = review_messages)]
struct Row {
    id: DbId,
    kind: String,
    subject_id: DbId,
    enterprise_id: DbId,
    author_id: DbId,
    is_officer: bool,
    body: String,
    written_at: DbTs,
}

impl Row {
    fn into_domain(self) -> Result<Message> {
        Ok(Message {
            id: self.id.0,
            subject: (self.kind.parse()?, self.subject_id.0),
            enterprise: EnterpriseId(self.enterprise_id.0),
            author: AccountId(self.author_id.0),
            is_officer: self.is_officer,
            body: Prose::stored(self.body),
            at: self.written_at.0,
        })
    }
}

/// Messages about a thing, in the order in which they were written.
pub fn page(conn: &mut AnyConn, (kind, id): Subject, after: Option<Place>, limit: i64) -> Result<Vec<Message>> {
    let mut query = review_messages::table
        .filter(review_messages::subject_id.eq(DbId(id)))
        .filter(review_messages::kind.eq(kind.as_str()))
        .select(Row::as_select())
        .into_boxed();
    if let Some((at, id)) = after {
        let later = review_messages::written_at.gt(DbTs(at));
        let same = review_messages::written_at.eq(DbTs(at));
        query = query.filter(later.or(same.and(review_messages::id.gt(DbId(id)))));
    }
    let rows: Vec<Row> = query
        .order((review_messages::written_at.asc(), review_messages::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// How many were written about a thing since.
pub fn count_since(conn: &mut AnyConn, (kind, id): Subject, author: AccountId, since: Timestamp) -> Result<i64> {
    Ok(review_messages::table
        .filter(review_messages::subject_id.eq(DbId(id)))
        .filter(review_messages::kind.eq(kind.as_str()))
        .filter(review_messages::author_id.eq(DbId(author.0)))
        .filter(review_messages::written_at.gt(DbTs(since)))
        .count()
        .get_result(conn)?)
}

/// What somebody wrote, newest first, `limit` at most.
pub fn written_by(conn: &mut AnyConn, author: AccountId, limit: i64) -> Result<Vec<Message>> {
    let rows: Vec<Row> = review_messages::table
        .filter(review_messages::author_id.eq(DbId(author.0)))
        .order((review_messages::written_at.desc(), review_messages::id.desc()))
        .select(Row::as_select())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// What those who wrote and decided are called.
pub fn names(conn: &mut AnyConn, people: &[AccountId]) -> Result<Vec<(AccountId, String)>> {
    let mut found = Vec::new();
    for some in people.chunks(MAX_IDS) {
        let ids: Vec<DbId> = some.iter().map(|account| DbId(account.0)).collect();
        let rows: Vec<(DbId, String)> = accounts::table
            .filter(accounts::id.eq_any(ids))
            .select((accounts::id, accounts::display_name))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, name)| (AccountId(id.0), name)));
    }
    Ok(found)
}

/// Keeps a message.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, message: &Message) -> Result<()> {
    demand(
        permit,
        &[
            Action::AnswerReview,
            Action::EditListing,
            Action::ReviewEnterprise,
            Action::ReviewListing,
        ],
    )?;
    let (kind, id) = message.subject;
    diesel::insert_into(review_messages::table)
        .values((
            review_messages::id.eq(DbId(message.id)),
            review_messages::kind.eq(kind.as_str()),
            review_messages::subject_id.eq(DbId(id)),
            review_messages::enterprise_id.eq(DbId(message.enterprise.0)),
            review_messages::author_id.eq(DbId(message.author.0)),
            review_messages::is_officer.eq(message.is_officer),
            review_messages::body.eq(message.body.as_str()),
            review_messages::written_at.eq(DbTs(message.at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
