//! Who calls, with what and from where.

use jiff::{SignedDuration, Timestamp};
use std::net::IpAddr;
use uuid::Uuid;

use super::review::claims::officer_who_works;
use super::{ErrorCode, Result};
use crate::domain::access::Actor;
use crate::domain::ids::{AccountId, ApiKeyId, SessionId};
use crate::domain::import::Sender;
use crate::store::{AnyConn, accounts, sessions};

/// With what somebody shows who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// With nothing.
    None,
    /// With an access token, which was verified.
    Session {
        /// Whose.
        account: AccountId,
        /// Which session it belongs to.
        session: SessionId,
    },
    /// With nothing any more: work goes on that an account began, as far as the account may still do it.
    Begun(Sender),
    /// With a key, which was not looked up yet.
    Key {
        /// The public half.
        key: ApiKeyId,
        /// SHA-256 of the secret half.
        secret_hash: [u8; 32],
    },
}

/// Where a request comes from, for the audit trail and for limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Identifier of the request.
    pub request: Option<Uuid>,
    /// Address of the client, as far as trusted proxies tell it.
    pub ip: Option<IpAddr>,
    /// Its port: with address and time it names a subscriber behind a shared address.
    pub port: Option<u16>,
    /// The session that it belongs to.
    pub session: Option<SessionId>,
}

/// Who calls, as the credential says; whether it still stands is asked in the unit of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// With what.
    pub credential: Credential,
    /// From where.
    pub origin: Origin,
}

/// How long ago a password or code may have been shown before a sensitive change.
pub const FRESH: SignedDuration = SignedDuration::from_mins(5);

impl Caller {
    /// Somebody who did not sign in.
    pub fn visitor(origin: Origin) -> Self {
        Self {
            credential: Credential::None,
            origin,
        }
    }

    /// The session, if the caller has one.
    pub fn session(&self) -> Option<(AccountId, SessionId)> {
        match self.credential {
            Credential::Session { account, session } => Some((account, session)),
            Credential::None | Credential::Key { .. } | Credential::Begun(_) => None,
        }
    }

    /// Looks up who stands behind the credential now. An ended session, a closed account, a revoked key:
    /// `invalid_token`.
    pub fn actor(&self, conn: &mut AnyConn, now: Timestamp) -> Result<Actor> {
        let found = match self.credential {
            Credential::None => return Ok(Actor::Visitor),
            Credential::Session { account, session } => accounts::actor(conn, session, account, now)?,
            Credential::Key { key, secret_hash } => accounts::actor_of_key(conn, key, &secret_hash, now)?,
            Credential::Begun(Sender::Member(account)) => accounts::member(conn, account)?,
            Credential::Begun(Sender::Key(key)) => accounts::key(conn, key, now)?,
            Credential::Begun(Sender::Officer(account)) => officer_who_works(conn, account, now)?,
        };
        found.ok_or_else(|| ErrorCode::InvalidToken.into())
    }

    /// Demands that the person showed a password or code within [`FRESH`] on this very session.
    pub fn require_fresh(&self, conn: &mut AnyConn, now: Timestamp) -> Result<()> {
        let (_, session) = self.session().ok_or(ErrorCode::Unauthenticated)?;
        let shown_at = sessions::authenticated_at(conn, session)?;
        match shown_at {
            Some(at) if now.duration_since(at) <= FRESH => Ok(()),
            _ => Err(ErrorCode::StepUpRequired.into()),
        }
    }
}
