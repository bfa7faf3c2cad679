//! What is told beside a dossier: the certificates and other dossiers that it has to do with.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::certificate::Certificate;
use crate::domain::dossier::Dossier;
use crate::domain::procedure::{AuthorityDraft, Procedure, Verification};
use crate::service::dossiers::hints::PartyHint;

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

/// The authority before which a dossier comes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierAuthority {
    /// Code.
    #[schema(max_length = 20, example = "SKHCN-PT")]
    pub code: String,
    /// What people call it.
    #[schema(example = "Sở Khoa học và Công nghệ tỉnh Phú Thọ")]
    pub name_vi: String,
    /// The same in English.
    pub name_en: String,
    /// Whether the dossier is handed in here; otherwise it is refused (409 `not_competent`), and goes to that authority.
    pub is_here: bool,
    /// The article that says so.
    #[schema(example = "NĐ 76/2018 Đ.6.2")]
    pub legal_basis: String,
    /// Whether that was held against a text of the law.
    #[schema(example = "verified")]
    pub verification: &'static str,
}

impl DossierAuthority {
    pub(super) fn of(authority: &AuthorityDraft, rules: &Procedure) -> Self {
        let verification = authority.verification.as_deref().and_then(|told| told.parse().ok());
        Self {
            code: authority.code.clone(),
            name_vi: authority.name_vi.clone(),
            name_en: authority.name_en.clone(),
            is_here: rules.takes(authority),
            legal_basis: authority.legal_basis.clone(),
            verification: verification.unwrap_or(Verification::Unverified).as_str(),
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

/// Something about a party that should be looked at; nothing is refused for it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierPartyHint {
    /// Where it is in `content`, as a JSON pointer.
    #[schema(example = "/transferee/name")]
    pub member: String,
    /// What.
    pub text_vi: String,
    /// The same in English.
    pub text_en: String,
}

impl From<&PartyHint> for DossierPartyHint {
    fn from(hint: &PartyHint) -> Self {
        Self {
            member: hint.member.clone(),
            text_vi: hint.text_vi.clone(),
            text_en: hint.text_en.clone(),
        }
    }
}
