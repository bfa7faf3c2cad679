//! Scores judged queries, overall and by class.
//!
//! `cargo run -p search-index --example eval LISTINGS.jsonl QUERIES.jsonl [--ablate] [--without PART] [--worst N] [--nothing FILE] [--run FILE]`
//!
//! The measures are those of the collection: nDCG@10 (gain 2^grade-1), recall@20 of everything relevant, MRR of the
//! first hit of grade 2 or 3 in 100.
#![expect(clippy::print_stdout, reason = "the figures are this program's output")]

use std::{collections::BTreeMap, env, error::Error, fmt::Write as _, fs, path::Path, sync::Arc};

use search_index::{
    Change, Features, Reader, SearchIndex, SearchRequest, Vocabulary, Watermark,
    evaluation::{DEPTH, JudgedQuery, Score, judged, score},
};

#[path = "listings/mod.rs"]
mod listings;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [documents, queries, options @ ..] = arguments.as_slice() else {
        return Err(
            "usage: eval LISTINGS.jsonl QUERIES.jsonl [--ablate] [--without PART] [--worst N] [--nothing FILE] [--run FILE]".into(),
        );
    };
    let option = |name: &str| options.iter().position(|option| option == name);
    let value = |name: &str| option(name).and_then(|at| options.get(at + 1));
    let (mut writer, reader) = SearchIndex::in_memory()?;
    let changes: Vec<Change> = listings::listings(Path::new(documents))?
        .into_iter()
        .map(|document| Change::Put(Box::new(document)))
        .collect();
    writer.apply(&changes, Watermark::default())?;
    let judged = judged(&fs::read_to_string(queries)?)?;

    let mut texts: Vec<(String, String)> = Vocabulary::built_in_texts()
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    if let Some(folder) = value("--vocabulary") {
        texts.extend(vocabulary_in(Path::new(folder))?);
    }
    let texts = || texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    reader.set_vocabulary(Arc::new(Vocabulary::parse(texts())?));
    let seed = Vocabulary::parse(texts().filter(|(file, _)| *file == "seed.tsv"))?;
    let others = Vocabulary::parse(texts().filter(|(file, _)| *file != "seed.tsv"))?;
    let vocabulary = reader.vocabulary();
    println!("{} groups in the vocabulary", vocabulary.len());
    let chosen = ablations()
        .into_iter()
        .find(|(name, _)| value("--without").is_some_and(|wanted| wanted == name));
    let full = evaluate(
        &reader,
        &judged,
        chosen.map_or_else(Features::default, |(_, features)| features),
    )?;
    print_classes(&judged, &full);
    println!("{:28} {:>7} {:>7} {:>7} {:>6}", "", "nDCG@10", "R@20", "MRR", "empty");
    print_row("all", &full);
    reader.set_vocabulary(Arc::new(seed));
    print_row(
        "vocabulary: seed only",
        &evaluate(&reader, &judged, Features::default())?,
    );
    // The judge of the queries wrote the seed; the other files he did not.
    reader.set_vocabulary(Arc::new(others));
    let without_seed = evaluate(&reader, &judged, Features::default())?;
    print_row("vocabulary: without seed", &without_seed);
    if option("--others").is_some() {
        print_classes(&judged, &without_seed);
    }
    reader.set_vocabulary(vocabulary);
    if option("--ablate").is_some() {
        for (name, features) in ablations() {
            print_row(&format!("without {name}"), &evaluate(&reader, &judged, features)?);
        }
    }
    if let Some(worst) = value("--worst") {
        let shown = if option("--others").is_some() {
            &without_seed
        } else {
            &full
        };
        print_worst(&judged, shown, worst.parse()?);
    }
    if let Some(file) = value("--nothing") {
        let (mut noisy, mut count) = (0, 0);
        for text in fs::read_to_string(file)?.lines() {
            let request = SearchRequest {
                text: text.to_owned(),
                limit: 10,
                ..SearchRequest::default()
            };
            let page = reader.search(&request)?;
            count += 1;
            if page.total > 3 {
                noisy += 1;
                println!("{:6} hits: {text}", page.total);
            }
        }
        println!("{noisy} of {count} queries that nothing answers have more than three hits");
    }
    if let Some(file) = value("--run") {
        let mut run = String::new();
        for (query, score) in judged.iter().zip(&full) {
            for (rank, id) in score.found.iter().enumerate() {
                writeln!(run, "{} Q0 {id} {} {} vptex", query.id, rank + 1, 1_000 - rank)?;
            }
        }
        fs::write(file, run)?;
    }
    Ok(())
}

/// The texts of a folder, without the lines that cannot be taken.
fn vocabulary_in(folder: &Path) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut texts = Vec::new();
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::path);
    for file in files {
        if file.path().extension().is_some_and(|extension| extension == "tsv") {
            let (name, text) = (file.path().display().to_string(), fs::read_to_string(file.path())?);
            let problems = Vocabulary::problems(&name, &text);
            problems.iter().for_each(|problem| println!("{problem}"));
            let good = (1..).zip(text.lines());
            let good = good.filter(|(number, _)| problems.iter().all(|problem| problem.line != *number));
            let good: Vec<&str> = good.map(|(_, line)| line).collect();
            texts.push((name, good.join("\n")));
        }
    }
    Ok(texts)
}

fn ablations() -> Vec<(&'static str, Features)> {
    let all = Features::default();
    vec![
        (
            "vocabulary",
            Features {
                vocabulary: false,
                ..all
            },
        ),
        (
            "rewriting",
            Features {
                rewriting: false,
                ..all
            },
        ),
        ("spelling", Features { spelling: false, ..all }),
        ("pairs", Features { pairs: false, ..all }),
        ("codes", Features { codes: false, ..all }),
        (
            "attributes",
            Features {
                attributes: false,
                ..all
            },
        ),
        ("talk", Features { talk: false, ..all }),
        ("cut-off", Features { cut_off: false, ..all }),
        (
            "vocabulary, cut-off",
            Features {
                vocabulary: false,
                cut_off: false,
                ..all
            },
        ),
    ]
}

/// An answer and how good it is.
struct Scored {
    score: Score,
    found: Vec<String>,
}

fn evaluate(reader: &Reader, judged: &[JudgedQuery], features: Features) -> Result<Vec<Scored>, Box<dyn Error>> {
    let mut scores = Vec::with_capacity(judged.len());
    for query in judged {
        let request = SearchRequest {
            text: query.text.clone(),
            limit: DEPTH,
            features,
            ..SearchRequest::default()
        };
        let found: Vec<String> = reader.search(&request)?.hits.into_iter().map(|hit| hit.id).collect();
        scores.push(Scored {
            score: score(query, &found),
            found,
        });
    }
    Ok(scores)
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    if count > 0.0 { sum / count } else { 0.0 }
}

fn print_row(name: &str, scores: &[Scored]) {
    println!(
        "{name:28} {:7.4} {:7.4} {:7.4} {:6}",
        mean(scores.iter().map(|scored| scored.score.ndcg)),
        mean(scores.iter().map(|scored| scored.score.recall)),
        mean(scores.iter().map(|scored| scored.score.reciprocal_rank)),
        scores.iter().filter(|score| score.found.is_empty()).count(),
    );
}

fn print_worst(judged: &[JudgedQuery], scores: &[Scored], count: usize) {
    let mut order: Vec<_> = judged.iter().zip(scores).collect();
    order.sort_by(|a, b| a.1.score.ndcg.total_cmp(&b.1.score.ndcg));
    for (query, score) in order.into_iter().take(count) {
        println!(
            "{:.3} R {:.2} {} [{}] {}",
            score.score.ndcg, score.score.recall, query.id, query.class, query.text
        );
    }
}

fn print_classes(judged: &[JudgedQuery], scores: &[Scored]) {
    let mut classes: BTreeMap<&str, Vec<&Scored>> = BTreeMap::new();
    for (query, score) in judged.iter().zip(scores) {
        classes.entry(&query.class).or_default().push(score);
    }
    println!("{:28} {:>7} {:>7} {:>7} {:>6}", "class", "nDCG@10", "R@20", "MRR", "n");
    for (class, scores) in classes {
        println!(
            "{class:28} {:7.4} {:7.4} {:7.4} {:6}",
            mean(scores.iter().map(|scored| scored.score.ndcg)),
            mean(scores.iter().map(|scored| scored.score.recall)),
            mean(scores.iter().map(|scored| scored.score.reciprocal_rank)),
            scores.len(),
        );
    }
}
