//! `vptex files`: the file store.

use std::process::ExitCode;
use std::sync::atomic::Ordering;

use clap::Subcommand;

use super::import::watch_signals;
use super::{Failure, Outcome, bar, complain, say};
use crate::app;
use crate::config::Config;
use crate::domain::file::Digest;
use crate::files::contents::Examined;
use crate::files::{look, sandbox, workbook};
use crate::jobs::files;
use crate::service::App;

#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum FilesCommand {
    /// Remove what nothing refers to, as a server does each hour, and name contents that are missing; servers may run.
    /// Ends with 1 when some are missing
    Collect {
        /// Only tell what would be removed
        #[arg(long)]
        dry_run: bool,
    },
    /// Read every content that the database names and hold it against its SHA-256; servers may run. Names what is missing,
    /// what is damaged and what cannot be read, and ends with 1 then
    Check {
        /// Go on behind this content, as a check that was interrupted tells
        #[arg(long, value_name = "SHA256", value_parser = digest)]
        after: Option<Digest>,
    },
}

fn digest(text: &str) -> Result<Digest, &'static str> {
    Digest::parse(text).ok_or("not the 64 small hexadecimal digits of a SHA-256")
}

pub(super) fn run(config: &Config, command: FilesCommand) -> Outcome {
    let app = app::context(config)?;
    match command {
        FilesCommand::Collect { dry_run } => collect(&app, dry_run),
        FilesCommand::Check { after } => check(&app, after),
    }
}

fn collect(app: &App, dry_run: bool) -> Outcome {
    let collected = files::run(app, dry_run)?;
    let verb = if dry_run { "would remove" } else { "removed" };
    say(format_args!(
        "{verb} {} temporary files and {} contents ({} bytes)",
        collected.leftovers, collected.contents, collected.bytes
    ))?;
    for digest in &collected.missing {
        say(format_args!("missing {digest}"))?;
    }
    Ok(if collected.missing.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Looks at one content after the other, in the order of their digests, so that it can be gone on with.
fn check(app: &App, after: Option<Digest>) -> Outcome {
    let mut seen = Seen {
        last: after,
        ..Seen::default()
    };
    let ended = look_at_all(app, &mut seen);
    // However it ended before its end.
    if !matches!(&ended, Ok(None)) {
        match seen.last {
            Some(last) => complain(format_args!(
                "interrupted; `vptex files check --after {last}` goes on from here"
            )),
            None => complain("interrupted before anything was read"),
        }
    }
    if let Some(signal) = ended? {
        return Ok(ExitCode::from(signal));
    }
    let Seen {
        sound,
        bytes,
        missing,
        damaged,
        unreadable,
        ..
    } = seen;
    say(format_args!(
        "{sound} contents ({bytes} bytes) are what was filed, {missing} missing, {damaged} damaged, {unreadable} unreadable"
    ))?;
    Ok(if missing + damaged + unreadable == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    last: Option<Digest>,
    sound: usize,
    bytes: u64,
    missing: usize,
    damaged: usize,
    unreadable: usize,
}

/// Gives the code of the signal that ended it, if one did.
fn look_at_all(app: &App, seen: &mut Seen) -> Result<Option<u8>, Failure> {
    let named = files::named(app, seen.last)?;
    let ended_by = watch_signals()?;
    let bar = bar(u64::try_from(named.len()).unwrap_or(u64::MAX), "files");
    for digest in named {
        let signal = ended_by.load(Ordering::Relaxed);
        if signal != 0 {
            bar.finish_and_clear();
            return Ok(Some(signal));
        }
        match files::look(app, &digest)? {
            Some(Examined::Sound(size)) => {
                seen.sound += 1;
                seen.bytes = seen.bytes.saturating_add(size);
            }
            Some(Examined::Missing) => {
                seen.missing += 1;
                bar.suspend(|| say(format_args!("missing {digest}")))?;
            }
            Some(Examined::Damaged) => {
                seen.damaged += 1;
                bar.suspend(|| say(format_args!("damaged {digest}")))?;
            }
            // One that cannot be read says nothing of the others.
            Some(Examined::Unreadable(why)) => {
                seen.unreadable += 1;
                bar.suspend(|| say(format_args!("unreadable {digest}: {why}")))?;
            }
            // It was removed meanwhile.
            None => {}
        }
        seen.last = Some(digest);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(None)
}

/// The child: looks into a file, in bounds.
pub(super) fn sandbox_file() -> ExitCode {
    let done = sandbox::confine().and_then(|()| look::run(&mut std::io::stdin().lock(), &mut std::io::stdout().lock()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(_nobody_reads_why) => ExitCode::FAILURE,
    }
}

/// The same for a workbook.
pub(super) fn sandbox_table() -> ExitCode {
    let done =
        sandbox::confine().and_then(|()| workbook::run(&mut std::io::stdin().lock(), &mut std::io::stdout().lock()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(_nobody_reads_why) => ExitCode::FAILURE,
    }
}
