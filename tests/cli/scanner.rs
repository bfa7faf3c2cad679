//! A scanner for malware that is named and does not answer, or takes less than can be sent, is told of before somebody sends a file.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::program::{Place, Server, get};

/// Nobody listens for the doctor, and there is a scanner at this address.
fn at(address: &str) -> [String; 6] {
    let set = || String::from("--set");
    [
        set(),
        format!("clamd_address={address}"),
        set(),
        String::from("listen=127.0.0.1:9"),
        set(),
        String::from("metrics_listen=off"),
    ]
}

/// Exit code and words of a command.
fn asked(place: &Place, command: &[&str], address: &str) -> (Option<i32>, String) {
    let flags = at(address);
    let args: Vec<&str> = command
        .iter()
        .copied()
        .chain(flags.iter().map(String::as_str))
        .collect();
    let left = place.run(&args);
    (left.code, left.out)
}

#[test]
fn a_scanner_that_is_silent_is_told_of_with_its_address_and_what_to_do() {
    let place = Place::new();
    place.done(&["keys", "list"]);
    // Takes the call, and says nothing.
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let silent = (silent.local_addr().unwrap().to_string(), silent);
    let absent = place.path("clamd.ctl").display().to_string();
    for (address, why) in [
        (silent.0.as_str(), "nothing came within two seconds"),
        (absent.as_str(), "No such file"),
    ] {
        let words = format!("the scanner for malware at {address} does not answer ({why}");
        let (code, told) = asked(&place, &["config", "check"], address);
        assert_eq!(code, Some(0), "the server would start: {told}");
        let warning = format!("warning: clamd_address: {words}");
        assert!(told.contains(&warning) && told.contains("clamav-daemon"), "{told}");
        let (code, told) = asked(&place, &["doctor"], address);
        assert_eq!(code, Some(2), "{told}");
        let trouble = format!("TROUBLE  scanner: {words}");
        assert!(told.contains(&trouble) && told.contains("-> start clamd"), "{told}");
        let (_, told) = asked(&place, &["doctor", "--language", "vi"], address);
        let trouble = format!("SỰ CỐ    bộ quét mã độc: bộ quét mã độc ở {address} không trả lời");
        assert!(told.contains(&trouble) && told.contains("-> khởi động clamd"), "{told}");
        assert!(!told.contains("nothing came"), "{told}");
    }
}

#[test]
fn a_server_whose_scanner_is_silent_says_so_and_goes_on() {
    let place = Place::new();
    let absent = place.path("clamd.ctl").display().to_string();
    let flag = format!("clamd_address={absent}");
    let complaints = place.path("complaints");
    let file = File::create(&complaints).unwrap();
    let server = Server::start_with(&place, &place.path("data"), &["--set", &flag], file.into());
    server.wait_for("/readyz", 200);
    // Beside the start, which does not wait for it.
    let words = format!("vptex: warning: clamd_address: the scanner for malware at {absent} does not answer");
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let told = fs::read_to_string(&complaints).unwrap();
        if told.matches(&words).count() == 1 {
            break;
        }
        assert!(Instant::now() < deadline, "{told}");
        thread::yield_now();
    }
    let (_, ready) = get(&server.api, "/readyz");
    assert!(ready.contains("\"scanner\":false"), "{ready}");
    assert_eq!(server.end().code(), Some(0));
}

/// A scanner that looks into no more than so many bytes (`StreamMaxLength`), and finds nothing in them.
fn scanner(place: &Place, most: usize) -> String {
    scanner_that_says(place, most, Some("stream: OK\0"))
}

/// The same with what it says of a file, if anything.
fn scanner_that_says(place: &Place, most: usize, answer: Option<&'static str>) -> String {
    let path = place.path("clamd.ctl");
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever hangs up in the middle is no concern of the scanner's.
            drop(serve(&stream, most, answer));
        }
    });
    path.display().to_string()
}

/// As clamd does: parts with their length before them, up to one without bytes.
fn serve(mut stream: &UnixStream, most: usize, answer: Option<&str>) -> io::Result<()> {
    let mut asked = BufReader::new(stream);
    let mut command = Vec::new();
    asked.read_until(0, &mut command)?;
    if command == b"zPING\0" {
        return stream.write_all(b"PONG\0");
    }
    assert_eq!(command, b"zINSTREAM\0");
    let mut came = 0;
    loop {
        let mut length = [0; 4];
        asked.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
        if length == 0 {
            return match answer {
                Some(answer) => stream.write_all(answer.as_bytes()),
                // Until the other side has had enough.
                None => io::copy(&mut asked, &mut io::sink()).map(drop),
            };
        }
        came += length;
        if came > most {
            return stream.write_all(b"INSTREAM size limit exceeded. ERROR\0");
        }
        asked.read_exact(&mut vec![0; length])?;
    }
}

#[test]
fn a_scanner_that_takes_less_than_can_be_sent_is_told_of() {
    let place = Place::new();
    place.done(&["keys", "list"]);
    // A byte less than the largest file has.
    let address = scanner(&place, (20 << 20) - 1);
    let words = format!("the scanner for malware at {address} takes no file of 20 MiB");
    let (code, told) = asked(&place, &["config", "check"], &address);
    assert_eq!(code, Some(0), "the server would start: {told}");
    assert!(told.contains(&format!("warning: clamd_address: {words}")), "{told}");
    let (code, told) = asked(&place, &["doctor"], &address);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains(&format!("TROUBLE  scanner: {words}")), "{told}");
    assert!(told.contains("-> set StreamMaxLength 20M or more"), "{told}");
    let (_, told) = asked(&place, &["doctor", "--language", "vi"], &address);
    assert!(told.contains("-> đặt StreamMaxLength 20M hoặc lớn hơn"), "{told}");
}

/// It is there, and smaller files may well be taken.
#[test]
fn a_scanner_that_does_not_manage_the_largest_file_is_told_of_as_such() {
    let slow = (None, "it takes longer than 1 s", "-> raise clamd_timeout_s");
    let cautious = (
        Some("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"),
        "it says \"Heuristics.Limits.Exceeded.MaxFileSize\"",
        "-> set StreamMaxLength, MaxFileSize and MaxScanSize 20M",
    );
    for (answer, why, advice) in [slow, cautious] {
        let place = Place::new();
        place.done(&["keys", "list"]);
        let address = scanner_that_says(&place, 20 << 20, answer);
        let words = format!(
            "the scanner for malware at {address} takes no file of 20 MiB, the largest that can be sent ({why}), and such \
             files are refused"
        );
        let mut flags = vec!["doctor"];
        if answer.is_none() {
            flags.extend(["--set", "clamd_timeout_s=1"]);
        }
        let (code, told) = asked(&place, &flags, &address);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains(&format!("TROUBLE  scanner: {words}")), "{told}");
        assert!(told.contains(advice) && !told.contains("does not answer"), "{told}");
    }
}

#[test]
fn a_scanner_that_answers_is_well() {
    let place = Place::new();
    place.done(&["keys", "list"]);
    let address = scanner(&place, 20 << 20);
    let (code, told) = asked(&place, &["config", "check"], &address);
    assert_eq!(code, Some(0), "{told}");
    assert!(!told.contains("clamd_address"), "{told}");
    let (_, told) = asked(&place, &["doctor"], &address);
    assert!(
        told.contains("good     scanner: the scanner for malware answers"),
        "{told}"
    );
}
