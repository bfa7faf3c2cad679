//! Annulments to their end: notice, demand, what is not repaid in time, enforcement, and repayment all the same; of licences, also of one that
//! another one replaced before.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::service::dossiers::terms;

use super::licences::licensed_until;
use super::replacing::longer;
use super::{certificate_of, registered, verify};
use crate::dossiers::{Desk, send_receipt};
use crate::harness::documents::{PDF, pdf};
use crate::harness::{Person, Reply};

/// The day after a term is over, with what comes of that.
async fn after(desk: Desk, day: Date) -> Desk {
    let days = desk.today().until(day).unwrap().get_days();
    let desk = desk.later(i64::from(days) + 1).await;
    assert_eq!(terms::run(desk.app.exchange(), || false).unwrap().failed, 0);
    desk
}

/// Refused with a code; what is said is of a licence, and names the article.
async fn refused(desk: &Desk, seen: &Reply, by: &Person, body: &Value, (code, words): (&str, &str)) {
    let refused = desk.post(seen, by, body).await;
    assert_eq!(refused.code(), code, "{body}: {}", refused.body);
    let said = ["vi", "en"].map(|lang| refused.text(&format!("/messages/{lang}")).to_owned());
    assert!(said[0].contains(words), "{words}: {said:?}");
    assert!(!said[0].to_lowercase().contains("giấy chứng nhận"), "{said:?}");
    assert!(!said[1].to_lowercase().contains("certificate"), "{said:?}");
}

/// The last day on which is repaid what was demanded today.
async fn demanded(desk: &Desk, annulled: &Reply) -> (Reply, Date) {
    let notified = desk.take(annulled, "notify_annulment").await;
    let demanded = desk.take(&notified, "demand_repayment").await;
    assert_eq!(
        (demanded.text("/state/code"), demanded.text("/due/0/event/code")),
        ("repayment_due", "repay")
    );
    let last = demanded.text("/due/0/due_on").parse().unwrap();
    (demanded, last)
}

#[actix_web::test]
async fn a_licence_is_annulled_and_repaid_after_its_enforcement_was_marked() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let licence = licensed_until(&desk, desk.today().checked_add(900.days()).unwrap()).await;
    let certificate = certificate_of(&desk, &licence).await;
    let annulled = desk.take(&licence, "annul").await;
    let today = json!(desk.today());
    let demand = json!({"event": "demand_repayment", "given_on": today});
    // What comes first is named.
    let why = (
        "too_early",
        "phải thực hiện “Thông báo hủy bỏ” trước (NĐ 76/2018 Đ.7.2)",
    );
    refused(&desk, &annulled, &desk.officer, &demand, why).await;
    let repay = json!({"event": "repay", "given_on": today});
    let why = ("dossier_wrong_state", "“Phải hoàn trả ưu đãi”");
    refused(&desk, &annulled, &desk.owner, &repay, why).await;
    let (seen, last) = demanded(&desk, &annulled).await;
    let why = ("forbidden", "NĐ 76/2018 Đ.7.3");
    refused(&desk, &seen, &desk.officer, &repay, why).await;
    // The exchange marks it by itself, and nobody by hand.
    let mark = json!({"event": "mark_enforcement"});
    refused(&desk, &seen, &desk.officer, &mark, ("forbidden", "NĐ 76/2018 Đ.7.3")).await;

    let desk = after(desk, last).await;
    let seen = desk.read(&desk.owner, &seen).await;
    assert_eq!(seen.text("/state/code"), "enforcement");
    let closed = desk.take(&seen, "repay").await;
    assert_eq!(
        (
            closed.text("/state/code"),
            &closed.body["possible"],
            &closed.body["due"]
        ),
        ("closed", &json!([]), &json!([]))
    );
    let path = format!("/dossiers/{}/events", closed.text("/id"));
    let events = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let events = events.body["items"].as_array().unwrap();
    let told: Vec<(&str, bool)> = events
        .iter()
        .rev()
        .take(6)
        .map(|event| (event["event"].as_str().unwrap(), event["is_late"] == true))
        .collect();
    assert_eq!(
        told,
        [
            ("repay", true),
            ("mark_enforcement", false),
            ("demand_repayment", false),
            ("notify_annulment", false),
            ("publish_annulment", false),
            ("annul", false),
        ]
    );
    let lift = json!({"event": "lift_enforcement", "note": "Đã hoàn trả."});
    let why = ("dossier_wrong_state", "“Quá hạn hoàn trả, chuyển cưỡng chế”");
    refused(&desk, &closed, &desk.officer, &lift, why).await;
    assert_eq!(verify(&desk, &certificate).await.text("/validity"), "annulled");
    // Nor does another one come in the place of what was annulled.
    let late = longer(&desk, &licence, &certificate.body["number"]).await;
    let late = desk.try_event(&late, "submit").await;
    assert_eq!(late.code(), "certificate_not_in_force");
    let said = late.text("/messages/vi");
    assert!(said.contains("Giấy phép số") && said.contains("Đ.32.2"), "{said}");
}

#[actix_web::test]
async fn what_was_paid_in_time_is_not_late_and_is_shown_by_the_receipt_of_the_treasury() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let certificate = registered(&desk).await;
    let path = format!("/dossiers/{}", certificate.text("/case_id"));
    let case = desk.app.get(&path).by(&desk.officer).expect(200).await;
    // Nothing is paid yet, and no paper of it taken.
    let receipt = format!("{path}/files?document=treasury_receipt&name=giay.pdf");
    let early = desk
        .app
        .post(&receipt)
        .by(&desk.owner)
        .file(PDF, pdf(5))
        .expect(409)
        .await;
    assert_eq!(early.code(), "dossier_wrong_state");
    let annulled = desk.take(&case, "annul").await;
    let (_, last) = demanded(&desk, &annulled).await;
    let desk = after(desk, last).await;
    let seen = desk.read(&desk.owner, &annulled).await;
    assert_eq!(seen.text("/state/code"), "enforcement");
    // To say so closes nothing.
    let repay = json!({"event": "repay", "given_on": last});
    let refused = desk.post(&seen, &desk.owner, &repay).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/attachments"], "required_by_law")
    );
    assert_eq!(
        desk.read(&desk.owner, &annulled).await.text("/state/code"),
        "enforcement"
    );
    send_receipt(&desk.app, &desk.owner, &seen).await;
    // The day is asked for, and not told to be wrong.
    let undated = desk.post(&seen, &desk.owner, &json!({"event": "repay"})).await;
    assert_eq!(
        (undated.status, undated.pointers(), undated.text("/errors/0/code")),
        (422, vec!["/given_on"], "required")
    );
    let closed = desk.post(&seen, &desk.owner, &repay).await;
    assert_eq!(
        (closed.status, closed.text("/state/code")),
        (200, "closed"),
        "{}",
        closed.body
    );
    let events = desk
        .app
        .get(&format!("{path}/events"))
        .by(&desk.officer)
        .expect(200)
        .await;
    let paid = events.body["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&paid["event"], &paid["given_on"], &paid["is_late"]),
        (&json!("repay"), &json!(last), &json!(false))
    );
    // Evidence, which officers read.
    let files = desk
        .app
        .get(&format!("{path}/files"))
        .by(&desk.officer)
        .expect(200)
        .await;
    assert_eq!(files.text("/items/0/document"), "treasury_receipt");
}

#[actix_web::test]
async fn a_replaced_licence_that_was_forged_is_repaid_and_the_new_one_stays() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = licensed_until(&desk, desk.today().checked_add(400.days()).unwrap()).await;
    let old = certificate_of(&desk, &first).await;
    let mut second = longer(&desk, &first, &old.body["number"]).await;
    for event in ["submit", "accept_complete", "issue"] {
        second = desk.take(&second, event).await;
    }
    let new = certificate_of(&desk, &second).await;
    let former = desk.read(&desk.officer, &first).await;
    assert_eq!(former.text("/state/code"), "expired");
    // What comes of a licence is nobody's to do.
    let why = ("forbidden", "Giấy phép");
    refused(&desk, &second, &desk.officer, &json!({"event": "replaced"}), why).await;
    let annulled = desk.take(&former, "annul").await;
    let (seen, last) = demanded(&desk, &annulled).await;
    let desk = after(desk, last).await;
    let listed = desk.app.get("/dossiers?state=enforcement").by(&desk.officer);
    let listed = listed.expect(200).await.body["items"].as_array().unwrap().clone();
    let ids: Vec<&Value> = listed.iter().map(|item| &item["id"]).collect();
    assert_eq!(ids, [&first.body["id"]]);
    let seen = desk.read(&desk.officer, &seen).await;
    let lifted = desk.take(&seen, "lift_enforcement").await;
    assert_eq!(lifted.text("/state/code"), "repayment_due");
    // It is marked once.
    assert_eq!(terms::run(desk.app.exchange(), || false).unwrap().failed, 0);
    let lifted = desk.read(&desk.officer, &lifted).await;
    assert_eq!(lifted.text("/state/code"), "repayment_due");
    assert_eq!(desk.take(&lifted, "repay").await.text("/state/code"), "closed");
    let told = verify(&desk, &old).await;
    assert_eq!(
        (told.text("/validity"), told.text("/newest_state")),
        ("annulled", "valid")
    );
    assert_eq!(certificate_of(&desk, &second).await.text("/validity"), "valid");
    let path = format!("/certificates/{}/document", new.text("/id"));
    desk.app.get(&path).by(&desk.owner).expect(200).await;
}
