//! The second factor: setting up, removing, recovery codes, and its removal by two officers.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{Body, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::ids::{AccountId, FactorResetId};
use crate::service::context::Caller;
use crate::service::second_factor::Whose;
use crate::service::{App, ErrorCode, second_factor};

/// What an authenticator app needs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnrolmentView {
    /// The secret in base 32, to be typed in.
    pub secret: String,
    /// The same as an address, to be shown as a QR code.
    #[schema(example = "otpauth://totp/vptex:canbo%40so.example?secret=…&issuer=vptex")]
    pub uri: String,
}

/// The first code of the app.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeBody {
    /// Six digits.
    #[schema(min_length = 6, max_length = 6, example = "492039")]
    pub code: String,
}

/// Codes for when the device is lost; each is good once, and they are shown only now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecoveryCodesView {
    /// Ten codes.
    #[schema(max_items = 10)]
    pub recovery_codes: Vec<String>,
}

/// A request of one officer that another one's second factor be removed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FactorResetView {
    /// Identifier.
    pub id: Uuid,
    /// Whose factor.
    pub account_id: Uuid,
    /// Who asked.
    pub asked_by: Uuid,
    /// When.
    pub asked_at: Timestamp,
    /// Until when another officer may agree.
    pub expires_at: Timestamp,
    /// Who agreed.
    pub approved_by: Option<Uuid>,
}

/// Begin to set up the second factor (thiết lập xác thực hai lớp).
///
/// It protects nothing until its first code was shown.
#[utoipa::path(
    post, path = "/me/second-factor", operation_id = "begin_second_factor", tag = "accounts", security(("bearer" = [])),
    responses(
        (status = 201, description = "What the authenticator app needs; shown only now", body = EnrolmentView),
        (status = 409, description = "`already_there`", body = ProblemBody),
    )
)]
pub async fn begin_second_factor(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    let enrolment = app
        .write(caller.origin, move |work| second_factor::begin(work, &caller))
        .await?;
    Ok(HttpResponse::Created().json(EnrolmentView {
        secret: enrolment.secret,
        uri: enrolment.uri,
    }))
}

/// Show the first code: the second factor is in force, all other sessions end.
#[utoipa::path(
    post, path = "/me/second-factor/confirmation", operation_id = "confirm_second_factor", tag = "accounts",
    security(("bearer" = [])), request_body = CodeBody,
    responses(
        (status = 200, description = "In force; the recovery codes are shown only now", body = RecoveryCodesView),
        (status = 401, description = "`invalid_code`, or not signed in", body = ProblemBody),
        (status = 404, description = "Nothing was begun", body = ProblemBody),
        (status = 409, description = "`already_there`: one is in force", body = ProblemBody),
    )
)]
pub async fn confirm_second_factor(app: web::Data<App>, SignedIn(caller): SignedIn, body: Body<CodeBody>) -> Answer {
    let code = body.value.code;
    let codes = app
        .write(caller.origin, move |work| second_factor::confirm(work, &caller, &code))
        .await?;
    let recovery_codes = codes.ok_or(ErrorCode::InvalidCode)?;
    Ok(HttpResponse::Ok().json(RecoveryCodesView { recovery_codes }))
}

/// Remove one's own second factor; not for officers. Ends all other sessions.
///
/// A password that was chosen beside it, and would be too weak alone, is to be changed first.
#[utoipa::path(
    delete, path = "/me/second-factor", operation_id = "remove_second_factor", tag = "accounts", security(("bearer" = [])),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, description = "Officers must have one", body = ProblemBody),
        (status = 404, description = "There is none", body = ProblemBody),
        (status = 409, description = "`stronger_password_required`: the password is good enough beside it only", body = ProblemBody),
    )
)]
pub async fn remove_second_factor(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    app.write(caller.origin, move |work| second_factor::remove(work, &caller))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Make new recovery codes; the former ones are worthless from now on.
#[utoipa::path(
    post, path = "/me/recovery-codes", operation_id = "renew_recovery_codes", tag = "accounts", security(("bearer" = [])),
    responses(
        (status = 201, description = "Shown only now", body = RecoveryCodesView),
        (status = 404, description = "No second factor", body = ProblemBody),
    )
)]
pub async fn renew_recovery_codes(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    let recovery_codes = app
        .write(caller.origin, move |work| {
            second_factor::renew_recovery_codes(work, &caller)
        })
        .await?;
    Ok(HttpResponse::Created().json(RecoveryCodesView { recovery_codes }))
}

fn view(reset: second_factor::FactorReset) -> FactorResetView {
    FactorResetView {
        id: reset.id.0,
        account_id: reset.account.0,
        asked_by: reset.asked_by.0,
        asked_at: reset.asked_at,
        expires_at: reset.expires_at,
        approved_by: reset.approved.map(|(by, _)| by.0),
    }
}

async fn ask(app: &App, caller: Caller, whose: Whose) -> Answer {
    let reset = app
        .write(caller.origin, move |work| {
            second_factor::ask_reset(work, &caller, whose)
        })
        .await?;
    Ok(HttpResponse::Created().json(view(reset)))
}

async fn approve(app: &App, caller: Caller, whose: Whose, reset: Uuid) -> Answer {
    let reset = app
        .write(caller.origin, move |work| {
            second_factor::approve_reset(work, &caller, whose, FactorResetId(reset))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view(reset)))
}

/// Ask that another officer's second factor be removed (đề nghị gỡ xác thực hai lớp).
///
/// A second officer, appointed before, must agree within 24 hours. Needs `manage_officers`.
#[utoipa::path(
    post, path = "/officers/{id}/factor-resets", operation_id = "ask_factor_reset", tag = "officers",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "Account of the officer")),
    responses(
        (status = 201, description = "Waits for a second officer", body = FactorResetView),
        (status = 403, description = "Not allowed, or one's own factor", body = ProblemBody),
        (status = 404, description = "No such officer", body = ProblemBody),
    )
)]
pub async fn ask_factor_reset(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    ask(&app, caller, Whose::Officer(AccountId(id.into_inner()))).await
}

/// Agree that an officer's second factor be removed: all its owner's sessions end, and the owner must enrol anew.
#[utoipa::path(
    post, path = "/officers/{id}/factor-resets/{reset}/approval", operation_id = "approve_factor_reset", tag = "officers",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Account of the officer"), ("reset" = Uuid, Path, description = "The request")),
    responses(
        (status = 200, description = "Removed", body = FactorResetView),
        (status = 403, description = "`second_person_required`: not the asker, nor anybody appointed since; or not allowed", body = ProblemBody),
        (status = 404, description = "No such request", body = ProblemBody),
        (status = 409, description = "`already_decided`: also when the asker is no active officer any more", body = ProblemBody),
    )
)]
pub async fn approve_factor_reset(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
) -> Answer {
    let (officer, reset) = path.into_inner();
    approve(&app, caller, Whose::Officer(AccountId(officer)), reset).await
}

/// Ask that the second factor of somebody who is no officer be removed (đề nghị gỡ xác thực hai lớp của người dùng).
///
/// For people who have lost device and recovery codes, once it is certain who they are. A second officer, appointed before,
/// must agree within 24 hours. Needs `review_enterprises`; of people without an enterprise, by officers whom no scope limits.
#[utoipa::path(
    post, path = "/accounts/{id}/factor-resets", operation_id = "ask_account_factor_reset", tag = "accounts",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The account")),
    responses(
        (status = 201, description = "Waits for a second officer", body = FactorResetView),
        (status = 404, description = "No such account, or an officer's", body = ProblemBody),
    )
)]
pub async fn ask_account_factor_reset(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    ask(&app, caller, Whose::Account(AccountId(id.into_inner()))).await
}

/// Agree that somebody's second factor be removed: all the owner's sessions end, and the password alone signs in again.
///
/// A password that is strong enough only beside a factor opens nothing any more; the owner sets another one by letter.
#[utoipa::path(
    post, path = "/accounts/{id}/factor-resets/{reset}/approval", operation_id = "approve_account_factor_reset", tag = "accounts",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The account"), ("reset" = Uuid, Path, description = "The request")),
    responses(
        (status = 200, description = "Removed", body = FactorResetView),
        (status = 403, description = "`second_person_required`: not the asker, nor anybody appointed since; or not allowed", body = ProblemBody),
        (status = 404, description = "No such request", body = ProblemBody),
        (status = 409, description = "`already_decided`: also when the asker is no active officer any more", body = ProblemBody),
    )
)]
pub async fn approve_account_factor_reset(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
) -> Answer {
    let (account, reset) = path.into_inner();
    approve(&app, caller, Whose::Account(AccountId(account)), reset).await
}
