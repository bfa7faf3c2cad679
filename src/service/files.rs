//! Files of listings: taking in, showing, removing, putting in order. Who may see a file is who may see its listing.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::attachments::{changed, of_file};
use super::audiences::require_all;
use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::hide;
use super::listings::{Seen, resource, wrong_status};
use super::{App, Error, ErrorCode, Result, holds, listings as parents, scans, screening};
use crate::domain::access::{Action, Permit, decide};
use crate::domain::audit::Deed;
use crate::domain::fields::Violation;
use crate::domain::file::{Content, Digest, EDGES, File, FileFault, FileName, Label, MediaType};
use crate::domain::ids::{EnterpriseId, FileId, ListingId};
use crate::domain::listing::Listing;
use crate::domain::listing::audience::Visibility;
pub use crate::files::Files;
pub use crate::files::contents::{ByteStream, Contents};
pub use crate::files::incoming::{Arrived, Incoming};
use crate::files::sandbox::{Failure, Kept, Version};
use crate::store::audit::Change;
use crate::store::{AnyConn, content_removals, files, listings};

/// How much may be kept.
#[derive(Clone, Copy, Debug)]
pub struct FileRules {
    /// Files of one listing.
    pub per_listing: i64,
    /// Bytes of all files of one enterprise.
    pub bytes_per_enterprise: i64,
    /// How long a link to one is good.
    pub link_time: SignedDuration,
}

/// A file whose bytes are kept, and which belongs to nothing yet.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(super) content: Content,
    pub(super) pages: Option<i64>,
    pub(super) thumbnails: Vec<(i64, Content)>,
    /// An instant before any of it was put into the store.
    pub(super) put_at: Timestamp,
}

impl From<crate::files::contents::ContentError> for Error {
    fn from(error: crate::files::contents::ContentError) -> Self {
        Self {
            log: Some(error.to_string()),
            ..ErrorCode::StorageUnavailable.into()
        }
    }
}

/// A listing whose files and videos the caller may change.
pub(super) fn own(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<(Permit, Listing)> {
    let actor = caller.actor(conn, now)?;
    let (listing, owner) = listings::find_at(conn, id, now).map_err(|error| hide(&actor, error))?;
    let permit = decide(&actor, Action::EditListing, &resource(&listing, &owner))?;
    holds::require_not_held(&listing)?;
    listing.status.edit().map_err(|wrong| wrong_status(wrong.0))?;
    Ok((permit, listing))
}

pub(super) fn reached(vi: String, en: String) -> Error {
    Error::new(ErrorCode::LimitReached, vi, en)
}

fn check_room(conn: &mut AnyConn, rules: FileRules, listing: &Listing, more: i64) -> Result<i64> {
    let count = files::count_of(conn, listing.id)?;
    if count >= rules.per_listing {
        let most = rules.per_listing;
        return Err(reached(
            format!("Mỗi tin có tối đa {most} tệp."),
            format!("A listing has at most {most} files."),
        ));
    }
    require_bytes_left(conn, rules, listing.enterprise_id, more)?;
    Ok(count)
}

/// Files of listings and documents of the profile share what an enterprise may keep.
pub(super) fn require_bytes_left(
    conn: &mut AnyConn,
    rules: FileRules,
    enterprise: EnterpriseId,
    more: i64,
) -> Result<()> {
    if files::bytes_of(conn, enterprise)?.saturating_add(more) > rules.bytes_per_enterprise {
        let most = rules.bytes_per_enterprise >> 20;
        return Err(reached(
            format!("Mỗi doanh nghiệp có tối đa {most} MiB tệp."),
            format!("An enterprise has at most {most} MiB of files."),
        ));
    }
    Ok(())
}

/// To be asked after the row was written: only then the collector keeps away; before, it may have taken what nothing
/// referred to. `put_at` is an instant before the contents were put.
pub(super) fn require_kept<'a>(
    conn: &mut AnyConn,
    put_at: Timestamp,
    digests: impl IntoIterator<Item = &'a Digest>,
) -> Result<()> {
    for digest in digests {
        if content_removals::may_concern(conn, digest, put_at)? {
            return Err(Error::busy("a content was collected before its row was written"));
        }
    }
    Ok(())
}

/// Asks before anything is read whether the caller may add a file: nobody shall send 20 MB to be told no.
pub fn may_add(
    conn: &mut AnyConn,
    caller: &Caller,
    rules: FileRules,
    (id, label): (ListingId, &Label),
    now: Timestamp,
) -> Result<()> {
    let (_, listing) = own(conn, caller, id, now)?;
    screening::require_clean_parameters(conn, label)?;
    check_room(conn, rules, &listing, 0).map(drop)
}

fn refused(fault: FileFault) -> Error {
    Error::field("content", Violation::File(fault))
}

impl App {
    /// Looks into what was sent and keeps its bytes, those of a picture made anew. If nothing comes to refer to them,
    /// the collector takes them.
    pub async fn prepare_file(&self, arrived: Arrived, declared: MediaType) -> Result<Prepared> {
        if arrived.size == 0 {
            return Err(refused(FileFault::Empty));
        }
        scans::require_clean(self, &arrived).await?;
        let original = arrived.file.try_clone().map_err(Error::internal)?;
        let found = self.files.decoder.look(arrived.file).await;
        let found = found.map_err(|failure| match failure {
            Failure::File(fault) => refused(fault),
            Failure::Late => Error::busy("a decoder did not come to its end in time"),
            Failure::Ours(cause) => Error::internal(cause),
        })?;
        if found.media_type != declared.as_str() {
            return Err(refused(FileFault::OtherType));
        }
        let put_at = self.clock.now();
        match found.kept {
            Kept::Versions(versions) => self.keep_versions(versions, put_at).await,
            Kept::AsItCame { pages } => {
                let digest = self.files.contents.put_file(original).await?;
                if digest != arrived.digest {
                    return Err(Error::internal("a file has changed since it came"));
                }
                let content = Content {
                    media_type: declared,
                    digest,
                    size: i64::try_from(arrived.size).map_err(Error::internal)?,
                    width: None,
                    height: None,
                };
                Ok(Prepared {
                    content,
                    pages: pages.map(i64::from),
                    thumbnails: Vec::new(),
                    put_at,
                })
            }
        }
    }

    async fn keep_versions(&self, versions: Vec<Version>, put_at: Timestamp) -> Result<Prepared> {
        let (mut content, mut thumbnails) = (None, Vec::new());
        for version in versions {
            let edge = version.edge;
            let kept = self.keep(version).await?;
            match edge {
                None => content = Some(kept),
                Some(edge) => thumbnails.push((i64::from(edge), kept)),
            }
        }
        thumbnails.sort_by_key(|(edge, _)| *edge);
        let edges = thumbnails.iter().map(|(edge, _)| *edge);
        match content {
            Some(content) if edges.eq(EDGES.map(i64::from)) => Ok(Prepared {
                content,
                pages: None,
                thumbnails,
                put_at,
            }),
            _ => Err(Error::internal("the decoder did not make every version")),
        }
    }

    async fn keep(&self, version: Version) -> Result<Content> {
        Ok(Content {
            media_type: version.media_type.parse().map_err(Error::internal)?,
            size: i64::try_from(version.bytes.len()).map_err(Error::internal)?,
            width: Some(version.width.into()),
            height: Some(version.height.into()),
            digest: self.files.contents.put(version.bytes).await?,
        })
    }

    /// The bytes of a content, from one to another.
    pub async fn read_content(&self, digest: &Digest, range: std::ops::Range<u64>) -> Result<ByteStream> {
        Ok(self.files.contents.read(digest, range).await?)
    }
}

/// Adds a file to a listing, as its last.
pub fn add(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    rules: FileRules,
    id: ListingId,
    (name, label): (&FileName, &Label),
    prepared: &Prepared,
) -> Result<File> {
    let now = work.now;
    let (permit, mut listing) = own(work.conn(), caller, id, now)?;
    screening::require_clean_parameters(work.conn(), label)?;
    check_room(work.conn(), rules, &listing, prepared.content.size)?;
    let last = files::of_listing(work.conn(), id)?.last().map(|file| file.position);
    let file = File {
        id: FileId(work.next_id()),
        listing_id: Some(id),
        enterprise_id: listing.enterprise_id,
        name: name.clone(),
        label: label.clone(),
        content: prepared.content.clone(),
        pages: prepared.pages,
        thumbnails: prepared.thumbnails.clone(),
        position: last.map_or(0, |last| last + 1),
        created_at: now,
    };
    files::insert(work.uow, &permit, &file)?;
    let small = file.thumbnails.iter().map(|(_, content)| content);
    let digests = small.chain([&file.content]).map(|content| &content.digest);
    require_kept(work.conn(), prepared.put_at, digests)?;
    changed(work, &permit, &mut listing)?;
    let made = Change::made(state::of_document(&of_file(&file))?);
    work.remember_change(&permit, Deed::FileAdded, ("file", file.id.0), None, made)?;
    Ok(file)
}

/// A listing's files in their order, and the listing as the caller may see it.
pub fn list(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<(Seen, Vec<File>)> {
    let seen = parents::read(conn, caller, id, now)?;
    // What is shown in part has none.
    let files = if seen.sees_all {
        files::of_listing(conn, id)?
    } else {
        Vec::new()
    };
    Ok((seen, files))
}

/// Finds a file that the caller may read, as its listing: hidden it is absent, taken down it says by whom.
pub(super) fn readable(conn: &mut AnyConn, caller: &Caller, id: FileId, now: Timestamp) -> Result<(Permit, File)> {
    caller.actor(conn, now)?;
    let file = files::find(conn, id)?;
    let parent = file.listing_id.ok_or(ErrorCode::NotFound)?;
    let (permit, listing, _) = parents::readable(conn, caller, parent, now)?;
    if listing.audience.visibility == Visibility::OnRequest {
        require_all(&parents::read(conn, caller, listing.id, now)?)?;
    }
    Ok((permit, file))
}

/// Finds a file for the caller.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: FileId, now: Timestamp) -> Result<File> {
    readable(conn, caller, id, now).map(|(_, file)| file)
}

/// Removes a file.
pub fn remove(work: &mut Work<'_, '_>, caller: &Caller, id: FileId) -> Result<()> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let file = files::find(work.conn(), id).map_err(|error| hide(&actor, error))?;
    let parent = file.listing_id.ok_or(ErrorCode::NotFound)?;
    let (permit, mut listing) = own(work.conn(), caller, parent, now)?;
    files::remove(work.uow, &permit, id)?;
    changed(work, &permit, &mut listing)?;
    work.remember(&permit, Deed::FileRemoved, "file", id.0, None)
}

/// Says anew what a file is for and what it is called.
pub fn label(work: &mut Work<'_, '_>, caller: &Caller, id: FileId, label: &Label) -> Result<File> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let mut file = files::find(work.conn(), id).map_err(|error| hide(&actor, error))?;
    let parent = file.listing_id.ok_or(ErrorCode::NotFound)?;
    let (permit, mut listing) = own(work.conn(), caller, parent, now)?;
    if !label.kind.suits(file.content.media_type) {
        return Err(Error::field("/kind", Violation::Malformed { what: "file_kind" }));
    }
    screening::require_clean_label(work.conn(), label)?;
    let before = state::of_document(&of_file(&file))?;
    files::relabel(work.uow, &permit, id, label)?;
    file.label = label.clone();
    changed(work, &permit, &mut listing)?;
    let change = Change::between(before, state::of_document(&of_file(&file))?);
    work.remember_change(&permit, Deed::FileLabelled, ("file", id.0), None, change)?;
    Ok(file)
}

/// Puts a listing's files into an order, which must name each of them once.
pub fn order(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, wanted: &[FileId]) -> Result<Vec<File>> {
    let now = work.now;
    let (permit, mut listing) = own(work.conn(), caller, id, now)?;
    let present: BTreeSet<FileId> = files::of_listing(work.conn(), id)?.iter().map(|file| file.id).collect();
    let named: BTreeSet<FileId> = wanted.iter().copied().collect();
    if named.len() != wanted.len() {
        return Err(Error::field("/files", Violation::Duplicate));
    }
    if named != present {
        return Err(Error::field("/files", Violation::Malformed { what: "file_order" }));
    }
    for (position, file) in (0..).zip(wanted) {
        files::place(work.uow, &permit, *file, position)?;
    }
    let change = changed(work, &permit, &mut listing)?;
    work.remember_change(&permit, Deed::FilesOrdered, ("listing", id.0), None, change)?;
    Ok(files::of_listing(work.conn(), id)?)
}
