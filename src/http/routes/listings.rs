//! Listings after they were begun: their files, what others say of them and the law asks, review and revisions, imports,
//! and their confidential part.

use crate::http::file_imports::enterprises as enterprise_imports;
use crate::http::file_imports::listings as listing_imports;
use crate::http::{
    audiences, classifications, complaints, confidential, confidential_grants, duplicates, file_labels, file_links,
    files, holds, ip_notices, listing_exports, listing_renewals, listing_terms, listings, moderation, regulated,
    reports, revisions, screening, takedowns, videos,
};

operations! {
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
}
