//! What an enterprise may add to its registration at any time.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::text_enum;

text_enum! {
    /// What sort of organisation it is (loại hình tổ chức).
    pub enum OrganisationKind {
        /// Institute or research centre (viện, trung tâm nghiên cứu).
        ResearchInstitute => "research_institute",
        /// University or college (trường đại học).
        University => "university",
        /// Certified science and technology enterprise (doanh nghiệp KH&CN).
        StEnterprise => "st_enterprise",
        /// Makes things (doanh nghiệp sản xuất).
        Manufacturer => "manufacturer",
        /// Trades (doanh nghiệp thương mại).
        Trading => "trading",
        /// Brokers, consults (tổ chức trung gian, tư vấn).
        Intermediary => "intermediary",
        /// Cooperative (hợp tác xã).
        Cooperative => "cooperative",
        /// State body (cơ quan nhà nước).
        StateBody => "state_body",
        /// A person or a household (cá nhân, hộ kinh doanh).
        Individual => "individual",
        /// Registered in another country (tổ chức nước ngoài).
        Foreign => "foreign",
        /// Another one (khác).
        Other => "other",
    }
}

impl OrganisationKind {
    /// What it is called in Vietnamese and in English.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::ResearchInstitute => ("viện, trung tâm nghiên cứu", "research institute"),
            Self::University => ("trường đại học, cao đẳng", "university or college"),
            Self::StEnterprise => (
                "doanh nghiệp khoa học và công nghệ",
                "science and technology enterprise",
            ),
            Self::Manufacturer => ("doanh nghiệp sản xuất", "manufacturer"),
            Self::Trading => ("doanh nghiệp thương mại", "trading company"),
            Self::Intermediary => ("tổ chức trung gian, tư vấn", "intermediary"),
            Self::Cooperative => ("hợp tác xã", "cooperative"),
            Self::StateBody => ("cơ quan nhà nước", "state body"),
            Self::Individual => ("cá nhân, hộ kinh doanh", "person or household"),
            Self::Foreign => ("tổ chức nước ngoài", "foreign organisation"),
            Self::Other => ("khác", "other"),
        }
    }
}

text_enum! {
    /// How many people work there (quy mô), as the Enterprise Europe Network asks.
    pub enum SizeBand {
        /// Ten at the most (siêu nhỏ).
        Micro => "micro_le10",
        /// 11 to 49 (nhỏ).
        Small => "small_11_49",
        /// 50 to 249 (vừa).
        Medium => "medium_50_249",
        /// 250 or more (lớn).
        Large => "large",
        /// Does not apply (không áp dụng).
        NotApplicable => "na",
    }
}

impl SizeBand {
    /// What it is called in Vietnamese and in English.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Micro => ("siêu nhỏ (đến 10 người)", "micro (up to 10)"),
            Self::Small => ("nhỏ (11-49 người)", "small (11-49)"),
            Self::Medium => ("vừa (50-249 người)", "medium (50-249)"),
            Self::Large => ("lớn (từ 250 người)", "large (250 or more)"),
            Self::NotApplicable => ("không áp dụng", "not applicable"),
        }
    }
}

text_enum! {
    /// A service in science and technology (dịch vụ KH&CN).
    pub enum StService {
        /// Legal advice (tư vấn pháp lý).
        LegalAdvice => "legal_advice",
        /// Choice of technology (lựa chọn công nghệ).
        TechSelection => "tech_selection",
        /// Valuation (định giá).
        Valuation => "valuation",
        /// Measuring and testing (đo lường, thử nghiệm).
        MeasurementTesting => "measurement_testing",
        /// Intellectual property (sở hữu trí tuệ).
        Ip => "ip",
        /// Incubation (ươm tạo).
        Incubation => "incubation",
        /// Brokerage (môi giới).
        Brokerage => "brokerage",
        /// Appraisal (thẩm định, giám định).
        Appraisal => "appraisal",
        /// Traceability (truy xuất nguồn gốc).
        Traceability => "traceability",
        /// Another one (khác).
        Other => "other",
    }
}

impl StService {
    /// What it is called in Vietnamese and in English.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::LegalAdvice => ("tư vấn pháp lý", "legal advice"),
            Self::TechSelection => ("lựa chọn công nghệ", "choice of technology"),
            Self::Valuation => ("định giá", "valuation"),
            Self::MeasurementTesting => ("đo lường, thử nghiệm", "measuring and testing"),
            Self::Ip => ("sở hữu trí tuệ", "intellectual property"),
            Self::Incubation => ("ươm tạo", "incubation"),
            Self::Brokerage => ("môi giới", "brokerage"),
            Self::Appraisal => ("thẩm định, giám định", "appraisal"),
            Self::Traceability => ("truy xuất nguồn gốc", "traceability"),
            Self::Other => ("khác", "other"),
        }
    }
}

text_enum! {
    /// The edition of the classification of activities.
    pub enum VsicVersion {
        /// Decision 27/2018/QĐ-TTg.
        V2018 => "2018",
        /// Decision 36/2025/QĐ-TTg.
        V2025 => "2025",
    }
}

text_enum! {
    /// What an enterprise may show to everybody on its page; nothing of it is shown unless it is chosen.
    pub enum PublicGroup {
        /// Name of the contact person, who must have consented (người liên hệ).
        ContactPerson => "contact_person",
        /// Address for business mail (thư điện tử).
        Email => "email",
        /// Telephone (điện thoại).
        Phone => "phone",
        /// Fax.
        Fax => "fax",
        /// House number, street, hamlet (địa chỉ).
        Address => "address",
        /// Legal representative and title (người đại diện pháp luật).
        LegalRepresentative => "legal_representative",
        /// How many people work there (quy mô).
        Size => "size",
        /// Numbers and date of registration and certificate (đăng ký, giấy chứng nhận).
        Registration => "registration",
    }
}

/// A code of the classification of activities; the same digits mean different things in different editions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VsicCode {
    /// The edition.
    #[schema(value_type = VsicVersion, example = "2025")]
    pub version: String,
    /// Division, group, class or subclass: 2 to 5 digits.
    #[schema(min_length = 2, max_length = 5, example = "28210")]
    pub code: String,
}

/// What may be added to a registration at any time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Details {
    /// What sort of organisation it is (loại hình tổ chức).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OrganisationKind>, example = "manufacturer")]
    pub kind: Option<String>,
    /// Number of the certificate of business registration (số GCN đăng ký doanh nghiệp).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_no: Option<String>,
    /// Its date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_date: Option<Date>,
    /// Number of the certificate of a science and technology enterprise (GCN doanh nghiệp KH&CN).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub st_certificate_no: Option<String>,
    /// The enterprise to which it belongs (đơn vị chủ quản).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Uuid>,
    /// ISO 3166-1 alpha-2 code of the country of an address abroad; absent in Việt Nam.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2, example = "DE")]
    pub address_country: Option<String>,
    /// What it does (ngành nghề).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vsic: Vec<VsicCode>,
    /// Legal representative (người đại diện pháp luật).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_rep_name: Option<String>,
    /// Title (chức vụ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_rep_title: Option<String>,
    /// How many people work there (quy mô).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SizeBand>)]
    pub size_band: Option<String>,
    /// Services in science and technology (dịch vụ KH&CN).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<StService>)]
    pub st_services: Vec<String>,
    /// What it can do (năng lực).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<String>,
    /// What it is for (chức năng, giá trị cốt lõi).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mission: Option<String>,
    /// Fax, as E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fax: Option<String>,
    /// What of it everybody may see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<PublicGroup>)]
    pub public_groups: Vec<String>,
}

impl Details {
    /// Most codes of activities.
    pub const MAX_VSIC: usize = 20;
    /// Most capabilities.
    pub const MAX_CAPABILITIES: usize = 20;
    /// Most words of the mission.
    pub const MAX_WORDS: usize = 300;

    /// Whether everybody may see a group.
    pub fn shows(&self, group: PublicGroup) -> bool {
        self.public_groups.iter().any(|shown| shown == group.as_str())
    }

    /// What everybody sees in lists: the page alone shows what its owner made public.
    pub fn listed(&self) -> Self {
        let private = Self {
            public_groups: Vec::new(),
            ..self.clone()
        };
        private.public()
    }

    /// Shows contact person, address and telephone to nobody outside any more.
    pub fn hide_contact(&mut self) {
        let of_contact = [PublicGroup::ContactPerson, PublicGroup::Email, PublicGroup::Phone];
        self.public_groups
            .retain(|group| !of_contact.iter().any(|shown| shown.as_str() == group.as_str()));
    }

    /// What everybody sees on the page of the enterprise.
    pub fn public(&self) -> Self {
        let shows = |group| self.shows(group);
        let with = |group, value: &Option<String>| value.clone().filter(|_| shows(group));
        Self {
            kind: self.kind.clone(),
            registration_no: with(PublicGroup::Registration, &self.registration_no),
            registration_date: self.registration_date.filter(|_| shows(PublicGroup::Registration)),
            st_certificate_no: with(PublicGroup::Registration, &self.st_certificate_no),
            parent_id: self.parent_id,
            address_country: self.address_country.clone(),
            vsic: self.vsic.clone(),
            legal_rep_name: with(PublicGroup::LegalRepresentative, &self.legal_rep_name),
            legal_rep_title: with(PublicGroup::LegalRepresentative, &self.legal_rep_title),
            size_band: with(PublicGroup::Size, &self.size_band),
            st_services: self.st_services.clone(),
            capabilities: self.capabilities.clone(),
            mission: self.mission.clone(),
            fax: with(PublicGroup::Fax, &self.fax),
            public_groups: Vec::new(),
        }
    }

    /// What is still to be added, as JSON pointers.
    pub fn missing(&self) -> Vec<&'static str> {
        let is_person = self.kind.as_deref() == Some(OrganisationKind::Individual.as_str());
        let is_certified = self.kind.as_deref() == Some(OrganisationKind::StEnterprise.as_str());
        [
            ("/kind", self.kind.is_none()),
            ("/registration_no", self.registration_no.is_none() && !is_person),
            ("/registration_date", self.registration_date.is_none() && !is_person),
            ("/st_certificate_no", self.st_certificate_no.is_none() && is_certified),
            ("/vsic", self.vsic.is_empty() && !is_person),
            ("/legal_rep_name", self.legal_rep_name.is_none() && !is_person),
            ("/legal_rep_title", self.legal_rep_title.is_none() && !is_person),
            ("/size_band", self.size_band.is_none() && !is_person),
            ("/mission", self.mission.is_none()),
        ]
        .into_iter()
        .filter_map(|(pointer, is_missing)| is_missing.then_some(pointer))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Details {
        let some = |text: &str| Some(text.to_owned());
        Details {
            kind: some("st_enterprise"),
            registration_no: some("2600357502"),
            registration_date: Some(jiff::civil::date(2010, 5, 4)),
            st_certificate_no: some("12/DNKHCN"),
            parent_id: None,
            address_country: None,
            vsic: vec![VsicCode {
                version: "2018".into(),
                code: "2821".into(),
            }],
            legal_rep_name: some("Trần Văn Bình"),
            legal_rep_title: some("Giám đốc"),
            size_band: some("small_11_49"),
            st_services: vec!["ip".into()],
            capabilities: vec!["Đúc gang".into()],
            mission: some("Chế tạo máy cho nông dân."),
            fax: some("+842103846556"),
            public_groups: Vec::new(),
        }
    }

    #[test]
    fn nothing_personal_is_public_unless_it_is_chosen() {
        let shown = |groups: &[PublicGroup]| {
            let mut details = full();
            details.public_groups = groups.iter().map(ToString::to_string).collect();
            let mut names: Vec<String> = match serde_json::to_value(details.public()).unwrap() {
                serde_json::Value::Object(members) => members.into_iter().map(|(name, _)| name).collect(),
                other => panic!("{other}"),
            };
            names.sort_unstable();
            names
        };
        let always = ["capabilities", "kind", "mission", "st_services", "vsic"];
        assert_eq!(shown(&[]), always);
        for (group, more) in [
            (PublicGroup::Fax, &["fax"][..]),
            (PublicGroup::Size, &["size_band"]),
            (PublicGroup::LegalRepresentative, &["legal_rep_name", "legal_rep_title"]),
            (
                PublicGroup::Registration,
                &["registration_date", "registration_no", "st_certificate_no"],
            ),
            (PublicGroup::Email, &[]),
        ] {
            let mut expected: Vec<&str> = always.iter().chain(more).copied().collect();
            expected.sort_unstable();
            assert_eq!(shown(&[group]), expected, "{group}");
        }
    }

    #[test]
    fn what_is_missing_depends_on_the_kind() {
        assert_eq!(full().missing(), Vec::<&str>::new());
        let of = |kind: Option<OrganisationKind>| Details {
            kind: kind.map(|kind| kind.to_string()),
            ..Details::default()
        };
        assert_eq!(of(Some(OrganisationKind::Individual)).missing(), ["/mission"]);
        let certified = of(Some(OrganisationKind::StEnterprise)).missing();
        assert!(certified.contains(&"/st_certificate_no") && !certified.contains(&"/kind"));
        let unknown = of(None).missing();
        assert!(!unknown.contains(&"/st_certificate_no") && unknown.contains(&"/kind"));
        assert_eq!(OrganisationKind::ALL.len(), 11);
    }
}
