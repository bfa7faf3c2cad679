//! The disk that the fault harness makes of what was flushed: it has no tests of its own.

use std::fs;

use crate::chance::Chance;
use crate::image::{Disk, Rest};

/// Two sectors and a bit of the old, and one more of the new.
const OLD: [u8; 1_100] = [b'o'; 1_100];
const NEW: [u8; 1_600] = [b'n'; 1_600];

/// A disk on which a file was changed, one renamed, one made and one removed since the last flush.
fn changed(folder: &tempfile::TempDir) -> Disk {
    let root = folder.path().join("data");
    let disk = Disk {
        root: root.clone(),
        shadow: folder.path().join("shadow"),
    };
    fs::create_dir_all(root.join("deeper")).unwrap();
    fs::write(root.join("deeper/changed"), OLD).unwrap();
    fs::write(root.join("before"), "renamed").unwrap();
    fs::write(root.join("removed"), "removed").unwrap();
    disk.settle();
    fs::write(root.join("deeper/changed"), NEW).unwrap();
    fs::rename(root.join("before"), root.join("after")).unwrap();
    fs::write(root.join("made"), "made").unwrap();
    fs::remove_file(root.join("removed")).unwrap();
    disk
}

fn names(disk: &Disk) -> Vec<String> {
    let entries = fs::read_dir(&disk.root).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_was_flushed_is_there_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let disk = changed(&folder);
    let loss = disk.cut(Rest::Nothing, &mut Chance::new(1));
    assert_eq!(
        (loss.unflushed, loss.lost),
        (2, 2),
        "a folder's names and a file's content"
    );
    assert_eq!(names(&disk), ["before", "deeper", "removed"]);
    assert_eq!(fs::read(disk.root.join("deeper/changed")).unwrap(), OLD);
    assert_eq!(fs::read(disk.root.join("before")).unwrap(), b"renamed");
    assert_eq!(fs::read(disk.root.join("removed")).unwrap(), b"removed");
    // What was read from the disk is on it.
    let loss = disk.cut(Rest::Nothing, &mut Chance::new(1));
    assert_eq!(loss.unflushed, 0);
    assert_eq!(names(&disk), ["before", "deeper", "removed"]);
}

#[test]
fn of_the_rest_there_is_any_part_and_never_anything_else() {
    let (mut contents, mut listings) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    for seed in 0..60 {
        let folder = tempfile::tempdir().unwrap();
        let disk = changed(&folder);
        disk.cut(Rest::Chance, &mut Chance::new(seed));
        let content = fs::read(disk.root.join("deeper/changed")).unwrap();
        assert!(content.len() <= NEW.len(), "{} bytes", content.len());
        for (sector, bytes) in content.chunks(512).enumerate() {
            let from = sector * 512;
            let is_one_or_other = bytes.iter().enumerate().all(|(at, byte)| {
                // Beyond the old end, what did not reach the disk is nothing.
                let old = if from + at < OLD.len() { b'o' } else { 0 };
                *byte == b'n' || *byte == old
            });
            assert!(is_one_or_other, "seed {seed}, sector {sector}");
            let news = bytes.iter().filter(|byte| **byte == b'n').count();
            assert!(
                news == 0 || news == bytes.len(),
                "seed {seed}: sector {sector} is torn within"
            );
        }
        contents.insert(content);
        listings.insert(names(&disk));
        let renamed = ["before", "after"].map(|name| disk.root.join(name).exists());
        assert_eq!(
            renamed.iter().filter(|is_there| **is_there).count(),
            1,
            "seed {seed}: renamed, and lost"
        );
    }
    assert!(contents.len() > 4, "{} different contents", contents.len());
    assert_eq!(listings.len(), 2, "{listings:?}");
}
