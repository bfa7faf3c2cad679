//! Entity tags: an edit says which version it is based on, a reader says which version it has.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};

use super::page::fingerprint;
use super::{bad_header, single};
use crate::http::problem::Problem;
use crate::service::{Error, ErrorCode, Result};

/// The entity tag of a version: `"7"`.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The entity tag of what everybody sees of a version: `"7-public"`. Insiders are shown more of the same version, and two
/// representations that differ must not share a strong tag (RFC 9110, 8.8.3). No edit is based on this one.
pub fn etag_for_visitors(version: i64) -> String {
    format!("\"{version}-public\"")
}

/// The entity tag of what insiders are shown of a version, where that changes without another one: `"7-i0123456789abcdef"`. An
/// edit is based on its version.
pub fn etag_of_shown(version: i64, shown: &str) -> String {
    format!("\"{version}-i{:016x}\"", fingerprint(shown))
}

/// What `If-Match` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// Nothing.
    Absent,
    /// `*`: whatever version there is.
    Any,
    /// One version.
    Version(i64),
    /// A tag that no version here has.
    Foreign,
    /// A weak tag, which may be that of something else that looks alike (RFC 9110, 8.8.3.2): nothing is edited by it.
    Weak,
}

impl IfMatch {
    /// The version that an edit is based on. `*` names none, and an edit that does not look is how work gets lost.
    pub fn required(self) -> Result<i64> {
        match self {
            Self::Version(version) => Ok(version),
            Self::Foreign => Err(ErrorCode::StaleVersion.into()),
            Self::Weak => Err(weak()),
            Self::Absent | Self::Any => Err(ErrorCode::PreconditionRequired.into()),
        }
    }

    /// Refuses an edit of another version than the present one; edits without the header pass.
    pub fn check(self, present: i64) -> Result<()> {
        match self {
            Self::Absent | Self::Any => Ok(()),
            Self::Version(version) if version == present => Ok(()),
            Self::Version(_) | Self::Foreign => Err(ErrorCode::StaleVersion.into()),
            Self::Weak => Err(weak()),
        }
    }

    /// The version that a step is based on, for steps that may also be taken blindly.
    pub fn optional(self) -> Result<Option<i64>> {
        match self {
            Self::Absent | Self::Any => Ok(None),
            Self::Version(version) => Ok(Some(version)),
            Self::Foreign => Err(ErrorCode::StaleVersion.into()),
            Self::Weak => Err(weak()),
        }
    }

    fn read(request: &HttpRequest) -> Result<Self> {
        let Some(value) = single(request, &header::IF_MATCH)? else {
            return Ok(Self::Absent);
        };
        if value.trim() == "*" {
            return Ok(Self::Any);
        }
        let value = value.trim();
        let opaque = opaque_tag(value).ok_or_else(malformed)?;
        if value.starts_with("W/") {
            return Ok(Self::Weak);
        }
        let opaque = version_of(opaque);
        let version = opaque
            .parse()
            .ok()
            .filter(|version: &i64| version.to_string() == opaque);
        Ok(version.map_or(Self::Foreign, Self::Version))
    }
}

/// It is no matter of versions: a proxy that compresses answers made the tag weak.
fn weak() -> Error {
    Error::new(
        ErrorCode::StaleVersion,
        "`If-Match` mang ETag yếu (W/), thường do máy chủ trung gian nén nội dung; hãy gửi số phiên bản (`version`) trong dấu nháy kép.",
        "`If-Match` has a weak tag (W/), which proxies make that compress answers; send the `version` in double quotes.",
    )
}

fn malformed() -> Error {
    bad_header(
        &header::IF_MATCH,
        "phải là một ETag trong dấu nháy kép, chẳng hạn \"7\".",
        "must be one ETag in double quotes, such as \"7\".",
    )
}

/// The version of a tag that names what was shown of it, too: `7-i0123456789abcdef`.
fn version_of(opaque: &str) -> &str {
    match opaque.split_once("-i") {
        Some((version, mark)) if mark.len() == 16 && mark.bytes().all(|byte| byte.is_ascii_hexdigit()) => version,
        _ => opaque,
    }
}

/// What stands between the quotes, of a weak tag as well.
fn opaque_tag(tag: &str) -> Option<&str> {
    let opaque = tag
        .strip_prefix("W/")
        .unwrap_or(tag)
        .strip_prefix('"')?
        .strip_suffix('"')?;
    opaque
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'"')
        .then_some(opaque)
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request).map_err(Problem))
    }
}

/// Whether the reader has the representation of this tag (quotes included) already: answer 304. What cannot be read
/// matches nothing, which is only slower.
pub fn if_none_match(request: &HttpRequest, tag: &str) -> bool {
    let mut tags = request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim);
    tags.any(|candidate| candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn read(value: &str) -> Option<IfMatch> {
        IfMatch::read(
            &TestRequest::default()
                .insert_header((header::IF_MATCH, value))
                .to_http_request(),
        )
        .ok()
    }

    #[test]
    fn if_match_is_one_quoted_version() {
        assert_eq!(read("\"7\""), Some(IfMatch::Version(7)));
        assert_eq!(read("W/\"7\""), Some(IfMatch::Weak));
        assert_eq!(read(&etag_of_shown(7, "x")), Some(IfMatch::Version(7)));
        assert_eq!(read("\"7-i12\""), Some(IfMatch::Foreign));
        assert_eq!(read("*"), Some(IfMatch::Any));
        assert_eq!(read("\"abc\""), Some(IfMatch::Foreign));
        assert_eq!(read("\"07\""), Some(IfMatch::Foreign));
        assert_eq!(read(&etag_for_visitors(7)), Some(IfMatch::Foreign));
        for wrong in ["7", "\"7", "\"7\", \"8\"", "", "'7'"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_edit_must_name_a_version() {
        assert_eq!(
            IfMatch::Absent.required().unwrap_err().code,
            ErrorCode::PreconditionRequired
        );
        assert_eq!(
            IfMatch::Any.required().unwrap_err().code,
            ErrorCode::PreconditionRequired
        );
        assert_eq!(IfMatch::Foreign.required().unwrap_err().code, ErrorCode::StaleVersion);
        assert_eq!(IfMatch::Weak.required().unwrap_err().code, ErrorCode::StaleVersion);
        assert_eq!(IfMatch::Version(7).required().unwrap(), 7);
        assert!(IfMatch::Version(7).check(8).is_err());
    }

    #[test]
    fn a_reader_may_have_the_version_already() {
        let request = TestRequest::default()
            .insert_header((header::IF_NONE_MATCH, "\"6\", W/\"7\""))
            .to_http_request();
        assert!(if_none_match(&request, &etag(7)));
        assert!(!if_none_match(&request, &etag(8)));
        assert!(!if_none_match(&request, &etag_for_visitors(7)));
    }
}
