//! What every use case is handed: the database, the clock, identifiers, keys and the index, and the two ways to run.

use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::credentials::Hasher;
use super::search::IndexSlot;
use super::tokens::Tokens;
use super::{Error, Result};
use crate::domain::access::{Actor, Permit};
use crate::domain::audit::{Deed, Doer, Reason};
use crate::domain::clock::Clock;
use crate::domain::ids::{AccountId, Ids, SessionId};
use crate::store::{self, AnyConn, Database, Uow, accounts};

/// The exchange, as use cases see it. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Arc<Database>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn Ids>,
    /// Password hashing, in threads of its own.
    pub hasher: Arc<Hasher>,
    /// Access and refresh tokens.
    pub tokens: Arc<Tokens>,
    /// The search index, once it is ready.
    pub index: Arc<IndexSlot>,
    /// Lets as many threads at the database as can do something there; the others would only wake and wait.
    pub blocking: Arc<Semaphore>,
}

/// Who calls, as the access token says; whether the session still stands is asked in the unit of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Account and session of the token; `None` for a visitor.
    pub session: Option<(AccountId, SessionId)>,
    /// Identifier of the request, kept in the audit trail.
    pub request: Option<Uuid>,
}

impl Caller {
    /// Somebody who did not sign in.
    pub const VISITOR: Self = Self {
        session: None,
        request: None,
    };

    /// Looks up who stands behind the token now. An ended session, a closed account: `invalid_token`.
    pub fn actor(&self, conn: &mut AnyConn, now: Timestamp) -> Result<Actor> {
        match self.session {
            None => Ok(Actor::Visitor),
            Some((account, session)) => {
                accounts::actor(conn, session, account, now)?.ok_or_else(|| super::ErrorCode::InvalidToken.into())
            }
        }
    }
}

/// A unit of work in progress, with the time and the identifiers that belong to it.
pub struct Work<'a, 'c> {
    /// What writes go through.
    pub uow: &'a mut Uow<'c>,
    /// The instant at which it happens: one for the whole unit.
    pub now: Timestamp,
    ids: &'a dyn Ids,
    request: Option<Uuid>,
}

impl Work<'_, '_> {
    /// The connection, for reads.
    pub fn conn(&mut self) -> &mut AnyConn {
        self.uow.conn()
    }

    /// A new identifier.
    pub fn next_id(&self) -> Uuid {
        self.ids.next()
    }

    /// Writes the audit row of a deed.
    pub fn remember(
        &mut self,
        permit: &Permit,
        deed: Deed,
        subject_kind: &'static str,
        subject: Uuid,
        reason: Option<&Reason>,
    ) -> Result<()> {
        self.append(permit.actor().into(), deed, (subject_kind, subject), None, reason)
    }

    /// The same for a decision about one version of a thing.
    pub fn remember_decision(
        &mut self,
        permit: &Permit,
        deed: Deed,
        subject: (&'static str, Uuid),
        version: i64,
        reason: Option<&Reason>,
    ) -> Result<()> {
        self.append(permit.actor().into(), deed, subject, Some(version), reason)
    }

    /// The same for deeds that need no permit, such as signing out.
    pub fn remember_by(
        &mut self,
        doer: impl Into<Doer>,
        deed: Deed,
        subject_kind: &'static str,
        subject: Uuid,
    ) -> Result<()> {
        self.append(doer.into(), deed, (subject_kind, subject), None, None)
    }

    fn append(
        &mut self,
        doer: Doer,
        deed: Deed,
        (subject_kind, subject): (&'static str, Uuid),
        version: Option<i64>,
        reason: Option<&Reason>,
    ) -> Result<()> {
        let entry = store::audit::Entry {
            id: self.ids.next(),
            at: self.now,
            doer,
            deed,
            subject_kind,
            subject,
            version,
            reason,
            request: self.request,
        };
        Ok(store::audit::append(self.uow, &entry)?)
    }

    /// Does a part that may fail without spoiling the rest.
    pub fn part<T>(&mut self, work: impl FnOnce(&mut Work<'_, '_>) -> Result<T>) -> Result<T> {
        let (now, ids, request) = (self.now, self.ids, self.request);
        self.uow.part(|uow| work(&mut Work { uow, now, ids, request }))
    }
}

impl App {
    /// Reads, on a thread that may block.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AnyConn, Timestamp) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let app = self.clone();
        self.run_blocking(move || app.db.read(|conn| work(conn, app.clock.now())))
            .await
    }

    /// Reads a few rows by their keys: on this very thread where that takes microseconds (SQLite), which is less than
    /// waking another thread costs (docs/adr/0007-reads-by-key.md has the figures). Not for lists or scans.
    pub async fn read_by_key<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AnyConn, Timestamp) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match self.db.reader_at_hand() {
            Some(mut conn) => work(&mut conn, self.clock.now()),
            None => self.read(work).await,
        }
    }

    /// Refuses a caller whose session has ended, where nothing else would ask: whoever sends a token is not to be taken
    /// for a visitor unawares. Visitors cost nothing here.
    pub async fn check_session(&self, caller: Caller) -> Result<()> {
        if caller.session.is_none() {
            return Ok(());
        }
        self.read_by_key(move |conn, now| caller.actor(conn, now).map(drop))
            .await
    }

    /// Does a unit of work; answers after it is durable. `work` may run more than once.
    pub async fn write<T: Send + 'static>(
        &self,
        request: Option<Uuid>,
        work: impl Fn(&mut Work<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let unit = self.unit(request, work);
        if self.db.queues_writes() {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            // Nobody waits any more when the client has gone; the work is done all the same.
            self.db.submit(unit, move |result| drop(sender.send(result)));
            receiver
                .await
                .unwrap_or_else(|_| Err(Error::busy("the writer has stopped")))
        } else {
            let db = self.db.clone();
            self.run_blocking(move || db.write(unit)).await
        }
    }

    /// The same for programs without an async runtime: command line and background jobs.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Work<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.write(self.unit(None, work))
    }

    /// Runs on the runtime's threads for blocking work, in its turn. The closure runs to its end even when the caller
    /// has gone.
    pub async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.blocking.clone().acquire_owned().await.map_err(Error::internal)?;
        let work = move || {
            let result = work();
            drop(turn);
            result
        };
        tokio::task::spawn_blocking(work)
            .await
            .unwrap_or_else(|error| Err(Error::internal(error)))
    }

    fn unit<T>(
        &self,
        request: Option<Uuid>,
        work: impl Fn(&mut Work<'_, '_>) -> Result<T> + Send + 'static,
    ) -> impl Fn(&mut Uow<'_>) -> Result<T> + Send + 'static {
        let (clock, ids) = (self.clock.clone(), self.ids.clone());
        move |uow| {
            work(&mut Work {
                uow,
                now: clock.now(),
                ids: &*ids,
                request,
            })
        }
    }
}
