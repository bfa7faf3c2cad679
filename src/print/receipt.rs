//! What stands on the receipt of a dossier (giấy tiếp nhận hồ sơ và hẹn trả kết quả), after Decree 30/2020. Which members the form of Decree
//! 61/2018 has is unverified: here are those that the receipt tells as JSON.

use jiff::civil::Date;

use super::PrintError;
use super::draw::Paper;
use super::head::{self, Head};
use super::page::{self, BODY, Flow, Sheet, Style};
use super::style::{CENTRED, HEADING, LEFT, RIGHT, SIGNATURE, SMALL, TEXT, TITLE};
use super::text::{Face, Fonts};
use super::wording;

/// What it is called.
const NAME: &str = "Giấy tiếp nhận hồ sơ và hẹn trả kết quả";
/// What lays it down.
const BASIS: &str = "(Nghị định số 61/2018/NĐ-CP, Nghị định số 118/2025/NĐ-CP)";

/// A paper that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedPaper {
    /// What people call it.
    pub name: String,
    /// In which form, in Vietnamese.
    pub form: Option<&'static str>,
    /// Pages.
    pub pages: Option<u16>,
}

/// Why there is no day of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDay {
    /// More is waited for: it is back with whoever files, or whoever asked was asked for more.
    Awaited,
    /// It is decided.
    Decided,
    /// The rules have no term.
    NoTerm,
}

impl NoDay {
    /// Its code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Awaited => "awaited",
            Self::Decided => "decided",
            Self::NoTerm => "no_term",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Awaited => "chưa có, do hồ sơ đang chờ bổ sung",
            Self::Decided => "không còn, do hồ sơ đã giải quyết xong",
            Self::NoTerm => "không có, do thủ tục không quy định thời hạn",
        }
    }
}

/// What a receipt tells, in Vietnamese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The body above the authority.
    pub superior: Option<String>,
    /// The authority before which the dossier comes.
    pub authority: String,
    /// Where it is.
    pub place: Option<String>,
    /// The dossier's number.
    pub number: String,
    /// The procedure.
    pub procedure: String,
    /// Who handed it in.
    pub handed_in_by: Option<String>,
    /// The day on which it came.
    pub received_on: Date,
    /// The day on which that was entered.
    pub entered_on: Date,
    /// What was handed in.
    pub papers: Vec<ReceivedPaper>,
    /// The officer who handles it.
    pub officer: Option<String>,
    /// The fee, in đồng.
    pub fee: Option<i64>,
    /// Where the dossier stands.
    pub state: String,
    /// Until when it is decided, or why there is no such day.
    pub result_due_on: Result<Date, NoDay>,
    /// The day that was promised instead.
    pub promised_on: Option<Date>,
}

/// What it is, beside what stands on it.
pub(super) fn paper(receipt: &Receipt) -> Paper<'_> {
    Paper {
        title: format!("{NAME} số {}", receipt.number),
        author: &receipt.authority,
        id: format!("receipt/{}/{}", receipt.number, receipt.received_on),
        number: &receipt.number,
        day: receipt.received_on,
        address: None,
        attachment: None,
    }
}

/// Sets a receipt.
pub(super) fn set(receipt: &Receipt, fonts: &Fonts) -> Result<Sheet, PrintError> {
    let mut flow = Flow::new(fonts);
    let head = Head {
        superior: receipt.superior.as_deref(),
        authority: &receipt.authority,
        number: &receipt.number,
        place: receipt.place.as_deref(),
        day: receipt.received_on,
        is_narrow: false,
    };
    head::write(&mut flow, &head)?;
    flow.write(&Style { above: 22.0, ..TITLE }, &[(Face::Bold, "GIẤY TIẾP NHẬN HỒ SƠ")])?;
    flow.write(&TITLE, &[(Face::Bold, "VÀ HẸN TRẢ KẾT QUẢ")])?;
    flow.write(&CENTRED, &[(Face::Italic, BASIS)])?;
    dossier(&mut flow, receipt)?;
    papers(&mut flow, &receipt.papers)?;
    days(&mut flow, receipt)?;
    closing(&mut flow, receipt)?;
    Ok(Sheet {
        pages: page::pages(flow.rows),
        roles: flow.roles,
    })
}

/// A label and what stands behind it.
fn field(flow: &mut Flow<'_>, label: &str, value: &str) -> Result<(), PrintError> {
    let label = format!("- {label}: ");
    flow.write(&TEXT, &[(Face::Regular, &label), (Face::Regular, value.trim())])
}

fn heading(flow: &mut Flow<'_>, text: &str) -> Result<(), PrintError> {
    flow.write(&HEADING, &[(Face::Bold, text)])
}

fn dossier(flow: &mut Flow<'_>, receipt: &Receipt) -> Result<(), PrintError> {
    heading(flow, "1. Hồ sơ")?;
    field(flow, "Mã hồ sơ", &receipt.number)?;
    if let Some(who) = &receipt.handed_in_by {
        field(flow, "Tiếp nhận hồ sơ của", who)?;
    }
    field(flow, "Nội dung yêu cầu giải quyết", &receipt.procedure)?;
    field(flow, "Trạng thái hồ sơ", &receipt.state)
}

fn papers(flow: &mut Flow<'_>, papers: &[ReceivedPaper]) -> Result<(), PrintError> {
    heading(flow, "2. Thành phần hồ sơ nộp gồm")?;
    if papers.is_empty() {
        return flow.write(&TEXT, &[(Face::Regular, "Không có giấy tờ kèm theo.")]);
    }
    for (place, paper) in papers.iter().enumerate() {
        let pages = paper.pages.map(|pages| format!("{pages} trang"));
        let more: Vec<&str> = paper.form.into_iter().chain(pages.as_deref()).collect();
        let more = if more.is_empty() {
            String::new()
        } else {
            format!(" ({})", more.join("; "))
        };
        let line = format!("{}. {}{more}", place + 1, paper.name.trim());
        flow.write(&TEXT, &[(Face::Regular, &line)])?;
    }
    Ok(())
}

fn days(flow: &mut Flow<'_>, receipt: &Receipt) -> Result<(), PrintError> {
    heading(flow, "3. Thời hạn")?;
    field(flow, "Ngày nhận hồ sơ", &wording::day(receipt.received_on))?;
    if receipt.entered_on != receipt.received_on {
        field(flow, "Ngày ghi vào hệ thống", &wording::day(receipt.entered_on))?;
    }
    match receipt.result_due_on {
        Ok(day) => field(flow, "Ngày hẹn trả kết quả", &wording::day(day))?,
        Err(why) => field(flow, "Ngày hẹn trả kết quả", why.words())?,
    }
    if let Some(day) = receipt.promised_on {
        field(flow, "Ngày hẹn lại theo thư xin lỗi", &wording::day(day))?;
    }
    if let Some(fee) = receipt.fee {
        field(flow, "Phí, lệ phí", &wording::amount(&fee.to_string(), Some("VND")))?;
    }
    Ok(())
}

/// Who handed it in and who received it, side by side, and what the paper is.
fn closing(flow: &mut Flow<'_>, receipt: &Receipt) -> Result<(), PrintError> {
    if let Some(last) = flow.rows.last_mut() {
        last.keep = true;
    }
    let mut columns = Vec::new();
    for (frame, who, name) in [
        (LEFT, "NGƯỜI NỘP HỒ SƠ", None),
        (RIGHT, "NGƯỜI TIẾP NHẬN HỒ SƠ", receipt.officer.as_deref()),
    ] {
        let mut column = flow.paragraph(&CENTRED, frame, &[(Face::Bold, who)])?;
        column.extend(flow.paragraph(&CENTRED, frame, &[(Face::Italic, "(Ký và ghi rõ họ tên)")])?);
        if let Some(name) = name {
            let style = Style {
                above: SIGNATURE,
                ..CENTRED
            };
            column.extend(flow.paragraph(&style, frame, &[(Face::Bold, name.trim())])?);
        }
        columns.push(column);
    }
    let mut rows = page::beside(columns);
    if let Some(first) = rows.first_mut() {
        first.above += 18.0;
    }
    let note = Style { above: 20.0, ..SMALL };
    let said = "Giấy này cho biết tình trạng hồ sơ khi được đọc trên Sàn; hồ sơ được bổ sung, gia hạn thì ngày hẹn thay đổi theo.";
    rows.extend(flow.paragraph(&note, BODY, &[(Face::Italic, said)])?);
    let count = rows.len();
    for (place, row) in rows.iter_mut().enumerate() {
        row.keep = place + 1 < count;
    }
    flow.rows.extend(rows);
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{NoDay, Receipt, ReceivedPaper, set};
    use crate::print::page::Shape;
    use crate::print::receipt as print;
    use crate::print::text::Fonts;

    fn receipt() -> Receipt {
        Receipt {
            superior: Some("Ủy ban nhân dân tỉnh Phú Thọ".into()),
            authority: "Sở Khoa học và Công nghệ tỉnh Phú Thọ".into(),
            place: Some("Phú Thọ".into()),
            number: "HS-REG-2026-00007".into(),
            procedure: "Đăng ký chuyển giao công nghệ".into(),
            handed_in_by: Some("Công ty TNHH Cơ khí Sông Thao".into()),
            received_on: date(2026, 3, 2),
            entered_on: date(2026, 3, 4),
            papers: vec![ReceivedPaper {
                name: "Hợp đồng chuyển giao công nghệ".into(),
                form: Some("bản chính"),
                pages: Some(12),
            }],
            officer: Some("Trần Văn Duyệt".into()),
            fee: Some(7_500_000),
            state: "Đang xem xét".into(),
            result_due_on: Ok(date(2026, 3, 9)),
            promised_on: None,
        }
    }

    /// All that is printed, without the breaks between lines.
    fn printed(receipt: &Receipt) -> String {
        let sheet = set(receipt, &Fonts::load(2).unwrap()).unwrap();
        let mut items: Vec<_> = sheet.pages.iter().flatten().collect();
        items.sort_by_key(|item| item.paragraph);
        let texts = items.iter().filter_map(|item| match &item.shape {
            Shape::Text { line, .. } => Some(line.runs.iter().map(|run| run.text.as_str()).collect::<String>()),
            Shape::Rule { .. } | Shape::Code { .. } => None,
        });
        let text: String = texts.collect::<Vec<_>>().join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_receipt_tells_who_what_and_until_when() {
        let text = printed(&receipt());
        for told in [
            "HS-REG-2026-00007",
            "Công ty TNHH Cơ khí Sông Thao",
            "1. Hợp đồng chuyển giao công nghệ (bản chính; 12 trang)",
            "Ngày nhận hồ sơ: 02/03/2026",
            "Ngày ghi vào hệ thống: 04/03/2026",
            "Ngày hẹn trả kết quả: 09/03/2026",
            "7.500.000 đồng",
            "Trần Văn Duyệt",
            "Phú Thọ, ngày 02 tháng 3 năm 2026",
        ] {
            assert!(text.contains(told), "{told}: {text}");
        }
        assert!(!text.contains("thư xin lỗi"));
    }

    #[test]
    fn why_there_is_no_day_is_one_reason() {
        let told = [
            (NoDay::Awaited, "đang chờ bổ sung"),
            (NoDay::Decided, "đã giải quyết xong"),
            (NoDay::NoTerm, "không quy định thời hạn"),
        ];
        for (why, words) in told {
            let text = printed(&Receipt {
                result_due_on: Err(why),
                ..receipt()
            });
            for (_, other) in told {
                assert_eq!(text.contains(other), other == words, "{why:?}: {text}");
            }
        }
    }

    #[test]
    fn the_same_receipt_has_the_same_bytes_and_another_has_others() {
        let one = print(&receipt()).unwrap();
        assert!(one.starts_with(b"%PDF-"));
        assert_eq!(one, print(&receipt()).unwrap());
        let later = Receipt {
            result_due_on: Ok(date(2026, 3, 10)),
            ..receipt()
        };
        assert_ne!(one, print(&later).unwrap());
        // A long list of papers goes on over pages, to the byte as well.
        let paper = receipt().papers.remove(0);
        let many = Receipt {
            papers: vec![paper; 100],
            ..receipt()
        };
        let sheet = set(&many, &Fonts::load(2).unwrap()).unwrap();
        assert!(sheet.pages.len() > 2);
        assert_eq!(print(&many).unwrap(), print(&many).unwrap());
    }

    #[test]
    fn a_letter_without_a_glyph_is_refused_by_name() {
        let receipt = Receipt {
            handed_in_by: Some("中村精機".into()),
            ..receipt()
        };
        assert_eq!(print(&receipt).unwrap_err().to_string(), "cannot print the letter '中'");
    }
}
