//! Keys with which an enterprise's own systems call.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::page::cursor;
use super::extract::{IdempotencyKey, Judged, Page, PageQuery, Paged, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::api_key::KeyScope;
use crate::domain::api_key::NewKey;
use crate::domain::ids::{ApiKeyId, EnterpriseId};
use crate::service::api_keys::{self, ApiKey};
use crate::service::{App, Error};

/// What kind of key is wanted.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyBody {
    /// What people call it.
    #[schema(max_length = 100, example = "ERP")]
    pub name: String,
    /// What it may do: `listings:read`, `listings:write`, `enterprise:read`.
    #[schema(value_type = Vec<KeyScope>, min_items = 1, max_items = 3, example = json!(["listings:read", "listings:write"]))]
    pub scopes: Vec<String>,
    /// How long it lasts.
    #[schema(minimum = 1, maximum = 366, example = 90)]
    pub expires_in_days: i64,
}

/// A key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiKeyView {
    /// Identifier.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What it may do.
    #[schema(value_type = Vec<KeyScope>)]
    pub scopes: Vec<&'static str>,
    /// Account of who made it.
    pub created_by: Uuid,
    /// When.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used; up to a minute late.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.0,
            name: key.name.into_string(),
            scopes: key.scopes.iter().map(|scope| scope.as_str()).collect(),
            created_by: key.created_by.0,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// A new key with its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewApiKeyView {
    /// Send it as `Authorization: Bearer …`. Shown only now: `null` in a repeated answer (`Idempotent-Replayed: true`).
    #[schema(example = "vptex_…")]
    pub key: Option<String>,
    /// What it is.
    #[serde(flatten)]
    pub made: ApiKeyView,
}

/// Make a key for an enterprise's own systems (tạo khóa API).
///
/// For owners. At most 20 keys are in force. The secret is
/// kept nowhere, so a repeated answer is without it: if the first one was lost, revoke this key and make another.
#[utoipa::path(
    post, path = "/enterprises/{id}/api-keys", operation_id = "create_api_key", tag = "keys", security(("bearer" = [])),
    request_body = ApiKeyBody,
    params(("id" = Uuid, Path, description = "The enterprise"), ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "The key; shown only now", body = NewApiKeyView),
        (status = 409, description = "`limit_reached`", body = ProblemBody),
        (status = 422, description = "`validation_failed`", body = ProblemBody),
    )
)]
pub async fn create_api_key(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Judged<ApiKeyBody>,
) -> Answer {
    let enterprise = EnterpriseId(id.into_inner());
    let idempotency_key = key.of(&format!("create_api_key:{enterprise}"), &body.raw);
    let new = body.by(|said| {
        let new = NewKey::parse(&said.name, &said.scopes, said.expires_in_days);
        new.map_err(Error::fields)
    })?;
    creates::create(&app, caller, idempotency_key, move |work| {
        let (made, key) = api_keys::create(work, &caller, enterprise, &new)?;
        let location = format!("/enterprises/{enterprise}/api-keys/{}", made.id);
        let view = |key| NewApiKeyView {
            key,
            made: made.clone().into(),
        };
        Ok(Made {
            again: Some(view(None)),
            ..Made::at(location, view(Some(key)))
        })
    })
    .await
}

/// An enterprise's keys, revoked and ended ones too. For owners.
#[utoipa::path(
    get, path = "/enterprises/{id}/api-keys", operation_id = "list_api_keys", tag = "keys", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The enterprise"), PageQuery),
    responses(
        (status = 200, description = "A page, newest first", body = Page<ApiKeyView>),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
    )
)]
pub async fn list_api_keys(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    page: Paged,
) -> Answer {
    let (enterprise, limit) = (EnterpriseId(id.into_inner()), page.limit);
    let tag = format!("api-keys:{enterprise}");
    let before = page.after(&tag)?.map(ApiKeyId);
    let (rows, next) = app
        .read(move |conn, now| api_keys::list(conn, &caller, enterprise, before, limit, now))
        .await?;
    let next = next.map(|id| cursor(&tag, &id.0));
    let items = rows.into_iter().map(ApiKeyView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Revoke a key (thu hồi khóa API): it opens nothing from now on. For owners, those of a suspended enterprise too.
#[utoipa::path(
    delete, path = "/enterprises/{id}/api-keys/{key}", operation_id = "revoke_api_key", tag = "keys",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The enterprise"), ("key" = Uuid, Path, description = "The key")),
    responses(
        (status = 204, description = "Revoked"),
        (status = 404, description = "No such key of this enterprise", body = ProblemBody),
        (status = 409, description = "`already_decided`: revoked already", body = ProblemBody),
    )
)]
pub async fn revoke_api_key(app: web::Data<App>, SignedIn(caller): SignedIn, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (enterprise, key) = path.into_inner();
    app.write(caller.origin, move |work| {
        api_keys::revoke(work, &caller, EnterpriseId(enterprise), ApiKeyId(key))
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
