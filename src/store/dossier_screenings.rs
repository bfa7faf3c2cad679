//! Rows of what officers found when they held the technology of dossiers against the list of regulated technologies.

use diesel::prelude::*;

use super::schema::dossier_screenings;
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::dossier::Screening;
use crate::domain::ids::{AccountId, DossierId};
use crate::domain::listing::regulation::RegulatoryClass;

/// Most that are read of a dossier.
const MOST: i64 = 1_000;

#[derive(Queryable)]
struct Row {
    dossier: DbId,
    number: i64,
    after_event: i64,
    items: DbJson,
    class: String,
    note: Option<String>,
    officer: DbId,
    edition: i64,
    entries_sha256: Vec<u8>,
    technology_sha256: Vec<u8>,
    listing_class: Option<String>,
    at: DbTs,
}

fn read(row: Row) -> Result<Screening> {
    let unreadable = || {
        Error::Row(format!(
            "class of screening {} of dossier {}",
            row.number, row.dossier.0
        ))
    };
    let class = |class: &str| class.parse::<RegulatoryClass>().map_err(|_unknown| unreadable());
    Ok(Screening {
        number: row.number,
        after_event: row.after_event,
        class: class(&row.class)?,
        listing_class: row.listing_class.as_deref().map(class).transpose()?,
        items: row.items.read()?,
        note: row.note,
        officer: AccountId(row.officer.0),
        edition: row.edition,
        entries_sha256: row.entries_sha256,
        technology_sha256: row.technology_sha256,
        at: row.at.0,
    })
}

/// The last one of a dossier, which stands.
pub fn last(conn: &mut AnyConn, id: DossierId) -> Result<Option<Screening>> {
    let row: Option<Row> = dossier_screenings::table
        .filter(dossier_screenings::dossier_id.eq(DbId(id.0)))
        .order(dossier_screenings::number.desc())
        .first(conn)
        .optional()?;
    row.map(read).transpose()
}

/// Those of a dossier, oldest first.
pub fn of_dossier(conn: &mut AnyConn, id: DossierId) -> Result<Vec<Screening>> {
    let rows: Vec<Row> = dossier_screenings::table
        .filter(dossier_screenings::dossier_id.eq(DbId(id.0)))
        .order(dossier_screenings::number.asc())
        .limit(MOST)
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// Keeps one.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, id: DossierId, screening: &Screening) -> Result<()> {
    demand(permit, &[Action::HandleDossier])?;
    diesel::insert_into(dossier_screenings::table)
        .values((
            dossier_screenings::dossier_id.eq(DbId(id.0)),
            dossier_screenings::number.eq(screening.number),
            dossier_screenings::after_event.eq(screening.after_event),
            dossier_screenings::items.eq(DbJson::of(&screening.items)?),
            dossier_screenings::class.eq(screening.class.as_str()),
            dossier_screenings::note.eq(&screening.note),
            dossier_screenings::officer_id.eq(DbId(screening.officer.0)),
            dossier_screenings::edition.eq(screening.edition),
            dossier_screenings::entries_sha256.eq(&screening.entries_sha256),
            dossier_screenings::technology_sha256.eq(&screening.technology_sha256),
            dossier_screenings::listing_class.eq(screening.listing_class.map(RegulatoryClass::as_str)),
            dossier_screenings::at.eq(DbTs(screening.at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
