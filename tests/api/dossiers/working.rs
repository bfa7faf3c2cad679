//! What its filer writes after a dossier was handed in: nobody else reads it before it is handed in, too.

use serde_json::{Value, json};

use super::papers::{files, send, write};
use super::{Desk, content};
use crate::certificates::certificate_of;
use crate::harness::{Person, Reply};

/// The name under which a dossier is listed for somebody.
async fn subject(desk: &Desk, path: &str, by: &Person) -> String {
    let list = desk.app.get(path).by(by).expect(200).await;
    list.text("/items/0/subject").to_owned()
}

/// A registration that both parties have on the exchange, as it is back with its filer: with the other party.
async fn back(desk: &Desk) -> (Reply, Person, Value) {
    let reviewer = desk.app.officer().await;
    let seller = desk.app.active_enterprise(&reviewer).await;
    let path = format!("/enterprises/{}", seller.enterprise);
    let code = desk.app.get(&path).by(&seller).expect(200).await.body["tax_code"].clone();
    let mut text = content(&desk.tax_code);
    text["transferor"]["tax_code"] = code;
    let new = json!({"procedure": "REG", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    let submitted = desk.take(&desk.take(&begun, "sign_contract").await, "submit").await;
    let asked = desk.take(&submitted, "request_completion").await;
    (asked, seller, text)
}

fn changed(text: &Value) -> Value {
    let mut next = text.clone();
    next["technology"]["name"] = json!("Công nghệ sấy lạnh");
    next["technology"]["products"] = Value::Null;
    (next["money"]["amount"], next["money"]["vnd_value"]) = (json!("400000.00"), json!(10_000_000_000_i64));
    next
}

#[actix_web::test]
async fn what_is_not_handed_in_is_read_by_who_wrote_it() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let (asked, seller, text) = back(&desk).await;
    let file = send(&desk, &desk.owner, &asked, "document=contract&form=certified_copy", 1).await;
    let mut next = changed(&text);
    next["attachments"][1] = json!({"document": "contract", "file": file});
    let written = write(&desk, &desk.owner, &asked, &next).await;
    assert_eq!(written.status, 200, "{}", written.body);
    // The filer sees what it wrote, what comes of it, and that it is something else than what was handed in.
    let own = desk.read(&desk.owner, &asked).await;
    assert_eq!(
        (
            own.text("/content/technology/name"),
            own.text("/handed_in_content/technology/name"),
            &own.body["has_unfiled_changes"],
            own.number("/fee"),
        ),
        (
            "Công nghệ sấy lạnh",
            "Công nghệ sấy lúa tầng sôi",
            &json!(true),
            10_000_000
        )
    );
    assert_eq!(own.text("/missing/0/member"), "/technology/products");
    for reader in [&desk.officer, &seller] {
        let seen = desk.read(reader, &asked).await;
        assert_eq!(
            (
                seen.text("/content/technology/name"),
                &seen.body["handed_in_content"],
                &seen.body["has_unfiled_changes"],
                seen.number("/fee"),
                &seen.body["missing"],
            ),
            (
                "Công nghệ sấy lúa tầng sôi",
                &Value::Null,
                &json!(false),
                7_500_000,
                &json!([])
            )
        );
        // Nor is it told that something is being written.
        assert_eq!(
            (seen.number("/version"), &seen.body["updated_at"]),
            (asked.number("/version"), &asked.body["updated_at"])
        );
        let list = app.get(&files(&asked)).by(reader).expect(200).await;
        assert_eq!(list.body["items"], json!([]));
    }
    for (path, by, expected) in [
        ("/me/dossiers", &desk.owner, "Công nghệ sấy lạnh"),
        ("/me/dossiers", &seller, "Công nghệ sấy lúa tầng sôi"),
        ("/dossiers", &desk.officer, "Công nghệ sấy lúa tầng sôi"),
    ] {
        assert_eq!(subject(&desk, path, by).await, expected, "{path}");
    }
    // What was not handed in is named all the same, for whoever wrote it.
    let path = format!("{}/{file}", files(&asked));
    assert_eq!(
        app.delete(&path).by(&desk.owner).expect(409).await.code(),
        "file_in_use"
    );
}

#[actix_web::test]
async fn what_is_handed_in_again_is_what_was_written() {
    let desk = Desk::open().await;
    let (asked, seller, text) = back(&desk).await;
    let mut next = changed(&text);
    next["technology"]["products"] = json!("Lúa sấy lạnh");
    let written = write(&desk, &desk.owner, &asked, &next).await;
    let supplemented = desk.take(&written, "supplement").await;
    for reader in [&desk.owner, &desk.officer, &seller] {
        let seen = desk.read(reader, &asked).await;
        assert_eq!(
            (
                seen.text("/content/technology/name"),
                &seen.body["has_unfiled_changes"],
                seen.number("/version"),
            ),
            ("Công nghệ sấy lạnh", &json!(false), supplemented.number("/version"))
        );
    }
    // And what is certified.
    let accepted = desk.take(&supplemented, "accept_complete").await;
    let certificate = certificate_of(&desk, &desk.take(&accepted, "issue").await).await;
    assert_eq!(certificate.text("/record/technology/name"), "Công nghệ sấy lạnh");
}

#[actix_web::test]
async fn what_was_written_and_not_handed_in_ends_with_the_dossier() {
    let desk = Desk::open().await;
    let (asked, seller, text) = back(&desk).await;
    let written = write(&desk, &desk.owner, &asked, &changed(&text)).await;
    desk.take(&written, "withdraw").await;
    for reader in [&desk.owner, &desk.officer, &seller] {
        let seen = desk.read(reader, &asked).await;
        assert_eq!(
            (
                seen.text("/state/code"),
                seen.text("/content/technology/name"),
                &seen.body["has_unfiled_changes"],
            ),
            ("withdrawn", "Công nghệ sấy lúa tầng sôi", &json!(false))
        );
    }
}

#[actix_web::test]
async fn each_writing_is_another_version_for_whoever_writes() {
    let desk = Desk::open().await;
    let (asked, _, text) = back(&desk).await;
    let path = format!("/dossiers/{}", asked.text("/id"));
    let put = async |version: i64, text: &Value| {
        let call = desk.app.put(&path).by(&desk.owner).if_match(version);
        call.json(text).send().await
    };
    let seen = asked.number("/version");
    let first = put(seen, &changed(&text)).await;
    assert_eq!(
        (first.status, first.number("/version")),
        (200, seen + 1),
        "{}",
        first.body
    );
    // Somebody else of the enterprise has written meanwhile.
    assert_eq!(put(seen, &text).await.status, 412);
    let late = desk.post(&asked, &desk.owner, &json!({"event": "supplement"})).await;
    assert_eq!(late.status, 412);
    // Written back to what was handed in there is nothing to hand in, and it was written all the same.
    let second = put(seen + 1, &text).await;
    assert_eq!(
        (second.number("/version"), &second.body["has_unfiled_changes"]),
        (seen + 2, &json!(false))
    );
    let third = put(seen + 2, &changed(&text)).await;
    let fourth = put(third.number("/version"), &text).await;
    let supplemented = desk.take(&fourth, "supplement").await;
    assert!(supplemented.number("/version") > fourth.number("/version"));
    let officers = desk.read(&desk.officer, &asked).await;
    assert_eq!(officers.number("/version"), supplemented.number("/version"));
}

/// What the authority does holds for what was handed in, whatever is being written.
#[actix_web::test]
async fn officers_decide_on_what_was_handed_in() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let new = json!({"procedure": "APR", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    let approved = desk.take(&desk.take(&begun, "submit").await, "approve").await;
    let new = json!({"procedure": "LIC", "content": text, "follows": approved.body["id"], "given_on": desk.today()});
    let submitted = desk.take(&desk.begin(&desk.owner, &new).await, "submit").await;
    let asked = desk.take(&submitted, "request_amendment").await;
    let desk = desk.later(80).await;
    let before = desk.read(&desk.officer, &asked).await;
    let written = write(&desk, &desk.owner, &asked, &changed(&text)).await;
    assert_eq!(written.status, 200, "{}", written.body);
    // By the version that was read before.
    let refused = desk.take(&before, "timeout").await;
    assert_eq!(
        (refused.text("/state/code"), refused.text("/content/technology/name")),
        ("refused", "Công nghệ sấy lúa tầng sôi")
    );
    let own = desk.read(&desk.owner, &asked).await;
    assert_eq!(own.text("/content/technology/name"), "Công nghệ sấy lúa tầng sôi");
}

/// Of what came on paper officers write, and its parties read what was handed in; only officers do what its parties would.
#[actix_web::test]
async fn what_came_on_paper_is_written_by_officers() {
    let desk = Desk::open().await;
    let text = content(&desk.tax_code);
    let new = json!({"procedure": "REG", "content": text});
    let begun = desk.begin(&desk.officer, &new).await;
    let submitted = desk.take(&desk.take(&begun, "sign_contract").await, "submit").await;
    let asked = desk.take(&submitted, "request_completion").await;
    let written = write(&desk, &desk.officer, &asked, &changed(&text)).await;
    assert_eq!(written.body["has_unfiled_changes"], json!(true), "{}", written.body);
    let own = desk.read(&desk.owner, &asked).await;
    assert_eq!(
        (own.text("/content/technology/name"), &own.body["may_edit"]),
        ("Công nghệ sấy lúa tầng sôi", &json!(false))
    );
    for (reader, may_do) in [(&desk.owner, false), (&desk.officer, true)] {
        let seen = desk.read(reader, &asked).await;
        let possible = seen.body["possible"].as_array().unwrap();
        let supplement = possible
            .iter()
            .find(|one| one["event"]["code"] == "supplement")
            .unwrap();
        assert_eq!(supplement["may_do"], json!(may_do));
    }
    let refused = desk.post(&own, &desk.owner, &json!({"event": "supplement"})).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"));
}

#[actix_web::test]
async fn what_is_possible_tells_who_may() {
    let desk = Desk::open().await;
    let (asked, seller, _) = back(&desk).await;
    let viewer = desk
        .app
        .member(&desk.owner.enterprise, vptex::domain::account::Role::Viewer)
        .await;
    for (reader, may_do) in [
        (&desk.owner, true),
        (&viewer, false),
        (&seller, false),
        (&desk.officer, false),
    ] {
        let seen = desk.read(reader, &asked).await;
        for one in seen.body["possible"].as_array().unwrap() {
            assert_eq!((&one["side"], &one["may_do"]), (&json!("filer"), &json!(may_do)));
        }
    }
}

/// What two officers do is proposed by one and signed by another who may sign.
#[actix_web::test]
async fn what_is_possible_tells_who_proposes_and_who_signs() {
    let desk = Desk::open().await;
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    let issue = json!({"event": "issue"});
    let may = async |reader: &Person| {
        let possible = desk.read(reader, &accepted).await.body["possible"].clone();
        let mut possible = possible.as_array().unwrap().iter();
        let issue = possible.find(|one| one["event"]["code"] == "issue").unwrap();
        [&issue["may_propose"], &issue["may_do"]].map(|may| may.as_bool().unwrap())
    };
    assert_eq!(may(&desk.owner).await, [false, false]);
    for officer in [&desk.officer, &desk.signer] {
        assert_eq!(may(officer).await, [true, false]);
    }
    // The officer who may not sign proposes it.
    let proposed = desk.counter().propose(&accepted, &issue).await;
    assert_eq!(may(&desk.officer).await, [true, false]);
    assert_eq!(may(&desk.signer).await, [true, true]);
    // Who proposed it does not sign it: what the other one took back is proposed by whoever signs.
    let path = format!("/dossiers/{}/proposal", accepted.text("/id"));
    let propose = async |version: i64| {
        let call = desk.app.put(&path).by(&desk.signer).if_match(version);
        call.json(&issue).send().await
    };
    assert_eq!(propose(proposed.number("/version")).await.code(), "already_there");
    let call = desk.app.delete(&path).by(&desk.officer);
    let taken_back = call.if_match(proposed.number("/version")).expect(200).await;
    let own = propose(taken_back.number("/version")).await;
    assert_eq!(own.status, 200, "{}", own.body);
    assert_eq!(may(&desk.signer).await, [true, false]);
}
