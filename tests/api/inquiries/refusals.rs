//! What an inquiry is refused for.

use serde_json::json;
use vptex::domain::account::{Permission, Role};

use super::{MESSAGE, question, scene};

#[actix_web::test]
async fn only_an_active_enterprise_asks_about_what_is_anothers_and_open() {
    let scene = scene().await;
    let (app, owner, asker) = (&scene.app, &scene.owner, &scene.asker);
    let path = format!("/listings/{}/inquiries", scene.listing);
    app.post(&path).json(&question()).expect(401).await;
    assert_eq!(scene.try_ask(owner).await.code(), "own_listing");
    let viewer = app.member(&asker.enterprise, Role::Viewer).await;
    assert_eq!(scene.try_ask(&viewer).await.code(), "forbidden");
    assert_eq!(scene.try_ask(&app.person().await).await.code(), "forbidden");
    let of_officer = scene.try_ask(&scene.officer).await;
    assert_eq!(of_officer.code(), "forbidden");
    assert!(
        of_officer
            .text("/messages/en")
            .starts_with("Inquiries are sent by enterprises")
    );
    let new = app.registered_enterprise().await;
    let waiting = scene.try_ask(&new).await;
    assert_eq!(waiting.code(), "enterprise_not_active");
    assert!(waiting.text("/messages/en").contains("waits to be verified"));
    // Whoever was refused is told that this is not the end.
    let refusal = json!({"reason_code": "incomplete", "reason_text": "Thiếu giấy chứng nhận đăng ký."});
    let refuse = app.post(&format!("/enterprises/{}/rejection", new.enterprise));
    let refuse = refuse.by(&scene.officer).if_match(1).json(&refusal);
    refuse.expect(200).await;
    let refused = scene.try_ask(&new).await;
    assert_eq!(refused.code(), "enterprise_not_active");
    assert!(refused.text("/messages/en").contains("handed in again"));
    let key = app.key(asker, &["listings:write"]).await;
    app.post(&path).token(&key).json(&question()).expect(403).await;

    let audience = format!("/listings/{}/audience", scene.listing);
    let choose = |visibility: &str, is_open: bool| {
        let body = json!({"visibility": visibility, "open_for_inquiry": is_open});
        app.put(&audience).by(owner).json(&body)
    };
    choose("public", false).expect(200).await;
    let closed = scene.try_ask(asker).await;
    assert_eq!((closed.status, closed.code()), (409, "inquiries_closed"));
    choose("members", true).expect(200).await;
    assert_eq!(scene.try_ask(&new).await.status, 404);
    let editor = app.member(&asker.enterprise, Role::Editor).await;
    let sent = scene.try_ask(&editor).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    // Of what only members see, letters and lists tell the code.
    assert_eq!(sent.text("/title"), sent.text("/code"));
    let again = scene.try_ask(asker).await;
    assert_eq!((again.status, again.code()), (409, "already_there"));
    // One that is over is in nobody's way.
    let own = format!("/inquiries/{}", sent.text("/id"));
    app.post(&format!("{own}/withdrawal")).by(asker).expect(200).await;
    assert_eq!(scene.try_ask(asker).await.status, 201);

    // What is not public any more is asked about no more, and what was asked goes on.
    choose("public", true).expect(200).await;
    app.delete(&format!("/listings/{}/submission", scene.listing))
        .by(owner)
        .expect(200)
        .await;
    let other = app.active_enterprise(&scene.officer).await;
    assert_eq!(scene.try_ask(&other).await.status, 404);
    let open = scene.list(owner, owner, "?state=submitted").await;
    scene
        .write(
            &format!("/inquiries/{}", open[0]),
            owner,
            "Tin đã gỡ, nhưng máy vẫn còn.",
        )
        .await;

    let (draft, _) = app.listing_draft(owner, "Máy ép viên").await;
    let call = app.post(&format!("/listings/{draft}/inquiries")).by(asker);
    call.json(&question()).expect(404).await;
    let (ended, _) = app.published_listing(owner, &scene.officer, "Máy cũ").await;
    app.end_term(&ended).await;
    let call = app.post(&format!("/listings/{ended}/inquiries")).by(asker);
    assert_eq!(call.json(&question()).expect(410).await.code(), "listing_expired");
}

#[actix_web::test]
async fn words_are_judged_and_a_day_has_its_measure() {
    let scene = scene().await;
    let (app, asker) = (&scene.app, &scene.asker);
    let path = format!("/listings/{}/inquiries", scene.listing);
    let wrong = json!({"interest": "rob", "message": "", "budget": {"amount": "1,5", "currency": "đồng"}});
    let refused = app.post(&path).by(asker).json(&wrong).expect(422).await;
    assert_eq!(
        refused.pointers(),
        ["/interest", "/message", "/budget/amount", "/budget/currency"]
    );
    let mut long = question();
    long["message"] = json!("x".repeat(4_001));
    long["timeframe"] = json!(7);
    let refused = app.post(&path).by(asker).json(&long).expect(422).await;
    let mut pointers = refused.pointers();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/message", "/timeframe"]);

    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let term = json!({"phrase": "pháo nổ", "severity": "block", "ground": "Công văn 12/SKHCN"});
    app.post("/screening-terms").by(&keeper).json(&term).expect(201).await;
    let mut bad = question();
    bad["quantity"] = json!("10 dàn pháo nổ");
    let refused = app.post(&path).by(asker).json(&bad).expect(422).await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/quantity"], "screened")
    );

    // The same request is done once.
    let send = || {
        app.post(&path)
            .by(asker)
            .header("idempotency-key", "phieu-1")
            .json(&question())
    };
    let sent = send().expect(201).await;
    let again = send().expect(201).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(sent.body, again.body);
    let inquiry = format!("/inquiries/{}", sent.text("/id"));
    let refused = scene.try_write(&inquiry, asker, "Bán kèm pháo nổ.").await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/text"]));
    let outcome = json!({"outcome": {"contract_no": "12/2026/pháo nổ"}});
    let refused = scene.step(&inquiry, &scene.owner, "agreement", &outcome).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/outcome/contract_no"])
    );

    // Twenty in a day of one person: a colleague still may.
    app.post(&format!("{inquiry}/withdrawal")).by(asker).expect(200).await;
    for _ in 1..20 {
        let path = scene.ask().await;
        app.post(&format!("{path}/withdrawal")).by(asker).expect(200).await;
    }
    let refused = scene.try_ask(asker).await;
    assert_eq!((refused.status, refused.code()), (429, "too_many_requests"));
    assert!(refused.header("retry-after").is_some());
    let colleague = app.member(&asker.enterprise, Role::Editor).await;
    assert_eq!(scene.try_ask(&colleague).await.status, 201);
}

#[actix_web::test]
async fn who_says_the_same_again_changes_nothing_and_who_changes_it_has_a_measure() {
    let scene = scene().await;
    let (owner, asker) = (&scene.owner, &scene.asker);
    let path = scene.ask().await;
    scene.write(&path, owner, "Có sẵn.").await;
    let outcome = |number: u32| json!({"outcome": {"contract_no": format!("{number}/2026")}});
    let proposed = scene.step(&path, owner, "agreement", &outcome(1)).await;
    assert_eq!(proposed.status, 200, "{}", proposed.body);
    for body in [json!({}), outcome(1), json!({})] {
        let again = scene.step(&path, owner, "agreement", &body).await;
        assert_eq!((again.status, &again.body), (200, &proposed.body));
        assert_eq!(again.header("etag"), proposed.header("etag"));
    }
    let early = scene.step(&path, owner, "completion", &json!({})).await;
    assert_eq!((early.status, early.code()), (409, "inquiry_wrong_state"));
    assert_eq!(scene.told(asker).await, ["message", "proposed"]);
    let deeds = scene.app.deeds(path.trim_start_matches("/inquiries/"));
    let count = deeds.iter().filter(|(deed, _)| deed == "inquiry.proposed").count();
    assert_eq!(count, 1, "{deeds:?}");

    // A message and ninety-nine proposals are what a person says in a day.
    for number in 2..=99 {
        let changed = scene.step(&path, owner, "agreement", &outcome(number)).await;
        assert_eq!(changed.status, 200, "{number}: {}", changed.body);
    }
    let refused = scene.step(&path, owner, "agreement", &outcome(100)).await;
    assert_eq!((refused.status, refused.code()), (409, "limit_reached"));
    assert_eq!(scene.try_write(&path, owner, "Xin trả lời.").await.status, 409);
    // What was proposed last stands, and the other side takes it.
    let agreed = scene.step(&path, asker, "agreement", &json!({})).await;
    assert_eq!(
        (agreed.text("/state"), &agreed.body["outcome"]),
        ("agreed", &outcome(99)["outcome"])
    );
}

#[actix_web::test]
async fn each_step_is_its_sides_and_in_its_time() {
    let scene = scene().await;
    let (app, owner, asker) = (&scene.app, &scene.owner, &scene.asker);
    let path = scene.ask().await;
    let (agreement, rejection) = (format!("{path}/agreement"), format!("{path}/rejection"));
    // Nothing was answered yet.
    for (step, by) in [("agreement", owner), ("completion", asker)] {
        let early = scene.step(&path, by, step, &json!({})).await;
        assert_eq!((early.status, early.code()), (409, "inquiry_wrong_state"), "{step}");
    }
    app.post(&agreement).by(owner).json(&json!({})).expect(428).await;
    app.post(&agreement)
        .by(owner)
        .if_match(7)
        .json(&json!({}))
        .expect(412)
        .await;
    let decline = json!({"reason": "capacity", "note": "Hết công suất đến hết năm."});
    app.post(&rejection).by(asker).json(&decline).expect(403).await;
    app.post(&format!("{path}/withdrawal")).by(owner).expect(403).await;
    let wrong = json!({"reason": "mood", "note": "x".repeat(1_001)});
    let wrong = app.post(&rejection).by(owner).json(&wrong).expect(422).await;
    assert_eq!(wrong.pointers(), ["/reason", "/note"]);
    scene.write(&path, owner, "Có sẵn.").await;
    let outcome = json!({"outcome": {"signed_on": "2999-01-01", "transfer_mode": "theft", "value": {"amount": "-1", "currency": "VND"}}});
    let wrong = scene.step(&path, owner, "agreement", &outcome).await;
    assert_eq!(
        (wrong.status, wrong.pointers()),
        (
            422,
            vec!["/outcome/signed_on", "/outcome/value/amount", "/outcome/transfer_mode"]
        )
    );
    let viewer = app.member(&owner.enterprise, Role::Viewer).await;
    assert_eq!(scene.try_write(&path, &viewer, "Xin chào.").await.status, 403);

    app.post(&rejection)
        .by(owner)
        .if_match(1)
        .json(&decline)
        .expect(412)
        .await;
    let declined = app.post(&rejection).by(owner).json(&decline).expect(200).await;
    assert_eq!(
        (
            declined.text("/state"),
            declined.text("/decline_reason"),
            declined.text("/ended_by")
        ),
        ("declined", "capacity", "owner")
    );
    assert_eq!(
        scene.read(&path, asker).await.text("/note"),
        "Hết công suất đến hết năm."
    );
    assert!(scene.read(&path, &scene.officer).await.body.get("note").is_none());
    let late = scene.try_write(&path, asker, "Tiếc quá.").await;
    assert_eq!((late.status, late.code()), (409, "inquiry_wrong_state"));
    app.post(&format!("{path}/withdrawal")).by(asker).expect(409).await;
    assert_eq!(scene.told(asker).await, ["message", "declined"]);
    // What was said stays to be read.
    let page = app.get(&format!("{path}/messages")).by(asker).expect(200).await;
    assert_eq!(page.ids().len(), 1);
    assert!(scene.read(&path, asker).await.body["content"]["message"] == MESSAGE);
}
