//! The text form of a vocabulary: `relation<TAB>source<TAB>member | member | …`, one group a line.

use super::{Group, MAX_MEMBER_WORDS, Relation, SourceClass, Word, usage::unit_of};
use crate::analyzer::analyze;

/// A line that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct VocabularyError {
    /// Name of the text.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: VocabularyReason,
}

/// What is wrong with a line of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyReason {
    /// Not three columns.
    #[error("a line is a relation, a source and members, with a tab between each")]
    Columns,
    /// Not one of the relations.
    #[error("'{0}' is no relation")]
    Relation(String),
    /// Not one of the source classes.
    #[error("'{0}' is no source class")]
    Source(String),
    /// Fewer than two (of stop words, one) or more than forty.
    #[error("a group has 2 to 40 members, of stop words 1 to 40, not {0}")]
    Members(usize),
    /// Nothing that is searched for, or too long a phrase.
    #[error("member '{0}' does not have 1 to {MAX_MEMBER_WORDS} syllables, of stop words one")]
    Member(String),
    /// The first member of a group of units is none.
    #[error("'{0}' is no unit that the program knows")]
    Unit(String),
    /// The same member twice.
    #[error("member '{0}' is there twice")]
    Twice(String),
}

/// Reads the groups of one text, line by line.
pub(super) fn parse<'t>(file: &'t str, text: &'t str) -> impl Iterator<Item = Result<Group, VocabularyError>> + 't {
    lines(text).map(move |(number, line)| {
        group(line).map_err(|reason| VocabularyError {
            file: file.to_owned(),
            line: number,
            reason,
        })
    })
}

/// The lines that are to be groups, with their numbers.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = (1..).zip(text.lines());
    lines.filter(|(_, line)| !(line.trim().is_empty() || line.starts_with('#')))
}

fn group(line: &str) -> Result<Group, VocabularyReason> {
    let mut columns = line.split('\t');
    let (Some(relation), Some(source), Some(members), None) =
        (columns.next(), columns.next(), columns.next(), columns.next())
    else {
        return Err(VocabularyReason::Columns);
    };
    let relation = Relation::from_code(relation).ok_or_else(|| VocabularyReason::Relation(relation.to_owned()))?;
    let source = SourceClass::from_code(source).ok_or_else(|| VocabularyReason::Source(source.to_owned()))?;
    let mut parsed: Vec<Box<[Word]>> = Vec::new();
    for text in members.split('|').map(str::trim) {
        let words: Box<[Word]> = analyze(text).syllables.into_iter().map(Word::from).collect();
        if !(1..=relation.member_words()).contains(&words.len()) {
            return Err(VocabularyReason::Member(text.to_owned()));
        }
        // `mô-đun` and `mô đun` are written apart by people only.
        if !parsed.contains(&words) {
            parsed.push(words);
        } else if members.split('|').filter(|other| other.trim() == text).count() > 1 {
            return Err(VocabularyReason::Twice(text.to_owned()));
        }
    }
    if !relation.members().contains(&parsed.len()) {
        return Err(VocabularyReason::Members(parsed.len()));
    }
    let first = members.split('|').next().unwrap_or_default().trim();
    if relation == Relation::Unit && unit_of(&parsed).is_none() {
        return Err(VocabularyReason::Unit(first.to_owned()));
    }
    Ok(Group {
        relation,
        source,
        members: parsed,
        weight: relation.weight(),
    })
}
