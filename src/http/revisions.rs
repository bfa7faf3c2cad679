//! Revisions of published listings: reading, comparing, handing in, taking back, throwing away. They are written with
//! `PATCH /listings/{id}`; officers' decisions are in [`moderation`](super::moderation).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{IfMatch, SignedIn, etag, etag_of_shown};
use super::problem::{Answer, ProblemBody};
use super::videos::VideoView;
use super::views::{DecisionView, FileView, OutdatedView, Versioned, versioned, versioned_or_unchanged};
use crate::domain::drafts::{ListingDraft, lists_for_listing};
use crate::domain::ids::ListingId;
use crate::domain::listing::media::{MediaChange, MediaKind, MediaStep};
use crate::domain::listing::revision::{Difference, Revision, RevisionStatus};
use crate::service::{App, revisions};

/// A revision as the queue shows it: without what it says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RevisionSummary {
    /// Which listing it is to change.
    pub listing_id: Uuid,
    /// Where it stands (trạng thái).
    #[schema(value_type = RevisionStatus, example = "submitted")]
    pub status: &'static str,
    /// The version of the live listing that its owner saw when last writing it.
    pub base_version: i64,
    /// When it was last handed in.
    #[schema(required)]
    pub submitted_at: Option<Timestamp>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Row version, as in `ETag`.
    pub version: i64,
}

impl From<&Revision> for RevisionSummary {
    fn from(revision: &Revision) -> Self {
        Self {
            listing_id: revision.listing.0,
            status: revision.status.as_str(),
            base_version: revision.base_version,
            submitted_at: revision.submitted_at,
            created_at: revision.created_at,
            updated_at: revision.updated_at,
            version: revision.version,
        }
    }
}

/// That a revision is open, and which: what one sends as `If-Match` to go on with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenRevision {
    /// Where it stands (trạng thái).
    #[schema(value_type = RevisionStatus, example = "draft")]
    pub status: &'static str,
    /// Its version.
    pub version: i64,
}

impl From<&Revision> for OpenRevision {
    fn from(revision: &Revision) -> Self {
        Self {
            status: revision.status.as_str(),
            version: revision.version,
        }
    }
}

/// A revision of a published listing (bản sửa đổi).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RevisionView {
    /// All but what it says.
    #[serde(flatten)]
    pub summary: RevisionSummary,
    /// What the listing is to say, in full.
    pub content: ListingDraft,
    /// The files that the listing is to have, in their order; those that only the revision has are no listing's yet.
    #[schema(max_items = 1000)]
    pub files: Vec<FileView>,
    /// The videos that the listing is to refer to, in their order.
    #[schema(max_items = 10)]
    pub videos: Vec<VideoView>,
    /// Version of the live listing; after an approval, the one that the revision became.
    pub listing_version: i64,
    /// What an officer would still miss, as JSON pointers, and where one reads it, what is to be replaced: `outdated` codes that the
    /// live text does not have.
    pub missing: Vec<String>,
    /// Codes of it that ended since they were written, with what took their place; where one reads it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 50)]
    pub outdated: Vec<OutdatedView>,
    /// Last decision with a reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionView>,
}

impl RevisionView {
    /// What its owner's members and reviewing officers see; nobody else sees any.
    pub fn of(seen: &revisions::Seen) -> Self {
        let missing = seen.revision.content.missing_for_submission().into_iter();
        Self {
            summary: (&seen.revision).into(),
            content: seen.revision.content.clone(),
            files: seen.files.iter().map(|file| FileView::of(file, true)).collect(),
            videos: seen.videos.iter().map(VideoView::of).collect(),
            listing_version: seen.listing.version,
            missing: missing.map(str::to_owned).collect(),
            outdated: Vec::new(),
            decision: seen.decision.as_ref().map(Into::into),
        }
    }
}

impl Versioned for revisions::Seen {
    fn tag(&self) -> String {
        etag(self.revision.version)
    }

    fn is_firm(&self) -> bool {
        // One that is outdated shows files of the listing, which change without another version of it.
        self.revision.base_version == self.listing.version
    }

    fn tag_of_shown(&self, shown: &str) -> String {
        etag_of_shown(self.revision.version, shown)
    }
}

/// What a change of a published listing is answered with: the revision that says so.
pub(super) fn accepted(seen: &revisions::Seen) -> HttpResponse {
    let mut answer = versioned(seen, &RevisionView::of(seen));
    *answer.status_mut() = StatusCode::ACCEPTED;
    answer
}

/// One place at which a revision differs from the live listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DifferenceView {
    /// JSON pointer (RFC 6901) into what `POST /listings` takes, with `files` and `videos` beside it.
    #[schema(example = "/title/vi")]
    pub pointer: String,
    /// What the live listing says there; absent where it says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub before: Option<Value>,
    /// What the revision says there; absent where it says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub after: Option<Value>,
}

/// An entry of files or videos, and where it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaPlace {
    /// Its place, from 0.
    pub position: usize,
    /// What is told of it: of a file `id`, `kind`, `title`, `media_type`, `bytes` and `sha256`, of a video `url` and `title`.
    #[schema(value_type = Object, example = json!({"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "title": {"vi": "Máy sấy chạy thử", "en": null}}))]
    pub entry: Value,
}

/// What becomes of one file or video.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaChangeView {
    /// What it is.
    #[schema(value_type = MediaKind, example = "file")]
    pub kind: &'static str,
    /// What becomes of it; what is moved and relabelled is told twice. What only makes room for another is not moved.
    #[schema(value_type = MediaStep, example = "added")]
    pub change: &'static str,
    /// What it was; absent where it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<MediaPlace>,
    /// What it is to be; absent where it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<MediaPlace>,
}

impl From<MediaChange> for MediaChangeView {
    fn from(change: MediaChange) -> Self {
        let place = |(position, entry)| MediaPlace { position, entry };
        Self {
            kind: change.kind.as_str(),
            change: change.step.as_str(),
            before: change.before.map(place),
            after: change.after.map(place),
        }
    }
}

/// Where a revision differs from the live listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RevisionDiff {
    /// Version of the revision: the one to decide on.
    pub version: i64,
    /// The version of the live listing that its owner saw when last writing it.
    pub base_version: i64,
    /// Version of the live listing.
    pub listing_version: i64,
    /// The places; lists are compared entry by entry.
    pub differences: Vec<DifferenceView>,
    /// What becomes of files and videos.
    pub media: Vec<MediaChangeView>,
}

/// The open revision of a listing (bản sửa đổi).
///
/// For members of its enterprise, and for reviewing officers once it was handed in.
#[utoipa::path(
    get, path = "/listings/{id}/revision", operation_id = "get_revision", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the listing")),
    responses(
        (status = 304, description = "Not changed"),
        (status = 200, description = "The revision", body = RevisionView),
    )
)]
pub async fn get_revision(
    request: HttpRequest,
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let seen = app
        .read_by_key(move |conn, now| revisions::read(conn, &caller, id, now))
        .await?;
    let mut view = RevisionView::of(&seen);
    let (content, lists) = (&seen.revision.content, app.in_force().await?);
    view.outdated = OutdatedView::of_draft(content, &lists);
    let hindering = content.outdated(&lists_for_listing(lists, &seen.listing.content));
    view.missing.extend(hindering.into_iter().map(|ended| ended.pointer));
    let answer = versioned(&seen, &view);
    // That a code ended makes no other version.
    if !view.outdated.is_empty() {
        return Ok(answer);
    }
    Ok(versioned_or_unchanged(&request, &seen, || answer))
}

/// What a revision changes (so sánh với bản đang hiển thị).
#[utoipa::path(
    get, path = "/listings/{id}/revision/diff", operation_id = "get_revision_diff", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the listing")),
    responses((status = 200, description = "Every place at which the revision and the live listing differ", body = RevisionDiff))
)]
pub async fn get_revision_diff(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ListingId(id.into_inner());
    let compared = app
        .read_by_key(move |conn, now| revisions::compare(conn, &caller, id, now))
        .await?;
    let differences = compared.differences.into_iter();
    Ok(HttpResponse::Ok().json(RevisionDiff {
        version: compared.seen.revision.version,
        base_version: compared.seen.revision.base_version,
        listing_version: compared.seen.listing.version,
        differences: differences
            .map(|Difference { pointer, before, after }| DifferenceView { pointer, before, after })
            .collect(),
        media: compared.media.into_iter().map(Into::into).collect(),
    }))
}

/// Throw a revision away (hủy bản sửa đổi).
///
/// The live listing stays as it is. Not while it waits for an officer: take it back first. One below which the live listing
/// changed is thrown away at once, since no officer can approve it.
#[utoipa::path(
    delete, path = "/listings/{id}/revision", operation_id = "discard_revision", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the listing"), ("If-Match" = Option<String>, Header, description = "Refuses another version of the revision than this")),
    responses(
        (status = 200, description = "Thrown away", body = RevisionView),
        (status = 409, description = "`revision_wrong_status`", body = ProblemBody),
    )
)]
pub async fn discard_revision(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| revisions::discard(work, &caller, id, seen))
        .await?;
    Ok(versioned(&seen, &RevisionView::of(&seen)))
}

/// Hand a revision in for review (gửi duyệt bản sửa đổi).
#[utoipa::path(
    post, path = "/listings/{id}/revision/submission", operation_id = "submit_revision", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the listing"), ("If-Match" = Option<String>, Header, description = "Refuses another version of the revision than this")),
    responses(
        (status = 200, description = "Handed in", body = RevisionView),
        (status = 403, description = "`enterprise_not_active`", body = ProblemBody),
        (status = 409, description = "`revision_wrong_status`; `listing_wrong_status`: it is not published; `revision_outdated`: the live listing changed meanwhile; `revision_unchanged`: it says what the live listing says; `policy_acceptance_required`: `policies` names what the caller must accept first", body = ProblemBody),
        (status = 422, description = "`listing_incomplete`: `errors` names what is missing", body = ProblemBody),
    )
)]
pub async fn submit_revision(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| revisions::submit(work, &caller, id, seen))
        .await?;
    Ok(versioned(&seen, &RevisionView::of(&seen)))
}

/// Take a revision back from review (rút bản sửa đổi).
#[utoipa::path(
    delete, path = "/listings/{id}/revision/submission", operation_id = "take_back_revision", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the listing"), ("If-Match" = Option<String>, Header, description = "Refuses another version of the revision than this")),
    responses(
        (status = 200, description = "A draft again", body = RevisionView),
        (status = 409, description = "`revision_wrong_status`", body = ProblemBody),
    )
)]
pub async fn take_back_revision(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| revisions::take_back(work, &caller, id, seen))
        .await?;
    Ok(versioned(&seen, &RevisionView::of(&seen)))
}
