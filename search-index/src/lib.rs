//! Vietnamese full-text index of technology and equipment listings, on tantivy.
//!
//! One [`Writer`] (owned by the caller's single indexing thread) and any number of
//! [`Reader`]s share an index. The index is a cache of the database: every document can be
//! sent again, [`Watermark`] says how far the outbox has been followed, and an index of
//! another [`format_id`] or a damaged one is refused so that the caller rebuilds it.
//!
//! Text is split into syllables, never into words: each syllable is
//! indexed exact (tone detached from its letter) and folded (no diacritics); neighbouring
//! syllables are indexed as pairs; model numbers and quantities are indexed as codes.
//! Matching and ranking happen in one pass over block postings (see `evaluate.rs`).

mod amounts;
mod analyzer;
mod choices;
mod collector;
mod columns;
mod counters;
mod cursor;
mod dictionary;
mod document;
mod error;
mod evaluate;
pub mod evaluation;
mod explain;
mod facets;
mod factors;
mod fingerprint;
mod format;
mod highlight;
mod legacy;
mod likeness;
mod merging;
mod plan;
mod query;
mod reader;
mod request;
mod schema;
mod scoring;
mod selection;
mod snapshot;
mod suggest;
mod terms;
mod understand;
mod vocabulary;
mod words;
mod writer;

pub use amounts::{QuantityRange, QuantityRangeError};
pub use analyzer::{Analysis, Code, Syllable, analyze};
pub use cursor::{Cursor, CursorError};
pub use document::{Change, IndexDocument, Watermark};
pub use error::{Error, Result};
pub use explain::{Explanation, HitExplanation, MatchedTerm, PlanExplanation, PlannedName, PlannedWord, TermForm};
pub use facets::{Facet, FacetCount, FacetSet, Facets, PRICE_BUCKETS, QuantityCount};
pub use format::{format_id, hash_of};
pub use highlight::{Highlighter, Snippet};
pub use legacy::{LegacyEncoding, Repaired, repair_legacy};
pub use likeness::{Answered, Asked, Portrait, Shared};
pub use query::{MAX_QUERY_CHARS, MAX_QUERY_TOKENS, Stretch, StretchKind, stretches};
pub use reader::{Reader, View};
pub use request::{
    Correction, Features, Filters, Group, Hit, MAX_LIMIT, SearchPage, SearchRequest, Sort, Understanding,
};
pub use suggest::{
    Catalogue, MAX_SUGGESTIONS, SuggestedListing, Suggestion, SuggestionKind, Suggestions, folded_words, has_same_words,
};
pub use understand::{Interpretation, InterpretationKind};
pub use vocabulary::{
    AddedGroup, BuiltInGroup, GroupFault, GroupId, MAX_MEMBER_WORDS, NoGroupId, OtherNames, Relation, SourceClass,
    Vocabulary, VocabularyError, VocabularyReason,
};
pub use writer::{Fault, SearchIndex, Writer};
