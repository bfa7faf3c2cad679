//! What a member was told of the enterprise (thông báo): decisions, terms that end, what officers wrote. The same that its letters
//! say, kept when they are emptied.

use jiff::Timestamp;
use tracing::warn;

use super::Result;
use super::context::Caller;
use super::letters::{self, Content};
use super::paging::{cut, rows_for};
use super::vault::Vault;
use crate::domain::access::{Action, Resource, decide};
use crate::domain::ids::LetterId;
pub use crate::store::notices::Place;
use crate::store::{AnyConn, notices};

/// A notice.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Identifier, that of its letter.
    pub id: LetterId,
    /// When it was written.
    pub created_at: Timestamp,
    /// What it says.
    pub content: Content,
}

/// A page of what the caller was told of the enterprise to which the caller belongs now, newest first, and the place of the next
/// page. Whoever belongs to none was told nothing; what cannot be opened is left out.
pub fn mine(
    conn: &mut AnyConn,
    vault: &Vault,
    caller: &Caller,
    (after, limit): (Option<Place>, u32),
    now: Timestamp,
) -> Result<(Vec<Notice>, Option<Place>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ManageSelf, &Resource::None)?;
    let Some((account, (enterprise, _))) = actor.account().zip(actor.enterprise()) else {
        return Ok((Vec::new(), None));
    };
    let rows = notices::page(conn, account, enterprise, after, rows_for(limit))?;
    let (rows, next) = cut(rows, limit, |row| (row.created_at, row.id));
    let notices = rows.into_iter().filter_map(|row| {
        let opened = letters::open(vault, &row.sealed_content);
        // Written under another master key, or damaged: it takes none of the others with it.
        let content = opened.inspect_err(|error| warn!(notice = %row.id, %error, "a notice cannot be opened"));
        Some(Notice {
            id: row.id,
            created_at: row.created_at,
            content: content.ok()?,
        })
    });
    Ok((notices.collect(), next))
}
