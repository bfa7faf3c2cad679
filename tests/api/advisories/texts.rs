//! Texts that are too long, and texts that are markup.

use serde_json::{Map, Value, json};
use vptex::config::Kibibytes;
use vptex::domain::account::Permission;

use crate::harness::contract::DOCUMENT;
use crate::harness::{TestApp, dryer};

fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(place) => resolved(DOCUMENT.pointer(place.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

/// The first alternative that is not `null`.
fn chosen(schema: &Value) -> &Value {
    let schema = resolved(schema);
    let alternatives = ["oneOf", "anyOf", "allOf"]
        .iter()
        .find_map(|name| schema[name].as_array());
    let alternative = alternatives.and_then(|all| all.iter().find(|one| one["type"] != "null"));
    alternative.map_or(schema, chosen)
}

fn is_of(schema: &Value, kind: &str) -> bool {
    let kinds = &schema["type"];
    kinds == kind
        || kinds
            .as_array()
            .is_some_and(|kinds| kinds.iter().any(|one| one == kind))
}

/// A value that fits a schema, and the places of the texts in it.
fn sample(place: &str, schema: &Value, texts: &mut Vec<String>) -> Value {
    let schema = chosen(schema);
    if is_of(schema, "object") {
        let none = Map::new();
        let members = schema["properties"].as_object().unwrap_or(&none).iter();
        return members
            .map(|(name, member)| (name.clone(), sample(&format!("{place}/{name}"), member, texts)))
            .collect();
    }
    if is_of(schema, "array") {
        return json!([sample(&format!("{place}/0"), &schema["items"], texts)]);
    }
    if is_of(schema, "string") {
        texts.push(place.to_owned());
    }
    let examples = [
        &schema["example"],
        &schema["examples"][0],
        &schema["enum"][0],
        &schema["default"],
    ];
    match examples.into_iter().find(|example| !example.is_null()) {
        Some(example) => example.clone(),
        None if is_of(schema, "string") => json!("chữ"),
        None if is_of(schema, "boolean") => json!(false),
        None => json!(1),
    }
}

fn operations() -> Vec<(String, String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let of_item = item.as_object().unwrap().iter();
        of_item.map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    });
    operations.collect()
}

fn filled(path: &str, value: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{year}" => "2026",
        part if part.starts_with('{') => value,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// CVE-2026-23963 (Mastodon): names and keywords had no longest length.
#[actix_web::test]
async fn cve_2026_23963_a_megabyte_in_any_text_is_refused() {
    let long = "a".repeat(1 << 20);
    let id = "00000000-0000-0000-0000-000000000000";
    let mut count = 0;
    for limit in [64, 4_096] {
        let mut app = TestApp::prepare();
        app.config.http_body_limit_kb = Kibibytes::new(limit);
        app.start();
        let officer = app.officer_who_may(Permission::ALL).await;
        let owner = app.active_enterprise(&officer).await;
        for (method, path, operation) in operations() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let mut texts = Vec::new();
            if schema.is_null() {
                continue;
            }
            let body = sample("", schema, &mut texts);
            for place in texts {
                let mut body = body.clone();
                *body.pointer_mut(&place).unwrap() = json!(long);
                // Whose operation it is does not matter where the body is too large.
                for by in [&owner, &officer].into_iter().skip(usize::from(limit == 64)) {
                    if path == "/sessions" {
                        // Or the address of the sample rests.
                        app.by_hand("DELETE FROM sign_in_failures").await;
                    }
                    let call = app.call(method.parse().unwrap(), &filled(&path, id)).by(by);
                    let reply = call.if_match(1).json(&body).send().await;
                    let place = format!("{method} {path} {place}: {}", reply.status);
                    assert!((400..500).contains(&reply.status) && reply.status != 429, "{place}");
                    assert!(reply.status == 413 || limit > 64, "{place}");
                    assert!(reply.body.to_string().len() < 10_000, "{place}: the answer repeats it");
                    count += 1;
                }
            }
        }
    }
    assert!(count > 200, "{count}");
}

/// The same for what stands in the address.
#[actix_web::test]
async fn cve_2026_23963_a_long_parameter_is_refused() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(Permission::ALL).await;
    let long = "a".repeat(6_000);
    let mut count = 0;
    for (method, path, operation) in operations() {
        for parameter in operation["parameters"].as_array().unwrap_or(&Vec::new()) {
            let id = "00000000-0000-0000-0000-000000000000";
            let name = parameter["name"].as_str().unwrap();
            let call = |path: &str| app.call(method.parse().unwrap(), path).by(&officer);
            let call = match parameter["in"].as_str().unwrap() {
                "query" => call(&filled(&path, id)).query(&[(name, &long)]),
                "path" => call(&path.replace(&format!("{{{name}}}"), &long)),
                "header" => call(&filled(&path, id)).header(name, &long),
                other => panic!("a parameter in {other}"),
            };
            let status = call.send().await.status;
            let is_condition = name.eq_ignore_ascii_case("if-none-match");
            assert!(
                (400..500).contains(&status) || is_condition && status < 400,
                "{method} {path} {name}: {status}"
            );
            count += 1;
        }
    }
    assert!(count > 80, "{count}");
}

/// The lists in a body, each with how much it may have at most.
fn lists(place: &str, schema: &Value, found: &mut Vec<(String, usize)>) {
    let schema = chosen(schema);
    for (name, member) in schema["properties"].as_object().unwrap_or(&Map::new()) {
        lists(&format!("{place}/{name}"), member, found);
    }
    if is_of(schema, "array") {
        let most = schema["maxItems"].as_u64().unwrap();
        found.push((place.to_owned(), usize::try_from(most).unwrap()));
        lists(&format!("{place}/0"), &schema["items"], found);
    }
}

/// CVE-2026-33756 and CVE-2026-35401 (Saleor): one request asked for any number of things.
#[actix_web::test]
async fn cve_2026_33756_one_thing_too_many_is_refused() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(Permission::ALL).await;
    let owner = app.active_enterprise(&officer).await;
    let mut told = Vec::new();
    let mut count = 0;
    for (method, path, operation) in operations() {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            continue;
        }
        let body = sample("", schema, &mut Vec::new());
        let mut places = Vec::new();
        lists("", schema, &mut places);
        for (place, most) in places {
            let mut body = body.clone();
            let list = body.pointer_mut(&place).unwrap();
            let one = list[0].clone();
            *list = vec![one; most + 1].into();
            for by in [&owner, &officer] {
                let id = "00000000-0000-0000-0000-000000000000";
                let call = app.call(method.parse().unwrap(), &filled(&path, id)).by(by);
                let reply = call.if_match(1).json(&body).send().await;
                let status = reply.status;
                let place = format!("{method} {path} {place}: {status}");
                assert!((400..500).contains(&status) && status != 429, "{place}");
                if reply.body["errors"][0]["code"] == "too_many" {
                    told.push(operation["operationId"].as_str().unwrap());
                }
                count += 1;
            }
        }
    }
    assert!(count > 40, "{count}");
    // What does many things at once is refused before any of them is looked at.
    for batch in ["decide_several", "renew_several"] {
        assert!(told.contains(&batch), "{batch} is not in {told:?}");
    }
}

/// CVE-2026-22849 (Saleor), CVE-2026-22707 (Strapi): markup that was kept became part of a page. What is kept here is
/// data: it comes back as it was written, in an answer that no browser takes for a page. In letters it is escaped, which
/// is tested where they are written.
#[actix_web::test]
async fn cve_2026_22849_markup_is_told_as_data() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let markup = "<script>alert(1)</script><img src=x onerror=alert(1)> \" ' &amp; javascript:alert(1)";
    let mut listing = dryer(markup);
    listing["summary"]["vi"] = json!(markup);
    listing["brand"] = json!(markup);
    listing["specifications"][0]["value"] = json!(markup);
    let made = app.post("/listings").by(&owner).json(&listing).expect(201).await;
    let id = made.text("/id").to_owned();
    app.post(&format!("/listings/{id}/submission"))
        .by(&owner)
        .expect(200)
        .await;
    let approval = app.post(&format!("/listings/{id}/approval")).by(&officer);
    approval.if_match(made.number("/version") + 1).expect(200).await;
    app.settle().await;
    for path in [
        format!("/listings/{id}"),
        "/search?q=script".into(),
        "/search?q=alert".into(),
        "/search".into(),
    ] {
        let seen = app.get(&path).expect(200).await;
        assert!(seen.body.to_string().contains("onerror"), "{path}");
        assert_eq!(seen.header("content-type"), Some("application/json"), "{path}");
        assert_eq!(seen.header("x-content-type-options"), Some("nosniff"));
        assert!(
            seen.header("content-security-policy")
                .unwrap()
                .contains("default-src 'none'")
        );
    }
    // What is refused is not repeated as a page either.
    let refused = app.get("/search").query(&[("sort", markup)]).expect(400).await;
    assert!(
        refused
            .header("content-type")
            .unwrap()
            .starts_with("application/problem+json")
    );
    assert!(!refused.body.to_string().contains("<script>"));
}
