//! Signing in, staying signed in, signing out.

use jiff::{SignedDuration, Timestamp};
use tracing::Instrument as _;

use super::context::{App, Caller, Origin, Work};
use super::credentials::Verified;
use super::letters::Recipient;
use super::second_factor::{self, Shown};
use super::throttle::{Attempt, Guessed};
use super::tokens::Tokens;
use super::{Error, ErrorCode, Result, devices, passwords, refresh_tokens, throttle};
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::account::{AccountStatus, Email};
use crate::domain::audit::Deed;
use crate::domain::ids::{AccountId, SessionId};
use crate::domain::letter::Letter;
use crate::domain::password::normalise;
use crate::store::accounts::{self, Credentials};
use crate::store::sessions::{self, EndReason, Session};
use crate::store::{AnyConn, passwords as password_rows};

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
    /// Makes the device known at the next sign-in; given at a sign-in only.
    pub device: Option<String>,
}

/// What comes of a right password, and of a right code where one is needed.
#[derive(Debug)]
pub enum SignedIn {
    /// A session.
    Here(Box<TokenPair>),
    /// None: the account signed in so often lately that it waits first.
    TooOften(Error),
}

/// What somebody sends to sign in.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// Address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Code of the second factor, or a recovery code.
    pub code: Option<String>,
    /// Replaces a one-time password, or one that is too old.
    pub new_password: Option<String>,
    /// What the device got when it signed in the last time.
    pub device_token: Option<String>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// A refresh token that was replaced a moment ago may come once more: two tabs, or an answer that was lost.
const GRACE: SignedDuration = SignedDuration::from_secs(10);

/// Sign-ins of one account within [`LATELY`]. More are nobody's beginning of a day, and each leaves a session and a record that
/// stays. Who is refused is the account, which was shown to be there: others behind the same address go on.
const SIGN_INS: u32 = 10;
/// Within which they are counted.
const LATELY: SignedDuration = SignedDuration::from_mins(1);

/// Signs in. One refusal for an unknown address and a wrong password, after the same work.
pub async fn sign_in(app: &App, origin: Origin, sent: SignIn) -> Result<SignedIn> {
    let app = app.clone();
    // In a task of its own: a client that goes away must not end it between the guess and the note of it.
    let whole = async move { sign_in_whole(&app, origin, sent).await };
    let whole = tokio::spawn(whole.in_current_span());
    whole.await.map_err(Error::internal)?
}

async fn sign_in_whole(app: &App, origin: Origin, sent: SignIn) -> Result<SignedIn> {
    let refused = || Error::from(ErrorCode::InvalidCredentials);
    let key = Email::parse(&sent.email)
        .map(|email| email.key())
        .map_err(|_malformed| refused())?;
    let password = normalise(&sent.password).ok_or_else(refused)?;
    let device = sent.device_token.as_deref().and_then(devices::read);
    let way = way_in(app, origin, &key, device.clone()).await?;
    let outcome = try_sign_in(app, origin, sent, key, password, device).await;
    match way {
        Way::Guess(guess) => throttle::settle(app, origin, guess, outcome).await,
        Way::Device(spent) => devices::settle(app, origin, spent, outcome).await,
    }
}

/// As what a password is compared, and on whose account a wrong one goes.
enum Way {
    /// A guess at the address.
    Guess(throttle::Spent),
    /// A try of a known device, while the address rests.
    Device(devices::Try),
}

async fn way_in(app: &App, origin: Origin, email_key: &str, device: Option<devices::Shown>) -> Result<Way> {
    let guessed = Guessed::Address(email_key.to_owned());
    let Some(shown) = device else {
        return throttle::spend(app, origin, guessed).await.map(Way::Guess);
    };
    match throttle::spend_at_once(app, origin, guessed.clone()).await {
        Err(rest) if rest.code == ErrorCode::TooManyRequests => {}
        counted => return counted.map(Way::Guess),
    }
    // Asked before anybody is waited for: strangers' guesses keep no known device waiting.
    match devices::spend(app, origin, shown, email_key).await? {
        Some(spent) => Ok(Way::Device(spent)),
        None => throttle::spend(app, origin, guessed).await.map(Way::Guess),
    }
}

async fn try_sign_in(
    app: &App,
    origin: Origin,
    sent: SignIn,
    key: String,
    password: String,
    device: Option<devices::Shown>,
) -> Result<Attempt<SignedIn>> {
    let lookup = key.clone();
    let found: Option<Credentials> = app
        .read_by_key(move |conn, _| Ok(accounts::credentials(conn, &lookup)?))
        .await?;
    let (hash, owner) = found
        .as_ref()
        .map(|known| (known.password_hash.clone(), known.owner()))
        .unzip();
    let verified = app.hasher.verify(password.clone(), hash).await?;
    let Some(known) = found.filter(|known| verified != Verified::Wrong && known.status == AccountStatus::Active) else {
        return Ok(Attempt::Wrong(ErrorCode::InvalidCredentials, owner));
    };
    // Over: as good as wrong, and counted so; else the time of the next rest would tell that it was right.
    if known.one_time_until.is_some_and(|until| until <= app.clock.now()) {
        return Ok(Attempt::Wrong(ErrorCode::InvalidCredentials, owner));
    }
    let replacement = passwords::replacement(app, &known, &password, &sent, verified == Verified::Outdated).await?;
    let refresh_seed = refresh_tokens::new_seed()?;
    let is_found_strong = passwords::is_found_strong(app, &known, &password);
    let (tokens, rules) = (app.tokens.clone(), app.rules.clone());
    let (code, user_agent) = (sent.code, sent.user_agent.map(shortened));
    app.write(origin, move |work| {
        // Read again, and only this counts: while the password was compared it may have been replaced, a second factor
        // set up, or the account suspended. A one-time password opens only once, even to two who come together.
        let current = accounts::credentials(work.conn(), &key)?
            .filter(|current| current.password_hash == known.password_hash && current.status == AccountStatus::Active);
        let known = current.ok_or(ErrorCode::InvalidCredentials)?;
        // Before a code is used up for nothing.
        if rules.counts_sign_ins
            && let Some(refusal) = too_often(work, known.account)?
        {
            return Ok(Attempt::Unused(SignedIn::TooOften(refusal)));
        }
        if known.has_factor {
            match second_factor::show(work, known.account, code.as_deref())? {
                Shown::Right => {}
                Shown::Nothing => return Err(ErrorCode::SecondFactorRequired.into()),
                Shown::Wrong => return Ok(Attempt::Wrong(ErrorCode::InvalidCode, Some(known.owner()))),
            }
        }
        throttle::forget(work, &Guessed::Address(key.clone()))?;
        if is_found_strong {
            password_rows::note_stands_alone(work.uow, known.account)?;
        }
        if let Some(replacement) = &replacement {
            passwords::keep(work, &known, replacement)?;
        }
        let crowded_out = make_room(work, known.account, rules.sessions_per_account)?;
        let mut pair = start(work, &tokens, &known, &refresh_seed, user_agent.clone())?;
        for id in crowded_out {
            work.remember_of(known.account, known.is_officer, Deed::SessionEnded, "session", id.0)?;
        }
        // After the password was replaced, which makes all devices unknown.
        pair.device = Some(devices::renew(work, known.account, device.as_ref())?);
        Ok(Attempt::Right(SignedIn::Here(Box::new(pair))))
    })
    .await
}

/// The refusal of an account that signed in as often as it may, with the time after which it may again.
fn too_often(work: &mut Work<'_, '_>, account: AccountId) -> Result<Option<Error>> {
    let now = work.now;
    let since = now.checked_sub(LATELY).map_err(Error::internal)?;
    let tenth = sessions::begun_before_last(work.conn(), account, SIGN_INS - 1, (since, now))?;
    Ok(tenth.map(|at| Error {
        retry_after: throttle::seconds(at.duration_since(since)),
        log: Some(format!("the account signed in {SIGN_INS} times within a minute")),
        ..Error::new(
            ErrorCode::TooManyRequests,
            "Tài khoản này đăng nhập quá nhiều lần trong một phút; hãy dùng phiên đang có, hoặc chờ rồi thử lại.",
            "This account signs in too often within a minute; go on with a session that it has, or wait and try again.",
        )
    }))
}

/// Ends what an account has of sessions beyond all but one that it may have, the longest idle ones; gives which.
fn make_room(work: &mut Work<'_, '_>, account: AccountId, most: u32) -> Result<Vec<SessionId>> {
    let now = work.now;
    let crowded_out = sessions::beyond(work.conn(), account, most.saturating_sub(1), now)?;
    for id in &crowded_out {
        sessions::end(work.uow, *id, EndReason::TooMany, now)?;
    }
    Ok(crowded_out)
}

/// Most characters of a client's name that are kept.
fn shortened(user_agent: String) -> String {
    user_agent.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn start(
    work: &mut Work<'_, '_>,
    tokens: &Tokens,
    known: &Credentials,
    refresh_seed: &[u8],
    user_agent: Option<String>,
) -> Result<TokenPair> {
    let lifetimes = tokens.lifetimes(known.is_officer);
    let end = |span| work.now.checked_add(span).map_err(Error::internal);
    let session = Session {
        id: SessionId(work.next_id()),
        account: known.account,
        refresh_seed: refresh_seed.to_vec(),
        refresh_counter: 0,
        rotated_at: work.now,
        idle_until: end(lifetimes.idle)?,
        absolute_until: end(lifetimes.absolute)?,
        ended_at: None,
        is_officer: known.is_officer,
        user_agent,
        ip: work.origin().ip.map(|ip| ip.to_string()),
        authenticated_at: Some(work.now),
        created_at: work.now,
    };
    sessions::insert(work.uow, &session)?;
    failpoint!("sessions.inserted", Error::busy);
    work.origin_mut().session = Some(session.id);
    work.remember_of(
        known.account,
        known.is_officer,
        Deed::SessionStarted,
        "session",
        session.id.0,
    )?;
    pair(work, tokens, &session)
}

fn pair(work: &Work<'_, '_>, tokens: &Tokens, session: &Session) -> Result<TokenPair> {
    let (access, access_until) = tokens.access(session.account, session.id, session.is_officer, work.now)?;
    Ok(TokenPair {
        access,
        access_until,
        expires_in: tokens.lifetimes(session.is_officer).access,
        refresh: refresh_tokens::make(work.vault, &session.refresh_seed, session.id, session.refresh_counter),
        refresh_until: session.idle_until.min(session.absolute_until),
        session: session.id,
        device: None,
    })
}

/// What became of a refresh: a refusal whose consequence (the session ends) is kept all the same.
enum Refreshed {
    Done(Box<TokenPair>),
    Refused,
}

/// Exchanges a refresh token for a new pair. The token before the present one is honoured for ten seconds and gives
/// the same successor; anything older is a copy in the wrong hands: it ends the session, and its owner gets a letter.
pub async fn refresh(app: &App, origin: Origin, token: String) -> Result<TokenPair> {
    let refused = || Error::from(ErrorCode::InvalidToken);
    let (id, counter) = refresh_tokens::read(&token).ok_or_else(refused)?;
    let tokens = app.tokens.clone();
    let outcome = app
        .write(origin, move |work| rotate(work, &tokens, id, counter, &token))
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
    if is_over || !refresh_tokens::is_of(work.vault, &session.refresh_seed, token) {
        return Ok(Refreshed::Refused);
    }
    let is_fresh = work.now.duration_since(session.rotated_at) <= GRACE;
    if counter == session.refresh_counter {
        let idle_until = work
            .now
            .checked_add(tokens.lifetimes(session.is_officer).idle)
            .map_err(Error::internal)?;
        session.ip = work.origin().ip.map(|ip| ip.to_string());
        sessions::rotate(work.uow, &session, work.now, idle_until)?;
        session.refresh_counter += 1;
        session.idle_until = idle_until;
    } else if counter.checked_add(1) != Some(session.refresh_counter) || !is_fresh {
        stolen(work, &session)?;
        return Ok(Refreshed::Refused);
    }
    Ok(Refreshed::Done(Box::new(pair(work, tokens, &session)?)))
}

fn stolen(work: &mut Work<'_, '_>, session: &Session) -> Result<()> {
    sessions::end(work.uow, session.id, EndReason::Replayed, work.now)?;
    work.origin_mut().session = Some(session.id);
    work.remember_of(
        session.account,
        session.is_officer,
        Deed::SessionReplayed,
        "session",
        session.id.0,
    )?;
    let owner = accounts::find(work.conn(), session.account)?;
    let letter = Letter::SessionStolen {
        at: work.now,
        ip: work.origin().ip.map(|ip| ip.to_string()),
    };
    work.send(&Recipient::of(&owner), &letter)
}

/// Signs out: the session's access and refresh tokens are worthless from now on.
pub fn sign_out(work: &mut Work<'_, '_>, caller: &Caller) -> Result<()> {
    let (_, session) = caller.session().ok_or(ErrorCode::Unauthenticated)?;
    let actor = caller.actor(work.uow.conn(), work.now)?;
    if sessions::end(work.uow, session, EndReason::SignedOut, work.now)? {
        work.remember_by(&actor, Deed::SessionEnded, "session", session.0)?;
    }
    Ok(())
}

/// The caller's account, if a person calls, who may always see to its safety: its password and its sessions.
pub(super) fn own_account(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Actor, AccountId)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::SecureSelf, &Resource::None)?;
    let account = actor.account().ok_or(ErrorCode::Forbidden)?;
    Ok((actor, account))
}

/// The caller's own sessions that still run, most lately used first.
pub fn mine(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<Vec<Session>> {
    let (_, account) = own_account(conn, caller, now)?;
    Ok(sessions::of_account(conn, account, now)?)
}

/// Ends one of the caller's own sessions. Somebody else's does not exist for the caller.
pub fn end_one(work: &mut Work<'_, '_>, caller: &Caller, id: SessionId) -> Result<()> {
    let now = work.now;
    let (actor, account) = own_account(work.conn(), caller, now)?;
    let session = sessions::find(work.conn(), id)?
        .filter(|session| session.account == account)
        .ok_or(ErrorCode::NotFound)?;
    if sessions::end(work.uow, session.id, EndReason::EndedElsewhere, now)? {
        work.remember_by(&actor, Deed::SessionEnded, "session", id.0)?;
    }
    Ok(())
}

/// Ends all of the caller's other sessions; gives how many there were.
pub fn end_others(work: &mut Work<'_, '_>, caller: &Caller) -> Result<usize> {
    let now = work.now;
    let (actor, account) = own_account(work.conn(), caller, now)?;
    let kept = caller.session().map(|(_, session)| session);
    let count = sessions::end_all(work.uow, account, kept, EndReason::EndedElsewhere, now)?;
    if count > 0 {
        work.remember_by(&actor, Deed::SessionEnded, "account", account.0)?;
    }
    Ok(count)
}

/// Shows the password, or a code of the second factor, again: opens sensitive changes for five minutes on this session.
/// Somebody who has a second factor must show its code.
pub async fn step_up(app: &App, caller: Caller, password: Option<String>, code: Option<String>) -> Result<()> {
    let (account, session) = caller.session().ok_or(ErrorCode::Unauthenticated)?;
    let known = app
        .read_by_key(move |conn, now| {
            own_account(conn, &caller, now)?;
            Ok(accounts::credentials_of(conn, account)?)
        })
        .await?;
    let guess = throttle::spend(app, caller.origin, Guessed::Session(session)).await?;
    let outcome = try_step_up(app, caller, session, known, password, code).await;
    throttle::settle(app, caller.origin, guess, outcome).await
}

async fn try_step_up(
    app: &App,
    caller: Caller,
    session: SessionId,
    known: Credentials,
    password: Option<String>,
    code: Option<String>,
) -> Result<Attempt<()>> {
    let (owner, account) = (Some(known.owner()), known.account);
    let needs_code = known.has_factor;
    if !needs_code {
        let password = password
            .as_deref()
            .and_then(normalise)
            .ok_or(ErrorCode::WrongPassword)?;
        if app.hasher.verify(password, Some(known.password_hash)).await? == Verified::Wrong {
            return Ok(Attempt::Wrong(ErrorCode::WrongPassword, owner));
        }
    }
    app.write(caller.origin, move |work| {
        let now = work.now;
        let (actor, _) = own_account(work.conn(), &caller, now)?;
        if needs_code && second_factor::show(work, account, code.as_deref())? != Shown::Right {
            return Ok(Attempt::Wrong(ErrorCode::InvalidCode, owner));
        }
        throttle::forget(work, &Guessed::Session(session))?;
        sessions::set_authenticated(work.uow, session, now)?;
        work.remember_by(&actor, Deed::SessionSteppedUp, "session", session.0)?;
        Ok(Attempt::Right(()))
    })
    .await
}
