//! What dossiers tell of parties, contract, technology and price beyond the law's own checklist: judged at once, certified, amended, found.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::{amendment, certificate_of, old_paper, registered, verify};
use crate::dossiers::{Desk, content};
use crate::harness::Reply;
use crate::periodic_reports::{figure, preview};

/// All of it, told rightly.
fn tell(text: &mut Value) {
    text["transferor"]["legal_form"] = json!("nuoc_ngoai");
    text["transferee"]["legal_form"] = json!("tnhh_2tv");
    for (member, told) in [
        ("term_months", json!(48)),
        ("languages", json!(["vi", "en"])),
        ("province_code", json!("25")),
        ("project", json!("Nhà máy sấy lúa")),
        ("project_code", json!("DA-2025-17")),
        ("irc_number", json!("9876543210")),
        ("irc_on", json!("2025-06-30")),
    ] {
        text["contract"][member] = told;
    }
    text["technology"]["vsic"] = json!({"version": "2025", "code": "10612"});
    text["technology"]["ipc"] = json!(["F26B3/08", "A01"]);
    text["technology"]["machinery"] = json!("01 máy sấy tầng sôi, 5 tấn/giờ");
    text["money"]["payment_methods"] = json!(["lump_or_instalments", "pct_net_revenue"]);
    text["money"]["payment_terms"] = json!("3,5% doanh thu thuần hằng năm");
    text["money"]["shares"] = json!([{"method": "pct_net_revenue", "percent": "03.50"}]);
}

/// The same of a contract that is part of a project.
fn tell_of_project(text: &mut Value) {
    tell(text);
    (text["form"], text["decided_by"]) = (json!("investment_project"), json!("provincial"));
}

/// Hands in an amendment of a certificate.
async fn tried(desk: &Desk, number: &str, change: &dyn Fn(&mut Value)) -> Reply {
    let begun = amendment(desk, number, change).await;
    desk.try_event(&begun, "submit").await
}

/// What officers see of an amendment that was handed in, by members, and the certificate that comes of it.
async fn certified(desk: &Desk, submitted: &Reply) -> (Vec<String>, Reply) {
    assert_eq!(submitted.status, 200, "{}", submitted.body);
    let accepted = desk.take(submitted, "accept_complete").await;
    let differences = accepted.body["differences"].as_array().unwrap().iter();
    let members = differences.map(|one| one["member"].as_str().unwrap().to_owned());
    let members = members.collect();
    let issued = desk.take(&accepted, "issue").await;
    (members, certificate_of(desk, &issued).await)
}

fn told(refused: &Reply) -> (u16, Vec<&str>, &str) {
    (refused.status, refused.pointers(), refused.text("/errors/0/code"))
}

#[actix_web::test]
async fn what_is_told_of_contract_and_parties_is_certified_and_found() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    tell_of_project(&mut text);
    let dossier = desk.counter().register(&text).await;
    assert_eq!(dossier.text("/content/contract/irc_number"), "9876543210");
    let certificate = certificate_of(&desk, &dossier).await;
    let record = &certificate.body["record"];
    let named = |code: &str, name: &str| json!({"code": code, "name": name});
    for (place, said) in [
        ("/transferor/legal_form", named("nuoc_ngoai", "Tổ chức nước ngoài")),
        (
            "/transferee/legal_form",
            named("tnhh_2tv", "Công ty TNHH hai thành viên trở lên"),
        ),
        ("/contract/term_months", json!(48)),
        (
            "/contract/languages",
            json!([named("vi", "tiếng Việt"), named("en", "tiếng Anh")]),
        ),
        ("/contract/province", named("25", "Tỉnh Phú Thọ")),
        ("/contract/project_code", json!("DA-2025-17")),
        ("/contract/irc_number", json!("9876543210")),
        ("/contract/irc_on", json!("2025-06-30")),
        ("/technology/activity/code", json!("2025:10612")),
        ("/technology/ipc/0/code", json!("F26B 3/08")),
        ("/technology/ipc/0/name", json!("Sấy")),
        ("/technology/machinery", json!("01 máy sấy tầng sôi, 5 tấn/giờ")),
        ("/money/shares/0/method/code", json!("pct_net_revenue")),
        ("/money/shares/0/percent", json!("3.5")),
    ] {
        assert_eq!(record.pointer(place), Some(&said), "{place}");
    }
    // The code of the procedure was held against nothing.
    assert!(record.get("procedure_code").is_none(), "{record}");
    let activity = record["technology"]["activity"]["name"].as_str().unwrap();
    // The list has the division, and its name is not that of the class.
    assert!(
        activity.starts_with("VSIC 2025, mã 10612 (thuộc ngành cấp 2, mã 10: "),
        "{activity}"
    );
    // Printed anew from what was signed; and nobody reads of it who only has the paper.
    let path = format!("/certificates/{}", certificate.text("/id"));
    let document = format!("{path}/document");
    desk.app.get(&document).by(&desk.owner).expect(200).await;
    let seen = verify(&desk, &certificate).await;
    assert_eq!(seen.body["is_genuine"], true);
    for secret in ["9876543210", "DA-2025-17", "tầng sôi, 5", "mã 10612"] {
        assert!(!seen.body.to_string().contains(secret), "{secret}: {}", seen.body);
    }
    // The registers find it by the project's certificate.
    // Of dossiers it is the one in which it was registered, and the one in which the certificate lives on.
    for (list, text, count) in [("/certificates", "/irc_number", 1), ("/dossiers", "/number", 2)] {
        let found = desk
            .app
            .get(list)
            .by(&desk.officer)
            .query(&[("q", "9876543210")])
            .expect(200)
            .await;
        let items = found.body["items"].as_array().unwrap();
        assert_eq!(items.len(), count, "{list}: {}", found.body);
        assert!(items[0].pointer(text).unwrap().is_string(), "{list}");
        let none = desk.app.get(list).by(&desk.officer).query(&[("q", "9876543211")]);
        assert_eq!(none.expect(200).await.body["items"], json!([]), "{list}");
    }
    let file = desk
        .app
        .get("/exports/certificates")
        .by(&desk.officer)
        .expect(200)
        .await;
    let file = String::from_utf8(file.bytes.to_vec()).unwrap();
    assert!(
        file.contains("GCN đăng ký đầu tư") && file.contains("9876543210"),
        "{file}"
    );
}

#[actix_web::test]
async fn all_that_is_wrong_with_it_is_told_at_once() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["transferor"]["legal_form"] = json!("cp");
    text["transferee"]["legal_form"] = json!("nuoc_ngoai");
    text["contract"] = json!({
        "term_months": 0, "languages": ["vi", "vi", "VIE"], "province_code": "99", "irc_number": "1", "project_code": "x".repeat(61),
    });
    text["technology"]["vsic"] = json!({"version": "2025", "code": "1"});
    text["technology"]["ipc"] = json!(["F26B 3/08", "F26B/3", "Z01"]);
    text["money"]["shares"] = json!([
        {"method": "lump_or_instalments", "percent": "3"}, {"method": "pct_net_revenue", "percent": "0"}, {"percent": "100.5"},
    ]);
    text["amendment"]["vnd_delta"] = json!(-1_000_000_000_000_001_i64);
    text["attachments"] = json!([
        {"document": "contract", "form": "original", "certified_by": "Văn phòng công chứng Việt Trì"},
        {"document": "application", "form": "certified_copy", "certified_number": "12", "certified_on": "2199-01-01"},
    ]);
    let new = json!({"procedure": "REG", "content": text});
    let refused = desk.app.post("/dossiers").by(&desk.owner).json(&new).expect(422).await;
    let mut pointers = refused.pointers();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/content/amendment/vnd_delta",
            "/content/attachments/0/certified_by",
            "/content/attachments/1/certified_by",
            "/content/attachments/1/certified_on",
            "/content/contract/irc_on",
            "/content/contract/languages/1",
            "/content/contract/languages/2",
            "/content/contract/project_code",
            "/content/contract/province_code",
            "/content/contract/term_months",
            "/content/money/shares/0/method",
            "/content/money/shares/1/method",
            "/content/money/shares/1/percent",
            "/content/money/shares/2/method",
            "/content/money/shares/2/percent",
            "/content/technology/ipc/1",
            "/content/technology/ipc/2",
            "/content/technology/vsic/code",
            "/content/transferee/legal_form",
            "/content/transferor/legal_form",
        ],
        "{}",
        refused.body
    );
    let none = desk.app.get("/me/dossiers").by(&desk.owner).expect(200).await;
    assert_eq!(none.body["items"], json!([]), "nothing half done");
    // Whoever certified a paper is kept with it.
    let mut right = content(&desk.tax_code);
    let certified = [
        ("certified_by", "Văn phòng công chứng Việt Trì"),
        ("certified_number", "1234/2025/SCT-BS"),
        ("certified_on", "2025-11-03"),
    ];
    right["attachments"] = json!([{"document": "contract", "form": "certified_copy"}]);
    for (member, told) in certified {
        right["attachments"][0][member] = json!(told);
    }
    let new = json!({"procedure": "REG", "content": right});
    let begun = desk.begin(&desk.owner, &new).await;
    for (member, told) in certified {
        assert_eq!(begun.text(&format!("/content/attachments/0/{member}")), told);
    }
}

#[actix_web::test]
async fn what_certificates_of_before_do_not_say_is_no_difference_and_amended_from_then_on() {
    let desk = Desk::open().await;
    let call = desk.app.post("/certificates").by(&desk.signer);
    let first = call.json(&old_paper(&desk.tax_code)).expect(201).await;
    let number = first.text("/number");
    let said = first.body["record"].to_string();
    for member in [
        "procedure_code",
        "legal_form",
        "term_months",
        "languages",
        "irc_",
        "activity",
        "ipc",
        "shares",
        "vnd_delta",
    ] {
        assert!(!said.contains(member), "{member}: {said}");
    }
    // Told with an extension it need not be named; what comes of it says it.
    let late = |text: &mut Value| {
        tell(text);
        text["contract"]["term_months"] = json!(130);
        text["money"] = json!({});
        text["contract"]["project"] = Value::Null;
    };
    let submitted = tried(&desk, number, &late).await;
    let (members, second) = certified(&desk, &submitted).await;
    assert_eq!(members, ["/contract/ends_on"]);
    assert_eq!(second.text("/record/procedure_code"), "2.002249");
    let contract = &second.body["effective"]["contract"];
    assert_eq!(
        (&contract["term_months"], &contract["irc_number"]),
        (&json!(130), &json!("9876543210"))
    );
    // From then on it is held against what is certified.
    let other = |text: &mut Value| {
        text["amendment"]["new_ends_on"] = json!("2037-12-31");
        text["transferee"]["legal_form"] = json!("cp");
        text["technology"]["ipc"] = json!(["F26B 3/08"]);
        text["contract"] = json!({"irc_number": "1", "irc_on": "2025-06-30"});
    };
    let refused = tried(&desk, number, &other).await;
    let pointers = [
        "/content/transferee/legal_form",
        "/content/contract/irc_number",
        "/content/technology/ipc",
    ];
    assert_eq!(told(&refused), (422, pointers.to_vec(), "unnamed_change"));
    // Another end leaves nothing of the term that led to the one before, which is shown, and is an extension and nothing else; the rest stays.
    let longer = |text: &mut Value| text["amendment"]["new_ends_on"] = json!("2037-12-31");
    let (members, third) = certified(&desk, &tried(&desk, number, &longer).await).await;
    assert_eq!(members, ["/contract/ends_on", "/contract/term_months"]);
    let record = &third.body["record"];
    assert!(record["contract"].get("term_months").is_none(), "{record}");
    assert_eq!(record["contract"]["irc_number"], "9876543210");
    assert_eq!(record["transferee"]["legal_form"]["code"], "tnhh_2tv");
    // More of a list is a supplement, and named.
    let more = |text: &mut Value| {
        text["amendment"]["kinds"] = json!(["extension", "supplement"]);
        text["amendment"]["new_ends_on"] = json!("2040-12-31");
        text["contract"] = json!({"languages": ["vi", "en", "ja"], "term_months": 212});
        text["amendment"]["changes"] =
            json!([{"clause": "Điều 12", "before": "vi, en", "after": "vi, en, ja", "member": "/contract/languages"}]);
    };
    let (members, fourth) = certified(&desk, &tried(&desk, number, &more).await).await;
    assert_eq!(members, ["/contract/ends_on", "/contract/languages"]);
    assert_eq!(fourth.number("/record/contract/term_months"), 212);
}

#[actix_web::test]
async fn an_amendment_says_by_how_much_a_contract_is_worth_more() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = registered(&desk).await;
    let number = first.text("/number");
    assert_eq!(first.body["vnd_delta"], Value::Null);
    let worth = |value: i64, declared: Option<i64>, end: &'static str| {
        move |text: &mut Value| {
            text["amendment"]["kinds"] = json!(["extension", "amendment"]);
            text["amendment"]["new_ends_on"] = json!(end);
            text["amendment"]["new_vnd_value"] = json!(value);
            text["amendment"]["vnd_delta"] = json!(declared);
        }
    };
    // What is declared is what the two values tell.
    let refused = tried(&desk, number, &worth(8_000_000_000, Some(400_000_000), "2034-12-31")).await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/amendment/vnd_delta"], "refused_by_law")
    );
    let detail = refused.text("/errors/0/detail");
    assert!(
        detail.contains("400.000.000") && detail.contains("500.000.000"),
        "{detail}"
    );
    let more = tried(&desk, number, &worth(8_000_000_000, Some(500_000_000), "2034-12-31")).await;
    let (_, second) = certified(&desk, &more).await;
    assert_eq!(second.number("/record/amendment/vnd_delta"), 500_000_000);
    assert_eq!(second.number("/vnd_delta"), 500_000_000);
    let path = format!("/certificates/{}/document", second.text("/id"));
    desk.app.get(&path).by(&desk.owner).expect(200).await;
    // Where nothing is declared it is counted; an extension alone leaves the value where it is.
    let less = tried(&desk, number, &worth(7_900_000_000, None, "2035-12-31")).await;
    let (_, third) = certified(&desk, &less).await;
    assert_eq!(third.number("/record/amendment/vnd_delta"), -100_000_000);
    let longer = |text: &mut Value| text["amendment"]["new_ends_on"] = json!("2036-12-31");
    let (_, fourth) = certified(&desk, &tried(&desk, number, &longer).await).await;
    assert_eq!(fourth.number("/record/amendment/vnd_delta"), 0);
    // Reports count the value of the whole contract, which is nothing only where there is nothing; and what was added, apart.
    let reader = desk.app.officer_who_may(&[Permission::ReadReports]).await;
    let today = desk.today().to_string();
    let seen = async |form: &str| {
        let query = [("form", form), ("from", today.as_str()), ("to", today.as_str())];
        preview(&desk.app, &reader, &query).await
    };
    let form = seen("a_iv_11").await;
    let of = |column: &str| figure(&form.body, "25", column);
    assert_eq!(
        ["3", "4", "5", "6", "7", "8"].map(of),
        ["1", "7500", "2", "15900", "1", "7900"]
    );
    let list = seen("registrations").await;
    let of = |row: &str| [figure(&list.body, row, "count"), figure(&list.body, row, "value")];
    assert_eq!(of("change.increase"), ["1", "500"]);
    assert_eq!(of("change.decrease"), ["1", "100"]);
    assert_eq!(of("change.none"), ["1", "-"]);
}

#[actix_web::test]
async fn nobody_adds_more_than_the_whole_is_worth() {
    let desk = Desk::open().await;
    let mut paper = old_paper(&desk.tax_code);
    // A contract of which nobody knows what it is worth in đồng.
    paper["content"]["money"] = json!({"payment_methods": ["combined_other"], "payment_terms": "Theo phụ lục 3"});
    let call = desk.app.post("/certificates").by(&desk.signer);
    let first = call.json(&paper).expect(201).await;
    let number = first.text("/number");
    let worth = |declared: i64| {
        move |text: &mut Value| {
            text["amendment"]["kinds"] = json!(["extension", "supplement"]);
            text["amendment"]["new_vnd_value"] = json!(8_000_000_000_i64);
            text["amendment"]["vnd_delta"] = json!(declared);
        }
    };
    // Nobody knows what it is worth then, either: there is nothing that bounds what is added.
    let refused = tried(&desk, number, &|text: &mut Value| {
        text["amendment"]["vnd_delta"] = json!(1)
    })
    .await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/amendment/vnd_delta"], "refused_by_law")
    );
    let refused = tried(&desk, number, &worth(8_000_000_001)).await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/amendment/vnd_delta"], "refused_by_law")
    );
    let (_, second) = certified(&desk, &tried(&desk, number, &worth(8_000_000_000)).await).await;
    assert_eq!(second.number("/record/amendment/vnd_delta"), 8_000_000_000);
}

/// What a certificate of now does not tell is absent, and there is nothing in it that an amendment need not name.
#[actix_web::test]
async fn what_a_certificate_of_now_does_not_tell_is_absent() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let number = first.text("/number");
    assert_eq!(first.number("/record/edition"), 1);
    let more = |text: &mut Value| {
        text["amendment"]["kinds"] = json!(["supplement"]);
        text["amendment"]["new_ends_on"] = Value::Null;
        text["contract"] = json!({"languages": ["vi", "en"]});
    };
    let refused = tried(&desk, number, &more).await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/contract/languages"], "unnamed_change")
    );
    let named = |before: Value| {
        move |text: &mut Value| {
            more(text);
            text["amendment"]["changes"] =
                json!([{"clause": "Điều 12", "before": before, "after": "vi, en", "member": "/contract/languages"}]);
        }
    };
    // Of what is not there nobody tells what it was.
    let refused = tried(&desk, number, &named(json!("vi"))).await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/amendment/changes/0/before"], "not_in_force")
    );
    let (members, second) = certified(&desk, &tried(&desk, number, &named(Value::Null)).await).await;
    assert_eq!(members, ["/contract/languages"]);
    assert_eq!(second.number("/record/edition"), 1);
}

#[actix_web::test]
async fn other_terms_and_another_project_leave_nothing_of_those_before() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    tell_of_project(&mut text);
    let first = certificate_of(&desk, &desk.counter().register(&text).await).await;
    let number = first.text("/number");
    let change = |member: &str, before: &str, after: Option<&str>| json!({"clause": "Điều 6", "before": before, "after": after, "member": member});
    let amending = |changes: Value, contract: Value, money: Value| {
        move |text: &mut Value| {
            text["amendment"]["kinds"] = json!(["amendment"]);
            text["amendment"]["new_ends_on"] = Value::Null;
            text["amendment"]["changes"] = changes.clone();
            text["form"] = Value::Null;
            (text["contract"], text["money"]) = (contract.clone(), money.clone());
        }
    };
    let (old, new) = ("3,5% doanh thu thuần hằng năm", "5% doanh thu thuần hằng năm");
    let of_terms = change("/money/payment_terms", old, Some(new));
    let refused = tried(
        &desk,
        number,
        &amending(json!([of_terms]), json!({}), json!({"payment_terms": new})),
    )
    .await;
    assert_eq!(told(&refused), (422, vec!["/content/money/shares"], "unnamed_change"));
    let money = json!({"payment_terms": new, "shares": [{"method": "pct_net_revenue", "percent": "5.00"}]});
    let of_shares = change("/money/shares", "3,5 %", Some("5 %"));
    let changes = json!([of_terms, of_shares]);
    let (members, second) = certified(&desk, &tried(&desk, number, &amending(changes, json!({}), money)).await).await;
    assert_eq!(members, ["/money/payment_terms", "/money/shares"]);
    assert_eq!(second.text("/record/money/shares/0/percent"), "5");

    let project = json!({"project": "Nhà máy xay xát"});
    let of_project = change("/contract/project", "Nhà máy sấy lúa", Some("Nhà máy xay xát"));
    // Another number alone is no other project, and is named.
    let other_code = json!({"project_code": "DA-2026-01"});
    let of_other = json!([{"clause": "Điều 3", "before": "2026", "after": "2031"}]);
    let refused = tried(&desk, number, &amending(of_other, other_code, json!({}))).await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/contract/project_code"], "unnamed_change")
    );
    // Number and certificate of the project of before go with it.
    let (members, third) = certified(
        &desk,
        &tried(&desk, number, &amending(json!([of_project]), project, json!({}))).await,
    )
    .await;
    let gone = [
        "/contract/project",
        "/contract/project_code",
        "/contract/irc_number",
        "/contract/irc_on",
    ];
    assert_eq!(members, gone);
    let contract = &third.body["record"]["contract"];
    assert_eq!(contract["project"], "Nhà máy xay xát");
    for member in ["project_code", "irc_number", "irc_on"] {
        assert!(contract.get(member).is_none(), "{member}: {contract}");
    }
}

#[actix_web::test]
async fn a_term_fits_the_days_that_stand_beside_it() {
    let desk = Desk::open().await;
    for (months, is_right) in [(48, true), (6, false), (600, false)] {
        let mut text = content(&desk.tax_code);
        text["contract"]["term_months"] = json!(months);
        let new = json!({"procedure": "REG", "content": text});
        let signed = desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
        let tried = desk.try_event(&signed, "submit").await;
        let expected = if is_right { 200 } else { 422 };
        assert_eq!(tried.status, expected, "{months}: {}", tried.body);
        if !is_right {
            assert_eq!(
                told(&tried),
                (422, vec!["/content/contract/term_months"], "refused_by_law")
            );
        }
    }
    let first = registered(&desk).await;
    let term = |text: &mut Value| text["contract"] = json!({"term_months": 6});
    let refused = tried(&desk, first.text("/number"), &term).await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/contract/term_months"], "refused_by_law")
    );
}
