//! Values from JSON as the API's description has them. Serde takes a list of the members' values for an object; here an
//! object is an object, at every depth.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::Result;
use super::wrong_json::{pointer, refusal};

/// Reads a value; what does not fit is 422 with its place.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T> {
    serde_path_to_error::deserialize(Strict(value))
        .map_err(|error: serde_path_to_error::Error<serde_json::Error>| refusal(&pointer(error.path()), error.inner()))
}

/// A value that is read so.
#[derive(Clone, Copy)]
struct Strict<'de>(&'de Value);

impl<'de> IntoDeserializer<'de, serde_json::Error> for Strict<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Strict<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Self::Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.iter().map(Strict))),
            Value::Object(members) => visitor.visit_map(MapDeserializer::new(
                members.iter().map(|(name, value)| (name.as_str(), Strict(value))),
            )),
            scalar => scalar.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Self::Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        match self.0 {
            Value::Array(_) => Err(Self::Error::invalid_type(Unexpected::Seq, &"struct")),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
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
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        name: String,
        inner: Option<Inner>,
        #[serde(default)]
        list: Vec<Inner>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        count: u32,
        note: Option<String>,
    }

    #[test]
    fn what_fits_is_read() {
        let inner = |count| Inner { count, note: None };
        let value = json!({"name": "a", "inner": {"count": 1, "note": null}, "list": [{"count": 2}]});
        assert_eq!(
            from_value::<Outer>(&value).unwrap(),
            Outer {
                name: "a".into(),
                inner: Some(inner(1)),
                list: vec![inner(2)]
            }
        );
    }

    #[test]
    fn a_list_is_no_object() {
        for (value, place) in [
            (json!(["a", null, []]), ""),
            (json!({"name": "a", "inner": [1, null]}), "/inner"),
            (json!({"name": "a", "list": [{"count": 1}, [2, null]]}), "/list/1"),
        ] {
            let error = from_value::<Outer>(&value).unwrap_err();
            assert_eq!(error.fields[0].pointer, place, "{value}");
            assert_eq!(error.fields[0].violation.en(), "Must be a JSON object.");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (value, place) in [
            (json!({"inner": null}), "/name"),
            (json!({"name": "a", "inner": {"count": "x"}}), "/inner/count"),
            (json!({"name": "a", "inner": {"count": 1, "x": 2}}), "/inner/x"),
        ] {
            assert_eq!(
                from_value::<Outer>(&value).unwrap_err().fields[0].pointer,
                place,
                "{value}"
            );
        }
    }
}
