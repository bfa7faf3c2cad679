//! A reorganisation of the lists breaks no old record: it is found under what took the place of its codes, and stays its
//! officer's business.

use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};
use vptex::domain::clock::Clock;

use crate::harness::{Person, Reply, TestApp, dryer};
use crate::matching::publish;

fn today(app: &TestApp) -> Date {
    jiff::tz::Offset::constant(7).to_datetime(app.clock.now()).date()
}

/// Ends an entry today in favour of others, and lets the process know.
async fn end(app: &TestApp, officer: &Person, (list, code): (&str, &str), successors: &[&str]) {
    let path = format!("/taxonomies/{list}/entries/{code}");
    let version = app.get(&path).expect(200).await.number("/version");
    let body = json!({"valid_to": today(app), "successors": successors});
    let ended = app.patch(&path).by(officer).if_match(version).json(&body);
    ended.expect(200).await;
    app.get("/taxonomies").expect(200).await;
}

fn of_field(title: &str, fields: &[&str]) -> Value {
    let mut draft = dryer(title);
    draft["field_codes"] = json!(fields);
    draft
}

async fn search(app: &TestApp, field: &str) -> Reply {
    let query = [("q", "quargelix"), ("field", field), ("facets", "all")];
    app.get("/search").query(&query).expect(200).await
}

/// How many hits each value of the facet `field` announces, the day on which it ended with it.
fn counts(reply: &Reply) -> Vec<String> {
    let entries = reply.body["facets"]["field"].as_array().unwrap().iter();
    let told = |entry: &Value| {
        let ended = if entry["valid_to"].is_string() { " ended" } else { "" };
        format!("{}:{}{ended}", entry["value"].as_str().unwrap(), entry["count"])
    };
    let mut all: Vec<String> = entries.map(told).collect();
    all.sort();
    all
}

#[actix_web::test]
async fn old_listings_are_found_and_counted_under_what_took_the_place_of_their_field() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let owner = app.active_enterprise(&officer).await;
    let make = async |title: &str, fields: &[&str]| publish(&app, &owner, &officer, &of_field(title, fields)).await;
    let dried = make("Máy Quargelix sấy", &["food.drying"]).await;
    let both = make("Máy Quargelix sấy và chế biến", &["food.drying", "food.processing"]).await;
    let packed = make("Máy Quargelix đóng gói", &["food.packaging"]).await;
    app.settle().await;
    end(&app, &keeper, ("fields", "food.drying"), &["food.processing"]).await;
    end(
        &app,
        &keeper,
        ("fields", "food.packaging"),
        &["food.processing", "plastics"],
    )
    .await;

    let sorted = |reply: &Reply| {
        let mut all: Vec<String> = reply.ids().iter().map(ToString::to_string).collect();
        all.sort();
        all
    };
    let these = |ids: &[&String]| {
        let mut all: Vec<String> = ids.iter().map(ToString::to_string).collect();
        all.sort();
        all
    };
    for (field, expected) in [
        ("food.processing", these(&[&dried, &both, &packed])),
        ("food.drying", these(&[&dried, &both, &packed])),
        ("plastics", these(&[&packed])),
        ("food", these(&[&dried, &both, &packed])),
        ("mechanics", Vec::new()),
    ] {
        let found = search(&app, field).await;
        assert_eq!(sorted(&found), expected, "{field}");
        // What a value announces is what choosing it finds.
        assert_eq!(
            counts(&found),
            ["food.packaging:1 ended", "food.processing:3", "food:3", "plastics:1"],
            "{field}"
        );
    }
    let catalogue = app
        .get("/exports/listings")
        .query(&[("field", "plastics"), ("format", "jsonl")])
        .expect(200)
        .await;
    let rows = catalogue.body.as_array().unwrap();
    assert!(rows.len() == 1 && rows[0]["id"] == packed.as_str(), "{rows:?}");

    // A need under the new code shares its field with the old offer.
    let mut need = of_field("Cần máy Quargelix sấy", &["food.processing"]);
    need["kind"] = json!("equipment_need");
    for absent in ["price_mode", "price_min", "trl"] {
        need.as_object_mut().unwrap().remove(absent);
    }
    let need = publish(&app, &app.active_enterprise(&officer).await, &officer, &need).await;
    app.settle().await;
    let matched = app.get(&format!("/listings/{need}/matches")).expect(200).await;
    let items = matched.body["items"].as_array().unwrap();
    let old = items.iter().find(|item| item["id"] == dried.as_str()).unwrap();
    let reasons = old["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|reason| reason["code"] == "field"), "{reasons:?}");

    // What is public stays so, tells strangers nothing of it, and is revised without another field.
    let path = format!("/listings/{dried}");
    assert!(app.get(&path).expect(200).await.body["outdated"].is_null());
    let live = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(live.text("/outdated/0/code"), "food.drying");
    assert_eq!(live.body["missing"], json!([]));
    let revise = app.patch(&path).by(&owner).if_match(live.number("/version"));
    let begun = revise.json(&json!({"brand": "Quargelix"})).expect(202).await;
    let other = app.patch(&path).by(&owner).if_match(begun.number("/version"));
    let other = other
        .json(&json!({"field_codes": ["food.packaging"]}))
        .expect(422)
        .await;
    assert_eq!(other.text("/errors/0/code"), "code_ended");
    let revision = format!("{path}/revision");
    let told = app.get(&revision).by(&owner).expect(200).await;
    assert_eq!(told.text("/outdated/0/pointer"), "/field_codes/0");
    // The live text has it as well.
    assert_eq!(told.body["missing"], json!([]));
    let add = app.patch(&path).by(&owner).if_match(told.number("/version"));
    let fields = json!({"field_codes": ["food.drying", "mechanics.welding"]});
    add.json(&fields).expect(202).await;
    let sent = app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;
    // What ends between that and the decision is told to the officer as such, with what to ask for.
    end(&app, &keeper, ("fields", "mechanics.welding"), &["plastics"]).await;
    let ended = app.get(&revision).by(&owner).expect(200).await;
    assert_eq!(ended.body["missing"], json!(["/field_codes/1"]));
    let version = sent.number("/version");
    let approve = app.post(&format!("{revision}/approval")).by(&officer).if_match(version);
    let refused = approve.json(&crate::harness::looked_at()).expect(409).await;
    assert_eq!(
        (refused.code(), refused.pointers()),
        ("revision_codes_ended", vec!["/field_codes/1"])
    );
    assert_eq!(refused.text("/errors/0/successors/0/code"), "plastics");
    let why = json!({"reason_code": "inaccurate", "reason_text": "Lĩnh vực cơ khí đã được thay bằng lĩnh vực khác."});
    let back = app
        .post(&format!("{revision}/change-request"))
        .by(&officer)
        .if_match(version);
    back.json(&why).expect(200).await;
}

#[actix_web::test]
async fn officers_keep_what_they_looked_after_when_places_and_fields_are_reorganised() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let officer = app.officer().await;
    let waits = app.registered_enterprise().await.enterprise;
    let owner = app.active_enterprise(&officer).await;
    let sent = app
        .post("/listings")
        .by(&owner)
        .json(&of_field("Máy sấy", &["food.drying"]));
    let listing = sent.expect(201).await.text("/id").to_owned();
    app.post(&format!("/listings/{listing}/submission"))
        .by(&owner)
        .expect(200)
        .await;
    let (second, _) = app.submitted_listing(&owner, "Máy sấy bơm nhiệt").await;
    let (draft, version) = app.listing_draft(&owner, "Máy sấy lạnh").await;
    let page = "/moderation/queue?field=food.drying&limit=1";
    let first = app.get(page).by(&officer).expect(200).await;
    let commune = json!({"code": "99001", "parent": "25", "name_vi": "Xã Mới", "valid_from": today(&app)});
    let entries = "/taxonomies/communes/entries";
    app.post(entries).by(&keeper).json(&commune).expect(201).await;
    end(&app, &keeper, ("communes", "08494"), &["08716", "99001"]).await;
    end(&app, &keeper, ("fields", "food.drying"), &["food.processing"]).await;

    let scope = |fields: &[&str], communes: &[&str]| Scope {
        fields: fields.iter().map(ToString::to_string).collect(),
        communes: communes.iter().map(ToString::to_string).collect(),
    };
    let both = [Permission::ReviewEnterprises, Permission::ReviewListings];
    for (fields, communes, sees) in [
        (&[][..], &["99001"][..], [true, true]),
        (&[], &["08494"], [true, true]),
        (&[], &["08716"], [true, true]),
        (&[], &["04798"], [false, false]),
        (&["food.processing"], &[], [false, true]),
        (&["food.drying"], &[], [false, true]),
        (&["plastics"], &[], [false, false]),
    ] {
        let limited = app.officer_for(&both, scope(fields, communes)).await;
        let queue = app.get("/moderation/queue").by(&limited).expect(200).await;
        let has = |id: &str| queue.body.to_string().contains(id);
        assert_eq!([has(&waits), has(&listing)], sees, "{fields:?} {communes:?}");
    }
    for (field, found) in [("food.processing", true), ("food.drying", true), ("plastics", false)] {
        let path = format!("/moderation/queue?field={field}");
        let queue = app.get(&path).by(&officer).expect(200).await;
        assert_eq!(queue.body.to_string().contains(&listing), found, "{field}");
    }
    // A page goes on by the list of now.
    let next = format!("{page}&after={}", first.text("/page/next"));
    let next = app.get(&next).by(&officer).expect(200).await;
    assert!(first.body.to_string().contains(&listing) && next.body.to_string().contains(&second));

    // Its owner is told what ended and what took the place; what never came out is not taken for review with it.
    let path = format!("/listings/{draft}");
    let told = app.get(&path).by(&owner).expect(200).await;
    let ended = json!([{
        "pointer": "/field_codes/0", "list": "fields", "code": "food.drying", "valid_to": today(&app),
        "successors": [{"code": "food.processing", "name_vi": "Chế biến", "parent": "food"}],
    }]);
    let without_names = |outdated: &Value| {
        let mut outdated = outdated.clone();
        outdated[0]["successors"][0]["name_vi"] = json!("Chế biến");
        outdated
    };
    assert_eq!(without_names(&told.body["outdated"]), ended);
    // With it the draft is not taken for review, so it is missing what takes its place.
    assert_eq!(told.body["missing"], json!(["/field_codes/0"]));
    let own = app.get("/me/listings?status=draft").by(&owner).expect(200).await;
    assert_eq!(without_names(&own.body["items"][0]["outdated"]), ended);
    let seat = app.get(&format!("/enterprises/{}", owner.enterprise)).by(&owner);
    let seat = seat.expect(200).await;
    assert_eq!(seat.text("/outdated/0/pointer"), "/commune_code");
    assert_eq!(seat.body["outdated"][0]["successors"].as_array().unwrap().len(), 2);
    let submission = format!("{path}/submission");
    let refused = app.post(&submission).by(&owner).expect(422).await;
    assert_eq!(refused.pointers(), ["/field_codes/0"]);
    assert_eq!(
        (
            refused.text("/errors/0/code"),
            refused.text("/errors/0/successors/0/code")
        ),
        ("code_ended", "food.processing")
    );
    let edit = |patch: Value, version: i64| app.patch(&path).by(&owner).if_match(version).json(&patch);
    let kept = edit(json!({"brand": "Quargelix"}), version).expect(200).await;
    // What ended and what is missing is told at once.
    let less = edit(json!({"summary": null}), kept.number("/version"));
    let less = less.expect(200).await;
    assert_eq!(less.body["missing"], json!(["/summary/vi", "/field_codes/0"]));
    let refused = app.post(&submission).by(&owner).expect(422).await;
    assert_eq!(
        (refused.code(), refused.pointers()),
        ("listing_incomplete", vec!["/summary/vi", "/field_codes/0"])
    );
    let fields = json!({"field_codes": ["food.processing"], "summary": {"vi": "Sấy lúa tươi."}});
    let mended = edit(fields, less.number("/version")).expect(200).await;
    assert!(mended.body["outdated"].is_null());
    assert_eq!(mended.body["missing"], json!([]));
    app.post(&submission).by(&owner).expect(200).await;

    // Whoever looks after one part gives nobody the old whole.
    let part = scope(&[], &["99001"]);
    let chief = app
        .officer_for(&[Permission::ManageOfficers, Permission::ReviewListings], part)
        .await;
    let appoint = |email: &str, commune: &str| {
        json!({
            "email": email, "display_name": "Duyệt", "permissions": ["review_listings"], "scope": {"communes": [commune]},
        })
    };
    let whole = appoint("a@example.com", "08494");
    app.post("/officers").by(&chief).json(&whole).expect(403).await;
    let own = appoint("b@example.com", "99001");
    app.post("/officers").by(&chief).json(&own).expect(201).await;
}

#[actix_web::test]
async fn an_old_province_finds_what_became_of_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let id = owner.enterprise.clone();
    let (listing, _) = app.published_listing(&owner, &officer, "Máy Quargelix").await;
    app.settle().await;
    // Vĩnh Phúc, and Phú Thọ, which it is now a part of; Hà Nội is another place.
    for (province, found) in [("26", true), ("25", true), ("01", false)] {
        let has = async |path: &str, id: &str| {
            let query = [("province", province)];
            app.get(path)
                .query(&query)
                .expect(200)
                .await
                .body
                .to_string()
                .contains(id)
        };
        for path in ["/enterprises", "/exports/enterprises", "/search/all"] {
            let id = if path == "/search/all" { &listing } else { &id };
            assert_eq!(has(path, id).await, found, "{path} {province}");
        }
        assert_eq!(has("/search", &listing).await, found, "{province}");
    }
    let refused = app.get("/enterprises?province=98").expect(400).await;
    assert_eq!(refused.pointers(), ["province"]);
}

/// What a listing is in other classifications is derived from its fields of today, over several reorganisations and rows.
#[actix_web::test]
async fn fields_lead_to_other_classifications_whatever_became_of_them() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let owner = app.active_enterprise(&officer).await;
    let add = async |code: &str, parent: Value, name: &str| {
        let new = json!({"code": code, "parent": parent, "name_vi": name});
        let call = app.post("/taxonomies/fields/entries").by(&keeper);
        call.json(&new).expect(201).await;
    };
    add("silk", Value::Null, "Tơ tằm").await;
    add("silk.drying", json!("silk"), "Sấy kén").await;
    add("silk.processing", json!("silk"), "Ươm tơ").await;
    let id = publish(&app, &owner, &officer, &of_field("Máy sấy", &["silk.drying"])).await;
    let path = format!("/listings/{id}/classifications");
    let read = async || app.get(&path).expect(200).await.body;
    assert_eq!(
        read().await,
        json!({"field_codes": ["silk.drying"], "current_field_codes": ["silk.drying"], "derived": []})
    );
    let row = async |from: (&str, &str), to: (&str, &str), relation: &str, is_verified: bool| {
        let code = format!("{}-{}-{}-{}", from.0, from.1, to.0, to.1);
        let body = json!({"code": code, "name_vi": code, "correspondence": {
            "from_list": from.0, "from_code": from.1, "to_list": to.0, "to_code": to.1,
            "relation": relation, "source": "Đối chiếu tên gọi", "is_verified": is_verified,
        }});
        let call = app.post("/taxonomies/correspondences/entries").by(&keeper);
        call.json(&body).expect(201).await;
    };
    // The field above leads on, over the rows that came with the program; what only overlaps leads no further.
    row(("fields", "silk"), ("science_fields", "2"), "close", true).await;
    row(("fields", "silk"), ("vsic", "10"), "related", false).await;
    let codes = |body: &Value| -> Vec<String> {
        let derived = body["derived"].as_array().unwrap().iter();
        derived
            .map(|code| {
                let text = |name: &str| code[name].as_str().unwrap();
                format!(
                    "{} {} {} {} {}",
                    text("list"),
                    text("code"),
                    text("relation"),
                    code["is_verified"],
                    code["via"].as_array().unwrap().len()
                )
            })
            .collect()
    };
    let mut found = codes(&read().await);
    found.sort();
    assert_eq!(
        found,
        [
            "fos 2 close true 2",
            "science_fields 2 close true 1",
            "vsic 10 related false 1"
        ]
    );

    // Merged, and merged again: the record stays as it is, and is what it became.
    add("silk.cold", json!("silk"), "Bảo quản lạnh").await;
    row(("fields", "silk.cold"), ("ipc", "A23"), "exact", false).await;
    app.clock.pass(24 * 3600);
    let keeper = app.again(&keeper).await;
    end(&app, &keeper, ("fields", "silk.drying"), &["silk.processing"]).await;
    app.clock.pass(24 * 3600);
    let keeper = app.again(&keeper).await;
    end(&app, &keeper, ("fields", "silk.processing"), &["silk.cold"]).await;
    let seen = read().await;
    assert_eq!(
        (&seen["field_codes"], &seen["current_field_codes"]),
        (&json!(["silk.drying"]), &json!(["silk.cold"]))
    );
    let mut found = codes(&seen);
    found.sort();
    assert_eq!(found, ["ipc A23 exact false 1", "vsic 10 close false 2"]);
    app.get(&format!("/listings/{id}")).expect(200).await;
}
