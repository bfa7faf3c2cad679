//! Measures need → offer matching, by words alone, on judged pairs.
//!
//! `cargo run --release -p search-index --example matching NEEDS.jsonl CATALOGUE.jsonl … [--show] [--floor N] [--half seen|unseen]`
//!
//! Needs and their judgements are those of `tests/data/judged_needs.jsonl`, the catalogue that of `src/demo`. What the
//! exchange adds to the words (amounts, prices, fields) is measured over HTTP by the test `judged_needs`.
#![expect(clippy::print_stdout, reason = "the figures are this program's output")]

use std::{
    collections::{BTreeMap, HashMap},
    env,
    error::Error,
    fs,
};

use search_index::evaluation::{ndcg, precision};
use search_index::{Change, Filters, IndexDocument, Portrait, SearchIndex, Shared, View, Watermark};
use serde_json::Value;

/// As the exchange weighs them (`src/domain/matching.rs`).
const FLOOR: u32 = 185;
const FIELDS: [u32; 3] = [115, 105, 85];
const CANDIDATES: usize = 60;

struct Need {
    id: String,
    half: String,
    field: String,
    title: String,
    rest: String,
    grades: BTreeMap<String, u8>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let show = arguments.iter().any(|argument| argument == "--show");
    arguments.retain(|argument| argument != "--show");
    let floor = arguments.iter().position(|argument| argument == "--floor");
    let floor = floor.and_then(|at| arguments.drain(at..=at + 1).nth(1)?.parse().ok());
    let floor = floor.unwrap_or(FLOOR);
    let half = arguments.iter().position(|argument| argument == "--half");
    let half = half.map(|at| arguments.drain(at..).nth(1).unwrap_or_default());
    let (needs, catalogues) = arguments
        .split_first()
        .ok_or("usage: matching NEEDS.jsonl CATALOGUE.jsonl …")?;
    let mut documents: Vec<IndexDocument> = Vec::new();
    for catalogue in catalogues {
        for line in fs::read_to_string(catalogue)?.lines() {
            documents.push(document(&serde_json::from_str(line)?));
        }
    }
    documents.retain(|offer| offer.kind != "request");
    let (mut writer, reader) = SearchIndex::in_memory()?;
    let put = |document: &IndexDocument| Change::Put(Box::new(document.clone()));
    let changes: Vec<Change> = documents.iter().map(put).collect();
    writer.apply(&changes, Watermark::default())?;
    let offers: HashMap<&str, &IndexDocument> = documents.iter().map(|offer| (offer.id.as_str(), offer)).collect();
    let view = reader.view();
    let mut scores: BTreeMap<String, Vec<[f64; 3]>> = BTreeMap::new();
    for line in fs::read_to_string(needs)?.lines() {
        let Some(need) = need(&serde_json::from_str(line)?) else {
            continue;
        };
        if half.as_ref().is_some_and(|half| *half != need.half) {
            continue;
        }
        let found = matches(&view, &need, &offers, floor)?;
        if show {
            println!("\n{} {} | {}", need.id, need.title, need.rest);
        }
        for (score, id, shared) in found.iter().take(if show { 12 } else { 0 }) {
            let grade = need.grades.get(*id).map_or("-".to_owned(), ToString::to_string);
            let words: Vec<String> = shared
                .iter()
                .map(|words| match &words.found {
                    Some(found) => format!("{}={found}", words.said),
                    None => words.said.clone(),
                })
                .collect();
            let title = offers.get(id).map_or("", |offer| offer.title_vi.as_str());
            println!("  {score:4} {grade} {id} {title}  [{}]", words.join(" | "));
        }
        let judged: Vec<u8> = need.grades.values().copied().collect();
        let order: Vec<u8> = found
            .iter()
            .map(|(_, id, _)| need.grades.get(*id).copied().unwrap_or(0))
            .collect();
        let measured = [
            ndcg(&order, &judged, 5),
            ndcg(&order, &judged, 10),
            precision(&order, &judged, 3),
        ];
        for group in [need.half.clone(), "all".to_owned()] {
            scores.entry(group).or_default().push(measured);
        }
    }
    println!(
        "\n{:8} {:>6} {:>8} {:>8} {:>8}",
        "half", "needs", "nDCG@5", "nDCG@10", "P@3"
    );
    for (group, measured) in scores {
        let mean = |at: usize| {
            let values = measured.iter().filter_map(|all| all.get(at));
            values.sum::<f64>() / f64::from(u32::try_from(measured.len()).unwrap_or(1))
        };
        println!(
            "{group:8} {:6} {:8.3} {:8.3} {:8.3}",
            measured.len(),
            mean(0),
            mean(1),
            mean(2)
        );
    }
    Ok(())
}

type Found<'a> = (u32, &'a str, Vec<Shared>);

fn matches<'a>(
    view: &View,
    need: &Need,
    offers: &'a HashMap<&str, &IndexDocument>,
    floor: u32,
) -> Result<Vec<Found<'a>>, Box<dyn Error>> {
    let whole = format!("{}. {}", need.title, need.rest);
    let candidates = view.candidates(&[&need.title, &whole], &Filters::default(), CANDIDATES)?;
    let (asked, rest) = (view.asked(&need.title)?, view.asked(&need.rest)?);
    let mut found = Vec::new();
    for id in &candidates {
        let Some((id, offer)) = offers.get_key_value(id.as_str()) else {
            continue;
        };
        let title = [Some(&offer.title_vi), offer.brand.as_ref(), offer.model.as_ref()];
        let body = offer
            .attributes
            .iter()
            .flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        let listing = Portrait::new(
            title.into_iter().flatten().map(String::as_str),
            body.chain([offer.summary_vi.as_str()]),
        );
        let answered = asked.answered_by(&listing);
        let above = |field: &str| field.split('.').next().unwrap_or_default().to_owned();
        let near = match offer.fields.first() {
            Some(field) if *field == need.field => 0,
            Some(field) if above(field) == above(&need.field) => 1,
            _ => 2,
        };
        let score = answered.closeness(&rest.answered_by(&listing)) * FIELDS.get(near).copied().unwrap_or(100) / 100;
        if score >= floor && !answered.shared.is_empty() {
            found.push((score, *id, answered.shared));
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    Ok(found)
}

fn document(line: &Value) -> IndexDocument {
    let text = |at: usize| line.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let attributes = line.get(5).and_then(Value::as_object).into_iter().flatten();
    let attributes = attributes.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
    IndexDocument {
        id: text(0),
        kind: text(1),
        fields: vec![text(2)],
        title_vi: text(3),
        summary_vi: text(4),
        attributes: attributes.collect(),
        ..IndexDocument::default()
    }
}

fn need(line: &Value) -> Option<Need> {
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let grades = line.get("grades").and_then(Value::as_object).into_iter().flatten();
    let grades = grades.filter_map(|(id, grade)| Some((id.clone(), u8::try_from(grade.as_i64()?).ok()?)));
    Some(Need {
        id: line.get("id")?.as_str()?.to_owned(),
        half: text("half"),
        field: text("field"),
        title: text("title"),
        rest: format!("{} {}", text("summary"), text("requirements")),
        grades: grades.collect(),
    })
}
