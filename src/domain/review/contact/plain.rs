//! One spelling for what looks alike, and digits for what is a number in words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::scripts::look_of;

/// In the usual letters and digits (NFKC), without what is drawn over digits (`9️⃣`), with Latin letters for those that look like them, with
/// one kind of dash and of space, and 0 for an O before a digit (`O912…`). Letters keep their case, and breaks of lines stay.
pub(super) fn plain(text: &str) -> String {
    let is_drawn_over = |letter: &char| matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{20d0}'..='\u{20ff}');
    let composed = text.nfkc().filter(|letter| !is_drawn_over(letter));
    let mut letters = composed.map(usual).peekable();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        let is_in_word = plain.ends_with(char::is_alphabetic);
        let is_zero = matches!(letter, 'o' | 'O') && !is_in_word && letters.peek().is_some_and(char::is_ascii_digit);
        plain.push(if is_zero { '0' } else { letter });
    }
    plain
}

fn usual(letter: char) -> char {
    match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' => '-',
        '\u{2022}' | '\u{b7}' | '\u{2219}' | '\u{22c5}' | '\u{25cf}' => '.',
        '\u{2044}' | '\u{2215}' => '/',
        '\n' => '\n',
        letter if letter.is_whitespace() => ' ',
        letter => look_of(letter),
    }
}

/// How many words of digits stand together before they are taken for a number: `hai ba` are met in any text.
const TOGETHER: usize = 3;

/// Digits in words, in Vietnamese with or without marks, and in English.
const DIGITS: &[(&str, char)] = &[
    ("không", '0'),
    ("khong", '0'),
    ("zero", '0'),
    ("một", '1'),
    ("mốt", '1'),
    ("mot", '1'),
    ("one", '1'),
    ("hai", '2'),
    ("two", '2'),
    ("ba", '3'),
    ("three", '3'),
    ("bốn", '4'),
    ("bon", '4'),
    ("tư", '4'),
    ("tu", '4'),
    ("four", '4'),
    ("năm", '5'),
    ("lăm", '5'),
    ("nam", '5'),
    ("five", '5'),
    ("sáu", '6'),
    ("sau", '6'),
    ("six", '6'),
    ("bảy", '7'),
    ("bẩy", '7'),
    ("bay", '7'),
    ("seven", '7'),
    ("tám", '8'),
    ("tam", '8'),
    ("eight", '8'),
    ("chín", '9'),
    ("chin", '9'),
    ("nine", '9'),
];

/// The text with digits for each sequence of at least three digits in words: `không chín một` becomes `091`. None where there is no
/// such sequence.
pub(super) fn spelt_out(text: &str) -> Option<String> {
    let mut spelt = String::with_capacity(text.len());
    // What stands since the last word that is no digit, as it was, and the digits that it tells.
    let (mut asis, mut digits, mut is_any) = (String::new(), String::new(), false);
    let mut settle = |asis: &mut String, digits: &mut String, spelt: &mut String| {
        if digits.len() >= TOGETHER {
            is_any = true;
            spelt.push_str(digits);
            // What stood behind the last word still parts it from the next.
            let ends = asis.trim_end_matches(|letter: char| !letter.is_alphanumeric()).len();
            spelt.push_str(asis.get(ends..).unwrap_or_default());
        } else {
            spelt.push_str(asis);
        }
        asis.clear();
        digits.clear();
    };
    for word in text.split_inclusive(|letter: char| !is_of_word(letter)) {
        let bare = word.trim_end_matches(|letter: char| !is_of_word(letter));
        match digit_of(bare) {
            Some(digit) => {
                asis.push_str(word);
                digits.push(digit);
            }
            // Only signs: they may stand between two words of digits.
            None if bare.is_empty() && !digits.is_empty() => asis.push_str(word),
            None => {
                settle(&mut asis, &mut digits, &mut spelt);
                spelt.push_str(word);
            }
        }
    }
    settle(&mut asis, &mut digits, &mut spelt);
    is_any.then_some(spelt)
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || is_combining_mark(letter)
}

fn digit_of(word: &str) -> Option<char> {
    // None is longer than `không`: most words need not be looked at.
    if word.is_empty() || word.len() > "không".len() {
        return None;
    }
    let small = word.to_lowercase();
    let known = DIGITS.iter().find(|(name, _)| *name == small);
    known.map(|(_, digit)| *digit)
}
