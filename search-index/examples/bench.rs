//! Replays queries on one thread and prints latencies.
//!
//! `cargo run --profile demo -p search-index --example bench LISTINGS.jsonl QUERIES.jsonl [DOCUMENTS [VOCABULARY.tsv …]]`
//!
//! The listings are repeated with other numbers and a changed title until there are DOCUMENTS
//! (100,000 if not given).
#![expect(clippy::print_stdout, reason = "the figures are this program's output")]

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use search_index::{Change, IndexDocument, Reader, SearchIndex, SearchRequest, Vocabulary, Watermark};

#[path = "listings/mod.rs"]
mod listings;

const VARIANTS: [&str; 12] = [
    "",
    "mới",
    "cũ",
    "công nghiệp",
    "gia đình",
    "mini",
    "tự động",
    "nhập khẩu",
    "inox",
    "cao cấp",
    "bán công nghiệp",
    "tiết kiệm điện",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let mut path = || arguments.next().map(PathBuf::from);
    let (Some(documents), Some(queries)) = (path(), path()) else {
        return Err("usage: bench LISTINGS.jsonl QUERIES.jsonl [DOCUMENTS [VOCABULARY.tsv …]]".into());
    };
    let count = arguments
        .next()
        .and_then(|n| n.to_str()?.parse().ok())
        .unwrap_or(100_000);
    let queries: Vec<String> = texts(&queries)?;
    let documents = multiplied(&listings::listings(&documents)?, count);

    let files: Vec<String> = arguments.filter_map(|file| file.into_string().ok()).collect();
    let mut texts: Vec<(String, String)> = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file)?;
        texts.push((file, text));
    }
    let dir = tempdir()?;
    let (mut writer, reader) = SearchIndex::open(&dir, 200_000_000)?;
    let start = Instant::now();
    let changes: Vec<Change> = documents
        .into_iter()
        .map(|document| Change::Put(Box::new(document)))
        .collect();
    for batch in changes.chunks(1_000) {
        writer.stage(batch)?;
    }
    writer.commit(Watermark::default())?;
    if !texts.is_empty() {
        let start = Instant::now();
        let all = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let vocabulary = Vocabulary::parse(Vocabulary::built_in_texts().iter().copied().chain(all))?;
        println!("{} groups compiled in {:.1?}", vocabulary.len(), start.elapsed());
        reader.set_vocabulary(Arc::new(vocabulary));
    }
    println!("indexed {} listings in {:.1?}", reader.len(), start.elapsed());
    let start = Instant::now();
    writer.apply(changes.get(..500).unwrap_or(&[]), Watermark::default())?;
    println!("500 updates visible after {:.1?}", start.elapsed());

    for (name, limit, facets) in [
        ("page of 20 with facets", 20, true),
        ("page of 20 without facets", 20, false),
    ] {
        let requests: Vec<SearchRequest> = queries
            .iter()
            .map(|text| SearchRequest {
                text: text.clone(),
                limit,
                facets,
                ..SearchRequest::default()
            })
            .collect();
        measure(name, &reader, &requests, true)?;
    }
    for text in [
        "",
        "máy",
        "may",
        "máy bơm nước",
        "cảm biến",
        "gs1930",
        "\"máy bơm nước\"",
    ] {
        let request = SearchRequest {
            text: text.to_owned(),
            limit: 20,
            facets: true,
            ..SearchRequest::default()
        };
        measure(&format!("'{text}'"), &reader, &vec![request; 200], false)?;
    }
    drop(writer);
    fs::remove_dir_all(&dir)?;
    Ok(())
}

/// The texts of the queries.
fn texts(path: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut texts = Vec::new();
    for line in fs::read_to_string(path)?.lines() {
        let query: serde_json::Value = serde_json::from_str(line)?;
        texts.extend(query.get("query").and_then(|text| text.as_str()).map(str::to_owned));
    }
    Ok(texts)
}

fn multiplied(listings: &[IndexDocument], count: usize) -> Vec<IndexDocument> {
    let rounds = (0_i64..).flat_map(|round| listings.iter().map(move |listing| (round, listing)));
    let variants = rounds.zip(VARIANTS.iter().cycle()).zip((0..7).cycle());
    variants
        .take(count)
        .map(|(((round, listing), variant), turn)| {
            let mut copy = listing.clone();
            copy.id = format!("{}-{round:05}", listing.id);
            if round > 0 {
                copy.title_vi = format!("{} {variant} {}", listing.title_vi, round * 7 + turn);
            }
            copy.model = Some(format!("VX{}-{}", turn, 1_000 + round * 3 % 977));
            copy.published_at += round * 977_000_003;
            copy
        })
        .collect()
}

fn measure(name: &str, reader: &Reader, requests: &[SearchRequest], slowest: bool) -> Result<(), Box<dyn Error>> {
    for request in requests {
        reader.search(request)?;
    }
    let mut times: Vec<(Duration, &str, u64)> = Vec::new();
    let start = Instant::now();
    for _ in 0..5 {
        for request in requests {
            let start = Instant::now();
            let page = reader.search(request)?;
            times.push((start.elapsed(), &request.text, page.total));
        }
    }
    let all = start.elapsed();
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).map_or(all, |time| time.0);
    let each = all / u32::try_from(times.len())?;
    let rate = times.len() * 1_000_000 / usize::try_from(all.as_micros())?.max(1);
    let hits = times.last().map_or(0, |time| time.2);
    println!(
        "{name}: {rate} searches/s, mean {each:.0?}, p50 {:.0?}, p95 {:.0?}, p99 {:.0?}, slowest has {hits} hits",
        at(50),
        at(95),
        at(99),
    );
    if slowest {
        let mut shown: Vec<&str> = Vec::new();
        for (time, text, total) in times.iter().rev() {
            if !shown.contains(text) && shown.len() < 5 {
                println!("    {time:.0?} {total} hits: {text}");
                shown.push(text);
            }
        }
    }
    Ok(())
}

fn tempdir() -> std::io::Result<PathBuf> {
    let dir = env::temp_dir().join(format!("search-index-bench-{}", std::process::id()));
    fs::create_dir_all(&dir)?;
    Ok(dir)
}
