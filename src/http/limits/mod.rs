//! What keeps a few from taking all: how often somebody may call, how many connections and requests there may be at
//! once, how slowly a body may come. Everything here is asked before a body is read or a password hashed.
//!
//! Counts are this process's own: nodes behind a load balancer each allow what is configured.

pub mod address;
pub mod connections;
mod counts;
pub mod load;
pub mod pace;
pub mod rates;
pub mod uploads;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::problem::Problem;
use super::routes::{Class, operation};
use crate::config::{Config, Networks, Switch};
use crate::service::{Error, ErrorCode, Result};
use address::Client;
use connections::{Connection, Connections};
use load::Load;
use rates::{Measured, Rates, Subject};
use uploads::{Upload, Uploads};

/// Names of the fields that tell clients about their limits (draft-ietf-httpapi-ratelimit-headers).
pub static RATE_FIELDS: [HeaderName; 2] = [
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("ratelimit"),
];
/// How often counts that are whole again are forgotten.
const UPKEEP: Duration = Duration::from_secs(10);

/// The limits of one server, shared by its threads.
pub struct Limits {
    proxies: Networks,
    rates: Option<Rates>,
    load: Load,
    uploads: Arc<Uploads>,
    /// Connections by address.
    pub connections: Arc<Connections>,
}

impl Limits {
    /// The limits that the operator set.
    pub fn new(config: &Config) -> Self {
        Self {
            proxies: config.trusted_proxies.clone(),
            rates: (config.rate_limits == Switch::On).then(|| Rates::new(config)),
            load: Load::new(config.max_requests_in_flight),
            uploads: Arc::new(Uploads::new(config.max_uploads_per_address)),
            connections: Arc::new(Connections::new(
                config.max_connections_per_address,
                config.trusted_proxies.clone(),
            )),
        }
    }
}

impl Limits {
    /// Whether somebody is one of the operator's own proxies, and believed.
    pub fn trust(&self, peer: IpAddr) -> bool {
        self.proxies.contain(peer)
    }
}

/// Forgets what need not be remembered any more, for as long as the server lives.
pub async fn upkeep(limits: Data<Limits>) {
    let limits = {
        let alive = limits.into_inner();
        Arc::downgrade(&alive)
    };
    loop {
        tokio::time::sleep(UPKEEP).await;
        match limits.upgrade() {
            Some(limits) => limits.rates.iter().for_each(Rates::forget),
            None => return,
        }
    }
}

/// What was counted for a request, to be told in its answer.
struct Counted {
    class: Class,
    subject: Option<Subject>,
    /// Whether it showed a right password or code.
    is_right: bool,
    measured: Vec<Measured>,
}

/// Supervisors ask these, and must be answered when nobody else is.
fn is_health(pattern: &str) -> bool {
    matches!(pattern, "/healthz" | "/readyz")
}

/// The middleware; directly inside [`observe`](super::observe::observe).
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(limits) = request.app_data::<Data<Limits>>().cloned() else {
        return Err(Problem(Error::internal("the limits are not wired")).into());
    };
    let client = address::client(request.peer_addr(), request.headers(), &limits.proxies);
    request.extensions_mut().insert(client);
    // By the path as it is routed, where `%73essions` is `sessions`: `match_pattern` looks at it as it was sent.
    let pattern = request
        .resource_map()
        .match_pattern(request.match_info().as_str())
        .unwrap_or_default();
    if is_health(&pattern) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    if request.conn_data::<Connection>().is_some_and(Connection::is_over) {
        count_refusal("connections");
        let mut answer = refuse(request, too_many_connections());
        answer
            .response_mut()
            .head_mut()
            .set_connection_type(ConnectionType::Close);
        return Ok(answer);
    }
    let Some(slot) = limits.load.enter() else {
        count_refusal("load");
        return Ok(refuse(
            request,
            Error::busy("as many requests are under way as max_requests_in_flight allows"),
        ));
    };
    // Dropped with this future, however it ends.
    let slot = slot.share(&mut request.extensions_mut());
    let operation = operation(request.method().as_str(), &pattern);
    // What is no operation (the description, wrong paths and methods) is counted as a read.
    let class = operation.map_or(Class::Read, |operation| operation.class);
    let at = limits.rates.as_ref().map(Rates::now);
    if let Some(rates) = &limits.rates {
        let mut measured = Vec::with_capacity(3);
        let outcome = rates.count_address(class, client.ip, &mut measured);
        request.extensions_mut().insert(Counted {
            class,
            subject: None,
            is_right: false,
            measured,
        });
        if let Err(refusal) = outcome {
            count_refusal("rate");
            return Ok(tell(refuse(request, refusal)));
        }
    }
    let response = next.call(request).await?.map_into_boxed_body();
    drop(slot);
    if let Some((rates, at)) = limits.rates.as_ref().zip(at)
        && let Some(counted) = response.request().extensions().get::<Counted>()
        && (counted.is_right || sent_no_letter(class, response.status()))
    {
        rates.give_back(class, client.ip, counted.subject.as_ref(), at);
    }
    Ok(tell(response))
}

/// Whether a call that is counted because it sends a letter only told what is wrong with it: whoever mends it must be able to send it.
fn sent_no_letter(class: Class, status: StatusCode) -> bool {
    matches!(class, Class::Letter | Class::Invitation) && status == StatusCode::UNPROCESSABLE_ENTITY
}

/// Counts a call for whoever the token or key says calls. The address was counted before.
pub fn count_subject(request: &HttpRequest, subject: Subject) -> Result<()> {
    let rates = request
        .app_data::<Data<Limits>>()
        .and_then(|limits| limits.rates.as_ref());
    match (rates, request.extensions_mut().get_mut::<Counted>()) {
        (Some(rates), Some(counted)) => {
            counted.subject = Some(subject);
            rates
                .count_subject(counted.class, subject, &mut counted.measured)
                .inspect_err(|_refusal| count_refusal("rate"))
        }
        _ => Ok(()),
    }
}

/// Notes that a right password or code was sent, by which nothing else is won: such calls cost little of what may be tried.
pub fn note_right(request: &HttpRequest) {
    if let Some(counted) = request.extensions_mut().get_mut::<Counted>() {
        counted.is_right = true;
    }
}

/// The client's address and port, as far as trusted proxies tell them.
pub fn client(request: &HttpRequest) -> Option<Client> {
    request.extensions().get::<Client>().copied()
}

/// Counts a file that begins to come, until it is there.
pub fn begin_upload(request: &HttpRequest) -> Result<Upload> {
    let unwired = || Error::internal("the limits are not wired");
    let limits = request.app_data::<Data<Limits>>().ok_or_else(unwired)?;
    let client = client(request).ok_or_else(unwired)?;
    limits.uploads.begin(client.ip).ok_or_else(|| {
        count_refusal("uploads");
        Error {
            log: Some(String::from(
                "the address sends more files than max_uploads_per_address",
            )),
            ..Error::new(
                ErrorCode::TooManyRequests,
                "Địa chỉ của bạn đang gửi quá nhiều tệp cùng lúc; hãy chờ tệp trước gửi xong.",
                "Your address is sending too many files at once; wait until one of them has come.",
            )
        }
    })
}

/// Answers a request without its handler.
pub(super) fn refuse(request: ServiceRequest, error: Error) -> ServiceResponse<BoxBody> {
    // Not `into_response`, which forgets the error of the answer, and with it its words and when to come again.
    ServiceResponse::new(request.into_parts().0, HttpResponse::from_error(Problem(error)))
}

fn too_many_connections() -> Error {
    Error {
        log: Some(String::from(
            "the address holds more connections than max_connections_per_address",
        )),
        ..Error::new(
            ErrorCode::TooManyRequests,
            "Địa chỉ của bạn đang mở quá nhiều kết nối; hãy đóng bớt rồi thử lại.",
            "Your address holds too many connections; close some and try again.",
        )
    }
}

fn tell(mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let fields = response
        .request()
        .extensions()
        .get::<Counted>()
        .map(|counted| rates::fields(&counted.measured));
    for (name, value) in RATE_FIELDS.iter().zip(fields.into_iter().flatten()) {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name.clone(), value);
        }
    }
    response
}

pub(super) fn count_refusal(why: &'static str) {
    metrics::counter!("vptex_http_refused_total", "why" => why).increment(1);
}
