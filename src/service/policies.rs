//! Policy documents, who accepted them, and consents: one for each purpose, under the text in force, never presumed.

use aws_lc_rs::digest;
use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::paging::{cut, rows_for};
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, ConsentId, PolicyId};
use crate::domain::privacy::{Acceptance, Consent, Evidence, LegalBasis, Policy, PolicyKind, PolicyText, Purpose};
use crate::store::audit::Change;
use crate::store::{AnyConn, accounts, privacy};

/// Most entries of one person's lists. Whoever reaches it has given and withdrawn a consent five hundred times.
pub const LISTED: i64 = 1_000;
/// Most characters of a client's name that are kept.
const USER_AGENT_MAX: usize = 200;
/// How consents are given so far.
const CHANNEL: &str = "api";

/// A version that is to be published.
#[derive(Clone, Debug)]
pub struct NewPolicy {
    /// What sort.
    pub kind: PolicyKind,
    /// For which purpose, if it is the text of a consent.
    pub purpose: Option<Purpose>,
    /// What it says.
    pub text: PolicyText,
    /// From when it is in force; at once when absent.
    pub effective_from: Option<Timestamp>,
}

/// A version, and whether it is in force.
#[derive(Clone, Debug)]
pub struct KnownPolicy {
    /// The version.
    pub policy: Policy,
    /// Whether it is the one in force.
    pub in_force: bool,
}

fn with_force(conn: &mut AnyConn, policy: Policy, now: Timestamp) -> Result<KnownPolicy> {
    let current = privacy::newest(conn, policy.kind, policy.purpose, Some(now))?;
    Ok(KnownPolicy {
        in_force: current.is_some_and(|current| current.id == policy.id),
        policy,
    })
}

/// One version; they are public.
pub fn get(conn: &mut AnyConn, id: PolicyId, now: Timestamp) -> Result<KnownPolicy> {
    let policy = privacy::policy(conn, id)?;
    with_force(conn, policy, now)
}

/// A page of versions in the order in which they were published.
pub fn list(
    conn: &mut AnyConn,
    after: Option<PolicyId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<KnownPolicy>, Option<PolicyId>)> {
    let rows = privacy::policies(conn, after, rows_for(limit))?;
    let (rows, next) = cut(rows, limit, |last| last.id);
    let known = rows.into_iter().map(|policy| with_force(conn, policy, now));
    Ok((known.collect::<Result<_>>()?, next))
}

/// Publishes the next version of its kind and purpose.
pub fn publish(work: &mut Work<'_, '_>, caller: &Caller, new: &NewPolicy) -> Result<KnownPolicy> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::PublishPolicies, &Resource::None)?;
    caller.require_fresh(work.conn(), now)?;
    match (new.kind, new.purpose) {
        (PolicyKind::ConsentText, None) => return Err(Error::field("/purpose", Violation::Required)),
        (PolicyKind::ConsentText, Some(purpose)) if purpose.basis() == LegalBasis::Consent => {}
        (_, Some(_)) => return Err(Error::field("/purpose", Violation::Conflicts { with: "kind" })),
        (_, None) => {}
    }
    let before = privacy::newest(work.conn(), new.kind, new.purpose, None)?;
    let effective_from = new.effective_from.unwrap_or(now);
    // Rules do not reach back, and the newest version is the one that is in force last.
    let earliest = before.as_ref().map_or(now, |before| before.effective_from.max(now));
    if effective_from < earliest {
        let violation = Violation::Malformed { what: "future_time" };
        return Err(Error::field("/effective_from", violation));
    }
    let policy = Policy {
        id: PolicyId(work.next_id()),
        kind: new.kind,
        purpose: new.purpose,
        number: before.map_or(1, |before| before.number + 1),
        text: new.text.clone(),
        text_hash: hash(&new.text),
        effective_from,
        published_by: actor.account(),
        created_at: now,
    };
    privacy::publish(work.uow, &permit, &policy)?;
    let change = Change::made(state::of_policy(&policy)?);
    work.remember_change(&permit, Deed::PolicyPublished, ("policy", policy.id.0), None, change)?;
    with_force(work.conn(), policy, now)
}

/// SHA-256 over the texts, each ended by a zero byte, which none of them can contain.
fn hash(text: &PolicyText) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    let parts = [
        Some(text.title_vi.as_str()),
        text.title_en.as_ref().map(|title| title.as_str()),
        Some(text.body_vi.as_str()),
        text.body_en.as_ref().map(|body| body.as_str()),
    ];
    for part in parts {
        context.update(part.unwrap_or_default().as_bytes());
        context.update(&[0]);
    }
    context.finish().as_ref().to_vec()
}

/// The person behind a caller, who manages his or her own account.
pub(super) fn person(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Actor, AccountId)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ManageSelf, &Resource::None)?;
    let account = actor.account().ok_or(ErrorCode::Forbidden)?;
    Ok((actor, account))
}

pub(super) fn evidence(work: &Work<'_, '_>, user_agent: Option<&str>) -> Evidence {
    let shortened = |text: &str| text.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect();
    Evidence {
        ip: work.origin().ip.map(|ip| ip.to_string()),
        user_agent: user_agent.map(shortened),
    }
}

/// Whoever agrees must have the present text before them, or one that is announced already.
pub(super) fn not_superseded(conn: &mut AnyConn, id: PolicyId, pointer: &str, now: Timestamp) -> Result<Policy> {
    let wrong = || Error::field(pointer, Violation::Malformed { what: "current_policy" });
    let policy = match privacy::policy(conn, id) {
        Ok(policy) => policy,
        Err(crate::store::Error::NotFound) => return Err(wrong()),
        Err(error) => return Err(error.into()),
    };
    let current = privacy::newest(conn, policy.kind, policy.purpose, Some(now))?;
    if current.is_some_and(|current| policy.number < current.number) {
        return Err(wrong());
    }
    Ok(policy)
}

/// Accepts operating rules or a privacy notice.
pub fn accept(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: PolicyId,
    user_agent: Option<&str>,
) -> Result<Vec<Acceptance>> {
    let now = work.now;
    let (actor, account) = person(work.conn(), caller, now)?;
    let policy = not_superseded(work.conn(), id, "/policy_id", now)?;
    if policy.kind == PolicyKind::ConsentText {
        // To accept a text is not to consent to a purpose.
        return Err(Error::field("/policy_id", Violation::Conflicts { with: "kind" }));
    }
    let evidence = evidence(work, user_agent);
    if !privacy::accept(work.uow, account, id, &evidence, now)? {
        return Err(ErrorCode::AlreadyThere.into());
    }
    work.remember_by(&actor, Deed::PolicyAccepted, "policy", id.0)?;
    Ok(privacy::acceptances(work.conn(), account, LISTED)?)
}

/// What the caller accepted, newest first.
pub fn my_acceptances(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<Vec<Acceptance>> {
    let (_, account) = person(conn, caller, now)?;
    Ok(privacy::acceptances(conn, account, LISTED)?)
}

/// Gives consent to one purpose, under the text in force for it. An older consent to the same purpose ends. Gives the
/// consent, and whether it has no effect yet, because the caller had processing restricted.
pub fn consent(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    purpose: Purpose,
    id: PolicyId,
    user_agent: Option<&str>,
) -> Result<(Consent, bool)> {
    let now = work.now;
    let (actor, account) = person(work.conn(), caller, now)?;
    if purpose.basis() != LegalBasis::Consent {
        return Err(Error::field(
            "/purpose",
            Violation::Malformed {
                what: "consent_purpose",
            },
        ));
    }
    let current = privacy::newest(work.conn(), PolicyKind::ConsentText, Some(purpose), Some(now))?;
    let Some(policy) = current.filter(|current| current.id == id) else {
        return Err(Error::field("/policy_id", Violation::Conflicts { with: "purpose" }));
    };
    let standing = privacy::consents_of(work.conn(), account, LISTED)?
        .into_iter()
        .find(|consent| consent.purpose == purpose && consent.withdrawn_at.is_none());
    if let Some(standing) = standing {
        if standing.policy == id {
            return Err(ErrorCode::AlreadyThere.into());
        }
        privacy::withdraw(work.uow, account, standing.id, now)?;
    }
    let consent = Consent {
        id: ConsentId(work.next_id()),
        purpose,
        policy: id,
        number: policy.number,
        text_hash: policy.text_hash,
        channel: CHANNEL.to_owned(),
        given_at: now,
        evidence: evidence(work, user_agent),
        withdrawn_at: None,
    };
    privacy::give(work.uow, account, &consent)?;
    work.remember_by(&actor, Deed::ConsentGiven, "consent", consent.id.0)?;
    let is_restricted = accounts::find(work.conn(), account)?.restricted_at.is_some();
    Ok((consent, is_restricted))
}

/// Withdraws one of the caller's consents. What was lawful before stays so.
pub fn withdraw(work: &mut Work<'_, '_>, caller: &Caller, id: ConsentId) -> Result<()> {
    let now = work.now;
    let (actor, account) = person(work.conn(), caller, now)?;
    if !privacy::withdraw(work.uow, account, id, now)? {
        return Err(ErrorCode::NotFound.into());
    }
    work.remember_by(&actor, Deed::ConsentWithdrawn, "consent", id.0)
}

/// The caller's consents, newest first, withdrawn ones included; and whether none has an effect at present, because the
/// caller had processing restricted.
pub fn my_consents(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Vec<Consent>, bool)> {
    let (_, account) = person(conn, caller, now)?;
    let is_restricted = accounts::find(conn, account)?.restricted_at.is_some();
    Ok((privacy::consents_of(conn, account, LISTED)?, is_restricted))
}
