//! The listening sockets, and what every request meets before and after its handler.
//!
//! Not here: TLS and compression are the reverse proxy's.

use actix_web::dev::{Extensions, Server};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::{HttpServer, web};
use metrics_exporter_prometheus::PrometheusHandle;
#[cfg(target_os = "linux")]
use socket2::SockRef;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::closing::{Closing, say_goodbye};
use super::limits::connections::Connections;
use super::limits::pace::Pace;
use super::limits::{Limits, guard, upkeep};
use super::observe::observe;
use super::problem::{Answer, Problem};
use super::strays::refuse_strays;
use super::{health, routes};
use crate::config::{Config, MetricsListen};
use crate::service::{App, ErrorCode};

/// How long a client may take to send the head of a request. The body falls under the request's deadline.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a closed connection may linger.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// Connections that the kernel holds until they are accepted.
const BACKLOG: u32 = 1_024;
/// Connections of one worker. Slow clients hold theirs without costing much else, so the bound is wide.
const CONNECTIONS_PER_WORKER: usize = 10_000;

/// The limits that extractors and handlers look at.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Largest JSON body, in bytes.
    pub body_limit: usize,
    /// How long a request may take in all.
    pub request_timeout: Duration,
    /// How slowly a body may come.
    pub pace: Pace,
    /// Largest file, in bytes.
    pub file_limit: u64,
    /// How long sending a file may take in all.
    pub file_timeout: Duration,
    /// How slowly a file may come.
    pub file_pace: Pace,
    /// Entries on a page when the client names no limit.
    pub page_limit_default: u32,
    /// Most entries on a page.
    pub page_limit_max: u32,
    /// Whether people reach the exchange by HTTPS, and shall not try without it.
    pub is_https: bool,
}

impl HttpSettings {
    /// The limits that the operator set.
    pub fn new(config: &Config) -> Self {
        Self {
            body_limit: config.http_body_limit_kb.bytes(),
            request_timeout: config.request_timeout_s.duration(),
            pace: Pace::new(config),
            file_limit: u64::try_from(config.file_limit_mb.bytes()).unwrap_or(u64::MAX),
            file_timeout: config.file_timeout_s.duration(),
            file_pace: Pace {
                bytes_per_s: config.file_min_bytes_per_s,
                ..Pace::new(config)
            },
            page_limit_default: config.page_limit_default,
            page_limit_max: config.page_limit_max,
            is_https: config.public_url.is_https(),
        }
    }

    /// Small limits.
    #[cfg(test)]
    pub(super) fn for_tests() -> Self {
        Self {
            body_limit: 1_024,
            request_timeout: Duration::from_millis(300),
            pace: Pace::new(&Config::default()),
            file_limit: 1_024,
            file_timeout: Duration::from_millis(300),
            file_pace: Pace::new(&Config::default()),
            page_limit_default: 20,
            page_limit_max: 100,
            is_https: false,
        }
    }
}

/// A server that listens; it serves once it is awaited.
pub struct Listening {
    /// The server.
    pub server: Server,
    /// Where it listens; tells the port when a free one was asked for.
    pub addr: SocketAddr,
    /// Its connections, and what they are told at the end.
    pub closing: Arc<Closing>,
}

/// What listens.
pub struct Bound {
    /// The API.
    pub api: Listening,
    /// The metrics, if they are served.
    pub metrics: Option<Listening>,
}

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {at} for {part} (setting {key}): {cause}")]
pub struct ListenError {
    at: SocketAddr,
    part: &'static str,
    key: &'static str,
    cause: io::Error,
}

/// Listens. Signals are left to the caller, who stops both servers through their handles.
pub fn serve(app: App, config: &Config, prometheus: Option<PrometheusHandle>) -> Result<Bound, ListenError> {
    let settings = web::Data::new(HttpSettings::new(config));
    let app = web::Data::new(app);
    let limits = web::Data::new(Limits::new(config));
    drop(actix_web::rt::spawn(upkeep(limits.clone())));
    let connections = limits.connections.clone();
    let closing = Arc::new(Closing::default());
    let (closes, opened) = (web::Data::from(closing.clone()), closing.clone());
    let stall = config.answer_stall_s.duration();
    let workers = match config.http_workers {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        workers => workers,
    };
    let shutdown_s = config.shutdown_timeout_s.duration().as_secs();
    let http = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(app.clone())
            .app_data(settings.clone())
            .app_data(limits.clone())
            .app_data(closes.clone())
            .configure(framework_errors)
            .configure(routes::configure)
            .default_service(web::to(no_such_path))
            .wrap(from_fn(refuse_strays))
            .wrap(from_fn(guard))
            .wrap(from_fn(observe))
            .wrap(from_fn(say_goodbye))
    })
    .on_connect(move |connection, data| {
        data.insert(opened.open());
        let Some(stream) = connection.downcast_ref::<TcpStream>() else {
            return;
        };
        count_connection(&connections, stream, data);
        bear_stalled_answers(stream, stall);
    })
    .workers(workers)
    .backlog(BACKLOG)
    // Else the end of an answer that is written in several parts waits until the client has said that it got the beginning:
    // 40 ms for files and exports.
    .tcp_nodelay(true)
    .max_connections(CONNECTIONS_PER_WORKER)
    .keep_alive(config.keep_alive_s.duration())
    .client_request_timeout(HEAD_TIMEOUT)
    .client_disconnect_timeout(DISCONNECT_TIMEOUT)
    .shutdown_timeout(shutdown_s)
    .disable_signals()
    .bind(config.listen);
    let (http, addr) = http
        .and_then(|http| bound_address(&http.addrs()).map(|addr| (http, addr)))
        .map_err(|cause| ListenError {
            at: config.listen,
            part: "the API",
            key: "listen",
            cause,
        })?;
    let metrics = match (config.metrics_listen, prometheus) {
        (MetricsListen::At(at), Some(prometheus)) => {
            Some(serve_metrics(at, prometheus).map_err(|cause| ListenError {
                at,
                part: "the metrics",
                key: "metrics_listen",
                cause,
            })?)
        }
        _ => None,
    };
    let api = Listening {
        server: http.run(),
        addr,
        closing,
    };
    Ok(Bound { api, metrics })
}

/// The count lives with the connection, and ends with it.
fn count_connection(connections: &Arc<Connections>, stream: &TcpStream, data: &mut Extensions) {
    // A peer that is gone already has no address any more.
    if let Ok(peer) = stream.peer_addr()
        && let Some(counted) = connections.open(peer.ip())
    {
        data.insert(counted);
    }
}

/// Has the kernel end a connection whose client takes nothing of an answer for so long, or does not say that it got it: the
/// framework waits for it without end.
#[cfg(target_os = "linux")]
fn bear_stalled_answers(stream: &TcpStream, stall: Duration) {
    if let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(stall)) {
        tracing::debug!(%error, "a connection has no bound on stalled answers");
    }
}

#[cfg(not(target_os = "linux"))]
fn bear_stalled_answers(_stream: &TcpStream, _stall: Duration) {}

fn serve_metrics(at: SocketAddr, prometheus: PrometheusHandle) -> io::Result<Listening> {
    let prometheus = web::Data::new(prometheus);
    let closing = Arc::new(Closing::default());
    let (closes, opened) = (web::Data::from(closing.clone()), closing.clone());
    let http = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(prometheus.clone())
            .app_data(closes.clone())
            .service(web::resource("/metrics").route(web::get().to(health::metrics)))
            .wrap(from_fn(say_goodbye))
    })
    .on_connect(move |_, data| drop(data.insert(opened.open())))
    .workers(1)
    .max_connections(64)
    .client_request_timeout(HEAD_TIMEOUT)
    .shutdown_timeout(1)
    .disable_signals()
    .bind(at)?;
    let addr = bound_address(&http.addrs())?;
    Ok(Listening {
        server: http.run(),
        addr,
        closing,
    })
}

fn bound_address(addresses: &[SocketAddr]) -> io::Result<SocketAddr> {
    addresses
        .first()
        .copied()
        .ok_or_else(|| io::Error::other("the listener has no address"))
}

/// The framework's own extractors speak as ours do. A path segment that cannot be read names nothing, hence 404.
pub fn framework_errors(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PathConfig::default().error_handler(|_, _| Problem::from(ErrorCode::NotFound).into()))
        .app_data(web::QueryConfig::default().error_handler(|_, _| Problem::from(ErrorCode::InvalidQuery).into()))
        .app_data(web::JsonConfig::default().error_handler(|_, _| Problem::from(ErrorCode::MalformedBody).into()))
        .app_data(web::FormConfig::default().error_handler(|_, _| Problem::from(ErrorCode::MalformedBody).into()));
}

async fn no_such_path() -> Answer {
    Err(ErrorCode::NotFound.into())
}
