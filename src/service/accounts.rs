//! Registration of an enterprise with its first account, appointment of officers, and who am I.

use jiff::{SignedDuration, Timestamp};

use super::context::{App, Caller, Work};
use super::credentials::{Verified, random_password};
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::account::{Account, Email, NewPassword, Permission, Role, Standing, normalise_password};
use crate::domain::audit::{Deed, Doer};
use crate::domain::drafts::EnterpriseDraft;
use crate::domain::enterprise::{Enterprise, EnterpriseProfile, EnterpriseStatus};
use crate::domain::fields::{FieldError, FieldErrors};
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::text::Line;
use crate::store::{AnyConn, accounts, enterprises, sessions};

/// A registration that was parsed, its password hashed: ready to be written.
#[derive(Clone, Debug)]
pub struct Registration {
    profile: EnterpriseProfile,
    email: Email,
    display_name: Line<100>,
    password_hash: String,
}

/// What somebody sends to register.
#[derive(Clone, Debug)]
pub struct RegistrationDraft {
    /// The enterprise.
    pub enterprise: EnterpriseDraft,
    /// E-mail address of the first account.
    pub email: String,
    /// Its password.
    pub password: String,
    /// Name of the person.
    pub display_name: String,
}

/// Parses a registration and hashes its password.
pub async fn prepare_registration(app: &App, draft: RegistrationDraft) -> Result<Registration> {
    let mut wrong: Vec<FieldError> = Vec::new();
    let profile = draft
        .enterprise
        .parse("/enterprise")
        .map_err(|errors| wrong.extend(errors))
        .ok();
    let mut errors = FieldErrors::default();
    let email = errors.keep("/account/email", Email::parse(&draft.email));
    let display_name = errors.keep("/account/display_name", Line::parse(&draft.display_name));
    let own_words = [
        draft.email.as_str(),
        draft.display_name.as_str(),
        draft.enterprise.legal_name.as_str(),
    ];
    let password = errors.keep("/account/password", NewPassword::parse(&draft.password, &own_words));
    let account = match errors.finish(email.zip(display_name).zip(password)) {
        Ok(account) => Some(account),
        Err(more) => {
            wrong.extend(more);
            None
        }
    };
    match profile.zip(account) {
        Some((profile, ((email, display_name), password))) if wrong.is_empty() => {
            let password_hash = app.hasher.hash(password.expose().to_owned()).await?;
            Ok(Registration {
                profile,
                email,
                display_name,
                password_hash,
            })
        }
        _ => Err(Error::fields(wrong)),
    }
}

/// Writes a registration: the enterprise, submitted for review, and its owner's account.
pub fn register(work: &mut Work<'_, '_>, registration: &Registration) -> Result<(Enterprise, AccountId)> {
    let permit = decide(&Actor::Visitor, Action::RegisterEnterprise, &Resource::None)?;
    let enterprise = Enterprise {
        id: EnterpriseId(work.next_id()),
        profile: registration.profile.clone(),
        status: EnterpriseStatus::Submitted,
        is_demo: false,
        version: 1,
        submitted_at: work.now,
        created_at: work.now,
        updated_at: work.now,
    };
    let account = AccountId(work.next_id());
    let standing = Standing::Member {
        enterprise: enterprise.id,
        role: Role::Owner,
    };
    enterprises::insert(work.uow, &permit, &enterprise)?;
    let row = accounts::NewAccount {
        id: account,
        email: &registration.email,
        display_name: &registration.display_name,
        password_hash: &registration.password_hash,
        one_time_until: None,
        standing: &standing,
    };
    accounts::insert(work.uow, &permit, &row, work.now)?;
    let doer = Doer::person(account, false);
    work.remember_by(doer, Deed::EnterpriseRegistered, "enterprise", enterprise.id.0)?;
    Ok((enterprise, account))
}

/// Whether a registration that was answered from memory came with the password that was set then. Secrets are not kept
/// with the key, so that the body alone cannot tell: whoever mistyped a password, corrects it and sends again must not
/// hear that all is well. Comparing is slow, hence after the unit of work and not in it.
pub async fn is_password_of(app: &App, email: &str, password: &str) -> Result<bool> {
    let (Ok(email), Some(password)) = (Email::parse(email), normalise_password(password)) else {
        return Ok(false);
    };
    let found = app
        .read_by_key(move |conn, _| Ok(accounts::credentials(conn, &email.key())?))
        .await?;
    let hash = found.map(|known| known.password_hash);
    Ok(app.hasher.verify(password, hash).await? != Verified::Wrong)
}

/// Who am I: the account and, for a member, the enterprise.
pub fn me(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Account, Option<Enterprise>)> {
    let account = caller.actor(conn, now)?.account().ok_or(ErrorCode::Unauthenticated)?;
    let account = accounts::find(conn, account)?;
    let enterprise = match account.standing {
        Standing::Member { enterprise, .. } => Some(enterprises::find(conn, enterprise)?),
        Standing::Officer { .. } => None,
    };
    Ok((account, enterprise))
}

/// How long a one-time password waits for its owner.
pub const ONE_TIME_HOURS: i64 = 72;

/// An officer to be appointed.
#[derive(Clone, Debug)]
pub struct NewOfficer {
    /// E-mail address.
    pub email: Email,
    /// Name.
    pub display_name: Line<100>,
    /// Rights.
    pub permissions: Vec<Permission>,
}

/// Appoints an officer, at the command line only. Gives the one-time password, which is kept nowhere.
pub fn appoint_officer(
    app: &App,
    hash: impl Fn(&str) -> Result<String>,
    officer: NewOfficer,
) -> Result<(AccountId, String)> {
    let password = random_password()?;
    let password_hash = hash(&password)?;
    let id = app.write_blocking(move |work| {
        let permit = decide(&Actor::System, Action::AppointOfficer, &Resource::None)?;
        let id = AccountId(work.next_id());
        let until = work
            .now
            .checked_add(SignedDuration::from_hours(ONE_TIME_HOURS))
            .map_err(Error::internal)?;
        let standing = Standing::Officer {
            permissions: officer.permissions.clone(),
        };
        let row = accounts::NewAccount {
            id,
            email: &officer.email,
            display_name: &officer.display_name,
            password_hash: &password_hash,
            one_time_until: Some(until),
            standing: &standing,
        };
        accounts::insert(work.uow, &permit, &row, work.now)?;
        work.remember(&permit, Deed::OfficerAppointed, "account", id.0, None)?;
        Ok(id)
    })?;
    Ok((id, password))
}

/// Sets a demonstration account's password anew and ends its sessions; makes the account when it is not there.
pub fn demo_account(
    work: &mut Work<'_, '_>,
    email: &Email,
    name: &Line<100>,
    standing: &Standing,
    password_hash: &str,
) -> Result<AccountId> {
    let permit = decide(&Actor::System, Action::AppointOfficer, &Resource::None)?;
    if let Some(known) = accounts::credentials(work.conn(), &email.key())? {
        accounts::set_password(work.uow, known.account, password_hash, None, work.now)?;
        sessions::end_all(work.uow, known.account, work.now)?;
        work.remember(&permit, Deed::PasswordChanged, "account", known.account.0, None)?;
        return Ok(known.account);
    }
    let id = AccountId(work.next_id());
    let row = accounts::NewAccount {
        id,
        email,
        display_name: name,
        password_hash,
        one_time_until: None,
        standing,
    };
    accounts::insert(work.uow, &permit, &row, work.now)?;
    let deed = match standing {
        Standing::Officer { .. } => Deed::OfficerAppointed,
        Standing::Member { .. } => Deed::AccountCreated,
    };
    work.remember(&permit, deed, "account", id.0, None)?;
    Ok(id)
}
