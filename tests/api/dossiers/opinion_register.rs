//! The register of opinions: which were given in a period, by which letters, as a list and as a file.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};

use super::opinions::asked_for;
use super::papers::write;
use super::{Desk, content};
use crate::harness::{Person, Reply};
use crate::lists_of_law::{add, end, import};
use crate::periodic_reports::{figure, preview};

/// Gives the opinion that was asked for, by a letter of a day.
async fn give(desk: &Desk, begun: &Reply, (number, on): (&str, jiff::civil::Date)) -> Reply {
    let body = json!({"event": "issue_opinion", "ground": "AGREE_WITH_CONDITIONS", "note": "Lắp thiết bị lọc bụi.",
        "letter_number": number, "letter_on": on});
    let given = desk.post(begun, &desk.officer, &body).await;
    assert_eq!(given.status, 200, "{}", given.body);
    given
}

/// The letters of a page.
pub fn letters(page: &Reply) -> Vec<&str> {
    let items = page.body["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["letter_number"].as_str().unwrap())
        .collect()
}

pub async fn listed(desk: &Desk, by: &Person, query: &str) -> Reply {
    desk.app.get(&format!("/opinions{query}")).by(by).expect(200).await
}

/// Two opinions that were given, by letters 511 of two days ago and 512 of today, and one that was not.
async fn given() -> (Desk, [Reply; 2]) {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut one = asked_for(&desk);
    one["content"]["technology"]["origin_country"] = json!("JP");
    let first = desk.begin(&desk.officer, &one).await;
    let mut other = asked_for(&desk);
    other["content"]["project"]["name"] = json!("=Khu xử lý nước thải");
    other["content"]["project"]["investor"] = json!("Công ty Nước Sạch");
    other["content"]["transferee"]["commune_code"] = json!("00004");
    let second = desk.begin(&desk.officer, &other).await;
    desk.begin(&desk.officer, &asked_for(&desk)).await;
    let desk = desk.later(3).await;
    let today = desk.today();
    let before = today.saturating_sub(jiff::Span::new().days(2));
    let first = give(&desk, &first, ("511/SKHCN-QLCN", before)).await;
    let second = give(&desk, &second, ("512/SKHCN-QLCN", today)).await;
    (desk, [first, second])
}

#[actix_web::test]
async fn opinions_of_a_period_are_listed_with_their_letters() {
    let (desk, [first, _]) = given().await;
    let all = listed(&desk, &desk.officer, "").await;
    assert_eq!(letters(&all), ["512/SKHCN-QLCN", "511/SKHCN-QLCN"]);
    let item = &all.body["items"][1];
    assert_eq!(
        (&item["outcome"], &item["procedure"]["code"], &item["is_late"]),
        (&json!("AGREE_WITH_CONDITIONS"), &json!("OPN_POLICY"), &json!(false))
    );
    assert_eq!(
        (&item["dossier_id"], &item["dossier_number"], &item["project"]),
        (
            &first.body["id"],
            &first.body["number"],
            &first.body["content"]["project"]
        )
    );
    assert_eq!(
        (&item["outcome_vi"], &item["outcome_en"], &item["technology_origin"]),
        (
            &json!("Thống nhất, có điều kiện"),
            &json!("Agree with conditions"),
            &json!("JP")
        )
    );
    let officer = desk.app.id_of(&desk.officer).await;
    let signer = desk.app.id_of(&desk.signer).await;
    let today = desk.today();
    let yesterday = today.yesterday().unwrap();
    let only_first: &[&str] = &["511/SKHCN-QLCN"];
    let only_second: &[&str] = &["512/SKHCN-QLCN"];
    for (query, expected) in [
        (format!("?from={today}"), only_second),
        (format!("?to={yesterday}"), only_first),
        (format!("?from={yesterday}&to={yesterday}"), &[]),
        ("?q=nuoc%20thai".to_owned(), only_second),
        ("?q=song%20thao%20511".to_owned(), only_first),
        ("?q=xyz".to_owned(), &[]),
        ("?province=25".to_owned(), only_first),
        ("?province=01".to_owned(), only_second),
        (format!("?officer={signer}"), &[]),
        (format!("?officer={officer}&q=sach"), only_second),
    ] {
        assert_eq!(
            letters(&listed(&desk, &desk.officer, &query).await),
            expected,
            "{query}"
        );
    }
    let page = listed(&desk, &desk.officer, "?limit=1").await;
    assert_eq!(letters(&page), only_second);
    let next = page.text("/page/next").to_owned();
    let rest = listed(&desk, &desk.officer, &format!("?limit=1&after={next}")).await;
    assert_eq!(letters(&rest), only_first);
    for (wrong, code) in [
        ("?from=x", "invalid_query"),
        ("?officer=x", "invalid_query"),
        ("?province=999", "invalid_query"),
        ("?colour=red", "invalid_query"),
        ("?after=x", "invalid_cursor"),
    ] {
        let refused = desk.app.get(&format!("/opinions{wrong}")).by(&desk.officer);
        assert_eq!(refused.expect(400).await.code(), code, "{wrong}");
    }
    // A cursor goes on with its own filters only.
    let other = format!("/opinions?limit=1&q=thao&after={next}");
    let refused = desk.app.get(&other).by(&desk.officer).expect(400).await;
    assert_eq!(refused.code(), "invalid_cursor");
}

#[actix_web::test]
async fn opinions_of_a_divided_province_are_found_in_the_parts_that_it_has_now() {
    let (desk, _) = given().await;
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    for (code, name) in [
        ("97", "Tỉnh Hùng Vương"),
        ("98", "Tỉnh Tam Đảo"),
        ("99", "Tỉnh Sông Đà"),
    ] {
        add(&desk.app, &keeper, "provinces", json!({"code": code, "name_vi": name})).await;
    }
    let first = ["511/SKHCN-QLCN"];
    let nothing: [&str; 0] = [];
    end(&desk.app, &keeper, ("provinces", "25"), &["97", "98"]).await;
    // Of which part it is nobody said yet.
    for province in ["25", "97", "98"] {
        let found = listed(&desk, &desk.officer, &format!("?province={province}")).await;
        assert_eq!(letters(&found), first, "{province}");
    }
    import(&desk.app, &keeper, "communes", "code,parent\n08494,97\n".to_owned()).await;
    let found = listed(&desk, &desk.officer, "?province=98").await;
    assert_eq!(letters(&found), nothing);
    end(&desk.app, &keeper, ("provinces", "25"), &["98", "99"]).await;
    for (province, expected) in [
        ("97", &nothing[..]),
        ("98", &first[..]),
        ("99", &first[..]),
        ("25", &first[..]),
    ] {
        let found = listed(&desk, &desk.officer, &format!("?province={province}")).await;
        assert_eq!(letters(&found), expected, "{province}");
    }
}

#[actix_web::test]
async fn each_opinion_of_a_dossier_is_one_and_support_is_none() {
    let desk = Desk::open().await;
    let mut decision = asked_for(&desk);
    decision["procedure"] = json!("OPN_DECISION");
    decision["given_on"] = Value::Null;
    let mut seen = desk.begin(&desk.officer, &decision).await;
    for event in ["issue_opinion", "technology_changed", "issue_opinion"] {
        seen = desk.take(&seen, event).await;
    }
    let support = json!({"procedure": "IP_SUPPORT", "content": content(&desk.tax_code)});
    let mut supported = desk.begin(&desk.owner, &support).await;
    for event in ["submit", "accept", "complete"] {
        supported = desk.take(&supported, event).await;
    }
    let all = listed(&desk, &desk.officer, "").await;
    let items = all.body["items"].as_array().unwrap();
    let dossiers: Vec<&Value> = items.iter().map(|item| &item["dossier_id"]).collect();
    assert_eq!(dossiers, [&seen.body["id"]; 2]);
}

#[actix_web::test]
async fn the_register_of_opinions_is_taken_as_it_is_listed() {
    let (desk, _) = given().await;
    let app = &desk.app;
    let take = |query: &[(&str, &str)]| app.get("/exports/opinions").by(&desk.officer).query(query);
    let file = take(&[]).expect(200).await;
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"opinions.csv\"")
    );
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(
        lines[0].contains("Số văn bản;Ngày văn bản;Ý kiến;Ý kiến (mã)"),
        "{text}"
    );
    assert!(lines[1].starts_with("512/SKHCN-QLCN;"), "{text}");
    assert!(
        lines[1].contains("Thống nhất, có điều kiện") && lines[1].contains(";AGREE_WITH_CONDITIONS;"),
        "{text}"
    );
    assert!(
        lines[0].contains("Ngành (VSIC);Phiên bản VSIC;Nước của chủ đầu tư;Nước của chủ đầu tư (mã)"),
        "{text}"
    );
    let details = ";10612;2025;Việt Nam;VN;Ngoài nhà nước;non_state;";
    assert!(
        lines[2].contains(details) && lines[2].contains(";Nhật Bản;JP;"),
        "{text}"
    );
    assert!(lines[1].contains("'=Khu xử lý nước thải"), "no formula: {text}");
    let today = desk.today().to_string();
    let line = take(&[("format", "jsonl"), ("from", &today)]).expect(200).await;
    let line: Value = serde_json::from_slice(&line.bytes).unwrap();
    let shown = listed(&desk, &desk.officer, &format!("?from={today}")).await;
    assert_eq!(line, shown.body["items"][0]);
    let book = take(&[("format", "xlsx"), ("language", "en")]).expect(200).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book.bytes)).unwrap();
    assert_eq!(book.worksheet_range_at(0).unwrap().unwrap().height(), 3);
    // What is outside of an officer's scope is in neither; whoever handles no dossiers has none.
    let here = Scope {
        communes: vec!["00004".into()],
        ..Scope::default()
    };
    let remote = app.officer_for(&[Permission::HandleDossiers], here).await;
    assert_eq!(letters(&listed(&desk, &remote, "").await), ["512/SKHCN-QLCN"]);
    let file = app.get("/exports/opinions").by(&remote).query(&[("format", "jsonl")]);
    assert_eq!(file.expect(200).await.body.as_array().unwrap().len(), 1);
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    for by in [&reader, &desk.owner] {
        app.get("/opinions").by(by).expect(403).await;
        app.get("/exports/opinions").by(by).expect(403).await;
    }
    app.get("/opinions").expect(401).await;
    assert_eq!(app.send_stale(take(&[])).await.code(), "step_up_required");
    let auditor = app.officer_who_may(&[Permission::ReadAudit]).await;
    for (deed, told) in [
        ("list.exported", "list=opinions"),
        ("dossiers.listed", "entries=1 opinions from="),
    ] {
        let trail = app.get("/audit").by(&auditor).query(&[("deed", deed)]);
        let trail = trail.expect(200).await.body.to_string();
        assert!(trail.contains(told), "{trail}");
    }
}

/// A report on the projects of some days.
pub async fn report(desk: &Desk, form: &str, (from, to): (jiff::civil::Date, jiff::civil::Date)) -> Value {
    let reader = desk.app.officer_who_may(&[Permission::ReadReports]).await;
    let (from, to) = (from.to_string(), to.to_string());
    let query = [("form", form), ("from", from.as_str()), ("to", to.as_str())];
    preview(&desk.app, &reader, &query).await.body
}

/// What the projects of today come to in Biểu 07, in a row.
pub async fn projects(desk: &Desk, row: &str) -> String {
    figure(
        &report(desk, "bieu_07", (desk.today(), desk.today())).await,
        row,
        "value",
    )
}

/// Technology and project stay as they were when it was given (Luật CGCN Đ.13.4, 18).
#[actix_web::test]
async fn an_opinion_is_on_the_technology_of_then() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut new = asked_for(&desk);
    new["procedure"] = json!("OPN_DECISION");
    new["given_on"] = Value::Null;
    let begun = desk.begin(&desk.officer, &new).await;
    let opinion = |ground: &str, number: &str| {
        json!({"event": "issue_opinion", "ground": ground, "note": "Theo văn bản của Sở.",
            "letter_number": number, "letter_on": desk.today()})
    };
    let first = desk.post(&begun, &desk.officer, &opinion("AGREE", "503/SKHCN")).await;
    assert_eq!(first.status, 200, "{}", first.body);
    let again = desk.take(&first, "technology_changed").await;
    let mut text = again.body["content"].clone();
    text["technology"]["name"] = json!("Sấy đối lưu");
    text["project"]["country"] = json!("JP");
    text["transferee"]["commune_code"] = json!("00004");
    let changed = write(&desk, &desk.officer, &again, &text).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    // Each has a letter of its own.
    for same in ["503/skhcn", "0503/SKHCN"] {
        let refused = desk.post(&changed, &desk.officer, &opinion("DISAGREE", same)).await;
        assert_eq!((refused.status, refused.code()), (409, "already_there"), "{same}");
    }
    let second = desk
        .post(&changed, &desk.officer, &opinion("DISAGREE", "504/SKHCN"))
        .await;
    assert_eq!(second.status, 200, "{}", second.body);

    let all = listed(&desk, &desk.officer, "").await;
    let told: Vec<Value> = all.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            json!([
                item["letter_number"],
                item["outcome"],
                item["technology"],
                item["commune_code"],
                item["project"]["country"]
            ])
        })
        .collect();
    let expected = [
        json!(["504/SKHCN", "DISAGREE", "Sấy đối lưu", "00004", "JP"]),
        json!(["503/SKHCN", "AGREE", "Công nghệ sấy lúa tầng sôi", "08494", "VN"]),
    ];
    assert_eq!(told, expected);
    for (query, expected) in [
        ("?q=tang%20soi", ["503/SKHCN"]),
        ("?q=doi%20luu", ["504/SKHCN"]),
        ("?province=25", ["503/SKHCN"]),
    ] {
        assert_eq!(letters(&listed(&desk, &desk.officer, query).await), expected, "{query}");
    }
    let file = desk.app.get("/exports/opinions").by(&desk.officer);
    let file = file.query(&[("format", "csv")]).expect(200).await;
    let file = String::from_utf8(file.bytes.clone()).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    assert!(
        lines[1].contains("Sấy đối lưu") && lines[2].contains("Công nghệ sấy lúa tầng sôi"),
        "{file}"
    );
    for (row, count) in [("01", "2"), ("06.JP", "1"), ("06.VN", "1")] {
        assert_eq!(projects(&desk, row).await, count, "{row}");
    }
}
