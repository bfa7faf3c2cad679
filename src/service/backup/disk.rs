//! Files that are there whole or not at all, readable by their owner only.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;

use super::{BackupError, Result, at};
use crate::domain::file::Digest;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

/// Bytes and SHA-256 of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) bytes: u64,
    pub(super) digest: Digest,
}

/// Passes a file's bytes on, and measures them. `progress` is told how many came, and says whether to go on.
fn pass(
    from: &mut impl Read,
    to: &mut impl Write,
    path: &Path,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<Measure> {
    let mut context = digest::Context::new(&digest::SHA256);
    let (mut chunk, mut bytes) = (vec![0; CHUNK], 0_u64);
    loop {
        let count = match from.read(&mut chunk) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read.map_err(at(path))?,
        };
        let read = chunk.get(..count).unwrap_or_default();
        if read.is_empty() {
            break;
        }
        context.update(read);
        to.write_all(read).map_err(at(path))?;
        bytes = bytes.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        if !progress(bytes) {
            return Err(BackupError::Interrupted);
        }
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Ok(Measure {
        bytes,
        digest: Digest(hash),
    })
}

/// Measures a file.
pub(super) fn measure(path: &Path, progress: &mut dyn FnMut(u64) -> bool) -> Result<Measure> {
    let mut file = File::open(path).map_err(at(path))?;
    pass(&mut file, &mut io::sink(), path, progress)
}

/// Copies a file under its new name, over what is there.
pub(super) fn copy(from: &Path, to: &Path, progress: &mut dyn FnMut(u64) -> bool) -> Result<Measure> {
    let mut source = File::open(from).map_err(at(from))?;
    let draft = draft_of(to);
    let mut file = make(&draft)?;
    let measure = pass(&mut source, &mut file, &draft, progress)?;
    finish(file, &draft, to)?;
    Ok(measure)
}

/// Writes a file, over what is there.
pub(super) fn write(to: &Path, bytes: &[u8]) -> Result<()> {
    let draft = draft_of(to);
    let mut file = make(&draft)?;
    file.write_all(bytes).map_err(at(&draft))?;
    finish(file, &draft, to)
}

fn finish(file: File, draft: &Path, to: &Path) -> Result<()> {
    file.sync_all().map_err(at(draft))?;
    fs::rename(draft, to).map_err(at(to))?;
    sync(folder_of(to))
}

/// A new and empty file.
pub(super) fn make(path: &Path) -> Result<File> {
    remove(path)?;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(at(path))
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(()),
    }
}

/// Makes a folder, and those above it.
pub(super) fn make_folder(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(at(path))
}

/// Removes a folder with all that is in it, if it is there.
pub(super) fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(()),
    }
}

/// What is in a folder; nothing in one that is not there.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.map_err(at(folder))?,
    };
    let paths: io::Result<Vec<PathBuf>> = listed.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(at(folder))?;
    paths.sort();
    Ok(paths)
}

/// Makes durable what a file has.
pub(super) fn sync(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(at(path))
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn draft_of(path: &Path) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(".draft");
    PathBuf::from(name)
}
