//! Whether this node can serve.

use jiff::{SignedDuration, Timestamp};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::context::App;
use super::search::IndexStatus;
use crate::store::migrate;

/// What readiness is made of.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// The database answers.
    pub database: bool,
    /// Writes are taken: the one writer of SQLite is not held up by one of them.
    pub writes: bool,
    /// The search index is there.
    pub search: bool,
    /// Whether the scanner for malware answers, where there is one. Without it files are refused and all else is served.
    pub scanner: Option<bool>,
    /// How it fares. What fails here does not take the node out of service: an index that is behind still answers.
    pub index: IndexStatus,
    /// The file store answered when it was last asked. A node whose files cannot be reached serves everything else.
    pub files: bool,
}

impl Readiness {
    /// Everything can be served. While an outdated index is replaced it goes on answering, so only a node's very first
    /// build keeps it from being ready.
    pub fn is_ready(&self) -> bool {
        self.database && self.writes && self.search
    }
}

/// How long scanner and file store are waited for, which take no node out of service: less than whoever asks waits.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long an answer of the database stands.
const STANDS: SignedDuration = SignedDuration::from_secs(1);

/// Whether the database answers, or the scanner. However many ask, and nobody limits how often they may, it is asked once a second: who
/// comes while it is being asked waits for that answer.
#[derive(Default)]
pub struct Pulse {
    last: Mutex<Option<(Timestamp, bool)>>,
    count: AtomicU64,
}

impl Pulse {
    /// How often the database was asked since the start.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    async fn feel(&self, now: impl Fn() -> Timestamp, ask: impl AsyncFnOnce() -> bool) -> bool {
        let mut last = self.last.lock().await;
        // A clock that was put back must not make an answer stand for longer.
        if let Some((at, answer)) = *last
            && now().duration_since(at).abs() < STANDS
        {
            return answer;
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        let answer = ask().await;
        // It stands from when it came: whoever waited for a slow one must not ask again.
        *last = Some((now(), answer));
        answer
    }
}

/// How long the writer may be at one group of units before others are sent elsewhere, or are at least told of it.
const MOST_UNDER_WAY: SignedDuration = SignedDuration::from_secs(10);

/// Since when the writer has been seen at the same units of work.
#[derive(Default)]
pub struct WriterWatch(std::sync::Mutex<Option<(u64, Timestamp)>>);

impl WriterWatch {
    /// Whether it goes on: nothing is under way, or something else than some time ago.
    fn goes_on(&self, under_way: Option<u64>, now: Timestamp) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(group) = under_way else {
            *seen = None;
            return true;
        };
        match *seen {
            Some((known, since)) if known == group => now.duration_since(since) < MOST_UNDER_WAY,
            _ => {
                *seen = Some((group, now));
                true
            }
        }
    }
}

/// Asks.
pub async fn readiness(app: &App) -> Readiness {
    let ping = async || app.read(|conn, _| Ok(migrate::ping(conn)?)).await.is_ok();
    let scanner = async {
        let scanner = app.files.scanner.as_ref()?;
        let asked = app
            .scanner_pulse
            .feel(|| app.clock.now(), async || scanner.is_there().await);
        Some(timeout(PATIENCE, asked).await.unwrap_or(false))
    };
    let files = async { timeout(PATIENCE, app.files.contents.answers()).await.unwrap_or(false) };
    let database = app.pulse.feel(|| app.clock.now(), ping);
    let (scanner, database, files) = tokio::join!(scanner, database, files);
    Readiness {
        scanner,
        database,
        writes: app.writer_watch.goes_on(app.db.under_way(), app.clock.now()),
        search: app.index.reader().is_some(),
        index: app.index.status(),
        files,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicI64;

    #[test]
    fn a_writer_that_stays_at_the_same_units_is_noticed() {
        let watch = WriterWatch::default();
        let at = |seconds: i64| Timestamp::from_second(1_773_214_200 + seconds).unwrap();
        assert!(watch.goes_on(Some(1), at(0)));
        assert!(watch.goes_on(Some(1), at(9)));
        assert!(!watch.goes_on(Some(1), at(10)), "it stays at the same");
        assert!(watch.goes_on(Some(3), at(11)), "it is at the next one");
        assert!(!watch.goes_on(Some(3), at(30)));
        assert!(watch.goes_on(None, at(31)), "nothing is under way");
        assert!(watch.goes_on(Some(3), at(60)), "it was seen at rest meanwhile");
    }

    #[actix_web::test]
    async fn an_answer_stands_for_a_second_and_is_shared_by_who_comes_meanwhile() {
        let (pulse, clock) = (Pulse::default(), AtomicI64::new(1_773_214_200_000));
        let now = || Timestamp::from_millisecond(clock.load(Ordering::Relaxed)).unwrap();
        let feel = |answer| {
            pulse.feel(now, async move || {
                tokio::task::yield_now().await;
                answer
            })
        };
        let answers = futures_util::future::join_all((0..5_000).map(|_| feel(true))).await;
        assert!(answers.iter().all(|answer| *answer));
        assert_eq!(pulse.count(), 1);
        clock.fetch_add(999, Ordering::Relaxed);
        assert!(feel(false).await, "it stands still");
        clock.fetch_add(1, Ordering::Relaxed);
        assert!(!feel(false).await, "and does no longer");
        clock.fetch_sub(3_600_000, Ordering::Relaxed);
        assert!(feel(true).await, "nor after the clock was put back");
        assert_eq!(pulse.count(), 3);
    }
}
