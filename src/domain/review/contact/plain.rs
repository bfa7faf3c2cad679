//! One spelling for what looks alike, and digits for what is a number in words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::scripts::look_of;

/// In the usual letters and digits (NFKC), without what is drawn over digits (`9️⃣`), with Latin letters for those that look like them, with
/// one kind of dash and of space, 0 for an O before a digit (`O912…`), no tags of HTML, and a comma for `và` between digits. Letters keep
/// their case, and breaks of lines stay.
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
    listed(&without_tags(&plain))
}

/// Tags that stand within a word, and those that part what they stand between. With anything but their names they stay: that may tell
/// an address.
const INLINE: &[&str] = &[
    "a", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u",
];
const PARTING: &[&str] = &["br", "div", "hr", "li", "p", "td", "th", "tr"];

fn without_tags(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('<') {
        bare.push_str(before);
        match tag(from) {
            Some((instead, behind)) => {
                bare.push_str(instead);
                rest = behind;
            }
            None => {
                bare.push('<');
                rest = from;
            }
        }
    }
    bare.push_str(rest);
    bare
}

/// What stands for the tag whose sign a text stands behind, and what comes after it.
fn tag(from: &str) -> Option<(&'static str, &str)> {
    // None is longer: what is in other brackets is not looked through.
    let (ends, _) = from.char_indices().take(12).find(|(_, letter)| *letter == '>')?;
    let (told, behind) = from.split_at_checked(ends)?;
    let name = told.trim_start_matches('/').trim_end_matches(['/', ' ']).to_lowercase();
    let behind = behind.strip_prefix('>')?;
    if INLINE.contains(&name.as_str()) {
        Some(("", behind))
    } else if PARTING.contains(&name.as_str()) {
        Some((" ", behind))
    } else {
        None
    }
}

/// With a comma where two digits have `và` between them.
fn listed(text: &str) -> String {
    let is_digit = |letter: char| letter.is_ascii_digit();
    let mut parts = text.split(" và ");
    let mut listed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_between = listed.ends_with(is_digit) && part.starts_with(is_digit);
        listed.push_str(if is_between { " , " } else { " và " });
        listed.push_str(part);
    }
    listed
}

fn usual(letter: char) -> char {
    match letter {
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{30fc}' | '\u{ad}' => '-',
        '\u{3002}' | '\u{2022}' | '\u{b7}' | '\u{2219}' | '\u{22c5}' | '\u{25cf}' => '.',
        '\u{2044}' | '\u{2215}' => '/',
        // Arabic digits as Arabs and as Persians write them: the last four bits are the value.
        '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => {
            char::from_digit(u32::from(letter) & 0xf, 10).unwrap_or(letter)
        }
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
    ("hông", '0'),
    ("hong", '0'),
    ("ko", '0'),
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
