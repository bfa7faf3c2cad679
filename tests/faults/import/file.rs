//! The file that is imported: what each of its rows says and what must come of it, in each of the formats.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use rust_xlsxwriter::Workbook;
use serde_json::{Map, Value, json};

use super::mistakes::{
    Cell, Change, FIELDS, HEAD, ID, IN_LINES, IN_TABLES, KIND, MODE, MODEL, ORIGIN, PRICE, PROPERTIES, SUMMARY, TITLE,
    TRANSFER, Told, WARRANTY, YEAR, at as place, changed,
};
use crate::chance::Chance;

/// Of so many rows one is wrong, by chance.
const WRONG: usize = 20;
/// Of so many good rows one says something else when the mended file is sent.
const CHANGED: usize = 50;
/// As a program writes it that knows TCVN3 only, and as it is meant.
const BEFORE_UNICODE: &str = "nghiªn cøu c«ng nghÖ";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Jsonl,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Jsonl];

    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Jsonl => "jsonl",
        }
    }

    pub fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Jsonl => "application/jsonl",
        }
    }
}

/// What a row is, as it is written or as it comes back.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    Cells(Vec<String>),
    Line(String),
}

/// What must come of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Its number in the file.
    pub number: i64,
    pub result: &'static str,
    /// What it calls its listing, where that much can be read.
    pub name: Option<String>,
    /// Why it is refused, or what is noticed of it.
    pub told: Reasons,
}

/// A file, row by row.
pub struct Plan {
    pub format: Format,
    number: usize,
    /// Of each row which mistake it has.
    wrong: Vec<Option<usize>>,
    /// Identifiers of listings that stand before it is sent, by what they are called in the lists of mistakes.
    pub ids: BTreeMap<&'static str, String>,
}

/// Places and codes, as they are told of a row.
pub type Reasons = BTreeSet<(String, String)>;

impl Plan {
    pub fn of(format: Format, number: usize, rows: usize, chance: &mut Chance) -> Self {
        let mistakes = match format {
            Format::Jsonl => IN_LINES.len(),
            Format::Csv | Format::Xlsx => IN_TABLES.len(),
        };
        // A cell of a workbook has no room for the first of them; elsewhere once is enough.
        let mut next = usize::from(format == Format::Xlsx);
        let mut wrong = vec![None];
        for _ in 1..rows {
            let is_wrong = chance.below(WRONG) == 0;
            wrong.push(is_wrong.then_some(next));
            next = match next + usize::from(is_wrong) {
                end if end == mistakes => 1,
                other => other,
            };
        }
        Self {
            format,
            number,
            wrong,
            ids: BTreeMap::new(),
        }
    }

    /// How many classes of mistake it has.
    pub fn classes(&self) -> usize {
        let classes: BTreeSet<usize> = self.wrong.iter().flatten().copied().collect();
        classes.len()
    }

    /// How many it should have.
    pub fn all_classes(&self) -> usize {
        match self.format {
            Format::Csv => IN_TABLES.len(),
            Format::Xlsx => IN_TABLES.len() - 1,
            Format::Jsonl => IN_LINES.len(),
        }
    }

    pub fn rows(&self) -> usize {
        self.wrong.len()
    }

    pub fn refused(&self) -> usize {
        self.wrong.iter().flatten().count()
    }

    pub fn good(&self) -> usize {
        self.rows() - self.refused()
    }

    /// What comes of the whole file when it is sent first: the listing of its first row stands already.
    pub fn first_counts(&self) -> [usize; 4] {
        [self.good() - 1, 0, 1, self.refused()]
    }

    /// The first row alone.
    pub fn first_row(&self) -> Vec<u8> {
        written(self.format, &head(), &[self.sent(0)])
    }

    /// How often rows are refused for the same reasons, by these.
    pub fn reasons(&self) -> BTreeMap<Reasons, usize> {
        let mut all = BTreeMap::new();
        for at in self.wrong_rows() {
            *all.entry(self.expected(at, "").told).or_default() += 1;
        }
        all
    }

    fn id_of(&self, name: &str) -> String {
        self.ids[name].clone()
    }

    pub fn is_good(&self, at: usize) -> bool {
        self.wrong[at].is_none()
    }

    /// The identifier of a row when nothing is wrong with it.
    pub fn name(&self, at: usize) -> String {
        format!("IM{}-{at}", self.number)
    }

    pub fn title(&self, at: usize) -> String {
        let plain = format!("Máy sấy IM{}R{at}", self.number);
        // A text that a spreadsheet would calculate.
        if self.wrong[at].is_none() && at % 40 == 7 {
            format!("=1+1 {plain}")
        } else {
            plain
        }
    }

    fn is_before_unicode(&self, at: usize) -> bool {
        self.wrong[at].is_none() && at % 40 == 9
    }

    pub fn model(&self, at: usize) -> String {
        format!("A-{at}")
    }

    /// What the model of a row is called in the mended file, where that is something else.
    pub fn changed_model(&self, at: usize) -> Option<String> {
        (self.wrong[at].is_none() && at.is_multiple_of(CHANGED)).then(|| format!("B-{at}"))
    }

    /// A good row before another.
    fn before(&self, at: usize) -> usize {
        (0..at).rev().find(|before| self.wrong[*before].is_none()).unwrap_or(0)
    }

    fn good_cells(&self, at: usize) -> Vec<String> {
        let mut cells = vec![String::new(); HEAD.len()];
        let summary = if self.is_before_unicode(at) {
            BEFORE_UNICODE
        } else {
            "Sấy lúa tươi, đốt trấu."
        };
        // What an export puts before a formula in CSV.
        let guard = if self.format == Format::Csv && self.title(at).starts_with('=') {
            "'"
        } else {
            ""
        };
        for (column, text) in [
            (ID, self.name(at)),
            (KIND, "Chào bán thiết bị".into()),
            (TITLE, format!("{guard}{}", self.title(at))),
            (SUMMARY, summary.into()),
            (FIELDS, "Sấy, bảo quản sau thu hoạch".into()),
            (ORIGIN, "Việt Nam".into()),
            (MODE, "Giá cố định".into()),
            (PRICE, "185.000.000".into()),
            (PROPERTIES, format!("Năng suất: {at} [kg/h]")),
            (TRANSFER, "Mua bán thiết bị".into()),
            (YEAR, "2024".into()),
            (WARRANTY, "24 tháng".into()),
            (MODEL, self.model(at)),
        ] {
            cells[place(column)] = text;
        }
        cells
    }

    fn good_line(&self, at: usize) -> Value {
        let summary = if self.is_before_unicode(at) {
            BEFORE_UNICODE
        } else {
            "Sấy lúa tươi, đốt trấu."
        };
        json!({"external_id": self.name(at), "listing": {
            "kind": "equipment_offer", "title": {"vi": self.title(at)}, "summary": {"vi": summary},
            "field_codes": ["food.drying"], "origin_country": "VN", "price_mode": "fixed", "price_min": 185_000_000,
            "specifications": [{"name": "Năng suất", "value": at.to_string(), "unit": "kg/h"}],
            "transfer_modes": ["sale_of_equipment"], "manufacture_year": 2024, "warranty_months": 24,
            "model": self.model(at),
        }})
    }

    /// A row as it is sent first.
    pub fn sent(&self, at: usize) -> Row {
        let another = self.name(self.before(at));
        if self.format == Format::Jsonl {
            let mut line = self.good_line(at);
            for change in self.wrong[at].map_or(&[][..], |which| IN_LINES[which].changes) {
                if let Change::Line(text) = change {
                    return Row::Line((*text).to_owned());
                }
                changed(&mut line, *change, &another, |name| self.id_of(name));
            }
            return Row::Line(line.to_string());
        }
        let mut cells = self.good_cells(at);
        for (column, cell) in self.wrong[at].map_or(&[][..], |which| IN_TABLES[which].cells) {
            let column = place(column);
            cells.resize(cells.len().max(column + 1), String::new());
            cells[column] = match cell {
                Cell::Says(text) => (*text).to_owned(),
                Cell::Long(length) => "a".repeat(*length),
                Cell::OfAnother => another.clone(),
                Cell::IdOf(name) => self.id_of(name),
            };
        }
        Row::Cells(cells)
    }

    /// What must come of a row of the whole file.
    pub fn expected(&self, at: usize, good: &'static str) -> Expected {
        let heads = i64::from(self.format != Format::Jsonl);
        let number = i64::try_from(at).unwrap() + 1 + heads;
        let told = |told: Told| -> Reasons {
            told.iter()
                .map(|(place, code)| ((*place).to_owned(), (*code).to_owned()))
                .collect()
        };
        let Some(which) = self.wrong[at] else {
            let repaired: Told = &[("/summary/vi", "text_repaired")];
            return Expected {
                number,
                result: if at == 0 && good == "created" {
                    "unchanged"
                } else {
                    good
                },
                name: Some(self.name(at)),
                told: told(if self.is_before_unicode(at) { repaired } else { &[] }),
            };
        };
        let (why, name) = match self.sent(at) {
            Row::Line(line) => {
                let line: Value = serde_json::from_str(&line).unwrap_or_default();
                let name = line["external_id"].as_str().map(str::to_owned);
                (IN_LINES[which].told, name.filter(|_| IN_LINES[which].is_named))
            }
            Row::Cells(cells) => {
                let name = Some(cells[place(ID)].clone());
                let is_one = |name: &String| !name.is_empty() && name != "#N/A" && name.chars().count() <= 100;
                (IN_TABLES[which].told, name.filter(is_one))
            }
        };
        Expected {
            number,
            result: "refused",
            name,
            told: told(why),
        }
    }

    /// The rows that are refused, in their order.
    pub fn wrong_rows(&self) -> impl Iterator<Item = usize> {
        (0..self.rows()).filter(|at| self.wrong[*at].is_some())
    }

    /// Rows that say something else in the mended file.
    pub fn changed_rows(&self) -> impl Iterator<Item = usize> {
        (0..self.rows()).filter(|at| self.changed_model(*at).is_some())
    }

    /// The whole file.
    pub fn bytes(&self) -> Vec<u8> {
        let rows: Vec<Row> = (0..self.rows()).map(|at| self.sent(at)).collect();
        written(self.format, &head(), &rows)
    }

    /// The file of errors with every mistake mended where it stands, and behind it some good rows that say something else.
    pub fn mended(&self, head: &[String], errors: &[Row]) -> Vec<u8> {
        let mut rows: Vec<Row> = self
            .wrong_rows()
            .zip(errors)
            .map(|(at, error)| self.mended_row(at, head, error))
            .collect();
        for at in self.changed_rows() {
            let model = self.changed_model(at).unwrap_or_default();
            rows.push(match self.format {
                Format::Jsonl => {
                    let mut line = self.good_line(at);
                    line["listing"]["model"] = model.into();
                    Row::Line(line.to_string())
                }
                Format::Csv | Format::Xlsx => {
                    let mut cells = self.good_cells(at);
                    cells[place(MODEL)] = model;
                    Row::Cells(cells)
                }
            });
        }
        written(self.format, head, &rows)
    }

    fn mended_row(&self, at: usize, head: &[String], error: &Row) -> Row {
        match error {
            // Why it was refused stays beside it, as whoever mends by hand leaves it.
            Row::Line(line) => {
                let told: Map<String, Value> = serde_json::from_str(line).unwrap_or_default();
                let mut line = self.good_line(at);
                line["problems"] = told.get("problems").cloned().unwrap_or_default();
                Row::Line(line.to_string())
            }
            Row::Cells(cells) => {
                let (mut cells, good) = (cells.clone(), self.good_cells(at));
                cells.truncate(head.len());
                let mistakes = self.wrong[at].map_or(&[][..], |which| IN_TABLES[which].cells);
                let columns = mistakes.iter().map(|(column, _)| place(column));
                for column in columns.filter(|column| *column < HEAD.len()) {
                    cells[column].clone_from(&good[column]);
                }
                Row::Cells(cells)
            }
        }
    }
}

fn head() -> Vec<String> {
    HEAD.iter().map(|name| (*name).to_owned()).collect()
}

fn written(format: Format, head: &[String], rows: &[Row]) -> Vec<u8> {
    let cells = || {
        let rows = rows.iter().map(|row| match row {
            Row::Cells(cells) => cells.clone(),
            Row::Line(_) => Vec::new(),
        });
        std::iter::once(head.to_vec()).chain(rows)
    };
    match format {
        Format::Jsonl => {
            let lines = rows.iter().map(|row| match row {
                Row::Line(line) => format!("{line}\n"),
                Row::Cells(_) => String::new(),
            });
            lines.collect::<String>().into_bytes()
        }
        Format::Csv => {
            let mut writer = csv::WriterBuilder::new()
                .delimiter(b';')
                .flexible(true)
                .from_writer(Vec::new());
            for row in cells() {
                writer.write_record(row).unwrap();
            }
            writer.into_inner().unwrap()
        }
        Format::Xlsx => {
            let mut workbook = Workbook::new();
            let sheet = workbook.add_worksheet();
            for (number, row) in (0_u32..).zip(cells()) {
                for (column, cell) in (0_u16..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                    sheet.write_string(number, column, cell).unwrap();
                }
            }
            workbook.save_to_buffer().unwrap()
        }
    }
}

/// A file of errors: its head and its rows; what cannot be read of it is told.
pub fn read(format: Format, bytes: &[u8]) -> Result<(Vec<String>, Vec<Row>), String> {
    let mut rows = match format {
        Format::Jsonl => {
            let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
            let lines = text.lines().map(|line| Row::Line(line.to_owned()));
            return Ok((Vec::new(), lines.collect()));
        }
        Format::Csv => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(b';')
                .has_headers(false)
                .flexible(true)
                .from_reader(bytes);
            let mut rows: Vec<Vec<String>> = Vec::new();
            for record in reader.records() {
                let record = record.map_err(|error| error.to_string())?;
                rows.push(record.iter().map(str::to_owned).collect());
            }
            rows
        }
        Format::Xlsx => {
            let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).map_err(|error| error.to_string())?;
            let sheet = book.worksheet_range_at(0).ok_or("no sheet")?;
            let sheet = sheet.map_err(|error| error.to_string())?;
            let text = |cell: &Data| match cell {
                Data::Empty => Ok(String::new()),
                Data::String(text) => Ok(text.clone()),
                other => Err(format!("no text: {other:?}")),
            };
            let rows = sheet.rows().map(|row| row.iter().map(text).collect());
            rows.collect::<Result<Vec<Vec<String>>, String>>()?
        }
    };
    if rows.is_empty() {
        return Err("it is empty".into());
    }
    let mut head = rows.remove(0);
    // A sheet is as wide as its widest row.
    while head.last().is_some_and(String::is_empty) {
        head.pop();
    }
    Ok((head, rows.into_iter().map(Row::Cells).collect()))
}
