//! All that is kept about the caller, in one file; and the end of a restriction.

mod views;

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::extract::SignedIn;
use super::problem::{Answer, ProblemBody};
use crate::service::{App, personal_data};

pub use views::{ExportView, ExportedDocument};

/// All that is kept about me (bản sao dữ liệu cá nhân), as a file.
#[utoipa::path(
    get, path = "/me/export", operation_id = "export_my_data", tag = "privacy", security(("bearer" = [])),
    responses(
        (status = 200, description = "What is kept, up to the bounds that `cut` names; no passwords, keys or tokens", body = ExportView),
    )
)]
pub async fn export_my_data(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    app.write(caller.origin, move |work| personal_data::remember_copy(work, &caller))
        .await?;
    let vault = app.vault.clone();
    let (copy, now) = app
        .read(move |conn, now| Ok((personal_data::copy(conn, &vault, &caller, now)?, now)))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"vptex-data.json\""))
        .json(ExportView::of(copy, now)))
}

/// End the restriction that I asked for (thôi hạn chế xử lý).
#[utoipa::path(
    delete, path = "/me/restriction", operation_id = "end_my_restriction", tag = "privacy", security(("bearer" = [])),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 404, description = "There is none", body = ProblemBody),
    )
)]
pub async fn end_my_restriction(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    app.write(caller.origin, move |work| personal_data::end_restriction(work, &caller))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
