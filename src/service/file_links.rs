//! Links that show a file, or a document of a profile, to whoever has them, for a few minutes: for what is given to a browser as an address, `<img>` or
//! a download, where no token can be sent.
//!
//! A link is the caller's own session in other words: it holds which account and session made it, until when, and a keyed
//! hash over that and the file (HMAC-SHA-256 under the master key, so every node knows it). Whoever uses it sees what that
//! session may see at that moment. So it ends with the session, with the right to see the file, and with its time,
//! whichever is first, and nothing need be kept.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::context::{Caller, Credential, Origin, Work};
use super::vault::Vault;
use super::{ErrorCode, Result, documents, files};
use crate::domain::audit::Deed;
use crate::domain::enterprise::document::Document;
use crate::domain::file::File;
use crate::domain::ids::{AccountId, DocumentId, EnterpriseId, FileId, SessionId};
use crate::store::AnyConn;

/// What a link opens; the keyed hashes of the two have nothing in common.
#[derive(Clone, Copy)]
enum Target {
    File(FileId),
    Document(DocumentId),
}

impl Target {
    const fn context(self) -> &'static str {
        match self {
            Self::File(_) => "file link",
            Self::Document(_) => "document link",
        }
    }

    const fn id(self) -> Uuid {
        match self {
            Self::File(FileId(id)) | Self::Document(DocumentId(id)) => id,
        }
    }
}

/// A link to a file.
#[derive(Clone, Debug)]
pub struct FileLink {
    /// What opens the file; kept nowhere.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Makes a link to a file that the caller may see.
pub fn make(work: &mut Work<'_, '_>, caller: &Caller, id: FileId, lasts: SignedDuration) -> Result<FileLink> {
    let now = work.now;
    caller.session().ok_or(ErrorCode::Unauthenticated)?;
    let (permit, _) = files::readable(work.conn(), caller, id, now)?;
    work.remember(&permit, Deed::FileLinked, "file", id.0, None)?;
    linked(work, caller, Target::File(id), lasts)
}

/// Makes a link to a document of a profile that the caller may see.
pub fn make_for_document(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    place: (EnterpriseId, DocumentId),
    lasts: SignedDuration,
) -> Result<FileLink> {
    let now = work.now;
    let permit = documents::readable(work.conn(), caller, place, now)?.0;
    work.remember(&permit, Deed::DocumentLinked, "document", place.1.0, None)?;
    linked(work, caller, Target::Document(place.1), lasts)
}

fn linked(work: &mut Work<'_, '_>, caller: &Caller, target: Target, lasts: SignedDuration) -> Result<FileLink> {
    let (account, session) = caller.session().ok_or(ErrorCode::Unauthenticated)?;
    let expires_at = work.now.saturating_add(lasts).unwrap_or(Timestamp::MAX);
    let fields = pack(account, session, expires_at);
    let proof = proof(work.vault, target, &fields);
    Ok(FileLink {
        token: URL_SAFE_NO_PAD.encode([fields.as_slice(), &proof].concat()),
        // As the link says it, in whole seconds.
        expires_at: Timestamp::from_second(expires_at.as_second()).unwrap_or(expires_at),
    })
}

/// Finds the file behind a link. Whatever is wrong with the link, there is nothing there.
pub fn open(conn: &mut AnyConn, vault: &Vault, id: FileId, token: &str, now: Timestamp) -> Result<File> {
    let caller = maker(vault, Target::File(id), token, now)?;
    hidden(files::readable(conn, &caller, id, now).map(|(_, file)| file))
}

/// The same of a document.
pub fn open_document(
    conn: &mut AnyConn,
    vault: &Vault,
    place: (EnterpriseId, DocumentId),
    token: &str,
    now: Timestamp,
) -> Result<Document> {
    let caller = maker(vault, Target::Document(place.1), token, now)?;
    hidden(documents::readable(conn, &caller, place, now).map(|(_, document)| document))
}

/// Whose session made a link.
fn maker(vault: &Vault, target: Target, token: &str, now: Timestamp) -> Result<Caller> {
    let (account, session, expires_at) = verified(vault, target, token).ok_or(ErrorCode::NotFound)?;
    if now >= expires_at {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(Caller {
        credential: Credential::Session { account, session },
        origin: Origin::default(),
    })
}

/// A session that ended, or a maker who may not see it any more, leaves a link that leads nowhere. Whoever has the link is told
/// nothing of its maker.
fn hidden<T>(found: Result<T>) -> Result<T> {
    found.map_err(|error| match error.code.status() {
        401 | 403 => ErrorCode::NotFound.into(),
        _ => error,
    })
}

fn pack(account: AccountId, session: SessionId, expires_at: Timestamp) -> Vec<u8> {
    let seconds = expires_at.as_second().to_be_bytes();
    [account.0.as_bytes().as_slice(), session.0.as_bytes(), &seconds].concat()
}

fn proof(vault: &Vault, target: Target, fields: &[u8]) -> Vec<u8> {
    vault.hash(target.context(), &[target.id().as_bytes().as_slice(), fields].concat())
}

fn verified(vault: &Vault, target: Target, token: &str) -> Option<(AccountId, SessionId, Timestamp)> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (fields, told) = bytes.split_at_checked(40)?;
    verify_slices_are_equal(&proof(vault, target, fields), told).ok()?;
    let (account, rest) = fields.split_at_checked(16)?;
    let (session, seconds) = rest.split_at_checked(16)?;
    let seconds = i64::from_be_bytes(seconds.try_into().ok()?);
    Some((
        AccountId(Uuid::from_slice(account).ok()?),
        SessionId(Uuid::from_slice(session).ok()?),
        Timestamp::from_second(seconds).ok()?,
    ))
}
