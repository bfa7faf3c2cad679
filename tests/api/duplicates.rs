//! Enterprises that registered twice: found, and made one.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role, Scope};
use vptex::domain::letter::Letter;

use crate::harness::{Person, TestApp, dryer};

async fn named(app: &TestApp, officer: &Person, name: &str, phone: &str, email: &str) -> Person {
    let mut body = app.registration(name);
    body["enterprise"]["contact_phone"] = json!(phone);
    body["enterprise"]["contact_email"] = json!(email);
    let id = app.confirmed(&body).await.text("/enterprise/id").to_owned();
    let approval = app.post(&format!("/enterprises/{id}/approval")).by(officer);
    approval.if_match(1).expect(200).await;
    let email = body["account"]["email"].as_str().unwrap();
    let mut owner = app.sign_in(email, crate::harness::PASSWORD).await;
    owner.enterprise = id;
    owner
}

fn version(seen: &crate::harness::Reply) -> i64 {
    seen.number("/version")
}

#[actix_web::test]
async fn officers_are_told_who_looks_like_whom() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let one = named(
        &app,
        &officer,
        "Công ty TNHH Cơ khí Lâm Thao",
        "0912 000 001",
        "a@lamthao.example",
    )
    .await;
    let twin = named(
        &app,
        &officer,
        "Công ty Cổ phần CO KHI LÂM THAO",
        "0912 000 001",
        "b@gmail.com",
    )
    .await;
    let kin = named(&app, &officer, "Viện Nông nghiệp", "0912 000 003", "c@lamthao.example").await;
    named(&app, &officer, "Viện Thủy sản", "0912 000 004", "d@gmail.com").await;
    let path = format!("/enterprises/{}/duplicates", one.enterprise);
    let found = app.get(&path).by(&officer).expect(200).await;
    let told: Vec<Value> = found.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| json!([item["enterprise"]["id"], item["score"], item["reasons"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!([twin.enterprise, 80, ["name", "phone"]]),
            json!([kin.enterprise, 20, ["domain"]]),
        ]
    );
    app.get(&path).by(&one).expect(403).await;
}

#[actix_web::test]
async fn the_queue_points_at_registrations_that_are_there_already() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let waits = async |name: &str, phone: &str, email: &str| {
        let mut body = app.registration(name);
        body["enterprise"]["contact_phone"] = json!(phone);
        body["enterprise"]["contact_email"] = json!(email);
        app.confirmed(&body).await.text("/enterprise/id").to_owned()
    };
    named(
        &app,
        &officer,
        "Công ty Cổ phần Sao Việt",
        "0912 000 001",
        "a@saoviet.example",
    )
    .await;
    let by_name = waits("CÔNG TY TNHH SAO VIỆT", "0912 000 002", "b@gmail.com").await;
    let by_both = waits("Viện Cơ điện", "0912 000 001", "c@saoviet.example").await;
    let by_short_form = waits("Cty CP sao viet", "0912 000 005", "h@gmail.com").await;
    let by_abbreviation = waits("LH HTX Sao Việt (SVC)", "0912 000 006", "k@gmail.com").await;
    // A telephone or a domain alone is a hint of `duplicates`, and no flag.
    let by_phone = waits("Viện Thủy sản", "0912 000 001", "d@gmail.com").await;
    let by_domain = waits("Viện Nông nghiệp", "0912 000 003", "e@saoviet.example").await;
    let alone = waits("Viện Chè", "0912 000 004", "f@gmail.com").await;
    let flagged = async |query: &str| {
        let queue = app
            .get(&format!("/moderation/queue?type=enterprise{query}"))
            .by(&officer)
            .expect(200)
            .await;
        let entry = |entry: &Value| {
            let has = entry["flags"]
                .as_array()
                .unwrap()
                .iter()
                .any(|flag| flag["code"] == "likely_duplicate");
            (entry["enterprise"]["id"].as_str().unwrap().to_owned(), has)
        };
        queue.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(entry)
            .collect::<Vec<_>>()
    };
    let all = flagged("").await;
    for (id, expected) in [
        (&by_name, true),
        (&by_both, true),
        (&by_short_form, true),
        (&by_abbreviation, true),
        (&by_phone, false),
        (&by_domain, false),
        (&alone, false),
    ] {
        assert!(all.contains(&(id.clone(), expected)), "{all:?}");
    }
    assert_eq!(
        flagged("&flag=likely_duplicate").await,
        [
            (by_name.clone(), true),
            (by_both, true),
            (by_short_form, true),
            (by_abbreviation, true)
        ]
    );
    let told = app
        .get(&format!("/enterprises/{by_name}/duplicates"))
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(told.number("/items/0/score"), 50);
    // A refused one counts as well: its owner may try again under another account.
    let refusal = json!({"reason_code": "duplicate", "reason_text": "Đơn vị này đã có hồ sơ trên Sàn."});
    let refuse = app.post(&format!("/enterprises/{alone}/rejection")).by(&officer);
    refuse.if_match(1).json(&refusal).expect(200).await;
    let again = waits("Viện chè", "0912 000 009", "g@gmail.com").await;
    assert!(flagged("").await.contains(&(again, true)));
}

#[actix_web::test]
async fn a_merger_moves_everything_and_leaves_a_way() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (gone, kept) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let (listing, _) = app.published_listing(&gone, &officer, "Máy sấy tháp").await;
    let draft = app.listing_draft(&gone, "Máy nghiền").await.0;
    app.published_listing(&kept, &officer, "Máy bơm").await;
    let editor = app.member(&gone.enterprise, Role::Editor).await;
    let key = app.key(&gone, &["listings:read"]).await;
    let invite = |owner: &Person, email: &str| {
        let call = app
            .post(&format!("/enterprises/{}/invitations", owner.enterprise))
            .by(owner);
        call.header("idempotency-key", email)
            .json(&json!({"email": email, "role": "viewer"}))
    };
    invite(&gone, "hai@example.com").expect(201).await;
    invite(&kept, "hai@example.com").expect(201).await;
    invite(&gone, "ba@example.com").expect(201).await;
    let path = format!("/enterprises/{}", gone.enterprise);
    let officer = app.again(&officer).await;
    let seen = version(&app.get(&path).by(&officer).expect(200).await);
    let merge = |seen: i64, dry_run: bool| {
        let call = app.post(&format!("{path}/merge")).by(&officer).if_match(seen);
        call.json(&json!({"into": kept.enterprise, "dry_run": dry_run}))
    };
    let counts = async |id: &str| {
        let mut found = Vec::new();
        for rest in ["members", "invitations", "api-keys"] {
            let owner = if rest == "members" { &officer } else { &kept };
            let list = app
                .get(&format!("/enterprises/{id}/{rest}"))
                .by(owner)
                .query(&[("limit", "100")]);
            found.push(list.expect(200).await.body["items"].as_array().unwrap().len());
        }
        found
    };
    let before = counts(&kept.enterprise).await;
    let expected = json!({"members": 2, "listings": 2, "files": 0, "documents": 0, "api_keys": 1, "invitations": 2,
        "join_requests": 0, "listing_imports": 0, "complaints": 0, "dossiers": 0, "inquiries": 0});
    let dry = merge(seen, true).expect(200).await;
    assert_eq!((&dry.body["moved"], &dry.body["done"]), (&expected, &json!(false)));
    // Both invited one of the two.
    let lost = ["lost_members", "lost_documents", "revoked_keys", "revoked_invitations"];
    assert_eq!(lost.map(|what| dry.number(&format!("/{what}"))), [0, 0, 0, 1]);
    app.get(&path).expect(200).await;
    let own = app.get("/me/listings").by(&kept).expect(200).await;
    assert_eq!(own.body["items"].as_array().unwrap().len(), 1);

    merge(seen - 1, false).expect(412).await;
    let done = merge(seen, false).expect(200).await;
    assert_eq!((&done.body["moved"], &done.body["done"]), (&expected, &json!(true)));
    // Nothing is lost: what was there and what came.
    let after = counts(&kept.enterprise).await;
    assert_eq!(after, [before[0] + 2, before[1] + 2, before[2] + 1]);
    let own = app.get("/me/listings").by(&kept).expect(200).await;
    assert_eq!(own.body["items"].as_array().unwrap().len(), 3);
    let public = app.get(&format!("/listings/{listing}")).expect(200).await;
    assert_eq!(public.text("/enterprise/id"), kept.enterprise);
    app.get(&format!("/listings/{draft}")).by(&editor).expect(200).await;
    app.get("/me/listings").token(&key).expect(200).await;
    assert_eq!(
        app.get("/me").by(&editor).expect(200).await.text("/enterprise/id"),
        kept.enterprise
    );
    app.settle().await;
    assert_eq!(app.found("máy sấy tháp").await.first(), Some(&listing));
    // The old identifier leads to the new one, for everybody and everything below it.
    for rest in ["", "/members"] {
        let moved = app.get(&format!("{path}{rest}")).by(&officer).send().await;
        assert_eq!((moved.status, moved.code()), (308, "enterprise_merged"));
        let place = format!("/api/v1/enterprises/{}{rest}", kept.enterprise);
        assert_eq!(moved.header("location"), Some(place.as_str()));
    }
    assert_eq!(app.get(&path).send().await.status, 308);
    assert_eq!(merge(seen, false).expect(409).await.code(), "enterprise_superseded");
    for owner in [&gone, &kept] {
        let letters = app.letters_to(&owner.email).await;
        assert!(
            letters
                .iter()
                .any(|letter| matches!(letter, Letter::EnterpriseMerged { .. }))
        );
    }
    let deeds = app.deeds(&gone.enterprise);
    assert_eq!(deeds.last().unwrap().0, "enterprise.merged");
    // What went along has a row of its own.
    for moved in [&listing, &draft, &app.id_of(&editor).await] {
        assert_eq!(app.deeds(moved).last().unwrap().0, "merger.moved");
    }

    // And on, when that one goes as well.
    let third = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", kept.enterprise);
    let seen = version(&app.get(&path).by(&officer).expect(200).await);
    let call = app.post(&format!("{path}/merge")).by(&officer).if_match(seen);
    call.json(&json!({"into": third.enterprise})).expect(200).await;
    let moved = app.get(&format!("/enterprises/{}", gone.enterprise)).send().await;
    let place = format!("/api/v1/enterprises/{}", third.enterprise);
    assert_eq!(moved.header("location"), Some(place.as_str()));
}

#[actix_web::test]
async fn open_matters_hinder_a_merger() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (gone, kept) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let merge = |officer: &Person, from: &str, into: &str, seen: i64| {
        let call = app
            .post(&format!("/enterprises/{from}/merge"))
            .by(officer)
            .if_match(seen);
        call.json(&json!({"into": into}))
    };
    for unfit in [
        gone.enterprise.as_str(),
        &uuid::Uuid::nil().to_string(),
        &app.registered_enterprise().await.enterprise,
    ] {
        let refused = merge(&officer, &gone.enterprise, unfit, 2).expect(422).await;
        assert_eq!(refused.pointers(), ["/into"]);
    }
    merge(&gone, &gone.enterprise, &kept.enterprise, 2).expect(403).await;
    let path = format!("/enterprises/{}", kept.enterprise);
    let wish = json!({"legal_name": "Công ty Khác"});
    app.patch(&path).by(&kept).if_match(2).json(&wish).expect(200).await;
    let refused = merge(&officer, &gone.enterprise, &kept.enterprise, 2).expect(409).await;
    assert_eq!(refused.code(), "merge_hindered");
    app.delete(&format!("{path}/amendment")).by(&kept).expect(200).await;
    app.suspend(&gone.enterprise, &officer).await;
    merge(&officer, &gone.enterprise, &kept.enterprise, 3).expect(409).await;
    let closed = app.active_enterprise(&officer).await;
    let why = json!({"reason_code": "unlawful", "reason_text": "Đã giải thể theo thông báo của cơ quan thuế."});
    let call = app.post(&format!("/enterprises/{}/closure", closed.enterprise));
    call.by(&officer)
        .if_match(2)
        .json(&json!({"reason": why}))
        .expect(200)
        .await;
    let refused = merge(&officer, &closed.enterprise, &kept.enterprise, 3)
        .expect(409)
        .await;
    assert_eq!(refused.code(), "merge_hindered");
    let stale = app
        .send_stale(merge(&officer, &gone.enterprise, &kept.enterprise, 3))
        .await;
    assert_eq!((stale.status, stale.code()), (401, "step_up_required"));
}

/// A hundred that the officer may not read do not push out the one that is the officer's business.
#[actix_web::test]
async fn listings_of_a_name_are_told_although_others_may_not_be_read() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let submitted = async |field: &str| {
        let mut draft = dryer("Máy sấy lúa");
        draft["field_codes"] = json!([field]);
        let made = app.post("/listings").by(&owner).json(&draft).expect(201).await;
        let id = made.text("/id").to_owned();
        app.post(&format!("/listings/{id}/submission"))
            .by(&owner)
            .expect(200)
            .await;
        id
    };
    let one = submitted("mechanics").await;
    for _ in 0..51 {
        submitted("food.drying").await;
    }
    let other = submitted("mechanics").await;
    let scope = Scope {
        communes: Vec::new(),
        fields: vec!["mechanics".into()],
    };
    let narrow = app.officer_for(&[Permission::ReviewListings], scope).await;
    let found = app
        .get(&format!("/listings/{one}/duplicates"))
        .by(&narrow)
        .expect(200)
        .await;
    assert_eq!(found.ids(), [other.as_str()]);
    let all = app
        .get(&format!("/listings/{one}/duplicates"))
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(all.ids().len(), 50);
}
