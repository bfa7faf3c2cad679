//! Whose a listing is, whom one asks about it, and where it came from.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::listing::Listing;
use crate::domain::text_enum;
use crate::service::listing_contacts::Contact;
use crate::service::listings::OwnerCard;

text_enum! {
    /// What keeps a listing from the public.
    pub enum ListingHold {
        /// An officer suspended it (tạm ngừng).
        Suspended => "suspended",
        /// It was taken down at an authority's request (gỡ bỏ theo yêu cầu).
        TakenDown => "taken_down",
        /// Somebody says that it infringes his or her rights (gỡ tạm thời do thông báo quyền sở hữu trí tuệ).
        IpNotice => "ip_notice",
        /// Its enterprise is suspended, and with it all its listings (doanh nghiệp bị tạm ngừng).
        Enterprise => "enterprise",
    }
}

impl ListingHold {
    /// All that keeps a listing from the public, as its owner and officers read it.
    pub(super) fn names(listing: &Listing, card: &OwnerCard) -> Vec<&'static str> {
        let mut names = listing.hold.names();
        if card.status == EnterpriseStatus::Suspended {
            names.push(Self::Enterprise.as_str());
        }
        names
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

impl OwnerView {
    /// The owner of this listing.
    pub(super) fn of(listing: &Listing, card: &OwnerCard) -> Self {
        Self {
            id: listing.enterprise_id.0,
            legal_name: card.legal_name.clone(),
            province_code: card.province_code.clone(),
            is_demo: card.is_demo,
        }
    }
}

/// To whom people turn about a listing (người liên hệ), as far as that person lets everybody know.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactView {
    /// Whether it is a member whom the owner named; else it is what the page of the enterprise shows.
    pub is_member: bool,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Trần Thị Lan")]
    pub name: Option<String>,
    /// Address for mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "lan@lamthao.example")]
    pub email: Option<String>,
    /// Telephone, as E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "+84912345678")]
    pub phone: Option<String>,
}

impl From<&Contact> for ContactView {
    fn from(contact: &Contact) -> Self {
        Self {
            is_member: contact.is_member,
            name: contact.name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
        }
    }
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
    #[schema(required)]
    pub url: Option<String>,
}
