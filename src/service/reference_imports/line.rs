//! One row: what it says of which entry.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::columns::{self, Cell, Column};
use super::{MAX_ROW, above};
use crate::domain::drafts::merge_patch;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::import::{Format, Problem};
use crate::domain::taxonomy::{EntryPatch, NewEntry, Taxonomies, TaxonomyItem, TaxonomyName, wanted_day};
use crate::service::file_imports::listings::intake::Taken;
use crate::service::file_imports::listings::{guard, row, values};
use crate::service::reference::patch_of;
use crate::service::{Error, json_mistakes};

/// What an empty cell does not take away. The English name goes by `PATCH`, or by JSON Lines.
const NAMES: [&str; 2] = ["/name_vi", "/name_en"];

/// Most bytes of what is told as a code.
const MAX_CODE: usize = 64;

/// A row as it was read.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its number in the file.
    pub number: i64,
    /// The code that it names.
    pub code: Option<String>,
    patch: Map<String, Value>,
    problems: Vec<FieldError>,
    head: Vec<(String, Option<&'static Column>)>,
}

/// What a row wants.
pub enum Read<'a> {
    /// An entry that is not there yet, with its end where it has one already.
    New {
        entry: NewEntry,
        end: (Option<Date>, Vec<String>),
    },
    /// Another version of one that is.
    Known { item: &'a TaxonomyItem, patch: EntryPatch },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Cells(Vec<String>),
    Line(String),
}

/// What an entry is to be that is new and has an end.
#[derive(Debug, Default, Deserialize)]
struct End {
    #[serde(default, deserialize_with = "wanted_day")]
    valid_to: Option<Date>,
    #[serde(default)]
    successors: Option<Vec<String>>,
}

/// The rows of a file; nothing where they are not as they were written down.
pub fn all(format: Format, taken: &Taken) -> Option<Vec<Line>> {
    let names = taken.head.iter();
    let head: Vec<_> = names.map(|name| (name.clone(), columns::column(name))).collect();
    let text = std::str::from_utf8(&taken.rows).ok()?;
    text.lines().map(|line| one(format, &head, line)).collect()
}

fn one(format: Format, head: &[(String, Option<&'static Column>)], line: &str) -> Option<Line> {
    let (number, content): (i64, Content) = serde_json::from_str(line).ok()?;
    let mut read = Line {
        number,
        code: None,
        patch: Map::new(),
        problems: Vec::new(),
        head: head.to_vec(),
    };
    match content {
        // Not taken apart at all.
        _ if line.len() > MAX_ROW => read.wrong("", Violation::TooLong { max: MAX_ROW }),
        Content::Line(raw) => match serde_json::from_str::<Value>(&raw) {
            Ok(Value::Object(patch)) => read.patch = patch,
            _ => read.wrong("", Violation::Malformed { what: "object" }),
        },
        Content::Cells(cells) => read.take(format, &cells),
    }
    let code = read.patch.get("code").and_then(Value::as_str);
    // What is longer is no code, and goes back to nobody.
    read.code = code.filter(|code| code.len() <= MAX_CODE).map(str::to_owned);
    Some(read)
}

impl Line {
    fn wrong(&mut self, pointer: &str, violation: Violation) {
        self.problems.push(FieldError {
            pointer: pointer.to_owned(),
            violation,
        });
    }

    fn take(&mut self, format: Format, cells: &[String]) {
        if cells.len() > self.head.len() {
            self.wrong("", Violation::Malformed { what: "row_of_cells" });
        }
        for (at, (_, column)) in self.head.clone().into_iter().enumerate() {
            let Some(&(pointer, _, _, kind)) = column else { continue };
            // Ours have apostrophes in CSV alone.
            let cell = cells.get(at).map_or("", String::as_str);
            let cell = match format {
                Format::Csv => guard::bare(cell),
                Format::Jsonl | Format::Xlsx => cell.to_owned(),
            };
            let cell = cell.trim();
            if row::is_error(cell) {
                self.wrong(
                    pointer,
                    Violation::Malformed {
                        what: "cell_of_formula",
                    },
                );
                continue;
            }
            // An entry that is there keeps its names without their being told again; a new one lacks them.
            if cell.is_empty() && NAMES.contains(&pointer) {
                continue;
            }
            match value(kind, cell) {
                Ok(value) => put(&mut self.patch, pointer, value),
                Err(what) => self.wrong(pointer, Violation::Malformed { what }),
            }
        }
    }

    /// What comes of it, once what it wants of the list is judged; else all that is wrong with it.
    pub fn judged<'a, T>(
        &self,
        lists: &'a Taxonomies,
        (list, today): (TaxonomyName, Date),
        judge: impl FnOnce(Read<'a>) -> Result<T, Vec<FieldError>>,
    ) -> Result<T, Vec<Problem>> {
        let mut wrong = self.problems.clone();
        let foreign: Vec<_> = self.of_other_lists(list).collect();
        // Of what is known of no entry nothing more is known.
        let is_of_an_entry = !wrong
            .iter()
            .any(|error| ["", "/code", "/parent"].contains(&error.pointer.as_str()));
        if is_of_an_entry {
            let mut own = self.patch.clone();
            for part in foreign.iter().filter_map(|error| error.pointer.split('/').nth(1)) {
                own.remove(part);
            }
            let mut ended_above = None;
            // A line of JSON has what an officer sends one by one, which is a code.
            if !self.head.is_empty()
                && let Some(Value::String(said)) = own.get_mut("parent")
            {
                match above::code(lists, list, said, today) {
                    Ok(code) => *said = code,
                    Err(ended) => ended_above = Some(ended),
                }
            }
            let mut unread = Vec::new();
            let read = self.entry(lists, list, own, (&mut wrong, &mut unread));
            match read.map(judge) {
                Some(Ok(value)) if wrong.is_empty() && unread.is_empty() && foreign.is_empty() => return Ok(value),
                Some(Ok(_)) | None => {}
                Some(Err(mut others)) => {
                    others.retain(|other| !rests_on_unread(other, &unread));
                    unread.extend(others);
                }
            }
            wrong.extend(unread.into_iter().filter(|other| !self.is_left_open(other)));
            if let Some(ended) = ended_above {
                let unknown = |error: &&mut FieldError| {
                    error.pointer == "/parent" && matches!(error.violation, Violation::NotInList { .. })
                };
                wrong
                    .iter_mut()
                    .filter(unknown)
                    .for_each(|error| error.violation = ended.clone());
            }
        }
        wrong.extend(foreign);
        Err(wrong.iter().map(|error| self.problem(error)).collect())
    }

    /// Whether it only seems wrong, because a cell could not be read.
    fn is_left_open(&self, other: &FieldError) -> bool {
        let mut unread = self.problems.iter().map(|error| error.pointer.as_str());
        unread.any(|pointer| {
            let is_there = other.pointer == pointer;
            is_there
                || matches!(other.violation, Violation::Conflicts { with } if pointer.trim_start_matches('/') == with)
        })
    }

    /// The same, whatever else stands in the row, as far as it can be read. What speaks against the entry that is there is
    /// added to what is wrong, what cannot be read to the others.
    fn entry<'a>(
        &self,
        lists: &'a Taxonomies,
        list: TaxonomyName,
        mut patch: Map<String, Value>,
        (wrong, unread): (&mut Vec<FieldError>, &mut Vec<FieldError>),
    ) -> Option<Read<'a>> {
        let Some(item) = self.code.as_deref().and_then(|code| lists.get(list, code)) else {
            return new_entry(patch, unread);
        };
        // What stands for good is told again, or not at all.
        for (member, stands) in [
            ("code", Some(item.code.clone())),
            ("parent", item.parent.clone()),
            ("valid_from", item.valid_from.map(|day| day.to_string())),
        ] {
            // Where a commune may lie is judged with what else the row says of it.
            if member == "parent" && list == TaxonomyName::Communes {
                continue;
            }
            let told = patch.remove(member);
            if told.is_some_and(|told| !told.is_null() && told.as_str() != stands.as_deref()) {
                wrong.push(FieldError {
                    pointer: format!("/{member}"),
                    violation: Violation::Conflicts { with: "entry_for_good" },
                });
            }
        }
        let mut draft = serde_json::to_value(patch_of(list, item)).unwrap_or_default();
        merge_patch(&mut draft, &Value::Object(patch));
        // A list that nothing stands in is empty.
        for list in ["/successors", "/regulation/keywords", "/regulation/field_codes"] {
            put_missing(&mut draft, list);
        }
        let patch = as_far::<EntryPatch>(&draft, unread)?;
        Some(Read::Known { item, patch })
    }

    /// What stands in columns that the list does not have.
    fn of_other_lists(&self, list: TaxonomyName) -> impl Iterator<Item = FieldError> {
        let patch = Value::Object(self.patch.clone());
        let columns = self.head.iter().filter_map(|(_, column)| *column);
        let others = columns
            .map(|(pointer, ..)| *pointer)
            .filter(move |pointer| !columns::is_of(list, pointer));
        let told = others.filter(move |pointer| match patch.pointer(pointer) {
            None | Some(Value::Null) => false,
            Some(Value::Array(parts)) => !parts.is_empty(),
            Some(_) => true,
        });
        told.map(|pointer| FieldError {
            pointer: pointer.to_owned(),
            violation: Violation::Conflicts { with: "list_name" },
        })
    }

    /// What is wrong with a field, with the column that it comes from.
    pub fn problem(&self, error: &FieldError) -> Problem {
        let begins = |whole: &str, part: &str| {
            let rest = whole.strip_prefix(part);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let column_for = |fits: &dyn Fn(&str) -> bool| {
            let mut columns = self.head.iter();
            columns.find(|(_, column)| column.is_some_and(|known| fits(known.0)))
        };
        // Of a part that is not there at all the first of its columns is told.
        let is_part = !error.pointer.is_empty();
        let column = column_for(&|known| begins(&error.pointer, known))
            .or_else(|| column_for(&|known| is_part && begins(known, &error.pointer)));
        // An empty cell is read as null, of which a table knows nothing.
        let violation = match &error.violation {
            Violation::Null => Violation::Required,
            told if !self.head.is_empty() => told.of_table(),
            told => told.clone(),
        };
        Problem {
            column: column.map(|(name, _)| name.clone()),
            pointer: error.pointer.clone(),
            code: violation.code().into(),
            vi: violation.vi(),
            en: violation.en(),
            successors: violation.successors().to_vec(),
        }
    }
}

fn new_entry<'a>(mut told: Map<String, Value>, unread: &mut Vec<FieldError>) -> Option<Read<'a>> {
    told.retain(|_, value| !value.is_null());
    let end: Map<String, Value> = ["valid_to", "successors"]
        .into_iter()
        .filter_map(|member| Some((member.to_owned(), told.remove(member)?)))
        .collect();
    if let Some(Value::Object(regulation)) = told.get_mut("regulation") {
        regulation.retain(|_, value| !value.is_null());
    }
    let entry = as_far::<NewEntry>(&Value::Object(told), unread);
    let end = as_far::<End>(&Value::Object(end), unread);
    entry.zip(end).map(|(entry, end)| Read::New {
        entry,
        end: (end.valid_to, end.successors.unwrap_or_default()),
    })
}

/// What can be read; what cannot is noted.
fn as_far<T: DeserializeOwned>(told: &Value, unread: &mut Vec<FieldError>) -> Option<T> {
    match json_mistakes::as_far::<T>(told) {
        Ok((others, read)) => {
            unread.extend(others);
            read
        }
        Err(error) => {
            unread.extend(fields_of(error));
            None
        }
    }
}

/// Whether it only seems wrong because of what stands in for what could not be read. What a code is that is none nobody knows.
fn rests_on_unread(other: &FieldError, unread: &[FieldError]) -> bool {
    let mut places = unread.iter().map(|field| field.pointer.as_str());
    places.any(|place| ["", "/code", "/parent"].contains(&place)) || json_mistakes::rests_on(other, unread)
}

/// What is wrong with what could not be read.
fn fields_of(error: Error) -> Vec<FieldError> {
    if error.fields.is_empty() {
        return vec![no_object()];
    }
    error.fields
}

fn no_object() -> FieldError {
    FieldError {
        pointer: String::new(),
        violation: Violation::Malformed { what: "object" },
    }
}

/// A cell as it goes into the entry, or what it should have been.
fn value(kind: Cell, cell: &str) -> Result<Value, &'static str> {
    Ok(match kind {
        Cell::Texts => {
            let parts = cell.split([';', '\n']).map(str::trim);
            parts.filter(|part| !part.is_empty()).map(Value::from).collect()
        }
        _ if cell.is_empty() => Value::Null,
        Cell::Text => cell.into(),
        // What is none of the calendar is refused where the entry is read, if not here.
        Cell::Day => values::day(cell).ok_or_else(|| values::wrong_day(cell))?.into(),
        Cell::YesNo => values::yes_or_no(cell).ok_or("yes_or_no")?.into(),
    })
}

/// Puts a value at a pointer of one or two members. What is empty is not told of a part that is told nothing else of.
fn put(patch: &mut Map<String, Value>, pointer: &str, value: Value) {
    match pointer.trim_start_matches('/').split_once('/') {
        None => drop(patch.insert(pointer.trim_start_matches('/').to_owned(), value)),
        Some((part, member)) => {
            let is_nothing = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if is_nothing && !patch.contains_key(part) {
                return;
            }
            let part = patch.entry(part).or_insert_with(|| json!({}));
            if let Value::Object(part) = part {
                part.insert(member.to_owned(), value);
            }
        }
    }
}

fn put_missing(draft: &mut Value, pointer: &str) {
    let Some((part, member)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(Value::Object(part)) = draft.pointer_mut(part)
        && part.get(member).is_none_or(Value::is_null)
    {
        part.insert(member.to_owned(), json!([]));
    }
}
