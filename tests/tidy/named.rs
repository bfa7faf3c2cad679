//! What pages name in backticks is there: files, and operations of the API.

use std::path::Path;

use super::papers::files;
use super::{assert_none, read, root, rust_files};

/// Where paths of this repository begin.
const FOLDERS: [&str; 7] = [
    "src/",
    "search-index/",
    "tests/",
    "migrations/",
    "scripts/",
    "docs/",
    ".ci/",
];
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// Words that pages give parameters as values.
const VALUES: [(&str, &str); 4] = [
    ("{type}", "enterprise"),
    ("{type}", "revision"),
    ("{name}", "communes"),
    ("{name}", "provinces"),
];
/// Other programs' operations, which pages tell of.
const OTHERS: [&str; 1] = ["POST /v1/traces"];

/// What stands in backticks, line by line: what goes over several lines is a block, and has commands.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

fn is_path(word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/_-.".contains(c);
    FOLDERS.iter().any(|folder| word.starts_with(folder)) && word.chars().all(is_part)
}

/// Whether a path is one of the repository's, from its root or from the part of the workspace in which the page lies. Charts are
/// made by runs.
fn is_there(page: &Path, word: &str) -> bool {
    let part = page.iter().next().map(|part| root().join(part).join(word));
    root().join(word).exists() || part.is_some_and(|path| path.exists()) || word.ends_with(".svg")
}

/// Method and path of an operation, without the query.
fn operation(word: &str) -> Option<(&str, &str)> {
    let (method, path) = word.split_once(' ')?;
    let is_method = METHODS.iter().any(|known| known.to_uppercase() == method);
    let path = path.split(['?', '[']).next().unwrap_or_default();
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    (is_method && path.starts_with('/')).then_some((method, path))
}

/// Whether two paths are the same, whatever their parameters are called; a page may give one a value, or leave it out (`…`).
fn is_same(told: &str, known: &str) -> bool {
    let parts = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (told, known) = (parts(told), parts(known));
    let is_part =
        |told: &str, known: &str| told == known || told == "…" || known.starts_with('{') && is_value(told, known);
    told.len() == known.len() && told.iter().zip(&known).all(|(told, known)| is_part(told, known))
}

/// Whether a part of a path may stand for a parameter: another name of it, a code in capital letters, what has a digit (identifiers,
/// numbers, days), or a word that is known to be one of its values. Other words are names of operations that there are not.
fn is_value(told: &str, parameter: &str) -> bool {
    let is_code = |c: char| c.is_ascii_uppercase() || c == '_';
    told.starts_with('{')
        || told.contains(|c: char| c.is_ascii_digit())
        || !told.is_empty() && told.chars().all(is_code)
        || VALUES.contains(&(parameter, told))
}

/// Methods and paths in the table of routes, those beside the operations included.
fn routes() -> Vec<(String, String)> {
    let rooms = rust_files(&["src/http/routes"]);
    let table = rooms.iter().map(|room| read(room)).collect::<Vec<_>>().join("\n");
    let (mut found, mut path) = (Vec::new(), String::new());
    for line in table.lines() {
        let mut rest = line.trim();
        let named = rest.strip_prefix('"').and_then(|line| line.split_once('"'));
        if let Some((name, after)) = named {
            (path, rest) = (name.to_owned(), after);
        }
        let words: Vec<&str> = rest.split_whitespace().collect();
        for pair in words.windows(2) {
            if let [method, handler] = pair
                && METHODS.contains(method)
                && handler.contains("::")
            {
                found.push((method.to_uppercase(), path.clone()));
            }
        }
        if let (Some(_), [handler]) = (named, words.as_slice())
            && handler.contains("::")
        {
            found.push(("GET".to_owned(), path.clone()));
        }
    }
    assert!(found.len() > 200, "the table of routes was not understood");
    found
}

fn is_operation(routes: &[(String, String)], method: &str, path: &str) -> bool {
    routes.iter().any(|(known, at)| known == method && is_same(path, at))
}

#[test]
fn what_pages_name_is_there() {
    let (mut violations, routes) = (Vec::new(), routes());
    let pages = files(&[".md"]);
    for page in pages.iter().filter(|page| !page.ends_with("CHANGELOG.md")) {
        let text = read(page);
        for word in quoted(&text) {
            if is_path(word) && !is_there(page, word) {
                violations.push(format!("{} names the file {word}", page.display()));
            }
            let told = operation(word).filter(|_| !OTHERS.contains(&word));
            if told.is_some_and(|(method, path)| !is_operation(&routes, method, path)) {
                violations.push(format!("{} names the operation {word}", page.display()));
            }
        }
    }
    assert_none("a page names what is not there", &violations);
}

#[test]
fn the_rule_about_what_pages_name_sees_what_it_should() {
    let text = "see `src/lib.rs`, `GET /me` and\n`src/…`: `tests/tidy.rs`";
    assert_eq!(
        quoted(text).collect::<Vec<_>>(),
        ["src/lib.rs", "GET /me", "src/…", "tests/tidy.rs"]
    );
    assert!(is_path("src/lib.rs") && !is_path("src/…") && !is_path("/src/lib.rs"));
    assert!(is_there(Path::new("README.md"), "src/lib.rs") && !is_there(Path::new("README.md"), "src/no.rs"));
    assert_eq!(operation("GET /api/v1/me?x=1"), Some(("GET", "/me")));
    assert_eq!(operation("GET me"), None);
    let routes = routes();
    let is_known = |method, path| is_operation(&routes, method, path);
    assert!(is_known("GET", "/listings/{id}") && is_known("PATCH", "/listings/{listing}"));
    assert!(is_known("GET", "/procedures/REG") && is_known("GET", "/healthz"));
    assert!(is_known("GET", "/listings/0198a1f2-7c3e-7d00-8000-000000000001"));
    assert!(is_known("GET", "/reviews/enterprise/…/messages"));
    assert!(!is_known("GET", "/listings/{id}/no") && !is_known("DELETE", "/search"));
    // A word in the place of a parameter is the name of what is not there.
    assert!(!is_known("GET", "/listings/nonsense") && !is_known("GET", "/listings/enterprise"));
}
