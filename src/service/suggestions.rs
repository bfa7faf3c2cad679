//! Suggestions while somebody types, and the place where they stand.
//!
//! **Architecture invariant:** what is suggested was looked up: each suggestion has a listing behind it that anybody may
//! see at this moment, and says what that listing says now.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use search_index::{MAX_QUERY_CHARS, SuggestedListing, Suggestion, Suggestions, has_same_words};
pub use search_index::{MAX_SUGGESTIONS, SuggestionKind};
use uuid::Uuid;

use super::search::{Marked, withdrawn};
use super::{App, Error, ErrorCode, Result};
use crate::domain::fields::Violation;
use crate::domain::ids::ListingId;
use crate::domain::taxonomy::{Taxonomies, TaxonomyName};
use crate::store::outbox::Position;
use crate::store::suggestions::{self, Shown};

/// How often suggestions are looked for again because of listings that nobody may see.
const MAX_ROUNDS: usize = 4;
/// Listings behind one suggestion that are read again; where none is left, the next ones are in the next round.
const MOST_READ: usize = 2;
/// Legal forms whose name is often a person's: households, individuals. They are found, not suggested.
const PERSONAL_FORMS: [&str; 2] = ["ho_kd", "ca_nhan"];
/// Longest title that is suggested, in characters.
const MAX_TITLE: usize = 200;

/// Something to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// The text, and what of it was typed.
    pub text: Marked,
    /// What it is.
    pub kind: SuggestionKind,
    /// Code of the field, of a category.
    pub field: Option<String>,
    /// The listing, where only one has this title.
    pub listing: Option<ListingId>,
    /// How many listings stand behind it, when that is known.
    pub count: Option<u64>,
}

/// What can be suggested, and up to which place of the outbox that is true.
#[derive(Clone)]
struct Standing {
    suggestions: Arc<Suggestions>,
    applied: Position,
}

/// Holds the suggestions for those who type.
#[derive(Default)]
pub struct SuggestionSlot {
    standing: Mutex<Option<Standing>>,
    /// The place up to which new listings are suggested; those that went are hidden earlier.
    built: Mutex<Option<Position>>,
    moved: Condvar,
}

impl SuggestionSlot {
    fn standing(&self) -> Option<Standing> {
        self.lock().clone()
    }

    /// What can be suggested, once that is known.
    pub fn current(&self) -> Option<Arc<Suggestions>> {
        self.standing().map(|standing| standing.suggestions)
    }

    /// Puts suggestions up that know everything up to a place.
    pub fn set(&self, suggestions: Arc<Suggestions>, applied: Position) {
        *self.lock() = Some(Standing { suggestions, applied });
        *self.built.lock().unwrap_or_else(PoisonError::into_inner) = Some(applied);
        self.moved.notify_all();
    }

    /// Tells that whatever changed up to a place is hidden in the suggestions that stand.
    pub fn advance(&self, applied: Position) {
        if let Some(standing) = &mut *self.lock() {
            standing.applied = applied;
        }
    }

    /// Tells that nothing came up to a place that is not suggested.
    pub fn settle(&self, built: Position) {
        *self.built.lock().unwrap_or_else(PoisonError::into_inner) = Some(built);
        self.moved.notify_all();
    }

    /// Waits until everything up to a place is suggested, at most `limit`; gives whether it is. Not for async threads.
    pub fn wait_for(&self, position: Position, limit: Duration) -> bool {
        let built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        let behind = |built: &mut Option<Position>| built.is_none_or(|built| built < position);
        let waited = self.moved.wait_timeout_while(built, limit, behind);
        let (mut built, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !behind(&mut built)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Standing>> {
        // It is replaced whole, so what is behind a poisoned lock is still good.
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the catalogue of suggestions is told of a listing.
pub fn suggested_listing(lists: &Taxonomies, shown: Shown) -> SuggestedListing {
    let mut fields: Vec<String> = Vec::new();
    for code in shown.field_codes {
        let mut next = Some(code);
        while let Some(code) = next.take_if(|code| !fields.contains(code)) {
            let item = lists.get(TaxonomyName::Fields, &code);
            next = item.and_then(|item| item.parent.clone());
            fields.push(code);
        }
    }
    let is_personal = PERSONAL_FORMS.contains(&shown.legal_form.as_str());
    let titles = [Some(shown.title_vi), shown.title_en];
    let short = |title: &String| title.chars().count() <= MAX_TITLE;
    SuggestedListing {
        id: shown.id.0.as_u128(),
        titles: titles.into_iter().flatten().filter(short).collect(),
        fields,
        organisation: Some(shown.organisation).filter(|_| !is_personal),
    }
}

/// Suggests what has what was typed at the start of a word. Blocks: callers in async code go through
/// [`App::run_blocking`].
///
/// What changed since the suggestions were made is asked of the outbox, as a search does; what is not public any more is
/// hidden before anything is answered, and what is left is read again.
pub fn suggest(app: &App, typed: &str, limit: usize) -> Result<Vec<Suggested>> {
    if typed.chars().count() > MAX_QUERY_CHARS {
        return Err(Error::field("q", Violation::TooLong { max: MAX_QUERY_CHARS }));
    }
    let standing = app.index.suggestions().standing();
    let Standing { suggestions, applied } = standing.ok_or(ErrorCode::SearchUnavailable)?;
    let gone = withdrawn(app, applied)?;
    let counts = gone.is_some();
    suggestions.hide(gone.into_iter().flatten().map(|id| id.0.as_u128()));
    let mut rounds = 0;
    loop {
        rounds += 1;
        let found = suggestions.find(typed, limit);
        let (shown, gone) = read_again(app, &found)?;
        if gone.is_empty() || rounds == MAX_ROUNDS {
            return Ok(found
                .into_iter()
                .zip(shown)
                .filter(|(_, shown)| *shown)
                .map(|(suggestion, _)| told(suggestion, counts))
                .collect());
        }
        suggestions.hide(gone);
    }
}

fn told(suggestion: Suggestion, counts: bool) -> Suggested {
    let only = match suggestion.listings.as_slice() {
        [only] if suggestion.kind == SuggestionKind::Title && suggestion.count == 1 => Some(*only),
        _ => None,
    };
    Suggested {
        text: Marked {
            text: suggestion.text,
            marks: suggestion.marks,
        },
        kind: suggestion.kind,
        field: suggestion.code,
        listing: only.map(|id| ListingId(Uuid::from_u128(id))),
        count: counts.then_some(suggestion.count),
    }
}

/// Which suggestions have a listing behind them that says so now, and the listings that do not.
fn read_again(app: &App, found: &[Suggestion]) -> Result<(Vec<bool>, Vec<u128>)> {
    let ids = found
        .iter()
        .flat_map(|suggestion| suggestion.listings.iter().take(MOST_READ));
    let ids: Vec<ListingId> = ids.map(|id| ListingId(Uuid::from_u128(*id))).collect();
    let now = app.clock.now();
    let rows = app.db.read(|conn| suggestions::shown(conn, &ids, now))?;
    let rows: HashMap<u128, Shown> = rows.into_iter().map(|row| (row.id.0.as_u128(), row)).collect();
    let (mut shown, mut gone) = (Vec::with_capacity(found.len()), Vec::new());
    for suggestion in found {
        let says = |id: &&u128| rows.get(*id).is_some_and(|row| says(row, suggestion));
        let looked_at = suggestion.listings.iter().take(MOST_READ);
        let (true_ones, others): (Vec<&u128>, Vec<&u128>) = looked_at.partition(says);
        shown.push(!true_ones.is_empty());
        gone.extend(others);
    }
    Ok((shown, gone))
}

/// Whether a listing is behind a suggestion as it is now.
fn says(row: &Shown, suggestion: &Suggestion) -> bool {
    let text = suggestion.text.as_str();
    match suggestion.kind {
        SuggestionKind::Title => {
            let titles = [Some(&row.title_vi), row.title_en.as_ref()];
            titles.into_iter().flatten().any(|title| has_same_words(title, text))
        }
        SuggestionKind::Organisation => has_same_words(&row.organisation, text),
        // Their texts are those of the reference lists, of the vocabulary, and of several people.
        SuggestionKind::Category | SuggestionKind::Query | SuggestionKind::Term => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(legal_form: &str) -> Shown {
        Shown {
            id: ListingId(Uuid::from_u128(7)),
            title_vi: "Máy sấy".into(),
            title_en: None,
            field_codes: vec!["food".into(), "nowhere".into()],
            organisation: "Nguyễn Văn A".into(),
            legal_form: legal_form.into(),
        }
    }

    #[test]
    fn names_that_may_be_of_people_are_not_suggested() {
        let lists = Taxonomies::embedded();
        let organisation = |form| suggested_listing(lists, shown(form)).organisation;
        assert_eq!(organisation("cp").as_deref(), Some("Nguyễn Văn A"));
        assert_eq!((organisation("ho_kd"), organisation("ca_nhan")), (None, None));
        let forms = lists.items(TaxonomyName::LegalForms, None);
        let known = forms.filter(|form| PERSONAL_FORMS.contains(&form.code.as_str()));
        assert_eq!(known.count(), PERSONAL_FORMS.len());
    }

    #[test]
    fn a_listing_is_in_its_fields_and_those_above_them() {
        let lists = Taxonomies::embedded();
        let child = lists
            .items(TaxonomyName::Fields, None)
            .find(|item| item.parent.is_some());
        let child = child
            .map(|item| (item.code.clone(), item.parent.clone().unwrap()))
            .unwrap();
        let mut shown = shown("cp");
        shown.field_codes = vec![child.0.clone(), child.1.clone()];
        let fields = suggested_listing(lists, shown).fields;
        assert_eq!(fields.iter().filter(|code| **code == child.1).count(), 1);
        assert!(fields.contains(&child.0));
    }

    #[test]
    fn waits_for_a_place_and_no_longer() {
        let slot = SuggestionSlot::default();
        let place = |seq| Position { txid: 0, seq };
        assert!(!slot.wait_for(place(0), Duration::ZERO) && slot.current().is_none());
        slot.set(Arc::default(), place(3));
        slot.advance(place(4));
        assert!(slot.wait_for(place(3), Duration::ZERO));
        assert!(!slot.wait_for(place(4), Duration::ZERO), "hidden, not suggested yet");
        slot.settle(place(4));
        assert!(slot.wait_for(place(4), Duration::ZERO));
    }
}
