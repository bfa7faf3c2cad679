//! The one table of operations: path, method, handler, and two policies that no operation can do without: which limit
//! counts its calls, and whether keys of enterprises' systems may call it. An operation without them does not compile.
//!
//! Who else may do what is decided in `domain::access`; `tests/api` asks every operation as every caller.

use actix_web::web::{ServiceConfig, delete, get, patch, post, put, resource, scope};

use super::{
    account_suspensions, accounts, api_keys, audit, contacts, data_requests, enterprises, health, invitations,
    join_requests, letters, listings, members, moderation, officers, openapi, passwords, personal_data, policies,
    registrations, search, second_factor, sessions, suspensions, taxonomies,
};

/// Which limit counts the calls of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Reads.
    Read,
    /// Writes of somebody who is signed in.
    Write,
    /// Costs a password hash.
    Password,
    /// Sends a letter to an address that the caller chooses.
    Letter,
}

/// Whether keys of enterprises' systems may call an operation; what they may do there is up to their scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// They may.
    Welcome,
    /// People only.
    Refused,
}

/// One operation of the API.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Its name, `operationId` in the description.
    pub name: &'static str,
    /// Method, in lower case.
    pub method: &'static str,
    /// Path below `/api/v1`.
    pub path: &'static str,
    /// Which limit counts its calls.
    pub class: Class,
    /// Whether keys may call it.
    pub keys: Keys,
    /// Whether it is sensitive: whoever may do it must have shown password or code within the last five minutes. The
    /// use case asks ([`require_fresh`](crate::service::context::Caller::require_fresh)); a test asks every operation,
    /// and holds this against it.
    pub needs_fresh: bool,
}

/// The operation behind a method and a route's pattern (`/api/v1/listings/{id}`).
pub fn operation(method: &str, pattern: &str) -> Option<&'static Operation> {
    let path = pattern.strip_prefix("/api/v1")?;
    OPERATIONS
        .iter()
        .find(|known| known.path == path && known.method.eq_ignore_ascii_case(method))
}

macro_rules! operations {
    ($($path:literal { $($method:ident $room:ident::$name:ident $class:ident $keys:ident $($fresh:ident)?;)+ })+) => {
        /// Every operation.
        pub const OPERATIONS: &[Operation] = &[$($(Operation {
            name: stringify!($name),
            method: stringify!($method),
            path: $path,
            class: Class::$class,
            keys: Keys::$keys,
            needs_fresh: operations!(@ $($fresh)?),
        },)+)+];

        /// Every path is a resource, so that a wrong method is answered with 405 and `Allow`.
        fn version_1(config: &mut ServiceConfig) {
            $(config.service(resource($path)$(.route($method().to($room::$name)))+);)+
        }
    };
    (@) => { false };
    (@ Fresh) => { true };
}

// Patterns are tried in this order, so what is asked most stands first.
operations! {
    "/listings/{id}" {
        get listings::get_listing Read Welcome;
        patch listings::edit_listing Write Welcome;
    }
    "/search" { get search::search_listings Read Welcome; }
    "/listings" { post listings::create_listing Write Welcome; }
    "/registrations" { post registrations::register_enterprise Letter Refused; }
    "/registrations/confirmation" { post registrations::confirm_registration Password Refused; }
    "/accounts" { post registrations::open_account Letter Refused; }
    "/accounts/confirmation" { post registrations::confirm_account Password Refused; }
    "/accounts/{id}" { get account_suspensions::get_account Read Refused; }
    "/accounts/{id}/suspension" {
        post account_suspensions::suspend_account Write Refused;
        delete account_suspensions::reinstate_account Write Refused;
    }
    "/sessions" { post sessions::sign_in Password Refused; }
    "/sessions/refresh" { post sessions::refresh_session Write Refused; }
    "/sessions/current" { delete sessions::sign_out Write Refused; }
    "/sessions/current/step-up" { post sessions::step_up Password Refused; }
    "/password-resets" { post passwords::ask_password_reset Letter Refused; }
    "/password-resets/confirmation" { post passwords::reset_password Password Refused; }
    "/me" {
        get sessions::get_me Read Refused;
        patch accounts::edit_me Write Refused;
    }
    "/me/email" { post accounts::ask_email_change Letter Refused Fresh; }
    "/me/email/verification" { post accounts::ask_email_verification Letter Refused; }
    "/email-verifications/confirmation" { post accounts::confirm_email Write Refused; }
    "/email-changes/confirmation" { post accounts::confirm_email_change Write Refused; }
    "/me/password" { put passwords::change_password Password Refused; }
    "/me/sessions" {
        get sessions::list_my_sessions Read Refused;
        delete sessions::end_my_other_sessions Write Refused;
    }
    "/me/sessions/{id}" { delete sessions::end_my_session Write Refused; }
    "/me/second-factor" {
        post second_factor::begin_second_factor Write Refused Fresh;
        delete second_factor::remove_second_factor Write Refused Fresh;
    }
    "/me/second-factor/confirmation" { post second_factor::confirm_second_factor Write Refused; }
    "/me/recovery-codes" { post second_factor::renew_recovery_codes Write Refused Fresh; }
    "/me/listings" { get listings::list_my_listings Read Welcome; }
    "/me/membership" { delete members::leave_enterprise Write Refused; }
    "/me/join-request" {
        get join_requests::get_my_join_request Read Refused;
        delete join_requests::withdraw_join_request Write Refused;
    }
    "/join-requests" { post join_requests::ask_to_join Write Refused; }
    "/invitations/acceptance" { post invitations::accept_invitation Password Refused; }
    "/invitations/refusal" { post invitations::decline_invitation Write Refused; }
    "/officers" {
        get officers::list_officers Read Refused;
        post officers::appoint_officer Password Refused Fresh;
    }
    "/officers/{id}" {
        get officers::get_officer Read Refused;
        patch officers::edit_officer Write Refused Fresh;
    }
    "/officers/{id}/suspension" {
        post officers::suspend_officer Write Refused Fresh;
        delete officers::reinstate_officer Write Refused Fresh;
    }
    "/me/policy-acceptances" {
        get policies::list_my_acceptances Read Refused;
        post policies::accept_policy Write Refused;
    }
    "/me/consents" {
        get policies::list_my_consents Read Refused;
        post policies::give_consent Write Refused;
    }
    "/me/consents/{id}" { delete policies::withdraw_consent Write Refused; }
    "/me/export" { get personal_data::export_my_data Write Refused Fresh; }
    "/me/restriction" { delete personal_data::end_my_restriction Write Refused; }
    "/me/data-requests" {
        get data_requests::list_my_data_requests Read Refused;
        post data_requests::ask_about_my_data Write Refused;
    }
    "/me/data-requests/{id}" { delete data_requests::take_back_data_request Write Refused; }
    "/data-requests" { get data_requests::list_data_requests Read Refused; }
    "/data-requests/{id}/acknowledgement" { post data_requests::acknowledge_data_request Write Refused; }
    "/data-requests/{id}/extension" { post data_requests::extend_data_request Write Refused; }
    "/data-requests/{id}/fulfilment" { post data_requests::fulfil_data_request Write Refused; }
    "/data-requests/{id}/refusal" { post data_requests::refuse_data_request Write Refused; }
    "/policies" {
        get policies::list_policies Read Welcome;
        post policies::publish_policy Write Refused Fresh;
    }
    "/policies/{id}" { get policies::get_policy Read Welcome; }
    "/officers/{id}/factor-resets" { post second_factor::ask_factor_reset Write Refused Fresh; }
    "/officers/{id}/factor-resets/{reset}/approval" { post second_factor::approve_factor_reset Write Refused Fresh; }
    "/enterprises" { get enterprises::list_enterprises Read Welcome; }
    "/enterprises/{id}" {
        get enterprises::get_enterprise Read Welcome;
        patch enterprises::edit_enterprise Write Refused;
    }
    "/enterprises/{id}/contact" {
        put contacts::edit_enterprise_contact Write Refused;
        delete contacts::erase_enterprise_contact Write Refused;
    }
    "/enterprises/{id}/submission" { post enterprises::submit_enterprise Write Refused; }
    "/enterprises/{id}/approval" { post moderation::approve_enterprise Write Refused; }
    "/enterprises/{id}/rejection" { post moderation::reject_enterprise Write Refused; }
    "/enterprises/{id}/change-request" { post moderation::request_enterprise_changes Write Refused; }
    "/enterprises/{id}/suspension" {
        post suspensions::suspend_enterprise Write Refused Fresh;
        delete suspensions::reinstate_enterprise Write Refused Fresh;
    }
    "/enterprises/{id}/members" { get members::list_members Read Refused; }
    "/enterprises/{id}/members/{account}" {
        patch members::change_member_role Write Refused Fresh;
        delete members::remove_member Write Refused Fresh;
    }
    "/enterprises/{id}/members/{account}/ownership" { post members::transfer_ownership Write Refused Fresh; }
    "/enterprises/{id}/invitations" {
        get invitations::list_invitations Read Refused;
        post invitations::invite_member Letter Refused Fresh;
    }
    "/enterprises/{id}/invitations/{invitation}" { delete invitations::revoke_invitation Write Refused; }
    "/enterprises/{id}/join-requests" { get join_requests::list_join_requests Read Refused; }
    "/enterprises/{id}/join-requests/{request}/approval" { post join_requests::approve_join_request Write Refused Fresh; }
    "/enterprises/{id}/join-requests/{request}/rejection" { post join_requests::reject_join_request Write Refused; }
    "/enterprises/{id}/api-keys" {
        get api_keys::list_api_keys Read Refused;
        post api_keys::create_api_key Write Refused Fresh;
    }
    "/enterprises/{id}/api-keys/{key}" { delete api_keys::revoke_api_key Write Refused; }
    "/listings/{id}/submission" {
        post listings::submit_listing Write Welcome;
        delete listings::take_back_listing Write Welcome;
    }
    "/listings/{id}/approval" { post moderation::approve_listing Write Refused; }
    "/listings/{id}/rejection" { post moderation::reject_listing Write Refused; }
    "/listings/{id}/change-request" { post moderation::request_listing_changes Write Refused; }
    "/letters" { get letters::list_letters Read Refused; }
    "/letters/{id}/retry" { post letters::retry_letter Write Refused; }
    "/audit" { get audit::search_audit Read Refused; }
    // Leaves a row in the trail.
    "/audit/export" { get audit::export_audit Write Refused; }
    "/moderation/queue" { get moderation::list_moderation_queue Read Refused; }
    "/taxonomies" { get taxonomies::list_taxonomies Read Welcome; }
    "/taxonomies/{name}" { get taxonomies::get_taxonomy Read Welcome; }
}

/// Adds everything.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(resource("/healthz").route(get().to(health::healthz)))
        .service(resource("/readyz").route(get().to(health::readyz)))
        .service(resource("/.well-known/jwks.json").route(get().to(sessions::serve_keys)))
        .service(resource("/api/openapi.json").route(get().to(openapi::serve_document)))
        .service(resource("/api/docs").route(get().to(openapi::redirect_to_docs)))
        .service(resource("/api/docs/{_:.*}").route(get().to(openapi::serve_docs)))
        .service(scope("/api/v1").configure(version_1));
}
