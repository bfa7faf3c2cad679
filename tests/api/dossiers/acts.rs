//! What the authority writes about a dossier: letters, decisions, and the receipt.

use serde_json::{Value, json};

use super::desk::{Desk, content};
use super::opinions::asked_for;
use super::papers::write;
use crate::harness::{Person, Reply};

async fn receipt(desk: &Desk, by: &Person, seen: &Reply, status: u16) -> Reply {
    let path = format!("/dossiers/{}/receipt", seen.text("/id"));
    desk.app.get(&path).by(by).expect(status).await
}

async fn last_event(desk: &Desk, seen: &Reply) -> Value {
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let history = desk.app.get(&path).by(&desk.owner).expect(200).await;
    history.body["items"].as_array().unwrap().last().unwrap().clone()
}

/// A registration that was handed in.
async fn submitted(desk: &Desk) -> Reply {
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let signed = desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
    desk.take(&signed, "submit").await
}

#[actix_web::test]
async fn a_letter_may_come_with_what_is_asked_for_and_comes_with_a_refusal() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let handed_in = submitted(&desk).await;
    let possible = handed_in.body["possible"].as_array().unwrap();
    let known = possible
        .iter()
        .find(|one| one["event"]["code"] == "request_completion")
        .unwrap();
    assert_eq!(
        (&known["takes_letter"], &known["needs_letter"]),
        (&json!(true), &json!(false))
    );
    // Number and day are told together, and the day is one that can be meant.
    let (today, note) = (desk.today(), "Thiếu: bản dịch hợp đồng có chứng thực.");
    for (letter, pointers) in [
        (json!({"letter_number": "15/SKHCN-QLCN"}), vec!["/letter_on"]),
        (json!({"letter_on": today}), vec!["/letter_number"]),
        (
            json!({"letter_number": "15/SKHCN-QLCN", "letter_on": today.tomorrow().unwrap()}),
            vec!["/letter_on"],
        ),
    ] {
        let mut body = json!({"event": "request_completion", "note": note});
        body.as_object_mut()
            .unwrap()
            .extend(letter.as_object().unwrap().clone());
        let refused = desk.post(&handed_in, &desk.officer, &body).await;
        assert_eq!((refused.status, refused.pointers()), (422, pointers), "{body}");
    }
    let body =
        json!({"event": "request_completion", "note": note, "letter_number": "15/SKHCN-QLCN", "letter_on": today});
    let asked = desk.post(&handed_in, &desk.officer, &body).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let told = last_event(&desk, &asked).await;
    assert_eq!(
        (&told["letter_number"], &told["letter_on"], &told["note"]),
        (&json!("15/SKHCN-QLCN"), &json!(today), &json!(note))
    );

    // It may be written afterwards; a refusal is one.
    let again = desk.take(&asked, "supplement").await;
    let accepted = desk.take(&again, "accept_complete").await;
    let mut body = json!({"event": "refuse", "ground": "NO_TECH_OBJECT", "note": "Không có đối tượng công nghệ."});
    let refused = desk.post(&accepted, &desk.officer, &body).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/letter_number", "/letter_on"], "required")
    );
    // What else is wrong is told with that.
    let wrong = json!({"event": "refuse", "letter_number": "16/SKHCN-QLCN", "letter_on": today.tomorrow().unwrap(),
        "addressees": ["Sở Tài chính"]});
    let refused = desk.post(&accepted, &desk.officer, &wrong).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/ground", "/note", "/letter_on", "/addressees"])
    );
    body["letter_number"] = json!("16/SKHCN-QLCN");
    body["letter_on"] = json!(today);
    let done = desk.post(&accepted, &desk.officer, &body).await;
    assert_eq!(
        (done.status, done.text("/state/code")),
        (200, "refused"),
        "{}",
        done.body
    );
    assert_eq!(last_event(&desk, &done).await["letter_number"], "16/SKHCN-QLCN");
}

#[actix_web::test]
async fn the_decision_of_an_annulment_is_signed_as_it_was_proposed() {
    let desk = Desk::open().await;
    let issued = desk.counter().register(&content(&desk.tax_code)).await;
    let held = desk
        .app
        .get(&format!("/certificates/{}", issued.text("/certificate/id")));
    let held = held.by(&desk.officer).expect(200).await;
    let case = desk
        .app
        .get(&format!("/dossiers/{}", held.text("/case_id")))
        .by(&desk.officer);
    let case = case.expect(200).await;
    // All that is wrong with a proposal is told at once.
    let tomorrow = desk.today().tomorrow().unwrap();
    let wrong = json!({"event": "annul", "ground": "TOO_UGLY", "letter_on": tomorrow, "addressees": ["Sở Tài chính"]});
    let refused = desk.counter().propose(&case, &wrong).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (
            422,
            vec!["/ground", "/note", "/letter_number", "/letter_on", "/addressees"]
        )
    );
    let annulled = desk.take(&case, "annul").await;
    let told = last_event_but_automatic(&desk, &annulled).await;
    assert_eq!(
        (&told["event"], &told["letter_number"], &told["letter_on"]),
        (&json!("annul"), &json!("512/SKHCN-QLCN"), &json!(desk.today()))
    );
}

/// The last event that somebody did.
async fn last_event_but_automatic(desk: &Desk, seen: &Reply) -> Value {
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let history = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let items = history.body["items"].as_array().unwrap().iter();
    let mut newest = items.rev();
    newest.find(|event| event["is_automatic"] == false).unwrap().clone()
}

#[actix_web::test]
async fn a_receipt_tells_what_was_handed_in_by_whom_and_until_when_it_is_decided() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let signed = desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
    let none = receipt(&desk, &desk.owner, &signed, 409).await;
    assert_eq!(none.code(), "dossier_wrong_state");

    let handed_in = desk.take(&signed, "submit").await;
    let told = receipt(&desk, &desk.owner, &handed_in, 200).await;
    let own = desk
        .app
        .get(&format!("/enterprises/{}", desk.owner.enterprise))
        .by(&desk.owner);
    let own = own.expect(200).await;
    assert_eq!(told.body["number"], handed_in.body["number"]);
    assert_eq!(told.body["handed_in_by"], own.body["legal_name"]);
    assert_eq!(
        (told.text("/event"), told.text("/received_on"), &told.body["officer"]),
        ("submit", desk.today().to_string().as_str(), &Value::Null)
    );
    let papers = told.body["papers"].as_array().unwrap();
    let contract = papers.iter().find(|paper| paper["document"] == "contract").unwrap();
    assert_eq!(contract["form"], "original");
    assert!(contract["name_vi"].as_str().unwrap().contains("ợp đồng"));
    assert_eq!(
        papers.len(),
        handed_in.body["content"]["attachments"].as_array().unwrap().len()
    );
    // Strangers know of none.
    let reviewer = desk.app.officer().await;
    let stranger = desk.app.active_enterprise(&reviewer).await;
    receipt(&desk, &stranger, &handed_in, 404).await;

    // The day of the result is the one by which it is decided, and whoever handles it is named.
    let accepted = desk.take(&handed_in, "accept_complete").await;
    let due = accepted.body["due"].as_array().unwrap();
    let issue = due.iter().find(|due| due["event"]["code"] == "issue").unwrap();
    let told = receipt(&desk, &desk.owner, &accepted, 200).await;
    assert_eq!(told.body["result_due_on"], issue["due_on"]);
    let me = desk.app.get("/me").by(&desk.officer).expect(200).await;
    assert_eq!(told.body["officer"], me.body["display_name"]);
    // Asked back it has none, and what is handed in again is what the receipt is of.
    let asked = desk.take(&accepted, "request_amendment").await;
    assert_eq!(
        receipt(&desk, &desk.owner, &asked, 200).await.body["result_due_on"],
        Value::Null
    );
    let again = desk.take(&asked, "resubmit").await;
    let told = receipt(&desk, &desk.officer, &again, 200).await;
    assert_eq!(told.text("/event"), "resubmit");
    assert!(told.body["result_due_on"].is_string());
    let withdrawn = desk.take(&again, "withdraw").await;
    assert_eq!(
        receipt(&desk, &desk.owner, &withdrawn, 200).await.body["result_due_on"],
        Value::Null
    );
}

/// Of what came on paper it is of the day on which that came, and names the officer who entered it.
#[actix_web::test]
async fn a_receipt_of_a_paper_is_of_the_day_on_which_it_came() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let came = desk.today().yesterday().unwrap();
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.officer, &new).await;
    let signed = json!({"event": "sign_contract", "given_on": came});
    let signed = desk.post(&begun, &desk.officer, &signed).await;
    assert_eq!(signed.status, 200, "{}", signed.body);
    let submit = json!({"event": "submit", "received_on": came});
    let handed_in = desk.post(&signed, &desk.officer, &submit).await;
    assert_eq!(handed_in.status, 200, "{}", handed_in.body);
    let told = receipt(&desk, &desk.officer, &handed_in, 200).await;
    let me = desk.app.get("/me").by(&desk.officer).expect(200).await;
    assert_eq!(told.text("/received_on"), came.to_string());
    assert_eq!(told.body["officer"], me.body["display_name"]);
}

/// The same on paper: the document of the same receipt has the same bytes, and what became of the dossier is printed in it.
#[actix_web::test]
async fn a_receipt_is_printed_as_it_is_told() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let signed = desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
    let path = format!("/dossiers/{}/receipt/document", signed.text("/id"));
    let none = desk.app.get(&path).by(&desk.owner).expect(409).await;
    assert_eq!(none.code(), "dossier_wrong_state");
    let handed_in = desk.take(&signed, "submit").await;
    let document = async |by: &Person| {
        let printed = desk.app.get(&path).by(by).expect(200).await;
        assert!(printed.bytes.starts_with(b"%PDF-"));
        printed.bytes.to_vec()
    };
    let first = document(&desk.owner).await;
    assert_eq!(first, document(&desk.owner).await);
    // Who handles it, and until when it is decided, stand on it.
    desk.take(&handed_in, "accept_complete").await;
    let accepted = document(&desk.officer).await;
    assert_ne!(first, accepted);
    assert_eq!(accepted, document(&desk.owner).await);
    let stranger = desk.app.active_enterprise(&desk.app.officer().await).await;
    desk.app.get(&path).by(&stranger).expect(404).await;
}

/// Names that no font here has: an officer's is left out, who asks for an opinion is asked to be written otherwise.
#[actix_web::test]
async fn a_receipt_is_not_kept_back_by_a_name_of_an_officer() {
    let desk = Desk::open().await;
    let me = desk.app.get("/me").by(&desk.officer).expect(200).await;
    let named = json!({"display_name": "中村 Duyệt"});
    let patch = desk.app.patch("/me").by(&desk.officer).if_match(me.number("/version"));
    patch.json(&named).expect(200).await;
    let mut new = asked_for(&desk);
    new["content"]["project"]["requesting_body"] = json!("中村市");
    let refused = desk
        .app
        .post("/dossiers")
        .by(&desk.officer)
        .json(&new)
        .expect(422)
        .await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/content/project/requesting_body"], "not_printable")
    );
    let begun = desk.begin(&desk.officer, &asked_for(&desk)).await;
    let refused = write(&desk, &desk.officer, &begun, &new["content"]).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/project/requesting_body"], "not_printable")
    );
    // On the exchange it is told as it is.
    assert_eq!(
        receipt(&desk, &desk.officer, &begun, 200).await.text("/officer"),
        "中村 Duyệt"
    );
    let path = format!("/dossiers/{}/receipt/document", begun.text("/id"));
    let printed = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert!(printed.bytes.starts_with(b"%PDF-"));
}

/// That a dossier was read is written down, also where its receipt cannot be printed.
#[actix_web::test]
async fn a_receipt_that_cannot_be_printed_was_read() {
    let desk = Desk::open().await;
    let reviewer = desk.app.officer().await;
    let owner = desk.app.register("Công ty TNHH 中村").await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let approval = desk.app.post(&format!("{path}/approval")).by(&reviewer).if_match(1);
    approval.expect(200).await;
    let seen = desk.app.get(&path).by(&owner).expect(200).await;
    let tax_code = seen.text("/tax_code").to_owned();
    let desk = Desk {
        owner,
        tax_code,
        ..desk
    };
    let handed_in = submitted(&desk).await;
    let read = |desk: &Desk| {
        let deeds = desk.app.deeds(handed_in.text("/id")).into_iter();
        deeds.filter(|(deed, _)| deed == "dossier.inspected").count()
    };
    let before = read(&desk);
    let path = format!("/dossiers/{}/receipt/document", handed_in.text("/id"));
    let refused = desk.app.get(&path).by(&desk.officer).expect(409).await;
    assert_eq!(refused.code(), "not_printable");
    assert_eq!(read(&desk), before + 1);
}
