//! Everything at once: the best listings of each group, and the enterprises of that name.

use super::{
    Filters, FoundListing, Group, Interpretation, InterpretationKind, SearchQuery, Understanding, names, search,
};
use crate::domain::enterprise::Enterprise;
use crate::domain::listing::group::ListingGroup;
use crate::domain::taxonomy::{InForce, Seats, TaxonomyName};
use crate::service::{App, Result};
use crate::store::enterprises::{self, Named};
use crate::store::{self, AnyConn};

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
    /// Enterprises, of a province that is wished for first, in the order of their names.
    pub enterprises: Vec<Enterprise>,
    /// The words by which they were found: what was typed, without wishes.
    pub name: String,
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

/// Searches in everything. Blocks, as [`search`] does.
pub fn everything(app: &App, query: EverythingQuery) -> Result<Everything> {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let group = |group: &ListingGroup| Group {
        kinds: group.kinds().iter().map(ToString::to_string).collect(),
        limit,
    };
    let answer = search(
        app,
        SearchQuery {
            text: query.text.clone(),
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
    let wishes = &answer.understanding.interpretations;
    let name = without_wishes(&query.text, wishes);
    let lists = app.in_force_at_hand();
    let seats = |provinces| lists.lists().seats(provinces, lists.today());
    let mut wished = wished_provinces(&lists, wishes);
    if !query.provinces.is_empty() {
        wished.retain(|code| query.provinces.contains(code));
    }
    let wished = (!wished.is_empty()).then(|| seats(wished));
    let named = Named {
        seats: seats(query.provinces),
        ..names::named(&name)
    };
    let (enterprises, enterprise_count) = app.db.read(|conn| {
        let found = best_named(conn, &named, wished, query.limit)?;
        Ok::<_, store::Error>((found, enterprises::count_named(conn, &named, MOST_ENTERPRISES)?))
    })?;
    Ok(Everything {
        groups,
        enterprises,
        name,
        enterprise_count,
        understanding: answer.understanding,
    })
}

/// What was typed without the words of wishes, which no name has to have; all of it where nothing else is there.
fn without_wishes(text: &str, wishes: &[Interpretation]) -> String {
    let wishes = wishes.iter().filter(|wish| wish.kind != InterpretationKind::Code);
    let mut ranges: Vec<_> = wishes.map(|wish| wish.range.clone()).collect();
    ranges.sort_by_key(|range| range.start);
    let (mut left, mut at) = (String::with_capacity(text.len()), 0);
    for range in ranges {
        left.push_str(text.get(at..range.start).unwrap_or_default());
        at = range.end;
    }
    left.push_str(text.get(at..).unwrap_or_default());
    let named = names::named(&left);
    if named.words.is_empty() && named.phrases.is_empty() {
        return text.to_owned();
    }
    left.trim().to_owned()
}

/// The provinces that are wished for, under all codes that they had.
fn wished_provinces(lists: &InForce, wishes: &[Interpretation]) -> Vec<String> {
    let places = wishes.iter().filter(|wish| wish.kind == InterpretationKind::Place);
    places
        .flat_map(|wish| {
            let covered = lists.covered_by(TaxonomyName::Provinces, &wish.value);
            covered.unwrap_or_default()
        })
        .collect()
}

/// The first enterprises of a name, those of where they are wished before the others.
fn best_named(conn: &mut AnyConn, named: &Named, wished: Option<Seats>, limit: u32) -> store::Result<Vec<Enterprise>> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found: Vec<Enterprise> = Vec::new();
    if let Some(seats) = wished {
        let near = Named { seats, ..named.clone() };
        let rows = enterprises::directory(conn, &near, None, i64::from(limit))?;
        found.extend(rows.into_iter().map(|(_, enterprise)| enterprise));
    }
    if found.len() < most {
        let rows = enterprises::directory(conn, named, None, i64::from(limit))?;
        let known: Vec<_> = found.iter().map(|enterprise| enterprise.id).collect();
        let others = rows.into_iter().map(|(_, enterprise)| enterprise);
        found.extend(others.filter(|enterprise| !known.contains(&enterprise.id)));
        found.truncate(most);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_wishes_are_no_words_of_names() {
        let wish = |kind, range| Interpretation {
            id: String::new(),
            kind,
            range,
            value: String::new(),
            at_least: None,
            at_most: None,
        };
        let text = "cơ khí ở Phú Thọ -demo";
        let (start, end) = (text.find('ở').unwrap(), text.find(" -").unwrap());
        let place = [wish(InterpretationKind::Place, start..end)];
        let rest = without_wishes(text, &place);
        let named = names::named(&rest);
        assert_eq!(named.words, ["co", "khi"]);
        assert_eq!(named.excluded, ["demo"]);
        let all = [wish(InterpretationKind::Origin, 0..text.len())];
        assert_eq!(without_wishes(text, &all), text);
        let code = [wish(InterpretationKind::Code, 0..text.len())];
        assert_eq!(without_wishes(text, &code), text);
    }
}
