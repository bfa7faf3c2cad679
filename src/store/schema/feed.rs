//! What others follow: how far the outbox reaches back.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    outbox_forgotten (seq) {
        seq -> BigInt, txid -> BigInt, newest_at -> UtcTs,
    }
}
