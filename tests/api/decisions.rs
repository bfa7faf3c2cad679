//! Decisions on everything that is handed in: notes to single fields, the conversation, and what is compared.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::domain::letter::Letter;

use crate::harness::{Person, Reply, TestApp};

const WHY: &str = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy.";

/// Something that waits for an officer: what it is called in the queue, its id, and the path of its decisions.
pub struct Waiting {
    pub kind: &'static str,
    pub id: String,
    pub path: String,
    pub version: i64,
    /// A member that is there, and what its owner makes of it.
    pub member: &'static str,
    pub mended: Value,
}

/// One of each sort, of one enterprise; the registration is another one's, who comes second.
pub async fn one_of_each(app: &TestApp, officer: &Person) -> Vec<(Waiting, Person)> {
    let owner = app.active_enterprise(officer).await;
    let (listing, version) = app.submitted_listing(&owner, "Máy sấy").await;
    let (published, live) = app.published_listing(&owner, officer, "Máy ấp").await;
    app.revise(&owner, &published, live, "B").await;
    let revision = format!("/listings/{published}/revision");
    let sent = app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;
    let enterprise = format!("/enterprises/{}", owner.enterprise);
    let seen = app.get(&enterprise).by(&owner).expect(200).await;
    let wish = app.patch(&enterprise).by(&owner).if_match(seen.number("/version"));
    let wish = wish.json(&json!({"legal_rep_name": "Trần Văn Bình"})).expect(200).await;
    let newcomer = app.registered_enterprise().await;
    let waiting = |kind, id: &str, path: String, version, member, mended| Waiting {
        kind,
        id: id.to_owned(),
        path,
        version,
        member,
        mended,
    };
    let path = format!("/listings/{listing}");
    let registration = format!("/enterprises/{}", newcomer.enterprise);
    let wished = format!("{enterprise}/amendment");
    vec![
        (
            waiting("listing", &listing, path, version, "model", json!("SL-2")),
            owner.clone(),
        ),
        (
            waiting(
                "revision",
                &published,
                revision,
                sent.number("/version"),
                "model",
                json!("C"),
            ),
            owner.clone(),
        ),
        (
            waiting(
                "amendment",
                &owner.enterprise,
                wished,
                wish.number("/version"),
                "legal_rep_name",
                json!("Trần Văn Bảo"),
            ),
            owner.clone(),
        ),
        (
            waiting(
                "enterprise",
                &newcomer.enterprise,
                registration,
                1,
                "short_name",
                json!("Sông Thao"),
            ),
            newcomer,
        ),
    ]
}

pub async fn decide(app: &TestApp, waiting: &Waiting, step: &str, by: &Person, body: &Value) -> Reply {
    let call = app.post(&format!("{}/{step}", waiting.path)).by(by);
    let call = call.if_match(waiting.version);
    if body.is_null() {
        call.send().await
    } else {
        call.json(body).send().await
    }
}

/// The owner mends it and hands it in again; gives the version that waits then.
async fn mend(app: &TestApp, waiting: &Waiting, version: i64, owner: &Person) -> i64 {
    let (thing, submission) = match waiting.kind {
        "amendment" => (format!("/enterprises/{}", waiting.id), None),
        "revision" => (
            format!("/listings/{}", waiting.id),
            Some(format!("{}/submission", waiting.path)),
        ),
        _ => (waiting.path.clone(), Some(format!("{}/submission", waiting.path))),
    };
    let mut patch = json!({});
    patch[waiting.member] = waiting.mended.clone();
    let edited = app.patch(&thing).by(owner).if_match(version).json(&patch).send().await;
    assert!(edited.status < 300, "{}: {:#}", waiting.kind, edited.body);
    match submission {
        Some(path) => app.post(&path).by(owner).expect(200).await.number("/version"),
        None => edited.number("/version"),
    }
}

pub async fn conversation(app: &TestApp, kind: &str, id: &str, by: &Person) -> Reply {
    let path = format!("/reviews/{kind}/{id}/messages");
    app.get(&path).by(by).expect(200).await
}

pub fn sent_back(member: &str) -> Value {
    let pointer = format!("/{member}");
    json!({
        "reason_code": "incomplete", "reason_text": WHY,
        "notes": [{"pointer": pointer, "text": "Ghi đúng như trên giấy chứng nhận."}],
    })
}

#[actix_web::test]
async fn everything_that_is_sent_back_tells_where_and_why() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    for (waiting, owner) in one_of_each(&app, &officer).await {
        let kind = waiting.kind;
        for (notes, pointer) in [
            (json!([{"pointer": "/nowhere", "text": "Sửa."}]), "/notes/0/pointer"),
            (json!([{"pointer": "model", "text": "Sửa."}]), "/notes/0/pointer"),
            (
                json!([{"pointer": format!("/{}", waiting.member), "text": " "}]),
                "/notes/0/text",
            ),
        ] {
            let body = json!({"reason_code": "incomplete", "reason_text": WHY, "notes": notes});
            let refused = decide(&app, &waiting, "change-request", &officer, &body).await;
            assert_eq!((refused.status, refused.pointers()), (422, vec![pointer]), "{kind}");
        }
        // None hides another one, nor does the reason.
        let notes = json!([
            {"pointer": "/nowhere", "text": "Sửa."},
            {"pointer": "model", "text": " "},
            {"pointer": format!("/{}", waiting.member), "text": "a".repeat(1001)},
        ]);
        let body = json!({"reason_code": "zz", "reason_text": "ngắn", "notes": notes});
        let refused = decide(&app, &waiting, "change-request", &officer, &body).await;
        let mut told = refused.pointers();
        told.sort_unstable();
        let all = [
            "/notes/0/pointer",
            "/notes/1/pointer",
            "/notes/1/text",
            "/notes/2/text",
            "/reason_code",
            "/reason_text",
        ];
        assert_eq!((refused.status, told), (422, all.to_vec()), "{kind}");
        let body = sent_back(waiting.member);
        let decided = decide(&app, &waiting, "change-request", &officer, &body).await;
        assert_eq!(decided.status, 200, "{kind}: {:#}", decided.body);
        assert_eq!(decided.body["decision"]["notes"], body["notes"], "{kind}");

        let letters = app.letters_to(&owner.email).await;
        let ruling = letters.iter().find_map(|letter| match letter {
            Letter::ReviewDecided(ruling) if ruling.about == kind && ruling.verdict == "changes_requested" => {
                Some(ruling)
            }
            _ => None,
        });
        let ruling = ruling.unwrap_or_else(|| panic!("no letter about {kind}: {letters:?}"));
        assert_eq!(
            (ruling.reason.as_deref(), ruling.notes[0].text.as_str()),
            (Some(WHY), "Ghi đúng như trên giấy chứng nhận.")
        );
        assert_eq!(ruling.reason_name.as_ref().unwrap().0, "Thiếu thông tin");

        // Owner and officer write to each other; what was decided stands between what was written.
        let messages = format!("/reviews/{kind}/{}/messages", waiting.id);
        let say = |by: &Person, text: &str| app.post(&messages).by(by).json(&json!({"text": text}));
        say(&owner, "Đã bổ sung.").expect(201).await;
        let told = app.letters_to(&officer.email).await;
        let is_told = |letter: &Letter| matches!(letter, Letter::ReviewMessage(words) if words.about == kind && !words.is_officer);
        assert!(told.iter().any(is_told), "{kind}: {told:?}");

        let version = mend(&app, &waiting, decided.number("/version"), &owner).await;
        let diff = format!("/reviews/{kind}/{}/diff?against=decision", waiting.id);
        for reader in [&owner, &officer] {
            let compared = app.get(&diff).by(reader).expect(200).await;
            assert_eq!(
                (compared.number("/base_version"), compared.number("/version")),
                (waiting.version, version),
                "{kind}"
            );
            let places: Vec<&Value> = compared.body["differences"].as_array().unwrap().iter().collect();
            assert_eq!(places.len(), 1, "{kind}: {places:?}");
            assert_eq!(places[0]["pointer"], format!("/{}", waiting.member), "{kind}");
            assert_eq!(places[0]["after"], waiting.mended, "{kind}");
            assert_eq!(compared.text("/decision/verdict"), "changes_requested");
        }
        // What was read is decided on, nothing else.
        let stale = decide(&app, &waiting, "approval", &officer, &Value::Null).await;
        assert_eq!((stale.status, stale.code()), (412, "stale_version"), "{kind}");
        say(&officer, "Cảm ơn, đã xem.").expect(201).await;
        let told = app.letters_to(&owner.email).await;
        let is_told =
            |letter: &Letter| matches!(letter, Letter::ReviewMessage(words) if words.about == kind && words.is_officer);
        assert!(told.iter().any(is_told), "{kind}: {told:?}");
        let now = Waiting { version, ..waiting };
        let approved = decide(&app, &now, "approval", &officer, &Value::Null).await;
        assert_eq!(approved.status, 200, "{kind}: {:#}", approved.body);

        let seen = conversation(&app, kind, &now.id, &owner).await;
        let turns = seen.body["items"].as_array().unwrap();
        let order: Vec<_> = turns
            .iter()
            .map(|turn| (turn["by"].as_str().unwrap(), turn["decision"]["verdict"].as_str()))
            .collect();
        let expected = [
            ("officer", Some("changes_requested")),
            ("owner", None),
            ("officer", None),
            ("officer", Some("approved")),
        ];
        assert_eq!(order, expected, "{kind}");
        assert!(turns.iter().all(|turn| turn.get("name").is_none()), "{kind}");
        let seen = conversation(&app, kind, &now.id, &officer).await;
        assert_eq!(seen.text("/items/0/name"), "Trần Văn Duyệt", "{kind}");
        assert_eq!(seen.text("/items/1/text"), "Đã bổ sung.", "{kind}");
        assert_eq!(seen.text("/items/1/name"), "Nguyễn Thị Lan", "{kind}");
    }
}

#[actix_web::test]
async fn a_conversation_is_read_by_its_two_sides() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let foreign = app.active_enterprise(&officer).await;
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    for (waiting, owner) in one_of_each(&app, &officer).await {
        let (kind, id) = (waiting.kind, waiting.id.as_str());
        let editor = app.member(&owner.enterprise, Role::Editor).await;
        let path = format!("/reviews/{kind}/{id}/messages");
        let is_listing = matches!(kind, "listing" | "revision");
        let status = if is_listing { 200 } else { 403 };
        app.get(&path).by(&editor).expect(status).await;
        for stranger in [&foreign, &reader] {
            let hidden = app.get(&path).by(stranger).send().await;
            assert!(matches!(hidden.status, 403 | 404), "{kind}: {}", hidden.status);
            let call = app.post(&path).by(stranger).json(&json!({"text": "Xin chào."}));
            let hidden = call.send().await;
            assert!(matches!(hidden.status, 403 | 404), "{kind}: {}", hidden.status);
        }
        let empty = app.post(&path).by(&owner).json(&json!({"text": " "})).expect(422).await;
        assert_eq!(empty.pointers(), ["/text"]);
        let key = format!("loi-nhan-{kind}");
        let say = || {
            let call = app.post(&path).by(&owner).header("idempotency-key", &key);
            call.json(&json!({"text": "Xin cho biết còn thiếu gì."})).expect(201)
        };
        assert_eq!(say().await.body, say().await.body);
        let seen = conversation(&app, kind, id, &officer).await;
        assert_eq!(seen.body["items"].as_array().unwrap().len(), 1, "{kind}");
    }
    app.get(&format!("/reviews/report/{}/messages", foreign.enterprise))
        .by(&officer)
        .expect(404)
        .await;
}

#[actix_web::test]
async fn pages_of_a_conversation_hold_everything_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.submitted_listing(&owner, "Máy sấy").await;
    let messages = format!("/reviews/listing/{id}/messages");
    for (by, text) in [(&owner, "Một."), (&officer, "Hai."), (&owner, "Ba.")] {
        let call = app.post(&messages).by(by).json(&json!({"text": text}));
        call.expect(201).await;
    }
    let call = app.post(&format!("/listings/{id}/rejection")).by(&officer);
    call.if_match(version)
        .json(&json!({"reason_code": "other", "reason_text": WHY}))
        .expect(200)
        .await;
    let (mut told, mut next) = (Vec::new(), format!("{messages}?limit=1"));
    loop {
        let page = app.get(&next).by(&owner).expect(200).await;
        let items = page.body["items"].as_array().unwrap();
        told.extend(items.iter().map(|turn| turn["text"].as_str().map(str::to_owned)));
        let Some(after) = page.body["page"]["next"].as_str() else {
            break;
        };
        next = format!("{messages}?limit=1&after={after}");
    }
    let expected = [Some("Một."), Some("Hai."), Some("Ba."), None];
    assert_eq!(told, expected.map(|text| text.map(str::to_owned)));
    // What the person wrote is in the copy of the person's data.
    let copy = app.get("/me/export").by(&owner).expect(200).await;
    let written: Vec<&str> = copy.body["review_messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["text"].as_str().unwrap())
        .collect();
    assert_eq!(written, ["Ba.", "Một."]);
}

#[actix_web::test]
async fn amendments_and_revisions_are_compared_with_what_is_live() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    for (waiting, owner) in one_of_each(&app, &officer).await {
        let diff = format!("/reviews/{}/{}/diff", waiting.kind, waiting.id);
        match waiting.kind {
            "amendment" | "revision" => {
                for query in ["", "?against=live"] {
                    let compared = app.get(&format!("{diff}{query}")).by(&owner).expect(200).await;
                    assert_eq!(compared.text("/against"), "live");
                    let pointer = format!("/{}", waiting.member);
                    assert_eq!(compared.text("/differences/0/pointer"), pointer);
                }
            }
            _ => {
                app.get(&format!("{diff}?against=live")).by(&owner).expect(404).await;
            }
        }
        // Nobody decided yet.
        app.get(&format!("{diff}?against=decision"))
            .by(&owner)
            .expect(404)
            .await;
        let wrong = app.get(&format!("{diff}?against=all")).by(&owner).expect(400).await;
        assert_eq!(wrong.pointers(), ["against"]);
    }
}

#[actix_web::test]
async fn a_withdrawn_listing_is_compared_with_what_was_approved() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    // A revision is approved: from then on that is what an officer saw.
    app.revise(&owner, &id, version, "B").await;
    let revision = format!("/listings/{id}/revision");
    let sent = app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;
    let approval = app.post(&format!("{revision}/approval")).by(&officer);
    approval.if_match(sent.number("/version")).expect(200).await;
    let call = app.delete(&format!("/listings/{id}/submission")).by(&owner);
    let version = call.expect(200).await.number("/version");
    let call = app.patch(&format!("/listings/{id}")).by(&owner).if_match(version);
    call.json(&json!({"brand": "Sông Lô"})).expect(200).await;
    app.post(&format!("/listings/{id}/submission"))
        .by(&owner)
        .expect(200)
        .await;
    let diff = app.get(&format!("/reviews/listing/{id}/diff")).by(&officer);
    let compared = diff.expect(200).await;
    assert_eq!(compared.text("/decision/verdict"), "approved");
    let places = compared.body["differences"].as_array().unwrap();
    assert_eq!(places.len(), 1, "{places:?}");
    assert_eq!(compared.text("/differences/0/pointer"), "/brand");
}

#[actix_web::test]
async fn what_officers_saw_goes_with_an_erased_contact_person() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let handler = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let owner = app.registered_enterprise().await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let call = app.post(&format!("{path}/change-request")).by(&officer).if_match(1);
    call.json(&sent_back("legal_rep_name")).expect(200).await;
    let diff = format!("/reviews/enterprise/{}/diff", owner.enterprise);
    app.get(&diff).by(&officer).expect(200).await;
    app.delete(&format!("{path}/contact")).by(&handler).expect(204).await;
    app.get(&diff).by(&officer).expect(404).await;
}
