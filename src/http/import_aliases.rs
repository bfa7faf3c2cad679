//! What else enterprises call the entries of lists in their files, for officers.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::page::{after, cursor, limit};
use super::extract::query::wrong_parameter;
use super::extract::{IdempotencyKey, Judged, JudgedQuery, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::fields::Violation;
use crate::domain::ids::ImportAliasId;
use crate::domain::import_alias::{ImportAlias, LISTS, NewAlias};
use crate::domain::taxonomy::TaxonomyName;
use crate::service::{App, Error, import_aliases};

/// A new alias.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportAliasBody {
    /// Which list: `listing_kinds`, `price_modes`, `transfer_modes`, `fields` or `countries`.
    #[schema(max_length = 64, example = "fields")]
    pub list: String,
    /// What files call the entry. Case, diacritics and signs make no difference.
    #[schema(max_length = 200, example = "Máy móc sau thu hoạch")]
    pub name: String,
    /// The code of the entry.
    #[schema(max_length = 64, example = "food.drying")]
    pub code: String,
}

/// An alias.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportAliasView {
    /// Identifier.
    pub id: Uuid,
    /// Which list.
    #[schema(example = "fields")]
    pub list: &'static str,
    /// What files call the entry.
    #[schema(example = "Máy móc sau thu hoạch")]
    pub name: String,
    /// The code of the entry.
    #[schema(example = "food.drying")]
    pub code: String,
    /// Whether it came with the program; it can be ended like any other.
    pub is_built_in: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was ended; null while imports read by it.
    pub ended_at: Option<Timestamp>,
}

impl From<&ImportAlias> for ImportAliasView {
    fn from(kept: &ImportAlias) -> Self {
        Self {
            id: kept.id.0,
            list: kept.alias.list.as_str(),
            name: kept.alias.name.to_string(),
            code: kept.alias.code.clone(),
            is_built_in: kept.is_built_in,
            created_at: kept.created_at,
            ended_at: kept.ended_at,
        }
    }
}

/// Which aliases.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportAliasesQuery {
    /// Only those of this list.
    #[param(max_length = 64, example = "fields")]
    pub list: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl ImportAliasesQuery {
    fn wanted(&self) -> Result<Option<TaxonomyName>, Error> {
        let Some(text) = self.list.as_deref() else {
            return Ok(None);
        };
        let known = LISTS.into_iter().find(|list| list.as_str() == text);
        let values = || LISTS.iter().map(|list| list.as_str().to_owned()).collect();
        known
            .map(Some)
            .ok_or_else(|| wrong_parameter("list", Violation::NotOneOf { values: values() }))
    }
}

/// Add another name by which files may call an entry of a list (thêm tên gọi khác khi nhập tin).
///
/// Imports that are taken up from now on read by it, and tell of each row which alias they used. At most 5,000 are in force.
#[utoipa::path(
    post, path = "/import-aliases", operation_id = "add_import_alias", tag = "imports", security(("bearer" = [])),
    request_body = ImportAliasBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Added", body = ImportAliasView),
        (status = 409, description = "`limit_reached`", body = ProblemBody),
        (status = 422, description = "`validation_failed`; `taken` where an entry or an alias in force has the name", body = ProblemBody),
    )
)]
pub async fn add_import_alias(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<ImportAliasBody>,
) -> Answer {
    let key = key.of("add_import_alias", &body.raw);
    let lists = app.in_force().await?;
    let sent = body.value(|sent| {
        let alias = NewAlias::parse(&lists, &sent.list, &sent.name, &sent.code);
        alias.map_err(Error::fields)
    })?;
    creates::create(&app, caller, key, move |work| {
        let kept = import_aliases::add(work, &caller, (&sent.list, &sent.name, &sent.code))?;
        Ok(Made::at(
            format!("/import-aliases/{}", kept.id),
            ImportAliasView::from(&kept),
        ))
    })
    .await
}

/// The other names by which files may call entries of lists, ended ones too, newest first (tên gọi khác khi nhập tin).
#[utoipa::path(
    get, path = "/import-aliases", operation_id = "list_import_aliases", tag = "imports", security(("bearer" = [])),
    params(ImportAliasesQuery),
    responses((status = 200, description = "A page", body = Page<ImportAliasView>))
)]
pub async fn list_import_aliases(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<ImportAliasesQuery>,
) -> Answer {
    let (query, (limit, list)) = query.by(|query| Ok((limit(query.limit, &settings)?, query.wanted()?)))?;
    let tag = format!("import-aliases:{list:?}");
    let before = after::<Uuid>(query.after.as_deref(), &tag)?.map(ImportAliasId);
    let (found, next) = app
        .read(move |conn, now| import_aliases::list(conn, &caller, list, before, limit, now))
        .await?;
    let next = next.map(|id| cursor(&tag, &id.0));
    let items = found.iter().map(ImportAliasView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// End another name: imports that are taken up from now on do not read by it (bỏ tên gọi khác khi nhập tin).
///
/// It stays in the list. A name is not changed: end it and add another.
#[utoipa::path(
    delete, path = "/import-aliases/{id}", operation_id = "end_import_alias", tag = "imports",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The alias")),
    responses(
        (status = 204, description = "Ended"),
        (status = 409, description = "`already_decided`: it was ended before", body = ProblemBody),
    )
)]
pub async fn end_import_alias(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ImportAliasId(id.into_inner());
    app.write(caller.origin, move |work| import_aliases::end(work, &caller, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
