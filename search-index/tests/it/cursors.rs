//! Cursors: text form, binding, hostile input.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use search_index::{Cursor, Error, Filters, Sort};

use crate::shelf::{filled, listing, request};

#[test]
fn text_form_is_short_url_safe_and_reversible() {
    let (_writer, reader) = filled((0..30).map(|n| listing(&format!("id-{n}"), "máy bơm nước")));
    let next = reader.search(&request("máy bơm")).unwrap().next.unwrap();
    let text = next.to_string();
    assert!(text.len() < 90, "{text}");
    assert!(
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
        "{text}"
    );
    assert_eq!(text.parse::<Cursor>().unwrap(), next);
}

#[test]
fn another_query_refuses_it() {
    let (_writer, reader) = filled((0..30).map(|n| listing(&format!("id-{n}"), "máy bơm nước")));
    let own = request("máy bơm");
    let next = reader.search(&own).unwrap().next;
    let kinds = Filters {
        kinds: vec!["equipment".to_owned()],
        ..Filters::default()
    };
    for mut other in [
        request("máy bơm nước"),
        search_index::SearchRequest {
            sort: Sort::Newest,
            ..own.clone()
        },
        search_index::SearchRequest {
            filters: kinds,
            ..own.clone()
        },
    ] {
        other.after = next.clone();
        assert!(matches!(reader.search(&other), Err(Error::Cursor)), "{other:?}");
    }
    let same = search_index::SearchRequest {
        after: next,
        limit: 5,
        facets: true,
        ..own
    };
    assert!(reader.search(&same).is_ok(), "page size and facets may change");
}

#[test]
fn a_word_with_a_space_in_it_is_read_alike_on_all_pages() {
    let machines = (0..30).map(|n| listing(&format!("id-{n}"), &format!("Máy tuốt lúa số {n}")));
    let (_writer, reader) = filled(machines);
    let mut asked = request("máy tuố t lúa");
    let first = reader.search(&asked).unwrap();
    assert_eq!(first.understanding.corrected.as_deref(), Some("máy tuốt lúa"));
    let next: Cursor = first.next.unwrap().to_string().parse().unwrap();
    asked.after = Some(next);
    let second = reader.search(&asked).unwrap();
    let seen = first.hits.iter().chain(&second.hits).map(|hit| &hit.id);
    let distinct: std::collections::HashSet<_> = seen.collect();
    assert_eq!(distinct.len(), first.hits.len() + second.hits.len());
}

/// The cursor with something done to its bytes: layout (0), need (1), rarity of the unknown (2), query (3–10),
/// sort key (11–34), instant of freshness (35–42), number of rarities, rarities, bytes of answers, answers, changes of the query.
fn forged(cursor: &Cursor, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = URL_SAFE_NO_PAD.decode(cursor.to_string()).unwrap();
    change(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn a_forged_length_or_tier_is_refused() {
    let (_writer, reader) = filled((0..30).map(|n| listing(&format!("id-{n}"), "máy bơm nước")));
    let own = request("máy bơm");
    let next = reader.search(&own).unwrap().next.unwrap();
    let tier = forged(&next, |bytes| *bytes.get_mut(1).unwrap() = 101);
    let longer = forged(&next, |bytes| {
        *bytes.get_mut(43).unwrap() += 1;
        bytes.insert(44, 1);
    });
    let shorter = forged(&next, |bytes| {
        *bytes.get_mut(43).unwrap() -= 1;
        bytes.remove(44);
    });
    for forged in [tier, longer, shorter] {
        let mut request = own.clone();
        request.after = Some(forged.parse().unwrap());
        assert!(matches!(reader.search(&request), Err(Error::Cursor)), "{forged}");
    }
    for broken in [
        forged(&next, |bytes| bytes.truncate(42)),
        forged(&next, |bytes| bytes.truncate(bytes.len() - 1)),
        forged(&next, |bytes| bytes.push(1)),
        // A change of a kind that there is not, one that is too long, one that is no text.
        forged(&next, |bytes| bytes.extend([0, 9, 1, b'a'])),
        forged(&next, |bytes| bytes.extend([0, 0, 2, b'a'])),
        forged(&next, |bytes| bytes.extend([0, 0, 1, 0xff])),
        forged(&next, |bytes| *bytes.get_mut(0).unwrap() = 1),
        // No text, one longer than any, more than there can be, answers that end with none.
        forged(&next, |bytes| bytes.extend([0, 0, 0])),
        forged(&next, |bytes| bytes.extend([vec![0, 0, 41], vec![b'a'; 41]].concat())),
        forged(&next, |bytes| bytes.extend([0, 0, 1, b'a'].repeat(13))),
        forged(&next, |bytes| {
            *bytes.last_mut().unwrap() = 1;
            bytes.push(0);
        }),
        format!("{next}="),
        "A".repeat(1_161),
    ] {
        assert!(broken.parse::<Cursor>().is_err(), "{broken}");
    }
}

proptest! {
    #[test]
    fn parsing_never_panics_and_accepts_one_text_per_cursor(text in "[A-Za-z0-9_-]{0,90}|.{0,500}") {
        if let Ok(cursor) = text.parse::<Cursor>() {
            prop_assert_eq!(cursor.to_string(), text);
        }
    }

    #[test]
    fn any_cursor_is_answered_or_refused(at in 0_usize..100, byte: u8) {
        let (_writer, reader) = filled(["a", "b", "c"].map(|id| listing(id, "máy bơm")));
        let mut request = request("máy bơm");
        request.limit = 1;
        let own = reader.search(&request).unwrap().next.unwrap();
        // Layout and hash of the query stay; place, tier and rarities become something else.
        let forged = forged(&own, |bytes| {
            let at = std::iter::once(1).chain(11..bytes.len()).cycle().nth(at).unwrap();
            *bytes.get_mut(at).unwrap() = byte;
        });
        // The number of rarities may not be that of the bytes any more.
        let Ok(after) = forged.parse() else { return Ok(()) };
        request.after = Some(after);
        match reader.search(&request) {
            Ok(page) => prop_assert!(page.total == 3 && page.hits.len() <= 1, "{}", forged),
            Err(error) => prop_assert!(matches!(error, Error::Cursor), "{}: {}", forged, error),
        }
    }
}
