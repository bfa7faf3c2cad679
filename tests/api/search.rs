//! A search never tells of what nobody may see, however far its index is behind: not by hits, not by numbers.

use std::collections::BTreeSet;

use diesel::RunQueryDsl;
use search_index::Fault;
use vptex::domain::ids::{EnterpriseId, ListingId};
use vptex::service::search::{Facets, SearchAnswer, SearchQuery, Sort};
use vptex::store::{self, AnyConn, outbox};

use crate::harness::{Person, TestApp};
use crate::node::Node;

pub(crate) fn query(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.into(),
        limit: 4,
        facets: true,
        ..SearchQuery::default()
    }
}

pub(crate) fn ids(answer: &SearchAnswer) -> Vec<String> {
    answer.items.iter().map(|found| found.listing.id.to_string()).collect()
}

/// Walks over all pages; every one but the last is full, and all tell the same true numbers.
async fn walk(node: &Node, mut query: SearchQuery, expected: &BTreeSet<String>) {
    let count = u64::try_from(expected.len()).unwrap();
    let (mut seen, asked) = (Vec::new(), query.clone());
    loop {
        let page = node.page(&query).await;
        seen.extend(ids(&page));
        assert_eq!(page.total, Some(count), "{asked:?}");
        let facets = page.facets.unwrap();
        assert!(!facets.kinds.is_empty() || expected.is_empty(), "{asked:?}");
        for counts in [&facets.kinds, &facets.provinces, &facets.prices] {
            let all: u64 = counts.iter().map(|count| count.count).sum();
            assert_eq!(all, count, "{asked:?}");
        }
        match page.next {
            Some(next) => {
                assert_eq!(page.items.len(), query.limit, "{asked:?}: pages are filled");
                query.after = Some(next);
            }
            None => break,
        }
    }
    assert_eq!(seen.len(), expected.len(), "{asked:?}: each once");
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), *expected, "{asked:?}");
}

async fn walk_in_every_way(node: &Node, public: &BTreeSet<String>) {
    for text in ["", "may say lua", "\"máy sấy\"", "máy sấy lúa xyz"] {
        for sort in [Sort::Relevance, Sort::Newest, Sort::PriceAscending] {
            let query = SearchQuery { sort, ..query(text) };
            walk(node, query, public).await;
        }
    }
}

async fn publish(app: &TestApp, owner: &Person, officer: &Person, titles: &[String]) -> Vec<String> {
    let mut published = Vec::new();
    for title in titles {
        published.push(app.published_listing(owner, officer, title).await.0);
    }
    published
}

fn titles(count: u32) -> Vec<String> {
    (1..=count).map(|n| format!("Máy sấy lúa số {n}")).collect()
}

fn execute(node: &Node, sql: String) {
    let done = node.app.db.write::<_, store::Error>(move |uow| {
        let done = match uow.conn() {
            AnyConn::Pg(conn) => diesel::sql_query(&sql).execute(conn),
            AnyConn::Sqlite(conn) => diesel::sql_query(&sql).execute(conn),
        };
        Ok(done?)
    });
    assert_eq!(done.unwrap(), 1);
}

#[actix_web::test]
async fn a_withdrawn_listing_is_nowhere_at_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut titles = titles(30);
    titles[3].push_str(" tầng sôi bí mật");
    titles[8].push_str(" tầng sôi");
    let published = publish(&app, &owner, &officer, &titles).await;
    let node = Node::beside(&app).await;
    walk_in_every_way(&node, &published.iter().cloned().collect()).await;

    node.inject(Some(Fault::BeforeApply));
    // The newest are on the first page, the oldest are looked at last.
    let withdrawn: Vec<String> = [0, 1, 2, 3, 11, 13, 25, 26, 27, 28, 29]
        .map(|place: usize| published[place].clone())
        .into();
    for id in &withdrawn {
        app.delete(&format!("/listings/{id}/submission"))
            .by(&owner)
            .expect(200)
            .await;
    }
    let left = |id: &&String| !withdrawn.contains(id);
    let public: BTreeSet<String> = published.iter().filter(left).cloned().collect();
    walk_in_every_way(&node, &public).await;
    // Word by word: alone, and behind a listing of the asker's own.
    let secret = node.page(&query("\"tầng sôi bí mật\"")).await;
    assert_eq!(
        (secret.items.len(), secret.total, secret.facets),
        (0, Some(0), Some(Facets::default()))
    );
    let behind = node
        .page(&SearchQuery {
            limit: 1,
            ..query("\"tầng sôi\"")
        })
        .await;
    assert_eq!((ids(&behind), behind.total), (vec![published[8].clone()], Some(1)));
    assert!(behind.next.is_none());

    node.inject(None);
    node.settle().await;
    walk_in_every_way(&node, &public).await;
    // What was hidden comes back when it is public again.
    let submitted = app
        .post(&format!("/listings/{}/submission", withdrawn[0]))
        .by(&owner)
        .expect(200)
        .await;
    app.post(&format!("/listings/{}/approval", withdrawn[0]))
        .by(&officer)
        .if_match(submitted.number("/version"))
        .expect(200)
        .await;
    node.settle().await;
    let mut public = public;
    public.insert(withdrawn[0].clone());
    walk_in_every_way(&node, &public).await;
}

#[actix_web::test]
async fn the_listings_of_a_suspended_enterprise_are_nowhere_at_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (owner, other) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let ours = publish(&app, &owner, &officer, &titles(18)).await;
    publish(&app, &other, &officer, &titles(12)).await;
    let public: BTreeSet<String> = ours.into_iter().collect();
    let node = Node::beside(&app).await;
    node.inject(Some(Fault::BeforeApply));
    let untold = Node::beside(&app).await;
    untold.inject(Some(Fault::BeforeApply));
    let suspended = EnterpriseId(other.enterprise.parse().unwrap());
    let hex = suspended.0.simple();
    let key = if node.app.db.queues_writes() {
        format!("x'{hex}'")
    } else {
        format!("'{hex}'")
    };
    execute(
        &node,
        format!("UPDATE enterprises SET status = 'suspended' WHERE id = {key}"),
    );
    // The outbox was not told: only what is looked at can be known. It is the newest, so it is met first.
    let first = node
        .page(&SearchQuery {
            limit: 20,
            ..query("máy sấy")
        })
        .await;
    assert_eq!(ids(&first).into_iter().collect::<BTreeSet<_>>(), public);
    assert_eq!(first.total, Some(18));
    // As suspending does it.
    let now = node.app.clock.now();
    node.app
        .db
        .write::<_, store::Error>(move |uow| outbox::push_all_of(uow, suspended, now))
        .unwrap();
    walk_in_every_way(&node, &public).await;
    node.inject(None);
    node.settle().await;
    walk_in_every_way(&node, &public).await;
}

#[actix_web::test]
async fn no_numbers_are_told_that_are_not_known() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let published = publish(&app, &owner, &officer, &titles(2)).await;
    let mut node = Node::beside(&app).await;
    node.inject(Some(Fault::BeforeApply));
    let now = node.app.clock.now();
    let changes = |count: u128| {
        let done = node.app.db.write::<_, store::Error>(move |uow| {
            (0..count).try_for_each(|n| outbox::push(uow, ListingId(uuid::Uuid::from_u128(n)), now))
        });
        done.unwrap();
    };
    changes(500);
    assert_eq!(node.page(&query("máy")).await.total, Some(2), "few enough to look at");
    changes(1);
    let answer = node.page(&query("máy")).await;
    assert_eq!((answer.items.len(), answer.total, answer.facets), (2, None, None));
    node.inject(None);
    node.settle().await;
    assert_eq!(node.page(&query("máy")).await.total, Some(2));

    node.freeze().await;
    node.app.index.set_failed("a drill");
    let answer = node.page(&query("máy")).await;
    assert_eq!(ids(&answer).len(), published.len(), "an index that fails still answers");
    assert_eq!((answer.total, answer.facets), (None, None));
}

#[actix_web::test]
async fn a_row_that_cannot_be_read_hides_only_itself() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let published = publish(&app, &owner, &officer, &titles(3)).await;
    let node = Node::beside(&app).await;
    node.inject(Some(Fault::BeforeApply));
    let instant = if node.app.db.queues_writes() {
        "9223372036854775807"
    } else {
        "'infinity'"
    };
    execute(
        &node,
        format!("UPDATE listings SET published_at = {instant} WHERE title_vi = 'Máy sấy lúa số 2'"),
    );
    let public: BTreeSet<String> = [published[0].clone(), published[2].clone()].into();
    walk_in_every_way(&node, &public).await;
    let (broken, now) = (ListingId(published[1].parse().unwrap()), node.app.clock.now());
    node.app
        .db
        .write::<_, store::Error>(move |uow| outbox::push(uow, broken, now))
        .unwrap();
    node.inject(None);
    node.settle().await;
    assert_eq!(node.app.index.status().poison, 1);
    assert_eq!(node.app.index.reader().unwrap().len(), 2);
    walk_in_every_way(&node, &public).await;
}

#[actix_web::test]
async fn a_pasted_sentence_is_searched_for() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let published = publish(&app, &owner, &officer, &titles(1)).await;
    app.settle().await;
    let sentence = "máy sấy lúa số ".to_owned() + &"cho hợp tác xã ".repeat(16);
    assert_eq!(app.found(&sentence).await, published);
    let long = "a".repeat(513);
    let refused = app.get("/search").query(&[("q", &long)]).expect(400).await;
    assert_eq!(refused.pointers(), ["q"]);
}
