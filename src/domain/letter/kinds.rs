//! Kinds of letters: what each is called in the table of letters, to whom it is owed, and which stay as notices.

use super::Letter;

impl Letter {
    /// Whether it goes even to somebody whose data may only be kept: what the person asked for, what protects the
    /// account, and what the law demands. The others are news, or wishes of somebody else's.
    pub fn is_owed(&self) -> bool {
        !matches!(
            self,
            Self::JoinRequested { .. }
                | Self::KeyMade { .. }
                | Self::Invitation { .. }
                | Self::ListingEnds { .. }
                | Self::ListingExpired { .. }
                | Self::ListingsEnd { .. }
                | Self::VerificationEnds { .. }
                | Self::VerificationExpired { .. }
                | Self::DocumentEnds(_)
                | Self::Inquiry(_)
                | Self::RightEnds(_)
        )
    }

    /// Whether officers get it: they look at what it is about where they work, not where the public reads.
    pub fn is_for_officers(&self) -> bool {
        matches!(self, Self::ReviewMessage(words) if !words.is_officer)
    }

    /// Whether it stays as a notice in the owner's list: what became of the enterprise, of its listings and dossiers. Nothing
    /// with a secret in it, and nothing that names other people, whom the exchange may have to forget.
    pub fn is_notice(&self) -> bool {
        match self {
            Self::ReviewMessage(words) => words.is_officer,
            Self::ListingEnds { .. }
            | Self::ListingExpired { .. }
            | Self::ListingsEnd { .. }
            | Self::ListingSuspended { .. }
            | Self::ListingReinstated { .. }
            | Self::ListingClassified { .. }
            | Self::ListingTakenDown { .. }
            | Self::ListingRestored { .. }
            | Self::ConfidentialInspected { .. }
            | Self::ConfidentialGranted(_)
            | Self::ConfidentialGrantMoved(_)
            | Self::IpNotice(_)
            | Self::Complaint(_)
            | Self::Inquiry(_)
            | Self::Dossier(_)
            | Self::DossierTerm(_)
            | Self::ReviewDecided(_)
            | Self::DocumentDecided(_)
            | Self::DocumentEnds(_)
            | Self::RightEnds(_)
            | Self::VerificationEnds { .. }
            | Self::VerificationExpired { .. }
            | Self::EnterpriseSuspended { .. }
            | Self::EnterpriseReinstated { .. }
            | Self::EnterpriseClosed { .. }
            | Self::EnterpriseReopened { .. }
            | Self::EnterpriseMerged { .. } => true,
            _ => false,
        }
    }

    /// Stable name, as in the table of letters.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ConfirmRegistration { .. } => "confirm_registration",
            Self::ConfirmAccount { .. } => "confirm_account",
            Self::AddressKnown => "address_known",
            Self::TaxCodeKnown { .. } => "tax_code_known",
            Self::ResetPassword { .. } => "reset_password",
            Self::PasswordChanged => "password_changed",
            Self::ConfirmAddress { .. } => "confirm_address",
            Self::GiveUpAddress { .. } => "give_up_address",
            Self::TakeAddress { .. } => "take_address",
            Self::AddressChanged { .. } => "address_changed",
            Self::SessionStolen { .. } => "session_stolen",
            Self::FactorChanged { .. } => "factor_changed",
            Self::RecoveryCodeUsed { .. } => "recovery_code_used",
            Self::RecoveryCodesMade => "recovery_codes_made",
            Self::FactorReset { .. } => "factor_reset",
            Self::Invitation { .. } => "invitation",
            Self::JoinRequested { .. } => "join_requested",
            Self::JoinDecided { .. } => "join_decided",
            Self::RoleChanged { .. } => "role_changed",
            Self::Removed { .. } => "removed",
            Self::KeyMade { .. } => "key_made",
            Self::OfficerAppointed { .. } => "officer_appointed",
            Self::OfficerChanged => "officer_changed",
            Self::DataRequestAcknowledged { .. } => "data_request_acknowledged",
            Self::DataRequestsDue { .. } => "data_requests_due",
            Self::ListingEnds { .. } => "listing_ends",
            Self::ListingExpired { .. } => "listing_expired",
            Self::ListingsEnd { .. } => "listings_end",
            Self::ListingsOvertaken { .. } => "listings_overtaken",
            Self::ReviewDigest(_) => "review_digest",
            Self::TakedownsDue { .. } => "takedowns_due",
            Self::ListingSuspended { .. } => "listing_suspended",
            Self::ListingReinstated { .. } => "listing_reinstated",
            Self::ListingClassified { .. } => "listing_classified",
            Self::ConfidentialInspected { .. } => "confidential_inspected",
            Self::ConfidentialGranted(_) => "confidential_granted",
            Self::ConfidentialGrantMoved(_) => "confidential_grant_moved",
            Self::ListingTakenDown { .. } => "listing_taken_down",
            Self::ListingRestored { .. } => "listing_restored",
            Self::ReportAnswered { .. } => "report_answered",
            Self::IpNotice(_) => "ip_notice",
            Self::Complaint(_) => "complaint",
            Self::Inquiry(_) => "inquiry",
            Self::Dossier(_) => "dossier",
            Self::DossierProposed(_) => "dossier_proposed",
            Self::DossierProposalWithdrawn(_) => "dossier_proposal_withdrawn",
            Self::DossiersOverdue { .. } => "dossiers_overdue",
            Self::DossiersEscalated { .. } => "dossiers_escalated",
            Self::DossierTerm(_) => "dossier_term",
            Self::AccountSuspended { .. } => "account_suspended",
            Self::AccountReinstated => "account_reinstated",
            Self::ContactErased { .. } => "contact_erased",
            Self::RepresentativeErased { .. } => "representative_erased",
            Self::ReviewDecided(_) => "review_decided",
            Self::ReviewMessage(_) => "review_message",
            Self::EnterpriseMerged { .. } => "enterprise_merged",
            Self::EnterpriseSuspended { .. } => "enterprise_suspended",
            Self::EnterpriseReinstated { .. } => "enterprise_reinstated",
            Self::EnterpriseClosed { .. } => "enterprise_closed",
            Self::EnterpriseReopened { .. } => "enterprise_reopened",
            Self::MergedUnverified { .. } => "merged_unverified",
            Self::DocumentDecided(_) => "document_decided",
            Self::DocumentEnds(_) => "document_ends",
            Self::RightEnds(_) => "right_ends",
            Self::VerificationEnds { .. } => "verification_ends",
            Self::VerificationExpired { .. } => "verification_expired",
            Self::DataRequestAnswered { .. } => "data_request_answered",
        }
    }
}
