//! The use cases: may the caller, what is true now, what becomes of it, keep it; audit and outbox in the same unit of
//! work.
//!
//! **Architecture invariant:** nothing here knows HTTP, and nothing here writes SQL.

mod acceptance;
pub mod account_suspensions;
pub mod accounts;
pub mod addresses;
pub mod amendments;
pub mod api_keys;
pub mod asks;
pub mod audit;
pub mod complaints;
pub mod contacts;
pub mod context;
pub mod credentials;
pub mod data_request_alarms;
pub mod data_requests;
mod devices;
pub mod duplicates;
pub mod enterprises;
pub mod error;
pub mod files;
pub mod health;
pub mod holds;
pub mod idempotency;
mod identities;
pub mod import;
pub mod invitations;
pub mod ip_notices;
pub mod join_requests;
pub mod keyring;
pub mod letters;
pub mod listing_exports;
pub mod listing_imports;
pub mod listing_terms;
pub mod listings;
pub mod members;
pub mod mergers;
pub mod moderation;
pub mod officers;
mod paging;
pub mod passwords;
pub mod personal_data;
pub mod policies;
pub mod proofs;
pub mod reference;
pub mod refresh_tokens;
pub mod registration;
pub mod reports;
pub mod review;
pub mod revisions;
pub mod screening;
pub mod search;
pub mod second_factor;
mod secret_file;
pub mod sessions;
pub mod strict_json;
pub mod suspensions;
pub mod takedowns;
mod throttle;
pub mod tokens;
pub mod vault;
pub mod verification_terms;
pub mod wrong_json;

pub use context::{App, Work};
pub use error::{Error, ErrorCode, Result};
