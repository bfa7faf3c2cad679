//! Marks in original texts.

use proptest::prelude::*;
use search_index::Highlighter;

use crate::shelf::{filled, listing, search};

fn highlighter(query: &str) -> Highlighter {
    let (_writer, reader) = filled([listing("a", "máy")]);
    search(&reader, query).highlighter
}

#[test]
fn marks_every_spelling() {
    for (query, text, expected) in [
        ("may say lua", "Máy SẤY lúa, giá rẻ", &["Máy", "SẤY", "lúa"][..]),
        (
            "máy sấy",
            "ma\u{301}y sa\u{302}\u{301}y",
            &["ma\u{301}y", "sa\u{302}\u{301}y"],
        ),
        ("gs1930", "Xe nâng GS-1930 cũ", &["GS-1930"]),
        ("xilanh", "Xi lanh thủy lực", &["Xi", "lanh"]),
        ("xi lanh", "xilanh thủy lực", &["xilanh"]),
        ("gs 1930", "Xe nâng GS1930", &["GS1930"]),
        ("\"bơm nước\" -giếng", "bơm nước giếng", &["bơm", "nước"]),
        ("co2", "khí CO₂", &["CO₂"]),
        ("máy", "không có gì", &[]),
    ] {
        let marks = highlighter(query).highlight(text);
        let marked: Vec<&str> = marks.into_iter().map(|mark| &text[mark]).collect();
        assert_eq!(marked, expected, "{query} in {text}");
    }
}

#[test]
fn marks_what_was_found_under_another_name() {
    let (_writer, reader) = filled([
        listing("a", "Máy bóc vỏ lạc"),
        listing("b", "Máy thái thịt"),
        listing("c", "Đồng hồ REX-C100FK02"),
    ]);
    for (query, text, expected) in [
        ("đậu phộng", "Lạc rang, LẠC luộc, lác mắt", &["Lạc", "LẠC"][..]),
        ("máy thái thịc", "Máy thái thịt", &["Máy", "thái", "thịt"]),
        ("rex-c100", "REX-C100FK02 (RKC)", &["REX-C100FK02"]),
        ("máy thái 500 kg/h", "năng suất 500kg/giờ", &["500kg/giờ"]),
    ] {
        let highlighter = search(&reader, query).highlighter;
        let marked: Vec<&str> = highlighter
            .highlight(text)
            .into_iter()
            .map(|mark| &text[mark])
            .collect();
        assert_eq!(marked, expected, "{query} in {text}");
    }
}

#[test]
fn snippet_shows_the_words() {
    let text = format!(
        "{} máy sấy lúa năng suất cao {}",
        "đầu tiên ".repeat(40),
        "sau ".repeat(40)
    );
    let snippet = highlighter("máy sấy lúa").snippet(&text, 60);
    let marked: Vec<&str> = snippet.marks.iter().map(|mark| &snippet.text[mark.clone()]).collect();
    assert_eq!(marked, ["máy", "sấy", "lúa"]);
    assert!(
        snippet.text.starts_with('…') && snippet.text.ends_with('…'),
        "{}",
        snippet.text
    );
    assert!(snippet.text.chars().count() <= 62);
    let whole = highlighter("máy").snippet("máy bơm", 60);
    assert_eq!(whole.text, "máy bơm");
}

proptest! {
    #[test]
    fn any_text_and_query(
        query in "[máy bơmGS0-9\"-]{0,20}",
        text in "(máy|bơm|GS-1930|.|\u{301}|\n){0,60}",
        max_chars in 0_usize..80,
    ) {
        let highlighter = highlighter(&query);
        let mut end = 0;
        for mark in highlighter.highlight(&text) {
            prop_assert!(mark.start >= end && !text[mark.clone()].is_empty());
            end = mark.end;
        }
        let snippet = highlighter.snippet(&text, max_chars);
        prop_assert!(snippet.text.chars().count() <= max_chars + 2);
        for mark in snippet.marks {
            prop_assert!(!snippet.text[mark].is_empty());
        }
    }
}
