//! One row: what it says of which enterprise, as a merge patch onto the form in which an enterprise is sent.

use search_index::{LegacyEncoding, repair_legacy};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::columns::{self, Cell, EDITION, PARENT};
use super::words;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::import::{
    ALIAS_USED, ALREADY_HERE, Format, OTHER_FORM, POSSIBLE_DUPLICATE, Problem, TEXT_REPAIRED, UNIT_CODE,
};
use crate::domain::tax_code::TaxCode;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::service::Error;
use crate::service::file_imports::listings::names::{Meant, Names};
use crate::service::file_imports::listings::{entries, guard, legacy, row as shared, values};

/// Longest row, in bytes.
const MAX_ROW: usize = 256 * 1024;

/// Members that are not taken from a file: personal numbers, which are kept sealed and not on anybody's disk, and what everybody may
/// see, which only the enterprise itself chooses.
const NOT_FROM_FILE: [&str; 2] = ["personal_id", "public_groups"];

/// What a row says.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// What changes of the enterprise, or what a new one says.
    pub(super) patch: Map<String, Value>,
    /// The tax code of its parent, where the row has one.
    pub(super) parent: Option<String>,
    /// Cells and members that cannot be read: with one of them the row is refused.
    pub(super) unread: Vec<FieldError>,
    /// What of it was read otherwise than it stands there.
    pub(super) notices: Vec<Problem>,
}

impl Item {
    /// The number by which the enterprise is known, as enterprises keep it, if that much can be read.
    pub(super) fn key(&self) -> Option<String> {
        let code = self.patch.get("tax_code").and_then(Value::as_str)?;
        TaxCode::parse(code).ok().map(|code| code.as_str().to_owned())
    }
}

/// A row that was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// Its number in the file.
    pub(super) number: i64,
    /// What it says.
    pub(super) item: Item,
    /// The row as it came.
    pub(super) raw: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Cells(Vec<String>),
    Line(String),
}

/// The columns of a table in their order; nothing where one is not known.
#[derive(Clone)]
pub struct Head {
    names: Vec<String>,
    columns: Vec<Option<(Cell, &'static str)>>,
}

impl Head {
    /// The columns behind the names.
    pub(super) fn of(names: &[String]) -> Self {
        Self {
            names: names.to_vec(),
            columns: names.iter().map(|name| columns::find(name)).collect(),
        }
    }

    /// What the file calls the column of a pointer.
    pub(super) fn name_of(&self, pointer: &str) -> Option<String> {
        // One column holds names as well as codes.
        let pointer = match pointer {
            "/commune_name" => "/commune_code",
            "/parent_id" => PARENT,
            other => other,
        };
        let fits = |known: &str| {
            let rest = pointer.strip_prefix(known).filter(|_| !known.is_empty());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let at = self
            .columns
            .iter()
            .position(|column| column.is_some_and(|(_, known)| fits(known)))?;
        self.names.get(at).cloned()
    }

    /// Something told of a place, with the column that it comes from.
    pub(super) fn told(&self, pointer: &str, code: &str, (vi, en): (String, String)) -> Problem {
        Problem {
            column: self.name_of(pointer),
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            vi,
            en,
            successors: Vec::new(),
        }
    }

    /// A problem of a field.
    pub(super) fn problem(&self, error: &FieldError) -> Problem {
        let in_words = |violation: &Violation| (violation.vi(), violation.en());
        let words = match &error.violation {
            // The one column of a table takes names as well, and no member of that name is there.
            Violation::UnknownCommune if !self.columns.is_empty() => {
                in_words(&Violation::UnknownCode { list: "communes" })
            }
            told if !self.columns.is_empty() => in_words(&told.of_table()),
            told => in_words(told),
        };
        Problem {
            successors: error.violation.successors().to_vec(),
            ..self.told(&error.pointer, error.violation.code(), words)
        }
    }

    /// The problems of a refusal.
    pub(super) fn problems(&self, error: &Error) -> Vec<Problem> {
        if error.fields.is_empty() {
            let words = (error.detail_vi.clone(), error.detail_en.clone());
            return vec![self.told("", error.code.as_str(), words)];
        }
        error.fields.iter().map(|error| self.problem(error)).collect()
    }

    fn repaired(&self, pointer: &str, encoding: LegacyEncoding) -> Problem {
        let name = legacy::name(encoding);
        let words = (
            format!("Nội dung gõ theo bảng mã {name} đã được chuyển sang Unicode; hãy kiểm tra lại."),
            format!("The text was in {name} and was converted to Unicode; please check it."),
        );
        self.told(pointer, TEXT_REPAIRED, words)
    }

    fn by_alias(&self, pointer: &str, said: &str, code: &str) -> Problem {
        let words = (
            format!("“{said}” được đọc là {code} theo bảng tên gọi khác của Sở."),
            format!("“{said}” was read as {code}, by the Department's table of other names."),
        );
        self.told(pointer, ALIAS_USED, words)
    }

    /// That an earlier row is about the same enterprise.
    pub(super) fn twice(&self, first: i64) -> Problem {
        let words = (
            format!("Dòng {first} đã có mã số này."),
            format!("Row {first} has this number already."),
        );
        self.told("/tax_code", Violation::Duplicate.code(), words)
    }

    /// That an enterprise is on the exchange, and stays as it is; and in what it differs.
    pub(super) fn already_here(&self, why: (&str, &str), differs: &[String]) -> Problem {
        let places = differs.iter().map(|name| {
            let pointer = format!("/{name}");
            self.name_of(&pointer).unwrap_or(pointer)
        });
        let places = places.collect::<Vec<_>>().join(", ");
        let words = if places.is_empty() {
            (why.0.to_owned(), why.1.to_owned())
        } else {
            (
                format!("{} Khác với tệp ở: {places}.", why.0),
                format!("{} It differs from the file in: {places}.", why.1),
            )
        };
        self.told("/tax_code", ALREADY_HERE, words)
    }

    /// That a number is that of a branch or another dependent unit, of what is entered as an enterprise of its own.
    pub(super) fn code_of_unit(&self) -> Problem {
        let words = (
            "Mã số thuế 13 số là của đơn vị phụ thuộc; loại hình pháp lý đã ghi không phải chi nhánh, văn phòng đại diện nên không gắn với \
             đơn vị chủ quản. Hãy kiểm tra lại.",
            "A tax code of 13 digits is that of a dependent unit; by its legal form this is neither branch nor office, and stands below no \
             parent. Please check it.",
        );
        self.told("/tax_code", UNIT_CODE, (words.0.to_owned(), words.1.to_owned()))
    }

    /// That another enterprise looks like this one.
    pub(super) fn possible_duplicate(&self, words: (String, String)) -> Problem {
        self.told("", POSSIBLE_DUPLICATE, words)
    }

    /// That the name says another legal form than was given.
    pub(super) fn other_form(&self) -> Problem {
        let words = (
            "Tên ghi loại hình khác với loại hình pháp lý đã khai; hãy kiểm tra lại.".to_owned(),
            "The name says another legal form than was given; please check it.".to_owned(),
        );
        self.told("/legal_form", OTHER_FORM, words)
    }
}

/// What texts of cells are held against.
pub struct Book {
    /// The lists of the day.
    pub(super) lists: InForce,
    /// Names of their entries, and what officers keep beside them.
    pub(super) names: Names,
}

/// Reads a stored row.
pub(super) fn read(format: Format, head: &Head, book: &Book, line: &str) -> Option<Read> {
    let (number, content): (i64, Content) = serde_json::from_str(line).ok()?;
    let is_long = line.len() > MAX_ROW;
    let (mut item, raw) = match content {
        Content::Line(raw) => (
            if is_long {
                Item::default()
            } else {
                json_line(head, &raw)
            },
            raw,
        ),
        Content::Cells(cells) => {
            // Ours have apostrophes in CSV alone.
            let cells: Vec<String> = match format {
                Format::Csv => cells.iter().map(|cell| guard::bare(cell)).collect(),
                Format::Jsonl | Format::Xlsx => cells,
            };
            (table_row(head, book, &cells), serde_json::to_string(&cells).ok()?)
        }
    };
    if is_long {
        item.unread.push(wrong("", Violation::TooLong { max: MAX_ROW }));
    }
    Some(Read { number, item, raw })
}

fn wrong(pointer: &str, violation: Violation) -> FieldError {
    FieldError {
        pointer: pointer.to_owned(),
        violation,
    }
}

/// `{"enterprise": {…}, "parent_tax_code": "…"}`: the first is an enterprise as it is sent to register, the second may stand beside
/// it in the place of `parent_id`. What files of errors add is not read.
fn json_line(head: &Head, line: &str) -> Item {
    let mut item = Item::default();
    let Ok(Value::Object(mut members)) = serde_json::from_str::<Value>(line) else {
        item.unread.push(wrong(
            "",
            Violation::Malformed {
                what: "enterprise_line",
            },
        ));
        return item;
    };
    members.remove("problems");
    match members.remove("enterprise") {
        Some(mut enterprise @ Value::Object(_)) => {
            let repaired = legacy::repair(&mut enterprise);
            item.notices = repaired
                .iter()
                .map(|(pointer, encoding)| head.repaired(pointer, *encoding))
                .collect();
            if let Value::Object(enterprise) = enterprise {
                item.patch = enterprise;
            }
        }
        Some(_) => item
            .unread
            .push(wrong("/enterprise", Violation::Malformed { what: "object" })),
        None => item.unread.push(wrong("/enterprise", Violation::Required)),
    }
    match members.remove("parent_tax_code") {
        Some(Value::String(code)) => item.parent = Some(code),
        Some(Value::Null) | None => {}
        Some(_) => item.unread.push(wrong(PARENT, Violation::Malformed { what: "text" })),
    }
    // Names come from the file and are told again; not at any length.
    for name in members.keys().take(MOST_UNKNOWN) {
        let name: String = name.chars().take(100).collect();
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        item.unread
            .push(wrong(&pointer, Violation::Malformed { what: "field_name" }));
    }
    // Whoever has no tax code could not be asked for by it.
    let is_enterprise = item.unread.iter().all(|error| error.pointer != "/enterprise");
    let of_code = match item.patch.get("tax_code") {
        // Whatever else cannot be read does not hide that.
        Some(Value::String(code)) => TaxCode::parse(code).err().map(Violation::TaxCode),
        Some(Value::Null) | None => Some(Violation::Required),
        Some(_) => Some(Violation::Malformed { what: "text" }),
    };
    let of_code = of_code.filter(|_| is_enterprise);
    item.unread
        .extend(of_code.map(|violation| wrong("/tax_code", violation)));
    item.patch.remove("foreign_register");
    for name in NOT_FROM_FILE {
        if item.patch.remove(name).is_some_and(|value| !value.is_null()) {
            let what = Violation::Malformed { what: "not_from_file" };
            item.unread.push(wrong(&format!("/{name}"), what));
        }
    }
    item
}

/// Most members that are told to be unknown.
const MOST_UNKNOWN: usize = 20;

fn table_row(head: &Head, book: &Book, cells: &[String]) -> Item {
    let mut item = Item::default();
    if cells.len() > head.columns.len() {
        item.unread
            .push(wrong("", Violation::Malformed { what: "row_of_cells" }));
    }
    let mut edition = String::new();
    for (at, column) in head.columns.iter().enumerate() {
        let Some((kind, pointer)) = *column else { continue };
        if kind == Cell::Told {
            continue;
        }
        let cell = cells.get(at).map_or("", |cell| cell.trim());
        if shared::is_error(cell) {
            let what = Violation::Malformed {
                what: "cell_of_formula",
            };
            item.unread.push(wrong(pointer, what));
            continue;
        }
        let meant = repair_legacy(cell);
        let repaired = meant.as_ref().map(|meant| head.repaired(pointer, meant.encoding));
        item.notices.extend(repaired);
        let cell = meant.as_ref().map_or(cell, |meant| meant.text.as_str());
        match (kind, pointer) {
            (_, PARENT) => item.parent = (!cell.is_empty()).then(|| words::tax_code(cell)),
            (_, EDITION) => cell.clone_into(&mut edition),
            (Cell::Commune, _) => put_commune(&mut item.patch, cell),
            _ => {
                let mut others = Vec::new();
                match value(book, kind, cell, &mut others) {
                    Ok(value) => {
                        item.patch.insert(pointer.trim_start_matches('/').to_owned(), value);
                    }
                    Err(violation) => item.unread.push(wrong(pointer, violation)),
                }
                let by_alias = others
                    .iter()
                    .filter_map(|meant| Some(head.by_alias(pointer, meant.alias.as_deref()?, &meant.code)));
                item.notices.extend(by_alias);
            }
        }
    }
    name_edition(&mut item.patch, &edition);
    item
}

/// Codes are told from names by their digits; of both members only what was said says something.
fn put_commune(patch: &mut Map<String, Value>, cell: &str) {
    let (code, name) = words::commune(cell);
    patch.insert("commune_code".into(), code.map_or(Value::Null, Value::String));
    patch.insert("commune_name".into(), name.map_or(Value::Null, Value::String));
}

/// Activities that name no edition are of the one that the row names.
fn name_edition(patch: &mut Map<String, Value>, edition: &str) {
    if let Some(Value::Array(activities)) = patch.get_mut("vsic") {
        for activity in activities {
            let version = activity.get_mut("version");
            if let Some(version) = version.filter(|version| **version == "") {
                *version = edition.into();
            }
        }
    }
}

/// What a cell says; what it says by other names than those of the lists is noted.
fn value(book: &Book, kind: Cell, cell: &str, others: &mut Vec<Meant>) -> Result<Value, Violation> {
    if cell.is_empty() {
        return Ok(if kind.is_list() { json!([]) } else { Value::Null });
    }
    let texts = || entries::texts(cell).ok_or(Violation::Malformed { what: "cell_of_texts" });
    let mut meant = |found: Vec<Meant>| -> Vec<String> {
        let codes = found.iter().map(|meant| meant.code.clone()).collect();
        others.extend(found);
        codes
    };
    Ok(match kind {
        // As one was masked before it was kept.
        Cell::TaxCode if cell.starts_with('*') => return Err(Violation::Malformed { what: "not_from_file" }),
        Cell::TaxCode => words::tax_code(cell).into(),
        Cell::Phone => words::phone(cell).into(),
        Cell::LegalForm => words::legal_form(&book.lists, cell).into(),
        Cell::Province => words::province(&book.lists, cell).into(),
        Cell::Fields => meant(book.names.codes(TaxonomyName::Fields, cell)?).into(),
        Cell::Choice(choice) => choice.code(cell).into(),
        Cell::Choices(choice) => texts()?.iter().map(|text| choice.code(text)).collect(),
        Cell::Texts => texts()?.into(),
        Cell::Activities => activities(cell),
        Cell::Day => values::day(cell)
            .ok_or_else(|| Violation::Malformed {
                what: values::wrong_day(cell),
            })?
            .into(),
        Cell::Text(_) | Cell::Commune | Cell::Edition | Cell::Told => cell.into(),
    })
}

/// `28210 | 2025; 4659 | 2018`: codes, each with its edition where the row names none for all.
fn activities(cell: &str) -> Value {
    let parts = cell
        .split([';', ',', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let activity = |part: &str| {
        let (code, version) = part.split_once('|').unwrap_or((part, ""));
        json!({"code": code.trim().replace('.', ""), "version": version.trim()})
    };
    parts.map(activity).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::Taxonomies;

    fn book() -> Book {
        let lists = InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1));
        let names = Names::of(&lists, &[]);
        Book { lists, names }
    }

    fn of_table(head: &[&str], cells: &[&str]) -> Item {
        let head = Head::of(&head.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        table_row(
            &head,
            &book(),
            &cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn cells_become_what_is_sent_to_register() {
        let item = of_table(
            &[
                "MST",
                "Xã, phường",
                "Mã ngành",
                "Phiên bản mã ngành",
                "Năng lực",
                "Ngày đăng ký",
                "Màu",
            ],
            &[
                "300588569",
                "Lâm Thao",
                "28.21; 4659 | 2018",
                "2025",
                "",
                "4/5/2010",
                "đỏ",
            ],
        );
        assert_eq!(
            Value::Object(item.patch.clone()),
            json!({
                "tax_code": "0300588569", "commune_code": null, "commune_name": "Lâm Thao",
                "vsic": [{"code": "2821", "version": "2025"}, {"code": "4659", "version": "2018"}],
                "capabilities": [], "registration_date": "2010-05-04",
            })
        );
        assert_eq!(item.key().as_deref(), Some("0300588569"));
        assert!(item.unread.is_empty(), "{:?}", item.unread);
        let wrong = of_table(&["Mã số thuế", "Ngày đăng ký"], &["#N/A", "31/2/2010", "thừa"]);
        let told: Vec<_> = wrong.unread.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(told, ["", "/tax_code", "/registration_date"]);
    }

    #[test]
    fn personal_numbers_and_what_everybody_sees_come_from_no_file() {
        let head = Head::of(&[]);
        let line =
            r#"{"enterprise": {"personal_id": "025190000123", "public_groups": ["phone"]}, "x": 1, "problems": []}"#;
        let item = json_line(&head, line);
        assert_eq!(item.patch, Map::new());
        let told: Vec<_> = item.unread.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(told, ["/x", "/tax_code", "/personal_id", "/public_groups"]);
        for line in ["[]", "x", "{\"enterprise\": 1}", "{}"] {
            assert!(!json_line(&head, line).unread.is_empty(), "{line}");
        }
    }
}
