//! What becomes of a person's data when they are erased: pseudonyms, and what nobody needs any more is removed.

use diesel::prelude::*;
use jiff::Timestamp;

use super::lower;
use crate::domain::access::Permit;
use crate::domain::account::{AccountStatus, Permission, Scope};
use crate::domain::ids::AccountId;
use crate::store::schema::{
    accounts, complaints, consents, data_requests, idempotency_keys, invitations, ip_notices, join_requests, letters,
    listing_reports, memberships, notices, old_passwords, policy_acceptances, proofs, review_digest_refusals, sessions,
};
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{Result, Uow, devices, second_factors};

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
