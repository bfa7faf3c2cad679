//! Lists as workbooks. Rows go to a temporary file at once, so that a long list costs no memory.

use std::io::Write;
use std::path::Path;

use bytes::Bytes;
use rust_xlsxwriter::{Format, Workbook};
use tokio::sync::mpsc::Sender;

use super::Row;
use crate::service::{Error, Result};

/// Most characters that a cell of a workbook can hold.
const MOST_IN_CELL: usize = 32_767;
/// What stands for a text that is longer: an import refuses it, as it refuses every cell that failed.
const TOO_LONG: &str = "#VALUE!";
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

    /// Adds rows. Every cell is a text: nothing in it is calculated.
    pub fn add(&mut self, rows: &[Row]) -> Result<()> {
        let sheet = self.workbook.worksheet_from_index(0).map_err(Error::internal)?;
        for row in rows {
            let Row::Cells(cells) = row else { continue };
            for (column, cell) in (0_u16..).zip(cells) {
                if cell.is_empty() {
                    continue;
                }
                let fits = cell.chars().count() <= MOST_IN_CELL;
                let text = if fits { cell.as_str() } else { TOO_LONG };
                sheet.write_string(self.next, column, text).map_err(Error::internal)?;
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
