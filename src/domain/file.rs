//! Files that belong to listings (tệp đính kèm): pictures, as they are kept and shown.

use std::fmt;

use jiff::Timestamp;

use super::fields::Violation;
use super::ids::{EnterpriseId, FileId, ListingId};
use super::text::Line;
use crate::domain::text_enum;

/// Boxes, in pixels, into which the small versions of a picture fit.
pub const EDGES: [u16; 3] = [160, 480, 1_280];
/// Widest and highest that a picture may be.
pub const MAX_SIDE: u32 = 8_000;
/// Most memory that a picture may take once it is unpacked.
pub const MAX_UNPACKED: u64 = 64 << 20;

text_enum! {
    /// What a file is, found by looking into it.
    pub enum MediaType {
        /// JPEG.
        Jpeg => "image/jpeg",
        /// PNG.
        Png => "image/png",
        /// WebP.
        Webp => "image/webp",
    }
}

impl MediaType {
    /// The end of a file's name when it is saved.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

text_enum! {
    /// Why a file is refused.
    pub enum FileFault {
        /// Nothing was sent.
        Empty => "file_empty",
        /// It is none of the types that are taken.
        UnknownType => "file_type_unknown",
        /// It is another type than it is said to be.
        OtherType => "file_type_differs",
        /// It has too many pixels.
        TooManyPixels => "picture_too_large",
        /// It cannot be read to its end.
        Broken => "file_broken",
        /// Reading it takes more time or memory than is given to it.
        TooCostly => "file_too_costly",
    }
}

impl FileFault {
    /// The Vietnamese sentence.
    pub fn vi(self) -> String {
        match self {
            Self::Empty => "Tệp rỗng.".into(),
            Self::UnknownType => "Chỉ nhận ảnh JPEG, PNG hoặc WebP.".into(),
            Self::OtherType => "Nội dung tệp không đúng loại ghi ở Content-Type.".into(),
            Self::TooManyPixels => {
                format!("Ảnh quá lớn: mỗi cạnh tối đa {MAX_SIDE} điểm ảnh, khi giải nén tối đa 64 MiB.")
            }
            Self::Broken => "Tệp bị hỏng hoặc không đầy đủ.".into(),
            Self::TooCostly => "Đọc tệp này tốn quá nhiều thời gian hoặc bộ nhớ.".into(),
        }
    }

    /// The English sentence.
    pub fn en(self) -> String {
        match self {
            Self::Empty => "The file is empty.".into(),
            Self::UnknownType => "Only JPEG, PNG and WebP pictures are accepted.".into(),
            Self::OtherType => "The content is of another type than Content-Type says.".into(),
            Self::TooManyPixels => {
                format!("The picture is too large: at most {MAX_SIDE} pixels a side, and 64 MiB unpacked.")
            }
            Self::Broken => "The file is damaged or incomplete.".into(),
            Self::TooCostly => "Reading this file takes too much time or memory.".into(),
        }
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
    /// Pixels across.
    pub width: i64,
    /// Pixels down.
    pub height: i64,
}

/// A picture of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its identifier.
    pub id: FileId,
    /// The listing that it belongs to.
    pub listing_id: ListingId,
    /// Whose it is.
    pub enterprise_id: EnterpriseId,
    /// What the sender called it.
    pub name: FileName,
    /// The picture.
    pub content: Content,
    /// The same in small, by the edge of the box, smallest first.
    pub thumbnails: Vec<(i64, Content)>,
    /// Its place among the listing's files, from 0.
    pub position: i64,
    /// When it was added.
    pub created_at: Timestamp,
}

impl File {
    /// The content for a box of so many pixels, or the picture itself.
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
