//! Files that are sent to be loaded row by row: what requests about them do, whatever the rows are about.

pub mod enterprises;
pub mod listings;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::exports::{Form, send, turn};
use super::extract::page::{after, after_in_time, cursor, cursor_in_time, limit};
use super::extract::query::wrong_parameter;
use super::extract::upload::FileBody;
use super::extract::{IdempotencyKey, JudgedQuery, Page, Paged};
use super::problem::Answer;
use super::server::HttpSettings;
use crate::domain::fields::Violation;
use crate::domain::file::FileName;
use crate::domain::import::RowResult;
use crate::service::App;
use crate::service::context::Caller;
use crate::service::file_imports::listings::errors;
use crate::service::file_imports::{self as imports, ImportOf, RowOf, Subject};
use crate::service::listing_exports::TableLanguage;

/// What a file is called, and whether it is only tried.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// What people call the file; of a path the last part counts. What it is, its content says.
    #[param(max_length = 200, example = "san-pham-2026.csv")]
    pub name: String,
    /// Whether it is only tried: every row gets its result, and nothing is written.
    #[serde(default)]
    pub dry_run: bool,
}

/// Which rows.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportRowsQuery {
    /// Only those with this result.
    #[param(inline, value_type = Option<RowResult>, example = "refused")]
    pub result: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// What is shown of imports.
pub(super) trait Shown: Subject {
    /// An import.
    type View: Serialize + ToSchema;
    /// What became of a row.
    type RowView: Serialize + ToSchema;

    /// Shows an import.
    fn view(import: &ImportOf<Self>) -> Self::View;
    /// Shows a row.
    fn row(row: RowOf<Self>) -> Self::RowView;
}

/// What an import is called in paths and cursors: `listing-import`.
fn one<S: Shown>() -> String {
    S::NAME.replace('_', "-")
}

/// Takes a file in.
pub(super) async fn start<S: Shown>(
    app: &App,
    caller: Caller,
    query: JudgedQuery<ImportQuery>,
    key: IdempotencyKey,
    body: FileBody,
) -> Answer {
    let (query, name) = query.by(|query| {
        let name = FileName::parse(&query.name);
        name.map_err(|violation| wrong_parameter("name", violation))
    })?;
    app.read(move |conn, now| imports::may_import::<S>(conn, &caller, now))
        .await?;
    let (arrived, _counted) = body.read(app).await?;
    let asked = format!("start_{}:{}:{}", S::NAME, query.dry_run, name.as_str());
    let key = key.of(&asked, &arrived.digest.0);
    let prepared = app.prepare_import::<S>(arrived).await?;
    creates::make(app, caller, key, StatusCode::ACCEPTED, move |work| {
        let import = imports::start::<S>(work, &caller, &name, query.dry_run, &prepared)?;
        Ok(Made::at(format!("/{}s/{}", one::<S>(), import.id), S::view(&import)))
    })
    .await
}

/// A page of imports.
pub(super) async fn list<S: Shown>(app: &App, caller: Caller, page: Paged) -> Answer {
    let (limit, tag) = (page.limit, format!("{}s", one::<S>()));
    let place = after_in_time(page.after.as_deref(), &tag)?.map(|(at, id)| (at, S::known_as(id)));
    let (found, next) = app
        .read(move |conn, now| imports::list::<S>(conn, &caller, place, limit, now))
        .await?;
    let next = next.map(|(at, id)| cursor_in_time(&tag, (at, S::uuid(id))));
    let items = found.iter().map(S::view).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// How one fares.
pub(super) async fn get<S: Shown>(app: &App, caller: Caller, id: Uuid) -> Answer {
    let id = S::known_as(id);
    let import = app
        .read_by_key(move |conn, now| imports::find::<S>(conn, &caller, id, now))
        .await?;
    Ok(HttpResponse::Ok().json(S::view(&import)))
}

/// Stops one.
pub(super) async fn cancel<S: Shown>(app: &App, caller: Caller, id: Uuid) -> Answer {
    let id = S::known_as(id);
    let import = app
        .write(caller.origin, move |work| imports::cancel::<S>(work, &caller, id))
        .await?;
    Ok(HttpResponse::Ok().json(S::view(&import)))
}

/// What became of its rows.
pub(super) async fn rows<S: Shown>(
    app: &App,
    settings: &HttpSettings,
    caller: Caller,
    id: Uuid,
    query: JudgedQuery<ImportRowsQuery>,
) -> Answer {
    let id = S::known_as(id);
    let (query, (limit, result)) = query.by(|query| {
        let limit = limit(query.limit, settings)?;
        let result = query.result.as_deref().map(str::parse::<RowResult>).transpose();
        let wrong = |_unknown| wrong_parameter("result", Violation::Malformed { what: "import_result" });
        Ok((limit, result.map_err(wrong)?))
    })?;
    let tag = format!("{}-rows:{id}:{result:?}", one::<S>());
    let from = after::<i64>(query.after.as_deref(), &tag)?.unwrap_or(0);
    let (found, next) = app
        .read(move |conn, now| imports::page::<S>(conn, &caller, id, result, from, limit, now))
        .await?;
    let next = next.map(|number| cursor(&tag, &number));
    let items = found.into_iter().map(S::row).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// The refused ones in the format of the file.
pub(super) async fn refused<S: Shown>(app: web::Data<App>, caller: Caller, id: Uuid) -> Answer {
    let id = S::known_as(id);
    let import = app
        .read(move |conn, now| imports::find::<S>(conn, &caller, id, now))
        .await?;
    let form = Form {
        format: import.format,
        language: TableLanguage::Vietnamese,
    };
    let turn = turn(&app, &caller)?;
    send(
        (app.files.clone(), Some(turn)),
        form,
        "errors",
        errors::head(&import.head),
        async move |place: Option<i64>| {
            let from = place.unwrap_or(0);
            app.read(move |conn, now| imports::errors_page::<S>(conn, &caller, id, from, now))
                .await
        },
    )
    .await
}
