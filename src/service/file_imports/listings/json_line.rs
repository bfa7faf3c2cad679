//! A line of JSON Lines: what it says of which listing, and all that is wrong with it.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::legacy;
use super::row::{Head, Item, MAX_ROW, Parsed, identified};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::import::Problem;
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
    if let Some(what) = other_than_object(line) {
        return (None, Err(vec![no_object(head, what)]));
    }
    let (mut wrong, mut told) = match serde_json::from_str::<JsonLine>(line) {
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
    leave_out(&twice(line), told.as_mut(), &mut wrong);
    let problems = |wrong: &[FieldError]| -> Vec<Problem> { wrong.iter().map(|field| head.problem(field)).collect() };
    let Some(told) = told else {
        return (None, Err(problems(&wrong)));
    };
    let id = match &told.id {
        Value::Null => Some(""),
        Value::String(id) => Some(id.as_str()),
        _ => None,
    };
    let (external_id, listing, missed) = identified(told.external_id.as_deref().unwrap_or_default(), id);
    for field in missed {
        // What cannot be read is not missing, too.
        if !wrong.iter().any(|known| known.pointer == field.pointer) {
            wrong.push(field);
        }
    }
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
    json_mistakes::as_far::<JsonLine>(&tree).ok()
}

/// Takes members that stand twice for ones that cannot be read: which of the two is meant is not known.
fn leave_out(twice: &Twice, told: Option<&mut JsonLine>, wrong: &mut Vec<FieldError>) {
    if let Some(told) = told {
        for pointer in &twice.beside {
            match pointer.as_str() {
                "/external_id" => told.external_id = None,
                "/id" => told.id = Value::Null,
                _ => {}
            }
        }
        let mut listing = Value::Object(std::mem::take(&mut told.listing));
        for pointer in &twice.in_listing {
            let place = pointer.rsplit_once('/');
            let Some((around, name)) = place else { continue };
            if let Some(Value::Object(members)) = listing.pointer_mut(around) {
                members.remove(&name.replace("~1", "/").replace("~0", "~"));
            }
        }
        if let Value::Object(listing) = listing {
            told.listing = listing;
        }
    }
    for pointer in twice.beside.iter().chain(&twice.in_listing) {
        wrong.retain(|field| field.pointer != *pointer);
        wrong.push(FieldError {
            pointer: pointer.clone(),
            violation: Violation::Duplicate,
        });
    }
}

/// What a line is that is JSON, but no object.
fn other_than_object(line: &str) -> Option<(&'static str, &'static str)> {
    let what = match line.trim_start().bytes().next()? {
        b'[' => ("danh sách", "a list"),
        b'"' => ("văn bản", "a text"),
        b'-' | b'0'..=b'9' => ("số", "a number"),
        b't' | b'f' => ("true hoặc false", "true or false"),
        b'n' => ("null", "null"),
        _ => return None,
    };
    serde_json::from_str::<IgnoredAny>(line).ok().map(|IgnoredAny| what)
}

/// That a line is no object, and what it is.
fn no_object(head: &Head, (vi, en): (&str, &str)) -> Problem {
    let mut problem = head.wrong("", Violation::Malformed { what: "import_line" });
    problem.vi = format!("{} (Dòng này là {vi}, không phải đối tượng.)", problem.vi);
    problem.en = format!("{} (This one is {en}, not an object.)", problem.en);
    problem
}

/// Why a line cannot be read: the place.
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

/// Longest pointer that is told, in characters: names come from the file and are told again.
const LONGEST_POINTER: usize = 200;
/// Most members of which it is told that they stand twice.
const MOST_TWICE: usize = 20;

/// The members that stand more than once in their object, as pointers: of these a tree keeps the last one alone.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Twice {
    /// Beside the listing.
    beside: Vec<String>,
    /// In it, at any depth; from the listing on.
    in_listing: Vec<String>,
}

impl Twice {
    /// Whether every member stands once.
    pub(super) fn is_none(&self) -> bool {
        self.beside.is_empty() && self.in_listing.is_empty()
    }
}

/// The members of a line that stand in it more than once; none of a line that is no object.
pub(super) fn twice(line: &str) -> Twice {
    serde_json::from_str(line).unwrap_or_default()
}

/// The first member that stands more than once in its object, at any depth of a line, as a pointer; none of one that cannot be read.
pub(in crate::service) fn first_twice(line: &str) -> Option<String> {
    let mut noted = Vec::new();
    let whole = Within {
        place: "",
        noted: &mut noted,
    };
    let read = whole.deserialize(&mut serde_json::Deserializer::from_str(line));
    read.ok().and_then(|()| noted.into_iter().next())
}

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
        let (mut seen, mut twice) = (HashSet::new(), Twice::default());
        while let Some(name) = members.next_key::<String>()? {
            if name == "listing" {
                let noted = &mut twice.in_listing;
                members.next_value_seed(Within { place: "", noted })?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
            let pointer = below("", &name);
            if !seen.insert(name) {
                note(&mut twice.beside, pointer);
            }
        }
        Ok(twice)
    }
}

/// A value at a place: what stands in it twice is noted.
struct Within<'a> {
    place: &'a str,
    noted: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Within<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut at = 0_usize;
        loop {
            let place = below(self.place, &at.to_string());
            let noted = &mut *self.noted;
            if entries.next_element_seed(Within { place: &place, noted })?.is_none() {
                return Ok(());
            }
            at += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            let place = below(self.place, &name);
            let noted = &mut *self.noted;
            members.next_value_seed(Within { place: &place, noted })?;
            if !seen.insert(name) {
                note(self.noted, place);
            }
        }
        Ok(())
    }
}

/// The pointer of a member or entry of what is at a place.
fn below(place: &str, name: &str) -> String {
    let name = name.replace('~', "~0").replace('/', "~1");
    format!("{place}/{name}").chars().take(LONGEST_POINTER).collect()
}

fn note(noted: &mut Vec<String>, pointer: String) {
    if noted.len() < MOST_TWICE && !noted.contains(&pointer) {
        noted.push(pointer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_is_found_at_any_depth() {
        let line = r#"{"id": 1, "id": 2, "problems": {"a": 1, "a": 2}, "listing": {"trl": 1, "a/b": {"c": 1, "c": 2}, "trl": null,
            "list": ["x", true, -1, 2.5, {"vi": "a", "en": "b", "vi": "c", "vi": "d"}]}}"#;
        let found = twice(line);
        assert_eq!(found.beside, ["/id"]);
        assert_eq!(found.in_listing, ["/a~1b/c", "/trl", "/list/4/vi"]);
        assert!(twice(r#"{"listing": {"title": {"vi": "a", "en": "a"}, "summary": {"vi": "a"}}}"#).is_none());
        assert!(twice("[1]").is_none() && twice("{").is_none());
        assert_eq!(first_twice(line).as_deref(), Some("/id"));
        let within = r#"[{"enterprise": {"a": [{"b": 1, "b": 1}]}}]"#;
        assert_eq!(first_twice(within).as_deref(), Some("/0/enterprise/a/0/b"));
        assert!(first_twice(r#"{"a": {"b": 1}, "b": {"a": 1}}"#).is_none() && first_twice("{").is_none());
        // Names are told at no length, and not at any number.
        let long = "n".repeat(500);
        let found = twice(&format!(r#"{{"listing": {{"{long}": 1, "{long}": 2}}}}"#));
        assert_eq!(found.in_listing, [format!("/{}", "n".repeat(199))]);
        let many: String = (0..50).map(|at| format!(r#""n{at}": 1, "n{at}": 2, "#)).collect();
        assert_eq!(twice(&format!(r#"{{{many}"id": 1}}"#)).beside.len(), MOST_TWICE);
    }
}
