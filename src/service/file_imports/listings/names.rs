//! Codes of lists by what people call their entries, also where a cell names several.
//!
//! A text means the entry that is spelt so; else the one that is so but for diacritics which the text leaves out. Of several, those in
//! force come before the ones that ended.

use std::collections::HashMap;
use std::ops::Range;

use crate::domain::fields::{Successor, Violation, code_and_name, with_name};
use crate::domain::import_alias::ImportAlias;
use crate::domain::taxonomy::{InForce, TaxonomyItem, TaxonomyName};
use crate::domain::text::{fold, may_be_typed, spelling};

/// Which entries of which list go by a key.
type Codes = HashMap<(TaxonomyKey, String), Vec<String>>;

type TaxonomyKey = &'static str;

/// Finds codes by what people call them.
pub struct Names {
    /// By names as they are spelt.
    spelt: Codes,
    /// By names without diacritics.
    folded: Codes,
    /// What the entry of a code is called.
    called: Codes,
    aliases: HashMap<(TaxonomyKey, String), String>,
    /// Of no more parts between commas is any of the names.
    most_parts: usize,
    lists: InForce,
}

const BY_NAME: [TaxonomyName; 5] = [
    TaxonomyName::ListingKinds,
    TaxonomyName::PriceModes,
    TaxonomyName::TransferModes,
    TaxonomyName::Fields,
    TaxonomyName::RegulatedTechnologies,
];

/// No name is longer, in bytes: what is longer is not looked up.
const LONGEST: usize = 4 * 1024;

/// The code behind a text, and whether it was found by another name that officers keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The code; the text itself where nothing is known by it, to be refused as an unknown code.
    pub code: String,
    /// What was said, where it is an alias.
    pub alias: Option<String>,
}

impl Names {
    /// The names of the lists on a day, and what else their entries are called.
    pub fn of(lists: &InForce, aliases: &[ImportAlias]) -> Self {
        let mut names = Self {
            spelt: Codes::new(),
            folded: Codes::new(),
            called: Codes::new(),
            aliases: HashMap::new(),
            most_parts: 1,
            lists: lists.clone(),
        };
        for list in BY_NAME {
            for item in lists.lists().items(list, None) {
                // As they are called, and as templates and refusals tell them.
                for name in [Some(&item.name_vi), item.name_en.as_ref()].into_iter().flatten() {
                    names.add(list, name, &item.code);
                    names.add(list, &with_name(&item.code, name), &item.code);
                    names.add(list, &with_name(name, &item.code), &item.code);
                }
                names.add(list, &item.code, &item.code);
                if list == TaxonomyName::Fields
                    && let Some(path) = lists.lists().field_path(&item.code)
                {
                    names.add(list, &path, &item.code);
                }
            }
        }
        for kept in aliases {
            let alias = &kept.alias;
            for key in [alias.key(), in_parts(alias.name.as_str())] {
                names.aliases.insert((alias.list.as_str(), key), alias.code.clone());
            }
            names.note_parts(alias.name.as_str());
        }
        names
    }

    fn add(&mut self, list: TaxonomyName, name: &str, code: &str) {
        let put = |codes: &mut Codes, key: String, text: &str| {
            let known = codes.entry((list.as_str(), key)).or_default();
            if !known.iter().any(|other| other == text) {
                known.push(text.to_owned());
            }
        };
        put(&mut self.spelt, spelling(name), code);
        put(&mut self.folded, fold(name), code);
        put(&mut self.folded, in_parts(name), code);
        put(&mut self.called, code.to_owned(), name);
        self.note_parts(name);
    }

    fn note_parts(&mut self, name: &str) {
        self.most_parts = self.most_parts.max(name.split(',').count());
    }

    /// The code behind a name or code; what is not known, or means several, stays as it is, and is refused as an unknown code.
    pub fn code(&self, list: TaxonomyName, text: &str) -> String {
        match self.meant(list, text) {
            Ok(meant) => meant.code,
            Err(_several) => text.trim().to_owned(),
        }
    }

    /// The same, and how it was found: names of the list come before other names. A name that several entries in force have
    /// leads to none of them.
    pub fn meant(&self, list: TaxonomyName, text: &str) -> Result<Meant, Violation> {
        let found = self.found(list, text, fold(text))?;
        Ok(found.unwrap_or_else(|| Meant {
            code: text.trim().to_owned(),
            alias: None,
        }))
    }

    /// What a text means as a whole, by itself and by a key without diacritics; nothing where nothing is known by it.
    fn found(&self, list: TaxonomyName, text: &str, key: String) -> Result<Option<Meant>, Violation> {
        let (text, key) = (text.trim(), (list.as_str(), key));
        if let Some(code) = self.entry(list, text, &key)? {
            return Ok(Some(Meant { code, alias: None }));
        }
        let alias = self.aliases.get(&key);
        Ok(alias.map(|code| Meant {
            code: code.clone(),
            alias: Some(text.to_owned()),
        }))
    }

    fn entry(&self, list: TaxonomyName, text: &str, key: &(TaxonomyKey, String)) -> Result<Option<String>, Violation> {
        let lists = self.lists.lists();
        if lists.contains(list, text) {
            return Ok(Some(text.to_owned()));
        }
        if list == TaxonomyName::Countries {
            let coded = |code: &str| lists.get(list, &code.to_uppercase());
            // As refusals tell them, where code and name are of the same one.
            let mut both = code_and_name(text);
            let told =
                both.find_map(|(code, name)| coded(code).filter(|country| lists.country_named(name) == Some(*country)));
            let country = coded(text).or(told).or_else(|| lists.country_named(text));
            return Ok(country.map(|country| country.code.clone()));
        }
        if let Some(codes) = self.spelt.get(&(list.as_str(), spelling(text))) {
            return self.one_of(list, codes).map(Some);
        }
        let mut codes = self.folded.get(key).cloned().unwrap_or_default();
        codes.retain(|code| self.may_mean(list, text, code));
        let is_known = !codes.is_empty();
        is_known.then(|| self.one_of(list, &codes)).transpose()
    }

    /// Whether a text has no diacritics that contradict what an entry is called.
    fn may_mean(&self, list: TaxonomyName, text: &str, code: &str) -> bool {
        let called = self.called.get(&(list.as_str(), code.to_owned()));
        called.is_some_and(|names| names.iter().any(|name| may_be_typed(text, name)))
    }

    /// Which of the entries that have a name is meant: the one in force. Where none is, the one that ended last, which tells what
    /// took its place.
    fn one_of(&self, list: TaxonomyName, codes: &[String]) -> Result<String, Violation> {
        let entries: Vec<&TaxonomyItem> = codes
            .iter()
            .filter_map(|code| self.lists.lists().get(list, code))
            .collect();
        let today = self.lists.today();
        let valid: Vec<&TaxonomyItem> = entries.iter().copied().filter(|item| item.is_valid_on(today)).collect();
        match valid.as_slice() {
            [] => {
                let last = entries.iter().max_by_key(|item| item.valid_to);
                Ok(last.map(|item| item.code.clone()).unwrap_or_default())
            }
            [one] => Ok(one.code.clone()),
            several => Err(Violation::SeveralMeant {
                list: list.as_str(),
                successors: several.iter().map(|item| choice(item)).collect(),
            }),
        }
    }

    /// The codes of a cell that holds several. Names of fields have commas of their own, so that a comma only parts what is
    /// not a name as a whole.
    pub fn codes(&self, list: TaxonomyName, text: &str) -> Result<Vec<Meant>, Violation> {
        let mut all = Vec::new();
        for part in text.split([';', '|', '\n']).filter(|part| !part.trim().is_empty()) {
            match self.between_commas(list, part)? {
                Some(several) => all.extend(several),
                None => all.push(self.meant(list, part)?),
            }
        }
        Ok(all)
    }

    /// What stands between commas, the longest names first; nothing where some of it is no name.
    fn between_commas(&self, list: TaxonomyName, text: &str) -> Result<Option<Vec<Meant>>, Violation> {
        let parts = parts(text);
        let (mut rest, mut all) = (parts.as_slice(), Vec::new());
        while !rest.is_empty() {
            let Some((count, meant)) = self.longest(list, text, rest)? else {
                return Ok(None);
            };
            all.push(meant);
            rest = rest.get(count..).unwrap_or_default();
        }
        Ok(Some(all))
    }

    /// The longest name with which some parts begin, and how many of them it takes.
    fn longest(
        &self,
        list: TaxonomyName,
        text: &str,
        parts: &[Range<usize>],
    ) -> Result<Option<(usize, Meant)>, Violation> {
        for count in (1..=parts.len().min(self.most_parts)).rev() {
            let run = parts.get(..count).unwrap_or_default();
            let ends = run.first().zip(run.last());
            let name = ends.and_then(|(first, last)| text.get(first.start..last.end));
            let Some(name) = name.filter(|name| name.len() <= LONGEST) else {
                continue;
            };
            if let Some(meant) = self.found(list, name, in_parts(name))? {
                return Ok(Some((count, meant)));
            }
        }
        Ok(None)
    }
}

/// An entry as what may be chosen.
fn choice(item: &TaxonomyItem) -> Successor {
    Successor {
        code: item.code.clone(),
        name_vi: item.name_vi.clone(),
        parent: item.parent.clone(),
    }
}

/// A name without diacritics whose commas stay: two names between which one stands are not the name of both words.
fn in_parts(name: &str) -> String {
    let parts: Vec<String> = name.split(',').map(fold).collect();
    parts.join(",")
}

/// What stands between commas, by where it begins and ends; nothing of what is empty.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut parts = Vec::new();
    for part in text.split(',') {
        let end = start + part.len();
        if !part.trim().is_empty() {
            parts.push(start..end);
        }
        start = end + 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ImportAliasId;
    use crate::domain::import_alias::NewAlias;
    use crate::domain::taxonomy::{EntryChange, EntryText, Taxonomies};
    use crate::domain::text::Line;
    use jiff::Timestamp;
    use jiff::civil::{Date, date};
    use uuid::Uuid;

    const DAY: Date = date(2026, 8, 1);

    fn alias(list: &str, name: &str, code: &str) -> ImportAlias {
        ImportAlias {
            id: ImportAliasId(Uuid::nil()),
            alias: NewAlias {
                list: list.parse().unwrap(),
                name: Line::parse(name).unwrap(),
                code: code.into(),
            },
            is_built_in: true,
            created_at: Timestamp::UNIX_EPOCH,
            ended_at: None,
        }
    }

    fn names() -> Names {
        let aliases = [
            alias("fields", "máy móc sau thu hoạch", "food.drying"),
            alias("price_modes", "thoả thuận", "negotiable"),
            alias("countries", "xứ sở hoa anh đào", "JP"),
            // What an entry is called comes first.
            alias("price_modes", "giá liên hệ", "free"),
        ];
        Names::of(&InForce::on(Taxonomies::embedded().clone(), DAY), &aliases)
    }

    /// The names with fields beside those of the program: code, name, and the day on which it ended.
    fn names_with(fields: &[(&str, &str, Option<Date>)], aliases: &[ImportAlias]) -> Names {
        let mut lists = Taxonomies::clone(Taxonomies::embedded());
        for (code, name, valid_to) in fields {
            lists.take(&EntryChange {
                edition: 1,
                entry: Uuid::nil(),
                list: TaxonomyName::Fields,
                code: (*code).to_owned(),
                version: 1,
                text: EntryText {
                    parent: Some("food".into()),
                    name_vi: (*name).to_owned(),
                    name_en: None,
                    valid_from: None,
                    valid_to: *valid_to,
                    successors: Vec::new(),
                    attributes: None,
                },
                changed_at: Timestamp::UNIX_EPOCH,
            });
        }
        Names::of(&InForce::on(std::sync::Arc::new(lists), DAY), aliases)
    }

    fn fields(names: &Names, text: &str) -> Vec<String> {
        let meant = names.codes(TaxonomyName::Fields, text).unwrap();
        meant.into_iter().map(|meant| meant.code).collect()
    }

    /// The codes among which somebody has to choose.
    fn several(names: &Names, text: &str) -> Vec<String> {
        let refused = names.codes(TaxonomyName::Fields, text).unwrap_err();
        assert_eq!(refused.code(), "unknown_code");
        refused.successors().iter().map(|entry| entry.code.clone()).collect()
    }

    #[test]
    fn codes_are_found_by_their_names() {
        let names = names();
        for (list, text, code) in [
            (TaxonomyName::ListingKinds, "Chào bán thiết bị", "equipment_offer"),
            (TaxonomyName::ListingKinds, "chao ban thiet bi", "equipment_offer"),
            (TaxonomyName::ListingKinds, "equipment_offer", "equipment_offer"),
            (TaxonomyName::PriceModes, "Giá liên hệ", "contact"),
            (TaxonomyName::PriceModes, "thoả thuận", "negotiable"),
            (TaxonomyName::TransferModes, "mua ban thiet bi", "sale_of_equipment"),
            (TaxonomyName::Fields, "Sấy, bảo quản sau thu hoạch", "food.drying"),
            (
                TaxonomyName::Fields,
                "Thực phẩm > Sấy, bảo quản sau thu hoạch",
                "food.drying",
            ),
            (TaxonomyName::Countries, "Nhật Bản", "JP"),
            (TaxonomyName::Countries, "vn", "VN"),
            (TaxonomyName::Countries, "Viet Nam", "VN"),
            (TaxonomyName::Countries, "VN (Việt Nam)", "VN"),
            (TaxonomyName::Countries, "Nhật Bản (JP)", "JP"),
            (TaxonomyName::Countries, "JP (Việt Nam)", "JP (Việt Nam)"),
            (
                TaxonomyName::Fields,
                "Sấy, bảo quản sau thu hoạch (food.drying)",
                "food.drying",
            ),
            (TaxonomyName::Fields, "Lĩnh vực lạ", "Lĩnh vực lạ"),
            (TaxonomyName::Fields, "May moc sau thu hoach", "food.drying"),
            (TaxonomyName::Countries, "xứ sở hoa anh đào", "JP"),
        ] {
            assert_eq!(names.code(list, text), code, "{text}");
        }
    }

    #[test]
    fn every_name_of_a_short_list_is_its_own() {
        let names = names();
        let doubtful: Vec<_> = names.folded.iter().filter(|(_, codes)| codes.len() > 1).collect();
        assert!(doubtful.is_empty(), "{doubtful:?}");
    }

    #[test]
    fn a_name_leads_to_the_entry_in_force() {
        let ended = [
            ("food.oldest", "Nước mắm", Some(date(2025, 1, 1))),
            ("food.old", "nước  mắm", Some(date(2026, 1, 1))),
        ];
        let with = |others: &[(&'static str, &'static str, Option<Date>)]| {
            let all: Vec<_> = ended.iter().chain(others).copied().collect();
            names_with(&all, &[])
        };
        for text in [
            "Nước mắm",
            "NƯỚC MẮM",
            "nuoc mam",
            "Nu\u{31b}o\u{31b}\u{301}c ma\u{306}\u{301}m",
        ] {
            assert_eq!(
                fields(&with(&[("food.new", "Nước mắm", None)]), text),
                ["food.new"],
                "{text}"
            );
            // Without one, what is told is what took the place of the last one.
            assert_eq!(fields(&with(&[]), text), ["food.old"], "{text}");
        }
    }

    #[test]
    fn names_that_differ_in_their_tones_are_two() {
        let names = names_with(&[("food.fish", "Cá kho", None), ("food.eggplant", "Cà khô", None)], &[]);
        assert_eq!(fields(&names, "Cá kho; CÀ KHÔ"), ["food.fish", "food.eggplant"]);
        assert_eq!(several(&names, "ca kho"), ["food.fish", "food.eggplant"]);
        assert_eq!(names.code(TaxonomyName::Fields, "ca kho"), "ca kho");
        // What has other marks than both is neither, also where one alone is left.
        assert_eq!(names.code(TaxonomyName::Fields, "Cả kho"), "Cả kho");
        let names = names_with(&[("food.ma1", "Má nuôi", None), ("food.ma2", "Mạ non", None)], &[]);
        assert_eq!(names.code(TaxonomyName::Fields, "Mạ nuôi"), "Mạ nuôi");
        assert_eq!(names.code(TaxonomyName::Fields, "Ma nuôi"), "food.ma1");
    }

    #[test]
    fn a_comma_parts_no_name() {
        let aliases = [
            alias("fields", "sấy", "food.drying"),
            alias("fields", "bảo quản sau thu hoạch", "food.drying"),
        ];
        let names = names_with(&[("food.second", "sấy, BẢO QUẢN sau thu hoach", None)], &aliases);
        for (text, codes) in [
            ("Sấy, bảo quản sau thu hoạch", vec!["food.drying"]),
            ("Sấy, bảo quản sau thu hoach", vec!["food.second"]),
            (
                "mechanics, Sấy, bảo quản sau thu hoạch, energy",
                vec!["mechanics", "food.drying", "energy"],
            ),
            ("Sấy, energy", vec!["food.drying", "energy"]),
        ] {
            assert_eq!(fields(&names, text), codes, "{text}");
        }
        assert_eq!(
            several(&names, "say, bao quan sau thu hoach"),
            ["food.drying", "food.second"]
        );
    }

    #[test]
    fn a_cell_holds_several_codes() {
        let names = names();
        for (text, codes) in [
            (
                "Sấy, bảo quản sau thu hoạch; mechanics",
                vec!["food.drying", "mechanics"],
            ),
            ("food.drying, mechanics", vec!["food.drying", "mechanics"]),
            ("food.drying\nenergy", vec!["food.drying", "energy"]),
            ("lạ, mechanics", vec!["lạ, mechanics"]),
            ("mechanics,, energy,", vec!["mechanics", "energy"]),
            (" ; ", vec![]),
        ] {
            assert_eq!(fields(&names, text), codes, "{text}");
        }
    }
}
