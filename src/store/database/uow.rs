//! Units of work, and parts of them that may fail.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use diesel::Connection;
use diesel::connection::TransactionManager;
use tracing::warn;

use crate::store::audit_chain::{self, Head};
use crate::store::conn::{AnyConn, depth};
use crate::store::turns::{self, Need};
use crate::store::{Error, Result};

/// A unit of work: the only thing that writes are made through.
pub struct Uow<'c> {
    conn: &'c mut AnyConn,
    depth: u32,
    wakes_indexer: bool,
    /// When it is done again, it waits for that first.
    pub(super) need: Need,
    /// Where the next row of the audit trail is chained to, once that is known.
    pub(super) chain_end: Option<Head>,
}

impl<'c> Uow<'c> {
    /// One in the transaction or savepoint that is open at this depth.
    pub(in crate::store) fn new(conn: &'c mut AnyConn, depth: u32) -> Self {
        Self {
            conn,
            depth,
            wakes_indexer: false,
            need: Need::default(),
            chain_end: None,
        }
    }

    /// The connection, for reads within the unit of work.
    pub fn conn(&mut self) -> &mut AnyConn {
        self.conn
    }

    /// Keeps others out who need a turn, until the unit's end.
    pub(in crate::store) fn take_turn(&mut self) -> Result<()> {
        self.need = Need::Turn;
        turns::take(self.conn)
    }

    pub(in crate::store) fn wake_indexer(&mut self) {
        self.wakes_indexer = true;
    }

    pub(in crate::store) fn wakes_indexer(&self) -> bool {
        self.wakes_indexer
    }

    /// Where the next row of the audit trail is chained to. On PostgreSQL it is known from the beginning; on SQLite it is
    /// read here, where nobody else can write until the unit's end.
    pub(in crate::store) fn chain_end(&mut self) -> Result<Head> {
        self.chain_end
            .map_or_else(|| Head::read(self.conn, audit_chain::SQLITE_LANE), Ok)
    }

    pub(in crate::store) fn set_chain_end(&mut self, head: Head) {
        self.chain_end = Some(head);
    }

    /// Does a part that may fail without spoiling the rest: its changes are undone when it gives an error or panics.
    pub fn part<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Uow<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        type Manager = <AnyConn as Connection>::TransactionManager;
        // On a full disk SQLite ends the whole transaction by itself; a part begun after that would be a transaction
        // of its own, and be kept whatever becomes of the unit.
        if depth(self.conn) != Some(self.depth) {
            return Err(Error::Storage("the transaction has ended".into()).into());
        }
        Manager::begin_transaction(self.conn).map_err(Error::from)?;
        let mut part = Uow {
            conn: self.conn,
            depth: self.depth + 1,
            wakes_indexer: self.wakes_indexer,
            need: self.need,
            chain_end: self.chain_end,
        };
        let result = catch_unwind(AssertUnwindSafe(|| work(&mut part)));
        let (wakes_indexer, chain_end) = (part.wakes_indexer, part.chain_end);
        self.need = part.need;
        match result {
            Ok(Ok(value)) => {
                Manager::commit_transaction(self.conn).map_err(Error::from)?;
                self.wakes_indexer = wakes_indexer;
                // Rows of a part that is undone are undone with it, so the chain goes on from where it was.
                self.chain_end = chain_end;
                Ok(value)
            }
            Ok(Err(error)) => {
                Manager::rollback_transaction(self.conn).map_err(|cause| {
                    warn!(error = %cause, "a part could not be undone");
                    Error::Storage(cause.to_string())
                })?;
                Err(error)
            }
            Err(panic) => {
                // Left open it would turn the unit's commit into the end of a savepoint: answered, and never kept.
                if let Err(cause) = Manager::rollback_transaction(self.conn) {
                    warn!(error = %cause, "a part that panicked could not be undone");
                }
                resume_unwind(panic)
            }
        }
    }
}
