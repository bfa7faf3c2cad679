//! vptex: the backend of a technology and equipment exchange (sàn giao dịch công nghệ và thiết bị).
//!
//! The rooms, and which may know which (`tests/tidy.rs` keeps it so):
//!
//! ```text
//! domain     the marketplace's rules, pure           knows nobody
//! store      what is kept: SQL on two databases      knows domain
//! print      certificates as PDF/A                   knows domain
//! files      bytes that people send                  knows domain, print
//! service    use cases: may I, what is true, keep    knows domain, store, files, print, search_index
//! config     settings and where they come from       knows domain
//! http       what is said on the wire                knows domain, service, config
//! jobs       what runs in the background             knows domain, store, files, service, search_index
//! telemetry  the log and traces                      knows config
//! demo       demonstration data                      knows domain, service
//! app, cli   the wiring                              know all
//! ```

#[macro_use]
mod failpoint;

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod files;
pub mod http;
pub mod jobs;
pub mod print;
pub mod service;
pub mod store;
pub mod telemetry;
