//! Letters of other scripts that look like Latin ones (chữ cái giả chữ La-tinh): `Mаy sấy` with a Cyrillic `а` reads as it should
//! and is found by nobody, nor by the words that listings are held against.

use unicode_normalization::UnicodeNormalization;
use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

/// Whether a word of a text mixes Latin letters with others that look Latin, or is made of such others alone.
///
/// Unicode's own tables say what looks like what (UTS 39). Signs that are not taken for Latin letters may stand beside
/// them, as in `kΩ` and `β-caroten`, and so may one letter by itself.
pub fn has_disguised_letters(text: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric()).any(is_disguised)
}

/// The Latin letter or digit that a Greek or Cyrillic letter looks like; of those that look like none, and of all others, itself.
pub fn look_of(letter: char) -> char {
    if !matches!(letter, '\u{370}'..='\u{52f}') {
        return letter;
    }
    let mut bytes = [0; 4];
    let mut seen = skeleton(letter.encode_utf8(&mut bytes));
    match (seen.next(), seen.next()) {
        (Some(look), None) if look.is_ascii_alphanumeric() => look,
        _ => letter,
    }
}

/// A text with each Greek or Cyrillic letter as [what it looks like](look_of), also below a mark (`ά`); in NFC.
pub fn look(text: &str) -> String {
    // Marks apart: a letter below one looks like what it looks like without.
    text.nfd().map(look_of).nfc().collect()
}

fn is_disguised(word: &str) -> bool {
    let foreign: Vec<char> = word.chars().filter(|letter| !is_latin(*letter)).collect();
    let looks_latin = |letter: &char| {
        let mut bytes = [0; 4];
        let mut seen = skeleton(letter.encode_utf8(&mut bytes)).peekable();
        seen.peek().is_some() && seen.all(|looks| looks.is_ascii_alphanumeric())
    };
    let has_latin = word.chars().any(|letter| letter.is_alphabetic() && is_latin(letter));
    if has_latin {
        foreign.iter().any(looks_latin)
    } else {
        foreign.len() > 1 && foreign.iter().all(looks_latin)
    }
}

/// Whether a letter may stand in a word of Latin letters; digits may in any.
fn is_latin(letter: char) -> bool {
    // Most are, and the tables need not be asked.
    letter.is_ascii() || String::from_iter(['a', letter]).as_str().is_single_script()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_disguise_are_found() {
        for text in [
            "M\u{430}y sấy lúa",          // Cyrillic а
            "Máy \u{455}ấy",              // Cyrillic ѕ
            "M\u{3ac}y nghiền p\u{3bf}p", // Greek ά, ο
            "\u{421}\u{41e}\u{420}\u{415} 500",
        ] {
            assert!(has_disguised_letters(text), "{text}");
        }
    }

    #[test]
    fn a_disguised_letter_shows_what_it_looks_like() {
        // Cyrillic а, о and с, Greek ο.
        for (letter, look) in [('\u{430}', 'a'), ('\u{43e}', 'o'), ('\u{441}', 'c'), ('\u{3bf}', 'o')] {
            assert_eq!(look_of(letter), look);
        }
        for letter in ['a', 'ạ', 'Ω', 'Я', '9', '水'] {
            assert_eq!(look_of(letter), letter);
        }
    }

    #[test]
    fn a_text_in_disguise_shows_what_it_looks_like() {
        for (text, seen) in [
            ("M\u{430}y s\u{3ac}y", "May sáy"),
            ("H\u{43e}àng L\u{43e}ng", "Hoàng Long"),
            ("Máy sấy ừẫợ", "Máy sấy ừẫợ"),
            ("10 kΩ, 水処理", "10 kΩ, 水処理"),
        ] {
            assert_eq!(look(text), seen);
        }
    }

    #[test]
    fn honest_words_are_left_alone() {
        for text in [
            "Máy sấy lúa tầng sôi SL-500, Ø 300 mm, 7,5 kW – đốt trấu",
            "Điện trở 10 kΩ, màng lọc 5 μm, độ pH ±0,1",
            "Chiết xuất β-caroten và α-amylase",
            "Thiết bị РОССИЯ",
            "水処理装置 xử lý nước",
            "ƯỚC LƯỢNG ĐƠN GIÁ ừẫợ",
            "",
        ] {
            assert!(!has_disguised_letters(text), "{text}");
        }
    }
}
