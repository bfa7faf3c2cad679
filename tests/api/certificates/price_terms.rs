//! Shares that are paid and the contract's words of them are of one price, and what falls away with another one is shown.

use serde_json::{Value, json};

use super::{amendment, certificate_of};
use crate::dossiers::{Desk, content};
use crate::harness::Reply;

const OLD: &str = "3,5 % doanh thu thuần hằng năm";
const NEW: &str = "4 % doanh thu thuần hằng năm";

fn by_share(text: &mut Value) {
    text["contract"]["term_months"] = json!(48);
    text["money"]["payment_methods"] = json!(["lump_or_instalments", "pct_net_revenue"]);
    text["money"]["payment_terms"] = json!(OLD);
    text["money"]["shares"] = json!([{"method": "pct_net_revenue", "percent": "3.5"}]);
}

async fn certified(desk: &Desk) -> Reply {
    let mut text = content(&desk.tax_code);
    by_share(&mut text);
    certificate_of(desk, &desk.counter().register(&text).await).await
}

async fn tried(desk: &Desk, number: &str, change: &dyn Fn(&mut Value)) -> Reply {
    let begun = amendment(desk, number, change).await;
    desk.try_event(&begun, "submit").await
}

/// An amendment of the price alone.
fn of_price(money: Value, changes: Value) -> impl Fn(&mut Value) {
    move |text: &mut Value| {
        text["amendment"]["kinds"] = json!(["amendment"]);
        text["amendment"]["new_ends_on"] = Value::Null;
        text["amendment"]["changes"] = changes.clone();
        text["money"] = money.clone();
    }
}

#[actix_web::test]
async fn other_shares_bring_the_terms_that_tell_them() {
    let desk = Desk::open().await;
    let first = certified(&desk).await;
    let number = first.text("/number");
    let shares = json!([{"method": "pct_net_revenue", "percent": "4"}]);
    let of_shares = json!({"clause": "Điều 6", "before": "3,5 %", "after": "4 %", "member": "/money/shares"});
    let of_terms = json!({"clause": "Điều 6", "before": OLD, "after": NEW, "member": "/money/payment_terms"});
    // Left out or told again, the terms are those of the shares before.
    for money in [
        json!({"shares": shares}),
        json!({"shares": shares, "payment_terms": OLD}),
    ] {
        let refused = tried(&desk, number, &of_price(money, json!([of_shares]))).await;
        assert_eq!(
            (refused.status, refused.pointers(), refused.text("/errors/0/code")),
            (422, vec!["/content/money/payment_terms"], "unnamed_change"),
            "{}",
            refused.body
        );
        let said = refused.text("/errors/0/detail");
        assert!(said.contains(OLD) && said.contains("Đ.23.6, 27.2"), "{said}");
    }
    let money = json!({"shares": shares, "payment_terms": NEW});
    let submitted = tried(&desk, number, &of_price(money, json!([of_shares, of_terms]))).await;
    assert_eq!(submitted.status, 200, "{}", submitted.body);
    let issued = desk
        .take(&desk.take(&submitted, "accept_complete").await, "issue")
        .await;
    let second = certificate_of(&desk, &issued).await;
    assert_eq!(
        (
            second.text("/record/money/shares/0/percent"),
            second.text("/record/money/payment_terms")
        ),
        ("4", NEW)
    );
}

#[actix_web::test]
async fn a_term_that_falls_away_with_its_end_is_shown_and_is_no_amendment_of_its_own() {
    let desk = Desk::open().await;
    let first = certified(&desk).await;
    let number = first.text("/number");
    let longer = |kinds: Value| {
        move |text: &mut Value| {
            text["amendment"]["kinds"] = kinds.clone();
            text["amendment"]["new_ends_on"] = json!("2037-12-31");
            let (before, after) = ("31/12/2031", "31/12/2037");
            text["amendment"]["changes"] =
                json!([{"clause": "Điều 12", "before": before, "after": after, "member": "/contract/ends_on"}]);
        }
    };
    let refused = tried(&desk, number, &longer(json!(["extension", "amendment"]))).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/amendment/kinds"]),
        "{}",
        refused.body
    );
    let submitted = tried(&desk, number, &longer(json!(["extension"]))).await;
    assert_eq!(submitted.status, 200, "{}", submitted.body);
    let accepted = desk.take(&submitted, "accept_complete").await;
    let differences = accepted.body["differences"].as_array().unwrap();
    let told: Vec<[&Value; 3]> = differences
        .iter()
        .map(|one| [&one["member"], &one["before"], &one["after"]])
        .collect();
    let (ends_on, months) = (json!("/contract/ends_on"), json!("/contract/term_months"));
    assert_eq!(
        told,
        [
            [&ends_on, &json!("2031-12-31"), &json!("2037-12-31")],
            [&months, &json!("48"), &Value::Null]
        ]
    );
}

/// That the share is there is not denied.
#[actix_web::test]
async fn a_share_without_words_is_told_to_lack_the_words() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    by_share(&mut text);
    text["money"]["payment_terms"] = Value::Null;
    let new = json!({"procedure": "REG", "content": text});
    let signed = desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
    let refused = desk.try_event(&signed, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/money/payment_terms"]),
        "{}",
        refused.body
    );
    let said = refused.text("/errors/0/detail");
    assert!(said.contains("Đã có tỷ lệ"), "{said}");
}
