//! How licences end, and what comes of annulments where nobody has anything to pay back.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::service::dossiers::terms;

use super::{case_of, certificate_of, old_paper, registered};
use crate::dossiers::{Desk, content};
use crate::harness::Reply;

/// A licence of a contract that ends on a day.
async fn licensed_until(desk: &Desk, ends_on: Date) -> Reply {
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    text["contract"]["ends_on"] = json!(ends_on);
    let new = json!({"procedure": "APR", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    let approved = desk.take(&desk.take(&begun, "submit").await, "approve").await;
    let new = json!({"procedure": "LIC", "content": text, "follows": approved.body["id"], "given_on": desk.today()});
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    seen
}

/// A licence of before, as its paper has it.
fn old_licence(desk: &Desk, number: &str) -> Value {
    let mut paper = old_paper(&desk.tax_code);
    paper["kind"] = json!("licence");
    paper["authority"] = json!("UBND-HB");
    paper["authority_name"] = json!("Ủy ban nhân dân tỉnh Hòa Bình");
    paper["number"] = json!(number);
    paper["content"]["technology_status"] = json!("restricted");
    paper
}

async fn entered(desk: &Desk, paper: &Value) -> Reply {
    let call = desk.app.post("/certificates").by(&desk.signer).json(paper);
    let entered = call.expect(201).await;
    let path = format!("/dossiers/{}", entered.text("/dossier_id"));
    desk.app.get(&path).by(&desk.officer).expect(200).await
}

#[actix_web::test]
async fn a_licence_ends_with_its_contract() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let ends_on = desk.today().checked_add(20.days()).unwrap();
    let licensed = licensed_until(&desk, ends_on).await;
    assert_eq!(licensed.text("/due/0/event/code"), "annual_report");
    let desk = desk.later(20).await;
    assert_eq!(terms::run(desk.app.exchange(), || false).unwrap().failed, 0);
    // The last day is one of them.
    assert_eq!(
        desk.read(&desk.officer, &licensed).await.text("/state/code"),
        "licensed"
    );
    let desk = desk.later(1).await;
    assert_eq!(terms::run(desk.app.exchange(), || false).unwrap().failed, 0);
    let over = desk.read(&desk.officer, &licensed).await;
    assert_eq!((over.text("/state/code"), &over.body["due"]), ("expired", &json!([])));
    assert_eq!(certificate_of(&desk, &over).await.text("/validity"), "expired");
    // No report is asked for any more, and none is missing.
    let desk = desk.later(800).await;
    let over = desk.read(&desk.officer, &over).await;
    assert_eq!(over.body["is_overdue"], false);
    // What is found out later is annulled all the same.
    let annulled = desk.take(&over, "annul").await;
    assert_eq!(annulled.text("/state/code"), "annulled");
}

#[actix_web::test]
async fn where_nothing_was_granted_nothing_is_paid_back() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let ends_on = desk.today().checked_add(900.days()).unwrap();
    let licence = licensed_until(&desk, ends_on).await;
    let first = registered(&desk).await;
    for seen in [licence, case_of(&desk, &first).await] {
        let annulled = desk.take(&seen, "annul").await;
        // Not before the notice.
        let early = json!({"event": "no_repayment", "note": "Chưa hưởng ưu đãi."});
        let refused = desk.post(&annulled, &desk.officer, &early).await;
        assert_eq!((refused.status, refused.code()), (409, "too_early"), "{}", refused.body);
        let notified = desk.take(&annulled, "notify_annulment").await;
        let unsaid = json!({"event": "no_repayment"});
        let refused = desk.post(&notified, &desk.officer, &unsaid).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/note"]));
        // Nor was it demanded before the notice came.
        let demand = json!({"event": "demand_repayment", "given_on": "2020-01-01"});
        let refused = desk.post(&notified, &desk.officer, &demand).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/given_on"]));
        let closed = desk.take(&notified, "no_repayment").await;
        assert_eq!(
            (closed.text("/state/code"), &closed.body["due"]),
            ("closed", &json!([]))
        );
        assert!(closed.body["closed_at"].is_string(), "{}", closed.body);
    }
}

#[actix_web::test]
async fn an_entered_licence_is_reported_on_from_its_last_report() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut paper = old_licence(&desk, "02/2023/GPCGCN-UBND");
    let tomorrow = desk.today().tomorrow().unwrap();
    for wrong in [json!("2023-05-15"), json!(tomorrow), json!("20/12/2025")] {
        paper["last_report_on"] = wrong;
        let refused = desk.app.post("/certificates").by(&desk.signer).json(&paper).expect(422);
        assert_eq!(refused.await.pointers(), ["/last_report_on"]);
    }
    let mut other = old_paper(&desk.tax_code);
    other["last_report_on"] = json!(desk.today());
    let refused = desk.app.post("/certificates").by(&desk.signer).json(&other).expect(422);
    assert_eq!(refused.await.pointers(), ["/last_report_on"]);
    paper["last_report_on"] = json!(desk.today());
    let life = entered(&desk, &paper).await;
    let next = format!("{}-12-31", desk.today().year() + 1);
    assert_eq!(
        (
            life.text("/due/0/event/code"),
            life.text("/due/0/due_on"),
            &life.body["is_overdue"]
        ),
        ("annual_report", next.as_str(), &json!(false))
    );
    // Whose contract is over is not reported on.
    let mut over = old_licence(&desk, "03/2023/GPCGCN-UBND");
    over["content"]["contract"]["ends_on"] = json!("2024-06-30");
    let life = entered(&desk, &over).await;
    assert_eq!(
        (life.text("/state/code"), &life.body["is_overdue"]),
        ("expired", &json!(false))
    );
}
