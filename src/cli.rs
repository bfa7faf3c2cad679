//! The command line. Answers go to standard output, complaints to standard error in lines that begin with `vptex:`, one
//! for each; only `vptex` without a command prints the help there. Exit codes: 0 done, 1 failed, 2 wrong usage or
//! configuration, 130 and 143 ended by SIGINT and SIGTERM before the work was done.

mod admin;
mod audit;
mod backup;
mod certificate;
mod doctor;
mod enterprises;
mod files;
mod import;
mod keys;
mod search_eval;
mod serve;
mod vocabulary;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::app::{self, StartError};
use crate::config::{self, Config, ConfigErrors, Effective, Severity, Sources};
use crate::files::sandbox;
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
        /// Address and port, such as 127.0.0.1:8080 or localhost:8080; port 0 takes a free one
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<String>,
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
    /// Keys that sign access tokens
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Certificates: verify one, and the keys that sign them
    #[command(subcommand)]
    Certificate(certificate::CertificateCommand),
    /// Build the search index anew; the server must not run
    Reindex,
    /// Measure how good search is, by judged queries, in an exchange made for it
    SearchEval(search_eval::SearchEvalArgs),
    /// The audit trail
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// The file store
    #[command(subcommand)]
    Files(files::FilesCommand),
    /// The vocabulary of searches
    #[command(subcommand)]
    Vocabulary(vocabulary::VocabularyCommand),
    /// Back up database, files and keys, while the server runs; and look through what was backed up
    Backup(backup::BackupArgs),
    /// Restore a backup, where there is nothing yet
    Restore(backup::RestoreArgs),
    /// Tell in words what is wrong with this exchange and what to do about it; the server may run. Ends with 0 when all is
    /// well, 1 with warnings, 2 with trouble
    Doctor(doctor::DoctorArgs),
    /// Look into a file: what a server starts for each upload
    #[command(name = sandbox::COMMAND, hide = true)]
    SandboxFile,
    /// Look into a workbook: the same
    #[command(name = sandbox::TABLE_COMMAND, hide = true)]
    SandboxTable,
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

#[derive(Clone, Copy, Debug, Subcommand)]
enum KeysCommand {
    /// Name every key and what it is used for
    List,
    /// Let the key that stands ready sign, retire the one that signed, and make a new one; servers may run
    Rotate,
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Load listings from a file of JSON Lines; goes on where an interrupted import stopped
    Listings(import::ListingsArgs),
    /// Enter enterprises from a file, in an officer's name; goes on where an interrupted import stopped
    Enterprises(enterprises::EnterprisesArgs),
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

/// Does what the command line says; `args` begins with the program's name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    let Cli { settings, command } = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) if is_help(&error) => error.exit(),
        Err(error) => {
            complain(refusal(&error));
            return ExitCode::from(2);
        }
    };
    if is_set_in_two_places(args.iter(), settings.set.len()) {
        complain("--set stands before the command and behind it; put all of them behind it");
        return ExitCode::from(2);
    }
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

/// Whether more settings were given than were taken: of an option that may stand before a command and behind it, clap
/// takes the occurrences behind it and drops the others without a word.
fn is_set_in_two_places<'a>(mut args: impl Iterator<Item = &'a OsString>, taken: usize) -> bool {
    let mut given = 0_usize;
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("--") => break,
            Some("--set") => {
                given += 1;
                args.next();
            }
            Some(arg) if arg.starts_with("--set=") => given += 1,
            _ => {}
        }
    }
    given > taken
}

/// Whether clap's words are the help itself, which may have as many lines as it likes.
fn is_help(error: &clap::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    )
}

/// What is wrong with a command line, in one line: clap's own words without the usage below them.
fn refusal(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let words: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let words = words.join(" ");
    format!("{}; see --help", words.strip_prefix("error: ").unwrap_or(&words))
}

fn run(settings: Settings, command: Command) -> Outcome {
    match command {
        Command::Serve { listen, demo } => serve::serve(&load(settings, listen)?, demo),
        Command::Migrate => admin::migrate(&load(settings, None)?),
        Command::Officer(OfficerCommand::Create(args)) => admin::create_officer(&load(settings, None)?, args),
        Command::Import(ImportCommand::Listings(args)) => import::listings(&load(settings, None)?, &args),
        Command::Import(ImportCommand::Enterprises(args)) => enterprises::enterprises(&load(settings, None)?, &args),
        Command::Certificate(certificate::CertificateCommand::Verify(args)) if args.is_offline() => {
            certificate::verify_offline(&args)
        }
        Command::Certificate(command) => certificate::run(&load(settings, None)?, command),
        Command::Keys(KeysCommand::List) => keys::list(&load(settings, None)?),
        Command::Keys(KeysCommand::Rotate) => keys::rotate(&load(settings, None)?),
        Command::Reindex => admin::reindex(&load(settings, None)?),
        Command::SearchEval(args) => search_eval::run(&args),
        Command::Audit(command) => audit::run(&load(settings, None)?, command),
        Command::Files(command) => files::run(&load(settings, None)?, command),
        Command::Backup(args) => backup::run(|| load(settings, None), args),
        Command::Restore(args) => backup::restore(sources(settings, None), args),
        Command::Doctor(args) => doctor::run(&sources(settings, None), &args),
        Command::Vocabulary(command) => vocabulary::run(&load(settings, None)?, command),
        Command::SandboxFile => Ok(files::sandbox_file()),
        Command::SandboxTable => Ok(files::sandbox_table()),
        Command::Openapi => admin::openapi(),
        Command::Config(ConfigCommand::Docs) => say(config::render_markdown().trim_end()).map(done),
        Command::Config(ConfigCommand::Show) => show(settings),
        Command::Config(ConfigCommand::Check) => check(settings),
    }
}

fn done((): ()) -> ExitCode {
    ExitCode::SUCCESS
}

fn sources(settings: Settings, listen: Option<String>) -> Sources {
    let Settings {
        config,
        set: mut flags,
        data_dir,
        database_url,
    } = settings;
    let named = [
        ("data-dir", data_dir),
        ("database-url", database_url),
        ("listen", listen),
    ];
    flags.extend(
        named
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?))),
    );
    Sources::from_process(config, flags)
}

fn load(settings: Settings, listen: Option<String>) -> Result<Config, Failure> {
    settled(Effective::load(&sources(settings, listen)))
}

/// What is set, unless something of it is wrong.
fn settled(effective: Result<Effective, ConfigErrors>) -> Result<Config, Failure> {
    let effective = effective.map_err(|errors| {
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
    for finding in config::open_folders(&effective.config) {
        say(finding)?;
    }
    let code = verdict(&effective);
    if code != ExitCode::SUCCESS {
        return Ok(code);
    }
    // Only where the settings are good it is worth asking others.
    if let Err(finding) = app::try_bucket(&effective.config) {
        say(finding)?;
        return Ok(ExitCode::from(2));
    }
    if let Some(trouble) = wait_for(app::try_scanner(&effective.config)).map_err(Failure::failed)? {
        say(config::Finding::from(trouble))?;
    }
    say("the configuration is good")?;
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

/// Waits for what is asked over a network, which has a bound of its own.
fn wait_for<T>(asked: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answer = runtime.block_on(asked);
    // Whoever looks up a name still is not waited for.
    runtime.shutdown_background();
    Ok(answer)
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
    fn a_refusal_is_one_line() {
        let refused = |line: &str| refusal(&Cli::try_parse_from(line.split(' ')).unwrap_err());
        assert_eq!(
            refused("vptex serve --port 1"),
            "unexpected argument '--port' found; see --help"
        );
        assert_eq!(
            refused("vptex officer create"),
            "the following required arguments were not provided: --email <EMAIL> --name <NAME>; see --help"
        );
        for line in [
            "vptex serv",
            "vptex --set x migrate",
            "vptex import listings --demo --enterprise 1 f",
        ] {
            let words = refused(line);
            assert!(words.ends_with("; see --help") && !words.contains('\n'), "{words}");
        }
        assert!(is_help(&Cli::try_parse_from(["vptex", "--help"]).unwrap_err()));
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
