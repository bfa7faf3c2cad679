//! What was searched for, and what was read.

use diesel::{allow_tables_to_appear_in_same_query, table};

use super::{listings, review_claims};

table! {
    use diesel::sql_types::*;
    search_queries (day, words) {
        day -> Text, words -> Text, spelling -> Text, field -> Nullable<Text>, searches -> BigInt, answered -> BigInt,
        empty -> BigInt, few -> BigInt, hits -> BigInt, clicks -> BigInt, askers -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    listing_figures (listing_id) {
        listing_id -> Id, import_id -> Nullable<Id>, views -> BigInt,
    }
}

allow_tables_to_appear_in_same_query!(listings, listing_figures);
allow_tables_to_appear_in_same_query!(listings, review_claims);
