//! Ways to damage an index that lies on the disk.

use std::fs;
use std::path::{Path, PathBuf};

use crate::chance::Chance;

/// What was done.
pub struct Damage {
    pub words: String,
    /// Whether checksums must tell: bytes of the index itself are others, or are missing.
    pub must_be_noticed: bool,
}

impl Damage {
    fn of(words: String, must_be_noticed: bool) -> Self {
        Self { words, must_be_noticed }
    }
}

/// Damages one, in one of many ways. `older` is the same index as it once was.
pub fn damage(index: &Path, older: &Path, chance: &mut Chance) -> Damage {
    let all = files(index);
    let file = chance.pick(&all).clone();
    let name = file.strip_prefix(index).unwrap().display().to_string();
    let is_checked = is_in_use(&file);
    let mut bytes = fs::read(&file).unwrap();
    let at = chance.below(bytes.len());
    match chance.below(11) {
        0..=2 => {
            let count = chance.between(1, 8);
            for _ in 0..count {
                let at = chance.below(bytes.len());
                bytes[at] ^= chance.between(1, 255) as u8;
            }
            let is_changed = bytes != fs::read(&file).unwrap();
            fs::write(&file, bytes).unwrap();
            Damage::of(format!("{count} bytes of {name} flipped"), is_checked && is_changed)
        }
        3 => {
            fs::write(&file, &bytes[..at]).unwrap();
            Damage::of(format!("{name} cut off at {at}"), is_checked)
        }
        4 => {
            fs::remove_file(&file).unwrap();
            Damage::of(format!("{name} removed"), is_checked)
        }
        5 => {
            let other = chance.pick(&all).clone();
            let others = fs::read(&other).unwrap();
            let is_changed = others != bytes && is_checked;
            fs::write(&file, others).unwrap();
            fs::write(&other, bytes).unwrap();
            let other = other.strip_prefix(index).unwrap().display();
            Damage::of(format!("{name} and {other} swapped"), is_changed)
        }
        6 => {
            let count = chance.between(1, 4_096) as usize;
            bytes.extend((0..count).map(|_| chance.draw() as u8));
            fs::write(&file, bytes).unwrap();
            Damage::of(format!("{count} bytes behind the end of {name}"), is_checked)
        }
        7 => {
            let end = (at + 512).min(bytes.len());
            let is_changed = bytes[at..end].iter().any(|byte| *byte != 0);
            bytes[at..end].fill(0);
            fs::write(&file, bytes).unwrap();
            Damage::of(
                format!("{name} is nothing from {at} to {end}"),
                is_checked && is_changed,
            )
        }
        8 => {
            fs::write(&file, b"").unwrap();
            Damage::of(format!("{name} emptied"), is_checked)
        }
        9 => {
            fs::remove_dir_all(index).unwrap();
            Damage::of("the whole index removed".into(), true)
        }
        _ => {
            fs::remove_dir_all(index).unwrap();
            copy(older, index);
            Damage::of("an older copy put in its place".into(), false)
        }
    }
}

/// Whether a file belongs to the last commit, whose files have checksums. What the engine keeps beside its segments has none,
/// and some changes of it change nothing; leavings of earlier commits are removed without a look.
fn is_in_use(file: &Path) -> bool {
    let commit = fs::read_to_string(file.with_file_name("meta.json"))
        .unwrap_or_default()
        .replace('-', "");
    let mut parts = file.file_name().unwrap().to_str().unwrap().split('.');
    let is_named = parts
        .next()
        .is_some_and(|segment| !segment.is_empty() && commit.contains(segment));
    match (parts.next(), parts.next()) {
        (Some(opstamp), Some("del")) => is_named && commit.contains(&format!("\"opstamp\":{opstamp}")),
        (Some(_), None) => is_named,
        _ => false,
    }
}

/// All files with something in them but locks.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !path.to_string_lossy().ends_with("lock") && fs::metadata(&path).unwrap().len() > 0 {
            found.push(path);
        }
    }
    found.sort();
    found
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
