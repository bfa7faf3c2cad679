//! Where what was handed in differs from what is live, and from what an officer saw who decided last.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::access::{Action, decide};
use crate::domain::drafts::ListingDraft;
use crate::domain::enterprise::compared_part;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::listing::media::{MediaChange, media_changes};
use crate::domain::listing::revision::{Difference, differences};
use crate::domain::review::EntryKind;
use crate::domain::review::decision::Decided;
use crate::service::context::Caller;
use crate::service::vault::{Purpose, Vault};
use crate::service::{
    Error, ErrorCode, Result, amendments, attachments, enterprises as registrations, listings as posts, revisions,
};
use crate::store::review_claims::Subject;
use crate::store::{self, AnyConn, listings, review_decisions, revisions as open_revisions};

/// With what something is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// With what is live.
    Live,
    /// With what the officer saw who decided last.
    Decision,
}

/// What differs.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The version that is compared: the one to decide on.
    pub version: i64,
    /// With what.
    pub against: Against,
    /// The version with which: of what is live, or of what was seen.
    pub base_version: i64,
    /// The decision.
    pub decided: Option<Decided>,
    /// The places.
    pub differences: Vec<Difference>,
    /// What became of files and videos.
    pub media: Vec<MediaChange>,
}

/// A document, and its version.
type Version = (Value, i64);

/// What a thing says.
struct Known {
    /// What was handed in, or is being mended.
    present: Version,
    /// What is live below it.
    live: Option<Version>,
    /// Which of several that one after the other stand under the same name.
    judged: Option<Uuid>,
}

/// Compares, for its owner and for the officers who review it. Without a wish: with what is live where something is, else
/// with what was seen.
pub fn compare(
    conn: &mut AnyConn,
    vault: &Vault,
    caller: &Caller,
    subject: Subject,
    against: Option<Against>,
    now: Timestamp,
) -> Result<Comparison> {
    let known = known(conn, vault, caller, subject, now)?;
    let (present, version) = known.present;
    match (against, known.live) {
        (None | Some(Against::Live), Some((live, base_version))) => Ok(Comparison {
            version,
            against: Against::Live,
            base_version,
            decided: None,
            differences: differences(&live, &present),
            media: media_changes(&live, &present),
        }),
        (Some(Against::Live), None) => Err(ErrorCode::NotFound.into()),
        (None, None) | (Some(Against::Decision), _) => {
            let found = review_decisions::last_seen(conn, subject, known.judged)?;
            let (mut decided, sealed) = found.ok_or(ErrorCode::NotFound)?;
            decided.checklist = None;
            let plain = vault.open_sealed(Purpose::Review, &sealed)?;
            let seen: Value = serde_json::from_slice(&plain).map_err(Error::internal)?;
            Ok(Comparison {
                version,
                against: Against::Decision,
                base_version: decided.version,
                decided: Some(decided),
                differences: differences(&seen, &present),
                media: media_changes(&seen, &present),
            })
        }
    }
}

fn known(conn: &mut AnyConn, vault: &Vault, caller: &Caller, (kind, id): Subject, now: Timestamp) -> Result<Known> {
    let actor = caller.actor(conn, now)?;
    let hide = |error| registrations::hide(&actor, error);
    let json = |draft: &ListingDraft| serde_json::to_value(draft).map_err(Error::internal);
    match kind {
        // Neither changes once it was handed in.
        EntryKind::Document | EntryKind::Report => Err(hide(store::Error::NotFound)),
        EntryKind::Enterprise | EntryKind::Amendment => {
            let enterprise = registrations::decided_on(conn, &actor, EnterpriseId(id))?;
            decide(&actor, Action::ReadAmendment, &registrations::resource(&enterprise))?;
            let (all, version) = (amendments::live(vault, &enterprise)?, enterprise.version);
            if kind == EntryKind::Enterprise {
                return Ok(Known {
                    present: (Value::Object(all), version),
                    live: None,
                    judged: None,
                });
            }
            if enterprise.amendment.is_none() {
                return Err(ErrorCode::NotFound.into());
            }
            let wished = amendments::wished(vault, &enterprise)?;
            Ok(Known {
                live: Some((Value::Object(compared_part(&all, &wished)), version)),
                present: (Value::Object(wished), version),
                judged: None,
            })
        }
        EntryKind::Listing | EntryKind::Revision => {
            let (listing, owner) = listings::find_at(conn, ListingId(id), now).map_err(hide)?;
            decide(&actor, Action::ReadRevision, &posts::resource(&listing, &owner))?;
            let live = json(&ListingDraft::of(&listing.content))?;
            let live = (attachments::judged(conn, listing.id, live)?, listing.version);
            if kind == EntryKind::Listing {
                return Ok(Known {
                    present: live,
                    live: None,
                    judged: None,
                });
            }
            let revision = open_revisions::find_open(conn, listing.id)?;
            revisions::hide_draft(&actor, &revision)?;
            Ok(Known {
                present: (attachments::judged_revision(conn, &revision)?, revision.version),
                live: Some(live),
                judged: Some(revision.id.0),
            })
        }
    }
}
