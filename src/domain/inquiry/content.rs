//! What an inquiry asks, and what comes of one, as people write it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Interest;
use crate::domain::dossier::decimal;
use crate::domain::fields::{FieldError, FieldErrors, Violation, one_of};
use crate::domain::listing::TransferMode;
use crate::domain::listing::currency::Currency;
use crate::domain::procedure::day;
use crate::domain::text::{Line, Prose};

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SumDraft {
    /// How much, with up to two decimals.
    #[schema(max_length = 18, example = "125000.50")]
    pub amount: String,
    /// Its currency (ISO 4217).
    #[schema(min_length = 3, max_length = 3, example = "VND")]
    pub currency: String,
}

impl SumDraft {
    fn check(&self, at: &str, errors: &mut FieldErrors) {
        errors.keep(format!("{at}/amount"), decimal(&self.amount));
        errors.keep(format!("{at}/currency"), self.currency.parse::<Currency>());
    }

    /// Whole đồng, where it is in đồng.
    pub fn in_dong(&self) -> Option<i64> {
        let is_dong = self.currency.parse::<Currency>().is_ok_and(Currency::is_vnd);
        let whole = self.amount.split('.').next().filter(|_| is_dong)?;
        whole.parse().ok()
    }
}

/// What is asked of the owner of a listing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InquiryDraft {
    /// What is wanted.
    #[schema(value_type = Interest, example = "quote")]
    pub interest: String,
    /// In your words; without addresses and telephone numbers, as the owner answers here.
    #[schema(
        max_length = 4000,
        example = "Hợp tác xã cần hai máy sấy 5 tấn/mẻ, xin báo giá và lịch xem máy."
    )]
    pub message: String,
    /// How much of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "2 máy")]
    pub quantity: Option<String>,
    /// What may be spent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<SumDraft>,
    /// By when, or how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Trước vụ đông xuân")]
    pub timeframe: Option<String>,
}

/// What is asked, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryContent {
    /// What is wanted.
    pub interest: Interest,
    /// In the asker's words.
    pub message: Prose<4_000>,
    /// How much of it.
    pub quantity: Option<Line<100>>,
    /// What may be spent.
    pub budget: Option<SumDraft>,
    /// By when, or how long.
    pub timeframe: Option<Line<200>>,
}

impl InquiryDraft {
    /// Parses it; all that is wrong is told at once.
    pub fn parse(self) -> Result<InquiryContent, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let interest = errors.keep("/interest", one_of::<Interest>(&self.interest));
        let message = errors.keep("/message", Prose::parse(&self.message));
        let quantity = errors.keep_opt("/quantity", self.quantity.as_deref(), Line::parse);
        let timeframe = errors.keep_opt("/timeframe", self.timeframe.as_deref(), Line::parse);
        if let Some(budget) = &self.budget {
            budget.check("/budget", &mut errors);
        }
        let content = interest.zip(message).map(|(interest, message)| InquiryContent {
            interest,
            message,
            quantity,
            budget: self.budget,
            timeframe,
        });
        errors.finish(content)
    }
}

impl From<&InquiryContent> for InquiryDraft {
    fn from(content: &InquiryContent) -> Self {
        Self {
            interest: content.interest.as_str().to_owned(),
            message: content.message.to_string(),
            quantity: content.quantity.as_ref().map(ToString::to_string),
            budget: content.budget.clone(),
            timeframe: content.timeframe.as_ref().map(ToString::to_string),
        }
    }
}

/// What came of an inquiry (kết quả); what is not known or not told is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OutcomeDraft {
    /// The contract's number (số hợp đồng).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "12/2026/HĐCGCN")]
    pub contract_no: Option<String>,
    /// The day on which it was signed, today or before (ngày ký).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10, example = "2026-03-02")]
    pub signed_on: Option<String>,
    /// What it is worth (giá trị).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<SumDraft>,
    /// How the technology is handed over, of the list `transfer_modes` (hình thức chuyển giao).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TransferMode>, example = "sale_of_equipment")]
    pub transfer_mode: Option<String>,
}

impl OutcomeDraft {
    /// What is there must be right, as seen on a day; texts come back as they are kept.
    pub fn parse(mut self, today: Date) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let number = errors.keep_opt("/contract_no", self.contract_no.as_deref(), Line::<100>::parse);
        let signed_on = errors.keep_opt("/signed_on", self.signed_on.as_deref(), day);
        if signed_on.is_some_and(|day| day > today) {
            errors.add("/signed_on", Violation::Malformed { what: "past_day" });
        }
        if let Some(value) = &self.value {
            value.check("/value", &mut errors);
        }
        errors.keep_opt("/transfer_mode", self.transfer_mode.as_deref(), one_of::<TransferMode>);
        self.contract_no = number.map(Line::into_string);
        self.signed_on = signed_on.map(|day| day.to_string());
        errors.finish(Some(self))
    }
}
