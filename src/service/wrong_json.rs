//! What is wrong with JSON that is not what was asked for, as fields with pointers: for bodies and for patched drafts.

use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use super::{Error, ErrorCode};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::whole;

/// Serde tells what is wrong in English and with the value in it; only the kind of mistake is taken over from there.
pub fn refusal(pointer: &str, error: &serde_json::Error) -> Error {
    let text = error.to_string();
    if error.classify() != Category::Data {
        let (line, column) = (error.line(), error.column());
        return Error::new(
            ErrorCode::MalformedBody,
            format!("Nội dung không phải JSON hợp lệ (dòng {line}, cột {column})."),
            format!("The body is not valid JSON (line {line}, column {column})."),
        );
    }
    let named = text.split('`').nth(1).unwrap_or_default();
    let below = format!("{pointer}/{}", escaped(named));
    if text.starts_with("missing field") {
        Error::field(below, Violation::Required)
    } else if text.starts_with("unknown field") {
        // Depending on where the unknown name is met, the path includes it already.
        let place = if pointer.ends_with(&format!("/{}", escaped(named))) {
            pointer.to_owned()
        } else {
            below
        };
        Error {
            fields: vec![FieldError {
                pointer: short(&place),
                violation: Violation::Malformed { what: "field_name" },
            }],
            ..Error::new(
                ErrorCode::ValidationFailed,
                format!("Không có trường “{}”.", short(named)),
                format!("There is no field “{}”.", short(named)),
            )
        }
    } else if text.starts_with("duplicate field") {
        let place = if pointer.ends_with(&format!("/{}", escaped(named))) {
            pointer.to_owned()
        } else {
            below
        };
        Error::field(place, Violation::Duplicate)
    } else if text.starts_with("invalid type: null") {
        Error::field(pointer, Violation::Null)
    } else if let Some(violation) = whole::violation(&text) {
        Error::field(pointer, violation)
    } else if text.starts_with("unknown variant") {
        // Behind the value that was sent, which may hold the same signs, stand the names.
        let names = text.rsplit_once("expected ").map_or("", |(_, names)| names);
        let values = names.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        Error::field(pointer, Violation::NotOneOf { values })
    } else if NO_SUCH_DAY.iter().any(|told| text.contains(told)) {
        Error::field(pointer, Violation::Malformed { what: "no_such_day" })
    } else {
        Error::field(pointer, Violation::Malformed { what: expected(&text) })
    }
}

/// What is told of a text that has the form of a day which no calendar has, such as `2027-02-31`.
const NO_SUCH_DAY: [&str; 3] = [
    "parsed date is not valid",
    "parameter 'day' is not in the required range",
    "parameter 'month' is not in the required range",
];

/// The stable name of what serde expected.
fn expected(text: &str) -> &'static str {
    // What is wrong with its letters is told behind that.
    if text.starts_with("UUID parsing failed") {
        return "identifier";
    }
    let wanted = text.rsplit_once("expected ").map_or("", |(_, wanted)| wanted);
    let wanted = wanted.trim_start_matches("a ").trim_start_matches("an ");
    let first = wanted
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    match first {
        "string" | "str" | "borrowed" | "character" => "text",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize"
        | "integer" | "nonzero" => "whole_number",
        "f32" | "f64" | "floating" | "number" => "number",
        "boolean" | "bool" => "boolean",
        "sequence" | "array" | "tuple" => "list",
        "struct" | "map" | "internally" | "adjacently" => "object",
        "UUID" | "formatted" => "identifier",
        "date" | "day" => "day",
        "timestamp" => "time",
        _ => "value",
    }
}

/// The JSON pointer of a place.
pub fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            // Neither stands in the JSON text.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    short(&pointer)
}

/// A reference token of RFC 6901.
fn escaped(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// Names come from the client and go back to it; not at any length.
fn short(text: &str) -> String {
    text.chars().take(200).collect()
}
