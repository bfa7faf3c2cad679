//! What owners were told.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    notices (id) {
        id -> Id, account_id -> Id, enterprise_id -> Id, kind -> Text, sealed_content -> Binary, created_at -> UtcTs,
    }
}
