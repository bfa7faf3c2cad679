//! What becomes of inquiries that nobody answers, and when one of both sides is halted, leaves, or becomes part of another one.

use serde_json::json;
use vptex::domain::letter::Letter;
use vptex::service::inquiries::terms;

use super::{Scene, scene};
use crate::mergers::join;

const DAY: i64 = 24 * 60 * 60;

impl Scene {
    /// What the background job does; gives how many it ended.
    async fn look(&self) -> usize {
        let exchange = self.app.exchange().clone();
        let look = tokio::task::spawn_blocking(move || terms::run(&exchange).unwrap());
        look.await.unwrap()
    }
}

#[actix_web::test]
async fn what_nobody_answers_is_over_after_thirty_days() {
    let scene = scene().await;
    let path = scene.ask().await;
    let (other, _) = scene
        .app
        .published_listing(&scene.owner, &scene.officer, "Máy ép viên")
        .await;
    let call = scene.app.post(&format!("/listings/{other}/inquiries")).by(&scene.asker);
    let answered = call.json(&super::question()).expect(201).await;
    let answered = format!("/inquiries/{}", answered.text("/id"));
    scene.write(&answered, &scene.owner, "Xin chào.").await;
    scene.app.clock.pass(29 * DAY);
    assert_eq!(scene.look().await, 0);
    scene.app.clock.pass(2 * DAY);
    assert_eq!(scene.look().await, 1);
    assert_eq!(scene.look().await, 0);
    let (asker, owner) = (
        scene.app.another_day(&scene.asker).await,
        scene.app.another_day(&scene.owner).await,
    );
    let over = scene.read(&path, &asker).await;
    assert_eq!(
        (over.text("/state"), &over.body["ended_by"]),
        ("expired", &serde_json::Value::Null)
    );
    assert_eq!(scene.try_write(&path, &owner, "Có sẵn.").await.status, 409);
    assert_eq!(scene.read(&answered, &asker).await.text("/state"), "replied");
    assert_eq!(scene.told(&owner).await, ["sent", "sent", "expired"]);
    assert_eq!(scene.told(&asker).await, ["message", "expired"]);
}

/// What a listing is held for may stand in its title.
#[actix_web::test]
async fn while_a_listing_is_held_it_is_called_by_its_code() {
    let scene = scene().await;
    let (app, asker) = (&scene.app, &scene.asker);
    let path = scene.ask().await;
    assert_eq!(scene.read(&path, asker).await.text("/title"), "Máy sấy lúa");
    let why = json!({"reason_code": "unlawful", "reason_text": "Số máy trên tem không khớp với hồ sơ."});
    let hold = format!("/listings/{}/suspension", scene.listing);
    app.post(&hold).by(&scene.officer).json(&why).expect(200).await;

    let held = scene.read(&path, asker).await;
    assert!(!held.text("/code").is_empty());
    assert_eq!(held.text("/title"), held.text("/code"));
    let list = format!("/enterprises/{}/inquiries?side=sent", asker.enterprise);
    let listed = app.get(&list).by(asker).expect(200).await;
    assert_eq!(listed.text("/items/0/title"), held.text("/code"));
    scene.write(&path, &scene.owner, super::ANSWER).await;
    let letters = app.letters_to(&asker.email).await;
    let told = letters.iter().find_map(|letter| match letter {
        Letter::Inquiry(news) => Some(news.title.as_str()),
        _ => None,
    });
    assert_eq!(told, Some(held.text("/code")));

    // Let go, it has its title again.
    app.delete(&hold).by(&scene.officer).expect(200).await;
    assert_eq!(scene.read(&path, asker).await.text("/title"), "Máy sấy lúa");
}

#[actix_web::test]
async fn while_one_side_is_halted_both_read_and_nothing_happens() {
    let scene = scene().await;
    let path = scene.ask().await;
    scene.app.suspend(&scene.owner.enterprise, &scene.officer).await;
    let owner = scene.app.again(&scene.owner).await;
    for by in [&owner, &scene.asker] {
        assert_eq!(scene.read(&path, by).await.text("/state"), "submitted");
    }
    let refused = scene.try_write(&path, &owner, "Có sẵn.").await;
    assert_eq!((refused.status, refused.code()), (403, "enterprise_not_active"));
    let refused = scene.try_write(&path, &scene.asker, "Xin trả lời.").await;
    assert_eq!((refused.status, refused.code()), (409, "other_side_inactive"));
    scene
        .app
        .post(&format!("{path}/withdrawal"))
        .by(&scene.asker)
        .expect(409)
        .await;
    assert_eq!(scene.look().await, 0);
    let officer = scene.app.again(&scene.officer).await;
    let suspension = format!("/enterprises/{}/suspension", owner.enterprise);
    scene.app.delete(&suspension).by(&officer).expect(200).await;
    scene.write(&path, &owner, "Có sẵn.").await;
}

#[actix_web::test]
async fn who_leaves_the_exchange_ends_what_goes_on() {
    for is_owner in [true, false] {
        let scene = scene().await;
        let path = scene.ask().await;
        let (leaver, stays) = match is_owner {
            true => (&scene.owner, &scene.asker),
            false => (&scene.asker, &scene.owner),
        };
        let enterprise = format!("/enterprises/{}", leaver.enterprise);
        let version = scene
            .app
            .get(&enterprise)
            .by(leaver)
            .expect(200)
            .await
            .number("/version");
        let call = scene
            .app
            .post(&format!("{enterprise}/closure"))
            .by(leaver)
            .if_match(version);
        call.json(&json!({})).expect(200).await;
        // Nothing happens any more, before the job has written that down, too.
        let refused = scene.try_write(&path, stays, "Xin chào.").await;
        assert_eq!((refused.status, refused.code()), (409, "other_side_inactive"));
        let before = scene.read(&path, stays).await.body;
        assert_eq!(
            scene.look().await,
            1,
            "{before} {}",
            scene.read(&path, stays).await.body
        );
        let seen = scene.read(&path, stays).await;
        let (state, reason) = match is_owner {
            true => ("declined", json!("other")),
            false => ("withdrawn", json!(null)),
        };
        assert_eq!((seen.text("/state"), &seen.body["decline_reason"]), (state, &reason));
        assert!(seen.body["ended_by"].is_null());
        assert!(scene.told(stays).await.contains(&state.to_owned()));
    }
}

#[actix_web::test]
async fn inquiries_go_along_with_a_merger_and_nobody_asks_himself() {
    let scene = scene().await;
    let (app, officer) = (&scene.app, &scene.officer);
    let kept = app.active_enterprise(officer).await;
    let third = app.active_enterprise(officer).await;
    let received = scene.ask().await;
    let (theirs, _) = app.published_listing(&third, officer, "Máy nghiền").await;
    let (ours, _) = app.published_listing(&kept, officer, "Máy bơm").await;
    let ask = async |listing: &str| {
        let call = app.post(&format!("/listings/{listing}/inquiries")).by(&scene.owner);
        let sent = call.json(&super::question()).expect(201).await;
        format!("/inquiries/{}", sent.text("/id"))
    };
    let (sent, between) = (ask(&theirs).await, ask(&ours).await);
    let done = join(app, officer, &scene.owner, &kept).await;
    assert_eq!(done.number("/moved/inquiries"), 3);
    for path in [&received, &sent] {
        let seen = scene.read(path, &kept).await;
        assert_eq!(seen.text("/state"), "submitted");
        let side = seen.text("/side").to_owned();
        assert_eq!(seen.body[side.as_str()]["id"], kept.enterprise);
    }
    scene.write(&received, &kept, "Có sẵn.").await;
    assert_eq!(scene.read(&received, &scene.asker).await.text("/state"), "replied");
    let ended = scene.read(&between, &kept).await;
    assert_eq!(ended.text("/state"), "withdrawn");
    let deeds = app.deeds(received.trim_start_matches("/inquiries/"));
    assert!(deeds.iter().any(|(deed, _)| deed == "merger.moved"), "{deeds:?}");
}
