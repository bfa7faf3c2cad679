//! Parts that not every listing has (thông tin riêng theo loại tin). They are one column of the listing and flat members
//! of the wire; `docs/adr/0016-typed-parts-of-listings.md` says why.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

use crate::domain::drafts::TextPair;
use crate::domain::enterprise::OrganisationKind;
use crate::domain::ids::{EnterpriseId, FileId};
use crate::domain::shapes::{PassageText, RequirementsText, SpecialityText, TermsText};
use crate::domain::text_enum;

text_enum! {
    /// What is protected, and how (loại quyền sở hữu trí tuệ).
    pub enum IpRightType {
        /// Patent for an invention (bằng độc quyền sáng chế).
        Patent => "patent",
        /// Patent for a utility solution (giải pháp hữu ích).
        UtilitySolution => "utility_solution",
        /// Industrial design (kiểu dáng công nghiệp).
        IndustrialDesign => "industrial_design",
        /// Layout design of an integrated circuit (thiết kế bố trí mạch tích hợp).
        LayoutDesign => "layout_design",
        /// Trade mark (nhãn hiệu).
        Trademark => "trademark",
        /// Copyright in a computer program (quyền tác giả chương trình máy tính).
        SoftwareCopyright => "software_copyright",
        /// Trade secret (bí mật kinh doanh).
        TradeSecret => "trade_secret",
        /// Plant variety (giống cây trồng).
        PlantVariety => "plant_variety",
        /// Geographical indication (chỉ dẫn địa lý).
        GeographicalIndication => "geographical_indication",
    }
}

text_enum! {
    /// Where the right stands (tình trạng bảo hộ).
    pub enum IpRightStatus {
        /// Not protected (chưa bảo hộ).
        None => "none",
        /// Kept secret (giữ bí mật).
        Secret => "secret",
        /// Application filed (đã nộp đơn).
        Filed => "filed",
        /// Application accepted as to form (đơn hợp lệ).
        Accepted => "accepted",
        /// Granted or registered (đã cấp văn bằng).
        Granted => "granted",
        /// Ran out (hết hiệu lực).
        Expired => "expired",
        /// Refused (bị từ chối).
        Refused => "refused",
    }
}

impl IpRightStatus {
    /// Whether there is an application.
    pub const fn has_application(self) -> bool {
        !matches!(self, Self::None | Self::Secret)
    }

    /// Whether there is or was a grant.
    pub const fn has_grant(self) -> bool {
        matches!(self, Self::Granted | Self::Expired)
    }
}

text_enum! {
    /// Who owns (loại chủ sở hữu).
    pub enum OwnerType {
        /// An organisation (tổ chức).
        Organisation => "organisation",
        /// A person (cá nhân).
        Individual => "individual",
        /// The State (Nhà nước).
        State => "state",
    }
}

text_enum! {
    /// What a certificate is about (loại chứng nhận).
    pub enum CertificationScheme {
        /// A standard of ISO.
        Iso => "iso",
        /// Conformity with rules of the European Union.
        Ce => "ce",
        /// Hazard analysis and critical control points.
        Haccp => "haccp",
        /// Food and Drug Administration of the United States.
        Fda => "fda",
        /// A national standard (tiêu chuẩn Việt Nam).
        Tcvn => "tcvn",
        /// A national technical regulation (quy chuẩn Việt Nam).
        Qcvn => "qcvn",
        /// A test by one of the QUATEST centres.
        Quatest => "quatest",
        /// Another one; `number` says which.
        Other => "other",
    }
}

text_enum! {
    /// How far the technology has come (giai đoạn phát triển).
    pub enum Stage {
        /// An idea (ý tưởng).
        Idea => "idea",
        /// In the laboratory (phòng thí nghiệm).
        Lab => "lab",
        /// A prototype (mẫu).
        Prototype => "prototype",
        /// Tried in practice (thử nghiệm).
        Pilot => "pilot",
        /// Used in industry (ứng dụng công nghiệp).
        Industrial => "industrial",
        /// On the market (thương mại hóa).
        Commercial => "commercial",
    }
}

impl Stage {
    /// The readiness levels that go with it, by the stages of the list of levels; one more or less is a matter of opinion.
    pub const fn levels(self) -> RangeInclusive<u8> {
        match self {
            Self::Idea => 1..=3,
            Self::Lab => 2..=5,
            Self::Prototype => 4..=7,
            Self::Pilot => 6..=9,
            Self::Industrial => 7..=9,
            Self::Commercial => 8..=9,
        }
    }
}

text_enum! {
    /// How worn the equipment is (tình trạng).
    pub enum Condition {
        /// New (mới).
        New => "new",
        /// Used (đã qua sử dụng).
        Used => "used",
        /// Refurbished (tân trang).
        Refurbished => "refurbished",
    }
}

text_enum! {
    /// How binding the price is (tính chất giá).
    pub enum PriceKind {
        /// To give an idea (giá tham khảo).
        Indicative => "indicative",
        /// The lowest that is taken (giá sàn).
        Floor => "floor",
        /// As it stands (giá chốt).
        Firm => "firm",
    }
}

/// One right of intellectual property (quyền sở hữu trí tuệ).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IpRight {
    /// What is protected; a `trade_secret` is never filed (loại quyền).
    #[schema(value_type = IpRightType, example = "patent")]
    pub r#type: String,
    /// Where it stands (tình trạng).
    #[schema(value_type = IpRightStatus, example = "granted")]
    pub status: String,
    /// Where it is filed: ISO 3166-1 alpha-2 code of a country, or `PCT`, `EP`, `EM`, `EA`, `AP`, `OA` (cơ quan).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 3, example = "VN")]
    pub office: Option<String>,
    /// Number of the application; needed while `filed` or `accepted` (số đơn).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50, example = "1-2021-04567")]
    pub application_number: Option<String>,
    /// Number of the patent or certificate; needed once `granted` (số bằng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50, example = "1-0034567")]
    pub grant_number: Option<String>,
    /// When it was filed (ngày nộp đơn).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::domain::sent_day::text"
    )]
    #[schema(max_length = 10, example = "2021-07-20")]
    pub filed_on: Option<String>,
    /// When it was granted (ngày cấp).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::domain::sent_day::text"
    )]
    #[schema(max_length = 10, example = "2024-03-05")]
    pub granted_on: Option<String>,
    /// Until when it holds (ngày hết hạn).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::domain::sent_day::text"
    )]
    #[schema(max_length = 10, example = "2041-07-20")]
    pub expires_on: Option<String>,
    /// Whether the public sees it; otherwise its owner and reviewing officers do (công khai).
    #[serde(default)]
    pub is_public: bool,
}

/// One owner of what is offered (chủ sở hữu).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingOwner)]
pub struct Owner {
    /// Who it is (loại chủ sở hữu).
    #[schema(value_type = OwnerType, example = "organisation")]
    pub r#type: String,
    /// Name (tên).
    #[schema(max_length = 255, example = "Viện Cơ điện nông nghiệp")]
    pub name: String,
    /// Share in per cent, to the hundredth; all together at most 100 (tỷ lệ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 100, example = 33.33)]
    pub share_percent: Option<Number>,
    /// The enterprise of the exchange that it is; an active one (doanh nghiệp trên Sàn).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub enterprise_id: Option<EnterpriseId>,
}

/// One certificate (chứng nhận).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Certification {
    /// What it is about (loại chứng nhận).
    #[schema(value_type = CertificationScheme, example = "iso")]
    pub scheme: String,
    /// Standard and number; needed for `other` (số hiệu).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "22000:2018, VN-1234")]
    pub number: Option<String>,
    /// Last day on which it holds (ngày hết hạn).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::domain::sent_day::text"
    )]
    #[schema(max_length = 10, example = "2027-12-31")]
    pub valid_to: Option<String>,
    /// The paper itself: a document among the files of the same listing (tệp của chứng nhận).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub file_id: Option<FileId>,
}

/// What not every listing has; parsed by [`ListingDraft`](crate::domain::drafts::ListingDraft).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ListingDetails)]
pub struct Details {
    /// Rights of intellectual property; to the public only those that are (quyền sở hữu trí tuệ).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ip_rights: Vec<IpRight>,
    /// Owners (chủ sở hữu).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Owner>,
    /// Certificates (chứng nhận).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certifications: Vec<Certification>,
    /// How far the technology has come (giai đoạn phát triển).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Stage>)]
    pub stage: Option<String>,
    /// How worn the equipment is (tình trạng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Condition>)]
    pub condition: Option<String>,
    /// Year in which it was made (năm sản xuất).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacture_year: Option<i16>,
    /// Warranty in months (bảo hành).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warranty_months: Option<u16>,
    /// What the warranty covers, and what it does not (điều kiện bảo hành).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TermsText>)]
    pub warranty_text: Option<TextPair>,
    /// How binding the price is (tính chất giá).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PriceKind>)]
    pub price_kind: Option<String>,
    /// What comes on top of the price (chi phí phát sinh).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TermsText>)]
    pub extra_costs: Option<TextPair>,
    /// How and when it is delivered (giao hàng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TermsText>)]
    pub delivery_terms: Option<TextPair>,
    /// How and when it is paid (thanh toán).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TermsText>)]
    pub payment_terms: Option<TextPair>,
    /// What it solves (bối cảnh).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub problem: Option<TextPair>,
    /// How it works (nguyên lý).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub principle: Option<TextPair>,
    /// What is better about it (ưu điểm).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub advantages: Option<TextPair>,
    /// Where it is used (ứng dụng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub applications: Option<TextPair>,
    /// For whom it is (đối tượng khách hàng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub target_customers: Option<TextPair>,
    /// What it does for economy and society (hiệu quả kinh tế - xã hội).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PassageText>)]
    pub socio_economic_effect: Option<TextPair>,
    /// Least that is to be spent, in whole units of the currency (ngân sách).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_min: Option<i64>,
    /// Most that is to be spent, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_max: Option<i64>,
    /// Day by which it is needed (thời hạn).
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    #[schema(value_type = Vec<OrganisationKind>)]
    pub partner_kinds: Vec<String>,
    /// Stars of the programme One Commune One Product (hạng sao).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<u8>,
    /// Code by which the product is traced (mã truy xuất).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_code: Option<String>,
    /// Number of the decision that gave the stars (số quyết định).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ocop_decision_no: Option<String>,
    /// Degree or title (học vị, học hàm).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degree: Option<String>,
    /// What the expert is expert in (chuyên môn).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<SpecialityText>)]
    pub specialities: Vec<String>,
    /// Years of experience (số năm kinh nghiệm).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experience_years: Option<u8>,
    /// Whether the State paid for the research (dùng vốn nhà nước).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_funded: Option<bool>,
    /// Code of the research task (mã nhiệm vụ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rd_task_code: Option<String>,
    /// Number of its acceptance (số nghiệm thu).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance_no: Option<String>,
}

impl Details {
    /// Most rights, owners or certificates of one listing, of each.
    pub const MAX_ENTRIES: usize = 20;
    /// Longest warranty, in months: fifty years.
    pub const MAX_WARRANTY: u16 = 600;
    /// Most specialities of an expert.
    pub const MAX_SPECIALITIES: usize = 10;
    /// Most years of experience.
    pub const MAX_EXPERIENCE: u8 = 80;
    /// Earliest year of manufacture.
    pub const FIRST_YEAR: i16 = 1900;

    /// What everybody may see of it.
    pub fn public(&self) -> Self {
        let mut public = self.clone();
        public.ip_rights.retain(|right| right.is_public);
        public
    }
}
