//! Who took the place of a party amends, and who is a party no more reads nothing of what came after.

use serde_json::{Value, json};

use super::{case_of, certificate_of, registered};
use crate::dossiers::{Counter, Desk, content};
use crate::harness::{Person, Reply};
use crate::mergers::join;

pub async fn tax_code(desk: &Desk, of: &Person) -> String {
    let path = format!("/enterprises/{}", of.enterprise);
    let seen = desk.app.get(&path).by(of).expect(200).await;
    seen.text("/tax_code").to_owned()
}

/// The counter at which somebody else files.
fn counter<'a>(desk: &'a Desk, owner: &'a Person) -> Counter<'a> {
    Counter {
        owner,
        ..desk.counter()
    }
}

/// An amendment by which an heir stands where the transferee stood.
pub fn taken_over(desk: &Desk, first: &Reply, code: &str) -> Value {
    let mut text = content(code);
    text["transferee"]["name"] = json!("Công ty Cổ phần Kế Thừa");
    text["transferee"]["economic_type"] = Value::Null;
    (text["contract"], text["money"]) = (json!({}), json!({}));
    text["amendment"] = json!({
        "certificate_number": first.body["number"], "kinds": ["amendment"], "succeeded_party": "transferee",
        "changes": [{
            "clause": "Bên nhận", "before": "Công ty TNHH Cơ khí Sông Thao", "after": "Công ty Cổ phần Kế Thừa",
            "member": "/transferee",
        }],
    });
    let paper = json!({"document": "succession", "form": "certified_copy"});
    text["attachments"].as_array_mut().unwrap().push(paper);
    json!({"procedure": "AMD", "given_on": desk.today(), "content": text})
}

#[actix_web::test]
async fn the_one_into_which_a_party_was_merged_amends_and_shows_by_which_paper() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let first = registered(&desk).await;
    let reviewer = app.officer().await;
    let heir = app.active_enterprise(&reviewer).await;
    let stranger = app.active_enterprise(&reviewer).await;
    let (code, others) = (tax_code(&desk, &heir).await, tax_code(&desk, &stranger).await);
    let tried = async |by: &Person, new: &Value| {
        let begun = desk.begin(by, new).await;
        counter(&desk, by).try_event(&begun, "submit").await
    };
    // Nobody is an heir by saying so.
    let number = ["/content/amendment/certificate_number"];
    for (by, code) in [(&heir, &code), (&stranger, &others)] {
        let mut new = taken_over(&desk, &first, code);
        assert_eq!(tried(by, &new).await.pointers(), number);
        new["content"]["amendment"]["succeeded_tax_code"] = json!(desk.tax_code);
        // Nor does anybody learn by it what that certificate says.
        let begun = desk.begin(by, &new).await;
        assert_eq!(
            (&begun.body["fee"], begun.body.get("differences")),
            (&Value::Null, None)
        );
        assert_eq!(counter(&desk, by).try_event(&begun, "submit").await.pointers(), number);
    }
    join(app, &reviewer, &desk.owner, &heir).await;
    let new = taken_over(&desk, &first, &code);
    // Whose place it took is told, and shown by a paper.
    let mut silent = new.clone();
    silent["content"]["amendment"]["succeeded_party"] = Value::Null;
    assert_eq!(
        tried(&heir, &silent).await.pointers(),
        ["/content/amendment/succeeded_party"]
    );
    let mut bare = new.clone();
    bare["content"]["attachments"].as_array_mut().unwrap().pop();
    let begun = desk.begin(&heir, &bare).await;
    let missing = begun.body["missing"].as_array().unwrap();
    assert!(
        missing.iter().any(|item| item["document"] == "succession"),
        "{}",
        begun.body
    );
    let refused = counter(&desk, &heir).try_event(&begun, "submit").await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/content/attachments"], "required_by_law")
    );
    let submitted = tried(&heir, &new).await;
    assert_eq!(submitted.status, 200, "{}", submitted.body);
    let accepted = counter(&desk, &heir).take(&submitted, "accept_complete").await;
    let issued = counter(&desk, &heir).take(&accepted, "issue").await;
    let path = format!("/certificates/{}", issued.text("/certificate/id"));
    let amended = app.get(&path).by(&heir).expect(200).await;
    assert_eq!(
        (amended.text("/record/transferee/tax_code"), amended.text("/validity")),
        (code.as_str(), "valid")
    );
    // From now on it is a party like others, and succeeds nobody.
    let again = tried(&heir, &taken_over(&desk, &first, &code)).await;
    assert!(
        again.pointers().contains(&"/content/amendment/succeeded_party"),
        "{}",
        again.body
    );
    let refused = app.get(&path).by(&stranger).send().await;
    assert_eq!(refused.status, 404);
}

#[actix_web::test]
async fn an_heir_by_a_paper_comes_to_the_counter_and_who_left_reads_no_further() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let first = registered(&desk).await;
    let heir = app.active_enterprise(&app.officer().await).await;
    let code = tax_code(&desk, &heir).await;
    let mut new = taken_over(&desk, &first, &code);
    for wrong in [Value::Null, json!(code)] {
        new["content"]["amendment"]["succeeded_tax_code"] = wrong;
        let begun = desk.begin(&desk.officer, &new).await;
        let refused = desk.try_event(&begun, "submit").await;
        assert_eq!(refused.pointers(), ["/content/amendment/certificate_number"]);
    }
    new["content"]["amendment"]["succeeded_tax_code"] = json!(desk.tax_code);
    let mut seen = desk.begin(&desk.officer, &new).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    let later = format!("/certificates/{}", seen.text("/certificate/id"));
    let amended = app.get(&later).by(&heir).expect(200).await;
    assert_eq!(amended.text("/record/transferee/name"), "Công ty Cổ phần Kế Thừa");

    // Who came reads what the contract that it is in now rests on.
    let before = format!("/certificates/{}", first.text("/id"));
    let earlier = app.get(&before).by(&heir).expect(200).await;
    assert_eq!(
        (&earlier.body["record"], earlier.text("/effective/transferee/tax_code")),
        (&first.body["record"], code.as_str())
    );
    assert_eq!(earlier.body["chain"].as_array().unwrap().len(), 2);
    for part in ["/document", "/record"] {
        app.get(&format!("{before}{part}")).by(&heir).expect(200).await;
    }
    // Its own list has what names it, and what names others is no one else's business.
    let mine = app.get("/me/certificates").by(&heir).expect(200).await;
    assert_eq!(mine.ids(), [seen.text("/certificate/id")]);
    let stranger = app.active_enterprise(&app.officer().await).await;
    app.get(&before).by(&stranger).expect(404).await;
    let dossier = format!("/dossiers/{}", first.text("/dossier_id"));
    app.get(&dossier).by(&heir).expect(404).await;

    // Who left reads what it was a party to, and that it does not hold as it stands any more.
    app.get(&later).by(&desk.owner).expect(404).await;
    let path = format!("/certificates/{}", first.text("/id"));
    let left = app.get(&path).by(&desk.owner).expect(200).await;
    assert_eq!(
        (&left.body["effective"], left.text("/validity")),
        (&first.body["record"], "amended")
    );
    assert_eq!(left.body["chain"].as_array().unwrap().len(), 1);
    assert!(!left.body.to_string().contains("Kế Thừa"), "{}", left.body);
    let mine = app.get("/me/certificates").by(&desk.owner).expect(200).await;
    assert!(!mine.body.to_string().contains("Kế Thừa"), "{}", mine.body);
    let case = format!("/dossiers/{}", first.text("/case_id"));
    for path in [case.clone(), format!("{case}/events")] {
        app.get(&path).by(&desk.owner).expect(404).await;
        app.get(&path).by(&heir).expect(200).await;
    }
    // Officers read all of it.
    let whole = app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(whole.text("/effective/transferee/tax_code"), code);
    let case = case_of(&desk, &first).await;
    // What came on paper goes on at the counter.
    assert_eq!(
        (case.text("/state/code"), &case.body["is_paper"]),
        ("active", &json!(true))
    );
}

#[actix_web::test]
async fn who_stays_a_party_reads_what_holds_though_nobody_told_it_again() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let giver = app.active_enterprise(&app.officer().await).await;
    let code = tax_code(&desk, &giver).await;
    let mut text = content(&desk.tax_code);
    text["direction"] = json!("domestic");
    text["uses_state_capital"] = json!(false);
    text["transferor"]["country"] = json!("VN");
    text["transferor"]["tax_code"] = json!(code);
    let first = certificate_of(&desk, &desk.counter().register(&text).await).await;
    // The amendment tells the other party by its name alone.
    let begun = super::amendment(&desk, first.text("/number"), &|text| {
        text["direction"] = json!("domestic");
        text["uses_state_capital"] = json!(false);
        text["transferor"]["country"] = json!("VN");
    })
    .await;
    let accepted = desk.take(&desk.take(&begun, "submit").await, "accept_complete").await;
    let second = certificate_of(&desk, &desk.take(&accepted, "issue").await).await;
    for one in [&first, &second] {
        let path = format!("/certificates/{}", one.text("/id"));
        let seen = app.get(&path).by(&giver).expect(200).await;
        assert_eq!(seen.text("/effective/contract/ends_on"), "2034-12-31");
        assert_eq!(seen.body["chain"].as_array().unwrap().len(), 2);
    }
    let path = format!("/dossiers/{}", first.text("/case_id"));
    app.get(&path).by(&giver).expect(200).await;
}

#[actix_web::test]
async fn a_paper_that_tells_a_succession_tells_of_whom() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    // Another name, and the code of before: it would be of its holder.
    let mut new = taken_over(&desk, &first, &desk.tax_code);
    let code = "/content/amendment/succeeded_tax_code";
    let begun = desk.begin(&desk.officer, &new).await;
    let refused = desk.try_event(&begun, "submit").await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.pointers().contains(&code), "{}", refused.body);
    new["content"]["amendment"]["succeeded_tax_code"] = json!(desk.tax_code);
    let begun = desk.begin(&desk.officer, &new).await;
    let told = desk.try_event(&begun, "submit").await;
    assert!(told.status != 422 || !told.pointers().contains(&code), "{}", told.body);
}
