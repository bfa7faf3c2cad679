//! What the collector of files leaves alone.

use vptex::jobs::files::{self as collector, Collected};
use vptex::service::{App, Result};

use crate::harness::TestApp;

async fn collect(app: &App, is_trial: bool) -> Result<Collected> {
    let app = app.clone();
    tokio::task::spawn_blocking(move || collector::run(&app, is_trial))
        .await
        .unwrap()
}

/// A program that is older than the database does not know all who need a file.
#[actix_web::test]
async fn nothing_is_collected_in_the_schema_of_a_later_program() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    let picture = app.add_picture(&owner, &listing).await;
    app.delete(&format!("/files/{picture}")).by(&owner).expect(204).await;
    let incoming = app.config.files_path().join("incoming").join("half");
    std::fs::write(&incoming, "x").unwrap();
    app.clock.pass(2 * 60 * 60);
    let orphans = collect(app.exchange(), true).await.unwrap();
    assert!(orphans.contents > 0 && orphans.leftovers == 1, "{orphans:?}");

    app.by_hand("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")
        .await;
    for is_trial in [true, false] {
        let refused = collect(app.exchange(), is_trial).await.unwrap_err();
        assert!(refused.log.unwrap().contains("schema 9999 by a later program"));
    }
    let exchange = app.exchange().clone();
    let hourly = tokio::task::spawn_blocking(move || collector::run_with_care(&exchange));
    let refused = hourly.await.unwrap().unwrap_err();
    assert!(refused.log.unwrap().contains("files are not collected"));
    assert!(incoming.exists());

    // All of it was still there.
    app.by_hand("DELETE FROM __diesel_schema_migrations WHERE version = '9999'")
        .await;
    assert_eq!(collect(app.exchange(), false).await.unwrap(), orphans);
    assert!(!incoming.exists());
}
