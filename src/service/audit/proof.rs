//! Proof that a row was in the audit trail when a checkpoint was signed: the row, the way from it to the root of its lane
//! (RFC 6962, 2.1.1), and the checkpoint. Pure: whoever has the key that signs checkpoints can check it, without the exchange.
//!
//! What is proved of a certificate is the row that holds the hash of its signed record. It is a row of its own, which tells
//! nobody's address ([`Work::remember_openly`](crate::service::context::Work::remember_openly)): to show a row is to show all
//! of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use serde::Deserialize;

use super::merkle::{self, leaf};
use super::note::{Checkpoint, NotOurs};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::certificate::proof::{Proof, ProvenRow};
use crate::service::{Error, Result};
use crate::store::audit::Row;
use crate::store::audit_chain::{Content, Hash, sha256};

/// The longest way to a root: a lane has no more rows than can be numbered.
const LONGEST: usize = 64;
/// The sort of thing that the row is about.
pub const SUBJECT: &str = "certificate";

/// Why something is not proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotProven {
    /// It is no proof at all.
    #[error("not a proof")]
    Form,
    /// The checkpoint is none.
    #[error("the checkpoint: {0}")]
    Checkpoint(NotOurs),
    /// The row is about another certificate, or something else.
    #[error("the row does not hold the hash of this certificate's signed record")]
    OtherRecord,
    /// The row was written on another day than the certificate tells: it was signed with a day that was not there.
    #[error("the row was not written on the day on which the certificate says that it was issued")]
    OtherDay,
    /// The row is not below the root that was signed.
    #[error("the row is not in the trail that the checkpoint signs")]
    NotInTrail,
}

fn decode(text: &str) -> std::result::Result<Hash, NotProven> {
    let bytes = STANDARD.decode(text).map_err(|_wrong| NotProven::Form)?;
    // One form only.
    let hash = Hash::try_from(bytes).ok().filter(|hash| STANDARD.encode(hash) == text);
    hash.ok_or(NotProven::Form)
}

/// A row as it is shown; nothing of one that tells more than may be shown.
fn shown(row: &Row) -> Result<ProvenRow> {
    let tells_more = row.actor_id.is_some()
        || row.session_id.is_some()
        || row.ip.is_some()
        || row.port.is_some()
        || row.request_id.is_some()
        || row.reason_code.is_some()
        || row.reason_text.is_some()
        || row.before_hash.is_some()
        || row.subject_version.is_some();
    let places = row
        .lane
        .zip(row.link)
        .zip(row.after_hash.as_ref().zip(row.prev_hash.as_ref()));
    let Some(((lane, link), (after_hash, prev_hash))) = places.filter(|_| !tells_more) else {
        return Err(Error::internal(
            "a row of the audit trail that is to be proved tells more",
        ));
    };
    Ok(ProvenRow {
        id: row.id.0,
        at: row.at.0,
        actor_kind: row.actor_kind.clone(),
        deed: row.deed.clone(),
        subject_kind: row.subject_kind.clone(),
        subject_id: row.subject_id.0,
        after_hash: STANDARD.encode(after_hash),
        lane,
        link,
        prev_hash: STANDARD.encode(prev_hash),
    })
}

/// The hash of the whole row, of which nothing else is there.
fn hash(row: &ProvenRow) -> std::result::Result<Hash, NotProven> {
    let after = decode(&row.after_hash)?;
    let content = Content {
        lane: row.lane,
        link: row.link,
        prev_hash: decode(&row.prev_hash)?,
        id: row.id,
        at: row.at.as_microsecond(),
        actor_kind: &row.actor_kind,
        actor_id: None,
        session_id: None,
        ip: None,
        port: None,
        deed: &row.deed,
        subject_kind: &row.subject_kind,
        subject_id: row.subject_id,
        reason_code: None,
        reason_text: None,
        request_id: None,
        before_hash: None,
        after_hash: Some(&after),
        subject_version: None,
    };
    Ok(content.hash())
}

/// What is handed out.
pub fn of(row: &Row, path: &[u8], checkpoint: String) -> Result<Proof> {
    Ok(Proof {
        checkpoint,
        row: shown(row)?,
        path: path.chunks(32).map(|hash| STANDARD.encode(hash)).collect(),
    })
}

/// Reads a file with one.
pub fn read(bytes: &[u8]) -> std::result::Result<Proof, NotProven> {
    serde_json::from_slice(bytes).map_err(|_wrong| NotProven::Form)
}

/// A signed record, as far as it counts here.
#[derive(Deserialize)]
struct Dated {
    record: IssuedOn,
}

#[derive(Deserialize)]
struct IssuedOn {
    issued_on: Date,
    #[serde(default)]
    duplicate: Option<DuplicateOn>,
}

/// Of a duplicate, which says the certificate's own day, too.
#[derive(Deserialize)]
struct DuplicateOn {
    issued_on: Date,
}

impl IssuedOn {
    /// On which day it was signed.
    fn day(&self) -> Date {
        self.duplicate
            .as_ref()
            .map_or(self.issued_on, |duplicate| duplicate.issued_on)
    }
}

/// Whether one of the keys signed a trail in which the hash of a certificate's signed record is, of the day that it tells;
/// gives the checkpoint.
pub fn check(
    proof: &Proof,
    signed_record: &[u8],
    public_keys: &[Vec<u8>],
) -> std::result::Result<Checkpoint, NotProven> {
    let checkpoint = Checkpoint::open(&proof.checkpoint, public_keys).map_err(NotProven::Checkpoint)?;
    let is_about = proof.row.deed == Deed::CertificateRecorded.as_str() && proof.row.subject_kind == SUBJECT;
    if !is_about || decode(&proof.row.after_hash)? != sha256(signed_record) {
        return Err(NotProven::OtherRecord);
    }
    if proof.path.len() > LONGEST {
        return Err(NotProven::Form);
    }
    let path: Vec<Hash> = proof
        .path
        .iter()
        .map(|hash| decode(hash))
        .collect::<std::result::Result<_, _>>()?;
    let lane = checkpoint.lanes.iter().find(|lane| lane.lane == proof.row.lane);
    let place = proof
        .row
        .link
        .checked_sub(1)
        .and_then(|place| u64::try_from(place).ok());
    let (lane, place) = lane.zip(place).ok_or(NotProven::NotInTrail)?;
    match merkle::root_above(leaf(&hash(&proof.row)?), (place, lane.size), &path) {
        Some(root) if root == lane.root => {}
        _ => return Err(NotProven::NotInTrail),
    }
    // What was issued was recorded in the same transaction.
    let told = serde_json::from_slice::<Dated>(signed_record).map_err(|_wrong| NotProven::OtherRecord)?;
    if told.record.day() != day_of(proof.row.at) {
        return Err(NotProven::OtherDay);
    }
    Ok(checkpoint)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use uuid::Uuid;

    use super::super::note::LaneRoot;
    use super::*;

    /// A record that was written into a trail of one row at an instant, with what proves it and the key.
    fn recorded(record: &[u8], at: &str) -> (Proof, Vec<Vec<u8>>) {
        let row = ProvenRow {
            id: Uuid::from_u128(1),
            at: at.parse().unwrap(),
            actor_kind: "system".to_owned(),
            deed: Deed::CertificateRecorded.as_str().to_owned(),
            subject_kind: SUBJECT.to_owned(),
            subject_id: Uuid::from_u128(2),
            after_hash: STANDARD.encode(sha256(record)),
            lane: 1,
            link: 1,
            prev_hash: STANDARD.encode([0_u8; 32]),
        };
        let lane = LaneRoot {
            lane: 1,
            size: 1,
            root: leaf(&hash(&row).unwrap()),
        };
        let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
        let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document.as_ref()).unwrap();
        let checkpoint = Checkpoint::new("exchange.example/audit".to_owned(), vec![lane]).sign(&key);
        let proof = Proof {
            checkpoint,
            row,
            path: Vec::new(),
        };
        (proof, vec![key.public_key().as_ref().to_vec()])
    }

    /// Whoever has the keys can sign today what is dated last year, but not write it into the trail of last year.
    #[test]
    fn a_record_with_another_day_than_its_row_is_not_proved() {
        for (issued_on, at, is_proved) in [
            ("2026-03-02", "2026-03-02T02:00:00Z", true),
            // The day is that of Việt Nam.
            ("2026-03-03", "2026-03-02T17:00:00Z", true),
            ("2026-03-02", "2026-03-02T17:00:00Z", false),
            ("2025-03-02", "2026-03-02T02:00:00Z", false),
            ("2026-03-03", "2026-03-02T02:00:00Z", false),
        ] {
            let record = format!(r#"{{"record": {{"issued_on": "{issued_on}", "number": "01"}}, "jws": "x"}}"#);
            // A duplicate is of its own day, whatever the certificate's is.
            let duplicate = format!(
                r#"{{"record": {{"issued_on": "2020-01-06", "duplicate": {{"issued_on": "{issued_on}"}}}}, "jws": "x"}}"#
            );
            for record in [record, duplicate] {
                let (proof, keys) = recorded(record.as_bytes(), at);
                let checked = check(&proof, record.as_bytes(), &keys).map(|checkpoint| checkpoint.size);
                let expected = if is_proved { Ok(1) } else { Err(NotProven::OtherDay) };
                assert_eq!(checked, expected, "{record} {at}");
            }
        }
        let (proof, keys) = recorded(b"no record", "2026-03-02T02:00:00Z");
        assert_eq!(check(&proof, b"no record", &keys), Err(NotProven::OtherRecord));
    }
}
