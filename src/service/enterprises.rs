//! Enterprises: the directory, their page, mending a registration.

use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Place, Resource, decide};
use crate::domain::api_key::KeyScope;
use crate::domain::audit::Deed;
use crate::domain::drafts::{EnterpriseDraft, lists_for_enterprise, merge_patch};
use crate::domain::enterprise::Enterprise;
use crate::domain::ids::EnterpriseId;
use crate::domain::text::fold;
use crate::store::audit::Change;
use crate::store::{AnyConn, audit, enterprises};

/// How much of an enterprise the caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// What everybody sees.
    Public,
    /// What its members and the officers who review it see: contact data, status, decisions.
    Full,
}

/// An enterprise as the caller may see it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// How much of it.
    pub view: View,
    /// The last decision that carried a reason, for those who see it in full.
    pub decision: Option<audit::Decision>,
}

pub(super) fn resource(enterprise: &Enterprise) -> Resource<'_> {
    Resource::Enterprise {
        id: enterprise.id,
        status: enterprise.status,
        place: Place {
            commune: &enterprise.profile.commune_code,
            fields: &enterprise.profile.field_codes,
        },
    }
}

/// Reads an enterprise for the caller.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: EnterpriseId, now: Timestamp) -> Result<Seen> {
    let actor = caller.actor(conn, now)?;
    let enterprise = enterprises::find(conn, id)?;
    decide(&actor, Action::ReadEnterprise, &resource(&enterprise))?;
    let view = view_of(&actor, &enterprise);
    let decision = if view == View::Full {
        audit::last_decision(conn, id.0)?
    } else {
        None
    };
    Ok(Seen {
        enterprise,
        view,
        decision,
    })
}

fn view_of(actor: &Actor, enterprise: &Enterprise) -> View {
    match actor {
        Actor::Member { enterprise: own, .. } if *own == enterprise.id => View::Full,
        Actor::Key {
            enterprise: own,
            scopes,
            ..
        } if *own == enterprise.id && scopes.contains(&KeyScope::EnterpriseRead) => View::Full,
        Actor::Officer { .. } if decide(actor, Action::ReviewEnterprise, &resource(enterprise)).is_ok() => View::Full,
        _ => View::Public,
    }
}

/// A page of the directory of active enterprises, in the order of their names.
pub fn directory(
    conn: &mut AnyConn,
    province: Option<&str>,
    after: Option<&enterprises::NameKey>,
    limit: u32,
) -> Result<(Vec<Enterprise>, Option<enterprises::NameKey>)> {
    // Names are kept folded. Another key was not given out here, and may hold what PostgreSQL takes for no text at all.
    if after.is_some_and(|(key, _)| fold(key) != *key) {
        return Err(ErrorCode::InvalidCursor.into());
    }
    let mut rows = enterprises::directory(conn, province, after, i64::from(limit) + 1)?;
    let has_more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if has_more {
        rows.pop();
    }
    let next = if has_more {
        rows.last().map(|(key, _)| key.clone())
    } else {
        None
    };
    Ok((rows.into_iter().map(|(_, enterprise)| enterprise).collect(), next))
}

fn own(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, seen: Option<i64>) -> Result<(Permit, Enterprise)> {
    let now = work.now;
    let (permit, enterprise) = permitted(work.conn(), caller, id, Action::EditEnterprise, now)?;
    if seen.is_some_and(|seen| seen != enterprise.version) {
        return Err(ErrorCode::StaleVersion.into());
    }
    Ok((permit, enterprise))
}

/// Reads an enterprise and decides whether the caller may do this to it.
pub(super) fn permitted(
    conn: &mut AnyConn,
    caller: &Caller,
    id: EnterpriseId,
    action: Action,
    now: Timestamp,
) -> Result<(Permit, Enterprise)> {
    let actor = caller.actor(conn, now)?;
    let enterprise = enterprises::find(conn, id).map_err(|error| hide(&actor, error))?;
    let permit = decide(&actor, action, &resource(&enterprise))?;
    Ok((permit, enterprise))
}

/// Nobody learns from the difference between "absent" and "sign in first" what exists.
pub(super) fn hide(actor: &Actor, error: crate::store::Error) -> Error {
    match (actor, error) {
        (Actor::Visitor, crate::store::Error::NotFound) => ErrorCode::Unauthenticated.into(),
        (_, error) => error.into(),
    }
}

/// Changes a registration that was sent back or refused. `patch` is a JSON merge patch onto [`EnterpriseDraft`].
pub fn edit(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: EnterpriseId,
    seen: i64,
    patch: &serde_json::Value,
) -> Result<Seen> {
    let (permit, mut enterprise) = own(work, caller, id, Some(seen))?;
    enterprise.status.edit().map_err(|wrong| wrong_status(wrong.0))?;
    let before = state::of_enterprise(&enterprise)?;
    let mut draft = serde_json::to_value(EnterpriseDraft::of(&enterprise.profile)).map_err(Error::internal)?;
    merge_patch(&mut draft, patch);
    let draft: EnterpriseDraft = super::strict_json::from_value(&draft)?;
    let lists = lists_for_enterprise(work.in_force()?, &enterprise.profile);
    enterprise.profile = draft.parse(&lists, "").map_err(Error::fields)?;
    enterprise.updated_at = work.now;
    enterprises::update(work.uow, &permit, &mut enterprise).map_err(|error| {
        let mut refusal = Error::from(error);
        for field in &mut refusal.fields {
            // A patch is the enterprise itself; a registration has it inside.
            field.pointer = field.pointer.trim_start_matches("/enterprise").into();
        }
        refusal
    })?;
    let after = state::of_enterprise(&enterprise)?;
    let change = Change::between(before, after);
    work.remember_change(&permit, Deed::EnterpriseEdited, ("enterprise", id.0), None, change)?;
    in_full(work, enterprise)
}

/// Hands a mended registration in again.
pub fn submit(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, seen: Option<i64>) -> Result<Seen> {
    let (permit, mut enterprise) = own(work, caller, id, seen)?;
    let before = state::of_enterprise(&enterprise)?;
    enterprise.status = enterprise.status.submit().map_err(|wrong| wrong_status(wrong.0))?;
    enterprise.submitted_at = work.now;
    enterprise.updated_at = work.now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    let after = state::of_enterprise(&enterprise)?;
    let change = Change::between(before, after);
    work.remember_change(&permit, Deed::EnterpriseSubmitted, ("enterprise", id.0), None, change)?;
    in_full(work, enterprise)
}

/// What its members see of it, the same after a step as when they read it.
pub(super) fn in_full(work: &mut Work<'_, '_>, enterprise: Enterprise) -> Result<Seen> {
    let decision = audit::last_decision(work.conn(), enterprise.id.0)?;
    Ok(Seen {
        enterprise,
        view: View::Full,
        decision,
    })
}

pub(super) fn wrong_status(status: crate::domain::enterprise::EnterpriseStatus) -> Error {
    Error::new(
        ErrorCode::EnterpriseWrongStatus,
        format!(
            "Hồ sơ đang ở trạng thái “{}”, không làm được bước này.",
            status.name_vi()
        ),
        format!("The registration is {}; this step is not possible.", status.name_en()),
    )
}
