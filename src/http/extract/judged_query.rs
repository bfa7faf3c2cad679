//! Query strings whose values are judged: all that is wrong with any of their parameters is told at once.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::page::{PageQuery, Paged, limit};
use super::query::{is_named, parse};
use super::settings;
use crate::domain::fields::{FieldError, Violation};
use crate::http::problem::Problem;
use crate::service::{Error, ErrorCode, Result};

/// Most goes in which wrong parameters are looked for.
const MOST: usize = 20;

/// A query as [`Query`](super::Query) reads it, of which nothing is known before it is [judged](Self::by).
#[derive(Debug)]
pub struct JudgedQuery<T> {
    sent: String,
    read: Result<T>,
}

impl<T: DeserializeOwned> JudgedQuery<T> {
    /// The query of a request.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let sent = request.query_string();
        Self {
            sent: sent.to_owned(),
            read: parse(sent),
        }
    }

    /// Whether a parameter was sent, whatever it says.
    pub fn sends(&self, name: &str) -> bool {
        is_sent(&self.sent, name)
    }

    /// The query, and what is made of it; else all that is wrong. Judging may stop at the first wrong parameter: it goes on without
    /// that one, or with something in its place where it must be there. Of a query that has such a one, what is wrong beside it is
    /// told where judging does not stop.
    pub fn by<R>(self, judge: impl Fn(&T) -> Result<R>) -> Result<(T, R)> {
        let first = match self.read {
            Ok(query) => match judge(&query) {
                Ok(made) => return Ok((query, made)),
                Err(error) => error,
            },
            Err(error) => error,
        };
        if first.code != ErrorCode::InvalidQuery {
            return Err(first);
        }
        let fields = wrong(&self.sent, first.fields.clone(), judge);
        Err(Error { fields, ..first })
    }
}

/// What is wrong with the parameters, and what is found to be once those are left out. What is missing then is nobody's mistake.
fn wrong<T: DeserializeOwned, R>(
    sent: &str,
    mut wrong: Vec<FieldError>,
    judge: impl Fn(&T) -> Result<R>,
) -> Vec<FieldError> {
    for _go in 0..MOST {
        let Err(error) = rest::<T>(sent, &mut wrong).and_then(|query| judge(&query)) else {
            break;
        };
        let is_new = |field: &FieldError| {
            let is_known = wrong.iter().any(|known| known.pointer == field.pointer);
            is_sent(sent, &field.pointer) && !is_known && !rests_on(field, &wrong)
        };
        let (code, found) = (error.code, error.fields.into_iter());
        let new: Vec<FieldError> = found.filter(is_new).collect();
        if new.is_empty() || code != ErrorCode::InvalidQuery {
            break;
        }
        wrong.extend(new);
    }
    wrong
}

/// What is read of the parameters that are not wrong. Something stands in for those without which it cannot be read; one that was not
/// sent at all is missing.
fn rest<T: DeserializeOwned>(sent: &str, wrong: &mut Vec<FieldError>) -> Result<T> {
    let mut rest = without(sent, wrong);
    loop {
        let error = match parse::<T>(&rest) {
            Ok(query) => return Ok(query),
            Err(error) => error,
        };
        let missing = match error.fields.as_slice() {
            [field] if field.violation == Violation::Required => field.clone(),
            _ => return Err(error),
        };
        let Some(filled) = put_in::<T>(&rest, &missing.pointer) else {
            return Err(error);
        };
        rest = filled;
        if !wrong.iter().any(|known| known.pointer == missing.pointer) {
            wrong.push(missing);
        }
    }
}

/// Values of every sort that a parameter has which must be there.
const STAND_INS: [&str; 6] = [
    "",
    "1",
    "true",
    "00000000-0000-0000-0000-000000000000",
    "1970-01-01",
    "1970-01-01T00:00:00Z",
];

/// A query with a parameter that can be read.
fn put_in<T: DeserializeOwned>(rest: &str, name: &str) -> Option<String> {
    let mut filled = STAND_INS.iter().map(|value| format!("{rest}&{name}={value}"));
    filled.find(|query| match parse::<T>(query) {
        Ok(_) => true,
        Err(error) => error.fields.iter().all(|field| field.pointer != name),
    })
}

fn is_sent(sent: &str, name: &str) -> bool {
    sent.split('&').any(|pair| is_named(pair, name))
}

/// The parameters that are not wrong.
fn without(sent: &str, wrong: &[FieldError]) -> String {
    let is_right = |pair: &&str| !wrong.iter().any(|field| is_named(pair, &field.pointer));
    sent.split('&').filter(is_right).collect::<Vec<_>>().join("&")
}

fn rests_on(field: &FieldError, wrong: &[FieldError]) -> bool {
    let is_wrong = |name: &str| wrong.iter().any(|known| known.pointer == name);
    match field.violation {
        Violation::Conflicts { with } => is_wrong(with),
        // How much is asked for depends on where it ends.
        Violation::OutOfRange { .. } | Violation::Malformed { what: "months" } => {
            field.pointer == "from" && is_wrong("to")
        }
        _ => false,
    }
}

impl<T: DeserializeOwned> FromRequest for JudgedQuery<T> {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

impl FromRequest for Paged {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let paged = settings(request).and_then(|settings| {
            let query = JudgedQuery::<PageQuery>::of(request);
            query.by(|query| limit(query.limit, settings))
        });
        let paged = paged.map(|(PageQuery { after, .. }, limit)| Self { limit, after });
        ready(paged.map_err(Problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::extract::query::{wrong_parameter, wrong_parameters};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        kind: Option<String>,
        limit: Option<u32>,
        from: Option<u32>,
        to: Option<u32>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Needed {
        name: String,
        count: u8,
        kind: Option<String>,
        limit: Option<u32>,
    }

    /// Tells all that is wrong at once.
    fn judge_needed(wanted: &Needed) -> Result<()> {
        let violation = Violation::Malformed { what: "value" };
        let wrong = [
            ("/name", wanted.name.len() != 1),
            ("/count", wanted.count > 9),
            ("/kind", wanted.kind.as_deref() == Some("zz")),
            ("/limit", wanted.limit == Some(0)),
        ];
        let wrong = wrong.into_iter().filter(|(_, is_wrong)| *is_wrong);
        let wrong: Vec<_> = wrong
            .map(|(pointer, _)| FieldError {
                pointer: pointer.to_owned(),
                violation: violation.clone(),
            })
            .collect();
        if wrong.is_empty() {
            return Ok(());
        }
        Err(wrong_parameters(wrong))
    }

    #[test]
    fn what_must_be_there_hides_nothing() {
        let told = |query: &str| {
            let query = JudgedQuery {
                sent: query.to_owned(),
                read: parse::<Needed>(query),
            };
            let told = query.by(judge_needed).err().map(|error| error.fields);
            let told = told.unwrap_or_default().into_iter();
            let mut told: Vec<_> = told.map(|field| (field.pointer, field.violation.code())).collect();
            told.sort();
            told.into_iter()
                .map(|(name, code)| format!("{name} {code}"))
                .collect::<Vec<_>>()
        };
        assert!(told("name=a&count=1").is_empty());
        assert_eq!(told("name=aa&count=1&limit=0"), ["limit malformed", "name malformed"]);
        assert_eq!(told("kind=zz"), ["count required", "kind malformed", "name required"]);
        assert_eq!(
            told("count=x&kind=zz&colour=1"),
            ["colour malformed", "count malformed", "kind malformed", "name required"]
        );
    }

    fn judge(wanted: &Wanted) -> Result<u32> {
        if wanted.kind.as_deref() == Some("zz") {
            return Err(wrong_parameter("kind", Violation::Malformed { what: "value" }));
        }
        let limit = wanted.limit.unwrap_or(1);
        if limit == 0 {
            return Err(wrong_parameter("limit", Violation::OutOfRange { min: 1, max: 9 }));
        }
        match (wanted.from, wanted.to) {
            (None, Some(_)) => Err(wrong_parameter("to", Violation::Conflicts { with: "from" })),
            _ => Ok(limit),
        }
    }

    fn told(query: &str) -> Vec<String> {
        let query = JudgedQuery {
            sent: query.to_owned(),
            read: parse::<Wanted>(query),
        };
        let told = query.by(judge).err().map(|error| error.fields).unwrap_or_default();
        let mut told: Vec<_> = told.into_iter().map(|field| field.pointer).collect();
        told.sort();
        told
    }

    #[test]
    fn no_wrong_parameter_hides_another_one() {
        assert!(told("kind=a&limit=2&from=1&to=2").is_empty());
        assert!(told("").is_empty());
        assert_eq!(told("kind=zz"), ["kind"]);
        assert_eq!(told("kind=zz&limit=0&to=1"), ["kind", "limit", "to"]);
        assert_eq!(told("%6bind=zz&limit=x&colour=1"), ["colour", "kind", "limit"]);
        assert_eq!(told("limit=1&limit=0&kind=zz"), ["kind", "limit"]);
        // What it conflicts with may be there.
        assert_eq!(told("from=x&to=1&kind=zz"), ["from", "kind"]);
        assert_eq!(told("kind=%zz&limit=0"), ["kind", "limit"]);
    }
}
