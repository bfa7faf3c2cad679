//! Requests that could be taken to end in two places, one by a proxy and one by the server behind it (RFC 9112, 11.2): whatever stands
//! behind them is never answered as a request of its own. Sent over plain connections, because clients write no such requests.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::harness::TestApp;

/// How long a connection may stay open that must be closed.
const PATIENCE: Duration = Duration::from_secs(60);
/// A whole request, where others have a body.
const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nHost: san.example\r\nConnection: close\r\n\r\n";

/// Lines of a head that leave in doubt where its body ends, or whose request it is.
const DOUBTFUL: [&str; 37] = [
    "Content-Length: 4\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 4",
    "Content-Length: 0\r\nTransfer-Encoding: chunked",
    "Content-Length: 4\r\ntransfer-encoding: CHUNKED",
    "Content-Length: 4\r\nContent-Length: 4",
    "Content-Length: 4\r\nContent-Length: 0",
    "Content-Length: 4\r\ncontent-length: 4",
    "Content-Length: +4",
    "Content-Length: -4",
    "Content-Length: 4, 4",
    "Content-Length: 4,0",
    "Content-Length: 4 4",
    "Content-Length: 4.0",
    "Content-Length: 4e0",
    "Content-Length: 0x4",
    "Content-Length: 4_0",
    "Content-Length: 99999999999999999999",
    "Content-Length: \u{ff14}",
    "Content-Length:",
    "Content-Length : 4",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: identity",
    "Transfer-Encoding:",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
    "X-A: b\r\n Transfer-Encoding: chunked",
    "X-A: b\r\n\tContent-Length: 4",
    "X-A: b\rTransfer-Encoding: chunked",
    "X-A: b\0",
    "Host: khac.example",
];

/// The statuses of all that is answered until the server closes.
async fn statuses(addr: SocketAddr, sent: &str) -> Vec<u16> {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut reply)).await;
    read.unwrap_or_else(|_| panic!("{sent:?}: the connection stays open"))
        .unwrap();
    let reply = String::from_utf8_lossy(&reply);
    // The version's last digit and a space stand before the status.
    let heads = reply.split("HTTP/1.").skip(1);
    heads.map(|head| head.get(2..5).unwrap().parse().unwrap()).collect()
}

#[actix_web::test]
async fn a_request_that_could_end_in_two_places_is_refused() {
    let app = TestApp::spawn().await;
    let addr = app.addr();
    // What stands behind a request that ends in one place is answered: so it would be seen.
    let one = "GET /healthz HTTP/1.1\r\nHost: san.example\r\n\r\n";
    assert_eq!(statuses(addr, &format!("{one}{HIDDEN}")).await, [200, 200]);
    for lines in DOUBTFUL {
        let sent = format!("POST /api/v1/sessions HTTP/1.1\r\nHost: san.example\r\n{lines}\r\n\r\n{HIDDEN}");
        assert_eq!(statuses(addr, &sent).await, [400], "{lines:?}");
    }
    // Nor is anything in pieces for a client of before there were pieces, or of nobody knows which host.
    for head in [
        "POST /api/v1/sessions HTTP/1.0\r\nHost: san.example\r\nTransfer-Encoding: chunked\r\n",
        "POST /api/v1/sessions HTTP/1.1\r\nContent-Length: 4\r\n",
    ] {
        assert_eq!(statuses(addr, &format!("{head}\r\n{HIDDEN}")).await, [400], "{head:?}");
    }
}
