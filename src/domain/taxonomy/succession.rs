//! Which codes of a list ended and what they became, read from both ends: what an old record says is found under what took
//! its place, and nothing is rewritten for it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{EntryChange, InForce, TaxonomyItem, TaxonomyName};

/// The codes of a list that ended until a day, each with what it leads to then. One that nothing took the place of is not
/// here: it is found under itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Succession(BTreeMap<String, Vec<String>>);

impl Succession {
    /// Of some entries of a list.
    pub(super) fn of_items<'a>(items: impl Iterator<Item = &'a TaxonomyItem>, today: Date) -> Self {
        let ended = items.filter(|item| item.has_ended_on(today));
        Self::resolved(
            &ended
                .map(|item| (item.code.as_str(), item.successors.as_slice()))
                .collect(),
        )
    }

    /// Of what officers changed in a list, oldest first: what is compiled in has not ended.
    pub fn of_changes(changes: &[EntryChange], today: Date) -> Self {
        let newest: BTreeMap<&str, &EntryChange> =
            changes.iter().map(|change| (change.code.as_str(), change)).collect();
        let ended = newest.into_iter().filter(|(_, change)| {
            let end = change.text.valid_to;
            end.is_some_and(|end| end <= today)
        });
        Self::resolved(
            &ended
                .map(|(code, change)| (code, change.text.successors.as_slice()))
                .collect(),
        )
    }

    /// Follows each ended code to what has not ended.
    fn resolved(ended: &BTreeMap<&str, &[String]>) -> Self {
        let mut leads = BTreeMap::new();
        for (code, successors) in ended {
            let mut found = BTreeSet::new();
            // What officers enter could go round in a circle.
            let mut seen = BTreeSet::from([*code]);
            let mut open: Vec<&str> = successors.iter().map(String::as_str).collect();
            while let Some(next) = open.pop() {
                if !seen.insert(next) {
                    continue;
                }
                match ended.get(next) {
                    Some(further) => open.extend(further.iter().map(String::as_str)),
                    None => {
                        found.insert(next.to_owned());
                    }
                }
            }
            if !found.is_empty() {
                leads.insert((*code).to_owned(), found.into_iter().collect());
            }
        }
        Self(leads)
    }

    /// Where a code leads: to itself while nothing took its place.
    fn leads_to<'a>(&'a self, code: &'a str) -> Vec<&'a str> {
        match self.0.get(code) {
            Some(successors) => successors.iter().map(String::as_str).collect(),
            None => vec![code],
        }
    }

    /// What codes of a record are called on that day, each once.
    pub fn todays(&self, codes: &[String]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for code in codes.iter().flat_map(|code| self.leads_to(code)) {
            if !all.iter().any(|known| known == code) {
                all.push(code.to_owned());
            }
        }
        all
    }

    /// A code, what it leads to, and every code that leads there or below: whoever looks for it means all of these.
    pub fn covered_by(&self, code: &str) -> Vec<String> {
        let targets = self.leads_to(code);
        let leads_there = |leads: &Vec<String>| {
            let mut leads = leads.iter();
            leads.any(|to| targets.iter().any(|target| is_within(to, target)))
        };
        let older = self.0.iter().filter(|(_, leads)| leads_there(leads));
        let older = older.map(|(code, _)| code.as_str());
        let mut all: Vec<String> = Vec::new();
        for code in std::iter::once(code).chain(targets.iter().copied()).chain(older) {
            if !all.iter().any(|known| known == code) {
                all.push(code.to_owned());
            }
        }
        all
    }

    /// As what the codes are counted, with those above each: an ended code as what took its place; as itself too where it
    /// was split, because nobody knows which part is meant.
    pub fn counted_as(&self) -> BTreeMap<String, Vec<String>> {
        let counted = self.0.iter().map(|(code, leads)| {
            let itself = (leads.len() > 1).then(|| code.clone());
            let above = |to: &str| -> Vec<String> {
                let points = to.match_indices('.').filter_map(|(point, _)| to.get(..point));
                points.map(str::to_owned).collect()
            };
            let successors = leads.iter().flat_map(|to| std::iter::once(to.clone()).chain(above(to)));
            (code.clone(), itself.into_iter().chain(successors).collect())
        });
        counted.collect()
    }
}

/// Whether a code is another one, or below it where codes say what they are below.
pub fn is_within(code: &str, above: &str) -> bool {
    code.strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl InForce {
    /// What ended in a list until today.
    pub fn succession(&self, list: TaxonomyName) -> Succession {
        Succession::of_items(self.lists().items(list, None), self.today())
    }

    /// A code that ends with nothing in its place, and the codes that led to it, or below it, and nowhere else: what carries any of them
    /// is left with a code that ended.
    pub fn left_with(&self, list: TaxonomyName, code: &str) -> Vec<String> {
        let items = self.lists().items(list, None);
        // As if it went on, that it is seen what leads there.
        let others = items.filter(|item| !is_within(&item.code, code));
        let leads = Succession::of_items(others, self.today()).0.into_iter();
        let left = leads.filter(|(_, leads)| leads.iter().all(|to| is_within(to, code)));
        std::iter::once(code.to_owned())
            .chain(left.map(|(other, _)| other))
            .collect()
    }

    /// A code, what it leads to today, and all codes that lead there: what carries any of them is found under it. None for a
    /// code that nobody knows. A code of before the lists began stands for its successors.
    pub fn covered_by(&self, list: TaxonomyName, code: &str) -> Option<Vec<String>> {
        let succession = self.succession(list);
        if self.lists().contains(list, code) {
            return Some(succession.covered_by(code));
        }
        let former = self.lists().former_by_code(list, code, self.today())?;
        let successors = former.successors.iter();
        Some(successors.flat_map(|to| succession.covered_by(&to.code)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::{EntryText, Taxonomies};

    fn succession(ended: &[(&str, &[&str])]) -> Succession {
        let owned: Vec<(&str, Vec<String>)> = ended
            .iter()
            .map(|(code, to)| (*code, to.iter().map(|to| (*to).to_owned()).collect()))
            .collect();
        Succession::resolved(&owned.iter().map(|(code, to)| (*code, to.as_slice())).collect())
    }

    #[test]
    fn an_ended_code_is_found_from_both_ends() {
        let known = succession(&[
            ("a", &["b"]),
            ("b", &["c"]),
            ("s", &["c", "d"]),
            ("gone", &[]),
            ("round", &["about"]),
            ("about", &["round"]),
            ("top.low", &["c.low"]),
        ]);
        assert_eq!(known.covered_by("a"), ["a", "c", "b", "s", "top.low"]);
        assert_eq!(known.covered_by("c"), ["c", "a", "b", "s", "top.low"]);
        assert_eq!(known.covered_by("d"), ["d", "s"]);
        assert_eq!(known.covered_by("s"), ["s", "c", "d", "a", "b", "top.low"]);
        assert_eq!(known.covered_by("c.low"), ["c.low", "top.low"]);
        for alone in ["gone", "round", "other", "top"] {
            assert_eq!(known.covered_by(alone), [alone]);
        }
        let codes = ["a", "s", "gone", "x"].map(str::to_owned);
        assert_eq!(known.todays(&codes), ["c", "d", "gone", "x"]);
        let counted = known.counted_as();
        assert_eq!(counted.get("a").map(Vec::as_slice), Some(&["c".to_owned()][..]));
        assert_eq!(counted.get("s").map(Vec::len), Some(3), "itself and both parts");
        let low = counted.get("top.low").map(|all| all.join(" "));
        assert_eq!(low.as_deref(), Some("c.low c"));
        assert!(!counted.contains_key("gone"));
    }

    #[test]
    fn with_a_code_are_left_those_that_led_there_alone() {
        let day = jiff::civil::date(2026, 8, 1);
        let mut lists = Taxonomies::clone(Taxonomies::embedded());
        let mut end = |code: &str, successors: &[&str]| {
            let item = lists.get(TaxonomyName::Fields, code).unwrap();
            let mut text = EntryText::from(item);
            text.valid_to = Some(day);
            text.successors = successors.iter().map(|to| (*to).to_owned()).collect();
            lists.take(&EntryChange {
                edition: 1,
                entry: uuid::Uuid::nil(),
                list: TaxonomyName::Fields,
                code: code.to_owned(),
                version: 2,
                text,
                changed_at: jiff::Timestamp::UNIX_EPOCH,
            });
        };
        end("food.packaging", &["food.drying"]);
        end("food.processing", &["food.drying", "mechanics"]);
        end("food.drying", &[]);
        let then = InForce::on(std::sync::Arc::new(lists), day);
        let left = then.left_with(TaxonomyName::Fields, "food.drying");
        assert_eq!(left, ["food.drying", "food.packaging"]);
        // Whatever led below a field is left with it, too.
        assert_eq!(then.left_with(TaxonomyName::Fields, "energy"), ["energy"]);
    }
}
