//! Rows of what is known of listings beside what they say: which import made them, how often they were read, and how many asked.

use std::collections::HashMap;

use diesel::prelude::*;

use super::conn::each;
use super::schema::listing_figures::{self, dsl};
use super::types::DbId;
use super::{AnyConn, MAX_IDS, Result, Uow, demand, inquiries};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{ListingId, ListingImportId};

/// What is known of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The import that made it.
    pub import: Option<ListingImportId>,
    /// How often it was read.
    pub views: i64,
    /// How many asked about it.
    pub inquiries: i64,
}

/// What is known of some; of the others nothing.
pub fn of(conn: &mut AnyConn, ids: &[ListingId]) -> Result<HashMap<ListingId, Figures>> {
    let mut found: HashMap<ListingId, Figures> = HashMap::new();
    for some in ids.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<(DbId, Option<DbId>, i64)> =
            listing_figures::table.filter(dsl::listing_id.eq_any(keys)).load(conn)?;
        found.extend(rows.into_iter().map(|(id, import, views)| {
            let import = import.map(|import| ListingImportId(import.0));
            let figures = Figures {
                import,
                views,
                inquiries: 0,
            };
            (ListingId(id.0), figures)
        }));
    }
    for (id, count) in inquiries::counts(conn, ids)? {
        found.entry(id).or_default().inquiries = count;
    }
    Ok(found)
}

/// Keeps that an import made a listing.
pub fn name_import(uow: &mut Uow<'_>, permit: &Permit, listing: ListingId, import: ListingImportId) -> Result<()> {
    demand(permit, &[Action::CreateListing])?;
    diesel::insert_into(listing_figures::table)
        .values((
            dsl::listing_id.eq(DbId(listing.0)),
            dsl::import_id.eq(Some(DbId(import.0))),
            dsl::views.eq(0),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Counts that listings were read. It changes nothing of them, and asks for no right.
pub fn add_views(uow: &mut Uow<'_>, counts: &[(ListingId, i64)]) -> Result<()> {
    for (listing, count) in counts {
        let row = (dsl::listing_id.eq(DbId(listing.0)), dsl::views.eq(*count));
        each!(uow.conn(), |c| diesel::insert_into(listing_figures::table)
            .values(row)
            .on_conflict(dsl::listing_id)
            .do_update()
            .set(dsl::views.eq(dsl::views + *count))
            .execute(c))?;
    }
    Ok(())
}
