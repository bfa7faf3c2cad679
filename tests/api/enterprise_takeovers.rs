//! Enterprises that officers entered from a file: who takes one over and how, what files do to one afterwards, whose business they are, and
//! that no interruption enters anything twice.

use diesel::prelude::*;
use serde_json::{Value, json};
use vptex::config::{Flags, Value as _};
use vptex::domain::account::{Permission, Scope};
use vptex::domain::ids::EnterpriseImportId;
use vptex::domain::letter::Letter;
use vptex::store::schema::{enterprise_import_rows, enterprise_imports};
use vptex::store::types::{DbId, DbTs};

use crate::enterprise_imports::{HEAD, ended, import, is_told, row, rows, send};
use crate::harness::{Person, TestApp, tax_code};
use crate::listing_imports::counts;
use crate::mergers::join;

#[actix_web::test]
async fn who_speaks_for_an_imported_enterprise_takes_it_over_and_no_file_overwrites_it_then() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let code = tax_code(9_400);
    let file = format!("{HEAD}{}", row(&code, "Công ty Cổ phần Chè Thanh Sơn", "0912345678"));
    let done = import(&app, &officer, "", file.clone()).await;
    let id = rows(&app, &officer, &done).await[0]["enterprise_id"]
        .as_str()
        .unwrap()
        .to_owned();

    // Registering it anew leads to asking to join.
    let mut registration = app.registration("Công ty Cổ phần Chè Thanh Sơn");
    registration["enterprise"]["tax_code"] = json!(code);
    let taken = app.post("/registrations").json(&registration).expect(409).await;
    assert_eq!(taken.code(), "tax_code_taken");
    assert!(taken.text("/detail").contains("xin tham gia"), "{:#}", taken.body);

    let (person, other) = (app.person().await, app.person().await);
    for asking in [&person, &other] {
        let call = app.post("/join-requests").by(asking);
        call.json(&json!({"tax_code": code})).expect(202).await;
    }
    let clerk = app.officer_who_may(&[Permission::ReviewListings]).await;
    app.get("/moderation/join-requests").by(&clerk).expect(403).await;
    let scope = Scope {
        communes: vec!["00004".into()],
        ..Scope::default()
    };
    let elsewhere = app.officer_for(&[Permission::ReviewEnterprises], scope).await;
    let none = app.get("/moderation/join-requests").by(&elsewhere).expect(200).await;
    assert_eq!(none.body["items"], json!([]));
    let waiting = app.get("/moderation/join-requests").by(&officer).expect(200).await;
    assert_eq!(waiting.body["items"].as_array().unwrap().len(), 2);
    assert_eq!(waiting.text("/items/0/enterprise_id"), id);
    let of_person = waiting.body["items"].as_array().unwrap().iter();
    let of_person: Vec<&Value> = of_person
        .filter(|item| item["email"] == person.email.as_str())
        .collect();
    let request = of_person[0]["id"].as_str().unwrap();
    let place = format!("/enterprises/{id}/join-requests");
    let listed = app.get(&place).by(&officer).expect(200).await;
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 2);

    // The first one in is its owner.
    let approve = |role: &str| {
        let call = app.post(&format!("{place}/{request}/approval")).by(&officer);
        call.json(&json!({"role": role}))
    };
    assert_eq!(approve("editor").expect(422).await.pointers(), ["/role"]);
    let admitted = approve("owner").expect(200).await;
    assert_eq!((admitted.text("/state"), admitted.text("/role")), ("approved", "owner"));
    let letters = app.letters_to(&person.email).await;
    let by_exchange = letters.iter().find_map(|letter| match letter {
        Letter::JoinDecided { by_exchange, .. } => Some(*by_exchange),
        _ => None,
    });
    assert_eq!(by_exchange, Some(true));
    let me = app.get("/me").by(&person).expect(200).await;
    assert_eq!((me.text("/enterprise/id"), me.text("/role")), (id.as_str(), "owner"));

    // From then on it is the owner's to admit people, and nobody else's to change it.
    let none = app.get("/moderation/join-requests").by(&officer).expect(200).await;
    assert_eq!(none.body["items"], json!([]));
    assert_eq!(app.get(&place).by(&officer).expect(409).await.code(), "other_owners");
    let asked = app.get(&place).by(&person).expect(200).await;
    let asked = asked.body["items"].as_array().unwrap().iter();
    let pending: Vec<&Value> = asked.filter(|item| item["state"] == "pending").collect();
    let late = format!("{place}/{}/rejection", pending[0]["id"].as_str().unwrap());
    assert_eq!(app.post(&late).by(&officer).expect(409).await.code(), "other_owners");
    app.post(&late).by(&person).expect(200).await;

    let same = import(&app, &officer, "", file).await;
    assert_eq!(counts(&same), [1, 0, 0, 1, 0]);
    let changed = format!("tax_code,short_name\n{code},Chè\n");
    let kept = import(&app, &officer, "", changed).await;
    assert_eq!(counts(&kept), [1, 0, 0, 1, 0]);
    let told = rows(&app, &officer, &kept).await;
    assert!(
        is_told(&told[0], "notices", "/tax_code", "already_here"),
        "{:#}",
        told[0]
    );
    let words = told[0]["notices"][0]["en"].as_str().unwrap();
    assert!(words.ends_with("in: short_name."), "{words}");
    let seen = app.get(&format!("/enterprises/{id}")).by(&person).expect(200).await;
    assert!(seen.body["short_name"].is_null(), "{:#}", seen.body);

    // It hands itself in to be verified, as whoever's verification is over.
    let version = seen.number("/version");
    let sent = app.post(&format!("/enterprises/{id}/submission")).by(&person);
    let sent = sent.if_match(version).expect(200).await;
    assert_eq!(sent.text("/status"), "active");

    // The first time is not told as another one.
    let approve = app.post(&format!("/enterprises/{id}/approval")).by(&officer);
    let approved = approve.if_match(sent.number("/version")).expect(200).await;
    assert_eq!(approved.text("/verification/state"), "verified");
    let letters = app.letters_to(&person.email).await;
    let about = letters.iter().find_map(|letter| match letter {
        Letter::ReviewDecided(ruling) => Some((ruling.about.as_str(), ruling.until.is_some())),
        _ => None,
    });
    assert_eq!(about, Some(("verification", true)));
    let notices = app.get("/me/notices?limit=1").by(&person).expect(200).await;
    assert_eq!(
        (notices.text("/items/0/vi/subject"), notices.text("/items/0/en/subject")),
        (
            "Đề nghị xác minh doanh nghiệp đã được duyệt",
            "The verification of the enterprise was approved"
        )
    );
}

#[actix_web::test]
async fn what_registered_itself_stays_as_it_is() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let waiting = app.registered_enterprise().await;
    let mut file = HEAD.to_owned();
    for person in [&owner, &waiting] {
        let path = format!("/enterprises/{}", person.enterprise);
        let seen = app.get(&path).by(person).expect(200).await;
        file += &row(seen.text("/tax_code"), "Tên khác hẳn", "0912345678");
    }
    let done = import(&app, &officer, "", file).await;
    assert_eq!(counts(&done), [2, 0, 0, 2, 0]);
    let told = rows(&app, &officer, &done).await;
    for (row, person) in told.iter().zip([&owner, &waiting]) {
        assert!(is_told(row, "notices", "/tax_code", "already_here"), "{row:#}");
        assert_eq!(row["enterprise_id"], person.enterprise.as_str());
    }
    assert!(told[1]["notices"][0]["vi"].as_str().unwrap().contains("đang chờ xử lý"));
}

#[actix_web::test]
async fn officers_enter_what_they_look_after_and_see_their_own_files() {
    let app = TestApp::spawn().await;
    let everywhere = app.officer().await;
    let scope = Scope {
        communes: vec!["00004".into()],
        ..Scope::default()
    };
    let here = app.officer_for(&[Permission::ReviewEnterprises], scope).await;
    let file = format!("{HEAD}{}", row(&tax_code(9_500), "Công ty Cổ phần Chè", "0912345678"));
    let done = import(&app, &here, "", file.clone()).await;
    assert_eq!(counts(&done), [1, 0, 0, 0, 1]);
    let told = rows(&app, &here, &done).await;
    assert!(is_told(&told[0], "problems", "", "forbidden"), "{:#}", told[0]);
    let of_all = import(&app, &everywhere, "", file.clone()).await;
    app.get(&format!("/enterprise-imports/{}", of_all.text("/id")))
        .by(&here)
        .expect(404)
        .await;
    let seen = async |officer: &Person| {
        let page = app.get("/enterprise-imports").by(officer).expect(200).await;
        page.body["items"].as_array().unwrap().len()
    };
    assert_eq!((seen(&here).await, seen(&everywhere).await), (1, 2));
    let owner = app.active_enterprise(&everywhere).await;
    assert_eq!(send(&app, &owner, "", file).await.status, 403);
    let over = app.delete(&format!("/enterprise-imports/{}", of_all.text("/id")));
    assert_eq!(over.by(&everywhere).expect(409).await.code(), "already_decided");
}

#[actix_web::test]
async fn what_is_elsewhere_is_not_told_by_its_identifier_whatever_became_of_it() {
    let app = TestApp::spawn().await;
    let everywhere = app.officer().await;
    let scope = Scope {
        communes: vec!["00004".into()],
        ..Scope::default()
    };
    let here = app.officer_for(&[Permission::ReviewEnterprises], scope).await;
    let owner = app.active_enterprise(&everywhere).await;
    let into = app.active_enterprise(&everywhere).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let seen = app.get(&path).by(&owner).expect(200).await;
    let file = format!("{HEAD}{}", row(seen.text("/tax_code"), "Tên khác hẳn", "0912345678"));
    for is_merged in [false, true] {
        if is_merged {
            join(&app, &everywhere, &owner, &into).await;
        }
        let done = import(&app, &here, "", file.clone()).await;
        assert_eq!(counts(&done), [1, 0, 0, 1, 0]);
        let told = rows(&app, &here, &done).await;
        assert!(
            is_told(&told[0], "notices", "/tax_code", "already_here"),
            "{:#}",
            told[0]
        );
        assert_eq!(told[0]["enterprise_id"], Value::Null);
        let words = told[0]["notices"][0]["vi"].as_str().unwrap();
        assert!(words.contains("ngoài phạm vi"), "{words}");
    }
    let done = import(&app, &everywhere, "", file).await;
    let told = rows(&app, &everywhere, &done).await;
    assert_eq!(told[0]["enterprise_id"], owner.enterprise.as_str());
}

/// What a killed worker leaves: fifty rows are durable, what comes behind is not.
async fn cut_off(app: &TestApp, id: &str) {
    let key: EnterpriseImportId = id.parse().unwrap();
    app.change(move |uow| {
        let behind = enterprise_import_rows::table
            .filter(enterprise_import_rows::import_id.eq(DbId(key.0)))
            .filter(enterprise_import_rows::number.gt(51_i64));
        diesel::delete(behind).execute(uow.conn())?;
        diesel::update(enterprise_imports::table.find(DbId(key.0)))
            .set((
                enterprise_imports::status.eq("waiting"),
                enterprise_imports::rows_done.eq(50_i64),
                enterprise_imports::created_count.eq(50_i64),
                enterprise_imports::ended_at.eq(None::<DbTs>),
            ))
            .execute(uow.conn())?;
        Ok(())
    })
    .await;
}

#[actix_web::test]
async fn an_import_goes_on_behind_what_was_durable() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let all: String = (0..60)
        .map(|at| {
            row(
                &tax_code(9_600 + at),
                &format!("Công ty Cổ phần số {at}"),
                &format!("09123456{at:02}"),
            )
        })
        .collect();
    let twice = row(&tax_code(9_600), "Lần hai", "0912345678");
    let done = import(&app, &officer, "", format!("{HEAD}{all}{twice}")).await;
    assert_eq!(counts(&done), [61, 60, 0, 0, 1]);
    app.by_hand("UPDATE enterprise_imports SET refused_count = 0").await;
    cut_off(&app, done.text("/id")).await;
    let resumed = ended(&app, &officer, done.text("/id")).await;
    // What came behind is there already; the first rows are not done again, and the last one is known to be the second of its number.
    assert_eq!(counts(&resumed), [61, 50, 0, 10, 1]);
    let listed = app.get("/enterprises?limit=100").expect(200).await;
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 60);
}

#[actix_web::test]
async fn an_officer_who_lost_the_right_has_nothing_entered() {
    let app = TestApp::spawn().await;
    let (officer, other) = (app.officer().await, app.officer().await);
    let file = format!("{HEAD}{}", row(&tax_code(9_700), "Công ty Cổ phần Chè", "0912345678"));
    let done = import(&app, &officer, "&dry_run=true", file).await;
    let email = &officer.email;
    app.by_hand(&format!(
        "UPDATE accounts SET permissions = '[]' WHERE email = '{email}'"
    ))
    .await;
    // As if the right had been taken away before the first row.
    app.by_hand("DELETE FROM enterprise_import_rows").await;
    app.by_hand(
        "UPDATE enterprise_imports SET status = 'waiting', is_dry_run = false, rows_done = 0, created_count = 0, \
         ended_at = NULL",
    )
    .await;
    let failed = ended(&app, &other, done.text("/id")).await;
    assert_eq!((failed.text("/status"), failed.text("/fault")), ("failed", "forbidden"));
    assert_eq!(app.get("/enterprises").expect(200).await.body["items"], json!([]));
}

#[actix_web::test]
async fn a_file_sent_twice_with_one_key_is_one() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let file = format!("{HEAD}{}", row(&tax_code(9_800), "Công ty Cổ phần Chè", "0912345678"));
    let send = || {
        let call = app.post("/enterprise-imports?name=a.csv").by(&officer);
        call.header("idempotency-key", "k-1").file("text/csv", file.clone())
    };
    let first = send().expect(202).await;
    let second = send().expect(202).await;
    assert_eq!(first.text("/id"), second.text("/id"));
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
}

/// Where two officers must approve whatever looks like another registration, one of them enters no such thing.
#[actix_web::test]
async fn what_two_officers_must_approve_is_entered_by_none() {
    let mut app = TestApp::prepare();
    app.config.review_second_look_flags = Flags::parse("likely_duplicate").unwrap();
    app.start();
    app.settle().await;
    let officer = app.officer().await;
    let file = format!(
        "{HEAD}{}{}",
        row(&tax_code(9_900), "Công ty Cổ phần Chè Thanh Sơn", "0912345678"),
        row(&tax_code(9_901), "CP Chè Thanh Sơn", "0912345679")
    );
    let done = import(&app, &officer, "", file).await;
    assert_eq!(counts(&done), [2, 1, 0, 0, 1]);
    let told = rows(&app, &officer, &done).await;
    assert!(
        is_told(&told[1], "problems", "", "second_person_required"),
        "{:#}",
        told[1]
    );
}
