//! Tables of more than 32 columns. Diesel takes them whole with a feature that makes tuples of up to 64, and takes ten times
//! as long to compile with it. So its macro gets the first 32 columns here, and those beyond them are written out: what the
//! macro makes of a column (diesel_derives 2.3), without sums and groups of several columns. `all_columns` has the first only.

/// Types of columns.
mod sql {
    pub use diesel::sql_types::*;

    pub use crate::store::types::{Id, JsonDoc, UtcTs};
}

/// A column beyond the 32 of `table!`.
macro_rules! further_column {
    ($column:ident -> $sql_type:ty) => {
        #[expect(non_camel_case_types, reason = "as diesel's macro names columns")]
        #[derive(Clone, Copy, Debug, Default, QueryId)]
        pub struct $column;

        impl Expression for $column {
            type SqlType = $sql_type;
        }

        impl<DB> QueryFragment<DB> for $column
        where
            DB: Backend,
            StaticQueryFragmentInstance<table>: QueryFragment<DB>,
        {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                if !out.should_skip_from() {
                    const TABLE: StaticQueryFragmentInstance<table> = StaticQueryFragmentInstance::new();
                    TABLE.walk_ast(out.reborrow())?;
                    out.push_sql(".");
                }
                out.push_identifier(stringify!($column))
            }
        }

        impl Column for $column {
            type Table = table;
            const NAME: &'static str = stringify!($column);
        }

        impl SelectableExpression<table> for $column {}

        impl<From> AppearsOnTable<From> for $column where From: AppearsInFromClause<table, Count = Once> {}

        // Of a table that need not be there only `nullable()` is selected.
        impl<Left, Right> SelectableExpression<Join<Left, Right, LeftOuter>> for $column
        where
            Self: AppearsOnTable<Join<Left, Right, LeftOuter>> + SelectableExpression<Left>,
            Left: QuerySource,
            Right: AppearsInFromClause<table, Count = Never> + QuerySource,
        {
        }

        impl<Left, Right> SelectableExpression<Join<Left, Right, Inner>> for $column
        where
            Self: AppearsOnTable<Join<Left, Right, Inner>>
                + SelectableExpression<<(Left::Count, Right::Count) as Pick<Left, Right>>::Selection>,
            Left: AppearsInFromClause<table> + QuerySource,
            Right: AppearsInFromClause<table> + QuerySource,
            (Left::Count, Right::Count): Pick<Left, Right>,
        {
        }

        impl<Joined, On> SelectableExpression<JoinOn<Joined, On>> for $column where
            Self: SelectableExpression<Joined> + AppearsOnTable<JoinOn<Joined, On>>
        {
        }

        impl<From> SelectableExpression<SelectStatement<FromClause<From>>> for $column
        where
            Self: SelectableExpression<From> + AppearsOnTable<SelectStatement<FromClause<From>>>,
            From: QuerySource,
        {
        }

        impl ValidGrouping<()> for $column {
            type IsAggregate = is_aggregate::No;
        }

        impl<Group> ValidGrouping<Group> for $column
        where
            Group: IsContainedInGroupBy<$column, Output = is_contained_in_group_by::Yes>,
        {
            type IsAggregate = is_aggregate::Yes;
        }

        impl IsContainedInGroupBy<$column> for $column {
            type Output = is_contained_in_group_by::Yes;
        }
    };
}

/// A table with what `table!` makes of its first columns, and the further ones beside them.
macro_rules! wide_table {
    (
        $table:ident { $($first:tt)* }
        further { $($column:ident -> $sql_type:ty),+ $(,)? }
    ) => {
        pub mod $table {
            mod first {
                diesel::table! {
                    use crate::store::schema::wide::sql::*;
                    $table (id) { $($first)* }
                }
            }

            mod further {
                use diesel::backend::Backend;
                use diesel::expression::{
                    AppearsOnTable, Expression, IsContainedInGroupBy, SelectableExpression, ValidGrouping, is_aggregate,
                    is_contained_in_group_by,
                };
                use diesel::internal::table_macro::{
                    FromClause, Inner, Join, JoinOn, LeftOuter, Pick, SelectStatement, StaticQueryFragmentInstance,
                };
                use diesel::query_builder::{AstPass, QueryFragment, QueryId};
                use diesel::query_source::{AppearsInFromClause, Column, Never, Once, QuerySource};
                use diesel::result::QueryResult;

                use super::first::$table::table;
                use crate::store::schema::wide::sql::*;

                $(further_column!($column -> $sql_type);)+
            }

            pub use self::first::$table::*;
            pub use self::further::{$($column),+};

            /// What a query brings into scope.
            pub mod dsl {
                pub use super::first::$table::dsl::*;
                pub use super::further::{$($column),+};
            }
        }
    };
}

wide_table! {
    enterprises {
        id -> Id, tax_code -> Text, legal_form -> Text, legal_name -> Text, short_name -> Nullable<Text>,
        name_en -> Nullable<Text>, address_line -> Text, province_code -> Text, commune_code -> Text,
        contact_name -> Text, contact_email -> Text, contact_phone -> Text, website -> Nullable<Text>,
        field_codes -> JsonDoc, status -> Text, is_demo -> Bool, version -> BigInt, submitted_at -> UtcTs,
        created_at -> UtcTs, updated_at -> UtcTs, details -> JsonDoc, personal_id_sealed -> Nullable<Binary>,
        personal_id_hint -> Nullable<Text>, amendment_sealed -> Nullable<Binary>, amendment_status -> Nullable<Text>,
        amendment_submitted_at -> Nullable<UtcTs>, merged_into -> Nullable<Id>, verified_at -> Nullable<UtcTs>,
        verified_until -> Nullable<UtcTs>, renewal_status -> Nullable<Text>, closed_at -> Nullable<UtcTs>,
        foreign_number -> Nullable<Text>,
    }
    further {
        name_key -> Text, kind -> Nullable<Text>, bare_name -> Nullable<Text>,
    }
}

wide_table! {
    listings {
        id -> Id, enterprise_id -> Id, created_by -> Nullable<Id>, kind -> Text, status -> Text, title_vi -> Text,
        title_en -> Nullable<Text>, summary_vi -> Nullable<Text>, summary_en -> Nullable<Text>,
        description_vi -> Nullable<Text>, description_en -> Nullable<Text>, field_codes -> JsonDoc,
        trl -> Nullable<SmallInt>, origin_country -> Nullable<Text>, brand -> Nullable<Text>,
        model -> Nullable<Text>, specifications -> JsonDoc, price_mode -> Text, price_min -> Nullable<BigInt>,
        price_max -> Nullable<BigInt>, transfer_modes -> JsonDoc, source_site -> Nullable<Text>,
        source_external_id -> Nullable<Text>, submitted_at -> Nullable<UtcTs>,
        published_at -> Nullable<UtcTs>, version -> BigInt, created_at -> UtcTs, updated_at -> UtcTs,
        code -> Nullable<Text>, expires_at -> Nullable<UtcTs>, details -> JsonDoc, title_key -> Nullable<Text>,
    }
    further {
        hold -> Text, regulation -> JsonDoc, regulatory_finding -> Nullable<JsonDoc>, visibility -> Text,
        open_for_inquiry -> Bool, contact_account_id -> Nullable<Id>, hide_contact -> Bool, came_out -> Bool,
        currency -> Text, source_url -> Nullable<Text>, regulatory_class -> Nullable<Text>,
        content_flags -> Nullable<SmallInt>, flags_version -> Nullable<BigInt>,
    }
}
