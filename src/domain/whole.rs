//! Whole numbers as they are read: of one that is no number of its sort the range is told, which readers of the sort alone do not
//! know.

use serde::de::{Deserialize, Deserializer, Error};

use super::fields::Violation;

/// How the words begin in which the range is told on the way to whoever makes a [`Violation`] of them.
const WORDS: &str = "a whole number from ";

fn words(min: i64, max: i64) -> String {
    format!("{WORDS}{min} to {max}")
}

/// What is told of a mistake, if it is of these.
pub fn violation(told: &str) -> Option<Violation> {
    let (min, rest) = told.strip_prefix(WORDS)?.split_once(" to ")?;
    let max = rest.split(' ').next()?;
    Some(Violation::OutOfRange {
        min: min.parse().ok()?,
        max: max.parse().ok()?,
    })
}

/// A number in JSON, or none, for `deserialize_with`. One that `T` cannot hold is refused with its range; what lies outside of the
/// range within `T` is for whoever judges the rest, too.
pub fn number<'de, D, T, const MIN: i64, const MAX: i64>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    let Some(number) = Option::<i64>::deserialize(from)? else {
        return Ok(None);
    };
    let held = T::try_from(number).map_err(|_beyond| D::Error::custom(words(MIN, MAX)));
    held.map(Some)
}

/// A number in a query, or none, for `deserialize_with`. Whatever is no number of the range is refused with it.
pub fn parameter<'de, D, T, const MIN: i64, const MAX: i64>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    needed::<D, T, MIN, MAX>(from).map(Some)
}

/// The same of one that must be there.
pub fn needed<'de, D, T, const MIN: i64, const MAX: i64>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    let text = String::deserialize(from)?;
    let number = text.parse::<i64>().ok().filter(|number| (MIN..=MAX).contains(number));
    let held = number.and_then(|number| T::try_from(number).ok());
    held.ok_or_else(|| D::Error::custom(words(MIN, MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, serde::Deserialize)]
    struct Held {
        #[serde(default, deserialize_with = "number::<_, _, 0, 600>")]
        months: Option<u16>,
    }

    #[test]
    fn what_no_number_of_its_sort_can_be_is_told_with_its_range() {
        let read = |months: serde_json::Value| serde_json::from_value::<Held>(json!({ "months": months }));
        assert_eq!(serde_json::from_value::<Held>(json!({})).unwrap().months, None);
        assert_eq!(read(json!(null)).unwrap().months, None);
        assert_eq!(read(json!(24)).unwrap().months, Some(24));
        // It is judged with the rest.
        assert_eq!(read(json!(601)).unwrap().months, Some(601));
        for beyond in [-1, 70_000] {
            let told = read(json!(beyond)).unwrap_err().to_string();
            assert_eq!(
                violation(&told),
                Some(Violation::OutOfRange { min: 0, max: 600 }),
                "{told}"
            );
        }
        assert_eq!(violation(&read(json!("two")).unwrap_err().to_string()), None);
    }

    #[test]
    fn a_range_comes_through_whatever_is_told_behind_it() {
        let range = Some(Violation::OutOfRange { min: -5, max: 7 });
        assert_eq!(violation(&words(-5, 7)), range);
        assert_eq!(violation(&format!("{} at line 1 column 9", words(-5, 7))), range);
        assert_eq!(violation("missing field `a`"), None);
    }
}
