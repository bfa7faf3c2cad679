//! Everything at once, on one page.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::params::covered;
use super::understanding::{UnderstandingView, understood};
use super::{HitView, hit, of_the_query};
use crate::domain::fields::Violation;
use crate::domain::listing::ListingKind;
use crate::domain::listing::group::ListingGroup;
use crate::domain::shapes::ProvinceCode;
use crate::domain::taxonomy::TaxonomyName;
use crate::http::extract::query::wrong_parameter;
use crate::http::extract::{JudgedQuery, MaybeSignedIn};
use crate::http::problem::{Answer, ProblemBody};
use crate::http::views::EnterpriseView;
use crate::service::App;
use crate::service::search::{self, EverythingQuery, FoundGroup, MOST_ENTERPRISES};

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
    /// In the order of their names.
    pub items: Vec<EnterpriseView>,
    /// How many there are in all; 1000 may be more.
    #[schema(minimum = 0, maximum = 1000)]
    pub total: i64,
    /// Where all of them are, page by page; null when several provinces were asked for, which the directory does not take.
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
}

/// Search listings of every sort, and enterprises (tìm kiếm tất cả).
///
/// One page with the best of each group, so that what is frequent does not hide what is rare; `all` of a group leads on.
/// Enterprises are found by the words of their names, with or without diacritics.
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
    let (params, (limit, provinces)) = params.by(|params| {
        let limit = params.limit.unwrap_or(LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            let max = i64::from(MAX_LIMIT);
            return Err(wrong_parameter("limit", Violation::OutOfRange { min: 1, max }));
        }
        let (province, of) = (params.province.as_deref(), TaxonomyName::Provinces);
        let provinces = covered("province", province, &in_force, of).map_err(|problem| problem.0)?;
        Ok((limit, provinces))
    })?;
    app.check_session(caller).await?;
    let text = params.q.unwrap_or_default();
    let query = EverythingQuery {
        text: text.clone(),
        provinces: provinces.clone(),
        verbatim: params.verbatim.unwrap_or(false),
        limit,
    };
    let exchange = app.get_ref().clone();
    let found = app
        .run_blocking(move || search::everything(&exchange, query))
        .await
        .map_err(of_the_query)?;
    let now = app.clock.now();
    let verbatim = params.verbatim == Some(true);
    Ok(HttpResponse::Ok().json(EverythingView {
        groups: found
            .groups
            .into_iter()
            .map(|group| group_view(group, &text, &provinces, verbatim))
            .collect(),
        enterprises: NamedEnterprisesView {
            items: found
                .enterprises
                .iter()
                .map(|row| EnterpriseView::public(row, now))
                .collect(),
            total: found.enterprise_count.min(MOST_ENTERPRISES),
            all: (provinces.len() < 2).then(|| address("enterprises", &text, "", &provinces, false)),
        },
        understanding: understood(&text, found.understanding),
    }))
}

fn group_view(found: FoundGroup, text: &str, provinces: &[String], verbatim: bool) -> GroupView {
    let kinds: Vec<&'static str> = found.group.kinds().iter().map(|kind| kind.as_str()).collect();
    GroupView {
        group: found.group.as_str(),
        name_vi: found.group.name_vi(),
        name_en: found.group.name_en(),
        items: found.items.into_iter().map(hit).collect(),
        total: found.total,
        all: address("search", text, &kinds.join(","), provinces, verbatim),
        kinds,
    }
}

/// Where a search goes on.
fn address(resource: &str, text: &str, kinds: &str, provinces: &[String], verbatim: bool) -> String {
    let mut parameters = Vec::new();
    if !text.is_empty() {
        parameters.push(format!("q={}", encoded(text)));
    }
    // Codes are letters, digits and underscores.
    if !kinds.is_empty() {
        parameters.push(format!("kind={kinds}"));
    }
    if !provinces.is_empty() {
        parameters.push(format!("province={}", provinces.join(",")));
    }
    if verbatim {
        parameters.push("verbatim=true".to_owned());
    }
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
        assert_eq!(
            address(
                "search",
                "máy & “a”",
                "expert",
                &["25".to_owned(), "01".to_owned()],
                true
            ),
            "/api/v1/search?q=m%C3%A1y%20%26%20%E2%80%9Ca%E2%80%9D&kind=expert&province=25,01&verbatim=true"
        );
        assert_eq!(address("enterprises", "", "", &[], false), "/api/v1/enterprises");
    }
}
