//! Keys with which an enterprise's own systems call (khóa API), and what they may be given.

use serde::{Deserialize, Serialize};

use crate::domain::access::Action;
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::text::Line;
use crate::domain::text_enum;

text_enum! {
    /// What a key may do (phạm vi của khóa). Never more than an editor may.
    #[derive(Serialize, Deserialize)]
    pub enum KeyScope {
        /// Read the enterprise's own listings, drafts included.
        #[serde(rename = "listings:read")]
        ListingsRead => "listings:read",
        /// Start, change, hand in and take back listings.
        #[serde(rename = "listings:write")]
        ListingsWrite => "listings:write",
        /// Read the enterprise's own registration, contact data included.
        #[serde(rename = "enterprise:read")]
        EnterpriseRead => "enterprise:read",
    }
}

impl KeyScope {
    /// The scope that an action needs when a key does it; `None`: no key may.
    ///
    /// The match has no default arm, so that a new action does not compile before somebody has decided.
    pub fn for_action(action: Action) -> Option<Self> {
        use Action::*;
        match action {
            CreateListing | EditListing => Some(Self::ListingsWrite),
            ListOwnListings | ReadMembersListings | ReadRevision => Some(Self::ListingsRead),
            // Public reads pass the gate; what is the enterprise's own is shown by scope, see `access`.
            Register | ReadEnterprise | ReadListing | ReadListingPage => None,
            SecureSelf | ManageSelf | EnrolFactor | EditEnterprise | AnswerReview | ReviewEnterprise
            | SuspendEnterprise | ReadMembers | ManageMembers | ReadAdmissions | RequestToJoin | AcceptInvitation
            | LeaveEnterprise | ManageKeys | ReadKeys | ReadConfidential | EditConfidential | UseConfidentialGrant
            | InspectConfidential | MergeEnterprises | CloseEnterprise | ReadAmendment | ReadDocuments | RemoveLogo
            | ReviewListing | SuspendListing | HandleTakedowns | HandleReports | HandleIpNotices | HandleComplaints
            | ImportListings | RecountTerms | EndDossierTerms | ExpireListings | SettleListings | ManageOfficers
            | ReadAudit | PublishPolicies | ManageReferenceData | ManageVocabulary | HandleDataRequests
            | ManageLetters | ReadReports | PublishReports | ManageProcedures | FileDossier | ReadDossier
            | EditDossier | HandleDossier | SignCertificate | EnterCertificate | ReadAccount | SuspendAccount
            | ResetFactor | ImportEnterprises | AdmitOwner | SendInquiry | ReadInquiry | ReadInquiryMessages
            | AnswerInquiry | EndInquiries => None,
        }
    }
}

/// What an owner asks for who makes a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// What people call it.
    pub name: Line<100>,
    /// What it may do, at least one thing, each once.
    pub scopes: Vec<KeyScope>,
    /// How many days it lasts.
    pub days: i64,
}

impl NewKey {
    /// Parses what was sent; every wrong field is named.
    pub fn parse(name: &str, scopes: &[String], days: i64) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("/name", Line::parse(name));
        let scopes = errors.keep("/scopes", parse_scopes(scopes));
        let range = Violation::OutOfRange { min: 1, max: MAX_DAYS };
        let days = if (1..=MAX_DAYS).contains(&days) {
            Ok(days)
        } else {
            Err(range)
        };
        let days = errors.keep("/expires_in_days", days);
        errors.finish(
            name.zip(scopes)
                .zip(days)
                .map(|((name, scopes), days)| Self { name, scopes, days }),
        )
    }
}

fn parse_scopes(texts: &[String]) -> Result<Vec<KeyScope>, Violation> {
    let mut scopes = Vec::new();
    for text in texts {
        let scope = text
            .parse()
            .map_err(|_unknown| Violation::UnknownCode { list: "key_scopes" })?;
        if scopes.contains(&scope) {
            return Err(Violation::Duplicate);
        }
        scopes.push(scope);
    }
    // A key that may nothing is a mistake that would be found only when it is used.
    if scopes.is_empty() {
        Err(Violation::Required)
    } else {
        Ok(scopes)
    }
}

/// Most days that a key may last.
pub const MAX_DAYS: i64 = 366;
/// Most keys in force that an enterprise may have.
pub const MAX_KEYS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_limited_and_ends() {
        let scopes = |codes: &[&str]| codes.iter().map(ToString::to_string).collect::<Vec<_>>();
        let good = NewKey::parse(" ERP ", &scopes(&["listings:read", "listings:write"]), 366).unwrap();
        assert_eq!(good.name.as_str(), "ERP");
        assert_eq!(good.scopes, [KeyScope::ListingsRead, KeyScope::ListingsWrite]);
        let wrong = |name, codes: &[&str], days| {
            let errors = NewKey::parse(name, &scopes(codes), days).unwrap_err();
            errors.into_iter().map(|error| error.pointer).collect::<Vec<_>>()
        };
        assert_eq!(wrong("", &[], 0), ["/name", "/scopes", "/expires_in_days"]);
        assert_eq!(wrong("a", &["listings:read", "listings:read"], 1), ["/scopes"]);
        assert_eq!(wrong("a", &["listings:*"], 1), ["/scopes"]);
        assert_eq!(wrong("a", &["listings:read"], 367), ["/expires_in_days"]);
        assert_eq!(wrong("a", &["listings:read"], i64::MIN), ["/expires_in_days"]);
    }
}
