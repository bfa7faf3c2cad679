//! The audit trail: append-only rows, each written in the unit of work of the deed it records, each chained to the one
//! before it ([`audit_chain`](super::audit_chain)).

mod decisions;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

pub use self::decisions::{Decision, Step, deeds_among, last_decision, last_decisions, newest_of, steps};
use super::audit_chain::{Content, Hash, Head};
use super::conn::each;
use super::schema::audit_log;
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow};
use crate::domain::audit::{Deed, Doer, Reason};
use crate::domain::ids::SessionId;

/// What is to be remembered.
pub struct Entry<'a> {
    /// Identifier of the row.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub doer: Doer,
    /// Did what.
    pub deed: Deed,
    /// To what sort of thing (`enterprise`, `listing`, `account`, `session`).
    pub subject_kind: &'static str,
    /// To which.
    pub subject: Uuid,
    /// In which version, where the deed is a judgement of what it says.
    pub version: Option<i64>,
    /// Why.
    pub reason: Option<&'a Reason>,
    /// Through which session.
    pub session: Option<SessionId>,
    /// In which request, from where.
    pub request: Option<Uuid>,
    /// Address of the client.
    pub ip: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// Hashes of what the thing was before and is after, where the deed changes what it says or where it stands.
    pub change: Option<Change>,
}

/// What a deed made of what. Hashes, so that the trail vouches for a text without repeating it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Hash of the state before; of what was made there is none.
    pub before: Option<Hash>,
    /// Hash of the state after.
    pub after: Hash,
}

impl Change {
    /// From one state to another.
    pub fn between(before: Hash, after: Hash) -> Self {
        let before = Some(before);
        Self { before, after }
    }

    /// Into being.
    pub fn made(after: Hash) -> Self {
        Self { before: None, after }
    }
}

/// Appends a row to the unit's lane.
pub fn append(uow: &mut Uow<'_>, entry: &Entry<'_>) -> Result<()> {
    failpoint!("store.audit.append", Error::Storage);
    let Head {
        lane,
        link,
        hash: prev_hash,
    } = uow.chain_end()?;
    let content = Content {
        lane,
        link: link
            .checked_add(1)
            .ok_or_else(|| Error::Row("a lane of the audit trail is full".into()))?,
        prev_hash,
        id: entry.id,
        at: entry.at.as_microsecond(),
        actor_kind: entry.doer.kind,
        actor_id: entry.doer.id,
        session_id: entry.session.map(|session| session.0),
        ip: entry.ip.as_deref(),
        port: entry.port.map(i64::from),
        deed: entry.deed.as_str(),
        subject_kind: entry.subject_kind,
        subject_id: entry.subject,
        reason_code: entry.reason.map(|reason| reason.code.as_str()),
        reason_text: entry.reason.map(|reason| reason.text.as_str()),
        request_id: entry.request,
        before_hash: entry
            .change
            .as_ref()
            .and_then(|change| change.before.as_ref())
            .map(Hash::as_slice),
        after_hash: entry.change.as_ref().map(|change| change.after.as_slice()),
        subject_version: entry.version,
    };
    let hash = content.hash();
    insert(uow, &content, &hash)?;
    uow.set_chain_end(Head {
        lane,
        link: content.link,
        hash,
    });
    Ok(())
}

/// Takes the row from what was hashed, so that both are the same.
fn insert(uow: &mut Uow<'_>, content: &Content<'_>, hash: &Hash) -> Result<()> {
    let at = Timestamp::from_microsecond(content.at).map_err(|error| Error::Row(format!("at: {error}")))?;
    diesel::insert_into(audit_log::table)
        .values((
            audit_log::id.eq(DbId(content.id)),
            audit_log::at.eq(DbTs(at)),
            audit_log::actor_kind.eq(content.actor_kind),
            audit_log::actor_id.eq(content.actor_id.map(DbId)),
            audit_log::deed.eq(content.deed),
            audit_log::subject_kind.eq(content.subject_kind),
            audit_log::subject_id.eq(DbId(content.subject_id)),
            audit_log::subject_version.eq(content.subject_version),
            audit_log::reason_code.eq(content.reason_code),
            audit_log::reason_text.eq(content.reason_text),
            audit_log::request_id.eq(content.request_id.map(DbId)),
            audit_log::session_id.eq(content.session_id.map(DbId)),
            audit_log::ip.eq(content.ip),
            audit_log::port.eq(content.port),
            audit_log::before_hash.eq(content.before_hash),
            audit_log::after_hash.eq(content.after_hash),
            audit_log::lane.eq(content.lane),
            audit_log::link.eq(content.link),
            audit_log::prev_hash.eq(content.prev_hash.as_slice()),
            audit_log::hash.eq(hash.as_slice()),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// A row as it stands in the table, whatever somebody may have done to it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
#[expect(
    missing_docs,
    reason = "the columns, in their order; described in the migrations and in docs/audit.md"
)]
pub struct Row {
    pub seq: i64,
    pub id: DbId,
    pub at: DbTs,
    pub actor_kind: String,
    pub actor_id: Option<DbId>,
    pub deed: String,
    pub subject_kind: String,
    pub subject_id: DbId,
    pub reason_code: Option<String>,
    pub reason_text: Option<String>,
    pub request_id: Option<DbId>,
    pub subject_version: Option<i64>,
    pub session_id: Option<DbId>,
    pub ip: Option<String>,
    pub port: Option<i64>,
    pub before_hash: Option<Vec<u8>>,
    pub after_hash: Option<Vec<u8>>,
    pub lane: Option<i64>,
    pub link: Option<i64>,
    pub prev_hash: Option<Vec<u8>>,
    pub hash: Option<Vec<u8>>,
}

impl Row {
    /// Whether its hash is that of what it says. Rows of before there was a chain have none.
    pub fn is_as_hashed(&self) -> bool {
        let prev = self.prev_hash.as_deref().and_then(|hash| Hash::try_from(hash).ok());
        let place = self.lane.zip(self.link).zip(prev);
        let own = place.map(|((lane, link), prev)| self.content(lane, link, prev).hash());
        own.is_some() && own.as_ref().map(Hash::as_slice) == self.hash.as_deref()
    }

    /// What the row's hash should vouch for, at a place in a lane and after a hash.
    pub fn content(&self, lane: i64, link: i64, prev_hash: Hash) -> Content<'_> {
        Content {
            lane,
            link,
            prev_hash,
            id: self.id.0,
            at: self.at.0.as_microsecond(),
            actor_kind: &self.actor_kind,
            actor_id: self.actor_id.map(|id| id.0),
            session_id: self.session_id.map(|id| id.0),
            ip: self.ip.as_deref(),
            port: self.port,
            deed: &self.deed,
            subject_kind: &self.subject_kind,
            subject_id: self.subject_id.0,
            reason_code: self.reason_code.as_deref(),
            reason_text: self.reason_text.as_deref(),
            request_id: self.request_id.map(|id| id.0),
            before_hash: self.before_hash.as_deref(),
            after_hash: self.after_hash.as_deref(),
            subject_version: self.subject_version,
        }
    }
}

/// The first lane after one, if there is any: asked again and again, each costs one look into the index.
pub fn next_lane(conn: &mut AnyConn, after: Option<i64>) -> Result<Option<i64>> {
    let lanes = audit_log::table.select(diesel::dsl::min(audit_log::lane)).into_boxed();
    let lanes = match after {
        Some(after) => lanes.filter(audit_log::lane.gt(after)),
        None => lanes,
    };
    Ok(lanes.first(conn)?)
}

/// Rows of a lane after a place, in their order.
pub fn in_lane(conn: &mut AnyConn, lane: i64, after: i64, limit: i64) -> Result<Vec<Row>> {
    let rows = audit_log::table
        .filter(audit_log::lane.eq(lane))
        .filter(audit_log::link.gt(after))
        .order(audit_log::link)
        .limit(limit);
    // Millions of rows are read so: through the connection's own type they come twice as fast.
    Ok(each!(conn, |c| rows.load(c))?)
}

/// Rows that lack a part of what a chained row has, by number: those from before there was a chain, and forgeries.
pub fn unchained(conn: &mut AnyConn, after: i64, limit: i64) -> Result<Vec<Row>> {
    let rows = audit_log::table
        .filter(
            audit_log::lane
                .is_null()
                .or(audit_log::link.is_null())
                .or(audit_log::hash.is_null())
                .or(audit_log::prev_hash.is_null()),
        )
        .filter(audit_log::seq.gt(after))
        .order(audit_log::seq)
        .limit(limit);
    Ok(each!(conn, |c| rows.load(c))?)
}

/// The highest number of a row; 0 when there is none.
pub fn newest(conn: &mut AnyConn) -> Result<i64> {
    let newest: Option<i64> = audit_log::table.select(diesel::dsl::max(audit_log::seq)).first(conn)?;
    Ok(newest.unwrap_or(0))
}

/// Which rows of the trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Deeds of this account or key.
    pub actor: Option<Uuid>,
    /// Deeds done to this thing.
    pub subject: Option<Uuid>,
    /// Deeds done to such things.
    pub subject_kind: Option<String>,
    /// Deeds of this name.
    pub deed: Option<Deed>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
}

/// Rows that pass a filter, newest first, those before a number.
pub fn page(conn: &mut AnyConn, filter: &Filter, before: Option<i64>, limit: i64) -> Result<Vec<Row>> {
    let mut rows = audit_log::table.into_boxed();
    if let Some(actor) = filter.actor {
        rows = rows.filter(audit_log::actor_id.eq(DbId(actor)));
    }
    if let Some(subject) = filter.subject {
        rows = rows.filter(audit_log::subject_id.eq(DbId(subject)));
    }
    if let Some(kind) = filter.subject_kind.clone() {
        rows = rows.filter(audit_log::subject_kind.eq(kind));
    }
    if let Some(deed) = filter.deed {
        rows = rows.filter(audit_log::deed.eq(deed.as_str()));
    }
    if let Some(from) = filter.from {
        rows = rows.filter(audit_log::at.ge(DbTs(from)));
    }
    if let Some(to) = filter.to {
        rows = rows.filter(audit_log::at.lt(DbTs(to)));
    }
    if let Some(before) = before {
        rows = rows.filter(audit_log::seq.lt(before));
    }
    Ok(rows.order(audit_log::seq.desc()).limit(limit).load(conn)?)
}

/// How many rows there are from an instant on and before another, counted no further than `most`.
pub fn count_between(conn: &mut AnyConn, from: Timestamp, to: Timestamp, most: i64) -> Result<i64> {
    let found: Vec<i64> = audit_log::table
        .filter(audit_log::at.ge(DbTs(from)))
        .filter(audit_log::at.lt(DbTs(to)))
        .select(audit_log::seq)
        .limit(most)
        .load(conn)?;
    i64::try_from(found.len()).map_err(|error| Error::Row(error.to_string()))
}

/// A place in the order of time: when, and which number.
pub type Place = (Timestamp, i64);

/// Rows before an instant, oldest first, those after a place.
pub fn between(conn: &mut AnyConn, after: Place, to: Timestamp, limit: i64) -> Result<Vec<Row>> {
    let (at, seq) = (DbTs(after.0), after.1);
    Ok(audit_log::table
        .filter(audit_log::at.ge(at))
        .filter(audit_log::at.lt(DbTs(to)))
        .filter(audit_log::at.gt(at).or(audit_log::seq.gt(seq)))
        .order((audit_log::at, audit_log::seq))
        .limit(limit)
        .load(conn)?)
}
