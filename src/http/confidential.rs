//! What a listing does not tell everybody, and the register of readings.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::exports::{Form, send, turn};
use super::extract::page::cursor;
use super::extract::{IfMatch, Judged, Page, PageQuery, Paged, SignedIn, etag};
use super::moderation::ReasonBody;
use super::problem::{Answer, ProblemBody};
use crate::domain::confidential::{ConfidentialText, ReaderKind};
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::import::Format;
use crate::domain::listing::Listing;
use crate::service::confidential::{self, Opened, Reading};
use crate::service::exports::Row;
use crate::service::listing_exports::TableLanguage;
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
        (status = 404, description = "Absent or hidden, or it has none", body = ProblemBody),
        (status = 409, description = "`undertaking_required`: accept it first (`GET /me/confidential-grants`)", body = ProblemBody),
    )
)]
pub async fn read_confidential(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ListingId(id.into_inner());
    let opened = app
        .write(caller.origin, move |work| confidential::read(work, &caller, id))
        .await?;
    Ok(shown(opened))
}

/// The confidential part of one listing, as a line of a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfidentialCopyLine {
    /// The listing.
    pub listing_id: Uuid,
    /// Its code, once it came out.
    #[schema(required)]
    pub code: Option<String>,
    /// Its title in Vietnamese.
    #[schema(example = "Máy ép viên nhiên liệu")]
    pub title: String,
    /// What not everybody is told.
    #[schema(example = "Công thức phối trộn: trấu 60 %, mùn cưa 30 %, phụ gia 10 %.")]
    pub text: String,
    /// Version of the part.
    pub version: i64,
    /// When it was last written.
    pub updated_at: Timestamp,
}

impl ConfidentialCopyLine {
    fn of((listing, opened): (Listing, Opened)) -> Self {
        Self {
            listing_id: listing.id.0,
            code: listing.code.map(|code| code.to_string()),
            title: listing.content.title.vi.to_string(),
            text: opened.text,
            version: opened.version,
            updated_at: opened.updated_at,
        }
    }
}

/// The confidential parts of all listings of an enterprise, as a file (xuất phần bảo mật).
///
/// For its owners and editors: JSON Lines, one for each listing that has a part, in whatever status. Each is a reading in the register of
/// its listing. Needs a sign-in or step-up within the last five minutes, and leaves a row in the trail.
#[utoipa::path(
    get, path = "/enterprises/{id}/confidential-export", operation_id = "export_confidential_texts", tag = "enterprises",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "One listing a line", body = ConfidentialCopyLine, content_type = "application/jsonl"))
)]
pub async fn export_confidential_texts(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = EnterpriseId(id.into_inner());
    let turn = turn(&app, &caller)?;
    let form = Form {
        format: Format::Jsonl,
        language: TableLanguage::Vietnamese,
    };
    send(
        (app.files.clone(), Some(turn)),
        form,
        "confidential",
        Vec::new(),
        async move |place| {
            let (found, next) = app
                .write(caller.origin, move |work| confidential::copy(work, &caller, id, place))
                .await?;
            let lines = found.into_iter().map(ConfidentialCopyLine::of);
            let rows: Result<_, Error> = lines
                .map(|line| serde_json::to_value(line).map(Row::Line).map_err(Error::internal))
                .collect();
            Ok((rows?, next))
        },
    )
    .await
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
        (status = 409, description = "`listing_held`", body = ProblemBody),
        (status = 412, description = "`stale_version`", body = ProblemBody),
        (status = 428, description = "`precondition_required`", body = ProblemBody),
    )
)]
pub async fn put_confidential(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ConfidentialBody>,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let text = body.by(|said| {
        let text = ConfidentialText::parse(&said.text);
        text.map_err(|violation| Error::field("/text", violation))
    })?;
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
/// Every grant of it is taken back; those that only open a listing that is shown on request stay. The register of readings
/// stays, too.
#[utoipa::path(
    delete, path = "/listings/{id}/confidential", operation_id = "remove_confidential", tag = "listings",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The listing"), ("If-Match" = Option<String>, Header, description = "`ETag` of the part that was read; needed")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "Absent or hidden, or it has none", body = ProblemBody),
        (status = 412, description = "`stale_version`", body = ProblemBody),
        (status = 428, description = "`precondition_required`", body = ProblemBody),
    )
)]
pub async fn remove_confidential(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    app.write(caller.origin, move |work| confidential::remove(work, &caller, id, seen))
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
        (status = 404, description = "Absent or hidden, or it has none", body = ProblemBody),
    )
)]
pub async fn inspect_confidential(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    body: Judged<ReasonBody>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let reason = body.by(|said| said.parse())?;
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
    )
)]
pub async fn list_confidential_readings(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    page: Paged,
) -> Answer {
    let (id, limit) = (ListingId(id.into_inner()), page.limit);
    let tag = format!("confidential-readings:{id}");
    let before = page.after(&tag)?;
    let (rows, next) = app
        .read(move |conn, now| confidential::readings(conn, &caller, id, (before, limit), now))
        .await?;
    let next = next.map(|id| cursor(&tag, &id));
    let items = rows.into_iter().map(ConfidentialReadingView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}
