//! Compares the index with the database and has the indexer repair what differs.
//!
//! There should be nothing to repair: every difference that is counted here is a bug, damage, or a restored backup.

use std::collections::HashMap;
use std::time::Duration;

use search_index::Reader;
use tracing::{info, warn};

use crate::domain::ids::ListingId;
use crate::service::{App, Result};
use crate::store::{listings, outbox};

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

/// Compares, and puts what differs into the outbox.
pub fn run(app: &App, reader: &Reader) -> Result<Differences> {
    if let Some((_, last)) = app.db.read(outbox::ends)? {
        // An index that is behind is compared all the same: a repair too many is harmless.
        app.index.wait_for(last, PATIENCE);
    }
    let mut indexed: HashMap<String, i64> = reader.all_ids_versions().into_iter().collect();
    let mut differences = Differences::default();
    let mut repair = Vec::new();
    let mut after = None;
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    loop {
        let page = app.db.read(|conn| listings::public_versions(conn, after, limit))?;
        for (id, version) in &page {
            match indexed.remove(&id.to_string()) {
                Some(indexed) if indexed == *version => continue,
                Some(_) => differences.outdated += 1,
                None => differences.missing += 1,
            }
            repair.push(*id);
        }
        after = page.last().map(|(id, _)| *id);
        if page.len() < PAGE {
            break;
        }
    }
    for id in indexed.into_keys() {
        differences.surplus += 1;
        match id.parse::<ListingId>() {
            Ok(id) => repair.push(id),
            Err(error) => warn!(listing.id = id, %error, "the index holds what is no listing; rebuild it"),
        }
    }
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
    if repair.is_empty() {
        info!("the index agrees with the database");
    } else {
        warn!(
            missing,
            outdated, surplus, "the index differed from the database; repairing"
        );
    }
    Ok(differences)
}
