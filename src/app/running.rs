//! The program while it serves: what is started beside each other, and in which order all of it ends.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::rt;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tracing::{info, warn};

use super::{StartError, context, context_with, figures, mail_settings};
use crate::config::{Config, MetricsListen};
use crate::domain::clock::Clock;
use crate::domain::ids::Ids;
use crate::http::closing::Closing;
use crate::http::server::{self, Bound, Listening};
use crate::jobs::{self, Jobs};
use crate::service::App;

/// How often the metrics are tidied when nobody reads them.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);
/// How long until whoever was accepted before a server was told to end is counted: a worker comes to all that it has at once.
const COUNTED: Duration = Duration::from_millis(100);
/// Upper bounds of the histogram of durations, in seconds.
const DURATION_BUCKETS: [f64; 12] = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The program, serving. Lives in an actix system.
pub struct Application {
    /// The exchange.
    pub app: App,
    /// Where the API is.
    pub addr: SocketAddr,
    /// Where the metrics are, if they are served.
    pub metrics_addr: Option<SocketAddr>,
    jobs: Jobs,
    server: Running,
    metrics: Option<Running>,
    upkeep: Option<JoinHandle<()>>,
}

/// The signals that end the program. They kill it no longer from the moment that they are caught.
pub struct Signals {
    term: Signal,
    int: Signal,
}

impl Signals {
    /// Catches SIGTERM and SIGINT.
    pub fn catch() -> Result<Self, StartError> {
        let catch = |kind| signal(kind).map_err(StartError::Signal);
        Ok(Self {
            term: catch(SignalKind::terminate())?,
            int: catch(SignalKind::interrupt())?,
        })
    }
}

/// A server that runs beside its owner.
struct Running {
    handle: ServerHandle,
    task: JoinHandle<io::Result<()>>,
    closing: Arc<Closing>,
}

impl Running {
    fn start(listening: Listening) -> Self {
        Self {
            handle: listening.server.handle(),
            task: rt::spawn(listening.server),
            closing: listening.closing,
        }
    }

    /// Takes no more connections, closes those that wait for a request, and lets requests under way be answered.
    async fn stop(self) {
        self.closing.begin();
        // The order is given by the call, and not only when it is waited for.
        let stopped = self.handle.stop(true);
        tokio::select! {
            // Workers without a connection end at once. Of others it looks once a second whether the last one is closed, and gives
            // up after `shutdown_timeout_s`.
            () = stopped => {}
            // Nobody is there to wait for: it is dropped, which ends it at once.
            () = left(&self.closing) => self.task.abort(),
        }
        if !self.task.is_finished() {
            // How it ended matters no more.
            drop(self.task.await);
        }
    }
}

/// Waits until everybody has gone. Who is not counted yet was accepted just before: dropping the server then would cut off a request
/// that has begun. By the second look its workers know that it ends, and begin nothing more.
async fn left(closing: &Closing) {
    loop {
        closing.emptied().await;
        rt::time::sleep(COUNTED).await;
        if closing.is_empty() {
            return;
        }
    }
}

impl Application {
    /// Opens everything and serves.
    pub fn build(config: &Config) -> Result<Self, StartError> {
        Self::launch(context(config)?, config)
    }

    /// The same with a clock and identifiers of the caller's, for tests.
    pub fn build_with(config: &Config, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self, StartError> {
        Self::launch(context_with(config, clock, ids)?, config)
    }

    /// Serves an exchange that is open already.
    pub fn launch(app: App, config: &Config) -> Result<Self, StartError> {
        let prometheus = match config.metrics_listen {
            MetricsListen::Off => None,
            MetricsListen::At(_) => Some(prometheus()?),
        };
        let Bound { api, metrics } = server::serve(app.clone(), config, prometheus.clone())?;
        let jobs = jobs::start(
            &app,
            config.index_path(),
            config.index_memory_mb.bytes(),
            &mail_settings(config),
            config.checkpoints_path(),
        );
        Ok(Self {
            app,
            addr: api.addr,
            metrics_addr: metrics.as_ref().map(|metrics| metrics.addr),
            jobs,
            server: Running::start(api),
            metrics: metrics.map(Running::start),
            upkeep: prometheus.map(|prometheus| rt::spawn(keep_metrics_small(prometheus))),
        })
    }

    /// Serves until SIGTERM or SIGINT, then ends in good order. An error when the server ended by itself.
    pub async fn run(self) -> Result<(), StartError> {
        self.run_until(Signals::catch()?).await
    }

    /// The same with signals that are caught already, so that none is missed between announcing and serving.
    pub async fn run_until(mut self, mut signals: Signals) -> Result<(), StartError> {
        let outcome = tokio::select! {
            _ = signals.term.recv() => Ok("SIGTERM"),
            _ = signals.int.recv() => Ok("SIGINT"),
            ended = &mut self.server.task => Err(match ended {
                Ok(Ok(())) => String::from("no reason given"),
                Ok(Err(error)) => error.to_string(),
                Err(error) => error.to_string(),
            }),
        };
        if let Ok(signal) = outcome {
            info!(signal, "stopping");
        }
        self.stop().await;
        outcome.map(drop).map_err(StartError::Server)
    }

    /// Ends: requests under way are answered, the index commits, the database is closed.
    pub async fn stop(self) {
        let Self {
            app,
            jobs,
            server,
            metrics,
            upkeep,
            ..
        } = self;
        server.stop().await;
        if let Some(metrics) = metrics {
            metrics.stop().await;
        }
        if let Some(upkeep) = upkeep {
            upkeep.abort();
        }
        let ended = tokio::task::spawn_blocking(move || {
            jobs.stop();
            // The last owner closes the database, which waits for its writer.
            drop(app);
        });
        if let Err(error) = ended.await {
            warn!(%error, "a background thread did not end well");
        }
    }
}

/// The recorder of this process; there can be only one, which tests share.
fn prometheus() -> Result<PrometheusHandle, BuildError> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets(&DURATION_BUCKETS)?
        .set_buckets_for_metric(Matcher::Full(figures::GROUP_SIZE.to_owned()), &figures::GROUP_BUCKETS)?
        .build_recorder();
    let handle = HANDLE.get_or_init(|| recorder.handle()).clone();
    if metrics::set_global_recorder(recorder).is_err() {
        warn!("another recorder of metrics was there first");
    }
    figures::announce();
    Ok(handle)
}

async fn keep_metrics_small(prometheus: PrometheusHandle) {
    loop {
        tokio::time::sleep(METRICS_UPKEEP).await;
        prometheus.run_upkeep();
    }
}
