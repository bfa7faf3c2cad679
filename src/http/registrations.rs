//! Registration of an enterprise with its first account.

use actix_web::web;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{Body, IdempotencyKey, MaybeSignedIn, etag};
use super::problem::{Answer, Problem, ProblemBody};
use super::views::{EnterpriseView, created};
use crate::domain::drafts::EnterpriseDraft;
use crate::service::accounts::{self, RegistrationDraft};
use crate::service::context::Caller;
use crate::service::idempotency::{self, Key};
use crate::service::{App, Error, ErrorCode};

/// The first account of an enterprise.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountBody {
    /// Address with which the person signs in.
    #[schema(max_length = 254, example = "lan@lamthao.example")]
    pub email: String,
    /// 15 to 256 characters, any of them; not made of the account's own data.
    #[schema(min_length = 15, max_length = 256, example = "trời hôm nay xanh quá")]
    pub password: String,
    /// Name of the person (họ tên).
    #[schema(max_length = 100, example = "Nguyễn Thị Lan")]
    pub display_name: String,
}

/// A registration.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationBody {
    /// The enterprise.
    pub enterprise: EnterpriseDraft,
    /// Its first account, which becomes its owner.
    pub account: AccountBody,
}

/// What a repeated request is compared by: all but the password, of which not even a fingerprint is kept.
#[derive(Serialize)]
struct Compared<'a> {
    enterprise: &'a EnterpriseDraft,
    email: &'a str,
    display_name: &'a str,
}

/// What was registered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegistrationView {
    /// The enterprise, which now waits for an officer.
    pub enterprise: EnterpriseView,
    /// The account, which may sign in at once.
    pub account_id: Uuid,
}

/// Register an enterprise (đăng ký doanh nghiệp).
///
/// The enterprise waits for an officer of the Department; its account may sign in at once and write drafts.
#[utoipa::path(
    post, path = "/registrations", operation_id = "register_enterprise", tag = "enterprises", security((), ("bearer" = [])),
    request_body = RegistrationBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Registered", body = RegistrationView),
        (status = 409, description = "`email_taken`, `tax_code_taken`", body = ProblemBody),
    )
)]
pub async fn register_enterprise(
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<RegistrationBody>,
) -> Answer {
    let RegistrationBody { enterprise, account } = body.value;
    let compared = Compared {
        enterprise: &enterprise,
        email: &account.email,
        display_name: &account.display_name,
    };
    let compared = serde_json::to_vec(&compared)
        .map_err(Error::internal)
        .map_err(Problem)?;
    let key = key.map(|key| Key::new(key, "register_enterprise", &compared).of_visitor(&account.email.to_lowercase()));
    let (email, password) = (account.email.clone(), account.password.clone());
    let draft = RegistrationDraft {
        enterprise,
        email: account.email,
        password: account.password,
        display_name: account.display_name,
    };
    let registration = accounts::prepare_registration(&app, draft).await?;
    // A registration is a visitor's deed, whoever else is signed in on this device.
    let caller = Caller {
        session: None,
        ..caller
    };
    let answer = app
        .write(caller.request, move |work| {
            idempotency::once(work, &caller, key.as_ref(), |work| {
                let (enterprise, account) = accounts::register(work, &registration)?;
                let view = RegistrationView {
                    enterprise: EnterpriseView::full(&enterprise),
                    account_id: account.0,
                };
                Ok(idempotency::Answer {
                    location: format!("/api/v1/enterprises/{}", enterprise.id),
                    etag: etag(enterprise.version),
                    body: serde_json::to_string(&view).map_err(Error::internal)?,
                    is_replay: false,
                })
            })
        })
        .await?;
    if answer.is_replay && !accounts::is_password_of(&app, &email, &password).await? {
        return Err(ErrorCode::IdempotencyKeyReused.into());
    }
    Ok(created(answer))
}
