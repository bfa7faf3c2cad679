//! A report as a workbook, set like an official form: heading, numbered columns, figures as numbers, remarks, and whoever
//! draws it up and signs. The same report gives the same bytes. Texts are texts, never formulas.

use jiff::Timestamp;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::{Published, sha256};
use crate::domain::calendar;
use crate::domain::certificate::names::InVietnamese;
use crate::domain::dossier::EconomicType;
use crate::domain::periodic_report::content::{Content, Figure, Row, RowKind, Source, SourceKind};
use crate::domain::periodic_report::money::in_vietnamese;
use crate::service::{Error, Result};

/// A4.
const PAPER: u8 = 9;
/// Widths of the columns in front of the figures, and of those.
const WIDTHS: [f64; 4] = [9.0, 52.0, 13.0, 16.0];
/// The most characters that a cell holds.
const MOST_IN_CELL: usize = 32_767;

/// What stands on a workbook beside the figures.
#[derive(Clone, Copy, Debug)]
pub enum Edition<'a> {
    /// Not published: figures as they were then.
    Preview(Timestamp),
    /// As it was published.
    Published(&'a Published),
}

struct Style {
    title: Format,
    bold: Format,
    plain: Format,
    centre: Format,
    head: Format,
    text: Format,
    strong_text: Format,
    number: Format,
    strong_number: Format,
    decimal: Format,
    strong_decimal: Format,
    wrapped: Format,
}

impl Style {
    fn new() -> Self {
        let plain = Format::new().set_font_name("Times New Roman").set_font_size(12.0);
        let cell = plain
            .clone()
            .set_border(FormatBorder::Thin)
            .set_align(FormatAlign::VerticalCenter);
        let number = cell.clone().set_num_format("#,##0").set_align(FormatAlign::Right);
        // Only of what has decimals: whole numbers would be shown with a point behind them.
        let decimal = number.clone().set_num_format("#,##0.0##");
        Self {
            title: plain
                .clone()
                .set_bold()
                .set_font_size(14.0)
                .set_align(FormatAlign::Center)
                .set_text_wrap(),
            bold: plain.clone().set_bold(),
            centre: plain.clone().set_italic().set_align(FormatAlign::Center),
            head: cell.clone().set_bold().set_align(FormatAlign::Center).set_text_wrap(),
            strong_text: cell.clone().set_bold().set_text_wrap(),
            text: cell.set_text_wrap(),
            strong_number: number.clone().set_bold(),
            number,
            strong_decimal: decimal.clone().set_bold(),
            decimal,
            wrapped: plain.clone().set_text_wrap().set_align(FormatAlign::Top),
            plain,
        }
    }
}

/// The workbook of a report; with a sheet of what it counted where that is given.
pub fn workbook(content: &Content, sources: Option<&[Source]>, edition: Edition<'_>) -> Result<Vec<u8>> {
    written(content, sources, edition).map_err(Error::internal)
}

fn written(
    content: &Content,
    sources: Option<&[Source]>,
    edition: Edition<'_>,
) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let at = match edition {
        Edition::Preview(at) => at,
        Edition::Published(report) => report.published_at,
    };
    let made = ExcelDateTime::from_timestamp(at.as_second())?;
    let properties = DocProperties::new()
        .set_title(&content.title_vi)
        .set_author(&content.reporter);
    workbook.set_properties(&properties.set_creation_datetime(&made));
    let style = Style::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Biểu")?;
    Form { content, style: &style }.write(sheet, edition)?;
    if let Some(sources) = sources {
        let sheet = workbook.add_worksheet();
        sheet.set_name("Danh sách")?;
        list(sheet, content, sources, &style)?;
    }
    workbook.save_to_buffer()
}

/// A text that fits a cell.
fn cell(text: &str) -> String {
    text.chars().take(MOST_IN_CELL).collect()
}

fn day(day: jiff::civil::Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

struct Form<'a> {
    content: &'a Content,
    style: &'a Style,
}

impl Form<'_> {
    /// Whether units stand in a column of their own, and not over each column.
    fn has_units(&self) -> bool {
        self.content.rows.iter().any(|row| row.unit.is_some())
    }

    /// How many columns stand in front of the figures.
    fn first(&self) -> u16 {
        if self.has_units() { 3 } else { 2 }
    }

    fn last(&self) -> u16 {
        let columns = u16::try_from(self.content.columns.len()).unwrap_or(u16::MAX);
        self.first().saturating_add(columns).saturating_sub(1)
    }

    fn write(&self, sheet: &mut Worksheet, edition: Edition<'_>) -> std::result::Result<(), XlsxError> {
        sheet.set_paper_size(PAPER).set_landscape().set_print_fit_to_pages(1, 0);
        for column in 0..=self.last() {
            let is_front = column < self.first();
            let at = if is_front { usize::from(column) } else { 3 };
            sheet.set_column_width(column, WIDTHS.get(at).copied().unwrap_or(16.0))?;
        }
        let head = self.heading(sheet, edition)?;
        let row = self.columns(sheet, head)?;
        sheet.set_repeat_rows(head, row.saturating_sub(1))?;
        let row = self.rows(sheet, row)?;
        let row = self.remarks(sheet, row.saturating_add(1))?;
        self.signatures(sheet, row.saturating_add(1), edition)
    }

    /// A line over all columns.
    fn line(&self, sheet: &mut Worksheet, row: u32, text: &str, format: &Format) -> std::result::Result<(), XlsxError> {
        sheet.merge_range(row, 0, row, self.last(), &cell(text), format)?;
        Ok(())
    }

    fn heading(&self, sheet: &mut Worksheet, edition: Edition<'_>) -> std::result::Result<u32, XlsxError> {
        let (content, style) = (self.content, self.style);
        let superior = content.superior.as_deref().unwrap_or_default().to_uppercase();
        sheet.write_string_with_format(0, 0, superior, &style.plain)?;
        sheet.write_string_with_format(1, 0, content.reporter.to_uppercase(), &style.bold)?;
        let number = content.form_number.as_deref().unwrap_or_default();
        sheet.write_string_with_format(0, self.last(), number, &style.bold)?;
        sheet.set_row_height(3, 36)?;
        self.line(sheet, 3, &content.title_vi.to_uppercase(), &style.title)?;
        let mut window = format!("Kỳ báo cáo: từ ngày {} đến ngày {}", day(content.from), day(content.to));
        if let Some(until) = content.counted_until {
            window = format!("{window}; số liệu đến ngày {}", day(until));
        }
        if let Some(since) = content.cumulative_from {
            window = format!("{window}; lũy kế từ ngày {}", day(since));
        }
        self.line(sheet, 4, &window, &style.centre)?;
        let kind: Option<EconomicType> = content.economic_type.as_deref().and_then(|kind| kind.parse().ok());
        let scope = kind.map_or_else(String::new, |kind| {
            format!(
                "Phạm vi: doanh nghiệp có loại hình kinh tế “{}”. ",
                kind.in_vietnamese()
            )
        });
        self.line(
            sheet,
            5,
            &format!("{scope}Căn cứ: {}", content.legal_basis),
            &style.centre,
        )?;
        let edition = match edition {
            Edition::Preview(at) => {
                let at = calendar::local(at).strftime("%H:%M ngày %d/%m/%Y").to_string();
                format!("BẢN XEM TRƯỚC, CHƯA CÔNG BỐ (số liệu lúc {at})")
            }
            Edition::Published(report) => {
                let on = day(calendar::day_of(report.published_at));
                format!("Phiên bản {}, công bố ngày {on}", report.version)
            }
        };
        self.line(sheet, 6, &edition, &style.centre)?;
        Ok(8)
    }

    fn columns(&self, sheet: &mut Worksheet, row: u32) -> std::result::Result<u32, XlsxError> {
        let (head, numbers) = (&self.style.head, row.saturating_add(1));
        let is_numbered = self
            .content
            .columns
            .iter()
            .all(|column| column.code.parse::<u8>().is_ok());
        let front = ["Mã số", "Chỉ tiêu", "Đơn vị tính"];
        for (column, name) in (0..self.first()).zip(front) {
            sheet.write_string_with_format(row, column, name, head)?;
            let letter = if is_numbered { ["1", "2", ""] } else { ["A", "B", "C"] };
            let letter = letter.get(usize::from(column)).copied().unwrap_or_default();
            sheet.write_string_with_format(numbers, column, letter, head)?;
        }
        for (at, column) in (1_u16..).zip(&self.content.columns) {
            let place = self.first().saturating_add(at).saturating_sub(1);
            let unit = column
                .unit
                .as_ref()
                .map(|unit| format!(" ({unit})"))
                .unwrap_or_default();
            sheet.write_string_with_format(row, place, format!("{}{unit}", column.name_vi), head)?;
            let number = if is_numbered {
                column.code.clone()
            } else {
                at.to_string()
            };
            sheet.write_string_with_format(numbers, place, number, head)?;
        }
        sheet.set_row_height(row, 48)?;
        Ok(numbers.saturating_add(1))
    }

    fn rows(&self, sheet: &mut Worksheet, first: u32) -> std::result::Result<u32, XlsxError> {
        let mut at = first;
        for row in &self.content.rows {
            self.row(sheet, at, row)?;
            at = at.saturating_add(1);
        }
        Ok(at)
    }

    fn row(&self, sheet: &mut Worksheet, at: u32, row: &Row) -> std::result::Result<(), XlsxError> {
        let is_strong = matches!(row.kind, RowKind::Total | RowKind::Heading);
        let style = &self.style;
        let (text, whole, decimal) = if is_strong {
            (&style.strong_text, &style.strong_number, &style.strong_decimal)
        } else {
            (&style.text, &style.number, &style.decimal)
        };
        // Words are the program's codes; the forms number their rows.
        let is_forms = row.code.chars().count() <= 4 && row.code.chars().any(|sign| sign.is_ascii_digit());
        let code = if is_forms { row.code.as_str() } else { "" };
        sheet.write_string_with_format(at, 0, code, text)?;
        let indented = text.clone().set_indent(row.level);
        sheet.write_string_with_format(at, 1, cell(&row.name_vi), &indented)?;
        if self.has_units() {
            sheet.write_string_with_format(at, 2, row.unit.as_deref().unwrap_or_default(), text)?;
        }
        for (column, figure) in (self.first()..).zip(&row.figures) {
            match figure.as_ref().and_then(shown) {
                Some(value) if value.fract() == 0.0 => sheet.write_number_with_format(at, column, value, whole)?,
                Some(value) => sheet.write_number_with_format(at, column, value, decimal)?,
                None => sheet.write_blank(at, column, whole)?,
            };
        }
        Ok(())
    }

    fn remarks(&self, sheet: &mut Worksheet, first: u32) -> std::result::Result<u32, XlsxError> {
        let findings = self.content.findings.iter();
        let findings =
            findings.map(|finding| format!("- {} ({})", finding.vi, in_vietnamese(&finding.count.to_string())));
        let sentences = self.content.sentences.iter().map(|sentence| format!("- {sentence};"));
        let blocks = [
            ("Ghi chú:", findings.collect::<Vec<_>>()),
            ("Kết quả thực hiện:", sentences.collect()),
        ];
        let mut at = first;
        for (name, lines) in blocks.into_iter().filter(|(_, lines)| !lines.is_empty()) {
            self.line(sheet, at, name, &self.style.bold)?;
            for line in &lines {
                at = at.saturating_add(1);
                sheet.set_row_height(at, 32)?;
                self.line(sheet, at, line, &self.style.wrapped)?;
            }
            at = at.saturating_add(2);
        }
        Ok(at)
    }

    fn signatures(&self, sheet: &mut Worksheet, row: u32, edition: Edition<'_>) -> std::result::Result<(), XlsxError> {
        let style = self.style;
        sheet.write_string_with_format(row, 1, "NGƯỜI LẬP BIỂU", &style.bold)?;
        sheet.write_string_with_format(row, self.last(), "THỦ TRƯỞNG ĐƠN VỊ", &style.bold)?;
        let below = row.saturating_add(1);
        sheet.write_string_with_format(below, 1, "(Ký, họ tên)", &style.plain)?;
        sheet.write_string_with_format(below, self.last(), "(Ký, đóng dấu, họ tên)", &style.plain)?;
        if let Edition::Published(report) = edition {
            let told = format!(
                "Người công bố trên Sàn: {}. SHA-256: {}",
                report.publisher,
                sha256(report)
            );
            self.line(sheet, row.saturating_add(6), &told, &style.plain)?;
        }
        Ok(())
    }
}

/// A figure as a number.
fn shown(figure: &Figure) -> Option<f64> {
    figure.value.parse().ok()
}

/// What was counted.
fn list(
    sheet: &mut Worksheet,
    content: &Content,
    sources: &[Source],
    style: &Style,
) -> std::result::Result<(), XlsxError> {
    let has_names = sources.iter().any(|source| source.technology.is_some());
    let names: &[&str] = if has_names {
        &["Bên giao", "Bên nhận", "Công nghệ"]
    } else {
        &[]
    };
    let front = ["Số TT", "Loại", "Số", "Ngày", "Tính vào", "Giá trị (đồng)", "Ghi chú"];
    sheet.set_paper_size(PAPER).set_landscape().set_print_fit_to_pages(1, 0);
    let title = format!("{}: danh sách đã tính", content.title_vi);
    sheet.write_string_with_format(0, 0, cell(&title), &style.bold)?;
    for (column, name) in (0_u16..).zip(front.iter().chain(names)) {
        sheet.write_string_with_format(2, column, *name, &style.head)?;
        sheet.set_column_width(column, if column == 0 { 7.0 } else { 24.0 })?;
    }
    for (number, (row, source)) in (1_u32..).zip((3_u32..).zip(sources)) {
        sheet.write_number_with_format(row, 0, number, &style.number)?;
        let kind = match source.kind {
            SourceKind::Certificate => "Giấy chứng nhận, Giấy phép",
            SourceKind::Dossier => "Hồ sơ",
        };
        let texts = [
            kind.to_owned(),
            source.number.clone(),
            day(source.day),
            source.counted_in.join("; "),
        ];
        for (column, text) in (1_u16..).zip(texts) {
            sheet.write_string_with_format(row, column, cell(&text), &style.text)?;
        }
        match source.vnd_value {
            // A spreadsheet keeps fifteen digits; values have no more.
            Some(value) => sheet.write_number_with_format(row, 5, vnd(value), &style.number)?,
            None => sheet.write_blank(row, 5, &style.number)?,
        };
        sheet.write_string_with_format(row, 6, remark(source), &style.text)?;
        let names = [&source.transferor, &source.transferee, &source.technology];
        for (column, name) in (7_u16..).zip(names).filter(|_| has_names) {
            let name = name.as_deref().unwrap_or_default();
            sheet.write_string_with_format(row, column, cell(name), &style.text)?;
        }
    }
    Ok(())
}

fn vnd(value: i64) -> f64 {
    value.to_string().parse().unwrap_or_default()
}

fn remark(source: &Source) -> String {
    let remarks = [
        (source.lacks_value, "chưa ghi giá trị bằng đồng"),
        (source.is_value_supplied, "giá trị do người công bố bổ sung"),
        (source.is_annulled, "đã bị hủy bỏ hiệu lực"),
        (source.is_again, "ý kiến cho lại"),
    ];
    let remarks = remarks.into_iter().filter(|(holds, _)| *holds);
    let remarks = remarks.map(|(_, text)| text.to_owned());
    // Where an amendment changes the value; reports of before do not tell it, and read as they did.
    let delta = source.vnd_delta.filter(|delta| *delta != 0).map(|delta| {
        let way = if delta > 0 { "tăng" } else { "giảm" };
        let amount = in_vietnamese(&delta.unsigned_abs().to_string());
        format!("giá trị hợp đồng {way} {amount} đồng")
    });
    remarks.chain(delta).collect::<Vec<_>>().join("; ")
}
