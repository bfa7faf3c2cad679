//! A body where none is taken is refused, whatever it is and however it comes; what says nothing is let be.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;
use vptex::http::routes::operations;

use super::queries::filled;
use crate::harness::TestApp;
use crate::harness::contract::DOCUMENT;

#[actix_web::test]
async fn operations_without_a_body_take_none() {
    let app = TestApp::spawn().await;
    let mut without = 0;
    for operation in operations() {
        if DOCUMENT["paths"][operation.path][operation.method]
            .get("requestBody")
            .is_some()
        {
            continue;
        }
        without += 1;
        let method = operation.method.to_uppercase().parse().unwrap();
        let call = app.call(method, &filled(operation.path)).json(&json!({"foo": 1}));
        let refused = call.expect(400).await;
        assert_eq!(refused.code(), "unexpected_body", "{}", operation.name);
    }
    assert!(without > 150, "{without}");
}

#[actix_web::test]
async fn what_is_refused_is_not_done_and_what_says_nothing_is_let_be() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.listing_draft(&owner, "Máy sấy").await;
    let submission = format!("/listings/{id}/submission");
    let long = format!("{{{}}}", " ".repeat(1_000));
    for body in ["{\"foo\": 1}", "[]", "null", "có", "{} {}", "\"\"", long.as_str()] {
        let call = app
            .post(&submission)
            .by(&owner)
            .header("content-type", "application/json");
        let refused = call.text(body).expect(400).await;
        assert_eq!(refused.code(), "unexpected_body", "{body}");
    }
    let read = app.get(&format!("/listings/{id}")).by(&owner).expect(200).await;
    assert_eq!(read.text("/status"), "draft");
    for body in ["", "{}", " {\n} "] {
        let call = app
            .post(&submission)
            .by(&owner)
            .header("content-type", "application/json");
        call.text(body).expect(200).await;
        app.delete(&submission).by(&owner).json(&json!({})).expect(200).await;
    }
}

/// The status of what is answered to a request, of which nothing more comes than this.
async fn status(app: &TestApp, rest: &str) -> u16 {
    let mut stream = TcpStream::connect(app.addr()).await.unwrap();
    let path = format!("/api/v1/listings/{}/submission", Uuid::nil());
    let request = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{rest}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    while !reply.windows(2).any(|two| two == b"\r\n") {
        let count = stream.read_buf(&mut reply).await.unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&reply));
    }
    let line = String::from_utf8_lossy(&reply).into_owned();
    line.split(' ').nth(1).unwrap().parse().unwrap()
}

#[actix_web::test]
async fn a_body_in_chunks_is_read_no_further_than_it_needs() {
    let app = TestApp::spawn().await;
    let chunked = |chunks: &str| format!("Transfer-Encoding: chunked\r\n\r\n{chunks}");
    // A visitor, who is told to sign in where the body says nothing.
    assert_eq!(status(&app, &chunked("2\r\n{}\r\n0\r\n\r\n")).await, 401);
    assert_eq!(status(&app, &chunked("0\r\n\r\n")).await, 401);
    assert_eq!(status(&app, &chunked("7\r\n{\"a\":1}\r\n0\r\n\r\n")).await, 400);
    // Neither is waited for to its end.
    let endless = format!("190\r\n{}\r\n", " ".repeat(400));
    assert_eq!(status(&app, &chunked(&endless)).await, 400);
    assert_eq!(status(&app, "Content-Length: 1000000\r\n\r\n").await, 400);
}
