//! Codes that have ended, and what became of them: places of before 2025-07-01, and entries that officers ended since.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::{Date, date};
use serde::Deserialize;

use super::{Taxonomies, TaxonomyItem, TaxonomyName};
use crate::domain::fields::Successor;
use crate::domain::text::{fold, spelling};
use crate::domain::text_enum;

/// The day on which the provinces and communes of today began and the districts ended.
pub const REORGANISED_ON: Date = date(2025, 7, 1);

/// What stands before the name of a place, folded; the longest first.
const KINDS: [&str; 17] = [
    "thanh pho ",
    "thi tran ",
    "dac khu ",
    "phuong ",
    "thi xa ",
    "huyen ",
    "tinh ",
    "quan ",
    "xa ",
    "tp ",
    "tt ",
    "tx ",
    "q ",
    "p ",
    "x ",
    "h ",
    "t ",
];

text_enum! {
    /// What is known of the successors of what was asked for.
    pub enum Outcome {
        /// Exactly one.
        One => "one",
        /// It was split: whoever lives there knows which part.
        Split => "split",
        /// The name fits several, whose successors differ.
        Several => "several",
        /// No successor is known.
        None => "none",
    }
}

/// A code that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    /// The code. Present codes of places were often given to an older one, too.
    pub code: String,
    /// Its name.
    pub name_vi: String,
    /// Code and name of the district, of old communes.
    pub district: Option<(String, String)>,
    /// Code and name of the province, of old communes.
    pub province: Option<(String, String)>,
    /// The first day on which it is no longer valid.
    pub valid_to: Date,
    /// Whether it was divided among several, not all of which need be known.
    pub is_split: bool,
    /// What it became, valid on the day that was asked about.
    pub successors: Vec<Successor>,
}

/// What is asked for; whatever is given must fit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// A code.
    pub code: Option<&'a str>,
    /// A name, with or without its kind and its diacritics.
    pub name: Option<&'a str>,
    /// Name or code of the former district.
    pub district: Option<&'a str>,
    /// Name or code of the former province, or of the present one.
    pub province: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
struct Row {
    code: String,
    name_vi: String,
    district_code: String,
    district: String,
    province_code: String,
    province: String,
    is_split: String,
    successor: String,
}

/// A commune of before the reorganisation.
#[derive(Clone, Debug)]
pub(super) struct OldCommune {
    code: String,
    name_vi: String,
    district: (String, String),
    province: (String, String),
    is_split: bool,
    pub(super) successors: Vec<String>,
}

/// The communes of before the reorganisation, in the order of the data.
#[derive(Clone, Debug, Default)]
pub(super) struct OldCommunes {
    pub(super) rows: Vec<OldCommune>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    pub(super) unreadable: usize,
}

impl OldCommunes {
    /// Reads the file, in which a commune that was split has several lines.
    pub(super) fn read(text: &str) -> Self {
        let mut communes = Self::default();
        for row in csv::Reader::from_reader(text.as_bytes()).deserialize::<Row>() {
            let Ok(row) = row else {
                communes.unreadable += 1;
                continue;
            };
            let known = communes.by_code.get(&row.code).copied();
            if let Some(known) = known.and_then(|at| communes.rows.get_mut(at)) {
                known.successors.push(row.successor);
                continue;
            }
            let at = communes.rows.len();
            communes.by_code.insert(row.code.clone(), at);
            let name = bare(&fold(&row.name_vi)).to_owned();
            communes.by_name.entry(name).or_default().push(at);
            communes.rows.push(OldCommune {
                code: row.code,
                name_vi: row.name_vi,
                district: (row.district_code, row.district),
                province: (row.province_code, row.province),
                is_split: row.is_split == "1",
                successors: vec![row.successor],
            });
        }
        communes
    }

    fn get(&self, code: &str) -> Option<&OldCommune> {
        self.rows.get(*self.by_code.get(code)?)
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &OldCommune> {
        let places = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|at| self.rows.get(*at))
    }
}

/// A folded name without its kind: `phuong tan hoa` is `tan hoa`.
fn bare(folded: &str) -> &str {
    KINDS
        .iter()
        .find_map(|kind| folded.strip_prefix(kind))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(folded)
}

/// Whether what somebody typed is this name of a place, with its kind or without. Some names begin like a kind: `Phương Khoan`.
pub fn is_place_name(typed: &str, name: &str) -> bool {
    let (typed, name) = (fold(typed), fold(name));
    typed == name || typed == bare(&name) || bare(&typed) == bare(&name)
}

/// Whether what somebody typed is this code or this name.
fn is_place(typed: &str, code: &str, name: &str) -> bool {
    typed.trim() == code || is_place_name(typed, name)
}

/// The words of a text that are the name, without the kind before them, with their diacritics.
fn letters(text: &str) -> String {
    let words = bare(&fold(text)).split(' ').count();
    let all: Vec<_> = text.split_whitespace().map(spelling).collect();
    all.get(all.len().saturating_sub(words)..).unwrap_or_default().join(" ")
}

/// Whether a place is the one that somebody typed beside others of before that are called so, too: nothing of its kind and its
/// diacritics speaks for one of those.
pub(in crate::domain) fn is_as_typed(typed: &str, name: &str, others: &[Former]) -> bool {
    let (key, folded) = (fold(typed), fold(name));
    let is_of_kind = key == folded || key == bare(&folded);
    let is_spelt = |name: &str| letters(name) == letters(typed);
    is_of_kind && (is_spelt(name) || !others.iter().any(|other| is_spelt(&other.name_vi)))
}

impl Former {
    /// What the matches of a question come to.
    pub fn outcome(found: &[Self]) -> Outcome {
        match found {
            [] => Outcome::None,
            [one] if one.is_split => Outcome::Split,
            [one] => match one.successors.len() {
                0 => Outcome::None,
                1 => Outcome::One,
                _ => Outcome::Split,
            },
            [first, rest @ ..] => {
                let agree = rest.iter().all(|other| other.successors == first.successors);
                let is_plain = !first.is_split && first.successors.len() == 1;
                if agree && is_plain && rest.iter().all(|other| !other.is_split) {
                    Outcome::One
                } else {
                    Outcome::Several
                }
            }
        }
    }

    fn is_named(&self, name: &str) -> bool {
        is_place_name(name, &self.name_vi)
    }
}

/// Of those that a name fits, the ones that it fits better: with the kind that was typed, then with its diacritics.
fn closest(found: Vec<Former>, name: &str) -> Vec<Former> {
    let typed = fold(name);
    let narrowed = |found: Vec<Former>, fits: &dyn Fn(&Former) -> bool| {
        let better: Vec<_> = found.iter().filter(|former| fits(former)).cloned().collect();
        if better.is_empty() { found } else { better }
    };
    let found = if bare(&typed) == typed {
        found
    } else {
        narrowed(found, &|former| fold(&former.name_vi) == typed)
    };
    let written = letters(name);
    if written.is_ascii() {
        return found;
    }
    narrowed(found, &|former| letters(&former.name_vi) == written)
}

impl Taxonomies {
    /// What a code that ended became, valid on a day. Codes that ended again are followed to the end.
    pub fn successors(&self, list: TaxonomyName, code: &str, today: Date) -> Vec<Successor> {
        let next = self.get(list, code).map_or(&[][..], |item| item.successors.as_slice());
        self.present(list, next, today)
    }

    /// Those of the codes that are valid on a day, and what became of the others.
    fn present(&self, list: TaxonomyName, codes: &[String], today: Date) -> Vec<Successor> {
        let mut found: BTreeMap<&str, Successor> = BTreeMap::new();
        let mut seen: Vec<&str> = Vec::new();
        let mut open: Vec<&str> = codes.iter().map(String::as_str).collect();
        while let Some(code) = open.pop() {
            // What officers enter could go round in a circle.
            if seen.contains(&code) {
                continue;
            }
            seen.push(code);
            match self.get(list, code) {
                Some(item) if item.has_ended_on(today) => open.extend(item.successors.iter().map(String::as_str)),
                Some(item) => {
                    found.insert(code, self.as_successor(list, item, today));
                }
                None => {}
            }
        }
        found.into_values().collect()
    }

    /// The communes of a province that have this name on a day, with or without their kind. Of a province that has ended those that
    /// lay in it: others of that name, where it went, are not meant. If there are none, those that came since to what became of it.
    pub(in crate::domain) fn communes_named(&self, name: &str, province: &str, today: Date) -> Vec<Successor> {
        let named = |province: &str| -> Vec<Successor> {
            let communes = self.communes_of(province, today);
            communes
                .filter(|item| item.is_valid_on(today) && is_place_name(name, &item.name_vi))
                .map(|item| self.as_successor(TaxonomyName::Communes, item, today))
                .collect()
        };
        let found = named(province);
        let has_ended = self
            .get(TaxonomyName::Provinces, province)
            .is_some_and(|item| item.has_ended_on(today));
        if !found.is_empty() || !has_ended {
            return found;
        }
        let parts = self.successors(TaxonomyName::Provinces, province, today);
        parts.iter().flat_map(|part| named(&part.code)).collect()
    }

    /// Whether a name is known as that of other communes alone: it is neither this one's, with or without its kind, nor that of one
    /// of before that became it, or a part of it. Few communes of before are known: a name that nobody has tells nothing.
    pub(in crate::domain) fn is_another_communes_name(&self, code: &str, name: &str, today: Date) -> bool {
        let asked = Asked {
            name: Some(name),
            ..Asked::default()
        };
        // All of that name: whoever narrows them takes one for another.
        let former = self.all_former(TaxonomyName::Communes, &asked, today);
        let present = self.get(TaxonomyName::Communes, code);
        let is_its_own = present.is_some_and(|item| is_place_name(name, &item.name_vi))
            || former
                .iter()
                .any(|former| former.successors.iter().any(|successor| successor.code == code));
        !is_its_own && (!former.is_empty() || !self.communes_named_anywhere(name, today).is_empty())
    }

    /// The communes of that name in whatever province, each with the code of its own.
    pub(in crate::domain) fn communes_named_anywhere(&self, name: &str, today: Date) -> Vec<(&str, String)> {
        self.items(TaxonomyName::Communes, None)
            .filter(|item| item.is_valid_on(today) && is_place_name(name, &item.name_vi))
            .filter_map(|item| {
                let province = self.parent_on(TaxonomyName::Communes, item, today)?;
                Some((item.code.as_str(), province))
            })
            .collect()
    }

    fn of_old_commune(&self, old: &OldCommune, today: Date) -> Former {
        Former {
            code: old.code.clone(),
            name_vi: old.name_vi.clone(),
            district: Some(old.district.clone()),
            province: Some(old.province.clone()),
            valid_to: REORGANISED_ON,
            is_split: old.is_split,
            successors: self.present(TaxonomyName::Communes, &old.successors, today),
        }
    }

    /// The provinces of before the reorganisation, as the present ones name them.
    fn old_provinces(&self, today: Date) -> impl Iterator<Item = Former> {
        self.provinces.items.iter().flat_map(move |item| {
            let part = |name: &str| item.attributes.get(name).map_or("", String::as_str).split('|');
            part("merged_from_codes")
                .zip(part("merged_from_names"))
                .map(move |(code, name)| Former {
                    code: code.to_owned(),
                    name_vi: name.to_owned(),
                    district: None,
                    province: None,
                    valid_to: REORGANISED_ON,
                    is_split: false,
                    successors: self.present(TaxonomyName::Provinces, std::slice::from_ref(&item.code), today),
                })
        })
    }

    fn of_ended(&self, list: TaxonomyName, item: &TaxonomyItem, today: Date) -> Option<Former> {
        let successors = self.successors(list, &item.code, today);
        Some(Former {
            code: item.code.clone(),
            name_vi: item.name_vi.clone(),
            district: None,
            province: None,
            valid_to: item.valid_to.filter(|_| item.has_ended_on(today))?,
            is_split: successors.len() > 1,
            successors,
        })
    }

    /// What ended under this code.
    pub fn former_by_code(&self, list: TaxonomyName, code: &str, today: Date) -> Option<Former> {
        let asked = Asked {
            code: Some(code),
            ..Asked::default()
        };
        self.former(list, &asked, today).into_iter().next()
    }

    /// What ended and fits best what is asked for.
    pub fn former(&self, list: TaxonomyName, asked: &Asked<'_>, today: Date) -> Vec<Former> {
        let found = self.all_former(list, asked, today);
        match asked.name {
            Some(name) => closest(found, name),
            None => found,
        }
    }

    /// The code of what had a name last, where that is one.
    pub fn last_called(&self, list: TaxonomyName, name: &str, today: Date) -> Option<String> {
        self.last_named(list, name, today).map(|former| former.code)
    }

    /// What had a name last, where that is one. Its code may be another one's today.
    pub fn last_named(&self, list: TaxonomyName, name: &str, today: Date) -> Option<Former> {
        let asked = Asked {
            name: Some(name),
            ..Asked::default()
        };
        let found = self.former(list, &asked, today);
        let last = found.iter().map(|former| former.valid_to).max()?;
        let mut latest = found.iter().filter(|former| former.valid_to == last);
        let first = latest.next()?;
        let is_one = latest.all(|other| other.code == first.code);
        is_one.then(|| first.clone())
    }

    /// Everything that ended and fits what is asked for.
    fn all_former(&self, list: TaxonomyName, asked: &Asked<'_>, today: Date) -> Vec<Former> {
        let ended = self
            .items(list, None)
            .filter_map(|item| self.of_ended(list, item, today));
        let mut found: Vec<Former> = match (list, asked.code, asked.name) {
            (TaxonomyName::Communes, Some(code), _) => {
                let old = self.old_communes.get(code).into_iter();
                old.map(|old| self.of_old_commune(old, today)).chain(ended).collect()
            }
            (TaxonomyName::Communes, None, Some(name)) => {
                let key = fold(name);
                let without_kind = Some(bare(&key)).filter(|bare| *bare != key);
                let keys = [Some(key.as_str()), without_kind].into_iter().flatten();
                let old = keys.flat_map(|key| self.old_communes.named(key));
                old.map(|old| self.of_old_commune(old, today)).chain(ended).collect()
            }
            (TaxonomyName::Provinces, ..) => self.old_provinces(today).chain(ended).collect(),
            _ => ended.collect(),
        };
        found.retain(|former| {
            let district = former.district.as_ref();
            asked.code.is_none_or(|code| former.code == code)
                && asked.name.is_none_or(|name| former.is_named(name))
                && asked
                    .district
                    .is_none_or(|typed| district.is_some_and(|(code, name)| is_place(typed, code, name)))
        });
        match asked.province {
            Some(typed) => self.in_province(found, typed, today),
            None => found,
        }
    }

    /// Whoever names a province means the old one; but some write the present one after the old commune.
    fn in_province(&self, found: Vec<Former>, typed: &str, today: Date) -> Vec<Former> {
        let was_in = |former: &&Former| {
            let province = former.province.as_ref();
            province.is_some_and(|(code, name)| is_place(typed, code, name))
        };
        let old: Vec<_> = found.iter().filter(was_in).cloned().collect();
        if !old.is_empty() {
            return old;
        }
        let provinces = self.items(TaxonomyName::Provinces, None);
        let meant: Vec<_> = provinces
            .filter(|province| is_place(typed, &province.code, &province.name_vi))
            .collect();
        let mut found = found;
        found.retain(|former| meant.iter().any(|province| self.led_into(former, province, today)));
        found
    }

    /// Whether a commune that ended led into a province. Of a province that has ended it is one that lay there, and led to what became of
    /// it: who came from elsewhere to the same is not meant.
    fn led_into(&self, former: &Former, province: &TaxonomyItem, today: Date) -> bool {
        let commune = |code: &str| self.get(TaxonomyName::Communes, code);
        let became = self.province_became(&province.code, today);
        let mut leads = former
            .successors
            .iter()
            .filter_map(|successor| commune(&successor.code));
        if !leads.any(|successor| self.may_be_in(successor, &became, today)) {
            return false;
        }
        let lay_there = |code: &str| commune(code).is_some_and(|item| self.is_in(item, &province.code, today));
        // Old codes of before the lists began may be another commune's today.
        let old = former
            .province
            .as_ref()
            .and_then(|_| self.old_communes.get(&former.code));
        !province.has_ended_on(today)
            || match old {
                Some(old) => old.successors.iter().any(|code| lay_there(code)),
                None => lay_there(&former.code),
            }
    }
}

#[cfg(test)]
mod tests;
