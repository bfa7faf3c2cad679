//! Accounts of people who are no officers: looking at one, suspending it, opening it again.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{IfMatch, Judged, SignedIn, etag};
use super::moderation::ReasonBody;
use super::problem::{Answer, ProblemBody};
use crate::domain::account::{Account, Role, Standing};
use crate::domain::ids::AccountId;
use crate::service::{App, account_suspensions};

/// An account, as officers see it who review enterprises.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountView {
    /// Identifier.
    pub id: Uuid,
    /// Address.
    pub email: String,
    /// Name.
    pub display_name: String,
    /// `active` or `disabled`.
    pub status: &'static str,
    /// When the address was proved.
    pub email_verified_at: Option<Timestamp>,
    /// The enterprise that the person belongs to.
    pub enterprise_id: Option<Uuid>,
    /// The role there.
    #[schema(value_type = Option<Role>)]
    pub role: Option<&'static str>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

fn answer(account: Account) -> Answer {
    let (enterprise_id, role) = match account.standing {
        Standing::Member { enterprise, role } => (Some(enterprise.0), Some(role.as_str())),
        Standing::Person | Standing::Officer { .. } => (None, None),
    };
    let view = AccountView {
        id: account.id.0,
        email: account.email.as_str().to_owned(),
        display_name: account.display_name.into_string(),
        status: account.status.as_str(),
        email_verified_at: account.email_verified_at,
        enterprise_id,
        role,
        version: account.version,
    };
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", etag(view.version)))
        .json(view))
}

/// One account (tài khoản), for officers who review enterprises.
///
/// Its identifier stands in the list of members, in the register of data requests and in the audit trail. A person who
/// belongs to no enterprise is seen by officers whose scope has no bounds.
#[utoipa::path(
    get, path = "/accounts/{id}", operation_id = "get_account", tag = "moderation", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 200, description = "The account", body = AccountView),
        (status = 403, description = "`second_person_required`: the own account", body = ProblemBody),
        (status = 404, description = "Absent, an officer's, or outside of the caller's scope", body = ProblemBody),
    )
)]
pub async fn get_account(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = AccountId(id.into_inner());
    answer(
        app.read_by_key(move |conn, now| account_suspensions::read(conn, &caller, id, now))
            .await?,
    )
}

/// Suspend somebody's account (tạm khóa tài khoản).
///
/// All sessions end at once, links from letters, and invitations that the person sent, are worthless, and the person is
/// told why by letter. For officers who review enterprises, within their scope, with a sign-in or step-up within the last
/// five minutes.
#[utoipa::path(
    post, path = "/accounts/{id}/suspension", operation_id = "suspend_account", tag = "moderation",
    security(("bearer" = [])), request_body = ReasonBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Suspended", body = AccountView),
        (status = 401, description = "Not signed in, or `step_up_required`", body = ProblemBody),
        (status = 403, description = "`second_person_required`: the own account", body = ProblemBody),
        (status = 404, description = "Absent, an officer's, or outside of the caller's scope", body = ProblemBody),
        (status = 409, description = "`already_decided`: suspended already", body = ProblemBody),
    )
)]
pub async fn suspend_account(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReasonBody>,
) -> Answer {
    let (id, seen) = (AccountId(id.into_inner()), if_match.optional()?);
    let reason = body.by(|said| said.parse())?;
    let account = app
        .write(caller.origin, move |work| {
            account_suspensions::suspend(work, &caller, id, seen, &reason)
        })
        .await?;
    answer(account)
}

/// Open a suspended account again (mở khóa tài khoản).
#[utoipa::path(
    delete, path = "/accounts/{id}/suspension", operation_id = "reinstate_account", tag = "moderation",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Open again", body = AccountView),
        (status = 401, description = "Not signed in, or `step_up_required`", body = ProblemBody),
        (status = 403, description = "`second_person_required`: the own account", body = ProblemBody),
        (status = 404, description = "Absent, erased, an officer's, or outside of the caller's scope", body = ProblemBody),
        (status = 409, description = "`already_decided`: it is not suspended", body = ProblemBody),
    )
)]
pub async fn reinstate_account(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (AccountId(id.into_inner()), if_match.optional()?);
    let account = app
        .write(caller.origin, move |work| {
            account_suspensions::reinstate(work, &caller, id, seen)
        })
        .await?;
    answer(account)
}
