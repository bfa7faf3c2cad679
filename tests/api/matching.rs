//! Needs and offers find each other, with reasons that are true.

use serde_json::{Value, json};

use crate::harness::{Person, Reply, TestApp};

/// A listing that everybody sees; gives its id.
pub(crate) async fn publish(app: &TestApp, owner: &Person, officer: &Person, draft: &Value) -> String {
    let made = app.post("/listings").by(owner).json(draft).expect(201).await;
    let id = made.text("/id").to_owned();
    approve(app, owner, officer, &id).await;
    id
}

async fn approve(app: &TestApp, owner: &Person, officer: &Person, id: &str) {
    let sent = app
        .post(&format!("/listings/{id}/submission"))
        .by(owner)
        .expect(200)
        .await;
    let approval = app.post(&format!("/listings/{id}/approval")).by(officer);
    approval.if_match(sent.number("/version")).expect(200).await;
}

fn press(title: &str, capacity: &str, price: i64) -> Value {
    json!({
        "kind": "equipment_offer",
        "title": {"vi": title},
        "summary": {"vi": "Ép được nhiều loại hạt, vận hành một người."},
        "field_codes": ["food.processing"],
        "origin_country": "VN",
        "price_mode": "fixed",
        "price_min": price,
        "specifications": [{"name": "Năng suất", "value": capacity}, {"name": "Điện áp", "value": "380V"}],
        "transfer_modes": ["sale_of_equipment"],
        "condition": "new",
    })
}

fn need() -> Value {
    json!({
        "kind": "equipment_need",
        "title": {"vi": "Cần mua máy ép dầu lạc từ 500 kg/h trở lên"},
        "summary": {"vi": "Hợp tác xã ép dầu bán trong vùng."},
        "field_codes": ["food.processing"],
        "specifications": [{"name": "điện áp", "value": "380 V"}],
        "budget_max": 200_000_000,
        "transfer_modes": ["sale_of_equipment"],
    })
}

fn reasons(item: &Value) -> Vec<(String, bool, String)> {
    let reasons = item["reasons"].as_array().unwrap().iter();
    let told = |reason: &Value, member: &str| reason[member].as_str().unwrap().to_owned();
    reasons
        .map(|reason| {
            (
                told(reason, "code"),
                reason["fits"].as_bool().unwrap(),
                told(reason, "vi"),
            )
        })
        .collect()
}

async fn matches(app: &TestApp, id: &str) -> Reply {
    app.get(&format!("/listings/{id}/matches")).expect(200).await
}

#[actix_web::test]
async fn a_need_and_its_offers_find_each_other() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (buyer, seller) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let good = press("Máy ép dầu đậu phộng trục vít", "0,8 tấn/giờ", 150_000_000);
    let good = publish(&app, &seller, &officer, &good).await;
    let small = press("Máy ép dầu đậu phộng mini", "300 kg/h", 250_000_000);
    let small = publish(&app, &seller, &officer, &small).await;
    let other = press("Máy may công nghiệp một kim", "300 kg/h", 1_000_000);
    publish(&app, &seller, &officer, &other).await;
    let own = press("Máy ép dầu lạc của chính bên mua", "600 kg/h", 1_000_000);
    publish(&app, &buyer, &officer, &own).await;
    app.settle().await;

    // Before anybody else may see the need, its enterprise sees what answers it.
    let draft = app.post("/listings").by(&buyer).json(&need()).expect(201).await;
    let id = draft.text("/id").to_owned();
    let path = format!("/listings/{id}/matches");
    let early = app.get(&path).by(&buyer).expect(200).await;
    assert_eq!(early.ids(), [good.as_str(), small.as_str()], "{}", early.body);
    app.get(&path).expect(404).await;
    app.get(&path).by(&seller).expect(404).await;
    assert!(
        matches(&app, &good).await.ids().is_empty(),
        "the need is not public yet"
    );

    approve(&app, &buyer, &officer, &id).await;
    app.settle().await;
    let found = matches(&app, &id).await;
    assert_eq!(found.ids(), [good.as_str(), small.as_str()]);
    let told = |code: &str, fits: bool, vi: &str| (code.to_owned(), fits, vi.to_owned());
    let why = reasons(&found.body["items"][0]);
    assert_eq!(why[0].0, "words");
    assert!(
        why[0].2.contains("(bên chào ghi “") && why[0].2.contains("đậu phộng”)"),
        "{why:?}"
    );
    assert_eq!(
        why[1..],
        [
            told("field", true, "Cùng lĩnh vực: Chế biến nông sản, thực phẩm"),
            told("amount", true, "Điện áp: cần 380 V, có 380V"),
            told("amount", true, "Năng suất: cần từ 500 kg/h trở lên, có 0,8 tấn/giờ"),
            told("price", true, "Giá 150.000.000 đồng, trong ngân sách 200.000.000 đồng"),
            told("transfer", true, "Cùng hình thức chuyển giao: Mua bán thiết bị"),
            told("province", true, "Cùng tỉnh, thành phố: Tỉnh Phú Thọ"),
        ]
    );
    let amount = &found.body["items"][1]["reasons"][3];
    assert_eq!(amount["fits"], false, "{amount}");
    assert_eq!(
        amount["en"],
        "Năng suất: wanted từ 500 kg/h trở lên, offered 300 kg/h – not met"
    );
    let price = &found.body["items"][1]["reasons"][4];
    assert_eq!((&price["fits"], &price["code"]), (&json!(false), &json!("price")));

    // From the other end it is the same.
    let back = matches(&app, &good).await;
    assert_eq!(back.ids(), [id.as_str()]);
    for member in ["score", "reasons"] {
        assert_eq!(back.body["items"][0][member], found.body["items"][0][member]);
    }
    let one = app.get(&path).query(&[("limit", "1")]).expect(200).await;
    assert_eq!(one.ids(), [good.as_str()]);
    for limit in ["0", "101", "x"] {
        app.get(&path).query(&[("limit", limit)]).expect(400).await;
    }
}

#[actix_web::test]
async fn what_comes_and_goes_is_told_at_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (buyer, seller) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let offer = press("Máy ép dầu lạc trục vít", "800 kg/h", 150_000_000);
    let offer = publish(&app, &seller, &officer, &offer).await;
    let id = publish(&app, &buyer, &officer, &need()).await;
    app.settle().await;
    assert_eq!(matches(&app, &id).await.ids(), [offer.as_str()]);

    // Shown on request, it says less, and less is told of it.
    let audience = format!("/listings/{offer}/audience");
    let version = app
        .get(&format!("/listings/{offer}"))
        .by(&seller)
        .expect(200)
        .await
        .number("/version");
    let on_request = json!({"visibility": "on_request", "open_for_inquiry": true});
    let chosen = app
        .put(&audience)
        .by(&seller)
        .if_match(version)
        .json(&on_request)
        .expect(200)
        .await;
    // What changed and says less is hidden until the index knows what it says now.
    app.settle().await;
    let found = matches(&app, &id).await;
    let codes: Vec<String> = reasons(&found.body["items"][0])
        .into_iter()
        .map(|reason| reason.0)
        .collect();
    assert_eq!(codes, ["words", "field", "province"], "{}", found.body);

    // For members only, it is in no list of matches.
    let members = json!({"visibility": "members", "open_for_inquiry": true});
    let version = chosen.number("/version");
    let chosen = app
        .put(&audience)
        .by(&seller)
        .if_match(version)
        .json(&members)
        .expect(200)
        .await;
    assert!(matches(&app, &id).await.ids().is_empty());
    let public = json!({"visibility": "public", "open_for_inquiry": true});
    let version = chosen.number("/version");
    app.put(&audience)
        .by(&seller)
        .if_match(version)
        .json(&public)
        .expect(200)
        .await;
    app.settle().await;
    assert_eq!(matches(&app, &id).await.ids(), [offer.as_str()]);

    // Withdrawn, it is gone without waiting for the index; so is the need.
    app.delete(&format!("/listings/{offer}/submission"))
        .by(&seller)
        .expect(200)
        .await;
    assert!(matches(&app, &id).await.ids().is_empty());
    app.delete(&format!("/listings/{id}/submission"))
        .by(&buyer)
        .expect(200)
        .await;
    app.get(&format!("/listings/{id}/matches")).expect(404).await;
}

#[actix_web::test]
async fn what_nothing_answers_has_no_match() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (buyer, seller) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    for title in [
        "Máy ép dầu lạc trục vít",
        "Máy may công nghiệp một kim",
        "Máy khoan bê tông cầm tay",
    ] {
        publish(&app, &seller, &officer, &press(title, "300 kg/h", 1_000_000)).await;
    }
    let mut strange = need();
    strange["title"]["vi"] = json!("Tìm giống ong mật và thùng nuôi ong");
    let strange = publish(&app, &buyer, &officer, &strange).await;
    let product = json!({
        "kind": "ocop_product", "title": {"vi": "Dầu lạc ép nguội"}, "summary": {"vi": "Dầu lạc của hợp tác xã."},
        "field_codes": ["food.processing"], "stars": 4, "ocop_decision_no": "1234/QĐ-UBND",
    });
    let product = publish(&app, &seller, &officer, &product).await;
    publish(&app, &buyer, &officer, &need()).await;
    app.settle().await;
    for id in [strange, product] {
        let found = matches(&app, &id).await;
        assert_eq!(found.body["items"], json!([]), "{id}");
    }
}
