//! What a backup says of itself.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::disk::Measure;
use crate::domain::file::Digest;
use crate::service::audit::note::{Checkpoint, LaneRoot};
use crate::store::conn::Target;

/// Its name, and that of the file with its SHA-256.
pub(super) const NAME: &str = "manifest.json";
pub(super) const SUM: &str = "manifest.sha256";
/// The list of contents.
pub(super) const LIST: &str = "files.sha256";
/// The folder of contents.
pub(super) const FILES: &str = "files";
/// The folder of keys, and the one that is in it.
pub(super) const KEYS: &str = "keys";
pub(super) const MASTER_KEY: &str = "keys/master.key";
/// Checkpoints of the audit trail.
pub(super) const CHECKPOINTS: &str = "checkpoints.txt";
/// The form in which this program writes backups; it reads this one and those before.
pub(super) const FORMAT: u32 = 1;

/// Everything that is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the backup.
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// The newest migration of the database.
    pub schema: String,
    /// Just before the moment that the database is of.
    pub taken_at: Timestamp,
    /// Which sort of database.
    pub kind: Kind,
    /// The database.
    pub database: Part,
    /// The list of contents.
    pub files: Part,
    /// How many contents are in it.
    pub file_count: u64,
    /// Bytes of these.
    pub file_bytes: u64,
    /// Contents that the database names and that the file store did not have.
    pub absent: Vec<String>,
    /// Signed checkpoints of the audit trail, where there are some.
    pub checkpoints: Option<Part>,
    /// The master key, unless it was left out.
    pub master_key: Option<Part>,
    /// How far the audit trail goes.
    pub audit: Audit,
    /// How many rows the main tables have.
    pub counts: BTreeMap<String, i64>,
}

/// Which sort of database it is of; it can be restored into no other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One file, as SQLite has it.
    Sqlite,
    /// A dump in PostgreSQL's custom format.
    Postgresql,
}

impl Kind {
    /// The sort of a database.
    pub fn of(target: &Target) -> Self {
        match target {
            Target::Sqlite(_) => Self::Sqlite,
            Target::Postgres(_) => Self::Postgresql,
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgresql => "PostgreSQL",
        }
    }

    pub(super) fn file_name(self) -> &'static str {
        match self {
            Self::Sqlite => "database.sqlite3",
            Self::Postgresql => "database.dump",
        }
    }
}

/// A file of the backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Where it is, from the backup's folder.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

impl Part {
    pub(super) fn new(path: &str, measure: Measure) -> Self {
        Self {
            path: path.to_owned(),
            bytes: measure.bytes,
            sha256: measure.digest.to_string(),
        }
    }

    /// Where it is; nothing when that would be outside of the folder.
    pub(super) fn within(&self, folder: &Path) -> Option<PathBuf> {
        let path = Path::new(&self.path);
        let is_within = path.components().all(|part| matches!(part, Component::Normal(_)));
        (is_within && !self.path.is_empty()).then(|| folder.join(path))
    }

    pub(super) fn is(&self, measure: Measure) -> bool {
        self.bytes == measure.bytes && self.sha256 == measure.digest.to_string()
    }
}

/// How far the audit trail goes, as its checkpoints tell it (docs/audit.md).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Audit {
    /// Every row follows from the one before it.
    InOrder {
        /// Rows of all lanes.
        size: u64,
        /// Root of the tree over the lanes, in base64.
        root: String,
        /// The lanes, by number.
        lanes: Vec<Lane>,
        /// Checkpoints in the database that agree with it.
        checkpoints: u64,
    },
    /// It was broken already.
    Broken {
        /// The first thing that is wrong.
        why: String,
    },
}

/// How far a lane goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Which.
    pub lane: i64,
    /// How many rows it has.
    pub size: u64,
    /// Root of the tree over them, in base64.
    pub root: String,
}

impl Audit {
    /// From the ends of the lanes.
    pub(super) fn of(ends: Vec<LaneRoot>, checkpoints: u64) -> Self {
        let lanes = ends.iter().map(|end| Lane {
            lane: end.lane,
            size: end.size,
            root: STANDARD.encode(end.root),
        });
        let lanes = lanes.collect();
        let whole = Checkpoint::new(String::new(), ends);
        Self::InOrder {
            size: whole.size,
            root: STANDARD.encode(whole.root),
            lanes,
            checkpoints,
        }
    }
}

impl std::fmt::Display for Audit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InOrder {
                size,
                root,
                checkpoints,
                ..
            } => write!(f, "{size} rows, root {root}, {checkpoints} checkpoint(s)"),
            Self::Broken { why } => write!(f, "broken: {why}"),
        }
    }
}

/// Where a content lies, from the backup's folder.
pub(super) fn place_of(digest: &Digest) -> String {
    let name = digest.to_string();
    let (folder, _) = name.split_at(2);
    format!("{FILES}/{folder}/{name}")
}

/// A line of the list, as `sha256sum` writes and reads it.
pub(super) fn line_of(digest: &Digest) -> String {
    format!("{digest}  {}\n", place_of(digest))
}

/// Reads a line back.
pub(super) fn read_line(line: &str) -> Option<Digest> {
    let (digest, place) = line.split_once("  ")?;
    Digest::parse(digest).filter(|digest| place_of(digest) == place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_lies_within_the_backup() {
        let part = |path: &str| Part {
            path: path.to_owned(),
            bytes: 0,
            sha256: String::new(),
        };
        let folder = Path::new("/b");
        assert_eq!(
            part(MASTER_KEY).within(folder),
            Some(PathBuf::from("/b/keys/master.key"))
        );
        for outside in ["", "/etc/passwd", "../x", "keys/../../x", "./x"] {
            assert_eq!(part(outside).within(folder), None, "{outside}");
        }
    }

    #[test]
    fn a_line_of_the_list_is_read_back_in_one_form() {
        let digest = Digest([0xab; 32]);
        let line = line_of(&digest);
        assert_eq!(read_line(line.trim_end()), Some(digest));
        for wrong in [
            line.replace("files/ab", "files/ac"),
            line.replace("  ", " "),
            line.to_uppercase(),
            String::new(),
        ] {
            assert_eq!(read_line(wrong.trim_end()), None, "{wrong}");
        }
    }

    #[test]
    fn the_audit_trail_is_told_as_checkpoints_tell_it() {
        let ends = vec![
            LaneRoot {
                lane: 1,
                size: 7,
                root: [1; 32],
            },
            LaneRoot {
                lane: 3,
                size: 1_000,
                root: [2; 32],
            },
        ];
        let Audit::InOrder { size, root, lanes, .. } = Audit::of(ends, 2) else {
            panic!("broken")
        };
        // As docs/audit.md has it.
        assert_eq!(
            (size, root.as_str()),
            (1_007, "59ALEvwxwgqF0HbQr3snz9o6HZfLBgAjxTd1qr8D0VQ=")
        );
        assert_eq!(lanes[1].root, "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=");
    }
}
