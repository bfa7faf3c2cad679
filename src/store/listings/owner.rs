//! Whose a listing is, as its page tells it.

use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::listing::ListingStatus;
use crate::domain::listing::code::ListingCode;
use crate::store::Result;

/// What a listing's page tells of whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerCard {
    /// Legal name.
    pub legal_name: String,
    /// Province.
    pub province_code: String,
    /// Commune.
    pub commune_code: String,
    /// Where its registration stands.
    pub status: EnterpriseStatus,
    /// Invented for demonstration.
    pub is_demo: bool,
}

/// Which of its own listings an enterprise wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWanted {
    /// Only those in this status.
    pub status: Option<ListingStatus>,
    /// The one with this code.
    pub code: Option<ListingCode>,
    /// Beginnings of words of the title, folded; all of them are there.
    pub words: Vec<String>,
}

/// The columns of it.
pub(super) type OwnerRow = (String, String, String, String, bool);

/// Reads them.
pub(super) fn owner_card((legal_name, province_code, commune_code, status, is_demo): OwnerRow) -> Result<OwnerCard> {
    Ok(OwnerCard {
        legal_name,
        province_code,
        commune_code,
        status: status.parse()?,
        is_demo,
    })
}
