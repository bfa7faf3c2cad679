//! What a file is for and what it is called.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{IfMatch, Judged, SignedIn};
use super::files::told;
use super::problem::{Answer, ProblemBody};
use super::revisions::RevisionView;
use super::views::FileView;
use crate::domain::drafts::TextPair;
use crate::domain::fields::{FieldErrors, one_of};
use crate::domain::file::{FileKind, Label};
use crate::domain::ids::FileId;
use crate::domain::listing::Bilingual;
use crate::domain::shapes::TitleText;
use crate::domain::text::Line;
use crate::service::screening::words_of_label;
use crate::service::{App, Error, files};

/// What a file is for and what it is called, as it is sent.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileLabel {
    /// What it is for. Only a picture can be a `picture`.
    #[schema(value_type = FileKind, example = "picture")]
    pub kind: String,
    /// Title of a document, or what a picture shows, for those who do not see it.
    #[serde(default)]
    #[schema(value_type = Option<TitleText>)]
    pub title: Option<TextPair>,
}

impl FileLabel {
    fn parse(&self) -> Result<Label, Error> {
        let mut errors = FieldErrors::default();
        let kind = errors.keep("/kind", one_of::<FileKind>(&self.kind));
        let title = match &self.title {
            None => Some(None),
            Some(text) => {
                let vi = errors.keep("/title/vi", Line::parse(&text.vi));
                let en = errors.keep_opt("/title/en", text.en.as_deref(), Line::parse);
                vi.map(|vi| Some(Bilingual { vi, en }))
            }
        };
        let label = kind.zip(title).map(|(kind, title)| Label { kind, title });
        errors.finish(label).map_err(Error::fields)
    }
}

/// Say what a file is for and what it is called (đặt tên tệp, mô tả ảnh).
///
/// This instead of what was said before; without `title` it has none. The listing must be one that can be edited; of a published one its revision says so.
#[utoipa::path(
    put, path = "/files/{id}/label", operation_id = "label_file", tag = "files", security(("bearer" = [])),
    request_body = FileLabel, params(("id" = Uuid, Path, description = "Identifier of the file"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this: of the open revision of a published listing if there is one, else of the listing")),
    responses(
        (status = 200, description = "The file", body = FileView),
        (status = 202, description = "The listing is published and stays as it is; its open revision is told, which has it so", body = RevisionView),
        (status = 409, description = "`listing_wrong_status`; `revision_wrong_status`, `revision_outdated`: of the open revision of a published listing", body = ProblemBody),
    )
)]
pub async fn label_file(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<FileLabel>,
) -> Answer {
    let id = (FileId(id.into_inner()), if_match.optional()?);
    let judge = |said: FileLabel| said.parse();
    let label = body.by_and_words(&app, judge, words_of_label).await?;
    let outcome = app
        .write(caller.origin, move |work| files::label(work, &caller, id, &label))
        .await?;
    Ok(told(outcome, |file| HttpResponse::Ok().json(FileView::of(&file, true))))
}
