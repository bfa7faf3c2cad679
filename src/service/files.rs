//! Files of listings: taking in, showing, removing, putting in order. Who may see a file is who may see its listing.

mod prepared;

use jiff::{SignedDuration, Timestamp};

use super::attachments::{changed, of_file};
use super::audiences::require_all;
use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::hide;
use super::listing_links::require_unused;
use super::listings::{Seen, wrong_status};
use super::revisions::Pending;
use super::versions::require_version_if_named;
use super::{Error, ErrorCode, Result, attachments, listings as parents, revisions, screening};
use crate::domain::access::Permit;
use crate::domain::audit::Deed;
use crate::domain::drafts::ListingDraft;
use crate::domain::fields::Violation;
use crate::domain::file::{Digest, File, FileKind, FileName, Label};
use crate::domain::ids::{EnterpriseId, FileId, ListingId};
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::media::require_each_once;
use crate::domain::listing::{Listing, ListingStatus};
pub use crate::files::Files;
pub use crate::files::contents::{ByteStream, Contents};
pub use crate::files::incoming::{Arrived, Incoming};
use crate::store::audit::Change;
use crate::store::revisions as stored;
use crate::store::{AnyConn, content_removals, files};
pub use prepared::Prepared;

/// How much may be kept.
#[derive(Clone, Copy, Debug)]
pub struct FileRules {
    /// Files of one listing.
    pub per_listing: i64,
    /// Bytes of all files of one enterprise.
    pub bytes_per_enterprise: i64,
    /// Bytes of what one enterprise handed in with dossiers that ended in one year without a certificate.
    pub bytes_of_ended_dossiers: i64,
    /// How long a link to one is good.
    pub link_time: SignedDuration,
}

/// Whose files and videos the caller may change.
pub(super) enum Target {
    /// The listing's own.
    Listing(Permit, Box<Listing>),
    /// The listing is public and stays as it is: those that its revision is to give it.
    Revision(Box<Pending>),
}

impl Target {
    /// What is said of it there.
    fn content(&self) -> ListingDraft {
        match self {
            Self::Listing(_, listing) => ListingDraft::of(&listing.content),
            Self::Revision(pending) => pending.content(),
        }
    }
}

/// What came of a change of files or videos.
#[derive(Clone, Debug)]
pub enum Outcome<T> {
    /// The listing has it so now.
    Listing(T),
    /// The listing is public and stays as it is; its revision has it so.
    Revision(Box<revisions::Seen>),
}

/// Finds it, in the version that the caller has `seen`: of the open revision of a public listing if there is one, else of the
/// listing.
pub(super) fn target(
    conn: &mut AnyConn,
    caller: &Caller,
    (id, seen): (ListingId, Option<i64>),
    now: Timestamp,
) -> Result<Target> {
    let own = parents::own_at(conn, caller, id, None, now)?;
    if own.listing.status == ListingStatus::Published {
        return Ok(Target::Revision(Box::new(Pending::of(conn, own, seen)?)));
    }
    require_version_if_named(seen, own.listing.version)?;
    own.listing.status.edit().map_err(|wrong| wrong_status(wrong.0))?;
    Ok(Target::Listing(own.permit, Box::new(own.listing)))
}

/// The same for one of its files, which only those who see the revision are told of as long as only that one has it.
fn target_of(work: &mut Work<'_, '_>, caller: &Caller, id: FileId, seen: Option<i64>) -> Result<(Target, File)> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let file = files::find(work.conn(), id).map_err(|error| hide(&actor, error))?;
    let parent = match (file.listing_id, file.revision_id) {
        (Some(listing), _) => listing,
        (None, Some(revision)) => stored::find(work.conn(), revision)?.listing,
        (None, None) => return Err(ErrorCode::NotFound.into()),
    };
    let found = target(work.conn(), caller, (parent, seen), now);
    if let (Err(error), Some(revision)) = (&found, file.revision_id)
        && error.code == ErrorCode::Forbidden
    {
        revisions::reader(work.conn(), &actor, revision, now)?;
    }
    match found? {
        // What a revision of before is to give a listing that was withdrawn since.
        Target::Listing(..) if file.listing_id.is_none() => Err(ErrorCode::NotFound.into()),
        target => Ok((target, file)),
    }
}

pub(super) fn reached(vi: String, en: String) -> Error {
    Error::new(ErrorCode::LimitReached, vi, en)
}

fn check_room(conn: &mut AnyConn, rules: FileRules, target: &Target, more: i64) -> Result<()> {
    let (count, enterprise) = match target {
        Target::Listing(_, listing) => (files::count_of(conn, listing.id)?, listing.enterprise_id),
        Target::Revision(pending) => {
            let count = pending.media(conn)?.files.len();
            (i64::try_from(count).map_err(Error::internal)?, pending.enterprise())
        }
    };
    if count >= rules.per_listing {
        let most = rules.per_listing;
        return Err(reached(
            format!("Mỗi tin có tối đa {most} tệp."),
            format!("A listing has at most {most} files."),
        ));
    }
    require_bytes_left(conn, rules, enterprise, more)
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
    let target = target(conn, caller, (id, None), now)?;
    screening::require_clean_parameters(conn, label)?;
    check_room(conn, rules, &target, 0)
}

/// Adds a file to a listing, or to what it is to become while it is public, as its last.
pub fn add(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    rules: FileRules,
    (id, seen): (ListingId, Option<i64>),
    (name, label): (&FileName, &Label),
    prepared: &Prepared,
) -> Result<(FileId, Outcome<File>)> {
    let now = work.now;
    let target = target(work.conn(), caller, (id, seen), now)?;
    screening::require_clean_parameters(work.conn(), label)?;
    check_room(work.conn(), rules, &target, prepared.content.size)?;
    let mut file = File {
        id: FileId(work.next_id()),
        listing_id: None,
        revision_id: None,
        enterprise_id: match &target {
            Target::Listing(_, listing) => listing.enterprise_id,
            Target::Revision(pending) => pending.enterprise(),
        },
        name: name.clone(),
        label: label.clone(),
        content: prepared.content.clone(),
        pages: prepared.pages,
        thumbnails: prepared.thumbnails.clone(),
        position: 0,
        created_at: now,
    };
    match target {
        Target::Listing(permit, mut listing) => {
            let last = files::of_listing(work.conn(), id)?.last().map(|file| file.position);
            file.listing_id = Some(id);
            file.position = last.map_or(0, |last| last + 1);
            insert(work, &permit, &file, prepared.put_at)?;
            changed(work, &permit, &mut listing)?;
            Ok((file.id, Outcome::Listing(file)))
        }
        Target::Revision(pending) => {
            let mut media = pending.media(work.conn())?;
            media.files.push((file.id, file.label.clone()));
            let kept = pending.give(work, media)?;
            file.revision_id = Some(kept.id());
            insert(work, kept.permit(), &file, prepared.put_at)?;
            Ok((file.id, Outcome::Revision(Box::new(kept.told(work.conn())?))))
        }
    }
}

fn insert(work: &mut Work<'_, '_>, permit: &Permit, file: &File, put_at: Timestamp) -> Result<()> {
    files::insert(work.uow, permit, file)?;
    failpoint!("files.row.inserted", Error::busy);
    let small = file.thumbnails.iter().map(|(_, content)| content);
    let digests = small.chain([&file.content]).map(|content| &content.digest);
    require_kept(work.conn(), put_at, digests)?;
    let made = Change::made(state::of_document(&of_file(file))?);
    work.remember_change(permit, Deed::FileAdded, ("file", file.id.0), None, made)
}

/// A listing's files in their order, and the listing as the caller may see it.
pub fn list(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<(Seen, Vec<File>)> {
    let seen = parents::read_page(conn, caller, id, now)?;
    // What is shown in part has none.
    let files = if seen.sees_all {
        files::of_listing(conn, id)?
    } else {
        Vec::new()
    };
    Ok((seen, files))
}

/// Finds a file that the caller may read, as its listing: hidden it is absent, taken down it says by whom. What only a
/// revision has is read by those who read the revision.
pub(super) fn readable(conn: &mut AnyConn, caller: &Caller, id: FileId, now: Timestamp) -> Result<(Permit, File)> {
    let actor = caller.actor(conn, now)?;
    let file = files::find(conn, id)?;
    if let Some(revision) = file.revision_id {
        return Ok((revisions::reader(conn, &actor, revision, now)?, file));
    }
    let parent = file.listing_id.ok_or(ErrorCode::NotFound)?;
    let (permit, listing, _) = parents::page(conn, caller, parent, now)?;
    if listing.audience.visibility == Visibility::OnRequest {
        require_all(&parents::read_page(conn, caller, listing.id, now)?)?;
    }
    Ok((permit, file))
}

/// Finds a file for the caller.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: FileId, now: Timestamp) -> Result<File> {
    readable(conn, caller, id, now).map(|(_, file)| file)
}

/// Removes a file. The live one of a public listing stays until the revision without it is approved.
pub fn remove(work: &mut Work<'_, '_>, caller: &Caller, id: FileId, seen: Option<i64>) -> Result<Outcome<()>> {
    let (target, file) = target_of(work, caller, id, seen)?;
    require_unused(&target.content(), id)?;
    match target {
        Target::Listing(permit, mut listing) => {
            attachments::remove(work, &permit, id)?;
            changed(work, &permit, &mut listing)?;
            Ok(Outcome::Listing(()))
        }
        Target::Revision(pending) => {
            let mut media = pending.media(work.conn())?;
            if !media.remove(id) {
                return Err(ErrorCode::NotFound.into());
            }
            let kept = pending.give(work, media)?;
            if file.revision_id.is_some() {
                attachments::remove(work, kept.permit(), id)?;
            }
            Ok(Outcome::Revision(Box::new(kept.told(work.conn())?)))
        }
    }
}

/// Says anew what a file is for and what it is called.
pub fn label(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (id, seen): (FileId, Option<i64>),
    label: &Label,
) -> Result<Outcome<File>> {
    let (target, mut file) = target_of(work, caller, id, seen)?;
    if !label.kind.suits(file.content.media_type) {
        return Err(Error::field("/kind", Violation::Malformed { what: "file_kind" }));
    }
    screening::require_clean_label(work.conn(), label)?;
    if label.kind == FileKind::Picture {
        require_unused(&target.content(), id)?;
    }
    let (permit, mut listing) = match target {
        Target::Listing(permit, listing) => (permit, listing),
        Target::Revision(pending) => {
            let mut media = pending.media(work.conn())?;
            *media.label_mut(id).ok_or(ErrorCode::NotFound)? = label.clone();
            let kept = pending.give(work, media)?;
            return Ok(Outcome::Revision(Box::new(kept.told(work.conn())?)));
        }
    };
    let before = state::of_document(&of_file(&file))?;
    files::relabel(work.uow, &permit, id, label)?;
    file.label = label.clone();
    changed(work, &permit, &mut listing)?;
    let change = Change::between(before, state::of_document(&of_file(&file))?);
    work.remember_change(&permit, Deed::FileLabelled, ("file", id.0), None, change)?;
    Ok(Outcome::Listing(file))
}

/// Puts a listing's files into an order, which must name each of them once.
pub fn order(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (id, seen): (ListingId, Option<i64>),
    wanted: &[FileId],
) -> Result<Outcome<Vec<File>>> {
    let now = work.now;
    let wrong = |violation| Error::field("/files", violation);
    let (permit, mut listing) = match target(work.conn(), caller, (id, seen), now)? {
        Target::Listing(permit, listing) => (permit, listing),
        Target::Revision(pending) => {
            let mut media = pending.media(work.conn())?;
            media.order(wanted).map_err(wrong)?;
            let kept = pending.give(work, media)?;
            return Ok(Outcome::Revision(Box::new(kept.told(work.conn())?)));
        }
    };
    let present = files::of_listing(work.conn(), id)?;
    require_each_once(present.iter().map(|file| file.id), wanted).map_err(wrong)?;
    for (position, file) in (0..).zip(wanted) {
        files::place(work.uow, &permit, *file, position)?;
    }
    let change = changed(work, &permit, &mut listing)?;
    work.remember_change(&permit, Deed::FilesOrdered, ("listing", id.0), None, change)?;
    Ok(Outcome::Listing(files::of_listing(work.conn(), id)?))
}
