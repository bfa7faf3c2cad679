//! What happens around a handler, whatever it does: too slow, too large, broken.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use actix_web::body::to_bytes;
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use vptex::config::{Config, PublicUrl, Value as _};
use vptex::http::extract::Body;
use vptex::http::extract::upload::{TableUpload, Upload};
use vptex::http::limits::pace::Pace;
use vptex::http::observe::observe;
use vptex::http::server::HttpSettings;

use crate::harness::TestApp;

/// Well above what other requests may take here.
const FILE_TIMEOUT: Duration = Duration::from_millis(600);

async fn broken() -> HttpResponse {
    panic!("a bug in a handler")
}

/// Sends one request to handlers that misbehave; gives status, headers and body.
async fn ask(app: &TestApp, request: TestRequest, body: Option<Payload>) -> (u16, HttpResponse<()>, Value) {
    let settings = HttpSettings {
        body_limit: 100,
        request_timeout: Duration::from_millis(50),
        file_limit: 1_024,
        file_timeout: FILE_TIMEOUT,
        file_pace: Pace::new(&Config::default()),
        page_limit_default: 20,
        page_limit_max: 100,
        is_https: false,
        pace: Pace::new(&Config::default()),
    };
    let stuck = || std::future::pending::<HttpResponse>();
    let take = |_: Body<Value>| async { HttpResponse::NoContent().finish() };
    let service = init_service(
        App::new()
            .app_data(web::Data::new(app.exchange().clone()))
            .app_data(web::Data::new(settings))
            .service(
                web::resource("/stuck")
                    .route(web::get().to(stuck))
                    .route(web::post().to(stuck)),
            )
            .service(web::resource("/take").route(web::post().to(take)))
            .service(web::resource("/file").route(web::post().to(|_: Upload| std::future::pending::<HttpResponse>())))
            .service(
                web::resource("/table").route(web::post().to(|_: TableUpload| std::future::pending::<HttpResponse>())),
            )
            .service(web::resource("/broken").route(web::get().to(broken)))
            .service(web::resource("/well").route(web::get().to(async || HttpResponse::Ok().body("well"))))
            .wrap(from_fn(observe)),
    )
    .await;
    let mut request = request.to_request();
    if let Some(body) = body {
        request = request.replace_payload(body).0;
    }
    let response = match try_call_service(&service, request).await {
        Ok(response) => response.into_parts().1.map_into_boxed_body(),
        Err(error) => error.error_response(),
    };
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    (head.status().as_u16(), head, body)
}

fn header<'r>(head: &'r HttpResponse<()>, name: &str) -> Option<&'r str> {
    head.headers().get(name).map(|value| value.to_str().unwrap())
}

fn json_body(method: Method) -> TestRequest {
    TestRequest::default()
        .method(method)
        .uri("/take")
        .insert_header(("content-type", "application/json"))
}

/// A body of chunks, after which nothing comes any more.
fn stream(chunks: Vec<&'static [u8]>, ends: bool) -> Payload {
    use futures_util::StreamExt;
    let chunks = futures_util::stream::iter(chunks.into_iter().map(|chunk| Ok(Bytes::from_static(chunk))));
    if ends {
        Payload::from(chunks.boxed_local())
    } else {
        Payload::from(chunks.chain(futures_util::stream::pending()).boxed_local())
    }
}

#[actix_web::test]
async fn a_passed_deadline_is_told_as_what_it_is() {
    let app = TestApp::spawn().await;
    let (status, head, body) = ask(&app, TestRequest::get().uri("/stuck"), None).await;
    assert_eq!((status, &body["code"]), (503, &json!("busy")));
    assert_eq!(header(&head, "retry-after"), Some("2"));
    let (status, head, body) = ask(&app, TestRequest::post().uri("/stuck"), None).await;
    assert_eq!((status, &body["code"]), (504, &json!("outcome_unknown")));
    assert_eq!(header(&head, "retry-after"), None, "nobody is told to do it twice");
    assert!(header(&head, "x-request-id").is_some());
    let half = Some(stream(vec![b"{\"a\":"], false));
    let (status, head, body) = ask(&app, json_body(Method::POST), half).await;
    assert_eq!((status, &body["code"]), (408, &json!("request_timeout")));
    assert!(head.head().connection_type() == actix_web::http::ConnectionType::Close);
}

/// Whatever the operation is called: all doors for files are behind these two.
#[actix_web::test]
async fn a_request_with_a_file_may_take_as_long_as_a_file() {
    let app = TestApp::spawn().await;
    for (door, media) in [("/file", "image/png"), ("/table", "text/csv")] {
        let request = TestRequest::post().uri(door).insert_header(("content-type", media));
        let began = Instant::now();
        let (status, _, body) = ask(&app, request, None).await;
        assert_eq!((status, &body["code"]), (504, &json!("outcome_unknown")), "{door}");
        assert!(began.elapsed() >= FILE_TIMEOUT, "{door}: {:?}", began.elapsed());
    }
}

#[actix_web::test]
async fn a_handler_that_panics_is_a_failure_of_ours() {
    let app = TestApp::spawn().await;
    let (status, head, body) = ask(&app, TestRequest::get().uri("/broken"), None).await;
    assert_eq!((status, &body["code"]), (500, &json!("internal")));
    assert_eq!(body["request_id"].as_str(), header(&head, "x-request-id"));
    assert_eq!(
        header(&head, "content-type"),
        Some("application/problem+json; charset=utf-8")
    );
    assert!(!body.to_string().contains("bug"), "{body}");
}

#[actix_web::test]
async fn rustsec_2024_0365_a_body_is_bounded_whether_its_length_is_told_or_not() {
    let app = TestApp::spawn().await;
    let fits = Some(stream(vec![b"{\"a\":", b" 1}"], true));
    assert_eq!(ask(&app, json_body(Method::POST), fits).await.0, 204);
    let long = Some(stream(vec![&[b' '; 60], &[b' '; 60]], false));
    let (status, head, body) = ask(&app, json_body(Method::POST), long).await;
    assert_eq!((status, &body["code"]), (413, &json!("payload_too_large")));
    assert!(head.head().connection_type() == actix_web::http::ConnectionType::Close);
    let told = json_body(Method::POST).insert_header(("content-length", "101"));
    assert_eq!(ask(&app, told, Some(stream(Vec::new(), false))).await.0, 413);
}

#[actix_web::test]
async fn head_is_answered_where_get_is_and_said_so() {
    let app = TestApp::spawn().await;
    let head = || TestRequest::default().method(Method::HEAD);
    assert_eq!(ask(&app, head().uri("/well"), None).await.0, 200);
    let (status, answer, _) = ask(&app, head().uri("/take"), None).await;
    assert_eq!((status, header(&answer, "allow")), (405, Some("POST")));
    let (status, answer, body) = ask(&app, TestRequest::default().method(Method::OPTIONS).uri("/well"), None).await;
    assert_eq!((status, &body["code"]), (405, &json!("method_not_allowed")));
    assert_eq!(header(&answer, "allow"), Some("GET, HEAD"));
}

/// What comes back on a connection of its own until the server closes it.
pub async fn raw(addr: SocketAddr, request: &str) -> String {
    let mut connection = tokio::net::TcpStream::connect(addr).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[actix_web::test]
async fn on_the_connection_head_has_no_body_and_what_is_too_large_closes_it() {
    let app = TestApp::spawn().await;
    let host = "host: localhost\r\nconnection: close\r\n";
    let answer = raw(app.addr(), &format!("HEAD /healthz HTTP/1.1\r\n{host}\r\n")).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("HTTP/1.1 200") && head.contains("content-length: 15"),
        "{head}"
    );
    assert_eq!(body, "");

    let lan = app.registered_enterprise().await;
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let head = format!(
        "POST /api/v1/listings HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        lan.access
    );
    let answer = raw(app.addr(), &format!("{head}{chunk}1\r\n \r\n0\r\n\r\n")).await;
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.contains("\"payload_too_large\""),
        "{answer}"
    );
}

#[actix_web::test]
async fn browsers_are_told_to_stay_with_https_where_there_is_https() {
    let mut app = TestApp::prepare();
    app.start();
    assert_eq!(
        app.get("/taxonomies")
            .expect(200)
            .await
            .header("strict-transport-security"),
        None
    );
    app.stop().await;
    app.config.public_url = PublicUrl::parse("https://san.example").unwrap();
    app.start();
    for path in ["/taxonomies", "/me", "/no/such/path"] {
        let told = app.get(path).send().await;
        assert_eq!(
            told.header("strict-transport-security"),
            Some("max-age=31536000; includeSubDomains"),
            "{path}"
        );
    }
}
