//! Which searches led to something: a search's answer has a token, and whoever opens what was found sends it back.
//!
//! The token names the words of the search, is signed, and is good for half an hour and for one click, so that nobody
//! counts clicks on what was never searched for, or more clicks than searches. It says nothing about who searched; what was
//! opened is not asked. Each node counts a token once.

use std::collections::HashMap;
use std::sync::PoisonError;

use aws_lc_rs::{constant_time, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::SearchLog;
use crate::domain::fields::Violation;
use crate::service::vault::Vault;
use crate::service::{App, Error, Result};

/// How long after a search what it found may be opened.
const MINUTES: u32 = 30;
/// Longest words that a token names, in bytes.
const MAX_WORDS: usize = 160;
/// Clicks of the last half hour that are remembered; while there are more, none is counted.
const MOST_CLICKED: usize = 100_000;
/// Bytes of the signature.
const SIGNATURE: usize = 16;

/// Tokens that were used, each with the minute in which it was made.
#[derive(Default)]
pub struct Clicked(HashMap<u64, u32>);

impl Clicked {
    /// Takes a token; false where it was taken before, or where there is no room.
    fn take(&mut self, token: u64, made: u32, now: u32) -> bool {
        if self.0.len() >= MOST_CLICKED {
            self.0.retain(|_, made| is_good(*made, now));
        }
        self.0.len() < MOST_CLICKED && self.0.insert(token, made).is_none()
    }
}

fn minute(at: Timestamp) -> u32 {
    u32::try_from(at.as_second() / 60).unwrap_or(0)
}

fn is_good(made: u32, now: u32) -> bool {
    now.checked_sub(made).is_some_and(|age| age <= MINUTES)
}

fn signature(vault: &Vault, signed: &[u8]) -> Vec<u8> {
    let mut signature = vault.hash("search click", signed);
    signature.truncate(SIGNATURE);
    signature
}

/// The token of a search that was counted under these words.
pub fn query_id(vault: &Vault, words: &str, now: Timestamp) -> Option<String> {
    let mut number = [0_u8; 8];
    if words.len() > MAX_WORDS || rand::fill(&mut number).is_err() {
        return None;
    }
    let signed = [minute(now).to_be_bytes().as_slice(), &number, words.as_bytes()].concat();
    Some(URL_SAFE_NO_PAD.encode([signature(vault, &signed), signed].concat()))
}

/// What a token says, unless it is not one of ours: its minute, its number, the words.
fn read(vault: &Vault, token: &str) -> Option<(u32, u64, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (given, signed) = bytes.split_at_checked(SIGNATURE)?;
    constant_time::verify_slices_are_equal(given, &signature(vault, signed)).ok()?;
    let (made, rest) = signed.split_first_chunk()?;
    let (number, words) = rest.split_first_chunk()?;
    let words = String::from_utf8(words.to_vec()).ok()?;
    Some((u32::from_be_bytes(*made), u64::from_be_bytes(*number), words))
}

/// Counts that somebody opened what a search found. A token that is over, or was used before, counts nothing.
pub fn click(app: &App, query_id: &str) -> Result<()> {
    let token = read(&app.vault, query_id);
    let (made, number, words) =
        token.ok_or_else(|| Error::field("/query_id", Violation::Malformed { what: "query_id" }))?;
    app.search_log.take_click(made, number, &words, app.clock.now());
    Ok(())
}

impl SearchLog {
    fn take_click(&self, made: u32, number: u64, words: &str, now: Timestamp) {
        if !self.is_on() || !is_good(made, minute(now)) {
            return;
        }
        let mut clicked = self.clicked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = clicked.take(number, made, minute(now));
        drop(clicked);
        if is_new {
            self.note_click(words, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + 60 * minute).unwrap()
    }

    #[test]
    fn tokens_cannot_be_made_up() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&folder.path().join("key")).unwrap();
        let other = Vault::open(&folder.path().join("other")).unwrap();
        let token = query_id(&vault, "may say", at(0)).unwrap();
        let (made, _, words) = read(&vault, &token).unwrap();
        assert_eq!((made, words.as_str()), (minute(at(0)), "may say"));
        assert_ne!(query_id(&vault, "may say", at(0)), Some(token.clone()));
        assert_eq!(read(&other, &token), None);
        for place in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(read(&vault, &String::from_utf8(forged).unwrap()), None, "{place}");
        }
        for nonsense in ["", "AAAA", "…", &"A".repeat(400)] {
            assert_eq!(read(&vault, nonsense), None, "{nonsense}");
        }
        assert_eq!(query_id(&vault, &"a".repeat(MAX_WORDS + 1), at(0)), None);
    }

    #[test]
    fn a_token_counts_once_and_for_half_an_hour() {
        let log = SearchLog::new(jiff::SignedDuration::from_hours(24));
        let made = minute(at(0));
        for (number, time) in [(1, 0), (1, 1), (2, 30), (3, 31), (4, -1)] {
            log.take_click(made, number, "may say", at(time));
        }
        let counts = log.take();
        assert_eq!(counts.iter().map(|count| count.tally.clicks).sum::<i64>(), 2);
    }

    #[test]
    fn only_so_many_are_remembered() {
        let mut clicked = Clicked::default();
        let most = u64::try_from(MOST_CLICKED).unwrap();
        assert!((0..most).all(|number| clicked.take(number, 0, 0)));
        assert!(!clicked.take(most, 0, 0), "no room");
        assert!(clicked.take(most, 31, 31), "those before are over");
    }
}
