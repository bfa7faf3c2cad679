//! The officers whose accounts are open, for whoever has to tell some of them something.

use jiff::Timestamp;

use super::Result;
use super::paging::{cut, rows_for};
use crate::domain::access::Actor;
use crate::domain::account::{Account, AccountStatus, Standing};
use crate::store::{AnyConn, accounts, reference};

/// Accounts that are looked at at once.
const AT_ONCE: u32 = 100;

/// An officer who is told, with what the officer may do.
#[derive(Clone, Debug)]
pub(super) struct Officer {
    pub(super) account: Account,
    pub(super) actor: Actor,
}

/// The officers whose accounts are open.
pub(super) fn officers(conn: &mut AnyConn, now: Timestamp) -> Result<Vec<Officer>> {
    let (mut officers, mut after) = (Vec::new(), None);
    loop {
        let (ids, next) = cut(accounts::officers(conn, after, rows_for(AT_ONCE))?, AT_ONCE, |id| *id);
        for id in ids {
            let account = accounts::find(conn, id)?;
            if let (Standing::Officer { permissions, scope }, AccountStatus::Active) =
                (&account.standing, account.status)
            {
                let actor = Actor::Officer {
                    account: id,
                    permissions: permissions.clone(),
                    scope: reference::scope_of_today(conn, scope, now)?,
                    // A letter tells no more than that there is something to be done.
                    enrolled: true,
                };
                officers.push(Officer { account, actor });
            }
        }
        if next.is_none() {
            return Ok(officers);
        }
        after = next;
    }
}
