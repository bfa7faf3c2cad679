//! Loading the catalogue of the demonstration.

use serde_json::{Map, Value, json};
use vptex::demo;
use vptex::domain::tax_code::TaxCode;
use vptex::service::import::record::RecordKind;
use vptex::service::import::{self, BadLine, Observer, Outcome, Owner};
use vptex::store::imports::Progress;

use crate::harness::TestApp;

/// Remembers what was refused; stops after so many chunks.
struct Watcher {
    refused: Vec<BadLine>,
    chunks: usize,
}

impl Observer for Watcher {
    fn advanced(&mut self, _: &Progress) -> bool {
        self.chunks -= 1;
        self.chunks > 0
    }

    fn refused(&mut self, bad: &BadLine) {
        self.refused.push(bad.clone());
    }
}

/// The catalogue in the shared format.
pub(crate) fn catalogue() -> Vec<String> {
    let line = |record: Result<import::record::EvalRecord, _>| {
        let record = record.unwrap();
        let attributes: Map<String, Value> = record
            .attributes
            .into_iter()
            .map(|(name, value)| (name, Value::String(value)))
            .collect();
        let kind = match record.kind {
            RecordKind::Technology => "technology",
            RecordKind::Equipment => "equipment",
            RecordKind::Service => "service",
            RecordKind::Request => "request",
        };
        json!({
            "id": record.id, "title": record.title, "category": record.category, "kind": kind,
            "summary": record.summary, "attributes": attributes, "source_url": record.source_url,
        })
        .to_string()
    };
    demo::catalogue().map(line).collect()
}

pub(crate) async fn load(app: &TestApp, lines: &[String], chunks: usize) -> (Outcome, Vec<BadLine>) {
    let content = lines.join("\n").into_bytes();
    load_for(app, Owner::Demo(demo::tax_code_for), content, chunks).await
}

async fn load_for(app: &TestApp, owner: Owner, content: Vec<u8>, chunks: usize) -> (Outcome, Vec<BadLine>) {
    let exchange = app.exchange().clone();
    let load = move || {
        import::demo_enterprises(&exchange, demo::drafts()).unwrap();
        let mut watcher = Watcher {
            refused: Vec::new(),
            chunks,
        };
        let outcome = import::run(&exchange, "catalogue", &content, &owner, &mut watcher);
        (outcome.unwrap(), watcher.refused)
    };
    tokio::task::spawn_blocking(load).await.unwrap()
}

#[actix_web::test]
async fn the_whole_catalogue_twice() {
    let app = TestApp::spawn().await;
    let lines = catalogue();
    let (first, refused) = load(&app, &lines, usize::MAX).await;
    assert!(refused.is_empty(), "{refused:?}");
    assert!(first.is_finished);
    assert_eq!((first.progress.created, first.progress.failed), (1_252, 0));
    let (second, _) = load(&app, &lines, usize::MAX).await;
    assert_eq!((second.progress.created, second.progress.unchanged), (0, 1_252));
    app.settle().await;
    let found = app.get("/search").query(&[("q", "máy bóc vỏ tỏi")]).expect(200).await;
    assert_eq!(found.text("/items/0/source/external_id"), "VTS-0001");
    assert_eq!(found.text("/items/0/source/site"), "vptex-search-eval");
    assert_eq!(found.body["items"][0]["enterprise"]["is_demo"], true);
    let all = app.get("/search").expect(200).await;
    assert_eq!(all.number("/total"), 1_252);

    // What it is called elsewhere is known of each, though nobody checked it against its source.
    for item in all.body["items"].as_array().unwrap() {
        let path = format!("/listings/{}/classifications", item["id"].as_str().unwrap());
        let seen = app.get(&path).expect(200).await.body;
        let derived = seen["derived"].as_array().unwrap();
        let leads_to = |list: &str| derived.iter().any(|code| code["list"] == list);
        let fields = seen["field_codes"].as_array().unwrap();
        if fields.iter().all(|field| field == "other" || field == "services") {
            continue;
        }
        for list in ["science_fields", "fos", "ipc", "vsic"] {
            assert!(leads_to(list), "{list}: {seen:#}");
        }
        assert!(derived.iter().all(|code| code["is_verified"] == false), "{seen:#}");
    }
}

#[actix_web::test]
async fn a_bad_line_stops_nobody() {
    let app = TestApp::spawn().await;
    let mut lines: Vec<String> = catalogue().into_iter().take(120).collect();
    lines.insert(60, "{\"id\": \"VTS-9999\", ".into());
    lines.insert(70, String::new());
    let (outcome, refused) = load(&app, &lines, usize::MAX).await;
    assert!(outcome.is_finished);
    let progress = &outcome.progress;
    assert_eq!((progress.lines, progress.created, progress.failed), (122, 120, 1));
    assert_eq!(refused.iter().map(|bad| bad.line).collect::<Vec<_>>(), [61]);
}

#[actix_web::test]
async fn an_import_that_was_stopped_goes_on_where_it_was() {
    let app = TestApp::spawn().await;
    let lines: Vec<String> = catalogue().into_iter().take(130).collect();
    let (stopped, _) = load(&app, &lines, 1).await;
    assert!(!stopped.is_finished);
    assert_eq!((stopped.progress.lines, stopped.progress.created), (50, 50));
    let (rest, _) = load(&app, &lines, usize::MAX).await;
    assert!(rest.is_finished);
    assert_eq!(rest.resumed_at, 50);
    assert_eq!(
        (rest.progress.lines, rest.progress.created, rest.progress.unchanged),
        (130, 130, 0)
    );
    app.settle().await;
    assert_eq!(app.get("/search").expect(200).await.number("/total"), 130);
}

/// A line of the exchange's own format.
fn native(external_id: &str, title: &str, enterprise: Option<&str>) -> String {
    let mut line = json!({
        "listing": {
            "kind": "equipment_offer", "title": {"vi": title}, "summary": {"vi": "Sấy lúa tươi."},
            "field_codes": ["food.drying"], "price_mode": "contact",
        },
        "source": {"site": "catalogue.example", "external_id": external_id},
    });
    if let Some(code) = enterprise {
        line["enterprise"] = code.into();
    }
    line.to_string()
}

fn tax_code(number: usize) -> TaxCode {
    TaxCode::parse(&demo::enterprises()[number].tax_code).unwrap()
}

fn told(refused: &[BadLine]) -> Vec<String> {
    refused.iter().map(|bad| format!("{}: {}", bad.line, bad.why)).collect()
}

#[actix_web::test]
async fn a_listing_stays_with_its_enterprise() {
    let app = TestApp::spawn().await;
    let (first, second) = (tax_code(0), tax_code(1));
    let line = native("A-1", "Máy sấy", None).into_bytes();
    let (outcome, refused) = load_for(&app, Owner::TaxCode(first.clone()), line.clone(), usize::MAX).await;
    assert_eq!((outcome.progress.created, refused.len()), (1, 0));
    let (outcome, refused) = load_for(&app, Owner::TaxCode(second.clone()), line, usize::MAX).await;
    assert_eq!((outcome.progress.updated, outcome.progress.unchanged), (0, 0));
    assert_eq!(
        told(&refused),
        [format!(
            "1: A-1 of catalogue.example already belongs to the enterprise with tax code {first}"
        )]
    );
    // A line that says so itself gets no further.
    let theirs = native("A-1", "Máy khác", Some(second.as_str())).into_bytes();
    let (_, refused) = load_for(&app, Owner::Lines, theirs.clone(), usize::MAX).await;
    assert_eq!(refused.len(), 1, "{refused:?}");
    let (_, refused) = load_for(&app, Owner::TaxCode(first.clone()), theirs, usize::MAX).await;
    assert_eq!(
        told(&refused),
        [format!(
            "1: the line names the enterprise {second}, and --enterprise {first}"
        )]
    );
    app.settle().await;
    let found = app.get("/search").query(&[("q", "máy")]).expect(200).await;
    assert_eq!(
        (found.number("/total"), found.text("/items/0/title/vi")),
        (1, "Máy sấy")
    );
}

#[actix_web::test]
async fn without_an_owner_each_line_names_its_own() {
    let app = TestApp::spawn().await;
    let own = tax_code(0);
    let lines = [
        native("B-1", "Máy sấy", Some(own.as_str())),
        native("B-2", "Máy ép", None),
        catalogue().swap_remove(0),
    ];
    let (outcome, refused) = load_for(&app, Owner::Lines, lines.join("\n").into_bytes(), usize::MAX).await;
    assert_eq!((outcome.progress.created, outcome.progress.failed), (1, 2));
    let told = told(&refused);
    assert!(told[0].starts_with("2: the line names no `enterprise`"), "{told:?}");
    assert!(
        told[1].starts_with("3: a record of the shared format")
            && told[1].contains("--enterprise")
            && told[1].contains("--demo"),
        "{told:?}"
    );
}

#[actix_web::test]
async fn lines_are_told_apart_by_their_members_and_their_encoding() {
    let app = TestApp::spawn().await;
    // The word stands in a record of the shared format, as a value.
    let mut record: Value = serde_json::from_str(&catalogue()[0]).unwrap();
    record["summary"] = "see \"listing\"".into();
    let mut content = b"\xEF\xBB\xBF".to_vec();
    content.extend(record.to_string().bytes());
    content.extend(b"\r\n{\"title\": \"M\xE1y\"}\n{\"listing\": 1}\n[1]\n{\"id\": \"x\"}");
    let owner = Owner::Demo(demo::tax_code_for);
    let (outcome, refused) = load_for(&app, owner, content, usize::MAX).await;
    assert_eq!((outcome.progress.lines, outcome.progress.created), (5, 1));
    let told = told(&refused);
    assert!(told[0].starts_with("2: not UTF-8, from byte 13 "), "{told:?}");
    assert!(
        told[1].starts_with("3: ") && told[1].contains(" at column 1"),
        "{told:?}"
    );
    assert!(told[2].starts_with("4: not a JSON object"), "{told:?}");
    assert!(told[3].starts_with("5: neither a listing"), "{told:?}");
    assert!(!told.iter().any(|line| line.contains(" at line ")), "{told:?}");
}

#[actix_web::test]
async fn an_import_that_goes_on_tells_what_was_refused_before() {
    let app = TestApp::spawn().await;
    let mut lines: Vec<String> = catalogue().into_iter().take(120).collect();
    lines[10] = "bad".into();
    lines[110] = "worse".into();
    let numbers = |refused: &[BadLine]| refused.iter().map(|bad| bad.line).collect::<Vec<_>>();
    let (stopped, refused) = load(&app, &lines, 1).await;
    assert_eq!((stopped.is_finished, numbers(&refused)), (false, vec![11]));
    let (rest, refused) = load(&app, &lines, usize::MAX).await;
    assert_eq!((rest.is_finished, numbers(&refused)), (true, vec![11, 111]));
    assert_eq!(import::refusals(app.exchange(), rest.id).unwrap(), refused);
    // A finished file begins anew, and so does the list.
    let (again, refused) = load(&app, &lines, usize::MAX).await;
    assert_eq!((again.resumed_at, again.progress.failed), (0, 2));
    assert_eq!(numbers(&refused), [11, 111]);
    assert_eq!(import::refusals(app.exchange(), again.id).unwrap(), refused);
}

#[actix_web::test]
async fn the_wrong_file_fills_no_disk() {
    let app = TestApp::spawn().await;
    let (outcome, refused) = load_for(&app, Owner::Lines, "x\n".repeat(10_020).into_bytes(), usize::MAX).await;
    assert_eq!((outcome.progress.failed, refused.len()), (10_020, 10_020));
    let kept = import::refusals(app.exchange(), outcome.id).unwrap();
    assert_eq!((kept.len(), kept[9_999].line), (10_000, 10_000));
}
