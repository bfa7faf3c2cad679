//! Letters: sealed when they are written, opened when they are sent, and the words that they say.
//!
//! A use case names facts ([`Letter`]); what they read like is put together when they are sent, in [`render`], from the
//! words of one language (`vi`, `en`) and one shape that text and HTML share, so that nothing is written twice.

mod documents;
mod dossiers;
mod duties;
mod en;
mod inquiries;
mod joining;
mod mergers;
pub mod message;
mod officers;
pub mod queue;
pub mod render;
mod review;
mod rights;
mod standing;
mod vi;

use serde::{Deserialize, Serialize};

use super::vault::{Purpose, Vault};
use super::{Error, Result};
use crate::domain::account::{Account, Email, Language};
use crate::domain::ids::{AccountId, ListingId};
use crate::domain::letter::Letter;
use crate::domain::text::Line;

/// To whom a letter goes.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The address.
    pub email: &'a Email,
    /// The person's name, where it is known.
    pub name: Option<&'a Line<100>>,
    /// In which language.
    pub language: Language,
    /// Whose account, if there is one.
    pub account: Option<AccountId>,
}

impl<'a> Recipient<'a> {
    /// The owner of an account.
    pub fn of(account: &'a Account) -> Self {
        Self {
            email: &account.email,
            name: Some(&account.display_name),
            language: account.language,
            account: Some(account.id),
        }
    }
}

/// What is sealed: everything that a letter needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The address.
    pub to: String,
    /// The person's name.
    pub name: Option<String>,
    /// What it says.
    pub letter: Letter,
    /// The listing that it is about; none of letters that waited when they led to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<ListingId>,
}

/// Seals a letter.
pub(super) fn seal(vault: &Vault, to: &Recipient<'_>, listing: Option<ListingId>, letter: &Letter) -> Result<Vec<u8>> {
    let content = Content {
        to: to.email.as_str().to_owned(),
        name: to.name.map(ToString::to_string),
        letter: letter.clone(),
        listing,
    };
    let json = serde_json::to_vec(&content).map_err(Error::internal)?;
    vault.seal(Purpose::Letter, &json)
}

/// Opens a letter that is to be sent.
pub fn open(vault: &Vault, sealed: &[u8]) -> Result<Content> {
    let json = vault.open_sealed(Purpose::Letter, sealed)?;
    serde_json::from_slice(&json).map_err(Error::internal)
}
