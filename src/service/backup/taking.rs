//! Taking a backup.

use std::fs;
use std::path::{Path, PathBuf};

use super::contents::Copied;
use super::manifest::{CHECKPOINTS, FORMAT, KEYS, Kind, MASTER_KEY, Manifest, NAME, Part, SUM};
use super::moment::Moment;
use super::shelf::Shelf;
use super::{BackupError, Observer, Result, System, contents, disk, moment};
use crate::service::Error;

/// How often it is begun anew because contents went that the moment before named.
const ATTEMPTS: usize = 3;

/// What the operator wants.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether the master key goes into it.
    pub has_keys: bool,
    /// How many backups stay in the folder; all when nothing is said.
    pub keep: Option<usize>,
}

/// A backup that was taken.
pub struct Taken {
    /// Its folder.
    pub folder: PathBuf,
    /// What is in it.
    pub manifest: Manifest,
    /// Contents that were read from the file store.
    pub copied: u64,
    /// Contents that were linked from the backup before.
    pub linked: u64,
    /// Contents that were there from an attempt that was interrupted.
    pub stayed: u64,
    /// Contents that the file store lacks, or has in another form than their name says, and that are here from the backup
    /// before or an attempt that was interrupted.
    pub rescued: usize,
    /// Backups that were removed.
    pub removed: Vec<PathBuf>,
}

/// Takes a backup into a folder of backups, while servers run.
pub fn take(system: &System, to: &Path, options: Options, observer: &mut dyn Observer) -> Result<Taken> {
    // Before anything is written.
    moment::schema_of(&system.target)?;
    if options.has_keys && !system.places.master_key.is_file() {
        return Err(BackupError::Refused(format!(
            "there is no master key {}: name it with master_key_file, or take the backup with --without-keys",
            system.places.master_key.display()
        )));
    }
    let shelf = Shelf::open(to)?;
    let folder = shelf.begin()?;
    let earlier = shelf.newest()?;
    let taken_at = system.clock.now();
    // Before the database: what these checkpoints cover is then in it.
    let checkpoints = copy_if_there(&system.places.checkpoints, &folder, CHECKPOINTS)?;
    let (moment, copied) = keep_whole(system, &folder, earlier.as_deref(), observer)?;
    // What somebody removed after the moment is not lost.
    let rescued = copied
        .rescued
        .len()
        .saturating_sub(contents::forgotten(system, &copied.rescued)?);
    let master_key = if options.has_keys {
        disk::make_folder(&folder.join(KEYS))?;
        copy_if_there(&system.places.master_key, &folder, MASTER_KEY)?
    } else {
        None
    };
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: moment.schema,
        taken_at,
        kind: Kind::of(&system.target),
        database: moment.database,
        files: copied.list.ok_or_else(|| Error::internal("no list of files"))?,
        file_count: copied.count,
        file_bytes: copied.bytes,
        absent: copied.absent.iter().map(ToString::to_string).collect(),
        checkpoints,
        master_key,
        audit: moment.audit,
        counts: moment.counts,
    };
    write_manifest(&folder, &manifest)?;
    let folder = shelf.finish(taken_at)?;
    let removed = match options.keep {
        Some(count) => shelf.keep_only(count)?,
        None => Vec::new(),
    };
    Ok(Taken {
        folder,
        manifest,
        copied: copied.copied,
        linked: copied.linked,
        stayed: copied.stayed,
        rescued,
        removed,
    })
}

/// The database, and after it the contents that it names, so that all of them are there. What somebody removed between
/// the one and the other may be gone: then both are done again, which costs the database and little else.
fn keep_whole(
    system: &System,
    folder: &Path,
    earlier: Option<&Path>,
    observer: &mut dyn Observer,
) -> Result<(Moment, Copied)> {
    for _ in 0..ATTEMPTS {
        let moment = moment::keep(system, folder, observer)?;
        let copied = contents::copy(system, &moment.needed, folder, earlier, observer)?;
        if contents::forgotten(system, &copied.absent)? == 0 {
            return Ok((moment, copied));
        }
    }
    Err(BackupError::Refused(String::from(
        "files are removed faster than they can be copied; try again when there is less to do",
    )))
}

fn copy_if_there(from: &Path, folder: &Path, name: &str) -> Result<Option<Part>> {
    if !from.is_file() {
        return Ok(None);
    }
    let measure = disk::copy(from, &folder.join(name), &mut |_| true)?;
    Ok(Some(Part::new(name, measure)))
}

/// Last of all, and what vouches for it before it.
fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<()> {
    let mut text = serde_json::to_vec_pretty(manifest).map_err(Error::internal)?;
    text.push(b'\n');
    let path = folder.join(NAME);
    let draft = folder.join("manifest");
    disk::write(&draft, &text)?;
    let digest = disk::measure(&draft, &mut |_| true)?.digest;
    disk::write(&folder.join(SUM), format!("{digest}  {NAME}\n").as_bytes())?;
    failpoint!("backup.manifest.drafted", BackupError::Refused);
    fs::rename(&draft, &path).map_err(super::at(&path))?;
    disk::sync(folder)
}
