//! Listings: writing, handing in, taking back, reading.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use uuid::Uuid;

use super::creates::{self, Made};
use super::enterprise_register::MAX;
use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::query::{chosen, wrong_parameter};
use super::extract::{Body, IdempotencyKey, IfMatch, Judged, JudgedQuery, MaybeSignedIn, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::revisions::{RevisionView, accepted};
use super::search_log::somebody;
use super::server::HttpSettings;
use super::views::{ListingSummary, ListingView, Versioned as _, versioned, versioned_or_unchanged};
use crate::domain::calendar::day_of;
use crate::domain::drafts::ListingDraft;
use crate::domain::fields::Violation;
use crate::domain::ids::ListingId;
use crate::domain::listing::ListingStatus;
use crate::domain::listing::code::ListingCode;
use crate::domain::reader::is_program;
use crate::domain::shapes::ListingPatch;
use crate::service::context::{Caller, Credential};
use crate::service::listings::{Edited, OwnWanted};
use crate::service::search::words_of_name;
use crate::service::{App, Error, Result, listings};

/// Start a listing as a draft (tạo tin nháp).
///
/// An enterprise that waits for its first approval, or got its registration back, writes drafts meanwhile; it hands them in once it
/// is active. One that is suspended or closed begins none.
#[utoipa::path(
    post, path = "/listings", operation_id = "create_listing", tag = "listings", security(("bearer" = [])),
    request_body = ListingDraft,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Saved as a draft", body = ListingView),
        (status = 403, description = "`forbidden`: for those who write for an enterprise; `enterprise_not_active`: it is suspended or closed", body = ProblemBody),
    )
)]
pub async fn create_listing(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<ListingDraft>,
) -> Answer {
    let key = key.of("create_listing", &body.raw);
    let lists = app.in_force().await?;
    let content = body.by(|draft| draft.parse(&lists).map_err(Error::fields))?;
    creates::create(&app, caller, key, move |work| {
        let seen = listings::create(work, &caller, &content)?;
        let location = format!("/listings/{}", seen.listing.id);
        Ok(Made::versioned(location, seen.listing.version, ListingView::of(&seen)))
    })
    .await
}

/// One listing.
///
/// After its term (`status` is `expired`) the page stays for whoever has its address, as everybody saw it: without anybody to turn
/// to, closed for inquiries, with `X-Robots-Tag: noindex`, and in no search, feed or catalogue.
#[utoipa::path(
    get, path = "/listings/{id}", operation_id = "get_listing", tag = "listings",
    params(("id" = Uuid, Path, description = "Identifier")), security((), ("bearer" = [])),
    responses(
        (status = 304, description = "Not changed"),
        (status = 451, description = "`listing_taken_down`: at an authority's request, which `blocked` names; `Link` has `rel=\"blocked-by\"`", body = ProblemBody),
        (status = 200, description = "The listing, as far as the caller may see it", body = ListingView),
    )
)]
pub async fn get_listing(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let seen = app
        .read_by_key(move |conn, now| listings::read_page(conn, &caller, id, now))
        .await?;
    note_view(&app, &request, &caller, &seen);
    let view = view(&app, &seen).await?;
    Ok(answered(&request, &seen, &view, || page(&seen, &view)))
}

/// The page of a listing; of one whose term ended search engines are told not to keep it (tin hết hạn).
fn page(seen: &listings::Seen, view: &ListingView) -> HttpResponse {
    let mut answer = versioned(seen, view);
    if seen.listing.status == ListingStatus::Expired {
        let name = header::HeaderName::from_static("x-robots-tag");
        answer
            .headers_mut()
            .insert(name, header::HeaderValue::from_static("noindex"));
    }
    answer
}

/// Counts that somebody else than those inside read it, with a browser.
fn note_view(app: &App, request: &HttpRequest, caller: &Caller, seen: &listings::Seen) {
    let said = request.headers().get(header::USER_AGENT);
    let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
    let is_person = !matches!(caller.credential, Credential::Key { .. }) && !is_program(said);
    let is_counted = is_person && seen.listing.status != ListingStatus::Expired;
    if let (false, true, Some(ip)) = (seen.is_insider, is_counted, caller.origin.ip) {
        app.listing_views.note(seen.listing.id, somebody(ip), app.clock.now());
    }
}

/// What the caller sees of a listing; those inside are told which of its codes ended, for which the lists are asked.
async fn view(app: &App, seen: &listings::Seen) -> Result<ListingView> {
    let view = if seen.is_insider {
        ListingView::of_today(seen, &app.in_force().await?)
    } else {
        ListingView::of(seen)
    };
    Ok(view.on(day_of(app.clock.now())))
}

async fn found(app: &App, request: &HttpRequest, caller: &Caller, seen: &listings::Seen) -> Answer {
    note_view(app, request, caller, seen);
    let view = view(app, seen).await?;
    let answer = || {
        let mut answer = page(seen, &view);
        // What was asked by a name of the listing is the listing itself.
        if let Ok(place) = format!("/api/v1/listings/{}", seen.listing.id).parse() {
            answer.headers_mut().insert(header::CONTENT_LOCATION, place);
        }
        answer
    };
    Ok(answered(request, seen, &view, answer))
}

/// The answer, unless the caller has it. What a warning says comes with the days, of which the version tells nothing.
fn answered(
    request: &HttpRequest,
    seen: &listings::Seen,
    view: &ListingView,
    answer: impl FnOnce() -> HttpResponse,
) -> HttpResponse {
    if view.warnings.is_empty() || !seen.is_firm() {
        versioned_or_unchanged(request, seen, answer)
    } else {
        answer()
    }
}

/// The listing of a code (tra cứu theo mã số).
///
/// Codes are read in capital or small letters, with hyphens, spaces or nothing between their parts.
#[utoipa::path(
    get, path = "/listings/by-code/{code}", operation_id = "get_listing_by_code", tag = "listings",
    params(("code" = String, Path, description = "Code", max_length = 40, example = "CN-2026-000123")), security((), ("bearer" = [])),
    responses(
        (status = 304, description = "Not changed"),
        (status = 451, description = "`listing_taken_down`: at an authority's request, which `blocked` names; `Link` has `rel=\"blocked-by\"`", body = ProblemBody),
        (status = 200, description = "The listing, as far as the caller may see it; `Content-Location` names its own address", body = ListingView),
    )
)]
pub async fn get_listing_by_code(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    code: web::Path<String>,
) -> Answer {
    let code = code.into_inner();
    let seen = app
        .read_by_key(move |conn, now| listings::read_by_code(conn, &caller, &code, now))
        .await?;
    found(&app, &request, &caller, &seen).await
}

/// The listing of a readable name.
///
/// Names that it had before its title changed lead to it, too; `slug` tells the present one. They are read in capital or small
/// letters.
#[utoipa::path(
    get, path = "/listings/by-slug/{slug}", operation_id = "get_listing_by_slug", tag = "listings",
    params(("slug" = String, Path, description = "Readable name, present or former", max_length = 200, example = "may-say-lua-tang-soi-tb-2026-000123")), security((), ("bearer" = [])),
    responses(
        (status = 304, description = "Not changed"),
        (status = 451, description = "`listing_taken_down`: at an authority's request, which `blocked` names; `Link` has `rel=\"blocked-by\"`", body = ProblemBody),
        (status = 200, description = "The listing, as far as the caller may see it; `Content-Location` names its own address", body = ListingView),
    )
)]
pub async fn get_listing_by_slug(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    slug: web::Path<String>,
) -> Answer {
    let slug = slug.into_inner();
    let seen = app
        .read_by_key(move |conn, now| listings::read_by_slug(conn, &caller, &slug, now))
        .await?;
    found(&app, &request, &caller, &seen).await
}

/// Change a listing.
///
/// The body is a JSON merge patch (RFC 7396) onto what was sent to create it: members that are absent stay, `null`
/// removes. Possible for drafts and for what was sent back, refused or withdrawn. What is published stays as it is: the
/// edit begins or changes its one open revision, which is handed in with `POST /listings/{id}/revision/submission` and
/// becomes the live text when an officer approves it. As long as there is one, `If-Match` names its version.
#[utoipa::path(
    patch, path = "/listings/{id}", operation_id = "edit_listing", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the version that is edited: of the open revision if there is one, else of the listing")),
    request_body(content = ListingPatch, description = "Members to change; `null` removes", example = json!({"price_mode": "fixed", "price_min": 185000000})),
    responses(
        (status = 200, description = "Changed", body = ListingView),
        (status = 202, description = "The listing is published and stays as it is; its open revision is told", body = RevisionView),
        (status = 409, description = "`listing_wrong_status`, `revision_wrong_status`", body = ProblemBody),
    )
)]
pub async fn edit_listing(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Body<serde_json::Map<String, serde_json::Value>>,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.required()?);
    let patch = serde_json::Value::Object(body.value);
    let edited = app
        .write(caller.origin, move |work| {
            listings::edit(work, &caller, id, seen, &patch)
        })
        .await?;
    Ok(match edited {
        Edited::Listing(seen) => versioned(&*seen, &view(&app, &seen).await?),
        Edited::Revision(seen) => accepted(&seen),
    })
}

/// Hand a listing in for review (gửi duyệt).
#[utoipa::path(
    post, path = "/listings/{id}/submission", operation_id = "submit_listing", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Handed in", body = ListingView),
        (status = 403, description = "`enterprise_not_active`: the detail tells how the enterprise stands", body = ProblemBody),
        (status = 409, description = "`listing_wrong_status`; `policy_acceptance_required`: `policies` names what the caller must accept first", body = ProblemBody),
        (status = 422, description = "`listing_incomplete`: `errors` names what is missing", body = ProblemBody),
    )
)]
pub async fn submit_listing(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| listings::submit(work, &caller, id, seen))
        .await?;
    Ok(versioned(&seen, &ListingView::of(&seen)))
}

/// Take a listing back (rút tin).
///
/// One under review becomes a draft again; a published one is withdrawn and disappears from search, and so is one whose
/// term ended, to be edited.
#[utoipa::path(
    delete, path = "/listings/{id}/submission", operation_id = "take_back_listing", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Taken back", body = ListingView),
        (status = 409, description = "`listing_wrong_status`", body = ProblemBody),
    )
)]
pub async fn take_back_listing(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| listings::take_back(work, &caller, id, seen))
        .await?;
    Ok(versioned(&seen, &ListingView::of(&seen)))
}

/// Which of one's own listings.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MineQuery {
    /// Only those in this status.
    #[param(inline, value_type = Option<ListingStatus>, example = "draft")]
    pub status: Option<String>,
    /// Words of the title or their beginnings, with or without diacritics; all of them are in it. Words after the eighth are
    /// ignored. Or the code of one.
    #[param(max_length = 512, example = "may say lua")]
    pub q: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl MineQuery {
    fn wanted(&self) -> Result<OwnWanted> {
        let text = self.q.as_deref().unwrap_or_default();
        if text.chars().nth(MAX).is_some() {
            return Err(wrong_parameter("q", Violation::TooLong { max: MAX }));
        }
        let code = ListingCode::typed(text);
        Ok(OwnWanted {
            status: chosen::<ListingStatus>("status", self.status.as_deref())?,
            words: if code.is_some() {
                Vec::new()
            } else {
                words_of_name(text)
            },
            code,
        })
    }
}

/// The caller's enterprise's own listings, newest first.
#[utoipa::path(
    get, path = "/me/listings", operation_id = "list_my_listings", tag = "listings", security(("bearer" = [])), params(MineQuery),
    responses(
        (status = 200, description = "A page", body = Page<ListingSummary>),
        (status = 403, description = "`forbidden`: for members of an enterprise", body = ProblemBody),
    )
)]
pub async fn list_my_listings(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<MineQuery>,
) -> Answer {
    let (query, (limit, wanted)) = query.by(|query| Ok((limit(query.limit, &settings)?, query.wanted()?)))?;
    let tag = format!("my-listings:{:?}", (&query.status, &query.q));
    let place = after_in_time(query.after.as_deref(), &tag)?.map(|(at, id)| (at, ListingId(id)));
    let (rows, next) = app
        .read(move |conn, now| listings::mine(conn, &caller, &wanted, place, limit, now))
        .await?;
    let next = next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    let lists = app.in_force().await?;
    let items = rows.iter().map(|seen| ListingSummary::of_today(seen, &lists)).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}
