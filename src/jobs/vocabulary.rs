//! Searches use the vocabulary as officers keep it: what this process changes at once, what other nodes change by a look
//! at the database, and what begins or ends with a day by itself.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing::error;

use super::{Stop, guarded};
use crate::service::App;
use crate::service::vocabulary::effect::Follower;

/// How long other nodes' changes may stay unseen: a look costs one small read. Compiling comes on top, and both together
/// stay below the second that is promised.
const POLL: Duration = Duration::from_millis(250);
/// How long to wait after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Puts what there is into effect, and starts the thread.
pub(super) fn spawn(app: &App, stop: Arc<Stop>) -> Option<JoinHandle<()>> {
    let (app, mut follower) = (app.clone(), Follower::default());
    let is_well = guarded("vocabulary", || follower.look(&app));
    let first = Instant::now() + if is_well { POLL } else { AFTER_FAILURE };
    thread::Builder::new()
        .name("vptex-vocabulary".into())
        .spawn(move || keep_following(&app, &stop, follower, first))
        .inspect_err(|error| error!(%error, "no thread for the vocabulary; searches use the built-in one"))
        .ok()
}

fn keep_following(app: &App, stop: &Stop, mut follower: Follower, mut look_at: Instant) {
    let mut seen = 0;
    while !stop.is_asked() {
        if app.index.vocabulary.take_change() || Instant::now() >= look_at {
            let is_well = guarded("vocabulary", || follower.look(app));
            look_at = Instant::now() + if is_well { POLL } else { AFTER_FAILURE };
        }
        // Any commit wakes, and the end of the program.
        let rest = look_at.saturating_duration_since(Instant::now());
        seen = app.db.committed().wait(seen, rest);
    }
}
