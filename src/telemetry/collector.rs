//! Sends spans to a collector of traces: OTLP over HTTP with JSON, which the OpenTelemetry Collector, Jaeger and Tempo take at
//! `/v1/traces`.
//!
//! One message of a dozen members needs no crates of its own. Nothing of the exchange waits for it. What a collector does not take in time is lost, and told in the log.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::spans::{Finished, Spans, Told};
use crate::config::Share;

/// Spans that may wait; further ones are lost.
const QUEUE: usize = 4_096;
/// Spans that are sent at once, and how long the first of them waits for others.
const BATCH: usize = 512;
const WAIT: Duration = Duration::from_secs(1);
/// How long the collector may take for what is sent at once; and at the end for all that waits, since the end of the server waits
/// for it.
const PATIENCE: Duration = Duration::from_secs(3);
/// Kinds and states as OTLP numbers them.
const KIND_INTERNAL: u8 = 1;
const KIND_SERVER: u8 = 2;
const STATUS_ERROR: u8 = 2;

/// What the thread that sends is handed.
pub(super) enum Message {
    /// A span that ended.
    Span(Finished),
    /// Nothing more comes: send what there is.
    End,
}

/// The thread that sends. Dropped, it sends what waits, as far as the collector takes it in time, and ends.
#[derive(Debug)]
pub struct Traces {
    queue: SyncSender<Message>,
    /// When it must have ended; not known before the end.
    until: Arc<OnceLock<Instant>>,
    thread: Option<JoinHandle<()>>,
}

impl Traces {
    /// Starts it; gives what takes the spans, too. `address` is the collector's, without the path of traces.
    pub(super) fn start(address: &str, share: Share) -> io::Result<(Self, Spans)> {
        let (queue, messages) = sync_channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        let until = Arc::new(OnceLock::new());
        let sender = Sender::new(format!("{address}/v1/traces"), lost.clone(), until.clone())?;
        let thread = std::thread::Builder::new()
            .name(String::from("traces"))
            .spawn(move || sender.run(&messages))?;
        let spans = Spans::new(queue.clone(), lost, share.millionths());
        let traces = Self {
            queue,
            until,
            thread: Some(thread),
        };
        Ok((traces, spans))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        // Nobody else tells it.
        self.until.get_or_init(|| Instant::now() + PATIENCE);
        // A full queue is being emptied.
        let is_told = self.queue.send(Message::End).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| is_told) {
            drop(thread.join());
        }
    }
}

struct Sender {
    address: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
    lost: Arc<AtomicU64>,
    until: Arc<OnceLock<Instant>>,
}

impl Sender {
    fn new(address: String, lost: Arc<AtomicU64>, until: Arc<OnceLock<Instant>>) -> io::Result<Self> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            // Nobody looks after a connection between two batches: the collector may have closed it.
            .pool_max_idle_per_host(0);
        Ok(Self {
            address,
            client: client.build().map_err(io::Error::other)?,
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
            lost,
            until,
        })
    }

    fn run(&self, messages: &Receiver<Message>) {
        let mut fails = false;
        loop {
            let (batch, is_last) = gathered(messages);
            if !batch.is_empty() {
                let sent = match self.patience() {
                    Some(patience) => self.runtime.block_on(self.send(&batch, patience)),
                    None => Err(String::from("the server ends")),
                };
                fails = self.told(sent.err().as_deref(), batch.len(), fails);
            }
            if is_last {
                let lost = self.lost.load(Ordering::Relaxed);
                if lost > 0 {
                    tracing::warn!(lost, "spans were lost before the server ended");
                }
                return;
            }
        }
    }

    /// How long the collector may take for what is sent next; nothing when the end has waited long enough.
    fn patience(&self) -> Option<Duration> {
        let left = self
            .until
            .get()
            .map_or(PATIENCE, |until| until.saturating_duration_since(Instant::now()));
        (!left.is_zero()).then_some(left)
    }

    async fn send(&self, batch: &[Finished], patience: Duration) -> Result<(), String> {
        let request = self.client.post(&self.address).timeout(patience);
        let request = request.header("content-type", "application/json");
        let answer = request.body(in_json(batch).to_string()).send().await;
        // Without the address, which the operator knows and which may hold more than a host.
        let answer = answer.map_err(|error| error.without_url().to_string())?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(format!("the collector answers {status}")),
        }
    }

    /// Tells of a failure once, and of its end; gives whether it fails now.
    fn told(&self, why: Option<&str>, count: usize, failed_before: bool) -> bool {
        match why {
            Some(why) => {
                let count = u64::try_from(count).unwrap_or(u64::MAX);
                self.lost.fetch_add(count, Ordering::Relaxed);
                if !failed_before {
                    tracing::warn!(
                        why,
                        "traces do not reach their collector (otlp_endpoint); they are lost"
                    );
                }
                true
            }
            None => {
                let lost = self.lost.swap(0, Ordering::Relaxed);
                if lost > 0 {
                    tracing::warn!(lost, "spans were lost before the collector took some again");
                }
                false
            }
        }
    }
}

/// Waits for some spans; gives them, and whether they are the last.
fn gathered(messages: &Receiver<Message>) -> (Vec<Finished>, bool) {
    let mut batch = Vec::new();
    let Ok(Message::Span(first)) = messages.recv() else {
        return (batch, true);
    };
    batch.push(first);
    let until = Instant::now() + WAIT;
    while batch.len() < BATCH {
        match messages.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Message::Span(next)) => batch.push(next),
            Ok(Message::End) | Err(RecvTimeoutError::Disconnected) => return (batch, true),
            Err(RecvTimeoutError::Timeout) => break,
        }
    }
    (batch, false)
}

/// As OTLP writes them in JSON: identifiers in hexadecimal, numbers of 64 bits as text.
fn in_json(batch: &[Finished]) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let spans: Vec<Value> = batch.iter().map(span).collect();
    json!({"resourceSpans": [{
        "resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "vptex"}},
            {"key": "service.version", "value": {"stringValue": version}},
        ]},
        "scopeSpans": [{"scope": {"name": "vptex", "version": version}, "spans": spans}],
    }]})
}

fn span(finished: &Finished) -> Value {
    let attributes: Vec<Value> = finished
        .attributes
        .iter()
        .map(|(key, told)| {
            let value = match told {
                Told::Text(text) => json!({ "stringValue": text }),
                Told::Number(number) => json!({ "intValue": number.to_string() }),
                Told::Truth(truth) => json!({ "boolValue": truth }),
            };
            json!({"key": key, "value": value})
        })
        .collect();
    let mut told = json!({
        "traceId": format!("{:032x}", finished.trace),
        "spanId": format!("{:016x}", finished.number),
        "name": finished.name,
        "kind": if finished.is_request { KIND_SERVER } else { KIND_INTERNAL },
        "startTimeUnixNano": nanoseconds(finished.began),
        "endTimeUnixNano": nanoseconds(finished.ended),
        "attributes": attributes,
    });
    if let Some(members) = told.as_object_mut() {
        if let Some(parent) = finished.parent {
            members.insert("parentSpanId".into(), format!("{parent:016x}").into());
        }
        if finished.has_failed {
            members.insert("status".into(), json!({"code": STATUS_ERROR}));
        }
    }
    told
}

fn nanoseconds(at: SystemTime) -> String {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_the_protocol_says() {
        let began = UNIX_EPOCH + Duration::from_nanos(1_764_486_000_123_456_789);
        let finished = Finished {
            trace: 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736,
            number: 0x00f0_67aa_0ba9_02b7,
            parent: Some(1),
            name: String::from("GET /healthz"),
            is_request: true,
            began,
            ended: began + Duration::from_nanos(11),
            attributes: vec![("http.response.status_code", Told::Number(503))],
            has_failed: true,
        };
        assert_eq!(
            span(&finished),
            json!({
                "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
                "spanId": "00f067aa0ba902b7",
                "parentSpanId": "0000000000000001",
                "name": "GET /healthz",
                "kind": 2,
                "startTimeUnixNano": "1764486000123456789",
                "endTimeUnixNano": "1764486000123456800",
                "attributes": [{"key": "http.response.status_code", "value": {"intValue": "503"}}],
                "status": {"code": 2},
            })
        );
    }
}
