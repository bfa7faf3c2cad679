//! Whether an officer is told in the morning of what waits.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Judged, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::service::App;
use crate::service::review::digests;

/// Whether I am told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewDigestSetting {
    /// Whether a letter tells me in the morning of working days that something waits for long; as long as nothing else was said it
    /// does.
    pub wanted: bool,
}

/// Whether I am told in the morning of what waits (nhắc hồ sơ, tin chờ duyệt).
#[utoipa::path(
    get, path = "/me/review-digest", operation_id = "get_my_review_digest", tag = "moderation", security(("bearer" = [])),
    responses(
        (status = 200, description = "Whether I am", body = ReviewDigestSetting),
        (status = 403, description = "Not an officer who reviews", body = ProblemBody),
    )
)]
pub async fn get_my_review_digest(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    let wanted = app
        .read(move |conn, now| digests::is_wanted(conn, &caller, now))
        .await?;
    Ok(HttpResponse::Ok().json(ReviewDigestSetting { wanted }))
}

/// Say whether I want to be told (bật, tắt thư nhắc).
///
/// It concerns the letter about what waits for long; warnings about requests of authorities go out in any case.
#[utoipa::path(
    put, path = "/me/review-digest", operation_id = "set_my_review_digest", tag = "moderation", security(("bearer" = [])),
    request_body(content = ReviewDigestSetting, example = json!({"wanted": false})),
    responses(
        (status = 200, description = "Written down", body = ReviewDigestSetting),
        (status = 403, description = "Not an officer who reviews", body = ProblemBody),
    )
)]
pub async fn set_my_review_digest(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    body: Judged<ReviewDigestSetting>,
) -> Answer {
    let wanted = body.by(|said| Ok(said.wanted))?;
    app.write(caller.origin, move |work| digests::set_wanted(work, &caller, wanted))
        .await?;
    Ok(HttpResponse::Ok().json(ReviewDigestSetting { wanted }))
}
