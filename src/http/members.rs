//! Members of an enterprise.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::cursor;
use super::extract::{Judged, Page, PageQuery, Paged, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::account::Role;
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::service::members::{self, Member, Seen};
use crate::service::{App, Error};

/// A member of an enterprise.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberView {
    /// The account.
    pub account_id: Uuid,
    /// Address with which the person signs in; null for other members who are not owners, when the person had processing
    /// restricted.
    #[schema(required)]
    pub email: Option<String>,
    /// Name; null likewise.
    #[schema(required)]
    pub display_name: Option<String>,
    /// `owner`, `editor` or `viewer` (vai trò).
    #[schema(example = "editor")]
    pub role: &'static str,
    /// Since when.
    pub joined_at: Timestamp,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Seen::from(member).into()
    }
}

impl From<Seen> for MemberView {
    fn from(seen: Seen) -> Self {
        let Seen { member, is_masked } = seen;
        Self {
            account_id: member.account.0,
            email: (!is_masked).then(|| member.email.as_str().to_owned()),
            display_name: (!is_masked).then(|| member.display_name.into_string()),
            role: member.role.as_str(),
            joined_at: member.joined_at,
        }
    }
}

/// A role.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleBody {
    /// `owner`, `editor` or `viewer`.
    #[schema(value_type = Role, example = "editor")]
    pub role: String,
}

/// Reads a role.
pub(super) fn role(text: &str) -> Result<Role, Violation> {
    text.parse()
        .map_err(|_unknown| Violation::UnknownCode { list: "roles" })
}

/// The same, refused as the member of a body that it is.
pub(super) fn role_sent(text: &str) -> Result<Role, Error> {
    role(text).map_err(|violation| Error::field("/role", violation))
}

/// Who belongs to an enterprise (thành viên).
///
/// For its members, and for officers who review it.
#[utoipa::path(
    get, path = "/enterprises/{id}/members", operation_id = "list_members", tag = "members", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The enterprise"), PageQuery),
    responses(
        (status = 200, description = "A page, oldest account first", body = Page<MemberView>),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
    )
)]
pub async fn list_members(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>, page: Paged) -> Answer {
    let (enterprise, limit) = (EnterpriseId(id.into_inner()), page.limit);
    let tag = format!("members:{enterprise}");
    let after = page.after(&tag)?.map(AccountId);
    let (rows, next) = app
        .read(move |conn, now| members::list(conn, &caller, enterprise, after, limit, now))
        .await?;
    let next = next.map(|account| cursor(&tag, &account.0));
    let items = rows.into_iter().map(MemberView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Give a member another role (đổi vai trò). The member's sessions end.
///
/// For owners.
#[utoipa::path(
    patch, path = "/enterprises/{id}/members/{account}", operation_id = "change_member_role", tag = "members",
    security(("bearer" = [])), request_body = RoleBody,
    params(("id" = Uuid, Path, description = "The enterprise"), ("account" = Uuid, Path, description = "The member")),
    responses(
        (status = 200, description = "Changed", body = MemberView),
        (status = 404, description = "No such member", body = ProblemBody),
        (status = 409, description = "`last_owner`", body = ProblemBody),
    )
)]
pub async fn change_member_role(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
    body: Judged<RoleBody>,
) -> Answer {
    let (enterprise, account) = path.into_inner();
    let role = body.by(|said| role_sent(&said.role))?;
    let member = app
        .write(caller.origin, move |work| {
            members::set_role(work, &caller, EnterpriseId(enterprise), AccountId(account), role)
        })
        .await?;
    Ok(HttpResponse::Ok().json(MemberView::from(member)))
}

/// Remove a member. The member's sessions end.
///
/// For owners. Keys that the member made stay.
#[utoipa::path(
    delete, path = "/enterprises/{id}/members/{account}", operation_id = "remove_member", tag = "members",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The enterprise"), ("account" = Uuid, Path, description = "The member")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "No such member", body = ProblemBody),
        (status = 409, description = "`last_owner`", body = ProblemBody),
    )
)]
pub async fn remove_member(app: web::Data<App>, SignedIn(caller): SignedIn, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (enterprise, account) = path.into_inner();
    app.write(caller.origin, move |work| {
        members::remove(work, &caller, EnterpriseId(enterprise), AccountId(account))
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Hand the ownership over (chuyển quyền chủ tài khoản): the member becomes owner, the caller editor.
///
/// For owners. The sessions of both end.
#[utoipa::path(
    post, path = "/enterprises/{id}/members/{account}/ownership", operation_id = "transfer_ownership", tag = "members",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The enterprise"), ("account" = Uuid, Path, description = "The next owner")),
    responses(
        (status = 200, description = "Handed over", body = MemberView),
        (status = 404, description = "No such member", body = ProblemBody),
        (status = 409, description = "`already_there`: to oneself", body = ProblemBody),
    )
)]
pub async fn transfer_ownership(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
) -> Answer {
    let (enterprise, account) = path.into_inner();
    let member = app
        .write(caller.origin, move |work| {
            members::transfer(work, &caller, EnterpriseId(enterprise), AccountId(account))
        })
        .await?;
    Ok(HttpResponse::Ok().json(MemberView::from(member)))
}

/// Leave my enterprise (rời doanh nghiệp). My other sessions end.
#[utoipa::path(
    delete, path = "/me/membership", operation_id = "leave_enterprise", tag = "members", security(("bearer" = [])),
    responses(
        (status = 204, description = "Left"),
        (status = 403, description = "Not a member of an enterprise", body = ProblemBody),
        (status = 409, description = "`last_owner`", body = ProblemBody),
    )
)]
pub async fn leave_enterprise(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    app.write(caller.origin, move |work| members::leave(work, &caller))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
