//! Rows of policy documents, acceptances and consents, and of the register of data requests.

mod data_requests;

use diesel::prelude::*;
use jiff::Timestamp;

pub use self::data_requests::{Register, open_requests, register, request, requests, requests_of, update};
use super::schema::{consents, policy_acceptances, policy_documents};
use super::types::{DbId, DbTs};
use super::{AnyConn, MAX_IDS, Result, Uow};
use crate::domain::access::Permit;
use crate::domain::ids::{AccountId, ConsentId, PolicyId};
use crate::domain::privacy::{Acceptance, Consent, Evidence, Policy, PolicyKind, PolicyText, Purpose};
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
