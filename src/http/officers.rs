//! Officers of the Department, as those see them who appoint them.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::page::cursor;
use super::extract::{IdempotencyKey, IfMatch, Judged, Page, PageQuery, Paged, SignedIn, etag};
use super::moderation::ReasonBody;
use super::problem::{Answer, ProblemBody};
use crate::domain::account::{Email, Permission, Scope};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::AccountId;
use crate::domain::shapes::{CommuneCode, FieldCode};
use crate::domain::taxonomy::Taxonomies;
use crate::domain::text::Line;
use crate::service::accounts::NewOfficer;
use crate::service::officers::{self, Officer};
use crate::service::{App, Error};

/// Where an officer's rights hold; an empty list limits nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ScopeBody {
    /// Codes of the list `fields`; a parent covers its children.
    #[schema(value_type = Vec<FieldCode>, max_items = 200, example = json!(["food"]))]
    pub fields: Vec<String>,
    /// Codes of the list `communes`.
    #[schema(value_type = Vec<CommuneCode>, max_items = 200, example = json!(["08494"]))]
    pub communes: Vec<String>,
}

/// Who is to be appointed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficerBody {
    /// Where the letter goes with which the officer sets a password.
    #[schema(max_length = 254, example = "duyet@so.example")]
    pub email: String,
    /// Name.
    #[schema(max_length = 100, example = "Trần Văn Duyệt")]
    pub display_name: String,
    /// What the officer may do: `review_enterprises`, `review_listings`, `handle_dossiers`, `sign_certificates`,
    /// `manage_reference_data`, `manage_officers`, `read_audit`, `read_reports`, `publish_reports`,
    /// `handle_data_requests`.
    #[schema(value_type = Vec<Permission>, max_items = 10, example = json!(["review_listings"]))]
    pub permissions: Vec<String>,
    /// Where; everywhere when absent.
    #[serde(default)]
    pub scope: ScopeBody,
}

/// What is to change about an officer's rights; what is absent stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"permissions": ["review_listings"], "scope": {"fields": ["food"], "communes": []}}))]
pub struct RightsBody {
    /// What the officer may do.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Permission>>, max_items = 10, example = json!(["review_listings"]))]
    pub permissions: Option<Vec<String>>,
    /// Where.
    #[serde(default)]
    pub scope: Option<ScopeBody>,
}

/// An officer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfficerView {
    /// The account.
    pub id: Uuid,
    /// Address with which the officer signs in.
    pub email: String,
    /// Name.
    pub display_name: String,
    /// `active` or `disabled`.
    pub status: &'static str,
    /// What the officer may do.
    pub permissions: Vec<&'static str>,
    /// Where.
    pub scope: ScopeBody,
    /// Whether there is a second factor; without one, nothing but setting it up is open.
    pub has_second_factor: bool,
    /// Row version, as in `ETag`.
    pub version: i64,
}

impl From<Officer> for OfficerView {
    fn from(officer: Officer) -> Self {
        Self {
            id: officer.account.id.0,
            email: officer.account.email.as_str().to_owned(),
            display_name: officer.account.display_name.to_string(),
            status: officer.account.status.as_str(),
            permissions: officer.permissions.iter().map(|known| known.as_str()).collect(),
            scope: ScopeBody {
                fields: officer.scope.fields,
                communes: officer.scope.communes,
            },
            has_second_factor: officer.has_factor,
            version: officer.account.version,
        }
    }
}

fn answer(officer: Officer) -> Answer {
    let view = OfficerView::from(officer);
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", etag(view.version)))
        .json(view))
}

fn permissions(texts: &[String]) -> Result<Vec<Permission>, Vec<FieldError>> {
    let mut errors = FieldErrors::default();
    let mut known: Vec<Permission> = Vec::new();
    for (position, text) in texts.iter().enumerate() {
        let parsed = text
            .parse()
            .map_err(|_unknown| Violation::UnknownCode { list: "permissions" })
            .and_then(|permission| match known.contains(&permission) {
                true => Err(Violation::Duplicate),
                false => Ok(permission),
            });
        known.extend(errors.keep(format!("/permissions/{position}"), parsed));
    }
    errors.finish(Some(known))
}

fn scope(lists: &Taxonomies, body: &ScopeBody) -> Result<Scope, Vec<FieldError>> {
    Scope::parse(lists, &body.fields, &body.communes).map_err(|errors| {
        let inside = |error: FieldError| FieldError {
            pointer: format!("/scope{}", error.pointer),
            ..error
        };
        errors.into_iter().map(inside).collect()
    })
}

impl OfficerBody {
    fn parse(&self, lists: &Taxonomies) -> Result<NewOfficer, Error> {
        let mut errors = FieldErrors::default();
        let email = errors.keep("/email", Email::parse(&self.email));
        let name = errors.keep("/display_name", Line::parse(&self.display_name));
        let permissions = errors.keep_all(permissions(&self.permissions));
        let scope = errors.keep_all(scope(lists, &self.scope));
        let new = email.zip(name).zip(permissions).zip(scope);
        let new = new.map(|(((email, display_name), permissions), scope)| NewOfficer {
            email,
            display_name,
            permissions,
            scope,
        });
        errors.finish(new).map_err(Error::fields)
    }
}

impl RightsBody {
    fn parse(&self, lists: &Taxonomies) -> Result<(Option<Vec<Permission>>, Option<Scope>), Error> {
        let mut errors = FieldErrors::default();
        let sent = self.permissions.as_deref().map(permissions).transpose();
        let permissions = errors.keep_all(sent);
        let sent = self.scope.as_ref().map(|body| scope(lists, body)).transpose();
        let scope = errors.keep_all(sent);
        errors.finish(permissions.zip(scope)).map_err(Error::fields)
    }
}

/// The officers. Needs `manage_officers`, as all of these do.
#[utoipa::path(
    get, path = "/officers", operation_id = "list_officers", tag = "officers", security(("bearer" = [])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page, oldest account first", body = Page<OfficerView>),
        (status = 403, description = "Not allowed", body = ProblemBody),
    )
)]
pub async fn list_officers(app: web::Data<App>, SignedIn(caller): SignedIn, page: Paged) -> Answer {
    let (limit, tag) = (page.limit, "officers");
    let after = page.after(tag)?.map(AccountId);
    let (rows, next) = app
        .read(move |conn, now| officers::list(conn, &caller, after, limit, now))
        .await?;
    let next = next.map(|id| cursor(tag, &id.0));
    let items = rows.into_iter().map(OfficerView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Appoint an officer (bổ nhiệm cán bộ).
///
/// Sends a letter with which the officer sets the first password, within 72 hours (`POST /password-resets/confirmation`).
#[utoipa::path(
    post, path = "/officers", operation_id = "appoint_officer", tag = "officers", security(("bearer" = [])),
    request_body = OfficerBody, params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Appointed", body = OfficerView, headers(("Location" = String, description = "The officer"), ("ETag" = String, description = "Version"))),
        (status = 409, description = "`email_taken`", body = ProblemBody),
        (status = 422, description = "`validation_failed`", body = ProblemBody),
    )
)]
pub async fn appoint_officer(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<OfficerBody>,
) -> Answer {
    let key = key.of("appoint_officer", &body.raw);
    let lists = app.in_force().await?;
    let new = body.by(|said| said.parse(lists.lists()))?;
    let password_hash = officers::unusable_password(&app, caller).await?;
    creates::create(&app, caller, key, move |work| {
        let view = OfficerView::from(officers::appoint(work, &caller, &new, &password_hash)?);
        Ok(Made::versioned(format!("/officers/{}", view.id), view.version, view))
    })
    .await
}

/// One officer.
#[utoipa::path(
    get, path = "/officers/{id}", operation_id = "get_officer", tag = "officers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Account of the officer")),
    responses(
        (status = 200, description = "The officer", body = OfficerView, headers(("ETag" = String, description = "Version"))),
        (status = 403, description = "Not allowed", body = ProblemBody),
        (status = 404, description = "No such officer", body = ProblemBody),
    )
)]
pub async fn get_officer(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = AccountId(id.into_inner());
    answer(
        app.read_by_key(move |conn, now| officers::read(conn, &caller, id, now))
            .await?,
    )
}

/// Change what an officer may do and where (phân quyền cán bộ). The officer's sessions end.
///
/// Nobody changes the own rights.
#[utoipa::path(
    patch, path = "/officers/{id}", operation_id = "edit_officer", tag = "officers", security(("bearer" = [])),
    request_body = RightsBody,
    params(("id" = Uuid, Path, description = "Account of the officer"), ("If-Match" = String, Header, description = "`ETag` of the version that is edited")),
    responses(
        (status = 200, description = "Changed", body = OfficerView),
        (status = 403, description = "`second_person_required`: the own rights; or not allowed", body = ProblemBody),
        (status = 404, description = "No such officer", body = ProblemBody),
        (status = 412, description = "`stale_version`", body = ProblemBody),
        (status = 428, description = "`precondition_required`", body = ProblemBody),
    )
)]
pub async fn edit_officer(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<RightsBody>,
) -> Answer {
    let (id, seen) = (AccountId(id.into_inner()), if_match.required()?);
    let lists = app.in_force().await?;
    let (permissions, scope) = body.by(|said| said.parse(lists.lists()))?;
    let officer = app
        .write(caller.origin, move |work| {
            officers::edit(work, &caller, id, seen, permissions.as_deref(), scope.as_ref())
        })
        .await?;
    answer(officer)
}

/// Close an officer's account (tạm khóa cán bộ). The officer's sessions end.
#[utoipa::path(
    post, path = "/officers/{id}/suspension", operation_id = "suspend_officer", tag = "officers",
    security(("bearer" = [])), request_body = ReasonBody,
    params(("id" = Uuid, Path, description = "Account of the officer")),
    responses(
        (status = 200, description = "Closed", body = OfficerView),
        (status = 403, description = "`second_person_required`: the own account; or not allowed", body = ProblemBody),
        (status = 404, description = "No such officer", body = ProblemBody),
        (status = 409, description = "`already_decided`: closed already", body = ProblemBody),
    )
)]
pub async fn suspend_officer(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    body: Judged<ReasonBody>,
) -> Answer {
    let (id, reason) = (AccountId(id.into_inner()), body.by(|said| said.parse())?);
    let officer = app
        .write(caller.origin, move |work| officers::suspend(work, &caller, id, &reason))
        .await?;
    answer(officer)
}

/// Open a closed officer's account again (mở khóa cán bộ).
#[utoipa::path(
    delete, path = "/officers/{id}/suspension", operation_id = "reinstate_officer", tag = "officers",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "Account of the officer")),
    responses(
        (status = 200, description = "Open again", body = OfficerView),
        (status = 403, description = "`second_person_required`: the own account; or not allowed", body = ProblemBody),
        (status = 404, description = "No such officer", body = ProblemBody),
        (status = 409, description = "`already_decided`: it is not closed", body = ProblemBody),
    )
)]
pub async fn reinstate_officer(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = AccountId(id.into_inner());
    let officer = app
        .write(caller.origin, move |work| officers::reinstate(work, &caller, id))
        .await?;
    answer(officer)
}
