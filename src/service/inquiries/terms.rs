//! What the exchange ends: inquiries that nobody answered in time, and those of enterprises that take part no more.

use super::{state_of, tell, wrong_state};
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::InquiryId;
use crate::domain::inquiry::{DeclineReason, Inquiry, InquirySide, InquiryStep};
use crate::service::Result;
use crate::service::context::{App, Work};
use crate::store::audit::Change;
use crate::store::{AnyConn, enterprises, inquiries as rows};

/// Inquiries that are looked at at once.
const AT_ONCE: i64 = 500;

/// Ends them, each in a unit of work of its own; gives how many.
pub fn run(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let expired = end_all(
        app,
        |conn, after| Ok(rows::unanswered(conn, now, after, AT_ONCE)?),
        expire,
    )?;
    let left = end_all(app, |conn, after| Ok(rows::left(conn, after, AT_ONCE)?), leave)?;
    Ok(expired + left)
}

fn end_all(
    app: &App,
    find: impl Fn(&mut AnyConn, Option<InquiryId>) -> Result<Vec<InquiryId>>,
    end: fn(&mut Work<'_, '_>, InquiryId) -> Result<bool>,
) -> Result<usize> {
    let (mut after, mut ended) = (None, 0);
    loop {
        let page = app.db.read(|conn| find(conn, after))?;
        let Some(last) = page.last() else { return Ok(ended) };
        after = Some(*last);
        for id in page {
            ended += usize::from(app.write_blocking(move |work| end(work, id))?);
        }
    }
}

/// Nobody answered; unless somebody did since it was looked at.
fn expire(work: &mut Work<'_, '_>, id: InquiryId) -> Result<bool> {
    let inquiry = rows::find(work.conn(), id)?;
    let is_over = inquiry.respond_by <= work.now && inquiry.state.after(InquiryStep::Expire, None).is_ok();
    if is_over {
        end(work, inquiry, InquiryStep::Expire, (Deed::InquiryExpired, "expired"))?;
    }
    Ok(is_over)
}

/// One of both sides left; unless it came back since that was looked at.
fn leave(work: &mut Work<'_, '_>, id: InquiryId) -> Result<bool> {
    let inquiry = rows::find(work.conn(), id)?;
    if inquiry.state.is_over() {
        return Ok(false);
    }
    let mut has_left = |side| -> Result<bool> {
        let enterprise = enterprises::find_even_merged(work.conn(), inquiry.on(side))?;
        Ok(enterprise.status == EnterpriseStatus::Closed)
    };
    let (asker, owner) = (has_left(InquirySide::Asker)?, has_left(InquirySide::Owner)?);
    if asker {
        end(
            work,
            inquiry,
            InquiryStep::Withdraw,
            (Deed::InquiryWithdrawn, "withdrawn"),
        )?;
    } else if owner {
        end(work, inquiry, InquiryStep::Decline, (Deed::InquiryDeclined, "declined"))?;
    }
    Ok(asker || owner)
}

/// Both sides are told.
fn end(work: &mut Work<'_, '_>, mut inquiry: Inquiry, step: InquiryStep, (deed, told): (Deed, &str)) -> Result<()> {
    let permit = decide(&Actor::System, Action::EndInquiries, &Resource::None)?;
    let before = state_of(&inquiry)?;
    inquiry.end(step, None, work.now).map_err(wrong_state)?;
    if step == InquiryStep::Decline {
        inquiry.decline_reason = Some(DeclineReason::Other);
    }
    rows::update(work.uow, &permit, &mut inquiry)?;
    let change = Change::between(before, state_of(&inquiry)?);
    work.remember_change(&permit, deed, ("inquiry", inquiry.id.0), None, change)?;
    for side in InquirySide::ALL {
        tell(work, &inquiry, told, *side)?;
    }
    Ok(())
}
