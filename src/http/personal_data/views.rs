//! What is kept about somebody, as it is told.

mod doings;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::doings::{ExportedDeed, ExportedInquiry, ExportedMessage, ExportedReading};
use crate::domain::account::{Account, Standing};
use crate::domain::enterprise::Enterprise;
use crate::domain::enterprise::document::Document;
use crate::domain::enterprise::logo::Logo;
use crate::domain::file::File;
use crate::domain::privacy::Purpose;
use crate::http::data_requests::DataRequestView;
use crate::http::documents::DocumentView;
use crate::http::policies::{AcceptanceView, ConsentView};
use crate::http::views::{EnterpriseView, FileView, LogoView};
use crate::service::personal_data::Copy;

/// The account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedAccount {
    /// Identifier.
    pub id: Uuid,
    /// Address.
    pub email: String,
    /// Name.
    pub display_name: String,
    /// Language of letters.
    pub language: &'static str,
    /// `active` or `disabled`.
    pub status: &'static str,
    /// `person`, `member` or `officer`.
    pub kind: &'static str,
    /// Role in the enterprise.
    pub role: Option<&'static str>,
    /// Rights of an officer.
    #[schema(max_items = 20)]
    pub permissions: Vec<&'static str>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the address was proved.
    pub email_verified_at: Option<Timestamp>,
    /// When the password was set.
    pub password_set_at: Option<Timestamp>,
    /// When processing was restricted.
    pub restricted_at: Option<Timestamp>,
}

/// Why something is processed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedPurpose {
    /// The purpose.
    pub purpose: &'static str,
    /// `contract` or `consent`.
    pub legal_basis: &'static str,
}

/// A session, without its secrets.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedSession {
    /// Identifier.
    pub id: Uuid,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub last_used_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// From which address it was last refreshed.
    pub ip: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
}

/// An invitation, or a request to be admitted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedContact {
    /// Identifier.
    pub id: Uuid,
    /// Name of the enterprise.
    pub enterprise: String,
    /// Role that was offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What became of it.
    pub state: String,
    /// When.
    pub created_at: Timestamp,
}

/// What an enterprise keeps of the person as its contact person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedContactPerson {
    /// The enterprise.
    pub enterprise_id: Uuid,
    /// Its name.
    pub enterprise: String,
    /// Name.
    pub contact_name: String,
    /// Address for business mail.
    pub contact_email: String,
    /// Telephone.
    pub contact_phone: String,
}

impl ExportedContactPerson {
    fn of(enterprise: &Enterprise) -> Self {
        let profile = &enterprise.profile;
        Self {
            enterprise_id: enterprise.id.0,
            enterprise: profile.legal_name.to_string(),
            contact_name: profile.contact_name.to_string(),
            contact_email: profile.contact_email.as_str().to_owned(),
            contact_phone: profile.contact_phone.as_str().to_owned(),
        }
    }
}

/// A listing that the person wrote; it is the enterprise's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedListing {
    /// Identifier.
    pub id: Uuid,
    /// Title.
    pub title: String,
    /// Where it stands.
    pub status: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A file of a listing that the person sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedFile {
    /// Where its content is, below the API's own address, for whoever may still see it.
    #[schema(max_length = 300, example = "/files/019a5e2b-4b5c-7d3e-8f90-1a2b3c4d5e6f")]
    pub content: String,
    /// The file.
    pub file: FileView,
}

/// A document of a profile that the person handed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedDocument {
    /// Where its content is, likewise.
    #[schema(max_length = 300)]
    pub content: String,
    /// The document, and the verdict on it.
    pub document: DocumentView,
}

/// A logo that the person handed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedLogo {
    /// Where its content is, likewise.
    #[schema(max_length = 300)]
    pub content: String,
    /// The logo.
    pub logo: LogoView,
}

impl ExportedFile {
    fn of(file: &File) -> Self {
        Self {
            content: format!("/files/{}", file.id),
            file: FileView::of(file, true),
        }
    }
}

impl ExportedDocument {
    pub(in crate::http) fn of(document: &Document, now: Timestamp) -> Self {
        Self {
            content: format!("/enterprises/{}/documents/{}/content", document.enterprise, document.id),
            document: DocumentView::of(document, now),
        }
    }
}

impl ExportedLogo {
    fn of(logo: &Logo) -> Self {
        Self {
            content: match logo.waits_as {
                Some(document) => format!("/enterprises/{}/documents/{document}/content", logo.enterprise),
                None => format!("/enterprises/{}/logo", logo.enterprise),
            },
            logo: logo.into(),
        }
    }
}

/// What is kept about a person. Lists hold the newest 1,000 entries, the trail 5,000.
///
/// Left out are hashes and secrets (password, second factor, recovery codes, known devices, links from letters), letters
/// and asks that are sealed until they are sent or decided, and what strangers did with the address: failed sign-ins and
/// asks for another password.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportView {
    /// When it was put together.
    pub exported_at: Timestamp,
    /// The account.
    pub account: ExportedAccount,
    /// The enterprise that the person belongs to, as everybody sees it.
    pub enterprise: Option<EnterpriseView>,
    /// What enterprises keep of the person as their contact person.
    #[schema(max_items = 1000)]
    pub contact_of: Vec<ExportedContactPerson>,
    /// What for data are processed.
    #[schema(max_items = 10)]
    pub purposes: Vec<ExportedPurpose>,
    /// Consents.
    #[schema(max_items = 1000)]
    pub consents: Vec<ConsentView>,
    /// Accepted documents.
    #[schema(max_items = 1000)]
    pub policy_acceptances: Vec<AcceptanceView>,
    /// What the person asked about the data.
    #[schema(max_items = 1000)]
    pub data_requests: Vec<DataRequestView>,
    /// Sessions.
    #[schema(max_items = 1000)]
    pub sessions: Vec<ExportedSession>,
    /// Invitations to the address.
    #[schema(max_items = 1000)]
    pub invitations: Vec<ExportedContact>,
    /// Requests to be admitted to enterprises.
    #[schema(max_items = 1000)]
    pub join_requests: Vec<ExportedContact>,
    /// Listings that the person wrote.
    #[schema(max_items = 1000)]
    pub listings: Vec<ExportedListing>,
    /// Listings that name the person as the one to turn to.
    #[schema(max_items = 1000)]
    pub contact_of_listings: Vec<Uuid>,
    /// Files of listings that the person sent and that are still there.
    #[schema(max_items = 1000)]
    pub files: Vec<ExportedFile>,
    /// Documents of profiles that the person handed in, with the verdicts.
    #[schema(max_items = 1000)]
    pub documents: Vec<ExportedDocument>,
    /// Logos that the person put up.
    #[schema(max_items = 1000)]
    pub logos: Vec<ExportedLogo>,
    /// What the person wrote about what was handed in for review.
    #[schema(max_items = 1000)]
    pub review_messages: Vec<ExportedMessage>,
    /// Inquiries that the person sent, with the first words.
    #[schema(max_items = 1000)]
    pub inquiries: Vec<ExportedInquiry>,
    /// What the person wrote in inquiries after that.
    #[schema(max_items = 1000)]
    pub inquiry_messages: Vec<ExportedInquiry>,
    /// Confidential parts of listings that the person read.
    #[schema(max_items = 1000)]
    pub confidential_readings: Vec<ExportedReading>,
    /// What the person did.
    #[schema(max_items = 5000)]
    pub audit_trail: Vec<ExportedDeed>,
    /// Lists that have more entries than are given; ask for the rest (`POST /me/data-requests`, `access`).
    #[schema(max_items = 20)]
    pub cut: Vec<&'static str>,
}

fn exported(account: Account, opened_at: Timestamp, password_set_at: Option<Timestamp>) -> ExportedAccount {
    let (kind, role, permissions) = match &account.standing {
        Standing::Person => ("person", None, Vec::new()),
        Standing::Member { role, .. } => ("member", Some(role.as_str()), Vec::new()),
        Standing::Officer { permissions, .. } => ("officer", None, permissions.iter().map(|p| p.as_str()).collect()),
    };
    ExportedAccount {
        id: account.id.0,
        email: account.email.as_str().to_owned(),
        display_name: account.display_name.into_string(),
        language: account.language.as_str(),
        status: account.status.as_str(),
        kind,
        role,
        permissions,
        opened_at,
        email_verified_at: account.email_verified_at,
        password_set_at,
        restricted_at: account.restricted_at,
    }
}

impl ExportView {
    pub(super) fn of(copy: Copy, now: Timestamp) -> Self {
        let purpose = |purpose: &Purpose| ExportedPurpose {
            purpose: purpose.as_str(),
            legal_basis: purpose.basis().as_str(),
        };
        let own = copy.account.id.0;
        Self {
            exported_at: now,
            consents: copy
                .consents
                .into_iter()
                .map(|consent| ConsentView::of(consent, copy.account.restricted_at.is_some()))
                .collect(),
            account: exported(copy.account, copy.opened_at, copy.password_set_at),
            // Its contact person may be somebody else.
            enterprise: copy.enterprise.as_ref().map(|enterprise| EnterpriseView {
                personal_id: copy.personal_id,
                ..EnterpriseView::public(enterprise, now)
            }),
            contact_of: copy.contact_of.iter().map(ExportedContactPerson::of).collect(),
            purposes: Purpose::ALL.iter().map(purpose).collect(),
            policy_acceptances: copy.acceptances.into_iter().map(AcceptanceView::from).collect(),
            data_requests: copy.requests.into_iter().map(DataRequestView::from).collect(),
            sessions: copy
                .sessions
                .into_iter()
                .map(|row| ExportedSession {
                    id: row.id,
                    created_at: row.created_at,
                    last_used_at: row.last_used_at,
                    ended_at: row.ended_at,
                    ip: row.ip,
                    user_agent: row.user_agent,
                })
                .collect(),
            invitations: copy
                .invitations
                .into_iter()
                .map(|row| ExportedContact {
                    id: row.id,
                    enterprise: row.enterprise,
                    role: Some(row.role),
                    message: None,
                    state: row.state,
                    created_at: row.created_at,
                })
                .collect(),
            join_requests: copy
                .join_requests
                .into_iter()
                .map(|row| ExportedContact {
                    id: row.id,
                    enterprise: row.enterprise,
                    role: None,
                    message: row.message,
                    state: row.state,
                    created_at: row.created_at,
                })
                .collect(),
            listings: copy
                .listings
                .into_iter()
                .map(|row| ExportedListing {
                    id: row.id,
                    title: row.title,
                    status: row.status,
                    created_at: row.created_at,
                })
                .collect(),
            contact_of_listings: copy.contact_of_listings.into_iter().map(|id| id.0).collect(),
            files: copy.files.iter().map(ExportedFile::of).collect(),
            documents: copy
                .documents
                .iter()
                .map(|paper| ExportedDocument::of(paper, now))
                .collect(),
            logos: copy.logos.iter().map(ExportedLogo::of).collect(),
            review_messages: copy.messages.into_iter().map(ExportedMessage::from).collect(),
            inquiries: copy.inquiries.into_iter().map(ExportedInquiry::from).collect(),
            inquiry_messages: copy.inquiry_messages.into_iter().map(ExportedInquiry::from).collect(),
            confidential_readings: copy.readings.into_iter().map(ExportedReading::from).collect(),
            audit_trail: copy
                .deeds
                .into_iter()
                .map(|row| ExportedDeed {
                    at: row.at,
                    deed: row.deed,
                    subject_id: (row.subject_kind != "account" || row.subject == own).then_some(row.subject),
                    subject_kind: row.subject_kind,
                    ip: row.ip,
                })
                .collect(),
            cut: copy.cut,
        }
    }
}
