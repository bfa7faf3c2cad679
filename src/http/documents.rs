//! Documents of enterprises' profiles: handing in, showing, an officer's verdict on each, removing.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::query::wrong_parameters;
use super::extract::upload::Upload;
use super::extract::{IdempotencyKey, IfMatch, Judged, JudgedQuery, Page, SignedIn, etag};
use super::files::{Caching, Shown, send};
use super::moderation::ReasonBody;
use super::problem::{Answer, ProblemBody};
use crate::domain::enterprise::document::{
    Document, DocumentKind, DocumentStatus, DocumentVerdict, MAX_DOCUMENTS, PaperKind,
};
use crate::domain::fields::{FieldErrors, Violation, one_of};
use crate::domain::file::{FileName, MediaType};
use crate::domain::ids::{DocumentId, EnterpriseId};
use crate::service::documents::{self, Finding, NewDocument};
use crate::service::{App, Error};

/// A document of an enterprise's profile.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DocumentView {
    /// Identifier.
    pub id: Uuid,
    /// Whose it is.
    pub enterprise_id: Uuid,
    /// What it is.
    #[schema(value_type = DocumentKind, example = "business_licence")]
    pub kind: &'static str,
    /// What the sender called it.
    #[schema(max_length = 200, example = "gcn-dang-ky.png")]
    pub name: String,
    /// Of a logo, what it shows, to those who do not see it, in Vietnamese.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 256, example = "Biểu trưng: bánh răng màu xanh")]
    pub alt_vi: Option<String>,
    /// The same in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 256)]
    pub alt_en: Option<String>,
    /// What its content is.
    #[schema(value_type = MediaType)]
    pub media_type: &'static str,
    /// SHA-256 of the content.
    #[schema(max_length = 64)]
    pub sha256: String,
    /// Bytes.
    pub bytes: i64,
    /// Where it stands; what was accepted expires by itself after its last day.
    #[schema(value_type = DocumentStatus, example = "accepted")]
    pub status: &'static str,
    /// The last day on which it holds; null where it holds without end, or nobody said.
    #[schema(required, value_type = Option<String>, format = Date, example = "2028-06-30")]
    pub valid_to: Option<Date>,
    /// Why it was refused or found expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<DocumentReason>,
    /// When it was handed in.
    pub submitted_at: Timestamp,
    /// When an officer last decided.
    #[schema(required)]
    pub decided_at: Option<Timestamp>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

/// Why a document was refused or found expired.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DocumentReason {
    /// Code of the list `reason_codes`.
    #[schema(example = "identity_unverified")]
    pub reason_code: String,
    /// In the officer's words.
    pub reason_text: String,
}

impl DocumentView {
    /// A document as it stands at an instant.
    pub fn of(document: &Document, now: Timestamp) -> Self {
        let reason = document.reason.clone();
        let alt = document.alt.as_ref();
        Self {
            id: document.id.0,
            enterprise_id: document.enterprise.0,
            kind: document.kind.as_str(),
            name: document.name.as_str().to_owned(),
            alt_vi: alt.map(|alt| alt.vi.to_string()),
            alt_en: alt.and_then(|alt| alt.en.as_ref().map(ToString::to_string)),
            media_type: document.content.media_type.as_str(),
            sha256: document.content.digest.to_string(),
            bytes: document.content.size,
            status: document.status(now).as_str(),
            valid_to: document.valid_to,
            reason: reason.map(|(reason_code, reason_text)| DocumentReason {
                reason_code,
                reason_text,
            }),
            submitted_at: document.submitted_at,
            decided_at: document.decided_at,
            version: document.version,
        }
    }
}

/// What is handed in.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DocumentQuery {
    /// What it is.
    #[param(inline, value_type = PaperKind, example = "business_licence")]
    pub kind: String,
    /// What people call the file; of a path the last part counts.
    #[param(max_length = 200, example = "gcn-dang-ky.png")]
    pub name: String,
    /// The last day on which it holds; absent where it holds without end.
    #[param(max_length = 10, example = "2028-06-30")]
    pub valid_to: Option<String>,
}

impl DocumentQuery {
    fn parse(&self) -> Result<NewDocument, Error> {
        let mut errors = FieldErrors::default();
        let kind = errors.keep("kind", one_of::<PaperKind>(&self.kind));
        let name = errors.keep("name", FileName::parse(&self.name));
        let valid_to = errors.keep("valid_to", day(self.valid_to.as_deref()));
        let read = kind.zip(name).zip(valid_to);
        let read = read.map(|((kind, name), valid_to)| NewDocument {
            kind: kind.into(),
            name,
            valid_to,
        });
        errors.finish(read).map_err(wrong_parameters)
    }
}

/// The last day on which a document holds; nothing where it has no end.
pub(super) fn day(text: Option<&str>) -> Result<Option<Date>, Violation> {
    let read = |text: &str| match text.parse() {
        Ok(day) if text.len() == 10 => Ok(day),
        _ => Err(Violation::Malformed { what: "future_day" }),
    };
    text.map(read).transpose()
}

/// Hand in a document of the profile (nộp giấy tờ của hồ sơ).
///
/// By an owner; the body is the file itself, and becomes what a file of a listing becomes. It waits for an officer's
/// verdict, and nobody but owners and reviewing officers ever sees it. An enterprise has at most 30.
#[utoipa::path(
    post, path = "/enterprises/{id}/documents", operation_id = "add_document", tag = "enterprises", security(("bearer" = [])),
    request_body(description = "The file", content(
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    )),
    params(
        ("id" = Uuid, Path, description = "Identifier of the enterprise"), DocumentQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Handed in", body = DocumentView),
        (status = 409, description = "`limit_reached`", body = ProblemBody),
        (status = 422, description = "`validation_failed`: `errors` says what is wrong with `content`; `idempotency_key_reused`", body = ProblemBody),
    )
)]
pub async fn add_document(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<DocumentQuery>,
    key: IdempotencyKey,
    upload: Upload,
) -> Answer {
    let id = EnterpriseId(id.into_inner());
    let (query, new) = query.by(DocumentQuery::parse)?;
    let rules = app.file_rules;
    app.read(move |conn, now| documents::may_add(conn, &caller, rules, id, now))
        .await?;
    let declared = upload.declared;
    let (arrived, _counted) = upload.body.read(&app).await?;
    let key = key.of(&format!("add_document:{id}:{query:?}"), &arrived.digest.0);
    let prepared = app.prepare_paper(arrived, declared).await?;
    creates::create(&app, caller, key, move |work| {
        let document = documents::add(work, &caller, rules, id, &new, &prepared)?;
        let location = format!("/enterprises/{id}/documents/{}", document.id);
        Ok(Made::versioned(
            location,
            document.version,
            DocumentView::of(&document, work.now),
        ))
    })
    .await
}

/// The documents of an enterprise's profile, in the order in which they were handed in.
///
/// For its owners and for officers who review enterprises.
#[utoipa::path(
    get, path = "/enterprises/{id}/documents", operation_id = "list_documents", tag = "enterprises", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the enterprise")),
    responses((status = 200, description = "All of them", body = Page<DocumentView>))
)]
pub async fn list_documents(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = EnterpriseId(id.into_inner());
    let (found, now) = app
        .read(move |conn, now| Ok((documents::list(conn, &caller, id, now)?, now)))
        .await?;
    let items = found.iter().map(|document| DocumentView::of(document, now)).collect();
    let limit = u32::try_from(MAX_DOCUMENTS).unwrap_or(u32::MAX);
    Ok(HttpResponse::Ok().json(Page::new(items, limit, None)))
}

/// What a path names.
pub(super) fn place(path: web::Path<(Uuid, Uuid)>) -> (EnterpriseId, DocumentId) {
    let (enterprise, document) = path.into_inner();
    (EnterpriseId(enterprise), DocumentId(document))
}

/// The answer with a document as it stands.
pub(super) fn answer((document, now): (Document, Timestamp)) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("ETag", etag(document.version)))
        .json(DocumentView::of(&document, now))
}

/// One document of a profile.
#[utoipa::path(
    get, path = "/enterprises/{id}/documents/{document}", operation_id = "get_document", tag = "enterprises", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the enterprise"), ("document" = Uuid, Path, description = "Identifier of the document")),
    responses((status = 200, description = "The document, without its content", body = DocumentView))
)]
pub async fn get_document(app: web::Data<App>, SignedIn(caller): SignedIn, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let place = place(path);
    let found = app
        .read_by_key(move |conn, now| Ok((documents::read(conn, &caller, place, now)?, now)))
        .await?;
    Ok(answer(found))
}

/// The content of a document of a profile.
///
/// Whatever it holds, a browser saves it and runs nothing of it. Part of it is answered to `Range: bytes=…`.
#[utoipa::path(
    get, path = "/enterprises/{id}/documents/{document}/content", operation_id = "get_document_content", tag = "enterprises", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the enterprise"), ("document" = Uuid, Path, description = "Identifier of the document")),
    responses(
        (status = 200, description = "All of it"),
        (status = 206, description = "The part that was asked for"),
        (status = 304, description = "Not changed"),
    )
)]
pub async fn get_document_content(
    request: HttpRequest,
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
) -> Answer {
    let place = place(path);
    let document = app
        .read_by_key(move |conn, now| documents::read(conn, &caller, place, now))
        .await?;
    send(&request, &app, &shown(&document), Caching::Asking).await
}

/// What is sent of a document.
pub(super) fn shown(document: &Document) -> Shown {
    Shown {
        id: document.id.0,
        media_type: document.content.media_type,
        digest: document.content.digest,
        size: document.content.size,
    }
}

/// Remove a document of a profile (xóa giấy tờ).
///
/// By an owner. What was accepted and still holds stays, since the verification rests on it; but an identity card goes
/// whenever its owner wants that.
#[utoipa::path(
    delete, path = "/enterprises/{id}/documents/{document}", operation_id = "remove_document", tag = "enterprises", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the enterprise"), ("document" = Uuid, Path, description = "Identifier of the document")),
    responses(
        (status = 204, description = "Removed"),
        (status = 409, description = "`already_decided`: it was accepted and holds", body = ProblemBody),
    )
)]
pub async fn remove_document(app: web::Data<App>, SignedIn(caller): SignedIn, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let place = place(path);
    app.write(caller.origin, move |work| documents::remove(work, &caller, place))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What an officer finds about a document.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictBody {
    /// What.
    #[schema(value_type = DocumentVerdict, example = "accepted")]
    pub verdict: String,
    /// Why; needed where it is not accepted. The owners read it.
    #[serde(default)]
    pub reason: Option<ReasonBody>,
    /// The last day on which it holds, as the document says; `null` where it has no end; what its owner said when absent.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, max_length = 10, example = "2028-06-30")]
    pub valid_to: Option<Option<String>>,
}

/// Tells `null` from nothing.
pub(super) fn said<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl VerdictBody {
    fn parse(&self) -> Result<Finding, Error> {
        let mut errors = FieldErrors::default();
        let verdict = errors.keep("/verdict", one_of(&self.verdict));
        let reason = self.reason.as_ref().and_then(|said| said.keep(&mut errors));
        let valid_to = self.valid_to.as_ref();
        let valid_to = valid_to.and_then(|text| errors.keep("/valid_to", day(text.as_deref())));
        let finding = verdict.map(|verdict| Finding {
            verdict,
            reason,
            valid_to,
        });
        errors.finish(finding).map_err(Error::fields)
    }
}

/// Decide on a document of a profile (kết luận về giấy tờ).
///
/// Again also on one that was decided on before. Owners are told by letter. A registration is not approved while a document
/// of it waits.
#[utoipa::path(
    post, path = "/enterprises/{id}/documents/{document}/verdict", operation_id = "decide_document", tag = "moderation", security(("bearer" = [])),
    request_body(content = VerdictBody, example = json!({"verdict": "accepted", "valid_to": "2028-06-30"})),
    params(
        ("id" = Uuid, Path, description = "Identifier of the enterprise"), ("document" = Uuid, Path, description = "Identifier of the document"),
        ("If-Match" = String, Header, description = "`ETag` of the version that was read"),
    ),
    responses(
        (status = 200, description = "Decided", body = DocumentView),
        (status = 409, description = "`claimed_by_another`", body = ProblemBody),
    )
)]
pub async fn decide_document(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Judged<VerdictBody>,
) -> Answer {
    let (place, seen) = (place(path), if_match.required()?);
    let finding = body.by(|said| said.parse())?;
    let decided = app
        .write(caller.origin, move |work| {
            Ok((documents::decide_on(work, &caller, place, seen, &finding)?, work.now))
        })
        .await?;
    Ok(answer(decided))
}
