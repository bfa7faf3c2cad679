//! What is told beside a dossier: the certificates and other dossiers that it has to do with.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::certificate::Certificate;
use crate::domain::dossier::Dossier;

/// A certificate, as a dossier names it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierCertificate {
    /// Identifier.
    pub id: Uuid,
    /// Number.
    #[schema(example = "01/2026/CNĐKCGCN-SKHCN")]
    pub number: String,
}

impl From<&Certificate> for DossierCertificate {
    fn from(certificate: &Certificate) -> Self {
        Self {
            id: certificate.id.0,
            number: certificate.record.number.clone(),
        }
    }
}

/// Another dossier of the same contract, as it seems.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierTwin {
    /// Identifier.
    pub id: Uuid,
    /// Number.
    #[schema(required, example = "HS-REG-2026-00007")]
    pub number: Option<String>,
}

impl From<&Dossier> for DossierTwin {
    fn from(dossier: &Dossier) -> Self {
        Self {
            id: dossier.id.0,
            number: dossier.number.clone(),
        }
    }
}
