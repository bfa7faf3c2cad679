//! Documents and logos of enterprises, and what is left to do of those that left.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

use super::{audit_log, enterprises};

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    enterprise_documents (id) {
        id -> Id, enterprise_id -> Id, kind -> Text, name -> Text, media_type -> Text, sha256 -> Binary,
        size -> BigInt, status -> Text, valid_to -> Nullable<Text>, reason_code -> Nullable<Text>,
        reason_text -> Nullable<Text>, submitted_at -> UtcTs, decided_at -> Nullable<UtcTs>, version -> BigInt,
        alt_vi -> Nullable<Text>, alt_en -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    enterprise_logos (enterprise_id) {
        enterprise_id -> Id, alt_vi -> Text, alt_en -> Nullable<Text>, created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    enterprise_logo_versions (enterprise_id, edge) {
        enterprise_id -> Id, edge -> BigInt, media_type -> Text, sha256 -> Binary, size -> BigInt, width -> BigInt,
        height -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    logo_candidate_versions (document_id, edge) {
        document_id -> Id, edge -> BigInt, media_type -> Text, sha256 -> Binary, size -> BigInt, width -> BigInt,
        height -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    enterprise_leavings (enterprise_id) {
        enterprise_id -> Id, actor_kind -> Text, actor_id -> Nullable<Id>, since -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    document_notices (document_id, valid_to, days) {
        document_id -> Id, valid_to -> Text, days -> BigInt, sent_at -> UtcTs,
    }
}

joinable!(enterprise_documents -> enterprises (enterprise_id));
allow_tables_to_appear_in_same_query!(enterprise_documents, enterprises);
allow_tables_to_appear_in_same_query!(enterprise_documents, audit_log);
allow_tables_to_appear_in_same_query!(enterprise_logos, audit_log);
allow_tables_to_appear_in_same_query!(enterprise_leavings, enterprises);
