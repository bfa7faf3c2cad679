//! Officers who appoint officers, and where an officer's rights hold.

use futures_util::future::join;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};
use vptex::domain::letter::Letter;

use crate::harness::{NEW_PASSWORD, Person, TestApp};

const BOTH: [Permission; 2] = [Permission::ReviewEnterprises, Permission::ReviewListings];

async fn manager(app: &TestApp) -> Person {
    app.officer_who_may(&[Permission::ManageOfficers]).await
}

fn in_fields(codes: &[&str]) -> Scope {
    Scope {
        fields: codes.iter().map(ToString::to_string).collect(),
        communes: Vec::new(),
    }
}

#[actix_web::test]
async fn an_appointed_officer_sets_a_password_and_a_second_factor_first() {
    let app = TestApp::spawn().await;
    let chief = manager(&app).await;
    let body = json!({
        "email": "duyet@example.com", "display_name": "Trần Văn Duyệt", "permissions": ["review_listings"],
        "scope": {"fields": ["food"], "communes": ["08494"]},
    });
    let made = app.post("/officers").by(&chief).json(&body).expect(201).await;
    let at = format!("/officers/{}", made.text("/id"));
    assert_eq!(made.header("location"), Some(format!("/api/v1{at}").as_str()));
    assert_eq!(made.body["scope"], body["scope"]);
    let taken = app.post("/officers").by(&chief).json(&body).expect(409).await;
    assert_eq!((taken.code(), taken.pointers()), ("email_taken", vec!["/email"]));
    let letters = app.letters_to("duyet@example.com").await;
    assert!(matches!(letters.first(), Some(Letter::OfficerAppointed { .. })));
    // Far beyond the half hour of a forgotten password.
    app.clock.pass(71 * 60 * 60);
    let token = app.token_for("duyet@example.com").await;
    let reset = json!({"token": token, "new_password": NEW_PASSWORD});
    app.post("/password-resets/confirmation").json(&reset).expect(204).await;
    app.post("/password-resets/confirmation").json(&reset).expect(400).await;
    let officer = app.sign_in("duyet@example.com", NEW_PASSWORD).await;
    let early = app.get("/moderation/queue").by(&officer).expect(403).await;
    assert_eq!(early.code(), "second_factor_missing");
    let officer = app.enrol(officer).await;
    app.get("/moderation/queue").by(&officer).expect(200).await;
    let chief = app.again(&chief).await;
    let seen = app.get(&at).by(&chief).expect(200).await;
    assert_eq!(seen.body["has_second_factor"], true);
    let listed = app.get("/officers").by(&chief).expect(200).await;
    assert_eq!(listed.ids().len(), 2);
}

#[actix_web::test]
async fn a_letter_of_appointment_ends() {
    let app = TestApp::spawn().await;
    let chief = manager(&app).await;
    let body = json!({"email": "duyet@example.com", "display_name": "Duyệt", "permissions": []});
    app.post("/officers").by(&chief).json(&body).expect(201).await;
    app.clock.pass(72 * 60 * 60 + 1);
    let reset = json!({"token": app.token_for("duyet@example.com").await, "new_password": NEW_PASSWORD});
    app.post("/password-resets/confirmation").json(&reset).expect(400).await;
}

#[actix_web::test]
async fn wrong_codes_are_named() {
    let app = TestApp::spawn().await;
    let chief = manager(&app).await;
    let body = json!({
        "email": "duyet", "display_name": "", "permissions": ["review_listings", "rule", "review_listings"],
        "scope": {"fields": ["cookery"], "communes": ["1"]},
    });
    let refused = app.post("/officers").by(&chief).json(&body).expect(422).await;
    assert_eq!(
        refused.pointers(),
        [
            "/email",
            "/display_name",
            "/permissions/1",
            "/permissions/2",
            "/scope/fields/0",
            "/scope/communes/0"
        ]
    );
    let at = format!("/officers/{}", app.id_of(&app.officer().await).await);
    let body = json!({"permissions": ["rule"], "scope": {"fields": ["food", "food"]}});
    let refused = app.patch(&at).by(&chief).if_match(1).json(&body).expect(422).await;
    assert_eq!(refused.pointers(), ["/permissions/0", "/scope/fields/1"]);
}

#[actix_web::test]
async fn new_rights_count_at_once_and_end_the_sessions() {
    let app = TestApp::spawn().await;
    let chief = manager(&app).await;
    let officer = app.officer().await;
    let at = format!("/officers/{}", app.id_of(&officer).await);
    let version = app.get(&at).by(&chief).expect(200).await.number("/version");
    let body = json!({"permissions": ["review_listings"]});
    let change = || app.patch(&at).by(&chief).json(&body);
    assert_eq!(change().expect(428).await.code(), "precondition_required");
    assert_eq!(change().if_match(version + 1).expect(412).await.code(), "stale_version");
    let changed = change().if_match(version).expect(200).await;
    assert_eq!(changed.body["permissions"], json!(["review_listings"]));
    app.get("/me").by(&officer).expect(401).await;
    let letters = app.letters_to(&officer.email).await;
    assert_eq!(letters.first(), Some(&Letter::OfficerChanged));
    let officer = app.again(&officer).await;
    app.get("/moderation/queue?type=enterprise")
        .by(&officer)
        .expect(403)
        .await;
    let narrowed = app.patch(&at).by(&chief).if_match(changed.number("/version"));
    let narrowed = narrowed.json(&json!({"scope": {"fields": ["food"]}})).expect(200).await;
    assert_eq!(
        narrowed.body["permissions"],
        json!(["review_listings"]),
        "what is absent stays"
    );
}

#[actix_web::test]
async fn nobody_changes_the_own_rights_and_a_manager_remains() {
    let app = TestApp::spawn().await;
    let (one, two) = (manager(&app).await, manager(&app).await);
    let path = async |officer: &Person| format!("/officers/{}", app.id_of(officer).await);
    let (first, second) = (path(&one).await, path(&two).await);
    let version = app.get(&first).by(&one).expect(200).await.number("/version");
    let why = json!({"reason_code": "other", "reason_text": "Nghỉ công tác từ tháng này."});
    for call in [
        app.patch(&first).if_match(version).json(&json!({"permissions": []})),
        app.post(&format!("{first}/suspension")).json(&why),
        app.delete(&format!("{first}/suspension")),
    ] {
        assert_eq!(call.by(&one).expect(403).await.code(), "second_person_required");
    }
    // Each takes the right from the other at the same moment: one is first.
    let take = |by: &Person, from: &str| {
        let call = app.patch(from).by(by).if_match(version);
        call.json(&json!({"permissions": []})).send()
    };
    let (taken, other) = join(take(&one, &second), take(&two, &first)).await;
    let mut statuses = [taken.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!([401, 403].contains(&statuses[1]), "{statuses:?}");
    let (left, gone) = if taken.status == 200 {
        (&one, &two)
    } else {
        (&two, &one)
    };
    app.get("/officers").by(left).expect(200).await;
    app.get("/officers").by(&app.again(gone).await).expect(403).await;
}

#[actix_web::test]
async fn who_is_limited_appoints_and_changes_nobody_beyond() {
    let app = TestApp::spawn().await;
    let chief = app
        .officer_for(&[Permission::ManageOfficers], in_fields(&["food"]))
        .await;
    let appoint = |email: &str, fields: &[&str]| {
        let body = json!({
            "email": email, "display_name": "Duyệt", "permissions": ["review_listings"], "scope": {"fields": fields},
        });
        app.post("/officers").by(&chief).json(&body)
    };
    appoint("a@example.com", &[]).expect(403).await;
    appoint("a@example.com", &["mechanics"]).expect(403).await;
    // No scope limits who reads the trail, so no limited manager gives that right.
    let reader = json!({
        "email": "b@example.com", "display_name": "Đọc", "permissions": ["read_audit"], "scope": {"fields": ["food"]},
    });
    app.post("/officers").by(&chief).json(&reader).expect(403).await;
    let made = appoint("a@example.com", &["food.drying"]).expect(201).await;
    let at = format!("/officers/{}", made.text("/id"));
    let widen = app.patch(&at).by(&chief).if_match(1).json(&json!({"scope": {}}));
    widen.expect(403).await;
    let within = app
        .patch(&at)
        .by(&chief)
        .if_match(1)
        .json(&json!({"scope": {"fields": ["food"]}}));
    within.expect(200).await;
    let reader = json!({"permissions": ["review_listings", "read_audit"]});
    app.patch(&at).by(&chief).if_match(2).json(&reader).expect(403).await;
    let unlimited = app.officer().await;
    let why = json!({"reason_code": "other", "reason_text": "Nghỉ công tác từ tháng này."});
    let path = format!("/officers/{}/suspension", app.id_of(&unlimited).await);
    app.post(&path).by(&chief).json(&why).expect(403).await;
}

#[actix_web::test]
async fn a_suspended_officer_is_out_until_the_account_is_opened_again() {
    let app = TestApp::spawn().await;
    let chief = manager(&app).await;
    let officer = app.officer().await;
    let path = format!("/officers/{}/suspension", app.id_of(&officer).await);
    let why = json!({"reason_code": "other", "reason_text": "Nghỉ công tác từ tháng này."});
    app.delete(&path).by(&chief).expect(409).await;
    let closed = app.post(&path).by(&chief).json(&why).expect(200).await;
    assert_eq!(closed.text("/status"), "disabled");
    app.get("/me").by(&officer).expect(401).await;
    let refresh = json!({"refresh_token": officer.refresh});
    app.post("/sessions/refresh").json(&refresh).expect(401).await;
    let sign_in = json!({"email": officer.email, "password": officer.password});
    assert_eq!(
        app.post("/sessions").json(&sign_in).expect(401).await.code(),
        "invalid_credentials"
    );
    assert_eq!(
        app.post(&path).by(&chief).json(&why).expect(409).await.code(),
        "already_decided"
    );
    let member = app.registered_enterprise().await;
    let of_member = format!("/officers/{}", app.id_of(&member).await);
    app.get(&of_member).by(&chief).expect(404).await;
    app.post(&format!("{of_member}/suspension"))
        .by(&chief)
        .json(&why)
        .expect(404)
        .await;
    app.delete(&path).by(&chief).expect(200).await;
    app.again(&officer).await;
}

#[actix_web::test]
async fn an_officer_decides_within_the_scope_only() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let waiting = app.registered_enterprise().await;
    let (listing, _) = app.submitted_listing(&owner, "Máy sấy").await;
    // The listing is in `food.drying`, the enterprises in `mechanics`; all are in commune 08494.
    let of_food = app.officer_for(&BOTH, in_fields(&["food"])).await;
    let of_mechanics = app.officer_for(&BOTH, in_fields(&["mechanics"])).await;
    let elsewhere = Scope {
        communes: vec!["00004".into()],
        ..Scope::default()
    };
    let elsewhere = app.officer_for(&BOTH, elsewhere).await;
    let approve_listing = format!("/listings/{listing}/approval");
    let approve_enterprise = format!("/enterprises/{}/approval", waiting.enterprise);
    for (who, queue, at_listing, at_enterprise) in [
        (&elsewhere, vec![], 404, 404),
        (&of_food, vec!["listing"], 200, 404),
        (&of_mechanics, vec!["enterprise"], 403, 200),
    ] {
        let page = app.get("/moderation/queue").by(who).expect(200).await;
        let items = page.body["items"].as_array().unwrap().clone();
        let types: Vec<_> = items
            .iter()
            .map(|item| item["type"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(types, queue);
        assert!(page.body["page"]["next"].is_null());
        // Published by the second, the listing is public for the third: seen, and still not its business.
        app.post(&approve_listing).by(who).if_match(2).expect(at_listing).await;
        app.post(&approve_enterprise)
            .by(who)
            .if_match(1)
            .expect(at_enterprise)
            .await;
    }
}

#[actix_web::test]
async fn pages_of_the_queue_are_full_though_much_lies_out_of_scope() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut expected = Vec::new();
    for number in 0..12 {
        let mut body = crate::harness::dryer(&format!("Máy sấy {number}"));
        body["field_codes"] = if number % 3 == 2 {
            json!(["food.drying"])
        } else {
            json!(["mechanics"])
        };
        let made = app.post("/listings").by(&owner).json(&body).expect(201).await;
        let id = made.text("/id").to_owned();
        app.post(&format!("/listings/{id}/submission"))
            .by(&owner)
            .expect(200)
            .await;
        if number % 3 == 2 {
            expected.push(id);
        }
    }
    let of_food = app.officer_for(&BOTH, in_fields(&["food.drying"])).await;
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = app
            .get(&format!("/moderation/queue?limit=3{next}"))
            .by(&of_food)
            .expect(200)
            .await;
        let items = page.body["items"].as_array().unwrap().clone();
        seen.push(items.len());
        let ids = items
            .iter()
            .map(|item| item["listing"]["id"].as_str().unwrap().to_owned());
        assert_eq!(
            ids.collect::<Vec<_>>(),
            expected.drain(..items.len()).collect::<Vec<_>>()
        );
        let Some(after) = page.body["page"]["next"].as_str() else {
            break;
        };
        next = format!("&after={after}");
    }
    assert_eq!(seen, [3, 1]);
}

#[actix_web::test]
async fn what_an_officer_may_decide_no_more_is_free_at_once() {
    let app = TestApp::spawn().await;
    let [first, second] = [app.officer().await, app.officer().await];
    let chief = app.officer_who_may(Permission::ALL).await;
    let owner = app.active_enterprise(&first).await;
    let (id, _) = app.submitted_listing(&owner, "Máy sấy").await;
    let claim = format!("/moderation/claims/listing/{id}");
    let at = format!("/officers/{}", app.id_of(&first).await);
    let edit = async |rights: Value| {
        let version = app.get(&at).by(&chief).expect(200).await.number("/version");
        app.patch(&at)
            .by(&chief)
            .if_match(version)
            .json(&rights)
            .expect(200)
            .await;
    };
    app.post(&claim).by(&first).expect(200).await;
    // What is left is the officer's as before.
    edit(json!({"permissions": ["review_listings"]})).await;
    app.post(&claim).by(&second).expect(409).await;
    edit(json!({"permissions": ["review_enterprises"]})).await;
    app.post(&claim).by(&second).expect(200).await;
    let deeds = app.deeds(&id).into_iter().map(|(deed, _)| deed);
    assert_eq!(deeds.filter(|deed| deed == "review.released").count(), 1);
}
