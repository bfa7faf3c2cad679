//! Rows of listings by the member to whom people turn, and what that member lets everybody see.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{accounts, consents, listings, memberships};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::account::{AccountStatus, Email};
use crate::domain::ids::{AccountId, EnterpriseId, ListingId};
use crate::domain::listing::Listing;
use crate::domain::privacy::Purpose;
use crate::domain::text::Line;

/// Name and address of a member who agreed to be shown as a contact person. None of whoever belongs to another enterprise or
/// to none, may not act, withdrew the consent, or had processing restricted.
pub fn shown(conn: &mut AnyConn, enterprise: EnterpriseId, account: AccountId) -> Result<Option<(Line<100>, Email)>> {
    let row: Option<(String, String)> = memberships::table
        .inner_join(accounts::table)
        .inner_join(consents::table.on(consents::account_id.eq(accounts::id)))
        .filter(memberships::enterprise_id.eq(DbId(enterprise.0)))
        .filter(memberships::account_id.eq(DbId(account.0)))
        .filter(accounts::status.eq(AccountStatus::Active.as_str()))
        .filter(accounts::restricted_at.is_null())
        .filter(consents::purpose.eq(Purpose::PublishContact.as_str()))
        .filter(consents::withdrawn_at.is_null())
        .select((accounts::display_name, accounts::email))
        .first(conn)
        .optional()?;
    Ok(row.map(|(name, email)| (Line::stored(name), Email::stored(email))))
}

/// Listings about which people turn to somebody, oldest first, `limit` at most.
pub fn of_account(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<ListingId>> {
    let ids: Vec<DbId> = listings::table
        .filter(listings::contact_account_id.eq(DbId(account.0)))
        .order(listings::id.asc())
        .select(listings::id)
        .limit(limit)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| ListingId(id.0)).collect())
}

/// Names nobody any more for a listing, whose version is counted; [`Error::Stale`] when somebody else was faster.
pub fn forget(uow: &mut Uow<'_>, permit: &Permit, listing: &mut Listing, now: Timestamp) -> Result<()> {
    demand(
        permit,
        &[
            Action::ManageMembers,
            Action::LeaveEnterprise,
            Action::MergeEnterprises,
            Action::HandleDataRequests,
        ],
    )?;
    let row = listings::table
        .filter(listings::id.eq(DbId(listing.id.0)))
        .filter(listings::version.eq(listing.version));
    let count = diesel::update(row)
        .set((
            listings::contact_account_id.eq(None::<DbId>),
            listings::version.eq(listing.version + 1),
            listings::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    listing.audience.contact = None;
    listing.version += 1;
    listing.updated_at = now;
    Ok(())
}
