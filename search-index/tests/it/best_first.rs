//! What is counted without being scored in full is no hit of the page, and no number differs.

use proptest::prelude::*;
use search_index::{Change, Hit, IndexDocument, Reader, SearchIndex, SearchRequest, Writer};

use crate::shelf::{at, listing, put, request, walk};

const WORDS: [&str; 6] = ["máy", "bơm", "nước", "chìm", "mini", "inox"];

/// Listings of a few words out of few, so that many have all that is asked for, beside each other or not.
fn crowd() -> impl Strategy<Value = Vec<IndexDocument>> {
    let words = proptest::collection::vec(proptest::sample::select(WORDS.to_vec()), 2..7);
    let texts = proptest::collection::vec((words.clone(), words, 0_i64..400, any::<bool>()), 60..90);
    texts.prop_map(|texts| {
        let documents = (0..).zip(texts).map(|(number, (title, summary, age, has_evidence))| {
            let yields = has_evidence.then(|| ("Năng suất".to_owned(), "500 kg/h".to_owned()));
            IndexDocument {
                summary_vi: summary.join(" "),
                attributes: yields.into_iter().collect(),
                published_at: 1_700_000_000_000_000 - age * 86_400_000_000,
                has_evidence,
                ..listing(&format!("id-{number}"), &title.join(" "))
            }
        });
        documents.collect()
    })
}

/// In three segments: what the first has may leave little to look for in the others. That something is left out is another test's
/// (`evaluate/reach.rs`).
fn in_three(documents: Vec<IndexDocument>) -> (Writer, Reader) {
    let (mut writer, reader) = SearchIndex::in_memory().unwrap();
    let some = documents.len().div_ceil(3);
    for (seq, part) in (1..).zip(documents.chunks(some)) {
        let changes: Vec<Change> = part.iter().cloned().map(put).collect();
        writer.apply(&changes, at(seq)).unwrap();
    }
    assert_eq!(reader.segments(), 3);
    (writer, reader)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_short_page_is_the_beginning_of_a_long_one(
        crowd in crowd(),
        query in proptest::sample::select(vec!["máy bơm nước", "may bom", "bơm chìm inox mini", "máy nước 500kg/h", "nuoc"]),
        limit in 1_usize..6,
    ) {
        let (_writer, reader) = in_three(crowd);
        let asked = |limit| SearchRequest {
            limit,
            facets: true,
            as_of: Some(1_700_000_000_000_000),
            ..request(query)
        };
        let all = reader.search(&asked(100)).unwrap();
        let page = reader.search(&asked(limit)).unwrap();
        let told = |hits: &[Hit]| -> Vec<(String, f32)> {
            hits.iter().take(limit).map(|hit| (hit.id.clone(), hit.score)).collect()
        };
        prop_assert_eq!(told(&page.hits), told(&all.hits));
        prop_assert_eq!((page.total, &page.groups, &page.facets), (all.total, &all.groups, &all.facets));
        prop_assert_eq!(page.next.is_some(), all.total > u64::try_from(limit).unwrap());
        let whole: Vec<String> = all.hits.iter().map(|hit| hit.id.clone()).collect();
        prop_assert_eq!(walk(&reader, asked(limit)), whole);
    }
}
