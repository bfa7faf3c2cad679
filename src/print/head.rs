//! The head of a paper, after Decree 30/2020: who issues it, the state with its motto, number, place and day.

use jiff::civil::Date;

use super::PrintError;
use super::page::{self, Flow, Frame, Item, Role, Row, Shape, Style};
use super::style::{HEAD, LEFT, RIGHT, WIDE};
use super::text::Face;
use super::wording;

/// What stands there.
pub(super) struct Head<'a> {
    /// The body above whoever issues it.
    pub superior: Option<&'a str>,
    /// Who issues it.
    pub authority: &'a str,
    /// Number.
    pub number: &'a str,
    /// Where.
    pub place: Option<&'a str>,
    /// When.
    pub day: Date,
    /// Whether the number never reaches beyond its column; in the first layout of certificates.
    pub is_narrow: bool,
}

/// A short line below the middle of a frame.
fn rule(flow: &mut Flow<'_>, frame: Frame, width: f32) -> Row {
    let item = Item {
        x: frame.left + (frame.width - width) / 2.0,
        // Clear of the marks below letters.
        y: 3.5,
        shape: Shape::Rule { width },
        paragraph: flow.begin(Role::Text),
    };
    Row {
        height: 6.0,
        items: vec![item],
        ..Row::default()
    }
}

/// Writes it.
pub(super) fn write(flow: &mut Flow<'_>, head: &Head<'_>) -> Result<(), PrintError> {
    let mut left = Vec::new();
    if let Some(superior) = head.superior {
        left.extend(body(flow, Face::Regular, superior)?);
    }
    left.extend(body(flow, Face::Bold, head.authority)?);
    left.push(rule(flow, LEFT, 66.0));

    let state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
    let mut right = flow.paragraph(&HEAD, RIGHT, &[(Face::Bold, state)])?;
    let motto = Style { size: 13.0, ..HEAD };
    let motto = flow.paragraph(&motto, RIGHT, &[(Face::Bold, "Độc lập - Tự do - Hạnh phúc")])?;
    // As long as the motto is.
    let width = widest(&motto);
    right.extend(motto);
    right.push(rule(flow, RIGHT, width));

    // Number and date stand side by side, whichever column is longer above them.
    let line = Style { size: 13.0, ..HEAD };
    let said = format!("Số: {}", head.number);
    let number = flow.paragraph(&line, LEFT, &[(Face::Regular, &said)])?;
    let day = wording::date(head.day).replace(' ', "\u{a0}");
    let date = head
        .place
        .map_or_else(|| day.clone(), |place| format!("{place}, {day}"));
    let date = flow.paragraph(&line, RIGHT, &[(Face::Italic, &date)])?;
    let number = if head.is_narrow {
        number
    } else {
        in_one_line(flow, &line, (&said, number), &date)?
    };

    let mut rows = page::beside(vec![left, right]);
    if let Some(last) = rows.last_mut() {
        last.keep = true;
    }
    let mut below = page::beside(vec![number, date]);
    if let Some(first) = below.first_mut() {
        first.above += 6.0;
    }
    flow.rows.extend(rows);
    flow.rows.extend(below);
    Ok(())
}

/// How wide the longest line of some rows is.
fn widest(rows: &[Row]) -> f32 {
    let widths = rows.iter().flat_map(|row| &row.items).map(|item| match &item.shape {
        Shape::Text { line, .. } => line.width,
        Shape::Rule { .. } | Shape::Code { .. } => 0.0,
    });
    widths.fold(0.0, f32::max)
}

/// The number of the paper, which may reach beyond its column where the day beside it leaves room: it is not broken for that.
fn in_one_line(
    flow: &mut Flow<'_>,
    style: &Style,
    (said, narrow): (&str, Vec<Row>),
    date: &[Row],
) -> Result<Vec<Row>, PrintError> {
    /// Between the number and the day.
    const APART: f32 = 8.0;
    if narrow.len() == 1 {
        return Ok(narrow);
    }
    let wide = flow.paragraph(style, WIDE, &[(Face::Regular, said)])?;
    let end = WIDE.left + (WIDE.width + widest(&wide)) / 2.0;
    let begin = RIGHT.left + (RIGHT.width - widest(date)) / 2.0;
    let fits = wide.len() == 1 && end + APART <= begin;
    Ok(if fits { wide } else { narrow })
}

/// The name of an authority at the head, in capitals. Where it takes more than a line, the province has a line of its own.
fn body(flow: &mut Flow<'_>, face: Face, name: &str) -> Result<Vec<Row>, PrintError> {
    let name = name.trim().to_uppercase();
    let whole = flow.paragraph(&HEAD, LEFT, &[(face, &name)])?;
    let divided = name.replace(" TỈNH ", "\nTỈNH ").replace(" THÀNH PHỐ ", "\nTHÀNH PHỐ ");
    if whole.len() == 1 || divided == name {
        return Ok(whole);
    }
    let divided = flow.paragraph(&HEAD, LEFT, &[(face, &divided)])?;
    Ok(if divided.len() > whole.len() { whole } else { divided })
}
