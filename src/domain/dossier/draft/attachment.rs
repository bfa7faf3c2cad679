//! Papers of a dossier, as people tell of them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

draft! {
    /// A paper of the dossier.
    AttachmentDraft {
        /// Which of the procedure's papers it is.
        #[schema(max_length = 40, example = "contract")]
        document: Option<String>,
        /// What it is called.
        #[schema(max_length = 300)]
        title: Option<String>,
        /// `original`, `certified_copy`, `certified_translation` or `electronic`.
        #[schema(max_length = 30)]
        form: Option<String>,
        /// In which language it is (ISO 639-1); of several of which one is Vietnamese `vi`. The file's where that tells one. What is told to be
        /// in another one comes with its certified translation, where the procedure has that among its papers.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 2, example = "vi")]
        language: Option<String>,
        /// Pages.
        #[schema(minimum = 1, maximum = 10_000)]
        pages: Option<u16>,
        /// SHA-256 of the file, in small hexadecimal digits: counted from `file` where that is told. Without a file only an
        /// officer tells one, of a paper that lies in the Department.
        #[schema(max_length = 64)]
        sha256: Option<String>,
        /// Who certified the copy or translation (tổ chức hành nghề công chứng, cơ quan chứng thực); of these two forms only.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 300, example = "Văn phòng công chứng Việt Trì")]
        certified_by: Option<String>,
        /// Under which number of its book.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 60, example = "1234/2026/SCT-BS")]
        certified_number: Option<String>,
        /// On which day; none to come.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 10, example = "2026-03-02")]
        certified_on: Option<String>,
        /// Which of the dossier's files it is; none of what is brought on paper.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 36)]
        file: Option<String>,
    }
}
