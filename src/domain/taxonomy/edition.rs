//! Edition and source of each list; changes together with the data file.

use super::TaxonomyName;

pub(super) fn of(name: TaxonomyName) -> &'static str {
    match name {
        TaxonomyName::Provinces | TaxonomyName::Communes => {
            "2025-07-01; National Statistics Office codes, read from vietnam-provinces 2026.9.0"
        }
        TaxonomyName::Fields => "2026-11; vptex, from the categories of the test collection",
        TaxonomyName::Trl => "2014; EU Horizon 2020 scale, Vietnamese wording unofficial",
        TaxonomyName::Vsic => "2025-11-15; VSIC 2025, Decision 36/2025/QĐ-TTg, sections and divisions",
        TaxonomyName::LegalForms => "2025-07-01; Enterprise Law 59/2020, Cooperative Law 17/2023, S&T Law 93/2025",
        TaxonomyName::TransferModes => "2026-11; vptex, after the Law on Technology Transfer 07/2017",
        TaxonomyName::PriceModes | TaxonomyName::ListingKinds | TaxonomyName::ReasonCodes => "2026-11; vptex",
        TaxonomyName::ScienceFields => {
            "2025-12-15; Circular 24/2025/TT-BKHCN, level 1; level 2 by Decision 12/2008/QĐ-BKHCN, unverified"
        }
        TaxonomyName::Fos => {
            "2015; OECD Frascati Manual, major fields and fields of FOS 2007, Vietnamese wording unofficial"
        }
        TaxonomyName::Ipc => "2020.01; WIPO, sections and classes (H10: 2023.01), Vietnamese wording unofficial",
        TaxonomyName::RegulatedTechnologies => {
            "2018-07-01; classes of Law 07/2017/QH14, Articles 9 to 11, and Decree 76/2018/NĐ-CP; entries are officers'"
        }
        TaxonomyName::Correspondences => "2026-11; vptex, each row with its source; most are unverified",
        TaxonomyName::Countries => "2026-11; ISO 3166-1, names from Unicode CLDR (Babel 2.18.0)",
    }
}
