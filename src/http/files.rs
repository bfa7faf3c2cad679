//! Files of listings, pictures and documents: sending, showing, removing, putting in order.

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt as _;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::precondition::if_none_match;
use super::extract::query::{wrong_parameter, wrong_parameters};
use super::extract::ranges::{Wanted, wanted};
use super::extract::upload::Upload;
use super::extract::{Body, IdempotencyKey, IfMatch, JudgedQuery, MaybeSignedIn, Page, SignedIn};
use super::observe::wants_head;
use super::problem::{Answer, Problem, ProblemBody};
use super::revisions::{RevisionView, accepted};
use super::views::FileView;
use crate::domain::fields::{FieldErrors, Violation, one_of};
use crate::domain::file::{Content, Digest, EDGES, File, FileKind, FileName, Label, MediaType};
use crate::domain::ids::{FileId, ListingId};
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;
use crate::service::files::Outcome;
use crate::service::{App, Error, ErrorCode, files};

/// What may happen to a file that is shown: nothing. Whatever it holds, a browser saves it and runs none of it.
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

fn page(app: &App, files: &[File], is_insider: bool) -> HttpResponse {
    let items = files.iter().map(|file| FileView::of(file, is_insider)).collect();
    let limit = u32::try_from(app.file_rules.per_listing).unwrap_or(u32::MAX);
    HttpResponse::Ok().json(Page::new(items, limit, None))
}

/// What a change of files or videos is answered with: what was done, or the revision that says so of a published listing.
pub(super) fn told<T>(outcome: Outcome<T>, done: impl FnOnce(T) -> HttpResponse) -> HttpResponse {
    match outcome {
        Outcome::Listing(what) => done(what),
        Outcome::Revision(seen) => accepted(&seen),
    }
}

/// What is told of a file that was added.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Added {
    File(Box<FileView>),
    Revision(Box<RevisionView>),
}

/// What the file is called and what it is for.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// What people call the file; of a path the last part counts.
    #[param(max_length = 200, example = "may-say.jpg")]
    pub name: String,
    /// What it is for: `picture` unless said otherwise if it is one, else `other`. Only a picture can be a `picture`.
    #[param(inline, value_type = Option<FileKind>, example = "picture")]
    pub kind: Option<String>,
    /// Title of a document, or what a picture shows, in Vietnamese.
    #[param(max_length = 256, example = "Máy sấy lúa tầng sôi")]
    pub title_vi: Option<String>,
    /// The same in English; not without the Vietnamese.
    #[param(max_length = 256, example = "Fluidised-bed rice dryer")]
    pub title_en: Option<String>,
}

impl UploadQuery {
    fn parse(&self, media: MediaType) -> Result<(FileName, Label), Error> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", FileName::parse(&self.name));
        let kind = match self.kind.as_deref().map(one_of::<FileKind>) {
            None => Some(FileKind::usual_of(media)),
            Some(Ok(kind)) if !kind.suits(media) => {
                errors.add("kind", Violation::Malformed { what: "file_kind" });
                None
            }
            Some(kind) => errors.keep("kind", kind),
        };
        let vi = errors.keep_opt("title_vi", self.title_vi.as_deref(), Line::parse);
        let en = errors.keep_opt("title_en", self.title_en.as_deref(), Line::parse);
        if self.title_vi.is_none() && self.title_en.is_some() {
            errors.add("title_vi", Violation::Required);
        }
        let title = vi.map(|vi| Bilingual { vi, en });
        let read = name.zip(kind).map(|(name, kind)| (name, Label { kind, title }));
        errors.finish(read).map_err(wrong_parameters)
    }

    /// What makes two uploads under one idempotency key the same, beside the content.
    fn fingerprint(&self) -> String {
        let said = [
            Some(&self.name),
            self.kind.as_ref(),
            self.title_vi.as_ref(),
            self.title_en.as_ref(),
        ];
        format!("{said:?}")
    }
}

/// Add a picture or a document to a listing (thêm ảnh, tài liệu).
///
/// The body is the file itself. A picture is made anew: only its pixels are kept, turned as the camera said; EXIF, places and
/// whatever else it carried are dropped, and three small versions are made besides. A document (PDF, DOCX, XLSX, PPTX) is
/// read to its end and kept as it is; it is refused when there is more in it than pages: scripts, macros, actions, files or
/// objects, a password. The listing must be one that can be edited; of a published one its revision is given the file, which
/// only those see who see the revision until it is approved.
#[utoipa::path(
    post, path = "/listings/{id}/files", operation_id = "add_file", tag = "files", security(("bearer" = [])),
    request_body(description = "The file", content(
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    )),
    params(
        ("id" = Uuid, Path, description = "Identifier of the listing"), UploadQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
        ("If-Match" = Option<String>, Header, description = "Refuses another version than this: of the open revision of a published listing if there is one, else of the listing"),
    ),
    responses(
        (status = 201, description = "Added, as the last one", body = FileView),
        (status = 202, description = "The listing is published and stays as it is; its open revision is told, which has the file as its last one. `Location` is the file's", body = RevisionView),
        (status = 409, description = "`listing_wrong_status`, `limit_reached`; `revision_wrong_status`, `revision_outdated`: of the open revision of a published listing", body = ProblemBody),
        (status = 422, description = "`validation_failed`: `errors` says what is wrong with `content`; `idempotency_key_reused`", body = ProblemBody),
    )
)]
pub async fn add_file(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<UploadQuery>,
    key: IdempotencyKey,
    if_match: IfMatch,
    upload: Upload,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let (query, (name, label)) = query.by(|query| query.parse(upload.declared))?;
    let rules = app.file_rules;
    let told = label.clone();
    app.read(move |conn, now| files::may_add(conn, &caller, rules, (id, &told), now))
        .await?;
    let declared = upload.declared;
    let (arrived, _counted) = upload.body.read(&app).await?;
    let key = key.of(&format!("add_file:{id}:{}", query.fingerprint()), &arrived.digest.0);
    let prepared = app.prepare_file(arrived, declared).await?;
    creates::create(&app, caller, key, move |work| {
        let (file, outcome) = files::add(work, &caller, rules, (id, seen), (&name, &label), &prepared)?;
        let place = format!("/files/{file}");
        Ok(match outcome {
            Outcome::Listing(file) => Made::at(place, Added::File(Box::new(FileView::of(&file, true)))),
            Outcome::Revision(seen) => Made {
                is_begun: true,
                ..Made::versioned(
                    place,
                    seen.revision.version,
                    Added::Revision(Box::new(RevisionView::of(&seen))),
                )
            },
        })
    })
    .await
}

/// The files of a listing, in their order.
#[utoipa::path(
    get, path = "/listings/{id}/files", operation_id = "list_files", tag = "files",
    params(("id" = Uuid, Path, description = "Identifier of the listing")), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "All of them", body = Page<FileView>),
        (status = 451, description = "`listing_taken_down`: at an authority's request, which `blocked` names; `Link` has `rel=\"blocked-by\"`", body = ProblemBody),
    )
)]
pub async fn list_files(app: web::Data<App>, MaybeSignedIn(caller): MaybeSignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ListingId(id.into_inner());
    let (seen, found) = app.read(move |conn, now| files::list(conn, &caller, id, now)).await?;
    Ok(page(&app, &found, seen.is_insider))
}

/// An order of files.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileOrder {
    /// Every file of the listing, or of the revision of a published one, once, the first one first.
    #[schema(max_items = 1000, example = json!(["019a5e2b-4b5c-7d3e-8f90-1a2b3c4d5e6f"]))]
    pub files: Vec<Uuid>,
}

/// Put a listing's files in order (sắp xếp tệp).
#[utoipa::path(
    put, path = "/listings/{id}/files", operation_id = "order_files", tag = "files", security(("bearer" = [])),
    request_body = FileOrder, params(("id" = Uuid, Path, description = "Identifier of the listing"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this: of the open revision of a published listing if there is one, else of the listing")),
    responses(
        (status = 200, description = "All of them, in the new order", body = Page<FileView>),
        (status = 202, description = "The listing is published and stays as it is; its open revision is told, which has it so", body = RevisionView),
        (status = 409, description = "`listing_wrong_status`; `revision_wrong_status`, `revision_outdated`: of the open revision of a published listing", body = ProblemBody),
    )
)]
pub async fn order_files(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Body<FileOrder>,
) -> Answer {
    let id = (ListingId(id.into_inner()), if_match.optional()?);
    let wanted: Vec<FileId> = body.value.files.into_iter().map(FileId).collect();
    let outcome = app
        .write(caller.origin, move |work| files::order(work, &caller, id, &wanted))
        .await?;
    Ok(told(outcome, |found| page(&app, &found, true)))
}

/// Remove a file from its listing (xóa tệp).
///
/// That of a published listing stays until the revision without it is approved; what only the revision has goes at once.
#[utoipa::path(
    delete, path = "/files/{id}", operation_id = "remove_file", tag = "files", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this: of the open revision of a published listing if there is one, else of the listing")),
    responses(
        (status = 204, description = "Removed"),
        (status = 202, description = "The listing is published and stays as it is; its open revision is told, which has it so", body = RevisionView),
        (status = 409, description = "`listing_wrong_status`; `revision_wrong_status`, `revision_outdated`: of the open revision of a published listing", body = ProblemBody),
    )
)]
pub async fn remove_file(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (FileId(id.into_inner()), if_match.optional()?);
    let outcome = app
        .write(caller.origin, move |work| files::remove(work, &caller, id, seen))
        .await?;
    Ok(told(outcome, |()| HttpResponse::NoContent().finish()))
}

/// Which version of a file.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// 160, 480 or 1280: the small version for a box of so many pixels. Without it: the file itself.
    #[param(minimum = 160, maximum = 1280, example = 480)]
    pub size: Option<i64>,
}

/// The content of a file.
///
/// A browser saves it and runs nothing of it. Part of it is answered to `Range: bytes=…` (one range; `If-Range` counts);
/// `ETag` is that of the bytes, which never change.
#[utoipa::path(
    get, path = "/files/{id}", operation_id = "get_file", tag = "files",
    params(("id" = Uuid, Path, description = "Identifier"), FileQuery), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "All of it"),
        (status = 206, description = "The part that was asked for"),
        (status = 304, description = "Not changed"),
        (status = 451, description = "`listing_taken_down`: at an authority's request, which `blocked` names; `Link` has `rel=\"blocked-by\"`", body = ProblemBody),
    )
)]
pub async fn get_file(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<FileQuery>,
) -> Answer {
    let id = FileId(id.into_inner());
    let (query, ()) = query.by(|query| check_size(query.size))?;
    let file = app
        .read_by_key(move |conn, now| files::read(conn, &caller, id, now))
        .await?;
    let content = file.content_for(query.size).ok_or(ErrorCode::NotFound)?;
    send(&request, &app, &Shown::of(&file, content), Caching::Asking).await
}

/// Whether a small version of this size is made.
pub(super) fn check_size(size: Option<i64>) -> Result<(), Error> {
    if size.is_some_and(|size| !EDGES.map(i64::from).contains(&size)) {
        return Err(wrong_parameter("size", Violation::Malformed { what: "thumbnail_size" }));
    }
    Ok(())
}

/// Who may keep what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caching {
    /// The caller, who asks each time whether it may still be seen; that it has not changed costs nothing to tell.
    Asking,
    /// Nobody.
    Never,
}

/// What is sent: under which name it is saved, and what it is.
pub(super) struct Shown {
    pub(super) id: Uuid,
    pub(super) media_type: MediaType,
    pub(super) digest: Digest,
    pub(super) size: i64,
}

impl Shown {
    pub(super) fn of(file: &File, content: &Content) -> Self {
        Self {
            id: file.id.0,
            media_type: content.media_type,
            digest: content.digest,
            size: content.size,
        }
    }
}

/// What of a content is asked for. Only GET knows parts (RFC 9110, 14.2): whoever sends HEAD learns how long all of it is.
fn asked(request: &HttpRequest, tag: &str, size: u64) -> Wanted {
    if wants_head(request) {
        return Wanted::All;
    }
    wanted(request, tag, size)
}

/// Whether something of a content is sent, and not only that it has not changed or is not so long.
pub(super) fn sends(request: &HttpRequest, content: &Shown) -> bool {
    let tag = format!("\"{}\"", content.digest);
    let size = u64::try_from(content.size).unwrap_or_default();
    !if_none_match(request, &tag) && !matches!(asked(request, &tag, size), Wanted::Nothing)
}

/// Sends what was asked for of a content.
pub(super) async fn send(request: &HttpRequest, app: &App, content: &Shown, caching: Caching) -> Answer {
    let tag = format!("\"{}\"", content.digest);
    let size = u64::try_from(content.size).map_err(|error| Problem(Error::internal(error)))?;
    let (mut response, range) = if if_none_match(request, &tag) {
        (HttpResponse::NotModified(), None)
    } else {
        match asked(request, &tag, size) {
            Wanted::All => (HttpResponse::Ok(), Some(0..size)),
            Wanted::Part(range) => {
                let told = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
                let mut response = HttpResponse::PartialContent();
                response.insert_header((header::CONTENT_RANGE, told));
                (response, Some(range))
            }
            Wanted::Nothing => {
                let mut refusal = HttpResponse::from_error(Problem(ErrorCode::RangeNotSatisfiable.into()));
                if let Ok(told) = header::HeaderValue::try_from(format!("bytes */{size}")) {
                    refusal.headers_mut().insert(header::CONTENT_RANGE, told);
                }
                return Ok(refusal);
            }
        }
    };
    response
        .insert_header((header::ETAG, tag))
        .insert_header((
            header::CACHE_CONTROL,
            match caching {
                Caching::Asking => "private, no-cache",
                Caching::Never => "private, no-store",
            },
        ))
        .insert_header((header::VARY, "Authorization"));
    let Some(range) = range else {
        return Ok(response.finish());
    };
    let saved_as = format!(
        "attachment; filename=\"{}.{}\"",
        content.id,
        content.media_type.extension()
    );
    let length = range.end.saturating_sub(range.start);
    let kept = (&content.digest, size);
    // Nothing of it is read for whoever wants to know how long it is.
    let stream = if wants_head(request) {
        app.require_content(kept).await?;
        stream::empty().boxed()
    } else {
        app.read_content(kept, range).await?
    };
    Ok(response
        .insert_header((header::CONTENT_TYPE, content.media_type.as_str()))
        .insert_header((header::CONTENT_DISPOSITION, saved_as))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .body(SizedStream::new(length, stream)))
}
