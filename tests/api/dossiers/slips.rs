//! Slips that nobody means: one party twice, a price of nothing, a rate of tomorrow, more files than anybody reads.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::papers::{files, sending};
use super::{Desk, content};
use crate::certificates::{certificate_of, old_paper};
use crate::harness::Reply;

/// What was refused, and whether the article is told.
fn told<'a>(refused: &'a Reply, basis: &str) -> (u16, Vec<&'a str>, &'a str, bool) {
    let names = refused.text("/errors/0/detail").contains(basis);
    (
        refused.status,
        refused.pointers(),
        refused.text("/errors/0/code"),
        names,
    )
}

/// A change of what is handed in.
type Slip = (fn(&mut Value, &Desk), &'static str, &'static str);

const MONEY: [Slip; 4] = [
    (
        |text, _| text["money"]["vnd_value"] = json!(0),
        "/money/vnd_value",
        "Luật CGCN Đ.23.6",
    ),
    (
        |text, _| text["money"]["amount"] = json!("0"),
        "/money/amount",
        "Luật CGCN Đ.23.6",
    ),
    (
        |text, _| text["money"]["amount"] = json!("000.00"),
        "/money/amount",
        "Luật CGCN Đ.23.6",
    ),
    (
        |text, desk| text["money"]["exchange_rate_on"] = json!(desk.today().tomorrow().unwrap()),
        "/money/exchange_rate_on",
        "TT 169/2016/TT-BTC",
    ),
];

#[actix_web::test]
async fn slips_are_refused_with_field_and_article_when_a_dossier_is_handed_in() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.owner, &new).await;
    let mut seen = desk.take(&begun, "sign_contract").await;
    let path = format!("/dossiers/{}", begun.text("/id"));
    let put = async |seen: &Reply, text: &Value| {
        let call = desk.app.put(&path).by(&desk.owner).if_match(seen.number("/version"));
        call.json(text).send().await
    };
    for (slip, pointer, basis) in MONEY {
        let mut text = content(&desk.tax_code);
        slip(&mut text, &desk);
        seen = put(&seen, &text).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        let refused = desk.try_event(&seen, "submit").await;
        let at = format!("/content{pointer}");
        assert_eq!(
            told(&refused, basis),
            (422, vec![at.as_str()], "refused_by_law", true),
            "{}",
            refused.body
        );
    }
    // Less than nothing is not even written down.
    let mut text = content(&desk.tax_code);
    text["money"]["vnd_value"] = json!(-1);
    let refused = put(&seen, &text).await;
    assert_eq!(
        told(&refused, "Luật CGCN Đ.23.6"),
        (422, vec!["/money/vnd_value"], "out_of_range", true)
    );
    // Today's rate is one.
    let mut text = content(&desk.tax_code);
    text["money"]["exchange_rate_on"] = json!(desk.today());
    let seen = put(&seen, &text).await;
    desk.take(&seen, "submit").await;
}

#[actix_web::test]
async fn one_enterprise_in_both_places_is_no_transfer() {
    let desk = Desk::open().await;
    let officer = desk.app.officer().await;
    let gone = desk.app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", gone.enterprise);
    let before = desk.app.get(&path).by(&gone).expect(200).await;
    let code = before.text("/tax_code").to_owned();
    let submit = async |text: &Value| {
        let new = json!({"procedure": "REG", "content": text});
        let begun = desk.begin(&desk.owner, &new).await;
        desk.try_event(&desk.take(&begun, "sign_contract").await, "submit")
            .await
    };
    let mut text = content(&desk.tax_code);
    text["transferor"]["tax_code"] = json!(code);
    assert_eq!(submit(&text).await.status, 200);
    // It becomes part of the one that files; its code is that one's from then on.
    let version = desk.app.get(&path).by(&officer).expect(200).await.number("/version");
    let call = desk.app.post(&format!("{path}/merge")).by(&officer).if_match(version);
    call.json(&json!({"into": desk.owner.enterprise})).expect(200).await;
    let refused = submit(&text).await;
    let one = |member: &'static str| (422, vec![member], "refused_by_law", true);
    assert_eq!(
        told(&refused, "Luật CGCN Đ.2.7"),
        one("/content/transferor/tax_code"),
        "{}",
        refused.body
    );
    // Old papers are of before: those parties were two when theirs was issued. One code stands in one place all the same.
    let mut paper = old_paper(&desk.tax_code);
    let enter = |paper: &Value| desk.app.post("/certificates").by(&desk.signer).json(paper);
    paper["content"]["transferor"]["tax_code"] = json!(desk.tax_code);
    let refused = enter(&paper).expect(422).await;
    assert_eq!(
        told(&refused, "Luật CGCN Đ.2.7"),
        one("/content/transferor/tax_code"),
        "{}",
        refused.body
    );
    paper["content"]["transferor"]["tax_code"] = json!(code);
    let entered = enter(&paper).expect(201).await;
    assert_eq!(entered.text("/record/transferor/tax_code"), code);
    // An amendment that would make the parties one: it tells one of them, the certificate the other.
    let mut text = content(&desk.tax_code);
    let registered = desk.counter().register(&text).await;
    let number = certificate_of(&desk, &registered).await.text("/number").to_owned();
    text["amendment"] = json!({"certificate_number": number, "kinds": ["amendment"],
        "changes": [{"clause": "Điều 1", "before": "Nakamura", "after": "Sông Thao", "member": "/transferor"}]});
    text["transferor"]["tax_code"] = json!(desk.tax_code);
    text["transferee"]["tax_code"] = Value::Null;
    (text["contract"], text["money"]) = (json!({}), json!({}));
    let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    let refused = desk.try_event(&begun, "submit").await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        refused.pointers().contains(&"/content/transferor/tax_code"),
        "{}",
        refused.body
    );
}

#[actix_web::test]
async fn old_papers_have_no_slips_either() {
    let desk = Desk::open().await;
    for (slip, pointer, basis) in MONEY {
        let mut paper = old_paper(&desk.tax_code);
        slip(&mut paper["content"], &desk);
        let refused = desk
            .app
            .post("/certificates")
            .by(&desk.signer)
            .json(&paper)
            .expect(422)
            .await;
        let at = format!("/content{pointer}");
        assert_eq!(
            told(&refused, basis),
            (422, vec![at.as_str()], "refused_by_law", true),
            "{}",
            refused.body
        );
    }
    let paper = old_paper(&desk.tax_code);
    desk.app
        .post("/certificates")
        .by(&desk.signer)
        .json(&paper)
        .expect(201)
        .await;
}

#[actix_web::test]
async fn days_that_end_before_they_begin_are_no_filter() {
    let desk = Desk::open().await;
    let auditor = desk.app.officer_who_may(&[Permission::ReadAudit]).await;
    for (path, by) in [
        ("/certificates", &desk.officer),
        ("/exports/certificates", &desk.officer),
        ("/opinions", &desk.officer),
        ("/exports/opinions", &desk.officer),
        ("/audit", &auditor),
    ] {
        let days = |from: &str, to: &str| match path {
            "/audit" => [format!("{from}T00:00:00Z"), format!("{to}T00:00:00Z")],
            _ => [from.to_owned(), to.to_owned()],
        };
        let ask = async |[from, to]: [String; 2]| {
            let call = desk.app.get(path).by(by);
            call.query(&[("from", from.as_str()), ("to", to.as_str())]).send().await
        };
        let refused = ask(days("2026-03-02", "2026-03-01")).await;
        assert_eq!(
            (refused.status, refused.code(), refused.pointers()),
            (400, "invalid_query", vec!["to"]),
            "{path}"
        );
        assert_eq!(ask(days("2026-03-02", "2026-03-02")).await.status, 200, "{path}");
    }
}

#[actix_web::test]
async fn the_files_of_a_dossier_have_an_end() {
    let desk = Desk::open().await;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    // An officer's: what an enterprise may keep is another matter.
    let begun = desk.begin(&desk.officer, &new).await;
    let first = sending(&desk, &desk.officer, &begun, "document=contract", 1)
        .expect(201)
        .await;
    let almost = (500 << 20) - 10;
    desk.app
        .by_hand(&format!("UPDATE dossier_files SET size = {almost}"))
        .await;
    let full = sending(&desk, &desk.officer, &begun, "document=contract", 2)
        .expect(409)
        .await;
    assert_eq!(full.code(), "limit_reached");
    assert!(full.text("/detail").contains("500 MiB"), "{}", full.body);
    // Of each dossier by itself; and what is removed makes room.
    let other = desk.begin(&desk.officer, &new).await;
    sending(&desk, &desk.officer, &other, "document=contract", 2)
        .expect(201)
        .await;
    let path = format!("{}/{}", files(&begun), first.text("/id"));
    desk.app.delete(&path).by(&desk.officer).expect(204).await;
    sending(&desk, &desk.officer, &begun, "document=contract", 2)
        .expect(201)
        .await;
}
