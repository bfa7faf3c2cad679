//! Proofs: a secret goes out by mail, and whoever brings it back has read the mail.
//!
//! A token is `base64url(id ‖ secret)`, 16 and 32 bytes. Kept is SHA-256 of the secret, bound to purpose, address, account
//! and the password in force, so that a token of one cannot be used for another (Saleor CVE-2026-35407 was a missing
//! binding). One answer for everything that is wrong with one.

use aws_lc_rs::{constant_time, digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::context::Work;
use super::vault::{Purpose as Sealed, Vault};
use super::{Error, ErrorCode, Result};
use crate::domain::account::Email;
use crate::domain::ids::{AccountId, ProofId};
use crate::domain::text_enum;
use crate::store::AnyConn;
use crate::store::proofs::{self, Proof};

text_enum! {
    /// What a proof is good for.
    pub enum Purpose {
        /// To register an enterprise.
        Registration => "registration",
        /// To open an account.
        Account => "account",
        /// To set a new password.
        PasswordReset => "password_reset",
        /// To prove an account's address.
        EmailVerification => "email_verification",
        /// To give up the present address.
        EmailChangeOld => "email_change_old",
        /// To take a new address.
        EmailChangeNew => "email_change_new",
        /// To become a member.
        Invitation => "invitation",
    }
}

impl Purpose {
    /// How long it is good.
    pub fn lasts(self) -> SignedDuration {
        match self {
            Self::PasswordReset => SignedDuration::from_mins(30),
            Self::Invitation => SignedDuration::from_hours(7 * 24),
            Self::Registration
            | Self::Account
            | Self::EmailVerification
            | Self::EmailChangeOld
            | Self::EmailChangeNew => SignedDuration::from_hours(24),
        }
    }
}

/// What a proof is made for.
pub struct Wanted<'a, T: Serialize> {
    /// What it is good for.
    pub purpose: Purpose,
    /// Where it goes.
    pub email: &'a Email,
    /// Whose, if it is an account's.
    pub account: Option<AccountId>,
    /// The password in force, if it must still be when the proof is used.
    pub password_version: Option<i64>,
    /// What is to be done then.
    pub payload: &'a T,
}

/// Makes a proof and gives its token, which is kept nowhere.
pub fn issue<T: Serialize>(work: &mut Work<'_, '_>, wanted: &Wanted<'_, T>) -> Result<String> {
    issue_lasting(work, wanted, wanted.purpose.lasts())
}

/// The same for a proof that is good for longer or shorter than its purpose says.
pub(super) fn issue_lasting<T: Serialize>(
    work: &mut Work<'_, '_>,
    wanted: &Wanted<'_, T>,
    lasts: SignedDuration,
) -> Result<String> {
    let mut secret = [0_u8; 32];
    rand::fill(&mut secret).map_err(|_unspecified| Error::internal("no random numbers"))?;
    let payload = serde_json::to_vec(wanted.payload).map_err(Error::internal)?;
    let id = ProofId(work.next_id());
    let proof = Proof {
        id,
        purpose: wanted.purpose.as_str().to_owned(),
        secret_hash: hash(&secret),
        account: wanted.account,
        email_key: wanted.email.key(),
        password_version: wanted.password_version,
        sealed_payload: Some(work.vault.seal(Sealed::Proof, &payload)?),
        created_at: work.now,
        expires_at: work.now.checked_add(lasts).map_err(Error::internal)?,
        used_at: None,
    };
    proofs::insert(work.uow, &proof)?;
    Ok(URL_SAFE_NO_PAD.encode([id.0.as_bytes().as_slice(), &secret].concat()))
}

/// Uses a token up and gives what it was made for. `invalid_proof` for everything else: unknown, used, over, made for
/// another purpose.
pub fn redeem<T: DeserializeOwned>(work: &mut Work<'_, '_>, purpose: Purpose, token: &str) -> Result<(Proof, T)> {
    let (now, vault) = (work.now, work.vault);
    let (proof, payload) = look(work.conn(), vault, purpose, token, now)?;
    if !proofs::use_up(work.uow, proof.id, now)? {
        return Err(ErrorCode::InvalidProof.into());
    }
    failpoint!("proofs.used", Error::busy);
    Ok((proof, payload))
}

/// What a token was made for, without using it up. [`redeem`] decides.
pub(super) fn look<T: DeserializeOwned>(
    conn: &mut AnyConn,
    vault: &Vault,
    purpose: Purpose,
    token: &str,
    now: Timestamp,
) -> Result<(Proof, T)> {
    let refused = || Error::from(ErrorCode::InvalidProof);
    let (id, secret) = read(token).ok_or_else(refused)?;
    let proof = proofs::find(conn, id)?.ok_or_else(refused)?;
    if !is_good(&proof, purpose, &secret, now) {
        return Err(refused());
    }
    let sealed = proof.sealed_payload.as_deref().ok_or_else(refused)?;
    let payload = vault.open_sealed(Sealed::Proof, sealed)?;
    Ok((proof, serde_json::from_slice(&payload).map_err(Error::internal)?))
}

/// What a token says it is good for, without using it up; [`redeem`] decides whether it is.
pub(super) fn purpose_of(conn: &mut AnyConn, token: &str) -> Result<Purpose> {
    let refused = || Error::from(ErrorCode::InvalidProof);
    let (id, _) = read(token).ok_or_else(refused)?;
    let proof = proofs::find(conn, id)?.ok_or_else(refused)?;
    proof.purpose.parse().map_err(Error::internal)
}

/// Whose a token is, without using it up: so that a wrong one costs no more than a look. [`redeem`] decides.
pub(super) fn peek(conn: &mut AnyConn, purpose: Purpose, token: &str, now: Timestamp) -> Result<AccountId> {
    let refused = || Error::from(ErrorCode::InvalidProof);
    let (id, secret) = read(token).ok_or_else(refused)?;
    let proof = proofs::find(conn, id)?.ok_or_else(refused)?;
    if is_good(&proof, purpose, &secret, now) {
        proof.account.ok_or_else(refused)
    } else {
        Err(refused())
    }
}

fn is_good(proof: &Proof, purpose: Purpose, secret: &[u8], now: Timestamp) -> bool {
    let is_right = constant_time::verify_slices_are_equal(&proof.secret_hash, &hash(secret)).is_ok();
    is_right && proof.purpose == purpose.as_str() && proof.used_at.is_none() && proof.expires_at > now
}

fn hash(secret: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret).as_ref().to_vec()
}

fn read(token: &str) -> Option<(ProofId, Vec<u8>)> {
    if token.len() != 64 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (id, secret) = bytes.split_at_checked(16)?;
    Some((ProofId(Uuid::from_slice(id).ok()?), secret.to_vec()))
}
