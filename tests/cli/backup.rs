//! Backups: one that was taken while the exchange was written is restored as it was, a damaged one is named and never
//! restored, and one that was interrupted is none.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use vptex::domain::file::Digest;
use vptex::store::conn::Target;

use crate::import::{import_until, native};
use crate::program::{Place, Server, get, signal};
use crate::stock::{bare, keep, listings_of, place_of, stocked};

/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The backups in a folder, oldest first.
fn backups(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("vptex-"))
        .collect();
    found.sort();
    found
}

/// Takes a backup and gives its folder.
fn backup(place: &Place, more: &[&str]) -> PathBuf {
    let told = place.done(&[&["backup", "--to", "backups"], more].concat());
    let folder = told.lines().find_map(|line| line.strip_prefix("backup    ")).unwrap();
    place.path(folder)
}

fn manifest(backup: &Path) -> Value {
    serde_json::from_slice(&fs::read(backup.join("manifest.json")).unwrap()).unwrap()
}

/// All files below a folder, as paths from it.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found);
    found.sort();
    let below = found.iter().map(|path| path.strip_prefix(folder).unwrap().to_owned());
    below.collect()
}

fn copy_folder(from: &Path, to: &Path) {
    drop(fs::remove_dir_all(to));
    for file in files_below(from) {
        fs::create_dir_all(to.join(&file).parent().unwrap()).unwrap();
        fs::copy(from.join(&file), to.join(&file)).unwrap();
    }
}

/// Waits until something holds, while a program runs.
fn wait_for(what: &str, holds: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < until, "never came: {what}");
        std::thread::yield_now();
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn an_exchange_that_was_written_meanwhile_is_restored_as_it_was_at_one_moment() {
    let place = Place::new();
    let code = stocked(&place, 3);
    let contents = [keep(&place, b"one manual"), keep(&place, b"another manual")];
    let server = Server::start(&place, &place.path("data"));
    server.wait_for("/readyz", 200);
    let (status, found) = get(&server.api, "/api/v1/search?facets=false&limit=1");
    assert_eq!(status, 200, "{found}");
    let found: Value = serde_json::from_str(&found).unwrap();
    let listing = format!("/api/v1/listings/{}", found["items"][0]["id"].as_str().unwrap());
    let before = get(&server.api, &listing);
    assert_eq!(before.0, 200, "{before:?}");

    let mut lines = native(10..=20_000);
    lines[5] = String::from("told");
    place.file("lines.jsonl", lines.join("\n"));
    let mut import = import_until(&place, &code, "lines.jsonl:6: ");
    let acknowledged = listings_of(&place);
    let begun = Instant::now();
    let taken = backup(&place, &[]);
    let backed_up = begun.elapsed();
    assert!(import.try_wait().unwrap().is_none(), "nothing was written meanwhile");
    import.kill().unwrap();
    import.wait().unwrap();
    let verified = place.done(&["backup", "verify", text(&taken)]);
    assert!(verified.ends_with("the backup is whole\n"), "{verified}");
    assert_eq!(server.end().code(), Some(0));

    let other = bare();
    let disaster = Instant::now();
    let told = other.done(&["restore", "--from", text(&place.path("backups"))]);
    let restored = disaster.elapsed();
    assert!(
        told.contains("the restored audit trail has the root that the backup tells"),
        "{told}"
    );
    assert_eq!(
        fs::read(other.path("data/master.key")).unwrap(),
        fs::read(place.path("data/master.key")).unwrap()
    );
    let mode = fs::metadata(other.path("data/master.key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    for digest in &contents {
        assert_eq!(
            fs::read(place_of(&other, digest)).unwrap(),
            fs::read(place_of(&place, digest)).unwrap()
        );
    }
    let (was, is) = (manifest(&taken), manifest(&backup(&other, &[])));
    for member in ["audit", "counts", "file_count", "file_bytes", "schema"] {
        assert_eq!(was[member], is[member], "{member}");
    }
    assert!(was["audit"]["size"].as_u64() > Some(3), "{was:#}");
    // What was durable when the backup began is in it.
    assert!(was["counts"]["listings"].as_i64() >= Some(acknowledged), "{was:#}");

    let begun = Instant::now();
    let server = Server::start(&other, &other.path("data"));
    server.wait_for("/readyz", 200);
    println!(
        "restore drill: {} listings, backed up in {backed_up:.2?}; RTO {:.2?} (restored in {restored:.2?}); RPO: nothing from before its beginning is lost",
        was["counts"]["listings"],
        restored + begun.elapsed()
    );
    assert_eq!(get(&server.api, &listing), before);
    let (_, all) = get(&server.api, "/api/v1/search?facets=false&limit=1");
    let all: Value = serde_json::from_str(&all).unwrap();
    assert_eq!(all["total"], was["counts"]["listings"]);
    assert_eq!(server.end().code(), Some(0));
}

/// What is done to a part of a backup.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Flipped,
    Cut,
    Gone,
}

fn damage(path: &Path, how: Damage) {
    let mut bytes = fs::read(path).unwrap();
    match how {
        Damage::Flipped => {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }
        Damage::Cut => bytes.truncate(bytes.len() / 2),
        Damage::Gone => return fs::remove_file(path).unwrap(),
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_backup_is_named_and_never_restored() {
    let place = Place::new();
    stocked(&place, 2);
    for content in [b"one manual".as_slice(), b"another manual"] {
        keep(&place, content);
    }
    place.file("data/audit-checkpoints.txt", "as it was written\n");
    let taken = backup(&place, &[]);
    let parts = files_below(&taken);
    let database = match place.target() {
        Target::Sqlite(_) => "database.sqlite3",
        Target::Postgres(_) => "database.dump",
    };
    for name in [
        "manifest.json",
        "manifest.sha256",
        "files.sha256",
        "checkpoints.txt",
        "keys/master.key",
        database,
    ] {
        assert!(parts.contains(&PathBuf::from(name)), "{name} is not in {parts:?}");
    }
    assert_eq!(parts.len(), 8, "{parts:?}");
    let other = bare();
    let damaged = other.path("damaged");
    for part in &parts {
        for how in [Damage::Flipped, Damage::Cut, Damage::Gone] {
            copy_folder(&taken, &damaged);
            damage(&damaged.join(part), how);
            let left = other.run(&["backup", "verify", text(&damaged)]);
            assert_eq!(left.code, Some(1), "{part:?} {how:?} {left:?}");
            let is_named = left.out.lines().chain(left.err.lines()).any(|line| {
                line.contains(text(part))
                    && ["WRONG ", "LACKS ", "vptex: "]
                        .iter()
                        .any(|word| line.starts_with(word))
            });
            assert!(is_named, "{part:?} {how:?} {left:?}");
        }
        let complaint = other.refused(&["restore", "--from", text(&damaged)], 1);
        assert!(complaint.contains(text(part)), "{complaint}");
    }
    // Nothing of all that is there now, so a whole one can be restored.
    other.done(&["restore", "--from", text(&taken)]);
}

#[test]
fn a_backup_is_restored_only_where_nothing_is() {
    let place = Place::new();
    stocked(&place, 1);
    let taken = backup(&place, &[]);
    let restore = ["restore", "--from", text(&taken)];
    let complaint = place.refused(&restore, 1);
    assert!(complaint.contains("the database is not empty"), "{complaint}");
    assert!(complaint.contains("nothing was changed"), "{complaint}");
    assert_eq!(place.done(&["reindex"]), "the search index holds 1 listings\n");

    // What is refused makes no folder either: whoever makes it by hand then is not told that it is there.
    for refused in [&restore[..], &["restore", "--from", "nowhere"]] {
        place.refused(&[refused, &["--data-dir", "fresh"]].concat(), 1);
        assert!(!place.path("fresh").exists(), "{refused:?}");
    }

    let other = bare();
    fs::create_dir_all(other.path("data/files/kept")).unwrap();
    let there = other.file("data/files/kept/left-over", "x");
    let complaint = other.refused(&restore, 1);
    assert!(
        complaint.contains("data_dir ./data is not empty: there is ./data/files/kept/left-over"),
        "{complaint}"
    );
    fs::remove_file(there).unwrap();
    let key = other.file("data/master.key", "another key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let complaint = other.refused(&restore, 1);
    assert!(complaint.contains("master.key"), "{complaint}");
    // The very key may have been put there before.
    fs::copy(place.path("data/master.key"), &key).unwrap();
    other.done(&restore);
    let nowhere = other.refused(&["restore", "--from", "data"], 1);
    assert!(nowhere.contains("there is no backup in data"), "{nowhere}");
}

#[test]
fn keys_can_be_left_out() {
    let place = Place::new();
    stocked(&place, 1);
    let taken = backup(&place, &["--without-keys"]);
    assert!(!taken.join("keys").exists());
    assert_eq!(manifest(&taken)["master_key"], Value::Null);
    let verified = place.done(&["backup", "verify", text(&taken)]);
    assert!(
        verified.contains("note     keys/master.key: was left out"),
        "{verified}"
    );
    let other = bare();
    let left = other.run(&["restore", "--from", text(&taken)]);
    assert_eq!(left.code, Some(0), "{left:?}");
    assert!(
        left.err.contains("the backup has no master key: put the one"),
        "{left:?}"
    );
    assert!(!other.path("data/master.key").exists());
}

/// Puts a pipe in the place of a content: whoever reads it waits until somebody writes.
fn block(place: &Place, digest: &Digest) -> PathBuf {
    let path = place_of(place, digest);
    fs::remove_file(&path).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

fn begin(place: &Place) -> Child {
    place
        .command(["backup", "--to", "backups"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_killed_backup_is_none_and_the_next_one_goes_on() {
    let place = Place::new();
    stocked(&place, 1);
    let mut contents =
        [b"a manual".as_slice(), b"another manual", b"a third manual"].map(|content| (keep(&place, content), content));
    contents.sort();
    let [_, (second, _), (last, content)] = contents;
    let pipe = block(&place, &last);
    let mut child = begin(&place);
    let name = second.to_string();
    let copied = place
        .path("backups/unfinished/files")
        .join(beginning(&name))
        .join(&name);
    wait_for("the second content", || copied.is_file());
    child.kill().unwrap();
    child.wait().unwrap();
    let inode = fs::metadata(&copied).unwrap().ino();
    let left = files_below(&place.path("backups"));
    assert!(!left.iter().any(|path| path.ends_with("manifest.json")), "{left:?}");
    let complaint = place.refused(&["backup", "verify", "backups"], 1);
    assert!(complaint.contains("one was begun and not finished"), "{complaint}");

    fs::remove_file(&pipe).unwrap();
    fs::write(&pipe, content).unwrap();
    let told = place.done(&["backup", "--to", "backups"]);
    let counts = "copied    1 contents; 0 linked from the backup before, 2 there from an attempt";
    assert!(told.contains(counts), "{told}");
    let of = |backup: &Path| backup.join("files").join(beginning(&name)).join(&name);
    let first = backups(&place.path("backups")).pop().unwrap();
    assert_eq!(fs::metadata(of(&first)).unwrap().ino(), inode);
    // From one backup to the next nothing is copied.
    let told = place.done(&["backup", "--to", "backups"]);
    assert!(told.contains("copied    0 contents; 3 linked"), "{told}");
    let both = backups(&place.path("backups"));
    assert_eq!(both.len(), 2, "{both:?}");
    assert_eq!(fs::metadata(of(&both[1])).unwrap().ino(), inode);
    let third = backup(&place, &["--keep", "1"]);
    assert_eq!(backups(&place.path("backups")), std::slice::from_ref(&third));
    place.done(&["backup", "verify", text(&third)]);
}

/// The folder of a content: the first two signs of its name.
fn beginning(name: &str) -> &str {
    name.get(..2).unwrap()
}

/// Opens a pipe for writing and closes it again, so that whoever reads it comes to its end.
fn end_of(pipe: &Path) {
    // O_NONBLOCK: nobody may be reading it any more.
    drop(OpenOptions::new().write(true).custom_flags(0o4000).open(pipe));
}

#[test]
fn a_signal_ends_a_backup_in_good_order() {
    let place = Place::new();
    stocked(&place, 1);
    let mut contents = [b"a manual".as_slice(), b"another manual"].map(|content| keep(&place, content));
    contents.sort();
    let pipe = block(&place, &contents[0]);
    let mut child = begin(&place);
    wait_for("the folder", || place.path("backups/unfinished").is_dir());
    signal("TERM", &child);
    // The thread that waits for signals ends with the first one.
    let tasks = format!("/proc/{}/task", child.id());
    wait_for("the end of the thread for signals", || {
        let tasks = fs::read_dir(&tasks).map(|tasks| tasks.flatten().collect::<Vec<_>>());
        let is_there = |task: &fs::DirEntry| {
            fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.trim() == "signals")
        };
        !tasks.unwrap_or_default().iter().any(is_there)
    });
    let until = Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "it never ended");
        end_of(&pipe);
        std::thread::yield_now();
    }
    let left = child.wait_with_output().unwrap();
    assert_eq!(left.status.code(), Some(143), "{left:?}");
    let complaint = String::from_utf8(left.stderr).unwrap();
    assert_eq!(
        complaint,
        "vptex: interrupted; the same command goes on with what was copied\n"
    );
    assert_eq!(backups(&place.path("backups")), Vec::<PathBuf>::new());
}

#[test]
fn what_cannot_be_backed_up_is_told() {
    let place = Place::new();
    place.done(&["keys", "list"]);
    // Somebody else writes there.
    fs::create_dir(place.path("backups")).unwrap();
    let lock = File::create(place.path("backups/lock")).unwrap();
    lock.lock().unwrap();
    let complaint = place.refused(&["backup", "--to", "backups"], 1);
    assert!(
        complaint.contains("another backup is being written into backups"),
        "{complaint}"
    );
    drop(lock);
    fs::rename(place.path("data/master.key"), place.path("elsewhere")).unwrap();
    let complaint = place.refused(&["backup", "--to", "backups"], 1);
    assert!(complaint.contains("there is no master key"), "{complaint}");
    let complaint = place.refused(&["backup"], 2);
    assert!(complaint.contains("--to <DIR>"), "{complaint}");
    let complaint = place.refused(&["backup", "--to", "x", "verify", "y"], 2);
    assert!(complaint.contains("exclude each other"), "{complaint}");
    let complaint = bare().refused(&["backup", "--to", "backups"], 1);
    assert!(
        complaint.contains("there is no database") || complaint.contains("no tables"),
        "{complaint}"
    );
}

#[test]
fn a_content_that_is_missing_is_told_and_the_rest_is_saved() {
    let place = Place::new();
    stocked(&place, 1);
    let [there, gone] = [b"a manual".as_slice(), b"another manual"].map(|content| keep(&place, content));
    fs::remove_file(place_of(&place, &gone)).unwrap();
    let left = place.run(&["backup", "--to", "backups"]);
    assert_eq!(left.code, Some(1), "{left:?}");
    assert!(left.err.contains("the file store lacks 1 content(s)"), "{left:?}");
    let taken = backups(&place.path("backups")).pop().unwrap();
    let said = manifest(&taken);
    assert_eq!(
        (&said["absent"][0], &said["file_count"]),
        (&gone.to_string().into(), &1.into())
    );
    let verified = place.done(&["backup", "verify", text(&taken)]);
    let name = gone.to_string();
    let folder = name.get(..2).unwrap();
    assert!(
        verified.contains(&format!(
            "LACKS    files/{folder}/{name}: was not whole in the file store"
        )) && verified
            .ends_with("as far as the exchange was when it was taken: 1 content(s) are lacking, 1 are in it\n"),
        "{verified}"
    );
    assert!(!verified.contains("has every content"), "{verified}");
    // What is in a dump is known when it is restored.
    let is_counted = verified
        .contains("LACKS    files.sha256: has 1 of the 2 contents that the database names; 1 it names as lacking");
    assert_eq!(is_counted, matches!(place.target(), Target::Sqlite(_)), "{verified}");
    let other = bare();
    other.done(&["restore", "--from", text(&taken)]);
    assert!(place_of(&other, &there).is_file() && !place_of(&other, &gone).exists());
}

#[test]
fn what_the_file_store_lost_is_taken_from_the_backup_before_and_told() {
    let place = Place::new();
    stocked(&place, 1);
    let [gone, cut] = [b"a manual".as_slice(), b"another manual"].map(|content| keep(&place, content));
    backup(&place, &[]);
    fs::remove_file(place_of(&place, &gone)).unwrap();
    damage(&place_of(&place, &cut), Damage::Cut);
    let left = place.run(&["backup", "--to", "backups", "--keep", "1"]);
    assert_eq!(left.code, Some(1), "{left:?}");
    assert!(
        left.err
            .contains("2 content(s) are not whole in the file store; taken from the backup before")
            && left.out.contains("2 linked"),
        "{left:?}"
    );
    let verified = place.done(&["backup", "verify", "backups"]);
    assert!(verified.ends_with("the backup is whole\n"), "{verified}");
    // One that has it from nowhere else says so, and does not tell the same twice.
    fs::remove_dir_all(place.path("backups")).unwrap();
    let left = place.run(&["backup", "--to", "backups"]);
    assert!(
        left.err.contains("the file store lacks 2 content(s)") && !left.err.contains("taken from"),
        "{left:?}"
    );
}

/// PostgreSQL only: SQLite needs no programs.
#[test]
fn programs_that_are_not_installed_are_named() {
    let place = Place::new();
    let Target::Postgres(url) = place.target() else { return };
    place.done(&["keys", "list"]);
    fs::create_dir(place.path("nothing")).unwrap();
    let complaint = place.refused(&["backup", "--to", "backups", "--pg-tools", "nothing"], 1);
    assert!(complaint.contains("pg_dump is needed and was not found"), "{complaint}");
    let password = url.split(':').nth(2).and_then(|rest| rest.split('@').next()).unwrap();
    assert!(!complaint.contains(password), "{complaint}");
    let taken = backup(&place, &[]);
    let verified = place.done(&["backup", "verify", text(&taken), "--pg-tools", "nothing"]);
    assert!(
        verified.contains("was not read to its end: pg_restore is not installed here"),
        "{verified}"
    );
}
