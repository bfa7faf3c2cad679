//! Enterprises that leave with thousands of listings: nothing is seen from the deed on, nobody else waits, and in the end
//! each listing has become what it would have become at once.

use std::time::Duration;

use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;
use vptex::store::schema::{audit_log, listings};
use vptex::store::types::DbId;
use vptex::store::{AnyConn, leavings};

use crate::harness::{Person, TestApp};

/// Copies of a draft: several portions of them.
const MANY: i64 = 1_500;

/// Makes copies of a draft, all older than anything that was made through the API.
pub async fn copy(app: &TestApp, draft: &str, count: i64) {
    let id: Uuid = draft.parse().unwrap();
    let statement = match app.exchange().db.target() {
        vptex::store::conn::Target::Sqlite(_) => format!(
            "CREATE TEMPORARY TABLE copies AS
                WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {count})
                SELECT listings.* FROM listings, number WHERE id = x'{}';
             UPDATE copies SET id = randomblob(16), created_at = created_at - 3600000000;
             INSERT INTO listings SELECT * FROM copies;
             DROP TABLE copies;",
            id.simple()
        ),
        vptex::store::conn::Target::Postgres(_) => format!(
            "CREATE TEMPORARY TABLE copies AS
                SELECT listings.* FROM listings, generate_series(1, {count}) WHERE id = '{id}';
             UPDATE copies SET id = gen_random_uuid(), created_at = created_at - interval '1 hour';
             INSERT INTO listings SELECT * FROM copies;
             DROP TABLE copies;"
        ),
    };
    app.by_hand(&statement).await;
}

/// An enterprise with many drafts and something that everybody sees, made last: the deed itself does not come to it.
async fn with_many(app: &TestApp, officer: &Person, count: i64) -> (Person, String) {
    let owner = app.active_enterprise(officer).await;
    let (draft, _) = app.listing_draft(&owner, "Máy nghiền").await;
    copy(app, &draft, count).await;
    let (live, _) = app.published_listing(&owner, officer, "Máy sấy").await;
    (owner, live)
}

/// Waits until no enterprise has listings left.
async fn all_done(app: &TestApp) {
    left_are(app, &[]).await;
}

/// Waits until these enterprises have listings left, and no others.
async fn left_are(app: &TestApp, wanted: &[Uuid]) {
    let mut seen = 0;
    for _ in 0..600 {
        let exchange = app.exchange().clone();
        let look = move || {
            let left = exchange.db.read(leavings::all).unwrap();
            (left, exchange.db.committed().wait(seen, Duration::from_millis(200)))
        };
        let (left, now) = tokio::task::spawn_blocking(look).await.unwrap();
        if left.iter().map(|id| id.0).eq(wanted.iter().copied()) {
            return;
        }
        seen = now;
    }
    panic!("listings are left for ever");
}

/// Listings of an enterprise: in all, and those that are archived.
fn count(app: &TestApp, enterprise: &str) -> (i64, i64) {
    let id = DbId(enterprise.parse().unwrap());
    let read = |conn: &mut AnyConn| -> vptex::store::Result<_> {
        let own = listings::table.filter(listings::enterprise_id.eq(id));
        let archived = own.filter(listings::status.eq("archived")).count().get_result(conn)?;
        Ok((own.count().get_result(conn)?, archived))
    };
    app.exchange().db.read(read).unwrap()
}

/// How often somebody of a kind did something to different listings, as the trail has it.
fn told(app: &TestApp, deed: &'static str, kind: &'static str) -> usize {
    let read = |conn: &mut AnyConn| -> vptex::store::Result<_> {
        let rows: Vec<DbId> = audit_log::table
            .filter(audit_log::deed.eq(deed))
            .filter(audit_log::subject_kind.eq("listing"))
            .filter(audit_log::actor_kind.eq(kind))
            .filter(audit_log::before_hash.is_not_null())
            .select(audit_log::subject_id)
            .load(conn)?;
        Ok(rows)
    };
    let mut rows: Vec<Uuid> = app
        .exchange()
        .db
        .read(read)
        .unwrap()
        .into_iter()
        .map(|id| id.0)
        .collect();
    rows.sort_unstable();
    let all = rows.len();
    rows.dedup();
    assert_eq!(rows.len(), all, "one is told twice");
    all
}

#[actix_web::test]
async fn thousands_of_listings_of_a_closed_enterprise_are_put_away_in_portions() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let other = app.active_enterprise(&officer).await;
    let (owner, live) = with_many(&app, &officer, MANY).await;
    let officer = app.again(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let version = app.get(&path).by(&owner).expect(200).await.number("/version");
    let close = app.post(&format!("{path}/closure")).by(&owner).if_match(version);
    assert_eq!(close.json(&json!({})).expect(200).await.text("/status"), "closed");

    // Most is still to be done. Nothing is seen, others write, and nobody brings back what is left.
    let early = app.delete(&format!("{path}/closure")).by(&officer).expect(409).await;
    assert_eq!(early.code(), "too_early");
    app.get(&format!("/listings/{live}")).expect(404).await;
    app.listing_draft(&other, "Máy bơm").await;
    app.settle().await;
    assert!(app.found("máy sấy").await.is_empty());

    all_done(&app).await;
    assert_eq!(count(&app, &owner.enterprise), (MANY + 2, MANY + 2));
    assert_eq!(count(&app, &other.enterprise), (1, 0));
    let all = usize::try_from(MANY + 2).unwrap();
    // By whoever closed it, though the job did it.
    assert_eq!(told(&app, "listing.archived", "member"), all);
    assert_eq!(told(&app, "listing.archived", "system"), 0);
    let opened = app.delete(&format!("{path}/closure")).by(&officer).expect(200).await;
    assert_eq!(opened.text("/status"), "active");
    let own = app.get(&format!("/listings/{live}")).by(&owner).expect(200).await;
    assert_eq!(own.text("/status"), "archived");
}

#[actix_web::test]
async fn thousands_of_listings_follow_a_merged_enterprise_in_portions() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let kept = app.active_enterprise(&officer).await;
    let (gone, live) = with_many(&app, &officer, MANY).await;
    let officer = app.again(&officer).await;
    let done = merge(&app, &officer, &gone, &kept).await;
    assert_eq!(done, MANY + 2);
    // It comes last, and is seen with neither until then.
    app.get(&format!("/listings/{live}")).expect(404).await;

    all_done(&app).await;
    assert_eq!(count(&app, &gone.enterprise), (0, 0));
    assert_eq!(count(&app, &kept.enterprise), (MANY + 2, 0));
    let all = usize::try_from(MANY + 2).unwrap();
    assert_eq!(told(&app, "merger.moved", "officer"), all);
    let seen = app.get(&format!("/listings/{live}")).expect(200).await;
    assert_eq!(seen.text("/enterprise/id"), kept.enterprise);
    app.settle().await;
    assert_eq!(app.found("máy sấy").await, [live]);
}

/// What is on its way to an enterprise that is closed meanwhile is put away there.
#[actix_web::test]
async fn listings_that_come_to_a_closed_enterprise_are_put_away() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let kept = app.active_enterprise(&officer).await;
    let (gone, live) = with_many(&app, &officer, 900).await;
    let officer = app.again(&officer).await;
    merge(&app, &officer, &gone, &kept).await;
    let path = format!("/enterprises/{}", kept.enterprise);
    let version = app.get(&path).by(&officer).expect(200).await.number("/version");
    let why = json!({"reason": {"reason_code": "other", "reason_text": "Doanh nghiệp đã giải thể theo quyết định."}});
    let close = app.post(&format!("{path}/closure")).by(&officer).if_match(version);
    close.json(&why).expect(200).await;
    all_done(&app).await;
    assert_eq!(count(&app, &gone.enterprise), (0, 0));
    assert_eq!(count(&app, &kept.enterprise), (902, 902));
    app.get(&format!("/listings/{live}")).expect(404).await;
}

/// One whose listings cannot be put away keeps no other one waiting, and is tried again.
#[actix_web::test]
async fn an_enterprise_whose_portion_fails_is_passed_over_and_tried_again() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (spoilt, other) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    for owner in [&spoilt, &other] {
        let (draft, _) = app.listing_draft(owner, "Máy nghiền").await;
        copy(&app, &draft, 300).await;
        if owner.enterprise == spoilt.enterprise {
            // The youngest, to which the deed does not come. No listing is read whose currency is none.
            app.by_hand(
                "UPDATE listings SET currency = '???' WHERE created_at = (SELECT max(created_at) FROM listings)",
            )
            .await;
        }
    }
    for owner in [&spoilt, &other] {
        let path = format!("/enterprises/{}", owner.enterprise);
        let version = app.get(&path).by(owner).expect(200).await.number("/version");
        let close = app.post(&format!("{path}/closure")).by(owner).if_match(version);
        close.json(&json!({})).expect(200).await;
    }
    let spoilt_id: Uuid = spoilt.enterprise.parse().unwrap();
    left_are(&app, &[spoilt_id]).await;
    assert_eq!(count(&app, &other.enterprise), (301, 301));
    assert_eq!(count(&app, &spoilt.enterprise), (301, 200));

    app.by_hand("UPDATE listings SET currency = 'VND' WHERE currency = '???'")
        .await;
    all_done(&app).await;
    assert_eq!(count(&app, &spoilt.enterprise), (301, 301));
}

/// Makes one of two; gives how many listings move.
async fn merge(app: &TestApp, officer: &Person, from: &Person, into: &Person) -> i64 {
    let path = format!("/enterprises/{}", from.enterprise);
    let version = app.get(&path).by(officer).expect(200).await.number("/version");
    let call = app.post(&format!("{path}/merge")).by(officer).if_match(version);
    let done = call.json(&json!({"into": into.enterprise})).expect(200).await;
    done.number("/moved/listings")
}
