//! Contents of files: copied from the file store once, and linked from one backup to the next.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use super::disk::{self, folder_of};
use super::manifest::{FILES, LIST, Part, line_of, place_of};
use super::{BackupError, Observer, Result, Stage, System};
use crate::domain::file::Digest;
use crate::files::contents::{ContentError, Contents};
use crate::store;
use crate::store::conn::read_only;

/// What became of the contents that a moment of the database names.
#[derive(Default)]
pub(super) struct Copied {
    /// The list.
    pub(super) list: Option<Part>,
    /// How many there are now, and bytes of them.
    pub(super) count: u64,
    pub(super) bytes: u64,
    /// Of them, how many were read from the file store, linked from an earlier backup, or there from before.
    pub(super) copied: u64,
    pub(super) linked: u64,
    pub(super) stayed: u64,
    /// Those that the file store lacks, or has in another form than their name says.
    pub(super) absent: Vec<Digest>,
    /// Those of the counted that are here although the file store is like that.
    pub(super) rescued: Vec<Digest>,
}

/// How a content came to its place.
enum Came {
    Copied,
    Linked,
    Stayed,
    /// From the backup before, since the file store does not have it whole.
    Rescued,
    Not,
}

/// Brings every content that is needed into a backup's folder, and writes the list.
pub(super) fn copy(
    system: &System,
    needed: &BTreeSet<Digest>,
    folder: &Path,
    earlier: Option<&Path>,
    observer: &mut dyn Observer,
) -> Result<Copied> {
    let store = (system.contents)()?;
    let kept = store.all()?.into_iter();
    let kept: HashMap<Digest, u64> = kept.map(|content| (content.digest, content.size)).collect();
    let total = needed.iter().filter_map(|digest| kept.get(digest)).sum();
    observer.begins(Stage::Files, total);
    let (mut copied, mut list) = (Copied::default(), String::new());
    for digest in needed {
        if !observer.goes_on() {
            return Err(BackupError::Interrupted);
        }
        let place = folder.join(place_of(digest));
        let known = earlier.map(|earlier| earlier.join(place_of(digest)));
        let came = match bring(&store, digest, kept.get(digest).copied(), &place, known.as_deref()) {
            // Whatever fails after somebody wanted to stop.
            Err(_) if !observer.goes_on() => return Err(BackupError::Interrupted),
            came => came?,
        };
        let is_unkept = matches!(came, Came::Stayed) && !kept.contains_key(digest);
        if is_unkept || matches!(came, Came::Rescued) {
            copied.rescued.push(*digest);
        }
        match came {
            Came::Copied => copied.copied += 1,
            Came::Linked | Came::Rescued => copied.linked += 1,
            Came::Stayed => copied.stayed += 1,
            Came::Not => {
                copied.absent.push(*digest);
                continue;
            }
        }
        copied.count += 1;
        copied.bytes += fs::metadata(&place).map_or(0, |found| found.len());
        observer.reached(copied.bytes);
        list.push_str(&line_of(digest));
    }
    failpoint!("backup.files.copied", BackupError::Refused);
    forget_others(folder, needed)?;
    let path = folder.join(LIST);
    disk::write(&path, list.as_bytes())?;
    copied.list = Some(Part::new(LIST, disk::measure(&path, &mut |_| true)?));
    Ok(copied)
}

fn bring(store: &Contents, digest: &Digest, size: Option<u64>, place: &Path, known: Option<&Path>) -> Result<Came> {
    let is_it = |path: &Path| {
        fs::metadata(path).is_ok_and(|found| found.is_file() && size.is_none_or(|size| found.len() == size))
    };
    // Its name says what is in it, and nothing gets that name before it is whole.
    if is_it(place) {
        return Ok(Came::Stayed);
    }
    disk::make_folder(folder_of(place))?;
    if let Some(known) = known
        && size.is_some()
        && is_it(known)
    {
        disk::remove(place)?;
        // Where there are no links, as on some file systems, it is read from the file store again.
        if fs::hard_link(known, place).is_ok() {
            return Ok(Came::Linked);
        }
    }
    match store.load(digest) {
        Ok(Some(bytes)) => {
            disk::write(place, &bytes)?;
            Ok(Came::Copied)
        }
        Ok(None) | Err(ContentError::Damaged(_)) => rescue(digest, place, known),
        Err(error) => Err(error.into()),
    }
}

/// Takes what the file store does not have whole from the backup before, where that has it.
fn rescue(digest: &Digest, place: &Path, known: Option<&Path>) -> Result<Came> {
    let Some(known) = known.filter(|known| known.is_file()) else {
        return Ok(Came::Not);
    };
    let is_whole = disk::measure(known, &mut |_| true).is_ok_and(|found| found.digest == *digest);
    if !is_whole {
        return Ok(Came::Not);
    }
    disk::remove(place)?;
    if fs::hard_link(known, place).is_err() {
        disk::copy(known, place, &mut |_| true)?;
    }
    Ok(Came::Rescued)
}

/// Removes what an earlier attempt brought and nobody names any more; makes durable what is there.
fn forget_others(folder: &Path, needed: &BTreeSet<Digest>) -> Result<()> {
    let files = folder.join(FILES);
    disk::make_folder(&files)?;
    for part in disk::entries(&files)? {
        for path in disk::entries(&part)? {
            let name = path.file_name().and_then(|name| name.to_str());
            let digest = name.and_then(Digest::parse);
            if digest.is_none_or(|digest| !needed.contains(&digest)) {
                disk::remove(&path)?;
            }
        }
        disk::sync(&part)?;
    }
    disk::sync(&files)
}

/// Which of some contents no row names any more: they were removed after the moment that the backup is of.
pub(super) fn forgotten(system: &System, absent: &[Digest]) -> Result<usize> {
    if absent.is_empty() {
        return Ok(0);
    }
    let mut conn = read_only(&system.target)?;
    let mut count = 0;
    for digest in absent {
        if !store::files::is_needed(&mut conn, digest)? {
            count += 1;
        }
    }
    Ok(count)
}
