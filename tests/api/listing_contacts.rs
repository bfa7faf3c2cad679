//! To whom people turn about a listing, and that nobody is shown who does not want it.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};

use crate::harness::{Person, Reply, TestApp};
use crate::policies::{consent, consent_text, publish};

struct Scene {
    app: TestApp,
    officer: Person,
    owner: Person,
    /// A member of the enterprise.
    hoa: Person,
    hoa_id: String,
    /// The text under which people consent to be shown.
    text: String,
    id: String,
    path: String,
}

async fn scene() -> Scene {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[
            Permission::ReviewEnterprises,
            Permission::ReviewListings,
            Permission::ManageReferenceData,
            Permission::HandleDataRequests,
        ])
        .await;
    let owner = app.active_enterprise(&officer).await;
    let hoa = app.member(&owner.enterprise, Role::Editor).await;
    let hoa_id = app.id_of(&hoa).await;
    let text = publish(&app, &officer, &consent_text("publish_contact", "1")).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy ép viên trấu").await;
    let path = format!("/listings/{id}");
    Scene {
        app,
        officer,
        owner,
        hoa,
        hoa_id,
        text,
        id,
        path,
    }
}

impl Scene {
    async fn choose(&self, said: Value, status: u16) -> Reply {
        let mut body = json!({"visibility": "public", "open_for_inquiry": true});
        for (name, value) in said.as_object().unwrap() {
            body[name] = value.clone();
        }
        let call = self.app.put(&format!("{}/audience", self.path)).by(&self.owner);
        call.json(&body).expect(status).await
    }

    /// Whom a visitor is shown, and the tag of it.
    async fn shown(&self) -> (Value, String) {
        let seen = self.app.get(&self.path).expect(200).await;
        assert_eq!(seen.body.get("contact_account_id"), None);
        let tag = seen.header("etag").unwrap().to_owned();
        let again = self.app.get(&self.path).header("if-none-match", &tag);
        again.expect(304).await;
        (seen.body.get("contact").cloned().unwrap_or_default(), tag)
    }

    async fn agree(&self) -> Reply {
        consent(&self.app, &self.hoa, "publish_contact", &self.text, 201).await
    }

    fn hoa_shown(&self) -> Value {
        json!({"is_member": true, "name": "Lê Thị Hoa", "email": self.hoa.email})
    }
}

#[actix_web::test]
async fn a_member_who_agreed_is_shown_with_the_listing_and_only_as_long() {
    let scene = scene().await;
    let app = &scene.app;
    assert_eq!(scene.shown().await.0, Value::Null);
    let stranger = app.person().await;
    let other = app.active_enterprise(&scene.officer).await;
    for nobody in [
        app.id_of(&stranger).await,
        app.id_of(&other).await,
        uuid::Uuid::nil().to_string(),
    ] {
        let refused = scene.choose(json!({"contact_account_id": nobody}), 422).await;
        assert_eq!(refused.pointers(), ["/contact_account_id"]);
    }
    let named = scene.choose(json!({"contact_account_id": scene.hoa_id}), 200).await;
    assert_eq!(named.text("/contact_account_id"), scene.hoa_id);
    let (nobody, before) = scene.shown().await;
    assert_eq!(nobody, Value::Null, "nobody has agreed");

    let agreed = scene.agree().await;
    let (shown, with_hoa) = scene.shown().await;
    assert_eq!(shown, scene.hoa_shown());
    assert_ne!(before, with_hoa);
    // Another answer, though the version is the same; and whoever has the old one is told.
    let again = app.get(&scene.path).header("if-none-match", &before).expect(200).await;
    assert_eq!(again.body["contact"], shown);
    for who in [&scene.owner, &scene.officer] {
        let seen = app.get(&scene.path).by(who).expect(200).await;
        assert_eq!(
            (&seen.body["contact"], seen.text("/contact_account_id")),
            (&shown, scene.hoa_id.as_str())
        );
        let tag = seen.header("etag").unwrap();
        app.get(&scene.path)
            .by(who)
            .header("if-none-match", tag)
            .expect(304)
            .await;
    }
    // What is not said stays: an older client chooses an audience and takes nobody's place.
    assert_eq!(scene.choose(json!({}), 200).await.body["contact"], shown);

    let consents = format!("/me/consents/{}", agreed.text("/id"));
    app.delete(&consents).by(&scene.hoa).expect(204).await;
    assert_eq!(scene.shown().await.0, Value::Null);
    scene.agree().await;
    assert_eq!(scene.shown().await.0, scene.hoa_shown());
    // After its term there is nobody to turn to; a renewal brings her back.
    app.end_term(&scene.id).await;
    assert_eq!(scene.shown().await.0, Value::Null);
    let renewal = app.post(&format!("{}/renewal", scene.path)).by(&scene.owner);
    renewal.expect(200).await;
    assert_eq!(scene.shown().await.0, scene.hoa_shown());
    let none = scene.choose(json!({"contact_account_id": null}), 200).await;
    assert_eq!(none.body.get("contact_account_id"), None);
    assert_eq!(scene.shown().await.0, Value::Null);
}

#[actix_web::test]
async fn without_a_member_it_is_what_the_page_of_the_enterprise_shows() {
    let scene = scene().await;
    let app = &scene.app;
    let page = format!("/enterprises/{}", scene.owner.enterprise);
    let version = app.get(&page).by(&scene.owner).expect(200).await.number("/version");
    let groups = json!({"public_groups": ["email", "phone", "contact_person"]});
    let call = app.patch(&page).by(&scene.owner).if_match(version);
    call.json(&groups).expect(200).await;
    let seen = app.get(&page).expect(200).await;
    let (email, phone) = (seen.text("/contact_email"), seen.text("/contact_phone"));
    let fallen_back = json!({"is_member": false, "email": email, "phone": phone});
    assert_eq!(scene.shown().await.0, fallen_back);
    scene.agree().await;
    scene.choose(json!({"contact_account_id": scene.hoa_id}), 200).await;
    assert_eq!(scene.shown().await.0, scene.hoa_shown());

    // Whoever had processing restricted is shown no more.
    let asked = app
        .post("/me/data-requests")
        .by(&scene.hoa)
        .json(&json!({"kind": "restrict"}));
    let asked = asked.expect(201).await;
    let path = format!("/data-requests/{}/fulfilment", asked.text("/id"));
    let answer = json!({"answer": "Đã thực hiện theo yêu cầu của bà."});
    app.post(&path).by(&scene.officer).json(&answer).expect(200).await;
    assert_eq!(scene.shown().await.0, fallen_back);
    app.delete("/me/restriction").by(&scene.hoa).expect(204).await;
    assert_eq!(scene.shown().await.0, scene.hoa_shown());

    // Nothing of either stands with a listing whose owner hides contact data.
    let hidden = scene.choose(json!({"hide_contact": true}), 200).await;
    assert_eq!(
        (&hidden.body["hide_contact"], hidden.body.get("contact")),
        (&json!(true), None)
    );
    let seen = app.get(&scene.path).expect(200).await;
    assert_eq!(
        (&seen.body["hide_contact"], seen.body.get("contact")),
        (&json!(true), None)
    );
    scene.choose(json!({"contact_account_id": null}), 200).await;
    assert_eq!(scene.shown().await.0, Value::Null);
    scene.choose(json!({"hide_contact": false}), 200).await;
    assert_eq!(scene.shown().await.0, fallen_back);
}

#[actix_web::test]
async fn contact_data_are_in_no_list_no_index_no_feed_and_no_file() {
    let scene = scene().await;
    let app = &scene.app;
    scene.agree().await;
    scene.choose(json!({"contact_account_id": scene.hoa_id}), 200).await;
    app.settle().await;
    assert_eq!(scene.shown().await.0, scene.hoa_shown());
    let listed = [
        "/search?q=vi%C3%AAn",
        "/feed/listings",
        "/feed/enterprises",
        "/exports/listings",
        "/exports/listings?format=jsonl",
        "/enterprises",
    ];
    let mut answers = Vec::new();
    for path in listed {
        answers.push((path, app.get(path).expect(200).await));
    }
    for path in ["/me/listings", "/me/listings/export", "/members-listings"] {
        answers.push((path, app.get(path).by(&scene.owner).expect(200).await));
    }
    for (path, answer) in answers {
        let told = String::from_utf8_lossy(&answer.bytes);
        assert!(
            !told.contains(&scene.hoa.email) && !told.contains("Lê Thị Hoa"),
            "{path}: {told}"
        );
    }
    assert_eq!(app.found("\"Lê Thị Hoa\"").await, Vec::<String>::new());
    assert_eq!(app.found("viên trấu").await, [scene.id.as_str()]);
    // What is shown on request shows nobody to those who see a part of it.
    scene.choose(json!({"visibility": "on_request"}), 200).await;
    assert_eq!(scene.shown().await.0, Value::Null);
    scene.choose(json!({"visibility": "members"}), 200).await;
    app.get(&scene.path).expect(404).await;
    let other = app.active_enterprise(&scene.officer).await;
    let seen = app.get(&scene.path).by(&other).expect(200).await;
    assert_eq!(seen.body["contact"], scene.hoa_shown());
}

#[actix_web::test]
async fn whoever_goes_is_named_no_more_even_after_coming_back() {
    let scene = scene().await;
    let app = &scene.app;
    scene.agree().await;
    let version = scene
        .choose(json!({"contact_account_id": scene.hoa_id}), 200)
        .await
        .number("/version");
    // What is being revised goes on.
    app.revise(&scene.owner, &scene.id, version, "EV-2").await;
    let revision = format!("{}/revision", scene.path);
    let submission = app.post(&format!("{revision}/submission")).by(&scene.owner);
    let handed_in = submission.expect(200).await.number("/version");
    let member = format!("/enterprises/{}/members/{}", scene.owner.enterprise, scene.hoa_id);
    app.delete(&member).by(&scene.owner).expect(204).await;
    assert_eq!(scene.shown().await.0, Value::Null);
    let seen = app.get(&scene.path).by(&scene.owner).expect(200).await;
    assert_eq!(seen.body.get("contact_account_id"), None);
    assert!(seen.number("/version") > version);
    // The text is the same, and so is what an officer read.
    let approval = app.post(&format!("{revision}/approval")).by(&scene.officer);
    approval.if_match(handed_in).expect(200).await;
    let deeds = app.deeds(&scene.id);
    let chosen = deeds.iter().filter(|(deed, _)| deed == "listing.audience_changed");
    assert_eq!(chosen.count(), 2, "{deeds:?}");

    // Somebody who is erased is named nowhere, either.
    let lan = app.member(&scene.owner.enterprise, Role::Viewer).await;
    let lan_id = app.id_of(&lan).await;
    scene.choose(json!({"contact_account_id": lan_id}), 200).await;
    consent(app, &lan, "publish_contact", &scene.text, 201).await;
    assert_eq!(scene.shown().await.0["email"], lan.email);
    let asked = app.post("/me/data-requests").by(&lan).json(&json!({"kind": "erase"}));
    let asked = asked.expect(201).await;
    let path = format!("/data-requests/{}/fulfilment", asked.text("/id"));
    let answer = json!({"answer": "Đã xóa tài khoản theo yêu cầu của bà."});
    app.post(&path).by(&scene.officer).json(&answer).expect(200).await;
    assert_eq!(scene.shown().await.0, Value::Null);
    let seen = app.get(&scene.path).by(&scene.owner).expect(200).await;
    assert_eq!(seen.body.get("contact_account_id"), None);
}

#[actix_web::test]
async fn a_merger_keeps_whoever_comes_along() {
    let scene = scene().await;
    let app = &scene.app;
    scene.agree().await;
    scene.choose(json!({"contact_account_id": scene.hoa_id}), 200).await;
    let into = app.active_enterprise(&scene.officer).await;
    let page = format!("/enterprises/{}", scene.owner.enterprise);
    let officer = app.again(&scene.officer).await;
    let version = app.get(&page).by(&officer).expect(200).await.number("/version");
    let merge = app.post(&format!("{page}/merge")).by(&officer).if_match(version);
    merge.json(&json!({"into": into.enterprise})).expect(200).await;
    assert_eq!(scene.shown().await.0, scene.hoa_shown());
    let hoa = app.again(&scene.hoa).await;
    app.delete("/me/membership").by(&hoa).expect(204).await;
    assert_eq!(scene.shown().await.0, Value::Null);
}
