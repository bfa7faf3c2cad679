//! Certificates held against their signatures before anything is made of what they say: whoever can write rows would have another record
//! signed as genuine by that. What makes something of them takes [`Genuine`], and there is no other way to one than the look.

use std::collections::BTreeSet;
use std::ops::Deref;

use super::keys;
use super::signing::{self, NotGenuine, PublicKey};
use crate::domain::certificate::Certificate;
use crate::domain::certificate::record::CertificateRecord;
use crate::domain::ids::CertificateId;
use crate::service::context::Work;
use crate::service::{Error, ErrorCode, Result};
use crate::store::{certificate_origins, certificates as rows};

/// What was held against its signatures. Papers that were entered have none, and are what somebody wrote.
#[derive(Clone, Debug)]
pub struct Genuine<T>(T);

impl<T> Genuine<T> {
    /// What it is, for whoever alters a copy.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Genuine<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl Genuine<Certificate> {
    /// Of one certificate.
    pub fn one(work: &mut Work<'_, '_>, certificate: Certificate) -> Result<Self> {
        require(work, std::slice::from_ref(&certificate))?;
        Ok(Self(certificate))
    }
}

impl Genuine<Vec<Certificate>> {
    /// Of nothing.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Of all of a chain that was read.
    pub fn all(work: &mut Work<'_, '_>, chain: Vec<Certificate>) -> Result<Self> {
        require(work, &chain)?;
        require_places(work, &chain)?;
        Ok(Self(chain))
    }

    /// Of a chain, in its order.
    pub fn chain(work: &mut Work<'_, '_>, root: CertificateId) -> Result<Self> {
        let chain = rows::chain(work.conn(), root)?;
        Self::all(work, chain)
    }
}

/// Refuses a chain with one that was issued here and is not of it.
fn require_places(work: &mut Work<'_, '_>, chain: &[Certificate]) -> Result<()> {
    let all: Vec<&Certificate> = chain.iter().collect();
    let issued = certificate_origins::among(work.conn(), &all)?;
    let is_other = |one: &Certificate| issued.contains(&one.id) && !is_in_its_place(one, chain);
    let other = all.into_iter().find(|one| is_other(one));
    other.map_or(Ok(()), |other| Err(damaged(other)))
}

/// Whether a certificate that was issued here stands in a chain where its record says: whoever can write rows would hang a genuine amendment
/// behind another certificate.
pub(super) fn is_in_its_place(certificate: &Certificate, chain: &[Certificate]) -> bool {
    let Some(amendment) = &certificate.record.amendment else {
        return certificate.root.is_none() && certificate.position == 0;
    };
    let first = chain.iter().find(|one| certificate.root == Some(one.id));
    let is_of_first = first.is_some_and(|first| first.record.number == amendment.original_number);
    is_of_first && certificate.position == amendment.position
}

/// Refuses where one that was issued here is not what was signed.
fn require(work: &mut Work<'_, '_>, certificates: &[Certificate]) -> Result<()> {
    let all: Vec<&Certificate> = certificates.iter().collect();
    let issued = certificate_origins::among(work.conn(), &all)?;
    if issued.is_empty() {
        return Ok(());
    }
    let vault = work.vault;
    // A key that was lost keeps nobody from going on with what others signed.
    let keys = keys::that_open(work.conn(), vault)?;
    let mut own = all.into_iter().filter(|one| issued.contains(&one.id));
    let other = own.find(|one| own_signer(one, &keys).is_err());
    other.map_or(Ok(()), |other| Err(damaged(other)))
}

/// Whether the register's own record of a certificate is what was signed; nothing of what was entered, and is not among those that were
/// issued here.
pub(super) fn is_genuine(
    certificate: &Certificate,
    issued: &BTreeSet<CertificateId>,
    keys: &[PublicKey],
) -> Option<bool> {
    issued
        .contains(&certificate.id)
        .then(|| own_signer(certificate, keys).is_ok())
}

/// The key that signed the record that the register has of a certificate.
pub(super) fn own_signer(certificate: &Certificate, keys: &[PublicKey]) -> std::result::Result<String, NotGenuine> {
    // That of a duplicate was signed, too, and is not the certificate's.
    if certificate.record.duplicate.is_some() {
        return Err(NotGenuine::Record);
    }
    let jws = certificate.jws.as_deref().unwrap_or_default();
    signer(certificate, (&certificate.record, jws), keys)
}

/// The key that signed a record as this certificate's own: another certificate's in its place was signed, too, and says another code.
pub(super) fn signer(
    certificate: &Certificate,
    (record, jws): (&CertificateRecord, &str),
    keys: &[PublicKey],
) -> std::result::Result<String, NotGenuine> {
    let kid = signing::check(record, jws, keys)?;
    if record.verify_at.rsplit('/').next() == certificate.code.as_deref() {
        Ok(kid)
    } else {
        Err(NotGenuine::Record)
    }
}

/// The refusal of what is not what was issued, which is counted, and named in the log.
pub(super) fn damaged(certificate: &Certificate) -> Error {
    metrics::counter!("vptex_contents_damaged_total").increment(1);
    Error {
        log: Some(format!(
            "what is kept of certificate {} is not what was issued",
            certificate.id.0
        )),
        ..ErrorCode::CertificateDamaged.into()
    }
}
