//! What is shown of inquiries: all of it to both sides, and nothing of what was written to officers.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::ids::EnterpriseId;
use crate::domain::inquiry::{
    DeclineReason, InquiryDraft, InquiryMessage, InquirySide, InquiryState, InquiryStep, OutcomeDraft, Proposal,
};
use crate::service::inquiries::Seen;

/// One of the two who talk.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InquiryParty {
    /// Identifier of the enterprise.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

impl InquiryParty {
    fn of(id: EnterpriseId, name: String) -> Self {
        Self { id: id.0, name }
    }
}

/// What one side proposes, until the other one says the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InquiryProposal {
    /// Which side.
    #[schema(value_type = InquirySide, example = "owner")]
    pub by: &'static str,
    /// What came of it.
    pub outcome: OutcomeDraft,
    /// When.
    pub at: Timestamp,
}

impl From<Proposal> for InquiryProposal {
    fn from(proposal: Proposal) -> Self {
        Self {
            by: proposal.by.as_str(),
            outcome: proposal.outcome,
            at: proposal.at,
        }
    }
}

/// An inquiry.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InquiryView {
    /// Identifier.
    pub id: Uuid,
    /// The listing.
    pub listing_id: Uuid,
    /// Its code.
    #[schema(required, example = "TB-2026-000123")]
    pub code: Option<String>,
    /// What it is called; its code where that is not public.
    pub title: String,
    /// Who asks.
    pub asker: InquiryParty,
    /// Who is asked.
    pub owner: InquiryParty,
    /// On which side the caller stands; null for officers.
    #[schema(required, value_type = Option<InquirySide>, example = "asker")]
    pub side: Option<&'static str>,
    /// Where it stands.
    #[schema(value_type = InquiryState, example = "replied")]
    pub state: &'static str,
    /// What is asked; for both sides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<InquiryDraft>,
    /// How many messages follow (`GET /inquiries/{id}/messages`); for both sides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_count: Option<i64>,
    /// What one side proposes; for both sides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<InquiryProposal>,
    /// What both agreed on; for both sides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeDraft>,
    /// Why it was declined.
    #[schema(required, value_type = Option<DeclineReason>, example = "capacity")]
    pub decline_reason: Option<&'static str>,
    /// The same in words; for both sides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Which side ended it; null while it goes on, where both completed it and where the exchange ended it.
    #[schema(required, value_type = Option<InquirySide>, example = "owner")]
    pub ended_by: Option<&'static str>,
    /// Until when it may be answered for the first time.
    pub respond_by: Timestamp,
    /// When somebody of the owner's side first read it; not told to whoever asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_viewed_at: Option<Timestamp>,
    /// When it was first answered.
    #[schema(required)]
    pub first_reply_at: Option<Timestamp>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it came to its end.
    #[schema(required)]
    pub ended_at: Option<Timestamp>,
    /// What the caller may do with it now.
    #[schema(value_type = Vec<InquiryStep>, max_items = 6, example = json!(["write", "withdraw"]))]
    pub possible: Vec<&'static str>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

impl From<Seen> for InquiryView {
    fn from(seen: Seen) -> Self {
        let inquiry = seen.inquiry;
        let is_side = seen.side.is_some();
        Self {
            id: inquiry.id.0,
            listing_id: inquiry.listing.0,
            code: seen.code,
            title: seen.title,
            asker: InquiryParty::of(inquiry.asker, seen.asker),
            owner: InquiryParty::of(inquiry.owner, seen.owner),
            side: seen.side.map(InquirySide::as_str),
            state: inquiry.state.as_str(),
            content: is_side.then(|| InquiryDraft::from(&inquiry.content)),
            message_count: is_side.then_some(inquiry.message_count),
            proposal: inquiry.proposal.filter(|_| is_side).map(InquiryProposal::from),
            outcome: inquiry.outcome.filter(|_| is_side),
            decline_reason: inquiry.decline_reason.map(DeclineReason::as_str),
            note: inquiry.end_note.filter(|_| is_side).map(|note| note.into_string()),
            ended_by: inquiry.ended_by.map(InquirySide::as_str),
            respond_by: inquiry.respond_by,
            first_viewed_at: inquiry
                .first_viewed_at
                .filter(|_| seen.side != Some(InquirySide::Asker)),
            first_reply_at: inquiry.first_reply_at,
            created_at: inquiry.created_at,
            updated_at: inquiry.updated_at,
            ended_at: inquiry.ended_at,
            possible: seen.possible.into_iter().map(InquiryStep::as_str).collect(),
            version: inquiry.version,
        }
    }
}

/// A message of one side to the other.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InquiryMessageView {
    /// Identifier.
    pub id: Uuid,
    /// Which in the order, from 1.
    pub number: i64,
    /// Which side wrote it.
    #[schema(value_type = InquirySide, example = "owner")]
    pub by: &'static str,
    /// What it says.
    #[schema(example = "Máy 5 tấn/mẻ có sẵn, xin mời xem máy tại xưởng.")]
    pub text: String,
    /// When.
    pub at: Timestamp,
}

impl From<InquiryMessage> for InquiryMessageView {
    fn from(message: InquiryMessage) -> Self {
        Self {
            id: message.id,
            number: message.number,
            by: message.side.as_str(),
            text: message.body.into_string(),
            at: message.at,
        }
    }
}
