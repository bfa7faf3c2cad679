//! Everything at once, on one page.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::params::covered;
use super::understanding::{UnderstandingView, interpretations, understood};
use super::{HitView, hit, of_the_query};
use crate::domain::fields::Violation;
use crate::domain::listing::ListingKind;
use crate::domain::listing::group::ListingGroup;
use crate::domain::shapes::{InterpretationId, ProvinceCode};
use crate::domain::taxonomy::TaxonomyName;
use crate::http::extract::query::wrong_parameter;
use crate::http::extract::{JudgedQuery, MaybeSignedIn};
use crate::http::problem::{Answer, ProblemBody};
use crate::http::search_log::Searched;
use crate::http::views::EnterpriseView;
use crate::service::App;
use crate::service::search::{self, Everything, EverythingQuery, FoundGroup, MOST_ENTERPRISES};

/// Entries of each group when nothing else is asked for, and most of them.
const LIMIT: u32 = 5;
const MAX_LIMIT: u32 = 20;

/// What to find.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EverythingParams {
    /// What the person typed, as in `GET /search`. Empty browses.
    #[param(max_length = 512, example = "may say lua")]
    pub q: Option<String>,
    /// Codes of the list `provinces`.
    #[param(inline, value_type = Option<Vec<ProvinceCode>>, style = Form, explode = false, max_items = 100, example = json!(["25"]))]
    pub province: Option<String>,
    /// True takes the words as they were typed.
    pub verbatim: Option<bool>,
    /// Interpretations to leave out, as in `GET /search`.
    #[param(inline, value_type = Option<Vec<InterpretationId>>, style = Form, explode = false, max_items = 20, example = json!(["origin:12-25"]))]
    pub without: Option<String>,
    /// Most entries of each group; 5 when absent.
    #[param(minimum = 1, maximum = 20)]
    pub limit: Option<u32>,
}

/// The best listings of some kinds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupView {
    /// Which group.
    #[schema(value_type = ListingGroup)]
    pub group: &'static str,
    /// Its Vietnamese name.
    #[schema(example = "Thiết bị, sản phẩm")]
    pub name_vi: &'static str,
    /// Its English name.
    #[schema(example = "Equipment and products")]
    pub name_en: &'static str,
    /// Its kinds.
    #[schema(value_type = Vec<ListingKind>, example = json!(["equipment_offer", "ocop_product"]))]
    pub kinds: Vec<&'static str>,
    /// The best hits of these kinds, best first.
    pub items: Vec<HitView>,
    /// How many there are in all. Absent while the index is too far behind to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Where all of them are, page by page.
    #[schema(example = "/api/v1/search?q=m%C3%A1y%20s%E1%BA%A5y&kind=equipment_offer,ocop_product")]
    pub all: String,
}

/// Verified enterprises of that name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedEnterprisesView {
    /// In the order of their names; those of a province that is wished for (`ở Phú Thọ`) first.
    pub items: Vec<EnterpriseView>,
    /// How many there are in all; 1000 may be more.
    #[schema(minimum = 0, maximum = 1000)]
    pub total: i64,
    /// Where all of them are, page by page, without the words of wishes; null when several provinces were asked for, which the directory does not take.
    #[schema(required, example = "/api/v1/enterprises?q=l%C3%A2m%20thao")]
    pub all: Option<String>,
}

/// What was found of each sort.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EverythingView {
    /// Listings: technologies, equipment, services, experts, needs, always in this order, empty ones too.
    pub groups: Vec<GroupView>,
    /// Enterprises.
    pub enterprises: NamedEnterprisesView,
    /// What was made of the words.
    pub understanding: UnderstandingView,
    /// For `POST /search/clicks`, when something is opened, of queries that are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_id: Option<String>,
}

/// What else an answer was asked for, which its links repeat.
struct Asked {
    text: String,
    provinces: Vec<String>,
    verbatim: bool,
    without: Vec<String>,
}

/// Search listings of every sort, and enterprises (tìm kiếm tất cả).
///
/// One page with the best of each group, so that what is frequent does not hide what is rare; `all` of a group leads on.
/// Enterprises are found by the words of their names, with or without diacritics, as by `q` of `GET /enterprises`; no name has to have the words of
/// a wish (`ở Phú Thọ`).
#[utoipa::path(
    get, path = "/search/all", operation_id = "search_everything", tag = "search", params(EverythingParams), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The best of each group", body = EverythingView),
        (status = 503, description = "`search_unavailable`: the index is being built", body = ProblemBody),
    )
)]
pub async fn search_everything(
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    params: JudgedQuery<EverythingParams>,
) -> Answer {
    let in_force = app.in_force_at_hand();
    let (params, (limit, provinces, without)) = params.by(|params| {
        let limit = params.limit.unwrap_or(LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            let max = i64::from(MAX_LIMIT);
            return Err(wrong_parameter("limit", Violation::OutOfRange { min: 1, max }));
        }
        let (province, of) = (params.province.as_deref(), TaxonomyName::Provinces);
        let provinces = covered("province", province, &in_force, of).map_err(|problem| problem.0)?;
        let without = interpretations(params.without.as_deref()).map_err(|problem| problem.0)?;
        Ok((limit, provinces, without))
    })?;
    app.check_session(caller).await?;
    let asked = Asked {
        text: params.q.unwrap_or_default(),
        provinces,
        verbatim: params.verbatim.unwrap_or(false),
        without,
    };
    let query = EverythingQuery {
        text: asked.text.clone(),
        provinces: asked.provinces.clone(),
        verbatim: asked.verbatim,
        without: asked.without.clone(),
        limit,
    };
    let exchange = app.get_ref().clone();
    let found = app
        .run_blocking(move || search::everything(&exchange, query))
        .await
        .map_err(of_the_query)?;
    let now = app.clock.now();
    let searched = Searched::in_everything(&asked.text, asked.provinces.is_empty());
    Ok(HttpResponse::Ok().json(EverythingView {
        query_id: searched.note(&app, &caller, count(&found), None),
        groups: found
            .groups
            .into_iter()
            .map(|group| group_view(group, &asked))
            .collect(),
        enterprises: NamedEnterprisesView {
            items: found
                .enterprises
                .iter()
                .map(|row| EnterpriseView::public(row, now))
                .collect(),
            total: found.enterprise_count.min(MOST_ENTERPRISES),
            all: (asked.provinces.len() < 2).then(|| asked.of_enterprises(&found.name)),
        },
        understanding: understood(&asked.text, found.understanding),
    }))
}

/// How much was found in all, when that is known. An enterprise of that name is an answer, too.
fn count(found: &Everything) -> Option<u64> {
    let listings: Option<u64> = found.groups.iter().map(|group| group.total).sum();
    listings.map(|listings| listings + u64::try_from(found.enterprise_count).unwrap_or(0))
}

fn group_view(found: FoundGroup, asked: &Asked) -> GroupView {
    let kinds: Vec<&'static str> = found.group.kinds().iter().map(|kind| kind.as_str()).collect();
    GroupView {
        group: found.group.as_str(),
        name_vi: found.group.name_vi(),
        name_en: found.group.name_en(),
        items: found.items.into_iter().map(hit).collect(),
        total: found.total,
        all: asked.of_kinds(&kinds.join(",")),
        kinds,
    }
}

impl Asked {
    /// Where the enterprises of that name are.
    fn of_enterprises(&self, name: &str) -> String {
        address("enterprises", &self.words_and_places(name, ""))
    }

    /// Where a search goes on among some kinds.
    fn of_kinds(&self, kinds: &str) -> String {
        let mut parameters = self.words_and_places(&self.text, kinds);
        if self.verbatim {
            parameters.push("verbatim=true".to_owned());
        }
        if !self.without.is_empty() {
            let names: Vec<String> = self.without.iter().map(|name| encoded(name)).collect();
            parameters.push(format!("without={}", names.join(",")));
        }
        address("search", &parameters)
    }

    fn words_and_places(&self, words: &str, kinds: &str) -> Vec<String> {
        let mut parameters = Vec::new();
        if !words.is_empty() {
            parameters.push(format!("q={}", encoded(words)));
        }
        // Codes are letters, digits and underscores.
        if !kinds.is_empty() {
            parameters.push(format!("kind={kinds}"));
        }
        if !self.provinces.is_empty() {
            parameters.push(format!("province={}", self.provinces.join(",")));
        }
        parameters
    }
}

fn address(resource: &str, parameters: &[String]) -> String {
    let query = if parameters.is_empty() { "" } else { "?" };
    format!("/api/v1/{resource}{query}{}", parameters.join("&"))
}

/// A text as a part of an address: all but unreserved characters as percent escapes (RFC 3986).
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_ask_for_the_same() {
        let asked = Asked {
            text: "máy & “a”".to_owned(),
            provinces: vec!["25".to_owned(), "01".to_owned()],
            verbatim: true,
            without: vec!["origin:12-25".to_owned(), "a,b".to_owned()],
        };
        assert_eq!(
            asked.of_kinds("expert"),
            "/api/v1/search?q=m%C3%A1y%20%26%20%E2%80%9Ca%E2%80%9D&kind=expert&province=25,01&verbatim=true&without=origin%3A12-25,a%2Cb"
        );
        let nothing = Asked {
            text: String::new(),
            provinces: Vec::new(),
            verbatim: true,
            without: Vec::new(),
        };
        assert_eq!(nothing.of_enterprises(""), "/api/v1/enterprises");
    }
}
