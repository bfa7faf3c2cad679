//! `vptex import enterprises`: a file as an officer sends it to the API, loaded in that officer's name.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::Args;

use super::import::{read, watch_signals};
use super::{Failure, Outcome, complain, say, whisper};
use crate::app;
use crate::config::Config;
use crate::domain::account::{AccountStatus, Email};
use crate::domain::file::FileName;
use crate::domain::ids::{AccountId, EnterpriseImportId};
use crate::domain::import::{ImportStatus, RowResult, Sender};
use crate::files::incoming::Incoming;
use crate::service::context::{Caller, Credential, Origin};
use crate::service::file_imports::Prepared;
use crate::service::file_imports::enterprises::{self as imports, Import};
use crate::service::file_imports::run::run_due;
use crate::service::{App, Error};
use crate::store::accounts;
use crate::store::file_imports::{Enterprises, Files as _};

/// How long to wait for a server that has the file in hand before looking again.
const PATIENCE: Duration = Duration::from_millis(500);
/// Refused rows that are read at once.
const PAGE: i64 = 500;

#[derive(Debug, Args)]
pub(super) struct EnterprisesArgs {
    /// The file: a workbook (XLSX), CSV or JSON Lines, with the columns of docs/import-export.md; `-` reads standard input
    file: PathBuf,
    /// E-mail address of the officer in whose name, and with whose rights, they are entered
    #[arg(long, value_name = "EMAIL")]
    officer: String,
    /// Only try it: every row is judged, and nothing is entered
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn enterprises(config: &Config, args: &EnterprisesArgs) -> Outcome {
    let (name, content) =
        read(&args.file).map_err(|error| Failure::Usage(format!("{} cannot be read: {error}", args.file.display())))?;
    let file_name = FileName::parse(&name)
        .map_err(|violation| Failure::Usage(format!("{name} has no name to keep: {}", violation.en())))?;
    let app = app::context(config)?;
    let officer = officer(&app, &args.officer)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let prepared = runtime.map_err(Failure::failed)?.block_on(prepare(&app, &content))?;
    let caller = Caller {
        credential: Credential::Begun(Sender::Officer(officer)),
        origin: Origin::default(),
    };
    let ended_by = watch_signals()?;
    let is_dry_run = args.dry_run;
    let begun =
        app.write_blocking(move |work| imports::start_or_go_on(work, &caller, &file_name, is_dry_run, &prepared))?;
    let import = load(&app, begun.id, &|| ended_by.load(Ordering::Relaxed) == 0)?;
    tell_refused(&app, import.id, &name)?;
    let counts = import.counts;
    let resumed = match begun.counts.done {
        0 => String::new(),
        done => format!(" (went on after {done})"),
    };
    say(format_args!(
        "{name}: {} of {} rows{resumed}, {} new, {} updated, {} unchanged, {} refused",
        counts.done, import.row_count, counts.created, counts.updated, counts.unchanged, counts.refused
    ))?;
    match import.status {
        ImportStatus::Finished if counts.refused == 0 => Ok(ExitCode::SUCCESS),
        ImportStatus::Finished => Ok(ExitCode::FAILURE),
        ImportStatus::Waiting | ImportStatus::Running => {
            complain("interrupted; a server, or the same command, goes on from here");
            Ok(ExitCode::from(ended_by.load(Ordering::Relaxed)))
        }
        ImportStatus::Cancelled => Err(Failure::failed("an officer stopped it")),
        ImportStatus::Failed => Err(Failure::failed(format!(
            "it failed: {}",
            import.fault.unwrap_or_default()
        ))),
    }
}

/// Whose file it is; whether the rights suffice is asked when it is begun, and again with every part of it.
fn officer(app: &App, address: &str) -> Result<AccountId, Failure> {
    let wrong = |why: String| Failure::Usage(format!("--officer {address}: {why}"));
    let email = Email::parse(address).map_err(|violation| wrong(violation.en()))?;
    let known = app.db.read(|conn| accounts::credentials(conn, &email.key()));
    let known = known.map_err(Error::from)?.filter(|known| known.is_officer);
    let known = known.ok_or_else(|| wrong("no officer has this address".to_owned()))?;
    if !known.has_factor {
        return Err(wrong(
            "the officer has no second factor yet, and acts for nobody before; it is set up after signing in"
                .to_owned(),
        ));
    }
    if known.status != AccountStatus::Active {
        return Err(wrong("the officer's account is not active".to_owned()));
    }
    Ok(known.account)
}

/// Has the file looked into as one that was sent.
async fn prepare(app: &App, content: &[u8]) -> Result<Prepared, Failure> {
    let begun = app.files.contents.begin(app.ids.next()).await;
    let mut into: Incoming = begun.map_err(Failure::failed)?;
    into.write(content).await.map_err(Failure::failed)?;
    let arrived = into.finish().await.map_err(Failure::failed)?;
    Ok(app.prepare_import::<Enterprises>(arrived).await?)
}

/// Loads it, or waits for whoever has it in hand, until it has come to its end or somebody interrupts.
fn load(app: &App, id: EnterpriseImportId, goes_on: &dyn Fn() -> bool) -> Result<Import, Failure> {
    let mut seen = 0;
    loop {
        run_due::<Enterprises>(app, goes_on)?;
        let import = app.db.read(|conn| Enterprises::find(conn, id)).map_err(Error::from)?;
        let is_open = matches!(import.status, ImportStatus::Waiting | ImportStatus::Running);
        if !is_open || !goes_on() {
            return Ok(import);
        }
        seen = app.db.committed().wait(seen, PATIENCE);
    }
}

/// Tells every row that was refused, and why.
fn tell_refused(app: &App, id: EnterpriseImportId, name: &str) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let found = app
            .db
            .read(|conn| Enterprises::rows(conn, id, Some(RowResult::Refused), after, PAGE))
            .map_err(Error::from)?;
        for row in &found {
            for problem in &row.problems {
                let place = problem.column.as_deref().unwrap_or(&problem.pointer);
                whisper(format_args!("{name}:{}: {place}: {}", row.number, problem.en));
            }
        }
        match found.last() {
            Some(last) => after = last.number,
            None => return Ok(()),
        }
    }
}
