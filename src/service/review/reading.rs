//! The queue as it is read: each kind of entry by its own index, and all together in the order of the queue. What was read of one kind
//! and lies beyond what was read of another waits for its turn, so that nothing is read twice.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use super::queue::{Place, Sees, Waiting};
use crate::domain::enterprise::Enterprise;
use crate::domain::ids::{DocumentId, EnterpriseId, ListingId, ReportId};
use crate::domain::listing::Listing;
use crate::domain::review::EntryKind;
use crate::service::Result;
use crate::store::listings::{OwnerCard, Waits};
use crate::store::{AnyConn, documents, enterprises, listings, reports, revisions};

/// What was read of the queue and not taken yet.
pub(super) struct Reading(Vec<Sort>);

/// One kind of entries.
struct Sort {
    kind: EntryKind,
    /// In their order.
    read: VecDeque<Waiting>,
    read_to: Option<Place>,
    is_at_end: bool,
}

impl Reading {
    /// Begins behind a place.
    pub(super) fn begin(sees: Sees, after: Option<Place>) -> Self {
        let kinds = EntryKind::ALL.iter().copied().filter(|kind| sees.kind(*kind));
        let begun = kinds.map(|kind| Sort {
            kind,
            read: VecDeque::new(),
            read_to: after,
            is_at_end: false,
        });
        Self(begun.collect())
    }

    /// The next so many entries, whosever business they are; fewer only at the end.
    pub(super) fn next(&mut self, conn: &mut AnyConn, waits: &Waits, size: usize) -> Result<Vec<Waiting>> {
        let mut taken = Vec::new();
        while taken.len() < size {
            for sort in &mut self.0 {
                sort.read_on(conn, waits, size)?;
            }
            let there = self.0.iter_mut().filter(|sort| !sort.read.is_empty());
            let Some(first) = there.min_by_key(|sort| sort.read.front().map(Waiting::place)) else {
                break;
            };
            taken.extend(first.read.pop_front());
        }
        Ok(taken)
    }
}

impl Sort {
    /// Reads so many more when all were taken, unless there are none.
    fn read_on(&mut self, conn: &mut AnyConn, waits: &Waits, size: usize) -> Result<()> {
        if self.is_at_end || !self.read.is_empty() {
            return Ok(());
        }
        let limit = i64::try_from(size).unwrap_or(i64::MAX);
        self.read = of_kind(conn, self.kind, waits, self.read_to, limit)?.into();
        self.is_at_end = self.read.len() < size;
        self.read_to = self.read.back().map(Waiting::place);
        Ok(())
    }
}

/// The next entries of a kind, longest waiting first.
fn of_kind(
    conn: &mut AnyConn,
    kind: EntryKind,
    waits: &Waits,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Waiting>> {
    Ok(match kind {
        EntryKind::Enterprise => {
            let rows = enterprises::submitted(conn, after.map(|(at, id)| (at, EnterpriseId(id))), limit)?;
            rows.into_iter().map(|row| Waiting::Enterprise(Box::new(row))).collect()
        }
        EntryKind::Amendment => {
            let rows = enterprises::amended(conn, after.map(|(at, id)| (at, EnterpriseId(id))), limit)?;
            rows.into_iter().map(|row| Waiting::Amendment(Box::new(row))).collect()
        }
        EntryKind::Listing => {
            let rows = listings::submitted(conn, waits, after.map(|(at, id)| (at, ListingId(id))), limit)?;
            rows.into_iter()
                .map(|(listing, owner)| Waiting::Listing(Box::new(listing), owner))
                .collect()
        }
        EntryKind::Revision => waiting_revisions(conn, after.map(|(at, id)| (at, ListingId(id))), limit)?,
        EntryKind::Document => waiting_documents(conn, after.map(|(at, id)| (at, DocumentId(id))), limit)?,
        EntryKind::Report => waiting_reports(conn, after.map(|(at, id)| (at, ReportId(id))), limit)?,
    })
}

fn waiting_revisions(conn: &mut AnyConn, after: Option<listings::Place>, limit: i64) -> Result<Vec<Waiting>> {
    let rows = revisions::submitted(conn, after, limit)?;
    let ids: Vec<ListingId> = rows.iter().map(|revision| revision.listing).collect();
    let live = listings::find_many(conn, &ids)?.into_iter();
    let mut live: HashMap<ListingId, _> = live.map(|(listing, owner)| (listing.id, (listing, owner))).collect();
    let waiting = rows.into_iter().filter_map(|revision| {
        let (listing, owner) = live.remove(&revision.listing)?;
        Some(Waiting::Revision(Box::new(revision), Box::new(listing), owner))
    });
    Ok(waiting.collect())
}

fn waiting_documents(conn: &mut AnyConn, after: Option<(Timestamp, DocumentId)>, limit: i64) -> Result<Vec<Waiting>> {
    let rows = documents::submitted(conn, after, limit)?;
    let mut ids: Vec<EnterpriseId> = rows.iter().map(|document| document.enterprise).collect();
    ids.sort_unstable();
    ids.dedup();
    let owners = enterprises::find_many(conn, &ids)?.into_iter();
    let owners: HashMap<EnterpriseId, Enterprise> = owners.map(|owner| (owner.id, owner)).collect();
    let waiting = rows.into_iter().filter_map(|document| {
        let owner = owners.get(&document.enterprise)?.clone();
        Some(Waiting::Document(Box::new(document), Box::new(owner)))
    });
    Ok(waiting.collect())
}

fn waiting_reports(conn: &mut AnyConn, after: Option<reports::Place>, limit: i64) -> Result<Vec<Waiting>> {
    let rows = reports::received(conn, after, limit)?;
    let mut ids: Vec<ListingId> = rows.iter().map(|report| report.listing).collect();
    ids.sort_unstable();
    ids.dedup();
    let about = listings::find_many(conn, &ids)?.into_iter();
    let about: HashMap<ListingId, (Listing, OwnerCard)> =
        about.map(|(listing, owner)| (listing.id, (listing, owner))).collect();
    let waiting = rows.into_iter().filter_map(|report| {
        let (listing, owner) = about.get(&report.listing)?.clone();
        Some(Waiting::Report(Box::new(report), Box::new(listing), owner))
    });
    Ok(waiting.collect())
}
