//! What a dossier that is begun from an inquiry takes from what came of it (lập hồ sơ từ phiếu bày tỏ quan tâm): number and price of
//! the contract.

use jiff::Timestamp;

use crate::domain::dossier::{DossierDraft, MoneyDraft};
use crate::domain::fields::Violation;
use crate::domain::ids::InquiryId;
use crate::domain::inquiry::{Inquiry, InquiryState, OutcomeDraft};
use crate::service::context::Caller;
use crate::service::{Error, Result};
use crate::store::{self, AnyConn, inquiries};

/// The inquiry from which a dossier is begun: by one of its two sides, once both say that they agree.
pub(in crate::service::dossiers) fn settled(
    conn: &mut AnyConn,
    caller: &Caller,
    id: InquiryId,
    now: Timestamp,
) -> Result<Inquiry> {
    let unfit = || {
        let what = "settled_inquiry";
        Error::field("/inquiry_id", Violation::Malformed { what })
    };
    let actor = caller.actor(conn, now)?;
    let (enterprise, _) = actor.enterprise().ok_or_else(unfit)?;
    let inquiry = inquiries::find(conn, id).map_err(|error| match error {
        store::Error::NotFound => unfit(),
        error => error.into(),
    })?;
    let is_settled = matches!(inquiry.state, InquiryState::Agreed | InquiryState::Completed);
    if is_settled && inquiry.side_of(enterprise).is_some() {
        Ok(inquiry)
    } else {
        Err(unfit())
    }
}

/// Number and price of the contract. What somebody wrote of the price is not mixed with another one.
pub(super) fn contract(draft: &mut DossierDraft, outcome: &OutcomeDraft) {
    if draft.contract.number.is_none() {
        draft.contract.number.clone_from(&outcome.contract_no);
    }
    let is_untold = draft.money == MoneyDraft::default();
    if let Some(value) = outcome.value.as_ref().filter(|_| is_untold) {
        draft.money.amount = Some(value.amount.clone());
        draft.money.currency = Some(value.currency.clone());
        draft.money.vnd_value = value.in_dong();
    }
}
