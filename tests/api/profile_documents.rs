//! Documents of enterprises' profiles, and the queue in which they wait.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::domain::letter::{Letter, PaperRuling};
use vptex::jobs::files as collector;

use crate::harness::{Call, Person, Reply, TestApp, documents, looked_at, pictures};

fn hand_in(app: &TestApp, owner: &Person, query: &str) -> Call {
    let path = format!("/enterprises/{}/documents?name=giay.png&{query}", owner.enterprise);
    app.post(&path).by(owner).file("image/png", pictures::png(6, 4))
}

/// Hands one in; gives its path.
async fn handed_in(app: &TestApp, owner: &Person, kind: &str) -> String {
    let made = hand_in(app, owner, &format!("kind={kind}")).expect(201).await;
    format!("/enterprises/{}/documents/{}", owner.enterprise, made.text("/id"))
}

fn decide(app: &TestApp, officer: &Person, path: &str, seen: i64, body: &Value) -> Call {
    let call = app.post(&format!("{path}/verdict")).by(officer);
    call.if_match(seen).json(body)
}

fn no(verdict: &str) -> Value {
    let reason = json!({"reason_code": "identity_unverified", "reason_text": "Ảnh mờ, không đọc được số."});
    json!({"verdict": verdict, "reason": reason})
}

async fn queue(app: &TestApp, officer: &Person, filter: &str) -> Reply {
    app.get(&format!("/moderation/queue?{filter}"))
        .by(officer)
        .expect(200)
        .await
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[actix_web::test]
async fn an_owner_hands_in_and_an_officer_decides() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let stranger = app.active_enterprise(&officer).await;
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    for (query, status, parameter) in [
        ("kind=passport", 400, "kind"),
        ("kind=iso&valid_to=2020-01-01", 422, "valid_to"),
        ("kind=iso&valid_to=soon", 400, "valid_to"),
    ] {
        let refused = hand_in(&app, &owner, query).expect(status).await;
        assert_eq!(refused.pointers(), [parameter], "{query}");
    }
    let paper = format!("/enterprises/{}/documents?kind=other&name=a.pdf", owner.enterprise);
    let paper = app.post(&paper).by(&owner).file("application/pdf", documents::pdf(1));
    assert_eq!(paper.expect(201).await.text("/media_type"), "application/pdf");
    let path = handed_in(&app, &owner, "business_licence").await;
    let seen = app.get(&path).by(&owner).expect(200).await;
    assert_eq!((seen.text("/status"), seen.text("/name")), ("submitted", "giay.png"));

    // Nobody else ever sees it.
    let content = format!("{path}/content");
    let all = path.rsplit_once('/').unwrap().0;
    for place in [&path, &content, all] {
        app.get(place).expect(401).await;
        app.get(place).by(&editor).expect(403).await;
        app.get(place).by(&stranger).expect(403).await;
    }
    let key = app.key(&owner, &["enterprise:read"]).await;
    app.get(all).token(&key).expect(403).await;
    let elsewhere = format!("/enterprises/{}/documents/{}", stranger.enterprise, id_of(&path));
    app.get(&elsewhere).by(&stranger).expect(404).await;
    let page = app.get(&format!("/enterprises/{}", owner.enterprise)).expect(200).await;
    assert_eq!(page.body["verification"].get("documents"), None);
    let shown = app.get(&content).by(&officer).expect(200).await;
    assert_eq!(shown.header("content-type"), Some("image/png"));
    assert!(shown.header("content-disposition").unwrap().starts_with("attachment"));

    let refused = decide(&app, &officer, &path, 1, &json!({"verdict": "refused"}));
    assert_eq!(refused.expect(422).await.pointers(), ["/reason"]);
    decide(&app, &officer, &path, 2, &no("refused")).expect(412).await;
    let past = json!({"verdict": "accepted", "valid_to": "2020-01-01"});
    let past = decide(&app, &officer, &path, 1, &past).expect(422).await;
    assert_eq!(past.pointers(), ["/valid_to"]);
    let done = decide(&app, &officer, &path, 1, &no("refused")).expect(200).await;
    assert_eq!(done.text("/reason/reason_code"), "identity_unverified");
    // An officer may come to see it otherwise.
    let tomorrow = vptex::domain::calendar::day_of(app.exchange().clock.now())
        .tomorrow()
        .unwrap();
    let accept = json!({"verdict": "accepted", "valid_to": tomorrow.to_string()});
    let done = decide(&app, &officer, &path, 2, &accept).expect(200).await;
    assert_eq!((done.text("/status"), done.body.get("reason")), ("accepted", None));
    let told = app.letters_to(&owner.email).await;
    let verdicts: Vec<&str> = told
        .iter()
        .filter_map(|letter| match letter {
            Letter::DocumentDecided(PaperRuling { verdict, .. }) => Some(verdict.as_str()),
            _ => None,
        })
        .collect();
    // The newest first.
    assert_eq!(verdicts, ["accepted", "refused"]);
    let kept = app.delete(&path).by(&owner).expect(409).await;
    assert_eq!(kept.code(), "already_decided");
    let own = app
        .get(&format!("/enterprises/{}", owner.enterprise))
        .by(&owner)
        .expect(200)
        .await;
    let counts = json!({"submitted": 1, "accepted": 1, "refused": 0, "expired": 0});
    assert_eq!(own.body["verification"]["documents"], counts);

    // It expires by itself, and goes when its owner wants that.
    app.clock.pass(2 * 86_400);
    let owner = app.again(&owner).await;
    assert_eq!(app.get(&path).by(&owner).expect(200).await.text("/status"), "expired");
    app.delete(&path).by(&owner).expect(204).await;
    app.get(&path).by(&owner).expect(404).await;
    let deeds = app.deeds(id_of(&path));
    let deeds: Vec<&str> = deeds.iter().map(|(deed, _)| deed.as_str()).collect();
    assert_eq!(
        deeds,
        [
            "document.added",
            "document.refused",
            "document.accepted",
            "document.removed"
        ]
    );
}

/// An officer who says nothing of its end accepts what the owner said, if that is not over.
#[actix_web::test]
async fn what_is_accepted_holds_at_that_moment() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let tomorrow = vptex::domain::calendar::day_of(app.exchange().clock.now())
        .tomorrow()
        .unwrap();
    let sent = hand_in(&app, &owner, &format!("kind=iso&valid_to={tomorrow}"));
    let first = format!(
        "/enterprises/{}/documents/{}",
        owner.enterprise,
        sent.expect(201).await.text("/id")
    );
    app.clock.pass(3 * 24 * 60 * 60);
    let (officer, owner) = (app.again(&officer).await, app.again(&owner).await);
    let accept = json!({"verdict": "accepted"});
    let refused = decide(&app, &officer, &first, 1, &accept).expect(422).await;
    assert_eq!(refused.pointers(), ["/valid_to"]);
    let endless = json!({"verdict": "accepted", "valid_to": null});
    let done = decide(&app, &officer, &first, 1, &endless).expect(200).await;
    assert_eq!(done.body["valid_to"], json!(null));
    // Once a newer one of its kind holds, the older one may go.
    app.delete(&first).by(&owner).expect(409).await;
    app.clock.pass(60);
    let second = handed_in(&app, &owner, "iso").await;
    app.delete(&first).by(&owner).expect(409).await;
    decide(&app, &officer, &second, 1, &endless).expect(200).await;
    app.delete(&first).by(&owner).expect(204).await;
    app.delete(&second).by(&owner).expect(409).await;
}

/// A verification rests on what holds for ever, though another one of its kind holds for years.
#[actix_web::test]
async fn what_holds_for_ever_stays_beside_what_has_an_end() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (endless, ending) = (
        handed_in(&app, &owner, "iso").await,
        handed_in(&app, &owner, "iso").await,
    );
    for (path, last) in [(&endless, json!(null)), (&ending, json!("2099-12-31"))] {
        let accept = json!({"verdict": "accepted", "valid_to": last});
        decide(&app, &officer, path, 1, &accept).expect(200).await;
    }
    let kept = app.delete(&endless).by(&owner).expect(409).await;
    assert_eq!(kept.code(), "already_decided");
    app.delete(&ending).by(&owner).expect(204).await;
}

#[actix_web::test]
async fn documents_wait_in_the_queue_and_are_taken_up_there() {
    let app = TestApp::spawn().await;
    let (officer, other) = (app.officer().await, app.officer().await);
    let owner = app.active_enterprise(&officer).await;
    let path = handed_in(&app, &owner, "iso").await;
    let waiting = queue(&app, &officer, "type=document&province=25").await;
    assert_eq!(waiting.text("/items/0/type"), "document");
    assert_eq!(waiting.text("/items/0/document/id"), id_of(&path));
    assert_eq!(waiting.text("/items/0/enterprise/id"), owner.enterprise);
    for nothing in ["type=document&province=01", "type=enterprise", "kind=equipment_offer"] {
        let found = queue(&app, &officer, nothing).await;
        assert_eq!(found.body["items"], json!([]), "{nothing}");
    }
    let reader = app.officer_who_may(&[Permission::ReviewListings]).await;
    assert_eq!(queue(&app, &reader, "limit=100").await.body["items"], json!([]));

    let claim = format!("/moderation/claims/document/{}", id_of(&path));
    app.post(&claim).by(&reader).expect(403).await;
    app.post(&claim).by(&officer).expect(200).await;
    assert_eq!(
        queue(&app, &officer, "claimed_by=me").await.body["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let held = decide(&app, &other, &path, 1, &no("refused")).expect(409).await;
    assert_eq!(held.code(), "claimed_by_another");

    let talk = format!("/reviews/document/{}/messages", id_of(&path));
    let ask = json!({"text": "Xin gửi bản quét rõ hơn."});
    app.post(&talk).by(&officer).json(&ask).expect(201).await;
    let written = app.letters_to(&owner.email).await;
    assert!(matches!(written.first(), Some(Letter::ReviewMessage(words)) if words.about == "document"));
    decide(&app, &officer, &path, 1, &no("expired")).expect(200).await;
    let said = app.get(&talk).by(&owner).expect(200).await;
    assert_eq!(said.body["items"].as_array().unwrap().len(), 2);
    assert_eq!(queue(&app, &officer, "type=document").await.body["items"], json!([]));
    assert_eq!(
        app.post(&claim).by(&officer).expect(409).await.code(),
        "already_decided"
    );

    // Of a dozen at once, beside reports: each with the verdicts of its sort.
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let sent = app.post(&format!("/listings/{listing}/reports"));
    let sent = sent.json(&json!({"ground": "spam", "details": "Quảng cáo, không có máy."}));
    let report = sent.expect(202).await.text("/id").to_owned();
    let paper = |verdict: &str| json!({"type": "document", "id": id_of(&path), "version": 2, "verdict": verdict});
    let answered = |verdict: &str| json!({"type": "report", "id": report, "version": 1, "verdict": verdict, "answer": "Đã kiểm tra tại cơ sở."});
    let with = |mut item: Value, name: &str, value: Value| {
        item[name] = value;
        item
    };
    let send = |items: &[Value]| {
        let call = app.post("/moderation/decisions").by(&officer);
        call.json(&json!({"decisions": items}))
    };
    let wrong = [
        paper("approved"),
        with(paper("accepted"), "checklist", looked_at()["checklist"].clone()),
        paper("refused"),
        with(paper("accepted"), "valid_to", json!("31/12/2027")),
        answered("accepted"),
        with(answered("upheld"), "answer", json!(" ")),
        with(answered("upheld"), "valid_to", json!("2099-12-31")),
    ];
    let refused = send(&wrong).expect(422).await;
    let expected = [
        "0/verdict",
        "1/checklist",
        "2/reason_code",
        "2/reason_text",
        "3/valid_to",
        "4/verdict",
        "5/answer",
        "6/valid_to",
    ];
    assert_eq!(refused.pointers(), expected.map(|place| format!("/decisions/{place}")));
    let items = [
        with(paper("accepted"), "valid_to", json!("2099-12-31")),
        answered("dismissed"),
        answered("upheld"),
        with(paper("refused"), "id", json!(uuid::Uuid::nil())),
    ];
    let reason = json!({"reason_code": "incomplete", "reason_text": "Bản quét không đọc được."});
    let last = with(items[3].clone(), "reason_code", reason["reason_code"].clone());
    let last = with(last, "reason_text", reason["reason_text"].clone());
    let done = send(&[items[0].clone(), items[1].clone(), items[2].clone(), last])
        .expect(200)
        .await;
    let told: Vec<Value> = done.body["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| json!([result["status"], result["state"], result["problem"]["code"]]))
        .collect();
    assert_eq!(
        json!(told),
        json!([
            [200, "accepted", null],
            [200, "dismissed", null],
            [412, null, "stale_version"],
            [404, null, "not_found"]
        ])
    );
    assert_eq!(
        app.get(&path).by(&owner).expect(200).await.text("/valid_to"),
        "2099-12-31"
    );
}

#[actix_web::test]
async fn nobody_vouches_for_an_enterprise_whose_papers_are_unread() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.registered_enterprise().await;
    let path = handed_in(&app, &owner, "id_card").await;
    let approve = || {
        app.post(&format!("/enterprises/{}/approval", owner.enterprise))
            .by(&officer)
            .if_match(2)
            .json(&looked_at())
    };
    assert_eq!(approve().expect(409).await.code(), "documents_undecided");
    decide(&app, &officer, &path, 1, &no("refused")).expect(200).await;
    assert_eq!(approve().expect(200).await.text("/status"), "active");
}

#[actix_web::test]
async fn whoever_read_an_enterprise_before_a_paper_came_or_went_decides_on_another_version() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.registered_enterprise().await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let version = async || app.get(&path).by(&officer).expect(200).await.number("/version");
    let reject = |seen: i64| {
        let call = app.post(&format!("{path}/rejection")).by(&officer);
        call.if_match(seen).json(&no("refused")["reason"])
    };
    let before = version().await;
    let paper = handed_in(&app, &owner, "business_licence").await;
    let with_paper = version().await;
    assert_eq!(reject(before).expect(412).await.text("/code"), "stale_version");
    app.delete(&paper).by(&owner).expect(204).await;
    assert_eq!(reject(with_paper).expect(412).await.text("/code"), "stale_version");
    reject(version().await).expect(200).await;
}

#[actix_web::test]
async fn with_a_person_go_the_cards_and_their_bytes() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let reviewer = app.officer().await;
    let owner = app.active_enterprise(&reviewer).await;
    let card = handed_in(&app, &owner, "id_card").await;
    let licence = handed_in(&app, &owner, "business_licence").await;
    decide(&app, &reviewer, &card, 1, &json!({"verdict": "accepted"}))
        .expect(200)
        .await;
    let contact = format!("/enterprises/{}/contact", owner.enterprise);
    app.delete(&contact).by(&officer).expect(204).await;
    app.get(&card).by(&owner).expect(404).await;
    app.get(&licence).by(&owner).expect(200).await;

    // The same picture is still the licence's; with that, its bytes go, too.
    app.clock.pass(2 * 3_600);
    let collect = || {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || collector::run(&exchange, false))
    };
    let licence_content = format!("{licence}/content");
    let owner = app.again(&owner).await;
    collect().await.unwrap().unwrap();
    app.get(&licence_content).by(&owner).expect(200).await;
    app.delete(&licence).by(&owner).expect(204).await;
    collect().await.unwrap().unwrap();
    let exchange = app.exchange().clone();
    let left = tokio::task::spawn_blocking(move || exchange.files.contents.all().unwrap().len());
    assert_eq!(left.await.unwrap(), 0);
}

#[actix_web::test]
async fn documents_go_along_with_a_merger_and_wait_no_more_when_it_closes() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (from, into) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let path = handed_in(&app, &from, "iso").await;
    let card = handed_in(&app, &from, "id_card").await;
    let officer = app.again(&officer).await;
    let merge = |is_trial: bool| {
        let call = app
            .post(&format!("/enterprises/{}/merge", from.enterprise))
            .by(&officer);
        call.if_match(4)
            .json(&json!({"into": into.enterprise, "dry_run": is_trial}))
    };
    // The card of a person is not for strangers: it stays behind, and is no more.
    let told = merge(true).expect(200).await;
    let counts = (told.number("/moved/documents"), told.number("/lost_documents"));
    assert_eq!(counts, (1, 1));
    merge(false).expect(200).await;
    let moved = format!("/enterprises/{}/documents/{}", into.enterprise, id_of(&path));
    app.get(&moved).by(&into).expect(200).await;
    let card = format!("/enterprises/{}/documents/{}", into.enterprise, id_of(&card));
    app.get(&card).by(&into).expect(404).await;
    assert_eq!(
        queue(&app, &officer, "type=document")
            .await
            .text("/items/0/enterprise/id"),
        into.enterprise
    );

    let close = app
        .post(&format!("/enterprises/{}/closure", into.enterprise))
        .by(&officer);
    let why = json!({"reason": {"reason_code": "other", "reason_text": "Doanh nghiệp đã giải thể."}});
    close.if_match(3).json(&why).expect(200).await;
    assert_eq!(queue(&app, &officer, "type=document").await.body["items"], json!([]));
    app.get(&format!("{moved}/content")).by(&into).expect(200).await;
    app.delete(&moved).by(&into).expect(403).await;
}

#[actix_web::test]
async fn reports_wait_in_the_same_queue() {
    let app = TestApp::spawn().await;
    let (officer, other) = (app.officer().await, app.officer().await);
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let told = json!({"ground": "fraud", "details": "Ảnh là của hãng khác."});
    let call = app.post(&format!("/listings/{listing}/reports")).json(&told);
    let report = call.expect(202).await.text("/id").to_owned();
    let waiting = queue(&app, &officer, "type=report&kind=equipment_offer").await;
    assert_eq!(waiting.text("/items/0/report/id"), report);
    assert_eq!(waiting.text("/items/0/listing/id"), listing);
    let all = queue(&app, &officer, "limit=10").await;
    assert_eq!(all.text("/items/0/type"), "report");
    let claim = format!("/moderation/claims/report/{report}");
    app.post(&claim).by(&officer).expect(200).await;
    let decide = |officer: &Person| {
        let call = app.post(&format!("/reports/{report}/decision")).by(officer);
        call.json(&json!({"outcome": "upheld", "answer": "Đã xử lý."}))
    };
    assert_eq!(decide(&other).expect(409).await.code(), "claimed_by_another");
    // Its owner does not learn of it here.
    let talk = format!("/reviews/report/{report}/messages");
    app.get(&talk).by(&owner).expect(404).await;
    decide(&officer).expect(200).await;
    assert_eq!(queue(&app, &officer, "type=report").await.body["items"], json!([]));
}

#[actix_web::test]
async fn an_owner_takes_the_profile_and_its_documents_along() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (owner, stranger) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    let path = handed_in(&app, &owner, "business_licence").await;
    decide(&app, &officer, &path, 1, &no("refused")).expect(200).await;
    let own = format!("/enterprises/{}", owner.enterprise);
    let export = format!("{own}/export");
    let copy = app.get(&export).by(&owner).expect(200).await;
    assert_eq!(
        copy.header("content-disposition"),
        Some("attachment; filename=\"enterprise.json\"")
    );
    // What each of the two shows by itself.
    assert_eq!(copy.body["enterprise"], app.get(&own).by(&owner).expect(200).await.body);
    let shown = app.get(&format!("{own}/documents")).by(&owner).expect(200).await;
    let documents = copy.body["documents"].as_array().unwrap();
    let listed: Vec<&Value> = documents.iter().map(|one| &one["document"]).collect();
    let expected: Vec<&Value> = shown.body["items"].as_array().unwrap().iter().collect();
    assert_eq!(listed, expected);
    assert_eq!(
        copy.text("/documents/0/document/reason/reason_code"),
        "identity_unverified"
    );
    let content = app.get(copy.text("/documents/0/content")).by(&owner).expect(200).await;
    assert_eq!(content.header("content-type"), Some("image/png"));

    let stale = app.send_stale(app.get(&export).by(&owner)).await;
    assert_eq!(stale.code(), "step_up_required");
    app.get(&export).expect(401).await;
    app.get(&export).by(&editor).expect(403).await;
    app.get(&export).by(&stranger).expect(403).await;
    // Whoever was halted keeps what is its own.
    app.suspend(&owner.enterprise, &officer).await;
    let owner = app.again(&owner).await;
    let copy = app.get(&export).by(&owner).expect(200).await;
    assert_eq!(copy.text("/enterprise/status"), "suspended");
    // Who took a copy is known, and that nobody else did.
    let auditor = app.officer_who_may(&[Permission::ReadAudit]).await;
    let trail = app.get("/audit").by(&auditor).query(&[("deed", "data.exported")]);
    let trail = trail.expect(200).await;
    let taken: Vec<_> = trail.body["items"].as_array().unwrap().iter().collect();
    assert_eq!(taken.len(), 2, "{taken:?}");
    for row in taken {
        assert_eq!(row["subject_kind"], "enterprise");
        assert_eq!(row["subject_id"], json!(owner.enterprise));
    }
}
