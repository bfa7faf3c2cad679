//! What a dossier says of the list of regulated technologies (danh mục công nghệ khuyến khích, hạn chế, cấm chuyển giao), and what officers
//! found when they held its technology against that (đối chiếu danh mục).

use jiff::Timestamp;

use super::{DossierContent, TechnologyStatus};
use crate::domain::fields::{LawFault, Violation};
use crate::domain::ids::AccountId;
use crate::domain::listing::regulation::{Regulation, RegulatoryClass};

impl TechnologyStatus {
    /// The class of the list that it is.
    pub const fn class(self) -> RegulatoryClass {
        match self {
            Self::Encouraged => RegulatoryClass::Encouraged,
            Self::Restricted => RegulatoryClass::Restricted,
            Self::Prohibited => RegulatoryClass::Prohibited,
            Self::Normal => RegulatoryClass::Unrestricted,
        }
    }

    /// What a dossier calls a class of the list.
    pub const fn of(class: RegulatoryClass) -> Self {
        match class {
            RegulatoryClass::Encouraged => Self::Encouraged,
            RegulatoryClass::Restricted => Self::Restricted,
            RegulatoryClass::Prohibited => Self::Prohibited,
            RegulatoryClass::Unrestricted => Self::Normal,
        }
    }
}

/// That what is licensed is not registered, and does not become registered by an amendment.
pub fn licensed_not_registered() -> Violation {
    let words = (
        "Công nghệ hạn chế chuyển giao phải được chấp thuận và cấp phép, không đăng ký".to_owned(),
        "A restricted technology is approved and licensed, not registered".to_owned(),
    );
    LawFault::of(words, "Luật CGCN Đ.28–30, 31.6.a")
}

impl DossierContent {
    /// What is declared of the technology: its class, and the entries of the list that it rests on.
    pub fn declared(&self) -> Regulation {
        let draft = self.draft();
        let status = draft.technology_status.as_deref().map(str::parse::<TechnologyStatus>);
        Regulation {
            class: status.and_then(Result::ok).map(TechnologyStatus::class),
            items: draft.technology.regulated_items.clone(),
        }
    }
}

/// What an officer found when the technology of a dossier was held against the list; it stands until another one is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screening {
    /// Which of the dossier's, from 1 on.
    pub number: i64,
    /// The number of the event after which it was made.
    pub after_event: i64,
    /// The entries that the technology falls under; none where it falls under none.
    pub items: Vec<String>,
    /// What the technology was by that and by what was declared.
    pub class: RegulatoryClass,
    /// Words; the parties read them.
    pub note: Option<String>,
    /// Who found it.
    pub officer: AccountId,
    /// By which edition of the lists: for people. Entries of it may begin later, and other lists have it, too.
    pub edition: i64,
    /// Hash of the entries that were in force that day.
    pub entries_sha256: Vec<u8>,
    /// Hash of what the dossier said of its technology then.
    pub technology_sha256: Vec<u8>,
    /// What the listing said then from which the dossier was begun.
    pub listing_class: Option<RegulatoryClass>,
    /// When.
    pub at: Timestamp,
}
