//! The wire: routes, extractors, what goes in and out as JSON, problems and the OpenAPI description.
//!
//! **Architecture invariant:** a handler extracts, calls one use case and turns its answer into a view. No rule and no
//! SQL here, and nothing from `store` but the plain data that use cases hand out.

pub mod account_suspensions;
pub mod accounts;
pub mod amendments;
pub mod api_keys;
pub mod audit;
pub mod bulk_decisions;
pub mod checklists;
pub mod complaints;
pub mod contacts;
pub mod conversation;
pub mod creates;
pub mod data_requests;
pub mod duplicates;
pub mod enterprises;
pub mod extract;
pub mod files;
pub mod health;
pub mod holds;
pub mod invitations;
pub mod ip_notices;
pub mod join_requests;
pub mod letters;
pub mod limits;
pub mod listing_exports;
pub mod listing_imports;
pub mod listing_terms;
pub mod listings;
pub mod members;
pub mod moderation;
pub mod observe;
pub mod officers;
pub mod openapi;
pub mod passwords;
pub mod personal_data;
pub mod policies;
pub mod problem;
pub mod reference;
pub mod registrations;
pub mod reports;
pub mod review;
pub mod review_statistics;
pub mod revisions;
pub mod routes;
pub mod schemas;
pub mod screening;
mod search;
pub mod second_factor;
pub mod server;
pub mod sessions;
pub mod successors;
pub mod suspensions;
pub mod takedowns;
pub mod taxonomies;
pub mod views;
