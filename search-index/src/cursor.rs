//! Keyset cursor: where a page ended, bound to its query.

use std::{fmt, str::FromStr, sync::Arc};

use base64::{DecodeError, Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    plan::{MAX_LEAVES, MOST_BYTES},
    understand::{Change, Kind, MAX_CHANGE, MOST_CHANGES, Rewriting},
};

/// Version of what follows it and of what the numbers mean: need, rarity of an unknown word, query, primary, published,
/// tie, instant that freshness is reckoned from, number of rarities, rarities, bytes of answers, answers, changes of the query.
const LAYOUT: u8 = 5;
/// Stands for no instant.
const TIMELESS: i64 = i64::MIN;
/// Longest text accepted; the longest one produced has 1,154 characters: 240 rarities, 64 bytes of answers and 12
/// changes of 40 bytes.
const MAX_TEXT: usize = 1_160;

/// Position of one hit within one query, opaque to the caller.
///
/// Its text form is short and URL-safe. It carries the sort key of the hit, what a listing must cover
/// and the term rarities of the first page, so that later pages score exactly alike whatever is
/// indexed or merged meanwhile. It is no secret and no authority: a forged one only yields
/// another page of the same public listings, or [`crate::Error::Cursor`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub(crate) query: u64,
    /// What a listing must cover: percent of the query's mass, or everything.
    pub(crate) need: u8,
    /// Rarity of a word that no listing has.
    pub(crate) unknown: u8,
    pub(crate) key: Key,
    /// What freshness is reckoned from.
    pub(crate) as_of: Option<i64>,
    /// Rarity of each leaf of the plan, see `scoring::rarity`.
    pub(crate) rarities: Arc<[u8]>,
    /// What the index was asked for the plan, see `plan::answers`.
    pub(crate) answers: Arc<[u8]>,
    /// How the query was read on the first page.
    pub(crate) rewriting: Arc<Rewriting>,
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
        let mut bytes = Vec::with_capacity(45 + self.rarities.len() + self.answers.len());
        bytes.extend([LAYOUT, self.need, self.unknown]);
        bytes.extend(self.query.to_be_bytes());
        bytes.extend(self.key.primary.to_be_bytes());
        bytes.extend(self.key.published.to_be_bytes());
        bytes.extend(self.key.tie.to_be_bytes());
        bytes.extend(self.as_of.unwrap_or(TIMELESS).to_be_bytes());
        // At most 240: see `plan::MAX_LEAVES`.
        bytes.push(u8::try_from(self.rarities.len()).unwrap_or(u8::MAX));
        bytes.extend(self.rarities.iter());
        bytes.push(u8::try_from(self.answers.len()).unwrap_or(u8::MAX));
        bytes.extend(self.answers.iter());
        for change in self.rewriting.iter() {
            bytes.extend([change.word, change.kind.code()]);
            bytes.push(u8::try_from(change.text.len()).unwrap_or(u8::MAX));
            bytes.extend(change.text.bytes());
        }
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
        let ([layout, need, unknown], rest) = rest.split_first_chunk::<3>().ok_or(CursorError)?;
        let (query, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (primary, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (published, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (tie, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (as_of, rest) = rest.split_first_chunk::<8>().ok_or(CursorError)?;
        let (count, rest) = rest.split_first().ok_or(CursorError)?;
        let (rarities, rest) = rest.split_at_checked(usize::from(*count)).ok_or(CursorError)?;
        let (count, rest) = rest.split_first().ok_or(CursorError)?;
        let (answers, rest) = rest.split_at_checked(usize::from(*count)).ok_or(CursorError)?;
        // One way to write the same answers.
        let written_once = answers.last() != Some(&0);
        let bounded = rarities.len() <= MAX_LEAVES && answers.len() <= MOST_BYTES;
        if *layout != LAYOUT || !written_once || !bounded {
            return Err(CursorError);
        }
        Ok(Self {
            query: u64::from_be_bytes(*query),
            need: *need,
            unknown: *unknown,
            key: Key {
                primary: u64::from_be_bytes(*primary),
                published: i64::from_be_bytes(*published),
                tie: u64::from_be_bytes(*tie),
            },
            as_of: Some(i64::from_be_bytes(*as_of)).filter(|as_of| *as_of != TIMELESS),
            rarities: rarities.into(),
            answers: answers.into(),
            rewriting: Arc::new(changes(rest)?),
        })
    }
}

fn changes(mut rest: &[u8]) -> Result<Rewriting, CursorError> {
    let mut changes = Rewriting::new();
    while let Some(([word, kind, length], after)) = rest.split_first_chunk::<3>() {
        let (text, after) = after.split_at_checked(usize::from(*length)).ok_or(CursorError)?;
        let text = std::str::from_utf8(text).map_err(|_malformed| CursorError)?;
        let kind = Kind::from_code(*kind).ok_or(CursorError)?;
        // Of a word with a space in it by mistake the second half is read as nothing.
        let is_meant = kind == Kind::Joined || !text.is_empty();
        if changes.len() >= MOST_CHANGES || !is_meant || text.len() > MAX_CHANGE {
            return Err(CursorError);
        }
        changes.push(Change {
            word: *word,
            kind,
            text: text.to_owned(),
        });
        rest = after;
    }
    if rest.is_empty() { Ok(changes) } else { Err(CursorError) }
}
