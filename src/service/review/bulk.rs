//! Several decisions at once: each as if it were the only one, in a unit of work of its own, so that one that is refused
//! keeps no other back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::decisions::Verdict;
use super::reviewer;
use crate::domain::ids::{DocumentId, EnterpriseId, ListingId, ReportId};
use crate::domain::review::EntryKind;
use crate::domain::text::Prose;
use crate::service::context::{Caller, Work};
use crate::service::idempotency::{self, Key};
use crate::service::{App, ErrorCode, Result, amendments, documents, moderation, reports, revisions};
use crate::store::review_claims::Subject;
use crate::store::{self, AnyConn};

/// Most decisions at once.
pub const MOST: usize = 50;

/// What is decided, which is another thing of what is handed in, of a paper and of a report.
#[derive(Clone, Debug)]
pub enum Judgement {
    /// Of what was handed in to be approved.
    Review(Verdict),
    /// Of a document of a profile.
    Paper(documents::Finding),
    /// Of a report: whether it is right, and the answer to whoever sent it.
    Answer(bool, Prose<2_000>),
}

/// One decision.
#[derive(Clone, Debug)]
pub struct Item {
    /// On what.
    pub subject: Subject,
    /// On which version of it.
    pub version: i64,
    /// What.
    pub verdict: Judgement,
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
    let key = item.key.clone();
    idempotency::part(app, caller, key, move |work| decided(work, &caller, &item)).await
}

fn decided(work: &mut Work<'_, '_>, caller: &Caller, item: &Item) -> Result<Done> {
    let ((kind, id), version, verdict) = (item.subject, item.version, &item.verdict);
    let done = |state: &str, version| Done {
        // Whatever was decided waits no more.
        is_endorsed: state == "submitted",
        state: state.to_owned(),
        version,
    };
    Ok(match (kind, verdict) {
        (EntryKind::Document, Judgement::Paper(finding)) => {
            let document = store::documents::find(work.conn(), DocumentId(id))?;
            let place = (document.enterprise, document.id);
            let document = documents::decide_on(work, caller, place, version, finding)?;
            done(document.status(work.now).as_str(), document.version)
        }
        (EntryKind::Report, Judgement::Answer(is_right, answer)) => {
            let entry = reports::decide_on(work, caller, ReportId(id), Some(version), *is_right, answer)?;
            done(entry.report.state.as_str(), entry.report.version)
        }
        (EntryKind::Enterprise, Judgement::Review(verdict)) => {
            let seen = moderation::decide_enterprise(work, caller, EnterpriseId(id), version, verdict)?;
            Done {
                // Looked at again, it is active all the while.
                is_endorsed: seen.enterprise.waits(),
                ..done(seen.enterprise.status.as_str(), seen.enterprise.version)
            }
        }
        (EntryKind::Amendment, Judgement::Review(verdict)) => {
            let seen = amendments::decide_on(work, caller, EnterpriseId(id), version, verdict)?;
            let wish = seen.enterprise.amendment.as_ref();
            done(
                wish.map_or("approved", |wish| wish.status.as_str()),
                seen.enterprise.version,
            )
        }
        (EntryKind::Listing, Judgement::Review(verdict)) => {
            let seen = moderation::decide_listing(work, caller, ListingId(id), version, verdict)?;
            done(seen.listing.status.as_str(), seen.listing.version)
        }
        (EntryKind::Revision, Judgement::Review(verdict)) => {
            let seen = revisions::decide_on(work, caller, ListingId(id), version, verdict)?;
            done(seen.revision.status.as_str(), seen.revision.version)
        }
        // What is parsed fits its sort.
        (_, Judgement::Review(_) | Judgement::Paper(_) | Judgement::Answer(..)) => {
            return Err(ErrorCode::NotFound.into());
        }
    })
}
