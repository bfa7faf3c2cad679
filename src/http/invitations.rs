//! Invitations to an enterprise.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::caller::origin;
use super::extract::page::cursor;
use super::extract::{Body, IdempotencyKey, Judged, Lang, MaybeSignedIn, Page, PageQuery, Paged, SignedIn};
use super::members::role;
use super::policies::user_agent;
use super::problem::{Answer, ProblemBody};
use super::registrations::TokenBody;
use crate::domain::account::Role;
use crate::domain::account::{Email, Language};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{EnterpriseId, InvitationId, PolicyId};
use crate::service::invitations::{self, Invitation, InvitationState, NewMember};
use crate::service::registration::First;
use crate::service::{App, Error};

/// Whom to invite, and as what.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationBody {
    /// Where the letter goes.
    #[schema(max_length = 254, example = "hoa@lamthao.example")]
    pub email: String,
    /// What the person will be.
    #[schema(value_type = Role, example = "editor")]
    pub role: String,
}

/// An invitation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Identifier.
    pub id: Uuid,
    /// Where the letter went.
    pub email: String,
    /// What the person will be.
    pub role: &'static str,
    /// `pending`, `expired`, `accepted`, `declined` or `revoked` (trạng thái).
    #[schema(example = "pending")]
    pub state: &'static str,
    /// Who invited.
    pub invited_by: Uuid,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// When it was accepted, declined or taken back.
    pub decided_at: Option<Timestamp>,
}

impl InvitationView {
    fn of(invitation: Invitation, now: Timestamp) -> Self {
        let is_over = invitation.state == InvitationState::Pending && invitation.expires_at <= now;
        Self {
            id: invitation.id.0,
            email: invitation.email.as_str().to_owned(),
            role: invitation.role.as_str(),
            state: if is_over { "expired" } else { invitation.state.as_str() },
            invited_by: invitation.invited_by.0,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            decided_at: invitation.decided_at,
        }
    }
}

/// Invite somebody to an enterprise (mời thành viên).
///
/// For owners. Sends a letter whose link is good for seven days.
/// The answer does not tell whether the address has an account.
#[utoipa::path(
    post, path = "/enterprises/{id}/invitations", operation_id = "invite_member", tag = "members",
    security(("bearer" = [])), request_body = InvitationBody,
    params(("id" = Uuid, Path, description = "The enterprise"), ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Invited", body = InvitationView),
        (status = 409, description = "`already_there`: an invitation waits for this address; `already_member`", body = ProblemBody),
        (status = 429, description = "`too_many_requests`: 50 a day, three letters an hour to one address", body = ProblemBody),
    )
)]
pub async fn invite_member(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Judged<InvitationBody>,
) -> Answer {
    let enterprise = EnterpriseId(id.into_inner());
    let key = key.of(&format!("invite_member:{enterprise}"), &body.raw);
    let (email, role) = body.by(|said| {
        let mut errors = FieldErrors::default();
        let email = errors.keep("/email", Email::parse(&said.email));
        let role = errors.keep("/role", role(&said.role));
        errors.finish(email.zip(role)).map_err(Error::fields)
    })?;
    creates::create(&app, caller, key, move |work| {
        let invitation = invitations::invite(work, &caller, enterprise, &email, role)?;
        let location = format!("/enterprises/{enterprise}/invitations/{}", invitation.id);
        Ok(Made::at(location, InvitationView::of(invitation, work.now)))
    })
    .await
}

/// Who was invited to an enterprise. For owners.
#[utoipa::path(
    get, path = "/enterprises/{id}/invitations", operation_id = "list_invitations", tag = "members",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The enterprise"), PageQuery),
    responses(
        (status = 200, description = "A page, newest first", body = Page<InvitationView>),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
    )
)]
pub async fn list_invitations(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    page: Paged,
) -> Answer {
    let (enterprise, limit) = (EnterpriseId(id.into_inner()), page.limit);
    let tag = format!("invitations:{enterprise}");
    let before = page.after(&tag)?.map(InvitationId);
    let (rows, next, now) = app
        .read(move |conn, now| {
            let (rows, next) = invitations::list(conn, &caller, enterprise, before, limit, now)?;
            Ok((rows, next, now))
        })
        .await?;
    let next = next.map(|id| cursor(&tag, &id.0));
    let items = rows.into_iter().map(|row| InvitationView::of(row, now)).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Take an invitation back. For owners.
#[utoipa::path(
    delete, path = "/enterprises/{id}/invitations/{invitation}", operation_id = "revoke_invitation", tag = "members",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The enterprise"), ("invitation" = Uuid, Path, description = "The invitation")),
    responses(
        (status = 204, description = "Taken back"),
        (status = 404, description = "No such invitation of this enterprise", body = ProblemBody),
        (status = 409, description = "`already_decided`", body = ProblemBody),
    )
)]
pub async fn revoke_invitation(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
) -> Answer {
    let (enterprise, invitation) = path.into_inner();
    app.write(caller.origin, move |work| {
        invitations::revoke(work, &caller, EnterpriseId(enterprise), InvitationId(invitation))
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who accepts without having an account; the address is the invitation's.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMemberBody {
    /// 15 to 256 characters (from 14 where the operator follows TCVN 14423), any of them; nothing common, not made of the
    /// account's own data.
    #[schema(min_length = 14, max_length = 256, example = "trời hôm nay xanh quá")]
    pub password: String,
    /// Name of the person (họ tên).
    #[schema(max_length = 100, example = "Lê Thị Hoa")]
    pub display_name: String,
    /// The rules and notices in force (`GET /policies`) that the person accepts; all of them, where there are any.
    #[serde(default)]
    #[schema(max_items = 10, example = json!([]))]
    pub accepted_policies: Vec<Uuid>,
}

/// The token from the letter and, where the address has no account, what is needed to open one.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "AZ5eK0tcfT6PkBorPE1eb3dhaSBkaeG7g24gdMawIHRo4butIHLhuqV0IGThuqVp",
    "account": {"password": "trời hôm nay xanh quá", "display_name": "Lê Thị Hoa"},
}))]
pub struct AcceptanceBody {
    /// What stands behind the `#` of the link in the letter.
    #[schema(
        min_length = 64,
        max_length = 64,
        example = "AZ5eK0tcfT6PkBorPE1eb3dhaSBkaeG7g24gdMawIHRo4butIHLhuqV0IGThuqVp"
    )]
    pub token: String,
    /// Opens an account; only without being signed in.
    #[serde(default)]
    pub account: Option<NewMemberBody>,
}

/// What somebody has become a member of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JoinedView {
    /// The enterprise.
    pub enterprise_id: Uuid,
    /// The account.
    pub account_id: Uuid,
    /// Its role.
    pub role: &'static str,
}

/// Accept an invitation (nhận lời mời).
///
/// If the invited address has an account, one must be signed in with it, and it must belong to no enterprise. If it has
/// none, `account` opens one, which may sign in at once.
#[utoipa::path(
    post, path = "/invitations/acceptance", operation_id = "accept_invitation", tag = "members",
    security((), ("bearer" = [])), request_body = AcceptanceBody,
    responses(
        (status = 200, description = "A member now", body = JoinedView),
        (status = 400, description = "`invalid_proof`: unknown, used or over", body = ProblemBody),
        (status = 401, description = "`unauthenticated`: the address has an account, sign in with it", body = ProblemBody),
        (status = 403, description = "Another account than the invited one, or `enterprise_not_active`", body = ProblemBody),
        (status = 409, description = "`already_member`; `already_decided`: declined or taken back; `policy_acceptance_required`", body = ProblemBody),
        (status = 422, description = "`account` is missing or wrong", body = ProblemBody),
    )
)]
pub async fn accept_invitation(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    lang: Lang,
    body: Judged<AcceptanceBody>,
) -> Answer {
    let new = |account: NewMemberBody| NewMember {
        first: First {
            password: account.password,
            accepted_policies: account.accepted_policies.into_iter().map(PolicyId).collect(),
            user_agent: user_agent(&request),
        },
        display_name: account.display_name,
        language: match lang {
            Lang::Vi => Language::Vi,
            Lang::En => Language::En,
        },
    };
    let AcceptanceBody { token, account } = body.value(|said| match said.account {
        Some(account) => invitations::judge(&app, &new(account)),
        None => Ok(()),
    })?;
    let (enterprise, account, role) = invitations::accept(&app, caller, token, account.map(new)).await?;
    Ok(HttpResponse::Ok().json(JoinedView {
        enterprise_id: enterprise.0,
        account_id: account.0,
        role: role.as_str(),
    }))
}

/// Decline an invitation (từ chối lời mời). The token is enough.
#[utoipa::path(
    post, path = "/invitations/refusal", operation_id = "decline_invitation", tag = "members", request_body = TokenBody,
    responses(
        (status = 204, description = "Declined"),
        (status = 400, description = "`invalid_proof`: unknown, used or over", body = ProblemBody),
        (status = 409, description = "`already_decided`: taken back", body = ProblemBody),
    )
)]
pub async fn decline_invitation(request: HttpRequest, app: web::Data<App>, body: Body<TokenBody>) -> Answer {
    let token = body.value.token;
    app.write(origin(&request), move |work| invitations::decline(work, &token))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
