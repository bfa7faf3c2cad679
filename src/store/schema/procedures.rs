//! Procedures of the law, dossiers, certificates, and the reports of them.

use diesel::{allow_tables_to_appear_in_same_query, table};

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    procedure_versions (code, version) {
        code -> Text, version -> BigInt, procedure_id -> Id, rules -> JsonDoc, changed_by -> Nullable<Id>,
        changed_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    shipped_procedures (code, number) {
        code -> Text, number -> BigInt, sha256 -> Binary, rules -> Text, kept_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    dossiers (id) {
        id -> Id, procedure -> Text, rule_version -> Nullable<BigInt>, enterprise_id -> Nullable<Id>,
        counterparty_id -> Nullable<Id>, is_paper -> Bool, number -> Nullable<Text>, follows_id -> Nullable<Id>,
        content -> JsonDoc, state -> Text, standing -> JsonDoc, commune_code -> Text, handler_id -> Nullable<Id>,
        handed_in_at -> Nullable<UtcTs>, due_at -> Nullable<UtcTs>, closed_at -> Nullable<UtcTs>,
        created_by -> Nullable<Id>, created_at -> UtcTs, updated_at -> UtcTs, version -> BigInt,
        certificate_id -> Nullable<Id>, listing_id -> Nullable<Id>, working_content -> Nullable<JsonDoc>,
        working_edits -> BigInt, working_at -> Nullable<UtcTs>, inquiry_id -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    dossier_alarms (dossier_id, event, due_on) {
        dossier_id -> Id, event -> Text, due_on -> Text, raised_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    dossier_reminders (dossier_id, event, due_on, stage) {
        dossier_id -> Id, event -> Text, due_on -> Text, stage -> Text, told_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    dossier_events (dossier_id, number) {
        dossier_id -> Id, number -> BigInt, event -> Text, from_state -> Text, to_state -> Text, side -> Text,
        account_id -> Nullable<Id>, ground -> Nullable<Text>, note -> Nullable<Text>, given_on -> Nullable<Text>,
        due_on -> Nullable<Text>, is_late -> Bool, at -> UtcTs, received_on -> Nullable<Text>,
        report_year -> Nullable<BigInt>, letter_number -> Nullable<Text>, letter_on -> Nullable<Text>,
        addressees -> Nullable<JsonDoc>, promised_on -> Nullable<Text>, subject -> Nullable<JsonDoc>,
        letter_key -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    dossier_consultations (dossier_id, number) {
        dossier_id -> Id, number -> BigInt, organ -> Text, letter_number -> Nullable<Text>, sent_on -> Text,
        due_on -> Nullable<Text>, answered_on -> Nullable<Text>, answer -> Nullable<Text>, file_id -> Nullable<Id>,
        officer_id -> Id, written_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    dossier_files (id) {
        id -> Id, dossier_id -> Id, document -> Text, form -> Nullable<Text>, language -> Nullable<Text>, name -> Text,
        media_type -> Text, sha256 -> Binary, size -> BigInt, pages -> Nullable<BigInt>,
        handed_in_at -> Nullable<UtcTs>, added_by -> Nullable<Id>, created_at -> UtcTs, filed_with_id -> Nullable<Id>,
        is_confidential -> Bool,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    dossier_proposals (dossier_id) {
        dossier_id -> Id, event -> Text, given_on -> Nullable<Text>, ground -> Nullable<Text>, note -> Nullable<Text>,
        record_sha256 -> Nullable<Binary>, proposed_by -> Id, proposed_at -> UtcTs, letter_number -> Nullable<Text>,
        letter_on -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    dossier_screenings (dossier_id, number) {
        dossier_id -> Id, number -> BigInt, after_event -> BigInt, items -> JsonDoc, class -> Text,
        note -> Nullable<Text>, officer_id -> Id, edition -> BigInt, entries_sha256 -> Binary, technology_sha256 -> Binary,
        listing_class -> Nullable<Text>, at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    certificates (id) {
        id -> Id, root_id -> Nullable<Id>, position -> BigInt, dossier_id -> Nullable<Id>, case_id -> Nullable<Id>,
        enterprise_id -> Nullable<Id>, counterparty_id -> Nullable<Id>, kind -> Text, authority -> Text,
        number -> Text, number_key -> Text, code -> Nullable<Text>, issued_on -> Text, expires_on -> Nullable<Text>,
        annulled_on -> Nullable<Text>, direction -> Nullable<Text>, transferor_tax_code -> Nullable<Text>,
        transferee_tax_code -> Nullable<Text>, search_key -> Text, commune_code -> Text,
        vnd_value -> Nullable<BigInt>, record -> JsonDoc, jws -> Nullable<Text>, prepared_by -> Nullable<Id>,
        signed_by -> Nullable<Id>, created_at -> UtcTs, replaced_by_id -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    certificate_statistics (certificate_id) {
        certificate_id -> Id, economic_type -> Nullable<Text>, partner_type -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    certificate_documents (certificate_id) {
        certificate_id -> Id, sha256 -> Binary, content -> Binary,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    certificate_duplicates (certificate_id, ordinal) {
        certificate_id -> Id, ordinal -> BigInt, asked_by -> Text, asked_on -> Text, reason -> Text, mark -> JsonDoc,
        sha256 -> Binary, content -> Binary, issued_by -> Nullable<Id>, created_at -> UtcTs,
        prepared_by -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    certificate_duplicate_proposals (certificate_id) {
        certificate_id -> Id, id -> Id, asked_by -> Text, asked_on -> Text, reason -> Text, proposed_by -> Id,
        proposed_at -> UtcTs, cause -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, UtcTs};
    certificate_restoration_proposals (certificate_id) {
        certificate_id -> Id, id -> Id, source -> Text, reason -> Text, file -> Binary, proposed_by -> Id,
        proposed_at -> UtcTs,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::Id;
    certificate_proofs (lane, link) {
        lane -> BigInt, link -> BigInt, certificate_id -> Id, checkpoint_seq -> BigInt, path -> Binary,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::UtcTs;
    certificate_keys (kid) {
        kid -> Text, public_key -> Binary, sealed_key -> Binary, created_at -> UtcTs, retired_at -> Nullable<UtcTs>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::store::types::{Id, JsonDoc, UtcTs};
    periodic_reports (id) {
        id -> Id, form -> Text, from_day -> Text, to_day -> Text, filter -> Text, version -> BigInt,
        reason -> Nullable<Text>, content -> JsonDoc, sources -> JsonDoc, sha256 -> Binary, published_by -> Id,
        publisher -> Text, published_at -> UtcTs,
    }
}

allow_tables_to_appear_in_same_query!(dossiers, dossier_events, dossier_proposals, dossier_reminders);
allow_tables_to_appear_in_same_query!(
    certificates,
    certificate_duplicate_proposals,
    certificate_restoration_proposals
);
