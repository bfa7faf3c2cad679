//! What a dossier says, as people write it. Nothing is needed to begin one; what is given must be right, and what is still
//! missing is told by the checklist of the rule set.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{TransferMethod, TransferObject, TransferRight};
use crate::domain::enterprise::VsicCode;
use crate::domain::shapes::{FieldCode, LanguageCode, ListCode, PatentSymbol};

macro_rules! draft {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)+ }) => {
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields, default)]
        $(#[$meta])*
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)+ }
    };
}

// Behind the macro, which they use.
mod amendment;
mod attachment;
mod money;
mod project;

pub use amendment::{AmendmentDraft, ChangeDraft};
pub use attachment::AttachmentDraft;
pub use money::{MoneyDraft, PaymentShareDraft};
pub use project::{AppraisalDraft, ApprovalDraft, ProjectDraft, SupportDraft};

draft! {
    /// A party of the contract.
    PartyDraft {
        /// Its name.
        #[schema(max_length = 300, example = "Công ty TNHH Cơ khí Sông Thao")]
        name: Option<String>,
        /// The same in English.
        #[schema(max_length = 300)]
        name_en: Option<String>,
        /// Its legal form (loại hình tổ chức), of the list `legal_forms`: of parties of other countries `nuoc_ngoai`, or `ca_nhan` of a person.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 20, example = "tnhh_2tv")]
        legal_form: Option<String>,
        /// Its tax code, of an enterprise of Việt Nam.
        #[schema(max_length = 20, example = "2600357502")]
        tax_code: Option<String>,
        /// The number of its registration abroad.
        #[schema(max_length = 60)]
        foreign_id: Option<String>,
        /// Its country, of the list `countries`.
        #[schema(max_length = 10, example = "VN")]
        country: Option<String>,
        /// Its address.
        #[schema(max_length = 300, example = "Khu 5, phường Việt Trì, tỉnh Phú Thọ")]
        address: Option<String>,
        /// Its commune, of the list `communes`.
        #[schema(max_length = 10)]
        commune_code: Option<String>,
        /// Who represents it.
        #[schema(max_length = 100)]
        representative: Option<String>,
        /// As what.
        #[schema(max_length = 100, example = "Giám đốc")]
        representative_title: Option<String>,
        /// Telephone.
        #[schema(max_length = 30)]
        phone: Option<String>,
        /// Address for letters.
        #[schema(max_length = 254)]
        email: Option<String>,
        /// `state`, `non_state` or `fdi`.
        #[schema(max_length = 20, example = "non_state")]
        economic_type: Option<String>,
    }
}

draft! {
    /// The contract.
    ContractDraft {
        /// Number.
        #[schema(max_length = 100, example = "12/2026/HĐCGCN")]
        number: Option<String>,
        /// Title.
        #[schema(max_length = 300)]
        title: Option<String>,
        /// When it takes effect, in words of the contract.
        #[schema(max_length = 500)]
        effect: Option<String>,
        /// Its last day.
        #[schema(max_length = 10, example = "2031-12-31")]
        ends_on: Option<String>,
        /// How many months it runs (thời hạn), where it tells that beside its last day.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 1200, example = 60)]
        term_months: Option<u16>,
        /// In which languages it is written (ISO 639-1).
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schema(max_items = 5, value_type = Vec<LanguageCode>)]
        languages: Vec<String>,
        /// Where it is carried out.
        #[schema(max_length = 300)]
        place: Option<String>,
        /// The province in which that is, of the list `provinces`; reports count by it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 10, example = "25")]
        province_code: Option<String>,
        /// The investment project that it belongs to.
        #[schema(max_length = 300)]
        project: Option<String>,
        /// The number of that project.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 60)]
        project_code: Option<String>,
        /// The number of the project's certificate of investment (Giấy chứng nhận đăng ký đầu tư); told with its day.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 60, example = "9876543210")]
        irc_number: Option<String>,
        /// The day of that certificate; none to come.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 10, example = "2025-06-30")]
        irc_on: Option<String>,
    }
}

draft! {
    /// The technology.
    TechnologyDraft {
        /// What it is called.
        #[schema(max_length = 300, example = "Công nghệ sấy lúa tầng sôi")]
        name: Option<String>,
        /// What it is: description of the content.
        #[schema(max_length = 8000)]
        description: Option<String>,
        /// What is transferred.
        #[schema(max_items = 10, value_type = Vec<TransferObject>)]
        objects: Vec<String>,
        /// Which rights are given.
        #[schema(max_items = 10, value_type = Vec<TransferRight>)]
        rights: Vec<String>,
        /// By which means.
        #[schema(max_items = 10, value_type = Vec<TransferMethod>)]
        methods: Vec<String>,
        /// What is made with it.
        #[schema(max_length = 2000)]
        products: Option<String>,
        /// Standards and quality that it reaches.
        #[schema(max_length = 2000)]
        standards: Option<String>,
        /// Codes of the list `fields`.
        #[schema(max_items = 10, value_type = Vec<FieldCode>)]
        fields: Vec<String>,
        /// The activity in which it is used, by the classification of activities (VSIC); reports count contracts by its division.
        #[serde(skip_serializing_if = "Option::is_none")]
        vsic: Option<VsicCode>,
        /// Symbols of the International Patent Classification, from the class on.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schema(max_items = 10, value_type = Vec<PatentSymbol>)]
        ipc: Vec<String>,
        /// Machinery that comes along: what, how many, of which make.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 4000)]
        machinery: Option<String>,
        /// Where it comes from, of the list `countries`.
        #[schema(max_length = 10)]
        origin_country: Option<String>,
        /// Titles of intellectual property in it.
        #[schema(max_length = 2000)]
        ip_titles: Option<String>,
        /// Codes of the list `regulated_technologies` that it falls under (mục trong danh mục); `technology_status` is never laxer than
        /// they are, and what they say where it is left out.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schema(max_items = 10, value_type = Vec<ListCode>)]
        regulated_items: Vec<String>,
    }
}

draft! {
    /// What else the contract has to say (LTT 23).
    TermsDraft {
        /// Rights and duties of the parties.
        #[schema(max_length = 4000)]
        rights_and_duties: Option<String>,
        /// Plan and schedule.
        #[schema(max_length = 4000)]
        schedule: Option<String>,
        /// Warranty.
        #[schema(max_length = 4000)]
        warranty: Option<String>,
        /// Penalties.
        #[schema(max_length = 4000)]
        penalties: Option<String>,
        /// Liability for breaches.
        #[schema(max_length = 4000)]
        liability: Option<String>,
        /// Who settles disputes.
        #[schema(max_length = 500)]
        dispute_body: Option<String>,
    }
}

draft! {
    /// What a dossier says; everything may be left out while it is written.
    #[schema(example = json!({
        "transferee": {"name": "Công ty TNHH Cơ khí Sông Thao", "tax_code": "2600357502", "country": "VN"},
        "direction": "inbound", "form": "independent", "technology_status": "normal",
        "technology": {"name": "Công nghệ sấy lúa tầng sôi", "objects": ["know_how"], "fields": ["food.drying"]}
    }))]
    DossierDraft {
        /// Who gives the technology.
        transferor: PartyDraft,
        /// Who gets it.
        transferee: PartyDraft,
        /// `inbound`, `outbound` or `domestic`.
        #[schema(max_length = 20, example = "inbound")]
        direction: Option<String>,
        /// In which form.
        #[schema(max_length = 40, example = "independent")]
        form: Option<String>,
        /// Who decides on the policy of the project that it is part of: `national` or `provincial`, or `none` where it needs no such decision.
        #[schema(max_length = 20)]
        decided_by: Option<String>,
        /// Whether it is part of an investment abroad (dự án đầu tư ra nước ngoài); of what goes abroad it must be told.
        #[serde(skip_serializing_if = "Option::is_none")]
        invests_abroad: Option<bool>,
        /// Whether it touches secrets of national defence, or is paid for from its special budget (bí mật quốc phòng, ngân sách đặc biệt
        /// cho quốc phòng).
        #[serde(skip_serializing_if = "Option::is_none")]
        concerns_defence: Option<bool>,
        /// Whether capital of the State is used; of a transfer within Việt Nam it must be told.
        uses_state_capital: Option<bool>,
        /// Whether the results of the task have a certificate of their own.
        has_task_result_certificate: Option<bool>,
        /// Whether the parties are parent and subsidiary, or related by the tax law (LTT 27.3): the price is valued then.
        #[serde(skip_serializing_if = "Option::is_none")]
        parties_are_related: Option<bool>,
        /// Who files, `transferor` or `transferee`, where the parties agreed on another one than the direction says; of restricted
        /// technology only (LTT 25.2.đ, 26.2.c).
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 20, example = "transferor")]
        agreed_filer: Option<String>,
        /// `encouraged`, `restricted`, `prohibited` or `normal`.
        #[schema(max_length = 20, example = "normal")]
        technology_status: Option<String>,
        /// Who transfers to whom, for the statistics.
        #[schema(max_length = 40)]
        partner_type: Option<String>,
        /// The contract.
        contract: ContractDraft,
        /// The technology.
        technology: TechnologyDraft,
        /// What it costs.
        money: MoneyDraft,
        /// What else the contract has to say.
        terms: TermsDraft,
        /// What an amendment changes.
        amendment: AmendmentDraft,
        /// The number of the licence that a new one is to replace, because its content changes (LTT 30.6).
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 100, example = "02/2026/GPCGCN-UBND")]
        replaces_licence: Option<String>,
        /// The approval that a licence follows; what is left out is taken from that when it is handed in.
        #[serde(skip_serializing_if = "ApprovalDraft::is_empty")]
        approval: ApprovalDraft,
        /// The project on which an opinion is asked for, or whose technology was appraised.
        project: ProjectDraft,
        /// What is said of the technology of the project, point by point, before an opinion is given.
        #[serde(skip_serializing_if = "AppraisalDraft::is_empty")]
        appraisal: AppraisalDraft,
        /// Support for the protection of a product.
        support: SupportDraft,
        /// The papers.
        #[schema(max_items = 50)]
        attachments: Vec<AttachmentDraft>,
    }
}

/// What a dossier says; every value that is there is right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DossierContent(pub(super) DossierDraft);

impl DossierContent {
    /// As it is written.
    pub fn draft(&self) -> &DossierDraft {
        &self.0
    }

    /// Takes back what was kept.
    pub(crate) fn stored(draft: DossierDraft) -> Self {
        Self(draft)
    }

    /// Whether a member is true.
    pub fn says(&self, pointer: &str) -> bool {
        let value = serde_json::to_value(&self.0).unwrap_or_default();
        value.pointer(pointer) == Some(&Value::Bool(true))
    }

    /// Whether a member is a value, or has it among others; `true` and `false` of what is said or denied.
    pub fn tells(&self, pointer: &str, value: &str) -> bool {
        let told = serde_json::to_value(&self.0).unwrap_or_default();
        match told.pointer(pointer) {
            Some(Value::Bool(said)) => said.to_string() == value,
            Some(Value::Array(items)) => items.iter().any(|item| item.as_str() == Some(value)),
            one => one.and_then(Value::as_str) == Some(value),
        }
    }

    /// With the approval that it follows, as the authority wrote it; the day that it tells itself stays where no other one is known.
    pub fn following(mut self, number: &str, on: Option<Date>) -> Self {
        let approval = &mut self.0.approval;
        approval.number = Some(number.to_owned());
        approval.approved_on = on.map(|day| day.to_string()).or(approval.approved_on.take());
        self
    }

    /// Without what the Department says of the technology of a project.
    #[must_use]
    pub fn without_appraisal(mut self) -> Self {
        self.0.appraisal = AppraisalDraft::default();
        self
    }

    /// The words at a member: of a text, of all of a list, or none.
    pub fn texts(&self, pointer: &str) -> Vec<String> {
        let value = serde_json::to_value(&self.0).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match value.pointer(pointer) {
            Some(Value::Array(items)) => items.iter().filter_map(text).collect(),
            Some(one) => text(one).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Which of some members have nothing.
    pub fn missing<'a>(&self, pointers: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let value = serde_json::to_value(&self.0).unwrap_or_default();
        let is_missing = |pointer: &&str| match value.pointer(pointer) {
            None | Some(Value::Null) => true,
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
        };
        pointers.into_iter().filter(is_missing).collect()
    }
}

/// A dossier with every member that there is, also those that are not written while they say nothing.
fn template() -> Value {
    let text = || Some(String::new());
    let texts = || vec![String::new()];
    let vsic = || {
        Some(VsicCode {
            version: String::new(),
            code: String::new(),
        })
    };
    let party = || PartyDraft {
        legal_form: text(),
        ..PartyDraft::default()
    };
    let draft = DossierDraft {
        transferor: party(),
        transferee: party(),
        agreed_filer: text(),
        amendment: AmendmentDraft {
            vnd_delta: Some(0),
            succeeded_party: text(),
            succeeded_tax_code: text(),
            ..AmendmentDraft::default()
        },
        contract: ContractDraft {
            term_months: Some(0),
            languages: texts(),
            province_code: text(),
            project_code: text(),
            irc_number: text(),
            irc_on: text(),
            ..ContractDraft::default()
        },
        money: MoneyDraft {
            exchange_rate: text(),
            shares: vec![PaymentShareDraft::default()],
            ..MoneyDraft::default()
        },
        invests_abroad: Some(false),
        concerns_defence: Some(false),
        parties_are_related: Some(false),
        approval: ApprovalDraft::template(),
        project: ProjectDraft::template(),
        appraisal: AppraisalDraft::template(),
        replaces_licence: text(),
        technology: TechnologyDraft {
            vsic: vsic(),
            ipc: texts(),
            machinery: text(),
            regulated_items: texts(),
            ..TechnologyDraft::default()
        },
        ..DossierDraft::default()
    };
    serde_json::to_value(draft).unwrap_or_default()
}

/// Whether a dossier has such a member, as a JSON pointer.
pub fn is_member(pointer: &str) -> bool {
    static TEMPLATE: LazyLock<Value> = LazyLock::new(template);
    pointer.starts_with('/') && TEMPLATE.pointer(pointer).is_some()
}
