//! What is wrong with the parameters of a query is told together, of every list and upload; and operations without parameters
//! take none.

use reqwest::Method;
use uuid::Uuid;
use vptex::http::routes::operations;

use crate::harness::contract::DOCUMENT;
use crate::harness::{Call, TestApp};

/// Exactly these parameters are told.
async fn assert_told(call: Call, path: &str, names: &str) {
    let refused = call.expect(400).await;
    let mut told = refused.pointers();
    told.sort_unstable();
    assert_eq!(
        (refused.code(), told.join(" ").as_str()),
        ("invalid_query", names),
        "{path}"
    );
}

#[actix_web::test]
async fn no_wrong_parameter_of_a_register_hides_another_one() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    for register in ["takedowns", "reports", "ip-notices", "complaints", "data-requests"] {
        let path = format!("/{register}?state=zz&overdue=x&limit=0&colour=1");
        assert_told(app.get(&path).by(&officer), &path, "colour limit overdue state").await;
    }
    for (path, names) in [
        ("/letters?state=zz&limit=0", "limit state"),
        (
            "/dossiers?procedure=zz&state=zz&handler=zz&limit=0&overdue=x",
            "handler limit overdue procedure state",
        ),
        // A state that another procedure has.
        ("/dossiers?procedure=REG&state=zz&limit=0", "limit state"),
        (
            "/me/dossiers?handler=nobody&proposed=true&limit=0",
            "handler limit proposed",
        ),
        (
            "/certificates?kind=zz&direction=zz&tax_code=1&from=x&to=y&signed_by=zz&limit=0",
            "direction from kind limit signed_by tax_code to",
        ),
        (
            "/exports/certificates?kind=zz&from=x&format=zz&language=zz",
            "format from kind language",
        ),
        (
            "/me/certificates?field=food&signed_by=zz&limit=0",
            "field limit signed_by",
        ),
        (
            "/audit?deed=zz&actor=x&limit=0&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z",
            "actor deed limit to",
        ),
        (
            "/search/queries?report=zz&from=x&to=y&field=zz&limit=0",
            "field from limit report to",
        ),
        // How many days there are depends on the last one.
        ("/search/queries?from=2025-01-01&to=2025-02-30", "to"),
        ("/exports/search-queries?report=zz&format=zz", "format report"),
        ("/moderation/statistics?from=x&to=2026-13", "from to"),
        ("/moderation/statistics?from=2020-01&to=2020-13", "to"),
        ("/periodic-reports?form=zz&year=1&limit=0", "form limit year"),
        (
            "/periodic-reports/preview?form=zz&economic_type=zz&format=zz&period=x",
            "economic_type form format period",
        ),
        // What is missing hides nothing, either.
        (
            "/periodic-reports/preview?period=2026&format=zz&colour=1",
            "colour form format",
        ),
        ("/calendar/due?event=x&days=0&unit=zz", "days event unit"),
        ("/calendar/due?event=x&unit=zz", "days event unit"),
        ("/audit/export?from=x&colour=1", "colour from to"),
        ("/me/listings?status=zz&limit=0", "limit status"),
        ("/enterprises?province=zz&limit=0&colour=1", "colour limit province"),
        (
            "/exports/listings?kind=zz&province=zz&trl=10&format=zz",
            "format kind province trl",
        ),
        ("/exports/enterprises?province=zz&language=zz", "language province"),
        (
            "/vocabulary?relation=zz&source=zz&origin=zz&limit=0",
            "limit origin relation source",
        ),
        ("/vocabulary/candidates?status=zz&limit=0", "limit status"),
        ("/import-aliases?list=zz&limit=0", "limit list"),
        // Of lists that have nothing but pages, too.
        ("/officers?limit=0&colour=1", "colour limit"),
        ("/policies?limit=x&colour=1", "colour limit"),
    ] {
        assert_told(app.get(path).by(&officer), path, names).await;
    }
}

#[actix_web::test]
async fn no_wrong_parameter_of_an_upload_hides_another_one() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let id = Uuid::nil();
    let (documents, papers) = (format!("/enterprises/{id}/documents"), format!("/dossiers/{id}/files"));
    for (method, path, names) in [
        (
            Method::POST,
            format!("{documents}?name=%20&kind=zz&valid_to=x"),
            "kind name valid_to",
        ),
        (
            Method::POST,
            format!("{documents}?kind=zz&colour=1"),
            "colour kind name",
        ),
        (
            Method::POST,
            format!("{papers}?document=%20&name=%20&form=zz&language=zzz"),
            "document form language name",
        ),
        (
            Method::PUT,
            format!("/enterprises/{id}/logo?alt_vi=%20&alt_en=%20"),
            "alt_en alt_vi",
        ),
    ] {
        let call = app.call(method, &path).by(&owner).file("image/png", vec![1]);
        assert_told(call, &path, names).await;
    }
}

/// A path with something in the place of what it names.
pub fn filled(path: &str) -> String {
    let nil = Uuid::nil().to_string();
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { nil.as_str() } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[actix_web::test]
async fn operations_without_parameters_take_none() {
    let app = TestApp::spawn().await;
    let mut without = 0;
    for operation in operations() {
        let described = &DOCUMENT["paths"][operation.path][operation.method];
        let mut parameters = described["parameters"].as_array().into_iter().flatten();
        if parameters.any(|parameter| parameter["in"] == "query") {
            continue;
        }
        without += 1;
        let method = operation.method.to_uppercase().parse().unwrap();
        let path = format!("{}?limit=5&colour=1", filled(operation.path));
        assert_told(app.call(method, &path), operation.name, "colour limit").await;
    }
    assert!(without > 100, "{without}");
    // An empty query is none, and what is no operation has no parameters to be told of.
    app.get("/schemas?").expect(200).await;
    app.get("/schemas?&").expect(200).await;
    app.get("/nothing?colour=1").expect(404).await;
    app.delete("/schemas?colour=1").expect(405).await;
    app.request(Method::GET, "/healthz?colour=1").expect(200).await;
}
