//! The rule sets that come with the program: of each procedure its text of 2017 and 2018, and those that later laws and decrees
//! made of it, each from a day on. What a later one changes is told alone, so that all the rest is written once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Procedure, ProcedureDraft};
use crate::domain::canonical::canonical;

/// The first texts. Origin: `data/README.md`.
pub(super) const FIRST: &str = include_str!("../data/procedures.json");

/// What changes in them, in the order of the days.
pub(super) const SUCCESSORS: &str = include_str!("../data/successors.json");

/// Names each item of a list.
const EACH: &str = "*";

/// What is another one from a day on, by the codes of the procedures.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Successor {
    /// The first day on which dossiers are handed in under it.
    pub valid_from: Date,
    /// The changes: see [`changed`].
    pub changes: BTreeMap<String, Value>,
}

/// A rule set that comes with the program.
#[derive(Clone, Debug)]
pub struct Shipped {
    /// What it says.
    pub rules: Procedure,
    /// The same, as it is kept and known by its hash: neither spaces nor the order of members in the file make another one.
    pub text: String,
}

/// All that come with the program, by their codes; of each the newest period first.
pub fn shipped_versions() -> &'static BTreeMap<String, Vec<Shipped>> {
    static VERSIONS: LazyLock<BTreeMap<String, Vec<Shipped>>> = LazyLock::new(|| {
        let read = |text: &Value| {
            let draft: ProcedureDraft = serde_json::from_value(text.clone()).ok()?;
            let rules = draft.parse().ok()?;
            let text = canonical(text);
            Some(Shipped { rules, text })
        };
        let texts = texts().into_iter();
        texts
            .map(|(code, texts)| (code, texts.iter().filter_map(read).collect()))
            .collect()
    });
    &VERSIONS
}

/// The newest of each, by their codes.
pub fn shipped() -> &'static BTreeMap<String, Procedure> {
    static NEWEST: LazyLock<BTreeMap<String, Procedure>> = LazyLock::new(|| {
        let versions = shipped_versions().iter();
        versions
            .filter_map(|(code, versions)| Some((code.clone(), versions.first()?.rules.clone())))
            .collect()
    });
    &NEWEST
}

/// The texts of all of them with their codes; of each code the newest period first.
pub fn shipped_texts() -> Vec<(&'static str, &'static str)> {
    let versions = shipped_versions().iter();
    versions
        .flat_map(|(code, versions)| versions.iter().map(move |one| (code.as_str(), one.text.as_str())))
        .collect()
}

/// The first texts and what became of them, of each code the newest first: one ends on the eve of the next.
pub(super) fn texts() -> BTreeMap<String, Vec<Value>> {
    let first: BTreeMap<String, Value> = serde_json::from_str(FIRST).unwrap_or_default();
    let successors: Vec<Successor> = serde_json::from_str(SUCCESSORS).unwrap_or_default();
    let mut texts: BTreeMap<String, Vec<Value>> = first.into_iter().map(|(code, text)| (code, vec![text])).collect();
    for Successor { valid_from, changes } in successors {
        let eve = valid_from.saturating_sub(jiff::Span::new().days(1));
        for (code, change) in changes {
            let Some(versions) = texts.get_mut(&code) else { continue };
            let Some(before) = versions.first_mut() else { continue };
            let mut next = changed(before, &change);
            set_day(before, "valid_to", eve);
            set_day(&mut next, "valid_from", valid_from);
            versions.insert(0, next);
        }
    }
    texts
}

fn set_day(text: &mut Value, member: &str, day: Date) {
    if let Some(members) = text.as_object_mut() {
        members.insert(member.to_owned(), day.to_string().into());
    }
}

/// A text with a change: members of an object are changed each by its own (null takes one away), items of a list by their `code`, or all of
/// them by `*`; anything else takes the place of what was there.
pub(super) fn changed(before: &Value, change: &Value) -> Value {
    match (before, change) {
        (Value::Object(members), Value::Object(changes)) => {
            let mut members = members.clone();
            for (name, change) in changes {
                let next = changed(members.get(name).unwrap_or(&Value::Null), change);
                if next.is_null() {
                    members.remove(name);
                } else {
                    members.insert(name.clone(), next);
                }
            }
            Value::Object(members)
        }
        (Value::Array(items), Value::Object(changes)) => {
            Value::Array(items.iter().map(|item| changed_item(item, changes)).collect())
        }
        (_, change) => change.clone(),
    }
}

fn changed_item(item: &Value, changes: &Map<String, Value>) -> Value {
    let code = item.get("code").and_then(Value::as_str).unwrap_or_default();
    let own = [changes.get(EACH), changes.get(code)];
    own.into_iter()
        .flatten()
        .fold(item.clone(), |item, change| changed(&item, change))
}
