//! Suspending one listing, and taking listings down at the request of authorities.

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::letter::Letter;

use crate::files::publish;
use crate::harness::{Call, Person, TestApp};

const AUTHORITY: &str = "Thanh tra Sở Khoa học và Công nghệ";
const REFERENCE: &str = "125/TTr-SKHCN";

fn why() -> Value {
    json!({"reason_code": "unlawful", "reason_text": "Số máy trên tem không khớp với hồ sơ."})
}

/// Every address of a listing, for everybody.
async fn addresses(app: &TestApp, id: &str) -> Vec<String> {
    let seen = app.get(&format!("/listings/{id}")).expect(200).await;
    vec![
        format!("/listings/{id}"),
        format!("/listings/by-code/{}", seen.text("/code")),
        format!("/listings/by-slug/{}", seen.text("/slug")),
        format!("/listings/{id}/files"),
    ]
}

/// What an owner was told about holds, oldest first.
async fn told(app: &TestApp, owner: &Person) -> Vec<&'static str> {
    let letters = app.letters_to(&owner.email).await;
    let about = letters.iter().filter_map(|letter| match letter {
        Letter::ListingSuspended { reason, .. } if reason.starts_with("Số máy") => Some("suspended"),
        Letter::ListingReinstated { .. } => Some("reinstated"),
        Letter::ListingTakenDown {
            authority, reference, ..
        } if (authority.as_str(), reference.as_str()) == (AUTHORITY, REFERENCE) => Some("taken_down"),
        Letter::ListingRestored { reason, .. } if reason.starts_with("Số máy") => Some("restored"),
        _ => None,
    });
    let mut told: Vec<_> = about.collect();
    told.reverse();
    told
}

#[actix_web::test]
async fn a_suspended_listing_is_gone_at_once_and_comes_back_as_it_was() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (draft, _) = app.listing_draft(&owner, "Máy khác").await;
    app.settle().await;
    let addresses = addresses(&app, &id).await;
    let path = format!("/listings/{id}/suspension");
    app.post(&path).json(&why()).expect(401).await;
    app.post(&path).by(&owner).json(&why()).expect(403).await;
    app.post(&path).by(&officer).json(&json!({})).expect(422).await;
    let suspend = || app.post(&path).by(&officer).json(&why());
    suspend().if_match(version + 1).expect(412).await;
    let suspended = suspend().if_match(version).expect(200).await;
    assert_eq!(
        (
            suspended.text("/status"),
            suspended.text("/holds/0"),
            suspended.text("/decision/reason_code")
        ),
        ("published", "suspended", "unlawful")
    );
    // Before the index has heard of it.
    assert!(app.found("may say lua").await.is_empty());
    for address in &addresses {
        app.get(address).expect(404).await;
    }
    app.settle().await;
    assert_eq!(app.get("/search").expect(200).await.number("/total"), 0);
    assert_eq!(suspend().expect(409).await.code(), "already_decided");

    // Its owner reads it and why, and changes nothing.
    let seen = app.get(&addresses[0]).by(&owner).expect(200).await;
    assert_eq!(
        (seen.text("/holds/0"), seen.text("/decision/reason_text")),
        ("suspended", "Số máy trên tem không khớp với hồ sơ.")
    );
    let version = seen.number("/version");
    let patch = app.patch(&addresses[0]).by(&owner).if_match(version);
    assert_eq!(
        patch.json(&json!({"model": "B"})).expect(409).await.code(),
        "listing_held"
    );
    app.post(&format!("/listings/{id}/renewal"))
        .by(&owner)
        .expect(409)
        .await;
    app.delete(&format!("/listings/{id}/submission"))
        .by(&owner)
        .expect(409)
        .await;

    app.delete(&path).by(&owner).expect(403).await;
    let lifted = app.delete(&path).by(&officer).if_match(version).expect(200).await;
    assert!(lifted.body.get("holds").is_none());
    for address in &addresses {
        app.get(address).expect(200).await;
    }
    app.settle().await;
    assert_eq!(app.found("may say lua").await, [id.as_str()]);
    assert_eq!(
        app.delete(&path).by(&officer).expect(409).await.code(),
        "already_decided"
    );
    assert_eq!(told(&app, &owner).await, ["suspended", "reinstated"]);
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds[deeds.len() - 2..], ["listing.suspended", "listing.reinstated"]);
    // What is not public is not suspended.
    app.post(&format!("/listings/{draft}/suspension"))
        .by(&officer)
        .json(&why())
        .expect(404)
        .await;
}

/// Its term runs on: what is over when the suspension is lifted does not come back.
#[actix_web::test]
async fn a_suspension_gives_no_time() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let path = format!("/listings/{id}/suspension");
    app.post(&path).by(&officer).json(&why()).expect(200).await;
    app.end_term(&id).await;
    let listing = format!("/listings/{id}");
    app.get(&listing).expect(404).await;
    let lifted = app.delete(&path).by(&officer).expect(200).await;
    assert_eq!(lifted.text("/status"), "expired");
    assert_eq!(app.get(&listing).expect(200).await.text("/status"), "expired");
    app.post(&format!("{listing}/renewal")).by(&owner).expect(200).await;
    app.get(&listing).expect(200).await;
}

#[actix_web::test]
async fn what_is_taken_down_says_who_wanted_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    let file = app.add_picture(&owner, &id).await;
    publish(&app, &owner, &officer, &id).await;
    app.settle().await;
    let mut addresses = addresses(&app, &id).await;
    addresses.push(format!("/files/{file}"));
    let (takedown, _) = app.takedown(&officer, &id).await;
    app.get(&addresses[0]).expect(200).await;
    let path = format!("/takedowns/{takedown}");
    let execution = format!("{path}/execution");
    let early = app.post(&format!("{path}/restoration")).by(&officer).json(&why());
    let early = early.expect(409).await;
    assert_eq!(early.code(), "too_early");
    assert!(early.text("/messages/vi").contains("`execution`"), "it names the step");
    app.post(&execution).expect(401).await;
    app.post(&execution).by(&owner).expect(403).await;
    app.post(&execution).by(&officer).if_match(2).expect(412).await;
    let done = app.post(&execution).by(&officer).if_match(1).expect(200).await;
    assert_eq!(
        (done.text("/state"), &done.body["overdue"]),
        ("carried_out", &json!(false))
    );
    assert!(app.found("may say lua").await.is_empty());
    for address in &addresses {
        let gone = app.get(address).expect(451).await;
        assert_eq!(gone.code(), "listing_taken_down");
        assert_eq!(gone.header("link"), Some("</>; rel=\"blocked-by\""));
        let blocked = json!({"authority": AUTHORITY, "reference": REFERENCE, "since": done.body["carried_out_at"]});
        assert_eq!(gone.body["blocked"], blocked);
        for text in [AUTHORITY, REFERENCE] {
            assert!(gone.text("/messages/vi").contains(text) && gone.text("/messages/en").contains(text));
        }
        // Not for whoever belongs elsewhere, either, but for its owner and officers it is there.
        app.get(address).header("if-none-match", "*").expect(451).await;
        app.get(address).by(&owner).expect(200).await;
    }
    app.settle().await;
    assert_eq!(app.get("/search").expect(200).await.number("/total"), 0);
    let version = app.get(&addresses[0]).by(&owner).expect(200).await.number("/version");
    let patch = app.patch(&addresses[0]).by(&owner).if_match(version);
    let patch = patch.json(&json!({"model": "B"})).expect(409).await;
    assert_eq!(patch.code(), "listing_held");
    // Words before its code that nobody here ever put there are no name of it, and tell nothing.
    let code = app
        .get(&addresses[0])
        .by(&owner)
        .expect(200)
        .await
        .text("/code")
        .to_lowercase();
    app.get(&format!("/listings/by-slug/hang-cam-{code}")).expect(404).await;
    assert_eq!(
        app.post(&execution).by(&officer).expect(409).await.code(),
        "already_decided"
    );

    let restoration = format!("{path}/restoration");
    app.post(&restoration).by(&officer).json(&json!({})).expect(422).await;
    let restored = app.post(&restoration).by(&officer).json(&why()).expect(200).await;
    assert_eq!(restored.text("/state"), "restored");
    for address in &addresses {
        app.get(address).expect(200).await;
    }
    app.settle().await;
    assert_eq!(app.found("may say lua").await, [id.as_str()]);
    assert_eq!(
        app.post(&restoration)
            .by(&officer)
            .json(&why())
            .expect(409)
            .await
            .code(),
        "already_decided"
    );
    assert_eq!(told(&app, &owner).await, ["taken_down", "restored"]);
    let deeds: Vec<String> = app.deeds(&takedown).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds, ["takedown.entered", "takedown.carried_out", "takedown.restored"]);
}

/// Two requests and a suspension: the listing comes back when none of them holds any more.
#[actix_web::test]
async fn what_is_held_twice_is_let_go_twice() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let listing = format!("/listings/{id}");
    let suspension = format!("{listing}/suspension");
    app.post(&suspension).by(&officer).json(&why()).expect(200).await;
    let (first, _) = app.takedown(&officer, &id).await;
    let (second, _) = app.takedown_by(&officer, &id, "126/TTr-SKHCN").await;
    for takedown in [&first, &second] {
        app.post(&format!("/takedowns/{takedown}/execution"))
            .by(&officer)
            .expect(200)
            .await;
    }
    let seen = app.get(&listing).by(&owner).expect(200).await;
    assert_eq!(seen.body["holds"], json!(["suspended", "taken_down"]));
    let restore = |takedown: &str| {
        app.post(&format!("/takedowns/{takedown}/restoration"))
            .by(&officer)
            .json(&why())
    };
    restore(&first).expect(200).await;
    app.get(&listing).expect(451).await;
    restore(&second).expect(200).await;
    app.get(&listing).expect(404).await;
    app.delete(&suspension).by(&officer).expect(200).await;
    app.get(&listing).expect(200).await;
}

#[actix_web::test]
async fn the_register_tells_what_is_late() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (draft, _) = app.submitted_listing(&owner, "Máy khác").await;
    let enter = |listing: &str, received_at: String| {
        let body = json!({
            "listing_id": listing, "authority": AUTHORITY, "reference": REFERENCE, "ground": "other", "received_at": received_at,
        });
        app.post("/takedowns").by(&officer).json(&body)
    };
    let hours = |count| vptex::domain::clock::Clock::now(&*app.clock) - jiff::SignedDuration::from_hours(count);
    let wrong = enter(&id, hours(-1).to_string()).expect(422).await;
    assert_eq!(wrong.text("/errors/0/pointer"), "/received_at");
    // Whoever writes it another way is shown how.
    let wrong = enter(&id, "29/11/2026 08:00".to_owned()).expect(422).await;
    assert_eq!(wrong.pointers(), ["/received_at"]);
    let told = wrong.text("/errors/0/detail");
    assert!(told.contains("2026-11-30T15:00:00+07:00"), "{told}");
    // The bound that is told is the one that holds.
    let ancient = enter(&id, "1900-01-01T00:00:00Z".to_owned()).expect(422).await;
    assert!(ancient.text("/errors/0/detail").contains("01/01/1970"));
    let unknown = uuid::Uuid::nil().to_string();
    let wrong = enter(&unknown, hours(1).to_string()).expect(422).await;
    assert_eq!(wrong.pointers(), ["/listing_id"]);
    assert_eq!(
        enter(&draft, hours(1).to_string()).expect(409).await.code(),
        "listing_wrong_status"
    );
    let soon = enter(&id, hours(1).to_string()).expect(201).await;
    let late = enter(&id, hours(25).to_string()).expect(201).await;
    assert_eq!(
        soon.header("location"),
        Some(&*format!("/api/v1/takedowns/{}", soon.text("/id")))
    );
    let register = app
        .get("/takedowns")
        .query(&[("state", "open")])
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(register.ids(), [late.text("/id"), soon.text("/id")]);
    let overdue: Vec<&Value> = register.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["overdue"])
        .collect();
    assert_eq!(overdue, [&json!(true), &json!(false)]);
    let first = app
        .get("/takedowns")
        .query(&[("limit", "1")])
        .by(&officer)
        .expect(200)
        .await;
    let next = first.text("/page/next").to_owned();
    let second = app
        .get("/takedowns")
        .query(&[("limit", "1"), ("after", &next)])
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(
        (first.ids(), second.ids()),
        (vec![late.text("/id")], vec![soon.text("/id")])
    );
    assert!(second.body["page"]["next"].is_null());

    let path = format!("/takedowns/{}", soon.text("/id"));
    let dismissal = format!("{path}/dismissal");
    let dismissed = app.post(&dismissal).by(&officer).json(&why()).expect(200).await;
    assert_eq!(dismissed.text("/state"), "dismissed");
    for step in ["execution", "dismissal", "restoration"] {
        let call = app.post(&format!("{path}/{step}")).by(&officer);
        let call = if step == "execution" { call } else { call.json(&why()) };
        assert_eq!(call.expect(409).await.code(), "already_decided");
    }
    app.get(&format!("/listings/{id}")).expect(200).await;
    // Carried out too late is late for ever.
    let execution = format!("/takedowns/{}/execution", late.text("/id"));
    let filtered = |overdue: &'static str| app.get("/takedowns").query(&[("overdue", overdue)]).by(&officer);
    for _ in 0..2 {
        assert_eq!(filtered("true").expect(200).await.ids(), [late.text("/id")]);
        assert_eq!(filtered("false").expect(200).await.ids(), [soon.text("/id")]);
        app.post(&execution).by(&officer).send().await;
    }
    // So is what was dismissed too late.
    let dropped = enter(&id, hours(49).to_string()).expect(201).await;
    let dismissal = format!("/takedowns/{}/dismissal", dropped.text("/id"));
    let dismissed = app.post(&dismissal).by(&officer).json(&why()).expect(200).await;
    assert_eq!(dismissed.body["overdue"], json!(true));
    let both = [dropped.text("/id"), late.text("/id")];
    assert_eq!(filtered("true").expect(200).await.ids(), both);
    assert_eq!(filtered("false").expect(200).await.ids(), [soon.text("/id")]);
    filtered("maybe").expect(400).await;
    let open = app
        .get("/takedowns")
        .query(&[("state", "open")])
        .by(&officer)
        .expect(200)
        .await;
    assert!(open.ids().is_empty());
    app.get("/takedowns")
        .query(&[("state", "late")])
        .by(&officer)
        .expect(400)
        .await;
}

/// How many of those who come together pass; whoever does not is told that somebody was faster.
async fn passes(calls: Vec<Call>) -> usize {
    let statuses: Vec<u16> = join_all(calls.into_iter().map(Call::send))
        .await
        .iter()
        .map(|reply| reply.status)
        .collect();
    assert!(
        statuses.iter().all(|status| [200, 409, 412, 503].contains(status)),
        "{statuses:?}"
    );
    statuses.iter().filter(|status| **status == 200).count()
}

#[actix_web::test]
async fn of_officers_who_hold_or_lift_at_once_one_wins() {
    const COUNT: usize = 8;
    let app = TestApp::spawn().await;
    let first = app.officer().await;
    let second = app.officer().await;
    let owner = app.active_enterprise(&first).await;
    let (id, version) = app.published_listing(&owner, &first, "Máy sấy lúa").await;
    let (takedown, _) = app.takedown(&first, &id).await;
    let listing = format!("/listings/{id}");
    let suspension = format!("{listing}/suspension");
    let by = |turn: usize| if turn.is_multiple_of(2) { &first } else { &second };
    let all = |call: &dyn Fn(usize) -> Call| (0..COUNT).map(call).collect::<Vec<Call>>();
    assert_eq!(
        passes(all(&|turn| app.post(&suspension).by(by(turn)).json(&why()))).await,
        1
    );
    assert_eq!(passes(all(&|turn| app.delete(&suspension).by(by(turn)))).await, 1);
    let execution = format!("/takedowns/{takedown}/execution");
    assert_eq!(passes(all(&|turn| app.post(&execution).by(by(turn)))).await, 1);
    let seen = app.get(&listing).by(&owner).expect(200).await;
    assert_eq!(
        (seen.number("/version"), &seen.body["holds"]),
        (version + 3, &json!(["taken_down"]))
    );
    let restoration = format!("/takedowns/{takedown}/restoration");
    assert_eq!(
        passes(all(&|turn| app.post(&restoration).by(by(turn)).json(&why()))).await,
        1
    );
    app.get(&listing).expect(200).await;
    assert_eq!(
        told(&app, &owner).await,
        ["suspended", "reinstated", "taken_down", "restored"]
    );
}

/// Two requests that end at once: whoever is last brings the listing back, and it does not stay away for ever.
#[actix_web::test]
async fn two_requests_that_end_at_once_bring_the_listing_back() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let mut requests = Vec::new();
    for reference in [REFERENCE, "126/TTr-SKHCN"] {
        let (takedown, _) = app.takedown_by(&officer, &id, reference).await;
        let path = format!("/takedowns/{takedown}");
        app.post(&format!("{path}/execution")).by(&officer).expect(200).await;
        requests.push(format!("{path}/restoration"));
    }
    let restore = |path: &String| app.post(path).by(&officer).json(&why());
    join_all(requests.iter().map(|path| restore(path).send())).await;
    // Whoever was sent away comes again.
    for path in &requests {
        let status = restore(path).send().await.status;
        assert!([200, 409].contains(&status), "{status}");
    }
    app.get(&format!("/listings/{id}")).expect(200).await;
}

#[actix_web::test]
async fn what_belongs_to_a_held_listing_is_held_with_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    let file = format!("/files/{}", app.add_picture(&owner, &id).await);
    let listing = format!("/listings/{id}");
    let submitted = app.post(&format!("{listing}/submission")).by(&owner).expect(200).await;
    let approval = app.post(&format!("{listing}/approval")).by(&officer);
    let approved = approval.if_match(submitted.number("/version")).expect(200).await;
    let revision = app.revise(&owner, &id, approved.number("/version"), "B").await;
    let submission = app.post(&format!("{listing}/revision/submission")).by(&owner);
    let revision = submission.if_match(revision).expect(200).await.number("/version");
    app.get(&file).expect(200).await;
    let queue = || app.get("/moderation/queue?type=revision").by(&officer);
    assert_eq!(queue().expect(200).await.body["items"].as_array().unwrap().len(), 1);
    let suspension = format!("{listing}/suspension");
    app.post(&suspension).by(&officer).json(&why()).expect(200).await;
    app.get(&file).expect(404).await;
    app.get(&file).by(&owner).expect(200).await;
    app.get(&file).by(&officer).expect(200).await;
    app.get(&format!("{listing}/revision")).expect(401).await;
    assert_eq!(queue().expect(200).await.body["items"], json!([]));
    let approve = |seen| {
        let call = app.post(&format!("{listing}/revision/approval"));
        call.by(&officer).if_match(seen)
    };
    assert_eq!(approve(revision).expect(409).await.code(), "listing_held");
    let taken_back = app.delete(&format!("{listing}/revision/submission")).by(&owner);
    assert_eq!(taken_back.send().await.status, 409);
    app.delete(&suspension).by(&officer).expect(200).await;
    app.get(&file).expect(200).await;
    assert_eq!(queue().expect(200).await.body["items"].as_array().unwrap().len(), 1);
    // It is the one that was read before. The listing had as many versions meanwhile, and none like it: no tag means two texts.
    let seen = app.get(&format!("{listing}/revision")).by(&officer).expect(200).await;
    assert_eq!(seen.number("/version"), revision);
    assert!(seen.number("/listing_version") > revision);
    approve(revision).expect(200).await;
    assert_eq!(app.get(&listing).expect(200).await.text("/model"), "B");
}
