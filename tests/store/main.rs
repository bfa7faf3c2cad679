//! What `store` promises, asked of the database that `VPTEX_TEST_DATABASE` chooses: the same answers from both.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../support/database.rs"]
mod database;

mod outbox;
mod pages;
mod people;
mod progress;
mod rows;
mod samples;
mod turns;
mod units;
