//! Listings from a file: sending it, following what becomes of it, stopping it.

use actix_web::web;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ImportQuery, ImportRowsQuery, Shown, cancel, get, list, refused, rows, start};
use crate::domain::import::{Format, ImportStatus, NOTICES, Note, Problem as RowProblem, RowResult};
use crate::http::extract::upload::TableUpload;
use crate::http::extract::{IdempotencyKey, JudgedQuery, Page, PageQuery, Paged, SignedIn};
use crate::http::problem::{Answer, ProblemBody};
use crate::http::server::HttpSettings;
use crate::service::App;
use crate::service::file_imports::listings::{Import, Listings, Row};

/// How far an import has come.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportCounts {
    /// Rows of the file.
    #[schema(example = 20_000)]
    pub rows: i64,
    /// Rows that are done.
    #[schema(example = 12_350)]
    pub done: i64,
    /// Drafts that are new.
    pub created: i64,
    /// Listings that were changed, or a revision of them.
    pub updated: i64,
    /// Listings that were as the row says.
    pub unchanged: i64,
    /// Rows that were refused; `/errors` has them.
    pub refused: i64,
}

/// An import of listings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportView {
    /// Identifier.
    pub id: Uuid,
    /// What the sender called the file.
    #[schema(max_length = 200, example = "san-pham-2026.csv")]
    pub name: String,
    /// What it is.
    #[schema(value_type = Format, example = "csv")]
    pub format: &'static str,
    /// Whether it is only tried.
    pub dry_run: bool,
    /// Where it stands.
    #[schema(value_type = ImportStatus, example = "running")]
    pub status: &'static str,
    /// Why it failed: a code as in docs/errors.md, such as `enterprise_not_active` when the enterprise was suspended
    /// meanwhile. What was done before stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60)]
    pub fault: Option<String>,
    /// How far it has come.
    pub counts: ImportCounts,
    /// What is to be told of the file as a whole: columns that are not known.
    #[schema(max_items = 200)]
    pub notes: Vec<Note>,
    /// When it came.
    pub created_at: Timestamp,
    /// When its first row was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it came to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// What became of a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportRowView {
    /// Its number in the file, from 1, the head included; of CSV the line in which it begins.
    #[schema(example = 2)]
    pub row: i64,
    /// What became of it.
    #[schema(value_type = RowResult, example = "refused")]
    pub result: &'static str,
    /// What the enterprise calls the listing, if that much could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "SP-0042")]
    pub external_id: Option<String>,
    /// The listing; absent when it was refused, or only tried and would be new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing_id: Option<Uuid>,
    /// Of a refused row: what is wrong with it.
    #[schema(max_items = 200)]
    pub problems: Vec<RowProblem>,
    /// Of any other: what its listing still lacks before it can be handed in.
    #[schema(max_items = 200)]
    pub missing_fields: Vec<RowProblem>,
    /// Of any other: what was read otherwise than it stands in the file, to be looked at: `text_repaired`, a text in an
    /// encoding of before Unicode (TCVN3, VNI); `alias_used`, a name that officers keep beside those of the list;
    /// that a listing goes by the identifier of the row from now on (`identifier_given`); or that the row names
    /// a listing of another identifier and was taken for a copy (`taken_for_copy`).
    #[schema(max_items = 200)]
    pub notices: Vec<RowProblem>,
}

impl Shown for Listings {
    type View = ImportView;
    type RowView = ImportRowView;

    fn view(import: &Import) -> ImportView {
        ImportView {
            id: import.id.0,
            name: import.file_name.clone(),
            format: import.format.as_str(),
            dry_run: import.is_dry_run,
            status: import.status.as_str(),
            fault: import.fault.clone(),
            counts: ImportCounts {
                rows: import.row_count,
                done: import.counts.done,
                created: import.counts.created,
                updated: import.counts.updated,
                unchanged: import.counts.unchanged,
                refused: import.counts.refused,
            },
            notes: import.notes.clone(),
            created_at: import.created_at,
            started_at: import.started_at,
            ended_at: import.ended_at,
        }
    }

    fn row(row: Row) -> ImportRowView {
        let (problems, rest) = if row.result == RowResult::Refused {
            (row.problems, Vec::new())
        } else {
            (Vec::new(), row.problems)
        };
        let (notices, missing_fields) = rest
            .into_iter()
            .partition(|problem| NOTICES.contains(&problem.code.as_str()));
        ImportRowView {
            row: row.number,
            result: row.result.as_str(),
            external_id: row.name,
            listing_id: row.about.map(|id| id.0),
            problems,
            missing_fields,
            notices,
        }
    }
}

/// Import listings from a file (nhập tin từ tệp).
///
/// The body is the file itself: a workbook (XLSX), CSV (UTF-8; commas, semicolons or tabs), or JSON Lines, at most 20,000 rows. What it is, is found
/// by looking into it. Its rows become drafts in the background, or change the listings that the enterprise calls by the
/// same external identifier; what is public gets a revision. Columns are told in docs/import-export.md.
#[utoipa::path(
    post, path = "/listing-imports", operation_id = "start_listing_import", tag = "imports", security(("bearer" = [])),
    request_body(description = "The file", content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "text/csv"), (Vec<u8> = "application/jsonl"),
        (Vec<u8> = "application/octet-stream"),
    )),
    params(
        ImportQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 202, description = "Taken in; follow it at `Location`", body = ImportView),
        (status = 403, description = "`forbidden`, `enterprise_not_active`, `insufficient_scope`", body = ProblemBody),
        (status = 409, description = "`limit_reached`: three imports of the enterprise wait or run", body = ProblemBody),
        (status = 422, description = "`validation_failed`: `errors` says what is wrong with `content`; `idempotency_key_reused`", body = ProblemBody),
    )
)]
pub async fn start_listing_import(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<ImportQuery>,
    key: IdempotencyKey,
    TableUpload(body): TableUpload,
) -> Answer {
    start::<Listings>(&app, caller, query, key, body).await
}

/// The enterprise's imports, newest first.
#[utoipa::path(
    get, path = "/listing-imports", operation_id = "list_listing_imports", tag = "imports", security(("bearer" = [])), params(PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<ImportView>),
        (status = 403, description = "`forbidden`: for members of an enterprise", body = ProblemBody),
    )
)]
pub async fn list_listing_imports(app: web::Data<App>, SignedIn(caller): SignedIn, page: Paged) -> Answer {
    list::<Listings>(&app, caller, page).await
}

/// How an import fares. It is forgotten 30 days after its end.
#[utoipa::path(
    get, path = "/listing-imports/{id}", operation_id = "get_listing_import", tag = "imports", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The import", body = ImportView))
)]
pub async fn get_listing_import(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    get::<Listings>(&app, caller, id.into_inner()).await
}

/// Stop an import (hủy nhập). What was done stays.
#[utoipa::path(
    delete, path = "/listing-imports/{id}", operation_id = "cancel_listing_import", tag = "imports", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 200, description = "The import, cancelled", body = ImportView),
        (status = 409, description = "`already_decided`: it has come to its end", body = ProblemBody),
    )
)]
pub async fn cancel_listing_import(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    cancel::<Listings>(&app, caller, id.into_inner()).await
}

/// What became of each row, in the order of the file.
#[utoipa::path(
    get, path = "/listing-imports/{id}/rows", operation_id = "list_listing_import_rows", tag = "imports", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ImportRowsQuery),
    responses((status = 200, description = "A page of the rows that are done", body = Page<ImportRowView>))
)]
pub async fn list_listing_import_rows(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<ImportRowsQuery>,
) -> Answer {
    rows::<Listings>(&app, &settings, caller, id.into_inner(), query).await
}

/// The refused rows in the format of the file, each with why (tải tệp lỗi).
///
/// Mended, it can be sent as it is: the column that says why is not read. CSV is parted by semicolons.
#[utoipa::path(
    get, path = "/listing-imports/{id}/errors", operation_id = "download_listing_import_errors", tag = "imports", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The file", content(
        (Vec<u8> = "text/csv"), (serde_json::Value = "application/jsonl"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )))
)]
pub async fn download_listing_import_errors(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
) -> Answer {
    refused::<Listings>(app, caller, id.into_inner()).await
}
