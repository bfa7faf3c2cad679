//! Logos of enterprises.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use uuid::Uuid;

use super::closures::ClosureBody;
use super::documents::{self, DocumentView};
use super::extract::query::wrong_parameters;
use super::extract::upload::Upload;
use super::extract::{Judged, JudgedQuery, MaybeSignedIn, SignedIn};
use super::files::{Caching, FileQuery, Shown, check_size, send};
use super::problem::{Answer, Problem, ProblemBody};
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::file::FileFault;
use crate::domain::ids::EnterpriseId;
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;
use crate::service::{App, Error, ErrorCode, logos};

/// What the logo shows.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LogoQuery {
    /// What it shows, to those who do not see it, in Vietnamese.
    #[param(max_length = 256, example = "Biểu trưng: bánh răng màu xanh")]
    pub alt_vi: String,
    /// The same in English.
    #[param(max_length = 256, example = "Logo: a green gear")]
    pub alt_en: Option<String>,
}

/// Hand in the logo of an enterprise (nộp biểu trưng).
///
/// By an owner; the body is the picture itself, and is made anew as pictures of listings are. It waits for an officer's verdict as a
/// document of the profile, in the place of one that was not accepted. Once it is accepted everybody who sees the enterprise sees it; till
/// then the former one stays.
#[utoipa::path(
    put, path = "/enterprises/{id}/logo", operation_id = "put_logo", tag = "enterprises", security(("bearer" = [])),
    request_body(description = "The picture", content(
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"),
    )),
    params(("id" = Uuid, Path, description = "Identifier of the enterprise"), LogoQuery),
    responses(
        (status = 200, description = "Handed in", body = DocumentView),
        (status = 409, description = "`limit_reached`", body = ProblemBody),
        (status = 415, description = "`unsupported_media_type`: no picture", body = ProblemBody),
        (status = 422, description = "`validation_failed`: `errors` says what is wrong with `content`", body = ProblemBody),
    )
)]
pub async fn put_logo(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<LogoQuery>,
    upload: Result<Upload, Problem>,
) -> Answer {
    let id = EnterpriseId(id.into_inner());
    let (_, alt) = query.by(|query| {
        let mut errors = FieldErrors::default();
        let vi = errors.keep("alt_vi", Line::parse(&query.alt_vi));
        let en = errors.keep_opt("alt_en", query.alt_en.as_deref(), Line::parse);
        errors
            .finish(vi.map(|vi| Bilingual { vi, en }))
            .map_err(wrong_parameters)
    })?;
    let upload = upload.map_err(|refusal| match refusal.0.code {
        ErrorCode::UnsupportedMediaType => no_picture(),
        _ => refusal.0,
    })?;
    if !upload.declared.is_picture() {
        return Err(no_picture().into());
    }
    let (rules, said) = (app.file_rules, alt.clone());
    app.read(move |conn, now| logos::may_put(conn, &caller, rules, id, &said, now))
        .await?;
    let declared = upload.declared;
    let (arrived, _counted) = upload.body.read(&app).await?;
    let prepared = app.prepare_file(arrived, declared).await.map_err(of_pictures)?;
    let handed_in = app
        .write(caller.origin, move |work| {
            Ok((logos::put(work, &caller, rules, id, &alt, &prepared)?, work.now))
        })
        .await?;
    Ok(documents::answer(handed_in))
}

/// What else files of the exchange may be, a logo is not.
fn no_picture() -> Error {
    let known = "image/jpeg, image/png, image/webp";
    Error::new(
        ErrorCode::UnsupportedMediaType,
        format!("Biểu trưng là ảnh: chỉ nhận {known}."),
        format!("A logo is a picture: only {known} are accepted."),
    )
}

/// Of what is said to be a picture and is nothing that is known: that it is none, and not which documents there are.
fn of_pictures(mut refusal: Error) -> Error {
    for field in &mut refusal.fields {
        if field.violation == Violation::File(FileFault::UnknownType) {
            field.violation = Violation::File(FileFault::OtherType);
        }
    }
    refusal
}

/// The logo of an enterprise.
///
/// A browser shows it in `<img>` and never as a page. Part of it is answered to `Range: bytes=…`.
#[utoipa::path(
    get, path = "/enterprises/{id}/logo", operation_id = "get_logo", tag = "enterprises", security((), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the enterprise"), FileQuery),
    responses(
        (status = 200, description = "All of it", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
        (status = 206, description = "The part that was asked for", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
        (status = 304, description = "Not changed"),
        (status = 410, description = "`enterprise_closed`: it takes part no more", body = ProblemBody),
    )
)]
pub async fn get_logo(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<FileQuery>,
) -> Answer {
    let id = EnterpriseId(id.into_inner());
    let (query, ()) = query.by(|query| check_size(query.size))?;
    let logo = app
        .read_by_key(move |conn, now| logos::read(conn, &caller, id, now))
        .await?;
    let content = logo.content_for(query.size).ok_or(ErrorCode::NotFound)?;
    let shown = Shown {
        id: id.0,
        media_type: content.media_type,
        digest: content.digest,
        size: content.size,
    };
    send(&request, &app, &shown, Caching::Asking).await
}

/// Take down the logo of an enterprise (gỡ biểu trưng).
///
/// By an owner, or by an officer who reviews enterprises, with a reason.
#[utoipa::path(
    post, path = "/enterprises/{id}/logo/removal", operation_id = "remove_logo", tag = "enterprises", security(("bearer" = [])),
    request_body(content = ClosureBody, example = json!({"reason": {"reason_code": "ip_infringement", "reason_text": "Biểu trưng là của doanh nghiệp khác."}})),
    params(("id" = Uuid, Path, description = "Identifier of the enterprise")),
    responses((status = 204, description = "Taken down"))
)]
pub async fn remove_logo(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    body: Judged<ClosureBody>,
) -> Answer {
    let (id, reason) = (EnterpriseId(id.into_inner()), body.by(|said| said.reason())?);
    app.write(caller.origin, move |work| {
        logos::remove(work, &caller, id, reason.as_ref())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
