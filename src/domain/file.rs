//! Files that belong to listings (tệp đính kèm): pictures and documents, as they are kept and shown.

mod fault;

use std::fmt;

use jiff::Timestamp;

use super::fields::Violation;
use super::ids::{EnterpriseId, FileId, ListingId, RevisionId};
use super::listing::Bilingual;
use super::text::Line;
use crate::domain::text_enum;
pub use fault::FileFault;

/// Boxes, in pixels, into which the small versions of a picture fit.
pub const EDGES: [u16; 3] = [160, 480, 1_280];
/// Widest and highest that a picture may be.
pub const MAX_SIDE: u32 = 8_000;
/// Most memory that a picture may take once it is unpacked.
pub const MAX_UNPACKED: u64 = 64 << 20;
/// Most pages of a document.
pub const MAX_PAGES: u32 = 2_000;
/// Most entries of the archive that an Office document is.
pub const MAX_ENTRIES: usize = 2_000;

text_enum! {
    /// What a file is, found by looking into it.
    pub enum MediaType {
        /// JPEG.
        Jpeg => "image/jpeg",
        /// PNG.
        Png => "image/png",
        /// WebP.
        Webp => "image/webp",
        /// PDF.
        Pdf => "application/pdf",
        /// A text of Word's.
        Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        /// A workbook of Excel's.
        Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        /// Slides of PowerPoint's.
        Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    }
}

text_enum! {
    /// What a file is for.
    pub enum FileKind {
        /// Shows the thing (ảnh).
        Picture => "picture",
        /// A brochure (tờ giới thiệu).
        Brochure => "brochure",
        /// A data sheet (thông số kỹ thuật).
        DataSheet => "data_sheet",
        /// A manual (hướng dẫn sử dụng).
        Manual => "manual",
        /// A certificate or a report of tests (chứng nhận, kết quả kiểm định).
        Certificate => "certificate",
        /// Another document (tài liệu khác).
        Other => "other",
    }
}

impl FileKind {
    /// What a file is taken for when nobody says.
    pub fn usual_of(media: MediaType) -> Self {
        if media.is_picture() { Self::Picture } else { Self::Other }
    }

    /// Whether a file of a type can be it: a picture of a certificate is one, a text is no picture.
    pub fn suits(self, media: MediaType) -> bool {
        self != Self::Picture || media.is_picture()
    }
}

impl MediaType {
    /// The end of a file's name when it is saved.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
        }
    }

    /// Whether it is made anew and has small versions; everything else is kept as it came.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }
}

/// SHA-256 of a content, which is its name in the file store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Reads 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(bytes)).filter(|read| read.to_string() == text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// What the sender calls a file: shown, never used as the name of anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(Line<200>);

impl FileName {
    /// Takes what stands after the last slash or backslash, whatever the sender's system uses.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        Line::parse(last).map(Self)
    }

    /// One that was parsed when it was kept.
    pub fn stored(text: String) -> Self {
        Self(Line::stored(text))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// What lies in the file store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What it is.
    pub media_type: MediaType,
    /// Its name in the store.
    pub digest: Digest,
    /// Bytes.
    pub size: i64,
    /// Pixels across, of pictures.
    pub width: Option<i64>,
    /// Pixels down, of pictures.
    pub height: Option<i64>,
}

/// What a file's owner says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What it is for.
    pub kind: FileKind,
    /// A document's title, or what a picture shows to those who do not see it.
    pub title: Option<Bilingual<Line<256>>>,
}

/// A file of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its identifier.
    pub id: FileId,
    /// The listing that has it; none as long as only a revision does.
    pub listing_id: Option<ListingId>,
    /// The revision that is to give it its listing, as long as only that one has it.
    pub revision_id: Option<RevisionId>,
    /// Whose it is.
    pub enterprise_id: EnterpriseId,
    /// What the sender called it.
    pub name: FileName,
    /// What its owner says of it.
    pub label: Label,
    /// The file itself.
    pub content: Content,
    /// Pages of a PDF.
    pub pages: Option<i64>,
    /// A picture in small, by the edge of the box, smallest first.
    pub thumbnails: Vec<(i64, Content)>,
    /// Its place among the listing's files, from 0.
    pub position: i64,
    /// When it was added.
    pub created_at: Timestamp,
}

impl File {
    /// The content for a box of so many pixels, or the file itself.
    pub fn content_for(&self, edge: Option<i64>) -> Option<&Content> {
        match edge {
            None => Some(&self.content),
            Some(edge) => self
                .thumbnails
                .iter()
                .find(|(known, _)| *known == edge)
                .map(|(_, content)| content),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_and_no_paths() {
        let name = |text| FileName::parse(text).map(|name| name.as_str().to_owned());
        assert_eq!(name("Máy sấy.jpg"), Ok("Máy sấy.jpg".into()));
        assert_eq!(name("../../etc/passwd"), Ok("passwd".into()));
        assert_eq!(name("C:\\fakepath\\a.png"), Ok("a.png".into()));
        assert_eq!(name("/"), Err(Violation::Required));
        assert_eq!(name("a\0.png"), Err(Violation::ControlCharacter));
        assert_eq!(name("gnp\u{202e}.exe"), Err(Violation::ControlCharacter));
    }

    #[test]
    fn digests_are_read_as_they_are_written() {
        let text = "00ff".repeat(16);
        assert_eq!(
            Digest::parse(&text).map(|digest| digest.to_string()),
            Some(text.clone())
        );
        for wrong in [
            &"0ff".repeat(21),
            &text.to_uppercase(),
            &"+f".repeat(32),
            &"é".repeat(32),
        ] {
            assert_eq!(Digest::parse(wrong), None, "{wrong}");
        }
    }
}
