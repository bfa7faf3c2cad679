//! The register of enterprises as officers read it (sổ doanh nghiệp): all of them, in whatever status.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Result;
use super::context::Caller;
use super::gaps::next_size;
use super::review::filters::lies_in;
use crate::domain::access::{self, Action, Actor, Resource, decide};
use crate::domain::enterprise::{Enterprise, StService};
use crate::domain::ids::EnterpriseId;
use crate::store::enterprises::register::{self, Candidate};
pub use crate::store::enterprises::register::{Asked, Merged, Place};
use crate::store::{AnyConn, enterprises};

/// Which enterprises.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What the database sorts out.
    pub asked: Asked,
    /// In one of these fields, or below it.
    pub fields: Vec<String>,
    /// Offers one of these services.
    pub services: Vec<StService>,
}

impl Wanted {
    /// Whether the officer may see one, and wants to.
    fn has(&self, candidate: &Candidate, actor: &Actor) -> bool {
        let resource = Resource::Enterprise {
            id: candidate.id,
            status: candidate.status,
            place: access::Place {
                commune: &candidate.commune,
                fields: &candidate.fields,
            },
        };
        (self.fields.is_empty() || self.fields.iter().any(|wanted| lies_in(&candidate.fields, wanted)))
            && decide(actor, Action::ReviewEnterprise, &resource).is_ok()
    }

    /// Whether what one offers has a service that is wanted.
    fn offers(&self, services: Option<&[String]>) -> bool {
        let has = |wanted: &StService| services.is_some_and(|all| all.iter().any(|one| one == wanted.as_str()));
        self.services.is_empty() || self.services.iter().any(has)
    }
}

/// An enterprise, and the one that it became part of.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As it is, or was last.
    pub enterprise: Enterprise,
    /// What it is part of now.
    pub into: Option<Enterprise>,
}

/// How many are looked through at once where fields, services or a scope leave gaps.
const BATCH: usize = 1_000;
/// How often at the most for one page, which may then be short and have a next one.
const MOST_BATCHES: usize = 10;

/// A page of the register, newest first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: &Wanted,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Entry>, Option<Place>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ReviewEnterprise, &Resource::None)?;
    let (found, next) = look_through(conn, &actor, wanted, after, limit, now)?;
    let rows = enterprises::find_many(conn, &found)?.into_iter();
    let mut rows: HashMap<EnterpriseId, Enterprise> = rows.map(|row| (row.id, row)).collect();
    let found: Vec<Enterprise> = found.iter().filter_map(|id| rows.remove(id)).collect();
    let merged: Vec<EnterpriseId> = found.iter().filter_map(|one| one.merged_into).collect();
    let homes = enterprises::find_many(conn, &merged)?.into_iter();
    let homes: HashMap<EnterpriseId, Enterprise> = homes.map(|row| (row.id, row)).collect();
    let entries = found.into_iter().map(|enterprise| Entry {
        into: enterprise.merged_into.and_then(|id| homes.get(&id)).cloned(),
        enterprise,
    });
    Ok((entries.collect(), next))
}

fn look_through(
    conn: &mut AnyConn,
    actor: &Actor,
    wanted: &Wanted,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<EnterpriseId>, Option<Place>)> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut place) = (Vec::new(), after);
    // Most officers have no scope, and find their page in what is read first.
    let mut size = limit.saturating_add(1);
    for _ in 0..MOST_BATCHES {
        let found_before = found.len();
        let most = i64::try_from(size).unwrap_or(i64::MAX);
        let batch = register::candidates(conn, &wanted.asked, place, most, now)?;
        let is_last = batch.len() < size;
        let offered = if wanted.services.is_empty() {
            HashMap::new()
        } else {
            let ids: Vec<EnterpriseId> = batch.iter().map(|candidate| candidate.id).collect();
            register::services(conn, &ids)?
        };
        for candidate in batch {
            let is_wanted =
                wanted.offers(offered.get(&candidate.id).map(Vec::as_slice)) && wanted.has(&candidate, actor);
            if is_wanted && found.len() == limit {
                return Ok((found, place));
            }
            if is_wanted {
                found.push(candidate.id);
            }
            place = Some((candidate.created_at, candidate.id));
        }
        if is_last {
            return Ok((found, None));
        }
        size = next_size(limit, found.len(), (found.len() - found_before, size), BATCH);
    }
    Ok((found, place))
}
