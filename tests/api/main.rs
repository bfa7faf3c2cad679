//! The exchange over HTTP, from outside: a server in this process, on the database that `VPTEX_TEST_DATABASE` chooses.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../support/database.rs"]
mod database;
mod harness;

mod acceptance;
mod account_suspensions;
mod addresses;
mod advisories;
mod audit;
mod authz;
mod contacts;
mod data_terms;
mod devices;
mod exports;
mod factor_resets;
mod faults;
mod files;
mod forged_tokens;
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
mod password_rules;
mod passwords;
mod patches;
mod policies;
mod privacy;
mod problems;
mod restart;
mod restrictions;
mod search;
mod second_factor;
mod session_ends;
mod session_lives;
mod sessions;
mod signing_keys;
mod suspensions;
mod taxonomies;
mod throttling;
mod tokens;
mod tour;
mod uniqueness;
mod versions;
