//! The file store's command, and the child that decodes.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use diesel::connection::SimpleConnection;
use vptex::domain::file::Digest;
use vptex::store::migrate;

use crate::bucket::{self, Mood, Service};
use crate::program::Place;
use crate::stock::{keep, place_of, stocked};

/// One red pixel.
fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = image::RgbImage::from_pixel(1, 1, image::Rgb([250, 0, 0]));
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// What lines of `/proc/…/limits` must begin with.
const BOUNDS: [&str; 5] = [
    "Max cpu time 10 10",
    "Max file size 0 0",
    "Max data size 268435456 268435456",
    "Max core file size 0 0",
    "Max open files 3 3",
];

#[test]
fn the_decoders_bound_themselves_before_they_read() {
    for (command, saying) in [
        ("sandbox-file", "{\"Made\":{\"found\":\"image/png\""),
        ("sandbox-table", "{\"Refused\":"),
    ] {
        let said = said_within_bounds(command, &picture());
        assert!(said.starts_with(saying), "{command}: {said}");
    }
}

/// What a child says of a file that it is sent once it has bounds.
fn said_within_bounds(command: &str, file: &[u8]) -> String {
    let place = Place::new();
    let mut command = place.command([command]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let path = format!("/proc/{}/limits", child.id());
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let limits = fs::read_to_string(&path).unwrap();
        let lines: Vec<String> = limits
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        if BOUNDS
            .iter()
            .all(|bound| lines.iter().any(|line| line.starts_with(bound)))
        {
            break;
        }
        assert!(Instant::now() < deadline, "{limits}");
        std::thread::yield_now();
    }
    child.stdin.take().unwrap().write_all(file).unwrap();
    let mut said = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn collecting_tells_first_and_removes_then() {
    let place = Place::new();
    let nothing = "removed 0 temporary files and 0 contents (0 bytes)\n";
    assert_eq!(place.done(&["files", "collect"]), nothing);
    let incoming = place.path("data").join("files").join("incoming");
    for name in ["old", "young"] {
        fs::write(incoming.join(name), "x").unwrap();
    }
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let old = File::options().write(true).open(incoming.join("old")).unwrap();
    old.set_modified(long_ago).unwrap();
    let told = place.done(&["files", "collect", "--dry-run"]);
    assert_eq!(told, "would remove 1 temporary files and 0 contents (0 bytes)\n");
    assert!(incoming.join("old").exists());
    assert!(
        place
            .done(&["files", "collect"])
            .starts_with("removed 1 temporary files")
    );
    assert!(!incoming.join("old").exists() && incoming.join("young").exists());
    assert_eq!(place.done(&["files", "collect"]), nothing);
}

#[test]
fn nothing_is_collected_in_the_schema_of_a_later_program() {
    let place = Place::new();
    place.done(&["files", "collect"]);
    migrate::connect(place.target())
        .unwrap()
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")
        .unwrap();
    for command in [&["files", "collect"][..], &["files", "collect", "--dry-run"]] {
        let complaint = place.refused(command, 1);
        assert!(complaint.contains("schema 9999 by a later program"), "{complaint}");
    }
}

#[test]
fn every_content_is_held_against_its_name_and_what_is_wrong_is_named() {
    let place = Place::new();
    stocked(&place, 1);
    let nothing = "0 contents (0 bytes) are what was filed, 0 missing, 0 damaged, 0 unreadable\n";
    assert_eq!(place.done(&["files", "check"]), nothing);
    let mut kept = [&b"one"[..], b"two", b"three", b"four"].map(|content| keep(&place, content));
    kept.sort_unstable();
    let sound = "4 contents (15 bytes) are what was filed, 0 missing, 0 damaged, 0 unreadable\n";
    assert_eq!(place.done(&["files", "check"]), sound);
    // The same length, so that only reading it shows.
    let (first, second) = (place_of(&place, &kept[0]), place_of(&place, &kept[2]));
    let length = fs::read(&first).unwrap().len();
    fs::write(&first, "x".repeat(length)).unwrap();
    let gone = fs::read(&second).unwrap().len();
    fs::remove_file(&second).unwrap();
    let left = place.run(&["files", "check"]);
    let told = format!(
        "damaged {}\nmissing {}\n2 contents ({} bytes) are what was filed, 1 missing, 1 damaged, 0 unreadable\n",
        kept[0],
        kept[2],
        15 - length - gone
    );
    assert_eq!((left.code, left.out), (Some(1), told));
    // One that was interrupted goes on behind what it looked at.
    let after = |digest: &Digest| place.run(&["files", "check", "--after", &digest.to_string()]);
    let rest = after(&kept[0]);
    assert_eq!((rest.code, rest.out.contains("damaged ")), (Some(1), false), "{rest:?}");
    assert_eq!(after(&kept[2]).code, Some(0));
    assert_eq!(after(&kept[3]).out, nothing);
    let complaint = place.refused(&["files", "check", "--after", "ab"], 2);
    assert!(complaint.contains("64 small hexadecimal digits"), "{complaint}");
    // A backup says the same of them.
    let left = place.run(&["backup", "--to", "backups"]);
    assert_eq!(left.code, Some(1), "{left:?}");
    assert!(left.err.contains("the file store lacks 2 content(s)"), "{left:?}");
}

#[test]
fn one_that_cannot_be_read_keeps_none_of_the_others_from_being_looked_at() {
    let place = Place::new();
    stocked(&place, 1);
    let mut kept = [&b"one"[..], b"three", b"seven"].map(|content| keep(&place, content));
    kept.sort_unstable();
    // A link to itself: nobody can open it, root neither.
    let lies_at = place_of(&place, &kept[0]);
    let length = fs::read(&lies_at).unwrap().len();
    fs::remove_file(&lies_at).unwrap();
    std::os::unix::fs::symlink(&lies_at, &lies_at).unwrap();
    let left = place.run(&["files", "check"]);
    let unreadable = format!("unreadable {}: ", kept[0]);
    assert!(left.out.starts_with(&unreadable), "{left:?}");
    let sum = format!(
        "\n2 contents ({} bytes) are what was filed, 0 missing, 0 damaged, 1 unreadable\n",
        13 - length
    );
    assert!(left.out.ends_with(&sum) && left.code == Some(1), "{left:?}");
}

#[test]
fn a_store_that_is_away_is_not_asked_for_everything() {
    let place = Place::new();
    stocked(&place, 1);
    let mut kept: Vec<Digest> = (0..13).map(|number| keep(&place, &[number])).collect();
    kept.sort_unstable();
    let break_off = |from: usize, to: usize| {
        for digest in &kept[from..to] {
            let lies_at = place_of(&place, digest);
            fs::remove_file(&lies_at).unwrap();
            std::os::unix::fs::symlink(&lies_at, &lies_at).unwrap();
        }
    };
    // Nine in a row are nine that are ill.
    break_off(1, 10);
    let left = place.run(&["files", "check"]);
    assert!(left.out.contains("\n4 contents ("), "{left:?}");
    assert_eq!(
        (left.code, left.out.matches("unreadable ").count()),
        (Some(1), 9),
        "{left:?}"
    );
    break_off(10, 12);
    let left = place.run(&["files", "check"]);
    assert_eq!(
        (left.code, left.out.matches("unreadable ").count()),
        (Some(1), 10),
        "{left:?}"
    );
    assert!(left.err.contains("10 contents in a row cannot be read"), "{left:?}");
    // Those that could not be read are looked at again.
    let hint = format!("`vptex files check --after {}` goes on from here", kept[0]);
    assert!(
        left.err.contains(&hint) && !left.out.contains("what was filed"),
        "{left:?}"
    );
}

/// Flags that name a bucket.
fn flags(service: &Service) -> Vec<String> {
    let endpoint = format!("s3_endpoint={}", service.endpoint);
    let settings = [
        endpoint,
        format!("s3_bucket={}", bucket::NAME),
        format!("s3_access_key={}", bucket::ACCESS_KEY),
        String::from("s3_timeout_s=2"),
    ];
    settings
        .into_iter()
        .flat_map(|setting| [String::from("--set"), setting])
        .collect()
}

#[test]
fn a_bucket_is_asked_for_before_anything_is_served() {
    use std::os::unix::fs::PermissionsExt;
    let (place, service) = (Place::new(), Service::start());
    let flags = flags(&service);
    let with = |more: &[&str]| -> Vec<String> {
        let more = more.iter().map(|word| (*word).to_owned());
        flags.iter().cloned().chain(more).collect()
    };
    let complaint = place.refused(&with(&["serve"]), 2);
    assert!(
        complaint.starts_with("vptex: error: s3_secret_key: is needed"),
        "{complaint}"
    );
    assert_eq!(complaint.lines().count(), 1);
    let complaint = place.refused(&["--set", "s3_endpoint=http://s3.example", "serve"], 2);
    assert!(
        complaint.contains("s3_endpoint: http://s3.example would get files in clear text"),
        "{complaint}"
    );

    let key = place.file("bucket.key", format!("{}\n", bucket::SECRET_KEY));
    let by_file = ["--set", "s3_secret_key_file=bucket.key"];
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let complaint = place.refused(&with(&[by_file[0], by_file[1], "serve"]), 2);
    assert!(
        complaint.contains("bucket.key is accessible to group or others"),
        "{complaint}"
    );
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let done = place.done(&with(&[by_file[0], by_file[1], "config", "check"]));
    assert!(done.ends_with("the configuration is good\n"), "{done}");
    assert_eq!(service.keys(), Vec::<String>::new());

    fs::write(&key, "mot-khoa-khac").unwrap();
    let complaint = place.refused(&with(&[by_file[0], by_file[1], "serve", "--listen", "127.0.0.1:0"]), 2);
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(
        complaint.contains("s3_bucket: kho-tep at ") && complaint.contains("cannot be written"),
        "{complaint}"
    );
    assert!(!complaint.contains("mot-khoa-khac"), "{complaint}");
    // A service that cannot now is asked a few times.
    service.fare(Mood::Broken);
    let before = service.calls();
    let slow = place.refused(&with(&[by_file[0], by_file[1], "serve", "--listen", "127.0.0.1:0"]), 2);
    assert!(
        slow.contains("503 Service Unavailable: SlowDown") && slow.lines().count() == 1,
        "{slow}"
    );
    assert!(
        (2..=4).contains(&(service.calls() - before)),
        "{} calls",
        service.calls()
    );
    service.fare(Mood::Well);
    let check = place.run(&with(&[by_file[0], by_file[1], "config", "check"]));
    assert_eq!(
        (
            check.code,
            check.out.lines().last().unwrap().starts_with("error: s3_bucket")
        ),
        (Some(2), true)
    );
    let shown = place.run(&with(&["--set", "s3_secret_key=mot-khoa-khac", "config", "show"]));
    assert!(
        shown.out.contains("s3_secret_key = \"***\"") && !shown.out.contains("mot-khoa-khac"),
        "{shown:?}"
    );
}

#[test]
fn what_nothing_refers_to_is_collected_from_a_bucket() {
    let (place, service) = (Place::new(), Service::start());
    let secret = format!("s3_secret_key={}", bucket::SECRET_KEY);
    let told = |more: &[&str]| {
        let more = ["--set", &secret, "files", "collect"]
            .into_iter()
            .chain(more.iter().copied());
        place.done(
            &flags(&service)
                .into_iter()
                .chain(more.map(String::from))
                .collect::<Vec<_>>(),
        )
    };
    let name = "ab".repeat(32);
    fs::create_dir(service.path().join("ab")).unwrap();
    let content = service.path().join("ab").join(&name);
    fs::write(&content, "x").unwrap();
    assert_eq!(
        told(&["--dry-run"]),
        "would remove 0 temporary files and 0 contents (0 bytes)\n"
    );
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::options()
        .write(true)
        .open(&content)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    assert_eq!(
        told(&["--dry-run"]),
        "would remove 0 temporary files and 1 contents (1 bytes)\n"
    );
    assert!(content.exists());
    assert_eq!(told(&[]), "removed 0 temporary files and 1 contents (1 bytes)\n");
    assert!(!content.exists());
}
