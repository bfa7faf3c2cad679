//! Letters as the program leaves them in its folder.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The folder, each letter of which is read once.
pub struct Mail {
    folder: PathBuf,
    seen: HashSet<OsString>,
    tokens: HashMap<String, String>,
}

impl Mail {
    pub fn of(data: &Path) -> Self {
        Self {
            folder: data.join("mail"),
            seen: HashSet::new(),
            tokens: HashMap::new(),
        }
    }

    /// The token in the letter to an address, if one came.
    pub fn token_for(&mut self, email: &str) -> Option<String> {
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let is_letter = entry.path().extension().is_some_and(|ending| ending == "eml");
            if !is_letter || self.seen.contains(&entry.file_name()) {
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
            self.tokens.extend(token_in(&text));
            self.seen.insert(entry.file_name());
        }
        self.tokens.get(email).cloned()
    }
}

/// To whom a letter goes, and the token in it. Its text is in base 64, between a head and the next part.
fn token_in(letter: &str) -> Option<(String, String)> {
    let to = letter.lines().find(|line| line.starts_with("To:"))?;
    let mut words = to.split(|c: char| !c.is_alphanumeric() && !"@.".contains(c));
    let email = words.find(|word| word.contains('@'))?;
    let (_, part) = letter.split_once("Content-Type: text/plain")?;
    let lines = part.lines().skip_while(|line| !line.is_empty()).skip(1);
    let encoded: String = lines.take_while(|line| !line.starts_with("--")).collect();
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (_, token) = text.split_once("?token=")?;
    Some((email.to_owned(), token.split_whitespace().next()?.to_owned()))
}
