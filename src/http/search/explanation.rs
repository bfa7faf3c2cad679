//! Why hits are there, for officers who look after the vocabulary.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::text_enum;
use crate::service::search::{HitExplanation, MatchedTerm, PlanExplanation};

/// The query as it was read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanView {
    /// Words that are looked for.
    pub words: Vec<PlannedWordView>,
    /// Other names from the vocabulary that are looked for, at most 64.
    pub names: Vec<PlannedNameView>,
    /// For each quoted phrase the spellings of which a hit has one.
    pub required: Vec<Vec<String>>,
    /// Phrases that no hit has.
    pub excluded: Vec<String>,
    /// Share of the query's mass that a hit covers at least, in percent; null when it has every word.
    #[schema(required, example = 66)]
    pub least_share: Option<u8>,
}

/// A word that is looked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlannedWordView {
    /// The word.
    #[schema(example = "sấy")]
    pub text: String,
    /// Its share of the query's mass, in percent: how much of what is meant it says.
    #[schema(example = 41)]
    pub share: u32,
}

/// Another name of a stretch of the query.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlannedNameView {
    /// The name.
    #[schema(example = "xi lanh")]
    pub text: String,
    /// The words that it stands for.
    #[schema(example = "xilanh")]
    pub instead_of: String,
    /// Worth of its words, percent of those that were typed.
    #[schema(example = 90)]
    pub weight: u32,
}

text_enum! {
    /// How a term is compared.
    pub enum TermForm {
        /// With its diacritics.
        Exact => "exact",
        /// Without diacritics.
        Folded => "folded",
        /// Two neighbouring words, without diacritics.
        Pair => "pair",
        /// A model number or a quantity.
        Code => "code",
    }
}

/// Why a hit is there. Its score is `sum`, less as `scaled` where not all of the query is covered, with `wishes` percent
/// more, of that `price` percent, and of that `freshness` and `evidence` percent more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhyView {
    /// Share of the query's mass that it covers, in percent.
    pub share: u32,
    /// Terms of the query that it has, what counts most first, at most 64.
    pub terms: Vec<MatchedTermView>,
    /// Sum over the terms that count.
    pub sum: f32,
    /// What remains of the sum when less than all of the query is covered.
    pub scaled: f32,
    /// What fulfilled wishes add, in percent.
    pub wishes: u32,
    /// 120 where the price is as wished, 80 where it is another, else 100.
    pub price: u32,
    /// What is added because it was published of late, in percent.
    pub freshness: u32,
    /// What is added for evidence, in percent.
    pub evidence: u32,
}

/// A term that a hit has.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MatchedTermView {
    /// The term.
    #[schema(example = "lúa")]
    pub text: String,
    /// How it was compared.
    #[schema(value_type = TermForm)]
    pub form: &'static str,
    /// The other name that it belongs to.
    #[schema(required)]
    pub name: Option<String>,
    /// How often it stands in titles, brand and model; 3 is three times or more.
    pub title: u8,
    /// The same in summaries and specifications.
    pub body: u8,
    /// The same in everything else.
    pub rest: u8,
    /// Worth of the term, percent of a plain word.
    pub weight: u32,
    /// How rare it is, log2 of all listings by those that have it, in eighths.
    pub rarity: u8,
    /// What it is worth here.
    pub score: f32,
    /// Whether it fulfils a wish; that is not in the sum.
    pub wish: bool,
    /// Whether it is in the sum: of several names of one thing only the best is.
    pub counts: bool,
}

impl From<PlanExplanation> for PlanView {
    fn from(plan: PlanExplanation) -> Self {
        let words = plan.words.into_iter().map(|word| PlannedWordView {
            text: word.text,
            share: word.share,
        });
        let names = plan.names.into_iter().map(|name| PlannedNameView {
            text: name.text,
            instead_of: name.instead_of,
            weight: name.weight,
        });
        Self {
            words: words.collect(),
            names: names.collect(),
            required: plan.required,
            excluded: plan.excluded,
            least_share: plan.least_share,
        }
    }
}

impl From<HitExplanation> for WhyView {
    fn from(why: HitExplanation) -> Self {
        Self {
            share: why.share,
            terms: why.terms.into_iter().map(MatchedTermView::from).collect(),
            sum: why.sum,
            scaled: why.scaled,
            wishes: why.wishes,
            price: why.price,
            freshness: why.freshness,
            evidence: why.evidence,
        }
    }
}

impl From<MatchedTerm> for MatchedTermView {
    fn from(term: MatchedTerm) -> Self {
        Self {
            text: term.text,
            form: term.form.code(),
            name: term.name,
            title: term.title,
            body: term.body,
            rest: term.rest,
            weight: term.weight,
            rarity: term.rarity,
            score: term.score,
            wish: term.wish,
            counts: term.counts,
        }
    }
}
