//! The whole table of steps, and how both sides come to agree.

use std::fmt::Write as _;

use super::*;
use uuid::Uuid;

/// What comes of each step, by each side and by the exchange, in each state; `-` where it is not possible.
#[test]
fn who_does_what_in_which_state() {
    let by = [Some(InquirySide::Asker), Some(InquirySide::Owner), None];
    let mut table = String::new();
    for state in InquiryState::ALL {
        for step in InquiryStep::ALL {
            for side in by {
                match state.after(*step, side) {
                    Ok(next) => {
                        assert!(step.is_of(side) && !state.is_over(), "{state} {step}");
                        let who = side.map_or("exchange", InquirySide::as_str);
                        writeln!(table, "{state} {step} {who} {next}").unwrap();
                    }
                    Err(wrong) => assert_eq!(wrong.0, *state),
                }
            }
        }
    }
    let expected = "\
submitted write asker submitted
submitted write owner replied
submitted decline owner declined
submitted decline exchange declined
submitted withdraw asker withdrawn
submitted withdraw exchange withdrawn
submitted expire exchange expired
replied write asker in_discussion
replied write owner replied
replied agree asker agreed
replied agree owner agreed
replied decline owner declined
replied decline exchange declined
replied withdraw asker withdrawn
replied withdraw exchange withdrawn
in_discussion write asker in_discussion
in_discussion write owner in_discussion
in_discussion agree asker agreed
in_discussion agree owner agreed
in_discussion decline owner declined
in_discussion decline exchange declined
in_discussion withdraw asker withdrawn
in_discussion withdraw exchange withdrawn
agreed write asker agreed
agreed write owner agreed
agreed complete asker completed
agreed complete owner completed
agreed decline owner declined
agreed decline exchange declined
agreed withdraw asker withdrawn
agreed withdraw exchange withdrawn
";
    assert_eq!(table, expected);
}

fn inquiry(state: InquiryState) -> Inquiry {
    let now = Timestamp::UNIX_EPOCH;
    let draft = InquiryDraft {
        interest: "buy".into(),
        message: "Xin báo giá.".into(),
        quantity: None,
        budget: None,
        timeframe: None,
    };
    Inquiry {
        id: InquiryId(Uuid::from_u128(1)),
        listing: ListingId(Uuid::from_u128(2)),
        asker: EnterpriseId(Uuid::from_u128(3)),
        owner: EnterpriseId(Uuid::from_u128(4)),
        created_by: None,
        content: draft.parse().unwrap(),
        state,
        decline_reason: None,
        end_note: None,
        ended_by: None,
        proposal: None,
        outcome: None,
        message_count: 0,
        respond_by: now,
        first_viewed_at: None,
        first_reply_at: None,
        created_at: now,
        updated_at: now,
        ended_at: None,
        version: 1,
    }
}

fn contract(number: &str) -> OutcomeDraft {
    OutcomeDraft {
        contract_no: Some(number.into()),
        ..OutcomeDraft::default()
    }
}

#[test]
fn nobody_agrees_alone() {
    use InquirySide::{Asker, Owner};
    use InquiryStep::{Agree, Complete};
    let now = Timestamp::UNIX_EPOCH;
    let mut one = inquiry(InquiryState::Replied);
    let (first, second) = (contract("1"), contract("2"));
    // However often one side says it, and whatever.
    for wanted in [None, Some(&first), Some(&first)] {
        assert_eq!(one.settle(Agree, Owner, wanted, now), Ok(false));
    }
    assert!(one.proposes_already(Owner, None) && one.proposes_already(Owner, Some(&first)));
    assert!(!one.proposes_already(Owner, Some(&second)) && !one.proposes_already(Asker, Some(&first)));
    // Something else is a proposal of its own.
    assert_eq!(one.settle(Agree, Asker, Some(&second), now), Ok(false));
    assert_eq!(one.proposal.as_ref().map(|proposal| proposal.by), Some(Asker));
    assert_eq!(one.state, InquiryState::Replied);
    assert_eq!(one.settle(Agree, Owner, None, now), Ok(true));
    assert_eq!(
        (one.state, &one.outcome, &one.proposal, one.ended_at),
        (InquiryState::Agreed, &Some(second.clone()), &None, None)
    );
    // What they agreed on is what is done where nothing else is told.
    assert_eq!(one.settle(Complete, Asker, None, now), Ok(false));
    assert_eq!(one.settle(Complete, Owner, Some(&second), now), Ok(true));
    assert_eq!((one.state, one.ended_at), (InquiryState::Completed, Some(now)));
    assert_eq!(one.outcome, Some(second));
    assert_eq!(
        one.settle(Complete, Owner, None, now),
        Err(WrongStep(InquiryState::Completed))
    );
}

#[test]
fn what_was_proposed_is_nothing_when_it_ends() {
    let now = Timestamp::UNIX_EPOCH;
    let mut one = inquiry(InquiryState::InDiscussion);
    one.settle(InquiryStep::Agree, InquirySide::Asker, None, now).unwrap();
    one.end(InquiryStep::Decline, Some(InquirySide::Owner), now).unwrap();
    assert_eq!((one.state, &one.proposal), (InquiryState::Declined, &None));
    assert_eq!((one.ended_by, one.ended_at), (Some(InquirySide::Owner), Some(now)));
    let again = one.end(InquiryStep::Withdraw, Some(InquirySide::Asker), now);
    assert_eq!(again, Err(WrongStep(InquiryState::Declined)));
    assert_eq!(one.side_of(one.on(InquirySide::Asker)), Some(InquirySide::Asker));
    assert_eq!(one.side_of(EnterpriseId(Uuid::nil())), None);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let sum = |amount: &str, currency: &str| SumDraft {
        amount: amount.into(),
        currency: currency.into(),
    };
    let draft = InquiryDraft {
        interest: "rob".into(),
        message: " ".into(),
        quantity: Some("x".repeat(101)),
        budget: Some(sum("1,5", "đồng")),
        timeframe: Some(String::new()),
    };
    let pointers = |errors: Vec<crate::domain::fields::FieldError>| {
        let pointers = errors.into_iter().map(|error| error.pointer);
        pointers.collect::<Vec<_>>()
    };
    assert_eq!(
        pointers(draft.parse().unwrap_err()),
        [
            "/interest",
            "/message",
            "/quantity",
            "/timeframe",
            "/budget/amount",
            "/budget/currency"
        ]
    );
    let today = jiff::civil::date(2026, 3, 2);
    let outcome = OutcomeDraft {
        contract_no: Some("  12/2026 ".into()),
        signed_on: Some("2026-03-02".into()),
        value: Some(sum("125000.50", "USD")),
        transfer_mode: Some("ownership_full".into()),
    };
    let parsed = outcome.clone().parse(today).unwrap();
    assert_eq!(parsed.contract_no.as_deref(), Some("12/2026"));
    let wrong = OutcomeDraft {
        signed_on: Some("2026-03-03".into()),
        value: Some(sum("-1", "USD")),
        transfer_mode: Some("theft".into()),
        ..outcome
    };
    assert_eq!(
        pointers(wrong.parse(today).unwrap_err()),
        ["/signed_on", "/value/amount", "/transfer_mode"]
    );
    assert_eq!(sum("300000000.00", "VND").in_dong(), Some(300_000_000));
    assert_eq!(sum("300", "USD").in_dong(), None);
}
