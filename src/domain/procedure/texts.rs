//! The rule sets that come with the program.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::{Procedure, ProcedureDraft};
use crate::domain::canonical::canonical;

/// Origin: `data/README.md`.
pub(super) const SHIPPED: &str = include_str!("../data/procedures.json");

/// The rule sets that come with the program, by their codes.
pub fn shipped() -> &'static BTreeMap<String, Procedure> {
    static PROCEDURES: LazyLock<BTreeMap<String, Procedure>> = LazyLock::new(|| {
        let drafts: BTreeMap<String, ProcedureDraft> = serde_json::from_str(SHIPPED).unwrap_or_default();
        let parsed = drafts
            .into_iter()
            .filter_map(|(code, draft)| Some((code, draft.parse().ok()?)));
        parsed.collect()
    });
    &PROCEDURES
}

/// Their texts by the same codes, as they are kept and known by their hash: neither spaces nor the order of members in the file make
/// another one.
pub fn shipped_texts() -> &'static BTreeMap<String, String> {
    static TEXTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        let texts: BTreeMap<String, Value> = serde_json::from_str(SHIPPED).unwrap_or_default();
        let known = texts.into_iter().filter(|(code, _)| shipped().contains_key(code));
        known.map(|(code, text)| (code, canonical(&text))).collect()
    });
    &TEXTS
}
