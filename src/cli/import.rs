//! `vptex import listings`: progress, complaints line by line, and an end that can be gone on from.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc;

use clap::Args;
use indicatif::ProgressBar;
use tokio::signal::unix::{SignalKind, signal};

use super::serve::DEMO_WARNING;
use super::{Failure, Outcome, bar, complain, say, whisper};
use crate::app;
use crate::config::Config;
use crate::demo;
use crate::domain::tax_code::TaxCode;
use crate::service::import::{self, BadLine, Observer, Owner};
use crate::service::{App, Error};
use crate::store::enterprises;
use crate::store::imports::Progress;

/// Exit codes of a program that a signal ended: 128 and its number.
const BY_SIGINT: u8 = 130;
const BY_SIGTERM: u8 = 143;

#[derive(Debug, Args)]
pub(super) struct ListingsArgs {
    /// The file, UTF-8, one JSON object a line; `-` reads standard input
    file: PathBuf,
    /// Whose listings they become; a line that names another enterprise is refused. Without it, every line names its own
    #[arg(long, value_name = "TAX_CODE")]
    enterprise: Option<String>,
    /// Make the 48 invented enterprises of the demonstration and give records of the shared format to them, by field
    #[arg(long, conflicts_with = "enterprise")]
    demo: bool,
    /// Write what came of it to this file, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl ListingsArgs {
    fn owner(&self) -> Result<Owner, Failure> {
        match &self.enterprise {
            Some(code) => TaxCode::parse(code)
                .map(Owner::TaxCode)
                .map_err(|error| Failure::Usage(format!("--enterprise {code}: {error}"))),
            None if self.demo => Ok(Owner::Demo(demo::tax_code_for)),
            None => Ok(Owner::Lines),
        }
    }
}

pub(super) fn listings(config: &Config, args: &ListingsArgs) -> Outcome {
    let owner = args.owner()?;
    let (name, content) =
        read(&args.file).map_err(|error| Failure::Usage(format!("{} cannot be read: {error}", args.file.display())))?;
    let report = args.report.as_deref().map(|path| Report::open(path, &args.file));
    let report = report.transpose()?;
    let app = app::context(config)?;
    prepare(&app, &owner)?;
    let ended_by = watch_signals()?;
    let mut observer = Watcher {
        bar: bar(count_lines(&content), "import"),
        name: &name,
        ended_by: Some(&ended_by),
    };
    let outcome = import::run(&app, &name, &content, &owner, &mut observer);
    observer.bar.finish_and_clear();
    let outcome = outcome?;
    if let Some(report) = report {
        report.write(&name, &outcome, &import::refusals(&app, outcome.id)?)?;
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
        complain("interrupted; the same command goes on from here");
        return Ok(ExitCode::from(ended_by.load(Ordering::Relaxed)));
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
        Owner::Lines => {}
        Owner::Demo(_) => {
            complain(DEMO_WARNING);
            import::demo_enterprises(app, demo::drafts())?;
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

/// What the file is called, and what is in it.
pub(super) fn read(file: &Path) -> io::Result<(String, Vec<u8>)> {
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
    /// The exit code that a signal asks for; 0 while none does.
    pub(super) ended_by: Option<&'a AtomicU8>,
}

impl Observer for Watcher<'_> {
    fn advanced(&mut self, progress: &Progress) -> bool {
        self.bar.set_position(u64::try_from(progress.lines).unwrap_or(0));
        self.ended_by.is_none_or(|code| code.load(Ordering::Relaxed) == 0)
    }

    fn refused(&mut self, bad: &BadLine) {
        self.bar
            .suspend(|| whisper(format_args!("{}:{}: {}", self.name, bad.line, bad.why)));
    }
}

/// The file that `--report` names.
struct Report<'a> {
    path: &'a Path,
    file: File,
}

impl<'a> Report<'a> {
    /// Opens it before anything is imported, so that a wrong path costs nothing. What is in it stays until it is
    /// written.
    fn open(path: &'a Path, imported: &Path) -> Result<Self, Failure> {
        let wrong = |error| Failure::Usage(format!("{} cannot be written: {error}", path.display()));
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(wrong)?;
        match (fs::canonicalize(path), fs::canonicalize(imported)) {
            (Ok(path), Ok(imported)) if path == imported => Err(Failure::Usage(format!(
                "the report would overwrite {}, which is to be imported",
                imported.display()
            ))),
            _ => Ok(Self { path, file }),
        }
    }

    fn write(mut self, name: &str, outcome: &import::Outcome, refused: &[BadLine]) -> Result<(), Failure> {
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
        // Only a plain file can be cut; a pipe or a device has nothing in it to begin with.
        let written = match self.file.metadata() {
            Ok(data) if data.is_file() => self.file.set_len(0).and_then(|()| self.file.rewind()),
            _ => Ok(()),
        };
        written
            .and_then(|()| writeln!(self.file, "{report:#}"))
            .map_err(|error| Failure::Failed(format!("{} cannot be written: {error}", self.path.display())))
    }
}

/// Gives a place where SIGINT and SIGTERM leave their exit code from now on, instead of killing the process.
pub(super) fn watch_signals() -> Result<Arc<AtomicU8>, Failure> {
    let ended_by = Arc::new(AtomicU8::new(0));
    let received = Arc::clone(&ended_by);
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
                let code = runtime.block_on(async {
                    tokio::select! {
                        _ = int.recv() => BY_SIGINT,
                        _ = term.recv() => BY_SIGTERM,
                    }
                });
                received.store(code, Ordering::Relaxed);
            }
        }
    };
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(watch)
        .map_err(Failure::failed)?;
    match is_ready.recv() {
        Ok(Ok(())) => Ok(ended_by),
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
