//! What each operation is asked about, and what it wears out when it succeeds.

mod listings;

use super::words;

/// What an operation is done to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum On {
    /// Nothing in particular.
    Nothing,
    /// The caller's own session.
    OwnSession,
    /// A listing of the scene's enterprise.
    Listing,
    /// A listing of the scene's enterprise that has a confidential part.
    Confidential,
    /// A grant of such a part to the enterprise of the caller `foreign`.
    ConfidentialGrant,
    /// The same grant by itself, as the one to whom it was given knows it.
    OwnGrant,
    /// The open revision of a published listing of the scene's enterprise.
    Revision,
    /// What waits for officers, or did, of any sort: [`entry`](super::entries::entry) tells which.
    Entry,
    /// A file of such a listing.
    File,
    /// The scene's enterprise.
    Enterprise,
    /// What is to change of what was verified of an enterprise of its own.
    Amendment,
    /// A viewer of the scene's enterprise.
    Member,
    /// An invitation to the scene's enterprise.
    Invitation,
    /// The token of an invitation to another enterprise.
    InvitationToken,
    /// A request to be admitted to the scene's enterprise.
    JoinRequest,
    /// The caller's own request to be admitted somewhere.
    OwnJoinRequest,
    /// A key of the scene's enterprise.
    Key,
    /// A document of the profile of the scene's enterprise.
    Document,
    /// The account of a viewer of the scene's enterprise.
    Account,
    /// A reset of its second factor that was asked for.
    AccountReset,
    /// An officer.
    Officer,
    /// An officer whose factor another one wants to be removed.
    FactorReset,
    /// The token of a letter.
    RegistrationToken,
    /// The same.
    AccountToken,
    /// The same.
    PasswordToken,
    /// A refresh token.
    RefreshToken,
    /// What somebody asks about the own data.
    DataRequest,
    /// A version of the operating rules.
    Rules,
    /// A version of the text of a consent.
    ConsentText,
    /// A consent of the caller's.
    Consent,
    /// A letter.
    Letter,
    /// A word that listings are held against.
    ScreeningTerm,
    /// What files may call an entry of a list.
    ImportAlias,
    /// An entry of the vocabulary of searches.
    VocabularyEntry,
    /// What was learned for it.
    VocabularyCandidate,
    /// A request of an authority to take a listing of the scene's enterprise down.
    Takedown,
    /// What somebody says is wrong with such a listing.
    Report,
    /// A notice that such a listing infringes intellectual property.
    IpNotice,
    /// A complaint about the scene's enterprise.
    Complaint,
    /// An inquiry of the enterprise of the caller `foreign` about a listing of the scene's enterprise.
    Inquiry,
    /// A dossier of the scene's enterprise.
    Dossier,
    /// A file of its papers.
    DossierFile,
    /// A published statistical report.
    PeriodicReport,
    /// A certificate of the scene's enterprise.
    Certificate,
    /// The token with which an address is proved.
    AddressToken,
    /// The token with which the present address agrees to another one.
    AddressChangeToken,
    /// The caller's own second factor.
    OwnFactor,
    /// The restriction of the caller's own data.
    OwnRestriction,
    /// An import of the scene's enterprise.
    Import,
    /// A file of enterprises that an officer sent.
    EnterpriseImport,
}

/// What is not as it was after a success.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wear {
    /// Nothing that matters.
    Nothing,
    /// The thing.
    Thing,
    /// The caller: signed out, or with another password.
    Caller,
    /// The enterprise, or who belongs to it.
    Scene,
}

/// How an operation is tried.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub on: On,
    pub states: &'static [&'static str],
    pub wear: Wear,
}

const PLAIN: &[&str] = &["-"];

const ENTERPRISE: &[&str] = &[
    "submitted",
    "sent_back",
    "rejected",
    "active",
    "renewing",
    "suspended",
    "closed",
    "merged",
    "absent",
];
/// Only the last owner closes.
const CLOSING: &[&str] = &[
    "submitted",
    "sent_back",
    "rejected",
    "active",
    "last_owner",
    "renewing",
    "suspended",
    "closed",
    "merged",
    "absent",
];
const AMENDMENT: &[&str] = &["none", "submitted", "sent_back", "rejected", "suspended", "absent"];
const INSIDE: &[&str] = &["active", "suspended", "absent"];
const MEMBER: &[&str] = &["active", "suspended", "foreign", "absent"];
const DATA_REQUEST: &[&str] = &[
    "received",
    "acknowledged",
    "extended",
    "fulfilled",
    "refused",
    "own",
    "absent",
];
const POLICY: &[&str] = &["in_force", "superseded", "absent"];

/// How the operation of a name is tried. A new operation fails here until somebody has thought about it.
pub fn case(name: &str) -> Case {
    let (on, states, wear) = match name {
        "register_enterprise"
        | "open_account"
        | "sign_in"
        | "ask_password_reset"
        | "get_me"
        | "list_my_sessions"
        | "step_up"
        | "create_listing"
        | "list_my_listings"
        | "export_my_listings"
        | "export_listings"
        | "export_enterprises"
        | "export_moderation_queue"
        | "export_enterprise_register"
        | "export_listing_register"
        | "export_takedowns"
        | "export_reports"
        | "export_ip_notices"
        | "export_complaints"
        | "get_listing_import_template"
        | "list_listing_imports"
        | "get_enterprise_import_template"
        | "list_enterprise_imports"
        | "start_enterprise_import"
        | "list_ownerless_join_requests"
        | "list_enterprises"
        | "list_moderation_queue"
        | "list_enterprise_register"
        | "list_listing_register"
        | "list_overtaken_listings"
        | "list_my_confidential_grants"
        | "list_members_listings"
        | "list_checklists"
        | "get_review_statistics"
        | "decide_several"
        | "renew_several"
        | "compare_listings"
        | "follow_listings"
        | "follow_enterprises"
        | "list_schemas"
        | "get_listing_schema"
        | "get_calendar_year"
        | "put_calendar_year"
        | "preview_calendar_year"
        | "list_calendar_year_versions"
        | "count_term"
        | "list_taxonomies"
        | "get_taxonomy"
        | "list_successors"
        | "get_crosswalk"
        | "get_taxonomy_entry"
        | "add_taxonomy_entry"
        | "edit_taxonomy_entry"
        | "import_taxonomy_entries"
        | "ask_email_verification"
        | "ask_email_change"
        | "edit_me"
        | "list_letters"
        | "list_screening_terms"
        | "list_takedowns"
        | "list_reports"
        | "list_ip_notices"
        | "list_complaints"
        | "add_screening_term"
        | "list_import_aliases"
        | "add_import_alias"
        | "search_audit"
        | "export_audit"
        | "list_policies"
        | "publish_policy"
        | "list_my_acceptances"
        | "list_my_consents"
        | "export_my_data"
        | "list_my_data_requests"
        | "list_my_notices"
        | "get_my_review_digest"
        | "set_my_review_digest"
        | "ask_about_my_data"
        | "list_data_requests"
        | "list_officers"
        | "appoint_officer" => (On::Nothing, PLAIN, Wear::Nothing),
        "sign_out" | "change_password" | "end_my_other_sessions" | "leave_enterprise" | "ask_to_join" => {
            (On::Nothing, PLAIN, Wear::Caller)
        }
        "begin_second_factor" | "remove_second_factor" | "renew_recovery_codes" => {
            (On::OwnFactor, &["none", "set"][..], Wear::Caller)
        }
        "confirm_second_factor" => (On::OwnFactor, &["none", "begun", "set"][..], Wear::Caller),
        "confirm_email" => (On::AddressToken, &["own", "foreign"][..], Wear::Caller),
        "confirm_email_change" => (On::AddressChangeToken, &["own", "foreign"][..], Wear::Caller),
        "end_my_restriction" => (On::OwnRestriction, &["none", "restricted"][..], Wear::Nothing),
        "get_policy" | "accept_policy" => (On::Rules, POLICY, Wear::Nothing),
        "give_consent" => (On::ConsentText, POLICY, Wear::Nothing),
        "withdraw_consent" => (On::Consent, &["own", "foreign", "absent"][..], Wear::Thing),
        "retry_letter" => (On::Letter, &["dead", "waiting", "absent"][..], Wear::Thing),
        "end_screening_term" => (On::ScreeningTerm, &["in_force", "ended", "absent"][..], Wear::Thing),
        "end_import_alias" => (On::ImportAlias, &["in_force", "ended", "absent"][..], Wear::Thing),
        "list_screened_listings" | "list_screened_enterprises" => {
            (On::ScreeningTerm, &["in_force", "ended", "absent"][..], Wear::Nothing)
        }
        "complain_about_enterprise" => (On::Enterprise, ENTERPRISE, Wear::Nothing),
        "get_ip_notice"
        | "accept_ip_notice"
        | "reject_ip_notice"
        | "counter_ip_notice"
        | "uphold_ip_notice"
        | "restore_after_ip_notice" => (
            On::IpNotice,
            &[
                "received",
                "accepted",
                "countered",
                "rejected",
                "upheld",
                "restored",
                "absent",
            ][..],
            Wear::Thing,
        ),
        "get_complaint" | "acknowledge_complaint" | "decide_complaint" | "reopen_complaint" => (
            On::Complaint,
            &["received", "acknowledged", "resolved", "rejected", "reopened", "absent"][..],
            Wear::Thing,
        ),
        "get_takedown" | "carry_out_takedown" | "dismiss_takedown" | "restore_takedown" => (
            On::Takedown,
            &["open", "carried_out", "dismissed", "restored", "absent"][..],
            Wear::Thing,
        ),
        "get_report" | "decide_report" => (
            On::Report,
            &["received", "upheld", "dismissed", "absent"][..],
            Wear::Thing,
        ),
        "end_my_session" => (On::OwnSession, &["own", "foreign"][..], Wear::Caller),
        "confirm_registration" => (On::RegistrationToken, PLAIN, Wear::Thing),
        "confirm_account" => (On::AccountToken, PLAIN, Wear::Thing),
        "reset_password" => (On::PasswordToken, PLAIN, Wear::Thing),
        "refresh_session" => (On::RefreshToken, PLAIN, Wear::Thing),
        "start_listing_import" => (On::Nothing, PLAIN, Wear::Scene),
        "get_listing_import" | "list_listing_import_rows" | "download_listing_import_errors" => {
            (On::Import, &["finished", "foreign", "absent"][..], Wear::Nothing)
        }
        "cancel_listing_import" => (On::Import, &["waiting", "foreign", "absent"][..], Wear::Thing),
        "get_enterprise_import" | "list_enterprise_import_rows" | "download_enterprise_import_errors" => {
            (On::EnterpriseImport, &["finished", "absent"][..], Wear::Nothing)
        }
        "cancel_enterprise_import" => (On::EnterpriseImport, &["waiting", "absent"][..], Wear::Thing),
        "get_enterprise"
        | "edit_enterprise"
        | "submit_enterprise"
        | "approve_enterprise"
        | "reject_enterprise"
        | "request_enterprise_changes"
        | "suspend_enterprise"
        | "reinstate_enterprise"
        | "reopen_enterprise"
        | "edit_enterprise_contact"
        | "erase_enterprise_contact" => (On::Enterprise, ENTERPRISE, Wear::Scene),
        "close_enterprise" => (On::Enterprise, CLOSING, Wear::Scene),
        "get_amendment"
        | "take_back_amendment"
        | "approve_amendment"
        | "reject_amendment"
        | "request_amendment_changes" => (On::Amendment, AMENDMENT, Wear::Scene),
        "merge_enterprise" => (On::Enterprise, ENTERPRISE, Wear::Nothing),
        "list_duplicates" | "get_enterprise_screening" => (On::Enterprise, ENTERPRISE, Wear::Nothing),
        "list_members" | "list_invitations" | "list_join_requests" | "list_api_keys" => {
            (On::Enterprise, ENTERPRISE, Wear::Nothing)
        }
        "invite_member" | "create_api_key" => (On::Enterprise, INSIDE, Wear::Nothing),
        "change_member_role" | "remove_member" | "transfer_ownership" => (On::Member, MEMBER, Wear::Scene),
        "revoke_invitation" => (On::Invitation, &["pending", "foreign", "absent"][..], Wear::Thing),
        "approve_join_request" | "reject_join_request" => {
            (On::JoinRequest, &["pending", "foreign", "absent"][..], Wear::Thing)
        }
        "put_logo"
        | "get_logo"
        | "remove_logo"
        | "add_document"
        | "list_documents"
        | "export_enterprise_profile"
        | "export_confidential_texts" => (On::Enterprise, ENTERPRISE, Wear::Nothing),
        "get_document"
        | "get_document_content"
        | "link_document"
        | "get_linked_document"
        | "remove_document"
        | "decide_document" => (On::Document, super::documents::STATES, Wear::Thing),
        "revoke_api_key" => (On::Key, &["in_force", "foreign", "absent"][..], Wear::Thing),
        "accept_invitation" => (On::InvitationToken, &["own", "foreign"][..], Wear::Caller),
        "decline_invitation" => (On::InvitationToken, &["own"][..], Wear::Thing),
        "get_my_join_request" | "withdraw_join_request" => (On::OwnJoinRequest, &["none", "pending"][..], Wear::Caller),
        "get_officer" | "edit_officer" | "suspend_officer" | "reinstate_officer" | "ask_factor_reset" => {
            (On::Officer, &["active", "closed", "absent"][..], Wear::Thing)
        }
        "approve_account_factor_reset" => (
            On::AccountReset,
            &["asked", "approved", "foreign", "absent"][..],
            Wear::Thing,
        ),
        "get_account" | "suspend_account" | "reinstate_account" | "ask_account_factor_reset" => {
            (On::Account, &["active", "closed", "absent"][..], Wear::Thing)
        }
        "take_back_data_request" => (On::DataRequest, &["own", "received", "absent"][..], Wear::Thing),
        "acknowledge_data_request" | "extend_data_request" | "fulfil_data_request" | "refuse_data_request" => {
            (On::DataRequest, DATA_REQUEST, Wear::Thing)
        }
        "approve_factor_reset" => (
            On::FactorReset,
            &["asked", "approved", "foreign", "absent"][..],
            Wear::Thing,
        ),
        "create_inquiry" => (On::Listing, listings::LISTING, Wear::Thing),
        "list_inquiries" => (On::Enterprise, ENTERPRISE, Wear::Nothing),
        other if other.contains("inquiry") => (On::Inquiry, super::inquiries::STATES, Wear::Thing),
        other if other.contains("vocabulary") => return words::case(other),
        other => listings::case(other),
    };
    Case { on, states, wear }
}
