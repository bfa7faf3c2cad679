//! Loading the catalogue of the demonstration.

use serde_json::{Map, Value, json};
use vptex::demo;
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
fn catalogue() -> Vec<String> {
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

async fn load(app: &TestApp, lines: &[String], chunks: usize) -> (Outcome, Vec<BadLine>) {
    let (exchange, content) = (app.exchange().clone(), lines.join("\n"));
    let load = move || {
        import::demo_enterprises(&exchange).unwrap();
        let mut watcher = Watcher {
            refused: Vec::new(),
            chunks,
        };
        let outcome = import::run(&exchange, "catalogue", content.as_bytes(), &Owner::Demo, &mut watcher);
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
