//! The tables as diesel sees them: kept by hand, because no generator serves two databases. `tests/migrations.rs`
//! compares them with what the migrations make.
#![expect(
    missing_docs,
    reason = "diesel's macro makes public items; the columns are described in the migrations"
)]

mod aliases;
mod asking;
mod attachments;
mod confidential;
mod documents;
mod duties;
mod feed;
mod intake;
mod procedures;
mod searches;
mod told;
mod vocabulary;
mod wide;

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

pub use aliases::*;
pub use asking::*;
pub use attachments::*;
pub use confidential::*;
pub use documents::*;
pub use duties::*;
pub use feed::*;
pub use intake::*;
pub use procedures::*;
pub use searches::*;
pub use told::*;
pub use vocabulary::*;
pub use wide::{enterprises, listings};

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};

    enterprise_notices (enterprise_id, expires_at, days) {
        enterprise_id -> Id, expires_at -> UtcTs, days -> BigInt, sent_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    accounts (id) {
        id -> Id, email -> Text, email_key -> Text, display_name -> Text, password_hash -> Text,
        one_time_until -> Nullable<UtcTs>, status -> Text, is_officer -> Bool, permissions -> JsonDoc,
        version -> BigInt, created_at -> UtcTs, updated_at -> UtcTs,
        email_verified_at -> Nullable<UtcTs>, password_version -> BigInt, password_set_at -> Nullable<UtcTs>,
        language -> Text, scope -> JsonDoc, restricted_at -> Nullable<UtcTs>, erased_at -> Nullable<UtcTs>,
        password_stands_alone -> Bool,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    old_passwords (account_id, version) {
        account_id -> Id, version -> BigInt, password_hash -> Text, replaced_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    second_factors (account_id) {
        account_id -> Id, sealed_secret -> Binary, confirmed_at -> Nullable<UtcTs>, last_step -> BigInt,
        created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    recovery_codes (account_id, position) {
        account_id -> Id, position -> BigInt, code_hash -> Binary, used_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    factor_resets (id) {
        id -> Id, account_id -> Id, asked_by -> Id, asked_at -> UtcTs, expires_at -> UtcTs,
        approved_by -> Nullable<Id>, approved_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    sign_in_failures (subject) {
        subject -> Binary, failures -> BigInt, last_at -> UtcTs, blocked_until -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    devices (id) {
        id -> Id, account_id -> Id, secret_hash -> Binary, tries -> BigInt, used_at -> UtcTs, expires_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    asks (id) {
        id -> Id, sealed_content -> Binary, created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    memberships (account_id) {
        account_id -> Id, enterprise_id -> Id, role -> Text, created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    sessions (id) {
        id -> Id, account_id -> Id, refresh_key -> Binary, refresh_counter -> BigInt,
        rotated_at -> UtcTs, idle_until -> UtcTs, absolute_until -> UtcTs, ended_at -> Nullable<UtcTs>,
        created_at -> UtcTs, user_agent -> Nullable<Text>, ip -> Nullable<Text>,
        authenticated_at -> Nullable<UtcTs>, ended_why -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    listing_revisions (id) {
        id -> Id, listing_id -> Id, content -> JsonDoc, status -> Text, base_version -> BigInt, version -> BigInt,
        submitted_at -> Nullable<UtcTs>, created_at -> UtcTs, updated_at -> UtcTs, media -> Nullable<JsonDoc>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    listing_notices (listing_id, expires_at, days) {
        listing_id -> Id, expires_at -> UtcTs, days -> BigInt, sent_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    listing_renewals (listing_id) {
        listing_id -> Id, count -> BigInt, last_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    code_counters (prefix, year) {
        prefix -> Text, year -> BigInt, last_number -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    listing_slugs (slug) {
        slug -> Text, listing_id -> Id, replaced_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    audit_log (seq) {
        seq -> BigInt, id -> Id, at -> UtcTs, actor_kind -> Text, actor_id -> Nullable<Id>, deed -> Text,
        subject_kind -> Text, subject_id -> Id, reason_code -> Nullable<Text>, reason_text -> Nullable<Text>,
        request_id -> Nullable<Id>, subject_version -> Nullable<BigInt>, session_id -> Nullable<Id>, ip -> Nullable<Text>, port -> Nullable<BigInt>,
        before_hash -> Nullable<Binary>, after_hash -> Nullable<Binary>, lane -> Nullable<BigInt>,
        link -> Nullable<BigInt>, prev_hash -> Nullable<Binary>, hash -> Nullable<Binary>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    audit_keys (kid) {
        kid -> Text, public_key -> Binary, sealed_key -> Binary, created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    audit_checkpoints (seq) {
        seq -> BigInt, at -> UtcTs, size -> BigInt, root -> Binary, note -> Text,
    }
}

table! {
    use diesel::sql_types::*;
    audit_frontiers (lane) {
        lane -> BigInt, size -> BigInt, last_hash -> Binary, nodes -> Binary,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    search_outbox (seq) {
        seq -> BigInt, txid -> BigInt, listing_id -> Id, created_at -> UtcTs, kind -> Text,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    idempotency_keys (scope, key) {
        scope -> Text, key -> Text, fingerprint -> Binary, status -> SmallInt, location -> Text, etag -> Text,
        body -> Text, created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    import_runs (id) {
        id -> Id, fingerprint -> Binary, file_name -> Text, lines_done -> BigInt, created_count -> BigInt,
        updated_count -> BigInt, unchanged_count -> BigInt, failed_count -> BigInt,
        started_at -> UtcTs, updated_at -> UtcTs, finished_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    proofs (id) {
        id -> Id, purpose -> Text, secret_hash -> Binary, account_id -> Nullable<Id>, email_key -> Text,
        password_version -> Nullable<BigInt>, sealed_payload -> Nullable<Binary>, created_at -> UtcTs,
        expires_at -> UtcTs, used_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    letters (id) {
        id -> Id, kind -> Text, language -> Text, account_id -> Nullable<Id>, sealed_content -> Binary, state -> Text,
        attempts -> BigInt, next_try_at -> UtcTs, leased_until -> Nullable<UtcTs>, last_error -> Nullable<Text>,
        created_at -> UtcTs, sent_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    invitations (id) {
        id -> Id, enterprise_id -> Id, email -> Text, email_key -> Text, role -> Text, state -> Text,
        invited_by -> Id, created_at -> UtcTs, expires_at -> UtcTs, decided_at -> Nullable<UtcTs>, version -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    join_requests (id) {
        id -> Id, enterprise_id -> Id, account_id -> Id, message -> Nullable<Text>, state -> Text,
        role -> Nullable<Text>, decided_by -> Nullable<Id>, decided_at -> Nullable<UtcTs>, created_at -> UtcTs,
        version -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    api_keys (id) {
        id -> Id, enterprise_id -> Id, name -> Text, secret_hash -> Binary, scopes -> JsonDoc, created_by -> Id,
        created_at -> UtcTs, expires_at -> UtcTs, last_used_at -> Nullable<UtcTs>, revoked_at -> Nullable<UtcTs>,
        version -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    signing_keys (kid) {
        kid -> Text, state -> Text, public_key -> Binary, sealed_key -> Binary, created_at -> UtcTs,
        activated_at -> Nullable<UtcTs>, retired_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    policy_documents (id) {
        id -> Id, kind -> Text, purpose -> Nullable<Text>, number -> BigInt, title_vi -> Text,
        title_en -> Nullable<Text>, body_vi -> Text, body_en -> Nullable<Text>, text_hash -> Binary,
        effective_from -> UtcTs, published_by -> Nullable<Id>, created_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    policy_acceptances (account_id, document_id) {
        account_id -> Id, document_id -> Id, accepted_at -> UtcTs, ip -> Nullable<Text>, user_agent -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    consents (id) {
        id -> Id, account_id -> Id, purpose -> Text, document_id -> Id, channel -> Text, given_at -> UtcTs,
        ip -> Nullable<Text>, user_agent -> Nullable<Text>, withdrawn_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    data_requests (id) {
        id -> Id, account_id -> Id, kind -> Text, state -> Text, details -> Nullable<Text>, received_at -> UtcTs,
        acknowledge_by -> UtcTs, fulfil_by -> UtcTs, extended_at -> Nullable<UtcTs>,
        acknowledged_at -> Nullable<UtcTs>, closed_at -> Nullable<UtcTs>, handled_by -> Nullable<Id>,
        answer -> Nullable<Text>, version -> BigInt, fulfil_days -> Nullable<BigInt>,
        extended_days -> Nullable<BigInt>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    data_request_alarms (request_id, step, stage, deadline) {
        request_id -> Id, step -> Text, stage -> Text, deadline -> UtcTs, raised_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    import_refusals (run_id, line) {
        run_id -> Id, line -> BigInt, why -> Text,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    listing_imports (id) {
        id -> Id, enterprise_id -> Id, actor_kind -> Text, actor_id -> Id, file_name -> Text, format -> Text,
        is_dry_run -> Bool, sha256 -> Binary, size -> BigInt, head -> JsonDoc, notes -> JsonDoc, status -> Text,
        fault -> Nullable<Text>, row_count -> BigInt, rows_done -> BigInt, created_count -> BigInt,
        updated_count -> BigInt, unchanged_count -> BigInt, refused_count -> BigInt, attempts -> BigInt,
        leased_until -> Nullable<UtcTs>, created_at -> UtcTs, started_at -> Nullable<UtcTs>,
        ended_at -> Nullable<UtcTs>, is_workbook -> Bool,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc};
    listing_import_rows (import_id, number) {
        import_id -> Id, number -> BigInt, result -> Text, external_id -> Nullable<Text>,
        listing_id -> Nullable<Id>, problems -> JsonDoc, raw -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    listing_external_ids (enterprise_id, external_id) {
        enterprise_id -> Id, external_id -> Text, listing_id -> Id,
    }
}

joinable!(memberships -> accounts (account_id));
joinable!(second_factors -> accounts (account_id));
joinable!(devices -> accounts (account_id));
joinable!(api_keys -> enterprises (enterprise_id));
joinable!(invitations -> enterprises (enterprise_id));
joinable!(join_requests -> enterprises (enterprise_id));
joinable!(join_requests -> accounts (account_id));
joinable!(memberships -> enterprises (enterprise_id));
table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    screening_terms (id) {
        id -> Id, phrase -> Text, phrase_key -> Text, ignores_diacritics -> Bool, severity -> Text, ground -> Text,
        created_by -> Nullable<Id>, created_at -> UtcTs, ended_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    reference_changes (edition) {
        edition -> BigInt, entry_id -> Id, list -> Text, code -> Text, version -> BigInt, parent -> Nullable<Text>,
        name_vi -> Text, name_en -> Nullable<Text>, valid_from -> Nullable<Text>, valid_to -> Nullable<Text>,
        successors -> JsonDoc, changed_by -> Nullable<Id>, changed_at -> UtcTs, attributes -> Nullable<JsonDoc>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    review_claims (kind, subject_id) {
        kind -> Text, subject_id -> Id, officer_id -> Id, claimed_at -> UtcTs, runs_out_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    review_decisions (id) {
        id -> Id, kind -> Text, subject_id -> Id, judged_id -> Id, enterprise_id -> Id, listing_kind -> Nullable<Text>,
        verdict -> Text, version -> BigInt, reason_code -> Nullable<Text>, reason_text -> Nullable<Text>,
        notes -> JsonDoc, seen -> Nullable<Binary>, officer_id -> Id, waiting_since -> UtcTs, decided_at -> UtcTs,
        checklist -> Nullable<JsonDoc>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    review_messages (id) {
        id -> Id, kind -> Text, subject_id -> Id, enterprise_id -> Id, author_id -> Id, is_officer -> Bool,
        body -> Text, written_at -> UtcTs,
    }
}

joinable!(review_claims -> accounts (officer_id));

joinable!(review_decisions -> accounts (officer_id));
joinable!(review_messages -> accounts (author_id));
joinable!(sessions -> accounts (account_id));
joinable!(consents -> accounts (account_id));
joinable!(listings -> enterprises (enterprise_id));
joinable!(listing_revisions -> listings (listing_id));
joinable!(listing_external_ids -> listings (listing_id));
joinable!(policy_acceptances -> policy_documents (document_id));
joinable!(consents -> policy_documents (document_id));
allow_tables_to_appear_in_same_query!(policy_documents, policy_acceptances, consents);
allow_tables_to_appear_in_same_query!(data_requests, accounts);
allow_tables_to_appear_in_same_query!(consents, accounts);
allow_tables_to_appear_in_same_query!(consents, memberships);
allow_tables_to_appear_in_same_query!(review_claims, accounts);
allow_tables_to_appear_in_same_query!(review_decisions, accounts);
allow_tables_to_appear_in_same_query!(review_messages, accounts);
allow_tables_to_appear_in_same_query!(
    accounts,
    memberships,
    sessions,
    enterprises,
    listings,
    listing_revisions,
    listing_external_ids,
    second_factors,
    devices,
    api_keys,
    invitations,
    join_requests
);
