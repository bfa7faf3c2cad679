//! Text whose cells are parted by signs (CSV): by which, where each row begins, and whether it ends within quotes.

use super::{Find, Result, Table, Taken};
use crate::domain::import::{MAX_COLUMNS, TableFault};

/// The rows of a text, the head first.
pub(super) fn rows(find: Find, text: &str) -> Result<Taken> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut table = Table::of(find);
    let mut record = csv::StringRecord::new();
    let mut place = Lines::default();
    while reader
        .read_record(&mut record)
        .map_err(|_unreadable| TableFault::Broken)?
    {
        let start = record.position().map_or(0, csv::Position::byte);
        let number = place.line_at(text, usize::try_from(start).unwrap_or(usize::MAX));
        let width = width(&record)?;
        table.push(number, record.iter().take(width).map(str::to_owned).collect())?;
    }
    // An open quote makes the rest of the file one record, the last.
    if ends_in_quotes(text.get(place.at..).unwrap_or_default(), delimiter(text)) {
        return Err(TableFault::OpenQuote { line: place.line });
    }
    table.done()
}

/// Whether a record ends within a cell in quotes. A quotation mark within a cell that does not begin with one is a letter
/// like others (`5"`), and two of them within quotes are one (RFC 4180, 2).
fn ends_in_quotes(record: &str, delimiter: u8) -> bool {
    let (mut is_start, mut is_quoted, mut was_quoted) = (true, false, false);
    for byte in record.bytes() {
        let is_quote = byte == b'"';
        if is_quoted {
            is_quoted = !is_quote;
            was_quoted = is_quote;
        } else {
            is_quoted = is_quote && (is_start || was_quoted);
            was_quoted = false;
        }
        is_start = !is_quoted && (byte == delimiter || byte == b'\n' || byte == b'\r');
    }
    is_quoted
}

/// How many cells of a row to take. Spreadsheets end rows with empty cells; a row of nothing but separators must not
/// become a text each.
fn width(record: &csv::StringRecord) -> Result<usize> {
    if record.len() <= MAX_COLUMNS {
        return Ok(record.len());
    }
    let filled = record.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
    match filled.last() {
        Some((last, _)) if last >= MAX_COLUMNS => Err(TableFault::TooManyColumns),
        Some((last, _)) => Ok(last + 1),
        None => Ok(0),
    }
}

/// In which line something is. The reader's own count stands at the end of the record before, blank lines not counted.
struct Lines {
    at: usize,
    line: i64,
}

impl Default for Lines {
    fn default() -> Self {
        Self { at: 0, line: 1 }
    }
}

impl Lines {
    /// The line of what begins at a byte, after the ends of lines that stand there.
    fn line_at(&mut self, text: &str, start: usize) -> i64 {
        let passed = text.get(self.at..start).unwrap_or_default();
        let ends = text.get(start..).unwrap_or_default();
        let blank = ends.len() - ends.trim_start_matches(['\r', '\n']).len();
        let blanks = ends.get(..blank).unwrap_or_default();
        let count = passed.matches('\n').count() + blanks.matches('\n').count();
        self.line = self.line.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
        self.at = start + blank;
        self.line
    }
}

/// What parts the cells: what stands most often in the first line, outside of quotes.
fn delimiter(text: &str) -> u8 {
    let (mut counts, mut is_quoted) = ([0_usize; 3], false);
    const CANDIDATES: [u8; 3] = [b';', b',', b'\t'];
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                for (count, candidate) in counts.iter_mut().zip(CANDIDATES) {
                    *count += usize::from(byte == candidate);
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let found = counts
        .iter()
        .zip(CANDIDATES)
        .find(|(count, _)| **count == most && most > 0);
    found.map_or(b',', |(_, candidate)| candidate)
}
