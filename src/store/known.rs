//! Documents as the program knows them: what a newer one put beside is not read. While nodes are renewed one by one, both
//! read the same rows.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

/// Reads a document; members that the types do not know are passed over, at every depth and whatever the types say of
/// unknown ones, which is said for those who send them.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).or_else(|_unknown| {
        let value: Value = serde_json::from_str(text)?;
        T::deserialize(Known(&value))
    })
}

#[derive(Clone, Copy)]
struct Known<'de>(&'de Value);

impl<'de> IntoDeserializer<'de, Error> for Known<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Known<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.iter().map(Known))),
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| (name.as_str(), Known(value)));
                visitor.visit_map(MapDeserializer::new(members))
            }
            scalar => scalar.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Value::Object(members) = self.0 else {
            return self.deserialize_any(visitor);
        };
        let known = members.iter().filter(|(name, _)| fields.contains(&name.as_str()));
        visitor.visit_map(MapDeserializer::new(
            known.map(|(name, value)| (name.as_str(), Known(value))),
        ))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::drafts::ListingDraft;
    use crate::domain::listing::details::Details;

    #[test]
    fn what_a_newer_program_wrote_is_read_without_what_is_new() {
        let text = r#"{"owners": [{"type": "state", "name": "Nhà nước", "share_percent": 33.33, "colour": "red"}],
            "certifications": [{"scheme": "iso", "number": "9001", "issuer": {"name": "X"}}],
            "problem": {"vi": "Ẩm", "fr": "Humide"}, "weight": 5}"#;
        let details: Details = read(text).unwrap();
        let written = serde_json::to_string(&details).unwrap();
        assert_eq!(
            written,
            r#"{"owners":[{"type":"state","name":"Nhà nước","share_percent":33.33}],"certifications":[{"scheme":"iso","number":"9001"}],"problem":{"vi":"Ẩm"}}"#
        );
        let text = r#"{"kind": "expert", "title": {"vi": "Chuyên gia", "fr": "Expert"}, "mood": "good"}"#;
        assert_eq!(read::<ListingDraft>(text).unwrap().title.vi, "Chuyên gia");
        // What is not there, or is no value of its sort, is still told.
        assert!(read::<ListingDraft>(r#"{"kind": "expert", "mood": 1}"#).is_err());
        assert!(read::<Details>(r#"{"stars": "five"}"#).is_err());
    }
}
