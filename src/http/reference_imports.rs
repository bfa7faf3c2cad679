//! Entries of a reference list from a file.

use actix_web::HttpResponse;
use actix_web::web::{self, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::upload::TableUpload;
use super::extract::{Query, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::successors::list_named;
use crate::domain::import::{Note, Problem as RowProblem, RowResult};
use crate::domain::taxonomy::TaxonomyName;
use crate::service::reference_imports::{self, Done};
use crate::service::{App, Error};

/// Whether it is only tried.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntryImportQuery {
    /// Whether it is only tried: every row gets its result, and nothing is written.
    #[serde(default)]
    pub dry_run: bool,
}

/// How many rows there were.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntryImportCounts {
    /// Rows of the file.
    #[schema(example = 118)]
    pub rows: i64,
    /// Codes that are new.
    pub created: i64,
    /// Entries that get another version.
    pub updated: i64,
    /// Entries that say so already.
    pub unchanged: i64,
    /// Rows that are refused.
    pub refused: i64,
}

/// What became of a row, or would.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntryImportRow {
    /// Its number in the file, from 1, the head included; of CSV the line in which it begins.
    #[schema(example = 2)]
    pub row: i64,
    /// What became of it, or would.
    #[schema(value_type = RowResult, example = "created")]
    pub result: &'static str,
    /// The code that it names, if that much could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "restricted.arsenic")]
    pub code: Option<String>,
    /// What is wrong with it.
    #[schema(max_items = 200)]
    pub problems: Vec<RowProblem>,
}

/// What became of a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntryImportView {
    /// Whether it was only tried.
    pub dry_run: bool,
    /// Whether the list says so now: never of a file that was only tried, nor of one of which a row is refused.
    pub is_applied: bool,
    /// How many rows there were.
    pub counts: EntryImportCounts,
    /// What is to be told of the file as a whole: columns that are not known.
    #[schema(max_items = 200)]
    pub notes: Vec<Note>,
    /// Each row.
    #[schema(max_items = 500)]
    pub rows: Vec<EntryImportRow>,
    /// Where officers read which public listings the list of now says something stricter of; of regulated technologies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/api/v1/moderation/overtaken-listings")]
    pub touched_listings: Option<&'static str>,
}

impl EntryImportView {
    fn of(list: TaxonomyName, is_dry_run: bool, done: Done) -> Self {
        let regulates = list == TaxonomyName::RegulatedTechnologies;
        Self {
            dry_run: is_dry_run,
            is_applied: done.is_applied,
            counts: EntryImportCounts {
                rows: done.counts.done,
                created: done.counts.created,
                updated: done.counts.updated,
                unchanged: done.counts.unchanged,
                refused: done.counts.refused,
            },
            notes: done.notes,
            rows: done.rows.into_iter().map(EntryImportRow::from).collect(),
            touched_listings: (regulates && done.is_applied).then_some("/api/v1/moderation/overtaken-listings"),
        }
    }
}

impl From<reference_imports::Row> for EntryImportRow {
    fn from(row: reference_imports::Row) -> Self {
        Self {
            row: row.number,
            result: row.result.as_str(),
            code: row.code,
            problems: row.problems,
        }
    }
}

/// Import entries of a reference list from a file (nhập danh mục từ tệp).
///
/// The body is the file itself: a workbook (XLSX), CSV (UTF-8; commas, semicolons or tabs), or JSON Lines, at most 500 rows. A row whose code is new adds an entry; another one changes names, end, successors, source and hints of the entry that there is. A column that the file does not have leaves its member alone, an empty cell takes the value away. **All rows are written or none**: with one that is refused nothing is, and each row tells why. Try it with `dry_run=true` first. Columns are told in docs/reference-data.md.
#[utoipa::path(
    post, path = "/taxonomies/{name}/imports", operation_id = "import_taxonomy_entries", tag = "taxonomies", security(("bearer" = [])),
    request_body(description = "The file", content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "text/csv"), (Vec<u8> = "application/jsonl"),
        (Vec<u8> = "application/octet-stream"),
    )),
    params(
        ("name" = String, Path, description = "Name of the list", max_length = 64, example = "regulated_technologies"),
        EntryImportQuery,
    ),
    responses(
        (status = 200, description = "What became of each row", body = EntryImportView),
        (status = 403, description = "Not an officer who manages reference data", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such list", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`list_not_editable`: law or a standard says what is in it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`: `errors` says what is wrong with `content`", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn import_taxonomy_entries(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    name: Path<String>,
    Query(query): Query<EntryImportQuery>,
    TableUpload(body): TableUpload,
) -> Answer {
    let list = list_named(&name)?;
    let is_dry_run = query.dry_run;
    app.read(move |conn, now| reference_imports::may_import(conn, &caller, list, now))
        .await?;
    let incoming = app.files.contents.begin(app.ids.next()).await.map_err(Error::from)?;
    let (arrived, _counted) = body.read(incoming).await?;
    let prepared = app.prepare_entries(arrived).await?;
    let done = app
        .write(caller.origin, move |work| {
            reference_imports::import(work, &caller, list, is_dry_run, &prepared)
        })
        .await?;
    Ok(HttpResponse::Ok().json(EntryImportView::of(list, is_dry_run, done)))
}
