//! The log of searches: what was asked for and what came of it, and never by whom.
//!
//! Counts are kept in memory, by day and words, and written every few seconds off the path of requests; a crash loses what
//! was counted since. What is written has neither account nor address nor session. To tell how many different people
//! asked for something, addresses are hashed with a key that is made anew every day, never leaves the memory, and is
//! forgotten with the day: the hashes of two days cannot be compared, and no hash outlives the process.
//!
//! A stranger cannot fill the log: of a day so many different queries are kept, of one address a small part of them; all
//! others are counted together, without their words. Queries that may be personal data are counted so as well.

pub mod clicks;
pub mod reports;

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::{hmac, rand};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use search_index::folded_words;
use unicode_normalization::UnicodeNormalization;

use super::{App, Result};
use crate::domain::calendar::day_of;
use crate::domain::search_log::may_be_kept;
use crate::store::search_log::{self as rows, Count, OTHERS, Tally};
use clicks::Clicked;

/// Different queries of which the words are kept, each day.
pub const MOST_QUERIES: usize = 20_000;
/// Different queries of a day that one address may be the first to ask.
const MOST_FIRST_OF_ONE: u32 = 200;
/// Different people that are told apart for one query: beyond that, more say nothing new.
const MOST_ASKERS: usize = 100;
/// Rows that one unit of work writes, so that writers wait a moment only.
const AT_ONCE: usize = 200;
/// Letters of a word by which it is told from others.
const MOST_LETTERS: usize = 40;
/// As many hits or fewer are few.
const FEW: u64 = 2;

/// What came of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How much was found; none where it is not known, or where filters narrowed it.
    pub total: Option<u64>,
    /// The field that was searched in, or in which most was found.
    pub field: Option<String>,
}

impl Outcome {
    fn tally(&self) -> Tally {
        let told = |yes: bool| i64::from(yes && self.total.is_some());
        let total = self.total.unwrap_or(0);
        Tally {
            searches: 1,
            answered: told(true),
            empty: told(total == 0),
            few: told((1..=FEW).contains(&total)),
            hits: i64::try_from(total).unwrap_or(i64::MAX),
            clicks: 0,
        }
    }
}

/// What was searched for and is not written yet, and what is known of today.
pub struct SearchLog {
    keeps: SignedDuration,
    today: Mutex<Today>,
    clicked: Mutex<Clicked>,
}

/// One query of a day.
struct Query {
    spelling: String,
    field: Option<String>,
    /// What is not written yet.
    fresh: Tally,
    /// Who asked, hashed.
    askers: Vec<u64>,
}

struct Today {
    day: Option<Date>,
    key: Option<hmac::Key>,
    queries: HashMap<String, Query>,
    /// How many queries each address was the first to ask.
    firsts: HashMap<u64, u32>,
    /// Searches whose words are not kept.
    others: Tally,
    /// What is still to be written of days that are over.
    left: Vec<Count>,
}

impl SearchLog {
    /// An empty one whose rows are kept so long; not at all where that is nothing.
    pub fn new(keeps: SignedDuration) -> Self {
        Self {
            keeps,
            today: Mutex::new(Today::begin(None, Vec::new())),
            clicked: Mutex::default(),
        }
    }

    /// How long rows are kept.
    pub fn keeps(&self) -> SignedDuration {
        self.keeps
    }

    /// Whether anything is kept at all.
    pub fn is_on(&self) -> bool {
        self.keeps > SignedDuration::ZERO
    }

    /// Counts a search from an address, which is the same for all addresses that one subscriber has. Gives the words under
    /// which it was counted, if those are kept.
    pub fn note(&self, text: &str, asker: Option<IpAddr>, outcome: &Outcome, now: Timestamp) -> Option<String> {
        if !self.is_on() {
            return None;
        }
        let words = folded_words(text);
        if words.is_empty() {
            return None;
        }
        let mut today = self.today(now);
        let asker = asker.and_then(|address| today.asker(address));
        let kept = may_be_kept(text) && today.has_room_for(&words, asker);
        if !kept {
            today.others.add(outcome.tally());
            return None;
        }
        let query = today.queries.entry(words.clone()).or_insert_with(|| Query::new(text));
        query.count(text, asker, outcome);
        Some(words)
    }

    /// Counts that somebody opened what a search found.
    fn note_click(&self, words: &str, now: Timestamp) {
        let mut today = self.today(now);
        if today.queries.len() >= MOST_QUERIES && !today.queries.contains_key(words) {
            return;
        }
        // The search may have been at another node, or yesterday.
        let query = today
            .queries
            .entry(words.to_owned())
            .or_insert_with(|| Query::new(words));
        query.fresh.clicks += 1;
    }

    fn today(&self, now: Timestamp) -> MutexGuard<'_, Today> {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        let day = day_of(now);
        if today.day != Some(day) {
            let left = today.take();
            *today = Today::begin(Some(day), left);
        }
        today
    }

    fn take(&self) -> Vec<Count> {
        self.today.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps for another time what could not be written.
    fn put_back(&self, counts: Vec<Count>) {
        self.today
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .left
            .extend(counts);
    }
}

impl Query {
    fn new(text: &str) -> Self {
        Self {
            spelling: spelling(text),
            field: None,
            fresh: Tally::default(),
            askers: Vec::new(),
        }
    }

    fn count(&mut self, text: &str, asker: Option<u64>, outcome: &Outcome) {
        self.fresh.add(outcome.tally());
        if self.spelling.is_ascii() && !text.is_ascii() {
            self.spelling = spelling(text);
        }
        if outcome.field.is_some() {
            self.field.clone_from(&outcome.field);
        }
        if let Some(asker) = asker
            && self.askers.len() < MOST_ASKERS
            && !self.askers.contains(&asker)
        {
            self.askers.push(asker);
        }
    }
}

impl Today {
    fn begin(day: Option<Date>, left: Vec<Count>) -> Self {
        let mut key = [0_u8; 32];
        // Without random numbers nobody can be told apart, and nothing is ever asked by enough people.
        let key = rand::fill(&mut key)
            .ok()
            .map(|()| hmac::Key::new(hmac::HMAC_SHA256, &key));
        Self {
            day,
            key,
            queries: HashMap::new(),
            firsts: HashMap::new(),
            others: Tally::default(),
            left,
        }
    }

    fn asker(&self, address: IpAddr) -> Option<u64> {
        let address = match address {
            IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
            IpAddr::V6(address) => address.octets(),
        };
        let tag = hmac::sign(self.key.as_ref()?, &address);
        let (first, _) = tag.as_ref().split_first_chunk()?;
        Some(u64::from_be_bytes(*first))
    }

    /// Whether the words may be kept: they are known, or there is room for others.
    fn has_room_for(&mut self, words: &str, asker: Option<u64>) -> bool {
        if self.queries.contains_key(words) {
            return true;
        }
        if self.queries.len() >= MOST_QUERIES {
            return false;
        }
        // Of whoever has no address, all are one.
        let firsts = self.firsts.entry(asker.unwrap_or(0)).or_default();
        *firsts += 1;
        *firsts <= MOST_FIRST_OF_ONE
    }

    /// What is not written yet.
    fn take(&mut self) -> Vec<Count> {
        let mut counts = std::mem::take(&mut self.left);
        let Some(day) = self.day else { return counts };
        let others = std::mem::take(&mut self.others);
        if others != Tally::default() {
            counts.push(Count {
                day,
                words: OTHERS.into(),
                spelling: OTHERS.into(),
                field: None,
                tally: others,
                askers: 0,
            });
        }
        for (words, query) in &mut self.queries {
            let tally = std::mem::take(&mut query.fresh);
            if tally != Tally::default() {
                counts.push(Count {
                    day,
                    words: words.clone(),
                    spelling: query.spelling.clone(),
                    field: query.field.clone(),
                    tally,
                    askers: i64::try_from(query.askers.len()).unwrap_or(i64::MAX),
                });
            }
        }
        counts
    }
}

/// A query in small letters and with single spaces: nothing of it that the words do not say, but for diacritics.
fn spelling(text: &str) -> String {
    // Marks that belong to no letter are nobody's spelling.
    let composed: String = text.nfc().filter(|letter| !is_mark(*letter)).collect();
    let words = composed.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    // As far as words are told apart: the rest of a longer one would be one person's.
    let short = |word: &str| word.chars().take(MOST_LETTERS).collect::<String>().to_lowercase();
    let words: Vec<String> = words.map(short).collect();
    words.join(" ")
}

fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
}

/// Writes down what was searched for since the last time; gives how many rows. Called every few seconds, and when the
/// program ends.
pub fn keep(app: &App) -> Result<usize> {
    // Who asked yesterday is forgotten although nobody asks today.
    drop(app.search_log.today(app.clock.now()));
    // In one order, so that two nodes do not wait for each other.
    let mut merged: BTreeMap<(Date, String), Count> = BTreeMap::new();
    for count in app.search_log.take() {
        match merged.get_mut(&(count.day, count.words.clone())) {
            Some(known) => {
                known.tally.add(count.tally);
                known.askers = known.askers.max(count.askers);
            }
            None => drop(merged.insert((count.day, count.words.clone()), count)),
        }
    }
    let counts: Vec<Count> = merged.into_values().collect();
    let mut written = 0;
    for some in counts.chunks(AT_ONCE) {
        let batch = some.to_vec();
        let most = i64::try_from(MOST_QUERIES).unwrap_or(i64::MAX);
        let done = app.write_blocking(move |work| Ok(rows::add(work.uow, &batch, most)?));
        if let Err(error) = done {
            // Another time.
            app.search_log.put_back(counts.get(written..).unwrap_or(&[]).to_vec());
            return Err(error);
        }
        written += some.len();
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> SearchLog {
        SearchLog::new(SignedDuration::from_hours(24))
    }

    fn at(hours: i64) -> Timestamp {
        // 7 o'clock in Việt Nam.
        Timestamp::from_second(1_800_057_600 + hours * 3_600).unwrap()
    }

    fn address(number: u32) -> Option<IpAddr> {
        Some(IpAddr::V4(number.into()))
    }

    fn found(total: u64) -> Outcome {
        Outcome {
            total: Some(total),
            field: None,
        }
    }

    fn taken(log: &SearchLog) -> Vec<(String, String, i64, i64, i64)> {
        let mut counts: Vec<_> = log
            .take()
            .into_iter()
            .map(|count| {
                (
                    count.words,
                    count.spelling,
                    count.tally.searches,
                    count.tally.empty,
                    count.askers,
                )
            })
            .collect();
        counts.sort();
        counts
    }

    #[test]
    fn searches_are_added_up_by_their_words() {
        let log = log();
        assert_eq!(
            log.note("MAY  SẤY, lúa?", address(1), &found(3), at(0)).as_deref(),
            Some("may say lua")
        );
        log.note("may say lua", address(1), &found(0), at(0));
        log.note("máy sấy lúa", address(2), &Outcome::default(), at(0));
        log.note(" … ", address(3), &found(0), at(0));
        assert_eq!(taken(&log), [("may say lua".into(), "may sấy lúa".into(), 3, 1, 2)]);
        assert_eq!(taken(&log), [], "taken once");
        log.note("may say lua", address(3), &found(1), at(1));
        assert_eq!(taken(&log)[0].4, 3, "people of the whole day");
    }

    #[test]
    fn a_new_day_begins_with_nothing() {
        let log = log();
        log.note("may say", address(1), &found(1), at(0));
        log.note("may say", address(1), &found(1), at(24));
        let mut counts = log.take();
        counts.sort_by_key(|count| count.day);
        assert_eq!(counts.iter().map(|count| count.askers).collect::<Vec<_>>(), [1, 1]);
        assert_ne!(counts[0].day, counts[1].day);
        let hash = |log: &SearchLog, hours| log.today(at(hours)).asker(address(1).unwrap());
        let before = hash(&log, 24);
        assert_eq!(hash(&log, 25), before);
        assert_ne!(hash(&log, 48), before, "another key");
    }

    #[test]
    fn what_may_be_personal_is_counted_without_its_words() {
        let log = log();
        for text in ["0912 345 678", "a@example.com", &"dài ".repeat(40)] {
            assert_eq!(log.note(text, address(1), &found(0), at(0)), None);
        }
        assert_eq!(taken(&log), [(String::new(), String::new(), 3, 3, 0)]);
    }

    #[test]
    fn one_address_fills_little_and_all_together_have_a_bound() {
        let log = log();
        let flood = |from: u32, count: u32| {
            let kept = (0..count).filter(|n| {
                log.note(&format!("x{n} {from}"), address(from), &found(0), at(0))
                    .is_some()
            });
            u32::try_from(kept.count()).unwrap()
        };
        assert_eq!(flood(1, 1_000), MOST_FIRST_OF_ONE);
        assert!(
            log.note("x0 1", address(1), &found(0), at(0)).is_some(),
            "what is known is counted"
        );
        let kept: u32 = (2..150).map(|from| flood(from, MOST_FIRST_OF_ONE)).sum();
        assert_eq!(usize::try_from(kept + MOST_FIRST_OF_ONE).unwrap(), MOST_QUERIES);
        let all: i64 = taken(&log).iter().map(|(_, _, searches, ..)| searches).sum();
        assert_eq!(
            all,
            1_000 + 1 + 148 * i64::from(MOST_FIRST_OF_ONE),
            "every search is counted"
        );
    }

    #[test]
    fn without_a_time_to_keep_nothing_is_noted() {
        let log = SearchLog::new(SignedDuration::ZERO);
        assert_eq!(log.note("may say", address(1), &found(1), at(0)), None);
        assert_eq!(taken(&log), []);
    }
}
