//! Who calls, by `Authorization: Bearer`.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use futures_util::FutureExt;
use futures_util::future::{Either, LocalBoxFuture, Map, Ready, ready};

use super::{app, single};
use crate::domain::ids::{AccountId, ApiKeyId, SessionId};
use crate::http::limits::rates::Subject;
use crate::http::limits::{client, count_subject};
use crate::http::observe::{request_id, set_caller};
use crate::http::problem::Problem;
use crate::http::routes::{Keys, operation};
use crate::service::context::{Caller, Credential, Origin};
use crate::service::tokens::Verdict;
use crate::service::{ErrorCode, Result, api_keys, keyring};

/// Somebody who showed an access token that is in force. Whether the session still stands is asked in the use case.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn(pub Caller);

/// A visitor, or somebody signed in. A broken token is refused here too: whoever sends one believes to be signed in, and
/// must not be shown a visitor's view without being told.
#[derive(Clone, Copy, Debug)]
pub struct MaybeSignedIn(pub Caller);

/// What the header says; a token that was signed with a key that is not known here, and a key of an enterprise's system,
/// need a look into the database.
enum Read {
    Known(Caller),
    UnknownKey(String),
    ApiKey(ApiKeyId, [u8; 32]),
}

fn read(request: &HttpRequest) -> Result<Read> {
    let origin = origin(request);
    // Sent twice or unreadable: no token that could be valid.
    let Ok(value) = single(request, &header::AUTHORIZATION) else {
        return Err(ErrorCode::InvalidToken.into());
    };
    let Some(value) = value else {
        return Ok(Read::Known(Caller::visitor(origin)));
    };
    let token = value
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim_matches(' '))
        .filter(|token| !token.is_empty())
        .ok_or(ErrorCode::InvalidToken)?;
    if api_keys::is_key(token) {
        let (key, secret_hash) = api_keys::read(token).ok_or(ErrorCode::InvalidToken)?;
        // Asked before the key is looked up: where no key may call, none is even compared.
        let pattern = request.match_pattern().unwrap_or_default();
        if operation(request.method().as_str(), &pattern).is_none_or(|operation| operation.keys == Keys::Refused) {
            return Err(ErrorCode::Forbidden.into());
        }
        count_subject(request, Subject::Key(secret_hash))?;
        return Ok(Read::ApiKey(key, secret_hash));
    }
    let app = app(request)?;
    match app.tokens.verify(token, app.clock.now()) {
        Verdict::Good(account, session) => {
            count_subject(request, Subject::Account(account.0))?;
            Ok(Read::Known(signed_in(origin, account, session)))
        }
        Verdict::UnknownKey => Ok(Read::UnknownKey(token.to_owned())),
        Verdict::Bad => Err(ErrorCode::InvalidToken.into()),
    }
}

fn signed_in(origin: Origin, account: AccountId, session: SessionId) -> Caller {
    Caller {
        credential: Credential::Session { account, session },
        origin: Origin {
            session: Some(session),
            ..origin
        },
    }
}

/// Where the request comes from.
pub fn origin(request: &HttpRequest) -> Origin {
    let client = client(request);
    Origin {
        request: request_id(request),
        ip: client.map(|client| client.ip),
        port: client.and_then(|client| client.port),
        session: None,
    }
}

/// Ready at once, unless the token's key has to be looked for.
type Pending =
    Either<Ready<std::result::Result<Caller, Problem>>, LocalBoxFuture<'static, std::result::Result<Caller, Problem>>>;

fn caller(request: &HttpRequest) -> Pending {
    match read(request) {
        Ok(Read::Known(caller)) => Either::Left(ready(Ok(known(request, caller)))),
        Err(error) => Either::Left(ready(Err(Problem(error)))),
        Ok(Read::ApiKey(key, secret_hash)) => {
            let request = request.clone();
            Either::Right(Box::pin(async move {
                let app = app(&request).map_err(Problem)?;
                // Where anybody may call, a revoked key is refused too, as a broken token is.
                api_keys::admit(app, key, secret_hash).await.map_err(Problem)?;
                let caller = Caller {
                    credential: Credential::Key { key, secret_hash },
                    origin: origin(&request),
                };
                Ok(known(&request, caller))
            }))
        }
        Ok(Read::UnknownKey(token)) => {
            let request = request.clone();
            Either::Right(Box::pin(async move {
                let app = app(&request).map_err(Problem)?;
                keyring::look_again(app).await.map_err(Problem)?;
                let (account, session) = app.tokens.verify_access(&token, app.clock.now()).map_err(Problem)?;
                count_subject(&request, Subject::Account(account.0)).map_err(Problem)?;
                Ok(known(&request, signed_in(origin(&request), account, session)))
            }))
        }
    }
}

fn known(request: &HttpRequest, caller: Caller) -> Caller {
    set_caller(request, caller);
    caller
}

impl FromRequest for MaybeSignedIn {
    type Error = Problem;
    type Future = Map<Pending, fn(std::result::Result<Caller, Problem>) -> std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        caller(request).map(|caller| caller.map(Self))
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Map<Pending, fn(std::result::Result<Caller, Problem>) -> std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        caller(request).map(|caller| match caller? {
            Caller {
                credential: Credential::None,
                ..
            } => Err(ErrorCode::Unauthenticated.into()),
            caller => Ok(Self(caller)),
        })
    }
}
