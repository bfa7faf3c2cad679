//! What is shown of a logo.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::enterprise::logo::Logo;
use crate::domain::file::MediaType;

/// An enterprise's logo; the picture is at `/enterprises/{id}/logo`, in small with `size`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LogoView {
    /// What it shows, to those who do not see it.
    #[schema(
        max_length = 256,
        example = "Biểu trưng Công ty Cơ khí Sông Thao: bánh răng màu xanh"
    )]
    pub alt_vi: String,
    /// The same in English.
    #[schema(required, max_length = 256)]
    pub alt_en: Option<String>,
    /// What the picture is.
    #[schema(value_type = MediaType)]
    pub media_type: &'static str,
    /// SHA-256 of the picture: another one is another picture.
    #[schema(max_length = 64)]
    pub sha256: String,
    /// Pixels across.
    #[schema(required)]
    pub width: Option<i64>,
    /// Pixels down.
    #[schema(required)]
    pub height: Option<i64>,
}

impl From<&Logo> for LogoView {
    fn from(logo: &Logo) -> Self {
        Self {
            alt_vi: logo.alt.vi.to_string(),
            alt_en: logo.alt.en.as_ref().map(ToString::to_string),
            media_type: logo.content.media_type.as_str(),
            sha256: logo.content.digest.to_string(),
            width: logo.content.width,
            height: logo.content.height,
        }
    }
}
