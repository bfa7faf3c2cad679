//! Search: listings that anybody may see, found as people type.

mod everything;
mod explanation;
mod facets;
pub(super) mod marks;
pub(super) mod params;
mod understanding;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

pub use self::everything::*;
use self::explanation::{PlanView, WhyView};
use self::facets::FacetView;
use self::marks::marked;
use self::params::SearchParams;
use self::understanding::{UnderstandingView, understood};
use super::extract::page::limit;
use super::extract::{JudgedQuery, MaybeSignedIn, PageInfo};
use super::problem::{Answer, Problem, ProblemBody};
use super::search_log::Searched;
use super::server::HttpSettings;
use super::views::ListingSummary;
use crate::service::search::{self, FoundListing, NamedOwner, SearchAnswer};
use crate::service::{App, Error, ErrorCode};

/// Texts with the words that were found in `<mark>`; everything else is HTML-escaped, so it can be shown as it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Highlights {
    /// The Vietnamese title.
    #[schema(example = "<mark>Máy</mark> <mark>sấy</mark> <mark>lúa</mark> tầng sôi")]
    pub title: String,
    /// A piece of the summary, or of the description when the words stand only there.
    #[schema(required)]
    pub summary: Option<String>,
}

/// Most enterprises that hits are counted by.
const MOST_OWNERS: usize = 100;

/// One hit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HitView {
    /// The listing, without its long parts.
    #[serde(flatten)]
    pub listing: ListingSummary,
    /// Where the words were found.
    pub highlights: Highlights,
    /// Relevance, comparable within one search only.
    pub score: f32,
    /// Whether somebody pays for its place. Nobody can: it is always false.
    pub sponsored: bool,
    /// Why it is there, when that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyView>,
}

/// What was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchView {
    /// The hits, best first.
    pub items: Vec<HitView>,
    /// Where the page is.
    pub page: PageInfo,
    /// Hits on all pages. Absent while the index is too far behind to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Counts, unless they were left out. Absent while the index is too far behind to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<FacetView>,
    /// What was made of the words.
    pub understanding: UnderstandingView,
    /// The query as it was read, with `explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanView>,
    /// For `POST /search/clicks`, when something is opened. On first pages of queries that are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_id: Option<String>,
}

/// Search the published listings (tìm kiếm).
///
/// What decides the order is told in `docs/ranking.md` (tiêu chí xếp hạng). No place is sold. `explain` is for officers who
/// maintain the reference data; others get 403.
#[utoipa::path(
    get, path = "/search", operation_id = "search_listings", tag = "search", params(SearchParams), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "A page of hits", body = SearchView),
        (status = 403, description = "`explain` for somebody who may not be told", body = ProblemBody),
        (status = 503, description = "`search_unavailable`: the index is being built", body = ProblemBody),
    )
)]
pub async fn search_listings(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    MaybeSignedIn(caller): MaybeSignedIn,
    params: JudgedQuery<SearchParams>,
) -> Answer {
    let in_force = app.in_force_at_hand();
    let (params, (limit, mut query)) = params.by(|params| {
        let limit = limit(params.limit, &settings)?;
        let query = params.clone().read(&in_force, limit).map_err(|problem| problem.0)?;
        Ok((limit, query))
    })?;
    let searched = Searched::of(&params);
    let counted = query.counted;
    if query.explain {
        app.read(move |conn, now| search::may_explain(conn, &caller, now))
            .await?;
    } else {
        app.check_session(caller).await?;
    }
    if !query.filters.enterprises.is_empty() {
        let asked = std::mem::take(&mut query.filters.enterprises);
        query.filters.enterprises = app.read(move |conn, _| search::present_owners(conn, &asked)).await?;
    }
    let exchange = app.get_ref().clone();
    let answer = app
        .run_blocking(move || search::search(&exchange, query))
        .await
        .map_err(of_the_query)?;
    let text = searched.text.clone();
    let owners = owners_of(&app, &answer).await?;
    Ok(HttpResponse::Ok().json(SearchView {
        query_id: searched.note(&app, &caller, answer.total, answer.facets.as_ref()),
        items: answer.items.into_iter().map(hit).collect(),
        page: PageInfo {
            next: answer.next,
            limit,
        },
        total: answer.total,
        facets: answer
            .facets
            .as_ref()
            .map(|facets| FacetView::new(&in_force, counted, facets, &owners)),
        understanding: understood(&text, answer.understanding),
        plan: answer.plan.map(PlanView::from),
    }))
}

/// The names of enterprises by which hits were counted.
async fn owners_of(app: &App, answer: &SearchAnswer) -> Result<Vec<NamedOwner>, Error> {
    let counts = answer.facets.iter().flat_map(|facets| &facets.enterprises);
    let ids: Vec<String> = counts.map(|count| count.value.clone()).take(MOST_OWNERS).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    app.read(move |conn, _| search::named_owners(conn, &ids)).await
}

fn hit(found: FoundListing) -> HitView {
    HitView {
        highlights: Highlights {
            title: marked(&found.title),
            summary: found.summary.as_ref().map(marked),
        },
        listing: ListingSummary::public(&found.listing, &found.owner),
        score: found.score,
        sponsored: false,
        why: found.why.map(WhyView::from),
    }
}

/// In a query string a wrong value is a wrong parameter.
fn of_the_query(mut error: Error) -> Problem {
    if error.code == ErrorCode::ValidationFailed {
        error.code = ErrorCode::InvalidQuery;
    }
    Problem(error)
}
