//! One row: what it says of which listing, as a merge patch onto the form in which a listing is sent.

use search_index::{LegacyEncoding, repair_legacy};
use serde::Deserialize;
use serde_json::{Value, json};

use super::columns::{self, COLUMNS, Cell};
use super::entries;
use super::guard;
use super::json_line;
use super::legacy;
use super::names::{Meant, Names};
use super::patch::Patch;
use super::values;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::ListingId;
use crate::domain::import::{ALIAS_USED, Format, IDENTIFIER_GIVEN, Problem, TAKEN_FOR_COPY, TEXT_REPAIRED};
use crate::domain::text::Line;
use crate::service::Error;

/// Longest row, in bytes.
pub(super) const MAX_ROW: usize = 256 * 1024;

/// What a row says.
#[derive(Clone, Debug)]
pub struct Item {
    /// What the enterprise calls the listing; a row that has none tells which listing it is about.
    pub external_id: Option<String>,
    /// Which listing it is about, as exports tell it.
    pub listing: Option<ListingId>,
    /// What changes of the listing, or what a new one says.
    pub patch: Value,
    /// What of it was read otherwise than it stands there: texts in an encoding of before Unicode, other names of entries.
    /// Somebody should look at it.
    pub repaired: Vec<Problem>,
    /// Cells and members that cannot be read: with one of them the row is refused.
    pub problems: Vec<Problem>,
}

impl Item {
    /// The same of which it is not known which listing is meant, and why.
    pub(super) fn of_no_listing(&self, why: impl IntoIterator<Item = Problem>) -> Self {
        Self {
            external_id: None,
            listing: None,
            problems: self.problems.iter().cloned().chain(why).collect(),
            ..self.clone()
        }
    }
}

/// A row that was read, or why not.
#[derive(Clone, Debug)]
pub struct Read {
    /// Its number in the file.
    pub number: i64,
    /// What it calls the listing, if that much can be read.
    pub external_id: Option<String>,
    /// What it says.
    pub item: Result<Item, Vec<Problem>>,
    /// The row as it came.
    pub raw: String,
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
    pub fn of(names: &[String]) -> Self {
        Self {
            names: names.to_vec(),
            columns: names.iter().map(|name| columns::find(name)).collect(),
        }
    }

    /// What the file calls the column of a pointer; of a text in two languages as a whole the first of both.
    fn name_of(&self, pointer: &str) -> Option<String> {
        let lies_in = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        let fits = |known: &&str| {
            pointer == *known || lies_in(pointer, known) || !pointer.is_empty() && lies_in(known, pointer)
        };
        let at = self.columns.iter().position(|column| {
            let own = column.as_ref().map(|(_, pointer)| *pointer);
            own.as_ref().filter(|known| !known.is_empty()).is_some_and(fits)
        })?;
        self.names.get(at).cloned()
    }

    /// A problem of a field, with the column that it comes from.
    pub fn problem(&self, error: &FieldError) -> Problem {
        let violation = if self.columns.is_empty() {
            error.violation.clone()
        } else {
            error.violation.of_table()
        };
        let (mut vi, mut en) = (violation.vi(), violation.en());
        if let Some(part) = self.part_of(&error.pointer) {
            (vi, en) = (format!("Ở {}: {vi}", part.0), format!("In {}: {en}", part.1));
        }
        Problem {
            column: self.name_of(&error.pointer),
            pointer: error.pointer.clone(),
            code: violation.code().into(),
            vi,
            en,
            successors: violation.successors().to_vec(),
        }
    }

    /// Which part of a cell of several entries a pointer means.
    fn part_of(&self, pointer: &str) -> Option<(String, String)> {
        let mut columns = self.columns.iter().flatten();
        columns.find_map(|(cell, known)| match cell {
            Cell::Entries(entries) => entries.part(pointer.strip_prefix(*known)?.strip_prefix('/')?),
            _ => None,
        })
    }

    /// The problems of a refusal.
    pub fn problems(&self, error: &Error) -> Vec<Problem> {
        if error.fields.is_empty() {
            return vec![Problem {
                pointer: String::new(),
                column: None,
                code: error.code.as_str().into(),
                vi: error.detail_vi.clone(),
                en: error.detail_en.clone(),
                successors: Vec::new(),
            }];
        }
        error.fields.iter().map(|error| self.problem(error)).collect()
    }

    /// That a text was read in an encoding of before Unicode.
    pub(super) fn repaired(&self, pointer: &str, encoding: LegacyEncoding) -> Problem {
        let name = legacy::name(encoding);
        Problem {
            column: self.name_of(pointer),
            pointer: pointer.to_owned(),
            code: TEXT_REPAIRED.into(),
            vi: format!("Nội dung gõ theo bảng mã {name} đã được chuyển sang Unicode; hãy kiểm tra lại."),
            en: format!("The text was in {name} and was converted to Unicode; please check it."),
            successors: Vec::new(),
        }
    }

    /// That a value was read by another name than the list has.
    fn by_alias(&self, pointer: &str, meant: &Meant) -> Problem {
        let (said, code) = (meant.alias.as_deref().unwrap_or_default(), &meant.code);
        Problem {
            column: self.name_of(pointer),
            pointer: pointer.to_owned(),
            code: ALIAS_USED.into(),
            vi: format!("“{said}” được đọc là {code} theo bảng tên gọi khác của Sở."),
            en: format!("“{said}” was read as {code}, by the Department's table of other names."),
            successors: Vec::new(),
        }
    }

    /// That the listing of a row goes by its identifier from now on.
    pub(super) fn identifier_given(&self) -> Problem {
        let pointer = "/external_id";
        Problem {
            column: self.name_of(pointer),
            pointer: pointer.into(),
            code: IDENTIFIER_GIVEN.into(),
            vi: "Từ nay tin này mang mã nội bộ của dòng này.".into(),
            en: "From now on the listing goes by the identifier of this row.".into(),
            successors: Vec::new(),
        }
    }

    /// That a row became a new listing, though it names one, and why.
    pub(super) fn taken_for_copy(&self, name: &str) -> Problem {
        let pointer = "/id";
        Problem {
            column: self.name_of(pointer),
            pointer: pointer.into(),
            code: TAKEN_FOR_COPY.into(),
            vi: format!(
                "ID tin không được dùng vì tin ấy đã có mã nội bộ “{name}”: dòng này được coi là bản sao, thành tin mới. \
                 Muốn sửa tin ấy, hãy giữ mã “{name}”; mã nội bộ không đổi được bằng nhập tệp."
            ),
            en: format!(
                "The ID was not used, since that listing goes by “{name}” already: the row was taken for a copy and becomes \
                 a new listing. To change that listing, keep “{name}”; an import does not change identifiers."
            ),
            successors: Vec::new(),
        }
    }

    pub(super) fn wrong(&self, pointer: &str, violation: Violation) -> Problem {
        self.problem(&FieldError {
            pointer: pointer.into(),
            violation,
        })
    }
}

/// Reads a stored row.
pub fn read(format: Format, head: &Head, names: &Names, line: &str) -> Option<Read> {
    let (number, content): (i64, Content) = serde_json::from_str(line).ok()?;
    let is_long = line.len() > MAX_ROW;
    let (external_id, item, raw) = match content {
        Content::Line(raw) => {
            let (external_id, item) = json_line::read(head, &raw);
            (external_id, item, raw)
        }
        Content::Cells(cells) => {
            // Ours have apostrophes in CSV alone.
            let cells: Vec<String> = match format {
                Format::Csv => cells.iter().map(|cell| guard::bare(cell)).collect(),
                Format::Jsonl | Format::Xlsx => cells,
            };
            let (external_id, item) = table_row(head, names, &cells);
            (external_id, item, serde_json::to_string(&cells).ok()?)
        }
    };
    let item = match item {
        Ok(_) if is_long => Err(vec![head.wrong("", Violation::TooLong { max: MAX_ROW })]),
        other => other,
    };
    Some(Read {
        number,
        external_id: external_id.and_then(|id| Some(Line::<100>::parse(&id).ok()?.into_string())),
        item,
        raw,
    })
}

/// What a row calls the listing, and what it says; or why it cannot be read.
pub(super) type Parsed = (Option<String>, Result<Item, Vec<Problem>>);

/// What a row calls the listing, which one it says that it is, and what is wrong with the two; no `id` is one that is no text.
/// One of them must be told, and what is told must be right: who says which listing it is wants no other one.
pub(super) fn identified(external_id: &str, id: Option<&str>) -> (Option<String>, Option<ListingId>, Vec<FieldError>) {
    let no_id = Violation::Malformed { what: "identifier" };
    let listing = match id.map(str::trim) {
        Some("") => Ok(None),
        Some(id) => id.parse::<ListingId>().map(Some).map_err(|_no_identifier| no_id),
        None => Err(no_id),
    };
    let name = match external_id.trim() {
        "" if !matches!(listing, Ok(None)) => Ok(None),
        name => Line::<100>::parse(name).map(|name| Some(name.into_string())),
    };
    let ((name, no_name), (listing, no_listing)) = (parted(name), parted(listing));
    let wrong = [("/external_id", no_name), ("/id", no_listing)].into_iter();
    let wrong = wrong.filter_map(|(pointer, violation)| {
        let pointer = pointer.to_owned();
        violation.map(|violation| FieldError { pointer, violation })
    });
    (name, listing, wrong.collect())
}

fn parted<T>(read: Result<Option<T>, Violation>) -> (Option<T>, Option<Violation>) {
    match read {
        Ok(value) => (value, None),
        Err(violation) => (None, Some(violation)),
    }
}

fn table_row(head: &Head, names: &Names, cells: &[String]) -> Parsed {
    let (mut problems, mut patch) = (Vec::new(), Patch::default());
    let (mut said, mut id) = ("", "");
    let (mut repaired, mut told) = (Vec::new(), Vec::new());
    if cells.len() > head.columns.len() {
        problems.push(head.wrong("", Violation::Malformed { what: "row_of_cells" }));
    }
    for (at, column) in head.columns.iter().enumerate() {
        let Some((kind, pointer)) = *column else { continue };
        let cell = cells.get(at).map_or("", |cell| cell.trim());
        if is_error(cell) {
            problems.push(head.wrong(
                pointer,
                Violation::Malformed {
                    what: "cell_of_formula",
                },
            ));
        } else if kind == Cell::Identifier {
            said = guard::bare_identifier(cell);
        } else if kind == Cell::Listing {
            id = cell;
        } else {
            let cell = match kind {
                // A single property with a semicolon ends in a new line, which says that semicolons part nothing.
                Cell::Specifications => cells.get(at).map_or("", String::as_str),
                _ => cell,
            };
            let meant = repair_legacy(cell);
            repaired.extend(meant.as_ref().map(|meant| head.repaired(pointer, meant.encoding)));
            if kind == Cell::Amount {
                let currency = values::amount(cell).and_then(|(_, currency)| currency);
                told.extend(currency.map(|currency| (pointer, currency)));
            }
            let mut others = Vec::new();
            let text = meant.as_ref().map_or(cell, |meant| meant.text.as_str());
            let read = value(names, kind, text, &mut others);
            repaired.extend(others.iter().map(|other| head.by_alias(pointer, other)));
            match read {
                Ok(value) => patch.put(pointer, value),
                Err(violation) => {
                    // Of several entries that one is told.
                    let entry = match kind {
                        Cell::Entries(entries) => entries.unreadable(text),
                        _ => None,
                    };
                    let place = entry.map(|at| format!("{pointer}/{at}"));
                    problems.push(head.wrong(place.as_deref().unwrap_or(pointer), violation));
                }
            }
        }
    }
    for pointer in patch.tell_currency(&told) {
        problems.push(head.wrong(pointer, Violation::Conflicts { with: "currency" }));
    }
    let (external_id, listing, wrong) = identified(said, Some(id));
    for field in wrong {
        // A cell that tells of a formula instead is not missing, too.
        if !problems.iter().any(|known| known.pointer == field.pointer) {
            problems.insert(0, head.problem(&field));
        }
    }
    let item = Item {
        external_id,
        listing,
        patch: Value::Object(patch.0),
        repaired,
        problems,
    };
    (item.external_id.clone(), Ok(item))
}

/// What a workbook shows where a formula could not be calculated.
pub fn is_error(cell: &str) -> bool {
    const ERRORS: [&str; 11] = [
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#GETTING_DATA",
    ];
    ERRORS.contains(&cell)
}

/// What a cell says; what it says by other names than those of the lists is noted.
fn value(names: &Names, kind: Cell, cell: &str, others: &mut Vec<Meant>) -> Result<Value, Violation> {
    if cell.trim().is_empty() {
        return Ok(if kind.is_list() { json!([]) } else { Value::Null });
    }
    let malformed = |what: &'static str| Violation::Malformed { what };
    let mut codes = |meant: Vec<Meant>| -> Vec<String> {
        others.extend(meant.iter().filter(|meant| meant.alias.is_some()).cloned());
        meant.into_iter().map(|meant| meant.code).collect()
    };
    Ok(match kind {
        Cell::Code(list) => codes(vec![names.meant(list, cell)?]).concat().into(),
        Cell::Codes(list) => codes(names.codes(list, cell)?).into(),
        Cell::Choice(choice) => choice.code(cell).into(),
        Cell::Choices(choice) => {
            let texts = entries::texts(cell).ok_or(malformed("cell_of_texts"))?;
            texts.iter().map(|text| choice.code(text)).collect()
        }
        Cell::Texts => entries::texts(cell).ok_or(malformed("cell_of_texts"))?.into(),
        Cell::Entries(entries) => entries.read(names, cell)?.into(),
        Cell::Level => values::trl(cell).ok_or(malformed("trl"))?.into(),
        Cell::Amount => values::amount(cell).ok_or(malformed("amount"))?.0.into(),
        Cell::Months(max) => in_range(values::months(cell).ok_or(malformed("whole_number"))?, 0, max)?,
        Cell::Number(min, max) => in_range(values::number(cell).ok_or(malformed("whole_number"))?, min, max)?,
        Cell::Day => values::day(cell)
            .ok_or_else(|| malformed(values::wrong_day(cell)))?
            .into(),
        Cell::YesNo => values::yes_or_no(cell).ok_or(malformed("yes_or_no"))?.into(),
        Cell::Currency => values::currency(cell).into(),
        Cell::Specifications => values::specifications(cell).ok_or(malformed("specifications"))?.into(),
        Cell::Identifier | Cell::Listing | Cell::Text(_) | Cell::Told => cell.into(),
    })
}

/// A number that the listing has room for: another one could not be read into it at all.
fn in_range(number: i64, min: i64, max: i64) -> Result<Value, Violation> {
    if (min..=max).contains(&number) {
        Ok(number.into())
    } else {
        Err(Violation::OutOfRange { min, max })
    }
}

/// A pair of texts that lost both is none.
pub fn prune(draft: &mut Value) {
    if let Value::Object(draft) = draft {
        draft.retain(|_, value| value.as_object().is_none_or(|inner| !inner.is_empty()));
    }
}

/// What a new listing must say before it can be read at all, so that everything wrong is told at once.
pub fn complete(draft: &mut Value) {
    if let Value::Object(draft) = draft {
        draft.entry("kind").or_insert_with(|| "".into());
        let title = draft.entry("title").or_insert_with(|| json!({}));
        if let Value::Object(title) = title {
            title.entry("vi").or_insert_with(|| "".into());
        }
    }
}

/// Every field that a table can say.
pub fn pointers() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|known| known.pointer)
}
