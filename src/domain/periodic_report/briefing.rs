//! The Department's briefing: each figure for the period and cumulated from 1 January; what is cumulated in all (enterprises,
//! links) from the beginning.

use super::Wanted;
use super::content::{Column, Content, Row, Source, Table};
use super::facts::{Class, Facts};
use super::forms::form;
use super::groups::counted;
use super::money::in_vietnamese;
use super::window::Window;
use crate::domain::procedure::CountsAs;

/// Codes of the indicators that are entered.
const ENTERED: [&str; 4] = ["S1", "S2", "S4", "S7"];
/// The columns.
pub(super) const PERIOD: &str = "period";
/// Cumulated.
pub(super) const CUMULATIVE: &str = "cumulative";

fn amendments(facts: &Facts, window: Window) -> impl Iterator<Item = &super::facts::CertificateFact> {
    facts
        .certificates_in(window)
        .filter(|one| matches!(one.class(), Class::Amended | Class::Extended))
}

fn many(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// What is counted of an indicator, within the period and cumulated.
fn figures(code: &str, facts: &Facts, windows: [Window; 2]) -> Option<[u64; 2]> {
    let deeds = |counts_as| windows.map(|window| many(facts.deeds_in(counts_as, window).count()));
    match code {
        "S3" => Some(deeds(CountsAs::Opinion)),
        "S5" => Some(windows.map(|window| many(amendments(facts, window).count()))),
        "S6" => Some([facts.registered, facts.registered_in_all]),
        "S8" => Some(deeds(CountsAs::IpSupport)),
        _ => None,
    }
}

pub(super) fn fill(wanted: &Wanted, facts: &Facts) -> (Table, Vec<Source>) {
    let whole = wanted.window.cumulative();
    let rows = form(wanted.form).indicators.iter().map(|indicator| {
        let counted = figures(&indicator.code, facts, [wanted.window, whole]).map(|counts| counts.map(counted));
        Row {
            code: indicator.code.clone(),
            name_vi: indicator.name.clone(),
            unit: Some(indicator.unit.clone()),
            is_entered: ENTERED.contains(&indicator.code.as_str()),
            figures: counted.map_or_else(|| vec![None, None], |counts| counts.map(Some).into()),
            ..Row::default()
        }
    });
    let column = |code: &str, name: &str| Column {
        code: code.to_owned(),
        name_vi: name.to_owned(),
        ..Column::default()
    };
    let table = Table {
        rows: rows.collect(),
        columns: vec![column(PERIOD, "Trong kỳ"), column(CUMULATIVE, "Lũy kế")],
    };
    // What is cumulated is counted, too: the whole window is told.
    let place = |code: &str| vec![code.to_owned()];
    let mut sources: Vec<Source> = amendments(facts, whole)
        .map(|one| one.source(place("S5"), false))
        .collect();
    sources.extend(facts.sources_of(CountsAs::Opinion, whole, |_| place("S3")));
    sources.extend(facts.sources_of(CountsAs::IpSupport, whole, |_| place("S8")));
    (table, sources)
}

/// What stands before and behind the number in the sentence of an indicator.
const SENTENCES: [(&str, &str, &str); 8] = [
    ("S1", "triển khai", "nhiệm vụ khoa học và công nghệ chuyển tiếp"),
    ("S2", "kinh phí sự nghiệp khoa học và công nghệ phân bổ là", "tỷ đồng"),
    ("S3", "thẩm định, cho ý kiến công nghệ đối với", "dự án đầu tư"),
    (
        "S4",
        "tham gia các đoàn kiểm tra, hội đồng thẩm định cấp giấy phép môi trường và đánh giá tác động môi trường đối với",
        "dự án",
    ),
    (
        "S5",
        "cấp",
        "Giấy chứng nhận đăng ký gia hạn, sửa đổi, bổ sung nội dung chuyển giao công nghệ",
    ),
    ("S6", "có", "doanh nghiệp đăng ký tham gia Sàn"),
    (
        "S7",
        "có",
        "link liên kết từ các máy tính khác trên internet tìm kiếm các sản phẩm, dây chuyền thiết bị",
    ),
    (
        "S8",
        "tư vấn, hỗ trợ xây dựng, bảo hộ sở hữu công nghiệp cho",
        "sản phẩm chủ lực, đặc trưng, có lợi thế, sản phẩm OCOP của tỉnh",
    ),
];

/// A sentence for each figure that is there, in the words in which the Department reports.
pub(super) fn sentences(content: &Content) -> Vec<String> {
    let number = |code: &str, column: &str| content.figure(code, column).map(|figure| in_vietnamese(&figure.value));
    let until = content.until().strftime("%d/%m/%Y");
    let since = content.cumulative_from.unwrap_or(content.from).strftime("%d/%m/%Y");
    let sentences = SENTENCES.iter().filter_map(|(code, before, behind)| {
        let (period, all) = (number(code, PERIOD), number(code, CUMULATIVE));
        // What counts from the beginning is told so.
        if matches!(*code, "S6" | "S7") {
            return Some(format!("lũy kế đến ngày {until}, {before} {} {behind}", all?));
        }
        match (period, all) {
            (Some(period), Some(all)) if all != period => {
                Some(format!("{before} {period} {behind} (lũy kế từ ngày {since}: {all})"))
            }
            (Some(number), _) => Some(format!("{before} {number} {behind}")),
            (None, Some(all)) => Some(format!("lũy kế từ ngày {since}, {before} {all} {behind}")),
            (None, None) => None,
        }
    });
    sentences.collect()
}
