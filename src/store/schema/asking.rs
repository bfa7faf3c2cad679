//! What enterprises ask about listings, and what both sides wrote.

use diesel::{allow_tables_to_appear_in_same_query, table};

use super::enterprises;

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    inquiries (id) {
        id -> Id, listing_id -> Id, asker_id -> Id, owner_id -> Id, created_by -> Nullable<Id>, interest -> Text,
        message -> Text, quantity -> Nullable<Text>, budget -> Nullable<JsonDoc>, timeframe -> Nullable<Text>,
        state -> Text, decline_reason -> Nullable<Text>, end_note -> Nullable<Text>, ended_by -> Nullable<Text>,
        proposed_by -> Nullable<Text>, proposed_outcome -> Nullable<JsonDoc>, proposed_at -> Nullable<UtcTs>,
        outcome -> Nullable<JsonDoc>, message_count -> BigInt, respond_by -> UtcTs, first_viewed_at -> Nullable<UtcTs>,
        first_reply_at -> Nullable<UtcTs>, created_at -> UtcTs, updated_at -> UtcTs, ended_at -> Nullable<UtcTs>,
        version -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    inquiry_messages (id) {
        id -> Id, inquiry_id -> Id, number -> BigInt, side -> Text, author_id -> Id, body -> Text, written_at -> UtcTs,
    }
}

allow_tables_to_appear_in_same_query!(inquiries, enterprises);
