//! Pages of collections: by position, so that nothing is missed or repeated when entries come and go between two pages.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::query::wrong_parameter;
use crate::domain::fields::Violation;
use crate::http::server::HttpSettings;
use crate::service::{Error, ErrorCode, Result};

/// Longest cursor that is looked at.
const CURSOR_MAX: usize = 2_048;

/// Which page is asked for. Queries with filters repeat these two fields, because serde cannot flatten them.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before; absent for the first one.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// The page that is asked for by a [`PageQuery`].
#[derive(Clone, Debug)]
pub struct Paged {
    /// The number of entries to give.
    pub limit: u32,
    /// Where to go on from, as it was sent.
    pub after: Option<String>,
}

impl Paged {
    /// The position to go on from; `tag` as in [`cursor`].
    pub fn after<K: DeserializeOwned>(&self, tag: &str) -> Result<Option<K>> {
        after(self.after.as_deref(), tag)
    }
}

/// The number of entries to give. Too many is refused, not cut: a client that counts on them would stop early.
pub fn limit(wanted: Option<u32>, settings: &HttpSettings) -> Result<u32> {
    let max = settings.page_limit_max;
    match wanted {
        None => Ok(settings.page_limit_default.min(max)),
        Some(wanted) if (1..=max).contains(&wanted) => Ok(wanted),
        Some(_) => Err(wrong_parameter(
            "limit",
            Violation::OutOfRange {
                min: 1,
                max: max.into(),
            },
        )),
    }
}

/// Where a page is in the whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PageInfo {
    /// `after` of the next page; null on the last one.
    #[schema(required)]
    pub next: Option<String>,
    /// Most entries on this page.
    pub limit: u32,
}

/// A page of a collection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T: ToSchema> {
    /// The entries.
    pub items: Vec<T>,
    /// Where the page is.
    pub page: PageInfo,
    /// Entries on all pages, where they are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

impl<T: ToSchema> Page<T> {
    /// A page, and the cursor to the next one.
    pub fn new(items: Vec<T>, limit: u32, next: Option<String>) -> Self {
        Self {
            items,
            page: PageInfo { next, limit },
            total: None,
        }
    }

    /// The same with the number of entries on all pages.
    #[must_use]
    pub fn with_total(mut self, total: u64) -> Self {
        self.total = Some(total);
        self
    }
}

/// A position in an order by time: microseconds since 1970, then the identifier.
pub type ByTime = (i64, Uuid);
/// A position in an order by text.
pub type ByText = (String, Uuid);

/// An opaque cursor to the entries after a position. `tag` names the collection, its order and its filters: a cursor
/// fits only where it was given out. It holds nothing secret and grants nothing, hence it is not signed.
pub fn cursor<K: Serialize>(tag: &str, position: &K) -> String {
    serde_json::to_vec(&(fingerprint(tag), position))
        .map_or_else(|_unwritable| String::new(), |json| URL_SAFE_NO_PAD.encode(json))
}

/// The position behind a cursor, if there is one.
pub fn after<K: DeserializeOwned>(given: Option<&str>, tag: &str) -> Result<Option<K>> {
    let Some(given) = given else { return Ok(None) };
    let invalid = || ErrorCode::InvalidCursor.into();
    if given.len() > CURSOR_MAX {
        return Err(invalid());
    }
    let json = URL_SAFE_NO_PAD.decode(given).map_err(|_not_base64| invalid())?;
    let (print, _): (u64, IgnoredAny) = serde_json::from_slice(&json).map_err(|_not_ours| invalid())?;
    if print != fingerprint(tag) {
        return Err(of_another_list());
    }
    let (_, position): (u64, K) = serde_json::from_slice(&json).map_err(|_not_ours| invalid())?;
    Ok(Some(position))
}

/// It was given out, but elsewhere.
fn of_another_list() -> Error {
    Error::new(
        ErrorCode::InvalidCursor,
        "Con trỏ trang này thuộc danh sách khác, hoặc cùng danh sách nhưng với bộ lọc khác; hãy dùng nó ở nơi đã cấp, hoặc tải lại từ trang đầu.",
        "The page cursor belongs to another list, or to this one with other filters; use it where it was given out, or start again from the first page.",
    )
}

/// A cursor to the entries after an instant and an identifier.
pub fn cursor_in_time(tag: &str, (at, id): (Timestamp, Uuid)) -> String {
    let position: ByTime = (at.as_microsecond(), id);
    cursor(tag, &position)
}

/// The instant and the identifier behind a cursor, if there is one. Instants at which nothing here can have happened were
/// not given out.
pub fn after_in_time(given: Option<&str>, tag: &str) -> Result<Option<(Timestamp, Uuid)>> {
    let Some((microseconds, id)) = after::<ByTime>(given, tag)? else {
        return Ok(None);
    };
    match Timestamp::from_microsecond(microseconds) {
        Ok(at) if at >= Timestamp::UNIX_EPOCH => Ok(Some((at, id))),
        _ => Err(ErrorCode::InvalidCursor.into()),
    }
}

/// FNV-1a: short, the same in every release, and enough against mistakes, which is all that it is for.
pub(in crate::http) fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_fits_only_where_it_was_given_out() {
        let position: ByTime = (1_789_000_000_000_000, Uuid::nil());
        let text = cursor("listings:newest", &position);
        assert_eq!(after::<ByTime>(Some(&text), "listings:newest").unwrap(), Some(position));
        assert_eq!(after::<ByTime>(None, "x").unwrap(), None);
        assert!(after::<ByTime>(Some(&text), "listings:oldest").is_err());
        assert!(after::<ByText>(Some(&text), "listings:newest").is_err());
        let named: ByText = ("Máy sấy".into(), Uuid::nil());
        assert_eq!(after::<ByText>(Some(&cursor("t", &named)), "t").unwrap(), Some(named));
    }

    #[test]
    fn anything_odd_is_an_invalid_cursor() {
        for odd in [
            "",
            "x",
            "====",
            "W10",
            "é",
            &"A".repeat(5_000),
            &format!("{}=", cursor("t", &(1_i64, Uuid::nil()))),
        ] {
            assert_eq!(
                after::<ByTime>(Some(odd), "t").unwrap_err().code,
                ErrorCode::InvalidCursor,
                "{odd}"
            );
        }
    }

    #[test]
    fn instants_that_cannot_be_are_invalid_cursors() {
        let read = |microseconds: i64| {
            let text = cursor("t", &(microseconds, Uuid::nil()));
            after_in_time(Some(&text), "t").map(|place| place.map(|(at, _)| at))
        };
        let at = Timestamp::from_microsecond(1_789_000_000_000_000).unwrap();
        assert_eq!(read(at.as_microsecond()).unwrap(), Some(at));
        assert_eq!(
            after_in_time(Some(&cursor_in_time("t", (at, Uuid::nil()))), "t").unwrap(),
            Some((at, Uuid::nil()))
        );
        assert_eq!(after_in_time(None, "t").unwrap(), None);
        for impossible in [i64::MIN, -1, 253_402_300_800_000_000, i64::MAX] {
            assert_eq!(
                read(impossible).unwrap_err().code,
                ErrorCode::InvalidCursor,
                "{impossible}"
            );
        }
    }

    #[test]
    fn limits_are_refused_not_cut() {
        let settings = HttpSettings::for_tests();
        assert_eq!(limit(None, &settings).unwrap(), settings.page_limit_default);
        assert_eq!(
            limit(Some(settings.page_limit_max), &settings).unwrap(),
            settings.page_limit_max
        );
        assert!(limit(Some(0), &settings).is_err());
        assert!(limit(Some(settings.page_limit_max + 1), &settings).is_err());
    }
}
