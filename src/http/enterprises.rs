//! Enterprises: directory, page, mending a registration.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use uuid::Uuid;

use super::catalogue::seats;
use super::extract::page::{ByText, after, cursor, limit};
use super::extract::query::wrong_parameter;
use super::extract::{Body, IfMatch, JudgedQuery, MaybeSignedIn, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use super::views::{EnterpriseView, versioned, versioned_or_unchanged};
use crate::domain::enterprise::document::DocumentCounts;
use crate::domain::fields::Violation;
use crate::domain::ids::EnterpriseId;
use crate::domain::shapes::{EnterprisePatch, ProvinceCode};
use crate::service::enterprises::Named;
use crate::service::search;
use crate::service::{App, amendments, enterprises};

/// Longest text that names are looked for by, in characters.
const MAX_NAME: usize = 512;

/// Which enterprises.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DirectoryQuery {
    /// Words of the name or their beginnings, with or without diacritics; all of them are in it. `"…"` is in it as whole words behind each other,
    /// `-word` and `-"…"` are not. Words after the eighth are ignored.
    #[param(max_length = 512, example = "co khi viet tri")]
    pub q: Option<String>,
    /// Only those of this province; an older code stands for what became of it.
    #[param(inline, value_type = Option<ProvinceCode>)]
    pub province: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// The directory of verified enterprises, in the order of their names.
#[utoipa::path(
    get, path = "/enterprises", operation_id = "list_enterprises", tag = "enterprises", params(DirectoryQuery), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "A page", body = Page<EnterpriseView>),
    )
)]
pub async fn list_enterprises(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    MaybeSignedIn(caller): MaybeSignedIn,
    query: JudgedQuery<DirectoryQuery>,
) -> Answer {
    let lists = app.in_force_at_hand();
    let (query, (limit, named)) = query.by(|query| {
        let text = query.q.as_deref().unwrap_or_default();
        if text.chars().nth(MAX_NAME).is_some() {
            return Err(wrong_parameter("q", Violation::TooLong { max: MAX_NAME }));
        }
        let named = Named {
            seats: seats(&lists, query.province.as_deref())?,
            ..search::named(text)
        };
        Ok((limit(query.limit, &settings)?, named))
    })?;
    // The province as it was sent: a cursor goes on when the list changes in between.
    let province = query.province.as_deref().unwrap_or_default();
    let mut tag = format!("enterprises:{province}:{}", named.words.join(" "));
    for (sign, phrases) in [('"', &named.phrases), ('-', &named.excluded)] {
        tag.extend(phrases.iter().map(|phrase| format!("{sign}{phrase}")));
    }
    let place = after::<ByText>(query.after.as_deref(), &tag)?.map(|(key, id)| (key, EnterpriseId(id)));
    app.check_session(caller).await?;
    let now = app.clock.now();
    let (rows, next) = app
        .read(move |conn, _| enterprises::directory(conn, &named, place.as_ref(), limit))
        .await?;
    let next = next.map(|(key, id)| cursor(&tag, &(key, id.0)));
    Ok(HttpResponse::Ok().json(Page::new(
        rows.iter().map(|row| EnterpriseView::public(row, now)).collect(),
        limit,
        next,
    )))
}

/// One enterprise.
#[utoipa::path(
    get, path = "/enterprises/{id}", operation_id = "get_enterprise", tag = "enterprises",
    params(("id" = Uuid, Path, description = "Identifier")), security((), ("bearer" = [])),
    responses(
        (status = 304, description = "Not changed"),
        (status = 200, description = "The enterprise, as far as the caller may see it", body = EnterpriseView),
        (status = 410, description = "`enterprise_closed`: it takes part no more", body = ProblemBody),
    )
)]
pub async fn get_enterprise(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
) -> Answer {
    let id = EnterpriseId(id.into_inner());
    let vault = app.vault.clone();
    let seen = app
        .read_by_key(move |conn, now| enterprises::read(conn, &vault, &caller, id, now))
        .await?;
    let view = EnterpriseView::of_today(&seen, &app.in_force_at_hand());
    let answer = || versioned(&seen, &view);
    // How its documents stand and which codes ended is told to insiders, and changes without another version.
    let has_documents = seen.documents.is_some_and(|counts| counts != DocumentCounts::default());
    if has_documents || !view.outdated.is_empty() {
        return Ok(answer());
    }
    Ok(versioned_or_unchanged(&request, &seen, answer))
}

/// Change an enterprise (sửa hồ sơ doanh nghiệp).
///
/// The body is a JSON merge patch (RFC 7396) onto the enterprise's part of a registration. Of an active enterprise, what
/// no officer verified takes effect at once; a change of what was verified (names and numbers of the law, form and kind,
/// legal representative, address, parent) becomes a request that an officer decides on, and what is live stays until
/// then: `amendment` in the answer tells that there is one. Later patches go onto the request. A registration that waits is
/// changed itself and keeps its place in the queue; an officer who read the version of before is answered with 412. Of one that
/// was sent back or refused, another number is given three times a day at the most (429).
#[utoipa::path(
    patch, path = "/enterprises/{id}", operation_id = "edit_enterprise", tag = "enterprises", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the version that is edited")),
    request_body(content = EnterprisePatch, description = "Members to change; `null` removes", example = json!({"website": "https://lamthao.example/", "short_name": null})),
    responses(
        (status = 200, description = "Changed", body = EnterpriseView),
        (status = 409, description = "`enterprise_wrong_status`, `tax_code_taken`", body = ProblemBody),
    )
)]
pub async fn edit_enterprise(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Body<serde_json::Map<String, serde_json::Value>>,
) -> Answer {
    let (id, seen) = (EnterpriseId(id.into_inner()), if_match.required()?);
    let patch = serde_json::Value::Object(body.value);
    let seen = amendments::edit_counted(&app, caller, id, seen, patch).await?;
    Ok(versioned(&seen, &EnterpriseView::of(&seen)))
}

/// Hand a mended registration in again.
#[utoipa::path(
    post, path = "/enterprises/{id}/submission", operation_id = "submit_enterprise", tag = "enterprises", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Handed in", body = EnterpriseView),
        (status = 409, description = "`enterprise_wrong_status`", body = ProblemBody),
        (status = 422, description = "`validation_failed`: `screened` tells the members with words that are not published here", body = ProblemBody),
    )
)]
pub async fn submit_enterprise(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (EnterpriseId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| enterprises::submit(work, &caller, id, seen))
        .await?;
    Ok(versioned(&seen, &EnterpriseView::of(&seen)))
}
