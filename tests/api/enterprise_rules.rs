//! What kind, legal form, number and address of an enterprise must have to do with each other, and edits that change nothing.

use serde_json::{Value, json};

use crate::harness::{Reply, TestApp};

fn with(mut body: Value, more: &Value) -> Value {
    let enterprise = body["enterprise"].as_object_mut().unwrap();
    for (member, value) in more.as_object().unwrap() {
        if value.is_null() {
            enterprise.remove(member);
        } else {
            enterprise.insert(member.clone(), value.clone());
        }
    }
    body
}

fn abroad(number: &str) -> Value {
    json!({"tax_code": null, "foreign_register": {"country": "CY", "number": number}, "legal_form": "nuoc_ngoai",
        "kind": "foreign", "province_code": null, "commune_code": null, "address_line": "12 Makariou Ave, Limassol"})
}

#[actix_web::test]
async fn a_foreign_organisation_needs_no_vietnamese_address() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let body = with(app.registration("Kypros Tech Ltd"), &abroad("HE-123456"));
    let made = app.confirmed(&body).await;
    let enterprise = &made.body["enterprise"];
    assert_eq!(
        enterprise["foreign_register"],
        json!({"country": "CY", "number": "HE-123456"})
    );
    assert_eq!(enterprise["address_country"], "CY");
    assert_eq!(
        (enterprise.get("province_code"), enterprise.get("commune_code")),
        (None, None)
    );
    let id = made.text("/enterprise/id");
    app.post(&format!("/enterprises/{id}/approval"))
        .by(&officer)
        .if_match(1)
        .expect(200)
        .await;
    let listed = app.get("/enterprises").expect(200).await;
    assert_eq!(listed.body["items"][0]["address_country"], "CY");
    let of_phu_tho = app.get("/enterprises").query(&[("province", "25")]).expect(200).await;
    assert_eq!(of_phu_tho.body["items"], json!([]));

    // Another spelling is the same number.
    let again = with(app.registration("Kypros Tech Limited"), &abroad("he 123.456"));
    let taken = app.post("/registrations").json(&again).expect(409).await;
    assert_eq!(
        (taken.code(), taken.pointers()),
        ("tax_code_taken", vec!["/enterprise/foreign_register"])
    );

    // A listing of it is found, and in no province.
    let email = body["account"]["email"].as_str().unwrap();
    let owner = app.sign_in(email, crate::harness::PASSWORD).await;
    app.published_listing(&owner, &officer, "Máy sấy nhập khẩu").await;
    app.settle().await;
    let found = app
        .get("/search")
        .query(&[("q", "máy sấy"), ("facets", "province")])
        .expect(200)
        .await;
    assert_eq!(found.number("/total"), 1, "{:#}", found.body);
    assert!(
        !found.body["facets"].to_string().contains("\"code\":\"\""),
        "{:#}",
        found.body
    );
}

#[actix_web::test]
async fn what_does_not_agree_is_refused_by_its_field() {
    let app = TestApp::spawn().await;
    let personal = json!({"tax_code": null, "personal_id": "025190000123", "legal_form": "ca_nhan"});
    let and = |base: &Value, more: Value| {
        let mut all = base.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let abroad = abroad("HRB 1");
    for (wrong, pointers) in [
        (json!({"kind": "foreign"}), vec!["/kind", "/foreign_register"]),
        (json!({"legal_form": "nuoc_ngoai"}), vec!["/foreign_register"]),
        (
            and(&abroad, json!({"legal_form": "cp", "kind": "manufacturer"})),
            vec!["/legal_form"],
        ),
        (
            and(&abroad, json!({"foreign_register": {"country": "VN", "number": "1"}})),
            vec!["/foreign_register/country"],
        ),
        (
            and(&abroad, json!({"foreign_register": {"country": "CY", "number": "-"}})),
            vec!["/foreign_register/number"],
        ),
        (
            and(&abroad, json!({"address_country": "CY", "province_code": "25"})),
            vec!["/province_code"],
        ),
        (and(&abroad, json!({"address_country": "ZZ"})), vec!["/address_country"]),
        (
            json!({"address_country": "DE", "province_code": null, "commune_code": null}),
            vec!["/address_country"],
        ),
        (
            json!({"province_code": null, "commune_code": null}),
            vec!["/province_code", "/commune_code"],
        ),
        (json!({"legal_form": "ho_kd"}), vec!["/personal_id"]),
        (json!({"kind": "individual"}), vec!["/kind"]),
        (and(&personal, json!({"kind": "manufacturer"})), vec!["/kind"]),
        (
            and(&personal, json!({"registration_no": "2600357502"})),
            vec!["/registration_no"],
        ),
        (json!({"legal_form": "chi_nhanh"}), vec!["/tax_code"]),
        (
            json!({"legal_form": "chi_nhanh", "tax_code": "2600108104-001"}),
            vec!["/parent_id"],
        ),
        (
            json!({"vsic": [{"version": "2018", "code": "99999"}, {"version": "2018", "code": "0400"}]}),
            vec!["/vsic/1/code"],
        ),
    ] {
        let body = with(app.registration("Công ty Đất Tổ"), &wrong);
        let refused = app.post("/registrations").json(&body).expect(422).await;
        let mut told: Vec<String> = refused
            .pointers()
            .iter()
            .map(|at| at.replace("/enterprise", ""))
            .collect();
        let mut expected: Vec<String> = pointers.iter().map(|at| (*at).to_owned()).collect();
        told.sort_unstable();
        expected.sort_unstable();
        assert_eq!(told, expected, "{wrong}");
    }
}

#[actix_web::test]
async fn a_branch_belongs_to_the_head_that_its_tax_code_names() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (head, other) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let seen = app.get(&format!("/enterprises/{}", head.enterprise)).expect(200).await;
    let branch = |parent: &str| {
        let code = format!("{}-001", seen.text("/tax_code"));
        let more = json!({"legal_form": "chi_nhanh", "tax_code": code, "parent_id": parent});
        with(app.registration("Chi nhánh Hà Nội"), &more)
    };
    let refused = app
        .post("/registrations")
        .json(&branch(&other.enterprise))
        .expect(422)
        .await;
    assert_eq!(refused.pointers(), ["/enterprise/parent_id"]);
    let made = app.confirmed(&branch(&head.enterprise)).await;
    assert_eq!(made.text("/enterprise/parent_id"), head.enterprise);
}

#[actix_web::test]
async fn places_are_told_so_that_they_can_be_mended() {
    let app = TestApp::spawn().await;
    let ask = async |more: Value| -> Reply {
        let body = with(app.registration("Công ty Đất Tổ"), &more);
        app.post("/registrations").json(&body).expect(422).await
    };
    let elsewhere = ask(json!({"commune_code": "00004"})).await;
    assert_eq!(elsewhere.pointers(), ["/enterprise/commune_code"]);
    assert_eq!(elsewhere.text("/errors/0/code"), "conflicts");
    let detail = elsewhere.text("/errors/0/detail");
    assert!(
        detail.contains("Phường Ba Đình (00004) thuộc") && detail.contains("Hà Nội (01)"),
        "{detail}"
    );
    let unknown = ask(json!({"commune_code": "99999"})).await;
    assert_eq!(unknown.text("/errors/0/code"), "unknown_code");
    assert!(unknown.text("/errors/0/detail").contains("Không có xã, phường này"));
    let nowhere = ask(json!({"province_code": "99"})).await;
    assert_eq!(nowhere.pointers(), ["/enterprise/province_code"]);
    let two = ask(json!({"legal_form": "ho_kd", "tax_code": "1", "personal_id": "1"})).await;
    assert_eq!(two.text("/errors/0/code"), "conflicts", "{:#}", two.body);
    let detail = two.text("/errors/0/detail");
    assert!(detail.starts_with("Chỉ khai một số"), "{detail}");
}

#[actix_web::test]
async fn an_edit_that_changes_nothing_leaves_no_trace() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let edit = |version: i64, patch: Value| app.patch(&path).by(&owner).if_match(version).json(&patch);
    let seen = app.get(&path).by(&owner).expect(200).await;
    let deeds = app.deeds(&owner.enterprise).len();
    for patch in [
        json!({}),
        json!({"contact_phone": "0210 3 846 555"}),
        json!({"legal_name": seen.body["legal_name"], "province_code": "25", "commune_code": "08494"}),
    ] {
        let same = edit(2, patch).expect(200).await;
        assert_eq!((same.number("/version"), same.header("etag")), (2, Some("\"2\"")));
        assert_eq!(same.body.get("amendment"), None);
    }
    edit(1, json!({})).expect(412).await;
    assert_eq!(app.deeds(&owner.enterprise).len(), deeds);

    // Neither does it when it names what waits for an officer already.
    let wish = json!({"legal_name": "Công ty TNHH Cơ khí Sông Hồng"});
    let asked = edit(2, wish.clone()).expect(200).await;
    app.clock.pass(60);
    let same = edit(3, wish).expect(200).await;
    assert_eq!(
        (same.number("/version"), &same.body["amendment"]),
        (3, &asked.body["amendment"])
    );
}

#[actix_web::test]
async fn a_merge_patch_may_be_called_by_its_name() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let send = |media: &str, version: i64| {
        let call = app
            .patch(&path)
            .by(&owner)
            .if_match(version)
            .header("content-type", media);
        call.text(json!({"short_name": format!("SH {version}")}).to_string())
    };
    send("application/merge-patch+json", 2).expect(200).await;
    send("application/merge-patch+json; charset=utf-8", 3).expect(200).await;
    send("application/json-patch+json", 4).expect(415).await;
    let made = app
        .post("/listings")
        .by(&owner)
        .header("content-type", "application/merge-patch+json");
    made.text("{}").expect(415).await;
}
