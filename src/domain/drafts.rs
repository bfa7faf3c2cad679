//! What people send, before it is parsed: plain texts and numbers with the names of the wire. Parsing tells every
//! wrong field at once. The same forms are written back, so that an edit is a merge patch (RFC 7396) onto them.

mod content;
mod details;
mod edits;
mod enterprise;
mod lists;
mod missing;
mod outdated;
mod regulation;
mod values;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::enterprise::OrganisationKind;
use crate::domain::listing::currency::Currency;
use crate::domain::listing::details::{Certification, Condition, IpRight, Owner, PriceKind, Stage};
use crate::domain::listing::regulation::RegulatoryClass;
use crate::domain::listing::{ListingKind, PriceMode, TransferMode};
use crate::domain::shapes::{
    DescriptionText, FieldCode, ListCode, PassageText, RequirementsText, SpecialityText, SummaryText, TermsText,
    TitleText,
};
use crate::domain::whole;

pub(in crate::domain) use enterprise::check_activity;

pub use edits::{lists_for_listing, lists_for_revision, merge_patch};
pub use enterprise::{EnterpriseDraft, ForeignRegisterDraft, is_dependent, is_without_tax_code, lists_for_enterprise};
pub use outdated::Outdated;
pub use regulation::parse_regulation;
pub use values::text_pair;

/// A text in Vietnamese and, where wanted, in English. Its bounds depend on what it tells, so the API's description has
/// one shape for each use, in [`shapes`](crate::domain::shapes).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextPair {
    /// Vietnamese.
    pub vi: String,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// One technical property as sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecificationDraft {
    /// What is told.
    #[schema(max_length = 100, example = "Năng suất")]
    pub name: String,
    /// Its value.
    #[schema(max_length = 500, example = "500")]
    pub value: String,
    /// Its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 30, example = "kg/h")]
    pub unit: Option<String>,
}

/// A listing as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListingDraft {
    /// What is posted (loại tin).
    #[schema(value_type = ListingKind, example = "equipment_offer")]
    pub kind: String,
    /// Name of what is offered or sought, at most 256 characters (tên).
    #[schema(value_type = TitleText)]
    pub title: TextPair,
    /// In two or three sentences, at most 500 characters; needed before submission (tóm tắt).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SummaryText>)]
    pub summary: Option<TextPair>,
    /// In full, at most 20,000 characters; needed before a `consulting_service`, `expert` or `partner_search` is submitted
    /// (mô tả). Plain text: line breaks count, and marks of HTML or Markdown are only signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DescriptionText>)]
    pub description: Option<TextPair>,
    /// Codes of the list `fields`, at most 3; at least one before submission (lĩnh vực).
    #[serde(default)]
    #[schema(value_type = Vec<FieldCode>, max_items = 3, example = json!(["food.drying"]))]
    pub field_codes: Vec<String>,
    /// Technology readiness level; needed before a `technology_offer` or `rd_project` is submitted, refused for
    /// `consulting_service`, `expert` and `ocop_product` (mức độ sẵn sàng công nghệ).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::number::<_, _, 1, 9>"
    )]
    #[schema(minimum = 1, maximum = 9, example = 8)]
    pub trl: Option<u8>,
    /// ISO 3166-1 alpha-2 code; needed before a `technology_offer` or `equipment_offer` is submitted (xuất xứ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 2, example = "VN")]
    pub origin_country: Option<String>,
    /// Brand; refused for `consulting_service`, `expert` and `partner_search` (thương hiệu).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub brand: Option<String>,
    /// Model number; refused as a brand is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub model: Option<String>,
    /// Technical properties, at most 100 (thông số kỹ thuật).
    #[serde(default)]
    #[schema(max_items = 100)]
    pub specifications: Vec<SpecificationDraft>,
    /// How the price is told (hình thức giá).
    #[serde(default = "contact")]
    #[schema(value_type = PriceMode, default = "contact", example = "fixed")]
    pub price_mode: String,
    /// ISO 4217 code of the currency of all amounts of the listing, of its price and of its budget (đơn vị tiền tệ).
    #[serde(default = "vnd", skip_serializing_if = "is_vnd")]
    #[schema(min_length = 3, max_length = 3, default = "VND", example = "VND")]
    pub currency: String,
    /// Amount, or the lower one, in whole units of `currency`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, example = 185_000_000)]
    pub price_min: Option<i64>,
    /// Upper amount in whole units of `currency`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    pub price_max: Option<i64>,
    /// Codes of the list `transfer_modes`; at least one before an `ip_asset` or `partner_search` is submitted (hình thức
    /// chuyển giao).
    #[serde(default)]
    #[schema(value_type = Vec<TransferMode>, max_items = 13, example = json!(["sale_of_equipment"]))]
    pub transfer_modes: Vec<String>,
    /// Rights of intellectual property, at most 20; at least one before an `ip_asset` is submitted (quyền sở hữu trí tuệ).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub ip_rights: Vec<IpRight>,
    /// Owners, at most 20; their shares are 100 per cent at most (chủ sở hữu).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub owners: Vec<Owner>,
    /// Certificates, at most 20 (chứng nhận).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub certifications: Vec<Certification>,
    /// How far the technology has come (giai đoạn phát triển).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Stage>, example = "industrial")]
    pub stage: Option<String>,
    /// How worn the equipment is, or may be (tình trạng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Condition>, example = "new")]
    pub condition: Option<String>,
    /// Year in which it was made, this year at the latest (năm sản xuất).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1900, maximum = 9999, example = 2025)]
    pub manufacture_year: Option<i16>,
    /// Warranty in months (bảo hành).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::number::<_, _, 0, 600>"
    )]
    #[schema(minimum = 0, maximum = 600, example = 24)]
    pub warranty_months: Option<u16>,
    /// What the warranty covers, and what it does not, at most 1,000 characters (điều kiện bảo hành).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TermsText>)]
    pub warranty_text: Option<TextPair>,
    /// How binding the price is; not while `price_mode` is `contact` or `free` (tính chất giá).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PriceKind>, example = "indicative")]
    pub price_kind: Option<String>,
    /// What comes on top of the price, at most 1,000 characters (chi phí phát sinh).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TermsText>)]
    pub extra_costs: Option<TextPair>,
    /// How and when it is delivered, at most 1,000 characters (giao hàng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TermsText>)]
    pub delivery_terms: Option<TextPair>,
    /// How and when it is paid, at most 1,000 characters (thanh toán).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TermsText>)]
    pub payment_terms: Option<TextPair>,
    /// What it solves, or what is to be solved, at most 2,000 characters (bối cảnh).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub problem: Option<TextPair>,
    /// How it works, at most 2,000 characters (nguyên lý).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub principle: Option<TextPair>,
    /// What is better about it, at most 2,000 characters (ưu điểm).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub advantages: Option<TextPair>,
    /// Where it is used, at most 2,000 characters (ứng dụng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub applications: Option<TextPair>,
    /// For whom it is, at most 2,000 characters (đối tượng khách hàng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub target_customers: Option<TextPair>,
    /// What it does for economy and society, at most 2,000 characters (hiệu quả kinh tế - xã hội).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub socio_economic_effect: Option<TextPair>,
    /// Least that is to be spent, in whole units of `currency` (ngân sách).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, example = 100_000_000)]
    pub budget_min: Option<i64>,
    /// Most that is to be spent, in whole units of `currency`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, example = 300_000_000)]
    pub budget_max: Option<i64>,
    /// Day by which it is needed; not over when it is handed in (thời hạn).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::domain::sent_day::text"
    )]
    #[schema(max_length = 10, example = "2027-03-31")]
    pub needed_by: Option<String>,
    /// What it must do (yêu cầu).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RequirementsText>)]
    pub requirements: Option<TextPair>,
    /// What the partner is to do (vai trò đối tác).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RequirementsText>)]
    pub partner_role: Option<TextPair>,
    /// What sorts of partner are sought (loại đối tác).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<OrganisationKind>, max_items = 11)]
    pub partner_kinds: Vec<String>,
    /// Stars of the programme One Commune One Product; needed before an `ocop_product` is submitted (hạng sao).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::number::<_, _, 1, 5>"
    )]
    #[schema(minimum = 1, maximum = 5, example = 4)]
    pub stars: Option<u8>,
    /// Code by which the product is traced (mã truy xuất).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50)]
    pub trace_code: Option<String>,
    /// Number of the decision that gave the stars; needed likewise (số quyết định).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50, example = "1234/QĐ-UBND")]
    pub ocop_decision_no: Option<String>,
    /// Degree or title (học vị, học hàm).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "Tiến sĩ")]
    pub degree: Option<String>,
    /// What the expert is expert in (chuyên môn).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<SpecialityText>, max_items = 10)]
    pub specialities: Vec<String>,
    /// Years of experience (số năm kinh nghiệm).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::number::<_, _, 0, 80>"
    )]
    #[schema(minimum = 0, maximum = 80, example = 20)]
    pub experience_years: Option<u8>,
    /// Whether the State paid for the research (dùng vốn nhà nước).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = true)]
    pub state_funded: Option<bool>,
    /// Code of the research task; only with `state_funded` (mã nhiệm vụ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50, example = "ĐTĐL.CN-12/23")]
    pub rd_task_code: Option<String>,
    /// Number of its acceptance; only with `state_funded` (số nghiệm thu).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50)]
    pub acceptance_no: Option<String>,
    /// What the law on technology transfer says of it; never less than what `regulated_items` say, and
    /// what they say where it is left out; what is
    /// `prohibited` is not taken for review (nhóm công nghệ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RegulatoryClass>, example = "restricted")]
    pub regulatory_class: Option<String>,
    /// Codes of the list `regulated_technologies` that it falls under, at most 10 (mục trong danh mục).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<ListCode>, max_items = 10, example = json!([]))]
    pub regulated_items: Vec<String>,
}

fn contact() -> String {
    PriceMode::Contact.as_str().into()
}

fn vnd() -> String {
    Currency::VND.code().into()
}

/// What is in đồng does not say so, as before other currencies were taken: the trail's hashes of it stay what they were.
fn is_vnd(code: &str) -> bool {
    code == Currency::VND.code()
}
