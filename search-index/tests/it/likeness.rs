//! Two listings held against each other.

use proptest::prelude::*;
use search_index::{Answered, Change, Filters, IndexDocument, Portrait, SearchIndex, View, Watermark};

fn document(id: &str, kind: &str, title: &str) -> IndexDocument {
    IndexDocument {
        id: id.to_owned(),
        kind: kind.to_owned(),
        title_vi: title.to_owned(),
        ..IndexDocument::default()
    }
}

/// An index of some titles, so that words have a rarity.
fn view() -> View {
    let (mut writer, reader) = SearchIndex::in_memory().unwrap();
    let titles = [
        "Máy tách vỏ hạt điều",
        "Bộ điều khiển nhiệt độ",
        "Máy bóc vỏ lạc rang",
        "Máy may công nghiệp",
        "Van hút chân không",
        "Máy hút chân không đóng gói",
        "Máy ép dầu đậu phộng",
        "Tủ điện điều khiển",
    ];
    let documents = (0..)
        .zip(titles)
        .map(|(number, title)| document(&format!("{number}"), "offer", title));
    let needs = std::iter::once(document("n", "need", "Cần máy bóc vỏ lạc"));
    let changes: Vec<Change> = documents
        .chain(needs)
        .map(|document| Change::Put(Box::new(document)))
        .collect();
    writer.apply(&changes, Watermark::default()).unwrap();
    reader.view()
}

fn answered(asked: &str, title: &str, rest: &str) -> Answered {
    view()
        .asked(asked)
        .unwrap()
        .answered_by(&Portrait::new([title], [rest]))
}

fn shared(answered: &Answered) -> Vec<(&str, Option<&str>)> {
    let words = answered.shared.iter();
    words
        .map(|words| (words.said.as_str(), words.found.as_deref()))
        .collect()
}

#[test]
fn the_same_words_are_shared_as_they_are_written() {
    let all = answered("Cần mua máy bóc vỏ lạc", "MÁY BÓC VỎ LẠC rang", "");
    assert_eq!(shared(&all), [("máy bóc vỏ lạc", None)]);
    assert_eq!((all.anywhere, all.in_title), (1_000, 1_000));
    let folded = answered("may boc vo lac", "Máy bóc vỏ lạc", "");
    assert_eq!(shared(&folded), [("may boc vo lac", None)]);
    let below = answered("máy bóc vỏ lạc", "Dây chuyền", "có máy bóc vỏ lạc");
    assert!(below.in_title < below.anywhere && below.anywhere == 1_000, "{below:?}");
}

#[test]
fn other_names_are_told_as_the_other_one_has_them() {
    let found = answered("máy ép dầu lạc", "Máy ép dầu Đậu phộng", "");
    assert!(found.anywhere > 700, "{found:?}");
    let names: Vec<&str> = found.shared.iter().filter_map(|words| words.found.as_deref()).collect();
    assert!(names.iter().any(|name| name.ends_with("Đậu phộng")), "{found:?}");
}

/// `điều` is a part of `hạt điều`, and of a hundred other words.
#[test]
fn a_part_of_a_word_is_not_the_word() {
    let found = answered("máy tách vỏ hạt điều", "Bộ điều khiển máy", "");
    assert!(found.shared.is_empty(), "{found:?}");
    assert!(found.anywhere < 200, "{found:?}");
}

/// Each two words beside each other are not all of them.
#[test]
fn a_stretch_stands_there_as_a_whole() {
    let found = answered("máy đóng gói", "Máy đóng đai", "để đóng gói");
    let said: Vec<&str> = shared(&found).into_iter().map(|(said, _)| said).collect();
    assert!(
        said.contains(&"đóng gói") && !said.contains(&"máy đóng gói"),
        "{said:?}"
    );
}

#[test]
fn what_it_is_for_counts_less_than_what_it_is() {
    let asked = "máy hút chân không cho máy may công nghiệp";
    let thing = answered(asked, "Máy hút chân không", "");
    let purpose = answered(asked, "Máy may công nghiệp", "");
    assert!(thing.anywhere > 2 * purpose.anywhere, "{thing:?} {purpose:?}");
}

#[test]
fn nothing_is_asked_by_nothing() {
    for text in ["", "  ", "!?", "“”"] {
        let asked = view().asked(text).unwrap();
        assert!(asked.is_empty(), "{text}");
        assert_eq!(asked.answered_by(&Portrait::new([text], [text])), Answered::default());
    }
}

#[test]
fn candidates_are_of_the_kinds_that_are_asked_for_and_never_hidden() {
    let view = view();
    let kinds = |kind: &str| Filters {
        kinds: vec![kind.to_owned()],
        ..Filters::default()
    };
    let texts = ["máy bóc vỏ lạc", "\"máy bóc\" -vỏ lạc"];
    let offers = view.candidates(&texts, &kinds("offer"), 10).unwrap();
    assert_eq!(offers.first().map(String::as_str), Some("2"));
    assert!(!offers.contains(&"n".to_owned()));
    assert_eq!(view.candidates(&texts, &kinds("need"), 10).unwrap(), ["n"]);
    assert_eq!(view.candidates(&texts, &kinds("offer"), 1).unwrap().len(), 1);
    view.hide(["2"]).unwrap();
    assert!(
        !view
            .candidates(&texts, &kinds("offer"), 10)
            .unwrap()
            .contains(&"2".to_owned())
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever two listings say: shares are shares, and shared words stand in both.
    #[test]
    fn any_texts(
        asked in "[a-zà-ỹ0-9 .,“”\"-]{0,80}|.{0,60}",
        title in "[a-zà-ỹ0-9 .,]{0,60}|.{0,40}",
        rest in ".{0,60}",
    ) {
        let found = answered(&asked, &title, &rest);
        prop_assert!(found.in_title <= found.anywhere && found.anywhere <= 1_000, "{found:?}");
        for words in &found.shared {
            prop_assert!(asked.contains(&words.said), "{words:?}");
            if let Some(other) = &words.found {
                prop_assert!(title.contains(other) || rest.contains(other), "{words:?}");
            }
        }
        let whole = answered(&asked, &asked, &asked);
        let asks = !view().asked(&asked).unwrap().is_empty();
        prop_assert_eq!(whole.anywhere, if asks { 1_000 } else { 0 });
    }
}
