//! Pages visit every row exactly once, in order, also where many rows have the same place.

use vptex::domain::enterprise::EnterpriseStatus;
use vptex::domain::ids::ListingId;
use vptex::domain::listing::ListingStatus;
use vptex::domain::taxonomy::Seats;
use vptex::domain::text::Line;
use vptex::store::enterprises::Named;
use vptex::store::listings::OwnWanted;
use vptex::store::{enterprises, listings};

use crate::samples::{at, enterprise, id, listing, store};

const COUNT: u16 = 23;
const PAGE: i64 = 4;

/// Follows pages to the end.
fn walk<T, K>(mut page: impl FnMut(Option<K>) -> Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut all: Vec<T> = Vec::new();
    loop {
        let some = page(all.last().map(&key));
        assert!(some.len() <= usize::try_from(PAGE).unwrap());
        if some.is_empty() {
            return all;
        }
        all.extend(some);
        assert!(all.len() <= 1000, "the pages never end");
    }
}

fn in_status(status: Option<ListingStatus>) -> OwnWanted {
    OwnWanted {
        status,
        ..OwnWanted::default()
    }
}

#[test]
fn the_directory() {
    let store = store();
    // Bytes of the folded name decide, on both databases.
    let names = ["Đại Việt", "An-Hà", "an hà", "Zen", "Ánh Dương"];
    for number in 1..=COUNT {
        let mut enterprise = enterprise(number);
        enterprise.profile.legal_name = Line::parse(names[usize::from(number) % names.len()]).unwrap();
        enterprise.profile.province_code = if number % 2 == 0 { "25" } else { "01" }.into();
        store.add(&enterprise).unwrap();
    }
    let mut hidden = enterprise(900);
    hidden.status = EnterpriseStatus::Submitted;
    store.add(&hidden).unwrap();
    for (province, expected) in [(None, 23), (Some("25"), 11)] {
        let named = Named {
            seats: Seats {
                provinces: province.iter().map(|code: &&str| (*code).to_owned()).collect(),
                ..Seats::default()
            },
            ..Named::default()
        };
        let all = walk(
            |after| {
                store
                    .read(|conn| enterprises::directory(conn, &named, after.as_ref(), PAGE))
                    .unwrap()
            },
            |(key, _)| key.clone(),
        );
        assert_eq!(all.len(), expected);
        assert!(
            all.is_sorted_by(|(a, _), (b, _)| a < b),
            "{:?}",
            all.iter().map(|(key, _)| key).collect::<Vec<_>>()
        );
    }
}

#[test]
fn listings_of_an_enterprise_and_what_is_public() {
    let store = store();
    let (ours, other) = (enterprise(1), enterprise(2));
    store.add(&ours).unwrap();
    store.add(&other).unwrap();
    let all: Vec<_> = (0..COUNT)
        .map(|number| {
            let mut listing = listing(100 + u128::from(number), ours.id);
            listing.created_at = at(i64::from(number / 10));
            listing
        })
        .collect();
    store.add_listings(&all).unwrap();
    let mut foreign = listing(500, other.id);
    foreign.status = ListingStatus::Draft;
    store.add_listings(&[foreign]).unwrap();
    for status in [None, Some(ListingStatus::Published)] {
        let found: Vec<ListingId> = walk(
            |after| {
                store
                    .read(|conn| listings::of_enterprise(conn, ours.id, &in_status(status), after, PAGE, at(9)))
                    .unwrap()
            },
            |listing| (listing.created_at, listing.id),
        )
        .into_iter()
        .map(|listing| listing.id)
        .collect();
        assert_eq!(
            found,
            (0..COUNT)
                .rev()
                .map(|number| ListingId(id(100 + u128::from(number))))
                .collect::<Vec<_>>()
        );
    }
    let none = store
        .read(|conn| listings::of_enterprise(conn, ours.id, &in_status(Some(ListingStatus::Draft)), None, PAGE, at(9)))
        .unwrap();
    assert!(none.is_empty());

    let expected: Vec<ListingId> = all.iter().map(|listing| listing.id).collect();
    let public = walk(
        |after| store.read(|conn| listings::public_after(conn, after, PAGE)).unwrap(),
        |(listing, _)| listing.id,
    );
    assert_eq!(
        public.into_iter().map(|(listing, _)| listing.id).collect::<Vec<_>>(),
        expected
    );
    let versions = walk(
        |after| store.read(|conn| listings::public_versions(conn, after, PAGE)).unwrap(),
        |(id, _)| *id,
    );
    assert_eq!(versions, expected.iter().map(|id| (*id, 1)).collect::<Vec<_>>());
}

#[test]
fn the_queues_of_the_officers() {
    let store = store();
    let owner = enterprise(COUNT + 1);
    store.add(&owner).unwrap();
    for number in 1..=COUNT {
        let mut enterprise = enterprise(number);
        enterprise.status = EnterpriseStatus::Submitted;
        enterprise.submitted_at = at(i64::from(number / 10));
        store.add(&enterprise).unwrap();
        let mut listing = listing(100 + u128::from(number), owner.id);
        listing.status = ListingStatus::Submitted;
        listing.submitted_at = Some(at(i64::from(number / 10)));
        store.add_listings(&[listing]).unwrap();
    }
    let waiting = walk(
        |after| store.read(|conn| enterprises::submitted(conn, after, PAGE)).unwrap(),
        |enterprise| (enterprise.submitted_at, enterprise.id),
    );
    assert_eq!(waiting.len(), usize::from(COUNT));
    assert!(waiting.is_sorted_by(|a, b| (a.submitted_at, a.id) < (b.submitted_at, b.id)));
    let waiting = walk(
        |after| {
            store
                .read(|conn| listings::submitted(conn, &listings::Waits::default(), after, PAGE))
                .unwrap()
        },
        |(listing, _)| (listing.submitted_at.unwrap(), listing.id),
    );
    assert_eq!(waiting.len(), usize::from(COUNT));
    assert!(waiting.is_sorted_by(|(a, _), (b, _)| (a.submitted_at, a.id) < (b.submitted_at, b.id)));
}

/// On a database without statistics, which is what a new one is.
#[test]
fn no_page_is_sorted_anew() {
    use diesel::prelude::*;
    use diesel::sql_types::{Integer, Text};
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Integer)]
        #[expect(dead_code, reason = "diesel reads rows by name")]
        id: i32,
        #[diesel(sql_type = Text)]
        detail: String,
    }
    let store = store();
    if !store.queues_writes() {
        return;
    }
    let enterprises = "SELECT * FROM enterprises WHERE status = ?1";
    let listings = "SELECT * FROM listings JOIN enterprises ON enterprises.id = listings.enterprise_id
                    WHERE listings.status = ?1 AND enterprises.status = ?1";
    let waiting = "FROM listings WHERE listings.status = ?1 AND listings.hold = ''";
    let flags = "(listings.content_flags IS NULL OR listings.content_flags < 32 OR listings.content_flags >= 40
                 OR listings.flags_version IS NULL OR listings.flags_version <> listings.version
                 OR listings.content_flags IN (33, 35, 37, 39))";
    let first = "NOT EXISTS (SELECT siblings.id FROM listings AS siblings
                 WHERE siblings.enterprise_id = listings.enterprise_id AND siblings.published_at IS NOT NULL)";
    let in_order = "ORDER BY listings.submitted_at, listings.id LIMIT 51";
    let queries = [
        (
            format!("{enterprises} ORDER BY name_key, id LIMIT 21"),
            "enterprises_by_status_and_name (status=?)",
        ),
        (
            format!(
                "{enterprises} AND name_key >= ?1 AND (name_key > ?1 OR (name_key = ?1 AND id > ?2)) ORDER BY name_key, id LIMIT 21"
            ),
            "enterprises_by_status_and_name (status=? AND name_key>?)",
        ),
        (
            format!(
                "{enterprises} AND province_code = ?1 AND name_key >= ?1 AND (name_key > ?1 OR (name_key = ?1 AND id > ?2)) ORDER BY name_key, id LIMIT 21"
            ),
            "enterprises_by_status_and_name (status=? AND name_key>?)",
        ),
        (
            format!("{enterprises} ORDER BY submitted_at, id LIMIT 21"),
            "enterprises_by_status (status=?)",
        ),
        (
            format!("{listings} ORDER BY listings.id LIMIT 500"),
            "listings_by_status_and_id (status=?)",
        ),
        (
            format!("{listings} AND listings.id > ?2 ORDER BY listings.id LIMIT 500"),
            "listings_by_status_and_id (status=? AND id>?)",
        ),
        // Of what waits the flags are judged in the index alone; what passes is read with its owner, in the same order.
        (
            format!("SELECT listings.id {waiting} AND {flags} {in_order}"),
            "COVERING INDEX listings_by_status (status=?)",
        ),
        (
            format!("{listings} AND listings.hold = '' AND {flags} {in_order}"),
            "listings_by_status (status=?)",
        ),
        (
            format!("{listings} AND {first} {in_order}"),
            "listings_once_published (enterprise_id=?)",
        ),
        (
            format!("{listings} AND {first} AND listings.submitted_at >= ?2 {in_order}"),
            "listings_by_status (status=? AND submitted_at>?)",
        ),
        (
            "SELECT id FROM enterprises WHERE merged_into IS NULL ORDER BY created_at DESC, id DESC LIMIT 21".into(),
            "enterprises_by_registration (merged_into=?)",
        ),
        (
            "SELECT id FROM enterprises WHERE merged_into IS NULL AND closed_at IS NULL AND status IN (?1, ?2) \
             AND created_at <= ?3 ORDER BY created_at DESC, id DESC LIMIT 1000"
                .into(),
            "enterprises_by_registration (merged_into=? AND created_at<?)",
        ),
        (
            "SELECT * FROM enterprises WHERE tax_code = ?1".into(),
            "enterprises_by_tax_code (tax_code=?)",
        ),
        (
            "SELECT seq FROM search_outbox WHERE created_at < ?1 ORDER BY created_at LIMIT 500".into(),
            "search_outbox_by_age (created_at<?)",
        ),
    ];
    let mut conn = store.reader().unwrap();
    for (query, index) in queries {
        let plan: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}"))
            .load(&mut *conn)
            .unwrap();
        let plan = plan.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("; ");
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{query}: {plan}");
    }
}
