//! `vptex import listings`: what it says of wrong lines, and that neither a signal nor a kill costs anything.

use std::io::{BufRead, BufReader};
use std::ops::RangeInclusive;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::program::{Place, signal};

/// Lines of the exchange's own format.
pub fn native(numbers: RangeInclusive<usize>) -> Vec<String> {
    let line = |number| {
        json!({
            "listing": {
                "kind": "equipment_offer", "title": {"vi": format!("Máy sấy lúa số {number}")},
                "summary": {"vi": "Sấy lúa tươi từ ẩm độ 28% xuống 14%."},
                "field_codes": ["food.drying"], "price_mode": "contact",
            },
            "source": {"site": "catalogue.example", "external_id": format!("K-{number}")},
        })
        .to_string()
    };
    numbers.map(line).collect()
}

/// A line of the shared format.
const SHARED: &str = r#"{"id": "VTS-1", "title": "Máy ép dầu", "category": "", "kind": "equipment"}"#;

/// Has an enterprise made that listings can be imported for, and gives its tax code. The command line registers nobody,
/// so it is one of the demonstration, which an empty file brings too.
pub fn importable(place: &Place) -> String {
    let empty = place.file("empty.jsonl", "");
    let told = place.run(&["import", "listings", "--demo", empty.to_str().unwrap()]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(
        told.err.contains("demonstration data is mixed into this database"),
        "{told:?}"
    );
    vptex::demo::enterprises()[0].tax_code.clone()
}

#[test]
fn wrong_lines_are_told_and_stop_nobody() {
    let place = Place::new();
    let code = importable(&place);
    let mut lines = native(1..=3);
    lines[1] = String::from("{\"listing\": ");
    lines.push(SHARED.replace("VTS-1", "VTS-2"));
    place.file("lines.jsonl", lines.join("\n"));
    let left = place.run(&[
        "import",
        "listings",
        "lines.jsonl",
        "--enterprise",
        &code,
        "--report",
        "report.json",
    ]);
    assert_eq!(left.code, Some(1), "{left:?}");
    assert_eq!(
        left.out,
        "lines.jsonl: 4 lines, 3 new, 0 updated, 0 unchanged, 1 failed\n"
    );
    assert!(
        left.err.starts_with("lines.jsonl:2: not a JSON object: EOF"),
        "{left:?}"
    );
    let report: Value = serde_json::from_slice(&std::fs::read(place.path("report.json")).unwrap()).unwrap();
    assert_eq!(
        (&report["finished"], &report["created"], &report["refused"][0]["line"]),
        (&json!(true), &json!(3), &json!(2))
    );
}

#[test]
fn the_line_in_the_operators_manual_is_taken() {
    let place = Place::new();
    let code = importable(&place);
    let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md")).unwrap();
    let (_, rest) = manual.split_once("```json\n").unwrap();
    let (line, _) = rest.split_once("\n```").unwrap();
    place.file("lines.jsonl", line.replace("2600357502", &code));
    let told = place.done(&["import", "listings", "lines.jsonl"]);
    assert!(told.contains("1 lines, 1 new"), "{told}");
}

#[test]
fn the_shared_format_needs_to_be_told_whose() {
    let place = Place::new();
    place.file("shared.jsonl", SHARED);
    let left = place.run(&["import", "listings", "shared.jsonl"]);
    assert_eq!(left.code, Some(1), "{left:?}");
    assert!(
        left.err.contains("--enterprise") && left.err.contains("--demo"),
        "{left:?}"
    );
    // Nothing was invented on the way.
    assert_eq!(place.done(&["reindex"]), "the search index holds 0 listings\n");
    let code = &vptex::demo::enterprises()[0].tax_code;
    let unknown = place.refused(&["import", "listings", "shared.jsonl", "--enterprise", code], 2);
    assert!(unknown.contains("no enterprise has the tax code"), "{unknown}");
    let told = place.done(&["import", "listings", "shared.jsonl", "--demo"]);
    assert!(told.contains("1 new"), "{told}");
    let both = place.refused(
        &["import", "listings", "shared.jsonl", "--demo", "--enterprise", code],
        2,
    );
    assert!(both.contains("cannot be used with"), "{both}");
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_imported() {
    let place = Place::new();
    let code = importable(&place);
    place.file("lines.jsonl", native(1..=1).join("\n"));
    for (report, words) in [
        ("absent/report.json", "cannot be written"),
        ("./lines.jsonl", "overwrite"),
    ] {
        let args = [
            "import",
            "listings",
            "lines.jsonl",
            "--enterprise",
            &code,
            "--report",
            report,
        ];
        let complaint = place.refused(&args, 2);
        assert!(complaint.contains(words), "{complaint}");
    }
    assert_eq!(place.done(&["reindex"]), "the search index holds 0 listings\n");
}

/// Starts an import and waits until it has told that this line, which is wrong, was refused.
pub fn import_until(place: &Place, code: &str, line: &str) -> Child {
    let mut child = place
        .command(["import", "listings", "lines.jsonl", "--enterprise", code])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.as_mut().unwrap()).lines();
    assert!(
        lines.map(Result::unwrap).any(|told| told.starts_with(line)),
        "the import ended without a word about {line}"
    );
    child
}

/// The line after which an import went on.
fn went_on_after(out: &str) -> usize {
    let (_, rest) = out
        .split_once("(went on after line ")
        .unwrap_or_else(|| panic!("{out}"));
    rest.split(')').next().unwrap().parse().unwrap()
}

#[test]
fn a_killed_import_goes_on_with_nothing_lost_and_nothing_doubled() {
    let place = Place::new();
    let code = importable(&place);
    let mut lines = native(1..=10_000);
    lines[3_000] = String::from("killed here");
    lines[9_000] = String::from("not JSON either");
    place.file("lines.jsonl", lines.join("\n"));
    let mut child = import_until(&place, &code, "lines.jsonl:3001: ");
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None, "ended before it was killed");
    let import = [
        "import",
        "listings",
        "lines.jsonl",
        "--enterprise",
        &code,
        "--report",
        "report.json",
    ];
    let left = place.run(&import);
    assert_eq!(left.code, Some(1), "{left:?}");
    // What was told was durable: it goes on behind it.
    assert!((3_001..10_000).contains(&went_on_after(&left.out)), "{left:?}");
    assert!(
        left.out.ends_with(", 9998 new, 0 updated, 0 unchanged, 2 failed\n"),
        "{left:?}"
    );
    assert_eq!(left.err.lines().count(), 2, "{left:?}");
    let report: Value = serde_json::from_slice(&std::fs::read(place.path("report.json")).unwrap()).unwrap();
    let refused: Vec<_> = report["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| bad["line"].as_u64())
        .collect();
    assert_eq!(refused, [Some(3_001), Some(9_001)]);
    assert_eq!(place.done(&["reindex"]), "the search index holds 9998 listings\n");
    let again = place.run(&import);
    assert!(
        again
            .out
            .ends_with(": 10000 lines, 0 new, 0 updated, 9998 unchanged, 2 failed\n"),
        "{again:?}"
    );
}

#[test]
fn an_import_that_a_signal_ends_says_so() {
    let place = Place::new();
    let code = importable(&place);
    let mut lines = native(1..=5_000);
    lines[10] = String::from("now");
    place.file("lines.jsonl", lines.join("\n"));
    // Each goes on where the one before was ended, and tells line 11 again.
    for (name, exit_code) in [("TERM", 143), ("INT", 130)] {
        let child = import_until(&place, &code, "lines.jsonl:11: ");
        signal(name, &child);
        let left = child.wait_with_output().unwrap();
        assert_eq!(left.status.code(), Some(exit_code), "{left:?}");
    }
    let left = place.run(&["import", "listings", "lines.jsonl", "--enterprise", &code]);
    assert!(went_on_after(&left.out) >= 50, "{left:?}");
    assert!(
        left.out.ends_with(", 4999 new, 0 updated, 0 unchanged, 1 failed\n"),
        "{left:?}"
    );
}
