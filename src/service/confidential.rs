//! What a listing does not tell everybody (phần bảo mật). Each reading is written down before it is shown, so there is none
//! that the owner does not find in the register.

pub mod grants;
pub(super) mod mergers;

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::{hide, permitted};
use super::listings::{OwnerCard, resource};
use super::members::tell_owners_about;
use super::paging::{cut, rows_for};
use super::vault::{Purpose, Vault};
use super::versions::require_version;
use super::{Error, ErrorCode, Result, holds};
use crate::domain::access::{Action, Actor, Permit, Resource, decide, is_public_listing};
use crate::domain::audit::{Deed, Reason};
use crate::domain::confidential::{ConfidentialText, Grant, ReaderKind};
use crate::domain::ids::{ConfidentialGrantId, EnterpriseId, ListingId};
use crate::domain::letter::Letter;
use crate::domain::listing::Listing;
use crate::store::audit::Change;
use crate::store::audit_chain::Hash;
pub use crate::store::confidential::Reading;
use crate::store::{AnyConn, confidential, listings};

/// A part that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What it says.
    pub text: String,
    /// Its version.
    pub version: i64,
    /// When it was last written.
    pub updated_at: Timestamp,
}

fn open(vault: &Vault, part: &confidential::Part) -> Result<Opened> {
    let plain = vault.open_sealed(Purpose::Confidential, &part.sealed)?;
    Ok(Opened {
        text: String::from_utf8(plain).map_err(Error::internal)?,
        version: part.version,
        updated_at: part.updated_at,
    })
}

/// What the trail vouches for without telling it: a bare hash of something short could be found by trying.
fn hash(work: &Work<'_, '_>, listing: ListingId, opened: &Opened) -> Result<Hash> {
    let text = format!("{listing} {}", opened.text);
    let keyed = STANDARD.encode(work.vault.hash("audit-confidential", text.as_bytes()));
    state::of_document(&json!({"listing_id": listing.0, "text": keyed, "version": opened.version}))
}

struct Own {
    permit: Permit,
    listing: Listing,
    owner: OwnerCard,
    part: Option<confidential::Part>,
}

fn own(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId) -> Result<Own> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let (listing, owner) = listings::find_at(work.conn(), id, now).map_err(|error| hide(&actor, error))?;
    let permit = decide(&actor, Action::EditConfidential, &resource(&listing, &owner))?;
    let part = confidential::part(work.conn(), id)?;
    Ok(Own {
        permit,
        listing,
        owner,
        part,
    })
}

/// Writes the part, or its next version over the one that was `seen`.
pub fn put(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ListingId,
    seen: Option<i64>,
    text: &ConfidentialText,
) -> Result<Opened> {
    let Own {
        permit, listing, part, ..
    } = own(work, caller, id)?;
    holds::require_not_held(&listing)?;
    let before = match (&part, seen) {
        (None, None) => None,
        (None, Some(_)) => return Err(ErrorCode::StaleVersion.into()),
        (Some(part), seen) => {
            require_seen(part, seen)?;
            Some(open(work.vault, part)?)
        }
    };
    // No version means two texts, not even after a part was removed.
    let last = match &before {
        Some(before) => before.version,
        None => confidential::removed_at_version(work.conn(), id)?,
    };
    let written = confidential::Part {
        sealed: work.vault.seal(Purpose::Confidential, text.as_str().as_bytes())?,
        version: last + 1,
        updated_at: work.now,
    };
    match before {
        None => confidential::insert(work.uow, &permit, id, &written)?,
        Some(_) => confidential::update(work.uow, &permit, id, &written)?,
    }
    let opened = open(work.vault, &written)?;
    let change = Change {
        before: before.map(|before| hash(work, id, &before)).transpose()?,
        after: hash(work, id, &opened)?,
    };
    work.remember_change(&permit, Deed::ConfidentialWritten, ("listing", id.0), None, change)?;
    Ok(opened)
}

fn require_seen(part: &confidential::Part, seen: Option<i64>) -> Result<()> {
    let seen = seen.ok_or(ErrorCode::PreconditionRequired)?;
    require_version(seen, part.version)
}

/// Removes the part that was `seen`, and takes every grant of it back: what is written later is granted anew. Grants that
/// only open a listing that is shown on request stay, and so does the register.
pub fn remove(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<()> {
    let now = work.now;
    let Own { permit, part, .. } = own(work, caller, id)?;
    let part = part.ok_or(ErrorCode::NotFound)?;
    require_seen(&part, seen)?;
    for grant in confidential::in_force(work.conn(), id, None, now)? {
        if grant.covers_part {
            end(work, &permit, grant.id)?;
        }
    }
    confidential::remove(work.uow, &permit, id, part.version)?;
    work.remember(&permit, Deed::ConfidentialRemoved, "listing", id.0, None)
}

/// Takes a grant back, with its row in the trail.
fn end(work: &mut Work<'_, '_>, permit: &Permit, id: ConfidentialGrantId) -> Result<()> {
    let now = work.now;
    if !confidential::revoke(work.uow, permit, id, now)? {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    let deed = Deed::ConfidentialGrantRevoked;
    work.remember(permit, deed, "confidential_grant", id.0, None)
}

/// The right to use a grant: whoever it was given to, while it is in force and everybody sees the listing.
fn usable(actor: &Actor, grant: &Grant, listing: &Listing, owner: &OwnerCard, now: Timestamp) -> Result<Permit> {
    let is_public = is_public_listing(listing.status, listing.hold, owner.status);
    let resource = Resource::Grant {
        enterprise: grant.terms.enterprise,
        is_open: grant.is_in_force(now) && is_public,
    };
    Ok(decide(actor, Action::UseConfidentialGrant, &resource)?)
}

/// Reads the part: as the owner's side, or by a grant whose undertaking the reader accepted.
pub fn read(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId) -> Result<Opened> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let (listing, owner) = listings::find_at(work.conn(), id, now).map_err(|error| hide(&actor, error))?;
    let Some((grant, is_accepted)) = grant_of(work, &actor, &listing)? else {
        let permit = decide(&actor, Action::ReadConfidential, &resource(&listing, &owner))?;
        return shown(work, &permit, id, ReaderKind::Owner, (None, None));
    };
    let permit = usable(&actor, &grant, &listing, &owner, now)?;
    if !is_accepted {
        return Err(ErrorCode::UndertakingRequired.into());
    }
    let opened = shown(work, &permit, id, ReaderKind::Grantee, (Some(&grant), None))?;
    work.remember(&permit, Deed::ConfidentialRead, "listing", id.0, None)?;
    Ok(opened)
}

/// The grant of the part by which somebody of another enterprise would read, and whether the person accepted its
/// undertaking: one that was accepted before one that was not.
fn grant_of(work: &mut Work<'_, '_>, actor: &Actor, listing: &Listing) -> Result<Option<(Grant, bool)>> {
    let now = work.now;
    let (Some((enterprise, _)), Some(account)) = (actor.enterprise(), actor.account()) else {
        return Ok(None);
    };
    if enterprise == listing.enterprise_id {
        return Ok(None);
    }
    let mut grants = confidential::in_force(work.conn(), listing.id, Some(enterprise), now)?;
    grants.retain(|grant| grant.covers_part);
    let ids: Vec<ConfidentialGrantId> = grants.iter().map(|grant| grant.id).collect();
    let accepted = confidential::acceptances_of(work.conn(), &ids, Some(account))?;
    let is_accepted = |grant: &Grant| accepted.iter().any(|(id, _)| *id == grant.id);
    let best = grants.iter().find(|grant| is_accepted(grant)).or(grants.first());
    Ok(best.map(|grant| (grant.clone(), is_accepted(grant))))
}

/// Reads the part by office: with a reason, which the owners are told.
pub fn inspect(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, reason: &Reason) -> Result<Opened> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let (listing, owner) = listings::find_at(work.conn(), id, now).map_err(|error| hide(&actor, error))?;
    let permit = decide(&actor, Action::InspectConfidential, &resource(&listing, &owner))?;
    caller.require_fresh(work.conn(), now)?;
    let opened = shown(work, &permit, id, ReaderKind::Officer, (None, Some(reason)))?;
    work.remember(&permit, Deed::ConfidentialInspected, "listing", id.0, Some(reason))?;
    let letter = Letter::ConfidentialInspected {
        title: listing.content.title.vi.to_string(),
        reason: reason.text.as_str().to_owned(),
    };
    tell_owners_about(work, listing.enterprise_id, Some(id), &letter)?;
    Ok(opened)
}

/// Parts that are opened at once for a file.
const COPIED: u32 = 50;

/// Some listings with what was opened of them, and the one to go on behind.
pub type Copied = (Vec<(Listing, Opened)>, Option<ListingId>);

/// The parts of an enterprise's listings behind one of them, for a copy of its own data. Each is a reading like any other, in
/// the register of its listing.
pub fn copy(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, after: Option<ListingId>) -> Result<Copied> {
    let now = work.now;
    let (permit, _) = permitted(work.conn(), caller, id, Action::ReadConfidential, now)?;
    if after.is_none() {
        // It goes to somebody's disk.
        caller.require_fresh(work.conn(), now)?;
        work.remember(&permit, Deed::DataExported, "enterprise", id.0, None)?;
    }
    let found = confidential::listings_with(work.conn(), id, after, rows_for(COPIED))?;
    let (found, next) = cut(found, COPIED, |listing| *listing);
    let rows = listings::find_many(work.conn(), &found)?.into_iter();
    let mut rows: HashMap<ListingId, Listing> = rows.map(|(listing, _)| (listing.id, listing)).collect();
    let mut copied = Vec::with_capacity(found.len());
    for id in found {
        let opened = shown(work, &permit, id, ReaderKind::Owner, (None, None))?;
        let listing = rows.remove(&id).ok_or(ErrorCode::NotFound)?;
        copied.push((listing, opened));
    }
    Ok((copied, next))
}

/// Opens the part and writes the reading down.
fn shown(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    id: ListingId,
    reader: ReaderKind,
    (grant, reason): (Option<&Grant>, Option<&Reason>),
) -> Result<Opened> {
    let part = confidential::part(work.conn(), id)?.ok_or(ErrorCode::NotFound)?;
    let opened = open(work.vault, &part)?;
    let reading = Reading {
        id: work.next_id(),
        listing: id,
        reader,
        account: permit.actor().account().ok_or(ErrorCode::Forbidden)?,
        grant: grant.map(|grant| grant.id),
        reason: reason.map(|reason| reason.text.as_str().to_owned()),
        version: part.version,
        at: work.now,
        ip: work.origin().ip.map(|ip| ip.to_string()),
    };
    confidential::log(work.uow, permit, &reading)?;
    Ok(opened)
}

/// A page of readings, each with the name of who read, and where the next one begins.
pub type Register = (Vec<(Reading, String)>, Option<Uuid>);

/// A page of the register of readings, newest first.
pub fn readings(
    conn: &mut AnyConn,
    caller: &Caller,
    id: ListingId,
    (before, limit): (Option<Uuid>, u32),
    now: Timestamp,
) -> Result<Register> {
    let actor = caller.actor(conn, now)?;
    let (listing, owner) = listings::find_at(conn, id, now).map_err(|error| hide(&actor, error))?;
    decide(&actor, Action::ReadConfidential, &resource(&listing, &owner))?;
    let rows = confidential::readings_of(conn, id, before, rows_for(limit))?;
    Ok(cut(rows, limit, |(reading, _)| reading.id))
}
