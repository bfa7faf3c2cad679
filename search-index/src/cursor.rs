//! Keyset cursor: where a page ended, bound to its query.

use std::{fmt, str::FromStr, sync::Arc};

use base64::{DecodeError, Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Version of what follows it and of what the numbers mean: tier, query, primary, published, tie, rarities.
const LAYOUT: u8 = 2;
/// Longest text accepted; the longest one produced has 366 characters.
const MAX_TEXT: usize = 400;

/// Position of one hit within one query, opaque to the caller.
///
/// Its text form is short and URL-safe. It carries the sort key of the hit, the matching tier
/// and the term rarities of the first page, so that later pages score exactly alike whatever is
/// indexed or merged meanwhile. It is no secret and no authority: a forged one only yields
/// another page of the same public listings, or [`crate::Error::Cursor`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub(crate) query: u64,
    pub(crate) tier: u8,
    pub(crate) key: Key,
    /// Rarity of each leaf of the plan, see `scoring::rarity`.
    pub(crate) rarities: Arc<[u8]>,
}

/// Sort key of a hit: the greater comes first. `tie` is unique per listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) primary: u64,
    pub(crate) published: i64,
    pub(crate) tie: u64,
}

/// The text is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed cursor")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(34 + self.rarities.len());
        bytes.extend([LAYOUT, self.tier]);
        bytes.extend(self.query.to_be_bytes());
        bytes.extend(self.key.primary.to_be_bytes());
        bytes.extend(self.key.published.to_be_bytes());
        bytes.extend(self.key.tie.to_be_bytes());
        bytes.extend(self.rarities.iter());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        if text.len() > MAX_TEXT {
            return Err(CursorError);
        }
        // One text per cursor: the decoder refuses padding and unused bits that are set.
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_malformed: DecodeError| CursorError)?;
        let rest = bytes.as_slice();
        let ([layout, tier], rest) = rest.split_first_chunk::<2>().ok_or(CursorError)?;
        let (query, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (primary, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (published, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (tie, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        if *layout != LAYOUT {
            return Err(CursorError);
        }
        Ok(Self {
            query: u64::from_be_bytes(*query),
            tier: *tier,
            key: Key {
                primary: u64::from_be_bytes(*primary),
                published: i64::from_be_bytes(*published),
                tie: u64::from_be_bytes(*tie),
            },
            rarities: rest.into(),
        })
    }
}
