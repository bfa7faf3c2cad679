//! Of messages and codes.

use super::*;
use std::collections::BTreeSet;
use std::path::Path;

/// Every text that stands in the program between `before` and the next quotation mark.
fn literals(before: &str) -> BTreeSet<String> {
    fn walk(folder: &Path, before: &str, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, before, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let rest = source.split(before).skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(rest.map(str::to_owned));
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        before,
        &mut found,
    );
    found
}

/// `"word"` where a word is lower-case letters and underscores.
fn words(source: &str) -> impl Iterator<Item = String> {
    let is_word = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    source
        .split("=> \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(is_word)
        .map(str::to_owned)
}

#[test]
fn every_form_has_words_of_its_own() {
    let mut forms = literals(concat!("what", ": \""));
    let told = include_str!("../../service/wrong_json.rs")
        .split_once("fn expected")
        .unwrap()
        .1;
    forms.extend(words(told.split_once("\n}").unwrap().0));
    assert!(
        forms.len() >= 18 && forms.contains("whole_number") && forms.contains("phone"),
        "{forms:?}"
    );
    // What cannot be told more precisely.
    forms.remove("value");
    let general = malformed("value");
    for form in forms {
        assert_ne!(malformed(&form), general, "{form}");
    }
}

#[test]
fn every_field_that_is_named_has_a_label() {
    let fields = literals(concat!("Conflicts { with", ": \""));
    assert!(fields.len() >= 2, "{fields:?}");
    for field in fields {
        assert_ne!(conflict(&field), conflict(""), "{field}");
    }
}

#[test]
fn codes_of_no_list_are_told_outright() {
    for (list, code) in [
        ("reason_codes", "identity_unverified"),
        ("key_scopes", "listings:read"),
        ("permissions", "review_listings"),
        ("roles", "editor"),
        ("languages", "en"),
    ] {
        let unknown = Violation::UnknownCode { list };
        for told in [unknown.vi(), unknown.en()] {
            assert!(told.contains(code) && !told.contains("GET"), "{told}");
        }
    }
}
