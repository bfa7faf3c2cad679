//! The tax codes by which papers name an enterprise: its own, and those of what became part of it.

use diesel::prelude::*;

use super::find_by_key;
use crate::domain::ids::EnterpriseId;
use crate::domain::tax_code::TaxCode;
use crate::store::schema::enterprises;
use crate::store::types::DbId;
use crate::store::{AnyConn, Result};

/// Most enterprises merged into one whose tax codes still count for it.
const MOST_MERGED: i64 = 200;

/// Tax codes of those that became part of an enterprise, and of those that had become part of them: an officer had verified each
/// before. No way is longer than one step, whatever was merged into what.
pub fn merged_codes(conn: &mut AnyConn, into: EnterpriseId) -> Result<Vec<String>> {
    let keys: Vec<String> = enterprises::table
        .filter(enterprises::merged_into.eq(DbId(into.0)))
        .filter(enterprises::verified_until.is_not_null())
        .order(enterprises::id.asc())
        .limit(MOST_MERGED)
        .select(enterprises::tax_code)
        .load(conn)?;
    // Numbers of households and of foreign registers name nobody on a certificate.
    Ok(keys.into_iter().filter(|key| key.parse::<TaxCode>().is_ok()).collect())
}

/// The tax codes by which certificates name whoever has one: itself, and those of what became part of it.
pub fn codes_with_merged(conn: &mut AnyConn, tax_code: &str) -> Result<Vec<String>> {
    let mut codes = vec![tax_code.to_owned()];
    if let Some(known) = find_by_key(conn, tax_code)?.filter(|known| known.merged_into.is_none()) {
        codes.extend(merged_codes(conn, known.id)?);
    }
    Ok(codes)
}
