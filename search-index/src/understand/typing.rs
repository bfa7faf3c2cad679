//! What was typed with the input method off: `mays saays luas`, `may1 sa6y1 lua1`.

use unicode_normalization::UnicodeNormalization;

use super::grammar::is_syllable;
use crate::analyzer::{Syllable, analyze};

const SAC: char = '\u{301}';
const HUYEN: char = '\u{300}';
const HOI: char = '\u{309}';
const NGA: char = '\u{303}';
const NANG: char = '\u{323}';

/// The syllable that was meant if these are the keys of Telex or VNI.
pub(crate) fn decode(keys: &str) -> Option<String> {
    if keys.len() > 9 || !keys.bytes().all(|key| key.is_ascii_lowercase() || key.is_ascii_digit()) {
        return None;
    }
    let digits = keys.bytes().any(|key| key.is_ascii_digit());
    let spelling = if digits { vni(keys) } else { telex(keys) }?;
    let changed = !spelling.letters.iter().all(char::is_ascii) || spelling.tone.is_some();
    let text = spelling.text();
    let syllable = first(&text)?;
    (changed && is_syllable(&syllable.folded)).then_some(text)
}

/// Whether keys can hardly be a word of another language.
pub(crate) fn is_keys(keys: &str) -> bool {
    const VOWELS: [&str; 14] = [
        "aa", "uw", "iee", "yee", "uoo", "owi", "owm", "owt", "owp", "awm", "awp", "awt", "awc", "awng",
    ];
    if keys.bytes().any(|key| key.is_ascii_digit()) {
        return keys.bytes().filter(u8::is_ascii_lowercase).count() > 2;
    }
    keys.starts_with("dd") || keys.ends_with('j') || VOWELS.iter().any(|vowels| keys.contains(vowels))
}

/// The first syllable of a text.
pub(crate) fn first(text: &str) -> Option<Syllable> {
    analyze(text).syllables.into_iter().next()
}

/// Letters with their own marks, and the tone apart.
#[derive(Default)]
struct Spelling {
    letters: Vec<char>,
    tone: Option<char>,
}

impl Spelling {
    fn has_vowel(&self) -> bool {
        self.letters.iter().any(|letter| is_vowel(*letter))
    }

    /// Changes the last letter that has a form under `to`; says whether there was one.
    fn change(&mut self, to: impl Fn(char) -> Option<char>) -> bool {
        let changed = self
            .letters
            .iter_mut()
            .rev()
            .find_map(|letter| Some((to(*letter)?, letter)));
        changed.map(|(to, letter)| *letter = to).is_some()
    }

    /// The horn: `uo` becomes `ươ` as a whole.
    fn horn(&mut self) -> bool {
        if let Some(at) = self.letters.windows(2).position(|two| matches!(two, ['u', 'o'])) {
            for (letter, horned) in self.letters.iter_mut().skip(at).zip(['ư', 'ơ']) {
                *letter = horned;
            }
            return true;
        }
        self.change(|letter| match letter {
            'o' => Some('ơ'),
            'u' => Some('ư'),
            _ => None,
        })
    }

    /// The syllable as it is written.
    fn text(&self) -> String {
        spell(&self.letters, self.tone)
    }
}

fn is_vowel(letter: char) -> bool {
    matches!(
        letter,
        'a' | 'ă' | 'â' | 'e' | 'ê' | 'i' | 'o' | 'ô' | 'ơ' | 'u' | 'ư' | 'y'
    )
}

fn circumflex(letter: char) -> Option<char> {
    match letter {
        'a' => Some('â'),
        'e' => Some('ê'),
        'o' => Some('ô'),
        _ => None,
    }
}

fn telex(keys: &str) -> Option<Spelling> {
    let mut spelling = Spelling::default();
    for key in keys.chars() {
        let tone = match key {
            's' => Some(SAC),
            'f' => Some(HUYEN),
            'r' => Some(HOI),
            'x' => Some(NGA),
            'j' => Some(NANG),
            _ => None,
        };
        if let Some(tone) = tone
            && spelling.has_vowel()
        {
            if spelling.tone.replace(tone).is_some() {
                return None;
            }
            continue;
        }
        let taken = match key {
            'a' | 'e' | 'o' => spelling.change(|letter| if letter == key { circumflex(letter) } else { None }),
            'w' => {
                let breve = spelling.letters.last() == Some(&'a') && spelling.change(|a| (a == 'a').then_some('ă'));
                breve || spelling.horn() || spelling.change(|a| (a == 'a').then_some('ă'))
            }
            'd' => spelling.letters.first() == Some(&'d') && spelling.change(|d| (d == 'd').then_some('đ')),
            _ => false,
        };
        if !taken {
            spelling.letters.push(if key == 'w' { 'ư' } else { key });
        }
    }
    Some(spelling)
}

fn vni(keys: &str) -> Option<Spelling> {
    let mut spelling = Spelling::default();
    for key in keys.chars() {
        let taken = match key {
            '1'..='5' => {
                let tone = match key {
                    '1' => SAC,
                    '2' => HUYEN,
                    '3' => HOI,
                    '4' => NGA,
                    _ => NANG,
                };
                spelling.has_vowel() && spelling.tone.replace(tone).is_none()
            }
            '6' => spelling.change(circumflex),
            '7' => spelling.horn(),
            '8' => spelling.change(|a| (a == 'a').then_some('ă')),
            '9' => spelling.change(|d| (d == 'd').then_some('đ')),
            '0' => false,
            letter => {
                spelling.letters.push(letter);
                true
            }
        };
        if !taken {
            return None;
        }
    }
    Some(spelling)
}

/// Letters and a tone as they are written: the tone on the vowel with a mark of its own, else on the last vowel before a
/// final consonant, else on the last but one.
fn spell(letters: &[char], tone: Option<char>) -> String {
    let mut text = String::new();
    let place = tone.and_then(|_| tone_place(letters));
    for (at, letter) in letters.iter().enumerate() {
        text.push(*letter);
        if place == Some(at) {
            text.extend(tone);
        }
    }
    text.nfc().collect()
}

fn tone_place(letters: &[char]) -> Option<usize> {
    let lead = match letters {
        // The u of `qu` and the i of `gi` before another vowel belong to the beginning.
        ['q', 'u', ..] => 2,
        ['g', 'i', next, ..] if is_vowel(*next) => 2,
        _ => 0,
    };
    let vowels = letters
        .iter()
        .enumerate()
        .skip(lead)
        .filter(|(_, letter)| is_vowel(**letter));
    let vowels: Vec<usize> = vowels.map(|(at, _)| at).collect();
    let own_mark = vowels
        .iter()
        .rev()
        .find(|at| letters.get(**at).is_some_and(|letter| !letter.is_ascii()));
    if let Some(own_mark) = own_mark {
        return Some(*own_mark);
    }
    let last = *vowels.last()?;
    let open = last + 1 == letters.len();
    let before = vowels.iter().rev().nth(1).copied();
    // `khoẻ`, `thuỷ`, `hoà` before a consonant have it on the last one; `máy`, `múa` on the last but one.
    match before {
        Some(before) if open => Some(before),
        _ => Some(last),
    }
}

/// An exact syllable as it is written: `may¹` is `máy`.
pub(crate) fn written(exact: &str) -> String {
    let mut letters: Vec<char> = exact.chars().collect();
    let tone = match letters.last() {
        Some('¹') => Some(SAC),
        Some('²') => Some(HUYEN),
        Some('³') => Some(HOI),
        Some('⁴') => Some(NGA),
        Some('⁵') => Some(NANG),
        _ => None,
    };
    if tone.is_some() {
        letters.pop();
    }
    spell(&letters, tone)
}

/// Every exact spelling that some letters without diacritics can stand for, at most some two hundred.
pub(crate) fn exact_forms(folded: &str) -> Vec<String> {
    const MOST: usize = 36;
    let mut forms = vec![String::new()];
    for letter in folded.chars() {
        let choices: &[char] = match letter {
            'a' => &['a', 'ă', 'â'],
            'e' => &['e', 'ê'],
            'o' => &['o', 'ô', 'ơ'],
            'u' => &['u', 'ư'],
            'd' => &['d', 'đ'],
            _ => &[],
        };
        let choices = if choices.is_empty() || forms.len() * choices.len() > MOST {
            vec![letter]
        } else {
            choices.to_vec()
        };
        forms = forms
            .iter()
            .flat_map(|form| choices.iter().map(move |choice| format!("{form}{choice}")))
            .collect();
    }
    let tones = ["", "¹", "²", "³", "⁴", "⁵"];
    forms
        .iter()
        .flat_map(|form| tones.iter().map(move |tone| format!("{form}{tone}")))
        .filter(|form| form != folded)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn telex_and_vni() {
        for (keys, meant) in [
            ("mays", "máy"),
            ("saays", "sấy"),
            ("luas", "lúa"),
            ("nuwowcs", "nước"),
            ("nuocws", "nước"),
            ("deetj", "dệt"),
            ("ddooj", "độ"),
            ("ddienej", "điện"),
            ("nhieetj", "nhiệt"),
            ("taanf", "tần"),
            ("xuwr", "xử"),
            ("lys", "lý"),
            ("hoaf", "hòa"),
            ("quyeenf", "quyền"),
            ("may1", "máy"),
            ("sa6y1", "sấy"),
            ("nu7o7c1", "nước"),
            ("nuoc71", "nước"),
            ("d9ie6n5", "điện"),
        ] {
            assert_eq!(decode(keys).as_deref(), Some(meant), "{keys}");
        }
        for keys in ["may", "s7", "1200", "gs1930", "windows", "ss", "", "trichoderma"] {
            assert_eq!(decode(keys), None, "{keys}");
        }
    }

    #[test]
    fn tones_are_written_where_they_belong() {
        for word in [
            "máy", "sấy", "lúa", "nước", "quý", "giếng", "gì", "khuấy", "hoàn", "thủy", "hóa", "điều", "ngoài",
        ] {
            let exact = first(word).map(|word| word.exact).unwrap_or_default();
            let written = written(&exact);
            assert_eq!(first(&written).map(|word| word.exact), Some(exact), "{word}");
            assert!(written == word || word == "quý", "{word}: {written}");
        }
    }

    #[test]
    fn forms_hold_the_word_itself() {
        for word in ["nước", "đường", "chiết", "máy"] {
            let syllable = first(word).unwrap_or_else(|| unreachable!());
            assert!(exact_forms(&syllable.folded).contains(&syllable.exact), "{word}");
        }
    }

    proptest! {
        #[test]
        fn any_keys(keys in "[a-z0-9]{0,12}|.{0,12}") {
            if let Some(text) = decode(&keys) {
                prop_assert_eq!(analyze(&text).syllables.len(), 1);
            }
            prop_assert!(exact_forms(&keys).len() <= 36 * 6);
        }
    }
}
