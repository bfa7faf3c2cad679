//! Who may do what with dossiers: the parties and the officers who handle such dossiers; nobody else learns that there is
//! one (Luật CGCN Đ.34).

use super::{Actor, Place, Refusal, Resource, able_to_write, covers, officer, writer};
use crate::domain::account::{Permission, Role};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::EnterpriseId;

/// A dossier, as far as the decision needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DossierStanding<'a> {
    /// Who files.
    pub filer: Option<EnterpriseId>,
    /// The other party, where it is on the exchange.
    pub counterparty: Option<EnterpriseId>,
    /// Whether an officer entered it.
    pub is_paper: bool,
    /// Whether it is in the Department's hands, or was.
    pub is_with_officers: bool,
    /// Whether both parties see it: it was handed in.
    pub is_with_parties: bool,
    /// Where the filer is, and the fields of the technology.
    pub place: Place<'a>,
}

/// A draft is its writer's own until it is handed in; then the other party and the officers see it, too.
pub(super) fn is_visible(actor: &Actor, dossier: &DossierStanding<'_>, resource: &Resource<'_>) -> bool {
    match actor {
        Actor::Officer {
            permissions,
            scope,
            enrolled: true,
            ..
        } => dossier.is_with_officers && permissions.contains(&Permission::HandleDossiers) && covers(scope, resource),
        Actor::System => true,
        Actor::Member { enterprise, status, .. } => {
            // Whoever registers with the tax code of a party is none before an officer has looked.
            let is_known = *status == EnterpriseStatus::Active;
            let is_party = is_known && dossier.counterparty == Some(*enterprise) && dossier.is_with_parties;
            let is_own = !dossier.is_paper || dossier.is_with_parties;
            (dossier.filer == Some(*enterprise) && is_own) || is_party
        }
        Actor::Visitor | Actor::Person { .. } | Actor::Key { .. } | Actor::Officer { .. } => false,
    }
}

/// Begins a dossier: an enterprise its own, an officer one that came on paper.
pub(super) fn file(actor: &Actor) -> Result<(), Refusal> {
    match actor {
        Actor::Officer { .. } => officer(actor, &Resource::None, Permission::HandleDossiers),
        _ => writer(actor),
    }
}

/// Reads one.
pub(super) fn read(actor: &Actor, resource: &Resource<'_>) -> Result<(), Refusal> {
    match actor {
        Actor::Visitor => Err(Refusal::Unauthenticated),
        // Which there are of one's own enterprise.
        _ if *resource == Resource::None => super::belongs(actor),
        _ => super::seen(actor, resource),
    }
}

/// Does what the filer does.
pub(super) fn edit(actor: &Actor, resource: &Resource<'_>) -> Result<(), Refusal> {
    let Resource::Dossier(dossier) = resource else {
        return Err(Refusal::Forbidden);
    };
    read(actor, resource)?;
    match actor {
        Actor::Officer { .. } if dossier.is_paper => Ok(()),
        Actor::Member {
            enterprise,
            role: Role::Owner | Role::Editor,
            status,
            ..
        } if dossier.filer == Some(*enterprise) && !dossier.is_paper => able_to_write(*status),
        _ => Err(Refusal::Forbidden),
    }
}

/// Does what the authority does.
pub(super) fn handle(actor: &Actor, resource: &Resource<'_>) -> Result<(), Refusal> {
    if *resource == Resource::None {
        return officer(actor, resource, Permission::HandleDossiers);
    }
    read(actor, resource)?;
    match actor {
        Actor::Officer { .. } => Ok(()),
        _ => Err(Refusal::Forbidden),
    }
}

/// Signs what another officer proposed: a certificate, or its annulment.
pub(super) fn sign(actor: &Actor, resource: &Resource<'_>) -> Result<(), Refusal> {
    handle(actor, resource)?;
    officer(actor, resource, Permission::SignCertificates)
}
