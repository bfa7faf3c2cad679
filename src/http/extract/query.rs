//! Query strings: every parameter known, none twice, all of them readable.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

use super::JudgedQuery;
use crate::domain::TextEnum;
use crate::domain::fields::{FieldError, Violation, one_of};
use crate::domain::text::{Line, fold};
use crate::domain::whole;
use crate::http::problem::Problem;
use crate::service::{Error, ErrorCode, Result};

/// Words that are looked for; the others are ignored.
const MOST_WORDS: usize = 8;

/// The query of type `T`, which should have `#[serde(deny_unknown_fields)]`. `T` is flat: serde's `flatten` would turn
/// numbers into text. A list is one parameter with commas, see [`list`].
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = JudgedQuery::<T>::of(request).by(|_query| Ok(()));
        ready(read.map(|(query, ())| Self(query)).map_err(Problem))
    }
}

/// The entries of a parameter that is a list: `a,b`. Empty entries are left out.
pub fn list(parameter: Option<&str>) -> Vec<String> {
    let entries = parameter.unwrap_or_default().split(',').map(str::trim);
    entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

/// A parameter that was read, but says something impossible: 400 with its name.
pub fn wrong_parameter(name: &str, violation: Violation) -> Error {
    let vi = format!("Tham số “{}”: {}", short(name), violation.vi());
    let en = format!("Parameter “{}”: {}", short(name), violation.en());
    Error {
        fields: vec![FieldError {
            pointer: short(name),
            violation,
        }],
        ..Error::new(ErrorCode::InvalidQuery, vi, en)
    }
}

/// The same of several, whose pointers are those of members; told in the words of the first.
pub fn wrong_parameters(wrong: Vec<FieldError>) -> Error {
    let named = wrong.into_iter().map(|field| FieldError {
        pointer: short(field.pointer.trim_start_matches('/')),
        ..field
    });
    let fields: Vec<FieldError> = named.collect();
    match fields.first().cloned() {
        None => ErrorCode::InvalidQuery.into(),
        Some(first) => Error {
            fields,
            ..wrong_parameter(&first.pointer, first.violation)
        },
    }
}

/// A parameter that is one of few words.
pub fn chosen<T: TextEnum>(name: &str, text: Option<&str>) -> Result<Option<T>> {
    let value = text.map(one_of::<T>).transpose();
    value.map_err(|violation| wrong_parameter(name, violation))
}

/// Refuses whatever is sent to an operation without parameters; all of it is told.
pub fn require_none(query: &str) -> Result<()> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    parse::<Nothing>(query).map(drop)
}

/// Reads a parameter, where it is there.
pub fn parameter<T>(
    name: &str,
    text: Option<&str>,
    parse: impl Fn(&str) -> std::result::Result<T, Violation>,
) -> Result<Option<T>> {
    let value = text.map(parse).transpose();
    value.map_err(|violation| wrong_parameter(name, violation))
}

/// The folded words of a parameter that are looked for: the first eight, the others are ignored.
pub fn words(name: &str, text: Option<&str>) -> Result<Vec<String>> {
    let line = parameter(name, text, Line::<200>::parse)?;
    let folded = line.map(|line| fold(line.as_str())).unwrap_or_default();
    let words = folded.split(' ').filter(|word| !word.is_empty());
    Ok(words.take(MOST_WORDS).map(str::to_owned).collect())
}

/// Reads a query string, without its question mark.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T> {
    let mut names: Vec<String> = Vec::new();
    let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    for pair in &pairs {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = decoded(name) else {
            return Err(ErrorCode::InvalidQuery.into());
        };
        if decoded(value).is_none() {
            return Err(wrong_parameter(
                &name,
                Violation::Malformed {
                    what: "percent_encoding",
                },
            ));
        }
        if names.contains(&name) {
            return Err(wrong_parameter(&name, Violation::Duplicate));
        }
        // More than any operation has; this also bounds the search for repeated names.
        if names.len() >= 64 {
            return Err(wrong_parameter(&name, Violation::TooMany { max: 64 }));
        }
        names.push(name);
    }
    read(query).map_err(|text| refusal(&text, &pairs, &names, |pair| read::<T>(pair).err()))
}

fn read<T: DeserializeOwned>(query: &str) -> std::result::Result<T, String> {
    web::Query::<T>::from_query(query)
        .map(web::Query::into_inner)
        .map_err(|error| match error {
            actix_web::error::QueryPayloadError::Deserialize(error) => error.to_string(),
            other => other.to_string(),
        })
}

/// All parameters that cannot be read, told in the words of the first.
fn refusal(text: &str, pairs: &[&str], names: &[String], alone: impl Fn(&str) -> Option<String>) -> Error {
    let first = first_refusal(text, pairs, names, &alone);
    let mut fields = first.fields.clone();
    for (pair, name) in pairs.iter().zip(names) {
        let told = alone(pair).filter(|told| !told.starts_with("missing field"));
        let Some(told) = told.filter(|_| fields.iter().all(|known| known.pointer != short(name))) else {
            continue;
        };
        fields.extend(first_refusal(&told, &[*pair], std::slice::from_ref(name), &alone).fields);
    }
    Error { fields, ..first }
}

/// Serde names unknown and missing parameters, but not those whose value is wrong; these fail by themselves as well.
fn first_refusal(text: &str, pairs: &[&str], names: &[String], alone: &impl Fn(&str) -> Option<String>) -> Error {
    let named = text.split('`').nth(1);
    match named {
        Some(name) if text.starts_with("unknown field") => {
            wrong_parameter(name, Violation::Malformed { what: "parameter_name" })
        }
        Some(name) if text.starts_with("missing field") => wrong_parameter(name, Violation::Required),
        _ => pairs
            .iter()
            .zip(names)
            .find(|(pair, _)| alone(pair).is_some_and(|other| other == text))
            .map_or_else(
                || ErrorCode::InvalidQuery.into(),
                |(pair, name)| wrong_parameter(name, wrong_value(text, pair, alone)),
            ),
    }
}

/// Values of every sort that parameters have, the narrow ones first, and the name of the sort.
const SORTS: [(&str, &str); 6] = [
    ("true", "boolean"),
    ("0.5", "number"),
    ("1", "whole_number"),
    ("00000000-0000-0000-0000-000000000000", "identifier"),
    ("1970-01-01", "day"),
    ("1970-01-01T00:00:00Z", "time"),
];

/// Of a parameter with few values they are told, of another one what sort of value it takes: the one that can be read.
fn wrong_value(text: &str, pair: &str, alone: &impl Fn(&str) -> Option<String>) -> Violation {
    if let Some(violation) = whole::violation(text) {
        return violation;
    }
    if !text.starts_with("unknown variant") {
        let name = pair.split('=').next().unwrap_or_default();
        let is_read = |value: &str| {
            let told = alone(&format!("{name}={value}"));
            // Where others are needed, they are missed next.
            told.is_none_or(|told| told.starts_with("missing field"))
        };
        let sort = SORTS.iter().find(|(value, _)| is_read(value));
        return Violation::Malformed {
            what: match sort {
                Some((_, "whole_number")) if name == "limit" => "limit",
                Some((_, what)) => what,
                None => "value",
            },
        };
    }
    // Behind the value that was sent, which may hold the same signs, stand the names.
    let names = text.rsplit_once("expected ").map_or("", |(_, names)| names);
    let values = names.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Violation::NotOneOf { values }
}

/// `application/x-www-form-urlencoded`, but broken escapes and broken UTF-8 are errors here.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)?.checked_mul(16)?.checked_add(hex(bytes.next()?)?)?,
            _ => byte,
        });
    }
    String::from_utf8(plain).ok()
}

fn hex(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}

/// Whether a pair of a query string is of this parameter.
pub(super) fn is_named(pair: &str, name: &str) -> bool {
    let sent = pair.split('=').next().unwrap_or_default();
    !pair.is_empty() && decoded(sent).is_some_and(|sent| short(&sent) == name)
}

fn short(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        q: Option<String>,
        limit: Option<u32>,
        kind: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Typed {
        needed: String,
        yes: Option<bool>,
        count: Option<u8>,
        share: Option<f64>,
        id: Option<uuid::Uuid>,
        day: Option<jiff::civil::Date>,
        at: Option<jiff::Timestamp>,
        order: Option<Order>,
        #[serde(default, deserialize_with = "whole::parameter::<_, _, 1, 9>")]
        level: Option<u8>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Order {
        Newest,
        Oldest,
    }

    fn wrong(query: &str) -> (u16, String) {
        let error = parse::<Wanted>(query).unwrap_err();
        (
            error.code.status(),
            error
                .fields
                .first()
                .map(|field| field.pointer.clone())
                .unwrap_or_default(),
        )
    }

    #[test]
    fn every_parameter_is_known_single_and_readable() {
        assert_eq!(wrong("x=1"), (400, "x".into()));
        assert_eq!(wrong("q=a&q=b"), (400, "q".into()));
        assert_eq!(wrong("q=a&%71=b"), (400, "q".into()));
        assert_eq!(wrong("q=a&limit=ten"), (400, "limit".into()));
        assert_eq!(wrong("limit="), (400, "limit".into()));
        assert_eq!(wrong("limit=-1"), (400, "limit".into()));
        assert_eq!(wrong("limit=4294967296"), (400, "limit".into()));
        assert_eq!(wrong("q=%zz"), (400, "q".into()));
        assert_eq!(wrong("q=%4"), (400, "q".into()));
        assert_eq!(wrong("q=%ff"), (400, "q".into()));
        assert_eq!(wrong("%ff=1"), (400, String::new()));
    }

    #[test]
    fn where_there_are_no_parameters_all_that_is_sent_is_told() {
        assert!(require_none("").is_ok() && require_none("&").is_ok());
        let error = require_none("colour=1&limit=5&q").unwrap_err();
        let mut told: Vec<_> = error.fields.into_iter().map(|field| field.pointer).collect();
        told.sort();
        assert_eq!(told, ["colour", "limit", "q"]);
    }

    #[test]
    fn every_parameter_that_cannot_be_read_is_told() {
        let told = |query: &str| {
            let fields = parse::<Typed>(query).unwrap_err().fields.into_iter();
            fields.map(|field| field.pointer).collect::<Vec<_>>()
        };
        let mut all = told("needed=a&yes=maybe&colour=1&count=abc&day=2026-02-03");
        all.sort();
        assert_eq!(all, ["colour", "count", "yes"]);
        let all = told("count=abc&id=7");
        assert!(
            ["count", "id"].iter().all(|name| all.iter().any(|told| told == name)),
            "{all:?}"
        );
    }

    #[test]
    fn what_a_parameter_takes_is_told_in_words() {
        let told = |query: &str| {
            let error = parse::<Typed>(query).unwrap_err();
            let field = error.fields.first().unwrap();
            (field.pointer.clone(), field.violation.en(), error.detail_vi)
        };
        for (query, name, en) in [
            ("yes=maybe", "yes", "Must be true or false."),
            ("yes=", "yes", "Must be true or false."),
            ("%79es=1", "yes", "Must be true or false."),
            ("count=abc", "count", "Must be a whole number within its range."),
            ("count=256", "count", "Must be a whole number within its range."),
            ("share=half", "share", "Must be a number."),
            ("id=7", "id", "Must be a UUID."),
            ("day=2026-02-30", "day", "Must be a day as YYYY-MM-DD."),
            ("order=best", "order", "Must be one of: newest, oldest."),
        ] {
            // With and without what is needed.
            for query in [String::from(query), format!("needed=a&{query}")] {
                let (pointer, words, vi) = told(&query);
                assert_eq!((pointer.as_str(), words.as_str()), (name, en), "{query}");
                assert!(vi.starts_with(&format!("Tham số “{name}”: Phải là ")), "{vi}");
            }
        }
        for level in ["0", "10", "-1", "many", "", "300", "99999999999999999999"] {
            let (pointer, words, vi) = told(&format!("needed=a&level={level}"));
            assert_eq!(
                (pointer.as_str(), words.as_str()),
                ("level", "Must be from 1 to 9."),
                "{level}"
            );
            assert_eq!(vi, "Tham số “level”: Phải từ 1 đến 9.");
        }
        assert_eq!(parse::<Typed>("needed=a&level=9").unwrap().level, Some(9));
        assert!(
            told("needed=a&at=today")
                .1
                .starts_with("Must be a time with its offset")
        );
        assert_eq!(told("yes=true").0, "needed");
    }

    #[test]
    fn words_come_through() {
        let wanted: Wanted = parse("q=m%C3%A1y+s%E1%BA%A5y&limit=5&kind=a%2Cb,,c").unwrap();
        assert_eq!(wanted.q.as_deref(), Some("máy sấy"));
        assert_eq!(wanted.limit, Some(5));
        assert_eq!(list(wanted.kind.as_deref()), ["a", "b", "c"]);
        assert!(parse::<Wanted>("").unwrap().q.is_none());
    }
}
