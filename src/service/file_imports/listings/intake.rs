//! Looks into a file that was sent, and writes its rows down in one form, whatever the file was: JSON Lines, each the
//! number of the row in the file and either its cells or, of JSON Lines, the line as it came.

mod parted;

use std::collections::HashSet;

use serde::de::IgnoredAny;

use super::columns::{self, Cell};
use super::row;
use crate::domain::import::{Format, MAX_COLUMNS, MAX_ROWS, Note, TableFault};
use crate::files::sandbox::Sheet;

/// What some programs put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// How a workbook begins: it is a ZIP archive.
const WORKBOOK: &[u8] = b"PK\x03\x04";
/// How one of before 2007 begins, and one that is locked by a password.
const OLD_WORKBOOK: &[u8] = b"\xD0\xCF\x11\xE0";
/// How a row begins that is for people only: the example of a template.
pub const COMMENT: char = '#';

/// What a column of a table is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It says what its row is about.
    Identifier,
    /// It says which listing of the exchange its row is about, which does where there is no [`Role::Identifier`].
    Listing,
    /// It is read.
    Value,
    /// It is there for people, and not read.
    Told,
}

/// Which column goes by a name: what it is for, and the pointer to its value.
pub type Find = fn(&str) -> Option<(Role, &'static str)>;

/// The columns of listings.
pub fn of_listings(name: &str) -> Option<(Role, &'static str)> {
    columns::find(name).map(|(cell, pointer)| match cell {
        Cell::Told => (Role::Told, pointer),
        Cell::Identifier => (Role::Identifier, pointer),
        Cell::Listing => (Role::Listing, pointer),
        _ => (Role::Value, pointer),
    })
}

type Result<T> = std::result::Result<T, TableFault>;

/// The rows of a file.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// The head of the table as it was written; empty for JSON Lines.
    pub head: Vec<String>,
    /// What is to be told of the file as a whole.
    pub notes: Vec<Note>,
    /// The rows.
    pub rows: Vec<u8>,
    /// How many.
    pub count: i64,
}

/// What a file is, by its first bytes.
pub fn format_of(start: &[u8]) -> Result<Format> {
    if start.starts_with(WORKBOOK) {
        return Ok(Format::Xlsx);
    }
    if start.starts_with(OLD_WORKBOOK) {
        return Err(TableFault::OldWorkbook);
    }
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return Err(TableFault::NotUtf8 { line: 1 });
    }
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start).trim_ascii_start();
    match text.first() {
        None => Err(TableFault::Empty),
        Some(b'{') => Ok(Format::Jsonl),
        // Refused line by line, which says that a line is an object.
        Some(b'[') if begins_list(text) => Ok(Format::Jsonl),
        Some(b'%') if text.starts_with(b"%PDF") => Err(TableFault::UnknownType),
        Some(_) if text.contains(&0) => Err(TableFault::UnknownType),
        Some(_) => Ok(Format::Csv),
    }
}

/// Whether this is the beginning of a JSON list, and not of a column's name.
fn begins_list(text: &[u8]) -> bool {
    let within = text.get(1..).unwrap_or_default().trim_ascii_start();
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    within.first().is_none_or(|next| b"{[\"]".contains(next)) || serde_json::from_slice::<Vec<IgnoredAny>>(line).is_ok()
}

/// Takes in text: a CSV file or JSON Lines.
pub fn text(format: Format, bytes: &[u8]) -> Result<Taken> {
    text_with(of_listings, format, bytes)
}

/// The same of a table that has other columns than listings.
pub fn text_with(find: Find, format: Format, bytes: &[u8]) -> Result<Taken> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        TableFault::NotUtf8 {
            line: 1 + good.iter().filter(|byte| **byte == b'\n').count(),
        }
    })?;
    if text.contains('\0') {
        return Err(TableFault::UnknownType);
    }
    match format {
        Format::Jsonl => lines(text),
        Format::Csv => parted::rows(find, text),
        // Its texts come from the child that takes it apart.
        Format::Xlsx => Err(TableFault::Broken),
    }
}

/// Takes in the rows of a workbook, as the child says them.
pub fn sheet(sheet: &Sheet) -> Result<Taken> {
    sheet_with(of_listings, sheet)
}

/// The same of a table that has other columns than listings.
pub fn sheet_with(find: Find, sheet: &Sheet) -> Result<Taken> {
    let mut table = Table::of(find);
    for line in sheet.rows.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let (number, cells): (i64, Vec<String>) =
            serde_json::from_slice(line).map_err(|_unreadable| TableFault::Broken)?;
        if cells.iter().any(|cell| cell.contains('\0')) {
            return Err(TableFault::Broken);
        }
        table.push(number, cells)?;
    }
    if sheet.sheets > 1 {
        table.note(other_sheets(sheet.sheets));
    }
    table.done()
}

fn lines(text: &str) -> Result<Taken> {
    let mut taken = Taken::default();
    for (number, line) in (1_i64..).zip(text.lines()) {
        if !line.trim().is_empty() {
            taken.push(&(number, line))?;
        }
    }
    taken.done()
}

impl Taken {
    fn push(&mut self, row: &impl serde::Serialize) -> Result<()> {
        let most = i64::try_from(MAX_ROWS).unwrap_or(i64::MAX);
        if self.count >= most {
            return Err(TableFault::TooManyRows);
        }
        serde_json::to_writer(&mut self.rows, row).map_err(|_unwritable| TableFault::Broken)?;
        self.rows.push(b'\n');
        self.count += 1;
        Ok(())
    }

    fn done(self) -> Result<Self> {
        if self.count == 0 {
            return Err(TableFault::Empty);
        }
        Ok(self)
    }
}

/// A table whose rows come one by one, the head first.
pub struct Table {
    find: Find,
    taken: Taken,
    comments: usize,
    /// The column that says which listing a row is: what the enterprise calls it, or else the exchange.
    external_id: Option<usize>,
}

impl Table {
    fn of(find: Find) -> Self {
        Self {
            find,
            taken: Taken::default(),
            comments: 0,
            external_id: None,
        }
    }

    /// Takes the next row. Empty ones and comments are left out.
    pub fn push(&mut self, number: i64, mut cells: Vec<String>) -> Result<()> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        let Some(external_id) = self.external_id else {
            return self.head(cells);
        };
        if cells
            .get(external_id)
            .is_some_and(|cell| cell.trim_start().starts_with(COMMENT) && !row::is_error(cell.trim()))
        {
            self.comments += 1;
            return Ok(());
        }
        while cells.len() > self.taken.head.len() && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        self.taken.push(&(number, cells))
    }

    fn head(&mut self, mut cells: Vec<String>) -> Result<()> {
        while cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        if cells.len() > MAX_COLUMNS {
            return Err(TableFault::TooManyColumns);
        }
        let (mut seen, mut listing) = (HashSet::new(), None);
        for (at, name) in cells.iter().enumerate() {
            let name = short(name.trim());
            match (self.find)(&name) {
                Some((Role::Told, _)) => {}
                Some((_, pointer)) if !seen.insert(pointer) => return Err(TableFault::SameColumn { name }),
                Some((Role::Identifier, _)) => self.external_id = Some(at),
                Some((Role::Listing, _)) => listing = Some(at),
                Some((Role::Value, _)) => {}
                None => self.taken.notes.push(unknown(&name)),
            }
        }
        self.taken.head = cells.iter().map(|name| short(name.trim())).collect();
        // Rows of an own export may all be of listings that were written by hand.
        self.external_id = self.external_id.or(listing);
        match self.external_id {
            Some(_) => Ok(()),
            None => Err(TableFault::NoExternalId),
        }
    }

    /// Tells something of the file as a whole.
    pub fn note(&mut self, note: Note) {
        self.taken.notes.push(note);
    }

    /// The rows, of which there must be some.
    pub fn done(mut self) -> Result<Taken> {
        if self.comments > 0 {
            self.taken.notes.push(left_out(self.comments));
        }
        self.taken.done()
    }
}

fn unknown(name: &str) -> Note {
    Note {
        code: "unknown_column".into(),
        vi: format!("Không biết cột “{name}”: cột này không được đọc."),
        en: format!("The column “{name}” is not known and was not read."),
    }
}

fn other_sheets(count: usize) -> Note {
    Note {
        code: "other_sheets".into(),
        vi: format!("Tệp có {count} trang tính; chỉ trang đầu tiên được đọc."),
        en: format!("The workbook has {count} sheets; only the first was read."),
    }
}

fn left_out(count: usize) -> Note {
    Note {
        code: "comment_rows".into(),
        vi: format!("Đã bỏ qua {count} dòng có mã nội bộ bắt đầu bằng “{COMMENT}”: đó là dòng chú thích."),
        en: format!("{count} row(s) whose identifier begins with “{COMMENT}” were left out as comments."),
    }
}

fn short(name: &str) -> String {
    name.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(taken: &Taken) -> Vec<String> {
        let text = std::str::from_utf8(&taken.rows).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn csv(table: &str) -> Result<Taken> {
        text(Format::Csv, table.as_bytes())
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (bytes, format) in [
            (&b"PK\x03\x04rest"[..], Ok(Format::Xlsx)),
            (b"\xEF\xBB\xBF{\"a\"", Ok(Format::Jsonl)),
            (b"\n {", Ok(Format::Jsonl)),
            (b"[\r\n  {", Ok(Format::Jsonl)),
            (b"[\"SP-1\", {}]", Ok(Format::Jsonl)),
            (b"[1,2]\r\n{}", Ok(Format::Jsonl)),
            (b"[1];T\xC3\xAAn", Ok(Format::Csv)),
            (b"[M\xC3\xA3];T\xC3\xAAn", Ok(Format::Csv)),
            (b"M\xC3\xA3;T\xC3\xAAn", Ok(Format::Csv)),
            (b"", Err(TableFault::Empty)),
            (b"\xD0\xCF\x11\xE0\xA1\xB1", Err(TableFault::OldWorkbook)),
            (b"\xFF\xFEa\0", Err(TableFault::NotUtf8 { line: 1 })),
            (b"%PDF-1.7", Err(TableFault::UnknownType)),
            (b"GIF89a\0\0", Err(TableFault::UnknownType)),
        ] {
            assert_eq!(format_of(bytes), format, "{bytes:?}");
        }
    }

    #[test]
    fn cells_are_parted_by_what_stands_in_the_head() {
        for (text, cells) in [
            ("id;title\nA;\"a,b\"\n", "[2,[\"A\",\"a,b\"]]"),
            ("\u{feff}id,title\r\nA,\"a;b\nc\"\r\n", "[2,[\"A\",\"a;b\\nc\"]]"),
            ("id\ttitle\nA\tb\n", "[2,[\"A\",\"b\"]]"),
            ("id\nA\n", "[2,[\"A\"]]"),
            ("\"id\";\"Tên, đầy đủ, dài\"\nA;b", "[2,[\"A\",\"b\"]]"),
        ] {
            assert_eq!(rows(&csv(text).unwrap()), [cells], "{text}");
        }
    }

    #[test]
    fn rows_keep_their_number() {
        let taken = csv("id,title\n\nA,a\n,\n#ví dụ,b\nB,b,,\n").unwrap();
        assert_eq!(rows(&taken), ["[3,[\"A\",\"a\"]]", "[6,[\"B\",\"b\"]]"]);
        assert_eq!(taken.count, 2);
        // What is left out is told; a formula that failed is a row to be refused, not a comment.
        assert!(
            taken
                .notes
                .iter()
                .any(|note| note.code == "comment_rows" && note.vi.contains("1 dòng"))
        );
        let failed = csv("id,title\n#N/A,a\n#REF!,b\n").unwrap();
        assert_eq!((failed.count, failed.notes.len()), (2, 0));
        let taken = text(Format::Jsonl, b"{}\n\n{\n").unwrap();
        assert_eq!(rows(&taken), ["[1,\"{}\"]", "[3,\"{\"]"]);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let taken = csv("Mã nội bộ,Màu sắc,Lý do\nA,đỏ,x").unwrap();
        assert_eq!(taken.notes.len(), 1);
        assert!(taken.notes[0].vi.contains("Màu sắc"), "{:?}", taken.notes);
        for (text, fault) in [
            ("title\na\n", TableFault::NoExternalId),
            ("ID tin,title\n", TableFault::Empty),
            ("id,tên,title\nA,a,b\n", TableFault::SameColumn { name: "title".into() }),
            ("id,title\n", TableFault::Empty),
            ("id,title\nA,\"open\nB,b\nC,c\n", TableFault::OpenQuote { line: 2 }),
            // A stray one before does not make up for it.
            ("id,title\nA,5\"\nB,\"open\nC,c", TableFault::OpenQuote { line: 3 }),
            // Cut off in the last line: half a text is none.
            ("id,title\nA,a\nB,\"half a te", TableFault::OpenQuote { line: 3 }),
            ("id,title\nA,\"a\"\"\n", TableFault::OpenQuote { line: 2 }),
        ] {
            assert_eq!(csv(text).unwrap_err(), fault, "{text}");
        }
        let latin = text(Format::Csv, b"id,title\nA,a\nB,M\xE1y\n").unwrap_err();
        assert_eq!(latin, TableFault::NotUtf8 { line: 3 });
        let many = format!("id\n{}", "A\n".repeat(MAX_ROWS + 1));
        assert_eq!(csv(&many).unwrap_err(), TableFault::TooManyRows);
        assert_eq!(
            csv(&format!("id,title\nA{}x", ",".repeat(MAX_COLUMNS))).unwrap_err(),
            TableFault::TooManyColumns
        );
        // Nothing but separators is nothing.
        assert!(csv(&format!("id,title{0}\nA,Máy{0}\n{0}", ",".repeat(3 * MAX_COLUMNS))).is_ok());
        assert_eq!(
            csv(&format!("id{}\nA", ",x".repeat(MAX_COLUMNS))).unwrap_err(),
            TableFault::TooManyColumns
        );
        // An inch sign opens nothing.
        assert_eq!(csv("id,title\nA,Ống 5\"\nB,b\n").unwrap().count, 2);
        assert_eq!(csv("id,title\nA,Ống 5\"\nB,\"x\ny\"\n").unwrap().count, 2);
    }
}
