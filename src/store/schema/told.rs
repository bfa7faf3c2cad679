//! What owners and officers were told.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    notices (id) {
        id -> Id, account_id -> Id, enterprise_id -> Id, kind -> Text, sealed_content -> Binary, created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    review_digests (day) {
        day -> Text, sent_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    review_digest_refusals (account_id) {
        account_id -> Id, since -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    takedown_alarms (takedown_id, stage) {
        takedown_id -> Id, stage -> Text, raised_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    right_notices (listing_id, expires_on, days) {
        listing_id -> Id, expires_on -> Text, days -> BigInt, sent_at -> UtcTs,
    }
}
