//! Texts in the encodings of before Unicode: TCVN 5712:1993 (TCVN3, "ABC fonts") and VNI for Windows.
//!
//! Such a text comes out of an old document as letters of Latin-1 that only its font showed rightly:
//! `nghiªn cøu c«ng nghÖ`, `thieát bò`. It is recognised by its words: they are no Vietnamese as they stand, and all of
//! them are when they are read in the old encoding. One word is never enough, because `µm` is a unit and would be `àm`.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::understand::is_syllable;

/// What a text was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegacyEncoding {
    /// TCVN 5712:1993, one byte a letter (phông ABC, `.VnTime`).
    Tcvn3,
    /// VNI for Windows: marks behind their letters.
    Vni,
    /// Unicode with ƣ (U+01A3) where ư was meant, as some programs write it into PDF.
    WrongHorn,
}

/// A text that was read in the encoding that it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// The text in Unicode, NFC.
    pub text: String,
    /// What it was written in.
    pub encoding: LegacyEncoding,
}

/// Letters of TCVN3 beside ASCII, as Latin-1 shows their bytes.
const TCVN3: &str = "¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ¨ă©âªê«ô¬ơ\u{ad}ư®đµà¶ả·ã¸á¹ạ»ằ¼ẳ½ẵ¾ắÆặÇầÈẩÉẫÊấËậÌèÎẻÏẽÐéÑẹÒềÓểÔễÕếÖệ×ìØỉÜĩÝíÞịßòáỏâõãóäọåồæổçỗèốéộêờëởìỡíớîợïùñủòũóúôụõừöửøữ÷ữøứùựúỳûỷüỹýýþỵ";

/// Letters of VNI that are one character.
const VNI_ALONE: &str = "ñđÑĐôơÔƠöưÖƯîỵÎỴììÌÌííÍÍæỉÆỈóĩÓĨòịÒỊ";

/// What a character of VNI, small or capital, does to the letter before it.
const VNI_MARKS: [(char, &str); 17] = [
    ('ù', "\u{301}"),
    ('ø', "\u{300}"),
    ('û', "\u{309}"),
    ('õ', "\u{303}"),
    ('ï', "\u{323}"),
    ('ê', "\u{306}"),
    ('é', "\u{306}\u{301}"),
    ('è', "\u{306}\u{300}"),
    ('ú', "\u{306}\u{309}"),
    ('ü', "\u{306}\u{303}"),
    ('ë', "\u{306}\u{323}"),
    ('â', "\u{302}"),
    ('á', "\u{302}\u{301}"),
    ('à', "\u{302}\u{300}"),
    ('å', "\u{302}\u{309}"),
    ('ã', "\u{302}\u{303}"),
    ('ä', "\u{302}\u{323}"),
];

/// Reads one word in an encoding; none where it cannot be in it.
type Reading = fn(&str) -> Option<String>;

/// Different words that must become Vietnamese before a text is taken for an old one.
const FEWEST_WORDS: usize = 2;

/// The text as it was meant, if it is one of before Unicode; none when it is not, or when that is not certain.
#[must_use]
pub fn repair_legacy(text: &str) -> Option<Repaired> {
    if text.is_ascii() {
        return None;
    }
    if text.contains(['ƣ', 'Ƣ']) {
        let text = text.replace('ƣ', "ư").replace('Ƣ', "Ư");
        return Some(Repaired {
            text: text.nfc().collect(),
            encoding: LegacyEncoding::WrongHorn,
        });
    }
    let marked: BTreeSet<&str> = words(text).filter(|word| !word.is_ascii()).collect();
    // `«`, `×` and `µm` would be words in an old encoding, too, and are in good texts of any language.
    let telling: Vec<&&str> = marked.iter().filter(|word| is_telling(word)).collect();
    if telling.len() < FEWEST_WORDS {
        return None;
    }
    // Some words of VNI are good Vietnamese, too (`bò` for `bị`); where all are, the text is meant as it stands.
    let good = telling.iter().filter(|word| is_vietnamese(word)).count();
    if good == telling.len() {
        return None;
    }
    // Of TCVN3 hardly one is (`lóa` for `lúa`); where most are, the others only look strange.
    let is_mostly_good = good > telling.len() - good;
    let readings: [(LegacyEncoding, Reading); 2] = [(LegacyEncoding::Tcvn3, tcvn3), (LegacyEncoding::Vni, vni)];
    let fits = |(encoding, read): &(LegacyEncoding, Reading)| {
        let mut all = marked.iter();
        let is_ruled_out = *encoding == LegacyEncoding::Tcvn3 && is_mostly_good;
        !is_ruled_out && all.all(|word| read(word).is_some_and(|read| is_vietnamese(&read)))
    };
    let (encoding, read) = readings.into_iter().find(fits)?;
    Some(Repaired {
        text: rewritten(text, read),
        encoding,
    })
}

/// Whether a word tells something of the encoding: one with letters of ASCII that is no unit of measurement.
fn is_telling(word: &str) -> bool {
    let rest = word.strip_prefix(['µ', 'μ']);
    word.contains(|c: char| c.is_ascii_alphabetic()) && rest.is_none_or(|unit| unit.chars().count() > 2)
}

/// What parts words, in every encoding alike.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || c.is_ascii_punctuation()
        || c.is_ascii_digit()
        || matches!(c, '–' | '—' | '“' | '”' | '…' | '•')
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_between).filter(|word| !word.is_empty())
}

/// The text with every word that has more than ASCII read anew.
fn rewritten(text: &str, read: Reading) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for piece in text.split_inclusive(is_between) {
        let word = piece.trim_end_matches(is_between);
        let rest = piece.strip_prefix(word).unwrap_or_default();
        match read(word).filter(|_| !word.is_ascii()) {
            Some(read) => out.push_str(&read),
            None => out.push_str(word),
        }
        out.push_str(rest);
    }
    out.nfc().collect()
}

/// Whether a word is a Vietnamese syllable with Vietnamese letters only, and with one tone at most: after a final stop
/// (-c, -ch, -p, -t) there are only sắc and nặng.
fn is_vietnamese(word: &str) -> bool {
    let (mut folded, mut tones, mut fits_a_stop) = (String::with_capacity(word.len()), 0, true);
    for c in word.to_lowercase().nfd() {
        let carries = |letters: &str| folded.ends_with(|last| letters.contains(last));
        match c {
            'a'..='z' => folded.push(c),
            'đ' => folded.push('d'),
            '\u{302}' if carries("aeo") => {}
            '\u{306}' if carries("a") => {}
            '\u{31b}' if carries("ou") => {}
            '\u{301}' | '\u{323}' if carries("aeiouy") => tones += 1,
            '\u{300}' | '\u{303}' | '\u{309}' if carries("aeiouy") => {
                tones += 1;
                fits_a_stop = false;
            }
            _ => return false,
        }
    }
    let is_in_tone = fits_a_stop || !folded.ends_with(['c', 'p', 't']) && !folded.ends_with("ch");
    tones <= 1 && is_in_tone && is_syllable(&folded)
}

fn pairs(table: &'static str) -> HashMap<char, char> {
    let letters: Vec<char> = table.chars().collect();
    let pairs = letters.chunks_exact(2);
    pairs.filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect()
}

/// Reads a word as TCVN3. Capitals with tones have the bytes of the small letters, in a font that only has capitals: a
/// word whose other letters are all capitals is one.
fn tcvn3(word: &str) -> Option<String> {
    static LETTERS: LazyLock<HashMap<char, char>> = LazyLock::new(|| pairs(TCVN3));
    let letter = |c: char| {
        if c.is_ascii() {
            Some(c)
        } else {
            LETTERS.get(&c).copied()
        }
    };
    let read: Option<String> = word.chars().map(letter).collect();
    let mut plain = word.chars().filter(char::is_ascii_alphabetic).peekable();
    let is_capital = plain.peek().is_some() && plain.all(|c| c.is_ascii_uppercase());
    read.map(|read| if is_capital { read.to_uppercase() } else { read })
}

/// Reads a word as VNI.
fn vni(word: &str) -> Option<String> {
    static ALONE: LazyLock<HashMap<char, char>> = LazyLock::new(|| pairs(VNI_ALONE));
    static MARKS: LazyLock<HashMap<char, &str>> = LazyLock::new(|| VNI_MARKS.into_iter().collect());
    let mut read = String::with_capacity(word.len());
    let mut vowel: Option<char> = None;
    for c in word.chars() {
        let small = c.to_lowercase().next().unwrap_or(c);
        if c.is_ascii() {
            read.push(c);
            vowel = Some(c.to_ascii_lowercase()).filter(|c| "aeouy".contains(*c));
        } else if let Some(letter) = ALONE.get(&c) {
            read.push(*letter);
            vowel = Some(small).filter(|c| matches!(c, 'ô' | 'ö'));
        } else {
            let marks = *MARKS.get(&small)?;
            let takes = match marks.chars().next() {
                Some('\u{306}') => "a",
                Some('\u{302}') => "aeo",
                _ => "aeouyôö",
            };
            // A letter is marked once.
            vowel.take().filter(|vowel| takes.contains(*vowel))?;
            read.push_str(marks);
        }
    }
    Some(read.nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> Option<(String, LegacyEncoding)> {
        repair_legacy(text).map(|repaired| (repaired.text, repaired.encoding))
    }

    fn as_tcvn3(text: &str) -> String {
        let letters: HashMap<char, char> = pairs(TCVN3).into_iter().map(|(old, new)| (new, old)).collect();
        text.nfc().map(|c| letters.get(&c).copied().unwrap_or(c)).collect()
    }

    fn as_vni(text: &str) -> String {
        let alone: HashMap<char, char> = pairs(VNI_ALONE).into_iter().map(|(old, new)| (new, old)).collect();
        let mut out = String::new();
        for c in text.nfc() {
            if let Some(old) = alone.get(&c) {
                out.push(*old);
                continue;
            }
            let mut letters: String = std::iter::once(c).nfd().collect();
            let mut base = letters.remove(0);
            if let Some(at) = letters.find('\u{31b}') {
                letters.remove(at);
                base = if base == 'o' { 'ô' } else { 'ö' };
            }
            out.push(base);
            let sorted = |marks: &str| {
                let mut marks: Vec<char> = marks.chars().collect();
                marks.sort_unstable();
                marks
            };
            let mark = VNI_MARKS.iter().find(|(_, marks)| sorted(marks) == sorted(&letters));
            out.extend(mark.map(|(old, _)| *old));
        }
        out
    }

    #[test]
    fn texts_of_old_documents_are_read() {
        let tcvn3 = |text: &str| Some((text.to_owned(), LegacyEncoding::Tcvn3));
        assert_eq!(repaired("nghiªn cøu c«ng nghÖ"), tcvn3("nghiên cứu công nghệ"));
        assert_eq!(
            repaired("NGHI£N CøU (2003), 50 kg/h"),
            tcvn3("NGHIÊN CỨU (2003), 50 kg/h")
        );
        assert_eq!(repaired("m¸y sÊy lóa \u{ad}u viÖt"), tcvn3("máy sấy lúa ưu việt"));
        let vni = |text: &str| Some((text.to_owned(), LegacyEncoding::Vni));
        assert_eq!(repaired("thieát bò"), vni("thiết bị"));
        assert_eq!(repaired("Maùy saáy luùa, ñieän 220V"), vni("Máy sấy lúa, điện 220V"));
        assert_eq!(repaired("ÑIEÄN TÖÛ"), vni("ĐIỆN TỬ"));
        let horn = Some(("TRƯỜNG".to_owned(), LegacyEncoding::WrongHorn));
        assert_eq!(repaired("TRƢỜNG"), horn);
    }

    #[test]
    fn what_is_no_old_text_stays() {
        for text in [
            "",
            "combine harvester",
            "máy sấy lúa",
            "Máy gặt đập liên hợp",
            "lọc 5 µm, 0,3 µm",
            "sai số ±0,5 °C, lỗ Ø20, 3 µm",
            "crème brûlée à la française",
            "Bosch Gerät für Öl und Früchte",
            "bò, gà và cá",
            "H₂SO₄ 98 % «cao cấp»",
            "PVDF filter 0.45 µm × 47 mm",
            "Pump « Grundfos » 5 kW",
            "bò, cá × 2",
            "2 µg · 5 µL ÷ 3 ¹",
            "Khác · số a¤",
            "A¤; Cá nhân",
        ] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }

    proptest::proptest! {
        /// What any program of those days could write is read as it was meant.
        #[test]
        fn old_encodings_go_and_come(
            words in proptest::collection::vec(
                proptest::sample::select(vec![
                    "nghiên", "cứu", "thiết", "bị", "điện", "tử", "máy", "gặt", "đập", "liên", "hợp", "nước", "ngọt", "sữa",
                    "tươi", "khoẻ", "thuỷ", "lực", "bơm", "ủ", "ươm", "giống", "quạt", "nghiền", "kỹ", "thuật", "xưởng",
                ]),
                4..12,
            ),
        ) {
            let text = words.join(" ");
            let distinct: BTreeSet<&&str> = words.iter().collect();
            proptest::prop_assume!(distinct.len() >= 4);
            let old = as_tcvn3(&text);
            proptest::prop_assert_eq!(repaired(&old).map(|(text, _)| text), Some(text.clone()), "{}", old);
            let old = as_vni(&text);
            proptest::prop_assume!(!super::words(&old).all(is_vietnamese));
            proptest::prop_assert_eq!(repaired(&old).map(|(text, _)| text), Some(text.clone()), "{}", old);
        }

        /// Anything may come in, and Unicode stays Unicode.
        #[test]
        fn nothing_breaks(text in "\\PC{0,60}") {
            if let Some(repaired) = repair_legacy(&text) {
                proptest::prop_assert!(!repaired.text.contains(['ƣ', 'Ƣ']));
            }
        }
    }
}
