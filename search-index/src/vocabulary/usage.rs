//! What groups say that name no thing: words that say little, and how units are spelled.

use std::collections::HashMap;

use super::{Group, Relation, Vocabulary, Word};
use crate::analyzer::{OtherUnits, Syllable, known_unit};

impl Vocabulary {
    /// What a word is worth in a longer query, in percent, where it is a stop word. It is compared to the letter: `van` is
    /// a valve, not `vẫn`.
    pub(crate) fn worth_of_stop_word(&self, word: &Syllable) -> Option<u32> {
        self.stop_words.get(word.exact.as_str()).copied()
    }

    /// Other spellings of units.
    pub(crate) fn units(&self) -> &OtherUnits {
        &self.units
    }
}

/// Stop words to the letter, with what each is worth; of two groups with a word the later one says it.
pub(super) fn stop_words(groups: &[Group]) -> HashMap<Box<str>, u32> {
    let groups = groups.iter().filter(|group| group.relation == Relation::Stop);
    let words = groups.flat_map(|group| group.members.iter().flatten().map(|word| (word, group.weight)));
    words.map(|(word, weight)| (word.exact.clone(), weight)).collect()
}

/// Other spellings of units; of two groups with a spelling the earlier one says it.
pub(super) fn units(groups: &[Group]) -> OtherUnits {
    let mut units = OtherUnits::default();
    for group in groups.iter().filter(|group| group.relation == Relation::Unit) {
        let Some(unit) = unit_of(&group.members) else { continue };
        for spelling in group.members.iter().skip(1) {
            units.add(spelling.iter().map(syllable).collect(), unit);
        }
    }
    units
}

/// The unit that the first member is, as it is indexed.
pub(super) fn unit_of(members: &[Box<[Word]>]) -> Option<&'static str> {
    match members.first()?.as_ref() {
        [word] => known_unit(&word.folded),
        _ => None,
    }
}

fn syllable(word: &Word) -> Syllable {
    Syllable {
        exact: word.exact.to_string(),
        folded: word.folded.to_string(),
        marked: word.marked,
        range: 0..0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{AddedGroup, GroupFault, SourceClass, query::Query};

    fn amended(groups: &[(Relation, Option<u8>, &[&str])]) -> Result<Vocabulary, Vec<GroupFault>> {
        let groups = groups.iter().map(|(relation, weight, members)| {
            AddedGroup::new(*relation, SourceClass::Own, *weight, members.iter().copied())
        });
        let groups: Result<Vec<_>, _> = groups.collect();
        Ok(Vocabulary::built_in().amended(&HashSet::new(), &groups?))
    }

    fn quantities(text: &str, vocabulary: &Vocabulary) -> Vec<String> {
        let query = Query::parse(text, vocabulary.units()).unwrap_or_default();
        let codes = query.wanted.into_iter().flat_map(|part| part.analysis.codes);
        codes
            .map(|code| code.text)
            .filter(|code| code.starts_with('#'))
            .collect()
    }

    #[test]
    fn quantities_are_read_in_other_spellings_of_their_units() -> Result<(), Vec<GroupFault>> {
        let kept = amended(&[
            (Relation::Unit, None, &["kg", "ký", "kí lô", "kilô gam"]),
            (Relation::Unit, None, &["m3", "khối", "mét khối nước"]),
        ])?;
        for (text, expected) in [
            ("máy sấy 50 ký/giờ", &["#50kg/h"][..]),
            ("50ky/h", &["#50kg/h"]),
            ("1,5 kí lô một mẻ", &["#1.5kg"]),
            ("500 kilô gam / giờ", &["#500kg"]),
            ("bồn 10 khối", &["#10m3"]),
            ("bồn 10 mét khối nước", &["#10m3"]),
            // Other diacritics are another word, and a number stands before a unit.
            ("50 kỳ", &[]),
            ("thẻ ký 50", &[]),
            ("12 kg", &["#12kg"]),
        ] {
            assert_eq!(quantities(text, &kept), expected, "{text}");
        }
        assert!(quantities("50 ký/giờ", &Vocabulary::built_in()).is_empty());
        assert!(kept.knows_exact("ki¹"), "no slip");
        Ok(())
    }

    #[test]
    fn stop_words_are_compared_to_the_letter_and_have_their_worth() -> Result<(), Vec<GroupFault>> {
        let worth = |vocabulary: &Vocabulary, word: &str| {
            let word = crate::analyzer::analyze(word).syllables.pop();
            word.and_then(|word| vocabulary.worth_of_stop_word(&word))
        };
        let built_in = Vocabulary::built_in();
        let kept = amended(&[(Relation::Stop, Some(40), &["vẫn", "dạ"])])?;
        for (word, before, after) in [
            ("vẫn", Some(25), Some(40)),
            ("van", None, None),
            ("muốn", Some(25), Some(25)),
            ("muon", Some(25), Some(25)),
            ("ra", None, None),
            ("dạ", None, Some(40)),
            ("da", None, None),
        ] {
            assert_eq!((worth(&built_in, word), worth(&kept, word)), (before, after), "{word}");
        }
        Ok(())
    }

    #[test]
    fn what_is_no_unit_and_no_word_is_told() {
        let faults = |relation, members: &[&str]| amended(&[(relation, None, members)]).err().unwrap_or_default();
        assert_eq!(faults(Relation::Unit, &["ký", "kg"]), [GroupFault::NoUnit]);
        assert_eq!(faults(Relation::Unit, &["kg"]), [GroupFault::Members(1)]);
        assert_eq!(faults(Relation::Stop, &["nhé", "với lại"]), [GroupFault::TooLong(1)]);
        assert_eq!(faults(Relation::Stop, &[]), [GroupFault::Members(0)]);
    }
}
