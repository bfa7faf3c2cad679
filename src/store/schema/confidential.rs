//! What listings do not tell everybody.

use diesel::{joinable, table};

use super::{accounts, enterprises, listings};

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    confidential_parts (listing_id) {
        listing_id -> Id, sealed -> Binary, version -> BigInt, updated_by -> Nullable<Id>, updated_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    confidential_grants (id) {
        id -> Id, listing_id -> Id, enterprise_id -> Id, purpose -> Text, undertaking -> Text, given_by -> Nullable<Id>,
        given_at -> UtcTs, expires_at -> UtcTs, revoked_at -> Nullable<UtcTs>, covers_part -> Bool,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    confidential_acceptances (grant_id, account_id) {
        grant_id -> Id, account_id -> Id, text_sha256 -> Text, accepted_at -> UtcTs, ip -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    confidential_readings (id) {
        id -> Id, listing_id -> Id, reader -> Text, account_id -> Id, grant_id -> Nullable<Id>, reason -> Nullable<Text>,
        part_version -> BigInt, read_at -> UtcTs, ip -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    confidential_removals (listing_id) {
        listing_id -> Id, version -> BigInt,
    }
}

joinable!(confidential_parts -> listings (listing_id));
joinable!(confidential_grants -> enterprises (enterprise_id));
joinable!(confidential_grants -> listings (listing_id));
joinable!(confidential_acceptances -> accounts (account_id));
joinable!(confidential_acceptances -> confidential_grants (grant_id));
joinable!(confidential_readings -> accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(confidential_parts, listings);
diesel::allow_tables_to_appear_in_same_query!(confidential_grants, enterprises);
diesel::allow_tables_to_appear_in_same_query!(confidential_grants, listings);
diesel::allow_tables_to_appear_in_same_query!(confidential_acceptances, confidential_grants);
diesel::allow_tables_to_appear_in_same_query!(confidential_acceptances, accounts);
diesel::allow_tables_to_appear_in_same_query!(confidential_readings, accounts);
