//! Texts of rows that were written before Unicode: read as they were meant, and told so.

use search_index::{LegacyEncoding, repair_legacy};
use serde_json::Value;

/// What the trade calls an encoding.
pub fn name(encoding: LegacyEncoding) -> &'static str {
    match encoding {
        LegacyEncoding::Tcvn3 => "TCVN3 (ABC)",
        LegacyEncoding::Vni => "VNI",
        LegacyEncoding::WrongHorn => "Unicode, Ƣ = Ư",
    }
}

/// Repairs every text within a value; gives where, as JSON pointers, and what it was written in.
pub fn repair(value: &mut Value) -> Vec<(String, LegacyEncoding)> {
    let mut repaired = Vec::new();
    walk(value, &mut String::new(), &mut repaired);
    repaired
}

fn walk(value: &mut Value, pointer: &mut String, repaired: &mut Vec<(String, LegacyEncoding)>) {
    let length = pointer.len();
    match value {
        Value::String(text) => {
            if let Some(meant) = repair_legacy(text) {
                repaired.push((pointer.clone(), meant.encoding));
                *text = meant.text;
            }
        }
        Value::Array(values) => {
            for (at, value) in values.iter_mut().enumerate() {
                pointer.push_str(&format!("/{at}"));
                walk(value, pointer, repaired);
                pointer.truncate(length);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                // RFC 6901, section 3.
                pointer.push_str(&format!("/{}", name.replace('~', "~0").replace('/', "~1")));
                walk(value, pointer, repaired);
                pointer.truncate(length);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_text_is_looked_at() {
        let mut value = json!({"title": {"vi": "thieát bò"}, "a/b": ["máy", "nghiªn cøu c«ng nghÖ"], "trl": 7});
        let repaired = repair(&mut value);
        assert_eq!(
            repaired,
            [
                ("/a~1b/1".to_owned(), LegacyEncoding::Tcvn3),
                ("/title/vi".to_owned(), LegacyEncoding::Vni)
            ]
        );
        assert_eq!(
            value,
            json!({"title": {"vi": "thiết bị"}, "a/b": ["máy", "nghiên cứu công nghệ"], "trl": 7})
        );
    }
}
