//! The reference lists: codes that listings and enterprises carry, with their names.

use actix_web::http::header;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use utoipa::ToSchema;

use super::extract::page::{PageInfo, fingerprint};
use super::extract::precondition::if_none_match;
use super::extract::{MaybeSignedIn, Page, Query};
use super::problem::{Answer, Problem, ProblemBody};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::taxonomy::{Taxonomies, TaxonomyItem, TaxonomyName};
use crate::service::{Error, ErrorCode};

/// The lists change with a release only.
const CACHING: &str = "public, max-age=3600";

/// One reference list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaxonomySummary {
    /// Its name in addresses.
    #[schema(example = "provinces")]
    pub name: &'static str,
    /// Edition and source.
    pub version: &'static str,
    /// Number of entries.
    pub count: usize,
}

/// One entry of a reference list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaxonomyEntry {
    /// Stable code, unique in its list.
    pub code: &'static str,
    /// Code of the entry above it: in the same list, or for a commune its province.
    #[schema(required)]
    pub parent: Option<&'static str>,
    /// Vietnamese name.
    pub name_vi: &'static str,
    /// English name, where there is one; for a place its name without diacritics.
    #[schema(required)]
    pub name_en: Option<&'static str>,
    /// Whatever else the list says.
    pub attributes: &'static BTreeMap<String, String>,
    /// The first day on which it is valid; always, as far as is known, where absent.
    #[schema(required)]
    pub valid_from: Option<Date>,
    /// The first day on which it is no longer valid.
    #[schema(required)]
    pub valid_to: Option<Date>,
    /// Codes that took its place, where it has ended.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    #[schema(required = false, max_items = 100)]
    pub successors: &'static [String],
}

/// A reference list, whole: lists have no pages.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaxonomyPage {
    /// Edition and source.
    pub version: &'static str,
    /// The entries, in the list's own order.
    pub items: Vec<TaxonomyEntry>,
    /// The one page that there is.
    pub page: PageInfo,
    /// Number of entries.
    pub total: u64,
}

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaxonomyQuery {
    /// Only the entries directly under this one: a code of the same list, or for communes a province.
    #[param(max_length = 64, example = "25")]
    pub parent: Option<String>,
}

/// Lists the reference lists.
#[utoipa::path(
    get, path = "/taxonomies", operation_id = "list_taxonomies", tag = "taxonomies", security((), ("bearer" = [])),
    responses(
        (status = 304, description = "Not changed"),
        (status = 200, description = "The lists", body = Page<TaxonomySummary>),
    )
)]
pub async fn list_taxonomies(request: HttpRequest, _caller: MaybeSignedIn, Query(_none): Query<NoQuery>) -> Answer {
    let tags: String = TaxonomyName::ALL
        .into_iter()
        .map(|name| whole(name).map_or("", |list| &list.etag))
        .collect();
    let tag = format!("\"{:016x}\"", fingerprint(&tags));
    if if_none_match(&request, &tag) {
        return Ok(not_modified(&tag));
    }
    let items: Vec<_> = TaxonomyName::ALL
        .into_iter()
        .map(|name| TaxonomySummary {
            name: name.as_str(),
            version: Taxonomies::embedded().version(name),
            count: entries(name, None).count(),
        })
        .collect();
    let count = items.len();
    let page = Page::new(items, u32::try_from(count).unwrap_or(u32::MAX), None);
    let page = page.with_total(u64::try_from(count).unwrap_or(u64::MAX));
    Ok(found(&tag).json(page))
}

/// Gets a reference list.
#[utoipa::path(
    get, path = "/taxonomies/{name}", operation_id = "get_taxonomy", tag = "taxonomies", security((), ("bearer" = [])),
    params(("name" = String, Path, description = "Name of the list", max_length = 64, example = "provinces"), TaxonomyQuery),
    responses(
        (status = 304, description = "Not changed"),
        (status = 200, description = "The list, or the part of it under `parent`", body = TaxonomyPage),
        (status = 404, description = "No such list, or no such parent", body = ProblemBody),
    )
)]
pub async fn get_taxonomy(
    request: HttpRequest,
    _caller: MaybeSignedIn,
    name: Path<String>,
    Query(query): Query<TaxonomyQuery>,
) -> Answer {
    let Ok(name) = name.parse::<TaxonomyName>() else {
        return Err(ErrorCode::NotFound.into());
    };
    let whole = whole(name).ok_or_else(|| Problem(Error::internal("a reference list cannot be written as JSON")))?;
    let Some(parent) = query.parent else {
        return Ok(if if_none_match(&request, &whole.etag) {
            not_modified(&whole.etag)
        } else {
            found(&whole.etag)
                .content_type("application/json")
                .body(whole.json.clone())
        });
    };
    let above = if name == TaxonomyName::Communes {
        TaxonomyName::Provinces
    } else {
        name
    };
    if !Taxonomies::embedded().contains(above, &parent) {
        return Err(Problem(Error {
            fields: vec![FieldError {
                pointer: "parent".into(),
                violation: Violation::UnknownCode { list: above.as_str() },
            }],
            ..ErrorCode::NotFound.into()
        }));
    }
    if if_none_match(&request, &whole.etag) {
        return Ok(not_modified(&whole.etag));
    }
    Ok(found(&whole.etag).json(page(name, Some(&parent))))
}

/// An operation without parameters.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

/// A whole list as it is sent; the largest has thousands of entries, so it is written once.
struct Whole {
    etag: String,
    json: Bytes,
}

fn whole(name: TaxonomyName) -> Option<&'static Whole> {
    static WHOLE: OnceLock<BTreeMap<TaxonomyName, Whole>> = OnceLock::new();
    let lists = WHOLE.get_or_init(|| {
        let written = TaxonomyName::ALL.into_iter().filter_map(|name| {
            let json = serde_json::to_string(&page(name, None)).ok()?;
            let etag = format!("\"{:016x}\"", fingerprint(&json));
            Some((
                name,
                Whole {
                    etag,
                    json: json.into(),
                },
            ))
        });
        written.collect()
    });
    lists.get(&name)
}

fn page(name: TaxonomyName, parent: Option<&str>) -> TaxonomyPage {
    let items: Vec<_> = entries(name, parent).map(entry).collect();
    let count = items.len();
    TaxonomyPage {
        version: Taxonomies::embedded().version(name),
        items,
        page: PageInfo {
            next: None,
            limit: u32::try_from(count).unwrap_or(u32::MAX),
        },
        total: u64::try_from(count).unwrap_or(u64::MAX),
    }
}

fn entries<'a>(name: TaxonomyName, parent: Option<&'a str>) -> impl Iterator<Item = &'static TaxonomyItem> + 'a {
    Taxonomies::embedded()
        .items(name, None)
        .filter(move |item| parent.is_none_or(|code| item.parent.as_deref() == Some(code)))
}

fn entry(item: &'static TaxonomyItem) -> TaxonomyEntry {
    TaxonomyEntry {
        code: &item.code,
        parent: item.parent.as_deref(),
        name_vi: &item.name_vi,
        name_en: item.name_en.as_deref(),
        attributes: &item.attributes,
        valid_from: item.valid_from,
        valid_to: item.valid_to,
        successors: &item.successors,
    }
}

fn found(tag: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, CACHING));
    answer
}

fn not_modified(tag: &str) -> HttpResponse {
    HttpResponse::NotModified()
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, CACHING))
        .finish()
}
