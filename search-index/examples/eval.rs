//! Prints a TREC run for `search-eval/eval.py`.
//!
//! `cargo run -p search-index --example eval LISTINGS.jsonl QUERIES.jsonl > run.trec`
#![expect(clippy::print_stdout, reason = "the run is this program's output")]

use std::{env, error::Error, path::PathBuf};

use search_index::{Change, SearchIndex, SearchRequest, Watermark};

#[path = "listings/mod.rs"]
mod listings;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(documents), Some(queries)) = (arguments.next(), arguments.next()) else {
        return Err("usage: eval LISTINGS.jsonl QUERIES.jsonl".into());
    };
    let (mut writer, reader) = SearchIndex::in_memory()?;
    let changes: Vec<Change> = listings::listings(&documents)?
        .into_iter()
        .map(|document| Change::Put(Box::new(document)))
        .collect();
    writer.apply(&changes, Watermark::default())?;
    for (query, text) in listings::queries(&queries)? {
        let request = SearchRequest {
            text,
            limit: 100,
            ..SearchRequest::default()
        };
        for (rank, hit) in reader.search(&request)?.hits.iter().enumerate() {
            println!("{query} Q0 {} {} {} vptex", hit.id, rank + 1, hit.score);
        }
    }
    Ok(())
}
