//! Whether this node can serve.

use jiff::{SignedDuration, Timestamp};
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
    /// Writes are taken: some have got through the one writer of SQLite in the last seconds, or none are under way.
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

/// How long nothing may get through the writer while units wait for it, before others are sent elsewhere, or are at least
/// told of it. One slow write is none: portions take up to a second, and waiting for another program's lock five.
const MOST_STUCK: Duration = Duration::from_secs(10);

/// How long the writer may be stuck.
pub struct WriterWatch {
    most_ms: AtomicU64,
}

impl Default for WriterWatch {
    fn default() -> Self {
        let watch = Self {
            most_ms: AtomicU64::default(),
        };
        watch.allow(MOST_STUCK);
        watch
    }
}

impl WriterWatch {
    /// Allows it another time, for drills that do not wait that long.
    pub fn allow(&self, most: Duration) {
        let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
        self.most_ms.store(most, Ordering::Relaxed);
    }

    /// Whether writes get through: nothing is under way, or not for that long.
    fn goes_on(&self, stuck_for: Option<Duration>) -> bool {
        let most = Duration::from_millis(self.most_ms.load(Ordering::Relaxed));
        stuck_for.is_none_or(|time| time < most)
    }
}

/// Asks.
pub async fn readiness(app: &App) -> Readiness {
    let ping = async || app.read(|conn, _| Ok(migrate::ping(conn)?)).await.is_ok();
    let scanner = async {
        let scanner = app.files.scanner.as_ref()?;
        let asked = app
            .scanner_pulse
            .feel(|| app.clock.now(), async || scanner.try_out().await.is_ok());
        Some(timeout(PATIENCE, asked).await.unwrap_or(false))
    };
    let files = async { timeout(PATIENCE, app.files.contents.answers()).await.unwrap_or(false) };
    let database = app.pulse.feel(|| app.clock.now(), ping);
    let (scanner, database, files) = tokio::join!(scanner, database, files);
    Readiness {
        scanner,
        database,
        writes: app.writer_watch.goes_on(app.db.stuck_for()),
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
    fn a_writer_through_which_nothing_gets_is_noticed() {
        let watch = WriterWatch::default();
        assert!(watch.goes_on(None), "nothing is under way");
        assert!(watch.goes_on(Some(Duration::from_millis(9_999))), "one slow write");
        assert!(!watch.goes_on(Some(MOST_STUCK)));
        watch.allow(Duration::ZERO);
        assert!(!watch.goes_on(Some(Duration::ZERO)));
        assert!(watch.goes_on(None));
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
