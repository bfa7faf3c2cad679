//! What the counter takes and what it does not: other authorities' cases, what was appraised before, early reports.

use serde_json::{Value, json};
use vptex::domain::letter::Letter;

use super::desk::{Desk, content};

#[actix_web::test]
async fn what_another_authority_issues_is_not_taken() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["form"] = json!("investment_project");
    text["decided_by"] = json!("national");
    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "REG", "content": text}))
        .await;
    assert_eq!(begun.text("/authority/code"), "BKHCN");
    let signed = desk.take(&begun, "sign_contract").await;
    let refused = desk.try_event(&signed, "submit").await;
    assert_eq!((refused.status, refused.code()), (409, "not_competent"));
    assert!(
        refused.text("/detail").contains("Bộ Khoa học và Công nghệ"),
        "{}",
        refused.body
    );
    let still = desk.read(&desk.owner, &signed).await;
    assert_eq!(
        (still.text("/state/code"), &still.body["number"]),
        ("signed", &Value::Null)
    );
    // Corrected, it is taken.
    text["decided_by"] = json!("provincial");
    let path = format!("/dossiers/{}", still.text("/id"));
    let put = desk.app.put(&path).by(&desk.owner).if_match(still.number("/version"));
    let corrected = put.json(&text).expect(200).await;
    assert_eq!(desk.take(&corrected, "submit").await.text("/state/code"), "submitted");
}

#[actix_web::test]
async fn what_was_appraised_before_needs_no_papers_again() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    text["attachments"] = json!([]);
    let new = json!({
        "procedure": "APR", "event": "skip_if_project_already_appraised", "content": text,
        "note": "Ý kiến thẩm định số 12/SKHCN",
    });
    let begun = desk.begin(&desk.officer, &new).await;
    assert_eq!(begun.text("/state/code"), "approved");
}

#[actix_web::test]
async fn what_begins_a_dossier_is_not_done_again() {
    let desk = Desk::open().await;
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let refused = desk.post(&begun, &desk.owner, &json!({"event": "open"})).await;
    assert_eq!(refused.code(), "dossier_wrong_state");
    assert!(
        refused.text("/detail").contains("chỉ dùng để lập hồ sơ mới"),
        "{}",
        refused.body
    );
}

#[actix_web::test]
async fn the_other_party_is_told_when_a_dossier_is_handed_in() {
    let desk = Desk::open().await;
    let reviewer = desk.app.officer().await;
    let seller = desk.app.active_enterprise(&reviewer).await;
    let seen = desk.app.get(&format!("/enterprises/{}", seller.enterprise)).by(&seller);
    let mut text = content(&desk.tax_code);
    text["transferor"]["tax_code"] = seen.expect(200).await.body["tax_code"].clone();
    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "REG", "content": text}))
        .await;
    let told = async || {
        let letters = desk.app.letters_to(&seller.email).await.into_iter();
        let numbers: Vec<String> = letters
            .filter_map(|letter| match letter {
                Letter::Dossier(news) => {
                    // Whose turn it is: no step of the other party's own.
                    let turn = news.turn.unwrap();
                    assert_eq!((turn.by_en.as_str(), news.due_at), ("the authority", None));
                    Some(news.number)
                }
                _ => None,
            })
            .collect();
        numbers
    };
    let signed = desk.take(&begun, "sign_contract").await;
    assert!(told().await.is_empty());
    let handed_in = desk.take(&signed, "submit").await;
    assert_eq!(told().await, [handed_in.text("/number").to_owned()]);
}

#[actix_web::test]
async fn lists_refuse_what_there_is_not_and_leave_a_trail() {
    let desk = Desk::open().await;
    let permission = vptex::domain::account::Permission::ReadAudit;
    let auditor = desk.app.officer_who_may(&[permission]).await;
    for wrong in ["procedure=NOPE", "state=nope", "procedure=IP_SUPPORT&state=licensed"] {
        let path = format!("/dossiers?{wrong}");
        let refused = desk.app.get(&path).by(&desk.officer).expect(400).await;
        if wrong.contains("state") {
            // Those that there are stand in the words.
            let told = refused.text("/detail");
            assert!(told.contains("under_review") || told.contains("submitted"), "{told}");
        }
    }
    let rows = async |deed: &str| {
        let query = [("deed", deed)];
        let rows = desk.app.get("/audit").query(&query).by(&auditor).expect(200).await;
        let rows = rows.body["items"].as_array().unwrap().clone();
        let told = rows.iter().map(|row| row["reason_text"].as_str().unwrap().to_owned());
        told.collect::<Vec<_>>()
    };
    // An empty page tells nothing of anybody.
    desk.app
        .get("/dossiers?procedure=REG")
        .by(&desk.officer)
        .expect(200)
        .await;
    assert!(rows("dossiers.listed").await.is_empty());
    desk.counter().register(&content(&desk.tax_code)).await;
    desk.app
        .get("/dossiers?procedure=REG")
        .by(&desk.officer)
        .expect(200)
        .await;
    assert_eq!(rows("dossiers.listed").await, ["entries=1 procedure=REG"]);
    desk.app.get("/certificates").by(&desk.officer).expect(200).await;
    assert_eq!(rows("certificates.listed").await, ["entries=1"]);
}

#[actix_web::test]
async fn a_transfer_by_itself_has_no_project_on_which_somebody_decides() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    assert_eq!(text["form"], "independent");
    let submitted = async |text: &Value| {
        let begun = desk
            .begin(&desk.owner, &json!({"procedure": "REG", "content": text}))
            .await;
        desk.try_event(&desk.take(&begun, "sign_contract").await, "submit")
            .await
    };
    text["decided_by"] = json!("provincial");
    let refused = submitted(&text).await;
    assert_eq!(refused.pointers(), ["/content/decided_by"], "{}", refused.body);
    text["decided_by"] = json!("none");
    let taken = submitted(&text).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    // What is with the authority is not changed, and the refusal says where it is.
    let path = format!("/dossiers/{}", taken.text("/id"));
    let put = desk.app.put(&path).by(&desk.owner).if_match(taken.number("/version"));
    let refused = put.json(&text).expect(409).await;
    let state = taken.text("/state/name_vi");
    assert!(refused.text("/detail").contains(state), "{}", refused.body);
}
