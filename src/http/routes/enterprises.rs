//! Enterprises, their papers, their members and the keys of their systems.

use crate::http::{
    amendments, api_keys, closures, confidential, contacts, documents, duplicates, enterprise_exports, enterprises,
    file_links, invitations, join_requests, logos, members, moderation, screening, suspensions,
};

operations! {
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
}
