//! What can be suggested, as it is kept while listings come and go.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

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
    pub(super) titles: Box<[Arc<Phrase>]>,
    /// One for all listings with the same.
    pub(super) fields: Arc<[Box<str>]>,
    /// One for all listings of the organisation.
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
    shared: Shared,
    pub(super) field_names: Vec<FieldName>,
    /// Queries, and how many people asked each.
    pub(super) queries: Vec<(Arc<Phrase>, u32)>,
}

/// What many listings have in common.
#[derive(Debug, Default)]
struct Shared {
    organisations: HashMap<Box<str>, Arc<Phrase>>,
    fields: HashSet<Arc<[Box<str>]>>,
    /// How much of it was in use when it was last looked over.
    used: usize,
}

/// What may be kept without use before it is looked over.
const SPARE: usize = 1_000;

impl Shared {
    fn organisation(&mut self, name: &str) -> Option<Arc<Phrase>> {
        if let Some(known) = self.organisations.get(name) {
            return Some(Arc::clone(known));
        }
        let phrase = Arc::new(Phrase::new(name)?);
        self.organisations.insert(name.into(), Arc::clone(&phrase));
        self.look_over();
        Some(phrase)
    }

    fn fields(&mut self, codes: &[String]) -> Arc<[Box<str>]> {
        let codes: Vec<Box<str>> = codes.iter().map(|code| code.as_str().into()).collect();
        if let Some(known) = self.fields.get(codes.as_slice()) {
            return Arc::clone(known);
        }
        let fields: Arc<[Box<str>]> = codes.into();
        self.fields.insert(Arc::clone(&fields));
        self.look_over();
        fields
    }

    /// Forgets what no listing has any more, now and then.
    fn look_over(&mut self) {
        let kept = |shared: &Self| shared.organisations.len() + shared.fields.len();
        if kept(self) > self.used * 2 + SPARE {
            self.organisations.retain(|_, phrase| Arc::strong_count(phrase) > 1);
            self.fields.retain(|fields| Arc::strong_count(fields) > 1);
            self.used = kept(self);
        }
    }
}

impl Catalogue {
    /// Puts a listing in, or in the place of what was known of it; gives whether that changes what can be suggested.
    pub fn put(&mut self, listing: &SuggestedListing) -> bool {
        let phrase = |text: &String| Phrase::new(text).map(Arc::new);
        let member = Member {
            titles: listing.titles.iter().filter_map(phrase).collect(),
            fields: self.shared.fields(&listing.fields),
            organisation: listing
                .organisation
                .as_ref()
                .and_then(|name| self.shared.organisation(name)),
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
