//! The codes of VSIC 2025 (Decision 36/2025/QĐ-TTg, annex I), of which the list `vsic` has sections and divisions by name.

use std::sync::LazyLock;

/// The activities of the lowest level (ngành cấp 5), sorted. Whatever begins one of them with two digits or more is a code of a
/// level above.
static CODES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let text = include_str!("../../taxonomy/data/vsic2025_codes.txt");
    text.split_ascii_whitespace().collect()
});

/// Whether the Decision has a code, of whatever level below the sections.
pub(super) fn has(code: &str) -> bool {
    let at = CODES.partition_point(|known| *known < code);
    code.len() >= 2 && CODES.get(at).is_some_and(|known| known.starts_with(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// As the Decision counts them itself.
    #[test]
    fn there_are_as_many_of_each_level_as_the_decision_says() {
        let count = |length: usize| {
            let codes = CODES.iter().filter_map(|code| code.get(..length));
            codes.collect::<BTreeSet<&str>>().len()
        };
        assert_eq!([2, 3, 4, 5].map(count), [87, 259, 495, 743]);
        assert_eq!(CODES.len(), 743);
        assert!(CODES.is_sorted());
    }

    #[test]
    fn codes_are_known_on_each_level() {
        for code in ["01", "011", "0111", "01110", "28210", "99", "99000"] {
            assert!(has(code), "{code}");
        }
        for code in ["", "0", "04", "013456", "0143", "02100", "10999", "45", "999", "99999"] {
            assert!(!has(code), "{code}");
        }
    }
}
