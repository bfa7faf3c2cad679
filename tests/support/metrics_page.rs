//! `docs/metrics.md`, read as tests need it.

use std::collections::{BTreeMap, BTreeSet};

/// What the page says of one metric.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Metric {
    /// `counter`, `gauge` or `histogram`.
    pub kind: String,
    pub labels: BTreeSet<String>,
    /// Those of its label; empty where they are not known beforehand.
    pub values: BTreeSet<String>,
    /// From when on it is served.
    pub served: String,
}

/// What stands in backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Every metric of the page: a heading, and below it a list whose items begin with a word and a colon.
pub fn read(page: &str) -> BTreeMap<String, Metric> {
    let mut metrics = BTreeMap::new();
    for section in page.split("\n### `").skip(1) {
        let (name, text) = section.split_once('`').unwrap();
        let text = text.split("\n## ").next().unwrap_or_default();
        let item = |word: &str| {
            text.split("\n- ")
                .find_map(|item| item.strip_prefix(word)?.strip_prefix(": "))
                .unwrap_or_default()
                .trim()
        };
        for word in ["Type", "Labels", "Served", "Means", "Watch"] {
            assert!(
                !item(word).is_empty(),
                "docs/metrics.md does not say {word:?} of {name}"
            );
        }
        let metric = Metric {
            kind: item("Type").split(',').next().unwrap_or_default().to_owned(),
            labels: quoted(item("Labels")),
            values: quoted(item("Values")),
            served: item("Served").to_owned(),
        };
        assert_eq!(metrics.insert(name.to_owned(), metric), None, "{name} stands twice");
    }
    assert!(metrics.len() > 20, "docs/metrics.md was not understood");
    metrics
}
