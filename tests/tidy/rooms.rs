//! Which room under `src/` knows which.

use std::collections::BTreeSet;
use std::path::Path;

use super::{assert_none, program, read, rust_files};

/// A room under `src/`, the rooms it may know, and the dependencies it may not use.
struct Room {
    name: &'static str,
    knows: &'static [&'static str],
    never: &'static [&'static str],
}

const ROOMS: [Room; 12] = [
    Room {
        name: "domain",
        knows: &[],
        never: &[
            "actix_web",
            "argon2",
            "aws_lc_rs",
            "base64",
            "clap",
            "diesel",
            "diesel_migrations",
            "futures_util",
            "indicatif",
            "jsonwebtoken",
            "libsqlite3_sys",
            "metrics",
            "metrics_exporter_prometheus",
            "pq_sys",
            "search_index",
            "tokio",
            "toml",
            "tracing",
            "tracing_subscriber",
            "utoipa_swagger_ui",
            "std::fs",
            "std::net",
            "std::env",
            "std::thread",
            "std::io",
            "std::process",
        ],
    },
    Room {
        name: "store",
        knows: &["domain"],
        never: &[
            "actix_web",
            "argon2",
            "jsonwebtoken",
            "search_index",
            "tokio",
            "utoipa",
            "std::env",
        ],
    },
    Room {
        name: "files",
        knows: &["domain", "print"],
        never: &[
            "actix_web",
            "diesel",
            "diesel_migrations",
            "search_index",
            "utoipa",
            "std::env",
            "std::net",
        ],
    },
    Room {
        name: "print",
        knows: &["domain"],
        never: &[
            "actix_web",
            "diesel",
            "diesel_migrations",
            "search_index",
            "tokio",
            "std::env",
            "std::fs",
            "std::net",
            "std::time",
        ],
    },
    Room {
        name: "service",
        knows: &["domain", "files", "print", "store"],
        never: &[
            "actix_web",
            "diesel",
            "diesel_migrations",
            "libsqlite3_sys",
            "pq_sys",
            "utoipa",
            "std::env",
        ],
    },
    Room {
        name: "http",
        knows: &["domain", "service", "config"],
        never: &[
            "argon2",
            "diesel",
            "diesel_migrations",
            "jsonwebtoken",
            "search_index",
            "tantivy",
            "std::env",
        ],
    },
    Room {
        name: "jobs",
        knows: &["domain", "files", "store", "service"],
        never: &["actix_web", "diesel", "diesel_migrations", "utoipa", "std::env"],
    },
    Room {
        name: "config",
        // Settings are parsed into the types that the rules work with.
        knows: &["domain"],
        never: &["actix_web", "diesel", "jsonwebtoken", "search_index", "tokio", "utoipa"],
    },
    Room {
        name: "telemetry",
        knows: &["config"],
        never: &["diesel", "search_index", "utoipa", "std::env"],
    },
    Room {
        name: "demo",
        // Its data are loaded through the same use case as anybody's, which is handed them and does not know whose
        // they are.
        knows: &["domain", "service"],
        never: &[
            "actix_web",
            "diesel",
            "search_index",
            "tokio",
            "utoipa",
            "std::env",
            "std::fs",
        ],
    },
    Room {
        name: "app",
        knows: &["config", "domain", "files", "http", "jobs", "service", "store"],
        never: &["diesel", "diesel_migrations", "utoipa", "std::env"],
    },
    Room {
        name: "cli",
        knows: &[
            "app",
            "config",
            "demo",
            "domain",
            "files",
            "http",
            "jobs",
            "service",
            "store",
            "telemetry",
        ],
        never: &["diesel", "diesel_migrations", "std::env"],
    },
];

/// Whether a path such as `diesel::` or `use diesel;` begins with a name, as a word of its own.
fn names(code: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let after = code.get(at + name.len()..).unwrap_or_default();
        // `super::clap` is a module of ours.
        !before.is_some_and(|c| is_word(c) || c == ':')
            && !after.chars().next().is_some_and(is_word)
            && (after.starts_with("::") || code.get(..at).is_some_and(|text| text.ends_with("use ")))
    })
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '*')
        .collect()
}

/// The first names after a path's beginning, those in `{…}` included; `*` for all of them.
fn first_names(after: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Some(group) = after.strip_prefix('{') else {
        found.insert(word(after));
        found.remove("");
        return found;
    };
    let mut depth = 0;
    let mut item = String::new();
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => drop(found.insert(word(std::mem::take(&mut item).trim()))),
            _ => {}
        }
        if depth == 0 && c != ',' {
            item.push(c);
        }
    }
    found.insert(word(item.trim()));
    found.remove("");
    found
}

/// The first names after `crate::`, and after as many `super::` as lead from a file of this depth to the crate's root.
fn rooms_named(code: &str, depth: usize) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = code.split("crate::").skip(1).flat_map(first_names).collect();
    let to_root = "super::".repeat(depth);
    for (at, _) in code.match_indices(&to_root) {
        // Not the end of a longer chain, such as one in a module within the file.
        if code.get(..at).is_some_and(|before| before.ends_with("super::")) {
            continue;
        }
        let after = code.get(at + to_root.len()..).unwrap_or_default();
        // In a module within the file the same chain ends one lower, at names that are no rooms.
        let names = first_names(after).into_iter();
        found.extend(names.filter(|name| ROOMS.iter().any(|room| room.name == name)));
    }
    found
}

/// How deep a file's module is: 1 for `src/cli.rs` and `src/http/mod.rs`, 2 for `src/cli/import.rs`.
fn depth(file: &Path) -> usize {
    let parts = file.iter().skip(1).count();
    parts - usize::from(file.ends_with("mod.rs"))
}

#[test]
fn rooms_know_only_whom_they_may() {
    let mut violations = Vec::new();
    for file in rust_files(&["src"]) {
        let mut parts = file.iter().skip(1).filter_map(|part| part.to_str());
        let first = parts.next().unwrap().trim_end_matches(".rs");
        let Some(room) = ROOMS.iter().find(|room| room.name == first) else {
            // The two that begin the program and its library hold nothing, and the macro is nothing where it is shipped.
            if !["lib", "main", "failpoint"].contains(&first) {
                violations.push(format!("{} is in no room", file.display()));
            }
            continue;
        };
        if file.ends_with("tests.rs") {
            continue;
        }
        let code = program(&read(&file));
        // Macros are named by the crate's root when they are exported; none is.
        for other in rooms_named(&code, depth(&file)) {
            if other != room.name && !room.knows.contains(&other.as_str()) {
                violations.push(format!("{} uses crate::{other}", file.display()));
            }
        }
        for dependency in room.never.iter().filter(|dependency| names(&code, dependency)) {
            violations.push(format!("{} uses {dependency}", file.display()));
        }
    }
    assert_none("a room knows whom it may not (src/lib.rs tells why)", &violations);
}

#[test]
fn no_two_rooms_know_each_other() {
    /// Whether one room knows another, over however many between them.
    fn reaches(from: &str, to: &str, most: usize) -> bool {
        let room = ROOMS.iter().find(|room| room.name == from).unwrap();
        room.knows
            .iter()
            .any(|next| *next == to || (most > 0 && reaches(next, to, most - 1)))
    }
    let circles = ROOMS.iter().filter(|room| reaches(room.name, room.name, ROOMS.len()));
    assert_none(
        "a room knows itself through others",
        &circles.map(|room| room.name.to_owned()).collect::<Vec<_>>(),
    );
}

#[test]
fn the_rules_about_rooms_see_what_they_should() {
    let code = program(
        "use crate::{a::{b, c}, d};\nuse crate::e::f;\n// crate::g\nlet x = crate::h;\nuse crate::*;\n\
         #[cfg(test)]\nmod tests { use crate::i; }",
    );
    assert_eq!(
        rooms_named(&code, 2).into_iter().collect::<Vec<_>>(),
        ["*", "a", "d", "e", "h"]
    );
    let relative =
        "use super::store;\nuse super::super::http::x;\nsuper::super::{jobs::y, other};\nsuper::super::super::app";
    let named = |depth| rooms_named(relative, depth).into_iter().collect::<Vec<_>>();
    assert_eq!(named(1), ["store"]);
    assert_eq!(named(2), ["http", "jobs"]);
    assert_eq!(named(3), ["app"]);
    let depths = [
        "src/cli.rs",
        "src/http/mod.rs",
        "src/cli/import.rs",
        "src/service/import/line.rs",
    ];
    assert_eq!(depths.map(|file| depth(Path::new(file))), [1, 1, 2, 3]);
    assert!(names("let x = diesel::insert();", "diesel"));
    assert!(names("use diesel;", "diesel"));
    assert!(!names(
        "use diesel_migrations::x; super::diesel::y; let diesel = 1;",
        "diesel"
    ));
}
