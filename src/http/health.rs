//! Whether the server lives, whether it can work, and its metrics.

use actix_web::{HttpResponse, Responder, web};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;

use super::problem::Answer;
use crate::service::{App, health};

/// The process answers.
#[derive(Clone, Debug, Serialize)]
pub struct HealthBody {
    /// Always `ok`.
    pub status: &'static str,
}

/// What the server needs for its work.
#[derive(Clone, Debug, Serialize)]
pub struct ReadyBody {
    /// `ready` or `not_ready`.
    pub status: &'static str,
    /// Whether the database answers.
    pub database: bool,
    /// Whether writes are taken: false while some are under way and none has got through for ten seconds.
    pub writes: bool,
    /// Whether the search index has been built.
    pub search: bool,
    /// Whether the scanner for malware answers; only where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanner: Option<bool>,
    /// How the search index fares.
    pub index: IndexBody,
    /// Whether the file store answered when it was last asked. When not, the log says why; the node stays ready.
    pub files: bool,
}

/// How the search index fares. The reason of a failure is in the log.
#[derive(Clone, Debug, Serialize)]
pub struct IndexBody {
    /// `opening`, `building`, `ready` or `failed`.
    pub state: &'static str,
    /// Changes it has still to hear of.
    pub lag: u64,
    /// Listings that could not be indexed since the start.
    pub poison: u64,
}

/// Whether the process lives. Says nothing about the database, so that a supervisor does not restart what is well.
pub async fn healthz() -> impl Responder {
    HttpResponse::Ok().json(HealthBody { status: "ok" })
}

/// Whether requests should be sent here.
pub async fn readyz(app: web::Data<App>) -> Answer {
    let ready = health::readiness(&app).await;
    let (mut answer, status) = if ready.is_ready() {
        (HttpResponse::Ok(), "ready")
    } else {
        (HttpResponse::ServiceUnavailable(), "not_ready")
    };
    Ok(answer.json(ReadyBody {
        status,
        database: ready.database,
        writes: ready.writes,
        search: ready.search,
        scanner: ready.scanner,
        index: IndexBody {
            state: ready.index.state.name(),
            lag: ready.index.lag,
            poison: ready.index.poison,
        },
        files: ready.files,
    }))
}

/// The metrics, in Prometheus's text format. Served on a listener of its own, which only this machine reaches.
pub async fn metrics(prometheus: web::Data<PrometheusHandle>) -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(prometheus.render())
}
