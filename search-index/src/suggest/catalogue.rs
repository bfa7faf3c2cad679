//! What can be suggested, as it is kept while listings come and go.

use std::{collections::BTreeMap, sync::Arc};

use super::phrase::Phrase;

/// What suggestions need to know of a listing that anybody may see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SuggestedListing {
    /// Its identifier.
    pub id: u128,
    /// Its titles, in whatever language.
    pub titles: Vec<String>,
    /// Codes of its fields, and of those above them.
    pub fields: Vec<String>,
    /// Name of its organisation, where that may be suggested.
    pub organisation: Option<String>,
}

/// A listing, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) titles: Vec<Arc<Phrase>>,
    pub(super) fields: Vec<Box<str>>,
    pub(super) organisation: Option<Arc<Phrase>>,
}

/// A name of a field.
#[derive(Debug)]
pub(super) struct FieldName {
    pub(super) code: Box<str>,
    pub(super) phrase: Arc<Phrase>,
}

/// What can be suggested.
#[derive(Debug, Default)]
pub struct Catalogue {
    pub(super) listings: BTreeMap<u128, Member>,
    pub(super) field_names: Vec<FieldName>,
    /// Queries, and how many people asked each.
    pub(super) queries: Vec<(Arc<Phrase>, u32)>,
}

impl Catalogue {
    /// Puts a listing in, or in the place of what was known of it; gives whether that changes what can be suggested.
    pub fn put(&mut self, listing: &SuggestedListing) -> bool {
        let phrase = |text: &String| Phrase::new(text).map(Arc::new);
        let member = Member {
            titles: listing.titles.iter().filter_map(phrase).collect(),
            fields: listing.fields.iter().map(|code| code.as_str().into()).collect(),
            organisation: listing.organisation.as_ref().and_then(phrase),
        };
        if self.listings.get(&listing.id) == Some(&member) {
            return false;
        }
        self.listings.insert(listing.id, member);
        true
    }

    /// Takes a listing out; gives whether it was there.
    pub fn remove(&mut self, id: u128) -> bool {
        self.listings.remove(&id).is_some()
    }

    /// How many listings are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.listings.len()
    }

    /// Whether no listing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listings.is_empty()
    }

    /// Names of fields: code and name, a field may have several.
    pub fn set_field_names<'n>(&mut self, names: impl IntoIterator<Item = (&'n str, &'n str)>) {
        let field = |(code, name): (&str, &str)| {
            Some(FieldName {
                code: code.into(),
                phrase: Arc::new(Phrase::new(name)?),
            })
        };
        self.field_names = names.into_iter().filter_map(field).collect();
    }

    /// What was asked for, each with by how many people. Only what a title has every word of will be suggested.
    pub fn set_queries<'q>(&mut self, queries: impl IntoIterator<Item = (&'q str, u32)>) {
        let query = |(text, people): (&str, u32)| Some((Arc::new(Phrase::new(text)?), people));
        self.queries = queries.into_iter().filter_map(query).collect();
    }
}
