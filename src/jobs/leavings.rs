//! Puts the listings of closed enterprises away and lets those of merged ones follow, a portion at a time, so that nobody
//! else's writes wait for long.

use std::cell::Cell;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing::error;

use super::{Stop, guarded};
use crate::service::App;
use crate::service::leavings;

/// How often is looked for enterprises that have listings left: a look costs one small read.
const POLL: Duration = Duration::from_secs(1);
/// The longest rest between two portions.
const LONGEST_REST: Duration = Duration::from_secs(2);
/// How long to wait after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Starts the thread.
pub(super) fn spawn(app: &App, stop: Arc<Stop>) -> Option<JoinHandle<()>> {
    let app = app.clone();
    thread::Builder::new()
        .name("vptex-leavings".into())
        .spawn(move || keep_settling(&app, &stop))
        .inspect_err(|error| error!(%error, "no thread for what enterprises left; their listings wait"))
        .ok()
}

fn keep_settling(app: &App, stop: &Stop) {
    let mut rest = Duration::ZERO;
    while !stop.wait(rest) {
        // As long as a portion took: signing in needs a processor of its own, and nobody waits for this here.
        let since = Cell::new(Instant::now());
        let goes_on = || {
            let is_stopped = stop.wait(since.get().elapsed().min(LONGEST_REST));
            since.set(Instant::now());
            !is_stopped
        };
        let mut is_whole = false;
        let is_well = guarded("leavings", || {
            let passed_over = leavings::run(app, &goes_on)?.passed_over.len();
            // Each of them stands in the log.
            let count = u64::try_from(passed_over).unwrap_or(u64::MAX);
            metrics::counter!("vptex_job_failures_total", "job" => "leavings").increment(count);
            is_whole = passed_over == 0;
            Ok(())
        });
        rest = if is_well && is_whole { POLL } else { AFTER_FAILURE };
    }
}
