//! What whoever files writes after it handed in (bản đang sửa): nobody else reads it before it is handed in, too.

use jiff::Timestamp;

use super::{Dossier, DossierContent};

/// A copy that its filer writes on, beside what was handed in.
#[derive(Clone, Debug, Default)]
pub struct WorkingCopy {
    /// What it says; nothing where that is what was handed in.
    pub content: Option<DossierContent>,
    /// How often it was written since the dossier has its version.
    pub edits: i64,
    /// When that was last.
    pub at: Option<Timestamp>,
}

impl Dossier {
    /// What its filer reads: the working copy, or what was handed in.
    pub fn written(&self) -> &DossierContent {
        self.working.content.as_ref().unwrap_or(&self.content)
    }

    /// The version as one side knows it. Each writing of the working copy is another one for whoever files and for nobody else, and
    /// as long as there is none both sides know the same.
    pub fn version_for(&self, is_filer: bool) -> i64 {
        let edits = if is_filer { self.working.edits } else { 0 };
        self.version.saturating_add(edits)
    }

    /// Writes the working copy. What is written back to what was handed in is none.
    pub fn set_aside(&mut self, content: DossierContent, now: Timestamp) {
        self.working.content = Some(content).filter(|content| *content != self.content);
        self.working.at = Some(now);
    }

    /// Hands in the working copy. Whether there was one.
    pub fn hand_over(&mut self) -> bool {
        let written = self.working.content.take();
        let is_new = written.is_some();
        if let Some(content) = written {
            self.content = content;
        }
        is_new
    }
}
