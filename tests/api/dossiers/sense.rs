//! What makes no sense is not handed in: days that cannot follow each other, parties that are one, values that nobody can read.

use jiff::ToSpan as _;
use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::{Counter, Desk, content};
use crate::harness::Reply;

/// A registration whose content was changed, as it is handed in after its contract was signed today.
async fn handed_in(desk: &Desk, change: impl Fn(&mut Value)) -> Reply {
    let mut text = content(&desk.tax_code);
    change(&mut text);
    let new = json!({"procedure": "REG", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    let signed = desk.try_event(&begun, "sign_contract").await;
    if signed.status != 200 {
        return signed;
    }
    desk.try_event(&signed, "submit").await
}

fn told(refused: &Reply) -> (u16, Vec<&str>, &str) {
    (refused.status, refused.pointers(), refused.text("/errors/0/code"))
}

#[actix_web::test]
async fn a_contract_ends_after_it_was_signed() {
    let desk = Desk::open().await;
    // A run over midnight would be of two days.
    desk.app.clock.hold();
    let begun = desk
        .begin(
            &desk.owner,
            &json!({"procedure": "REG", "content": content(&desk.tax_code)}),
        )
        .await;
    let path = format!("/dossiers/{}", begun.text("/id"));
    let sign = async |seen: &Reply, day: String| {
        let body = json!({"event": "sign_contract", "given_on": day});
        desk.post(seen, &desk.owner, &body).await
    };
    // Nobody means such a day.
    let refused = sign(&begun, "1989-12-31".to_owned()).await;
    assert_eq!(told(&refused), (422, vec!["/given_on"], "out_of_range"));
    assert!(
        refused.text("/errors/0/detail").contains("Luật CGCN Đ.22, 23"),
        "{}",
        refused.body
    );
    let ending = async |seen: &Reply, last: String| {
        let mut text = content(&desk.tax_code);
        text["contract"]["ends_on"] = json!(last);
        let call = desk.app.put(&path).by(&desk.owner).if_match(seen.number("/version"));
        call.json(&text).expect(200).await
    };
    let ended = ending(&begun, "2020-01-01".to_owned()).await;
    let refused = sign(&ended, desk.today().to_string()).await;
    assert_eq!(told(&refused), (422, vec!["/given_on"], "refused_by_law"));
    assert!(
        refused.text("/errors/0/detail").contains("Luật CGCN Đ.23.7"),
        "{}",
        refused.body
    );
    // An end that was written after the signature.
    let days_ago = |days: i64| desk.today().checked_sub(days.days()).unwrap().to_string();
    let whole = ending(&ended, "2031-12-31".to_owned()).await;
    let mut seen = sign(&whole, days_ago(9)).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    // Before the contract was signed.
    seen = ending(&seen, days_ago(10)).await;
    let refused = desk.try_event(&seen, "submit").await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/contract/ends_on"], "refused_by_law")
    );
    let seen = ending(&seen, days_ago(9)).await;
    let taken = desk.take(&seen, "submit").await;
    assert_eq!(taken.body["is_late"], false);
}

/// The law gives 90 days from the signature, of which a short contract need not last all; and what is late is taken, too.
#[actix_web::test]
async fn a_contract_that_is_over_by_then_is_handed_in_all_the_same() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let ends_on = desk.today().checked_add(60.days()).unwrap();
    let begin = async |mut new: Value, status: &str| {
        let mut text = content(&desk.tax_code);
        text["technology_status"] = json!(status);
        text["contract"]["ends_on"] = json!(ends_on);
        new["content"] = text;
        desk.begin(&desk.owner, &new).await
    };
    let mut signed = Vec::new();
    for _ in 0..2 {
        let begun = begin(json!({"procedure": "REG"}), "normal").await;
        signed.push(desk.take(&begun, "sign_contract").await);
    }
    let approval = begin(json!({"procedure": "APR"}), "restricted").await;
    let approved = desk.take(&desk.take(&approval, "submit").await, "approve").await;
    let new = json!({"procedure": "LIC", "given_on": desk.today(), "follows": approved.body["id"]});
    let licence = begin(new, "restricted").await;
    // Of the 90 days ten are left, of the 60 for a licence none.
    let desk = desk.later(80).await;
    let taken = desk.take(&signed[0], "submit").await;
    assert_eq!(taken.body["is_late"], false);
    let accepted = desk.take(&taken, "accept_complete").await;
    let issued = desk.take(&accepted, "issue").await;
    assert_eq!(issued.text("/state/code"), "certified");
    assert_eq!(desk.take(&licence, "submit").await.body["is_late"], true);
    let desk = desk.later(30).await;
    assert_eq!(desk.take(&signed[1], "submit").await.body["is_late"], true);
}

#[actix_web::test]
async fn what_is_handed_in_late_is_told_so_in_lists_too() {
    let desk = Desk::open().await;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.owner, &new).await;
    let signed = desk.take(&begun, "sign_contract").await;
    let desk = desk.later(120).await;
    assert_eq!(desk.take(&signed, "submit").await.body["is_late"], true);
    let in_time = desk.begin(&desk.owner, &new).await;
    let in_time = desk.take(&in_time, "sign_contract").await;
    desk.take(&in_time, "submit").await;
    let list = desk.app.get("/dossiers").by(&desk.officer).expect(200).await;
    let items = list.body["items"].as_array().unwrap();
    let late: Vec<&Value> = items.iter().map(|item| &item["is_late"]).collect();
    assert_eq!(late, [&json!(false), &json!(true)]);
}

#[actix_web::test]
async fn parties_are_two_and_stand_where_the_direction_says() {
    let desk = Desk::open().await;
    for (direction, giver, taker, is_taken) in [
        ("inbound", "JP", "VN", true),
        ("inbound", "VN", "VN", false),
        ("inbound", "JP", "LA", false),
        ("domestic", "JP", "VN", false),
        ("domestic", "VN", "VN", true),
    ] {
        let seen = handed_in(&desk, |text| {
            text["direction"] = json!(direction);
            text["uses_state_capital"] = json!(false);
            text["transferor"]["country"] = json!(giver);
            text["transferee"]["country"] = json!(taker);
            if taker != "VN" {
                text["transferee"]["commune_code"] = Value::Null;
            }
        })
        .await;
        if is_taken {
            assert_eq!(seen.status, 200, "{direction} {giver} {taker}: {}", seen.body);
        } else {
            assert_eq!(told(&seen), (422, vec!["/content/direction"], "refused_by_law"));
            assert!(
                seen.text("/errors/0/detail").contains("Luật CGCN Đ.2.8"),
                "{}",
                seen.body
            );
        }
    }
    let alone = handed_in(&desk, |text| text["transferor"]["tax_code"] = json!(desk.tax_code)).await;
    assert_eq!(
        told(&alone),
        (422, vec!["/content/transferor/tax_code"], "refused_by_law")
    );
}

#[actix_web::test]
async fn whose_money_it_is_is_told_of_what_stays_within_the_country() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["direction"] = json!("domestic");
    text["transferor"]["country"] = json!("VN");
    let new = json!({"procedure": "REG", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    // Nothing is said of a duty that hangs on what is not told.
    assert_eq!(begun.body["obligation"], Value::Null);
    let missing = begun.body["missing"].as_array().unwrap();
    let asked: Vec<(&str, &str)> = missing
        .iter()
        .map(|item| (item["member"].as_str().unwrap(), item["legal_basis"].as_str().unwrap()))
        .collect();
    assert_eq!(asked, [("/uses_state_capital", "Luật CGCN Đ.31.1.c")]);
    let signed = desk.take(&begun, "sign_contract").await;
    let refused = desk.try_event(&signed, "submit").await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/uses_state_capital"], "required_by_law")
    );
    // That it uses none is an answer.
    let none = handed_in(&desk, |text| {
        text["direction"] = json!("domestic");
        text["transferor"]["country"] = json!("VN");
        text["uses_state_capital"] = json!(false);
    })
    .await;
    assert_eq!((none.status, none.text("/obligation/duty")), (200, "voluntary"));
}

#[actix_web::test]
async fn money_is_of_a_currency_that_there_is_with_the_day_of_its_rate() {
    let desk = Desk::open().await;
    let undated = handed_in(&desk, |text| text["money"]["exchange_rate_on"] = Value::Null).await;
    assert_eq!(
        told(&undated),
        (422, vec!["/content/money/exchange_rate_on"], "required_by_law")
    );
    let own = handed_in(&desk, |text| {
        text["money"] = json!({"amount": "7500000000", "currency": "VND", "vnd_value": 7_500_000_000_i64,
            "payment_methods": ["lump_or_instalments"]});
    })
    .await;
    assert_eq!(own.status, 200, "{}", own.body);
    // What has not the form that it should have names the article, too.
    for (pointer, name, value, basis) in [
        ("/content/money/currency", ("money", "currency"), "ZZZ", ""),
        (
            "/content/contract/ends_on",
            ("contract", "ends_on"),
            "2026-02-30",
            "(Luật CGCN Đ.23.7).",
        ),
        (
            "/content/technology/objects",
            ("technology", "objects"),
            "magic",
            "(Luật CGCN Đ.23.2).",
        ),
    ] {
        let mut text = content(&desk.tax_code);
        let is_list = text[name.0][name.1].is_array();
        text[name.0][name.1] = if is_list { json!([value]) } else { json!(value) };
        let new = json!({"procedure": "REG", "content": text});
        let refused = desk.app.post("/dossiers").by(&desk.owner).json(&new).expect(422).await;
        assert!(refused.pointers()[0].starts_with(pointer), "{}", refused.body);
        assert_eq!(refused.text("/errors/0/code"), "malformed");
        assert!(refused.text("/errors/0/detail").ends_with(basis), "{}", refused.body);
    }
    let reviewed = desk.counter().accepted(&content(&desk.tax_code)).await;
    let refuse = json!({"event": "refuse", "ground": "TOO_UGLY", "note": "Không đẹp."});
    let refused = desk.post(&reviewed, &desk.officer, &refuse).await;
    // With what else it lacks.
    assert_eq!(
        told(&refused),
        (422, vec!["/ground", "/letter_number", "/letter_on"], "malformed")
    );
    assert!(
        refused.text("/errors/0/detail").contains("Luật CGCN Đ.31"),
        "{}",
        refused.body
    );
}

#[actix_web::test]
async fn letters_that_cannot_be_printed_are_told_before_they_are_handed_in() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["transferor"]["name"] = json!("中村精機");
    let new = json!({"procedure": "REG", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    let missing = begun.body["missing"].as_array().unwrap();
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert_eq!(missing[0]["member"], "/transferor/name");
    assert!(missing[0]["name_vi"].as_str().unwrap().contains('中'), "{missing:?}");
    let signed = desk.take(&begun, "sign_contract").await;
    let refused = desk.try_event(&signed, "submit").await;
    assert_eq!(told(&refused), (422, vec!["/content/transferor/name"], "not_printable"));
    // Nobody prints a certificate of what only supports a product.
    let new = json!({"procedure": "IP_SUPPORT", "content": new["content"]});
    let begun = desk.begin(&desk.owner, &new).await;
    assert_eq!(begun.body["missing"], json!([]));
    desk.take(&begun, "submit").await;
}

#[actix_web::test]
async fn only_restricted_technology_is_approved_and_licensed() {
    let desk = Desk::open().await;
    // A run over midnight would be of two days.
    desk.app.clock.hold();
    let text = content(&desk.tax_code);
    let with = |status: &str| {
        let mut text = text.clone();
        text["technology_status"] = json!(status);
        text
    };
    for (status, code) in [
        ("prohibited", "prohibited"),
        ("normal", "refused_by_law"),
        ("encouraged", "refused_by_law"),
    ] {
        let new = json!({"procedure": "APR", "content": with(status)});
        let begun = desk.begin(&desk.owner, &new).await;
        let refused = desk.try_event(&begun, "submit").await;
        assert_eq!(
            told(&refused),
            (422, vec!["/content/technology_status"], code),
            "{status}"
        );
    }
    let new = json!({"procedure": "APR", "content": with("restricted")});
    let begun = desk.begin(&desk.owner, &new).await;
    let submitted = desk.take(&begun, "submit").await;
    let approved = desk.take(&submitted, "approve").await;
    let licence = |content: Value, given_on: String| json!({"procedure": "LIC", "follows": approved.body["id"], "given_on": given_on, "content": content});
    // The contract comes after the approval.
    let before = desk.today().checked_sub(1.days()).unwrap().to_string();
    let early = licence(with("restricted"), before);
    let refused = desk
        .app
        .post("/dossiers")
        .by(&desk.owner)
        .json(&early)
        .expect(422)
        .await;
    assert_eq!(told(&refused), (422, vec!["/given_on"], "refused_by_law"));
    assert!(
        refused.text("/errors/0/detail").contains("Luật CGCN Đ.30.2"),
        "{}",
        refused.body
    );
    let today = desk.today().to_string();
    for (status, code) in [("prohibited", "prohibited"), ("normal", "refused_by_law")] {
        let begun = desk.begin(&desk.owner, &licence(with(status), today.clone())).await;
        let refused = desk.try_event(&begun, "submit").await;
        assert_eq!(
            told(&refused),
            (422, vec!["/content/technology_status"], code),
            "{status}"
        );
    }
    // And is for whom and about what was approved.
    for (party, name) in [("transferor", "Bên giao khác hẳn"), ("transferee", "Bên nhận khác hẳn")] {
        let mut other = with("restricted");
        other[party]["name"] = json!(name);
        let begun = desk.begin(&desk.owner, &licence(other, today.clone())).await;
        let refused = desk.try_event(&begun, "submit").await;
        let pointer = format!("/content/{party}/name");
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.pointers().contains(&pointer.as_str()), "{}", refused.body);
    }
    let mut other = with("restricted");
    other["technology"]["name"] = json!("Công nghệ khác hẳn hồ sơ chấp thuận");
    let begun = desk.begin(&desk.owner, &licence(other, today.clone())).await;
    let refused = desk.try_event(&begun, "submit").await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/technology/name"], "refused_by_law")
    );
    let detail = refused.text("/errors/0/detail");
    assert!(
        detail.contains("Công nghệ sấy lúa tầng sôi") && detail.contains("Công nghệ khác hẳn"),
        "{detail}"
    );
    let begun = desk.begin(&desk.owner, &licence(with("restricted"), today)).await;
    desk.take(&begun, "submit").await;
}

#[actix_web::test]
async fn officers_are_told_of_a_certificate_of_the_same_contract() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = desk.counter().register(&content(&desk.tax_code)).await;
    let number = first.body["certificate"]["number"].clone();
    let again = desk.counter().accepted(&content(&desk.tax_code)).await;
    let hint = desk.read(&desk.officer, &again).await.body["earlier_certificates"].clone();
    assert_eq!(hint[0]["number"], number);
    assert_eq!(hint.as_array().unwrap().len(), 1);
    // No hint of itself, none for the parties, none of another technology.
    let own = desk.read(&desk.officer, &first).await;
    assert_eq!(own.body["earlier_certificates"], Value::Null);
    let party = desk.read(&desk.owner, &again).await;
    assert_eq!(party.body["earlier_certificates"], Value::Null);
    let mut other = content(&desk.tax_code);
    other["technology"]["name"] = json!("Công nghệ lọc nước");
    let other = desk.counter().accepted(&other).await;
    let seen = desk.read(&desk.officer, &other).await;
    assert_eq!(seen.body["earlier_certificates"], Value::Null);
    // Nor of another enterprise of the same name.
    let namesake = desk.app.active_enterprise(&desk.app.officer().await).await;
    let path = format!("/enterprises/{}", namesake.enterprise);
    let code = desk.app.get(&path).by(&namesake).expect(200).await;
    let domestic = |code: &str| {
        let mut text = content(code);
        text["direction"] = json!("domestic");
        text["uses_state_capital"] = json!(false);
        text["transferor"]["country"] = json!("VN");
        text["transferor"]["tax_code"] = json!("0100109106");
        text
    };
    let counter = Counter {
        owner: &namesake,
        ..desk.counter()
    };
    counter.register(&domestic(code.text("/tax_code"))).await;
    let other = desk.counter().accepted(&domestic(&desk.tax_code)).await;
    let seen = desk.read(&desk.officer, &other).await;
    assert_eq!(seen.body["earlier_certificates"], Value::Null, "{}", seen.body);
    // Nothing is refused for it.
    let again = desk.read(&desk.officer, &again).await;
    desk.take(&again, "issue").await;
}

#[actix_web::test]
async fn conditions_on_content_are_checked_with_the_rules() {
    let desk = Desk::open().await;
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = desk.app.get("/procedures/LIC").expect(200).await.body["rules"].clone();
    let signs = &mut rules["events"][0];
    assert_eq!(signs["code"], "sign_contract");
    signs["marks"][0]["earliest"] = json!("1990");
    signs["marks"][0]["not_after"] = json!("/contract/begins_on");
    signs["follows"]["not_before"] = json!("Ngày");
    signs["follows"]["same"] = json!(["/technology/colour"]);
    rules["checklist"][0]["is"] = json!("domestic");
    let put = desk.app.put("/procedures/LIC").by(&keeper).if_match(0).json(&rules);
    let refused = put.expect(422).await;
    let mut pointers = refused.pointers();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/checklist/0/is",
            "/events/0/follows/not_before",
            "/events/0/follows/same/0",
            "/events/0/marks/0/earliest",
            "/events/0/marks/0/not_after",
        ]
    );
}
