//! What people ask about their data: copies, the register, erasure, restriction.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::{Value, json};
use vptex::domain::account::{Email, Permission, Role, Standing};
use vptex::domain::calendar::{Calendar, Term};
use vptex::domain::ids::{AccountId, EnterpriseId};
use vptex::domain::letter::Letter;
use vptex::domain::text::Line;
use vptex::service::accounts::demo_account;
use vptex::service::letters::Recipient;
use vptex::store::schema::devices;
use vptex::store::types::DbId;
use vptex::store::{self, AnyConn, accounts, personal_data};

use crate::harness::{PASSWORD, Person, Reply, TestApp, pictures};
use crate::policies::{consent, consent_text, publish, somebody};

const DAY: i64 = 24 * 60 * 60;

async fn account_id(app: &TestApp, person: &Person) -> AccountId {
    let me = app.get("/me").by(person).expect(200).await;
    me.text("/id").parse().unwrap()
}

async fn ask(app: &TestApp, person: &Person, kind: &str) -> String {
    let body = json!({"kind": kind, "details": "Xin xem lại dữ liệu của tôi."});
    let asked = app.post("/me/data-requests").by(person).json(&body).expect(201).await;
    asked.text("/id").to_owned()
}

fn answer() -> Value {
    json!({"answer": "Đã thực hiện theo yêu cầu."})
}

#[actix_web::test]
async fn a_request_has_the_laws_terms_and_one_extension() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let reviewer = app.officer().await;
    let mai = somebody(&app, "mai@example.com").await;
    let body = json!({"kind": "rectify"});
    let missing = app.post("/me/data-requests").by(&mai).json(&body).expect(422).await;
    assert_eq!(missing.pointers(), ["/details"]);
    let id = ask(&app, &mai, "rectify").await;
    let mine = app.get("/me/data-requests").by(&mai).expect(200).await;
    let instant = |pointer: &str| -> Timestamp { mine.text(pointer).parse().unwrap() };
    let received = instant("/items/0/received_at");
    let calendar = Calendar::shipped();
    assert_eq!(
        instant("/items/0/acknowledge_by"),
        calendar.deadline(received, Term::WorkingDays(2))
    );
    assert_eq!(
        instant("/items/0/fulfil_by"),
        calendar.deadline(received, Term::Days(10))
    );

    app.get("/data-requests").by(&mai).expect(403).await;
    app.get("/data-requests").by(&reviewer).expect(403).await;
    let path = |step: &str| format!("/data-requests/{id}/{step}");
    app.post(&path("acknowledgement")).by(&reviewer).expect(403).await;
    app.post(&path("acknowledgement"))
        .by(&officer)
        .if_match(7)
        .expect(412)
        .await;
    let known = app
        .post(&path("acknowledgement"))
        .by(&officer)
        .if_match(1)
        .expect(200)
        .await;
    assert_eq!(
        (known.text("/request/state"), known.header("etag")),
        ("acknowledged", Some("\"2\""))
    );
    assert_eq!(known.text("/email"), "mai@example.com");
    app.post(&path("acknowledgement")).by(&officer).expect(409).await;

    let extend = async |days: u16, status: u16| {
        let body = json!({"days": days, "answer": "Cần xác minh thêm."});
        app.post(&path("extension"))
            .by(&officer)
            .json(&body)
            .expect(status)
            .await
    };
    assert_eq!(extend(11, 422).await.pointers(), ["/days"]);
    let extended = extend(10, 200).await;
    let before = instant("/items/0/fulfil_by");
    let after: Timestamp = extended.text("/request/fulfil_by").parse().unwrap();
    assert_eq!(after, calendar.extended(before, Term::Days(10)));
    extend(1, 409).await;

    app.post(&path("refusal"))
        .by(&officer)
        .json(&json!({"answer": " "}))
        .expect(422)
        .await;
    let done = app
        .post(&path("fulfilment"))
        .by(&officer)
        .json(&answer())
        .expect(200)
        .await;
    assert_eq!(done.text("/request/state"), "fulfilled");
    app.post(&path("refusal"))
        .by(&officer)
        .json(&answer())
        .expect(409)
        .await;
    let letters = app.letters_to("mai@example.com").await;
    let answers = letters
        .iter()
        .filter(|letter| matches!(letter, Letter::DataRequestAnswered { .. }));
    assert_eq!(answers.count(), 2);
    app.post("/data-requests/00000000-0000-0000-0000-000000000000/refusal")
        .by(&officer)
        .json(&answer())
        .expect(404)
        .await;
}

#[actix_web::test]
async fn erasure_is_asked_for_by_who_has_just_shown_a_password() {
    let app = TestApp::spawn().await;
    let mai = somebody(&app, "mai@example.com").await;
    let ask = |kind: &str| {
        let body = json!({"kind": kind});
        app.post("/me/data-requests").by(&mai).json(&body)
    };
    let refused = app.send_stale(ask("erase")).await;
    assert_eq!((refused.status, refused.code()), (401, "step_up_required"));
    // What does no harm is asked for at any time.
    for kind in ["access", "restrict", "object", "withdraw"] {
        assert_eq!(app.send_stale(ask(kind)).await.status, 201, "{kind}");
    }
    ask("erase").expect(201).await;
}

#[actix_web::test]
async fn the_register_shows_the_most_urgent_first_and_what_is_overdue() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let mai = somebody(&app, "mai@example.com").await;
    let erase = ask(&app, &mai, "erase").await;
    let again = json!({"kind": "erase"});
    assert_eq!(
        app.post("/me/data-requests")
            .by(&mai)
            .json(&again)
            .expect(409)
            .await
            .code(),
        "already_there"
    );
    let access = ask(&app, &mai, "access").await;
    let ids = |page: &Reply| -> Vec<String> {
        let items = page.body["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["request"]["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let list = async |who: &Person, query: &str| {
        let page = app.get(&format!("/data-requests{query}")).by(who).expect(200).await;
        ids(&page)
    };
    assert_eq!(list(&officer, "").await, [access.clone(), erase.clone()]);
    assert!(list(&officer, "?overdue=true").await.is_empty());
    let page = app.get("/data-requests?limit=1").by(&officer).expect(200).await;
    assert_eq!(ids(&page), [access.as_str()]);
    let next = page.text("/page/next").to_owned();
    let page = app
        .get("/data-requests")
        .by(&officer)
        .query(&[("limit", "1"), ("after", &next)])
        .expect(200)
        .await;
    assert_eq!(ids(&page), [erase.as_str()]);
    app.post(&format!("/data-requests/{erase}/acknowledgement"))
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(list(&officer, "?state=received").await, [access.as_str()]);
    app.get("/data-requests?state=lost").by(&officer).expect(400).await;

    // Nobody acknowledged the other one for two weeks, while the term of the first still runs.
    app.clock.pass(17 * DAY);
    let officer = app.again(&officer).await;
    assert_eq!(list(&officer, "?overdue=true").await, [access]);
}

#[actix_web::test]
async fn nobody_judges_in_their_own_matter() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let id = ask(&app, &officer, "access").await;
    let refused = app
        .post(&format!("/data-requests/{id}/fulfilment"))
        .by(&officer)
        .json(&answer());
    assert_eq!(refused.expect(403).await.code(), "second_person_required");
}

#[actix_web::test]
async fn a_copy_holds_everything_but_secrets() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let (listing, _) = app.listing_draft(&lan, "Máy sấy lúa").await;
    ask(&app, &lan, "access").await;
    let copy = app.get("/me/export").by(&lan).expect(200).await;
    assert!(copy.header("content-disposition").unwrap().starts_with("attachment"));
    assert_eq!(copy.header("cache-control"), Some("no-store"));
    assert_eq!(copy.text("/account/email"), lan.email);
    assert_eq!(copy.text("/enterprise/id"), lan.enterprise);
    assert_eq!(copy.text("/listings/0/id"), listing);
    assert_eq!(copy.text("/data_requests/0/kind"), "access");
    assert_eq!(copy.text("/sessions/0/ip"), "127.0.0.1");
    assert_eq!(copy.text("/audit_trail/0/deed"), "data.exported");
    assert_eq!(copy.body["cut"], json!([]));
    let text = copy.body.to_string();
    for secret in [
        "argon2",
        "refresh_seed",
        "refresh_key",
        "password_hash",
        lan.refresh.as_str(),
        lan.access.as_str(),
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    app.get("/me/export").expect(401).await;
}

#[actix_web::test]
async fn a_copy_names_what_the_person_sent_and_nobody_elses() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let lan = app.active_enterprise(&officer).await;
    let hoa = app.member(&lan.enterprise, Role::Owner).await;
    let (listing, _) = app.listing_draft(&lan, "Máy sấy lúa").await;
    let by_lan = app.add_picture(&lan, &listing).await;
    let removed = app.add_picture(&lan, &listing).await;
    let by_hoa = app.add_picture(&hoa, &listing).await;
    app.delete(&format!("/files/{removed}")).by(&hoa).expect(204).await;
    let papers = format!("/enterprises/{}/documents", lan.enterprise);
    let paper = app.post(&format!("{papers}?name=cccd.png&kind=id_card")).by(&lan);
    let paper = paper.file("image/png", pictures::png(6, 4)).expect(201).await;
    let path = format!("{papers}/{}", paper.text("/id"));
    let why = json!({"reason_code": "identity_unverified", "reason_text": "Ảnh mờ, không đọc được số."});
    let verdict = app.post(&format!("{path}/verdict")).by(&officer).if_match(1);
    verdict
        .json(&json!({"verdict": "refused", "reason": why}))
        .expect(200)
        .await;
    let logo = format!("/enterprises/{}/logo", lan.enterprise);
    let put = |owner: &Person, side: u32| {
        let call = app.put(&format!("{logo}?alt_vi=Bi%E1%BB%83u%20tr%C6%B0ng")).by(owner);
        call.file("image/png", pictures::png(side, side))
    };
    put(&lan, 40).send().await;
    let mine = put(&lan, 41).send().await;
    assert!(mine.status < 300, "{}", mine.body);
    let audience =
        json!({"visibility": "public", "open_for_inquiry": true, "contact_account_id": app.id_of(&lan).await});
    let chosen = app
        .put(&format!("/listings/{listing}/audience"))
        .by(&hoa)
        .json(&audience);
    chosen.expect(200).await;

    let copy = app.get("/me/export").by(&lan).expect(200).await;
    let files = copy.body["files"].as_array().unwrap();
    assert_eq!(files.len(), 1);
    let file = app
        .get(&format!("/listings/{listing}/files"))
        .by(&lan)
        .expect(200)
        .await
        .body["items"][0]
        .clone();
    assert_eq!(files[0], json!({"content": format!("/files/{by_lan}"), "file": file}));
    assert_eq!(copy.body["documents"].as_array().unwrap().len(), 1);
    assert_eq!(copy.text("/documents/0/document/status"), "refused");
    assert_eq!(
        copy.text("/documents/0/document/reason/reason_code"),
        "identity_unverified"
    );
    assert_eq!(copy.body["documents"][0]["document"]["sha256"], paper.body["sha256"]);
    assert_eq!(copy.body["logos"].as_array().unwrap().len(), 1);
    assert_eq!(copy.number("/logos/0/logo/width"), 41);
    for place in ["/files/0/content", "/documents/0/content", "/logos/0/content"] {
        app.get(copy.text(place)).by(&lan).expect(200).await;
    }
    assert_eq!(copy.body["contact_of_listings"], json!([listing]));

    // Another one's copy has what that person sent, and a logo that was replaced is nobody's.
    app.clock.pass(1);
    let theirs = put(&hoa, 42).send().await;
    assert!(theirs.status < 300, "{}", theirs.body);
    let copy = app.get("/me/export").by(&hoa).expect(200).await;
    assert_eq!(copy.text("/files/0/file/id"), by_hoa);
    assert_eq!(copy.number("/logos/0/logo/width"), 42);
    assert_eq!(
        (&copy.body["documents"], &copy.body["contact_of_listings"]),
        (&json!([]), &json!([]))
    );
    let copy = app.get("/me/export").by(&lan).expect(200).await;
    assert_eq!(copy.body["logos"], json!([]));
}

#[actix_web::test]
async fn erasing_replaces_the_person_and_keeps_what_the_law_keeps() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[
            Permission::HandleDataRequests,
            Permission::ReviewEnterprises,
            Permission::ReviewListings,
            Permission::ManageReferenceData,
        ])
        .await;
    let lan = app.active_enterprise(&officer).await;
    let id = account_id(&app, &lan).await;
    let (listing, _) = app.published_listing(&lan, &officer, "Máy sấy lúa Lâm Thao").await;
    let text = publish(&app, &officer, &consent_text("newsletter", "1")).await;
    consent(&app, &lan, "newsletter", &text, 201).await;
    let request = ask(&app, &lan, "erase").await;
    let other = ask(&app, &lan, "object").await;
    let path = format!("/data-requests/{request}/fulfilment");

    // The last owner hands over first, and nothing was done.
    let refused = app.post(&path).by(&officer).json(&answer()).expect(409).await;
    assert_eq!(refused.code(), "last_owner");
    let mine = app.get("/me/data-requests").by(&lan).expect(200).await;
    assert_eq!(mine.text("/items/1/state"), "received");
    second_owner(&app, &lan).await;

    let done = app.post(&path).by(&officer).json(&answer()).expect(200).await;
    assert_eq!(done.text("/request/state"), "fulfilled");
    assert_eq!(done.body["request"]["details"], Value::Null);
    assert_eq!(done.text("/email"), format!("{id}@erased.invalid"));
    assert_eq!(app.get("/me").by(&lan).expect(401).await.code(), "invalid_token");
    for email in [&lan.email, &format!("{id}@erased.invalid")] {
        let body = json!({"email": email, "password": PASSWORD});
        app.post("/sessions").json(&body).expect(401).await;
    }
    // What was asked besides has nobody to be answered any more.
    let register = app.get("/data-requests?state=withdrawn").by(&officer).expect(200).await;
    assert_eq!(register.text("/items/0/request/id"), other);

    // The enterprise's listing and the trail are whole, and name nobody.
    app.get(&format!("/listings/{listing}")).expect(200).await;
    let (deeds, sessions) = traces(&app, id).await;
    assert!(deeds.iter().any(|deed| deed == "listing.created") && deeds.iter().any(|deed| deed == "consent.given"));
    assert!(!sessions.is_empty() && sessions.iter().all(|(ip, agent)| ip.is_none() && agent.is_none()));
    let devices = move |conn: &mut AnyConn| -> store::Result<i64> {
        let theirs = devices::table.filter(devices::account_id.eq(DbId(id.0)));
        Ok(theirs.count().get_result(conn)?)
    };
    assert_eq!(app.exchange().db.read(devices).unwrap(), 0);
    // One letter still goes out: the answer.
    let letters = app.letters_to(&lan.email).await;
    assert!(
        matches!(letters.as_slice(), [Letter::DataRequestAnswered { .. }]),
        "{letters:?}"
    );
    // The address is free again.
    somebody(&app, &lan.email).await;
}

async fn traces(app: &TestApp, id: AccountId) -> (Vec<String>, Vec<(Option<String>, Option<String>)>) {
    let exchange = app.exchange().clone();
    let read = move || {
        exchange.db.read(|conn| {
            let deeds = personal_data::deeds_of(conn, id, 100)?;
            let sessions = personal_data::sessions_of(conn, id, 100)?;
            let deeds = deeds.into_iter().map(|deed| deed.deed).collect();
            let sessions = sessions.into_iter().map(|session| (session.ip, session.user_agent));
            store::Result::Ok((deeds, sessions.collect()))
        })
    };
    tokio::task::spawn_blocking(read).await.unwrap().unwrap()
}

async fn second_owner(app: &TestApp, lan: &Person) {
    let exchange = app.exchange().clone();
    let enterprise: EnterpriseId = lan.enterprise.parse().unwrap();
    let add = move || {
        let email = Email::parse("binh@example.com").unwrap();
        let name = Line::parse("Lê Thanh Bình").unwrap();
        let standing = Standing::Member {
            enterprise,
            role: Role::Owner,
        };
        exchange
            .write_blocking(move |work| demo_account(work, &email, &name, &standing, "none"))
            .unwrap()
    };
    tokio::task::spawn_blocking(add).await.unwrap();
}

/// Writes a letter to somebody, as any use case may.
async fn write(app: &TestApp, person: &Person, letter: Letter) {
    let (exchange, id) = (app.exchange().clone(), account_id(app, person).await);
    let write = move || {
        exchange.write_blocking(move |work| {
            let account = accounts::find(work.conn(), id)?;
            work.send(&Recipient::of(&account), &letter)
        })
    };
    tokio::task::spawn_blocking(write).await.unwrap().unwrap();
}

#[actix_web::test]
async fn restricting_and_withdrawing_are_done_by_the_fulfilment() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::HandleDataRequests, Permission::ManageReferenceData])
        .await;
    let mai = somebody(&app, "mai@example.com").await;
    let text = publish(&app, &officer, &consent_text("newsletter", "1")).await;
    consent(&app, &mai, "newsletter", &text, 201).await;
    app.delete("/me/restriction").by(&mai).expect(404).await;
    for kind in ["restrict", "withdraw"] {
        let id = ask(&app, &mai, kind).await;
        let path = format!("/data-requests/{id}/fulfilment");
        app.post(&path).by(&officer).json(&answer()).expect(200).await;
    }
    let news = || Letter::KeyMade { name: "ERP".into() };
    write(&app, &mai, news()).await;
    write(&app, &mai, Letter::PasswordChanged).await;
    let letters = app.letters_to(&mai.email).await;
    assert!(
        letters.contains(&Letter::PasswordChanged) && !letters.contains(&news()),
        "{letters:?}"
    );

    let copy = app.get("/me/export").by(&mai).expect(200).await;
    assert!(copy.body["account"]["restricted_at"].is_string());
    assert!(copy.body["consents"][0]["withdrawn_at"].is_string());
    app.delete("/me/restriction").by(&mai).expect(204).await;
    write(&app, &mai, news()).await;
    assert!(app.letters_to(&mai.email).await.contains(&news()));
    let copy = app.get("/me/export").by(&mai).expect(200).await;
    assert!(copy.body["account"]["restricted_at"].is_null());
}
