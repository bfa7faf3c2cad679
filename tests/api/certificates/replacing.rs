//! A new licence in the place of one: asked for in time, whatever became of the old one meanwhile; and whose the old one is.

use jiff::ToSpan as _;
use serde_json::{Value, json};

use super::certificate_of;
use super::heirs::tax_code;
use super::licences::{entered, licensed_until, old_licence};
use crate::dossiers::{Counter, Desk, content};
use crate::harness::{Person, Reply};
use crate::mergers::join;

/// A dossier of another licence of the same approval, with a later end.
async fn longer(desk: &Desk, first: &Reply, replaces: &Value) -> Reply {
    let mut text = first.body["content"].clone();
    text["contract"]["ends_on"] = json!(desk.today().checked_add(900.days()).unwrap());
    text["replaces_licence"] = replaces.clone();
    let new = json!({"procedure": "LIC", "content": text, "follows": first.body["follows"], "given_on": desk.today()});
    desk.begin(&desk.owner, &new).await
}

/// The same, as far as it is looked into.
async fn under_review(desk: &Desk, first: &Reply, replaces: &Value) -> Reply {
    let submitted = desk.take(&longer(desk, first, replaces).await, "submit").await;
    desk.take(&submitted, "accept_complete").await
}

#[actix_web::test]
async fn a_licence_that_ends_during_review_keeps_nobody_from_the_new_one() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = licensed_until(&desk, desk.today().checked_add(9.days()).unwrap()).await;
    let number = certificate_of(&desk, &first).await.body["number"].clone();
    let new = under_review(&desk, &first, &number).await;
    let late = longer(&desk, &first, &number).await;
    let desk = desk.later(12).await;
    // Who asks after the end asks for the place of what is over.
    let refused = desk.try_event(&late, "submit").await;
    assert_eq!(refused.code(), "certificate_not_in_force", "{}", refused.body);
    let licence = certificate_of(&desk, &desk.take(&new, "issue").await).await;
    assert_eq!(
        (licence.text("/validity"), &licence.body["record"]["replaces"]["number"]),
        ("valid", &number)
    );
    // The old one ended by itself.
    let old = certificate_of(&desk, &first).await;
    assert_eq!(
        (old.text("/validity"), &old.body["replaced_by"]),
        ("expired", &Value::Null)
    );
}

#[actix_web::test]
async fn what_takes_no_place_of_an_annulled_licence_stands_by_itself() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = licensed_until(&desk, desk.today().checked_add(400.days()).unwrap()).await;
    let number = certificate_of(&desk, &first).await.body["number"].clone();
    let new = under_review(&desk, &first, &number).await;
    let desk = desk.later(1).await;
    let proposed = desk.counter().propose(&new, &json!({"event": "issue"})).await;
    assert_eq!(proposed.status, 200, "{}", proposed.body);
    let first = desk.read(&desk.officer, &first).await;
    desk.take(&first, "annul").await;
    // It would not be issued any more as it was read.
    let outdated = desk.post(&proposed, &desk.signer, &json!({"event": "issue"})).await;
    assert_eq!(outdated.code(), "proposal_outdated", "{}", outdated.body);
    let late = longer(&desk, &first, &number).await;
    assert_eq!(desk.try_event(&late, "submit").await.code(), "certificate_not_in_force");
    let licence = certificate_of(&desk, &desk.take(&proposed, "issue").await).await;
    assert_eq!(
        (licence.text("/validity"), licence.body["record"].get("replaces")),
        ("valid", None)
    );
    let old = certificate_of(&desk, &first).await;
    assert_eq!(
        (old.text("/validity"), &old.body["replaced_by"]),
        ("annulled", &Value::Null)
    );
}

/// A licence that an enterprise asks for, approved before.
async fn asked_for(desk: &Desk, by: &Person, text: &Value) -> Reply {
    let counter = Counter {
        owner: by,
        ..desk.counter()
    };
    let new = json!({"procedure": "APR", "content": text});
    let submitted = counter.take(&desk.begin(by, &new).await, "submit").await;
    let approved = counter.take(&submitted, "approve").await;
    let new = json!({"procedure": "LIC", "content": text, "follows": approved.body["id"], "given_on": desk.today()});
    let begun = desk.begin(by, &new).await;
    counter.try_event(&begun, "submit").await
}

#[actix_web::test]
async fn an_old_licence_of_the_same_parties_and_technology_is_named_too() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    entered(&desk, &old_licence(&desk, "07/2023/GPCGCN-UBND")).await;
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let refused = asked_for(&desk, &desk.owner, &text).await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/content/replaces_licence"], "licence_in_force"),
        "{}",
        refused.body
    );
    assert!(refused.text("/errors/0/detail").contains("07/2023/GPCGCN-UBND"));
    // Another technology is another matter.
    let mut other = text.clone();
    other["technology"]["name"] = json!("Công nghệ lọc nước nano");
    assert_eq!(asked_for(&desk, &desk.owner, &other).await.status, 200);
    text["replaces_licence"] = json!("07/2023/GPCGCN-UBND");
    let submitted = asked_for(&desk, &desk.owner, &text).await;
    assert_eq!(submitted.status, 200, "{}", submitted.body);
}

#[actix_web::test]
async fn who_took_the_place_of_a_licensee_says_so_and_shows_the_paper() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = licensed_until(&desk, desk.today().checked_add(400.days()).unwrap()).await;
    let old = certificate_of(&desk, &first).await;
    let reviewer = desk.app.officer().await;
    let heir = desk.app.active_enterprise(&reviewer).await;
    let code = tax_code(&desk, &heir).await;
    join(&desk.app, &reviewer, &desk.owner, &heir).await;
    let mut text = content(&code);
    text["technology_status"] = json!("restricted");
    text["transferee"]["name"] = json!("Công ty Cổ phần Kế Thừa");
    // Left out, there would be two licences.
    let refused = asked_for(&desk, &heir, &text).await;
    assert_eq!(refused.pointers(), ["/content/replaces_licence"], "{}", refused.body);
    text["replaces_licence"] = old.body["number"].clone();
    let refused = asked_for(&desk, &heir, &text).await;
    assert_eq!(
        refused.pointers(),
        ["/content/amendment/succeeded_party"],
        "{}",
        refused.body
    );
    text["amendment"]["succeeded_party"] = json!("transferee");
    let refused = asked_for(&desk, &heir, &text).await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/content/attachments"], "required_by_law"),
        "{}",
        refused.body
    );
    let paper = json!({"document": "succession", "form": "certified_copy"});
    text["attachments"].as_array_mut().unwrap().push(paper);
    let submitted = asked_for(&desk, &heir, &text).await;
    assert_eq!(submitted.status, 200, "{}", submitted.body);
}
