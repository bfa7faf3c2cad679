//! What the table of operations tells of each.

use super::operations;
use crate::domain::access::Action;

/// Which limit counts the calls of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Reads.
    Read,
    /// Writes of somebody who is signed in.
    Write,
    /// Pages of the public feed.
    Feed,
    /// Costs a password hash.
    Password,
    /// Sends a letter to an address that the caller chooses.
    Letter,
    /// Sends one for an enterprise, by somebody who is signed in: to whoever is to be its member, or to another enterprise.
    Invitation,
    /// Fills a register of officers, from anybody.
    Intake,
}

/// Whether keys of enterprises' systems may call an operation; what they may do there is up to their scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// They may.
    Welcome,
    /// People only.
    Refused,
}

/// Whose an operation is. The rules themselves are in `domain::access`, and use cases ask them. That each asks for the
/// right that stands here, and for no other, is seen in `tests/api`, which calls every operation as every caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody's: what it shows is public, or what counts is in the body, a password or the token of a letter.
    Anybody,
    /// Of whoever may do one of these.
    Of(&'static [Action]),
}

/// One operation of the API.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Its name, `operationId` in the description.
    pub name: &'static str,
    /// Method, in lower case.
    pub method: &'static str,
    /// Path below `/api/v1`.
    pub path: &'static str,
    /// Which limit counts its calls.
    pub class: Class,
    /// Whether keys may call it.
    pub keys: Keys,
    /// Whose it is.
    pub access: Access,
    /// Whether it is sensitive: whoever may do it must have shown password or code within the last five minutes. The
    /// use case asks ([`require_fresh`](crate::service::context::Caller::require_fresh)); a test asks every operation,
    /// and holds this against it.
    pub needs_fresh: bool,
}

/// The operation behind a method and a route's pattern (`/api/v1/listings/{id}`).
pub fn operation(method: &str, pattern: &str) -> Option<&'static Operation> {
    let path = pattern.strip_prefix("/api/v1")?;
    operations().find(|known| known.path == path && known.method.eq_ignore_ascii_case(method))
}
