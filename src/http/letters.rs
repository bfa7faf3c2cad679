//! Letters that could not be sent, for officers.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::query::wrong_parameter;
use super::extract::{JudgedQuery, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::fields::among;
use crate::domain::ids::LetterId;
use crate::service::App;
use crate::service::letters::queue::{self, LetterState, Outline};

/// Which letters.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LettersQuery {
    /// `dead` (given up; the default) or `waiting`.
    #[param(max_length = 10, example = "dead")]
    pub state: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// A letter, without address and content.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LetterView {
    /// Identifier, which is in its `Message-ID` too.
    pub id: Uuid,
    /// What it is about.
    #[schema(example = "reset_password")]
    pub kind: String,
    /// `vi` or `en`.
    pub language: &'static str,
    /// `dead` or `waiting`.
    pub state: &'static str,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; null when it was given up.
    pub next_try_at: Option<Timestamp>,
    /// Why it could not be sent.
    #[schema(example = "permanent error (550): 5.1.1 [address] no such user")]
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
}

impl LetterView {
    fn of(letter: Outline) -> Self {
        Self {
            id: letter.id.0,
            kind: letter.kind,
            language: letter.language.as_str(),
            state: letter.state.as_str(),
            attempts: letter.attempts,
            next_try_at: (letter.state == LetterState::Waiting).then_some(letter.next_try_at),
            last_error: letter.last_error,
            created_at: letter.created_at,
        }
    }
}

/// Letters that were given up or still wait, oldest first (thư chưa gửi được).
#[utoipa::path(
    get, path = "/letters", operation_id = "list_letters", tag = "officers", security(("bearer" = [])), params(LettersQuery),
    responses(
        (status = 200, description = "A page", body = Page<LetterView>),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 403, description = "Not an officer who manages the exchange", body = ProblemBody),
    )
)]
pub async fn list_letters(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<LettersQuery>,
) -> Answer {
    let (query, (limit, state)) = query.by(|query| {
        let state = match query.state.as_deref() {
            None | Some("dead") => LetterState::Dead,
            Some("waiting") => LetterState::Waiting,
            Some(_) => return Err(wrong_parameter("state", among(&["dead", "waiting"]))),
        };
        Ok((limit(query.limit, &settings)?, state))
    })?;
    let tag = format!("letters:{state}");
    let place = after_in_time(query.after.as_deref(), &tag)?.map(|(at, id)| (at, LetterId(id)));
    let (letters, next) = app
        .read(move |conn, now| queue::list(conn, &caller, state, place, limit, now))
        .await?;
    let next = next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    let items = letters.into_iter().map(LetterView::of).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Have a letter that was given up tried again, at once.
#[utoipa::path(
    post, path = "/letters/{id}/retry", operation_id = "retry_letter", tag = "officers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 200, description = "It waits to be sent", body = LetterView),
        (status = 403, description = "Not an officer who manages the exchange", body = ProblemBody),
        (status = 404, description = "Absent", body = ProblemBody),
        (status = 409, description = "`already_decided`: it waits already, or was sent", body = ProblemBody),
    )
)]
pub async fn retry_letter(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = LetterId(id.into_inner());
    let letter = app
        .write(caller.origin, move |work| queue::retry(work, &caller, id))
        .await?;
    Ok(HttpResponse::Ok().json(LetterView::of(letter)))
}
