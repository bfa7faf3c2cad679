//! JSON with one form only, for what is hashed and signed.

use serde_json::Value;

/// JSON with one form only (RFC 8785): members sorted, no white space. What is written so has no fractions, whose form would be left.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            let members = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_makes_no_difference() {
        let written = r#"{"a":{"é":[{"c":null,"d":"x y"},1],"ê":true},"b":"\""}"#;
        let others = [
            r#"{"a": {"é": [{"c": null, "d": "x y"}, 1], "ê": true}, "b": "\""}"#,
            r#"{"b": "\u0022", "a": {"ê": true, "é": [{"d": "x y", "c": null}, 1]}}"#,
        ];
        for other in others {
            assert_eq!(canonical(&serde_json::from_str(other).unwrap()), written, "{other}");
        }
    }
}
