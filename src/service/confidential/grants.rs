//! To whom a confidential part is granted, and what they undertake.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Own, end, own, usable};
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::confidential::{Grant, GrantNews, MAX_GRANTS, Terms};
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::fields::Violation;
use crate::domain::ids::{ConfidentialGrantId, EnterpriseId, ListingId};
use crate::domain::letter::Letter;
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::{Listing, ListingStatus};
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::enterprises::hide;
use crate::service::holds;
use crate::service::listings::{resource, wrong_status};
use crate::service::members::tell_owners_about;
use crate::service::paging::{cut, rows_for};
use crate::service::standing::not_active;
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::audit_chain::sha256;
pub use crate::store::confidential::Acceptance;
use crate::store::confidential::{self, Side};
use crate::store::{AnyConn, enterprises, listings};

/// Most grants of an enterprise in a day, with those that were taken back: nobody sends letters to all the others in our
/// name.
const GRANTS_A_DAY: i64 = 50;

/// A grant with what people want to know beside it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The grant.
    pub grant: Grant,
    /// Name of the enterprise that has it.
    pub enterprise: String,
    /// What the listing is called, where the caller may see it.
    pub title: Option<String>,
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

/// Finds for one side what it wants to know beside grants. Who else accepted is the owner's to know.
fn entries(
    conn: &mut AnyConn,
    actor: &Actor,
    side: Side,
    rows: Vec<(Grant, String)>,
    now: Timestamp,
) -> Result<Vec<Entry>> {
    let ids: Vec<ConfidentialGrantId> = rows.iter().map(|(grant, _)| grant.id).collect();
    let whose = match side {
        Side::Listing(_) => None,
        Side::Enterprise(_) => Some(actor.account().ok_or(ErrorCode::Forbidden)?),
    };
    let mut accepted: HashMap<_, Vec<Acceptance>> = HashMap::new();
    for (grant, acceptance) in confidential::acceptances_of(conn, &ids, whose)? {
        accepted.entry(grant).or_default().push(acceptance);
    }
    let about: BTreeSet<ListingId> = rows.iter().map(|(grant, _)| grant.listing).collect();
    let about = listings::find_many(conn, &about.into_iter().collect::<Vec<_>>())?;
    let about: HashMap<ListingId, _> = about.into_iter().map(|row| (row.0.id, row)).collect();
    let entry = |(grant, enterprise): (Grant, String)| {
        let (listing, owner) = about.get(&grant.listing).ok_or(ErrorCode::NotFound)?;
        let mut listing = listing.clone();
        listing.lapse(now);
        let may_see = decide(actor, Action::ReadListing, &resource(&listing, owner)).is_ok();
        Ok(Entry {
            undertaking_sha256: fingerprint(grant.terms.undertaking.as_str()),
            accepted: accepted.remove(&grant.id).unwrap_or_default(),
            title: may_see.then(|| listing.content.title.vi.to_string()),
            owner: owner.legal_name.clone(),
            grant,
            enterprise,
        })
    };
    rows.into_iter().map(entry).collect()
}

fn entry(conn: &mut AnyConn, actor: &Actor, side: Side, grant: Grant, now: Timestamp) -> Result<Entry> {
    let enterprise = enterprises::find(conn, grant.terms.enterprise)?;
    let rows = vec![(grant, enterprise.profile.legal_name.to_string())];
    let found = entries(conn, actor, side, rows, now)?.pop();
    found.ok_or_else(|| ErrorCode::NotFound.into())
}

/// Grants the part of a listing, or only what is shown on request of it, to an enterprise, whose owners are told. Unless
/// the owner says so, it opens the part where there is one, and nothing that is written later.
pub fn give(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ListingId,
    terms: &Terms,
    covers_part: Option<bool>,
) -> Result<Entry> {
    let now = work.now;
    let own = own(work, caller, id)?;
    caller.require_fresh(work.conn(), now)?;
    holds::require_not_held(&own.listing)?;
    require_known(&own)?;
    let covers_part = covered(&own, covers_part)?;
    let grantee = grantee(work, &own.listing, terms.enterprise)?;
    refuse_second(work, id, terms.enterprise, covers_part)?;
    refuse_flood(work, own.listing.enterprise_id)?;
    let grant = Grant {
        id: ConfidentialGrantId(work.next_id()),
        listing: id,
        terms: terms.clone(),
        covers_part,
        given_by: own.permit.actor().account(),
        given_at: now,
        revoked_at: None,
    };
    confidential::give(work.uow, &own.permit, &grant)?;
    let entry = entry(work.conn(), own.permit.actor(), Side::Listing(id), grant, now)?;
    let granted = &entry.grant;
    let state = json!({
        "covers_part": granted.covers_part, "enterprise_id": granted.terms.enterprise.0,
        "expires_at": granted.terms.expires_at, "id": granted.id.0, "listing_id": id.0,
        "purpose": granted.terms.purpose.as_str(), "undertaking_sha256": entry.undertaking_sha256,
    });
    let made = Change::made(state::of_document(&state)?);
    let subject = ("confidential_grant", granted.id.0);
    work.remember_change(&own.permit, Deed::ConfidentialGranted, subject, None, made)?;
    let letter = Letter::ConfidentialGranted(GrantNews {
        title: told_title(&own.listing),
        owner: entry.owner.clone(),
        purpose: terms.purpose.as_str().to_owned(),
        expires_at: terms.expires_at,
        covers_part,
    });
    tell_owners_about(work, grantee.id, Some(id), &letter)?;
    Ok(entry)
}

/// A letter goes out: so an officer verified whoever sends it, and approved what it is about.
fn require_known(own: &Own) -> Result<()> {
    if own.owner.status != EnterpriseStatus::Active {
        return Err(not_active(own.owner.status));
    }
    if own.listing.code.is_none() {
        return Err(wrong_status(own.listing.status));
    }
    Ok(())
}

/// What is withdrawn may say anything meanwhile.
fn told_title(listing: &Listing) -> String {
    match listing.code {
        Some(code) if listing.status != ListingStatus::Published => code.to_string(),
        _ => listing.content.title.vi.to_string(),
    }
}

/// Whether the grant is to open the part. What is shown on request is granted with or without one.
fn covered(own: &Own, wanted: Option<bool>) -> Result<bool> {
    let is_on_request = own.listing.audience.visibility == Visibility::OnRequest;
    if own.part.is_none() && !is_on_request {
        return Err(ErrorCode::TooEarly.into());
    }
    let covers_part = wanted.unwrap_or(own.part.is_some());
    if !covers_part && !is_on_request {
        let nothing_else = Violation::Conflicts { with: "visibility" };
        return Err(Error::field("/covers_part", nothing_else));
    }
    Ok(covers_part)
}

/// Another active enterprise.
fn grantee(work: &mut Work<'_, '_>, listing: &Listing, id: EnterpriseId) -> Result<Enterprise> {
    let unknown = || Error::field("/enterprise_id", Violation::Malformed { what: "merge_target" });
    match enterprises::find(work.conn(), id) {
        Ok(found) if found.status == EnterpriseStatus::Active && found.id != listing.enterprise_id => Ok(found),
        Ok(_) | Err(crate::store::Error::NotFound | crate::store::Error::Merged(..)) => Err(unknown()),
        Err(error) => Err(error.into()),
    }
}

/// An enterprise has one grant in force of each sort, and none that opens less than another one that it has.
fn refuse_second(work: &mut Work<'_, '_>, id: ListingId, enterprise: EnterpriseId, covers_part: bool) -> Result<()> {
    let now = work.now;
    let present = confidential::in_force(work.conn(), id, None, now)?;
    let opens_as_much = |grant: &Grant| grant.covers_part || !covers_part;
    if present
        .iter()
        .any(|grant| grant.terms.enterprise == enterprise && opens_as_much(grant))
    {
        return Err(ErrorCode::AlreadyThere.into());
    }
    if i64::try_from(present.len()).is_ok_and(|count| count >= MAX_GRANTS) {
        return Err(ErrorCode::LimitReached.into());
    }
    Ok(())
}

fn refuse_flood(work: &mut Work<'_, '_>, owner: EnterpriseId) -> Result<()> {
    let since = work.now.checked_sub(SignedDuration::from_hours(24));
    let given = confidential::given_since(work.conn(), owner, since.map_err(Error::internal)?)?;
    if given >= GRANTS_A_DAY {
        return Err(Error {
            retry_after: Some(3_600),
            ..ErrorCode::TooManyRequests.into()
        });
    }
    Ok(())
}

/// Takes a grant back.
pub fn revoke(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, grant: ConfidentialGrantId) -> Result<()> {
    let own = own(work, caller, id)?;
    // Of this listing, and of no other.
    if confidential::find_grant(work.conn(), grant)?.listing != id {
        return Err(ErrorCode::NotFound.into());
    }
    end(work, &own.permit, grant)
}

/// A page of grants, newest first, and where the next one begins.
pub type Page = (Vec<Entry>, Option<ConfidentialGrantId>);

fn page(
    conn: &mut AnyConn,
    actor: &Actor,
    side: Side,
    (before, limit): (Option<ConfidentialGrantId>, u32),
    now: Timestamp,
) -> Result<Page> {
    let rows = confidential::grants_of(conn, side, before, rows_for(limit))?;
    let (rows, next) = cut(rows, limit, |(grant, _)| grant.id);
    Ok((entries(conn, actor, side, rows, now)?, next))
}

/// Who may read the grants of a listing: its owner's side.
fn owners_side(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Actor> {
    let actor = caller.actor(conn, now)?;
    let (listing, owner) = listings::find_at(conn, id, now).map_err(|error| hide(&actor, error))?;
    decide(&actor, Action::ReadConfidential, &resource(&listing, &owner))?;
    Ok(actor)
}

/// The grants of a listing, for its owner's side.
pub fn of_listing(
    conn: &mut AnyConn,
    caller: &Caller,
    id: ListingId,
    place: (Option<ConfidentialGrantId>, u32),
    now: Timestamp,
) -> Result<Page> {
    let actor = owners_side(conn, caller, id, now)?;
    page(conn, &actor, Side::Listing(id), place, now)
}

/// One of them.
pub fn read(
    conn: &mut AnyConn,
    caller: &Caller,
    id: ListingId,
    grant: ConfidentialGrantId,
    now: Timestamp,
) -> Result<Entry> {
    let actor = owners_side(conn, caller, id, now)?;
    let grant = confidential::find_grant(conn, grant)?;
    if grant.listing != id {
        return Err(ErrorCode::NotFound.into());
    }
    entry(conn, &actor, Side::Listing(id), grant, now)
}

/// The grants that the caller's enterprise was given.
pub fn mine(
    conn: &mut AnyConn,
    caller: &Caller,
    place: (Option<ConfidentialGrantId>, u32),
    now: Timestamp,
) -> Result<Page> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::UseConfidentialGrant, &Resource::None)?;
    let (enterprise, _) = actor.enterprise().ok_or(ErrorCode::Forbidden)?;
    page(conn, &actor, Side::Enterprise(enterprise), place, now)
}

/// One of them, whether it still opens anything or not: what somebody undertook is to be read for ever.
pub fn read_mine(conn: &mut AnyConn, caller: &Caller, id: ConfidentialGrantId, now: Timestamp) -> Result<Entry> {
    let actor = caller.actor(conn, now)?;
    let grant = confidential::find_grant(conn, id).map_err(|error| hide(&actor, error))?;
    let enterprise = grant.terms.enterprise;
    let terms = Resource::Grant {
        enterprise,
        is_open: true,
    };
    decide(&actor, Action::UseConfidentialGrant, &terms)?;
    entry(conn, &actor, Side::Enterprise(enterprise), grant, now)
}

/// Accepts the undertaking of a grant, by the hash of its text; a second time changes nothing.
pub fn accept(work: &mut Work<'_, '_>, caller: &Caller, id: ConfidentialGrantId, text_sha256: &str) -> Result<Entry> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let grant = confidential::find_grant(work.conn(), id).map_err(|error| hide(&actor, error))?;
    let (listing, owner) = listings::find_at(work.conn(), grant.listing, now)?;
    let permit = usable(&actor, &grant, &listing, &owner, now)?;
    let account = actor.account().ok_or(ErrorCode::Forbidden)?;
    let side = Side::Enterprise(grant.terms.enterprise);
    let found = entry(work.conn(), &actor, side, grant.clone(), now)?;
    if found.undertaking_sha256 != text_sha256 {
        let wrong = Violation::Conflicts { with: "undertaking" };
        return Err(Error::field("/undertaking_sha256", wrong));
    }
    if !found.accepted.is_empty() {
        return Ok(found);
    }
    let ip = work.origin().ip.map(|ip| ip.to_string());
    confidential::accept(work.uow, &permit, id, (account, text_sha256, ip), now)?;
    work.remember(&permit, Deed::UndertakingAccepted, "confidential_grant", id.0, None)?;
    entry(work.conn(), &actor, side, grant, now)
}
