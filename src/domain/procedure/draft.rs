//! Rule sets as officers write them, and as they are kept.

mod office;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use office::{AuthorityDraft, ConditionDraft, FeeDraft, SuccessionDraft};

use crate::domain::dossier::PaperForm;
use crate::domain::shapes::{LawText, ListCode, MemberPath};

/// A state of a dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StateDraft {
    /// Code, small letters.
    #[schema(max_length = 40, example = "under_review")]
    pub code: String,
    /// What people call it.
    #[schema(max_length = 200, example = "Đang thẩm định")]
    pub name_vi: String,
    /// The same in English.
    #[schema(max_length = 200, example = "Under review")]
    pub name_en: String,
    /// Whether nothing follows it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_final: bool,
    /// Whether it is decided in it: what the dossier says is not changed any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_decided: bool,
}

/// Days by the group of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupDraft {
    /// Of group A.
    #[serde(rename = "A")]
    #[schema(minimum = 0, maximum = 3660, example = 20)]
    pub a: u16,
    /// Of group B.
    #[serde(rename = "B")]
    #[schema(minimum = 0, maximum = 3660, example = 15)]
    pub b: u16,
    /// Of group C.
    #[serde(rename = "C")]
    #[schema(minimum = 0, maximum = 3660, example = 10)]
    pub c: u16,
}

/// So long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpanDraft {
    /// How many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 3660, example = 60)]
    pub amount: Option<u16>,
    /// How many for projects of group `A`, `B` or `C`, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_group: Option<GroupDraft>,
    /// `working_day` or `calendar_day`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "calendar_day")]
    pub unit: Option<String>,
}

/// Until when an event is to happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermDraft {
    /// How many days after the mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 3660, example = 5)]
    pub amount: Option<u16>,
    /// How many for projects of group `A`, `B` or `C`, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_group: Option<GroupDraft>,
    /// Of `day_of_year`: month and day of the year after the mark's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 5, example = "12-31")]
    pub on: Option<String>,
    /// `working_day`, `calendar_day` or `day_of_year`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "working_day")]
    pub unit: Option<String>,
    /// The mark from which it runs.
    #[schema(max_length = 40, example = "submitted_on")]
    pub runs_from: String,
    /// Only while that one is before this mark: what was reported up to the end is not reported on any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "contract_expires_on")]
    pub while_before: Option<String>,
    /// What comes of missing it: `late_flag`, `escalate`, `treat_as_complete`, `overdue_alert`, `auto_refuse`, `bars` or
    /// `enforcement_flag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "escalate")]
    pub if_missed: Option<String>,
}

/// A day that an event writes down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkDraft {
    /// What it is called.
    #[schema(max_length = 40, example = "submitted_on")]
    pub code: String,
    /// `today`, `given` (a day comes with the event), `due` (the last day of the event's own term, or the day of the event where that is earlier), another mark, or a member of the content that tells a day, such as `/contract/ends_on`.
    #[schema(max_length = 100, example = "today")]
    pub from: String,
    /// So long after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plus: Option<SpanDraft>,
    /// The first day that can be meant, of one that comes with the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10, example = "1990-01-01")]
    pub earliest: Option<String>,
    /// Not after the day that the dossier tells here, as a JSON pointer: a contract is not signed after its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "/contract/ends_on")]
    pub not_after: Option<String>,
}

/// What must have come before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowsDraft {
    /// Of which procedure a dossier is named.
    #[schema(max_length = 20, example = "APR")]
    pub procedure: String,
    /// In which state it is.
    #[schema(max_length = 40, example = "approved")]
    pub state: String,
    /// The day that comes with the event is not before this mark of that dossier, where it was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "approved_on")]
    pub not_before: Option<String>,
    /// What both dossiers tell alike, as JSON pointers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20, value_type = Vec<MemberPath>)]
    pub same: Vec<String>,
}

/// Where one outcome of an event leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadDraft {
    /// The outcome, one of the event's grounds.
    #[schema(max_length = 40, example = "NEED_MORE_INFO")]
    pub ground: String,
    /// The state after it.
    #[schema(max_length = 40, example = "awaiting_information")]
    pub to: String,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventDraft {
    /// Code, small letters.
    #[schema(max_length = 40, example = "request_completion")]
    pub code: String,
    /// What people call it.
    #[schema(max_length = 200, example = "Yêu cầu bổ sung hồ sơ")]
    pub name_vi: String,
    /// The same in English.
    #[schema(max_length = 200, example = "Ask for missing items")]
    pub name_en: String,
    /// States in which it can happen; none for what opens a dossier.
    #[schema(max_items = 20, value_type = Vec<ListCode>)]
    pub from: Vec<String>,
    /// The state after it.
    #[schema(max_length = 40, example = "awaiting_completion")]
    pub to: String,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "authority")]
    pub actor: Option<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<TermDraft>,
    /// Days that it writes down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 10)]
    pub marks: Vec<MarkDraft>,
    /// Papers that come with it, by their codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20, value_type = Vec<ListCode>)]
    pub documents: Vec<String>,
    /// Grounds or outcomes of which one is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20, value_type = Vec<ListCode>)]
    pub grounds: Vec<String>,
    /// The states to which some of them lead instead of `to`: an opinion that asks for more leads on, and does not end the dossier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub to_on_ground: Vec<LeadDraft>,
    /// Whether words must come with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_note: bool,
    /// Whether number and day of the authority's own letter must come with it, which is the act itself: an opinion, a refusal, an
    /// annulment (số, ngày văn bản).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_letter: bool,
    /// Whether they may: what is done is told by a letter, which may be written afterwards.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_letter: bool,
    /// Whether it is told to addressees who are named with it: parties, agencies (nơi nhận).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_addressees: bool,
    /// Whether a day to come is promised with it: a letter of apology for a term that was missed (thư xin lỗi, hẹn lại ngày trả kết quả).
    /// Where it is possible only after a term it is owed from then on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub promises_day: bool,
    /// Whether it says yes to a transfer, whose technology is held against the list of regulated technologies before (đối chiếu danh mục công
    /// nghệ).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_screening: bool,
    /// How often it can be done in the life of a dossier, however often it comes back into a state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100)]
    pub at_most: Option<u16>,
    /// Whether the dossier begins anew with it: what was done before counts no more towards `at_most`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub starts_over: bool,
    /// Whether it can be done only when its term is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_after_term: bool,
    /// Whether it can be done only once the mark is set from which its term runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub awaits_mark: bool,
    /// Whether it is handed in without the papers of an ordinary handing in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_papers: bool,
    /// Whether the dossier is handed in with it: then it is complete, and the first time gets its number and its version
    /// of the rules.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hands_in: bool,
    /// What it issues: `registration`, `amendment` or `licence`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20)]
    pub issues: Option<String>,
    /// Whether it annuls what was issued.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub annuls: bool,
    /// What is issued elsewhere and brings it about: `registration`, `amendment` or `licence`. Nobody does it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20)]
    pub comes_of: Option<String>,
    /// What it is counted as in periodic reports: `opinion` on the technology of a project, or `ip_support` for a product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "opinion")]
    pub counts_as: Option<String>,
    /// What must have come before; of events that open a dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<FollowsDraft>,
    /// What says so.
    #[schema(max_length = 300, example = "NĐ 76/2018 Đ.5.3.b")]
    pub legal_basis: String,
    /// `verified`, or `unverified` (when absent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 12, example = "verified")]
    pub verification: Option<String>,
}

/// A paper of the dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentDraft {
    /// Code, small letters.
    #[schema(max_length = 40, example = "application")]
    pub code: String,
    /// What people call it.
    #[schema(max_length = 300, example = "Đơn đăng ký chuyển giao công nghệ")]
    pub name_vi: String,
    /// The same in English.
    #[schema(max_length = 300, example = "Application for registration")]
    pub name_en: String,
    /// The form that it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "Mẫu 01 PL IV NĐ 76/2018")]
    pub form: Option<String>,
    /// Whether nothing goes without it.
    #[serde(default)]
    pub is_required: bool,
    /// Only of a dossier that tells this member of its content, as a JSON pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "/amendment/succeeded_party")]
    pub only_if: Option<String>,
    /// The paper of which it is the certified translation (bản dịch công chứng, chứng thực): only where that one is told to be in another
    /// language than Vietnamese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "contract")]
    pub translates: Option<String>,
    /// The forms in which it counts, where not every one does; what is told in none is not there. `electronic`, signed by both parties, counts with
    /// its file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 4, value_type = Vec<PaperForm>)]
    pub taken_as: Vec<String>,
    /// What says so.
    #[schema(max_length = 300, example = "NĐ 76/2018 Đ.5.1.a")]
    pub legal_basis: String,
}

/// A value that the law knows from a day on only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SinceDraft {
    /// The value.
    #[schema(max_length = 40, example = "model_algorithm")]
    pub value: String,
    /// The first day on which it is taken: that of the first handing in, of an older certificate that of its issue.
    #[schema(max_length = 10, example = "2026-04-01")]
    pub from: String,
    /// What says so.
    #[schema(max_length = 300, example = "Luật 115/2025/QH15")]
    pub legal_basis: String,
}

/// Something that a dossier must tell when it is handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistDraft {
    /// Where it is in the content of a dossier, as a JSON pointer.
    #[schema(max_length = 100, example = "/technology/name")]
    pub member: String,
    /// What people call it.
    #[schema(max_length = 200, example = "Tên công nghệ được chuyển giao")]
    pub name_vi: String,
    /// The same in English.
    #[schema(max_length = 200, example = "Name of the technology")]
    pub name_en: String,
    /// Only where this member is true, or as `is` and `is_not` say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "/uses_state_capital")]
    pub only_if: Option<String>,
    /// Only where the member of `only_if` is this, or has it among others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "domestic")]
    pub is: Option<String>,
    /// Only where the member of `only_if` is told and is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "VND")]
    pub is_not: Option<String>,
    /// The values that are taken; all when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20, value_type = Vec<ListCode>)]
    pub one_of: Vec<String>,
    /// The values that are taken from a day on only; the others always were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub since: Vec<SinceDraft>,
    /// Only when it is handed in for the first time: dossiers that were handed in before it was asked for go on without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_first: bool,
    /// Only with this event: what is told of a case that was appraised elsewhere, or before an opinion is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "issue_opinion")]
    pub only_with: Option<String>,
    /// Not with these grounds or outcomes of that event: of an opinion that asks for more, what it would be about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20, value_type = Vec<ListCode>)]
    pub unless_ground: Vec<String>,
    /// What says so.
    #[schema(max_length = 300, example = "Luật CGCN Đ.23.1")]
    pub legal_basis: String,
}

/// A rule set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name_vi": "Xác nhận đơn giản",
    "name_en": "A simple confirmation",
    "legal_basis": "Quy trình nội bộ",
    "valid_from": "2026-01-01",
    "states": [
        {"code": "submitted", "name_vi": "Đã nộp", "name_en": "Submitted"},
        {"code": "confirmed", "name_vi": "Đã xác nhận", "name_en": "Confirmed", "is_final": true}
    ],
    "events": [
        {"code": "submit", "name_vi": "Nộp", "name_en": "Submit", "from": [], "to": "submitted", "actor": "applicant",
         "marks": [{"code": "submitted_on", "from": "today"}], "hands_in": true, "legal_basis": "Quy trình nội bộ"},
        {"code": "confirm", "name_vi": "Xác nhận", "name_en": "Confirm", "from": ["submitted"], "to": "confirmed",
         "actor": "department", "term": {"amount": 5, "unit": "working_day", "runs_from": "submitted_on"},
         "legal_basis": "Quy trình nội bộ"}
    ],
    "authorities": [
        {"code": "SKHCN-PT", "name_vi": "Sở Khoa học và Công nghệ tỉnh Phú Thọ",
         "name_en": "Department of Science and Technology of Phú Thọ", "legal_basis": "Quy trình nội bộ"}
    ]
}))]
pub struct ProcedureDraft {
    /// What people call it.
    #[schema(max_length = 200, example = "Đăng ký chuyển giao công nghệ")]
    pub name_vi: String,
    /// The same in English.
    #[schema(max_length = 200, example = "Registration of technology transfer")]
    pub name_en: String,
    /// Its code among the national administrative procedures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "2.002249")]
    pub national_code: Option<String>,
    /// What it rests on.
    #[schema(max_length = 300, example = "Luật CGCN 07/2017/QH14 Đ.31")]
    pub legal_basis: String,
    /// The laws that its certificates name, a line each; `legal_basis` where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 10, value_type = Vec<LawText>)]
    pub printed_bases: Vec<String>,
    /// The first day on which dossiers are handed in under it.
    #[schema(max_length = 10, example = "2018-07-01")]
    pub valid_from: String,
    /// The last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10, example = "2026-12-31")]
    pub valid_to: Option<String>,
    /// The states.
    #[schema(max_items = 40)]
    pub states: Vec<StateDraft>,
    /// The events.
    #[schema(max_items = 60)]
    pub events: Vec<EventDraft>,
    /// The papers.
    #[serde(default)]
    #[schema(max_items = 40)]
    pub documents: Vec<DocumentDraft>,
    /// What a dossier must tell when it is handed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 60)]
    pub checklist: Vec<ChecklistDraft>,
    /// Whether its cases come of events of other procedures, as certificates do, and are opened by nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_derived: bool,
    /// The authorities.
    #[schema(max_items = 20)]
    pub authorities: Vec<AuthorityDraft>,
    /// The fee, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<FeeDraft>,
}
