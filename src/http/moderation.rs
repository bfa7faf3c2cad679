//! What officers do: the queue and the decisions.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::query::wrong_parameter;
use super::extract::{Body, IfMatch, Page, Query, SignedIn};
use super::problem::{Answer, Problem, ProblemBody};
use super::revisions::{RevisionSummary, RevisionView};
use super::server::HttpSettings;
use super::views::{EnterpriseView, ListingSummary, ListingView, versioned};
use crate::domain::audit::{Reason, ReasonCode};
use crate::domain::fields::Violation;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::text_enum;
use crate::service::context::Caller;
use crate::service::moderation::{self, Queue, Verdict, Waiting};
use crate::service::{App, Error, amendments, revisions};

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
    pub(super) fn parse(&self) -> Result<Reason, Problem> {
        Reason::parse(&self.reason_code, &self.reason_text)
            .map_err(|(field, violation)| Problem(Error::field(format!("/{field}"), violation)))
    }
}

text_enum! {
    /// What waits in the queue.
    pub enum EntryKind {
        /// A registration.
        Enterprise => "enterprise",
        /// A change of an active enterprise's verified data.
        Amendment => "amendment",
        /// A listing.
        Listing => "listing",
        /// A revision of a published listing.
        Revision => "revision",
    }
}

/// Which entries of the queue.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// Only these; all when absent.
    #[param(inline, value_type = Option<EntryKind>)]
    pub r#type: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// One entry of the queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueueEntry {
    /// What it is; a revision comes with the listing as it is live.
    #[schema(value_type = EntryKind)]
    pub r#type: &'static str,
    /// Since when it waits.
    pub waiting_since: Timestamp,
    /// The enterprise; of a change, read it and its differences before deciding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<EnterpriseView>,
    /// The listing; read it whole before deciding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<ListingSummary>,
    /// The revision; read it and its differences before deciding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<RevisionSummary>,
}

/// What waits for an officer, longest first (hàng đợi duyệt).
#[utoipa::path(
    get, path = "/moderation/queue", operation_id = "list_moderation_queue", tag = "moderation", security(("bearer" = [])), params(QueueQuery),
    responses(
        (status = 200, description = "A page of what the officer may decide", body = Page<QueueEntry>),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an officer who reviews", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_moderation_queue(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    Query(query): Query<QueueQuery>,
) -> Answer {
    let limit = limit(query.limit, &settings)?;
    let which = match query.r#type.as_deref().map(str::parse) {
        None => Queue::All,
        Some(Ok(EntryKind::Enterprise)) => Queue::Enterprises,
        Some(Ok(EntryKind::Amendment)) => Queue::Amendments,
        Some(Ok(EntryKind::Listing)) => Queue::Listings,
        Some(Ok(EntryKind::Revision)) => Queue::Revisions,
        Some(Err(_)) => return Err(wrong_parameter("type", Violation::Malformed { what: "queue_type" }).into()),
    };
    let tag = format!("queue:{which:?}");
    let place = after_in_time(query.after.as_deref(), &tag)?;
    let (waiting, next) = app
        .read(move |conn, now| moderation::queue(conn, &caller, which, place, limit, now))
        .await?;
    let next = next.map(|place| cursor_in_time(&tag, place));
    Ok(HttpResponse::Ok().json(Page::new(waiting.iter().map(entry).collect(), limit, next)))
}

fn entry(waiting: &Waiting) -> QueueEntry {
    let (waiting_since, _) = waiting.place();
    match waiting {
        Waiting::Enterprise(enterprise) | Waiting::Amendment(enterprise) => QueueEntry {
            r#type: match waiting {
                Waiting::Amendment(_) => EntryKind::Amendment.as_str(),
                _ => EntryKind::Enterprise.as_str(),
            },
            waiting_since,
            enterprise: Some(EnterpriseView::full(enterprise)),
            listing: None,
            revision: None,
        },
        Waiting::Listing(listing, owner) => QueueEntry {
            r#type: EntryKind::Listing.as_str(),
            waiting_since,
            enterprise: None,
            listing: Some(ListingSummary::full(listing, owner)),
            revision: None,
        },
        Waiting::Revision(revision, listing, owner) => QueueEntry {
            r#type: EntryKind::Revision.as_str(),
            waiting_since,
            enterprise: None,
            listing: Some(ListingSummary::full(listing, owner)),
            revision: Some((&**revision).into()),
        },
    }
}

async fn decide_enterprise(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, verdict: Verdict) -> Answer {
    let (id, seen) = (EnterpriseId(id), if_match.required()?);
    let seen = app
        .write(caller.origin, move |work| {
            moderation::decide_enterprise(work, &caller, id, seen, &verdict)
        })
        .await?;
    Ok(versioned(&seen, &EnterpriseView::of(&seen)))
}

async fn decide_amendment(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, verdict: Verdict) -> Answer {
    let (id, seen) = (EnterpriseId(id), if_match.required()?);
    let seen = app
        .write(caller.origin, move |work| {
            amendments::decide_on(work, &caller, id, seen, &verdict)
        })
        .await?;
    Ok(versioned(&seen, &EnterpriseView::of(&seen)))
}

async fn decide_listing(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, verdict: Verdict) -> Answer {
    let (id, seen) = (ListingId(id), if_match.required()?);
    let seen = app
        .write(caller.origin, move |work| {
            moderation::decide_listing(work, &caller, id, seen, &verdict)
        })
        .await?;
    Ok(versioned(&seen, &ListingView::of(&seen)))
}

async fn decide_revision(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, verdict: Verdict) -> Answer {
    let (id, seen) = (ListingId(id), if_match.required()?);
    let seen = app
        .write(caller.origin, move |work| {
            revisions::decide_on(work, &caller, id, seen, &verdict)
        })
        .await?;
    Ok(versioned(&seen, &RevisionView::of(&seen)))
}

macro_rules! decisions {
    ($($(#[$meta:meta])* $name:ident, $path:literal, $view:ty, $decide:ident;)+) => {$(
        $(#[$meta])*
        #[utoipa::path(
            post, path = $path, operation_id = stringify!($name), tag = "moderation", security(("bearer" = [])),
            params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "The version that was read: no other is decided on")),
            responses(
                (status = 200, description = "Approved", body = $view),
                (status = 403, description = "Not an officer who reviews these", body = ProblemBody, content_type = "application/problem+json"),
                (status = 404, description = "Absent or hidden", body = ProblemBody, content_type = "application/problem+json"),
                (status = 409, description = "Was decided already, or taken back", body = ProblemBody, content_type = "application/problem+json"),
                (status = 412, description = "Another version than the one that was read", body = ProblemBody, content_type = "application/problem+json"),
                (status = 422, description = "Cannot come out as it is: words that are not published (`screened`), a code that ended since", body = ProblemBody, content_type = "application/problem+json"),
                (status = 428, description = "`If-Match` is missing", body = ProblemBody, content_type = "application/problem+json"),
                (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
            )
        )]
        pub async fn $name(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>, if_match: IfMatch) -> Answer {
            $decide(&app, caller, id.into_inner(), if_match, Verdict::Approve).await
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
    ($($(#[$meta:meta])* $name:ident, $path:literal, $view:ty, $decide:ident, $verdict:ident;)+) => {$(
        $(#[$meta])*
        #[utoipa::path(
            post, path = $path, operation_id = stringify!($name), tag = "moderation", security(("bearer" = [])),
            request_body = ReasonBody,
            params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "The version that was read: no other is decided on")),
            responses(
                (status = 200, description = "Decided", body = $view),
                (status = 403, description = "Not an officer who reviews these", body = ProblemBody, content_type = "application/problem+json"),
                (status = 404, description = "Absent or hidden", body = ProblemBody, content_type = "application/problem+json"),
                (status = 409, description = "Was decided already, or taken back", body = ProblemBody, content_type = "application/problem+json"),
                (status = 422, description = "No reason", body = ProblemBody, content_type = "application/problem+json"),
                (status = 412, description = "Another version than the one that was read", body = ProblemBody, content_type = "application/problem+json"),
                (status = 428, description = "`If-Match` is missing", body = ProblemBody, content_type = "application/problem+json"),
                (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
            )
        )]
        pub async fn $name(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>, if_match: IfMatch, body: Body<ReasonBody>) -> Answer {
            let verdict = Verdict::$verdict(body.value.parse()?);
            $decide(&app, caller, id.into_inner(), if_match, verdict).await
        }
    )+};
}

reasoned_decisions! {
    /// Refuse an enterprise (từ chối doanh nghiệp).
    reject_enterprise, "/enterprises/{id}/rejection", EnterpriseView, decide_enterprise, Reject;
    /// Send an enterprise's registration back (yêu cầu bổ sung hồ sơ).
    request_enterprise_changes, "/enterprises/{id}/change-request", EnterpriseView, decide_enterprise, RequestChanges;
    /// Refuse a change of an active enterprise's verified data (từ chối thay đổi hồ sơ).
    reject_amendment, "/enterprises/{id}/amendment/rejection", EnterpriseView, decide_amendment, Reject;
    /// Send such a change back (yêu cầu bổ sung thay đổi hồ sơ).
    request_amendment_changes, "/enterprises/{id}/amendment/change-request", EnterpriseView, decide_amendment, RequestChanges;
    /// Refuse a listing (từ chối tin).
    reject_listing, "/listings/{id}/rejection", ListingView, decide_listing, Reject;
    /// Send a listing back (yêu cầu sửa tin).
    request_listing_changes, "/listings/{id}/change-request", ListingView, decide_listing, RequestChanges;
    /// Refuse a revision (từ chối bản sửa đổi).
    reject_revision, "/listings/{id}/revision/rejection", RevisionView, decide_revision, Reject;
    /// Send a revision back (yêu cầu sửa bản sửa đổi).
    request_revision_changes, "/listings/{id}/revision/change-request", RevisionView, decide_revision, RequestChanges;
}
