//! Everything on one page, and why it is there.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use crate::harness::{Person, Reply, TestApp};

/// What a listing of a kind needs before an officer reads it.
fn draft(kind: &str, title: &str) -> Value {
    let mut draft = json!({
        "kind": kind, "title": {"vi": title}, "summary": {"vi": "Sấy nông sản."}, "field_codes": ["food.drying"],
        "description": {"vi": "Sấy lúa bằng bơm nhiệt, có chuyển giao cho hợp tác xã."},
    });
    if kind.ends_with("_offer") {
        draft["origin_country"] = json!("VN");
    }
    match kind {
        "technology_offer" | "rd_project" => draft["trl"] = json!(8),
        "partner_search" => draft["transfer_modes"] = json!(["joint_rd"]),
        _ => {}
    }
    draft
}

async fn publish(app: &TestApp, owner: &Person, officer: &Person, kind: &str, title: &str) -> String {
    let made = app
        .post("/listings")
        .by(owner)
        .json(&draft(kind, title))
        .expect(201)
        .await;
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

async fn all(app: &TestApp, query: &[(&str, &str)]) -> Reply {
    app.get("/search/all").query(query).expect(200).await
}

/// Name, total and ids of each group.
fn groups(reply: &Reply) -> Vec<(String, u64, Vec<String>)> {
    let group = |group: &Value| {
        let items = group["items"].as_array().unwrap().iter();
        let ids = items.map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        (
            group["group"].as_str().unwrap().to_owned(),
            group["total"].as_u64().unwrap(),
            ids,
        )
    };
    reply.body["groups"].as_array().unwrap().iter().map(group).collect()
}

/// Follows a link of an answer.
async fn follow(app: &TestApp, address: &str) -> Reply {
    app.get(address.strip_prefix("/api/v1").unwrap()).expect(200).await
}

#[actix_web::test]
async fn what_is_frequent_does_not_hide_what_is_rare() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    for number in 1..=7 {
        publish(
            &app,
            &owner,
            &officer,
            "equipment_offer",
            &format!("Máy sấy lúa số {number}"),
        )
        .await;
    }
    let mut rare = Vec::new();
    for (kind, title) in [
        ("technology_offer", "Công nghệ sấy lúa tầng sôi"),
        ("rd_project", "Nghiên cứu sấy lúa bằng vi sóng"),
        ("consulting_service", "Tư vấn sấy lúa"),
        ("expert", "Chuyên gia sấy lúa"),
        ("technology_need", "Cần công nghệ sấy lúa"),
    ] {
        rare.push(publish(&app, &owner, &officer, kind, title).await);
    }
    app.settle().await;
    let found = all(&app, &[("q", "sấy lúa"), ("limit", "3")]).await;
    let told = groups(&found);
    let shape: Vec<(&str, u64, usize)> = told
        .iter()
        .map(|(name, total, ids)| (name.as_str(), *total, ids.len()))
        .collect();
    assert_eq!(
        shape,
        [
            ("technologies", 2, 2),
            ("equipment", 7, 3),
            ("services", 1, 1),
            ("experts", 1, 1),
            ("needs", 1, 1)
        ]
    );
    assert_eq!(
        (&told[2].2[0], &told[3].2[0], &told[4].2[0]),
        (&rare[2], &rare[3], &rare[4])
    );
    // Each leads on to all of it, and counts what is there.
    for group in found.body["groups"].as_array().unwrap() {
        let whole = follow(&app, group["all"].as_str().unwrap()).await;
        assert_eq!(whole.body["total"], group["total"], "{}", group["all"]);
        let shown = group["items"].as_array().unwrap();
        let first: Vec<&Value> = whole.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .take(shown.len())
            .collect();
        let ids = |items: Vec<&Value>| items.into_iter().map(|item| item["id"].clone()).collect::<Vec<_>>();
        assert_eq!(
            ids(first),
            ids(shown.iter().collect()),
            "the best of it, in the same order"
        );
    }
    assert!(
        found.body["groups"][1]["items"][0]["highlights"]["title"]
            .as_str()
            .unwrap()
            .contains("<mark>")
    );
    assert_eq!(found.body["groups"][1]["items"][0]["sponsored"], json!(false));
    // Words are understood as in the other search.
    let typed = all(&app, &[("q", "saays luas")]).await;
    assert_eq!(typed.text("/understanding/corrected"), "sấy lúa");
    assert_eq!(groups(&typed)[1].1, 7);
    // Withdrawn, it is nowhere at once.
    app.delete(&format!("/listings/{}/submission", rare[3]))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(groups(&all(&app, &[("q", "sấy lúa")]).await)[3].1, 0);
    // Nothing typed browses.
    let browsed = groups(&all(&app, &[]).await);
    assert_eq!(browsed[1].1, 7);
    assert_eq!(browsed[1].2.len(), 5);
    let elsewhere = groups(&all(&app, &[("q", "sấy lúa"), ("province", "01")]).await);
    assert!(elsewhere.iter().all(|(_, total, ids)| *total == 0 && ids.is_empty()));
}

#[actix_web::test]
async fn enterprises_are_found_by_their_names_with_and_without_diacritics() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.active_enterprise(&officer).await;
    let own = app.get(&format!("/enterprises/{}", owner.enterprise)).expect(200).await;
    let name = own.text("/legal_name").to_owned();
    app.settle().await;
    let plain = vptex::domain::text::fold(&name);
    for text in [name.as_str(), &plain, &plain.to_uppercase()] {
        let found = all(&app, &[("q", text)]).await;
        let enterprises = &found.body["enterprises"];
        let ids: Vec<&str> = enterprises["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap())
            .collect();
        assert!(ids.contains(&owner.enterprise.as_str()), "{text}: {ids:?}");
        let whole = follow(&app, enterprises["all"].as_str().unwrap()).await;
        assert_eq!(whole.ids(), ids);
        assert!(
            enterprises["items"][0].get("contact").is_none_or(Value::is_null),
            "as the public sees it"
        );
    }
    // Beginnings of all words, of words only.
    let first = plain.split(' ').next().unwrap();
    let beginning: String = first.chars().take(2).collect();
    let page = app.get("/enterprises").query(&[("q", &beginning)]).expect(200).await;
    assert!(page.ids().len() >= 2);
    for nothing in [format!("{plain} khongco").as_str(), "ong"] {
        let page = app.get("/enterprises").query(&[("q", nothing)]).expect(200).await;
        assert!(page.ids().is_empty(), "{nothing}");
    }
    // Page by page it is the same list, and its place is no other list's.
    let one = app
        .get("/enterprises")
        .query(&[("q", first), ("limit", "1")])
        .expect(200)
        .await;
    let next = one.text("/page/next").to_owned();
    let two = app
        .get("/enterprises")
        .query(&[("q", first), ("limit", "1"), ("after", &next)])
        .expect(200)
        .await;
    assert_ne!(one.ids(), two.ids());
    app.get("/enterprises").query(&[("after", &next)]).expect(400).await;
    app.suspend(&owner.enterprise, &officer).await;
    let found = all(&app, &[("q", &name)]).await;
    let rows = found.body["enterprises"]["items"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["id"].as_str() != Some(&owner.enterprise)));
}

/// A registered enterprise of a name in a province, which the directory shows.
async fn named(app: &TestApp, officer: &Person, name: &str, (province, commune): (&str, &str)) -> String {
    let mut body = app.registration(name);
    body["enterprise"]["province_code"] = json!(province);
    body["enterprise"]["commune_code"] = json!(commune);
    let made = app.confirmed(&body).await;
    let id = made.text("/enterprise/id").to_owned();
    let path = format!("/enterprises/{id}/approval");
    app.post(&path).by(officer).if_match(1).expect(200).await;
    id
}

#[actix_web::test]
async fn names_are_looked_for_with_the_syntax_of_searches_and_wishes_are_none_of_them() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (here, there) = (("25", "08494"), ("01", "00004"));
    let a = named(&app, &officer, "Công ty Cơ khí An Lâm Demo", there).await;
    let b = named(&app, &officer, "Công ty Cơ khí Bình Lâm", here).await;
    let c = named(&app, &officer, "Công ty Demo Lâm Thép", here).await;
    app.settle().await;
    for (text, expected) in [
        ("cơ khí", &[&a, &b][..]),
        ("cơ khí -demo", &[&b]),
        ("\"Lâm Demo\"", &[&a]),
        ("\"demo lam\"", &[&c]),
        ("\"lâm de\"", &[]),
        ("lâm -\"cơ khí\"", &[&c]),
        ("co khi -\"khi binh\"", &[&a]),
    ] {
        let page = app.get("/enterprises").query(&[("q", text)]).expect(200).await;
        assert_eq!(page.ids(), expected, "{text}");
        let found = all(&app, &[("q", text)]).await;
        assert_eq!(
            found.number("/enterprises/total"),
            i64::try_from(expected.len()).unwrap(),
            "{text}"
        );
    }
    let ids = |found: &Reply| -> Vec<String> {
        let items = found.body["enterprises"]["items"].as_array().unwrap().iter();
        items.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let found = all(&app, &[("q", "cơ khí ở Phú Thọ")]).await;
    assert_eq!(found.text("/understanding/interpretations/0/value"), "25");
    assert_eq!(ids(&found), [b.as_str(), &a]);
    assert_eq!(found.number("/enterprises/total"), 2);
    let whole = follow(&app, found.text("/enterprises/all")).await;
    assert_eq!(whole.ids(), [a.as_str(), &b]);
    let elsewhere = all(&app, &[("q", "cơ khí ở Phú Thọ"), ("province", "01")]).await;
    assert_eq!(ids(&elsewhere), [a.as_str()]);
    // Without the wish its words are words of the name.
    let id = found.text("/understanding/interpretations/0/id");
    let plain = all(&app, &[("q", "cơ khí ở Phú Thọ"), ("without", id)]).await;
    assert_eq!(ids(&plain), Vec::<String>::new());
}

#[actix_web::test]
async fn a_wish_is_left_out_here_and_where_it_goes_on() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    publish(&app, &owner, &officer, "equipment_offer", "Xe nâng hàng chạy điện").await;
    app.settle().await;
    let typed = "xe nâng hàng của Nhật Bản";
    let found = all(&app, &[("q", typed)]).await;
    assert_eq!(found.text("/understanding/interpretations/0/value"), "JP");
    let id = found.text("/understanding/interpretations/0/id");
    let plain = all(&app, &[("q", typed), ("without", id)]).await;
    let more = follow(&app, plain.text("/groups/1/all")).await;
    for answer in [plain, more] {
        assert_eq!(answer.body["understanding"]["interpretations"], json!([]));
    }
}

#[actix_web::test]
async fn what_cannot_be_searched_for_is_refused_by_its_name() {
    let app = TestApp::spawn().await;
    let long = "a".repeat(513);
    let many = ["a"; 21].join(",");
    for (path, parameter, value) in [
        ("/search/all", "q", long.as_str()),
        ("/search/all", "limit", "0"),
        ("/search/all", "limit", "21"),
        ("/search/all", "province", "99"),
        ("/search/all", "without", &many),
        ("/enterprises", "q", &long),
        ("/search", "explain", "yes"),
    ] {
        let refused = app.get(path).query(&[(parameter, value)]).expect(400).await;
        assert_eq!(refused.pointers(), [parameter], "{path} {value}");
    }
}

#[actix_web::test]
async fn officers_who_maintain_the_lists_are_told_why() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    publish(&app, &owner, &officer, "equipment_offer", "Xi lanh khí nén").await;
    publish(&app, &owner, &officer, "equipment_offer", "Máy sấy lúa").await;
    app.settle().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let query = [("q", "xilanh khí nén"), ("explain", "1")];
    let told = app.get("/search").query(&query).by(&keeper).expect(200).await;
    let plan = &told.body["plan"];
    let words: Vec<&str> = plan["words"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word["text"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["xilanh", "khí", "nén"]);
    let name = plan["names"]
        .as_array()
        .unwrap()
        .iter()
        .find(|name| name["text"] == "xi lanh")
        .unwrap();
    assert_eq!(name["instead_of"], json!("xilanh"));
    let why = &told.body["items"][0]["why"];
    assert_eq!(why["share"], json!(100));
    let terms = why["terms"].as_array().unwrap();
    let compressed = terms
        .iter()
        .find(|term| term["text"] == "nén" && term["form"] == "exact")
        .unwrap();
    assert_eq!(
        (&compressed["title"], &compressed["counts"]),
        (&json!(1), &json!(true)),
        "{terms:#?}"
    );
    assert!(
        terms
            .iter()
            .any(|term| term["name"] == "xi lanh khí nén" && term["counts"] == true),
        "{terms:?}"
    );
    assert_eq!(why["wishes"], json!(0));
    // Who did not ask is told nothing of it.
    let plain = app
        .get("/search")
        .query(&[("q", "xilanh")])
        .by(&keeper)
        .expect(200)
        .await;
    assert!(plain.body.get("plan").is_none() && plain.body["items"][0].get("why").is_none());
    let not = app
        .get("/search")
        .query(&[("q", "xilanh"), ("explain", "false")])
        .expect(200)
        .await;
    assert!(not.body.get("plan").is_none());

    let refused = app.get("/search").query(&query).expect(401).await;
    assert_eq!(refused.code(), "unauthenticated");
    for other in [&owner, &officer] {
        let refused = app.get("/search").query(&query).by(other).expect(403).await;
        assert_eq!(refused.code(), "forbidden");
    }
}
