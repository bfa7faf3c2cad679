//! Logos of enterprises.

use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::letter::Letter;
use vptex::jobs::files as collector;

use crate::harness::{Call, Person, Reply, TestApp, documents, pictures};

async fn decide(app: &TestApp, officer: &Person, handed_in: &Reply, body: &Value) -> Reply {
    let path = format!(
        "/enterprises/{}/documents/{}/verdict",
        handed_in.text("/enterprise_id"),
        handed_in.text("/id")
    );
    let call = app.post(&path).by(officer).if_match(handed_in.number("/version"));
    call.json(body).expect(200).await
}

/// Hands one in, and has it accepted.
async fn put_up(app: &TestApp, owner: &Person, officer: &Person, side: u32) -> Reply {
    let handed_in = put(app, owner, side).expect(200).await;
    decide(app, officer, &handed_in, &json!({"verdict": "accepted"})).await
}

fn no() -> Value {
    json!({"verdict": "refused",
        "reason": {"reason_code": "ip_infringement", "reason_text": "Biểu trưng của hãng khác."}})
}

fn put(app: &TestApp, owner: &Person, side: u32) -> Call {
    let path = format!("/enterprises/{}/logo?alt_vi=Bánh răng xanh", owner.enterprise);
    app.put(&path).by(owner).file("image/png", pictures::png(side, side))
}

#[actix_web::test]
async fn everybody_sees_the_logo_of_an_enterprise_as_long_as_its_page_is_there() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let page = format!("/enterprises/{}", owner.enterprise);
    let logo = format!("{page}/logo");
    app.get(&logo).expect(404).await;
    let before = app.get(&page).expect(200).await;
    assert_eq!(before.body.get("logo"), None);
    let paper = app.put(&format!("{logo}?alt_vi=A")).by(&owner);
    let paper = paper.file("application/pdf", documents::pdf(1)).expect(415).await;
    let words = app.put(&format!("{logo}?alt_vi=A")).by(&owner);
    let words = words.file("text/plain", b"A".to_vec()).expect(415).await;
    let unlike = app.put(&format!("{logo}?alt_vi=A")).by(&owner);
    let unlike = unlike.file("image/png", b"A".to_vec()).expect(422).await;
    assert_eq!(unlike.pointers(), ["content"]);
    for refused in [paper, words, unlike] {
        assert!(!refused.body.to_string().contains("PDF"), "{}", refused.body);
        assert!(!refused.body.to_string().contains("pdf"), "{}", refused.body);
    }
    let nameless = app.put(&format!("{logo}?alt_vi= ")).by(&owner);
    let nameless = nameless.file("image/png", pictures::png(4, 4)).expect(400).await;
    assert_eq!(nameless.pointers(), ["alt_vi"]);
    put_up(&app, &owner, &officer, 200).await;
    let shown = app.get(&page).expect(200).await;
    let told = ["alt_vi", "media_type", "width", "height"].map(|name| shown.body["logo"][name].clone());
    assert_eq!(
        told,
        [json!("Bánh răng xanh"), json!("image/png"), json!(200), json!(200)]
    );
    assert_eq!(shown.body["logo"]["alt_en"], Value::Null);
    // Whoever has the page of before hears that it has changed.
    assert_ne!(before.header("etag"), shown.header("etag"));
    let picture = app.get(&logo).expect(200).await;
    assert_eq!(picture.header("content-type"), Some("image/png"));
    let small = app.get(&format!("{logo}?size=160")).expect(200).await;
    assert_ne!(small.header("etag"), picture.header("etag"));
    app.get(&format!("{logo}?size=170")).expect(400).await;

    // The bytes of the former one go.
    put_up(&app, &owner, &officer, 300).await;
    app.clock.pass(2 * 3_600);
    let exchange = app.exchange().clone();
    let collected = tokio::task::spawn_blocking(move || collector::run(&exchange, false));
    collected.await.unwrap().unwrap();
    assert_eq!(app.get(&page).expect(200).await.body["logo"]["width"], 300);
    app.get(&logo).expect(200).await;

    let officer = app.again(&officer).await;
    let remove = |body: Value| app.post(&format!("{logo}/removal")).by(&officer).json(&body);
    assert_eq!(
        remove(json!({})).expect(422).await.pointers(),
        ["/reason/reason_code", "/reason/reason_text"]
    );
    let why = json!({"reason": {"reason_code": "ip_infringement", "reason_text": "Biểu trưng của hãng khác."}});
    remove(why.clone()).expect(204).await;
    app.get(&logo).expect(404).await;
    remove(why).expect(404).await;

    let owner = app.again(&owner).await;
    put_up(&app, &owner, &officer, 100).await;
    app.suspend(&owner.enterprise, &officer).await;
    app.get(&logo).expect(404).await;
    let owner = app.again(&owner).await;
    app.get(&logo).by(&owner).expect(200).await;
    put(&app, &owner, 100).expect(403).await;
}

/// The logos that officers have in the queue, by their identifiers.
async fn waiting(app: &TestApp, officer: &Person) -> Vec<String> {
    let queue = app.get("/moderation/queue?type=document").by(officer).expect(200).await;
    let items = queue.body["items"].as_array().unwrap().iter();
    items
        .map(|item| item["document"]["id"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn a_logo_waits_for_a_verdict_and_the_former_one_stays_till_then() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let page = format!("/enterprises/{}", owner.enterprise);
    let logo = format!("{page}/logo");
    let width = async || app.get(&page).expect(200).await.body["logo"]["width"].clone();

    let first = put(&app, &owner, 100).expect(200).await;
    let told = ["kind", "status", "alt_vi", "media_type"].map(|name| first.text(&format!("/{name}")));
    assert_eq!(told, ["logo", "submitted", "Bánh răng xanh", "image/png"]);
    app.get(&logo).expect(404).await;
    assert_eq!(app.get(&page).expect(200).await.body.get("logo"), None);
    assert_eq!(waiting(&app, &officer).await, [first.text("/id")]);
    let content = format!("{page}/documents/{}/content", first.text("/id"));
    app.get(&content).by(&officer).expect(200).await;
    app.get(&content).expect(401).await;
    // It has no last day, and is not handed in as a paper.
    let path = format!("{page}/documents/{}/verdict", first.text("/id"));
    let dated = json!({"verdict": "accepted", "valid_to": "2099-01-01"});
    let dated = app.post(&path).by(&officer).if_match(1).json(&dated);
    assert_eq!(dated.expect(422).await.pointers(), ["/valid_to"]);
    let paper = app.post(&format!("{page}/documents?kind=logo&name=a.png")).by(&owner);
    let paper = paper.file("image/png", pictures::png(4, 4)).expect(400).await;
    assert_eq!(paper.pointers(), ["kind"]);

    // Another one takes its place while it waits.
    let second = put(&app, &owner, 200).expect(200).await;
    assert_eq!(waiting(&app, &officer).await, [second.text("/id")]);
    app.get(&content).by(&officer).expect(404).await;
    decide(&app, &officer, &second, &json!({"verdict": "accepted"})).await;
    assert_eq!(width().await, 200);
    assert_eq!(waiting(&app, &officer).await, Vec::<String>::new());

    let third = put(&app, &owner, 300).expect(200).await;
    assert_eq!(width().await, 200);
    let refused = decide(&app, &officer, &third, &no()).await;
    assert_eq!((refused.text("/status"), width().await), ("refused", json!(200)));
    let letters = app.letters_to(&owner.email).await;
    let verdicts: Vec<_> = letters
        .iter()
        .filter_map(|letter| match letter {
            Letter::DocumentDecided(ruling) => Some((ruling.document.as_str(), ruling.verdict.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(verdicts, [("logo", "refused"), ("logo", "accepted")]);
    // The officer comes to see it otherwise, of both.
    decide(&app, &officer, &refused, &json!({"verdict": "accepted"})).await;
    assert_eq!(width().await, 300);
    let all = app.get(&format!("{page}/documents")).by(&owner).expect(200).await;
    assert_eq!(all.ids(), [third.text("/id")]);
    let accepted = app.get(&format!("{page}/documents/{}", third.text("/id"))).by(&officer);
    let accepted = accepted.expect(200).await;
    let back = decide(&app, &officer, &accepted, &no()).await;
    app.get(&logo).expect(404).await;
    decide(&app, &officer, &back, &json!({"verdict": "accepted"})).await;
    assert_eq!(width().await, 300);
    app.get(&format!("{logo}?size=160")).expect(200).await;

    // What everybody sees goes with its document, and by no other way.
    let path = format!("{page}/documents/{}", third.text("/id"));
    app.delete(&path).by(&owner).expect(409).await;
    app.post(&format!("{logo}/removal"))
        .by(&owner)
        .json(&json!({}))
        .expect(204)
        .await;
    app.get(&path).by(&owner).expect(404).await;
    app.get(&logo).expect(404).await;
}

#[actix_web::test]
async fn words_of_a_logo_are_flagged_and_stop_its_verdict() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::ReviewEnterprises, Permission::ManageReferenceData])
        .await;
    let owner = app.active_enterprise(&officer).await;
    let handed_in = put(&app, &owner, 50).expect(200).await;
    let add = async |phrase: &str, severity: &str| {
        let body = json!({"phrase": phrase, "severity": severity, "ground": "Công văn 12/SKHCN"});
        app.post("/screening-terms").by(&officer).json(&body).expect(201).await
    };
    let flagged = async || {
        let queue = app
            .get("/moderation/queue?flag=screened")
            .by(&officer)
            .expect(200)
            .await;
        queue.body["items"].as_array().unwrap().len()
    };
    assert_eq!(flagged().await, 0);
    add("răng xanh", "flag").await;
    assert_eq!(flagged().await, 1);
    let warned = app.get(&format!("/enterprises/{}/screening", owner.enterprise));
    assert_eq!(warned.by(&officer).expect(200).await.text("/logo/0/pointer"), "/alt/vi");
    add("bánh răng", "block").await;
    let path = format!(
        "/enterprises/{}/documents/{}/verdict",
        owner.enterprise,
        handed_in.text("/id")
    );
    let refused = app
        .post(&path)
        .by(&officer)
        .if_match(1)
        .json(&json!({"verdict": "accepted"}));
    assert_eq!(refused.expect(422).await.pointers(), ["/alt/vi"]);
    decide(&app, &officer, &handed_in, &no()).await;
}
