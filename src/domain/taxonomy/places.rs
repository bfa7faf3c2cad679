//! In which province a commune lies on a day. Communes keep the province under which they are filed: when it ends, they lie in
//! what took its place, and nothing is written anew for them.

use jiff::civil::Date;

use super::{Taxonomies, TaxonomyItem, TaxonomyName};
use crate::domain::fields::Successor;

impl Taxonomies {
    /// The provinces in which a commune lies on a day: that under which it is filed, or what took its place. Several where
    /// it was divided and nobody said yet in which part the commune lies, none where nothing took its place.
    pub fn provinces_on(&self, commune: &TaxonomyItem, day: Date) -> Vec<String> {
        let filed = self.filed_on(commune, day);
        filed.map_or_else(Vec::new, |filed| self.province_became(filed, day))
    }

    /// The province under which a commune is filed on a day: the part into which it was put, but the first one while that has not
    /// ended. When the end of a divided province is taken back, its communes are there again by themselves; and when it ends anew
    /// into others, the part of then tells nothing.
    pub(in crate::domain) fn filed_on<'a>(&'a self, commune: &'a TaxonomyItem, day: Date) -> Option<&'a str> {
        let part = commune.parent.as_deref();
        let Some(first) = self.communes.first_parents.get(&commune.code).map(String::as_str) else {
            return part;
        };
        if !self.province_has_ended(first, day) {
            return Some(first);
        }
        let open = self.province_became(first, day);
        let is_open = |part: &&str| self.province_became(part, day).iter().all(|code| open.contains(code));
        part.filter(is_open).or(Some(first))
    }

    /// The provinces into which a commune may be put on a day: what became of the one under which it is filed, and of the one under
    /// which it was first. A part that was taken by mistake is changed so.
    pub(super) fn provinces_open_to(&self, commune: &TaxonomyItem, day: Date) -> Vec<String> {
        let first = self.communes.first_parents.get(&commune.code).map(String::as_str);
        let filed = first.into_iter().chain(commune.parent.as_deref());
        filed.flat_map(|province| self.province_became(province, day)).collect()
    }

    fn province_has_ended(&self, province: &str, day: Date) -> bool {
        let province = self.get(TaxonomyName::Provinces, province);
        province.is_some_and(|province| province.has_ended_on(day))
    }

    /// A province on a day: itself, or what took its place.
    fn province_became(&self, province: &str, day: Date) -> Vec<String> {
        if !self.province_has_ended(province, day) {
            return vec![province.to_owned()];
        }
        let successors = self.successors(TaxonomyName::Provinces, province, day);
        successors.into_iter().map(|successor| successor.code).collect()
    }

    /// What stands above an entry on a day: of a commune the province in which it lies, where that is one.
    pub fn parent_on(&self, list: TaxonomyName, item: &TaxonomyItem, day: Date) -> Option<String> {
        if list == TaxonomyName::Communes
            && let [province] = self.provinces_on(item, day).as_slice()
        {
            return Some(province.clone());
        }
        item.parent.clone()
    }

    /// The communes of a province, in the order of the list: those that are filed under it, and those of provinces that became
    /// it, or a part of it, until a day.
    pub fn communes_of(&self, province: &str, day: Date) -> Vec<&TaxonomyItem> {
        let became = |item: &&TaxonomyItem| {
            let leads_here = |successor: &Successor| successor.code == province;
            item.code == province
                || (item.has_ended_on(day)
                    && self
                        .successors(TaxonomyName::Provinces, &item.code, day)
                        .iter()
                        .any(leads_here))
        };
        let filed = self.items(TaxonomyName::Provinces, None).filter(became);
        let filed: Vec<&str> = filed.map(|item| item.code.as_str()).collect();
        self.items(TaxonomyName::Communes, None)
            .filter(|item| self.filed_on(item, day).is_some_and(|parent| filed.contains(&parent)))
            .collect()
    }

    /// An entry as what took the place of another one on a day.
    pub(in crate::domain) fn as_successor(&self, list: TaxonomyName, item: &TaxonomyItem, day: Date) -> Successor {
        Successor {
            parent: self.parent_on(list, item, day),
            ..Successor::of(item)
        }
    }
}
