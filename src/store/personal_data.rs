//! Everything that is kept about one person, to be handed out or to be replaced by pseudonyms.

mod erasing;

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

pub use self::erasing::{Pseudonym, erase};
use super::schema::{
    accounts, audit_log, enterprises, invitations, join_requests, letters, listings, memberships, sessions,
};
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::access::Permit;
use crate::domain::account::{AccountStatus, Role};
use crate::domain::audit::Deed;
use crate::domain::ids::{AccountId, EnterpriseId, LetterId};

/// A session, without its secrets.
#[derive(Clone, Debug)]
pub struct SessionTrace {
    /// Identifier.
    pub id: Uuid,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub last_used_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// From where it was last refreshed.
    pub ip: Option<String>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// An invitation to the person's address.
#[derive(Clone, Debug)]
pub struct InvitationTrace {
    /// Identifier.
    pub id: Uuid,
    /// Name of the enterprise.
    pub enterprise: String,
    /// Role that was offered.
    pub role: String,
    /// What became of it.
    pub state: String,
    /// When.
    pub created_at: Timestamp,
}

/// A request to be admitted to an enterprise.
#[derive(Clone, Debug)]
pub struct JoinRequestTrace {
    /// Identifier.
    pub id: Uuid,
    /// Name of the enterprise.
    pub enterprise: String,
    /// What the person wrote.
    pub message: Option<String>,
    /// What became of it.
    pub state: String,
    /// When.
    pub created_at: Timestamp,
}

/// A listing that the person wrote.
#[derive(Clone, Debug)]
pub struct ListingTrace {
    /// Identifier.
    pub id: Uuid,
    /// Title.
    pub title: String,
    /// Where it stands.
    pub status: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A deed of the person.
#[derive(Clone, Debug)]
pub struct DeedTrace {
    /// When.
    pub at: Timestamp,
    /// What.
    pub deed: String,
    /// To what sort of thing.
    pub subject_kind: String,
    /// To which.
    pub subject: Uuid,
    /// From which address.
    pub ip: Option<String>,
}

/// When the account was opened, and when its password was set.
pub fn account_times(conn: &mut AnyConn, account: AccountId) -> Result<(Timestamp, Option<Timestamp>)> {
    let (created, password): (DbTs, Option<DbTs>) = accounts::table
        .filter(accounts::id.eq(DbId(account.0)))
        .select((accounts::created_at, accounts::password_set_at))
        .first(conn)?;
    Ok((created.0, password.map(|at| at.0)))
}

/// Sessions, newest first, `limit` at most.
pub fn sessions_of(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<SessionTrace>> {
    type Row = (DbId, DbTs, DbTs, Option<DbTs>, Option<String>, Option<String>);
    let rows: Vec<Row> = sessions::table
        .filter(sessions::account_id.eq(DbId(account.0)))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select((
            sessions::id,
            sessions::created_at,
            sessions::rotated_at,
            sessions::ended_at,
            sessions::ip,
            sessions::user_agent,
        ))
        .limit(limit)
        .load(conn)?;
    let read = |(id, created, used, ended, ip, user_agent): Row| SessionTrace {
        id: id.0,
        created_at: created.0,
        last_used_at: used.0,
        ended_at: ended.map(|at| at.0),
        ip,
        user_agent,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Invitations to an address, newest first, `limit` at most.
pub fn invitations_to(conn: &mut AnyConn, email_key: &str, limit: i64) -> Result<Vec<InvitationTrace>> {
    type Row = (DbId, String, String, String, DbTs);
    let rows: Vec<Row> = invitations::table
        .inner_join(enterprises::table)
        .filter(invitations::email_key.eq(email_key))
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .select((
            invitations::id,
            enterprises::legal_name,
            invitations::role,
            invitations::state,
            invitations::created_at,
        ))
        .limit(limit)
        .load(conn)?;
    let read = |(id, enterprise, role, state, created): Row| InvitationTrace {
        id: id.0,
        enterprise,
        role,
        state,
        created_at: created.0,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Requests to be admitted, newest first, `limit` at most.
pub fn join_requests_of(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<JoinRequestTrace>> {
    type Row = (DbId, String, Option<String>, String, DbTs);
    let rows: Vec<Row> = join_requests::table
        .inner_join(enterprises::table)
        .filter(join_requests::account_id.eq(DbId(account.0)))
        .order((join_requests::created_at.desc(), join_requests::id.desc()))
        .select((
            join_requests::id,
            enterprises::legal_name,
            join_requests::message,
            join_requests::state,
            join_requests::created_at,
        ))
        .limit(limit)
        .load(conn)?;
    let read = |(id, enterprise, message, state, created): Row| JoinRequestTrace {
        id: id.0,
        enterprise,
        message,
        state,
        created_at: created.0,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Listings that the person wrote, newest first, `limit` at most.
pub fn listings_by(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<ListingTrace>> {
    let rows: Vec<(DbId, String, String, DbTs)> = listings::table
        .filter(listings::created_by.eq(DbId(account.0)))
        .order((listings::created_at.desc(), listings::id.desc()))
        .select((listings::id, listings::title_vi, listings::status, listings::created_at))
        .limit(limit)
        .load(conn)?;
    let read = |(id, title, status, created): (DbId, String, String, DbTs)| ListingTrace {
        id: id.0,
        title,
        status,
        created_at: created.0,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// What the person did, newest first, `limit` at most. Without failed sign-ins and asks for another password, unless on a
/// session of the person's own: it may have been a stranger, whose address is none of the person's data.
pub fn deeds_of(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<DeedTrace>> {
    type Row = (DbTs, String, String, DbId, Option<String>);
    let rows: Vec<Row> = audit_log::table
        .filter(audit_log::actor_id.eq(DbId(account.0)))
        .filter(audit_log::session_id.is_not_null().or(audit_log::deed.ne_all([
            Deed::SignInFailed.as_str(),
            Deed::SignInPaused.as_str(),
            Deed::PasswordResetAsked.as_str(),
        ])))
        .order(audit_log::seq.desc())
        .select((
            audit_log::at,
            audit_log::deed,
            audit_log::subject_kind,
            audit_log::subject_id,
            audit_log::ip,
        ))
        .limit(limit)
        .load(conn)?;
    let read = |(at, deed, subject_kind, subject, ip): Row| DeedTrace {
        at: at.0,
        deed,
        subject_kind,
        subject: subject.0,
        ip,
    };
    Ok(rows.into_iter().map(read).collect())
}

define_sql_function! {
    /// Small letters; addresses are ASCII, for which both databases do the same.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Enterprises whose contact address is this one.
pub fn enterprises_with_contact(conn: &mut AnyConn, email_key: &str) -> Result<Vec<EnterpriseId>> {
    let ids: Vec<DbId> = enterprises::table
        .filter(lower(enterprises::contact_email).eq(email_key))
        .order(enterprises::id.asc())
        .select(enterprises::id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| EnterpriseId(id.0)).collect())
}

/// Enterprises with which a person has to do, or had: as a member, as who registered or mended one, or as who wrote for
/// it.
pub fn enterprises_of(conn: &mut AnyConn, account: AccountId) -> Result<Vec<EnterpriseId>> {
    let id = DbId(account.0);
    let mut ids: Vec<DbId> = memberships::table
        .filter(memberships::account_id.eq(id))
        .select(memberships::enterprise_id)
        .load(conn)?;
    ids.extend(
        listings::table
            .filter(listings::created_by.eq(id))
            .select(listings::enterprise_id)
            .distinct()
            .load::<DbId>(conn)?,
    );
    let touched: Vec<DbId> = audit_log::table
        .filter(audit_log::actor_id.eq(id))
        .filter(audit_log::actor_kind.ne("officer"))
        .filter(audit_log::subject_kind.eq("enterprise"))
        .select(audit_log::subject_id)
        .distinct()
        .load(conn)?;
    ids.extend(touched);
    // What became part of one of them: nobody belongs to it any more, and what stands in it stays.
    ids.sort_unstable_by_key(|id| id.0);
    ids.dedup_by_key(|id| id.0);
    for part in ids.clone().chunks(500) {
        let merged = enterprises::table.filter(enterprises::merged_into.eq_any(part.to_vec()));
        ids.extend(merged.select(enterprises::id).load::<DbId>(conn)?);
    }
    let ids: BTreeSet<EnterpriseId> = ids.into_iter().map(|id| EnterpriseId(id.0)).collect();
    Ok(ids.into_iter().collect())
}

/// How many owners an enterprise has besides one of them.
pub fn other_owners(conn: &mut AnyConn, enterprise: EnterpriseId, owner: AccountId) -> Result<i64> {
    Ok(memberships::table
        .inner_join(accounts::table)
        .filter(accounts::status.eq(AccountStatus::Active.as_str()))
        .filter(memberships::enterprise_id.eq(DbId(enterprise.0)))
        .filter(memberships::role.eq(Role::Owner.as_str()))
        .filter(memberships::account_id.ne(DbId(owner.0)))
        .count()
        .get_result(conn)?)
}

/// Notes that nothing but keeping shall be done with the person's data, or that this is over.
pub fn set_restricted(uow: &mut Uow<'_>, account: AccountId, since: Option<Timestamp>, now: Timestamp) -> Result<()> {
    diesel::update(accounts::table.find(DbId(account.0)))
        .set((
            accounts::restricted_at.eq(since.map(DbTs)),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Whether nothing but keeping shall be done with the data of a person, who is known by the account or, without one, by
/// the address.
pub fn is_restricted(conn: &mut AnyConn, account: Option<AccountId>, email_key: &str) -> Result<bool> {
    let column = accounts::restricted_at;
    let since: Option<Option<DbTs>> = match account {
        Some(account) => accounts::table
            .filter(accounts::id.eq(DbId(account.0)))
            .select(column)
            .first(conn)
            .optional()?,
        None => accounts::table
            .filter(accounts::email_key.eq(email_key))
            .select(column)
            .first(conn)
            .optional()?,
    };
    Ok(since.flatten().is_some())
}

/// Letters to addresses without an account that were not sent, sealed, after one of them: whom they are for is known
/// only to who can open them.
pub fn letters_to_strangers(
    conn: &mut AnyConn,
    after: Option<LetterId>,
    limit: i64,
) -> Result<Vec<(LetterId, Vec<u8>)>> {
    let after = DbId(after.map_or(Uuid::nil(), |after| after.0));
    let rows: Vec<(DbId, Vec<u8>)> = letters::table
        .filter(letters::account_id.is_null())
        .filter(letters::state.ne("sent"))
        .filter(letters::id.gt(after))
        .order(letters::id.asc())
        .select((letters::id, letters::sealed_content))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, sealed)| (LetterId(id.0), sealed)).collect())
}

/// Removes a letter that is not to be sent any more.
pub fn remove_letter(uow: &mut Uow<'_>, _permit: &Permit, id: LetterId) -> Result<()> {
    diesel::delete(letters::table.filter(letters::id.eq(DbId(id.0)))).execute(uow.conn())?;
    Ok(())
}
