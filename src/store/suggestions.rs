//! What suggestions show of listings, and of listings only.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{enterprises, listings};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, MAX_IDS, Result};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::ListingId;
use crate::domain::listing::ListingStatus;
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::hold::Hold;

/// What everybody sees of a listing in a list of titles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub id: ListingId,
    /// Vietnamese title.
    pub title_vi: String,
    /// English title.
    pub title_en: Option<String>,
    /// Codes of its fields.
    pub field_codes: Vec<String>,
    /// Name of its enterprise.
    pub organisation: String,
    /// Legal form of its enterprise.
    pub legal_form: String,
}

type Row = (DbId, String, Option<String>, DbJson, String, String);

impl Shown {
    fn of((id, title_vi, title_en, field_codes, organisation, legal_form): Row) -> Result<Self> {
        Ok(Self {
            id: ListingId(id.0),
            title_vi,
            title_en,
            field_codes: field_codes.read()?,
            organisation,
            legal_form,
        })
    }
}

/// Listings that searches may find at an instant: the end of a term is true before it is written down.
macro_rules! shown {
    ($now:expr) => {
        listings::table
            .inner_join(enterprises::table)
            .filter(listings::status.eq(ListingStatus::Published.as_str()))
            .filter(listings::hold.eq(Hold::NONE.to_string()))
            .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
            .filter(listings::visibility.ne(Visibility::Members.as_str()))
            .filter(
                listings::expires_at
                    .is_null()
                    .or(listings::expires_at.gt(Some(DbTs($now)))),
            )
            .select((
                listings::id,
                listings::title_vi,
                listings::title_en,
                listings::field_codes,
                enterprises::legal_name,
                enterprises::legal_form,
            ))
    };
}

/// All of them, in the order of their ids.
pub fn shown_after(conn: &mut AnyConn, after: Option<ListingId>, limit: i64, now: Timestamp) -> Result<Vec<Shown>> {
    let mut query = shown!(now).into_boxed();
    if let Some(id) = after {
        query = query.filter(listings::id.gt(DbId(id.0)));
    }
    let rows: Vec<Row> = query.order(listings::id.asc()).limit(limit).load(conn)?;
    rows.into_iter().map(Shown::of).collect()
}

/// Those among some, in the order of their ids.
pub fn shown(conn: &mut AnyConn, ids: &[ListingId], now: Timestamp) -> Result<Vec<Shown>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<Row> = shown!(now).filter(listings::id.eq_any(keys)).load(conn)?;
        for row in rows {
            found.push(Shown::of(row)?);
        }
    }
    found.sort_by_key(|shown| shown.id);
    Ok(found)
}
