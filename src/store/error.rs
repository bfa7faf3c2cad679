//! What can go wrong in the store, in terms that `service` can act on.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

use crate::domain::access::Action;
use crate::domain::ids::EnterpriseId;

/// A uniqueness rule that a write broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// Two enterprises with one tax code.
    EnterpriseTaxCode,
    /// Two accounts with one e-mail address.
    AccountEmail,
    /// Two listings from the same place of the same source.
    ListingSource,
    /// Two revisions of one listing at a time.
    RevisionOpen,
    /// Two runs of the same import.
    ImportRun,
    /// One account in two enterprises.
    Membership,
    /// Two invitations that wait for one address.
    InvitationPending,
    /// Two requests of one account that wait.
    JoinRequestPending,
}

/// `(name on PostgreSQL, columns as SQLite's message tells them, constraint)`.
///
/// SQLite never names a constraint: its message is `UNIQUE constraint failed: table.column, …`. A test provokes each
/// of these on both databases.
const CONSTRAINTS: &[(&str, &str, Constraint)] = &[
    (
        "enterprises_tax_code_key",
        "enterprises.tax_code",
        Constraint::EnterpriseTaxCode,
    ),
    ("accounts_email_key_key", "accounts.email_key", Constraint::AccountEmail),
    (
        "listings_source_key",
        "listings.source_site, listings.source_external_id",
        Constraint::ListingSource,
    ),
    (
        "listing_revisions_open_key",
        "listing_revisions.listing_id",
        Constraint::RevisionOpen,
    ),
    (
        "import_runs_fingerprint_key",
        "import_runs.fingerprint",
        Constraint::ImportRun,
    ),
    ("memberships_pkey", "memberships.account_id", Constraint::Membership),
    (
        "invitations_pending_key",
        "invitations.enterprise_id, invitations.email_key",
        Constraint::InvitationPending,
    ),
    (
        "join_requests_pending_key",
        "join_requests.account_id",
        Constraint::JoinRequestPending,
    ),
];

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such row.
    #[error("not found")]
    NotFound,
    /// The enterprise became part of another one: which, and of which.
    #[error("{0} was merged into {1}")]
    Merged(EnterpriseId, EnterpriseId),
    /// The row has another version than the caller saw.
    #[error("the row was changed by somebody else")]
    Stale,
    /// A uniqueness rule was broken.
    #[error("uniqueness broken: {0:?}")]
    Constraint(Constraint),
    /// Too much is waiting already, or no connection came free in time.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The transaction lost against a concurrent one and may be tried again.
    #[error("serialization failure")]
    Serialization,
    /// The disk is full or cannot be written: reading goes on.
    #[error("the database cannot be written: {0}")]
    Storage(String),
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Connection(String),
    /// A row holds something that our types do not know.
    #[error("unreadable row: {0}")]
    Row(String),
    /// A permit was used for a write that it was not given for.
    #[error("a permit to {0} does not allow this write")]
    WrongPermit(Action),
    /// A unit of work panicked; it was rolled back.
    #[error("a unit of work panicked")]
    Panicked,
    /// Anything else; tells the log, never the client.
    #[error("database: {0}")]
    Other(#[source] DieselError),
}

/// Tells whether a unit of work lost only because of a concurrent one.
pub trait MayRetry {
    /// True when the same work may succeed if it is done again.
    fn may_retry(&self) -> bool;
}

impl MayRetry for Error {
    fn may_retry(&self) -> bool {
        matches!(self, Self::Serialization)
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(kind, info) => from_database(kind, info),
            DieselError::DeserializationError(error) => Self::Row(error.to_string()),
            DieselError::BrokenTransactionManager => Self::Connection("broken transaction".into()),
            error => Self::Other(error),
        }
    }
}

/// How PostgreSQL and libpq say that the connection is gone: the server ended it, or libpq found it so, also at the use after that.
/// diesel knows few of these as [`DatabaseErrorKind::ClosedConnection`].
const LOST: [&str; 8] = [
    "terminating connection",
    "server closed the connection",
    "SSL connection has been closed",
    "SSL SYSCALL error",
    "no connection to the server",
    "connection not open",
    "could not receive data from server",
    "could not send data to server",
];

fn from_database(kind: DatabaseErrorKind, info: Box<dyn DatabaseErrorInformation + Send + Sync>) -> Error {
    let message = info.message();
    match kind {
        DatabaseErrorKind::UniqueViolation => {
            let columns = message.strip_prefix("UNIQUE constraint failed: ");
            let known = CONSTRAINTS
                .iter()
                .find(|(name, sqlite, _)| info.constraint_name() == Some(name) || columns == Some(sqlite));
            match known {
                Some((_, _, constraint)) => Error::Constraint(*constraint),
                None => Error::Other(DieselError::DatabaseError(kind, info)),
            }
        }
        DatabaseErrorKind::SerializationFailure => Error::Serialization,
        DatabaseErrorKind::ClosedConnection => Error::Connection(message.to_owned()),
        // diesel gives these no kind of their own.
        _ if message.contains("deadlock detected") => Error::Serialization,
        _ if message.contains("database is locked") => Error::Busy(message.to_owned()),
        // Of PostgreSQL's words these depend on lc_messages, which `Database::open` looks at.
        _ if message.contains("canceling statement due to") => Error::Busy(message.to_owned()),
        _ if [
            "database or disk is full",
            "disk I/O error",
            "readonly database",
            "No space left on device",
        ]
        .iter()
        .any(|sign| message.contains(sign)) =>
        {
            Error::Storage(message.to_owned())
        }
        _ if LOST.iter().any(|sign| message.contains(sign)) => Error::Connection(message.to_owned()),
        _ => Error::Other(DieselError::DatabaseError(kind, info)),
    }
}

impl From<crate::domain::UnknownName> for Error {
    fn from(error: crate::domain::UnknownName) -> Self {
        Self::Row(error.to_string())
    }
}

/// Whether messages of PostgreSQL in a language are understood here. `C` has an encoding, too, where the system says so:
/// `C.UTF-8`.
pub(super) fn is_understood(language: &str) -> bool {
    let name = language.split_once('.').map_or(language, |(name, _)| name);
    matches!(name, "C" | "POSIX") || name.starts_with("en")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_is_gone_is_no_fault_of_the_program() {
        let told = |message: &str| {
            let info = Box::new(message.to_owned());
            Error::from(DieselError::DatabaseError(DatabaseErrorKind::Unknown, info))
        };
        for message in [
            "terminating connection due to administrator command",
            "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n",
            "SSL connection has been closed unexpectedly\n",
            "no connection to the server\n",
            "could not receive data from server: Connection reset by peer\n",
        ] {
            assert!(matches!(told(message), Error::Connection(_)), "{message}");
        }
        assert!(matches!(told("division by zero"), Error::Other(_)));
    }
}
