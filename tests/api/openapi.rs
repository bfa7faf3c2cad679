//! The description of the API and the API are the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use vptex::http::openapi::document;
use vptex::http::routes::operations;

use crate::harness::contract::{DOCUMENT, operation, wrong};
use crate::harness::{TestApp, dryer};

/// `METHOD /path` of every operation described.
fn described() -> BTreeSet<String> {
    let document = serde_json::to_value(document()).unwrap();
    let mut operations = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            operations.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    operations
}

/// `METHOD /path` of every operation that is routed.
fn routed() -> BTreeSet<String> {
    operations()
        .map(|operation| format!("{} {}", operation.method.to_uppercase(), operation.path))
        .collect()
}

#[test]
fn every_route_is_described_and_the_reverse() {
    assert_eq!(routed().len(), operations().count());
    assert_eq!(routed(), described());
    let document = serde_json::to_value(document()).unwrap();
    for operation in operations() {
        let described = &document["paths"][operation.path][operation.method]["operationId"];
        assert_eq!(described, operation.name, "{} {}", operation.method, operation.path);
    }
}

/// One file for the operations of each tag, and one for the rest: a change is read where it belongs.
#[test]
fn the_description_is_reviewed() {
    let mut rest: Value = (*DOCUMENT).clone();
    let paths = rest["paths"].take();
    let mut by_tag: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (path, methods) in paths.as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let tag = operation["tags"][0].as_str().unwrap();
            let operations = by_tag.entry(tag).or_default();
            operations.insert(format!("{method} {path}"), operation.clone());
        }
    }
    insta::assert_snapshot!("description", narrow(&rest));
    for (tag, operations) in by_tag {
        insta::assert_snapshot!(format!("description_of_{tag}"), narrow(&operations.into()));
    }
}

/// Indented by one tab: as people usually do it, a fifth more of the file would be spaces.
fn narrow(value: &Value) -> String {
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut json = serde_json::Serializer::with_formatter(&mut text, formatter);
    serde::Serialize::serialize(value, &mut json).unwrap();
    String::from_utf8(text).unwrap()
}

#[actix_web::test]
async fn the_description_and_its_page_are_served() {
    let app = TestApp::spawn().await;
    let get = |path: &str| app.request(reqwest::Method::GET, path);
    let served = get("/api/openapi.json").expect(200).await;
    assert_eq!(served.body, serde_json::to_value(document()).unwrap());
    let page = get("/api/docs/").expect(200).await;
    assert!(matches!(page.body, Value::String(html) if html.contains("swagger")));
    let other = app.request(reqwest::Method::POST, "/api/docs/").expect(405).await;
    assert_eq!(other.header("allow"), Some("GET, HEAD"));
    assert_eq!(get("/api/docs/nothing.js").expect(404).await.code(), "not_found");
    get("/healthz").expect(200).await;
    get("/readyz").expect(200).await;
}

#[test]
fn the_password_is_chosen_where_the_letter_is_read() {
    let schemas = &DOCUMENT["components"]["schemas"];
    assert_eq!(schemas["AccountBody"]["required"], json!(["email", "display_name"]));
    assert_eq!(schemas["OpeningBody"]["required"], json!(["token", "password"]));
}

/// Where requests and answers are held against the description, what does not fit is seen.
#[test]
fn what_does_not_fit_the_description_is_seen() {
    let create = operation("POST", "/api/v1/listings").unwrap();
    let body = format!("{create}/requestBody/content/application~1json/schema");
    assert_eq!(wrong(&body, &dryer("Máy sấy")), [""; 0]);
    for (pointer, value) in [
        ("/kind", json!("colour")),
        ("/title", json!("Máy sấy")),
        ("/title", json!({"vi": "x".repeat(257)})),
        ("/field_codes", json!(["a", "b", "c", "d"])),
        ("/price_min", json!(-1)),
        ("/brand", json!({})),
    ] {
        let mut listing = dryer("Máy sấy");
        *listing.pointer_mut(pointer).unwrap() = value;
        assert!(!wrong(&body, &listing).is_empty(), "{pointer}");
    }
    let answer = format!("{create}/responses/201/content/application~1json/schema");
    assert!(
        !wrong(&answer, &dryer("Máy sấy")).is_empty(),
        "what is sent is not what is answered"
    );
}
