//! What is hidden until the next commit is in no hit, no total and no facet, and decides nothing.

use search_index::{IndexDocument, Reader, SearchRequest, Sort, Writer};

use crate::shelf::{at, filled, ids, listing, put, request, search, walk};

fn crowd() -> (Writer, Reader) {
    let (mut writer, reader) = filled((0..20).map(numbered));
    // A second segment.
    writer
        .apply(&(20..40).map(numbered).map(put).collect::<Vec<_>>(), at(2))
        .unwrap();
    (writer, reader)
}

fn numbered(n: i64) -> IndexDocument {
    IndexDocument {
        kind: if n % 2 == 0 { "equipment" } else { "technology" }.to_owned(),
        published_at: n,
        ..listing(&format!("{n:02}"), "máy bơm nước")
    }
}

#[test]
fn hidden_listings_are_nowhere() {
    let (_writer, reader) = crowd();
    let odd: Vec<String> = (0..40).filter(|n| n % 2 == 1).map(|n| format!("{n:02}")).collect();
    let view = reader.view();
    assert_eq!(view.hide(odd.iter().map(String::as_str)).unwrap(), 20);
    assert_eq!(view.hide(odd.iter().map(String::as_str)).unwrap(), 0, "known");
    assert_eq!(view.hide(["unknown"]).unwrap(), 0);
    for text in ["", "máy bơm", "bom", "\"bơm nước\"", "nuoc máy", "-xyz"] {
        for sort in [Sort::Relevance, Sort::Newest] {
            let request = SearchRequest {
                limit: 3,
                sort,
                facets: true,
                ..request(text)
            };
            let page = reader.search(&request).unwrap();
            assert_eq!(page.total, 20, "{text}");
            let kinds = page.facets.unwrap().kinds;
            assert_eq!(kinds.len(), 1, "{text}: {kinds:?}");
            assert!(kinds.iter().all(|kind| kind.value == "equipment" && kind.count == 20));
            let mut seen = walk(&reader, request);
            assert_eq!(seen.len(), 20);
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 20);
            assert!(seen.iter().all(|id| !odd.contains(id)), "{text}: {seen:?}");
        }
    }
}

#[test]
fn hiding_lasts_until_the_next_commit() {
    let (mut writer, reader) = crowd();
    let before = reader.view();
    before.hide(["00", "21"]).unwrap();
    writer.apply(&[put(numbered(40))], at(3)).unwrap();
    assert_eq!(search(&reader, "máy").total, 41, "as the index has it");
    assert_eq!(
        before.search(&request("máy")).unwrap().total,
        38,
        "a view stays as it was"
    );
    assert_eq!(
        (before.watermark(), reader.view().watermark()),
        (Some(at(2)), Some(at(3)))
    );
}

#[test]
fn a_word_of_hidden_listings_is_unknown() {
    let plain = || (0..40).map(|n| listing(&format!("{n:02}"), "máy thái thịt"));
    let (mut writer, never) = filled(plain());
    // Each of its words, its pairs and its code are in no other listing.
    let secret = || listing("secret", "máy gieo hạt trichoderma GS-1930X");
    let (_writer, hidden) = filled(plain().chain([secret()]));
    let queries = [
        "trichodema",
        "máy gioe hạt",
        "máy thái gieo",
        "gieo hạt",
        "GS-19",
        "máy gs-1930x",
        "máy thái thịt trichoderma",
    ];
    let told = |page: &search_index::SearchPage| {
        let cursors = page.hits.iter().map(|hit| hit.cursor.to_string());
        (page.total, page.understanding.clone(), cursors.collect::<Vec<_>>())
    };
    let shown = search(&hidden, "trichodema").understanding.corrected;
    assert_eq!(shown.as_deref(), Some("trichoderma"), "as long as it is not hidden");
    hidden.view().hide(["secret"]).unwrap();
    let plain: Vec<_> = queries.map(|query| told(&search(&never, query))).into();
    let now: Vec<_> = queries.map(|query| told(&search(&hidden, query))).into();
    for ((query, now), plain) in queries.iter().zip(&now).zip(&plain) {
        assert_eq!(now, plain, "{query}");
    }
    // What was deleted and is not merged away yet is no more seen.
    writer.apply(&[put(secret())], at(2)).unwrap();
    assert!(search(&never, "trichodema").understanding.corrected.is_some());
    writer
        .apply(&[search_index::Change::Remove("secret".to_owned())], at(3))
        .unwrap();
    let deleted: Vec<_> = queries.map(|query| told(&search(&never, query))).into();
    assert_eq!(deleted, plain);
}

#[test]
fn the_tier_is_chosen_without_the_hidden() {
    // Twenty listings with all words are enough for the strictest tier, nineteen are not.
    let full = (0..20).map(|n| listing(&format!("full-{n}"), "máy bơm chìm"));
    let part = (0..5).map(|n| listing(&format!("part-{n}"), "máy bơm"));
    let (_writer, reader) = filled(full.chain(part));
    assert_eq!(search(&reader, "máy bơm chìm").total, 20);
    reader.view().hide(["full-7"]).unwrap();
    let page = search(&reader, "máy bơm chìm");
    assert_eq!(page.total, 24);
    assert!(!ids(&page).contains(&"full-7"));
}
