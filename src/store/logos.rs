//! Rows of logos of enterprises. Their bytes lie in the file store.

use diesel::prelude::*;

use super::schema::{enterprise_logo_versions as versions, enterprise_logos as logos};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::enterprise::logo::Logo;
use crate::domain::file::{Content, Digest};
use crate::domain::ids::EnterpriseId;
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;

/// The edge under which the logo itself stands.
const ITSELF: i64 = 0;

type Version = (i64, String, Vec<u8>, i64, i64, i64);

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

/// An enterprise's logo. Whether the caller may see it is not decided here.
pub fn find(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<Option<Logo>> {
    let row: Option<(String, Option<String>, DbTs)> = logos::table
        .filter(logos::enterprise_id.eq(DbId(enterprise.0)))
        .select((logos::alt_vi, logos::alt_en, logos::created_at))
        .first(conn)
        .optional()?;
    let Some((vi, en, created_at)) = row else {
        return Ok(None);
    };
    let rows: Vec<Version> = versions::table
        .filter(versions::enterprise_id.eq(DbId(enterprise.0)))
        .order(versions::edge.asc())
        .select((
            versions::edge,
            versions::media_type,
            versions::sha256,
            versions::size,
            versions::width,
            versions::height,
        ))
        .load(conn)?;
    let (mut itself, mut thumbnails) = (None, Vec::new());
    for row in rows {
        match row.0 {
            ITSELF => itself = Some(content(row)?),
            edge => thumbnails.push((edge, content(row)?)),
        }
    }
    Ok(Some(Logo {
        enterprise,
        alt: Bilingual {
            vi: Line::stored(vi),
            en: en.map(Line::stored),
        },
        content: itself.ok_or_else(|| Error::Row("a logo without a picture".into()))?,
        thumbnails,
        created_at: created_at.0,
    }))
}

/// Puts a logo up, in the place of one that is there.
pub fn put(uow: &mut Uow<'_>, permit: &Permit, logo: &Logo) -> Result<()> {
    demand(permit, &[Action::EditEnterprise])?;
    take_down(uow, logo.enterprise)?;
    diesel::insert_into(logos::table)
        .values((
            logos::enterprise_id.eq(DbId(logo.enterprise.0)),
            logos::alt_vi.eq(logo.alt.vi.as_str()),
            logos::alt_en.eq(logo.alt.en.as_ref().map(Line::as_str)),
            logos::created_at.eq(DbTs(logo.created_at)),
        ))
        .execute(uow.conn())?;
    let all = logo.thumbnails.iter().map(|(edge, content)| (*edge, content));
    for (edge, content) in all.chain([(ITSELF, &logo.content)]) {
        let sides = content.width.zip(content.height);
        let (width, height) = sides.ok_or_else(|| Error::Row("a logo that is no picture".into()))?;
        diesel::insert_into(versions::table)
            .values((
                versions::enterprise_id.eq(DbId(logo.enterprise.0)),
                versions::edge.eq(edge),
                versions::media_type.eq(content.media_type.as_str()),
                versions::sha256.eq(content.digest.0.to_vec()),
                versions::size.eq(content.size),
                versions::width.eq(width),
                versions::height.eq(height),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}

/// Takes it down; false where there is none. Its bytes are the collector's.
pub fn remove(uow: &mut Uow<'_>, permit: &Permit, enterprise: EnterpriseId) -> Result<bool> {
    demand(
        permit,
        &[Action::RemoveLogo, Action::HandleDataRequests, Action::MergeEnterprises],
    )?;
    take_down(uow, enterprise)
}

fn take_down(uow: &mut Uow<'_>, enterprise: EnterpriseId) -> Result<bool> {
    let id = DbId(enterprise.0);
    diesel::delete(versions::table.filter(versions::enterprise_id.eq(id))).execute(uow.conn())?;
    Ok(diesel::delete(logos::table.filter(logos::enterprise_id.eq(id))).execute(uow.conn())? > 0)
}
