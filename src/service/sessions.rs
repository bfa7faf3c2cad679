//! Signing in, staying signed in, signing out.

use jiff::{SignedDuration, Timestamp};

use super::context::{App, Caller, Work};
use super::credentials::Verified;
use super::tokens::{self, Tokens};
use super::{Error, ErrorCode, Result};
use crate::domain::account::{AccountStatus, Email, NewPassword, normalise_password};
use crate::domain::audit::{Deed, Doer};
use crate::domain::ids::{AccountId, SessionId};
use crate::store::accounts::{self, Credentials};
use crate::store::sessions::{self, Session};

/// What a client gets when it signs in or refreshes.
#[derive(Clone, Debug)]
pub struct TokenPair {
    /// Access token.
    pub access: String,
    /// When it ends.
    pub access_until: Timestamp,
    /// How long the access token lasts.
    pub expires_in: SignedDuration,
    /// Refresh token.
    pub refresh: String,
    /// When it ends unless it is used before.
    pub refresh_until: Timestamp,
    /// The session.
    pub session: SessionId,
}

/// A refresh token that was replaced a moment ago may come once more: two tabs, or an answer that was lost.
const GRACE: SignedDuration = SignedDuration::from_secs(10);

/// Signs in. A one-time password must come with the password that replaces it.
pub async fn sign_in(
    app: &App,
    caller: Caller,
    email: &str,
    password: &str,
    new_password: Option<String>,
) -> Result<TokenPair> {
    let refused = || Error::from(ErrorCode::InvalidCredentials);
    let key = Email::parse(email)
        .map(|email| email.key())
        .map_err(|_malformed| refused())?;
    let password = normalise_password(password).ok_or_else(refused)?;
    let lookup = key.clone();
    let found: Option<Credentials> = app
        .read_by_key(move |conn, _| Ok(accounts::credentials(conn, &lookup)?))
        .await?;
    let hash = found.as_ref().map(|known| known.password_hash.clone());
    let verified = app.hasher.verify(password.clone(), hash).await?;
    let known = found
        .filter(|known| verified != Verified::Wrong && known.status == AccountStatus::Active)
        .ok_or_else(refused)?;
    let replacement = match known.one_time_until {
        None => None,
        Some(until) if until <= app.clock.now() => return Err(refused()),
        Some(_) => Some(replacement(app, &known, email, &password, new_password).await?),
    };
    let renewed = if verified == Verified::Outdated && replacement.is_none() {
        // Nobody is kept out because this could not be done now; the next sign-in is another occasion.
        app.hasher.hash(password).await.ok()
    } else {
        None
    };
    let refresh_key = tokens::refresh_key()?;
    let tokens = app.tokens.clone();
    app.write(caller.request, move |work| {
        if let Some(hash) = &renewed {
            let current = accounts::credentials(work.conn(), &key)?;
            // Unless the password was changed meanwhile, by whatever hand.
            if current.is_some_and(|current| current.password_hash == known.password_hash) {
                accounts::set_password(work.uow, known.account, hash, None, work.now)?;
            }
        }
        if let Some(hash) = &replacement {
            // Read again: the one-time password opens only once, even to two who come together.
            let current = accounts::credentials(work.conn(), &key)?;
            if current.is_none_or(|current| current.password_hash != known.password_hash) {
                return Err(ErrorCode::InvalidCredentials.into());
            }
            accounts::set_password(work.uow, known.account, hash, None, work.now)?;
            let doer = Doer::person(known.account, known.is_officer);
            work.remember_by(doer, Deed::PasswordChanged, "account", known.account.0)?;
        }
        start(work, &tokens, known.account, known.is_officer, &refresh_key)
    })
    .await
}

async fn replacement(app: &App, known: &Credentials, email: &str, old: &str, new: Option<String>) -> Result<String> {
    let new = new.ok_or(ErrorCode::PasswordChangeRequired)?;
    let parsed = NewPassword::parse(&new, &[email, &known.display_name, old])
        .map_err(|violation| Error::field("/new_password", violation))?;
    app.hasher.hash(parsed.expose().to_owned()).await
}

fn start(
    work: &mut Work<'_, '_>,
    tokens: &Tokens,
    account: AccountId,
    is_officer: bool,
    refresh_key: &[u8],
) -> Result<TokenPair> {
    let lifetimes = tokens.lifetimes(is_officer);
    let end = |span| work.now.checked_add(span).map_err(Error::internal);
    let session = Session {
        id: SessionId(work.next_id()),
        account,
        refresh_key: refresh_key.to_vec(),
        refresh_counter: 0,
        rotated_at: work.now,
        idle_until: end(lifetimes.idle)?,
        absolute_until: end(lifetimes.absolute)?,
        ended_at: None,
        is_officer,
    };
    sessions::insert(work.uow, &session, work.now)?;
    let doer = Doer::person(account, is_officer);
    work.remember_by(doer, Deed::SessionStarted, "session", session.id.0)?;
    pair(tokens, &session, work.now)
}

fn pair(tokens: &Tokens, session: &Session, now: Timestamp) -> Result<TokenPair> {
    let (access, access_until) = tokens.access(session.account, session.id, session.is_officer, now)?;
    Ok(TokenPair {
        access,
        access_until,
        expires_in: tokens.lifetimes(session.is_officer).access,
        refresh: tokens::refresh_token(&session.refresh_key, session.id, session.refresh_counter),
        refresh_until: session.idle_until.min(session.absolute_until),
        session: session.id,
    })
}

/// What became of a refresh: a refusal whose consequence (the session ends) is kept all the same.
enum Refreshed {
    Done(Box<TokenPair>),
    Refused,
}

/// Exchanges a refresh token for a new pair. The token before the present one is honoured for ten seconds and gives
/// the same successor; anything older is a copy in the wrong hands, and ends the session.
pub async fn refresh(app: &App, caller: Caller, token: String) -> Result<TokenPair> {
    let refused = || Error::from(ErrorCode::InvalidToken);
    let (id, counter) = tokens::read_refresh_token(&token).ok_or_else(refused)?;
    let tokens = app.tokens.clone();
    let outcome = app
        .write(caller.request, move |work| rotate(work, &tokens, id, counter, &token))
        .await?;
    match outcome {
        Refreshed::Done(pair) => Ok(*pair),
        Refreshed::Refused => Err(refused()),
    }
}

fn rotate(work: &mut Work<'_, '_>, tokens: &Tokens, id: SessionId, counter: i64, token: &str) -> Result<Refreshed> {
    let Some(mut session) = sessions::find(work.conn(), id)? else {
        return Ok(Refreshed::Refused);
    };
    let is_over = session.ended_at.is_some() || session.idle_until.min(session.absolute_until) <= work.now;
    if is_over || !tokens::is_refresh_token_of(&session.refresh_key, token) {
        return Ok(Refreshed::Refused);
    }
    let is_fresh = work.now.duration_since(session.rotated_at) <= GRACE;
    if counter == session.refresh_counter {
        let idle_until = work
            .now
            .checked_add(tokens.lifetimes(session.is_officer).idle)
            .map_err(Error::internal)?;
        sessions::rotate(work.uow, &session, work.now, idle_until)?;
        session.refresh_counter += 1;
        session.idle_until = idle_until;
    } else if counter + 1 != session.refresh_counter || !is_fresh {
        sessions::end(work.uow, id, work.now)?;
        let doer = Doer::person(session.account, session.is_officer);
        work.remember_by(doer, Deed::SessionReplayed, "session", id.0)?;
        return Ok(Refreshed::Refused);
    }
    Ok(Refreshed::Done(Box::new(pair(tokens, &session, work.now)?)))
}

/// Signs out: the session's access and refresh tokens are worthless from now on.
pub fn sign_out(work: &mut Work<'_, '_>, caller: &Caller) -> Result<()> {
    let (_, session) = caller.session.ok_or(ErrorCode::Unauthenticated)?;
    let actor = caller.actor(work.uow.conn(), work.now)?;
    if sessions::end(work.uow, session, work.now)? {
        work.remember_by(&actor, Deed::SessionEnded, "session", session.0)?;
    }
    Ok(())
}
