//! What an enterprise tells about itself, who sees it, and how it changes what an officer verified.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::domain::letter::Letter;

use crate::harness::{TestApp, tax_code};

const NUMBER: &str = "025190000123";

fn household(app: &TestApp, name: &str, number: &str) -> Value {
    let mut body = app.registration(name);
    let enterprise = body["enterprise"].as_object_mut().unwrap();
    enterprise.remove("tax_code");
    enterprise.insert("personal_id".into(), number.into());
    enterprise.insert("legal_form".into(), "ho_kd".into());
    body
}

/// A stranger who tries a number learns nothing; only the letter tells that it is taken.
async fn is_known(app: &TestApp, registration: &Value) {
    app.post("/registrations").json(registration).expect(202).await;
    let letters = app.letters_to(registration["account"]["email"].as_str().unwrap()).await;
    let known = letters
        .iter()
        .any(|letter| matches!(letter, Letter::TaxCodeKnown { .. }));
    assert!(known && letters.len() == 1, "{letters:?}");
}

#[actix_web::test]
async fn everything_that_may_be_told_comes_back() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let parent = app.active_enterprise(&officer).await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let seen = app.get(&path).by(&owner).expect(200).await;
    let missing = json!([
        "/kind",
        "/registration_no",
        "/registration_date",
        "/vsic",
        "/legal_rep_name",
        "/legal_rep_title",
        "/size_band",
        "/mission"
    ]);
    assert_eq!(seen.body["missing"], missing);
    let all = json!({
        "kind": "st_enterprise", "registration_no": "2600357502", "registration_date": "2010-05-04",
        "st_certificate_no": "12/DNKHCN", "parent_id": parent.enterprise,
        "vsic": [{"version": "2018", "code": "2821"}, {"version": "2025", "code": "28210"}],
        "legal_rep_name": "Trần Văn Bình", "legal_rep_title": "Giám đốc", "size_band": "small_11_49",
        "st_services": ["ip", "valuation"], "capabilities": ["Đúc gang"], "mission": "Chế tạo máy cho nông dân.",
        "fax": "0210 3 846 556", "public_groups": ["size"],
    });
    let edit = |version: i64| app.patch(&path).by(&owner).if_match(version).json(&all);
    let changed = edit(seen.number("/version")).expect(200).await;
    // What is not verified is there at once; the rest when an officer has approved it.
    assert_eq!(changed.text("/fax"), "+842103846556");
    assert_eq!(changed.text("/amendment/status"), "submitted");
    assert_eq!(changed.body.get("legal_rep_name"), None);
    let approval = app.post(&format!("{path}/amendment/approval")).by(&officer);
    let approved = approval.if_match(changed.number("/version")).expect(200).await;
    for (name, value) in all.as_object().unwrap() {
        if name != "fax" {
            assert_eq!(&approved.body[name], value, "{name}");
        }
    }
    assert_eq!(approved.body.get("amendment"), None);
    assert_eq!(approved.body["missing"], json!([]));
}

#[actix_web::test]
async fn what_is_wrong_is_told_field_by_field() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let seen = app.get(&path).by(&owner).expect(200).await;
    let words = "chữ ".repeat(301);
    for (patch, pointer, code) in [
        (json!({"kind": "shop"}), "/kind", "malformed"),
        (
            json!({"registration_date": "2999-01-01"}),
            "/registration_date",
            "malformed",
        ),
        (
            json!({"registration_date": "1500-01-01"}),
            "/registration_date",
            "out_of_range",
        ),
        (
            json!({"field_codes": ["food", "energy", "mechanics", "ict"]}),
            "/field_codes",
            "too_many",
        ),
        (json!({"kind": "state_body"}), "/kind", "conflicts"),
        (
            json!({"registration_date": "4/5/2010"}),
            "/registration_date",
            "malformed",
        ),
        (
            json!({"vsic": [{"version": "2007", "code": "28"}]}),
            "/vsic/0/version",
            "malformed",
        ),
        (
            json!({"vsic": [{"version": "2025", "code": "04"}]}),
            "/vsic/0/code",
            "unknown_code",
        ),
        (
            json!({"vsic": [{"version": "2025", "code": "10999"}]}),
            "/vsic/0/code",
            "malformed",
        ),
        (
            json!({"vsic": [{"version": "2018", "code": "A"}]}),
            "/vsic/0/code",
            "malformed",
        ),
        (
            json!({"vsic": [{"version": "2018", "code": "28"}, {"version": "2018", "code": "28"}]}),
            "/vsic/1",
            "duplicate",
        ),
        (json!({"st_services": ["ip", "ip"]}), "/st_services/1", "duplicate"),
        (json!({"size_band": "huge"}), "/size_band", "malformed"),
        (json!({"mission": words}), "/mission", "too_many_words"),
        (json!({"fax": "12"}), "/fax", "malformed"),
        (json!({"public_groups": ["all"]}), "/public_groups/0", "malformed"),
        (json!({"parent_id": owner.enterprise}), "/parent_id", "malformed"),
        (json!({"parent_id": uuid::Uuid::nil()}), "/parent_id", "malformed"),
        (json!({"personal_id": NUMBER}), "/tax_code", "conflicts"),
        (json!({"tax_code": null}), "/tax_code", "required"),
        (
            json!({"tax_code": null, "personal_id": NUMBER}),
            "/personal_id",
            "conflicts",
        ),
        (
            json!({"tax_code": null, "foreign_register": {"country": "VN", "number": "1"}}),
            "/foreign_register/country",
            "malformed",
        ),
    ] {
        let call = app
            .patch(&path)
            .by(&owner)
            .if_match(seen.number("/version"))
            .json(&patch);
        let refused = call.expect(422).await;
        assert_eq!(refused.pointers(), [pointer], "{patch}");
        assert_eq!(refused.text("/errors/0/code"), code, "{patch}");
    }
}

#[actix_web::test]
async fn what_was_verified_stays_live_until_an_officer_approves_the_change() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let amendment = format!("{path}/amendment");
    let seen = app.get(&path).by(&owner).expect(200).await;
    let name = seen.text("/legal_name").to_owned();
    app.get(&amendment).by(&owner).expect(404).await;

    let edit = |version: i64, patch: Value| app.patch(&path).by(&owner).if_match(version).json(&patch).expect(200);
    let first = edit(
        seen.number("/version"),
        json!({"legal_name": "Công ty Mới", "short_name": "Mới"}),
    )
    .await;
    assert_eq!(
        (first.text("/legal_name"), first.text("/short_name")),
        (name.as_str(), "Mới")
    );
    // A later patch goes onto the request; one that touches nothing verified leaves it as it is.
    let second = edit(first.number("/version"), json!({"address_line": "Khu 7"})).await;
    let third = edit(second.number("/version"), json!({"website": "https://moi.example/"})).await;
    assert_eq!(third.body["amendment"], second.body["amendment"]);
    let asked = app.get(&amendment).by(&owner).expect(200).await;
    assert_eq!(
        asked.body["changes"],
        json!([
            {"pointer": "/address_line", "before": "Khu 5", "after": "Khu 7"},
            {"pointer": "/legal_name", "before": name, "after": "Công ty Mới"},
        ])
    );
    // It waits in the queue, and is decided on in the version that was read.
    let queue = app
        .get("/moderation/queue")
        .by(&officer)
        .query(&[("type", "amendment")]);
    let queue = queue.expect(200).await;
    assert_eq!(queue.text("/items/0/enterprise/id"), owner.enterprise);
    let why = json!({"reason_code": "inaccurate", "reason_text": "Tên không khớp giấy đăng ký."});
    let decide = |step: &str, version: i64| app.post(&format!("{amendment}/{step}")).by(&officer).if_match(version);
    decide("approval", second.number("/version")).expect(412).await;
    let returned = decide("change-request", third.number("/version"))
        .json(&why)
        .expect(200)
        .await;
    assert_eq!(returned.text("/amendment/status"), "changes_requested");
    assert_eq!(returned.text("/decision/deed"), "enterprise.amendment_returned");
    decide("approval", returned.number("/version")).expect(409).await;
    let letters = app.letters_to(&owner.email).await;
    assert!(
        letters
            .iter()
            .any(|letter| matches!(letter, Letter::ReviewDecided(ruling) if ruling.verdict == "changes_requested"))
    );

    let mended = edit(returned.number("/version"), json!({"legal_name": "Công ty Mới Hơn"})).await;
    assert_eq!(mended.text("/amendment/status"), "submitted");
    let approved = decide("approval", mended.number("/version")).expect(200).await;
    assert_eq!(
        (
            approved.text("/legal_name"),
            approved.text("/address_line"),
            approved.text("/website")
        ),
        ("Công ty Mới Hơn", "Khu 7", "https://moi.example/")
    );
    app.get(&amendment).by(&officer).expect(404).await;
    let deeds: Vec<String> = app.deeds(&owner.enterprise).into_iter().map(|(deed, _)| deed).collect();
    let tail = [
        "enterprise.amendment_returned",
        "enterprise.amendment_submitted",
        "enterprise.amendment_approved",
    ];
    assert_eq!(deeds[deeds.len() - 3..], tail);
}

#[actix_web::test]
async fn a_request_is_taken_back_or_refused_and_nothing_changes() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let amendment = format!("{path}/amendment");
    let seen = app.get(&path).by(&owner).expect(200).await;
    let wish = json!({"legal_name": "Công ty Khác"});
    let edit = |version: i64, patch: &Value| app.patch(&path).by(&owner).if_match(version).json(patch);
    let asked = edit(seen.number("/version"), &wish).expect(200).await;
    app.get(&amendment).by(&editor).expect(403).await;
    let back = app.delete(&amendment).by(&owner).expect(200).await;
    assert_eq!(back.body.get("amendment"), None);
    app.delete(&amendment).by(&owner).expect(404).await;
    // Asking for what is live takes a request back, too.
    let asked_again = edit(back.number("/version"), &wish).expect(200).await;
    let live = json!({"legal_name": seen.text("/legal_name")});
    let none = edit(asked_again.number("/version"), &live).expect(200).await;
    assert_eq!(none.body.get("amendment"), None);

    let third = edit(none.number("/version"), &wish).expect(200).await;
    let why = json!({"reason_code": "inaccurate", "reason_text": "Tên không khớp giấy đăng ký."});
    let refused = app
        .post(&format!("{amendment}/rejection"))
        .by(&officer)
        .if_match(third.number("/version"));
    let refused = refused.json(&why).expect(200).await;
    assert_eq!(refused.text("/amendment/status"), "rejected");
    assert_eq!(refused.text("/legal_name"), seen.text("/legal_name"));
    assert_eq!(asked.text("/legal_name"), seen.text("/legal_name"));
    // Another wish is a request of its own: what was refused does not come back with it.
    let moved = edit(refused.number("/version"), &json!({"address_line": "Khu 9"}))
        .expect(200)
        .await;
    let open = app.get(&amendment).by(&officer).expect(200).await;
    assert!(!open.body.to_string().contains("Công ty Khác"), "{}", open.body);
    app.delete(&amendment).by(&owner).expect(200).await;
    assert_eq!(moved.text("/legal_name"), seen.text("/legal_name"));
    // The queue is empty again.
    let queue = app
        .get("/moderation/queue")
        .by(&officer)
        .query(&[("type", "amendment")]);
    assert_eq!(queue.expect(200).await.ids(), Vec::<&str>::new());
}

#[actix_web::test]
async fn a_number_that_another_has_is_refused_at_once_and_when_it_was_taken_meanwhile() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (one, other) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let path = |owner: &crate::harness::Person| format!("/enterprises/{}", owner.enterprise);
    let taken = app.get(&path(&other)).expect(200).await;
    let ask = |owner: &crate::harness::Person, code: &str, version: i64| {
        let call = app.patch(&path(owner)).by(owner).if_match(version);
        call.json(&json!({"tax_code": code}))
    };
    let refused = ask(&one, taken.text("/tax_code"), 2).expect(409).await;
    assert_eq!(
        (refused.code(), refused.pointers()),
        ("tax_code_taken", vec!["/tax_code"])
    );
    // Two ask for the same free one; the second approval is refused, and nothing of it happens.
    let free = tax_code(90_000);
    for owner in [&one, &other] {
        ask(owner, &free, 2).expect(200).await;
    }
    let approve = |owner: &crate::harness::Person| {
        app.post(&format!("{}/amendment/approval", path(owner)))
            .by(&officer)
            .if_match(3)
    };
    assert_eq!(approve(&one).expect(200).await.text("/tax_code"), free);
    assert_eq!(approve(&other).expect(409).await.code(), "tax_code_taken");
    let seen = app.get(&path(&other)).by(&other).expect(200).await;
    assert_eq!(seen.text("/tax_code"), taken.text("/tax_code"));
    assert_eq!(seen.text("/amendment/status"), "submitted");
}

#[actix_web::test]
async fn a_personal_number_is_sealed_and_seen_by_owners_and_officers_only() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let body = household(&app, "Hộ kinh doanh Lan", NUMBER);
    let registered = app.confirmed(&body).await;
    let id = registered.text("/enterprise/id").to_owned();
    let path = format!("/enterprises/{id}");
    let owner = app
        .sign_in(body["account"]["email"].as_str().unwrap(), crate::harness::PASSWORD)
        .await;
    app.post(&format!("{path}/approval"))
        .by(&officer)
        .if_match(1)
        .expect(200)
        .await;
    let viewer = app.member(&id, Role::Viewer).await;
    for (who, shown) in [(&owner, NUMBER), (&officer, NUMBER), (&viewer, "*********123")] {
        let seen = app.get(&path).by(who).expect(200).await;
        assert_eq!(seen.text("/personal_id"), shown);
        assert_eq!(seen.body["tax_code"], Value::Null);
    }
    let public = app.get(&path).expect(200).await;
    assert_eq!(public.body.get("personal_id"), None);
    assert!(!public.body.to_string().contains("0123"));
    // Nobody else has it, however it is written; the database has it nowhere in plain.
    let again = household(&app, "Hộ khác", "025 190 000 123");
    is_known(&app, &again).await;
    // An edit of something else keeps it; another one is a request, in which the owner reads it.
    let edit = |version: i64, patch: Value| app.patch(&path).by(&owner).if_match(version).json(&patch).expect(200);
    let kept = edit(2, json!({"short_name": "Lan"})).await;
    assert_eq!((kept.text("/personal_id"), kept.body.get("amendment")), (NUMBER, None));
    let asked = edit(3, json!({"personal_id": "025190000999"})).await;
    assert_eq!(
        (asked.text("/personal_id"), asked.text("/amendment/status")),
        (NUMBER, "submitted")
    );
    let changes = app.get(&format!("{path}/amendment")).by(&officer).expect(200).await;
    let expected = json!([{"pointer": "/personal_id", "before": NUMBER, "after": "025190000999"}]);
    assert_eq!(changes.body["changes"], expected);
    let approval = app.post(&format!("{path}/amendment/approval")).by(&officer).if_match(4);
    assert_eq!(approval.expect(200).await.text("/personal_id"), "025190000999");
    // The old one is free again.
    app.confirmed(&again).await;
}

#[actix_web::test]
async fn a_personal_number_goes_when_its_person_is_erased() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::HandleDataRequests, Permission::ReviewEnterprises])
        .await;
    let body = household(&app, "Hộ kinh doanh Lan", NUMBER);
    let id = app.confirmed(&body).await.text("/enterprise/id").to_owned();
    let path = format!("/enterprises/{id}");
    let officer = app.again(&officer).await;
    app.delete(&format!("{path}/contact")).by(&officer).expect(204).await;
    let seen = app.get(&path).by(&officer).expect(200).await;
    assert_eq!(seen.text("/personal_id"), "************");
    // But it is not free for somebody else.
    let owner = app
        .sign_in(body["account"]["email"].as_str().unwrap(), crate::harness::PASSWORD)
        .await;
    let export = app.get("/me/export").by(&owner).expect(200).await;
    assert!(!export.body.to_string().contains(NUMBER));
    app.post(&format!("{path}/approval"))
        .by(&officer)
        .if_match(seen.number("/version"))
        .expect(200)
        .await;
    let again = household(&app, "Hộ khác", NUMBER);
    is_known(&app, &again).await;
}

#[actix_web::test]
async fn owners_take_a_copy_of_their_personal_number() {
    let app = TestApp::spawn().await;
    let body = household(&app, "Hộ kinh doanh Lan", NUMBER);
    app.confirmed(&body).await;
    let owner = app
        .sign_in(body["account"]["email"].as_str().unwrap(), crate::harness::PASSWORD)
        .await;
    let export = app.get("/me/export").by(&owner).expect(200).await;
    assert_eq!(export.text("/enterprise/personal_id"), NUMBER);
}

#[actix_web::test]
async fn a_foreign_organisation_registers_with_its_own_number() {
    let app = TestApp::spawn().await;
    let mut body = app.registration("Muster GmbH");
    let enterprise = body["enterprise"].as_object_mut().unwrap();
    enterprise.remove("tax_code");
    enterprise.insert(
        "foreign_register".into(),
        json!({"country": "DE", "number": "hrb 12345"}),
    );
    enterprise.insert("legal_form".into(), "nuoc_ngoai".into());
    let registered = app.confirmed(&body).await;
    let number = json!({"country": "DE", "number": "hrb 12345"});
    assert_eq!(registered.body["enterprise"]["foreign_register"], number);
    assert_eq!(registered.body["enterprise"]["tax_code"], Value::Null);
}

#[actix_web::test]
async fn an_old_address_registers_at_the_present_one() {
    let app = TestApp::spawn().await;
    let mut body = app.registration("Công ty Sông Đà");
    body["enterprise"]["province_code"] = json!("17");
    body["enterprise"]["commune_code"] = json!("04798");
    let registered = app.confirmed(&body).await;
    assert_eq!(
        (
            registered.text("/enterprise/province_code"),
            registered.text("/enterprise/commune_code")
        ),
        ("25", "04795")
    );
    let mut split = app.registration("Công ty Vầy Nưa");
    let enterprise = split["enterprise"].as_object_mut().unwrap();
    enterprise.remove("commune_code");
    enterprise.insert("commune_name".into(), "xã Vầy Nưa".into());
    enterprise.insert("province_code".into(), "17".into());
    let refused = app.post("/registrations").json(&split).expect(422).await;
    assert_eq!(refused.pointers(), ["/enterprise/commune_name"]);
    let candidates = json!([
        {"code": "04828", "name_vi": "Phường Thống Nhất", "parent": "25"},
        {"code": "04891", "name_vi": "Xã Tiền Phong", "parent": "25"},
    ]);
    assert_eq!(refused.body["errors"][0]["successors"], candidates);
    assert!(
        refused
            .text("/errors/0/detail")
            .contains("04828 (Phường Thống Nhất), 04891 (Xã Tiền Phong)")
    );
}

#[actix_web::test]
async fn a_request_that_became_impossible_keeps_nobody_from_other_edits() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let parent = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let edit = |seen: i64, patch: Value| app.patch(&path).by(&owner).if_match(seen).json(&patch);
    let wish = json!({"parent_id": parent.enterprise});
    let asked = edit(2, wish).expect(200).await;
    app.suspend(&parent.enterprise, &officer).await;
    let other = edit(3, json!({"short_name": "B"})).expect(200).await;
    assert_eq!(other.body["amendment"], asked.body["amendment"]);
    let refused = edit(4, json!({"legal_name": "Công ty Khác"})).expect(422).await;
    assert_eq!(refused.pointers(), ["/parent_id"]);
}

#[actix_web::test]
async fn a_commune_by_its_name_is_asked_for_as_one_by_its_code_is() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let edit = app.patch(&path).by(&owner).if_match(2);
    let edited = edit
        .json(&json!({"commune_name": "Phường Thống Nhất"}))
        .expect(200)
        .await;
    assert_eq!(edited.text("/amendment/status"), "submitted");
    let wish = app.get(&format!("{path}/amendment")).by(&owner).expect(200).await;
    assert_eq!(wish.text("/changes/0/after"), "04828");
    // Thu Cúc is a commune of today, whatever became of another part of the one of then.
    let seen = app.get(&path).by(&owner).expect(200).await.number("/version");
    let edit = app.patch(&path).by(&owner).if_match(seen);
    let named = json!({"province_code": "25", "commune_name": "Xã Thu Cúc"});
    edit.json(&named).expect(200).await;
    let wish = app.get(&format!("{path}/amendment")).by(&owner).expect(200).await;
    assert_eq!(wish.text("/changes/0/after"), "08545");
}
