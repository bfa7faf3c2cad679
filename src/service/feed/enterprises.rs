//! The feed of enterprises: who is in the directory.

use std::collections::HashMap;

use jiff::Timestamp;
use tracing::error;
use uuid::Uuid;

use super::{Change, Followed};
use crate::domain::enterprise::Enterprise;
use crate::domain::feed::{EnterpriseRemoval, enterprise_removal};
use crate::domain::ids::EnterpriseId;
use crate::service::Result;
use crate::store::outbox::Kind;
use crate::store::{self, AnyConn, enterprises};

/// What is told of one enterprise.
#[derive(Clone, Debug)]
pub struct EnterpriseEntry {
    /// The enterprise; of what was removed no more than its identifier may be shown.
    pub enterprise: Enterprise,
    /// When it came to be so.
    pub changed_at: Timestamp,
    /// When it was read.
    pub at: Timestamp,
    /// Why it is not in the directory any more.
    pub removal: Option<EnterpriseRemoval>,
}

impl Followed for EnterpriseEntry {
    const KIND: Kind = Kind::Enterprise;

    fn public_after(conn: &mut AnyConn, after: Option<Uuid>, limit: i64) -> Result<Vec<Uuid>> {
        let ids = enterprises::active_after(conn, after.map(EnterpriseId), limit)?;
        Ok(ids.into_iter().map(|id| id.0).collect())
    }

    fn public(conn: &mut AnyConn, ids: &[Uuid], now: Timestamp) -> Result<Vec<Self>> {
        let mut found = by_id(conn, ids.iter().copied())?;
        let all = ids.iter().filter_map(|id| found.remove(id));
        let public = all.filter(|enterprise| enterprise_removal(enterprise).is_none());
        let entry = |enterprise: Enterprise| Self {
            changed_at: enterprise.updated_at,
            at: now,
            removal: None,
            enterprise,
        };
        Ok(public.map(entry).collect())
    }

    /// A row is written only for what was public once.
    fn told(conn: &mut AnyConn, changes: &[Change], now: Timestamp) -> Result<Vec<Self>> {
        let mut found = by_id(conn, changes.iter().map(|change| change.id))?;
        let told = changes.iter().filter_map(|change| {
            let enterprise = found.remove(&change.id)?;
            Some(Self {
                changed_at: change.at,
                at: now,
                removal: enterprise_removal(&enterprise),
                enterprise,
            })
        });
        Ok(told.collect())
    }
}

/// Enterprises as they stand now, those that became part of another one, too. One whose row cannot be read is left out: it must
/// not stop the feed for all others.
fn by_id(conn: &mut AnyConn, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, Enterprise>> {
    let ids: Vec<EnterpriseId> = ids.map(EnterpriseId).collect();
    let found = match enterprises::find_many(conn, &ids) {
        Err(store::Error::Row(_)) => one_by_one(conn, &ids)?,
        other => other?,
    };
    let pairs = found.into_iter().map(|enterprise| (enterprise.id.0, enterprise));
    Ok(pairs.collect())
}

fn one_by_one(conn: &mut AnyConn, ids: &[EnterpriseId]) -> Result<Vec<Enterprise>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        match enterprises::find_even_merged(conn, *id) {
            Ok(enterprise) => found.push(enterprise),
            Err(store::Error::NotFound) => {}
            Err(store::Error::Row(why)) => {
                error!(enterprise = %id, %why, "an enterprise cannot be read, and is not told")
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}
