//! Signs how far the audit trail goes: an hour after the last time, or as soon as 1,000 rows are new. The checkpoint goes
//! into a file, the log and the database; the file first, so that nothing is kept that was not told elsewhere.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tracing::info;

use crate::service::audit::checkpoint;
use crate::service::{App, Error, Result};
use crate::store::audit;

/// How often to look whether there is enough that is new.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(10);
const AT_LEAST_EVERY: Duration = Duration::from_secs(60 * 60);
const ROWS: i64 = 1_000;
/// How long to wait after a failure: what is wrong with a trail does not pass by itself.
const AFTER_FAILURE: Duration = Duration::from_secs(10 * 60);

/// The job, between two checkpoints.
pub(super) struct Checkpoints {
    file: PathBuf,
    /// The newest row when the last one was made.
    newest: i64,
    /// When the next one is due, however little is new.
    due: Instant,
    /// Not before.
    rest: Instant,
}

impl Checkpoints {
    /// One is due at once.
    pub(super) fn new(file: PathBuf) -> Self {
        let now = Instant::now();
        Self {
            file,
            newest: 0,
            due: now,
            rest: now,
        }
    }

    /// Makes a checkpoint when it is time for one.
    pub(super) fn look(&mut self, app: &App) -> Result<()> {
        let now = Instant::now();
        if now < self.rest {
            return Ok(());
        }
        // Whatever goes wrong from here on.
        self.rest = now + AFTER_FAILURE;
        let newest = app.db.read(|conn| Ok::<_, Error>(audit::newest(conn)?))?;
        if now >= self.due || newest - self.newest >= ROWS {
            run(app, &self.file)?;
            (self.newest, self.due) = (newest, now + AT_LEAST_EVERY);
        }
        self.rest = now;
        Ok(())
    }
}

/// Makes a checkpoint; gives whether anything was new.
pub fn run(app: &App, file: &Path) -> Result<bool> {
    let Some(pending) = checkpoint::prepare(app)? else {
        return Ok(false);
    };
    append(file, &pending.note)
        .map_err(|error| Error::internal(format!("{} cannot be written: {error}", file.display())))?;
    failpoint!("audit.checkpoint.written", Error::busy);
    let is_kept = checkpoint::keep(app, &pending)?;
    info!(
        target: "vptex::audit",
        size = pending.checkpoint.size,
        note = pending.note,
        is_kept,
        "checkpoint of the audit trail"
    );
    Ok(is_kept)
}

/// Adds a note, durably. One that was left half written when the power went is taken away first: nobody was told of it.
fn append(path: &Path, note: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    let mut text = Vec::new();
    let length = file.seek(SeekFrom::End(0))?;
    // Longer than any note: a lane takes 80 bytes.
    file.seek(SeekFrom::Start(length.saturating_sub(1 << 20)))?;
    file.read_to_end(&mut text)?;
    let torn = text.len() - whole(&text);
    let end = length.saturating_sub(u64::try_from(torn).unwrap_or(u64::MAX));
    file.set_len(end)?;
    file.seek(SeekFrom::Start(end))?;
    file.write_all(format!("{note}\n").as_bytes())?;
    file.sync_all()?;
    if length == 0
        && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// How much of the text ends with a line of a signature and an empty line.
fn whole(text: &[u8]) -> usize {
    let ends = text.windows(2).enumerate().rev().filter(|(_, pair)| *pair == b"\n\n");
    ends.map(|(at, _)| at)
        .find(|at| {
            let line = text.get(..*at).unwrap_or_default().rsplit(|byte| *byte == b'\n').next();
            line.is_some_and(|line| line.starts_with("\u{2014} ".as_bytes()))
        })
        .map_or(0, |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn notes_are_added_and_torn_ones_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoints.txt");
        let (one, other) = (
            "a\n1\nroot\n\n\u{2014} a sig=\n",
            "a\n2\nroot\nlane 0 2 x\n\n\u{2014} a sig2=\n",
        );
        append(&path, one).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        append(&path, other).unwrap();
        let both = format!("{one}\n{other}\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), both);
        for torn in 1..=other.len() {
            let whole = format!("{one}\n");
            std::fs::write(&path, &both.as_bytes()[..whole.len() + torn]).unwrap();
            append(&path, other).unwrap();
            assert_eq!(
                std::fs::read_to_string(&path).unwrap(),
                both,
                "{torn} bytes had been written"
            );
        }
    }
}
