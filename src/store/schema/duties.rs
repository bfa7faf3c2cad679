//! What the law asks of an exchange: requests to take listings down, reports, notices, complaints, and the calendar by which
//! their terms are counted.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    takedowns (id) {
        id -> Id, listing_id -> Id, authority -> Text, reference -> Text, ground -> Text, state -> Text,
        received_at -> UtcTs, due_at -> UtcTs, entered_at -> UtcTs, carried_out_at -> Nullable<UtcTs>,
        closed_at -> Nullable<UtcTs>, version -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    listing_reports (id) {
        id -> Id, listing_id -> Id, ground -> Text, details -> Text, contact -> Nullable<Text>, language -> Text,
        state -> Text, received_at -> UtcTs, due_at -> UtcTs, decided_at -> Nullable<UtcTs>, answer -> Nullable<Text>,
        version -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    ip_notices (id) {
        id -> Id, listing_id -> Id, ip_right -> Text, right_number -> Nullable<Text>, claimant -> Text,
        contact -> Nullable<Text>, language -> Text, statement -> Text, state -> Text, received_at -> UtcTs,
        due_at -> UtcTs, accepted_at -> Nullable<UtcTs>, counter -> Nullable<Text>, countered_at -> Nullable<UtcTs>,
        closed_at -> Nullable<UtcTs>, version -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    complaints (id) {
        id -> Id, enterprise_id -> Id, listing_id -> Nullable<Id>, ground -> Text, details -> Text,
        contact -> Nullable<Text>, language -> Text, state -> Text, received_at -> UtcTs, due_at -> UtcTs,
        acknowledged_at -> Nullable<UtcTs>, decided_at -> Nullable<UtcTs>, answer -> Nullable<Text>, version -> BigInt,
        former -> JsonDoc, reopened_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    calendar_years (edition) {
        edition -> BigInt, year_id -> Id, year -> BigInt, version -> BigInt, days -> JsonDoc, legal_basis -> Text,
        changed_by -> Nullable<Id>, changed_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    calendar_recounts (edition) {
        edition -> BigInt, finished_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    regulated_notices (number) {
        number -> BigInt, signature -> Binary, sent_at -> UtcTs,
    }
}
