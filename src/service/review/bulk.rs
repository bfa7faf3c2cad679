//! Several decisions at once: each as if it were the only one, in a unit of work of its own, so that one that is refused
//! keeps no other back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::decisions::Verdict;
use super::reviewer;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::review::EntryKind;
use crate::service::context::{Caller, Work};
use crate::service::idempotency::{self, Key};
use crate::service::{App, Error, ErrorCode, Result, amendments, moderation, revisions};
use crate::store::AnyConn;
use crate::store::review_claims::Subject;

/// Most decisions at once.
pub const MOST: usize = 50;

/// One decision.
#[derive(Clone, Debug)]
pub struct Item {
    /// On what.
    pub subject: Subject,
    /// On which version of it.
    pub version: i64,
    /// What.
    pub verdict: Verdict,
    /// With this it is done once, however often it is asked.
    pub key: Option<Key>,
}

/// What became of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Where the thing stands now.
    pub state: String,
    /// Its version now.
    pub version: i64,
    /// Whether it waits for a second officer's approval.
    pub is_endorsed: bool,
}

/// Refuses whoever reviews nothing; what may be decided is asked of each.
pub fn require_reviewer(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<()> {
    reviewer(&caller.actor(conn, now)?).map(drop)
}

/// Does one. What was done under its key before is told again; what was refused is tried again.
pub async fn decide(app: &App, caller: Caller, item: Item) -> Result<Done> {
    let kept = app
        .write(caller.origin, move |work| {
            idempotency::once(work, &caller, item.key.as_ref(), |work| {
                let done = decided(work, &caller, &item)?;
                Ok(idempotency::Answer {
                    location: String::new(),
                    etag: String::new(),
                    body: serde_json::to_string(&done).map_err(Error::internal)?,
                    kept_body: None,
                    is_begun: false,
                    is_replay: false,
                })
            })
        })
        .await?;
    serde_json::from_str(&kept.body).map_err(Error::internal)
}

fn decided(work: &mut Work<'_, '_>, caller: &Caller, item: &Item) -> Result<Done> {
    let ((kind, id), version, verdict) = (item.subject, item.version, &item.verdict);
    let done = |state: &str, version| Done {
        // Whatever was decided waits no more.
        is_endorsed: state == "submitted",
        state: state.to_owned(),
        version,
    };
    Ok(match kind {
        // Each has a verdict of its own, and is decided on one by one.
        EntryKind::Document | EntryKind::Report => return Err(ErrorCode::NotFound.into()),
        EntryKind::Enterprise => {
            let seen = moderation::decide_enterprise(work, caller, EnterpriseId(id), version, verdict)?;
            Done {
                // Looked at again, it is active all the while.
                is_endorsed: seen.enterprise.waits(),
                ..done(seen.enterprise.status.as_str(), seen.enterprise.version)
            }
        }
        EntryKind::Amendment => {
            let seen = amendments::decide_on(work, caller, EnterpriseId(id), version, verdict)?;
            let wish = seen.enterprise.amendment.as_ref();
            done(
                wish.map_or("approved", |wish| wish.status.as_str()),
                seen.enterprise.version,
            )
        }
        EntryKind::Listing => {
            let seen = moderation::decide_listing(work, caller, ListingId(id), version, verdict)?;
            done(seen.listing.status.as_str(), seen.listing.version)
        }
        EntryKind::Revision => {
            let seen = revisions::decide_on(work, caller, ListingId(id), version, verdict)?;
            done(seen.revision.status.as_str(), seen.revision.version)
        }
    })
}
