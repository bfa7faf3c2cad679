//! The index fails at every point that it can, and shows everything in the end.

use std::time::Duration;

use jiff::SignedDuration;
use search_index::{Change, Fault, IndexDocument, SearchIndex, Watermark, hash_of};
use vptex::domain::ids::ListingId;
use vptex::domain::taxonomy::Taxonomies;
use vptex::jobs::{cleanup, document, reconcile};
use vptex::service::App;
use vptex::store::{self, listings, outbox};

use crate::harness::TestApp;
use crate::node::Node;

#[actix_web::test]
async fn a_fault_delays_and_loses_nothing() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut node = Node::beside(&app).await;
    let mut count = 0;
    for fault in [
        Fault::BeforeApply,
        Fault::BeforeCommit,
        Fault::AfterCommit,
        Fault::Commit(2),
    ] {
        node.inject(Some(fault));
        app.published_listing(&owner, &officer, "Máy sấy lúa").await;
        count += 1;
        struck(node.app.clone(), fault).await;
        node.inject(None);
        node.settle().await;
        assert_eq!(node.app.index.reader().unwrap().len(), count, "{fault:?}");
    }
    assert_eq!(node.app.index.status().last_error, None);
    assert_eq!(node.app.index.status().poison, 0);
    node.freeze().await;
}

#[actix_web::test]
async fn a_listing_that_cannot_be_indexed_is_passed_over() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let node = Node::beside(&app).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    node.settle().await;
    let document = hash_of([id.as_str()]);
    for (fault, poison) in [
        (Fault::Panic { document }, 1),
        (Fault::Refuse { document, times: 3 }, 2),
        (Fault::Refuse { document, times: 2 }, 2),
    ] {
        node.inject(Some(fault));
        let (listing, now) = (ListingId(id.parse().unwrap()), node.app.clock.now());
        let push = move |uow: &mut store::Uow<'_>| outbox::push(uow, listing, now);
        node.app.db.write::<_, store::Error>(push).unwrap();
        app.published_listing(&owner, &officer, "Máy khác").await;
        node.settle().await;
        assert_eq!(node.app.index.status().poison, poison, "{fault:?}");
        let indexed = node.app.index.reader().unwrap().all_ids_versions();
        let found = indexed.iter().any(|(indexed, _)| *indexed == id);
        assert_eq!(found, fault == Fault::Refuse { document, times: 2 }, "{fault:?}");
    }
    assert_eq!(node.app.index.reader().unwrap().len(), 4);
}

#[actix_web::test]
async fn what_differs_is_found_counted_and_repaired() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    for _ in 0..3 {
        app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    }
    let mut node = Node::beside(&app).await;
    node.freeze().await;
    assert_eq!(differences(&node).await, Some(reconcile::Differences::default()));

    // An index that stands where the outbox does, and lacks one, has one twice as old, and one too many.
    let end = node.app.db.read(outbox::ends).unwrap().unwrap().1;
    let rows = node.app.db.read(|conn| listings::public_after(conn, None, 10)).unwrap();
    let mut documents: Vec<IndexDocument> = rows
        .iter()
        .map(|(l, owner)| document::document(Taxonomies::embedded(), l, owner))
        .collect();
    documents.remove(0);
    documents[0].version -= 1;
    documents.push(IndexDocument {
        id: uuid::Uuid::from_u128(7).to_string(),
        ..IndexDocument::default()
    });
    let (mut writer, reader) = SearchIndex::in_memory().unwrap();
    let puts: Vec<Change> = documents.into_iter().map(|d| Change::Put(Box::new(d))).collect();
    writer.apply(&puts, Watermark::default()).unwrap();
    node.app.index.set_ready(reader, end);
    let found = differences(&node).await;
    let expected = reconcile::Differences {
        missing: 1,
        outdated: 1,
        surplus: 1,
    };
    assert_eq!(found, Some(expected));
    let repairs = node.app.db.read(|conn| outbox::lag(conn, end)).unwrap();
    assert_eq!(repairs, 3);
    // Those repairs are still to come, so there is nothing to compare with.
    app.settle().await;
    assert_eq!(differences(&node).await, None);
}

async fn differences(node: &Node) -> Option<reconcile::Differences> {
    let app = node.app.clone();
    tokio::task::spawn_blocking(move || reconcile::run(&app).unwrap())
        .await
        .unwrap()
}

#[actix_web::test]
async fn what_is_old_is_forgotten_in_many_steps() {
    let app = TestApp::spawn().await;
    let exchange = app.exchange().clone();
    let now = exchange.clock.now();
    let push = |count: u128, age: i64| {
        let at = now - SignedDuration::from_hours(age);
        let pushed = exchange.db.write::<_, store::Error>(move |uow| {
            (0..count).try_for_each(|n| outbox::push(uow, ListingId(uuid::Uuid::from_u128(n)), at))
        });
        pushed.unwrap();
    };
    let before = exchange
        .db
        .read(|conn| outbox::lag(conn, outbox::Position::default()))
        .unwrap();
    assert_eq!(before, 0);
    // More than one unit of work forgets.
    push(5_200, 31 * 24);
    push(10, 29 * 24);
    app.settle().await;
    let run = || {
        let exchange = exchange.clone();
        tokio::task::spawn_blocking(move || cleanup::run(&exchange).unwrap())
    };
    let forgotten = run().await.unwrap();
    assert_eq!(
        (forgotten.outbox, forgotten.idempotency_keys, forgotten.sessions),
        (5_200, 0, 0)
    );
    let left = exchange
        .db
        .read(|conn| outbox::lag(conn, outbox::Position::default()))
        .unwrap();
    assert_eq!(left, 10);
    app.clock.pass(40 * 24 * 3_600);
    let forgotten = run().await.unwrap();
    assert_eq!(forgotten.outbox, 9, "the newest stays");
    assert_eq!(run().await.unwrap(), cleanup::Forgotten::default());
}

/// Waits until the fault was met.
async fn struck(node: App, fault: Fault) {
    let wait = move || {
        let met = (0..6_000).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            node.index.status().last_error.is_some()
        });
        assert!(met, "{fault:?} had no effect");
    };
    tokio::task::spawn_blocking(wait).await.unwrap();
}
