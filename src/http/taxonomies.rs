//! The reference lists: codes that listings and enterprises carry, with their names.

use actix_web::http::header;
use actix_web::web::{self, Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

use super::extract::page::{PageInfo, fingerprint};
use super::extract::precondition::if_none_match;
use super::extract::{MaybeSignedIn, Page, Query};
use super::problem::{Answer, Problem, ProblemBody};
use crate::domain::calendar::day_of;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::taxonomy::{TaxonomyItem, TaxonomyName};
use crate::service::reference::{Edition, WrittenLists};
use crate::service::{App, Error, ErrorCode};

/// Officers change the lists; who asks again with the tag is told cheaply whether they did.
const CACHING: &str = "public, no-cache";

/// One reference list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaxonomySummary {
    /// Its name in addresses.
    #[schema(example = "provinces")]
    pub name: &'static str,
    /// Edition and source.
    pub version: &'static str,
    /// Number of the last change that officers made in any list; 0 for what the release has.
    pub edition: i64,
    /// Number of entries.
    pub count: usize,
}

/// One entry of a reference list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaxonomyEntry {
    /// Stable code, unique in its list.
    pub code: String,
    /// Code of the entry above it: in the same list, or for a commune the province in which it lies today; of one that was divided the old
    /// one until officers said in which part the commune lies.
    #[schema(required)]
    pub parent: Option<String>,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name, where there is one; for a place its name without diacritics.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Whatever else the list says.
    pub attributes: BTreeMap<String, String>,
    /// The first day on which it is valid; always, as far as is known, where absent.
    #[schema(required)]
    pub valid_from: Option<Date>,
    /// The first day on which it is no longer valid.
    #[schema(required)]
    pub valid_to: Option<Date>,
    /// Codes that took its place, where it has ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 20)]
    pub successors: Vec<String>,
}

/// A reference list, whole: lists have no pages.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaxonomyPage {
    /// Edition and source.
    pub version: &'static str,
    /// Number of the last change that officers made in any list; 0 for what the release has.
    pub edition: i64,
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
    /// Only the entries whose `parent` this is: a code of the same list, or for communes a province. Of a province that was divided these are
    /// the communes of which officers did not say yet in which part they lie.
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
pub async fn list_taxonomies(request: HttpRequest, app: web::Data<App>, _caller: MaybeSignedIn) -> Answer {
    let edition = app.edition().await?;
    let written = whole(&edition, day_of(app.clock.now()));
    let tags: String = written.lists.values().map(|(tag, _)| tag.as_str()).collect();
    let tag = format!("\"{:016x}\"", fingerprint(&tags));
    if if_none_match(&request, &tag) {
        return Ok(not_modified(&tag));
    }
    let items: Vec<_> = TaxonomyName::ALL
        .into_iter()
        .map(|name| TaxonomySummary {
            name: name.as_str(),
            version: edition.lists.version(name),
            edition: edition.number,
            count: edition.lists.items(name, None).count(),
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
    app: web::Data<App>,
    _caller: MaybeSignedIn,
    name: Path<String>,
    Query(query): Query<TaxonomyQuery>,
) -> Answer {
    let Ok(name) = name.parse::<TaxonomyName>() else {
        return Err(ErrorCode::NotFound.into());
    };
    let edition = app.edition().await?;
    let day = day_of(app.clock.now());
    let written = whole(&edition, day);
    let (tag, json) = written
        .lists
        .get(&name)
        .ok_or_else(|| Problem(Error::internal("a reference list cannot be written as JSON")))?;
    let Some(parent) = query.parent else {
        return Ok(if if_none_match(&request, tag) {
            not_modified(tag)
        } else {
            found(tag)
                .content_type("application/json")
                .body(Bytes::from_owner(json.clone()))
        });
    };
    let above = if name == TaxonomyName::Communes {
        TaxonomyName::Provinces
    } else {
        name
    };
    if !edition.lists.contains(above, &parent) {
        return Err(Problem(Error {
            fields: vec![FieldError {
                pointer: "parent".into(),
                violation: Violation::UnknownCode { list: above.as_str() },
            }],
            ..ErrorCode::NotFound.into()
        }));
    }
    if if_none_match(&request, tag) {
        return Ok(not_modified(tag));
    }
    Ok(found(tag).json(page(&edition, (name, Some(&parent)), day)))
}

/// The lists as they are sent; the largest has thousands of entries, so they are written once for each edition and day.
fn whole(edition: &Edition, day: Date) -> Arc<WrittenLists> {
    edition.written(day, || {
        let written = TaxonomyName::ALL.into_iter().filter_map(|name| {
            let json = serde_json::to_string(&page(edition, (name, None), day)).ok()?;
            let tag = format!("\"{:016x}\"", fingerprint(&json));
            Some((name, (tag, json.into_bytes().into())))
        });
        written.collect()
    })
}

fn page(edition: &Edition, (name, parent): (TaxonomyName, Option<&str>), day: Date) -> TaxonomyPage {
    let lists = &edition.lists;
    let found: Vec<&TaxonomyItem> = match parent {
        Some(_) => lists.below_on(name, parent, day).collect(),
        None => lists.items(name, None).collect(),
    };
    let told = |item: &TaxonomyItem| TaxonomyEntry::of(item, lists.parent_on(name, item, day));
    let items: Vec<_> = found.into_iter().map(told).collect();
    let count = items.len();
    TaxonomyPage {
        version: edition.lists.version(name),
        edition: edition.number,
        items,
        page: PageInfo {
            next: None,
            limit: u32::try_from(count).unwrap_or(u32::MAX),
        },
        total: u64::try_from(count).unwrap_or(u64::MAX),
    }
}

impl TaxonomyEntry {
    /// An entry, and what stands above it today.
    pub(super) fn of(item: &TaxonomyItem, parent: Option<String>) -> Self {
        Self {
            code: item.code.clone(),
            parent,
            name_vi: item.name_vi.clone(),
            name_en: item.name_en.clone(),
            attributes: item.attributes.clone(),
            valid_from: item.valid_from,
            valid_to: item.valid_to,
            successors: item.successors.clone(),
        }
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
