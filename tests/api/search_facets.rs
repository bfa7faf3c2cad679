//! Choosing and counting by everything that listings are chosen by, and what nobody may see in no count.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use crate::harness::{Person, Reply, TestApp};

/// A technology with such parts, and its id once everybody sees it.
async fn publish(app: &TestApp, owner: &Person, officer: &Person, parts: Value) -> String {
    let mut draft = json!({
        "kind": "technology_offer", "summary": {"vi": "Sấy nông sản."}, "description": {"vi": "Sấy bằng bơm nhiệt."},
        "field_codes": ["food.drying"], "trl": 7, "transfer_modes": ["turnkey"],
        "ip_rights": [{"type": "patent", "status": "granted", "grant_number": "1-1", "is_public": true}],
    });
    for (name, value) in parts.as_object().unwrap() {
        draft[name] = value.clone();
    }
    let made = app.post("/listings").by(owner).json(&draft).expect(201).await;
    let id = made.text("/id").to_owned();
    let path = format!("/listings/{id}");
    let sent = app.post(&format!("{path}/submission")).by(owner).expect(200).await;
    app.post(&format!("{path}/approval"))
        .by(officer)
        .if_match(sent.number("/version"))
        .expect(200)
        .await;
    id
}

async fn search(app: &TestApp, query: &[(&str, &str)]) -> Reply {
    app.get("/search").query(query).expect(200).await
}

/// Values and counts of a facet, as `value:count`.
fn counts(reply: &Reply, facet: &str) -> Vec<String> {
    let entries = reply.body["facets"][facet].as_array().unwrap();
    let entry = |entry: &Value| format!("{}:{}", entry["value"].as_str().unwrap(), entry["count"]);
    entries.iter().map(entry).collect()
}

/// Three technologies: at home and proved, in the laboratory, and one of which the public sees only what it is.
async fn exchange() -> (TestApp, [String; 3]) {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let proved = json!({
        "title": {"vi": "Máy sấy bơm nhiệt"}, "trl": 9, "stage": "commercial", "origin_country": "VN",
        "transfer_modes": ["turnkey", "licence_nonexclusive"], "price_mode": "fixed", "price_min": 185_000_000,
        "certifications": [{"scheme": "iso", "number": "9001:2015"}, {"scheme": "tcvn"}],
        "ip_rights": [
            {"type": "patent", "status": "granted", "grant_number": "1-1", "is_public": true},
            {"type": "utility_solution", "status": "filed", "application_number": "2-2", "is_public": false},
        ],
        "specifications": [
            {"name": "Năng suất", "value": "1 - 2", "unit": "tấn/giờ"},
            {"name": "Công suất", "value": "15", "unit": "kW"},
            {"name": "Vỏ", "value": "inox 304"},
        ],
    });
    let young = json!({
        "title": {"vi": "Máy sấy thăng hoa"}, "trl": 4, "stage": "lab", "origin_country": "JP",
        "field_codes": ["food.drying", "food.processing"], "transfer_modes": ["joint_rd"],
        "ip_rights": [{"type": "patent", "status": "filed", "application_number": "1-3", "is_public": true}],
        "specifications": [{"name": "Năng suất", "value": "50 kg/h"}],
    });
    let secret = json!({
        "title": {"vi": "Máy sấy vi sóng"}, "trl": 8, "stage": "pilot", "origin_country": "DE",
        "specifications": [{"name": "Điện áp", "value": "380", "unit": "V"}],
    });
    let mut ids = Vec::new();
    for parts in [proved, young, secret] {
        ids.push(publish(&app, &owner, &officer, parts).await);
    }
    let audience = json!({"visibility": "on_request", "open_for_inquiry": true});
    let path = format!("/listings/{}/audience", ids[2]);
    app.put(&path).by(&owner).json(&audience).expect(200).await;
    app.settle().await;
    (app, ids.try_into().unwrap())
}

#[actix_web::test]
async fn every_facet_counts_what_the_public_sees() {
    let (app, _) = exchange().await;
    let all = search(&app, &[("q", "máy sấy"), ("facets", "all")]).await;
    for (facet, expected) in [
        ("kind", &["technology_offer:3"][..]),
        ("field", &["food:3", "food.drying:3", "food.processing:1"]),
        ("trl", &["4:1", "9:1"]),
        ("price", &["on_request:2", "100m_1b:1"]),
        ("price_mode", &["contact:2", "fixed:1"]),
        ("stage", &["commercial:1", "lab:1"]),
        ("transfer_mode", &["joint_rd:1", "licence_nonexclusive:1", "turnkey:1"]),
        ("ip_status", &["filed:1", "granted:1"]),
        ("origin", &["JP:1", "VN:1"]),
        ("certification", &["iso:1", "tcvn:1"]),
        ("quantity", &["mass_rate:2", "power:1"]),
    ] {
        assert_eq!(counts(&all, facet), expected, "{facet}");
    }
    let facets = &all.body["facets"];
    assert_eq!(
        facets["field"][1],
        json!({
            "value": "food.drying", "name_vi": "Sấy, bảo quản sau thu hoạch",
            "name_en": "Drying and post-harvest storage", "count": 3, "parent": "food", "level": 2,
        })
    );
    assert_eq!(
        (&facets["field"][0]["level"], facets["field"][0].get("parent")),
        (&json!(1), None)
    );
    assert_eq!(
        facets["quantity"][0],
        json!({
            "value": "mass_rate", "name_vi": "Khối lượng mỗi giờ", "name_en": "Mass per hour", "unit": "kg/h",
            "min": 50.0, "max": 2000.0, "count": 2,
        })
    );
    assert_eq!(
        (&facets["stage"][0]["name_vi"], &facets["origin"][0]["name_en"]),
        (&json!("Thương mại hóa"), &json!("Japan"))
    );
}

#[actix_web::test]
async fn what_is_chosen_narrows_and_its_own_facet_does_not() {
    let (app, [proved, young, secret]) = exchange().await;
    for (parameter, value, found) in [
        ("stage", "lab,pilot", &[&young][..]),
        ("transfer_mode", "turnkey", &[&proved]),
        ("transfer_mode", "turnkey,joint_rd", &[&proved, &young]),
        ("ip_status", "granted", &[&proved]),
        // Filed, but that right is not public.
        ("ip_status", "filed", &[&young]),
        ("origin", "JP,DE", &[&young]),
        ("certification", "iso", &[&proved]),
        ("trl", "4,8", &[&young]),
        ("trl", "9", &[&proved]),
        ("quantity", "500..1500kg/h", &[&proved]),
        ("quantity", "..0.05t/h", &[&young]),
        ("quantity", "..60kg/h,1.5t/h..", &[&proved, &young]),
        ("quantity", "..3t/h,10..20kW", &[&proved]),
        ("quantity", "380V", &[]),
        ("kind", "technology_offer", &[&proved, &young, &secret]),
    ] {
        let reply = search(&app, &[("q", "máy sấy"), (parameter, value), ("facets", "all")]).await;
        let mut ids = reply.ids();
        ids.sort_unstable();
        let mut expected: Vec<&str> = found.iter().map(|id| id.as_str()).collect();
        expected.sort_unstable();
        assert_eq!(ids, expected, "{parameter}={value}");
        assert_eq!(reply.number("/total"), i64::try_from(expected.len()).unwrap());
        if !["quantity", "kind"].contains(&parameter) {
            assert_eq!(
                counts(&reply, parameter).len(),
                if parameter == "transfer_mode" { 3 } else { 2 }
            );
        }
    }
    // The others count what is left, and a kind of quantity leaves only its own ranges aside.
    let reply = search(
        &app,
        &[
            ("stage", "lab"),
            ("quantity", "..60kg/h"),
            ("facets", "stage,origin,quantity"),
        ],
    )
    .await;
    assert_eq!(counts(&reply, "stage"), ["lab:1"]);
    assert_eq!(counts(&reply, "origin"), ["JP:1"]);
    assert_eq!(counts(&reply, "quantity"), ["mass_rate:1"]);
    let reply = search(&app, &[("quantity", "10..20kW"), ("facets", "quantity")]).await;
    assert_eq!(counts(&reply, "quantity"), ["mass_rate:1", "power:1"]);
    assert_eq!(reply.body["facets"]["quantity"][0]["min"], json!(1000.0));
}

#[actix_web::test]
async fn only_the_facets_that_were_asked_for_are_told() {
    let (app, _) = exchange().await;
    let plain = search(&app, &[("q", "máy sấy")]).await;
    let names = |reply: &Reply| -> Vec<String> { reply.body["facets"].as_object().unwrap().keys().cloned().collect() };
    assert_eq!(names(&plain), ["field", "kind", "price", "province", "trl"]);
    assert_eq!(counts(&plain, "kind"), ["technology_offer:3"]);
    let asked = search(&app, &[("q", "máy sấy"), ("facets", "stage,kind")]).await;
    assert_eq!(names(&asked), ["field", "kind", "price", "province", "stage", "trl"]);
    assert!(counts(&asked, "trl").is_empty() && counts(&asked, "stage").len() == 2);
    let none = search(&app, &[("q", "máy sấy"), ("facets", "false")]).await;
    assert!(none.body.get("facets").is_none());
}

#[actix_web::test]
async fn the_readiest_come_first_page_by_page() {
    let (app, [proved, young, secret]) = exchange().await;
    for text in ["máy sấy", ""] {
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let mut query = vec![("q", text), ("sort", "trl_descending"), ("limit", "1")];
            if !after.is_empty() {
                query.push(("after", &after));
            }
            let page = search(&app, &query).await;
            seen.extend(page.ids().into_iter().map(str::to_owned));
            match page.body["page"]["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        // What the level of one is nobody is told, so it comes last.
        assert_eq!(seen, [proved.clone(), young.clone(), secret.clone()], "{text}");
    }
}

#[actix_web::test]
async fn freshness_and_evidence_move_a_hit_a_little() {
    let (app, ids) = exchange().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let query = [("q", "máy sấy"), ("explain", "true")];
    let told = app.get("/search").query(&query).by(&keeper).expect(200).await;
    let factors = |id: &String| {
        let items = told.body["items"].as_array().unwrap();
        let why = &items.iter().find(|item| item["id"] == id.as_str()).unwrap()["why"];
        (why["freshness"].as_u64().unwrap(), why["evidence"].as_u64().unwrap())
    };
    // A certificate with its number and a granted right; a right that is only filed; of the last nobody is told any.
    assert_eq!(ids.each_ref().map(factors), [(2, 1), (2, 0), (2, 0)]);
}

#[actix_web::test]
async fn a_country_that_is_wished_for_is_looked_for_where_it_is_told() {
    let (app, [proved, young, _]) = exchange().await;
    // No text of theirs names it, and of the third nobody is told where it is from.
    for (text, first) in [("máy sấy của Nhật Bản", &young), ("máy sấy xuất xứ Việt Nam", &proved)] {
        let found = search(&app, &[("q", text)]).await;
        assert_eq!((found.ids()[0], found.number("/total")), (first.as_str(), 3), "{text}");
    }
}

#[actix_web::test]
async fn what_cannot_be_chosen_is_refused_by_its_name() {
    let app = TestApp::spawn().await;
    let many = ["5kW"; 9].join(",");
    let facets = ["kind"; 50].join(",");
    let values = ["VN"; 101].join(",");
    for (parameter, value, told) in [
        ("stage", "young", "commercial"),
        ("transfer_mode", "gift", "transfer_modes"),
        ("ip_status", "granted,lost", "refused"),
        ("origin", "vn", "countries"),
        ("origin", &values, "100"),
        ("certification", "gost", "haccp"),
        ("trl", "0", "9"),
        ("trl", "4,x", "9"),
        ("quantity", "much", "kg/h"),
        ("quantity", "5..1kW", "kg/h"),
        ("quantity", &many, "8"),
        ("facets", "kinds", "all"),
        ("facets", "kind,true", "all"),
        ("facets", &facets, "16"),
        ("sort", "trl", "trl_descending"),
        ("trl_min", "ten", "từ 1 đến 9"),
        ("trl_max", "10", "từ 1 đến 9"),
        ("price_min", "-1", "từ 0 đến 1000000000000000"),
        ("price_max", "rẻ", "từ 0 đến 1000000000000000"),
    ] {
        let refused = app.get("/search").query(&[(parameter, value)]).expect(400).await;
        assert_eq!(refused.pointers(), [parameter], "{value}");
        assert!(
            refused.body.to_string().contains(told),
            "{parameter}={value}: {}",
            refused.body
        );
    }
}
