//! Keyset cursor: where a page ended, bound to its query.

use std::{fmt, str::FromStr, sync::Arc};

/// Bytes before the frozen weights: layout, tier, query, primary, published, tie, count.
const LAYOUT: u8 = 1;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Longest text accepted; the longest one produced is 384 characters.
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
        for chunk in bytes.chunks(3) {
            let mut group = [0_u8; 4];
            for (place, byte) in group.iter_mut().skip(1).zip(chunk) {
                *place = *byte;
            }
            let group = u32::from_be_bytes(group);
            for shift in [18, 12, 6, 0].into_iter().take(chunk.len() + 1) {
                let digit = usize::try_from(group >> shift & 63).unwrap_or(0);
                let letter = ALPHABET.get(digit).copied().unwrap_or(b'A');
                write!(f, "{}", char::from(letter))?;
            }
        }
        Ok(())
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        if text.len() > MAX_TEXT {
            return Err(CursorError);
        }
        let mut bytes = Vec::with_capacity(text.len());
        for chunk in text.as_bytes().chunks(4) {
            let mut group = 0_u32;
            for letter in chunk {
                let digit = ALPHABET.iter().position(|known| known == letter);
                let digit = digit.and_then(|digit| u32::try_from(digit).ok()).ok_or(CursorError)?;
                group = group << 6 | digit;
            }
            let missing = 4 - chunk.len();
            if missing == 3 {
                return Err(CursorError);
            }
            for _ in 0..missing {
                group <<= 6;
            }
            let [_, decoded @ ..] = group.to_be_bytes();
            bytes.extend(decoded.iter().take(3 - missing));
        }
        let rest = bytes.as_slice();
        let ([layout, tier], rest) = rest.split_first_chunk::<2>().ok_or(CursorError)?;
        let (query, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (primary, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (published, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (tie, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        if *layout != LAYOUT {
            return Err(CursorError);
        }
        let cursor = Self {
            query: u64::from_be_bytes(*query),
            tier: *tier,
            key: Key {
                primary: u64::from_be_bytes(*primary),
                published: i64::from_be_bytes(*published),
                tie: u64::from_be_bytes(*tie),
            },
            rarities: rest.into(),
        };
        // One text per cursor: unused trailing bits must be zero.
        if cursor.to_string() == text {
            Ok(cursor)
        } else {
            Err(CursorError)
        }
    }
}
