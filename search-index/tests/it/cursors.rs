//! Cursors: text form, binding, hostile input.

use proptest::prelude::*;
use search_index::{Cursor, Error, Filters, Sort};

use crate::shelf::{filled, listing, request};

#[test]
fn text_form_is_short_url_safe_and_reversible() {
    let (_writer, reader) = filled((0..30).map(|n| listing(&format!("id-{n}"), "máy bơm nước")));
    let next = reader.search(&request("máy bơm")).unwrap().next.unwrap();
    let text = next.to_string();
    assert!(text.len() < 80, "{text}");
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
fn a_forged_length_or_tier_is_refused() {
    let (_writer, reader) = filled((0..30).map(|n| listing(&format!("id-{n}"), "máy bơm nước")));
    let own = request("máy bơm");
    let text = reader.search(&own).unwrap().next.unwrap().to_string();
    // The second byte is the tier, the last ones are rarities.
    let tier = format!("Af_{}", &text[3..]);
    let longer = format!("{text}AAAA");
    for forged in [tier, longer, text[..48].to_owned()] {
        let mut request = own.clone();
        let Ok(cursor) = forged.parse() else { continue };
        request.after = Some(cursor);
        assert!(matches!(reader.search(&request), Err(Error::Cursor)), "{forged}");
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
    fn any_cursor_is_answered_or_refused(at in 0_usize..48, letter in "[A-Za-z0-9_-]") {
        let (_writer, reader) = filled(["a", "b", "c"].map(|id| listing(id, "máy bơm")));
        let mut request = request("máy bơm");
        request.limit = 1;
        let own = reader.search(&request).unwrap().next.unwrap().to_string();
        // The hash of the query stays; place, tier and rarities become something else.
        let mut forged = own.clone();
        let at = at.min(own.len() - 1);
        forged.replace_range(at..=at, &letter);
        if let Ok(cursor) = forged.parse() {
            request.after = Some(cursor);
            prop_assert!(matches!(reader.search(&request), Ok(_) | Err(Error::Cursor)), "{}", forged);
        }
    }
}
