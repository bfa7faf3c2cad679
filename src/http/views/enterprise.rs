//! What is shown of an enterprise.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{DecisionView, LogoView, OutdatedView, VerificationView};
use crate::domain::drafts::{EnterpriseDraft, ForeignRegisterDraft};
use crate::domain::enterprise::{Details, Enterprise, PublicGroup, RegisterStatus};
use crate::http::amendments::AmendmentSummary;
use crate::service::enterprise_register::Entry;
use crate::service::enterprises;

/// The enterprise that another one became part of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MergedIntoView {
    /// Identifier.
    pub id: Uuid,
    /// Full legal name (tên đơn vị).
    pub legal_name: String,
}

/// An enterprise. Contact data, dates and decisions are there only for its members and for reviewing officers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnterpriseView {
    /// Identifier.
    pub id: Uuid,
    /// Where the registration stands (trạng thái); `merged` in the register of officers only, of what became part of `merged_into`.
    #[schema(value_type = RegisterStatus, example = "active")]
    pub status: &'static str,
    /// Invented for demonstration.
    pub is_demo: bool,
    /// Full legal name (tên đơn vị).
    pub legal_name: String,
    /// Short name.
    #[schema(required)]
    pub short_name: Option<String>,
    /// English name.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Tax code, 10 digits or 10-3; null where it is known by another number (mã số thuế).
    #[schema(required)]
    pub tax_code: Option<String>,
    /// Personal number of a household or an individual; insiders only, whole for owners and reviewing officers, else its
    /// last digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_id: Option<String>,
    /// Number in the register of another country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign_register: Option<ForeignRegisterDraft>,
    /// Code of the list `legal_forms`.
    pub legal_form: String,
    /// Code of the list `provinces`; absent abroad, where there is `address_country`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub province_code: String,
    /// Code of the list `communes`; absent abroad.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub commune_code: String,
    /// Web site.
    #[schema(required)]
    pub website: Option<String>,
    /// Codes of the list `fields`.
    pub field_codes: Vec<String>,
    /// What was added to the registration; those outside see what the owner made public.
    #[serde(flatten)]
    pub details: Details,
    /// Its logo; on the page of one enterprise only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<LogoView>,
    /// Whether the Department verified it, and until when that holds.
    pub verification: VerificationView,
    /// When it registered.
    pub created_at: Timestamp,
    /// How many of its listings everybody may see; only on the page of one enterprise, for those outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_listings: Option<i64>,
    /// Where these listings are, page by page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/api/v1/search?enterprise=01990d3e-0000-7000-8000-000000000001")]
    pub listings: Option<String>,
    /// House number, street, hamlet; insiders, or everybody where the owner made it public. So are the next three.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_line: Option<String>,
    /// Person to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_name: Option<String>,
    /// Mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_email: Option<String>,
    /// Telephone; absent when whose it was had it erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_phone: Option<String>,
    /// When it was handed in; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Timestamp>,
    /// Last decision with a reason; insiders only, and not in the queue of officers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionView>,
    /// What is still to be added, as JSON pointers; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<&'static str>>,
    /// Codes that ended since they were written, with what took their place; insiders who read it only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 10)]
    pub outdated: Vec<OutdatedView>,
    /// That something is to change of what was verified; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amendment: Option<AmendmentSummary>,
    /// What it became part of, in the register of officers only; its status is the one that it had last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<MergedIntoView>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

impl EnterpriseView {
    /// What officers see in their register.
    pub fn entry(entry: &Entry, now: Timestamp) -> Self {
        let enterprise = &entry.enterprise;
        // As the filter calls it: what it was before is no status of today.
        let is_merged = enterprise.merged_into.is_some();
        let status = if is_merged {
            RegisterStatus::Merged.as_str()
        } else {
            enterprise.status.as_str()
        };
        Self {
            status,
            merged_into: entry.into.as_ref().map(|into| MergedIntoView {
                id: into.id.0,
                legal_name: into.profile.legal_name.to_string(),
            }),
            ..Self::full(enterprise, now)
        }
    }

    /// What everybody sees.
    pub fn public(enterprise: &Enterprise, now: Timestamp) -> Self {
        let profile = EnterpriseDraft::of(&enterprise.profile);
        Self {
            id: enterprise.id.0,
            status: enterprise.status.as_str(),
            is_demo: enterprise.is_demo,
            legal_name: profile.legal_name,
            short_name: profile.short_name,
            name_en: profile.name_en,
            tax_code: profile.tax_code,
            personal_id: None,
            foreign_register: profile.foreign_register,
            legal_form: profile.legal_form,
            province_code: profile.province_code,
            commune_code: profile.commune_code,
            website: profile.website,
            field_codes: profile.field_codes,
            details: enterprise.profile.details.listed(),
            logo: None,
            verification: VerificationView::public(&enterprise.verification, now),
            created_at: enterprise.created_at,
            live_listings: None,
            listings: None,
            address_line: None,
            contact_name: None,
            contact_email: None,
            contact_phone: None,
            submitted_at: None,
            decision: None,
            missing: None,
            outdated: Vec::new(),
            amendment: None,
            merged_into: None,
            version: enterprise.version,
        }
    }

    /// What its members and reviewing officers see.
    pub fn full(enterprise: &Enterprise, now: Timestamp) -> Self {
        let profile = EnterpriseDraft::of(&enterprise.profile);
        Self {
            personal_id: profile.personal_id,
            details: enterprise.profile.details.clone(),
            missing: Some(enterprise.profile.details.missing()),
            amendment: enterprise.amendment.as_ref().map(Into::into),
            address_line: Some(profile.address_line),
            contact_name: Some(profile.contact_name),
            contact_email: Some(profile.contact_email),
            contact_phone: Some(profile.contact_phone).filter(|phone| !phone.is_empty()),
            submitted_at: Some(enterprise.submitted_at),
            verification: VerificationView::full(&enterprise.verification, now),
            ..Self::public(enterprise, now)
        }
    }

    /// What everybody sees on its page: what the owner made public, and how much it offers.
    fn page(seen: &enterprises::Seen) -> Self {
        let profile = EnterpriseDraft::of(&seen.enterprise.profile);
        let shows = |group| seen.enterprise.profile.details.shows(group);
        Self {
            live_listings: seen.live_listings,
            listings: Some(format!("/api/v1/search?enterprise={}", seen.enterprise.id)),
            logo: seen.logo.as_ref().map(Into::into),
            details: seen.enterprise.profile.details.public(),
            address_line: Some(profile.address_line).filter(|_| shows(PublicGroup::Address)),
            contact_name: Some(profile.contact_name).filter(|_| seen.shows_contact),
            contact_email: Some(profile.contact_email).filter(|_| seen.shows_reach && shows(PublicGroup::Email)),
            contact_phone: Some(profile.contact_phone)
                .filter(|phone| seen.shows_reach && shows(PublicGroup::Phone) && !phone.is_empty()),
            ..Self::public(&seen.enterprise, seen.at)
        }
    }

    /// What this caller sees.
    pub fn of(seen: &enterprises::Seen) -> Self {
        match seen.view {
            enterprises::View::Public => Self::page(seen),
            enterprises::View::Full => Self {
                personal_id: seen.personal_id.clone(),
                logo: seen.logo.as_ref().map(Into::into),
                verification: VerificationView {
                    documents: seen.documents.map(Into::into),
                    ..VerificationView::full(&seen.enterprise.verification, seen.at)
                },
                decision: seen.decision.as_ref().map(Into::into),
                ..Self::full(&seen.enterprise, seen.at)
            },
        }
    }
}
