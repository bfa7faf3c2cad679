//! Words that what enterprises say of themselves is held against.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use crate::enterprise_imports::{HEAD, import, is_told, row, rows};
use crate::harness::{Person, Reply, TestApp, pictures, tax_code};
use crate::listing_imports::counts;

/// An officer who keeps the list, and another who reviews enterprises beside the first.
async fn officers(app: &TestApp) -> (Person, Person) {
    let both = [Permission::ManageReferenceData, Permission::ReviewEnterprises];
    (app.officer_who_may(&both).await, app.officer().await)
}

async fn add(app: &TestApp, officer: &Person, phrase: &str, severity: &str) -> String {
    let body = json!({"phrase": phrase, "severity": severity, "ground": "Công văn 12/SKHCN"});
    let made = app.post("/screening-terms").by(officer).json(&body).expect(201).await;
    made.text("/id").to_owned()
}

async fn edit(app: &TestApp, owner: &Person, patch: Value, status: u16) -> Reply {
    let path = format!("/enterprises/{}", owner.enterprise);
    let read = app.get(&path).by(owner).expect(200).await;
    let call = app.patch(&path).by(owner).if_match(read.number("/version"));
    call.json(&patch).expect(status).await
}

#[actix_web::test]
async fn a_word_that_blocks_is_refused_at_its_member_wherever_an_enterprise_says_it() {
    let app = TestApp::spawn().await;
    let (keeper, officer) = officers(&app).await;
    let before = app.register("Công ty TNHH Amiăng Việt Trì").await;
    let owner = app.active_enterprise(&officer).await;
    edit(&app, &owner, json!({"capabilities": ["Ép ngói amiăng"]}), 200).await;
    let term = add(&app, &keeper, "amiăng", "block").await;

    let mut body = app.registration("Công ty Amiăng Sông Hồng");
    body["enterprise"]["mission"] = json!("Làm tấm lợp amiăng.");
    let refused = app.post("/registrations").json(&body).expect(422).await;
    let mut pointers = refused.pointers();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/enterprise/legal_name", "/enterprise/mission"]);
    assert_eq!(refused.text("/errors/0/code"), "screened");

    for (patch, pointer) in [
        (json!({"mission": "Ép tấm amiăng"}), "/mission"),
        (json!({"short_name": "Amiăng ST"}), "/short_name"),
        (json!({"website": "https://amiang.example/"}), "/website"),
        // What stood there before the word came is not what is refused.
        (
            json!({"capabilities": ["Ép ngói amiăng", "Cắt tấm amiăng"]}),
            "/capabilities/1",
        ),
        // Of what an officer is to see, too.
        (json!({"legal_name": "Công ty Amiăng Sông Thao"}), "/legal_name"),
    ] {
        let refused = edit(&app, &owner, patch, 422).await;
        assert_eq!(refused.pointers(), [pointer]);
    }
    edit(&app, &owner, json!({"contact_phone": "0210 3 846 556"}), 200).await;
    let logo = format!("/enterprises/{}/logo?alt_vi=Ngói&alt_en=Amiang", owner.enterprise);
    let refused = app.put(&logo).by(&owner).file("image/png", pictures::png(4, 4));
    assert_eq!(refused.expect(422).await.pointers(), ["alt_en"]);

    // What is public already is found, and nothing is taken off by itself.
    let listed = app.get(&format!("/screening-terms/{term}/enterprises")).by(&keeper);
    let listed = listed.expect(200).await;
    assert_eq!(listed.text("/items/0/enterprise_id"), owner.enterprise);
    assert_eq!(listed.text("/items/0/hits/0/pointer"), "/capabilities/0");
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);

    // What waits is not approved with it, and not handed in again.
    let path = format!("/enterprises/{}", before.enterprise);
    let approve = app.post(&format!("{path}/approval")).by(&officer).if_match(1);
    assert_eq!(approve.expect(422).await.pointers(), ["/legal_name"]);
    let why = json!({"reason_code": "unlawful", "reason_text": "Tên có từ ngữ bị cấm."});
    let back = app.post(&format!("{path}/change-request")).by(&officer).if_match(1);
    back.json(&why).expect(200).await;
    let again = format!("{path}/submission");
    let refused = app.post(&again).by(&before).expect(422).await;
    assert_eq!(refused.pointers(), ["/legal_name"]);
    let end = app.delete(&format!("/screening-terms/{term}")).by(&keeper);
    end.expect(204).await;
    app.post(&again).by(&before).expect(200).await;
}

#[actix_web::test]
async fn a_word_to_keep_an_eye_on_is_live_only_after_officers_have_seen_it() {
    let app = TestApp::spawn().await;
    let (keeper, officer) = officers(&app).await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    edit(&app, &owner, json!({"mission": "Chế tạo máy sấy lúa."}), 200).await;
    add(&app, &keeper, "cam kết 100%", "flag").await;

    let claim = "Chế tạo máy sấy lúa, cam kết 100% hài lòng.";
    let asked = edit(
        &app,
        &owner,
        json!({"mission": claim, "website": "https://songthao.example/"}),
        200,
    )
    .await;
    assert_eq!(asked.text("/amendment/status"), "submitted");
    let public = app.get(&path).expect(200).await;
    assert_eq!(public.text("/mission"), "Chế tạo máy sấy lúa.");
    assert_eq!(public.text("/website"), "https://songthao.example/");
    let wish = app.get(&format!("{path}/amendment")).by(&owner).expect(200).await;
    assert_eq!(
        wish.body["changes"],
        json!([{"pointer": "/mission", "before": "Chế tạo máy sấy lúa.", "after": claim}])
    );

    // What needs an officer anyway goes onto the same request, and what does not leaves it as it is.
    edit(&app, &owner, json!({"legal_rep_name": "Trần Văn Hải"}), 200).await;
    edit(&app, &owner, json!({"contact_phone": "0210 3 846 557"}), 200).await;
    let wish = app.get(&format!("{path}/amendment")).by(&owner).expect(200).await;
    let places = wish.body["changes"].as_array().unwrap().iter();
    let mut places: Vec<_> = places.map(|change| change["pointer"].as_str().unwrap()).collect();
    places.sort_unstable();
    assert_eq!(places, ["/legal_rep_name", "/mission"]);

    let waiting = app
        .get("/moderation/queue?flag=screened")
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(waiting.text("/items/0/type"), "amendment");
    assert_eq!(waiting.body["items"].as_array().unwrap().len(), 1);
    let warned = app.get(&format!("{path}/screening")).by(&officer).expect(200).await;
    assert_eq!(warned.body["enterprise"], json!([]));
    assert_eq!(warned.text("/amendment/0/pointer"), "/mission");
    assert_eq!(warned.text("/amendment/0/severity"), "flag");
    app.get(&format!("{path}/screening")).by(&owner).expect(403).await;

    // It is one of the flags that ask for a second officer.
    let approval = format!("{path}/amendment/approval");
    let version = wish.number("/version");
    app.post(&approval).by(&officer).if_match(version).expect(202).await;
    assert_eq!(
        app.get(&path).expect(200).await.text("/mission"),
        "Chế tạo máy sấy lúa."
    );
    app.post(&approval).by(&keeper).if_match(version).expect(200).await;
    let public = app.get(&path).expect(200).await;
    assert_eq!(public.text("/mission"), claim);
    // What was seen stays, whatever else is edited.
    let same = edit(&app, &owner, json!({"mission": claim, "short_name": "Sông Thao"}), 200).await;
    assert_eq!(same.body.get("amendment"), None);
    assert_eq!(app.get(&path).expect(200).await.text("/short_name"), "Sông Thao");
}

#[actix_web::test]
async fn a_held_text_is_taken_back_by_another_one_and_a_registration_with_one_is_flagged() {
    let app = TestApp::spawn().await;
    let (keeper, officer) = officers(&app).await;
    let owner = app.active_enterprise(&officer).await;
    add(&app, &keeper, "độc quyền", "flag").await;
    let asked = edit(&app, &owner, json!({"capabilities": ["Phân phối độc quyền"]}), 200).await;
    assert_eq!(asked.text("/amendment/status"), "submitted");
    assert_eq!(asked.body.get("capabilities"), None);
    let mended = edit(&app, &owner, json!({"capabilities": ["Phân phối máy sấy"]}), 200).await;
    assert_eq!(mended.body.get("amendment"), None);
    assert_eq!(mended.body["capabilities"], json!(["Phân phối máy sấy"]));

    // What was sent back is mended, too.
    edit(&app, &owner, json!({"name_en": "Độc quyền Co."}), 200).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let wish = app.get(&format!("{path}/amendment")).by(&officer).expect(200).await;
    let body = json!({"reason_code": "incomplete", "reason_text": "Tên tiếng Anh chưa đúng.",
        "notes": [{"pointer": "/name_en", "text": "Ghi tên tiếng Anh."}]});
    let back = app.post(&format!("{path}/amendment/change-request")).by(&officer);
    back.if_match(wish.number("/version")).json(&body).expect(200).await;
    let mended = edit(&app, &owner, json!({"name_en": "Song Thao Co."}), 200).await;
    assert_eq!(
        (mended.body.get("amendment"), mended.text("/name_en")),
        (None, "Song Thao Co.")
    );

    let new = app.register("Công ty Độc Quyền Phú Thọ").await;
    let waiting = app
        .get("/moderation/queue?flag=screened")
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(waiting.text("/items/0/type"), "enterprise");
    let warned = app
        .get(&format!("/enterprises/{}/screening", new.enterprise))
        .by(&officer);
    assert_eq!(warned.expect(200).await.text("/enterprise/0/pointer"), "/legal_name");
}

#[actix_web::test]
async fn a_row_of_a_file_with_a_word_that_blocks_is_refused_at_its_column() {
    let app = TestApp::spawn().await;
    let (keeper, officer) = officers(&app).await;
    let (before, after) = (tax_code(9_700), tax_code(9_701));
    let named = |code: &str, name: &str| format!("{HEAD}{}", row(code, name, "0912345678"));
    let first = named(&before, "Công ty Cổ phần Amiăng Thanh Sơn");
    assert_eq!(
        counts(&import(&app, &officer, "", first.clone()).await),
        [1, 1, 0, 0, 0]
    );
    add(&app, &keeper, "amiăng", "block").await;

    for (code, name) in [
        (&after, "Công ty Amiăng Sông Hồng"),
        (&before, "Công ty Amiăng Sông Thao"),
    ] {
        for query in ["&dry_run=true", ""] {
            let done = import(&app, &officer, query, named(code, name)).await;
            assert_eq!(counts(&done), [1, 0, 0, 0, 1]);
            let told = rows(&app, &officer, &done).await;
            assert!(
                is_told(&told[0], "problems", "/legal_name", "screened"),
                "{:#}",
                told[0]
            );
            assert_eq!(told[0]["problems"][0]["column"], "Tên đơn vị");
        }
    }
    // What stood there before the word came stays, and the rest is brought up to date.
    let table = format!("tax_code,short_name\n{before},Thanh Sơn\n");
    assert_eq!(counts(&import(&app, &officer, "", table).await), [1, 0, 1, 0, 0]);
}
