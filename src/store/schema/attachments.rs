//! Files that people attach.

use diesel::{allow_tables_to_appear_in_same_query, table};

use super::audit_log;

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    files (id) {
        id -> Id, listing_id -> Nullable<Id>, enterprise_id -> Id, name -> Text, media_type -> Text, sha256 -> Binary,
        size -> BigInt, width -> Nullable<BigInt>, height -> Nullable<BigInt>, pages -> Nullable<BigInt>,
        position -> BigInt, created_at -> UtcTs, kind -> Text, title_vi -> Nullable<Text>, title_en -> Nullable<Text>,
        revision_id -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    content_removals (sha256) {
        sha256 -> Binary, marked_at -> UtcTs, removed_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    listing_videos (listing_id, position) {
        listing_id -> Id, position -> BigInt, site -> Text, code -> Text, title_vi -> Text, title_en -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    file_thumbnails (file_id, edge) {
        file_id -> Id, edge -> BigInt, media_type -> Text, sha256 -> Binary, size -> BigInt, width -> BigInt,
        height -> BigInt,
    }
}

allow_tables_to_appear_in_same_query!(files, audit_log);

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    listing_digests (enterprise_id) {
        enterprise_id -> Id, day -> Text, sent_at -> UtcTs,
    }
}
