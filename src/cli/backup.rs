//! `vptex backup` and `vptex restore`: the whole exchange in a folder, and back.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use clap::{Args, Subcommand};
use indicatif::{HumanBytes, ProgressBar};

use super::import::watch_signals;
use super::{Failure, Outcome, bar, complain, done, say, settled};
use crate::app::{self, SystemClock};
use crate::config::{Config, DatabaseUrl, Effective, Sources};
use crate::service::Error;
use crate::service::backup::{
    self, Audit, BackupError, Checked, Finding, Manifest, Observer, Opening, Options, Places, Restored, Stage, System,
    Taken, Verdict,
};
use crate::store::pg_programs::Programs;

#[derive(Debug, Args)]
#[command(subcommand_negates_reqs = true)]
pub(super) struct BackupArgs {
    #[command(subcommand)]
    command: Option<BackupCommand>,
    /// Folder of backups; each becomes a folder in it, named by its time
    #[arg(long, value_name = "DIR", required = true)]
    to: Option<PathBuf>,
    /// Leave the master key out; keep it elsewhere then, since nothing that is sealed can be read without it
    #[arg(long)]
    without_keys: bool,
    /// Remove the oldest backups of the folder afterwards, so that this many are left
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    keep: Option<u16>,
    #[command(flatten)]
    tools: Tools,
}

#[derive(Debug, Subcommand)]
enum BackupCommand {
    /// Look through a backup, or the newest in a folder of backups; ends with 1 when it is not whole
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// The backup, or the folder of backups
    #[arg(value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    tools: Tools,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The backup, or a folder of backups, of which the newest is taken
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    tools: Tools,
}

#[derive(Debug, Args)]
struct Tools {
    /// Folder of pg_dump and pg_restore, where they are not on the PATH
    #[arg(long, value_name = "DIR")]
    pg_tools: Option<PathBuf>,
}

/// Takes a backup, or looks through one, for which no settings are read.
pub(super) fn run(config: impl FnOnce() -> Result<Config, Failure>, args: BackupArgs) -> Outcome {
    let BackupArgs {
        command,
        to,
        without_keys,
        keep,
        tools,
    } = args;
    match (command, to) {
        (Some(_), Some(_)) => Err(Failure::Usage(String::from("--to and verify exclude each other"))),
        (Some(BackupCommand::Verify(args)), None) => verify(args),
        (None, Some(to)) => {
            let options = Options {
                has_keys: !without_keys,
                keep: keep.map(usize::from),
            };
            take(&config()?, &to, options, tools)
        }
        // The command line was refused before.
        (None, None) => Err(Failure::Usage(String::from("--to is needed; see --help"))),
    }
}

fn take(config: &Config, to: &Path, options: Options, tools: Tools) -> Outcome {
    let settings = config.clone();
    let system = system(config, tools, Box::new(move || app::contents(&settings)))?;
    let mut screen = Screen::open()?;
    let taken = backup::take(&system, to, options, &mut screen);
    let Taken {
        folder,
        manifest,
        copied,
        linked,
        stayed,
        rescued,
        removed,
    } = match screen.close(taken, "interrupted; the same command goes on with what was copied")? {
        Ok(taken) => taken,
        Err(code) => return Ok(code),
    };
    say(format_args!("backup    {}", folder.display()))?;
    say(describe(&manifest))?;
    say(format_args!(
        "copied    {copied} contents; {linked} linked from the backup before, {stayed} there from an attempt that was interrupted"
    ))?;
    match &manifest.master_key {
        Some(part) => say(format_args!(
            "keys      {}: whoever has it and the database can read everything that is sealed",
            folder.join(&part.path).display()
        ))?,
        None => say(format_args!(
            "keys      left out; keep {} elsewhere",
            config.master_key_path().display()
        ))?,
    }
    for old in removed {
        say(format_args!("removed   {}", old.display()))?;
    }
    let mut code = ExitCode::SUCCESS;
    if !manifest.absent.is_empty() {
        complain(format_args!(
            "the file store lacks {} content(s) that the database names, or has something else there; `vptex files check` names them",
            manifest.absent.len()
        ));
        code = ExitCode::FAILURE;
    }
    if rescued > 0 {
        complain(format_args!(
            "{rescued} content(s) are not whole in the file store; taken from the backup before. `vptex files check` names them"
        ));
        code = ExitCode::FAILURE;
    }
    if let Audit::Broken { why } = &manifest.audit {
        complain(format_args!("the audit trail is broken: {why}"));
        code = ExitCode::FAILURE;
    }
    Ok(code)
}

fn describe(manifest: &Manifest) -> String {
    let counts: Vec<String> = manifest
        .counts
        .iter()
        .map(|(table, count)| format!("{count} {table}"))
        .collect();
    format!(
        "taken     {} by vptex {}\ndatabase  {}, {}, schema {}: {}\nfiles     {} contents, {}\naudit     {}\n\
         index     not in it; built anew from the database",
        manifest.taken_at,
        manifest.program,
        manifest.kind.name(),
        HumanBytes(manifest.database.bytes),
        manifest.schema,
        counts.join(", "),
        manifest.file_count,
        HumanBytes(manifest.file_bytes),
        manifest.audit,
    )
}

fn verify(args: VerifyArgs) -> Outcome {
    let programs = Programs {
        folder: args.tools.pg_tools,
        access: Vec::new(),
    };
    let mut screen = Screen::open()?;
    let checked = backup::check(&args.from, &programs, &mut screen);
    let checked = match screen.close(checked, "interrupted; nothing was changed")? {
        Ok(checked) => checked,
        Err(code) => return Ok(code),
    };
    say(format_args!("backup   {}", checked.folder.display()))?;
    for finding in &checked.findings {
        say(in_words(finding))?;
    }
    if let Some(manifest) = checked.manifest.as_ref().filter(|_| checked.is_whole()) {
        let (has, absent) = (manifest.file_count, manifest.absent.len());
        say(match absent {
            0 => String::from("the backup is whole"),
            _ => format!(
                "the backup is whole, as far as the exchange was when it was taken: {absent} content(s) are lacking, {has} are in it"
            ),
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    complain("the backup is NOT whole");
    Ok(ExitCode::FAILURE)
}

fn in_words(Finding { verdict, what, told }: &Finding) -> String {
    let verdict = match verdict {
        Verdict::Good => "good",
        Verdict::Noted => "note",
        Verdict::Absent | Verdict::Lacking => "LACKS",
        Verdict::Wrong => "WRONG",
    };
    format!("{verdict:<8} {what}: {told}")
}

/// Restores a backup. The settings are only looked at before: what is refused leaves no folder behind.
pub(super) fn restore(sources: Sources, args: RestoreArgs) -> Outcome {
    let RestoreArgs { from, tools } = args;
    let config = settled(Effective::load_by_looking(&sources))?;
    let open = move || {
        let effective = Effective::load(&sources).map_err(Error::internal)?;
        app::contents(&effective.config)
    };
    let system = system(&config, tools, Box::new(open))?;
    let mut screen = Screen::open()?;
    let restored = backup::restore(&system, &from, &mut screen);
    let words = "interrupted; empty data_dir, files_dir and database, and begin again";
    let Restored {
        folder,
        manifest,
        audit,
        is_schema_old,
    } = match screen.close(restored, words)? {
        Ok(restored) => restored,
        Err(code) => return Ok(code),
    };
    say(format_args!("restored  {}", folder.display()))?;
    say(describe(&manifest))?;
    match audit {
        Some(Audit::InOrder { .. }) => say("the restored audit trail has the root that the backup tells")?,
        Some(Audit::Broken { .. }) => complain("the audit trail is broken as it was when the backup was taken"),
        None => complain("the audit trail was not compared; run `vptex audit verify` after `vptex migrate`"),
    }
    if manifest.master_key.is_none() {
        complain(format_args!(
            "the backup has no master key: put the one that belongs to it at {} (mode 600) before a server starts, or a \
             new one is made that opens nothing",
            config.master_key_path().display()
        ));
    }
    if is_schema_old {
        complain(format_args!(
            "the database has schema {}, which is older than this program: run `vptex migrate`",
            manifest.schema
        ));
    }
    say("the search index is built anew at the next start").map(done)
}

fn system(config: &Config, tools: Tools, contents: Opening) -> Result<System, Failure> {
    let access = match config.database() {
        DatabaseUrl::Sqlite(_) => Vec::new(),
        DatabaseUrl::Postgres(url) => url
            .variables()
            .map_err(|why| Failure::Usage(format!("database_url: {why}")))?,
    };
    let is_in_bucket = config.s3_bucket.is_some();
    Ok(System {
        target: app::target(config),
        programs: Programs {
            folder: tools.pg_tools,
            access,
        },
        contents,
        places: Places {
            data_dir: config.data_dir.clone(),
            kept: (!is_in_bucket).then(|| config.files_path().join("kept")),
            index: config.index_path(),
            master_key: config.master_key_path(),
            checkpoints: config.checkpoints_path(),
        },
        clock: Arc::new(SystemClock),
    })
}

/// Shows how the work goes, and stops it at a signal.
struct Screen {
    bar: ProgressBar,
    ended_by: Arc<AtomicU8>,
}

impl Screen {
    fn open() -> Result<Self, Failure> {
        let ended_by = watch_signals()?;
        Ok(Self {
            bar: bar(0, ""),
            ended_by,
        })
    }

    /// Gives what came of the work, or the exit code of a signal that ended it.
    fn close<T>(self, outcome: backup::Result<T>, interrupted: &str) -> Result<Result<T, ExitCode>, Failure> {
        self.bar.finish_and_clear();
        match outcome {
            Ok(value) => Ok(Ok(value)),
            Err(BackupError::Interrupted) => {
                complain(interrupted);
                Ok(Err(ExitCode::from(self.ended_by.load(Ordering::Relaxed))))
            }
            Err(BackupError::Damaged(checked)) => {
                tell_damage(&checked);
                Err(Failure::failed(BackupError::Damaged(checked)))
            }
            Err(other) => Err(Failure::failed(other)),
        }
    }
}

fn tell_damage(checked: &Checked) {
    let wrong = checked.findings.iter().filter(|finding| finding.is_damage());
    for Finding { what, told, .. } in wrong {
        complain(format_args!("{what}: {told}"));
    }
}

impl Observer for Screen {
    fn begins(&mut self, stage: Stage, total: u64) {
        self.bar.set_message(stage.name());
        self.bar.set_length(total);
        self.bar.set_position(0);
    }

    fn reached(&mut self, done: u64) {
        self.bar.set_position(done);
    }

    fn goes_on(&self) -> bool {
        self.ended_by.load(Ordering::Relaxed) == 0
    }
}
