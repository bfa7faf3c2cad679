//! Decisions on what was handed in, the same for registrations, amendments, listings and revisions: what comes before
//! one, and what is kept and told of it. What an approval does is the thing's own business.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::claims;
use crate::domain::access::Permit;
use crate::domain::audit::Reason;
use crate::domain::ids::EnterpriseId;
use crate::domain::letter::{Letter, Ruling};
use crate::domain::listing::ListingKind;
use crate::domain::review::EntryKind;
use crate::domain::review::checklist::Ticks;
use crate::domain::review::decision::{Decided, Note, ReviewOutcome, require_places};
use crate::domain::taxonomy::TaxonomyName;
use crate::service::context::Work;
use crate::service::members::tell_owners;
use crate::service::vault::Purpose;
use crate::service::{Error, ErrorCode, Result};
use crate::store::review_claims::Subject;
use crate::store::review_decisions;

/// What an officer decides.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Approve (duyệt), and what was looked at.
    Approve(Ticks),
    /// Refuse (từ chối).
    Reject(Return),
    /// Send back (yêu cầu sửa, bổ sung).
    RequestChanges(Return),
}

/// Why something goes back to its owner, and what is to be mended where.
#[derive(Clone, Debug)]
pub struct Return {
    /// Why.
    pub reason: Reason,
    /// What is to be mended where.
    pub notes: Vec<Note>,
}

impl Verdict {
    /// Why, where it is told.
    pub fn reason(&self) -> Option<&Reason> {
        self.returned().map(|returned| &returned.reason)
    }

    fn returned(&self) -> Option<&Return> {
        match self {
            Self::Approve(_) => None,
            Self::Reject(returned) | Self::RequestChanges(returned) => Some(returned),
        }
    }

    fn outcome(&self) -> ReviewOutcome {
        match self {
            Self::Approve(_) => ReviewOutcome::Approved,
            Self::Reject(_) => ReviewOutcome::Rejected,
            Self::RequestChanges(_) => ReviewOutcome::ChangesRequested,
        }
    }
}

/// What is decided on, as the officer saw it.
pub(in crate::service) struct Judged {
    /// What a claim of it names.
    pub subject: Subject,
    /// Under what the audit trail has it.
    pub id: Uuid,
    /// Whose it is.
    pub enterprise: EnterpriseId,
    /// What sort of listing.
    pub listing_kind: Option<ListingKind>,
    /// What people call it.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// Since when it waits.
    pub since: Timestamp,
    /// What was handed in.
    pub document: Value,
}

impl Judged {
    /// What was looked at, of what must be, before it is approved.
    fn ticks(&self, verdict: &Verdict) -> Result<Option<Ticks>> {
        let Verdict::Approve(ticks) = verdict else {
            return Ok(None);
        };
        let complete = ticks.complete(self.subject.0, self.listing_kind, "/checklist");
        complete.map(Some).map_err(Error::fields)
    }
}

/// Before a decision: nobody else has taken it up, what must be looked at was before it is approved, and notes name places
/// that it has. With the decision the claim is over.
pub(in crate::service) fn settle(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    judged: &Judged,
    verdict: &Verdict,
) -> Result<()> {
    claims::settle(work, permit, judged.subject)?;
    judged.ticks(verdict)?;
    let notes = verdict.returned().map_or(&[][..], |returned| &returned.notes);
    require_places(judged.subject.0, &judged.document, notes, "/notes").map_err(Error::fields)
}

/// After a decision: keeps it with what the officer saw, and tells the owners.
pub(in crate::service) fn keep(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    judged: &Judged,
    verdict: &Verdict,
) -> Result<()> {
    let outcome = verdict.outcome();
    let returned = verdict.returned();
    let decided = Decided {
        id: work.next_id(),
        kind: judged.subject.0,
        subject: judged.subject.1,
        judged: judged.id,
        enterprise: judged.enterprise,
        listing_kind: judged.listing_kind,
        outcome,
        version: judged.version,
        reason: verdict
            .reason()
            .map(|reason| (reason.code.to_string(), reason.text.to_string())),
        notes: returned.map(|returned| returned.notes.clone()).unwrap_or_default(),
        checklist: judged.ticks(verdict)?,
        officer: permit.actor().account().ok_or(ErrorCode::Forbidden)?,
        waiting_since: judged.since,
        at: work.now,
    };
    let (kind, subject) = judged.subject;
    let is_over = outcome == ReviewOutcome::Approved;
    review_decisions::forget_seen(work.uow, permit, subject, (!is_over).then_some(kind))?;
    // What comes after an approval is compared with what is live; but a listing that is withdrawn may change unseen.
    let is_kept = !is_over || matches!(kind, EntryKind::Listing | EntryKind::Revision);
    let plain = serde_json::to_vec(&judged.document).map_err(Error::internal)?;
    let seen = if is_kept {
        Some(work.vault.seal(Purpose::Review, &plain)?)
    } else {
        None
    };
    review_decisions::insert(work.uow, permit, &decided, seen.as_deref())?;
    let letter = letter(work, judged, verdict)?;
    tell_owners(work, judged.enterprise, &letter)
}

fn letter(work: &mut Work<'_, '_>, judged: &Judged, verdict: &Verdict) -> Result<Letter> {
    let returned = verdict.returned();
    let lists = work.in_force()?;
    let reason_name = verdict.reason().map(|reason| {
        let (list, code) = (TaxonomyName::ReasonCodes, reason.code.as_str());
        let name = |name: Option<&str>| name.unwrap_or(code).to_owned();
        (
            name(lists.lists().name_vi(list, code)),
            name(lists.lists().name_en(list, code)),
        )
    });
    Ok(Letter::ReviewDecided(Ruling {
        about: judged.subject.0.as_str().to_owned(),
        name: judged.name.clone(),
        verdict: verdict.outcome().as_str().to_owned(),
        reason_name,
        reason: verdict.reason().map(|reason| reason.text.to_string()),
        notes: returned.map(|returned| returned.notes.clone()).unwrap_or_default(),
    }))
}
