//! Enterprises: the directory, their page, mending a registration.

use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::paging::{cut, rows_for};
use super::vault::Vault;
use super::versions::require_version_if_named;
use super::{Error, ErrorCode, Result, amendments, identities, rulings, screening};
use crate::domain::access::{Action, Actor, Permit, Place, Refused, Resource, decide};
use crate::domain::api_key::KeyScope;
use crate::domain::audit::Deed;
use crate::domain::calendar;
use crate::domain::enterprise::document::{Document, DocumentCounts};
use crate::domain::enterprise::logo::Logo;
use crate::domain::enterprise::{Enterprise, EnterpriseProfile, EnterpriseStatus, NotSubmitted, PublicGroup};
use crate::domain::ids::EnterpriseId;
use crate::domain::text::fold;
use crate::store::audit::Change;
pub use crate::store::enterprises::Named;
use crate::store::{AnyConn, audit, documents, enterprises, logos, personal_data};

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
    /// When.
    pub at: Timestamp,
    /// The last decision that carried a reason, for those who see it in full.
    pub decision: Option<audit::Decision>,
    /// The personal number, for insiders; masked for those who may not see all of it.
    pub personal_id: Option<String>,
    /// Its logo.
    pub logo: Option<Logo>,
    /// How many documents of its profile stand where; for insiders.
    pub documents: Option<DocumentCounts>,
    /// How many of its listings everybody may see; for those outside.
    pub live_listings: Option<i64>,
    /// Whether the contact person agreed to be shown, where the owner wants that.
    pub shows_contact: bool,
    /// Whether the contact person did not have processing restricted.
    pub shows_reach: bool,
}

/// A closed enterprise was public once, so that nothing is given away by telling that it is closed.
pub(super) fn refused_or_closed(enterprise: &Enterprise, refused: Refused) -> Error {
    match enterprise.status {
        EnterpriseStatus::Closed => ErrorCode::EnterpriseClosed.into(),
        _ => refused.into(),
    }
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
pub fn read(conn: &mut AnyConn, vault: &Vault, caller: &Caller, id: EnterpriseId, now: Timestamp) -> Result<Seen> {
    let actor = caller.actor(conn, now)?;
    let enterprise = enterprises::find(conn, id)?;
    decide(&actor, Action::ReadEnterprise, &resource(&enterprise))
        .map_err(|refused| refused_or_closed(&enterprise, refused))?;
    let logo = logos::find(conn, id)?;
    let view = view_of(&actor, &enterprise);
    if view == View::Full {
        return Ok(Seen {
            documents: Some(counted(conn, id, now)?),
            logo,
            decision: rulings::of_enterprise(conn, id)?,
            personal_id: identities::shown(vault, &actor, &enterprise.profile.identity)?,
            enterprise,
            view,
            at: now,
            live_listings: None,
            shows_contact: false,
            shows_reach: false,
        });
    }
    let (shows_contact, shows_reach) = shows_contact(conn, &enterprise.profile)?;
    Ok(Seen {
        documents: None,
        logo,
        live_listings: Some(enterprises::count_live_listings(conn, id, now)?),
        shows_contact,
        shows_reach,
        enterprise,
        view,
        at: now,
        decision: None,
        personal_id: None,
    })
}

/// All that is kept of an enterprise for whoever may see its documents: the profile in full, and these. That somebody takes
/// them along is remembered.
pub fn copy(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId) -> Result<(Seen, Vec<Document>)> {
    let (now, vault) = (work.now, work.vault);
    let (permit, _) = permitted(work.conn(), caller, id, Action::ReadDocuments, now)?;
    // It has personal numbers and contact data, and goes to somebody's disk.
    caller.require_fresh(work.conn(), now)?;
    work.remember(&permit, Deed::DataExported, "enterprise", id.0, None)?;
    let seen = read(work.conn(), vault, caller, id, now)?;
    Ok((seen, documents::of_enterprise(work.conn(), id)?))
}

/// Whether the contact person agreed to be shown, where the owner wants that, and whether that person did not have processing
/// restricted, without which nothing is shown by which the person is reached.
pub(super) fn shows_contact(conn: &mut AnyConn, profile: &EnterpriseProfile) -> Result<(bool, bool)> {
    let wants = profile.details.shows(PublicGroup::ContactPerson);
    let agrees = wants && enterprises::agrees_to_be_shown(conn, &profile.contact_email)?;
    Ok((
        agrees,
        !personal_data::is_restricted(conn, None, &profile.contact_email.key())?,
    ))
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
    named: &Named,
    after: Option<&enterprises::NameKey>,
    limit: u32,
) -> Result<(Vec<Enterprise>, Option<enterprises::NameKey>)> {
    // Names are kept folded. Another key was not given out here, and may hold what PostgreSQL takes for no text at all.
    if after.is_some_and(|(key, _)| fold(key) != *key) {
        return Err(ErrorCode::InvalidCursor.into());
    }
    let rows = enterprises::directory(conn, named, after, rows_for(limit))?;
    let (rows, next) = cut(rows, limit, |(key, _)| key.clone());
    Ok((rows.into_iter().map(|(_, enterprise)| enterprise).collect(), next))
}

pub(super) fn own(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: EnterpriseId,
    seen: Option<i64>,
) -> Result<(Permit, Enterprise)> {
    let now = work.now;
    let (permit, enterprise) = permitted(work.conn(), caller, id, Action::EditEnterprise, now)?;
    require_version_if_named(seen, enterprise.version)?;
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

/// An enterprise about which somebody reads what was decided: for officers also one that became part of another one, as
/// it was left.
pub(super) fn decided_on(conn: &mut AnyConn, actor: &Actor, id: EnterpriseId) -> Result<Enterprise> {
    let found = if matches!(actor, Actor::Officer { .. }) {
        enterprises::find_even_merged(conn, id)
    } else {
        enterprises::find(conn, id)
    };
    found.map_err(|error| hide(actor, error))
}

/// Nobody learns from the difference between "absent" and "sign in first" what exists.
pub(super) fn hide(actor: &Actor, error: crate::store::Error) -> Error {
    match (actor, error) {
        (Actor::Visitor, crate::store::Error::NotFound) => ErrorCode::Unauthenticated.into(),
        (_, error) => error.into(),
    }
}

/// Hands a mended registration in again.
pub fn submit(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, seen: Option<i64>) -> Result<Seen> {
    let (permit, mut enterprise) = own(work, caller, id, seen)?;
    let before = state::of_enterprise(&enterprise)?;
    let deed = if enterprise.status == EnterpriseStatus::Active {
        Deed::RenewalSubmitted
    } else {
        Deed::EnterpriseSubmitted
    };
    enterprise.submit(work.now).map_err(not_submitted)?;
    let texts = amendments::members(&enterprise.profile)?;
    screening::require_clean_enterprise(work.conn(), &texts, &serde_json::Map::new())?;
    let written = enterprises::update(work.uow, &permit, &mut enterprise);
    written.map_err(|error| identities::where_taken(error.into(), &enterprise.profile.identity, ""))?;
    let after = state::of_enterprise(&enterprise)?;
    let change = Change::between(before, after);
    work.remember_change(&permit, deed, ("enterprise", id.0), None, change)?;
    in_full(work, permit.actor(), enterprise)
}

/// What its members see of it, the same after a step as when they read it.
pub(super) fn in_full(work: &mut Work<'_, '_>, actor: &Actor, enterprise: Enterprise) -> Result<Seen> {
    let now = work.now;
    let decision = rulings::of_enterprise(work.conn(), enterprise.id)?;
    Ok(Seen {
        documents: Some(counted(work.conn(), enterprise.id, now)?),
        logo: logos::find(work.conn(), enterprise.id)?,
        personal_id: identities::shown(work.vault, actor, &enterprise.profile.identity)?,
        enterprise,
        view: View::Full,
        at: work.now,
        decision,
        live_listings: None,
        shows_contact: false,
        shows_reach: false,
    })
}

fn counted(conn: &mut AnyConn, id: EnterpriseId, now: Timestamp) -> Result<DocumentCounts> {
    Ok(DocumentCounts::of(&documents::of_enterprise(conn, id)?, now))
}

fn not_submitted(why: NotSubmitted) -> Error {
    match why {
        NotSubmitted::Status(wrong) => wrong_status(wrong.0),
        NotSubmitted::Waits => Error::new(
            ErrorCode::EnterpriseWrongStatus,
            "Đề nghị xác minh đã được gửi và đang chờ cán bộ duyệt.",
            "Verification was asked for, and waits for an officer.",
        ),
        NotSubmitted::NotBefore(from) => {
            let day = calendar::day_of(from);
            Error::new(
                ErrorCode::TooEarly,
                format!(
                    "Việc xác minh doanh nghiệp còn hiệu lực; có thể gửi đề nghị xác minh lại từ ngày {}.",
                    day.strftime("%d/%m/%Y")
                ),
                format!("The verification still holds; it can be asked to be renewed from {day} on."),
            )
        }
    }
}

pub(super) fn wrong_status(status: EnterpriseStatus) -> Error {
    Error::new(
        ErrorCode::EnterpriseWrongStatus,
        format!(
            "Hồ sơ đang ở trạng thái “{}”, không làm được bước này.",
            status.name_vi()
        ),
        format!("The registration is {}; this step is not possible.", status.name_en()),
    )
}
