//! Rules about the source tree that the compiler does not know, each told with every place that breaks it.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "tidy/advisories.rs"]
mod advisories;
#[path = "tidy/bodies.rs"]
mod bodies;
#[path = "faults/chance.rs"]
#[expect(
    dead_code,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "the fault harness's own"
)]
mod chance;
#[path = "tidy/crates.rs"]
mod crates;
#[path = "faults/import/derived.rs"]
mod derived;
#[path = "tidy/failpoints.rs"]
mod failpoints;
#[path = "tidy/figures.rs"]
mod figures;
#[path = "faults/image.rs"]
#[expect(dead_code, reason = "the fault harness's own")]
mod image;
#[path = "tidy/images.rs"]
mod images;
#[path = "tidy/logs.rs"]
mod logs;
#[path = "tidy/metrics.rs"]
mod metrics;
#[path = "support/metrics_page.rs"]
mod metrics_page;
#[path = "faults/import/mistakes.rs"]
#[expect(dead_code, reason = "what is made of them is the harness's business")]
mod mistakes;
#[path = "tidy/mistakes_of_rows.rs"]
mod mistakes_of_rows;
#[path = "tidy/named.rs"]
mod named;
#[path = "tidy/papers.rs"]
mod papers;
#[path = "tidy/rooms.rs"]
mod rooms;
#[path = "tidy/schemas.rs"]
mod schemas;
#[path = "faults/sites.rs"]
#[expect(dead_code, reason = "how each is reached is the harness's business")]
mod sites;
#[path = "support/statistics.rs"]
mod statistics;
#[path = "tidy/suites.rs"]
mod suites;
#[path = "faults/wal.rs"]
mod wal;

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files under some folders, as paths from the root.
fn rust_files(folders: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut found);
    }
    found.sort();
    assert!(found.len() > folders.len(), "no source found");
    found
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

/// The program's own lines: without comments and without what comes after `#[cfg(test)]` and `mod tests`.
fn program(source: &str) -> String {
    let source = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn assert_none(rule: &str, violations: &[String]) {
    assert!(violations.is_empty(), "{rule}:\n  {}\n", violations.join("\n  "));
}

#[test]
fn files_are_short() {
    const MOST: usize = 500;
    let long = rust_files(&["src", "tests", "search-index"])
        .into_iter()
        .filter_map(|file| {
            let lines = read(&file).lines().count();
            (lines > MOST).then(|| format!("{} has {lines} lines", file.display()))
        });
    assert_none(
        "a file is longer than 500 lines; split it by what it is about",
        &long.collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let words = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("FIX", "ME"),
        concat!("#[ig", "nore"),
    ];
    let mut violations = Vec::new();
    for file in rust_files(&["src", "tests", "search-index"]) {
        for (number, line) in read(&file).lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(**word)) {
                violations.push(format!("{}:{}: {word}", file.display(), number + 1));
            }
        }
    }
    assert_none("something is left for later", &violations);
}

#[test]
fn modules_are_named_after_what_they_hold() {
    let vague = ["utils", "util", "common", "helpers", "helper", "misc"];
    let mut violations = Vec::new();
    for file in rust_files(&["src", "tests", "search-index"]) {
        for part in file.iter().filter_map(|part| part.to_str()) {
            if vague.contains(&part.trim_end_matches(".rs")) {
                violations.push(file.display().to_string());
            }
        }
        for line in program(&read(&file)).lines() {
            let module = line.trim().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            let name = module
                .strip_prefix("mod ")
                .map(|name| name.trim_end_matches([';', '{', ' ']));
            if name.is_some_and(|name| vague.contains(&name)) {
                violations.push(format!("{}: {}", file.display(), line.trim()));
            }
        }
    }
    assert_none("a module's name says nothing", &violations);
}

#[test]
fn migrations_come_in_pairs() {
    let mut violations = Vec::new();
    for (tree, other) in [("sqlite", "postgres"), ("postgres", "sqlite")] {
        for entry in std::fs::read_dir(root().join("migrations").join(tree)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let (number, what) = name.split_once('_').unwrap_or_default();
            if number.len() != 4 || !number.bytes().all(|digit| digit.is_ascii_digit()) || what.is_empty() {
                violations.push(format!("migrations/{tree}/{name} is not called NNNN_what"));
            }
            for file in ["up.sql", "down.sql"] {
                for tree in [tree, other] {
                    let path = Path::new("migrations").join(tree).join(&name).join(file);
                    if !root().join(&path).is_file() {
                        violations.push(format!("{} is missing", path.display()));
                    }
                }
            }
        }
    }
    violations.sort();
    violations.dedup();
    assert_none("migrations are not the same in both trees", &violations);
}

#[test]
fn error_codes_are_used_and_documented() {
    let table = read(Path::new("src/service/error/codes.rs"));
    // `Variant, "code", 400, …` on a line of its own.
    let codes: Vec<(&str, &str)> = table
        .lines()
        .filter_map(|line| {
            let (variant, rest) = line.trim().split_once(", \"")?;
            let (code, rest) = rest.split_once("\", ")?;
            let status = rest.split(',').next()?.parse::<u16>();
            (status.is_ok() && variant.chars().all(char::is_alphanumeric)).then_some((variant, code))
        })
        .collect();
    assert!(codes.len() > 20, "the table of error codes was not understood");
    // The table itself names no `ErrorCode::`, so its file may count, too.
    let uses: String = rust_files(&["src/service", "src/http"])
        .iter()
        .map(|file| program(&read(file)))
        .collect();
    let documented = std::fs::read_to_string(root().join("docs/errors.md")).unwrap_or_default();
    let mut violations = Vec::new();
    for (variant, code) in codes {
        let name = format!("ErrorCode::{variant}");
        let is_used = uses.match_indices(&name).any(|(at, _)| {
            !uses
                .get(at + name.len()..)
                .is_some_and(|after| after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        });
        if !is_used {
            violations.push(format!("{name} is used nowhere in src/service and src/http"));
        }
        if !documented.contains(&format!("`{code}`")) {
            violations.push(format!("`{code}` is not in docs/errors.md"));
        }
    }
    assert_none("error codes are unused or not documented", &violations);
}

#[test]
fn the_root_holds_only_what_belongs_there() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "migrations",
        "search-index",
        "tests",
        "docs",
        "scripts",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "deny.toml",
        "clippy.toml",
        "rustfmt.toml",
        "rust-toolchain.toml",
    ];
    let git_ignore = std::fs::read_to_string(root().join(".gitignore")).unwrap_or_default();
    let ignored = |name: &str| {
        git_ignore
            .lines()
            .map(str::trim)
            .any(|line| match line.strip_prefix('*') {
                Some(ending) => name.ends_with(ending),
                None => line.trim_matches('/') == name,
            })
    };
    let mut violations: Vec<String> = std::fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            !name.starts_with('.') && !allowed.contains(&name.as_str()) && !["target", "data"].contains(&name.as_str())
        })
        .filter(|name| !ignored(name))
        .collect();
    violations.sort();
    assert_none("something in the root of the repository belongs elsewhere", &violations);
}
