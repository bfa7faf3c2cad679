//! Papers: a record goes in, a PDF comes out; of a certificate with the signed record attached.
//!
//! **Architecture invariant:** what is printed is a function of what goes in alone. No clock, no chance, no
//! font of the machine comes in, so that a document can be printed anew from its record and compared.
//!
//! The PDF is of the archival kind PDF/A-3a: fonts are in it, every letter is text, and the structure is told, so that it can
//! be searched, read aloud and kept.

mod attached;
mod certificate;
mod draw;
mod fields;
mod head;
mod page;
mod receipt;
mod style;
mod text;
mod wording;

#[cfg(test)]
mod tests;

pub use attached::attachment;
pub use receipt::{NoDay, Receipt, ReceivedPaper};

use crate::domain::certificate::record::{CertificateRecord, LAYOUT};

/// Most bytes of a document, printed or read.
const MAX_BYTES: usize = 10 << 20;
/// What the attached record is called.
const ATTACHMENT: &str = "giay-chung-nhan.json";

/// Why a paper cannot be printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The record asks for a layout that this program does not know.
    #[error("there is no layout {0}")]
    Layout(u16),
    /// The fonts have no such letter, or one of a script that runs from right to left.
    #[error("cannot print the letter {0:?}")]
    Letter(char),
    /// The address is longer than what fits in a QR code.
    #[error("the address to verify at does not fit in a QR code")]
    Code,
    /// The document is larger than what [`attachment`] reads.
    #[error("the document is too large")]
    TooLarge,
    /// A part of the program is broken, or the library has refused what it was given.
    #[error("cannot write the document: {0}")]
    Broken(String),
}

/// Letters that every font here has: those that Vietnamese is written with, and those of the nearer West.
fn is_plain(character: char) -> bool {
    matches!(character,
        ' '..='~' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư'
        | '\u{1ea0}'..='\u{1ef9}')
}

/// Of each text the first letter that cannot be printed, as [`certificate`] would refuse it.
pub fn unprintable<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Option<char>> {
    let texts = texts.into_iter();
    // Reading the fonts is not worth it for what anybody can print.
    let mut fonts = None;
    texts
        .map(|text| {
            if text.chars().all(is_plain) {
                return None;
            }
            let fonts = fonts.get_or_insert_with(|| text::Fonts::load(LAYOUT).ok());
            fonts.as_ref()?.unprintable(text)
        })
        .collect()
}

/// Prints a certificate, with its record attached as it was signed.
pub fn certificate(record: &CertificateRecord, attachment: &[u8]) -> Result<Vec<u8>, PrintError> {
    if !(1..=LAYOUT).contains(&record.layout) {
        return Err(PrintError::Layout(record.layout));
    }
    let fonts = text::Fonts::load(record.layout)?;
    let sheet = certificate::set(record, &fonts)?;
    let bytes = draw::document(&certificate::paper(record, attachment), &sheet, &fonts)?;
    if bytes.len() > MAX_BYTES {
        return Err(PrintError::TooLarge);
    }
    Ok(bytes)
}

/// Prints the receipt of a dossier.
pub fn receipt(receipt: &Receipt) -> Result<Vec<u8>, PrintError> {
    let fonts = text::Fonts::load(LAYOUT)?;
    let sheet = receipt::set(receipt, &fonts)?;
    draw::document(&receipt::paper(receipt), &sheet, &fonts)
}
