//! What an opinion on a project is about, whom the Department asks before it gives one, and the approvals that licences follow.

use jiff::ToSpan as _;
use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::opinions::asked_for;
use super::papers::{files, listed_by, send, write};
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

/// What councils and experts answer is confidential (Luật CGCN Đ.20), also for the enterprise whose project it is.
#[actix_web::test]
async fn answers_are_for_officers_only() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let begun = desk.begin(&desk.officer, &asked_for(&desk)).await;
    let explanation = send(&desk, &desk.officer, &begun, "document=explanation", 1).await;
    let answer = send(&desk, &desk.officer, &begun, "document=other", 2).await;
    let mut text = begun.body["content"].clone();
    let papers = text["attachments"].as_array_mut().unwrap();
    let explained = papers.iter_mut().find(|paper| paper["document"] == "explanation");
    explained.unwrap()["file"] = json!(explanation);
    let written = write(&desk, &desk.officer, &begun, &text).await;
    assert_eq!(written.status, 200, "{}", written.body);
    let path = format!("{}/{answer}", files(&begun));
    let is_hidden = async |when: &str| {
        let shown = listed_by(&desk, &desk.owner, &begun).await;
        let shown: Vec<&str> = shown.iter().map(|(id, ..)| id.as_str()).collect();
        assert_eq!(shown, [explanation.as_str()], "{when}");
        desk.app.get(&path).by(&desk.owner).expect(404).await;
        let all = listed_by(&desk, &desk.officer, &begun).await;
        assert_eq!(all.len(), 2, "{when}");
        assert_eq!(desk.app.get(&path).by(&desk.officer).expect(200).await.bytes, pdf(2));
    };
    // Everything is evidence with the first thing that is done, before anybody names it.
    desk.take(&written, "consult").await;
    is_hidden("not named yet").await;
    let today = desk.today();
    let all = json!([{"organ": "Hội đồng tư vấn", "sent_on": today, "answered_on": today, "answer": "Thống nhất.",
        "file": answer}]);
    let name = async |all: &Value| {
        let seen = desk.read(&desk.officer, &begun).await;
        let written = put(&desk, &desk.officer, &seen, all).await;
        assert_eq!(written.status, 200, "{}", written.body);
    };
    name(&all).await;
    is_hidden("named").await;
    // Once it was named it stays hidden, whatever else names it.
    name(&json!([])).await;
    let papers = text["attachments"].as_array_mut().unwrap();
    papers.push(json!({"document": "other", "file": answer}));
    let refused = write(&desk, &desk.officer, &begun, &text).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    is_hidden("named no more").await;
    name(&all).await;
    let seen = desk.read(&desk.officer, &begun).await;
    desk.take(&seen, "issue_opinion").await;
    is_hidden("given").await;
}

/// What the Department says of a project is its own while it is written.
#[actix_web::test]
async fn an_appraisal_is_told_with_the_opinion() {
    let desk = Desk::open().await;
    let mut new = asked_for(&desk);
    new["content"]["appraisal"]["environment"] = Value::Null;
    let begun = desk.begin(&desk.officer, &new).await;
    let points = |seen: &Reply| {
        let missing = seen.body["missing"].as_array().unwrap().iter();
        let members: Vec<String> = missing.map(|one| one["member"].as_str().unwrap().to_owned()).collect();
        members
    };
    assert_eq!(points(&begun), ["/appraisal/environment"]);
    let seen = desk.read(&desk.owner, &begun).await;
    assert_eq!(seen.body["content"]["appraisal"]["fitness"], Value::Null);
    assert_eq!(seen.body["content"]["project"]["name"], "Nhà máy sấy");
    assert_eq!(points(&seen), Vec::<String>::new());
    let whole = write(&desk, &desk.officer, &begun, &asked_for(&desk)["content"]).await;
    assert_eq!(whole.text("/content/appraisal/fitness"), "Phù hợp quy mô dự án");
    desk.take(&whole, "issue_opinion").await;
    let seen = desk.read(&desk.owner, &begun).await;
    assert_eq!(seen.text("/content/appraisal/fitness"), "Phù hợp quy mô dự án");
}

/// Who asks for more cannot speak of each point yet; who speaks of them says whether technology is transferred, and high technology claimed.
#[actix_web::test]
async fn only_an_opinion_on_the_technology_speaks_of_each_point() {
    let desk = Desk::open().await;
    let mut new = asked_for(&desk);
    new["content"].as_object_mut().unwrap().remove("appraisal");
    let begun = desk.begin(&desk.officer, &new).await;
    let points = [
        "fitness",
        "proof_of_use",
        "training",
        "conditions",
        "environment",
        "transfers_technology",
        "claims_high_technology",
    ];
    let opinion = |ground: &str| {
        json!({"event": "issue_opinion", "ground": ground, "note": "Theo văn bản của Sở.",
            "letter_number": "512/SKHCN-QLCN", "letter_on": desk.today()})
    };
    for ground in ["AGREE", "AGREE_WITH_CONDITIONS", "DISAGREE"] {
        let refused = desk.post(&begun, &desk.officer, &opinion(ground)).await;
        let expected: Vec<String> = points
            .iter()
            .map(|point| format!("/content/appraisal/{point}"))
            .collect();
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, expected.iter().map(String::as_str).collect()),
            "{ground}"
        );
    }
    let asked = desk.post(&begun, &desk.officer, &opinion("NEED_MORE_INFO")).await;
    assert_eq!(
        (asked.status, asked.text("/state/code")),
        (200, "awaiting_information"),
        "{}",
        asked.body
    );
}

/// What an opinion was given on stays when there is another technology to ask about.
#[actix_web::test]
async fn what_an_opinion_was_given_on_is_not_erased_afterwards() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut new = asked_for(&desk);
    new["procedure"] = json!("OPN_DECISION");
    new["given_on"] = Value::Null;
    let begun = desk.begin(&desk.officer, &new).await;
    let today = desk.today();
    let first =
        json!({"organ": "Viện Cơ điện nông nghiệp", "sent_on": today, "answered_on": today, "answer": "Thống nhất."});
    let written = put(&desk, &desk.officer, &begun, &json!([first])).await;
    assert_eq!(written.status, 200, "{}", written.body);
    let seen = desk.read(&desk.officer, &begun).await;
    let given = desk.take(&seen, "issue_opinion").await;
    let desk = desk.later(3).await;
    let again = desk.take(&given, "technology_changed").await;
    let mut changed = first.clone();
    changed["answer"] = json!("Không thống nhất.");
    let second = json!({"organ": "Sở Nông nghiệp và Môi trường", "sent_on": desk.today()});
    for all in [json!([]), json!([second]), json!([changed, second])] {
        let refused = put(&desk, &desk.officer, &again, &all).await;
        assert_eq!((refused.status, refused.code()), (409, "dossier_wrong_state"), "{all}");
        assert!(
            refused.text("/detail").contains("Viện Cơ điện nông nghiệp"),
            "{}",
            refused.body
        );
    }
    let both = put(&desk, &desk.officer, &again, &json!([second, first])).await;
    assert_eq!(both.status, 200, "{}", both.body);
    let items = both.body["consultations"].as_array().unwrap();
    assert_eq!(items[1]["written_at"], written.body["consultations"][0]["written_at"]);
    // What is written of the technology of now is written anew.
    let seen = desk.read(&desk.officer, &again).await;
    let fewer = put(&desk, &desk.officer, &seen, &json!([first])).await;
    assert_eq!(fewer.status, 200, "{}", fewer.body);
}

/// An answer that comes after the opinion is added to the question, which stays what it was.
#[actix_web::test]
async fn an_answer_that_comes_late_is_added() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut new = asked_for(&desk);
    new["procedure"] = json!("OPN_DECISION");
    new["given_on"] = Value::Null;
    let begun = desk.begin(&desk.officer, &new).await;
    let open = json!({"organ": "Viện Cơ điện nông nghiệp", "letter_number": "498/SKHCN-QLCN", "sent_on": desk.today()});
    let written = put(&desk, &desk.officer, &begun, &json!([open])).await;
    assert_eq!(written.status, 200, "{}", written.body);
    let seen = desk.read(&desk.officer, &begun).await;
    let given = desk.take(&seen, "issue_opinion").await;
    let desk = desk.later(3).await;
    let again = desk.take(&given, "technology_changed").await;
    let mut answered = open.clone();
    answered["answered_on"] = json!(desk.today());
    answered["answer"] = json!("Thống nhất.");
    let late = put(&desk, &desk.officer, &again, &json!([answered])).await;
    assert_eq!(late.status, 200, "{}", late.body);
    let (before, now) = (&written.body["consultations"][0], &late.body["consultations"][0]);
    assert_eq!(
        (&now["answer"], &now["written_at"]),
        (&json!("Thống nhất."), &before["written_at"])
    );
    // With its answer it stays, as any other that the opinion was given on.
    for all in [json!([]), json!([open])] {
        let seen = desk.read(&desk.officer, &again).await;
        let refused = put(&desk, &desk.officer, &seen, &all).await;
        assert_eq!((refused.status, refused.code()), (409, "dossier_wrong_state"), "{all}");
    }
}

/// What follows something else than an approval has none to tell.
#[actix_web::test]
async fn only_what_follows_an_approval_takes_its_number_from_there() {
    let desk = Desk::open().await;
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = desk.app.get("/procedures/IP_SUPPORT").expect(200).await.body["rules"].clone();
    let events = rules["events"].as_array_mut().unwrap();
    let opening = events.iter_mut().find(|event| event["code"] == "open").unwrap();
    opening["follows"] = json!({"procedure": "OPN_POLICY", "state": "opinion_issued"});
    let put = desk.app.put("/procedures/IP_SUPPORT").by(&keeper).if_match(0);
    put.json(&rules).expect(200).await;
    let asked = desk.begin(&desk.officer, &asked_for(&desk)).await;
    let given = desk.take(&asked, "issue_opinion").await;
    let new = json!({"procedure": "IP_SUPPORT", "content": content(&desk.tax_code), "follows": given.body["id"]});
    let submitted = desk.take(&desk.begin(&desk.owner, &new).await, "submit").await;
    assert_eq!(submitted.body["content"]["approval"], Value::Null);
}
