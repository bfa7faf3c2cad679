//! Changing one's password, and setting a new one when it was forgotten.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::extract::caller::origin;
use super::extract::{Judged, Lang, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::registrations::{AcceptedView, accepted};
use crate::domain::account::Email;
use crate::domain::fields::Violation;
use crate::service::{App, Error, passwords};

/// The present password and the new one.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// The present password.
    #[schema(max_length = 256, example = "trời hôm nay xanh quá")]
    pub current_password: String,
    /// The new one: at least 15 characters, or 8 beside a second factor.
    #[schema(min_length = 8, max_length = 256, example = "mưa rơi trên mái ngói cũ")]
    pub new_password: String,
}

/// Who forgot the password.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetBody {
    /// The address.
    #[schema(max_length = 254, example = "lan@lamthao.example")]
    pub email: String,
}

/// The token from the letter and the new password.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPasswordBody {
    /// What stands behind the `#` of the link in the letter.
    #[schema(
        min_length = 64,
        max_length = 64,
        example = "AZ5eK0tcfT6PkBorPE1eb3dhaSBkaeG7g24gdMawIHRo4butIHLhuqV0IGThuqVp"
    )]
    pub token: String,
    /// At least 15 characters, or 8 beside a second factor.
    #[schema(min_length = 8, max_length = 256, example = "mưa rơi trên mái ngói cũ")]
    pub new_password: String,
}

/// Change one's own password (đổi mật khẩu). Ends all other sessions.
#[utoipa::path(
    put, path = "/me/password", operation_id = "change_password", tag = "accounts", security(("bearer" = [])),
    request_body = PasswordBody,
    responses(
        (status = 204, description = "Changed"),
        (status = 401, description = "`wrong_password`: the present password is wrong; or not signed in", body = ProblemBody),
        (status = 422, description = "The new password is not good enough", body = ProblemBody),
        (status = 429, description = "`too_many_requests`", body = ProblemBody),
    )
)]
pub async fn change_password(app: web::Data<App>, SignedIn(caller): SignedIn, body: Judged<PasswordBody>) -> Answer {
    let said = body.value(|said| passwords::judge_new(&app, &said.new_password))?;
    passwords::change(&app, caller, &said.current_password, &said.new_password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for a new password (quên mật khẩu).
///
/// Sends a letter with a link that is good for 30 minutes. The answer is the same whether the address has an account or
/// not.
#[utoipa::path(
    post, path = "/password-resets", operation_id = "ask_password_reset", tag = "accounts", request_body = ResetBody,
    responses(
        (status = 202, description = "A letter was sent if the address has an account", body = AcceptedView),
    )
)]
pub async fn ask_password_reset(
    request: HttpRequest,
    app: web::Data<App>,
    lang: Lang,
    body: Judged<ResetBody>,
) -> Answer {
    let email = body.by(|said| match Email::parse(&said.email) {
        Ok(email) => Ok(Some(email)),
        Err(violation @ Violation::TooLong { .. }) => Err(Error::field("/email", violation)),
        // What cannot be an address has no account; to say so here and not there would tell something.
        Err(_) => Ok(None),
    })?;
    if let Some(email) = email {
        passwords::ask_reset(&app, origin(&request), email).await?;
    }
    Ok(accepted(lang))
}

/// Set a new password with the token from the letter.
///
/// Ends all sessions, keeps the second factor, and signs nobody in.
#[utoipa::path(
    post, path = "/password-resets/confirmation", operation_id = "reset_password", tag = "accounts",
    request_body = NewPasswordBody,
    responses(
        (status = 204, description = "Set"),
        (status = 400, description = "`invalid_proof`: unknown, used or over", body = ProblemBody),
        (status = 422, description = "The new password is not good enough", body = ProblemBody),
    )
)]
pub async fn reset_password(request: HttpRequest, app: web::Data<App>, body: Judged<NewPasswordBody>) -> Answer {
    let said = body.value(|said| passwords::judge_new(&app, &said.new_password))?;
    passwords::reset(&app, origin(&request), &said.token, &said.new_password).await?;
    Ok(HttpResponse::NoContent().finish())
}
