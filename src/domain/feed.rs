//! The public feeds (nguồn tin mở): what other exchanges are told of listings that came out and went, and of enterprises.

use super::enterprise::{Enterprise, EnterpriseStatus};
use super::ids::EnterpriseId;
use super::listing::audience::Visibility;
use super::listing::hold::{Hold, HoldKind};
use super::listing::{Listing, ListingStatus};
use super::text_enum;

text_enum! {
    /// Why a listing is not public any more (lý do không còn công khai). What an officer has against it, or against its
    /// enterprise, is not told.
    pub enum Removal {
        /// Its owner took it back (đã rút).
        Withdrawn => "withdrawn",
        /// Its owner put it away (đã lưu trữ).
        Archived => "archived",
        /// Its term ended; it may come back (hết hạn).
        Expired => "expired",
        /// It was taken down at an authority's request (bị gỡ theo yêu cầu).
        TakenDown => "taken_down",
        /// It is not to be had, for a reason that is not told (không còn truy cập được).
        Unavailable => "unavailable",
    }
}

/// Why a listing, as it stands now, is not public; none while it is.
pub fn removal(listing: &Listing, owner: EnterpriseStatus) -> Option<Removal> {
    Some(match (listing.status, listing.hold) {
        // As its page says nothing of a letter to whoever is no member.
        _ if listing.audience.visibility == Visibility::Members => Removal::Unavailable,
        (_, hold) if hold.has(HoldKind::TakenDown) => Removal::TakenDown,
        _ if owner != EnterpriseStatus::Active => Removal::Unavailable,
        (ListingStatus::Published, Hold::NONE) => return None,
        (_, hold) if hold.is_held() => Removal::Unavailable,
        (ListingStatus::Expired, _) => Removal::Expired,
        (ListingStatus::Archived, _) => Removal::Archived,
        _ => Removal::Withdrawn,
    })
}

/// Why an enterprise, as it stands now, is not in the directory any more (lý do không còn trong danh bạ).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnterpriseRemoval {
    /// It takes part no more (đã chấm dứt).
    Closed,
    /// It became part of another one, with all that it had (đã hợp nhất).
    Merged(EnterpriseId),
    /// The Department suspended it; for what is not told (đang bị đình chỉ).
    Unavailable,
}

text_enum! {
    /// The same as codes.
    pub enum EnterpriseRemovalReason {
        /// It takes part no more (đã chấm dứt).
        Closed => "closed",
        /// It became part of another one (đã hợp nhất).
        Merged => "merged",
        /// The Department suspended it; for what is not told (đang bị đình chỉ).
        Unavailable => "unavailable",
    }
}

impl EnterpriseRemoval {
    /// As a code.
    pub const fn reason(self) -> EnterpriseRemovalReason {
        match self {
            Self::Closed => EnterpriseRemovalReason::Closed,
            Self::Merged(_) => EnterpriseRemovalReason::Merged,
            Self::Unavailable => EnterpriseRemovalReason::Unavailable,
        }
    }

    /// Which one it became part of.
    pub const fn merged_into(self) -> Option<EnterpriseId> {
        match self {
            Self::Merged(into) => Some(into),
            Self::Closed | Self::Unavailable => None,
        }
    }
}

/// Why an enterprise is not public; none while it is.
pub fn enterprise_removal(enterprise: &Enterprise) -> Option<EnterpriseRemoval> {
    match (enterprise.merged_into, enterprise.status) {
        (Some(into), _) => Some(EnterpriseRemoval::Merged(into)),
        (None, EnterpriseStatus::Active) => None,
        (None, EnterpriseStatus::Closed) => Some(EnterpriseRemoval::Closed),
        (None, _) => Some(EnterpriseRemoval::Unavailable),
    }
}
