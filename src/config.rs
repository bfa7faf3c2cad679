//! What an operator can set, and how a setting is found: defaults, then the TOML file, then `VPTEX_*` in the environment,
//! then flags. Everything is parsed into types here, at the border, and every mistake is reported at once.
//!
//! Architecture invariant: this is the only module that reads the environment, and only in [`Sources::from_process`].
//! There is no global configuration: what a part needs is handed to it.

mod bucket;
mod check;
mod clamd;
mod database_url;
mod flags;
mod keys;
mod limits;
mod mail;
mod password;
mod render;
mod table;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

pub use bucket::{BucketName, KeyPrefix, Region};
pub use check::{make_private, open_folders};
pub use clamd::ClamdAddress;
pub use database_url::{DatabaseUrl, PostgresUrl, REDACTED};
pub use flags::Flags;
pub use keys::{Config, KEYS};
pub use limits::{Milliseconds, Networks, Rate, Share};
pub use mail::{HostName, MailTransport, Secret, Sender, SmtpTls, Word};
pub use render::render_markdown;
pub use table::Key;
pub use value::{
    Days, Hours, Kibibytes, Literal, LogFilter, LogFormat, Mebibytes, MetricsListen, MigrateOnStart, Minutes,
    PasswordRules, PublicUrl, Seconds, Size, Span, Switch, Value, YesOrNo,
};

/// What the name of every environment variable of this program begins with.
pub const ENVIRONMENT_PREFIX: &str = "VPTEX_";
/// The environment variable that names the TOML file.
const FILE_VARIABLE: &str = "VPTEX_CONFIG";
/// Variables that the test scripts hand to the test harness, which a server started by a test inherits.
const HARNESS_PREFIX: &str = "VPTEX_TEST_";
/// The TOML file that is read if it is there.
const FILE_NAME: &str = "vptex.toml";

/// Where values are looked for. Tests fill it by hand and so need neither process environment nor working directory.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file given with `--config`, which must exist.
    pub config_file: Option<PathBuf>,
    /// Directory in which `vptex.toml` is looked for when no file is named; `None` looks nowhere.
    pub working_dir: Option<PathBuf>,
    /// The environment; names that do not begin with `VPTEX_` are ignored.
    pub environment: Vec<(OsString, OsString)>,
    /// Flags of the command line: key, with `-` or `_`, and value.
    pub flags: Vec<(String, String)>,
}

impl Sources {
    /// The sources of this process, with what the command line said.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment, so that nothing else has to"
    )]
    pub fn from_process(config_file: Option<PathBuf>, flags: Vec<(String, String)>) -> Self {
        Self {
            config_file,
            working_dir: Some(PathBuf::from(".")),
            environment: std::env::vars_os().collect(),
            flags,
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The default.
    Default,
    /// A line of a TOML file.
    File {
        /// The file.
        path: PathBuf,
        /// Its line, counted from 1.
        line: usize,
    },
    /// An environment variable, by name.
    Environment(String),
    /// A flag of the command line, by name.
    Flag(String),
}

/// Flags of their own; all other keys are given with `--set`.
const SHORT_FLAGS: [&str; 3] = ["data-dir", "database-url", "listen"];

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File { path, line } => write!(formatter, "file {} line {line}", path.display()),
            Self::Environment(name) => write!(formatter, "environment {name}"),
            Self::Flag(name) if SHORT_FLAGS.contains(&name.as_str()) => write!(formatter, "flag --{name}"),
            Self::Flag(name) => write!(formatter, "flag --set {}", name.replace('-', "_")),
        }
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The server does not start.
    Error,
    /// The server starts, and says so.
    Warning,
}

/// One thing wrong or doubtful with the configuration; displays as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The key it is about, if it is about a known one.
    pub key: Option<&'static str>,
    /// What is wrong, without secrets.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        match self.key {
            Some(key) => write!(formatter, "{severity}: {key}: {}", self.message),
            None => write!(formatter, "{severity}: {}", self.message),
        }
    }
}

/// Every reason for which a configuration was refused; displays as one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<Finding>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Finding::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for ConfigErrors {}

impl Config {
    /// Reads all sources and checks the outcome, or tells everything that is wrong with it.
    pub fn load(sources: &Sources) -> Result<Self, ConfigErrors> {
        Effective::load(sources).map(|effective| effective.config)
    }
}

/// A configuration together with where each value comes from and what was found on the way.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The values in force. A value that could not be read is at its default.
    pub config: Config,
    origins: BTreeMap<&'static str, Origin>,
    findings: Vec<Finding>,
}

impl Effective {
    /// Reads all sources, touching nothing but the TOML file. What is wrong is in [`Effective::findings`].
    #[must_use]
    pub fn read(sources: &Sources) -> Self {
        let mut reading = Self {
            config: Config::default(),
            origins: BTreeMap::new(),
            findings: Vec::new(),
        };
        reading.read_file(sources);
        for (name, value) in &sources.environment {
            reading.read_variable(name, value);
        }
        for (name, value) in &sources.flags {
            let origin = Origin::Flag(name.replace('_', "-"));
            reading.take(&name.replace('-', "_"), value, origin);
        }
        // Whoever asks for any free port asks for a second server beside the first, which must not stumble over the
        // fixed port of the other's metrics.
        if reading.config.listen.port() == 0
            && *reading.origin("metrics_listen") == Origin::Default
            && let MetricsListen::At(at) = &mut reading.config.metrics_listen
        {
            at.set_port(0);
        }
        reading
    }

    /// Reads all sources and checks the outcome as the server does at start: directories are created and written to.
    #[must_use]
    pub fn checked(sources: &Sources) -> Self {
        let effective = Self::read(sources);
        let found = check::findings(&effective.config);
        effective.with(found)
    }

    /// The same, as far as it can be told without making or writing anything: for whoever looks at a system that is not
    /// his to change.
    #[must_use]
    pub fn examined(sources: &Sources) -> Self {
        let effective = Self::read(sources);
        let found = check::findings_by_looking(&effective.config);
        effective.with(found)
    }

    fn with(mut self, found: Vec<Finding>) -> Self {
        for mut finding in found {
            if let Some(origin) = finding.key.and_then(|key| self.origins.get(key)) {
                finding.message = format!("{} ({origin})", finding.message);
            }
            self.findings.push(finding);
        }
        self
    }

    /// Like [`Effective::checked`], but fails if there is an error. Warnings remain in [`Effective::findings`].
    pub fn load(sources: &Sources) -> Result<Self, ConfigErrors> {
        Self::checked(sources).without_errors()
    }

    /// Like [`Effective::examined`], but fails if there is an error: for whoever may have to leave everything as it is.
    pub fn load_by_looking(sources: &Sources) -> Result<Self, ConfigErrors> {
        Self::examined(sources).without_errors()
    }

    fn without_errors(self) -> Result<Self, ConfigErrors> {
        let errors: Vec<Finding> = self
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .cloned()
            .collect();
        if errors.is_empty() {
            Ok(self)
        } else {
            Err(ConfigErrors(errors))
        }
    }

    /// Everything wrong or doubtful, in the order in which it was found.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Where the value of a key comes from.
    #[must_use]
    pub fn origin(&self, key: &str) -> &Origin {
        self.origins.get(key).unwrap_or(&Origin::Default)
    }

    /// Every key, its value and its origin as TOML with comments, secrets redacted.
    #[must_use]
    pub fn show(&self) -> String {
        render::show(self)
    }

    fn refuse(&mut self, key: Option<&'static str>, message: String) {
        self.findings.push(Finding {
            severity: Severity::Error,
            key,
            message,
        });
    }

    fn read_file(&mut self, sources: &Sources) {
        let from_variable = || {
            let variable = sources.environment.iter().rev().find(|(name, _)| name == FILE_VARIABLE);
            variable
                .map(|(_, path)| PathBuf::from(path))
                .filter(|path| !path.as_os_str().is_empty())
        };
        let in_working_dir = || {
            sources
                .working_dir
                .as_ref()
                .map(|dir| dir.join(FILE_NAME))
                .filter(|path| path.exists())
        };
        let Some(path) = sources
            .config_file
            .clone()
            .or_else(from_variable)
            .or_else(in_working_dir)
        else {
            return;
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => self.read_toml(&path, &text),
            Err(error) => self.refuse(
                None,
                format!("configuration file {} cannot be read: {error}", path.display()),
            ),
        }
    }

    fn read_toml(&mut self, path: &Path, text: &str) {
        let line_at = |offset: usize| {
            text.bytes()
                .take(offset)
                .filter(|byte| *byte == b'\n')
                .count()
                .saturating_add(1)
        };
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let line = line_at(error.span().map_or(0, |span| span.start));
                let message = error.message().lines().collect::<Vec<_>>().join(" ");
                return self.refuse(
                    None,
                    format!(
                        "configuration file {} line {line} is not TOML: {message}",
                        path.display()
                    ),
                );
            }
        };
        let mut entries: Vec<_> = table.get_ref().iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in entries {
            let origin = Origin::File {
                path: path.to_path_buf(),
                line: line_at(name.span().start),
            };
            let (literal, spelt) = match value.get_ref() {
                DeValue::String(text) => (Some(Literal::Text), text.to_string()),
                DeValue::Integer(number) => {
                    let parsed = i128::from_str_radix(number.as_str(), number.radix());
                    (
                        Some(Literal::Integer),
                        parsed.map_or_else(|_ignored| String::from(number.as_str()), |n| n.to_string()),
                    )
                }
                _other => (None, String::new()),
            };
            if let Some(key) = find(name.get_ref())
                && literal != Some(key.literal)
            {
                let wanted = if key.literal == Literal::Text {
                    "a string in quotes"
                } else {
                    "a whole number"
                };
                self.refuse(Some(key.name), format!("must be {wanted} ({origin})"));
                continue;
            }
            self.take(name.get_ref(), &spelt, origin);
        }
        self.warn_of_shared_secrets(path);
    }

    /// A file that others can read is no place for a password.
    fn warn_of_shared_secrets(&mut self, path: &Path) {
        let Some(mode) = check::shared_mode(path) else { return };
        let in_url = matches!(&self.config.database_url, Some(DatabaseUrl::Postgres(url)) if url.carries_password());
        let keys = [
            ("database_url", in_url),
            ("smtp_password", self.config.smtp_password.is_some()),
        ];
        for (key, _) in keys.into_iter().filter(|(_, holds)| *holds) {
            let message = format!(
                "{} holds a password and is accessible to group or others (mode {mode:o})",
                path.display()
            );
            self.findings.push(Finding {
                severity: Severity::Warning,
                key: Some(key),
                message,
            });
        }
    }

    fn read_variable(&mut self, name: &OsString, value: &OsString) {
        let Some(name) = name.to_str() else { return };
        let Some(key) = name.strip_prefix(ENVIRONMENT_PREFIX) else {
            return;
        };
        if name == FILE_VARIABLE || name.starts_with(HARNESS_PREFIX) {
            return;
        }
        let Some(value) = value.to_str() else {
            return self.refuse(None, format!("environment {name} is not UTF-8"));
        };
        self.take(
            &key.to_ascii_lowercase(),
            value,
            Origin::Environment(String::from(name)),
        );
    }

    fn take(&mut self, name: &str, value: &str, origin: Origin) {
        let Some(key) = find(name) else {
            return self.refuse(
                None,
                format!(
                    "unknown key `{name}` ({origin}); the nearest known key is `{}`",
                    nearest(name)
                ),
            );
        };
        match self.config.set(key, value) {
            Ok(()) => {
                self.origins.insert(key.name, origin);
            }
            Err(message) => self.refuse(Some(key.name), format!("{message} ({origin})")),
        }
    }
}

fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The known key that is the fewest edits away.
fn nearest(name: &str) -> &'static str {
    KEYS.iter()
        .map(|key| key.name)
        .min_by_key(|known| edits_between(name, known))
        .unwrap_or_default()
}

/// Levenshtein's distance: insertions, deletions and replacements of single characters.
fn edits_between(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (position, wanted) in from.chars().enumerate() {
        let mut diagonal = position;
        let mut left = position.saturating_add(1);
        let mut next = vec![left];
        for (present, above) in to.chars().zip(row.iter().skip(1)) {
            left = left
                .saturating_add(1)
                .min(above.saturating_add(1))
                .min(diagonal.saturating_add(usize::from(wanted != present)));
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
