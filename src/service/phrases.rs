//! Finding words in a listing.
//!
//! Texts and phrases are compared syllable by syllable as the search reads them, so another place of the tone mark, another
//! case, full-width letters or signs between the syllables make no difference. A phrase of several syllables is also found
//! where some or all of them are typed without any diacritic (`hàng xach tay`), whatever the text around has; a single one
//! only where the whole text has none, as most bare syllables are words of their own (`pháo` and `phao`, the float).

use std::collections::HashMap;

use search_index::{Syllable, analyze};
use serde_json::Value;

/// Words to look for, and what they mean.
#[derive(Clone, Debug)]
pub struct Phrase<T> {
    /// The words.
    pub text: String,
    /// Whether diacritics make no difference.
    pub ignores_diacritics: bool,
    /// What they mean.
    pub means: T,
}

/// Phrases made ready to be looked for.
#[derive(Debug)]
pub struct Phrases<T> {
    /// By the folded form of the first syllable.
    entries: HashMap<String, Vec<Entry<T>>>,
}

#[derive(Debug)]
struct Entry<T> {
    phrase: Phrase<T>,
    syllables: Vec<Syllable>,
}

/// Where a phrase stands.
#[derive(Debug)]
pub struct Place<'p, T> {
    /// What it means.
    pub means: &'p T,
    /// The text, as a JSON pointer.
    pub pointer: String,
    /// The words as they stand there.
    pub found: String,
}

impl<T> Phrases<T> {
    /// Makes phrases ready.
    pub fn of(phrases: impl IntoIterator<Item = Phrase<T>>) -> Self {
        let mut entries: HashMap<String, Vec<Entry<T>>> = HashMap::new();
        for phrase in phrases {
            let syllables = analyze(&phrase.text).syllables;
            if let Some(first) = syllables.first() {
                let first = first.folded.clone();
                entries.entry(first).or_default().push(Entry { phrase, syllables });
            }
        }
        Self { entries }
    }

    /// Looks through every text of a listing, given as it is written on the wire; gives so many places at the most.
    pub fn find(&self, draft: &Value, most: usize) -> Vec<Place<'_, T>> {
        let mut places = Vec::new();
        if !self.entries.is_empty() {
            let mut look = Look { phrases: self, most };
            look.through(draft, &mut String::new(), &mut places);
        }
        places
    }
}

struct Look<'p, T> {
    phrases: &'p Phrases<T>,
    most: usize,
}

impl<'p, T> Look<'p, T> {
    fn through(&mut self, value: &Value, pointer: &mut String, places: &mut Vec<Place<'p, T>>) {
        let length = pointer.len();
        match value {
            Value::Array(entries) => {
                for (at, entry) in entries.iter().enumerate() {
                    pointer.push_str(&format!("/{at}"));
                    self.through(entry, pointer, places);
                    pointer.truncate(length);
                }
            }
            Value::Object(members) => {
                for (name, member) in members.iter().filter(|(name, _)| !CODED.contains(&name.as_str())) {
                    pointer.push('/');
                    pointer.push_str(name);
                    self.through(member, pointer, places);
                    pointer.truncate(length);
                }
            }
            Value::String(text) => self.at(text, pointer, places),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn at(&self, text: &str, pointer: &str, places: &mut Vec<Place<'p, T>>) {
        let syllables = analyze(text).syllables;
        let is_marked = syllables.iter().any(|syllable| syllable.marked);
        for at in 0..syllables.len() {
            let Some(rest) = syllables.get(at..) else { continue };
            let entries = rest.first().and_then(|first| self.phrases.entries.get(&first.folded));
            for entry in entries.into_iter().flatten() {
                if places.len() < self.most
                    && let Some(found) = entry.stands_at(rest, is_marked, text)
                {
                    places.push(Place {
                        means: &entry.phrase.means,
                        pointer: pointer.to_owned(),
                        found: found.to_owned(),
                    });
                }
            }
        }
    }
}

impl<T> Entry<T> {
    /// The words of the text where the syllables begin with the phrase's.
    fn stands_at<'t>(&self, syllables: &[Syllable], is_marked: bool, text: &'t str) -> Option<&'t str> {
        let found = syllables.get(..self.syllables.len())?;
        let is_one = self.syllables.len() == 1;
        let is_alike = |(own, other): (&Syllable, &Syllable)| {
            let is_bare = if is_one { !is_marked } else { !other.marked };
            own.folded == other.folded && (self.phrase.ignores_diacritics || is_bare || own.exact == other.exact)
        };
        if !self.syllables.iter().zip(found).all(is_alike) {
            return None;
        }
        text.get(found.first()?.range.start..found.last()?.range.end)
    }
}

/// Members that hold codes of lists, not words of people; by their whole name, since numbers that people make up are
/// called codes, too.
pub(super) const CODED: [&str; 15] = [
    "kind",
    "field_codes",
    "origin_country",
    "price_mode",
    "transfer_modes",
    "stage",
    "condition",
    "price_kind",
    "partner_kinds",
    "regulatory_class",
    "regulated_items",
    "type",
    "status",
    "office",
    "scheme",
];
