//! Accounts: the people who sign in, and what they may do.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::taxonomy::{Succession, Taxonomies, TaxonomyName, is_within};
use crate::domain::text::Line;
use crate::domain::text_enum;

text_enum! {
    /// Whether an account may sign in (trạng thái tài khoản).
    pub enum AccountStatus {
        /// May sign in.
        Active => "active",
        /// Was closed by an officer or its owner.
        Disabled => "disabled",
    }
}

text_enum! {
    /// What a member may do for the enterprise (vai trò).
    pub enum Role {
        /// Everything, members included (chủ tài khoản).
        Owner => "owner",
        /// Writes listings (biên tập).
        Editor => "editor",
        /// Reads only (xem).
        Viewer => "viewer",
    }
}

text_enum! {
    /// What an officer of the Department may do (quyền của cán bộ).
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Permission {
        /// Decides on registrations of enterprises (duyệt doanh nghiệp).
        ReviewEnterprises => "review_enterprises",
        /// Decides on listings (duyệt tin).
        ReviewListings => "review_listings",
        /// Handles technology-transfer dossiers (xử lý hồ sơ).
        HandleDossiers => "handle_dossiers",
        /// Signs certificates (ký giấy chứng nhận).
        SignCertificates => "sign_certificates",
        /// Maintains reference data (quản lý danh mục).
        ManageReferenceData => "manage_reference_data",
        /// Appoints officers (quản lý cán bộ).
        ManageOfficers => "manage_officers",
        /// Reads the audit trail (xem nhật ký).
        ReadAudit => "read_audit",
        /// Reads the Department's reports (xem báo cáo).
        ReadReports => "read_reports",
        /// Publishes periodic statistical reports (công bố báo cáo thống kê).
        PublishReports => "publish_reports",
        /// Answers what people ask about their data (bảo vệ dữ liệu cá nhân).
        HandleDataRequests => "handle_data_requests",
    }
}

impl Permission {
    /// Whether the right is about things that have a place and fields, so that a [`Scope`] limits it.
    pub fn has_place(self) -> bool {
        match self {
            Self::ReviewEnterprises
            | Self::ReviewListings
            | Self::HandleDossiers
            | Self::SignCertificates
            | Self::ManageOfficers => true,
            Self::ManageReferenceData
            | Self::ReadAudit
            | Self::ReadReports
            | Self::PublishReports
            | Self::HandleDataRequests => false,
        }
    }
}

/// Where an officer's rights hold (phạm vi phụ trách); an empty list limits nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Codes of the list `fields`; a parent covers its children.
    pub fields: Vec<String>,
    /// Codes of the list `communes`.
    pub communes: Vec<String>,
}

impl Scope {
    /// Parses a scope: every code is one of its list, none stands twice.
    pub fn parse(lists: &Taxonomies, fields: &[String], communes: &[String]) -> Result<Self, Vec<FieldError>> {
        let mut errors = codes(lists, "fields", TaxonomyName::Fields, fields);
        errors.extend(codes(lists, "communes", TaxonomyName::Communes, communes));
        if errors.is_empty() {
            Ok(Self {
                fields: fields.to_vec(),
                communes: communes.to_vec(),
            })
        } else {
            Err(errors)
        }
    }

    /// The same with every code that leads into it today, and what its own codes became: a reorganisation takes nothing
    /// out of its officer's hands.
    #[must_use]
    pub fn widened(&self, fields: &Succession, communes: &Succession) -> Self {
        let all = |codes: &[String], known: &Succession| -> Vec<String> {
            let all: BTreeSet<String> = codes.iter().flat_map(|code| known.covered_by(code)).collect();
            all.into_iter().collect()
        };
        Self {
            fields: all(&self.fields, fields),
            communes: all(&self.communes, communes),
        }
    }

    /// Whether something in this commune and these fields is the officer's business.
    pub fn covers(&self, commune: &str, fields: &[String]) -> bool {
        (self.communes.is_empty() || self.communes.iter().any(|known| known == commune))
            && (self.fields.is_empty() || fields.iter().any(|field| self.has_field(field)))
    }

    /// Whether another scope lies within this one: who is limited gives nobody more.
    pub fn includes(&self, other: &Self) -> bool {
        let communes = &other.communes;
        let in_communes = !communes.is_empty() && communes.iter().all(|code| self.communes.contains(code));
        let in_fields = !other.fields.is_empty() && other.fields.iter().all(|field| self.has_field(field));
        (self.communes.is_empty() || in_communes) && (self.fields.is_empty() || in_fields)
    }

    fn has_field(&self, field: &str) -> bool {
        self.fields.iter().any(|known| is_within(field, known))
    }
}

/// Most codes of one kind in a scope: whoever looks after more looks after everything.
const MOST_CODES: usize = 200;

/// What is wrong with the codes of a list; pointers start at the scope.
fn codes(known: &Taxonomies, name: &str, list: TaxonomyName, given: &[String]) -> Vec<FieldError> {
    if given.len() > MOST_CODES {
        return vec![FieldError {
            pointer: format!("/{name}"),
            violation: Violation::TooMany { max: MOST_CODES },
        }];
    }
    let mut seen = BTreeSet::new();
    let wrong = given.iter().enumerate().filter_map(|(position, code)| {
        let violation = if !known.contains(list, code) {
            Violation::UnknownCode { list: list.as_str() }
        } else if !seen.insert(code) {
            Violation::Duplicate
        } else {
            return None;
        };
        Some(FieldError {
            pointer: format!("/{name}/{position}"),
            violation,
        })
    });
    wrong.collect()
}

/// An e-mail address as its owner wrote it; two addresses that differ only in case are the same one ([`key`](Self::key)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses an address: at most 254 characters (RFC 5321 §4.5.3), one `@`, ASCII local part of at most 64, a domain
    /// with a dot. Whether it exists is proved by a letter, not by a grammar.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let malformed = Violation::Malformed { what: "email" };
        let line = Line::<254>::parse(text)?;
        let (local, domain) = line.as_str().rsplit_once('@').ok_or_else(|| malformed.clone())?;
        let is_local = !local.is_empty()
            && local.len() <= 64
            && local
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let is_domain = domain.contains('.')
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        if is_local && is_domain {
            Ok(Self(line.into_string()))
        } else {
            Err(malformed)
        }
    }

    /// Domain of the addresses that take the place of erased ones (RFC 2606: it never exists).
    pub const ERASED_DOMAIN: &str = "erased.invalid";

    /// Whether this stands for an address that was erased.
    pub fn is_erased(&self) -> bool {
        self.0
            .rsplit_once('@')
            .is_some_and(|(_, domain)| domain == Self::ERASED_DOMAIN)
    }

    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which addresses are compared: lower case.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

/// An account as stored.
#[derive(Clone, Debug)]
pub struct Account {
    /// Identifier.
    pub id: AccountId,
    /// Address with which the person signs in.
    pub email: Email,
    /// Name shown to others (họ tên).
    pub display_name: Line<100>,
    /// Whether it may sign in.
    pub status: AccountStatus,
    /// Where the person belongs.
    pub standing: Standing,
    /// When the address was proved.
    pub email_verified_at: Option<Timestamp>,
    /// Language of letters.
    pub language: Language,
    /// When processing was restricted.
    pub restricted_at: Option<Timestamp>,
    /// Row version.
    pub version: i64,
}

text_enum! {
    /// A language that the exchange speaks.
    pub enum Language {
        /// Vietnamese.
        Vi => "vi",
        /// English.
        En => "en",
    }
}

/// Where an account belongs: to an enterprise, to the Department, or nowhere yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// To nobody yet.
    Person,
    /// A member of an enterprise.
    Member {
        /// The enterprise.
        enterprise: EnterpriseId,
        /// What the member may do there.
        role: Role,
    },
    /// An officer of the Department.
    Officer {
        /// What the officer may do.
        permissions: Vec<Permission>,
        /// Where.
        scope: Scope,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_has_known_codes() {
        let codes = |codes: &[&str]| codes.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(
            Scope::parse(
                Taxonomies::embedded(),
                &codes(&["food", "mechanics"]),
                &codes(&["08494"])
            )
            .is_ok()
        );
        assert_eq!(Scope::parse(Taxonomies::embedded(), &[], &[]), Ok(Scope::default()));
        let wrong = Scope::parse(
            Taxonomies::embedded(),
            &codes(&["food", "food", "cookery"]),
            &codes(&["8494"]),
        )
        .unwrap_err();
        let wrong: Vec<_> = wrong
            .iter()
            .map(|error| (error.pointer.as_str(), error.violation.code()))
            .collect();
        assert_eq!(
            wrong,
            [
                ("/fields/1", "duplicate"),
                ("/fields/2", "unknown_code"),
                ("/communes/0", "unknown_code")
            ]
        );
        assert!(Scope::parse(Taxonomies::embedded(), &[], &vec!["08494".to_owned(); 201]).is_err());
    }

    #[test]
    fn a_scope_includes_what_is_narrower() {
        let scope = |fields: &[&str], communes: &[&str]| Scope {
            fields: fields.iter().map(ToString::to_string).collect(),
            communes: communes.iter().map(ToString::to_string).collect(),
        };
        let (all, food) = (scope(&[], &[]), scope(&["food"], &["08494"]));
        for (wide, narrow, expected) in [
            (&all, &all, true),
            (&all, &food, true),
            (&food, &all, false),
            (&food, &food, true),
            (&food, &scope(&["food.drying"], &["08494"]), true),
            (&food, &scope(&["food.drying"], &[]), false),
            (&food, &scope(&[], &["08494"]), false),
            (&food, &scope(&["food", "mechanics"], &["08494"]), false),
            (&food, &scope(&["foodstuff"], &["08494"]), false),
        ] {
            assert_eq!(wide.includes(narrow), expected, "{wide:?} {narrow:?}");
        }
    }

    #[test]
    fn addresses() {
        for good in ["lan@coop.vn", "a.b+c@x-y.example", "O'Neil@co.uk"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "lan",
            "@coop.vn",
            "lan@coop",
            "lan@@coop.vn",
            "lan@coop..vn",
            "lan\r\nBcc: x@y.vn",
            "a b@c.vn",
            ".a@b.vn",
            "lan@-coop.vn",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Email::parse("Lan@Coop.VN").unwrap().key(), "lan@coop.vn");
    }
}
