//! The tables of what the Department keeps beside the built-in vocabulary of searches, and of what was learned for it.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    vocabulary_changes (edition) {
        edition -> BigInt, entry_id -> Id, version -> BigInt, relation -> Nullable<Text>, members -> JsonDoc,
        switches_off -> Nullable<Text>, source -> Text, weight -> Nullable<BigInt>, note -> Nullable<Text>,
        valid_from -> Nullable<Text>, valid_to -> Nullable<Text>, is_withdrawn -> Bool, changed_by -> Nullable<Id>,
        changed_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    vocabulary_candidates (id) {
        id -> Id, candidate_key -> Text, relation -> Text, members -> JsonDoc, method -> Text, support -> BigInt,
        score -> BigInt, examples -> JsonDoc, status -> Text, found_at -> UtcTs, decided_by -> Nullable<Id>,
        decided_at -> Nullable<UtcTs>, entry_id -> Nullable<Id>,
    }
}
