//! Figures about reviews, for officers who read reports.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::access::{Action, Resource, decide};
use crate::domain::ids::AccountId;
use crate::domain::review::backlog::Backlog;
use crate::domain::review::figures::{Figures, Month};
use crate::service::Result;
use crate::service::context::Caller;
use crate::store::{AnyConn, backlog, review_decisions, review_messages};

/// Figures, and what the officers in them are called.
#[derive(Clone, Debug)]
pub struct Report {
    /// The figures.
    pub figures: Figures,
    /// What waits at the moment.
    pub waiting: Vec<Backlog>,
    /// Names of officers.
    pub names: HashMap<AccountId, String>,
}

/// The figures of some months, the first and the last of them included.
pub fn read(conn: &mut AnyConn, caller: &Caller, (first, last): (Month, Month), now: Timestamp) -> Result<Report> {
    decide(&caller.actor(conn, now)?, Action::ReadReports, &Resource::None)?;
    let facts = review_decisions::facts(conn, (first.begins(), last.next().begins()))?;
    let mut officers: Vec<AccountId> = facts.iter().map(|fact| fact.officer).collect();
    officers.sort_unstable();
    officers.dedup();
    Ok(Report {
        figures: Figures::of(&facts),
        waiting: backlog::all(conn)?,
        names: review_messages::names(conn, &officers)?.into_iter().collect(),
    })
}
