//! Prints the first hits of queries, one a line, to read them.
//!
//! `cargo run -p search-index --example look LISTINGS.jsonl QUERIES.txt [--alone] [VOCABULARY.tsv …]`
#![expect(clippy::print_stdout, reason = "the hits are this program's output")]

use std::{collections::HashMap, env, error::Error, fs, path::Path, sync::Arc};

use search_index::{Change, SearchIndex, SearchRequest, Vocabulary, Watermark};

#[path = "listings/mod.rs"]
mod listings;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [documents, queries, files @ ..] = arguments.as_slice() else {
        return Err("usage: look LISTINGS.jsonl QUERIES.txt [--alone] [VOCABULARY.tsv …]".into());
    };
    let (alone, files) = match files {
        [first, rest @ ..] if first == "--alone" => (true, rest),
        files => (false, files),
    };
    let (mut writer, reader) = SearchIndex::in_memory()?;
    let documents = listings::listings(Path::new(documents))?;
    let titles: HashMap<String, String> = documents
        .iter()
        .map(|document| (document.id.clone(), document.title_vi.clone()))
        .collect();
    let changes: Vec<Change> = documents
        .into_iter()
        .map(|document| Change::Put(Box::new(document)))
        .collect();
    writer.apply(&changes, Watermark::default())?;
    if !files.is_empty() {
        let mut texts: Vec<(String, String)> = Vec::new();
        for file in files {
            let text = fs::read_to_string(file)?;
            let problems = Vocabulary::problems(file, &text);
            let lines = (1..).zip(text.lines());
            let good = lines.filter(|(number, _)| problems.iter().all(|problem| problem.line != *number));
            let good: Vec<&str> = good.map(|(_, line)| line).collect();
            texts.push((file.clone(), good.join("\n")));
        }
        let texts = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let texts = Vocabulary::built_in_texts()
            .iter()
            .copied()
            .filter(|_| !alone)
            .chain(texts);
        reader.set_vocabulary(Arc::new(Vocabulary::parse(texts)?));
    }
    for text in fs::read_to_string(queries)?.lines() {
        let request = SearchRequest {
            text: text.to_owned(),
            limit: 5,
            ..SearchRequest::default()
        };
        let page = reader.search(&request)?;
        println!("\n{text}: {} hits", page.total);
        let understanding = &page.understanding;
        for wish in &understanding.interpretations {
            println!(
                "    [{}] {} {:?} .. {:?}",
                wish.id, wish.value, wish.at_least, wish.at_most
            );
        }
        if let Some(corrected) = &understanding.corrected {
            println!("    read as: {corrected}");
        }
        if let Some(other) = &understanding.did_you_mean {
            println!("    did you mean: {other}");
        }
        for hit in page.hits {
            println!(
                "    {:7.1} {} {}",
                hit.score,
                hit.id,
                titles.get(&hit.id).map_or("", String::as_str)
            );
        }
    }
    Ok(())
}
