//! The API's description as a contract: every answer that a test gets is held against it, and every request that was
//! accepted too.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use vptex::http::openapi::document;

use super::Reply;

/// The description.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(document()).unwrap());

/// Schemas that were compiled, by their place and by their text: most places only refer to a schema that others refer to,
/// too.
static PLACES: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);
static COMPILED: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

/// The paths of the description by their parts; what is written out goes before what has a parameter.
static TEMPLATES: LazyLock<Vec<(&'static str, Vec<&'static str>)>> = LazyLock::new(|| {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let mut templates: Vec<_> = paths
        .keys()
        .map(|path| (path.as_str(), path.split('/').collect()))
        .collect();
    templates.sort_by_key(|(path, _)| path.contains('{'));
    templates
});

const SCHEMAS: &str = "#/components/schemas/";

/// The schema at a place of the description.
fn validator(place: &str) -> &'static Validator {
    let mut places = PLACES.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(known) = places.get(place) {
        return known;
    }
    let validator = compiled(place);
    places.insert(place.to_owned(), validator);
    validator
}

fn compiled(place: &str) -> &'static Validator {
    let schema = DOCUMENT.pointer(place).unwrap();
    let mut compiled = COMPILED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    compiled.entry(schema.to_string()).or_insert_with(|| {
        let mut whole = schema.clone();
        whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        // References lead from the root, so what they lead to comes along; all the others would only cost time.
        let mut schemas = Map::new();
        bring(schema, &mut schemas);
        whole["components"] = json!({ "schemas": schemas });
        let validator = jsonschema::options().should_validate_formats(true).build(&whole);
        Box::leak(Box::new(validator.unwrap()))
    })
}

/// Puts the schemas to which a schema refers with all to which they refer.
fn bring(schema: &Value, schemas: &mut Map<String, Value>) {
    match schema {
        Value::Object(members) => {
            for (name, member) in members {
                let reference = member.as_str().filter(|_| name == "$ref");
                match reference.and_then(|reference| reference.strip_prefix(SCHEMAS)) {
                    Some(other) if !schemas.contains_key(other) => {
                        let found = &DOCUMENT["components"]["schemas"][other];
                        schemas.insert(other.to_owned(), found.clone());
                        bring(found, schemas);
                    }
                    Some(_) => {}
                    None => bring(member, schemas),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| bring(item, schemas)),
        _ => {}
    }
}

/// What is wrong with a value by the schema at a place of the description.
pub fn wrong(place: &str, value: &Value) -> Vec<String> {
    let told = validator(place).iter_errors(value);
    told.map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn escaped(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// The operation that a request is for, as a place in the description.
pub fn operation(method: &str, path: &str) -> Option<String> {
    let path = path.strip_prefix("/api/v1")?;
    let given: Vec<&str> = path.split('/').collect();
    let (template, _) = TEMPLATES.iter().find(|(_, wanted)| {
        let mut parts = wanted.iter().zip(&given);
        wanted.len() == given.len() && parts.all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
    })?;
    let place = format!("/paths/{}/{}", escaped(template), method.to_lowercase());
    DOCUMENT.pointer(&place).map(|_| place)
}

/// Holds an answer, and the body of the request when it was accepted, against the description.
pub fn check(method: &str, path: &str, accepted: Option<&Value>, reply: &Reply) {
    // Every answer of every test, refusals and what is served beside the operations included.
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{method} {path}: {name}");
    }
    for name in ["content-security-policy", "cache-control", "x-request-id"] {
        assert!(
            reply.header(name).is_some(),
            "{method} {path}: {} without {name}",
            reply.status
        );
    }
    let Some(operation) = operation(method, path) else {
        return;
    };
    let status = reply.status;
    let response = format!("{operation}/responses/{status}");
    assert!(
        DOCUMENT.pointer(&response).is_some(),
        "{method} {path} answers {status}, of which the description tells nothing: {:#}",
        reply.body
    );
    for name in DOCUMENT.pointer(&response).unwrap()["headers"]
        .as_object()
        .unwrap()
        .keys()
    {
        // Most tests run with rates that are not counted.
        let may_lack = ["Idempotent-Replayed", "RateLimit", "RateLimit-Policy"].contains(&name.as_str());
        assert!(
            may_lack || reply.header(name).is_some(),
            "{method} {path}: {status} without {name}"
        );
    }
    let media = if status < 400 && status != 308 {
        // What is a document of a kind of its own says which.
        reply
            .header("content-type")
            .filter(|media| *media == "application/schema+json")
            .unwrap_or("application/json")
    } else {
        "application/problem+json"
    };
    let schema = format!("{response}/content/{}/schema", escaped(media));
    let schema_of_lines = format!("{response}/content/{}/schema", escaped("application/jsonl"));
    let is_lines = reply.body.is_array() && reply.header("content-type") == Some("application/jsonl");
    // What may be a file or JSON says which.
    let file = reply.header("content-type").and_then(file_type);
    let file = file.filter(|media| {
        DOCUMENT
            .pointer(&format!("{response}/content/{}", escaped(media)))
            .is_some()
    });
    if is_lines && DOCUMENT.pointer(&schema_of_lines).is_some() {
        for line in reply.body.as_array().unwrap() {
            let wrong = wrong(&schema_of_lines, line);
            assert!(wrong.is_empty(), "{method} {path} {status}: {wrong:#?} in {line:#}");
        }
    } else if file.is_none() && DOCUMENT.pointer(&schema).is_some() {
        let wrong = wrong(&schema, &reply.body);
        assert!(
            wrong.is_empty(),
            "{method} {path} {status}: {wrong:#?} in {:#}",
            reply.body
        );
    } else if let Some(media) = reply.header("content-type").and_then(file_type) {
        let place = format!("{response}/content/{}", escaped(media));
        assert!(DOCUMENT.pointer(&place).is_some(), "{method} {path} {status}: {media}");
    } else {
        assert!(
            reply.body.is_null(),
            "{method} {path}: {status} is described without a body"
        );
    }
    let body = format!("{operation}/requestBody/content/application~1json/schema");
    if let Some(sent) = accepted.filter(|_| DOCUMENT.pointer(&format!("{operation}/requestBody")).is_none()) {
        assert_eq!(sent, &json!({}), "{method} {path} was accepted, and takes no body");
    } else if let Some(sent) = accepted {
        let wrong = wrong(&body, sent);
        assert!(wrong.is_empty(), "{method} {path} was accepted: {wrong:#?} in {sent:#}");
    }
}

/// The type of an answer that is a file.
fn file_type(media: &str) -> Option<&str> {
    let media = media.split(';').next()?;
    let is_file = ["image/", "text/csv", "application/pdf", "application/vnd."]
        .iter()
        .any(|start| media.starts_with(start));
    is_file.then_some(media)
}
