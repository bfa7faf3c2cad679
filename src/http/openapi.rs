//! The OpenAPI 3.1 description, generated from the handlers, and the page to browse it, which needs no network.

mod derived;
pub mod sent;

use actix_web::HttpResponse;
use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::Path;
use std::sync::{Arc, OnceLock};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_swagger_ui::Config;

use super::file_imports::{enterprises as enterprise_imports, listings as listing_imports};
use super::problem::{Answer, Problem, ProblemBody};
use super::{
    account_suspensions, accounts, amendments, api_keys, audiences, audit, bulk_decisions, calendar, catalogue,
    certificates, checklists, classifications, closures, comparison, complaints, confidential, confidential_grants,
    contacts, conversation, data_requests, documents, dossier_papers, dossiers, due, duplicates, enterprise_exports,
    enterprise_register, enterprises, feed, file_labels, file_links, files, holds, import_aliases, inquiries,
    invitations, ip_notices, join_requests, letters, likeness, listing_exports, listing_register, listing_renewals,
    listing_terms, listings, logos, members, moderation, notices, officers, opinions, passwords, periodic_reports,
    personal_data, policies, procedures, proposals, reference, reference_imports, register_exports, registrations,
    regulated, reports, review, review_digests, review_statistics, revisions, schemas, screening, search, search_log,
    second_factor, sessions, successors, suggestions, suspensions, takedowns, taxonomies, videos, vocabulary,
    vocabulary_candidates, vocabulary_previews,
};
use crate::service::{Error, ErrorCode};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "vptex",
        description = "Sàn giao dịch công nghệ và thiết bị: doanh nghiệp đăng ký, được xác minh và đăng tin; cán bộ duyệt; \
                       người mua tìm kiếm. — Technology and equipment exchange: enterprises register, are verified and \
                       post; officers review; buyers search.\n\nEvery failure is `application/problem+json` (RFC 9457) \
                       with a stable `code`; see docs/errors.md. Collections are `{items, page: {next, limit}, total?}`: \
                       pass `page.next` as `after`. Instants are RFC 3339 UTC with at most microseconds. Edits need \
                       `If-Match`; creates take `Idempotency-Key`.",
        license(name = "MIT OR Apache-2.0"),
    ),
    servers((url = "/api/v1")),
    paths(
        registrations::register_enterprise, registrations::confirm_registration,
        registrations::open_account, registrations::confirm_account,
        sessions::sign_in, sessions::refresh_session, sessions::sign_out, sessions::step_up, sessions::get_me,
        sessions::list_my_sessions, sessions::end_my_session, sessions::end_my_other_sessions,
        passwords::change_password, passwords::ask_password_reset, passwords::reset_password,
        accounts::edit_me, accounts::ask_email_verification, accounts::confirm_email, accounts::ask_email_change,
        accounts::confirm_email_change,
        second_factor::begin_second_factor, second_factor::confirm_second_factor, second_factor::remove_second_factor,
        second_factor::renew_recovery_codes, second_factor::ask_factor_reset, second_factor::approve_factor_reset,
        second_factor::ask_account_factor_reset, second_factor::approve_account_factor_reset,
        members::list_members, members::change_member_role, members::remove_member, members::transfer_ownership,
        members::leave_enterprise,
        invitations::invite_member, invitations::list_invitations, invitations::revoke_invitation,
        invitations::accept_invitation, invitations::decline_invitation,
        join_requests::ask_to_join, join_requests::get_my_join_request, join_requests::withdraw_join_request,
        join_requests::list_join_requests, join_requests::list_ownerless_join_requests, join_requests::approve_join_request, join_requests::reject_join_request,
        api_keys::create_api_key, api_keys::list_api_keys, api_keys::revoke_api_key,
        officers::list_officers, officers::appoint_officer, officers::get_officer, officers::edit_officer,
        officers::suspend_officer, officers::reinstate_officer,
        account_suspensions::get_account, account_suspensions::suspend_account, account_suspensions::reinstate_account,
        suspensions::suspend_enterprise, suspensions::reinstate_enterprise,
        enterprises::list_enterprises, enterprises::get_enterprise, enterprises::edit_enterprise, enterprises::submit_enterprise,
        logos::get_logo, logos::put_logo, logos::remove_logo,
        enterprise_exports::export_enterprise_profile, confidential::export_confidential_texts, documents::list_documents, documents::add_document, documents::get_document, documents::remove_document,
        documents::get_document_content, documents::decide_document, closures::close_enterprise, closures::reopen_enterprise, duplicates::list_duplicates, duplicates::list_listing_duplicates, duplicates::merge_enterprise,
        amendments::get_amendment, amendments::take_back_amendment,
        moderation::approve_amendment, moderation::reject_amendment, moderation::request_amendment_changes,
        contacts::edit_enterprise_contact, contacts::erase_enterprise_contact,
        listings::create_listing, listings::get_listing, listings::get_listing_by_code, listings::get_listing_by_slug, listings::edit_listing, listings::submit_listing,
        listings::take_back_listing, listing_terms::renew_listing, listing_renewals::renew_several, listing_terms::archive_listing, listing_terms::unarchive_listing, listings::list_my_listings,
        files::add_file, files::list_files, files::order_files, files::get_file, files::remove_file,
        file_links::link_file, file_links::get_linked_file, file_links::link_document, file_links::get_linked_document, file_labels::label_file,
        classifications::get_listing_classifications, videos::list_videos, videos::replace_videos,
        review::list_moderation_queue, review::claim_entry, review::release_entry, review::hand_over_entry,
        holds::suspend_listing, holds::reinstate_listing, takedowns::enter_takedown, takedowns::list_takedowns,
        takedowns::get_takedown, takedowns::carry_out_takedown, takedowns::dismiss_takedown,
        takedowns::restore_takedown, ip_notices::notify_ip_infringement, ip_notices::list_ip_notices, ip_notices::get_ip_notice,
        ip_notices::accept_ip_notice, ip_notices::reject_ip_notice, ip_notices::counter_ip_notice,
        ip_notices::uphold_ip_notice, ip_notices::restore_after_ip_notice,
        complaints::complain_about_enterprise, complaints::complain_about_listing, complaints::list_complaints,
        complaints::get_complaint, complaints::acknowledge_complaint, complaints::decide_complaint,
        complaints::reopen_complaint,
        reports::report_listing, reports::list_reports, reports::get_report,
        reports::decide_report, moderation::approve_enterprise, moderation::reject_enterprise,
        conversation::list_review_messages, conversation::write_review_message, conversation::get_review_diff,
        listing_exports::export_my_listings, listing_exports::get_listing_import_template,
        checklists::list_checklists, bulk_decisions::decide_several, review_statistics::get_review_statistics,
        review_digests::get_my_review_digest, review_digests::set_my_review_digest,
        listing_imports::start_listing_import, listing_imports::list_listing_imports, listing_imports::get_listing_import,
        listing_imports::cancel_listing_import, listing_imports::list_listing_import_rows,
        listing_imports::download_listing_import_errors,
        enterprise_imports::get_enterprise_import_template, enterprise_imports::start_enterprise_import,
        enterprise_imports::list_enterprise_imports, enterprise_imports::get_enterprise_import,
        enterprise_imports::cancel_enterprise_import, enterprise_imports::list_enterprise_import_rows,
        enterprise_imports::download_enterprise_import_errors,
        moderation::request_enterprise_changes, moderation::approve_listing, moderation::reject_listing,
        moderation::request_listing_changes,
        revisions::get_revision, revisions::get_revision_diff, revisions::discard_revision, revisions::submit_revision,
        revisions::take_back_revision,
        import_aliases::add_import_alias, import_aliases::list_import_aliases, import_aliases::end_import_alias,
        screening::add_screening_term, screening::list_screening_terms, screening::end_screening_term,
        screening::list_screened_listings, screening::get_listing_screening, screening::get_enterprise_screening,
        screening::list_screened_enterprises,
        audiences::choose_audience, audiences::list_members_listings,
        confidential::read_confidential, confidential::put_confidential, confidential::remove_confidential,
        confidential::inspect_confidential, confidential::list_confidential_readings, confidential_grants::grant_confidential,
        confidential_grants::list_confidential_grants, confidential_grants::revoke_confidential_grant,
        confidential_grants::list_my_confidential_grants, confidential_grants::accept_undertaking,
        confidential_grants::get_confidential_grant, confidential_grants::get_my_confidential_grant,
        regulated::get_listing_classification, regulated::classify_listing, regulated::list_overtaken_listings,
        moderation::approve_revision, moderation::reject_revision, moderation::request_revision_changes,
        letters::list_letters, letters::retry_letter,
        audit::search_audit, audit::export_audit,
        feed::follow_listings, feed::follow_enterprises, catalogue::export_listings, catalogue::export_enterprises,
        register_exports::export_moderation_queue, enterprise_register::list_enterprise_register,
        enterprise_register::export_enterprise_register,
        listing_register::list_listing_register, listing_register::export_listing_register, register_exports::export_takedowns, register_exports::export_reports,
        register_exports::export_ip_notices, register_exports::export_complaints, search::search_listings, search::search_everything,
        suggestions::suggest_searches, search_log::count_search_click, search_log::list_search_queries,
        search_log::export_search_queries,
        likeness::list_similar_listings, likeness::list_matches, comparison::compare_listings,
        schemas::list_schemas, schemas::get_listing_schema,
        taxonomies::list_taxonomies, taxonomies::get_taxonomy, successors::list_successors, successors::get_crosswalk,
        calendar::get_calendar_year, calendar::put_calendar_year, calendar::preview_calendar_year,
        calendar::list_calendar_year_versions, due::count_term,
        inquiries::create_inquiry, inquiries::get_inquiry, inquiries::list_inquiries, inquiries::list_inquiry_messages,
        inquiries::write_inquiry_message, inquiries::agree_inquiry, inquiries::complete_inquiry,
        inquiries::decline_inquiry, inquiries::withdraw_inquiry,
        dossiers::create_dossier, dossiers::get_dossier, dossiers::edit_dossier, dossiers::take_dossier_event,
        dossiers::list_dossier_events, dossiers::list_dossiers, dossiers::list_my_dossiers,
        dossiers::receipt::get_dossier_receipt, dossiers::receipt::get_dossier_receipt_document, dossiers::screening::screen_dossier,
        dossiers::consultations::get_dossier_consultations, dossiers::consultations::put_dossier_consultations,
        dossier_papers::list_dossier_files, dossier_papers::add_dossier_file, dossier_papers::get_dossier_file,
        dossier_papers::remove_dossier_file, proposals::get_proposal, proposals::propose, proposals::withdraw_proposal,
        opinions::list_opinions, opinions::export_opinions,
        certificates::list_certificates, certificates::enter_certificate, certificates::get_certificate,
        certificates::get_certificate_document, certificates::get_certificate_record, certificates::get_certificate_proof, certificates::duplicates::issue_duplicate, certificates::list_my_certificates,
        certificates::duplicates::propose_duplicate, certificates::duplicates::get_duplicate_proposal,
        certificates::duplicates::withdraw_duplicate_proposal, certificates::restorations::propose_restoration,
        certificates::restorations::get_restoration_proposal, certificates::restorations::withdraw_restoration_proposal,
        certificates::restorations::confirm_restoration,
        certificates::verify_certificate, certificates::annulled::list_annulled_certificates, certificates::export::export_certificates,
        periodic_reports::preview_periodic_report, periodic_reports::publish_periodic_report,
        periodic_reports::list_periodic_reports, periodic_reports::get_periodic_report,
        periodic_reports::get_periodic_report_file,
        procedures::list_procedures, procedures::get_procedure, procedures::publish_procedure,
        procedures::list_procedure_versions, procedures::get_procedure_version,
        vocabulary::list_vocabulary, vocabulary::add_vocabulary_entry, vocabulary::get_vocabulary_entry,
        vocabulary::edit_vocabulary_entry, vocabulary::withdraw_vocabulary_entry,
        vocabulary_previews::preview_vocabulary, vocabulary_candidates::list_vocabulary_candidates,
        vocabulary_candidates::accept_vocabulary_candidate, vocabulary_candidates::reject_vocabulary_candidate,
        reference::get_taxonomy_entry, reference::add_taxonomy_entry, reference::edit_taxonomy_entry, reference_imports::import_taxonomy_entries,
        policies::list_policies, policies::get_policy, policies::publish_policy, policies::list_my_acceptances,
        policies::accept_policy, policies::list_my_consents, policies::give_consent, policies::withdraw_consent,
        personal_data::export_my_data, personal_data::end_my_restriction, notices::list_my_notices,
        data_requests::list_my_data_requests, data_requests::ask_about_my_data, data_requests::list_data_requests,
        data_requests::take_back_data_request,
        data_requests::acknowledge_data_request, data_requests::extend_data_request,
        data_requests::fulfil_data_request, data_requests::refuse_data_request,
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "sessions", description = "Đăng nhập — signing in and out"),
        (name = "accounts", description = "Tài khoản — one's own account"),
        (name = "officers", description = "Cán bộ — officers of the Department"),
        (name = "members", description = "Thành viên — members of an enterprise, invitations and join requests"),
        (name = "keys", description = "Khóa API — keys of an enterprise's own systems"),
        (name = "enterprises", description = "Doanh nghiệp — registration and directory"),
        (name = "listings", description = "Tin niêm yết — writing and reading listings"),
        (name = "inquiries", description = "Phiếu bày tỏ quan tâm — inquiries about listings"),
        (name = "files", description = "Tệp đính kèm — pictures and documents of listings"),
        (name = "imports", description = "Nhập tin, nhập doanh nghiệp — listings and enterprises from files"),
        (name = "search", description = "Tìm kiếm — search"),
        (name = "moderation", description = "Kiểm duyệt — what officers do"),
        (name = "audit", description = "Nhật ký — what was done by whom"),
        (name = "privacy", description = "Dữ liệu cá nhân — policies, consents, and what people ask about their data"),
        (name = "calendar", description = "Lịch làm việc — working days, and terms that are counted by them"),
        (name = "dossiers", description = "Hồ sơ thủ tục — procedures of the law, dossiers and certificates"),
        (name = "reports", description = "Báo cáo thống kê — periodic statistical reports"),
        (name = "taxonomies", description = "Danh mục — reference lists"),
    ),
)]
struct Description;

/// The description of the whole API.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Description::openapi();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "Access token from POST /sessions, or a key of an enterprise's system",
        ))
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", SecurityScheme::Http(bearer));
    derived::complete(&mut document);
    document
}

/// The description as JSON, made once.
fn json() -> &'static str {
    static JSON: OnceLock<String> = OnceLock::new();
    JSON.get_or_init(|| document().to_pretty_json().unwrap_or_default())
}

/// `GET /api/openapi.json`.
pub async fn serve_document() -> Answer {
    Ok(HttpResponse::Ok().content_type("application/json").body(json()))
}

/// `GET /api/docs` without the slash.
pub async fn redirect_to_docs() -> Answer {
    Ok(HttpResponse::PermanentRedirect()
        .insert_header(("Location", "/api/docs/"))
        .finish())
}

/// `GET /api/docs/…`: the browsable page, whose files are compiled in. A route of ours, because the library's own hides
/// its paths from other methods, which would be 404 instead of 405.
pub async fn serve_docs(path: Path<String>) -> Answer {
    static SETTINGS: OnceLock<Arc<Config<'static>>> = OnceLock::new();
    let settings = SETTINGS.get_or_init(|| Arc::new(Config::from("/api/openapi.json").try_it_out_enabled(true)));
    let file = utoipa_swagger_ui::serve(&path, settings.clone())
        .map_err(|error| Problem(Error::internal(error)))?
        .ok_or(ErrorCode::NotFound)?;
    let mut answer = HttpResponse::Ok();
    if file.gzpipped {
        answer.insert_header((header::CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    Ok(answer.content_type(file.content_type).body(file.bytes.into_owned()))
}
