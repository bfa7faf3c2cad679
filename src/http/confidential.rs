//! What a listing does not tell everybody: its owner's side, those to whom it is granted, and the register of readings.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::page::cursor;
use super::extract::{Body, IdempotencyKey, IfMatch, Page, PageQuery, Query, SignedIn, etag};
use super::moderation::ReasonBody;
use super::problem::{Answer, Problem, ProblemBody};
use super::server::HttpSettings;
use crate::domain::confidential::{ConfidentialText, ReaderKind, Terms};
use crate::domain::ids::{ConfidentialGrantId, EnterpriseId, ListingId};
use crate::service::confidential::grants::{self, Acceptance, Entry};
use crate::service::confidential::{self, Opened, Reading};
use crate::service::{App, Error};

/// The part as it is written.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfidentialBody {
    /// What not everybody is told, at most 20,000 characters.
    #[schema(
        max_length = 20_000,
        example = "Công thức phối trộn: trấu 60 %, mùn cưa 30 %, phụ gia 10 %."
    )]
    pub text: String,
}

/// That a part was written. What it says is not repeated.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfidentialWritten {
    /// Version of the part, as in `ETag`.
    pub version: i64,
    /// When it was written.
    pub updated_at: Timestamp,
}

/// The part as it is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfidentialView {
    /// What not everybody is told.
    #[schema(example = "Công thức phối trộn: trấu 60 %, mùn cưa 30 %, phụ gia 10 %.")]
    pub text: String,
    /// Version of the part, as in `ETag`.
    pub version: i64,
    /// When it was last written.
    pub updated_at: Timestamp,
}

fn shown(opened: Opened) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag(opened.version)))
        .json(ConfidentialView {
            text: opened.text,
            version: opened.version,
            updated_at: opened.updated_at,
        })
}

/// Read the confidential part of a listing (xem phần bảo mật).
///
/// For owners and editors of its enterprise, and of enterprises to which it is granted, while the listing is public and once
/// the reader has accepted the undertaking. Every reading is written into the register before it is shown.
#[utoipa::path(
    get, path = "/listings/{id}/confidential", operation_id = "read_confidential", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The listing")),
    responses(
        (status = 200, description = "The part", body = ConfidentialView),
        (status = 404, description = "Absent or hidden, or it has none", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`undertaking_required`: accept it first (`GET /me/confidential-grants`)", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn read_confidential(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ListingId(id.into_inner());
    let opened = app
        .write(caller.origin, move |work| confidential::read(work, &caller, id))
        .await?;
    Ok(shown(opened))
}

/// Write the confidential part of a listing (ghi phần bảo mật).
///
/// It needs no review, and is in no search, list, export or log. `If-Match` names the version that was read where there is
/// one already.
#[utoipa::path(
    put, path = "/listings/{id}/confidential", operation_id = "put_confidential", tag = "listings", security(("bearer" = [])),
    request_body = ConfidentialBody,
    params(("id" = Uuid, Path, description = "The listing"), ("If-Match" = Option<String>, Header, description = "`ETag` of the part that was read; needed where there is one")),
    responses(
        (status = 200, description = "Written", body = ConfidentialWritten),
        (status = 409, description = "`listing_held`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`stale_version`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, description = "`precondition_required`", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn put_confidential(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Body<ConfidentialBody>,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let text = ConfidentialText::parse(&body.value.text);
    let text = text.map_err(|violation| Problem(Error::field("/text", violation)))?;
    let opened = app
        .write(caller.origin, move |work| {
            confidential::put(work, &caller, id, seen, &text)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, etag(opened.version)))
        .json(ConfidentialWritten {
            version: opened.version,
            updated_at: opened.updated_at,
        }))
}

/// Remove the confidential part of a listing (xóa phần bảo mật).
///
/// Every grant is taken back. The register of readings stays.
#[utoipa::path(
    delete, path = "/listings/{id}/confidential", operation_id = "remove_confidential", tag = "listings",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The listing")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "Absent or hidden, or it has none", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn remove_confidential(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ListingId(id.into_inner());
    app.write(caller.origin, move |work| confidential::remove(work, &caller, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Read the confidential part by office (cán bộ xem phần bảo mật).
///
/// Only with a reason, which goes to the owners by letter and into the register and the audit trail.
#[utoipa::path(
    post, path = "/listings/{id}/confidential/inspection", operation_id = "inspect_confidential", tag = "moderation",
    security(("bearer" = [])), request_body = ReasonBody, params(("id" = Uuid, Path, description = "The listing")),
    responses(
        (status = 200, description = "The part", body = ConfidentialView),
        (status = 404, description = "Absent or hidden, or it has none", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn inspect_confidential(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    body: Body<ReasonBody>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let reason = body.value.parse()?;
    let opened = app
        .write(caller.origin, move |work| {
            confidential::inspect(work, &caller, id, &reason)
        })
        .await?;
    Ok(shown(opened))
}

/// A reading.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfidentialReadingView {
    /// Identifier.
    pub id: Uuid,
    /// As whom: of the enterprise whose it is, by a grant, or by office.
    #[schema(value_type = ReaderKind, example = "grantee")]
    pub reader: &'static str,
    /// Who; of officers it is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Uuid>,
    /// The person's name; of officers it is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By which grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<Uuid>,
    /// Why; of officers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Which version of the part.
    pub version: i64,
    /// When.
    pub read_at: Timestamp,
    /// From which address; not of officers, and not once the person was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.7")]
    pub ip: Option<String>,
}

impl From<(Reading, String)> for ConfidentialReadingView {
    fn from((reading, name): (Reading, String)) -> Self {
        let is_officer = reading.reader == ReaderKind::Officer;
        Self {
            id: reading.id,
            reader: reading.reader.as_str(),
            account_id: Some(reading.account.0).filter(|_| !is_officer),
            name: Some(name).filter(|_| !is_officer),
            grant_id: reading.grant.map(|id| id.0),
            reason: reading.reason,
            version: reading.version,
            read_at: reading.at,
            ip: reading.ip.filter(|_| !is_officer),
        }
    }
}

/// Who read the confidential part, newest first (sổ theo dõi truy cập phần bảo mật).
#[utoipa::path(
    get, path = "/listings/{id}/confidential/readings", operation_id = "list_confidential_readings", tag = "listings",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The listing"), PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<ConfidentialReadingView>),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_confidential_readings(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    Query(query): Query<PageQuery>,
) -> Answer {
    let (id, limit) = (ListingId(id.into_inner()), query.limit(&settings)?);
    let tag = format!("confidential-readings:{id}");
    let before = query.after(&tag)?;
    let (rows, next) = app
        .read(move |conn, now| confidential::readings(conn, &caller, id, (before, limit), now))
        .await?;
    let next = next.map(|id| cursor(&tag, &id));
    let items = rows.into_iter().map(ConfidentialReadingView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

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
    /// What it is called; to those who have the grant only while it is public.
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
    /// What everybody who reads undertakes.
    pub undertaking: String,
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
            undertaking: grant.terms.undertaking.into_string(),
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
/// Its owners are told by letter; owners and editors read once they have accepted the undertaking.
#[utoipa::path(
    post, path = "/listings/{id}/confidential/grants", operation_id = "grant_confidential", tag = "listings",
    security(("bearer" = [])), request_body = ConfidentialGrantBody,
    params(
        ("id" = Uuid, Path, description = "The listing"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Granted", body = ConfidentialGrantView),
        (status = 409, description = "`already_there`: the enterprise has one; `too_early`: there is no part; `limit_reached`; `listing_held`", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn grant_confidential(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<ConfidentialGrantBody>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let key = key.of(&format!("grant_confidential {id}"), &body.raw);
    let sent = body.value;
    creates::create(&app, caller, key, move |work| {
        let texts = (sent.purpose.as_str(), sent.undertaking.as_str());
        let terms = Terms::parse(EnterpriseId(sent.enterprise_id), texts, sent.expires_at, work.now);
        let terms = terms.map_err(Error::fields)?;
        let entry = grants::give(work, &caller, id, &terms)?;
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
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_confidential_grants(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    Query(query): Query<PageQuery>,
) -> Answer {
    let (id, limit) = (ListingId(id.into_inner()), query.limit(&settings)?);
    let tag = format!("confidential-grants:{id}");
    let before = query.after(&tag)?.map(ConfidentialGrantId);
    let page = app
        .read(move |conn, now| grants::of_listing(conn, &caller, id, (before, limit), now))
        .await?;
    Ok(listed(page, limit, &tag))
}

fn listed((entries, next): grants::Page, limit: u32, tag: &str) -> HttpResponse {
    let next = next.map(|id| cursor(tag, &id.0));
    let items = entries.into_iter().map(ConfidentialGrantView::from).collect();
    HttpResponse::Ok().json(Page::new(items, limit, next))
}

/// Take a grant back (thu hồi quyền xem). Nobody reads by it from now on.
#[utoipa::path(
    delete, path = "/listings/{id}/confidential/grants/{grant}", operation_id = "revoke_confidential_grant", tag = "listings",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The listing"), ("grant" = Uuid, Path, description = "The grant")),
    responses(
        (status = 204, description = "Taken back"),
        (status = 409, description = "`already_decided`: it was before", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
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
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_my_confidential_grants(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    Query(query): Query<PageQuery>,
) -> Answer {
    let limit = query.limit(&settings)?;
    let before = query.after("my-confidential-grants")?.map(ConfidentialGrantId);
    let page = app
        .read(move |conn, now| grants::mine(conn, &caller, (before, limit), now))
        .await?;
    Ok(listed(page, limit, "my-confidential-grants"))
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
        (status = 404, description = "Absent, taken back, over, of others, or the listing is not public", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`conflicts`: another text", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
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
