//! How long sessions live, what their owners see of them, and what becomes of a stolen refresh token.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use vptex::domain::account::Permission;
use vptex::domain::letter::Letter;

use crate::harness::{Call, Person, Reply, TestApp};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn refresh(app: &TestApp, token: &str) -> Call {
    app.post("/sessions/refresh").json(&json!({"refresh_token": token}))
}

/// Refreshes after each of these spans.
async fn kept_alive(app: &TestApp, somebody: &Person, spans: impl IntoIterator<Item = i64>) -> Person {
    let mut person = somebody.clone();
    for span in spans {
        app.clock.pass(span);
        let pair = refresh(app, &person.refresh).expect(200).await;
        person.access = pair.text("/access_token").to_owned();
        person.refresh = pair.text("/refresh_token").to_owned();
    }
    person
}

fn over(reply: &Reply) {
    assert_eq!((reply.status, reply.code()), (401, "invalid_token"), "{:#}", reply.body);
}

fn instant(reply: &Reply, pointer: &str) -> Timestamp {
    reply.text(pointer).parse().unwrap()
}

#[actix_web::test]
async fn an_officers_session_ends_after_a_quarter_of_an_hour_or_half_a_day() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let officer = app.officer_who_may(&[Permission::ReadAudit]).await;
    let pair = refresh(&app, &officer.refresh).expect(200).await;
    assert_eq!(pair.number("/expires_in"), 2 * MINUTE);
    let began = instant(&pair, "/expires_at") - SignedDuration::from_mins(2);
    assert_eq!(
        instant(&pair, "/refresh_expires_at"),
        began + SignedDuration::from_mins(15)
    );
    let access = pair.text("/access_token");
    // Five seconds are forgiven.
    app.clock.pass(2 * MINUTE + 4);
    app.get("/me").token(access).expect(200).await;
    app.clock.pass(1);
    over(&app.get("/me").token(access).send().await);

    let officer = Person {
        refresh: pair.text("/refresh_token").to_owned(),
        ..officer
    };
    let officer = kept_alive(&app, &officer, [0, 15 * MINUTE - 1]).await;
    app.clock.pass(15 * MINUTE);
    over(&refresh(&app, &officer.refresh).send().await);

    let officer = app.again(&officer).await;
    // Eleven hours and 54 minutes.
    let busy = kept_alive(&app, &officer, [14 * MINUTE; 51]).await;
    app.clock.pass(5 * MINUTE);
    let last = refresh(&app, &busy.refresh).expect(200).await;
    app.clock.pass(MINUTE);
    // The token has a minute left, the session has not.
    over(&app.get("/me").token(last.text("/access_token")).send().await);
    over(&refresh(&app, last.text("/refresh_token")).send().await);
}

#[actix_web::test]
async fn a_members_session_ends_after_a_week_or_a_month() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let mai = app.person().await;
    let pair = refresh(&app, &mai.refresh).expect(200).await;
    assert_eq!(pair.number("/expires_in"), 5 * MINUTE);
    let lan = app.person().await;
    let lan = kept_alive(&app, &lan, [7 * DAY - 1]).await;
    app.clock.pass(7 * DAY);
    over(&refresh(&app, &lan.refresh).send().await);

    let mai = app.again(&mai).await;
    let busy = kept_alive(&app, &mai, [6 * DAY, 6 * DAY, 6 * DAY, 6 * DAY, 6 * DAY - MINUTE]).await;
    app.get("/me").by(&busy).expect(200).await;
    app.clock.pass(MINUTE);
    over(&app.get("/me").by(&busy).send().await);
    over(&refresh(&app, &busy.refresh).send().await);
}

#[actix_web::test]
async fn a_stolen_refresh_token_leaves_a_trace_and_its_owner_a_letter() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    for somebody in [app.person().await, app.officer_who_may(&[Permission::ReadAudit]).await] {
        let mine = app.get("/me/sessions").by(&somebody).expect(200).await;
        let session = mine.text("/items/0/id").to_owned();
        let bystander = app.again(&somebody).await;
        let busy = kept_alive(&app, &somebody, [MINUTE, MINUTE]).await;
        let before = app.letters_to(&somebody.email).await.len();
        over(&refresh(&app, &somebody.refresh).send().await);
        let letters = app.letters_to(&somebody.email).await;
        assert_eq!(letters.len(), before + 1);
        let Some(Letter::SessionStolen { ip, .. }) = letters.first() else {
            panic!("{letters:?}");
        };
        assert_eq!(ip.as_deref(), Some("127.0.0.1"));
        let deeds: Vec<String> = app.deeds(&session).into_iter().map(|(deed, _)| deed).collect();
        assert_eq!(deeds, ["session.started", "session.replayed"]);
        over(&app.get("/me").by(&busy).send().await);
        over(&refresh(&app, &busy.refresh).send().await);
        // It was told once, and the other device goes on.
        assert_eq!(app.letters_to(&somebody.email).await.len(), before + 1);
        refresh(&app, &bystander.refresh).expect(200).await;
    }
}

#[actix_web::test]
async fn the_list_of_sessions_tells_device_and_last_use() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let mai = app.person().await;
    let sign_in = |device: &str| {
        let body = json!({"email": mai.email, "password": mai.password});
        app.post("/sessions").header("user-agent", device).json(&body)
    };
    app.clock.pass(MINUTE);
    let phone = sign_in("Phone/1.0").expect(201).await;
    app.clock.pass(MINUTE);
    let laptop = sign_in(&"Laptop ".repeat(100)).expect(201).await;
    app.clock.pass(MINUTE);
    let phone = refresh(&app, phone.text("/refresh_token")).expect(200).await;
    let me = Person {
        access: phone.text("/access_token").to_owned(),
        ..mai.clone()
    };
    let list = app.get("/me/sessions").by(&me).expect(200).await;
    // The one that was used last stands first.
    let ids = list.ids();
    assert_eq!(ids[..2], [phone.text("/session_id"), laptop.text("/session_id")]);
    assert_eq!(ids.len(), 3);
    assert_eq!(list.body["items"][0]["is_current"], true);
    assert_eq!(list.body["items"][1]["is_current"], false);
    assert_eq!(list.text("/items/0/ip"), "127.0.0.1");
    let (created, used) = (
        instant(&list, "/items/0/created_at"),
        instant(&list, "/items/0/last_used_at"),
    );
    assert_eq!(used, created + SignedDuration::from_mins(2));
    assert_eq!(list.text("/items/0/user_agent"), "Phone/1.0");
    assert_eq!(list.text("/items/1/user_agent").len(), 200);
    assert_eq!(
        instant(&list, "/items/0/expires_at"),
        used + SignedDuration::from_hours(7 * 24)
    );

    let path = format!("/me/sessions/{}", laptop.text("/session_id"));
    app.delete(&path).by(&me).expect(204).await;
    let left = app.get("/me/sessions").by(&me).expect(200).await;
    assert_eq!(left.ids().len(), 2);
    assert!(!left.ids().contains(&laptop.text("/session_id")));
    over(&app.get("/me").token(laptop.text("/access_token")).send().await);
    // Somebody else's session does not exist.
    let lan = app.person().await;
    let path = format!("/me/sessions/{}", phone.text("/session_id"));
    app.delete(&path).by(&lan).expect(404).await;
    app.get("/me").by(&me).expect(200).await;
}

#[actix_web::test]
async fn a_session_too_many_ends_the_one_that_was_used_longest_ago() {
    let mut app = TestApp::prepare();
    app.config.sessions_per_account = 3;
    app.start();
    app.clock.hold();
    let first = app.person().await;
    app.clock.pass(MINUTE);
    let second = app.again(&first).await;
    app.clock.pass(MINUTE);
    let third = app.again(&first).await;
    let first = kept_alive(&app, &first, [MINUTE]).await;
    let list = app.get("/me/sessions").by(&first).expect(200).await;
    let ids: Vec<String> = list.ids().into_iter().map(str::to_owned).collect();
    assert_eq!(ids.len(), 3);

    app.clock.pass(MINUTE);
    let fourth = app.again(&first).await;
    over(&app.get("/me").by(&second).send().await);
    over(&refresh(&app, &second.refresh).send().await);
    let list = app.get("/me/sessions").by(&fourth).expect(200).await;
    assert_eq!(list.ids()[1..], [&*ids[0], &*ids[1]]);
    for goes_on in [&first, &third, &fourth] {
        app.get("/me").by(goes_on).expect(200).await;
    }
    // What ended by itself is not told of again, and whoever signs out makes room.
    let deeds: Vec<String> = app.deeds(&ids[2]).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds, ["session.started", "session.ended"]);
    app.delete("/sessions/current").by(&first).expect(204).await;
    app.clock.pass(MINUTE);
    app.again(&first).await;
    app.get("/me").by(&third).expect(200).await;
    // The sessions of others are none of these.
    let other = app.person().await;
    app.get("/me").by(&third).expect(200).await;
    app.get("/me").by(&other).expect(200).await;
}
