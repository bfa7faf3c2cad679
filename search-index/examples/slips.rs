//! Makes slips of typing out of titles and measures how many find their listing among the first three.
//!
//! `cargo run -p search-index --example slips LISTINGS.jsonl [--worst KIND] [--others]`
//!
//! The slips are those that keyboards, ears and input methods make, put into titles by a generator with a fixed seed. Of
//! every title the first words are taken, one of them is spoilt, and the share of listings that are still found is told
//! beside that of the same words without the slip. `--others` takes the titles that the usual run leaves out, and
//! `--worst` tells those of a kind that fail.
#![expect(clippy::print_stdout, reason = "the figures are this program's output")]

use std::{collections::BTreeMap, env, error::Error, path::Path};

use search_index::{Change, IndexDocument, Reader, SearchIndex, SearchRequest, Watermark};
use unicode_normalization::UnicodeNormalization as _;

#[path = "listings/mod.rs"]
mod listings;
#[path = "slips/spoil.rs"]
mod spoil;

use spoil::{KINDS, Kind, Random, is_of_model, spoilt};

/// Hits among which the listing must be.
const FIRST: usize = 3;
/// Words of a title that are typed.
const WORDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [documents, options @ ..] = arguments.as_slice() else {
        return Err("usage: slips LISTINGS.jsonl [--worst KIND] [--others]".into());
    };
    let worst = options.iter().position(|option| option == "--worst");
    let worst = worst.and_then(|at| options.get(at + 1));
    let others = usize::from(options.iter().any(|option| option == "--others"));
    let documents = listings::listings(Path::new(documents))?;
    let (mut writer, reader) = SearchIndex::in_memory()?;
    let changes: Vec<Change> = documents
        .iter()
        .cloned()
        .map(|document| Change::Put(Box::new(document)))
        .collect();
    writer.apply(&changes, Watermark::default())?;
    let mut figures: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (number, document) in documents.iter().enumerate().filter(|(number, _)| number % 2 == others) {
        for (place, (name, kind)) in KINDS.iter().enumerate() {
            let mut random = Random::new(number * KINDS.len() + place);
            let Some(typed) = typed(document, *kind, &mut random) else {
                continue;
            };
            let Some(slip) = spoilt(&typed, *kind, &mut random) else {
                continue;
            };
            let right = is_found(&reader, &typed, &document.id)?;
            // What is not found when it is typed right says nothing of slips.
            if !right {
                continue;
            }
            let found = is_found(&reader, &slip, &document.id)?;
            let [all, good, _] = figures.entry(name).or_default();
            *all += 1;
            *good += usize::from(found);
            if worst.is_some_and(|worst| worst == name) && !found {
                println!("{slip}  ({typed})");
            }
        }
    }
    let mut sums = [0, 0];
    println!("{:24} {:>6} {:>8}", "slip", "n", "found");
    for (name, [all, good, _]) in &figures {
        sums = [sums[0] + all, sums[1] + good];
        println!("{name:24} {all:6} {:8.3}", share(*good, *all));
    }
    println!("{:24} {:6} {:8.3}", "all", sums[0], share(sums[1], sums[0]));
    Ok(())
}

/// What somebody types who looks for a listing: the first words of its title, or its model with the words before.
fn typed(document: &IndexDocument, kind: Kind, random: &mut Random) -> Option<String> {
    let title: String = document.title_vi.nfc().collect();
    let words: Vec<&str> = title.split_whitespace().collect();
    let typed = if is_of_model(kind) {
        let model = words.iter().position(|word| spoil::is_model(word))?;
        let before = random.below(3);
        words.get(model.saturating_sub(before)..=model)?
    } else {
        let most = 3 + random.below(WORDS - 2);
        words.get(..most.min(words.len()))?
    };
    Some(typed.join(" ").to_lowercase())
}

fn is_found(reader: &Reader, text: &str, id: &str) -> Result<bool, Box<dyn Error>> {
    let request = SearchRequest {
        text: text.to_owned(),
        limit: 20,
        ..SearchRequest::default()
    };
    let hits = reader.search(&request)?.hits;
    // Listings of one score are as good.
    let own = hits.iter().find(|hit| hit.id == id);
    Ok(own.is_some_and(|own| hits.iter().filter(|hit| hit.score > own.score).count() < FIRST))
}

fn share(part: usize, all: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(part) / number(all).max(1.0)
}
