//! The address of an account: proving it, and exchanging it for another.
//!
//! An address is exchanged when both the present and the new one agree, each by a letter of its own, in any order. The
//! two proofs are made in one unit of work and withdrawn together, never one without the other. That is all the state
//! there is: whoever redeems one half, which is therefore not withdrawn, finds the other half used up only if it was
//! redeemed before. Both are bound to the account, the address that they were sent to, the password in force and their
//! purpose, so that none is good for another account, another address, or after the password was changed.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::asks::{self, Ask};
use super::audit::state;
use super::context::{App, Caller, Work};
use super::letters::Recipient;
use super::passwords::LETTERS_AN_HOUR;
use super::policies::person;
use super::proofs::{self, Purpose, Wanted};
use super::{Error, ErrorCode, Result};
use crate::domain::account::{AccountStatus, Email};
use crate::domain::audit::Deed;
use crate::domain::fields::Violation;
use crate::domain::ids::AccountId;
use crate::domain::letter::Letter;
use crate::store::accounts::{self, Credentials};
use crate::store::proofs::{self as rows, Proof};
use crate::store::sessions::{self, EndReason};
use crate::store::{self, Constraint};

/// What a letter about the present address proves.
#[derive(Serialize, Deserialize)]
struct Verification {
    account: AccountId,
}

/// What both letters about a new address agree to.
#[derive(Serialize, Deserialize)]
struct Change {
    account: AccountId,
    /// The present address, as compared.
    from: String,
    /// The new address, as written.
    to: String,
}

/// What came of a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The other address has still to agree.
    WaitingForOther,
    /// Both agreed: the address was changed.
    Changed,
}

/// Sends a letter that proves the caller's present address.
pub fn ask_verification(work: &mut Work<'_, '_>, caller: &Caller) -> Result<()> {
    let now = work.now;
    let (_, account) = person(work.conn(), caller, now)?;
    let owner = accounts::find(work.conn(), account)?;
    if owner.email_verified_at.is_some() {
        return Err(ErrorCode::AlreadyThere.into());
    }
    let purpose = Purpose::EmailVerification;
    refuse_many(work, account, purpose)?;
    // The newest letter is the one that counts.
    rows::withdraw(work.uow, account, purpose.as_str(), now)?;
    let wanted = Wanted {
        purpose,
        email: &owner.email,
        account: Some(account),
        password_version: None,
        payload: &Verification { account },
    };
    let token = proofs::issue(work, &wanted)?;
    work.send(&Recipient::of(&owner), &Letter::ConfirmAddress { token })
}

/// Notes that an address was proved, with the token from the letter.
pub fn confirm(work: &mut Work<'_, '_>, caller: &Caller, token: &str) -> Result<()> {
    let (proof, wanted): (Proof, Verification) = proofs::redeem(work, Purpose::EmailVerification, token)?;
    let current = bound(work, caller, &proof, wanted.account)?;
    if proof.email_key != current.email.key() {
        return Err(ErrorCode::InvalidProof.into());
    }
    let now = work.now;
    let before = state::of_account(work, current.account)?;
    accounts::set_email_verified(work.uow, current.account, now)?;
    work.remember_account(
        current.owner(),
        Deed::EmailVerified,
        current.account,
        None,
        Some(before),
    )
}

/// Asks for another address: a letter goes to the present one and one to the new one. The answer is the same whether
/// the new one has an account or not, for nobody looks before it is given ([`asks`]).
pub async fn ask_change(app: &App, caller: Caller, new: Email) -> Result<()> {
    asks::refuse_flood(app).await?;
    app.write(caller.origin, move |work| push_change(work, &caller, &new))
        .await
}

fn push_change(work: &mut Work<'_, '_>, caller: &Caller, new: &Email) -> Result<()> {
    let now = work.now;
    let (actor, account) = person(work.conn(), caller, now)?;
    caller.require_fresh(work.conn(), now)?;
    let owner = accounts::find(work.conn(), account)?;
    if owner.email.key() == new.key() {
        return Err(Error::field("/email", Violation::Duplicate));
    }
    refuse_many(work, account, Purpose::EmailChangeOld)?;
    withdraw_change(work, account)?;
    work.remember_by(&actor, Deed::EmailChangeAsked, "account", account.0)?;
    let version = accounts::credentials_of(work.conn(), account)?.password_version;
    let change = Change {
        account,
        from: owner.email.key(),
        to: new.as_str().to_owned(),
    };
    let since = an_hour_ago(work)?;
    let to_new = Purpose::EmailChangeNew.as_str();
    let is_busy = rows::count_since(work.conn(), &new.key(), to_new, since)? >= LETTERS_AN_HOUR;
    let half = |work: &mut Work<'_, '_>, purpose, email: &Email| {
        let wanted = Wanted {
            purpose,
            email,
            account: Some(account),
            password_version: Some(version),
            payload: &change,
        };
        proofs::issue(work, &wanted)
    };
    let old_token = half(work, Purpose::EmailChangeOld, &owner.email)?;
    let new_token = half(work, Purpose::EmailChangeNew, new)?;
    let agree = Letter::GiveUpAddress {
        token: old_token,
        new: new.as_str().to_owned(),
    };
    work.send(&Recipient::of(&owner), &agree)?;
    // Accounts of strangers cannot fill somebody's mailbox together; nobody is told that it is so.
    if is_busy {
        return Ok(());
    }
    let ask = Ask::TakeAddress {
        account,
        new: new.as_str().to_owned(),
        token: new_token,
    };
    asks::push(work, ask)
}

/// Sends the letter to the new address; where it has an account already, its owner is told.
pub(super) fn send(work: &mut Work<'_, '_>, account: AccountId, new: &Email, token: &str) -> Result<()> {
    if asks::tell_owner(work, new)? {
        return Ok(());
    }
    let to = Recipient {
        email: new,
        name: None,
        language: accounts::find(work.conn(), account)?.language,
        account: None,
    };
    let token = token.to_owned();
    work.send(&to, &Letter::TakeAddress { token })
}

/// Agrees for one of the two addresses, with the token from its letter. The second one changes the address: all sessions
/// end, and letters that the former address could still use are worthless.
pub fn confirm_change(work: &mut Work<'_, '_>, caller: &Caller, token: &str) -> Result<Progress> {
    let refused = || Error::from(ErrorCode::InvalidProof);
    let purpose = proofs::purpose_of(work.conn(), token)?;
    let other = match purpose {
        Purpose::EmailChangeOld => Purpose::EmailChangeNew,
        Purpose::EmailChangeNew => Purpose::EmailChangeOld,
        _ => return Err(refused()),
    };
    let (proof, change): (Proof, Change) = proofs::redeem(work, purpose, token)?;
    let current = bound(work, caller, &proof, change.account)?;
    let new = asks::address(&change.to)?;
    let sent_to = if purpose == Purpose::EmailChangeOld {
        change.from.clone()
    } else {
        new.key()
    };
    let is_bound = proof.email_key == sent_to
        && current.email.key() == change.from
        && proof.password_version == Some(current.password_version);
    if !is_bound {
        return Err(refused());
    }
    let twin = rows::find_twin(work.conn(), current.account, other.as_str(), proof.created_at)?.ok_or_else(refused)?;
    if twin.used_at.is_none() {
        return Ok(Progress::WaitingForOther);
    }
    change_address(work, &current, &new)?;
    Ok(Progress::Changed)
}

fn change_address(work: &mut Work<'_, '_>, current: &Credentials, new: &Email) -> Result<()> {
    let (account, now) = (current.account, work.now);
    let former = accounts::find(work.conn(), account)?;
    let before = state::of_account(work, account)?;
    accounts::set_email(work.uow, account, new, now).map_err(|error| match error {
        // Somebody opened an account with it meanwhile; who asks must not learn so.
        store::Error::Constraint(Constraint::AccountEmail) => ErrorCode::InvalidProof.into(),
        other => Error::from(other),
    })?;
    sessions::end_all(work.uow, account, None, EndReason::EmailChanged, now)?;
    for purpose in [Purpose::PasswordReset, Purpose::EmailVerification] {
        rows::withdraw(work.uow, account, purpose.as_str(), now)?;
    }
    work.remember_account(current.owner(), Deed::EmailChanged, account, None, Some(before))?;
    let letter = Letter::AddressChanged {
        new: new.as_str().to_owned(),
    };
    work.send(&Recipient::of(&former), &letter)
}

/// Ends what is left of an earlier change: both halves, always.
fn withdraw_change(work: &mut Work<'_, '_>, account: AccountId) -> Result<()> {
    let now = work.now;
    for purpose in [Purpose::EmailChangeOld, Purpose::EmailChangeNew] {
        rows::withdraw(work.uow, account, purpose.as_str(), now)?;
    }
    Ok(())
}

/// The account that a proof belongs to, if it may act and, should somebody be signed in, is the caller's own.
fn bound(work: &mut Work<'_, '_>, caller: &Caller, proof: &Proof, account: AccountId) -> Result<Credentials> {
    let is_mine = caller.session().is_none_or(|(mine, _)| mine == account);
    let current = accounts::credentials_of(work.conn(), account)?;
    if proof.account == Some(account) && is_mine && current.status == AccountStatus::Active {
        Ok(current)
    } else {
        Err(ErrorCode::InvalidProof.into())
    }
}

fn refuse_many(work: &mut Work<'_, '_>, account: AccountId, purpose: Purpose) -> Result<()> {
    let since = an_hour_ago(work)?;
    if rows::count_of_account_since(work.conn(), account, purpose.as_str(), since)? >= LETTERS_AN_HOUR {
        return Err(Error {
            retry_after: Some(3_600),
            ..ErrorCode::TooManyRequests.into()
        });
    }
    Ok(())
}

fn an_hour_ago(work: &Work<'_, '_>) -> Result<jiff::Timestamp> {
    work.now
        .checked_sub(SignedDuration::from_hours(1))
        .map_err(Error::internal)
}
