//! Every event of every procedure that is filed, from every state in which it is possible; and all others refused with
//! their reasons.

use serde_json::{Value, json};

use super::{Desk, content};
use crate::harness::{Person, Reply};

/// Whatever is not possible is refused, and says why; so is what is possible, when the other side of the counter does it.
async fn all_else_is_refused(desk: &Desk, seen: &Reply) {
    let procedure = seen.text("/procedure/code");
    let rules = desk.app.get(&format!("/procedures/{procedure}")).expect(200).await;
    let possible = seen.body["possible"].as_array().unwrap();
    for event in rules.body["rules"]["events"].as_array().unwrap() {
        let (code, basis) = (event["code"].as_str().unwrap(), event["legal_basis"].as_str().unwrap());
        let known = possible.iter().find(|known| known["event"]["code"] == code);
        let is_paper = seen.body["is_paper"] == true;
        let (by, expected): (&Person, &[&str]) = match known {
            Some(known) if is_paper || known["side"] == "filer" => continue,
            // An enterprise decides nothing.
            Some(_) => (&desk.owner, &["forbidden"]),
            None if is_paper => (&desk.officer, &["dossier_wrong_state", "limit_reached"]),
            None => (&desk.owner, &["dossier_wrong_state", "limit_reached", "forbidden"]),
        };
        let refused = desk.post(seen, by, &json!({"event": code, "note": "Thử"})).await;
        assert!(
            expected.contains(&refused.code()),
            "{procedure} {code}: {}",
            refused.body
        );
        assert!(
            refused.text("/detail").contains(basis),
            "{procedure} {code}: {}",
            refused.body
        );
    }
    let unknown = desk.post(seen, &desk.owner, &json!({"event": "dance"})).await;
    assert!(
        unknown.status == 404 || unknown.pointers() == ["/event"],
        "{}",
        unknown.body
    );
}

/// Walks through events, and gives the dossier after the last one.
async fn walk(desk: &Desk, begun: Reply, events: &[(&str, &str)]) -> Reply {
    let mut seen = begun;
    for (event, state) in events {
        all_else_is_refused(desk, &seen).await;
        seen = desk.take(&seen, event).await;
        assert_eq!(seen.text("/state/code"), *state, "after {event}");
    }
    all_else_is_refused(desk, &seen).await;
    seen
}

fn filed(desk: &Desk, procedure: &str, status: &str) -> Value {
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!(status);
    json!({"procedure": procedure, "content": text})
}

#[actix_web::test]
async fn every_event_of_a_registration() {
    let desk = Desk::open().await;
    let new = filed(&desk, "REG", "normal");
    let begin = || desk.begin(&desk.owner, &new);
    let sign = ("sign_contract", "signed");
    let (submit, ask) = (("submit", "submitted"), ("request_completion", "awaiting_completion"));
    let (supplement, accept) = (("supplement", "submitted"), ("accept_complete", "under_review"));
    let (correct, resubmit) = (("request_amendment", "awaiting_amendment"), ("resubmit", "submitted"));
    let all = [sign, submit, ask, supplement, accept, correct, resubmit, accept];
    let issued = walk(&desk, begin().await, &[&all[..], &[("issue", "certified")]].concat()).await;
    assert!(issued.body["closed_at"].is_string() && issued.body["possible"] == json!([]));
    walk(&desk, begin().await, &[sign, submit, accept, ("refuse", "refused")]).await;
    let withdraw = ("withdraw", "withdrawn");
    for before in [
        &all[..0],
        &all[..1],
        &all[..2],
        &all[..3],
        &[sign, submit, accept, correct],
    ] {
        walk(&desk, begin().await, &[before, &[withdraw]].concat()).await;
    }
}

#[actix_web::test]
async fn every_event_of_an_amendment() {
    let desk = Desk::open().await;
    let mut new = filed(&desk, "AMD", "normal");
    let registered = desk.counter().register(&new["content"]).await;
    new["content"]["amendment"]["certificate_number"] = registered.body["certificate"]["number"].clone();
    let refused = desk.app.post("/dossiers").by(&desk.owner).json(&new).expect(422).await;
    assert_eq!(
        refused.pointers(),
        ["/given_on"],
        "the day on which the amendment was signed"
    );
    new["given_on"] = json!(desk.today());
    let begin = || desk.begin(&desk.owner, &new);
    let (submit, accept) = (("submit", "submitted"), ("accept_complete", "under_review"));
    let all = [
        submit,
        ("request_completion", "awaiting_completion"),
        ("supplement", "submitted"),
        accept,
        ("request_amendment", "awaiting_amendment"),
        ("resubmit", "submitted"),
        accept,
        ("issue", "certified"),
    ];
    walk(&desk, begin().await, &[submit, accept, ("refuse", "refused")]).await;
    walk(&desk, begin().await, &[submit, ("withdraw", "withdrawn")]).await;
    walk(&desk, begin().await, &all).await;
}

#[actix_web::test]
async fn every_event_of_an_approval_and_a_licence() {
    let desk = Desk::open().await;
    let new = filed(&desk, "APR", "restricted");
    let submit = ("submit", "submitted");
    let ask = [
        ("request_completion", "awaiting_completion"),
        ("supplement", "submitted"),
    ];
    let long = [
        &[submit][..],
        &ask,
        &[("accept_complete", "under_review"), ("approve", "approved")],
    ]
    .concat();
    let approved = walk(&desk, desk.begin(&desk.owner, &new).await, &long).await;
    for end in [
        ("approve", "approved"),
        ("reject", "rejected"),
        ("withdraw", "withdrawn"),
    ] {
        walk(&desk, desk.begin(&desk.owner, &new).await, &[submit, end]).await;
    }
    let accepted = [submit, ("accept_complete", "under_review"), ("reject", "rejected")];
    let rejected = walk(&desk, desk.begin(&desk.owner, &new).await, &accepted).await;
    let mut skipped = new.clone();
    skipped["event"] = json!("skip_if_project_already_appraised");
    let by_owner = desk
        .app
        .post("/dossiers")
        .by(&desk.owner)
        .json(&skipped)
        .expect(403)
        .await;
    assert!(
        by_owner.text("/detail").contains("Luật CGCN Đ.28.2.a"),
        "{}",
        by_owner.body
    );
    skipped["note"] = json!("Ý kiến thẩm định số 12/SKHCN");
    assert_eq!(
        desk.begin(&desk.officer, &skipped).await.text("/state/code"),
        "approved"
    );

    let mut new = filed(&desk, "LIC", "restricted");
    new["given_on"] = json!(desk.today());
    for (follows, code) in [(Value::Null, "required"), (rejected.body["id"].clone(), "malformed")] {
        new["follows"] = follows;
        let refused = desk.app.post("/dossiers").by(&desk.owner).json(&new).expect(422).await;
        assert_eq!(
            (refused.pointers(), refused.text("/errors/0/code")),
            (vec!["/follows"], code)
        );
    }
    new["follows"] = approved.body["id"].clone();
    let begin = || desk.begin(&desk.owner, &new);
    let accept = ("accept_complete", "under_review");
    let licensed = [
        submit,
        ("request_amendment", "awaiting_amendment"),
        ("resubmit", "submitted"),
        accept,
        ("issue", "licensed"),
        ("annual_report", "licensed"),
        ("change_content", "licensed"),
        ("annul", "annulled"),
        ("notify_annulment", "annulled"),
        ("demand_repayment", "repayment_due"),
        ("repay", "closed"),
    ];
    walk(&desk, begin().await, &licensed).await;
    let issued = [submit, accept, licensed[4], licensed[7], licensed[8]];
    walk(
        &desk,
        begin().await,
        &[&issued[..], &[("no_repayment", "closed")]].concat(),
    )
    .await;
    walk(&desk, begin().await, &[submit, accept, ("refuse", "refused")]).await;
    walk(&desk, begin().await, &[("withdraw", "withdrawn")]).await;
    let extended = [submit, licensed[1], ("request_extension", "awaiting_amendment")];
    let waiting = walk(&desk, begin().await, &extended).await;
    assert_eq!(desk.try_event(&waiting, "timeout").await.code(), "too_early");
    // What is seen says so before anybody tries.
    let timeout = async |desk: &Desk| {
        let seen = desk.read(&desk.officer, &waiting).await;
        let mut possible = seen.body["possible"].as_array().unwrap().iter();
        possible.find(|one| one["event"]["code"] == "timeout").unwrap().clone()
    };
    let before = timeout(&desk).await;
    assert_eq!(before["may_do"], json!(false), "{before}");
    let first: jiff::civil::Date = before["possible_from"].as_str().unwrap().parse().unwrap();
    assert!(first > desk.today(), "{before}");
    let desk = desk.later(140).await;
    let after = timeout(&desk).await;
    assert_eq!(
        (&after["may_do"], after.get("possible_from")),
        (&json!(true), None),
        "{after}"
    );
    let late = desk.try_event(&waiting, "resubmit").await;
    assert_eq!(late.code(), "dossier_term_over");
    assert!(late.text("/detail").contains("Luật CGCN Đ.30.4"));
    assert_eq!(desk.take(&waiting, "timeout").await.text("/state/code"), "refused");
}

#[actix_web::test]
async fn every_event_of_an_opinion_and_of_support() {
    let desk = Desk::open().await;
    let mut policy = filed(&desk, "OPN_POLICY", "normal");
    desk.app
        .post("/dossiers")
        .by(&desk.owner)
        .json(&policy)
        .expect(403)
        .await;
    policy["given_on"] = json!(desk.today());
    let begun = desk.begin(&desk.officer, &policy).await;
    assert_eq!(
        (begun.text("/state/code"), begun.text("/number")),
        (
            "received",
            format!("HS-OPN_POLICY-{}-00001", desk.today().year()).as_str()
        )
    );
    // What nobody files is completed by the officer.
    assert_eq!(begun.body["may_edit"], true);
    let end = ("issue_opinion", "opinion_issued");
    walk(&desk, begun, &[("consult", "consulting"), end]).await;
    walk(&desk, desk.begin(&desk.officer, &policy).await, &[end]).await;
    let mut incomplete = policy.clone();
    incomplete["content"]["project"]["investor"] = Value::Null;
    let refused = desk
        .app
        .post("/dossiers")
        .by(&desk.officer)
        .json(&incomplete)
        .expect(422)
        .await;
    assert_eq!(refused.pointers(), ["/content/project/investor"]);

    let decision = filed(&desk, "OPN_DECISION", "normal");
    // What the investor explains of the technology is what the opinion is about (Luật CGCN Đ.16).
    for (given, article) in [(&policy, "Luật CGCN Đ.16.1"), (&decision, "Luật CGCN Đ.16.2")] {
        let mut unexplained = given.clone();
        let papers = unexplained["content"]["attachments"].as_array_mut().unwrap();
        papers.retain(|paper| paper["document"] != "explanation");
        let call = desk.app.post("/dossiers").by(&desk.officer).json(&unexplained);
        let refused = call.expect(422).await;
        assert_eq!(
            (refused.pointers(), refused.text("/errors/0/code")),
            (vec!["/content/attachments"], "required_by_law")
        );
        assert!(refused.text("/errors/0/detail").contains(article), "{}", refused.body);
    }
    let begun = desk.begin(&desk.officer, &decision).await;
    let first = begun.text("/due/0/due_on").to_owned();
    let began = begun.text("/due/0/since").to_owned();
    assert!(began < first, "a term of no day: {began}");
    assert_eq!(began, desk.today().to_string());
    let extended = walk(&desk, begun, &[("extend", "received")]).await;
    assert!(extended.text("/due/0/due_on") > first.as_str());
    // It is the same term, and goes on.
    assert_eq!(extended.text("/due/0/since"), began);
    walk(&desk, extended, &[end, ("technology_changed", "received"), end]).await;

    let support = filed(&desk, "IP_SUPPORT", "normal");
    let submit = ("submit", "submitted");
    let asked = [
        submit,
        ("request_completion", "awaiting_completion"),
        ("supplement", "submitted"),
    ];
    let given = [("accept", "supporting"), ("complete", "supported")];
    walk(
        &desk,
        desk.begin(&desk.owner, &support).await,
        &[&asked[..], &given].concat(),
    )
    .await;
    walk(
        &desk,
        desk.begin(&desk.owner, &support).await,
        &[submit, ("refuse", "refused")],
    )
    .await;
    walk(
        &desk,
        desk.begin(&desk.owner, &support).await,
        &[submit, given[0], ("withdraw", "withdrawn")],
    )
    .await;
    // On paper the officer does what the filer would.
    let paper = desk.begin(&desk.officer, &support).await;
    assert_eq!(paper.body["is_paper"], true);
    walk(&desk, paper, &[&asked[..], &given].concat()).await;
}
