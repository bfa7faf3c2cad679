//! Requests of authorities to take listings down.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::query::chosen;
use super::extract::{IdempotencyKey, IfMatch, Judged, JudgedQuery, Page, SignedIn, etag};
use super::moderation::ReasonBody;
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::fields::{FieldErrors, one_of};
use crate::domain::ids::{ListingId, TakedownId};
use crate::domain::takedown::{self, Order, TakedownGround, TakedownState};
use crate::domain::text::Line;
use crate::service::context::Caller;
use crate::service::takedowns::{self, Entry, Step, Wanted};
use crate::service::{App, Error};

/// A request as it came.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakedownBody {
    /// The listing; it must have come out once.
    #[schema(example = "01978e3a-7b1c-7d2e-9f00-3c5a8e1b2d4f")]
    pub listing_id: Uuid,
    /// Which authority; the public reads it.
    #[schema(max_length = 256, example = "Thanh tra Sở Khoa học và Công nghệ")]
    pub authority: String,
    /// Number of its letter; the public reads it.
    #[schema(max_length = 128, example = "125/TTr-SKHCN")]
    pub reference: String,
    /// What it holds against the listing.
    #[schema(value_type = TakedownGround, example = "illegal")]
    pub ground: String,
    /// When the letter came; the term of 24 hours begins then.
    #[schema(example = "2026-03-09T03:00:00Z")]
    pub received_at: Timestamp,
}

impl TakedownBody {
    fn parse(&self, now: Timestamp) -> Result<Order, Error> {
        let mut errors = FieldErrors::default();
        let authority = errors.keep("/authority", Line::parse(&self.authority));
        let reference = errors.keep("/reference", Line::parse(&self.reference));
        let ground = errors.keep("/ground", one_of(&self.ground));
        let received_at = errors.keep("/received_at", takedown::received(self.received_at, now));
        let order = authority.zip(reference).zip(ground).zip(received_at);
        let order = order.map(|(((authority, reference), ground), received_at)| Order {
            listing: ListingId(self.listing_id),
            authority,
            reference,
            ground,
            received_at,
        });
        errors.finish(order).map_err(Error::fields)
    }
}

/// A request of an authority's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TakedownView {
    /// Identifier.
    pub id: Uuid,
    /// The listing.
    pub listing_id: Uuid,
    /// Its code.
    #[schema(required, example = "TB-2026-000123")]
    pub code: Option<String>,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub enterprise: String,
    /// Which authority.
    pub authority: String,
    /// Number of its letter.
    pub reference: String,
    /// What it holds against the listing.
    #[schema(value_type = TakedownGround)]
    pub ground: &'static str,
    /// Where it stands.
    #[schema(value_type = TakedownState)]
    pub state: &'static str,
    /// When the letter came.
    pub received_at: Timestamp,
    /// Until when it must be carried out.
    pub due_at: Timestamp,
    /// Whether the term was not kept.
    pub overdue: bool,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// When it was carried out.
    #[schema(required)]
    pub carried_out_at: Option<Timestamp>,
    /// When it was dismissed, or the listing restored.
    #[schema(required)]
    pub closed_at: Option<Timestamp>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

impl TakedownView {
    /// As officers see it.
    pub(super) fn of(entry: Entry, now: Timestamp) -> Self {
        let takedown = entry.takedown;
        Self {
            id: takedown.id.0,
            overdue: takedown.is_overdue(now),
            listing_id: entry.listing.id.0,
            code: entry.listing.code.map(|code| code.to_string()),
            title: entry.listing.content.title.vi.to_string(),
            enterprise: entry.owner.legal_name,
            authority: takedown.order.authority.into_string(),
            reference: takedown.order.reference.into_string(),
            ground: takedown.order.ground.as_str(),
            state: takedown.state.as_str(),
            received_at: takedown.order.received_at,
            due_at: takedown.due_at,
            entered_at: takedown.entered_at,
            carried_out_at: takedown.carried_out_at,
            closed_at: takedown.closed_at,
            version: takedown.version,
        }
    }
}

/// Enter a request of an authority's to take a listing down (ghi nhận yêu cầu gỡ bỏ).
///
/// It is to be carried out within 24 hours of its receipt. One letter, the same number of the same authority that came on the
/// same day, is entered once about a listing, as long as it waits or holds.
#[utoipa::path(
    post, path = "/takedowns", operation_id = "enter_takedown", tag = "moderation", security(("bearer" = [])),
    request_body = TakedownBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Entered", body = TakedownView),
        (status = 404, description = "`not_found`: no such listing, or outside of the caller's scope", body = ProblemBody),
        (status = 409, description = "`listing_wrong_status`: it never came out; `already_there`: the same letter waits or holds already, `existing` names it", body = ProblemBody),
    )
)]
pub async fn enter_takedown(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<TakedownBody>,
) -> Answer {
    let key = key.of("enter_takedown", &body.raw);
    let now = app.clock.now();
    let order = body.by(|said| said.parse(now))?;
    creates::create(&app, caller, key, move |work| {
        let entry = takedowns::enter(work, &caller, &order)?;
        let (location, version) = (format!("/takedowns/{}", entry.takedown.id), entry.takedown.version);
        Ok(Made::versioned(location, version, TakedownView::of(entry, work.now)))
    })
    .await
}

/// Which requests.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TakedownsQuery {
    /// Only those in this state.
    #[param(inline, value_type = Option<TakedownState>, example = "open")]
    pub state: Option<String>,
    /// Only those whose term was not kept (true), or only the others (false).
    pub overdue: Option<bool>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// Requests to take listings down, the most urgent first (sổ yêu cầu gỡ bỏ).
///
/// Of listings within the caller's scope: a page may be short and have a next one.
#[utoipa::path(
    get, path = "/takedowns", operation_id = "list_takedowns", tag = "moderation", security(("bearer" = [])), params(TakedownsQuery),
    responses((status = 200, description = "A page", body = Page<TakedownView>))
)]
pub async fn list_takedowns(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<TakedownsQuery>,
) -> Answer {
    let (query, (limit, wanted)) = query.by(|query| {
        let wanted = Wanted {
            state: chosen::<TakedownState>("state", query.state.as_deref())?,
            overdue: query.overdue,
        };
        Ok((limit(query.limit, &settings)?, wanted))
    })?;
    let tag = format!("takedowns:{wanted:?}");
    let place = after_in_time(query.after.as_deref(), &tag)?.map(|(at, id)| (at, TakedownId(id)));
    let (page, now) = app
        .read(move |conn, now| Ok((takedowns::list(conn, &caller, wanted, place, limit, now)?, now)))
        .await?;
    let next = page.next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    let items = page
        .entries
        .into_iter()
        .map(|entry| TakedownView::of(entry, now))
        .collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

fn answer((entry, now): (Entry, Timestamp)) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("ETag", etag(entry.takedown.version)))
        .json(TakedownView::of(entry, now))
}

/// One request to take a listing down.
#[utoipa::path(
    get, path = "/takedowns/{id}", operation_id = "get_takedown", tag = "moderation", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The request", body = TakedownView))
)]
pub async fn get_takedown(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = TakedownId(id.into_inner());
    let found = app
        .read_by_key(move |conn, now| Ok((takedowns::read(conn, &caller, id, now)?, now)))
        .await?;
    Ok(answer(found))
}

async fn handle(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, step: Step) -> Answer {
    let (id, seen) = (TakedownId(id), if_match.optional()?);
    let handled = app
        .write(caller.origin, move |work| {
            Ok((takedowns::handle(work, &caller, id, seen, &step)?, work.now))
        })
        .await?;
    Ok(answer(handled))
}

/// Take the listing down (thực hiện gỡ bỏ).
///
/// At once the listing, its code and its readable name answer 451 with the authority, the number of its letter and the
/// time, and it is found no more. Its owners are told by letter, still read it and cannot change it.
#[utoipa::path(
    post, path = "/takedowns/{id}/execution", operation_id = "carry_out_takedown", tag = "moderation", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Taken down", body = TakedownView),
        (status = 409, description = "`already_decided`", body = ProblemBody),
    )
)]
pub async fn carry_out_takedown(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    handle(&app, caller, id.into_inner(), if_match, Step::CarryOut).await
}

/// Drop a request that was not carried out (bỏ yêu cầu gỡ bỏ): the authority took it back, or it was entered by mistake.
#[utoipa::path(
    post, path = "/takedowns/{id}/dismissal", operation_id = "dismiss_takedown", tag = "moderation", security(("bearer" = [])),
    request_body = ReasonBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Dropped", body = TakedownView),
        (status = 409, description = "`already_decided`", body = ProblemBody),
    )
)]
pub async fn dismiss_takedown(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReasonBody>,
) -> Answer {
    let step = Step::Dismiss(body.by(|said| said.parse())?);
    handle(&app, caller, id.into_inner(), if_match, step).await
}

/// Bring back what was taken down (khôi phục tin).
///
/// The listing is as it was, unless another request keeps it down or it is suspended; its owners are told by letter.
#[utoipa::path(
    post, path = "/takedowns/{id}/restoration", operation_id = "restore_takedown", tag = "moderation", security(("bearer" = [])),
    request_body = ReasonBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "It does not hold any more", body = TakedownView),
        (status = 409, description = "`too_early`: it was not carried out; `already_decided`", body = ProblemBody),
    )
)]
pub async fn restore_takedown(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReasonBody>,
) -> Answer {
    let step = Step::Restore(body.by(|said| said.parse())?);
    handle(&app, caller, id.into_inner(), if_match, step).await
}
