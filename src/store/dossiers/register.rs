//! Dossiers as officers, and their parties, look for them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;

use super::Row;
use crate::domain::calendar::day_of;
use crate::domain::dossier::Dossier;
use crate::domain::ids::{AccountId, DossierId, EnterpriseId};
use crate::domain::procedure::Side;
use crate::store::listings::register::Between;
use crate::store::schema::{dossier_events, dossier_proposals, dossier_reminders, dossiers};
use crate::store::types::{DbId, DbTs};
use crate::store::{AnyConn, Result, dossier_reminders as reminders};

/// Where a page goes on: after the dossier that was begun then.
pub type Place = (Timestamp, DossierId);

/// Which dossiers are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those of this enterprise, as filer or as the other party; all that are with officers when absent.
    pub enterprise: Option<EnterpriseId>,
    /// Of this procedure.
    pub procedure: Option<String>,
    /// In this state.
    pub state: Option<String>,
    /// Whose term is over (true), or not (false).
    pub overdue: Option<bool>,
    /// Handled by this officer; by nobody when the inner one is absent.
    pub handler: Option<Option<AccountId>>,
    /// With this number.
    pub number: Option<String>,
    /// Of which something is proposed and waits for a signature (true), or nothing (false).
    pub proposed: Option<bool>,
    /// Of which a superior was told that a term was missed (true), or not (false).
    pub escalated: Option<bool>,
    /// First handed in within this time, on paper by the day on which it came.
    pub handed_in: Between,
    /// Decided within a time.
    pub decided: Option<Decided>,
    /// With these folded words in number, parties' names, technology, project or product; what dossiers say the program reads, and
    /// not the database.
    pub words: Vec<String>,
    /// Of a party with this tax code, or with that of one that became part of whoever has it; likewise.
    pub tax_code: Option<String>,
    /// In this direction; likewise.
    pub direction: Option<String>,
    /// Of a technology in this field, or in one below it; likewise.
    pub field: Option<String>,
}

/// Dossiers that came to be decided within a time, by whomever but their filer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// When.
    pub at: Between,
    /// The states in which a dossier is decided, as each procedure has them, by its code.
    pub states: BTreeMap<String, BTreeSet<String>>,
}

/// Between the code of a procedure and that of a state; in neither.
const BETWEEN: &str = "/";

/// A page, the newest first.
pub fn page(
    conn: &mut AnyConn,
    wanted: &Wanted,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Dossier>> {
    let mut query = dossiers::table.into_boxed();
    query = match wanted.enterprise {
        Some(enterprise) => {
            let id = DbId(enterprise.0);
            let is_party = dossiers::counterparty_id
                .eq(id)
                .and(dossiers::handed_in_at.is_not_null());
            let is_own = dossiers::is_paper.eq(false).or(dossiers::handed_in_at.is_not_null());
            let is_filer = dossiers::enterprise_id.eq(id).and(is_own);
            query.filter(is_filer.or(is_party).assume_not_null())
        }
        None => query.filter(dossiers::handed_in_at.is_not_null().or(dossiers::is_paper.eq(true))),
    };
    if let Some(procedure) = &wanted.procedure {
        query = query.filter(dossiers::procedure.eq(procedure.clone()));
    }
    if let Some(state) = &wanted.state {
        query = query.filter(dossiers::state.eq(state.clone()));
    }
    if let Some(number) = &wanted.number {
        query = query.filter(dossiers::number.eq(number.clone()));
    }
    query = match wanted.overdue {
        None => query,
        Some(true) => query.filter(dossiers::due_at.le(DbTs(now))),
        Some(false) => query.filter(
            dossiers::due_at
                .is_null()
                .or(dossiers::due_at.assume_not_null().gt(DbTs(now))),
        ),
    };
    let waits = || exists(dossier_proposals::table.filter(dossier_proposals::dossier_id.eq(dossiers::id)));
    query = match wanted.proposed {
        None => query,
        Some(true) => query.filter(waits()),
        Some(false) => query.filter(not(waits())),
    };
    let told = dossier_reminders::table
        .filter(dossier_reminders::dossier_id.eq(dossiers::id))
        .filter(dossier_reminders::stage.eq(reminders::Stage::Escalated.as_str()));
    query = match wanted.escalated {
        None => query,
        Some(true) => query.filter(exists(told)),
        Some(false) => query.filter(not(exists(told))),
    };
    query = match wanted.handler {
        None => query,
        Some(None) => query.filter(dossiers::handler_id.is_null()),
        Some(Some(officer)) => query.filter(dossiers::handler_id.eq(DbId(officer.0))),
    };
    // A paper was handed in when it came, and not when it was entered: nothing else of a dossier came before it.
    let came_before = |at: Timestamp| {
        dossier_events::table
            .filter(dossier_events::dossier_id.eq(dossiers::id))
            .filter(dossier_events::received_on.lt(day_of(at).to_string()))
    };
    if let Some(from) = wanted.handed_in.from {
        query = query.filter(dossiers::handed_in_at.ge(DbTs(from)));
        query = query.filter(not(exists(came_before(from))));
    }
    if let Some(before) = wanted.handed_in.before {
        let entered_before = dossiers::handed_in_at.assume_not_null().lt(DbTs(before));
        query = query.filter(dossiers::handed_in_at.is_not_null());
        query = query.filter(entered_before.or(exists(came_before(before))));
    }
    if let Some(Decided { at, states }) = &wanted.decided {
        let (from, before) = (at.from.unwrap_or_default(), at.before.unwrap_or(Timestamp::MAX));
        let of_procedure = || dossiers::procedure.concat(BETWEEN);
        let states = states.iter();
        let states =
            states.flat_map(|(code, states)| states.iter().map(move |state| format!("{code}{BETWEEN}{state}")));
        let states: Vec<String> = states.collect();
        let decided = dossier_events::table
            .filter(dossier_events::dossier_id.eq(dossiers::id))
            .filter(dossier_events::side.eq(Side::Officer.as_str()))
            .filter(of_procedure().concat(dossier_events::to_state).eq_any(states.clone()))
            .filter(not(of_procedure().concat(dossier_events::from_state).eq_any(states)))
            .filter(dossier_events::at.ge(DbTs(from)))
            .filter(dossier_events::at.lt(DbTs(before)));
        query = query.filter(exists(decided));
    }
    if let Some((at, id)) = after {
        let at = DbTs(at);
        // The first says nothing new, but is what lets the index be entered at the right place.
        query = query
            .filter(dossiers::created_at.le(at))
            .filter(dossiers::created_at.lt(at).or(dossiers::id.lt(DbId(id.0))));
    }
    let rows: Vec<Row> = query
        .order((dossiers::created_at.desc(), dossiers::id.desc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}
