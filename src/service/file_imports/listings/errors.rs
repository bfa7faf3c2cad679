//! The refused rows of an import, in the format of the file that was sent, each with why: to be mended and sent again.

use serde_json::{Map, Value, json};

use super::columns::REASON;
use super::{guard, json_line};
use crate::domain::import::{Format, Problem};
use crate::domain::text::fold;
use crate::service::{Error, Result, exports};
use crate::store::file_imports::Row;

/// The head of a table of refused rows: the file's own, and why, unless an earlier one had that column already.
pub fn head(names: &[String]) -> Vec<String> {
    let own = names.iter().filter(|name| !is_reason(name)).cloned();
    own.chain([format!("{} / {}", REASON.0, REASON.1)]).collect()
}

fn is_reason(name: &str) -> bool {
    super::columns::find(name).is_some_and(|(column, _)| column == super::columns::Cell::Told)
        && fold(name).contains(&fold(REASON.0))
}

/// The cells of a refused row, in the order of [`head`].
pub fn cells<A>(names: &[String], row: &Row<A>) -> Vec<String> {
    let own: Vec<String> = row
        .raw
        .as_deref()
        .and_then(|raw| serde_json::from_str(raw).ok())
        .unwrap_or_default();
    let kept = (0..names.len())
        .filter(|at| names.get(*at).is_some_and(|name| !is_reason(name)))
        .map(|at| own.get(at).cloned().unwrap_or_default());
    let said = |problem: &Problem| {
        let at = names.iter().position(|name| Some(name) == problem.column.as_ref())?;
        own.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    };
    let why = why(&row.problems, said);
    // Cells that no column has stay behind: without them, the row sent again would be taken for right.
    let surplus = own.iter().skip(names.len()).cloned();
    kept.chain([why]).chain(surplus).collect()
}

/// Longest part of a cell that is told again.
const LONGEST: usize = 60;

/// Why a row was refused, in both languages, with what stands in the cell where the words do not say so.
fn why<'a>(problems: &'a [Problem], said: impl Fn(&'a Problem) -> Option<&'a str>) -> String {
    let words = problems.iter().map(|problem| {
        let place = problem.column.as_deref().unwrap_or(&problem.pointer);
        let place = if place.is_empty() {
            String::new()
        } else {
            format!("{place}: ")
        };
        let words = format!("{} / {}", problem.vi, problem.en);
        let cell: Option<String> = said(problem).map(|cell| cell.chars().take(LONGEST).collect());
        match cell.filter(|cell| !words.contains(cell.as_str())) {
            Some(cell) => format!("{place}“{cell}”: {words}"),
            None => format!("{place}{words}"),
        }
    });
    words.collect::<Vec<_>>().join("\n")
}

/// Refused rows in the format of the file, whose table has columns of these names.
pub fn rows_of<A>(format: Format, names: &[String], rows: &[Row<A>]) -> Vec<exports::Row> {
    let row = |row: &Row<A>| match format {
        Format::Jsonl => exports::Row::Line(with_why(row)),
        Format::Csv | Format::Xlsx => exports::Row::Cells(cells(names, row)),
    };
    rows.iter().map(row).collect()
}

/// One record of CSV (RFC 4180), parted by semicolons, nothing in it a formula.
pub fn csv_record(cells: &[String]) -> Result<Vec<u8>> {
    record(cells.iter().map(|cell| guard::cell(cell).into_owned()))
}

/// The same of what has numbers of the exchange's own, which are written as they are.
pub fn csv_values(cells: &[exports::Cell]) -> Result<Vec<u8>> {
    record(cells.iter().map(|cell| match cell {
        exports::Cell::Text(text) => guard::cell(text).into_owned(),
        exports::Cell::Number(number) => number.to_string(),
    }))
}

fn record(cells: impl Iterator<Item = String>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer
        .write_record(cells.map(String::into_bytes))
        .map_err(Error::internal)?;
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

/// The line as it came, with why beside it; one that is no object, or would lose a member that stands twice, goes into a member of
/// its own.
fn with_why<A>(row: &Row<A>) -> Value {
    let raw = row.raw.as_deref().unwrap_or_default();
    let mut line: Map<String, Value> = match serde_json::from_str(raw) {
        Ok(line) if json_line::twice(raw).is_none() => line,
        _ => Map::from_iter([("line".into(), raw.into())]),
    };
    line.insert("problems".into(), json!({"row": row.number, "why": row.problems}));
    line.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_is_a_formula_or_another_cell() {
        let cells = ["=1+1", "a;b", "a\"b", "a\nb", "x,=cmd|' /C calc'!A0"].map(str::to_owned);
        let record = csv_record(&cells).unwrap();
        assert_eq!(
            String::from_utf8(record).unwrap(),
            "'=1+1;\"a;b\";\"a\"\"b\";\"a\nb\";x,'=cmd|' /C calc'!A0\r\n"
        );
    }
}
