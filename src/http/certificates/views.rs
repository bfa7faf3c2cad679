//! Certificates as they are told.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::certificate::record::{CertificateRecord, Signer};
use crate::domain::certificate::{Certificate, Duplicate, DuplicateCause, Validity};
use crate::http::dossiers::views::RuleName;
use crate::service::certificates::reading::{Held, Verified};

/// Which paper it is.
fn kind_of(certificate: &Certificate) -> RuleName {
    let kind = certificate.record.kind;
    let (vi, en) = kind.name();
    RuleName {
        code: kind.as_str().to_owned(),
        name_vi: vi.to_owned(),
        name_en: en.to_owned(),
    }
}

/// A certificate of a chain.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChainedView {
    /// Identifier.
    pub id: Uuid,
    /// Which in the chain: 0 is the first one.
    pub position: i64,
    /// Which paper it is.
    pub kind: RuleName,
    /// Number.
    #[schema(example = "01/2026/CNĐKCGCN-SKHCN")]
    pub number: String,
    /// When it was issued.
    pub issued_on: Date,
}

impl ChainedView {
    fn of(certificate: &Certificate) -> Self {
        Self {
            id: certificate.id.0,
            position: certificate.position,
            kind: kind_of(certificate),
            number: certificate.record.number.clone(),
            issued_on: certificate.record.issued_on,
        }
    }
}

/// A certificate, in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateSummary {
    /// Itself.
    #[serde(flatten)]
    pub own: ChainedView,
    /// Code of the authority that issued it.
    #[schema(example = "SKHCN-PT")]
    pub authority: String,
    /// Its name.
    pub authority_name: String,
    /// What holds of it today.
    #[schema(value_type = Validity, example = "valid")]
    pub validity: &'static str,
    /// The last day of the contract by this certificate.
    #[schema(required)]
    pub expires_on: Option<Date>,
    /// The technology.
    pub technology: String,
    /// Who gives it.
    pub transferor: String,
    /// Who gets it.
    pub transferee: String,
    /// The value of the contract by this certificate, in đồng.
    #[schema(required)]
    pub vnd_value: Option<i64>,
    /// Of an amendment, by how much it makes the contract worth more, in đồng; below 0 where it makes it worth less. Null of others, and of
    /// amendments of before.
    #[schema(required)]
    pub vnd_delta: Option<i64>,
    /// The activity in which the technology is used, by the classification of activities; null where it is not told.
    #[schema(
        required,
        example = "VSIC 2025, mã 10612 (thuộc ngành cấp 2, mã 10: Sản xuất, chế biến thực phẩm)"
    )]
    pub activity: Option<String>,
    /// The number of the certificate of investment of the project that the contract belongs to; null where it is not told.
    #[schema(required, example = "9876543210")]
    pub irc_number: Option<String>,
    /// The dossier that it came of; null of what was not issued here.
    #[schema(required)]
    pub dossier_id: Option<Uuid>,
    /// The dossier in which its life is followed; of an amendment that of the first one of its chain.
    #[schema(required)]
    pub case_id: Option<Uuid>,
    /// Whether it was issued here, so that there is a signed document.
    pub is_issued_here: bool,
    /// Whether the register's own record of it is what was signed when it was issued; false where somebody changed it since: it is not to be
    /// relied on. Null of what was not issued here.
    #[schema(required)]
    pub is_genuine: Option<bool>,
    /// When it came into the register.
    pub created_at: Timestamp,
}

impl CertificateSummary {
    /// Of a certificate.
    pub fn of(held: &Held) -> Self {
        let (certificate, record) = (&held.certificate, &held.certificate.record);
        Self {
            own: ChainedView::of(certificate),
            authority: record.issuer.code.clone(),
            authority_name: record.issuer.name.clone(),
            validity: held.validity.as_str(),
            expires_on: certificate.expires_on,
            technology: record.technology.name.clone(),
            transferor: record.transferor.name.clone(),
            transferee: record.transferee.name.clone(),
            vnd_value: record.money.vnd_value,
            vnd_delta: record.amendment.as_ref().and_then(|amendment| amendment.vnd_delta),
            activity: record
                .technology
                .activity
                .as_ref()
                .map(|activity| activity.name.clone()),
            irc_number: record.contract.irc_number.clone(),
            dossier_id: certificate.dossier.map(|id| id.0),
            case_id: certificate.case.or_else(|| held.chain.first()?.case).map(|id| id.0),
            is_issued_here: held.is_genuine.is_some(),
            is_genuine: held.is_genuine,
            created_at: certificate.created_at,
        }
    }
}

/// A duplicate for a paper that was lost or spoilt.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateDuplicateView {
    /// Which one, from 1.
    #[schema(example = 1)]
    pub ordinal: i64,
    /// Who asked for it.
    #[schema(max_length = 300, example = "Công ty TNHH Cơ khí Sông Thao, công văn số 15/CV-ST")]
    pub asked_by: String,
    /// When.
    pub asked_on: Date,
    /// What became of the paper; null of those that were issued before that was asked for.
    #[schema(required, value_type = Option<DuplicateCause>, example = "lost")]
    pub cause: Option<String>,
    /// Why.
    #[schema(max_length = 2000, example = "Mất do hỏa hoạn tại trụ sở.")]
    pub reason: String,
    /// When it was issued.
    pub issued_on: Date,
    /// Who signed it.
    pub signer: Signer,
}

impl CertificateDuplicateView {
    /// Of a duplicate.
    pub fn of(duplicate: &Duplicate) -> Self {
        Self {
            ordinal: duplicate.mark.ordinal,
            asked_by: duplicate.asked_by.clone(),
            asked_on: duplicate.asked_on,
            cause: duplicate.mark.cause.as_ref().map(|cause| cause.code.clone()),
            reason: duplicate.reason.clone(),
            issued_on: duplicate.mark.issued_on,
            signer: duplicate.mark.signer.clone(),
        }
    }
}

/// A certificate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateView {
    /// As in lists.
    #[serde(flatten)]
    pub summary: CertificateSummary,
    /// When its chain was annulled.
    #[schema(required)]
    pub annulled_on: Option<Date>,
    /// What it says.
    pub record: CertificateRecord,
    /// What holds today: what the last one of the chain says; for who was a party of it once, the last one of which it was.
    pub effective: CertificateRecord,
    /// Whether that is what was signed, as `is_genuine` of the certificate that says it.
    #[schema(required)]
    pub is_effective_genuine: Option<bool>,
    /// The licence that replaced it, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<ChainedView>,
    /// The chain, the first one first.
    #[schema(max_items = 1000)]
    pub chain: Vec<ChainedView>,
    /// The duplicates that were issued of it, for papers that were lost or spoilt.
    #[schema(max_items = 1000)]
    pub duplicates: Vec<CertificateDuplicateView>,
}

impl CertificateView {
    /// Of a certificate.
    pub fn of(held: &Held) -> Self {
        let last = held.chain.last().unwrap_or(&held.certificate);
        Self {
            summary: CertificateSummary::of(held),
            annulled_on: held.chain.iter().find_map(|one| one.annulled_on),
            record: held.certificate.record.clone(),
            effective: last.record.clone(),
            is_effective_genuine: held.is_effective_genuine,
            replaced_by: held.replaced_by.as_ref().map(ChainedView::of),
            chain: held.chain.iter().map(ChainedView::of).collect(),
            duplicates: held.duplicates.iter().map(CertificateDuplicateView::of).collect(),
        }
    }
}

/// A record with its signature.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignedRecordView {
    /// What the certificate says.
    pub record: CertificateRecord,
    /// The same, signed.
    #[schema(max_length = 1_000_000)]
    pub jws: String,
}

/// What everybody may know of a paper, who verifies it or reads that it was annulled: neither money nor what the contract says
/// (LTT 34), nor where the parties are, nor the code with which it is verified.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicPaper {
    /// Which paper it is.
    pub kind: RuleName,
    /// Number.
    #[schema(example = "01/2026/CNĐKCGCN-SKHCN")]
    pub number: String,
    /// Who issued it.
    #[schema(example = "Sở Khoa học và Công nghệ tỉnh Phú Thọ")]
    pub authority: String,
    /// When.
    pub issued_on: Date,
    /// The technology.
    pub technology: String,
    /// Who gives it.
    pub transferor: String,
    /// Who gets it.
    pub transferee: String,
}

impl PublicPaper {
    /// Of a certificate.
    pub fn of(certificate: &Certificate) -> Self {
        let record = &certificate.record;
        Self {
            kind: kind_of(certificate),
            number: record.number.clone(),
            authority: record.issuer.name.clone(),
            issued_on: record.issued_on,
            technology: record.technology.name.clone(),
            transferor: record.transferor.name.clone(),
            transferee: record.transferee.name.clone(),
        }
    }
}

/// What everybody learns of a certificate: the paper, and what holds of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateVerification {
    /// What holds of it today.
    #[schema(value_type = Validity, example = "valid")]
    pub validity: &'static str,
    /// The same in words.
    #[schema(example = "Còn hiệu lực")]
    pub validity_vi: &'static str,
    /// The same in English.
    #[schema(example = "Valid")]
    pub validity_en: &'static str,
    /// For which day that is.
    pub as_of: Date,
    /// The paper.
    #[serde(flatten)]
    pub paper: PublicPaper,
    /// Number of the first certificate of the chain, of an amendment.
    #[schema(required)]
    pub original_number: Option<String>,
    /// Number of the newest certificate of the chain, where this one was amended; of the newest licence, where it was replaced.
    #[schema(required)]
    pub newest_number: Option<String>,
    /// When that was issued.
    #[schema(required)]
    pub newest_issued_on: Option<Date>,
    /// What holds today of that newest one; null where there is none.
    #[schema(required, value_type = Option<Validity>, example = "valid")]
    pub newest_state: Option<&'static str>,
    /// When it was annulled.
    #[schema(required)]
    pub annulled_on: Option<Date>,
    /// How many duplicates were issued of it, for papers that were lost or spoilt.
    pub duplicates: u32,
    /// Whether what the register says of it is what was signed when it was issued.
    pub is_genuine: bool,
    /// The key that signed it, of `/.well-known/certificate-keys.json`.
    #[schema(required)]
    pub kid: Option<String>,
}

impl CertificateVerification {
    /// Of a certificate that was verified.
    pub fn of(verified: &Verified) -> Self {
        let (held, record) = (&verified.held, &verified.held.certificate.record);
        let newest = verified.newest();
        let (vi, en) = held.validity.name();
        Self {
            validity: held.validity.as_str(),
            validity_vi: vi,
            validity_en: en,
            as_of: verified.today,
            paper: PublicPaper::of(&held.certificate),
            original_number: record
                .amendment
                .as_ref()
                .map(|amendment| amendment.original_number.clone()),
            newest_number: newest.map(|newest| newest.record.number.clone()),
            newest_issued_on: newest.map(|newest| newest.record.issued_on),
            newest_state: verified.newest_validity.map(|state| state.as_str()),
            annulled_on: held.chain.iter().find_map(|one| one.annulled_on),
            duplicates: u32::try_from(held.duplicates.len()).unwrap_or(u32::MAX),
            is_genuine: verified.signature.is_ok(),
            kid: verified.signature.as_ref().ok().cloned(),
        }
    }
}
