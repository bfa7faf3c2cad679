//! Entries of a reference list from a file.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::upload::TableUpload;
use super::extract::{IfMatch, Query, SignedIn, etag};
use super::problem::{Answer, ProblemBody};
use super::successors::list_named;
use crate::domain::import::{Note, Problem as RowProblem, RowResult};
use crate::domain::taxonomy::TaxonomyName;
use crate::service::reference_imports::{self, Judged};
use crate::service::{App, ErrorCode};

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
    /// Number of the last change of the lists: what the file was held against, or what they are with it. In quotes it is what
    /// `If-Match` takes.
    #[schema(example = 12)]
    pub edition: i64,
    /// How many rows there were.
    pub counts: EntryImportCounts,
    /// What is to be told of the file as a whole: columns that are not known, and the communes that wait to be filed where a province is
    /// divided (`communes_to_file`), or that its division lets go (`communes_returned`).
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
    /// Of a file that was judged and not written.
    fn of(is_dry_run: bool, judged: &Judged) -> Self {
        Self {
            dry_run: is_dry_run,
            is_applied: false,
            edition: judged.edition,
            counts: EntryImportCounts {
                rows: judged.counts.done,
                created: judged.counts.created,
                updated: judged.counts.updated,
                unchanged: judged.counts.unchanged,
                refused: judged.counts.refused,
            },
            notes: judged.notes.clone(),
            rows: judged.rows.iter().cloned().map(EntryImportRow::from).collect(),
            touched_listings: None,
        }
    }

    /// The same of one that was written, with which the lists are another edition.
    fn written(self, list: TaxonomyName, edition: i64) -> Self {
        let regulates = list == TaxonomyName::RegulatedTechnologies;
        Self {
            is_applied: true,
            edition,
            touched_listings: regulates.then_some("/api/v1/moderation/overtaken-listings"),
            ..self
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
/// The body is the file itself: a workbook (XLSX), CSV (UTF-8; commas, semicolons or tabs), or JSON Lines, at most 500 rows. A row whose code is new adds an entry; another one changes names, end, successors, source and hints of the entry that there is. A column that the file does not have leaves its member alone, an empty cell takes the value away. **All rows are written or none**: with one that is refused nothing is, and each row tells why. Try it with `dry_run=true` first: its `edition`, in quotes, is what `If-Match` needs to write the file, so that nothing is overwritten that an officer changed meanwhile in any list. Columns are told in docs/reference-data.md.
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
        ("If-Match" = Option<String>, Header, description = "`ETag` of the trial, or `edition` of `GET /taxonomies` in quotes: what the file was made for. Needed unless it is only tried"),
    ),
    responses(
        (status = 200, description = "What became of each row", body = EntryImportView),
        (status = 403, description = "Not an officer who manages reference data", body = ProblemBody),
        (status = 404, description = "No such list", body = ProblemBody),
        (status = 409, description = "`list_not_editable`: law or a standard says what is in it", body = ProblemBody),
        (status = 412, description = "`stale_version`: somebody changed a list since; try the file again", body = ProblemBody),
        (status = 428, description = "`precondition_required`: without `If-Match` a file is only tried", body = ProblemBody),
        (status = 422, description = "`validation_failed`: `errors` says what is wrong with `content`", body = ProblemBody),
    )
)]
pub async fn import_taxonomy_entries(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    name: Path<String>,
    Query(query): Query<EntryImportQuery>,
    if_match: IfMatch,
    TableUpload(body): TableUpload,
) -> Answer {
    let list = list_named(&name)?;
    let is_dry_run = query.dry_run;
    let seen = if is_dry_run {
        if_match.optional()?
    } else {
        Some(if_match.required()?)
    };
    app.read(move |conn, now| reference_imports::may_import(conn, &caller, list, now))
        .await?;
    let (arrived, _counted) = body.read(&app).await?;
    let prepared = app.prepare_entries(arrived).await?;
    let judged = app.judge_entries(caller, list, prepared).await?;
    if seen.is_some_and(|seen| seen != judged.edition) {
        return Err(ErrorCode::StaleVersion.into());
    }
    let mut view = EntryImportView::of(is_dry_run, &judged);
    if !is_dry_run && judged.is_sound() {
        let write = app.write(caller.origin, move |work| {
            reference_imports::write(work, &caller, list, &judged)
        });
        view = view.written(list, write.await?);
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, etag(view.edition)))
        .json(view))
}
