//! Rows of dossiers and of what happened to them.

mod events;
pub mod opinions;
mod register;

use diesel::prelude::*;
use uuid::Uuid;

pub use self::events::{add_event, count_events, events, late_events, received_on};
use super::conn::each;
use super::schema::{code_counters, dossiers};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::dossier::{Dossier, DossierContent, WorkingCopy};
use crate::domain::ids::{AccountId, CertificateId, DossierId, EnterpriseId, InquiryId, ListingId};

pub use register::{Decided, Place, Wanted, page};

#[derive(Queryable)]
struct Row {
    id: DbId,
    procedure: String,
    rule_version: Option<i64>,
    enterprise_id: Option<DbId>,
    counterparty_id: Option<DbId>,
    is_paper: bool,
    number: Option<String>,
    follows_id: Option<DbId>,
    content: DbJson,
    _state: String,
    standing: DbJson,
    _commune_code: String,
    handler_id: Option<DbId>,
    handed_in_at: Option<DbTs>,
    due_at: Option<DbTs>,
    closed_at: Option<DbTs>,
    created_by: Option<DbId>,
    created_at: DbTs,
    updated_at: DbTs,
    version: i64,
    certificate_id: Option<DbId>,
    listing_id: Option<DbId>,
    working_content: Option<DbJson>,
    working_edits: i64,
    working_at: Option<DbTs>,
    inquiry_id: Option<DbId>,
}

impl Row {
    fn into_domain(self) -> Result<Dossier> {
        let written = self.working_content.map(|content| content.read()).transpose()?;
        Ok(Dossier {
            id: DossierId(self.id.0),
            procedure: self.procedure,
            rule_version: self.rule_version,
            enterprise: self.enterprise_id.map(|id| EnterpriseId(id.0)),
            counterparty: self.counterparty_id.map(|id| EnterpriseId(id.0)),
            is_paper: self.is_paper,
            number: self.number,
            follows: self.follows_id.map(|id| DossierId(id.0)),
            certificate: self.certificate_id.map(|id| CertificateId(id.0)),
            listing: self.listing_id.map(|id| ListingId(id.0)),
            inquiry: self.inquiry_id.map(|id| InquiryId(id.0)),
            content: DossierContent::stored(self.content.read()?),
            working: WorkingCopy {
                content: written.map(DossierContent::stored),
                edits: self.working_edits,
                at: self.working_at.map(|at| at.0),
            },
            standing: self.standing.read()?,
            handler: self.handler_id.map(|id| AccountId(id.0)),
            handed_in_at: self.handed_in_at.map(|at| at.0),
            due_at: self.due_at.map(|at| at.0),
            closed_at: self.closed_at.map(|at| at.0),
            created_by: self.created_by.map(|id| AccountId(id.0)),
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            version: self.version,
        })
    }
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: DossierId) -> Result<Dossier> {
    let row: Row = dossiers::table.filter(dossiers::id.eq(DbId(id.0))).first(conn)?;
    row.into_domain()
}

const WRITERS: [Action; 6] = [
    Action::EndDossierTerms,
    Action::FileDossier,
    Action::EditDossier,
    Action::HandleDossier,
    Action::SignCertificate,
    Action::EnterCertificate,
];

/// Begins one.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, dossier: &Dossier) -> Result<()> {
    demand(permit, &WRITERS)?;
    diesel::insert_into(dossiers::table)
        .values((
            dossiers::id.eq(DbId(dossier.id.0)),
            dossiers::procedure.eq(&dossier.procedure),
            dossiers::rule_version.eq(dossier.rule_version),
            dossiers::enterprise_id.eq(dossier.enterprise.map(|id| DbId(id.0))),
            dossiers::counterparty_id.eq(dossier.counterparty.map(|id| DbId(id.0))),
            dossiers::is_paper.eq(dossier.is_paper),
            dossiers::number.eq(&dossier.number),
            dossiers::follows_id.eq(dossier.follows.map(|id| DbId(id.0))),
            dossiers::content.eq(DbJson::of(dossier.content.draft())?),
            dossiers::state.eq(&dossier.standing.state),
            dossiers::standing.eq(DbJson::of(&dossier.standing)?),
            dossiers::commune_code.eq(dossier.commune()),
            dossiers::handler_id.eq(dossier.handler.map(|id| DbId(id.0))),
            dossiers::handed_in_at.eq(dossier.handed_in_at.map(DbTs)),
            dossiers::due_at.eq(dossier.due_at.map(DbTs)),
            dossiers::closed_at.eq(dossier.closed_at.map(DbTs)),
            dossiers::created_by.eq(dossier.created_by.map(|id| DbId(id.0))),
            dossiers::created_at.eq(DbTs(dossier.created_at)),
            dossiers::updated_at.eq(DbTs(dossier.updated_at)),
            dossiers::version.eq(dossier.version),
            dossiers::certificate_id.eq(dossier.certificate.map(|id| DbId(id.0))),
            dossiers::listing_id.eq(dossier.listing.map(|id| DbId(id.0))),
            dossiers::inquiry_id.eq(dossier.inquiry.map(|id| DbId(id.0))),
            dossiers::working_edits.eq(0),
        ))
        .execute(uow.conn())?;
    Ok(())
}

fn working(dossier: &Dossier) -> Result<Option<DbJson>> {
    let content = dossier.working.content.as_ref();
    content.map(|content| DbJson::of(content.draft())).transpose()
}

/// Writes what it says and where it stands, and counts the version; [`Error::Stale`] when somebody else was faster. Where there
/// is no working copy any more both sides know the same version from then on, and one that nobody had before.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, dossier: &mut Dossier) -> Result<()> {
    demand(permit, &WRITERS)?;
    let row = dossiers::table
        .filter(dossiers::id.eq(DbId(dossier.id.0)))
        .filter(dossiers::version.eq(dossier.version))
        .filter(dossiers::working_edits.eq(dossier.working.edits));
    let (next, edits) = match &dossier.working.content {
        Some(_) => (dossier.version + 1, dossier.working.edits),
        None => (dossier.version + dossier.working.edits + 1, 0),
    };
    let count = diesel::update(row)
        .set((
            dossiers::rule_version.eq(dossier.rule_version),
            dossiers::enterprise_id.eq(dossier.enterprise.map(|id| DbId(id.0))),
            dossiers::counterparty_id.eq(dossier.counterparty.map(|id| DbId(id.0))),
            dossiers::is_paper.eq(dossier.is_paper),
            dossiers::number.eq(&dossier.number),
            dossiers::content.eq(DbJson::of(dossier.content.draft())?),
            dossiers::state.eq(&dossier.standing.state),
            dossiers::standing.eq(DbJson::of(&dossier.standing)?),
            dossiers::commune_code.eq(dossier.commune()),
            dossiers::handler_id.eq(dossier.handler.map(|id| DbId(id.0))),
            dossiers::handed_in_at.eq(dossier.handed_in_at.map(DbTs)),
            dossiers::due_at.eq(dossier.due_at.map(DbTs)),
            dossiers::closed_at.eq(dossier.closed_at.map(DbTs)),
            dossiers::updated_at.eq(DbTs(dossier.updated_at)),
            dossiers::version.eq(next),
            dossiers::certificate_id.eq(dossier.certificate.map(|id| DbId(id.0))),
            dossiers::working_content.eq(working(dossier)?),
            dossiers::working_edits.eq(edits),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    dossier.version = next;
    dossier.working.edits = edits;
    Ok(())
}

/// Writes the working copy, and nothing that anybody but whoever files can see; [`Error::Stale`] when somebody else was faster.
pub fn write_working(uow: &mut Uow<'_>, permit: &Permit, dossier: &mut Dossier) -> Result<()> {
    demand(permit, &[Action::EditDossier])?;
    let row = dossiers::table
        .filter(dossiers::id.eq(DbId(dossier.id.0)))
        .filter(dossiers::version.eq(dossier.version))
        .filter(dossiers::working_edits.eq(dossier.working.edits));
    let count = diesel::update(row)
        .set((
            dossiers::working_content.eq(working(dossier)?),
            dossiers::working_edits.eq(dossier.working.edits + 1),
            dossiers::working_at.eq(dossier.working.at.map(DbTs)),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    dossier.working.edits += 1;
    Ok(())
}

/// Dossiers of a part, and the identifier of the last row of it, where the next part begins after.
pub type Part<T> = (Vec<T>, Option<Uuid>);

/// Those that were handed in and are open, by their identifiers, with the version of the rules that they are under.
pub fn open(conn: &mut AnyConn, after: Uuid, limit: i64) -> Result<Part<(Dossier, i64)>> {
    let rows: Vec<Row> = dossiers::table
        .filter(dossiers::closed_at.is_null())
        .filter(dossiers::rule_version.is_not_null())
        .filter(dossiers::id.gt(DbId(after)))
        .order(dossiers::id.asc())
        .limit(limit)
        .load(conn)?;
    let (open, last) = readable(rows);
    let with_version = |dossier: Dossier| dossier.rule_version.map(|version| (dossier, version));
    Ok((open.into_iter().filter_map(with_version).collect(), last))
}

/// Those that wait for something within a term, drafts too, by their identifiers.
pub fn with_terms(conn: &mut AnyConn, after: Uuid, limit: i64) -> Result<Part<Dossier>> {
    let rows: Vec<Row> = dossiers::table
        .filter(dossiers::due_at.is_not_null())
        .filter(dossiers::id.gt(DbId(after)))
        .order(dossiers::id.asc())
        .limit(limit)
        .load(conn)?;
    Ok(readable(rows))
}

/// Those of a procedure that were handed in, are open and have one of some enterprises as a party, the newest first.
pub fn open_of(conn: &mut AnyConn, procedure: &str, parties: &[EnterpriseId], limit: i64) -> Result<Vec<Dossier>> {
    let ids: Vec<DbId> = parties.iter().map(|party| DbId(party.0)).collect();
    let is_filer = dossiers::enterprise_id.assume_not_null().eq_any(ids.clone());
    let is_party = is_filer.or(dossiers::counterparty_id.assume_not_null().eq_any(ids));
    let rows: Vec<Row> = dossiers::table
        .filter(dossiers::procedure.eq(procedure))
        .filter(dossiers::handed_in_at.is_not_null())
        .filter(dossiers::closed_at.is_null())
        .filter(is_party)
        .order((dossiers::created_at.desc(), dossiers::id.desc()))
        .limit(limit)
        .load(conn)?;
    Ok(readable(rows).0)
}

/// What can be read: of what a newer program wrote that cannot, nothing else is held up.
fn readable(rows: Vec<Row>) -> Part<Dossier> {
    let last = rows.last().map(|row| row.id.0);
    let dossiers = rows.into_iter().filter_map(|row| row.into_domain().ok());
    (dossiers.collect(), last)
}

/// Writes the end of a term that moved, with the days that were written down of it, and counts the version, so that whoever read it
/// before is told.
pub fn move_term(uow: &mut Uow<'_>, permit: &Permit, dossier: &mut Dossier) -> Result<()> {
    demand(permit, &[Action::RecountTerms])?;
    let row = dossiers::table
        .filter(dossiers::id.eq(DbId(dossier.id.0)))
        .filter(dossiers::version.eq(dossier.version));
    let changed = (
        dossiers::due_at.eq(dossier.due_at.map(DbTs)),
        dossiers::standing.eq(DbJson::of(&dossier.standing)?),
        dossiers::version.eq(dossier.version + 1),
    );
    if diesel::update(row).set(changed).execute(uow.conn())? == 0 {
        return Err(Error::Stale);
    }
    dossier.version += 1;
    Ok(())
}

/// Gives out the next number of a series and year, such as `HS-REG`; of year 0 over all years. It is taken back when the unit of work comes to
/// nothing, so that none is missing; therefore one unit after the other can have one.
pub fn next_number(uow: &mut Uow<'_>, permit: &Permit, series: &str, year: i16) -> Result<i64> {
    demand(permit, &WRITERS)?;
    uow.take_turn()?;
    let first = (
        code_counters::prefix.eq(series),
        code_counters::year.eq(i64::from(year)),
        code_counters::last_number.eq(1),
    );
    Ok(each!(uow.conn(), |c| diesel::insert_into(code_counters::table)
        .values(first)
        .on_conflict((code_counters::prefix, code_counters::year))
        .do_update()
        .set(code_counters::last_number.eq(code_counters::last_number + 1))
        .returning(code_counters::last_number)
        .get_result(c))?)
}
