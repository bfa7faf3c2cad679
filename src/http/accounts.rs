//! Changing one's own account: name, language, address.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::extract::{Body, IfMatch, Judged, Lang, MaybeSignedIn, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::registrations::{AcceptedView, TokenBody, accepted};
use super::sessions::{MeView, me};
use crate::domain::account::{Email, Language};
use crate::service::addresses::{self, Progress};
use crate::service::{App, Error, accounts};

/// What can be changed of one's own account.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfilePatch {
    /// Name of the person (họ tên).
    #[schema(max_length = 100, example = "Nguyễn Thị Lan")]
    pub display_name: Option<String>,
    /// Language of letters.
    #[schema(value_type = Option<Language>)]
    pub language: Option<String>,
}

/// Change my name or the language of my letters.
///
/// The body is a JSON merge patch (RFC 7396): `display_name` and `language` (`vi` or `en`).
#[utoipa::path(
    patch, path = "/me", operation_id = "edit_me", tag = "accounts", security(("bearer" = [])),
    params(("If-Match" = String, Header, description = "`ETag` of the version that is edited")),
    request_body(content = ProfilePatch, description = "Members to change", example = json!({"display_name": "Nguyễn Thị Lan", "language": "vi"})),
    responses(
        (status = 200, description = "Changed", body = MeView, headers(("ETag" = String, description = "Version of the account"))),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 412, description = "`stale_version`", body = ProblemBody),
        (status = 422, description = "`validation_failed`", body = ProblemBody),
        (status = 428, description = "`precondition_required`", body = ProblemBody),
    )
)]
pub async fn edit_me(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    if_match: IfMatch,
    body: Body<Map<String, Value>>,
) -> Answer {
    let seen = if_match.required()?;
    let patch = Value::Object(body.value);
    let (account, enterprise) = app
        .write(caller.origin, move |work| {
            accounts::edit(work, &caller, seen, &patch)?;
            let now = work.now;
            accounts::me(work.conn(), &caller, now)
        })
        .await?;
    Ok(me(&account, enterprise.as_ref(), app.clock.now()))
}

/// Have a letter sent that proves my present address (xác nhận địa chỉ thư điện tử).
#[utoipa::path(
    post, path = "/me/email/verification", operation_id = "ask_email_verification", tag = "accounts",
    security(("bearer" = [])),
    responses(
        (status = 202, description = "A letter was sent", body = AcceptedView),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 409, description = "`already_there`: it was proved", body = ProblemBody),
        (status = 429, description = "`too_many_requests`", body = ProblemBody),
    )
)]
pub async fn ask_email_verification(app: web::Data<App>, SignedIn(caller): SignedIn, lang: Lang) -> Answer {
    app.write(caller.origin, move |work| addresses::ask_verification(work, &caller))
        .await?;
    Ok(accepted(lang))
}

/// Prove an address with the token from the letter.
#[utoipa::path(
    post, path = "/email-verifications/confirmation", operation_id = "confirm_email", tag = "accounts",
    request_body = TokenBody, security((), ("bearer" = [])),
    responses(
        (status = 204, description = "Proved"),
        (status = 400, description = "`invalid_proof`: unknown, used, over, or another account's", body = ProblemBody),
    )
)]
pub async fn confirm_email(app: web::Data<App>, MaybeSignedIn(caller): MaybeSignedIn, body: Body<TokenBody>) -> Answer {
    let token = body.value.token;
    app.write(caller.origin, move |work| addresses::confirm(work, &caller, &token))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The new address.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEmailBody {
    /// Address with which the person is to sign in.
    #[schema(max_length = 254, example = "lan@coop.example")]
    pub email: String,
}

/// Ask for another address (đổi địa chỉ thư điện tử).
///
/// Sends a letter to the present and one to the new address; both must be confirmed within 24 hours. The answer is the
/// same whether the new address has an account or not.
#[utoipa::path(
    post, path = "/me/email", operation_id = "ask_email_change", tag = "accounts", security(("bearer" = [])),
    request_body = NewEmailBody,
    responses(
        (status = 202, description = "Letters were sent", body = AcceptedView),
        (status = 422, description = "`validation_failed`", body = ProblemBody),
        (status = 429, description = "`too_many_requests`", body = ProblemBody),
    )
)]
pub async fn ask_email_change(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    lang: Lang,
    body: Judged<NewEmailBody>,
) -> Answer {
    let email = body.by(|said| Email::parse(&said.email).map_err(|violation| Error::field("/email", violation)))?;
    addresses::ask_change(&app, caller, email).await?;
    Ok(accepted(lang))
}

/// How far a change of address is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EmailChangeView {
    /// `waiting_for_other_address` or `changed`.
    #[schema(example = "changed")]
    pub status: &'static str,
}

/// Agree to a change of address with the token from one of the two letters.
///
/// The second one changes the address and ends all sessions.
#[utoipa::path(
    post, path = "/email-changes/confirmation", operation_id = "confirm_email_change", tag = "accounts",
    request_body = TokenBody, security((), ("bearer" = [])),
    responses(
        (status = 200, description = "Agreed", body = EmailChangeView),
        (status = 400, description = "`invalid_proof`: unknown, used, over, or another account's", body = ProblemBody),
    )
)]
pub async fn confirm_email_change(
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    body: Body<TokenBody>,
) -> Answer {
    let token = body.value.token;
    let progress = app
        .write(caller.origin, move |work| {
            addresses::confirm_change(work, &caller, &token)
        })
        .await?;
    let status = match progress {
        Progress::WaitingForOther => "waiting_for_other_address",
        Progress::Changed => "changed",
    };
    Ok(HttpResponse::Ok().json(EmailChangeView { status }))
}
