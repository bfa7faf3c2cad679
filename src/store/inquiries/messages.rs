//! Rows of what both sides of an inquiry wrote.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::access::{Action, Permit};
use crate::domain::audit::Deed;
use crate::domain::ids::{AccountId, InquiryId};
use crate::domain::inquiry::InquiryMessage;
use crate::domain::text::Prose;
use crate::store::schema::{audit_log, inquiry_messages};
use crate::store::types::{DbId, DbTs};
use crate::store::{AnyConn, Result, Uow, demand};

type Row = (DbId, DbId, i64, String, DbId, String, DbTs);

fn message((id, inquiry, number, side, author, body, at): Row) -> Result<InquiryMessage> {
    Ok(InquiryMessage {
        id: id.0,
        inquiry: InquiryId(inquiry.0),
        number,
        side: side.parse()?,
        author: AccountId(author.0),
        body: Prose::stored(body),
        at: at.0,
    })
}

/// What was written in an inquiry after a message, in its order.
pub fn messages(conn: &mut AnyConn, id: InquiryId, after: i64, limit: i64) -> Result<Vec<InquiryMessage>> {
    let rows: Vec<Row> = inquiry_messages::table
        .filter(inquiry_messages::inquiry_id.eq(DbId(id.0)))
        .filter(inquiry_messages::number.gt(after))
        .order(inquiry_messages::number.asc())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(message).collect()
}

/// What somebody wrote, newest first, `limit` at most.
pub fn written_by(conn: &mut AnyConn, author: AccountId, limit: i64) -> Result<Vec<InquiryMessage>> {
    let rows: Vec<Row> = inquiry_messages::table
        .filter(inquiry_messages::author_id.eq(DbId(author.0)))
        .order((inquiry_messages::written_at.desc(), inquiry_messages::id.desc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(message).collect()
}

/// How often somebody wrote or proposed something in an inquiry since an instant; what was proposed in another's place is known to the
/// trail alone.
pub fn said_since(conn: &mut AnyConn, id: InquiryId, author: AccountId, since: Timestamp) -> Result<i64> {
    let written: i64 = inquiry_messages::table
        .filter(inquiry_messages::inquiry_id.eq(DbId(id.0)))
        .filter(inquiry_messages::author_id.eq(DbId(author.0)))
        .filter(inquiry_messages::written_at.ge(DbTs(since)))
        .count()
        .get_result(conn)?;
    let proposed: i64 = audit_log::table
        .filter(audit_log::subject_id.eq(DbId(id.0)))
        .filter(audit_log::deed.eq(Deed::InquiryProposed.as_str()))
        .filter(audit_log::actor_id.eq(DbId(author.0)))
        .filter(audit_log::at.ge(DbTs(since)))
        .count()
        .get_result(conn)?;
    Ok(written + proposed)
}

/// Keeps a message. There is nothing that alters or removes one.
pub fn add_message(uow: &mut Uow<'_>, permit: &Permit, message: &InquiryMessage) -> Result<()> {
    demand(permit, &[Action::AnswerInquiry])?;
    diesel::insert_into(inquiry_messages::table)
        .values((
            inquiry_messages::id.eq(DbId(message.id)),
            inquiry_messages::inquiry_id.eq(DbId(message.inquiry.0)),
            inquiry_messages::number.eq(message.number),
            inquiry_messages::side.eq(message.side.as_str()),
            inquiry_messages::author_id.eq(DbId(message.author.0)),
            inquiry_messages::body.eq(message.body.as_str()),
            inquiry_messages::written_at.eq(DbTs(message.at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
