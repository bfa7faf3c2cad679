//! Who has to have accepted the operating rules and the privacy notice: whoever opens an account, and whoever hands a
//! listing in. Only versions in force count; where none was published, nothing is asked.

use jiff::Timestamp;

use super::context::Work;
use super::policies::{evidence, not_superseded};
use super::{Error, ErrorCode, Result};
use crate::domain::access::Actor;
use crate::domain::audit::Deed;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::{AccountId, PolicyId};
use crate::domain::privacy::PolicyKind;
use crate::store::{AnyConn, api_keys, members, privacy};

/// What is to be accepted by everybody who takes part.
const FOR_ALL: [PolicyKind; 2] = [PolicyKind::OperatingRules, PolicyKind::PrivacyNotice];

/// Most documents that are accepted at once.
const MOST: usize = 10;

fn in_force(conn: &mut AnyConn, now: Timestamp) -> Result<Vec<PolicyId>> {
    let mut ids = Vec::new();
    for kind in FOR_ALL {
        ids.extend(privacy::newest(conn, kind, None, Some(now))?.map(|policy| policy.id));
    }
    Ok(ids)
}

fn refuse_missing(required: Vec<PolicyId>, accepted: &[PolicyId]) -> Result<()> {
    let missing: Vec<PolicyId> = required.into_iter().filter(|id| !accepted.contains(id)).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::unaccepted(missing))
    }
}

/// Refuses somebody who opens an account without accepting what is in force. `at` is the pointer of the list.
pub(super) fn check(conn: &mut AnyConn, accepted: &[PolicyId], at: &str, now: Timestamp) -> Result<()> {
    if accepted.len() > MOST {
        return Err(Error::field(at, Violation::TooMany { max: MOST }));
    }
    let mut wrong: Vec<FieldError> = Vec::new();
    for (position, id) in accepted.iter().enumerate() {
        let pointer = format!("{at}/{position}");
        match not_superseded(conn, *id, &pointer, now) {
            Ok(policy) if FOR_ALL.contains(&policy.kind) => {}
            // To accept a text is not to consent to a purpose.
            Ok(_consent_text) => wrong.push(FieldError {
                pointer,
                violation: Violation::Conflicts { with: "kind" },
            }),
            Err(error) if error.code == ErrorCode::ValidationFailed => wrong.extend(error.fields),
            Err(error) => return Err(error),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::fields(wrong));
    }
    refuse_missing(in_force(conn, now)?, accepted)
}

/// Keeps what somebody accepted who opened the account by the link in the letter: the one who has proved the address.
/// Time and origin are those of the opening.
pub(super) fn record(
    work: &mut Work<'_, '_>,
    account: AccountId,
    accepted: &[PolicyId],
    user_agent: Option<&str>,
) -> Result<()> {
    let (now, evidence) = (work.now, evidence(work, user_agent));
    for id in accepted {
        if privacy::accept(work.uow, account, *id, &evidence, now)? {
            work.remember_of(account, false, Deed::PolicyAccepted, "policy", id.0)?;
        }
    }
    Ok(())
}

/// Refuses somebody who hands a listing in without having accepted what is in force. For a key answer the person who made
/// it and the owners of its enterprise: one of them must have accepted.
pub(super) fn require(work: &mut Work<'_, '_>, actor: &Actor) -> Result<()> {
    let now = work.now;
    let required = in_force(work.conn(), now)?;
    if required.is_empty() {
        return Ok(());
    }
    let answering = match actor {
        Actor::Key { key, enterprise, .. } => {
            let mut owners = members::owners(work.conn(), *enterprise)?;
            owners.push(api_keys::find(work.conn(), *enterprise, *key)?.created_by);
            owners
        }
        _ => actor.account().into_iter().collect(),
    };
    let accepted = privacy::accepted_of(work.conn(), &answering, &required)?;
    refuse_missing(required, &accepted)
}
