//! The analyser's table of expected tokens (`analyzer_vectors.tsv` beside this file).

use proptest::prelude::*;
use search_index::analyze;
use unicode_normalization::UnicodeNormalization;

#[test]
fn table() {
    let table = include_str!("analyzer_vectors.tsv");
    let mut checked = 0;
    for line in table.lines().skip(1) {
        let mut columns = line.split('\t');
        let mut column = || columns.next().unwrap_or("");
        let (input, exact, folded, codes) = (column(), column(), column(), column());
        let analysis = analyze(input);
        let found: Vec<&str> = analysis.syllables.iter().map(|s| s.exact.as_str()).collect();
        assert_eq!(found.join(" "), exact, "exact syllables of {input}");
        let found: Vec<&str> = analysis.syllables.iter().map(|s| s.folded.as_str()).collect();
        assert_eq!(found.join(" "), folded, "folded syllables of {input}");
        let mut found: Vec<&str> = analysis.codes.iter().map(|c| c.text.as_str()).collect();
        let mut expected: Vec<&str> = codes.split(' ').filter(|c| !c.is_empty()).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "codes of {input}");
        checked += 1;
    }
    assert!(checked > 50, "the table was read");
}

/// Vietnamese syllables in composed form.
const SYLLABLES: [&str; 24] = [
    "máy",
    "sấy",
    "lúa",
    "nước",
    "điện",
    "thủy",
    "lực",
    "khỏe",
    "quý",
    "kỹ",
    "nghiệp",
    "ướt",
    "giường",
    "Đặng",
    "ẵm",
    "ỹ",
    "hoà",
    "xoáy",
    "380V",
    "CO₂",
    "FR-E740",
    "0,8",
    "m³",
    "rơ-le",
];

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(proptest::sample::select(&SYLLABLES[..]), 0..8).prop_map(|words| words.join(" ")),
        ".{0,40}",
        "[\u{20}-\u{7e}\u{300}-\u{330}àáạảãăâđêôơưÀĐƯ\u{ad}\u{200b}²½㎡ﬁ]{0,30}",
    ]
}

fn tokens(text: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    let analysis = analyze(text);
    let exact = analysis
        .syllables
        .iter()
        .map(|syllable| syllable.exact.clone())
        .collect();
    let folded = analysis
        .syllables
        .iter()
        .map(|syllable| syllable.folded.clone())
        .collect();
    (
        exact,
        folded,
        analysis.codes.into_iter().map(|code| code.text).collect(),
    )
}

proptest! {
    #[test]
    fn composition_does_not_matter(text in any_text()) {
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        prop_assert_eq!(tokens(&composed), tokens(&decomposed));
    }

    #[test]
    fn case_does_not_matter(
        words in proptest::collection::vec(proptest::sample::select(&SYLLABLES[..]), 0..8)
    ) {
        let text = words.join(" ");
        prop_assert_eq!(tokens(&text.to_uppercase()), tokens(&text));
        prop_assert_eq!(tokens(&text.to_lowercase()), tokens(&text));
    }

    /// The tone may stand on any letter of its syllable.
    #[test]
    fn tone_placement_does_not_matter(
        base in "[bcđghklmnpstvx]{1,2}[aăâeêioôơuưy]{1,3}[cmnpt]?",
        tone in proptest::sample::select(&['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'][..]),
        first in 0_usize..6,
        second in 0_usize..6,
    ) {
        let with_tone_at = |place: usize| {
            let place = place % base.chars().count();
            let letters = base.chars().enumerate();
            letters.flat_map(|(at, c)| [Some(c), (at == place).then_some(tone)]).flatten().nfc()
                .collect::<String>()
        };
        prop_assert_eq!(tokens(&with_tone_at(first)), tokens(&with_tone_at(second)));
    }

    #[test]
    fn ranges_are_on_character_boundaries(text in any_text()) {
        let analysis = analyze(&text);
        let mut before = 0..0;
        for syllable in &analysis.syllables {
            // Not always apart: one character such as ½ can end a syllable and start another.
            let range = &syllable.range;
            prop_assert!(range.start >= before.start && range.end >= before.end, "in order");
            prop_assert!(!text[syllable.range.clone()].is_empty());
            prop_assert!(!syllable.folded.is_empty());
            before = syllable.range.clone();
        }
        for code in &analysis.codes {
            prop_assert!(!text[code.range.clone()].is_empty());
            prop_assert!(analysis.syllables.get(code.syllables.clone()).is_some());
        }
    }

    /// The part of the text under a token is that token again.
    #[test]
    fn a_token_reads_the_same_alone(text in any_text()) {
        for syllable in analyze(&text).syllables {
            let (exact, ..) = tokens(&text[syllable.range]);
            prop_assert!(exact.contains(&syllable.exact));
        }
    }
}

#[test]
fn quantities() {
    for (text, code) in [
        ("1.250 kg", "#1250kg"),
        ("1,250 kg", "#1.25kg"),
        ("3.70kW", "#3.7kw"),
        ("2 tấn/giờ", "#2t/h"),
        ("40T", "#40t"),
        ("05 lít/phút", "#5l/min"),
        ("０,5 ㎏", "#0.5kg"),
    ] {
        let codes = tokens(text).2;
        assert!(codes.contains(&code.to_owned()), "{text}: {codes:?}");
    }
}

#[test]
fn frequent_wrong_letters() {
    for (wrong, right) in [("TRƢỜNG", "trường"), ("Ðiện", "điện"), ("máy\u{ad}bơm", "máybơm")] {
        assert_eq!(tokens(wrong), tokens(right), "{wrong}");
    }
}
