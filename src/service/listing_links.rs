//! What a listing refers to: of its certificates the papers among its own files, of its owners the enterprises of the
//! exchange.

use std::collections::BTreeSet;

use super::{Error, ErrorCode, Result};
use crate::domain::drafts::ListingDraft;
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::file::FileKind;
use crate::domain::ids::{EnterpriseId, FileId};
use crate::domain::listing::ListingContent;
use crate::domain::listing::media::Media;
use crate::store::{self, AnyConn, enterprises};

/// Refuses what leads nowhere. `own` is whose listing it is, and `before` what it said: an enterprise that it named then
/// may stay, whatever became of that one.
pub(super) fn require(
    conn: &mut AnyConn,
    own: EnterpriseId,
    content: &ListingContent,
    before: Option<&ListingContent>,
    media: &Media,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    let papers = papers(media);
    for (at, certificate) in content.details.certifications.iter().enumerate() {
        if certificate.file_id.is_some_and(|file| !papers.contains(&file)) {
            let what = "paper_of_listing";
            errors.add(format!("/certifications/{at}/file_id"), Violation::Malformed { what });
        }
    }
    let mut known = BTreeSet::from([own]);
    let named = before.iter().flat_map(|before| &before.details.owners);
    known.extend(named.filter_map(|owner| owner.enterprise_id));
    for (at, owner) in content.details.owners.iter().enumerate() {
        let Some(id) = owner.enterprise_id.filter(|id| !known.contains(id)) else {
            continue;
        };
        if is_active(conn, id)? {
            known.insert(id);
        } else {
            let what = "enterprise_of_exchange";
            errors.add(format!("/owners/{at}/enterprise_id"), Violation::Malformed { what });
        }
    }
    errors.finish(Some(())).map_err(Error::fields)
}

/// Whoever is not active yet, or is not any more, is nobody's business: absent and hidden are refused alike.
fn is_active(conn: &mut AnyConn, id: EnterpriseId) -> Result<bool> {
    match enterprises::find(conn, id) {
        Ok(enterprise) => Ok(enterprise.status == EnterpriseStatus::Active),
        Err(store::Error::NotFound | store::Error::Merged(..)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Whatever is not there to show the thing; a picture of a certificate is a paper.
fn papers(media: &Media) -> BTreeSet<FileId> {
    let papers = media.files.iter().filter(|(_, label)| label.kind != FileKind::Picture);
    papers.map(|(id, _)| *id).collect()
}

/// Refuses to take away, or to call a picture, what a certificate refers to.
pub(super) fn require_unused(content: &ListingDraft, file: FileId) -> Result<()> {
    let at = content
        .certifications
        .iter()
        .position(|held| held.file_id == Some(file));
    let Some(at) = at else { return Ok(()) };
    Err(Error {
        fields: vec![FieldError {
            pointer: format!("/certifications/{at}/file_id"),
            violation: Violation::Conflicts { with: "files" },
        }],
        ..ErrorCode::FileInUse.into()
    })
}
