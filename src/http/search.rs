//! Search: listings that anybody may see, found as people type.

use std::ops::Range;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::extract::page::limit;
use super::extract::query::{list, wrong_parameter};
use super::extract::{MaybeSignedIn, PageInfo, Query};
use super::problem::{Answer, Problem, ProblemBody};
use super::search_log::Searched;
use super::server::HttpSettings;
use super::views::ListingSummary;
use crate::domain::fields::Violation;
use crate::domain::listing::{ListingKind, MAX_VND, PriceMode};
use crate::domain::shapes::{FieldCode, InterpretationId, ProvinceCode, choice};
use crate::domain::taxonomy::{Taxonomies, TaxonomyName};
use crate::domain::text_enum;
use crate::service::search::{
    self, Correction, FacetCount, Facets, Filters, FoundListing, Interpretation, InterpretationKind, Marked,
    PRICE_BUCKETS, SearchQuery, Sort, Understanding,
};
use crate::service::{App, ErrorCode};

/// What to find. Lists are written with commas: alternatives inside a list, all conditions together.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// What the person typed, with or without diacritics; `"…"` is a phrase, `-word` excludes. Empty browses.
    /// Syllables after the 64th are ignored.
    #[param(max_length = 512, example = "may say lua")]
    pub q: Option<String>,
    /// Codes of the list `listing_kinds`.
    #[param(inline, value_type = Option<Vec<ListingKind>>, style = Form, explode = false, max_items = 100, example = json!(["equipment_offer"]))]
    pub kind: Option<String>,
    /// Codes of the list `fields`; a parent covers its children.
    #[param(inline, value_type = Option<Vec<FieldCode>>, style = Form, explode = false, max_items = 100, example = json!(["food"]))]
    pub field: Option<String>,
    /// Codes of the list `provinces`.
    #[param(inline, value_type = Option<Vec<ProvinceCode>>, style = Form, explode = false, max_items = 100, example = json!(["25"]))]
    pub province: Option<String>,
    /// Codes of the list `price_modes`.
    #[param(inline, value_type = Option<Vec<PriceMode>>, style = Form, explode = false, max_items = 100)]
    pub price_mode: Option<String>,
    /// Values of the facet `price`.
    #[param(inline, value_type = Option<Vec<PriceBucket>>, style = Form, explode = false, max_items = 100, example = json!(["10m_100m", "100m_1b"]))]
    pub price: Option<String>,
    /// Lowest technology readiness level.
    #[param(minimum = 1, maximum = 9)]
    pub trl_min: Option<u8>,
    /// Highest technology readiness level.
    #[param(minimum = 1, maximum = 9)]
    pub trl_max: Option<u8>,
    /// Lowest price in VND.
    #[param(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    pub price_min: Option<u64>,
    /// Highest price in VND.
    #[param(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    pub price_max: Option<u64>,
    /// True takes the words as they were typed: nothing is read as something else (`understanding.corrections`).
    pub verbatim: Option<bool>,
    /// Interpretations to leave out (`understanding.interpretations[].id`), of the same `q`: their words are words like the
    /// others then.
    #[param(inline, value_type = Option<Vec<InterpretationId>>, style = Form, explode = false, max_items = 20, example = json!(["origin:12-25"]))]
    pub without: Option<String>,
    /// Order of the hits; by relevance when absent.
    #[param(inline, value_type = Option<SortOrder>)]
    pub sort: Option<String>,
    /// False leaves the facet counts out.
    pub facets: Option<bool>,
    /// Most hits on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

text_enum! {
    /// Order of the hits.
    pub enum SortOrder {
        /// Best first.
        Relevance => "relevance",
        /// Published last first.
        Newest => "newest",
        /// Cheapest first; those without a price come last.
        PriceAscending => "price_ascending",
        /// Dearest first; those without a price come last.
        PriceDescending => "price_descending",
    }
}

/// A value of the facet `price`.
#[derive(Clone, Copy, Debug)]
pub enum PriceBucket {}

impl utoipa::PartialSchema for PriceBucket {
    fn schema() -> RefOr<Schema> {
        choice(PRICE_BUCKETS.iter().copied())
    }
}

impl ToSchema for PriceBucket {}

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
}

/// How many hits have a value.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FacetEntry {
    /// The value, as the filter takes it.
    pub value: String,
    /// Its Vietnamese name.
    pub name_vi: String,
    /// Its English name.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Hits that have it, its own filter left aside.
    pub count: u64,
}

/// Counts beside the hits.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FacetView {
    /// By kind.
    pub kind: Vec<FacetEntry>,
    /// By field; a parent counts its children too.
    pub field: Vec<FacetEntry>,
    /// By province of the enterprise.
    pub province: Vec<FacetEntry>,
    /// By technology readiness level.
    pub trl: Vec<FacetEntry>,
    /// By price: `on_request`, `lt_10m`, `10m_100m`, `100m_1b`, `gte_1b` (million, thousand million VND).
    pub price: Vec<FacetEntry>,
}

/// A stretch of the query that was taken for a wish: what fits it is put further up, and nothing is hidden.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InterpretationView {
    /// Names it within this query, for `without`.
    #[schema(example = "origin:12-25")]
    pub id: String,
    /// What it is about.
    #[schema(value_type = WishKind)]
    pub kind: String,
    /// The words.
    #[schema(example = "của Nhật Bản")]
    pub text: String,
    /// What is preferred: a kind of quantity, a country of the list `countries`, a material.
    #[schema(example = "JP")]
    pub value: String,
    /// Least amount, as it was typed.
    #[schema(required)]
    pub at_least: Option<String>,
    /// Greatest amount, as it was typed.
    #[schema(required)]
    pub at_most: Option<String>,
}

text_enum! {
    /// What a wish is about.
    pub enum WishKind {
        /// A quantity with its unit.
        Quantity => "quantity",
        /// A price.
        Price => "price",
        /// Where it was made.
        Origin => "origin",
        /// What it is made of.
        Material => "material",
    }
}

impl WishKind {
    fn of(kind: InterpretationKind) -> Self {
        match kind {
            InterpretationKind::Quantity => Self::Quantity,
            InterpretationKind::Price => Self::Price,
            InterpretationKind::Origin => Self::Origin,
            InterpretationKind::Material => Self::Material,
        }
    }
}

/// A word that was read as another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CorrectionView {
    /// The word as it was typed.
    #[schema(example = "mays")]
    pub text: String,
    /// What was searched for instead.
    #[schema(example = "máy")]
    pub instead: String,
}

/// What was made of the words of `q`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UnderstandingView {
    /// Wishes.
    pub interpretations: Vec<InterpretationView>,
    /// Words that were read as others; `verbatim=true` insists on them.
    pub corrections: Vec<CorrectionView>,
    /// The query as it was read, where words were read as others.
    #[schema(required, example = "máy sấy lúa")]
    pub corrected: Option<String>,
    /// A query that may have been meant instead and was not searched for (“Có phải bạn tìm…”).
    #[schema(required)]
    pub did_you_mean: Option<String>,
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
    /// For `POST /search/clicks`, when something is opened. On first pages of queries that are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_id: Option<String>,
}

/// Search the published listings (tìm kiếm).
#[utoipa::path(
    get, path = "/search", operation_id = "search_listings", tag = "search", params(SearchParams), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "A page of hits", body = SearchView),
        (status = 503, description = "`search_unavailable`: the index is being built", body = ProblemBody),
    )
)]
pub async fn search_listings(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    MaybeSignedIn(caller): MaybeSignedIn,
    Query(params): Query<SearchParams>,
) -> Answer {
    let limit = limit(params.limit, &settings)?;
    let in_force = app.in_force_at_hand();
    let searched = Searched::of(&params);
    let query = parse(in_force.lists(), params, limit)?;
    app.check_session(caller).await?;
    let exchange = app.get_ref().clone();
    let answer = app
        .run_blocking(move || search::search(&exchange, query))
        .await
        .map_err(|mut error| {
            // In a query string a wrong value is a wrong parameter.
            if error.code == ErrorCode::ValidationFailed {
                error.code = ErrorCode::InvalidQuery;
            }
            Problem(error)
        })?;
    let text = searched.text.clone();
    Ok(HttpResponse::Ok().json(SearchView {
        query_id: searched.note(&app, &caller, &answer),
        items: answer.items.into_iter().map(hit).collect(),
        page: PageInfo {
            next: answer.next,
            limit,
        },
        total: answer.total,
        facets: answer
            .facets
            .as_ref()
            .map(|facets| facet_view(in_force.lists(), facets)),
        understanding: understood(&text, answer.understanding),
    }))
}

fn parse(lists: &Taxonomies, params: SearchParams, limit: u32) -> Result<SearchQuery, Problem> {
    let codes = |parameter: &'static str, given: Option<&str>, list_name: TaxonomyName| {
        let codes = list(given);
        if codes.len() > 100 {
            return Err(Problem(wrong_parameter(parameter, Violation::TooMany { max: 100 })));
        }
        match codes.iter().find(|code| !lists.contains(list_name, code)) {
            None => Ok(codes),
            Some(_) => Err(Problem(wrong_parameter(
                parameter,
                Violation::UnknownCode {
                    list: list_name.as_str(),
                },
            ))),
        }
    };
    for (name, level) in [("trl_min", params.trl_min), ("trl_max", params.trl_max)] {
        if level.is_some_and(|level| !(1..=9).contains(&level)) {
            return Err(wrong_parameter(name, Violation::OutOfRange { min: 1, max: 9 }).into());
        }
    }
    for (name, amount) in [("price_min", params.price_min), ("price_max", params.price_max)] {
        if amount.is_some_and(|amount| amount > MAX_VND.unsigned_abs()) {
            return Err(wrong_parameter(name, Violation::OutOfRange { min: 0, max: MAX_VND }).into());
        }
    }
    let sort = match params.sort.as_deref().map(str::parse) {
        None | Some(Ok(SortOrder::Relevance)) => Sort::Relevance,
        Some(Ok(SortOrder::Newest)) => Sort::Newest,
        Some(Ok(SortOrder::PriceAscending)) => Sort::PriceAscending,
        Some(Ok(SortOrder::PriceDescending)) => Sort::PriceDescending,
        Some(Err(_)) => return Err(wrong_parameter("sort", Violation::Malformed { what: "sort_order" }).into()),
    };
    Ok(SearchQuery {
        text: params.q.unwrap_or_default(),
        filters: Filters {
            kinds: codes("kind", params.kind.as_deref(), TaxonomyName::ListingKinds)?,
            fields: codes("field", params.field.as_deref(), TaxonomyName::Fields)?,
            provinces: codes("province", params.province.as_deref(), TaxonomyName::Provinces)?,
            price_modes: codes("price_mode", params.price_mode.as_deref(), TaxonomyName::PriceModes)?,
            price_buckets: price_buckets(params.price.as_deref())?,
            trl_min: params.trl_min,
            trl_max: params.trl_max,
            price_min: params.price_min,
            price_max: params.price_max,
        },
        sort,
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        after: params.after,
        facets: params.facets.unwrap_or(true),
        verbatim: params.verbatim.unwrap_or(false),
        without: interpretations(params.without.as_deref())?,
    })
}

/// Most interpretations that are left out, and the longest name of one.
const MAX_WITHOUT: usize = 20;
const MAX_NAME: usize = 40;

fn interpretations(given: Option<&str>) -> Result<Vec<String>, Problem> {
    let names = list(given);
    if names.len() > MAX_WITHOUT {
        return Err(wrong_parameter("without", Violation::TooMany { max: MAX_WITHOUT }).into());
    }
    if names.iter().any(|name| name.len() > MAX_NAME) {
        return Err(wrong_parameter("without", Violation::TooLong { max: MAX_NAME }).into());
    }
    Ok(names)
}

fn understood(query: &str, understanding: Understanding) -> UnderstandingView {
    let words = |range: Range<usize>| query.get(range).unwrap_or_default().to_owned();
    let interpretation = |wish: Interpretation| InterpretationView {
        text: words(wish.range),
        id: wish.id,
        kind: WishKind::of(wish.kind).as_str().to_owned(),
        value: wish.value,
        at_least: wish.at_least,
        at_most: wish.at_most,
    };
    let correction = |correction: Correction| CorrectionView {
        text: words(correction.range),
        instead: correction.instead,
    };
    UnderstandingView {
        interpretations: understanding.interpretations.into_iter().map(interpretation).collect(),
        corrections: understanding.corrections.into_iter().map(correction).collect(),
        corrected: understanding.corrected,
        did_you_mean: understanding.did_you_mean,
    }
}

fn price_buckets(given: Option<&str>) -> Result<Vec<String>, Problem> {
    let buckets = list(given);
    if buckets.iter().all(|bucket| PRICE_BUCKETS.contains(&bucket.as_str())) {
        Ok(buckets)
    } else {
        Err(wrong_parameter("price", Violation::Malformed { what: "price_bucket" }).into())
    }
}

fn hit(found: FoundListing) -> HitView {
    HitView {
        highlights: Highlights {
            title: marked(&found.title),
            summary: found.summary.as_ref().map(marked),
        },
        listing: ListingSummary::public(&found.listing, &found.owner),
        score: found.score,
    }
}

/// Escapes a text for HTML and puts its marks around the words found.
pub(super) fn marked(text: &Marked) -> String {
    let mut html = String::with_capacity(text.text.len() + 16 * text.marks.len());
    let mut done = 0;
    for mark in &text.marks {
        let (Some(before), Some(word)) = (text.text.get(done..mark.start), text.text.get(mark.clone())) else {
            continue;
        };
        escape(before, &mut html);
        html.push_str("<mark>");
        escape(word, &mut html);
        html.push_str("</mark>");
        done = mark.end;
    }
    escape(text.text.get(done..).unwrap_or_default(), &mut html);
    html
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

fn facet_view(taxonomies: &Taxonomies, facets: &Facets) -> FacetView {
    let named = |counts: &[FacetCount], name: TaxonomyName| {
        let entry = |count: &FacetCount| FacetEntry {
            value: count.value.clone(),
            name_vi: taxonomies
                .name_vi(name, &count.value)
                .unwrap_or(&count.value)
                .to_owned(),
            name_en: taxonomies.name_en(name, &count.value).map(str::to_owned),
            count: count.count,
        };
        counts.iter().map(entry).collect()
    };
    FacetView {
        kind: named(&facets.kinds, TaxonomyName::ListingKinds),
        field: named(&facets.fields, TaxonomyName::Fields),
        province: named(&facets.provinces, TaxonomyName::Provinces),
        trl: named(&facets.trl, TaxonomyName::Trl),
        price: facets.prices.iter().map(price_entry).collect(),
    }
}

fn price_entry(count: &FacetCount) -> FacetEntry {
    let (vi, en) = match count.value.as_str() {
        "on_request" => ("Giá liên hệ", "On request"),
        "lt_10m" => ("Dưới 10 triệu đồng", "Below 10 million VND"),
        "10m_100m" => ("10–100 triệu đồng", "10–100 million VND"),
        "100m_1b" => ("100 triệu – 1 tỷ đồng", "100 million – 1 billion VND"),
        "gte_1b" => ("Từ 1 tỷ đồng", "1 billion VND and more"),
        other => (other, other),
    };
    FacetEntry {
        value: count.value.clone(),
        name_vi: vi.into(),
        name_en: Some(en.into()),
        count: count.count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_the_only_markup() {
        let text = Marked {
            text: "<b>Máy sấy & lúa</b>".into(),
            marks: vec![3..7, 8..13],
        };
        assert_eq!(
            marked(&text),
            "&lt;b&gt;<mark>Máy</mark> <mark>sấy</mark> &amp; lúa&lt;/b&gt;"
        );
    }
}
