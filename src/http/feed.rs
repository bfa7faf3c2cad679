//! The public feeds, which other exchanges follow: of listings and of enterprises.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::{after, cursor, fingerprint, limit};
use super::extract::precondition::if_none_match;
use super::extract::query::wrong_parameter;
use super::extract::{JudgedQuery, MaybeSignedIn};
use super::problem::{Answer, BlockedView, Problem, ProblemBody};
use super::server::HttpSettings;
use super::views::{EnterpriseView, ListingView};
use crate::domain::feed::{EnterpriseRemovalReason, Removal};
use crate::domain::fields::Violation;
use crate::service::feed::{EnterpriseEntry, Followed, ListingEntry, Mark, Page, Place, Position};
use crate::service::{App, Error, ErrorCode, feed};

/// What a cursor is for.
const LISTINGS: &str = "feed:listings";
const ENTERPRISES: &str = "feed:enterprises";

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

impl From<&ListingEntry> for FeedEntry {
    fn from(entry: &ListingEntry) -> Self {
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

/// A page of the feed of listings.
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

/// Why an enterprise is not in the directory any more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnterpriseRemovalView {
    /// As a code.
    #[schema(value_type = EnterpriseRemovalReason, example = "merged")]
    pub reason: &'static str,
    /// The enterprise that it became part of, with `merged` only; that one may have gone since, and is told of itself then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Uuid>,
}

/// What became of an enterprise: either `enterprise` or `removed` is there.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnterpriseFeedEntry {
    /// Identifier of the enterprise.
    pub id: Uuid,
    /// When it came to be so.
    pub changed_at: Timestamp,
    /// What the directory shows of it now, without what its page alone shows: persons, address, telephone, mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<EnterpriseView>,
    /// It is not in the directory any more: remove it, and all that was copied of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<EnterpriseRemovalView>,
}

impl From<&EnterpriseEntry> for EnterpriseFeedEntry {
    fn from(entry: &EnterpriseEntry) -> Self {
        let is_public = entry.removal.is_none();
        Self {
            id: entry.enterprise.id.0,
            changed_at: entry.changed_at,
            enterprise: is_public.then(|| EnterpriseView::public(&entry.enterprise, entry.at)),
            removed: entry.removal.map(|removal| EnterpriseRemovalView {
                reason: removal.reason().as_str(),
                merged_into: removal.merged_into().map(|id| id.0),
            }),
        }
    }
}

/// A page of the feed of enterprises.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnterpriseFeedPage {
    /// What it tells, in the order in which it is to be applied.
    #[schema(max_items = 100)]
    pub items: Vec<EnterpriseFeedEntry>,
    /// Where the page is.
    pub page: FeedPlace,
    /// There is more to read at once; else come back later with `page.next`.
    pub has_more: bool,
}

/// A place as a cursor holds it: transaction, number and instant of the change, and the identifier behind which the pass over
/// everything goes on.
type Kept = (i64, i64, i64, Option<Uuid>);

fn kept(tag: &str, place: Place) -> String {
    let (mark, behind) = match place {
        Place::Pass(mark, behind) => (mark, Some(behind)),
        Place::Changes(mark) => (mark, None),
        Place::Start | Place::Since(_) => (Mark::default(), None),
    };
    let position: Kept = (mark.position.txid, mark.position.seq, mark.at, behind);
    cursor(tag, &position)
}

fn begin(tag: &str, query: &FeedQuery) -> Result<Place, Error> {
    if query.updated_since.is_some() && query.after.is_some() {
        return Err(wrong_parameter("updated_since", Violation::Conflicts { with: "after" }));
    }
    if let Some(since) = query.updated_since {
        return Ok(Place::Since(since));
    }
    let Some((txid, seq, at, behind)) = after::<Kept>(query.after.as_deref(), tag)? else {
        return Ok(Place::Start);
    };
    if txid < 0 || seq < 0 {
        return Err(ErrorCode::InvalidCursor.into());
    }
    let mark = Mark {
        position: Position { txid, seq },
        at,
    };
    Ok(behind.map_or(Place::Changes(mark), |id| Place::Pass(mark, id)))
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
    query: JudgedQuery<FeedQuery>,
) -> Answer {
    let (_query, (limit, place)) = query.by(|query| Ok((limit(query.limit, &settings)?, begin(LISTINGS, query)?)))?;
    let page: Page<ListingEntry> = read(&app, place, limit).await?;
    answered(
        &request,
        &FeedPage {
            items: page.entries.iter().map(Into::into).collect(),
            page: place_of(LISTINGS, &page, limit),
            has_more: page.has_more,
        },
    )
}

/// Follow the directory of enterprises (nguồn danh bạ đơn vị mở cho các sàn khác).
///
/// It is followed as the feed of listings is: first a pass over all of the directory, then what changed. An entry replaces what
/// you have (`enterprise`), or says that the enterprise is not in the directory any more (`removed`): that it is closed, that it became
/// part of another one (`merged_into`), or that it is suspended. docs/feed.md has more.
#[utoipa::path(
    get, path = "/feed/enterprises", operation_id = "follow_enterprises", tag = "search", security((), ("bearer" = [])),
    params(FeedQuery),
    responses(
        (status = 304, description = "Nothing new"),
        (status = 410, description = "`feed_expired`: changes since then are not kept any more", body = ProblemBody),
        (status = 200, description = "A page", body = EnterpriseFeedPage),
    )
)]
pub async fn follow_enterprises(
    request: HttpRequest,
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    _caller: MaybeSignedIn,
    query: JudgedQuery<FeedQuery>,
) -> Answer {
    let (_query, (limit, place)) =
        query.by(|query| Ok((limit(query.limit, &settings)?, begin(ENTERPRISES, query)?)))?;
    let page: Page<EnterpriseEntry> = read(&app, place, limit).await?;
    answered(
        &request,
        &EnterpriseFeedPage {
            items: page.entries.iter().map(Into::into).collect(),
            page: place_of(ENTERPRISES, &page, limit),
            has_more: page.has_more,
        },
    )
}

async fn read<T: Followed + Send + 'static>(app: &App, place: Place, limit: u32) -> Result<Page<T>, Error> {
    app.read(move |conn, now| feed::page(conn, place, limit, now)).await
}

fn place_of<T>(tag: &str, page: &Page<T>, limit: u32) -> FeedPlace {
    FeedPlace {
        next: kept(tag, page.next),
        limit,
    }
}

/// The page, or that the caller has it.
fn answered(request: &HttpRequest, page: &impl Serialize) -> Answer {
    let text = serde_json::to_string(page).map_err(Error::internal).map_err(Problem)?;
    let tag = format!("\"{:016x}\"", fingerprint(&text));
    if if_none_match(request, &tag) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, tag))
        .content_type("application/json")
        .body(text))
}
