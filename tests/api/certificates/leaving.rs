//! Whose a certificate is after an amendment: the parties that it names, whoever filed it and whatever it does not tell again.

use serde_json::{Value, json};

use super::heirs::{taken_over, tax_code};
use super::{amendment, old_paper, registered};
use crate::dossiers::{Desk, content};

#[actix_web::test]
async fn who_files_the_amendment_by_which_it_leaves_is_a_party_no_more() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let first = registered(&desk).await;
    let other = app.active_enterprise(&app.officer().await).await;
    // Asked back, and still with the filer when it leaves.
    let begun = amendment(&desk, first.text("/number"), &|_| {}).await;
    let asked_back = desk
        .take(&desk.take(&begun, "submit").await, "request_completion")
        .await;
    let differs = |seen: &crate::harness::Reply| seen.body.get("differences").is_some();
    let open = desk.read(&desk.owner, &asked_back).await;
    assert!(differs(&open) && open.body["fee"].is_number(), "{}", open.body);

    let mut new = taken_over(&desk, &first, &tax_code(&desk, &other).await);
    new["content"]["amendment"]["succeeded_party"] = Value::Null;
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    let certificate = format!("/certificates/{}", seen.text("/certificate/id"));
    let case = format!("/dossiers/{}", first.text("/case_id"));
    for path in [&certificate, &case] {
        app.get(path).by(&other).expect(200).await;
        app.get(path).by(&desk.owner).expect(404).await;
    }
    // Nor does it read by what is still open what the others agree on.
    let open = desk.read(&desk.owner, &open).await;
    assert_eq!(
        (differs(&open), &open.body["fee"]),
        (false, &Value::Null),
        "{}",
        open.body
    );
    let refused = desk.try_event(&open, "supplement").await;
    assert_eq!(
        refused.pointers(),
        ["/content/amendment/certificate_number"],
        "{}",
        refused.body
    );
    assert!(!refused.body.to_string().contains("Kế Thừa"), "{}", refused.body);
    assert!(differs(&desk.read(&desk.officer, &open).await));
}

#[actix_web::test]
async fn an_old_amendment_that_tells_the_parties_by_their_names_takes_nothing_from_them() {
    let desk = Desk::open().await;
    let enter = |paper: &Value| desk.app.post("/certificates").by(&desk.signer).json(paper);
    let first = enter(&old_paper(&desk.tax_code)).expect(201).await;
    let mut paper = old_paper(&desk.tax_code);
    paper["kind"] = json!("amendment");
    paper["amends"] = first.body["id"].clone();
    paper["number"] = json!("09/2024/CNSĐBSCGCN-SKHCN");
    paper["issued_on"] = json!("2024-02-01");
    let mut text = content(&desk.tax_code);
    text["transferee"]["tax_code"] = Value::Null;
    (text["contract"], text["money"]) = (json!({}), json!({}));
    paper["content"] = text;
    let second = enter(&paper).expect(201).await;
    assert_eq!(second.text("/record/transferee/tax_code"), desk.tax_code);
    let path = format!("/certificates/{}", second.text("/id"));
    desk.app.get(&path).by(&desk.owner).expect(200).await;
    // Its case is theirs as before, with what it said.
    let case = format!("/dossiers/{}", first.text("/case_id"));
    let case = desk.app.get(&case).by(&desk.owner).expect(200).await;
    assert_eq!(
        (
            case.text("/content/contract/place"),
            case.text("/content/transferee/tax_code")
        ),
        ("Phú Thọ", desk.tax_code.as_str())
    );
}
