//! `Accept-Language`: Vietnamese unless English is preferred.

use crate::domain::account::Language;
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};

/// A language that the exchange speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

impl Lang {
    /// As in `Content-Language`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// What the headers ask for. A wish that cannot be read is no wish: language is never worth a refusal.
    pub fn of(headers: &HeaderMap) -> Self {
        let wishes = headers
            .get_all(header::ACCEPT_LANGUAGE)
            .filter_map(|value| value.to_str().ok());
        let (mut vi, mut en, mut any) = (None, None, None);
        // A long list is no better a wish than a short one.
        for wish in wishes.flat_map(|value| value.split(',')).take(32) {
            let mut parts = wish.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let Some(weight) = parts.next().map_or(Some(1_000), weight) else {
                continue;
            };
            let primary = tag.split('-').next().unwrap_or_default();
            let wanted = if primary.eq_ignore_ascii_case("vi") {
                &mut vi
            } else if primary.eq_ignore_ascii_case("en") {
                &mut en
            } else if tag == "*" {
                &mut any
            } else {
                continue;
            };
            *wanted = (*wanted).max(Some(weight));
        }
        if en.or(any).unwrap_or(0) > vi.or(any).unwrap_or(0) {
            Self::En
        } else {
            Self::Vi
        }
    }
}

/// Reads `q=0.8` as thousandths.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    let value: f32 = value.trim().parse().ok()?;
    if !name.trim().eq_ignore_ascii_case("q") || !(0.0..=1.0).contains(&value) {
        return None;
    }
    (0..=1_000).find(|thousandths| f32::from(*thousandths) + 0.5 > value * 1_000.0)
}

impl FromRequest for Lang {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.headers())))
    }
}

/// The language in which somebody without an account is written to.
pub fn spoken(lang: Lang) -> Language {
    match lang {
        Lang::Vi => Language::Vi,
        Lang::En => Language::En,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn of(text: &str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(text).unwrap());
        Lang::of(&headers)
    }

    #[test]
    fn vietnamese_unless_english_is_preferred() {
        for text in [
            "",
            "*",
            "fr",
            "vi",
            "vi-VN,en;q=0.9",
            "en;q=0.5,vi",
            "en;q=0",
            "en;q=abc",
            "en;q=0.8,*;q=0.9,vi",
            ";;,,",
        ] {
            assert_eq!(of(text), Lang::Vi, "{text}");
        }
        for text in ["en", "EN-us", "vi;q=0.7,en;q=0.8", "en-US,en;q=0.9", "vi;q=0,*"] {
            assert_eq!(of(text), Lang::En, "{text}");
        }
        assert_eq!(Lang::of(&HeaderMap::new()), Lang::Vi);
    }
}
