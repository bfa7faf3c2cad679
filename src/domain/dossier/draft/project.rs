//! Projects, what is said of their technology, approvals of restricted ones, and products whose protection is supported.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::enterprise::VsicCode;

draft! {
    /// The project on which an opinion is asked for.
    ProjectDraft {
        /// What it is called.
        #[schema(max_length = 300)]
        name: Option<String>,
        /// Its number.
        #[schema(max_length = 60)]
        code: Option<String>,
        /// Its group: `A`, `B` or `C`.
        #[schema(max_length = 1, example = "B")]
        group: Option<String>,
        /// The investor.
        #[schema(max_length = 300)]
        investor: Option<String>,
        /// The investor's tax code.
        #[schema(max_length = 20)]
        investor_tax_code: Option<String>,
        /// Its capital, in đồng.
        #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
        capital: Option<i64>,
        /// Who asks.
        #[schema(max_length = 300)]
        requesting_body: Option<String>,
        /// By which letter.
        #[schema(max_length = 100)]
        letter_number: Option<String>,
        /// The day of that letter.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 10, example = "2026-03-02")]
        letter_on: Option<String>,
        /// Who decides on its policy (thẩm quyền quyết định chủ trương đầu tư): `national_assembly`, `prime_minister`, `provincial`, or `none`
        /// where it needs no such decision.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 20, example = "provincial")]
        decided_by: Option<String>,
        /// Number of the appraisal of its technology, or of the opinion on that, where it has one (số văn bản thẩm định, cho ý kiến về công
        /// nghệ).
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 100, example = "512/SKHCN-QLCN")]
        appraisal_number: Option<String>,
        /// The day of that.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 10, example = "2026-03-02")]
        appraised_on: Option<String>,
        /// Who appraised it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 200, example = "Sở Khoa học và Công nghệ tỉnh Phú Thọ")]
        appraised_by: Option<String>,
        /// What is done in it, by the classification of activities (VSIC).
        #[serde(skip_serializing_if = "Option::is_none")]
        vsic: Option<VsicCode>,
        /// The investor's country, of the list `countries`.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 10, example = "VN")]
        country: Option<String>,
        /// Whose the investor is: `state`, `non_state` or `fdi`.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 20, example = "non_state")]
        economic_type: Option<String>,
    }
}

draft! {
    /// Support for the protection of a product.
    SupportDraft {
        /// The product.
        #[schema(max_length = 300, example = "Bưởi Đoan Hùng")]
        product: Option<String>,
        /// Which right is to protect it.
        #[schema(max_length = 200, example = "Nhãn hiệu chứng nhận")]
        right: Option<String>,
    }
}

draft! {
    /// What is said of the technology of a project (nội dung thẩm định, cho ý kiến, LTT 19), point by point: at the stage of its policy (19.1) and
    /// at that of the decision on it (19.2).
    AppraisalDraft {
        /// Whether the choice of technology fits (sự phù hợp của phương án công nghệ); at the stage of the decision whether technology and
        /// machinery fit that choice, standards and technical regulations (LTT 19.2.a).
        #[schema(max_length = 4000)]
        fitness: Option<String>,
        /// Proof that it is used in developed countries.
        #[schema(max_length = 4000)]
        proof_of_use: Option<String>,
        /// Training and technical support.
        #[schema(max_length = 4000)]
        training: Option<String>,
        /// Conditions of its use.
        #[schema(max_length = 4000)]
        conditions: Option<String>,
        /// What it does to the environment, as far as is known at this stage.
        #[schema(max_length = 4000)]
        environment: Option<String>,
        /// Whether technology is transferred in the project, so that there is a draft contract.
        transfers_technology: Option<bool>,
        /// That contract.
        #[schema(max_length = 4000)]
        draft_contract: Option<String>,
        /// Whether the project lies in a high-technology park, or is taken for one of high technology (LTT 19.1.g).
        claims_high_technology: Option<bool>,
        /// How it meets the criteria of that.
        #[schema(max_length = 4000)]
        high_technology: Option<String>,
        /// Products, their standards and quality (LTT 19.2.b).
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 4000)]
        products: Option<String>,
        /// Whether raw materials, fuels and materials fit and can be had (LTT 19.2.c).
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 4000)]
        materials: Option<String>,
        /// What technology, machinery, training and technical support cost (LTT 19.2.đ).
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 4000)]
        costs: Option<String>,
    }
}

draft! {
    /// The written approval of the transfer of a restricted technology (văn bản chấp thuận, LTT 29.4), or the appraisal of the project because
    /// of which none is needed (LTT 28.2.a).
    ApprovalDraft {
        /// Its number.
        #[schema(max_length = 100, example = "45/UBND-KGVX")]
        number: Option<String>,
        /// Its day.
        #[schema(max_length = 10, example = "2026-03-02")]
        approved_on: Option<String>,
    }
}

impl AppraisalDraft {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// With every member that there is.
    pub(super) fn template() -> Self {
        let text = || Some(String::new());
        Self {
            fitness: text(),
            proof_of_use: text(),
            training: text(),
            conditions: text(),
            environment: text(),
            transfers_technology: Some(false),
            draft_contract: text(),
            claims_high_technology: Some(false),
            high_technology: text(),
            products: text(),
            materials: text(),
            costs: text(),
        }
    }
}

impl ApprovalDraft {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// With every member that there is.
    pub(super) fn template() -> Self {
        let text = || Some(String::new());
        Self {
            number: text(),
            approved_on: text(),
        }
    }
}

impl ProjectDraft {
    /// With every member that is not written while it says nothing.
    pub(super) fn template() -> Self {
        let text = || Some(String::new());
        Self {
            letter_on: text(),
            decided_by: text(),
            appraisal_number: text(),
            appraised_on: text(),
            appraised_by: text(),
            vsic: Some(VsicCode {
                version: String::new(),
                code: String::new(),
            }),
            country: text(),
            economic_type: text(),
            ..Self::default()
        }
    }
}
