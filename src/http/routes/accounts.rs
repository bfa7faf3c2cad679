//! Accounts, sessions, officers, and what people may ask about their own data.

use crate::http::{
    account_suspensions, accounts, data_requests, invitations, join_requests, listing_exports, listings, members,
    notices, officers, passwords, personal_data, policies, registrations, review_digests, second_factor, sessions,
};

operations! {
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
}
