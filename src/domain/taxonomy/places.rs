//! In which province a commune lies on a day. A commune keeps the province that it began with: when that ends, it lies in what
//! took its place, and nothing is written anew for it. Of a province that was divided officers say in which part each commune
//! lies. That is filed under the division, and holds as long as that names the part, and what was divided is what the province
//! became: a division that is taken back, or made into other parts, leaves nothing of it, nor does a province that became another one.

use std::collections::{BTreeSet, HashMap, VecDeque};

use jiff::civil::Date;

use super::{List, Taxonomies, TaxonomyItem, TaxonomyName};
use crate::domain::fields::Successor;

/// Of each commune of which it was said, in which parts of what was divided it lies.
pub(super) type Filings = HashMap<String, Filing>;

/// Into which parts of what was divided a commune was put.
#[derive(Clone, Debug)]
pub(super) struct Filing {
    /// The province that it began with.
    first: String,
    /// Each divided province on the way from there, with the part that was taken.
    parts: Vec<(String, String)>,
}

impl Filing {
    /// The province under which the commune is filed: the last part.
    fn province(&self) -> &str {
        self.parts.last().map_or(&self.first, |(_, part)| part)
    }

    /// How many of the parts hold: each divided province is what the part before it became, and still has the part that was taken.
    fn held(&self, provinces: &List) -> usize {
        let after = |code: &str| {
            let province = provinces.get(code);
            province.map_or(&[][..], |item| item.successors.as_slice())
        };
        let mut at = self.first.as_str();
        for (held, (of, part)) in self.parts.iter().enumerate() {
            let mut seen = BTreeSet::new();
            while at != of {
                match after(at) {
                    // What officers enter could go round in a circle.
                    [one] if seen.insert(at) => at = one,
                    _ => return held,
                }
            }
            if !after(of).contains(part) {
                return held;
            }
            at = part;
        }
        self.parts.len()
    }
}

/// In which provinces somebody looks for enterprises, whose addresses stay as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// Codes of the provinces, with all that lead to the same today; none is everywhere.
    pub provinces: Vec<String>,
    /// Codes of communes that officers put into one of them, whichever part was written beside them.
    pub filed_here: Vec<String>,
    /// Codes of communes of the same divided provinces that they put into another part.
    pub filed_elsewhere: Vec<String>,
}

impl List {
    fn put_below(&mut self, code: &str, above: &str) {
        let at = self.positions.get(code).copied();
        if let Some(item) = at.and_then(|at| self.items.get_mut(at)) {
            item.parent = Some(above.to_owned());
        }
    }
}

impl Taxonomies {
    /// Takes in what a change says of where a commune lies, which was filed under `before` until then. A province that its own
    /// did not become says nothing.
    pub(super) fn file(&mut self, commune: &str, before: &str) {
        let Some(wanted) = self.communes.get(commune).and_then(|item| item.parent.clone()) else {
            return;
        };
        if wanted == before {
            return;
        }
        let present = self.filings.get(commune).cloned().unwrap_or_else(|| Filing {
            first: before.to_owned(),
            parts: Vec::new(),
        });
        let filing = self.filed_anew(&present, &wanted).unwrap_or(present);
        self.communes.put_below(commune, filing.province());
        if filing.parts.is_empty() {
            self.filings.remove(commune);
        } else {
            self.filings.insert(commune.to_owned(), filing);
        }
    }

    /// Drops what was filed under divisions as far as it does not hold any more, now that a province was changed.
    pub(super) fn drop_filings(&mut self) {
        let Self {
            provinces,
            communes,
            filings,
            ..
        } = self;
        filings.retain(|commune, filing| {
            let held = filing.held(provinces);
            if held < filing.parts.len() {
                filing.parts.truncate(held);
                communes.put_below(commune, filing.province());
            }
            held > 0
        });
    }

    /// A commune as it is filed once somebody says that it lies in a province: as little as can be is said anew.
    fn filed_anew(&self, present: &Filing, wanted: &str) -> Option<Filing> {
        (0..=present.parts.len()).rev().find_map(|held| {
            let mut parts: Vec<_> = present.parts.iter().take(held).cloned().collect();
            let from = parts.last().map_or(&present.first, |(_, part)| part);
            let further = self.way(from, wanted)?;
            parts.extend(further);
            Some(Filing {
                first: present.first.clone(),
                parts,
            })
        })
    }

    /// How a province became another one: each divided province between the two, with the part that leads there.
    fn way(&self, from: &str, to: &str) -> Option<Vec<(String, String)>> {
        let mut seen = BTreeSet::from([from]);
        let mut open = VecDeque::from([(from, Vec::new())]);
        while let Some((at, way)) = open.pop_front() {
            if at == to {
                return Some(way);
            }
            let parts = self
                .provinces
                .get(at)
                .map_or(&[][..], |item| item.successors.as_slice());
            for part in parts.iter().map(String::as_str) {
                // What officers enter could go round in a circle.
                if !seen.insert(part) {
                    continue;
                }
                let mut way = way.clone();
                if parts.len() > 1 {
                    way.push((at.to_owned(), part.to_owned()));
                }
                open.push_back((part, way));
            }
        }
        None
    }

    /// The province that stands above a commune on a day: the one that it began with, or what took its place, as far as that is known.
    /// It has ended where it was divided and nobody said yet in which part the commune lies, or nothing took its place.
    pub fn province_on<'a>(&'a self, commune: &'a TaxonomyItem, day: Date) -> Option<&'a str> {
        match self.filings.get(&commune.code) {
            Some(filing) => Some(self.followed(&filing.first, &filing.parts, day)),
            None => Some(self.followed(commune.parent.as_deref()?, &[], day)),
        }
    }

    /// The same of a commune by its code.
    pub fn province_of_commune(&self, code: &str, day: Date) -> Option<&str> {
        self.province_on(self.communes.get(code)?, day)
    }

    /// What a province is on a day for whoever says nothing of its parts.
    pub(super) fn province_then<'a>(&'a self, province: &'a str, day: Date) -> &'a str {
        self.followed(province, &[], day)
    }

    /// From a province over what took its place until a day, as far as that is one, or `parts` tell which.
    fn followed<'a>(&'a self, first: &'a str, parts: &'a [(String, String)], day: Date) -> &'a str {
        let (mut at, mut seen) = (first, BTreeSet::new());
        while let Some(province) = self.provinces.get(at).filter(|item| item.has_ended_on(day)) {
            // What officers enter could go round in a circle.
            if !seen.insert(at) {
                break;
            }
            let next = match province.successors.as_slice() {
                [one] => Some(one.as_str()),
                _ => parts.iter().find(|(of, _)| of == at).map(|(_, part)| part.as_str()),
            };
            match next.or_else(|| self.all_one(at, day)) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// What all parts of a divided province became by a day, where that is one.
    fn all_one(&self, province: &str, day: Date) -> Option<&str> {
        match self.province_became(province, day).as_slice() {
            [one] => self.provinces.get(one).map(|item| item.code.as_str()),
            _ => None,
        }
    }

    /// The provinces in which a commune lies on a day: several where its own was divided and nobody said yet in which part the
    /// commune lies, none where nothing took its place.
    pub fn provinces_on(&self, commune: &TaxonomyItem, day: Date) -> Vec<String> {
        let above = self.province_on(commune, day);
        above.map_or_else(Vec::new, |province| self.province_became(province, day))
    }

    /// What stands above an entry on a day: of a commune the province.
    pub fn parent_on(&self, list: TaxonomyName, item: &TaxonomyItem, day: Date) -> Option<String> {
        match list {
            TaxonomyName::Communes => self.province_on(item, day).map(str::to_owned),
            _ => item.parent.clone(),
        }
    }

    /// The entries of a list that have another one above them on a day, in the order of the list.
    pub fn below_on<'a>(
        &'a self,
        list: TaxonomyName,
        above: Option<&'a str>,
        day: Date,
    ) -> impl Iterator<Item = &'a TaxonomyItem> {
        self.items(list, None).filter(move |item| match list {
            TaxonomyName::Communes => self.province_on(item, day) == above,
            _ => item.parent.as_deref() == above,
        })
    }

    /// Whether a commune lies in one of some provinces on a day, or may, where its own was divided.
    pub fn may_be_in(&self, commune: &TaxonomyItem, provinces: &[String], day: Date) -> bool {
        self.province_on(commune, day).is_some_and(|above| {
            let is_one = |code: &str| provinces.iter().any(|province| province == code);
            let became = || self.province_became(above, day);
            is_one(above) || (self.province_has_ended(above, day) && became().iter().any(|code| is_one(code)))
        })
    }

    /// Where to look for what lies in some provinces on a day; each of them stands beside all that lead to the same. Only what
    /// officers said of the communes of a divided province is told by commune: a few hundred at the most.
    pub fn seats(&self, provinces: Vec<String>, day: Date) -> Seats {
        let is_asked = |code: &String| provinces.contains(code);
        let concerns = |filing: &Filing| {
            let mut parts = filing.parts.iter();
            parts.any(|(of, part)| is_asked(of) || is_asked(part))
        };
        let filed = self.filings.iter().filter(|(_, filing)| concerns(filing));
        let filed = filed.filter_map(|(code, _)| self.communes.get(code));
        let (here, elsewhere): (Vec<_>, Vec<_>) = filed.partition(|item| self.may_be_in(item, &provinces, day));
        let codes = |items: Vec<&TaxonomyItem>| {
            let mut codes: Vec<String> = items.into_iter().map(|item| item.code.clone()).collect();
            codes.sort_unstable();
            codes
        };
        let (filed_here, filed_elsewhere) = (codes(here), codes(elsewhere));
        Seats {
            provinces,
            filed_here,
            filed_elsewhere,
        }
    }

    /// The same of one province: of one that has ended, whether the commune lay in it on its last day, so that whoever names it means no
    /// commune that came from elsewhere.
    pub(in crate::domain) fn is_in(&self, commune: &TaxonomyItem, province: &str, day: Date) -> bool {
        let end = self.provinces.get(province).and_then(|item| item.valid_to);
        let last = end
            .filter(|end| *end <= day)
            .map_or(day, |end| end.yesterday().unwrap_or(end));
        self.province_on(commune, last).is_some_and(|above| {
            let became = || self.province_became(above, last);
            above == province || (self.province_has_ended(above, last) && became().iter().any(|code| code == province))
        })
    }

    /// The communes of a province on a day, in the order of the list; of one that has ended, those of its last day.
    pub fn communes_of(&self, province: &str, day: Date) -> impl Iterator<Item = &TaxonomyItem> {
        self.items(TaxonomyName::Communes, None)
            .filter(move |item| self.is_in(item, province, day))
    }

    /// The provinces into which a commune may be put on a day: whatever the one that it began with became by then. A part that
    /// was taken by mistake is changed so.
    pub(super) fn provinces_open_to<'a>(&'a self, commune: &'a TaxonomyItem, day: Date) -> Vec<&'a str> {
        let first = self.filings.get(&commune.code).map(|filing| &filing.first);
        let mut open: Vec<&str> = first
            .or(commune.parent.as_ref())
            .map(String::as_str)
            .into_iter()
            .collect();
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        while let Some(code) = open.pop() {
            if !seen.insert(code) {
                continue;
            }
            match self.provinces.get(code).filter(|item| item.has_ended_on(day)) {
                Some(ended) => open.extend(ended.successors.iter().map(String::as_str)),
                None => found.push(code),
            }
        }
        found.sort_unstable();
        found
    }

    /// The communes that wait to be put into a part of a divided province and did not in the lists of before, each with the part in which
    /// it lay, where it lay in one that the province does not have any more.
    pub fn to_file_anew<'a>(&'a self, before: &'a Self, province: &str) -> Vec<(&'a TaxonomyItem, Option<&'a str>)> {
        let communes = self.items(TaxonomyName::Communes, None);
        let waiting = communes.filter(|item| self.waits(item, province) && !before.waits(item, province));
        waiting
            .map(|item| (item, before.part_of(&item.code, province)))
            .collect()
    }

    /// The communes that lay in a part of a province and need not be put into another one: what was filed holds no more, since the
    /// division was taken back or left one part. Each with that part.
    pub fn returned<'a>(&'a self, before: &'a Self, province: &str) -> Vec<(&'a TaxonomyItem, &'a str)> {
        let communes = self.items(TaxonomyName::Communes, None);
        let returned = communes.filter_map(|item| {
            let part = before.part_of(&item.code, province)?;
            let is_loose = self.part_of(&item.code, province).is_none() && !self.waits(item, province);
            is_loose.then_some((item, part))
        });
        returned.collect()
    }

    /// The part of a divided province into which a commune was put.
    fn part_of(&self, commune: &str, province: &str) -> Option<&str> {
        let mut parts = self.filings.get(commune)?.parts.iter();
        parts.find(|(of, _)| of == province).map(|(_, part)| part.as_str())
    }

    /// Whether a commune waits to be put into a part of a province, once that is divided.
    fn waits(&self, commune: &TaxonomyItem, province: &str) -> bool {
        let divided = self.provinces.get(province).filter(|item| item.successors.len() > 1);
        let end = divided.and_then(|item| item.valid_to);
        end.is_some_and(|end| {
            !commune.has_ended_on(end) && self.province_of_commune(&commune.code, end) == Some(province)
        })
    }

    fn province_has_ended(&self, province: &str, day: Date) -> bool {
        let province = self.provinces.get(province);
        province.is_some_and(|province| province.has_ended_on(day))
    }

    /// A province on a day: itself, or what took its place.
    pub(super) fn province_became(&self, province: &str, day: Date) -> Vec<String> {
        if !self.province_has_ended(province, day) {
            return vec![province.to_owned()];
        }
        let successors = self.successors(TaxonomyName::Provinces, province, day);
        successors.into_iter().map(|successor| successor.code).collect()
    }

    /// An entry as what took the place of another one on a day.
    pub(in crate::domain) fn as_successor(&self, list: TaxonomyName, item: &TaxonomyItem, day: Date) -> Successor {
        Successor {
            parent: self.parent_on(list, item, day),
            ..Successor::of(item)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::{EntryChange, EntryText};

    const DAY: Date = jiff::civil::date(2026, 11, 1);

    fn change(lists: &mut Taxonomies, list: TaxonomyName, code: &str, edit: impl FnOnce(&mut EntryText)) {
        let item = lists.get(list, code).unwrap();
        let (mut text, version) = (EntryText::from(item), item.version + 1);
        edit(&mut text);
        lists.take(&EntryChange {
            edition: version,
            entry: uuid::Uuid::nil(),
            list,
            code: code.to_owned(),
            version,
            text,
            changed_at: jiff::Timestamp::UNIX_EPOCH,
        });
    }

    fn divide(lists: &mut Taxonomies, province: &str, parts: &[&str]) {
        change(lists, TaxonomyName::Provinces, province, |text| {
            text.valid_to = (!parts.is_empty()).then_some(DAY);
            text.successors = parts.iter().map(|part| (*part).to_owned()).collect();
        });
    }

    fn put(lists: &mut Taxonomies, commune: &str, part: &str) {
        change(lists, TaxonomyName::Communes, commune, |text| {
            text.parent = Some(part.to_owned())
        });
    }

    #[test]
    fn what_is_filed_under_one_division_stands_whatever_becomes_of_the_next() {
        let mut lists = Taxonomies::clone(Taxonomies::embedded());
        let above = |lists: &Taxonomies, day: Date| lists.province_of_commune("06652", day).map(str::to_owned);
        let is = |code: &str| Some(code.to_owned());
        divide(&mut lists, "22", &["24", "01"]);
        put(&mut lists, "06652", "24");
        divide(&mut lists, "24", &["19", "20"]);
        // Which part of the part is not said.
        assert_eq!(above(&lists, DAY), is("24"));
        let commune = lists.get(TaxonomyName::Communes, "06652").unwrap();
        assert_eq!(lists.provinces_on(commune, DAY), ["19", "20"]);
        assert_eq!(lists.provinces_open_to(commune, DAY), ["01", "19", "20"]);
        put(&mut lists, "06652", "20");
        assert_eq!(above(&lists, DAY), is("20"));
        assert_eq!(above(&lists, DAY.yesterday().unwrap()), is("22"));
        // The second division is taken back, and made again.
        divide(&mut lists, "24", &[]);
        assert_eq!(above(&lists, DAY), is("24"));
        divide(&mut lists, "24", &["19", "20"]);
        assert_eq!(above(&lists, DAY), is("24"));
        put(&mut lists, "06652", "19");
        // The first one is made without the part.
        let before = lists.clone();
        divide(&mut lists, "22", &["01", "04"]);
        assert_eq!(above(&lists, DAY), is("22"));
        let waiting = lists.to_file_anew(&before, "22").into_iter();
        let waiting: Vec<_> = waiting.map(|(item, part)| (item.code.as_str(), part)).collect();
        assert_eq!(waiting, [("06652", Some("24"))]);
        assert!(lists.returned(&before, "22").is_empty());
        // What its province did not become says nothing.
        put(&mut lists, "06652", "96");
        assert_eq!(above(&lists, DAY), is("22"));
        put(&mut lists, "06652", "04");
        let before = lists.clone();
        divide(&mut lists, "22", &[]);
        assert_eq!(above(&lists, DAY), is("22"));
        let returned = lists.returned(&before, "22").into_iter();
        let returned: Vec<_> = returned.map(|(item, part)| (item.code.as_str(), part)).collect();
        assert_eq!(returned, [("06652", "04")]);
        assert!(lists.to_file_anew(&before, "22").is_empty());
        // Made again, all of it waits.
        let before = lists.clone();
        divide(&mut lists, "22", &["01", "04"]);
        let waiting = lists.to_file_anew(&before, "22");
        assert!(
            waiting
                .iter()
                .any(|(item, part)| item.code == "06652" && part.is_none())
        );
        assert_eq!(
            waiting.len(),
            before.communes_of("22", DAY.yesterday().unwrap()).count()
        );
    }

    #[test]
    fn what_is_filed_stands_only_as_long_as_the_province_became_what_was_divided() {
        let above = |lists: &Taxonomies| lists.province_of_commune("06652", DAY).map(str::to_owned);
        let under = |lists: &Taxonomies| lists.get(TaxonomyName::Communes, "06652").unwrap().parent.clone();
        let is = |code: &str| Some(code.to_owned());
        // It became another one, was divided itself, or did not end.
        for (changed, then) in [(&["01"][..], "01"), (&["24", "01"][..], "22"), (&[][..], "22")] {
            let mut lists = Taxonomies::clone(Taxonomies::embedded());
            divide(&mut lists, "22", &["24"]);
            divide(&mut lists, "24", &["19", "20"]);
            put(&mut lists, "06652", "20");
            assert_eq!((above(&lists), under(&lists)), (is("20"), is("20")));
            // Another province is none of it.
            divide(&mut lists, "04", &["08"]);
            assert_eq!(above(&lists), is("20"));
            divide(&mut lists, "22", changed);
            assert_eq!((above(&lists), under(&lists)), (is(then), is("22")));
            divide(&mut lists, "22", &["24"]);
            assert_eq!(above(&lists), is("24"));
        }
    }

    #[test]
    fn a_circle_ends_nothing() {
        let mut lists = Taxonomies::clone(Taxonomies::embedded());
        divide(&mut lists, "22", &["24"]);
        divide(&mut lists, "24", &["22"]);
        let commune = lists.get(TaxonomyName::Communes, "06652").unwrap();
        assert_eq!(lists.provinces_on(commune, DAY), Vec::<String>::new());
        assert!(lists.province_on(commune, DAY).is_some());
        assert!(lists.is_in(commune, "22", DAY));
    }
}
