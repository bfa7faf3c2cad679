//! The parts that not every listing has: what is taken, what is refused where, who sees it.

use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::calendar;
use vptex::domain::clock::Clock;
use vptex::domain::listing::ListingKind;

use crate::harness::{TestApp, dryer};

/// A listing that says everything that one of its kind can.
pub fn full() -> Value {
    let mut draft = dryer("Máy sấy đối lưu");
    let text = |vi: &str| json!({"vi": vi, "en": "In English"});
    let parts = json!({
        "ip_rights": [
            {"type": "patent", "status": "granted", "office": "VN", "application_number": "1-2021-04567",
             "grant_number": "1-0034567", "filed_on": "2021-07-20", "granted_on": "2024-03-05",
             "expires_on": "2041-07-20", "is_public": true},
            {"type": "utility_solution", "status": "filed", "office": "PCT", "application_number": "2-2025-00123",
             "filed_on": "2025-02-01", "is_public": false},
        ],
        "owners": [
            {"type": "organisation", "name": "Viện Cơ điện", "share_percent": 66.67},
            {"type": "state", "name": "Tỉnh Phú Thọ", "share_percent": 33.33},
            {"type": "individual", "name": "Nguyễn Văn An"},
        ],
        "certifications": [{"scheme": "iso", "number": "22000:2018", "valid_to": "2027-12-31"}, {"scheme": "ce"}],
        "stage": "commercial",
        "condition": "new",
        "manufacture_year": 2025,
        "warranty_months": 24,
        "warranty_text": text("Không gồm dây curoa, vòng bi."),
        "price_kind": "firm",
        "extra_costs": text("Lắp đặt tính riêng."),
        "delivery_terms": text("Giao trong 30 ngày."),
        "payment_terms": text("Trả trước 30%."),
        "problem": text("Lúa vụ hè thu ướt."),
        "principle": text("Đối lưu cưỡng bức."),
        "advantages": text("Ít tốn trấu."),
        "applications": text("Hợp tác xã."),
        "target_customers": text("Hộ trồng lúa."),
        "socio_economic_effect": text("Giảm hao hụt."),
        "state_funded": true,
        "rd_task_code": "ĐTĐL.CN-12/23",
        "acceptance_no": "45/QĐ-SKHCN",
    });
    for (name, value) in parts.as_object().unwrap() {
        draft[name] = value.clone();
    }
    draft
}

#[actix_web::test]
async fn what_was_said_is_read_again_and_secrets_by_insiders_only() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let draft = full();
    let made = app.post("/listings").by(&owner).json(&draft).expect(201).await;
    for (name, value) in draft.as_object().unwrap() {
        let mut read = made.body[name].clone();
        if name == "specifications" {
            // Answers tell it as a number, too.
            let told = read[0].as_object_mut().unwrap().remove("quantity");
            assert_eq!(told, Some(json!({"value": 500.0, "unit": "kg/h"})));
        }
        assert_eq!(&read, value, "{name}");
    }
    let path = format!("/listings/{}", made.text("/id"));
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let read = app.get(&path).by(&officer).expect(200).await;
    assert_eq!(read.body["ip_rights"], draft["ip_rights"]);
    let approve = app.post(&format!("{path}/approval")).by(&officer);
    let live = approve.if_match(sent.number("/version")).expect(200).await;

    let seen = app.get(&path).expect(200).await;
    assert_eq!(seen.body["ip_rights"], json!([draft["ip_rights"][0]]));
    assert_eq!(seen.body["owners"], draft["owners"]);
    let stranger = app.active_enterprise(&officer).await;
    let seen = app.get(&path).by(&stranger).expect(200).await;
    assert_eq!(seen.body["ip_rights"].as_array().unwrap().len(), 1);

    // A revision tells place by place what becomes of the parts, and puts them live as a whole.
    let patch =
        json!({"owners": [draft["owners"][0]], "warranty_months": 36, "principle": {"en": null}, "stage": null});
    let edit = app
        .patch(&path)
        .by(&owner)
        .if_match(live.number("/version"))
        .json(&patch);
    edit.expect(202).await;
    let sent = app
        .post(&format!("{path}/revision/submission"))
        .by(&owner)
        .expect(200)
        .await;
    let diff = app.get(&format!("{path}/revision/diff")).by(&officer).expect(200).await;
    let told = diff.body["differences"].as_array().unwrap();
    let mut pointers: Vec<_> = told.iter().map(|found| found["pointer"].as_str().unwrap()).collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        ["/owners/1", "/owners/2", "/principle/en", "/stage", "/warranty_months"]
    );
    let approve = app.post(&format!("{path}/revision/approval")).by(&officer);
    approve.if_match(sent.number("/version")).expect(200).await;
    let seen = app.get(&path).expect(200).await;
    assert_eq!(seen.body["warranty_months"], 36);
    assert_eq!(seen.body["owners"], json!([draft["owners"][0]]));
    assert_eq!(seen.body["principle"], json!({"vi": "Đối lưu cưỡng bức."}));
    assert!(seen.body.get("stage").is_none());
}

#[actix_web::test]
async fn every_wrong_part_is_named_where_it_stands() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let right = |more: Value| {
        let mut right = json!({"type": "patent", "status": "granted", "grant_number": "1"});
        for (name, value) in more.as_object().unwrap() {
            right[name] = value.clone();
        }
        json!({"ip_rights": [right]})
    };
    let shares = |of: [f64; 3]| {
        let names = if of[0] == of[1] && of[2] == 1.0 {
            ["A", "A", "B"]
        } else {
            ["A", "B", "C"]
        };
        let owners: Vec<Value> = (0..3)
            .map(|at| json!({"type": "individual", "name": names[at], "share_percent": of[at]}))
            .collect();
        json!({"owners": owners})
    };
    let long = "ơ".repeat(2001);
    let next_year = calendar::day_of(app.clock.now()).year() + 1;
    let cases = [
        (right(json!({"type": "idea"})), "/ip_rights/0/type", "malformed"),
        (right(json!({"status": "lost"})), "/ip_rights/0/status", "malformed"),
        (right(json!({"office": "XX"})), "/ip_rights/0/office", "unknown_code"),
        (
            right(json!({"grant_number": null})),
            "/ip_rights/0/grant_number",
            "required",
        ),
        (
            right(json!({"status": "none"})),
            "/ip_rights/0/grant_number",
            "conflicts",
        ),
        (
            right(json!({"granted_on": "2999-01-01"})),
            "/ip_rights/0/granted_on",
            "malformed",
        ),
        (
            right(json!({"expires_on": "mai"})),
            "/ip_rights/0/expires_on",
            "malformed",
        ),
        (
            right(json!({"filed_on": "2024-01-02", "granted_on": "2024-01-01"})),
            "/ip_rights/0/granted_on",
            "conflicts",
        ),
        (
            right(json!({"filed_on": "2024-01-02", "expires_on": "2024-01-02"})),
            "/ip_rights/0/expires_on",
            "conflicts",
        ),
        (
            right(json!({"type": "trade_secret"})),
            "/ip_rights/0/status",
            "conflicts",
        ),
        // Of what nobody files, no number is asked for.
        (
            json!({"ip_rights": [{"type": "trade_secret", "status": "filed"}]}),
            "/ip_rights/0/status",
            "conflicts",
        ),
        (right(json!({"colour": 1})), "/ip_rights/0/colour", "malformed"),
        (
            json!({"ip_rights": [{"type": "patent", "status": "filed"}]}),
            "/ip_rights/0/application_number",
            "required",
        ),
        (shares([50.0, 30.0, 21.0]), "/owners/2/share_percent", "out_of_range"),
        (shares([33.33, 33.33, 33.35]), "/owners/2/share_percent", "out_of_range"),
        (shares([101.0, 0.0, 1.0]), "/owners/0/share_percent", "out_of_range"),
        (shares([33.333, 0.0, 1.0]), "/owners/0/share_percent", "malformed"),
        (shares([30.0, 30.0, 1.0]), "/owners/1", "duplicate"),
        (
            json!({"owners": [{"type": "individual", "name": "Nguyễn Văn An", "enterprise_id": Uuid::from_u128(7)}]}),
            "/owners/0/enterprise_id",
            "conflicts",
        ),
        (
            json!({"owners": [{"type": "organisation", "name": "Viện", "enterprise_id": Uuid::from_u128(7)}]}),
            "/owners/0/enterprise_id",
            "malformed",
        ),
        (
            json!({"certifications": [{"scheme": "ce", "file_id": Uuid::from_u128(7)}]}),
            "/certifications/0/file_id",
            "malformed",
        ),
        (json!({"currency": "XAU"}), "/currency", "malformed"),
        (
            json!({"owners": [{"type": "state", "name": " "}]}),
            "/owners/0/name",
            "required",
        ),
        (
            json!({"certifications": [{"scheme": "other"}]}),
            "/certifications/0/number",
            "required",
        ),
        (
            json!({"certifications": (0..21).map(|n| json!({"scheme": "ce", "number": n.to_string()})).collect::<Vec<_>>()}),
            "/certifications",
            "too_many",
        ),
        (json!({"stage": "soon"}), "/stage", "malformed"),
        (json!({"condition": "fair"}), "/condition", "malformed"),
        (json!({"manufacture_year": 1899}), "/manufacture_year", "out_of_range"),
        (
            json!({"manufacture_year": next_year}),
            "/manufacture_year",
            "out_of_range",
        ),
        (
            json!({"certifications": [{"scheme": "ce", "valid_to": "1900-01-01"}]}),
            "/certifications/0/valid_to",
            "out_of_range",
        ),
        (
            json!({"certifications": [{"scheme": "ce", "valid_to": "9999-12-31"}]}),
            "/certifications/0/valid_to",
            "out_of_range",
        ),
        (
            right(json!({"filed_on": "1800-01-01"})),
            "/ip_rights/0/filed_on",
            "out_of_range",
        ),
        (json!({"warranty_months": 601}), "/warranty_months", "out_of_range"),
        (
            json!({"price_kind": "firm", "price_mode": "contact", "price_min": null}),
            "/price_kind",
            "conflicts",
        ),
        (json!({"rd_task_code": "12"}), "/rd_task_code", "conflicts"),
        (
            json!({"state_funded": false, "acceptance_no": "1"}),
            "/acceptance_no",
            "conflicts",
        ),
        (
            json!({"problem": {"vi": "Lúa ướt", "en": long}}),
            "/problem/en",
            "too_long",
        ),
        (
            json!({"payment_terms": {"vi": "Trả\u{200b}trước"}}),
            "/payment_terms/vi",
            "control_character",
        ),
    ];
    let made = app.post("/listings").by(&owner).json(&dryer("Sấy")).expect(201).await;
    let path = format!("/listings/{}", made.text("/id"));
    for (wrong, pointer, code) in cases {
        let edit = app
            .patch(&path)
            .by(&owner)
            .if_match(made.number("/version"))
            .json(&wrong);
        let refused = edit.expect(422).await;
        assert_eq!(refused.pointers(), [pointer], "{wrong}");
        assert_eq!(refused.text("/errors/0/code"), code, "{wrong}");
    }
}

#[actix_web::test]
async fn parts_of_other_kinds_are_refused_by_name() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let cases: [(&str, &[&str]); 4] = [
        ("equipment_offer", &[]),
        (
            "equipment_need",
            &[
                "/ip_rights",
                "/owners",
                "/certifications",
                "/manufacture_year",
                "/warranty_months",
                "/warranty_text",
                "/price_kind",
                "/extra_costs",
                "/principle",
                "/advantages",
                "/state_funded",
                "/rd_task_code",
                "/acceptance_no",
            ],
        ),
        (
            "expert",
            &[
                "/brand",
                "/ip_rights",
                "/owners",
                "/stage",
                "/condition",
                "/manufacture_year",
                "/warranty_months",
                "/warranty_text",
                "/delivery_terms",
                "/state_funded",
                "/rd_task_code",
                "/acceptance_no",
            ],
        ),
        (
            "ocop_product",
            &[
                "/stage",
                "/condition",
                "/manufacture_year",
                "/warranty_months",
                "/warranty_text",
                "/state_funded",
                "/rd_task_code",
                "/acceptance_no",
            ],
        ),
    ];
    for (kind, foreign) in cases {
        let mut draft = full();
        draft["kind"] = json!(kind);
        let sent = app.post("/listings").by(&owner).json(&draft);
        if foreign.is_empty() {
            sent.expect(201).await;
        } else {
            assert_eq!(sent.expect(422).await.pointers(), foreign, "{kind}");
        }
    }
}

#[actix_web::test]
async fn what_is_over_is_not_handed_in() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let today = calendar::day_of(app.clock.now());
    let yesterday = today.yesterday().unwrap().to_string();
    let mut need = json!({"kind": "equipment_need", "title": {"vi": "Cần mua máy sấy"}, "needed_by": yesterday});
    let made = app.post("/listings").by(&owner).json(&need).expect(201).await;
    let submission = format!("/listings/{}/submission", made.text("/id"));
    // What is missing and what cannot be are told together.
    let refused = app.post(&submission).by(&owner).expect(422).await;
    assert_eq!(refused.code(), "listing_incomplete");
    assert_eq!(refused.pointers(), ["/summary/vi", "/field_codes", "/needed_by"]);
    need["summary"] = json!({"vi": "Sấy năm tấn mỗi ngày."});
    need["field_codes"] = json!(["food.drying"]);
    let made = app.post("/listings").by(&owner).json(&need).expect(201).await;
    let path = format!("/listings/{}", made.text("/id"));
    let refused = app.post(&format!("{path}/submission")).by(&owner).expect(422).await;
    assert_eq!(
        (refused.code(), refused.pointers()),
        ("validation_failed", vec!["/needed_by"])
    );
    let edit = app.patch(&path).by(&owner).if_match(1);
    edit.json(&json!({"needed_by": today.to_string()})).expect(200).await;
    app.post(&format!("{path}/submission")).by(&owner).expect(200).await;

    // A right that ended is none any more, and one that goes on has not ended.
    for (status, expires_on) in [("granted", yesterday), ("expired", today.to_string())] {
        let mut offer = dryer("Máy sấy");
        offer["ip_rights"] = json!([{"type": "patent", "status": status, "grant_number": "1-0034567",
            "granted_on": "2006-01-01", "expires_on": expires_on}]);
        let made = app.post("/listings").by(&owner).json(&offer).expect(201).await;
        let sent = app
            .post(&format!("/listings/{}/submission", made.text("/id")))
            .by(&owner);
        assert_eq!(sent.expect(422).await.pointers(), ["/ip_rights/0/status"], "{status}");
    }
}

/// What some kinds have for themselves, and whose it is.
fn own_parts() -> [(Value, &'static [&'static str]); 3] {
    [
        (
            json!({
                "budget_min": 100_000_000,
                "budget_max": 300_000_000,
                "needed_by": "2027-03-31",
                "requirements": {"vi": "Sấy 5 tấn lúa tươi mỗi ngày."},
                "partner_role": {"vi": "Lắp đặt, đào tạo.", "en": "Installs and trains."},
                "partner_kinds": ["manufacturer", "research_institute"],
            }),
            &["technology_need", "equipment_need", "partner_search"],
        ),
        (
            json!({"stars": 4, "trace_code": "893-0042", "ocop_decision_no": "1234/QĐ-UBND"}),
            &["ocop_product"],
        ),
        (
            json!({"degree": "Tiến sĩ", "specialities": ["Sấy nông sản", "Kho lạnh"], "experience_years": 20}),
            &["expert"],
        ),
    ]
}

#[actix_web::test]
async fn what_a_kind_has_for_itself_no_other_takes() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    for (parts, kinds) in own_parts() {
        let parts = parts.as_object().unwrap();
        for kind in ListingKind::ALL {
            let mut draft = json!({"kind": kind.as_str(), "title": {"vi": "Sấy lúa"}});
            for (name, value) in parts {
                draft[name] = value.clone();
            }
            let sent = app.post("/listings").by(&owner).json(&draft);
            if kinds.contains(&kind.as_str()) {
                let made = sent.expect(201).await;
                for (name, value) in parts {
                    assert_eq!(&made.body[name], value, "{kind} {name}");
                }
                continue;
            }
            let refused = sent.expect(422).await;
            let mut pointers = refused.pointers();
            pointers.sort_unstable();
            let mut expected: Vec<_> = parts.keys().map(|name| format!("/{name}")).collect();
            expected.sort_unstable();
            assert_eq!(pointers, expected, "{kind}");
        }
    }
    let wrong = [
        (
            "equipment_need",
            json!({"budget_min": 2, "budget_max": 1}),
            "/budget_max",
        ),
        ("equipment_need", json!({"budget_min": -1}), "/budget_min"),
        ("equipment_need", json!({"needed_by": "2027-02-30"}), "/needed_by"),
        (
            "partner_search",
            json!({"partner_kinds": ["friend"]}),
            "/partner_kinds/0",
        ),
        (
            "partner_search",
            json!({"partner_kinds": ["trading", "trading"]}),
            "/partner_kinds/1",
        ),
        ("ocop_product", json!({"stars": 0}), "/stars"),
        ("ocop_product", json!({"stars": 6}), "/stars"),
        ("ocop_product", json!({"trace_code": "1".repeat(51)}), "/trace_code"),
        ("expert", json!({"experience_years": 81}), "/experience_years"),
        (
            "expert",
            json!({"specialities": (0..11).map(|n| format!("Sấy {n}")).collect::<Vec<_>>()}),
            "/specialities",
        ),
        ("expert", json!({"specialities": [""]}), "/specialities/0"),
    ];
    for (kind, parts, pointer) in wrong {
        let mut draft = json!({"kind": kind, "title": {"vi": "Sấy lúa"}});
        for (name, value) in parts.as_object().unwrap() {
            draft[name] = value.clone();
        }
        let refused = app.post("/listings").by(&owner).json(&draft).expect(422).await;
        assert_eq!(refused.pointers(), [pointer], "{parts}");
    }
}
