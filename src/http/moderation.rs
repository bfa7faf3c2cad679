//! What officers decide.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::checklists::TicksView;
use super::extract::{IfMatch, Judged, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::revisions::RevisionView;
use super::views::{EnterpriseView, ListingView, NoteView, versioned};
use crate::domain::audit::{Reason, ReasonCode};
use crate::domain::enterprise::AmendmentStatus;
use crate::domain::fields::{FieldError, FieldErrors};
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::listing::ListingStatus;
use crate::domain::listing::revision::RevisionStatus;
use crate::domain::review::EntryKind;
use crate::domain::review::checklist::Ticks;
use crate::domain::review::decision::{Note, notes};
use crate::service::context::Caller;
use crate::service::moderation;
use crate::service::review::decisions::{Return, Verdict};
use crate::service::{App, Error, Result, amendments, revisions};

/// Why: the owner reads it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// Why, for the figures.
    #[schema(value_type = ReasonCode, example = "incomplete")]
    pub reason_code: String,
    /// What is wrong and what to do, 10 to 2,000 characters.
    #[schema(
        min_length = 10,
        max_length = 2000,
        example = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy; đề nghị bổ sung."
    )]
    pub reason_text: String,
}

impl ReasonBody {
    pub(super) fn parse(&self) -> Result<Reason> {
        Reason::parse(&self.reason_code, &self.reason_text).map_err(Error::fields)
    }

    /// The same where it stands at `/reason` of something greater.
    pub(super) fn keep(&self, errors: &mut FieldErrors) -> Option<Reason> {
        Reason::keep(errors, "/reason", &self.reason_code, &self.reason_text)
    }
}

/// What was looked at before it is approved.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalBody {
    /// What was ticked, of the list for this sort of thing (`GET /moderation/checklists`).
    pub checklist: TicksView,
}

impl ApprovalBody {
    /// What is wrong with it whatever is approved; what is to be ticked is known with that.
    fn judge(self) -> Result<()> {
        let ticks = Ticks::from(self.checklist);
        ticks.require_known("/checklist").map_err(Error::fields)
    }
}

/// Why something goes back to its owner, and what is to be mended where: the owner reads it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnBody {
    /// Why, for the figures.
    #[schema(value_type = ReasonCode, example = "incomplete")]
    pub reason_code: String,
    /// What is wrong and what to do, 10 to 2,000 characters.
    #[schema(
        min_length = 10,
        max_length = 2000,
        example = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy; đề nghị bổ sung."
    )]
    pub reason_text: String,
    /// What is to be mended where, at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub notes: Vec<NoteView>,
}

impl ReturnBody {
    fn parse(&self, kind: EntryKind) -> Result<Return> {
        returned(Reason::parse(&self.reason_code, &self.reason_text), &self.notes, kind)
    }
}

/// Why something goes back, and what is to be mended where; else all that is wrong with either.
pub(super) fn returned(
    reason: std::result::Result<Reason, Vec<FieldError>>,
    sent: &[NoteView],
    kind: EntryKind,
) -> Result<Return> {
    let sent: Vec<Note> = sent.iter().map(Note::from).collect();
    match (reason, notes(&sent, kind, "/notes")) {
        (Ok(reason), Ok(notes)) => Ok(Return { reason, notes }),
        (reason, notes) => {
            let wrong = [reason.err(), notes.err()].into_iter().flatten().flatten();
            Err(Error::fields(wrong.collect()))
        }
    }
}

impl From<&NoteView> for Note {
    fn from(note: &NoteView) -> Self {
        Self {
            pointer: note.pointer.clone(),
            text: note.text.clone(),
        }
    }
}

/// What still waits after a decision was approved by the first of two officers.
fn decided(mut answer: HttpResponse, waits: bool) -> HttpResponse {
    if waits {
        *answer.status_mut() = StatusCode::ACCEPTED;
    }
    answer
}

async fn decide_enterprise(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, verdict: Verdict) -> Answer {
    let (id, seen) = (EnterpriseId(id), if_match.required()?);
    let seen = app
        .write(caller.origin, move |work| {
            moderation::decide_enterprise(work, &caller, id, seen, &verdict)
        })
        .await?;
    let waits = seen.enterprise.waits();
    Ok(decided(versioned(&seen, &EnterpriseView::of(&seen)), waits))
}

async fn decide_amendment(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, verdict: Verdict) -> Answer {
    let (id, seen) = (EnterpriseId(id), if_match.required()?);
    let seen = app
        .write(caller.origin, move |work| {
            amendments::decide_on(work, &caller, id, seen, &verdict)
        })
        .await?;
    let waits = seen
        .enterprise
        .amendment
        .as_ref()
        .is_some_and(|wish| wish.status == AmendmentStatus::Submitted);
    Ok(decided(versioned(&seen, &EnterpriseView::of(&seen)), waits))
}

async fn decide_listing(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, verdict: Verdict) -> Answer {
    let (id, seen) = (ListingId(id), if_match.required()?);
    let seen = app
        .write(caller.origin, move |work| {
            moderation::decide_listing(work, &caller, id, seen, &verdict)
        })
        .await?;
    let waits = seen.listing.status == ListingStatus::Submitted;
    Ok(decided(versioned(&seen, &ListingView::of(&seen)), waits))
}

async fn decide_revision(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, verdict: Verdict) -> Answer {
    let (id, seen) = (ListingId(id), if_match.required()?);
    let seen = app
        .write(caller.origin, move |work| {
            revisions::decide_on(work, &caller, id, seen, &verdict)
        })
        .await?;
    let waits = seen.revision.status == RevisionStatus::Submitted;
    Ok(decided(versioned(&seen, &RevisionView::of(&seen)), waits))
}

macro_rules! decisions {
    ($($(#[$meta:meta])* $name:ident, $path:literal, $view:ty, $decide:ident;)+) => {$(
        $(#[$meta])*
        #[utoipa::path(
            post, path = $path, operation_id = stringify!($name), tag = "moderation", security(("bearer" = [])),
            request_body = ApprovalBody,
            params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "The version that was read: no other is decided on")),
            responses(
                (status = 200, description = "Approved", body = $view),
                (status = 202, description = "Approved by the first of two officers; it waits for another one", body = $view),
                (status = 403, description = "Not an officer who reviews these; `second_person_required`: two must approve, and the caller is the first", body = ProblemBody),
                (status = 404, description = "Absent or hidden", body = ProblemBody),
                (status = 409, description = "Was decided already, or taken back; `claimed_by_another`: another officer has taken it up", body = ProblemBody),
                (status = 412, description = "Another version than the one that was read", body = ProblemBody),
                (status = 422, description = "Something mandatory is not ticked (`not_ticked`); or it cannot come out as it is: words that are not published (`screened`), a code that ended since", body = ProblemBody),
                (status = 428, description = "`If-Match` is missing", body = ProblemBody),
            )
        )]
        pub async fn $name(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>, if_match: IfMatch, body: Judged<ApprovalBody>) -> Answer {
            let verdict = Verdict::Approve(body.value(ApprovalBody::judge)?.checklist.into());
            $decide(&app, caller, id.into_inner(), if_match, verdict).await
        }
    )+};
}

decisions! {
    /// Verify an enterprise (duyệt doanh nghiệp).
    approve_enterprise, "/enterprises/{id}/approval", EnterpriseView, decide_enterprise;
    /// Make a change of an active enterprise's verified data live (duyệt thay đổi hồ sơ).
    ///
    /// `If-Match` names the version of the enterprise. Its owners get a letter.
    approve_amendment, "/enterprises/{id}/amendment/approval", EnterpriseView, decide_amendment;
    /// Publish a listing (duyệt tin).
    approve_listing, "/listings/{id}/approval", ListingView, decide_listing;
    /// Make a revision the live listing (duyệt bản sửa đổi).
    ///
    /// `If-Match` names the version of the revision. When the live listing changed after the revision was written, the
    /// answer is 409 `revision_outdated`: send it back.
    approve_revision, "/listings/{id}/revision/approval", RevisionView, decide_revision;
}

macro_rules! reasoned_decisions {
    ($($(#[$meta:meta])* $name:ident, $path:literal, $view:ty, $decide:ident, $kind:ident, $verdict:ident;)+) => {$(
        $(#[$meta])*
        #[utoipa::path(
            post, path = $path, operation_id = stringify!($name), tag = "moderation", security(("bearer" = [])),
            request_body = ReturnBody,
            params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "The version that was read: no other is decided on")),
            responses(
                (status = 200, description = "Decided", body = $view),
                (status = 403, description = "Not an officer who reviews these", body = ProblemBody),
                (status = 404, description = "Absent or hidden", body = ProblemBody),
                (status = 409, description = "Was decided already, or taken back; `claimed_by_another`: another officer has taken it up", body = ProblemBody),
                (status = 422, description = "No reason, or a note to a field that is not there", body = ProblemBody),
                (status = 412, description = "Another version than the one that was read", body = ProblemBody),
                (status = 428, description = "`If-Match` is missing", body = ProblemBody),
            )
        )]
        pub async fn $name(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>, if_match: IfMatch, body: Judged<ReturnBody>) -> Answer {
            let verdict = Verdict::$verdict(body.by(|said| said.parse(EntryKind::$kind))?);
            $decide(&app, caller, id.into_inner(), if_match, verdict).await
        }
    )+};
}

reasoned_decisions! {
    /// Refuse an enterprise (từ chối doanh nghiệp).
    reject_enterprise, "/enterprises/{id}/rejection", EnterpriseView, decide_enterprise, Enterprise, Reject;
    /// Send an enterprise's registration back (yêu cầu bổ sung hồ sơ).
    request_enterprise_changes, "/enterprises/{id}/change-request", EnterpriseView, decide_enterprise, Enterprise, RequestChanges;
    /// Refuse a change of an active enterprise's verified data (từ chối thay đổi hồ sơ).
    reject_amendment, "/enterprises/{id}/amendment/rejection", EnterpriseView, decide_amendment, Amendment, Reject;
    /// Send such a change back (yêu cầu bổ sung thay đổi hồ sơ).
    request_amendment_changes, "/enterprises/{id}/amendment/change-request", EnterpriseView, decide_amendment, Amendment, RequestChanges;
    /// Refuse a listing (từ chối tin).
    reject_listing, "/listings/{id}/rejection", ListingView, decide_listing, Listing, Reject;
    /// Send a listing back (yêu cầu sửa tin).
    request_listing_changes, "/listings/{id}/change-request", ListingView, decide_listing, Listing, RequestChanges;
    /// Refuse a revision (từ chối bản sửa đổi).
    reject_revision, "/listings/{id}/revision/rejection", RevisionView, decide_revision, Revision, Reject;
    /// Send a revision back (yêu cầu sửa bản sửa đổi).
    request_revision_changes, "/listings/{id}/revision/change-request", RevisionView, decide_revision, Revision, RequestChanges;
}
