//! Suggestions while somebody types.

use proptest::prelude::*;
use search_index::{Catalogue, SuggestedListing, Suggestion, SuggestionKind, Suggestions, Vocabulary, has_same_words};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

fn listing(id: u128, title: &str) -> SuggestedListing {
    SuggestedListing {
        id,
        titles: vec![title.to_owned()],
        ..SuggestedListing::default()
    }
}

fn catalogue(titles: &[&str]) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (id, title) in (1..).zip(titles) {
        catalogue.put(&listing(id, title));
    }
    catalogue
}

fn suggestions(titles: &[&str]) -> Suggestions {
    catalogue(titles).build(&Vocabulary::empty())
}

fn texts(found: &[Suggestion]) -> Vec<&str> {
    found.iter().map(|suggestion| suggestion.text.as_str()).collect()
}

/// The text with `[` and `]` around what was typed.
fn bracketed(suggestion: &Suggestion) -> String {
    let mut text = suggestion.text.clone();
    for mark in suggestion.marks.iter().rev() {
        text.insert(mark.end, ']');
        text.insert(mark.start, '[');
    }
    text
}

const TITLES: [&str; 7] = [
    "Máy sấy lúa tầng sôi",
    "Máy bơm nước",
    "Biến tần Mitsubishi FR-E740-3.7K",
    "Dây chuyền sấy thăng hoa",
    "Kỹ thuật hoà lưới điện mặt trời",
    "Bò giống",
    "Bộ lọc nước",
];

#[test]
fn finds_what_was_begun() {
    let all = suggestions(&TITLES);
    for (typed, expected) in [
        ("may s", "[Máy] [s]ấy lúa tầng sôi"),
        ("máy sâ", "[Máy] [sấ]y lúa tầng sôi"),
        ("MÁY SẤY LÚA", "[Máy] [sấy] [lúa] tầng sôi"),
        ("tang soi", "Máy sấy lúa [tầng] [sôi]"),
        ("sấy th", "Dây chuyền [sấy] [th]ăng hoa"),
        ("ky th", "[Kỹ] [th]uật hoà lưới điện mặt trời"),
        ("ky", "[Kỹ] thuật hoà lưới điện mặt trời"),
        ("kĩ thuât", "[Kỹ] [thuật] hoà lưới điện mặt trời"),
        ("hòa lưới", "Kỹ thuật [hoà] [lưới] điện mặt trời"),
        ("fre7", "Biến tần Mitsubishi [FR]-[E740]-[3].[7K]"),
        ("fr-e740", "Biến tần Mitsubishi [FR]-[E740]-3.7K"),
        ("may lua", "[Máy] sấy [lúa] tầng sôi"),
        ("lua may s", "[Máy] [s]ấy [lúa] tầng sôi"),
        ("mays saays", "[Máy] [sấy] lúa tầng sôi"),
        ("bơm ", "Máy [bơm] nước"),
    ] {
        let found = all.find(typed, 10);
        assert_eq!(found.first().map(bracketed).as_deref(), Some(expected), "{typed}");
    }
    for typed in ["may x", "xyz", "máy bay", "ương"] {
        assert_eq!(all.find(typed, 10), [], "{typed}");
    }
}

#[test]
fn typed_diacritics_decide_the_order() {
    let all = suggestions(&TITLES);
    assert_eq!(texts(&all.find("bò ", 10)), ["Bò giống", "Bộ lọc nước"]);
    assert_eq!(texts(&all.find("bộ ", 10)), ["Bộ lọc nước", "Bò giống"]);
    assert_eq!(texts(&all.find("bộ", 10))[0], "Bộ lọc nước");
    assert_eq!(texts(&all.find("bộ", 1)), ["Bộ lọc nước"]);
}

#[test]
fn popular_ones_and_those_that_start_so_come_first() {
    let all = suggestions(&["Lò sấy gỗ", "Sấy lạnh", "Máy ép gỗ", "Máy ép nhựa", "máy ép nhựa"]);
    assert_eq!(texts(&all.find("say", 10)), ["Sấy lạnh", "Lò sấy gỗ"]);
    let found = all.find("may ep", 10);
    assert_eq!(texts(&found), ["Máy ép nhựa", "Máy ép gỗ"]);
    assert_eq!(found.iter().map(|found| found.count).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(found[0].listings, [4, 5]);
}

#[test]
fn what_differs_in_spelling_only_is_one() {
    let titles = ["MAY SAY LUA", "Máy sấy, lúa!", "máy sấy lúa", "ma\u{301}y sấy lúa"];
    let found = suggestions(&titles).find("may say", 10);
    assert_eq!((texts(&found), found[0].count), (vec!["Máy sấy, lúa!"], 4));
    let all = suggestions(&["Bàn bò", "Bán bộ"]);
    assert_eq!(all.find("ban bo", 10).len(), 2, "other words");
}

#[test]
fn hidden_listings_are_gone_at_once() {
    let mut catalogue = catalogue(&["Máy ép nhựa", "Máy ép nhựa", "Máy ép gỗ"]);
    let mut of_field = listing(9, "Lò sấy");
    of_field.fields = vec!["drying".into()];
    of_field.organisation = Some("Công ty Máy Sấy".into());
    catalogue.put(&of_field);
    catalogue.set_field_names([("drying", "Máy sấy"), ("empty", "Máy hàn")]);
    catalogue.set_queries([("lo say", 3), ("lò xo", 5)]);
    let all = catalogue.build(&Vocabulary::empty());
    assert_eq!(all.find("may han", 10), []);
    assert_eq!(all.find("lo xo", 10), [], "no title has it");
    let found = all.find("may say", 10);
    assert_eq!(texts(&found), ["Máy sấy", "Công ty Máy Sấy"]);
    assert_eq!(found[0].code.as_deref(), Some("drying"));
    assert_eq!(all.find("lo s", 10)[0].kind, SuggestionKind::Query);
    all.hide([9, 77]);
    all.hide([9]);
    for typed in ["may say", "lo s"] {
        assert_eq!(all.find(typed, 10), [], "{typed}");
    }
    all.hide([2]);
    let found = all.find("may ep", 10);
    assert_eq!(found.iter().map(|found| found.count).collect::<Vec<_>>(), [1, 1]);
    let nhua = found.iter().find(|found| found.text == "Máy ép nhựa").unwrap();
    assert_eq!(nhua.listings, [1]);
    all.hide([1]);
    assert_eq!(texts(&all.find("may ep", 10)), ["Máy ép gỗ"]);
}

#[test]
fn names_of_the_vocabulary_are_suggested_where_titles_have_them() {
    let vocabulary =
        Vocabulary::parse([("test", "regional\town\tmáy sấy | lò sấy\nenglish\town\tbàn bò | dryer")]).unwrap();
    let titles = ["Máy sấy lúa", "Máy sấy gỗ", "Lò sấy gỗ", "Bán bộ lọc", "Bán bộ bàn ghế"];
    let all = catalogue(&titles).build(&vocabulary);
    let found = all.find("may s", 10);
    assert_eq!(
        (texts(&found)[0], found[0].kind, found[0].count),
        ("máy sấy", SuggestionKind::Term, 2)
    );
    assert!(
        all.find("lo", 10)
            .iter()
            .all(|found| found.kind == SuggestionKind::Title),
        "one listing"
    );
    assert!(
        all.find("ban bo", 10)
            .iter()
            .all(|found| found.kind == SuggestionKind::Title),
        "other diacritics"
    );
}

#[test]
fn a_listing_that_changes_says_something_else() {
    let mut catalogue = catalogue(&["Máy sấy"]);
    assert!(!catalogue.put(&listing(1, "Máy sấy")));
    assert!(catalogue.put(&listing(1, "Lò sấy")));
    let all = catalogue.build(&Vocabulary::empty());
    assert_eq!((all.find("may", 10), all.find("lo", 10).len()), (Vec::new(), 1));
    assert!(catalogue.remove(1) && !catalogue.remove(1) && catalogue.is_empty());
    assert!(catalogue.build(&Vocabulary::empty()).is_empty());
}

#[test]
fn whoever_typed_nothing_gets_what_is_popular() {
    let mut catalogue = catalogue(&["Máy sấy lúa", "Máy sấy gỗ"]);
    catalogue.set_queries([("máy sấy gỗ", 3), ("máy sấy", 40)]);
    let all = catalogue.build(&Vocabulary::empty());
    for typed in ["", "  ", "…"] {
        assert_eq!(texts(&all.find(typed, 10)), ["máy sấy", "máy sấy gỗ"], "{typed:?}");
    }
    assert_eq!(all.find(&"a ".repeat(400), 10), []);
}

#[test]
fn a_field_is_suggested_by_one_of_its_names() {
    let mut catalogue = Catalogue::default();
    let mut of_field = listing(1, "Lò nung");
    of_field.fields = vec!["food".into()];
    catalogue.put(&of_field);
    catalogue.set_field_names([
        ("food", "Thực phẩm"),
        ("food", "Thực phẩm và đồ uống"),
        ("food", "Food"),
    ]);
    let all = catalogue.build(&Vocabulary::empty());
    assert_eq!(texts(&all.find("thuc", 10)), ["Thực phẩm"]);
    assert_eq!(texts(&all.find("foo", 10)), ["Food"]);
    assert_eq!(texts(&all.find("", 10)), ["Thực phẩm"]);
}

fn without_diacritics(text: &str) -> String {
    let letters = text.nfd().filter(|letter| !is_combining_mark(*letter));
    letters
        .map(|letter| if letter == 'đ' || letter == 'Đ' { 'd' } else { letter })
        .collect()
}

/// Titles of real words and of anything.
fn title() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Máy",
        "sấy",
        "lúa",
        "Kỹ",
        "thuật",
        "hoà",
        "hòa",
        "quý",
        "FR-E740",
        "3,7kW",
        "nước",
        "đường",
        "½",
        "CNC",
        "lọc",
        "ﬁlter",
        "Ø34",
        "ly",
        "tâm",
    ]);
    let words = prop::collection::vec(word, 1..8).prop_map(|words| words.join(" "));
    prop_oneof![3 => words, 1 => "\\PC{1,24}"]
}

proptest! {
    #[test]
    fn every_beginning_of_a_title_finds_it(
        titles in prop::collection::vec(title(), 1..8),
        which in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        plain in any::<bool>(),
    ) {
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        let all = suggestions(&titles);
        let title = *which.get(&titles);
        let ends: Vec<usize> = title.char_indices().map(|(at, letter)| at + letter.len_utf8()).collect();
        let begun = &title[..*cut.get(&ends)];
        prop_assume!(!search_index::folded_words(begun).is_empty());
        let typed = if plain { without_diacritics(begun) } else { begun.to_owned() };
        let found = all.find(&typed, 20);
        prop_assert!(
            found.iter().any(|found| has_same_words(&found.text, title)),
            "{typed:?} should find {title:?}: {:?}", texts(&found)
        );
        prop_assert_eq!(&found, &all.find(&typed, 20));
    }

    #[test]
    fn marks_are_on_character_boundaries(
        titles in prop::collection::vec(title(), 1..6),
        typed in title(),
        limit in 0_usize..30,
    ) {
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        let found = suggestions(&titles).find(&typed, limit);
        prop_assert!(found.len() <= limit);
        for suggestion in &found {
            let mut end = 0;
            for mark in &suggestion.marks {
                prop_assert!(end <= mark.start && mark.start < mark.end);
                prop_assert!(!suggestion.text[mark.clone()].is_empty());
                end = mark.end;
            }
        }
    }
}
