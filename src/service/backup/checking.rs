//! Is a backup whole? Everything that can be known of it without a server is looked at, and told.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::manifest::{self, Audit, FORMAT, Kind, LIST, Manifest, NAME, Part, SUM, place_of, read_line};
use super::{BackupError, Observer, Result, Stage, disk, moment, shelf, trail};
use crate::domain::file::Digest;
use crate::service::keyring;
use crate::service::vault::Vault;
use crate::store::conn::AnyConn;
use crate::store::migrate;
use crate::store::pg_programs::{ProgramError, Programs};
use crate::store::{self, snapshot};

/// So many contents are told one by one.
const MOST_CONTENTS: usize = 50;

/// How something fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is what it should be.
    Good,
    /// It is worth knowing, and keeps nobody from restoring.
    Noted,
    /// The database names it, and the exchange had it no more when the backup was taken: that keeps nobody from restoring the
    /// rest.
    Absent,
    /// The database names it, and the backup should have it and does not.
    Lacking,
    /// It is not what it should be.
    Wrong,
}

/// What was found out about a part of a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How it fares.
    pub verdict: Verdict,
    /// Which: a path from the backup's folder, or what it is about.
    pub what: String,
    /// What was found.
    pub told: String,
}

impl Finding {
    /// Whether it keeps everybody from restoring.
    pub fn is_damage(&self) -> bool {
        matches!(self.verdict, Verdict::Lacking | Verdict::Wrong)
    }
}

/// What was found out about a backup.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Its folder.
    pub folder: PathBuf,
    /// What it says of itself, where that can be read.
    pub manifest: Option<Manifest>,
    /// Everything, in the order in which it was looked at.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.manifest.is_some() && !self.findings.iter().any(Finding::is_damage)
    }

    fn tell(&mut self, verdict: Verdict, what: &str, told: impl Display) {
        self.findings.push(Finding {
            verdict,
            what: what.to_owned(),
            told: told.to_string(),
        });
    }

    /// Tells of so many contents that people can read it, and how many there are beyond.
    fn tell_contents(&mut self, contents: Vec<(Verdict, String, String)>) {
        let beyond = contents.len().saturating_sub(MOST_CONTENTS);
        let verdict = contents.last().map(|(verdict, ..)| *verdict);
        for (verdict, place, told) in contents.into_iter().take(MOST_CONTENTS) {
            self.tell(verdict, &place, told);
        }
        if let Some(verdict) = verdict.filter(|_| beyond > 0) {
            self.tell(verdict, manifest::FILES, format_args!("and {beyond} more"));
        }
    }
}

/// Looks through a backup, or through the newest in a folder of backups.
pub fn check(from: &Path, programs: &Programs, observer: &mut dyn Observer) -> Result<Checked> {
    let folder = shelf::find(from)?;
    let mut checked = Checked {
        folder,
        manifest: None,
        findings: Vec::new(),
    };
    let Some(manifest) = read_manifest(&mut checked)? else {
        return Ok(checked);
    };
    let is_database_good = part(&mut checked, &manifest.database, observer)?;
    for optional in [&manifest.checkpoints, &manifest.master_key].into_iter().flatten() {
        part(&mut checked, optional, observer)?;
    }
    let listed = contents(&mut checked, &manifest, observer)?;
    // What is known to be damaged is not looked into further: what it says means nothing.
    if is_database_good {
        let looked = match manifest.kind {
            Kind::Sqlite => sqlite(&mut checked, &manifest, listed.as_ref(), observer),
            Kind::Postgresql => dump(&mut checked, &manifest, programs, observer),
        };
        match looked {
            Err(BackupError::Interrupted) => return Err(BackupError::Interrupted),
            Err(error) => checked.tell(Verdict::Wrong, &manifest.database.path, error),
            Ok(()) => {}
        }
    }
    if manifest.master_key.is_none() {
        checked.tell(
            Verdict::Noted,
            manifest::MASTER_KEY,
            "was left out; without the master key that belongs to it the exchange cannot be restored",
        );
    }
    let absent = manifest.absent.iter().map(|name| {
        let place = Digest::parse(name).map_or_else(|| name.clone(), |digest| place_of(&digest));
        (
            Verdict::Absent,
            place,
            String::from("was not whole in the file store when the backup was taken"),
        )
    });
    checked.tell_contents(absent.collect());
    checked.manifest = Some(manifest);
    Ok(checked)
}

/// What the backup says of itself, if that can be trusted so far that the rest is worth a look.
fn read_manifest(checked: &mut Checked) -> Result<Option<Manifest>> {
    let path = checked.folder.join(NAME);
    let bytes = fs::read(&path).map_err(super::at(&path))?;
    let digest = disk::measure(&path, &mut |_| true)?.digest;
    let said = fs::read_to_string(checked.folder.join(SUM)).unwrap_or_default();
    if said == format!("{digest}  {NAME}\n") {
        checked.tell(Verdict::Good, NAME, "is what its SHA-256 says");
    } else {
        checked.tell(Verdict::Wrong, NAME, format_args!("is not what {SUM} says"));
    }
    let manifest: Manifest = match serde_json::from_slice(&bytes) {
        Ok(manifest) => manifest,
        Err(error) => {
            checked.tell(Verdict::Wrong, NAME, format_args!("cannot be read: {error}"));
            return Ok(None);
        }
    };
    if manifest.format > FORMAT {
        let words = format!(
            "was written by a later program in form {}; this one reads {FORMAT}",
            manifest.format
        );
        checked.tell(Verdict::Wrong, NAME, words);
        return Ok(None);
    }
    Ok(Some(manifest))
}

/// Compares a file with what the manifest says of it.
fn part(checked: &mut Checked, part: &Part, observer: &mut dyn Observer) -> Result<bool> {
    let Some(path) = part.within(&checked.folder) else {
        checked.tell(
            Verdict::Wrong,
            NAME,
            format_args!("names a part outside of the backup: {}", part.path),
        );
        return Ok(false);
    };
    if !path.is_file() {
        checked.tell(Verdict::Wrong, &part.path, "is not there");
        return Ok(false);
    }
    observer.begins(Stage::Database, part.bytes);
    let measured = disk::measure(&path, &mut |bytes| {
        observer.reached(bytes);
        observer.goes_on()
    });
    let measured = match measured {
        Err(BackupError::Io { cause, .. }) => {
            checked.tell(Verdict::Wrong, &part.path, format_args!("cannot be read: {cause}"));
            return Ok(false);
        }
        measured => measured?,
    };
    if part.is(measured) {
        checked.tell(
            Verdict::Good,
            &part.path,
            format_args!("{} bytes, SHA-256 as told", part.bytes),
        );
        return Ok(true);
    }
    let words = if part.bytes == measured.bytes {
        String::from("its SHA-256 is not the one that the manifest tells; it was changed or damaged")
    } else {
        format!("has {} bytes instead of {}", measured.bytes, part.bytes)
    };
    checked.tell(Verdict::Wrong, &part.path, words);
    Ok(false)
}

/// Compares every content with its name; gives which are listed, where the list can be trusted.
fn contents(
    checked: &mut Checked,
    manifest: &Manifest,
    observer: &mut dyn Observer,
) -> Result<Option<BTreeSet<Digest>>> {
    let is_list_good = part(checked, &manifest.files, observer)?;
    let path = manifest.files.within(&checked.folder);
    let text = path.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
    observer.begins(Stage::Files, manifest.file_bytes);
    let (mut listed, mut bytes, mut wrong) = (BTreeSet::new(), 0_u64, Vec::new());
    for line in text.lines() {
        // Where the list is damaged, that was told; the lines that can be read are good for something still.
        let Some(digest) = read_line(line) else { continue };
        if !observer.goes_on() {
            return Err(BackupError::Interrupted);
        }
        listed.insert(digest);
        let place = place_of(&digest);
        match disk::measure(&checked.folder.join(&place), &mut |_| true) {
            Ok(measure) if measure.digest == digest => bytes = bytes.saturating_add(measure.bytes),
            Ok(_) => wrong.push((
                Verdict::Wrong,
                place,
                String::from("is not what its name says; it was changed or damaged"),
            )),
            Err(BackupError::Io { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => {
                wrong.push((Verdict::Lacking, place, String::from("is not there")));
            }
            Err(BackupError::Io { cause, .. }) => {
                wrong.push((Verdict::Wrong, place, format!("cannot be read: {cause}")));
            }
            Err(other) => return Err(other),
        }
        observer.reached(bytes);
    }
    let is_good = wrong.is_empty() && is_list_good;
    checked.tell_contents(wrong);
    if is_good {
        let words = format!("{} contents, {bytes} bytes, each what its name says", listed.len());
        checked.tell(Verdict::Good, manifest::FILES, words);
    }
    Ok(is_list_good.then_some(listed))
}

/// Opens the copy of a SQLite database and holds what it says against the manifest.
fn sqlite(
    checked: &mut Checked,
    manifest: &Manifest,
    listed: Option<&BTreeSet<Digest>>,
    observer: &mut dyn Observer,
) -> Result<()> {
    let name = manifest.database.path.as_str();
    let Some(path) = manifest.database.within(&checked.folder) else {
        return Ok(());
    };
    let mut conn = snapshot::open_copy(&path)?;
    let faults = snapshot::faults(&mut conn, false)?;
    if !faults.is_empty() {
        checked.tell(
            Verdict::Wrong,
            name,
            format_args!("is not in order: {}", faults.join("; ")),
        );
        return Ok(());
    }
    checked.tell(Verdict::Good, name, "pages and indexes are in order");
    if !is_of_this_schema(checked, manifest)? {
        return Ok(());
    }
    let counts = moment::counts(&mut conn)?;
    if counts == manifest.counts {
        let words: Vec<String> = counts.iter().map(|(table, count)| format!("{count} {table}")).collect();
        checked.tell(Verdict::Good, "rows", words.join(", "));
    } else {
        checked.tell(
            Verdict::Wrong,
            "rows",
            "the main tables have not as many as the manifest tells",
        );
    }
    audit(checked, manifest, &trail::measure(&mut conn, observer)?);
    if let Some(listed) = listed {
        let needed = store::files::needed(&mut conn)?;
        let is_excused = |digest: &Digest| listed.contains(digest) || manifest.absent.contains(&digest.to_string());
        let lacking = needed.iter().filter(|digest| !is_excused(digest)).map(|digest| {
            let words = String::from("is in no list, and the database names it");
            (Verdict::Lacking, place_of(digest), words)
        });
        let lacking: Vec<_> = lacking.collect();
        let has = needed.intersection(listed).count();
        if has < needed.len() {
            let named = needed.len().saturating_sub(has).saturating_sub(lacking.len());
            let words = format!(
                "has {has} of the {} contents that the database names; {named} it names as lacking",
                needed.len()
            );
            checked.tell(Verdict::Absent, LIST, words);
        } else {
            let words = format!("has every content that the database names ({})", needed.len());
            checked.tell(Verdict::Good, LIST, words);
        }
        checked.tell_contents(lacking);
    }
    key(checked, manifest, &mut conn)
}

/// Only the schema that this program knows can be read to its last column.
fn is_of_this_schema(checked: &mut Checked, manifest: &Manifest) -> Result<bool> {
    let known = migrate::newest_known()?.unwrap_or_default();
    let words = match manifest.schema.cmp(&known) {
        std::cmp::Ordering::Equal => return Ok(true),
        std::cmp::Ordering::Less => format!(
            "{} is older than this program's ({known}): rows and audit trail are looked at after a restore and `vptex \
             migrate`",
            manifest.schema
        ),
        std::cmp::Ordering::Greater => {
            let words = format!("{} is of a later program; this one knows {known}", manifest.schema);
            checked.tell(Verdict::Wrong, "schema", words);
            return Ok(false);
        }
    };
    checked.tell(Verdict::Noted, "schema", words);
    Ok(false)
}

/// Compares how far the audit trail goes.
fn audit(checked: &mut Checked, manifest: &Manifest, found: &Audit) {
    match (found, &manifest.audit) {
        (found, told) if found != told => {
            let words = format!("is not as the manifest tells: {found}; told is: {told}");
            checked.tell(Verdict::Wrong, "audit trail", words);
        }
        (Audit::InOrder { .. }, _) => checked.tell(Verdict::Good, "audit trail", found),
        (Audit::Broken { .. }, _) => {
            let words = format!("was {found} already when the backup was taken");
            checked.tell(Verdict::Noted, "audit trail", words);
        }
    }
}

/// Whether the master key is the one that the database was sealed with.
fn key(checked: &mut Checked, manifest: &Manifest, conn: &mut AnyConn) -> Result<()> {
    let Some(part) = &manifest.master_key else {
        return Ok(());
    };
    let Some(path) = part.within(&checked.folder) else {
        return Ok(());
    };
    // What is wrong with the file itself was told.
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(());
    };
    let Ok(vault) = Vault::of_text(&text, &path) else {
        checked.tell(Verdict::Wrong, &part.path, "is not a master key");
        return Ok(());
    };
    match keyring::fits(conn, &vault)? {
        Some(true) => checked.tell(Verdict::Good, &part.path, "opens what the database has sealed"),
        Some(false) => checked.tell(Verdict::Wrong, &part.path, "does not open what the database has sealed"),
        None => checked.tell(
            Verdict::Noted,
            &part.path,
            "nothing is sealed yet that it could be tried on",
        ),
    }
    Ok(())
}

/// Reads a dump of PostgreSQL to its end. What is in it is known only after it was read into a database.
fn dump(checked: &mut Checked, manifest: &Manifest, programs: &Programs, observer: &mut dyn Observer) -> Result<()> {
    let name = manifest.database.path.as_str();
    let Some(path) = manifest.database.within(&checked.folder) else {
        return Ok(());
    };
    is_of_this_schema(checked, manifest)?;
    match programs.read_through(&path, &mut || observer.goes_on()) {
        Ok(()) => checked.tell(Verdict::Good, name, "pg_restore reads it to its end"),
        Err(ProgramError::Interrupted) => return Err(BackupError::Interrupted),
        Err(ProgramError::Absent(program)) => checked.tell(
            Verdict::Noted,
            name,
            format_args!("was not read to its end: {program} is not installed here"),
        ),
        Err(other) => checked.tell(Verdict::Wrong, name, other),
    }
    let words = format!("{}; a restore compares it", manifest.audit);
    checked.tell(Verdict::Noted, "audit trail", words);
    Ok(())
}
