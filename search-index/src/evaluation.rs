//! How good rankings are, by judged queries.
//!
//! The measures are those of the shared collection: nDCG@10 (gain 2^grade − 1, discount log2(place + 1), the ideal
//! ranking over everything judged), recall@20 (of what has a grade, of twenty at most) and the reciprocal rank of the
//! first listing of grade 2 or 3 among the first hundred. A query that nothing answers has no relevant listing: it is
//! counted apart, by how many hits it has all the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Most hits that the answer to a query without an answer may have.
pub const NEARLY_NOTHING: usize = 3;
/// How deep a ranking is looked at.
pub const DEPTH: usize = 100;

const NDCG_DEPTH: usize = 10;
const RECALL_DEPTH: usize = 20;
/// Grade from which a listing is what was asked for.
const GOOD: u8 = 2;

/// A query with its judgements: one line of a judged set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct JudgedQuery {
    /// Name of the query within the set.
    #[serde(rename = "qid")]
    pub id: String,
    /// What the person typed.
    #[serde(rename = "query")]
    pub text: String,
    /// What is hard about it: a class of queries.
    pub class: String,
    /// Grade by listing: 3 what was asked for, 2 useful, 1 related. Empty: nothing answers the query.
    #[serde(default)]
    pub relevant: BTreeMap<String, u8>,
}

/// Why a judged set cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct JudgedError {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads a judged set, JSON Lines; blank lines and lines that begin with `#` say nothing.
///
/// # Errors
/// The first line that is no judged query, or whose id was there before.
pub fn judged(text: &str) -> Result<Vec<JudgedQuery>, JudgedError> {
    let mut queries: Vec<JudgedQuery> = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() || text.starts_with('#') {
            continue;
        }
        let wrong = |reason: String| JudgedError { line, reason };
        let query: JudgedQuery = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        if queries.iter().any(|other| other.id == query.id) {
            return Err(wrong(format!("a second query {}", query.id)));
        }
        if let Some((listing, grade)) = query.relevant.iter().find(|(_, grade)| **grade > 3) {
            return Err(wrong(format!("grade {grade} of {listing}; grades are 0 to 3")));
        }
        queries.push(query);
    }
    Ok(queries)
}

/// How good the answer to one query is; each from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Score {
    /// nDCG@10.
    pub ndcg: f64,
    /// Recall@20.
    pub recall: f64,
    /// Reciprocal rank of the first good listing.
    pub reciprocal_rank: f64,
}

/// Scores a ranking, best first.
#[must_use]
pub fn score<S: AsRef<str>>(query: &JudgedQuery, ranking: &[S]) -> Score {
    let grade = |id: &S| query.relevant.get(id.as_ref()).copied().unwrap_or(0);
    let judged: Vec<u8> = query.relevant.values().copied().collect();
    let found: Vec<u8> = ranking.iter().map(grade).collect();
    let relevant = judged.iter().filter(|grade| **grade > 0).count();
    let seen = ranking.iter().take(RECALL_DEPTH).filter(|id| grade(id) > 0).count();
    let first = ranking.iter().take(DEPTH).position(|id| grade(id) >= GOOD);
    Score {
        ndcg: ndcg(&found, &judged, NDCG_DEPTH),
        recall: share(number(seen), number(relevant.min(RECALL_DEPTH))),
        reciprocal_rank: first.map_or(0.0, |at| share(1.0, number(at + 1))),
    }
}

/// Normalised discounted cumulated gain of the first `depth` grades of a ranking, held against the best order of everything
/// judged; from 0 to 1. Where nothing is relevant it is 1 when nothing was found, else 0.
#[must_use]
pub fn ndcg(found: &[u8], judged: &[u8], depth: usize) -> f64 {
    let mut ideal = judged.to_vec();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let ideal = gain(ideal.into_iter().take(depth));
    if ideal > 0.0 {
        share(gain(found.iter().copied().take(depth)), ideal)
    } else {
        f64::from(u8::from(found.is_empty()))
    }
}

/// Share of the first `depth` of a ranking, or of as many as there could be, that are good; from 0 to 1. Where nothing is
/// good it is 1 when all that was found is related, else 0.
#[must_use]
pub fn precision(found: &[u8], judged: &[u8], depth: usize) -> f64 {
    let is_good = |grade: &&u8| **grade >= GOOD;
    let possible = judged.iter().filter(is_good).count().min(depth);
    if possible == 0 {
        return f64::from(u8::from(found.iter().all(|grade| *grade > 0)));
    }
    let good = found.iter().take(possible).filter(is_good).count();
    share(number(good), number(possible))
}

/// Discounted cumulated gain of some grades.
fn gain(grades: impl Iterator<Item = u8>) -> f64 {
    let places = (2_u32..).zip(grades);
    places
        .map(|(place, grade)| (2_f64.powi(i32::from(grade)) - 1.0) / f64::from(place).log2())
        .sum()
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

fn share(part: f64, of: f64) -> f64 {
    // The sum of nothing is -0.
    if of > 0.0 && part > 0.0 { part / of } else { 0.0 }
}

/// Means over several queries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Queries that something answers.
    pub queries: usize,
    /// nDCG@10, rounded to four places, as the others.
    pub ndcg_at_10: f64,
    /// Recall@20.
    pub recall_at_20: f64,
    /// Mean reciprocal rank.
    pub mrr: f64,
    /// Queries whose answer had no hit although something answers them.
    pub empty: usize,
    /// Queries that nothing answers.
    pub unanswerable: usize,
    /// Those of them that had more than [`NEARLY_NOTHING`] hits.
    pub noisy: usize,
}

/// Figures of a judged set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Over all queries.
    pub overall: Figures,
    /// By class of query.
    pub classes: BTreeMap<String, Figures>,
}

impl Evaluation {
    /// Figures of rankings, one for each query and in the same order.
    #[must_use]
    pub fn of<S: AsRef<str>>(queries: &[JudgedQuery], rankings: &[Vec<S>]) -> Self {
        let pairs: Vec<(&JudgedQuery, &[S])> = queries.iter().zip(rankings.iter().map(Vec::as_slice)).collect();
        let mut classes: BTreeMap<String, Vec<(&JudgedQuery, &[S])>> = BTreeMap::new();
        for pair in &pairs {
            classes.entry(pair.0.class.clone()).or_default().push(*pair);
        }
        Self {
            overall: figures(&pairs),
            classes: classes
                .into_iter()
                .map(|(class, pairs)| (class, figures(&pairs)))
                .collect(),
        }
    }

    /// Where these figures are worse than others by more than `tolerance`, in words, one line each: overall or a class,
    /// by any measure. A class that the others do not have is not compared.
    #[must_use]
    pub fn losses(&self, before: &Self, tolerance: f64) -> Vec<String> {
        let classes = before
            .classes
            .iter()
            .map(|(class, was)| (class.as_str(), was, self.classes.get(class)));
        let all = [("all", &before.overall, Some(&self.overall))]
            .into_iter()
            .chain(classes);
        let mut losses = Vec::new();
        for (name, was, is) in all {
            let Some(is) = is else {
                losses.push(format!("{name}: not measured any more"));
                continue;
            };
            let measures = [
                ("nDCG@10", was.ndcg_at_10, is.ndcg_at_10),
                ("recall@20", was.recall_at_20, is.recall_at_20),
                ("MRR", was.mrr, is.mrr),
            ];
            let worse = measures.into_iter().filter(|(_, was, is)| was - is > tolerance);
            losses.extend(worse.map(|(measure, was, is)| format!("{name}: {measure} fell from {was:.4} to {is:.4}")));
            let counts = [
                ("without a hit", was.empty, is.empty),
                ("that nothing answers and that have hits", was.noisy, is.noisy),
            ];
            let more = counts.into_iter().filter(|(_, was, is)| is > was);
            losses.extend(more.map(|(what, was, is)| format!("{name}: {is} queries {what}, {was} before")));
        }
        losses
    }
}

fn figures<S: AsRef<str>>(pairs: &[(&JudgedQuery, &[S])]) -> Figures {
    let (answerable, others): (Vec<_>, Vec<_>) = pairs
        .iter()
        .partition(|(query, _)| query.relevant.values().any(|grade| *grade > 0));
    let scores: Vec<Score> = answerable
        .iter()
        .map(|(query, ranking)| score(query, ranking))
        .collect();
    let mean = |part: fn(&Score) -> f64| {
        let mean = share(scores.iter().map(part).sum(), number(scores.len()));
        (mean * 10_000.0).round() / 10_000.0
    };
    Figures {
        queries: answerable.len(),
        ndcg_at_10: mean(|score| score.ndcg),
        recall_at_20: mean(|score| score.recall),
        mrr: mean(|score| score.reciprocal_rank),
        empty: answerable.iter().filter(|(_, ranking)| ranking.is_empty()).count(),
        unanswerable: others.len(),
        noisy: others
            .iter()
            .filter(|(_, ranking)| ranking.len() > NEARLY_NOTHING)
            .count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(relevant: &[(&str, u8)]) -> JudgedQuery {
        JudgedQuery {
            id: "Q1".into(),
            text: "máy sấy lúa".into(),
            class: "accented".into(),
            relevant: relevant.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect(),
        }
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn measures_of_a_ranking_worked_by_hand() {
        let query = query(&[("a", 3), ("b", 2), ("c", 1)]);
        let perfect = score(&query, &["a", "b", "c"]);
        assert!(near(perfect.ndcg, 1.0) && near(perfect.recall, 1.0) && near(perfect.reciprocal_rank, 1.0));
        // Gains 0, 3, 0, 7 against 7, 3, 1.
        let poor = score(&query, &["x", "b", "y", "a"]);
        let expected = (3.0 / 3_f64.log2() + 7.0 / 5_f64.log2()) / (7.0 + 3.0 / 3_f64.log2() + 0.5);
        assert!(near(poor.ndcg, expected), "{} {expected}", poor.ndcg);
        assert!(near(poor.recall, 2.0 / 3.0) && near(poor.reciprocal_rank, 0.5));
        // What is only related is no answer.
        assert!(near(score(&query, &["c"]).reciprocal_rank, 0.0));
        assert_eq!(score::<&str>(&query, &[]), Score::default());
    }

    #[test]
    fn what_nothing_answers_is_answered_by_nothing() {
        assert!(near(ndcg(&[], &[], 10), 1.0) && near(ndcg(&[0], &[0], 10), 0.0));
        assert!(near(precision(&[], &[1], 3), 1.0) && near(precision(&[0], &[1], 3), 0.0));
        // Of two good ones one is among the first two.
        assert!(near(precision(&[2, 1, 3], &[3, 2, 1], 3), 0.5));
        assert!(near(precision(&[3, 0, 2], &[3, 2, 2, 3], 3), 2.0 / 3.0));
    }

    #[test]
    fn queries_that_nothing_answers_are_counted_apart() {
        let queries = [
            query(&[("a", 3)]),
            JudgedQuery {
                class: "nothing".into(),
                ..query(&[])
            },
        ];
        let rankings = [vec!["a"], vec!["a", "b", "c", "d"]];
        let evaluation = Evaluation::of(&queries, &rankings);
        assert_eq!((evaluation.overall.queries, evaluation.overall.unanswerable), (1, 1));
        assert!(near(evaluation.overall.ndcg_at_10, 1.0));
        assert_eq!(evaluation.classes["nothing"].noisy, 1);
        assert_eq!(
            Evaluation::of(&queries, &[vec!["a"], vec!["a", "b", "c"]])
                .overall
                .noisy,
            0
        );
    }

    #[test]
    fn a_loss_is_told_by_class_and_measure() {
        let queries = [query(&[("a", 3)])];
        let good = Evaluation::of(&queries, &[vec!["a"]]);
        let bad = Evaluation::of(&queries, &[Vec::<&str>::new()]);
        assert!(good.losses(&bad, 0.01).is_empty() && good.losses(&good, 0.0).is_empty());
        let losses = bad.losses(&good, 0.01);
        assert!(
            losses.contains(&"accented: nDCG@10 fell from 1.0000 to 0.0000".to_owned()),
            "{losses:?}"
        );
        assert!(
            losses.contains(&"all: 1 queries without a hit, 0 before".to_owned()),
            "{losses:?}"
        );
        let gone = Evaluation {
            classes: BTreeMap::new(),
            ..good.clone()
        };
        assert_eq!(gone.losses(&good, 0.01), ["accented: not measured any more"]);
    }

    #[test]
    fn a_wrong_line_is_named() {
        let good = r#"{"qid":"Q1","query":"máy","class":"accented","relevant":{"a":3}}"#;
        assert_eq!(judged(&format!("# comment\n\n{good}\n")).unwrap().len(), 1);
        assert_eq!(
            judged(&format!("{good}\n{good}")).unwrap_err().to_string(),
            "line 2: a second query Q1"
        );
        assert_eq!(judged("x").unwrap_err().line, 1);
        let high = good.replace(":3}", ":4}");
        assert_eq!(
            judged(&high).unwrap_err().to_string(),
            "line 1: grade 4 of a; grades are 0 to 3"
        );
    }
}
