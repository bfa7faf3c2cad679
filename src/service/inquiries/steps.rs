//! What both sides of an inquiry do with it: they write, agree, and end it.

use jiff::SignedDuration;
use serde_json::json;

use super::{Seen, found, seen, side_of, state_of, tell, wrong_state};
use crate::domain::access::{Action, Actor, Permit};
use crate::domain::audit::Deed;
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::{AccountId, InquiryId};
use crate::domain::inquiry::{
    DeclineReason, Inquiry, InquiryMessage, InquirySide, InquiryStep, MAX_MESSAGES, OutcomeDraft,
};
use crate::domain::text::Prose;
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::versions::require_version_if_named;
use crate::service::{Error, ErrorCode, Result, screening};
use crate::store::audit::Change;
use crate::store::audit_chain::Hash;
use crate::store::{enterprises, inquiries as rows};

/// Most messages and proposals of one person in one inquiry and day: each is told by letter.
const SAID_A_DAY: i64 = 100;

/// An inquiry with which one side does something.
struct Acting {
    actor: Actor,
    permit: Permit,
    side: InquirySide,
    inquiry: Inquiry,
    before: Hash,
}

/// While one side is suspended, nothing happens.
fn acting(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: InquiryId,
    seen: Option<i64>,
    step: InquiryStep,
) -> Result<Acting> {
    let now = work.now;
    let (actor, permit, inquiry) = found(work.conn(), caller, id, Action::AnswerInquiry, now)?;
    let side = side_of(&actor, &inquiry).ok_or(ErrorCode::Forbidden)?;
    if !step.is_of(Some(side)) {
        return Err(ErrorCode::Forbidden.into());
    }
    require_version_if_named(seen, inquiry.version)?;
    let other = enterprises::find_even_merged(work.conn(), inquiry.on(side.other()))?;
    if other.status != EnterpriseStatus::Active {
        return Err(ErrorCode::OtherSideInactive.into());
    }
    Ok(Acting {
        before: state_of(&inquiry)?,
        actor,
        permit,
        side,
        inquiry,
    })
}

fn kept(work: &mut Work<'_, '_>, acting: Acting, deed: Deed, told: &str) -> Result<Seen> {
    let Acting {
        actor,
        permit,
        side,
        mut inquiry,
        before,
    } = acting;
    let now = work.now;
    rows::update(work.uow, &permit, &mut inquiry)?;
    failpoint!("inquiries.updated", Error::busy);
    let change = Change::between(before, state_of(&inquiry)?);
    work.remember_change(&permit, deed, ("inquiry", inquiry.id.0), None, change)?;
    tell(work, &inquiry, told, side.other())?;
    seen(work.conn(), &actor, inquiry, now)
}

/// Writes to the other side, which is told that something was written.
pub fn write(work: &mut Work<'_, '_>, caller: &Caller, id: InquiryId, body: &Prose<4_000>) -> Result<InquiryMessage> {
    let now = work.now;
    let Acting {
        permit,
        side,
        mut inquiry,
        before,
        ..
    } = acting(work, caller, id, None, InquiryStep::Write)?;
    let former = inquiry.state;
    inquiry.write(side, now).map_err(wrong_state)?;
    let author = permit.actor().account().ok_or(ErrorCode::Forbidden)?;
    if inquiry.message_count > MAX_MESSAGES {
        return Err(ErrorCode::LimitReached.into());
    }
    refuse_flood(work, id, author)?;
    screening::require_clean_words(work.conn(), &json!({"text": body.as_str()}))?;
    let message = InquiryMessage {
        id: work.next_id(),
        inquiry: id,
        number: inquiry.message_count,
        side,
        author,
        body: body.clone(),
        at: now,
    };
    // First the inquiry: of two who write at once one waits for the other there.
    rows::update(work.uow, &permit, &mut inquiry)?;
    rows::add_message(work.uow, &permit, &message)?;
    let made = Change::made(state_of_message(&message)?);
    let subject = ("inquiry_message", message.id);
    work.remember_change(&permit, Deed::InquiryMessageWritten, subject, None, made)?;
    if inquiry.state != former {
        let change = Change::between(before, state_of(&inquiry)?);
        work.remember_change(&permit, Deed::InquiryAnswered, ("inquiry", id.0), None, change)?;
    }
    tell(work, &inquiry, "message", side.other())?;
    Ok(message)
}

fn refuse_flood(work: &mut Work<'_, '_>, id: InquiryId, author: AccountId) -> Result<()> {
    let since = work.now.checked_sub(SignedDuration::from_hours(24));
    let since = since.map_err(Error::internal)?;
    if rows::said_since(work.conn(), id, author, since)? >= SAID_A_DAY {
        return Err(ErrorCode::LimitReached.into());
    }
    Ok(())
}

fn state_of_message(message: &InquiryMessage) -> Result<Hash> {
    state::of_document(&json!({
        "at": message.at,
        "author_id": message.author.0,
        "body": message.body.as_str(),
        "id": message.id,
        "inquiry_id": message.inquiry.0,
        "number": message.number,
        "side": message.side.as_str(),
    }))
}

/// Says that both sides agree ([`InquiryStep::Agree`]), or that what they agreed on is done ([`InquiryStep::Complete`]): it is so
/// once both say the same. Who says again what the own side proposes already changes nothing, and nobody is told.
pub fn settle(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (id, version): (InquiryId, i64),
    step: InquiryStep,
    wanted: Option<&OutcomeDraft>,
) -> Result<Seen> {
    let now = work.now;
    let mut acting = acting(work, caller, id, Some(version), step)?;
    if let Some(number) = wanted.and_then(|outcome| outcome.contract_no.as_deref()) {
        screening::require_clean_words(work.conn(), &json!({"outcome": {"contract_no": number}}))?;
    }
    let is_repeated = acting.inquiry.proposes_already(acting.side, wanted);
    let unchanged = is_repeated.then(|| acting.inquiry.clone());
    let is_settled = acting.inquiry.settle(step, acting.side, wanted, now);
    let is_settled = is_settled.map_err(wrong_state)?;
    if let Some(inquiry) = unchanged {
        return seen(work.conn(), &acting.actor, inquiry, now);
    }
    if !is_settled {
        let author = acting.permit.actor().account().ok_or(ErrorCode::Forbidden)?;
        refuse_flood(work, id, author)?;
    }
    let (deed, told) = match (is_settled, step) {
        (false, _) => (Deed::InquiryProposed, "proposed"),
        (true, InquiryStep::Complete) => (Deed::InquiryCompleted, "completed"),
        (true, _) => (Deed::InquiryAgreed, "agreed"),
    };
    kept(work, acting, deed, told)
}

/// The owner does not want.
pub fn decline(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (id, seen): (InquiryId, Option<i64>),
    reason: DeclineReason,
    note: Option<&Prose<1_000>>,
) -> Result<Seen> {
    let now = work.now;
    let mut acting = acting(work, caller, id, seen, InquiryStep::Decline)?;
    if let Some(note) = note {
        screening::require_clean_words(work.conn(), &json!({"note": note.as_str()}))?;
    }
    let side = Some(acting.side);
    acting
        .inquiry
        .end(InquiryStep::Decline, side, now)
        .map_err(wrong_state)?;
    acting.inquiry.decline_reason = Some(reason);
    acting.inquiry.end_note = note.cloned();
    kept(work, acting, Deed::InquiryDeclined, "declined")
}

/// Whoever asked does not want any more.
pub fn withdraw(work: &mut Work<'_, '_>, caller: &Caller, (id, seen): (InquiryId, Option<i64>)) -> Result<Seen> {
    let now = work.now;
    let mut acting = acting(work, caller, id, seen, InquiryStep::Withdraw)?;
    let side = Some(acting.side);
    acting
        .inquiry
        .end(InquiryStep::Withdraw, side, now)
        .map_err(wrong_state)?;
    kept(work, acting, Deed::InquiryWithdrawn, "withdrawn")
}
