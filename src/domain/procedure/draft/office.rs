//! Offices and what they take, as rule sets have them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Before which authority it comes. The first row whose conditions hold counts; the last one has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorityDraft {
    /// Code, as certificates have it in their numbers.
    #[schema(max_length = 20, example = "SKHCN-PT")]
    pub code: String,
    /// Its name.
    #[schema(max_length = 200, example = "Sở Khoa học và Công nghệ tỉnh Phú Thọ")]
    pub name_vi: String,
    /// The same in English.
    #[schema(max_length = 200, example = "Department of Science and Technology of Phú Thọ")]
    pub name_en: String,
    /// Only for transfers in this form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "independent")]
    pub form: Option<String>,
    /// Only in this direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "inbound")]
    pub direction: Option<String>,
    /// Only within projects on whose policy a body of this level decides: `national` or `provincial`, or `none` does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "provincial")]
    pub decided_by: Option<String>,
    /// Only of what must be registered (`mandatory`) or may be (`voluntary`), by what the dossier tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "voluntary")]
    pub duty: Option<String>,
    /// Only where all of these hold, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub when: Vec<ConditionDraft>,
    /// Whether it is another authority, with which this exchange has nothing to do: nothing of it is handed in here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_elsewhere: bool,
    /// The body above it, as certificates name it over its own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Ủy ban nhân dân tỉnh Phú Thọ")]
    pub superior_vi: Option<String>,
    /// As what its head signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "Giám đốc")]
    pub head_vi: Option<String>,
    /// Where it signs; `Phú Thọ` of the example. Needed of whoever issues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60, example = "Phú Thọ")]
    pub place: Option<String>,
    /// What its certificates' numbers look like: `{seq}` (`{seq:02}` with zeros in front), `{yyyy}`, `{authority}`. Without `{yyyy}` they are
    /// counted over all years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60, example = "{seq:02}/{yyyy}/CNĐKCGCN-SKHCN")]
    pub number_template: Option<String>,
    /// The authorities whose place it took: what they issued it amends and annuls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub succeeds: Vec<SuccessionDraft>,
    /// What says so.
    #[schema(max_length = 300, example = "NĐ 76/2018 Đ.6.2")]
    pub legal_basis: String,
    /// `verified`, or `unverified` (when absent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 12, example = "verified")]
    pub verification: Option<String>,
}

/// What a member of a dossier tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionDraft {
    /// Where it is in the content, as a JSON pointer.
    #[schema(max_length = 100, example = "/project/decided_by")]
    pub member: String,
    /// What it is, or has among others; `true` or `false` of what is said or denied.
    #[schema(max_length = 40, example = "prime_minister")]
    pub is: String,
}

/// An authority of before, and since when another one has its place (kế thừa sau sáp nhập).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuccessionDraft {
    /// Code of the authority of before.
    #[schema(max_length = 20, example = "SKHCN-VP")]
    pub code: String,
    /// Its name.
    #[schema(max_length = 200, example = "Sở Khoa học và Công nghệ tỉnh Vĩnh Phúc")]
    pub name_vi: String,
    /// The first day of the successor's.
    #[schema(max_length = 10, example = "2025-07-01")]
    pub from: String,
    /// What says so.
    #[schema(max_length = 300, example = "NQ 202/2025/QH15")]
    pub legal_basis: String,
    /// `verified`, or `unverified` (when absent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 12, example = "unverified")]
    pub verification: Option<String>,
}

impl AuthorityDraft {
    /// Whether what an authority issued is this one's business on a day: its own, and what was issued by those whose place
    /// it took.
    pub fn stands_for(&self, code: &str, today: Date) -> bool {
        let took =
            |before: &SuccessionDraft| before.code == code && before.from.parse().is_ok_and(|from: Date| from <= today);
        self.code == code || self.succeeds.iter().any(took)
    }
}

/// The fee, in đồng: `flat`, or a share of the contract's value within bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeeDraft {
    /// Always the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub flat: Option<i64>,
    /// Thousandths of the contract's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1000, example = 1)]
    pub per_mille: Option<i64>,
    /// At least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, example = 5_000_000)]
    pub minimum: Option<i64>,
    /// At most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, example = 10_000_000)]
    pub maximum: Option<i64>,
    /// What says so.
    #[schema(max_length = 300, example = "TT 169/2016/TT-BTC")]
    pub legal_basis: String,
    /// `verified`, or `unverified` (when absent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 12, example = "verified")]
    pub verification: Option<String>,
}
