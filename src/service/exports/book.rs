//! Lists as workbooks. Rows go to a temporary file at once, so that a long list costs no memory.

use std::io::Write;
use std::path::Path;

use bytes::Bytes;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use tokio::sync::mpsc::Sender;

use super::{Cell, Row};
use crate::service::{Error, Result};

/// Most characters that a cell of a workbook can hold.
const MOST_IN_CELL: usize = 32_767;
/// What stands for a text that is longer: an import refuses it, as it refuses every cell that failed.
const TOO_LONG: &str = "#VALUE!";
/// The greatest whole number that a cell keeps to its last digit.
const MOST_WHOLE: u64 = 999_999_999_999_999;
/// Bytes that are sent at once.
const CHUNK: usize = 64 << 10;

/// A workbook with one sheet, written row by row.
pub struct Book {
    workbook: Workbook,
    next: u32,
}

impl Book {
    /// One with these columns, whose rows wait in a folder.
    pub fn new(folder: &Path, head: &[String]) -> Result<Self> {
        let mut workbook = Workbook::new();
        // Not where the system puts temporary files: that can be memory.
        workbook.set_tempdir(folder).map_err(Error::internal)?;
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(Error::internal)?;
        sheet.set_freeze_panes(1, 0).map_err(Error::internal)?;
        let bold = Format::new().set_bold();
        for (column, name) in (0_u16..).zip(head) {
            sheet
                .write_string_with_format(0, column, name, &bold)
                .map_err(Error::internal)?;
        }
        Ok(Self { workbook, next: 1 })
    }

    /// Adds rows. Every cell is a text or a number of the exchange's own: nothing in it is calculated.
    pub fn add(&mut self, rows: &[Row]) -> Result<()> {
        let sheet = self.workbook.worksheet_from_index(0).map_err(Error::internal)?;
        for row in rows {
            match row {
                Row::Cells(cells) => {
                    for (column, cell) in (0_u16..).zip(cells) {
                        write_text(sheet, (self.next, column), cell)?;
                    }
                }
                Row::Values(cells) => {
                    for (column, cell) in (0_u16..).zip(cells) {
                        write(sheet, (self.next, column), cell)?;
                    }
                }
                Row::Line(_) => continue,
            }
            self.next = self.next.saturating_add(1);
        }
        Ok(())
    }

    /// Sends the file, in pieces. Not for async threads.
    pub fn send(mut self, to: Sender<Bytes>) -> Result<()> {
        let mut pieces = Pieces { to, kept: Vec::new() };
        self.workbook.save_to_writer(&mut pieces).map_err(Error::internal)?;
        pieces.flush().map_err(Error::internal)
    }
}

fn write_text(sheet: &mut Worksheet, (row, column): (u32, u16), text: &str) -> Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let fits = text.chars().count() <= MOST_IN_CELL;
    let text = if fits { text } else { TOO_LONG };
    sheet.write_string(row, column, text).map_err(Error::internal)?;
    Ok(())
}

fn write(sheet: &mut Worksheet, place: (u32, u16), cell: &Cell) -> Result<()> {
    let number = match cell {
        Cell::Text(text) => return write_text(sheet, place, text),
        Cell::Number(number) => number,
    };
    // A spreadsheet keeps fifteen digits; a longer number is a text, so that none of them is lost.
    let is_kept = match number.as_i64() {
        Some(whole) => whole.unsigned_abs() <= MOST_WHOLE,
        None => number.is_f64(),
    };
    match number.as_f64().filter(|_| is_kept) {
        Some(value) => {
            sheet.write_number(place.0, place.1, value).map_err(Error::internal)?;
            Ok(())
        }
        None => write_text(sheet, place, &number.to_string()),
    }
}

struct Pieces {
    to: Sender<Bytes>,
    kept: Vec<u8>,
}

impl Pieces {
    fn give(&mut self) -> std::io::Result<()> {
        let piece = Bytes::from(std::mem::take(&mut self.kept));
        let gone = |_nobody_listens| std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        self.to.blocking_send(piece).map_err(gone)
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.kept.extend_from_slice(bytes);
        if self.kept.len() >= CHUNK {
            self.give()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.kept.is_empty() { Ok(()) } else { self.give() }
    }
}
