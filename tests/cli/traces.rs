//! Traces of requests: what a collector is told, whom the exchange believes about them, and that it needs no collector.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{PATIENCE, Place, Server};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// A collector that takes everything.
struct Collector {
    address: String,
    heard: Receiver<Value>,
}

impl Collector {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (tell, heard) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let tell = tell.clone();
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream);
                    while taken(&mut reader, &tell).is_some() {}
                });
            }
        });
        Self { address, heard }
    }

    /// All spans that came until now. A server that has ended has sent all of its own.
    fn spans(&self) -> Vec<Value> {
        let told = self.heard.try_iter().flat_map(|told| {
            let resource = &told["resourceSpans"][0];
            let name = &resource["resource"]["attributes"][0];
            assert_eq!(*name, json!({"key": "service.name", "value": {"stringValue": "vptex"}}));
            resource["scopeSpans"][0]["spans"].as_array().unwrap().clone()
        });
        told.collect()
    }
}

/// Takes one message and passes it on before it is answered; nothing when no more come.
fn taken(reader: &mut BufReader<TcpStream>, tell: &Sender<Value>) -> Option<()> {
    let (mut length, mut line) = (0, String::new());
    reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
    assert_eq!(line.trim_end(), "POST /v1/traces HTTP/1.1");
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "content-type" => assert_eq!(value, "application/json"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    drop(tell.send(serde_json::from_slice(&body).unwrap()));
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    reader.get_mut().write_all(answer.as_bytes()).unwrap();
    Some(())
}

/// Asks, and gives the identifier of the request.
fn asked(server: &Server, path: &str, traceparent: Option<&str>) -> String {
    let mut stream = TcpStream::connect(&server.api).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let traceparent = traceparent.map_or(String::new(), |told| format!("traceparent: {told}\r\n"));
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n{traceparent}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let id = answer.split("x-request-id: ").nth(1).unwrap();
    id.split("\r\n").next().unwrap().to_owned()
}

fn serve(place: &Place, settings: &[&str], complaints: Stdio) -> Server {
    let flags: Vec<&str> = settings.iter().flat_map(|one| ["--set", *one]).collect();
    let server = Server::start_with(place, &place.path("data"), &flags, complaints);
    server.wait_for("/readyz", 200);
    server
}

fn traceparent(flags: &str) -> String {
    format!("00-{TRACE}-{PARENT}-{flags}")
}

#[test]
fn a_collector_is_told_of_requests_and_of_what_they_waited_for() {
    let (place, collector) = (Place::new(), Collector::open());
    let endpoint = format!("otlp_endpoint=http://{}", collector.address);
    let log = place.path("log");
    let complaints = Stdio::from(File::create(&log).unwrap());
    let server = serve(&place, &[&endpoint, "trusted_proxies=127.0.0.1"], complaints);
    asked(&server, "/api/v1/enterprises?q=bi-mat", Some(&traceparent("01")));
    let own = asked(&server, "/api/v1/enterprises?q=bi-mat", None);
    asked(&server, "/api/v1/enterprises", Some(&traceparent("00")));
    assert_eq!(server.end().code(), Some(0));

    let spans = collector.spans();
    assert!(!json!(spans).to_string().contains("bi-mat"), "{spans:#?}");
    let requests: Vec<&Value> = spans.iter().filter(|span| span["kind"] == 2).collect();
    assert_eq!(requests.len(), 2, "{requests:#?}");
    let attribute = |span: &Value, key: &str| {
        let attributes = span["attributes"].as_array().unwrap();
        let found = attributes.iter().find(|one| one["key"] == key);
        found.map_or(Value::Null, |found| found["value"].clone())
    };
    for &request in &requests {
        assert_eq!(request["name"], "GET /api/v1/enterprises");
        let route = json!({"stringValue": "/api/v1/enterprises"});
        assert_eq!(attribute(request, "http.route"), route);
        let status = json!({"intValue": "200"});
        assert_eq!(attribute(request, "http.response.status_code"), status);
        let at = |name: &str| request[name].as_str().unwrap().parse::<u128>().unwrap();
        assert!(at("startTimeUnixNano") < at("endTimeUnixNano"));
        // Each asks the database, and that belongs to it.
        let within = |span: &&Value| span["parentSpanId"] == request["spanId"] && span["kind"] == 1;
        let within: Vec<&Value> = spans.iter().filter(within).collect();
        assert!(!within.is_empty(), "{spans:#?}");
        assert!(within.iter().all(|span| span["traceId"] == request["traceId"]));
    }
    let of = |trace: &str| *requests.iter().find(|span| span["traceId"] == trace).unwrap();
    assert_eq!(of(TRACE)["parentSpanId"], PARENT);
    // Who brings no trace begins one that is called as the request is.
    let begun = of(&own.replace('-', ""));
    assert_eq!(begun["parentSpanId"], Value::Null);
    assert_eq!(attribute(begun, "request_id"), json!({"stringValue": own}));
    // The log names the trace of others, also of those that are not sent.
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!(log.matches(TRACE).count(), 2, "{log}");
}

#[test]
fn only_proxies_are_believed_and_a_share_is_sent() {
    let (place, collector) = (Place::new(), Collector::open());
    let endpoint = format!("otlp_endpoint=http://{}", collector.address);
    let server = serve(&place, &[&endpoint], Stdio::null());
    let own = asked(&server, "/api/v1/enterprises", Some(&traceparent("01")));
    assert_eq!(server.end().code(), Some(0));
    let spans = collector.spans();
    assert!(!spans.is_empty());
    assert!(
        spans.iter().all(|span| span["traceId"] == own.replace('-', "")),
        "{spans:#?}"
    );

    let settings = [endpoint.as_str(), "otlp_sample_ratio=0", "trusted_proxies=127.0.0.1"];
    let server = serve(&place, &settings, Stdio::null());
    asked(&server, "/api/v1/enterprises", None);
    asked(&server, "/api/v1/enterprises", Some(&traceparent("01")));
    assert_eq!(server.end().code(), Some(0));
    let spans = collector.spans();
    assert!(!spans.is_empty());
    assert!(spans.iter().all(|span| span["traceId"] == TRACE), "{spans:#?}");
}

#[test]
fn nothing_waits_for_a_collector_that_is_not_there() {
    let place = Place::new();
    // Somebody had it, so nobody else has it now.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = format!("otlp_endpoint=http://{nobody}");
    let log = place.path("log");
    let server = serve(&place, &[&endpoint], Stdio::from(File::create(&log).unwrap()));
    for _ in 0..20 {
        asked(&server, "/api/v1/enterprises", None);
    }
    assert_eq!(server.end().code(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    let told = log.matches("traces do not reach their collector").count();
    assert_eq!(told, 1, "{log}");
}

/// Some thousand spans wait for somebody who takes connections and says nothing: three seconds for a batch would be half a minute.
#[test]
fn a_collector_that_hangs_holds_up_the_end_for_moments_only() {
    let place = Place::new();
    // Nobody accepts: the kernel takes the connection, and what is sent into it.
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("otlp_endpoint=http://{}", mute.local_addr().unwrap());
    let log = place.path("log");
    let complaints = Stdio::from(File::create(&log).unwrap());
    let server = serve(&place, &[&endpoint, "rate_limits=off", "log_level=warn"], complaints);
    let request = "GET /api/v1/enterprises HTTP/1.1\r\nhost: x\r\n\r\n".repeat(49);
    let last = "GET /api/v1/enterprises HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for _ in 0..40 {
        let mut stream = TcpStream::connect(&server.api).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(format!("{request}{last}").as_bytes()).unwrap();
        let mut answers = String::new();
        stream.read_to_string(&mut answers).unwrap();
        assert_eq!(answers.matches("HTTP/1.1 200 ").count(), 50, "{answers}");
    }
    let begun = Instant::now();
    assert_eq!(server.end().code(), Some(0));
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(9), "it ended after {took:?}");
    let log = std::fs::read_to_string(log).unwrap();
    // All of them are lost, and that is told.
    let lost = log.split("spans were lost before the server ended lost=").nth(1);
    let lost = lost
        .and_then(|rest| rest.split_whitespace().next())
        .map(str::parse::<u64>);
    let Some(Ok(lost)) = lost else {
        panic!("nothing is told of what was lost: {log}")
    };
    assert!(lost >= 2_000, "{lost} spans were lost: {log}");
}
