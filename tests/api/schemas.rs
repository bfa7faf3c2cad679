//! The JSON Schemas of the kinds of listings, held against what the exchange takes.

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use vptex::domain::listing::ListingKind;

use crate::harness::TestApp;
use crate::listing_parts;

/// A draft with every member that a listing of any kind can have.
fn everything() -> Map<String, Value> {
    let mut draft = listing_parts::full();
    let text = |vi: &str| json!({"vi": vi});
    let parts = json!({
        "description": text("Khung thép, quạt 7,5 kW."),
        "trl": 9,
        "origin_country": "VN",
        "brand": "Hùng Vương",
        "model": "SL-500",
        "price_mode": "range",
        "currency": "USD",
        "price_min": 185_000_000,
        "price_max": 210_000_000,
        "budget_min": 100_000_000,
        "budget_max": 300_000_000,
        "needed_by": "2027-06-30",
        "requirements": text("Sấy được 5 tấn mỗi ngày."),
        "partner_role": text("Lắp đặt và bảo trì."),
        "partner_kinds": ["research_institute"],
        "stars": 4,
        "trace_code": "893-25-001",
        "ocop_decision_no": "1200/QĐ-UBND",
        "degree": "Tiến sĩ",
        "specialities": ["Sấy nông sản"],
        "experience_years": 20,
        "regulatory_class": "encouraged",
        "regulated_items": [],
    });
    for (name, value) in parts.as_object().unwrap() {
        draft[name] = value.clone();
    }
    draft.as_object().unwrap().clone()
}

struct Schemas {
    draft: Validator,
    submission: Validator,
    members: Vec<String>,
}

async fn schemas(app: &TestApp, kind: ListingKind) -> Schemas {
    let schema = app.get(&format!("/schemas/listings/{kind}")).expect(200).await.body;
    jsonschema::meta::validate(&schema).unwrap();
    assert!(
        !schema.to_string().contains("#/components/"),
        "{kind} refers to what is elsewhere"
    );
    let members = schema["properties"].as_object().unwrap().keys().cloned().collect();
    let draft = jsonschema::validator_for(&schema).unwrap();
    // As somebody who has read it from there would ask for it.
    let registry = jsonschema::Registry::new()
        .add(
            format!("https://san.example{}", schema["$id"].as_str().unwrap()),
            schema.clone(),
        )
        .unwrap()
        .prepare()
        .unwrap();
    let reference = json!({"$ref": format!("https://san.example/api/v1/schemas/listings/{kind}#/$defs/submission")});
    let submission = jsonschema::options()
        .with_registry(&registry)
        .build(&reference)
        .unwrap();
    Schemas {
        draft,
        submission,
        members,
    }
}

#[actix_web::test]
async fn a_schema_takes_what_the_exchange_takes() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let everything = everything();
    for kind in ListingKind::ALL.iter().copied() {
        let schemas = schemas(&app, kind).await;
        for member in &schemas.members {
            assert!(everything.contains_key(member), "nobody tries {member}");
        }
        let whole: Map<_, _> = everything
            .iter()
            .filter(|(member, _)| schemas.members.contains(member))
            .map(|(member, value)| (member.clone(), value.clone()))
            .chain([("kind".to_owned(), json!(kind.as_str()))])
            .collect();
        let whole = Value::Object(whole);
        assert!(
            schemas.draft.is_valid(&whole),
            "{kind}: {:?}",
            schemas.draft.validate(&whole)
        );
        let made = app.post("/listings").by(&owner).json(&whole).expect(201).await;
        assert!(schemas.submission.is_valid(&whole), "{kind}");
        assert_eq!(made.body["missing"], json!([]), "{kind}");
        // What belongs to others is refused by both.
        for (member, value) in everything
            .iter()
            .filter(|(member, _)| !schemas.members.contains(member))
        {
            let mut more = whole.clone();
            more[member] = value.clone();
            assert!(!schemas.draft.is_valid(&more), "{kind}: {member}");
            let refused = app.post("/listings").by(&owner).json(&more).expect(422).await;
            assert!(
                refused
                    .pointers()
                    .iter()
                    .any(|at| at.starts_with(&format!("/{member}"))),
                "{kind}: {member}"
            );
        }
        // As long as it says nothing, both take it.
        for (member, value) in everything
            .iter()
            .filter(|(member, _)| !schemas.members.contains(member))
        {
            let mut more = whole.clone();
            more[member] = if value.is_array() { json!([]) } else { json!(null) };
            assert!(schemas.draft.is_valid(&more), "{kind}: {member}");
            assert!(schemas.submission.is_valid(&more), "{kind}: {member}");
            app.post("/listings").by(&owner).json(&more).expect(201).await;
        }
        // What is missing is missing for both.
        let bare = json!({"kind": kind.as_str(), "title": {"vi": "Máy sấy lúa"}});
        let made = app.post("/listings").by(&owner).json(&bare).expect(201).await;
        assert!(schemas.draft.is_valid(&bare), "{kind}");
        for pointer in made.body["missing"].as_array().unwrap() {
            let member = pointer.as_str().unwrap().split('/').nth(1).unwrap();
            for lack in [None, Some(json!(null)), Some(json!([]))] {
                let mut less = whole.clone();
                match lack {
                    None => drop(less.as_object_mut().unwrap().remove(member)),
                    Some(lack) => less[member] = lack,
                }
                assert!(!schemas.submission.is_valid(&less), "{kind} without {member}: {less}");
            }
        }
        // And bounds are those of parsing.
        let mut long = bare.clone();
        long["title"]["vi"] = json!("a".repeat(257));
        assert!(!schemas.draft.is_valid(&long), "{kind}");
        app.post("/listings").by(&owner).json(&long).expect(422).await;
    }
}

#[actix_web::test]
async fn schemas_are_listed_and_told_apart_by_their_tags() {
    let app = TestApp::spawn().await;
    let list = app.get("/schemas").expect(200).await;
    assert_eq!(list.number("/total"), 10);
    for item in list.body["items"].as_array().unwrap() {
        let path = item["href"].as_str().unwrap();
        let schema = app.get(path.strip_prefix("/api/v1").unwrap()).expect(200).await;
        assert_eq!(schema.header("content-type"), Some("application/schema+json"));
        assert_eq!(schema.body["$id"], path);
        assert_eq!(schema.body["properties"]["kind"], json!({"const": item["kind"]}));
        let tag = schema.header("etag").unwrap().to_owned();
        let again = app
            .get(path.strip_prefix("/api/v1").unwrap())
            .header("if-none-match", &tag);
        again.expect(304).await;
    }
    app.get("/schemas/listings/furniture").expect(404).await;
    app.get("/schemas?kind=expert").expect(400).await;
}
