//! `vptex import listings`: progress, complaints line by line, and an end that can be gone on from.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use clap::Args;
use indicatif::ProgressBar;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, Outcome, bar, say, whisper};
use crate::app;
use crate::config::Config;
use crate::domain::tax_code::TaxCode;
use crate::service::import::{self, BadLine, Observer, Owner};
use crate::service::{App, Error};
use crate::store::enterprises;
use crate::store::imports::Progress;

#[derive(Debug, Args)]
pub(super) struct ListingsArgs {
    /// The file, UTF-8, one JSON object a line; `-` reads standard input
    file: PathBuf,
    /// Whose listings they become. Without it: the invented enterprises of the demonstration, by field
    #[arg(long, value_name = "TAX_CODE")]
    enterprise: Option<String>,
    /// Write what came of it to this file, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

pub(super) fn listings(config: &Config, args: &ListingsArgs) -> Outcome {
    let owner = match &args.enterprise {
        None => Owner::Demo,
        Some(code) => Owner::TaxCode(
            TaxCode::parse(code).map_err(|error| Failure::Usage(format!("--enterprise {code}: {error}")))?,
        ),
    };
    let (name, content) =
        read(&args.file).map_err(|error| Failure::Usage(format!("{} cannot be read: {error}", args.file.display())))?;
    let app = app::context(config)?;
    prepare(&app, &owner)?;
    let interrupted = watch_signals()?;
    let mut observer = Watcher {
        bar: bar(count_lines(&content), "import"),
        name: &name,
        interrupted: Some(&interrupted),
        refused: Vec::new(),
    };
    let outcome = import::run(&app, &name, &content, &owner, &mut observer);
    observer.bar.finish_and_clear();
    let refused = observer.refused;
    let outcome = outcome?;
    if let Some(path) = &args.report {
        write_report(path, &name, &outcome, &refused)
            .map_err(|error| Failure::Failed(format!("{} cannot be written: {error}", path.display())))?;
    }
    let Progress {
        lines,
        created,
        updated,
        unchanged,
        failed,
    } = outcome.progress;
    let resumed = match outcome.resumed_at {
        0 => String::new(),
        at => format!(" (went on after line {at})"),
    };
    say(format_args!(
        "{name}: {lines} lines{resumed}, {created} new, {updated} updated, {unchanged} unchanged, {failed} failed"
    ))?;
    if !outcome.is_finished {
        whisper("vptex: interrupted; the same command goes on from here");
        return Ok(ExitCode::from(130));
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Those whose listings they become must be there before the first line is.
fn prepare(app: &App, owner: &Owner) -> Result<(), Failure> {
    match owner {
        Owner::Demo => {
            import::demo_enterprises(app)?;
        }
        Owner::TaxCode(code) => {
            let known = app
                .db
                .read(|conn| enterprises::find_by_tax_code(conn, code))
                .map_err(Error::from)?;
            if known.is_none() {
                return Err(Failure::Usage(format!("no enterprise has the tax code {code}")));
            }
        }
    }
    Ok(())
}

fn read(file: &Path) -> io::Result<(String, Vec<u8>)> {
    if file.as_os_str() == "-" {
        let mut content = Vec::new();
        io::stdin().lock().read_to_end(&mut content)?;
        return Ok((String::from("-"), content));
    }
    Ok((file.display().to_string(), fs::read(file)?))
}

pub(super) fn count_lines(content: &[u8]) -> u64 {
    let ends = content.iter().filter(|byte| **byte == b'\n').count();
    let open_end = usize::from(content.last().is_some_and(|byte| *byte != b'\n'));
    u64::try_from(ends.saturating_add(open_end)).unwrap_or(u64::MAX)
}

/// Shows how an import fares.
pub(super) struct Watcher<'a> {
    pub(super) bar: ProgressBar,
    pub(super) name: &'a str,
    pub(super) interrupted: Option<&'a AtomicBool>,
    pub(super) refused: Vec<BadLine>,
}

impl Observer for Watcher<'_> {
    fn advanced(&mut self, progress: &Progress) -> bool {
        self.bar.set_position(u64::try_from(progress.lines).unwrap_or(0));
        !self.interrupted.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    fn refused(&mut self, bad: &BadLine) {
        self.bar
            .suspend(|| whisper(format_args!("{}:{}: {}", self.name, bad.line, bad.why)));
        self.refused.push(bad.clone());
    }
}

fn write_report(path: &Path, name: &str, outcome: &import::Outcome, refused: &[BadLine]) -> io::Result<()> {
    let progress = &outcome.progress;
    let refused: Vec<_> = refused
        .iter()
        .map(|bad| serde_json::json!({ "line": bad.line, "why": bad.why }))
        .collect();
    let report = serde_json::json!({
        "file": name,
        "finished": outcome.is_finished,
        "resumed_at": outcome.resumed_at,
        "lines": progress.lines,
        "created": progress.created,
        "updated": progress.updated,
        "unchanged": progress.unchanged,
        "failed": progress.failed,
        "refused": refused,
    });
    fs::write(path, format!("{report:#}\n"))
}

/// Gives a flag that SIGINT and SIGTERM raise from now on, instead of killing the process.
fn watch_signals() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    let (ready, is_ready) = mpsc::channel::<io::Result<()>>();
    let watch = move || {
        let set_up = || -> io::Result<_> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let guard = runtime.enter();
            let signals = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            drop(guard);
            Ok((runtime, signals))
        };
        match set_up() {
            Err(error) => drop(ready.send(Err(error))),
            Ok((runtime, (mut int, mut term))) => {
                drop(ready.send(Ok(())));
                runtime.block_on(async {
                    tokio::select! {
                        _ = int.recv() => {}
                        _ = term.recv() => {}
                    }
                });
                raised.store(true, Ordering::Relaxed);
            }
        }
    };
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(watch)
        .map_err(Failure::failed)?;
    match is_ready.recv() {
        Ok(Ok(())) => Ok(flag),
        Ok(Err(error)) => Err(Failure::Failed(format!("signals cannot be received: {error}"))),
        Err(_) => Err(Failure::Failed(String::from("signals cannot be received"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_last_line_counts() {
        let counts = [("", 0), ("a", 1), ("a\n", 1), ("a\n\nb", 3)];
        for (text, count) in counts {
            assert_eq!(count_lines(text.as_bytes()), count, "{text:?}");
        }
    }
}
