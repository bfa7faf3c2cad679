//! The outbox tells every change once committed, in order, and skips none.

use diesel::RunQueryDsl;
use std::sync::mpsc::channel;
use std::time::Duration;
use vptex::domain::ids::{EnterpriseId, ListingId};
use vptex::domain::listing::ListingStatus;
use vptex::store::outbox::{self, Kind, Position};
use vptex::store::{Error, Result};

use crate::samples::{Store, at, enterprise, id, listing, store};

fn push(store: &Store, number: u128) -> Result<()> {
    store.write(move |uow| outbox::push(uow, ListingId(id(number)), at(0)))
}

/// Reads once `count` rows are there. On PostgreSQL a transaction in any database of the server holds rows back, and
/// other tests run beside this one.
fn settled(store: &Store, after: Position, count: usize) -> Vec<(Position, ListingId)> {
    for _ in 0..4000 {
        let rows = store.read(|conn| outbox::after(conn, after, 1000)).unwrap();
        if rows.len() >= count {
            assert_eq!(rows.len(), count);
            return rows;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the rows never settled");
}

#[test]
fn rows_are_read_in_order_from_any_place() {
    let store = store();
    assert_eq!(store.read(outbox::ends).unwrap(), None);
    for number in 1..=5 {
        push(&store, number).unwrap();
    }
    let rows = settled(&store, Position::default(), 5);
    assert_eq!(
        rows.iter().map(|(_, listing)| *listing).collect::<Vec<_>>(),
        (1..=5).map(|n| ListingId(id(n))).collect::<Vec<_>>()
    );
    assert!(rows.is_sorted_by_key(|(position, _)| *position));
    assert_eq!(store.read(outbox::ends).unwrap(), Some((rows[0].0, rows[4].0)));
    for (index, (position, _)) in rows.iter().enumerate() {
        assert_eq!(settled(&store, *position, 4 - index), rows[index + 1..]);
        assert_eq!(
            store.read(|conn| outbox::lag(conn, *position)).unwrap(),
            i64::try_from(4 - index).unwrap()
        );
    }
    assert_eq!(
        store.read(|conn| outbox::after(conn, Position::default(), 2)).unwrap(),
        rows[..2]
    );
    assert_eq!(store.read(|conn| outbox::lag(conn, Position::default())).unwrap(), 5);
}

/// A dump of another server, whose transactions were counted further than here, is restored.
#[test]
fn rows_of_another_server_come_before_all_of_this_one() {
    let store = store();
    for number in 1..=3 {
        push(&store, number).unwrap();
    }
    let before = settled(&store, Position::default(), 3);
    store
        .write(|uow| -> Result<()> {
            let restored = "UPDATE search_outbox SET txid = txid + 1000000000000 WHERE txid > 0";
            diesel::sql_query(restored).execute(uow.conn())?;
            Ok(())
        })
        .unwrap();
    vptex::store::migrate::settle(store.target()).unwrap();
    push(&store, 4).unwrap();
    let rows = settled(&store, Position::default(), 4);
    let told: Vec<ListingId> = rows.iter().map(|(_, listing)| *listing).collect();
    assert_eq!(told, (1..=4).map(|n| ListingId(id(n))).collect::<Vec<_>>());
    // A place that was known before the restoration is none any more, where places say by which transaction.
    let (place, _) = before[2];
    let row = store.read(move |conn| outbox::row_at(conn, place)).unwrap();
    assert_eq!(row.is_some(), place.txid == 0);
}

#[test]
fn one_transaction_may_push_much() {
    let store = store();
    store
        .write(|uow| (1..=3).try_for_each(|number| outbox::push(uow, ListingId(id(number)), at(0))))
        .unwrap();
    let rows = settled(&store, Position::default(), 3);
    assert_eq!(settled(&store, rows[1].0, 1), rows[2..]);
}

#[test]
fn every_published_listing_of_an_enterprise_is_told() {
    let store = store();
    let (ours, other) = (enterprise(1), enterprise(2));
    store.add(&ours).unwrap();
    store.add(&other).unwrap();
    let mut draft = listing(12, ours.id);
    draft.status = ListingStatus::Draft;
    store
        .add_listings(&[listing(10, ours.id), listing(11, ours.id), draft, listing(13, other.id)])
        .unwrap();
    let seen = store.committed().wait(u64::MAX, Duration::ZERO);
    store
        .write(move |uow| outbox::push_all_of(uow, ours.id, at(0)))
        .unwrap();
    let mut told: Vec<_> = settled(&store, Position::default(), 2)
        .into_iter()
        .map(|(_, listing)| listing)
        .collect();
    told.sort();
    assert_eq!(told, [ListingId(id(10)), ListingId(id(11))]);
    assert!(store.committed().wait(seen, Duration::from_secs(10)) > seen);
}

#[test]
fn what_is_rolled_back_is_not_told_and_wakes_nobody() {
    let store = store();
    let refused = store.write(|uow| {
        outbox::push(uow, ListingId(id(1)), at(0))?;
        Err::<(), _>(Error::Stale)
    });
    assert!(refused.is_err());
    store
        .write(|uow| {
            let part = uow.part(|uow| {
                outbox::push(uow, ListingId(id(1)), at(0))?;
                Err::<(), _>(Error::Stale)
            });
            assert!(part.is_err());
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(store.committed().wait(u64::MAX, Duration::ZERO), 0);
    push(&store, 2).unwrap();
    assert_eq!(store.committed().wait(0, Duration::from_secs(10)), 1);
    assert_eq!(settled(&store, Position::default(), 1)[0].1, ListingId(id(2)));
}

#[test]
fn a_slow_transaction_is_not_overtaken() {
    let store = store();
    // SQLite has one writer: nothing can be slower than another.
    if store.queues_writes() {
        return;
    }
    let (open, gate) = channel::<()>();
    let (entered, inside) = channel();
    let (slow, quick) = (ListingId(id(1)), ListingId(id(2)));
    std::thread::scope(|scope| {
        let store = &store;
        let slow_one = scope.spawn(move || {
            store.write(move |uow| {
                outbox::push(uow, slow, at(0))?;
                entered.send(()).unwrap();
                gate.recv().unwrap();
                Ok::<_, Error>(())
            })
        });
        inside.recv().unwrap();
        push(store, 2).unwrap();
        assert_eq!(
            store.read(|conn| outbox::after(conn, Position::default(), 10)).unwrap(),
            []
        );
        assert_eq!(store.read(outbox::ends).unwrap(), None);
        open.send(()).unwrap();
        slow_one.join().unwrap().unwrap();
    });
    let rows = settled(&store, Position::default(), 2);
    assert_eq!(
        rows.into_iter().map(|(_, listing)| listing).collect::<Vec<_>>(),
        [slow, quick]
    );
}

/// Enterprises stand between listings: the index passes over them, and whoever follows one kind is told of that kind.
#[test]
fn each_kind_is_told_by_itself_and_all_in_order() {
    let store = store();
    push(&store, 1).unwrap();
    store
        .write(|uow| outbox::push_enterprise(uow, EnterpriseId(id(2)), at(5)))
        .unwrap();
    push(&store, 3).unwrap();
    let all: Vec<_> = settled(&store, Position::default(), 3)
        .into_iter()
        .map(|(_, listing)| listing.0)
        .collect();
    assert_eq!(all, [id(1), id(2), id(3)]);
    let told = |kind: Kind, limit: i64| -> Vec<_> {
        let rows = store.read(move |conn| outbox::rows_after(conn, kind, Position::default(), limit));
        rows.unwrap()
            .into_iter()
            .map(|(_, row)| (row.subject, row.at))
            .collect()
    };
    assert_eq!(told(Kind::Listing, 10), [(id(1), at(0)), (id(3), at(0))]);
    assert_eq!(told(Kind::Listing, 1), [(id(1), at(0))]);
    assert_eq!(told(Kind::Enterprise, 10), [(id(2), at(5))]);
}

#[test]
fn forgetting_spares_the_newest() {
    let store = store();
    for number in 1..=3 {
        push(&store, number).unwrap();
    }
    let last = settled(&store, Position::default(), 3)[2];
    assert_eq!(store.write(|uow| outbox::forget_before(uow, at(0), 100)).unwrap(), 0);
    assert_eq!(store.write(|uow| outbox::forget_before(uow, at(1), 100)).unwrap(), 2);
    assert_eq!(settled(&store, Position::default(), 1), [last]);
    // Numbers are never given out again, not even when all rows are gone.
    store
        .write(|uow| Ok::<_, Error>(diesel::sql_query("DELETE FROM search_outbox").execute(uow.conn())?))
        .unwrap();
    push(&store, 4).unwrap();
    assert!(settled(&store, Position::default(), 1)[0].0 > last.0);
}
