//! How licences end, and what comes of annulments where nobody has anything to pay back.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::service::dossiers::terms;

use super::{case_of, certificate_of, old_paper, registered};
use crate::dossiers::{Desk, content, send_report};
use crate::harness::Reply;
use crate::harness::documents::{PDF, pdf};

/// A licence of a contract that ends on a day.
pub async fn licensed_until(desk: &Desk, ends_on: Date) -> Reply {
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
pub fn old_licence(desk: &Desk, number: &str) -> Value {
    let mut paper = old_paper(&desk.tax_code);
    paper["kind"] = json!("licence");
    paper["authority"] = json!("UBND-HB");
    paper["authority_name"] = json!("Ủy ban nhân dân tỉnh Hòa Bình");
    paper["number"] = json!(number);
    paper["content"]["technology_status"] = json!("restricted");
    paper
}

pub async fn entered(desk: &Desk, paper: &Value) -> Reply {
    let call = desk.app.post("/certificates").by(&desk.signer).json(paper);
    let entered = call.expect(201).await;
    let path = format!("/dossiers/{}", entered.text("/dossier_id"));
    desk.app.get(&path).by(&desk.officer).expect(200).await
}

/// It is the authority's that issued it by the rules of then, unless one of today took its place.
#[actix_web::test]
async fn an_older_licence_is_not_told_to_be_of_the_authority_of_today() {
    let desk = Desk::open().await;
    let mut paper = old_licence(&desk, "03/GP-BKHCN");
    paper["authority"] = json!("BKHCN");
    paper["authority_name"] = json!("Bộ Khoa học và Công nghệ");
    let life = entered(&desk, &paper).await;
    assert_eq!(
        (life.text("/authority/code"), &life.body["authority"]["is_here"]),
        ("BKHCN", &json!(false))
    );
    let basis = life.text("/authority/legal_basis");
    assert!(!basis.contains("115/2025"), "{basis}");
    let life = entered(&desk, &old_licence(&desk, "04/GP-UBND")).await;
    assert_eq!(
        (life.text("/authority/code"), &life.body["authority"]["is_here"]),
        ("UBND-PT", &json!(true))
    );
}

/// The years that `due` and `possible` name of a report.
fn years_of(seen: &Reply, event: &str) -> [i64; 2] {
    ["due", "possible"].map(|list| {
        let mut told = seen.body[list].as_array().unwrap().iter();
        let of_event = told.find(|one| one["event"]["code"] == event);
        of_event.unwrap_or_else(|| panic!("{event} is not in {list}"))["year"]
            .as_i64()
            .unwrap()
    })
}

/// What `due` names is taken, whenever it is told: in the year of the licence, too, in which nothing has to be reported yet.
#[actix_web::test]
async fn the_year_of_a_report_is_told_once() {
    let mut desk = Desk::open().await;
    desk.app.clock.hold();
    let ends_on = desk.today().checked_add(5000.days()).unwrap();
    let mut seen = licensed_until(&desk, ends_on).await;
    assert_eq!(
        years_of(&seen, "annual_report"),
        [i64::from(desk.today().year()); 2],
        "{}",
        seen.body
    );
    for days in [1, 366, 366, 1] {
        desk = desk.later(days).await;
        seen = desk.read(&desk.owner, &seen).await;
        let [due, possible] = years_of(&seen, "annual_report");
        assert_eq!(due, possible, "{}", seen.body);
        send_report(&desk.app, &desk.owner, &seen).await;
        let report = json!({"event": "annual_report", "year": due});
        let reported = desk.post(&seen, &desk.owner, &report).await;
        assert_eq!(reported.status, 200, "{}", reported.body);
    }
    // More than two years without one: the oldest that is missing is told.
    desk = desk.later(900).await;
    seen = desk.read(&desk.owner, &seen).await;
    let missing = seen.body["missing_reports"][0].as_i64().unwrap();
    assert_eq!(years_of(&seen, "annual_report"), [missing; 2]);
}

#[actix_web::test]
async fn a_licence_ends_with_its_contract() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let ends_on = desk.today().checked_add(20.days()).unwrap();
    let licensed = licensed_until(&desk, ends_on).await;
    // Reports count from the year of the licence, which need not be that in which the contract ends.
    let this_year = i64::from(desk.today().year());
    let year = this_year + 1;
    let last_day = format!("{year}-12-31");
    assert_eq!(
        (licensed.text("/due/0/event/code"), licensed.text("/due/0/due_on")),
        ("annual_report", last_day.as_str())
    );
    // A report that is made now is about this year; that of the year by which end one is due did not begin yet.
    assert_eq!(years_of(&licensed, "annual_report"), [this_year; 2]);
    let early = json!({"event": "annual_report", "year": year});
    let refused = desk.post(&licensed, &desk.owner, &early).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/year"], "report_year")
    );
    let detail = refused.text("/errors/0/detail");
    assert!(detail.contains(&format!("nhận từ ngày 01/01/{year}")), "{detail}");
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
    assert_eq!(certificate_of(&desk, &over).await.text("/validity"), "expired");
    // What was done in the last year is reported on all the same, and is missing when nobody does.
    assert_eq!(
        (
            over.text("/state/code"),
            over.text("/due/0/event/code"),
            over.text("/due/0/due_on")
        ),
        ("expired", "final_report", last_day.as_str())
    );
    assert_eq!(years_of(&over, "final_report"), [i64::from(desk.today().year()); 2]);
    assert!(over.body.get("missing_reports").is_none(), "{}", over.body);
    let desk = desk.later(800).await;
    let over = desk.read(&desk.owner, &over).await;
    assert_eq!(
        (&over.body["is_overdue"], &over.body["missing_reports"]),
        (&json!(true), &json!([year]))
    );
    assert_eq!(years_of(&over, "final_report"), [year; 2]);
    for other in [Value::Null, json!(year + 1), json!(year - 1)] {
        let body = json!({"event": "final_report", "year": other});
        let refused = desk.post(&over, &desk.owner, &body).await;
        assert_eq!(
            (refused.status, refused.pointers(), refused.text("/errors/0/code")),
            (422, vec!["/year"], "report_year")
        );
        assert!(
            refused.text("/errors/0/detail").contains(&year.to_string()),
            "{}",
            refused.body
        );
    }
    let over = desk.take(&over, "final_report").await;
    assert_eq!(
        (&over.body["is_overdue"], &over.body["due"]),
        (&json!(false), &json!([]))
    );
    let path = format!("/dossiers/{}/events", over.text("/id"));
    let events = desk.app.get(&path).by(&desk.owner).expect(200).await;
    let last = events.body["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["event"], &last["year"]), (&json!("final_report"), &json!(year)));
    // Once it was reported on up to its end, there is nothing more.
    let body = json!({"event": "final_report", "year": year + 1});
    let refused = desk.post(&over, &desk.owner, &body).await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "limit_reached"),
        "{}",
        refused.body
    );
    let over = desk.read(&desk.officer, &over).await;
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
    // Whose contract is over was to be reported on up to then.
    let mut over = old_licence(&desk, "03/2023/GPCGCN-UBND");
    over["content"]["contract"]["ends_on"] = json!("2024-06-30");
    let life = entered(&desk, &over).await;
    assert_eq!(
        (life.text("/state/code"), &life.body["missing_reports"]),
        ("expired", &json!([2024]))
    );
    over["number"] = json!("04/2023/GPCGCN-UBND");
    over["last_report_on"] = json!("2024-12-20");
    let life = entered(&desk, &over).await;
    assert_eq!(
        (life.text("/state/code"), &life.body["is_overdue"], &life.body["due"]),
        ("expired", &json!(false), &json!([]))
    );
    // It was reported on to its end, so that no report is sent where they were.
    let path = format!(
        "/dossiers/{}/files?name=giay.pdf&document=annual_report",
        life.text("/id")
    );
    let refused = desk
        .app
        .post(&path)
        .by(&desk.officer)
        .file(PDF, pdf(1))
        .expect(409)
        .await;
    assert_eq!(
        ["vi", "en"].map(|lang| refused.text(&format!("/messages/{lang}"))),
        [
            "Hồ sơ đang ở trạng thái “Giấy phép hết hiệu lực”; lúc này không còn bước nào kèm giấy tờ như vậy.",
            "The dossier is in “Licence expired”; nothing is to be done any more that comes with such papers.",
        ]
    );
    // Which years are missing is told, and the oldest one comes first.
    let life = entered(&desk, &old_licence(&desk, "05/2023/GPCGCN-UBND")).await;
    let this_year = i64::from(desk.today().year());
    let missing: Vec<i64> = (2024..this_year).collect();
    assert_eq!(
        (&life.body["missing_reports"], life.number("/due/0/year")),
        (&json!(missing), 2024)
    );
    let reported = desk.take(&life, "annual_report").await;
    assert_eq!(reported.body["missing_reports"], json!(missing[1..]));
    // What corrects it is about the same year, and does nothing for the next one.
    let again = json!({"event": "annual_report", "year": 2024});
    // It is a paper of its own.
    let refused = desk.post(&reported, &desk.officer, &again).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/attachments"], "required_by_law")
    );
    assert!(
        refused.text("/errors/0/detail").contains("TT 02/2018"),
        "{}",
        refused.body
    );
    send_report(&desk.app, &desk.officer, &reported).await;
    let corrected = desk.post(&reported, &desk.officer, &again).await;
    assert_eq!(corrected.status, 200, "{}", corrected.body);
    assert_eq!(
        (&corrected.body["missing_reports"], &corrected.body["due"]),
        (&reported.body["missing_reports"], &reported.body["due"])
    );
    let path = format!("/dossiers/{}/events", corrected.text("/id"));
    let events = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let last = events.body["items"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["event"], &last["year"], &last["is_late"]),
        (&json!("annual_report"), &json!(2024), &json!(false))
    );
    let before = json!({"event": "annual_report", "year": 2023});
    let refused = desk.post(&corrected, &desk.officer, &before).await;
    assert_eq!(refused.text("/errors/0/code"), "report_year");
}

/// Another licence of the approval that a licence came of, whose content is another one.
async fn another(desk: &Desk, first: &Reply, replaces: Value) -> Reply {
    let mut text = first.body["content"].clone();
    text["contract"]["place"] = json!("Hòa Bình");
    text["replaces_licence"] = replaces;
    let new = json!({"procedure": "LIC", "content": text, "follows": first.body["follows"], "given_on": desk.today()});
    desk.begin(&desk.owner, &new).await
}

#[actix_web::test]
async fn a_licence_names_the_approval_of_which_it_comes() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let today = desk.today();
    let dossier = licensed_until(&desk, today.checked_add(900.days()).unwrap()).await;
    let licence = certificate_of(&desk, &dossier).await;
    assert_eq!(
        licence.body["record"]["approval"],
        json!({"number": "512/SKHCN-QLCN", "approved_on": today})
    );
    // Printed anew from what was signed.
    let path = format!("/certificates/{}/document", licence.text("/id"));
    desk.app.get(&path).by(&desk.owner).expect(200).await;
    // A registration has none.
    let other = registered(&desk).await;
    assert!(other.body["record"].get("approval").is_none(), "{}", other.body);
    // A wrong day is told as days are written.
    let yesterday = today.yesterday().unwrap();
    let mut text = dossier.body["content"].clone();
    text["approval"] = json!({"number": "512/SKHCN-QLCN", "approved_on": yesterday});
    let new = json!({"procedure": "LIC", "content": text, "follows": dossier.body["follows"], "given_on": today});
    let refused = desk.try_event(&desk.begin(&desk.owner, &new).await, "submit").await;
    assert!(
        refused.pointers().contains(&"/content/approval/approved_on"),
        "{}",
        refused.body
    );
    let errors = refused.body["errors"].as_array().unwrap();
    let of_day = errors
        .iter()
        .find(|one| one["pointer"] == "/content/approval/approved_on")
        .unwrap();
    let said = of_day["detail"].as_str().unwrap();
    for day in [today, yesterday] {
        assert!(said.contains(&day.strftime("%d/%m/%Y").to_string()), "{said}");
    }
}

#[actix_web::test]
async fn an_approval_has_one_licence_in_force_and_changed_content_a_new_one_in_its_place() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = licensed_until(&desk, desk.today().checked_add(900.days()).unwrap()).await;
    let old = certificate_of(&desk, &first).await;
    let second = desk
        .try_event(&another(&desk, &first, Value::Null).await, "submit")
        .await;
    assert_eq!(
        (second.status, second.pointers(), second.text("/errors/0/code")),
        (422, vec!["/content/replaces_licence"], "licence_in_force")
    );
    let detail = second.text("/errors/0/detail");
    assert!(
        detail.contains(old.text("/number")) && detail.contains("Đ.30.6"),
        "{detail}"
    );
    let unknown = another(&desk, &first, json!("99/2020/X")).await;
    assert_eq!(
        desk.try_event(&unknown, "submit").await.pointers(),
        ["/content/replaces_licence"]
    );
    let mut new = another(&desk, &first, old.body["number"].clone()).await;
    for event in ["submit", "accept_complete"] {
        new = desk.take(&new, event).await;
    }
    // Until it is issued the old one holds.
    assert_eq!(certificate_of(&desk, &first).await.text("/validity"), "valid");
    let desk = desk.later(30).await;
    let new = desk.take(&new, "issue").await;
    let licence = certificate_of(&desk, &new).await;
    assert_eq!(
        (
            licence.text("/validity"),
            &licence.body["record"]["replaces"]["number"],
            licence.text("/record/contract/place"),
        ),
        ("valid", &old.body["number"], "Hòa Bình")
    );
    let over = certificate_of(&desk, &first).await;
    assert_eq!(
        (over.text("/validity"), &over.body["replaced_by"]["id"]),
        ("superseded", &licence.body["id"])
    );
    assert_eq!(super::verify(&desk, &old).await.text("/validity"), "superseded");
    let page = super::verify(&desk, &licence).await;
    assert_eq!(
        (page.text("/validity"), &page.body["is_genuine"]),
        ("valid", &json!(true))
    );
    let trail = desk.app.deeds(old.text("/id"));
    assert!(
        trail.iter().any(|(deed, _)| deed == "certificate.replaced"),
        "{trail:?}"
    );
    // Its dossier is over, but for the report on the last year.
    let former = desk.read(&desk.owner, &first).await;
    assert_eq!(
        (former.text("/state/code"), former.text("/due/0/event/code")),
        ("expired", "final_report")
    );
    // What is over is not replaced once more, and the new one is the one in force.
    let late = another(&desk, &first, old.body["number"].clone()).await;
    assert_eq!(desk.try_event(&late, "submit").await.code(), "certificate_not_in_force");
    let third = desk
        .try_event(&another(&desk, &first, Value::Null).await, "submit")
        .await;
    assert!(
        third.text("/errors/0/detail").contains(licence.text("/number")),
        "{}",
        third.body
    );
    let desk = desk.later(40).await;
    let former = desk.read(&desk.owner, &former).await;
    desk.take(&former, "final_report").await;
}
