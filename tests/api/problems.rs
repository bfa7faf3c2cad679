//! Every refusal looks alike and is told in the reader's language.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;
use vptex::domain::ids::EnterpriseId;
use vptex::service::enterprises::Named;
use vptex::service::{ErrorCode, enterprises};

use crate::harness::{Call, Reply, TestApp};

fn check(reply: &Reply, code: &str, title: &str, lang: &str) {
    assert_eq!(reply.code(), code);
    assert_eq!(
        reply.header("content-type"),
        Some("application/problem+json; charset=utf-8"),
        "{code}"
    );
    assert_eq!(reply.header("content-language"), Some(lang), "{code}");
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{code}");
    let request_id = reply.text("/request_id");
    assert!(Uuid::parse_str(request_id).is_ok());
    assert_eq!(reply.header("x-request-id"), Some(request_id));
    assert_eq!(reply.text("/type"), format!("urn:vptex:error:{code}"));
    assert_eq!(reply.number("/status"), i64::from(reply.status));
    assert_eq!(reply.text("/title"), title);
    assert_eq!(reply.text("/detail"), reply.text(&format!("/messages/{lang}")));
}

#[actix_web::test]
async fn problems_are_told_in_two_languages() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let listing = || app.post("/listings").by(&lan);
    let json_type = |call: Call| call.header("content-type", "application/json");
    let large = format!("{{\"kind\": \"{}\"}}", "x".repeat(70_000));
    type Case<'a> = (u16, &'a str, Box<dyn Fn() -> Call + 'a>);
    let cases: Vec<Case<'_>> = vec![
        (
            400,
            "malformed_body",
            Box::new(|| json_type(listing()).text("{\"kind\": ")),
        ),
        (400, "malformed_body", Box::new(|| json_type(listing()).text(""))),
        (
            422,
            "validation_failed",
            Box::new(|| listing().json(&json!({"kind": "equipment_offer", "title": {"vi": "Máy"}, "colour": "đỏ"}))),
        ),
        (
            415,
            "unsupported_media_type",
            Box::new(|| listing().header("content-type", "text/plain").text("{}")),
        ),
        (404, "not_found", Box::new(|| app.get("/nothing"))),
        (404, "not_found", Box::new(|| app.request(Method::GET, "/elsewhere"))),
        (
            405,
            "method_not_allowed",
            Box::new(|| app.call(Method::PUT, "/listings")),
        ),
        (404, "not_found", Box::new(|| app.get("/listings/not-a-uuid"))),
        (400, "invalid_query", Box::new(|| app.get("/search?colour=red"))),
        (400, "invalid_query", Box::new(|| app.get("/enterprises?limit=0"))),
        (400, "invalid_query", Box::new(|| app.get("/search?province=99"))),
        (400, "invalid_cursor", Box::new(|| app.get("/enterprises?after=xyz"))),
        (
            413,
            "payload_too_large",
            Box::new(|| json_type(listing()).text(large.clone())),
        ),
        (401, "unauthenticated", Box::new(|| app.get("/me"))),
        (
            400,
            "invalid_header",
            Box::new(|| listing().header("idempotency-key", "hai chữ").json(&json!({}))),
        ),
    ];
    for (status, code, call) in &cases {
        let known = ErrorCode::ALL.iter().find(|known| known.as_str() == *code);
        let known = known.unwrap();
        let vi = call().expect(*status).await;
        check(&vi, code, known.title_vi(), "vi");
        let en = call()
            .header("accept-language", "en-GB,en;q=0.9,vi;q=0.5")
            .expect(*status)
            .await;
        check(&en, code, known.title_en(), "en");
        assert_ne!(vi.text("/detail"), en.text("/detail"));
    }
}

#[actix_web::test]
async fn a_wrong_parameter_is_named_with_what_it_takes() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.registered_enterprise().await;
    let orders = "relevance, newest, price_ascending, price_descending, trl_descending";
    let prices = "on_request, lt_10m, 10m_100m, 100m_1b, gte_1b";
    let among = |values: &str| {
        (
            format!("Phải là một trong: {values}"),
            format!("Must be one of: {values}"),
        )
    };
    let yes = || ("Phải là true hoặc false.".into(), "Must be true or false.".into());
    let number = || {
        let vi = "Phải là số nguyên từ 1, nhiều nhất là 100";
        (vi.into(), "Must be a whole number from 1 to 100".into())
    };
    let time = || {
        let vi = "Phải là thời điểm kèm múi giờ";
        (vi.into(), "Must be a time with its offset".into())
    };
    let cases: Vec<(Call, &str, (String, String))> = vec![
        (app.get("/search?q=m%C3%A1y&sort=foo"), "sort", among(orders)),
        (app.get("/search?price=cheap"), "price", among(prices)),
        (
            app.get("/search?facets=kind,colour"),
            "facets",
            among("kind, field, province"),
        ),
        (app.get("/search?limit=abc"), "limit", number()),
        (app.get("/search?verbatim=maybe"), "verbatim", yes()),
        (app.get("/search?explain=maybe"), "explain", yes()),
        (app.get("/enterprises?limit=-1"), "limit", number()),
        (app.get("/feed/listings?updated_since=today"), "updated_since", time()),
        (app.get("/reports?overdue=maybe").by(&officer), "overdue", yes()),
        (app.get("/complaints?overdue=1").by(&officer), "overdue", yes()),
        (
            app.get("/moderation/queue?type=x").by(&officer),
            "type",
            among("enterprise, amendment"),
        ),
        (
            app.get("/moderation/enterprises?status=x").by(&officer),
            "status",
            among("submitted"),
        ),
        // Drafts are nobody's but their writers', and so not among what is offered.
        (
            app.get("/moderation/listings?status=zz").by(&officer),
            "status",
            among("submitted"),
        ),
        (
            app.get("/vocabulary?origin=x").by(&officer),
            "origin",
            among("built_in, department"),
        ),
        (app.get("/me/listings?status=gone").by(&owner), "status", among("draft")),
        (
            app.post("/listing-imports?name=tin.csv&dry_run=maybe")
                .by(&owner)
                .file("text/csv", "a"),
            "dry_run",
            yes(),
        ),
    ];
    for (call, name, (vi, en)) in cases {
        let refused = call.expect(400).await;
        assert_eq!(refused.code(), "invalid_query", "{name}");
        assert_eq!(refused.pointers(), [name]);
        for (language, begin) in [
            ("vi", format!("Tham số “{name}”: {vi}")),
            ("en", format!("Parameter “{name}”: {en}")),
        ] {
            let told = refused.text(&format!("/messages/{language}"));
            assert!(told.starts_with(&begin), "{told} does not begin with {begin}");
        }
    }
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let app = TestApp::spawn().await;
    let allowed = |reply: &Reply| -> Vec<String> {
        let mut methods: Vec<_> = reply.header("allow").unwrap().split(", ").map(str::to_owned).collect();
        methods.sort();
        methods
    };
    let id = Uuid::nil();
    for (path, expected) in [
        ("/listings".to_owned(), vec!["POST"]),
        (format!("/listings/{id}"), vec!["GET", "HEAD", "PATCH"]),
        (format!("/listings/{id}/submission"), vec!["DELETE", "POST"]),
        ("/search".to_owned(), vec!["GET", "HEAD"]),
    ] {
        for method in [Method::PUT, Method::OPTIONS] {
            let refused = app.call(method, &path).expect(405).await;
            assert_eq!(allowed(&refused), expected, "{path}");
        }
    }
}

/// Over HTTP such a key comes in a cursor that somebody wrote by hand. PostgreSQL takes no NUL in a text.
#[actix_web::test]
async fn a_place_in_the_directory_that_was_not_given_out_is_refused() {
    let app = TestApp::spawn().await;
    let exchange = app.exchange().clone();
    let read = move || {
        ["cong ty\0", "Công ty", " cong ty", "cong ty"].map(|key| {
            let place = (key.to_owned(), EnterpriseId(Uuid::nil()));
            exchange
                .db
                .read(|conn| enterprises::directory(conn, &Named::default(), Some(&place), 5))
                .map_err(|error| error.code)
                .map(|(page, _)| page.len())
        })
    };
    let answers = tokio::task::spawn_blocking(read).await.unwrap();
    let refused = Err(ErrorCode::InvalidCursor);
    assert_eq!(answers, [refused, refused, refused, Ok(0)]);
}
