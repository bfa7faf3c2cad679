//! Rows of the register of what people ask about their data.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::access::Permit;
use crate::domain::ids::{AccountId, DataRequestId};
use crate::domain::privacy::{DataRequest, RequestState};
use crate::domain::text::Prose;
use crate::store::schema::{accounts, data_requests};
use crate::store::types::{DbId, DbTs};
use crate::store::{AnyConn, Error, Result, Uow};

type RequestRow = (
    (DbId, DbId, String, String, Option<String>),
    (DbTs, DbTs, DbTs, Option<DbTs>, Option<DbTs>, Option<DbTs>),
    (Option<DbId>, Option<String>, i64),
    (Option<i64>, Option<i64>),
);

macro_rules! request_columns {
    () => {
        (
            (
                data_requests::id,
                data_requests::account_id,
                data_requests::kind,
                data_requests::state,
                data_requests::details,
            ),
            (
                data_requests::received_at,
                data_requests::acknowledge_by,
                data_requests::fulfil_by,
                data_requests::extended_at,
                data_requests::acknowledged_at,
                data_requests::closed_at,
            ),
            (data_requests::handled_by, data_requests::answer, data_requests::version),
            (data_requests::fulfil_days, data_requests::extended_days),
        )
    };
}

fn into_request(row: RequestRow) -> Result<DataRequest> {
    let (
        (id, account, kind, state, details),
        (received, acknowledge_by, fulfil_by, extended, acknowledged, closed),
        (handled_by, answer, version),
        (fulfil_days, extended_days),
    ) = row;
    let days = |count: Option<i64>| {
        let days = count.map(u16::try_from).transpose();
        days.map_err(|_too_many| Error::Row("days of a data request".into()))
    };
    Ok(DataRequest {
        id: DataRequestId(id.0),
        account: AccountId(account.0),
        kind: kind.parse()?,
        state: state.parse()?,
        details: details.map(Prose::stored),
        received_at: received.0,
        acknowledge_by: acknowledge_by.0,
        fulfil_by: fulfil_by.0,
        fulfil_days: days(fulfil_days)?,
        extended_days: days(extended_days)?,
        extended_at: extended.map(|at| at.0),
        acknowledged_at: acknowledged.map(|at| at.0),
        closed_at: closed.map(|at| at.0),
        handled_by: handled_by.map(|by| AccountId(by.0)),
        answer: answer.map(Prose::stored),
        version,
    })
}

/// Enters a request into the register.
pub fn register(uow: &mut Uow<'_>, request: &DataRequest) -> Result<()> {
    diesel::insert_into(data_requests::table)
        .values((
            data_requests::id.eq(DbId(request.id.0)),
            data_requests::account_id.eq(DbId(request.account.0)),
            data_requests::kind.eq(request.kind.as_str()),
            data_requests::state.eq(request.state.as_str()),
            data_requests::details.eq(request.details.as_ref().map(Prose::as_str)),
            data_requests::received_at.eq(DbTs(request.received_at)),
            data_requests::acknowledge_by.eq(DbTs(request.acknowledge_by)),
            data_requests::fulfil_by.eq(DbTs(request.fulfil_by)),
            data_requests::fulfil_days.eq(request.fulfil_days.map(i64::from)),
            data_requests::version.eq(request.version),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes what became of a request, and counts the version; [`Error::Stale`] when somebody else was faster.
pub fn update(uow: &mut Uow<'_>, _permit: &Permit, request: &mut DataRequest) -> Result<()> {
    let row = data_requests::table
        .filter(data_requests::id.eq(DbId(request.id.0)))
        .filter(data_requests::version.eq(request.version));
    let count = diesel::update(row)
        .set((
            data_requests::state.eq(request.state.as_str()),
            data_requests::acknowledge_by.eq(DbTs(request.acknowledge_by)),
            data_requests::fulfil_by.eq(DbTs(request.fulfil_by)),
            data_requests::extended_days.eq(request.extended_days.map(i64::from)),
            data_requests::extended_at.eq(request.extended_at.map(DbTs)),
            data_requests::acknowledged_at.eq(request.acknowledged_at.map(DbTs)),
            data_requests::closed_at.eq(request.closed_at.map(DbTs)),
            data_requests::handled_by.eq(request.handled_by.map(|by| DbId(by.0))),
            data_requests::answer.eq(request.answer.as_ref().map(Prose::as_str)),
            data_requests::version.eq(request.version + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    request.version += 1;
    Ok(())
}

/// Finds a request.
pub fn request(conn: &mut AnyConn, id: DataRequestId) -> Result<DataRequest> {
    let row: RequestRow = data_requests::table
        .filter(data_requests::id.eq(DbId(id.0)))
        .select(request_columns!())
        .first(conn)?;
    into_request(row)
}

/// Somebody's requests, newest first, `limit` at most.
pub fn requests_of(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<DataRequest>> {
    let rows: Vec<RequestRow> = data_requests::table
        .filter(data_requests::account_id.eq(DbId(account.0)))
        .order((data_requests::received_at.desc(), data_requests::id.desc()))
        .select(request_columns!())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(into_request).collect()
}

/// Requests about which something is still to be done, oldest first, after one of them.
pub fn open_requests(conn: &mut AnyConn, after: Option<DataRequestId>, limit: i64) -> Result<Vec<DataRequest>> {
    let open = RequestState::ALL.iter().filter(|state| state.is_open());
    let open: Vec<&str> = open.map(|state| state.as_str()).collect();
    let after = DbId(after.map_or(uuid::Uuid::nil(), |after| after.0));
    let rows: Vec<RequestRow> = data_requests::table
        .filter(data_requests::state.eq_any(open))
        .filter(data_requests::id.gt(after))
        .order(data_requests::id.asc())
        .select(request_columns!())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(into_request).collect()
}

/// Which requests of the register.
#[derive(Clone, Copy, Debug, Default)]
pub struct Register {
    /// In this state.
    pub state: Option<RequestState>,
    /// Whose term was not kept, as of this instant.
    pub overdue_at: Option<Timestamp>,
    /// After this place.
    pub after: Option<(Timestamp, DataRequestId)>,
}

/// The register, the most urgent first, with name and address of who asks.
pub fn requests(conn: &mut AnyConn, which: Register, limit: i64) -> Result<Vec<(DataRequest, String, String)>> {
    let open = RequestState::ALL.iter().filter(|state| state.is_open());
    let open: Vec<&str> = open.map(|state| state.as_str()).collect();
    let states: Vec<&str> = match which.state {
        Some(state) => vec![state.as_str()],
        None => RequestState::ALL.iter().map(|state| state.as_str()).collect(),
    };
    let (at, id) = which
        .after
        .map_or((Timestamp::UNIX_EPOCH, uuid::Uuid::nil()), |(at, id)| (at, id.0));
    let place = data_requests::fulfil_by.gt(DbTs(at)).or(data_requests::fulfil_by
        .eq(DbTs(at))
        .and(data_requests::id.gt(DbId(id))));
    let order = (data_requests::fulfil_by.asc(), data_requests::id.asc());
    let columns = (request_columns!(), accounts::display_name, accounts::email);
    let rows: Vec<(RequestRow, String, String)> = match which.overdue_at {
        None => data_requests::table
            .inner_join(accounts::table.on(accounts::id.eq(data_requests::account_id)))
            .filter(data_requests::state.eq_any(states))
            .filter(place)
            .order(order)
            .select(columns)
            .limit(limit)
            .load(conn)?,
        Some(now) => {
            let unacknowledged = data_requests::state
                .eq(RequestState::Received.as_str())
                .and(data_requests::acknowledge_by.le(DbTs(now)));
            data_requests::table
                .inner_join(accounts::table.on(accounts::id.eq(data_requests::account_id)))
                .filter(data_requests::state.eq_any(states))
                .filter(data_requests::state.eq_any(open))
                .filter(data_requests::fulfil_by.le(DbTs(now)).or(unacknowledged))
                .filter(place)
                .order(order)
                .select(columns)
                .limit(limit)
                .load(conn)?
        }
    };
    rows.into_iter()
        .map(|(row, name, email)| Ok((into_request(row)?, name, email)))
        .collect()
}
