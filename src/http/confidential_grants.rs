//! To whom the confidential part of a listing is granted, or what is shown on request of it, and what they undertake.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::page::cursor;
use super::extract::{Body, IdempotencyKey, Judged, Page, PageQuery, Paged, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::confidential::Terms;
use crate::domain::ids::{ConfidentialGrantId, EnterpriseId, ListingId};
use crate::service::confidential::grants::{self, Acceptance, Entry};
use crate::service::{App, Error};

/// A new grant.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfidentialGrantBody {
    /// To which enterprise: another active one.
    #[schema(example = "01978e3a-7b1c-7d2e-9f00-3c5a8e1b2d4f")]
    pub enterprise_id: Uuid,
    /// For what; whoever reads is told.
    #[schema(max_length = 500, example = "Thẩm định công nghệ trước khi ký hợp đồng chuyển giao")]
    pub purpose: String,
    /// What everybody who reads undertakes, in the owner's words (cam kết bảo mật).
    #[schema(
        max_length = 10_000,
        example = "Không tiết lộ, không sao chép; chỉ dùng cho mục đích đã nêu."
    )]
    pub undertaking: String,
    /// Until when, within 730 days.
    #[schema(example = "2027-03-09T03:00:00Z")]
    pub expires_at: Timestamp,
    /// Whether it opens the confidential part too, and what is written there later; only a listing that is shown on request
    /// is granted without. Unless it is said, whether there is a part now.
    #[serde(default)]
    pub covers_part: Option<bool>,
}

impl ConfidentialGrantBody {
    fn terms(&self, now: Timestamp) -> Result<Terms, Error> {
        let texts = (self.purpose.as_str(), self.undertaking.as_str());
        let terms = Terms::parse(EnterpriseId(self.enterprise_id), texts, self.expires_at, now);
        terms.map_err(Error::fields)
    }
}

/// That somebody accepted the undertaking.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UndertakingAcceptance {
    /// Who.
    pub account_id: Uuid,
    /// The person's name.
    pub name: String,
    /// When.
    pub accepted_at: Timestamp,
}

impl From<Acceptance> for UndertakingAcceptance {
    fn from(accepted: Acceptance) -> Self {
        Self {
            account_id: accepted.account.0,
            name: accepted.name,
            accepted_at: accepted.accepted_at,
        }
    }
}

/// A grant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfidentialGrantView {
    /// Identifier.
    pub id: Uuid,
    /// The listing.
    pub listing_id: Uuid,
    /// What it is called, where the caller may see it.
    #[schema(required)]
    pub title: Option<String>,
    /// Whose it is.
    pub owner: String,
    /// To which enterprise.
    pub enterprise_id: Uuid,
    /// Its name.
    pub enterprise: String,
    /// For what.
    pub purpose: String,
    /// Whether it opens the confidential part too, or only what is shown on request of the listing.
    pub covers_part: bool,
    /// What everybody who reads undertakes; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undertaking: Option<String>,
    /// SHA-256 of the undertaking, in hexadecimal digits.
    #[schema(min_length = 64, max_length = 64)]
    pub undertaking_sha256: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When the owner took it back.
    #[schema(required)]
    pub revoked_at: Option<Timestamp>,
    /// Who accepted the undertaking; to those who have the grant only their own.
    pub accepted: Vec<UndertakingAcceptance>,
}

impl From<Entry> for ConfidentialGrantView {
    fn from(entry: Entry) -> Self {
        let grant = entry.grant;
        Self {
            id: grant.id.0,
            listing_id: grant.listing.0,
            title: entry.title,
            owner: entry.owner,
            enterprise_id: grant.terms.enterprise.0,
            enterprise: entry.enterprise,
            purpose: grant.terms.purpose.into_string(),
            covers_part: grant.covers_part,
            undertaking: Some(grant.terms.undertaking.into_string()),
            undertaking_sha256: entry.undertaking_sha256,
            given_at: grant.given_at,
            expires_at: grant.terms.expires_at,
            revoked_at: grant.revoked_at,
            accepted: entry.accepted.into_iter().map(UndertakingAcceptance::from).collect(),
        }
    }
}

/// Grant the confidential part to an enterprise (cấp quyền xem phần bảo mật).
///
/// Its owners are told by letter; owners and editors read once they have accepted the undertaking. For listings that came
/// out, of an active enterprise, which gives 50 in a day at most.
#[utoipa::path(
    post, path = "/listings/{id}/confidential/grants", operation_id = "grant_confidential", tag = "listings",
    security(("bearer" = [])), request_body = ConfidentialGrantBody,
    params(
        ("id" = Uuid, Path, description = "The listing"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Granted", body = ConfidentialGrantView),
        (status = 409, description = "`already_there`: the enterprise has one that opens as much; `too_early`: there is no part; `listing_wrong_status`: it never came out; `limit_reached`; `listing_held`", body = ProblemBody),
    )
)]
pub async fn grant_confidential(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Judged<ConfidentialGrantBody>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let key = key.of(&format!("grant_confidential {id}"), &body.raw);
    let sent = body.value(|sent| sent.terms(app.clock.now()))?;
    creates::create(&app, caller, key, move |work| {
        let terms = sent.terms(work.now)?;
        let entry = grants::give(work, &caller, id, &terms, sent.covers_part)?;
        let location = format!("/listings/{id}/confidential/grants/{}", entry.grant.id);
        Ok(Made::at(location, ConfidentialGrantView::from(entry)))
    })
    .await
}

/// To whom the confidential part was granted, newest first (danh sách quyền xem).
#[utoipa::path(
    get, path = "/listings/{id}/confidential/grants", operation_id = "list_confidential_grants", tag = "listings",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The listing"), PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<ConfidentialGrantView>),
    )
)]
pub async fn list_confidential_grants(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    page: Paged,
) -> Answer {
    let (id, limit) = (ListingId(id.into_inner()), page.limit);
    let tag = format!("confidential-grants:{id}");
    let before = page.after(&tag)?.map(ConfidentialGrantId);
    let page = app
        .read(move |conn, now| grants::of_listing(conn, &caller, id, (before, limit), now))
        .await?;
    Ok(listed(page, limit, &tag))
}

fn listed((entries, next): grants::Page, limit: u32, tag: &str) -> HttpResponse {
    let next = next.map(|id| cursor(tag, &id.0));
    let brief = |entry| ConfidentialGrantView {
        undertaking: None,
        ..ConfidentialGrantView::from(entry)
    };
    let items = entries.into_iter().map(brief).collect();
    HttpResponse::Ok().json(Page::new(items, limit, next))
}

/// One grant of a listing, with its undertaking (xem một quyền đã cấp).
#[utoipa::path(
    get, path = "/listings/{id}/confidential/grants/{grant}", operation_id = "get_confidential_grant", tag = "listings",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The listing"), ("grant" = Uuid, Path, description = "The grant")),
    responses(
        (status = 200, description = "The grant", body = ConfidentialGrantView),
    )
)]
pub async fn get_confidential_grant(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
) -> Answer {
    let (id, grant) = path.into_inner();
    let entry = app
        .read(move |conn, now| grants::read(conn, &caller, ListingId(id), ConfidentialGrantId(grant), now))
        .await?;
    Ok(HttpResponse::Ok().json(ConfidentialGrantView::from(entry)))
}

/// Take a grant back (thu hồi quyền xem). Nobody reads by it from now on.
#[utoipa::path(
    delete, path = "/listings/{id}/confidential/grants/{grant}", operation_id = "revoke_confidential_grant", tag = "listings",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The listing"), ("grant" = Uuid, Path, description = "The grant")),
    responses(
        (status = 204, description = "Taken back"),
        (status = 409, description = "`already_decided`: it was before", body = ProblemBody),
    )
)]
pub async fn revoke_confidential_grant(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
) -> Answer {
    let (id, grant) = path.into_inner();
    app.write(caller.origin, move |work| {
        grants::revoke(work, &caller, ListingId(id), ConfidentialGrantId(grant))
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What the caller's enterprise was granted, newest first (quyền xem đã được cấp).
#[utoipa::path(
    get, path = "/me/confidential-grants", operation_id = "list_my_confidential_grants", tag = "listings",
    security(("bearer" = [])), params(PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<ConfidentialGrantView>),
    )
)]
pub async fn list_my_confidential_grants(app: web::Data<App>, SignedIn(caller): SignedIn, page: Paged) -> Answer {
    let limit = page.limit;
    let before = page.after("my-confidential-grants")?.map(ConfidentialGrantId);
    let page = app
        .read(move |conn, now| grants::mine(conn, &caller, (before, limit), now))
        .await?;
    Ok(listed(page, limit, "my-confidential-grants"))
}

/// One grant to the caller's enterprise, with its undertaking (xem một quyền được cấp); also when it has ended.
#[utoipa::path(
    get, path = "/confidential-grants/{id}", operation_id = "get_my_confidential_grant", tag = "listings",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The grant")),
    responses(
        (status = 200, description = "The grant", body = ConfidentialGrantView),
    )
)]
pub async fn get_my_confidential_grant(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ConfidentialGrantId(id.into_inner());
    let entry = app
        .read(move |conn, now| grants::read_mine(conn, &caller, id, now))
        .await?;
    Ok(HttpResponse::Ok().json(ConfidentialGrantView::from(entry)))
}

/// Which text is accepted.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndertakingBody {
    /// SHA-256 of the undertaking that was read, in hexadecimal digits.
    #[schema(
        min_length = 64,
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub undertaking_sha256: String,
}

/// Accept the undertaking of a grant (chấp nhận cam kết bảo mật).
///
/// Each person alone, by the hash of the text; kept with time and address. A second time changes nothing.
#[utoipa::path(
    post, path = "/confidential-grants/{id}/acceptance", operation_id = "accept_undertaking", tag = "listings",
    security(("bearer" = [])), request_body = UndertakingBody, params(("id" = Uuid, Path, description = "The grant")),
    responses(
        (status = 200, description = "Accepted", body = ConfidentialGrantView),
        (status = 404, description = "Absent, taken back, over, of others, or the listing is not public", body = ProblemBody),
        (status = 422, description = "`conflicts`: another text", body = ProblemBody),
    )
)]
pub async fn accept_undertaking(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    body: Body<UndertakingBody>,
) -> Answer {
    let id = ConfidentialGrantId(id.into_inner());
    let text_sha256 = body.value.undertaking_sha256;
    let entry = app
        .write(caller.origin, move |work| {
            grants::accept(work, &caller, id, &text_sha256)
        })
        .await?;
    Ok(HttpResponse::Ok().json(ConfidentialGrantView::from(entry)))
}
