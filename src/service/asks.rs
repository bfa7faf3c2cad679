//! What is asked by an address that may have an account or not: a new password, an account, a registration, another
//! address.
//!
//! The answer must not tell which it is, by its time neither. So whoever answers does not look: the ask is kept, sealed,
//! one row of a size that only depends on what was sent; the mailer's thread decides it a moment later. To write as much
//! for unknown addresses as for known ones would hide it, too, but only until somebody adds a row to one of the two.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use tracing::warn;
use uuid::Uuid;

use super::context::{App, Origin, Work};
use super::letters::Recipient;
use super::registration::{self, Opening};
use super::vault::{Purpose, Vault};
use super::{Error, ErrorCode, Result, addresses, passwords};
use crate::domain::account::Email;
use crate::domain::drafts::EnterpriseDraft;
use crate::domain::ids::{AccountId, AskId};
use crate::domain::letter::Letter;
use crate::store::accounts;
use crate::store::asks::{self as rows, Waiting};

/// Asks that are looked up at once.
const AT_ONCE: i64 = 100;

/// What is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Ask {
    /// A new password.
    PasswordReset {
        /// The address.
        email: String,
    },
    /// An account, with an enterprise or without one.
    Registration {
        /// The enterprise.
        enterprise: Option<Box<EnterpriseDraft>>,
        /// The account.
        account: Opening,
    },
    /// That an address agrees to become an account's.
    TakeAddress {
        /// Whose it is to become.
        account: AccountId,
        /// The address.
        new: String,
        /// Agrees.
        token: String,
    },
}

/// What is sealed: the ask, and from where it came.
#[derive(Serialize, Deserialize)]
struct Content {
    ask: Ask,
    request: Option<Uuid>,
    ip: Option<IpAddr>,
    port: Option<u16>,
}

/// Most that may wait: a flood is refused before it fills the disk, and alike for known and unknown addresses.
const MOST: i64 = 10_000;

/// Refuses when too much waits. Counted outside of the unit of work: within it, on PostgreSQL, whoever asks at the same
/// time would be in its way.
pub(super) async fn refuse_flood(app: &App) -> Result<()> {
    match app.read(|conn, _| Ok(rows::count(conn)?)).await? {
        waiting if waiting >= MOST => Err(Error::busy("too much waits to be decided")),
        _ => Ok(()),
    }
}

/// Keeps an ask until it is decided.
pub(super) fn push(work: &mut Work<'_, '_>, ask: Ask) -> Result<()> {
    let Origin { request, ip, port, .. } = work.origin();
    let content = Content { ask, request, ip, port };
    let json = serde_json::to_vec(&content).map_err(Error::internal)?;
    let row = Waiting {
        id: AskId(work.next_id()),
        sealed_content: work.vault.seal(Purpose::Ask, &json)?,
    };
    Ok(rows::push(work.uow, &row, work.now)?)
}

/// Decides the next of what waits; gives how much that was, and how much waits still. While the database cannot be written
/// all of it waits on.
pub fn decide_waiting(app: &App) -> Result<(usize, i64)> {
    let waiting = app.db.read(|conn| rows::waiting(conn, AT_ONCE))?;
    let count = waiting.len();
    for row in waiting {
        decide(app, row)?;
    }
    Ok((count, app.db.read(rows::count)?))
}

fn decide(app: &App, row: Waiting) -> Result<()> {
    let id = row.id;
    match open(&app.vault, &row).and_then(|content| answer(app, id, content)) {
        Err(error) if matches!(error.code, ErrorCode::Busy | ErrorCode::StorageUnavailable) => Err(error),
        // Sealed under another master key, say: it would fail for ever, and whoever asked can ask again.
        Err(error) => {
            warn!(ask = %id, %error, "an ask is dropped");
            app.write_blocking(move |work| Ok(rows::take(work.uow, id).map(drop)?))
        }
        Ok(()) => Ok(()),
    }
}

fn open(vault: &Vault, row: &Waiting) -> Result<Content> {
    let json = vault.open_sealed(Purpose::Ask, &row.sealed_content)?;
    serde_json::from_slice(&json).map_err(Error::internal)
}

fn answer(app: &App, id: AskId, content: Content) -> Result<()> {
    let Content { ask, request, ip, port } = content;
    let origin = Origin {
        request,
        ip,
        port,
        session: None,
    };
    app.write_blocking_from(origin, move |work| {
        // Another node was faster.
        if !rows::take(work.uow, id)? {
            return Ok(());
        }
        failpoint!("asks.taken", Error::busy);
        match &ask {
            Ask::PasswordReset { email } => passwords::send_reset(work, &address(email)?),
            Ask::Registration { enterprise, account } => registration::send(work, enterprise.as_deref(), account),
            Ask::TakeAddress { account, new, token } => addresses::send(work, *account, &address(new)?, token),
        }
    })
}

/// An address that was parsed before it was kept.
pub(super) fn address(kept: &str) -> Result<Email> {
    Email::parse(kept).map_err(|violation| Error::internal(violation.en()))
}

/// Tells the owner of an address that somebody wanted to use it; false when it has no account.
pub(super) fn tell_owner(work: &mut Work<'_, '_>, email: &Email) -> Result<bool> {
    let Some(known) = accounts::credentials(work.conn(), &email.key())? else {
        return Ok(false);
    };
    let owner = accounts::find(work.conn(), known.account)?;
    work.send(&Recipient::of(&owner), &Letter::AddressKnown)?;
    Ok(true)
}
