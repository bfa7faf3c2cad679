//! The lists as they stand on one day, for whoever writes something new.

use std::sync::Arc;

use jiff::civil::Date;

use super::nearest::{self, Key};
use super::{Taxonomies, TaxonomyItem, TaxonomyName};
use crate::domain::fields::{Successor, Violation, code_and_name};

/// Lists of no more entries are told whole where a code is in none of them.
const SHORT: usize = 15;
/// Of longer ones so many are told, if they are so like what was said (Jaro-Winkler).
const NEAREST: usize = 3;
const NEAR: f64 = 0.75;
/// Longest part of what was said that is told again.
const LONGEST: usize = 60;

/// The lists on one day. What is written anew may only use codes that are valid then; what a record has already it may
/// keep, so that a reorganisation never stands in the way of an edit of something else.
#[derive(Clone, Debug)]
pub struct InForce {
    lists: Arc<Taxonomies>,
    today: Date,
    kept: Vec<(TaxonomyName, String)>,
    kept_year: Option<i16>,
}

impl InForce {
    /// The lists on a day.
    pub fn on(lists: Arc<Taxonomies>, today: Date) -> Self {
        Self {
            lists,
            today,
            kept: Vec::new(),
            kept_year: None,
        }
    }

    /// The same for somebody whose record has these codes already.
    pub fn keeping<'a>(mut self, list: TaxonomyName, codes: impl IntoIterator<Item = &'a str>) -> Self {
        self.kept.extend(codes.into_iter().map(|code| (list, code.to_owned())));
        self
    }

    /// The same for somebody whose record has this year already: one that was taken before the rule, or under another
    /// one, stands in the way of nothing.
    pub fn keeping_year(mut self, year: Option<i16>) -> Self {
        self.kept_year = year;
        self
    }

    /// Whether the record has this code already.
    pub fn keeps(&self, list: TaxonomyName, code: &str) -> bool {
        self.kept.iter().any(|(of, kept)| *of == list && kept == code)
    }

    /// Whether the record has this year already.
    pub fn keeps_year(&self, year: i16) -> bool {
        self.kept_year == Some(year)
    }

    /// The lists, whatever the day.
    pub fn lists(&self) -> &Taxonomies {
        &self.lists
    }

    /// The day.
    pub fn today(&self) -> Date {
        self.today
    }

    /// The entry behind a code that may be used; or why it may not, with its successors where it has ended.
    pub fn check(&self, list: TaxonomyName, code: &str) -> Result<&TaxonomyItem, Violation> {
        let name = list.as_str();
        let Some(item) = self.lists.get(list, code) else {
            // Codes that ended before the lists began are known by their successors only.
            return Err(match self.lists.former_by_code(list, code, self.today) {
                Some(former) => Violation::CodeEnded {
                    list: name,
                    successors: former.successors,
                },
                None => self.unknown(list, code),
            });
        };
        if self.keeps(list, code) || item.is_valid_on(self.today) {
            Ok(item)
        } else if item.has_ended_on(self.today) {
            Err(Violation::CodeEnded {
                list: name,
                successors: self.lists.successors(list, code, self.today),
            })
        } else {
            Err(Violation::CodeNotYet {
                list: name,
                from: item.valid_from.unwrap_or(Date::MAX),
            })
        }
    }

    /// That a text is no code of a list, and what in the list comes nearest. Who told code and name together, where only a code is
    /// taken or the two do not agree, is told the code.
    pub fn unknown(&self, list: TaxonomyName, said: &str) -> Violation {
        if let Some(alone) = self.code_alone(list, said) {
            return alone;
        }
        let said: String = said
            .chars()
            .filter(|letter| !letter.is_control())
            .take(LONGEST)
            .collect();
        if list == TaxonomyName::LegalForms {
            let near = self.legal_forms_begun(&said);
            if !near.is_empty() {
                let list = list.as_str();
                return Violation::NotInList { list, said, near };
            }
        }
        let valid = || {
            let entries = self.lists.list(list).keyed();
            entries.filter(|(item, _)| item.is_valid_on(self.today))
        };
        let (is_short, key) = (valid().nth(SHORT).is_none(), Key::of(&said));
        let least = if is_short { 0.0 } else { NEAR };
        let likely = valid().map(|(item, keys)| (nearest::likeness(&key, keys, least), item));
        let mut near: Vec<(f64, &TaxonomyItem)> = likely.filter(|(likeness, _)| *likeness >= least).collect();
        near.sort_by(|one, other| other.0.total_cmp(&one.0));
        near.truncate(if is_short { SHORT } else { NEAREST });
        let named = |(_, item): (f64, &TaxonomyItem)| (item.code.clone(), item.name_vi.clone());
        Violation::NotInList {
            list: list.as_str(),
            near: near.into_iter().map(named).collect(),
            said,
        }
    }

    /// The code that stands beside a name in a text, of today or of before.
    fn code_alone(&self, list: TaxonomyName, said: &str) -> Option<Violation> {
        let (code, name) = code_and_name(said).find_map(|(code, _)| {
            let entry = self.lists.get(list, code).map(|item| {
                let name_en = item.name_en.as_ref().unwrap_or(&item.name_vi);
                (item.name_vi.clone(), name_en.clone())
            });
            // What ended before the lists began has no English name.
            let former = || self.lists.former_by_code(list, code, self.today);
            let names = entry.or_else(|| former().map(|former| (former.name_vi.clone(), former.name_vi)))?;
            Some((code.to_owned(), names))
        })?;
        Some(Violation::CodeAlone {
            list: Some(list.as_str()),
            code,
            name,
        })
    }

    /// Where a code leads today: to itself while it is valid, else to its successors.
    pub(in crate::domain) fn leads_to(&self, list: TaxonomyName, code: &str) -> Vec<Successor> {
        match self.check(list, code) {
            Ok(item) => vec![self.lists.as_successor(list, item, self.today)],
            Err(Violation::CodeEnded { successors, .. }) => successors,
            Err(_) => Vec::new(),
        }
    }
}
