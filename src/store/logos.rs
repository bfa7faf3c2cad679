//! Rows of logos of enterprises: of those that everybody sees, and of those that an officer has not accepted. Their bytes lie in the
//! file store.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::{
    enterprise_logo_versions as versions, enterprise_logos as logos, logo_candidate_versions as candidates,
};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::enterprise::document::Document;
use crate::domain::enterprise::logo::Logo;
use crate::domain::file::{Content, Digest};
use crate::domain::ids::{DocumentId, EnterpriseId};
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;

/// The edge under which the logo itself stands.
const ITSELF: i64 = 0;

type Version = (i64, String, Vec<u8>, i64, i64, i64);

/// The picture, and the same in small by the edge of the box.
type Picture = (Content, Vec<(i64, Content)>);

fn content((_, media_type, sha256, size, width, height): Version) -> Result<Content> {
    let digest = sha256.try_into().map(Digest);
    Ok(Content {
        media_type: media_type.parse()?,
        digest: digest.map_err(|_other_length| Error::Row("sha256 has not 32 bytes".into()))?,
        size,
        width: Some(width),
        height: Some(height),
    })
}

/// All sizes of a logo, as they are kept under what it belongs to.
macro_rules! read_versions {
    ($conn:expr, $table:ident, $owner:ident, $id:expr) => {{
        let rows: Vec<Version> = $table::table
            .filter($table::$owner.eq(DbId($id)))
            .order($table::edge.asc())
            .select((
                $table::edge,
                $table::media_type,
                $table::sha256,
                $table::size,
                $table::width,
                $table::height,
            ))
            .load($conn)?;
        picture(rows)?
    }};
}

/// Writes them.
macro_rules! write_versions {
    ($uow:expr, $table:ident, $owner:ident, $id:expr, $logo:expr) => {{
        let all = $logo.thumbnails.iter().map(|(edge, content)| (*edge, content));
        for (edge, content) in all.chain([(ITSELF, &$logo.content)]) {
            let sides = content.width.zip(content.height);
            let (width, height) = sides.ok_or_else(|| Error::Row("a logo that is no picture".into()))?;
            diesel::insert_into($table::table)
                .values((
                    $table::$owner.eq(DbId($id)),
                    $table::edge.eq(edge),
                    $table::media_type.eq(content.media_type.as_str()),
                    $table::sha256.eq(content.digest.0.to_vec()),
                    $table::size.eq(content.size),
                    $table::width.eq(width),
                    $table::height.eq(height),
                ))
                .execute($uow.conn())?;
        }
    }};
}

fn picture(rows: Vec<Version>) -> Result<Option<Picture>> {
    let (mut itself, mut thumbnails) = (None, Vec::new());
    for row in rows {
        match row.0 {
            ITSELF => itself = Some(content(row)?),
            edge => thumbnails.push((edge, content(row)?)),
        }
    }
    Ok(itself.map(|itself| (itself, thumbnails)))
}

/// An enterprise's logo that everybody sees. Whether the caller may see it is not decided here.
pub fn find(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<Option<Logo>> {
    let row: Option<(String, Option<String>, DbTs)> = logos::table
        .filter(logos::enterprise_id.eq(DbId(enterprise.0)))
        .select((logos::alt_vi, logos::alt_en, logos::created_at))
        .first(conn)
        .optional()?;
    let Some((vi, en, created_at)) = row else {
        return Ok(None);
    };
    let found = read_versions!(conn, versions, enterprise_id, enterprise.0);
    let (content, thumbnails) = found.ok_or_else(|| Error::Row("a logo without a picture".into()))?;
    Ok(Some(Logo {
        enterprise,
        alt: Bilingual {
            vi: Line::stored(vi),
            en: en.map(Line::stored),
        },
        content,
        thumbnails,
        created_at: created_at.0,
        waits_as: None,
    }))
}

/// What logos show that everybody sees, of some enterprises.
pub fn texts(conn: &mut AnyConn, of: &[EnterpriseId]) -> Result<HashMap<EnterpriseId, Bilingual<Line<256>>>> {
    let mut found = HashMap::new();
    for some in of.chunks(MAX_IDS) {
        let ids: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<(DbId, String, Option<String>)> = logos::table
            .filter(logos::enterprise_id.eq_any(ids))
            .select((logos::enterprise_id, logos::alt_vi, logos::alt_en))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, vi, en)| {
            let alt = Bilingual {
                vi: Line::stored(vi),
                en: en.map(Line::stored),
            };
            (EnterpriseId(id.0), alt)
        }));
    }
    Ok(found)
}

/// The logo that a document is, as long as nobody sees it.
pub fn candidate(conn: &mut AnyConn, document: &Document) -> Result<Option<Logo>> {
    let found = read_versions!(conn, candidates, document_id, document.id.0);
    let (Some((content, thumbnails)), Some(alt)) = (found, document.alt.clone()) else {
        return Ok(None);
    };
    Ok(Some(Logo {
        enterprise: document.enterprise,
        alt,
        content,
        thumbnails,
        created_at: document.submitted_at,
        waits_as: Some(document.id),
    }))
}

/// Keeps a logo that nobody sees as the document that it is.
pub fn keep_candidate(uow: &mut Uow<'_>, permit: &Permit, document: DocumentId, logo: &Logo) -> Result<()> {
    demand(permit, &[Action::EditEnterprise, Action::ReviewEnterprise])?;
    write_versions!(uow, candidates, document_id, document.0, logo);
    Ok(())
}

/// Puts a logo up, in the place of one that is there.
fn put(uow: &mut Uow<'_>, permit: &Permit, logo: &Logo) -> Result<()> {
    demand(permit, &[Action::ReviewEnterprise])?;
    take_down(uow, logo.enterprise)?;
    diesel::insert_into(logos::table)
        .values((
            logos::enterprise_id.eq(DbId(logo.enterprise.0)),
            logos::alt_vi.eq(logo.alt.vi.as_str()),
            logos::alt_en.eq(logo.alt.en.as_ref().map(Line::as_str)),
            logos::created_at.eq(DbTs(logo.created_at)),
        ))
        .execute(uow.conn())?;
    write_versions!(uow, versions, enterprise_id, logo.enterprise.0, logo);
    Ok(())
}

/// Takes it down; false where there is none. Its bytes are the collector's.
pub fn remove(uow: &mut Uow<'_>, permit: &Permit, enterprise: EnterpriseId) -> Result<bool> {
    demand(
        permit,
        &[
            Action::RemoveLogo,
            Action::HandleDataRequests,
            Action::MergeEnterprises,
            Action::ReviewEnterprise,
        ],
    )?;
    take_down(uow, enterprise)
}

fn take_down(uow: &mut Uow<'_>, enterprise: EnterpriseId) -> Result<bool> {
    let id = DbId(enterprise.0);
    diesel::delete(versions::table.filter(versions::enterprise_id.eq(id))).execute(uow.conn())?;
    Ok(diesel::delete(logos::table.filter(logos::enterprise_id.eq(id))).execute(uow.conn())? > 0)
}

/// Forgets all sizes of a logo that nobody sees: its document goes, or it is put up.
pub(super) fn forget_candidate(uow: &mut Uow<'_>, document: DocumentId) -> Result<()> {
    let own = candidates::table.filter(candidates::document_id.eq(DbId(document.0)));
    diesel::delete(own).execute(uow.conn())?;
    Ok(())
}

/// Puts up the logo that a document is.
pub fn put_candidate(uow: &mut Uow<'_>, permit: &Permit, document: DocumentId, logo: &Logo) -> Result<()> {
    put(uow, permit, logo)?;
    forget_candidate(uow, document)
}
