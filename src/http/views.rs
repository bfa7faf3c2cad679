//! What is shown of enterprises, listings and files: views are made here and nowhere else, so that nothing leaves by accident.

mod decision;
mod enterprise;
mod file;
mod logo;
mod outdated;
mod owner;
mod regulation;
mod specification;
mod verification;
mod versions;
mod warning;

pub use decision::{DecisionView, NoteView};
pub use enterprise::EnterpriseView;
pub use file::FileView;
pub use logo::LogoView;
pub use outdated::OutdatedView;
pub use owner::{ContactView, ListingHold, OwnerView, SourceView};
pub use regulation::{RegulatoryFindingView, RegulatoryWarning};
pub use specification::SpecificationView;
pub use verification::VerificationView;
pub use versions::{Versioned, versioned, versioned_or_unchanged};
pub use warning::ListingWarning;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::revisions::OpenRevision;
use crate::domain::drafts::{TextPair, text_pair};
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::details::Details as ListingDetails;
use crate::domain::listing::regulation::RegulatoryClass;
use crate::domain::listing::{Listing, ListingKind, ListingStatus, PriceMode, TransferMode};
use crate::domain::shapes::{DescriptionText, FieldCode, ListCode, SummaryText, TitleText};
use crate::service::listing_register;
use crate::service::listings::{self, OwnerCard};

/// A listing as lists show it: without its description and its technical properties, for which one asks for the listing
/// itself. A page with them would be megabytes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListingSummary {
    /// Identifier.
    pub id: Uuid,
    /// The number under which it came out; null before it first did (mã số).
    #[schema(required, example = "CN-2026-000123")]
    pub code: Option<String>,
    /// Its readable name for addresses of pages: title without diacritics and code; null before it first came out.
    #[schema(required, example = "may-say-lua-tang-soi-tb-2026-000123")]
    pub slug: Option<String>,
    /// Where it stands (trạng thái).
    #[schema(value_type = ListingStatus, example = "published")]
    pub status: &'static str,
    /// Whose it is.
    pub enterprise: OwnerView,
    /// What is posted (loại tin).
    #[schema(value_type = ListingKind, example = "equipment_offer")]
    pub kind: String,
    /// Name of the technology or equipment (tên).
    #[schema(value_type = TitleText)]
    pub title: TextPair,
    /// In two or three sentences (tóm tắt).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SummaryText>)]
    pub summary: Option<TextPair>,
    /// Codes of the list `fields` (lĩnh vực).
    #[schema(value_type = Vec<FieldCode>)]
    pub field_codes: Vec<String>,
    /// Technology readiness level (mức độ sẵn sàng công nghệ).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 9)]
    pub trl: Option<u8>,
    /// ISO 3166-1 alpha-2 code (xuất xứ).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_country: Option<String>,
    /// Brand (thương hiệu).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Model number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How the price is told (hình thức giá).
    #[schema(value_type = PriceMode, example = "fixed")]
    pub price_mode: String,
    /// ISO 4217 code of the currency of all amounts of the listing (đơn vị tiền tệ).
    #[schema(min_length = 3, max_length = 3, example = "VND")]
    pub currency: &'static str,
    /// Amount, or the lower one, in whole units of `currency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_min: Option<i64>,
    /// Upper amount in whole units of `currency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_max: Option<i64>,
    /// Codes of the list `transfer_modes` (hình thức chuyển giao).
    #[schema(value_type = Vec<TransferMode>)]
    pub transfer_modes: Vec<String>,
    /// To whom it is shown; of `on_request` those outside see what it is, and no more.
    #[schema(value_type = Visibility, example = "public")]
    pub visibility: &'static str,
    /// Whether its owner takes inquiries.
    pub open_for_inquiry: bool,
    /// What the law on technology transfer says of it, as an officer found or its owner declares (nhóm công nghệ).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RegulatoryClass>, example = "restricted")]
    pub regulatory_class: Option<&'static str>,
    /// Codes of the list `regulated_technologies` that this rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<ListCode>, required = false, max_items = 10)]
    pub regulated_items: Vec<String>,
    /// What is to be shown with it, of what is `restricted` (cảnh báo).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regulatory_warning: Option<RegulatoryWarning>,
    /// What an officer found; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regulatory_finding: Option<RegulatoryFindingView>,
    /// Where it came from, when it was imported.
    #[schema(required)]
    pub source: Option<SourceView>,
    /// When it was approved.
    #[schema(required)]
    pub published_at: Option<Timestamp>,
    /// When it was first saved.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was last handed in; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Timestamp>,
    /// When its term ends, or ended; insiders only, once it came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// What keeps it from the public, whatever its status is; insiders only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<ListingHold>, required = false, example = json!(["suspended"]))]
    pub holds: Vec<&'static str>,
    /// Notices of infringement for which it is held, to be read and answered at `/ip-notices/{id}`; insiders only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub ip_notices: Vec<Uuid>,
    /// When its owner last said that it still holds; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_confirmed_at: Option<Timestamp>,
    /// How often its owner did, since it was last approved; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewed_count: Option<i64>,
    /// What an officer would still miss, as JSON pointers, and where `outdated` stands, of a listing that never came out, what is
    /// to be replaced; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// Codes that ended since they were written, with what took their place: it stays readable, and what never came out is
    /// not taken for review with them; insiders who read it, and its owner's list only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 50)]
    pub outdated: Vec<OutdatedView>,
    /// What is to change of it while it is public, to be read at `/listings/{id}/revision`; insiders only, and officers
    /// once it was handed in. In the queue it stands beside the listing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<OpenRevision>,
    /// Last decision with a reason; insiders only, and not in the queue of officers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionView>,
    /// The import that made it; insiders who read it, its owner's list and the register of officers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import_job_id: Option<Uuid>,
    /// The account that began it; in the register of officers only (người tạo).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Uuid>,
    /// How often others read it, each once in half an hour; likewise (lượt xem).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_count: Option<i64>,
    /// How many inquiries about it there were; likewise (lượt bày tỏ quan tâm).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inquiry_count: Option<i64>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

/// A listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListingView {
    /// All but the long parts.
    #[serde(flatten)]
    pub summary: ListingSummary,
    /// In full (mô tả).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DescriptionText>)]
    pub description: Option<TextPair>,
    /// Technical properties (thông số kỹ thuật).
    pub specifications: Vec<SpecificationView>,
    /// Whether its owner shows it without any contact data: inquiries come through the exchange only.
    pub hide_contact: bool,
    /// To whom people turn, for those who see all of the listing; where one reads it, and in no list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactView>,
    /// The member whom its owner named; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_account_id: Option<Uuid>,
    /// What is to be said of it beside: of rights that have ended since, where one reads it; to those inside also that its readiness
    /// level and its stage do not go together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 21)]
    pub warnings: Vec<ListingWarning>,
    /// What not every listing has.
    #[serde(flatten)]
    pub details: ListingDetails,
}

impl ListingSummary {
    /// What everybody sees of it in a list.
    pub fn public(listing: &Listing, owner: &OwnerCard) -> Self {
        Self::whole(&listing.shown_to_all(), owner)
    }

    /// What those outside see in a list who see all of it. A page has many: only what a list shows is copied.
    fn whole(listing: &Listing, owner: &OwnerCard) -> Self {
        let content = &listing.content;
        let (class, items) = listing.regulation();
        Self {
            id: listing.id.0,
            code: listing.code.map(|code| code.to_string()),
            slug: listing.slug(),
            status: listing.status.as_str(),
            enterprise: OwnerView::of(listing, owner),
            kind: content.kind.as_str().to_owned(),
            title: text_pair(&content.title),
            summary: content.summary.as_ref().map(text_pair),
            field_codes: content.field_codes.clone(),
            trl: content.trl,
            origin_country: content.origin_country.clone(),
            brand: content.brand.as_ref().map(ToString::to_string),
            model: content.model.as_ref().map(ToString::to_string),
            price_mode: content.price.mode.as_str().to_owned(),
            currency: content.price.currency.code(),
            price_min: content.price.min,
            price_max: content.price.max,
            transfer_modes: content.transfer_modes.iter().map(ToString::to_string).collect(),
            visibility: listing.audience.visibility.as_str(),
            open_for_inquiry: listing.audience.open_for_inquiry,
            regulatory_class: class.map(RegulatoryClass::as_str),
            regulated_items: items.to_vec(),
            regulatory_warning: class.and_then(RegulatoryWarning::of),
            regulatory_finding: None,
            source: listing.source.as_ref().map(|source| SourceView {
                site: source.site.to_string(),
                external_id: source.external_id.to_string(),
                url: source.url.as_ref().map(|url| url.as_str().to_owned()),
            }),
            published_at: listing.published_at,
            created_at: listing.created_at,
            updated_at: listing.updated_at,
            submitted_at: None,
            expires_at: None,
            holds: Vec::new(),
            ip_notices: Vec::new(),
            last_confirmed_at: None,
            renewed_count: None,
            missing: None,
            outdated: Vec::new(),
            revision: None,
            decision: None,
            import_job_id: None,
            created_by: None,
            view_count: None,
            inquiry_count: None,
            version: listing.version,
        }
    }

    /// What its owner's members and reviewing officers see of it in a list.
    pub fn full(listing: &Listing, owner: &OwnerCard) -> Self {
        ListingView::full(listing, owner).summary
    }

    /// What officers see of it in their register.
    pub fn of_register(entry: &listing_register::Entry) -> Self {
        let mut view = Self::full(&entry.listing, &entry.owner);
        view.import_job_id = entry.figures.import.map(|import| import.0);
        view.created_by = entry.listing.created_by.map(|account| account.0);
        view.view_count = Some(entry.figures.views);
        view.inquiry_count = Some(entry.figures.inquiries);
        view
    }

    /// What this caller sees of it in a list.
    pub fn of(seen: &listings::Seen) -> Self {
        ListingView::of(seen).summary
    }
}

impl ListingView {
    /// What everybody sees: of what is shown on request a part.
    pub fn public(listing: &Listing, owner: &OwnerCard) -> Self {
        Self::whole(&listing.shown_to_all(), owner)
    }

    /// What those outside see who see all of it.
    fn whole(listing: &Listing, owner: &OwnerCard) -> Self {
        let content = &listing.content;
        Self {
            summary: ListingSummary::whole(listing, owner),
            description: content.description.as_ref().map(text_pair),
            specifications: content.specifications.iter().map(SpecificationView::of).collect(),
            hide_contact: listing.audience.hides_contact,
            contact: None,
            contact_account_id: None,
            warnings: Vec::new(),
            details: content.details.public(),
        }
    }

    /// What its owner's members and reviewing officers see.
    fn full(listing: &Listing, owner: &OwnerCard) -> Self {
        let mut view = Self::whole(listing, owner);
        view.details = listing.content.details.clone();
        view.contact_account_id = listing.audience.contact.map(|account| account.0);
        view.summary.regulatory_finding = RegulatoryFindingView::of_listing(listing);
        view.summary.submitted_at = listing.submitted_at;
        view.summary.expires_at = listing.expires_at;
        view.summary.holds = ListingHold::names(listing, owner);
        let missing = listing.content.missing_for_submission().into_iter();
        view.summary.missing = Some(missing.map(str::to_owned).collect());
        view.with_hint_at_readiness()
    }

    /// What this caller sees.
    pub fn of(seen: &listings::Seen) -> Self {
        let view = match (seen.is_insider, seen.sees_all) {
            (true, _) => Self::full,
            (false, true) => Self::whole,
            (false, false) => Self::public,
        };
        let mut view = view(&seen.listing, &seen.owner);
        view.contact = seen.contact.as_ref().map(Into::into);
        if !seen.is_insider {
            let is_over = seen.listing.status == ListingStatus::Expired;
            view.summary.open_for_inquiry &= !is_over;
            return view;
        }
        view.summary.revision = seen.revision.as_ref().map(Into::into);
        view.summary.decision = seen.decision.as_ref().map(Into::into);
        view.summary.last_confirmed_at = seen.renewals.last_at;
        view.summary.renewed_count = Some(seen.renewals.count);
        view.summary.import_job_id = seen.figures.import.map(|import| import.0);
        view.summary.view_count = Some(seen.figures.views);
        view.summary.inquiry_count = Some(seen.figures.inquiries);
        view.summary.ip_notices = seen.notices.iter().map(|id| id.0).collect();
        view
    }
}
