//! The thread that follows, over what goes wrong below it.

use super::*;
use crate::jobs::samples::{database, publish};
use crate::service::search::IndexState;
use uuid::Uuid;

use jiff::Timestamp;
use search_index::Change;

const LONG: Duration = Duration::from_secs(60);
const MEMORY: usize = 15_000_000;

/// The computer's clock: rows of these tests are as old as they say.
struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        "2026-03-12T07:30:00Z".parse().unwrap()
    }
}

fn start(db: &Arc<Database>, slot: &Arc<IndexSlot>, root: &Path) -> IndexerHandle {
    launch(db.clone(), slot.clone(), Arc::new(Now), root.to_owned(), MEMORY)
}

fn at(seq: i64) -> Position {
    Position { txid: 0, seq }
}

fn push(db: &Database, number: u128) {
    let at = "2026-03-11T07:30:00Z".parse().unwrap();
    db.write::<_, store::Error>(move |uow| outbox::push(uow, ListingId(Uuid::from_u128(number)), at))
        .unwrap();
}

fn mark(db: &Database, seq: i64) -> Watermark {
    db.read(|conn| watermark_at(conn, at(seq))).unwrap()
}

#[test]
fn follows_over_faults_and_restarts() {
    let dir = tempfile::tempdir().unwrap();
    let (db, root) = (database(dir.path()), dir.path().join("index"));
    let slot = Arc::new(IndexSlot::default());
    let indexer = start(&db, &slot, &root);
    assert!(slot.wait_for(at(0), LONG), "{:?}", slot.status());
    for (seq, fault) in [
        (1, Fault::BeforeApply),
        (2, Fault::BeforeCommit),
        (3, Fault::AfterCommit),
    ] {
        indexer.inject(Some(fault));
        push(&db, 1);
        assert!(!slot.wait_for(at(seq), Duration::from_millis(300)), "{fault:?}");
        indexer.inject(None);
        assert!(slot.wait_for(at(seq), LONG), "{fault:?}: {:?}", slot.status());
    }
    assert_eq!(slot.status().last_error, None);
    assert!(matches!(Directory::open(&root), Err(IndexerError::InUse(_))));
    indexer.stop();
    push(&db, 2);
    let slot = Arc::new(IndexSlot::default());
    let indexer = start(&db, &slot, &root);
    assert!(slot.wait_for(at(4), LONG));
    assert_eq!(slot.status().state, IndexState::Ready);
    assert_eq!(slot.reader().unwrap().watermark(), Some(mark(&db, 4)));
    indexer.stop();
    let paths = Directory::open(&root).unwrap().of_this_format().unwrap();
    assert!(
        paths.len() == 1 && paths[0].ends_with(format!("{}1", Directory::prefix())),
        "not rebuilt: {paths:?}"
    );
}

#[test]
fn an_index_of_another_database_is_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("index");
    let stale = Directory::open(&root).unwrap().fresh().unwrap();
    let (mut writer, _) = SearchIndex::open(&stale, MEMORY).unwrap();
    writer
        .apply(
            &[Change::Put(Box::default())],
            Watermark {
                seq: 77,
                ..Watermark::default()
            },
        )
        .unwrap();
    drop(writer);
    let slot = Arc::new(IndexSlot::default());
    let indexer = start(&database(dir.path()), &slot, &root);
    assert!(slot.wait_for(at(0), LONG));
    assert_eq!(slot.reader().unwrap().len(), 0);
    indexer.stop();
    assert!(!stale.exists());
}

#[test]
fn a_full_disk_passes_nothing_over() {
    let dir = tempfile::tempdir().unwrap();
    let (db, root) = (database(dir.path()), dir.path().join("index"));
    let slot = Arc::new(IndexSlot::default());
    let indexer = start(&db, &slot, &root);
    assert!(slot.wait_for(at(0), LONG));
    indexer.inject(Some(Fault::Commit(2)));
    publish(&db, 1..=3);
    assert!(slot.wait_for(at(3), LONG), "{:?}", slot.status());
    assert_eq!(indexer.controls.fault(), Some(Fault::Commit(0)), "it struck");
    let status = slot.status();
    assert_eq!(
        (slot.reader().unwrap().len(), status.poison, status.last_error),
        (3, 0, None)
    );
    indexer.stop();
}

#[test]
fn what_a_program_left_in_several_segments_is_merged_by_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let (db, root) = (database(dir.path()), dir.path().join("index"));
    let slot = Arc::new(IndexSlot::default());
    let indexer = start(&db, &slot, &root);
    assert!(slot.wait_for(at(0), LONG));
    for number in 1..=3 {
        publish(&db, [number]);
        assert!(slot.wait_for(at(i64::try_from(number).unwrap()), LONG));
    }
    assert_eq!(slot.reader().unwrap().segments(), 3);
    indexer.stop();
    let slot = Arc::new(IndexSlot::default());
    let indexer = start(&db, &slot, &root);
    assert!(slot.wait_for(at(3), LONG));
    let merged = (0..6_000).any(|_| {
        thread::sleep(Duration::from_millis(5));
        slot.reader().is_some_and(|reader| reader.segments() == 1)
    });
    assert!(merged, "{:?}", slot.status());
    assert_eq!(slot.reader().unwrap().len(), 3);
    indexer.stop();
}

#[test]
fn an_index_that_stands_still_tells_how_far_behind_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let (db, root) = (database(dir.path()), dir.path().join("index"));
    let slot = Arc::new(IndexSlot::default());
    let indexer = start(&db, &slot, &root);
    assert!(slot.wait_for(at(0), LONG));
    indexer.inject(Some(Fault::BeforeApply));
    publish(&db, 1..=3);
    let told = (0..6_000).any(|_| {
        thread::sleep(Duration::from_millis(5));
        slot.status().lag == 3
    });
    assert!(told, "{:?}", slot.status());
    indexer.inject(None);
    assert!(slot.wait_for(at(3), LONG));
    indexer.stop();
    assert_eq!(slot.status().lag, 0);
}

#[test]
fn the_same_numbers_of_another_history_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let (db, root) = (database(dir.path()), dir.path().join("index"));
    let slot = Arc::new(IndexSlot::default());
    let indexer = start(&db, &slot, &root);
    publish(&db, 1..=3);
    assert!(slot.wait_for(at(3), LONG));
    indexer.stop();
    // As many rows, but of other listings: what a restored backup that was written to since looks like.
    let other = tempfile::tempdir().unwrap();
    let db = database(other.path());
    publish(&db, 4..=7);
    let slot = Arc::new(IndexSlot::default());
    let indexer = start(&db, &slot, &root);
    assert!(slot.wait_for(at(4), LONG));
    let ids = slot.reader().unwrap().all_ids_versions().into_iter().map(|(id, _)| id);
    let expected = (4..=7).map(|number| Uuid::from_u128(number).to_string());
    assert_eq!(ids.collect::<BTreeSet<_>>(), expected.collect::<BTreeSet<_>>());
    indexer.stop();
}
