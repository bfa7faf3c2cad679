//! Log lines to standard error, as text or JSON; and, where the operator names a collector, traces of requests.
//!
//! Architecture invariant: a query string is never logged, because search words and tokens travel in it. This program's own
//! events name routes by pattern; what libraries say about requests is held back here, whatever filter the operator sets. Of
//! spans only this program's own are told, which name routes by pattern, too.

mod collector;
mod spans;

use std::io;

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, FilterFn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Registry, fmt};

use crate::config::{Config, LogFormat};

pub use collector::Traces;

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// Something in this process has set up logging before, which stays in force. Tests may ignore it.
    #[error("logging has been set up already")]
    AlreadySet,
    /// The filter that came with the configuration is not one.
    #[error("the log filter is not understood: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Traces cannot be sent.
    #[error("traces cannot be sent: {0}")]
    Traces(#[source] io::Error),
}

/// Sends this process's log to standard error from now on, and its traces to the collector, if one is named: until what is given
/// back is dropped.
pub fn init(config: &Config) -> Result<Option<Traces>, TelemetryError> {
    let filter = EnvFilter::try_new(config.log_level.as_str())?;
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match config.log_format {
        LogFormat::Text => fmt::layer().with_writer(io::stderr).with_ansi(false).boxed(),
        LogFormat::Json => {
            let layer = fmt::layer().with_writer(io::stderr).json();
            layer
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(false)
                .boxed()
        }
    };
    // Spans are for the collector: in lines they would only repeat what these say.
    let events = FilterFn::new(|metadata: &Metadata<'_>| metadata.is_event() && keeps_query_strings_out(metadata));
    let lines = lines.with_filter(filter.and(events.with_max_level_hint(LevelFilter::TRACE)));
    let started = match &config.otlp_endpoint {
        Some(address) => {
            Some(Traces::start(address.as_str(), config.otlp_sample_ratio).map_err(TelemetryError::Traces)?)
        }
        None => None,
    };
    let (traces, spans) = started.unzip();
    let spans = spans.map(|spans| {
        let are_ours: fn(&Metadata<'_>) -> bool = spans::are_ours;
        let ours = FilterFn::new(are_ours);
        spans.with_filter(ours.with_max_level_hint(LevelFilter::INFO))
    });
    let subscriber = tracing_subscriber::registry().with(lines).with(spans);
    subscriber
        .try_init()
        .map_err(|_already_set| TelemetryError::AlreadySet)?;
    Ok(traces)
}

/// The HTTP libraries write whole request lines below `info`, and actix's own access log does at `info`.
fn keeps_query_strings_out(metadata: &Metadata<'_>) -> bool {
    const REQUEST_LIBRARIES: [&str; 6] = ["actix_http", "actix_web", "actix_router", "actix_server", "h2", "hyper"];
    let target = metadata.target();
    let library = target.split("::").next().unwrap_or_default();
    if REQUEST_LIBRARIES.contains(&library) {
        // What a connection's end says wrongly is no error of ours: anybody could fill the log with it.
        let is_of_clients =
            target.starts_with("actix_web::middleware::logger") || target.starts_with("actix_http::h1::dispatcher");
        return *metadata.level() <= Level::INFO && !is_of_clients;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_call_is_told_so() {
        let config = Config::default();
        let first = init(&config);
        assert!(matches!(first, Ok(None) | Err(TelemetryError::AlreadySet)), "{first:?}");
        assert!(matches!(init(&config), Err(TelemetryError::AlreadySet)));
    }
}
