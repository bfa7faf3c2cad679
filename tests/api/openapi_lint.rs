//! What every operation of the description has: bounds on all that is sent, examples, problems for refusals.

use serde_json::{Map, Value};

use crate::harness::contract::DOCUMENT;

/// Follows a reference.
fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(place) => DOCUMENT.pointer(place.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

fn is_of(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    }
}

/// Notes every part of a schema that has no bound.
fn unbounded(place: &str, schema: &Value, found: &mut Vec<String>) {
    let schema = resolved(schema);
    let has = |name: &str| !schema[name].is_null();
    let mut demand = |holds: bool, what: &str| {
        if !holds {
            found.push(format!("{place}: {what}"));
        }
    };
    let is_fixed_form = ["uuid", "date-time"].iter().any(|form| schema["format"] == **form);
    if is_of(schema, "string") {
        demand(
            has("maxLength") || has("enum") || is_fixed_form,
            "a text without maxLength",
        );
    }
    if is_of(schema, "integer") || is_of(schema, "number") {
        demand(has("minimum") && has("maximum"), "a number without bounds");
    }
    if is_of(schema, "array") {
        demand(has("maxItems"), "a list without maxItems");
    }
    if is_of(schema, "object") {
        demand(
            schema["additionalProperties"] == false,
            "an object with unknown members",
        );
    }
    let is_known = ["type", "oneOf", "allOf", "anyOf", "enum"].iter().any(|name| has(name));
    demand(is_known, "anything at all");
    for (name, property) in schema["properties"].as_object().unwrap_or(&Map::new()) {
        unbounded(&format!("{place}/{name}"), property, found);
    }
    if has("items") {
        unbounded(&format!("{place}/[]"), &schema["items"], found);
    }
    for list in ["oneOf", "allOf", "anyOf"] {
        for part in schema[list].as_array().unwrap_or(&Vec::new()) {
            unbounded(place, part, found);
        }
    }
}

/// Whether a body can be made of the examples in its schema.
fn has_example(schema: &Value) -> bool {
    let schema = resolved(schema);
    let own = ["example", "examples", "enum"]
        .iter()
        .any(|name| !schema[name].is_null());
    let Some(required) = schema["required"].as_array() else {
        return own;
    };
    own || required
        .iter()
        .all(|name| has_example(&schema["properties"][name.as_str().unwrap()]))
}

fn operations() -> Vec<(String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let of_item = item.as_object().unwrap().iter();
        of_item.map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    operations.collect()
}

#[test]
fn cve_2026_23963_everything_that_is_sent_has_bounds() {
    let mut found = Vec::new();
    for (name, operation) in operations() {
        for parameter in operation["parameters"].as_array().unwrap_or(&Vec::new()) {
            let place = format!("{name} {}", parameter["name"].as_str().unwrap());
            unbounded(&place, &parameter["schema"], &mut found);
        }
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        if !body.is_null() {
            unbounded(&name, body, &mut found);
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    let mut wrong = Vec::new();
    let loose = serde_json::json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": ["integer", "null"]}}});
    unbounded("", &loose, &mut wrong);
    assert_eq!(wrong.len(), 3, "the test itself sees what is missing");
}

#[test]
fn everything_that_is_sent_has_an_example() {
    let mut lacking = operations();
    lacking.retain(|(_, operation)| {
        let content = &operation["requestBody"]["content"]["application/json"];
        !content.is_null() && content["example"].is_null() && !has_example(&content["schema"])
    });
    let names: Vec<&str> = lacking.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.is_empty(), "{names:#?}");
}

#[test]
fn every_refusal_is_a_problem_and_every_operation_has_some() {
    for (name, operation) in operations() {
        let responses = operation["responses"].as_object().unwrap();
        for status in ["400", "500", "503"] {
            assert!(responses.contains_key(status), "{name}: nothing of {status}");
        }
        assert_eq!(responses.contains_key("504"), !name.starts_with("get "), "{name}");
        for (status, response) in responses {
            assert!(status.parse::<u16>().is_ok(), "{name}: {status} is no status");
            assert!(!response["headers"]["X-Request-Id"].is_null(), "{name} {status}");
            if status.starts_with(['4', '5']) {
                let schema = &response["content"]["application/problem+json"]["schema"];
                assert_eq!(schema["$ref"], "#/components/schemas/ProblemBody", "{name} {status}");
            }
        }
    }
}
