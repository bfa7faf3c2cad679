//! Query strings whose values are judged: all that is wrong with any of their parameters is told at once.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::query::{is_named, parse};
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
    /// The query, and what is made of it; else all that is wrong. Judging may stop at the first wrong parameter: it goes on without
    /// that one.
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
        let rest = without(sent, &wrong);
        let Err(error) = parse::<T>(&rest).and_then(|query| judge(&query)) else {
            break;
        };
        let is_new = |field: &FieldError| {
            let is_sent = rest.split('&').any(|pair| is_named(pair, &field.pointer));
            is_sent && !rests_on(field, &wrong)
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

/// The parameters that are not wrong.
fn without(sent: &str, wrong: &[FieldError]) -> String {
    let is_right = |pair: &&str| !wrong.iter().any(|field| is_named(pair, &field.pointer));
    sent.split('&').filter(is_right).collect::<Vec<_>>().join("&")
}

fn rests_on(field: &FieldError, wrong: &[FieldError]) -> bool {
    match field.violation {
        Violation::Conflicts { with } => wrong.iter().any(|known| known.pointer == with),
        _ => false,
    }
}

impl<T: DeserializeOwned> FromRequest for JudgedQuery<T> {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sent = request.query_string();
        ready(Ok(Self {
            sent: sent.to_owned(),
            read: parse(sent),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::extract::query::wrong_parameter;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        kind: Option<String>,
        limit: Option<u32>,
        from: Option<u32>,
        to: Option<u32>,
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
