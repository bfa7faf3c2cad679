//! Signing in, staying signed in, signing out, and who am I.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::caller::origin;
use super::extract::{Body, Judged, SignedIn};
use super::limits::note_right;
use super::problem::{Answer, ProblemBody};
use super::views::{EnterpriseView, versioned};
use crate::domain::account::{Account, Language, Permission, Role, Standing};
use crate::domain::enterprise::Enterprise;
use crate::domain::ids::SessionId;
use crate::domain::text_enum;
use crate::service::keyring::{Jwk, KEPT_BY_OTHERS};
use crate::service::sessions::{self, SignIn, TokenPair};
use crate::service::{App, accounts, passwords};

/// Who signs in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    /// E-mail address.
    #[schema(max_length = 254, example = "lan@lamthao.example")]
    pub email: String,
    /// Password.
    #[schema(max_length = 256, example = "trời hôm nay xanh quá")]
    pub password: String,
    /// Six digits of the authenticator app, or a recovery code; required of whoever has a second factor.
    #[serde(default)]
    #[schema(max_length = 50, example = "492039")]
    pub code: Option<String>,
    /// Replaces a one-time password, and is required with one.
    #[serde(default)]
    #[schema(min_length = 8, max_length = 256, example = json!(null))]
    pub new_password: Option<String>,
    /// The `device_token` of the last sign-in on this device: lets its owner in while others guess at the address.
    #[serde(default)]
    #[schema(max_length = 64, example = json!(null))]
    pub device_token: Option<String>,
}

/// A refresh token.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshBody {
    /// As it was given out.
    #[schema(max_length = 75, example = "0199f3a2-7c1d-7e52-9d8e-4f6a1b2c3d4e.Zx3q…")]
    pub refresh_token: String,
}

/// Tokens. Send the access token as `Authorization: Bearer …`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenView {
    /// Access token.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds that the access token lasts.
    pub expires_in: i64,
    /// When the access token ends.
    pub expires_at: Timestamp,
    /// Exchange it for a new pair before the access token ends; each is good for one exchange.
    pub refresh_token: String,
    /// When the refresh token ends.
    pub refresh_expires_at: Timestamp,
    /// The session.
    pub session_id: Uuid,
    /// Of a sign-in only: keep it on the device, beyond the session, and send it with the next sign-in, whose answer
    /// replaces it. Good for 180 days, until the password is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub device_token: Option<String>,
}

fn token_view(pair: TokenPair) -> TokenView {
    TokenView {
        expires_in: pair.expires_in.as_secs(),
        access_token: pair.access,
        token_type: "Bearer",
        expires_at: pair.access_until,
        refresh_token: pair.refresh,
        refresh_expires_at: pair.refresh_until,
        session_id: pair.session.0,
        device_token: pair.device,
    }
}

/// Sign in (đăng nhập).
#[utoipa::path(
    post, path = "/sessions", operation_id = "sign_in", tag = "sessions", request_body = SignInBody,
    responses(
        (status = 201, description = "Signed in", body = TokenView),
        (status = 401, description = "`invalid_credentials`", body = ProblemBody),
        (status = 403, description = "`password_change_required`", body = ProblemBody),
        (status = 503, description = "`busy`: too many sign-ins at once", body = ProblemBody),
    )
)]
pub async fn sign_in(request: HttpRequest, app: web::Data<App>, body: Judged<SignInBody>) -> Answer {
    let SignInBody {
        email,
        password,
        code,
        new_password,
        device_token,
    } = body.value(|said| match said.new_password {
        Some(new) => passwords::judge_new(&app, &new),
        None => Ok(()),
    })?;
    let user_agent = request.headers().get(header::USER_AGENT);
    let sent = SignIn {
        email,
        password,
        code,
        new_password,
        device_token,
        user_agent: user_agent.and_then(|value| value.to_str().ok()).map(str::to_owned),
    };
    // Who comes to sign in is nobody yet: an access token that is over, which many clients send along with everything,
    // must not keep them from getting a new one.
    let outcome = sessions::sign_in(&app, origin(&request), sent).await?;
    note_right(&request);
    match outcome {
        sessions::SignedIn::Here(pair) => Ok(HttpResponse::Created().json(token_view(*pair))),
        sessions::SignedIn::TooOften(refusal) => Err(refusal.into()),
    }
}

/// Exchange a refresh token for a new pair.
#[utoipa::path(
    post, path = "/sessions/refresh", operation_id = "refresh_session", tag = "sessions", request_body = RefreshBody,
    responses(
        (status = 200, description = "A new pair", body = TokenView),
        (status = 401, description = "`invalid_token`: unknown, over, or used before", body = ProblemBody),
    )
)]
pub async fn refresh_session(request: HttpRequest, app: web::Data<App>, body: Body<RefreshBody>) -> Answer {
    let pair = sessions::refresh(&app, origin(&request), body.value.refresh_token).await?;
    Ok(HttpResponse::Ok().json(token_view(pair)))
}

/// Sign out (đăng xuất).
#[utoipa::path(
    delete, path = "/sessions/current", operation_id = "sign_out", tag = "sessions", security(("bearer" = [])),
    responses(
        (status = 204, description = "Signed out"),
    )
)]
pub async fn sign_out(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    app.write(caller.origin, move |work| sessions::sign_out(work, &caller))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Password or code, shown again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "492039"}))]
pub struct StepUpBody {
    /// The password, of whoever has no second factor.
    #[serde(default)]
    #[schema(max_length = 256)]
    pub password: Option<String>,
    /// A code, of whoever has a second factor.
    #[serde(default)]
    #[schema(max_length = 50, example = "492039")]
    pub code: Option<String>,
}

/// Show password or code again (xác thực lại): opens sensitive changes on this session for five minutes.
#[utoipa::path(
    post, path = "/sessions/current/step-up", operation_id = "step_up", tag = "sessions", security(("bearer" = [])),
    request_body = StepUpBody,
    responses(
        (status = 204, description = "Shown"),
        (status = 401, description = "`wrong_password`, `invalid_code`, or not signed in", body = ProblemBody),
        (status = 429, description = "`too_many_requests`", body = ProblemBody),
    )
)]
pub async fn step_up(
    request: HttpRequest,
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    body: Body<StepUpBody>,
) -> Answer {
    let StepUpBody { password, code } = body.value;
    sessions::step_up(&app, caller, password, code).await?;
    note_right(&request);
    Ok(HttpResponse::NoContent().finish())
}

/// One signed-in device.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Identifier.
    pub id: Uuid,
    /// Whether it is the one that asks.
    pub is_current: bool,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// From where it was last refreshed.
    pub ip: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub last_used_at: Timestamp,
    /// When it ends unless it is used before.
    pub expires_at: Timestamp,
}

/// The caller's sessions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionsView {
    /// At most 100, most lately used first.
    #[schema(max_items = 100)]
    pub items: Vec<SessionView>,
}

/// Where am I signed in (các phiên đăng nhập)?
#[utoipa::path(
    get, path = "/me/sessions", operation_id = "list_my_sessions", tag = "sessions", security(("bearer" = [])),
    responses(
        (status = 200, description = "Sessions that still run", body = SessionsView),
        (status = 401, description = "Not signed in", body = ProblemBody),
    )
)]
pub async fn list_my_sessions(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    let rows = app.read(move |conn, now| sessions::mine(conn, &caller, now)).await?;
    let current = caller.session().map(|(_, session)| session);
    let items = rows
        .into_iter()
        .map(|row| SessionView {
            id: row.id.0,
            is_current: Some(row.id) == current,
            expires_at: row.idle_until.min(row.absolute_until),
            user_agent: row.user_agent,
            ip: row.ip,
            created_at: row.created_at,
            last_used_at: row.rotated_at,
        })
        .collect();
    Ok(HttpResponse::Ok().json(SessionsView { items }))
}

/// End one of my sessions.
#[utoipa::path(
    delete, path = "/me/sessions/{id}", operation_id = "end_my_session", tag = "sessions", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 404, description = "Not one of mine", body = ProblemBody),
    )
)]
pub async fn end_my_session(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = SessionId(id.into_inner());
    app.write(caller.origin, move |work| sessions::end_one(work, &caller, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End all my other sessions.
#[utoipa::path(
    delete, path = "/me/sessions", operation_id = "end_my_other_sessions", tag = "sessions", security(("bearer" = [])),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "Not signed in", body = ProblemBody),
    )
)]
pub async fn end_my_other_sessions(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    app.write(caller.origin, move |work| sessions::end_others(work, &caller))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The keys with which access tokens are signed (RFC 7517).
#[derive(Clone, Debug, Serialize)]
struct KeySet<'a> {
    keys: &'a [Jwk],
}

/// `GET /.well-known/jwks.json`: for services beside the exchange that verify its tokens.
pub async fn serve_keys(app: web::Data<App>) -> Answer {
    let ring = app.tokens.ring();
    let kept = format!("public, max-age={}", KEPT_BY_OTHERS.as_secs());
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, kept))
        .json(KeySet { keys: ring.published() }))
}

text_enum! {
    /// On which side of the counter an account stands.
    pub enum AccountKind {
        /// Belongs to no enterprise yet (người dùng).
        Person => "person",
        /// Belongs to an enterprise (thành viên).
        Member => "member",
        /// Works for the Department (cán bộ).
        Officer => "officer",
    }
}

/// Who is signed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MeView {
    /// The account.
    pub id: Uuid,
    /// E-mail address.
    pub email: String,
    /// Name.
    pub display_name: String,
    /// Whether the address was proved.
    pub email_verified: bool,
    /// Language of letters.
    #[schema(value_type = Language)]
    pub language: &'static str,
    /// Whether a member of an enterprise, an officer of the Department, or neither yet.
    #[schema(value_type = AccountKind)]
    pub kind: &'static str,
    /// Role in the enterprise; members only.
    #[schema(required, value_type = Option<Role>)]
    pub role: Option<&'static str>,
    /// Rights; officers only.
    #[schema(value_type = Vec<Permission>)]
    pub permissions: Vec<&'static str>,
    /// The enterprise; members only.
    #[schema(required)]
    pub enterprise: Option<EnterpriseView>,
    /// Version of the account, as in `ETag`.
    pub version: i64,
}

/// Who am I.
#[utoipa::path(
    get, path = "/me", operation_id = "get_me", tag = "sessions", security(("bearer" = [])),
    responses(
        (status = 200, description = "The account and what it belongs to", body = MeView, headers(("ETag" = String, description = "Version of the account"))),
    )
)]
pub async fn get_me(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    let (account, enterprise) = app
        .read_by_key(move |conn, now| accounts::me(conn, &caller, now))
        .await?;
    Ok(me(&account, enterprise.as_ref(), app.clock.now()))
}

/// The answer to whoever asks who he or she is.
pub(super) fn me(account: &Account, enterprise: Option<&Enterprise>, now: Timestamp) -> HttpResponse {
    let (kind, role, permissions) = match &account.standing {
        Standing::Member { role, .. } => (AccountKind::Member, Some(role.as_str()), Vec::new()),
        Standing::Person => (AccountKind::Person, None, Vec::new()),
        Standing::Officer { permissions, .. } => (
            AccountKind::Officer,
            None,
            permissions.iter().map(|p| p.as_str()).collect(),
        ),
    };
    let view = MeView {
        id: account.id.0,
        email: account.email.as_str().into(),
        display_name: account.display_name.to_string(),
        email_verified: account.email_verified_at.is_some(),
        language: account.language.as_str(),
        kind: kind.as_str(),
        role,
        permissions,
        enterprise: enterprise.map(|enterprise| EnterpriseView::full(enterprise, now)),
        version: account.version,
    };
    versioned(account, &view)
}
