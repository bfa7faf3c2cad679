//! Keys with which an enterprise's own systems call (khóa API), and what they may be given.

use serde::{Deserialize, Serialize};

use crate::domain::access::Action;
use crate::domain::text_enum;

text_enum! {
    /// What a key may do (phạm vi của khóa). Never more than an editor may.
    #[derive(Serialize, Deserialize)]
    pub enum KeyScope {
        /// Read the enterprise's own listings, drafts included.
        #[serde(rename = "listings:read")]
        ListingsRead => "listings:read",
        /// Start, change, hand in and take back listings.
        #[serde(rename = "listings:write")]
        ListingsWrite => "listings:write",
        /// Read the enterprise's own registration, contact data included.
        #[serde(rename = "enterprise:read")]
        EnterpriseRead => "enterprise:read",
    }
}

impl KeyScope {
    /// The scope that an action needs when a key does it; `None`: no key may.
    ///
    /// The match has no default arm, so that a new action does not compile before somebody has decided.
    pub fn for_action(action: Action) -> Option<Self> {
        use Action::*;
        match action {
            CreateListing | EditListing => Some(Self::ListingsWrite),
            ListOwnListings => Some(Self::ListingsRead),
            // Public reads pass the gate; what is the enterprise's own is shown by scope, see `access`.
            Register | ReadEnterprise | ReadListing => None,
            ManageSelf | EnrolFactor | EditEnterprise | ReviewEnterprise | SuspendEnterprise | ReadMembers
            | ManageMembers | RequestToJoin | LeaveEnterprise | ManageKeys | ReviewListing | ImportListings
            | ManageOfficers | ReadAudit | PublishPolicies | HandleDataRequests | ManageLetters => None,
        }
    }
}

/// Most days that a key may last.
pub const MAX_DAYS: i64 = 366;
/// Most keys in force that an enterprise may have.
pub const MAX_KEYS: usize = 20;
