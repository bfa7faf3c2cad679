//! However a query is written, it is the same query.

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::shelf::{ids, search};
use crate::understanding::shop;

proptest! {
    #[test]
    fn spellings_plan_alike(query in "(máy|hòa lưới|thuỷ lực|bơm|xi lanh|trên 5 tấn/giờ|nhật bản|500W|gạch|nước thải| ){1,6}") {
        let reader = shop();
        let plain = search(&reader, &query);
        let moved = query.replace("hòa", "hoà").replace("thuỷ", "thủy");
        let forms = [query.nfd().collect::<String>(), query.nfc().collect(), query.to_uppercase(), moved];
        for form in forms {
            let other = search(&reader, &form);
            prop_assert_eq!(ids(&other), ids(&plain), "{}", form);
            let scores = |page: &search_index::SearchPage| page.hits.iter().map(|hit| hit.score).collect::<Vec<_>>();
            prop_assert_eq!(scores(&other), scores(&plain), "{}", form);
            let kinds = |page: &search_index::SearchPage| {
                let wishes = page.understanding.interpretations.iter();
                wishes.map(|wish| (wish.kind, wish.value.clone(), wish.at_least.clone())).collect::<Vec<_>>()
            };
            prop_assert_eq!(kinds(&other), kinds(&plain), "{}", form);
        }
    }
}
