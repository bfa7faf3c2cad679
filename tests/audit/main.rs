//! The audit trail: what is written is chained, what is done to it is noticed, what is noticed cannot be argued away.
//! On the database that `VPTEX_TEST_DATABASE` chooses.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../support/database.rs"]
mod database;

mod chain;
mod checkpoints;
mod command;
mod reading;
mod roles;
mod samples;
mod tampers;
