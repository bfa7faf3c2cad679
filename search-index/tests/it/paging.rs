//! Every hit exactly once, in order, whatever is written meanwhile.

use search_index::{IndexDocument, SearchIndex, SearchRequest, Sort};

use crate::shelf::{at, filled, ids, listing, put, request, search, walk};

fn crowd(count: i64) -> impl Iterator<Item = IndexDocument> {
    (0..count).map(|n| IndexDocument {
        price_vnd: u64::try_from(n % 7).ok().filter(|price| *price > 0),
        // Many ties in time too.
        published_at: 1_700_000_000_000_000 + n % 5,
        ..listing(&format!("id-{n:04}"), "máy bơm nước")
    })
}

#[test]
fn every_hit_once_with_ties() {
    let (_writer, reader) = filled(crowd(230));
    for text in ["máy bơm", "", "bom", "\"bơm nước\"", "nuoc máy"] {
        for sort in [
            Sort::Relevance,
            Sort::Newest,
            Sort::PriceAscending,
            Sort::PriceDescending,
            Sort::TrlDescending,
        ] {
            for limit in [1, 7, 100] {
                let request = SearchRequest {
                    sort,
                    limit,
                    ..request(text)
                };
                let total = reader.search(&request).unwrap().total;
                let mut seen = walk(&reader, request);
                assert_eq!(seen.len(), 230, "{text} {sort:?} {limit}");
                assert_eq!(total, 230);
                seen.sort();
                seen.dedup();
                assert_eq!(seen.len(), 230, "{text} {sort:?} {limit}");
            }
        }
    }
}

#[test]
fn order_by_price_and_time() {
    let (_writer, reader) = filled(crowd(50));
    let key = |id: &String| {
        let n: i64 = id.trim_start_matches("id-").parse().unwrap();
        (n % 7, n % 5)
    };
    let ordered = |sort| -> Vec<(i64, i64)> {
        walk(
            &reader,
            SearchRequest {
                sort,
                limit: 9,
                ..request("máy")
            },
        )
        .iter()
        .map(key)
        .collect()
    };
    assert!(ordered(Sort::Newest).is_sorted_by_key(|(_, time)| -time));
    let on_request_last = |price: i64| if price == 0 { 100 } else { price };
    assert!(ordered(Sort::PriceAscending).is_sorted_by_key(|(p, t)| (on_request_last(*p), -t)));
    assert!(ordered(Sort::PriceDescending).is_sorted_by_key(|(price, time)| (-price, -time)));
}

#[test]
fn writes_and_merges_in_between() {
    let (mut writer, reader) = SearchIndex::in_memory().unwrap();
    let documents: Vec<_> = crowd(240).collect();
    for (seq, batch) in (0_i64..).zip(documents.chunks(20)) {
        let changes: Vec<_> = batch.iter().cloned().map(put).collect();
        writer.apply(&changes, at(seq)).unwrap();
    }
    let mut request = SearchRequest {
        limit: 10,
        ..request("máy bơm nước")
    };
    let mut seen = Vec::new();
    for turn in 0_i64.. {
        let page = reader.search(&request).unwrap();
        seen.extend(page.hits.into_iter().map(|hit| hit.id));
        // Later listings with the same words change every document frequency and make the
        // engine merge; they may be seen or not, but nothing else may be lost or repeated.
        let fresh = (0..30).map(|n| listing(&format!("new-{turn}-{n}"), "máy bơm bơm nước chìm"));
        let changes: Vec<_> = fresh.map(put).collect();
        writer.apply(&changes, at(100 + turn)).unwrap();
        let Some(next) = page.next else { break };
        request.after = Some(next);
    }
    let mut seen: Vec<_> = seen.into_iter().filter(|id| id.starts_with("id-")).collect();
    assert_eq!(seen.len(), 240);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 240);
}

#[test]
fn the_cursor_of_a_hit_continues_after_it() {
    let (_writer, reader) = filled(crowd(30));
    let page = search(&reader, "máy");
    let kept = page.hits.get(4).unwrap();
    let request = SearchRequest {
        after: Some(kept.cursor.clone()),
        ..request("máy")
    };
    let rest = reader.search(&request).unwrap();
    assert_eq!(rest.hits.first().unwrap().id, page.hits.get(5).unwrap().id);
    assert_eq!(rest.total, 30, "the total is of all pages");
}

#[test]
fn a_relaxed_search_pages_in_its_own_tier() {
    // Three listings have all words; the search is relaxed and every page must be.
    let full = (0..3).map(|n| listing(&format!("full-{n}"), "máy bơm chìm giếng"));
    let part = (0..40).map(|n| listing(&format!("part-{n}"), "máy bơm chìm"));
    let (_writer, reader) = filled(full.chain(part));
    let request = SearchRequest {
        limit: 4,
        ..request("máy bơm chìm giếng")
    };
    let seen = walk(&reader, request);
    assert_eq!(seen.len(), 43);
    assert!(seen.iter().take(3).all(|id| id.starts_with("full")));
}

#[test]
fn later_pages_reckon_freshness_as_the_first_did() {
    const DAY: i64 = 86_400_000_000;
    let now = 1_700_000_000_000_000;
    let documents = (0..40).map(|number| IndexDocument {
        published_at: now - (number % 20) * 20 * DAY,
        has_evidence: number % 3 == 0,
        ..listing(&format!("{number:02}"), "máy bơm nước")
    });
    let (_writer, reader) = filled(documents);
    let first = |as_of| SearchRequest {
        as_of: Some(as_of),
        limit: 3,
        ..request("máy bơm")
    };
    let page = reader.search(&first(now)).unwrap();
    let fresh = page.hits.iter().all(|hit| hit.score > 0.0);
    assert!(fresh);
    // Whoever goes on a year later sees each once, in the order of then.
    let whole = walk(&reader, first(now));
    let mut later = SearchRequest {
        after: page.next.clone(),
        ..first(now + 365 * DAY)
    };
    let mut seen: Vec<String> = ids(&page).into_iter().map(str::to_owned).collect();
    loop {
        let page = reader.search(&later).unwrap();
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        match page.next {
            Some(next) => later.after = Some(next.to_string().parse().unwrap()),
            None => break,
        }
    }
    assert_eq!(seen, whole);
    assert_eq!(seen.len(), 40);
    // What is fresh and proved comes first among equals; words count more.
    assert_eq!(whole.first().map(String::as_str), Some("00"));
}
