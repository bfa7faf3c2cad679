//! Inquiries (phiếu bày tỏ quan tâm): an enterprise asks the owner of a listing, both talk, and agree or not. What each side
//! may do in which state is [`InquiryState::after`].

mod content;

use jiff::Timestamp;

pub use content::{InquiryContent, InquiryDraft, OutcomeDraft, SumDraft};

use crate::domain::ids::{AccountId, EnterpriseId, InquiryId, ListingId};
use crate::domain::text::Prose;
use crate::domain::text_enum;

/// Most messages of one inquiry.
pub const MAX_MESSAGES: i64 = 500;

text_enum! {
    /// What somebody wants (hình thức quan tâm).
    pub enum Interest {
        /// To buy (mua).
        Buy => "buy",
        /// A licence (cấp quyền sử dụng).
        Licence => "licence",
        /// To distribute (phân phối).
        Distribute => "distribute",
        /// To invest (đầu tư).
        Invest => "invest",
        /// To do research together (hợp tác nghiên cứu).
        JointRd => "joint_rd",
        /// Advice (tư vấn).
        Consult => "consult",
        /// To see it at work (xem trình diễn).
        VisitDemo => "visit_demo",
        /// A quotation (báo giá).
        Quote => "quote",
        /// To supply what is needed (đáp ứng nhu cầu).
        SupplyToNeed => "supply_to_need",
        /// Something else (khác).
        Other => "other",
    }
}

text_enum! {
    /// Where an inquiry stands (trạng thái).
    pub enum InquiryState {
        /// Sent, and not answered (đã gửi).
        Submitted => "submitted",
        /// The owner of the listing answered (đã trả lời).
        Replied => "replied",
        /// Both sides talk (đang trao đổi).
        InDiscussion => "in_discussion",
        /// Both sides say that they agree (đã thống nhất).
        Agreed => "agreed",
        /// Both sides say that it is done (hoàn thành).
        Completed => "completed",
        /// The owner of the listing does not want (từ chối).
        Declined => "declined",
        /// Whoever asked does not want any more (đã rút).
        Withdrawn => "withdrawn",
        /// Nobody answered in time (quá hạn).
        Expired => "expired",
    }
}

text_enum! {
    /// Why the owner of a listing does not want (lý do từ chối).
    pub enum DeclineReason {
        /// It is too early (quá sớm).
        TooEarly => "too_early",
        /// What is gained by it is not clear (chưa rõ lợi ích).
        BenefitUnclear => "benefit_unclear",
        /// How it would come to that is not clear (chưa rõ lộ trình).
        RouteUnclear => "route_unclear",
        /// What is asked for is not clear (mô tả chưa rõ).
        DescriptionUnclear => "description_unclear",
        /// It is about something else (không phù hợp).
        NotRelevant => "not_relevant",
        /// The price (giá).
        Price => "price",
        /// More than can be done (năng lực).
        Capacity => "capacity",
        /// Intellectual property is at risk (rủi ro sở hữu trí tuệ).
        IpRisk => "ip_risk",
        /// The other side does not answer (không phản hồi).
        NoAnswer => "no_answer",
        /// Something else (khác).
        Other => "other",
    }
}

text_enum! {
    /// One of the two who talk.
    pub enum InquirySide {
        /// Whoever asked (bên hỏi).
        Asker => "asker",
        /// The owner of the listing (chủ tin).
        Owner => "owner",
    }
}

impl InquirySide {
    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Asker => Self::Owner,
            Self::Owner => Self::Asker,
        }
    }
}

text_enum! {
    /// What is done with an inquiry.
    pub enum InquiryStep {
        /// Somebody writes (trao đổi).
        Write => "write",
        /// Both sides agree: one proposes, the other one takes that (thống nhất).
        Agree => "agree",
        /// What was agreed on is done, likewise (hoàn thành).
        Complete => "complete",
        /// The owner does not want (từ chối).
        Decline => "decline",
        /// Whoever asked does not want any more (rút).
        Withdraw => "withdraw",
        /// The time for an answer is over (quá hạn).
        Expire => "expire",
    }
}

impl InquiryStep {
    /// Whether one of the sides ever does it; `None` is the exchange.
    pub const fn is_of(self, by: Option<InquirySide>) -> bool {
        use InquirySide::{Asker, Owner};
        matches!(
            (self, by),
            (Self::Write | Self::Agree | Self::Complete, Some(_))
                | (Self::Decline, Some(Owner) | None)
                | (Self::Withdraw, Some(Asker) | None)
                | (Self::Expire, None)
        )
    }
}

/// The step is not possible in this state, or not this side's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not possible: the inquiry is {0}")]
pub struct WrongStep(pub InquiryState);

impl InquiryState {
    /// Whether nothing happens any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Declined | Self::Withdrawn | Self::Expired)
    }

    /// The state after a step of one side, or of the exchange (`None`): that ends what nobody answered, and what one side left.
    pub fn after(self, step: InquiryStep, by: Option<InquirySide>) -> Result<Self, WrongStep> {
        use InquirySide::{Asker, Owner};
        let is_open = !self.is_over();
        match (step, by, self) {
            (InquiryStep::Write, Some(Owner), Self::Submitted) => Ok(Self::Replied),
            (InquiryStep::Write, Some(Asker), Self::Replied) => Ok(Self::InDiscussion),
            (InquiryStep::Write, Some(_), _) if is_open => Ok(self),
            (InquiryStep::Agree, Some(_), Self::Replied | Self::InDiscussion) => Ok(Self::Agreed),
            (InquiryStep::Complete, Some(_), Self::Agreed) => Ok(Self::Completed),
            (InquiryStep::Decline, Some(Owner) | None, _) if is_open => Ok(Self::Declined),
            (InquiryStep::Withdraw, Some(Asker) | None, _) if is_open => Ok(Self::Withdrawn),
            (InquiryStep::Expire, None, Self::Submitted) => Ok(Self::Expired),
            _ => Err(WrongStep(self)),
        }
    }
}

/// What one side proposes, until the other one takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// By whom.
    pub by: InquirySide,
    /// What came of it.
    pub outcome: OutcomeDraft,
    /// When.
    pub at: Timestamp,
}

/// An inquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// Identifier.
    pub id: InquiryId,
    /// About which listing.
    pub listing: ListingId,
    /// Who asks.
    pub asker: EnterpriseId,
    /// Whose the listing was when it was asked about, or who took its place.
    pub owner: EnterpriseId,
    /// Who sent it.
    pub created_by: Option<AccountId>,
    /// What is asked.
    pub content: InquiryContent,
    /// Where it stands.
    pub state: InquiryState,
    /// Why the owner does not want.
    pub decline_reason: Option<DeclineReason>,
    /// Words of whoever ended it.
    pub end_note: Option<Prose<1_000>>,
    /// Which side ended it; nobody's where it goes on, where both completed it and where the exchange ended it.
    pub ended_by: Option<InquirySide>,
    /// What one side proposes.
    pub proposal: Option<Proposal>,
    /// What both agreed on.
    pub outcome: Option<OutcomeDraft>,
    /// How many messages were written, beside the first words.
    pub message_count: i64,
    /// Until when the owner may answer.
    pub respond_by: Timestamp,
    /// When somebody of the owner's side first read it.
    pub first_viewed_at: Option<Timestamp>,
    /// When the owner's side first answered.
    pub first_reply_at: Option<Timestamp>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
    /// Row version.
    pub version: i64,
}

impl Inquiry {
    /// The side on which an enterprise stands.
    pub fn side_of(&self, enterprise: EnterpriseId) -> Option<InquirySide> {
        match enterprise {
            asker if asker == self.asker => Some(InquirySide::Asker),
            owner if owner == self.owner => Some(InquirySide::Owner),
            _ => None,
        }
    }

    /// The enterprise on a side.
    pub fn on(&self, side: InquirySide) -> EnterpriseId {
        match side {
            InquirySide::Asker => self.asker,
            InquirySide::Owner => self.owner,
        }
    }

    /// Somebody writes.
    pub fn write(&mut self, side: InquirySide, now: Timestamp) -> Result<(), WrongStep> {
        self.state = self.state.after(InquiryStep::Write, Some(side))?;
        if side == InquirySide::Owner {
            self.first_reply_at.get_or_insert(now);
        }
        self.message_count += 1;
        self.updated_at = now;
        Ok(())
    }

    /// Whether a side says again what it proposes already, as it does where it tells nothing else.
    pub fn proposes_already(&self, side: InquirySide, wanted: Option<&OutcomeDraft>) -> bool {
        let own = self.proposal.as_ref().filter(|proposal| proposal.by == side);
        own.is_some_and(|own| wanted.is_none_or(|wanted| *wanted == own.outcome))
    }

    /// One side says that both agree, or that what they agreed on is done, and what came of it. The other side has said the same,
    /// or takes what was proposed where it says nothing else: then it is so. Gives whether it is.
    pub fn settle(
        &mut self,
        step: InquiryStep,
        side: InquirySide,
        wanted: Option<&OutcomeDraft>,
        now: Timestamp,
    ) -> Result<bool, WrongStep> {
        let next = self.state.after(step, Some(side))?;
        self.updated_at = now;
        let others = self.proposal.take().filter(|proposal| proposal.by != side);
        match others {
            Some(proposal) if wanted.is_none_or(|wanted| *wanted == proposal.outcome) => {
                self.outcome = Some(proposal.outcome);
                self.state = next;
                self.ended_at = next.is_over().then_some(now);
                Ok(true)
            }
            _ => {
                let outcome = wanted.or(self.outcome.as_ref()).cloned().unwrap_or_default();
                self.proposal = Some(Proposal {
                    by: side,
                    outcome,
                    at: now,
                });
                Ok(false)
            }
        }
    }

    /// It comes to its end without one; what was proposed is nothing any more.
    pub fn end(&mut self, step: InquiryStep, by: Option<InquirySide>, now: Timestamp) -> Result<(), WrongStep> {
        self.state = self.state.after(step, by)?;
        self.proposal = None;
        self.ended_by = by;
        self.ended_at = Some(now);
        self.updated_at = now;
        Ok(())
    }
}

/// A message of one side to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryMessage {
    /// Identifier.
    pub id: uuid::Uuid,
    /// In which inquiry.
    pub inquiry: InquiryId,
    /// Which in the order, from 1.
    pub number: i64,
    /// Which side wrote it.
    pub side: InquirySide,
    /// Who.
    pub author: AccountId,
    /// What it says.
    pub body: Prose<4_000>,
    /// When.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests;
