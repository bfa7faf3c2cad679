//! Logos of enterprises.

use serde_json::{Value, json};
use vptex::jobs::files as collector;

use crate::harness::{Call, Person, TestApp, documents, pictures};

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
    paper.file("application/pdf", documents::pdf(1)).expect(415).await;
    let nameless = app.put(&format!("{logo}?alt_vi= ")).by(&owner);
    let nameless = nameless.file("image/png", pictures::png(4, 4)).expect(400).await;
    assert_eq!(nameless.pointers(), ["alt_vi"]);
    put(&app, &owner, 200).expect(200).await;
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
    put(&app, &owner, 300).expect(200).await;
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
    put(&app, &owner, 100).expect(200).await;
    app.suspend(&owner.enterprise, &officer).await;
    app.get(&logo).expect(404).await;
    let owner = app.again(&owner).await;
    app.get(&logo).by(&owner).expect(200).await;
    put(&app, &owner, 100).expect(403).await;
}
