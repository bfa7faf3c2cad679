//! Which code of one classification stands for which of another, each row with its source.

use serde::Deserialize;

use super::{Taxonomies, TaxonomyName};

/// One correspondence, read in the direction that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correspondence<'a> {
    /// Code of the list that is read from.
    pub from: &'a str,
    /// Code of the list that is read to.
    pub to: &'a str,
    /// How far they agree: `exact` or `close`.
    pub relation: &'a str,
    /// Where this is written.
    pub source: &'a str,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Row {
    from_list: TaxonomyName,
    from_code: String,
    to_list: TaxonomyName,
    to_code: String,
    relation: String,
    source: String,
}

/// Reads the file; `None` for a line that cannot be read.
pub(super) fn read(text: &str) -> Vec<Option<Row>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .map(Result::ok)
        .collect()
}

impl Taxonomies {
    /// The rows between two lists, in either direction. `None` when the exchange has no crosswalk between them.
    pub fn crosswalk(&self, from: TaxonomyName, to: TaxonomyName) -> Option<Vec<Correspondence<'_>>> {
        let rows = self.crosswalks.iter().flatten();
        let found: Vec<_> = rows
            .filter_map(|row| {
                let (from_code, to_code) = match (row.from_list, row.to_list) {
                    lists if lists == (from, to) => (&row.from_code, &row.to_code),
                    lists if lists == (to, from) => (&row.to_code, &row.from_code),
                    _ => return None,
                };
                Some(Correspondence {
                    from: from_code,
                    to: to_code,
                    relation: &row.relation,
                    source: &row.source,
                })
            })
            .collect();
        (!found.is_empty()).then_some(found)
    }
}
