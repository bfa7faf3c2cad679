//! Tests of the index through its public interface.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::string_slice, reason = "a range off a character boundary must fail the test")]

mod amounts;
mod analyzer;
mod best_first;
mod choices;
mod countries;
mod cursors;
mod explaining;
mod facets;
mod hiding;
mod highlighting;
mod lifecycle;
mod likeness;
mod matching;
mod paging;
mod ranking;
mod readings;
mod shelf;
mod spellings;
mod suggesting;
mod understanding;
