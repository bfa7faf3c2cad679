//! The signature of a certificate: its record as canonical JSON (RFC 8785), signed with Ed25519 as a JWS (RFC 7515, RFC
//! 8037). Pure: whoever has the file and the public keys can check it, without the exchange.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::canonical::canonical;
use crate::domain::certificate::record::CertificateRecord;
use crate::print;
use crate::service::{Error, Result};

/// What is signed, in the header (`typ`).
const TYPE: &str = "vptex-certificate+json";
/// The largest file that is looked at, in bytes: a document with all its pages is far below.
const LARGEST: usize = 10_000_000;

/// The file that is handed out, and that a document carries within it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedFile {
    /// What the certificate says.
    pub record: CertificateRecord,
    /// The same, signed.
    pub jws: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// A public key by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its name.
    pub kid: String,
    /// 32 bytes.
    pub bytes: Vec<u8>,
}

/// Why a file is not what the authority issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGenuine {
    /// It is no such file at all.
    #[error("not a file of a certificate")]
    Form,
    /// A key signed it that is not among the public keys.
    #[error("signed by an unknown key: {0}")]
    UnknownKey(String),
    /// The signature does not fit what was signed.
    #[error("the signature does not fit")]
    Signature,
    /// What the file says is not what was signed.
    #[error("the file does not say what was signed")]
    Record,
    /// What it says was signed, but these are not the bytes that were handed out.
    #[error(
        "another program saved the file anew: what it says was signed, but it is not the file that was handed out; take that one"
    )]
    Rewritten,
    /// The document does not read as its record does.
    #[error("the document was changed: it does not say what was signed")]
    Document,
}

pub(super) fn payload(record: &CertificateRecord) -> Result<String> {
    Ok(canonical(&serde_json::to_value(record).map_err(Error::internal)?))
}

/// Signs a record.
pub fn sign(record: &CertificateRecord, kid: &str, key: &Ed25519KeyPair) -> Result<String> {
    let header = Header {
        alg: "EdDSA".to_owned(),
        kid: kid.to_owned(),
        typ: TYPE.to_owned(),
    };
    let header = serde_json::to_string(&header).map_err(Error::internal)?;
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload(record)?)
    );
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    Ok(format!("{signed}.{signature}"))
}

/// The file of a record: one form only, too, so that every byte of it counts.
pub fn file(record: &CertificateRecord, jws: &str) -> Result<Vec<u8>> {
    let file = SignedFile {
        record: record.clone(),
        jws: jws.to_owned(),
    };
    let mut bytes = serde_json::to_vec_pretty(&file).map_err(Error::internal)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Whether the signature is one of the keys' over this very record; tells which key's.
pub fn check(record: &CertificateRecord, jws: &str, keys: &[PublicKey]) -> std::result::Result<String, NotGenuine> {
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_wrong| NotGenuine::Form);
    let (signed, signature) = jws.rsplit_once('.').ok_or(NotGenuine::Form)?;
    let (head, body) = signed.split_once('.').ok_or(NotGenuine::Form)?;
    let header: Header = serde_json::from_slice(&decode(head)?).map_err(|_wrong| NotGenuine::Form)?;
    if header.alg != "EdDSA" || header.typ != TYPE {
        return Err(NotGenuine::Form);
    }
    let key = keys.iter().find(|key| key.kid == header.kid);
    let key = key.ok_or_else(|| NotGenuine::UnknownKey(header.kid.chars().take(40).collect()))?;
    UnparsedPublicKey::new(&ED25519, &key.bytes)
        .verify(signed.as_bytes(), &decode(signature)?)
        .map_err(|_wrong| NotGenuine::Signature)?;
    let said = payload(record).map_err(|_wrong| NotGenuine::Form)?;
    if decode(body)? != said.as_bytes() {
        return Err(NotGenuine::Record);
    }
    Ok(header.kid)
}

/// The record that a signature has within it, as one of the keys signed it, whatever stands beside it.
pub(super) fn within(jws: &str, keys: &[PublicKey]) -> std::result::Result<SignedFile, NotGenuine> {
    let body = jws.split('.').nth(1).ok_or(NotGenuine::Form)?;
    let body = URL_SAFE_NO_PAD.decode(body).map_err(|_wrong| NotGenuine::Form)?;
    let record: CertificateRecord = serde_json::from_slice(&body).map_err(|_wrong| NotGenuine::Form)?;
    check(&record, jws, keys)?;
    Ok(SignedFile {
        record,
        jws: jws.to_owned(),
    })
}

/// Opens a file or a document (PDF): what it says is what one of the keys signed, to the last byte.
pub fn open(bytes: &[u8], keys: &[PublicKey]) -> std::result::Result<SignedFile, NotGenuine> {
    if bytes.len() > LARGEST {
        return Err(NotGenuine::Form);
    }
    if bytes.starts_with(b"%PDF-") {
        return open_document(bytes, keys);
    }
    open_file(bytes, keys)
}

/// The same of a document alone, which is printed anew from what is within it.
pub(super) fn open_document(document: &[u8], keys: &[PublicKey]) -> std::result::Result<SignedFile, NotGenuine> {
    let (opened, file) = open_within(document, keys)?;
    let again = print::certificate(&opened.record, &file).map_err(|_wrong| NotGenuine::Document)?;
    if again == document {
        Ok(opened)
    } else {
        Err(NotGenuine::Document)
    }
}

/// The signed file within a document, with its bytes. What is around it is not looked at.
pub(super) fn open_within(
    document: &[u8],
    keys: &[PublicKey],
) -> std::result::Result<(SignedFile, Vec<u8>), NotGenuine> {
    let file = print::attachment(document).ok_or(NotGenuine::Form)?;
    Ok((open_file(&file, keys)?, file))
}

fn open_file(bytes: &[u8], keys: &[PublicKey]) -> std::result::Result<SignedFile, NotGenuine> {
    let opened: SignedFile = serde_json::from_slice(bytes).map_err(|_wrong| NotGenuine::Form)?;
    check(&opened.record, &opened.jws, keys)?;
    match file(&opened.record, &opened.jws) {
        Ok(again) if again == bytes => Ok(opened),
        _ => Err(NotGenuine::Rewritten),
    }
}
