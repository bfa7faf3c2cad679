//! Listings as a file, and templates of the files that imports take.

use actix_web::{HttpResponse, web};
use futures_util::stream::try_unfold;
use serde::Deserialize;
use std::str::FromStr;
use std::sync::Arc;

use super::extract::query::wrong_parameter;
use super::extract::{MaybeSignedIn, Query, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::fields::Violation;
use crate::domain::import::Format;
use crate::domain::listing::ListingStatus;
use crate::service::listing_exports::{self as exports, TableLanguage, Writer};
use crate::service::{App, Error};

/// In which form.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TemplateQuery {
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

fn chosen<T: FromStr>(name: &str, text: Option<&str>) -> Result<Option<T>, Error> {
    text.map(str::parse::<T>)
        .transpose()
        .map_err(|_unknown| wrong_parameter(name, Violation::Malformed { what: "choice" }))
}

fn media(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Jsonl => ("application/jsonl", "jsonl"),
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
    }
}

/// The caller's enterprise's own listings as a file (xuất tin của doanh nghiệp).
///
/// In the form that `POST /listing-imports` takes, newest first: changed, it can be sent as it is. A table has what
/// columns can say; JSON Lines have everything. What was never imported has no identifier of the enterprise's own, and its
/// cell is empty until somebody gives it one. CSV is parted by semicolons, and no cell of it is a formula.
#[utoipa::path(
    get, path = "/me/listings/export", operation_id = "export_my_listings", tag = "imports", security(("bearer" = [])),
    params(ExportQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (serde_json::Value = "application/jsonl"))),
        (status = 403, description = "`forbidden`: for members of an enterprise", body = ProblemBody),
    )
)]
pub async fn export_my_listings(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    Query(query): Query<ExportQuery>,
) -> Answer {
    let status: Option<ListingStatus> = chosen("status", query.status.as_deref())?;
    let format = chosen("format", query.format.as_deref())?.unwrap_or(Format::Csv);
    let language = chosen("language", query.language.as_deref())?.unwrap_or(TableLanguage::Vietnamese);
    let writer = Arc::new(Writer::new(format, language, app.in_force().await?));
    // The first page before the answer begins, so that who may not is told so.
    let first = app
        .read(move |conn, now| exports::page(conn, &caller, status, None, now))
        .await?;
    let head = writer.head()?;
    let start = Some((app.get_ref().clone(), head, first));
    let text = try_unfold(start, move |state| {
        let writer = writer.clone();
        async move {
            let Some((app, mut text, (rows, next))) = state else {
                return Ok(None);
            };
            text.extend(writer.text(&rows)?);
            let rest = match next {
                None => None,
                Some(place) => {
                    let page = app
                        .read(move |conn, now| exports::page(conn, &caller, status, Some(place), now))
                        .await?;
                    Some((app, Vec::new(), page))
                }
            };
            Ok::<_, Error>(Some((web::Bytes::from(text), rest)))
        }
    });
    let (media, extension) = media(format);
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header((
            "Content-Disposition",
            format!("attachment; filename=\"listings.{extension}\""),
        ))
        .streaming(text))
}

/// An empty file for an import, with its columns, what they hold and an example (tệp mẫu nhập tin).
///
/// The rows that explain a table begin with `#` and are not read. The line of JSON Lines is an example to be replaced.
#[utoipa::path(
    get, path = "/listing-import-template", operation_id = "get_listing_import_template", tag = "imports",
    security((), ("bearer" = [])), params(TemplateQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (serde_json::Value = "application/jsonl"))),
    )
)]
pub async fn get_listing_import_template(
    app: web::Data<App>,
    _caller: MaybeSignedIn,
    Query(query): Query<TemplateQuery>,
) -> Answer {
    let format = chosen("format", query.format.as_deref())?.unwrap_or(Format::Csv);
    let language = chosen("language", query.language.as_deref())?.unwrap_or(TableLanguage::Vietnamese);
    let text = Writer::new(format, language, app.in_force().await?).template()?;
    let (media, extension) = media(format);
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header((
            "Content-Disposition",
            format!("attachment; filename=\"template.{extension}\""),
        ))
        .body(text))
}
