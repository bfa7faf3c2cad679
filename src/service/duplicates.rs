//! Enterprises that registered twice, found by what they share.

use jiff::Timestamp;

use super::Result;
use super::context::Caller;
use super::enterprises::{hide, resource};
use crate::domain::access::{Action, decide};
use crate::domain::enterprise::{Enterprise, Likeness, likeness};
use crate::domain::ids::EnterpriseId;
use crate::store::{AnyConn, enterprises};

/// How many are told at the most.
pub const MOST: usize = 50;
/// How many are read at once.
const BATCH: i64 = 500;

/// Enterprises that look like this one, the most alike first, as far as the officer may review them.
pub fn find(
    conn: &mut AnyConn,
    caller: &Caller,
    id: EnterpriseId,
    now: Timestamp,
) -> Result<Vec<(Enterprise, Likeness)>> {
    let actor = caller.actor(conn, now)?;
    let own = enterprises::find(conn, id).map_err(|error| hide(&actor, error))?;
    decide(&actor, Action::MergeEnterprises, &resource(&own))?;
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        // Names are folded in Rust, not in SQL; so all are read, some thousands, in their order.
        let batch = enterprises::unmerged(conn, after, BATCH)?;
        let Some(last) = batch.last() else { break };
        after = Some(last.id);
        for other in batch {
            let may = other.id != id && decide(&actor, Action::MergeEnterprises, &resource(&other)).is_ok();
            if let (true, Some(likeness)) = (may, likeness(&own.profile, &other.profile)) {
                found.push((other, likeness));
            }
        }
    }
    found.sort_by(|one, other| other.1.score.cmp(&one.1.score).then(one.0.id.cmp(&other.0.id)));
    found.truncate(MOST);
    Ok(found)
}
