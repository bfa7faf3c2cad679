//! The file store's command, and the child that decodes.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use crate::program::Place;

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
fn the_decoder_bounds_itself_before_it_reads() {
    let place = Place::new();
    let mut command = place.command(["sandbox-file"]);
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
    child.stdin.take().unwrap().write_all(&picture()).unwrap();
    let mut said = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(said.starts_with(b"{\"Made\":{\"found\":\"image/png\""), "{said:?}");
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
