//! The public feed, which other exchanges follow.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::{after, cursor, fingerprint, limit};
use super::extract::precondition::if_none_match;
use super::extract::query::wrong_parameter;
use super::extract::{MaybeSignedIn, Query};
use super::problem::{Answer, BlockedView, Problem, ProblemBody};
use super::server::HttpSettings;
use super::views::ListingView;
use crate::domain::feed::Removal;
use crate::domain::fields::Violation;
use crate::domain::ids::ListingId;
use crate::service::feed::{Entry, Mark, Place, Position};
use crate::service::{App, Error, ErrorCode, feed};

/// What a cursor is for.
const TAG: &str = "feed:listings";

/// Where a page begins.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedQuery {
    /// Begin with what changed at this instant or later, without what was there before; not together with `after`. Not
    /// further back than 30 days.
    #[param(example = "2026-07-01T00:00:00Z")]
    pub updated_since: Option<Timestamp>,
    /// `page.next` of the page before; without it and `updated_since` the feed begins with everything that is public.
    #[param(max_length = 2048)]
    pub after: Option<String>,
    /// Most changes on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// Why a listing is not public any more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RemovalView {
    /// As a code.
    #[schema(value_type = Removal, example = "withdrawn")]
    pub reason: &'static str,
    /// Who had it taken down, with `taken_down` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<BlockedView>,
}

/// What became of a listing: either `listing` or `removed` is there.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedEntry {
    /// Identifier of the listing.
    pub id: Uuid,
    /// The number under which it came out.
    #[schema(example = "CN-2026-000123")]
    pub code: String,
    /// When it came to be so.
    pub changed_at: Timestamp,
    /// All that everybody may see of it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<ListingView>,
    /// It is not public any more: remove it, and all that was copied of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<RemovalView>,
}

impl From<&Entry> for FeedEntry {
    fn from(entry: &Entry) -> Self {
        let is_public = entry.removal.is_none();
        Self {
            id: entry.listing.id.0,
            code: entry.listing.code.map(|code| code.to_string()).unwrap_or_default(),
            changed_at: entry.changed_at,
            listing: is_public.then(|| ListingView::public(&entry.listing, &entry.owner)),
            removed: entry.removal.as_ref().map(|(why, by)| RemovalView {
                reason: why.as_str(),
                blocked: by.as_ref().map(Into::into),
            }),
        }
    }
}

/// Where a page of the feed is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedPlace {
    /// `after` of the next page: always there, if only for later.
    #[schema(max_length = 2048)]
    pub next: String,
    /// Most changes on this page.
    pub limit: u32,
}

/// A page of the feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedPage {
    /// What it tells, in the order in which it is to be applied.
    #[schema(max_items = 100)]
    pub items: Vec<FeedEntry>,
    /// Where the page is.
    pub page: FeedPlace,
    /// There is more to read at once; else come back later with `page.next`.
    pub has_more: bool,
}

/// A place as a cursor holds it: transaction, number and instant of the change, and the listing behind which the pass over
/// everything goes on.
type Kept = (i64, i64, i64, Option<Uuid>);

fn kept(place: Place) -> String {
    let (mark, listing) = match place {
        Place::Pass(mark, listing) => (mark, Some(listing.0)),
        Place::Changes(mark) => (mark, None),
        Place::Start | Place::Since(_) => (Mark::default(), None),
    };
    let position: Kept = (mark.position.txid, mark.position.seq, mark.at, listing);
    cursor(TAG, &position)
}

fn begin(query: &FeedQuery) -> Result<Place, Error> {
    if query.updated_since.is_some() && query.after.is_some() {
        return Err(wrong_parameter("updated_since", Violation::Conflicts { with: "after" }));
    }
    if let Some(since) = query.updated_since {
        return Ok(Place::Since(since));
    }
    let Some((txid, seq, at, listing)) = after::<Kept>(query.after.as_deref(), TAG)? else {
        return Ok(Place::Start);
    };
    if txid < 0 || seq < 0 {
        return Err(ErrorCode::InvalidCursor.into());
    }
    let mark = Mark {
        position: Position { txid, seq },
        at,
    };
    Ok(listing.map_or(Place::Changes(mark), |id| Place::Pass(mark, ListingId(id))))
}

/// Follow the public listings (nguồn tin mở cho các sàn khác).
///
/// The first call, without parameters, begins a pass over everything that is public; go on with `page.next`. When
/// `has_more` is false everything was told: keep `page.next`, and come back with it later for what changed since. Then each
/// entry replaces what you have (`listing`), or says that it is not public any more (`removed`), which asks you to remove it
/// and all copies of its texts and pictures. The same may be told twice, nothing is left out. `ETag` tells whether there is
/// anything new. After 410 begin anew, and drop what the new pass does not name. docs/feed.md has more.
#[utoipa::path(
    get, path = "/feed/listings", operation_id = "follow_listings", tag = "search", security((), ("bearer" = [])),
    params(FeedQuery),
    responses(
        (status = 304, description = "Nothing new"),
        (status = 410, description = "`feed_expired`: changes since then are not kept any more", body = ProblemBody),
        (status = 200, description = "A page", body = FeedPage),
    )
)]
pub async fn follow_listings(
    request: HttpRequest,
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    _caller: MaybeSignedIn,
    Query(query): Query<FeedQuery>,
) -> Answer {
    let limit = limit(query.limit, &settings)?;
    let place = begin(&query)?;
    let page = app.read(move |conn, now| feed::page(conn, place, limit, now)).await?;
    let told = FeedPage {
        items: page.entries.iter().map(Into::into).collect(),
        page: FeedPlace {
            next: kept(page.next),
            limit,
        },
        has_more: page.has_more,
    };
    let text = serde_json::to_string(&told).map_err(Error::internal).map_err(Problem)?;
    let tag = format!("\"{:016x}\"", fingerprint(&text));
    if if_none_match(&request, &tag) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, tag))
        .content_type("application/json")
        .body(text))
}
