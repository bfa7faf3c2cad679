//! How far each import has come, and which lines it refused.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{import_refusals, import_runs};
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::ids::ImportId;

/// What has been done of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Lines read, blank ones included.
    pub lines: i64,
    /// Listings that are new.
    pub created: i64,
    /// Listings that were brought up to date.
    pub updated: i64,
    /// Listings that were already as the line says.
    pub unchanged: i64,
    /// Lines that were refused.
    pub failed: i64,
}

/// Most refused lines that are kept of a run. Whoever has more wrong lines than this has the wrong file; they are
/// counted all the same.
pub const MAX_REFUSALS: i64 = 10_000;

/// A line that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its number, from 1.
    pub line: i64,
    /// Why.
    pub why: String,
}

/// A run of an import.
#[derive(Clone, Debug)]
pub struct Run {
    /// Identifier.
    pub id: ImportId,
    /// How far it has come.
    pub progress: Progress,
    /// When it came to its end.
    pub finished_at: Option<Timestamp>,
}

/// Finds the run of a file ([`start`]'s fingerprint).
pub fn find(conn: &mut AnyConn, fingerprint: &[u8]) -> Result<Option<Run>> {
    type Row = (DbId, i64, i64, i64, i64, i64, Option<DbTs>);
    let row: Option<Row> = import_runs::table
        .filter(import_runs::fingerprint.eq(fingerprint))
        .select((
            import_runs::id,
            import_runs::lines_done,
            import_runs::created_count,
            import_runs::updated_count,
            import_runs::unchanged_count,
            import_runs::failed_count,
            import_runs::finished_at,
        ))
        .first(conn)
        .optional()?;
    Ok(
        row.map(|(id, lines, created, updated, unchanged, failed, finished_at)| Run {
            id: ImportId(id.0),
            progress: Progress {
                lines,
                created,
                updated,
                unchanged,
                failed,
            },
            finished_at: finished_at.map(|at| at.0),
        }),
    )
}

/// Notes that an import begins.
pub fn start(uow: &mut Uow<'_>, id: ImportId, fingerprint: &[u8], file_name: &str, now: Timestamp) -> Result<()> {
    diesel::insert_into(import_runs::table)
        .values((
            import_runs::id.eq(DbId(id.0)),
            import_runs::fingerprint.eq(fingerprint),
            import_runs::file_name.eq(file_name),
            import_runs::lines_done.eq(0),
            import_runs::created_count.eq(0),
            import_runs::updated_count.eq(0),
            import_runs::unchanged_count.eq(0),
            import_runs::failed_count.eq(0),
            import_runs::started_at.eq(DbTs(now)),
            import_runs::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Notes how far it has come; in the unit of work of the lines that it counts. `finished` also marks its end.
pub fn advance(uow: &mut Uow<'_>, id: ImportId, progress: &Progress, finished: bool, now: Timestamp) -> Result<()> {
    diesel::update(import_runs::table.find(DbId(id.0)))
        .set((
            import_runs::lines_done.eq(progress.lines),
            import_runs::created_count.eq(progress.created),
            import_runs::updated_count.eq(progress.updated),
            import_runs::unchanged_count.eq(progress.unchanged),
            import_runs::failed_count.eq(progress.failed),
            import_runs::updated_at.eq(DbTs(now)),
            import_runs::finished_at.eq(finished.then_some(DbTs(now))),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Notes refused lines; in the unit of work of the progress that counts them. `before` is how many the run has refused
/// already. Beyond [`MAX_REFUSALS`] nothing is kept.
pub fn refuse(uow: &mut Uow<'_>, id: ImportId, before: i64, refusals: &[Refusal]) -> Result<()> {
    // The range is the room that is left.
    for (_, refusal) in (before..MAX_REFUSALS).zip(refusals) {
        diesel::insert_into(import_refusals::table)
            .values((
                import_refusals::run_id.eq(DbId(id.0)),
                import_refusals::line.eq(refusal.line),
                import_refusals::why.eq(refusal.why.as_str()),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}

/// The refused lines of a run, in their order.
pub fn refusals(conn: &mut AnyConn, id: ImportId) -> Result<Vec<Refusal>> {
    let rows: Vec<(i64, String)> = import_refusals::table
        .filter(import_refusals::run_id.eq(DbId(id.0)))
        .order(import_refusals::line.asc())
        .select((import_refusals::line, import_refusals::why))
        .load(conn)?;
    Ok(rows.into_iter().map(|(line, why)| Refusal { line, why }).collect())
}

/// Has a run begin anew: nothing done, nothing refused.
pub fn restart(uow: &mut Uow<'_>, id: ImportId, now: Timestamp) -> Result<()> {
    diesel::delete(import_refusals::table.filter(import_refusals::run_id.eq(DbId(id.0)))).execute(uow.conn())?;
    advance(uow, id, &Progress::default(), false, now)
}
