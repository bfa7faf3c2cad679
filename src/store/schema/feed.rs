//! What others follow: how far the outbox reaches back, and since when it tells of what.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    outbox_forgotten (seq) {
        seq -> BigInt, txid -> BigInt, newest_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    outbox_kinds (kind) {
        kind -> Text, untold_until -> UtcTs,
    }
}
