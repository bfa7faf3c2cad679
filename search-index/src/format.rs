//! Identity of the index format.

use crate::{analyzer, schema};

/// Identity of everything that decides what the index contains: version of the fields, version
/// of the token rules, hash of the tables that tokens depend on. Stable text such as
/// `s1-a1-89ab01cd23ef4567`; an index with another one is rebuilt.
#[must_use]
pub fn format_id() -> String {
    let (schema, analyzer) = (schema::VERSION, analyzer::VERSION);
    format!(
        "s{schema}-a{analyzer}-{:016x}",
        Hash64::new().bytes(analyzer::UNITS.as_bytes()).finish()
    )
}

/// Hash of a list of texts, the same on every machine and in every version: for naming what a caller's documents are
/// made of beside [`format_id`].
#[must_use]
pub fn hash_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
    texts.into_iter().fold(Hash64::new(), Hash64::text).finish()
}

/// FNV-1a with a final mix: stable over versions and platforms, unlike the standard hasher,
/// as tie keys, cursors and the format are written down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hash64(u64);

impl Hash64 {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }

    /// A string with its end, so that lists of strings hash unambiguously.
    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes()).bytes(&[0xff])
    }

    pub(crate) fn finish(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^ (hash >> 31)
    }
}
