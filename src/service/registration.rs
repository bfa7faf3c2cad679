//! Registration of an enterprise with its first account, and opening of an account without one. Nothing is written of
//! either before the address was proved, so that nobody takes another one's tax code or address, and the answer to a
//! known address is the same as to an unknown one: whoever answers does not look ([`asks`]).

use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::asks::{self, Ask};
use super::context::{App, Origin, Work};
use super::letters::Recipient;
use super::proofs::{self, Purpose, Wanted};
use super::{Error, ErrorCode, Result, acceptance, amendments, identities, passwords, screening};
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::account::{Email, Language, Role, Standing};
use crate::domain::audit::{Deed, Doer};
use crate::domain::drafts::EnterpriseDraft;
use crate::domain::enterprise::{Enterprise, EnterpriseProfile, EnterpriseStatus, Identity, Verification};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::{AccountId, EnterpriseId, PolicyId};
use crate::domain::letter::Letter;
use crate::domain::password::NewPassword;
use crate::domain::taxonomy::InForce;
use crate::domain::text::Line;
use crate::store::proofs as rows;
use crate::store::{accounts, enterprises};

/// What somebody sends to open an account. The password comes later, from whoever opens the letter: it is never that of a
/// stranger who only typed the address.
#[derive(Clone, Debug)]
pub struct AccountDraft {
    /// Address.
    pub email: String,
    /// Name of the person.
    pub display_name: String,
    /// Language of letters.
    pub language: Language,
}

/// What whoever opens an account chooses there: it is never what a stranger typed beside the address.
#[derive(Clone, Debug)]
pub struct First {
    /// The password.
    pub password: String,
    /// Rules and notices that the person accepts.
    pub accepted_policies: Vec<PolicyId>,
    /// What the client calls itself, kept as evidence of that.
    pub user_agent: Option<String>,
}

/// The same, found good.
pub(super) struct Entry {
    password_hash: String,
    accepted_policies: Vec<PolicyId>,
    user_agent: Option<String>,
}

/// An account that was parsed; waits sealed until the address was proved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Opening {
    email: String,
    display_name: String,
    language: String,
}

/// An enterprise and its first account.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Registration {
    enterprise: EnterpriseDraft,
    account: Opening,
}

/// A registration that was parsed: ready to be answered with a letter.
#[derive(Clone, Debug)]
pub struct Prepared {
    account: Opening,
    enterprise: Option<(EnterpriseDraft, EnterpriseProfile)>,
}

/// Parses what somebody sends to register an enterprise.
pub fn prepare_enterprise(lists: &InForce, enterprise: EnterpriseDraft, account: &AccountDraft) -> Result<Prepared> {
    let mut wrong: Vec<FieldError> = Vec::new();
    let profile = enterprise
        .parse(lists, "/enterprise")
        .map_err(|errors| wrong.extend(errors))
        .ok();
    let account = parse_account(account, "/account")
        .map_err(|errors| wrong.extend(errors))
        .ok();
    match profile.zip(account) {
        Some((profile, account)) if wrong.is_empty() => Ok(Prepared {
            account,
            enterprise: Some((enterprise, profile)),
        }),
        _ => Err(Error::fields(wrong)),
    }
}

/// Parses what somebody sends to open an account.
pub fn prepare_account(account: &AccountDraft) -> Result<Prepared> {
    Ok(Prepared {
        account: parse_account(account, "").map_err(Error::fields)?,
        enterprise: None,
    })
}

/// Parses what somebody sends to open an account with an invitation.
pub(super) fn prepare_opening(account: &AccountDraft) -> std::result::Result<Opening, Vec<FieldError>> {
    parse_account(account, "/account")
}

fn parse_account(account: &AccountDraft, at: &str) -> std::result::Result<Opening, Vec<FieldError>> {
    let mut errors = FieldErrors::default();
    let email = errors.keep(format!("{at}/email"), Email::parse(&account.email));
    let name = errors.keep(format!("{at}/display_name"), Line::<100>::parse(&account.display_name));
    let (email, display_name) = errors.finish(email.zip(name))?;
    Ok(Opening {
        email: email.as_str().to_owned(),
        display_name: display_name.to_string(),
        language: account.language.to_string(),
    })
}

/// What is wrong with a first password, whoever chooses it.
pub fn judge_password(app: &App, password: &str) -> Result<()> {
    let parsed = NewPassword::parse(app.rules.password_policy, false, password, &[]);
    parsed
        .map(drop)
        .map_err(|violation| Error::field("/password", violation))
}

/// Checks what whoever opens an account has chosen, beside the `rest` of what was sent, and hashes the password; `own` are words
/// that it is not to be made of. Whoever accepts nothing costs no hash.
pub(super) async fn enter<T>(
    app: &App,
    rest: std::result::Result<T, Vec<FieldError>>,
    first: First,
    own: &[&str],
    at: &str,
) -> Result<(T, Entry)> {
    let First {
        password,
        accepted_policies,
        user_agent,
    } = first;
    let mut errors = FieldErrors::default();
    let rest = errors.keep_all(rest);
    let password = NewPassword::parse(app.rules.password_policy, false, &password, own);
    let password = errors.keep(format!("{at}/password"), password);
    let pointer = format!("{at}/accepted_policies");
    let checked = app
        .read(move |conn, now| acceptance::check(conn, &accepted_policies, &pointer, now).map(|()| accepted_policies))
        .await;
    let accepted = match checked {
        Err(wrong) if wrong.code == ErrorCode::ValidationFailed => Ok(errors.keep_all(Err(wrong.fields))),
        // What is not accepted yet is told where nothing is wrong.
        checked => checked.map(Some),
    };
    let (rest, password) = errors.finish(rest.zip(password)).map_err(Error::fields)?;
    let entry = Entry {
        accepted_policies: accepted?.unwrap_or_default(),
        password_hash: app.hasher.hash(password.expose().to_owned()).await?,
        user_agent,
    };
    Ok((rest, entry))
}

/// Asks for the letter with which a registration goes on. A number that is taken is told at once where the directory
/// shows it anyway; a personal number it never shows.
pub async fn ask(app: &App, origin: Origin, prepared: Prepared) -> Result<()> {
    asks::refuse_flood(app).await?;
    app.write(origin, move |work| {
        decide(&Actor::Visitor, Action::Register, &Resource::None)?;
        if let Some((_, profile)) = &prepared.enterprise {
            let members = amendments::members(profile)?;
            let parent = identities::require_parent(work.conn(), None, profile, "/enterprise");
            screening::both(parent, screening::require_clean_registration(work.conn(), &members))?;
        }
        if let Some((_, profile)) = &prepared.enterprise
            && !matches!(profile.identity, Identity::PersonalId(_))
            && holder(work, profile)? == Some(EnterpriseStatus::Active)
        {
            let taken = crate::store::Error::Constraint(crate::store::Constraint::EnterpriseTaxCode);
            let refusal = identities::where_taken(taken.into(), &profile.identity, "/enterprise");
            return Err(leading_to_joining(refusal, &profile.identity));
        }
        let ask = Ask::Registration {
            enterprise: prepared.enterprise.as_ref().map(|(draft, _)| Box::new(draft.clone())),
            account: prepared.account.clone(),
        };
        asks::push(work, ask)
    })
    .await
}

/// Whoever speaks for an enterprise that is there asks to be admitted to it, and so takes over one that officers entered from a file.
fn leading_to_joining(refusal: Error, identity: &Identity) -> Error {
    if identity.tax_code().is_none() {
        return refusal;
    }
    Error {
        detail_vi:
            "Đơn vị có mã số thuế này đã có trên Sàn. Hãy mở tài khoản rồi xin tham gia bằng mã số thuế: chủ tài khoản \
                    quyết định, hoặc cán bộ của Sở nếu đơn vị chưa có chủ tài khoản."
                .into(),
        detail_en:
            "An enterprise with this tax code is on the exchange. Open an account and ask to join by the tax code: its \
                    owners decide, or an officer where it has none yet."
                .into(),
        ..refusal
    }
}

/// Sends the letter: to an address without an account, one that proves it; to one that has an account, a word that
/// somebody tried. Of a tax code that somebody hidden holds, under review or suspended, only the letter tells.
pub(super) fn send(work: &mut Work<'_, '_>, enterprise: Option<&EnterpriseDraft>, account: &Opening) -> Result<()> {
    let email = asks::address(&account.email)?;
    let purpose = if enterprise.is_some() {
        Purpose::Registration
    } else {
        Purpose::Account
    };
    if is_busy(work, &email, purpose)? {
        return Ok(());
    }
    // Made for known addresses too, whose token goes nowhere: it counts the letters of the hour.
    let letter = match enterprise {
        Some(draft) => {
            let payload = Registration {
                enterprise: draft.clone(),
                account: account.clone(),
            };
            let token = proofs::issue(work, &wanted(purpose, &email, &payload))?;
            let enterprise = draft.legal_name.clone();
            let lists = work.in_force()?;
            let is_personal = draft.personal_id.is_some();
            match holder(work, &draft.parse(&lists, "/enterprise").map_err(Error::fields)?)? {
                None => Letter::ConfirmRegistration { token, enterprise },
                Some(_) => Letter::TaxCodeKnown {
                    enterprise,
                    is_personal,
                },
            }
        }
        None => Letter::ConfirmAccount {
            token: proofs::issue(work, &wanted(purpose, &email, account))?,
        },
    };
    if asks::tell_owner(work, &email)? {
        return Ok(());
    }
    let name = Line::parse(&account.display_name).map_err(|violation| Error::internal(violation.en()))?;
    let to = Recipient {
        email: &email,
        name: Some(&name),
        language: account.language.parse().map_err(Error::internal)?,
        account: None,
    };
    work.send(&to, &letter)
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

/// Where the enterprise stands that has the tax code; one that was refused keeps nobody out.
fn holder(work: &mut Work<'_, '_>, profile: &EnterpriseProfile) -> Result<Option<EnterpriseStatus>> {
    let mut profile = profile.clone();
    identities::seal(work.vault, &mut profile)?;
    let taken = match profile.identity.key() {
        Some(key) => enterprises::find_by_key(work.conn(), &key)?,
        None => None,
    };
    Ok(taken
        .map(|enterprise| enterprise.status)
        .filter(|status| *status != EnterpriseStatus::Rejected))
}

/// Strangers cannot fill somebody's mailbox.
fn is_busy(work: &mut Work<'_, '_>, email: &Email, purpose: Purpose) -> Result<bool> {
    let since = work
        .now
        .checked_sub(SignedDuration::from_hours(1))
        .map_err(Error::internal)?;
    Ok(rows::count_since(work.conn(), &email.key(), purpose.as_str(), since)? >= passwords::LETTERS_AN_HOUR)
}

/// Registers the enterprise and opens its owner's account with what whoever read the letter chooses: the address was
/// proved.
pub async fn confirm_enterprise(
    app: &App,
    origin: Origin,
    token: String,
    first: First,
) -> Result<(Enterprise, AccountId)> {
    let waiting: Registration = look(app, Purpose::Registration, &token).await?;
    let Registration { enterprise, account } = &waiting;
    let own = [&enterprise.legal_name, &account.email, &account.display_name].map(String::as_str);
    let ((), entry) = enter(app, Ok(()), first, &own, "").await?;
    app.write(origin, move |work| register(work, &token, &entry)).await
}

fn register(work: &mut Work<'_, '_>, token: &str, entry: &Entry) -> Result<(Enterprise, AccountId)> {
    let permit = decide(&Actor::Visitor, Action::Register, &Resource::None)?;
    let registration: Registration = redeem(work, Purpose::Registration, token)?;
    let lists = work.in_force()?;
    let mut profile = registration
        .enterprise
        .parse(&lists, "/enterprise")
        .map_err(Error::fields)?;
    identities::seal(work.vault, &mut profile)?;
    identities::require_parent(work.conn(), None, &profile, "/enterprise")?;
    let enterprise = Enterprise {
        id: EnterpriseId(work.next_id()),
        profile,
        status: EnterpriseStatus::Submitted,
        amendment: None,
        merged_into: None,
        closed_at: None,
        verification: Verification::default(),
        is_demo: false,
        version: 1,
        submitted_at: work.now,
        created_at: work.now,
        updated_at: work.now,
    };
    enterprises::insert(work.uow, &permit, &enterprise)
        .map_err(|error| identities::where_taken(error.into(), &enterprise.profile.identity, "/enterprise"))?;
    failpoint!("registration.enterprise.inserted", Error::busy);
    let standing = Standing::Member {
        enterprise: enterprise.id,
        role: Role::Owner,
    };
    let account = open(work, &registration.account, entry, &standing)?;
    work.remember_of(
        account,
        false,
        Deed::EnterpriseRegistered,
        "enterprise",
        enterprise.id.0,
    )?;
    Ok((enterprise, account))
}

/// Opens an account that belongs to no enterprise yet, with what whoever read the letter chooses: the address was proved.
pub async fn confirm_account(app: &App, origin: Origin, token: String, first: First) -> Result<AccountId> {
    let waiting: Opening = look(app, Purpose::Account, &token).await?;
    let own = [&waiting.email, &waiting.display_name].map(String::as_str);
    let ((), entry) = enter(app, Ok(()), first, &own, "").await?;
    app.write(origin, move |work| {
        let opening: Opening = redeem(work, Purpose::Account, &token)?;
        open(work, &opening, &entry, &Standing::Person)
    })
    .await
}

/// What waits for a token, without using it up: a wrong one costs no hash, and a password that is refused costs no letter.
async fn look<T: DeserializeOwned + Send + 'static>(app: &App, purpose: Purpose, token: &str) -> Result<T> {
    let (vault, token) = (app.vault.clone(), token.to_owned());
    app.read(move |conn, now| Ok(proofs::look(conn, &vault, purpose, &token, now)?.1))
        .await
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
pub(super) fn open(
    work: &mut Work<'_, '_>,
    opening: &Opening,
    entry: &Entry,
    standing: &Standing,
) -> Result<AccountId> {
    let permit = decide(&Actor::Visitor, Action::Register, &Resource::None)?;
    let unreadable = |violation: Violation| Error::internal(violation.en());
    let id = AccountId(work.next_id());
    let row = accounts::NewAccount {
        id,
        email: &Email::parse(&opening.email).map_err(unreadable)?,
        display_name: &Line::parse(&opening.display_name).map_err(unreadable)?,
        password_hash: &entry.password_hash,
        one_time_until: None,
        // No other was accepted.
        password_stands_alone: true,
        standing,
        email_verified_at: Some(work.now),
        language: opening.language.parse().map_err(Error::internal)?,
    };
    accounts::insert(work.uow, &permit, &row, work.now)?;
    work.remember_account(Doer::person(id, false), Deed::AccountOpened, id, None, None)?;
    acceptance::record(work, id, &entry.accepted_policies, entry.user_agent.as_deref())?;
    Ok(id)
}
