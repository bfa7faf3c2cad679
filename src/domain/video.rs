//! Videos that listings refer to (video giới thiệu): on sites that show them, by addresses that the exchange writes itself.
//!
//! Nothing is ever fetched from such an address. Of what was sent only the site and the video's own code are kept, so no
//! other page can hide behind it.

use super::fields::Violation;
use super::listing::Bilingual;
use super::text::Line;
use crate::domain::text_enum;

/// Most videos of one listing.
pub const MAX_VIDEOS: usize = 10;
/// Longest address that is looked at.
pub const MAX_ADDRESS: usize = 300;

text_enum! {
    /// A site that shows videos.
    pub enum VideoSite {
        /// YouTube.
        YouTube => "youtube",
        /// Vimeo.
        Vimeo => "vimeo",
    }
}

/// A video on one of the sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoAddress {
    /// Where it is.
    pub site: VideoSite,
    /// What the site calls it.
    pub code: String,
}

/// A video of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Video {
    /// Where it is.
    pub address: VideoAddress,
    /// What it shows.
    pub title: Bilingual<Line<256>>,
}

impl VideoAddress {
    /// Reads the addresses under which people copy videos.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        const WRONG: Violation = Violation::Malformed { what: "video_address" };
        let text = text.trim();
        if text.is_empty() {
            return Err(Violation::Required);
        }
        if text.len() > MAX_ADDRESS || !text.is_ascii() {
            return Err(WRONG);
        }
        let (scheme, rest) = text.split_once("://").ok_or(WRONG)?;
        if !scheme.eq_ignore_ascii_case("https") {
            return Err(WRONG);
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        // Whatever is no plain name of a known host, with a port or a user, is none of these.
        let (host, rest) = rest.split_at_checked(end).ok_or(WRONG)?;
        let before_fragment = rest.split('#').next().unwrap_or_default();
        let (path, query) = before_fragment.split_once('?').unwrap_or((before_fragment, ""));
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let in_query = query.split('&').find_map(|pair| pair.strip_prefix("v="));
        let (site, code) = match (host.to_ascii_lowercase().as_str(), parts.as_slice()) {
            ("youtube.com" | "www.youtube.com" | "m.youtube.com", ["watch"]) => {
                (VideoSite::YouTube, in_query.ok_or(WRONG)?)
            }
            (
                "youtube.com" | "www.youtube.com" | "m.youtube.com" | "www.youtube-nocookie.com",
                ["embed" | "shorts" | "live", code],
            )
            | ("youtu.be", [code]) => (VideoSite::YouTube, *code),
            ("vimeo.com" | "www.vimeo.com", [code]) | ("player.vimeo.com", ["video", code]) => {
                (VideoSite::Vimeo, *code)
            }
            _ => return Err(WRONG),
        };
        if !site.has_code(code) {
            return Err(WRONG);
        }
        Ok(Self {
            site,
            code: code.to_owned(),
        })
    }

    /// The address at which people see it.
    pub fn page(&self) -> String {
        match self.site {
            VideoSite::YouTube => format!("https://www.youtube.com/watch?v={}", self.code),
            VideoSite::Vimeo => format!("https://vimeo.com/{}", self.code),
        }
    }

    /// The address for a frame within a page, the one that keeps least of whoever looks.
    pub fn frame(&self) -> String {
        match self.site {
            VideoSite::YouTube => format!("https://www.youtube-nocookie.com/embed/{}", self.code),
            VideoSite::Vimeo => format!("https://player.vimeo.com/video/{}?dnt=1", self.code),
        }
    }
}

impl VideoSite {
    fn has_code(self, code: &str) -> bool {
        match self {
            Self::YouTube => {
                code.len() == 11
                    && code
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            }
            Self::Vimeo => (6..=12).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_videos_are_known_however_they_were_copied() {
        let youtube = "https://www.youtube.com/watch?v=dQw4w9WgXcQ";
        let vimeo = "https://vimeo.com/76979871";
        for (text, page) in [
            (youtube, youtube),
            ("HTTPS://YouTube.com/watch?list=a&v=dQw4w9WgXcQ&t=3s#x", youtube),
            ("https://m.youtube.com/watch?v=dQw4w9WgXcQ", youtube),
            (" https://youtu.be/dQw4w9WgXcQ?si=abc ", youtube),
            ("https://www.youtube.com/shorts/dQw4w9WgXcQ", youtube),
            ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", youtube),
            (vimeo, vimeo),
            ("https://player.vimeo.com/video/76979871?h=1", vimeo),
        ] {
            let address = VideoAddress::parse(text).unwrap();
            assert_eq!(address.page(), page, "{text}");
            assert_eq!(VideoAddress::parse(&address.page()), Ok(address.clone()));
            assert_eq!(VideoAddress::parse(&address.frame()), Ok(address));
        }
    }

    #[test]
    fn no_other_page_passes_for_a_video() {
        for text in [
            "http://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "javascript:alert(1)",
            "https://evil.vn/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com.evil.vn/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com@evil.vn/watch?v=dQw4w9WgXcQ",
            "https://evil.vn\\@www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com:8443/watch?v=dQw4w9WgXcQ",
            "https://127.0.0.1/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com/redirect?q=https://evil.vn",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ%22",
            "https://www.youtube.com/watch?v=\"onload=1",
            "https://www.youtube.com/watch?v=",
            "https://www.youtube.com/watch",
            "https://youtu.be/dQw4w9WgXcQ/x",
            "https://vimeo.com/../evil",
            "https://vimeo.com/7697987a",
            "https://www.yоutube.com/watch?v=dQw4w9WgXcQ",
            "https://",
        ] {
            let wrong = Err(Violation::Malformed { what: "video_address" });
            assert_eq!(VideoAddress::parse(text), wrong, "{text}");
        }
        assert_eq!(VideoAddress::parse(" "), Err(Violation::Required));
    }
}
