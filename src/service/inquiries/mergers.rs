//! What becomes of inquiries when two registrations become one.

use super::{state_of, wrong_state};
use crate::domain::access::Permit;
use crate::domain::audit::Deed;
use crate::domain::ids::EnterpriseId;
use crate::domain::inquiry::InquiryStep;
use crate::service::Result;
use crate::service::context::Work;
use crate::store::audit::Change;
use crate::store::inquiries as rows;

/// Before the inquiries of the one that goes are handed over: nobody asks about what is his own.
pub fn merge(work: &mut Work<'_, '_>, permit: &Permit, from: EnterpriseId, into: EnterpriseId) -> Result<()> {
    for mut inquiry in rows::open_between(work.conn(), from, into)? {
        let before = state_of(&inquiry)?;
        inquiry
            .end(InquiryStep::Withdraw, None, work.now)
            .map_err(wrong_state)?;
        rows::update(work.uow, permit, &mut inquiry)?;
        let change = Change::between(before, state_of(&inquiry)?);
        let subject = ("inquiry", inquiry.id.0);
        work.remember_change(permit, Deed::InquiryWithdrawn, subject, None, change)?;
    }
    Ok(())
}
