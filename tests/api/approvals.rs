//! Approvals: what must be looked at before, several at once, and who wins.

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::letter::Letter;

use crate::decisions::{Waiting, conversation, decide, one_of_each, sent_back};
use crate::harness::{Reply, TestApp, looked_at};

#[actix_web::test]
async fn nothing_is_approved_that_was_not_looked_at() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let lists = app.get("/moderation/checklists").by(&officer).expect(200).await;
    let edition = lists.number("/edition");
    app.get("/moderation/checklists?edition=1")
        .by(&officer)
        .expect(200)
        .await;
    app.get("/moderation/checklists?edition=999")
        .by(&officer)
        .expect(404)
        .await;
    for (waiting, owner) in one_of_each(&app, &officer).await {
        let kind = waiting.kind;
        let sort = if kind == "revision" { "listing" } else { kind };
        let list = lists.body["lists"]
            .as_array()
            .unwrap()
            .iter()
            .find(|list| list["type"] == sort && (sort != "listing" || list["kind"] == "equipment_offer"));
        let items = list.unwrap()["items"].as_array().unwrap();
        let codes = |of: &dyn Fn(&Value) -> bool| -> Vec<Value> {
            let some = items.iter().filter(|item| of(item));
            some.map(|item| item["code"].clone()).collect()
        };
        let mandatory = codes(&|item| item["mandatory"] == true);
        assert!(codes(&|_| true).len() > mandatory.len(), "{kind}: nothing is optional");
        let body = |edition: i64, ticked: &[Value]| json!({"checklist": {"edition": edition, "ticked": ticked}});
        let refused = decide(&app, &waiting, "approval", &officer, &body(edition, &mandatory[1..])).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/checklist/ticked"]),
            "{kind}"
        );
        assert_eq!(refused.text("/errors/0/code"), "not_ticked");
        let refused = decide(&app, &waiting, "approval", &officer, &body(edition + 1, &mandatory)).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/checklist/edition"]),
            "{kind}"
        );
        let strange = [mandatory.clone(), vec![json!("anything")]].concat();
        let refused = decide(&app, &waiting, "approval", &officer, &body(edition, &strange)).await;
        let pointer = format!("/checklist/ticked/{}", mandatory.len());
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec![pointer.as_str()]),
            "{kind}"
        );
        let mixed = [mandatory[0].clone(), json!("anything"), mandatory[0].clone()];
        let refused = decide(&app, &waiting, "approval", &officer, &body(edition, &mixed)).await;
        let mut all = vec!["/checklist/ticked/1", "/checklist/ticked/2"];
        all.resize(mandatory.len() + 1, "/checklist/ticked");
        assert_eq!((refused.status, refused.pointers()), (422, all), "{kind}");
        assert_eq!(refused.text("/errors/1/code"), "duplicate");
        let nothing = decide(&app, &waiting, "approval", &officer, &json!({})).await;
        assert_eq!(
            (nothing.status, nothing.pointers()),
            (422, vec!["/checklist"]),
            "{kind}"
        );

        let approved = decide(&app, &waiting, "approval", &officer, &body(edition, &mandatory)).await;
        assert_eq!(approved.status, 200, "{kind}: {:#}", approved.body);
        // It is known who looked at what; to officers.
        let seen = conversation(&app, kind, &waiting.id, &officer).await;
        assert_eq!(
            seen.body["items"][0]["decision"]["checklist"],
            body(edition, &mandatory)["checklist"]
        );
        let seen = conversation(&app, kind, &waiting.id, &owner).await;
        assert!(seen.body["items"][0]["decision"].get("checklist").is_none(), "{kind}");
    }
}

#[actix_web::test]
async fn several_are_decided_each_by_itself() {
    let app = TestApp::spawn().await;
    let [officer, other] = [app.officer().await, app.officer().await];
    let things = one_of_each(&app, &officer).await;
    let owner = things[0].1.clone();
    let (held, held_version) = app.submitted_listing(&owner, "Máy nghiền").await;
    app.post(&format!("/moderation/claims/listing/{held}"))
        .by(&other)
        .expect(200)
        .await;
    let named = |kind: &str, id: &str, version: i64| json!({"type": kind, "id": id, "version": version});
    let approve = |mut item: Value| {
        item["verdict"] = json!("approved");
        item["checklist"] = looked_at()["checklist"].clone();
        item
    };
    let send_back = |mut item: Value, member: &str| {
        item["verdict"] = json!("changes_requested");
        for (name, value) in sent_back(member).as_object().unwrap() {
            item[name] = value.clone();
        }
        item
    };
    let thing = |number: usize| {
        let waiting: &Waiting = &things[number].0;
        named(waiting.kind, &waiting.id, waiting.version)
    };
    let mut unticked = approve(named("listing", &held, held_version));
    unticked["checklist"]["ticked"] = json!([]);
    let mut unreasoned = thing(0);
    unreasoned["verdict"] = json!("rejected");
    let mut unknown = thing(0);
    unknown["verdict"] = json!("endorsed");
    let (waiting, _) = &things[0];
    let items = vec![
        approve(thing(0)),
        send_back(thing(1), things[1].0.member),
        approve(thing(2)),
        approve(thing(3)),
        approve(named("listing", &held, held_version)),
        // What it was is over.
        approve(named("listing", &waiting.id, waiting.version)),
        send_back(named("listing", &held, held_version), "title"),
        unticked,
        approve(named("listing", &owner.enterprise, 1)),
    ];
    let send = |items: &[Value], key: &str| {
        let call = app.post("/moderation/decisions").by(&officer);
        let call = call.header("idempotency-key", key);
        call.json(&json!({"decisions": items})).expect(200)
    };
    let told = send(&items, "hang-loat-1").await;
    let results: Vec<(i64, Option<&str>)> = told.body["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            let problem = result["problem"]["code"].as_str();
            (result["status"].as_i64().unwrap(), result["state"].as_str().or(problem))
        })
        .collect();
    assert_eq!(
        results,
        [
            (200, Some("published")),
            (200, Some("changes_requested")),
            (200, Some("approved")),
            (200, Some("active")),
            (409, Some("claimed_by_another")),
            (412, Some("stale_version")),
            (409, Some("claimed_by_another")),
            (409, Some("claimed_by_another")),
            (404, Some("not_found")),
        ]
    );

    // The same again does nothing twice; what was in the way meanwhile is not any more.
    app.delete(&format!("/moderation/claims/listing/{held}"))
        .by(&other)
        .expect(204)
        .await;
    let again = send(&items, "hang-loat-1").await;
    let first = |reply: &Reply| reply.body["results"].as_array().unwrap()[..4].to_vec();
    assert_eq!(first(&again), first(&told));
    assert_eq!(again.text("/results/4/state"), "published");
    assert_eq!(
        (told.header("idempotent-replayed"), again.header("idempotent-replayed")),
        (None, Some("true"))
    );
    assert_eq!(again.number("/results/6/status"), 412);
    for (waiting, owner) in &things {
        let seen = conversation(&app, waiting.kind, &waiting.id, owner).await;
        assert_eq!(seen.body["items"].as_array().unwrap().len(), 1, "{}", waiting.kind);
    }
    // A key goes with what it was sent with.
    let mut other_items = items.clone();
    other_items[0]["version"] = json!(99);
    let reused = app
        .post("/moderation/decisions")
        .by(&officer)
        .header("idempotency-key", "hang-loat-1");
    let reused = reused.json(&json!({"decisions": &other_items[..1]})).expect(422).await;
    assert_eq!(reused.code(), "idempotency_key_reused");

    // What is not complete is refused as a whole.
    let call = app.post("/moderation/decisions").by(&officer);
    let nowhere = send_back(thing(0), "nowhere");
    let refused = call.json(&json!({"decisions": [items[0], unreasoned, unknown, nowhere]}));
    let refused = refused.expect(422).await;
    assert_eq!(
        refused.pointers(),
        [
            "/decisions/1/reason_code",
            "/decisions/1/reason_text",
            "/decisions/2/verdict",
            "/decisions/3/notes/0/pointer"
        ]
    );
    for (count, pointer) in [(0, "/decisions"), (51, "/decisions")] {
        let call = app.post("/moderation/decisions").by(&officer);
        let refused = call
            .json(&json!({"decisions": vec![items[0].clone(); count]}))
            .expect(422);
        assert_eq!(refused.await.pointers(), [pointer], "{count}");
    }
}

#[actix_web::test]
async fn of_many_who_approve_at_once_one_does() {
    const MANY: usize = 64;
    let app = TestApp::spawn().await;
    let mut officers = Vec::new();
    for _ in 0..4 {
        officers.push(app.officer().await);
    }
    for (waiting, owner) in one_of_each(&app, &officers[0]).await {
        let path = format!("{}/approval", waiting.path);
        let calls = (0..MANY).map(|number| {
            let call = app.post(&path).by(&officers[number % officers.len()]);
            call.if_match(waiting.version).send()
        });
        let mut winners = 0;
        for answer in join_all(calls).await {
            match answer.status {
                200 => winners += 1,
                // Whoever comes after sees another version, another status, or nothing that waits any more.
                404 | 409 | 412 => {}
                // On PostgreSQL one that lost too often is refused, and did nothing.
                503 => assert_eq!(answer.code(), "busy"),
                other => panic!("{other}: {:#}", answer.body),
            }
        }
        assert_eq!(winners, 1, "{}", waiting.kind);
        let seen = conversation(&app, waiting.kind, &waiting.id, &owner).await;
        assert_eq!(seen.body["items"].as_array().unwrap().len(), 1, "{}", waiting.kind);
        let letters = app.letters_to(&owner.email).await;
        let told = letters.iter().filter(|letter| match letter {
            // That of the listing below the revision was sent before.
            Letter::ReviewDecided(ruling) => {
                ruling.about == waiting.kind && (ruling.about.as_str(), ruling.name.as_str()) != ("listing", "Máy ấp")
            }
            _ => false,
        });
        assert_eq!(told.count(), 1, "{}", waiting.kind);
    }
}
