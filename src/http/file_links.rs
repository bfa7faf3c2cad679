//! Links to files that last a few minutes, for browsers, which send no token with an address.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::documents::{place, shown};
use super::extract::{JudgedQuery, MaybeSignedIn, Query, SignedIn};
use super::files::{Caching, Shown, check_size, send};
use super::problem::{Answer, ProblemBody};
use crate::domain::ids::FileId;
use crate::service::{App, ErrorCode, file_links};

/// A link to a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FileLinkView {
    /// Where the file is, for whoever has the link: a path below the API's own address. `&size=480` may be added.
    #[schema(
        max_length = 300,
        example = "/api/v1/files/019a5e2b-4b5c-7d3e-8f90-1a2b3c4d5e6f/content?link=AZpe…"
    )]
    pub url: String,
    /// When it ends, if nothing ends it before.
    pub expires_at: Timestamp,
}

/// Make a link to a file (tạo liên kết xem tệp).
///
/// The link shows the file without a token, for a few minutes (`file_link_minutes`), to whoever has it. It shows what the
/// caller may see at that moment: it ends earlier when the caller signs out, or may not see the file any more. People only;
/// who made it is in the audit trail.
#[utoipa::path(
    post, path = "/files/{id}/links", operation_id = "link_file", tag = "files", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the file")),
    responses(
        (status = 201, description = "The link; it is told once", body = FileLinkView),
        (status = 451, description = "`listing_taken_down`: at an authority's request", body = ProblemBody),
    )
)]
pub async fn link_file(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = FileId(id.into_inner());
    let lasts = app.file_rules.link_time;
    let link = app
        .write(caller.origin, move |work| file_links::make(work, &caller, id, lasts))
        .await?;
    Ok(HttpResponse::Created().json(FileLinkView {
        url: format!("/api/v1/files/{id}/content?link={}", link.token),
        expires_at: link.expires_at,
    }))
}

/// What shows a file.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LinkQuery {
    /// What the link has.
    #[param(min_length = 96, max_length = 96)]
    pub link: String,
    /// 160, 480 or 1280: the small version for a box of so many pixels. Without it: the file itself.
    #[param(minimum = 160, maximum = 1280, example = 480)]
    pub size: Option<i64>,
}

/// The content of a file, by a link (`POST /files/{id}/links`).
///
/// As `GET /files/{id}`, but nothing may keep it: `Cache-Control: private, no-store`. A link that is over, of another file or
/// made up is 404, as a file that is not there.
#[utoipa::path(
    get, path = "/files/{id}/content", operation_id = "get_linked_file", tag = "files",
    params(("id" = Uuid, Path, description = "Identifier of the file"), LinkQuery), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "All of it"),
        (status = 206, description = "The part that was asked for"),
        (status = 304, description = "Not changed"),
        (status = 451, description = "`listing_taken_down`: at an authority's request", body = ProblemBody),
    )
)]
pub async fn get_linked_file(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(_the_link_counts): MaybeSignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<LinkQuery>,
) -> Answer {
    let id = FileId(id.into_inner());
    let (query, ()) = query.by(|query| check_size(query.size))?;
    let vault = app.vault.clone();
    let file = app
        .read_by_key(move |conn, now| file_links::open(conn, &vault, id, &query.link, now))
        .await?;
    let content = file.content_for(query.size).ok_or(ErrorCode::NotFound)?;
    send(&request, &app, &Shown::of(&file, content), Caching::Never).await
}

/// Make a link to a document of a profile (tạo liên kết xem giấy tờ).
///
/// As a link to a file: it shows the document without a token, for a few minutes (`file_link_minutes`), as long as its maker may see
/// it and stays signed in. People only; who made it is in the audit trail.
#[utoipa::path(
    post, path = "/enterprises/{id}/documents/{document}/links", operation_id = "link_document", tag = "enterprises", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the enterprise"), ("document" = Uuid, Path, description = "Identifier of the document")),
    responses((status = 201, description = "The link; it is told once", body = FileLinkView))
)]
pub async fn link_document(app: web::Data<App>, SignedIn(caller): SignedIn, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (id, document) = place(path);
    let lasts = app.file_rules.link_time;
    let link = app
        .write(caller.origin, move |work| {
            file_links::make_for_document(work, &caller, (id, document), lasts)
        })
        .await?;
    Ok(HttpResponse::Created().json(FileLinkView {
        url: format!(
            "/api/v1/enterprises/{id}/documents/{document}/linked-content?link={}",
            link.token
        ),
        expires_at: link.expires_at,
    }))
}

/// What shows a document.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DocumentLinkQuery {
    /// What the link has.
    #[param(min_length = 96, max_length = 96)]
    pub link: String,
}

/// The content of a document, by a link (`POST /enterprises/{id}/documents/{document}/links`).
///
/// As with a token, but nothing may keep it: `Cache-Control: private, no-store`. A link that is over, of another document or
/// made up is 404, as a document that is not there.
#[utoipa::path(
    get, path = "/enterprises/{id}/documents/{document}/linked-content", operation_id = "get_linked_document", tag = "enterprises",
    params(("id" = Uuid, Path, description = "Identifier of the enterprise"), ("document" = Uuid, Path, description = "Identifier of the document"), DocumentLinkQuery),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "All of it"),
        (status = 206, description = "The part that was asked for"),
        (status = 304, description = "Not changed"),
    )
)]
pub async fn get_linked_document(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(_the_link_counts): MaybeSignedIn,
    path: web::Path<(Uuid, Uuid)>,
    Query(query): Query<DocumentLinkQuery>,
) -> Answer {
    let place = place(path);
    let vault = app.vault.clone();
    let document = app
        .read_by_key(move |conn, now| file_links::open_document(conn, &vault, place, &query.link, now))
        .await?;
    send(&request, &app, &shown(&document), Caching::Never).await
}
