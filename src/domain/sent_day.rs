//! Days as they are sent in JSON: texts, of which it is told what they should say.

use serde::de::{Deserialize, Deserializer, Error};

/// A text that is to be a day, or none, for `deserialize_with`: whoever sends a number is told the form of a day. What the text says
/// is for whoever judges the rest.
pub fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::<String>::deserialize(from).map_err(|why| D::Error::custom(format!("{why}, expected day")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn what_is_no_text_is_told_that_a_day_is_wanted() {
        assert_eq!(super::text(json!("x")).unwrap().as_deref(), Some("x"));
        assert_eq!(super::text(json!(null)).unwrap(), None);
        let why = super::text(json!(20_261_201)).unwrap_err().to_string();
        assert!(why.ends_with(", expected day"), "{why}");
    }
}
