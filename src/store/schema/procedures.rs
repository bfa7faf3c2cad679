//! Procedures of the law, dossiers and certificates.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    procedure_versions (code, version) {
        code -> Text, version -> BigInt, procedure_id -> Id, rules -> JsonDoc, changed_by -> Nullable<Id>,
        changed_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    dossiers (id) {
        id -> Id, procedure -> Text, rule_version -> Nullable<BigInt>, enterprise_id -> Nullable<Id>,
        counterparty_id -> Nullable<Id>, is_paper -> Bool, number -> Nullable<Text>, follows_id -> Nullable<Id>,
        content -> JsonDoc, state -> Text, standing -> JsonDoc, commune_code -> Text, handler_id -> Nullable<Id>,
        handed_in_at -> Nullable<UtcTs>, due_at -> Nullable<UtcTs>, closed_at -> Nullable<UtcTs>,
        created_by -> Nullable<Id>, created_at -> UtcTs, updated_at -> UtcTs, version -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    dossier_events (dossier_id, number) {
        dossier_id -> Id, number -> BigInt, event -> Text, from_state -> Text, to_state -> Text, side -> Text,
        account_id -> Nullable<Id>, ground -> Nullable<Text>, note -> Nullable<Text>, given_on -> Nullable<Text>,
        due_on -> Nullable<Text>, is_late -> Bool, at -> UtcTs,
    }
}
