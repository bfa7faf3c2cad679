//! The tables as diesel sees them: kept by hand, because no generator serves two databases. `tests/migrations.rs`
//! compares them with what the migrations make.
#![expect(
    missing_docs,
    reason = "diesel's macro makes public items; the columns are described in the migrations"
)]

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    enterprises (id) {
        id -> Id, tax_code -> Text, legal_form -> Text, legal_name -> Text, name_key -> Text,
        short_name -> Nullable<Text>, name_en -> Nullable<Text>,
        address_line -> Text, province_code -> Text, commune_code -> Text,
        contact_name -> Text, contact_email -> Text, contact_phone -> Text, website -> Nullable<Text>,
        field_codes -> JsonDoc, status -> Text, is_demo -> Bool, version -> BigInt,
        submitted_at -> UtcTs, created_at -> UtcTs, updated_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    accounts (id) {
        id -> Id, email -> Text, email_key -> Text, display_name -> Text, password_hash -> Text,
        one_time_until -> Nullable<UtcTs>, status -> Text, is_officer -> Bool, permissions -> JsonDoc,
        version -> BigInt, created_at -> UtcTs, updated_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    memberships (account_id) {
        account_id -> Id, enterprise_id -> Id, role -> Text, created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    sessions (id) {
        id -> Id, account_id -> Id, refresh_key -> Binary, refresh_counter -> BigInt,
        rotated_at -> UtcTs, idle_until -> UtcTs, absolute_until -> UtcTs, ended_at -> Nullable<UtcTs>,
        created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    listings (id) {
        id -> Id, enterprise_id -> Id, created_by -> Nullable<Id>, kind -> Text, status -> Text,
        title_vi -> Text, title_en -> Nullable<Text>, summary_vi -> Nullable<Text>, summary_en -> Nullable<Text>,
        description_vi -> Nullable<Text>, description_en -> Nullable<Text>,
        field_codes -> JsonDoc, trl -> Nullable<SmallInt>, origin_country -> Nullable<Text>,
        brand -> Nullable<Text>, model -> Nullable<Text>, specifications -> JsonDoc,
        price_mode -> Text, price_min -> Nullable<BigInt>, price_max -> Nullable<BigInt>, transfer_modes -> JsonDoc,
        source_site -> Nullable<Text>, source_external_id -> Nullable<Text>, source_url -> Nullable<Text>,
        submitted_at -> Nullable<UtcTs>, published_at -> Nullable<UtcTs>,
        version -> BigInt, created_at -> UtcTs, updated_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    audit_log (seq) {
        seq -> BigInt, id -> Id, at -> UtcTs, actor_kind -> Text, actor_id -> Nullable<Id>, deed -> Text,
        subject_kind -> Text, subject_id -> Id, reason_code -> Nullable<Text>, reason_text -> Nullable<Text>,
        request_id -> Nullable<Id>, subject_version -> Nullable<BigInt>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    search_outbox (seq) {
        seq -> BigInt, txid -> BigInt, listing_id -> Id, created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    idempotency_keys (scope, key) {
        scope -> Text, key -> Text, fingerprint -> Binary, status -> SmallInt, location -> Text, etag -> Text,
        body -> Text, created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    import_runs (id) {
        id -> Id, fingerprint -> Binary, file_name -> Text, lines_done -> BigInt, created_count -> BigInt,
        updated_count -> BigInt, unchanged_count -> BigInt, failed_count -> BigInt,
        started_at -> UtcTs, updated_at -> UtcTs, finished_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    import_refusals (run_id, line) {
        run_id -> Id, line -> BigInt, why -> Text,
    }
}

joinable!(memberships -> accounts (account_id));
joinable!(memberships -> enterprises (enterprise_id));
joinable!(sessions -> accounts (account_id));
joinable!(listings -> enterprises (enterprise_id));
allow_tables_to_appear_in_same_query!(accounts, memberships, sessions, enterprises, listings);
