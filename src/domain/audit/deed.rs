//! Every deed that the audit trail knows, each with the code under which it is stored: none is ever renamed.

use crate::domain::text_enum;

text_enum! {
    /// A deed worth remembering.
    pub enum Deed {
        /// An enterprise registered.
        EnterpriseRegistered => "enterprise.registered",
        /// Its owner changed the registration.
        EnterpriseEdited => "enterprise.edited",
        /// Its owner handed it in again.
        EnterpriseSubmitted => "enterprise.submitted",
        /// An officer verified it.
        EnterpriseApproved => "enterprise.approved",
        /// An officer refused it.
        EnterpriseRejected => "enterprise.rejected",
        /// An officer sent it back.
        EnterpriseChangesRequested => "enterprise.changes_requested",
        /// The owner of an active enterprise asked for its verification to be looked at again.
        RenewalSubmitted => "enterprise.renewal_submitted",
        /// An officer verified it anew.
        RenewalApproved => "enterprise.renewal_approved",
        /// An officer refused to; it stays active.
        RenewalRejected => "enterprise.renewal_rejected",
        /// An officer sent that back; it stays active.
        RenewalReturned => "enterprise.renewal_returned",
        /// Its contact person was replaced, or erased.
        EnterpriseContactChanged => "enterprise.contact_changed",
        /// A file of listings was sent.
        ListingImportStarted => "listing_import.started",
        /// Its sender stopped it.
        ListingImportCancelled => "listing_import.cancelled",
        /// A file of enterprises was sent.
        EnterpriseImportStarted => "enterprise_import.started",
        /// An officer stopped it.
        EnterpriseImportCancelled => "enterprise_import.cancelled",
        /// An officer entered it from a file.
        EnterpriseImported => "enterprise.imported",
        /// An officer's next file brought it up to date, which nobody else had touched.
        EnterpriseReimported => "enterprise.reimported",
        /// The owner of an active enterprise asked to change what was verified.
        AmendmentSubmitted => "enterprise.amendment_submitted",
        /// The owner took that back.
        AmendmentTakenBack => "enterprise.amendment_taken_back",
        /// An officer approved it, and it is live.
        AmendmentApproved => "enterprise.amendment_approved",
        /// An officer refused it.
        AmendmentRejected => "enterprise.amendment_rejected",
        /// An officer sent it back.
        AmendmentReturned => "enterprise.amendment_returned",
        /// An officer made it part of another one.
        EnterpriseMerged => "enterprise.merged",
        /// Another one became part of it.
        EnterpriseMergerReceived => "enterprise.merger_received",
        /// It takes part no more.
        EnterpriseClosed => "enterprise.closed",
        /// An officer opened it again.
        EnterpriseReopened => "enterprise.reopened",
        /// A member, listing, revision or key went along with it.
        MovedByMerger => "merger.moved",
        /// The term of its verification ended.
        VerificationExpired => "enterprise.verification_expired",
        /// A listing was started.
        ListingCreated => "listing.created",
        /// A listing was changed.
        ListingEdited => "listing.edited",
        /// A listing was handed in.
        ListingSubmitted => "listing.submitted",
        /// A listing was taken back or withdrawn.
        ListingTakenBack => "listing.taken_back",
        /// Its term ended.
        ListingExpired => "listing.expired",
        /// An officer suspended it.
        ListingSuspended => "listing.suspended",
        /// An officer lifted the suspension.
        ListingReinstated => "listing.reinstated",
        /// An officer found what it is under the law on technology transfer.
        ListingClassified => "listing.classified",
        /// The enterprise's own identifier was given to a listing that had none (đặt mã nội bộ).
        ListingNamed => "listing.named",
        /// Its owner chose to whom it is shown.
        ListingAudienceChanged => "listing.audience_changed",
        /// What a listing does not tell everybody was written.
        ConfidentialWritten => "confidential.written",
        /// It was removed, and every grant of it taken back.
        ConfidentialRemoved => "confidential.removed",
        /// Somebody read it by a grant.
        ConfidentialRead => "confidential.read",
        /// An officer read it.
        ConfidentialInspected => "confidential.inspected",
        /// It was granted to an enterprise.
        ConfidentialGranted => "confidential.granted",
        /// A grant was taken back.
        ConfidentialGrantRevoked => "confidential.grant_revoked",
        /// Somebody accepted the undertaking of a grant.
        UndertakingAccepted => "confidential.undertaking_accepted",
        /// It was taken down at an authority's request.
        ListingTakenDown => "listing.taken_down",
        /// It was brought back.
        ListingRestored => "listing.restored",
        /// It was hidden because of a notice about intellectual property.
        ListingIpHeld => "listing.ip_held",
        /// No such notice holds it any more.
        ListingIpReleased => "listing.ip_released",
        /// A notice about intellectual property came.
        IpNoticeReceived => "ip_notice.received",
        /// An officer accepted it.
        IpNoticeAccepted => "ip_notice.accepted",
        /// An officer refused it.
        IpNoticeRejected => "ip_notice.rejected",
        /// The owner answered it.
        IpNoticeCountered => "ip_notice.countered",
        /// An officer let it hold for good.
        IpNoticeUpheld => "ip_notice.upheld",
        /// It does not hold any more.
        IpNoticeRestored => "ip_notice.restored",
        /// Somebody complained about an enterprise.
        ComplaintReceived => "complaint.received",
        /// An officer took the complaint up.
        ComplaintAcknowledged => "complaint.acknowledged",
        /// An officer found it right.
        ComplaintResolved => "complaint.resolved",
        /// An officer found it wrong.
        ComplaintRejected => "complaint.rejected",
        /// An officer looks into it once more.
        ComplaintReopened => "complaint.reopened",
        /// A request of an authority was entered.
        TakedownEntered => "takedown.entered",
        /// It was carried out.
        TakedownCarriedOut => "takedown.carried_out",
        /// It was dropped.
        TakedownDismissed => "takedown.dismissed",
        /// It does not hold any more.
        TakedownRestored => "takedown.restored",
        /// Somebody reported what is wrong with it.
        ListingReported => "report.received",
        /// An officer found that the report is right.
        ReportUpheld => "report.upheld",
        /// An officer found that it is not.
        ReportDismissed => "report.dismissed",
        /// Its owner said that a listing still holds.
        ListingRenewed => "listing.renewed",
        /// Its owner put a listing away.
        ListingArchived => "listing.archived",
        /// Its owner took it out again.
        ListingUnarchived => "listing.unarchived",
        /// An officer approved it.
        ListingApproved => "listing.approved",
        /// An officer refused it.
        ListingRejected => "listing.rejected",
        /// An officer sent it back.
        ListingChangesRequested => "listing.changes_requested",
        /// An approved revision became the live listing.
        ListingRevised => "listing.revised",
        /// A revision of a published listing was begun.
        RevisionBegun => "revision.begun",
        /// A revision was changed.
        RevisionEdited => "revision.edited",
        /// It goes on below the next version of its listing, whose text is the same.
        RevisionRebased => "revision.rebased",
        /// A revision was handed in.
        RevisionSubmitted => "revision.submitted",
        /// A revision was taken back from review.
        RevisionTakenBack => "revision.taken_back",
        /// Its owner threw a revision away.
        RevisionDiscarded => "revision.discarded",
        /// An officer approved a revision.
        RevisionApproved => "revision.approved",
        /// An officer refused it.
        RevisionRejected => "revision.rejected",
        /// An officer sent it back.
        RevisionChangesRequested => "revision.changes_requested",
        /// An officer took up what waits for review.
        ReviewClaimed => "review.claimed",
        /// An officer gave it back.
        ReviewReleased => "review.released",
        /// It was handed to another officer.
        ReviewHandedOver => "review.handed_over",
        /// The first of two officers approved it.
        ReviewEndorsed => "review.endorsed",
        /// Owner or officer wrote about what was handed in.
        ReviewMessageWritten => "review.message_written",
        /// A listing was loaded from a file.
        ListingImported => "listing.imported",
        /// A loaded listing was brought up to date by a later import.
        ListingReimported => "listing.reimported",
        /// A file was added to a listing.
        FileAdded => "file.added",
        /// A file of a listing was removed.
        FileRemoved => "file.removed",
        /// Somebody made a link that shows a file for a few minutes.
        FileLinked => "file.linked",
        /// The files of a listing were put into another order.
        FilesOrdered => "listing.files_ordered",
        /// What a file is for or is called was said anew.
        FileLabelled => "file.labelled",
        /// Which videos a listing refers to was said anew.
        VideosReplaced => "listing.videos_replaced",
        /// An owner handed a logo in.
        LogoPut => "enterprise.logo_put",
        /// Its owner or an officer took it down, or it went with a person's data.
        LogoRemoved => "enterprise.logo_removed",
        /// An owner handed in a document of the profile.
        DocumentAdded => "document.added",
        /// It was removed, by its owner or with a person's data.
        DocumentRemoved => "document.removed",
        /// Somebody made a link that shows a document for a few minutes (tạo liên kết xem giấy tờ).
        DocumentLinked => "document.linked",
        /// An officer accepted it.
        DocumentAccepted => "document.accepted",
        /// An officer refused it.
        DocumentRefused => "document.refused",
        /// An officer found that it holds no more.
        DocumentExpired => "document.expired",
        /// Somebody signed in.
        SessionStarted => "session.started",
        /// Somebody signed out.
        SessionEnded => "session.ended",
        /// A refresh token was used a second time; the session was ended.
        SessionReplayed => "session.replayed",
        /// An officer was appointed.
        OfficerAppointed => "officer.appointed",
        /// A password was changed by its owner.
        PasswordChanged => "password.changed",
        /// A forgotten password was replaced.
        PasswordReset => "password.reset",
        /// A new password was asked for.
        PasswordResetAsked => "password.reset_asked",
        /// Somebody tried to sign in with a wrong password or code, or with an address that has no account.
        SignInFailed => "session.refused",
        /// That happened so often that the address rests for a while.
        SignInPaused => "session.sign_in_paused",
        /// Somebody showed password or code again.
        SessionSteppedUp => "session.stepped_up",
        /// An account was opened.
        AccountOpened => "account.opened",
        /// The owner changed name or language.
        AccountEdited => "account.edited",
        /// An account was closed, or opened again.
        AccountClosed => "account.closed",
        /// A closed account was opened again.
        AccountReopened => "account.reopened",
        /// The address was proved.
        EmailVerified => "email.verified",
        /// Another address was asked for.
        EmailChangeAsked => "email.change_asked",
        /// The address was changed.
        EmailChanged => "email.changed",
        /// A second factor was set up.
        FactorEnrolled => "factor.enrolled",
        /// A second factor was removed by its owner.
        FactorRemoved => "factor.removed",
        /// New recovery codes were made.
        RecoveryCodesMade => "factor.recovery_codes_made",
        /// A recovery code was used.
        RecoveryCodeUsed => "factor.recovery_code_used",
        /// An officer asked that another one's second factor be removed.
        FactorResetAsked => "factor.reset_asked",
        /// A second officer agreed, and it was removed.
        FactorReset => "factor.reset",
        /// Somebody was invited to an enterprise.
        MemberInvited => "member.invited",
        /// An invitation was taken back or declined.
        InvitationEnded => "member.invitation_ended",
        /// Somebody asked to be admitted.
        JoinRequested => "member.join_requested",
        /// The request was refused or taken back.
        JoinEnded => "member.join_ended",
        /// Somebody became a member.
        MemberJoined => "member.joined",
        /// A member's role was changed.
        MemberRoleChanged => "member.role_changed",
        /// A member was removed, or left.
        MemberLeft => "member.left",
        /// A key was made.
        KeyMade => "key.made",
        /// A key was revoked.
        KeyRevoked => "key.revoked",
        /// An officer's rights were changed.
        OfficerEdited => "officer.edited",
        /// An enterprise was halted.
        EnterpriseSuspended => "enterprise.suspended",
        /// A halted enterprise may go on.
        EnterpriseReinstated => "enterprise.reinstated",
        /// The key that signs access tokens was replaced.
        SigningKeyRotated => "signing_key.rotated",
        /// A policy document was published.
        PolicyPublished => "policy.published",
        /// Somebody accepted a policy document.
        PolicyAccepted => "policy.accepted",
        /// A consent was given.
        ConsentGiven => "consent.given",
        /// A consent was withdrawn.
        ConsentWithdrawn => "consent.withdrawn",
        /// Somebody took a copy of his or her data, or of all of an enterprise's.
        DataExported => "data.exported",
        /// Somebody asked about his or her data.
        DataRequested => "data.requested",
        /// Such a request was acknowledged, extended or answered.
        DataRequestHandled => "data.request_handled",
        /// Who asked took the request back.
        DataRequestTakenBack => "data.request_taken_back",
        /// Personal data were replaced by pseudonyms.
        DataErased => "data.erased",
        /// The audit trail was exported.
        AuditExported => "audit.exported",
        /// An officer took a list as a file.
        ListExported => "list.exported",
        /// A letter that could not be sent was put into the queue again.
        LetterRetried => "letter.retried",
        /// A word that listings are held against was added.
        ScreeningTermAdded => "screening_term.added",
        /// A word that listings were held against was ended.
        ScreeningTermEnded => "screening_term.ended",
        /// What files may call an entry of a list was added.
        ImportAliasAdded => "import_alias.added",
        /// What files could call an entry of a list was ended.
        ImportAliasEnded => "import_alias.ended",
        /// A code was added to a reference list.
        ReferenceEntryAdded => "reference.entry_added",
        /// An entry of a reference list was renamed or ended.
        ReferenceEntryChanged => "reference.entry_changed",
        /// A year of the working calendar was written.
        CalendarYearChanged => "calendar.year_changed",
        /// The end of an open term moved because of that.
        TermRecounted => "term.recounted",
        /// A version of the rules of a procedure was published.
        ProcedurePublished => "procedure.published",
        /// A dossier was begun.
        DossierOpened => "dossier.opened",
        /// Somebody asked the owner of a listing.
        InquirySent => "inquiry.sent",
        /// Somebody of the owner's side read it for the first time.
        InquiryViewed => "inquiry.viewed",
        /// An officer read it, without what was written in it.
        InquiryInspected => "inquiry.inspected",
        /// An officer was shown a page of the inquiries of an enterprise.
        InquiriesListed => "inquiry.listed",
        /// One side wrote.
        InquiryMessageWritten => "inquiry.message_written",
        /// It was answered, or the answer was.
        InquiryAnswered => "inquiry.answered",
        /// One side proposed that both agree, or that what they agreed on is done.
        InquiryProposed => "inquiry.proposed",
        /// Both agreed.
        InquiryAgreed => "inquiry.agreed",
        /// What they agreed on is done.
        InquiryCompleted => "inquiry.completed",
        /// The owner of the listing does not want, or left the exchange.
        InquiryDeclined => "inquiry.declined",
        /// Whoever asked does not want any more, or left the exchange.
        InquiryWithdrawn => "inquiry.withdrawn",
        /// Nobody answered in time.
        InquiryExpired => "inquiry.expired",
        /// What it says was changed.
        DossierEdited => "dossier.edited",
        /// Something was done with it: handed in, asked back, decided, withdrawn.
        DossierEventTaken => "dossier.event_taken",
        /// The officer who handles it read it.
        DossierRead => "dossier.read",
        /// Another officer read it.
        DossierInspected => "dossier.inspected",
        /// The other party of its contract read it.
        DossierReadByParty => "dossier.read_by_party",
        /// An officer was shown a page of the list of dossiers.
        DossiersListed => "dossiers.listed",
        /// An officer prepared a duplicate of a certificate that another one is to sign.
        CertificateDuplicateProposed => "certificate.duplicate_proposed",
        /// That was taken back, or was not signed.
        CertificateDuplicateWithdrawn => "certificate.duplicate_withdrawn",
        /// A duplicate of a certificate was issued for a lost paper.
        CertificateDuplicated => "certificate.duplicated",
        /// An officer proposed to put the record of a certificate back as it was signed, which another one is to confirm.
        CertificateRestorationProposed => "certificate.restoration_proposed",
        /// That was taken back, or was not confirmed.
        CertificateRestorationWithdrawn => "certificate.restoration_withdrawn",
        /// The record of a certificate that was changed in the database is again what was signed.
        CertificateRestored => "certificate.restored",
        /// A row that had number, code or place in the chain of another certificate, which was put back, lost them; it is put back in turn.
        CertificateSetAside => "certificate.set_aside",
        /// The signed record of a certificate came into the trail, in a row that may be shown to whoever has it.
        CertificateRecorded => "certificate.recorded",
        /// Files of a dossier's papers became evidence; of the dossier, with all that are evidence since.
        DossierFilesHandedIn => "dossier_files.handed_in",
        /// A file was added to a dossier's papers.
        DossierFileAdded => "dossier_file.added",
        /// An officer or the other party read such a file, or a part of it.
        DossierFileRead => "dossier_file.read",
        /// One that was not handed in was removed.
        DossierFileRemoved => "dossier_file.removed",
        /// An officer proposed what another one is to sign.
        DossierProposed => "dossier.proposed",
        /// A proposal was taken back.
        DossierProposalWithdrawn => "dossier.proposal_withdrawn",
        /// An officer held its technology against the list of regulated technologies.
        DossierScreened => "dossier.screened",
        /// An officer wrote down whom the Department asks before it gives an opinion, or what was answered.
        DossierConsulted => "dossier.consulted",
        /// A certificate was issued.
        CertificateIssued => "certificate.issued",
        /// A certificate that was issued before the exchange was there was entered.
        CertificateEntered => "certificate.entered",
        /// A certificate was annulled.
        CertificateAnnulled => "certificate.annulled",
        /// A new licence took the place of a licence.
        CertificateReplaced => "certificate.replaced",
        /// An officer read a certificate.
        CertificateRead => "certificate.read",
        /// An officer was shown a page of the register of certificates.
        CertificatesListed => "certificates.listed",
        /// Another key signs certificates from now on.
        CertificateKeyMade => "certificate.key_made",
        /// Another key signs checkpoints of the audit trail from the next one on.
        AuditKeyMade => "audit.key_made",
        /// A periodic report was published.
        ReportPublished => "report.published",
        /// An officer read which certificates and dossiers a periodic report counts.
        ReportSourcesRead => "report.sources_read",
        /// An entry was added to the vocabulary of searches.
        VocabularyEntryAdded => "vocabulary.entry_added",
        /// An entry of the vocabulary of searches was changed.
        VocabularyEntryChanged => "vocabulary.entry_changed",
        /// An entry of the vocabulary of searches was withdrawn.
        VocabularyEntryWithdrawn => "vocabulary.entry_withdrawn",
        /// What was learned for that vocabulary became an entry.
        VocabularyCandidateAccepted => "vocabulary.candidate_accepted",
        /// What was learned for that vocabulary was refused.
        VocabularyCandidateRejected => "vocabulary.candidate_rejected",
    }
}
