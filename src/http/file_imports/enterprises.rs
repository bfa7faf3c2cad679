//! Enterprises from a file that an officer sends: sending it, following what becomes of it, stopping it.

use actix_web::web;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ImportQuery, ImportRowsQuery, Shown, cancel, get, list, refused, rows, start};
use crate::domain::import::{Format, ImportStatus, Note, Problem as RowProblem, RowResult};
use crate::http::exports::{Form, send};
use crate::http::extract::upload::TableUpload;
use crate::http::extract::{IdempotencyKey, JudgedQuery, MaybeSignedIn, Page, PageQuery, Paged, SignedIn};
use crate::http::problem::{Answer, ProblemBody};
use crate::http::server::HttpSettings;
use crate::service::App;
use crate::service::file_imports::enterprises::{Enterprises, Import, Row, template};
use crate::service::listing_exports::TableLanguage;

/// How far a file of enterprises has come.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnterpriseImportCounts {
    /// Rows of the file.
    #[schema(example = 2_285)]
    pub rows: i64,
    /// Rows that are done.
    #[schema(example = 1_250)]
    pub done: i64,
    /// Enterprises that are new.
    pub created: i64,
    /// Enterprises of an earlier import that were brought up to date.
    pub updated: i64,
    /// Enterprises that stay as they are; rows of which something else is said have a notice.
    pub unchanged: i64,
    /// Rows that were refused; `/errors` has them.
    pub refused: i64,
}

/// A file of enterprises.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnterpriseImportView {
    /// Identifier.
    pub id: Uuid,
    /// The officer who sent it, in whose name its rows are entered.
    pub officer_id: Uuid,
    /// What the officer called the file.
    #[schema(max_length = 200, example = "doanh-nghiep-2026.xlsx")]
    pub name: String,
    /// What it is.
    #[schema(value_type = Format, example = "xlsx")]
    pub format: &'static str,
    /// Whether it is only tried.
    pub dry_run: bool,
    /// Where it stands.
    #[schema(value_type = ImportStatus, example = "running")]
    pub status: &'static str,
    /// Why it failed: a code as in docs/errors.md, such as `forbidden` when the officer lost the right meanwhile. What was done
    /// before stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60)]
    pub fault: Option<String>,
    /// How far it has come.
    pub counts: EnterpriseImportCounts,
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
pub struct EnterpriseImportRowView {
    /// Its number in the file, from 1, the head included; of CSV the line in which it begins.
    #[schema(example = 2)]
    pub row: i64,
    /// What became of it: `created` is an enterprise that is new, `updated` one that nobody but imports had touched.
    #[schema(value_type = RowResult, example = "created")]
    pub result: &'static str,
    /// The number by which the enterprise is known, if that much could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "2600357502")]
    pub tax_code: Option<String>,
    /// The enterprise; absent when the row was refused, or only tried and would be new, and of one that the officer does not look after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_id: Option<Uuid>,
    /// Of a refused row: what is wrong with it.
    #[schema(max_items = 200)]
    pub problems: Vec<RowProblem>,
    /// Of any other, to be looked at: an enterprise that is on the exchange already and stays as it is (`already_here`, with the
    /// columns in which it differs); others that look like it (`possible_duplicate`); a name that says another legal form
    /// (`other_form`); the tax code of a dependent unit with a legal form of none (`tax_code_of_unit`); what a registration would
    /// be flagged for (`contact_in_text`, `mixed_scripts`); a text in an encoding of before Unicode (`text_repaired`); a name that
    /// officers keep beside those of a list (`alias_used`).
    #[schema(max_items = 200)]
    pub notices: Vec<RowProblem>,
}

impl Shown for Enterprises {
    type View = EnterpriseImportView;
    type RowView = EnterpriseImportRowView;

    fn view(import: &Import) -> EnterpriseImportView {
        EnterpriseImportView {
            id: import.id.0,
            officer_id: import.whose.0,
            name: import.file_name.clone(),
            format: import.format.as_str(),
            dry_run: import.is_dry_run,
            status: import.status.as_str(),
            fault: import.fault.clone(),
            counts: EnterpriseImportCounts {
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

    fn row(row: Row) -> EnterpriseImportRowView {
        let (problems, notices) = if row.result == RowResult::Refused {
            (row.problems, Vec::new())
        } else {
            (Vec::new(), row.problems)
        };
        EnterpriseImportRowView {
            row: row.number,
            result: row.result.as_str(),
            tax_code: row.name,
            enterprise_id: row.about.map(|id| id.0),
            problems,
            notices,
        }
    }
}

/// Import enterprises from a file (nhập doanh nghiệp từ tệp).
///
/// For officers who review enterprises. The body is the file itself: a workbook (XLSX), CSV (UTF-8; commas, semicolons or tabs), or JSON
/// Lines, at most 20,000 rows. What it is, is found by looking into it. Its rows become active enterprises in the background, which
/// nobody verified and which have no owner: whoever speaks for one opens an account and asks to join it by its tax code, and an officer
/// admits the owner (`GET /moderation/join-requests`). An enterprise that is on the exchange is known by its tax code: one that an import
/// entered, and nobody has touched since, is brought up to date; any other stays as it is, and its row tells in what it differs. Columns
/// are told in docs/import-export.md.
#[utoipa::path(
    post, path = "/enterprise-imports", operation_id = "start_enterprise_import", tag = "imports", security(("bearer" = [])),
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
        (status = 202, description = "Taken in; follow it at `Location`", body = EnterpriseImportView),
        (status = 403, description = "Not an officer who reviews enterprises", body = ProblemBody),
        (status = 409, description = "`limit_reached`: three imports of the officer wait or run", body = ProblemBody),
        (status = 422, description = "`validation_failed`: `errors` says what is wrong with `content`; `idempotency_key_reused`", body = ProblemBody),
    )
)]
pub async fn start_enterprise_import(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<ImportQuery>,
    key: IdempotencyKey,
    TableUpload(body): TableUpload,
) -> Answer {
    start::<Enterprises>(&app, caller, query, key, body).await
}

/// Imports of enterprises, newest first; of an officer with a scope the own ones.
#[utoipa::path(
    get, path = "/enterprise-imports", operation_id = "list_enterprise_imports", tag = "imports", security(("bearer" = [])), params(PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<EnterpriseImportView>),
        (status = 403, description = "Not an officer who reviews enterprises", body = ProblemBody),
    )
)]
pub async fn list_enterprise_imports(app: web::Data<App>, SignedIn(caller): SignedIn, page: Paged) -> Answer {
    list::<Enterprises>(&app, caller, page).await
}

/// How an import of enterprises fares. It is forgotten 30 days after its end.
#[utoipa::path(
    get, path = "/enterprise-imports/{id}", operation_id = "get_enterprise_import", tag = "imports", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The import", body = EnterpriseImportView))
)]
pub async fn get_enterprise_import(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    get::<Enterprises>(&app, caller, id.into_inner()).await
}

/// Stop an import of enterprises (hủy nhập). What was done stays.
#[utoipa::path(
    delete, path = "/enterprise-imports/{id}", operation_id = "cancel_enterprise_import", tag = "imports", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 200, description = "The import, cancelled", body = EnterpriseImportView),
        (status = 409, description = "`already_decided`: it has come to its end", body = ProblemBody),
    )
)]
pub async fn cancel_enterprise_import(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    cancel::<Enterprises>(&app, caller, id.into_inner()).await
}

/// What became of each row, in the order of the file.
#[utoipa::path(
    get, path = "/enterprise-imports/{id}/rows", operation_id = "list_enterprise_import_rows", tag = "imports", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ImportRowsQuery),
    responses((status = 200, description = "A page of the rows that are done", body = Page<EnterpriseImportRowView>))
)]
pub async fn list_enterprise_import_rows(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<ImportRowsQuery>,
) -> Answer {
    rows::<Enterprises>(&app, &settings, caller, id.into_inner(), query).await
}

/// The refused rows in the format of the file, each with why (tải tệp lỗi).
///
/// Mended, it can be sent as it is: the column that says why is not read. CSV is parted by semicolons.
#[utoipa::path(
    get, path = "/enterprise-imports/{id}/errors", operation_id = "download_enterprise_import_errors", tag = "imports", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The file", content(
        (Vec<u8> = "text/csv"), (serde_json::Value = "application/jsonl"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )))
)]
pub async fn download_enterprise_import_errors(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
) -> Answer {
    refused::<Enterprises>(app, caller, id.into_inner()).await
}

/// What an empty file is, and in which language its columns are named.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EnterpriseTemplateQuery {
    /// What the file is; CSV where it is absent.
    #[param(inline, value_type = Option<Format>, example = "xlsx")]
    pub format: Option<String>,
    /// Language of the columns; Vietnamese where it is absent.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    pub language: Option<String>,
}

/// An empty file for an import of enterprises, with its columns, what they hold and an example (tệp mẫu nhập doanh nghiệp).
///
/// The rows that explain a table begin with `#` and are not read. The line of JSON Lines is an example to be replaced.
#[utoipa::path(
    get, path = "/enterprise-import-template", operation_id = "get_enterprise_import_template", tag = "imports",
    security((), ("bearer" = [])), params(EnterpriseTemplateQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (serde_json::Value = "application/jsonl"))),
    )
)]
pub async fn get_enterprise_import_template(
    app: web::Data<App>,
    _caller: MaybeSignedIn,
    query: JudgedQuery<EnterpriseTemplateQuery>,
) -> Answer {
    let (_query, form) = query.by(|query| Form::of(query.format.as_deref(), query.language.as_deref()))?;
    let (head, rows) = template(form.format, form.language, &app.in_force().await?);
    send(
        // A page, which holds nobody up.
        (app.files.clone(), None),
        form,
        "template",
        head,
        async move |_only: Option<()>| Ok((rows.clone(), None)),
    )
    .await
}
