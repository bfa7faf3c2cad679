//! Values of few that people call something: told by code and name wherever they are told, and taken by either.

use super::Violation;
use crate::domain::TextEnum;
use crate::domain::text::fold;

/// What something is called in Vietnamese and in English.
pub type Names = (&'static str, &'static str);

/// A value of few, by its code, and what it is called.
pub type NamedValue = (&'static str, Names);

/// A code, and behind it what people call it: so refusals tell the entries of a list, and so templates of files do.
pub fn with_name(code: &str, name: &str) -> String {
    format!("{code} ({name})")
}

/// How a text may be read that tells a code and a name together, as code and name: `25 (Tỉnh Phú Thọ)`, as they are told, or
/// `Tỉnh Phú Thọ (25)`.
pub fn code_and_name(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let told = text.trim().strip_suffix(')');
    let code_first = told.and_then(|told| told.split_once('('));
    let name_first = told
        .and_then(|told| told.rsplit_once('('))
        .map(|(name, code)| (code, name));
    let both = code_first.into_iter().chain(name_first);
    both.map(|(code, name)| (code.trim(), name.trim()))
}

/// Whether a value goes by a folded text: by its code, by either name, or by both together.
pub fn is_called((code, (vi, en)): &NamedValue, folded: &str) -> bool {
    [
        (*code).to_owned(),
        (*vi).to_owned(),
        (*en).to_owned(),
        with_name(code, vi),
        with_name(code, en),
        with_name(vi, code),
        with_name(en, code),
    ]
    .iter()
    .any(|text| fold(text) == folded)
}

/// Reads one of few values that people call something; the refusal tells which there are, by code and name.
pub fn one_of_named<T: TextEnum>(text: &str, names: fn(T) -> Names) -> Result<T, Violation> {
    text.parse().map_err(|_unknown| {
        let values = named_values(names);
        let told = code_and_name(text).find_map(|(code, name)| {
            let by_code = values.iter().find(|(known, _)| *known == code);
            by_code.or_else(|| values.iter().find(|value| goes_by(value, name)))
        });
        match told {
            // As refusals and files tell it, where only a code is taken.
            Some((code, (vi, en))) => Violation::CodeAlone {
                list: None,
                code: (*code).to_owned(),
                name: ((*vi).to_owned(), (*en).to_owned()),
            },
            None => Violation::NoneOfNamed { values },
        }
    })
}

/// Whether a value has a name, whatever its name says more in brackets: `nhỏ` is `nhỏ (11-49 người)`.
fn goes_by(value: &NamedValue, name: &str) -> bool {
    let ((_, (vi, en)), key) = (*value, fold(name));
    let own = |name: &str| fold(name.split('(').next().unwrap_or(name));
    !key.is_empty() && (own(vi) == key || own(en) == key)
}

/// The values with what they are called.
pub fn named_values<T: TextEnum>(names: fn(T) -> Names) -> Vec<NamedValue> {
    let named = |code: &'static str| Some((code, names(code.parse().ok()?)));
    T::texts().into_iter().filter_map(named).collect()
}
