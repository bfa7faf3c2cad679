//! The lists as they stand on one day, for whoever writes something new.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Taxonomies, TaxonomyItem, TaxonomyName};
use crate::domain::fields::{Successor, Violation};

/// The lists on one day. What is written anew may only use codes that are valid then; what a record has already it may
/// keep, so that a reorganisation never stands in the way of an edit of something else.
#[derive(Clone, Debug)]
pub struct InForce {
    lists: Arc<Taxonomies>,
    today: Date,
    kept: Vec<(TaxonomyName, String)>,
}

impl InForce {
    /// The lists on a day.
    pub fn on(lists: Arc<Taxonomies>, today: Date) -> Self {
        Self {
            lists,
            today,
            kept: Vec::new(),
        }
    }

    /// The same for somebody whose record has these codes already.
    pub fn keeping<'a>(mut self, list: TaxonomyName, codes: impl IntoIterator<Item = &'a str>) -> Self {
        self.kept.extend(codes.into_iter().map(|code| (list, code.to_owned())));
        self
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
                None => Violation::UnknownCode { list: name },
            });
        };
        let is_kept = self.kept.iter().any(|(of, kept)| *of == list && kept == code);
        if is_kept || item.is_valid_on(self.today) {
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

    /// Where a code leads today: to itself while it is valid, else to its successors.
    pub(in crate::domain) fn leads_to(&self, list: TaxonomyName, code: &str) -> Vec<Successor> {
        match self.check(list, code) {
            Ok(item) => vec![Successor::of(item)],
            Err(Violation::CodeEnded { successors, .. }) => successors,
            Err(_) => Vec::new(),
        }
    }
}
