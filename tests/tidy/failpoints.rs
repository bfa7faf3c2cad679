//! The places at which the program can be made to fail are those that the fault harness knows.

use std::collections::BTreeMap;
use std::path::Path;

use super::sites::SITES;
use super::{assert_none, program, read, rust_files};

/// Names in `failpoint!("…"` of a source, each with whether an error can be answered there.
fn named(code: &str) -> Vec<(String, bool)> {
    let calls = code.split("failpoint!(").skip(1);
    calls
        .filter_map(|call| {
            let (name, rest) = call.trim_start().strip_prefix('"')?.split_once('"')?;
            Some((name.to_owned(), rest.trim_start().starts_with(',')))
        })
        .collect()
}

#[test]
fn every_place_that_can_fail_is_listed_once_and_every_listed_one_is_there() {
    let mut found: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    for file in rust_files(&["src"])
        .iter()
        .filter(|file| *file != Path::new("src/failpoint.rs"))
    {
        for (name, fails) in named(&program(&read(file))) {
            found.entry(name).or_default().push(fails);
        }
    }
    let mut violations = Vec::new();
    for (name, places) in &found {
        let known: Vec<_> = SITES.iter().filter(|site| site.name == name).collect();
        match (known.as_slice(), places.as_slice()) {
            ([site], [fails]) if site.fails == *fails => {}
            ([_], [_]) => violations.push(format!("{name}: whether it can answer an error is listed wrongly")),
            (known, places) => violations.push(format!(
                "{name} is {} times in src and {} times in the list",
                places.len(),
                known.len()
            )),
        }
    }
    let unknown = SITES.iter().filter(|site| !found.contains_key(site.name));
    violations.extend(unknown.map(|site| format!("{} is in the list and not in src", site.name)));
    assert_none("tests/faults/sites.rs is not what src has", &violations);
}

#[test]
fn calls_are_read_with_and_without_an_error() {
    let code = "failpoint!(\"a.b\");\nfailpoint!(\n    \"c\",\n    Error::busy\n);\nfailpoint!(name);";
    assert_eq!(named(code), [("a.b".to_owned(), false), ("c".to_owned(), true)]);
}

/// What ships has none of it: only whoever asks for the feature gets it.
#[test]
fn no_build_has_failpoints_unasked() {
    let manifest: toml::Table = read(Path::new("Cargo.toml")).parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    assert!(!features.contains_key("default"), "a feature is on by default");
    assert_eq!(manifest["dependencies"]["fail"]["optional"].as_bool(), Some(true));
    let turned_on = features.iter().filter(|(name, _)| *name != "failpoints");
    assert_eq!(turned_on.count(), 0, "another feature may turn it on");
}
