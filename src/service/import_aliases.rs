//! What else enterprises call the entries of lists in their files: officers keep it, and the next import reads by it.

use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::paging::{cut, rows_for};
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::fields::Violation;
use crate::domain::ids::ImportAliasId;
use crate::domain::import_alias::{ImportAlias, MAX_ALIASES, NewAlias};
use crate::domain::taxonomy::TaxonomyName;
use crate::store::audit::Change;
use crate::store::{AnyConn, import_aliases};

/// Adds an alias. `draft` gives what is parsed by the lists of this moment.
pub fn add(work: &mut Work<'_, '_>, caller: &Caller, (list, name, code): (&str, &str, &str)) -> Result<ImportAlias> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::ManageReferenceData, &Resource::None)?;
    let alias = NewAlias::parse(&work.in_force()?, list, name, code).map_err(Error::fields)?;
    if import_aliases::count_in_force(work.conn())? >= MAX_ALIASES {
        return Err(ErrorCode::LimitReached.into());
    }
    if import_aliases::is_in_force(work.conn(), alias.list, &alias.key())? {
        return Err(Error::field("/name", Violation::Taken));
    }
    let kept = ImportAlias {
        id: ImportAliasId(work.next_id()),
        alias,
        is_built_in: false,
        created_at: now,
        ended_at: None,
    };
    import_aliases::insert(work.uow, &permit, &kept)?;
    let made = Change::made(state::of_import_alias(&kept)?);
    let subject = ("import_alias", kept.id.0);
    work.remember_change(&permit, Deed::ImportAliasAdded, subject, None, made)?;
    Ok(kept)
}

/// Ends an alias: the next import does not know it.
pub fn end(work: &mut Work<'_, '_>, caller: &Caller, id: ImportAliasId) -> Result<()> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::ManageReferenceData, &Resource::None)?;
    let mut kept = import_aliases::find(work.conn(), id)?;
    let before = state::of_import_alias(&kept)?;
    if !import_aliases::end(work.uow, &permit, id, now)? {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    kept.ended_at = Some(now);
    let change = Change::between(before, state::of_import_alias(&kept)?);
    work.remember_change(&permit, Deed::ImportAliasEnded, ("import_alias", id.0), None, change)
}

/// A page of aliases, newest first, ended ones too, and where the next one begins.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    list: Option<TaxonomyName>,
    before: Option<ImportAliasId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<ImportAlias>, Option<ImportAliasId>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ManageReferenceData, &Resource::None)?;
    let rows = import_aliases::page(conn, list, before, rows_for(limit))?;
    Ok(cut(rows, limit, |kept| kept.id))
}
