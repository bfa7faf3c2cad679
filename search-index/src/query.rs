//! What the person typed: words, quoted phrases, exclusions.

use crate::{
    Error, Result,
    analyzer::{Analysis, OtherUnits, Syllable, analyze, analyze_with},
    understand::is_meant,
};

/// Longest query in characters.
pub const MAX_QUERY_CHARS: usize = 512;
/// Syllables of a query that count, quoted and excluded ones included; those after them are ignored: what a person
/// pastes as a whole sentence has said what it is about by then.
pub const MAX_QUERY_TOKENS: usize = 64;

/// A parsed query text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// Stretches of the text to look for, in order. Neighbourhood counts inside one stretch only.
    pub(crate) wanted: Vec<Part>,
    /// Phrases that a hit must contain.
    pub(crate) required: Vec<Vec<Syllable>>,
    /// Words and phrases that a hit must not contain.
    pub(crate) excluded: Vec<Vec<Syllable>>,
}

/// A stretch of the text to look for; ranges are those in the whole text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) analysis: Analysis,
    /// Whether it stood in quotes: then it is meant to the letter.
    pub(crate) quoted: bool,
}

impl Query {
    /// Parses a query text. There is no syntax error: what is not syntax is text.
    pub(crate) fn parse(text: &str, units: &OtherUnits) -> Result<Self> {
        if text.chars().nth(MAX_QUERY_CHARS).is_some() {
            return Err(Error::QueryTooLong);
        }
        let mut query = Self::default();
        for stretch in stretches(text) {
            match stretch.kind {
                StretchKind::Plain => query.want(stretch.text, stretch.start, units),
                StretchKind::Required => query.require(stretch.text, stretch.start, units),
                StretchKind::Excluded => query.exclude(stretch.text),
            }
        }
        Ok(query)
    }

    /// A text without syntax, such as the title of a listing.
    pub(crate) fn plain(text: &str, units: &OtherUnits) -> Self {
        let mut query = Self::default();
        query.want(text, 0, units);
        query
    }

    fn want(&mut self, text: &str, start: usize, units: &OtherUnits) {
        let analysis = self.first_of(text, start, units);
        if !analysis.syllables.is_empty() {
            self.wanted.push(Part {
                analysis,
                quoted: false,
            });
        }
    }

    fn require(&mut self, text: &str, start: usize, units: &OtherUnits) {
        let analysis = self.first_of(text, start, units);
        if !analysis.syllables.is_empty() {
            self.required.push(analysis.syllables.clone());
            self.wanted.push(Part { analysis, quoted: true });
        }
    }

    fn exclude(&mut self, text: &str) {
        let words = analyze(text).syllables;
        // The beginning of a phrase would exclude more than was meant.
        if (1..=self.left()).contains(&words.len()) {
            self.excluded.push(words);
        }
    }

    /// A part of the text that starts at a place, as far as its syllables still count.
    fn first_of(&self, text: &str, start: usize, units: &OtherUnits) -> Analysis {
        let mut analysis = analyze_with(text, units);
        let meant: Vec<bool> = analysis
            .codes
            .iter()
            .map(|code| is_meant(text, &analysis, code, units))
            .collect();
        let mut meant = meant.into_iter();
        analysis.codes.retain(|_| meant.next().unwrap_or(true));
        let left = self.left();
        analysis.syllables.truncate(left);
        analysis.codes.retain(|code| code.syllables.end <= left);
        let ranges = analysis.syllables.iter_mut().map(|word| &mut word.range);
        for range in ranges.chain(analysis.codes.iter_mut().map(|code| &mut code.range)) {
            *range = range.start + start..range.end + start;
        }
        analysis
    }

    /// How many more syllables count.
    fn left(&self) -> usize {
        let wanted = self.wanted.iter().map(|part| part.analysis.syllables.len());
        let taken: usize = wanted.chain(self.excluded.iter().map(Vec::len)).sum();
        MAX_QUERY_TOKENS.saturating_sub(taken)
    }
}

/// What a stretch of a query text is by its syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StretchKind {
    /// Words.
    Plain,
    /// The inside of `"…"`: a phrase that is there.
    Required,
    /// The word of `-word`, or the inside of `-"…"`: what is not there.
    Excluded,
}

/// A stretch of a query text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// What it is.
    pub kind: StretchKind,
    /// The byte of the query text at which it starts, behind its signs.
    pub start: usize,
    /// It without its signs.
    pub text: &'a str,
}

/// A query text by its syntax, in order. There is no syntax error: what is not syntax is text.
#[must_use]
pub fn stretches(text: &str) -> Vec<Stretch<'_>> {
    let mut stretches = Vec::new();
    let (mut rest, mut plain_start, mut before) = (text, 0, None);
    while let Some(next) = rest.chars().next() {
        let at = text.len() - rest.len();
        let after = rest.get(next.len_utf8()..).unwrap_or("");
        let part = match next {
            '-' if before.is_none_or(|c: char| c.is_whitespace() || c.is_control()) => {
                excluded(after).map(|part| (StretchKind::Excluded, part))
            }
            // After a letter or digit it ends something, or is the sign for inches.
            _ if is_quote(next) && !before.is_some_and(char::is_alphanumeric) => {
                quoted(after).map(|part| (StretchKind::Required, part))
            }
            _ => None,
        };
        before = Some(next);
        let Some((kind, (part, after_part))) = part else {
            rest = after;
            continue;
        };
        stretches.push(Stretch {
            kind: StretchKind::Plain,
            start: plain_start,
            text: text.get(plain_start..at).unwrap_or(""),
        });
        let opening = after.chars().next().filter(|letter| is_quote(*letter));
        let opening = opening.filter(|_| kind == StretchKind::Excluded);
        stretches.push(Stretch {
            kind,
            start: text.len() - after.len() + opening.map_or(0, char::len_utf8),
            text: part,
        });
        (rest, plain_start) = (after_part, text.len() - after_part.len());
    }
    stretches.push(Stretch {
        kind: StretchKind::Plain,
        start: plain_start,
        text: text.get(plain_start..).unwrap_or(""),
    });
    stretches
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '«' | '»')
}

/// Content of a quotation that starts before `text`, and what follows; none if never closed.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let end = text.find(is_quote)?;
    let close = text.get(end..)?.chars().next()?;
    Some((text.get(..end)?, text.get(end + close.len_utf8()..)?))
}

/// What a minus before `text` excludes, and what follows. A minus before a digit is a negative
/// number, before a space a dash.
fn excluded(text: &str) -> Option<(&str, &str)> {
    let first = text.chars().next()?;
    if is_quote(first) {
        return quoted(text.get(first.len_utf8()..)?);
    }
    if !first.is_alphabetic() {
        return None;
    }
    let end = text.find(|letter: char| letter.is_whitespace() || is_quote(letter));
    text.split_at_checked(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Query> {
        Query::parse(text, &OtherUnits::default())
    }

    fn words(parts: &[Vec<Syllable>]) -> Vec<String> {
        let spell = |part: &Vec<Syllable>| part.iter().map(|s| s.exact.as_str()).collect::<Vec<_>>().join(" ");
        parts.iter().map(spell).collect()
    }

    fn parsed(text: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
        let query = parse(text).unwrap_or_default();
        let wanted: Vec<_> = query.wanted.into_iter().map(|part| part.analysis.syllables).collect();
        (words(&wanted), words(&query.required), words(&query.excluded))
    }

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn syntax() {
        for (text, wanted, required, excluded) in [
            ("máy bơm", &["may¹ bơm"][..], &[][..], &[][..]),
            ("máy -bơm nước", &["may¹", "nươc¹"], &[], &["bơm"]),
            ("máy - bơm", &["may¹ bơm"], &[], &[]),
            ("fr-e740", &["fr e740"], &[], &[]),
            ("-20 độ", &["20 đô⁵"], &[], &[]),
            ("\"máy bơm\" nước", &["may¹ bơm", "nươc¹"], &["may¹ bơm"], &[]),
            ("a “b c” -\"d e\" f", &["a", "b c", "f"], &["b c"], &["d e"]),
            ("ống 5\" và 3\" inox", &["ông¹ 5 va² 3 inox"], &[], &[]),
            ("(\"bơm nước\")", &["bơm nươc¹"], &["bơm nươc¹"], &[]),
            ("đường kính 5\"", &["đương² kinh¹ 5"], &[], &[]),
            ("-rơ-le", &[], &[], &["rơ le"]),
            ("- \" \" !", &[], &[], &[]),
        ] {
            assert_eq!(parsed(text), (list(wanted), list(required), list(excluded)), "{text}");
        }
    }

    #[test]
    fn limits() {
        assert!(parse(&"đ".repeat(MAX_QUERY_CHARS)).is_ok());
        assert!(matches!(parse(&"đ".repeat(513)), Err(Error::QueryTooLong)));
    }

    #[test]
    fn what_comes_after_the_64th_syllable_is_ignored() {
        let long = "a ".repeat(63);
        let (wanted, required, excluded) = parsed(&format!("{long} \"b c\" -d \"e\" 12 kg"));
        assert_eq!(wanted, [long.trim_end().to_owned(), "b".to_owned()]);
        assert_eq!((required, excluded), (list(&["b"]), vec![]));
        let (_, _, excluded) = parsed(&format!("{long} -\"d e\" -f"));
        assert_eq!(excluded, ["f"], "half a phrase excludes nothing");
        let query = parse(&format!("{long} 12 kg")).unwrap_or_default();
        assert_eq!(query.wanted.len(), 1);
        assert!(
            query.wanted.iter().all(|part| part.analysis.codes.is_empty()),
            "12 kg is cut"
        );
    }
}
