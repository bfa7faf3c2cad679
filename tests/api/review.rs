//! The queue: what deserves a closer look, who has taken up what, and what is found with which filter.

mod contact_data;
mod kept_flags;

use serde_json::json;
use vptex::domain::account::{Permission, Scope};

use crate::harness::{Person, Reply, TestApp, dryer};

const WHY: &str = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy.";

fn flags(reply: &Reply, place: usize) -> Vec<&str> {
    let flags = reply.body["items"][place]["flags"].as_array().unwrap();
    flags.iter().map(|flag| flag["code"].as_str().unwrap()).collect()
}

fn listings(reply: &Reply) -> Vec<&str> {
    let items = reply.body["items"].as_array().unwrap();
    let ids = items.iter().map(|item| item["listing"]["id"].as_str().unwrap_or("-"));
    ids.collect()
}

async fn queue(app: &TestApp, officer: &Person, query: &str) -> Reply {
    app.get(&format!("/moderation/queue?{query}"))
        .by(officer)
        .expect(200)
        .await
}

#[actix_web::test]
async fn what_is_taken_up_is_decided_by_nobody_else() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let [first, second] = [app.officer().await, app.officer().await];
    let owner = app.active_enterprise(&first).await;
    let (id, version) = app.submitted_listing(&owner, "Máy sấy").await;
    let claim = format!("/moderation/claims/listing/{id}");
    app.delete(&claim).by(&first).expect(204).await;
    let taken = app.post(&claim).by(&first).expect(200).await;
    assert_eq!(taken.text("/officer"), app.id_of(&first).await);

    let refused = app.post(&claim).by(&second).expect(409).await;
    assert_eq!(refused.code(), "claimed_by_another");
    assert_eq!(refused.body["claim"], taken.body);
    assert!(refused.text("/messages/vi").contains(taken.text("/officer_name")));
    app.delete(&claim).by(&second).expect(409).await;
    let decide = |step: &str, officer: &Person| {
        let why = json!({"reason_code": "incomplete", "reason_text": WHY});
        let call = app
            .post(&format!("/listings/{id}/{step}"))
            .by(officer)
            .if_match(version);
        if step == "approval" { call } else { call.json(&why) }
    };
    for step in ["approval", "rejection", "change-request"] {
        let refused = decide(step, &second).expect(409).await;
        assert_eq!(refused.code(), "claimed_by_another", "{step}");
        assert_eq!(refused.body["claim"], taken.body, "{step}");
    }

    // Taken up again, it is for longer; run out, it is nobody's.
    app.clock.pass(60);
    let renewed = app.post(&claim).by(&first).expect(200).await;
    assert_eq!(renewed.text("/since"), taken.text("/since"));
    assert!(renewed.text("/until") > taken.text("/until"));
    app.clock.pass(30 * 60);
    let [first, second] = [app.again(&first).await, app.again(&second).await];
    assert!(queue(&app, &second, "").await.body["items"][0].get("claim").is_none());
    let others = app.post(&claim).by(&second).expect(200).await;
    assert_eq!(others.text("/officer"), app.id_of(&second).await);
    decide("approval", &first).expect(409).await;
    decide("approval", &second).expect(200).await;
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    let told = ["review.claimed", "review.claimed", "listing.approved"];
    assert!(deeds.ends_with(&told.map(str::to_owned)), "{deeds:?}");
    // With the decision it is over.
    app.post(&claim).by(&second).expect(409).await;
    assert!(
        queue(&app, &second, "claimed_by=me").await.body["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[actix_web::test]
async fn it_is_handed_to_whoever_may_decide_on_it() {
    let app = TestApp::spawn().await;
    let [first, second] = [app.officer().await, app.officer().await];
    let chief = [Permission::ReviewListings, Permission::ManageOfficers];
    let chief = app.officer_who_may(&chief).await;
    let reader = app.officer_who_may(&[Permission::ReviewEnterprises]).await;
    let energy = Scope {
        fields: vec!["energy".to_owned()],
        ..Scope::default()
    };
    let elsewhere = app.officer_for(&[Permission::ReviewListings], energy).await;
    let unenrolled = app.officer_without_factor(&[Permission::ReviewListings]).await;
    let owner = app.active_enterprise(&first).await;
    let (id, version) = app.submitted_listing(&owner, "Máy sấy").await;
    let claim = format!("/moderation/claims/listing/{id}");
    let hand = async |by: &Person, to: &Person| {
        let to = app.id_of(to).await;
        let call = app.post(&format!("{claim}/handover")).by(by);
        call.json(&json!({"officer": to})).send().await
    };
    // Nobody has it yet: handing it to oneself is no handing over, nor is it once one has it.
    assert_eq!(hand(&second, &second).await.pointers(), ["/officer"]);
    app.post(&claim).by(&first).expect(200).await;
    for unfit in [&first, &reader, &elsewhere, &unenrolled, &owner] {
        let refused = hand(&first, unfit).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/officer"]));
    }
    assert_eq!(hand(&second, &second).await.code(), "claimed_by_another");
    let handed = hand(&first, &second).await;
    assert_eq!(handed.text("/officer"), app.id_of(&second).await);
    assert_eq!(hand(&first, &first).await.status, 409);
    // Who manages officers takes it from anybody.
    assert_eq!(hand(&chief, &second).await.status, 422);
    assert_eq!(hand(&chief, &first).await.text("/officer"), app.id_of(&first).await);
    app.delete(&claim).by(&chief).expect(204).await;
    assert_eq!(hand(&second, &first).await.status, 200);
    let approval = format!("/listings/{id}/approval");
    app.post(&approval).by(&second).if_match(version).expect(409).await;
    app.post(&approval).by(&first).if_match(version).expect(200).await;
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    let handed = deeds.iter().filter(|deed| *deed == "review.handed_over").count();
    let released = deeds.iter().filter(|deed| *deed == "review.released").count();
    assert_eq!((handed, released), (3, 1), "{deeds:?}");
}

#[actix_web::test]
async fn what_a_suspended_officer_had_is_free_at_once() {
    let app = TestApp::spawn().await;
    let [first, second] = [app.officer().await, app.officer().await];
    let chief = app.officer_who_may(Permission::ALL).await;
    let owner = app.active_enterprise(&first).await;
    let (id, version) = app.submitted_listing(&owner, "Máy sấy").await;
    let (other, _) = app.submitted_listing(&owner, "Máy nghiền").await;
    let claim = format!("/moderation/claims/listing/{id}");
    app.post(&claim).by(&first).expect(200).await;
    app.post(&format!("/moderation/claims/listing/{other}"))
        .by(&second)
        .expect(200)
        .await;
    app.post(&claim).by(&second).expect(409).await;

    let suspension = format!("/officers/{}/suspension", app.id_of(&first).await);
    let why = json!({"reason_code": "other", "reason_text": "Nghỉ công tác từ tháng này."});
    app.post(&suspension).by(&chief).json(&why).expect(200).await;
    let free = queue(&app, &second, "claimed_by=nobody").await;
    assert_eq!(listings(&free), [id.as_str()], "and nothing of the other officer's");
    let (deed, _) = app.deeds(&id).pop().unwrap();
    assert_eq!(deed, "review.released");
    let approval = format!("/listings/{id}/approval");
    app.post(&approval).by(&second).if_match(version).expect(200).await;
}

#[actix_web::test]
async fn every_sort_of_entry_is_taken_up() {
    let app = TestApp::spawn().await;
    let [first, second] = [app.officer().await, app.officer().await];
    let owner = app.active_enterprise(&first).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let (published, version) = app.published_listing(&owner, &first, "Máy sấy").await;
    app.revise(&owner, &published, version, "B").await;
    let revision = format!("/listings/{published}/revision");
    // A draft is its writer's own.
    let claim = |kind: &str, id: &str| format!("/moderation/claims/{kind}/{id}");
    app.post(&claim("revision", &published)).by(&first).expect(404).await;
    let sent = app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;
    let seen = app.get(&path).by(&owner).expect(200).await;
    app.post(&claim("amendment", &owner.enterprise))
        .by(&first)
        .expect(404)
        .await;
    let wish = app.patch(&path).by(&owner).if_match(seen.number("/version"));
    let wish = wish.json(&json!({"legal_rep_name": "Trần Văn Bình"})).expect(200).await;
    let waiting = app.registered_enterprise().await;
    for (kind, id, decision, version) in [
        (
            "revision",
            &published,
            format!("{revision}/approval"),
            sent.number("/version"),
        ),
        (
            "amendment",
            &owner.enterprise,
            format!("{path}/amendment/approval"),
            wish.number("/version"),
        ),
        (
            "enterprise",
            &waiting.enterprise,
            format!("/enterprises/{}/approval", waiting.enterprise),
            1,
        ),
    ] {
        let claim = claim(kind, id);
        app.post(&claim).by(&first).expect(200).await;
        let mine = queue(&app, &first, "claimed_by=me").await;
        assert_eq!(
            (mine.body["items"].as_array().unwrap().len(), mine.text("/items/0/type")),
            (1, kind)
        );
        let refused = app.post(&decision).by(&second).if_match(version).expect(409).await;
        assert_eq!(refused.code(), "claimed_by_another", "{kind}");
        app.post(&decision).by(&first).if_match(version).expect(200).await;
        let over = app.post(&claim).by(&first).send().await;
        assert!(matches!(over.status, 404 | 409), "{kind}: {}", over.status);
    }
    app.post(&claim("listing", &published)).by(&first).expect(409).await;
    app.post(&claim("report", &published)).by(&first).expect(404).await;
}

#[actix_web::test]
async fn filters_find_what_they_name() {
    let app = TestApp::spawn().await;
    let [officer, other] = [app.officer().await, app.officer().await];
    let owner = app.active_enterprise(&officer).await;
    let waiting = app.registered_enterprise().await;
    let (dryer_id, _) = app.submitted_listing(&owner, "Máy sấy").await;
    let mut body = dryer("Quy trình lên men");
    body["kind"] = json!("technology_offer");
    body["trl"] = json!(7);
    body["field_codes"] = json!(["energy"]);
    let made = app.post("/listings").by(&owner).header("idempotency-key", "quy-trinh");
    let made = made.json(&body).expect(201).await;
    let offer = made.text("/id").to_owned();
    app.post(&format!("/listings/{offer}/submission"))
        .by(&owner)
        .expect(200)
        .await;
    app.post(&format!("/moderation/claims/listing/{offer}"))
        .by(&other)
        .expect(200)
        .await;
    let (own, others) = (app.id_of(&officer).await, app.id_of(&other).await);
    let province = {
        let seen = queue(&app, &officer, "type=enterprise").await;
        assert_eq!(seen.text("/items/0/enterprise/id"), waiting.enterprise);
        seen.text("/items/0/enterprise/province_code").to_owned()
    };
    let both = [dryer_id.as_str(), offer.as_str()];
    for (query, expected) in [
        ("kind=technology_offer".to_owned(), &both[1..]),
        ("kind=technology_offer,equipment_offer".to_owned(), &both[..]),
        ("kind=equipment_need".to_owned(), &[]),
        ("trl=6,7".to_owned(), &both[1..]),
        ("trl=8".to_owned(), &[]),
        ("field=energy".to_owned(), &both[1..]),
        ("type=listing&field=food".to_owned(), &both[..1]),
        ("type=amendment,document".to_owned(), &[]),
        ("type=listing,document".to_owned(), &both[..]),
        (format!("type=listing&province={province}"), &both[..]),
        ("province=01".to_owned(), &[]),
        ("claimed_by=me".to_owned(), &[]),
        (format!("claimed_by={own}"), &[]),
        (format!("claimed_by={others}"), &both[1..]),
        ("type=listing&claimed_by=nobody".to_owned(), &both[..1]),
        ("type=listing&waiting_hours=1".to_owned(), &[]),
        ("flag=first_publication".to_owned(), &both[..]),
        ("flag=first_publication,long_waiting".to_owned(), &[]),
    ] {
        assert_eq!(listings(&queue(&app, &officer, &query).await), expected, "{query}");
    }
    let first = queue(&app, &officer, "flag=first_publication&limit=1").await;
    let next = format!("flag=first_publication&limit=1&after={}", first.text("/page/next"));
    let second = queue(&app, &officer, &next).await;
    assert_eq!((listings(&first), listings(&second)), (vec![both[0]], vec![both[1]]));
    // A cursor goes with its filters.
    let strange = format!("/moderation/queue?after={}", first.text("/page/next"));
    assert_eq!(
        app.get(&strange).by(&officer).expect(400).await.code(),
        "invalid_cursor"
    );
    for (wrong, name) in [
        ("kind=machine", "kind"),
        ("trl=0", "trl"),
        ("trl=x", "trl"),
        ("claimed_by=you", "claimed_by"),
        ("flag=ugly", "flag"),
        ("waiting_hours=-1", "waiting_hours"),
    ] {
        let refused = app
            .get(&format!("/moderation/queue?{wrong}"))
            .by(&officer)
            .expect(400)
            .await;
        assert_eq!(refused.pointers(), [name], "{wrong}");
    }
    app.clock.pass(7 * 24 * 3600);
    let officer = app.again(&officer).await;
    let late = queue(&app, &officer, "type=listing&waiting_hours=168").await;
    assert_eq!(listings(&late), both);
    assert!(flags(&late, 0).contains(&"long_waiting"));
}

#[actix_web::test]
async fn registrations_are_found_by_the_sort_of_organisation() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.submitted_listing(&owner, "Máy sấy").await;
    app.registered_enterprise().await;
    for (name, kind) in [
        ("Xưởng Sông Lô", "manufacturer"),
        ("Viện Sông Thao", "research_institute"),
    ] {
        let mut body = app.registration(name);
        body["enterprise"]["kind"] = json!(kind);
        app.confirmed(&body).await;
    }
    let found = async |query: &str| {
        let seen = queue(&app, &officer, query).await;
        let items = seen.body["items"].as_array().unwrap().iter();
        let names = items.map(|item| {
            let enterprise = item["enterprise"]["legal_name"].as_str();
            let listing = item["listing"]["title"]["vi"].as_str();
            enterprise.or(listing).unwrap().to_owned()
        });
        names.collect::<Vec<String>>()
    };
    for (query, expected) in [
        ("organisation_kind=manufacturer", &["Xưởng Sông Lô"][..]),
        (
            "organisation_kind=manufacturer,research_institute",
            &["Xưởng Sông Lô", "Viện Sông Thao"],
        ),
        ("organisation_kind=foreign", &[]),
        ("organisation_kind=foreign&kind=equipment_offer", &["Máy sấy"]),
        (
            "organisation_kind=manufacturer&kind=equipment_offer,technology_offer",
            &["Máy sấy", "Xưởng Sông Lô"],
        ),
        ("organisation_kind=manufacturer&type=listing", &[]),
        ("kind=equipment_offer", &["Máy sấy"]),
    ] {
        assert_eq!(found(query).await, expected, "{query}");
    }
    let refused = app.get("/moderation/queue?organisation_kind=shop").by(&officer);
    assert_eq!(refused.expect(400).await.pointers(), ["organisation_kind"]);
}

#[actix_web::test]
async fn flags_say_what_deserves_a_closer_look() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.submitted_listing(&owner, "Máy sấy").await;
    let path = format!("/listings/{id}");
    assert_eq!(flags(&queue(&app, &officer, "").await, 0), ["first_publication"]);
    let decide = async |step: &str, version: i64| {
        let call = app.post(&format!("{path}/{step}")).by(&officer).if_match(version);
        let why = json!({"reason_code": "incomplete", "reason_text": WHY});
        call.json(&why).expect(200).await.number("/version")
    };
    let again = async |version: i64, patch: serde_json::Value| {
        let call = app.patch(&path).by(&owner).if_match(version);
        call.json(&patch).expect(200).await;
        let call = app.post(&format!("{path}/submission")).by(&owner);
        call.expect(200).await.number("/version")
    };
    let version = decide("change-request", version).await;
    let version = again(
        version,
        json!({"price_mode": "fixed", "price_min": 5_000, "price_max": null}),
    )
    .await;
    let seen = queue(&app, &officer, "").await;
    assert_eq!(flags(&seen, 0), ["first_publication", "resubmitted", "price_extreme"]);
    assert_eq!(seen.text("/items/0/flags/1/name_vi"), "nộp lại");
    assert_eq!(seen.text("/items/0/flags/1/name_en"), "handed in again");
    let version = decide("rejection", version).await;
    let contact = json!({"price_min": 185_000_000, "description": {"vi": "Gọi 0912 345 678 để được giá tốt nhất."}});
    let version = again(version, contact).await;
    let seen = queue(&app, &officer, "flag=contact_in_text").await;
    let expected = [
        "first_publication",
        "resubmitted",
        "previously_rejected",
        "contact_in_text",
    ];
    assert_eq!(flags(&seen, 0), expected);

    // Once something is out, the next is no first one. What tells how to reach somebody needs two officers.
    let approval = format!("{path}/approval");
    app.post(&approval).by(&officer).if_match(version).expect(202).await;
    let second = app.officer().await;
    app.post(&approval).by(&second).if_match(version).expect(200).await;
    let (hatchery, _) = app.submitted_listing(&owner, "Máy ấp").await;
    assert!(flags(&queue(&app, &officer, "").await, 0).is_empty());

    // Somebody else's of the same name, with other diacritics: it is told what it resembles, and so is a revision.
    let other = app.active_enterprise(&officer).await;
    let (alike, version) = app.submitted_listing(&other, "MAY  SẤY").await;
    let seen = queue(&app, &officer, "flag=likely_duplicate").await;
    assert_eq!(listings(&seen), [alike.as_str()]);
    assert_eq!(flags(&seen, 0), ["first_publication", "likely_duplicate"]);
    let duplicates = async |of: &str| {
        let path = format!("/listings/{of}/duplicates");
        let told = app.get(&path).by(&officer).expect(200).await;
        let told = told.body["items"].as_array().unwrap().iter();
        told.map(|found| found["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(duplicates(&alike).await, [id.as_str()]);
    assert!(duplicates(&hatchery).await.is_empty());
    app.post(&format!("/listings/{alike}/approval"))
        .by(&officer)
        .if_match(version)
        .expect(200)
        .await;
    let read = app.get(&path).by(&owner).expect(200).await;
    let rename = app.patch(&path).by(&owner).if_match(read.number("/version"));
    let rename = rename.json(&json!({"title": {"vi": "Máy ấp"}, "description": null}));
    rename.expect(202).await;
    let hand_in = app.post(&format!("{path}/revision/submission")).by(&owner);
    hand_in.expect(200).await;
    let seen = queue(&app, &officer, "flag=likely_duplicate").await;
    assert_eq!(
        (listings(&seen), seen.text("/items/0/type")),
        (vec![id.as_str()], "revision")
    );
    assert_eq!(duplicates(&id).await, [alike.as_str(), hatchery.as_str()]);
}

#[actix_web::test]
async fn a_title_in_disguise_is_told() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.published_listing(&owner, &officer, "Máy sấy").await;
    // With a Cyrillic а.
    let (id, _) = app.submitted_listing(&owner, "M\u{430}y sấy lúa").await;
    app.submitted_listing(&owner, "Máy đo điện trở 10 kΩ").await;
    let seen = queue(&app, &officer, "flag=mixed_scripts").await;
    assert_eq!(seen.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(seen.text("/items/0/listing/id"), id);
    assert_eq!(flags(&seen, 0), ["mixed_scripts"]);
}

#[actix_web::test]
async fn unknown_filters_are_refused_with_what_there_is() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    for (query, parameter, nearest) in [
        ("field=food.dryin", "field", "food.drying"),
        ("field=Ca nhan&limit=1", "field", ""),
        ("province=Phú Tho", "province", "25 (Tỉnh Phú Thọ)"),
        ("kind=machine", "kind", "equipment_offer"),
        ("flag=ugly", "flag", "mixed_scripts"),
        ("second_look=maybe", "second_look", "endorsed"),
    ] {
        let refused = app
            .get(&format!("/moderation/queue?{query}"))
            .by(&officer)
            .expect(400)
            .await;
        assert_eq!(refused.pointers(), [parameter], "{query}");
        assert!(
            refused.text("/messages/vi").contains(nearest),
            "{}",
            refused.text("/messages/vi")
        );
    }
}

#[actix_web::test]
async fn an_officer_without_a_second_factor_is_told_so() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.submitted_listing(&owner, "Máy sấy").await;
    let path = format!("/listings/{id}/approval");
    let bare = app.officer_without_factor(&[Permission::ReviewListings]).await;
    let refused = app.post(&path).by(&bare).if_match(version).expect(403).await;
    assert_eq!(refused.code(), "second_factor_missing");
    // Whose business it is not learns nothing, with or without one.
    let auditor = app.officer_without_factor(&[Permission::ReadAudit]).await;
    app.post(&path).by(&auditor).if_match(version).expect(404).await;
}
