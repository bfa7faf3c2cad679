//! The second factor: codes by time (TOTP, RFC 6238, six digits, 30 s, one step either way, each good once), and ten
//! recovery codes for when the device is lost.

use jiff::SignedDuration;
use totp_rs::{Builder, Totp};

use super::account_suspensions;
use super::audit::state;
use super::context::{Caller, Work};
use super::letters::Recipient;
use super::officers::managing_other;
use super::vault::Purpose;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::account::{Account, AccountStatus, Standing};
use crate::domain::audit::Deed;
use crate::domain::ids::{AccountId, FactorResetId};
use crate::domain::letter::Letter;
use crate::store::audit_chain::Hash;
pub use crate::store::second_factors::FactorReset;
use crate::store::sessions::{self, EndReason};
use crate::store::{accounts, passwords, second_factors as rows};

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;
/// Name of the exchange in authenticator apps.
const ISSUER: &str = "vptex";
/// How long a second officer may take to agree to a reset.
const RESET_WAITS: SignedDuration = SignedDuration::from_hours(24);

/// What came of showing a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// It was right, and is used up.
    Right,
    /// It was wrong, over, or used before.
    Wrong,
    /// None was shown.
    Nothing,
}

/// What an authenticator app needs.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The secret in base 32, to be typed in.
    pub secret: String,
    /// The same as an `otpauth://` address, to be shown as a QR code.
    pub uri: String,
}

fn totp(secret: &[u8], account_name: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_skew(1)
        .with_issuer(Some(ISSUER))
        .with_account_name(account_name.replace(':', "."))
        .build()
        .map_err(Error::internal)
}

/// Shows a code: of six digits it is one by time, else a recovery code. A right one is used up.
pub(super) fn show(work: &mut Work<'_, '_>, account: AccountId, code: Option<&str>) -> Result<Shown> {
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
        return Ok(Shown::Nothing);
    };
    let is_by_time = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
    let is_right = if is_by_time {
        show_by_time(work, account, code)?
    } else {
        show_recovery_code(work, account, code)?
    };
    Ok(if is_right { Shown::Right } else { Shown::Wrong })
}

fn show_by_time(work: &mut Work<'_, '_>, account: AccountId, code: &str) -> Result<bool> {
    let Some(factor) = rows::find(work.conn(), account)? else {
        return Ok(false);
    };
    let secret = work.vault.open_sealed(Purpose::SecondFactor, &factor.sealed_secret)?;
    let seconds = u64::try_from(work.now.as_second()).map_err(Error::internal)?;
    match totp(&secret, "")?.check(code, seconds).map(i64::try_from) {
        Some(Ok(step)) => Ok(rows::use_step(work.uow, account, step)?),
        Some(Err(_)) | None => Ok(false),
    }
}

fn show_recovery_code(work: &mut Work<'_, '_>, account: AccountId, code: &str) -> Result<bool> {
    // Nobody types fifty characters by mistake.
    if code.len() > 50 {
        return Ok(false);
    }
    let hash = hash_recovery_code(work, account, code);
    let now = work.now;
    let Some(left) = rows::use_recovery_code(work.uow, account, &hash, now)? else {
        return Ok(false);
    };
    let owner = accounts::find(work.conn(), account)?;
    let is_officer = matches!(owner.standing, Standing::Officer { .. });
    work.remember_of(account, is_officer, Deed::RecoveryCodeUsed, "account", account.0)?;
    let left = u32::try_from(left).unwrap_or(0);
    work.send(&Recipient::of(&owner), &Letter::RecoveryCodeUsed { left })?;
    Ok(true)
}

fn hash_recovery_code(work: &Work<'_, '_>, account: AccountId, code: &str) -> Vec<u8> {
    let plain: String = code
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    work.vault
        .hash("recovery-code", format!("{account}:{plain}").as_bytes())
}

/// Begins to set up the caller's second factor. It protects nothing until its first code was shown.
pub fn begin(work: &mut Work<'_, '_>, caller: &Caller) -> Result<Enrolment> {
    let (now, account) = (work.now, enrolling(work, caller)?);
    caller.require_fresh(work.conn(), now)?;
    if rows::find(work.conn(), account)?.is_some_and(|factor| factor.confirmed_at.is_some()) {
        return Err(ErrorCode::AlreadyThere.into());
    }
    let mut secret = [0_u8; 20];
    aws_lc_rs::rand::fill(&mut secret).map_err(|_unspecified| Error::internal("no random numbers"))?;
    let sealed = work.vault.seal(Purpose::SecondFactor, &secret)?;
    rows::begin(work.uow, account, &sealed, now)?;
    let owner = accounts::find(work.conn(), account)?;
    let totp = totp(&secret, owner.email.as_str())?;
    Ok(Enrolment {
        secret: totp.secret().to_base32(),
        uri: totp.to_url().map_err(Error::internal)?,
    })
}

fn enrolling(work: &mut Work<'_, '_>, caller: &Caller) -> Result<AccountId> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    decide(&actor, Action::EnrolFactor, &Resource::None)?;
    actor.account().ok_or_else(|| ErrorCode::Forbidden.into())
}

/// Shows the first code: the second factor is in force from now on, all other sessions end. Gives the recovery codes,
/// which are kept nowhere in clear; `None` when the code was wrong.
pub fn confirm(work: &mut Work<'_, '_>, caller: &Caller, code: &str) -> Result<Option<Vec<String>>> {
    let (now, account) = (work.now, enrolling(work, caller)?);
    let factor = rows::find(work.conn(), account)?.ok_or(ErrorCode::NotFound)?;
    if factor.confirmed_at.is_some() {
        return Err(ErrorCode::AlreadyThere.into());
    }
    if !show_by_time(work, account, code.trim())? {
        return Ok(None);
    }
    let before = state::of_account(work, account)?;
    rows::confirm(work.uow, account, now)?;
    let codes = new_recovery_codes(work, account)?;
    changed(work, caller, account, Deed::FactorEnrolled, before)?;
    Ok(Some(codes))
}

/// Removes the caller's own second factor. Officers must have one, and a password that was chosen beside it must be
/// replaced first by one that does without.
pub fn remove(work: &mut Work<'_, '_>, caller: &Caller) -> Result<()> {
    let (now, account) = (work.now, enrolling(work, caller)?);
    caller.require_fresh(work.conn(), now)?;
    if matches!(caller.actor(work.conn(), now)?, Actor::Officer { .. }) {
        return Err(ErrorCode::Forbidden.into());
    }
    let known = accounts::credentials_of(work.conn(), account)?;
    if known.has_factor && !known.password_stands_alone {
        return Err(ErrorCode::StrongerPasswordRequired.into());
    }
    let before = state::of_account(work, account)?;
    if !rows::remove(work.uow, account)? {
        return Err(ErrorCode::NotFound.into());
    }
    changed(work, caller, account, Deed::FactorRemoved, before)
}

fn changed(work: &mut Work<'_, '_>, caller: &Caller, account: AccountId, deed: Deed, before: Hash) -> Result<()> {
    let now = work.now;
    let kept = caller.session().map(|(_, session)| session);
    sessions::end_all(work.uow, account, kept, EndReason::FactorChanged, now)?;
    let actor = caller.actor(work.conn(), now)?;
    work.remember_account(&actor, deed, account, None, Some(before))?;
    let enrolled = deed == Deed::FactorEnrolled;
    let owner = accounts::find(work.conn(), account)?;
    work.send(&Recipient::of(&owner), &Letter::FactorChanged { enrolled })
}

/// Makes new recovery codes; the former ones are worthless from now on.
pub fn renew_recovery_codes(work: &mut Work<'_, '_>, caller: &Caller) -> Result<Vec<String>> {
    let (now, account) = (work.now, enrolling(work, caller)?);
    caller.require_fresh(work.conn(), now)?;
    let factor = rows::find(work.conn(), account)?;
    if factor.is_none_or(|factor| factor.confirmed_at.is_none()) {
        return Err(ErrorCode::NotFound.into());
    }
    let codes = new_recovery_codes(work, account)?;
    let actor = caller.actor(work.conn(), now)?;
    work.remember_by(&actor, Deed::RecoveryCodesMade, "account", account.0)?;
    let owner = accounts::find(work.conn(), account)?;
    work.send(&Recipient::of(&owner), &Letter::RecoveryCodesMade)?;
    Ok(codes)
}

/// Sixteen characters of base 32 (80 bits), in groups that can be read out.
fn new_recovery_codes(work: &mut Work<'_, '_>, account: AccountId) -> Result<Vec<String>> {
    let codes = (0..RECOVERY_CODES)
        .map(|_| super::credentials::random_code(16, 4))
        .collect::<Result<Vec<String>>>()?;
    let hashes: Vec<Vec<u8>> = codes
        .iter()
        .map(|code| hash_recovery_code(work, account, code))
        .collect();
    rows::set_recovery_codes(work.uow, account, &hashes)?;
    Ok(codes)
}

/// Whose second factor is to be removed; the two are found in different ways, by different officers.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// An officer's: others who manage officers decide.
    Officer(AccountId),
    /// Anybody else's: officers decide who may suspend the account.
    Account(AccountId),
}

/// The account and the proof that the caller, who has just shown who it is, may decide about its factor.
fn deciding(work: &mut Work<'_, '_>, caller: &Caller, whose: Whose) -> Result<(Permit, Account)> {
    let now = work.now;
    match whose {
        Whose::Officer(id) => {
            let (permit, officer) = managing_other(work, caller, id)?;
            Ok((permit, officer.account))
        }
        Whose::Account(id) => {
            let found = account_suspensions::found(work.conn(), caller, id, Action::ResetFactor, now)?;
            caller.require_fresh(work.conn(), now)?;
            Ok(found)
        }
    }
}

/// Asks that somebody's second factor be removed: the device is lost, or was never the owner's. A second officer must
/// agree.
pub fn ask_reset(work: &mut Work<'_, '_>, caller: &Caller, whose: Whose) -> Result<FactorReset> {
    let now = work.now;
    let (permit, subject) = deciding(work, caller, whose)?;
    let reset = FactorReset {
        id: FactorResetId(work.next_id()),
        account: subject.id,
        asked_by: permit.actor().account().ok_or(ErrorCode::Forbidden)?,
        asked_at: now,
        expires_at: now.checked_add(RESET_WAITS).map_err(Error::internal)?,
        approved: None,
    };
    rows::ask_reset(work.uow, &reset)?;
    work.remember(&permit, Deed::FactorResetAsked, "account", subject.id.0, None)?;
    Ok(reset)
}

/// Agrees to a reset that another officer asked for: the factor is removed and all its owner's sessions end. A password
/// that was chosen beside the factor opens nothing any more: its owner sets another one through a letter.
pub fn approve_reset(work: &mut Work<'_, '_>, caller: &Caller, whose: Whose, id: FactorResetId) -> Result<FactorReset> {
    let now = work.now;
    let (permit, subject) = deciding(work, caller, whose)?;
    let (account, by) = (subject.id, permit.actor().account().ok_or(ErrorCode::Forbidden)?);
    let mut reset = rows::find_reset(work.conn(), id)?;
    if reset.account != account {
        return Err(ErrorCode::NotFound.into());
    }
    // Whoever was appointed after it was asked (identifiers are in the order of time) may be the asker's own creature.
    if by == reset.asked_by || by.0 > reset.id.0 {
        return Err(ErrorCode::SecondPersonRequired.into());
    }
    let asker = accounts::find(work.conn(), reset.asked_by)?;
    let is_over = reset.approved.is_some() || reset.expires_at <= now;
    if is_over || asker.status != AccountStatus::Active || !matches!(asker.standing, Standing::Officer { .. }) {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    // Another request was agreed to meanwhile, and a new factor set up: that one was not meant.
    let factor = rows::find(work.conn(), account)?;
    if factor
        .and_then(|factor| factor.confirmed_at)
        .is_some_and(|since| since > reset.asked_at)
    {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    rows::approve_reset(work.uow, id, by, now)?;
    reset.approved = Some((by, now));
    let known = accounts::credentials_of(work.conn(), account)?;
    let is_weak = known.has_factor && !known.password_stands_alone;
    let before = state::of_account(work, account)?;
    if is_weak {
        passwords::expire(work.uow, account, now)?;
    }
    rows::remove(work.uow, account)?;
    sessions::end_all(work.uow, account, None, EndReason::FactorChanged, now)?;
    work.remember_account(&permit, Deed::FactorReset, account, None, Some(before))?;
    let letter = Letter::FactorReset { new_password: is_weak };
    work.send(&Recipient::of(&subject), &letter)?;
    Ok(reset)
}
