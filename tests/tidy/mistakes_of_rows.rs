//! Whatever a row of a file of listings can be refused for is a mistake that the fault harness makes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use vptex::service::ErrorCode;
use vptex::service::file_imports::listings::columns::COLUMNS;

use super::mistakes::{IN_LINES, IN_TABLES, Told};
use super::{assert_none, program, read, rust_files};

/// Where a row is read and judged, member by member.
const JUDGED: [&str; 16] = [
    "src/domain/drafts/content.rs",
    "src/domain/drafts/details.rs",
    "src/domain/drafts/lists.rs",
    "src/domain/drafts/regulation.rs",
    "src/domain/drafts/values.rs",
    "src/domain/fields/errors.rs",
    "src/domain/listing.rs",
    "src/domain/listing/currency.rs",
    "src/domain/listing/days.rs",
    "src/domain/listing/share.rs",
    "src/domain/taxonomy/in_force.rs",
    "src/domain/text.rs",
    "src/domain/whole.rs",
    "src/service/listing_links.rs",
    "src/service/listings/names.rs",
    "src/service/wrong_json.rs",
];
/// What is asked of a listing, whatever the row says of it.
const ASKED: [(&str, &[&str]); 5] = [
    (
        "src/service/listings.rs",
        &["create", "own", "own_at", "edit", "kept", "unchanged", "wrong_status"],
    ),
    ("src/service/listings/names.rs", &["replace_content"]),
    ("src/service/holds.rs", &["require_not_held"]),
    ("src/service/versions.rs", &["require_version"]),
    (
        "src/service/revisions.rs",
        &["of", "edit", "write", "begin", "kept", "elsewhere", "wrong_status"],
    ),
];
/// Of what is asked this refuses no row: who may not write loses the whole import, and a row reads and writes in one unit of work.
const OF_NO_ROW: [ErrorCode; 2] = [ErrorCode::Forbidden, ErrorCode::StaleVersion];

fn of_tables() -> impl Iterator<Item = Told> {
    IN_TABLES.iter().map(|mistake| mistake.told)
}

fn of_lines() -> impl Iterator<Item = Told> {
    IN_LINES.iter().map(|mistake| mistake.told)
}

fn codes() -> BTreeSet<&'static str> {
    of_tables().chain(of_lines()).flatten().map(|(_, code)| *code).collect()
}

/// Names behind something in a source, such as `Violation::`.
fn named<'s>(source: &'s str, before: &str) -> BTreeSet<&'s str> {
    let rest = source.split(before).skip(1);
    let names = rest.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default());
    names
        .filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
        .collect()
}

/// The stable code of each violation, as the program tells it; of those that tell the code of what is wrong in particular, none: a
/// row that was refused for one would have to be told by more than its name.
fn violations() -> BTreeMap<String, String> {
    let source = program(&read(Path::new("src/domain/fields.rs")));
    let table = function(&source, "code").unwrap_or_default();
    // Between two arrows stands what one arm gives, and then the names of the next, on however many lines.
    let parts: Vec<&str> = table.split("=>").collect();
    let mut found = BTreeMap::new();
    for two in parts.windows(2) {
        let [before, given] = two else { continue };
        let given = given.split(',').next().unwrap_or_default();
        let Some(code) = given.split('"').nth(1) else { continue };
        let names = named(before, "Self::").into_iter();
        found.extend(names.map(|name| (name.to_owned(), code.to_owned())));
    }
    found
}

/// A function as `rustfmt` writes it, from its name to the bracket that stands below its beginning.
fn function(source: &str, name: &str) -> Option<String> {
    let begins = |line: &&str| line.contains(&format!("fn {name}(")) || line.contains(&format!("fn {name}<"));
    let mut lines = source.lines().skip_while(|line| !begins(line));
    let first = lines.next()?;
    let indent = first.len() - first.trim_start().len();
    let end = format!("{}}}", " ".repeat(indent));
    let body = lines.take_while(|line| **line != end);
    Some(std::iter::once(first).chain(body).collect::<Vec<_>>().join("\n"))
}

#[test]
fn every_column_and_member_is_spoiled() {
    let mut missing = Vec::new();
    for (what, told) in [
        ("tables", of_tables().collect::<Vec<_>>()),
        ("lines", of_lines().collect()),
    ] {
        let places: Vec<&str> = told.into_iter().flatten().map(|(place, _)| *place).collect();
        for column in COLUMNS {
            let is_there = places.iter().any(|place| {
                let rest = place.strip_prefix(column.pointer);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            if !is_there {
                missing.push(format!("{} in {what}", column.pointer));
            }
        }
    }
    assert_none("columns that no mistake spoils", &missing);
}

#[test]
fn every_reason_for_which_a_row_is_refused_is_tried() {
    let (known, codes) = (violations(), codes());
    assert!(known.len() > 20, "the table of violations is read as {known:?}");
    let rows = rust_files(&["src/service/file_imports/listings"]);
    let files = JUDGED.iter().map(PathBuf::from).chain(rows);
    let mut missing = BTreeSet::new();
    for file in files {
        let source = program(&read(&file));
        for name in named(&source, "Violation::") {
            let is_told = known.get(name).is_some_and(|code| codes.contains(code.as_str()));
            if !is_told {
                missing.insert(format!("{name} of {}", file.display()));
            }
        }
    }
    assert_none("reasons that no mistake has", &missing.into_iter().collect::<Vec<_>>());
}

#[test]
fn every_state_in_which_a_listing_is_not_changed_is_tried() {
    let codes = codes();
    let mut missing = Vec::new();
    for (file, functions) in ASKED {
        let source = program(&read(Path::new(file)));
        for name in functions {
            let Some(body) = function(&source, name) else {
                missing.push(format!("{name} is not in {file}"));
                continue;
            };
            for found in named(&body, "ErrorCode::") {
                let code = ErrorCode::ALL.iter().find(|code| format!("{code:?}") == found);
                let is_told = code.is_some_and(|code| codes.contains(code.as_str()) || OF_NO_ROW.contains(code));
                if !is_told {
                    missing.push(format!("{found} of {name} in {file}"));
                }
            }
        }
    }
    assert_none("refusals that no mistake leads to", &missing);
}
