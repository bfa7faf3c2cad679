//! What else entries of lists are called in files.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    import_aliases (id) {
        id -> Id, list -> Text, name -> Text, name_key -> Text, code -> Text,
        created_by -> Nullable<Id>, created_at -> UtcTs, ended_at -> Nullable<UtcTs>,
    }
}
