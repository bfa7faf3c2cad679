//! Slips that no paper means, as far as the database has to be asked: one enterprise in both places of a contract.

use crate::domain::dossier::sense::{self, Fault};
use crate::service::Result;
use crate::service::dossiers::active;
use crate::store::AnyConn;

/// Whether the two tax codes of a contract are those of one enterprise: it became part of the other one.
pub(in crate::service::dossiers) fn one_enterprise(
    conn: &mut AnyConn,
    (giver, taker): (Option<&String>, Option<&String>),
) -> Result<Option<Fault>> {
    // The same code is told without the database.
    if giver == taker {
        return Ok(None);
    }
    let giver = active(conn, giver)?;
    let is_one = giver.is_some() && giver == active(conn, taker)?;
    Ok(is_one.then(|| ("/transferor/tax_code".to_owned(), sense::one_party())))
}
