//! Making two registrations of one enterprise one (gộp hồ sơ trùng), by an officer and for ever.

use std::collections::BTreeSet;

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::permitted;
use super::letters::Recipient;
use super::members::tell_owners;
use super::versions::require_version;
use super::{Error, ErrorCode, Result, amendments, confidential, documents, inquiries, leavings, listing_contacts};
use crate::domain::access::{Action, Permit};
use crate::domain::audit::{Deed, Doer};
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, ApiKeyId, EnterpriseId, InvitationId, ListingId};
use crate::domain::letter::Letter;
use crate::domain::review::EntryKind;
use crate::store::audit::Change;
use crate::store::audit_chain::Hash;
use crate::store::file_imports::{Files as _, Listings};
use crate::store::inquiries as inquiry_rows;
use crate::store::invitations::{self, InvitationState};
use crate::store::leavings as rows;
use crate::store::listings::find as find_listing;
use crate::store::merges::{self, Movers};
use crate::store::sessions::{self, EndReason};
use crate::store::{accounts, api_keys, dossiers, enterprises, logos, members, outbox, review_claims, revisions};

pub use crate::store::merges::Belongings;

/// What a merger moves, or would move.
#[derive(Clone, Debug)]
pub struct Merger {
    /// The enterprise that stays.
    pub into: Enterprise,
    /// What the other one has.
    pub moved: Belongings,
    /// What does not come along.
    pub lost: Lost,
    /// What both call a listing of their own: there the name of the one that goes is found no more.
    pub same_names: Vec<String>,
    /// Whether it was done.
    pub is_done: bool,
}

/// What a merger ends, or would end: it is told before it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Members who come into no enterprise, since this one was never approved; they are signed out.
    pub members: i64,
    /// Documents of the profile that are removed.
    pub documents: i64,
    /// Keys in force that are revoked.
    pub keys: i64,
    /// Open invitations that are revoked.
    pub invitations: i64,
}

/// What an officer wants to merge.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// The enterprise that goes.
    pub from: EnterpriseId,
    /// Its version that the officer saw.
    pub seen: i64,
    /// The enterprise that stays.
    pub into: EnterpriseId,
    /// Only to tell what would move.
    pub is_dry_run: bool,
}

/// Makes two registrations one: everything of `from` moves, and its identifier leads to `into` for ever.
pub fn merge(work: &mut Work<'_, '_>, caller: &Caller, wish: Wish) -> Result<Merger> {
    let now = work.now;
    let (permit, from) = permitted(work.conn(), caller, wish.from, Action::MergeEnterprises, now)?;
    caller.require_fresh(work.conn(), now)?;
    require_version(wish.seen, from.version)?;
    let into = target(work, caller, wish)?;
    require_verified_stays(&from, &into)?;
    require_nothing_open(work, &from, &into)?;
    let mut moved = merges::belongings(work.conn(), from.id)?;
    let same_names = merges::same_names(work.conn(), from.id, into.id)?;
    let lost = left_behind(work, (&from, &into), &mut moved, !same_names.is_empty())?;
    let into = if wish.is_dry_run {
        into
    } else {
        join(work, &permit, from, into, !same_names.is_empty())?
    };
    Ok(Merger {
        into,
        moved,
        lost,
        same_names,
        is_done: !wish.is_dry_run,
    })
}

/// Whether an officer ever approved it: one that was suspended or closed is not merged, and no other status follows on
/// approval. What officers entered from a file is active without that: nobody has verified it, nor what its owner says.
fn was_approved(from: &Enterprise) -> bool {
    from.status == EnterpriseStatus::Active && from.verification.until.is_some()
}

/// Whether members, keys and invitations come into the other one: nobody whom no officer let in comes into a verified one, while
/// whom an officer admitted to one that officers entered belongs to it, too, where nobody verified either.
fn comes_along(from: &Enterprise, into: &Enterprise) -> bool {
    was_approved(from) || (from.status == EnterpriseStatus::Active && into.verification.until.is_none())
}

/// Parts what does not come along from what moves.
fn left_behind(
    work: &mut Work<'_, '_>,
    (from, into): (&Enterprise, &Enterprise),
    moved: &mut Belongings,
    has_same_names: bool,
) -> Result<Lost> {
    let now = work.now;
    let mut lost = Lost::default();
    if !comes_along(from, into) {
        lost.members = std::mem::take(&mut moved.members);
    }
    let documents = documents::going_along(work.conn(), (from, into))?;
    lost.documents = moved.documents.saturating_sub(documents);
    moved.documents = documents;
    if ends_keys(from, into, has_same_names) {
        lost.keys = api_keys::count_in_force(work.conn(), from.id, now)?;
    }
    let ending = ending_invitations(work, from, into)?;
    lost.invitations = i64::try_from(ending.len()).map_err(Error::internal)?;
    Ok(lost)
}

/// What an officer verified is not given up for what nobody looked at: such a merger would leave its owners, listings and number
/// with an unverified enterprise, for ever.
fn require_verified_stays(from: &Enterprise, into: &Enterprise) -> Result<()> {
    if was_approved(from) && into.verification.until.is_none() {
        return Err(ErrorCode::MergeIntoUnverified.into());
    }
    Ok(())
}

/// Whether the keys of the one that goes are revoked: nobody comes in by them, and a system that means its own listing by a name
/// would write into the other one's.
fn ends_keys(from: &Enterprise, into: &Enterprise, has_same_names: bool) -> bool {
    !comes_along(from, into) || has_same_names
}

/// The enterprise that stays: another active one, over which the officer may decide as well. One that was merged itself is
/// none, so that ways never lead round.
fn target(work: &mut Work<'_, '_>, caller: &Caller, wish: Wish) -> Result<Enterprise> {
    let unfit = || Error::field("/into", Violation::Malformed { what: "merge_target" });
    if wish.from == wish.into {
        return Err(unfit());
    }
    let now = work.now;
    match permitted(work.conn(), caller, wish.into, Action::MergeEnterprises, now) {
        Ok((_, into)) if into.status == EnterpriseStatus::Active => Ok(into),
        Ok(_) => Err(unfit()),
        Err(error) if matches!(error.code, ErrorCode::NotFound | ErrorCode::EnterpriseMerged) => Err(unfit()),
        Err(error) => Err(error),
    }
}

/// A halted or closed enterprise is let go on first, else its people would come to rights by the way; what waits to be decided is
/// decided first; a file is loaded to its end first, since its rows are for one enterprise; and who belongs to whom is put
/// right first, since nobody belongs to himself.
fn require_nothing_open(work: &mut Work<'_, '_>, from: &Enterprise, into: &Enterprise) -> Result<()> {
    let hindered = |vi, en| Err(Error::new(ErrorCode::MergeHindered, vi, en));
    if from.status == EnterpriseStatus::Suspended {
        return hindered(
            "Chưa thể gộp: hồ sơ này đang bị tạm ngừng.",
            "They cannot be merged yet: this one is suspended.",
        );
    }
    if from.status == EnterpriseStatus::Closed {
        return hindered(
            "Chưa thể gộp: hồ sơ này đã chấm dứt; hãy mở lại trước.",
            "They cannot be merged yet: this one is closed; open it again first.",
        );
    }
    if from.amendment.is_some() || into.amendment.is_some() {
        return hindered(
            "Chưa thể gộp: còn đề nghị thay đổi thông tin đã xác minh chưa xử lý xong.",
            "They cannot be merged yet: a change of verified data is still open.",
        );
    }
    if Listings::count_open(work.conn(), from.id)? > 0 {
        return hindered(
            "Chưa thể gộp: hồ sơ này còn tệp tin đăng đang được nhập.",
            "They cannot be merged yet: this one is still loading a file of listings.",
        );
    }
    // Rows of the file could mean listings that are still to come.
    if Listings::count_open(work.conn(), into.id)? > 0
        && merges::belongings(work.conn(), from.id)?.listings > leavings::PORTION_ROWS
    {
        return hindered(
            "Chưa thể gộp: hồ sơ ở lại còn tệp tin đăng đang được nhập, mà hồ sơ này có nhiều tin phải chuyển sang.",
            "They cannot be merged yet: the one that stays is still loading a file of listings, and this one has many that move.",
        );
    }
    if belongs_to(work, from, into.id)? || belongs_to(work, into, from.id)? {
        return hindered(
            "Chưa thể gộp: một bên là đơn vị chủ quản của bên kia.",
            "They cannot be merged: one belongs to the other.",
        );
    }
    Ok(())
}

/// Whether one enterprise is above another one, over however many steps.
fn belongs_to(work: &mut Work<'_, '_>, enterprise: &Enterprise, above: EnterpriseId) -> Result<bool> {
    let mut seen = vec![enterprise.id.0];
    let mut next = enterprise.profile.details.parent_id;
    while let Some(id) = next {
        if id == above.0 {
            return Ok(true);
        }
        if seen.contains(&id) {
            return Ok(false);
        }
        seen.push(id);
        next = match enterprises::find(work.conn(), EnterpriseId(id)) {
            Ok(parent) => parent.profile.details.parent_id,
            Err(crate::store::Error::NotFound | crate::store::Error::Merged(..)) => None,
            Err(error) => return Err(error.into()),
        };
    }
    Ok(false)
}

fn join(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    mut from: Enterprise,
    mut into: Enterprise,
    has_same_names: bool,
) -> Result<Enterprise> {
    let now = work.now;
    let (from_before, into_before) = (state::of_enterprise(&from)?, state::of_enterprise(&into)?);
    let mut movers = merges::movers(work.conn(), from.id)?;
    // Whoever was never verified comes into no enterprise that was.
    if !comes_along(&from, &into) {
        let strangers = std::mem::take(&mut movers.members);
        let_go(work, permit, (&from, &into), &strangers)?;
    }
    // Of many listings only the first come along here; the others are seen nowhere until the job has brought them.
    let mut some = rows::left(work.conn(), from.id, leavings::PORTION_ROWS + 1)?;
    if some.len() > leavings::PORTION {
        some.truncate(leavings::PORTION);
        leavings::leave(work, permit, from.id)?;
    }
    inquiries::mergers::merge(work, permit, from.id, into.id)?;
    let before = States::of(work, &movers, from.id)?;
    if ends_keys(&from, &into, has_same_names) {
        merges::revoke_keys(work.uow, permit, from.id, now)?;
    }
    end_invitations(work, permit, &from, &into)?;
    for kind in [EntryKind::Enterprise, EntryKind::Amendment] {
        review_claims::remove(work.uow, permit, (kind, from.id.0))?;
    }
    confidential::mergers::merge(work, permit, &from, &into)?;
    lead_children(work, permit, from.id, into.id)?;
    documents::leave_behind(work, permit, (&from, &into))?;
    merges::hand_over(work.uow, permit, from.id, into.id)?;
    failpoint!("mergers.handed_over", Error::busy);
    bring(work, permit, &some, (from.id, into.id), permit.into())?;
    // The one that stays has its own face.
    if logos::remove(work.uow, permit, from.id)? {
        work.remember(permit, Deed::LogoRemoved, "enterprise", from.id.0, None)?;
    }
    let was_public = from.status == EnterpriseStatus::Active;
    from.merged_into = Some(into.id);
    // Nobody takes it for one that is there. One that was refused stays so: its number may be another one's.
    if from.status != EnterpriseStatus::Rejected {
        from.status = EnterpriseStatus::Suspended;
    }
    (from.updated_at, into.updated_at) = (now, now);
    enterprises::update(work.uow, permit, &mut from)?;
    // It has more than before, so that whoever saw it before has not seen it.
    enterprises::update(work.uow, permit, &mut into)?;
    if was_public {
        outbox::push_enterprise(work.uow, from.id, now)?;
    }
    for id in [from.id, into.id] {
        outbox::push_all_of(work.uow, id, now)?;
    }
    let changes = [
        (Deed::EnterpriseMerged, from.id, from_before, &from),
        (Deed::EnterpriseMergerReceived, into.id, into_before, &into),
    ];
    for (deed, id, before, after) in changes {
        let change = Change::between(before, state::of_enterprise(after)?);
        work.remember_change(permit, deed, ("enterprise", id.0), None, change)?;
    }
    let after = States::of(work, &movers, into.id)?;
    before.remember(work, permit.into(), after)?;
    let letter = Letter::EnterpriseMerged {
        enterprise: from.profile.legal_name.to_string(),
        into: into.profile.legal_name.to_string(),
    };
    // The owners of both, now of one.
    tell_owners(work, into.id, &letter)?;
    Ok(into)
}

/// Gives some listings of the one that goes to the other one, and writes down what became of each.
pub(super) fn bring(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    some: &[ListingId],
    (from, into): (EnterpriseId, EnterpriseId),
    doer: Doer,
) -> Result<()> {
    let now = work.now;
    let before = States::of_listings(work, some)?;
    merges::hand_over_listings(work.uow, permit, some, (from, into), now)?;
    // They are seen with the one that stays.
    rows::push_published(work.uow, permit, some, now)?;
    let after = States::of_listings(work, some)?;
    before.remember(work, doer, after)
}

/// The members of a registration that nobody verified belong to no enterprise any more. Like everybody else they may ask
/// the other one to admit them, and are told so.
fn let_go(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    (from, into): (&Enterprise, &Enterprise),
    strangers: &[AccountId],
) -> Result<()> {
    let now = work.now;
    let letter = Letter::MergedUnverified {
        enterprise: from.profile.legal_name.to_string(),
        into: into.profile.legal_name.to_string(),
    };
    for account in strangers.iter().copied() {
        let before = state::of_account(work, account)?;
        members::delete(work.uow, permit, from.id, account)?;
        listing_contacts::forget(work, permit, account)?;
        sessions::end_all(work.uow, account, None, EndReason::RoleChanged, now)?;
        work.remember_account(permit, Deed::MemberLeft, account, None, Some(before))?;
        let stranger = accounts::find(work.conn(), account)?;
        work.send(&Recipient::of(&stranger), &letter)?;
    }
    Ok(())
}

/// Nobody comes into a verified enterprise by an invitation of a registration that nobody verified; an address that both invited keeps the
/// invitation of the one that stays.
fn end_invitations(work: &mut Work<'_, '_>, permit: &Permit, from: &Enterprise, into: &Enterprise) -> Result<()> {
    let now = work.now;
    for id in ending_invitations(work, from, into)? {
        invitations::decide(work.uow, id, InvitationState::Revoked, now)?;
        work.remember(permit, Deed::InvitationEnded, "invitation", id.0, None)?;
    }
    Ok(())
}

/// Those of the one that goes that come to an end.
fn ending_invitations(work: &mut Work<'_, '_>, from: &Enterprise, into: &Enterprise) -> Result<Vec<InvitationId>> {
    let others = invitations::pending_at(work.conn(), into.id)?;
    let kept: BTreeSet<String> = others.iter().map(|invitation| invitation.email.key()).collect();
    let own = invitations::pending_at(work.conn(), from.id)?.into_iter();
    let ending = own.filter(|invitation| !comes_along(from, into) || kept.contains(&invitation.email.key()));
    Ok(ending.map(|invitation| invitation.id).collect())
}

/// Those that belong to the one that goes belong to the other one from now on, and so do those that ask for it.
fn lead_children(work: &mut Work<'_, '_>, permit: &Permit, from: EnterpriseId, into: EnterpriseId) -> Result<()> {
    let mut after = None;
    loop {
        let batch = enterprises::unmerged(work.conn(), after, 500)?;
        let Some(last) = batch.last() else { return Ok(()) };
        after = Some(last.id);
        for mut child in batch {
            let is_below = child.profile.details.parent_id == Some(from.0);
            if !is_below && child.amendment.is_none() {
                continue;
            }
            let before = state::of_enterprise(&child)?;
            if !amendments::lead(work.vault, &mut child, from, into)? && !is_below {
                continue;
            }
            if is_below {
                child.profile.details.parent_id = Some(into.0);
            }
            child.updated_at = work.now;
            enterprises::update(work.uow, permit, &mut child)?;
            let change = Change::between(before, state::of_enterprise(&child)?);
            let subject = ("enterprise", child.id.0);
            work.remember_change(permit, Deed::EnterpriseEdited, subject, None, change)?;
        }
    }
}

/// What moves, as the audit trail knows it: each thing with its kind, its identifier and the hash of its state.
struct States(Vec<(&'static str, uuid::Uuid, Hash)>);

impl States {
    fn of(work: &mut Work<'_, '_>, movers: &Movers, enterprise: EnterpriseId) -> Result<Self> {
        let mut states = Vec::new();
        for AccountId(id) in &movers.members {
            states.push(("account", *id, state::of_account(work, AccountId(*id))?));
        }
        for ApiKeyId(id) in &movers.keys {
            let key = api_keys::find(work.conn(), enterprise, ApiKeyId(*id))?;
            states.push(("api_key", *id, state::of_key(&key)?));
        }
        for id in &movers.dossiers {
            let dossier = dossiers::find(work.conn(), *id)?;
            states.push(("dossier", id.0, state::of_dossier(&dossier)?));
        }
        for id in &movers.inquiries {
            let inquiry = inquiry_rows::find(work.conn(), *id)?;
            states.push(("inquiry", id.0, inquiries::state_of(&inquiry)?));
        }
        Ok(Self(states))
    }

    fn of_listings(work: &mut Work<'_, '_>, some: &[ListingId]) -> Result<Self> {
        let mut states = Vec::new();
        for id in some {
            let (listing, _) = find_listing(work.conn(), *id)?;
            states.push(("listing", id.0, state::of_listing(&listing)?));
            match revisions::find_open(work.conn(), *id) {
                Ok(revision) => states.push(("revision", revision.id.0, state::of_revision(&revision)?)),
                Err(crate::store::Error::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Self(states))
    }

    /// Writes down what became of each.
    fn remember(self, work: &mut Work<'_, '_>, doer: Doer, after: Self) -> Result<()> {
        for ((kind, id, before), (_, _, after)) in self.0.into_iter().zip(after.0) {
            let change = Change::between(before, after);
            work.remember_change(doer, Deed::MovedByMerger, (kind, id), None, change)?;
        }
        Ok(())
    }
}
