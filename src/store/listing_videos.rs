//! Rows of videos that listings refer to.

use diesel::prelude::*;

use super::schema::listing_videos;
use super::types::DbId;
use super::{AnyConn, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::ListingId;
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;
use crate::domain::video::{Video, VideoAddress};

type Row = (String, String, String, Option<String>);

/// The videos of a listing in their order. There are few.
pub fn of_listing(conn: &mut AnyConn, listing: ListingId) -> Result<Vec<Video>> {
    let rows: Vec<Row> = listing_videos::table
        .filter(listing_videos::listing_id.eq(DbId(listing.0)))
        .order(listing_videos::position)
        .select((
            listing_videos::site,
            listing_videos::code,
            listing_videos::title_vi,
            listing_videos::title_en,
        ))
        .load(conn)?;
    let videos = rows.into_iter().map(|(site, code, vi, en)| {
        Ok(Video {
            address: VideoAddress {
                site: site.parse()?,
                code,
            },
            title: Bilingual {
                vi: Line::stored(vi),
                en: en.map(Line::stored),
            },
        })
    });
    videos.collect()
}

/// What the videos of some listings are called, each listing's in their order.
pub fn titles(conn: &mut AnyConn, listings: &[ListingId]) -> Result<Vec<(ListingId, Bilingual<Line<256>>)>> {
    let mut found = Vec::new();
    for some in listings.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<(DbId, String, Option<String>)> = listing_videos::table
            .filter(listing_videos::listing_id.eq_any(keys))
            .order((listing_videos::listing_id, listing_videos::position))
            .select((
                listing_videos::listing_id,
                listing_videos::title_vi,
                listing_videos::title_en,
            ))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(listing, vi, en)| {
            let title = Bilingual {
                vi: Line::stored(vi),
                en: en.map(Line::stored),
            };
            (ListingId(listing.0), title)
        }));
    }
    Ok(found)
}

/// Gives a listing these videos instead of those that it has.
pub fn replace(uow: &mut Uow<'_>, permit: &Permit, listing: ListingId, videos: &[Video]) -> Result<()> {
    demand(permit, &[Action::EditListing, Action::ReviewListing])?;
    diesel::delete(listing_videos::table.filter(listing_videos::listing_id.eq(DbId(listing.0)))).execute(uow.conn())?;
    for (position, video) in (0_i64..).zip(videos) {
        diesel::insert_into(listing_videos::table)
            .values((
                listing_videos::listing_id.eq(DbId(listing.0)),
                listing_videos::position.eq(position),
                listing_videos::site.eq(video.address.site.as_str()),
                listing_videos::code.eq(&video.address.code),
                listing_videos::title_vi.eq(video.title.vi.as_str()),
                listing_videos::title_en.eq(video.title.en.as_ref().map(Line::as_str)),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}
