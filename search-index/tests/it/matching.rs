//! The windowed evaluation finds what a plain reading of the listings finds.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use search_index::{
    Change, Features, Filters, IndexDocument, SearchIndex, SearchPage, SearchRequest, Sort, Vocabulary,
};

use crate::shelf::{at, filled, ids, listing, put, request, search, walk};

/// Words from everywhere to nearly nowhere: the chance of each is one in its number.
const WORDS: [(&str, u64); 9] = [
    ("máy", 1),
    ("bơm", 2),
    ("nước", 3),
    ("sấy", 7),
    ("lúa", 20),
    ("chìm", 100),
    ("khoan", 400),
    ("giếng", 1_500),
    ("lò", 3_000),
];

/// A small generator with a fixed start: the same shelf in every run.
struct Dice(u64);

impl Dice {
    fn one_in(&mut self, sides: u64) -> bool {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33).is_multiple_of(sides)
    }
}

#[derive(Clone)]
struct Entry {
    id: String,
    words: BTreeSet<&'static str>,
    kind: &'static str,
}

#[test]
fn a_strange_word_beside_known_ones_empties_nothing() {
    let others = (0..60).map(|n| listing(&format!("other-{n}"), &format!("máy ép số {n} kho bãi")));
    let pumps = (0..4).map(|n| listing(&format!("pump-{n}"), "Máy bơm nước ly tâm"));
    let (_writer, reader) = filled(others.chain(pumps));
    for query in [
        "máy bơm Ebara",
        "may bom ebara",
        "máy bơm Ebara Tsurumi",
        "Ebara máy bơm nước",
    ] {
        let page = search(&reader, query);
        assert_eq!(page.total, 4, "{query}: {:?}", ids(&page));
        assert!(ids(&page).iter().all(|id| id.starts_with("pump")), "{query}");
    }
    // Machines of any sort are no answer, nor is one syllable.
    for query in ["máy Ebara", "Ebara", "máy Ebara bơm Tsurumi"] {
        assert_eq!(search(&reader, query).total, 0, "{query}");
    }
}

#[test]
fn agrees_with_plain_reading() {
    let mut dice = Dice(7);
    let mut shelf: Vec<Entry> = Vec::new();
    let mut all = Vec::new();
    let (mut writer, reader) = SearchIndex::in_memory().unwrap();
    for (seq, size) in (0_i64..).zip([6_000_usize, 2_500, 300, 1]) {
        let mut changes = Vec::new();
        for _ in 0..size {
            let id = format!("{}", shelf.len());
            let words = WORDS.iter().filter(|(_, sides)| dice.one_in(*sides));
            let words: BTreeSet<&str> = words.map(|(word, _)| *word).collect();
            let kind = if dice.one_in(50) { "service" } else { "equipment" };
            let text: Vec<&str> = words.iter().copied().collect();
            // Rare words lie in the description too, so that all sections are read.
            let document = IndexDocument {
                title_vi: text.get(..2).unwrap_or(&text).join(" "),
                description_vi: text.join(" , "),
                kind: kind.to_owned(),
                ..listing(&id, "")
            };
            changes.push(put(document));
            shelf.push(Entry { id, words, kind });
        }
        writer.apply(&changes, at(seq)).unwrap();
        all.extend(changes);
    }
    // The same listings in one segment.
    let (mut whole_writer, whole) = SearchIndex::in_memory().unwrap();
    whole_writer.apply(&all, at(1)).unwrap();
    // Words that belong together are for another test.
    for reader in [&reader, &whole] {
        reader.set_vocabulary(Arc::new(Vocabulary::empty()));
    }
    // What is removed still counts for how frequent a word is, until the engine merges.
    let before = shelf.len();
    let counted: Vec<Entry> = shelf.clone();
    let mut removed = Vec::new();
    shelf.retain(|entry| {
        let remove = dice.one_in(11);
        if remove {
            removed.push(Change::Remove(entry.id.clone()));
        }
        !remove
    });
    writer.apply(&removed, at(9)).unwrap();
    whole_writer.apply(&removed, at(9)).unwrap();

    assert!(shelf.len() < before);
    let masses = masses(&counted, shelf.len());
    let mut queries: Vec<Vec<&str>> = WORDS.iter().map(|(word, _)| vec![*word]).collect();
    for (first, _) in WORDS {
        for (second, _) in WORDS {
            queries.push(vec![first, second]);
            queries.push(vec![first, second, "nước", "lúa"]);
        }
    }
    for query in queries {
        for (kinds, sort) in [(vec![], Sort::Relevance), (vec!["service".to_owned()], Sort::Newest)] {
            let wanted: BTreeSet<&str> = query.iter().copied().collect();
            let expected = plain_reading(&shelf, &masses, &wanted, !kinds.is_empty());
            let request = SearchRequest {
                limit: 100,
                sort,
                features: Features {
                    pairs: false,
                    spelling: false,
                    ..Features::default()
                },
                filters: Filters {
                    kinds,
                    ..Filters::default()
                },
                ..request(&query.join(" "))
            };
            let page = reader.search(&request).unwrap();
            // A listing's score does not depend on the segment it lies in.
            assert_eq!(
                scores(&page),
                scores(&whole.search(&request).unwrap()),
                "{query:?} {sort:?}"
            );
            let total = page.total;
            assert_eq!(total, u64::try_from(expected.len()).unwrap(), "{query:?} {sort:?}");
            if expected.len() < 400 {
                let found = walk(&reader, request);
                assert_eq!(found.len(), expected.len(), "{query:?}: each once");
                let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
                assert_eq!(found, expected, "{query:?} {sort:?}");
            }
        }
    }
}

fn scores(page: &SearchPage) -> Vec<(&str, f32)> {
    page.hits.iter().map(|hit| (hit.id.as_str(), hit.score)).collect()
}

/// How rare each word is: `log2(listings / listings with it)` in eighths, rounded down, at least 1, and half a bit more.
fn masses(shelf: &[Entry], listings: usize) -> BTreeMap<&'static str, u32> {
    let mass = |word: &&str| {
        let with = shelf.iter().filter(|entry| entry.words.contains(*word)).count();
        let ratio =
            f64::from(u32::try_from(listings * 2 + 2).unwrap()) / f64::from(u32::try_from(with * 2 + 1).unwrap());
        let eighths = (ratio.log2() * 8.0).floor();
        (1..=255).rev().find(|mass| f64::from(*mass) <= eighths).unwrap_or(1) + 4
    };
    WORDS.iter().map(|(word, _)| (*word, mass(word))).collect()
}

/// All words, else two thirds of their mass, else a fifth: the first with twenty listings of any kind, else the last,
/// unless its best listing has less than about half (then only the very best, if they are three at most), and only what has about as much where it has little more; of these the services if only they are wanted.
fn plain_reading<'a>(
    shelf: &'a [Entry],
    masses: &BTreeMap<&str, u32>,
    wanted: &BTreeSet<&str>,
    services: bool,
) -> BTreeSet<&'a str> {
    let mass = |words: &mut dyn Iterator<Item = &&str>| -> u32 { words.map(|word| masses.get(*word).unwrap()).sum() };
    let all = mass(&mut wanted.iter());
    let has = |entry: &Entry| mass(&mut wanted.intersection(&entry.words));
    let mut found: Vec<&Entry> = Vec::new();
    for need in [all, (all * 66).div_ceil(100)] {
        found = shelf.iter().filter(|entry| has(entry) >= need).collect();
        if found.len() >= 20 {
            break;
        }
    }
    if found.len() < 20 {
        found = shelf
            .iter()
            .filter(|entry| has(entry) >= (all * 20).div_ceil(100))
            .collect();
        let best = found.iter().map(|entry| has(entry)).max().unwrap_or(0) * 100 / all;
        match best {
            ..25 => found.clear(),
            25..45 => {
                found.retain(|entry| has(entry) >= (all * best).div_ceil(100));
                if found.len() > 3 {
                    found.clear();
                }
            }
            45..68 => {
                let need = (all * (best * 80 / 100)).div_ceil(100);
                found = shelf.iter().filter(|entry| has(entry) >= need).collect();
            }
            _ => {}
        }
    }
    let found = found.into_iter().filter(|entry| !services || entry.kind == "service");
    found.map(|entry| entry.id.as_str()).collect()
}
