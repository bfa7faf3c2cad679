//! Text from outside: normalised to NFC, free of control and invisible characters, bounded in length.
//!
//! Lengths are counted in characters (Unicode scalar values after NFC), never bytes: `máy` is 3.

mod marks;

use std::fmt;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

pub use self::marks::may_be_typed;
use crate::domain::fields::Violation;

/// One line of text of at most `MAX` characters: trimmed, inner white space folded to single spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line<const MAX: usize>(String);

/// Running text of at most `MAX` characters: line breaks and tabs are kept, other control characters refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Prose<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// Parses a text; empty (after trimming) is [`Violation::Required`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let mut line = String::with_capacity(text.len().min(4 * MAX));
        for word in bounded(text, MAX)?
            .split(|c: char| c.is_whitespace())
            .filter(|word| !word.is_empty())
        {
            if !line.is_empty() {
                line.push(' ');
            }
            line.extend(word.nfc());
        }
        check::<MAX>(&line, |_| false)?;
        Ok(Self(line))
    }
}

impl<const MAX: usize> Prose<MAX> {
    /// Parses a text; empty (after trimming) is [`Violation::Required`]. `\r\n` becomes `\n`.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let prose: String = bounded(text, MAX)?.trim().replace("\r\n", "\n").nfc().collect();
        check::<MAX>(&prose, |c| matches!(c, '\n' | '\t'))?;
        Ok(Self(prose))
    }
}

macro_rules! text_type {
    ($name:ident) => {
        impl<const MAX: usize> $name<MAX> {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, owned.
            pub fn into_string(self) -> String {
                self.0
            }

            /// Takes back a text that this type let through before: for rows of our own database only.
            pub(crate) fn stored(text: String) -> Self {
                Self(text)
            }
        }

        impl<const MAX: usize> fmt::Display for $name<MAX> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
text_type!(Line);
text_type!(Prose);

/// Refuses what is far too long before any work is done on it (a character has at most 4 bytes, and NFC of one
/// decomposed Vietnamese letter shrinks three characters to one).
fn bounded(text: &str, max: usize) -> Result<&str, Violation> {
    if text.len() > 16 * max.max(64) {
        Err(Violation::TooLong { max })
    } else {
        Ok(text)
    }
}

fn check<const MAX: usize>(text: &str, is_allowed_control: fn(char) -> bool) -> Result<(), Violation> {
    if text
        .chars()
        .any(|c| (c.is_control() && !is_allowed_control(c)) || is_invisible(c))
    {
        return Err(Violation::ControlCharacter);
    }
    if !text.chars().any(is_visible) {
        return Err(Violation::Required);
    }
    if text.chars().count() > MAX {
        return Err(Violation::TooLong { max: MAX });
    }
    Ok(())
}

/// Characters that show nothing: bidirectional controls make a text read other than it is stored ("Trojan source"),
/// and the others make two texts look alike that differ, or break a word in two for the search. Vietnamese needs none.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}'
    )
}

/// Whether a character can be seen: no space and no blank letter.
pub(crate) fn is_visible(c: char) -> bool {
    let is_blank = matches!(
        c,
        '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{FFA0}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'
    );
    !(c.is_whitespace() || c.is_control() || is_blank)
}

/// The comparison key of a name: no diacritics, lower case, `đ` as `d`, runs of other signs as one space.
///
/// Used for sorting and for finding the same name again; computed in Rust because neither database folds Vietnamese:
/// `Công ty TNHH Điện-Cơ  Việt Trì` is `cong ty tnhh dien co viet tri`.
pub fn fold(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut read = |c: char| match c {
        'đ' | 'Đ' | 'Ð' => key.push('d'),
        c if c.is_alphanumeric() => key.extend(c.to_lowercase()),
        _ if key.ends_with(' ') || key.is_empty() => {}
        _ => key.push(' '),
    };
    for c in text.chars() {
        // Letter by letter: what a decomposition of the whole would put into another order are marks only, and these go.
        if c.is_ascii() {
            read(c.to_ascii_lowercase());
            continue;
        }
        decompose_compatible(c, |part| {
            if !is_combining_mark(part) {
                read(part);
            }
        });
    }
    key.truncate(key.trim_end().len());
    key
}

/// A digit or a hyphen of full width, as some keyboards write them, as the usual one; every other letter as it is. What else looks like a
/// digit (`²`, `①`) is none.
pub fn narrow(letter: char) -> char {
    match letter {
        '\u{ff10}'..='\u{ff19}' | '\u{ff0d}' => {
            let usual = u32::from(letter).checked_sub(0xfee0).and_then(char::from_u32);
            usual.unwrap_or(letter)
        }
        letter => letter,
    }
}

/// The comparison key of a name as it is spelt: NFC, lower case, single spaces. Names that differ in their tones alone have
/// another one each (`cá kho`, `cà khô`), but one [`fold`].
pub fn spelling(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(word.nfc().flat_map(char::to_lowercase));
    }
    key
}

/// A web address of at most 500 characters with the scheme http or https and a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAddress(String);

impl WebAddress {
    /// Parses an address. Only the shape is checked; nothing is fetched.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let line = Line::<500>::parse(text)?;
        let rest = line
            .as_str()
            .strip_prefix("https://")
            .or_else(|| line.as_str().strip_prefix("http://"));
        let host = rest
            .and_then(|rest| rest.split(['/', '?', '#']).next())
            .unwrap_or_default();
        let is_plain = !line.as_str().contains([' ', '"', '<', '>', '\\']);
        if host.contains('.') && !host.contains('@') && is_plain {
            Ok(Self(line.into_string()))
        } else {
            Err(Violation::Malformed { what: "web_address" })
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes back a stored address.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_has_no_diacritics_no_signs_and_no_capitals() {
        assert_eq!(fold("Công ty TNHH Điện-Cơ  Việt Trì"), "cong ty tnhh dien co viet tri");
    }

    #[test]
    fn a_line_is_trimmed_composed_and_bounded() {
        assert_eq!(
            Line::<20>::parse("  Ma\u{301}y   sấy\tlúa ").unwrap().as_str(),
            "Máy sấy lúa"
        );
        assert_eq!(Line::<20>::parse(" \n "), Err(Violation::Required));
        assert_eq!(Line::<3>::parse("máy "), Ok(Line("máy".into())));
        assert_eq!(Line::<3>::parse("máya"), Err(Violation::TooLong { max: 3 }));
        assert_eq!(Line::<9>::parse("a\u{0}b"), Err(Violation::ControlCharacter));
        assert_eq!(Line::<9>::parse("a\u{202E}b"), Err(Violation::ControlCharacter));
    }

    #[test]
    fn what_cannot_be_seen_is_no_text() {
        for hidden in [
            '\u{AD}',
            '\u{61C}',
            '\u{180E}',
            '\u{200B}',
            '\u{200D}',
            '\u{200F}',
            '\u{202E}',
            '\u{2060}',
            '\u{206F}',
            '\u{3164}',
            '\u{FEFF}',
            '\u{E0001}',
            '\u{E007F}',
        ] {
            for text in [format!("{hidden}"), format!("má{hidden}y")] {
                assert_eq!(Line::<9>::parse(&text), Err(Violation::ControlCharacter), "{text:?}");
                assert_eq!(Prose::<9>::parse(&text), Err(Violation::ControlCharacter), "{text:?}");
            }
        }
        for blank in ["\u{2800}", "\u{115F}\u{1160}", "\u{FE0F}", "\u{A0}\u{3000}"] {
            assert_eq!(Line::<9>::parse(blank), Err(Violation::Required), "{blank:?}");
        }
        for seen in ["❤\u{FE0F}", "-", "한", "x\u{301}"] {
            assert!(Line::<9>::parse(seen).is_ok(), "{seen}");
        }
    }

    /// Any text, with a good share of the characters that cannot be seen.
    fn texts() -> impl Strategy<Value = String> {
        let hidden = proptest::sample::select(vec![
            '\u{AD}',
            '\u{61C}',
            '\u{600}',
            '\u{180E}',
            '\u{200B}',
            '\u{200E}',
            '\u{202E}',
            '\u{2061}',
            '\u{2069}',
            '\u{FEFF}',
            '\u{E0020}',
            '\u{301}',
            '\u{2800}',
        ]);
        let letter = prop_oneof![6 => any::<char>(), 1 => hidden, 3 => proptest::char::range('a', 'z')];
        proptest::collection::vec(letter, 0..80).prop_map(|letters| letters.into_iter().collect())
    }

    #[test]
    fn prose_keeps_its_lines() {
        assert_eq!(Prose::<20>::parse("một\r\nhai\n").unwrap().as_str(), "một\nhai");
        assert_eq!(Prose::<20>::parse("a\u{7}"), Err(Violation::ControlCharacter));
    }

    /// A place in the directory is told apart from a forged one by this.
    #[test]
    fn a_key_is_its_own_key() {
        for c in '\0'..=char::MAX {
            let key = fold(&format!("a{c}b"));
            assert_eq!(fold(&key), key, "{c:?}");
        }
    }

    #[test]
    fn web_addresses() {
        assert!(WebAddress::parse("https://vptex.example/a?b=c").is_ok());
        for bad in [
            "javascript:alert(1)",
            "https://",
            "ftp://a.vn",
            "https://a b.vn",
            "https://user@evil.vn",
            "vptex.vn",
        ] {
            assert!(WebAddress::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn letter_by_letter_is_as_good_as_decomposing_the_whole(text in "(?s).{0,40}") {
            let whole: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
            prop_assert_eq!(fold(&text), fold(&whole));
        }

        #[test]
        fn what_was_parsed_parses_to_itself(text in texts()) {
            if let Ok(line) = Line::<40>::parse(&text) {
                prop_assert!(line.as_str().chars().any(is_visible));
                prop_assert!(!line.as_str().chars().any(|c| is_invisible(c) || c.is_control()));
                prop_assert_eq!(Line::<40>::parse(line.as_str()), Ok(line.clone()));
                prop_assert!(line.as_str().chars().count() <= 40);
            }
        }

        #[test]
        fn the_key_does_not_see_how_letters_were_composed(text in "[a-zA-ZàảãáạăằẳẵắặâầẩẫấậđĐôồổỗốộơờởỡớợ ]{0,40}") {
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(fold(&text), fold(&decomposed));
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
