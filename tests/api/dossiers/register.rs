//! The register is looked through by what dossiers say, and by when they came and were decided.

use jiff::civil::date;
use serde_json::{Value, json};

use super::papers::write;
use super::terms::{case, certificate, end_terms, registered_until};
use super::{Desk, content};
use crate::harness::Person;

async fn found(desk: &Desk, by: &Person, path: &str, query: &[(&str, &str)]) -> Vec<String> {
    let list = desk.app.get(path).query(query).by(by).expect(200).await;
    list.ids().into_iter().map(str::to_owned).collect()
}

/// A restricted technology, of which nothing else in the register is.
fn fish_meal(desk: &Desk) -> Value {
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    text["technology"]["name"] = json!("Công nghệ chế biến bột cá dạng hở");
    text
}

#[actix_web::test]
async fn dossiers_are_found_by_what_they_say_and_when_they_were_decided() {
    let desk = Desk::on(date(2026, 3, 2)).await;
    desk.app.clock.hold();
    let first = desk.counter().register(&content(&desk.tax_code)).await;
    let desk = desk.later(3).await;
    let withdrawn = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let withdrawn = desk
        .take(&desk.begin(&desk.owner, &withdrawn).await, "sign_contract")
        .await;
    let withdrawn = desk.take(&desk.take(&withdrawn, "submit").await, "withdraw").await;
    let new = json!({"procedure": "APR", "content": fish_meal(&desk)});
    let second = desk.take(&desk.begin(&desk.owner, &new).await, "submit").await;
    let (one, other, third) = (first.text("/id"), second.text("/id"), withdrawn.text("/id"));
    let officers = async |query: &[(&str, &str)]| found(&desk, &desk.officer, "/dossiers", query).await;

    // Words, with or without diacritics, in any order.
    for words in ["bột cá", "BOT CA che bien", second.text("/number")] {
        assert_eq!(officers(&[("q", words)]).await, [other], "{words}");
    }
    assert_eq!(
        officers(&[("q", "thao song say lua"), ("procedure", "REG")]).await,
        [third, one]
    );
    assert_eq!(
        officers(&[("q", "bột cá"), ("procedure", "REG")]).await,
        Vec::<String>::new()
    );
    let code = desk.tax_code.as_str();
    assert_eq!(officers(&[("tax_code", code), ("procedure", "APR")]).await, [other]);
    assert!(officers(&[("tax_code", "0100109106")]).await.is_empty());
    assert_eq!(
        officers(&[("direction", "inbound"), ("procedure", "APR")]).await,
        [other]
    );
    assert!(officers(&[("direction", "outbound")]).await.is_empty());
    for field in ["food", "food.drying"] {
        assert_eq!(
            officers(&[("field", field), ("procedure", "APR")]).await,
            [other],
            "{field}"
        );
    }
    assert!(officers(&[("field", "agriculture")]).await.is_empty());
    let own = found(
        &desk,
        &desk.owner,
        "/me/dossiers",
        &[("field", "food"), ("procedure", "APR")],
    )
    .await;
    assert_eq!(own, [other]);

    // Days of handing in and of decisions; what its filer took back was decided by nobody.
    assert_eq!(officers(&[("handed_in_from", "2026-03-03")]).await, [other, third]);
    assert_eq!(
        officers(&[("handed_in_to", "2026-03-02"), ("procedure", "REG")]).await,
        [one]
    );
    let on_the_second = [("decided_from", "2026-03-02"), ("decided_to", "2026-03-02")];
    assert_eq!(officers(&on_the_second).await, [one]);
    assert!(officers(&[("decided_from", "2026-03-03")]).await.is_empty());

    // What is written and was not handed in is nobody's to find.
    let asked = desk.take(&second, "request_completion").await;
    let mut text = fish_meal(&desk);
    text["technology"]["name"] = json!("Công nghệ bảo quản lâm sản");
    let seen = desk.read(&desk.owner, &asked).await;
    let written = write(&desk, &desk.owner, &seen, &text).await;
    assert_eq!(written.status, 200, "{}", written.body);
    let forest = [("q", "lâm sản")];
    for (by, path) in [(&desk.officer, "/dossiers"), (&desk.owner, "/me/dossiers")] {
        assert!(found(&desk, by, path, &forest).await.is_empty(), "{path}");
    }
    let again = desk.take(&written, "supplement").await;
    for (by, path) in [(&desk.officer, "/dossiers"), (&desk.owner, "/me/dossiers")] {
        assert_eq!(found(&desk, by, path, &forest).await, [other], "{path}");
    }
    desk.take(&again, "approve").await;
    assert_eq!(officers(&[("decided_from", "2026-03-03")]).await, [other]);
}

/// A licence that is over was decided, and a certificate whose contract ended was not decided by that: the states have one code.
#[actix_web::test]
async fn what_a_state_means_is_its_procedures_own() {
    let desk = Desk::on(date(2026, 3, 2)).await;
    desk.app.clock.hold();
    let issued = registered_until(&desk, date(2026, 3, 5)).await;
    let held = certificate(&desk, &issued).await;
    let desk = desk.later(4).await;
    end_terms(&desk);
    let ended = case(&desk, &held).await;
    assert_eq!(ended.text("/state/code"), "expired");
    let officers = async |query: &[(&str, &str)]| found(&desk, &desk.officer, "/dossiers", query).await;
    assert_eq!(
        officers(&[("procedure", "CERT"), ("state", "expired")]).await,
        [ended.text("/id")]
    );
    let since = ("decided_from", "2026-03-03");
    for query in [vec![since], vec![since, ("procedure", "CERT")]] {
        assert!(officers(&query).await.is_empty(), "{query:?}");
    }
    let on_the_second = ("decided_to", "2026-03-02");
    for query in [vec![on_the_second], vec![on_the_second, ("procedure", "REG")]] {
        assert_eq!(officers(&query).await, [issued.text("/id")], "{query:?}");
    }
}

#[actix_web::test]
async fn what_no_dossier_can_have_is_no_filter() {
    let desk = Desk::open().await;
    for (query, name) in [
        (vec![("tax_code", "123")], "tax_code"),
        (vec![("direction", "sideways")], "direction"),
        (vec![("decided_from", "hôm qua")], "decided_from"),
        (
            vec![("handed_in_from", "2026-03-09"), ("handed_in_to", "2026-03-01")],
            "handed_in_to",
        ),
    ] {
        let refused = desk.app.get("/dossiers").query(&query).by(&desk.officer);
        let refused = refused.expect(400).await;
        assert_eq!((refused.code(), refused.pointers()), ("invalid_query", vec![name]));
    }
}

/// A paper that is entered days later was handed in when it came.
#[actix_web::test]
async fn papers_are_found_by_the_day_on_which_they_came() {
    let desk = Desk::on(date(2026, 3, 5)).await;
    desk.app.clock.hold();
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.officer, &new).await;
    let signed = json!({"event": "sign_contract", "given_on": "2026-03-02"});
    let signed = desk.post(&begun, &desk.officer, &signed).await;
    let submit = json!({"event": "submit", "received_on": "2026-03-03"});
    let entered = desk.post(&signed, &desk.officer, &submit).await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    for (query, is_found) in [
        (
            vec![("handed_in_from", "2026-03-03"), ("handed_in_to", "2026-03-03")],
            true,
        ),
        (vec![("handed_in_from", "2026-03-04")], false),
        (vec![("handed_in_to", "2026-03-02")], false),
        (vec![("handed_in_to", "2026-03-05")], true),
    ] {
        for (by, path) in [(&desk.officer, "/dossiers"), (&desk.owner, "/me/dossiers")] {
            let found = found(&desk, by, path, &query).await;
            assert_eq!(
                found.iter().any(|id| id == entered.text("/id")),
                is_found,
                "{path} {query:?}"
            );
        }
    }
}

/// A state of another procedure is one that none of the dossiers asked for can have.
#[actix_web::test]
async fn a_procedure_or_state_that_there_is_not_is_no_filter_of_any_list() {
    let desk = Desk::open().await;
    for (by, path) in [(&desk.officer, "/dossiers"), (&desk.owner, "/me/dossiers")] {
        for (query, name) in [
            (vec![("procedure", "NOPE")], "procedure"),
            (vec![("state", "nowhere")], "state"),
            (vec![("procedure", "REG"), ("state", "approved")], "state"),
        ] {
            let refused = desk.app.get(path).query(&query).by(by).expect(400).await;
            let told = (refused.code(), refused.pointers());
            assert_eq!(told, ("invalid_query", vec![name]), "{path}");
        }
        let known = [("procedure", "APR"), ("state", "approved")];
        assert!(found(&desk, by, path, &known).await.is_empty(), "{path}");
    }
}

/// A registration tells its project with its contract, and has no other one.
#[actix_web::test]
async fn registrations_are_found_by_the_project_of_their_contract() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["contract"]["project"] = json!("Nhà máy tinh bột sắn Yên Lập");
    text["form"] = json!("investment_project");
    text["decided_by"] = json!("provincial");
    text["project"] = json!({});
    let new = json!({"procedure": "REG", "content": text});
    let signed = desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
    let submitted = desk.take(&signed, "submit").await;
    for words in ["tinh bot san", "nhà máy yên lập"] {
        let dossiers = found(&desk, &desk.officer, "/dossiers", &[("q", words)]).await;
        assert_eq!(dossiers, [submitted.text("/id")], "{words}");
    }
    assert!(
        found(&desk, &desk.officer, "/dossiers", &[("q", "xay xát")])
            .await
            .is_empty()
    );
}
