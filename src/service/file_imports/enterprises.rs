//! Enterprises from a file that an officer sends (nhập doanh nghiệp từ tệp): who may, how its rows are read, and what becomes of them
//! ([`file_imports`](super) has the rest).
//!
//! What is entered so is active and has no owner: an officer admits the first one among those who ask
//! ([`join_requests`](crate::service::join_requests)).

mod alike;
mod apply;
mod columns;
mod flagged;
mod parents;
mod row;
mod seen;
mod templates;
mod themselves;
mod words;

use jiff::Timestamp;
use serde_json::Value;

use self::columns::Cell;
use super::listings::intake::{Find, Taken};
use super::listings::json_line;
use super::listings::names::Names;
use super::{Loading, Prepared, Subject, start};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::account::Scope;
use crate::domain::audit::Deed;
use crate::domain::enterprise::PersonalId;
use crate::domain::fields::Violation;
use crate::domain::file::FileName;
use crate::domain::ids::{AccountId, EnterpriseImportId};
use crate::domain::import::{Format, Sender, TableFault};
use crate::domain::taxonomy::InForce;
use crate::service::context::{Caller, Work};
use crate::service::{Error, ErrorCode, Result};
pub use crate::store::file_imports::Enterprises;
use crate::store::file_imports::enterprises::open_of;
use crate::store::file_imports::{Files as _, ImportOf, RowOf};
use crate::store::{self, AnyConn};
use row::{Book, Head, Read};
use seen::{Before, Chunk};
pub use templates::template;

/// A file of enterprises.
pub type Import = ImportOf<Enterprises>;
/// What became of one of its rows.
pub type Row = RowOf<Enterprises>;

impl Subject for Enterprises {
    const NAME: &'static str = "enterprise_import";
    const DEEDS: [Deed; 2] = [Deed::EnterpriseImportStarted, Deed::EnterpriseImportCancelled];
    const COLUMNS: Find = columns::role;

    type Head = Head;
    type Book = Book;
    type Read = Read;
    type Seen = seen::Taken;
    type Chunk = Chunk;

    fn too_many(most: i64) -> (String, String) {
        (
            format!("Mỗi cán bộ có tối đa {most} lần nhập doanh nghiệp đang chờ hoặc đang chạy."),
            format!("An officer has at most {most} imports of enterprises that wait or run."),
        )
    }

    fn sender(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, AccountId)> {
        let actor = caller.actor(conn, now)?;
        let permit = decide(&actor, Action::ImportEnterprises, &Resource::None)?;
        Ok((permit, actor.account().ok_or(ErrorCode::Forbidden)?))
    }

    fn reader(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<Option<AccountId>> {
        officer(conn, caller, now).map(|(_, owner)| owner)
    }

    fn stopper(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, Option<AccountId>)> {
        officer(conn, caller, now)
    }

    fn owner(officer: AccountId) -> AccountId {
        officer
    }

    /// They are loaded one after the other, whoever sent them.
    fn before(_officer: AccountId) -> Option<AccountId> {
        None
    }

    fn in_name_of(officer: AccountId) -> Sender {
        Sender::Officer(officer)
    }

    fn may_go_on(work: &mut Work<'_, '_>, caller: &Caller, _officer: AccountId) -> Result<Permit> {
        let now = work.now;
        let actor = caller.actor(work.conn(), now)?;
        Ok(decide(&actor, Action::ImportEnterprises, &Resource::None)?)
    }

    fn fault(fault: TableFault) -> TableFault {
        match fault {
            TableFault::NoExternalId => TableFault::NoTaxCodes,
            other => other,
        }
    }

    fn kept(taken: Taken) -> Result<Taken> {
        require_impersonal(taken)
    }

    fn head(names: &[String]) -> Head {
        Head::of(names)
    }

    fn book(lists: InForce, names: Names) -> Book {
        Book { lists, names }
    }

    fn read(format: Format, head: &Head, book: &Book, line: &str) -> Option<Read> {
        row::read(format, head, book, line)
    }

    fn so_far(conn: &mut AnyConn, id: EnterpriseImportId) -> store::Result<seen::Taken> {
        seen::Taken::so_far(conn, id)
    }

    fn add(seen: &mut seen::Taken, done: Chunk) {
        seen.add(done);
    }

    fn load(
        work: &mut Work<'_, '_>,
        loading: &Loading<'_, Self>,
        seen: &seen::Taken,
        own: &mut Chunk,
        read: &Read,
    ) -> Result<Row> {
        let before = Before::of(seen, own);
        let (row, new) = apply::load_row(work, loading.permit, loading.is_dry_run, loading.head, before, read)?;
        own.note(&row, new);
        Ok(row)
    }
}

/// Refuses a file that has personal numbers before anything of it is kept: they would lie in the file store, and in files of errors. Those
/// that stand where tax codes do, as households have them, are masked, and their rows refused.
fn require_impersonal(mut taken: Taken) -> Result<Taken> {
    let of_whole = |violation| Error::field("content", violation);
    let impersonal = || of_whole(Violation::Malformed { what: "not_from_file" });
    if !taken.head.is_empty() {
        if taken.head.iter().any(|name| columns::is_personal(name)) {
            return Err(impersonal());
        }
        taken.rows = masked(&taken)?;
        return Ok(taken);
    }
    for line in taken.rows.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let (row, line): (i64, String) = serde_json::from_slice(line).map_err(Error::internal)?;
        if says_one(&line) {
            return Err(impersonal());
        }
        // Of these the last one alone would be looked at.
        if let Some(member) = json_line::first_twice(&line) {
            return Err(of_whole(Violation::MemberTwice { row, member }));
        }
    }
    Ok(taken)
}

/// Whether a line of JSON Lines has a personal number; of one that cannot be read, whether it names one.
fn says_one(line: &str) -> bool {
    let Ok(sent) = serde_json::from_str::<Value>(line) else {
        return line.contains("personal_id");
    };
    let own = sent.pointer("/enterprise/personal_id");
    let code = sent.pointer("/enterprise/tax_code").and_then(Value::as_str);
    own.is_some_and(|number| !number.is_null()) || code.is_some_and(|code| PersonalId::parse(code).is_ok())
}

/// The rows of a table without the personal numbers among its tax codes.
fn masked(taken: &Taken) -> Result<Vec<u8>> {
    let names = taken.head.iter().enumerate();
    let codes: Vec<usize> = names
        .filter(|(_, name)| matches!(columns::find(name), Some((Cell::TaxCode, _))))
        .map(|(at, _)| at)
        .collect();
    let mut rows = Vec::with_capacity(taken.rows.len());
    for line in taken.rows.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let (number, mut cells): (i64, Vec<String>) = serde_json::from_slice(line).map_err(Error::internal)?;
        for at in &codes {
            if let Some(cell) = cells.get_mut(*at)
                && let Ok(personal) = PersonalId::parse(cell)
            {
                *cell = personal.masked();
            }
        }
        serde_json::to_writer(&mut rows, &(number, cells)).map_err(Error::internal)?;
        rows.push(b'\n');
    }
    Ok(rows)
}

/// Begins an import, or gives the one of the same officer and file that has not come to its end.
pub fn start_or_go_on(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    name: &FileName,
    is_dry_run: bool,
    prepared: &Prepared,
) -> Result<Import> {
    let now = work.now;
    let (_, owner) = Enterprises::sender(work.conn(), caller, now)?;
    if let Some(open) = open_of(work.conn(), owner, &prepared.digest, is_dry_run)? {
        let open = Enterprises::find(work.conn(), open)?;
        if open.head == prepared.taken.head {
            return Ok(open);
        }
    }
    start::<Enterprises>(work, caller, name, is_dry_run, prepared)
}

/// Whose imports an officer sees: with a scope the own ones, since rows name enterprises of everywhere.
fn seen_by(actor: &Actor) -> Result<Option<AccountId>> {
    match actor {
        Actor::Officer { scope, .. } if *scope == Scope::default() => Ok(None),
        Actor::Officer { account, .. } => Ok(Some(*account)),
        _ => Err(ErrorCode::Forbidden.into()),
    }
}

fn officer(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, Option<AccountId>)> {
    let actor = caller.actor(conn, now)?;
    let permit = decide(&actor, Action::ImportEnterprises, &Resource::None)?;
    Ok((permit, seen_by(&actor)?))
}
