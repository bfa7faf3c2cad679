//! Kinds of listings that are shown together where everything is searched (nhóm kết quả).

use super::ListingKind;
use crate::domain::text_enum;

text_enum! {
    /// What is shown together.
    pub enum ListingGroup {
        /// Technologies, intellectual property and results of research.
        Technologies => "technologies",
        /// Equipment and products.
        Equipment => "equipment",
        /// Advice.
        Services => "services",
        /// People who can be asked.
        Experts => "experts",
        /// What others look for.
        Needs => "needs",
    }
}

impl ListingGroup {
    /// The kinds of it; each kind is in one group.
    pub const fn kinds(self) -> &'static [ListingKind] {
        match self {
            Self::Technologies => &[
                ListingKind::TechnologyOffer,
                ListingKind::IpAsset,
                ListingKind::RdProject,
            ],
            Self::Equipment => &[ListingKind::EquipmentOffer, ListingKind::OcopProduct],
            Self::Services => &[ListingKind::ConsultingService],
            Self::Experts => &[ListingKind::Expert],
            Self::Needs => &[
                ListingKind::TechnologyNeed,
                ListingKind::EquipmentNeed,
                ListingKind::PartnerSearch,
            ],
        }
    }

    /// What it is called in Vietnamese.
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::Technologies => "Công nghệ, sáng chế, kết quả nghiên cứu",
            Self::Equipment => "Thiết bị, sản phẩm",
            Self::Services => "Dịch vụ tư vấn",
            Self::Experts => "Chuyên gia",
            Self::Needs => "Nhu cầu, tìm đối tác",
        }
    }

    /// What it is called in English.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::Technologies => "Technologies, patents, research results",
            Self::Equipment => "Equipment and products",
            Self::Services => "Consulting services",
            Self::Experts => "Experts",
            Self::Needs => "Needs and partners sought",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_in_one_group() {
        for kind in ListingKind::ALL {
            let groups = ListingGroup::ALL.iter().filter(|group| group.kinds().contains(kind));
            assert_eq!(groups.count(), 1, "{kind}");
        }
    }
}
