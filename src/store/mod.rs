//! What is kept: connections, SQL types, queries and migrations, for SQLite and PostgreSQL alike.
//!
//! Reads take a connection; writes take a [`Uow`], which only [`Database::write`](database::Database::write) makes, so
//! that a write outside a unit of work does not compile; writes that need a right take the `Permit` that proves it.
//!
//! **Architecture invariant:** no HTTP and no search index here, and no rule of the marketplace: those are in `domain`.

pub mod accounts;
pub mod api_keys;
pub mod asks;
pub mod audit;
pub mod audit_chain;
pub mod audit_checkpoints;
pub mod backlog;
pub mod calendar;
pub mod certificate_duplicates;
pub mod certificate_origins;
pub mod certificate_proofs;
pub mod certificate_restorations;
pub mod certificate_statistics;
pub mod certificate_trail;
pub mod certificates;
pub mod complaints;
pub mod condition;
pub mod confidential;
pub mod conn;
pub mod content_removals;
pub mod data_request_alarms;
pub mod database;
pub mod devices;
pub mod document_terms;
pub mod documents;
pub mod dossier_alarms;
pub mod dossier_consultations;
pub mod dossier_files;
pub mod dossier_proposals;
pub mod dossier_reminders;
pub mod dossier_screenings;
pub mod dossiers;
pub mod enterprises;
pub mod error;
pub mod file_imports;
pub mod files;
mod group_commit;
pub mod idempotency;
pub mod import_aliases;
pub mod imports;
pub mod inquiries;
pub mod invitations;
pub mod ip_notices;
pub mod join_requests;
mod known;
pub mod leavings;
pub mod letters;
pub mod listing_codes;
pub mod listing_contacts;
pub mod listing_figures;
pub mod listing_terms;
pub mod listing_videos;
pub mod listings;
pub mod logos;
pub mod members;
pub mod merges;
pub mod migrate;
pub mod notices;
pub mod officer_letters;
pub mod outbox;
pub mod passwords;
pub mod periodic_reports;
pub mod personal_data;
pub mod pg_programs;
pub mod privacy;
pub mod procedures;
pub mod proofs;
pub mod reference;
pub mod registers;
pub mod regulated_notices;
pub mod reports;
pub mod review_claims;
pub mod review_decisions;
pub mod review_messages;
pub mod revisions;
pub mod right_notices;
pub mod schema;
pub mod screening;
pub mod search_log;
pub mod second_factors;
pub mod sessions;
pub mod sign_in_failures;
pub mod signing_keys;
pub mod snapshot;
pub mod suggestions;
pub mod takedowns;
mod turns;
pub mod types;
pub mod uploads;
pub mod verification_terms;
pub mod vocabulary;
pub mod vocabulary_candidates;
mod waiting_proposals;

use crate::domain::access::{Action, Permit};

pub use conn::AnyConn;
pub use database::{Database, Uow};
pub use error::{Constraint, Error};

/// What store functions answer.
pub type Result<T> = std::result::Result<T, Error>;

/// Refuses a write that the permit was not given for: a right to read, say, is none to change.
fn demand(permit: &Permit, any_of: &[Action]) -> Result<()> {
    if any_of.contains(&permit.action()) {
        Ok(())
    } else {
        Err(Error::WrongPermit(permit.action()))
    }
}

/// Most ids in one `IN (…)` list: SQLite bounds the number of variables of a statement.
pub const MAX_IDS: usize = 500;
