//! Who may do what. One function decides; what it hands out ([`Permit`]) is what store writes ask for, so that a
//! write whose right was never checked does not compile.

use crate::domain::account::{Permission, Role};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::listing::ListingStatus;
use crate::domain::text_enum;

/// Who is calling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody signed in (khách).
    Visitor,
    /// A member of an enterprise.
    Member {
        /// The account.
        account: AccountId,
        /// The enterprise it acts for.
        enterprise: EnterpriseId,
        /// Its role there.
        role: Role,
        /// Where the enterprise's registration stands.
        status: EnterpriseStatus,
    },
    /// An officer of the Department (cán bộ).
    Officer {
        /// The account.
        account: AccountId,
        /// What it may do.
        permissions: Vec<Permission>,
    },
    /// The operator at the command line or a background job: import, demo data, upkeep.
    System,
}

impl Actor {
    /// The account behind the actor, if a person is.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Member { account, .. } | Self::Officer { account, .. } => Some(*account),
            Self::Visitor | Self::System => None,
        }
    }

    /// Short name of the kind of actor, for the audit trail.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Member { .. } => "member",
            Self::Officer { .. } => "officer",
            Self::System => "system",
        }
    }
}

text_enum! {
    /// What somebody wants to do.
    pub enum Action {
        /// Register an enterprise.
        RegisterEnterprise => "register_enterprise",
        /// See an enterprise.
        ReadEnterprise => "read_enterprise",
        /// Change an enterprise's registration, or hand it in again.
        EditEnterprise => "edit_enterprise",
        /// Approve, refuse or send back a registration.
        ReviewEnterprise => "review_enterprise",
        /// Start a listing.
        CreateListing => "create_listing",
        /// See a listing.
        ReadListing => "read_listing",
        /// Change, hand in or take back a listing.
        EditListing => "edit_listing",
        /// Approve, refuse or send back a listing.
        ReviewListing => "review_listing",
        /// Load listings from a file.
        ImportListings => "import_listings",
        /// Appoint an officer.
        AppointOfficer => "appoint_officer",
    }
}

/// What the action is done to, as far as the decision needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Nothing yet: something is to be made, or the collection is meant.
    None,
    /// An enterprise.
    Enterprise {
        /// Which.
        id: EnterpriseId,
        /// Where its registration stands.
        status: EnterpriseStatus,
    },
    /// A listing.
    Listing {
        /// Whose it is.
        owner: EnterpriseId,
        /// Where it stands.
        status: ListingStatus,
        /// Where the owner's registration stands.
        owner_status: EnterpriseStatus,
    },
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

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Sign in first (401).
    #[error("nobody is signed in")]
    Unauthenticated,
    /// Known to exist, but not allowed (403).
    #[error("not allowed")]
    Forbidden,
    /// Not even told that it exists (404).
    #[error("hidden")]
    Hidden,
    /// The enterprise is not verified, or is suspended (403).
    #[error("the enterprise is not active")]
    EnterpriseNotActive,
}

/// Decides whether the actor may do the action to the resource.
pub fn decide(actor: &Actor, action: Action, resource: &Resource) -> Result<Permit, Refusal> {
    check(actor, action, resource).map(|()| Permit {
        actor: actor.clone(),
        action,
    })
}

fn check(actor: &Actor, action: Action, resource: &Resource) -> Result<(), Refusal> {
    use Action::*;
    match action {
        RegisterEnterprise => Ok(()),
        ReadEnterprise | ReadListing => {
            if is_visible(actor, resource) {
                Ok(())
            } else {
                Err(Refusal::Hidden)
            }
        }
        CreateListing => match actor {
            Actor::Member {
                role: Role::Owner | Role::Editor,
                status,
                ..
            } => able_to_write(*status),
            Actor::Visitor => Err(Refusal::Unauthenticated),
            _ => Err(Refusal::Forbidden),
        },
        EditEnterprise => own(actor, resource, &[Role::Owner]),
        EditListing => own(actor, resource, &[Role::Owner, Role::Editor]),
        ReviewEnterprise => officer(actor, resource, Permission::ReviewEnterprises),
        ReviewListing => officer(actor, resource, Permission::ReviewListings),
        ImportListings | AppointOfficer => match actor {
            Actor::System => Ok(()),
            Actor::Visitor => Err(Refusal::Unauthenticated),
            _ => Err(Refusal::Forbidden),
        },
    }
}

/// Public to all, or the caller's own, or under the eyes of an officer who reviews such things.
fn is_visible(actor: &Actor, resource: &Resource) -> bool {
    let (owner, is_public, permission) = match resource {
        Resource::None => return true,
        Resource::Enterprise { id, status } => (id, *status == EnterpriseStatus::Active, Permission::ReviewEnterprises),
        Resource::Listing {
            owner,
            status,
            owner_status,
        } => (
            owner,
            is_public_listing(*status, *owner_status),
            Permission::ReviewListings,
        ),
    };
    is_public
        || match actor {
            Actor::Member { enterprise, .. } => enterprise == owner,
            // A draft is its writer's own until it is handed in.
            Actor::Officer { permissions, .. } => {
                permissions.contains(&permission)
                    && !matches!(
                        resource,
                        Resource::Listing {
                            status: ListingStatus::Draft,
                            ..
                        }
                    )
            }
            Actor::System => true,
            Actor::Visitor => false,
        }
}

/// Whether anybody may see the listing: published, and its enterprise active.
pub fn is_public_listing(status: ListingStatus, owner_status: EnterpriseStatus) -> bool {
    status == ListingStatus::Published && owner_status == EnterpriseStatus::Active
}

fn own(actor: &Actor, resource: &Resource, roles: &[Role]) -> Result<(), Refusal> {
    let owner = match resource {
        Resource::Enterprise { id, .. } => id,
        Resource::Listing { owner, .. } => owner,
        Resource::None => return Err(Refusal::Forbidden),
    };
    match actor {
        Actor::Visitor => Err(Refusal::Unauthenticated),
        Actor::Member {
            enterprise,
            role,
            status,
            ..
        } if enterprise == owner => {
            if !roles.contains(role) {
                Err(Refusal::Forbidden)
            } else {
                able_to_write(*status)
            }
        }
        _ if is_visible(actor, resource) => Err(Refusal::Forbidden),
        _ => Err(Refusal::Hidden),
    }
}

/// A suspended enterprise may read what is its own and change nothing.
fn able_to_write(status: EnterpriseStatus) -> Result<(), Refusal> {
    if status == EnterpriseStatus::Suspended {
        Err(Refusal::EnterpriseNotActive)
    } else {
        Ok(())
    }
}

fn officer(actor: &Actor, resource: &Resource, needed: Permission) -> Result<(), Refusal> {
    match actor {
        Actor::Visitor => Err(Refusal::Unauthenticated),
        Actor::Officer { permissions, .. } if permissions.contains(&needed) => {
            if is_visible(actor, resource) {
                Ok(())
            } else {
                Err(Refusal::Hidden)
            }
        }
        _ if is_visible(actor, resource) => Err(Refusal::Forbidden),
        _ => Err(Refusal::Hidden),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;
    use uuid::Uuid;

    /// Every actor, every action, every state of a thing: the table is read as a whole when a rule changes.
    #[test]
    fn who_may_do_what() {
        use EnterpriseStatus::{Active, Submitted, Suspended};
        let [ours, theirs] = [1, 2].map(|number| EnterpriseId(Uuid::from_u128(number)));
        let account = AccountId(Uuid::from_u128(3));
        let member = |enterprise, role, status| Actor::Member {
            account,
            enterprise,
            role,
            status,
        };
        let officer = |permissions: &[Permission]| Actor::Officer {
            account,
            permissions: permissions.to_vec(),
        };
        let actors = [
            ("visitor", Actor::Visitor),
            ("stranger", member(theirs, Role::Owner, Active)),
            ("owner", member(ours, Role::Owner, Active)),
            ("editor", member(ours, Role::Editor, Active)),
            ("viewer", member(ours, Role::Viewer, Active)),
            ("new", member(ours, Role::Owner, Submitted)),
            ("suspended", member(ours, Role::Owner, Suspended)),
            ("clerk", officer(&[Permission::ReadAudit])),
            ("of_firms", officer(&[Permission::ReviewEnterprises])),
            ("of_posts", officer(&[Permission::ReviewListings])),
            ("system", Actor::System),
        ];
        let enterprise = |status| Resource::Enterprise { id: ours, status };
        let mut resources = vec![("nothing".to_owned(), Resource::None)];
        for status in EnterpriseStatus::ALL {
            resources.push((format!("enterprise {status}"), enterprise(*status)));
        }
        for status in ListingStatus::ALL {
            for owner_status in [Active, Suspended] {
                let listing = Resource::Listing {
                    owner: ours,
                    status: *status,
                    owner_status,
                };
                resources.push((format!("listing {status} of {owner_status}"), listing));
            }
        }
        let is_about = |action: Action, resource: &Resource| match action {
            Action::ReadEnterprise | Action::EditEnterprise | Action::ReviewEnterprise => {
                matches!(resource, Resource::Enterprise { .. })
            }
            Action::ReadListing | Action::EditListing | Action::ReviewListing => {
                matches!(resource, Resource::Listing { .. })
            }
            _ => matches!(resource, Resource::None),
        };
        let mut table = format!("{:<62}", "");
        actors.iter().for_each(|(name, _)| write!(table, "{name:<11}").unwrap());
        for action in Action::ALL {
            for (state, resource) in resources.iter().filter(|(_, resource)| is_about(*action, resource)) {
                table = format!("{}\n{:<20}{state:<42}", table.trim_end(), action.as_str());
                for (_, actor) in &actors {
                    let word = match decide(actor, *action, resource) {
                        Ok(permit) => {
                            assert_eq!((permit.actor(), permit.action()), (actor, *action));
                            "yes"
                        }
                        Err(Refusal::Unauthenticated) => "sign in",
                        Err(Refusal::Forbidden) => "no",
                        Err(Refusal::Hidden) => "hidden",
                        Err(Refusal::EnterpriseNotActive) => "inactive",
                    };
                    write!(table, "{word:<11}").unwrap();
                }
            }
        }
        insta::assert_snapshot!(table.trim_end());
    }
}
