//! A new licence in the place of one: asked for in time, whatever became of the old one meanwhile; and whose the old one is.

use jiff::ToSpan as _;
use serde_json::{Value, json};

use super::duplicates::{asked, proposing};
use super::heirs::tax_code;
use super::licences::{entered, licensed_until, old_licence};
use super::{certificate_of, printed, verify};
use crate::dossiers::{Counter, Desk, content};
use crate::harness::{Person, Reply};
use crate::mergers::join;
use crate::periodic_reports::{clerk, figure, finding, preview};

/// A dossier of another licence of the same approval, with a later end.
pub(super) async fn longer(desk: &Desk, first: &Reply, replaces: &Value) -> Reply {
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

/// A licence that an enterprise asked for, issued.
async fn licensed(desk: &Desk, by: &Person, text: &Value) -> Reply {
    let counter = Counter {
        owner: by,
        ..desk.counter()
    };
    let mut seen = asked_for(desk, by, text).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    for event in ["accept_complete", "issue"] {
        seen = counter.take(&seen, event).await;
    }
    seen
}

/// What an officer reads of the certificate of a dossier.
async fn read(desk: &Desk, dossier: &Reply) -> Reply {
    let seen = desk.read(&desk.officer, dossier).await;
    let path = format!("/certificates/{}", seen.text("/certificate/id"));
    desk.app.get(&path).by(&desk.officer).expect(200).await
}

/// A restricted technology, as the enterprise with a tax code licenses it.
fn restricted(code: &str) -> Value {
    let mut text = content(code);
    text["technology_status"] = json!("restricted");
    text
}

#[actix_web::test]
async fn of_two_licences_of_before_the_one_that_goes_is_named() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    // The second one replaced the first one before there was the exchange, of which no paper tells.
    let first = entered(&desk, &old_licence(&desk, "07/2023/GPCGCN-UBND")).await;
    let second = entered(&desk, &old_licence(&desk, "08/2023/GPCGCN-UBND")).await;
    let mut text = restricted(&desk.tax_code);
    let refused = asked_for(&desk, &desk.owner, &text).await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/content/replaces_licence"], "licence_in_force"),
        "{}",
        refused.body
    );
    text["replaces_licence"] = json!("08/2023/GPCGCN-UBND");
    let new = licensed(&desk, &desk.owner, &text).await;
    assert_eq!(
        read(&desk, &new).await.text("/record/replaces/number"),
        "08/2023/GPCGCN-UBND"
    );
    for (licence, validity) in [(&first, "valid"), (&second, "superseded"), (&new, "valid")] {
        assert_eq!(read(&desk, licence).await.text("/validity"), validity);
    }
    // A licence of something else is none of them.
    let mut other = restricted(&desk.tax_code);
    other["technology"]["name"] = json!("Công nghệ lọc nước nano");
    let other = read(&desk, &licensed(&desk, &desk.owner, &other).await).await;
    text["replaces_licence"] = other.body["number"].clone();
    let refused = asked_for(&desk, &desk.owner, &text).await;
    assert!(
        refused.text("/errors/0/detail").contains("07/2023/GPCGCN-UBND"),
        "{}",
        refused.body
    );
}

#[actix_web::test]
async fn a_licence_that_was_issued_here_is_none_of_before_whatever_its_row_lost() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let text = restricted(&desk.tax_code);
    licensed(&desk, &desk.owner, &text).await;
    // Of another approval it keeps nobody from one of his own; nor does it where its row tells no more that it was issued here.
    for loss in [
        "UPDATE certificates SET code = NULL, jws = NULL, prepared_by = NULL",
        "DELETE FROM certificate_documents",
    ] {
        desk.app.by_hand(loss).await;
        let asked = asked_for(&desk, &desk.owner, &text).await;
        assert_eq!(asked.status, 200, "{loss}: {}", asked.body);
    }
}

#[actix_web::test]
async fn of_licences_that_came_with_two_others_one_is_named() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let reviewer = desk.app.officer().await;
    let (second, heir) = (
        desk.app.active_enterprise(&reviewer).await,
        desk.app.active_enterprise(&reviewer).await,
    );
    let one = licensed(&desk, &desk.owner, &restricted(&desk.tax_code)).await;
    let other = licensed(&desk, &second, &restricted(&tax_code(&desk, &second).await)).await;
    let mut text = restricted(&tax_code(&desk, &heir).await);
    text["transferee"]["name"] = json!("Công ty Cổ phần Kế Thừa");
    for gone in [&desk.owner, &second] {
        join(&desk.app, &reviewer, gone, &heir).await;
    }
    let refused = asked_for(&desk, &heir, &text).await;
    assert_eq!(refused.pointers(), ["/content/replaces_licence"], "{}", refused.body);
    text["amendment"]["succeeded_party"] = json!("transferee");
    let paper = json!({"document": "succession", "form": "certified_copy"});
    text["attachments"].as_array_mut().unwrap().push(paper);
    text["replaces_licence"] = read(&desk, &one).await.body["number"].clone();
    let new = licensed(&desk, &heir, &text).await;
    for (licence, validity) in [(&one, "superseded"), (&other, "valid"), (&new, "valid")] {
        assert_eq!(read(&desk, licence).await.text("/validity"), validity);
    }
}

#[actix_web::test]
async fn who_is_merged_during_review_gets_the_licence_that_it_asked_for() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let reviewer = desk.app.officer().await;
    let heir = desk.app.active_enterprise(&reviewer).await;
    let first = licensed_until(&desk, desk.today().checked_add(400.days()).unwrap()).await;
    let number = certificate_of(&desk, &first).await.body["number"].clone();
    let new = under_review(&desk, &first, &number).await;
    // The one into which it is merged has such a licence itself, which the dossier could not name.
    let own = licensed(&desk, &heir, &restricted(&tax_code(&desk, &heir).await)).await;
    join(&desk.app, &reviewer, &desk.owner, &heir).await;
    let new = desk.read(&desk.officer, &new).await;
    let new = desk.take(&new, "issue").await;
    assert_eq!(
        read(&desk, &new).await.body["record"]["replaces"]["number"],
        number,
        "{}",
        new.body
    );
    for (licence, validity) in [(&first, "superseded"), (&own, "valid"), (&new, "valid")] {
        assert_eq!(read(&desk, licence).await.text("/validity"), validity);
    }
}

#[actix_web::test]
async fn one_licence_comes_in_the_place_of_one_that_ended() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut paper = old_licence(&desk, "07/2023/GPCGCN-UBND");
    paper["content"]["contract"]["ends_on"] = json!(desk.today().checked_add(9.days()).unwrap());
    entered(&desk, &paper).await;
    let mut text = restricted(&desk.tax_code);
    text["replaces_licence"] = json!("07/2023/GPCGCN-UBND");
    // Both are asked for while it is in force.
    let mut asked = Vec::new();
    for _ in 0..2 {
        let submitted = asked_for(&desk, &desk.owner, &text).await;
        assert_eq!(submitted.status, 200, "{}", submitted.body);
        asked.push(desk.take(&submitted, "accept_complete").await);
    }
    let desk = desk.later(12).await;
    let new = desk.take(&asked[0], "issue").await;
    let licence = read(&desk, &new).await;
    assert_eq!(licence.text("/record/replaces/number"), "07/2023/GPCGCN-UBND");
    let refused = desk.counter().propose(&asked[1], &json!({"event": "issue"})).await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/content/replaces_licence"], "licence_in_force"),
        "{}",
        refused.body
    );
    assert!(refused.text("/errors/0/detail").contains(licence.text("/number")));
    desk.take(&asked[1], "refuse").await;
}

#[actix_web::test]
async fn whoever_verifies_a_licence_that_was_replaced_learns_by_which() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = licensed_until(&desk, desk.today().checked_add(400.days()).unwrap()).await;
    let old = certificate_of(&desk, &first).await;
    assert_eq!(verify(&desk, &old).await.body["newest_number"], Value::Null);
    let second = under_review(&desk, &first, &old.body["number"]).await;
    let second = certificate_of(&desk, &desk.take(&second, "issue").await).await;
    let told = async |licence: &Reply| {
        let seen = verify(&desk, licence).await;
        (seen.text("/validity").to_owned(), seen.body["newest_number"].clone())
    };
    assert_eq!(
        told(&old).await,
        ("superseded".to_owned(), second.body["number"].clone())
    );
    assert_eq!(told(&second).await, ("valid".to_owned(), Value::Null));
    // Of several, one after the other, the one that holds.
    let third = under_review(&desk, &first, &second.body["number"]).await;
    let third = certificate_of(&desk, &desk.take(&third, "issue").await).await;
    for before in [&old, &second] {
        assert_eq!(
            told(before).await,
            ("superseded".to_owned(), third.body["number"].clone())
        );
    }
    let (number, code) = printed(&old);
    let page = reqwest::get(format!("http://{}/verify/{number}/{code}", desk.app.addr()));
    let html = page.await.unwrap().text().await.unwrap();
    for word in ["Đã được thay thế bằng giấy phép", third.text("/number")] {
        assert!(html.contains(word), "{word}: {html}");
    }
    assert!(!html.contains("sửa đổi, bổ sung theo"), "{html}");
}

#[actix_web::test]
async fn a_licence_that_nobody_finds_is_called_a_licence() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = licensed_until(&desk, desk.today().checked_add(400.days()).unwrap()).await;
    let unknown = longer(&desk, &first, &json!("99/2020/GPCGCN-UBND")).await;
    let refused = desk.try_event(&unknown, "submit").await;
    assert_eq!(refused.pointers(), ["/content/replaces_licence"], "{}", refused.body);
    let said = refused.text("/errors/0/detail");
    assert!(
        said.contains("Giấy phép") && !said.contains("Giấy chứng nhận"),
        "{said}"
    );
    // What is over is called by its name, too.
    let old = certificate_of(&desk, &first).await;
    let dossier = desk.read(&desk.officer, &first).await;
    desk.take(&dossier, "annul").await;
    let late = longer(&desk, &first, &old.body["number"]).await;
    let refused = desk.try_event(&late, "submit").await;
    assert_eq!(refused.code(), "certificate_not_in_force", "{}", refused.body);
    let said = format!("Giấy phép số {}", old.text("/number"));
    assert!(refused.text("/detail").contains(&said), "{}", refused.body);
}

#[actix_web::test]
async fn reports_count_the_contract_of_a_replaced_licence_once() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = licensed_until(&desk, desk.today().checked_add(400.days()).unwrap()).await;
    let old = certificate_of(&desk, &first).await;
    let second = under_review(&desk, &first, &old.body["number"]).await;
    desk.take(&second, "issue").await;
    let clerk = clerk(&desk.app).await;
    let today = desk.today().to_string();
    let seen = async |form: &str| {
        let query = [("form", form), ("from", today.as_str()), ("to", today.as_str())];
        let seen = preview(&desk.app, &clerk, &query).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        seen
    };
    let bieu = seen("bieu_07").await;
    assert_eq!(
        ["07", "08", "09", "11", "2.7"].map(|row| figure(&bieu.body, row, "value")),
        ["1", "0", "1", "1", "7500"]
    );
    let list = seen("registrations").await;
    for (row, count, value) in [
        ("total", "1", "7500"),
        ("direction.inbound", "1", "7500"),
        ("kind.registration", "0", "0"),
        ("kind.licence", "1", "7500"),
        // Told, and no contract of its own.
        ("kind.replacement", "1", "7500"),
    ] {
        let of = |column: &str| figure(&list.body, row, column);
        assert_eq!((of("count").as_str(), of("value").as_str()), (count, value), "{row}");
    }
    let foreign = seen("a_iv_11").await;
    assert_eq!(figure(&foreign.body, "total", "3"), "0");
}

#[actix_web::test]
async fn reports_tell_that_the_last_licence_of_a_contract_was_annulled() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = licensed_until(&desk, desk.today().checked_add(400.days()).unwrap()).await;
    let mut number = certificate_of(&desk, &first).await.body["number"].clone();
    let mut newest = None;
    for _ in 0..2 {
        let next = under_review(&desk, &first, &number).await;
        let issued = desk.take(&next, "issue").await;
        number = certificate_of(&desk, &issued).await.body["number"].clone();
        newest = Some(issued);
    }
    let clerk = clerk(&desk.app).await;
    let today = desk.today().to_string();
    let annulled = async |form: &str| {
        let query = [("form", form), ("from", today.as_str()), ("to", today.as_str())];
        let seen = preview(&desk.app, &clerk, &query).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        finding(&seen.body, "annulled")
    };
    assert_eq!((annulled("bieu_07").await, annulled("registrations").await), (0, 0));
    let old = certificate_of(&desk, &first).await;
    let states = async || {
        let seen = verify(&desk, &old).await;
        (seen.text("/validity").to_owned(), seen.text("/newest_state").to_owned())
    };
    assert_eq!(states().await, ("superseded".into(), "valid".into()));
    // A copy of today would be taken for what holds.
    let refused = proposing(&desk, &desk.officer, &old, &asked(&desk)).expect(409).await;
    assert_eq!(refused.code(), "certificate_not_in_force", "{}", refused.body);
    assert!(refused.text("/detail").contains("Đ.30.6"), "{}", refused.body);
    let dossier = desk.read(&desk.officer, &newest.unwrap()).await;
    desk.take(&dossier, "annul").await;
    assert_eq!(states().await, ("superseded".into(), "annulled".into()));
    // The one contract, and all three licences, which rows of their own count.
    assert_eq!((annulled("bieu_07").await, annulled("registrations").await), (1, 3));
}
