//! Put, remove, replace; what survives closing, damage and faults.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use search_index::{Change, Error, Fault, IndexDocument, Reader, SearchIndex, Watermark, Writer, format_id, hash_of};

use crate::shelf::{at, filled, ids, listing, put, search};

const MEMORY: usize = 15_000_000;

#[test]
fn put_replace_remove() {
    let (mut writer, reader) = filled([listing("a", "máy bơm"), listing("b", "máy sấy")]);
    assert_eq!(reader.len(), 2);
    let newer = IndexDocument {
        version: 2,
        ..listing("a", "máy nghiền")
    };
    writer
        .apply(&[put(newer), Change::Remove("b".to_owned())], at(2))
        .unwrap();
    assert_eq!(reader.all_ids_versions(), [("a".to_owned(), 2)]);
    assert_eq!(ids(&search(&reader, "bơm")), Vec::<&str>::new());
    assert_eq!(ids(&search(&reader, "nghiền")), ["a"]);
    // The last change of an id wins within one call.
    let changes = [
        put(listing("c", "một")),
        Change::Remove("c".to_owned()),
        put(listing("c", "hai")),
    ];
    writer.apply(&changes, at(3)).unwrap();
    assert_eq!((search(&reader, "một").total, search(&reader, "hai").total), (0, 1));
    writer.apply(&[Change::Remove("unknown".to_owned())], at(4)).unwrap();
    assert_eq!(reader.len(), 2);
}

#[test]
fn staged_changes_appear_on_commit() {
    let (mut writer, reader) = filled([]);
    assert!(reader.is_empty());
    for n in 0..50 {
        writer.stage(&[put(listing(&n.to_string(), "máy bơm"))]).unwrap();
    }
    assert_eq!(reader.len(), 0);
    writer.commit(at(9)).unwrap();
    assert_eq!((reader.len(), reader.watermark()), (50, Some(at(9))));
}

#[test]
fn watermark_and_documents_survive_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("index");
    let watermark = Watermark {
        txid: u64::MAX,
        seq: 42,
        mark: u64::MAX - 1,
        at: -7,
    };
    {
        let (mut writer, reader) = SearchIndex::open(&place, MEMORY).unwrap();
        assert_eq!((writer.watermark(), reader.watermark()), (None, None));
        writer.apply(&[put(listing("a", "máy bơm"))], watermark).unwrap();
        assert!(matches!(SearchIndex::open(&place, MEMORY), Err(Error::Locked)));
    }
    let (writer, reader) = SearchIndex::open(&place, MEMORY).unwrap();
    assert_eq!(
        (writer.watermark(), reader.watermark()),
        (Some(watermark), Some(watermark))
    );
    assert_eq!(ids(&search(&reader, "bơm")), ["a"]);
}

/// Waits until searches go through one segment.
fn until_one(writer: &mut Writer, reader: &Reader) {
    let start = Instant::now();
    while reader.segments() > 1 {
        assert!(start.elapsed() < Duration::from_secs(60), "nothing is merged");
        writer.show_merged().unwrap();
        thread::yield_now();
    }
}

/// An index of three segments.
fn in_three(dir: &Path, in_each: i64) -> (Writer, Reader) {
    let (mut writer, reader) = SearchIndex::open(dir, MEMORY).unwrap();
    for seq in 0..3 {
        let documents = (0..in_each).map(|number| put(listing(&format!("{seq}-{number}"), "máy bơm nước")));
        writer.apply(&documents.collect::<Vec<_>>(), at(seq)).unwrap();
    }
    assert_eq!(reader.segments(), 3, "these are too few to be merged");
    (writer, reader)
}

#[test]
fn a_load_is_merged_before_its_writer_ends() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, _reader) = in_three(dir.path(), 500);
    writer.commit_load(at(9)).unwrap();
    writer.finish().unwrap();
    let (writer, reader) = SearchIndex::open(dir.path(), MEMORY).unwrap();
    assert_eq!(
        (reader.segments(), reader.len(), writer.watermark()),
        (1, 1_500, Some(at(9)))
    );
}

#[test]
fn what_was_left_in_several_segments_is_merged_when_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    drop(in_three(dir.path(), 1));
    let (mut writer, reader) = SearchIndex::open(dir.path(), MEMORY).unwrap();
    assert_eq!(reader.segments(), 3);
    writer.merge_all().unwrap();
    until_one(&mut writer, &reader);
    assert_eq!((reader.len(), reader.watermark()), (3, Some(at(2))));
    // Of one segment nothing is made.
    writer.merge_all().unwrap();
    writer.finish().unwrap();
    let (_writer, again) = SearchIndex::open(dir.path(), MEMORY).unwrap();
    assert_eq!((again.segments(), again.len(), again.watermark()), (1, 3, Some(at(2))));
}

#[test]
fn a_failure_soon_after_a_load_ends_no_merge() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, reader) = in_three(dir.path(), 500);
    writer.commit_load(at(9)).unwrap();
    writer.inject(Some(Fault::Commit(1)));
    let more = [put(listing("more", "máy sấy"))];
    assert!(matches!(writer.apply(&more, at(10)), Err(Error::Io(_))));
    until_one(&mut writer, &reader);
    assert_eq!((reader.len(), writer.watermark()), (1_500, Some(at(9))));
    writer.apply(&more, at(10)).unwrap();
    assert_eq!((reader.len(), reader.watermark()), (1_501, Some(at(10))));
}

#[test]
fn a_load_becomes_one_segment() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, reader) = in_three(dir.path(), 1);
    let before = search(&reader, "máy bơm");
    assert_eq!(before.total, 3);
    writer.commit_load(at(9)).unwrap();
    until_one(&mut writer, &reader);
    assert!(!writer.show_merged().unwrap(), "there is nothing else to show");
    assert_eq!(ids(&search(&reader, "máy bơm")), ids(&before));
    assert_eq!((writer.watermark(), reader.watermark()), (Some(at(9)), Some(at(9))));
}

#[test]
fn another_format_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(SearchIndex::open(dir.path(), MEMORY).unwrap());
    let meta = dir.path().join("meta.json");
    let text = fs::read_to_string(&meta).unwrap();
    assert!(text.contains(&format_id()));
    fs::write(&meta, text.replace(&format_id(), "s0-a0-0")).unwrap();
    let error = SearchIndex::open(dir.path(), MEMORY).err().unwrap();
    assert!(matches!(error, Error::Incompatible { .. }), "{error}");
}

fn index_with_files(dir: &Path) {
    let (mut writer, _reader) = SearchIndex::open(dir, MEMORY).unwrap();
    for seq in 0..3 {
        let documents = (0..40).map(|n| listing(&format!("{seq}-{n}"), "máy bơm nước"));
        writer.apply(&documents.map(put).collect::<Vec<_>>(), at(seq)).unwrap();
    }
    writer.apply(&[Change::Remove("0-0".to_owned())], at(4)).unwrap();
}

/// Damages one file of a fresh index after another and opens it.
fn damage_each(damage: impl Fn(&Path)) {
    let original = tempfile::tempdir().unwrap();
    index_with_files(original.path());
    let names: Vec<_> = fs::read_dir(original.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let text = name.to_string_lossy();
        // Lock files have no content; the list of managed files only serves clearing up.
        if text.ends_with(".lock") {
            continue;
        }
        let copy = tempfile::tempdir().unwrap();
        for file in fs::read_dir(original.path()).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
        damage(&copy.path().join(&name));
        let opened = SearchIndex::open(copy.path(), MEMORY);
        assert!(
            matches!(opened, Err(Error::Corrupt(_) | Error::Incompatible { .. })),
            "{text}: {:?}",
            opened.err()
        );
    }
}

#[test]
fn missing_files_are_refused() {
    damage_each(|file| fs::remove_file(file).unwrap());
}

#[test]
fn truncated_files_are_refused() {
    damage_each(|file| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, bytes.get(..bytes.len() / 2).unwrap()).unwrap();
    });
}

#[test]
fn emptied_files_are_refused() {
    damage_each(|file| fs::write(file, b"").unwrap());
}

#[test]
fn random_bytes_are_refused() {
    damage_each(|file| fs::write(file, [0x9d, 0x00, 0xff, 0x41].repeat(97)).unwrap());
}

#[test]
fn a_flipped_byte_is_refused() {
    damage_each(|file| {
        let mut bytes = fs::read(file).unwrap();
        let middle = bytes.len() / 3;
        if let Some(byte) = bytes.get_mut(middle) {
            *byte ^= 0x80;
        }
        fs::write(file, bytes).unwrap();
    });
}

#[test]
fn a_foreign_directory_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("letter.txt"), "not an index").unwrap();
    let error = SearchIndex::open(dir.path(), MEMORY).err().unwrap();
    assert!(matches!(error, Error::Corrupt(_)), "{error}");
    let file = dir.path().join("letter.txt");
    assert!(matches!(SearchIndex::open(&file, MEMORY), Err(Error::Io(_))));
}

#[test]
fn faults_lose_nothing_and_repeat_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let changes = [put(listing("b", "máy sấy"))];
    for (fault, written) in [
        (Fault::BeforeApply, false),
        (Fault::BeforeCommit, false),
        (Fault::AfterCommit, true),
    ] {
        let place = dir.path().join(format!("{fault:?}"));
        {
            let (mut writer, reader) = SearchIndex::open(&place, MEMORY).unwrap();
            writer.apply(&[put(listing("a", "máy bơm"))], at(1)).unwrap();
            writer.inject(Some(fault));
            let error = writer.apply(&changes, at(2)).unwrap_err();
            assert!(matches!(error, Error::Injected(at) if at == fault));
            assert_eq!(reader.len(), 1, "not visible");
            assert_eq!(writer.watermark(), Some(at(if written { 2 } else { 1 })));
            // The same writer goes on, without what was dropped.
            writer.inject(None);
            writer.apply(&[put(listing("c", "máy cày"))], at(3)).unwrap();
            assert_eq!(reader.len(), if written { 3 } else { 2 });
            writer.inject(Some(fault));
            writer.apply(&changes, at(4)).unwrap_err();
        }
        // As after a crash: reopened, the watermark tells what is in.
        let (mut writer, reader) = SearchIndex::open(&place, MEMORY).unwrap();
        assert_eq!(writer.watermark(), Some(at(if written { 4 } else { 3 })));
        writer.apply(&changes, at(4)).unwrap();
        assert_eq!((reader.len(), search(&reader, "sấy").total), (3, 1));
    }
}

#[test]
fn format_is_safe_text() {
    assert!(format_id().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
}

/// A loop of links is an error of the system at opening, like too many open files, whoever runs the test.
#[cfg(unix)]
#[test]
fn what_the_system_refuses_is_no_damage() {
    let dir = tempfile::tempdir().unwrap();
    index_with_files(dir.path());
    let names: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    for name in names {
        let (file, kept) = (dir.path().join(&name), dir.path().with_extension("kept"));
        // The lock file is made anew.
        if name.to_string_lossy().ends_with(".lock") {
            continue;
        }
        fs::rename(&file, &kept).unwrap();
        std::os::unix::fs::symlink(&file, &file).unwrap();
        let error = SearchIndex::open(dir.path(), MEMORY).err().unwrap();
        assert!(matches!(error, Error::Io(_)), "{}: {error:?}", name.display());
        fs::remove_file(&file).unwrap();
        fs::rename(&kept, &file).unwrap();
    }
    let (_writer, reader) = SearchIndex::open(dir.path(), MEMORY).unwrap();
    assert_eq!(reader.len(), 119, "opened as before");
}

#[test]
fn failing_commits_lose_nothing() {
    let (mut writer, reader) = filled([listing("a", "máy bơm")]);
    writer.inject(Some(Fault::Commit(2)));
    for _ in 0..2 {
        let error = writer.apply(&[put(listing("b", "máy sấy"))], at(2)).unwrap_err();
        assert!(
            matches!(error, Error::Io(_)) && !error.may_blame_document(),
            "{error:?}"
        );
        assert_eq!((reader.len(), writer.watermark()), (1, Some(at(1))));
    }
    writer.apply(&[put(listing("b", "máy sấy"))], at(2)).unwrap();
    assert_eq!((reader.len(), writer.watermark()), (2, Some(at(2))));
}

#[test]
fn a_refused_document_is_told_from_a_full_disk() {
    let (mut writer, reader) = filled([listing("a", "máy bơm")]);
    let document = hash_of(["b"]);
    writer.inject(Some(Fault::Refuse { document, times: 1 }));
    let changes = [put(listing("c", "máy cày")), put(listing("b", "máy sấy"))];
    let error = writer.apply(&changes, at(2)).unwrap_err();
    assert!(error.may_blame_document(), "{error:?}");
    assert_eq!(reader.len(), 1);
    writer.apply(&changes, at(2)).unwrap();
    assert_eq!(reader.len(), 3);
}
