//! What lies beside the source: documents that are pointed to, and snapshots that tests compare with.

use std::path::{Path, PathBuf};

use super::{assert_none, read, root, rust_files};

/// All files with some ending, as paths from the root, without what is built.
pub fn files(endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() {
                if !["target", "data", ".git"].contains(&&*name) {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(root(), endings, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no {endings:?} found");
    found
}

/// Paths such as `docs/errors.md` in a text.
fn documents_named(text: &str) -> Vec<&str> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "/_-.".contains(c);
    text.split(|c| !is_path(c))
        .map(|path| path.trim_end_matches('.'))
        .filter(|path| path.starts_with("docs/") && path.ends_with(".md"))
        .collect()
}

/// Targets of Markdown links to files of this repository.
fn links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

#[test]
fn documents_that_are_pointed_to_exist() {
    let mut violations = Vec::new();
    for file in files(&[".rs", ".md", ".toml", ".sql", ".sh"]) {
        let text = read(&file);
        for path in documents_named(&text) {
            // From the root, or from the folder of a part of the workspace.
            let beside = file.iter().next().map(|part| root().join(part).join(path));
            if !root().join(path).is_file() && !beside.is_some_and(|path| path.is_file()) {
                violations.push(format!("{} names {path}", file.display()));
            }
        }
        if file.extension().is_some_and(|ending| ending == "md") {
            let folder = root().join(&file);
            let absent = links(&text)
                .into_iter()
                .filter(|target| !folder.parent().unwrap().join(target).exists());
            violations.extend(absent.map(|target| format!("{} links to {target}", file.display())));
        }
    }
    assert_none("a document that is pointed to does not exist", &violations);
}

/// Whoever begins with the README finds every page.
#[test]
fn the_readme_leads_to_every_document() {
    let readme = read(Path::new("README.md"));
    let linked = links(&readme);
    let pages = files(&[".md"]).into_iter().map(|page| page.display().to_string());
    let lost = pages.filter(|page| page.starts_with("docs/") && !linked.contains(&page.as_str()));
    assert_none("a page that the README does not lead to", &lost.collect::<Vec<_>>());
}

#[test]
fn snapshots_belong_to_tests() {
    let mut violations = Vec::new();
    for file in files(&[".snap"]) {
        let text = read(&file);
        let source = text
            .lines()
            .find_map(|line| line.strip_prefix("source: "))
            .unwrap_or_default();
        // insta calls them after the modules and the test's function, or after the name that the assertion gives.
        let name = file.file_stem().unwrap().to_string_lossy();
        let name = name.rsplit("__").next().unwrap();
        let code = std::fs::read_to_string(root().join(source)).unwrap_or_default();
        let is_known = code.contains("assert_")
            && [format!("fn {name}("), format!("\"{name}\"")]
                .iter()
                .any(|word| code.contains(word));
        // One of several that a test makes, under a name that ends with what each is of.
        let is_one_of = name
            .match_indices('_')
            .any(|(at, _)| code.contains(&format!("\"{}_{{", name.split_at(at).0)));
        if !is_known && !is_one_of {
            violations.push(format!("{} is of no test in {source:?}", file.display()));
        }
    }
    // A test that writes its snapshot elsewhere would pass over this one.
    let is_used = rust_files(&["tests"])
        .iter()
        .any(|file| read(file).contains("assert_snapshot!("));
    assert!(is_used, "no test compares with a snapshot");
    assert_none("a snapshot that no test compares with", &violations);
}

/// Names of tests in backticks: in `docs/advisories.md` those of the column that has nothing else.
fn tests_named(text: &str) -> Vec<&str> {
    let words = text.split('`').skip(1).step_by(2);
    words
        .filter(|word| word.matches('_').count() > 2 && !word.contains(|c: char| c == '/' || c.is_whitespace()))
        .collect()
}

/// Names of tests that are called after an advisory.
fn tests_of_advisories(source: &str) -> Vec<&str> {
    let names = source
        .lines()
        .filter_map(|line| line.split_once("fn ")?.1.split('(').next());
    names
        .filter(|name| {
            ["cve_", "ghsa_", "rustsec_", "api5_"]
                .iter()
                .any(|kind| name.starts_with(kind))
        })
        .collect()
}

#[test]
fn advisories_and_their_tests_know_each_other() {
    let page = read(Path::new("docs/advisories.md"));
    let sources: Vec<String> = rust_files(&["src", "tests", "search-index"])
        .iter()
        .map(|file| read(file))
        .collect();
    let named = tests_named(&page);
    let mut violations = Vec::new();
    for name in &named {
        let head = format!("fn {name}() {{");
        if !sources.iter().any(|source| source.contains(&head)) {
            violations.push(format!("docs/advisories.md names {name}, which is no test"));
        }
    }
    for name in sources.iter().flat_map(|source| tests_of_advisories(source)) {
        if !named.contains(&name) {
            violations.push(format!("docs/advisories.md does not name {name}"));
        }
    }
    assert!(named.len() > 20, "{named:?}");
    assert_none("advisories and tests have come apart", &violations);
}

/// What the requirements of `docs/security.md` are said to be tested by.
fn tests_of_requirements(page: &str) -> Vec<&str> {
    let (_, section) = page.split_once("\n## Requirements\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let columns = section
        .lines()
        .filter_map(|line| line.strip_suffix('|')?.rsplit('|').next());
    columns.flat_map(tests_named).collect()
}

#[test]
fn requirements_name_tests_that_there_are() {
    let page = read(Path::new("docs/security.md"));
    let sources: Vec<String> = rust_files(&["src", "tests", "search-index"])
        .iter()
        .map(|file| read(file))
        .collect();
    let named = tests_of_requirements(&page);
    // Those of properties take what is made for them.
    let is_there = |name: &str| {
        let head = format!("fn {name}(");
        sources.iter().any(|source| source.contains(&head))
    };
    let lost: Vec<String> = named
        .iter()
        .filter(|name| !is_there(name))
        .map(ToString::to_string)
        .collect();
    assert!(named.len() > 100, "{named:?}");
    assert_none("docs/security.md names what is no test", &lost);
}

#[test]
fn the_rules_about_papers_see_what_they_should() {
    assert_eq!(
        documents_named("see (docs/adr/0001-two-databases.md), docs/errors.md. And mydocs/y.md, docs/z.txt"),
        ["docs/adr/0001-two-databases.md", "docs/errors.md"]
    );
    assert_eq!(links("[a](b.md#c) [d](https://e) [f](#g) [h](../i)"), ["b.md", "../i"]);
    assert_eq!(
        tests_named("`a_b` `nosniff` `one_two_three_four`, `GET /a_b_c_d`"),
        ["one_two_three_four"]
    );
    let page =
        "# a\n## Requirements\n| 1 | `src/a.rs` | `x_y_z_a` |\n| 2 | `b_c_d_e` | `f` |\n\n## Not met\n| `g_h_i_j` |\n";
    assert_eq!(tests_of_requirements(page), ["x_y_z_a"]);
    let source = ["    async fn ", "cve_1_x() {\nfn other() {"].concat();
    assert_eq!(tests_of_advisories(&source), ["cve_1_x"]);
}
