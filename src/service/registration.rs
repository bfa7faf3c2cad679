//! Registration of an enterprise with its first account, and opening of an account without one. Nothing is written of
//! either before the address was proved, so that nobody takes another one's tax code or address, and the answer to a
//! known address is the same as to an unknown one, after the same work.

use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::context::{App, Origin, Work};
use super::letters::Recipient;
use super::proofs::{self, Purpose, Wanted};
use super::{Error, ErrorCode, Result, passwords};
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::account::{Email, Language, Role, Standing};
use crate::domain::audit::{Deed, Doer};
use crate::domain::drafts::EnterpriseDraft;
use crate::domain::enterprise::{Enterprise, EnterpriseProfile, EnterpriseStatus};
use crate::domain::fields::{FieldError, FieldErrors};
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::letter::Letter;
use crate::domain::password::NewPassword;
use crate::domain::text::Line;
use crate::store::proofs as rows;
use crate::store::{accounts, enterprises};

/// What somebody sends to open an account.
#[derive(Clone, Debug)]
pub struct AccountDraft {
    /// Address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Name of the person.
    pub display_name: String,
    /// Language of letters.
    pub language: Language,
}

/// An account that was parsed, its password hashed; waits sealed until the address was proved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Opening {
    email: String,
    password_hash: String,
    display_name: String,
    language: String,
}

/// An enterprise and its first account.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Registration {
    enterprise: EnterpriseDraft,
    account: Opening,
}

/// A registration that was parsed, its password hashed: ready to be answered with a letter.
#[derive(Clone, Debug)]
pub struct Prepared {
    email: Email,
    display_name: Line<100>,
    language: Language,
    password_hash: String,
    enterprise: Option<(EnterpriseDraft, EnterpriseProfile)>,
}

/// Parses what somebody sends to register an enterprise, and hashes the password.
pub async fn prepare_enterprise(app: &App, enterprise: EnterpriseDraft, account: AccountDraft) -> Result<Prepared> {
    let mut wrong: Vec<FieldError> = Vec::new();
    let profile = enterprise
        .parse("/enterprise")
        .map_err(|errors| wrong.extend(errors))
        .ok();
    let name = enterprise.legal_name.clone();
    let parsed = parse_account(app, &account, "/account", &[&name])
        .map_err(|errors| wrong.extend(errors))
        .ok();
    match profile.zip(parsed) {
        Some((profile, parsed)) if wrong.is_empty() => {
            finish(app, account.language, parsed, Some((enterprise, profile))).await
        }
        _ => Err(Error::fields(wrong)),
    }
}

/// Parses what somebody sends to open an account, and hashes the password.
pub async fn prepare_account(app: &App, account: AccountDraft) -> Result<Prepared> {
    let parsed = parse_account(app, &account, "", &[]).map_err(Error::fields)?;
    finish(app, account.language, parsed, None).await
}

/// Parses what somebody sends to open an account with an invitation, and hashes the password. `own` are words that the
/// password is not to be made of, beside the account's own.
pub(super) async fn prepare_opening(app: &App, account: AccountDraft, own: &[&str]) -> Result<Opening> {
    let parsed = parse_account(app, &account, "/account", own).map_err(Error::fields)?;
    let prepared = finish(app, account.language, parsed, None).await?;
    Ok(opening(&prepared))
}

type ParsedAccount = ((Email, Line<100>), NewPassword);

fn parse_account(
    app: &App,
    account: &AccountDraft,
    at: &str,
    own: &[&str],
) -> std::result::Result<ParsedAccount, Vec<FieldError>> {
    let mut errors = FieldErrors::default();
    let email = errors.keep(format!("{at}/email"), Email::parse(&account.email));
    let name = errors.keep(format!("{at}/display_name"), Line::parse(&account.display_name));
    let mut own = own.to_vec();
    own.extend([account.email.as_str(), account.display_name.as_str()]);
    let password = NewPassword::parse(app.rules.password_policy, false, &account.password, &own);
    let password = errors.keep(format!("{at}/password"), password);
    errors.finish(email.zip(name).zip(password))
}

async fn finish(
    app: &App,
    language: Language,
    ((email, display_name), password): ParsedAccount,
    enterprise: Option<(EnterpriseDraft, EnterpriseProfile)>,
) -> Result<Prepared> {
    Ok(Prepared {
        email,
        display_name,
        language,
        password_hash: app.hasher.hash(password.expose().to_owned()).await?,
        enterprise,
    })
}

/// Sends the letter with which a registration goes on: to an address without an account, one that proves it; to one that
/// has an account, a word that somebody tried. A tax code that is taken is told at once: the directory shows it anyway.
pub async fn ask(app: &App, origin: Origin, prepared: Prepared) -> Result<()> {
    app.write(origin, move |work| {
        decide(&Actor::Visitor, Action::Register, &Resource::None)?;
        if let Some((_, profile)) = &prepared.enterprise {
            refuse_taken(work, profile)?;
        }
        let purpose = purpose_of(&prepared);
        if is_busy(work, &prepared.email, purpose)? {
            return Ok(());
        }
        let token = proof(work, &prepared, purpose)?;
        let known = accounts::credentials(work.conn(), &prepared.email.key())?;
        let letter = match (known, &prepared.enterprise) {
            (Some(_), _) => Letter::AddressKnown,
            (None, Some((draft, _))) => Letter::ConfirmRegistration {
                token,
                enterprise: draft.legal_name.clone(),
            },
            (None, None) => Letter::ConfirmAccount { token },
        };
        let to = Recipient {
            email: &prepared.email,
            name: Some(&prepared.display_name),
            language: prepared.language,
            account: None,
        };
        work.send(&to, &letter)
    })
    .await
}

fn purpose_of(prepared: &Prepared) -> Purpose {
    if prepared.enterprise.is_some() {
        Purpose::Registration
    } else {
        Purpose::Account
    }
}

/// A proof is made for known addresses too, whose token goes nowhere: the same work, the same rows.
fn proof(work: &mut Work<'_, '_>, prepared: &Prepared, purpose: Purpose) -> Result<String> {
    let account = opening(prepared);
    let email = &prepared.email;
    match &prepared.enterprise {
        Some((enterprise, _)) => {
            let payload = Registration {
                enterprise: enterprise.clone(),
                account,
            };
            proofs::issue(work, &wanted(purpose, email, &payload))
        }
        None => proofs::issue(work, &wanted(purpose, email, &account)),
    }
}

fn opening(prepared: &Prepared) -> Opening {
    Opening {
        email: prepared.email.as_str().to_owned(),
        password_hash: prepared.password_hash.clone(),
        display_name: prepared.display_name.to_string(),
        language: prepared.language.to_string(),
    }
}

fn wanted<'a, T: Serialize>(purpose: Purpose, email: &'a Email, payload: &'a T) -> Wanted<'a, T> {
    Wanted {
        purpose,
        email,
        account: None,
        password_version: None,
        payload,
    }
}

fn refuse_taken(work: &mut Work<'_, '_>, profile: &EnterpriseProfile) -> Result<()> {
    let taken = enterprises::find_by_tax_code(work.conn(), &profile.tax_code)?;
    if taken.is_some_and(|enterprise| enterprise.status != EnterpriseStatus::Rejected) {
        return Err(crate::store::Error::Constraint(crate::store::Constraint::EnterpriseTaxCode).into());
    }
    Ok(())
}

/// Strangers cannot fill somebody's mailbox.
fn is_busy(work: &mut Work<'_, '_>, email: &Email, purpose: Purpose) -> Result<bool> {
    let since = work
        .now
        .checked_sub(SignedDuration::from_hours(1))
        .map_err(Error::internal)?;
    Ok(rows::count_since(work.conn(), &email.key(), purpose.as_str(), since)? >= passwords::LETTERS_AN_HOUR)
}

/// Registers the enterprise and opens its owner's account: the address was proved.
pub fn confirm_enterprise(work: &mut Work<'_, '_>, token: &str) -> Result<(Enterprise, AccountId)> {
    let permit = decide(&Actor::Visitor, Action::Register, &Resource::None)?;
    let registration: Registration = redeem(work, Purpose::Registration, token)?;
    let profile = registration.enterprise.parse("/enterprise").map_err(Error::fields)?;
    let enterprise = Enterprise {
        id: EnterpriseId(work.next_id()),
        profile,
        status: EnterpriseStatus::Submitted,
        is_demo: false,
        version: 1,
        submitted_at: work.now,
        created_at: work.now,
        updated_at: work.now,
    };
    enterprises::insert(work.uow, &permit, &enterprise)?;
    let standing = Standing::Member {
        enterprise: enterprise.id,
        role: Role::Owner,
    };
    let account = open(work, &registration.account, &standing)?;
    work.remember_of(
        account,
        false,
        Deed::EnterpriseRegistered,
        "enterprise",
        enterprise.id.0,
    )?;
    Ok((enterprise, account))
}

/// Opens an account that belongs to no enterprise yet: the address was proved.
pub fn confirm_account(work: &mut Work<'_, '_>, token: &str) -> Result<AccountId> {
    let opening: Opening = redeem(work, Purpose::Account, token)?;
    open(work, &opening, &Standing::Person)
}

fn redeem<T: DeserializeOwned>(work: &mut Work<'_, '_>, purpose: Purpose, token: &str) -> Result<T> {
    let (proof, payload) = proofs::redeem(work, purpose, token)?;
    // It was made for an address that had an account, and its token went nowhere; or one was opened since.
    if accounts::credentials(work.conn(), &proof.email_key)?.is_some() {
        return Err(ErrorCode::InvalidProof.into());
    }
    Ok(payload)
}

/// Opens an account whose address was proved.
pub(super) fn open(work: &mut Work<'_, '_>, opening: &Opening, standing: &Standing) -> Result<AccountId> {
    let permit = decide(&Actor::Visitor, Action::Register, &Resource::None)?;
    let unreadable = |violation: crate::domain::fields::Violation| Error::internal(violation.en());
    let id = AccountId(work.next_id());
    let row = accounts::NewAccount {
        id,
        email: &Email::parse(&opening.email).map_err(unreadable)?,
        display_name: &Line::parse(&opening.display_name).map_err(unreadable)?,
        password_hash: &opening.password_hash,
        one_time_until: None,
        standing,
        email_verified_at: Some(work.now),
        language: opening.language.parse().map_err(Error::internal)?,
    };
    accounts::insert(work.uow, &permit, &row, work.now)?;
    work.remember_account(Doer::person(id, false), Deed::AccountOpened, id, None, None)?;
    Ok(id)
}
