//! Listings as a file, and templates of the files that imports take.

use actix_web::web;
use serde::Deserialize;

use super::exports::{Form, send, turn};
use super::extract::query::chosen;
use super::extract::{JudgedQuery, MaybeSignedIn, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::import::Format;
use crate::domain::listing::{ListingKind, ListingStatus};
use crate::service::listing_exports::{self as exports, TableLanguage, Writer};
use crate::service::{App, Error};

/// In which form.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TemplateQuery {
    /// For listings of this kind: only the columns in which they say something, and an example of it.
    #[param(inline, value_type = Option<ListingKind>, example = "ip_asset")]
    pub kind: Option<String>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    pub language: Option<String>,
}

/// Which listings, in which form.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// Only those in this status.
    #[param(inline, value_type = Option<ListingStatus>, example = "published")]
    pub status: Option<String>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    pub language: Option<String>,
}

/// The caller's enterprise's own listings as a file (xuất tin của doanh nghiệp).
///
/// In the form that `POST /listing-imports` takes, newest first: changed, it can be sent as it is. What was never imported has no identifier of the enterprise's own, and its
/// cell is empty until somebody gives it one. CSV is parted by semicolons, and no cell of it is a formula.
#[utoipa::path(
    get, path = "/me/listings/export", operation_id = "export_my_listings", tag = "imports", security(("bearer" = [])),
    params(ExportQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (serde_json::Value = "application/jsonl"))),
        (status = 403, description = "`forbidden`: for members of an enterprise", body = ProblemBody),
    )
)]
pub async fn export_my_listings(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<ExportQuery>,
) -> Answer {
    let (_query, (status, form)) = query.by(|query| {
        let status: Option<ListingStatus> = chosen("status", query.status.as_deref())?;
        Ok((status, Form::of(query.format.as_deref(), query.language.as_deref())?))
    })?;
    let writer = Writer::new(form.format, form.language, app.in_force().await?);
    let turn = turn(&app, &caller)?;
    send(
        (app.files.clone(), Some(turn)),
        form,
        "listings",
        writer.head(),
        async move |place| {
            let (found, next) = app
                .read(move |conn, now| exports::page(conn, &caller, status, place, now))
                .await?;
            let rows: Result<_, Error> = found.iter().map(|exported| writer.row(exported)).collect();
            Ok((rows?, next))
        },
    )
    .await
}

/// An empty file for an import, with its columns, what they hold and an example (tệp mẫu nhập tin).
///
/// The rows that explain a table begin with `#` and are not read. The line of JSON Lines is an example to be replaced.
#[utoipa::path(
    get, path = "/listing-import-template", operation_id = "get_listing_import_template", tag = "imports",
    security((), ("bearer" = [])), params(TemplateQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (serde_json::Value = "application/jsonl"))),
    )
)]
pub async fn get_listing_import_template(
    app: web::Data<App>,
    _caller: MaybeSignedIn,
    query: JudgedQuery<TemplateQuery>,
) -> Answer {
    let (_query, (form, kind)) = query.by(|query| {
        let form = Form::of(query.format.as_deref(), query.language.as_deref())?;
        Ok((form, chosen::<ListingKind>("kind", query.kind.as_deref())?))
    })?;
    let (head, rows) = Writer::new(form.format, form.language, app.in_force().await?).template(kind);
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
