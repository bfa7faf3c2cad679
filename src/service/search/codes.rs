//! A code in the place of words (mã số tin): it names one listing, which is found alone, whatever else is asked for but whose it is.

use search_index::MAX_QUERY_CHARS;

use super::{
    FoundListing, Interpretation, InterpretationKind, MAX_SNIPPET, Marked, SearchAnswer, SearchQuery, Understanding,
};
use crate::domain::access::is_in_search;
use crate::domain::listing::code::ListingCode;
use crate::service::{App, Result};
use crate::store::{self, listing_codes};

/// The code that the words are, unless the person insists on words. More than is searched for is none, whatever spaces stand around it: it
/// is refused as other words are.
pub(super) fn named(query: &SearchQuery) -> Option<ListingCode> {
    if query.text.chars().nth(MAX_QUERY_CHARS).is_some() {
        return None;
    }
    let code = ListingCode::typed(&query.text)?;
    let insists = query.verbatim || query.explain || query.after.is_some() || query.without.contains(&id(query));
    (!insists).then_some(code)
}

/// Names what was made of the words, for `without`.
fn id(query: &SearchQuery) -> String {
    format!("{}:0-{}", InterpretationKind::Code.code(), query.text.len())
}

/// Its listing where anybody may see it, and else nothing: which codes there are is nobody's to find out.
pub(super) fn answer(app: &App, query: &SearchQuery, code: ListingCode) -> Result<SearchAnswer> {
    let found = public(app, query, code)?;
    let count = |group: usize| u64::from(found.as_ref().is_some_and(|found| found.group == group));
    let groups = 0..query.groups.len();
    Ok(SearchAnswer {
        groups: (!query.groups.is_empty()).then(|| groups.map(count).collect()),
        total: Some(u64::from(found.is_some())),
        items: found.into_iter().collect(),
        next: None,
        facets: None,
        plan: None,
        understanding: Understanding {
            interpretations: vec![Interpretation {
                id: id(query),
                kind: InterpretationKind::Code,
                range: 0..query.text.len(),
                value: code.to_string(),
                at_least: None,
                at_most: None,
            }],
            ..Understanding::default()
        },
    })
}

fn public(app: &App, query: &SearchQuery, code: ListingCode) -> Result<Option<FoundListing>> {
    let row = app.db.read(|conn| match listing_codes::find(conn, &code) {
        Ok(id) => super::readable(conn, &[id]).map(|(mut rows, _broken)| rows.pop()),
        Err(store::Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    })?;
    let Some((mut listing, owner)) = row else {
        return Ok(None);
    };
    listing.lapse(app.clock.now());
    let owners = &query.filters.enterprises;
    let is_theirs = owners.is_empty() || owners.contains(&listing.enterprise_id.to_string());
    if !is_theirs || !is_in_search(&listing, owner.status) {
        return Ok(None);
    }
    let listing = listing.shown_to_all().into_owned();
    let kind = listing.content.kind.as_str();
    let group = query
        .groups
        .iter()
        .position(|group| group.kinds.iter().any(|one| one == kind));
    let unmarked = |text: String| Marked {
        text,
        marks: Vec::new(),
    };
    let summary = listing.content.summary.as_ref();
    let summary: Option<String> = summary.map(|text| text.vi.as_str().chars().take(MAX_SNIPPET).collect());
    Ok(Some(FoundListing {
        group: group.unwrap_or_default(),
        why: None,
        score: 0.0,
        title: unmarked(listing.content.title.vi.to_string()),
        summary: summary.map(unmarked),
        listing,
        owner,
    }))
}
