//! `vptex serve`: where it listens, how it ends, and what it makes good.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::import::{importable, native};
use crate::program::{PATIENCE, Place, Server, get};

#[test]
fn two_servers_on_free_ports_tell_them_and_end_in_good_order() {
    let places = [Place::new(), Place::new()];
    let servers = places.each_ref().map(|place| Server::start(place, &place.path("data")));
    for server in &servers {
        assert_eq!(get(&server.api, "/healthz").0, 200);
        server.wait_for("/readyz", 200);
        let (status, body) = get(&server.metrics, "/metrics");
        assert_eq!(status, 200);
        assert!(body.contains("vptex_http_requests_total"), "{body}");
    }
    // Whoever meets them is told where.
    let third = Place::new();
    let mut complaint = third.run(&["serve", "--listen", &servers[0].api]);
    assert_eq!(complaint.code, Some(1), "{complaint:?}");
    let words = format!(
        "vptex: cannot listen on {} for the API (setting listen): ",
        servers[0].api
    );
    assert!(complaint.err.contains(&words), "{complaint:?}");
    let metrics = format!("metrics_listen={}", servers[0].metrics);
    complaint = third.run(&["serve", "--listen", "127.0.0.1:0", "--set", &metrics]);
    assert_eq!(complaint.code, Some(1), "{complaint:?}");
    let words = format!(
        "cannot listen on {} for the metrics (setting metrics_listen): ",
        servers[0].metrics
    );
    assert!(complaint.err.contains(&words), "{complaint:?}");
    for server in servers {
        assert_eq!(server.end().code(), Some(0));
    }
}

#[test]
fn a_deleted_index_is_restored_by_the_next_start() {
    let place = Place::new();
    let code = importable(&place);
    let file = place.file("lines.jsonl", native(1..=120).join("\n"));
    place.done(&["import", "listings", "--enterprise", &code, file.to_str().unwrap()]);
    let data = place.path("data");
    let found = |server: &Server| {
        server.wait_for("/readyz", 200);
        let (status, body) = get(&server.api, "/api/v1/search?facets=false&limit=1");
        assert_eq!(status, 200, "{body}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        body["total"].as_u64()
    };
    let server = Server::start(&place, &data);
    assert_eq!(found(&server), Some(120));
    assert_eq!(server.end().code(), Some(0));
    fs::remove_dir_all(data.join("index")).unwrap();
    let server = Server::start(&place, &data);
    assert_eq!(found(&server), Some(120));
    assert_eq!(server.end().code(), Some(0));
    assert_eq!(place.done(&["reindex"]), "the search index holds 120 listings\n");
}

/// A connection that somebody keeps.
fn kept(at: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    BufReader::new(stream)
}

/// The head of the next answer, in small letters.
fn head(connection: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(connection.read_line(&mut head).unwrap(), 0, "closed after {head:?}");
    }
    head.to_lowercase()
}

#[test]
fn the_last_answer_says_that_it_is_the_last() {
    let place = Place::new();
    let server = Server::start(&place, &place.path("data"));
    let mut connection = kept(&server.api);
    write!(
        connection.get_mut(),
        "GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n",
        server.api
    )
    .unwrap();
    let before = head(&mut connection);
    assert!(!before.contains("connection: close"), "{before}");
    let mut body = [0; 15];
    connection.read_exact(&mut body).unwrap();
    // Whoever is told to continue is being answered.
    write!(
        connection.get_mut(),
        "POST /api/v1/sessions HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\
         expect: 100-continue\r\n\r\n",
        server.api
    )
    .unwrap();
    assert!(head(&mut connection).starts_with("http/1.1 100 "));
    server.ask_to_end();
    let until = Instant::now() + PATIENCE;
    while TcpStream::connect(&server.api).is_ok() {
        assert!(Instant::now() < until, "it goes on listening");
        std::thread::yield_now();
    }
    connection.get_mut().write_all(b"{}").unwrap();
    let last = head(&mut connection);
    assert!(
        last.starts_with("http/1.1 422 ") && last.contains("connection: close"),
        "{last}"
    );
    let mut rest = String::new();
    connection.read_to_string(&mut rest).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&rest).is_ok(), "{rest}");
    assert_eq!(server.end().code(), Some(0));
}

#[test]
fn nobody_is_waited_for_who_waits_for_nothing() {
    let place = Place::new();
    let ends = (0..3).map(|_| {
        let server = Server::start(&place, &place.path("data"));
        server.wait_for("/readyz", 200);
        let idle = [&server.api, &server.metrics].map(|at| {
            let mut connection = kept(at);
            write!(connection.get_mut(), "GET /metrics HTTP/1.1\r\nhost: {at}\r\n\r\n").unwrap();
            head(&mut connection);
            connection
        });
        let begun = Instant::now();
        assert_eq!(server.end().code(), Some(0));
        drop(idle);
        begun.elapsed()
    });
    // The quickest of three, since others use the processor as well; the framework looks once a second, and that is what is
    // not waited for.
    let quickest = ends.min().unwrap();
    assert!(quickest < Duration::from_secs(1), "{quickest:?}");
}
