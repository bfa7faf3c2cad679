//! Several listings by one statement that is always the same.

use std::array;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType};

use crate::domain::ids::ListingId;
use crate::store::schema::listings;
use crate::store::types::{DbId, Id};

/// As many as a usual page has.
pub(super) const SEVERAL: usize = 20;

/// Whether a listing is one of some. They are always as many, so that the statement is written, parsed and planned once: of a
/// list nobody knows how long it will be, and diesel has it prepared at every call.
#[derive(Clone, Copy, Debug, QueryId)]
pub(super) struct OneOf([DbId; SEVERAL]);

impl OneOf {
    /// Of the first so many; where there are fewer the last one stands for the others. None of none.
    pub(super) fn new(ids: &[ListingId]) -> Option<Self> {
        let last = ids.last()?;
        Some(Self(array::from_fn(|at| DbId(ids.get(at).unwrap_or(last).0))))
    }
}

impl Expression for OneOf {
    type SqlType = Bool;
}

impl<From: ?Sized> AppearsOnTable<From> for OneOf {}

impl ValidGrouping<()> for OneOf {
    type IsAggregate = is_aggregate::No;
}

impl<DB> QueryFragment<DB> for OneOf
where
    DB: Backend + HasSqlType<Id>,
    DbId: ToSql<Id, DB>,
    listings::id: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        const ID: listings::id = listings::id;
        ID.walk_ast(out.reborrow())?;
        let mut before = " IN (";
        for id in &self.0 {
            out.push_sql(before);
            out.push_bind_param::<Id, _>(id)?;
            before = ", ";
        }
        out.push_sql(")");
        Ok(())
    }
}
