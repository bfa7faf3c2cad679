//! The corpora of the fuzz targets, read by the same functions as the fuzzer calls (docs/fuzzing.md).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "targets.rs"]
mod targets;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use targets::ALL;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz").join(name)
}

/// Names in a folder, without endings.
fn names_in(name: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder(name)).unwrap();
    let names = entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    names.collect()
}

/// What a file of the corpus that must be readable is called.
const GOOD: &str = "good-";

#[test]
fn fuzz_corpora_are_read() {
    let mut wrong = Vec::new();
    for (name, target) in ALL {
        let (mut good, mut other) = (0, 0);
        for entry in fs::read_dir(folder("corpus").join(name)).unwrap() {
            let path = entry.unwrap().path();
            // Should it not come back, this is what is shown of it.
            println!("{}", path.display());
            let is_read = target(&fs::read(&path).unwrap());
            if path.file_name().unwrap().to_str().unwrap().starts_with(GOOD) {
                good += 1;
                if !is_read {
                    wrong.push(format!("{} is not read", path.display()));
                }
            } else {
                other += 1;
            }
        }
        if good == 0 || other == 0 {
            wrong.push(format!("{name} has {good} good files and {other} others"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fuzz_targets_have_a_file_a_corpus_and_a_program() {
    let known: BTreeSet<String> = ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names_in("fuzz_targets"), known);
    assert_eq!(names_in("corpus"), known);
    let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
    let programs = manifest.split("[[bin]]").skip(1);
    let programs: BTreeSet<String> = programs
        .filter_map(|program| Some(program.split_once("name = \"")?.1.split_once('"')?.0.to_owned()))
        .collect();
    assert_eq!(programs, known);
    for (name, _) in ALL {
        let file = fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(file.contains(&format!("targets::{name}(data)")), "{name}");
    }
}
