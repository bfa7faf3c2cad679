//! To whom a confidential part is granted, and what they undertake.

use jiff::Timestamp;
use serde_json::json;

use super::{own, usable};
use crate::domain::access::{Action, Resource, decide, is_public_listing};
use crate::domain::audit::Deed;
use crate::domain::confidential::{Grant, MAX_GRANTS, Terms};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::fields::Violation;
use crate::domain::ids::{ConfidentialGrantId, ListingId};
use crate::domain::letter::Letter;
use crate::domain::listing::audience::Visibility;
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::enterprises::hide;
use crate::service::holds;
use crate::service::listings::resource;
use crate::service::members::tell_owners;
use crate::service::paging::{cut, rows_for};
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::audit_chain::sha256;
pub use crate::store::confidential::Acceptance;
use crate::store::confidential::{self, Side};
use crate::store::{AnyConn, enterprises, listings};

/// A grant with what people want to know beside it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The grant.
    pub grant: Grant,
    /// Name of the enterprise that has it.
    pub enterprise: String,
    /// What the listing is called; to those who have the grant only while it is public.
    pub title: Option<String>,
    /// Whether the listing is public.
    pub is_public: bool,
    /// Whose it is.
    pub owner: String,
    /// SHA-256 of the undertaking, which whoever accepts names.
    pub undertaking_sha256: String,
    /// Who accepted it; to the one who has it, only himself or herself.
    pub accepted: Vec<Acceptance>,
}

/// SHA-256 of a text, in hexadecimal digits.
fn fingerprint(text: &str) -> String {
    sha256(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn entry(conn: &mut AnyConn, grant: Grant, enterprise: String) -> Result<Entry> {
    let (listing, owner) = listings::find(conn, grant.listing)?;
    Ok(Entry {
        undertaking_sha256: fingerprint(grant.terms.undertaking.as_str()),
        accepted: confidential::acceptances_of(conn, grant.id)?,
        is_public: is_public_listing(listing.status, listing.hold, owner.status),
        title: Some(listing.content.title.vi.to_string()),
        owner: owner.legal_name,
        grant,
        enterprise,
    })
}

/// Grants the part of a listing to an enterprise, whose owners are told.
pub fn give(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, terms: &Terms) -> Result<Entry> {
    let now = work.now;
    let own = own(work, caller, id)?;
    caller.require_fresh(work.conn(), now)?;
    holds::require_not_held(&own.listing)?;
    // What is shown on request is granted with or without a part.
    let is_on_request = own.listing.audience.visibility == Visibility::OnRequest;
    if own.part.is_none() && !is_on_request {
        return Err(ErrorCode::TooEarly.into());
    }
    let unknown = || Error::field("/enterprise_id", Violation::Malformed { what: "merge_target" });
    let grantee = match enterprises::find(work.conn(), terms.enterprise) {
        Ok(found) if found.status == EnterpriseStatus::Active && found.id != own.listing.enterprise_id => found,
        Ok(_) | Err(crate::store::Error::NotFound | crate::store::Error::Merged(..)) => return Err(unknown()),
        Err(error) => return Err(error.into()),
    };
    let present = confidential::in_force(work.conn(), id, None, now)?;
    if present.iter().any(|grant| grant.terms.enterprise == terms.enterprise) {
        return Err(ErrorCode::AlreadyThere.into());
    }
    if i64::try_from(present.len()).is_ok_and(|count| count >= MAX_GRANTS) {
        return Err(ErrorCode::LimitReached.into());
    }
    let grant = Grant {
        id: ConfidentialGrantId(work.next_id()),
        listing: id,
        terms: terms.clone(),
        given_by: own.permit.actor().account(),
        given_at: now,
        revoked_at: None,
    };
    confidential::give(work.uow, &own.permit, &grant)?;
    let entry = entry(work.conn(), grant, grantee.profile.legal_name.to_string())?;
    let granted = &entry.grant;
    let state = json!({
        "enterprise_id": granted.terms.enterprise.0, "expires_at": granted.terms.expires_at, "id": granted.id.0,
        "listing_id": id.0, "purpose": granted.terms.purpose.as_str(), "undertaking_sha256": entry.undertaking_sha256,
    });
    let made = Change::made(state::of_document(&state)?);
    let subject = ("confidential_grant", granted.id.0);
    work.remember_change(&own.permit, Deed::ConfidentialGranted, subject, None, made)?;
    let letter = Letter::ConfidentialGranted {
        title: own.listing.content.title.vi.to_string(),
        owner: entry.owner.clone(),
        purpose: terms.purpose.as_str().to_owned(),
        expires_at: terms.expires_at,
    };
    tell_owners(work, terms.enterprise, &letter)?;
    Ok(entry)
}

/// Takes a grant back.
pub fn revoke(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, grant: ConfidentialGrantId) -> Result<()> {
    let now = work.now;
    let own = own(work, caller, id)?;
    // Of this listing, and of no other.
    if confidential::find_grant(work.conn(), grant)?.listing != id {
        return Err(ErrorCode::NotFound.into());
    }
    if !confidential::revoke(work.uow, &own.permit, grant, now)? {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    work.remember(
        &own.permit,
        Deed::ConfidentialGrantRevoked,
        "confidential_grant",
        grant.0,
        None,
    )
}

/// A page of grants, newest first, and where the next one begins.
pub type Page = (Vec<Entry>, Option<ConfidentialGrantId>);

fn page(conn: &mut AnyConn, side: Side, before: Option<ConfidentialGrantId>, limit: u32) -> Result<Page> {
    let rows = confidential::grants_of(conn, side, before, rows_for(limit))?;
    let (rows, next) = cut(rows, limit, |(grant, _)| grant.id);
    let entries = rows.into_iter().map(|(grant, name)| entry(conn, grant, name));
    Ok((entries.collect::<Result<_>>()?, next))
}

/// The grants of a listing, for its owner's side.
pub fn of_listing(
    conn: &mut AnyConn,
    caller: &Caller,
    id: ListingId,
    (before, limit): (Option<ConfidentialGrantId>, u32),
    now: Timestamp,
) -> Result<Page> {
    let actor = caller.actor(conn, now)?;
    let (listing, owner) = listings::find_at(conn, id, now).map_err(|error| hide(&actor, error))?;
    decide(&actor, Action::ReadConfidential, &resource(&listing, &owner))?;
    page(conn, Side::Listing(id), before, limit)
}

/// The grants that the caller's enterprise was given.
pub fn mine(
    conn: &mut AnyConn,
    caller: &Caller,
    (before, limit): (Option<ConfidentialGrantId>, u32),
    now: Timestamp,
) -> Result<Page> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::UseConfidentialGrant, &Resource::None)?;
    let (enterprise, _) = actor.enterprise().ok_or(ErrorCode::Forbidden)?;
    let (mut entries, next) = page(conn, Side::Enterprise(enterprise), before, limit)?;
    // Who else reads is the owner's to know, and so is what is not public.
    for entry in &mut entries {
        entry.title = entry.title.take().filter(|_| entry.is_public);
        entry
            .accepted
            .retain(|accepted| Some(accepted.account) == actor.account());
    }
    Ok((entries, next))
}

/// Accepts the undertaking of a grant, by the hash of its text; a second time changes nothing.
pub fn accept(work: &mut Work<'_, '_>, caller: &Caller, id: ConfidentialGrantId, text_sha256: &str) -> Result<Entry> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let grant = confidential::find_grant(work.conn(), id).map_err(|error| hide(&actor, error))?;
    let (listing, owner) = listings::find_at(work.conn(), grant.listing, now)?;
    let permit = usable(&actor, &grant, &listing, &owner, now)?;
    let account = actor.account().ok_or(ErrorCode::Forbidden)?;
    let grantee = enterprises::find(work.conn(), grant.terms.enterprise)?;
    let mut found = entry(work.conn(), grant, grantee.profile.legal_name.to_string())?;
    if found.undertaking_sha256 != text_sha256 {
        let wrong = Violation::Conflicts { with: "undertaking" };
        return Err(Error::field("/undertaking_sha256", wrong));
    }
    if !found.accepted.iter().any(|accepted| accepted.account == account) {
        let ip = work.origin().ip.map(|ip| ip.to_string());
        confidential::accept(work.uow, &permit, id, (account, text_sha256, ip), now)?;
        work.remember(&permit, Deed::UndertakingAccepted, "confidential_grant", id.0, None)?;
        found.accepted = confidential::acceptances_of(work.conn(), id)?;
    }
    found.accepted.retain(|accepted| accepted.account == account);
    Ok(found)
}
