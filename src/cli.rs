//! The command line. Answers go to standard output, complaints to standard error in one line that begins with
//! `vptex:`. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 130 interrupted.

mod admin;
mod audit;
mod import;
mod serve;

use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::app::StartError;
use crate::config::{Config, Effective, Severity, Sources};
use crate::service;

/// Technology and equipment exchange: register, post, review, search, report.
#[derive(Debug, Parser)]
#[command(name = "vptex", version)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Settings {
    /// TOML file with settings
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// One setting; may be given several times. `vptex config docs` lists them
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = key_value)]
    set: Vec<(String, String)>,
    /// Directory of everything the server keeps
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// sqlite://PATH or postgres://…; a password is better kept in VPTEX_DATABASE_URL
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API
    Serve {
        /// Address and port; port 0 takes a free one
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<SocketAddr>,
        /// Load the demonstration data and make demonstration accounts first
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database schema up to date
    Migrate,
    /// Officers of the Department
    #[command(subcommand)]
    Officer(OfficerCommand),
    /// Load data
    #[command(subcommand)]
    Import(ImportCommand),
    /// Build the search index anew; the server must not run
    Reindex,
    /// The audit trail
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Print the OpenAPI description of the API
    Openapi,
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Subcommand)]
enum OfficerCommand {
    /// Appoint an officer; prints a one-time password
    Create(admin::OfficerArgs),
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Load listings from a file of JSON Lines; goes on where an interrupted import stopped
    Listings(import::ListingsArgs),
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum ConfigCommand {
    /// Tell every mistake at once
    Check,
    /// Print the values in force and where each comes from, passwords hidden
    Show,
    /// Print the reference of all settings
    Docs,
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
enum Failure {
    /// Usage or configuration: exit code 2.
    Usage(String),
    /// Anything else: exit code 1.
    Failed(String),
}

type Outcome = Result<ExitCode, Failure>;

impl Failure {
    fn failed(cause: impl Display) -> Self {
        Self::Failed(cause.to_string())
    }
}

impl From<service::Error> for Failure {
    fn from(error: service::Error) -> Self {
        Self::Failed(in_words(&error))
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Service(error) => error.into(),
            other => Self::failed(other),
        }
    }
}

/// What the operator is told of an error: the log's words, which never leave this machine.
fn in_words(error: &service::Error) -> String {
    match (&error.log, error.fields.as_slice()) {
        (_, [_, ..]) => {
            let fields = error
                .fields
                .iter()
                .map(|field| format!("{}: {}", field.pointer, field.violation.en()));
            format!("{} {}", error.detail_en, fields.collect::<Vec<_>>().join("; "))
        }
        (Some(log), []) => log.clone(),
        (None, []) => error.detail_en.clone(),
    }
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let Cli { settings, command } = Cli::parse();
    match run(settings, command) {
        Ok(code) => code,
        Err(Failure::Usage(why)) => {
            complain(&why);
            ExitCode::from(2)
        }
        Err(Failure::Failed(why)) => {
            complain(&why);
            ExitCode::FAILURE
        }
    }
}

fn run(settings: Settings, command: Command) -> Outcome {
    match command {
        Command::Serve { listen, demo } => serve::serve(&load(settings, listen)?, demo),
        Command::Migrate => admin::migrate(&load(settings, None)?),
        Command::Officer(OfficerCommand::Create(args)) => admin::create_officer(&load(settings, None)?, args),
        Command::Import(ImportCommand::Listings(args)) => import::listings(&load(settings, None)?, &args),
        Command::Reindex => admin::reindex(&load(settings, None)?),
        Command::Audit(command) => audit::run(&load(settings, None)?, command),
        Command::Openapi => admin::openapi(),
        Command::Config(ConfigCommand::Docs) => say(crate::config::render_markdown().trim_end()).map(done),
        Command::Config(ConfigCommand::Show) => show(settings),
        Command::Config(ConfigCommand::Check) => check(settings),
    }
}

fn done((): ()) -> ExitCode {
    ExitCode::SUCCESS
}

fn sources(settings: Settings, listen: Option<SocketAddr>) -> Sources {
    let Settings {
        config,
        set: mut flags,
        data_dir,
        database_url,
    } = settings;
    let named = [
        ("data-dir", data_dir),
        ("database-url", database_url),
        ("listen", listen.map(|at| at.to_string())),
    ];
    flags.extend(
        named
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?))),
    );
    Sources::from_process(config, flags)
}

fn load(settings: Settings, listen: Option<SocketAddr>) -> Result<Config, Failure> {
    let effective = Effective::load(&sources(settings, listen)).map_err(|errors| {
        let lines: Vec<String> = errors.0.iter().map(ToString::to_string).collect();
        Failure::Usage(lines.join("\nvptex: "))
    })?;
    // What is left are warnings.
    effective.findings().iter().for_each(complain);
    Ok(effective.config)
}

fn show(settings: Settings) -> Outcome {
    let effective = Effective::read(&sources(settings, None));
    say(effective.show().trim_end())?;
    effective.findings().iter().for_each(complain);
    Ok(verdict(&effective))
}

fn check(settings: Settings) -> Outcome {
    let effective = Effective::checked(&sources(settings, None));
    for finding in effective.findings() {
        say(finding)?;
    }
    let code = verdict(&effective);
    if code == ExitCode::SUCCESS {
        say("the configuration is good")?;
    }
    Ok(code)
}

fn verdict(effective: &Effective) -> ExitCode {
    let is_bad = effective
        .findings()
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    if is_bad { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(String::from("must be KEY=VALUE")),
    }
}

/// Writes a line to standard output, at once. A reader that has gone away is no failure.
fn say(text: impl Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("cannot print: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a complaint to standard error.
fn complain(text: impl Display) {
    whisper(format_args!("vptex: {text}"));
}

/// Writes a line to standard error; when that fails, there is nowhere to say so.
fn whisper(text: impl Display) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// A progress bar on standard error, which nobody sees when that is no terminal.
fn bar(total: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}");
    let bar = ProgressBar::new(total).with_message(what);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_become_settings_and_the_named_ones_win() {
        let line = "vptex --set data_dir=/a --data-dir /b serve --listen 127.0.0.1:0";
        let cli = Cli::try_parse_from(line.split(' ')).unwrap();
        let Command::Serve { listen, demo: false } = cli.command else {
            panic!("not serve")
        };
        let flags = sources(cli.settings, listen).flags;
        let flags: Vec<_> = flags
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            flags,
            [("data_dir", "/a"), ("data-dir", "/b"), ("listen", "127.0.0.1:0")]
        );
        assert!(key_value("=x").is_err() && key_value("x").is_err());
    }
}
