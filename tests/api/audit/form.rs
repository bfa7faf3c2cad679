//! The two canonical forms, written anew from docs/audit.md: that of a row, from its JSON alone, and that of a state.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// How the value of a field becomes bytes.
enum As {
    Text,
    Number,
    Instant,
    Identifier,
    Binary,
}

/// The fields of a row by their numbers, from 1.
const FIELDS: [(&str, As); 19] = [
    ("lane", As::Number),
    ("link", As::Number),
    ("prev_hash", As::Binary),
    ("id", As::Identifier),
    ("at", As::Instant),
    ("actor_kind", As::Text),
    ("actor_id", As::Identifier),
    ("session_id", As::Identifier),
    ("ip", As::Text),
    ("port", As::Number),
    ("deed", As::Text),
    ("subject_kind", As::Text),
    ("subject_id", As::Identifier),
    ("reason_code", As::Text),
    ("reason_text", As::Text),
    ("request_id", As::Identifier),
    ("before_hash", As::Binary),
    ("after_hash", As::Binary),
    ("subject_version", As::Number),
];

fn sha256(bytes: &[u8]) -> String {
    STANDARD.encode(digest(&SHA256, bytes))
}

/// The hash of a row in base64.
pub fn hash_of_row(row: &Value) -> String {
    let mut form = b"vptex-audit/1\n".to_vec();
    for (number, (name, kind)) in (1_u8..).zip(&FIELDS) {
        // Every field is told, even one that is not there.
        let value = row.get(*name).unwrap_or_else(|| panic!("{name} is not in {row:#}"));
        if value.is_null() {
            continue;
        }
        let text = || value.as_str().unwrap();
        let bytes = match kind {
            As::Text => text().as_bytes().to_vec(),
            As::Number => value.as_i64().unwrap().to_be_bytes().to_vec(),
            As::Instant => {
                let at: Timestamp = text().parse().unwrap();
                at.as_microsecond().to_be_bytes().to_vec()
            }
            As::Identifier => text().parse::<Uuid>().unwrap().as_bytes().to_vec(),
            As::Binary => STANDARD.decode(text()).unwrap(),
        };
        form.push(number);
        form.extend(u32::try_from(bytes.len()).unwrap().to_be_bytes());
        form.extend(bytes);
    }
    sha256(&form)
}

/// The hash of a state in base64.
pub fn hash_of_state(state: &Value) -> String {
    sha256(canonical(state).as_bytes())
}

/// RFC 8785, for what occurs in states: no fractions.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_by_key(|name| name.encode_utf16().collect::<Vec<u16>>());
            let told: Vec<String> = names
                .iter()
                .map(|name| format!("{}:{}", Value::from(name.as_str()), canonical(&members[*name])))
                .collect();
            format!("{{{}}}", told.join(","))
        }
        Value::Array(entries) => {
            let told: Vec<String> = entries.iter().map(canonical).collect();
            format!("[{}]", told.join(","))
        }
        plain => plain.to_string(),
    }
}
