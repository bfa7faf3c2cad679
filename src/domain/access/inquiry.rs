//! Who may do what with inquiries: both sides read and write; officers who review listings see who asked whom, when, and where it
//! stands, and not what was written; nobody else learns that there is one.

use super::{Actor, Place, Refusal, Resource, Write, covers, officer, own, seen};
use crate::domain::account::{Permission, Role};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::EnterpriseId;

/// An inquiry, as far as the decision needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InquiryStanding<'a> {
    /// Who asks.
    pub asker: EnterpriseId,
    /// Who is asked.
    pub owner: EnterpriseId,
    /// Where the owner of the listing is, and the listing's fields.
    pub place: Place<'a>,
}

pub(super) fn is_visible(actor: &Actor, inquiry: &InquiryStanding<'_>, resource: &Resource<'_>) -> bool {
    match actor {
        Actor::Member { enterprise, .. } => [inquiry.asker, inquiry.owner].contains(enterprise),
        Actor::Officer {
            permissions,
            scope,
            enrolled: true,
            ..
        } => permissions.contains(&Permission::ReviewListings) && covers(scope, resource),
        Actor::System => true,
        Actor::Visitor | Actor::Person { .. } | Actor::Key { .. } | Actor::Officer { .. } => false,
    }
}

/// Asks about a listing of somebody else's that it sees: who belongs to an enterprise that an officer has looked at.
pub(super) fn send(actor: &Actor, resource: &Resource<'_>) -> Result<(), Refusal> {
    let owner = match resource {
        _ if *actor == Actor::Visitor => return Err(Refusal::Unauthenticated),
        Resource::Listing { owner, .. } => owner,
        _ => return Err(Refusal::Forbidden),
    };
    seen(actor, resource)?;
    match actor {
        Actor::Member {
            enterprise,
            role: Role::Owner | Role::Editor,
            status,
            ..
        } if enterprise != owner => active(*status),
        _ => Err(Refusal::Forbidden),
    }
}

/// Reads one, or which an enterprise has.
pub(super) fn read(actor: &Actor, resource: &Resource<'_>) -> Result<(), Refusal> {
    match (actor, resource) {
        (Actor::Visitor, _) => Err(Refusal::Unauthenticated),
        (Actor::Officer { .. }, _) => officer(actor, resource, Permission::ReviewListings),
        (_, Resource::Enterprise { .. }) => own(actor, resource, Role::ALL, Write::Never),
        _ => seen(actor, resource),
    }
}

/// Reads what was written in one.
pub(super) fn read_messages(actor: &Actor, resource: &Resource<'_>) -> Result<(), Refusal> {
    read(actor, resource)?;
    match actor {
        Actor::Member { .. } => Ok(()),
        _ => Err(Refusal::Forbidden),
    }
}

/// Does what one of the sides does.
pub(super) fn answer(actor: &Actor, resource: &Resource<'_>) -> Result<(), Refusal> {
    read(actor, resource)?;
    match actor {
        Actor::Member {
            role: Role::Owner | Role::Editor,
            status,
            ..
        } => active(*status),
        _ => Err(Refusal::Forbidden),
    }
}

fn active(status: EnterpriseStatus) -> Result<(), Refusal> {
    if status == EnterpriseStatus::Active {
        Ok(())
    } else {
        Err(Refusal::EnterpriseNotActive(status))
    }
}
