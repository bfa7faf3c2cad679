//! Who calls, by `Authorization: Bearer`.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};

use super::{app, single};
use crate::http::observe::request_id;
use crate::http::problem::Problem;
use crate::service::context::Caller;
use crate::service::{ErrorCode, Result};

/// Somebody who showed an access token that is in force. Whether the session still stands is asked in the use case.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn(pub Caller);

/// A visitor, or somebody signed in. A broken token is refused here too: whoever sends one believes to be signed in, and
/// must not be shown a visitor's view without being told.
#[derive(Clone, Copy, Debug)]
pub struct MaybeSignedIn(pub Caller);

fn caller(request: &HttpRequest) -> Result<Caller> {
    let visitor = Caller {
        request: request_id(request),
        ..Caller::VISITOR
    };
    // Sent twice or unreadable: no token that could be valid.
    let Ok(value) = single(request, &header::AUTHORIZATION) else {
        return Err(ErrorCode::InvalidToken.into());
    };
    let Some(value) = value else { return Ok(visitor) };
    let token = value
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim_matches(' '))
        .filter(|token| !token.is_empty())
        .ok_or(ErrorCode::InvalidToken)?;
    let app = app(request)?;
    let session = app.tokens.verify_access(token, app.clock.now())?;
    Ok(Caller {
        session: Some(session),
        ..visitor
    })
}

impl FromRequest for MaybeSignedIn {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(caller(request).map(Self).map_err(Problem))
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match caller(request) {
            Ok(caller) if caller.session.is_some() => Ok(Self(caller)),
            Ok(_visitor) => Err(ErrorCode::Unauthenticated.into()),
            Err(error) => Err(Problem(error)),
        })
    }
}
