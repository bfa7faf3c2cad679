//! Everything that somebody may want to do.

use crate::domain::text_enum;

text_enum! {
    /// What somebody wants to do.
    pub enum Action {
        /// Register an enterprise, or open an account.
        Register => "register",
        /// See to the safety of one's own account: its password, its sessions.
        SecureSelf => "secure_self",
        /// Read and change the rest of one's own account: name, address, consents, one's data.
        ManageSelf => "manage_self",
        /// Set up one's own second factor.
        EnrolFactor => "enrol_factor",
        /// See an enterprise.
        ReadEnterprise => "read_enterprise",
        /// Change an enterprise's registration, or hand it in again.
        EditEnterprise => "edit_enterprise",
        /// Write to the officers who review one's enterprise and hand in documents, also while it is suspended.
        AnswerReview => "answer_review",
        /// See what is to change of an active enterprise's verified data.
        ReadAmendment => "read_amendment",
        /// Take the logo of an enterprise down: its owner, or an officer.
        RemoveLogo => "remove_logo",
        /// See the documents of an enterprise's profile.
        ReadDocuments => "read_documents",
        /// Approve, refuse or send back a registration.
        ReviewEnterprise => "review_enterprise",
        /// Halt an enterprise, or let it go on.
        SuspendEnterprise => "suspend_enterprise",
        /// See which enterprises may be the same one, and make two one.
        MergeEnterprises => "merge_enterprises",
        /// End that an enterprise takes part: its last owner, or an officer.
        CloseEnterprise => "close_enterprise",
        /// Enter enterprises that the Department knows from a file.
        ImportEnterprises => "import_enterprises",
        /// See who asks to be admitted to an enterprise that has no owner, and make one of them its owner.
        AdmitOwner => "admit_owner",
        /// See somebody's account.
        ReadAccount => "read_account",
        /// Suspend somebody's account, or open it again.
        SuspendAccount => "suspend_account",
        /// Remove somebody's second factor, two together; an officer's is a matter of managing officers.
        ResetFactor => "reset_factor",
        /// See who belongs to an enterprise.
        ReadMembers => "read_members",
        /// Invite, admit and remove members, change their roles.
        ManageMembers => "manage_members",
        /// See who was invited to an enterprise, and who asks to be admitted.
        ReadAdmissions => "read_admissions",
        /// Ask to be admitted to an enterprise.
        RequestToJoin => "request_to_join",
        /// Accept an invitation.
        AcceptInvitation => "accept_invitation",
        /// Leave one's enterprise.
        LeaveEnterprise => "leave_enterprise",
        /// Make and revoke the enterprise's keys.
        ManageKeys => "manage_keys",
        /// See which keys the enterprise has.
        ReadKeys => "read_keys",
        /// Start a listing.
        CreateListing => "create_listing",
        /// See a listing.
        ReadListing => "read_listing",
        /// See a listing's page, which stays after its term.
        ReadListingPage => "read_listing_page",
        /// List the listings of one's own enterprise.
        ListOwnListings => "list_own_listings",
        /// List what only members see.
        ReadMembersListings => "read_members_listings",
        /// See what is to change of a published listing.
        ReadRevision => "read_revision",
        /// Change, hand in, take back, renew or put away a listing.
        EditListing => "edit_listing",
        /// Approve, refuse or send back a listing.
        ReviewListing => "review_listing",
        /// Suspend a listing, or let it go on.
        SuspendListing => "suspend_listing",
        /// Take listings down at the request of authorities, and bring them back.
        HandleTakedowns => "handle_takedowns",
        /// Read and decide what people report about listings.
        HandleReports => "handle_reports",
        /// Decide about notices that listings infringe intellectual property.
        HandleIpNotices => "handle_ip_notices",
        /// Read and answer complaints about enterprises.
        HandleComplaints => "handle_complaints",
        /// Read what one's own listing does not tell everybody, and who read it.
        ReadConfidential => "read_confidential",
        /// Write that, and grant it to others.
        EditConfidential => "edit_confidential",
        /// Read that by a grant.
        UseConfidentialGrant => "use_confidential_grant",
        /// Read that by office.
        InspectConfidential => "inspect_confidential",
        /// Load listings from a file.
        ImportListings => "import_listings",
        /// End the terms of listings.
        ExpireListings => "expire_listings",
        /// Put the listings of a closed enterprise away, and let those of a merged one follow it.
        SettleListings => "settle_listings",
        /// Count open terms anew when the calendar changed.
        RecountTerms => "recount_terms",
        /// Do with a dossier what comes of a term that is over.
        EndDossierTerms => "end_dossier_terms",
        /// Appoint officers and change what they may do.
        ManageOfficers => "manage_officers",
        /// Read figures about the work of the exchange and its officers.
        ReadReports => "read_reports",
        /// Publish a periodic statistical report.
        PublishReports => "publish_reports",
        /// Read and export the audit trail.
        ReadAudit => "read_audit",
        /// Publish operating rules and the texts of consents.
        PublishPolicies => "publish_policies",
        /// Ask the owner of a listing.
        SendInquiry => "send_inquiry",
        /// See an inquiry: who asked whom, when, and where it stands.
        ReadInquiry => "read_inquiry",
        /// Read what both sides of an inquiry wrote.
        ReadInquiryMessages => "read_inquiry_messages",
        /// Write, agree, decline or withdraw as one of the sides.
        AnswerInquiry => "answer_inquiry",
        /// End inquiries that nobody answered in time, and those of enterprises that left.
        EndInquiries => "end_inquiries",
        /// Begin a dossier.
        FileDossier => "file_dossier",
        /// See a dossier.
        ReadDossier => "read_dossier",
        /// Complete a dossier, hand it in, withdraw it.
        EditDossier => "edit_dossier",
        /// Do with a dossier what the authority does.
        HandleDossier => "handle_dossier",
        /// Sign a certificate, or its annulment, that another officer proposed.
        SignCertificate => "sign_certificate",
        /// Enter a certificate that was issued before the exchange was there.
        EnterCertificate => "enter_certificate",
        /// Publish the rules of procedures.
        ManageProcedures => "manage_procedures",
        /// Maintain the reference lists.
        ManageReferenceData => "manage_reference_data",
        /// Maintain the vocabulary of searches.
        ManageVocabulary => "manage_vocabulary",
        /// Answer what people ask about their data.
        HandleDataRequests => "handle_data_requests",
        /// Look at letters that could not be sent, and send them again.
        ManageLetters => "manage_letters",
    }
}
