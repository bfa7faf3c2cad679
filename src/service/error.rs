//! What a use case answers when it cannot do what was asked: a code of the one table ([`ErrorCode`]), words about the case, and what
//! a program needs to go on. Errors of the rooms below become such here.

mod codes;

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::access::{Action, Refusal, Refused};
use crate::domain::calendar;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::{EnterpriseId, PolicyId};
use crate::domain::review::Claim;
use crate::service::standing::not_active;
use crate::store::{self, error::MayRetry};

pub use codes::{ErrorCode, render_markdown};

/// A refusal or failure. `source` is for the log and never leaves the process.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", code.as_str(), log.as_deref().unwrap_or(detail_en))]
pub struct Error {
    /// Why.
    pub code: ErrorCode,
    /// More about this very case, in Vietnamese.
    pub detail_vi: String,
    /// More about this very case, in English.
    pub detail_en: String,
    /// Wrong fields.
    pub fields: Vec<FieldError>,
    /// What a program needs to go on.
    pub told: Option<Box<Told>>,
    /// What the log is told.
    pub log: Option<String>,
    /// Come back after so many seconds.
    pub retry_after: Option<u32>,
    /// The same work may succeed if it is done again: it only lost against a concurrent one.
    pub may_retry: bool,
    /// What the caller had no right to do, where that is why.
    pub refused: Option<Action>,
}

/// Who had a listing taken down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Which authority.
    pub authority: String,
    /// Number of its letter.
    pub reference: String,
    /// When it was carried out.
    pub since: Timestamp,
}

/// What a program needs to go on after a refusal, beside its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Policy documents that must be accepted first.
    Unaccepted(Vec<PolicyId>),
    /// Who has taken up what waits.
    Held(Claim),
    /// The enterprise that is not there any more, and the one that it became part of.
    Moved(EnterpriseId, EnterpriseId),
    /// Who had a listing taken down.
    Blocked(Blocked),
    /// What is there already.
    Existing(Uuid),
}

/// What use cases answer.
pub type Result<T> = std::result::Result<T, Error>;

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self {
            code,
            detail_vi: code.title_vi().into(),
            detail_en: code.title_en().into(),
            fields: Vec::new(),
            told: None,
            log: None,
            retry_after: None,
            may_retry: false,
            refused: None,
        }
    }
}

impl Error {
    /// A refusal with words of its own.
    pub fn new(code: ErrorCode, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            code,
            detail_vi: vi.into(),
            detail_en: en.into(),
            fields: Vec::new(),
            told: None,
            log: None,
            retry_after: None,
            may_retry: false,
            refused: None,
        }
    }

    /// Wrong fields.
    pub fn fields(fields: Vec<FieldError>) -> Self {
        Self {
            fields,
            ..ErrorCode::ValidationFailed.into()
        }
    }

    /// One wrong field.
    pub fn field(pointer: impl Into<String>, violation: Violation) -> Self {
        Self::fields(vec![FieldError {
            pointer: pointer.into(),
            violation,
        }])
    }

    /// What a refusal to write is: nobody is sent on to write something unread.
    pub fn of_write(self) -> Self {
        if self.code != ErrorCode::EnterpriseMerged {
            return self;
        }
        Self {
            told: self.told,
            log: self.log,
            ..ErrorCode::EnterpriseSuperseded.into()
        }
    }

    /// Another officer has taken it up; with words of its own.
    pub fn held(claim: Claim, vi: String, en: String) -> Self {
        Self {
            told: Some(Box::new(Told::Held(claim))),
            ..Self::new(ErrorCode::ClaimedByAnother, vi, en)
        }
    }

    /// There is one already; with words of its own.
    pub fn existing(id: Uuid, vi: String, en: String) -> Self {
        Self {
            told: Some(Box::new(Told::Existing(id))),
            ..Self::new(ErrorCode::AlreadyThere, vi, en)
        }
    }

    /// Documents must be accepted first.
    pub fn unaccepted(policies: Vec<PolicyId>) -> Self {
        Self {
            told: Some(Box::new(Told::Unaccepted(policies))),
            ..ErrorCode::PolicyAcceptanceRequired.into()
        }
    }

    /// Taken down at an authority's request.
    pub fn blocked(by: Blocked) -> Self {
        let (authority, reference) = (&by.authority, &by.reference);
        let day = calendar::day_of(by.since);
        let vi = format!(
            "Tin đã bị gỡ ngày {} theo yêu cầu của {authority}, văn bản số {reference}.",
            day.strftime("%d/%m/%Y")
        );
        let en = format!("The listing was taken down on {day} at the request of {authority}, letter no. {reference}.");
        Self {
            told: Some(Box::new(Told::Blocked(by))),
            ..Self::new(ErrorCode::ListingTakenDown, vi, en)
        }
    }

    /// A failure of ours.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self {
            log: Some(cause.to_string()),
            ..ErrorCode::Internal.into()
        }
    }

    /// Too busy.
    pub fn busy(cause: impl std::fmt::Display) -> Self {
        Self {
            log: Some(cause.to_string()),
            ..ErrorCode::Busy.into()
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        let code = match refused.why {
            Refusal::Unauthenticated => ErrorCode::Unauthenticated,
            Refusal::Forbidden => ErrorCode::Forbidden,
            Refusal::Hidden => ErrorCode::NotFound,
            Refusal::EnterpriseNotActive(status) => {
                return Self {
                    refused: Some(refused.action),
                    ..not_active(status)
                };
            }
            Refusal::EmailNotVerified => ErrorCode::EmailNotVerified,
            Refusal::FactorMissing => ErrorCode::SecondFactorMissing,
            Refusal::ScopeMissing => ErrorCode::InsufficientScope,
        };
        Self {
            refused: Some(refused.action),
            ..code.into()
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        let code = match &error {
            store::Error::NotFound => ErrorCode::NotFound,
            store::Error::Merged(..) => ErrorCode::EnterpriseMerged,
            // Two who begin a revision at once have read the same version; the other one is there now.
            store::Error::Stale | store::Error::Constraint(store::Constraint::RevisionOpen) => ErrorCode::StaleVersion,
            store::Error::Constraint(store::Constraint::EnterpriseTaxCode) => ErrorCode::TaxCodeTaken,
            store::Error::Constraint(store::Constraint::AccountEmail) => ErrorCode::EmailTaken,
            store::Error::Constraint(store::Constraint::ListingSource) => ErrorCode::SourceTaken,
            store::Error::Constraint(store::Constraint::Membership) => ErrorCode::AlreadyMember,
            store::Error::Constraint(store::Constraint::InvitationPending | store::Constraint::JoinRequestPending) => {
                ErrorCode::AlreadyThere
            }
            // The same import a moment earlier; whoever comes again goes on with it.
            store::Error::Constraint(store::Constraint::ImportRun)
            | store::Error::Busy(_)
            | store::Error::Serialization => ErrorCode::Busy,
            store::Error::Storage(_) | store::Error::Connection(_) => ErrorCode::StorageUnavailable,
            store::Error::Row(_) | store::Error::WrongPermit(_) | store::Error::Panicked | store::Error::Other(_) => {
                ErrorCode::Internal
            }
        };
        let may_retry = matches!(error, store::Error::Serialization);
        let mut mapped = Self {
            log: Some(error.to_string()),
            may_retry,
            ..code.into()
        };
        if let store::Error::Merged(from, into) = &error {
            mapped.told = Some(Box::new(Told::Moved(*from, *into)));
        }
        match code {
            ErrorCode::TaxCodeTaken => mapped.fields.push(taken("/enterprise/tax_code")),
            ErrorCode::EmailTaken => mapped.fields.push(taken("/account/email")),
            _ => {}
        }
        mapped
    }
}

fn taken(pointer: &str) -> FieldError {
    FieldError {
        pointer: pointer.into(),
        violation: Violation::Taken,
    }
}

impl MayRetry for Error {
    fn may_retry(&self) -> bool {
        self.may_retry
    }
}
