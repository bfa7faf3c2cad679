//! Decisions on what was handed in, the same for registrations, amendments, listings and revisions: what comes before
//! one, and what is kept and told of it. What an approval does is the thing's own business.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::claims;
use super::flags::dress;
use super::listing_of;
use crate::domain::access::Permit;
use crate::domain::audit::{Deed, Reason};
use crate::domain::ids::EnterpriseId;
use crate::domain::letter::{Letter, Ruling};
use crate::domain::listing::ListingKind;
use crate::domain::review::EntryKind;
use crate::domain::review::checklist::Ticks;
use crate::domain::review::decision::{Decided, Note, ReviewOutcome, require_places};
use crate::domain::taxonomy::TaxonomyName;
use crate::service::context::Work;
use crate::service::members::tell_owners_about;
use crate::service::review::queue::waiting_one;
use crate::service::vault::Purpose;
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::audit_chain::Hash;
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

/// An active enterprise that is looked at: again, or for the first time where officers entered it.
#[derive(Clone, Copy, Debug)]
pub(in crate::service) struct Renewal {
    /// Until when its verification would hold.
    pub until: Timestamp,
    /// Whether nobody verified it before.
    pub is_first: bool,
}

/// What is decided on, as the officer saw it.
pub(in crate::service) struct Judged {
    /// That it is an active enterprise that is verified; none of anything else.
    pub renewal: Option<Renewal>,
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
    /// Hash of its state, as the audit trail has it.
    pub state: Hash,
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

    /// The decision as it is kept.
    fn decided(
        &self,
        work: &Work<'_, '_>,
        permit: &Permit,
        verdict: &Verdict,
        outcome: ReviewOutcome,
    ) -> Result<Decided> {
        let returned = verdict.returned();
        Ok(Decided {
            id: work.next_id(),
            kind: self.subject.0,
            subject: self.subject.1,
            judged: self.id,
            enterprise: self.enterprise,
            listing_kind: self.listing_kind,
            outcome,
            version: self.version,
            reason: verdict
                .reason()
                .map(|reason| (reason.code.to_string(), reason.text.to_string())),
            notes: returned.map(|returned| returned.notes.clone()).unwrap_or_default(),
            checklist: self.ticks(verdict)?,
            officer: permit.actor().account().ok_or(ErrorCode::Forbidden)?,
            waiting_since: self.since,
            at: work.now,
        })
    }
}

/// How a decision goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service) enum Step {
    /// It is made.
    Decide,
    /// It was the first of two approvals, and nothing changes yet.
    Endorsed,
}

/// Before a decision: nobody else has taken it up, what must be looked at was before it is approved, a second officer
/// approves what needs one, and notes name places that it has. With the decision the claim is over.
pub(in crate::service) fn settle(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    judged: &Judged,
    verdict: &Verdict,
) -> Result<Step> {
    claims::settle(work, permit, judged.subject)?;
    match verdict {
        Verdict::Approve(_) => {
            judged.ticks(verdict)?;
            second_look(work, permit, judged, verdict)
        }
        Verdict::Reject(returned) | Verdict::RequestChanges(returned) => {
            let placed = require_places(judged.subject.0, &judged.document, &returned.notes, "/notes");
            placed.map_err(Error::fields)?;
            Ok(Step::Decide)
        }
    }
}

/// What is risky is approved by two officers, one after the other, in the same version.
fn second_look(work: &mut Work<'_, '_>, permit: &Permit, judged: &Judged, verdict: &Verdict) -> Result<Step> {
    let (now, vault, needs_second) = (work.now, work.vault, work.needs_second.clone());
    if needs_second.is_empty() {
        return Ok(Step::Decide);
    }
    // What does not wait is refused for that.
    let Some(waiting) = waiting_one(work.conn(), judged.subject)? else {
        return Ok(Step::Decide);
    };
    let dressed = dress(work.conn(), vault, vec![waiting], &[], &needs_second, now)?;
    let Some(look) = dressed.into_iter().next().map(|entry| entry.second_look) else {
        return Ok(Step::Decide);
    };
    let endorsed = match look.endorsed {
        Some(first) if claims::still_may_decide(work.conn(), first.officer, judged.subject, now)? => Some(first),
        _ => None,
    };
    match (look.reasons.is_empty(), endorsed) {
        (true, _) => Ok(Step::Decide),
        (false, Some(first)) if Some(first.officer) != permit.actor().account() => Ok(Step::Decide),
        (false, Some(_)) => Err(ErrorCode::SecondPersonRequired.into()),
        (false, None) => {
            let decided = judged.decided(work, permit, verdict, ReviewOutcome::Endorsed)?;
            review_decisions::insert(work.uow, permit, &decided, None)?;
            let sort = match judged.subject.0 {
                EntryKind::Enterprise | EntryKind::Amendment => "enterprise",
                EntryKind::Listing => "listing",
                EntryKind::Revision => "revision",
                EntryKind::Document => "document",
                EntryKind::Report => "report",
            };
            // Nothing changes; the hash tells what was approved.
            let change = Change::between(judged.state, judged.state);
            let subject = (sort, judged.id);
            work.remember_decision(permit, Deed::ReviewEndorsed, subject, None, (judged.version, change))?;
            Ok(Step::Endorsed)
        }
    }
}

/// After a decision: keeps it with what the officer saw, and tells the owners.
pub(in crate::service) fn keep(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    judged: &Judged,
    verdict: &Verdict,
) -> Result<()> {
    let outcome = verdict.outcome();
    let decided = judged.decided(work, permit, verdict, outcome)?;
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
    failpoint!("review.decided", Error::busy);
    let letter = letter(work, judged, verdict)?;
    tell_owners_about(work, judged.enterprise, listing_of(judged.subject), &letter)
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
        about: match judged.renewal {
            Some(renewal) if renewal.is_first => String::from("verification"),
            Some(_) => String::from("renewal"),
            None => judged.subject.0.as_str().to_owned(),
        },
        until: judged.renewal.map(|renewal| renewal.until),
        name: judged.name.clone(),
        verdict: verdict.outcome().as_str().to_owned(),
        reason_name,
        reason: verdict.reason().map(|reason| reason.text.to_string()),
        notes: returned.map(|returned| returned.notes.clone()).unwrap_or_default(),
    }))
}
