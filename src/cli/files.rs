//! `vptex files`: the file store.

use std::process::ExitCode;

use clap::Subcommand;

use super::{Outcome, say};
use crate::app;
use crate::config::Config;
use crate::files::{look, sandbox};
use crate::jobs::files;

#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum FilesCommand {
    /// Remove what nothing refers to, as a server does each hour, and name contents that are missing; servers may run.
    /// Ends with 1 when some are missing
    Collect {
        /// Only tell what would be removed
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) fn run(config: &Config, command: FilesCommand) -> Outcome {
    let FilesCommand::Collect { dry_run } = command;
    let app = app::context(config)?;
    let collected = files::run(&app, dry_run)?;
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

/// The child: looks into a file, in bounds.
pub(super) fn sandbox_file() -> ExitCode {
    let done = sandbox::confine().and_then(|()| look::run(&mut std::io::stdin().lock(), &mut std::io::stdout().lock()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(_nobody_reads_why) => ExitCode::FAILURE,
    }
}
