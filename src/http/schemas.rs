//! JSON Schemas of what is written about each kind of listing (lược đồ dữ liệu theo loại tin), for systems that check
//! their data before they send it.
//!
//! They are cut from the description of the API, which is made of the limits that parsing enforces: what parsing takes
//! passes the schema of its kind. Not the other way round: codes of lists, days, and what members say of each other are
//! the exchange's to judge.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use utoipa::ToSchema;

use super::extract::page::fingerprint;
use super::extract::precondition::if_none_match;
use super::extract::{MaybeSignedIn, Page};
use super::openapi;
use super::problem::{Answer, Problem, ProblemBody};
use crate::domain::listing::ListingKind;
use crate::domain::taxonomy::{Taxonomies, TaxonomyName};
use crate::service::{Error, ErrorCode};

/// The dialect, which is also OpenAPI's own.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// They change with a release; who has one is told cheaply whether it did.
const CACHING: &str = "public, max-age=3600";
/// Where the description keeps what others refer to, and where a schema does.
const COMPONENTS: &str = "#/components/schemas/";
const DEFINITIONS: &str = "#/$defs/";

/// One schema.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SchemaSummary {
    /// Kind of listing that it describes.
    #[schema(value_type = ListingKind)]
    pub kind: &'static str,
    /// Vietnamese name of the kind.
    #[schema(example = "Chào bán thiết bị")]
    pub name_vi: String,
    /// English name of the kind.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Where it is, which is also its `$id`.
    #[schema(max_length = 100, example = "/api/v1/schemas/listings/equipment_offer")]
    pub href: String,
}

/// List the JSON Schemas of listings (lược đồ dữ liệu theo loại tin).
#[utoipa::path(
    get, path = "/schemas", operation_id = "list_schemas", tag = "listings", security((), ("bearer" = [])),
    responses((status = 200, description = "One for each kind of listing", body = Page<SchemaSummary>)),
)]
pub async fn list_schemas(_caller: MaybeSignedIn) -> Answer {
    let names = Taxonomies::embedded();
    let items: Vec<_> = names
        .items(TaxonomyName::ListingKinds, None)
        .filter_map(|item| {
            let kind: ListingKind = item.code.parse().ok()?;
            Some(SchemaSummary {
                kind: kind.as_str(),
                name_vi: item.name_vi.clone(),
                name_en: item.name_en.clone(),
                href: href(kind),
            })
        })
        .collect();
    let count = items.len();
    let page = Page::new(items, u32::try_from(count).unwrap_or(u32::MAX), None);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, CACHING))
        .json(page.with_total(u64::try_from(count).unwrap_or(u64::MAX))))
}

/// Get the JSON Schema of a kind of listing.
///
/// JSON Schema 2020-12 of what `POST /listings` takes of this kind. Its definition `submission` adds what must be there
/// before an officer is asked to read it: refer to `{"$ref": "…#/$defs/submission"}` to ask for both.
#[utoipa::path(
    get, path = "/schemas/listings/{kind}", operation_id = "get_listing_schema", tag = "listings",
    security((), ("bearer" = [])),
    params(("kind" = String, Path, description = "Kind of listing", max_length = 64, example = "equipment_offer")),
    responses(
        (status = 304, description = "Not changed"),
        (status = 200, description = "The schema", body = Object, content_type = "application/schema+json"),
        (status = 404, description = "No such kind", body = ProblemBody),
    )
)]
pub async fn get_listing_schema(request: HttpRequest, _caller: MaybeSignedIn, kind: Path<String>) -> Answer {
    let kind: ListingKind = kind.parse().map_err(|_unknown| ErrorCode::NotFound)?;
    let (tag, json) = written()
        .get(kind.as_str())
        .ok_or_else(|| Problem(Error::internal("a schema cannot be written as JSON")))?;
    let is_unchanged = if_none_match(&request, tag);
    let mut answer = HttpResponse::build(if is_unchanged {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    });
    answer
        .insert_header((header::ETAG, tag.as_str()))
        .insert_header((header::CACHE_CONTROL, CACHING));
    Ok(if is_unchanged {
        answer.finish()
    } else {
        answer.content_type("application/schema+json").body(json.clone())
    })
}

fn href(kind: ListingKind) -> String {
    format!("/api/v1/schemas/listings/{kind}")
}

/// All of them with their entity tags, made once.
fn written() -> &'static BTreeMap<&'static str, (String, Bytes)> {
    static WRITTEN: OnceLock<BTreeMap<&'static str, (String, Bytes)>> = OnceLock::new();
    WRITTEN.get_or_init(|| {
        let components = serde_json::to_value(openapi::document())
            .ok()
            .and_then(|mut document| document.pointer_mut("/components/schemas").map(Value::take))
            .unwrap_or_default();
        let written = ListingKind::ALL.iter().copied().filter_map(|kind| {
            let json = serde_json::to_string_pretty(&schema_of(kind, &components)?).ok()?;
            Some((kind.as_str(), (format!("\"{:016x}\"", fingerprint(&json)), json.into())))
        });
        written.collect()
    })
}

/// The schema of one kind; `components` are the schemas of the API's description by name.
fn schema_of(kind: ListingKind, components: &Value) -> Option<Value> {
    let mut draft = components.get("ListingDraft")?.as_object()?.clone();
    let members = draft.get_mut("properties")?.as_object_mut()?;
    let foreign = members.iter().filter(|(member, _)| !kind.may_have(member));
    let foreign = says_nothing(foreign);
    members.retain(|member, _| kind.may_have(member));
    members.insert("kind".into(), json!({"const": kind.as_str()}));
    let submission = submission(kind, members);
    draft.insert("patternProperties".into(), foreign);
    let mut definitions = Map::new();
    for value in draft.values_mut() {
        take_along(value, components, &mut definitions);
    }
    definitions.insert("submission".into(), submission);
    let mut schema = Map::from_iter([
        ("$schema".to_owned(), json!(DIALECT)),
        ("$id".to_owned(), json!(href(kind))),
        ("title".to_owned(), json!(kind.as_str())),
    ]);
    schema.append(&mut draft);
    schema.insert("$defs".into(), Value::Object(definitions));
    Some(Value::Object(schema))
}

/// Members of other kinds may be there as long as they say nothing, as in a form that has all of them.
fn says_nothing<'a>(foreign: impl Iterator<Item = (&'a String, &'a Value)>) -> Value {
    let (lists, others): (Vec<_>, Vec<_>) = foreign.partition(|(_, schema)| schema["type"] == "array");
    let named = |members: Vec<(&String, &Value)>| {
        let names: Vec<&str> = members.into_iter().map(|(name, _)| name.as_str()).collect();
        format!("^({})$", names.join("|"))
    };
    let mut patterns = Map::new();
    for (members, nothing) in [
        (others, json!({"type": "null"})),
        (lists, json!({"type": "array", "maxItems": 0})),
    ] {
        if !members.is_empty() {
            patterns.insert(named(members), nothing);
        }
    }
    Value::Object(patterns)
}

/// What must be there before an officer is asked to read it, beside what a draft must have.
fn submission(kind: ListingKind, members: &Map<String, Value>) -> Value {
    let needed = kind.needed_for_submission();
    let says_something = |member: &&str| {
        let is_list = members.get(*member).is_some_and(|schema| schema["type"] == "array");
        let something = if is_list {
            json!({"minItems": 1})
        } else {
            json!({"not": {"type": "null"}})
        };
        ((*member).to_owned(), something)
    };
    json!({
        "description": "What may be handed in for review.",
        "$ref": "#",
        "required": needed,
        "properties": needed.iter().map(says_something).collect::<Map<_, _>>(),
    })
}

/// Turns references to the description into references to definitions of the schema, and takes these along.
fn take_along(value: &mut Value, components: &Value, definitions: &mut Map<String, Value>) {
    match value {
        Value::Object(object) => {
            for (key, member) in object.iter_mut() {
                let name = member.as_str().and_then(|text| text.strip_prefix(COMPONENTS));
                match (key.as_str(), name.map(str::to_owned)) {
                    ("$ref", Some(name)) => {
                        *member = Value::String(format!("{DEFINITIONS}{name}"));
                        if !definitions.contains_key(&name) {
                            // There before it is looked into, so that a schema may refer to itself.
                            definitions.insert(name.clone(), Value::Null);
                            let mut taken = components.get(&name).cloned().unwrap_or_default();
                            take_along(&mut taken, components, definitions);
                            definitions.insert(name, taken);
                        }
                    }
                    _ => take_along(member, components, definitions),
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| take_along(item, components, definitions)),
        _ => {}
    }
}
