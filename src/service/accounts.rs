//! Who am I, changing it, and appointment of officers.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::audit::state;
use super::context::{App, Caller, Work};
use super::credentials::random_password;
use super::json_mistakes;
use super::policies::person;
use super::versions::require_version;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::account::{Account, Email, Language, Permission, Scope, Standing};
use crate::domain::audit::Deed;
use crate::domain::enterprise::Enterprise;
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::ids::AccountId;
use crate::domain::text::Line;
use crate::store::sessions::{self, EndReason};
use crate::store::{AnyConn, accounts, enterprises, passwords, second_factors};

/// Who am I: the account and, for a member, the enterprise.
pub fn me(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Account, Option<Enterprise>)> {
    let account = caller.actor(conn, now)?.account().ok_or(ErrorCode::Unauthenticated)?;
    let account = accounts::find(conn, account)?;
    let enterprise = match account.standing {
        Standing::Member { enterprise, .. } => Some(enterprises::find(conn, enterprise)?),
        Standing::Officer { .. } | Standing::Person => None,
    };
    Ok((account, enterprise))
}

/// Changes name and language; `patch` is a JSON merge patch onto [`ProfileDraft`].
pub fn edit(work: &mut Work<'_, '_>, caller: &Caller, seen: i64, patch: &serde_json::Value) -> Result<()> {
    let now = work.now;
    let (actor, id) = person(work.conn(), caller, now)?;
    let account = accounts::find(work.conn(), id)?;
    require_version(seen, account.version)?;
    let draft = ProfileDraft {
        display_name: account.display_name.to_string(),
        language: account.language.to_string(),
    };
    let draft = serde_json::to_value(draft).map_err(Error::internal)?;
    let (name, language) = json_mistakes::edited(&draft, patch, |draft: ProfileDraft| {
        let mut errors = FieldErrors::default();
        let name = errors.keep("/display_name", Line::parse(&draft.display_name));
        let language = draft.language.parse::<Language>();
        let language = errors.keep(
            "/language",
            language.map_err(|_unknown| Violation::UnknownCode { list: "languages" }),
        );
        errors.finish(name.zip(language))
    })?;
    let before = state::of_account(work, id)?;
    accounts::set_profile(work.uow, id, seen, &name, language, now)?;
    work.remember_account(&actor, Deed::AccountEdited, id, None, Some(before))
}

/// What people may change of their own account at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileDraft {
    /// Name of the person.
    pub display_name: String,
    /// Language of letters.
    pub language: String,
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
    /// Where they hold.
    pub scope: Scope,
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
        let permit = decide(&Actor::System, Action::ManageOfficers, &Resource::None)?;
        let id = AccountId(work.next_id());
        let until = work
            .now
            .checked_add(SignedDuration::from_hours(ONE_TIME_HOURS))
            .map_err(Error::internal)?;
        let standing = Standing::Officer {
            permissions: officer.permissions.clone(),
            scope: officer.scope.clone(),
        };
        let row = accounts::NewAccount {
            id,
            email: &officer.email,
            display_name: &officer.display_name,
            password_hash: &password_hash,
            one_time_until: Some(until),
            password_stands_alone: true,
            standing: &standing,
            // The operator knows whom the password is handed to.
            email_verified_at: Some(work.now),
            language: Language::Vi,
        };
        accounts::insert(work.uow, &permit, &row, work.now)?;
        work.remember_account(&permit, Deed::OfficerAppointed, id, None, None)?;
        Ok(id)
    })?;
    Ok((id, password))
}

/// Sets a demonstration account's password anew, takes its second factor away and ends its sessions; makes the account when it is not there.
pub fn demo_account(
    work: &mut Work<'_, '_>,
    email: &Email,
    name: &Line<100>,
    standing: &Standing,
    password_hash: &str,
) -> Result<AccountId> {
    let permit = decide(&Actor::System, Action::ManageOfficers, &Resource::None)?;
    if let Some(known) = accounts::credentials(work.conn(), &email.key())? {
        let row = passwords::NewPasswordRow {
            hash: password_hash,
            stands_alone: false,
        };
        passwords::set(work.uow, known.account, row, work.now)?;
        second_factors::remove(work.uow, known.account)?;
        sessions::end_all(work.uow, known.account, None, EndReason::PasswordChanged, work.now)?;
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
        password_stands_alone: false,
        standing,
        email_verified_at: Some(work.now),
        language: Language::Vi,
    };
    accounts::insert(work.uow, &permit, &row, work.now)?;
    let deed = match standing {
        Standing::Officer { .. } => Deed::OfficerAppointed,
        Standing::Member { .. } | Standing::Person => Deed::AccountOpened,
    };
    work.remember_account(&permit, deed, id, None, None)?;
    Ok(id)
}
