//! Restoring a backup, where there is nothing yet.

use std::fs;
use std::path::{Path, PathBuf};

use super::manifest::{Audit, Kind, Manifest, place_of, read_line};
use super::{BackupError, Checked, Observer, Result, Stage, System, at, check, disk, trail};
use crate::domain::file::Digest;
use crate::service::Error;
use crate::store::conn::{Target, read_only};
use crate::store::{migrate, snapshot};

/// What was restored.
pub struct Restored {
    /// The backup's folder.
    pub folder: PathBuf,
    /// What is in it.
    pub manifest: Manifest,
    /// The audit trail as it is now, and as the backup tells it; nothing where its schema is older than this program's.
    pub audit: Option<Audit>,
    /// Whether the schema must be brought up to date.
    pub is_schema_old: bool,
}

/// Restores a backup, or the newest in a folder of backups, after it was looked through. There must be nothing yet where
/// it goes.
pub fn restore(system: &System, from: &Path, observer: &mut dyn Observer) -> Result<Restored> {
    let checked = check(from, &system.programs, observer)?;
    let whole = checked.manifest.clone().filter(|_| checked.is_whole());
    let Some(manifest) = whole else {
        return Err(BackupError::Damaged(Box::new(checked)));
    };
    refuse_other_kind(system, &manifest)?;
    refuse_what_is_there(system, &checked, &manifest)?;
    contents(system, &checked, &manifest, observer)?;
    // What is served without its key would make a new one, so the key is there before the database.
    for (part, place) in [
        (&manifest.master_key, &system.places.master_key),
        (&manifest.checkpoints, &system.places.checkpoints),
    ] {
        if let Some(path) = part.as_ref().and_then(|part| part.within(&checked.folder)) {
            disk::make_folder(disk::folder_of(place))?;
            disk::copy(&path, place, &mut |_| true)?;
        }
    }
    failpoint!("restore.database.before", BackupError::Refused);
    database(system, &checked, &manifest, observer)?;
    let is_schema_old = migrate::newest_known()?.is_some_and(|known| manifest.schema < known);
    let audit = if is_schema_old {
        None
    } else {
        Some(trail::measure(&mut read_only(&system.target)?, observer)?)
    };
    if audit.as_ref().is_some_and(|audit| *audit != manifest.audit) {
        return Err(Error::internal(
            "the restored audit trail is not the one of the backup; do not start a server on it, and try again from another \
             backup",
        )
        .into());
    }
    Ok(Restored {
        folder: checked.folder,
        manifest,
        audit,
        is_schema_old,
    })
}

fn refuse_other_kind(system: &System, manifest: &Manifest) -> Result<()> {
    let kind = Kind::of(&system.target);
    if kind == manifest.kind {
        return Ok(());
    }
    Err(BackupError::Refused(format!(
        "the backup is of a {} database, and the settings name one of {}; it can be restored into its own sort only",
        manifest.kind.name(),
        kind.name()
    )))
}

/// Nothing is ever overwritten, whatever the operator may think of it.
fn refuse_what_is_there(system: &System, checked: &Checked, manifest: &Manifest) -> Result<()> {
    let places = &system.places;
    let refuse = |what: &str, there: &str| {
        Err(BackupError::Refused(format!(
            "{what} is not empty: there is {there}. Restore into an empty one only; nothing was changed"
        )))
    };
    if let Some(there) = snapshot::present(&system.target)? {
        return refuse("the database", &there);
    }
    // A key may have been put there before, by hand: where the backup has none, or the same.
    let is_good_key = |path: &Path| path == places.master_key && is_key_of(path, checked, manifest);
    let folders = [
        ("data_dir", Some(&places.data_dir)),
        ("files_dir", places.kept.as_ref()),
        ("index_dir", Some(&places.index)),
    ];
    for (name, folder) in folders {
        let Some(folder) = folder else { continue };
        if let Some(there) = first_file(folder, &is_good_key)? {
            return refuse(&format!("{name} {}", folder.display()), &there.display().to_string());
        }
    }
    for path in [&places.master_key, &places.checkpoints] {
        if path.exists() && !is_good_key(path) {
            return refuse("the place of the keys", &path.display().to_string());
        }
    }
    Ok(())
}

fn is_key_of(path: &Path, checked: &Checked, manifest: &Manifest) -> bool {
    let Some(kept) = manifest
        .master_key
        .as_ref()
        .and_then(|part| part.within(&checked.folder))
    else {
        return true;
    };
    fs::read(path).is_ok_and(|there| fs::read(kept).is_ok_and(|kept| kept == there))
}

/// Any file below a folder but those that may be there; empty folders are nothing.
fn first_file(folder: &Path, may_be_there: &dyn Fn(&Path) -> bool) -> Result<Option<PathBuf>> {
    for path in disk::entries(folder)? {
        if fs::symlink_metadata(&path).map_err(at(&path))?.is_dir() {
            if let Some(found) = first_file(&path, may_be_there)? {
                return Ok(Some(found));
            }
        } else if !may_be_there(&path) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Puts every content into the file store, wherever that is.
fn contents(system: &System, checked: &Checked, manifest: &Manifest, observer: &mut dyn Observer) -> Result<()> {
    let damaged = || BackupError::Refused(String::from("the backup was changed while it was read"));
    let list = manifest.files.within(&checked.folder).ok_or_else(damaged)?;
    let list = fs::read_to_string(&list).map_err(at(&list))?;
    // Here the first folders are made.
    let store = (system.contents)()?;
    observer.begins(Stage::Files, manifest.file_bytes);
    let mut done = 0_u64;
    for line in list.lines() {
        if !observer.goes_on() {
            return Err(BackupError::Interrupted);
        }
        let digest: Digest = read_line(line).ok_or_else(damaged)?;
        let path = checked.folder.join(place_of(&digest));
        let bytes = fs::read(&path).map_err(at(&path))?;
        done = done.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if store.put_now(bytes)? != digest {
            return Err(damaged());
        }
        observer.reached(done);
    }
    Ok(())
}

/// Last of all: what is there before it is no exchange, and nobody can take it for one.
fn database(system: &System, checked: &Checked, manifest: &Manifest, observer: &mut dyn Observer) -> Result<()> {
    let damaged = || BackupError::Refused(String::from("the backup was changed while it was read"));
    let from = manifest.database.within(&checked.folder).ok_or_else(damaged)?;
    observer.begins(Stage::Database, manifest.database.bytes);
    match &system.target {
        Target::Sqlite(path) => {
            let mut draft = path.clone().into_os_string();
            draft.push(".restored");
            let draft = PathBuf::from(draft);
            disk::make_folder(disk::folder_of(path))?;
            let copied = disk::copy(&from, &draft, &mut |bytes| {
                observer.reached(bytes);
                observer.goes_on()
            })?;
            if !manifest.database.is(copied) {
                return Err(damaged());
            }
            // Fails when somebody made a database there meanwhile.
            failpoint!("restore.database.copied", BackupError::Refused);
            fs::hard_link(&draft, path).map_err(at(path))?;
            disk::remove(&draft)?;
            disk::sync(disk::folder_of(path))
        }
        Target::Postgres(_) => Ok(system.programs.restore(&from, &mut || observer.goes_on())?),
    }
}
