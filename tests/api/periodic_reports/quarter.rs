//! The first quarter of 2026, as the Department reported it: 3 certificates of extension, amendment or supplement, 22 opinions on
//! technology, 13 products whose protection was supported; entered through the API on days of that quarter and read back.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::{clerk, entered, figure, preview};
use crate::certificates::certificate_of;
use crate::dossiers::{Desk, content};
use crate::harness::{Person, Reply};

/// The desk on a later day.
async fn go_to(desk: Desk, day: Date) -> Desk {
    let days = desk.today().until(day).unwrap().get_days();
    let desk = desk.later(i64::from(days)).await;
    assert_eq!(desk.today(), day);
    desk
}

async fn opinion(desk: &Desk, procedure: &str) {
    let mut new = json!({"procedure": procedure, "content": content(&desk.tax_code)});
    if procedure == "OPN_POLICY" {
        new["given_on"] = json!(desk.today());
    }
    let begun = desk.begin(&desk.officer, &new).await;
    desk.take(&begun, "issue_opinion").await;
}

async fn support(desk: &Desk) {
    let new = json!({"procedure": "IP_SUPPORT", "content": content(&desk.tax_code)});
    let mut seen = desk.begin(&desk.officer, &new).await;
    for event in ["submit", "accept", "complete"] {
        seen = desk.take(&seen, event).await;
    }
}

/// Amends a certificate, as far as the certificate of that.
async fn amend(desk: &Desk, number: &str, kinds: &[&str], value: Option<i64>) -> Reply {
    let mut text = content(&desk.tax_code);
    text["amendment"]["certificate_number"] = json!(number);
    text["amendment"]["kinds"] = json!(kinds);
    text["amendment"]["new_vnd_value"] = json!(value);
    if !kinds.contains(&"extension") {
        text["amendment"]["new_ends_on"] = Value::Null;
    }
    if kinds.contains(&"supplement") {
        let more = json!({"clause": "Điều 3a", "after": "Bên giao cử chuyên gia trong 6 tháng."});
        text["amendment"]["changes"].as_array_mut().unwrap().push(more);
    }
    (text["contract"], text["money"]) = (json!({}), json!({}));
    let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": text});
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    certificate_of(desk, &seen).await
}

/// What happened on one day of each month.
async fn month(desk: &Desk, opinions: [usize; 2], supported: usize) {
    for (procedure, count) in ["OPN_POLICY", "OPN_DECISION"].into_iter().zip(opinions) {
        for _ in 0..count {
            opinion(desk, procedure).await;
        }
    }
    for _ in 0..supported {
        support(desk).await;
    }
}

/// The figures of a period, and cumulated.
async fn briefing(desk: &Desk, by: &Person, query: &[(&str, &str)]) -> [[String; 2]; 4] {
    let seen = preview(&desk.app, by, &[&[("form", "briefing")], query].concat()).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    ["S3", "S5", "S8", "S6"].map(|row| ["period", "cumulative"].map(|column| figure(&seen.body, row, column)))
}

fn both(figures: [[i64; 2]; 4]) -> [[String; 2]; 4] {
    figures.map(|row| row.map(|figure| figure.to_string()))
}

#[actix_web::test]
async fn the_quarter_is_read_back_as_it_was_entered() {
    // What happened the year before is none of it.
    let desk = Desk::on(date(2025, 12, 31)).await;
    month(&desk, [1, 0], 1).await;
    let other = |paper: &mut Value| paper["authority"] = json!("SKHCN-HB");
    let old = [
        entered(&desk, "03/2023/CNĐKCGCN-SKHCN", "2023-05-16", &|_| {}).await,
        entered(&desk, "11/2024/CNĐKCGCN-SKHCN", "2024-06-03", &other).await,
    ];
    let desk = go_to(desk, date(2026, 1, 1)).await;
    month(&desk, [5, 2], 4).await;
    let dossier = desk.counter().register(&content(&desk.tax_code)).await;
    let new = certificate_of(&desk, &dossier).await;
    amend(&desk, new.text("/number"), &["extension"], None).await;
    let desk = go_to(desk, date(2026, 2, 10)).await;
    month(&desk, [5, 2], 4).await;
    amend(
        &desk,
        old[0].text("/number"),
        &["amendment", "supplement"],
        Some(9_000_000_600),
    )
    .await;
    let desk = go_to(desk, date(2026, 3, 31)).await;
    month(&desk, [6, 2], 5).await;
    amend(&desk, old[1].text("/number"), &["extension", "amendment"], None).await;
    let desk = go_to(desk, date(2026, 4, 1)).await;
    month(&desk, [1, 0], 1).await;

    let clerk = clerk(&desk.app).await;
    // The enterprise registered on the last day of the year before.
    let quarter = briefing(&desk, &clerk, &[("period", "2026-Q1")]).await;
    assert_eq!(quarter, both([[22, 22], [3, 3], [13, 13], [0, 1]]));
    let january = briefing(&desk, &clerk, &[("period", "2026-01")]).await;
    assert_eq!(january, both([[7, 7], [1, 1], [4, 4], [0, 1]]));
    let march = briefing(&desk, &clerk, &[("period", "2026-03")]).await;
    assert_eq!(march, both([[8, 22], [1, 3], [5, 13], [0, 1]]));
    let to_date = briefing(&desk, &clerk, &[("from", "2026-03-01"), ("to", "2026-03-11")]).await;
    assert_eq!(to_date, both([[0, 14], [0, 2], [0, 8], [0, 1]]));
    let before = briefing(&desk, &clerk, &[("period", "2025-12")]).await;
    assert_eq!(before, both([[1, 1], [0, 0], [1, 1], [1, 1]]));

    let table = preview(&desk.app, &clerk, &[("form", "a_iv_11"), ("period", "2026-Q1")]).await;
    let row = |code: &str| ["3", "4", "5", "6", "7", "8"].map(|column| figure(&table.body, code, column));
    let expected = ["1", "7500", "2", "16500.001", "1", "7500"];
    assert_eq!(
        (row("25"), row("total")),
        (expected.map(str::to_owned), expected.map(str::to_owned))
    );
    let form = preview(&desk.app, &clerk, &[("form", "bieu_07"), ("period", "2026-Q1")]).await;
    let of = |row: &str| figure(&form.body, row, "value");
    assert_eq!(
        ["01", "03", "07", "09", "11", "14", "18", "2.7"].map(of),
        ["22", "22", "1", "1", "1", "1", "1", "7500"]
    );
    let list = preview(&desk.app, &clerk, &[("form", "registrations"), ("period", "2026-Q1")]).await;
    assert_eq!(
        ["total", "kind.registration", "kind.amendment"].map(|row| figure(&list.body, row, "count")),
        ["1", "1", "3"]
    );

    published(&desk, &clerk).await;
}

/// The quarter as it is published, in the words of the Department.
async fn published(desk: &Desk, clerk: &Person) {
    let entered = [
        ("S1", "period", "51"),
        ("S2", "period", "17.4"),
        ("S4", "period", "19"),
        ("S7", "cumulative", "11000"),
    ];
    let entered = entered.map(|(row, column, value)| json!({"row": row, "column": column, "value": value}));
    let body = json!({"form": "briefing", "period": "2026-Q1", "entered_figures": entered});
    let call = desk.app.post("/periodic-reports").by(clerk);
    let published = call.json(&body).expect(201).await;
    assert_eq!(
        published.body["content"]["sentences"],
        json!([
            "triển khai 51 nhiệm vụ khoa học và công nghệ chuyển tiếp",
            "kinh phí sự nghiệp khoa học và công nghệ phân bổ là 17,4 tỷ đồng",
            "thẩm định, cho ý kiến công nghệ đối với 22 dự án đầu tư",
            "tham gia các đoàn kiểm tra, hội đồng thẩm định cấp giấy phép môi trường và đánh giá tác động môi trường đối với 19 dự án",
            "cấp 3 Giấy chứng nhận đăng ký gia hạn, sửa đổi, bổ sung nội dung chuyển giao công nghệ",
            "lũy kế đến ngày 31/03/2026, có 1 doanh nghiệp đăng ký tham gia Sàn",
            "lũy kế đến ngày 31/03/2026, có 11.000 link liên kết từ các máy tính khác trên internet tìm kiếm các sản phẩm, dây chuyền thiết bị",
            "tư vấn, hỗ trợ xây dựng, bảo hộ sở hữu công nghiệp cho 13 sản phẩm chủ lực, đặc trưng, có lợi thế, sản phẩm OCOP của tỉnh",
        ])
    );
    let path = format!("/periodic-reports/{}?sources=true", published.text("/id"));
    let seen = desk.app.get(&path).by(clerk).expect(200).await;
    let sources = seen.body["sources"].as_array().unwrap();
    let count = |row: &str| {
        sources
            .iter()
            .filter(|source| source["counted_in"] == json!([row]))
            .count()
    };
    assert_eq!((count("S3"), count("S5"), count("S8"), sources.len()), (22, 3, 13, 38));
    let trail = desk.app.deeds(published.text("/id"));
    let deeds: Vec<&str> = trail.iter().map(|(deed, _)| deed.as_str()).collect();
    assert_eq!(deeds, ["report.published", "report.sources_read"]);
}
