//! Whose copy of a dossier somebody reads: what its filer writes is read by nobody else before it is handed in, too.

use crate::domain::access::Actor;
use crate::domain::dossier::Dossier;
use crate::service::Result;
use crate::service::versions::require_version;

/// Whether somebody writes what a dossier says, and so reads what was not handed in: the enterprise that files its own, officers
/// what came on paper.
pub(in crate::service::dossiers) fn writes(actor: &Actor, dossier: &Dossier) -> bool {
    if matches!(actor, Actor::Officer { .. }) {
        return dossier.is_paper;
    }
    let own = actor.enterprise().map(|(enterprise, _)| enterprise);
    own.is_some() && own == dossier.enterprise && !dossier.is_paper
}

/// Whether a version is the one that somebody has of a dossier.
pub(in crate::service::dossiers) fn require_seen(actor: &Actor, dossier: &Dossier, seen: i64) -> Result<()> {
    require_version(seen, dossier.version_for(writes(actor, dossier)))
}
