//! Spans of requests, put together for a collector of traces (OpenTelemetry).
//!
//! A span that begins a trace is one whose field `trace_id` says which; those within it belong to it. All others, such as
//! those of background work, are passed over, and so is the share of traces that the operator does not want.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::SystemTime;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::collector::Message;

/// All of a trace, in the millionths that [`Share`](crate::config::Share) counts.
const ALL: u128 = 1_000_000;
/// Those bits of a trace's name that are random for certain (W3C Trace Context, level 2): by them it is chosen.
const RANDOM: u128 = (1 << 56) - 1;

/// A span that has ended.
#[derive(Debug)]
pub(super) struct Finished {
    pub trace: u128,
    pub number: u64,
    pub parent: Option<u64>,
    pub name: String,
    pub is_request: bool,
    pub began: SystemTime,
    pub ended: SystemTime,
    pub attributes: Vec<(&'static str, Told)>,
    /// Whether the server failed (5xx).
    pub has_failed: bool,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    Text(String),
    Number(i64),
    Truth(bool),
}

/// Which spans the collector may want to hear of: this program's own.
pub(super) fn are_ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target().starts_with("vptex")
}

/// Takes spans, and hands those that ended to whoever sends them.
pub(super) struct Spans {
    queue: SyncSender<Message>,
    /// How many there was no room for.
    lost: Arc<AtomicU64>,
    share_millionths: u32,
    seed: RandomState,
    numbers: AtomicU64,
}

impl Spans {
    pub(super) fn new(queue: SyncSender<Message>, lost: Arc<AtomicU64>, share_millionths: u32) -> Self {
        Self {
            queue,
            lost,
            share_millionths,
            seed: RandomState::new(),
            numbers: AtomicU64::new(0),
        }
    }

    /// A number that no other span of this process has, as good as random.
    fn number(&self) -> u64 {
        let count = self.numbers.fetch_add(1, Ordering::Relaxed);
        // Nought means none.
        self.seed.hash_one(count).max(1)
    }

    /// Whether a trace that begins here is told: the same answer at every node.
    fn is_wanted(&self, trace: u128) -> bool {
        (trace & RANDOM) * ALL < u128::from(self.share_millionths) * (RANDOM + 1)
    }

    /// What a new span belongs to, if it is told at all.
    fn begun(&self, own: &Fields, above: Option<&Building>) -> Option<Building> {
        let (trace, parent) = match (above, own.trace) {
            (Some(above), _) => (above.trace, Some(above.number)),
            // Whoever called has decided for the whole trace.
            (None, Some(trace)) if own.is_sampled.unwrap_or_else(|| self.is_wanted(trace)) => (trace, own.parent),
            (None, _) => return None,
        };
        Some(Building {
            trace,
            number: self.number(),
            parent,
            is_request: own.trace.is_some(),
            began: now(),
            attributes: Vec::new(),
        })
    }
}

/// A span under way.
struct Building {
    trace: u128,
    number: u64,
    parent: Option<u64>,
    is_request: bool,
    began: SystemTime,
    attributes: Vec<(&'static str, Told)>,
}

impl Building {
    fn ended(self, usual: &'static str) -> Finished {
        let of = |name: &str| {
            self.attributes
                .iter()
                .find(|(one, _)| *one == name)
                .map(|(_, told)| told)
        };
        let name = match (of("http.request.method"), of("http.route")) {
            (Some(Told::Text(method)), Some(Told::Text(route))) => format!("{method} {route}"),
            _ => usual.to_owned(),
        };
        let has_failed = matches!(of("http.response.status_code"), Some(Told::Number(500..)));
        Finished {
            trace: self.trace,
            number: self.number,
            parent: self.parent,
            name,
            is_request: self.is_request,
            began: self.began,
            ended: now(),
            has_failed,
            attributes: self.attributes,
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut own = Fields::default();
        attributes.record(&mut own);
        let building = match span.parent() {
            Some(parent) => self.begun(&own, parent.extensions().get::<Building>()),
            None => self.begun(&own, None),
        };
        if let Some(mut building) = building {
            building.attributes = own.attributes;
            span.extensions_mut().insert(building);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(building) = span.extensions_mut().get_mut::<Building>() {
            let mut later = Fields::default();
            values.record(&mut later);
            building.attributes.extend(later.attributes);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let building = span.extensions_mut().remove::<Building>();
        if let Some(building) = building
            && self.queue.try_send(Message::Span(building.ended(span.name()))).is_err()
        {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The fields of a span: where it belongs, and what is told of it.
#[derive(Default)]
struct Fields {
    trace: Option<u128>,
    parent: Option<u64>,
    is_sampled: Option<bool>,
    attributes: Vec<(&'static str, Told)>,
}

impl Visit for Fields {
    fn record_u128(&mut self, field: &Field, value: u128) {
        if field.name() == "trace_id" {
            self.trace = Some(value);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "parent_id" {
            self.parent = Some(value);
        } else {
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            self.attributes.push((field.name(), Told::Number(value)));
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.attributes.push((field.name(), Told::Number(value)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == "is_sampled" {
            self.is_sampled = Some(value);
        } else {
            self.attributes.push((field.name(), Told::Truth(value)));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.attributes.push((field.name(), Told::Text(value.to_owned())));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.attributes.push((field.name(), Told::Text(format!("{value:?}"))));
    }
}

/// Spans are dated as lines of the log are: by the computer's clock, which tests do not set.
#[expect(clippy::disallowed_methods, reason = "nothing of the exchange depends on it")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(share_millionths: u32) -> Spans {
        let (queue, _nobody) = std::sync::mpsc::sync_channel(1);
        Spans::new(queue, Arc::default(), share_millionths)
    }

    #[test]
    fn a_share_of_traces_is_chosen_by_their_names() {
        let names: Vec<u128> = (0..10_000_u64)
            .map(|number| u128::from(RandomState::new().hash_one(number)) << 20)
            .collect();
        let chosen = |share| names.iter().filter(|name| spans(share).is_wanted(**name)).count();
        assert_eq!((chosen(0), chosen(1_000_000)), (0, 10_000));
        let tenth = chosen(100_000);
        assert!((800..1_200).contains(&tenth), "{tenth}");
    }

    #[test]
    fn who_called_decides_for_the_whole_trace() {
        let asked = |is_sampled| Fields {
            trace: Some(7),
            parent: Some(9),
            is_sampled,
            attributes: Vec::new(),
        };
        let none = spans(0);
        assert!(none.begun(&asked(None), None).is_none());
        assert!(spans(1_000_000).begun(&asked(Some(false)), None).is_none());
        let told = none.begun(&asked(Some(true)), None).unwrap();
        assert_eq!((told.trace, told.parent, told.is_request), (7, Some(9), true));
        let within = none.begun(&Fields::default(), Some(&told)).unwrap();
        assert_eq!(
            (within.trace, within.parent, within.is_request),
            (7, Some(told.number), false)
        );
        assert!(none.begun(&Fields::default(), None).is_none());
    }
}
