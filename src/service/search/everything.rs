//! Everything at once: the best listings of each group, and the enterprises of that name.

use super::{Filters, FoundListing, Group, SearchQuery, Understanding, search};
use crate::domain::enterprise::Enterprise;
use crate::domain::listing::group::ListingGroup;
use crate::domain::text::fold;
use crate::service::{App, Result};
use crate::store::enterprises;

/// Words of a name that are looked for; the others are ignored.
const MAX_WORDS: usize = 8;
/// Enterprises that are counted; of more it is told that there are so many at least.
pub const MOST_ENTERPRISES: i64 = 1_000;

/// What is searched for.
#[derive(Clone, Debug, Default)]
pub struct EverythingQuery {
    /// What the person typed; empty browses.
    pub text: String,
    /// Only what is in these provinces.
    pub provinces: Vec<String>,
    /// The person insists on the words as they were typed.
    pub verbatim: bool,
    /// Interpretations whose words are to be words like the others.
    pub without: Vec<String>,
    /// Most of each group.
    pub limit: u32,
}

/// What was found of each sort.
#[derive(Clone, Debug)]
pub struct Everything {
    /// Listings, in the order of [`ListingGroup::ALL`].
    pub groups: Vec<FoundGroup>,
    /// Enterprises in the order of their names.
    pub enterprises: Vec<Enterprise>,
    /// How many there are; at most [`MOST_ENTERPRISES`] are counted.
    pub enterprise_count: i64,
    /// What was made of the words.
    pub understanding: Understanding,
}

/// The best listings of a group.
#[derive(Clone, Debug)]
pub struct FoundGroup {
    /// Which.
    pub group: ListingGroup,
    /// Listings in order.
    pub items: Vec<FoundListing>,
    /// How many there are, when that is known.
    pub total: Option<u64>,
}

/// The words by which enterprises are found, whose names are kept without diacritics.
pub fn words_of_name(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .map(str::to_owned)
        .collect()
}

/// Searches in everything. Blocks, as [`search`] does.
pub fn everything(app: &App, query: EverythingQuery) -> Result<Everything> {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let group = |group: &ListingGroup| Group {
        kinds: group.kinds().iter().map(ToString::to_string).collect(),
        limit,
    };
    let words = words_of_name(&query.text);
    let answer = search(
        app,
        SearchQuery {
            text: query.text,
            filters: Filters {
                provinces: query.provinces.clone(),
                ..Filters::default()
            },
            groups: ListingGroup::ALL.iter().map(group).collect(),
            verbatim: query.verbatim,
            without: query.without,
            ..SearchQuery::default()
        },
    )?;
    let totals = answer.groups;
    let mut groups: Vec<FoundGroup> = ListingGroup::ALL
        .iter()
        .enumerate()
        .map(|(at, group)| FoundGroup {
            group: *group,
            items: Vec::new(),
            total: totals.as_ref().and_then(|totals| totals.get(at).copied()),
        })
        .collect();
    for item in answer.items {
        if let Some(group) = groups.get_mut(item.group) {
            group.items.push(item);
        }
    }
    let lists = app.in_force_at_hand();
    let named = enterprises::Named {
        words,
        seats: lists.lists().seats(query.provinces, lists.today()),
    };
    let (rows, enterprise_count) = app.db.read(|conn| {
        let rows = enterprises::directory(conn, &named, None, i64::from(query.limit))?;
        Ok::<_, crate::store::Error>((rows, enterprises::count_named(conn, &named, MOST_ENTERPRISES)?))
    })?;
    Ok(Everything {
        groups,
        enterprises: rows.into_iter().map(|(_, enterprise)| enterprise).collect(),
        enterprise_count,
        understanding: answer.understanding,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_for_without_diacritics_and_marks() {
        assert_eq!(
            words_of_name("  Cơ-khí “Việt Trì” 100%_ "),
            ["co", "khi", "viet", "tri", "100"]
        );
        assert_eq!(words_of_name(&"a ".repeat(500)).len(), MAX_WORDS);
        assert!(words_of_name("%_ …").is_empty());
    }
}
