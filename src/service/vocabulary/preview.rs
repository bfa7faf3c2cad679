//! What a search would make of words and find, were an entry in force that is not.

use std::collections::HashMap;
use std::sync::Arc;

pub use search_index::OtherNames;
use search_index::{GroupId, MAX_QUERY_CHARS, SearchRequest, View, Vocabulary};

use super::edition::ready;
use super::parse::parse;
use crate::domain::access::{Action, Resource, decide, is_in_search};
use crate::domain::calendar::day_of;
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::{ListingId, VocabularyEntryId};
use crate::domain::listing::Listing;
use crate::domain::vocabulary::{Words, WordsDraft};
use crate::service::context::Caller;
use crate::service::search::{in_full, readable};
use crate::service::{App, Error, ErrorCode, Result};

/// Listings that are shown of what would be found.
const MOST: usize = 20;

/// What is to be tried.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What somebody types.
    pub text: String,
    /// The entry, as if it were in force.
    pub entry: WordsDraft,
    /// The entry in whose place it comes.
    pub instead_of: Option<VocabularyEntryId>,
}

impl Trial {
    /// What the entry says; else all that is wrong with the trial. What `kept` says already needs no proof.
    fn parse(&self, kept: Option<&Words>) -> Result<Words> {
        let mut errors = FieldErrors::default();
        if self.text.chars().count() > MAX_QUERY_CHARS {
            errors.add("/q", Violation::TooLong { max: MAX_QUERY_CHARS });
        }
        let words = errors.keep_all(parse(&self.entry, kept).map_err(|wrong| {
            let inside = wrong.into_iter().map(|error| FieldError {
                pointer: format!("/entry{}", error.pointer),
                ..error
            });
            inside.collect::<Vec<_>>()
        }));
        errors.finish(words).map_err(Error::fields)
    }
}

/// What a search makes of words, and finds.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What stretches are called otherwise.
    pub other_names: Vec<OtherNames>,
    /// The words as they are read, where words are read as others.
    pub corrected: Option<String>,
    /// What may have been meant instead.
    pub did_you_mean: Option<String>,
    /// The first listings.
    pub listings: Vec<Listing>,
}

/// What is wrong with a trial, whoever asks. What officers keep is not looked at: whether the entry may switch off what the one
/// switches off in whose place it comes is judged by [`preview`].
pub fn judge(trial: &Trial) -> Result<()> {
    let Err(mut wrong) = trial.parse(None) else {
        return Ok(());
    };
    let is_judged_later = |field: &FieldError| trial.instead_of.is_some() && field.pointer == "/entry/switches_off";
    wrong.fields.retain(|field| !is_judged_later(field));
    if wrong.fields.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Searches with the vocabulary of now, and with the entry. Blocks.
pub fn preview(app: &App, caller: &Caller, trial: &Trial) -> Result<(Seen, Seen)> {
    let now = app.clock.now();
    let edition = app.db.read(|conn| -> Result<_> {
        let actor = caller.actor(conn, now)?;
        decide(&actor, Action::ManageVocabulary, &Resource::None)?;
        app.index.vocabulary.present(conn)
    })?;
    let kept = trial.instead_of.map(|id| edition.get(id)).transpose()?;
    let words = trial.parse(kept.map(|entry| &entry.change.words))?;
    let mut used = edition.used_on(day_of(now), trial.instead_of);
    used.off
        .extend(words.switches_off.as_deref().and_then(|id| id.parse::<GroupId>().ok()));
    used.added.extend(ready(&words).ok());
    let reader = app.index.reader().ok_or(ErrorCode::SearchUnavailable)?;
    let (view, present) = (reader.view(), reader.vocabulary());
    let changed = Arc::new(Vocabulary::built_in().amended(&used.off, &used.added));
    let before = seen(app, &view, &present, &trial.text)?;
    let after = seen(app, &view.with_vocabulary(Arc::clone(&changed)), &changed, &trial.text)?;
    Ok((before, after))
}

fn seen(app: &App, view: &View, vocabulary: &Vocabulary, text: &str) -> Result<Seen> {
    let request = SearchRequest {
        text: text.to_owned(),
        limit: MOST,
        ..SearchRequest::default()
    };
    let page = view
        .search(&request)
        .map_err(|error| Error::internal(in_full(&error)))?;
    let ids: Vec<ListingId> = page.hits.iter().filter_map(|hit| hit.id.parse().ok()).collect();
    let (rows, _broken) = app.db.read(|conn| readable(conn, &ids))?;
    let now = app.clock.now();
    let rows = rows.into_iter().filter_map(|(mut listing, owner)| {
        listing.lapse(now);
        is_in_search(&listing, owner.status).then(|| (listing.id, listing.shown_to_all().into_owned()))
    });
    let mut rows: HashMap<ListingId, Listing> = rows.collect();
    Ok(Seen {
        other_names: vocabulary.other_names(text),
        corrected: page.understanding.corrected,
        did_you_mean: page.understanding.did_you_mean,
        listings: ids.iter().filter_map(|id| rows.remove(id)).collect(),
    })
}
