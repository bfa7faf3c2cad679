//! Changing passwords: by their owner, by a letter when one was forgotten, and at sign-in where the old one may not
//! stay.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::asks::{self, Ask};
use super::audit::state;
use super::context::{App, Caller, Origin, Work};
use super::credentials::Verified;
use super::letters::Recipient;
use super::proofs::{self, Purpose, Wanted};
use super::sessions::{SignIn, own_account};
use super::throttle::{Attempt, Guessed};
use super::{Error, ErrorCode, Result, throttle};
use crate::domain::access::Actor;
use crate::domain::account::{AccountStatus, Email};
use crate::domain::audit::Deed;
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, SessionId};
use crate::domain::letter::Letter;
use crate::domain::password::{NewPassword, PasswordPolicy, normalise, stands_alone};
use crate::store::accounts::{self, Credentials};
use crate::store::sessions::{self, EndReason};
use crate::store::{passwords as rows, proofs as proof_rows};

/// A new password that was found good, hashed.
pub(super) struct Hashed {
    hash: String,
    stands_alone: bool,
    policy: PasswordPolicy,
}

/// What becomes of a password at sign-in.
pub(super) enum Replacement {
    /// It stays, under a hash of today's settings.
    Rehashed(String),
    /// Another one takes its place.
    New(Hashed),
}

/// What is to become of the password at sign-in: a one-time password and one that is too old must be replaced, one that
/// was hashed with former settings is hashed anew.
pub(super) async fn replacement(
    app: &App,
    known: &Credentials,
    old: &str,
    sent: &SignIn,
    is_outdated: bool,
) -> Result<Option<Replacement>> {
    let now = app.clock.now();
    let is_too_old = known.is_officer
        && app.rules.password_policy.officer_max_age().is_some_and(|age| {
            known
                .password_set_at
                .is_none_or(|set_at| now.duration_since(set_at) > age)
        });
    if known.one_time_until.is_some() || is_too_old {
        let new = sent.new_password.as_deref().ok_or(ErrorCode::PasswordChangeRequired)?;
        let own = [known.email.as_str(), &known.display_name, old];
        let new = hash_new(app, known, new, &own).await?;
        return Ok(Some(Replacement::New(new)));
    }
    if is_outdated {
        let hash = app.hasher.hash(old.to_owned()).await?;
        return Ok(Some(Replacement::Rehashed(hash)));
    }
    Ok(None)
}

/// Whether it is to be noted, now that the password is at hand, that it would do without a second factor. Only its hash
/// is kept, so this is the one moment to see it.
pub(super) fn is_found_strong(app: &App, known: &Credentials, password: &str) -> bool {
    let own = [known.email.as_str(), &known.display_name];
    !known.password_stands_alone && stands_alone(app.rules.password_policy, password, &own)
}

/// Keeps what [`replacement`] decided. A new password ends all sessions: whoever knew the old one is out.
pub(super) fn keep(work: &mut Work<'_, '_>, known: &Credentials, replacement: &Replacement) -> Result<()> {
    let new = match replacement {
        Replacement::Rehashed(hash) => return Ok(rows::rehash(work.uow, known.account, hash)?),
        Replacement::New(new) => new,
    };
    let now = work.now;
    set(work, known.account, new)?;
    sessions::end_all(work.uow, known.account, None, EndReason::PasswordChanged, now)?;
    work.remember_of(
        known.account,
        known.is_officer,
        Deed::PasswordChanged,
        "account",
        known.account.0,
    )?;
    let owner = accounts::find(work.conn(), known.account)?;
    work.send(&Recipient::of(&owner), &Letter::PasswordChanged)
}

/// Replaces a password; the policy says whether the former one is remembered.
fn set(work: &mut Work<'_, '_>, account: AccountId, new: &Hashed) -> Result<()> {
    let (now, policy) = (work.now, new.policy);
    // The second factor that it was judged beside may have been removed meanwhile.
    if !new.stands_alone && !accounts::credentials_of(work.conn(), account)?.has_factor {
        return Err(Error::field(NEW, Violation::TooShort { min: policy.min(false) }));
    }
    if policy.remembered() > 0 {
        rows::remember(work.uow, account, policy.remembered(), now)?;
    }
    let row = rows::NewPasswordRow {
        hash: &new.hash,
        stands_alone: new.stands_alone,
    };
    Ok(rows::set(work.uow, account, row, now)?)
}

/// Where a new password stands in every body that has one.
const NEW: &str = "/new_password";

/// What is wrong with a new password whoever's it is.
pub fn judge_new(app: &App, new: &str) -> Result<()> {
    let parsed = NewPassword::parse(app.rules.password_policy, true, new, &[]);
    parsed.map(drop).map_err(|violation| Error::field(NEW, violation))
}

/// Checks a new password against the rules, the account's own data and, where the policy says so, its former ones.
async fn hash_new(app: &App, known: &Credentials, new: &str, own: &[&str]) -> Result<Hashed> {
    let policy = app.rules.password_policy;
    let parsed =
        NewPassword::parse(policy, known.has_factor, new, own).map_err(|violation| Error::field(NEW, violation))?;
    let (account, count) = (known.account, policy.remembered());
    if count > 0 {
        let former = app.read(move |conn, _| Ok(rows::former(conn, account, count)?)).await?;
        for hash in former.into_iter().chain([known.password_hash.clone()]) {
            if app.hasher.verify(parsed.expose().to_owned(), Some(hash)).await? != Verified::Wrong {
                return Err(Error::field(NEW, Violation::UsedPassword));
            }
        }
    }
    Ok(Hashed {
        hash: app.hasher.hash(parsed.expose().to_owned()).await?,
        stands_alone: parsed.stands_alone(),
        policy,
    })
}

/// Changes the caller's own password: the present one is shown again. Ends all other sessions.
pub async fn change(app: &App, caller: Caller, current: &str, new: &str) -> Result<()> {
    let known = app
        .read_by_key(move |conn, now| {
            let (_, account) = own_account(conn, &caller, now)?;
            Ok(accounts::credentials_of(conn, account)?)
        })
        .await?;
    let (_, session) = caller.session().ok_or(ErrorCode::Unauthenticated)?;
    let guess = throttle::spend(app, caller.origin, Guessed::Session(session)).await?;
    let outcome = try_change(app, caller, session, known, current, new).await;
    throttle::settle(app, caller.origin, guess, outcome).await
}

async fn try_change(
    app: &App,
    caller: Caller,
    session: SessionId,
    known: Credentials,
    current: &str,
    new: &str,
) -> Result<Attempt<()>> {
    let shown = normalise(current).ok_or(ErrorCode::WrongPassword)?;
    let verified = app
        .hasher
        .verify(shown.clone(), Some(known.password_hash.clone()))
        .await?;
    if verified == Verified::Wrong {
        return Ok(Attempt::Wrong(ErrorCode::WrongPassword, Some(known.owner())));
    }
    let own = [known.email.as_str(), &known.display_name, &shown];
    let new = hash_new(app, &known, new, &own).await?;
    app.write(caller.origin, move |work| {
        let now = work.now;
        let (actor, account) = own_account(work.conn(), &caller, now)?;
        let current = accounts::credentials_of(work.conn(), account)?;
        if current.password_hash != known.password_hash {
            return Err(ErrorCode::StaleVersion.into());
        }
        set(work, account, &new)?;
        throttle::forget(work, &Guessed::Session(session))?;
        sessions::end_all(work.uow, account, Some(session), EndReason::PasswordChanged, now)?;
        work.remember_by(&actor, Deed::PasswordChanged, "account", account.0)?;
        let owner = accounts::find(work.conn(), account)?;
        work.send(&Recipient::of(&owner), &Letter::PasswordChanged)?;
        Ok(Attempt::Right(()))
    })
    .await
}

/// What a letter about a forgotten password opens.
#[derive(Serialize, Deserialize)]
struct Reset {
    account: AccountId,
}

/// Most letters of one purpose that an address gets in an hour.
pub(super) const LETTERS_AN_HOUR: i64 = 3;

/// Asks for a new password. The answer is the same whether the address has an account or not: nobody looks before it is
/// given ([`asks`]).
pub async fn ask_reset(app: &App, origin: Origin, email: Email) -> Result<()> {
    asks::refuse_flood(app).await?;
    app.write(origin, move |work| push_reset(work, &email)).await
}

fn push_reset(work: &mut Work<'_, '_>, email: &Email) -> Result<()> {
    let email = email.as_str().to_owned();
    asks::push(work, Ask::PasswordReset { email })
}

/// Sends the letter, if the address has an account.
pub(super) fn send_reset(work: &mut Work<'_, '_>, email: &Email) -> Result<()> {
    let now = work.now;
    let Some(known) = accounts::credentials(work.conn(), &email.key())? else {
        return Ok(());
    };
    let since = now
        .checked_sub(SignedDuration::from_hours(1))
        .map_err(Error::internal)?;
    let purpose = Purpose::PasswordReset;
    let is_busy = proof_rows::count_since(work.conn(), &email.key(), purpose.as_str(), since)? >= LETTERS_AN_HOUR;
    if known.status != AccountStatus::Active || is_busy {
        return Ok(());
    }
    // The newest letter is the one that counts.
    proof_rows::withdraw(work.uow, known.account, purpose.as_str(), now)?;
    let token = proofs::issue(
        work,
        &Wanted {
            purpose,
            email: &known.email,
            account: Some(known.account),
            password_version: Some(known.password_version),
            payload: &Reset { account: known.account },
        },
    )?;
    // Anybody may ask; who it was shows when the token comes back.
    work.remember_by(&Actor::Visitor, Deed::PasswordResetAsked, "account", known.account.0)?;
    let owner = accounts::find(work.conn(), known.account)?;
    work.send(&Recipient::of(&owner), &Letter::ResetPassword { token })
}

/// Makes the token with which the owner of a new account sets the first password.
pub(super) fn first_password(work: &mut Work<'_, '_>, account: AccountId, lasts: SignedDuration) -> Result<String> {
    let known = accounts::credentials_of(work.conn(), account)?;
    let wanted = Wanted {
        purpose: Purpose::PasswordReset,
        email: &known.email,
        account: Some(account),
        password_version: Some(known.password_version),
        payload: &Reset { account },
    };
    proofs::issue_lasting(work, &wanted, lasts)
}

/// Sets a new password with the token from a letter. Ends all sessions, keeps the second factor, signs nobody in.
pub async fn reset(app: &App, origin: Origin, token: &str, new: &str) -> Result<()> {
    let looked_at = token.to_owned();
    // The token is looked at first, so that a wrong one costs no hash; it is used up below.
    let known = app
        .read(move |conn, now| {
            let account = proofs::peek(conn, Purpose::PasswordReset, &looked_at, now)?;
            Ok(accounts::credentials_of(conn, account)?)
        })
        .await?;
    let own = [known.email.as_str(), &known.display_name];
    let new = hash_new(app, &known, new, &own).await?;
    let token = token.to_owned();
    app.write(origin, move |work| {
        let now = work.now;
        let (proof, wanted): (_, Reset) = proofs::redeem(work, Purpose::PasswordReset, &token)?;
        let current = accounts::credentials_of(work.conn(), wanted.account)?;
        let is_bound = proof.account == Some(wanted.account)
            && proof.email_key == current.email.key()
            && proof.password_version == Some(current.password_version)
            && current.status == AccountStatus::Active;
        if !is_bound {
            return Err(ErrorCode::InvalidProof.into());
        }
        let account = wanted.account;
        let before = state::of_account(work, account)?;
        set(work, account, &new)?;
        // Whoever reads the mail has proved the address.
        accounts::set_email_verified(work.uow, account, now)?;
        sessions::end_all(work.uow, account, None, EndReason::PasswordChanged, now)?;
        throttle::forget(work, &Guessed::Address(current.email.key()))?;
        work.remember_account(current.owner(), Deed::PasswordReset, account, None, Some(before))?;
        let owner = accounts::find(work.conn(), account)?;
        work.send(&Recipient::of(&owner), &Letter::PasswordChanged)
    })
    .await
}
