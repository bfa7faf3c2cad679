//! Which passwords of a database are no protection. The check refuses what anybody tries first; whether a long password
//! was well chosen cannot be seen from it.

use super::database_url::REDACTED;

/// Shorter ones can be guessed over the network.
const LEAST_LENGTH: usize = 12;
/// Fewer different characters make a pattern.
const LEAST_DIFFERENT: usize = 5;
/// Words that come with examples, alone or with digits and signs behind them.
const SAMPLES: [&str; 17] = [
    "postgres",
    "postgresql",
    "password",
    "passw0rd",
    "pass",
    "changeme",
    "changemenow",
    "change-me",
    "change_me",
    "secret",
    "supersecret",
    "admin",
    "administrator",
    "root",
    "vptex",
    "example",
    "qwertyuiop",
];
const ROW_OF_KEYS: &str = "12345678901234567890";

/// What is wrong with a password, to stand behind "the password is". `names` are those of the user and the database.
pub(super) fn weakness(password: &str, names: &[&str]) -> Option<&'static str> {
    let word = password.to_lowercase();
    let stem = word.trim_end_matches(|c: char| !c.is_alphabetic());
    if word == REDACTED || SAMPLES.contains(&word.as_str()) || SAMPLES.contains(&stem) || ROW_OF_KEYS.starts_with(&word)
    {
        return Some("one that comes with examples");
    }
    if names.iter().any(|name| !name.is_empty() && word == name.to_lowercase()) {
        return Some("the name of the user or of the database");
    }
    if password.chars().count() < LEAST_LENGTH {
        return Some("shorter than 12 characters");
    }
    let mut different: Vec<char> = word.chars().collect();
    different.sort_unstable();
    different.dedup();
    (different.len() < LEAST_DIFFERENT).then_some("made of fewer than 5 different characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_tries_first_is_weak() {
        for (password, why) in [
            ("", "examples"),
            ("postgres", "examples"),
            ("ChangeMe", "examples"),
            ("Password123456!", "examples"),
            ("123456789012", "examples"),
            ("***", "examples"),
            ("San_Giao_Dich_25", "name of the user"),
            ("k3-Vf9q", "shorter"),
            ("aaaaaaaaaaaaaaaa", "different"),
            ("121212121212", "different"),
        ] {
            let found = weakness(password, &["", "san_giao_dich_25"]).unwrap_or_default();
            assert!(found.contains(why), "{password:?}: {found:?}");
        }
        for password in ["k3-Vf9q-x81L", "trời hôm nay xanh quá", "9384-1029-4857"] {
            assert_eq!(weakness(password, &["vptex"]), None, "{password:?}");
        }
    }
}
