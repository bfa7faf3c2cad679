//! Requests to be admitted to an enterprise.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::cursor;
use super::extract::{Judged, Lang, Page, PageQuery, Paged, SignedIn};
use super::members::{RoleBody, role_sent};
use super::problem::{Answer, ProblemBody};
use super::registrations::AcceptedView;
use crate::domain::account::Role;
use crate::domain::fields::FieldErrors;
use crate::domain::fields::Violation;
use crate::domain::ids::{EnterpriseId, JoinRequestId};
use crate::domain::tax_code::TaxCode;
use crate::domain::text::Prose;
use crate::service::join_requests::{self, JoinRequest};
use crate::service::{App, Error};

/// Where to be admitted.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinRequestBody {
    /// Tax code of the enterprise (mã số thuế).
    #[schema(max_length = 14, example = "2600357502")]
    pub tax_code: String,
    /// A word to its owners.
    #[serde(default)]
    #[schema(max_length = 500, example = "Em là kỹ sư phòng thiết kế.")]
    pub message: Option<String>,
}

/// A request to be admitted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JoinRequestView {
    /// Identifier.
    pub id: Uuid,
    /// The enterprise.
    pub enterprise_id: Uuid,
    /// Its legal name.
    pub enterprise_name: String,
    /// Who asks.
    pub account_id: Uuid,
    /// The person's name.
    pub display_name: String,
    /// The person's address.
    pub email: String,
    /// A word to the owners.
    pub message: Option<String>,
    /// `pending`, `approved`, `rejected` or `withdrawn` (trạng thái).
    #[schema(example = "pending")]
    pub state: &'static str,
    /// As what the person was admitted.
    pub role: Option<&'static str>,
    /// When.
    pub created_at: Timestamp,
    /// When it was decided or taken back.
    pub decided_at: Option<Timestamp>,
}

impl From<JoinRequest> for JoinRequestView {
    fn from(request: JoinRequest) -> Self {
        Self {
            id: request.id.0,
            enterprise_id: request.enterprise.0,
            enterprise_name: request.enterprise_name,
            account_id: request.account.0,
            display_name: request.person.into_string(),
            email: request.email.as_str().to_owned(),
            message: request.message.map(Prose::into_string),
            state: request.state.as_str(),
            role: request.role.map(Role::as_str),
            created_at: request.created_at,
            decided_at: request.decided_at,
        }
    }
}

/// Ask to be admitted to an enterprise (xin tham gia doanh nghiệp).
///
/// For people who belong to none. Its owners get a letter and decide; of an enterprise that officers entered from a file and that has no
/// owner yet, an officer does. The answer is the same whether the tax code is
/// registered or not; only enterprises that the directory shows can be asked. One request at a time, five a day.
#[utoipa::path(
    post, path = "/join-requests", operation_id = "ask_to_join", tag = "members", security(("bearer" = [])),
    request_body = JoinRequestBody,
    responses(
        (status = 202, description = "Its owners were asked, if it is there", body = AcceptedView),
        (status = 409, description = "`already_there`: a request waits; `already_member`", body = ProblemBody),
        (status = 422, description = "`validation_failed`", body = ProblemBody),
        (status = 429, description = "`too_many_requests`", body = ProblemBody),
    )
)]
pub async fn ask_to_join(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    lang: Lang,
    body: Judged<JoinRequestBody>,
) -> Answer {
    let (tax_code, message) = body.by(|said| {
        let mut errors = FieldErrors::default();
        let tax_code = TaxCode::parse(&said.tax_code).map_err(Violation::TaxCode);
        let tax_code = errors.keep("/tax_code", tax_code);
        let message = errors.keep_opt("/message", said.message.as_deref(), Prose::parse);
        let asked = tax_code.map(|tax_code| (tax_code, message));
        errors.finish(asked).map_err(Error::fields)
    })?;
    app.write(caller.origin, move |work| {
        join_requests::ask(work, &caller, &tax_code, message.as_ref())
    })
    .await?;
    Ok(HttpResponse::Accepted().json(AcceptedView {
        status: "asked",
        detail: match lang {
            Lang::Vi => "Nếu doanh nghiệp có trên Sàn, chủ tài khoản đã được hỏi ý kiến; nếu chưa có chủ tài khoản thì cán bộ của Sở xem xét.",
            Lang::En => "If the enterprise is on the exchange, its owners were asked, or officers where it has none.",
        },
    }))
}

/// My newest request to be admitted, whatever became of it.
#[utoipa::path(
    get, path = "/me/join-request", operation_id = "get_my_join_request", tag = "members", security(("bearer" = [])),
    responses(
        (status = 200, description = "The request", body = JoinRequestView),
        (status = 404, description = "There is none", body = ProblemBody),
    )
)]
pub async fn get_my_join_request(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    let request = app
        .read_by_key(move |conn, now| join_requests::mine(conn, &caller, now))
        .await?;
    Ok(HttpResponse::Ok().json(JoinRequestView::from(request)))
}

/// Take my request back.
#[utoipa::path(
    delete, path = "/me/join-request", operation_id = "withdraw_join_request", tag = "members",
    security(("bearer" = [])),
    responses(
        (status = 204, description = "Taken back"),
        (status = 404, description = "None waits", body = ProblemBody),
        (status = 409, description = "`already_member`", body = ProblemBody),
    )
)]
pub async fn withdraw_join_request(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    app.write(caller.origin, move |work| join_requests::withdraw(work, &caller))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who asks to be admitted to an enterprise. For owners; of an enterprise that has none, for officers who review enterprises.
#[utoipa::path(
    get, path = "/enterprises/{id}/join-requests", operation_id = "list_join_requests", tag = "members",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The enterprise"), PageQuery),
    responses(
        (status = 200, description = "A page, newest first", body = Page<JoinRequestView>),
        (status = 409, description = "`other_owners`: to officers, where there is an owner who decides", body = ProblemBody),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
    )
)]
pub async fn list_join_requests(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    page: Paged,
) -> Answer {
    let (enterprise, limit) = (EnterpriseId(id.into_inner()), page.limit);
    let tag = format!("join-requests:{enterprise}");
    let before = page.after(&tag)?.map(JoinRequestId);
    let (rows, next) = app
        .read(move |conn, now| join_requests::list(conn, &caller, enterprise, before, limit, now))
        .await?;
    let next = next.map(|id| cursor(&tag, &id.0));
    let items = rows.into_iter().map(JoinRequestView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Who asks to be admitted to an enterprise that has no owner (yêu cầu tham gia doanh nghiệp chưa có chủ tài khoản).
///
/// For officers who review enterprises: those that officers entered from a file have nobody who could decide. Longest first, as far as
/// the officer's scope goes.
#[utoipa::path(
    get, path = "/moderation/join-requests", operation_id = "list_ownerless_join_requests", tag = "moderation",
    security(("bearer" = [])), params(PageQuery),
    responses(
        (status = 200, description = "A page, longest first; it may be short and have a next one", body = Page<JoinRequestView>),
        (status = 403, description = "Not an officer who reviews enterprises", body = ProblemBody),
    )
)]
pub async fn list_ownerless_join_requests(app: web::Data<App>, SignedIn(caller): SignedIn, page: Paged) -> Answer {
    const TAG: &str = "ownerless-join-requests";
    let limit = page.limit;
    let place = page.after(TAG)?.map(JoinRequestId);
    let found = app
        .read(move |conn, now| join_requests::list_ownerless(conn, &caller, place, limit, now))
        .await?;
    let next = found.next.map(|id| cursor(TAG, &id.0));
    let items = found.entries.into_iter().map(JoinRequestView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Admit who asks. For owners; of an enterprise that has none, for officers who review enterprises, who make the person its owner.
#[utoipa::path(
    post, path = "/enterprises/{id}/join-requests/{request}/approval", operation_id = "approve_join_request",
    tag = "members", security(("bearer" = [])), request_body = RoleBody,
    params(("id" = Uuid, Path, description = "The enterprise"), ("request" = Uuid, Path, description = "The request")),
    responses(
        (status = 200, description = "Admitted", body = JoinRequestView),
        (status = 404, description = "No such request to this enterprise", body = ProblemBody),
        (status = 409, description = "`already_decided`; `already_member`: of another one by now; `other_owners`: to officers, where there is an owner who decides", body = ProblemBody),
    )
)]
pub async fn approve_join_request(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
    body: Judged<RoleBody>,
) -> Answer {
    let (enterprise, request) = path.into_inner();
    let role = body.by(|said| role_sent(&said.role))?;
    let request = app
        .write(caller.origin, move |work| {
            join_requests::answer(
                work,
                &caller,
                EnterpriseId(enterprise),
                JoinRequestId(request),
                Some(role),
            )
        })
        .await?;
    Ok(HttpResponse::Ok().json(JoinRequestView::from(request)))
}

/// Do not admit who asks. For owners; of an enterprise that has none, for officers who review enterprises.
#[utoipa::path(
    post, path = "/enterprises/{id}/join-requests/{request}/rejection", operation_id = "reject_join_request",
    tag = "members", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The enterprise"), ("request" = Uuid, Path, description = "The request")),
    responses(
        (status = 200, description = "Not admitted", body = JoinRequestView),
        (status = 404, description = "No such request to this enterprise", body = ProblemBody),
        (status = 409, description = "`already_decided`; `other_owners`: to officers, where there is an owner who decides", body = ProblemBody),
    )
)]
pub async fn reject_join_request(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
) -> Answer {
    let (enterprise, request) = path.into_inner();
    let request = app
        .write(caller.origin, move |work| {
            join_requests::answer(work, &caller, EnterpriseId(enterprise), JoinRequestId(request), None)
        })
        .await?;
    Ok(HttpResponse::Ok().json(JoinRequestView::from(request)))
}
