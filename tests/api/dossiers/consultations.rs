//! What an opinion on a project is about, whom the Department asks before it gives one, and the approvals that licences follow.

use jiff::ToSpan as _;
use serde_json::{Value, json};

use super::opinions::asked_for;
use super::papers::write;
use super::{Desk, content};
use crate::harness::documents::{PDF, pdf};
use crate::harness::{Person, Reply};

async fn put(desk: &Desk, by: &Person, seen: &Reply, all: &Value) -> Reply {
    let path = format!("/dossiers/{}/consultations", seen.text("/id"));
    let call = desk.app.put(&path).by(by).if_match(seen.number("/version"));
    call.json(&json!({"consultations": all})).send().await
}

/// What Article 19.1 names is told before the opinion is given, and not when it is asked for.
#[actix_web::test]
async fn an_opinion_speaks_of_each_point_of_the_law() {
    let desk = Desk::open().await;
    let mut new = asked_for(&desk);
    new["content"]["appraisal"] = json!({"transfers_technology": true, "claims_high_technology": false});
    let begun = desk.begin(&desk.officer, &new).await;
    let points = [
        "fitness",
        "proof_of_use",
        "training",
        "conditions",
        "environment",
        "draft_contract",
    ];
    let missing: Vec<&str> = begun.body["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["member"].as_str().unwrap())
        .collect();
    let expected: Vec<String> = points.iter().map(|point| format!("/appraisal/{point}")).collect();
    assert_eq!(missing, expected);
    let refused = desk.try_event(&begun, "issue_opinion").await;
    let expected: Vec<String> = expected.iter().map(|member| format!("/content{member}")).collect();
    assert_eq!(
        (refused.status, refused.text("/errors/0/code")),
        (422, "required_by_law")
    );
    assert_eq!(refused.pointers(), expected);
    assert!(
        refused.text("/errors/0/detail").contains("Luật CGCN Đ.19.1"),
        "{}",
        refused.body
    );
    let mut text = begun.body["content"].clone();
    for point in points {
        text["appraisal"][point] = json!("Đạt yêu cầu.");
    }
    let whole = write(&desk, &desk.officer, &begun, &text).await;
    assert_eq!(whole.body["missing"], json!([]));
    desk.take(&whole, "issue_opinion").await;
}

#[actix_web::test]
async fn who_is_asked_is_written_down_and_moves_no_term() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let begun = desk.begin(&desk.officer, &asked_for(&desk)).await;
    let due = begun.body["due"].clone();
    let desk = desk.later(3).await;
    let (today, sent) = (desk.today(), desk.today().saturating_sub(2.days()));
    let path = format!("/dossiers/{}/files?document=other&name=tra-loi.pdf", begun.text("/id"));
    let call = desk.app.post(&path).by(&desk.officer).file(PDF, pdf(5));
    let file = call.expect(201).await.text("/id").to_owned();
    let begun = desk.read(&desk.officer, &begun).await;
    let yesterday = today.yesterday().unwrap();
    let all = json!([
        {"organ": "Sở Nông nghiệp và Môi trường", "letter_number": "498/SKHCN-QLCN", "sent_on": sent, "due_on": yesterday},
        {"organ": "Viện Cơ điện nông nghiệp", "sent_on": sent, "due_on": today, "answered_on": today,
            "answer": "Thống nhất.", "file": file},
    ]);
    let written = put(&desk, &desk.officer, &begun, &all).await;
    assert_eq!(written.status, 200, "{}", written.body);
    let items = written.body["consultations"].as_array().unwrap();
    let told: Vec<(&Value, &Value, &Value)> = items
        .iter()
        .map(|one| (&one["organ"], &one["is_overdue"], &one["answer"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("Sở Nông nghiệp và Môi trường"), &json!(true), &Value::Null),
            (&json!("Viện Cơ điện nông nghiệp"), &json!(false), &json!("Thống nhất.")),
        ]
    );
    // The Department's term stays what it was (Luật CGCN Đ.17.7).
    let seen = desk.read(&desk.officer, &begun).await;
    let ends = |due: &Value| due[0]["due_on"].clone();
    assert_eq!(ends(&seen.body["due"]), ends(&due));
    // The same once more is what it was, by the same officer at the same time.
    let again = put(&desk, &desk.officer, &seen, &all).await;
    assert_eq!(again.body, written.body);
    let stale = put(&desk, &desk.officer, &begun, &all).await;
    assert_eq!(stale.status, 412);
    // For officers only: what councils and experts say is confidential.
    let path = format!("/dossiers/{}/consultations", begun.text("/id"));
    let read = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(read.body, written.body);
    desk.app.get(&path).by(&desk.owner).expect(403).await;
    let seen = desk.read(&desk.officer, &seen).await;
    assert_eq!(put(&desk, &desk.owner, &seen, &all).await.status, 403);
    // What was answered stays as long as it is named.
    let path = format!("/dossiers/{}/files/{file}", begun.text("/id"));
    let kept = desk.app.delete(&path).by(&desk.officer).expect(409).await;
    assert_eq!(kept.code(), "file_in_use");
    // Once the opinion is given nothing is written down any more.
    let issued = desk.take(&seen, "issue_opinion").await;
    let refused = put(&desk, &desk.officer, &issued, &all).await;
    assert_eq!((refused.status, refused.code()), (409, "dossier_wrong_state"));
}

#[actix_web::test]
async fn what_is_wrong_with_a_consultation_is_told_at_its_place() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let begun = desk.begin(&desk.officer, &asked_for(&desk)).await;
    let (today, tomorrow) = (desk.today(), desk.today().tomorrow().unwrap());
    let all = json!([
        {"organ": " ", "sent_on": "hôm qua"},
        {"organ": "A", "sent_on": tomorrow},
        {"organ": "B", "sent_on": today, "due_on": "2011-01-01", "answered_on": tomorrow, "answer": "Có"},
        {"organ": "C", "sent_on": today, "answered_on": today},
        {"organ": "D", "sent_on": today, "answer": "Có"},
        {"organ": "E", "sent_on": today, "file": "x", "answered_on": today, "answer": "Có"},
    ]);
    let refused = put(&desk, &desk.officer, &begun, &all).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (
            422,
            vec![
                "/consultations/0/organ",
                "/consultations/0/sent_on",
                "/consultations/1/sent_on",
                "/consultations/2/due_on",
                "/consultations/2/answered_on",
                "/consultations/3/answer",
                "/consultations/4/answered_on",
                "/consultations/5/file",
            ]
        )
    );
    let one = json!({"organ": "A", "sent_on": today});
    let many = Value::Array(vec![one.clone(); 51]);
    assert_eq!(
        put(&desk, &desk.officer, &begun, &many).await.pointers(),
        ["/consultations"]
    );
    let mut strange = one.clone();
    strange["file"] = json!(uuid::Uuid::from_u128(7));
    (strange["answered_on"], strange["answer"]) = (json!(today), json!("Có"));
    assert_eq!(
        put(&desk, &desk.officer, &begun, &json!([strange])).await.pointers(),
        ["/consultations/0/file"]
    );
    // Nothing was kept of it, and nobody is asked about what parties file.
    let path = format!("/dossiers/{}/consultations", begun.text("/id"));
    let none = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(none.body["consultations"], json!([]));
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    let refused = put(&desk, &desk.officer, &accepted, &json!([one])).await;
    assert_eq!((refused.status, refused.code()), (409, "dossier_wrong_state"));
}

/// The number of what was written is held from the approval to the licence.
#[actix_web::test]
async fn a_licence_tells_the_approval_that_it_follows() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let submitted = desk
        .take(
            &desk
                .begin(&desk.owner, &json!({"procedure": "APR", "content": text}))
                .await,
            "submit",
        )
        .await;
    let refused = desk.post(&submitted, &desk.officer, &json!({"event": "approve"})).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/letter_number", "/letter_on"])
    );
    let approved = desk.take(&submitted, "approve").await;
    let mut skipped = json!({"procedure": "APR", "event": "skip_if_project_already_appraised", "content": text,
        "note": "Dự án đã được thẩm định công nghệ"});
    for member in ["appraisal_number", "appraised_on", "appraised_by"] {
        skipped["content"]["project"][member] = Value::Null;
    }
    let refused = desk
        .app
        .post("/dossiers")
        .by(&desk.officer)
        .json(&skipped)
        .expect(422)
        .await;
    assert_eq!(
        refused.pointers(),
        [
            "/content/project/appraisal_number",
            "/content/project/appraised_on",
            "/content/project/appraised_by"
        ]
    );
    assert!(
        refused.text("/errors/0/detail").contains("Luật CGCN Đ.28.2.a"),
        "{}",
        refused.body
    );
    skipped["content"] = text.clone();
    let appraised = desk.begin(&desk.officer, &skipped).await;
    let today = desk.today().to_string();
    for (before, number, on) in [
        (&approved, "512/SKHCN-QLCN", today.as_str()),
        (&appraised, "12/SKHCN-QLCN", "2025-06-02"),
    ] {
        let by = if before.body["is_paper"] == true {
            &desk.officer
        } else {
            &desk.owner
        };
        let mut told = text.clone();
        told["approval"] = json!({"number": "13/khác", "approved_on": on});
        let new = json!({"procedure": "LIC", "content": told, "follows": before.body["id"], "given_on": desk.today()});
        let begun = desk.begin(by, &new).await;
        let refused = desk.try_event(&begun, "submit").await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/content/approval/number"]),
            "{}",
            refused.body
        );
        assert!(refused.text("/errors/0/detail").contains(number), "{}", refused.body);
        // Left out, it is what was written.
        let begun = write(&desk, by, &begun, &text).await;
        let handed_in = desk.take(&begun, "submit").await;
        assert_eq!(
            handed_in.body["content"]["approval"],
            json!({"number": number, "approved_on": on})
        );
    }
}
