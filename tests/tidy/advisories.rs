//! Why some advisories do not apply: nothing here does what they are about, or no crate is from before it was mended.

use std::path::Path;

use super::{assert_none, program, read, rust_files};

/// What opens a connection, or looks up a name.
const CONNECTS: [&str; 7] = [
    "reqwest",
    "TcpStream::connect",
    "UnixStream::connect",
    "lookup_host",
    "to_socket_addrs",
    "hyper::",
    "object_store::aws",
];

/// Who may: each goes where the operator's settings lead.
const MAY: [(&str, &str); 5] = [
    ("src/files/bucket.rs", "the bucket of `s3_endpoint`"),
    ("src/files/scanner.rs", "the scanner of `clamd_address`"),
    ("src/telemetry/collector.rs", "the collector of `otlp_endpoint`"),
    ("src/cli/doctor/server.rs", "the server itself, at `listen`"),
    (
        "src/cli/search_eval.rs",
        "the server that whoever evaluates searches names",
    ),
];

/// GHSA-hw4g and -vh5m (vaultwarden), CVE-2026-29178, CVE-2026-33693, CVE-2025-25194 (Lemmy), CVE-2026-35409 (Directus): what a
/// server fetched for a caller was its own network.
#[test]
fn cve_2026_33693_nothing_is_fetched_from_an_address_of_a_callers() {
    let files = rust_files(&["src"]);
    let connects = |file: &Path| {
        let code = program(&read(file));
        CONNECTS.iter().any(|word| code.contains(word))
    };
    let (known, others): (Vec<_>, Vec<_>) = files
        .iter()
        .filter(|file| connects(file))
        .map(|file| file.display().to_string())
        .partition(|file| MAY.iter().any(|(known, _)| known == file));
    assert!(known.len() > 1, "nobody is seen to connect: {known:?}");
    assert_none("somebody connects who has no business with a network", &others);
}

/// RUSTSEC-2026-0172 (diesel): options of `COPY` were written into the statement as they came.
#[test]
fn rustsec_2026_0172_nothing_is_copied_by_a_statement() {
    let words = ["copy_from(", "copy_to(", "COPY "];
    let copies = rust_files(&["src"]).into_iter().filter(|file| {
        let code = program(&read(file));
        words.iter().any(|word| code.contains(word))
    });
    let copies: Vec<String> = copies.map(|file| file.display().to_string()).collect();
    assert_none("a statement copies; see RUSTSEC-2026-0172", &copies);
}

/// What was mended in crates that are built from, and since which version.
const MENDED: [(&str, &str, [u32; 3]); 13] = [
    ("actix-http", "a body whose end is told twice", [3, 12, 1]),
    ("diesel", "RUSTSEC-2026-0111 to -0137, -0172", [2, 3, 10]),
    ("h2", "RUSTSEC-2026-0258: empty frames without end", [0, 4, 16]),
    ("idna", "RUSTSEC-2024-0421: two spellings of one host", [1, 0, 3]),
    ("jsonwebtoken", "CVE-2026-25537: a term that is a text", [10, 3, 0]),
    (
        "lettre",
        "RUSTSEC-2026-0141: the name of a mail server is not asked for",
        [0, 11, 22],
    ),
    ("lopdf", "RUSTSEC-2026-0187: nested brackets", [0, 42, 0]),
    (
        "quick-xml",
        "RUSTSEC-2026-0194, -0195: attributes and namespaces",
        [0, 41, 0],
    ),
    ("rustls", "RUSTSEC-2026-0285", [0, 23, 45]),
    ("time", "RUSTSEC-2026-0009: RFC 2822 without end", [0, 3, 47]),
    (
        "totp-rs",
        "RUSTSEC-2022-0018: comparing takes as long as it fits",
        [1, 1, 0],
    ),
    (
        "tracing-subscriber",
        "RUSTSEC-2025-0055: what callers send draws on the terminal",
        [0, 3, 20],
    ),
    ("zip", "RUSTSEC-2025-0168: links", [2, 3, 0]),
];

/// RUSTSEC-2026-0009 and others. All advisories are asked by `cargo deny check advisories`, which needs a network; these need none.
#[test]
fn rustsec_2026_0009_no_crate_is_older_than_its_mend() {
    let lock = read(Path::new("Cargo.lock"));
    let mut violations = Vec::new();
    for (name, what, since) in MENDED {
        let head = format!("name = \"{name}\"\nversion = \"");
        let versions: Vec<&str> = lock
            .split(&head)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        if versions.is_empty() {
            violations.push(format!("{name} is not built from any more: {what} needs no line"));
        }
        for version in versions {
            let numbers: Vec<u32> = version.split(['.', '-', '+']).take(3).flat_map(str::parse).collect();
            if numbers.as_slice() < since.as_slice() {
                violations.push(format!("{name} {version}: {what}"));
            }
        }
    }
    assert_none("a crate is older than what it was mended in", &violations);
}
