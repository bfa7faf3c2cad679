//! Why somebody may not.

use super::Action;
use crate::domain::enterprise::EnterpriseStatus;

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
    /// The enterprise is not verified, or is suspended or closed: it stands so (403).
    #[error("the enterprise is not active but {0}")]
    EnterpriseNotActive(EnterpriseStatus),
    /// The address was not proved yet (403).
    #[error("the address is not verified")]
    EmailNotVerified,
    /// An officer without a second factor (403).
    #[error("no second factor")]
    FactorMissing,
    /// The key was not given this scope (403).
    #[error("the key lacks a scope")]
    ScopeMissing,
}

/// What was refused, and why: the log names both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{action}: {why}")]
pub struct Refused {
    /// What.
    pub action: Action,
    /// Why.
    pub why: Refusal,
}
