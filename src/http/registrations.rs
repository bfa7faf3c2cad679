//! Registration of an enterprise with its first account, and opening of an account without one.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::caller::origin;
use super::extract::{Judged, Lang};
use super::policies::user_agent;
use super::problem::{Answer, ProblemBody};
use super::views::EnterpriseView;
use crate::domain::account::Language;
use crate::domain::drafts::EnterpriseDraft;
use crate::domain::ids::PolicyId;
use crate::service::App;
use crate::service::registration::{self, AccountDraft, First};
use crate::service::screening::words_of_registration;

/// Somebody who opens an account.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountBody {
    /// Address with which the person signs in.
    #[schema(max_length = 254, example = "lan@lamthao.example")]
    pub email: String,
    /// Name of the person (họ tên).
    #[schema(max_length = 100, example = "Nguyễn Thị Lan")]
    pub display_name: String,
}

impl AccountBody {
    fn draft(self, lang: Lang) -> AccountDraft {
        AccountDraft {
            email: self.email,
            display_name: self.display_name,
            language: match lang {
                Lang::Vi => Language::Vi,
                Lang::En => Language::En,
            },
        }
    }
}

/// A registration.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationBody {
    /// The enterprise.
    pub enterprise: EnterpriseDraft,
    /// Its first account, which becomes its owner.
    pub account: AccountBody,
}

/// How it goes on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AcceptedView {
    /// Always `letter_sent`.
    #[schema(example = "letter_sent")]
    pub status: &'static str,
    /// What to do next, for people.
    pub detail: &'static str,
}

/// The answer to everything that goes on by letter. It is the same whether the address has an account or not.
pub(super) fn accepted(lang: Lang) -> HttpResponse {
    HttpResponse::Accepted().json(AcceptedView {
        status: "letter_sent",
        detail: match lang {
            Lang::Vi => "Nếu địa chỉ dùng được, thư hướng dẫn đã được gửi; hãy mở liên kết trong thư.",
            Lang::En => "If the address can be used, a letter was sent; open the link in it.",
        },
    })
}

/// A token from a letter, and the password of the account that it opens.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningBody {
    /// What stands behind the `#` of the link in the letter.
    #[schema(
        min_length = 64,
        max_length = 64,
        example = "AZ5eK0tcfT6PkBorPE1eb3dhaSBkaeG7g24gdMawIHRo4butIHLhuqV0IGThuqVp"
    )]
    pub token: String,
    /// 15 to 256 characters (from 14 where the operator follows TCVN 14423), any of them; nothing common, not made of the
    /// account's or the enterprise's own data.
    #[schema(min_length = 14, max_length = 256, example = "trời hôm nay xanh quá")]
    pub password: String,
    /// The rules and notices in force (`GET /policies`) that the person accepts; all of them, where there are any.
    #[serde(default)]
    #[schema(max_items = 10, example = json!([]))]
    pub accepted_policies: Vec<Uuid>,
}

impl OpeningBody {
    fn first(self, request: &HttpRequest) -> (String, First) {
        let first = First {
            password: self.password,
            accepted_policies: self.accepted_policies.into_iter().map(PolicyId).collect(),
            user_agent: user_agent(request),
        };
        (self.token, first)
    }
}

/// A token from a letter.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenBody {
    /// What stands behind the `#` of the link in the letter.
    #[schema(
        min_length = 64,
        max_length = 64,
        example = "AZ5eK0tcfT6PkBorPE1eb3dhaSBkaeG7g24gdMawIHRo4butIHLhuqV0IGThuqVp"
    )]
    pub token: String,
}

/// What was registered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegistrationView {
    /// The enterprise, which now waits for an officer.
    pub enterprise: EnterpriseView,
    /// The account, which may sign in at once.
    pub account_id: Uuid,
}

/// Whose account was opened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenedView {
    /// The account, which may sign in at once.
    pub account_id: Uuid,
}

/// Register an enterprise (đăng ký doanh nghiệp).
///
/// Sends a letter to the address; nothing is registered before its link was opened, within 24 hours
/// (`POST /registrations/confirmation`), where the password is chosen. The answer is the same when the address has an account already: then the letter
/// says so. Sending it again is harmless; an address gets three letters an hour at the most.
#[utoipa::path(
    post, path = "/registrations", operation_id = "register_enterprise", tag = "enterprises",
    request_body = RegistrationBody,
    responses(
        (status = 202, description = "A letter was sent", body = AcceptedView),
        (status = 409, description = "`tax_code_taken`", body = ProblemBody),
        (status = 422, description = "`validation_failed`", body = ProblemBody),
    )
)]
pub async fn register_enterprise(
    request: HttpRequest,
    app: web::Data<App>,
    lang: Lang,
    body: Judged<RegistrationBody>,
) -> Answer {
    let lists = app.in_force().await?;
    let judge = |RegistrationBody { enterprise, account }| {
        registration::prepare_enterprise(&lists, enterprise, &account.draft(lang))
    };
    let prepared = body.by_and_words(&app, judge, words_of_registration).await?;
    registration::ask(&app, origin(&request), prepared).await?;
    Ok(accepted(lang))
}

/// Complete a registration with the token from the letter and a password (xác nhận đăng ký).
///
/// Whoever reads the letter chooses the password, so nobody gets an account at somebody else's address. The enterprise waits for an officer of the Department; its account may sign in at once and write drafts.
#[utoipa::path(
    post, path = "/registrations/confirmation", operation_id = "confirm_registration", tag = "enterprises",
    request_body = OpeningBody,
    responses(
        (status = 201, description = "Registered", body = RegistrationView),
        (status = 400, description = "`invalid_proof`: unknown, used or over", body = ProblemBody),
        (status = 409, description = "`tax_code_taken`; `policy_acceptance_required`: `policies` names what is in force and was not accepted", body = ProblemBody),
    )
)]
pub async fn confirm_registration(request: HttpRequest, app: web::Data<App>, body: Judged<OpeningBody>) -> Answer {
    let said = body.value(|said| registration::judge_password(&app, &said.password))?;
    let (token, first) = said.first(&request);
    let (enterprise, account) = registration::confirm_enterprise(&app, origin(&request), token, first).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/enterprises/{}", enterprise.id)))
        .json(RegistrationView {
            enterprise: EnterpriseView::full(&enterprise, app.clock.now()),
            account_id: account.0,
        }))
}

/// Open an account that belongs to no enterprise yet (mở tài khoản).
///
/// For people who want to be admitted to an enterprise that is registered already. Sends a letter, as registrations do.
#[utoipa::path(
    post, path = "/accounts", operation_id = "open_account", tag = "accounts",
    request_body = AccountBody,
    responses(
        (status = 202, description = "A letter was sent", body = AcceptedView),
        (status = 422, description = "`validation_failed`", body = ProblemBody),
    )
)]
pub async fn open_account(request: HttpRequest, app: web::Data<App>, lang: Lang, body: Judged<AccountBody>) -> Answer {
    let prepared = body.by(|said| registration::prepare_account(&said.draft(lang)))?;
    registration::ask(&app, origin(&request), prepared).await?;
    Ok(accepted(lang))
}

/// Complete the opening of an account with the token from the letter and a password.
#[utoipa::path(
    post, path = "/accounts/confirmation", operation_id = "confirm_account", tag = "accounts",
    request_body = OpeningBody,
    responses(
        (status = 201, description = "Opened", body = OpenedView),
        (status = 400, description = "`invalid_proof`: unknown, used or over", body = ProblemBody),
        (status = 409, description = "`policy_acceptance_required`: `policies` names what is in force and was not accepted", body = ProblemBody),
    )
)]
pub async fn confirm_account(request: HttpRequest, app: web::Data<App>, body: Judged<OpeningBody>) -> Answer {
    let said = body.value(|said| registration::judge_password(&app, &said.password))?;
    let (token, first) = said.first(&request);
    let account = registration::confirm_account(&app, origin(&request), token, first).await?;
    Ok(HttpResponse::Created().json(OpenedView { account_id: account.0 }))
}
