//! An enterprise's logo (biểu trưng): a picture that everybody sees on its page.

use jiff::Timestamp;

use crate::domain::file::Content;
use crate::domain::ids::{DocumentId, EnterpriseId};
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;

/// A logo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Whose it is.
    pub enterprise: EnterpriseId,
    /// What it shows, to those who do not see it.
    pub alt: Bilingual<Line<256>>,
    /// The picture.
    pub content: Content,
    /// The same in small, by the edge of the box, smallest first.
    pub thumbnails: Vec<(i64, Content)>,
    /// When its owner sent it.
    pub created_at: Timestamp,
    /// As which document it waits for an officer, or was refused; none of one that everybody sees.
    pub waits_as: Option<DocumentId>,
}

impl Logo {
    /// The picture for a box of so many pixels, or the logo itself.
    pub fn content_for(&self, edge: Option<i64>) -> Option<&Content> {
        let Some(edge) = edge else {
            return Some(&self.content);
        };
        let fitting = self.thumbnails.iter().find(|(known, _)| *known == edge);
        fitting.map(|(_, content)| content)
    }
}
