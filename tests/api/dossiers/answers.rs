//! Answers of those whom the Department asked, which are no papers; and days that cannot be.

use jiff::ToSpan as _;
use serde_json::{Value, json};

use super::opinions::asked_for;
use super::papers::{send, write};
use super::{Desk, content};
use crate::certificates::old_paper;
use crate::harness::Reply;

async fn put(desk: &Desk, dossier: &Reply, all: &Value) -> Reply {
    let seen = desk.read(&desk.officer, dossier).await;
    let path = format!("/dossiers/{}/consultations", seen.text("/id"));
    let call = desk.app.put(&path).by(&desk.officer).if_match(seen.number("/version"));
    call.json(&json!({"consultations": all})).send().await
}

/// What is an answer is for officers only for ever, and what is a paper is for whoever reads the dossier (Luật CGCN Đ.20).
#[actix_web::test]
async fn an_answer_is_no_paper_and_a_paper_no_answer() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let begun = desk.begin(&desk.officer, &asked_for(&desk)).await;
    let explanation = send(&desk, &desk.officer, &begun, "document=explanation", 1).await;
    let answer = send(&desk, &desk.officer, &begun, "document=other", 2).await;
    let named = send(&desk, &desk.officer, &begun, "document=other", 3).await;
    let today = desk.today();
    let of = |file: &str| {
        json!([{"organ": "Hội đồng tư vấn", "sent_on": today, "answered_on": today, "answer": "Thống nhất.",
            "file": file}])
    };
    let naming = |file: &str| {
        let mut text = begun.body["content"].clone();
        let papers = text["attachments"].as_array_mut().unwrap();
        papers.push(json!({"document": "other", "title": "Biên bản", "file": file}));
        (
            text.clone(),
            format!(
                "/attachments/{}/file",
                text["attachments"].as_array().unwrap().len() - 1
            ),
        )
    };
    let (text, _) = naming(&named);
    let written = write(&desk, &desk.officer, &begun, &text).await;
    assert_eq!(written.status, 200, "{}", written.body);
    for paper in [&explanation, &named] {
        let refused = put(&desk, &begun, &of(paper)).await;
        assert_eq!(
            (refused.status, refused.pointers(), refused.text("/errors/0/code")),
            (422, vec!["/consultations/0/file"], "conflicts")
        );
    }
    let kept = put(&desk, &begun, &of(&answer)).await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    let (text, place) = naming(&answer);
    let refused = write(&desk, &desk.officer, &begun, &text).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec![place.as_str()], "conflicts")
    );
    let shown = desk.read(&desk.owner, &begun).await;
    assert!(!shown.body.to_string().contains(&answer), "{}", shown.body);
    // What was refused as an answer is no secret.
    let path = format!("/dossiers/{}/files/{explanation}", begun.text("/id"));
    let mut text = begun.body["content"].clone();
    let papers = text["attachments"].as_array_mut().unwrap();
    let paper = papers.iter_mut().find(|paper| paper["document"] == "explanation");
    paper.unwrap()["file"] = json!(explanation);
    assert_eq!(write(&desk, &desk.officer, &begun, &text).await.status, 200);
    let seen = desk.read(&desk.officer, &begun).await;
    desk.take(&seen, "consult").await;
    desk.app.get(&path).by(&desk.owner).expect(200).await;
}

#[actix_web::test]
async fn nobody_is_asked_before_the_dossier_was_received() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let begun = desk.begin(&desk.officer, &asked_for(&desk)).await;
    let today = desk.today();
    let before = today.yesterday().unwrap();
    let all = json!([{"organ": "A", "sent_on": today}, {"organ": "B", "sent_on": before}]);
    let refused = put(&desk, &begun, &all).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/consultations/1/sent_on"], "out_of_range")
    );
    let taken = put(&desk, &begun, &json!([{"organ": "A", "sent_on": today}])).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
}

#[actix_web::test]
async fn a_contract_is_not_copied_before_it_is_signed() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    let copy = |on: Value| {
        json!({"document": "contract", "form": "certified_copy", "certified_by": "Văn phòng công chứng Việt Trì",
            "certified_on": on})
    };
    let signed_on = desk.today().saturating_sub(10.days());
    text["attachments"][1] = copy(json!(signed_on.yesterday().unwrap()));
    // Other papers may be older.
    text["attachments"][3]["form"] = json!("certified_copy");
    text["attachments"][3]["certified_by"] = json!("UBND phường Việt Trì");
    text["attachments"][3]["certified_on"] = json!("2025-01-06");
    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "REG", "content": text}))
        .await;
    let signed = json!({"event": "sign_contract", "given_on": signed_on});
    let signed = desk.post(&begun, &desk.owner, &signed).await;
    assert_eq!(signed.status, 200, "{}", signed.body);
    let refused = desk.try_event(&signed, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/attachments/1/certified_on"], "out_of_range")
    );
    text["attachments"][1] = copy(json!(signed_on));
    let corrected = write(&desk, &desk.owner, &signed, &text).await;
    desk.take(&corrected, "submit").await;
}

#[actix_web::test]
async fn an_old_certificate_names_no_later_day() {
    let desk = Desk::open().await;
    let mut paper = old_paper(&desk.tax_code);
    paper["content"]["contract"]["irc_number"] = json!("9876543210");
    paper["content"]["contract"]["irc_on"] = json!("2023-05-17");
    paper["content"]["attachments"] = json!([{"document": "contract", "form": "certified_copy",
        "certified_by": "Văn phòng công chứng Việt Trì", "certified_on": "2023-04-02"}]);
    let enter = |paper: &Value| desk.app.post("/certificates").by(&desk.signer).json(paper);
    let refused = enter(&paper).expect(422).await;
    assert_eq!(
        refused.pointers(),
        ["/content/contract/irc_on", "/content/attachments/0/certified_on"]
    );
    paper["content"]["contract"]["irc_on"] = json!("2023-05-16");
    paper["content"]["attachments"][0]["certified_on"] = json!("2023-04-03");
    enter(&paper).expect(201).await;
}
