//! The grounds that the law counts, and what of a procedure is in force on a day.

use jiff::ToSpan as _;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::calendar::day_of;
use vptex::domain::clock::Clock as _;

use crate::harness::TestApp;

pub(super) fn place_of(rules: &Value, code: &str) -> usize {
    let events = rules["events"].as_array().unwrap();
    events.iter().position(|event| event["code"] == code).unwrap()
}

#[actix_web::test]
async fn no_version_refuses_or_annuls_on_other_grounds_than_the_law() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    for (procedure, event, own) in [
        ("REG", "refuse", "NO_TECH_OBJECT"),
        ("AMD", "refuse", "ILLEGAL_CONTENT"),
        ("CERT", "annul", "FORGED_DOSSIER"),
        ("LIC", "annul", "AUTHORITY_REQUEST"),
    ] {
        let path = format!("/procedures/{procedure}");
        let mut rules = app.get(&path).expect(200).await.body["rules"].clone();
        let at = place_of(&rules, event);
        let put = |rules: &Value| app.put(&path).by(&keeper).if_match(0).json(rules);
        rules["events"][at]["grounds"] = json!([own, "ANYTHING"]);
        let refused = put(&rules).expect(422).await;
        assert_eq!(refused.pointers(), [format!("/events/{at}/grounds/1")], "{procedure}");
        let detail = refused.text("/errors/0/detail");
        assert!(detail.contains("Luật CGCN Đ.3"), "{detail}");
        rules["events"][at]["grounds"] = json!([]);
        let refused = put(&rules).expect(422).await;
        assert_eq!(refused.pointers(), [format!("/events/{at}/grounds")], "{procedure}");
        // Fewer is no more than the law allows.
        rules["events"][at]["grounds"] = json!([own]);
        assert_eq!(put(&rules).expect(200).await.number("/version"), 1);
    }
    // What an opinion comes to is no ground of the law's.
    let mut rules = app.get("/procedures/OPN_POLICY").expect(200).await.body["rules"].clone();
    let at = place_of(&rules, "issue_opinion");
    rules["events"][at]["grounds"] = json!(["AGREE", "DISAGREE", "LATER", "NEED_MORE_INFO"]);
    let put = |rules: &Value| app.put("/procedures/OPN_POLICY").by(&keeper).if_match(0).json(rules);
    // Where single outcomes lead: each is one of the event's, once, and leads to a state that there is.
    let mut wrong = rules.clone();
    wrong["events"][at]["to_on_ground"] = json!([
        {"ground": "NEED_MORE_INFO", "to": "awaiting_information"}, {"ground": "NEED_MORE_INFO", "to": "received"},
        {"ground": "NEVER", "to": "received"}, {"ground": "LATER", "to": "nowhere"},
    ]);
    let refused = put(&wrong).expect(422).await;
    let places = ["1/ground", "2/ground", "3/to"].map(|place| format!("/events/{at}/to_on_ground/{place}"));
    assert_eq!(refused.pointers(), places);
    put(&rules).expect(200).await;
}

/// A change of the rules of a procedure, and where it is refused, with a part of the article.
type LeftOut<'a> = (&'a str, &'a str, &'a dyn Fn(&mut Value), &'a [&'a str], &'a str);

/// What makes, ends or allows something is done as the law has it, in whatever version: else one officer alone would annul, and nothing
/// would be annulled.
#[actix_web::test]
async fn no_version_leaves_out_what_the_law_has_done() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let without = |member: &'static str| move |event: &mut Value| drop(event.as_object_mut().unwrap().remove(member));
    let (issues, annuls, comes_of) = (without("issues"), without("annuls"), without("comes_of"));
    let (screening, follows) = (without("needs_screening"), without("follows"));
    let unheld = |event: &mut Value| {
        for member in ["needs_letter", "needs_screening"] {
            event[member] = json!(false);
        }
    };
    let other = |event: &mut Value| event["issues"] = json!("registration");
    let refused = |event: &mut Value| event["follows"]["state"] = json!("rejected");
    let unlike = |event: &mut Value| event["follows"]["same"] = json!(["/technology/name"]);
    let (letter, marks) = (without("needs_letter"), without("marks"));
    let cases: [LeftOut<'_>; 20] = [
        ("REG", "refuse", &letter, &["needs_letter"], "Đ.5.3.d"),
        ("AMD", "refuse", &letter, &["needs_letter"], "Đ.5.3.d"),
        ("APR", "reject", &letter, &["needs_letter"], "Đ.29.4"),
        ("LIC", "refuse", &letter, &["needs_letter"], "Đ.30.5"),
        ("LIC", "annul", &letter, &["needs_letter"], "Đ.7.2"),
        ("CERT", "annul", &letter, &["needs_letter"], "Đ.7.2"),
        ("CERT", "publish_annulment", &marks, &["marks"], "Đ.7.2"),
        ("REG", "issue", &issues, &["issues"], "Đ.31.5"),
        ("REG", "issue", &screening, &["needs_screening"], "Đ.31.6.a"),
        ("AMD", "issue", &issues, &["issues"], "Đ.33.3"),
        ("AMD", "issue", &other, &["issues"], "Đ.33.3"),
        ("APR", "approve", &unheld, &["needs_letter", "needs_screening"], "29.4"),
        ("LIC", "issue", &issues, &["issues"], "Đ.30.5"),
        ("LIC", "issue", &screening, &["needs_screening"], "Đ.28.1"),
        ("LIC", "annul", &annuls, &["annuls"], "Đ.32.2"),
        ("LIC", "sign_contract", &follows, &["follows", "follows/same"], "Đ.30.2"),
        ("LIC", "sign_contract", &refused, &["follows"], "Đ.30.2"),
        ("LIC", "sign_contract", &unlike, &["follows/same"], "Đ.30.2"),
        ("CERT", "annul", &annuls, &["annuls"], "Đ.32.2"),
        ("CERT", "issue", &comes_of, &["comes_of"], "Đ.31.5"),
    ];
    for (procedure, event, change, members, article) in cases {
        let path = format!("/procedures/{procedure}");
        let mut rules = app.get(&path).expect(200).await.body["rules"].clone();
        let at = place_of(&rules, event);
        change(&mut rules["events"][at]);
        let put = app.put(&path).by(&keeper).if_match(0).json(&rules);
        let refused = put.expect(422).await;
        let places: Vec<String> = members.iter().map(|member| format!("/events/{at}/{member}")).collect();
        assert_eq!(refused.pointers(), places, "{procedure} {event}: {}", refused.body);
        for error in refused.body["errors"].as_array().unwrap() {
            let told = (
                error["code"].as_str(),
                error["detail"].as_str().unwrap().contains(article),
            );
            assert_eq!(told, (Some("refused_by_law"), true), "{error}");
        }
        assert_eq!(app.get(&path).expect(200).await.number("/version"), 0);
    }
}

/// Called otherwise it is known by what it does.
#[actix_web::test]
async fn events_may_be_called_otherwise() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    for (procedure, event) in [("REG", "issue"), ("APR", "approve"), ("LIC", "sign_contract")] {
        let path = format!("/procedures/{procedure}");
        let mut rules = app.get(&path).expect(200).await.body["rules"].clone();
        let at = place_of(&rules, event);
        rules["events"][at]["code"] = json!("renamed");
        let put = app.put(&path).by(&keeper).if_match(0).json(&rules);
        assert_eq!(put.expect(200).await.number("/version"), 1, "{procedure}");
    }
}

/// Nor is it left out by another event beside, or by there being none.
#[actix_web::test]
async fn nothing_is_annulled_by_another_event_or_by_none() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let put = |rules: &Value| app.put("/procedures/CERT").by(&keeper).if_match(0).json(rules);
    let rules = app.get("/procedures/CERT").expect(200).await.body["rules"].clone();
    let mut beside = rules.clone();
    let at = rules["events"].as_array().unwrap().len();
    let mut alone = rules["events"][place_of(&rules, "annul")].clone();
    alone["code"] = json!("strike_off");
    alone.as_object_mut().unwrap().remove("annuls");
    beside["events"].as_array_mut().unwrap().push(alone);
    let refused = put(&beside).expect(422).await;
    assert_eq!(refused.pointers(), [format!("/events/{at}/annuls")], "{}", refused.body);
    // What is called otherwise annuls all the same.
    let mut renamed = rules.clone();
    let annul = place_of(&rules, "annul");
    renamed["events"][annul]["code"] = json!("strike_off");
    let mut none = rules.clone();
    let gone = ["annulled", "repayment_due", "enforcement", "closed"];
    let is_gone = |state: &Value| gone.iter().any(|gone| state == gone);
    none["states"]
        .as_array_mut()
        .unwrap()
        .retain(|state| !is_gone(&state["code"]));
    none["events"]
        .as_array_mut()
        .unwrap()
        .retain(|event| !is_gone(&event["to"]));
    let refused = put(&none).expect(422).await;
    // Nor is the annulment told, nor published.
    assert_eq!(refused.pointers(), ["/events"; 3], "{}", refused.body);
    let detail = refused.text("/errors/0/detail");
    assert!(detail.contains("Luật CGCN Đ.32.2"), "{detail}");
    put(&renamed).expect(200).await;
}

/// The rules of a code that came with the program.
pub(super) async fn rules_of(app: &TestApp, code: &str) -> Value {
    app.get(&format!("/procedures/{code}")).expect(200).await.body["rules"].clone()
}

/// A copy of something in a list of the rules that has a code, under another one, at the end of the list; gives its place.
fn copy<'r>(rules: &'r mut Value, list: &str, (code, other): (&str, &str)) -> (usize, &'r mut Value) {
    let list = rules[list].as_array_mut().unwrap();
    let mut copied = list.iter().find(|one| one["code"] == code).unwrap().clone();
    copied["code"] = json!(other);
    list.push(copied);
    let at = list.len() - 1;
    (at, &mut list[at])
}

/// A second event beside that which is called so: it does the same, wherever it leads.
#[actix_web::test]
async fn what_is_done_beside_is_asked_the_same() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let put = |code: &str, rules: &Value| {
        let path = format!("/procedures/{code}");
        app.put(&path).by(&keeper).if_match(0).json(rules)
    };
    let mut rules = rules_of(&app, "REG").await;
    copy(&mut rules, "states", ("certified", "certified_fast"));
    let (at, fast) = copy(&mut rules, "events", ("issue", "issue_fast"));
    fast["to"] = json!("certified_fast");
    fast["needs_screening"] = json!(false);
    let refused = put("REG", &rules).expect(422).await;
    let place = format!("/events/{at}/needs_screening");
    assert_eq!(refused.pointers(), [place.as_str()], "{}", refused.body);
    rules["events"][at]["needs_screening"] = json!(true);
    put("REG", &rules).expect(200).await;

    // The state counts also where something else is called so.
    let mut rules = rules_of(&app, "APR").await;
    copy(&mut rules, "states", ("rejected", "noted"));
    let (at, now) = copy(&mut rules, "events", ("approve", "approve_now"));
    now["needs_screening"] = json!(false);
    let named = place_of(&rules, "approve");
    rules["events"][named]["to"] = json!("noted");
    let refused = put("APR", &rules).expect(422).await;
    let place = format!("/events/{at}/needs_screening");
    assert_eq!(refused.pointers(), [place.as_str()], "{}", refused.body);
}

/// Whatever the procedure is called in which something is issued.
#[actix_web::test]
async fn another_code_is_asked_the_same() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    for (code, event, member, places) in [
        ("REG", "issue", "needs_screening", &["needs_screening"][..]),
        ("AMD", "issue", "needs_screening", &["needs_screening"][..]),
        ("LIC", "issue", "needs_screening", &["needs_screening"][..]),
        ("LIC", "sign_contract", "follows", &["follows", "follows/same"][..]),
        ("LIC", "annul", "needs_letter", &["needs_letter"][..]),
    ] {
        let mut rules = rules_of(&app, code).await;
        let at = place_of(&rules, event);
        rules["events"][at].as_object_mut().unwrap().remove(member);
        let put = app.put(&format!("/procedures/{code}2")).by(&keeper).if_match(0);
        let refused = put.json(&rules).expect(422).await;
        let places: Vec<String> = places.iter().map(|place| format!("/events/{at}/{place}")).collect();
        assert_eq!(refused.pointers(), places, "{code} {event}: {}", refused.body);
    }
}

/// What leads back to an annulled certificate annuls nothing anew.
#[actix_web::test]
async fn what_leads_back_is_no_annulment() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    for (code, actor) in [("CERT", "issuing_authority"), ("LIC", "licensing_authority")] {
        let mut rules = rules_of(&app, code).await;
        rules["events"].as_array_mut().unwrap().push(json!({
            "code": "demand_withdrawn", "name_vi": "Rút thông báo hoàn trả", "name_en": "The demand is withdrawn",
            "from": ["repayment_due"], "to": "annulled", "actor": actor, "needs_note": true, "legal_basis": "Thực tiễn",
        }));
        let put = app.put(&format!("/procedures/{code}")).by(&keeper).if_match(0);
        put.json(&rules).expect(200).await;
    }
}

#[actix_web::test]
async fn a_procedure_is_told_as_it_is_in_force() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let today = day_of(app.clock.now());
    let begins = today.checked_add(40.days()).unwrap();
    let mut rules = app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    rules["valid_from"] = json!(begins);
    rules["fee"]["maximum"] = json!(1_000_000_000);
    let put = |version| app.put("/procedures/REG").by(&keeper).if_match(version).json(&rules);
    put(0).expect(200).await;
    let told = async |query: &str| {
        let seen = app.get(&format!("/procedures/REG{query}")).expect(200).await;
        (
            seen.number("/version"),
            seen.body["is_in_force"].clone(),
            seen.body["newer"].clone(),
        )
    };
    let ahead = json!([{"version": 1, "valid_from": begins, "valid_to": null}]);
    assert_eq!(told("").await, (0, json!(true), ahead.clone()));
    assert_eq!(told(&format!("?on={today}")).await, (0, json!(true), ahead));
    let then = told(&format!("?on={begins}")).await;
    assert_eq!(then, (1, json!(true), json!([])));
    // Before there was any law of it there are no rules.
    for before in ["1990-01-01", "2018-06-30"] {
        app.get(&format!("/procedures/REG?on={before}")).expect(404).await;
        let listed = app.get(&format!("/procedures?on={before}")).expect(200).await;
        assert_eq!(listed.body["items"], json!([]), "{before}");
    }
    let listed = async |query: &str| {
        let listed = app.get(&format!("/procedures{query}")).expect(200).await;
        let items = listed.body["items"].as_array().unwrap();
        items.iter().find(|item| item["code"] == "REG").unwrap().clone()
    };
    let (now, then) = (listed("").await, listed(&format!("?on={begins}")).await);
    let newer = json!([{"version": 1, "valid_from": begins, "valid_to": null}]);
    assert_eq!(
        (&now["version"], &now["is_in_force"], &now["newer"]),
        (&json!(0), &json!(true), &newer)
    );
    assert_eq!(
        (&then["version"], &then["is_in_force"], &then["newer"]),
        (&json!(1), &json!(true), &json!([]))
    );
    app.get("/procedures?on=tomorrow").expect(400).await;
    let page = app.get(&format!("/procedures?limit=1&on={today}")).expect(200).await;
    let next = page.text("/page/next");
    app.get(&format!("/procedures?limit=1&on={today}&after={next}"))
        .expect(200)
        .await;
    let other = app.get(&format!("/procedures?limit=1&after={next}")).expect(400).await;
    assert_eq!(other.code(), "invalid_cursor");
    for wrong in ["tomorrow", "2026-02-30", "2026-1-1", ""] {
        app.get(&format!("/procedures/REG?on={wrong}")).expect(400).await;
    }
    let listed = app.get("/procedures").expect(200).await;
    let items = listed.body["items"].as_array().unwrap();
    let registration = items.iter().find(|item| item["code"] == "REG").unwrap();
    assert_eq!(
        (&registration["version"], &registration["is_in_force"]),
        (&json!(0), &json!(true))
    );
    // Another version takes the place of the newest, also where that is ahead.
    rules["fee"]["maximum"] = json!(900_000_000);
    let put = |version| app.put("/procedures/REG").by(&keeper).if_match(version).json(&rules);
    put(0).expect(412).await;
    assert_eq!(put(1).expect(200).await.number("/version"), 2);
}
