//! Wishes for a place by the provinces of today. The index understands those with which the program came, under their codes.

use super::{InterpretationKind, Understanding};
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// Tells each province that has ended as the one that took its place. One that was divided, or that nothing follows, stays what it is: the
/// list `provinces` tells what became of it.
pub(super) fn of_today(lists: &InForce, mut understanding: Understanding) -> Understanding {
    let (all, today) = (lists.lists(), lists.today());
    let wishes = understanding.interpretations.iter_mut();
    for wish in wishes.filter(|wish| wish.kind == InterpretationKind::Place) {
        let province = all.get(TaxonomyName::Provinces, &wish.value);
        if province.is_none_or(|province| !province.has_ended_on(today)) {
            continue;
        }
        if let [next] = all.successors(TaxonomyName::Provinces, &wish.value, today).as_slice() {
            wish.value.clone_from(&next.code);
        }
    }
    understanding
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use search_index::SearchRequest;

    use super::*;
    use crate::domain::taxonomy::{EntryChange, EntryText, Taxonomies};

    /// What `máy sấy ở Quảng Ninh` wishes for once the province became others.
    fn wished(became: &[&str]) -> String {
        let today = jiff::civil::date(2026, 11, 30);
        let mut lists = Taxonomies::clone(Taxonomies::embedded());
        let item = lists.get(TaxonomyName::Provinces, "22").unwrap();
        let (mut text, version) = (EntryText::from(item), item.version + 1);
        text.valid_to = Some(today);
        text.successors = became.iter().map(|code| (*code).to_owned()).collect();
        lists.take(&EntryChange {
            edition: version,
            entry: uuid::Uuid::nil(),
            list: TaxonomyName::Provinces,
            code: "22".to_owned(),
            version,
            text,
            changed_at: jiff::Timestamp::UNIX_EPOCH,
        });
        let (_writer, reader) = search_index::SearchIndex::in_memory().unwrap();
        let request = SearchRequest {
            text: "máy sấy ở Quảng Ninh".to_owned(),
            limit: 1,
            ..SearchRequest::default()
        };
        let understanding = reader.search(&request).unwrap().understanding;
        let told = of_today(&InForce::on(Arc::new(lists), today), understanding);
        told.interpretations[0].value.clone()
    }

    #[test]
    fn a_province_that_ended_is_told_as_what_took_its_place() {
        assert_eq!(wished(&["24"]), "24");
        assert_eq!(wished(&["24", "01"]), "22");
        assert_eq!(wished(&[]), "22");
    }
}
