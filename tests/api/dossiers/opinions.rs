//! What the register of opinions on projects has: what the project is, by which letter it was asked for, and by which it was answered.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::{Desk, content};
use crate::harness::Reply;

/// A project as the letter that asks for an opinion has it.
pub fn asked_for(desk: &Desk) -> Value {
    let mut text = content(&desk.tax_code);
    let project = &mut text["project"];
    project["code"] = json!("DA-2026-014");
    project["vsic"] = json!({"version": "2025", "code": "10612"});
    project["country"] = json!("VN");
    project["economic_type"] = json!("non_state");
    project["letter_number"] = json!("88/STC-ĐT");
    project["letter_on"] = json!(desk.today());
    json!({"procedure": "OPN_POLICY", "given_on": desk.today(), "content": text})
}

async fn last_event(desk: &Desk, dossier: &Reply) -> Value {
    let path = format!("/dossiers/{}/events", dossier.text("/id"));
    let history = desk.app.get(&path).by(&desk.officer).expect(200).await;
    history.body["items"].as_array().unwrap().last().unwrap().clone()
}

#[actix_web::test]
async fn an_opinion_tells_its_project_and_both_letters() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = asked_for(&desk);
    let begun = desk.begin(&desk.officer, &new).await;
    for member in ["code", "vsic", "country", "economic_type", "letter_number", "letter_on"] {
        let told = &begun.body["content"]["project"][member];
        assert_eq!(told, &new["content"]["project"][member], "{member}");
    }
    let possible = begun.body["possible"].as_array().unwrap();
    let needing = possible.iter().filter(|one| one["needs_letter"] == true);
    let needing: Vec<&Value> = needing.map(|one| &one["event"]["code"]).collect();
    assert_eq!(needing, [&json!("issue_opinion")]);

    let desk = desk.later(3).await;
    let today = desk.today();
    let opinion = |letter: Value| {
        let mut body = json!({"event": "issue_opinion", "ground": "AGREE", "note": "Công nghệ phù hợp."});
        for (name, value) in letter.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let give = async |letter: Value| desk.post(&begun, &desk.officer, &opinion(letter)).await;
    let refused = give(json!({})).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/letter_number", "/letter_on"], "required")
    );
    assert!(
        refused.text("/errors/0/detail").contains("Luật CGCN Đ.17.7"),
        "{}",
        refused.body
    );
    // Not before it was asked for, and not to come.
    for day in [
        today.saturating_sub(jiff::Span::new().days(4)),
        today.tomorrow().unwrap(),
    ] {
        let refused = give(json!({"letter_number": "512/SKHCN-QLCN", "letter_on": day})).await;
        assert_eq!(
            (refused.status, refused.pointers(), refused.text("/errors/0/code")),
            (422, vec!["/letter_on"], "out_of_range"),
            "{day}"
        );
    }
    let refused = give(json!({"letter_number": " ", "letter_on": "hôm qua"})).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/letter_number", "/letter_on"])
    );
    // Nothing came of what was refused, and a letter belongs to nothing else.
    let consult = json!({"event": "consult", "letter_number": "511/SKHCN-QLCN"});
    let refused = desk.post(&begun, &desk.officer, &consult).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/letter_number"]));
    assert_eq!(desk.read(&desk.officer, &begun).await.text("/state/code"), "received");

    let yesterday = today.yesterday().unwrap();
    let issued = give(json!({"letter_number": "512/SKHCN-QLCN", "letter_on": yesterday})).await;
    assert_eq!(
        (issued.status, issued.text("/state/code")),
        (200, "opinion_issued"),
        "{}",
        issued.body
    );
    let last = last_event(&desk, &issued).await;
    assert_eq!(
        (&last["event"], &last["letter_number"], &last["letter_on"]),
        (&json!("issue_opinion"), &json!("512/SKHCN-QLCN"), &json!(yesterday))
    );
}

/// What officers enter they change until the opinion is issued: it is not about what is there no more (Luật CGCN Đ.16).
#[actix_web::test]
async fn an_opinion_is_issued_on_what_it_is_about() {
    let desk = Desk::open().await;
    for (procedure, article) in [("OPN_POLICY", "Luật CGCN Đ.16.1"), ("OPN_DECISION", "Luật CGCN Đ.16.2")] {
        let mut new = asked_for(&desk);
        new["procedure"] = json!(procedure);
        if procedure == "OPN_DECISION" {
            new["given_on"] = Value::Null;
        }
        let begun = desk.begin(&desk.officer, &new).await;
        let mut text = begun.body["content"].clone();
        text["attachments"] = json!([]);
        text["project"]["investor"] = Value::Null;
        let bare = super::papers::write(&desk, &desk.officer, &begun, &text).await;
        assert_eq!(bare.status, 200, "{}", bare.body);
        let refused = desk.try_event(&bare, "issue_opinion").await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/content/project/investor", "/content/attachments"]),
            "{procedure}"
        );
        let detail = refused.text("/errors/1/detail");
        assert!(detail.contains(article), "{detail}");
        let whole = super::papers::write(&desk, &desk.officer, &bare, &begun.body["content"]).await;
        desk.take(&whole, "issue_opinion").await;
    }
}

#[actix_web::test]
async fn what_is_told_of_a_project_is_right() {
    let desk = Desk::open().await;
    let pointers = async |change: &dyn Fn(&mut Value)| {
        let mut new = asked_for(&desk);
        change(&mut new["content"]["project"]);
        let refused = desk
            .app
            .post("/dossiers")
            .by(&desk.officer)
            .json(&new)
            .expect(422)
            .await;
        refused
            .pointers()
            .iter()
            .map(|told| (*told).to_owned())
            .collect::<Vec<String>>()
    };
    let all = pointers(&|project| {
        project["vsic"] = json!({"version": "2007", "code": "10612"});
        project["country"] = json!("XX");
        project["economic_type"] = json!("mixed");
        project["letter_on"] = json!("02/03/2026");
    })
    .await;
    assert_eq!(
        all,
        [
            "/content/project/letter_on",
            "/content/project/vsic/version",
            "/content/project/country",
            "/content/project/economic_type",
        ]
    );
    let code = pointers(&|project| project["vsic"]["code"] = json!("1")).await;
    assert_eq!(code, ["/content/project/vsic/code"]);
    let tomorrow = desk.today().tomorrow().unwrap();
    let to_come = pointers(&|project| project["letter_on"] = json!(tomorrow)).await;
    assert_eq!(to_come, ["/content/project/letter_on"]);
}

/// Which events are told by a letter is in the rules: none of the filer's, nor what makes a certificate, which has a number of its own.
#[actix_web::test]
async fn a_version_of_the_rules_says_what_needs_a_letter() {
    let desk = Desk::open().await;
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = desk.app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    let events = rules["events"].as_array_mut().unwrap();
    let mut places = Vec::new();
    for (at, event) in events.iter_mut().enumerate() {
        if ["open", "submit", "issue"].contains(&event["code"].as_str().unwrap()) {
            event["needs_letter"] = json!(true);
            places.push(at);
        }
    }
    let put = |rules: &Value| {
        let call = desk.app.put("/procedures/REG").by(&keeper).if_match(0);
        call.json(rules)
    };
    let refused = put(&rules).expect(422).await;
    let pointer = |at: usize| format!("/events/{at}/needs_letter");
    // What opens a dossier is the filer's, too.
    let [open, submit, issue] = [places[0], places[1], places[2]].map(pointer);
    assert_eq!(refused.pointers(), [&open, &open, &submit, &issue]);
    for event in rules["events"].as_array_mut().unwrap() {
        // A refusal stays in writing, as the law has it.
        let is_written = event["code"] == "request_completion" || event["code"] == "refuse";
        event["needs_letter"] = json!(is_written);
    }
    put(&rules).expect(200).await;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let signed = desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
    let submitted = desk.take(&signed, "submit").await;
    let ask = json!({"event": "request_completion", "note": "Thiếu bản dịch."});
    let refused = desk.post(&submitted, &desk.officer, &ask).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/letter_number", "/letter_on"])
    );
    let asked = desk.take(&submitted, "request_completion").await;
    assert_eq!(last_event(&desk, &asked).await["letter_number"], "512/SKHCN-QLCN");
}

/// At the stage of the decision the law names other points, of which Article 19.2 speaks.
#[actix_web::test]
async fn an_opinion_on_the_decision_speaks_of_its_own_points() {
    let desk = Desk::open().await;
    let mut new = asked_for(&desk);
    new["procedure"] = json!("OPN_DECISION");
    new["given_on"] = Value::Null;
    // What was said at the stage of the policy is nothing of these.
    new["content"]["appraisal"] = json!({"conditions": "Có nguồn điện ba pha", "environment": "Bụi được lọc"});
    let begun = desk.begin(&desk.officer, &new).await;
    let points = ["fitness", "products", "materials", "training", "costs"];
    let expected: Vec<String> = points
        .iter()
        .map(|point| format!("/content/appraisal/{point}"))
        .collect();
    let refused = desk.try_event(&begun, "issue_opinion").await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, expected.iter().map(String::as_str).collect())
    );
    for (at, article) in ["Đ.19.2.a", "Đ.19.2.b", "Đ.19.2.c", "Đ.19.2.d", "Đ.19.2.đ"]
        .into_iter()
        .enumerate()
    {
        let detail = refused.text(&format!("/errors/{at}/detail"));
        assert!(detail.contains(article), "{detail}");
    }
    let mut text = begun.body["content"].clone();
    for point in points {
        text["appraisal"][point] = json!("x".repeat(4_001));
    }
    let long = super::papers::write(&desk, &desk.officer, &begun, &text).await;
    assert_eq!(
        (long.status, long.pointers().len()),
        (422, points.len()),
        "{}",
        long.body
    );
    for point in points {
        text["appraisal"][point] = json!("Đạt yêu cầu.");
    }
    let whole = super::papers::write(&desk, &desk.officer, &begun, &text).await;
    assert_eq!(whole.body["missing"], json!([]), "{}", whole.body);
    let given = desk.take(&whole, "issue_opinion").await;
    assert_eq!(given.text("/content/appraisal/costs"), "Đạt yêu cầu.");
}
