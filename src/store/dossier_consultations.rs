//! Rows of whom the Department asked before it gave an opinion, and of what was answered.

use diesel::prelude::*;
use jiff::civil::Date;

use super::schema::dossier_consultations;
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::dossier::{Consultation, Consulted};
use crate::domain::ids::{AccountId, DossierFileId, DossierId};
use crate::domain::text::{Line, Prose};

#[derive(Queryable)]
struct Row {
    dossier: DbId,
    number: i64,
    organ: String,
    letter_number: Option<String>,
    sent_on: String,
    due_on: Option<String>,
    answered_on: Option<String>,
    answer: Option<String>,
    file: Option<DbId>,
    officer: DbId,
    written_at: DbTs,
}

fn read(row: Row) -> Result<Consulted> {
    let day = |day: &str| -> Result<Date> {
        let unreadable = || format!("a day of consultation {} of dossier {}", row.number, row.dossier.0);
        day.parse().map_err(|_unreadable| Error::Row(unreadable()))
    };
    Ok(Consulted {
        consultation: Consultation {
            sent_on: day(&row.sent_on)?,
            due_on: row.due_on.as_deref().map(day).transpose()?,
            answered_on: row.answered_on.as_deref().map(day).transpose()?,
            organ: Line::stored(row.organ),
            letter_number: row.letter_number.map(Line::stored),
            answer: row.answer.map(Prose::stored),
            file: row.file.map(|id| DossierFileId(id.0)),
        },
        officer: AccountId(row.officer.0),
        written_at: row.written_at.0,
    })
}

/// Those of a dossier, in their order. There are few.
pub fn of_dossier(conn: &mut AnyConn, id: DossierId) -> Result<Vec<Consulted>> {
    let rows: Vec<Row> = dossier_consultations::table
        .filter(dossier_consultations::dossier_id.eq(DbId(id.0)))
        .order(dossier_consultations::number.asc())
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// Whether one of a dossier names a file.
pub fn names_file(conn: &mut AnyConn, id: DossierId, file: DossierFileId) -> Result<bool> {
    let named: i64 = dossier_consultations::table
        .filter(dossier_consultations::dossier_id.eq(DbId(id.0)))
        .filter(dossier_consultations::file_id.eq(DbId(file.0)))
        .count()
        .get_result(conn)?;
    Ok(named > 0)
}

/// Keeps those of a dossier in the place of what there was.
pub fn replace(uow: &mut Uow<'_>, permit: &Permit, id: DossierId, all: &[Consulted]) -> Result<()> {
    demand(permit, &[Action::HandleDossier])?;
    let before = dossier_consultations::table.filter(dossier_consultations::dossier_id.eq(DbId(id.0)));
    diesel::delete(before).execute(uow.conn())?;
    for (number, one) in (1_i64..).zip(all) {
        let Consulted {
            consultation,
            officer,
            written_at,
        } = one;
        diesel::insert_into(dossier_consultations::table)
            .values((
                dossier_consultations::dossier_id.eq(DbId(id.0)),
                dossier_consultations::number.eq(number),
                dossier_consultations::organ.eq(consultation.organ.as_str()),
                dossier_consultations::letter_number.eq(consultation.letter_number.as_ref().map(Line::as_str)),
                dossier_consultations::sent_on.eq(consultation.sent_on.to_string()),
                dossier_consultations::due_on.eq(consultation.due_on.map(|day| day.to_string())),
                dossier_consultations::answered_on.eq(consultation.answered_on.map(|day| day.to_string())),
                dossier_consultations::answer.eq(consultation.answer.as_ref().map(Prose::as_str)),
                dossier_consultations::file_id.eq(consultation.file.map(|file| DbId(file.0))),
                dossier_consultations::officer_id.eq(DbId(officer.0)),
                dossier_consultations::written_at.eq(DbTs(*written_at)),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}
