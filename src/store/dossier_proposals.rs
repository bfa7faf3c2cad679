//! Rows of what one officer proposes and another signs.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::schema::dossier_proposals;
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{AccountId, DossierId};

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Which event.
    pub event: String,
    /// The day that comes with it.
    pub given_on: Option<Date>,
    /// The ground.
    pub ground: Option<String>,
    /// Words.
    pub note: Option<String>,
    /// Number of the decision by which it is done.
    pub letter_number: Option<String>,
    /// Its day.
    pub letter_on: Option<Date>,
    /// Hash of what would be issued; nothing of an annulment.
    pub record_sha256: Option<Vec<u8>>,
    /// By which officer.
    pub proposed_by: AccountId,
    /// When.
    pub proposed_at: Timestamp,
}

type Row = (
    DbId,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Vec<u8>>,
    DbId,
    DbTs,
    Option<String>,
    Option<String>,
);

/// The proposal of a dossier; there is one at the most.
pub fn find(conn: &mut AnyConn, id: DossierId) -> Result<Option<Proposal>> {
    let row: Option<Row> = dossier_proposals::table
        .filter(dossier_proposals::dossier_id.eq(DbId(id.0)))
        .first(conn)
        .optional()?;
    let day = |text: Option<String>| -> Result<Option<Date>> {
        let day = text.map(|day| day.parse()).transpose();
        day.map_err(|_unreadable| Error::Row(format!("a day of the proposal of dossier {id}")))
    };
    let read = |row: Row| -> Result<Proposal> {
        let (_, event, given_on, ground, note, record_sha256, proposed_by, proposed_at, letter_number, letter_on) = row;
        Ok(Proposal {
            event,
            given_on: day(given_on)?,
            ground,
            note,
            letter_number,
            letter_on: day(letter_on)?,
            record_sha256,
            proposed_by: AccountId(proposed_by.0),
            proposed_at: proposed_at.0,
        })
    };
    row.map(read).transpose()
}

/// Keeps a proposal.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, id: DossierId, proposal: &Proposal) -> Result<()> {
    demand(permit, &[Action::HandleDossier])?;
    diesel::insert_into(dossier_proposals::table)
        .values((
            dossier_proposals::dossier_id.eq(DbId(id.0)),
            dossier_proposals::event.eq(&proposal.event),
            dossier_proposals::given_on.eq(proposal.given_on.map(|day| day.to_string())),
            dossier_proposals::ground.eq(&proposal.ground),
            dossier_proposals::note.eq(&proposal.note),
            dossier_proposals::letter_number.eq(&proposal.letter_number),
            dossier_proposals::letter_on.eq(proposal.letter_on.map(|day| day.to_string())),
            dossier_proposals::record_sha256.eq(&proposal.record_sha256),
            dossier_proposals::proposed_by.eq(DbId(proposal.proposed_by.0)),
            dossier_proposals::proposed_at.eq(DbTs(proposal.proposed_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Forgets the proposal of a dossier; tells whether there was one.
pub fn delete(uow: &mut Uow<'_>, permit: &Permit, id: DossierId) -> Result<bool> {
    demand(
        permit,
        &[
            Action::HandleDossier,
            Action::EditDossier,
            Action::SignCertificate,
            Action::EnterCertificate,
        ],
    )?;
    let row = dossier_proposals::table.filter(dossier_proposals::dossier_id.eq(DbId(id.0)));
    Ok(diesel::delete(row).execute(uow.conn())? > 0)
}
