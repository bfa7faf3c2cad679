//! Languages by their codes (ISO 639-1, which is closed), with their names in Vietnamese. Origin: `data/README.md`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The list: code and name, with a header row.
const LIST: &str = include_str!("data/languages.csv");

/// What a language is called in Vietnamese, such as `tiếng Việt`; nothing of a code that no language has.
pub fn name(code: &str) -> Option<&'static str> {
    static NAMES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
        let rows = LIST.lines().skip(1);
        rows.filter_map(|row| row.split_once(',')).collect()
    });
    NAMES.get(code).copied()
}

#[cfg(test)]
mod tests {
    use super::{LIST, name};

    #[test]
    fn each_code_has_two_letters_and_a_name_of_its_own() {
        let mut codes = Vec::new();
        for row in LIST.lines().skip(1) {
            let (code, told) = row.split_once(',').unwrap();
            assert!(
                code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase()),
                "{row}"
            );
            assert!(told.starts_with("tiếng ") && !told.contains(','), "{row}");
            codes.push(code);
        }
        assert_eq!(codes.len(), 183);
        assert!(codes.is_sorted_by(|one, other| one < other));
        assert_eq!(name("vi"), Some("tiếng Việt"));
        for none in ["vn", "jp", "cn", "VI", "", "vie"] {
            assert_eq!(name(none), None, "{none}");
        }
    }
}
