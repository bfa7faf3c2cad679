//! What is shown of enterprises and listings: views are made here and nowhere else, so that nothing leaves by accident.

use actix_web::HttpResponse;
use actix_web::http::header;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::etag;
use crate::domain::drafts::{EnterpriseDraft, ListingDraft};
use crate::domain::enterprise::Enterprise;
use crate::domain::listing::Listing;
use crate::service::{enterprises, listings};

/// The last decision that its owner has to read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// What was decided, such as `listing.changes_requested`.
    pub deed: String,
    /// When.
    pub at: Timestamp,
    /// Why, as a code.
    pub reason_code: String,
    /// Why, in words.
    pub reason_text: String,
}

/// An enterprise. Contact data, dates and decisions are there only for its members and for reviewing officers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnterpriseView {
    /// Identifier.
    pub id: Uuid,
    /// `submitted`, `active`, `changes_requested`, `rejected` or `suspended` (trạng thái).
    #[schema(example = "active")]
    pub status: &'static str,
    /// Invented for demonstration.
    pub is_demo: bool,
    /// Full legal name (tên đơn vị).
    pub legal_name: String,
    /// Short name.
    pub short_name: Option<String>,
    /// English name.
    pub name_en: Option<String>,
    /// Tax code, 10 digits or 10-3 (mã số thuế).
    pub tax_code: String,
    /// Code of the list `legal_forms`.
    pub legal_form: String,
    /// Code of the list `provinces`.
    pub province_code: String,
    /// Code of the list `communes`.
    pub commune_code: String,
    /// Web site.
    pub website: Option<String>,
    /// Codes of the list `fields`.
    pub field_codes: Vec<String>,
    /// When it registered.
    pub created_at: Timestamp,
    /// House number, street, hamlet; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_line: Option<String>,
    /// Person to ask; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_name: Option<String>,
    /// Mail address; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_email: Option<String>,
    /// Telephone; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_phone: Option<String>,
    /// When it was handed in; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Timestamp>,
    /// Last decision with a reason; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionView>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

impl EnterpriseView {
    /// What everybody sees.
    pub fn public(enterprise: &Enterprise) -> Self {
        let profile = EnterpriseDraft::of(&enterprise.profile);
        Self {
            id: enterprise.id.0,
            status: enterprise.status.as_str(),
            is_demo: enterprise.is_demo,
            legal_name: profile.legal_name,
            short_name: profile.short_name,
            name_en: profile.name_en,
            tax_code: profile.tax_code,
            legal_form: profile.legal_form,
            province_code: profile.province_code,
            commune_code: profile.commune_code,
            website: profile.website,
            field_codes: profile.field_codes,
            created_at: enterprise.created_at,
            address_line: None,
            contact_name: None,
            contact_email: None,
            contact_phone: None,
            submitted_at: None,
            decision: None,
            version: enterprise.version,
        }
    }

    /// What its members and reviewing officers see.
    pub fn full(enterprise: &Enterprise) -> Self {
        let profile = EnterpriseDraft::of(&enterprise.profile);
        Self {
            address_line: Some(profile.address_line),
            contact_name: Some(profile.contact_name),
            contact_email: Some(profile.contact_email),
            contact_phone: Some(profile.contact_phone),
            submitted_at: Some(enterprise.submitted_at),
            ..Self::public(enterprise)
        }
    }

    /// What this caller sees.
    pub fn of(seen: &enterprises::Seen) -> Self {
        match seen.view {
            enterprises::View::Public => Self::public(&seen.enterprise),
            enterprises::View::Full => Self {
                decision: seen.decision.as_ref().map(|decision| DecisionView {
                    deed: decision.deed.clone(),
                    at: decision.at,
                    reason_code: decision.reason_code.clone(),
                    reason_text: decision.reason_text.clone(),
                }),
                ..Self::full(&seen.enterprise)
            },
        }
    }
}

/// Whose a listing is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnerView {
    /// Identifier of the enterprise.
    pub id: Uuid,
    /// Its legal name.
    pub legal_name: String,
    /// Code of the list `provinces`.
    pub province_code: String,
    /// Invented for demonstration.
    pub is_demo: bool,
}

/// Where an imported listing came from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceView {
    /// Short name of the site or file.
    #[schema(example = "vptex-search-eval")]
    pub site: String,
    /// Its identifier there.
    #[schema(example = "VTS-0012")]
    pub external_id: String,
    /// Its page there.
    pub url: Option<String>,
}

/// A listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListingView {
    /// Identifier.
    pub id: Uuid,
    /// `draft`, `submitted`, `published`, `changes_requested`, `rejected` or `withdrawn` (trạng thái).
    #[schema(example = "published")]
    pub status: &'static str,
    /// Whose it is.
    pub enterprise: OwnerView,
    /// What it says.
    #[serde(flatten)]
    pub content: ListingDraft,
    /// Where it came from, when it was imported.
    pub source: Option<SourceView>,
    /// When it was approved.
    pub published_at: Option<Timestamp>,
    /// When it was first saved.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was last handed in; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Timestamp>,
    /// What an officer would still miss, as JSON pointers; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<&'static str>>,
    /// Last decision with a reason; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionView>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

impl ListingView {
    /// What everybody sees.
    pub fn public(listing: &Listing, owner: OwnerView) -> Self {
        Self {
            id: listing.id.0,
            status: listing.status.as_str(),
            enterprise: owner,
            content: ListingDraft::of(&listing.content),
            source: listing.source.as_ref().map(|source| SourceView {
                site: source.site.to_string(),
                external_id: source.external_id.to_string(),
                url: source.url.as_ref().map(|url| url.as_str().to_owned()),
            }),
            published_at: listing.published_at,
            created_at: listing.created_at,
            updated_at: listing.updated_at,
            submitted_at: None,
            missing: None,
            decision: None,
            version: listing.version,
        }
    }

    /// What its owner's members and reviewing officers see.
    pub fn full(listing: &Listing, owner: OwnerView) -> Self {
        Self {
            submitted_at: listing.submitted_at,
            missing: Some(listing.content.missing_for_submission()),
            ..Self::public(listing, owner)
        }
    }

    /// What this caller sees.
    pub fn of(seen: &listings::Seen) -> Self {
        let owner = OwnerView {
            id: seen.listing.enterprise_id.0,
            legal_name: seen.owner.legal_name.clone(),
            province_code: seen.owner.province_code.clone(),
            is_demo: seen.owner.is_demo,
        };
        if !seen.is_insider {
            return Self::public(&seen.listing, owner);
        }
        Self {
            decision: seen.decision.as_ref().map(|decision| DecisionView {
                deed: decision.deed.clone(),
                at: decision.at,
                reason_code: decision.reason_code.clone(),
                reason_text: decision.reason_text.clone(),
            }),
            ..Self::full(&seen.listing, owner)
        }
    }
}

/// An answer of one versioned thing.
pub fn versioned(version: i64, view: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag(version)))
        .json(view)
}

/// An answer to a create.
pub fn created(answer: crate::service::idempotency::Answer) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response
        .insert_header((header::LOCATION, answer.location))
        .insert_header((header::ETAG, answer.etag));
    if answer.is_replay {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    response.content_type("application/json").body(answer.body)
}
