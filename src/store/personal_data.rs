//! Everything that is kept about one person, to be handed out or to be replaced by pseudonyms.

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::schema::{
    accounts, audit_log, complaints, consents, data_requests, enterprises, idempotency_keys, invitations, ip_notices,
    join_requests, letters, listing_reports, listings, memberships, notices, old_passwords, policy_acceptances, proofs,
    review_digest_refusals, sessions,
};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Result, Uow, devices, second_factors};
use crate::domain::access::Permit;
use crate::domain::account::{AccountStatus, Permission, Role, Scope};
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

/// Forgets an address that was given with reports, notices and complaints; they stay.
fn forget_address(uow: &mut Uow<'_>, email_key: &str) -> Result<()> {
    let none = None::<String>;
    let reports = listing_reports::table.filter(lower(listing_reports::contact.assume_not_null()).eq(email_key));
    diesel::update(reports)
        .set(listing_reports::contact.eq(&none))
        .execute(uow.conn())?;
    let notices = ip_notices::table.filter(lower(ip_notices::contact.assume_not_null()).eq(email_key));
    diesel::update(notices)
        .set(ip_notices::contact.eq(&none))
        .execute(uow.conn())?;
    let complaints = complaints::table.filter(lower(complaints::contact.assume_not_null()).eq(email_key));
    diesel::update(complaints)
        .set(complaints::contact.eq(&none))
        .execute(uow.conn())?;
    Ok(())
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

/// What takes the place of a person's data.
pub struct Pseudonym<'a> {
    /// Address that cannot exist.
    pub email: &'a str,
    /// Name.
    pub display_name: &'a str,
}

/// Replaces what tells who the person is, and removes what nobody needs any more. What is kept by law stays: the audit
/// trail, what the person wrote for an enterprise, the register of requests. Sessions must have been ended before.
pub fn erase(
    uow: &mut Uow<'_>,
    _permit: &Permit,
    account: AccountId,
    email_key: &str,
    pseudonym: &Pseudonym<'_>,
    now: Timestamp,
) -> Result<()> {
    let (id, none) = (DbId(account.0), None::<String>);
    diesel::update(accounts::table.find(id))
        .set((
            (
                accounts::email.eq(pseudonym.email),
                accounts::email_key.eq(pseudonym.email.to_lowercase()),
                accounts::display_name.eq(pseudonym.display_name),
                // No PHC string, so no password fits it.
                accounts::password_hash.eq("erased"),
                accounts::password_version.eq(accounts::password_version + 1),
                accounts::password_set_at.eq(None::<DbTs>),
                accounts::password_stands_alone.eq(false),
                accounts::one_time_until.eq(None::<DbTs>),
                accounts::email_verified_at.eq(None::<DbTs>),
            ),
            (
                accounts::permissions.eq(DbJson::of::<[Permission]>(&[])?),
                accounts::scope.eq(DbJson::of(&Scope::default())?),
                accounts::status.eq(AccountStatus::Disabled.as_str()),
                accounts::restricted_at.eq(None::<DbTs>),
                accounts::erased_at.eq(DbTs(now)),
                accounts::version.eq(accounts::version + 1),
                accounts::updated_at.eq(DbTs(now)),
            ),
        ))
        .execute(uow.conn())?;
    second_factors::remove(uow, account)?;
    devices::forget_all(uow, account)?;
    diesel::delete(memberships::table.filter(memberships::account_id.eq(id))).execute(uow.conn())?;
    diesel::delete(old_passwords::table.filter(old_passwords::account_id.eq(id))).execute(uow.conn())?;
    diesel::delete(letters::table.filter(letters::account_id.eq(id))).execute(uow.conn())?;
    diesel::delete(notices::table.filter(notices::account_id.eq(id))).execute(uow.conn())?;
    let refused = review_digest_refusals::table.filter(review_digest_refusals::account_id.eq(id));
    diesel::delete(refused).execute(uow.conn())?;
    diesel::delete(proofs::table.filter(proofs::account_id.eq(id))).execute(uow.conn())?;
    diesel::delete(proofs::table.filter(proofs::email_key.eq(email_key))).execute(uow.conn())?;
    forget_address(uow, email_key)?;
    diesel::delete(invitations::table.filter(invitations::email_key.eq(email_key))).execute(uow.conn())?;
    let kept_answers = idempotency_keys::table.filter(idempotency_keys::scope.eq(format!("account:{account}")));
    diesel::delete(kept_answers).execute(uow.conn())?;
    forget_answers_about_others(uow)?;
    diesel::update(sessions::table.filter(sessions::account_id.eq(id)))
        .set((sessions::ip.eq(&none), sessions::user_agent.eq(&none)))
        .execute(uow.conn())?;
    diesel::update(policy_acceptances::table.filter(policy_acceptances::account_id.eq(id)))
        .set((
            policy_acceptances::ip.eq(&none),
            policy_acceptances::user_agent.eq(&none),
        ))
        .execute(uow.conn())?;
    diesel::update(consents::table.filter(consents::account_id.eq(id)))
        .set((consents::ip.eq(&none), consents::user_agent.eq(&none)))
        .execute(uow.conn())?;
    let standing = consents::table
        .filter(consents::account_id.eq(id))
        .filter(consents::withdrawn_at.is_null());
    diesel::update(standing)
        .set(consents::withdrawn_at.eq(DbTs(now)))
        .execute(uow.conn())?;
    diesel::update(data_requests::table.filter(data_requests::account_id.eq(id)))
        .set(data_requests::details.eq(&none))
        .execute(uow.conn())?;
    let open = data_requests::table
        .filter(data_requests::account_id.eq(id))
        .filter(data_requests::state.eq_any(["received", "acknowledged"]));
    diesel::update(open)
        .set((
            data_requests::state.eq("withdrawn"),
            data_requests::closed_at.eq(DbTs(now)),
            data_requests::version.eq(data_requests::version + 1),
        ))
        .execute(uow.conn())?;
    let pending = join_requests::table
        .filter(join_requests::account_id.eq(id))
        .filter(join_requests::state.eq("pending"));
    diesel::update(pending)
        .set((
            join_requests::state.eq("withdrawn"),
            join_requests::decided_at.eq(DbTs(now)),
            join_requests::version.eq(join_requests::version + 1),
        ))
        .execute(uow.conn())?;
    diesel::update(join_requests::table.filter(join_requests::account_id.eq(id)))
        .set(join_requests::message.eq(&none))
        .execute(uow.conn())?;
    Ok(())
}

/// Forgets the answers kept for `Idempotency-Key` that name other people than whoever asked: invited ones, and officers.
/// Which of them names the person who is erased cannot be asked of the database; without an answer, a request is only not
/// recognised as one that was sent before.
fn forget_answers_about_others(uow: &mut Uow<'_>) -> Result<()> {
    let kept: Vec<(String, String, String)> = idempotency_keys::table
        .select((
            idempotency_keys::scope,
            idempotency_keys::key,
            idempotency_keys::location,
        ))
        .load(uow.conn())?;
    for (scope, key, location) in kept {
        if location.contains("/invitations/") || location.contains("/officers/") {
            diesel::delete(idempotency_keys::table.find((scope, key))).execute(uow.conn())?;
        }
    }
    Ok(())
}
