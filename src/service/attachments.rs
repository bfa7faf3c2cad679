//! What belongs to a listing beside its text, files and videos: as officers judge it, and as words are held against it.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::audit::state;
use super::context::Work;
use super::{Error, ErrorCode, Result, revisions};
use crate::domain::access::Permit;
use crate::domain::audit::Deed;
use crate::domain::file::File;
use crate::domain::ids::{FileId, ListingId, RevisionId};
use crate::domain::listing::media::Media;
use crate::domain::listing::revision::Revision;
use crate::domain::listing::{Bilingual, Listing};
use crate::domain::text::Line;
use crate::domain::video::Video;
use crate::store::audit::Change;
use crate::store::{AnyConn, files, listing_videos, listings};

/// Where files and videos stand among the members of what is judged.
const FILES: &str = "files";
const VIDEOS: &str = "videos";

/// What an officer judges: the text, and each file by what is in it, so that another file is another listing.
pub(super) fn judged(conn: &mut AnyConn, id: ListingId, text: Value) -> Result<Value> {
    let (files, videos) = (files::of_listing(conn, id)?, listing_videos::of_listing(conn, id)?);
    Ok(with_both(text, &files, &videos))
}

/// The same of a revision: with what the listing is to have.
pub(super) fn judged_revision(conn: &mut AnyConn, revision: &Revision) -> Result<Value> {
    let text = serde_json::to_value(&revision.content).map_err(Error::internal)?;
    let (files, videos) = of_revision(conn, revision)?;
    Ok(with_both(text, &files, &videos))
}

fn with_both(text: Value, files: &[File], videos: &[Video]) -> Value {
    let files = files.iter().map(of_file).collect();
    let videos = videos.iter().map(of_video).collect();
    beside(text, [(FILES, files), (VIDEOS, videos)])
}

/// The files and videos that a revision is to give its listing; those that the listing has as long as it changes none.
/// What the listing lost since, while it was withdrawn, is left out: such a revision goes no further.
pub(super) fn of_revision(conn: &mut AnyConn, revision: &Revision) -> Result<(Vec<File>, Vec<Video>)> {
    let live = files::of_listing(conn, revision.listing)?;
    let Some(media) = &revision.media else {
        return Ok((live, listing_videos::of_listing(conn, revision.listing)?));
    };
    let own = files::of_revision(conn, revision.id)?;
    let mut known: HashMap<FileId, File> = live.into_iter().chain(own).map(|file| (file.id, file)).collect();
    let found = (0..).zip(&media.files).filter_map(|(position, (id, label))| {
        let file = known.remove(id)?;
        Some(File {
            label: label.clone(),
            position,
            ..file
        })
    });
    Ok((found.collect(), media.videos.clone()))
}

/// What a listing has, as a revision that changes it begins with.
pub(super) fn of_listing(conn: &mut AnyConn, id: ListingId) -> Result<Media> {
    let files = files::of_listing(conn, id)?.into_iter();
    Ok(Media {
        files: files.map(|file| (file.id, file.label)).collect(),
        videos: listing_videos::of_listing(conn, id)?,
    })
}

/// Gives a listing the files and videos of its approved revision, in the unit of work that approves it.
pub(super) fn put_in_place(work: &mut Work<'_, '_>, permit: &Permit, revision: &Revision) -> Result<()> {
    let Some(media) = &revision.media else { return Ok(()) };
    let live = files::of_listing(work.conn(), revision.listing)?;
    let own = files::of_revision(work.conn(), revision.id)?;
    let mut known: HashMap<FileId, File> = live.into_iter().chain(own).map(|file| (file.id, file)).collect();
    for (position, (id, label)) in (0..).zip(&media.files) {
        let mut file = known.remove(id).ok_or(ErrorCode::RevisionOutdated)?;
        if file.revision_id.is_some() {
            files::give(work.uow, permit, *id, revision.listing)?;
        }
        if file.position != position {
            files::place(work.uow, permit, *id, position)?;
        }
        if file.label != *label {
            let before = state::of_document(&of_file(&file))?;
            files::relabel(work.uow, permit, *id, label)?;
            file.label = label.clone();
            let change = Change::between(before, state::of_document(&of_file(&file))?);
            work.remember_change(permit, Deed::FileLabelled, ("file", id.0), None, change)?;
        }
    }
    let mut gone: Vec<FileId> = known.into_keys().collect();
    gone.sort();
    for id in gone {
        remove(work, permit, id)?;
    }
    Ok(listing_videos::replace(
        work.uow,
        permit,
        revision.listing,
        &media.videos,
    )?)
}

/// Removes what only a revision has that is thrown away.
pub(super) fn forget(work: &mut Work<'_, '_>, permit: &Permit, revision: RevisionId) -> Result<()> {
    for file in files::of_revision(work.conn(), revision)? {
        remove(work, permit, file.id)?;
    }
    Ok(())
}

/// Removes a file; its bytes are the collector's.
pub(super) fn remove(work: &mut Work<'_, '_>, permit: &Permit, id: FileId) -> Result<()> {
    files::remove(work.uow, permit, id)?;
    work.remember(permit, Deed::FileRemoved, "file", id.0, None)
}

/// The text of a listing with what its files and videos are called, for words that are looked for.
pub(super) fn called(text: Value, titles: Option<&Titles>) -> Value {
    let members = titles.map(|titles| [(FILES, titles.files.clone()), (VIDEOS, titles.videos.clone())]);
    beside(text, members.into_iter().flatten())
}

fn beside(mut text: Value, members: impl IntoIterator<Item = (&'static str, Vec<Value>)>) -> Value {
    if let Some(all) = text.as_object_mut() {
        for (name, entries) in members {
            if !entries.is_empty() {
                all.insert(name.to_owned(), Value::Array(entries));
            }
        }
    }
    text
}

/// What the files and videos of a listing are called, each at its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Titles {
    files: Vec<Value>,
    videos: Vec<Value>,
}

/// The titles of some listings, in few questions; those that have neither are left out.
pub(super) fn titles(conn: &mut AnyConn, ids: &[ListingId]) -> Result<HashMap<ListingId, Titles>> {
    let mut all: HashMap<ListingId, Titles> = HashMap::new();
    for (listing, title) in files::titles(conn, ids)? {
        let entry = json!({"title": title.as_ref().map(self::title)});
        all.entry(listing).or_default().files.push(entry);
    }
    for (listing, title) in listing_videos::titles(conn, ids)? {
        let entry = json!({"title": self::title(&title)});
        all.entry(listing).or_default().videos.push(entry);
    }
    Ok(all)
}

/// The titles of what a revision is to give its listing.
pub(super) fn titles_of(media: &Media) -> Titles {
    let files = media.files.iter();
    let files = files.map(|(_, label)| json!({"title": label.title.as_ref().map(title)}));
    let videos = media.videos.iter().map(|video| json!({"title": title(&video.title)}));
    Titles {
        files: files.collect(),
        videos: videos.collect(),
    }
}

/// A title as it is judged.
pub(super) fn title(title: &Bilingual<Line<256>>) -> Value {
    json!({"en": title.en.as_ref().map(Line::as_str), "vi": title.vi.as_str()})
}

/// A file as the trail vouches for it, and as it is judged.
pub(super) fn of_file(file: &File) -> Value {
    json!({
        "bytes": file.content.size,
        "id": file.id.0,
        "kind": file.label.kind.as_str(),
        "media_type": file.content.media_type.as_str(),
        "sha256": file.content.digest.to_string(),
        "title": file.label.title.as_ref().map(title),
    })
}

fn of_video(video: &Video) -> Value {
    json!({"title": title(&video.title), "url": video.address.page()})
}

/// Counts the version of a listing whose files or videos are others now: whoever saw it before has not seen these.
pub(super) fn changed(work: &mut Work<'_, '_>, permit: &Permit, listing: &mut Listing) -> Result<Change> {
    let (before, read) = (state::of_listing(listing)?, listing.version);
    listing.updated_at = work.now;
    listings::update(work.uow, permit, listing)?;
    revisions::carry_on_beside_others(work, permit, listing.id, (read, listing.version))?;
    Ok(Change::between(before, state::of_listing(listing)?))
}
