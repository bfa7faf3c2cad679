//! Workbooks (XLSX) taken apart into rows of text, within bounds. Runs in the child process only.
//!
//! The archive is looked through first, as that of every document, which bounds what comes after it. Cells are then read
//! one by one, so that a lone cell in the last corner is not a table of that size. Only texts and results are read: no
//! formula is calculated, and nothing is opened that a workbook links to.

use std::io::{self, Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx};

use super::office;
use super::sandbox::TableSaid;
use crate::domain::file::{FileFault, MediaType};
use crate::domain::import::{MAX_COLUMNS, WorkbookFault};

/// Most cells that are looked at: as many as 20,000 rows have of which each says 40 things.
const MAX_CELLS: usize = 800_000;

/// Most bytes that rows may say: less than the other side reads.
const MAX_ROWS_BYTES: usize = 48 << 20;

type Result<T> = std::result::Result<T, WorkbookFault>;

/// Reads a workbook, and writes what it says: a line about it, then each row of its first sheet.
pub fn run(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let mut rows = Vec::new();
    // A reader that stumbles is no reason to say nothing.
    let read = catch_unwind(AssertUnwindSafe(|| take_apart(bytes, &mut rows)));
    let said = match read.unwrap_or(Err(WorkbookFault::Broken.as_str())) {
        Ok(sheets) => TableSaid::Taken { sheets },
        Err(fault) => {
            rows.clear();
            TableSaid::Refused {
                fault: fault.to_owned(),
            }
        }
    };
    serde_json::to_writer(&mut *output, &said)?;
    output.write_all(b"\n")?;
    output.write_all(&rows)?;
    output.flush()
}

/// Gives how many sheets there are that somebody sees, or the name of what is wrong.
fn take_apart(bytes: Vec<u8>, rows: &mut Vec<u8>) -> std::result::Result<usize, &'static str> {
    match office::check(&bytes) {
        Ok(MediaType::Xlsx) => {}
        Ok(_other) => return Err(FileFault::UnknownType.as_str()),
        Err(fault) => return Err(fault.as_str()),
    }
    read(bytes, rows).map_err(|fault| fault.as_str())
}

fn read(bytes: Vec<u8>, rows: &mut Vec<u8>) -> Result<usize> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_unreadable| WorkbookFault::Broken)?;
    let sheets = workbook.sheets_metadata().iter();
    let seen: Vec<String> = sheets
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let first = seen.first().ok_or(WorkbookFault::NoSheet)?;
    read_sheet(&mut workbook, first, rows)?;
    Ok(seen.len())
}

fn read_sheet(workbook: &mut Xlsx<Cursor<Vec<u8>>>, name: &str, rows: &mut Vec<u8>) -> Result<()> {
    let broken = |_unreadable| WorkbookFault::Broken;
    let mut cells = workbook.worksheet_cells_reader(name).map_err(broken)?;
    let (mut row, mut texts, mut count) = (0_u32, Vec::<String>::new(), 0_usize);
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        count += 1;
        if count > MAX_CELLS {
            return Err(WorkbookFault::TooManyCells);
        }
        let text = text_of(cell.get_value());
        let (number, column) = cell.get_position();
        if number < row {
            return Err(WorkbookFault::Broken);
        }
        if text.is_empty() {
            continue;
        }
        if number > row {
            write_row(row, &mut texts, rows)?;
            row = number;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MAX_COLUMNS {
            return Err(WorkbookFault::TooManyColumns);
        }
        if texts.len() <= column {
            texts.resize(column + 1, String::new());
        }
        if let Some(place) = texts.get_mut(column) {
            *place = text;
        }
    }
    write_row(row, &mut texts, rows)
}

/// Writes a row that has texts, with its number counted from 1.
fn write_row(row: u32, texts: &mut Vec<String>, rows: &mut Vec<u8>) -> Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    let row = (i64::from(row) + 1, std::mem::take(texts));
    serde_json::to_writer(&mut *rows, &row).map_err(|_unwritable| WorkbookFault::Broken)?;
    rows.push(b'\n');
    if rows.len() > MAX_ROWS_BYTES {
        return Err(WorkbookFault::TooMuchText);
    }
    Ok(())
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        // Without a fraction where there is none: amounts are whole.
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(is_so) => is_so.to_string(),
        DataRef::DateTime(at) => date_of(at),
        // As a spreadsheet shows it; a row with one is refused.
        DataRef::Error(error) => error.to_string(),
    }
}

fn date_of(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}
