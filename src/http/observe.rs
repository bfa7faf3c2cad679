//! What happens around every request: it gets an identifier and a deadline, its errors are put into words, its answer
//! gets the headers that every answer has, and it is counted and logged once.
//!
//! Never logged: query strings, because search words travel in them.

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use std::cell::Cell;
use std::convert::Infallible;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use super::extract::caller::origin;
use super::extract::language::Lang;
use super::limits::RATE_FIELDS;
use super::problem::{self, Problem};
use super::routes::operation;
use super::server::HttpSettings;
use super::trace::{self, TraceParent};
use crate::domain::access::Action;
use crate::service::context::{Caller, Credential};
use crate::service::{App, Error, ErrorCode};

/// Where the interactive documentation lives; its pages need styles and scripts, which nothing else here does.
const DOCS_PREFIX: &str = "/api/docs";
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           script-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What the extractors know about the request they run in.
#[derive(Clone, Debug)]
struct RequestState {
    id: Uuid,
    body_pending: Rc<Cell<bool>>,
    brings_file: Rc<Cell<bool>>,
    caller: Cell<Option<Caller>>,
    is_head: bool,
}

/// The identifier of a request, as in its `X-Request-Id` and in the audit trail.
pub fn request_id(request: &HttpRequest) -> Option<Uuid> {
    request.extensions().get::<RequestState>().map(|state| state.id)
}

/// Whether only the head of the answer is wanted. Handlers see a GET.
pub(super) fn wants_head(request: &HttpRequest) -> bool {
    let extensions = request.extensions();
    extensions.get::<RequestState>().is_some_and(|state| state.is_head)
}

/// Notes who calls, for the log of what is refused.
pub(super) fn set_caller(request: &HttpRequest, caller: Caller) {
    if let Some(state) = request.extensions().get::<RequestState>() {
        state.caller.set(Some(caller));
    }
}

/// Notes that a body is being waited for, so that a passed deadline is blamed on whom it should be.
pub(super) fn set_body_pending(request: &HttpRequest, pending: bool) {
    if let Some(state) = request.extensions().get::<RequestState>() {
        state.body_pending.set(pending);
    }
}

/// Notes that the body is a file, whatever the operation: sending it and looking into it may take longer than other requests.
pub(super) fn set_brings_file(request: &HttpRequest) {
    if let Some(state) = request.extensions().get::<RequestState>() {
        state.brings_file.set(true);
    }
}

/// What is remembered of a request while it is away in the handler.
struct Around {
    id: Uuid,
    method: Method,
    route: String,
    path: String,
    lang: Lang,
    signed_in: bool,
    is_https: bool,
    started: Instant,
    /// Where it stands in a trace that began elsewhere.
    above: Option<TraceParent>,
    span: Span,
}

/// The middleware; outermost but for `say_goodbye` of [`closing`](super::closing).
pub async fn observe(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (Some(app), Some(settings)) = (
        request.app_data::<web::Data<App>>(),
        request.app_data::<web::Data<HttpSettings>>(),
    ) else {
        return Err(Problem(Error::internal("the application is not wired")).into());
    };
    let (usual, for_files) = (settings.request_timeout, settings.file_timeout);
    let (id, above) = (app.ids.next(), TraceParent::of(&request));
    let route = request.match_pattern().unwrap_or_else(|| String::from("unmatched"));
    let around = Around {
        id,
        method: request.method().clone(),
        span: trace::span(id, above, known(request.method()), &route),
        above,
        route,
        path: request.path().to_owned(),
        lang: Lang::of(request.headers()),
        signed_in: request.headers().contains_key(header::AUTHORIZATION),
        is_https: settings.is_https,
        started: Instant::now(),
    };
    let (body_pending, brings_file) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    request.extensions_mut().insert(RequestState {
        id: around.id,
        body_pending: body_pending.clone(),
        brings_file: brings_file.clone(),
        caller: Cell::new(None),
        is_head: around.method == Method::HEAD,
    });
    if around.method == Method::HEAD {
        // HEAD is GET without the body (RFC 9110, 9.3.2), which the connection leaves out by itself.
        request.head_mut().method = Method::GET;
    }

    let answer = unpanicked(next.call(request)).instrument(around.span.clone());
    match in_time(answer, (usual, for_files), &brings_file).await {
        Ok(Some(Ok(response))) if around.method == Method::HEAD => {
            // Nobody walks through what is not sent, and what it holds is given back now.
            let response = around.finish(response.map_into_boxed_body());
            Ok(response.map_body(|_, body| BoxBody::new(Unsent(body.size()))))
        }
        Ok(Some(Ok(response))) => Ok(around.finish(response.map_into_boxed_body())),
        Ok(Some(Err(error))) => Err(around.fail(own_error(&error))),
        Ok(None) => Err(around.fail(Error::internal("the handler panicked"))),
        Err(_elapsed) if body_pending.get() => Err(around.fail(ErrorCode::RequestTimeout.into())),
        Err(_elapsed) => Err(around.fail(around.late())),
    }
}

impl Around {
    /// Ends a request that has an answer.
    fn finish(&self, response: ServiceResponse) -> ServiceResponse {
        let mut response = if needs_words(response.response()) {
            let (request, plain) = response.into_parts();
            let error = plain
                .error()
                .map_or_else(|| problem::code_of_status(plain.status()).into(), own_error);
            let error = if self.is_reading() { error } else { error.of_write() };
            self.log_refusal(&request, &error);
            let mut told = self.tell(&error);
            if let Some(allow) = plain.headers().get(header::ALLOW) {
                told.headers_mut().insert(header::ALLOW, with_head(allow));
            }
            // How long that is of which no such part is there.
            if let Some(range) = plain.headers().get(header::CONTENT_RANGE) {
                told.headers_mut().insert(header::CONTENT_RANGE, range.clone());
            }
            for name in &RATE_FIELDS {
                if let Some(value) = plain.headers().get(name) {
                    told.headers_mut().insert(name.clone(), value.clone());
                }
            }
            if plain.head().connection_type() == ConnectionType::Close {
                told.head_mut().set_connection_type(ConnectionType::Close);
            }
            ServiceResponse::new(request, told)
        } else {
            response
        };
        self.write_headers(response.headers_mut());
        self.record(response.status());
        response
    }

    /// Ends a request that has none: the way back through the application is cut off, so this is the whole answer.
    fn fail(&self, error: Error) -> actix_web::Error {
        self.record(StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        self.log_cause(&error);
        let mut headers = HeaderMap::new();
        self.write_headers(&mut headers);
        Outright {
            error,
            lang: self.lang,
            path: self.path.clone(),
            id: self.id,
            headers,
        }
        .into()
    }

    fn is_reading(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD)
    }

    fn tell(&self, error: &Error) -> HttpResponse {
        self.log_cause(error);
        problem::render(error, self.lang, &self.path, Some(self.id))
    }

    /// What a passed deadline comes to. A write goes on without us and may still be done, so nobody is told to send it
    /// again; reading again does no harm.
    fn late(&self) -> Error {
        let code = if self.is_reading() {
            ErrorCode::Busy
        } else {
            ErrorCode::OutcomeUnknown
        };
        Error {
            log: Some("the request took longer than request_timeout_s, or file_timeout_s with a file".into()),
            ..code.into()
        }
    }

    /// The one place where causes are logged.
    fn log_cause(&self, error: &Error) {
        let code = error.code.as_str();
        let cause = error.log.as_deref().unwrap_or_default();
        match error.code {
            // Expected under load and while starting; an alarm on them would be an alarm on being busy.
            ErrorCode::Busy | ErrorCode::OutcomeUnknown | ErrorCode::SearchUnavailable => {
                tracing::warn!(request_id = %self.id, route = self.route, code, cause, "request put off");
            }
            _ if error.code.status() >= 500 => {
                tracing::error!(request_id = %self.id, route = self.route, code, cause, "request failed");
            }
            _ => tracing::debug!(request_id = %self.id, route = self.route, code, cause, "request refused"),
        }
    }

    /// Tells who was refused what: a right that was lacking, including where the caller is told that there is nothing.
    /// Whoever must sign in first was not refused a right yet.
    fn log_refusal(&self, request: &HttpRequest, error: &Error) {
        let status = error.code.status();
        if status != 403 && (error.refused.is_none() || status == 401) {
            return;
        }
        let caller = request
            .extensions()
            .get::<RequestState>()
            .and_then(|state| state.caller.get());
        let origin = caller.map_or_else(|| origin(request), |caller| caller.origin);
        let (account, session, key) = match caller.map(|caller| caller.credential) {
            Some(Credential::Session { account, session }) => (Some(account.0), Some(session.0), None),
            Some(Credential::Key { key, .. }) => (None, None, Some(key.0)),
            Some(Credential::None | Credential::Begun(_)) | None => (None, None, None),
        };
        tracing::warn!(
            target: "vptex::audit",
            request_id = %self.id,
            operation = operation(self.method.as_str(), &self.route).map(|operation| operation.name),
            action = error.refused.map(Action::as_str),
            code = error.code.as_str(),
            account = account.map(tracing::field::display),
            session = session.map(tracing::field::display),
            key = key.map(tracing::field::display),
            ip = origin.ip.map(tracing::field::display),
            port = origin.port,
            "access refused"
        );
    }

    /// The headers of every answer. What a handler said about caching and contents stays.
    fn write_headers(&self, headers: &mut HeaderMap) {
        if let Ok(id) = HeaderValue::try_from(self.id.to_string()) {
            headers.insert(HeaderName::from_static("x-request-id"), id);
        }
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if self.is_https {
            // A year, as ASVS 3.4.1 asks.
            let strict = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, strict);
        }
        let in_docs = self.path.starts_with(DOCS_PREFIX);
        let policy = if in_docs { DOCS_POLICY } else { API_POLICY };
        if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        }
        if !headers.contains_key(header::CACHE_CONTROL) {
            let readable = self.is_reading() && !self.signed_in;
            let caching = if readable { "no-cache" } else { "no-store" };
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
            if readable && !in_docs {
                // Who asks decides what is shown.
                headers.append(header::VARY, HeaderValue::from_static("Authorization"));
            }
        }
    }

    fn record(&self, status: StatusCode) {
        let elapsed = self.started.elapsed();
        self.span.record("http.response.status_code", status.as_u16());
        let method = known(&self.method);
        let route = self.route.clone();
        metrics::counter!("vptex_http_requests_total", "method" => method, "route" => route.clone(), "status" => status.as_u16().to_string())
            .increment(1);
        metrics::histogram!("vptex_http_request_duration_seconds", "method" => method, "route" => route)
            .record(elapsed.as_secs_f64());
        let duration_ms = elapsed.as_secs_f64() * 1_000.0;
        let (status, route) = (status.as_u16(), self.route.as_str());
        let trace_id = self.above.map(TraceParent::trace_id);
        if matches!(route, "/healthz" | "/readyz") {
            tracing::debug!(request_id = %self.id, method, route, status, duration_ms, "request");
        } else {
            tracing::info!(request_id = %self.id, trace_id, method, route, status, duration_ms, "request");
        }
    }
}

/// Clients may invent methods; what is counted by them must not grow with them.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Whether an error answer still lacks its body. An answer that a handler wrote in JSON is left as it is: problems kept
/// for repeated requests, and the readiness report, which has status 503.
fn needs_words(response: &HttpResponse) -> bool {
    let status = response.status();
    // A page for people has words of its own; the framework's have none in HTML.
    const OWN: [&[u8]; 3] = [b"application/json", b"application/problem+json", b"text/html"];
    let in_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| OWN.iter().any(|own| value.as_bytes().starts_with(own)));
    // What became part of something else is a refusal that leads on.
    let leads_on = status.is_redirection() && response.error().is_some();
    (status.is_client_error() || status.is_server_error() || leads_on) && !(in_json && response.error().is_none())
}

/// `Allow` as it is: where GET is answered, HEAD is too, of which the routes do not know.
fn with_head(allow: &HeaderValue) -> HeaderValue {
    let methods = allow.to_str().unwrap_or_default();
    let named = |wanted: &str| methods.split(',').any(|method| method.trim() == wanted);
    if named("GET") && !named("HEAD") {
        HeaderValue::try_from(format!("{methods}, HEAD")).unwrap_or_else(|_| allow.clone())
    } else {
        allow.clone()
    }
}

/// What an error of the framework comes to; its own words are for the log.
fn own_error(error: &actix_web::Error) -> Error {
    if let Some(problem) = error.as_error::<Problem>() {
        return copy(&problem.0);
    }
    let code = problem::code_of_status(error.as_response_error().status_code());
    Error {
        log: Some(error.to_string()),
        ..code.into()
    }
}

/// The error sits in the response behind a reference; it is rare and small.
fn copy(error: &Error) -> Error {
    Error {
        code: error.code,
        detail_vi: error.detail_vi.clone(),
        detail_en: error.detail_en.clone(),
        fields: error.fields.clone(),
        told: error.told.clone(),
        log: error.log.clone(),
        retry_after: error.retry_after,
        may_retry: error.may_retry,
        refused: error.refused,
    }
}

/// Waits as long as a request may take; with a file, of which only the handler's extractors tell, as long as a file may.
async fn in_time<T>(
    answer: impl Future<Output = T>,
    (usual, for_files): (Duration, Duration),
    brings_file: &Cell<bool>,
) -> Result<T, Elapsed> {
    let mut answer = pin!(answer);
    let first = usual.min(for_files);
    if let Ok(answer) = timeout(first, &mut answer).await {
        return Ok(answer);
    }
    let whole = if brings_file.get() { for_files } else { usual };
    timeout(whole.saturating_sub(first), answer).await
}

/// Runs to the end, or to `None` where the handler panics. Without this the client would see a closed connection, and
/// nobody would count it. A handler shares nothing mutable with the next one, hence the assertion.
async fn unpanicked<F: Future>(work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(polled) => polled.map(Some),
            Err(_panic) => Poll::Ready(None),
        },
    )
    .await
}

/// A body that has its size and nothing in it.
struct Unsent(BodySize);

impl MessageBody for Unsent {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<web::Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}

/// A complete answer on the way on which errors travel.
struct Outright {
    error: Error,
    lang: Lang,
    path: String,
    id: Uuid,
    headers: HeaderMap,
}

impl fmt::Debug for Outright {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, formatter)
    }
}

impl fmt::Display for Outright {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, formatter)
    }
}

impl ResponseError for Outright {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = problem::render(&self.error, self.lang, &self.path, Some(self.id));
        for (name, value) in &self.headers {
            // What the problem says about caching stands.
            if !response.headers().contains_key(name) {
                response.headers_mut().insert(name.clone(), value.clone());
            }
        }
        response
    }
}
