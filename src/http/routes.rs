//! The one table of operations: path, method, handler, and three policies without which an operation does not compile:
//! which limit counts its calls, whether keys of enterprises' systems may call it, and whose it is.

#[macro_use]
mod macros;
mod operation;
mod plain;

use actix_web::web::{ServiceConfig, delete, get, patch, post, put, resource, scope};

use super::file_imports::{enterprises as enterprise_imports, listings as listing_imports};
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
use crate::domain::access::Action;

pub use operation::{Access, Class, Keys, Operation, operation};
pub use plain::BESIDE;

// Patterns are tried in this order, so what is asked most stands first.
operations! {
    "/listings/compare" { get comparison::compare_listings Read Welcome Anybody; }
    "/listings/{id}" {
        get listings::get_listing Read Welcome ReadListingPage;
        patch listings::edit_listing Write Welcome EditListing;
    }
    "/listings/by-code/{code}" { get listings::get_listing_by_code Read Welcome ReadListingPage; }
    "/listings/by-slug/{slug}" { get listings::get_listing_by_slug Read Welcome ReadListingPage; }
    "/feed/listings" { get feed::follow_listings Feed Welcome Anybody; }
    "/feed/enterprises" { get feed::follow_enterprises Feed Welcome Anybody; }
    "/exports/listings" { get catalogue::export_listings Feed Welcome Anybody; }
    "/exports/enterprises" { get catalogue::export_enterprises Feed Welcome Anybody; }
    // These leave a row in the trail.
    "/exports/moderation-queue" { get register_exports::export_moderation_queue Write Refused ReviewEnterprise | ReviewListing | HandleReports, Fresh; }
    "/exports/listing-register" { get listing_register::export_listing_register Write Refused ReviewListing, Fresh; }
    "/exports/enterprise-register" { get enterprise_register::export_enterprise_register Write Refused ReviewEnterprise, Fresh; }
    "/exports/takedowns" { get register_exports::export_takedowns Write Refused HandleTakedowns, Fresh; }
    "/exports/reports" { get register_exports::export_reports Write Refused HandleReports, Fresh; }
    "/exports/ip-notices" { get register_exports::export_ip_notices Write Refused HandleIpNotices, Fresh; }
    "/exports/complaints" { get register_exports::export_complaints Write Refused HandleComplaints, Fresh; }
    "/exports/certificates" { get certificates::export_certificates Write Refused HandleDossier, Fresh; }
    "/exports/opinions" { get opinions::export_opinions Write Refused HandleDossier, Fresh; }
    "/exports/search-queries" { get search_log::export_search_queries Write Refused ReadReports, Fresh; }
    "/search" { get search::search_listings Read Welcome Anybody; }
    "/search/clicks" { post search_log::count_search_click Read Welcome Anybody; }
    "/search/queries" { get search_log::list_search_queries Read Refused ReadReports; }
    "/search/suggestions" { get suggestions::suggest_searches Read Welcome Anybody; }
    "/search/all" { get search::search_everything Read Welcome Anybody; }
    "/listings/{id}/similar" { get likeness::list_similar_listings Read Welcome ReadListing; }
    "/listings/{id}/matches" { get likeness::list_matches Read Welcome ReadListing; }
    "/listings" { post listings::create_listing Write Welcome CreateListing; }
    "/registrations" { post registrations::register_enterprise Letter Refused Register; }
    "/registrations/confirmation" { post registrations::confirm_registration Password Refused Register; }
    "/accounts" { post registrations::open_account Letter Refused Register; }
    "/accounts/confirmation" { post registrations::confirm_account Password Refused Register; }
    "/accounts/{id}" { get account_suspensions::get_account Read Refused ReadAccount; }
    "/accounts/{id}/suspension" {
        post account_suspensions::suspend_account Write Refused SuspendAccount, Fresh;
        delete account_suspensions::reinstate_account Write Refused SuspendAccount, Fresh;
    }
    "/accounts/{id}/factor-resets" { post second_factor::ask_account_factor_reset Write Refused ResetFactor, Fresh; }
    "/accounts/{id}/factor-resets/{reset}/approval" { post second_factor::approve_account_factor_reset Write Refused ResetFactor, Fresh; }
    "/sessions" { post sessions::sign_in Password Refused Anybody; }
    "/sessions/refresh" { post sessions::refresh_session Write Refused Anybody; }
    "/sessions/current" { delete sessions::sign_out Write Refused SecureSelf; }
    "/sessions/current/step-up" { post sessions::step_up Password Refused SecureSelf; }
    "/password-resets" { post passwords::ask_password_reset Letter Refused Anybody; }
    "/password-resets/confirmation" { post passwords::reset_password Password Refused Anybody; }
    "/me" { get sessions::get_me Read Refused SecureSelf; patch accounts::edit_me Write Refused ManageSelf; }
    "/me/email" { post accounts::ask_email_change Letter Refused ManageSelf, Fresh; }
    "/me/email/verification" { post accounts::ask_email_verification Letter Refused ManageSelf; }
    "/email-verifications/confirmation" { post accounts::confirm_email Write Refused Anybody; }
    "/email-changes/confirmation" { post accounts::confirm_email_change Write Refused Anybody; }
    "/me/password" { put passwords::change_password Password Refused SecureSelf; }
    "/me/sessions" {
        get sessions::list_my_sessions Read Refused SecureSelf;
        delete sessions::end_my_other_sessions Write Refused SecureSelf;
    }
    "/me/sessions/{id}" { delete sessions::end_my_session Write Refused SecureSelf; }
    "/me/second-factor" {
        post second_factor::begin_second_factor Write Refused EnrolFactor, Fresh;
        delete second_factor::remove_second_factor Write Refused EnrolFactor, Fresh;
    }
    "/me/second-factor/confirmation" { post second_factor::confirm_second_factor Write Refused EnrolFactor; }
    "/me/recovery-codes" { post second_factor::renew_recovery_codes Write Refused EnrolFactor, Fresh; }
    "/me/listings/export" { get listing_exports::export_my_listings Read Welcome ListOwnListings; }
    "/me/listings" { get listings::list_my_listings Read Welcome ListOwnListings; }
    "/me/membership" { delete members::leave_enterprise Write Refused LeaveEnterprise; }
    "/me/join-request" {
        get join_requests::get_my_join_request Read Refused ManageSelf;
        delete join_requests::withdraw_join_request Write Refused RequestToJoin;
    }
    "/join-requests" { post join_requests::ask_to_join Write Refused RequestToJoin; }
    "/invitations/acceptance" { post invitations::accept_invitation Password Refused AcceptInvitation; }
    "/invitations/refusal" { post invitations::decline_invitation Write Refused Anybody; }
    "/officers" {
        get officers::list_officers Read Refused ManageOfficers;
        post officers::appoint_officer Password Refused ManageOfficers, Fresh;
    }
    "/officers/{id}" {
        get officers::get_officer Read Refused ManageOfficers;
        patch officers::edit_officer Write Refused ManageOfficers, Fresh;
    }
    "/officers/{id}/suspension" {
        post officers::suspend_officer Write Refused ManageOfficers, Fresh;
        delete officers::reinstate_officer Write Refused ManageOfficers, Fresh;
    }
    "/me/policy-acceptances" {
        get policies::list_my_acceptances Read Refused ManageSelf;
        post policies::accept_policy Write Refused ManageSelf;
    }
    "/me/consents" {
        get policies::list_my_consents Read Refused ManageSelf;
        post policies::give_consent Write Refused ManageSelf;
    }
    "/me/consents/{id}" { delete policies::withdraw_consent Write Refused ManageSelf; }
    "/me/export" { get personal_data::export_my_data Write Refused ManageSelf, Fresh; }
    "/me/notices" { get notices::list_my_notices Read Refused ManageSelf; }
    "/me/review-digest" {
        get review_digests::get_my_review_digest Read Refused ReviewEnterprise | ReviewListing;
        put review_digests::set_my_review_digest Write Refused ReviewEnterprise | ReviewListing;
    }
    "/me/restriction" { delete personal_data::end_my_restriction Write Refused ManageSelf; }
    "/me/data-requests" {
        get data_requests::list_my_data_requests Read Refused ManageSelf;
        post data_requests::ask_about_my_data Write Refused ManageSelf;
    }
    "/me/data-requests/{id}" { delete data_requests::take_back_data_request Write Refused ManageSelf; }
    "/data-requests" { get data_requests::list_data_requests Read Refused HandleDataRequests; }
    "/data-requests/{id}/acknowledgement" { post data_requests::acknowledge_data_request Write Refused HandleDataRequests; }
    "/data-requests/{id}/extension" { post data_requests::extend_data_request Write Refused HandleDataRequests; }
    "/data-requests/{id}/fulfilment" { post data_requests::fulfil_data_request Write Refused HandleDataRequests, Fresh; }
    "/data-requests/{id}/refusal" { post data_requests::refuse_data_request Write Refused HandleDataRequests; }
    "/policies" {
        get policies::list_policies Read Welcome Anybody;
        post policies::publish_policy Write Refused PublishPolicies, Fresh;
    }
    "/policies/{id}" { get policies::get_policy Read Welcome Anybody; }
    "/officers/{id}/factor-resets" { post second_factor::ask_factor_reset Write Refused ManageOfficers, Fresh; }
    "/officers/{id}/factor-resets/{reset}/approval" { post second_factor::approve_factor_reset Write Refused ManageOfficers, Fresh; }
    "/enterprises" { get enterprises::list_enterprises Read Welcome Anybody; }
    "/enterprises/{id}" {
        get enterprises::get_enterprise Read Welcome ReadEnterprise;
        patch enterprises::edit_enterprise Write Refused EditEnterprise;
    }
    "/enterprises/{id}/contact" {
        put contacts::edit_enterprise_contact Write Refused EditEnterprise;
        delete contacts::erase_enterprise_contact Write Refused HandleDataRequests, Fresh;
    }
    "/enterprises/{id}/submission" { post enterprises::submit_enterprise Write Refused EditEnterprise; }
    "/enterprises/{id}/approval" { post moderation::approve_enterprise Write Refused ReviewEnterprise; }
    "/enterprises/{id}/rejection" { post moderation::reject_enterprise Write Refused ReviewEnterprise; }
    "/enterprises/{id}/change-request" { post moderation::request_enterprise_changes Write Refused ReviewEnterprise; }
    "/enterprises/{id}/duplicates" { get duplicates::list_duplicates Read Refused MergeEnterprises; }
    "/enterprises/{id}/screening" { get screening::get_enterprise_screening Read Refused ReviewEnterprise; }
    "/enterprises/{id}/merge" { post duplicates::merge_enterprise Write Refused MergeEnterprises, Fresh; }
    "/enterprises/{id}/amendment" {
        get amendments::get_amendment Read Refused ReadAmendment;
        delete amendments::take_back_amendment Write Refused EditEnterprise;
    }
    "/enterprises/{id}/amendment/approval" { post moderation::approve_amendment Write Refused ReviewEnterprise; }
    "/enterprises/{id}/amendment/rejection" { post moderation::reject_amendment Write Refused ReviewEnterprise; }
    "/enterprises/{id}/amendment/change-request" { post moderation::request_amendment_changes Write Refused ReviewEnterprise; }
    "/enterprises/{id}/suspension" {
        post suspensions::suspend_enterprise Write Refused SuspendEnterprise, Fresh;
        delete suspensions::reinstate_enterprise Write Refused SuspendEnterprise, Fresh;
    }
    "/enterprises/{id}/export" { get enterprise_exports::export_enterprise_profile Write Refused ReadDocuments, Fresh; }
    "/enterprises/{id}/confidential-export" { get confidential::export_confidential_texts Write Refused ReadConfidential, Fresh; }
    "/enterprises/{id}/documents" {
        get documents::list_documents Read Refused ReadDocuments;
        post documents::add_document Write Refused AnswerReview;
    }
    "/enterprises/{id}/documents/{document}" {
        get documents::get_document Read Refused ReadDocuments;
        delete documents::remove_document Write Refused EditEnterprise;
    }
    "/enterprises/{id}/documents/{document}/links" { post file_links::link_document Write Refused ReadDocuments; }
    "/enterprises/{id}/documents/{document}/linked-content" { get file_links::get_linked_document Read Welcome Anybody; }
    "/enterprises/{id}/documents/{document}/content" { get documents::get_document_content Read Refused ReadDocuments; }
    "/enterprises/{id}/documents/{document}/verdict" { post documents::decide_document Write Refused ReviewEnterprise; }
    "/enterprises/{id}/logo" {
        get logos::get_logo Read Welcome ReadEnterprise;
        put logos::put_logo Write Refused EditEnterprise;
    }
    "/enterprises/{id}/logo/removal" { post logos::remove_logo Write Refused RemoveLogo; }
    "/enterprises/{id}/closure" {
        post closures::close_enterprise Write Refused CloseEnterprise, Fresh;
        delete closures::reopen_enterprise Write Refused SuspendEnterprise, Fresh;
    }
    "/enterprises/{id}/members" { get members::list_members Read Refused ReadMembers; }
    "/enterprises/{id}/members/{account}" {
        patch members::change_member_role Write Refused ManageMembers, Fresh;
        delete members::remove_member Write Refused ManageMembers, Fresh;
    }
    "/enterprises/{id}/members/{account}/ownership" { post members::transfer_ownership Write Refused ManageMembers, Fresh; }
    "/enterprises/{id}/invitations" {
        get invitations::list_invitations Read Refused ReadAdmissions;
        post invitations::invite_member Invitation Refused ManageMembers, Fresh;
    }
    "/enterprises/{id}/invitations/{invitation}" { delete invitations::revoke_invitation Write Refused ManageMembers; }
    "/enterprises/{id}/join-requests" { get join_requests::list_join_requests Read Refused ReadAdmissions | AdmitOwner; }
    "/enterprises/{id}/join-requests/{request}/approval" { post join_requests::approve_join_request Write Refused ManageMembers | AdmitOwner, Fresh; }
    "/enterprises/{id}/join-requests/{request}/rejection" { post join_requests::reject_join_request Write Refused ManageMembers | AdmitOwner; }
    "/enterprises/{id}/api-keys" {
        get api_keys::list_api_keys Read Refused ReadKeys;
        post api_keys::create_api_key Write Refused ManageKeys, Fresh;
    }
    "/enterprises/{id}/api-keys/{key}" { delete api_keys::revoke_api_key Write Refused ReadKeys; }
    "/listings/{id}/submission" {
        post listings::submit_listing Write Welcome EditListing;
        delete listings::take_back_listing Write Welcome EditListing;
    }
    "/listings/{id}/files" {
        get files::list_files Read Welcome ReadListingPage;
        post files::add_file Write Welcome EditListing;
        put files::order_files Write Welcome EditListing;
    }
    "/files/{id}" {
        get files::get_file Read Welcome ReadListingPage;
        delete files::remove_file Write Welcome EditListing;
    }
    "/listings/{id}/classifications" { get classifications::get_listing_classifications Read Welcome ReadListingPage; }
    "/listings/{id}/videos" {
        get videos::list_videos Read Welcome ReadListingPage;
        put videos::replace_videos Write Welcome EditListing;
    }
    "/files/{id}/label" { put file_labels::label_file Write Welcome EditListing; }
    "/files/{id}/links" { post file_links::link_file Write Refused ReadListingPage; }
    "/files/{id}/content" { get file_links::get_linked_file Read Welcome Anybody; }
    "/listings/{id}/renewal" { post listing_terms::renew_listing Write Welcome EditListing; }
    "/listing-renewals" { post listing_renewals::renew_several Write Welcome CreateListing; }
    "/listings/{id}/archive" {
        post listing_terms::archive_listing Write Welcome EditListing;
        delete listing_terms::unarchive_listing Write Welcome EditListing;
    }
    "/listings/{id}/suspension" {
        post holds::suspend_listing Write Refused SuspendListing, Fresh;
        delete holds::reinstate_listing Write Refused SuspendListing, Fresh;
    }
    "/listings/{id}/reports" { post reports::report_listing Intake Refused ReadListing; }
    "/reports" { get reports::list_reports Read Refused HandleReports; }
    "/reports/{id}" { get reports::get_report Read Refused HandleReports; }
    "/reports/{id}/decision" { post reports::decide_report Write Refused HandleReports; }
    "/listings/{id}/ip-notices" { post ip_notices::notify_ip_infringement Intake Refused ReadListing; }
    "/ip-notices" { get ip_notices::list_ip_notices Read Refused HandleIpNotices; }
    "/ip-notices/{id}" { get ip_notices::get_ip_notice Read Welcome ReadRevision; }
    "/ip-notices/{id}/acceptance" { post ip_notices::accept_ip_notice Write Refused HandleIpNotices, Fresh; }
    "/ip-notices/{id}/rejection" { post ip_notices::reject_ip_notice Write Refused HandleIpNotices, Fresh; }
    "/ip-notices/{id}/counter-notice" { post ip_notices::counter_ip_notice Write Welcome EditListing; }
    "/ip-notices/{id}/upholding" { post ip_notices::uphold_ip_notice Write Refused HandleIpNotices, Fresh; }
    "/ip-notices/{id}/restoration" { post ip_notices::restore_after_ip_notice Write Refused HandleIpNotices, Fresh; }
    "/listings/{id}/complaints" { post complaints::complain_about_listing Intake Refused ReadListing; }
    "/enterprises/{id}/complaints" { post complaints::complain_about_enterprise Intake Refused ReadEnterprise; }
    "/complaints" { get complaints::list_complaints Read Refused HandleComplaints; }
    "/complaints/{id}" { get complaints::get_complaint Read Refused HandleComplaints; }
    "/complaints/{id}/acknowledgement" { post complaints::acknowledge_complaint Write Refused HandleComplaints; }
    "/complaints/{id}/decision" { post complaints::decide_complaint Write Refused HandleComplaints; }
    "/complaints/{id}/reopening" { post complaints::reopen_complaint Write Refused HandleComplaints; }
    "/takedowns" {
        get takedowns::list_takedowns Read Refused HandleTakedowns;
        post takedowns::enter_takedown Write Refused HandleTakedowns;
    }
    "/takedowns/{id}" { get takedowns::get_takedown Read Refused HandleTakedowns; }
    "/takedowns/{id}/execution" { post takedowns::carry_out_takedown Write Refused HandleTakedowns, Fresh; }
    "/takedowns/{id}/dismissal" { post takedowns::dismiss_takedown Write Refused HandleTakedowns, Fresh; }
    "/takedowns/{id}/restoration" { post takedowns::restore_takedown Write Refused HandleTakedowns, Fresh; }
    "/listings/{id}/approval" { post moderation::approve_listing Write Refused ReviewListing; }
    "/listings/{id}/rejection" { post moderation::reject_listing Write Refused ReviewListing; }
    "/listings/{id}/change-request" { post moderation::request_listing_changes Write Refused ReviewListing; }
    "/listings/{id}/revision" {
        get revisions::get_revision Read Welcome ReadRevision;
        delete revisions::discard_revision Write Welcome EditListing;
    }
    "/listings/{id}/revision/diff" { get revisions::get_revision_diff Read Welcome ReadRevision; }
    "/listings/{id}/revision/submission" {
        post revisions::submit_revision Write Welcome EditListing;
        delete revisions::take_back_revision Write Welcome EditListing;
    }
    "/listings/{id}/revision/approval" { post moderation::approve_revision Write Refused ReviewListing; }
    "/listings/{id}/revision/rejection" { post moderation::reject_revision Write Refused ReviewListing; }
    "/listings/{id}/revision/change-request" { post moderation::request_revision_changes Write Refused ReviewListing; }
    "/listing-import-template" { get listing_exports::get_listing_import_template Read Welcome Anybody; }
    "/listing-imports" {
        get listing_imports::list_listing_imports Read Welcome ListOwnListings;
        post listing_imports::start_listing_import Write Welcome CreateListing;
    }
    "/listing-imports/{id}" {
        get listing_imports::get_listing_import Read Welcome ListOwnListings;
        delete listing_imports::cancel_listing_import Write Welcome CreateListing;
    }
    "/listing-imports/{id}/rows" { get listing_imports::list_listing_import_rows Read Welcome ListOwnListings; }
    "/listing-imports/{id}/errors" { get listing_imports::download_listing_import_errors Read Welcome ListOwnListings; }
    "/enterprise-import-template" { get enterprise_imports::get_enterprise_import_template Read Welcome Anybody; }
    "/enterprise-imports" {
        get enterprise_imports::list_enterprise_imports Read Refused ImportEnterprises;
        post enterprise_imports::start_enterprise_import Write Refused ImportEnterprises;
    }
    "/enterprise-imports/{id}" {
        get enterprise_imports::get_enterprise_import Read Refused ImportEnterprises;
        delete enterprise_imports::cancel_enterprise_import Write Refused ImportEnterprises;
    }
    "/enterprise-imports/{id}/rows" { get enterprise_imports::list_enterprise_import_rows Read Refused ImportEnterprises; }
    "/enterprise-imports/{id}/errors" { get enterprise_imports::download_enterprise_import_errors Read Refused ImportEnterprises; }
    "/listings/{id}/duplicates" { get duplicates::list_listing_duplicates Read Refused ReviewListing; }
    "/listings/{id}/screening" { get screening::get_listing_screening Read Refused ReviewListing; }
    "/listings/{id}/audience" { put audiences::choose_audience Write Welcome EditListing; }
    "/members-listings" { get audiences::list_members_listings Read Welcome ReadMembersListings; }
    "/listings/{id}/confidential" {
        get confidential::read_confidential Write Refused ReadConfidential|UseConfidentialGrant;
        put confidential::put_confidential Write Refused EditConfidential;
        delete confidential::remove_confidential Write Refused EditConfidential;
    }
    "/listings/{id}/confidential/inspection" { post confidential::inspect_confidential Write Refused InspectConfidential, Fresh; }
    "/listings/{id}/confidential/readings" { get confidential::list_confidential_readings Read Refused ReadConfidential; }
    "/listings/{id}/confidential/grants" {
        get confidential_grants::list_confidential_grants Read Refused ReadConfidential;
        post confidential_grants::grant_confidential Invitation Refused EditConfidential, Fresh;
    }
    "/listings/{id}/confidential/grants/{grant}" {
        get confidential_grants::get_confidential_grant Read Refused ReadConfidential;
        delete confidential_grants::revoke_confidential_grant Write Refused EditConfidential;
    }
    "/me/confidential-grants" { get confidential_grants::list_my_confidential_grants Read Refused UseConfidentialGrant; }
    "/confidential-grants/{id}" { get confidential_grants::get_my_confidential_grant Read Refused UseConfidentialGrant; }
    "/confidential-grants/{id}/acceptance" { post confidential_grants::accept_undertaking Write Refused UseConfidentialGrant; }
    "/listings/{id}/classification" {
        get regulated::get_listing_classification Read Refused ReviewListing;
        put regulated::classify_listing Write Refused ReviewListing, Fresh;
    }
    "/moderation/listings" { get listing_register::list_listing_register Read Refused ReviewListing; }
    "/moderation/overtaken-listings" { get regulated::list_overtaken_listings Read Refused ReviewListing; }
    "/screening-terms" {
        get screening::list_screening_terms Read Refused ManageReferenceData;
        post screening::add_screening_term Write Refused ManageReferenceData;
    }
    "/screening-terms/{id}" { delete screening::end_screening_term Write Refused ManageReferenceData; }
    "/screening-terms/{id}/enterprises" { get screening::list_screened_enterprises Read Refused ManageReferenceData; }
    "/screening-terms/{id}/listings" { get screening::list_screened_listings Read Refused ManageReferenceData; }
    "/import-aliases" {
        get import_aliases::list_import_aliases Read Refused ManageReferenceData;
        post import_aliases::add_import_alias Write Refused ManageReferenceData;
    }
    "/import-aliases/{id}" { delete import_aliases::end_import_alias Write Refused ManageReferenceData; }
    "/letters" { get letters::list_letters Read Refused ManageLetters; }
    "/letters/{id}/retry" { post letters::retry_letter Write Refused ManageLetters; }
    "/audit" { get audit::search_audit Read Refused ReadAudit; }
    // Leaves a row in the trail.
    "/audit/export" { get audit::export_audit Write Refused ReadAudit; }
    "/moderation/queue" { get review::list_moderation_queue Read Refused ReviewEnterprise | ReviewListing | HandleReports; }
    "/moderation/enterprises" { get enterprise_register::list_enterprise_register Read Refused ReviewEnterprise; }
    "/moderation/join-requests" { get join_requests::list_ownerless_join_requests Read Refused AdmitOwner; }
    "/moderation/checklists" { get checklists::list_checklists Read Refused ReviewEnterprise | ReviewListing; }
    "/moderation/decisions" { post bulk_decisions::decide_several Write Refused ReviewEnterprise | ReviewListing; }
    "/moderation/statistics" { get review_statistics::get_review_statistics Read Refused ReadReports; }
    "/moderation/claims/{type}/{id}" {
        post review::claim_entry Write Refused ReviewEnterprise | ReviewListing | HandleReports;
        delete review::release_entry Write Refused ReviewEnterprise | ReviewListing | HandleReports;
    }
    "/moderation/claims/{type}/{id}/handover" { post review::hand_over_entry Write Refused ReviewEnterprise | ReviewListing | HandleReports; }
    "/reviews/{type}/{id}/messages" {
        get conversation::list_review_messages Read Welcome ReadRevision | ReadAmendment;
        post conversation::write_review_message Write Refused EditListing | AnswerReview | ReviewListing | ReviewEnterprise;
    }
    "/reviews/{type}/{id}/diff" { get conversation::get_review_diff Read Welcome ReadRevision | ReadAmendment; }
    "/taxonomies/crosswalks/{from}/{to}" { get successors::get_crosswalk Read Welcome Anybody; }
    "/schemas" { get schemas::list_schemas Read Welcome Anybody; }
    "/schemas/listings/{kind}" { get schemas::get_listing_schema Read Welcome Anybody; }
    "/taxonomies" { get taxonomies::list_taxonomies Read Welcome Anybody; }
    "/taxonomies/{name}" { get taxonomies::get_taxonomy Read Welcome Anybody; }
    "/taxonomies/{name}/entries" { post reference::add_taxonomy_entry Write Refused ManageReferenceData; }
    "/taxonomies/{name}/imports" { post reference_imports::import_taxonomy_entries Write Refused ManageReferenceData; }
    "/taxonomies/{name}/entries/{code}" {
        get reference::get_taxonomy_entry Read Welcome Anybody;
        patch reference::edit_taxonomy_entry Write Refused ManageReferenceData;
    }
    "/calendar/due" { get due::count_term Read Welcome Anybody; }
    "/calendar/years/{year}" {
        get calendar::get_calendar_year Read Welcome Anybody;
        put calendar::put_calendar_year Write Refused ManageReferenceData;
    }
    "/calendar/years/{year}/preview" { post calendar::preview_calendar_year Write Refused ManageReferenceData; }
    "/calendar/years/{year}/versions" { get calendar::list_calendar_year_versions Read Refused ManageReferenceData; }
    "/listings/{id}/inquiries" { post inquiries::create_inquiry Write Refused SendInquiry; }
    "/enterprises/{id}/inquiries" { get inquiries::list_inquiries Read Refused ReadInquiry; }
    "/inquiries/{id}" { get inquiries::get_inquiry Read Refused ReadInquiry; }
    "/inquiries/{id}/messages" {
        get inquiries::list_inquiry_messages Read Refused ReadInquiryMessages;
        post inquiries::write_inquiry_message Write Refused AnswerInquiry;
    }
    "/inquiries/{id}/agreement" { post inquiries::agree_inquiry Write Refused AnswerInquiry; }
    "/inquiries/{id}/completion" { post inquiries::complete_inquiry Write Refused AnswerInquiry; }
    "/inquiries/{id}/rejection" { post inquiries::decline_inquiry Write Refused AnswerInquiry; }
    "/inquiries/{id}/withdrawal" { post inquiries::withdraw_inquiry Write Refused AnswerInquiry; }
    "/dossiers" {
        get dossiers::list_dossiers Read Refused HandleDossier;
        post dossiers::create_dossier Write Refused FileDossier;
    }
    "/dossiers/{id}" { get dossiers::get_dossier Read Refused ReadDossier; put dossiers::edit_dossier Write Refused EditDossier; }
    "/dossiers/{id}/events" {
        get dossiers::list_dossier_events Read Refused ReadDossier;
        post dossiers::take_dossier_event Write Refused EditDossier | HandleDossier | SignCertificate, Fresh;
    }
    "/dossiers/{id}/files" {
        get dossier_papers::list_dossier_files Read Refused ReadDossier;
        post dossier_papers::add_dossier_file Write Refused EditDossier;
    }
    "/dossiers/{id}/files/{file}" {
        get dossier_papers::get_dossier_file Read Refused ReadDossier;
        delete dossier_papers::remove_dossier_file Write Refused EditDossier;
    }
    "/dossiers/{id}/consultations" {
        get dossiers::get_dossier_consultations Read Refused HandleDossier;
        put dossiers::put_dossier_consultations Write Refused HandleDossier;
    }
    "/dossiers/{id}/receipt" { get dossiers::get_dossier_receipt Read Refused ReadDossier; }
    "/dossiers/{id}/receipt/document" { get dossiers::get_dossier_receipt_document Read Refused ReadDossier; }
    "/dossiers/{id}/screening" { put dossiers::screen_dossier Write Refused HandleDossier; }
    "/dossiers/{id}/proposal" {
        get proposals::get_proposal Read Refused HandleDossier;
        put proposals::propose Write Refused HandleDossier;
        delete proposals::withdraw_proposal Write Refused HandleDossier;
    }
    "/opinions" { get opinions::list_opinions Read Refused HandleDossier; }
    "/certificates" {
        get certificates::list_certificates Read Refused HandleDossier;
        post certificates::enter_certificate Write Refused EnterCertificate, Fresh;
    }
    "/certificates/annulled" { get certificates::list_annulled_certificates Read Welcome Anybody; }
    "/certificates/{id}" { get certificates::get_certificate Read Refused ReadDossier; }
    "/certificates/{id}/duplicate-proposal" {
        get certificates::get_duplicate_proposal Read Refused HandleDossier;
        post certificates::propose_duplicate Write Refused HandleDossier;
        delete certificates::withdraw_duplicate_proposal Write Refused HandleDossier;
    }
    "/certificates/{id}/duplicates" { post certificates::issue_duplicate Write Refused SignCertificate, Fresh; }
    "/certificates/{id}/restoration-proposal" {
        get certificates::get_restoration_proposal Read Refused HandleDossier;
        post certificates::propose_restoration Write Refused HandleDossier;
        delete certificates::withdraw_restoration_proposal Write Refused HandleDossier;
    }
    "/certificates/{id}/restorations" { post certificates::confirm_restoration Write Refused SignCertificate, Fresh; }
    "/certificates/{id}/document" { get certificates::get_certificate_document Read Refused ReadDossier; }
    "/certificates/{id}/proof" { get certificates::get_certificate_proof Read Refused ReadDossier; }
    "/certificates/{id}/record" { get certificates::get_certificate_record Read Refused ReadDossier; }
    "/me/certificates" { get certificates::list_my_certificates Read Refused ReadDossier; }
    "/periodic-reports/preview" { get periodic_reports::preview_periodic_report Read Refused ReadReports; }
    "/periodic-reports" {
        get periodic_reports::list_periodic_reports Read Refused ReadReports;
        post periodic_reports::publish_periodic_report Write Refused PublishReports, Fresh;
    }
    "/periodic-reports/{id}" { get periodic_reports::get_periodic_report Read Refused ReadReports; }
    "/periodic-reports/{id}/file" { get periodic_reports::get_periodic_report_file Read Refused ReadReports; }
    "/verify/{number}/{code}" { get certificates::verify_certificate Read Welcome Anybody; }
    "/me/dossiers" { get dossiers::list_my_dossiers Read Refused ReadDossier; }
    "/procedures" { get procedures::list_procedures Read Welcome Anybody; }
    "/procedures/{code}" {
        get procedures::get_procedure Read Welcome Anybody;
        put procedures::publish_procedure Write Refused ManageProcedures;
    }
    "/procedures/{code}/versions" { get procedures::list_procedure_versions Read Welcome Anybody; }
    "/procedures/{code}/versions/{version}" { get procedures::get_procedure_version Read Welcome Anybody; }
    "/vocabulary" {
        get vocabulary::list_vocabulary Read Refused ManageVocabulary;
        post vocabulary::add_vocabulary_entry Write Refused ManageVocabulary;
    }
    "/vocabulary/candidates" { get vocabulary_candidates::list_vocabulary_candidates Read Refused ManageVocabulary; }
    "/vocabulary/candidates/{id}/acceptance" { post vocabulary_candidates::accept_vocabulary_candidate Write Refused ManageVocabulary; }
    "/vocabulary/candidates/{id}/rejection" { post vocabulary_candidates::reject_vocabulary_candidate Write Refused ManageVocabulary; }
    "/vocabulary/preview" { post vocabulary_previews::preview_vocabulary Write Refused ManageVocabulary; }
    "/vocabulary/{id}" {
        get vocabulary::get_vocabulary_entry Read Refused ManageVocabulary;
        patch vocabulary::edit_vocabulary_entry Write Refused ManageVocabulary;
        delete vocabulary::withdraw_vocabulary_entry Write Refused ManageVocabulary;
    }
    "/taxonomies/{name}/successors" { get successors::list_successors Read Welcome Anybody; }
}

/// Adds everything.
pub fn configure(config: &mut ServiceConfig) {
    plain::beside(config);
    config.service(scope("/api/v1").configure(version_1));
}
