//! By how much contracts are worth more or less: in the register's file, and where only the parties know it; and drafts that amend what holds
//! no more.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};

use crate::certificates::{amendment, case_of, certificate_of, old_paper, registered};
use crate::dossiers::Desk;

const DELTA: &str = "/amendment/vnd_delta";

fn hint_of<'a>(seen: &'a Value, member: &str) -> Option<&'a Value> {
    let mut hints = seen["party_hints"].as_array()?.iter();
    hints.find(|hint| hint["member"] == member)
}

#[actix_web::test]
async fn a_decrease_is_a_number_in_every_file() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let less = |text: &mut Value| {
        text["amendment"]["kinds"] = json!(["extension", "amendment"]);
        text["amendment"]["new_vnd_value"] = json!(7_000_000_000_i64);
        text["amendment"]["vnd_delta"] = json!(-500_000_000);
    };
    let begun = amendment(&desk, first.text("/number"), &less).await;
    // What is certified tells the value before: there is nothing to doubt.
    assert_eq!(hint_of(&begun.body, DELTA), None);
    let accepted = desk.take(&desk.take(&begun, "submit").await, "accept_complete").await;
    let amended = certificate_of(&desk, &desk.take(&accepted, "issue").await).await;
    assert_eq!(amended.number("/vnd_delta"), -500_000_000);
    let take = async |format: &str| {
        let query = [("format", format), ("kind", "amendment"), ("language", "en")];
        let call = desk.app.get("/exports/certificates").by(&desk.officer);
        call.query(&query).expect(200).await.bytes
    };
    let text = String::from_utf8(take("csv").await.to_vec()).unwrap();
    assert!(text.contains(";7000000000;-500000000;"), "{text}");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(take("xlsx").await)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<&[Data]> = sheet.rows().collect();
    for (name, value) in [
        ("Value (VND)", 7_000_000_000.0),
        ("Change of value (VND)", -500_000_000.0),
    ] {
        let at = rows[0].iter().position(|cell| *cell == Data::String(name.to_owned()));
        assert_eq!(rows[1][at.unwrap()], Data::Float(value), "{name}");
    }
}

#[actix_web::test]
async fn a_decrease_of_what_nobody_knows_is_bounded_and_hinted_at() {
    let desk = Desk::open().await;
    let mut paper = old_paper(&desk.tax_code);
    // A contract of which nobody knows what it is worth in đồng.
    paper["content"]["money"] = json!({"payment_methods": ["combined_other"], "payment_terms": "Theo phụ lục 3"});
    let call = desk.app.post("/certificates").by(&desk.signer);
    let first = call.json(&paper).expect(201).await;
    let number = first.text("/number");
    let begin = async |value: i64, declared: i64| {
        let change = move |text: &mut Value| {
            text["amendment"]["kinds"] = json!(["extension", "supplement"]);
            text["amendment"]["new_vnd_value"] = json!(value);
            text["amendment"]["vnd_delta"] = json!(declared);
        };
        amendment(&desk, number, &change).await
    };
    let refused = desk
        .try_event(&begin(1_000, -1_000_000_000_000_000).await, "submit")
        .await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/amendment/vnd_delta"], "refused_by_law"),
        "{}",
        refused.body
    );
    let detail = refused.text("/errors/0/detail");
    assert!(detail.contains("1.000.000.000.001.000"), "{detail}");
    // A decrease has no sign beside its word.
    assert!(detail.contains("số giảm 1.000.000.000.000.000 đồng"), "{detail}");
    let begun = begin(8_000_000_000, -2_000_000_000).await;
    let submitted = desk.take(&begun, "submit").await;
    for by in [&desk.owner, &desk.officer] {
        let seen = desk.read(by, &submitted).await;
        let hint = hint_of(&seen.body, DELTA).unwrap_or_else(|| panic!("no hint: {}", seen.body));
        let said = hint["text_vi"].as_str().unwrap();
        assert!(
            said.contains("-2.000.000.000") && said.contains("10.000.000.000"),
            "{said}"
        );
    }
}

#[actix_web::test]
async fn a_draft_tells_that_what_it_amends_holds_no_more() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let begun = amendment(&desk, first.text("/number"), &|_| {}).await;
    let place = "/amendment/certificate_number";
    let lack = |seen: &Value| {
        let mut missing = seen["missing"].as_array().unwrap().iter();
        missing.find(|one| one["member"] == place).cloned()
    };
    assert_eq!(lack(&begun.body), None);
    assert!(begun.body["fee"].is_number(), "{}", begun.body);
    desk.take(&case_of(&desk, &first).await, "annul").await;
    let seen = desk.read(&desk.owner, &begun).await;
    let told = lack(&seen.body).unwrap_or_else(|| panic!("nothing is told: {}", seen.body));
    assert_eq!(told["legal_basis"], "Luật CGCN Đ.32.2");
    let words = told["name_vi"].as_str().unwrap();
    assert!(words.contains(first.text("/number")), "{words}");
    assert_eq!(seen.body["fee"], Value::Null);
    let refused = desk.try_event(&seen, "submit").await;
    assert_eq!((refused.status, refused.code()), (409, "certificate_not_in_force"));
    assert!(refused.text("/detail").contains(words), "{}", refused.body);
}

#[actix_web::test]
async fn a_draft_tells_what_cannot_be_beside_what_it_amends() {
    const ENDS: &str = "/amendment/new_ends_on";
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let set = |member: &'static str, value: Value| move |text: &mut Value| text["amendment"][member] = value.clone();
    for (place, change) in [
        (DELTA, set("vnd_delta", json!(-8_000_000_000_i64))),
        (ENDS, set("new_ends_on", json!("2020-01-01"))),
    ] {
        let begun = amendment(&desk, first.text("/number"), &change).await;
        let missing = begun.body["missing"].as_array().unwrap();
        let told = missing.iter().find(|one| one["member"] == place);
        let told = told.unwrap_or_else(|| panic!("nothing is told of {place}: {}", begun.body));
        let words = told["name_vi"].as_str().unwrap();
        let refused = desk.try_event(&begun, "submit").await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let errors = refused.body["errors"].as_array().unwrap();
        let same = errors.iter().find(|one| one["pointer"] == format!("/content{place}"));
        let detail = same.and_then(|one| one["detail"].as_str()).unwrap_or_default();
        assert!(detail.contains(words), "{detail} {words}");
    }
}
