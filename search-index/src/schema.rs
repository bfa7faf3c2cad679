//! Fields of the tantivy index and the tokenizers they name.
//!
//! Nothing is stored: a hit is an id, and the caller reads the listing from the database.

use tantivy::{
    Index,
    schema::{FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, WhitespaceTokenizer},
};

use crate::plan::List;

/// Version of the fields and of what is put into them, part of [`crate::format_id`].
pub(crate) const VERSION: u32 = 3;

const COUNTED: &str = "counted";
const SPACED: &str = "spaced";

/// Handles of the fields.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) schema: Schema,
    pub(crate) id: Field,
    pub(crate) version: Field,
    /// Exact syllables, all of them: `may` to sew is not `máy`.
    pub(crate) exact: Field,
    /// Folded syllables, all of them.
    pub(crate) folded: Field,
    /// Folded neighbours, written together, of titles, summaries and attributes.
    pub(crate) pair: Field,
    /// Model numbers and quantities.
    pub(crate) code: Field,
    /// Exact syllables with positions, for quoted phrases.
    pub(crate) exact_run: Field,
    /// Folded syllables with positions, for quoted phrases.
    pub(crate) folded_run: Field,
    pub(crate) kind: Field,
    pub(crate) field: Field,
    pub(crate) province: Field,
    pub(crate) price_mode: Field,
    pub(crate) price: Field,
    pub(crate) trl: Field,
    pub(crate) stage: Field,
    pub(crate) transfer_mode: Field,
    pub(crate) ip_status: Field,
    pub(crate) origin: Field,
    pub(crate) certification: Field,
    pub(crate) enterprise: Field,
    pub(crate) quantity: Field,
    pub(crate) evidence: Field,
    pub(crate) published: Field,
    pub(crate) tie: Field,
    pub(crate) lengths: Field,
}

impl Layout {
    /// The one layout of this program.
    pub(crate) fn new() -> Self {
        let mut schema = Schema::builder();
        let counted = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(COUNTED)
                .set_index_option(IndexRecordOption::WithFreqs)
                .set_fieldnorms(false),
        );
        let run = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(SPACED)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions)
                .set_fieldnorms(false),
        );
        let column = TextOptions::default().set_fast("raw");
        Self {
            id: schema.add_text_field("id", STRING.set_fast("raw")),
            version: schema.add_i64_field("version", FAST),
            exact: schema.add_text_field("exact", counted.clone()),
            folded: schema.add_text_field("folded", counted.clone()),
            pair: schema.add_text_field("pair", counted.clone()),
            code: schema.add_text_field("code", counted),
            exact_run: schema.add_text_field("exact_run", run.clone()),
            folded_run: schema.add_text_field("folded_run", run),
            kind: schema.add_text_field("kind", column.clone()),
            field: schema.add_text_field("field", column.clone()),
            province: schema.add_text_field("province", column.clone()),
            price_mode: schema.add_text_field("price_mode", column.clone()),
            price: schema.add_u64_field("price", FAST),
            trl: schema.add_u64_field("trl", FAST),
            stage: schema.add_text_field("stage", column.clone()),
            transfer_mode: schema.add_text_field("transfer_mode", column.clone()),
            ip_status: schema.add_text_field("ip_status", column.clone()),
            origin: schema.add_text_field("origin", column.clone()),
            certification: schema.add_text_field("certification", column.clone()),
            enterprise: schema.add_text_field("enterprise", column.clone()),
            quantity: schema.add_text_field("quantity", column),
            evidence: schema.add_bool_field("evidence", FAST),
            published: schema.add_i64_field("published", FAST),
            tie: schema.add_u64_field("tie", FAST),
            lengths: schema.add_u64_field("lengths", FAST),
            schema: schema.build(),
        }
    }
}

/// Registers every tokenizer that the schema names; the only place that does.
pub(crate) fn register_tokenizers(index: &Index) {
    index
        .tokenizers()
        .register(COUNTED, TextAnalyzer::from(CountedTokenizer));
    index
        .tokenizers()
        .register(SPACED, TextAnalyzer::from(WhitespaceTokenizer::default()));
}

/// First letter of a counted term that stands for the count 0.
const COUNT_ZERO: u8 = b'0';

/// Appends `term` with its term frequency to a text for a counted field.
///
/// tantivy takes the frequency of a term from how often its tokenizer emits it. A counted field
/// uses the frequency to hold three small counts (title, body, rest; see `terms.rs`), so one
/// posting list per term tells where the term stands and how often.
pub(crate) fn push_counted(text: &mut String, term: &str, count: u8) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push(char::from(COUNT_ZERO.saturating_add(count)));
    text.push_str(term);
}

#[derive(Debug, Clone)]
struct CountedTokenizer;

struct CountedTokens<'a> {
    terms: std::str::Split<'a, char>,
    left: u8,
    token: Token,
}

impl Tokenizer for CountedTokenizer {
    type TokenStream<'a> = CountedTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CountedTokens<'a> {
        CountedTokens {
            terms: text.split(' '),
            left: 0,
            token: Token::default(),
        }
    }
}

impl TokenStream for CountedTokens<'_> {
    fn advance(&mut self) -> bool {
        while self.left == 0 {
            let Some(counted) = self.terms.next() else { return false };
            let Some((count, term)) = counted.split_at_checked(1) else {
                continue;
            };
            self.left = count.bytes().next().unwrap_or(COUNT_ZERO).saturating_sub(COUNT_ZERO);
            self.token.text.clear();
            self.token.text.push_str(term);
        }
        self.left -= 1;
        self.token.position = 0;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// The counted field of a kind of posting list.
pub(crate) fn field_of(layout: &Layout, list: List) -> Field {
    match list {
        List::Exact => layout.exact,
        List::Folded => layout.folded,
        List::Pair => layout.pair,
        List::Code => layout.code,
    }
}
