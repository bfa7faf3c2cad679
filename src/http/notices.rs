//! What a member was told of the enterprise.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::{JudgedQuery, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::account::Language;
use crate::domain::ids::LetterId;
use crate::service::App;
use crate::service::letters::render::gist;
use crate::service::notices::{self, Notice};

/// Which notices.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticesQuery {
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// A notice in one language.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoticeWords {
    /// In one line.
    #[schema(example = "Your listing ends on 9 March 2027")]
    pub subject: String,
    /// All that it says, in paragraphs with an empty line between them. Plain text.
    pub text: String,
}

impl NoticeWords {
    fn of((subject, text): (String, String)) -> Self {
        Self { subject, text }
    }
}

/// What a member was told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoticeView {
    /// Identifier.
    pub id: Uuid,
    /// What it is about.
    #[schema(example = "listing_ends")]
    pub kind: &'static str,
    /// The listing that it is about.
    pub listing_id: Option<Uuid>,
    /// In Vietnamese.
    pub vi: NoticeWords,
    /// In English.
    pub en: NoticeWords,
    /// When it was written.
    pub created_at: Timestamp,
}

impl NoticeView {
    fn of(notice: &Notice) -> Self {
        let letter = &notice.content.letter;
        Self {
            id: notice.id.0,
            kind: letter.kind(),
            listing_id: notice.content.listing.map(|id| id.0),
            vi: NoticeWords::of(gist(Language::Vi, letter)),
            en: NoticeWords::of(gist(Language::En, letter)),
            created_at: notice.created_at,
        }
    }
}

/// What I was told of my enterprise, newest first (thông báo).
///
/// Decisions, terms that end, what officers wrote: what the letters to the caller said, for a year. Whoever belongs to no enterprise
/// has none.
#[utoipa::path(
    get, path = "/me/notices", operation_id = "list_my_notices", tag = "accounts", security(("bearer" = [])), params(NoticesQuery),
    responses(
        (status = 200, description = "A page", body = Page<NoticeView>),
        (status = 401, description = "Not signed in", body = ProblemBody),
    )
)]
pub async fn list_my_notices(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<NoticesQuery>,
) -> Answer {
    let (query, limit) = query.by(|query| limit(query.limit, &settings))?;
    let place = after_in_time(query.after.as_deref(), "notices")?.map(|(at, id)| (at, LetterId(id)));
    let vault = app.vault.clone();
    let (found, next) = app
        .read(move |conn, now| notices::mine(conn, &vault, &caller, (place, limit), now))
        .await?;
    let next = next.map(|(at, id)| cursor_in_time("notices", (at, id.0)));
    let items = found.iter().map(NoticeView::of).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}
