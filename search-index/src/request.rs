//! A search and its answer.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::factors::Factors;
use crate::{Cursor, Explanation, FacetSet, Facets, Highlighter, Interpretation, QuantityRange};

/// Largest page.
pub const MAX_LIMIT: usize = 100;

/// One search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRequest {
    /// What the person typed: syllables, `"quoted phrases"`, `-excluded` words. Empty browses.
    pub text: String,
    /// Selections that every hit satisfies.
    pub filters: Filters,
    /// Order of the hits.
    pub sort: Sort,
    /// Hits per page, `1..=`[`MAX_LIMIT`].
    pub limit: usize,
    /// Continue after this hit of the same query.
    pub after: Option<Cursor>,
    /// Count facets too.
    pub facets: bool,
    /// Which, when facets are counted.
    pub counted: FacetSet,
    /// Technology fields that are counted as others: an older code as what took its place, and what is above that.
    pub fields_counted_as: BTreeMap<String, Vec<String>>,
    /// The instant that freshness is reckoned from, microseconds since 1970-01-01 UTC: of the first page, the others have
    /// its. Without one nothing is fresh.
    pub as_of: Option<i64>,
    /// Groups of kinds that have their own best hits each, on one page without a next one: of none, all hits are one group.
    pub groups: Vec<Group>,
    /// Tell why each hit is there.
    pub explain: bool,
    /// Take the words as they were typed: the person insists.
    pub verbatim: bool,
    /// Interpretations to leave out, see [`Interpretation::id`]: their words are words like the others.
    pub without: Vec<String>,
    /// Parts of the understanding of queries; all, unless it is to be found out what one is worth.
    pub features: Features,
}

impl SearchRequest {
    /// What besides the words moves a listing: later pages have the factors of the first.
    pub(crate) fn factors(&self) -> Factors {
        Factors {
            as_of: self.after.as_ref().map_or(self.as_of, |after| after.as_of),
        }
    }
}

/// Parts of the understanding of queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Features {
    /// Other names from the vocabulary.
    pub vocabulary: bool,
    /// Keys of input methods, and syllables without spaces.
    pub rewriting: bool,
    /// Slips of spelling.
    pub spelling: bool,
    /// Neighbouring words are worth more.
    pub pairs: bool,
    /// Model numbers and quantities.
    pub codes: bool,
    /// Wishes about amounts, prices, origin, material and place.
    pub attributes: bool,
    /// What people say around what they look for is left out.
    pub talk: bool,
    /// Nothing is shown where even the best listing has little to do with the query.
    pub cut_off: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self {
            vocabulary: true,
            rewriting: true,
            spelling: true,
            pairs: true,
            codes: true,
            attributes: true,
            talk: true,
            cut_off: true,
        }
    }
}

/// Kinds whose hits are shown together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Group {
    /// Kind codes.
    pub kinds: Vec<String>,
    /// Most hits, `1..=`[`MAX_LIMIT`].
    pub limit: usize,
}

/// Selections: alternatives inside a list, all lists together. An empty list selects all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Filters {
    /// Kind codes.
    pub kinds: Vec<String>,
    /// Technology field codes; a parent selects its children.
    pub fields: Vec<String>,
    /// Province codes.
    pub provinces: Vec<String>,
    /// Price mode codes.
    pub price_modes: Vec<String>,
    /// Price buckets: values of [`Facets::prices`].
    pub price_buckets: Vec<String>,
    /// Technology readiness levels.
    pub trl: Vec<u8>,
    /// Lowest technology readiness level; a listing without one is left out.
    pub trl_min: Option<u8>,
    /// Highest technology readiness level; a listing without one is left out.
    pub trl_max: Option<u8>,
    /// Codes of stages of development.
    pub stages: Vec<String>,
    /// Codes of transfer modes.
    pub transfer_modes: Vec<String>,
    /// Codes of where rights of intellectual property stand.
    pub ip_statuses: Vec<String>,
    /// Codes of countries of origin.
    pub origins: Vec<String>,
    /// Schemes of certificates.
    pub certifications: Vec<String>,
    /// Identifiers of organisations.
    pub enterprises: Vec<String>,
    /// Ranges that a quantity of the specifications meets: alternatives where they are about one kind of quantity, all
    /// together where not. Of more than eight kinds the others are ignored.
    pub quantities: Vec<QuantityRange>,
    /// Lowest price in đồng; a listing on request is left out.
    pub price_min: Option<u64>,
    /// Highest price in đồng; a listing on request is left out.
    pub price_max: Option<u64>,
}

/// Order of the hits. Ties are broken newest first, then by a hash of the id.
///
/// The order never changes which listings are hits, and in every order those that have more words of the query come
/// first: it counts among listings of as many words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Best match first; newest first when the text is empty.
    #[default]
    Relevance,
    /// Newest publication first.
    Newest,
    /// Cheapest first, on request last.
    PriceAscending,
    /// Dearest first, on request last.
    PriceDescending,
    /// Highest technology readiness level first, those without one last.
    TrlDescending,
}

/// One page of hits.
#[derive(Debug, Clone)]
pub struct SearchPage {
    /// The hits in order.
    pub hits: Vec<Hit>,
    /// Exact number of hits over all pages.
    pub total: u64,
    /// The same of each group; one number when there are no groups.
    pub groups: Vec<u64>,
    /// Where the next page starts; absent on the last page.
    pub next: Option<Cursor>,
    /// Facet counts, when asked for.
    pub facets: Option<Facets>,
    /// Marks the query's words in original texts.
    pub highlighter: Highlighter,
    /// What was made of the words.
    pub understanding: Understanding,
    /// Why the hits are there, when it was asked.
    pub explanation: Option<Explanation>,
}

/// What was made of the words of a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Understanding {
    /// Wishes that lift what fits them.
    pub interpretations: Vec<Interpretation>,
    /// Words that were read as others.
    pub corrections: Vec<Correction>,
    /// The query as it was read, if words were read as others.
    pub corrected: Option<String>,
    /// A query that may have been meant instead; it was not searched for.
    pub did_you_mean: Option<String>,
}

/// A word that was read as another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Byte range of the word in the query, on character boundaries.
    pub range: Range<usize>,
    /// What it was read as.
    pub instead: String,
}

/// One listing found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Listing id.
    pub id: String,
    /// Place of its group in [`SearchRequest::groups`].
    pub group: usize,
    /// Relevance, comparable only within one search; 0 when not sorted by relevance.
    pub score: f32,
    /// Position of this hit, to continue after it.
    pub cursor: Cursor,
}
