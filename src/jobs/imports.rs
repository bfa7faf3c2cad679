//! Loads the files of listings that enterprises sent, and those of enterprises that officers did, one after the other; of several
//! nodes one has each (a lease).

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing::error;

use super::{Stop, guarded};
use crate::service::App;
use crate::service::file_imports::run::run_due;
use crate::store::file_imports::{Enterprises, Listings};

/// How often is looked for files: a look costs one small read.
const POLL: Duration = Duration::from_secs(1);
/// How long to wait after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Starts the thread.
pub(super) fn spawn(app: &App, stop: Arc<Stop>) -> Option<JoinHandle<()>> {
    let app = app.clone();
    thread::Builder::new()
        .name("vptex-imports".into())
        .spawn(move || keep_loading(&app, &stop))
        .inspect_err(|error| error!(%error, "no thread for imports; they wait"))
        .ok()
}

fn keep_loading(app: &App, stop: &Stop) {
    let mut rest = Duration::ZERO;
    while !stop.wait(rest) {
        let goes_on = || !stop.is_asked();
        let of_listings = || run_due::<Listings>(app, &goes_on).map(drop);
        let of_enterprises = || run_due::<Enterprises>(app, &goes_on).map(drop);
        let is_well = guarded("listing_imports", of_listings);
        // One sort does not wait for the other to be well.
        let is_well = guarded("enterprise_imports", of_enterprises) && is_well;
        rest = if is_well { POLL } else { AFTER_FAILURE };
    }
}
