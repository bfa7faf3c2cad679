//! The register held against what was signed, certificate by certificate: its record, what stands beside that, its document, and those of its duplicates. Whoever asks
//! for one is refused what is damaged (`certificate_damaged`); here it is found before anybody asks.

use std::fmt;

use super::{beside, genuine, keys, place, reading};
use crate::domain::certificate::Certificate;
use crate::domain::ids::CertificateId;
use crate::service::Result;
use crate::service::vault::Vault;
use crate::store::{
    self, AnyConn, certificate_duplicates, certificate_origins, certificate_restorations, certificates as rows,
};

/// A part of what is kept of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its record, with the signature.
    Record,
    /// What the register has beside it to find it by, and of what became of it: number, authority, days, parties, place in the chain. Of a record that is whole.
    Columns,
    /// The dossier that it came of.
    Dossier,
    /// The case in which its life goes on.
    Case,
    /// The certificate that it amends.
    Chain,
    /// What the trail has of its issue, or of its end.
    Trail,
    /// Its document.
    Document,
    /// The document of the duplicate with this number.
    Duplicate(i64),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record => f.write_str("record"),
            Self::Columns => f.write_str("columns"),
            Self::Dossier => f.write_str("dossier"),
            Self::Case => f.write_str("case"),
            Self::Chain => f.write_str("chain"),
            Self::Trail => f.write_str("issue or end in the trail"),
            Self::Document => f.write_str("document"),
            Self::Duplicate(ordinal) => write!(f, "duplicate {ordinal}"),
        }
    }
}

/// What was found of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Which.
    pub id: CertificateId,
    /// Its number; absent where its row cannot be read.
    pub number: Option<String>,
    /// What of it is not what was issued, or not there.
    pub damaged: Vec<Part>,
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.damaged.iter().map(Part::to_string).collect();
        let number = self.number.as_deref().unwrap_or("?");
        write!(f, "{number} ({}): {}", self.id.0, parts.join(", "))
    }
}

/// The certificates that were issued here, in their order.
pub fn issued(conn: &mut AnyConn) -> Result<Vec<CertificateId>> {
    Ok(certificate_origins::issued_here(conn)?)
}

/// Holds one against what was signed. Keys are read each time: another one may sign meanwhile.
pub fn check(conn: &mut AnyConn, vault: &Vault, id: CertificateId) -> Result<Checked> {
    let keys = keys::public(conn, vault)?;
    let certificate = match rows::find(conn, id) {
        Ok(certificate) => certificate,
        // A row that does not read was changed.
        Err(store::Error::Row(_)) => {
            return Ok(Checked {
                id,
                number: None,
                damaged: vec![Part::Record],
            });
        }
        Err(error) => return Err(error.into()),
    };
    let mut damaged = Vec::new();
    if genuine::own_signer(&certificate, &keys).is_err() {
        damaged.push(Part::Record);
    } else {
        if !has_its_columns(conn, &certificate)? {
            damaged.push(Part::Columns);
        }
        damaged.extend(place::misplaced(conn, &certificate)?);
        if !damaged.contains(&Part::Trail) && !beside::is_told(conn, id)? {
            damaged.push(Part::Trail);
        }
    }
    let is_whole = |duplicate, kept: Option<rows::Kept>| {
        kept.is_some_and(|kept| reading::as_issued(&certificate, duplicate, kept, &keys).is_some())
    };
    if !is_whole(None, rows::document(conn, id)?) {
        damaged.push(Part::Document);
    }
    for ordinal in certificate_duplicates::ordinals(conn, id)? {
        if !is_whole(Some(ordinal), certificate_duplicates::document(conn, id, ordinal)?) {
            damaged.push(Part::Duplicate(ordinal));
        }
    }
    Ok(Checked {
        id,
        number: Some(certificate.record.number.clone()),
        damaged,
    })
}

/// Whether what stands beside a record is what it says, and what dossier and trail tell: the end of the contract, whose it is, where, and what
/// became of it, too.
fn has_its_columns(conn: &mut AnyConn, certificate: &Certificate) -> Result<bool> {
    let told = beside::as_told(conn, certificate.clone())?;
    Ok(certificate_restorations::has_columns_of(conn, &told)?)
}
