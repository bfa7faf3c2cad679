//! Single values of drafts: codes of lists, days, and texts in two languages.

use std::str::FromStr;

use jiff::civil::Date;

use super::TextPair;
use crate::domain::TextEnum;
use crate::domain::fields::{FieldErrors, Names, Violation, one_of, one_of_named};
use crate::domain::listing::Bilingual;
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// A text as it would be sent.
pub fn text_pair<T: ToString>(text: &Bilingual<T>) -> TextPair {
    TextPair {
        vi: text.vi.to_string(),
        en: text.en.as_ref().map(ToString::to_string),
    }
}

pub(super) fn choice<T: TextEnum + ToString>(text: &str) -> Result<String, Violation> {
    one_of::<T>(text).map(|value| value.to_string())
}

/// The same of one whose values people call something.
pub(super) fn named_choice<T: TextEnum + ToString>(text: &str, names: fn(T) -> Names) -> Result<String, Violation> {
    one_of_named(text, names).map(|value: T| value.to_string())
}

pub(super) fn past_day(text: &str, today: Date) -> Result<Date, Violation> {
    match text.parse::<Date>() {
        Ok(day) if text.len() == 10 && day <= today => Ok(day),
        _ => Err(Violation::Malformed { what: "past_day" }),
    }
}

/// A code of a list that the program knows by heart.
pub(super) fn known_as<T: FromStr>(lists: &InForce, list: TaxonomyName, code: &str) -> Result<T, Violation> {
    code.parse().map_err(|_unknown| lists.unknown(list, code))
}

pub(super) fn known(lists: &InForce, list: TaxonomyName, code: &str) -> Result<String, Violation> {
    lists.check(list, code).map(|item| item.code.clone())
}

pub(super) fn pair<T>(
    errors: &mut FieldErrors,
    pointer: &str,
    given: Option<&TextPair>,
    parse: impl Fn(&str) -> Result<T, Violation>,
) -> Option<Bilingual<T>> {
    let given = given?;
    let vi = errors.keep(format!("{pointer}/vi"), parse(&given.vi));
    let en = errors.keep_opt(format!("{pointer}/en"), given.en.as_deref(), parse);
    Some(Bilingual { vi: vi?, en })
}
