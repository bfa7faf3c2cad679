//! Words that block, told beside whatever else is wrong with what was sent: nobody mends the one only to hear of the other.

use serde_json::{Map, Value, json};

use super::{new_texts, require};
use crate::service::context::App;
use crate::service::json_mistakes::lies_in;
use crate::service::{Error, Result};
use crate::store::AnyConn;

/// Two judgements as one: if both name fields, all of these.
pub(in crate::service) fn both(first: Result<()>, second: Result<()>) -> Result<()> {
    match (first, second) {
        (Err(first), Err(second)) => Err(together(first, second)),
        (Err(refusal), Ok(())) | (Ok(()), Err(refusal)) => Err(refusal),
        (Ok(()), Ok(())) => Ok(()),
    }
}

/// A refusal with the words that block in the texts, which are given as they were sent. One that names no field stays as it is.
pub(in crate::service) fn with_words(conn: &mut AnyConn, refusal: Error, texts: &Value) -> Error {
    if refusal.fields.is_empty() {
        return refusal;
    }
    match require(conn, texts) {
        Ok(()) => refusal,
        Err(words) => together(refusal, words),
    }
}

/// The same of a body that was refused before anything was read. Where the list of phrases cannot be read, what is known is told.
pub async fn told_with_words(app: &App, refusal: Error, texts: Value) -> Error {
    if refusal.fields.is_empty() || !says_something(&texts) {
        return refusal;
    }
    match app.read(move |conn, _now| Ok(require(conn, &texts).err())).await {
        Ok(Some(words)) => together(refusal, words),
        Ok(None) | Err(_) => refusal,
    }
}

/// Whether there is any word that could be held against the list.
fn says_something(texts: &Value) -> bool {
    match texts {
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(entries) => entries.iter().any(says_something),
        Value::Object(members) => members.values().any(says_something),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The fields of two refusals under the code of the first. Where that one is not about fields, or the other could not be found out,
/// it is told alone.
fn together(first: Error, second: Error) -> Error {
    if first.fields.is_empty() {
        return first;
    }
    if second.fields.is_empty() {
        return second;
    }
    let mut fields = first.fields;
    // What cannot be a text at all, or is too long for one, is told as that.
    let is_told = |pointer: &str| fields.iter().any(|known| lies_in(pointer, &known.pointer));
    let others: Vec<_> = second
        .fields
        .into_iter()
        .filter(|field| !is_told(&field.pointer))
        .collect();
    fields.extend(others);
    Error {
        fields,
        ..first.code.into()
    }
}

/// What is held against the list of a registration, of its body as it came.
pub fn words_of_registration(body: &Value) -> Value {
    let enterprise = body.get("enterprise").and_then(Value::as_object);
    json!({"enterprise": enterprise.map_or(Value::Null, |sent| new_texts(sent, &Map::new()))})
}

/// The same of an inquiry.
pub fn words_of_inquiry(body: &Value) -> Value {
    members(body, &["message", "quantity", "timeframe"])
}

/// The same of what is written to the other side of an inquiry.
pub fn words_of_message(body: &Value) -> Value {
    members(body, &["text"])
}

/// The same of what came of an inquiry.
pub fn words_of_outcome(body: &Value) -> Value {
    json!({"outcome": body.get("outcome").map(|outcome| members(outcome, &["contract_no"]))})
}

/// The same of why an inquiry is declined.
pub fn words_of_declining(body: &Value) -> Value {
    members(body, &["note"])
}

/// The same of what a file is to be called.
pub fn words_of_label(body: &Value) -> Value {
    members(body, &["title"])
}

/// The same of videos, of which the addresses are no words.
pub fn words_of_videos(body: &Value) -> Value {
    let videos = body.get("videos").and_then(Value::as_array);
    let titles = videos.map(|videos| videos.iter().map(words_of_label).collect::<Vec<_>>());
    json!({"videos": titles})
}

fn members(body: &Value, names: &[&str]) -> Value {
    let said = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), body.get(*name)?.clone())));
    Value::Object(said.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_words_is_held_against_the_list() {
        for nothing in [
            json!({}),
            json!({"enterprise": null}),
            json!({"videos": [{"title": {"vi": " "}}], "quantity": 3}),
        ] {
            assert!(!says_something(&nothing), "{nothing}");
        }
        for words in [
            json!({"message": "Xin chào"}),
            json!({"videos": [{}, {"title": {"vi": "Máy sấy"}}]}),
        ] {
            assert!(says_something(&words), "{words}");
        }
    }
}
