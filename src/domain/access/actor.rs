//! Who is calling.

use crate::domain::account::{Permission, Role, Scope};
use crate::domain::api_key::KeyScope;
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::{AccountId, ApiKeyId, EnterpriseId};

/// Who is calling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody signed in (khách).
    Visitor,
    /// Somebody who belongs to no enterprise (người dùng chưa gắn với doanh nghiệp).
    Person {
        /// The account.
        account: AccountId,
        /// Whether the address was proved.
        verified: bool,
    },
    /// A member of an enterprise (thành viên doanh nghiệp).
    Member {
        /// The account.
        account: AccountId,
        /// The enterprise it acts for.
        enterprise: EnterpriseId,
        /// Its role there.
        role: Role,
        /// Where the enterprise's registration stands.
        status: EnterpriseStatus,
        /// Whether the address was proved.
        verified: bool,
    },
    /// An officer of the Department (cán bộ).
    Officer {
        /// The account.
        account: AccountId,
        /// What it may do.
        permissions: Vec<Permission>,
        /// Where it may do so.
        scope: Scope,
        /// Whether it has its second factor; without one nothing but enrolling is open.
        enrolled: bool,
    },
    /// A system of an enterprise, by its key (hệ thống của doanh nghiệp).
    Key {
        /// The key.
        key: ApiKeyId,
        /// The enterprise it acts for.
        enterprise: EnterpriseId,
        /// What it was given.
        scopes: Vec<KeyScope>,
        /// Where the enterprise's registration stands.
        status: EnterpriseStatus,
    },
    /// The operator at the command line or a background job: import, demo data, upkeep.
    System,
}

impl Actor {
    /// The account behind the actor, if a person is.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Person { account, .. } | Self::Member { account, .. } | Self::Officer { account, .. } => {
                Some(*account)
            }
            Self::Visitor | Self::Key { .. } | Self::System => None,
        }
    }

    /// The enterprise that the actor acts for, with its standing.
    pub fn enterprise(&self) -> Option<(EnterpriseId, EnterpriseStatus)> {
        match self {
            Self::Member { enterprise, status, .. } | Self::Key { enterprise, status, .. } => {
                Some((*enterprise, *status))
            }
            Self::Visitor | Self::Person { .. } | Self::Officer { .. } | Self::System => None,
        }
    }

    /// The same with a second factor, where an officer lacks one.
    pub(super) fn as_enrolled(&self) -> Self {
        let mut enrolled = self.clone();
        if let Self::Officer { enrolled, .. } = &mut enrolled {
            *enrolled = true;
        }
        enrolled
    }

    /// Short name of the kind of actor, for the audit trail.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Person { .. } => "person",
            Self::Member { .. } => "member",
            Self::Officer { .. } => "officer",
            Self::Key { .. } => "key",
            Self::System => "system",
        }
    }
}
