//! In which province a commune lies on a day. Communes keep the province under which they are filed: when it ends, they lie in
//! what took its place, and nothing is written anew for them.

use jiff::civil::Date;

use super::{Taxonomies, TaxonomyItem, TaxonomyName};
use crate::domain::fields::Successor;

impl Taxonomies {
    /// The provinces in which a commune lies on a day: that under which it is filed, or what took its place. Several where
    /// it was divided and nobody said yet in which part the commune lies, none where nothing took its place.
    pub fn provinces_on(&self, commune: &TaxonomyItem, day: Date) -> Vec<String> {
        let Some(filed) = commune.parent.as_deref() else {
            return Vec::new();
        };
        let has_ended = |province: &TaxonomyItem| province.has_ended_on(day);
        if !self.get(TaxonomyName::Provinces, filed).is_some_and(has_ended) {
            return vec![filed.to_owned()];
        }
        let successors = self.successors(TaxonomyName::Provinces, filed, day);
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
            .filter(|item| item.parent.as_deref().is_some_and(|parent| filed.contains(&parent)))
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
