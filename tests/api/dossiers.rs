//! Dossiers: filed by enterprises, entered and handled by officers, read by nobody else.

mod acts;
mod answers;
mod appraised;
mod authorities;
mod codes;
mod consultations;
mod counter;
mod desk;
mod evidence;
mod evidence_limit;
mod filers;
mod from_listing;
mod in_force;
mod languages;
mod lives;
mod missed;
mod model;
mod more_information;
mod notices;
mod opinion_register;
mod opinions;
mod papers;
mod random_lives;
mod receipt;
mod refiled;
mod register;
mod regrouped;
mod reminded;
mod rule_sets;
mod screening;
mod secrecy;
mod sense;
mod slips;
mod successors;
mod terms;
mod transitions;
mod translations;
mod working;
mod worth;

use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::letter::Letter;

use crate::harness::Reply;

pub use desk::{Counter, Desk, content, send_receipt, send_report};
pub use model::last_day;

#[actix_web::test]
async fn what_is_missing_is_told_while_a_dossier_is_written() {
    let desk = Desk::open().await;
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    assert_eq!(
        (
            begun.text("/state/code"),
            &begun.body["number"],
            &begun.body["obligation"],
            &begun.body["may_edit"]
        ),
        ("draft", &Value::Null, &Value::Null, &json!(true))
    );
    let missing = begun.body["missing"].as_array().unwrap();
    assert!(
        missing
            .iter()
            .any(|item| item["member"] == "/technology/name" && item["legal_basis"] == "Luật CGCN Đ.23.1")
    );
    assert!(missing.iter().any(|item| item["document"] == "contract"));
    // Why it must be registered, by whom, before which authority and for how much: before anything is filed.
    let path = format!("/dossiers/{}", begun.text("/id"));
    let put = |version| app_put(&desk, &path, version);
    let full = put(1).json(&content(&desk.tax_code)).expect(200).await;
    assert_eq!(
        (
            full.text("/obligation/duty"),
            full.text("/obligation/filer"),
            full.text("/authority/code")
        ),
        ("mandatory", "transferee", "SKHCN-PT")
    );
    assert_eq!(full.text("/obligation/legal_basis"), "Luật CGCN Đ.31.1.a");
    assert_eq!((full.number("/fee"), &full.body["missing"]), (7_500_000, &json!([])));
    put(1).json(&content(&desk.tax_code)).expect(412).await;
    desk.app.put(&path).by(&desk.owner).json(&json!({})).expect(428).await;
    // The same is no change.
    assert_eq!(
        put(2)
            .json(&content(&desk.tax_code))
            .expect(200)
            .await
            .number("/version"),
        2
    );
    let wrong = json!({
        "direction": "sideways", "technology": {"objects": ["know_how", "know_how"], "fields": ["magic"]},
        "money": {"amount": "1,5", "vnd_value": -1}, "transferee": {"tax_code": "2600357503", "email": "x"},
        "contract": {"ends_on": "31/12/2031"}, "attachments": [{"document": "contract", "sha256": "abc"}],
    });
    let refused = put(2).json(&wrong).expect(422).await;
    assert_eq!(
        refused.pointers(),
        [
            "/transferee/tax_code",
            "/transferee/email",
            "/direction",
            "/contract/ends_on",
            "/technology/objects/1",
            "/technology/fields/0",
            "/money/amount",
            "/money/vnd_value",
            "/money/currency",
            "/attachments/0/sha256",
        ]
    );
    put(2).json(&json!({"colour": "red"})).expect(422).await;
    for (change, duty) in [
        (json!({"technology_status": "prohibited"}), "forbidden"),
        (json!({"technology_status": "restricted"}), "licence"),
        (
            json!({"direction": "domestic", "uses_state_capital": false}),
            "voluntary",
        ),
        (
            json!({"direction": "domestic", "uses_state_capital": true}),
            "mandatory",
        ),
        (
            json!({"direction": "domestic", "uses_state_capital": true, "has_task_result_certificate": true}),
            "voluntary",
        ),
        (json!({"direction": "outbound"}), "mandatory"),
    ] {
        let mut next = content(&desk.tax_code);
        for (name, value) in change.as_object().unwrap() {
            next[name] = value.clone();
        }
        let version = desk.read(&desk.owner, &begun).await.number("/version");
        let seen = put(version).json(&next).expect(200).await;
        assert_eq!(seen.text("/obligation/duty"), duty, "{change}");
    }
}

fn app_put(desk: &Desk, path: &str, version: i64) -> crate::harness::Call {
    desk.app.put(path).by(&desk.owner).if_match(version)
}

#[actix_web::test]
async fn a_dossier_is_handed_in_complete_by_the_party_that_the_law_names() {
    let desk = Desk::open().await;
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let signed = desk.take(&begun, "sign_contract").await;
    let refused = desk.try_event(&signed, "submit").await;
    assert_eq!(refused.status, 422);
    let pointers = refused.pointers();
    assert!(pointers.contains(&"/content/terms/dispute_body") && pointers.contains(&"/content/attachments"));
    assert_eq!(refused.text("/errors/0/code"), "required_by_law");
    assert!(
        refused.text("/errors/0/detail").contains("Luật CGCN Đ.31.1"),
        "{}",
        refused.body
    );

    let path = format!("/dossiers/{}", begun.text("/id"));
    let try_with = async |change: &dyn Fn(&mut Value)| {
        let mut next = content(&desk.tax_code);
        change(&mut next);
        let version = desk.read(&desk.owner, &begun).await.number("/version");
        let seen = app_put(&desk, &path, version).json(&next).expect(200).await;
        desk.try_event(&seen, "submit").await
    };
    // A valid code of somebody else.
    let foreign = try_with(&|next| next["transferee"]["tax_code"] = json!("0100109106")).await;
    assert_eq!(
        (foreign.status, foreign.pointers()),
        (422, vec!["/content/transferee/tax_code"])
    );
    for status in ["prohibited", "restricted"] {
        let refused = try_with(&|next| next["technology_status"] = json!(status)).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/content/technology_status"]),
            "{status}"
        );
    }
    // Whether it is the special budget of defence decides before whom it comes.
    let state_capital = try_with(&|next| next["uses_state_capital"] = json!(true)).await;
    assert_eq!(
        (state_capital.status, state_capital.pointers()),
        (422, vec!["/content/concerns_defence", "/content/money/valuation"])
    );
    let handed_in = try_with(&|_| {}).await;
    assert_eq!(handed_in.status, 200, "{}", handed_in.body);
    let year = desk.today().year();
    assert_eq!(
        (
            handed_in.text("/number"),
            handed_in.text("/state/code"),
            handed_in.number("/rule_version")
        ),
        (format!("HS-REG-{year}-00001").as_str(), "submitted", 0)
    );
    // With the authority nobody changes it.
    let call = app_put(&desk, &path, handed_in.number("/version")).json(&content(&desk.tax_code));
    assert_eq!(call.expect(409).await.code(), "dossier_wrong_state");
}

#[actix_web::test]
async fn terms_begin_anew_and_owners_are_told() {
    let desk = Desk::open().await;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.owner, &new).await;
    let signed = desk.take(&begun, "sign_contract").await;
    assert_eq!(
        (
            signed.text("/due/0/event/code"),
            signed.text("/due/0/by"),
            signed.text("/due/0/side")
        ),
        ("submit", "responsible_party", "filer")
    );
    let handed_in = desk.take(&signed, "submit").await;
    let due = handed_in.text("/due/0/due_on").to_owned();
    assert_eq!(
        (
            handed_in.text("/due/0/event/code"),
            handed_in.text("/due/0/if_missed"),
            handed_in.text("/due/0/verification"),
            handed_in.text("/due/0/side")
        ),
        ("request_completion", "escalate", "unverified", "officer")
    );
    let asked = desk.take(&handed_in, "request_completion").await;
    // Nobody has a term now.
    assert_eq!((&asked.body["due"], &asked.body["due_at"]), (&json!([]), &Value::Null));
    let desk = desk.later(10).await;
    let again = desk.take(&asked, "supplement").await;
    assert!(again.text("/due/0/due_on") > due.as_str(), "the term begins anew");
    assert_eq!(again.text("/due/0/since"), desk.today().to_string());
    assert_eq!(again.text("/number"), handed_in.text("/number"));

    let letters = desk.app.letters_to(&desk.owner.email).await;
    let told = letters.iter().filter_map(|letter| match letter {
        Letter::Dossier(news) => Some((news.event_vi.as_str(), news.note.is_some(), news.number.clone())),
        _ => None,
    });
    let number = handed_in.text("/number").to_owned();
    assert_eq!(told.collect::<Vec<_>>(), [("Yêu cầu bổ sung hồ sơ", true, number)]);
    let again = desk.take(&again, "accept_complete").await;
    // Late, and marked.
    desk.app.clock.pass(30 * 86_400);
    let desk = Desk {
        owner: desk.app.again(&desk.owner).await,
        officer: desk.app.again(&desk.officer).await,
        signer: desk.app.again(&desk.signer).await,
        ..desk
    };
    let seen = desk.read(&desk.officer, &again).await;
    assert_eq!(
        (&seen.body["due"][0]["is_overdue"], &seen.body["is_overdue"]),
        (&json!(true), &json!(true))
    );
    let overdue = desk
        .app
        .get("/dossiers?overdue=true")
        .by(&desk.officer)
        .expect(200)
        .await;
    assert_eq!(overdue.text("/items/0/id"), seen.text("/id"));
    let none = desk
        .app
        .get("/dossiers?overdue=false")
        .by(&desk.officer)
        .expect(200)
        .await;
    assert_eq!(none.body["items"], json!([]));
    desk.take(&seen, "issue").await;
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let history = desk.app.get(&path).by(&desk.owner).expect(200).await;
    let items = history.body["items"].as_array().unwrap();
    let events: Vec<&str> = items.iter().map(|item| item["event"].as_str().unwrap()).collect();
    assert_eq!(
        events,
        [
            "open",
            "sign_contract",
            "submit",
            "request_completion",
            "supplement",
            "accept_complete",
            "issue"
        ]
    );
    let late: Vec<bool> = items.iter().map(|item| item["is_late"] == true).collect();
    assert_eq!(late, [false, false, false, false, false, false, true]);
}

#[actix_web::test]
async fn a_dossier_keeps_the_rules_under_which_it_was_handed_in() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let first = desk.begin(&desk.owner, &new).await;
    let first = desk.take(&desk.take(&first, "sign_contract").await, "submit").await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    for event in rules["events"].as_array_mut().unwrap() {
        if event["code"] == "issue" {
            event["term"]["amount"] = json!(2);
        }
    }
    app.put("/procedures/REG")
        .by(&keeper)
        .if_match(0)
        .json(&rules)
        .expect(200)
        .await;
    let second = desk.begin(&desk.owner, &new).await;
    let second = desk.take(&desk.take(&second, "sign_contract").await, "submit").await;
    let issue_by = async |seen: &Reply| {
        let seen = desk.take(seen, "accept_complete").await;
        let due = seen.body["due"].as_array().unwrap().clone();
        let issue = due.iter().find(|due| due["event"]["code"] == "issue").unwrap();
        (
            seen.number("/rule_version"),
            issue["due_on"].as_str().unwrap().to_owned(),
        )
    };
    let ((old, late), (new, early)) = (issue_by(&first).await, issue_by(&second).await);
    assert_eq!((old, new), (0, 1));
    assert!(early < late, "{early} {late}");
    // A procedure whose rules have ended takes nothing any more.
    rules["valid_from"] = json!("2018-07-01");
    rules["valid_to"] = json!("2020-01-01");
    app.put("/procedures/IP_SUPPORT")
        .by(&keeper)
        .if_match(0)
        .json(&rules)
        .expect(200)
        .await;
    // The version before is still in force.
    desk.begin(&desk.owner, &json!({"procedure": "IP_SUPPORT"})).await;
    app.put("/procedures/ENDED")
        .by(&keeper)
        .if_match(0)
        .json(&rules)
        .expect(200)
        .await;
    for code in ["ENDED", "CERT", "ABSENT", "reg"] {
        let refused = app
            .post("/dossiers")
            .by(&desk.owner)
            .json(&json!({"procedure": code}))
            .expect(422)
            .await;
        assert_eq!(refused.pointers(), ["/procedure"], "{code}");
    }
}

#[actix_web::test]
async fn a_dossier_is_begun_once_with_one_key() {
    let desk = Desk::open().await;
    let begin = || {
        let call = desk
            .app
            .post("/dossiers")
            .by(&desk.owner)
            .header("idempotency-key", "hs-1");
        call.json(&json!({"procedure": "REG"}))
    };
    let (first, second) = (begin().expect(201).await, begin().expect(201).await);
    assert_eq!(first.text("/id"), second.text("/id"));
    let mine = desk.app.get("/me/dossiers").by(&desk.owner).expect(200).await;
    assert_eq!(mine.body["items"].as_array().unwrap().len(), 1);
}
