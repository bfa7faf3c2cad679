//! An enterprise of which hundreds of listings end on one day.

use vptex::domain::letter::Letter;
use vptex::service::listing_terms::{self, Done};

use crate::harness::TestApp;
use crate::leavings::copy;

#[actix_web::test]
async fn one_letter_tells_of_hundreds_and_each_is_noted_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (draft, _) = app.listing_draft(&owner, "Máy nghiền").await;
    copy(&app, &draft, 450).await;
    app.published_listing(&owner, &officer, "Máy sấy").await;
    // All of them end when that one does; three are held, of which nothing is told.
    app.by_hand("UPDATE listings SET status = 'published', expires_at = (SELECT max(expires_at) FROM listings)")
        .await;
    app.by_hand("UPDATE listings SET hold = 'suspended' WHERE id IN (SELECT id FROM listings ORDER BY id LIMIT 3)")
        .await;
    app.clock.pass(336 * 24 * 60 * 60);
    let look = async || {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || listing_terms::run(&exchange).unwrap())
            .await
            .unwrap()
    };
    assert_eq!(look().await, Done { told: 449, expired: 0 });
    assert_eq!(look().await, Done::default());
    let letters = app.letters_to(&owner.email).await.into_iter();
    let told = letters.filter_map(|letter| match letter {
        Letter::ListingsEnd { lines, more } => Some((lines.len(), more)),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [(50, 399)]);
}
