//! What `scripts/test` runs: everything once, and on the second database what touches a database.

use std::path::Path;

/// The suites of the manifest: name and first file.
fn suites() -> Vec<(String, String)> {
    let manifest: toml::Table = super::read(Path::new("Cargo.toml")).parse().unwrap();
    let tests = manifest.get("test").and_then(toml::Value::as_array).unwrap().iter();
    let text = |test: &toml::Value, name: &str| test.get(name).and_then(toml::Value::as_str).unwrap().to_owned();
    tests.map(|test| (text(test, "name"), text(test, "path"))).collect()
}

#[test]
fn what_touches_the_database_is_tried_on_both_and_nothing_else_twice() {
    let script = super::read(Path::new("scripts/test"));
    let mut violations = Vec::new();
    for (name, path) in suites() {
        let touches = super::read(Path::new(&path)).contains("support/database.rs\"]");
        let is_named = script.contains(&format!(" --test {name} ")) || script.contains(&format!(" --test {name})"));
        if touches != is_named {
            violations.push(format!("{name}: touches the database: {touches}, is named: {is_named}"));
        }
    }
    super::assert_none("scripts/test runs the wrong suites on PostgreSQL", &violations);
    let own = super::rust_files(&["src", "search-index"]).into_iter();
    let own = own.filter(|file| super::read(file).contains("VPTEX_TEST_POSTGRES_URL"));
    let own = own.map(|file| file.display().to_string());
    super::assert_none(
        "a test of the library touches PostgreSQL, on which scripts/test does not run it",
        &own.collect::<Vec<_>>(),
    );
}

/// rustdoc would compile the whole program again for them.
#[test]
fn examples_are_tests_and_not_comments() {
    let mut violations = Vec::new();
    for file in super::rust_files(&["src", "search-index"]) {
        let mut is_inside = false;
        for (number, line) in super::read(&file).lines().enumerate() {
            let line = line.trim_start();
            let comment = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
            let Some(told) = comment.and_then(|comment| comment.trim().strip_prefix("```")) else {
                continue;
            };
            if !is_inside && told != "text" {
                violations.push(format!("{}:{}", file.display(), number + 1));
            }
            is_inside = !is_inside;
        }
    }
    super::assert_none(
        "scripts/test does not run examples in comments; write a test",
        &violations,
    );
}
