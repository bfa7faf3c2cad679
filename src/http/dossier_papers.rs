//! Files of dossiers' papers: sending, listing, reading, removing.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::query::wrong_parameters;
use super::extract::upload::Upload;
use super::extract::{IdempotencyKey, JudgedQuery, Page, SignedIn};
use super::files::{Caching, Shown, send, sends};
use super::problem::{Answer, ProblemBody};
use crate::domain::dossier::{DossierFile, MAX_DOSSIER_FILES, NewPaper, PaperForm, language};
use crate::domain::fields::{FieldErrors, one_of};
use crate::domain::file::{FileName, MediaType};
use crate::domain::ids::{DossierFileId, DossierId};
use crate::domain::text::Line;
use crate::service::dossiers::papers;
use crate::service::{App, Error};

/// A file of a dossier's papers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierFileView {
    /// Identifier.
    pub id: Uuid,
    /// Which of the procedure's papers it is, or `other`.
    #[schema(max_length = 40, example = "contract")]
    pub document: String,
    /// In which form it was made; null where nobody said.
    #[schema(required, value_type = Option<PaperForm>, example = "certified_copy")]
    pub form: Option<&'static str>,
    /// Its language (ISO 639-1); null where nobody said.
    #[schema(required, max_length = 2, example = "vi")]
    pub language: Option<String>,
    /// What the sender called it.
    #[schema(max_length = 200, example = "hop-dong.pdf")]
    pub name: String,
    /// What its content is.
    #[schema(value_type = MediaType)]
    pub media_type: &'static str,
    /// SHA-256 of the content, which the papers of the dossier's content tell, too.
    #[schema(max_length = 64)]
    pub sha256: String,
    /// Bytes.
    pub bytes: i64,
    /// Pages of a PDF.
    #[schema(required)]
    pub pages: Option<i64>,
    /// Whether one of the papers in the dossier's content is this file now.
    pub is_named: bool,
    /// When it was handed in; since then it stays.
    #[schema(required)]
    pub handed_in_at: Option<Timestamp>,
    /// When it was sent.
    pub created_at: Timestamp,
}

impl DossierFileView {
    /// A file, and whether the content names it.
    pub fn of(file: &DossierFile, is_named: bool) -> Self {
        Self {
            id: file.id.0,
            document: file.paper.document.clone(),
            form: file.paper.form.map(|form| form.as_str()),
            language: file.paper.language.clone(),
            name: file.paper.name.as_str().to_owned(),
            media_type: file.content.media_type.as_str(),
            sha256: file.content.digest.to_string(),
            bytes: file.content.size,
            pages: file.pages,
            is_named,
            handed_in_at: file.handed_in_at,
            created_at: file.created_at,
        }
    }
}

/// What is sent.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DossierFileQuery {
    /// Which of the procedure's papers it is (`documents` of its rules), or `other`.
    #[param(max_length = 40, example = "contract")]
    pub document: String,
    /// What people call the file; of a path the last part counts.
    #[param(max_length = 200, example = "hop-dong.pdf")]
    pub name: String,
    /// In which form the paper was made: `certified_copy` and `certified_translation` are what the law asks for where it
    /// is not the original.
    #[param(inline, value_type = Option<PaperForm>, example = "certified_copy")]
    pub form: Option<String>,
    /// Its language (ISO 639-1).
    #[param(max_length = 2, example = "vi")]
    pub language: Option<String>,
}

impl DossierFileQuery {
    fn parse(&self) -> Result<NewPaper, Error> {
        let mut errors = FieldErrors::default();
        let document = errors.keep("document", Line::<40>::parse(&self.document));
        let name = errors.keep("name", FileName::parse(&self.name));
        let form = errors.keep_opt("form", self.form.as_deref(), one_of::<PaperForm>);
        let language = errors.keep_opt("language", self.language.as_deref(), language);
        let read = document.zip(name).map(|(document, name)| NewPaper {
            document: document.into_string(),
            form,
            language,
            name,
        });
        errors.finish(read).map_err(wrong_parameters)
    }
}

/// Send a file of a dossier's papers (gửi tệp giấy tờ).
///
/// By whoever may change the dossier now: before it is handed in, and while it is back. The body is the file itself, and
/// becomes what a file of a listing becomes. Name it as `file` of a paper in the dossier's content. Once it was handed in it
/// is evidence and stays; a later one takes its place by being named instead.
#[utoipa::path(
    post, path = "/dossiers/{id}/files", operation_id = "add_dossier_file", tag = "dossiers", security(("bearer" = [])),
    request_body(description = "The file", content(
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    )),
    params(
        ("id" = Uuid, Path, description = "Identifier of the dossier"), DossierFileQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Kept", body = DossierFileView),
        (status = 409, description = "`dossier_wrong_state`: it is with the authority, or decided; `limit_reached`", body = ProblemBody),
        (status = 422, description = "`validation_failed`: `errors` says what is wrong with `content` or `document`; `idempotency_key_reused`", body = ProblemBody),
    )
)]
pub async fn add_dossier_file(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<DossierFileQuery>,
    key: IdempotencyKey,
    upload: Upload,
) -> Answer {
    let id = DossierId(id.into_inner());
    let (query, new) = query.by(DossierFileQuery::parse)?;
    let rules = app.file_rules;
    let asked = new.clone();
    app.read(move |conn, now| papers::may_add(conn, &caller, rules, (id, &asked), now))
        .await?;
    let declared = upload.declared;
    let (arrived, _counted) = upload.body.read(&app).await?;
    let key = key.of(&format!("add_dossier_file:{id}:{query:?}"), &arrived.digest.0);
    let prepared = app.prepare_paper(arrived, declared).await?;
    creates::create(&app, caller, key, move |work| {
        let file = papers::add(work, &caller, rules, (id, &new), &prepared)?;
        let location = format!("/dossiers/{id}/files/{}", file.id);
        Ok(Made::at(location, DossierFileView::of(&file, false)))
    })
    .await
}

/// List the files of a dossier's papers (tệp của hồ sơ), in the order in which they were sent.
///
/// For whoever reads the dossier. What was handed in once is here even where a later file took its place. Files that consultations name, or
/// named, are for officers only; of what nobody files others are shown what the content names.
#[utoipa::path(
    get, path = "/dossiers/{id}/files", operation_id = "list_dossier_files", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the dossier")),
    responses((status = 200, description = "All of them", body = Page<DossierFileView>))
)]
pub async fn list_dossier_files(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = DossierId(id.into_inner());
    let listed = app
        .write(caller.origin, move |work| papers::list(work, &caller, id))
        .await?;
    let items = listed
        .iter()
        .map(|(file, is_named)| DossierFileView::of(file, *is_named));
    let limit = u32::try_from(MAX_DOSSIER_FILES).unwrap_or(u32::MAX);
    Ok(HttpResponse::Ok().json(Page::new(items.collect(), limit, None)))
}

/// What a path names.
fn place(path: web::Path<(Uuid, Uuid)>) -> (DossierId, DossierFileId) {
    let (dossier, file) = path.into_inner();
    (DossierId(dossier), DossierFileId(file))
}

/// The content of a file of a dossier's papers.
///
/// For whoever reads the dossier; each reading by an officer or the other party is in the audit trail. A browser saves it and runs nothing of
/// it. Part of it is answered to `Range: bytes=…`.
#[utoipa::path(
    get, path = "/dossiers/{id}/files/{file}", operation_id = "get_dossier_file", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the dossier"), ("file" = Uuid, Path, description = "Identifier of the file")),
    responses(
        (status = 200, description = "All of it"),
        (status = 206, description = "The part that was asked for"),
        (status = 304, description = "Not changed"),
    )
)]
pub async fn get_dossier_file(
    request: HttpRequest,
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
) -> Answer {
    let place = place(path);
    let (file, is_remembered) = app
        .read(move |conn, now| papers::look(conn, &caller, place, now))
        .await?;
    let shown = Shown {
        id: file.id.0,
        media_type: file.content.media_type,
        digest: file.content.digest,
        size: file.content.size,
    };
    // Every part of it is a reading, since any part may be what somebody wanted to see; that it has not changed is none.
    if is_remembered && sends(&request, &shown) {
        app.write(caller.origin, move |work| papers::read(work, &caller, place))
            .await?;
    }
    send(&request, &app, &shown, Caching::Asking).await
}

/// Remove a file of a dossier's papers (xóa tệp giấy tờ).
///
/// What was handed in stays, and so does what the dossier's content names.
#[utoipa::path(
    delete, path = "/dossiers/{id}/files/{file}", operation_id = "remove_dossier_file", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the dossier"), ("file" = Uuid, Path, description = "Identifier of the file")),
    responses(
        (status = 204, description = "Removed"),
        (status = 409, description = "`dossier_wrong_state`: it was handed in, or the dossier is with the authority; `file_in_use`: the content names it", body = ProblemBody),
    )
)]
pub async fn remove_dossier_file(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
) -> Answer {
    let place = place(path);
    app.write(caller.origin, move |work| papers::remove(work, &caller, place))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
