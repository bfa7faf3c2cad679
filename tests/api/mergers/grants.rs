//! What becomes of grants of confidential parts.

use jiff::SignedDuration;
use serde_json::json;
use vptex::domain::clock::Clock;
use vptex::domain::letter::Letter;

use super::{join, two};
use crate::harness::{Person, Reply, TestApp};

/// The path of the confidential part of a new listing.
async fn part(app: &TestApp, owner: &Person, officer: &Person, title: &str) -> String {
    let (listing, _) = app.published_listing(owner, officer, title).await;
    let path = format!("/listings/{listing}/confidential");
    let text = json!({"text": "Công thức phối trộn"});
    app.put(&path).by(owner).json(&text).expect(200).await;
    path
}

async fn give(app: &TestApp, owner: &Person, part: &str, to: &Person) -> Reply {
    let terms = json!({
        "enterprise_id": to.enterprise, "purpose": "Thẩm định công nghệ",
        "undertaking": format!("{} không tiết lộ.", to.enterprise),
        "expires_at": app.clock.now() + SignedDuration::from_hours(24),
    });
    app.post(&format!("{part}/grants"))
        .by(owner)
        .json(&terms)
        .expect(201)
        .await
}

async fn accept(app: &TestApp, reader: &Person, grant: &Reply) {
    let path = format!("/confidential-grants/{}/acceptance", grant.text("/id"));
    let hash = json!({"undertaking_sha256": grant.text("/undertaking_sha256")});
    app.post(&path).by(reader).json(&hash).expect(200).await;
}

fn is_revoked(app: &TestApp, grant: &Reply) -> bool {
    let deeds = app.deeds(grant.text("/id"));
    deeds.iter().any(|(deed, _)| deed == "confidential.grant_revoked")
}

#[actix_web::test]
async fn of_two_grants_one_stays_and_nobody_is_granted_what_is_his_own() {
    let app = TestApp::spawn().await;
    let (officer, gone, kept) = two(&app).await;
    let third = app.active_enterprise(&officer).await;
    let both = part(&app, &third, &officer, "Máy cho cả hai").await;
    let single = part(&app, &third, &officer, "Máy cho một bên").await;
    let (mine, yours) = (
        part(&app, &gone, &officer, "Máy của bên gộp").await,
        part(&app, &kept, &officer, "Máy của bên giữ").await,
    );
    let (to_gone, to_kept) = (
        give(&app, &third, &both, &gone).await,
        give(&app, &third, &both, &kept).await,
    );
    let moved = give(&app, &third, &single, &gone).await;
    let own = [
        give(&app, &gone, &mine, &kept).await,
        give(&app, &kept, &yours, &gone).await,
    ];
    accept(&app, &gone, &to_gone).await;
    accept(&app, &gone, &moved).await;
    join(&app, &officer, &gone, &kept).await;

    assert!(own.iter().all(|grant| is_revoked(&app, grant)));
    let revoked = [&to_gone, &to_kept, &moved].map(|grant| is_revoked(&app, grant));
    assert_eq!(revoked, [true, false, false]);
    let letters = app.letters_to(&third.email).await;
    let mut told: Vec<(&str, bool)> = letters
        .iter()
        .filter_map(|letter| match letter {
            Letter::ConfidentialGrantMoved(moved) => Some((moved.title.as_str(), moved.ended)),
            _ => None,
        })
        .collect();
    told.sort_unstable();
    assert_eq!(told, [("Máy cho cả hai", true), ("Máy cho một bên", false)]);

    let read = async |part: &str, reader: &Person| app.get(part).by(reader).send().await.status;
    assert_eq!(read(&single, &gone).await, 200, "what was accepted is accepted");
    assert_eq!(read(&single, &kept).await, 409);
    assert_eq!((read(&mine, &kept).await, read(&yours, &gone).await), (200, 200));
    assert_eq!(read(&both, &gone).await, 409);
    // As a merger of an older version left it: of two, the one counts that the reader accepted.
    app.by_hand("UPDATE confidential_grants SET revoked_at = NULL").await;
    assert_eq!(read(&both, &gone).await, 200);
    let register = app.get(&format!("{both}/readings")).by(&third).expect(200).await;
    assert_eq!(register.text("/items/0/grant_id"), to_gone.text("/id"));
    // What is one's own is read as one's own all the same.
    assert_eq!(read(&mine, &kept).await, 200);
}
