//! Files of enterprises that officers sent, and what came of them.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    enterprise_imports (id) {
        id -> Id, officer_id -> Id, file_name -> Text, format -> Text, is_dry_run -> Bool, sha256 -> Binary,
        size -> BigInt, head -> JsonDoc, notes -> JsonDoc, status -> Text, fault -> Nullable<Text>,
        row_count -> BigInt, rows_done -> BigInt, created_count -> BigInt, updated_count -> BigInt,
        unchanged_count -> BigInt, refused_count -> BigInt, attempts -> BigInt, leased_until -> Nullable<UtcTs>,
        created_at -> UtcTs, started_at -> Nullable<UtcTs>, ended_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc};
    enterprise_import_rows (import_id, number) {
        import_id -> Id, number -> BigInt, result -> Text, identity -> Nullable<Text>,
        enterprise_id -> Nullable<Id>, problems -> JsonDoc, raw -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    enterprise_origins (enterprise_id) {
        enterprise_id -> Id, version -> BigInt, imported_at -> UtcTs,
    }
}
