//! What is certified holds together: a price is worth what is told, the parties are two persons, and what the law asks for because of
//! something else is asked for.

use serde_json::{Value, json};

use super::{Desk, content};
use crate::certificates::certificate_of;
use crate::harness::{Person, Reply};

/// A registration that is handed in, or why not.
async fn submitted(desk: &Desk, text: &Value) -> Reply {
    let new = json!({"procedure": "REG", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    desk.try_event(&desk.take(&begun, "sign_contract").await, "submit")
        .await
}

fn refused_at(refused: &Reply, pointer: &str, basis: &str) {
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec![pointer], "refused_by_law"),
        "{}",
        refused.body
    );
    let detail = refused.text("/errors/0/detail");
    assert!(detail.contains(basis), "{detail}");
}

fn priced(desk: &Desk, money: &Value) -> Value {
    let mut text = content(&desk.tax_code);
    for (member, value) in money.as_object().unwrap() {
        text["money"][member] = value.clone();
    }
    text
}

#[actix_web::test]
async fn a_price_is_worth_what_is_told() {
    let desk = Desk::open().await;
    for (money, pointer) in [
        (
            json!({"amount": "7500000000", "currency": "VND", "vnd_value": 5_000_000_000_i64, "exchange_rate_on": null}),
            "/content/money/vnd_value",
        ),
        (
            json!({"amount": "300000", "currency": "USD", "vnd_value": 300_000}),
            "/content/money/vnd_value",
        ),
        (
            json!({"amount": "300000", "currency": "USD", "exchange_rate": "25000", "vnd_value": 7_600_000_000_i64}),
            "/content/money/vnd_value",
        ),
        (
            json!({"amount": "300000", "currency": "USD", "exchange_rate": "2.5"}),
            "/content/money/exchange_rate",
        ),
        (
            json!({"amount": "7500000000", "currency": "VND", "exchange_rate": "25000", "exchange_rate_on": null}),
            "/content/money/exchange_rate",
        ),
        (
            json!({"amount": "7500000000", "currency": "VND", "exchange_rate_on": "2025-12-01"}),
            "/content/money/exchange_rate_on",
        ),
    ] {
        let refused = submitted(&desk, &priced(&desk, &money)).await;
        refused_at(&refused, pointer, "Luật CGCN Đ.23.6");
        // Amounts are written as people read them.
        let detail = refused.text("/errors/0/detail");
        assert!(!detail.contains("00000"), "{detail}");
    }
    for money in [
        json!({"amount": "7500000000", "currency": "VND", "vnd_value": 7_500_000_000_i64, "exchange_rate_on": null}),
        json!({"amount": "300000", "currency": "USD", "exchange_rate": "25410.5", "vnd_value": 7_623_150_000_i64}),
    ] {
        let taken = submitted(&desk, &priced(&desk, &money)).await;
        assert_eq!(taken.status, 200, "{}", taken.body);
    }
    let wrong = json!({"procedure": "REG", "content": priced(&desk, &json!({"exchange_rate": "25.410,5"}))});
    let refused = desk
        .app
        .post("/dossiers")
        .by(&desk.owner)
        .json(&wrong)
        .expect(422)
        .await;
    assert_eq!(refused.pointers(), ["/content/money/exchange_rate"]);
}

/// A price in another currency is a sum, unless it is a share of what comes in later: then the share is told (Luật CGCN Đ.27.2).
#[actix_web::test]
async fn a_price_without_an_amount_is_told_by_how_it_is_paid() {
    let desk = Desk::open().await;
    let (sum, share, other) = ("lump_or_instalments", "pct_net_revenue", "combined_other");
    let paid = |ways: &[&str]| json!({"amount": null, "payment_methods": ways});
    let with_terms = |mut money: Value| {
        money["payment_terms"] = json!("3 % doanh thu thuần hằng năm, Điều 6 của Hợp đồng");
        money
    };
    for (money, pointer) in [
        (paid(&[sum]), "/content/money/amount"),
        (paid(&[sum, "equity"]), "/content/money/amount"),
        // Words do not make a sum.
        (with_terms(paid(&["equity"])), "/content/money/amount"),
        (paid(&[share]), "/content/money/payment_terms"),
        (paid(&[sum, share]), "/content/money/payment_terms"),
        (paid(&[other]), "/content/money/payment_terms"),
        // Nobody knows a share by the sum beside it.
        (json!({"payment_methods": [sum, share]}), "/content/money/payment_terms"),
    ] {
        let refused = submitted(&desk, &priced(&desk, &money)).await;
        refused_at(&refused, pointer, "Luật CGCN Đ.23.6, 27.2");
    }
    let in_dong = json!({"amount": null, "currency": null, "exchange_rate_on": null});
    for money in [
        in_dong,
        json!({"amount": null, "currency": "VND", "exchange_rate_on": null}),
        with_terms(paid(&[sum, share])),
        with_terms(paid(&[other])),
        json!({"payment_methods": [sum, other]}),
    ] {
        let taken = submitted(&desk, &priced(&desk, &money)).await;
        assert_eq!(taken.status, 200, "{}", taken.body);
    }
    // What is certified of a share is how it is paid, and what the parties take it to be worth.
    let issued = desk
        .counter()
        .register(&priced(&desk, &with_terms(paid(&[share]))))
        .await;
    let certificate = certificate_of(&desk, &issued).await;
    let money = &certificate.body["record"]["money"];
    assert_eq!(
        (
            &money["amount"],
            &money["vnd_value"],
            &money["payment_methods"][0]["code"],
            &money["payment_terms"]
        ),
        (
            &Value::Null,
            &json!(7_500_000_000_i64),
            &json!(share),
            &with_terms(json!({}))["payment_terms"]
        )
    );
}

/// What an amendment makes of a price is held against its value, told or certified.
#[actix_web::test]
async fn an_amended_price_is_worth_what_is_told() {
    let desk = Desk::open().await;
    let registered = desk.counter().register(&content(&desk.tax_code)).await;
    let number = certificate_of(&desk, &registered).await.text("/number").to_owned();
    let mut text = content(&desk.tax_code);
    text["amendment"] = json!({"certificate_number": number, "kinds": ["amendment"], "new_vnd_value": 900_000_000_000_i64,
        "changes": [{"clause": "Điều 5", "before": "300000.00", "after": "360000.00", "member": "/money/amount"}]});
    text["contract"] = json!({});
    text["money"] = json!({"amount": "360000.00", "currency": "USD", "exchange_rate_on": "2025-12-01"});
    let amend = async |text: &Value| {
        let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": text});
        desk.try_event(&desk.begin(&desk.owner, &new).await, "submit").await
    };
    refused_at(&amend(&text).await, "/content/money/vnd_value", "Luật CGCN Đ.23.6");
    text["amendment"]["new_vnd_value"] = json!(9_000_000_000_i64);
    let taken = amend(&text).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
}

/// A price that becomes a share, or a share that becomes a price, is told as in a first dossier: of what would be certified.
#[actix_web::test]
async fn an_amended_way_of_paying_tells_its_sum_or_its_share() {
    let desk = Desk::open().await;
    let (sum, share) = ("lump_or_instalments", "pct_net_revenue");
    let terms = json!("3 % doanh thu thuần hằng năm, Điều 6 của Hợp đồng");
    let certified = async |money: &Value| {
        let issued = desk.counter().register(&priced(&desk, money)).await;
        certificate_of(&desk, &issued).await.text("/number").to_owned()
    };
    let amend = async |number: &str, (before, after): (&str, &str), money: Value| {
        let mut text = content(&desk.tax_code);
        text["amendment"] = json!({"certificate_number": number, "kinds": ["amendment"], "changes": [{"clause": "Điều 6",
            "before": before, "after": after, "member": "/money/payment_methods"}]});
        (text["contract"], text["money"]) = (json!({}), money);
        let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": text});
        desk.try_event(&desk.begin(&desk.owner, &new).await, "submit").await
    };
    let basis = "Luật CGCN Đ.23.6, 27.2";
    // What is to be paid is certified, and how much of it is not told.
    let number = certified(&json!({})).await;
    let refused = amend(&number, (sum, share), json!({"payment_methods": [share]})).await;
    refused_at(&refused, "/content/money/payment_terms", basis);
    let told = json!({"payment_methods": [share], "payment_terms": terms});
    let taken = amend(&number, (sum, share), told).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
}

/// Of what is paid by a share the terms are the price: certified, and amended by what they were and become.
#[actix_web::test]
async fn amended_terms_of_payment_are_held_against_those_in_force() {
    let desk = Desk::open().await;
    let (old, new) = ("3 % doanh thu thuần, Điều 6", "4 % doanh thu thuần, Điều 6");
    let of_share = json!({"amount": null, "payment_methods": ["pct_net_revenue"], "payment_terms": old});
    let issued = desk.counter().register(&priced(&desk, &of_share)).await;
    let number = certificate_of(&desk, &issued).await.text("/number").to_owned();
    let begun = async |change: Value, money: Value| {
        let mut text = content(&desk.tax_code);
        text["amendment"] = json!({"certificate_number": number, "kinds": ["amendment"], "changes": [change]});
        (text["contract"], text["money"]) = (json!({}), money);
        let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": text});
        desk.begin(&desk.owner, &new).await
    };
    let change =
        |before: &str| json!({"clause": "Điều 6", "before": before, "after": new, "member": "/money/payment_terms"});
    let told = json!({"payment_terms": new});
    let refused = desk
        .try_event(&begun(change("9 %"), told.clone()).await, "submit")
        .await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/amendment/changes/0/before"], "not_in_force")
    );
    let unnamed = json!({"clause": "Điều 9", "before": "Cũ", "after": "Mới"});
    let refused = desk.try_event(&begun(unnamed, told.clone()).await, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/money/payment_terms"], "unnamed_change")
    );
    let begun = begun(change(old), told).await;
    assert_eq!(
        begun.body["differences"],
        json!([{"member": "/money/payment_terms", "before": old, "after": new}])
    );
    let mut seen = begun;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    let amended = certificate_of(&desk, &seen).await;
    assert_eq!(amended.text("/record/money/payment_terms"), new);
}

#[actix_web::test]
async fn a_branch_and_its_head_are_one_person() {
    let desk = Desk::open().await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut text = content(&desk.tax_code);
        text["direction"] = json!("domestic");
        text["uses_state_capital"] = json!(false);
        text["transferor"]["country"] = json!("VN");
        change(&mut text);
        text
    };
    let branch = with(&|text| text["transferor"]["tax_code"] = json!(format!("{}-001", desk.tax_code)));
    let refused = submitted(&desk, &branch).await;
    refused_at(&refused, "/content/transferor/tax_code", "BLDS 91/2015/QH13 Đ.84.1");
    // The same name in another form, and no number that tells them apart.
    let namesake = with(&|text| text["transferor"]["name"] = json!("CÔNG TY CỔ PHẦN CO KHI SÔNG THAO"));
    let refused = submitted(&desk, &namesake).await;
    refused_at(&refused, "/content/transferor/name", "Luật CGCN Đ.2.7");
    // Two numbers are two.
    let other = with(&|text| {
        text["transferor"]["name"] = json!("Công ty Cổ phần Cơ khí Sông Thao");
        text["transferor"]["tax_code"] = json!("0300588569");
    });
    let taken = submitted(&desk, &other).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    // An inventor, and the firm that has his name.
    let inventor = with(&|text| {
        text["transferor"]["name"] = json!("Nguyễn Thành Công");
        text["transferee"]["name"] = json!("Công ty TNHH Nguyễn Thành Công");
    });
    let taken = submitted(&desk, &inventor).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    // So are two countries: a firm may be called as its parent abroad.
    let mut parent = content(&desk.tax_code);
    parent["transferor"]["name"] = json!("Sông Thao Cơ khí");
    parent["transferee"]["name"] = json!("Công ty TNHH Sông Thao Cơ khí");
    let taken = submitted(&desk, &parent).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
}

/// What is missing of a registration, by its members.
async fn missing(desk: &Desk, change: &dyn Fn(&mut Value)) -> Vec<String> {
    let mut text = content(&desk.tax_code);
    change(&mut text);
    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "REG", "content": text}))
        .await;
    let missing = begun.body["missing"].as_array().unwrap().iter();
    missing
        .map(|item| item["member"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn what_follows_of_something_else_is_asked_for() {
    let desk = Desk::open().await;
    let none: [&str; 0] = [];
    assert_eq!(missing(&desk, &|_| {}).await, none);
    // Before which authority it comes hangs on who decides on the project.
    let project = |text: &mut Value| text["form"] = json!("investment_project");
    assert_eq!(missing(&desk, &project).await, ["/decided_by"]);
    let told = |text: &mut Value| {
        project(text);
        text["decided_by"] = json!("provincial");
    };
    assert_eq!(missing(&desk, &told).await, none);
    // The price is valued where a party is the State's, or the parties are related.
    let untold = |text: &mut Value| text["parties_are_related"] = Value::Null;
    assert_eq!(missing(&desk, &untold).await, ["/parties_are_related"]);
    let related = |text: &mut Value| text["parties_are_related"] = json!(true);
    assert_eq!(missing(&desk, &related).await, ["/money/valuation"]);
    let of_the_state = |text: &mut Value| text["transferee"]["economic_type"] = json!("state");
    assert_eq!(missing(&desk, &of_the_state).await, ["/money/valuation"]);
    // For two reasons, once.
    let both = |text: &mut Value| {
        related(text);
        of_the_state(text);
        text["uses_state_capital"] = json!(true);
        text["concerns_defence"] = json!(false);
    };
    assert_eq!(missing(&desk, &both).await, ["/money/valuation"]);
    let valued = |text: &mut Value| {
        both(text);
        text["money"]["valuation"] = json!("Chứng thư thẩm định giá số 12/2026");
    };
    assert_eq!(missing(&desk, &valued).await, none);
    let mut text = content(&desk.tax_code);
    related(&mut text);
    let refused = submitted(&desk, &text).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/money/valuation"])
    );
    assert!(refused.text("/errors/0/detail").contains("Luật CGCN Đ.27.3"));
}

/// Projects with a certificate of investment and no decision on their policy.
#[actix_web::test]
async fn a_project_without_a_policy_decision_is_the_departments() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["form"] = json!("investment_project");
    text["decided_by"] = json!("none");
    let taken = submitted(&desk, &text).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(
        (taken.text("/authority/code"), taken.text("/content/decided_by")),
        ("SKHCN-PT", "none")
    );
    text["decided_by"] = json!("nobody");
    let new = json!({"procedure": "REG", "content": text});
    let refused = desk.app.post("/dossiers").by(&desk.owner).json(&new).expect(422).await;
    assert_eq!(refused.pointers(), ["/content/decided_by"]);
}

/// Version 0 asks for more than it did: what was handed in before goes on without it.
#[actix_web::test]
async fn what_is_asked_for_at_first_is_not_asked_for_again() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let text = content(&desk.tax_code);
    let submitted = submitted(&desk, &text).await;
    let asked = desk.take(&submitted, "request_completion").await;
    let seen = desk.read(&desk.owner, &asked).await;
    let put = async |seen: &Reply, text: &Value| {
        let path = format!("/dossiers/{}", seen.text("/id"));
        let call = desk.app.put(&path).by(&desk.owner).if_match(seen.number("/version"));
        call.json(text).expect(200).await
    };
    let mut later = text.clone();
    later["form"] = json!("investment_project");
    later["transferee"]["economic_type"] = json!("state");
    // What was told at first stays told.
    let mut silent = later.clone();
    silent["parties_are_related"] = Value::Null;
    let seen = put(&seen, &silent).await;
    let refused = desk.try_event(&seen, "supplement").await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/parties_are_related"], "required_by_law")
    );
    let seen = put(&seen, &later).await;
    assert_eq!(seen.body["missing"], json!([]));
    desk.take(&seen, "supplement").await;
    // The same is missing of one that was never handed in.
    let new = json!({"procedure": "REG", "content": later});
    let begun = desk.begin(&desk.owner, &new).await;
    let missing = begun.body["missing"].as_array().unwrap().iter();
    let missing: Vec<&str> = missing.map(|item| item["member"].as_str().unwrap()).collect();
    assert_eq!(missing, ["/decided_by", "/money/valuation"]);
}

#[actix_web::test]
async fn officers_are_told_of_another_dossier_of_the_same_contract() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = submitted(&desk, &content(&desk.tax_code)).await;
    let second = submitted(&desk, &content(&desk.tax_code)).await;
    let mut other = content(&desk.tax_code);
    other["technology"]["name"] = json!("Công nghệ lọc nước");
    let other = submitted(&desk, &other).await;
    let twins = async |by: &Person, of: &Reply| desk.read(by, of).await.body["twin_dossiers"].clone();
    assert_eq!(
        twins(&desk.officer, &second).await,
        json!([{"id": first.body["id"], "number": first.body["number"]}])
    );
    assert_eq!(twins(&desk.officer, &other).await, Value::Null);
    assert_eq!(twins(&desk.owner, &second).await, Value::Null);
    // What is over is none.
    desk.take(&first, "withdraw").await;
    assert_eq!(twins(&desk.officer, &second).await, Value::Null);
}
