//! What the cells of a row make of a listing.

use serde_json::{Map, Value, json};

use crate::domain::listing::currency::Currency;

/// A merge patch that grows by pointers of one or two steps.
#[derive(Default)]
pub(super) struct Patch(pub(super) Map<String, Value>);

impl Patch {
    /// Has a place say something.
    pub(super) fn put(&mut self, pointer: &str, value: Value) {
        let mut steps = pointer.trim_start_matches('/').splitn(2, '/');
        let (Some(name), inner) = (steps.next().filter(|name| !name.is_empty()), steps.next()) else {
            return;
        };
        match inner {
            None => {
                self.0.insert(name.into(), value);
            }
            Some(inner) => {
                let outer = self.0.entry(name).or_insert_with(|| json!({}));
                if let Value::Object(outer) = outer {
                    outer.insert(inner.into(), value);
                }
            }
        }
    }

    /// Takes over the currency that stands beside amounts where the row says no other; gives the amounts that name
    /// another one. An amount is never taken for one of another currency than it says.
    pub(super) fn tell_currency(&mut self, told: &[(&'static str, Currency)]) -> Vec<&'static str> {
        let said = self.0.get("currency").and_then(Value::as_str);
        // What is no currency is refused at its own place.
        let mut currency = said.and_then(|code| code.parse::<Currency>().ok());
        let is_said = said.is_some();
        let mut wrong = Vec::new();
        for (pointer, beside) in told {
            match currency {
                Some(known) if known != *beside => wrong.push(*pointer),
                _ => currency = Some(*beside),
            }
        }
        if let (false, false, Some(currency)) = (is_said, told.is_empty(), currency) {
            self.0.insert("currency".into(), currency.code().into());
        }
        wrong
    }
}
