//! Reads the attributes of a record in their order, which a map type would lose.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};

pub(crate) fn attributes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
    deserializer.deserialize_map(Pairs)
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(String, String)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, serde_json::Value>()? {
            let value = match value {
                serde_json::Value::String(text) => text,
                // Other people's files write numbers bare; JSON text says them without loss.
                other => other.to_string(),
            };
            pairs.push((name, value));
        }
        Ok(pairs)
    }
}
