//! Officers' work: registers and the queue, screening, letters, the trail.

use crate::http::{
    audit, bulk_decisions, checklists, conversation, enterprise_register, import_aliases, join_requests, letters,
    listing_register, regulated, review, review_statistics, screening,
};

operations! {
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
}
