//! What was searched for.

use diesel::table;

table! {
    use diesel::sql_types::*;
    search_queries (day, words) {
        day -> Text, words -> Text, spelling -> Text, field -> Nullable<Text>, searches -> BigInt, answered -> BigInt,
        empty -> BigInt, few -> BigInt, hits -> BigInt, clicks -> BigInt, askers -> BigInt,
    }
}
