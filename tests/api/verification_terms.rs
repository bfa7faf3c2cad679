//! How long a verification holds: notices, the end, and looking at it again.

use serde_json::json;
use vptex::config::{Flags, Value as _};
use vptex::domain::letter::Letter;
use vptex::service::verification_terms::{self, Done};

use crate::harness::{Person, TestApp, looked_at};

const DAY: i64 = 24 * 60 * 60;

/// Looks at the terms, as the background job does; several nodes at once.
async fn look(app: &TestApp, nodes: usize) -> Done {
    let looks = (0..nodes).map(|_| {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || verification_terms::run(&exchange).unwrap())
    });
    let mut done = Done::default();
    for look in looks.collect::<Vec<_>>() {
        let one = look.await.unwrap();
        done.told += one.told;
        done.expired += one.expired;
    }
    done
}

async fn told(app: &TestApp, owner: &Person) -> Vec<&'static str> {
    let letters = app.letters_to(&owner.email).await;
    let about_terms = letters.iter().filter_map(|letter| match letter {
        Letter::VerificationEnds { .. } => Some("ends"),
        Letter::VerificationExpired { .. } => Some("expired"),
        _ => None,
    });
    let mut told: Vec<_> = about_terms.collect();
    told.reverse();
    told
}

async fn state(app: &TestApp, enterprise: &str) -> String {
    let page = app.get(&format!("/enterprises/{enterprise}")).expect(200).await;
    page.text("/verification/state").to_owned()
}

#[actix_web::test]
async fn owners_are_told_three_times_before_the_end_and_once_at_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (mut so_far, mut day) = (Vec::new(), 0);
    for (until, what) in [
        (699, None),
        (701, Some("ends")),
        (710, None),
        (717, Some("ends")),
        (729, Some("ends")),
        (730, Some("expired")),
        (800, None),
    ] {
        app.clock.pass((until - day) * DAY + i64::from(day == 0));
        day = until;
        so_far.extend(what);
        let done = look(&app, 3).await;
        let (soon, over) = (what == Some("ends"), what == Some("expired"));
        assert_eq!(
            (done.told, done.expired),
            (usize::from(soon), usize::from(over)),
            "day {until}"
        );
        assert_eq!(told(&app, &owner).await, so_far, "day {until}");
        let expected = if until < 730 { "verified" } else { "expired" };
        assert_eq!(state(&app, &owner.enterprise).await, expected, "day {until}");
    }
    assert_eq!(
        app.deeds(&owner.enterprise).last().unwrap().0,
        "enterprise.verification_expired"
    );
}

#[actix_web::test]
async fn a_verification_is_renewed_while_all_stays_live() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let early = app.post(&format!("{path}/submission")).by(&owner).send().await;
    assert_eq!((early.status, early.code()), (409, "too_early"));

    app.clock.pass(641 * DAY);
    let enterprise = owner.enterprise.clone();
    let owner = app.sign_in(&owner.email, &owner.password).await;
    let officer = app.again(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let asked = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    assert_eq!(
        (asked.text("/status"), asked.text("/verification/renewal")),
        ("active", "submitted")
    );
    app.post(&format!("{path}/submission")).by(&owner).expect(409).await;
    let public = app.get(&path).expect(200).await;
    assert!(public.body["verification"].get("renewal").is_none());
    app.get(&format!("/listings/{listing}")).expect(200).await;

    let queue = app.get("/moderation/queue").by(&officer).expect(200).await;
    assert_eq!(queue.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(queue.text("/items/0/enterprise/id"), enterprise);
    let decide = |what: &str, version: i64| app.post(&format!("{path}/{what}")).by(&officer).if_match(version);
    let reason = json!({"reason_code": "incomplete", "reason_text": "Thiếu giấy chứng nhận mới."});
    let sent_back = decide("change-request", asked.number("/version"))
        .json(&reason)
        .expect(200)
        .await;
    assert_eq!(
        (sent_back.text("/status"), sent_back.text("/verification/renewal")),
        ("active", "changes_requested")
    );
    app.get(&path).expect(200).await;
    app.get(&format!("/listings/{listing}")).expect(200).await;
    let again = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    assert_eq!(again.text("/decision/deed"), "enterprise.renewal_returned");
    let done = decide("approval", again.number("/version")).expect(200).await;
    assert!(done.body.get("decision").is_none());
    let (letters, end) = (
        app.letters_to(&owner.email).await,
        done.text("/verification/expires_at"),
    );
    let rulings: Vec<_> = letters
        .iter()
        .filter_map(|letter| match letter {
            Letter::ReviewDecided(ruling) if ruling.about == "renewal" => Some(ruling),
            _ => None,
        })
        .collect();
    assert_eq!(rulings.len(), 2);
    let approved = rulings.iter().find(|ruling| ruling.verdict == "approved").unwrap();
    assert_eq!(approved.until.unwrap().to_string(), end);
    let deeds: Vec<_> = app.deeds(&enterprise).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(
        deeds[deeds.len() - 4..],
        [
            "enterprise.renewal_submitted",
            "enterprise.renewal_returned",
            "enterprise.renewal_submitted",
            "enterprise.renewal_approved"
        ]
    );
    assert_eq!(
        (done.text("/status"), done.text("/verification/state")),
        ("active", "verified")
    );
    assert!(done.body["verification"].get("renewal").is_none());
    app.clock.pass(729 * DAY);
    assert_eq!(state(&app, &enterprise).await, "verified");
    app.clock.pass(2 * DAY);
    assert_eq!(state(&app, &enterprise).await, "expired");
}

#[actix_web::test]
async fn what_was_never_approved_was_never_verified() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let own = app
        .get(&format!("/enterprises/{}", owner.enterprise))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(own.text("/verification/state"), "unverified");
    app.clock.pass(900 * DAY);
    assert_eq!(look(&app, 1).await, Done::default());
}

#[actix_web::test]
async fn one_that_cannot_be_told_keeps_nothing_from_the_others() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let broken = app.active_enterprise(&officer).await;
    let owner = app.active_enterprise(&officer).await;
    app.clock.pass(701 * DAY);
    app.by_hand(
        "UPDATE enterprises SET details = '5' WHERE verified_until = (SELECT MIN(verified_until) FROM enterprises)",
    )
    .await;
    assert_eq!(look(&app, 1).await.told, 1);
    assert_eq!(told(&app, &owner).await, ["ends"]);
    assert!(told(&app, &broken).await.is_empty());
}

/// So a node of before leaves what it approves while the exchange is brought up to date.
#[actix_web::test]
async fn what_was_approved_without_an_end_is_renewed_like_the_rest() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.by_hand("UPDATE enterprises SET verified_at = NULL, verified_until = NULL")
        .await;
    assert_eq!(state(&app, &owner.enterprise).await, "unverified");
    let path = format!("/enterprises/{}", owner.enterprise);
    let asked = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let call = app.post(&format!("{path}/approval")).by(&officer);
    let done = call.if_match(asked.number("/version")).expect(200).await;
    assert_eq!(done.text("/verification/state"), "verified");
}

/// The first of two approvals renews nothing, and says so.
#[actix_web::test]
async fn a_renewal_that_two_must_approve_waits_for_the_second() {
    let mut app = TestApp::prepare();
    app.config.review_second_look_flags = Flags::parse("resubmitted").unwrap();
    app.start();
    app.settle().await;
    let [first, second] = [app.officer().await, app.officer().await];
    let owner = app.active_enterprise(&first).await;
    app.clock.pass(641 * DAY);
    let enterprise = owner.enterprise.clone();
    let owner = app.sign_in(&owner.email, &owner.password).await;
    let [first, second] = [app.again(&first).await, app.again(&second).await];
    let path = format!("/enterprises/{enterprise}");
    for in_bulk in [false, true] {
        // Sent back once, it needs two.
        let asked = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
        let why = json!({"reason_code": "incomplete", "reason_text": "Thiếu giấy chứng nhận mới."});
        let call = app.post(&format!("{path}/change-request")).by(&first);
        call.if_match(asked.number("/version")).json(&why).expect(200).await;
        let again = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
        let version = again.number("/version");
        for (officer, status) in [(&first, 202), (&second, 200)] {
            if in_bulk {
                let mut item =
                    json!({"type": "enterprise", "id": enterprise, "version": version, "verdict": "approved"});
                item["checklist"] = looked_at()["checklist"].clone();
                let call = app.post("/moderation/decisions").by(officer);
                let done = call.json(&json!({"decisions": [item]})).expect(200).await;
                assert_eq!(done.number("/results/0/status"), status, "{}", done.body);
            } else {
                let call = app.post(&format!("{path}/approval")).by(officer);
                let done = call.if_match(version).expect(u16::try_from(status).unwrap()).await;
                let renewal = done.body.pointer("/verification/renewal").cloned();
                assert_eq!(renewal.is_some(), status == 202, "{}", done.body);
            }
        }
        app.by_hand("UPDATE enterprises SET verified_until = verified_at").await;
    }
}
