//! What is shown of files.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::drafts::TextPair;
use crate::domain::file::{File, FileKind, MediaType};
use crate::domain::shapes::TitleText;

/// A small version of a picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ThumbnailView {
    /// Pixels of the box that it fits into: what `size` takes.
    #[schema(example = 480)]
    pub edge: i64,
    /// What it is.
    pub media_type: MediaTypeName,
    /// Pixels across.
    pub width: Option<i64>,
    /// Pixels down.
    pub height: Option<i64>,
    /// Bytes.
    pub bytes: i64,
}

/// Name of a type of files.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(value_type = MediaType)]
pub struct MediaTypeName(&'static str);

/// A file of a listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FileView {
    /// Identifier; the content is at `/files/{id}`.
    pub id: Uuid,
    /// The listing that it belongs to; null as long as only a revision has it.
    pub listing_id: Option<Uuid>,
    /// What the sender called it; for those who may see the listing's drafts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// What it is for.
    #[schema(value_type = FileKind, example = "brochure")]
    pub kind: &'static str,
    /// Title of a document, or what a picture shows, for those who do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = TitleText)]
    pub title: Option<TextPair>,
    /// What it is.
    pub media_type: MediaTypeName,
    /// SHA-256 of the content. A document is kept as it was sent, a picture is made anew.
    #[schema(max_length = 64)]
    pub sha256: String,
    /// Pixels across, of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// Pixels down, of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// Pages, of a PDF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<i64>,
    /// Bytes.
    pub bytes: i64,
    /// Its place among the listing's files, from 0; places may be missing.
    pub position: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// A picture in small.
    #[schema(max_items = 3)]
    pub thumbnails: Vec<ThumbnailView>,
}

impl FileView {
    /// Insiders are told what the sender called it.
    pub fn of(file: &File, is_insider: bool) -> Self {
        let thumbnails = file.thumbnails.iter().map(|(edge, content)| ThumbnailView {
            edge: *edge,
            media_type: MediaTypeName(content.media_type.as_str()),
            width: content.width,
            height: content.height,
            bytes: content.size,
        });
        Self {
            id: file.id.0,
            listing_id: file.listing_id.map(|id| id.0),
            name: is_insider.then(|| file.name.as_str().to_owned()),
            kind: file.label.kind.as_str(),
            title: file.label.title.as_ref().map(|title| TextPair {
                vi: title.vi.to_string(),
                en: title.en.as_ref().map(ToString::to_string),
            }),
            media_type: MediaTypeName(file.content.media_type.as_str()),
            sha256: file.content.digest.to_string(),
            width: file.content.width,
            height: file.content.height,
            pages: file.pages,
            bytes: file.content.size,
            position: file.position,
            created_at: file.created_at,
            thumbnails: thumbnails.collect(),
        }
    }
}
