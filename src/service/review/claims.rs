//! Claims: an officer takes up what waits, so that no other reads it in vain; hands it over, or gives it back. Whoever
//! takes it up again has it for longer. A claim that ran out is as good as none.

use jiff::{SignedDuration, Timestamp};

use super::reviewer;
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::account::AccountStatus;
use crate::domain::audit::Deed;
use crate::domain::calendar;
use crate::domain::enterprise::{AmendmentStatus, EnterpriseStatus};
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, DocumentId, EnterpriseId, ListingId, ReportId};
use crate::domain::listing::ListingStatus;
use crate::domain::listing::revision::RevisionStatus;
use crate::domain::report::ReportState;
use crate::domain::review::{Claim, EntryKind};
use crate::service::context::{Caller, Work};
use crate::service::{
    Error, ErrorCode, Result, enterprises as registrations, holds, listings as posts, officers, revisions,
};
use crate::store::review_claims::{self, Subject};
use crate::store::{self, AnyConn, documents, enterprises, listings, reference, reports};

/// Most that one officer has at a time: who takes up everything reads nothing.
const MOST: i64 = 100;

/// Takes up what waits, or has it for longer.
pub fn take(work: &mut Work<'_, '_>, caller: &Caller, subject: Subject, time: SignedDuration) -> Result<Claim> {
    let now = work.now;
    let (permit, officer) = reviewing(work, caller, subject)?;
    require_decidable(work.conn(), subject, now)?;
    let before = free_for(work.conn(), subject, officer, now)?;
    if before.is_none() && review_claims::count_of(work.conn(), officer, now)? >= MOST {
        return Err(ErrorCode::LimitReached.into());
    }
    let since = before.as_ref().map_or(now, |claim| claim.since);
    let claim = given(work, &permit, subject, (officer, officer), since, time)?;
    if before.is_none() {
        remember(work, &permit, Deed::ReviewClaimed, subject)?;
    }
    Ok(claim)
}

/// Gives it back. What nobody has is given back already.
pub fn release(work: &mut Work<'_, '_>, caller: &Caller, subject: Subject) -> Result<()> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let own =
        review_claims::find(work.conn(), subject, now)?.is_some_and(|claim| Some(claim.officer) == actor.account());
    // One's own also when it waits no more, or is no business of one's any more.
    let (permit, officer) = if own {
        (reviewer(&actor)?, actor.account().ok_or(ErrorCode::Forbidden)?)
    } else {
        reviewing(work, caller, subject)?
    };
    if yielding(work, &permit, subject, officer)?.is_some() {
        review_claims::remove(work.uow, &permit, subject)?;
        remember(work, &permit, Deed::ReviewReleased, subject)?;
    }
    Ok(())
}

/// Hands it to another officer who may decide on it. Whoever has it already is no other one: its time would begin anew, and a
/// renewal would be no renewal in the trail. Who manages officers may take from another what is then the own.
pub fn hand_over(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    subject: Subject,
    to: AccountId,
    time: SignedDuration,
) -> Result<Claim> {
    let (permit, officer) = reviewing(work, caller, subject)?;
    let now = work.now;
    require_decidable(work.conn(), subject, now)?;
    let present = yielding(work, &permit, subject, officer)?;
    let holder = present.unwrap_or(officer);
    let unfit = || Error::field("/officer", Violation::Malformed { what: "reviewer" });
    if to == holder {
        return Err(unfit());
    }
    let next = officer_who_works(work.conn(), to, now)?.ok_or_else(unfit)?;
    permitted(work.conn(), &next, subject, now).map_err(|error| match error.code {
        ErrorCode::Forbidden | ErrorCode::NotFound => unfit(),
        _ => error,
    })?;
    if review_claims::count_of(work.conn(), to, now)? >= MOST {
        return Err(ErrorCode::LimitReached.into());
    }
    let claim = given(work, &permit, subject, (holder, to), now, time)?;
    remember(work, &permit, Deed::ReviewHandedOver, subject)?;
    Ok(claim)
}

/// Gives back all that an officer has whose account is closed or erased: nobody has to wait until it runs out.
pub(in crate::service) fn give_back_all(work: &mut Work<'_, '_>, permit: &Permit, officer: AccountId) -> Result<()> {
    let now = work.now;
    for subject in review_claims::of_officer(work.conn(), officer, now)? {
        review_claims::remove(work.uow, permit, subject)?;
        remember(work, permit, Deed::ReviewReleased, subject)?;
    }
    Ok(())
}

/// Gives back what an officer has and may not decide on any more: other rights or places were given.
pub(in crate::service) fn give_back_what_is_decided_no_more(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    officer: AccountId,
) -> Result<()> {
    let now = work.now;
    for subject in review_claims::of_officer(work.conn(), officer, now)? {
        if !still_may_decide(work.conn(), officer, subject, now)? {
            review_claims::remove(work.uow, permit, subject)?;
            remember(work, permit, Deed::ReviewReleased, subject)?;
        }
    }
    Ok(())
}

/// Before a decision: nobody else has it; and with the decision the claim is over.
pub(in crate::service) fn settle(work: &mut Work<'_, '_>, permit: &Permit, subject: Subject) -> Result<()> {
    let officer = permit.actor().account().ok_or(ErrorCode::Forbidden)?;
    let now = work.now;
    free_for(work.conn(), subject, officer, now)?;
    Ok(review_claims::remove(work.uow, permit, subject)?)
}

/// The officer's own claim; refused where another one has it.
fn free_for(conn: &mut AnyConn, subject: Subject, officer: AccountId, now: Timestamp) -> Result<Option<Claim>> {
    match review_claims::find(conn, subject, now)? {
        Some(claim) if claim.officer != officer => Err(held(claim)),
        own => Ok(own),
    }
}

/// Whoever has it, where the officer may take it from there: one's own, or anybody's for who manages officers.
fn yielding(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    subject: Subject,
    officer: AccountId,
) -> Result<Option<AccountId>> {
    let now = work.now;
    let claim = review_claims::find(work.conn(), subject, now)?;
    match claim {
        Some(claim)
            if claim.officer != officer && decide(permit.actor(), Action::ManageOfficers, &Resource::None).is_err() =>
        {
            Err(held(claim))
        }
        claim => Ok(claim.map(|claim| claim.officer)),
    }
}

fn given(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    subject: Subject,
    (from, to): (AccountId, AccountId),
    since: Timestamp,
    time: SignedDuration,
) -> Result<Claim> {
    let now = work.now;
    let claim = Claim {
        officer: to,
        officer_name: String::new(),
        since,
        until: now.checked_add(time).map_err(Error::internal)?,
    };
    if !review_claims::give(work.uow, permit, subject, &claim, from, now)? {
        // Somebody was faster; done again, this tells who.
        return Err(store::Error::Serialization.into());
    }
    Ok(review_claims::find(work.conn(), subject, now)?.ok_or(ErrorCode::NotFound)?)
}

fn remember(work: &mut Work<'_, '_>, permit: &Permit, deed: Deed, (kind, id): Subject) -> Result<()> {
    let sort = match kind {
        EntryKind::Enterprise | EntryKind::Amendment => "enterprise",
        EntryKind::Listing | EntryKind::Revision => "listing",
        EntryKind::Document => "document",
        EntryKind::Report => "report",
    };
    work.remember(permit, deed, sort, id, None)
}

/// The proof that the caller may decide on it, and who that is.
fn reviewing(work: &mut Work<'_, '_>, caller: &Caller, subject: Subject) -> Result<(Permit, AccountId)> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = permitted(work.conn(), &actor, subject, now)?;
    let officer = actor.account().ok_or(ErrorCode::Forbidden)?;
    Ok((permit, officer))
}

/// The proof that an officer may decide on it, as long as it waits.
fn permitted(conn: &mut AnyConn, actor: &Actor, (kind, id): Subject, now: Timestamp) -> Result<Permit> {
    let hide = |error| registrations::hide(actor, error);
    match kind {
        EntryKind::Enterprise | EntryKind::Amendment => {
            let enterprise = enterprises::find(conn, EnterpriseId(id)).map_err(hide)?;
            let permit = decide(actor, Action::ReviewEnterprise, &registrations::resource(&enterprise))?;
            let may_be = match kind {
                EntryKind::Enterprise => enterprise.waits(),
                _ => enterprise.status == EnterpriseStatus::Active,
            };
            if !may_be {
                return Err(registrations::wrong_status(enterprise.status));
            }
            let wish = enterprise.amendment.as_ref().map(|wish| wish.status);
            if kind == EntryKind::Amendment && wish != Some(AmendmentStatus::Submitted) {
                return Err(ErrorCode::NotFound.into());
            }
            Ok(permit)
        }
        EntryKind::Listing | EntryKind::Revision => {
            let (listing, owner) = listings::find_at(conn, ListingId(id), now).map_err(hide)?;
            let permit = decide(actor, Action::ReviewListing, &posts::resource(&listing, &owner))?;
            if kind == EntryKind::Revision {
                let revision = store::revisions::find_open(conn, listing.id)?;
                revisions::hide_draft(actor, &revision)?;
                if revision.status != RevisionStatus::Submitted {
                    return Err(revisions::wrong_status(revision.status));
                }
            } else if listing.status != ListingStatus::Submitted {
                return Err(posts::wrong_status(listing.status));
            }
            Ok(permit)
        }
        EntryKind::Document => {
            let document = documents::find(conn, DocumentId(id)).map_err(hide)?;
            let enterprise = enterprises::find_even_merged(conn, document.enterprise).map_err(hide)?;
            let permit = decide(actor, Action::ReviewEnterprise, &registrations::resource(&enterprise))?;
            still(document.waits(), permit)
        }
        EntryKind::Report => {
            let report = reports::find(conn, ReportId(id)).map_err(hide)?;
            let (listing, owner) = listings::find_at(conn, report.listing, now).map_err(hide)?;
            let permit = decide(actor, Action::HandleReports, &posts::resource(&listing, &owner))?;
            still(report.state == ReportState::Received, permit)
        }
    }
}

fn still(waits: bool, permit: Permit) -> Result<Permit> {
    if waits {
        Ok(permit)
    } else {
        Err(ErrorCode::AlreadyDecided.into())
    }
}

/// Nothing can be decided about a listing while it is held or its enterprise suspended, and the queue does not show it.
fn require_decidable(conn: &mut AnyConn, (kind, id): Subject, now: Timestamp) -> Result<()> {
    match kind {
        EntryKind::Enterprise | EntryKind::Amendment | EntryKind::Document | EntryKind::Report => Ok(()),
        EntryKind::Listing | EntryKind::Revision => {
            let (listing, owner) = listings::find_at(conn, ListingId(id), now)?;
            holds::require_decidable(&listing, &owner)
        }
    }
}

/// Whether an officer who approved first could still do so: with an open account, and the right to decide on it.
pub(super) fn still_may_decide(
    conn: &mut AnyConn,
    officer: AccountId,
    subject: Subject,
    now: Timestamp,
) -> Result<bool> {
    match officer_who_works(conn, officer, now)? {
        Some(actor) => Ok(permitted(conn, &actor, subject, now).is_ok()),
        None => Ok(false),
    }
}

/// An officer with an open account and a second factor, as he or she would act.
pub(in crate::service) fn officer_who_works(
    conn: &mut AnyConn,
    id: AccountId,
    now: Timestamp,
) -> Result<Option<Actor>> {
    let officer = match officers::find(conn, id) {
        Ok(officer) => officer,
        Err(error) if error.code == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let works = officer.has_factor && officer.account.status == AccountStatus::Active;
    let scope = reference::scope_of_today(conn, &officer.scope, now)?;
    Ok(works.then_some(Actor::Officer {
        account: id,
        permissions: officer.permissions,
        scope,
        enrolled: true,
    }))
}

fn held(claim: Claim) -> Error {
    let until = calendar::local(claim.until).strftime("%H:%M %d/%m/%Y");
    let name = &claim.officer_name;
    let vi = format!("{name} đang xử lý việc này đến {until} (giờ Việt Nam).");
    let en = format!("{name} has taken this up until {until} (Vietnam time).");
    Error::held(claim, vi, en)
}
