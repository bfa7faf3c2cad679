//! A line of JSON Lines: what it says of which listing, and all that is wrong with it.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::legacy;
use super::row::{Head, Item, MAX_ROW, NO_ID, Parsed};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::ListingId;
use crate::domain::import::Problem;
use crate::domain::text::Line;
use crate::service::json_mistakes;

/// What exports and files of errors add is not read, but which listing it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonLine {
    #[serde(default)]
    external_id: Option<String>,
    listing: Map<String, Value>,
    #[serde(default)]
    id: Value,
    #[serde(default, rename = "problems")]
    _problems: IgnoredAny,
    #[serde(default, rename = "code")]
    _code: IgnoredAny,
    #[serde(default, rename = "status")]
    _status: IgnoredAny,
    #[serde(default, rename = "enterprise")]
    _enterprise: IgnoredAny,
    #[serde(default, rename = "published_at")]
    _published_at: IgnoredAny,
    #[serde(default, rename = "updated_at")]
    _updated_at: IgnoredAny,
}

/// Reads a line. What is wrong beside the listing hides nothing of what is wrong with the listing.
pub(super) fn read(head: &Head, line: &str) -> Parsed {
    let (mut wrong, told) = match serde_json::from_str::<JsonLine>(line) {
        Ok(read) => (Vec::new(), Some(read)),
        // All that is wrong with it is found by reading it again and again.
        Err(_) if line.len() > MAX_ROW => {
            return (None, Err(vec![head.wrong("", Violation::TooLong { max: MAX_ROW })]));
        }
        Err(error) => match as_far(line) {
            Some(read) => read,
            None => return (None, Err(vec![unreadable(head, line, &error)])),
        },
    };
    let problems = |wrong: &[FieldError]| -> Vec<Problem> { wrong.iter().map(|field| head.problem(field)).collect() };
    let Some(told) = told else {
        return (None, Err(problems(&wrong)));
    };
    let (external_id, listing) = identified(&told, &mut wrong);
    if wrong.iter().any(|field| field.pointer == "/listing") {
        return (external_id, Err(problems(&wrong)));
    }
    let mut patch = Value::Object(told.listing);
    let repaired = legacy::repair(&mut patch);
    let item = Item {
        external_id,
        listing,
        patch,
        repaired: repaired
            .iter()
            .map(|(pointer, read)| head.repaired(pointer, *read))
            .collect(),
        problems: problems(&wrong),
    };
    (item.external_id.clone(), Ok(item))
}

/// What is wrong with the members of a line that is an object, and the rest of it.
fn as_far(line: &str) -> Option<(Vec<FieldError>, Option<JsonLine>)> {
    let tree: Value = serde_json::from_str(line).ok().filter(Value::is_object)?;
    let (mut wrong, mut told) = json_mistakes::as_far::<JsonLine>(&tree).ok()?;
    for name in twice(line) {
        // Which of the two is meant is not known.
        if let Some(told) = &mut told {
            match name.as_str() {
                "external_id" => told.external_id = None,
                "id" => told.id = Value::Null,
                _ => {}
            }
        }
        // Names come from the file and are told again; not at any length.
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        wrong.retain(|field| field.pointer != pointer);
        wrong.push(FieldError {
            pointer,
            violation: Violation::Duplicate,
        });
    }
    Some((wrong, told))
}

/// What a line calls the listing, and which one it says that it is. One of the two must be told, and what is told must be right:
/// who says which listing it is wants no other one.
fn identified(told: &JsonLine, wrong: &mut Vec<FieldError>) -> (Option<String>, Option<ListingId>) {
    let listing = match &told.id {
        Value::Null => Ok(None),
        Value::String(id) if id.trim().is_empty() => Ok(None),
        Value::String(id) => id.trim().parse::<ListingId>().map(Some).map_err(|_no_identifier| NO_ID),
        _ => Err(NO_ID),
    };
    let name = match told.external_id.as_deref().unwrap_or_default().trim() {
        "" if !matches!(listing, Ok(None)) => Ok(None),
        name => Line::<100>::parse(name)
            .map(|name| Some(name.into_string()))
            .map_err(|violation| ("/external_id", violation)),
    };
    let (listing, no_listing) = parted(listing);
    let (name, no_name) = parted(name);
    for (pointer, violation) in no_name.into_iter().chain(no_listing) {
        // What cannot be read is not missing, too.
        if !wrong.iter().any(|field| field.pointer == pointer) {
            wrong.push(FieldError {
                pointer: pointer.into(),
                violation,
            });
        }
    }
    (name, listing)
}

fn parted<T, E>(read: Result<Option<T>, E>) -> (Option<T>, Option<E>) {
    match read {
        Ok(value) => (value, None),
        Err(error) => (None, Some(error)),
    }
}

/// Why a line is no object: the place.
fn unreadable(head: &Head, line: &str, error: &serde_json::Error) -> Problem {
    let mut problem = head.wrong("", Violation::Malformed { what: "import_line" });
    // An object with a mistake in its text is told as such, not as what stands first in it.
    let syntax = serde_json::from_str::<IgnoredAny>(line).err();
    let error = syntax.as_ref().unwrap_or(error);
    // The reader counts lines within this one.
    let column = error.column();
    let words = error.to_string().replace("struct JsonLine", "an object");
    let words: String = words.chars().take(200).collect();
    let words = words.split(" at line ").next().unwrap_or_default();
    problem.vi = format!("{} (Sai ở cột {column}.)", problem.vi);
    problem.en = format!("{} ({words} at column {column})", problem.en);
    problem
}

/// Longest part of a name that is told, in characters.
const LONGEST_NAME: usize = 200;
/// Most members of which it is told that they stand twice.
const MOST_TWICE: usize = 20;

/// The members that stand in an object more than once: of these a tree keeps the last one alone.
pub(super) fn twice(line: &str) -> Vec<String> {
    serde_json::from_str::<Twice>(line).map_or_else(|_no_object| Vec::new(), |Twice(names)| names)
}

struct Twice(Vec<String>);

impl<'de> Deserialize<'de> for Twice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Twice;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Twice, A::Error> {
        let (mut seen, mut twice) = (HashSet::new(), Vec::new());
        while let Some((name, IgnoredAny)) = members.next_entry::<String, IgnoredAny>()? {
            if let Some(name) = seen.replace(name).filter(|name| !twice.contains(name))
                && twice.len() < MOST_TWICE
            {
                twice.push(name);
            }
        }
        Ok(Twice(twice))
    }
}
