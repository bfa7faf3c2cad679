//! Who may do what. One function decides; what it hands out ([`Permit`]) is what store writes ask for, so that a
//! write whose right was never checked does not compile.
//!
//! The decision has two layers. **Gates** look at the caller alone: an address that was never proved, a second factor
//! that an officer still lacks, a scope that a key was not given. **Rules** look at what is done to what. Everything
//! that no rule allows is refused.

mod action;
mod actor;
mod dossier;
mod inquiry;
mod listing;
mod refusal;

pub use action::Action;
pub use actor::Actor;
pub use dossier::DossierStanding;
pub use inquiry::InquiryStanding;
use listing::{admits, has_page};
pub use listing::{is_in_search, is_public_listing};
pub use refusal::{Refusal, Refused};

use crate::domain::account::{Permission, Role, Scope};
use crate::domain::api_key::KeyScope;
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::EnterpriseId;
use crate::domain::listing::ListingStatus;
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::hold::Hold;

/// What the action is done to, as far as the decision needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource<'a> {
    /// Nothing yet: something is to be made, or the collection is meant.
    None,
    /// An enterprise.
    Enterprise {
        /// Which.
        id: EnterpriseId,
        /// Where its registration stands.
        status: EnterpriseStatus,
        /// Where and in which fields it works.
        place: Place<'a>,
    },
    /// Somebody's account, but no officer's.
    Account {
        /// Where and in which fields the enterprise works that the person belongs to. Whoever belongs to none is anywhere.
        place: Option<Place<'a>>,
    },
    /// That an enterprise may read what a listing does not tell everybody.
    Grant {
        /// To which enterprise it was given.
        enterprise: EnterpriseId,
        /// Whether it opens anything: in force, and everybody sees the listing.
        is_open: bool,
    },
    /// A dossier.
    Dossier(DossierStanding<'a>),
    /// An inquiry.
    Inquiry(InquiryStanding<'a>),
    /// A listing.
    Listing {
        /// Whose it is.
        owner: EnterpriseId,
        /// Where it stands.
        status: ListingStatus,
        /// Whether it was ever handed in: what never was is its writer's own, also once it is put away.
        was_handed_in: bool,
        /// Who keeps it from the public.
        hold: Hold,
        /// To whom it is shown while it is public.
        visibility: Visibility,
        /// Where the owner's registration stands.
        owner_status: EnterpriseStatus,
        /// Where the owner is, and the listing's fields.
        place: Place<'a>,
    },
}

/// What an officer's scope is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// Code of the commune.
    pub commune: &'a str,
    /// Codes of the list `fields`.
    pub fields: &'a [String],
}

/// Proof that an actor may do an action. Only [`decide`] makes one.
#[derive(Clone, Debug)]
pub struct Permit {
    actor: Actor,
    action: Action,
}

impl Permit {
    /// Who may.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What.
    pub fn action(&self) -> Action {
        self.action
    }
}

/// Decides whether the actor may do the action to the resource.
pub fn decide(actor: &Actor, action: Action, resource: &Resource<'_>) -> Result<Permit, Refused> {
    permit(actor, action, resource).map_err(|why| Refused { action, why })
}

/// Permits what names every certificate and dossier: of officers who handle dossiers and whom no scope limits, so that a list
/// is whole or not there at all.
pub fn decide_on_all_dossiers(actor: &Actor) -> Result<Permit, Refused> {
    let action = Action::HandleDossier;
    let permit = decide(actor, action, &Resource::None)?;
    match actor {
        Actor::Officer { scope, .. } if *scope == Scope::default() => Ok(permit),
        _ => Err(Refused {
            action,
            why: Refusal::Forbidden,
        }),
    }
}

fn permit(actor: &Actor, action: Action, resource: &Resource<'_>) -> Result<Permit, Refusal> {
    // What a caller does not get to see is not told by the gate either: absent and hidden look alike.
    gate(actor, action).map_err(|refusal| {
        // An officer who would see it with the second factor is told what is lacking, as the API documents it.
        if is_visible(&actor.as_enrolled(), resource) || is_own(actor, resource) {
            refusal
        } else {
            Refusal::Hidden
        }
    })?;
    rule(actor, action, resource).map(|()| Permit {
        actor: actor.clone(),
        action,
    })
}

/// What is open to everybody, whatever state the caller is in: to be treated worse than a visitor would be odd.
fn is_public(action: Action) -> bool {
    matches!(
        action,
        Action::Register | Action::ReadEnterprise | Action::ReadListing | Action::ReadListingPage
    )
}

fn gate(actor: &Actor, action: Action) -> Result<(), Refusal> {
    let is_safety = matches!(action, Action::SecureSelf | Action::EnrolFactor);
    match actor {
        Actor::Person { verified: false, .. } | Actor::Member { verified: false, .. }
            if !is_public(action)
                && !is_safety
                && !matches!(
                    action,
                    Action::ManageSelf | Action::ListOwnListings | Action::ReadRevision | Action::ReadMembers
                ) =>
        {
            Err(Refusal::EmailNotVerified)
        }
        Actor::Officer { enrolled: false, .. } if !is_public(action) && !is_safety => Err(Refusal::FactorMissing),
        Actor::Key { scopes, .. } if !is_public(action) => match KeyScope::for_action(action) {
            Some(scope) if scopes.contains(&scope) => Ok(()),
            Some(_) => Err(Refusal::ScopeMissing),
            None => Err(Refusal::Forbidden),
        },
        _ => Ok(()),
    }
}

fn rule(actor: &Actor, action: Action, resource: &Resource<'_>) -> Result<(), Refusal> {
    use Action::*;
    match action {
        Register => Ok(()),
        ReadEnterprise | ReadListing => seen(actor, resource),
        ReadListingPage if has_page(resource) => Ok(()),
        ReadListingPage => seen(actor, resource),
        SecureSelf | ManageSelf | EnrolFactor => signed_in(actor),
        CreateListing => writer(actor),
        ListOwnListings => belongs(actor),
        ReadMembersListings => member(actor),
        EditEnterprise | ManageMembers | ManageKeys => own(actor, resource, &[Role::Owner], Write::IfNotSuspended),
        AnswerReview => own(actor, resource, &[Role::Owner], Write::IfNotClosed),
        ReadAdmissions | ReadKeys => own(actor, resource, &[Role::Owner], Write::Never),
        ReadMembers => match actor {
            Actor::Officer { .. } => officer(actor, resource, Permission::ReviewEnterprises),
            _ => own(actor, resource, Role::ALL, Write::Never),
        },
        RemoveLogo => match actor {
            Actor::Officer { .. } => officer(actor, resource, Permission::ReviewEnterprises),
            _ => own(actor, resource, &[Role::Owner], Write::IfNotSuspended),
        },
        ReadAmendment | ReadDocuments | CloseEnterprise => match actor {
            Actor::Officer { .. } => officer(actor, resource, Permission::ReviewEnterprises),
            _ => own(actor, resource, &[Role::Owner], Write::Never),
        },
        ReadRevision => match actor {
            Actor::Officer { .. } => officer(actor, resource, Permission::ReviewListings),
            _ => own(actor, resource, Role::ALL, Write::Never),
        },
        EditListing | EditConfidential => own(actor, resource, &[Role::Owner, Role::Editor], Write::IfNotSuspended),
        ReadConfidential => own(actor, resource, &[Role::Owner, Role::Editor], Write::Never),
        UseConfidentialGrant => grantee(actor, resource),
        RequestToJoin => match actor {
            Actor::Person { .. } => Ok(()),
            Actor::Visitor => Err(Refusal::Unauthenticated),
            _ => Err(Refusal::Forbidden),
        },
        // Whoever has no account yet opens one with the invitation.
        AcceptInvitation => match actor {
            Actor::Person { .. } | Actor::Visitor => Ok(()),
            _ => Err(Refusal::Forbidden),
        },
        LeaveEnterprise => match actor {
            Actor::Member { .. } => Ok(()),
            Actor::Visitor => Err(Refusal::Unauthenticated),
            _ => Err(Refusal::Forbidden),
        },
        ReviewEnterprise | SuspendEnterprise | MergeEnterprises | ImportEnterprises | AdmitOwner | ReadAccount
        | SuspendAccount | ResetFactor | HandleComplaints => officer(actor, resource, Permission::ReviewEnterprises),
        ReviewListing | InspectConfidential | SuspendListing | HandleTakedowns | HandleReports | HandleIpNotices => {
            officer(actor, resource, Permission::ReviewListings)
        }
        SendInquiry => inquiry::send(actor, resource),
        ReadInquiry => inquiry::read(actor, resource),
        ReadInquiryMessages => inquiry::read_messages(actor, resource),
        AnswerInquiry => inquiry::answer(actor, resource),
        FileDossier => dossier::file(actor),
        ReadDossier => dossier::read(actor, resource),
        EditDossier => dossier::edit(actor, resource),
        HandleDossier => dossier::handle(actor, resource),
        SignCertificate | EnterCertificate => dossier::sign(actor, resource),
        ReadAudit => officer(actor, resource, Permission::ReadAudit),
        ReadReports => officer(actor, resource, Permission::ReadReports),
        PublishReports => officer(actor, resource, Permission::PublishReports),
        PublishPolicies | ManageProcedures | ManageReferenceData | ManageVocabulary => {
            officer(actor, resource, Permission::ManageReferenceData)
        }
        HandleDataRequests => officer(actor, resource, Permission::HandleDataRequests),
        ManageLetters => officer(actor, resource, Permission::ManageOfficers),
        ManageOfficers => match actor {
            Actor::System => Ok(()),
            _ => officer(actor, resource, Permission::ManageOfficers),
        },
        ImportListings | ExpireListings | SettleListings | RecountTerms | EndDossierTerms | EndInquiries => match actor
        {
            Actor::System => Ok(()),
            Actor::Visitor => Err(Refusal::Unauthenticated),
            _ => Err(Refusal::Forbidden),
        },
    }
}

fn signed_in(actor: &Actor) -> Result<(), Refusal> {
    match actor {
        Actor::Person { .. } | Actor::Member { .. } | Actor::Officer { .. } => Ok(()),
        Actor::Visitor => Err(Refusal::Unauthenticated),
        Actor::Key { .. } | Actor::System => Err(Refusal::Forbidden),
    }
}

fn belongs(actor: &Actor) -> Result<(), Refusal> {
    match actor {
        Actor::Member { .. } | Actor::Key { .. } => Ok(()),
        Actor::Visitor => Err(Refusal::Unauthenticated),
        Actor::Person { .. } | Actor::Officer { .. } | Actor::System => Err(Refusal::Forbidden),
    }
}

/// Whoever is shown what only members see.
fn member(actor: &Actor) -> Result<(), Refusal> {
    match actor {
        Actor::Visitor => Err(Refusal::Unauthenticated),
        _ if admits(Visibility::Members, actor) => Ok(()),
        _ => Err(Refusal::Forbidden),
    }
}

fn writer(actor: &Actor) -> Result<(), Refusal> {
    match actor {
        Actor::Member {
            role: Role::Owner | Role::Editor,
            status,
            ..
        }
        | Actor::Key { status, .. } => able_to_write(*status),
        Actor::Visitor => Err(Refusal::Unauthenticated),
        _ => Err(Refusal::Forbidden),
    }
}

fn seen(actor: &Actor, resource: &Resource<'_>) -> Result<(), Refusal> {
    if is_visible(actor, resource) {
        Ok(())
    } else {
        Err(Refusal::Hidden)
    }
}

/// Public to all, or the caller's own, or under the eyes of an officer who reviews such things.
fn is_visible(actor: &Actor, resource: &Resource<'_>) -> bool {
    let (owner, is_public, permission, own_scope) = match resource {
        Resource::None => return true,
        Resource::Account { .. } => return supervises(actor, resource),
        Resource::Grant { .. } => return false,
        Resource::Dossier(dossier) => return dossier::is_visible(actor, dossier, resource),
        Resource::Inquiry(inquiry) => return inquiry::is_visible(actor, inquiry, resource),
        Resource::Enterprise { id, status, .. } => (
            id,
            *status == EnterpriseStatus::Active,
            Permission::ReviewEnterprises,
            KeyScope::EnterpriseRead,
        ),
        Resource::Listing {
            owner,
            status,
            hold,
            visibility,
            owner_status,
            ..
        } => (
            owner,
            is_public_listing(*status, *hold, *owner_status) && admits(*visibility, actor),
            Permission::ReviewListings,
            KeyScope::ListingsRead,
        ),
    };
    is_public
        || match actor {
            Actor::Member { enterprise, .. } => enterprise == owner,
            Actor::Key { enterprise, scopes, .. } => enterprise == owner && scopes.contains(&own_scope),
            // A draft is its writer's own until it is handed in.
            Actor::Officer {
                permissions,
                scope,
                enrolled: true,
                ..
            } => {
                let is_draft = match resource {
                    Resource::Listing {
                        status, was_handed_in, ..
                    } => *status == ListingStatus::Draft || (*status == ListingStatus::Archived && !was_handed_in),
                    _ => false,
                };
                permissions.contains(&permission) && !is_draft && covers(scope, resource)
            }
            Actor::System => true,
            Actor::Visitor | Actor::Person { .. } | Actor::Officer { .. } => false,
        }
}

/// Accounts are seen by the officers who review the enterprises that they belong to, and by nobody else this way.
fn supervises(actor: &Actor, resource: &Resource<'_>) -> bool {
    match actor {
        Actor::Officer {
            permissions,
            scope,
            enrolled: true,
            ..
        } => permissions.contains(&Permission::ReviewEnterprises) && covers(scope, resource),
        Actor::System => true,
        _ => false,
    }
}

fn is_own(actor: &Actor, resource: &Resource<'_>) -> bool {
    match (actor.enterprise(), resource) {
        (Some((own, _)), Resource::Enterprise { id, .. }) => own == *id,
        (Some((own, _)), Resource::Grant { enterprise, is_open }) => *is_open && own == *enterprise,
        (Some((own, _)), Resource::Listing { owner, .. }) => own == *owner,
        _ => false,
    }
}

fn covers(scope: &Scope, resource: &Resource<'_>) -> bool {
    match resource {
        Resource::None | Resource::Grant { .. } => true,
        // Who belongs nowhere is the business of those who look after everything.
        Resource::Account { place: None } => *scope == Scope::default(),
        Resource::Account { place: Some(place) }
        | Resource::Enterprise { place, .. }
        | Resource::Dossier(DossierStanding { place, .. })
        | Resource::Inquiry(InquiryStanding { place, .. })
        | Resource::Listing { place, .. } => scope.covers(place.commune, place.fields),
    }
}

/// Whether the step changes something, which a suspended enterprise may not, but for what it says to officers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Write {
    Never,
    IfNotSuspended,
    IfNotClosed,
}

fn own(actor: &Actor, resource: &Resource<'_>, roles: &[Role], write: Write) -> Result<(), Refusal> {
    let owner = match resource {
        Resource::Enterprise { id, .. } => id,
        Resource::Listing { owner, .. } => owner,
        _ => return Err(Refusal::Forbidden),
    };
    let standing = |status: &EnterpriseStatus| match write {
        Write::Never => Ok(()),
        Write::IfNotClosed if *status == EnterpriseStatus::Suspended => Ok(()),
        Write::IfNotSuspended | Write::IfNotClosed => able_to_write(*status),
    };
    match actor {
        Actor::Visitor => Err(Refusal::Unauthenticated),
        Actor::Member {
            enterprise,
            role,
            status,
            ..
        } if enterprise == owner => {
            if roles.contains(role) {
                standing(status)
            } else {
                Err(Refusal::Forbidden)
            }
        }
        // Its scopes were looked at in the gate; a key does an editor's work, never an owner's.
        Actor::Key { enterprise, status, .. } if enterprise == owner && roles.contains(&Role::Editor) => {
            standing(status)
        }
        _ if is_visible(actor, resource) => Err(Refusal::Forbidden),
        _ => Err(Refusal::Hidden),
    }
}

/// Owners and editors of the enterprise that it was given to; viewers are told that there is one, while it opens anything.
fn grantee(actor: &Actor, resource: &Resource<'_>) -> Result<(), Refusal> {
    let to = match resource {
        _ if *actor == Actor::Visitor => return Err(Refusal::Unauthenticated),
        Resource::Grant { is_open: false, .. } => return Err(Refusal::Hidden),
        Resource::Grant { enterprise, .. } => Some(enterprise),
        // Which there are.
        Resource::None => None,
        _ => return Err(Refusal::Forbidden),
    };
    match actor {
        Actor::Member {
            enterprise,
            role,
            status,
            ..
        } if to.is_none_or(|to| to == enterprise) => match (role, to) {
            (Role::Viewer, _) => Err(Refusal::Forbidden),
            (_, Some(_)) if *status != EnterpriseStatus::Active => Err(Refusal::EnterpriseNotActive(*status)),
            (Role::Owner | Role::Editor, _) => Ok(()),
        },
        _ if to.is_some() => Err(Refusal::Hidden),
        _ => Err(Refusal::Forbidden),
    }
}

/// A suspended enterprise may read what is its own and change nothing.
fn able_to_write(status: EnterpriseStatus) -> Result<(), Refusal> {
    if matches!(status, EnterpriseStatus::Suspended | EnterpriseStatus::Closed) {
        Err(Refusal::EnterpriseNotActive(status))
    } else {
        Ok(())
    }
}

fn officer(actor: &Actor, resource: &Resource<'_>, needed: Permission) -> Result<(), Refusal> {
    match actor {
        Actor::Visitor => Err(Refusal::Unauthenticated),
        Actor::Officer { permissions, scope, .. } if permissions.contains(&needed) && covers(scope, resource) => {
            seen(actor, resource)
        }
        _ if is_visible(actor, resource) => Err(Refusal::Forbidden),
        _ => Err(Refusal::Hidden),
    }
}

#[cfg(test)]
mod tests;
