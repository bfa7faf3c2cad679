//! What is posted, and what belongs to each kind.

use crate::domain::text_enum;

text_enum! {
    /// What is posted (loại tin).
    pub enum ListingKind {
        /// A technology on offer (chào bán công nghệ).
        TechnologyOffer => "technology_offer",
        /// Equipment on offer (chào bán thiết bị).
        EquipmentOffer => "equipment_offer",
        /// A patent or another intellectual property on offer (tài sản trí tuệ, sáng chế).
        IpAsset => "ip_asset",
        /// A technology sought (tìm mua công nghệ).
        TechnologyNeed => "technology_need",
        /// Equipment sought (tìm mua thiết bị).
        EquipmentNeed => "equipment_need",
        /// Advice on offer (dịch vụ tư vấn).
        ConsultingService => "consulting_service",
        /// A person who can be asked (chuyên gia).
        Expert => "expert",
        /// A partner sought for investment, production or research (tìm đối tác).
        PartnerSearch => "partner_search",
        /// A result of research, or a project that is to go on (kết quả nghiên cứu, dự án).
        RdProject => "rd_project",
        /// A product of the programme One Commune One Product (sản phẩm OCOP).
        OcopProduct => "ocop_product",
    }
}

impl ListingKind {
    /// Whether a technology readiness level says anything of it: it measures a technology, no person, advice or foodstuff.
    pub const fn may_have_trl(self) -> bool {
        !matches!(self, Self::ConsultingService | Self::Expert | Self::OcopProduct)
    }

    /// Whether it can have a brand and a model number: what is bought as goods or as a working technology.
    pub const fn may_have_brand(self) -> bool {
        !matches!(self, Self::ConsultingService | Self::Expert | Self::PartnerSearch)
    }

    /// Whether an officer asks for the readiness level: where something is offered that may not be ready.
    pub const fn needs_trl(self) -> bool {
        matches!(self, Self::TechnologyOffer | Self::RdProject)
    }

    /// Whether the summary alone is not enough, because nothing else tells what one would get: no property, no level.
    pub const fn needs_description(self) -> bool {
        matches!(self, Self::ConsultingService | Self::Expert | Self::PartnerSearch)
    }

    /// Whether it must be told how it may pass over: that is what is offered of an intellectual property, and what is
    /// asked of a partner.
    pub const fn needs_transfer_mode(self) -> bool {
        matches!(self, Self::IpAsset | Self::PartnerSearch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::{Taxonomies, TaxonomyName};

    #[test]
    fn the_list_of_kinds_is_this_one() {
        let listed: Vec<_> = Taxonomies::embedded()
            .items(TaxonomyName::ListingKinds, None)
            .map(|item| item.code.as_str())
            .collect();
        let known: Vec<_> = ListingKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(listed, known);
    }

    #[test]
    fn nothing_is_asked_for_that_would_be_refused() {
        for kind in ListingKind::ALL {
            assert!(kind.may_have_trl() || !kind.needs_trl(), "{kind}");
        }
    }
}
