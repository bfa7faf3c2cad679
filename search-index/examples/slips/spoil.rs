//! Slips of keyboards, ears and input methods.

use unicode_normalization::UnicodeNormalization as _;

/// What spoils a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A letter that is left out, in a word of four or more.
    Dropped,
    /// Two letters exchanged.
    Swapped,
    /// A letter twice.
    Doubled,
    /// The key beside the right one.
    NeighbourKey,
    /// Another tone.
    WrongTone,
    /// A word without any diacritic in a text that has them.
    BareWord,
    /// A letter with the mark of another: `ô` for `ơ`.
    WrongMark,
    /// No space between two words.
    MissingSpace,
    /// No space between any.
    NoSpaces,
    /// A space within a word.
    ExtraSpace,
    /// Letters that sound alike somewhere, at the start: `l` and `n`, `ch` and `tr`.
    SoundStart,
    /// The same at the end: `n` and `ng`, `c` and `t`.
    SoundEnd,
    /// `i` for `y` and the other way round.
    IForY,
    /// The keys of Telex in one word.
    Telex,
    /// No diacritics, and a letter left out.
    BareDropped,
    /// No diacritics, and two letters exchanged.
    BareSwapped,
    /// No diacritics, and the key beside the right one.
    BareNeighbourKey,
    /// No diacritics, and sounds that are alike.
    BareSound,
    /// A model without its signs.
    ModelNoSigns,
    /// A model with spaces where it has signs.
    ModelSpaces,
    /// A space between the letters and the digits of a model.
    ModelApart,
    /// `O` for `0` and the other way round.
    ModelZero,
    /// `I` for `1`.
    ModelOne,
    /// The first half of a model.
    ModelStart,
    /// A model before the words that stood before it.
    ModelFirst,
    /// A model with one digit wrong.
    ModelDigit,
    /// A hyphen where there is none.
    ModelHyphen,
}

pub const KINDS: [(&str, Kind); 27] = [
    ("dropped", Kind::Dropped),
    ("swapped", Kind::Swapped),
    ("doubled", Kind::Doubled),
    ("neighbour-key", Kind::NeighbourKey),
    ("wrong-tone", Kind::WrongTone),
    ("bare-word", Kind::BareWord),
    ("wrong-mark", Kind::WrongMark),
    ("missing-space", Kind::MissingSpace),
    ("no-spaces", Kind::NoSpaces),
    ("extra-space", Kind::ExtraSpace),
    ("sound-start", Kind::SoundStart),
    ("sound-end", Kind::SoundEnd),
    ("i-for-y", Kind::IForY),
    ("telex", Kind::Telex),
    ("bare-dropped", Kind::BareDropped),
    ("bare-swapped", Kind::BareSwapped),
    ("bare-neighbour-key", Kind::BareNeighbourKey),
    ("bare-sound", Kind::BareSound),
    ("model-no-signs", Kind::ModelNoSigns),
    ("model-spaces", Kind::ModelSpaces),
    ("model-apart", Kind::ModelApart),
    ("model-zero", Kind::ModelZero),
    ("model-one", Kind::ModelOne),
    ("model-start", Kind::ModelStart),
    ("model-first", Kind::ModelFirst),
    ("model-digit", Kind::ModelDigit),
    ("model-hyphen", Kind::ModelHyphen),
];

/// Numbers that look random and are the same in every run (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: usize) -> Self {
        Self(u64::try_from(seed).unwrap_or(0).wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bound = u64::try_from(bound).unwrap_or(1).max(1);
        usize::try_from((mixed ^ (mixed >> 31)) % bound).unwrap_or(0)
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        all.get(self.below(all.len()))
    }
}

pub fn is_of_model(kind: Kind) -> bool {
    use Kind::{
        ModelApart, ModelDigit, ModelFirst, ModelHyphen, ModelNoSigns, ModelOne, ModelSpaces, ModelStart, ModelZero,
    };
    matches!(
        kind,
        ModelNoSigns
            | ModelSpaces
            | ModelApart
            | ModelZero
            | ModelOne
            | ModelStart
            | ModelFirst
            | ModelDigit
            | ModelHyphen
    )
}

/// Whether a word of a title is a model: letters and digits, of some length.
pub fn is_model(word: &str) -> bool {
    let count = |is: fn(&char) -> bool| word.chars().filter(is).count();
    let (letters, digits) = (count(char::is_ascii_alphabetic), count(char::is_ascii_digit));
    letters > 0 && digits > 1 && letters + digits > 4 && word.is_ascii()
}

/// A text with one slip; none where it cannot have it.
pub fn spoilt(text: &str, kind: Kind, random: &mut Random) -> Option<String> {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    match kind {
        Kind::MissingSpace => {
            let at = random.below(words.len().checked_sub(1)?);
            let next = words.remove(at + 1);
            words.get_mut(at)?.push_str(&next);
        }
        Kind::NoSpaces => words = vec![words.concat()],
        Kind::ModelFirst => {
            let model = words.pop().filter(|_| !words.is_empty())?;
            words.insert(0, model);
        }
        _ if is_of_model(kind) => {
            let model = words.last_mut()?;
            *model = spoilt_model(model, kind, random)?;
        }
        _ => {
            let bare = matches!(
                kind,
                Kind::BareDropped | Kind::BareSwapped | Kind::BareNeighbourKey | Kind::BareSound
            );
            if bare {
                words = words.iter().map(|word| folded(word)).collect();
            }
            let able: Vec<(usize, String)> = (0..)
                .zip(&words)
                .filter(|(_, word)| word.chars().all(char::is_alphabetic))
                .filter_map(|(at, word)| Some((at, spoilt_word(word, kind, random)?)))
                .collect();
            let (at, word) = random.of(&able)?;
            words.get_mut(*at)?.clone_from(word);
        }
    }
    let slip = words.join(" ");
    (slip != text).then_some(slip)
}

fn spoilt_word(word: &str, kind: Kind, random: &mut Random) -> Option<String> {
    let letters: Vec<char> = word.nfc().collect();
    let inner = |random: &mut Random| 1 + random.below(letters.len().saturating_sub(1));
    let mut other = letters.clone();
    match kind {
        Kind::Dropped | Kind::BareDropped if letters.len() > 3 => {
            other.remove(inner(random));
        }
        Kind::Swapped | Kind::BareSwapped if letters.len() > 2 => {
            let at = random.below(letters.len() - 1);
            other.swap(at, at + 1);
        }
        Kind::Doubled if letters.len() > 2 => {
            let at = random.below(letters.len());
            other.insert(at, *letters.get(at)?);
        }
        Kind::NeighbourKey | Kind::BareNeighbourKey if letters.len() > 2 => {
            const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
            let at = random.below(letters.len());
            let letter = letters.get(at)?;
            let row = ROWS.iter().find(|row| row.contains(*letter))?;
            let place = row.find(*letter)?;
            let beside = [place.checked_sub(1), Some(place + 1)];
            let keys: Vec<char> = beside
                .into_iter()
                .flatten()
                .filter_map(|place| row.chars().nth(place))
                .collect();
            *other.get_mut(at)? = *random.of(&keys)?;
        }
        Kind::WrongTone => {
            const TONES: [char; 5] = ['\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];
            let mut letters: Vec<char> = word.nfd().collect();
            let tone = letters.iter_mut().find(|letter| TONES.contains(letter))?;
            let others: Vec<char> = TONES.into_iter().filter(|other| other != tone).collect();
            *tone = *random.of(&others)?;
            return Some(letters.into_iter().nfc().collect());
        }
        Kind::BareWord => return Some(folded(word)).filter(|bare| bare != word),
        Kind::WrongMark => {
            const MARKS: [(char, char); 3] = [('\u{302}', '\u{31b}'), ('\u{31b}', '\u{302}'), ('\u{306}', '\u{302}')];
            let mut letters: Vec<char> = word.nfd().collect();
            let at = letters
                .iter()
                .position(|letter| MARKS.iter().any(|(mark, _)| mark == letter))?;
            let to = MARKS.iter().find(|(mark, _)| Some(mark) == letters.get(at))?.1;
            // There is no `ê` with a horn.
            let base = letters.get(at.checked_sub(1)?)?;
            let fits = if to == '\u{31b}' {
                matches!(base, 'o')
            } else {
                matches!(base, 'a' | 'o')
            };
            if !fits {
                return None;
            }
            *letters.get_mut(at)? = to;
            return Some(letters.into_iter().nfc().collect());
        }
        Kind::ExtraSpace if letters.len() > 4 => other.insert(inner(random), ' '),
        Kind::SoundStart => return sound(word, &STARTS, true, random),
        Kind::SoundEnd => return sound(word, &ENDS, false, random),
        Kind::BareSound => return sound(word, &STARTS, true, random).or_else(|| sound(word, &ENDS, false, random)),
        Kind::IForY => {
            const PAIRS: [(char, char); 8] = [
                ('i', 'y'),
                ('y', 'i'),
                ('í', 'ý'),
                ('ý', 'í'),
                ('ì', 'ỳ'),
                ('ỳ', 'ì'),
                ('ĩ', 'ỹ'),
                ('ỹ', 'ĩ'),
            ];
            let last = other.last_mut()?;
            let (_, to) = PAIRS.iter().find(|(from, _)| from == last)?;
            *last = *to;
        }
        Kind::Telex => return telex(word),
        _ => return None,
    }
    let other: String = other.into_iter().collect();
    (other != word).then_some(other)
}

const STARTS: [(&str, &str); 14] = [
    ("l", "n"),
    ("n", "l"),
    ("ch", "tr"),
    ("tr", "ch"),
    ("s", "x"),
    ("x", "s"),
    ("d", "gi"),
    ("gi", "d"),
    ("r", "d"),
    ("d", "r"),
    ("v", "d"),
    ("d", "v"),
    ("qu", "w"),
    ("ph", "f"),
];
const ENDS: [(&str, &str); 8] = [
    ("n", "ng"),
    ("ng", "n"),
    ("c", "t"),
    ("t", "c"),
    ("nh", "n"),
    ("n", "nh"),
    ("ch", "t"),
    ("t", "ch"),
];

fn sound(word: &str, table: &[(&str, &str)], at_start: bool, random: &mut Random) -> Option<String> {
    const DIGRAPHS: [&str; 9] = ["ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th"];
    let whole = |from: &str| {
        if at_start {
            let rest = word.strip_prefix(from)?;
            let longer = from.len() == 1
                && DIGRAPHS
                    .iter()
                    .any(|two| two.starts_with(from) && word.starts_with(two));
            (!longer && rest.chars().count() > 1).then_some(rest)
        } else {
            let rest = word.strip_suffix(from)?;
            (rest.chars().count() > 1).then_some(rest)
        }
    };
    let able: Vec<String> = table
        .iter()
        .filter_map(|(from, to)| {
            let rest = whole(from)?;
            Some(if at_start {
                format!("{to}{rest}")
            } else {
                format!("{rest}{to}")
            })
        })
        .collect();
    random.of(&able).cloned()
}

fn spoilt_model(model: &str, kind: Kind, random: &mut Random) -> Option<String> {
    let sign = |letter: char| !letter.is_ascii_alphanumeric();
    let other = match kind {
        Kind::ModelNoSigns => model.chars().filter(|letter| !sign(*letter)).collect(),
        Kind::ModelSpaces => model.replace(sign, " "),
        Kind::ModelApart | Kind::ModelHyphen => {
            let letters: Vec<char> = model.chars().collect();
            let border = letters
                .windows(2)
                .position(|two| matches!(two, [left, right] if left.is_ascii_alphabetic() && right.is_ascii_digit()))?;
            let (left, right) = letters.split_at_checked(border + 1)?;
            let gap = if kind == Kind::ModelApart { " " } else { "-" };
            let text = |letters: &[char]| letters.iter().collect::<String>();
            format!("{}{gap}{}", text(left), text(right))
        }
        Kind::ModelZero => model.replace('0', "o"),
        Kind::ModelOne => model.replacen('1', "i", 1),
        Kind::ModelStart => {
            let half = model.len().div_ceil(2).max(4);
            model.get(..half)?.to_owned()
        }
        Kind::ModelDigit => {
            let digits: Vec<usize> = model
                .char_indices()
                .filter(|(_, letter)| letter.is_ascii_digit())
                .map(|(at, _)| at)
                .collect();
            let at = *random.of(&digits)?;
            let (before, rest) = model.split_at_checked(at)?;
            let wrong = char::from_digit(u32::try_from(random.below(10)).ok()?, 10)?;
            format!("{before}{wrong}{}", rest.get(1..)?)
        }
        _ => return None,
    };
    (other != model).then_some(other)
}

fn folded(word: &str) -> String {
    let bare = word.nfd().filter(|letter| letter.is_ascii() || letter.is_alphabetic());
    bare.map(|letter| if letter == 'đ' { 'd' } else { letter }).collect()
}

/// The keys that a word takes with Telex, tone at the end.
fn telex(word: &str) -> Option<String> {
    let (mut keys, mut tone) = (String::new(), None);
    for letter in word.nfd() {
        match letter {
            '\u{301}' => tone = Some('s'),
            '\u{300}' => tone = Some('f'),
            '\u{309}' => tone = Some('r'),
            '\u{303}' => tone = Some('x'),
            '\u{323}' => tone = Some('j'),
            '\u{302}' => {
                let last = keys.chars().next_back()?;
                keys.push(last);
            }
            '\u{31b}' | '\u{306}' => keys.push('w'),
            'đ' => keys.push_str("dd"),
            other => keys.push(other),
        }
    }
    keys.extend(tone);
    (keys != word).then_some(keys)
}
