//! Whose a certificate is after an amendment: the parties that it names, whoever filed it and whatever it does not tell again.

use serde_json::{Value, json};

use super::duplicates::duplicated;
use super::heirs::{taken_over, tax_code};
use super::{amendment, certificate_of, old_paper, registered};
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

#[actix_web::test]
async fn who_leaves_to_one_without_a_tax_code_leaves_too() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let first = registered(&desk).await;
    let before = duplicated(&desk, &first).await;
    let mut new = taken_over(&desk, &first, &desk.tax_code);
    new["content"]["amendment"]["succeeded_party"] = Value::Null;
    new["content"]["transferee"]["tax_code"] = Value::Null;
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    let certificate = format!("/certificates/{}", seen.text("/certificate/id"));
    let case = format!("/dossiers/{}", first.text("/case_id"));
    for path in [&certificate, &case] {
        app.get(path).by(&desk.owner).expect(404).await;
        app.get(path).by(&desk.officer).expect(200).await;
    }
    let mine = app.get("/me/certificates").by(&desk.owner).expect(200).await;
    assert_eq!(mine.ids(), [first.text("/id")], "{}", mine.body);
    // Nor does it get the duplicates that were asked for since.
    let after = duplicated(&desk, &first).await;
    assert_eq!((before.number("/ordinal"), after.number("/ordinal")), (1, 2));
    for part in ["document", "record"] {
        for (ordinal, status) in [(1, 200), (2, 404)] {
            let path = format!("/certificates/{}/{part}?duplicate={ordinal}", first.text("/id"));
            app.get(&path).by(&desk.owner).expect(status).await;
            app.get(&path).by(&desk.officer).expect(200).await;
        }
    }
    let proof = format!("/certificates/{}/proof?duplicate=2", first.text("/id"));
    let hidden = app.get(&proof).by(&desk.owner).expect(404).await;
    assert_eq!(hidden.code(), "not_found");
}

#[actix_web::test]
async fn who_left_while_its_amendment_was_looked_at_is_not_written_back_by_it() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let first = registered(&desk).await;
    let other = app.active_enterprise(&app.officer().await).await;
    // Tells its new name, and leaves before that is certified.
    let mut renamed = Vec::new();
    for _ in 0..2 {
        let begun = amendment(&desk, first.text("/number"), &|text| {
            text["transferee"]["name"] = json!("Công ty Cổ phần Cơ khí Sông Thao");
            text["amendment"]["kinds"] = json!(["amendment"]);
            text["amendment"]["new_ends_on"] = Value::Null;
            text["amendment"]["changes"] = json!([{
                "clause": "Bên nhận", "before": "Công ty TNHH Cơ khí Sông Thao",
                "after": "Công ty Cổ phần Cơ khí Sông Thao", "member": "/transferee",
            }]);
        })
        .await;
        renamed.push(desk.take(&desk.take(&begun, "submit").await, "accept_complete").await);
    }
    let issue = json!({"event": "issue"});
    let proposed = desk.counter().propose(&renamed[0], &issue).await;
    assert_eq!(proposed.status, 200, "{}", proposed.body);
    let mut new = taken_over(&desk, &first, &tax_code(&desk, &other).await);
    new["content"]["amendment"]["succeeded_party"] = Value::Null;
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    for refused in [
        desk.post(&proposed, &desk.signer, &issue).await,
        desk.counter().propose(&renamed[1], &issue).await,
    ] {
        assert_eq!(
            (refused.status, refused.code()),
            (409, "certificate_not_in_force"),
            "{}",
            refused.body
        );
    }
    for dossier in [&proposed, &renamed[1]] {
        desk.take(dossier, "refuse").await;
    }
    let path = format!("/certificates/{}", first.text("/id"));
    let seen = app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(seen.text("/effective/transferee/name"), "Công ty Cổ phần Kế Thừa");
    assert_eq!(seen.body["chain"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn the_other_party_that_left_reads_nothing_of_what_holds_by_what_is_still_open() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let giver = app.active_enterprise(&app.officer().await).await;
    let code = tax_code(&desk, &giver).await;
    let domestic = |text: &mut Value| {
        text["direction"] = json!("domestic");
        text["uses_state_capital"] = json!(false);
        text["transferor"]["country"] = json!("VN");
        text["transferor"]["tax_code"] = json!(code);
    };
    let mut text = content(&desk.tax_code);
    domestic(&mut text);
    let first = certificate_of(&desk, &desk.counter().register(&text).await).await;
    let begun = amendment(&desk, first.text("/number"), &domestic).await;
    let open = desk.take(&begun, "submit").await;
    assert!(desk.read(&giver, &open).await.body["fee"].is_number());
    let begun = amendment(&desk, first.text("/number"), &|text| {
        domestic(text);
        text["transferor"]["name"] = json!("Công ty Cổ phần Bên Giao Mới");
        text["transferor"]["tax_code"] = Value::Null;
        text["amendment"]["kinds"] = json!(["amendment"]);
        text["amendment"]["new_ends_on"] = Value::Null;
        text["amendment"]["changes"] = json!([{
            "clause": "Bên giao", "before": "Nakamura Seiki K.K.", "after": "Công ty Cổ phần Bên Giao Mới",
            "member": "/transferor",
        }]);
    })
    .await;
    let accepted = desk.take(&desk.take(&begun, "submit").await, "accept_complete").await;
    desk.take(&accepted, "issue").await;
    assert_eq!(desk.read(&giver, &open).await.body["fee"], Value::Null);
    assert!(desk.read(&desk.owner, &open).await.body["fee"].is_number());
}
