//! The description of the API and the API are the same.

use std::collections::BTreeSet;

use serde_json::Value;
use vptex::http::openapi::document;

use crate::harness::TestApp;

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

/// `METHOD /path` of every route below `/api/v1`, read from the source.
fn routed() -> BTreeSet<String> {
    let source = include_str!("../../src/http/routes.rs");
    let (_, version_1) = source.split_once("fn version_1").unwrap();
    let mut operations = BTreeSet::new();
    for resource in version_1.split("resource(\"").skip(1) {
        let (path, routes) = resource.split_once('"').unwrap();
        for route in routes.split(".route(").skip(1) {
            let (method, _) = route.split_once('(').unwrap();
            operations.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    operations
}

#[test]
fn every_route_is_described_and_the_reverse() {
    assert!(routed().len() > 20);
    assert_eq!(routed(), described());
}

#[test]
fn the_description_is_reviewed() {
    insta::assert_snapshot!(document().to_pretty_json().unwrap());
}

#[actix_web::test]
async fn the_description_and_its_page_are_served() {
    let app = TestApp::spawn().await;
    let get = |path: &str| app.request(reqwest::Method::GET, path);
    let served = get("/api/openapi.json").expect(200).await;
    assert_eq!(served.body, serde_json::to_value(document()).unwrap());
    let page = get("/api/docs/").expect(200).await;
    assert!(matches!(page.body, Value::String(html) if html.contains("swagger")));
    get("/healthz").expect(200).await;
    get("/readyz").expect(200).await;
}
