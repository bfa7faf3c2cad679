//! How much waits for officers and how long, as metrics for whoever watches the exchange.

use crate::service::Result;
use crate::service::context::App;
use crate::store::backlog;

/// Measures what waits.
pub fn measure(app: &App) -> Result<()> {
    let now = app.clock.now();
    for waiting in app.db.read(backlog::all)? {
        let kind = waiting.kind.as_str();
        let count = u32::try_from(waiting.count).unwrap_or(u32::MAX);
        metrics::gauge!("vptex_review_waiting", "type" => kind).set(f64::from(count));
        metrics::gauge!("vptex_review_oldest_seconds", "type" => kind).set(waiting.age(now).as_secs_f64());
    }
    Ok(())
}
