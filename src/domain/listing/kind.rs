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
    /// Whether a member of the wire says anything of it; what is not named here belongs to every kind.
    pub fn may_have(self, member: &str) -> bool {
        use ListingKind::*;
        let is_needed = matches!(self, TechnologyNeed | EquipmentNeed);
        let is_human = matches!(self, ConsultingService | Expert);
        match member {
            // It measures a technology, no person, advice or foodstuff.
            "trl" | "stage" => !is_human && self != OcopProduct,
            // What is bought as goods or as a working technology.
            "brand" | "model" => !is_human && self != PartnerSearch,
            "ip_rights" | "owners" => !is_human && !is_needed,
            "certifications" => !is_needed && self != PartnerSearch,
            "condition" => matches!(self, EquipmentOffer | EquipmentNeed),
            "manufacture_year" => self == EquipmentOffer,
            "warranty_months" | "warranty_text" => matches!(self, TechnologyOffer | EquipmentOffer | RdProject),
            "price_kind" | "extra_costs" => !is_needed && self != PartnerSearch,
            "delivery_terms" => !is_human && self != PartnerSearch,
            "principle" | "advantages" => !is_needed,
            "budget_min" | "budget_max" | "needed_by" | "requirements" | "partner_role" | "partner_kinds" => {
                is_needed || self == PartnerSearch
            }
            "stars" | "trace_code" | "ocop_decision_no" => self == OcopProduct,
            "degree" | "specialities" | "experience_years" => self == Expert,
            "state_funded" | "rd_task_code" | "acceptance_no" => {
                matches!(self, TechnologyOffer | EquipmentOffer | IpAsset | RdProject)
            }
            _ => true,
        }
    }

    /// The members that must say something before an officer is asked to read it, beside kind and title.
    pub const fn needed_for_submission(self) -> &'static [&'static str] {
        match self {
            // What is offered may not be ready.
            Self::RdProject => &["summary", "field_codes", "trl"],
            // And where it comes from: the law treats what comes from abroad by other rules.
            Self::TechnologyOffer => &["summary", "field_codes", "trl", "origin_country"],
            Self::EquipmentOffer => &["summary", "field_codes", "origin_country"],
            // The summary alone is not enough, because nothing else tells what one would get: no property, no level.
            Self::ConsultingService | Self::Expert => &["summary", "field_codes", "description"],
            // And what is asked of a partner.
            Self::PartnerSearch => &["summary", "field_codes", "description", "transfer_modes"],
            // What it is, and how it may pass over.
            Self::IpAsset => &["summary", "field_codes", "transfer_modes", "ip_rights"],
            // And what makes it a product of the programme: its stars, by which decision.
            Self::OcopProduct => &["summary", "field_codes", "stars", "ocop_decision_no"],
            // Whoever seeks something need not care where it comes from.
            Self::TechnologyNeed | Self::EquipmentNeed => &["summary", "field_codes"],
        }
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
            assert!(
                kind.needed_for_submission().iter().all(|member| kind.may_have(member)),
                "{kind}"
            );
        }
    }
}
