//! The exchange over HTTP, from outside: a server in this process, on the database that `VPTEX_TEST_DATABASE` chooses.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../support/database.rs"]
mod database;
mod harness;

mod addresses;
mod advisories;
mod authz;
mod faults;
mod idempotency;
mod import;
mod invitations;
mod join_requests;
mod keys;
mod letters;
mod limits;
mod me;
mod members;
mod middleware;
mod moderation;
mod node;
mod officers;
mod openapi;
mod openapi_lint;
mod passwords;
mod patches;
mod policies;
mod privacy;
mod problems;
mod restart;
mod search;
mod session_ends;
mod sessions;
mod suspensions;
mod taxonomies;
mod throttling;
mod tokens;
mod tour;
mod uniqueness;
mod versions;
