//! The description of the API and the API are the same.

use std::collections::BTreeSet;

use serde_json::Value;
use vptex::http::openapi::document;
use vptex::http::routes::OPERATIONS;

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

/// `METHOD /path` of every operation that is routed.
fn routed() -> BTreeSet<String> {
    let operations = OPERATIONS.iter();
    operations
        .map(|operation| format!("{} {}", operation.method.to_uppercase(), operation.path))
        .collect()
}

#[test]
fn every_route_is_described_and_the_reverse() {
    assert_eq!(routed().len(), OPERATIONS.len());
    assert_eq!(routed(), described());
    let document = serde_json::to_value(document()).unwrap();
    for operation in OPERATIONS {
        let described = &document["paths"][operation.path][operation.method]["operationId"];
        assert_eq!(described, operation.name, "{} {}", operation.method, operation.path);
    }
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
