//! What belongs to a listing beside its text, files and videos: as officers judge it, and as words are held against it.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::audit::state;
use super::context::Work;
use super::{Result, revisions};
use crate::domain::access::Permit;
use crate::domain::file::File;
use crate::domain::ids::ListingId;
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
    let files = files::of_listing(conn, id)?.iter().map(of_file).collect();
    let videos = listing_videos::of_listing(conn, id)?.iter().map(of_video).collect();
    Ok(beside(text, [(FILES, files), (VIDEOS, videos)]))
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
