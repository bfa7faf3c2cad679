//! The exchange over HTTP, from outside: a server in this process, on the database that `VPTEX_TEST_DATABASE` chooses.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../support/database.rs"]
mod database;
mod harness;

mod authz;
mod faults;
mod import;
mod moderation;
mod openapi;
mod patches;
mod policies;
mod privacy;
mod problems;
mod restart;
mod sessions;
mod taxonomies;
mod throttling;
mod tour;
