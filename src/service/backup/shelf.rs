//! The folder in which an operator keeps backups, each under a name that says when it was taken.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{BackupError, Result, at, disk, manifest};

/// How names of backups begin; what follows sorts as time does.
const PREFIX: &str = "vptex-";
/// What is being written.
const UNFINISHED: &str = "unfinished";
/// What is being removed.
const REMOVED: &str = "removed";
/// Held while somebody writes here.
const LOCK: &str = "lock";

/// The folder, held for this process.
pub(super) struct Shelf {
    folder: PathBuf,
    _lock: File,
}

impl Shelf {
    /// Opens the folder, and makes it first when it is not there. Only one process writes backups into it at a time.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        disk::make_folder(folder)?;
        let path = folder.join(LOCK);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(at(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                folder: folder.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(BackupError::Refused(format!(
                "another backup is being written into {}",
                folder.display()
            ))),
            Err(TryLockError::Error(error)) => Err(at(&path)(error)),
        }
    }

    /// The folder of a backup that is to be written. Contents stay in it that were copied before somebody interrupted
    /// the work, and nothing else does.
    pub(super) fn begin(&self) -> Result<PathBuf> {
        disk::remove_folder(&self.folder.join(REMOVED))?;
        let folder = self.folder.join(UNFINISHED);
        disk::make_folder(&folder)?;
        for path in disk::entries(&folder)? {
            if path.is_dir() {
                if !path.ends_with(manifest::FILES) {
                    disk::remove_folder(&path)?;
                }
            } else {
                disk::remove(&path)?;
            }
        }
        Ok(folder)
    }

    /// The newest backup that is there.
    pub(super) fn newest(&self) -> Result<Option<PathBuf>> {
        Ok(backups(&self.folder)?.pop())
    }

    /// Gives what was written its name: from now on it is a backup.
    pub(super) fn finish(&self, taken_at: Timestamp) -> Result<PathBuf> {
        let unfinished = self.folder.join(UNFINISHED);
        let name = format!("{PREFIX}{}", taken_at.strftime("%Y%m%dT%H%M%SZ"));
        let mut path = self.folder.join(&name);
        let mut number = 1_u32;
        while path.exists() {
            number = number.saturating_add(1);
            path = self.folder.join(format!("{name}-{number:02}"));
        }
        failpoint!("backup.whole", BackupError::Refused);
        fs::rename(&unfinished, &path).map_err(at(&path))?;
        disk::sync(&self.folder)?;
        Ok(path)
    }

    /// Removes the oldest backups until so many are left; gives which were removed.
    pub(super) fn keep_only(&self, count: usize) -> Result<Vec<PathBuf>> {
        let all = backups(&self.folder)?;
        let beyond = all.len().saturating_sub(count.max(1));
        let old: Vec<PathBuf> = all.into_iter().take(beyond).collect();
        for path in &old {
            // It loses its name at once, so that no half of a backup is ever taken for one.
            let removed = self.folder.join(REMOVED);
            fs::rename(path, &removed).map_err(at(path))?;
            disk::sync(&self.folder)?;
            disk::remove_folder(&removed)?;
        }
        Ok(old)
    }
}

/// The backups in a folder, oldest first.
fn backups(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_backup = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(PREFIX)) && path.join(manifest::NAME).is_file()
    };
    Ok(disk::entries(folder)?.into_iter().filter(is_backup).collect())
}

/// The backup that somebody means: the folder itself, or the newest in it.
pub(super) fn find(folder: &Path) -> Result<PathBuf> {
    if folder.join(manifest::NAME).is_file() {
        return Ok(folder.to_owned());
    }
    if let Some(newest) = backups(folder)?.pop() {
        return Ok(newest);
    }
    let words = format!(
        "there is no backup in {}: neither it nor a folder {PREFIX}… in it has a {}",
        folder.display(),
        manifest::NAME
    );
    Err(BackupError::Refused(if folder.join(UNFINISHED).is_dir() {
        format!("{words}; one was begun and not finished, and the next `vptex backup` goes on with it")
    } else {
        words
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(shelf: &Shelf, at: i64) -> PathBuf {
        let folder = shelf.begin().unwrap();
        disk::write(&folder.join(manifest::NAME), b"{}").unwrap();
        shelf.finish(Timestamp::from_second(at).unwrap()).unwrap()
    }

    #[test]
    fn backups_are_named_by_their_time_and_the_oldest_go_first() {
        let place = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(&place.path().join("a/b")).unwrap();
        let [first, second] = [1_773_214_200, 1_773_214_201].map(|at| taken(&shelf, at));
        let third = taken(&shelf, 1_773_214_201);
        assert!(first.ends_with("vptex-20260311T073000Z"), "{first:?}");
        assert!(third.ends_with("vptex-20260311T073001Z-02"), "{third:?}");
        assert_eq!(shelf.newest().unwrap(), Some(third.clone()));
        assert_eq!(find(&place.path().join("a/b")).unwrap(), third);
        assert_eq!(find(&first).unwrap(), first);
        assert_eq!(shelf.keep_only(2).unwrap(), std::slice::from_ref(&first));
        assert!(!first.exists() && second.exists());
        assert_eq!(shelf.keep_only(0).unwrap(), [second], "the newest stays");
    }

    #[test]
    fn what_was_copied_before_stays_and_the_rest_does_not() {
        let place = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(place.path()).unwrap();
        let folder = shelf.begin().unwrap();
        for inside in ["files/ab/abc", "database.sqlite3", "keys/master.key"] {
            disk::make_folder(disk::folder_of(&folder.join(inside))).unwrap();
            disk::write(&folder.join(inside), b"x").unwrap();
        }
        let error = find(place.path()).unwrap_err().to_string();
        assert!(error.contains("begun and not finished"), "{error}");
        let again = shelf.begin().unwrap();
        let left: Vec<_> = disk::entries(&again).unwrap();
        assert_eq!(left, [again.join("files")]);
        assert!(again.join("files/ab/abc").is_file());
        assert!(Shelf::open(place.path()).is_err(), "two at once");
    }
}
