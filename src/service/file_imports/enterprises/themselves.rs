//! Those who come from no file: households, individuals and foreign organisations register themselves.

use serde_json::Value;

use crate::domain::drafts::is_without_tax_code;
use crate::domain::fields::{FieldError, Violation};

/// Members by which they are known, and which no file may have.
const NUMBERS: [&str; 2] = ["/personal_id", "/foreign_register"];

/// What is wrong with a row: of those who register themselves that, at their form or sort, in the place of a number that they cannot
/// give here.
pub(super) fn told(draft: &Value, mut errors: Vec<FieldError>) -> Vec<FieldError> {
    let form = draft.get("legal_form").and_then(Value::as_str).unwrap_or_default();
    let is_theirs = is_without_tax_code(form);
    let is_number = |error: &FieldError| NUMBERS.contains(&error.pointer.as_str());
    if is_theirs || errors.iter().any(is_number) {
        errors.retain(|error| !is_number(error));
        errors.push(FieldError {
            pointer: if is_theirs { "/legal_form" } else { "/kind" }.to_owned(),
            violation: Violation::Malformed {
                what: "registers_itself",
            },
        });
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn error(pointer: &str) -> FieldError {
        FieldError {
            pointer: pointer.to_owned(),
            violation: Violation::Required,
        }
    }

    #[test]
    fn it_is_told_where_it_was_said() {
        for (draft, wrong, expected) in [
            (json!({"legal_form": "ho_kd"}), "/personal_id", vec!["/legal_form"]),
            (
                json!({"legal_form": "nuoc_ngoai"}),
                "/foreign_register",
                vec!["/legal_form"],
            ),
            (
                json!({"legal_form": "ca_nhan"}),
                "/tax_code",
                vec!["/tax_code", "/legal_form"],
            ),
            (
                json!({"legal_form": "cp", "kind": "foreign"}),
                "/foreign_register",
                vec!["/kind"],
            ),
            (json!({"legal_form": "cp"}), "/legal_name", vec!["/legal_name"]),
        ] {
            let told = told(&draft, vec![error(wrong)]);
            let pointers: Vec<&str> = told.iter().map(|error| error.pointer.as_str()).collect();
            assert_eq!(pointers, expected, "{draft}");
        }
    }
}
