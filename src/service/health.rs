//! Whether this node can serve.

use super::context::App;
use super::search::IndexStatus;
use crate::store::migrate;

/// What readiness is made of.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// The database answers.
    pub database: bool,
    /// The search index is there.
    pub search: bool,
    /// How it fares. What fails here does not take the node out of service: an index that is behind still answers.
    pub index: IndexStatus,
}

impl Readiness {
    /// Everything can be served. While an outdated index is replaced it goes on answering, so only a node's very first
    /// build keeps it from being ready.
    pub fn is_ready(&self) -> bool {
        self.database && self.search
    }
}

/// Asks.
pub async fn readiness(app: &App) -> Readiness {
    let database = app.read(|conn, _| Ok(migrate::ping(conn)?)).await.is_ok();
    Readiness {
        database,
        search: app.index.reader().is_some(),
        index: app.index.status(),
    }
}
