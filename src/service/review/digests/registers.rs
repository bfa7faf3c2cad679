//! What waits in the registers of duties, each entry with a term that the exchange's rules promise: notices of rights holders that
//! nobody has looked at, and complaints that nobody has taken up.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{AT_ONCE, LateOf, add, each_of_all};
use crate::domain::access::{Action, Resource, decide};
use crate::domain::complaint::{Complaint, ComplaintState};
use crate::domain::enterprise::Enterprise;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::ip_notice::{IpNotice, IpNoticeState};
use crate::domain::listing::Listing;
use crate::domain::review::backlog::BacklogKind;
use crate::service::context::App;
use crate::service::enterprises::resource as of_enterprise;
use crate::service::listings::resource as of_listing;
use crate::service::officers_at_work::Officer;
use crate::service::{Error, Result};
use crate::store::listings::OwnerCard;
use crate::store::{AnyConn, complaints, enterprises, ip_notices, listings};

/// Notices about intellectual property (thông báo xâm phạm); whether all were looked at.
pub(super) fn add_notices(
    app: &App,
    readers: &[Officer],
    until: Timestamp,
    is_stopped: &dyn Fn() -> bool,
    late: &mut LateOf,
) -> Result<bool> {
    let now = app.clock.now();
    let read = |after| app.db.read(|conn| notices(conn, after, now));
    each_of_all(is_stopped, read, |(notice, listing, owner)| {
        let entry = Entry {
            kind: BacklogKind::IpNotice,
            since: notice.received_at,
            is_overdue: notice.is_overdue(now),
        };
        if entry.since <= until {
            entry.add_to(late, readers, Action::HandleIpNotices, &of_listing(&listing, &owner));
        }
    })
}

/// Complaints (khiếu nại); whether all were looked at.
pub(super) fn add_complaints(
    app: &App,
    readers: &[Officer],
    until: Timestamp,
    is_stopped: &dyn Fn() -> bool,
    late: &mut LateOf,
) -> Result<bool> {
    let now = app.clock.now();
    let read = |after| app.db.read(|conn| complaints_of(conn, after, now));
    each_of_all(is_stopped, read, |(complaint, enterprise)| {
        let entry = Entry {
            kind: BacklogKind::Complaint,
            since: complaint.received_at,
            is_overdue: complaint.is_overdue(now),
        };
        if entry.since <= until {
            entry.add_to(late, readers, Action::HandleComplaints, &of_enterprise(&enterprise));
        }
    })
}

/// One that waits.
struct Entry {
    kind: BacklogKind,
    since: Timestamp,
    is_overdue: bool,
}

impl Entry {
    /// Counts it for each officer who handles it.
    fn add_to(&self, late: &mut LateOf, readers: &[Officer], action: Action, about: &Resource<'_>) {
        let handles = |officer: &&Officer| decide(&officer.actor, action, about).is_ok();
        for officer in readers.iter().filter(handles) {
            add(late, officer, self.kind, (self.since, self.is_overdue));
        }
    }
}

/// Notices, each with its listing and whose that is, and where the next ones begin.
type Notices = (Vec<(IpNotice, Listing, OwnerCard)>, Option<ip_notices::Place>);

fn notices(conn: &mut AnyConn, after: Option<ip_notices::Place>, now: Timestamp) -> Result<Notices> {
    let wanted = ip_notices::Wanted {
        state: Some(IpNoticeState::Received),
        overdue: None,
    };
    let rows = ip_notices::page(conn, wanted, after, at_once()?, now)?;
    let last = rows.last().map(|notice| (notice.due_at, notice.id));
    let mut ids: Vec<ListingId> = rows.iter().map(|notice| notice.listing).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = listings::find_many(conn, &ids)?.into_iter();
    let known: HashMap<ListingId, (Listing, OwnerCard)> = known.map(|found| (found.0.id, found)).collect();
    let found = rows.into_iter().filter_map(|notice| {
        let (listing, owner) = known.get(&notice.listing)?.clone();
        Some((notice, listing, owner))
    });
    Ok((found.collect(), last))
}

/// Complaints, each with the enterprise, and where the next ones begin.
type Complaints = (Vec<(Complaint, Enterprise)>, Option<complaints::Place>);

fn complaints_of(conn: &mut AnyConn, after: Option<complaints::Place>, now: Timestamp) -> Result<Complaints> {
    let wanted = complaints::Wanted {
        state: Some(ComplaintState::Received),
        overdue: None,
    };
    let rows = complaints::page(conn, wanted, after, at_once()?, now)?;
    let last = rows.last().map(|complaint| (complaint.due_at, complaint.id));
    let mut ids: Vec<EnterpriseId> = rows.iter().map(|complaint| complaint.enterprise).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = enterprises::find_many(conn, &ids)?.into_iter();
    let known: HashMap<EnterpriseId, Enterprise> = known.map(|enterprise| (enterprise.id, enterprise)).collect();
    let found = rows.into_iter().filter_map(|complaint| {
        let enterprise = known.get(&complaint.enterprise)?.clone();
        Some((complaint, enterprise))
    });
    Ok((found.collect(), last))
}

fn at_once() -> Result<i64> {
    i64::try_from(AT_ONCE).map_err(Error::internal)
}
