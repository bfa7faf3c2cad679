//! Backups of the whole exchange (*bản sao lưu*): taken while servers run, looked through, and restored.
//!
//! A backup is a folder of its own in the folder that the operator names, `vptex-20260311T073000Z`:
//!
//! ```text
//! manifest.json        what is in it, and of what exchange it was; manifest.sha256 vouches for it
//! database.sqlite3     the database at one moment (database.dump on PostgreSQL)
//! files.sha256         every stored content that this database names, in the form of sha256sum
//! files/ab/ab12…       these contents
//! checkpoints.txt      the signed checkpoints of the audit trail that were written before
//! keys/master.key      what the database's secrets are sealed with, unless it was left out
//! ```
//!
//! The folder has its name only when everything in it is durable; until then it is `unfinished`, which the next run goes on
//! with. Contents are the same bytes under the same name in every backup, so they are copied once and linked from then on.
//! The search index is in none: it is built anew from the database.

mod checking;
mod contents;
mod disk;
mod manifest;
mod moment;
mod restoring;
mod shelf;
mod taking;
mod trail;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::clock::Clock;
use crate::files::contents::{ContentError, Contents};
use crate::store;
use crate::store::conn::Target;
use crate::store::pg_programs::{ProgramError, Programs};

pub use checking::{Checked, Finding, Verdict, check};
pub use manifest::{Audit, Kind, Lane, Manifest, Part};
pub use restoring::{Restored, restore};
pub use taking::{Options, Taken, take};

/// The exchange that is backed up, or that is to be made from a backup, as the settings name it.
pub struct System {
    /// Its database.
    pub target: Target,
    /// Who writes and reads dumps of PostgreSQL.
    pub programs: Programs,
    /// Opens its file store.
    pub contents: Opening,
    /// Where the rest of it lies.
    pub places: Places,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// Opens the file store, and makes what it needs: when a restore was not refused, and not before.
pub type Opening = Box<dyn Fn() -> super::Result<Contents>>;

/// Where the parts of an exchange lie.
#[derive(Clone, Debug)]
pub struct Places {
    /// What everything else is below, unless the settings say otherwise.
    pub data_dir: PathBuf,
    /// Contents that were kept; nothing where they lie in a bucket.
    pub kept: Option<PathBuf>,
    /// The search index.
    pub index: PathBuf,
    /// The master key.
    pub master_key: PathBuf,
    /// Checkpoints of the audit trail.
    pub checkpoints: PathBuf,
}

/// What takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Writing or reading the database, in bytes.
    Database,
    /// Verifying the audit trail, in rows.
    Trail,
    /// Writing or reading contents of files, in bytes.
    Files,
}

impl Stage {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Trail => "audit trail",
            Self::Files => "files",
        }
    }
}

/// Watches how the work goes, and may stop it.
pub trait Observer {
    /// Something begins of which so much is to be done; 0 when nobody knows.
    fn begins(&mut self, stage: Stage, total: u64);
    /// So much of it is done.
    fn reached(&mut self, done: u64);
    /// Whether to go on.
    fn goes_on(&self) -> bool;
}

/// Why a backup could not be taken, looked through or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The observer wants to stop.
    #[error("interrupted")]
    Interrupted,
    /// It may not be done, and nothing was.
    #[error("{0}")]
    Refused(String),
    /// The backup is not whole; nothing was restored.
    #[error("the backup is not whole, or not for this program; nothing was restored")]
    Damaged(Box<Checked>),
    /// A file or folder.
    #[error("{}: {cause}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// The database.
    #[error("{0}")]
    Store(#[from] store::Error),
    /// The file store.
    #[error("{0}")]
    Contents(#[from] ContentError),
    /// PostgreSQL's programs.
    #[error("{0}")]
    Program(ProgramError),
    /// Anything else of ours.
    #[error("{}", words_of(.0))]
    Service(super::Error),
}

/// What the operator is told of it.
fn words_of(error: &super::Error) -> &str {
    error.log.as_deref().unwrap_or(&error.detail_en)
}

impl From<super::Error> for BackupError {
    fn from(error: super::Error) -> Self {
        Self::Service(error)
    }
}

impl From<ProgramError> for BackupError {
    fn from(error: ProgramError) -> Self {
        match error {
            ProgramError::Interrupted => Self::Interrupted,
            other => Self::Program(other),
        }
    }
}

/// What this room answers.
pub type Result<T> = std::result::Result<T, BackupError>;

/// Says which file or folder an error is about.
fn at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    move |cause| BackupError::Io {
        path: path.to_owned(),
        cause,
    }
}
