//! Schemas of the description have names of their own: of two that are called alike one would silently stand for both.

use std::collections::BTreeMap;

use super::{assert_none, program, read, rust_files};

#[test]
fn schemas_have_names_of_their_own() {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in rust_files(&["src"]) {
        let source = program(&read(&file));
        for derived in source.split("#[derive(").skip(1) {
            let (derives, rest) = derived.split_once(")]").unwrap_or_default();
            let Some(name) = derives.contains("ToSchema").then(|| name_of(rest)).flatten() else {
                continue;
            };
            named
                .entry(name.to_owned())
                .or_default()
                .push(file.display().to_string());
        }
    }
    assert!(named.len() > 200, "only {} schemas were found", named.len());
    let twice = named.into_iter().filter(|(_, files)| files.len() > 1);
    let violations: Vec<String> = twice
        .map(|(name, files)| format!("{name}: {}", files.join(", ")))
        .collect();
    assert_none("two schemas of the description have one name", &violations);
}

/// What the type that stands first is called in the description.
fn name_of(source: &str) -> Option<&str> {
    let (attributes, _) = source.split_once("pub ")?;
    if let Some((_, renamed)) = attributes.split_once("schema(as = ") {
        return renamed.split(')').next();
    }
    let mut words = source.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.find(|word| matches!(*word, "struct" | "enum"))?;
    words.find(|word| !word.is_empty())
}
