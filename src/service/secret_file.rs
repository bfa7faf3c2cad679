//! Files that hold a secret: made once, whole, readable by their owner only.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Error, Result};

/// Reads the file; makes it first when it is not there. Of several programs that start at once one makes it, and all of
/// them use that one; a program that is killed on the way leaves no half-written file behind.
pub fn read_or_make(path: &Path, make: impl FnOnce() -> Result<String>) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(text) => {
            check_private(path)?;
            Ok(text)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => write_once(path, &make()?),
        Err(error) => Err(failed(path, "read", &error)),
    }
}

fn failed(path: &Path, deed: &str, cause: &dyn std::fmt::Display) -> Error {
    Error::internal(format!("cannot {deed} {}: {cause}", path.display()))
}

fn check_private(path: &Path) -> Result<()> {
    let mode = fs::metadata(path)
        .map_err(|error| failed(path, "read", &error))?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(Error::internal(format!(
            "{} is accessible to group or others (mode {:o}): chmod 600",
            path.display(),
            mode & 0o777
        )))
    }
}

/// Writes beside the place, then links into it, which fails when somebody else was faster.
fn write_once(path: &Path, text: &str) -> Result<String> {
    let wrong = |error: std::io::Error| failed(path, "make", &error);
    static DRAFTS: AtomicU64 = AtomicU64::new(0);
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = path.with_extension(format!("{}-{number}.tmp", std::process::id()));
    drop(fs::remove_file(&draft));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .map_err(wrong)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(wrong)?;
    let linked = fs::hard_link(&draft, path);
    drop(fs::remove_file(&draft));
    match linked {
        Ok(()) => {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                File::open(folder).and_then(|folder| folder.sync_all()).map_err(wrong)?;
            }
            Ok(text.to_owned())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::read_to_string(path).map_err(|error| failed(path, "read", &error))
        }
        Err(error) => Err(wrong(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_at_once_agree_on_one_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let texts: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|n| {
                    let path = &path;
                    scope.spawn(move || read_or_make(path, || Ok(format!("secret {n}"))).unwrap())
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let kept = fs::read_to_string(&path).unwrap();
        assert!(texts.iter().all(|text| *text == kept), "{texts:?}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays behind");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        assert_eq!(read_or_make(&path, || Ok("a".into())).unwrap(), "a");
        assert_eq!(read_or_make(&path, || Ok("b".into())).unwrap(), "a");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(read_or_make(&path, || Ok("b".into())).is_err());
    }
}
