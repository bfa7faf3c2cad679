//! Units of work that wait for their turn disturb no others.

use std::time::{Duration, Instant};

use diesel::RunQueryDsl;
use vptex::domain::access::Action;
use vptex::domain::listing::ListingKind;
use vptex::store::conn::AnyConn;
use vptex::store::database::Limits;
use vptex::store::{listing_codes, migrate};

use crate::samples::{LIMITS, permit_to, store_with};

#[test]
fn many_that_wait_for_their_turn_leave_connections_to_others() {
    let store = store_with(Limits { pool_size: 3, ..LIMITS });
    let mut other = migrate::connect(store.target()).unwrap();
    if matches!(other, AnyConn::Sqlite(_)) {
        return;
    }
    // Another node has the turn.
    diesel::sql_query("SELECT pg_advisory_lock(7308612345001)")
        .execute(&mut other)
        .unwrap();
    let permit = || permit_to(Action::ReviewListing);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| store.write(move |uow| listing_codes::next(uow, &permit(), ListingKind::Expert, 2026)))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        store.read(migrate::ping).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(2));
        drop(other);
        let mut codes: Vec<String> = writers
            .into_iter()
            .map(|writer| writer.join().unwrap().unwrap().to_string())
            .collect();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), 8);
    });
}
