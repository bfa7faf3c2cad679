//! Vietnamese letters with their marks (dấu): whether what is typed, with all of them, some or none, can be a name.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What the stroke of `đ` is kept as beside the other marks.
const STROKE: char = '\u{335}';

/// A word: its letters, each with what makes it another one (`â`, `ă`, `ơ`, `đ`), and its tone, on whichever letter that is written (`hoá`, `hóa`).
#[derive(Default)]
struct Word {
    letters: Vec<(char, Option<char>)>,
    tone: Option<char>,
}

impl Word {
    /// Whether this can be what somebody types for the other: nothing is marked otherwise.
    fn may_be(&self, other: &Self) -> bool {
        let fits = |typed: Option<char>, of_name: Option<char>| typed.is_none() || typed == of_name;
        let mut letters = self.letters.iter().zip(&other.letters);
        self.letters.len() == other.letters.len()
            && fits(self.tone, other.tone)
            && letters.all(|((typed, mark), (letter, of_letter))| typed == letter && fits(*mark, *of_letter))
    }
}

/// Whether a text can be what somebody types for a name that has the same [`fold`](super::fold): its letters are those of the name, or
/// plain where the name has marks. One with marks of its own is no name that has others (`mạ`, `má`), or none.
pub fn may_be_typed(text: &str, name: &str) -> bool {
    let (typed, called) = (words(text), words(name));
    typed.len() == called.len() && typed.iter().zip(&called).all(|(typed, called)| typed.may_be(called))
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word::default();
    for sign in text.nfkd() {
        match sign {
            // Grave, acute, tilde, hook above, dot below.
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => word.tone = Some(sign),
            'đ' | 'Đ' | 'Ð' => word.letters.push(('d', Some(STROKE))),
            _ if is_combining_mark(sign) => {
                if let Some((_, mark)) = word.letters.last_mut() {
                    *mark = Some(sign);
                }
            }
            _ if sign.is_alphanumeric() => word.letters.extend(sign.to_lowercase().map(|letter| (letter, None))),
            _ => words.push(std::mem::take(&mut word)),
        }
    }
    words.push(word);
    words.retain(|word| !word.letters.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::may_be_typed;

    #[test]
    fn marks_that_are_left_out_make_no_other_name_and_others_do() {
        for (text, name) in [
            ("ma nuoi", "Má nuôi"),
            ("Má nuoi", "Má nuôi"),
            ("MÁ NUÔI", "má  nuôi"),
            ("dien hoa", "Điện hóa"),
            ("Điện hoá", "Điện hóa"),
            ("Nu\u{31b}o\u{31b}\u{301}c", "Nước"),
            ("say, bao quan", "Sấy - bảo quản"),
        ] {
            assert!(may_be_typed(text, name), "{text} {name}");
        }
        for (text, name) in [
            ("Mạ nuôi", "Má nuôi"),
            ("Mạ nuôi", "Ma nuôi"),
            ("cà kho", "Cá kho"),
            ("nước mám", "Nước mâm"),
            ("đá", "dá"),
            ("ma", "ma nuôi"),
        ] {
            assert!(!may_be_typed(text, name), "{text} {name}");
        }
    }
}
