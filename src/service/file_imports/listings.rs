//! Listings from a file that an enterprise sends: who may, how its rows are read, and what becomes of them
//! ([`file_imports`](super) has the rest).

pub(in crate::service) mod apply;
pub mod choices;
pub mod columns;
pub mod entries;
pub mod errors;
pub mod guard;
pub mod intake;
pub(in crate::service) mod json_line;
pub(in crate::service) mod legacy;
pub mod names;
mod patch;
pub mod row;
pub mod values;
mod which;

use jiff::Timestamp;

use super::{Loading, Subject};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::ids::{EnterpriseId, ListingImportId};
use crate::domain::import::{Format, Sender, TableFault};
use crate::domain::taxonomy::InForce;
use crate::service::context::{Caller, Work};
use crate::service::{ErrorCode, Result};
pub use crate::store::file_imports::Listings;
use crate::store::file_imports::listings::Whose;
use crate::store::file_imports::{ImportOf, RowOf};
use crate::store::{self, AnyConn};
use intake::{Find, Taken};
use names::Names;
use row::{Head, Read};
use which::{Before, Chunk};

/// A file of listings.
pub type Import = ImportOf<Listings>;
/// What became of one of its rows.
pub type Row = RowOf<Listings>;

/// Who may write listings, and for which enterprise.
fn writer(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, Actor, EnterpriseId)> {
    let actor = caller.actor(conn, now)?;
    let permit = decide(&actor, Action::CreateListing, &Resource::None)?;
    let (enterprise, _) = actor.enterprise().ok_or(ErrorCode::Forbidden)?;
    Ok((permit, actor, enterprise))
}

impl Subject for Listings {
    const NAME: &'static str = "listing_import";
    const DEEDS: [Deed; 2] = [Deed::ListingImportStarted, Deed::ListingImportCancelled];
    const COLUMNS: Find = intake::of_listings;

    type Head = Head;
    type Book = Names;
    type Read = Read;
    type Seen = which::Taken;
    type Chunk = Chunk;

    fn too_many(most: i64) -> (String, String) {
        (
            format!("Mỗi doanh nghiệp có tối đa {most} lần nhập đang chờ hoặc đang chạy."),
            format!("An enterprise has at most {most} imports that wait or run."),
        )
    }

    fn sender(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, Whose)> {
        let (permit, actor, enterprise) = writer(conn, caller, now)?;
        let sender = match actor {
            Actor::Member { account, .. } => Sender::Member(account),
            Actor::Key { key, .. } => Sender::Key(key),
            _ => return Err(ErrorCode::Forbidden.into()),
        };
        Ok((permit, Whose { enterprise, sender }))
    }

    fn reader(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<Option<EnterpriseId>> {
        let actor = caller.actor(conn, now)?;
        decide(&actor, Action::ListOwnListings, &Resource::None)?;
        let (enterprise, _) = actor.enterprise().ok_or(ErrorCode::Forbidden)?;
        Ok(Some(enterprise))
    }

    fn stopper(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, Option<EnterpriseId>)> {
        let (permit, _, enterprise) = writer(conn, caller, now)?;
        Ok((permit, Some(enterprise)))
    }

    fn owner(whose: Whose) -> EnterpriseId {
        whose.enterprise
    }

    /// Those of one enterprise are loaded in the order in which they were sent.
    fn before(whose: Whose) -> Option<EnterpriseId> {
        Some(whose.enterprise)
    }

    fn in_name_of(whose: Whose) -> Sender {
        whose.sender
    }

    fn may_go_on(work: &mut Work<'_, '_>, caller: &Caller, whose: Whose) -> Result<Permit> {
        let now = work.now;
        let (permit, _, enterprise) = writer(work.conn(), caller, now)?;
        if enterprise == whose.enterprise {
            Ok(permit)
        } else {
            Err(ErrorCode::Forbidden.into())
        }
    }

    fn fault(fault: TableFault) -> TableFault {
        fault
    }

    fn kept(taken: Taken) -> Result<Taken> {
        Ok(taken)
    }

    fn head(names: &[String]) -> Head {
        Head::of(names)
    }

    fn book(_lists: InForce, names: Names) -> Names {
        names
    }

    fn read(format: Format, head: &Head, names: &Names, line: &str) -> Option<Read> {
        row::read(format, head, names, line)
    }

    fn so_far(conn: &mut AnyConn, id: ListingImportId) -> store::Result<which::Taken> {
        which::Taken::so_far(conn, id)
    }

    fn add(seen: &mut which::Taken, done: Chunk) {
        seen.add(done);
    }

    fn load(
        work: &mut Work<'_, '_>,
        loading: &Loading<'_, Self>,
        seen: &which::Taken,
        own: &mut Chunk,
        read: &Read,
    ) -> Result<Row> {
        let before = Before::of(seen, own);
        let read = before.once(loading.head, read);
        let row = apply::load_row(work, loading, before, &read)?;
        own.note(&row);
        Ok(row)
    }
}
