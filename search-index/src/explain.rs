//! Why a hit is there, for people who look after the search.

use tantivy::DocId;

use crate::{
    Result,
    columns::place,
    evaluate::{Evaluation, Found, Need, Visible, Worth},
    plan::{Leaf, List, Plan},
    query::Query,
    reader::Search,
    scoring::{Section, displayed},
    understand::written,
};

/// Names and terms that one explanation tells at most, of the query and of each hit.
const MOST: usize = 64;

/// A page of hits with the reasons.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Explanation {
    /// The query as it was read.
    pub plan: PlanExplanation,
    /// One for each hit of the page, in its order.
    pub hits: Vec<HitExplanation>,
}

/// The query as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanExplanation {
    /// Words that are looked for.
    pub words: Vec<PlannedWord>,
    /// Other names that are looked for.
    pub names: Vec<PlannedName>,
    /// Phrases of which a hit has at least one, for each that was quoted.
    pub required: Vec<Vec<String>>,
    /// Phrases that no hit has.
    pub excluded: Vec<String>,
    /// Share of the query's mass that a hit covers at least, in percent; none when a hit has every word.
    pub least_share: Option<u8>,
}

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedWord {
    /// The word.
    pub text: String,
    /// Its share of the query's mass, in percent: how much of what is meant it says.
    pub share: u32,
}

/// Another name of a stretch of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedName {
    /// The name.
    pub text: String,
    /// The words that it stands for.
    pub instead_of: String,
    /// What its words are worth, percent of those that were typed.
    pub weight: u32,
}

/// Why a hit is there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HitExplanation {
    /// Share of the query's mass that it covers, in percent.
    pub share: u32,
    /// Terms that it has.
    pub terms: Vec<MatchedTerm>,
    /// Sum over the terms that count.
    pub sum: f32,
    /// What remains of the sum when less than all of the query is covered.
    pub scaled: f32,
    /// What fulfilled wishes add to that, in percent.
    pub wishes: u32,
    /// What the wish about the price makes of that, in percent; 100 without one.
    pub price: u32,
    /// What is added to that because it was published of late, in percent.
    pub freshness: u32,
    /// What is added for evidence, in percent.
    pub evidence: u32,
    /// Relevance.
    pub score: f32,
}

/// A term that a hit has.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedTerm {
    /// The term.
    pub text: String,
    /// How it was compared.
    pub form: TermForm,
    /// The other name that it belongs to.
    pub name: Option<String>,
    /// Occurrences in titles, brand and model; three stand for more.
    pub title: u8,
    /// In summaries and specifications.
    pub body: u8,
    /// In everything else.
    pub rest: u8,
    /// Worth of one term, percent of a plain word.
    pub weight: u32,
    /// How rare it is: the logarithm to base two of listings for each that has it, in eighths.
    pub rarity: u8,
    /// What it adds.
    pub score: f32,
    /// Whether it fulfils a wish, which lifts the whole and is not in the sum.
    pub wish: bool,
    /// Whether it is in the sum: of several names of one thing only the best counts.
    pub counts: bool,
}

/// How a term is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermForm {
    /// With its diacritics.
    Exact,
    /// Without diacritics.
    Folded,
    /// Two neighbouring words without diacritics.
    Pair,
    /// A model number or a quantity.
    Code,
}

impl TermForm {
    /// The code of the form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Folded => "folded",
            Self::Pair => "pair",
            Self::Code => "code",
        }
    }
}

/// The bits of the words of a query are their places, each word once.
fn words(query: &Query) -> Vec<String> {
    let mut words: Vec<&str> = Vec::new();
    for word in query.wanted.iter().flat_map(|part| &part.analysis.syllables) {
        if !words.contains(&word.exact.as_str()) {
            words.push(&word.exact);
        }
    }
    words.into_iter().map(written).collect()
}

/// Tells plan and hits of one search.
pub(crate) struct Explainer<'a> {
    search: &'a Search<'a>,
    words: Vec<String>,
    need: Need,
}

impl<'a> Explainer<'a> {
    /// `need` is what a listing must cover.
    pub(crate) fn new(search: &'a Search<'a>, query: &Query, need: Need) -> Self {
        Self {
            search,
            words: words(query),
            need,
        }
    }

    fn plan(&self) -> &'a Plan {
        self.search.plan
    }

    pub(crate) fn explain_plan(&self, least_share: Option<u8>) -> PlanExplanation {
        let masses = &self.search.weighing.masses;
        let plan = self.plan();
        let word = |(at, text): (usize, &String)| {
            let bit = u32::try_from(at).ok().and_then(|at| 1_u64.checked_shl(at)).unwrap_or(0);
            let parts = plan.parts.iter().filter(|(_, word, _)| *word == bit);
            let whole = parts.fold(bit, |all, (part, _, _)| all | part);
            PlannedWord {
                text: text.clone(),
                share: masses.share(whole),
            }
        };
        let parts = plan.units.iter().flat_map(|unit| &unit.parts);
        let alternatives = parts
            .flat_map(|part| &part.alternatives)
            .chain(plan.units.iter().flat_map(|unit| &unit.alternatives));
        let name = |name: &crate::plan::Alternative| PlannedName {
            text: self.name(&name.required),
            instead_of: self.words_of(name.covers),
            weight: self.weight(&name.required),
        };
        let spelt = |sequence: &crate::plan::Sequence| spelt(sequence.terms.iter().map(String::as_str));
        PlanExplanation {
            words: self.words.iter().enumerate().map(word).collect(),
            names: alternatives.take(MOST).map(name).collect(),
            required: plan
                .required
                .iter()
                .map(|phrases| phrases.iter().map(spelt).collect())
                .collect(),
            excluded: plan.excluded.iter().map(spelt).collect(),
            least_share,
        }
    }

    /// Why a document of a segment is among the hits.
    pub(crate) fn explain_hit(&self, segment: usize, doc: DocId) -> Result<HitExplanation> {
        let Search {
            snapshot,
            plan,
            infos,
            weighing,
            ..
        } = self.search;
        let readers = snapshot.searcher.segment_readers();
        let parts = readers.get(segment).zip(snapshot.segments.get(segment));
        let Some(((reader, (_, columns)), infos)) = parts.zip(infos.get(segment)) else {
            return Ok(HitExplanation::default());
        };
        let visible = Visible {
            segment: reader,
            allowed: None,
            hidden: None,
        };
        let worth = Evaluation::open(columns, visible, plan, infos, weighing, self.need)?.worth_of(doc);
        let published = columns.order.get(place(doc)).map_or(0, |order| order.published);
        let has_evidence = columns.evidence.get(place(doc)).copied().unwrap_or(false);
        Ok(self.told(&worth, published, has_evidence))
    }

    fn told(&self, worth: &Worth, published: i64, has_evidence: bool) -> HitExplanation {
        let factors = self.search.request.factors();
        let price = (worth.score * 100).checked_div(worth.wished).unwrap_or(100);
        let mut found: Vec<&Found> = worth.found.iter().collect();
        found.sort_by_key(|found| std::cmp::Reverse((found.counts_in, found.worth)));
        HitExplanation {
            share: self.search.weighing.masses.share(worth.covered),
            terms: found
                .into_iter()
                .take(MOST)
                .filter_map(|found| self.term(found))
                .collect(),
            sum: displayed(u64::from(worth.terms)),
            scaled: displayed(worth.scaled),
            wishes: worth.wishes,
            price: if price > 100 {
                120
            } else if price < 90 {
                80
            } else {
                100
            },
            freshness: factors.freshness(published),
            evidence: factors.evidence(has_evidence),
            score: displayed(factors.of(worth.score, published, has_evidence)),
        }
    }

    fn term(&self, found: &Found) -> Option<MatchedTerm> {
        let leaf = self.plan().leaves.get(found.leaf)?;
        let counts = u8::try_from(found.counts).unwrap_or(u8::MAX);
        Some(MatchedTerm {
            text: text(leaf),
            form: match leaf.list {
                List::Exact => TermForm::Exact,
                List::Folded => TermForm::Folded,
                List::Pair => TermForm::Pair,
                List::Code => TermForm::Code,
            },
            name: found.name.as_ref().map(|leaves| self.name(leaves)),
            title: Section::Title.count(counts),
            body: Section::Body.count(counts),
            rest: Section::Rest.count(counts),
            weight: leaf.boost,
            rarity: self.search.weighing.rarities.get(found.leaf).copied().unwrap_or(0),
            score: displayed(u64::from(found.worth)),
            wish: found.wished,
            counts: found.counts_in,
        })
    }

    fn leaves(&self, places: &[usize]) -> impl Iterator<Item = &'a Leaf> {
        let leaves = &self.plan().leaves;
        places
            .iter()
            .filter_map(move |place| leaves.get(*place))
            .collect::<Vec<_>>()
            .into_iter()
    }

    fn name(&self, leaves: &[usize]) -> String {
        let words: Vec<String> = self.leaves(leaves).map(text).collect();
        words.join(" ")
    }

    /// The words of a name are worth alike, but a head of it nothing.
    fn weight(&self, leaves: &[usize]) -> u32 {
        self.leaves(leaves).map(|leaf| leaf.boost).max().unwrap_or(0)
    }

    fn words_of(&self, covers: u64) -> String {
        let words = self.words.iter().enumerate();
        let covered =
            words.filter(|(at, _)| u32::try_from(*at).is_ok_and(|at| covers.checked_shr(at).unwrap_or(0) & 1 == 1));
        let covered: Vec<&str> = covered.map(|(_, word)| word.as_str()).collect();
        covered.join(" ")
    }
}

/// A term as people write it.
fn text(leaf: &Leaf) -> String {
    match leaf.list {
        List::Exact => written(&leaf.term),
        List::Folded | List::Pair => leaf.term.clone(),
        List::Code => leaf.term.trim_start_matches(['#', '@']).to_owned(),
    }
}

fn spelt<'t>(terms: impl Iterator<Item = &'t str>) -> String {
    let words: Vec<String> = terms.map(written).collect();
    words.join(" ")
}
