//! Which letters make a Vietnamese syllable.

use std::{collections::HashSet, sync::LazyLock};

/// Beginnings, the longer ones first.
const ONSETS: [&str; 26] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "g", "h", "k", "l", "m", "n",
    "p", "r", "s", "t", "v", "x",
];

/// What follows, without diacritics.
const RIMES: &str = "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien \
    ieng iep iet ieu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on \
    ong ooc oong op ot u ua uan uang uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu \
    uy uya uych uyen uyet uynh uyt uyu y yem yen yeng yet yeu";

/// Whether some letters without diacritics can be a Vietnamese syllable.
pub(crate) fn is_syllable(folded: &str) -> bool {
    static ALL: LazyLock<HashSet<&str>> = LazyLock::new(|| RIMES.split_ascii_whitespace().collect());
    let rime = |rest: &str| ALL.contains(rest);
    // `gi` alone, `gin`: the i belongs to both.
    rime(folded) || ONSETS.iter().any(|onset| folded.strip_prefix(onset).is_some_and(rime))
}

/// Spellings without diacritics that sound the same, or nearly, in some part of the country.
pub(crate) fn sound_alikes(folded: &str) -> Vec<String> {
    let mut all = sounding_alike(folded);
    all.retain(|other| is_syllable(other));
    all
}

/// The same of letters that may have their own marks, whether or not they are a syllable.
pub(crate) fn sounding_alike(letters: &str) -> Vec<String> {
    const INITIALS: [&[&str]; 6] = [
        &["ch", "tr"],
        &["s", "x"],
        &["ph", "f"],
        &["gi", "d", "r", "v", "z", "j"],
        &["l", "n"],
        &["c", "k", "qu"],
    ];
    const FINALS: [&[&str]; 4] = [&["ng", "n", "nh"], &["c", "t", "ch"], &["i", "y"], &["m", "p"]];
    let mut starts = vec![letters.to_owned()];
    for class in INITIALS {
        // `ng` and `nh` are no `n`.
        let own = class.iter().filter(|initial| {
            letters
                .strip_prefix(**initial)
                .is_some_and(|rest| !rest.starts_with('h') && !rest.starts_with('g'))
        });
        if let Some(own) = own.max_by_key(|initial| initial.len()) {
            let rest = letters.strip_prefix(own).unwrap_or_default();
            starts.extend(
                class
                    .iter()
                    .filter(|other| *other != own)
                    .map(|other| format!("{other}{rest}")),
            );
        }
    }
    let mut all = starts.clone();
    for start in &starts {
        for class in FINALS {
            let own = class
                .iter()
                .filter(|end| start.ends_with(**end))
                .max_by_key(|end| end.len());
            if let Some(own) = own {
                let stem = start.strip_suffix(own).unwrap_or_default();
                all.extend(
                    class
                        .iter()
                        .filter(|other| *other != own)
                        .map(|other| format!("{stem}{other}")),
                );
            }
        }
    }
    all.retain(|other| other != letters);
    all.sort_unstable();
    all.dedup();
    all
}

/// Everything one letter away: one left out, added, changed, or two exchanged.
pub(crate) fn one_letter_away(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut all = Vec::with_capacity(letters.len() * 54 + 26);
    let join = |before: &[char], middle: &[char], after: &[char]| -> String {
        before.iter().chain(middle).chain(after).collect()
    };
    for at in 0..=letters.len() {
        let (before, after) = letters.split_at_checked(at).unwrap_or_default();
        for letter in 'a'..='z' {
            all.push(join(before, &[letter], after));
            if let Some((_, rest)) = after.split_first() {
                all.push(join(before, &[letter], rest));
            }
        }
        if let Some((first, rest)) = after.split_first() {
            all.push(join(before, &[], rest));
            if let Some((second, rest)) = rest.split_first() {
                all.push(join(before, &[*second, *first], rest));
            }
        }
    }
    all.retain(|other| other != word);
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables() {
        for word in [
            "may", "nghieng", "quyen", "gi", "gin", "giuong", "khuyu", "oong", "ke", "xoong", "thuo", "yeu",
        ] {
            assert!(is_syllable(word), "{word}");
        }
        for word in ["", "test", "maysay", "xilanh", "cnc", "w", "blockchain", "mb", "iot1"] {
            assert!(!is_syllable(word), "{word}");
        }
    }

    #[test]
    fn sounds() {
        for (word, other) in [
            ("chiec", "chiet"),
            ("su", "xu"),
            ("lung", "nung"),
            ("quang", "quan"),
            ("tre", "che"),
        ] {
            assert!(
                sound_alikes(word).contains(&other.to_owned()),
                "{word}: {:?}",
                sound_alikes(word)
            );
        }
        assert!(!sound_alikes("nha").contains(&"lha".to_owned()));
        assert!(sound_alikes("quy").len() < 12);
    }

    #[test]
    fn neighbours() {
        let all = one_letter_away("tets");
        for other in ["test", "tet", "tests", "bets"] {
            assert!(all.contains(&other.to_owned()), "{other}");
        }
        assert!(!all.contains(&"tets".to_owned()));
        assert_eq!(one_letter_away("").len(), 26);
    }
}
