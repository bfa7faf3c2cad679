//! Compares the index with the database and has the indexer repair what differs.
//!
//! There should be nothing to repair: every difference that is counted here is a bug, damage, or a restored backup.
//! What is written meanwhile differs for a moment and is none: whatever differs is therefore compared a second time,
//! when the index has heard of everything that there was at the end of the first.

use std::collections::HashMap;
use std::time::Duration;

use search_index::Reader;
use tracing::{info, warn};

use crate::domain::access::is_in_search;
use crate::domain::ids::ListingId;
use crate::service::search::readable;
use crate::service::{App, ErrorCode, Result};
use crate::store::{self, AnyConn, listings, outbox};

const PAGE: usize = 1000;
/// Listings whose repair shares a unit of work.
const AT_ONCE: usize = 500;
/// How long to wait for what is under way, which is no difference.
const PATIENCE: Duration = Duration::from_secs(5);

/// What differed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Public listings that the index lacks.
    pub missing: u64,
    /// Public listings of which the index has another version.
    pub outdated: u64,
    /// Listings in the index that are not public.
    pub surplus: u64,
}

/// Compares, and puts what differs into the outbox. None when the index is too far behind to be compared.
pub fn run(app: &App) -> Result<Option<Differences>> {
    if !caught_up(app)? {
        info!("the index is behind; it is compared with the database another time");
        return Ok(None);
    }
    let candidates = candidates(app)?;
    if candidates.is_empty() {
        info!("the index agrees with the database");
        return Ok(Some(Differences::default()));
    }
    if !caught_up(app)? {
        info!("the index fell behind while it was compared with the database");
        return Ok(None);
    }
    let (differences, repair) = confirmed(app, &candidates)?;
    for some in repair.chunks(AT_ONCE) {
        let some = some.to_vec();
        app.write_blocking(move |work| {
            for id in &some {
                outbox::push(work.uow, *id, work.now)?;
            }
            Ok(())
        })?;
    }
    let Differences {
        missing,
        outdated,
        surplus,
    } = differences;
    for (kind, count) in [("missing", missing), ("outdated", outdated), ("surplus", surplus)] {
        metrics::counter!("vptex_index_differences_total", "kind" => kind).increment(count);
    }
    if !repair.is_empty() {
        warn!(
            missing,
            outdated, surplus, "the index differed from the database; repairing"
        );
    }
    Ok(Some(differences))
}

/// Waits until the index has heard of everything that there is now; gives whether it has.
fn caught_up(app: &App) -> Result<bool> {
    let end = app.db.read(outbox::ends)?;
    Ok(app.index.is_ready() && end.is_none_or(|(_, last)| app.index.wait_for(last, PATIENCE)))
}

/// The index as it is now: it may have been replaced since.
fn indexed(app: &App) -> Result<HashMap<String, i64>> {
    let reader: Reader = app.index.reader().ok_or(ErrorCode::SearchUnavailable)?;
    Ok(reader.all_ids_versions().into_iter().collect())
}

/// Listings that seem to differ.
fn candidates(app: &App) -> Result<Vec<ListingId>> {
    let mut indexed = indexed(app)?;
    let mut differ = Vec::new();
    let mut after = None;
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    loop {
        let page = app.db.read(|conn| listings::public_versions(conn, after, limit))?;
        for (id, version) in &page {
            if indexed.remove(&id.to_string()) != Some(*version) {
                differ.push(*id);
            }
        }
        after = page.last().map(|(id, _)| *id);
        if page.len() < PAGE {
            break;
        }
    }
    for id in indexed.into_keys() {
        match id.parse::<ListingId>() {
            Ok(id) => differ.push(id),
            Err(error) => warn!(listing.id = id, %error, "the index holds what is no listing; rebuild it"),
        }
    }
    Ok(differ)
}

/// Which of these listings differ still, and how.
fn confirmed(app: &App, candidates: &[ListingId]) -> Result<(Differences, Vec<ListingId>)> {
    let mut differences = Differences::default();
    let mut repair = Vec::new();
    let indexed = indexed(app)?;
    for some in candidates.chunks(AT_ONCE) {
        let versions = app.db.read(|conn| public_versions_of(conn, some))?;
        for id in some {
            let count = match (versions.get(id), indexed.get(&id.to_string())) {
                (None, None) => continue,
                (Some(public), Some(indexed)) if public == indexed => continue,
                (Some(_), Some(_)) => &mut differences.outdated,
                (Some(_), None) => &mut differences.missing,
                (None, Some(_)) => &mut differences.surplus,
            };
            *count += 1;
            repair.push(*id);
        }
    }
    Ok((differences, repair))
}

/// Versions of those that anybody may see. A row that cannot be read is in no index and is no difference.
fn public_versions_of(conn: &mut AnyConn, ids: &[ListingId]) -> store::Result<HashMap<ListingId, i64>> {
    let (rows, _broken) = readable(conn, ids)?;
    let public = rows
        .into_iter()
        .filter(|(listing, owner)| is_in_search(listing, owner.status));
    Ok(public.map(|(listing, _)| (listing.id, listing.version)).collect())
}
