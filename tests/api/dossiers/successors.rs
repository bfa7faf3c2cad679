//! Rules of a procedure and their successors in force side by side, and a procedure that nobody programmed.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::{Desk, content, last_day};
use crate::certificates::certificate_of;
use crate::harness::Reply;

/// Publishes rules, as whoever keeps them does.
async fn publish(desk: &Desk, code: &str, rules: &Value) {
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let call = desk.app.put(&format!("/procedures/{code}")).by(&keeper).if_match(0);
    call.json(rules).expect(200).await;
}

async fn rules_of(desk: &Desk, code: &str) -> Value {
    let seen = desk.app.get(&format!("/procedures/{code}")).expect(200).await;
    seen.body["rules"].clone()
}

fn event<'r>(rules: &'r mut Value, code: &str) -> &'r mut Value {
    let events = rules["events"].as_array_mut().unwrap();
    events.iter_mut().find(|event| event["code"] == code).unwrap()
}

/// The rules under which a dossier is, and by when its certificate is due.
fn bound(seen: &Reply) -> (i64, String) {
    let due = seen.body["due"].as_array().unwrap();
    let issue = due.iter().find(|due| due["event"]["code"] == "issue").unwrap();
    (
        seen.number("/rule_version"),
        issue["due_on"].as_str().unwrap().to_owned(),
    )
}

#[actix_web::test]
async fn rules_and_their_successors_are_in_force_side_by_side() {
    const SUCCESSOR: &str = "Luật số 115/2025/QH15 và Nghị định hướng dẫn thi hành";
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let before = rules_of(&desk, "REG").await;
    let mut after = before.clone();
    after["valid_from"] = json!(desk.today().tomorrow().unwrap());
    after["printed_bases"] = json!([SUCCESSOR]);
    event(&mut after, "issue")["term"]["amount"] = json!(2);
    publish(&desk, "REG", &after).await;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let signed = async |desk: &Desk| desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
    let accepted = async |desk: &Desk, signed: &Reply| {
        let submitted = desk.take(signed, "submit").await;
        desk.take(&submitted, "accept_complete").await
    };
    // Handed in while the former rules hold, and only written then.
    let (first_day, old) = (desk.today(), accepted(&desk, &signed(&desk).await).await);
    let waiting = signed(&desk).await;
    let desk = desk.later(1).await;
    let second_day = desk.today();
    let new = accepted(&desk, &waiting).await;
    let both = [(&old, 0, first_day, 5), (&new, 1, second_day, 2)];
    for (seen, version, day, days) in both {
        let seen = desk.read(&desk.officer, seen).await;
        let due = last_day(day, days, "working_day").to_string();
        assert_eq!(bound(&seen), (version, due));
    }
    // What is certified stands on the law of its dossier.
    for (seen, bases) in [(&old, before["printed_bases"].clone()), (&new, json!([SUCCESSOR]))] {
        let certificate = certificate_of(&desk, &desk.take(seen, "issue").await).await;
        assert_eq!(certificate.body["record"]["legal_bases"], bases);
    }
}

/// From its rules alone: states, events, a term, a checklist; it is filed, counted, searched and ended as all others are.
#[actix_web::test]
async fn a_new_procedure_is_data() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut rules = rules_of(&desk, "IP_SUPPORT").await;
    (rules["name_vi"], rules["name_en"]) = (
        json!("Đánh giá công nghệ theo yêu cầu"),
        json!("Evaluation of a technology"),
    );
    rules["checklist"] = json!([{"member": "/technology/name", "name_vi": "Tên công nghệ", "name_en": "Name of the technology",
        "legal_basis": "Luật CGCN Đ.45"}]);
    for state in rules["states"].as_array_mut().unwrap() {
        if state["code"] == "supported" {
            *state = json!({"code": "evaluated", "name_vi": "Đã đánh giá", "name_en": "Evaluated", "is_final": true});
        }
    }
    let mut evaluate = event(&mut rules, "complete").clone();
    evaluate.as_object_mut().unwrap().remove("counts_as");
    (evaluate["code"], evaluate["to"], evaluate["legal_basis"]) =
        (json!("evaluate"), json!("evaluated"), json!("Luật CGCN Đ.45"));
    evaluate["term"] =
        json!({"amount": 10, "unit": "working_day", "runs_from": "complete_dossier_on", "if_missed": "overdue_alert"});
    *event(&mut rules, "complete") = evaluate;
    publish(&desk, "TECH_EVALUATION", &rules).await;

    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "TECH_EVALUATION", "content": {}}))
        .await;
    let refused = desk.try_event(&begun, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/technology/name"])
    );
    assert!(
        refused.text("/errors/0/detail").contains("Luật CGCN Đ.45"),
        "{}",
        refused.body
    );
    let text = json!({"technology": {"name": "Công nghệ sấy lúa tầng sôi"}});
    let path = format!("/dossiers/{}", begun.text("/id"));
    let put = desk.app.put(&path).by(&desk.owner).if_match(begun.number("/version"));
    let mut seen = put.json(&text).expect(200).await;
    for event in ["submit", "accept"] {
        seen = desk.take(&seen, event).await;
    }
    assert_eq!(
        (
            seen.text("/number"),
            seen.text("/due/0/event/code"),
            seen.text("/due/0/due_on")
        ),
        (
            format!("HS-TECH_EVALUATION-{}-00001", desk.today().year()).as_str(),
            "evaluate",
            last_day(desk.today(), 10, "working_day").to_string().as_str()
        )
    );
    let found = desk.app.get("/dossiers?procedure=TECH_EVALUATION&state=supporting");
    let found = found.by(&desk.officer).expect(200).await;
    assert_eq!(found.body["items"][0]["id"], seen.body["id"]);
    let done = desk.take(&seen, "evaluate").await;
    assert_eq!(done.text("/state/name_vi"), "Đã đánh giá");
    assert!(done.body["closed_at"].is_string());
}
