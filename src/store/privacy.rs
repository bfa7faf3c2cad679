//! Rows of policy documents, acceptances, consents and the register of data requests.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{accounts, consents, data_requests, policy_acceptances, policy_documents};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, MAX_IDS, Result, Uow};
use crate::domain::access::Permit;
use crate::domain::ids::{AccountId, ConsentId, DataRequestId, PolicyId};
use crate::domain::privacy::{
    Acceptance, Consent, DataRequest, Evidence, Policy, PolicyKind, PolicyText, Purpose, RequestState,
};
use crate::domain::text::{Line, Prose};

type PolicyRow = (
    (DbId, String, Option<String>, i64),
    (String, Option<String>, String, Option<String>),
    (Vec<u8>, DbTs, Option<DbId>, DbTs),
);

macro_rules! policy_columns {
    () => {
        (
            (
                policy_documents::id,
                policy_documents::kind,
                policy_documents::purpose,
                policy_documents::number,
            ),
            (
                policy_documents::title_vi,
                policy_documents::title_en,
                policy_documents::body_vi,
                policy_documents::body_en,
            ),
            (
                policy_documents::text_hash,
                policy_documents::effective_from,
                policy_documents::published_by,
                policy_documents::created_at,
            ),
        )
    };
}

fn into_policy(row: PolicyRow) -> Result<Policy> {
    let ((id, kind, purpose, number), (title_vi, title_en, body_vi, body_en), (hash, effective, by, created)) = row;
    Ok(Policy {
        id: PolicyId(id.0),
        kind: kind.parse()?,
        purpose: purpose.map(|purpose| purpose.parse()).transpose()?,
        number,
        text: PolicyText {
            title_vi: Line::stored(title_vi),
            title_en: title_en.map(Line::stored),
            body_vi: Prose::stored(body_vi),
            body_en: body_en.map(Prose::stored),
        },
        text_hash: hash,
        effective_from: effective.0,
        published_by: by.map(|by| AccountId(by.0)),
        created_at: created.0,
    })
}

/// Writes a new version. There is nothing that changes or removes one.
pub fn publish(uow: &mut Uow<'_>, _permit: &Permit, policy: &Policy) -> Result<()> {
    let text = &policy.text;
    diesel::insert_into(policy_documents::table)
        .values((
            policy_documents::id.eq(DbId(policy.id.0)),
            policy_documents::kind.eq(policy.kind.as_str()),
            policy_documents::purpose.eq(policy.purpose.map(Purpose::as_str)),
            policy_documents::number.eq(policy.number),
            policy_documents::title_vi.eq(text.title_vi.as_str()),
            policy_documents::title_en.eq(text.title_en.as_ref().map(Line::as_str)),
            policy_documents::body_vi.eq(text.body_vi.as_str()),
            policy_documents::body_en.eq(text.body_en.as_ref().map(Prose::as_str)),
            policy_documents::text_hash.eq(&policy.text_hash),
            policy_documents::effective_from.eq(DbTs(policy.effective_from)),
            policy_documents::published_by.eq(policy.published_by.map(|by| DbId(by.0))),
            policy_documents::created_at.eq(DbTs(policy.created_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Finds a version.
pub fn policy(conn: &mut AnyConn, id: PolicyId) -> Result<Policy> {
    let row: PolicyRow = policy_documents::table
        .filter(policy_documents::id.eq(DbId(id.0)))
        .select(policy_columns!())
        .first(conn)?;
    into_policy(row)
}

/// The newest version of a kind and purpose; of those in force at an instant, if one is named.
pub fn newest(
    conn: &mut AnyConn,
    kind: PolicyKind,
    purpose: Option<Purpose>,
    in_force_at: Option<Timestamp>,
) -> Result<Option<Policy>> {
    let until = DbTs(in_force_at.unwrap_or(Timestamp::MAX));
    // The empty text stands for no purpose: NULL equals nothing in SQL.
    let row: Option<PolicyRow> = match purpose {
        Some(purpose) => policy_documents::table
            .filter(policy_documents::kind.eq(kind.as_str()))
            .filter(policy_documents::purpose.eq(purpose.as_str()))
            .filter(policy_documents::effective_from.le(until))
            .order(policy_documents::number.desc())
            .select(policy_columns!())
            .first(conn)
            .optional()?,
        None => policy_documents::table
            .filter(policy_documents::kind.eq(kind.as_str()))
            .filter(policy_documents::purpose.is_null())
            .filter(policy_documents::effective_from.le(until))
            .order(policy_documents::number.desc())
            .select(policy_columns!())
            .first(conn)
            .optional()?,
    };
    row.map(into_policy).transpose()
}

/// Versions in the order in which they were published, after one of them.
pub fn policies(conn: &mut AnyConn, after: Option<PolicyId>, limit: i64) -> Result<Vec<Policy>> {
    let after = DbId(after.map_or(uuid::Uuid::nil(), |after| after.0));
    let rows: Vec<PolicyRow> = policy_documents::table
        .filter(policy_documents::id.gt(after))
        .order(policy_documents::id.asc())
        .select(policy_columns!())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(into_policy).collect()
}

/// Notes that somebody accepted a version; false when that was noted before.
pub fn accept(
    uow: &mut Uow<'_>,
    account: AccountId,
    policy: PolicyId,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<bool> {
    let known: i64 = policy_acceptances::table
        .filter(policy_acceptances::account_id.eq(DbId(account.0)))
        .filter(policy_acceptances::document_id.eq(DbId(policy.0)))
        .count()
        .get_result(uow.conn())?;
    if known > 0 {
        return Ok(false);
    }
    diesel::insert_into(policy_acceptances::table)
        .values((
            policy_acceptances::account_id.eq(DbId(account.0)),
            policy_acceptances::document_id.eq(DbId(policy.0)),
            policy_acceptances::accepted_at.eq(DbTs(now)),
            policy_acceptances::ip.eq(&evidence.ip),
            policy_acceptances::user_agent.eq(&evidence.user_agent),
        ))
        .execute(uow.conn())?;
    Ok(true)
}

/// What somebody accepted, newest first, `limit` at most.
pub fn acceptances(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<Acceptance>> {
    type Row = (DbId, String, i64, DbTs, Option<String>, Option<String>);
    let rows: Vec<Row> = policy_acceptances::table
        .inner_join(policy_documents::table)
        .filter(policy_acceptances::account_id.eq(DbId(account.0)))
        .order((policy_acceptances::accepted_at.desc(), policy_documents::id.desc()))
        .select((
            policy_documents::id,
            policy_documents::kind,
            policy_documents::number,
            policy_acceptances::accepted_at,
            policy_acceptances::ip,
            policy_acceptances::user_agent,
        ))
        .limit(limit)
        .load(conn)?;
    let read = |(id, kind, number, at, ip, user_agent): Row| {
        Ok(Acceptance {
            policy: PolicyId(id.0),
            kind: kind.parse()?,
            number,
            accepted_at: at.0,
            evidence: Evidence { ip, user_agent },
        })
    };
    rows.into_iter().map(read).collect()
}

/// Which of some versions at least one of some accounts accepted.
pub fn accepted_of(conn: &mut AnyConn, accounts: &[AccountId], policies: &[PolicyId]) -> Result<Vec<PolicyId>> {
    let policies: Vec<DbId> = policies.iter().map(|id| DbId(id.0)).collect();
    let mut accepted: Vec<DbId> = Vec::new();
    for part in accounts.chunks(MAX_IDS) {
        let accounts: Vec<DbId> = part.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<DbId> = policy_acceptances::table
            .filter(policy_acceptances::account_id.eq_any(accounts))
            .filter(policy_acceptances::document_id.eq_any(&policies))
            .select(policy_acceptances::document_id)
            .distinct()
            .load(conn)?;
        accepted.extend(rows);
    }
    Ok(accepted.into_iter().map(|id| PolicyId(id.0)).collect())
}

/// Writes a consent.
pub fn give(uow: &mut Uow<'_>, account: AccountId, consent: &Consent) -> Result<()> {
    diesel::insert_into(consents::table)
        .values((
            consents::id.eq(DbId(consent.id.0)),
            consents::account_id.eq(DbId(account.0)),
            consents::purpose.eq(consent.purpose.as_str()),
            consents::document_id.eq(DbId(consent.policy.0)),
            consents::channel.eq(&consent.channel),
            consents::given_at.eq(DbTs(consent.given_at)),
            consents::ip.eq(&consent.evidence.ip),
            consents::user_agent.eq(&consent.evidence.user_agent),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Ends one of somebody's consents; false when there is none that still stands.
pub fn withdraw(uow: &mut Uow<'_>, account: AccountId, id: ConsentId, now: Timestamp) -> Result<bool> {
    let row = consents::table
        .filter(consents::id.eq(DbId(id.0)))
        .filter(consents::account_id.eq(DbId(account.0)))
        .filter(consents::withdrawn_at.is_null());
    Ok(diesel::update(row)
        .set(consents::withdrawn_at.eq(DbTs(now)))
        .execute(uow.conn())?
        > 0)
}

/// Somebody's consents, newest first, `limit` at most.
pub fn consents_of(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<Consent>> {
    type Row = (
        (DbId, String, DbId, i64, Vec<u8>),
        (String, DbTs, Option<String>, Option<String>, Option<DbTs>),
    );
    let rows: Vec<Row> = consents::table
        .inner_join(policy_documents::table)
        .filter(consents::account_id.eq(DbId(account.0)))
        .order((consents::given_at.desc(), consents::id.desc()))
        .select((
            (
                consents::id,
                consents::purpose,
                policy_documents::id,
                policy_documents::number,
                policy_documents::text_hash,
            ),
            (
                consents::channel,
                consents::given_at,
                consents::ip,
                consents::user_agent,
                consents::withdrawn_at,
            ),
        ))
        .limit(limit)
        .load(conn)?;
    let read = |((id, purpose, policy, number, hash), (channel, given, ip, user_agent, withdrawn)): Row| {
        Ok(Consent {
            id: ConsentId(id.0),
            purpose: purpose.parse()?,
            policy: PolicyId(policy.0),
            number,
            text_hash: hash,
            channel,
            given_at: given.0,
            evidence: Evidence { ip, user_agent },
            withdrawn_at: withdrawn.map(|at| at.0),
        })
    };
    rows.into_iter().map(read).collect()
}

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
