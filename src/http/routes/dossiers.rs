//! From an inquiry to the certificate: dossiers, opinions, certificates, periodic reports and procedures.

use crate::http::{
    certificates, dossier_papers, dossiers, inquiries, opinions, periodic_reports, procedures, proposals,
};

operations! {
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
}
