//! What an amendment may say: it changes what it names, and the two officers see what that is.

use jiff::ToSpan as _;
use serde_json::{Value, json};

use super::{amendment, certificate_of, old_paper, registered};
use crate::dossiers::{Desk, content};
use crate::harness::Reply;

/// Hands in an amendment of a certificate.
async fn tried(desk: &Desk, number: &str, change: &dyn Fn(&mut Value)) -> Reply {
    let begun = amendment(desk, number, change).await;
    desk.try_event(&begun, "submit").await
}

fn told(refused: &Reply) -> (u16, Vec<&str>, &str) {
    (refused.status, refused.pointers(), refused.text("/errors/0/code"))
}

#[actix_web::test]
async fn a_contract_is_extended_to_a_later_day_and_by_an_extension_only() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let number = first.text("/number");
    let (ends, kinds) = ("/content/amendment/new_ends_on", "/content/amendment/kinds");
    for (told_kinds, end, pointer) in [
        // Before it was signed, before the present end, on it.
        (json!(["extension"]), json!("2025-12-31"), ends),
        (json!(["amendment"]), json!("2025-06-30"), ends),
        (json!(["extension"]), json!("2030-12-31"), ends),
        (json!(["extension"]), json!("2031-12-31"), ends),
        // Nothing but an extension goes on, and a supplement changes no term.
        (json!(["supplement"]), json!("2040-01-01"), kinds),
        (json!(["amendment"]), json!("2040-01-01"), kinds),
        (json!(["supplement"]), json!("2030-12-31"), kinds),
    ] {
        let refused = tried(&desk, number, &|text| {
            text["amendment"]["kinds"] = told_kinds.clone();
            text["amendment"]["new_ends_on"] = end.clone();
        })
        .await;
        assert_eq!(
            told(&refused),
            (422, vec![pointer], "refused_by_law"),
            "{told_kinds} {end}: {}",
            refused.body
        );
    }
    let silent = tried(&desk, number, &|text| text["amendment"]["new_ends_on"] = Value::Null).await;
    assert_eq!(told(&silent), (422, vec![ends], "required_by_law"));
    // The end of the contract is no other way to another term, nor to two of them.
    let elsewhere = tried(&desk, number, &|text| {
        text["amendment"]["kinds"] = json!(["supplement"]);
        text["amendment"]["new_ends_on"] = Value::Null;
        text["contract"]["ends_on"] = json!("2040-01-01");
    })
    .await;
    assert_eq!(
        told(&elsewhere),
        (422, vec!["/content/contract/ends_on"], "unnamed_change")
    );
    let twice = tried(&desk, number, &|text| text["contract"]["ends_on"] = json!("2040-01-01")).await;
    assert_eq!(told(&twice), (422, vec!["/content/contract/ends_on"], "refused_by_law"));
    // A shorter contract is an amendment.
    let shorter = tried(&desk, number, &|text| {
        text["amendment"]["kinds"] = json!(["amendment"]);
        text["amendment"]["new_ends_on"] = json!("2030-12-31");
    })
    .await;
    assert_eq!(shorter.status, 200, "{}", shorter.body);
}

#[actix_web::test]
async fn an_amendment_is_not_older_than_its_contract() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = registered(&desk).await;
    let mut text = content(&desk.tax_code);
    text["amendment"]["certificate_number"] = first.body["number"].clone();
    let yesterday = desk.today().checked_sub(1.days()).unwrap();
    for (day, code) in [
        (yesterday.to_string(), "refused_by_law"),
        ("1950-01-01".into(), "out_of_range"),
    ] {
        let new = json!({"procedure": "AMD", "given_on": day, "content": text});
        let refused = desk.app.post("/dossiers").by(&desk.owner).json(&new).expect(422).await;
        assert_eq!(told(&refused), (422, vec!["/given_on"], code));
    }
    // What is licensed does not become registered by an amendment (Đ.31.6.a).
    let mut restricted = text.clone();
    restricted["technology_status"] = json!("restricted");
    let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": restricted});
    let begun = desk.begin(&desk.owner, &new).await;
    let refused = desk.try_event(&begun, "submit").await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let pointers = refused.pointers();
    assert!(pointers.contains(&"/content/technology_status"), "{}", refused.body);

    // Where it is not told at first which it is about, it is found when it is handed in.
    let new = json!({"procedure": "AMD", "given_on": yesterday, "content": {}});
    let begun = desk.begin(&desk.owner, &new).await;
    (text["contract"], text["money"]) = (json!({}), json!({}));
    let path = format!("/dossiers/{}", begun.text("/id"));
    let put = desk.app.put(&path).by(&desk.owner).if_match(begun.number("/version"));
    let seen = put.json(&text).expect(200).await;
    let refused = desk.try_event(&seen, "submit").await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/amendment/certificate_number"], "refused_by_law")
    );
}

#[actix_web::test]
async fn what_an_amendment_does_not_name_stays() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let number = first.text("/number");
    let other = |text: &mut Value| {
        text["transferor"]["name"] = json!("Hoàn Toàn Khác Ltd");
        text["transferor"]["country"] = json!("KR");
        text["technology"]["name"] = json!("Công nghệ số 900");
        text["technology"]["methods"] = json!(["experts", "training"]);
        text["money"] = json!({"vnd_value": 1});
    };
    let refused = tried(&desk, number, &other).await;
    let pointers = [
        "/content/transferor/name",
        "/content/transferor/country",
        "/content/technology/name",
        "/content/technology/methods",
        "/content/money/amount",
        "/content/money/currency",
        "/content/money/vnd_value",
    ];
    assert_eq!(told(&refused), (422, pointers.to_vec(), "unnamed_change"));
    let detail = refused.text("/errors/0/detail");
    for word in ["Nakamura Seiki K.K.", "Hoàn Toàn Khác Ltd", "Luật CGCN Đ.33.1"] {
        assert!(detail.contains(word), "{word}: {detail}");
    }
    let value = refused.text("/errors/6/detail");
    assert!(value.contains("“7.500.000.000”"), "{value}");
    // A direction that the parties do not have any more.
    let moved = tried(&desk, number, &|text| {
        text["transferor"]["country"] = json!("VN");
        text["direction"] = Value::Null;
        text["amendment"]["kinds"] = json!(["extension", "amendment"]);
        text["amendment"]["changes"] = json!([{"clause": "Điều 3", "after": "VN", "member": "/transferor"}]);
    })
    .await;
    assert_eq!(told(&moved), (422, vec!["/content/direction"], "refused_by_law"));
    let unknown = json!({"procedure": "AMD", "given_on": desk.today(), "content": {
        "amendment": {"changes": [{"clause": "Điều 1", "member": "/technology/colour"}]}}});
    let unknown = desk
        .app
        .post("/dossiers")
        .by(&desk.owner)
        .json(&unknown)
        .expect(422)
        .await;
    assert_eq!(unknown.pointers(), ["/content/amendment/changes/0/member"]);

    // Named, they are changed; and both officers see from what to what.
    let named = |text: &mut Value| {
        other(text);
        text["money"] = json!({});
        text["amendment"]["kinds"] = json!(["extension", "amendment", "supplement"]);
        text["amendment"]["new_vnd_value"] = json!(9_000_000_000_i64);
        text["amendment"]["changes"] = json!([
            {"clause": "Điều 1", "before": "Nakamura Seiki K.K., Nhật Bản", "after": "Hoàn Toàn Khác Ltd", "member": "/transferor"},
            {"clause": "Điều 2", "after": "Công nghệ số 900", "member": "/technology/name"},
            {"clause": "Điều 2", "before": "Đào tạo", "after": "Experts, training", "member": "/technology/methods"},
        ]);
    };
    let submitted = tried(&desk, number, &named).await;
    assert_eq!(submitted.status, 200, "{}", submitted.body);
    let accepted = desk.take(&submitted, "accept_complete").await;
    let proposed = desk.counter().propose(&accepted, &json!({"event": "issue"})).await;
    let path = format!("/dossiers/{}/proposal", accepted.text("/id"));
    let prepared = desk.app.get(&path).by(&desk.signer).expect(200).await;
    let differences = prepared.body["differences"].as_array().unwrap();
    let seen: Vec<[&str; 3]> = differences
        .iter()
        .map(|one| ["member", "before", "after"].map(|name| one[name].as_str().unwrap_or("—")))
        .collect();
    assert_eq!(
        seen,
        [
            ["/transferor/name", "Nakamura Seiki K.K.", "Hoàn Toàn Khác Ltd"],
            ["/transferor/country", "JP", "KR"],
            ["/technology/name", "Công nghệ sấy lúa tầng sôi", "Công nghệ số 900"],
            ["/technology/methods", "training", "experts, training"],
            ["/contract/ends_on", "2031-12-31", "2034-12-31"],
            ["/money/amount", "300000.00", "—"],
            ["/money/currency", "USD", "—"],
            ["/money/vnd_value", "7500000000", "9000000000"],
        ]
    );
    let issued = desk.post(&proposed, &desk.signer, &json!({"event": "issue"})).await;
    let second = certificate_of(&desk, &issued).await;
    assert_eq!(second.text("/record/transferor/name"), "Hoàn Toàn Khác Ltd");
    // Of a first certificate nothing is compared.
    let registration = desk.counter().accepted(&content(&desk.tax_code)).await;
    desk.counter().propose(&registration, &json!({"event": "issue"})).await;
    let path = format!("/dossiers/{}/proposal", registration.text("/id"));
    let prepared = desk.app.get(&path).by(&desk.signer).expect(200).await;
    assert_eq!(prepared.body["differences"], json!([]));
}

#[actix_web::test]
async fn what_is_said_again_or_left_out_is_no_change() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["transferor"]["name_en"] = json!("Nakamura Seiki");
    text["transferor"]["foreign_id"] = json!("0100-01-000001");
    let dossier = desk.counter().register(&text).await;
    let first = certificate_of(&desk, &dossier).await;
    // The value without the price, and neither name in English nor number abroad.
    let submitted = tried(&desk, first.text("/number"), &|text| {
        text["money"] = json!({"vnd_value": 7_500_000_000_i64});
        text["contract"] = json!({"ends_on": "2031-12-31"});
    })
    .await;
    let accepted = desk.take(&submitted, "accept_complete").await;
    let issued = desk.take(&accepted, "issue").await;
    let second = certificate_of(&desk, &issued).await;
    let (before, after) = (&first.body["record"], &second.body["record"]);
    for member in ["transferor", "transferee", "technology", "money", "direction"] {
        assert_eq!(before[member], after[member], "{member}");
    }
    assert_eq!(after["contract"]["ends_on"], "2034-12-31");
}

#[actix_web::test]
async fn what_was_amended_meanwhile_is_not_taken_back_unseen() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let number = first.text("/number").to_owned();
    // Both are handed in while the contract ends in 2031; the later end is certified first.
    let until = |end: &'static str| move |text: &mut Value| text["amendment"]["new_ends_on"] = json!(end);
    let mut accepted = Vec::new();
    for end in ["2040-12-31", "2035-12-31"] {
        let submitted = tried(&desk, &number, &until(end)).await;
        accepted.push(desk.take(&submitted, "accept_complete").await);
    }
    desk.take(&accepted[0], "issue").await;
    let refused = desk.counter().propose(&accepted[1], &json!({"event": "issue"})).await;
    assert_eq!(
        told(&refused),
        (422, vec!["/content/amendment/new_ends_on"], "refused_by_law")
    );
    // The officer asks for corrections.
    desk.take(&accepted[1], "request_amendment").await;
}

#[actix_web::test]
async fn the_fee_of_an_amendment_is_of_what_the_contract_is_worth_then() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let number = first.text("/number").to_owned();
    // The value that holds: 7.5 thousand million, a thousandth of which is more than the most.
    let held = amendment(&desk, &number, &|_| {}).await;
    assert_eq!(held.number("/fee"), 5_000_000);
    for (value, fee) in [
        (9_000_000_000_i64, 5_000_000),
        (4_000_000_000, 4_000_000),
        (1_000_000, 3_000_000),
    ] {
        let begun = amendment(&desk, &number, &|text| {
            text["amendment"]["new_vnd_value"] = json!(value)
        })
        .await;
        assert_eq!(begun.number("/fee"), fee, "{value}");
    }
    // As it was then, whatever comes after.
    let issue = async |value: i64, end: &str| {
        let submitted = tried(&desk, &number, &|text| {
            text["amendment"]["kinds"] = json!(["extension", "amendment"]);
            text["amendment"]["new_vnd_value"] = json!(value);
            text["amendment"]["new_ends_on"] = json!(end);
        })
        .await;
        let accepted = desk.take(&submitted, "accept_complete").await;
        desk.take(&accepted, "issue").await
    };
    let cheap = issue(3_500_000_000, "2034-12-31").await;
    issue(4_500_000_000, "2035-12-31").await;
    assert_eq!(desk.read(&desk.officer, &cheap).await.number("/fee"), 3_500_000);
    // Two values are one too many.
    let both = tried(&desk, &number, &|text| {
        text["money"] = json!({"vnd_value": 4_000_000_000_i64});
        text["amendment"]["new_vnd_value"] = json!(9_000_000_000_i64);
        text["amendment"]["new_ends_on"] = json!("2036-12-31");
    })
    .await;
    assert_eq!(told(&both), (422, vec!["/content/money/vnd_value"], "refused_by_law"));
    // Of somebody else's certificate nobody learns what it is worth.
    let mut foreign = old_paper(&desk.tax_code);
    foreign["number"] = json!("77/2023/X");
    foreign["content"]["transferee"]["tax_code"] = json!("0100109106");
    desk.app
        .post("/certificates")
        .by(&desk.signer)
        .json(&foreign)
        .expect(201)
        .await;
    let stranger = amendment(&desk, "77/2023/X", &|_| {}).await;
    assert_eq!(stranger.body["fee"], Value::Null);
}

#[actix_web::test]
async fn days_of_entered_papers_follow_each_other() {
    let desk = Desk::open().await;
    let old = old_paper(&desk.tax_code);
    for (issued, signed, ends, pointers) in [
        (
            "1950-01-01",
            "2023-04-03",
            "2031-12-31",
            &["/issued_on", "/contract_signed_on"][..],
        ),
        ("2023-05-16", "2023-05-17", "2031-12-31", &["/contract_signed_on"][..]),
        ("2023-05-16", "1950-04-03", "2031-12-31", &["/contract_signed_on"][..]),
        (
            "2023-05-16",
            "2023-04-03",
            "2023-04-02",
            &["/content/contract/ends_on"][..],
        ),
    ] {
        let mut paper = old.clone();
        paper["issued_on"] = json!(issued);
        paper["contract_signed_on"] = json!(signed);
        paper["content"]["contract"]["ends_on"] = json!(ends);
        let call = desk.app.post("/certificates").by(&desk.signer).json(&paper);
        let refused = call.expect(422).await;
        assert_eq!(refused.pointers(), pointers, "{issued} {signed} {ends}");
        // Days are written as people write them, and what is older than anything here says so.
        let said = refused.text("/errors/0/detail");
        let is_iso = [issued, signed, ends].iter().any(|day| said.contains(day));
        assert!(!is_iso, "{said}");
        if issued < "1990-01-01" || signed < "1990-01-01" {
            assert!(said.contains("01/01/1990"), "{said}");
        }
    }
}

/// What was issued was issued: a head and its branch were two when their contract was registered.
#[actix_web::test]
async fn what_was_certified_between_a_head_and_its_branch_is_extended() {
    let desk = Desk::open().await;
    let between = |giver: Value| {
        move |text: &mut Value| {
            text["direction"] = json!("domestic");
            text["uses_state_capital"] = json!(false);
            for (member, value) in giver.as_object().unwrap() {
                text["transferor"][member] = value.clone();
            }
            text["transferor"]["country"] = json!("VN");
        }
    };
    let branch = between(json!({"name": "Chi nhánh Hà Nội", "tax_code": format!("{}-001", desk.tax_code)}));
    let namesake = between(json!({"name": "Công ty Cổ phần Cơ khí Sông Thao"}));
    for (number, giver) in [("04/2023/CNĐKCGCN", &branch), ("05/2023/CNĐKCGCN", &namesake)] {
        let mut paper = old_paper(&desk.tax_code);
        paper["number"] = json!(number);
        giver(&mut paper["content"]);
        let call = desk.app.post("/certificates").by(&desk.signer).json(&paper);
        call.expect(201).await;
        let extended = tried(&desk, number, giver).await;
        assert_eq!(extended.status, 200, "{number}: {}", extended.body);
        let accepted = desk.take(&extended, "accept_complete").await;
        desk.take(&accepted, "issue").await;
    }
    // What would become one is refused as before.
    let first = registered(&desk).await;
    let refused = tried(&desk, first.text("/number"), &|text| {
        text["transferor"]["country"] = json!("VN");
        text["transferor"]["name"] = json!("CTY CP Cơ khí Sông Thao");
        text["direction"] = Value::Null;
        text["amendment"]["kinds"] = json!(["extension", "amendment"]);
        text["amendment"]["changes"] = json!([{"clause": "Điều 1", "after": "VN", "member": "/transferor"}]);
    })
    .await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        refused.pointers().contains(&"/content/transferor/name"),
        "{}",
        refused.body
    );
}

/// What is written since it was handed in may name another certificate; whoever writes it is told of that one.
#[actix_web::test]
async fn a_working_copy_is_counted_against_what_it_names() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = registered(&desk).await;
    let mut text = content(&desk.tax_code);
    text["money"]["amount"] = json!("160000.00");
    text["money"]["vnd_value"] = json!(4_000_000_000_i64);
    let other = desk.counter().register(&text).await;
    let submitted = tried(&desk, first.text("/number"), &|_| {}).await;
    let asked = desk.take(&submitted, "request_completion").await;
    let seen = desk.read(&desk.owner, &asked).await;
    assert_eq!(seen.number("/fee"), 5_000_000);
    let mut written = content(&desk.tax_code);
    (written["contract"], written["money"]) = (json!({}), json!({}));
    written["amendment"]["certificate_number"] = other.body["certificate"]["number"].clone();
    let path = format!("/dossiers/{}", seen.text("/id"));
    let call = desk.app.put(&path).by(&desk.owner).if_match(seen.number("/version"));
    let written = call.json(&written).expect(200).await;
    assert_eq!(written.number("/fee"), 4_000_000);
    // What was handed in is of the one before.
    assert_eq!(desk.read(&desk.officer, &asked).await.number("/fee"), 5_000_000);
}
