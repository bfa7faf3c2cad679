//! Answers that nobody takes.

use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, TcpKeepalive, Type};
use vptex::config::Seconds;

use super::{PATIENCE, Raw, beside, spawn};

/// The longest answer that anybody gets: more than waits in the buffers of a client that has room for next to nothing.
const LONG: &str = "GET /api/openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// Asks, reads nothing, and gives how its connection ended. A client that neither sends nor reads learns of that by asking
/// whether the other side is still there.
fn ended(addr: SocketAddr) -> Error {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4 * 1_024).unwrap();
    let second = Duration::from_secs(1);
    socket
        .set_tcp_keepalive(&TcpKeepalive::new().with_time(second).with_interval(second))
        .unwrap();
    socket.connect(&addr.into()).unwrap();
    let mut stream: TcpStream = socket.into();
    stream.write_all(LONG.as_bytes()).unwrap();
    let began = Instant::now();
    loop {
        if let Some(error) = stream.take_error().unwrap() {
            return error;
        }
        assert!(began.elapsed() < PATIENCE, "its connection is never ended");
        std::thread::yield_now();
    }
}

#[actix_web::test]
async fn an_answer_that_nobody_takes_ends_its_connection() {
    let app = spawn(|config| config.answer_stall_s = Seconds::new(1));
    let addr = app.addr();
    let (error, took) = beside(move || {
        let began = Instant::now();
        (ended(addr), began.elapsed())
    })
    .await;
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(took >= Duration::from_millis(900), "{took:?}");
    // Who takes it is not concerned.
    let answer = beside(move || {
        let mut client = Raw::open(addr);
        client.send(LONG);
        let mut answer = String::new();
        client.0.read_to_string(&mut answer).unwrap();
        answer
    })
    .await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with('}'));
}
